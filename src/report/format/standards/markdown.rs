//! The criteria as GitHub-flavoured Markdown: for an issue, a wiki, or the minutes of a committee.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::base::date::date;
use crate::base::edge;
use crate::base::text::Lang;
use crate::judge::criteria::judged::{Conformity, Judged, Status};
use crate::report::standards_report::StandardsReport;

use super::told::{answered, attested, conformity, evidence, gap};

/// Prints the criteria.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &StandardsReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let lang = report.lang();
    let commit = escaped(&report.report.commits().join(", "));
    let version = escaped(&report.standards.version);
    let heading = report.standards.name();
    let heading = heading.get(lang);
    let _ = writeln!(text, "## {} – {heading} {version}\n", escaped(report.report.name()));
    let whole = report.conformity();
    let _ = writeln!(
        text,
        "{} {commit} · {} · {}\n",
        date(report.report.as_of()),
        conformity(whole, lang),
        answered(whole, lang)
    );
    match &report.page {
        Ok(page) => {
            let phase = escaped(&page.phase_words(lang).unwrap_or_default());
            let _ = writeln!(
                text,
                "[{}]({}) – {phase} – {}\n",
                escaped(&page.name),
                escaped(&page.address),
                escaped(&page.incubators.join(", "))
            );
        }
        Err(reason) => {
            let _ = writeln!(text, "{}\n", escaped(reason.get(lang)));
        }
    }
    for factor in &report.factors {
        let names = if factor.names.is_empty() { String::new() } else { format!(" ({})", factor.names.join(", ")) };
        let colon = lang.pick(":", "\u{a0}:");
        let line = format!("{}{colon} {}{names}", factor.title.get(lang), factor.what.get(lang));
        let _ = writeln!(text, "- {}", escaped(&line));
    }
    for category in report.standards.categories() {
        let own = Conformity::of(report.of_category(category));
        let title = escaped(&report.standards.category_title(category, lang));
        let _ = writeln!(text, "\n### {title} – {}\n", conformity(own, lang));
        let _ = writeln!(
            text,
            "{}\n|---|---|---|",
            lang.pick("| criterion | status | what shows it |", "| critère | état | ce qui le montre |")
        );
        for judged in report.of_category(category) {
            let status = judged.status.words();
            let _ = writeln!(
                text,
                "| {} | {} | {} |",
                escaped(judged.text.get(lang)),
                status.get(lang),
                shown(judged, lang),
            );
        }
    }
    if let Some(declared) = &report.declared {
        let title = lang.pick(
            "What the team declares, beside what is seen",
            "Ce que l’équipe déclare, en regard de ce qui est constaté",
        );
        let _ = writeln!(text, "\n### {title}\n");
        for (kind, _, judged) in declared.gaps(&report.criteria) {
            let _ = writeln!(text, "- {} – {}", escaped(judged.text.get(lang)), gap(kind, lang));
        }
    }
    for note in &report.notes {
        let _ = writeln!(text, "\n> {}", escaped(note.get(lang)));
    }
    out.write_all(edge::inert_with(&text, "&#58;").as_bytes())
}

/// What shows the status of a criterion, else what would.
fn shown(judged: &Judged, lang: Lang) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(said) = &judged.attested {
        parts.push(escaped(&attested(said, lang)));
    }
    for found in &judged.evidence {
        let sign = if found.supports { "+" } else { "−" };
        parts.push(format!("{sign} {}", escaped(&evidence(found, lang))));
    }
    let settled =
        matches!(judged.status, Status::Proved | Status::Contradicted | Status::NotApplicable | Status::Declared);
    if let Some(proof) = judged.proof.as_ref().filter(|_| !settled) {
        let head = lang.pick("would prove it:", "ce qui le prouverait\u{a0}:");
        parts.push(format!("_{head} {}_", escaped(proof.get(lang))));
    }
    parts.join("<br>")
}

/// A text in a cell: no markup, no mention, no end of line.
pub(super) fn escaped(text: &str) -> String {
    let mut clean = String::with_capacity(text.len() + 8);
    for c in edge::text(text).chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' => {
                clean.push('\\');
                clean.push(c);
            }
            '<' => clean.push_str("&lt;"),
            '>' => clean.push_str("&gt;"),
            '&' => clean.push_str("&amp;"),
            '@' => clean.push_str("@&#8203;"),
            c => clean.push(c),
        }
    }
    clean
}
