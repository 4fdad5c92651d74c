//! All that a page shows of a repository below its first screen: pillars, failures, deployments, what passes and what is unverified.

use std::io;

use askama::Template;

use super::calendar::Calendar;
use super::criteria::Criteria;
use super::history::History;
use super::markup::{Markup, path, place, prose};
use crate::base::edge;
use crate::base::location::Location;
use crate::base::text::Lang;
use crate::facts::Level;
use crate::judge::finding::{Finding, Outcome, Standing};
use crate::judge::grade::PillarGrade;
use crate::report::Report;
use crate::report::format::excerpt::Excerpt;
use crate::report::format::html::parts::{Link, Pillar, Voice, class_of_score, pillars, sentence};
use crate::report::format::words::{number, severity_name};
use crate::report::questions::ShownQuestion;

/// Where the standards are: a criterion leads there by itself.
const STANDARDS: &str = "https://standards.beta.gouv.fr";

/// How many places of one failure are shown; the others are counted.
const PLACES: usize = 12;

/// All that is shown of a repository below the first screen.
#[derive(Template)]
#[template(path = "sections.html")]
pub(super) struct Sections {
    t: Voice,
    /// The heading that its own headings are below, and a space: two repositories have sections of the same name.
    o: String,
    /// What its anchors start with.
    p: String,
    /// The level of its headings.
    h: usize,
    pillars: Vec<Pillar>,
    questions: Vec<Answered>,
    checks: Vec<Checks>,
    failures: Vec<Failure>,
    elsewhere: Vec<Elsewhere>,
    unverified: Vec<Unverified>,
    criteria: Option<Criteria>,
    passing: Vec<Passing>,
    notes: Vec<Markup>,
    calendar: Calendar,
    history: Option<History>,
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
    fixable: bool,
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

/// The questions of a pillar.
struct Answered {
    pillar: Markup,
    score: String,
    rows: Vec<QuestionRow>,
}

/// Where a repository stands on a question.
struct QuestionRow {
    title: Markup,
    level: Markup,
    next: Option<Markup>,
    held_by: Vec<String>,
    class: &'static str,
    /// Whether each step above the first level is reached.
    steps: Vec<bool>,
    /// The same in words.
    reached: String,
}

/// The pillars, each with a mark for each of its questions.
fn marked(report: &Report) -> Vec<Pillar> {
    let mut all = pillars(&report.grade, |pillar| report.pillar_title(pillar), report.lang);
    for (shown, pillar) in all.iter_mut().zip(&report.grade.pillars) {
        let questions = report.questions_of(&pillar.pillar);
        shown.marks = questions.map(|question| class_of_score(question.grade.score)).collect();
    }
    all
}

fn questions(report: &Report) -> Vec<Answered> {
    let lang = report.lang;
    let row = |question: ShownQuestion<'_>| {
        let (reached, all) = (question.grade.level, question.grade.levels - 1);
        QuestionRow {
            title: prose(question.title.get(lang), lang),
            level: prose(question.level.get(lang), lang),
            next: question.next.map(|next| prose(next.get(lang), lang)),
            held_by: question.grade.held_by.clone(),
            class: class_of_score(question.grade.score),
            steps: (0..all).map(|step| step < reached).collect(),
            reached: match lang {
                Lang::En => format!("level {} of {}", reached + 1, all + 1),
                Lang::Fr => format!("niveau {} sur {}", reached + 1, all + 1),
            },
        }
    };
    let of = |pillar: &PillarGrade| Answered {
        pillar: prose(report.pillar_title(&pillar.pillar), lang),
        score: pillar.score.map(|score| number(score, lang)).unwrap_or_default(),
        rows: report.questions_of(&pillar.pillar).map(row).collect(),
    };
    report.grade.pillars.iter().map(of).filter(|answered| !answered.rows.is_empty()).collect()
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

impl Sections {
    pub(super) fn new(report: &Report, history: Option<History>, above: Option<&str>, level: usize) -> Self {
        let lang = report.lang;
        Self {
            t: Voice(lang),
            o: above.map(|above| format!("{above} ")).unwrap_or_default(),
            p: above.map(|above| format!("{above}-")).unwrap_or_default(),
            h: level,
            pillars: marked(report),
            questions: questions(report),
            checks: checks(report),
            failures: report.failures().map(|finding| Failure::new(report, finding)).collect(),
            elsewhere: elsewhere(report),
            unverified: unverified(report),
            // Those of a product are its own, not those of each of its repositories.
            criteria: if above.is_none() { Criteria::new(report) } else { None },
            passing: passing(report),
            notes: report.notes.iter().map(|note| self::note(note, lang)).collect(),
            calendar: Calendar::new(report.survey.delivery.as_ref(), &report.survey.measures, report.as_of, lang),
            history,
        }
    }

    pub(super) fn markup(&self) -> io::Result<Markup> {
        self.render().map(Markup::of_template).map_err(io::Error::other)
    }

    pub(super) fn nav(&self) -> Vec<Link> {
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
        nav.push(link("failures", self.t.tr("To fix", "À corriger"), Some(self.failures.len())));
        for group in &self.elsewhere {
            nav.push(link(group.anchor, self.t.set(group.title), Some(group.rows.len())));
        }
        nav.push(link("deployments", self.t.tr("Deployments", "Mises en production"), None));
        if !self.unverified.is_empty() {
            nav.push(link("unverified", self.t.tr("To verify", "À vérifier"), None));
        }
        if self.criteria.is_some() {
            nav.push(link("criteria", self.t.tr("Standards", "Standards"), None));
        }
        if !self.passing.is_empty() {
            nav.push(link("passing", self.t.tr("In order", "En ordre"), None));
        }
        nav.push(Link { anchor: "about".to_owned(), title: self.t.tr("About", "À propos"), count: None });
        nav
    }
}

impl Failure {
    fn new(report: &Report, finding: &Finding) -> Self {
        let (rule, lang) = (report.rule(finding), report.lang);
        let followers = report.followers(finding);
        let components = if report.names_components(finding) { finding.components.as_slice() } else { &[] };
        Self {
            rule: finding.rule.clone(),
            severity: severity_name(finding.severity, lang),
            severity_class: finding.severity.name(),
            pillar: prose(report.pillar_title(&finding.pillar), lang),
            title: prose(rule.title.get(lang), lang),
            message: finding.message.as_ref().map(|message| prose(message.get(lang), lang)),
            components: components.iter().map(|folder| path(folder)).collect(),
            places: finding.evidence.iter().take(PLACES).map(|place| Place::new(report, place)).collect(),
            more_places: finding.evidence.len().saturating_sub(PLACES),
            fixable: report.is_fixable(finding),
            why: prose(rule.why.get(lang), lang),
            what: prose(rule.remediation.get(lang), lang),
            criterion: rule.criterion.as_deref().map(edge::name),
            references: rule
                .references
                .iter()
                .filter(|one| *one != STANDARDS)
                .filter_map(|one| edge::link(one))
                .collect(),
            followers: followers
                .map(|other| (other.rule.clone(), prose(report.rule(other).title.get(lang), lang)))
                .collect(),
        }
    }
}

impl Place {
    fn new(report: &Report, place: &Location) -> Self {
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
fn url_of(report: &Report, place: &Location) -> Option<String> {
    if place.is_address() {
        return edge::link(&place.path);
    }
    // What git or the forge shows is not a file.
    report.survey.inventory.file(&place.path)?;
    report.pages.as_ref().and_then(|pages| edge::link(&pages.of(place)))
}

fn checks(report: &Report) -> Vec<Checks> {
    let all = report.checks();
    let of = |level: Level| Checks {
        title: crate::report::format::words::level(level, report.lang),
        names: all.iter().filter(|(_, own, _)| *own == level).map(|(name, ..)| edge::name(name)).collect(),
    };
    Level::ALL.into_iter().map(of).filter(|checks| !checks.names.is_empty()).collect()
}

fn elsewhere(report: &Report) -> Vec<Elsewhere> {
    let lang = report.lang;
    let row = |finding: &Finding, detail: Markup| Row {
        rule: finding.rule.clone(),
        title: prose(report.rule(finding).title.get(lang), lang),
        detail,
    };
    let first = |finding: &Finding| finding.evidence.first().map(|seen| place(seen, lang)).unwrap_or_default();
    let standing =
        |standing: Standing| report.standing(standing).map(|finding| row(finding, first(finding))).collect::<Vec<_>>();
    let ignored = report
        .ignored()
        .map(|finding| row(finding, prose(finding.ignored.as_deref().unwrap_or_default(), lang)))
        .collect();
    let all = [
        Elsewhere {
            anchor: "known",
            title: lang.pick("Known in the baseline", "Déjà dans la référence"),
            lead: lang.pick(
                "These failures were there when the team wrote its baseline: they count for the grade, but not for the gates.",
                "Ces échecs étaient là quand l’équipe a écrit sa référence\u{a0}: la note les voit, les seuils non.",
            ),
            rows: standing(Standing::Baselined),
        },
        Elsewhere {
            anchor: "untouched",
            title: lang.pick("From before this change", "D’avant ce changement"),
            lead: lang.pick(
                "This audit is about a change: failures that were there before count for the grade, but not for the gates.",
                "Cet audit porte sur un changement\u{a0}: ce qui était déjà en échec pèse sur la note, pas sur les seuils.",
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

fn unverified(report: &Report) -> Vec<Unverified> {
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

fn passing(report: &Report) -> Vec<Passing> {
    let lang = report.lang;
    let row = |finding: &Finding| Row {
        rule: finding.rule.clone(),
        title: prose(report.rule(finding).title.get(lang), lang),
        detail: finding.evidence.first().map(|seen| place(seen, lang)).unwrap_or_default(),
    };
    let of = |pillar: &PillarGrade| Passing {
        pillar: prose(report.pillar_title(&pillar.pillar), lang),
        rows: report.with(Outcome::Pass).filter(|finding| finding.pillar == pillar.pillar).map(row).collect(),
    };
    report.grade.pillars.iter().map(of).filter(|passing| !passing.rows.is_empty()).collect()
}

fn note(note: &crate::read::source::Note, lang: Lang) -> Markup {
    let place = if note.path.is_empty() {
        String::new()
    } else {
        format!("`{}` – ", edge::name(&note.path).replace('`', "'"))
    };
    prose(&format!("{place}{}", note.what.get(lang)), lang)
}
