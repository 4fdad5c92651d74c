//! What several pages are made of: the masthead, the pillars, the steps.

use std::io::{self, Write};

use askama::Template;

use crate::base::date::{date, in_words};
use crate::base::edge;
use crate::base::severity::Severity;
use crate::base::text::{Lang, short_commit};
use crate::judge::grade::{Grade, Letter, PillarGrade};
use crate::judge::rule::Rule;
use crate::report::Report;
use crate::report::format::html::markup::{Markup, prose};
use crate::report::format::words::{
    letter_or_dash, named_services, number, service as describe_service, service_name, severity_name,
};

/// Writes a page without the lines of spaces that the blocks of its template leave behind them.
pub(crate) fn write(page: &impl Template, out: &mut dyn Write) -> io::Result<()> {
    let text = page.render().map_err(io::Error::other)?;
    for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// What a template says in its language.
#[derive(Clone, Copy)]
pub(crate) struct Voice(pub(super) Lang);

impl Voice {
    /// One of two wordings, as its language is printed.
    pub(super) fn tr(self, en: &str, fr: &str) -> Markup {
        prose(self.0.pick(en, fr), self.0)
    }

    /// A sentence in the page's language, as it is printed.
    pub(super) fn set(self, text: &str) -> Markup {
        prose(text, self.0)
    }

    pub(super) fn code(self) -> &'static str {
        self.0.pick("en", "fr")
    }

    pub(super) fn version(self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    pub(super) fn home(self) -> &'static str {
        env!("CARGO_PKG_REPOSITORY")
    }
}

/// A line of the contents.
pub(crate) struct Link {
    pub(super) anchor: String,
    pub(super) title: Markup,
    pub(super) count: Option<usize>,
}

/// The first screen: which grade, why, what next.
pub(crate) struct First {
    pub(super) name: String,
    pub(super) commit: Option<Commit>,
    pub(super) day: String,
    pub(super) letter: String,
    pub(super) letter_class: String,
    pub(super) score: Option<String>,
    pub(super) why: Vec<Markup>,
    /// What is deployed: a folder and what runs from it.
    pub(super) services: Vec<(String, String)>,
    pub(super) steps: Vec<Step>,
}

pub(crate) struct Commit {
    pub(super) short: String,
    pub(super) url: Option<String>,
}

pub(crate) struct Step {
    /// Where the failure is described.
    pub(super) anchor: String,
    pub(super) title: Markup,
    pub(super) what: Markup,
    /// The repositories of a product in which it fails.
    pub(super) where_at: Vec<String>,
    pub(super) letter: String,
    pub(super) letter_class: String,
    pub(super) score: String,
}

pub(crate) struct Pillar {
    pub(super) title: Markup,
    pub(super) letter: String,
    pub(super) letter_class: String,
    pub(super) score: Option<String>,
    pub(super) width: String,
    /// How each of its questions is answered; none for a product of several repositories.
    pub(super) marks: Vec<&'static str>,
    pub(super) failed: u32,
    pub(super) passed: u32,
    pub(super) unverified: u32,
}

impl First {
    pub(super) fn new(report: &Report) -> Self {
        let (lang, grade) = (report.lang, &report.grade);
        let url = report.pages.as_ref().and_then(|pages| edge::link(&pages.commit()));
        let head = report.head.as_deref().map(short_commit);
        Self {
            name: edge::name(&report.name),
            commit: head.map(|short| Commit { short: short.to_owned(), url }),
            day: day(report.as_of, lang),
            letter: letter_or_dash(grade.letter),
            letter_class: class_of(grade.letter),
            score: grade.score.map(|score| number(score, lang)),
            why: why(report),
            services: named_services(report)
                .map(|service| (service_name(service), describe_service(service, lang)))
                .collect(),
            steps: report.next.iter().filter_map(|step| Step::of(report, step)).collect(),
        }
    }
}

pub(crate) fn pillars<'t>(grade: &Grade, title: impl Fn(&str) -> &'t str, lang: Lang) -> Vec<Pillar> {
    grade.pillars.iter().map(|pillar| Pillar::new(pillar, title(&pillar.pillar), lang)).collect()
}

impl Step {
    pub(super) fn of(report: &Report, step: &crate::report::NextStep) -> Option<Self> {
        let finding = report.findings.iter().find(|finding| finding.rule == step.rule)?;
        Self::new(report.rule(finding), &step.after, step.rule.clone(), Vec::new(), report.lang)
    }

    pub(super) fn new(rule: &Rule, after: &Grade, anchor: String, where_at: Vec<String>, lang: Lang) -> Option<Self> {
        Some(Self {
            anchor,
            title: prose(rule.title.get(lang), lang),
            what: prose(rule.remediation.get(lang), lang),
            where_at,
            letter: letter_or_dash(after.letter),
            letter_class: class_of(after.letter),
            score: number(after.score?, lang),
        })
    }
}

impl Pillar {
    pub(super) fn new(pillar: &PillarGrade, title: &str, lang: Lang) -> Self {
        Self {
            title: prose(title, lang),
            letter: letter_or_dash(pillar.letter),
            letter_class: class_of(pillar.letter),
            score: pillar.score.map(|score| number(score, lang)),
            width: width(pillar.score),
            marks: Vec::new(),
            failed: pillar.failed,
            passed: pillar.passed,
            unverified: pillar.unverified,
        }
    }
}

/// How good a score is, as the style sheet names it.
pub(super) fn class_of_score(score: f64) -> &'static str {
    match score {
        score if score >= 85.0 => "a",
        score if score >= 70.0 => "b",
        score if score >= 50.0 => "c",
        score if score >= 25.0 => "d",
        _ => "f",
    }
}

/// Why this grade and not another, in a sentence or two.
pub(crate) fn why(report: &Report) -> Vec<Markup> {
    let (grade, lang) = (&report.grade, report.lang);
    let mut sentences = Vec::new();
    let Some(letter) = grade.letter else {
        let (en, fr) = match report.is_of_nothing() {
            true => ("There is nothing to audit here.", "Il n’y a rien à auditer ici."),
            false => ("Nothing could be verified here.", "Rien n’a pu être vérifié ici."),
        };
        return vec![prose(lang.pick(en, fr), lang)];
    };
    let blocker = report.findings.iter().find(|finding| finding.is_failure() && finding.severity == Severity::Blocker);
    if let (Some(bare), Some(blocker)) = (grade.uncapped, blocker) {
        let title = report.rule(blocker).title.get(lang);
        sentences.push(match lang {
            Lang::En => {
                format!("A blocking point keeps the grade at {letter}: “{title}”. Without it, it would be {bare}.")
            }
            Lang::Fr => {
                format!("Un point bloquant retient la note à {letter}\u{a0}: «\u{a0}{title}\u{a0}». Sans lui, elle serait {bare}.")
            }
        });
    }
    sentences.extend(counts(report));
    let dearest: Vec<&str> =
        report.dearest_pillars().into_iter().take(2).map(|pillar| report.pillar_title(pillar)).collect();
    sentences.push(match (dearest.as_slice(), lang) {
        ([], Lang::En) => "All that could be verified is in order.".to_owned(),
        ([], Lang::Fr) => "Tout ce qui a pu être vérifié est en ordre.".to_owned(),
        ([one], Lang::En) => format!("What is missing is in one pillar: {one}."),
        ([one], Lang::Fr) => format!("Ce qui manque tient à un seul pilier\u{a0}: {one}."),
        ([one, two, ..], Lang::En) => format!("Two pillars cost it most: {one}, then {two}."),
        ([one, two, ..], Lang::Fr) => format!("Deux piliers pèsent le plus\u{a0}: {one}, puis {two}."),
    });
    sentences.push(weight_verified(grade, lang));
    sentences.extend(report.lowered.as_ref().map(|lowered| sentence(lowered.get(lang))));
    sentences.iter().map(|sentence| prose(sentence, lang)).collect()
}

/// The same words as a sentence of their own.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    let capital = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>());
    format!("{}.", capital.unwrap_or_default())
}

/// How much of the weight of the rules was verified, in a sentence.
pub(crate) fn weight_verified(grade: &Grade, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{} % of the weight of the rules could be verified.", grade.coverage),
        Lang::Fr => format!("{}\u{202f}% du poids des règles a pu être vérifié.", grade.coverage),
    }
}

/// How many failures of each severity there are, in a sentence.
pub(crate) fn counts(report: &Report) -> Option<String> {
    let lang = report.lang;
    let all = [Severity::Blocker, Severity::Major, Severity::Minor, Severity::Info];
    let count = |severity| report.failures().filter(|finding| finding.severity == severity).count();
    let named = |severity| {
        let count = count(severity);
        let many = if count > 1 && severity != Severity::Info && lang == Lang::Fr { "s" } else { "" };
        (count > 0).then(|| format!("{count} {}{many}", severity_name(severity, lang)))
    };
    let parts: Vec<String> = all.into_iter().filter_map(named).collect();
    let head = lang.pick("To fix:", "À corriger\u{a0}:");
    (!parts.is_empty()).then(|| format!("{head} {}.", parts.join(", ")))
}

pub(crate) fn class_of(letter: Option<Letter>) -> String {
    letter.map_or_else(|| "none".to_owned(), |letter| letter.to_string().to_lowercase())
}

/// The length of a bar, in percent.
pub(crate) fn width(score: Option<f64>) -> String {
    score.map_or_else(|| "0".to_owned(), |score| format!("{:.1}", score.clamp(0.0, 100.0)))
}

/// A day as its language writes it: 27 November 2026, 27 novembre 2026.
pub(crate) fn day(seconds: i64, lang: Lang) -> String {
    in_words(&date(seconds), lang)
}
