//! The report as one page that a team opens, prints or sends: nothing is loaded from anywhere, and no script runs.
//!
//! Made to be read by everyone (RGAA 4.1, level AA, as far as a machine can tell): headings in order, tables with captions,
//! pictures with their figures in words, colours that say nothing alone.

mod calendar;
mod history;
mod markup;
mod product;

use std::io::{self, Write};

use askama::Template;

use super::date;
use super::excerpt::Excerpt;
use super::json::{JsonReport, WithFacts};
use crate::facts::Level;
use crate::finding::{Finding, Outcome, Standing};
use crate::grade::{Grade, Letter, PillarGrade};
use crate::location::Location;
use crate::report::Report;
use crate::rule::{Rule, Severity};
use crate::text::{Lang, printable};
use calendar::Calendar;
use history::History;
use markup::{Markup, path, prose};

pub use product::render as render_product;

/// Where the standards stand: a criterion leads there by itself.
const STANDARDS: &str = "https://standards.beta.gouv.fr";

/// How many places of one failure are shown; the others are counted.
const PLACES: usize = 12;

/// Prints the report, beside earlier reports on the same product.
///
/// # Errors
/// Those of the writer.
pub fn render(report: &Report<'_>, earlier: &[JsonReport], out: &mut dyn Write) -> io::Result<()> {
    let now = JsonReport::new(report, WithFacts::No);
    let sections = Sections::new(report, History::new(earlier, &now, report), None, 2);
    let page = Page {
        t: Voice(report.lang),
        first: First::new(report),
        nav: sections.nav(),
        sections: sections.markup()?,
        not_applicable: Some(report.with(Outcome::NotApplicable).count()),
    };
    write(&page, out)
}

/// Writes a page without the lines of spaces that the blocks of its template leave behind them.
fn write(page: &impl Template, out: &mut dyn Write) -> io::Result<()> {
    let text = page.render().map_err(io::Error::other)?;
    for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// What a template says in its language.
#[derive(Clone, Copy)]
struct Voice(Lang);

impl Voice {
    /// One of two wordings, as its language is printed.
    fn tr(self, en: &str, fr: &str) -> Markup {
        prose(self.0.pick(en, fr), self.0)
    }

    /// A sentence in the page's language, as it is printed.
    fn set(self, text: &str) -> Markup {
        prose(text, self.0)
    }

    fn code(self) -> &'static str {
        self.0.pick("en", "fr")
    }

    fn version(self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn home(self) -> &'static str {
        env!("CARGO_PKG_REPOSITORY")
    }
}

/// The page of one repository.
#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    t: Voice,
    first: First,
    nav: Vec<Link>,
    sections: Markup,
    not_applicable: Option<usize>,
}

/// A line of the contents.
struct Link {
    anchor: String,
    title: Markup,
    count: Option<usize>,
}

/// The first screen: which grade, why, what next.
struct First {
    name: String,
    commit: Option<Commit>,
    day: String,
    letter: String,
    letter_class: String,
    score: Option<String>,
    why: Vec<Markup>,
    steps: Vec<Step>,
}

/// All that is told of a repository below the first screen.
#[derive(Template)]
#[template(path = "sections.html")]
struct Sections {
    t: Voice,
    /// The heading that its own headings stand below, and a space: two repositories have sections of the same name.
    o: String,
    /// What its anchors start with.
    p: String,
    /// The level of its headings.
    h: usize,
    pillars: Vec<Pillar>,
    checks: Vec<Checks>,
    failures: Vec<Failure>,
    elsewhere: Vec<Elsewhere>,
    unverified: Vec<Unverified>,
    passing: Vec<Passing>,
    notes: Vec<Markup>,
    calendar: Calendar,
    history: Option<History>,
}

struct Commit {
    short: String,
    url: Option<String>,
}

struct Step {
    /// Where the failure is told.
    anchor: String,
    title: Markup,
    what: Markup,
    /// The repositories of a product in which it fails.
    where_at: Vec<String>,
    letter: String,
    letter_class: String,
    score: String,
}

struct Pillar {
    title: Markup,
    letter: String,
    letter_class: String,
    score: Option<String>,
    width: String,
    failed: u32,
    passed: u32,
    unverified: u32,
}

struct Checks {
    title: &'static str,
    names: Vec<String>,
}

struct Failure {
    rule: String,
    severity: &'static str,
    severity_class: &'static str,
    pillar: Markup,
    title: Markup,
    message: Option<Markup>,
    components: Vec<Markup>,
    places: Vec<Place>,
    more_places: usize,
    why: Markup,
    what: Markup,
    criterion: Option<String>,
    references: Vec<String>,
    followers: Vec<(String, Markup)>,
}

struct Place {
    name: Markup,
    url: Option<String>,
    note: Option<Markup>,
    line: Option<Line>,
}

struct Line {
    number: usize,
    before: String,
    matter: String,
}

/// Failures that do not count, by what keeps them from it.
struct Elsewhere {
    anchor: &'static str,
    title: &'static str,
    lead: &'static str,
    rows: Vec<Row>,
}

struct Row {
    rule: String,
    title: Markup,
    detail: Markup,
}

/// What could not be verified, by reason.
struct Unverified {
    reason: Markup,
    rows: Vec<Row>,
}

struct Passing {
    pillar: Markup,
    rows: Vec<Row>,
}

impl First {
    fn new(report: &Report<'_>) -> Self {
        let (lang, grade) = (report.lang, &report.grade);
        let url = report.pages.as_ref().map(|pages| pages.commit());
        let head = report.head.as_deref().and_then(|head| head.get(..8));
        Self {
            name: printable(&report.name).into_owned(),
            commit: head.map(|short| Commit { short: short.to_owned(), url }),
            day: day(report.as_of, lang),
            letter: name_of(grade.letter),
            letter_class: class_of(grade.letter),
            score: grade.score.map(|score| number(score, lang)),
            why: why(report),
            steps: report.next.iter().filter_map(|step| Step::of(report, step)).collect(),
        }
    }
}

impl Sections {
    fn new(report: &Report<'_>, history: Option<History>, above: Option<&str>, level: usize) -> Self {
        let lang = report.lang;
        Self {
            t: Voice(lang),
            o: above.map(|above| format!("{above} ")).unwrap_or_default(),
            p: above.map(|above| format!("{above}-")).unwrap_or_default(),
            h: level,
            pillars: pillars(&report.grade, |pillar| report.pillar_title(pillar), lang),
            checks: checks(report),
            failures: report.failures().map(|finding| Failure::new(report, finding)).collect(),
            elsewhere: elsewhere(report),
            unverified: unverified(report),
            passing: passing(report),
            notes: report.notes.iter().map(|note| self::note(note, lang)).collect(),
            calendar: Calendar::new(report.delivery, report.measures, report.as_of, lang),
            history,
        }
    }

    fn markup(&self) -> io::Result<Markup> {
        self.render().map(Markup::of_template).map_err(io::Error::other)
    }

    fn nav(&self) -> Vec<Link> {
        let link = |anchor: &str, title: Markup, count: Option<usize>| Link {
            anchor: format!("{}{anchor}", self.p),
            title,
            count,
        };
        let mut nav = Vec::new();
        if !self.pillars.is_empty() {
            nav.push(link("pillars", self.t.tr("Pillars", "Piliers"), None));
        }
        if self.history.is_some() {
            nav.push(link("history", self.t.tr("Over time", "Dans le temps"), None));
        }
        nav.push(link("failures", self.t.tr("To mend", "À corriger"), Some(self.failures.len())));
        for group in &self.elsewhere {
            nav.push(link(group.anchor, self.t.set(group.title), Some(group.rows.len())));
        }
        nav.push(link("deployments", self.t.tr("Deployments", "Mises en production"), None));
        if !self.unverified.is_empty() {
            nav.push(link("unverified", self.t.tr("To verify", "À vérifier"), None));
        }
        if !self.passing.is_empty() {
            nav.push(link("passing", self.t.tr("In order", "En ordre"), None));
        }
        nav.push(Link { anchor: "about".to_owned(), title: self.t.tr("About", "À propos"), count: None });
        nav
    }
}

fn pillars<'t>(grade: &Grade, title: impl Fn(&str) -> &'t str, lang: Lang) -> Vec<Pillar> {
    grade.pillars.iter().map(|pillar| Pillar::new(pillar, title(&pillar.pillar), lang)).collect()
}

impl Step {
    fn of(report: &Report<'_>, step: &crate::report::NextStep) -> Option<Self> {
        let finding = report.findings.iter().find(|finding| finding.rule == step.rule)?;
        Self::new(report.rule(finding), &step.after, step.rule.clone(), Vec::new(), report.lang)
    }

    fn new(rule: &Rule, after: &Grade, anchor: String, where_at: Vec<String>, lang: Lang) -> Option<Self> {
        Some(Self {
            anchor,
            title: prose(rule.title.get(lang), lang),
            what: prose(rule.remediation.get(lang), lang),
            where_at,
            letter: name_of(after.letter),
            letter_class: class_of(after.letter),
            score: number(after.score?, lang),
        })
    }
}

impl Pillar {
    fn new(pillar: &PillarGrade, title: &str, lang: Lang) -> Self {
        Self {
            title: prose(title, lang),
            letter: name_of(pillar.letter),
            letter_class: class_of(pillar.letter),
            score: pillar.score.map(|score| number(score, lang)),
            width: width(pillar.score),
            failed: pillar.failed,
            passed: pillar.passed,
            unverified: pillar.unverified,
        }
    }
}

impl Failure {
    fn new(report: &Report<'_>, finding: &Finding) -> Self {
        let (rule, lang) = (report.rule(finding), report.lang);
        let followers = report.followers(finding);
        let components = if report.names_components(finding) { finding.components.as_slice() } else { &[] };
        Self {
            rule: finding.rule.clone(),
            severity: severity(finding.severity, lang),
            severity_class: finding.severity.name(),
            pillar: prose(report.pillar_title(&finding.pillar), lang),
            title: prose(rule.title.get(lang), lang),
            message: finding.message.as_ref().map(|message| prose(message.get(lang), lang)),
            components: components.iter().map(|folder| path(folder)).collect(),
            places: finding.evidence.iter().take(PLACES).map(|place| Place::new(report, place)).collect(),
            more_places: finding.evidence.len().saturating_sub(PLACES),
            why: prose(rule.why.get(lang), lang),
            what: prose(rule.remediation.get(lang), lang),
            criterion: rule.criterion.clone(),
            references: rule.references.iter().filter(|reference| *reference != STANDARDS).cloned().collect(),
            followers: followers
                .map(|other| (other.rule.clone(), prose(report.rule(other).title.get(lang), lang)))
                .collect(),
        }
    }
}

impl Place {
    fn new(report: &Report<'_>, place: &Location) -> Self {
        let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
        let line_of = |excerpt: Excerpt| {
            let (before, matter) = excerpt.text.split_at(excerpt.from);
            Line { number: excerpt.number, before: before.trim_start().to_owned(), matter: matter.to_owned() }
        };
        Self {
            name: path(&format!("{}{line}", place.path)),
            url: url_of(report, place),
            note: place.note_in(report.lang).map(|note| prose(note, report.lang)),
            line: Excerpt::of(report, place).map(line_of),
        }
    }
}

/// Where a place is seen on the web: the live site itself, or the forge.
fn url_of(report: &Report<'_>, place: &Location) -> Option<String> {
    if place.path.contains("://") {
        let is_web = place.path.starts_with("https://") || place.path.starts_with("http://");
        return is_web.then(|| printable(&place.path).replace(' ', "%20"));
    }
    // What git or the forge shows is no file.
    report.inventory.file(&place.path)?;
    report.pages.as_ref().map(|pages| pages.of(place))
}

/// Why this grade and not another, in a sentence or two.
fn why(report: &Report<'_>) -> Vec<Markup> {
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
    sentences.push(match lang {
        Lang::En => format!("{} % of the weight of the rules could be verified.", grade.coverage),
        Lang::Fr => format!("{}\u{202f}% du poids des règles a pu être vérifié.", grade.coverage),
    });
    sentences.iter().map(|sentence| prose(sentence, lang)).collect()
}

/// How many failures of each severity there are, in a sentence.
fn counts(report: &Report<'_>) -> Option<String> {
    let lang = report.lang;
    let all = [Severity::Blocker, Severity::Major, Severity::Minor, Severity::Info];
    let count = |severity| report.failures().filter(|finding| finding.severity == severity).count();
    let named = |severity| {
        let count = count(severity);
        let many = if count > 1 && severity != Severity::Info && lang == Lang::Fr { "s" } else { "" };
        (count > 0).then(|| format!("{count} {}{many}", self::severity(severity, lang)))
    };
    let parts: Vec<String> = all.into_iter().filter_map(named).collect();
    let head = lang.pick("To mend:", "À corriger\u{a0}:");
    (!parts.is_empty()).then(|| format!("{head} {}.", parts.join(", ")))
}

fn checks(report: &Report<'_>) -> Vec<Checks> {
    let all = report.checks();
    let of = |level: Level| Checks {
        title: super::level(level, report.lang),
        names: all.iter().filter(|(_, own, _)| *own == level).map(|(name, ..)| printable(name).into_owned()).collect(),
    };
    Level::ALL.into_iter().map(of).filter(|checks| !checks.names.is_empty()).collect()
}

fn elsewhere(report: &Report<'_>) -> Vec<Elsewhere> {
    let lang = report.lang;
    let row = |finding: &Finding, detail: &str| Row {
        rule: finding.rule.clone(),
        title: prose(report.rule(finding).title.get(lang), lang),
        detail: prose(detail, lang),
    };
    let first = |finding: &Finding| finding.evidence.first().map(|place| place.to_text(lang)).unwrap_or_default();
    let standing =
        |standing: Standing| report.standing(standing).map(|finding| row(finding, &first(finding))).collect::<Vec<_>>();
    let ignored =
        report.ignored().map(|finding| row(finding, finding.ignored.as_deref().unwrap_or_default())).collect();
    let all = [
        Elsewhere {
            anchor: "known",
            title: lang.pick("Known in the baseline", "Déjà dans la référence"),
            lead: lang.pick(
                "These failures were there when the team wrote its baseline: the grade sees them, the gates do not.",
                "Ces échecs étaient là quand l’équipe a écrit sa référence\u{a0}: la note les voit, les seuils non.",
            ),
            rows: standing(Standing::Known),
        },
        Elsewhere {
            anchor: "untouched",
            title: lang.pick("In files that did not change", "Dans des fichiers inchangés"),
            lead: lang.pick(
                "This audit is about a change: what lies elsewhere weighs on the grade, and not on the gates.",
                "Cet audit porte sur un changement\u{a0}: ce qui est ailleurs pèse sur la note, pas sur les seuils.",
            ),
            rows: standing(Standing::Untouched),
        },
        Elsewhere {
            anchor: "aside",
            title: lang.pick("Set aside by the team", "Mis de côté par l’équipe"),
            lead: lang.pick(
                "These failures leave the grade, for the reason that the team gives.",
                "Ces échecs sortent de la note, pour la raison que donne l’équipe.",
            ),
            rows: ignored,
        },
    ];
    all.into_iter().filter(|group| !group.rows.is_empty()).collect()
}

fn unverified(report: &Report<'_>) -> Vec<Unverified> {
    let lang = report.lang;
    let mut groups: Vec<(String, Unverified)> = Vec::new();
    for finding in report.with(Outcome::Unverified).filter(|finding| finding.follows.is_none()) {
        let reasons: Vec<&str> = finding.reasons.iter().map(|reason| reason.get(lang)).collect();
        let reason = reasons.join(lang.pick("; ", "\u{202f}; "));
        let row = Row {
            rule: finding.rule.clone(),
            title: prose(report.rule(finding).title.get(lang), lang),
            detail: Markup::default(),
        };
        match groups.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, group)) => group.rows.push(row),
            None => {
                let shown = prose(&sentence(&reason), lang);
                groups.push((reason, Unverified { reason: shown, rows: vec![row] }));
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The same words as a sentence of their own.
fn sentence(text: &str) -> String {
    let mut letters = text.trim_end_matches('.').chars();
    let capital = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>());
    format!("{}.", capital.unwrap_or_default())
}

fn passing(report: &Report<'_>) -> Vec<Passing> {
    let lang = report.lang;
    let row = |finding: &Finding| Row {
        rule: finding.rule.clone(),
        title: prose(report.rule(finding).title.get(lang), lang),
        detail: finding.evidence.first().map(|place| prose(&place.to_text(lang), lang)).unwrap_or_default(),
    };
    let of = |pillar: &PillarGrade| Passing {
        pillar: prose(report.pillar_title(&pillar.pillar), lang),
        rows: report.with(Outcome::Pass).filter(|finding| finding.pillar == pillar.pillar).map(row).collect(),
    };
    report.grade.pillars.iter().map(of).filter(|passing| !passing.rows.is_empty()).collect()
}

fn note(note: &crate::source::Note, lang: Lang) -> Markup {
    let place = if note.path.is_empty() { String::new() } else { format!("`{}` – ", note.path.replace('`', "'")) };
    prose(&format!("{place}{}", note.what.get(lang)), lang)
}

fn severity(severity: Severity, lang: Lang) -> &'static str {
    super::severity_column(severity, lang).trim_end()
}

fn name_of(letter: Option<Letter>) -> String {
    letter.map_or_else(|| "–".to_owned(), |letter| letter.to_string())
}

fn class_of(letter: Option<Letter>) -> String {
    letter.map_or_else(|| "none".to_owned(), |letter| letter.to_string().to_lowercase())
}

/// The length of a bar, in percent.
fn width(score: Option<f64>) -> String {
    score.map_or_else(|| "0".to_owned(), |score| format!("{:.1}", score.clamp(0.0, 100.0)))
}

/// A score as its language writes it, with one decimal where it has one.
fn number(score: f64, lang: Lang) -> String {
    let text = format!("{score}");
    if lang == Lang::Fr { text.replace('.', ",") } else { text }
}

/// A day as its language writes it: 27 November 2026, 27 novembre 2026.
fn day(seconds: i64, lang: Lang) -> String {
    const EN: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const FR: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let written = date(seconds);
    let parts: Vec<usize> = written.split('-').filter_map(|part| part.parse().ok()).collect();
    let [year, month, day] = parts.as_slice() else { return written };
    let names = if lang == Lang::Fr { FR } else { EN };
    let first = if lang == Lang::Fr && *day == 1 { "1er".to_owned() } else { day.to_string() };
    names.get(month.saturating_sub(1)).map_or(written.clone(), |name| format!("{first} {name} {year}"))
}
