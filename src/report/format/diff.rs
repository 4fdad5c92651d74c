//! What has changed between two reports: as text, Markdown and JSON.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::markdown::{escaped, inline};
use crate::base::edge;
use crate::base::text::{Lang, short_commit};
use crate::judge::grade::Pillar;
use crate::report::diff::{Diff, RuleChange, Side};
use crate::report::format::words::{letter_or_dash, number, score_or_dash, severity_column, severity_name};

/// Prints the changes for people.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render_text(diff: &Diff, titles: &[Pillar], lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let _ = writeln!(text, "{}  {}", edge::name(&diff.after.repository), span(diff));
    let _ = writeln!(text, "{}", grades(diff, lang));
    for doubt in doubts(diff, lang) {
        let _ = writeln!(text, "{doubt}");
    }
    for change in &diff.pillars {
        let score = |score| score_or_dash(score, lang);
        let title = pillar(titles, &change.pillar, lang);
        let _ = writeln!(text, "  {title:<14} {:>5} → {:>5}", score(change.before), score(change.after));
    }
    for (title, changes) in nonempty_lists(diff, lang) {
        let _ = writeln!(text, "\n{title} ({})", changes.len());
        for change in changes {
            let severity = severity_column(change.severity, lang);
            let places = places(change, lang);
            let gap = if places.is_empty() { "" } else { "  " };
            let _ = writeln!(
                text,
                "  {severity} [{}] {}{gap}{places}",
                edge::name(&change.rule),
                edge::text(&change.title)
            );
        }
    }
    if diff.is_empty() {
        let _ = writeln!(text, "\n{}", lang.pick("Nothing has changed.", "Rien n’a changé."));
    }
    out.write_all(edge::inert(&text).as_bytes())
}

/// Prints the changes as GitHub-flavoured Markdown, for the comment of a change.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render_markdown(diff: &Diff, titles: &[Pillar], lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let _ = writeln!(text, "## {}\n", grades(diff, lang));
    let _ = writeln!(text, "{} · {}\n", escaped(&diff.after.repository), escaped(&span(diff)));
    for doubt in doubts(diff, lang) {
        let _ = writeln!(text, "> {}\n", escaped(&doubt));
    }
    if !diff.pillars.is_empty() {
        let heads = lang.pick("| pillar | before | after |", "| pilier | avant | après |");
        let _ = writeln!(text, "{heads}\n|---|---|---|");
        for change in &diff.pillars {
            let score = |score| score_or_dash(score, lang);
            let _ = writeln!(
                text,
                "| {} | {} | {} |",
                escaped(&pillar(titles, &change.pillar, lang)),
                score(change.before),
                score(change.after)
            );
        }
    }
    for (title, changes) in nonempty_lists(diff, lang) {
        let _ = writeln!(text, "\n### {title} ({})\n", changes.len());
        for change in changes {
            let severity = severity_name(change.severity, lang);
            let places = places(change, lang);
            let gap = if places.is_empty() { "" } else { " – " };
            let (title, rule) = (inline(&change.title), escaped(&change.rule));
            let _ = writeln!(text, "- **{severity}** {title} ({rule}){gap}{places}");
        }
    }
    if diff.is_empty() {
        let _ = writeln!(text, "{}", lang.pick("Nothing has changed.", "Rien n’a changé."));
    }
    out.write_all(edge::inert_with(&text, "&#58;").as_bytes())
}

/// Prints the changes as one JSON object.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render_json(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(edge::json(diff)?.as_bytes())
}

/// The name of a pillar, where it is a known one.
fn pillar(titles: &[Pillar], id: &str, lang: Lang) -> String {
    let title = titles.iter().find(|pillar| pillar.id == id).map(|pillar| pillar.title.get(lang));
    edge::text(title.unwrap_or(id))
}

/// What makes the comparison less than certain.
pub(super) fn doubts(diff: &Diff, lang: Lang) -> Vec<String> {
    let mut doubts = Vec::new();
    let (before, after) = (&diff.before, &diff.after);
    if diff.is_of_two_repositories() {
        let (one, other) = (edge::name(&before.repository), edge::name(&after.repository));
        doubts.push(match lang {
            Lang::En => format!("These reports are of two repositories: {one} and {other}."),
            Lang::Fr => format!("Ces rapports portent sur deux dépôts\u{a0}: {one} et {other}."),
        });
    }
    if diff.is_of_two_versions() {
        let (one, other) = (edge::name(&before.equerre), edge::name(&after.equerre));
        doubts.push(match lang {
            Lang::En => {
                format!("Equerre itself has changed from {one} to {other}: its rules may explain a difference.")
            }
            Lang::Fr => {
                format!(
                    "Equerre aussi a changé, de {one} à {other}\u{a0}: ses règles peuvent expliquer une différence."
                )
            }
        });
    }
    doubts
}

/// How many places a failure gained and lost.
pub(super) fn places(change: &RuleChange, lang: Lang) -> String {
    let count = |count: usize, en: [&str; 2], fr: [&str; 2]| {
        let [one, many] = if lang == Lang::Fr { fr } else { en };
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    };
    let new = count(change.new_places, ["new place", "new places"], ["nouvel emplacement", "nouveaux emplacements"]);
    let gone =
        count(change.gone_places, ["place fixed", "places fixed"], ["emplacement corrigé", "emplacements corrigés"]);
    // What appears or goes away altogether needs no count.
    if change.before != change.after {
        return String::new();
    }
    new.into_iter().chain(gone).collect::<Vec<_>>().join(", ")
}

/// What has changed, kind by kind, with their titles: new, fixed, moved, set aside, lost.
pub(super) fn lists(diff: &Diff, lang: Lang) -> [(&'static str, &[RuleChange]); 5] {
    [
        (lang.pick("New", "Nouveau"), diff.new.as_slice()),
        (lang.pick("Fixed", "Corrigé"), &diff.fixed),
        (lang.pick("In other places", "À d’autres endroits"), &diff.moved),
        (lang.pick("Set aside since", "Mis de côté depuis"), &diff.set_aside),
        (lang.pick("Not verified any more", "N’est plus vérifié"), &diff.lost),
    ]
}

/// The lists of [`lists`] that hold something.
fn nonempty_lists(diff: &Diff, lang: Lang) -> impl Iterator<Item = (&'static str, &[RuleChange])> {
    lists(diff, lang).into_iter().filter(|(_, changes)| !changes.is_empty())
}

fn grades(diff: &Diff, lang: Lang) -> String {
    let of = |side: &Side| {
        let letter = letter_or_dash(side.letter);
        let score = side.score.map_or_else(String::new, |score| format!(" ({})", number(score, lang)));
        format!("{letter}{score}")
    };
    let (before, after) = (of(&diff.before), of(&diff.after));
    let name = lang.pick("Grade", "Note");
    if before == after {
        return match lang {
            Lang::En => format!("{name} {after}, as before"),
            Lang::Fr => format!("{name} {after}, comme avant"),
        };
    }
    format!("{name} {before} → {after}")
}

fn span(diff: &Diff) -> String {
    let of = |side: &Side| {
        let commit = side.head.as_deref().map(short_commit).map(|head| format!(" {head}"));
        edge::name(&format!("{}{}", side.day(), commit.unwrap_or_default()))
    };
    format!("{} → {}", of(&diff.before), of(&diff.after))
}
