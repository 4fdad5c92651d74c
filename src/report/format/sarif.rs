//! The failures as SARIF 2.1.0 (OASIS), as code scanning reads it: one result a place, every rule with its help.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::base::documentation;
use crate::base::edge;
use crate::base::location::Location;
use crate::base::severity::Severity;
use crate::base::text::escaped_path;
use crate::judge::finding::{Finding, Outcome, Standing};
use crate::judge::fingerprint::of_places;
use crate::judge::rule::Rule;
use crate::report::Report;
use crate::report::format::words::place_or_anchor;

/// The schema of the format.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// How many results code scanning takes in one run (docs.github.com, SARIF support for code scanning).
const MOST: usize = 25_000;

/// Prints the report.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(edge::json(&log(report))?.as_bytes())
}

fn log(report: &Report) -> Value {
    let rules: Vec<&Rule> = report.findings.iter().map(|finding| report.rule(finding)).collect();
    let descriptors: Vec<Value> = rules.iter().map(|rule| descriptor(report, rule)).collect();
    let failed = report
        .findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| {
            finding.outcome == Outcome::Fail && !finding.hidden && finding.standing != Standing::Untouched
        })
        // What follows another failure says nothing of its own until that one is fixed.
        .filter(|(_, finding)| finding.follows.is_none());
    let mut results: Vec<Value> = failed.flat_map(|(rank, finding)| results(report, rank, finding)).collect();
    // One result that has a state asks for that of all.
    if results.iter().any(|result| result.get("baselineState").is_some()) {
        for result in results.iter_mut().filter(|result| result.get("baselineState").is_none()) {
            result["baselineState"] = json!("new");
        }
    }
    let cut = results.len().saturating_sub(MOST);
    results.truncate(MOST);
    let mut notices: Vec<Value> = report
        .notes
        .iter()
        .map(|note| {
            let place = if note.path.is_empty() { String::new() } else { format!("{}: ", edge::name(&note.path)) };
            json!({ "level": "note", "message": { "text": format!("{place}{}", edge::text(note.what.get(report.lang))) } })
        })
        .collect();
    if cut > 0 {
        let text = report.lang.pick("results beyond the limit: ", "résultats au-delà du maximum admis\u{a0}: ");
        notices.push(json!({ "level": "warning", "message": { "text": format!("{text}{cut}") } }));
    }
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Equerre",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": descriptors,
            } },
            "automationDetails": { "id": "equerre/" },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notices }],
            "results": results,
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker | Severity::Major => "error",
        Severity::Minor => "warning",
        Severity::Info => "note",
    }
}

fn descriptor(report: &Report, rule: &Rule) -> Value {
    let lang = report.lang;
    let [title, why, what] = [&rule.title, &rule.why, &rule.remediation].map(|text| rule.shown(text, lang));
    let heading = lang.pick("What to do", "Que faire");
    let sources: String = rule.references.iter().map(|reference| format!("\n- <{reference}>")).collect();
    let mut properties = json!({ "tags": [rule.pillar], "precision": "high", "problem.severity": match rule.severity {
        Severity::Blocker | Severity::Major => "error",
        Severity::Minor => "warning",
        Severity::Info => "recommendation",
    } });
    if rule.pillar == "security" {
        let score = match rule.severity {
            Severity::Blocker => "9.0",
            Severity::Major => "7.0",
            Severity::Minor => "4.0",
            Severity::Info => "1.0",
        };
        properties["security-severity"] = json!(score);
    }
    let mut descriptor = json!({
        "id": rule.id,
        "shortDescription": { "text": title },
        "fullDescription": { "text": why },
        "help": {
            "text": format!("{why}\n\n{heading}: {what}"),
            "markdown": format!("{why}\n\n**{heading}**\n\n{what}\n{sources}"),
        },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": properties,
    });
    let page = rule.embedded.then(|| documentation::rule_page(&rule.id, lang));
    if let Some(page) = page.or_else(|| rule.references.first().cloned()) {
        descriptor["helpUri"] = json!(page);
    }
    descriptor
}

/// One result for each place of a failure; one for the repository where it has none.
fn results(report: &Report, rank: usize, finding: &Finding) -> Vec<Value> {
    let places = place_or_anchor(report, finding);
    let rule = report.rule(finding);
    let result = |(place, mark): (&Location, String)| {
        let mut text = rule.title.get(report.lang).to_owned();
        let more = [finding.message.as_ref().map(|message| message.get(report.lang)), place.note_in(report.lang)];
        for more in more.into_iter().flatten() {
            text = format!("{text} – {more}");
        }
        let mut result = json!({
            "ruleId": finding.rule,
            "ruleIndex": rank,
            "level": level(finding.severity),
            "message": { "text": edge::text(&text) },
            "locations": [{ "physicalLocation": physical(place) }],
            "partialFingerprints": { "equerreFinding/v1": mark },
        });
        if finding.standing == Standing::Baselined {
            result["baselineState"] = json!("unchanged");
        }
        if let Some(reason) = &finding.ignored {
            result["suppressions"] =
                json!([{ "kind": "external", "status": "accepted", "justification": edge::text(reason) }]);
        }
        result
    };
    places.iter().zip(of_places(&finding.rule, &places, &report.survey.inventory)).map(result).collect()
}

fn physical(place: &Location) -> Value {
    let path = edge::masked_name(&place.path);
    let uri = if place.is_address() { path } else { escaped_path(&path) };
    // A file as a whole is shown at its first line, where readers of the format would put it too.
    let mut physical =
        json!({ "artifactLocation": { "uri": uri }, "region": { "startLine": place.line.unwrap_or(1) } });
    if let Some(column) = place.column {
        physical["region"]["startColumn"] = json!(column);
    }
    physical
}
