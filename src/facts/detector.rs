//! Code that answers one question about a repository, and what it is given.

use std::sync::OnceLock;

use super::fact::{Fact, Kind};
use super::shared::{Enforced, Pin, ToolRun, Written};
use crate::base::text::{Lang, Localized};
use crate::base::typography::french;
use crate::model::delivery::{Delivery, Measures};
use crate::model::forge::Forge;
use crate::model::images::Images;
use crate::model::lockfile::Lockfiles;
use crate::model::manifest::Manifests;
use crate::model::pages::Pages;
use crate::model::pipeline::Pipelines;
use crate::model::services::Services;
use crate::model::site::Site;
use crate::model::stack::Stack;
use crate::read::history::{History, NoHistory};
use crate::read::inventory::Inventory;

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
    /// The pages that a public product is expected to have.
    pub pages: &'r Pages,
    /// The pipelines.
    pub pipelines: &'r Pipelines,
    /// The images that it builds or names.
    pub(crate) images: &'r Images,
    /// What is deployed.
    pub services: &'r Services,
    /// The history, or why there is none.
    pub history: Result<&'r History, NoHistory>,
    /// The forge, where it was asked.
    pub forge: Option<&'r Forge>,
    /// The live site, where its address was given, or why it could not be seen.
    pub site: Option<Result<&'r Site, &'r Localized>>,
    /// The deployments, or why nothing shows them.
    pub delivery: Result<&'r Delivery, &'r Localized>,
    /// The DORA metrics.
    pub measures: &'r Measures,
    /// The date of the audit, in seconds since 1970.
    pub as_of: i64,
    /// What several detectors find together.
    pub shared: Shared,
}

/// What several detectors need, found when the first of them asks.
#[derive(Default)]
pub struct Shared {
    pub(super) runs: OnceLock<Vec<ToolRun>>,
    pub(super) levels: OnceLock<Vec<Enforced>>,
    pub(super) pins: OnceLock<Vec<Pin>>,
    pub(super) headers: OnceLock<Fact>,
    pub(super) documents: OnceLock<Written>,
}

impl Repo<'_> {
    /// The history, or the fact that says why there is none.
    pub(super) fn history(&self) -> Result<&History, Fact> {
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
    pub(super) detect: fn(&Repo<'_>) -> Fact,
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
