//! Workflows, jobs and steps as types.

use std::collections::BTreeSet;

use super::expression::{self, Gate};
use crate::model::image_name::ImageName;

/// A line and a column, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    /// Line.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
}

/// The forge that a workflow is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Forge {
    /// GitHub.
    GitHub,
    /// Forgejo or Gitea, which read the same syntax.
    Forgejo,
}

impl Forge {
    pub(super) fn of(path: &str) -> Self {
        if path.starts_with(".forgejo/") || path.starts_with(".gitea/") { Self::Forgejo } else { Self::GitHub }
    }
}

/// A workflow, or a composite action, which has neither events nor jobs: its steps are those of one job without a name.
#[derive(Debug)]
pub(crate) struct Workflow {
    /// Its file.
    pub path: String,
    /// Who runs it; an action outside of a folder of Forgejo is for GitHub.
    pub forge: Forge,
    /// Whether it is a composite action.
    pub is_action: bool,
    /// What starts it, as GitHub names it.
    pub events: Vec<(String, Place)>,
    /// The variables of all its jobs.
    pub env: Vec<Variable>,
    /// Its jobs, in order.
    pub jobs: Vec<Job>,
    /// Every expression of the file, wherever it stands.
    pub expressions: Vec<Expression>,
}

/// What the token of a job may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Permissions {
    /// What the settings of the repository or the organisation say, which no file shows.
    #[default]
    Undeclared,
    /// Everything may be read.
    ReadAll,
    /// Everything may be written.
    WriteAll,
    /// These, by name; true where it may write.
    Scopes(Vec<(String, bool)>),
}

/// A job.
#[derive(Debug, Default)]
pub(crate) struct Job {
    /// Its name in the file.
    pub id: String,
    /// Where its name stands.
    pub place: Place,
    /// What its token may do: its own permissions, else the workflow's, else none declared; and where that is written or
    /// should be. A call of a workflow of this repository that declares its own has those.
    pub permissions: (Permissions, Place),
    /// The workflow that it calls.
    pub uses: Option<Uses>,
    /// The labels of its runner, those that a matrix stands for included.
    pub labels: Vec<(String, Place)>,
    /// The images of its container and services.
    pub images: Vec<(ImageName, Place)>,
    /// Its variables.
    pub env: Vec<Variable>,
    /// Where it hands every secret to the workflow that it calls.
    pub inherits_secrets: Option<Place>,
    /// The jobs before it.
    pub needs: Vec<String>,
    /// Its condition.
    pub condition: Option<(String, Place)>,
    /// Whether it names an environment, which people may have to approve.
    pub has_environment: bool,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}

/// A step.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// Where it starts.
    pub place: Place,
    /// The action that it uses.
    pub uses: Option<Uses>,
    /// What it runs: its `run`, or the `script` that the action `actions/github-script` is given.
    pub script: Option<Script>,
    /// What its action is given.
    pub with: Vec<Variable>,
    /// Its variables.
    pub env: Vec<Variable>,
    /// Its condition.
    pub condition: Option<(String, Place)>,
}

/// A name and its value.
#[derive(Debug, Clone)]
pub(crate) struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Where its name stands.
    pub place: Place,
    /// The values that its expressions let through.
    pub values: Vec<String>,
}

impl Variable {
    /// The secrets that it holds, in capitals. `GITHUB_TOKEN` is none: every action can read it.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = String> {
        let named = self.values.iter().filter_map(|value| value.strip_prefix("secrets."));
        named.map(str::to_uppercase).filter(|name| name != "GITHUB_TOKEN")
    }
}

/// An expression between `${{` and `}}`.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    /// Where it starts.
    pub place: Place,
    /// The values that it lets through, in lower case and in one spelling.
    pub values: Vec<String>,
}

/// What a step runs.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// Its text, comments blanked, and the lines that a backslash continues joined.
    pub code: String,
    /// The place of each of its lines.
    pub(super) lines: Vec<Place>,
    /// Its expressions, those of its comments too: they are replaced before a shell reads anything. A variable `env.X` is
    /// also what the file gives it.
    pub expressions: Vec<Expression>,
}

impl Script {
    /// The place of a byte of its code.
    pub(crate) fn place(&self, offset: usize) -> Place {
        let before = &self.code[..offset.min(self.code.len())];
        let (mut line, mut start) = (0, 0);
        for (at, byte) in before.bytes().enumerate() {
            // A continued line ends with a return that stands for its end.
            if matches!(byte, b'\n' | b'\r') {
                (line, start) = (line + 1, at + 1);
            }
        }
        let place = self.lines.get(line).or(self.lines.last()).copied().unwrap_or_default();
        let after = before.get(start..).unwrap_or_default().chars().count();
        Place { column: place.column + crate::base::text::to_u32(after), ..place }
    }
}

/// What a step or a job uses.
#[derive(Debug, Clone)]
pub(crate) struct Uses {
    /// As it is written.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// What it designates.
    pub target: Target,
}

/// What `uses` designates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A path of this repository.
    Local(String),
    /// An image.
    Docker(ImageName),
    /// An action or a workflow of a repository.
    Remote {
        /// Who owns the repository, in lower case.
        owner: String,
        /// How it is fixed.
        reference: Reference,
    },
}

/// What stands after the `@` of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reference {
    /// The full hash of a commit.
    FullCommit,
    /// A version, `v4`, `1.4.2` or `release/v1`, which its owner may move.
    MovableTag,
    /// A branch: `main`, `refs/heads/x`.
    Branch,
    /// Any other name, be it of a tag or a branch.
    Other,
}

/// Branches that repositories have by these names.
const BRANCHES: &[&str] = &["main", "master", "develop", "dev", "trunk", "head", "next", "canary", "nightly", "latest"];

impl Uses {
    pub(crate) fn new(text: &str, place: Place) -> Self {
        let text = text.trim();
        let target = if let Some(path) = text.strip_prefix("./") {
            Target::Local(path.trim_end_matches('/').to_owned())
        } else if let Some(image) = text.strip_prefix("docker://") {
            Target::Docker(ImageName::new(image))
        } else {
            let (name, reference) = text.split_once('@').unwrap_or((text, ""));
            Target::Remote {
                owner: name.split('/').next().unwrap_or_default().to_lowercase(),
                reference: Reference::new(reference),
            }
        };
        Self { text: text.to_owned(), place, target }
    }

    /// The action without what stands after its `@`, in lower case.
    pub(crate) fn name(&self) -> String {
        self.text.split('@').next().unwrap_or_default().to_lowercase()
    }
}

impl Reference {
    pub(super) fn new(text: &str) -> Self {
        if text.starts_with("refs/heads/") {
            return Self::Branch;
        }
        let name = text.strip_prefix("refs/tags/").unwrap_or(text);
        if matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Self::FullCommit;
        }
        let version = ["release/", "releases/"].iter().find_map(|folder| name.strip_prefix(folder)).unwrap_or(name);
        let number = version.strip_prefix(['v', 'V']).unwrap_or(version);
        let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        // A short hash is neither.
        let is_hash = number.len() >= 7 && number.bytes().all(|byte| byte.is_ascii_hexdigit());
        if text.starts_with("refs/tags/") || is_number(number) && !is_hash {
            Self::MovableTag
        } else if BRANCHES.contains(&name.to_lowercase().as_str()) {
            Self::Branch
        } else {
            Self::Other
        }
    }
}

impl Workflow {
    /// Whether only other workflows start it.
    pub(crate) fn is_only_called(&self) -> bool {
        !self.events.is_empty() && self.events.iter().all(|(name, _)| name == "workflow_call")
    }

    /// Whom a job lets in when an event starts the workflow: its own condition, the environment that people may have to
    /// approve, and the jobs that it waits for.
    pub(crate) fn gate(&self, job: &Job, event: &str) -> Gate {
        let mut gate = Gate::Open;
        let (mut queue, mut known) = (vec![job], BTreeSet::new());
        while let Some(job) = queue.pop() {
            gate = gate.min(job.own_gate(event));
            // What has decided is not looked into any further.
            if gate == Gate::Closed || known.len() > MOST_NEEDED {
                break;
            }
            if job.waits() {
                let needed = self.jobs.iter().filter(|other| job.needs.contains(&other.id));
                queue.extend(needed.filter(|other| known.insert(other.id.as_str())));
            }
        }
        gate
    }
}

/// How many jobs before one are looked at.
const MOST_NEEDED: usize = 200;

impl Job {
    /// Whom its own condition and environment let in.
    fn own_gate(&self, event: &str) -> Gate {
        let condition = self.condition.as_ref().map(|(text, _)| text.trim()).filter(|text| !text.is_empty());
        let gate = condition.map_or(Gate::Open, |text| expression::gate(text, event));
        if self.has_environment { gate.min(Gate::Kept) } else { gate }
    }

    /// Whether it waits for the success of those that it needs: unless its condition asks about their status.
    fn waits(&self) -> bool {
        let condition = self.condition.as_ref().map_or("", |(text, _)| text);
        !["always()", "failure()", "cancelled()"].iter().any(|status| condition.contains(status))
    }
}

impl Step {
    /// Whom its own condition lets in.
    pub(crate) fn gate(&self, event: &str) -> Gate {
        self.condition.as_ref().map_or(Gate::Open, |(text, _)| expression::gate(text, event))
    }

    /// Where it takes the code of the pull request out: the commit, the branch or the merge of a stranger.
    pub(crate) fn checks_out_pull_request(&self) -> Option<Place> {
        let checkout = self.uses.as_ref().is_some_and(|uses| uses.name() == "actions/checkout");
        let foreign = |value: &String| {
            matches!(
                value.as_str(),
                "github.head_ref"
                    | "github.event.pull_request.head.sha"
                    | "github.event.pull_request.head.ref"
                    | "github.event.pull_request.head.label"
                    | "github.event.pull_request.merge_commit_sha"
                    | "github.event.workflow_run.head_sha"
                    | "github.event.workflow_run.head_branch"
                    | "github.event.workflow_run.head_commit.id"
            )
        };
        let given = self.with.iter().filter(|_| checkout).find(|given| given.name == "ref")?;
        let is_foreign = given.values.iter().any(foreign) || given.value.contains("refs/pull/");
        if is_foreign {
            return Some(given.place);
        }
        None
    }
}
