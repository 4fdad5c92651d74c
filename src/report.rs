//! Everything that an output may see: one model for all formats.

use std::collections::BTreeMap;

use crate::delivery::{Delivery, Measures};
use crate::facts::{Facts, Level, checks};
use crate::finding::{Finding, Outcome, Standing};
use crate::forge::pages::Pages;
use crate::grade::{Grade, PillarGrade, Policy, grade, grade_once_mended};
use crate::inventory::Inventory;
use crate::location::Location;
use crate::rule::pack::Rules;
use crate::rule::{Rule, Severity};
use crate::source::Note;
use crate::text::{Lang, Localized};

/// What mending one failure would bring.
#[derive(Debug, Clone, PartialEq)]
pub struct NextStep {
    /// The rule to mend.
    pub rule: String,
    /// The grade once it is mended, with what follows it.
    pub after: Grade,
}

/// The result of an audit.
pub struct Report<'r> {
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
    /// What could not be read, and ignores that are in vain.
    pub notes: Vec<Note>,
    /// The facts.
    pub facts: &'r Facts,
    /// The files, for the lines that findings quote.
    pub inventory: &'r Inventory,
    /// The deployments, or why nothing shows them.
    pub delivery: Result<&'r Delivery, &'r Localized>,
    /// The keys of DORA.
    pub measures: &'r Measures,
    /// Where the forge shows the commit, for a repository that lives on one.
    pub pages: Option<Pages>,
    rules: BTreeMap<&'r str, &'r Rule>,
    policy: &'r Policy,
}

/// What a report is made of.
pub struct Parts<'r> {
    /// The language of texts.
    pub lang: Lang,
    /// The name of what was audited.
    pub name: String,
    /// Full object id of the commit.
    pub head: Option<String>,
    /// The date of the audit, in seconds since 1970.
    pub as_of: i64,
    /// Every rule's result.
    pub findings: Vec<Finding>,
    /// What is worth telling.
    pub notes: Vec<Note>,
    /// The facts.
    pub facts: &'r Facts,
    /// The files.
    pub inventory: &'r Inventory,
    /// The deployments, or why nothing shows them.
    pub delivery: Result<&'r Delivery, &'r Localized>,
    /// The keys of DORA.
    pub measures: &'r Measures,
    /// Where the forge shows the commit.
    pub pages: Option<Pages>,
    /// The rules.
    pub rules: &'r Rules,
}

impl<'r> Report<'r> {
    /// How far each linter, formatter, type checker and suite of tests goes.
    pub fn checks(&self) -> Vec<(&str, Level, Option<&Location>)> {
        self.facts.get("enforcement").map(checks).unwrap_or_default()
    }

    /// Grades and orders findings.
    pub fn new(parts: Parts<'r>) -> Self {
        let policy = &parts.rules.policy;
        let mut findings = parts.findings;
        let rank = |pillar: &str| policy.pillars.iter().position(|known| known.id == pillar);
        let weight =
            |pillar: &str| policy.pillars.iter().find(|known| known.id == pillar).map_or(0, |known| known.weight);
        findings.sort_by(|a, b| {
            let key = |finding: &Finding| {
                (
                    finding.outcome,
                    finding.ignored.is_some(),
                    std::cmp::Reverse(finding.severity),
                    finding.follows.is_some(),
                    std::cmp::Reverse(weight(&finding.pillar)),
                    rank(&finding.pillar),
                    finding.rule.clone(),
                )
            };
            key(a).cmp(&key(b))
        });
        let grade = grade(&findings, policy);
        let next = next_steps(&findings, policy, &grade);
        Self {
            lang: parts.lang,
            name: parts.name,
            head: parts.head,
            as_of: parts.as_of,
            grade,
            findings,
            next,
            notes: parts.notes,
            facts: parts.facts,
            inventory: parts.inventory,
            delivery: parts.delivery,
            measures: parts.measures,
            pages: parts.pages,
            rules: parts.rules.all.iter().map(|rule| (rule.id.as_str(), rule)).collect(),
            policy,
        }
    }

    /// The rule of a finding.
    ///
    /// # Panics
    /// Never: findings come from these rules.
    pub fn rule(&self, finding: &Finding) -> &'r Rule {
        self.rules.get(finding.rule.as_str()).expect("a finding comes from a loaded rule")
    }

    /// How outcomes become a grade here.
    pub(crate) fn policy(&self) -> &'r Policy {
        self.policy
    }

    /// The name of a pillar in the report's language.
    pub fn pillar_title(&self, id: &str) -> &str {
        self.policy.pillars.iter().find(|pillar| pillar.id == id).map_or("", |pillar| pillar.title.get(self.lang))
    }

    /// The pillars that cost the grade most, the dearest first: those whose score is not full, by what they lose and weigh.
    pub fn dearest_pillars(&self) -> Vec<&str> {
        let weight = |id: &str| self.policy.pillars.iter().find(|known| known.id == id).map_or(0, |known| known.weight);
        let lost = |pillar: &PillarGrade| (100.0 - pillar.score.unwrap_or(100.0)) * f64::from(weight(&pillar.pillar));
        let mut dearest: Vec<&PillarGrade> =
            self.grade.pillars.iter().filter(|pillar| pillar.score.is_some_and(|score| score < 100.0)).collect();
        dearest.sort_by(|a, b| lost(b).partial_cmp(&lost(a)).unwrap_or(std::cmp::Ordering::Equal));
        dearest.into_iter().map(|pillar| pillar.pillar.as_str()).collect()
    }

    /// The findings of an outcome.
    pub fn with(&self, outcome: Outcome) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.outcome == outcome)
    }

    /// The failures that count for the gates of this run, those that follow another left out.
    pub fn failures(&self) -> impl Iterator<Item = &Finding> {
        self.standing(Standing::Counts)
    }

    /// The failures that stand somewhere, those that follow another left out.
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
            .filter(move |finding| finding.is_failure() && finding.follows.as_deref() == Some(root.rule.as_str()))
    }

    /// The rules of this severity or more whose failure counts, without those that follow one of them.
    pub fn fails_at(&self, severity: Severity) -> Vec<&str> {
        let counts = |finding: &&Finding| finding.is_failure() && finding.standing.counts();
        let failed = || self.findings.iter().filter(counts).filter(|finding| finding.severity >= severity);
        let follows = |finding: &Finding| failed().any(|root| finding.follows.as_deref() == Some(&root.rule));
        failed().filter(|finding| !follows(finding)).map(|finding| finding.rule.as_str()).collect()
    }

    /// Whether it helps to say which components a finding comes from: some do not stand at the root.
    pub fn names_components(&self, finding: &Finding) -> bool {
        finding.components.iter().any(|folder| folder != ".")
    }

    /// Whether there was no file to audit.
    pub fn is_of_nothing(&self) -> bool {
        self.findings.iter().all(|finding| finding.outcome == Outcome::NotApplicable) && !self.findings.is_empty()
    }
}

/// The three rules whose mending raises the score most; of two equals, the first in the report.
pub(crate) fn next_steps(findings: &[Finding], policy: &Policy, now: &Grade) -> Vec<NextStep> {
    let mut seen: Vec<&str> = Vec::new();
    let mut steps: Vec<NextStep> = findings
        .iter()
        .filter(|finding| finding.is_failure() && finding.follows.is_none())
        .filter(|finding| {
            // A rule fails in several repositories of a product, and is one thing to do.
            let first = !seen.contains(&finding.rule.as_str());
            if first {
                seen.push(&finding.rule);
            }
            first
        })
        .map(|finding| {
            let followers = findings.iter().filter(|other| other.follows.as_deref() == Some(finding.rule.as_str()));
            let mended: Vec<&str> =
                std::iter::once(finding).chain(followers).map(|finding| finding.rule.as_str()).collect();
            NextStep { rule: finding.rule.clone(), after: grade_once_mended(findings, policy, &mended) }
        })
        .filter(|step| step.after.score > now.score || step.after.letter < now.letter)
        .collect();
    steps.sort_by(|a, b| {
        a.after
            .letter
            .cmp(&b.after.letter)
            .then_with(|| b.after.score.partial_cmp(&a.after.score).unwrap_or(std::cmp::Ordering::Equal))
    });
    steps.truncate(3);
    steps
}
