//! The sheet for the meeting with the coach: one or two A4 pages, to print. Nothing is loaded from anywhere.

use std::io::{self, Write};

use askama::Template;

use crate::base::date::{date, in_french};
use crate::base::edge;
use crate::base::text::Lang;
use crate::judge::criteria::judged::{Conformity, Judged, Status};
use crate::judge::finding::Outcome;
use crate::report::audited::Audited;
use crate::report::earlier::{Change, Earlier};
use crate::report::format::words::Words;
use crate::report::format::{number, severity_name};
use crate::report::standards_report::StandardsReport;

use super::told::{answered, gap, percent};

/// How many criteria of one kind are named: the rest is counted, so that two pages are enough.
const NAMED: usize = 28;

/// How many criteria that are not met, and how many differences, are named.
const LISTED: usize = 14;

/// The sheet.
#[derive(Template)]
#[template(path = "brief.html")]
struct Brief {
    t: Words,
    lang: &'static str,
    name: String,
    about: String,
    page: Option<(String, String)>,
    /// What the grade is that of.
    graded: &'static str,
    letter: String,
    score: String,
    proved: String,
    declared: String,
    answered: String,
    categories: Vec<Row>,
    team: Vec<(String, String, &'static str)>,
    risks: Vec<(String, String, String)>,
    steps: Vec<(String, String)>,
    contradicted: Vec<String>,
    expected: Vec<String>,
    waiting: Vec<String>,
    more_waiting: usize,
    gaps: Vec<(String, &'static str)>,
    since: Option<Since>,
    notes: Vec<String>,
}

/// What changed since an earlier audit.
struct Since {
    day: String,
    /// The grade and the conformity, before and now.
    figures: String,
    met: Vec<String>,
    lost: Vec<String>,
}

/// A category.
struct Row {
    title: String,
    proved: String,
    declared: String,
    answered: String,
}

/// Prints the sheet.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &StandardsReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let sheet = brief(report);
    let html = sheet.render().map_err(io::Error::other)?;
    out.write_all(html.as_bytes())
}

fn brief(report: &StandardsReport<'_>) -> Brief {
    let lang = report.lang();
    let audit = report.report;
    let text = |judged: &Judged| edge::text(judged.text.get(lang));
    let whole = report.conformity();
    let row = |category: &str| {
        let own = Conformity::of(report.of_category(category));
        Row {
            title: edge::text(&report.standards.category_title(category, lang)),
            proved: percent(own.proved, lang),
            declared: percent(own.declared, lang),
            answered: format!("{}/{}", own.answered, own.all),
        }
    };
    let commits = audit.commits();
    let commit = match commits.as_slice() {
        [] => String::new(),
        several => format!(", commit {}", several.join(", ")),
    };
    let version = edge::name(&report.standards.version);
    let day = date(audit.as_of());
    let day = if lang == Lang::Fr { in_french(&day) } else { day };
    let about = format!("{day}{commit}, {} {version}", report.standards.name().get(lang));
    let page = report.page.as_ref().ok().map(|page| {
        let parts = [page.phase_words(lang).unwrap_or_default(), page.incubators.join(", ")];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        (edge::text(&page.address), edge::text(&parts.join(", ")))
    });
    let team = report.factors.iter().map(|factor| {
        let state = match factor.outcome {
            Outcome::Pass => lang.pick("yes", "oui"),
            Outcome::Fail => lang.pick("no", "non"),
            _ => lang.pick("to say", "à dire"),
        };
        (edge::text(factor.title.get(lang)), edge::text(factor.what.get(lang)), state)
    });
    let risks = audit.risks().into_iter();
    let risks = risks
        .map(|risk| (unquoted(&risk.title), severity_name(risk.severity, lang).to_owned(), edge::text(&risk.place)));
    let steps = audit.steps().into_iter();
    let steps =
        steps.map(|(what, after)| (unquoted(&what), after.map(|letter| letter.to_string()).unwrap_or_default()));
    let all: Vec<&Judged> = report.waiting();
    let (now, later): (Vec<&Judged>, Vec<&Judged>) = all.iter().partition(|judged| report.is_expected(judged));
    let named = |list: &[&Judged], most: usize| list.iter().take(most).map(|judged| text(judged)).collect::<Vec<_>>();
    let expected = named(&now, NAMED);
    let waiting = named(&later, NAMED - expected.len());
    let more_waiting = all.len() - expected.len() - waiting.len();
    let gaps = report.declared.as_ref().map(|declared| declared.gaps(&report.criteria)).unwrap_or_default();
    Brief {
        t: Words(lang),
        lang: lang.pick("en", "fr"),
        name: edge::text(report.title()),
        about,
        page,
        graded: match audit {
            Audited::Repository(_) => lang.pick("Grade of the repository:", "Note du dépôt\u{a0}:"),
            Audited::Product(_) => lang.pick("Grade of the product:", "Note du produit\u{a0}:"),
        },
        letter: audit.grade().letter.map_or_else(|| "–".to_owned(), |letter| letter.to_string()),
        score: audit.grade().score.map_or_else(|| "–".to_owned(), |score| number(score, lang)),
        proved: percent(whole.proved, lang),
        declared: percent(whole.declared, lang),
        answered: answered(whole, lang),
        categories: report.standards.categories().into_iter().map(row).collect(),
        team: team.collect(),
        risks: risks.collect(),
        steps: steps.collect(),
        contradicted: report
            .criteria
            .iter()
            .filter(|judged| judged.status == Status::Contradicted)
            .take(LISTED)
            .map(text)
            .collect(),
        expected,
        waiting,
        more_waiting,
        gaps: gaps.into_iter().take(LISTED).map(|(kind, _, judged)| (text(judged), gap(kind, lang))).collect(),
        since: report.earlier.as_ref().map(|earlier| since(report, earlier)),
        notes: report.notes.iter().map(|note| edge::text(note.get(lang))).collect(),
    }
}

fn since(report: &StandardsReport<'_>, earlier: &Earlier) -> Since {
    let lang = report.lang();
    let named = |change: Change| {
        let changes = earlier.changes(&report.criteria).into_iter().filter(|(own, _)| *own == change);
        changes.take(LISTED).map(|(_, judged)| edge::text(judged.text.get(lang))).collect()
    };
    let letter = report.report.grade().letter.map_or_else(|| "–".to_owned(), |letter| letter.to_string());
    let before = earlier.grade.as_deref().map_or_else(|| "–".to_owned(), edge::name);
    let now = percent(report.conformity().proved, lang);
    let proved = earlier.proved.map_or_else(|| "–".to_owned(), |proved| percent(proved, lang));
    let figures = match lang {
        Lang::En => format!("Grade: {before}, then {letter}. Proved: {proved}, then {now}."),
        Lang::Fr => format!("Note\u{a0}: {before}, puis {letter}. Prouvés\u{a0}: {proved}, puis {now}."),
    };
    let day = if lang == Lang::Fr { in_french(&earlier.day) } else { earlier.day.clone() };
    Since { day: edge::text(&day), figures, met: named(Change::Met), lost: named(Change::Contradicted) }
}

/// A sentence on paper, where code needs no marks.
fn unquoted(text: &str) -> String {
    text.replace('`', "")
}
