//! A product of several repositories beside the standards, as one.

use crate::base::error::Error;
use crate::check::directory::{Asking, Known, Online, directory};
use crate::check::standards::{attestations, judged, remotes, standards};
use crate::cli::{AuditArgs, AuditFormat};
use crate::commands::standards::style;
use crate::judge::criteria::merged::merged;
use crate::report::audited::Audited;
use crate::report::format::standards::{brief, terminal};
use crate::report::product_report::ProductReport;
use crate::report::standards_report::{PageOf, StandardsReport, factors};

/// The product in a format of the standards.
///
/// # Errors
/// What is wrong in the files that stand beside it.
pub(super) fn rendered(args: &AuditArgs, audited: &ProductReport, format: AuditFormat) -> Result<Vec<u8>, Error> {
    let all = standards(args.directory.standards.as_deref())?;
    let mut remotes: Vec<String> = audited.reports().flat_map(|(_, _, report)| remotes(report)).collect();
    remotes.dedup();
    let asked = args.online && args.directory.directory.is_empty();
    let asking = Asking {
        declared: args.directory.beta_id.as_deref(),
        site: audited.repositories.iter().find_map(|repository| repository.url.as_deref()),
        remotes: &remotes,
        directory_url: None,
        tries_addresses: args.online,
        allow_private: args.ports.allow_private,
        as_of: audited.as_of,
    };
    let saved = directory(&args.directory.directory)?;
    let known = Known::of(saved, asked.then(|| Online::at(None)).transpose()?, &asking)?;
    let on_page = known.page(&asking)?;
    let each = Audited::Product(audited).reports().into_iter().map(|(name, report)| {
        let attested = attestations(None, report, &all)?;
        Ok((name, judged(report, &all, on_page.clone(), &attested)))
    });
    let criteria = merged(each.collect::<Result<Vec<_>, Error>>()?);
    let report = StandardsReport {
        report: Audited::Product(audited),
        standards: &all,
        criteria,
        page: on_page.as_ref().map(PageOf::new).map_err(Clone::clone),
        factors: on_page.as_ref().map(|on| factors(on, false)).unwrap_or_default(),
        declared: None,
        earlier: None,
        notes: known.notes.clone(),
    };
    let mut text = Vec::new();
    match format {
        AuditFormat::Brief => brief::render(&report, &mut text),
        _ => terminal::render(&report, style(args.print.color, args.output.is_empty(), false), &mut text),
    }?;
    Ok(text)
}
