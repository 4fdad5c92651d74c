//! GitHub Actions, and the Forgejo and Gitea Actions that use the same syntax.

use std::collections::BTreeSet;

use crate::base::location::Location;
use crate::base::path::{join, name_of};
use crate::model::pipeline::follow::Resolver;
use crate::model::pipeline::job::{Action, Activity, Job, Pipeline, Trigger};
use crate::model::pipeline::shell::Shell;
use crate::model::pipeline::tools::ACTIONS;
use crate::read::document::Node;
use crate::read::inventory::glob_set;

/// How many workflows or actions deep a call is followed.
const CALLS: usize = 4;

/// How many calls of one workflow are followed in all.
const MOST_CALLS: u32 = 400;

/// The workflows and actions that lead to what is read, and how many were followed in all.
#[derive(Default)]
struct Calls {
    trail: Vec<String>,
    followed: u32,
}

/// What starts a workflow.
#[derive(Default)]
struct Events {
    /// As every system names it.
    triggers: BTreeSet<Trigger>,
    /// As GitHub names it.
    names: BTreeSet<String>,
    /// The workflows that it follows.
    follows: Vec<String>,
}

pub(in crate::model::pipeline) fn read(resolver: &Resolver<'_>, path: &str, root: &Node) -> Vec<Pipeline> {
    let Some(jobs) = root.get("jobs") else {
        return Vec::new();
    };
    // YAML 1.1 reads the bare key `on` as the truth value `true` (https://yaml.org/type/bool.html).
    let on = root.get("on").or_else(|| root.get("true"));
    let events = on.map(events).unwrap_or_default();
    let mut calls = Calls::default();
    let jobs: Vec<Job> = jobs
        .entries()
        .iter()
        .filter_map(|entry| job(resolver, path, &entry.key, entry.line, &entry.value, root, &events, &mut calls))
        .collect();
    let Events { triggers, follows, .. } = events;
    // A run that failed completes too (https://docs.github.com/actions/using-workflows/events-that-trigger-workflows#workflow_run).
    // `workflow_run` alone also starts after a failure; the job says `conclusion == 'success'`.
    let waits = |entry: &Node| entry.text_of("if").is_some_and(|text| text.contains("success"));
    let follows_success =
        !follows.is_empty() && root.get("jobs").is_some_and(|jobs| jobs.entries().iter().any(|job| waits(&job.value)));
    vec![Pipeline {
        system: if path.starts_with(".github") { "github-actions" } else { "forgejo-actions" },
        path: path.to_owned(),
        name: root.text_of("name").unwrap_or(name_of(path)).to_owned(),
        triggers,
        follows,
        follows_success,
        jobs,
    }]
}

/// What `on:` says.
fn events(on: &Node) -> Events {
    let (mut found, mut follows, mut known) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
    let names: Vec<(&str, Option<&Node>)> = match on.text() {
        Some(name) => vec![(name, None)],
        None if !on.items().is_empty() => {
            on.items().iter().filter_map(|item| item.text().map(|name| (name, None))).collect()
        }
        None => on.entries().iter().map(|entry| (entry.key.as_str(), Some(&entry.value))).collect(),
    };
    for (name, options) in names {
        known.insert(name.to_owned());
        match name {
            "pull_request" | "pull_request_target" | "merge_group" => {
                // By default `pull_request` starts on `opened`, `synchronize` and `reopened`
                // (https://docs.github.com/actions/using-workflows/events-that-trigger-workflows#pull_request).
                // `types: [closed]` or labels alone do not check the code that is proposed.
                let types: Vec<&str> = options
                    .and_then(|options| options.get("types"))
                    .map(Node::items_or_self)
                    .unwrap_or_default()
                    .iter()
                    .filter_map(Node::text)
                    .collect();
                let checks = types.is_empty()
                    || types
                        .iter()
                        .any(|kind| matches!(*kind, "opened" | "synchronize" | "reopened" | "ready_for_review"));
                found.insert(if checks { Trigger::PullRequest } else { Trigger::Other });
            }
            "push" => found.extend(push(options)),
            "release" => {
                found.insert(Trigger::Release);
            }
            "schedule" => {
                found.insert(Trigger::Schedule);
            }
            "workflow_dispatch" | "repository_dispatch" => {
                found.insert(Trigger::Manual);
            }
            "workflow_call" => {
                found.insert(Trigger::Called);
            }
            "workflow_run" => {
                found.insert(Trigger::AfterPipeline);
                let names =
                    options.and_then(|options| options.get("workflows")).map(Node::items_or_self).unwrap_or_default();
                follows.extend(names.iter().filter_map(Node::text).map(str::to_owned));
            }
            // It starts for a new branch too (https://docs.github.com/actions/using-workflows/events-that-trigger-workflows#create),
            // which nothing in `on:` can leave out.
            "create" => {
                found.insert(Trigger::Tag);
            }
            _ => {
                found.insert(Trigger::Other);
            }
        }
    }
    Events { triggers: found, names: known, follows }
}

/// A push to every branch covers pull requests; one that names branches does not.
fn push(options: Option<&Node>) -> Vec<Trigger> {
    let Some(options) = options else {
        return vec![Trigger::Push, Trigger::PullRequest];
    };
    let texts = |key: &str| -> Vec<&str> {
        options.get(key).map(Node::items_or_self).unwrap_or_default().iter().filter_map(Node::text).collect()
    };
    let (branches, tags) = (texts("branches"), texts("tags"));
    // Filters on tags alone leave every branch out, and filters on branches leave out the tags
    // (https://docs.github.com/actions/using-workflows/workflow-syntax-for-github-actions#onpushbranchestagsbranches-ignoretags-ignore).
    let only_tags = branches.is_empty()
        && options.get("branches-ignore").is_none()
        && (!tags.is_empty() || options.get("tags-ignore").is_some());
    if only_tags {
        return vec![Trigger::Tag];
    }
    // What leaves the main line out never runs on what was merged.
    let main = ["main", "master"];
    let leaves_out = |list: &[&str], mark: &str| {
        list.iter().filter_map(|name| name.strip_prefix(mark)).any(|name| main.contains(&name))
    };
    let off_main = leaves_out(&branches, "!") || leaves_out(&texts("branches-ignore"), "");
    let every = branches.is_empty() || branches.iter().any(|branch| matches!(*branch, "**" | "*"));
    let mut found = if off_main && every { Vec::new() } else { vec![Trigger::Push] };
    if every {
        found.push(Trigger::PullRequest);
    }
    if !tags.is_empty() {
        found.push(Trigger::Tag);
    }
    found
}

#[expect(clippy::too_many_arguments, reason = "a job is read in the context of its workflow")]
fn job(
    resolver: &Resolver<'_>,
    path: &str,
    id: &str,
    line: u32,
    node: &Node,
    root: &Node,
    events: &Events,
    calls: &mut Calls,
) -> Option<Job> {
    let condition = node.get("if").and_then(Node::text).unwrap_or_default();
    if never(condition, events) {
        return None;
    }
    let mut job = Job {
        id: id.to_owned(),
        needs: node
            .get("needs")
            .map(Node::items_or_self)
            .unwrap_or_default()
            .iter()
            .filter_map(Node::text)
            .map(str::to_owned)
            .collect(),
        triggers: narrowed(condition, events),
        blocking: node.get("continue-on-error").and_then(Node::truth) != Some(true),
        line,
        regardless: is_regardless(condition),
        serialized: node.get("concurrency").or_else(|| root.get("concurrency")).is_some(),
        environment: node
            .get("environment")
            .and_then(|environment| environment.text().or_else(|| environment.text_of("name")))
            .map(str::to_owned),
        ..Job::default()
    };
    if let Some(called) = node.text_of("uses") {
        call(resolver, path, called, line, &mut job, events, calls);
    }
    // It applies to `run` steps alone, and that of the job wins over that of the workflow
    // (https://docs.github.com/actions/using-workflows/workflow-syntax-for-github-actions#defaultsrun).
    let default = |key: &str| {
        let of = |node: &Node| Some(node.at(&["defaults", "run", key])?.text()?.to_owned());
        of(node).or_else(|| of(root))
    };
    let folder = default("working-directory").and_then(|folder| join("", &folder)).unwrap_or_default();
    let shell = default("shell");
    for step in node.get("steps").map(Node::items).unwrap_or_default() {
        read_step(resolver, path, step, &folder, shell.as_deref(), &mut job, events, calls);
    }
    let on_release = waits_for_a_release(condition);
    for action in &mut job.actions {
        action.blocking &= job.blocking;
        action.on_release |= on_release;
    }
    Some(job)
}

/// A condition under which a job runs although one that it needs failed.
fn is_regardless(condition: &str) -> bool {
    // Without one of these functions a condition implies `success()`
    // (https://docs.github.com/actions/learn-github-actions/expressions#status-check-functions).
    let always =
        ["always()", "failure()", "!cancelled()", "! cancelled()"].iter().any(|status| condition.contains(status));
    let waits =
        [" success()", ".result == 'success'", "!failure()", "! failure()", "!contains(needs.*.result, 'failure')"];
    always && !waits.iter().any(|wait| format!(" {condition}").contains(wait))
}

/// The events that a condition names as the one it holds on.
fn named_events(condition: &str) -> Vec<&str> {
    let after = condition.match_indices("event_name == '").map(|(at, found)| &condition[at + found.len()..]);
    after.filter_map(|rest| rest.split('\'').next()).collect()
}

/// A condition that holds on none of the events.
fn never(condition: &str, events: &Events) -> bool {
    let bare = condition.trim().trim_start_matches("${{").trim_end_matches("}}").trim();
    let for_forks = ["github.event.repository.fork", "github.event.repository.fork == true"];
    if bare == "false" || for_forks.contains(&bare) {
        return true;
    }
    let alone = !bare.contains("||") && !bare.contains('!');
    // The `github` context of a called workflow is its caller's (https://docs.github.com/actions/using-workflows/reusing-workflows).
    // The event of a workflow that is called is that of its caller.
    let called = events.names.contains("workflow_call");
    alone && !called && named_events(bare).iter().any(|name| !events.names.contains(*name))
}

/// A condition that names events or refs narrows when the job starts.
fn narrowed(condition: &str, events: &Events) -> BTreeSet<Trigger> {
    let mut found = BTreeSet::new();
    if condition.contains("||") {
        return found;
    }
    let names = named_events(condition);
    let on_ref = condition.contains("github.ref == ")
        || condition.contains("github.ref_name == ")
        || names.contains(&"push")
        || condition.contains("github.event_name != 'pull_request'")
        || condition.contains("startsWith(github.ref");
    if on_ref && events.triggers.contains(&Trigger::Push) {
        found.insert(Trigger::Push);
    } else if names.contains(&"pull_request") && events.triggers.contains(&Trigger::PullRequest) {
        found.insert(Trigger::PullRequest);
    } else if names.contains(&"workflow_dispatch") {
        found.insert(Trigger::Manual);
    } else if names.contains(&"schedule") {
        found.insert(Trigger::Schedule);
    }
    found
}

/// The options of the shell of a step, by its name or the command line that starts it
/// (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell); nothing for an
/// interpreter of another language.
fn shell_of(named: Option<&str>) -> Option<Shell> {
    match named.map(str::trim) {
        Some("bash") => Some(Shell::STRICT),
        Some(line) if ["python", "node", "ruby", "perl", "deno"].iter().any(|start| line.starts_with(start)) => None,
        Some(line) if line.contains(' ') && line.contains("sh") && !line.contains("pwsh") => {
            Some(Shell::started_by(line))
        }
        _ => Some(Shell::STEPS),
    }
}

#[expect(clippy::too_many_arguments, reason = "a step is read in the context of its job")]
fn read_step(
    resolver: &Resolver<'_>,
    path: &str,
    step: &Node,
    folder: &str,
    shell: Option<&str>,
    job: &mut Job,
    events: &Events,
    calls: &mut Calls,
) {
    let condition = step.get("if").and_then(Node::text).unwrap_or_default();
    if never(condition, events) {
        return;
    }
    let blocking = step.get("continue-on-error").and_then(Node::truth) != Some(true);
    let before = job.actions.len();
    if let Some(run) = step.get("run") {
        job.runs_commands = true;
        let text = run.text().unwrap_or_default();
        let below = step.text_of("working-directory").and_then(|below| join(folder, below));
        let own = below.as_deref().unwrap_or(folder);
        let key_line = step.entry("run").map_or(step.line, |entry| entry.line);
        // The text of a block starts on the line after its key.
        let first = if text.trim_end().contains('\n') || run.line > key_line { key_line + 1 } else { key_line };
        if let Some(shell) = shell_of(step.text_of("shell").or(shell)) {
            job.actions.extend(resolver.actions(text, own, shell, path, first));
        }
    }
    if let Some(uses) = step.text_of("uses") {
        let line = step.entry("uses").map_or(step.line, |entry| entry.line);
        // An action that calls another one by an expression.
        let dynamic = step.at(&["with", "uses"]).and_then(Node::text).filter(|inner| inner.starts_with("./"));
        if let Some(local) = Some(uses).filter(|uses| uses.starts_with("./")).or(dynamic) {
            call(resolver, path, local, line, job, events, calls);
        } else {
            let place = Location::line(path, line);
            job.actions.extend(marketplace(resolver, uses, step.get("with"), folder).into_iter().map(
                |(activity, tool)| Action { activity, tool, place: place.clone(), blocking: true, on_release: false },
            ));
        }
    }
    let on_release = waits_for_a_release(condition);
    for action in &mut job.actions[before..] {
        action.blocking &= blocking;
        action.on_release |= on_release;
    }
}

/// Whether a condition asks whether a release was cut, by an output of the actions that cut them.
fn waits_for_a_release(condition: &str) -> bool {
    const OUTPUTS: &[&str] = &["release_created", "releases_created", "new_release_published", "outputs.published"];
    OUTPUTS.iter().any(|output| condition.contains(output)) && !condition.contains('!')
}

/// What an action of a marketplace does.
fn marketplace(resolver: &Resolver<'_>, uses: &str, with: Option<&Node>, folder: &str) -> Vec<(Activity, String)> {
    let name = uses.split('@').next().unwrap_or(uses);
    let lower = name.to_ascii_lowercase();
    let option = |key: &str| with.and_then(|with| with.text_of(key)).unwrap_or_default();
    if lower.starts_with("docker/build-push-action") {
        // It builds without pushing by default (https://github.com/docker/build-push-action#inputs).
        let pushes = !matches!(option("push"), "" | "false") || option("outputs").contains("push=true");
        return vec![(if pushes { Activity::Publish } else { Activity::Build }, name.to_owned())];
    }
    // Actions that run a command or a script given to them.
    for key in ["run", "script", "command", "cmd", "args"] {
        let text = option(key);
        if !text.is_empty()
            && (lower.contains("run")
                || lower.contains("docker")
                || lower.contains("retry")
                || lower.contains("pnpm")
                || lower.contains("devcontainers"))
        {
            let reached = resolver.script(text, folder);
            if !reached.is_empty() {
                return reached.into_iter().map(|reached| (reached.activity, reached.tool)).collect();
            }
        }
    }
    if lower.starts_with("pre-commit/action") {
        let hooks = resolver.script("pre-commit run", folder);
        return hooks.into_iter().map(|reached| (reached.activity, reached.tool)).collect();
    }
    if let Some((_, activity)) = ACTIONS.iter().find(|(start, _)| lower.starts_with(start)) {
        return vec![(*activity, name.to_owned())];
    }
    let last = name_of(&lower);
    if last.contains("deploy")
        && !last.contains("deployment-status")
        && !lower.starts_with("bobheadxi/")
        && !lower.contains("/configure")
    {
        return vec![(Activity::Deploy, name.to_owned())];
    }
    Vec::new()
}

/// A call of a workflow or action of this repository, followed; one of another repository is named.
fn call(
    resolver: &Resolver<'_>,
    path: &str,
    called: &str,
    line: u32,
    job: &mut Job,
    events: &Events,
    calls: &mut Calls,
) {
    // A local path is seen from the root of the repository, not from the file that names it
    // (https://docs.github.com/actions/using-workflows/workflow-syntax-for-github-actions#jobsjob_iduses).
    let Some(local) = called.strip_prefix("./") else {
        if called.contains("/.github/workflows/") {
            job.elsewhere.push(called.to_owned());
        }
        return;
    };
    for target in targets(resolver, local) {
        calls.followed += 1;
        if calls.trail.len() >= CALLS || calls.followed > MOST_CALLS || calls.trail.contains(&target) {
            continue;
        }
        let Some(document) = resolver.inventory.document(&target) else {
            continue;
        };
        let Ok(root) = document.as_ref() else {
            continue;
        };
        let mut inner = Job { blocking: true, ..Job::default() };
        calls.trail.push(target.clone());
        if let Some(jobs) = root.get("jobs") {
            for entry in jobs.entries() {
                if let Some(found) =
                    self::job(resolver, &target, &entry.key, entry.line, &entry.value, root, events, calls)
                {
                    inner.actions.extend(found.actions);
                    inner.elsewhere.extend(found.elsewhere);
                    inner.runs_commands |= found.runs_commands;
                    inner.serialized |= found.serialized;
                    inner.environment = inner.environment.or(found.environment);
                }
            }
        }
        // Only a composite action has steps
        // (https://docs.github.com/actions/creating-actions/metadata-syntax-for-github-actions#runs-for-composite-actions).
        for step in root.at(&["runs", "steps"]).map(Node::items).unwrap_or_default() {
            read_step(resolver, &target, step, "", None, &mut inner, events, calls);
        }
        calls.trail.pop();
        job.runs_commands |= inner.runs_commands;
        job.serialized |= inner.serialized;
        job.environment = job.environment.take().or(inner.environment);
        job.elsewhere.append(&mut inner.elsewhere);
        job.actions.extend(inner.actions.into_iter().map(|mut action| {
            // The place where this pipeline calls; the callee is where the tool is.
            let (tool, place) = (&action.tool, &action.place);
            action.place =
                Location::line(path, line).noted_in(format!("{tool} at {place}"), format!("{tool} dans {place}"));
            action
        }));
    }
}

/// The files that a local call designates; an expression in it stands for anything.
fn targets(resolver: &Resolver<'_>, local: &str) -> Vec<String> {
    let mut pattern = String::new();
    let mut rest = local;
    while let Some((before, after)) = rest.split_once("${{") {
        pattern.push_str(before);
        pattern.push('*');
        rest = after.split_once("}}").map_or("", |(_, after)| after);
    }
    pattern.push_str(rest);
    let pattern = pattern.trim_end_matches('/');
    let files = [pattern.to_owned(), format!("{pattern}/action.yml"), format!("{pattern}/action.yaml")];
    if !pattern.contains('*') {
        return files.into_iter().filter(|file| resolver.inventory.has(file)).collect();
    }
    let Ok(globs) = glob_set(files.iter().map(String::as_str)) else {
        return Vec::new();
    };
    let paths = resolver.inventory.files().iter().map(|file| &file.path);
    paths.filter(|path| globs.is_match(path)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::Pipelines;
    use super::*;
    use crate::model::manifest::Manifests;
    use crate::read::inventory::Inventory;

    fn pipelines(files: &[(&str, &str)]) -> Pipelines {
        let inventory = Inventory::of(files.iter().map(|(path, text)| (*path, *text)));
        let manifests = Manifests::read(&inventory);
        Pipelines::read(&inventory, &manifests)
    }

    fn triggers_of(on: &str) -> BTreeSet<Trigger> {
        let text = format!("on: {on}\njobs: {{a: {{steps: [{{run: jest}}]}}}}\n");
        pipelines(&[(".github/workflows/a.yml", &text)]).all[0].triggers.clone()
    }

    #[test]
    fn pushes_to_every_branch_cover_pull_requests() {
        for on in [
            "push",
            "[push]",
            "{push: {paths-ignore: ['*.md']}}",
            "{push: {branches: ['**', '!prod']}}",
            "{push: {branches-ignore: [main]}}",
            "pull_request",
        ] {
            assert!(triggers_of(on).contains(&Trigger::PullRequest), "{on}");
        }
        for on in [
            "{push: {branches: [main]}}",
            "{push: {tags: ['v*']}}",
            "workflow_dispatch",
            "{pull_request: {types: [closed]}}",
        ] {
            assert!(!triggers_of(on).contains(&Trigger::PullRequest), "{on}");
        }
    }

    #[test]
    fn a_job_for_pull_requests_never_runs_on_pushes() {
        let jobs = |on: &str, condition: &str| {
            let text = format!("on: {on}\njobs: {{a: {{if: \"{condition}\", steps: [{{run: jest}}]}}}}\n");
            let found = pipelines(&[(".github/workflows/a.yml", &text)]);
            found.all[0].jobs.iter().map(|job| found.all[0].triggers_of(job).clone()).collect::<Vec<_>>()
        };
        let on_requests = "github.event_name == 'pull_request'";
        assert!(jobs("[push]", on_requests).is_empty());
        assert!(jobs("[push]", "github.event_name == 'workflow_dispatch'").is_empty());
        assert_eq!(jobs("[push, pull_request]", on_requests), [BTreeSet::from([Trigger::PullRequest])]);
        assert_eq!(jobs("[push]", "!(github.event_name == 'pull_request')").len(), 1);
        assert_eq!(jobs("[workflow_call]", on_requests).len(), 1);
    }

    #[test]
    fn jobs_that_never_run_are_left_out() {
        let text = "on: push\njobs:\n  a:\n    if: false\n    steps: [{run: jest}]\n  b:\n    if: ${{ false }}\n    steps: [{run: jest}]\n";
        assert!(pipelines(&[(".github/workflows/a.yml", text)]).all[0].jobs.is_empty());
    }

    #[test]
    fn local_actions_and_workflows_are_followed() {
        let files = [
            (
                ".github/workflows/a.yml",
                "on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n  c:\n    strategy: {matrix: {x: [lint]}}\n    steps:\n      - uses: ./.github/actions/${{ matrix.x }}\n",
            ),
            (
                ".github/workflows/b.yml",
                "on: workflow_call\njobs:\n  t:\n    steps:\n      - run: |\n          set -e\n          npx vitest run\n",
            ),
            (
                ".github/actions/lint/action.yml",
                "runs:\n  using: composite\n  steps:\n    - run: npx eslint .\n      shell: bash\n",
            ),
        ];
        let found = pipelines(&files);
        let tools: Vec<(&str, &str)> =
            found.actions().map(|(pipeline, _, action)| (name_of(&pipeline.path), action.tool.as_str())).collect();
        assert_eq!(tools, [("a.yml", "vitest"), ("a.yml", "eslint"), ("b.yml", "vitest")]);
        let place = &found.all[1].jobs[0].actions[0].place;
        assert_eq!(place.to_string(), ".github/workflows/b.yml:7");
    }

    #[test]
    fn workflows_of_other_repositories_are_named() {
        let found = pipelines(&[(
            ".github/workflows/a.yml",
            "on: push\njobs:\n  a:\n    uses: org/shared/.github/workflows/test.yml@v1\n",
        )]);
        assert_eq!(found.elsewhere(), ["org/shared/.github/workflows/test.yml@v1"]);
    }

    #[test]
    fn the_shell_of_a_step_says_which_failures_it_feels() {
        let blocking = |defaults: &str, shell: &str, run: &str| {
            let text = format!(
                "on: push\n{defaults}jobs:\n  a:\n    steps:\n      - {shell}run: |\n          {}\n",
                run.replace('\n', "\n          ")
            );
            let found = pipelines(&[(".github/workflows/a.yml", &text)]);
            found.actions().map(|(_, _, action)| action.blocking).collect::<Vec<_>>()
        };
        let shell = |name: &str| format!("shell: {name}\n        ");
        let defaults = "defaults: {run: {shell: bash}}\n";
        for (defaults, shell, run, expected) in [
            ("", String::new(), "jest | tee log", vec![false]),
            ("", shell("bash"), "jest | tee log", vec![true]),
            ("", shell("sh"), "jest | tee log", vec![false]),
            (defaults, String::new(), "jest | tee log", vec![true]),
            (defaults, shell("sh"), "jest | tee log", vec![false]),
            ("", shell("bash -el {0}"), "jest | tee log", vec![false]),
            ("", shell("bash -leo pipefail {0}"), "jest | tee log", vec![true]),
            ("", shell("bash {0}"), "jest\neslint .", vec![false, true]),
            ("", shell("bash -l {0}"), "jest\neslint .", vec![false, true]),
            ("", String::new(), "jest\neslint .", vec![true, true]),
            ("", shell("pwsh"), "jest\neslint .", vec![true, true]),
            ("", shell("python"), "jest", vec![]),
            ("", String::new(), "set +e\njest\neslint .", vec![false, true]),
        ] {
            assert_eq!(blocking(defaults, &shell, run), expected, "{defaults}{shell}{run}");
        }
    }

    #[test]
    fn files_that_are_no_workflows_are_not_read() {
        for path in
            [".github/workflows/test.yaml.template", ".github/workflows/old/a.yml", ".github/workflows/a.yml.old"]
        {
            assert!(pipelines(&[(path, "on: push\njobs: {a: {steps: [{run: jest}]}}\n")]).all.is_empty(), "{path}");
        }
    }
}
