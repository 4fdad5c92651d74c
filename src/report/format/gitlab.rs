//! The failures as a Code Quality report of GitLab: a widget of the merge request.
//!
//! Source: docs.gitlab.com, Code Quality, "Code Quality report format".

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::base::edge;
use crate::base::severity::Severity;
use crate::judge::finding::Finding;
use crate::judge::fingerprint::of_places;
use crate::report::Report;
use crate::report::format::words::place_or_anchor;

/// Prints the report.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<Value> = report.failures().flat_map(|finding| issues(report, finding)).collect();
    out.write_all(edge::json(&issues)?.as_bytes())
}

/// One issue a place; one for the repository where a failure has none.
fn issues(report: &Report, finding: &Finding) -> Vec<Value> {
    let rule = report.rule(finding);
    let places = place_or_anchor(report, finding);
    let marks = of_places(&finding.rule, &places, &report.survey.inventory);
    let issue = |(place, mark): (&crate::base::location::Location, String)| {
        let mut text = rule.title.get(report.lang).to_owned();
        let more = [finding.message.as_ref().map(|message| message.get(report.lang)), place.note_in(report.lang)];
        for more in more.into_iter().flatten() {
            text = format!("{text} – {more}");
        }
        // A page of the live site is not a file: it is reported with the repository as a whole.
        let file = if place.is_address() { crate::report::format::words::anchor(report) } else { place.clone() };
        if place.is_address() {
            text = format!("{text} ({})", place.path);
        }
        json!({
            "description": edge::text(&text),
            "check_name": finding.rule,
            "fingerprint": mark,
            "severity": severity(finding.severity),
            "location": { "path": edge::name(&file.path), "lines": { "begin": file.line.unwrap_or(1) } },
        })
    };
    places.iter().zip(marks).map(issue).collect()
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker => "blocker",
        Severity::Major => "major",
        Severity::Minor => "minor",
        Severity::Info => "info",
    }
}
