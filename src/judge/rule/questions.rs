//! The questions of the grade as they are written, and what a survey answers to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::config_file::{ConfigFile, Spanned};
use crate::base::error::Error;
use crate::base::severity::Severity;
use crate::base::text::{Localized, localized};
use crate::judge::answer::Answer;
use crate::judge::grade::{Letter, Level, Pillar, Policy, Question};
use crate::survey::Survey;

use super::checker::Checker;
use super::condition::{Condition, RawCondition};
use super::decide::{Truth, decide};
use super::view::View;

/// How outcomes become a grade, as a pack writes it in its `grade.yml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(rename = "Policy")]
pub(crate) struct RawPolicy {
    /// Points of a rule by severity, in a pillar that has no question.
    pub points: BTreeMap<Severity, u32>,
    /// What a failing rule multiplies the score of its question by, from 0 to 1.
    pub held: BTreeMap<Severity, f64>,
    /// The pillars, in the order of reports.
    pub pillars: Vec<Pillar>,
    /// The questions.
    pub questions: Vec<RawQuestion>,
    /// The lowest score of each letter; below the last, F.
    pub letters: BTreeMap<Letter, u32>,
    /// The best letter while a blocker fails.
    pub blocker_cap: Option<Letter>,
    /// The best letter while two do.
    pub blockers_cap: Option<Letter>,
    /// The share of what the mean of the pillars lacks to 100 that is taken off the whole, from 0 to 1.
    pub shortfall: f64,
}

/// A question that a reviewer would ask.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Question")]
pub(crate) struct RawQuestion {
    /// Its name.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// The pillar where it is shown.
    pub pillar: String,
    /// Its weight there.
    pub weight: f64,
    /// Its weight in other pillars.
    #[serde(default)]
    pub also: BTreeMap<String, f64>,
    /// What is asked.
    pub title: Localized,
    /// When it arises; always, if absent.
    pub applies_when: Option<RawCondition>,
    /// The levels of its answer, the worst first.
    pub levels: Vec<RawLevel>,
    /// The rules whose failure holds it down.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Whether the rules of its pillar that no question names hold it down too.
    #[serde(default)]
    pub rest: bool,
}

/// A level of an answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Level")]
pub(crate) struct RawLevel {
    /// The points of a product at this level, from 0 to 100.
    pub score: u32,
    /// What a product at this level is like.
    pub title: Localized,
    /// The condition on facts that must hold; without it nor a rule, only failing rules hold a product below this level.
    pub when: Option<RawCondition>,
    /// The rule that must pass.
    pub rule: Option<String>,
    /// What every pillar of a product at this level is multiplied by.
    pub whole: Option<f64>,
}

/// Checks a policy.
///
/// # Errors
/// A condition that cannot be asked, levels that do not rise.
pub(super) fn check(raw: RawPolicy, file: &ConfigFile) -> Result<Policy, Error> {
    let questions = raw.questions.into_iter().map(|question| checked(question, file)).collect::<Result<_, _>>()?;
    Ok(Policy {
        points: raw.points,
        held: raw.held,
        pillars: raw.pillars,
        questions,
        letters: raw.letters,
        shortfall: raw.shortfall.clamp(0.0, 1.0),
        blocker_caps: raw.blocker_cap.into_iter().chain(raw.blockers_cap).collect(),
    })
}

fn checked(raw: RawQuestion, file: &ConfigFile) -> Result<Question, Error> {
    let wrong = |what: Localized, help: Localized| Err(file.error(raw.id.referenced, what, Some(help)));
    let id = &raw.id.value;
    let rises = raw.levels.windows(2).all(|two| two[0].score < two[1].score);
    if raw.levels.len() < 2 || !rises || raw.levels.iter().any(|level| level.score > 100) {
        return wrong(
            localized!("the levels of question `{id}` do not rise", "les niveaux de la question `{id}` ne montent pas"),
            localized!(
                "write two levels or more, the worst first, each with a higher `score` of 100 at most",
                "écrivez au moins deux niveaux, du pire au meilleur, chacun avec un `score` plus haut, 100 au plus"
            ),
        );
    }
    let twice = raw.levels.iter().any(|level| level.when.is_some() && level.rule.is_some());
    if twice || raw.levels[0].rule.is_some() {
        return wrong(
            localized!(
                "a level of question `{id}` has both `when` and `rule`, or its first level a `rule`",
                "un niveau de la question `{id}` a à la fois `when` et `rule`, ou son premier niveau un `rule`"
            ),
            localized!("the first level is where nothing is", "le premier niveau est celui où il n'y a rien"),
        );
    }
    let mut probes = Vec::new();
    let mut checker = Checker { file, rule: id, in_part: false, probes: &mut probes };
    let mut condition = |raw: RawCondition| checker.check(raw).map(Arc::new);
    let applies = raw.applies_when.map(&mut condition).transpose()?;
    let mut levels = Vec::new();
    for level in raw.levels {
        let when = level.when.map(&mut condition).transpose()?;
        levels.push(Level { score: level.score, title: level.title, rule: level.rule, when, whole: level.whole });
    }
    let asks_texts = !probes.is_empty();
    if asks_texts {
        return wrong(
            localized!(
                "question `{id}` asks texts or syntax",
                "la question `{id}` interroge des textes ou de la syntaxe"
            ),
            localized!("ask facts, or write a rule and name it", "interrogez des faits, ou nommez une règle"),
        );
    }
    let pillars = std::iter::once((raw.pillar, raw.weight)).chain(raw.also).collect();
    let (title, rules, rest) = (raw.title, raw.rules, raw.rest);
    Ok(Question { id: raw.id.value, pillars, title, applies, levels, rules, rest })
}

/// What a survey answers to the questions of a policy, in their order.
pub(crate) fn answers(policy: &Policy, survey: &Survey) -> Vec<Answer> {
    let view = View::of(survey);
    let known = |condition: &Option<Arc<Condition>>| match condition {
        None => (Some(true), Vec::new()),
        Some(condition) => {
            let verdict = decide(condition, &view);
            let truth = match verdict.truth {
                Truth::Yes => Some(true),
                Truth::No => Some(false),
                Truth::Unknown => None,
            };
            (truth, verdict.evidence)
        }
    };
    let answer = |question: &Question| {
        let (applies, _) = known(&question.applies);
        let (levels, evidence) = question.levels.iter().map(|level| known(&level.when)).unzip();
        Answer { applies, levels, evidence }
    };
    policy.questions.iter().map(answer).collect()
}
