//! The failures as annotations of GitHub Actions: workflow commands on standard output.
//!
//! Source: docs.github.com, Workflow commands for GitHub Actions. A step shows ten annotations of each sort at most: the most
//! important come first, and what is left out is counted.

use std::io::{self, Write};

use crate::base::edge;
use crate::base::location::Location;
use crate::base::severity::Severity;
use crate::base::text::{Lang, printable};
use crate::judge::finding::Finding;
use crate::report::Report;

/// How many annotations of one sort a step shows.
const MOST: usize = 10;

/// Prints the report.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (mut left_out, mut notices) = (0, 1);
    if let Some(lowered) = &report.lowered {
        notices += 1;
        writeln!(out, "::notice title=Equerre::{}", data(&edge::text(lowered.get(report.lang))))?;
    }
    for sort in ["error", "warning", "notice"] {
        // One place of each failure before a second place of any.
        let failures: Vec<&Finding> = report.failures().filter(|finding| sort_of(finding.severity) == sort).collect();
        let most_places = failures.iter().map(|finding| finding.evidence.len().max(1)).max().unwrap_or(0);
        let ranked = (0..most_places).flat_map(|rank| {
            failures
                .iter()
                .filter(move |finding| rank < finding.evidence.len().max(1))
                .map(move |finding| (*finding, rank))
        });
        // The last notice is kept for what is left out.
        let room = if sort == "notice" { MOST - notices } else { MOST };
        for (at, (finding, rank)) in ranked.enumerate() {
            if at < room {
                annotate(report, sort, finding, finding.evidence.get(rank), out)?;
            } else {
                left_out += 1;
            }
        }
    }
    if left_out > 0 {
        let text = match report.lang {
            Lang::En => format!("{left_out} more places are in the full report"),
            Lang::Fr => format!("{left_out} autres emplacements sont dans le rapport complet"),
        };
        writeln!(out, "::notice title=Equerre::{}", data(&text))?;
    }
    Ok(())
}

fn sort_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker | Severity::Major => "error",
        Severity::Minor => "warning",
        Severity::Info => "notice",
    }
}

fn annotate(
    report: &Report,
    sort: &str,
    finding: &Finding,
    place: Option<&Location>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rule = report.rule(finding);
    let mut properties = Vec::new();
    if let Some(place) = place.filter(|place| !place.is_address()) {
        properties.push(format!("file={}", property(&edge::name(&place.path))));
        properties.extend(place.line.map(|line| format!("line={line}")));
        properties.extend(place.column.map(|column| format!("col={column}")));
    }
    properties.push(format!(
        "title={}",
        property(&format!("{} [{}]", edge::text(rule.title.get(report.lang)), finding.rule))
    ));
    let message = finding.message.as_ref().map(|message| message.get(report.lang));
    let text: Vec<&str> = message.into_iter().chain([rule.remediation.get(report.lang)]).collect();
    writeln!(out, "::{sort} {}::{}", properties.join(","), data(&edge::text(&text.join(" "))))
}

/// A text as the data of a command.
fn data(text: &str) -> String {
    printable(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
