//! A product of several repositories beside the standards, as one.

use crate::base::error::Error;
use crate::check::standards::{Online, answers, attestations, directory, judged, product, remotes, standards};
use crate::cli::{AuditArgs, AuditFormat};
use crate::commands::standards::style;
use crate::judge::criteria::merged::merged;
use crate::judge::criteria::page::OnPage;
use crate::model::site::links::Answers;
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
    let mut known = directory(&args.directory.directory)?;
    let mut notes = Vec::new();
    let mut addresses: Vec<String> = audited.reports().flat_map(|(_, _, report)| remotes(report)).collect();
    addresses.dedup();
    let site = audited.repositories.iter().find_map(|repository| repository.url.as_deref());
    let declared = args.directory.beta_id.as_deref();
    let asked = args.online && args.directory.directory.is_empty();
    match asked.then(|| Online::at(None)).transpose()? {
        Some(Ok(online)) => {
            (known, notes) = online.directory();
            let found = product(&known, declared, site, &addresses);
            let id = found.ok().and_then(Result::ok).map(|(product, _)| product.id.clone());
            notes.extend(id.and_then(|id| online.complete(&mut known, &id)));
        }
        Some(Err(reason)) => notes.push(reason),
        None => {}
    }
    let found = product(&known, declared, site, &addresses)?;
    let as_of = audited.as_of;
    let answered = match &found {
        Ok((product, _)) if args.online => answers(product, None, args.ports.allow_private, as_of),
        _ => Answers::new(),
    };
    let on_page = found.map(|(product, how)| OnPage {
        directory: &known,
        product,
        how,
        remotes: &addresses,
        answers: &answered,
        as_of,
    });
    let each = Audited::Product(audited).reports().into_iter().map(|(name, report)| {
        let attested = attestations(None, report, &all)?;
        Ok((name, judged(report, &all, on_page.clone(), &attested)))
    });
    let criteria = merged(each.collect::<Result<Vec<_>, Error>>()?);
    let report = StandardsReport {
        report: Audited::Product(audited),
        standards: &all,
        criteria,
        page: match &on_page {
            Ok(on) => Ok(PageOf::new(&known, on.product, on.how, on.address(), as_of)),
            Err(reason) => Err(reason.clone()),
        },
        factors: on_page.as_ref().map(|on| factors(&known, &on.product.id, as_of, false)).unwrap_or_default(),
        declared: None,
        earlier: None,
        notes,
    };
    let mut text = Vec::new();
    match format {
        AuditFormat::Brief => brief::render(&report, &mut text),
        _ => terminal::render(&report, style(args.print.color, args.output.is_empty(), false), &mut text),
    }?;
    Ok(text)
}
