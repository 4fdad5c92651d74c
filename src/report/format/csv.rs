//! The report for a spreadsheet (RFC 4180): one line a place of a failure, one line a rule otherwise.

use std::io::{self, Write};

use crate::base::edge;
use crate::base::location::Location;
use crate::base::text::printable;
use crate::judge::finding::{Finding, Outcome, Standing};
use crate::report::Report;

/// The columns, in their order.
const COLUMNS: &str = "rule,outcome,severity,pillar,criterion,title,message,path,line,note,components,reasons,ignored,standing,remediation";

/// Prints the report; rules that do not apply, or only follow another, are left out.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{COLUMNS}\r\n")?;
    let listed =
        |finding: &&Finding| finding.outcome != Outcome::NotApplicable && finding.follows.is_none() && !finding.hidden;
    for finding in report.findings.iter().filter(listed) {
        let places: Vec<Option<&Location>> = match (finding.outcome, finding.evidence.as_slice()) {
            (Outcome::Fail, places) if !places.is_empty() => places.iter().map(Some).collect(),
            (_, places) => vec![places.first()],
        };
        for place in places {
            write!(out, "{}\r\n", line(report, finding, place))?;
        }
    }
    Ok(())
}

fn line(report: &Report, finding: &Finding, place: Option<&Location>) -> String {
    let (rule, lang) = (report.rule(finding), report.lang);
    let reasons: Vec<&str> = finding.reasons.iter().map(|reason| reason.get(lang)).collect();
    let standing = match (finding.outcome, finding.standing) {
        (Outcome::Fail, Standing::Baselined) => "baselined",
        (Outcome::Fail, Standing::Untouched) => "untouched",
        (Outcome::Fail, Standing::Counts) => "counts",
        _ => "",
    };
    let number = place.and_then(|place| place.line).map(|line| line.to_string()).unwrap_or_default();
    [
        finding.rule.as_str(),
        finding.outcome.name(),
        finding.severity.name(),
        &edge::name(&finding.pillar),
        &edge::name(rule.criterion.as_deref().unwrap_or_default()),
        &rule.shown(&rule.title, lang),
        &edge::text(finding.message.as_ref().map_or("", |message| message.get(lang))),
        &edge::name(place.map_or("", |place| &place.path)),
        &number,
        &edge::text(place.and_then(|place| place.note_in(lang)).unwrap_or_default()),
        &edge::name(&finding.components.join(", ")),
        &edge::text(&reasons.join("; ")),
        &edge::text(finding.ignored.as_deref().unwrap_or_default()),
        standing,
        &rule.shown(&rule.remediation, lang),
    ]
    .map(cell)
    .join(",")
}

/// A cell: quoted where it must be, and never a formula for a spreadsheet (OWASP, CSV Injection).
pub(super) fn cell(text: &str) -> String {
    let text = printable(text);
    // What some spreadsheets leave out in front does not hide a formula from them.
    let formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let text = if formula { format!("'{text}") } else { text.into_owned() };
    if text.contains([',', '"', ';', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_and_is_no_formula() {
        assert_eq!(cell("v1.2"), "v1.2");
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("\t=cmd()"), "' =cmd()");
        assert_eq!(cell("-2;3"), "\"'-2;3\"");
    }
}
