//! GitLab CI: stages, rules, `extends` and local includes.

use std::collections::BTreeSet;

use super::{Job, Pipeline, Resolver, Trigger};
use crate::document::{Entry, Node};
use crate::secret::mask;

/// Keys of the file that are no jobs.
const RESERVED: &[&str] = &[
    "stages",
    "variables",
    "include",
    "default",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "pages_",
    "spec",
    "types",
];

pub(super) fn read(resolver: &Resolver<'_>, path: &str, root: &Node) -> Vec<Pipeline> {
    let mut entries: Vec<(String, Entry)> =
        root.entries().iter().map(|entry| (path.to_owned(), entry.clone())).collect();
    let mut elsewhere = Vec::new();
    for include in root.get("include").map(Node::items_or_self).unwrap_or_default() {
        let local = include.text_of("local").or_else(|| include.text().filter(|text| !text.contains("://")));
        let Some(local) = local else {
            let name = ["project", "remote", "template", "component"].iter().find_map(|key| include.text_of(key));
            elsewhere.extend(name.or_else(|| include.text()).map(mask));
            continue;
        };
        let local = local.trim_start_matches('/');
        if let Some(document) = resolver.inventory.document(local)
            && let Ok(included) = document.as_ref()
        {
            entries.extend(included.entries().iter().map(|entry| (local.to_owned(), entry.clone())));
        }
    }
    let stages: Vec<String> = entries
        .iter()
        .rev()
        .find(|(_, entry)| entry.key == "stages")
        .map(|(_, entry)| entry.value.items().iter().filter_map(Node::text).map(str::to_owned).collect())
        .unwrap_or_else(|| [".pre", "build", "test", "deploy", ".post"].map(str::to_owned).to_vec());
    let workflow_merge = root.at(&["workflow", "rules"]).map(rules);
    let mut jobs: Vec<(usize, Job)> = Vec::new();
    for (file, entry) in &entries {
        if entry.key.starts_with('.') || RESERVED.contains(&entry.key.as_str()) || entry.value.entries().is_empty() {
            continue;
        }
        let layers = layers(&entries, &entry.value, 0);
        let get = |key: &str| layers.iter().find_map(|layer| layer.get(key));
        let stage = get("stage").and_then(Node::text).unwrap_or("test");
        let stage = stages.iter().position(|name| name == stage).unwrap_or(0);
        let mut job = Job {
            id: entry.key.clone(),
            needs: get("needs")
                .map(Node::items_or_self)
                .unwrap_or_default()
                .iter()
                .filter_map(|need| need.text().or_else(|| need.text_of("job")))
                .map(str::to_owned)
                .collect(),
            triggers: job_triggers(get("rules"), get("only"), get("when"), workflow_merge.as_ref()),
            blocking: get("allow_failure").is_none_or(|node| node.truth() == Some(false)),
            line: entry.line,
            ..Job::default()
        };
        if let Some(when) = get("when").and_then(Node::text)
            && when == "manual"
        {
            job.triggers = BTreeSet::from([Trigger::Manual]);
        }
        for key in ["before_script", "script"] {
            let Some(script) = get(key) else { continue };
            job.runs_commands = true;
            for line in flatten(script) {
                let text = line.text().unwrap_or_default();
                job.actions.extend(resolver.actions(text, "", file, line.line));
            }
        }
        for action in &mut job.actions {
            action.blocking &= job.blocking;
        }
        jobs.push((stage, job));
    }
    // Without `needs`, a job waits for every job of the stages before its own.
    let earlier: Vec<(usize, String)> = jobs.iter().map(|(stage, job)| (*stage, job.id.clone())).collect();
    let mut jobs: Vec<Job> = jobs
        .into_iter()
        .map(|(stage, mut job)| {
            if job.needs.is_empty() {
                job.needs = earlier.iter().filter(|(other, _)| *other < stage).map(|(_, id)| id.clone()).collect();
            }
            job
        })
        .collect();
    if let Some(first) = jobs.first_mut() {
        first.elsewhere = elsewhere;
    }
    vec![Pipeline {
        system: "gitlab-ci",
        path: path.to_owned(),
        name: path.to_owned(),
        triggers: BTreeSet::from([Trigger::Push, Trigger::PullRequest]),
        follows: Vec::new(),
        follows_success: false,
        jobs,
    }]
}

/// A job and the templates that it extends, nearest first.
fn layers(entries: &[(String, Entry)], job: &Node, depth: usize) -> Vec<Node> {
    let mut layers = vec![job.clone()];
    if depth > 10 {
        return layers;
    }
    for base in job.get("extends").map(Node::items_or_self).unwrap_or_default().iter().rev() {
        let Some(name) = base.text() else { continue };
        if let Some((_, entry)) = entries.iter().find(|(_, entry)| entry.key == name) {
            layers.extend(self::layers(entries, &entry.value, depth + 1));
        }
    }
    layers
}

/// Scripts are lists of lines, in which anchors nest further lists.
fn flatten(script: &Node) -> Vec<&Node> {
    script
        .items_or_self()
        .iter()
        .flat_map(|item| if item.items().is_empty() { vec![item] } else { flatten(item) })
        .collect()
}

fn rules(rules: &Node) -> BTreeSet<Trigger> {
    let mut found = BTreeSet::new();
    for rule in rules.items() {
        if matches!(rule.text_of("when"), Some("never")) {
            continue;
        }
        let condition = rule.text_of("if").unwrap_or_default();
        found.insert(if rule.text_of("when") == Some("manual") {
            Trigger::Manual
        } else if condition.contains("merge_request") || condition.is_empty() {
            Trigger::PullRequest
        } else if condition.contains("CI_COMMIT_TAG") {
            Trigger::Tag
        } else if condition.contains("schedule") {
            Trigger::Schedule
        } else {
            Trigger::Push
        });
    }
    found
}

fn job_triggers(
    rules_node: Option<&Node>,
    only: Option<&Node>,
    when: Option<&Node>,
    workflow: Option<&BTreeSet<Trigger>>,
) -> BTreeSet<Trigger> {
    if when.and_then(Node::text) == Some("manual") {
        return BTreeSet::from([Trigger::Manual]);
    }
    if let Some(node) = rules_node {
        return rules(node);
    }
    if let Some(only) = only {
        let refs = only.get("refs").unwrap_or(only);
        let names: Vec<&str> = refs.items_or_self().iter().filter_map(Node::text).collect();
        let mut found = BTreeSet::new();
        for name in names {
            found.insert(match name {
                "merge_requests" | "branches" => Trigger::PullRequest,
                "tags" => Trigger::Tag,
                "schedules" => Trigger::Schedule,
                "web" | "api" | "triggers" => Trigger::Manual,
                _ => Trigger::Push,
            });
        }
        return found;
    }
    workflow.cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{Activity, Pipelines};
    use super::*;
    use crate::inventory::Inventory;
    use crate::manifest::Manifests;

    #[test]
    fn stages_order_jobs_and_templates_are_extended() {
        let text = "stages: [check, ship]\n.base:\n  script: [npx jest]\nunit:\n  extends: .base\n  stage: check\nprod:\n  stage: ship\n  script:\n    - kubectl apply -f k8s\n  rules:\n    - if: $CI_COMMIT_BRANCH == 'main'\nby-hand:\n  stage: ship\n  when: manual\n  script: kubectl apply -f x\n";
        let inventory = Inventory::of([(".gitlab-ci.yml", text)]);
        let manifests = Manifests::read(&inventory);
        let found = Pipelines::read(&inventory, &manifests);
        let pipeline = &found.all[0];
        let prod = pipeline.jobs.iter().find(|job| job.id == "prod").expect("prod");
        assert_eq!(prod.actions[0].activity, Activity::Deploy);
        assert_eq!(pipeline.before(prod)[0].actions[0].tool, "jest");
        assert!(pipeline.is_automatic(prod));
        let by_hand = pipeline.jobs.iter().find(|job| job.id == "by-hand").expect("by-hand");
        assert!(!pipeline.is_automatic(by_hand));
        assert!(pipeline.triggers_of(&pipeline.jobs[0]).contains(&Trigger::PullRequest));
    }
}
