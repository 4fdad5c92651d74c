//! The branches whose pushes start a pipeline or one of its jobs.

use std::sync::LazyLock;

use regex::Regex;

use super::service::Sources;
use crate::base::pattern::lean;
use crate::model::pipeline::{Job, Pipeline};
use crate::read::document::Node;

/// The filters of a workflow for pushes; YAML 1.1 reads `on` as true.
fn push_of(root: &Node) -> Option<&Node> {
    root.get("on").or_else(|| root.get("true")).and_then(|on| on.get("push"))
}

/// The branches that a pipeline names for the pushes that start a job, the first ones that are deployed first.
pub(super) fn branches(pipeline: &Pipeline, job: &Job, sources: &Sources<'_>) -> Vec<String> {
    let Some(document) = sources.inventory.document(&pipeline.path) else { return Vec::new() };
    let Ok(root) = document.as_ref() else { return Vec::new() };
    let push = push_of(root);
    let listed = push.and_then(|push| push.get("branches")).map(Node::items_or_self).unwrap_or_default();
    let names = listed.iter().filter_map(Node::text).filter(|name| !name.starts_with('!'));
    let names: Vec<String> = names.map(str::to_owned).collect();
    match pipeline.system {
        _ if !names.is_empty() => names,
        "circleci" => branches_of_circle(root, &job.id),
        "gitlab-ci" => branches_of_gitlab(root, &job.id),
        _ => names,
    }
}

/// The branches that a job of GitLab names: `only`, or the conditions of its rules that compare the branch alone
/// (<https://docs.gitlab.com/ci/yaml/#rules>); none where one of its rules asks for something else.
fn branches_of_gitlab(root: &Node, job: &str) -> Vec<String> {
    static COMPARED: LazyLock<Regex> =
        LazyLock::new(|| lean(r#"^\s*\$CI_COMMIT_(?:BRANCH|REF_NAME)\s*==\s*["']([\w./-]+)["']\s*$"#));
    let Some(job) = root.get(job) else { return Vec::new() };
    if let Some(only) = job.get("only") {
        let refs = only.get("refs").unwrap_or(only).items_or_self();
        return refs.iter().filter_map(Node::text).map(str::to_owned).collect();
    }
    let starting = job.get("rules").map(Node::items).unwrap_or_default().iter();
    let starting = starting.filter(|rule| rule.text_of("when") != Some("never"));
    let named = starting.map(|rule| Some(COMPARED.captures(rule.text_of("if")?)?[1].to_owned()));
    named.collect::<Option<Vec<String>>>().unwrap_or_default()
}

/// The branches that the workflows of CircleCI name for a job
/// (<https://circleci.com/docs/configuration-reference/#jobfilters>); none where one of them names none.
fn branches_of_circle(root: &Node, job: &str) -> Vec<String> {
    let workflows = root.get("workflows").map(Node::entries).unwrap_or_default();
    let asked = workflows.iter().filter_map(|entry| entry.value.get("jobs")).flat_map(Node::items);
    let mut names = Vec::new();
    for asked in asked {
        let entry = asked.entries().first().filter(|entry| entry.key == job);
        let only = entry.and_then(|entry| entry.value.at(&["filters", "branches", "only"]));
        match only.map(Node::items_or_self) {
            Some(only) => names.extend(only.iter().filter_map(Node::text).map(str::to_owned)),
            None if entry.is_some() || asked.text() == Some(job) => return Vec::new(),
            None => {}
        }
    }
    names
}

/// Whether a pipeline leaves a branch out.
pub(super) fn is_ignored(pipeline: &Pipeline, branch: &str, sources: &Sources<'_>) -> bool {
    let Some(document) = sources.inventory.document(&pipeline.path) else { return false };
    let Ok(root) = document.as_ref() else { return false };
    let push = push_of(root);
    let ignored = push.and_then(|push| push.get("branches-ignore")).map(Node::items_or_self).unwrap_or_default();
    ignored.iter().filter_map(Node::text).any(|name| name == branch) || is_ignored_by_circle(root, branch)
}

/// Whether every job of every workflow of CircleCI leaves a branch out
/// (<https://circleci.com/docs/configuration-reference/#jobfilters>).
fn is_ignored_by_circle(root: &Node, branch: &str) -> bool {
    let workflows = root.get("workflows").map(Node::entries).unwrap_or_default();
    let jobs: Vec<&Node> =
        workflows.iter().filter_map(|entry| entry.value.get("jobs")).flat_map(|jobs| jobs.items()).collect();
    let leaves_out = |job: &&Node| {
        let settings = job.entries().first().map(|entry| &entry.value);
        let filters = settings.and_then(|settings| settings.at(&["filters", "branches"]));
        let listed =
            |key: &str| filters.and_then(|filters| filters.get(key)).map(Node::items_or_self).unwrap_or_default();
        let names = |list: &[Node]| list.iter().filter_map(Node::text).any(|name| name == branch);
        names(listed("ignore")) || !listed("only").is_empty() && !names(listed("only"))
    };
    !jobs.is_empty() && jobs.iter().all(leaves_out)
}

/// Whether the branches that start a job are all deployed elsewhere than in production.
pub(super) fn rehearses(pipeline: &Pipeline, job: &Job, sources: &Sources<'_>) -> bool {
    let branches = branches(pipeline, job, sources);
    !branches.is_empty() && branches.iter().all(|branch| is_of_rehearsals(branch))
}

/// Whether a branch is deployed elsewhere than in production, by its name.
fn is_of_rehearsals(branch: &str) -> bool {
    let lower = branch.to_lowercase();
    let first = lower.split(['/', '-', '*']).next().unwrap_or_default();
    matches!(
        first,
        "feature"
            | "feat"
            | "dev"
            | "develop"
            | "development"
            | "staging"
            | "recette"
            | "preprod"
            | "demo"
            | "test"
            | "fix"
            | "review"
    )
}
