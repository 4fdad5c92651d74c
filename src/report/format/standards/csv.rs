//! The criteria for a spreadsheet (RFC 4180), a line each.

use std::io::{self, Write};

use crate::base::edge;
use crate::report::format::csv::cell;
use crate::report::standards_report::StandardsReport;

use super::told::{attested, evidence};

/// The columns, in their order.
const COLUMNS: &str = "category,standard,criterion,label,status,seen,answer,expected,for,against,attested,open,proof";

/// Prints the criteria.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &StandardsReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let lang = report.lang();
    write!(out, "{COLUMNS}\r\n")?;
    for judged in &report.criteria {
        let shown = |supports: bool| {
            let own = judged.evidence.iter().filter(|found| found.supports == supports);
            own.map(|found| evidence(found, lang)).collect::<Vec<_>>().join(" | ")
        };
        let open: Vec<&str> = judged.open.iter().map(|reason| reason.get(lang)).collect();
        let line = [
            report.standards.category_title(&judged.category, lang),
            report.standard_title(judged),
            judged.id.clone(),
            judged.text.get(lang).to_owned(),
            judged.status.name().to_owned(),
            judged.seen.name().to_owned(),
            judged.answer().map_or("", |answer| answer.name()).to_owned(),
            match (report.is_expected(judged), report.is_next(judged)) {
                (true, _) => "now",
                (false, true) => "next",
                _ => "",
            }
            .to_owned(),
            shown(true),
            shown(false),
            judged.attested.as_ref().map(|said| attested(said, lang)).unwrap_or_default(),
            edge::text(&open.join(" | ")),
            judged.proof.as_ref().map_or_else(String::new, |proof| proof.get(lang).to_owned()),
        ];
        write!(out, "{}\r\n", line.map(|text| cell(&edge::text(&text))).join(","))?;
    }
    Ok(())
}
