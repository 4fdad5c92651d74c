//! From outcomes to a score and a letter: a pure function, whose policy is data (`rules/grade.yml`).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::severity::Severity;
use crate::base::text::Localized;
use crate::judge::finding::{Finding, Outcome};
use crate::judge::tier::Tier;

/// A letter from A, the best, to F.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Letter {
    /// The best.
    A,
    /// Good.
    B,
    /// Fair.
    C,
    /// Poor.
    D,
    /// Bad.
    E,
    /// The worst.
    F,
}

impl std::fmt::Display for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
            Self::E => "E",
            Self::F => "F",
        })
    }
}

/// A pillar of the standards and its weight in the overall score.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pillar {
    /// Its name in rules and options.
    pub id: String,
    /// Its weight.
    pub weight: u32,
    /// Its name in reports.
    pub title: Localized,
}

/// How outcomes become a grade.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Policy {
    /// Points of a rule by severity.
    pub points: BTreeMap<Severity, u32>,
    /// The pillars, in the order of reports.
    pub pillars: Vec<Pillar>,
    /// The lowest score of each letter; below the last, F.
    pub letters: BTreeMap<Letter, u32>,
    /// The best letter while a blocker fails.
    pub blocker_cap: Option<Letter>,
}

impl Policy {
    /// This policy with what another one says instead: a pack may add pillars or weigh them otherwise.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.points.extend(other.points);
        self.letters.extend(other.letters);
        self.blocker_cap = other.blocker_cap.or(self.blocker_cap);
        for pillar in other.pillars {
            match self.pillars.iter_mut().find(|known| known.id == pillar.id) {
                Some(known) => *known = pillar,
                None => self.pillars.push(pillar),
            }
        }
        self
    }

    fn points_of(&self, severity: Severity) -> u32 {
        self.points.get(&severity).copied().unwrap_or(0)
    }

    fn letter(&self, score: f64) -> Letter {
        self.letters.iter().find(|(_, least)| score >= f64::from(**least)).map_or(Letter::F, |(letter, _)| *letter)
    }
}

/// The score of one pillar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PillarGrade {
    /// The pillar.
    pub pillar: String,
    /// From 0 to 100, one decimal; nothing when no rule of the pillar could be verified.
    pub score: Option<f64>,
    /// The letter of that score.
    pub letter: Option<Letter>,
    /// Share of the applicable weight that could be verified, in percent.
    pub coverage: u32,
    /// Rules that fail.
    pub failed: u32,
    /// Rules that pass.
    pub passed: u32,
    /// Rules that could not be verified.
    pub unverified: u32,
}

/// The mark of a repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Grade {
    /// From 0 to 100, one decimal; nothing when no rule at all could be verified.
    pub score: Option<f64>,
    /// The letter, after the cap of a failing blocker.
    pub letter: Option<Letter>,
    /// The letter before the cap, where a failing blocker lowered it.
    pub uncapped: Option<Letter>,
    /// Share of the applicable weight that could be verified, in percent.
    pub coverage: u32,
    /// Each pillar, in the policy's order.
    pub pillars: Vec<PillarGrade>,
}

/// What the grade sees of a finding.
struct Weighed<'f> {
    pillar: &'f str,
    severity: Severity,
    outcome: Outcome,
    ignored: bool,
    tier: Tier,
}

impl<'f> Weighed<'f> {
    fn of(finding: &'f Finding) -> Self {
        Self {
            pillar: &finding.pillar,
            severity: finding.severity,
            outcome: finding.outcome,
            ignored: finding.ignored.is_some(),
            tier: finding.tier,
        }
    }
}

#[derive(Default)]
struct Tally {
    earned: u32,
    lost: u32,
    unknown: u32,
    failed: u32,
    passed: u32,
    unverified: u32,
}

impl Tally {
    fn add(&mut self, finding: &Weighed<'_>, points: u32) {
        if finding.tier == Tier::Pedantic {
            return;
        }
        // A failure that the project set aside, with a reason, is neither earned nor lost.
        match finding.outcome {
            Outcome::Pass => {
                self.earned += points;
                self.passed += 1;
            }
            Outcome::Fail if !finding.ignored => {
                self.lost += points;
                self.failed += 1;
            }
            Outcome::Unverified => {
                self.unknown += points;
                self.unverified += 1;
            }
            Outcome::Fail | Outcome::NotApplicable => {}
        }
    }

    fn score(&self) -> Option<f64> {
        let judged = self.earned + self.lost;
        (judged > 0).then(|| f64::from(self.earned) * 100.0 / f64::from(judged))
    }

    fn coverage(&self) -> u32 {
        let judged = self.earned + self.lost;
        (judged * 100).checked_div(judged + self.unknown).unwrap_or(100)
    }
}

/// Grades findings.
///
/// Fixing a failure never lowers a grade: a pillar's score is `earned / (earned + lost)`, the overall score the mean of
/// the pillars' scores by their weights, and turning a failure into a pass or a not-applicable only raises these.
pub(crate) fn grade(findings: &[Finding], policy: &Policy) -> Grade {
    weigh(&findings.iter().map(Weighed::of).collect::<Vec<_>>(), policy)
}

fn weigh(findings: &[Weighed<'_>], policy: &Policy) -> Grade {
    let tally = |wanted: Option<&str>| {
        let mut tally = Tally::default();
        for finding in findings.iter().filter(|finding| wanted.is_none_or(|pillar| finding.pillar == pillar)) {
            tally.add(finding, policy.points_of(finding.severity));
        }
        tally
    };
    let (mut sum, mut weights) = (0.0, 0u32);
    let mut pillars = Vec::new();
    for pillar in &policy.pillars {
        if findings.iter().all(|finding| finding.pillar != pillar.id) {
            continue;
        }
        let tally = tally(Some(&pillar.id));
        if let Some(score) = tally.score() {
            sum += score * f64::from(pillar.weight);
            weights += pillar.weight;
        }
        pillars.push(PillarGrade {
            pillar: pillar.id.clone(),
            score: tally.score().map(rounded),
            letter: tally.score().map(|score| policy.letter(rounded(score))),
            coverage: tally.coverage(),
            failed: tally.failed,
            passed: tally.passed,
            unverified: tally.unverified,
        });
    }
    let score = (weights > 0).then(|| rounded(sum / f64::from(weights)));
    let bare = score.map(|score| policy.letter(score));
    let blocks = |finding: &Weighed<'_>| {
        finding.outcome == Outcome::Fail && !finding.ignored && finding.severity == Severity::Blocker
    };
    let blocked = findings.iter().any(blocks);
    let letter = match policy.blocker_cap.filter(|_| blocked) {
        Some(cap) => bare.map(|letter| letter.max(cap)),
        None => bare,
    };
    Grade {
        score,
        letter,
        uncapped: bare.filter(|bare| letter.is_some_and(|letter| letter != *bare)),
        coverage: tally(None).coverage(),
        pillars,
    }
}

/// One decimal, so that a score and its letter read the same on every machine.
fn rounded(score: f64) -> f64 {
    (score * 10.0).round() / 10.0
}

/// The grade once some rules are fixed: what a report promises for each next step.
pub(crate) fn grade_once_fixed(findings: &[Finding], policy: &Policy, fixed: &[&str]) -> Grade {
    let after = findings.iter().map(|finding| match fixed.contains(&finding.rule.as_str()) {
        true => Weighed { outcome: Outcome::Pass, ..Weighed::of(finding) },
        false => Weighed::of(finding),
    });
    weigh(&after.collect::<Vec<_>>(), policy)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn policy() -> Policy {
        crate::base::config_file::ConfigFile::new("grade.yml", include_str!("../../rules/grade.yml"))
            .read()
            .expect("the policy reads")
    }

    fn finding(pillar: &str, severity: Severity, outcome: Outcome) -> Finding {
        Finding {
            rule: "r".to_owned(),
            pillar: pillar.to_owned(),
            severity,
            tier: Tier::Regular,
            hidden: false,
            outcome,
            evidence: Vec::new(),
            components: Vec::new(),
            reasons: Vec::new(),
            message: None,
            follows: None,
            ignored: None,
            standing: crate::judge::finding::Standing::Counts,
        }
    }

    #[test]
    fn nothing_verified_gives_no_grade() {
        let graded = grade(&[finding("tests", Severity::Major, Outcome::Unverified)], &policy());
        assert_eq!((graded.score, graded.letter, graded.coverage), (None, None, 0));
    }

    #[test]
    fn a_failing_blocker_caps_the_letter() {
        let mut findings = vec![finding("security", Severity::Blocker, Outcome::Fail)];
        findings.extend((0..40).map(|_| finding("security", Severity::Major, Outcome::Pass)));
        let graded = grade(&findings, &policy());
        assert_eq!((graded.letter, graded.uncapped), (Some(Letter::D), Some(Letter::A)));
        findings[0].ignored = Some("accepted by the team".to_owned());
        assert_eq!(grade(&findings, &policy()).letter, Some(Letter::A));
    }

    #[test]
    fn pillars_are_weighed() {
        // openness 3 × 100, tests 4 × 0.
        let findings = [
            finding("openness", Severity::Minor, Outcome::Pass),
            finding("tests", Severity::Info, Outcome::Pass),
            finding("tests", Severity::Major, Outcome::Fail),
        ];
        assert_eq!(grade(&findings, &policy()).score, Some(42.9));
    }

    fn any_findings() -> impl Strategy<Value = Vec<Finding>> {
        let one = (0usize..8, 0usize..4, 0usize..4).prop_map(|(pillar, severity, outcome)| {
            let pillar =
                ["openness", "tests", "delivery", "conventions", "security", "documentation", "operations", "product"]
                    [pillar];
            let severity = [Severity::Info, Severity::Minor, Severity::Major, Severity::Blocker][severity];
            finding(
                pillar,
                severity,
                [Outcome::Pass, Outcome::Fail, Outcome::Unverified, Outcome::NotApplicable][outcome],
            )
        });
        proptest::collection::vec(one, 1..60)
    }

    proptest! {
        #[test]
        fn mending_a_failure_never_lowers_a_grade(findings in any_findings(), which in any::<prop::sample::Index>(), to_pass in any::<bool>()) {
            let policy = policy();
            let before = grade(&findings, &policy);
            let mut fixed = findings;
            let at = which.index(fixed.len());
            if fixed[at].outcome == Outcome::Fail {
                fixed[at].outcome = if to_pass { Outcome::Pass } else { Outcome::NotApplicable };
            }
            let after = grade(&fixed, &policy);
            if let (Some(old), Some(new)) = (before.score, after.score) {
                prop_assert!(new >= old, "{old} became {new}");
            }
            if let (Some(old), Some(new)) = (before.letter, after.letter) {
                prop_assert!(new <= old, "{old} became {new}");
            }
        }

        #[test]
        fn the_order_of_findings_does_not_matter(findings in any_findings()) {
            let mut reversed = findings.clone();
            reversed.reverse();
            prop_assert_eq!(grade(&findings, &policy()), grade(&reversed, &policy()));
        }

        #[test]
        fn scores_stay_in_range(findings in any_findings()) {
            let graded = grade(&findings, &policy());
            prop_assert!(graded.score.is_none_or(|score| (0.0..=100.0).contains(&score)));
            prop_assert!(graded.coverage <= 100);
        }
    }
}
