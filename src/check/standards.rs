//! What the commands on the standards read beside the repository, and how they judge it: an export, attestations.

use std::path::Path;

use crate::base::config_file::ConfigFile;
use crate::base::date::date;
use crate::base::disk::{NAMED, read_named_text};
use crate::base::error::Error;
use crate::base::text::{Localized, localized};
use crate::judge::attestations::Attestations;
use crate::judge::criteria::asked;
use crate::judge::criteria::judged::Judged;
use crate::judge::criteria::page::OnPage;
use crate::judge::criteria::{Inputs, judge};
use crate::judge::standards::Standards;
use crate::report::Report;

/// The standards of a file or of a pack that is named, or those of beta.gouv.fr.
pub(crate) fn standards(file: Option<&Path>) -> Result<Standards, Error> {
    let Some(path) = file else { return Standards::embedded() };
    if let Some(pack) = path.to_str().filter(|_| !path.exists()).and_then(Standards::pack) {
        return pack;
    }
    let message = localized!("the standards `{}` cannot be read", "les standards `{}` sont illisibles", path.display());
    let text = read_named_text(path, NAMED).map_err(|error| Error::of_system(message, &error))?;
    Standards::read(&ConfigFile::new(path.display().to_string(), text))
}

/// What people attest: in a file that is named, else in the repository as it was audited.
pub(crate) fn attestations(file: Option<&Path>, report: &Report, standards: &Standards) -> Result<Attestations, Error> {
    let today = date(report.as_of);
    let file = match file {
        Some(path) => {
            let name = path.display();
            let message =
                localized!("the attestations `{name}` cannot be read", "les attestations `{name}` sont illisibles");
            let text = read_named_text(path, NAMED).map_err(|error| Error::of_system(message, &error))?;
            Some(ConfigFile::new(path.display().to_string(), text))
        }
        None => {
            let file = standards.attestations_file();
            report.survey.inventory.text(&file).map(|text| ConfigFile::new(file, text.to_string()))
        }
    };
    file.map_or_else(|| Ok(Attestations::default()), |file| Attestations::read(&file, standards, &today))
}

/// The addresses of the repository that was audited.
pub(crate) fn remotes(report: &Report) -> Vec<String> {
    let history = report.survey.history.as_ref().ok();
    history.map(|history| history.remotes.iter().map(|remote| remote.url.clone()).collect()).unwrap_or_default()
}

/// Judges every criterion from an audit and what stands beside it.
pub(crate) fn judged(
    report: &Report,
    standards: &Standards,
    page: Result<OnPage<'_>, Localized>,
    attestations: &Attestations,
) -> Vec<Judged> {
    let asked = asked::Asked { survey: &report.survey, findings: &report.findings, rules: &report.rules };
    let asked = (!report.is_of_nothing()).then_some(asked);
    let site = report.survey.site.as_ref().map(|site| site.as_ref().map_err(Clone::clone));
    judge(&Inputs { standards, asked, page, site, as_of: report.as_of, attestations })
}
