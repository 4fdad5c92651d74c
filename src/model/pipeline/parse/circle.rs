//! CircleCI, which runs on every push by default.

use std::collections::{BTreeSet, HashSet};

use crate::model::pipeline::follow::Resolver;
use crate::model::pipeline::job::{Job, Pipeline, Trigger};
use crate::model::pipeline::shell::Shell;
use crate::read::document::Node;

pub(in crate::model::pipeline) fn read(resolver: &Resolver<'_>, path: &str, root: &Node) -> Vec<Pipeline> {
    let mut jobs = Vec::new();
    let commands = root.get("commands");
    for entry in root.get("jobs").map(Node::entries).unwrap_or_default() {
        let mut job = Job { id: entry.key.clone(), blocking: true, line: entry.line, ..Job::default() };
        let folder = entry.value.text_of("working_directory").unwrap_or_default();
        let folder =
            resolver.below_home(folder).filter(|folder| resolver.inventory.has_folder(folder)).unwrap_or_default();
        let shell = entry.value.text_of("shell").map_or(Shell::STRICT, Shell::started_by);
        steps(resolver, path, entry.value.get("steps"), &folder, commands, shell, &mut job, 0);
        jobs.push(job);
    }
    let workflows = root.get("workflows").map(Node::entries).unwrap_or_default();
    let (mut listed, mut held): (HashSet<String>, HashSet<String>) = (HashSet::new(), HashSet::new());
    for workflow in workflows {
        for asked in workflow.value.get("jobs").map(Node::items).unwrap_or_default() {
            let (name, options) = match asked.text() {
                Some(name) => (name, None),
                None => asked.entries().first().map_or(("", None), |entry| (entry.key.as_str(), Some(&entry.value))),
            };
            listed.insert(name.to_owned());
            // An approval holds what requires it until a person clicks
            // (https://circleci.com/docs/workflows/#holding-a-workflow-for-a-manual-approval).
            if options.and_then(|options| options.text_of("type")) == Some("approval") {
                held.insert(name.to_owned());
            }
            if name.contains('/') {
                // A job of an orb: another repository's.
                if let Some(first) = jobs.first_mut() {
                    first.elsewhere.push(name.to_owned());
                }
            }
            let Some(job) = jobs.iter_mut().find(|job| job.id == name) else {
                continue;
            };
            for need in options.and_then(|options| options.get("requires")).map(Node::items).unwrap_or_default() {
                job.needs.extend(need.text().map(str::to_owned));
            }
            if let Some(only) = options.and_then(|options| options.at(&["filters", "branches", "only"])) {
                let every = only.items_or_self().iter().filter_map(Node::text).any(|branch| branch == "/.*/");
                if !every {
                    job.triggers.insert(Trigger::Push);
                }
            }
        }
    }
    // A job that no workflow lists never runs (https://circleci.com/docs/configuration-reference/#jobs).
    jobs.retain(|job| workflows.is_empty() || listed.contains(&job.id));
    hold(&mut jobs, held);
    vec![Pipeline::on_every_push("circleci", path, jobs)]
}

/// What waits for a person's approval, however far, starts when that person says so.
fn hold(jobs: &mut [Job], mut held: HashSet<String>) {
    for _ in 0..jobs.len() {
        let before = held.len();
        for job in jobs.iter_mut() {
            if job.needs.iter().any(|need| held.contains(need)) {
                job.triggers = BTreeSet::from([Trigger::Manual]);
                held.insert(job.id.clone());
            }
        }
        if held.len() == before {
            break;
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "a step is read in the context of its job")]
fn steps(
    resolver: &Resolver<'_>,
    path: &str,
    list: Option<&Node>,
    folder: &str,
    commands: Option<&Node>,
    job_shell: Shell,
    job: &mut Job,
    depth: usize,
) {
    for step in list.map(Node::items).unwrap_or_default() {
        let name = step.text().or_else(|| step.entries().first().map(|entry| entry.key.as_str())).unwrap_or_default();
        // `deploy` was a `run` of its own kind.
        if let Some(run) = step.get("run").or_else(|| step.get("deploy")) {
            job.runs_commands = true;
            let text = run.text().or_else(|| run.text_of("command")).unwrap_or_default();
            let line = run.get("command").map_or(run.line, |command| command.line);
            // `/bin/bash -eo pipefail` unless told otherwise (https://circleci.com/docs/configuration-reference/#default-shell-options).
            let shell = run.text_of("shell").map_or(job_shell, Shell::started_by);
            job.actions.extend(resolver.actions(text, folder, shell, path, line));
        } else if let Some(shared) = commands.and_then(|commands| commands.get(name))
            && depth < 5
        {
            steps(resolver, path, shared.get("steps"), folder, commands, job_shell, job, depth + 1);
        } else if is_telling(name) {
            job.elsewhere.push(name.to_owned());
        }
    }
}

/// Whether a command of an orb may test, check or deploy: those that set up or restore do not.
fn is_telling(name: &str) -> bool {
    const SETUP: &[&str] =
        &["install", "setup", "restore", "save", "cache", "check-changes", "notify", "upload", "context"];
    name.split_once('/').is_some_and(|(_, command)| !SETUP.iter().any(|word| command.contains(word)))
}
