//! A service, what the team says of one, and what services are looked for in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::location::Location;
use crate::base::path::name_of;
use crate::model::manifest::Manifests;
use crate::model::pipeline::Pipelines;
use crate::model::stack::Stack;
use crate::read::inventory::Inventory;

/// How many places show one thing.
pub(super) const PLACES: usize = 4;

/// What a service is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceKind {
    /// Pages that people browse, from a server or as an application of one page.
    Pages,
    /// Built files, documentation among them.
    StaticSite,
    /// Answers programs, its own front among them.
    Api,
    /// Queues, schedulers, data pipelines.
    Worker,
    /// An application of phones.
    Mobile,
    /// Dashboards, notebooks, a warehouse.
    Data,
    /// A tool of administrators or developers that runs.
    Tool,
    /// A package that others install.
    Library,
    /// Stands for another service while developing or testing.
    Mock,
}

impl ServiceKind {
    /// Its name in kebab case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::StaticSite => "static-site",
            Self::Api => "api",
            Self::Worker => "worker",
            Self::Mobile => "mobile",
            Self::Data => "data",
            Self::Tool => "tool",
            Self::Library => "library",
            Self::Mock => "mock",
        }
    }

    /// Whether browsers show its answers to people, so that the headers of pages matter.
    pub const fn is_browsed(self) -> bool {
        matches!(self, Self::Pages | Self::StaticSite)
    }
}

/// How a change reaches production.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// A push, a tag or a release does it.
    Automatic,
    /// A person starts it.
    Manual,
    /// The host takes a branch by itself.
    Platform,
    /// It never does.
    None,
    /// Nothing tells.
    Unknown,
}

impl How {
    /// Its name in kebab case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
            Self::Platform => "platform",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }
}

/// How a service reaches production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Production {
    /// What does it.
    pub how: How,
    /// What starts it: `push main`, `tag`, `release`, `dispatch`, `schedule`, `platform`, `unknown`.
    pub trigger: String,
    /// The job or script that deploys.
    pub road: Option<Location>,
    /// Whether every road has required the tests to pass; nothing where it cannot be told.
    pub gated: Option<bool>,
    /// What shows it.
    pub evidence: Vec<Location>,
}

impl Production {
    /// Of a service of which nothing tells.
    pub(super) fn unknown() -> Self {
        Self { how: How::Unknown, trigger: "unknown".to_owned(), road: None, gated: None, evidence: Vec::new() }
    }
}

/// What runs or is published on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// A name for people.
    pub name: String,
    /// What it is for.
    pub kind: ServiceKind,
    /// The folder of its code; empty at the root.
    pub component: String,
    /// Whether people's browsers show its answers as pages.
    pub browsed: bool,
    /// Whether two careful people would agree.
    pub sure: bool,
    /// What runs it in production, as far as the tree shows.
    pub served_by: Vec<Location>,
    /// How it reaches production.
    pub production: Production,
}

impl Service {
    pub(super) fn new(kind: ServiceKind, component: &str, default_name: &str) -> Self {
        let name = if component.is_empty() { default_name } else { name_of(component) };
        Self {
            name: name.to_owned(),
            kind,
            component: component.to_owned(),
            browsed: kind.is_browsed(),
            sure: true,
            served_by: Vec::new(),
            production: Production::unknown(),
        }
    }

    pub(super) fn shown_by(mut self, places: impl IntoIterator<Item = Location>) -> Self {
        self.served_by.extend(places);
        self
    }

    /// Whether it may stand beside the product without files of its own: its folder holds what serves the others too.
    pub(super) const fn is_beside(&self) -> bool {
        !self.sure
            && matches!(self.kind, ServiceKind::Data | ServiceKind::Tool | ServiceKind::Library | ServiceKind::Worker)
    }

    pub(super) fn unsure(mut self) -> Self {
        self.sure = false;
        self
    }
}

/// What the team says of a folder in `.equerre.yml`: it replaces what was found there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ServiceSettings {
    /// The folder of its code, `.` for the root.
    pub component: String,
    /// What runs from it is for this; nothing runs from it where no kind is given.
    pub kind: Option<ServiceKind>,
    /// A name for people.
    pub name: Option<String>,
    /// How a change reaches production.
    pub production: Option<How>,
    /// What starts it: `push main`, `tag`, `release`, `dispatch`.
    pub trigger: Option<String>,
    /// Whether every road to production requires the tests to pass.
    pub after_tests: Option<bool>,
}

/// What services are looked for in.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'s> {
    /// The files.
    pub inventory: &'s Inventory,
    /// The manifests.
    pub manifests: &'s Manifests,
    /// The parts of the product.
    pub stack: &'s Stack,
    /// The pipelines.
    pub pipelines: &'s Pipelines,
}
