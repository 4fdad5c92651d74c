//! GitHub workflows and composite actions as typed things: what starts them, what each job holds, what each step runs.

mod expression;
mod parse;

use crate::base::path::folder_of;
use crate::model::image_name::ImageName;
use crate::read::inventory::Inventory;
use crate::read::inventory::role::Role;

pub(crate) use expression::Gate;

/// A line and a column, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    /// Line.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
}

/// Every workflow and composite action of a repository.
#[derive(Debug, Default)]
pub(crate) struct Workflows {
    /// Those that could be read.
    pub all: Vec<Workflow>,
    /// Those that are over the bounds of what is read.
    pub unread: Vec<Unread>,
}

/// A workflow or action that is over the bounds.
#[derive(Debug)]
pub(crate) struct Unread {
    /// Its file.
    pub path: String,
    /// Who would run it.
    pub forge: Forge,
    /// The line that goes too far.
    pub line: u32,
    /// Which bound it is.
    pub reason: String,
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
    fn of(path: &str) -> Self {
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
    lines: Vec<Place>,
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
const BRANCHES: &[&str] = &["main", "master", "develop", "dev", "trunk", "head", "next", "canary", "nightly"];

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
    fn new(text: &str) -> Self {
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

/// Whether a path is a workflow: GitHub ignores sub-folders, and files that do not end in `.yml` or `.yaml`.
pub(crate) fn is_workflow(path: &str) -> bool {
    let folder = folder_of(path);
    matches!(folder, ".github/workflows" | ".forgejo/workflows" | ".gitea/workflows")
        && (path.ends_with(".yml") || path.ends_with(".yaml"))
}

impl Workflows {
    /// Reads every workflow and every composite action.
    pub(crate) fn read(inventory: &Inventory) -> Self {
        let mut found = Self::default();
        for file in inventory.files() {
            let is_action = matches!(file.name(), "action.yml" | "action.yaml");
            if !is_action && !is_workflow(&file.path) || matches!(file.role, Role::Vendored | Role::Example) {
                continue;
            }
            let Some(document) = inventory.document(&file.path) else { continue };
            match document.as_ref() {
                Ok(root) => {
                    let text = inventory.text(&file.path).unwrap_or_default();
                    let read = if is_action { parse::action } else { parse::workflow };
                    found.all.extend(read(&file.path, root, &text));
                }
                // What is malformed GitHub cannot read either: it never runs.
                Err(error) if error.is_of_bounds() => {
                    found.unread.push(Unread {
                        path: file.path.clone(),
                        forge: Forge::of(&file.path),
                        line: error.line,
                        reason: error.message.clone(),
                    });
                }
                Err(_) => {}
            }
        }
        found.follow_permissions();
        found
    }

    /// A job that calls a workflow of this repository hands its token over, and the called one declares what it takes of it
    /// (https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#supported-keywords-for-jobs-that-call-a-reusable-workflow).
    fn follow_permissions(&mut self) {
        let declared: Vec<String> = self
            .all
            .iter()
            .filter(|workflow| workflow.jobs.iter().all(|job| job.permissions.0 != Permissions::Undeclared))
            .map(|workflow| workflow.path.clone())
            .collect();
        for job in self.all.iter_mut().flat_map(|workflow| &mut workflow.jobs) {
            if job.permissions.0 == Permissions::Undeclared
                && let Some(Target::Local(path)) = job.uses.as_ref().map(|uses| &uses.target)
                && declared.contains(path)
            {
                job.permissions.0 = Permissions::Scopes(Vec::new());
            }
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
        self.gate_within(job, event, self.jobs.len())
    }

    fn gate_within(&self, job: &Job, event: &str, left: usize) -> Gate {
        let condition = job.condition.as_ref().map_or("", |(text, _)| text);
        let mut gate = if condition.trim().is_empty() { Gate::Open } else { expression::gate(condition, event) };
        if job.has_environment {
            gate = gate.min(Gate::Kept);
        }
        // A job waits for the success of those that it needs, unless its condition asks about their status.
        let waits = !["always()", "failure()", "cancelled()"].iter().any(|status| condition.contains(status));
        if waits && left > 0 {
            let needed = self.jobs.iter().filter(|other| job.needs.contains(&other.id));
            gate = needed.map(|other| self.gate_within(other, event, left - 1)).fold(gate, Gate::min);
        }
        gate
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Workflow {
        let inventory = Inventory::of([(".github/workflows/a.yml", text)]);
        Workflows::read(&inventory).all.remove(0)
    }

    #[test]
    fn a_job_holds_its_own_permissions_or_the_workflows() {
        let text = "on: push\njobs:\n  a:\n    \"permissions\": {}\n    steps: []\n  b: {permissions: write-all, steps: []}\n  c:\n    # permissions: read-all\n    steps:\n      - run: ./permuter --all\n";
        let permissions: Vec<Permissions> = read(text).jobs.into_iter().map(|job| job.permissions.0).collect();
        assert_eq!(permissions, [Permissions::Scopes(vec![]), Permissions::WriteAll, Permissions::Undeclared]);
        let at_the_top = format!("permissions: 'read-all'\n{text}");
        let inherited = &read(&at_the_top).jobs[2].permissions;
        assert_eq!((&inherited.0, inherited.1.line), (&Permissions::ReadAll, 1));
        let inherited = &read(text).jobs[2].permissions;
        assert_eq!(inherited.1.line, 7);
    }

    #[test]
    fn references_are_told_apart() {
        for (text, expected) in [
            ("v4", Reference::MovableTag),
            ("1.4.2", Reference::MovableTag),
            ("release/v1", Reference::MovableTag),
            ("refs/tags/v1", Reference::MovableTag),
            ("0123456789abcdef0123456789abcdef01234567", Reference::FullCommit),
            ("0123456", Reference::Other),
            ("main", Reference::Branch),
            ("refs/heads/v1", Reference::Branch),
            ("main-v2.1.0", Reference::Other),
            ("stable", Reference::Other),
        ] {
            assert_eq!(Reference::new(text), expected, "{text}");
        }
    }

    #[test]
    fn labels_of_a_matrix_are_expanded() {
        let labels = |job: &str| {
            let found = read(&format!("on: push\njobs:\n  a: {job}\n")).jobs.remove(0).labels;
            found.into_iter().map(|(label, _)| label).collect::<Vec<_>>()
        };
        assert_eq!(labels("{runs-on: [self-hosted, x]}"), ["self-hosted", "x"]);
        assert_eq!(labels("{runs-on: {group: g, labels: y}}"), ["y"]);
        assert_eq!(
            labels(
                "{strategy: {matrix: {os: [a, b, c], exclude: [{os: b}], include: [{os: d}]}}, runs-on: '${{ matrix.os }}'}"
            ),
            ["a", "c", "d"]
        );
        assert_eq!(
            labels("{strategy: {matrix: {on: [{image: a}, {image: b}]}}, runs-on: \"${{matrix.on['image']}}\"}"),
            ["a", "b"]
        );
        assert_eq!(labels("{runs-on: '${{ fromJSON(inputs.x) }}'}"), Vec::<String>::new());
    }

    #[test]
    fn the_lines_of_a_script_have_places() {
        let text = "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          # un commentaire\n          npm \\\n            install\n          echo ${{ github.head_ref }}\n      - {run: 'npm ci', name: x}\n";
        let job = read(text).jobs.remove(0);
        let script = job.steps[0].script.as_ref().expect("a script");
        let at = script.code.find("install").expect("install");
        assert_eq!(script.place(at), Place { line: 8, column: 13 });
        assert!(!script.code.contains("commentaire"));
        assert_eq!(script.expressions[0].place, Place { line: 9, column: 16 });
        let script = job.steps[1].script.as_ref().expect("a script");
        assert_eq!(script.place(script.code.find("ci").expect("ci")), Place { line: 10, column: 20 });
    }

    #[test]
    fn variables_of_a_script_are_what_the_file_gives_them() {
        let text = "on: issues\nenv: {T: '${{ github.event.issue.title }}'}\njobs:\n  a:\n    steps:\n      - run: echo ${{ env.T }}\n      - run: echo $T\n";
        let steps = read(text).jobs.remove(0).steps;
        let expressions = |at: usize| &steps[at].script.as_ref().expect("a script").expressions;
        assert_eq!(expressions(0)[0].values, ["env.t", "github.event.issue.title"]);
        assert!(expressions(1).is_empty());
    }

    #[test]
    fn jobs_wait_for_those_that_keep_strangers_out() {
        let text = "on: pull_request_target\njobs:\n  check: {environment: revue, steps: []}\n  a: {needs: check, steps: []}\n  b: {needs: [a], if: always(), steps: []}\n";
        let workflow = read(text);
        let gates: Vec<Gate> = workflow.jobs.iter().map(|job| workflow.gate(job, "pull_request_target")).collect();
        assert_eq!(gates, [Gate::Kept, Gate::Kept, Gate::Open]);
    }

    #[test]
    fn a_called_workflow_declares_for_its_caller() {
        let files = [
            (
                ".github/workflows/a.yml",
                "on: push\njobs:\n  a: {uses: ./.github/workflows/b.yml}\n  c: {uses: ./.github/workflows/d.yml}\n",
            ),
            (".github/workflows/b.yml", "on: workflow_call\npermissions: {contents: read}\njobs: {b: {steps: []}}\n"),
            (".github/workflows/d.yml", "on: workflow_call\njobs: {d: {steps: []}}\n"),
        ];
        let all = Workflows::read(&Inventory::of(files)).all;
        assert_ne!(all[0].jobs[0].permissions.0, Permissions::Undeclared);
        assert_eq!(all[0].jobs[1].permissions.0, Permissions::Undeclared);
    }
}
