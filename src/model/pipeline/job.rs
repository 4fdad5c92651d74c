//! The neutral model of continuous integration: when a pipeline starts, its jobs, and what their steps do.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};

use crate::base::location::Location;

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Activity {
    /// Runs unit, functional or integration tests.
    Test,
    /// Runs browser or end-to-end tests.
    EndToEndTest,
    /// Runs a linter.
    Lint,
    /// Checks formatting.
    Format,
    /// Checks types.
    TypeCheck,
    /// Builds the product.
    Build,
    /// Looks for vulnerabilities or secrets.
    SecurityScan,
    /// Publishes an image or a package.
    Publish,
    /// Deploys the product.
    Deploy,
    /// Cuts a release: a tag, a changelog, a forge release.
    Release,
}

/// When a pipeline or job starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// On pull or merge requests, or on pushes to every branch, which covers them.
    PullRequest,
    /// On pushes to some branch.
    Push,
    /// On tags.
    Tag,
    /// On releases of the forge.
    Release,
    /// At fixed times.
    Schedule,
    /// After another pipeline.
    AfterPipeline,
    /// When another pipeline calls it.
    Called,
    /// When a person asks.
    Manual,
    /// On anything else: comments, labels, issues.
    Other,
}

/// Something that a step does, with the tool that does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// What it does.
    pub activity: Activity,
    /// The tool: `eslint`, `pytest`, `actions/deploy-pages`.
    pub tool: String,
    /// Where the pipeline asks for it.
    pub place: Location,
    /// Whether its failure fails the job.
    pub blocking: bool,
    /// Whether it waits for a release that a step before it cuts: release-please, semantic-release, changesets.
    pub on_release: bool,
}

/// A job: steps that run in order.
#[derive(Debug, Clone, Default)]
pub struct Job {
    /// Its name in the pipeline.
    pub id: String,
    /// The jobs that must have succeeded before it.
    pub needs: Vec<String>,
    /// When it starts, where that is narrower than the pipeline; empty means "as the pipeline".
    pub triggers: BTreeSet<Trigger>,
    /// What its steps do, in order.
    pub actions: Vec<Action>,
    /// Whether its failure fails the pipeline.
    pub blocking: bool,
    /// Where it is declared.
    pub line: u32,
    /// What it calls that cannot be followed from here.
    pub elsewhere: Vec<String>,
    /// Whether it runs any command at all.
    pub runs_commands: bool,
    /// Whether it runs even when the jobs before it failed.
    pub regardless: bool,
    /// The environment that it deploys to, where it names one.
    pub environment: Option<String>,
    /// Whether two of its runs cannot overlap.
    pub serialized: bool,
}

/// A pipeline: one workflow file, or the configuration of a system that has a single one.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// The system that runs it, as facts name it.
    pub system: &'static str,
    /// Its file.
    pub path: String,
    /// Its name, by which another may follow it.
    pub name: String,
    /// When it starts.
    pub triggers: BTreeSet<Trigger>,
    /// The names of the pipelines that it follows.
    pub follows: Vec<String>,
    /// Whether it follows them only when they succeeded.
    pub follows_success: bool,
    /// Its jobs, those that can never run left out.
    pub jobs: Vec<Job>,
}

impl Activity {
    /// Its name in kebab case, as facts give it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::EndToEndTest => "end-to-end-test",
            Self::Lint => "lint",
            Self::Format => "format",
            Self::TypeCheck => "type-check",
            Self::Build => "build",
            Self::SecurityScan => "security-scan",
            Self::Publish => "publish",
            Self::Deploy => "deploy",
            Self::Release => "release",
        }
    }
}

impl Pipeline {
    /// The one configuration of a system that runs on every push by default.
    pub(super) fn on_every_push(system: &'static str, path: &str, jobs: Vec<Job>) -> Self {
        Self {
            system,
            path: path.to_owned(),
            name: path.to_owned(),
            triggers: every_push(),
            follows: Vec::new(),
            follows_success: false,
            jobs,
        }
    }

    /// When a job starts.
    pub fn triggers_of<'p>(&'p self, job: &'p Job) -> &'p BTreeSet<Trigger> {
        if job.triggers.is_empty() { &self.triggers } else { &job.triggers }
    }

    /// Whether a job starts by itself when code changes.
    pub fn is_automatic(&self, job: &Job) -> bool {
        self.triggers_of(job).iter().any(|trigger| {
            matches!(
                trigger,
                Trigger::PullRequest | Trigger::Push | Trigger::Tag | Trigger::Release | Trigger::AfterPipeline
            )
        })
    }

    /// The jobs that must have succeeded before one, however far; one that runs regardless of failures waits for nothing.
    pub fn before<'p>(&'p self, job: &'p Job) -> Vec<&'p Job> {
        let (mut found, mut queue): (Vec<&Job>, Vec<&Job>) = (Vec::new(), vec![job]);
        let mut known = HashSet::new();
        while let Some(job) = queue.pop() {
            let needed = job.needs.iter().filter(|_| !job.regardless);
            for other in needed.flat_map(|id| self.jobs.iter().filter(move |other| other.id == *id)) {
                if known.insert(std::ptr::from_ref(other)) {
                    found.push(other);
                    queue.push(other);
                }
            }
        }
        found
    }
}

/// When a system runs that has no trigger of its own.
pub(super) fn every_push() -> BTreeSet<Trigger> {
    BTreeSet::from([Trigger::Push, Trigger::PullRequest])
}
