//! The report as JUnit XML, for the test tab of a pipeline: a suite a pillar, a case a rule.
//!
//! Source: the schema of Jenkins' xunit plugin (`junit-10.xsd`), which pipelines share. Rules that do not apply are left out.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::base::edge;
use crate::base::severity::Severity;
use crate::base::text::{Lang, printable};
use crate::judge::finding::{Finding, Outcome, Standing};
use crate::report::Report;

/// How many places of one failure are shown.
const PLACES: usize = 20;

/// Prints the report.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"Equerre\">\n");
    for pillar in &report.grade.pillars {
        let of_pillar = |finding: &&Finding| {
            finding.pillar == pillar.pillar
                && !finding.hidden
                && finding.outcome != Outcome::NotApplicable
                && finding.follows.is_none()
        };
        let findings: Vec<&Finding> = report.findings.iter().filter(of_pillar).collect();
        if !findings.is_empty() {
            suite(report, &pillar.pillar, &findings, &mut text);
        }
    }
    text.push_str("</testsuites>\n");
    out.write_all(edge::inert_with(&text, "&#58;").as_bytes())
}

fn suite(report: &Report, pillar: &str, findings: &[&Finding], text: &mut String) {
    let failed = findings.iter().filter(|finding| counts(finding)).count();
    let skipped = findings.iter().filter(|finding| !counts(finding) && finding.outcome != Outcome::Pass).count();
    let _ = writeln!(
        text,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\" time=\"0\">",
        attribute(&edge::text(report.pillar_title(pillar))),
        findings.len()
    );
    for finding in findings {
        case(report, pillar, finding, text);
    }
    text.push_str("  </testsuite>\n");
}

/// An info is shown and not graded: it fails no pipeline either.
fn counts(finding: &Finding) -> bool {
    finding.is_failure() && finding.standing.counts() && finding.severity > Severity::Info
}

fn case(report: &Report, pillar: &str, finding: &Finding, text: &mut String) {
    let (rule, lang) = (report.rule(finding), report.lang);
    let head = format!(
        "    <testcase name=\"{}\" classname=\"equerre.{}\" time=\"0\"",
        attribute(&finding.rule),
        attribute(&edge::name(pillar))
    );
    if counts(finding) {
        let mut body = String::new();
        for place in finding.evidence.iter().take(PLACES) {
            let _ = writeln!(body, "{}", content(&edge::place(place, lang)));
        }
        if finding.evidence.len() > PLACES {
            let _ = writeln!(body, "… ({})", finding.evidence.len() - PLACES);
        }
        let _ = write!(
            body,
            "{}\n{}",
            content(&edge::text(rule.why.get(lang))),
            content(&edge::text(rule.remediation.get(lang)))
        );
        let message = finding.message.as_ref().map(|message| format!(" – {}", message.get(lang))).unwrap_or_default();
        let _ = writeln!(
            text,
            "{head}>\n      <failure type=\"{}\" message=\"{}\">{body}</failure>\n    </testcase>",
            finding.severity.name(),
            attribute(&edge::text(&format!("{}{message}", rule.title.get(lang))))
        );
    } else if let Some(reason) = skipped(report, finding) {
        let _ = writeln!(
            text,
            "{head}>\n      <skipped message=\"{}\"/>\n    </testcase>",
            attribute(&edge::text(&reason))
        );
    } else {
        let _ = writeln!(text, "{head}/>");
    }
}

/// Why a rule neither passes nor fails; nothing for one that passes.
fn skipped(report: &Report, finding: &Finding) -> Option<String> {
    let lang = report.lang;
    let title = report.rule(finding).title.get(lang);
    let reason = match (finding.outcome, &finding.ignored, finding.standing) {
        (Outcome::Unverified, ..) => finding
            .reasons
            .iter()
            .map(|reason| reason.get(lang))
            .collect::<Vec<_>>()
            .join(lang.pick("; ", "\u{202f}; ")),
        (Outcome::Fail, Some(reason), _) => reason.clone(),
        (Outcome::Fail, None, Standing::Baselined) => {
            lang.pick("known in the baseline", "déjà dans la référence").to_owned()
        }
        (Outcome::Fail, None, Standing::Untouched) => {
            lang.pick("from before this change", "d’avant ce changement").to_owned()
        }
        (Outcome::Fail, None, Standing::Counts) => lang.pick("for information", "pour information").to_owned(),
        _ => return None,
    };
    let colon = if lang == Lang::Fr { "\u{a0}:" } else { ":" };
    Some(format!("{title}{colon} {reason}"))
}

/// A text as the content of an element: XML 1.0 has no place for some characters at all.
fn content(text: &str) -> String {
    let allowed = |letter: &char| !matches!(letter, '\u{fffe}' | '\u{ffff}');
    let text: String = printable(text).chars().filter(allowed).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn attribute(text: &str) -> String {
    content(text).replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_its_element_or_its_attribute() {
        assert_eq!(attribute("a\"]]></failure>\u{1b}\u{ffff}"), "a&quot;]]&gt;&lt;/failure&gt;\\u{1b}");
    }
}
