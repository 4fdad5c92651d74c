//! Everything that an output may see: one model for all formats.

pub(crate) mod audited;
pub(crate) mod criteria;
pub(crate) mod diff;
pub(crate) mod earlier;
pub(crate) mod format;
pub(crate) mod json;
pub(crate) mod product_report;
mod questions;
pub(crate) mod site_report;
pub(crate) mod standards_report;

use std::collections::BTreeMap;

use crate::base::location::Location;
use crate::base::severity::Severity;
use crate::base::text::{Lang, Localized};
use crate::facts::{Level, checks};
use crate::judge::answer::Answer;
use crate::judge::finding::{Finding, Outcome, Standing};
use crate::judge::grade::{Grade, Judged, PillarGrade, Policy, grade, grade_once_fixed};
use crate::judge::rule::Rule;
use crate::judge::rule::pack::Rules;
use crate::judge::rule::questions::answers;
use crate::judge::tier::Tier;
use crate::model::forge::pages::Pages;
use crate::read::source::Note;
use crate::survey::Survey;

/// What fixing one failure would bring.
#[derive(Debug, Clone, PartialEq)]
pub struct NextStep {
    /// The rule to fix.
    pub rule: String,
    /// The grade once it is fixed, with what follows it.
    pub after: Grade,
}

/// The result of an audit, from which every format is written.
///
/// ```
/// # fn main() -> Result<(), equerre::Error> {
/// # let folder = tempfile::tempdir()?;
/// # std::fs::write(folder.path().join("index.js"), "console.log(1)\n")?;
/// let report = equerre::check(folder.path(), &equerre::Options::default())?;
/// let mut page = Vec::new();
/// report.render(equerre::Format::Html, &mut page)?;
/// assert!(page.starts_with(b"<!doctype html>") || page.starts_with(b"<!DOCTYPE html>"));
/// # Ok(())
/// # }
/// ```
pub struct Report {
    /// The language of texts.
    pub lang: Lang,
    /// The name of what was audited.
    pub name: String,
    /// Full object id of the commit that was audited, where there is one.
    pub head: Option<String>,
    /// The date of the audit, in seconds since 1970.
    pub as_of: i64,
    /// The grade.
    pub grade: Grade,
    /// Every rule's result, the failures first, by importance.
    pub findings: Vec<Finding>,
    /// The most useful things to do next, at most three.
    pub next: Vec<NextStep>,
    /// What could not be read, and ignores that match nothing; first, what the settings of the repository change.
    pub notes: Vec<Note>,
    /// What the settings of the repository change in its audit, which is the first note too.
    pub(crate) lowered: Option<Localized>,
    /// Where the forge shows the commit, for a repository that lives on one.
    pub(crate) pages: Option<Pages>,
    /// Everything that is known of the repository.
    pub(crate) survey: Survey,
    /// The rules that were evaluated, and the policy of the grade.
    pub(crate) rules: Rules,
    /// What the survey answers to the questions of the grade.
    pub(crate) answers: Vec<Answer>,
    /// The rules whose failure a machine can write the fix of, where the files of the audit can be written.
    pub(crate) fixable: Vec<&'static str>,
    /// The rank of each rule, by name.
    ranks: BTreeMap<String, usize>,
}

/// What a report is made of.
pub(crate) struct Parts {
    /// The language of texts.
    pub(crate) lang: Lang,
    /// The name of what was audited.
    pub(crate) name: String,
    /// Every rule's result.
    pub(crate) findings: Vec<Finding>,
    /// Notices.
    pub(crate) notes: Vec<Note>,
    /// What the settings of the repository change in its audit.
    pub(crate) lowered: Option<Note>,
    /// Where the forge shows the commit.
    pub(crate) pages: Option<Pages>,
    /// Everything that is known of the repository.
    pub(crate) survey: Survey,
    /// The rules.
    pub(crate) rules: Rules,
}

impl Report {
    /// Grades and orders findings.
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { lang, name, mut findings, mut notes, lowered, pages, survey, rules } = parts;
        sort(&mut findings, &rules.policy);
        let answers = answers(&rules.policy, &survey);
        let judged = [Judged { findings: &findings, answers: &answers }];
        let grade = grade(&judged, &rules.policy);
        let next = next_steps(&judged, &rules.policy, &grade);
        let said = lowered.as_ref().map(|note| note.what.clone());
        notes.splice(0..0, lowered);
        let head = survey.history.as_ref().ok().and_then(|history| history.head.as_ref());
        Self {
            lang,
            name,
            head: head.map(|head| head.id.clone()),
            as_of: survey.as_of,
            grade,
            findings,
            answers,
            fixable: Vec::new(),
            next,
            notes,
            lowered: said,
            pages,
            ranks: rules.all.iter().enumerate().map(|(rank, rule)| (rule.id.clone(), rank)).collect(),
            survey,
            rules,
        }
    }

    /// How far each linter, formatter, type checker and suite of tests goes.
    pub(crate) fn checks(&self) -> Vec<(&str, Level, Option<&Location>)> {
        self.survey.facts.get("enforcement").map(checks).unwrap_or_default()
    }

    /// The rule of a finding.
    ///
    /// # Panics
    /// Never: findings come from these rules.
    pub fn rule(&self, finding: &Finding) -> &Rule {
        let rank = self.ranks.get(&finding.rule).expect("a finding comes from a loaded rule");
        &self.rules.all[*rank]
    }

    /// The name of a pillar in the report's language.
    pub fn pillar_title(&self, id: &str) -> &str {
        self.rules.policy.pillars.iter().find(|pillar| pillar.id == id).map_or("", |pillar| pillar.title.get(self.lang))
    }

    /// The pillars that cost the grade most, the most expensive first: those whose score is not full, by what they lose and weigh.
    pub fn dearest_pillars(&self) -> Vec<&str> {
        let weight =
            |id: &str| self.rules.policy.pillars.iter().find(|known| known.id == id).map_or(0, |known| known.weight);
        let lost = |pillar: &PillarGrade| (100.0 - pillar.score.unwrap_or(100.0)) * f64::from(weight(&pillar.pillar));
        let mut dearest: Vec<&PillarGrade> =
            self.grade.pillars.iter().filter(|pillar| pillar.score.is_some_and(|score| score < 100.0)).collect();
        dearest.sort_by(|a, b| lost(b).partial_cmp(&lost(a)).unwrap_or(std::cmp::Ordering::Equal));
        dearest.into_iter().map(|pillar| pillar.pillar.as_str()).collect()
    }

    /// The findings of an outcome.
    pub fn with(&self, outcome: Outcome) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.outcome == outcome && !finding.hidden)
    }

    /// The failures that count for the gates of this run, those that follow another left out.
    pub fn failures(&self) -> impl Iterator<Item = &Finding> {
        self.standing(Standing::Counts)
    }

    /// The failures of a standing, those that follow another left out.
    pub fn standing(&self, standing: Standing) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |finding| finding.is_failure() && finding.follows.is_none() && finding.standing == standing)
    }

    /// The failures that the project set aside with a reason.
    pub fn ignored(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.ignored.is_some())
    }

    /// The failures folded under one.
    pub fn followers<'f>(&'f self, root: &'f Finding) -> impl Iterator<Item = &'f Finding> {
        self.findings
            .iter()
            .filter(move |finding| !finding.hidden && finding.follows.as_deref() == Some(root.rule.as_str()))
    }

    /// The rules of this severity or more whose failure counts, without those that follow one of them.
    pub fn fails_at(&self, severity: Severity) -> Vec<&str> {
        let counts = |finding: &&Finding| finding.is_failure() && finding.standing.counts();
        let failed = || self.findings.iter().filter(counts).filter(|finding| finding.severity >= severity);
        let follows = |finding: &Finding| failed().any(|root| finding.follows.as_deref() == Some(&root.rule));
        failed().filter(|finding| !follows(finding)).map(|finding| finding.rule.as_str()).collect()
    }

    /// Whether it helps to say which components a finding comes from: some are not at the root.
    pub fn names_components(&self, finding: &Finding) -> bool {
        finding.components.iter().any(|folder| folder != ".")
    }

    /// Whether a machine can write the fix of a failure: `equerre fix` does.
    pub fn is_fixable(&self, finding: &Finding) -> bool {
        self.fixable.contains(&finding.rule.as_str())
    }

    /// Whether there was no file to audit.
    pub fn is_of_nothing(&self) -> bool {
        self.findings.iter().all(|finding| finding.outcome == Outcome::NotApplicable) && !self.findings.is_empty()
    }
}

impl Report {
    /// The steps that lead to the next letter, in the order of the harm that they prevent, each with the grade once it and those
    /// before it are done; all of them where no letter is in reach.
    pub(crate) fn steps_to_next_letter(&self) -> Vec<NextStep> {
        let judged = [Judged { findings: &self.findings, answers: &self.answers }];
        let mut done: Vec<&str> = Vec::new();
        let mut steps: Vec<NextStep> = Vec::new();
        for (finding, _) in by_harm(&judged, &self.rules.policy, &self.grade) {
            let followers =
                self.findings.iter().filter(|other| other.follows.as_deref() == Some(finding.rule.as_str()));
            done.push(&finding.rule);
            done.extend(followers.map(|other| other.rule.as_str()));
            let after = grade_once_fixed(&judged, &self.rules.policy, &done);
            let better = after.letter < self.grade.letter;
            steps.push(NextStep { rule: finding.rule.clone(), after });
            if better {
                break;
            }
        }
        steps
    }
}

/// The failures first; in each outcome by importance.
fn sort(findings: &mut [Finding], policy: &Policy) {
    let rank = |pillar: &str| policy.pillars.iter().position(|known| known.id == pillar);
    let weight = |pillar: &str| policy.pillars.iter().find(|known| known.id == pillar).map_or(0, |known| known.weight);
    findings.sort_by_cached_key(|finding| {
        (
            finding.outcome,
            finding.ignored.is_some(),
            std::cmp::Reverse(finding.severity),
            finding.follows.is_some(),
            std::cmp::Reverse(weight(&finding.pillar)),
            rank(&finding.pillar),
            finding.rule.clone(),
        )
    });
}

/// The three things to do first.
pub(crate) fn next_steps(judged: &[Judged<'_>], policy: &Policy, now: &Grade) -> Vec<NextStep> {
    let first = by_harm(judged, policy, now).into_iter().take(3);
    first.map(|(finding, after)| NextStep { rule: finding.rule.clone(), after }).collect()
}

/// The grade once a failure and what follows from it are fixed.
fn once_fixed(judged: &[Judged<'_>], policy: &Policy, finding: &Finding) -> Grade {
    let findings = judged.iter().flat_map(|judged| judged.findings);
    let followers = findings.filter(|other| other.follows.as_deref() == Some(finding.rule.as_str()));
    let fixed: Vec<&str> = std::iter::once(finding).chain(followers).map(|finding| finding.rule.as_str()).collect();
    grade_once_fixed(judged, policy, &fixed)
}

/// The failures by the harm that they do: blockers, then majors, those of security first; then what raises the score most; each
/// with the grade once it is fixed. A minor one that raises nothing is left out.
fn by_harm<'j>(judged: &[Judged<'j>], policy: &Policy, now: &Grade) -> Vec<(&'j Finding, Grade)> {
    let mut seen: Vec<&str> = Vec::new();
    let mut failures: Vec<(&Finding, Grade)> = Vec::new();
    for finding in judged.iter().flat_map(|judged| judged.findings) {
        let shown = finding.is_failure() && finding.follows.is_none() && finding.tier == Tier::Regular;
        // A rule fails in several repositories of a product, and is one thing to do.
        if !shown || seen.contains(&finding.rule.as_str()) {
            continue;
        }
        seen.push(&finding.rule);
        let after = once_fixed(judged, policy, finding);
        let rises = after.score > now.score || after.letter < now.letter;
        if rises || finding.severity >= Severity::Major {
            failures.push((finding, after));
        }
    }
    let harm = |finding: &Finding| {
        let grave = finding.severity >= Severity::Major;
        (finding.severity.max(Severity::Minor), grave && finding.pillar == "security")
    };
    failures.sort_by(|(a, after_a), (b, after_b)| {
        let gain = || after_b.score.partial_cmp(&after_a.score).unwrap_or(std::cmp::Ordering::Equal);
        harm(b).cmp(&harm(a)).then_with(gain)
    });
    failures
}
