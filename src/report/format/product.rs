//! The report on a product: for the terminal, as Markdown and as JSON.

use std::fmt::Write as _;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::markdown::{escaped, inline};
use crate::base::date::date;
use crate::base::edge;
use crate::base::severity::Severity;
use crate::base::text::Lang;
use crate::judge::grade::Grade;
use crate::report::Report;
use crate::report::format::words::{
    letter_or_dash, more_services, number, product_services, score_or_dash, severity_column, severity_name, verified,
    would_give,
};
use crate::report::json::product::JsonProduct;
use crate::report::product_report::{AuditedRepository, ProductReport};

/// How many of the repositories the grade stands for; nothing where there is one, and it was audited.
pub(super) fn scope(product: &ProductReport) -> Option<String> {
    let (audited, all) = (product.reports().count(), product.repositories.len());
    (all > 1 || audited < all).then(|| match (product.lang, audited == all) {
        (Lang::En, true) => format!("The grade is that of the {all} repositories together."),
        (Lang::En, false) => {
            format!("The grade is that of {audited} of {all} repositories: the others could not be audited.")
        }
        (Lang::Fr, true) => format!("La note porte sur les {all} dépôts ensemble."),
        (Lang::Fr, false) => {
            let many = if audited < 2 { "dépôt" } else { "dépôts" };
            format!("La note porte sur {audited} {many} sur {all}\u{a0}: les autres n’ont pas pu être audités.")
        }
    })
}

/// Prints the report as one JSON object.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render_json(product: &ProductReport, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(edge::json(&JsonProduct::new(product))?.as_bytes())
}

/// A grade as one line: the letter, the score and what was verified.
fn graded(grade: &Grade, lang: Lang) -> String {
    let Some((letter, score)) = grade.letter.zip(grade.score) else {
        return lang.pick("No grade", "Pas de note").to_owned();
    };
    let name = lang.pick("Grade", "Note");
    format!("{name} {letter}  {:.0}/100  ({})", score.floor(), verified(grade, lang))
}

/// Prints the report for people.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render_text(product: &ProductReport, quiet: bool, out: &mut dyn Write) -> io::Result<()> {
    let lang = product.lang;
    let mut text = String::new();
    let _ = writeln!(text, "{}  {}", edge::name(&product.name), date(product.as_of));
    let _ = writeln!(text, "{}", graded(&product.grade, lang));
    if quiet {
        return out.write_all(edge::inert(&text).as_bytes());
    }
    if let Some(sentence) = scope(product) {
        let _ = writeln!(text, "{sentence}");
    }
    text.push('\n');
    let widest = product.repositories.iter().map(|audited| edge::name(&audited.name).width()).max().unwrap_or(0);
    for audited in &product.repositories {
        let name = edge::name(&audited.name);
        let pad = " ".repeat(widest - name.width());
        match &audited.report {
            Ok(report) => {
                let letter = letter_or_dash(report.grade.letter);
                let score = report.grade.score.map_or_else(|| "–".to_owned(), |score| format!("{:.0}", score.floor()));
                let count = report.failures().count();
                let fix = lang.pick("to fix", "à corriger");
                let _ = write!(text, "  {name}{pad}  {letter}  {score:>3}  {count:>3} {fix}");
                if let Some(url) = &audited.url {
                    let site = audited.observatory().unwrap_or_else(|| lang.pick("not seen", "non vu").to_owned());
                    let reason = audited.unseen(lang).map(|reason| format!(" ({reason})")).unwrap_or_default();
                    let _ = write!(text, "  {} {site}{}", edge::name(url), edge::text(&reason));
                }
                text.push('\n');
                if let Some(lowered) = &report.lowered {
                    let _ = writeln!(text, "  {}  {}", " ".repeat(widest), edge::text(lowered.get(lang)));
                }
            }
            Err(reason) => {
                let not = lang.pick("not audited:", "non audité\u{a0}:");
                let _ = writeln!(text, "  {name}{pad}  –    –  {not} {}", edge::text(reason.get(lang)));
                if let Some((url, reason)) = audited.url.as_ref().zip(audited.unseen(lang)) {
                    let unseen = lang.pick("not seen:", "non vu\u{a0}:");
                    let _ = writeln!(text, "  {}  {} {unseen} {reason}", " ".repeat(widest), edge::name(url));
                }
            }
        }
    }
    let (services, more) = product_services(product);
    let widest = services.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    for (rank, (name, line)) in services.iter().enumerate() {
        let gap = if rank == 0 { "\n" } else { "" };
        let _ = writeln!(text, "{gap}  {name}{}  {line}", " ".repeat(widest - name.width()));
    }
    if more > 0 {
        let _ = writeln!(text, "  {}", more_services(more, lang));
    }
    for (rank, step) in product.next.iter().enumerate() {
        let names: Vec<&str> = step.repositories.iter().map(|(_, name)| name.as_str()).collect();
        let (letter, score) = (step.step.after.letter, step.step.after.score.unwrap_or_default());
        let letter = letter.map_or_else(String::new, |letter| letter.to_string());
        if rank == 0 {
            text.push('\n');
        }
        let names = edge::name(&names.join(", "));
        let sentence = would_give(&step.step.rule, Some(&names), &letter, &number(score, lang), lang);
        let _ = writeln!(text, "{sentence}");
    }
    for (_, audited, report) in product.reports() {
        failures(audited, report, &mut text);
    }
    out.write_all(edge::inert(&text).as_bytes())
}

/// The failures of a repository that matter, one a line.
fn failures(audited: &AuditedRepository, report: &Report, text: &mut String) {
    let lang = report.lang;
    let matter: Vec<_> = report.failures().filter(|finding| finding.severity > Severity::Info).collect();
    if matter.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", edge::name(&audited.name));
    for finding in matter {
        let title = edge::text(report.rule(finding).title.get(lang));
        let place = finding.evidence.first().map(|place| format!("  {}", edge::name(&place.path))).unwrap_or_default();
        let _ = writeln!(text, "  {} [{}] {title}{place}", severity_column(finding.severity, lang), finding.rule);
    }
    let left = report.failures().filter(|finding| finding.severity == Severity::Info).count();
    if left > 0 {
        let _ = match lang {
            Lang::En => writeln!(text, "  and {left} for information"),
            Lang::Fr => writeln!(text, "  et {left} pour information"),
        };
    }
}

/// Prints the report as GitHub-flavoured Markdown.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render_markdown(product: &ProductReport, out: &mut dyn Write) -> io::Result<()> {
    let lang = product.lang;
    let mut text = String::new();
    let _ =
        writeln!(text, "# {}\n\n{} · {}\n", escaped(&product.name), graded(&product.grade, lang), date(product.as_of));
    let heads = lang.pick(
        "| repository | grade | score | to fix | live site |",
        "| dépôt | note | score | à corriger | site en ligne |",
    );
    let _ = writeln!(text, "{heads}\n|---|---|---|---|---|");
    for audited in &product.repositories {
        let name = escaped(&audited.name);
        match &audited.report {
            Ok(report) => {
                let letter = letter_or_dash(report.grade.letter);
                let score = score_or_dash(report.grade.score, lang);
                let site = audited
                    .url
                    .as_ref()
                    .map(|url| format!("{} {}", escaped(url), audited.observatory().unwrap_or_else(|| "–".to_owned())));
                let count = report.failures().count();
                let _ = writeln!(text, "| {name} | {letter} | {score} | {count} | {} |", site.unwrap_or_default());
            }
            Err(_) => {
                let _ = writeln!(text, "| {name} | – | – | – | |");
            }
        }
    }
    text.push('\n');
    if let Some(sentence) = scope(product) {
        let _ = writeln!(text, "{}\n", escaped(&sentence));
    }
    for audited in &product.repositories {
        if let Err(reason) = &audited.report {
            let not = lang.pick("not audited:", "non audité\u{a0}:");
            let _ = writeln!(text, "- {} {not} {}", escaped(&audited.name), escaped(reason.get(lang)));
        }
        if let Some((url, reason)) = audited.url.as_ref().zip(audited.unseen(lang)) {
            let not = lang.pick("not seen:", "non vu\u{a0}:");
            let _ = writeln!(text, "- {} {not} {}", escaped(url), escaped(&reason));
        }
    }
    let (services, more) = product_services(product);
    for (name, line) in &services {
        let _ = writeln!(text, "- **{}** {}", escaped(name), escaped(line));
    }
    if more > 0 {
        let _ = writeln!(text, "- {}", more_services(more, lang));
    }
    if !services.is_empty() {
        text.push('\n');
    }
    for step in &product.next {
        let names: Vec<String> = step.repositories.iter().map(|(_, name)| escaped(name)).collect();
        let letter = step.step.after.letter.map_or_else(String::new, |letter| letter.to_string());
        let (names, score) = (names.join(", "), number(step.step.after.score.unwrap_or_default(), lang));
        let sentence = would_give(&step.step.rule, Some(&names), &format!("**{letter}**"), &score, lang);
        let _ = writeln!(text, "- {sentence}");
    }
    for (_, audited, report) in product.reports() {
        let _ = writeln!(text, "\n## {}\n", escaped(&audited.name));
        if let Some(lowered) = &report.lowered {
            let _ = writeln!(text, "> {}\n", escaped(lowered.get(lang)));
        }
        for finding in report.failures() {
            let severity = severity_name(finding.severity, lang);
            let title = inline(report.rule(finding).title.get(lang));
            let _ = writeln!(text, "- **{severity}** {title} (`{}`)", finding.rule);
        }
    }
    out.write_all(edge::inert_with(&text, "&#58;").as_bytes())
}
