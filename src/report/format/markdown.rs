//! The report as GitHub-flavoured Markdown: for the summary of a job, the comment of a change, or a wiki.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::base::date::date;
use crate::base::edge;
use crate::base::text::{Lang, short_commit};
use crate::judge::criteria::judged::{Conformity, Status};
use crate::judge::finding::{Finding, Outcome, Standing};
use crate::report::Report;
use crate::report::criteria::criteria;
use crate::report::format::standards::told::conformity;
use crate::report::format::words::{letter_or_dash, number, score_or_dash, verified, would_give};

/// Failures after these bytes are counted: the comment of a change holds 65,536 characters, and what comes after them has its room.
const LONGEST: usize = 50_000;

/// A forge looks for mentions and issues in what is rendered: this mark, which has no width, keeps their parts apart.
const APART: &str = "&#8203;";

/// How many places of one failure are shown.
const PLACES: usize = 5;

/// Prints the report.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    write(report, &mut text);
    out.write_all(edge::inert_with(&text, "&#58;").as_bytes())
}

fn write(report: &Report, text: &mut String) {
    let lang = report.lang;
    let grade = &report.grade;
    let letter = letter_or_dash(grade.letter);
    let score = grade.score.map_or_else(|| "–".to_owned(), |score| format!("{}/100", number(score, lang)));
    let _ = writeln!(text, "## {} {letter} – {score}\n", lang.pick("Grade", "Note"));
    let commit = report.head.as_deref().map(short_commit).unwrap_or_default();
    let _ = writeln!(text, "{} {} {} · {}\n", escaped(&report.name), commit, date(report.as_of), verified(grade, lang));
    if let Some(lowered) = &report.lowered {
        let _ = writeln!(text, "> {}\n", escaped(lowered.get(lang)));
    }
    let heads = lang.pick("| pillar | grade | score | to fix |", "| pilier | note | score | à corriger |");
    let _ = writeln!(text, "{heads}\n|---|---|---|---|");
    for pillar in &grade.pillars {
        let letter = letter_or_dash(pillar.letter);
        let score = score_or_dash(pillar.score, lang);
        let _ = writeln!(
            text,
            "| {} | {letter} | {score} | {} |",
            escaped(report.pillar_title(&pillar.pillar)),
            pillar.failed
        );
    }
    text.push('\n');
    for step in &report.next {
        let after = step.after.letter.map_or_else(String::new, |letter| letter.to_string());
        let score = number(step.after.score.unwrap_or_default(), lang);
        let _ = writeln!(text, "- {}", would_give(&step.rule, None, &format!("**{after}**"), &score, lang));
    }
    let failures: Vec<&Finding> = report.failures().collect();
    if !failures.is_empty() {
        let _ = writeln!(text, "\n### {} ({})\n", lang.pick("To fix", "À corriger"), failures.len());
    }
    let all = failures.len();
    for (shown, finding) in failures.into_iter().enumerate() {
        if text.len() > LONGEST {
            let left = all - shown;
            let _ = match lang {
                Lang::En => writeln!(text, "\n{left} more are in the full report: a comment has no room for them."),
                Lang::Fr => {
                    writeln!(
                        text,
                        "\n{left} autres sont dans le rapport complet\u{a0}: un commentaire n’a pas la place."
                    )
                }
            };
            break;
        }
        failure(report, finding, text);
    }
    let known = report.standing(Standing::Baselined).count();
    if let Some(sentence) =
        crate::report::format::words::left_out(known, report.standing(Standing::Untouched).count(), lang)
    {
        let _ = writeln!(text, "\n{sentence}");
    }
    let unknown: Vec<&Finding> = report.with(Outcome::Unverified).filter(|finding| finding.follows.is_none()).collect();
    if !unknown.is_empty() {
        let summary = lang.pick("Unverified", "Non vérifié");
        let _ = writeln!(text, "\n<details><summary>{summary} ({})</summary>\n", unknown.len());
        for finding in unknown {
            if text.len() > LONGEST + 10_000 {
                break;
            }
            let reasons: Vec<&str> = finding.reasons.iter().map(|reason| reason.get(lang)).collect();
            let title = report.rule(finding).title.get(lang);
            let reasons = inline(&reasons.join(lang.pick("; ", "\u{202f}; ")));
            let _ = writeln!(text, "- {} (`{}`){} {reasons}", inline(title), finding.rule, lang.pick(":", "\u{a0}:"));
        }
        text.push_str("\n</details>\n");
    }
    if text.len() < LONGEST {
        standards(report, text);
    }
}

/// How far the standards are met, and the criteria that are not.
fn standards(report: &Report, text: &mut String) {
    let lang = report.lang;
    let Some((standards, all)) = criteria(report) else { return };
    let colon = lang.pick(":", "\u{a0}:");
    let whole = conformity(Conformity::of(all.iter()), lang);
    let name = standards.name();
    let _ = writeln!(text, "\n<details><summary>{}{colon} {whole}</summary>\n", inline(name.get(lang)));
    for judged in all.iter().filter(|judged| judged.status == Status::Contradicted) {
        let status = judged.status.words();
        let _ = writeln!(text, "- {}{colon} {}", status.get(lang), inline(judged.text.get(lang)));
    }
    let lead = lang.pick("shows every criterion.", "montre chaque critère.");
    let _ = writeln!(text, "\n`equerre standards` {lead}\n\n</details>");
}

fn failure(report: &Report, finding: &Finding, text: &mut String) {
    let (rule, lang) = (report.rule(finding), report.lang);
    let severity = crate::report::format::words::severity_name(finding.severity, lang);
    let _ = writeln!(
        text,
        "<details><summary><b>{severity}</b> {} (<code>{}</code>)</summary>\n",
        plain_html(rule.title.get(lang)),
        finding.rule
    );
    if let Some(message) = &finding.message {
        let _ = writeln!(text, "{}\n", escaped(message.get(lang)));
    }
    for place in finding.evidence.iter().take(PLACES) {
        let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
        let note = place.note_in(lang).map(|note| format!(" – {}", escaped(note))).unwrap_or_default();
        let _ = writeln!(text, "- {}{note}", code(&format!("{}{line}", edge::name(&place.path))));
    }
    if finding.evidence.len() > PLACES {
        let _ = writeln!(text, "- … ({})", finding.evidence.len() - PLACES);
    }
    let _ = writeln!(text, "\n{}\n\n{}\n", inline(rule.why.get(lang)), inline(rule.remediation.get(lang)));
    for reference in rule.references.iter().filter_map(|reference| edge::link(reference)) {
        let _ = writeln!(text, "- <{reference}>");
    }
    text.push_str("\n</details>\n");
}

/// A text of the audited repository: nothing in it is markup, a link, a mention or a command of a forge.
pub(super) fn escaped(text: &str) -> String {
    as_text(&edge::text(text))
}

/// A text that may be shown, with none of it as markup.
fn as_text(text: &str) -> String {
    let mut clean = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            // A comment that starts with it commands GitLab.
            '/' if clean.is_empty() => clean.push_str("&#47;"),
            ':' if letters.peek() == Some(&'/') => clean.push_str("&#58;"),
            '.' if clean.to_ascii_lowercase().ends_with("www") => clean.push_str("&#46;"),
            '<' => clean.push_str("&lt;"),
            '>' => clean.push_str("&gt;"),
            '&' => clean.push_str("&amp;"),
            // A name after it would be notified by mail.
            '@' => {
                clean.push_str("&#64;");
                clean.push_str(APART);
            }
            '#' | '!' if letters.peek().is_some_and(char::is_ascii_digit) => {
                clean.push('\\');
                clean.push(letter);
                clean.push_str(APART);
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '|' | '#' | '!' | '~' => {
                clean.push('\\');
                clean.push(letter);
            }
            letter => clean.push(letter),
        }
    }
    clean
}

/// A text of a rule, whose `code` stays code and in which nothing else is markup.
pub(crate) fn inline(text: &str) -> String {
    let text = edge::text(text);
    let parts: Vec<&str> = text.split('`').collect();
    let closed = parts.len() % 2 == 1;
    let mut clean = String::new();
    for (rank, part) in parts.iter().enumerate() {
        if rank % 2 == 1 && closed { clean.push_str(&code(part)) } else { clean.push_str(&as_text(part)) }
    }
    clean
}

/// A text of a rule inside of HTML, where Markdown that is read all the same finds no markup either.
fn plain_html(text: &str) -> String {
    let mut clean = String::new();
    for letter in edge::text(text).chars() {
        match letter {
            '`' => {}
            '&' | '<' | '>' | '[' | ']' | '*' | '!' | '#' => {
                let _ = write!(clean, "&#{};", u32::from(letter));
            }
            '@' => {
                let _ = write!(clean, "&#64;{APART}");
            }
            letter => clean.push(letter),
        }
    }
    clean.replace("www.", "www&#46;").replace(":/", "&#58;/")
}

/// A text that may be shown as code, with a fence longer than any that it holds.
fn code(text: &str) -> String {
    let longest = text.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}
