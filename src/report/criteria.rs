//! The criteria of the standards as an audit alone answers them, with what the repository attests: no directory is asked.

use crate::base::config_file::ConfigFile;
use crate::base::date::date;
use crate::base::text::localized;
use crate::judge::attestations::Attestations;
use crate::judge::criteria::asked::Asked;
use crate::judge::criteria::judged::Judged;
use crate::judge::criteria::{Inputs, judge};
use crate::judge::standards::Standards;
use crate::report::Report;

/// The standards of beta.gouv.fr, with where the audited product stands; nothing where there was nothing to audit.
pub(crate) fn criteria(report: &Report) -> Option<(Standards, Vec<Judged>)> {
    if report.is_of_nothing() {
        return None;
    }
    let standards = Standards::embedded().ok()?;
    let file = standards.attestations_file();
    let attested = report.survey.inventory.text(&file).map(|text| ConfigFile::new(file, text.to_string()));
    // A mistake in the file is told by `equerre standards`, with its line.
    let attestations =
        attested.and_then(|file| Attestations::read(&file, &standards, &date(report.as_of)).ok()).unwrap_or_default();
    let judged = judge(&Inputs {
        standards: &standards,
        asked: Some(Asked { survey: &report.survey, findings: &report.findings, rules: &report.rules }),
        page: Err(localized!("the directory was not asked", "l'annuaire n'a pas été interrogé")),
        site: report.survey.site.as_ref().map(|site| site.as_ref().map_err(Clone::clone)),
        as_of: report.as_of,
        attestations: &attestations,
    });
    Some((standards, judged))
}
