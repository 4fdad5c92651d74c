//! The criteria on a terminal, by category.

use std::fmt::Write as _;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::base::date::{date, in_french};
use crate::base::edge;
use crate::base::text::Lang;
use crate::judge::criteria::judged::{Conformity, Evidence, Judged, Status};
use crate::judge::finding::Outcome;
use crate::judge::standards::known::Origin;
use crate::report::standards_report::StandardsReport;

use super::told::{answered, attested, conformity, evidence, gap};

/// How it is printed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// The width of the lines.
    pub(crate) width: usize,
    /// Whether colours are used.
    pub(crate) color: bool,
    /// Whether more than ASCII is.
    pub(crate) unicode: bool,
    /// Whether the evidence of what is proved is shown too.
    pub(crate) verbose: bool,
}

impl Style {
    fn mark(self, status: Status) -> &'static str {
        let (sign, plain) = match status {
            Status::Proved => ("✔", "y"),
            Status::Contradicted => ("✘", "n"),
            Status::EvidenceFor => ("+", "+"),
            Status::EvidenceAgainst => ("−", "-"),
            Status::Declared => ("●", "d"),
            Status::ToAnswer => ("?", "?"),
            Status::NotApplicable => ("○", "o"),
        };
        if self.unicode { sign } else { plain }
    }

    fn painted(self, text: &str, code: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn of(self, status: Status, text: &str) -> String {
        let code = match status {
            Status::Proved => "32",
            Status::Contradicted => "31",
            Status::EvidenceAgainst => "33",
            Status::Declared => "36",
            Status::EvidenceFor => "34",
            Status::ToAnswer | Status::NotApplicable => "2",
        };
        self.painted(text, code)
    }
}

/// Prints the criteria.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &StandardsReport<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    head(report, style, &mut text);
    for category in report.standards.categories() {
        of_category(report, category, style, &mut text);
    }
    compared(report, style, &mut text);
    notes(report, style, &mut text);
    out.write_all(edge::inert(&text).as_bytes())
}

fn head(report: &StandardsReport<'_>, style: Style, text: &mut String) {
    let lang = report.lang();
    let commit = report.report.commits().join(", ");
    let version = edge::name(&report.standards.version);
    let name = edge::name(report.report.name());
    let title = format!("{name} – {}, version {version}", report.standards.name().get(lang));
    let _ = writeln!(text, "{}", style.painted(&title, "1"));
    let _ = writeln!(text, "{} {commit}", date(report.report.as_of()));
    match &report.page {
        Ok(page) => {
            let label = lang.pick("Directory:", "Annuaire\u{a0}:");
            let parts = [Some(page.name.clone()), page.phase_words(lang), Some(page.incubators.join(", "))];
            let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
            let how = page.how_words();
            wrap(&format!("{label} {} ({})", parts.join(", "), how.get(lang)), 0, style.width, text);
            wrap(&page.address, 2, style.width, text);
        }
        Err(reason) => wrap(reason.get(lang), 0, style.width, text),
    }
    for factor in &report.factors {
        let sign = match factor.outcome {
            Outcome::Pass => style.of(Status::Proved, style.mark(Status::Proved)),
            Outcome::Fail => style.of(Status::Contradicted, style.mark(Status::Contradicted)),
            _ => style.of(Status::ToAnswer, style.mark(Status::ToAnswer)),
        };
        let names = if factor.names.is_empty() { String::new() } else { format!(" ({})", factor.names.join(", ")) };
        let colon = lang.pick(":", "\u{a0}:");
        let line = edge::text(&format!("{}{colon} {}{names}", factor.title.get(lang), factor.what.get(lang)));
        let _ = writeln!(text, "  {sign} {line}");
    }
    let whole = report.conformity();
    let _ = writeln!(text, "\n{}. {}.", style.painted(&conformity(whole, lang), "1"), answered(whole, lang));
    let counts: Vec<String> = Status::ALL
        .iter()
        .rev()
        .filter(|status| report.count(**status) > 0)
        .map(|status| {
            let words = status.words();
            style.of(*status, &format!("{} {} {}", style.mark(*status), words.get(lang), report.count(*status)))
        })
        .collect();
    let _ = writeln!(text, "{}", counts.join("   "));
    if report.declared.is_none() {
        expected(report, style, text);
    }
}

/// What the phase of the product expects by now, and is missing.
fn expected(report: &StandardsReport<'_>, style: Style, text: &mut String) {
    let lang = report.lang();
    let all: Vec<&Judged> = report.criteria.iter().filter(|judged| report.is_expected(judged)).collect();
    let met = all.iter().filter(|judged| judged.answer().is_some_and(|answer| answer.conforms())).count();
    if !all.is_empty() {
        let count = all.len();
        let sentence = match lang {
            Lang::En => format!(
                "The checklists of its phase and of those before name {count} criteria: {met} are met (marked *)."
            ),
            Lang::Fr => format!(
                "Les listes de sa phase et des précédentes citent {count} critères\u{a0}: {met} sont respectés (marqués *)."
            ),
        };
        wrap(&sentence, 0, style.width, text);
    }
    let next: Vec<&Judged> = report.criteria.iter().filter(|judged| report.is_next(judged)).collect();
    let open = next.iter().filter(|judged| !judged.answer().is_some_and(|answer| answer.conforms())).count();
    if open > 0 {
        let count = next.len();
        let sentence = match lang {
            Lang::En => format!("The next phase names {count} more, of which {open} are not met yet (marked >)."),
            Lang::Fr => format!(
                "La phase suivante en cite {count} de plus, dont {open} ne sont pas encore respectés (marqués >)."
            ),
        };
        wrap(&sentence, 0, style.width, text);
    }
}

fn of_category(report: &StandardsReport<'_>, category: &str, style: Style, text: &mut String) {
    let lang = report.lang();
    let title = edge::text(&report.standards.category_title(category, lang));
    let own = Conformity::of(report.of_category(category));
    let _ = writeln!(text, "\n{}  {}", style.painted(&title, "1"), conformity(own, lang));
    let mut standard = String::new();
    for judged in report.of_category(category) {
        if judged.standard != standard {
            standard.clone_from(&judged.standard);
            // A pack may have one standard a category, of the same name.
            let own = report.standard_title(judged);
            if own != title {
                wrap(&own, 2, style.width, text);
            }
        }
        criterion(report, judged, style, text);
    }
}

fn criterion(report: &StandardsReport<'_>, judged: &Judged, style: Style, text: &mut String) {
    let lang = report.lang();
    let star = match (report.is_expected(judged), report.is_next(judged)) {
        (true, _) => " *",
        (false, true) => " >",
        _ => "",
    };
    let status = judged.status.words();
    let sign = style.of(judged.status, style.mark(judged.status));
    let label = format!("{}{star}", edge::text(judged.text.get(lang)));
    let _ = write!(text, "    {sign} ");
    wrap_from(&format!("{label} [{}]", status.get(lang)), 6, 6, style.width, text);
    if let Some(said) = &judged.attested {
        let head = if judged.disagrees() {
            lang.pick("people say otherwise: ", "des personnes disent autrement\u{a0}: ")
        } else {
            ""
        };
        wrap(&format!("{head}{}", attested(said, lang)), 8, style.width, text);
    }
    if let Some(said) = &judged.expired {
        let until = &said.until;
        let line = match lang {
            Lang::En => format!("an attestation ended on {until} and no longer counts"),
            Lang::Fr => format!("une attestation a pris fin le {} et ne compte plus", in_french(until)),
        };
        wrap(&line, 8, style.width, text);
    }
    let settled = matches!(judged.status, Status::Proved | Status::NotApplicable);
    for found in judged.evidence.iter().filter(|found| style.verbose || !settled || !found.supports || found.settles) {
        let sign = if found.supports { "+" } else { style.mark(Status::EvidenceAgainst) };
        wrap(&format!("{sign} {}", told(found, lang)), 8, style.width, text);
    }
    if settled || judged.status == Status::Contradicted {
        return;
    }
    for reason in judged.open.iter().take(if style.verbose { usize::MAX } else { 1 }) {
        wrap(&edge::text(reason.get(lang)), 8, style.width, text);
    }
    if judged.attested.is_none() {
        if let Some(proof) = &judged.proof {
            let head = lang.pick("would prove it:", "ce qui le prouverait\u{a0}:");
            wrap(&format!("{head} {}", proof.get(lang)), 8, style.width, text);
        }
        if style.verbose {
            let _ = writeln!(text, "        {}", style.painted(&edge::name(&judged.id), "2"));
        }
    }
}

fn compared(report: &StandardsReport<'_>, style: Style, text: &mut String) {
    let Some(declared) = &report.declared else { return };
    let lang = report.lang();
    let gaps = declared.gaps(&report.criteria);
    let title = lang.pick(
        "What the team declares, beside what is seen",
        "Ce que l’équipe déclare, en regard de ce qui est constaté",
    );
    let _ = writeln!(text, "\n{}", style.painted(title, "1"));
    if gaps.is_empty() {
        wrap(lang.pick("Nothing contradicts it.", "Rien ne le contredit."), 2, style.width, text);
    }
    for (kind, _, judged) in gaps {
        wrap(&format!("{} [{}]", edge::text(judged.text.get(lang)), gap(kind, lang)), 2, style.width, text);
        for found in &judged.evidence {
            wrap(&told(found, lang), 6, style.width, text);
        }
    }
}

fn notes(report: &StandardsReport<'_>, style: Style, text: &mut String) {
    let lang = report.lang();
    for note in &report.notes {
        let _ = writeln!(text);
        let head = lang.pick("Note:", "Remarque\u{a0}:");
        wrap(&format!("{head} {}", edge::text(note.get(lang))), 0, style.width, text);
    }
    let waiting = report.waiting().len();
    if waiting > 0 {
        let _ = writeln!(text);
        let line = match lang {
            Lang::En => format!(
                "{waiting} criteria wait for an answer: `equerre attest` asks them one by one, and `--verbose` shows the name of each."
            ),
            Lang::Fr => format!(
                "{waiting} critères attendent une réponse\u{a0}: `equerre attest` les pose un par un, et `--verbose` montre le nom de chacun."
            ),
        };
        wrap(&line, 0, style.width, text);
    }
}

/// A piece of evidence; the address of the page in the directory is at the top.
fn told(found: &Evidence, lang: Lang) -> String {
    match found.from {
        Origin::Directory => edge::text(found.what.get(lang)),
        _ => evidence(found, lang),
    }
}

/// A paragraph with all its lines indented.
fn wrap(paragraph: &str, indent: usize, width: usize, text: &mut String) {
    let _ = write!(text, "{:indent$}", "");
    wrap_from(paragraph, indent, indent, width, text);
}

/// A paragraph whose first line starts at a column.
fn wrap_from(paragraph: &str, mut column: usize, indent: usize, width: usize, text: &mut String) {
    let mut first = true;
    // Whatever a directory, an export or a person says ends up here.
    for word in edge::text(paragraph).split(' ') {
        let length = word.width();
        if !first && column + 1 + length > width {
            let _ = write!(text, "\n{:indent$}", "");
            column = indent;
            first = true;
        }
        if !first {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
        first = false;
    }
    text.push('\n');
}
