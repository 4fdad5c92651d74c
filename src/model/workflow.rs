//! GitHub workflows and composite actions as typed things: what starts them, what each job holds, what each step runs.

mod expression;
mod parse;
mod parts;

use crate::base::path::{folder_of, is_yaml};
use crate::read::inventory::Inventory;
use crate::read::inventory::role::Role;

pub(crate) use expression::Gate;
pub(crate) use parts::{
    Expression, Forge, Job, Permissions, Place, Reference, Script, Step, Target, Uses, Variable, Workflow,
};

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

/// Whether a path is a workflow: GitHub ignores sub-folders, and files that do not end in `.yml` or `.yaml`.
pub(crate) fn is_workflow(path: &str) -> bool {
    let folder = folder_of(path);
    matches!(folder, ".github/workflows" | ".forgejo/workflows" | ".gitea/workflows") && is_yaml(path)
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
    fn jobs_that_need_each_other_in_layers_are_seen_once() {
        let mut text = "on: push\njobs:\n  a0: {steps: []}\n  b0: {steps: []}\n".to_owned();
        for n in 1..80 {
            let needs = format!("needs: [a{0}, b{0}], steps: []", n - 1);
            text.push_str(&format!("  a{n}: {{{needs}}}\n  b{n}: {{{needs}}}\n"));
        }
        let workflow = read(&text);
        assert_eq!(workflow.gate(&workflow.jobs[159], "push"), Gate::Open);
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
