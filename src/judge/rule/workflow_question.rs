//! What is asked of GitHub workflows and composite actions.

use schemars::JsonSchema;
use serde::Deserialize;

use super::image_name_question::ImageNameQuestion;
use super::question::{Asks, Pattern, Placed, Words};
use crate::model::workflow::{
    Expression, Forge, Gate, Job, Permissions, Place, Reference, Script, Step, Target, Uses, Variable, Workflow,
};

/// What is asked of a workflow, or of a composite action, which has neither events nor jobs. All keys must hold for the same
/// one; those of `job` for the same job, and those of `step` for the same step, of that job where there is `job` too.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct WorkflowQuestion {
    /// Who runs it; GitHub where absent.
    pub forge: Option<Words<ForgeName>>,
    /// One of these events starts it, as GitHub names them: `pull_request_target`.
    pub on: Option<Placed<Words<String>>>,
    /// Whether other workflows alone start it: `workflow_call` is its only event.
    pub only_called: Option<bool>,
    /// A variable that all its jobs have. It is then what the failure shows.
    pub env: Option<VariableQuestion>,
    /// A regular expression that a value matches which one of its expressions lets through, wherever it stands; see
    /// `expression` of `run`.
    pub expression: Option<Pattern>,
    /// A job of it.
    pub job: Option<JobQuestion>,
    /// A step of it.
    pub step: Option<StepQuestion>,
}

/// The forge that a workflow is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ForgeName {
    /// GitHub.
    Github,
    /// Forgejo or Gitea.
    Forgejo,
}

/// What is asked of a job; all keys must hold for the same one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct JobQuestion {
    /// What its token may do: by its own `permissions`, else the workflow's, else `undeclared`.
    pub permissions: Option<Words<PermissionsName>>,
    /// Scopes of which its token may write one: `deployments`.
    pub writes: Option<Words<String>>,
    /// The workflow that it calls.
    pub uses: Option<UsesQuestion>,
    /// A label of its runner, be it one of a matrix.
    pub runs_on: Option<RunnerQuestion>,
    /// The image of its container, or of one of its services.
    pub image: Option<ImageNameQuestion>,
    /// A variable of its own.
    pub env: Option<VariableQuestion>,
    /// Whether it hands every secret to what it calls, with `secrets: inherit`.
    pub inherits_secrets: Option<bool>,
    /// A regular expression that its condition matches.
    #[serde(rename = "if")]
    pub condition: Option<Pattern>,
    /// Whether something may keep strangers out, on the events of `on`: a condition that asks more than a stranger chooses,
    /// an environment that people approve, or a job before it that is so.
    pub guarded: Option<bool>,
    /// Whether it names an environment.
    pub environment: Option<bool>,
    /// A step of it.
    pub step: Option<StepQuestion>,
}

/// What the token of a job may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PermissionsName {
    /// Neither the job nor the workflow says it: the settings of the repository do.
    Undeclared,
    /// `read-all`.
    ReadAll,
    /// `write-all`.
    WriteAll,
    /// Each scope is named.
    Scopes,
    /// Nothing: `{}`.
    Nothing,
}

/// What is asked of the runner of a job.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RunnerQuestion {
    /// A regular expression that one of its labels matches.
    pub matches: Option<Pattern>,
    /// Whether it is a machine of one's own, whose labels are free.
    pub self_hosted: Option<bool>,
}

/// What is asked of a step; all keys must hold for the same one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct StepQuestion {
    /// What it is.
    pub kind: Option<Words<StepKind>>,
    /// The action that it uses.
    pub uses: Option<UsesQuestion>,
    /// What it runs: its `run`, or the `script` of `actions/github-script`.
    pub run: Option<ScriptQuestion>,
    /// What its action is given.
    pub with: Option<VariableQuestion>,
    /// A variable of its own.
    pub env: Option<VariableQuestion>,
    /// A regular expression that its condition matches.
    #[serde(rename = "if")]
    pub condition: Option<Pattern>,
    /// Whether its condition may keep strangers out, on the events of `on`.
    pub guarded: Option<bool>,
    /// The code that `actions/checkout` takes out.
    pub checks_out: Option<Checkout>,
    /// A later step of the same job.
    #[schemars(with = "Option<StepQuestion>")]
    pub followed_by: Option<Box<StepQuestion>>,
}

/// What a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StepKind {
    /// It runs a script.
    Script,
    /// It uses an action of this repository.
    LocalAction,
    /// It uses an action of another repository.
    Action,
    /// It runs an image.
    Docker,
}

/// The code that a step takes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Checkout {
    /// That of a pull request, which its author wrote: its head or its merge.
    PullRequestHead,
}

/// What is asked of what a step or a job uses.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct UsesQuestion {
    /// A regular expression that it matches as it is written: `^actions/cache@v2`.
    pub matches: Option<Pattern>,
    /// The owners of its repository, in any case.
    pub owner: Option<Words<String>>,
    /// Owners that are not that of its repository; what is in this repository, or an image, has none.
    pub owner_not: Option<Words<String>>,
    /// What fixes it.
    #[serde(rename = "ref")]
    pub reference: Option<Words<ReferenceName>>,
    /// The image that it is, after `docker://`.
    pub image: Option<ImageNameQuestion>,
}

/// What fixes an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReferenceName {
    /// The full hash of a commit.
    FullCommit,
    /// A version: `v4`, `1.4.2`, `release/v1`.
    MovableTag,
    /// A branch: `main`, `refs/heads/x`.
    Branch,
    /// Another name, of a tag or a branch.
    Other,
    /// It is a path of this repository.
    Local,
    /// It is an image.
    Docker,
}

/// What is asked of a script; all keys must hold for it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ScriptQuestion {
    /// A regular expression that its text matches, comments left out and continued lines joined. Where it has a group
    /// `(?P<here>…)`, that is where the failure is shown.
    pub matches: Option<Pattern>,
    /// A regular expression that its text does not match.
    pub not_matching: Option<Pattern>,
    /// A regular expression that a value matches which one of its expressions lets through: in lower case and in one
    /// spelling, `github.event.issue.title`, `tojson(secrets)`, with `*` for an index. What is only compared or tested is
    /// not let through. A variable `env.X` is also what the file gives it.
    pub expression: Option<Pattern>,
}

/// What is asked of a name and its value; all keys must hold for the same one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct VariableQuestion {
    /// A regular expression that its name matches.
    pub name: Option<Pattern>,
    /// A regular expression that its value matches.
    pub matches: Option<Pattern>,
    /// A regular expression that the name of a secret matches which it holds, in capitals; `GITHUB_TOKEN` is none.
    pub secret: Option<Pattern>,
}

impl VariableQuestion {
    fn first(&self, variables: &[Variable]) -> Option<Place> {
        let holds = |variable: &&Variable| {
            self.name.as_ref().is_none_or(|pattern| pattern.is_in(&variable.name))
                && self.matches.as_ref().is_none_or(|pattern| pattern.is_in(&variable.value))
                && self.secret.as_ref().is_none_or(|pattern| variable.secrets().any(|name| pattern.is_in(&name)))
        };
        variables.iter().find(holds).map(|variable| variable.place)
    }
}

impl ScriptQuestion {
    fn place(&self, script: &Script) -> Option<Place> {
        if self.not_matching.as_ref().is_some_and(|pattern| pattern.is_in(&script.code)) {
            return None;
        }
        let mut place = script.place(0);
        if let Some(pattern) = &self.matches {
            place = script.place(pattern.find(&script.code)?);
        }
        if let Some(pattern) = &self.expression {
            place = first_expression(pattern, &script.expressions)?;
        }
        Some(place)
    }
}

fn first_expression(pattern: &Pattern, expressions: &[Expression]) -> Option<Place> {
    let lets = |expression: &&Expression| expression.values.iter().any(|value| pattern.is_in(value));
    expressions.iter().find(lets).map(|expression| expression.place)
}

impl UsesQuestion {
    fn holds(&self, uses: &Uses) -> bool {
        let owner = match &uses.target {
            Target::Remote { owner, .. } => Some(owner),
            Target::Local(_) | Target::Docker(_) => None,
        };
        let is_of = |owners: &Words<String>| {
            owner.is_some_and(|owner| owners.iter().any(|known| known.eq_ignore_ascii_case(owner)))
        };
        let reference = match &uses.target {
            Target::Local(_) => ReferenceName::Local,
            Target::Docker(_) => ReferenceName::Docker,
            Target::Remote { reference, .. } => match reference {
                Reference::FullCommit => ReferenceName::FullCommit,
                Reference::MovableTag => ReferenceName::MovableTag,
                Reference::Branch => ReferenceName::Branch,
                Reference::Other => ReferenceName::Other,
            },
        };
        let image = |question: &ImageNameQuestion| match &uses.target {
            Target::Docker(name) => question.holds(name),
            Target::Local(_) | Target::Remote { .. } => false,
        };
        self.matches.as_ref().is_none_or(|pattern| pattern.is_in(&uses.text))
            && self.owner.as_ref().is_none_or(is_of)
            && self.owner_not.as_ref().is_none_or(|owners| owner.is_some() && !is_of(owners))
            && self.reference.as_ref().is_none_or(|names| names.has(&reference))
            && self.image.as_ref().is_none_or(image)
    }

    fn place(&self, uses: Option<&Uses>) -> Option<Place> {
        uses.filter(|uses| self.holds(uses)).map(|uses| uses.place)
    }
}

/// Adds the place that a key shows, and stops where it does not hold.
macro_rules! ask {
    ($places:ident, $question:expr, $answer:expr) => {
        if let Some(question) = &$question {
            let answer: Option<Place> = $answer(question);
            $places.push(answer?);
        }
    };
}

impl StepQuestion {
    /// The place that shows it.
    fn place(&self, step: &Step, after: &[Step], events: &[&str]) -> Option<Place> {
        let kind = match step.uses.as_ref().map(|uses| &uses.target) {
            None => StepKind::Script,
            Some(Target::Local(_)) => StepKind::LocalAction,
            Some(Target::Docker(_)) => StepKind::Docker,
            Some(Target::Remote { .. }) => StepKind::Action,
        };
        let condition = step.condition.as_ref();
        let guarded = || !events.iter().any(|event| step.gate(event) == Gate::Open);
        let holds = self.kind.as_ref().is_none_or(|kinds| kinds.has(&kind))
            && self.guarded.is_none_or(|wanted| wanted == guarded())
            && self.followed_by.as_ref().is_none_or(|next| next.places(after, events).next().is_some());
        if !holds {
            return None;
        }
        let mut places = Vec::new();
        ask!(places, self.run, |run: &ScriptQuestion| run.place(step.script.as_ref()?));
        ask!(places, self.checks_out, |_| step.checks_out_pull_request());
        ask!(places, self.uses, |uses: &UsesQuestion| uses.place(step.uses.as_ref()));
        ask!(places, self.with, |with: &VariableQuestion| with.first(&step.with));
        ask!(places, self.env, |env: &VariableQuestion| env.first(&step.env));
        ask!(places, self.condition, |pattern: &Pattern| {
            condition.filter(|(text, _)| pattern.is_in(text)).map(|(_, place)| *place)
        });
        Some(places.first().copied().unwrap_or(step.place))
    }

    fn places<'q>(&'q self, steps: &'q [Step], events: &'q [&str]) -> impl Iterator<Item = Place> + 'q {
        steps.iter().enumerate().filter_map(move |(at, step)| self.place(step, &steps[at + 1..], events))
    }
}

impl JobQuestion {
    /// The places that show it; none where it does not hold. `more` is asked of a step of it besides.
    fn places(
        &self,
        workflow: &Workflow,
        job: &Job,
        more: Option<&StepQuestion>,
        events: &[&str],
    ) -> Option<Vec<Place>> {
        let name = match &job.permissions.0 {
            Permissions::Undeclared => PermissionsName::Undeclared,
            Permissions::ReadAll => PermissionsName::ReadAll,
            Permissions::WriteAll => PermissionsName::WriteAll,
            Permissions::Scopes(scopes) if scopes.is_empty() => PermissionsName::Nothing,
            Permissions::Scopes(_) => PermissionsName::Scopes,
        };
        let writes = |wanted: &Words<String>| match &job.permissions.0 {
            Permissions::WriteAll => true,
            Permissions::Scopes(scopes) => scopes.iter().any(|(scope, write)| *write && wanted.has(scope)),
            Permissions::Undeclared | Permissions::ReadAll => false,
        };
        let permitted = job.permissions.1;
        let guarded = || !events.iter().any(|event| workflow.gate(job, event) == Gate::Open);
        if self.guarded.is_some_and(|wanted| wanted != guarded())
            || self.environment.is_some_and(|wanted| wanted != job.has_environment)
            || self.inherits_secrets.is_some_and(|wanted| wanted != job.inherits_secrets.is_some())
        {
            return None;
        }
        let mut places = Vec::new();
        ask!(places, self.permissions, |names: &Words<_>| names.has(&name).then_some(permitted));
        ask!(places, self.writes, |wanted: &Words<_>| writes(wanted).then_some(permitted));
        ask!(places, self.uses, |uses: &UsesQuestion| uses.place(job.uses.as_ref()));
        ask!(places, self.image, |image: &ImageNameQuestion| {
            job.images.iter().find(|(name, _)| image.holds(name)).map(|(_, place)| *place)
        });
        ask!(places, self.env, |env: &VariableQuestion| env.first(&job.env));
        ask!(places, self.condition, |pattern: &Pattern| {
            job.condition.as_ref().filter(|(text, _)| pattern.is_in(text)).map(|(_, place)| *place)
        });
        let runner = self.runs_on.as_ref().map(|runner| runner.places(job));
        if let Some(labels) = runner {
            places = labels?;
        }
        for step in self.step.iter().chain(more) {
            places = step.places(&job.steps, events).collect();
            if places.is_empty() {
                return None;
            }
        }
        if places.is_empty() {
            places.push(job.inherits_secrets.filter(|_| self.inherits_secrets.is_some()).unwrap_or(job.place));
        }
        Some(places)
    }
}

impl RunnerQuestion {
    /// The labels that match, of the runner that fits.
    fn places(&self, job: &Job) -> Option<Vec<Place>> {
        let own = job.labels.iter().any(|(label, _)| label.eq_ignore_ascii_case("self-hosted"));
        if self.self_hosted.is_some_and(|wanted| wanted != own) {
            return None;
        }
        let fits = |(label, _): &&(String, Place)| self.matches.as_ref().is_none_or(|pattern| pattern.is_in(label));
        let places: Vec<Place> = job.labels.iter().filter(fits).map(|(_, place)| *place).collect();
        (!places.is_empty()).then_some(places)
    }
}

impl WorkflowQuestion {
    /// The places of a workflow that show it; none where it does not hold.
    pub(super) fn places(&self, workflow: &Workflow) -> Vec<Place> {
        self.ask(workflow).unwrap_or_default()
    }

    /// Whether it is asked of the workflows of a forge.
    pub(super) fn is_asked_of(&self, forge: Forge) -> bool {
        let name = match forge {
            Forge::GitHub => ForgeName::Github,
            Forge::Forgejo => ForgeName::Forgejo,
        };
        self.forge.as_ref().map_or(name == ForgeName::Github, |forges| forges.has(&name))
    }

    fn ask(&self, workflow: &Workflow) -> Option<Vec<Place>> {
        if !self.is_asked_of(workflow.forge)
            || self.only_called.is_some_and(|wanted| wanted != workflow.is_only_called())
        {
            return None;
        }
        let of_jobs = self.on.is_some() || self.only_called.is_some() || self.job.is_some();
        if workflow.is_action && of_jobs {
            return None;
        }
        let asked = |name: &String| self.on.as_ref().is_none_or(|on| on.0.value.has(name));
        let started: Vec<&(String, Place)> = workflow.events.iter().filter(|(name, _)| asked(name)).collect();
        if self.on.is_some() && started.is_empty() {
            return None;
        }
        let events: Vec<&str> = started.iter().map(|(name, _)| name.as_str()).collect();
        let mut shown = Vec::new();
        ask!(shown, self.env, |env: &VariableQuestion| env.first(&workflow.env));
        ask!(shown, self.expression, |pattern: &Pattern| first_expression(pattern, &workflow.expressions));
        let mut inner: Vec<Place> = Vec::new();
        for job in &workflow.jobs {
            match (&self.job, &self.step) {
                (Some(question), step) => {
                    inner.extend(question.places(workflow, job, step.as_ref(), &events).unwrap_or_default());
                }
                (None, Some(step)) => inner.extend(step.places(&job.steps, &events)),
                (None, None) => {}
            }
        }
        let asks_inside = self.job.is_some() || self.step.is_some();
        if asks_inside && inner.is_empty() {
            return None;
        }
        if shown.is_empty() {
            // What starts it is half of the story.
            shown.extend(started.first().filter(|_| self.on.is_some()).map(|(_, place)| *place));
            shown.append(&mut inner);
        }
        if shown.is_empty() {
            shown.push(Place { line: 1, column: 1 });
        }
        Some(shown)
    }
}

impl Asks for WorkflowQuestion {
    fn patterns(&self) -> Vec<&Pattern> {
        [self.env.patterns(), self.expression.patterns(), self.job.patterns(), self.step.patterns()].concat()
    }
}

impl Asks for JobQuestion {
    fn patterns(&self) -> Vec<&Pattern> {
        let runner = self.runs_on.as_ref().map(|runner| runner.matches.patterns()).unwrap_or_default();
        let own =
            [self.uses.patterns(), self.image.patterns(), self.env.patterns(), self.condition.patterns()].concat();
        [runner, own, self.step.patterns()].concat()
    }
}

impl Asks for StepQuestion {
    fn patterns(&self) -> Vec<&Pattern> {
        let variables = [self.with.patterns(), self.env.patterns(), self.condition.patterns()].concat();
        [self.uses.patterns(), self.run.patterns(), variables, self.followed_by.patterns()].concat()
    }
}

impl Asks for UsesQuestion {
    fn patterns(&self) -> Vec<&Pattern> {
        [self.matches.patterns(), self.image.patterns()].concat()
    }
}

impl Asks for ScriptQuestion {
    fn patterns(&self) -> Vec<&Pattern> {
        [self.matches.patterns(), self.not_matching.patterns(), self.expression.patterns()].concat()
    }
}

impl Asks for VariableQuestion {
    fn patterns(&self) -> Vec<&Pattern> {
        [self.name.patterns(), self.matches.patterns(), self.secret.patterns()].concat()
    }
}

/// The events that start workflows (https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows).
pub(super) const EVENTS: &[&str] = &[
    "branch_protection_rule",
    "check_run",
    "check_suite",
    "create",
    "delete",
    "deployment",
    "deployment_status",
    "discussion",
    "discussion_comment",
    "fork",
    "gollum",
    "image_version",
    "issue_comment",
    "issues",
    "label",
    "merge_group",
    "milestone",
    "page_build",
    "project",
    "project_card",
    "project_column",
    "public",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_target",
    "push",
    "registry_package",
    "release",
    "repository_dispatch",
    "schedule",
    "status",
    "watch",
    "workflow_call",
    "workflow_dispatch",
    "workflow_run",
];
