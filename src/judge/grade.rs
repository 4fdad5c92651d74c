//! From outcomes and answers to a score and a letter: a pure function, whose policy is data (`rules/grade.yml`).

mod policy;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::severity::Severity;
use crate::judge::answer::Answer;
use crate::judge::finding::{Finding, Outcome};
use crate::judge::tier::Tier;

pub use policy::Letter;
pub(crate) use policy::{Level, Pillar, Policy, Question};

/// The score of one pillar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PillarGrade {
    /// The pillar.
    pub pillar: String,
    /// From 0 to 100, one decimal; nothing when too little of the pillar could be verified.
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

/// Where a repository stands on one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionGrade {
    /// The question, of those of the policy.
    pub question: String,
    /// The pillar where it is shown.
    pub pillar: String,
    /// The level that it reached, the worst being 0, once the failures that hold it down are counted.
    pub level: usize,
    /// How many levels there are.
    pub levels: usize,
    /// Its points, from 0 to 100.
    pub score: f64,
    /// The failing rules that hold it down.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held_by: Vec<String>,
}

/// The mark of a repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Grade {
    /// From 0 to 100, one decimal; nothing when too little could be verified.
    pub score: Option<f64>,
    /// The letter, after the cap of a failing blocker.
    pub letter: Option<Letter>,
    /// The letter before the cap, where a failing blocker lowered it.
    pub uncapped: Option<Letter>,
    /// Share of the applicable weight that could be verified, in percent.
    pub coverage: u32,
    /// Each pillar, in the policy's order.
    pub pillars: Vec<PillarGrade>,
    /// Each question that could be answered, in the policy's order; none for a product of several repositories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<QuestionGrade>,
}

/// What is graded of one repository.
#[derive(Clone, Copy)]
pub(crate) struct Judged<'j> {
    /// The findings of its rules.
    pub findings: &'j [Finding],
    /// Its answers to the questions of the policy.
    pub answers: &'j [Answer],
}

/// What the grade sees of a finding.
#[derive(Clone)]
struct Weighed<'f> {
    rule: &'f str,
    pillar: &'f str,
    severity: Severity,
    outcome: Outcome,
    ignored: bool,
    /// Whether it does not arise because of another failure.
    follows: bool,
}

impl<'f> Weighed<'f> {
    fn of(finding: &'f Finding) -> Self {
        Self {
            rule: &finding.rule,
            pillar: &finding.pillar,
            severity: finding.severity,
            outcome: finding.outcome,
            ignored: finding.ignored.is_some(),
            follows: finding.follows.is_some(),
        }
    }

    fn fails(&self) -> bool {
        self.outcome == Outcome::Fail && !self.ignored
    }
}

/// One repository, as it is weighed.
struct Part<'p> {
    findings: Vec<Weighed<'p>>,
    /// The ranks of the findings that belong to each question of the policy.
    of_question: Vec<Vec<usize>>,
    answers: &'p [Answer],
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
}

/// What weighs in a pillar.
#[derive(Default)]
struct Sum {
    /// Points times weights.
    points: f64,
    known: f64,
    unknown: f64,
    /// The weight of questions that do not arise.
    apart: f64,
}

/// A pillar rests on this share of its weight at least, or it is not graded.
const LEAST_SHARE: f64 = 0.3;

impl Sum {
    fn score(&self) -> Option<f64> {
        let all = self.known + self.unknown + self.apart;
        (self.known > 0.0 && self.known >= all * LEAST_SHARE).then(|| self.points / self.known)
    }
}

/// Whether what a level asks for is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reached {
    Yes,
    No,
    /// That is not known.
    Unknown,
    /// It is not asked of this product.
    Apart,
}

impl Reached {
    fn of(reached: bool) -> Self {
        if reached { Self::Yes } else { Self::No }
    }
}

/// Where one repository stands on one question.
enum Standing {
    /// Nothing that it asks of is evaluated, or it does not arise.
    Apart { evaluated: bool },
    /// It cannot be told.
    Unknown,
    /// Its points, and what holds it down.
    At { score: f64, whole: f64, held_by: Vec<String> },
}

/// Grades findings and answers.
///
/// Fixing a failure never lowers a grade: a question's points are those of the highest level that is reached, times what its
/// failing rules leave of it; a pillar's score is the mean of its questions, the overall score that of the pillars, less a share of what it lacks.
pub(crate) fn grade(judged: &[Judged<'_>], policy: &Policy) -> Grade {
    weigh(&parts(judged, policy, &[]), policy)
}

/// The grade once some rules are fixed: what a report promises for each next step.
pub(crate) fn grade_once_fixed(judged: &[Judged<'_>], policy: &Policy, fixed: &[&str]) -> Grade {
    weigh(&parts(judged, policy, fixed), policy)
}

/// What is weighed: pedantic rules are not, but where the level of a question names one.
fn parts<'p>(judged: &[Judged<'p>], policy: &Policy, fixed: &[&str]) -> Vec<Part<'p>> {
    let index = policy.index();
    let weighed = |finding: &'p Finding| match fixed.contains(&finding.rule.as_str()) {
        true => Weighed { outcome: Outcome::Pass, ..Weighed::of(finding) },
        false => Weighed::of(finding),
    };
    let part = |judged: &Judged<'p>| {
        let counts = |finding: &&Finding| finding.tier == Tier::Regular || index.asks(&finding.rule);
        let regular = judged.findings.iter().filter(counts);
        let findings: Vec<Weighed<'p>> = regular.map(weighed).collect();
        let mut of_question = vec![Vec::new(); policy.questions.len()];
        for (rank, finding) in findings.iter().enumerate() {
            if let Some(question) = index.question_of(finding.rule, finding.pillar) {
                of_question[question].push(rank);
            }
        }
        Part { findings, of_question, answers: judged.answers }
    };
    // Where there is nothing to audit, nothing is graded.
    let holds_something =
        |judged: &&Judged<'p>| judged.findings.iter().any(|finding| finding.outcome != Outcome::NotApplicable);
    judged.iter().filter(holds_something).map(part).collect()
}

fn weigh(parts: &[Part<'_>], policy: &Policy) -> Grade {
    let findings = || parts.iter().flat_map(|part| &part.findings);
    let mut sums: Vec<Sum> = policy.pillars.iter().map(|_| Sum::default()).collect();
    let mut questions = Vec::new();
    let (mut known, mut unknown) = (0.0, 0.0);
    for part in parts {
        let standings: Vec<Standing> = (0..policy.questions.len()).map(|at| standing(part, at, policy)).collect();
        // What is said of the product as a whole weighs on all that is said of it.
        let whole = standings.iter().fold(1.0, |whole: f64, standing| match standing {
            Standing::At { whole: own, .. } => whole.min(*own),
            _ => whole,
        });
        for (question, standing) in policy.questions.iter().zip(standings) {
            for (pillar, weight) in &question.pillars {
                let Some(at) = policy.pillars.iter().position(|known| known.id == *pillar) else { continue };
                let sum = &mut sums[at];
                match &standing {
                    Standing::Apart { evaluated } => sum.apart += if *evaluated { *weight } else { 0.0 },
                    Standing::Unknown => {
                        sum.unknown += weight;
                        unknown += weight;
                    }
                    Standing::At { score, .. } => {
                        sum.points += score * whole * weight;
                        sum.known += weight;
                        known += weight;
                    }
                }
            }
            if let (Standing::At { score, held_by, .. }, [_]) = (standing, parts) {
                questions.push(of_question(question, score, held_by));
            }
        }
    }
    let (mut sum, mut weights) = (0.0, 0u32);
    let mut pillars = Vec::new();
    for (pillar, own) in policy.pillars.iter().zip(&sums) {
        let mut tally = Tally::default();
        findings()
            .filter(|finding| finding.pillar == pillar.id)
            .for_each(|finding| tally.add(finding, policy.points_of(finding.severity)));
        let by_rules = !policy.questions.iter().any(|question| question.pillars.iter().any(|(of, _)| *of == pillar.id));
        if !by_rules && own.known + own.unknown + own.apart == 0.0
            || by_rules && findings().all(|finding| finding.pillar != pillar.id)
        {
            continue;
        }
        let judged = tally.earned + tally.lost;
        let share = |part: f64, all: f64| if all > 0.0 { (part * 100.0 / all) as u32 } else { 100 };
        let (score, coverage) = if by_rules {
            unknown += f64::from(tally.unknown) / 10.0;
            known += f64::from(judged) / 10.0;
            (
                (judged > 0).then(|| f64::from(tally.earned) * 100.0 / f64::from(judged)),
                share(f64::from(judged), f64::from(judged + tally.unknown)),
            )
        } else {
            (own.score(), share(own.known, own.known + own.unknown))
        };
        if let Some(score) = score {
            sum += score * f64::from(pillar.weight);
            weights += pillar.weight;
        }
        let blockers = findings()
            .filter(|finding| finding.pillar == pillar.id && finding.fails() && finding.severity == Severity::Blocker);
        let cap = cap(policy, blockers.count());
        let letter = score.map(|score| policy.letter(rounded(score)));
        pillars.push(PillarGrade {
            pillar: pillar.id.clone(),
            score: score.map(rounded),
            letter: letter.map(|letter| cap.map_or(letter, |cap| letter.max(cap))),
            coverage,
            failed: tally.failed,
            passed: tally.passed,
            unverified: tally.unverified,
        });
    }
    let score = (weights > 0).then(|| {
        let mean = sum / f64::from(weights);
        rounded((mean - policy.shortfall * (100.0 - mean)).max(0.0))
    });
    let bare = score.map(|score| policy.letter(score));
    let blockers = findings().filter(|finding| finding.fails() && finding.severity == Severity::Blocker).count();
    let letter = match cap(policy, blockers) {
        Some(cap) => bare.map(|letter| letter.max(cap)),
        None => bare,
    };
    Grade {
        score,
        letter,
        uncapped: bare.filter(|bare| letter.is_some_and(|letter| letter != *bare)),
        coverage: if known + unknown > 0.0 { (known * 100.0 / (known + unknown)) as u32 } else { 0 },
        pillars,
        questions,
    }
}

/// The best letter while so many blockers fail.
fn cap(policy: &Policy, blockers: usize) -> Option<Letter> {
    let rank = blockers.checked_sub(1)?;
    policy.blocker_caps.get(rank).or(policy.blocker_caps.last()).copied()
}

/// Where a repository stands on the question of a rank.
fn standing(part: &Part<'_>, at: usize, policy: &Policy) -> Standing {
    let question = &policy.questions[at];
    let own: Vec<&Weighed<'_>> = part.of_question[at].iter().map(|rank| &part.findings[*rank]).collect();
    let Some(answer) = part.answers.get(at).filter(|_| !own.is_empty()) else {
        return Standing::Apart { evaluated: false };
    };
    // A question that only failing rules decide is no question where none of them arises.
    let by_failures = question.levels.iter().all(|level| level.when.is_none() && level.rule.is_none());
    if by_failures && own.iter().all(|finding| !matches!(finding.outcome, Outcome::Pass | Outcome::Fail)) {
        let unverified = own.iter().any(|finding| finding.outcome == Outcome::Unverified);
        return if unverified { Standing::Unknown } else { Standing::Apart { evaluated: true } };
    }
    match answer.applies {
        Some(true) => {}
        Some(false) => return Standing::Apart { evaluated: true },
        None => return Standing::Unknown,
    }
    let decides = |rule: &str| question.levels.iter().any(|level| level.rule.as_deref() == Some(rule));
    if own.iter().any(|finding| finding.ignored && decides(finding.rule)) {
        // What the team set aside, with a reason, is neither earned nor lost.
        return Standing::Apart { evaluated: true };
    }
    let reaches = |rank: usize| {
        let Some(rule) = &question.levels[rank].rule else {
            return answer.levels.get(rank).copied().flatten().map_or(Reached::Unknown, Reached::of);
        };
        match own.iter().find(|finding| finding.rule == rule.as_str()) {
            Some(finding) => match finding.outcome {
                Outcome::Pass => Reached::Yes,
                Outcome::Fail => Reached::No,
                Outcome::Unverified => Reached::Unknown,
                // What another failure makes unavoidable is not there.
                Outcome::NotApplicable if finding.follows => Reached::No,
                Outcome::NotApplicable => Reached::Apart,
            },
            None => Reached::Apart,
        }
    };
    let reached = (1..question.levels.len()).rev().find(|rank| reaches(*rank) == Reached::Yes);
    // Where no level is reached, the first one tells whether that is known.
    match reached.map_or_else(|| reaches(1), |_| Reached::Yes) {
        Reached::Yes | Reached::No => {}
        Reached::Unknown => return Standing::Unknown,
        Reached::Apart => return Standing::Apart { evaluated: true },
    }
    let level = &question.levels[reached.unwrap_or(0)];
    let mut holding: Vec<_> = own.iter().filter(|finding| finding.fails() && !decides(finding.rule)).collect();
    // In one order, so that products of the same failures are the same to the last bit.
    holding.sort_by(|a, b| (b.severity, a.rule).cmp(&(a.severity, b.rule)));
    let (mut score, mut held_by) = (f64::from(level.score), Vec::new());
    for finding in holding {
        score *= policy.held_by(finding.severity);
        held_by.push(finding.rule.to_owned());
    }
    Standing::At { score, whole: level.whole.unwrap_or(1.0), held_by }
}

/// How reports show where a repository stands on a question.
fn of_question(question: &Question, score: f64, held_by: Vec<String>) -> QuestionGrade {
    let reached = question.levels.iter().rposition(|level| f64::from(level.score) <= score + 0.5).unwrap_or(0);
    QuestionGrade {
        question: question.id.clone(),
        pillar: question.pillars.first().map(|(pillar, _)| pillar.clone()).unwrap_or_default(),
        level: reached,
        levels: question.levels.len(),
        score: rounded(score),
        held_by,
    }
}

/// One decimal, so that a score and its letter read the same on every machine.
fn rounded(score: f64) -> f64 {
    (score * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::Localized;
    use proptest::prelude::*;

    /// One question of three levels in each of two pillars: the second level is decided by a rule.
    fn small() -> Policy {
        let level = |score, rule: Option<&str>, whole| Level {
            score,
            title: Localized::new("t", "t"),
            rule: rule.map(str::to_owned),
            when: None,
            whole,
        };
        let question = |id: &str, pillar: &str, rule: &str, first| Question {
            id: id.to_owned(),
            pillars: vec![(pillar.to_owned(), 1.0)],
            title: Localized::new("t", "t"),
            applies: None,
            levels: vec![level(10, None, first), level(50, Some(rule), None), level(90, None, None)],
            rules: vec![format!("{id}-detail")],
            rest: true,
        };
        let pillar = |id: &str, weight| Pillar { id: id.to_owned(), weight, title: Localized::new("t", "t") };
        Policy {
            held: [(Severity::Blocker, 0.3), (Severity::Major, 0.75), (Severity::Minor, 0.9)].into(),
            pillars: vec![pillar("tests", 3), pillar("security", 1)],
            questions: vec![
                question("suite", "tests", "no-suite", Some(0.5)),
                question("secrets", "security", "leak", None),
            ],
            letters: [(Letter::A, 80), (Letter::B, 70), (Letter::C, 60), (Letter::D, 45), (Letter::E, 30)].into(),
            blocker_caps: vec![Letter::D, Letter::E],
            ..Policy::default()
        }
    }

    fn finding(rule: &str, pillar: &str, severity: Severity, outcome: Outcome) -> Finding {
        Finding {
            rule: rule.to_owned(),
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

    /// The answers to the questions of the small policy: whether its last level is reached.
    fn answers(last: [Option<bool>; 2]) -> Vec<Answer> {
        let answer = |last| Answer {
            applies: Some(true),
            levels: vec![Some(true), Some(true), last],
            evidence: vec![Vec::new(); 3],
        };
        last.map(answer).to_vec()
    }

    fn graded(findings: &[Finding], last: [Option<bool>; 2]) -> Grade {
        grade(&[Judged { findings, answers: &answers(last) }], &small())
    }

    const PASS: Outcome = Outcome::Pass;
    const FAIL: Outcome = Outcome::Fail;

    #[test]
    fn a_question_is_at_the_highest_level_that_is_reached() {
        let with = |outcome, last| {
            let findings = [finding("no-suite", "tests", Severity::Major, outcome)];
            let found = graded(&findings, [last, Some(false)]);
            found.questions.first().map(|question| (question.level, question.score))
        };
        assert_eq!(with(PASS, Some(false)), Some((1, 50.0)));
        assert_eq!(with(PASS, Some(true)), Some((2, 90.0)));
        assert_eq!(with(FAIL, Some(false)), Some((0, 10.0)));
        assert_eq!(with(PASS, None), Some((1, 50.0)), "what is known counts");
        assert_eq!(with(Outcome::Unverified, Some(false)), None);
        assert_eq!(with(Outcome::NotApplicable, Some(false)), None);
    }

    #[test]
    fn a_failing_rule_takes_a_share_of_its_question_away() {
        let findings = [
            finding("no-suite", "tests", Severity::Major, PASS),
            finding("suite-detail", "tests", Severity::Minor, FAIL),
            finding("of-no-question", "tests", Severity::Major, FAIL),
        ];
        let found = graded(&findings, [Some(true), Some(false)]);
        assert_eq!(found.questions[0].score, 60.8, "90 × 0.9 × 0.75");
        assert_eq!((found.questions[0].level, found.questions[0].held_by.len()), (1, 2));
    }

    #[test]
    fn what_is_said_of_the_whole_weighs_on_every_pillar() {
        let findings =
            [finding("no-suite", "tests", Severity::Major, FAIL), finding("leak", "security", Severity::Major, PASS)];
        let found = graded(&findings, [Some(false), Some(true)]);
        let scores: Vec<_> = found.pillars.iter().map(|pillar| pillar.score).collect();
        assert_eq!(scores, [Some(5.0), Some(45.0)]);
        assert_eq!(found.score, Some(15.0), "three quarters of 5, a quarter of 45");
    }

    #[test]
    fn nothing_verified_gives_no_grade() {
        let found = graded(&[finding("no-suite", "tests", Severity::Major, Outcome::Unverified)], [Some(false); 2]);
        assert_eq!((found.score, found.letter, found.coverage), (None, None, 0));
    }

    #[test]
    fn blockers_cap_the_letter_of_their_pillar_and_of_the_whole() {
        let mut findings = vec![
            finding("no-suite", "tests", Severity::Major, PASS),
            finding("leak", "security", Severity::Major, PASS),
            finding("other", "security", Severity::Blocker, FAIL),
            finding("another", "security", Severity::Blocker, PASS),
        ];
        let one = graded(&findings, [Some(true); 2]);
        assert_eq!((one.letter, one.uncapped), (Some(Letter::D), Some(Letter::B)));
        assert_eq!(one.pillars[0].letter, Some(Letter::A));
        findings[3].outcome = FAIL;
        assert_eq!(graded(&findings, [Some(true); 2]).letter, Some(Letter::E));
        findings.iter_mut().for_each(|found| found.ignored = Some("accepted by the team".to_owned()));
        assert_eq!(graded(&findings, [Some(true); 2]).letter, None, "what is set aside is neither earned nor lost");
    }

    #[test]
    fn pedantic_rules_never_weigh() {
        let mut findings = vec![
            finding("no-suite", "tests", Severity::Major, PASS),
            finding("suite-detail", "tests", Severity::Major, FAIL),
        ];
        findings[1].tier = Tier::Pedantic;
        assert_eq!(graded(&findings, [Some(true); 2]).questions[0].score, 90.0);
        findings[0] = Finding { tier: Tier::Pedantic, ..finding("no-suite", "tests", Severity::Major, FAIL) };
        assert_eq!(graded(&findings, [Some(false); 2]).questions[0].score, 10.0, "a level asks for this one by name");
    }

    #[test]
    fn a_pillar_without_a_question_is_that_of_its_rules() {
        let policy =
            Policy { points: [(Severity::Major, 8), (Severity::Minor, 2)].into(), questions: Vec::new(), ..small() };
        let findings = [finding("a", "tests", Severity::Major, PASS), finding("b", "tests", Severity::Minor, FAIL)];
        let found = grade(&[Judged { findings: &findings, answers: &[] }], &policy);
        assert_eq!(found.score, Some(80.0));
    }

    fn any_findings() -> impl Strategy<Value = Vec<Finding>> {
        let one = (0usize..3, 0usize..2, 0usize..4, 0usize..4).prop_map(|(rule, pillar, severity, outcome)| {
            let (pillar, rules) = [
                ("tests", ["no-suite", "suite-detail", "of-no-question"]),
                ("security", ["leak", "secrets-detail", "of-none-either"]),
            ][pillar];
            let severity = [Severity::Info, Severity::Minor, Severity::Major, Severity::Blocker][severity];
            let outcome = [PASS, FAIL, Outcome::Unverified, Outcome::NotApplicable][outcome];
            finding(rules[rule], pillar, severity, outcome)
        });
        proptest::collection::vec(one, 1..40).prop_map(|mut findings| {
            // A rule has one finding.
            findings.sort_by(|a, b| a.rule.cmp(&b.rule));
            findings.dedup_by(|a, b| a.rule == b.rule);
            findings
        })
    }

    fn any_answers() -> impl Strategy<Value = [Option<bool>; 2]> {
        (any::<Option<bool>>(), any::<Option<bool>>()).prop_map(|(a, b)| [a, b])
    }

    proptest! {
        #[test]
        fn mending_a_failure_never_lowers_a_grade(findings in any_findings(), last in any_answers(), which in any::<prop::sample::Index>()) {
            let before = graded(&findings, last);
            let mut fixed = findings;
            let at = which.index(fixed.len());
            if fixed[at].outcome == FAIL {
                fixed[at].outcome = PASS;
            }
            let after = graded(&fixed, last);
            if let (Some(old), Some(new)) = (before.score, after.score) {
                prop_assert!(new >= old, "{old} became {new}");
            }
            if let (Some(old), Some(new)) = (before.letter, after.letter) {
                prop_assert!(new <= old, "{old} became {new}");
            }
        }

        #[test]
        fn a_better_fact_never_lowers_a_grade(findings in any_findings(), second in any::<Option<bool>>()) {
            let (before, after) = (graded(&findings, [Some(false), second]), graded(&findings, [Some(true), second]));
            // A question that was left out may come in below the others.
            prop_assume!(before.questions.len() == after.questions.len());
            if let (Some(old), Some(new)) = (before.score, after.score) {
                prop_assert!(new >= old, "{old} became {new}");
            }
        }

        #[test]
        fn the_order_of_findings_does_not_matter(findings in any_findings(), last in any_answers()) {
            let mut reversed = findings.clone();
            reversed.reverse();
            prop_assert_eq!(graded(&findings, last).score, graded(&reversed, last).score);
        }

        #[test]
        fn scores_stay_in_range(findings in any_findings(), last in any_answers()) {
            let found = graded(&findings, last);
            prop_assert!(found.score.is_none_or(|score| (0.0..=100.0).contains(&score)));
            prop_assert!(found.coverage <= 100);
        }
    }
}
