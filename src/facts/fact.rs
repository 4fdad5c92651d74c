//! A neutral observation, with the places that show it.

use std::collections::{BTreeMap, HashMap, HashSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::location::Location;
use crate::base::path::folder_of;
use crate::base::text::Localized;
use crate::model::stack::Stack;

/// What a fact may hold.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// There is none.
    Nothing,
    /// Yes or no.
    Bool(bool),
    /// A count or a percentage.
    Number(f64),
    /// A name.
    Text(String),
    /// Several names or paths.
    List(Vec<String>),
}

/// The type of a fact, against which the rules that ask about it are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// [`Value::Bool`], or nothing where the question does not arise.
    Bool,
    /// [`Value::Number`].
    Number,
    /// [`Value::Text`], or nothing.
    Text,
    /// [`Value::List`].
    List,
}

/// An answer, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// What is true.
    Known(Value),
    /// It would take the network, a history that is not here, or a person.
    Unverified(Localized),
}

/// An answer with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// The answer.
    pub answer: Answer,
    /// Where it is seen, the most useful place first.
    pub evidence: Vec<Location>,
    /// Whether two careful people would agree.
    pub sure: bool,
    /// The same of each component, by folder, where it differs from one to the other.
    pub parts: BTreeMap<String, Fact>,
}

impl Fact {
    pub(super) fn known(value: Value) -> Self {
        Self { answer: Answer::Known(value), evidence: Vec::new(), sure: true, parts: BTreeMap::new() }
    }

    /// Yes or no.
    pub fn bool(value: bool) -> Self {
        Self::known(Value::Bool(value))
    }

    /// A number.
    pub fn number(value: impl Into<f64>) -> Self {
        Self::known(Value::Number(value.into()))
    }

    /// A name.
    pub fn text(value: impl Into<String>) -> Self {
        Self::known(Value::Text(value.into()))
    }

    /// Several names, in the order given, without repetition.
    pub fn list<T: Into<String>>(values: impl IntoIterator<Item = T>) -> Self {
        let mut known = HashSet::new();
        let list = values.into_iter().map(T::into).filter(|value: &String| known.insert(value.clone()));
        Self::known(Value::List(list.collect()))
    }

    /// There is none.
    pub fn nothing() -> Self {
        Self::known(Value::Nothing)
    }

    /// No answer can be given from here.
    pub fn unverified(en: impl Into<String>, fr: impl Into<String>) -> Self {
        Self { answer: Answer::Unverified(Localized::new(en, fr)), ..Self::known(Value::Nothing) }
    }

    /// The same, for a reason that is already in both languages.
    pub(super) fn unknown(reason: Localized) -> Self {
        Self::unverified(reason.en, reason.fr)
    }

    /// Yes if there is evidence.
    pub(super) fn shown(evidence: Vec<Location>) -> Self {
        Self { evidence: evidence.clone(), ..Self::bool(!evidence.is_empty()) }
    }

    /// The names of a list of (name, evidence).
    pub(super) fn named(found: Vec<(String, Location)>) -> Self {
        let (names, evidence): (Vec<String>, Vec<Location>) = found.into_iter().unzip();
        Self::list(names).seen(evidence)
    }

    /// What the traces of tools show of the repository, the first of each tool, and of each of its components: a trace
    /// counts for the component that it is in and for those below, or for all where it is in none.
    pub(super) fn traced(traces: Vec<(String, Location)>, stack: &Stack) -> Self {
        let first_of = |traces: &[&(String, Location)]| {
            let mut found: Vec<(String, Location)> = Vec::new();
            for (name, place) in traces {
                if found.iter().all(|(known, _)| known != name) {
                    found.push((name.clone(), place.clone()));
                }
            }
            Self::named(found)
        };
        // The first trace of each tool is all that matters of those that a part holds, or that none holds.
        let mut owned: HashMap<Option<usize>, BTreeMap<&str, usize>> = HashMap::new();
        for (at, (name, place)) in traces.iter().enumerate() {
            let owner = stack.nearest(folder_of(&place.path));
            owned.entry(owner).or_default().entry(name.as_str()).or_insert(at);
        }
        let parts = stack.parts.iter().map(|part| {
            let owners = stack.holding(&part.folder).map(Some).chain([None]);
            let mut own: Vec<usize> =
                owners.filter_map(|owner| owned.get(&owner)).flat_map(|first| first.values().copied()).collect();
            own.sort_unstable();
            (part.folder.clone(), first_of(&own.iter().map(|at| &traces[*at]).collect::<Vec<_>>()))
        });
        Self { parts: parts.collect(), ..first_of(&traces.iter().collect::<Vec<_>>()) }
    }

    /// The fact of a component, or that of the repository where they are the same.
    pub fn of_part(&self, folder: &str) -> &Self {
        self.parts.get(folder).unwrap_or(self)
    }

    /// The same, seen at places.
    #[must_use]
    pub fn seen(mut self, places: impl IntoIterator<Item = Location>) -> Self {
        self.evidence.extend(places);
        self
    }

    /// The same, about which two careful people could differ.
    #[must_use]
    pub fn guessed(mut self) -> Self {
        self.sure = false;
        self
    }

    /// The same, about which people could differ unless it is sure.
    pub(super) fn guessed_unless(self, sure: bool) -> Self {
        if sure { self } else { self.guessed() }
    }

    /// The value, where it is known.
    pub fn value(&self) -> Option<&Value> {
        match &self.answer {
            Answer::Known(value) => Some(value),
            Answer::Unverified(_) => None,
        }
    }

    /// Whether the answer is a certain yes.
    pub fn is_true(&self) -> bool {
        self.value() == Some(&Value::Bool(true))
    }

    /// The text of a text; none for any other value.
    pub fn text_value(&self) -> Option<&str> {
        match self.value()? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The names of a list; none for any other value.
    pub fn names(&self) -> &[String] {
        match self.value() {
            Some(Value::List(names)) => names,
            _ => &[],
        }
    }
}

/// At most this many places show a fact.
pub(crate) const PLACES: usize = 10;
