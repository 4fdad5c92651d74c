//! Deployments, and what shows them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::text::Localized;
use crate::model::forge::{Conclusion, Forge};
use crate::model::pipeline::Pipelines;
use crate::read::history::{History, NoHistory, WEEK, WINDOW_WEEKS};

/// How many weeks figures are computed over: a quarter.
pub(crate) const WEEKS: i64 = 13;

/// What the team says of its deployments in `.equerre.yml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Settings {
    /// The environment of the forge that is production.
    pub environment: Option<String>,
    /// The branch whose every move is deployed.
    pub branch: Option<String>,
}

/// What shows the deployments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Signal {
    /// The forge records them.
    ForgeDeployments,
    /// A pipeline deploys each move of the main line.
    MainLine,
    /// A branch is deployed each time it moves.
    DeployBranch,
    /// Each release of the forge is deployed.
    ForgeReleases,
    /// Each release tag is deployed.
    ReleaseTags,
}

/// A deployment to production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// When, in seconds since 1970.
    pub time: i64,
    /// What was deployed: a tag, or a short commit id.
    pub name: String,
    /// The commit that was deployed, in full, where it is known.
    pub commit: Option<String>,
    /// The date of that commit: what landed until then is part of it.
    pub content: i64,
    /// How it ended.
    pub outcome: Conclusion,
    /// Whether it put an earlier version back.
    pub rollback: bool,
    /// Whether what it brought is a repair: a hotfix or a revert.
    pub repair: bool,
}

/// The deployments of a product.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// What shows them.
    pub signal: Signal,
    /// In words: which environment, branch or tags.
    pub shown_by: Localized,
    /// Whether two careful people would agree that these are the deployments.
    pub sure: bool,
    /// Those of the last [`WINDOW_WEEKS`] weeks, newest first.
    pub deployments: Vec<Deployment>,
    /// The first day that the source can show, in seconds since 1970.
    pub since: i64,
    /// The date of the audit, in seconds since 1970.
    pub as_of: i64,
}

/// What deployments are looked for in.
pub struct Sources<'s> {
    /// The pipelines.
    pub pipelines: &'s Pipelines,
    /// The history, or why there is none.
    pub history: Result<&'s History, NoHistory>,
    /// The forge, where it was asked.
    pub forge: Option<&'s Forge>,
    /// What the team says.
    pub settings: &'s Settings,
    /// The date of the audit, in seconds since 1970.
    pub as_of: i64,
}

impl Delivery {
    /// The deployments that did not fail, of the last weeks.
    pub fn over(&self, weeks: i64) -> impl Iterator<Item = &Deployment> {
        let from = self.as_of - weeks * WEEK;
        self.deployments
            .iter()
            .filter(move |found| found.time > from && found.time <= self.as_of && found.outcome != Conclusion::Failed)
    }

    /// How many deployments each week saw, the latest first; weeks are counted back from the date of the audit.
    pub fn weeks(&self) -> Vec<u32> {
        let mut weeks = vec![0; usize::try_from(WINDOW_WEEKS).unwrap_or(0)];
        for found in self.over(WINDOW_WEEKS) {
            let week = usize::try_from((self.as_of - found.time) / WEEK).unwrap_or(0);
            if let Some(count) = weeks.get_mut(week) {
                *count += 1;
            }
        }
        weeks
    }

    /// Whether the source reaches back a number of weeks.
    pub fn reaches(&self, weeks: i64) -> bool {
        self.since <= self.as_of - weeks * WEEK
    }

    pub(super) fn new(
        sources: &Sources<'_>,
        signal: Signal,
        shown_by: Localized,
        mut deployments: Vec<Deployment>,
    ) -> Self {
        deployments.sort_by_key(|found| -found.time);
        deployments.retain(|found| found.time <= sources.as_of);
        let since = sources.history.ok().and_then(|history| {
            history.main_line.iter().map(|commit| commit.time).min().filter(|_| history.reaches_root)
        });
        Self {
            signal,
            shown_by,
            sure: true,
            deployments,
            since: since.unwrap_or(sources.as_of - WINDOW_WEEKS * WEEK),
            as_of: sources.as_of,
        }
    }

    pub(super) fn guessed(mut self) -> Self {
        self.sure = false;
        self
    }
}

/// Whether an environment's name says production.
pub(crate) fn is_production(environment: &str) -> bool {
    let lower = environment.to_lowercase();
    let not = ["preprod", "pre-prod", "pre_prod", "non-prod", "nonprod", "preview", "review"];
    lower.contains("prod") && !not.iter().any(|word| lower.contains(word)) || lower == "live" || lower == "main"
}
