//! What is true of a repository, each with its evidence. Facts judge nothing.

mod bots;
mod ci;
mod commands;
mod conventions;
mod delivery;
mod deploy;
mod docs;
mod drift;
mod enforcement;
mod environment;
mod forge;
mod headers;
mod images;
mod license;
mod lockfiles;
mod operations;
mod policies;
mod product;
mod readme;
mod rhythm;
mod secrets;
mod site;
mod stack;
mod tests;
mod tls;
mod versions;

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use crate::base::location::Location;
use crate::base::path::{below, folder_of};
use crate::base::text::{Lang, Localized};
use crate::base::typography::french;
use crate::model::delivery::{Delivery, Measures};
use crate::model::forge::Forge;
use crate::model::lockfile::Lockfiles;
use crate::model::manifest::Manifests;
use crate::model::pipeline::Pipelines;
use crate::model::site::Site;
use crate::model::stack::Stack;
use crate::read::history::{History, NoHistory};
use crate::read::inventory::Inventory;
use crate::read::inventory::probe::Probe;

pub(crate) use enforcement::{Level, checks};

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
    fn known(value: Value) -> Self {
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
        let mut list: Vec<String> = Vec::new();
        for value in values {
            let value = value.into();
            if !list.contains(&value) {
                list.push(value);
            }
        }
        Self::known(Value::List(list))
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
    fn unknown(reason: Localized) -> Self {
        Self::unverified(reason.en, reason.fr)
    }

    /// Yes if there is evidence.
    fn shown(evidence: Vec<Location>) -> Self {
        Self { evidence: evidence.clone(), ..Self::bool(!evidence.is_empty()) }
    }

    /// The names of a list of (name, evidence).
    fn named(found: Vec<(String, Location)>) -> Self {
        let (names, evidence): (Vec<String>, Vec<Location>) = found.into_iter().unzip();
        Self::list(names).seen(evidence)
    }

    /// What the traces of tools show of the repository, the first of each tool, and of each of its components: a trace
    /// counts for the component that it stands in and for those below, or for all where it stands in none.
    fn traced(traces: Vec<(String, Location)>, stack: &Stack) -> Self {
        let first_of = |traces: &[&(String, Location)]| {
            let mut found: Vec<(String, Location)> = Vec::new();
            for (name, place) in traces {
                if found.iter().all(|(known, _)| known != name) {
                    found.push((name.clone(), place.clone()));
                }
            }
            Self::named(found)
        };
        let owner = |place: &Location| stack.nearest(folder_of(&place.path)).map(|at| stack.parts[at].folder.as_str());
        let owned: Vec<(Option<&str>, &(String, Location))> =
            traces.iter().map(|trace| (owner(&trace.1), trace)).collect();
        let parts = stack.parts.iter().map(|part| {
            let counts = |owner: Option<&str>| owner.is_none_or(|owner| below(owner, &part.folder).is_some());
            let own: Vec<_> = owned.iter().filter(|(owner, _)| counts(*owner)).map(|(_, trace)| *trace).collect();
            (part.folder.clone(), first_of(&own))
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
    fn guessed_unless(self, sure: bool) -> Self {
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

/// What detectors look at.
pub struct Repo<'r> {
    /// The files.
    pub inventory: &'r Inventory,
    /// The manifests.
    pub manifests: &'r Manifests,
    /// What the lockfiles resolved.
    pub lockfiles: &'r Lockfiles,
    /// What the product is made of.
    pub stack: &'r Stack,
    /// The pipelines.
    pub pipelines: &'r Pipelines,
    /// The history, or why there is none.
    pub history: Result<&'r History, NoHistory>,
    /// The forge, where it was asked.
    pub forge: Option<&'r Forge>,
    /// The live site, where its address was given, or why it could not be seen.
    pub site: Option<Result<&'r Site, &'r Localized>>,
    /// The deployments, or why nothing shows them.
    pub delivery: Result<&'r Delivery, &'r Localized>,
    /// The keys of DORA.
    pub measures: &'r Measures,
    /// The date of the audit, in seconds since 1970.
    pub as_of: i64,
    /// What several detectors find together.
    pub shared: Shared,
}

/// What several detectors need, found when the first of them asks.
#[derive(Default)]
pub struct Shared {
    runs: OnceLock<Vec<conventions::Run>>,
    levels: OnceLock<Vec<enforcement::Enforced>>,
    pins: OnceLock<Vec<versions::Pin>>,
    pages: OnceLock<HashMap<String, Vec<usize>>>,
    headers: OnceLock<Fact>,
}

impl Repo<'_> {
    /// The history, or the fact that says why there is none.
    fn history(&self) -> Result<&History, Fact> {
        self.history.map_err(|reason| Fact::unknown(reason.explain()))
    }
}

/// Code that answers one question.
pub struct Detector {
    /// The fact's name, in snake case.
    pub id: &'static str,
    /// The type of its answers.
    pub kind: Kind,
    /// The question that it answers: English, then French.
    pub question: (&'static str, &'static str),
    detect: fn(&Repo<'_>) -> Fact,
}

impl Detector {
    /// The question that it answers, in a language.
    pub fn asks(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.question.0.to_owned(),
            Lang::Fr => french(self.question.1),
        }
    }
}

/// Every detector.
pub fn detectors() -> impl Iterator<Item = &'static Detector> {
    [
        license::ALL,
        readme::ALL,
        commands::ALL,
        stack::ALL,
        tests::ALL,
        ci::ALL,
        deploy::ALL,
        delivery::ALL,
        conventions::ALL,
        enforcement::ALL,
        lockfiles::ALL,
        versions::ALL,
        drift::ALL,
        bots::ALL,
        operations::ALL,
        images::ALL,
        headers::ALL,
        policies::ALL,
        environment::ALL,
        secrets::ALL,
        tls::ALL,
        docs::ALL,
        product::ALL,
        rhythm::ALL,
        forge::ALL,
        site::ALL,
    ]
    .into_iter()
    .flatten()
}

/// The detector of a name.
pub(crate) fn detector(id: &str) -> Option<&'static Detector> {
    detectors().find(|detector| detector.id == id)
}

/// What the detectors ask of every text.
pub(crate) fn probes() -> Vec<Probe> {
    [
        conventions::probes(),
        docs::probes(),
        environment::probes(),
        headers::probes(),
        policies::probes(),
        operations::probes(),
        product::probes(),
        secrets::probes(),
        stack::probes(),
        tests::probes(),
        tls::probes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every fact of a repository, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts(pub BTreeMap<&'static str, Fact>);

impl Facts {
    /// Asks every detector.
    pub fn collect(repo: &Repo<'_>) -> Self {
        let all: Vec<&Detector> = detectors().collect();
        Self(all.into_par_iter().map(|detector| (detector.id, (detector.detect)(repo))).collect())
    }

    /// The fact of a name.
    pub fn get(&self, id: &str) -> Option<&Fact> {
        self.0.get(id)
    }
}

/// At most this many places show a fact.
const PLACES: usize = 10;

#[cfg(test)]
pub(crate) fn fact_of(files: &[(&str, &str)], id: &str) -> Fact {
    let inventory = Inventory::of(files.iter().map(|(path, text)| (*path, *text)));
    let manifests = Manifests::read(&inventory);
    let pipelines = Pipelines::read(&inventory, &manifests);
    let lockfiles = Lockfiles::read(&inventory);
    let no_git = NoHistory::NoGit.explain();
    let repo = Repo {
        inventory: &inventory,
        manifests: &manifests,
        lockfiles: &lockfiles,
        stack: &Stack::read(&inventory, &manifests, &lockfiles),
        pipelines: &pipelines,
        history: Err(NoHistory::NoGit),
        forge: None,
        site: None,
        delivery: Err(&no_git),
        measures: &Measures::unknown(&no_git),
        as_of: 1_800_000_000,
        shared: Shared::default(),
    };
    let detector = detector(id).expect("the fact exists");
    (detector.detect)(&repo)
}

#[cfg(test)]
pub(crate) fn names_of(files: &[(&str, &str)], id: &str) -> Vec<String> {
    fact_of(files, id).names().to_vec()
}
