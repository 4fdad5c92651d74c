//! How a grade comes about, as data: pillars, questions with their levels, letters.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::severity::Severity;
use crate::base::text::Localized;
use crate::judge::rule::condition::Condition;

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
pub(crate) struct Pillar {
    /// Its name in rules and options.
    pub id: String,
    /// Its weight.
    pub weight: u32,
    /// Its name in reports.
    pub title: Localized,
}

/// A level that a product may be at.
#[derive(Debug, Clone)]
pub(crate) struct Level {
    /// The points of a product at this level, from 0 to 100.
    pub score: u32,
    /// What a product at this level is like.
    pub title: Localized,
    /// The rule that passes from this level on.
    pub rule: Option<String>,
    /// What decides, where no rule does; the first level needs nothing.
    pub when: Option<Arc<Condition>>,
    /// What every pillar of a product at this level is multiplied by.
    pub whole: Option<f64>,
}

/// A question that a reviewer would ask, with the levels of its answer, the worst first.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// Its name.
    pub id: String,
    /// Its weight in each pillar that it counts for, the first one being where it is shown.
    pub pillars: Vec<(String, f64)>,
    /// What is asked.
    pub title: Localized,
    /// When it arises; always, if absent.
    pub applies: Option<Arc<Condition>>,
    /// The levels, the worst first.
    pub levels: Vec<Level>,
    /// The rules whose failure holds it down.
    pub rules: Vec<String>,
    /// Whether the rules of its first pillar that no question names hold it down too.
    pub rest: bool,
}

impl PartialEq for Question {
    /// Conditions are the same where they were read at the same place.
    fn eq(&self, other: &Self) -> bool {
        let same = |a: &Option<Arc<Condition>>, b: &Option<Arc<Condition>>| match (a, b) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        let level = |a: &Level, b: &Level| a.score == b.score && a.rule == b.rule && same(&a.when, &b.when);
        (&self.id, &self.pillars, &self.rules, self.rest) == (&other.id, &other.pillars, &other.rules, other.rest)
            && same(&self.applies, &other.applies)
            && self.levels.len() == other.levels.len()
            && self.levels.iter().zip(&other.levels).all(|(a, b)| level(a, b))
    }
}

/// How outcomes and levels become a grade.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Policy {
    /// Points of a rule by severity, in a pillar that has no question.
    pub points: BTreeMap<Severity, u32>,
    /// What a failing rule multiplies the score of its question by.
    pub held: BTreeMap<Severity, f64>,
    /// The pillars, in the order of reports.
    pub pillars: Vec<Pillar>,
    /// The questions.
    pub questions: Vec<Question>,
    /// The lowest score of each letter; below the last, F.
    pub letters: BTreeMap<Letter, u32>,
    /// The best letter while one blocker fails, then while two do.
    pub blocker_caps: Vec<Letter>,
    /// The share of what the mean of the pillars lacks to 100 that is taken off the whole, from 0 to 1.
    pub shortfall: f64,
}

impl Policy {
    /// This policy with what another one says instead: a pack may add pillars and questions, or weigh them otherwise.
    #[must_use]
    pub(crate) fn with(mut self, other: Self) -> Self {
        self.points.extend(other.points);
        self.held.extend(other.held);
        self.letters.extend(other.letters);
        if other.shortfall > 0.0 {
            self.shortfall = other.shortfall;
        }
        if !other.blocker_caps.is_empty() {
            self.blocker_caps = other.blocker_caps;
        }
        for pillar in other.pillars {
            match self.pillars.iter_mut().find(|known| known.id == pillar.id) {
                Some(known) => *known = pillar,
                None => self.pillars.push(pillar),
            }
        }
        for question in other.questions {
            match self.questions.iter_mut().find(|known| known.id == question.id) {
                Some(known) => *known = question,
                None => self.questions.push(question),
            }
        }
        self
    }

    pub(super) fn points_of(&self, severity: Severity) -> u32 {
        self.points.get(&severity).copied().unwrap_or(0)
    }

    pub(super) fn held_by(&self, severity: Severity) -> f64 {
        self.held.get(&severity).copied().unwrap_or(1.0)
    }

    pub(super) fn letter(&self, score: f64) -> Letter {
        self.letters.iter().find(|(_, least)| score >= f64::from(**least)).map_or(Letter::F, |(letter, _)| *letter)
    }

    /// Which question each rule holds down.
    pub(crate) fn index(&self) -> Index<'_> {
        let mut index = Index::default();
        for (rank, question) in self.questions.iter().enumerate() {
            let decides = question.levels.iter().filter_map(|level| level.rule.as_deref());
            index.asked.extend(decides.clone());
            for rule in decides.chain(question.rules.iter().map(String::as_str)) {
                index.named.entry(rule).or_insert(rank);
            }
            if let Some((pillar, _)) = question.pillars.first().filter(|_| question.rest) {
                index.rest.entry(pillar.as_str()).or_insert(rank);
            }
        }
        index
    }
}

/// Which question each rule holds down, by rank.
#[derive(Default)]
pub(crate) struct Index<'p> {
    named: HashMap<&'p str, usize>,
    /// The rules that the level of a question names.
    asked: HashSet<&'p str>,
    /// Those that take the rules of a pillar that no question names.
    rest: HashMap<&'p str, usize>,
}

impl Index<'_> {
    /// Whether the level of a question names a rule.
    pub(crate) fn asks(&self, rule: &str) -> bool {
        self.asked.contains(rule)
    }

    /// The question of a rule of a pillar.
    pub(crate) fn question_of(&self, rule: &str, pillar: &str) -> Option<usize> {
        self.named.get(rule).or_else(|| self.rest.get(pillar)).copied()
    }
}
