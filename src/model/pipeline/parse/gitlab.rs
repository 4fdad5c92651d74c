//! GitLab CI: stages, rules, `extends` and local includes.

use std::collections::BTreeSet;

use crate::base::location::Location;
use crate::base::secret::mask;
use crate::model::pipeline::follow::Resolver;
use crate::model::pipeline::job::{Action, Activity, Job, Pipeline, Trigger, every_push};
use crate::model::pipeline::shell::Shell;
use crate::read::document::{Entry, Node};
use crate::read::inventory::glob_set;

/// Keys of the file that are not jobs.
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

/// How many files one configuration may include, and how deep; GitLab stops at 150 files (https://docs.gitlab.com/ci/yaml/#include).
const INCLUDES: usize = 100;
const DEPTH: usize = 6;

/// Templates of GitLab whose jobs are known: the end of their name, and what they do.
const TEMPLATES: &[(&str, Activity)] = &[
    ("SAST.gitlab-ci.yml", Activity::SecurityScan),
    ("Secret-Detection.gitlab-ci.yml", Activity::SecurityScan),
    ("Dependency-Scanning.gitlab-ci.yml", Activity::SecurityScan),
    ("Container-Scanning.gitlab-ci.yml", Activity::SecurityScan),
    ("DAST.gitlab-ci.yml", Activity::SecurityScan),
    ("Code-Quality.gitlab-ci.yml", Activity::Lint),
];

/// The entries of a configuration and of the files that it includes, each with its file.
#[derive(Default)]
struct Included {
    entries: Vec<(String, Entry)>,
    files: Vec<String>,
    /// What is in another repository.
    elsewhere: Vec<String>,
    /// Templates that are known, with the line that asks for them.
    templates: Vec<(Activity, String, u32)>,
}

impl Included {
    fn add(&mut self, resolver: &Resolver<'_>, path: &str, root: &Node, depth: usize) {
        if depth > DEPTH || self.files.len() >= INCLUDES || self.files.iter().any(|file| file == path) {
            return;
        }
        self.files.push(path.to_owned());
        self.entries.extend(root.entries().iter().map(|entry| (path.to_owned(), entry.clone())));
        for include in root.get("include").map(Node::items_or_self).unwrap_or_default() {
            let local = include.get("local").or(Some(include).filter(|node| node.text().is_some()));
            let paths: Vec<&str> =
                local.map(Node::items_or_self).unwrap_or_default().iter().filter_map(Node::text).collect();
            let (remote, paths): (Vec<&str>, Vec<&str>) = paths.into_iter().partition(|path| path.contains("://"));
            self.elsewhere.extend(remote.into_iter().map(mask));
            for local in paths {
                self.add_local(resolver, local, depth);
            }
            let template = include.text_of("template");
            if let Some((name, (_, activity))) =
                template.and_then(|name| Some((name, TEMPLATES.iter().find(|(end, _)| name.ends_with(end))?)))
            {
                self.templates.push((*activity, name.to_owned(), include.line));
                continue;
            }
            let other = ["project", "remote", "template", "component"].iter().find_map(|key| include.text_of(key));
            self.elsewhere.extend(other.map(mask));
        }
    }

    fn add_local(&mut self, resolver: &Resolver<'_>, local: &str, depth: usize) {
        // The path is seen from the root, with or without its slash (https://docs.gitlab.com/ci/yaml/#includelocal).
        let local = local.trim_start_matches('/');
        let paths: Vec<String> = if local.contains('*') {
            let globs = glob_set([local]).unwrap_or_default();
            let files = resolver.inventory.files().iter().filter(|file| globs.is_match(&file.path));
            files.take(INCLUDES).map(|file| file.path.clone()).collect()
        } else {
            vec![local.to_owned()]
        };
        for path in paths {
            if let Some(document) = resolver.inventory.document(&path)
                && let Ok(included) = document.as_ref()
            {
                self.add(resolver, &path, included, depth + 1);
            }
        }
    }
}

pub(in crate::model::pipeline) fn read(resolver: &Resolver<'_>, path: &str, root: &Node) -> Vec<Pipeline> {
    let mut found = Vec::new();
    read_with(resolver, path, root, None, 0, &mut found);
    found
}

/// Reads a configuration and the child pipelines that it triggers, which start when the job that asks for them does.
fn read_with(
    resolver: &Resolver<'_>,
    path: &str,
    root: &Node,
    starts: Option<&BTreeSet<Trigger>>,
    depth: usize,
    found: &mut Vec<Pipeline>,
) {
    let mut included = Included::default();
    included.add(resolver, path, root, 0);
    let Included { entries, elsewhere, templates, .. } = included;
    let mut elsewhere = elsewhere;
    let mut children: Vec<(String, BTreeSet<Trigger>)> = Vec::new();
    let stages: Vec<String> = entries
        .iter()
        .rev()
        .find(|(_, entry)| entry.key == "stages")
        .map(|(_, entry)| entry.value.items().iter().filter_map(Node::text).map(str::to_owned).collect())
        // The default stages (https://docs.gitlab.com/ci/yaml/#stages).
        .unwrap_or_else(|| [".pre", "build", "test", "deploy", ".post"].map(str::to_owned).to_vec());
    let default = |key: &str| root.at(&["default", key]).or_else(|| root.get(key));
    let workflow_merge = root.at(&["workflow", "rules"]).map(rules);
    let mut jobs: Vec<(usize, bool, Job)> = Vec::new();
    for (file, entry) in &entries {
        // A name that starts with a dot is a hidden job, which only serves as a template (https://docs.gitlab.com/ci/jobs/#hide-a-job).
        if entry.key.starts_with('.') || RESERVED.contains(&entry.key.as_str()) || entry.value.entries().is_empty() {
            continue;
        }
        let layers = layers(&entries, &entry.value, 0);
        let get = |key: &str| layers.iter().find_map(|layer| layer.get(key));
        let own_rules = get("rules").map(Node::items).unwrap_or_default();
        if !own_rules.is_empty() && own_rules.iter().all(|rule| rule.text_of("when") == Some("never")) {
            continue;
        }
        let always = |when: Option<&str>| matches!(when, Some("always" | "on_failure"));
        // A job without `stage` is in `test` (https://docs.gitlab.com/ci/yaml/#stage).
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
            // With `exit_codes:` some failures are tolerated (https://docs.gitlab.com/ci/yaml/#allow_failureexit_codes).
            blocking: get("allow_failure").is_none_or(|node| node.truth() == Some(false)),
            line: entry.line,
            regardless: always(get("when").and_then(Node::text))
                || own_rules.iter().any(|rule| always(rule.text_of("when"))),
            serialized: get("resource_group").is_some(),
            environment: get("environment")
                .and_then(|environment| environment.text().or_else(|| environment.text_of("name")))
                .map(str::to_owned),
            ..Job::default()
        };
        // An empty list takes the job out of the order of stages (https://docs.gitlab.com/ci/yaml/#needs).
        // `needs: []` starts at once.
        let at_once = get("needs").is_some() && job.needs.is_empty();
        if let Some(when) = get("when").and_then(Node::text)
            && when == "manual"
        {
            job.triggers = BTreeSet::from([Trigger::Manual]);
        }
        // The `before_script` of a job replaces the default one; it does not add to it (https://docs.gitlab.com/ci/yaml/#before_script).
        for key in ["before_script", "script"] {
            let Some(script) = get(key).or_else(|| default(key).filter(|_| key == "before_script")) else { continue };
            job.runs_commands |= key == "script";
            for line in flatten(&entries, script, 0) {
                let text = line.text().unwrap_or_default();
                // `set -o pipefail` where the shell knows it, and `-o errexit`
                // (https://gitlab.com/gitlab-org/gitlab-runner/-/blob/main/shells/bash.go).
                job.actions.extend(resolver.actions(text, "", Shell::STRICT, file, line.line));
            }
        }
        for action in &mut job.actions {
            action.blocking &= job.blocking;
        }
        if let Some(trigger) = get("trigger") {
            let triggers = if job.triggers.is_empty() { every_push() } else { job.triggers.clone() };
            for include in trigger.get("include").map(Node::items_or_self).unwrap_or_default() {
                let local = include.text_of("local").or_else(|| include.text());
                children.extend(local.map(|local| (local.trim_start_matches('/').to_owned(), triggers.clone())));
            }
            let project = trigger.text().or_else(|| trigger.text_of("project"));
            job.elsewhere.extend(project.map(mask));
        }
        jobs.push((stage, at_once, job));
    }
    // Without `needs`, a job waits for every job of the stages before its own.
    let earlier: Vec<(usize, String)> = jobs.iter().map(|(stage, _, job)| (*stage, job.id.clone())).collect();
    let mut jobs: Vec<Job> = jobs
        .into_iter()
        .map(|(stage, at_once, mut job)| {
            if job.needs.is_empty() && !at_once {
                job.needs = earlier.iter().filter(|(other, _)| *other < stage).map(|(_, id)| id.clone()).collect();
            }
            job
        })
        .collect();
    for (activity, tool, line) in templates {
        let place = Location::line(path, line);
        // The jobs of these templates have `allow_failure: true`
        // (https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/gitlab/ci/templates/Jobs/SAST.gitlab-ci.yml).
        let action = Action { activity, tool: tool.clone(), place, blocking: false, on_release: false };
        jobs.push(Job { id: tool, actions: vec![action], line, ..Job::default() });
    }
    if let Some(first) = jobs.first_mut() {
        first.elsewhere.append(&mut elsewhere);
    }
    let mut pipeline = Pipeline::on_every_push("gitlab-ci", path, jobs);
    if let Some(starts) = starts {
        pipeline.triggers.clone_from(starts);
    }
    found.push(pipeline);
    for (child, triggers) in children {
        let known = found.iter().any(|pipeline| pipeline.path == child);
        if let Some(document) = resolver.inventory.document(&child).filter(|_| !known && depth < DEPTH)
            && let Ok(root) = document.as_ref()
        {
            read_with(resolver, &child, root, Some(&triggers), depth + 1, found);
        }
    }
}

/// A job and the templates that it extends, nearest first.
fn layers(entries: &[(String, Entry)], job: &Node, depth: usize) -> Vec<Node> {
    let mut layers = vec![job.clone()];
    if depth > 10 {
        return layers;
    }
    // Of several templates, the last one wins (https://docs.gitlab.com/ci/yaml/yaml_optimization/#merge-details).
    for base in job.get("extends").map(Node::items_or_self).unwrap_or_default().iter().rev() {
        let Some(name) = base.text() else { continue };
        if let Some((_, entry)) = entries.iter().find(|(_, entry)| entry.key == name) {
            layers.extend(self::layers(entries, &entry.value, depth + 1));
        }
    }
    layers
}

/// Scripts are lists of lines, in which anchors nest further lists and `!reference [job, key]` stands for another's.
fn flatten(entries: &[(String, Entry)], script: &Node, depth: usize) -> Vec<Node> {
    let mut lines = Vec::new();
    for item in script.items_or_self() {
        if item.items().is_empty() {
            lines.push(item.clone());
        } else if depth < DEPTH {
            let inner = referenced(entries, item);
            lines.extend(flatten(entries, inner.as_ref().unwrap_or(item), depth + 1));
        }
    }
    lines
}

/// What `!reference [job, key]` designates (https://docs.gitlab.com/ci/yaml/yaml_optimization/#reference-tags).
fn referenced(entries: &[(String, Entry)], reference: &Node) -> Option<Node> {
    let mut keys = reference.items().iter().map(Node::text);
    let job = keys.next()??;
    let (_, entry) = entries.iter().find(|(_, entry)| entry.key == job)?;
    let mut node = &entry.value;
    for key in keys {
        node = node.get(key?)?;
    }
    Some(node.clone())
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
        } else if condition.to_ascii_lowercase().contains("merge_request") || condition.is_empty() {
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
    use super::super::super::Pipelines;
    use super::*;
    use crate::model::manifest::Manifests;
    use crate::read::inventory::Inventory;

    fn pipelines(files: &[(&str, &str)]) -> Pipelines {
        let inventory = Inventory::of(files.iter().map(|(path, text)| (*path, *text)));
        let manifests = Manifests::read(&inventory);
        Pipelines::read(&inventory, &manifests)
    }

    fn tools(found: &Pipelines) -> Vec<&str> {
        found.actions().map(|(_, _, action)| action.tool.as_str()).collect()
    }

    #[test]
    fn includes_references_and_children_are_followed() {
        let found = pipelines(&[
            (
                ".gitlab-ci.yml",
                "include:\n  - local: /ci/*.yml\n  - template: Security/SAST.gitlab-ci.yml\n  - project: group/shared\nunit:\n  script:\n    - !reference [.tests, script]\nchild:\n  trigger:\n    include: front/ci.yml\n",
            ),
            ("ci/a.yml", "include: ci/deep/b.yml\nlint:\n  script: ruff check .\n"),
            ("ci/deep/b.yml", ".tests:\n  script: [pytest]\n"),
            ("front/ci.yml", "e2e:\n  script: npx playwright test\n"),
        ]);
        let mut seen = tools(&found);
        seen.sort_unstable();
        assert_eq!(seen, ["Security/SAST.gitlab-ci.yml", "playwright", "pytest", "ruff"]);
        assert_eq!(found.elsewhere(), ["group/shared"]);
    }

    #[test]
    fn files_that_include_each_other_end() {
        let found = pipelines(&[
            (".gitlab-ci.yml", "include: a.yml\n"),
            ("a.yml", "include: [a.yml, .gitlab-ci.yml]\nt:\n  script: jest\n  trigger: {include: a.yml}\n"),
        ]);
        assert!(tools(&found).contains(&"jest"));
    }

    #[test]
    fn a_job_that_needs_nothing_or_runs_always_waits_for_no_test() {
        let text = "stages: [check, ship]\nunit: {stage: check, script: npx jest}\nfast: {stage: ship, needs: [], script: clever deploy}\nalways: {stage: ship, when: always, script: clever deploy}\nslow: {stage: ship, script: clever deploy}\n";
        let found = pipelines(&[(".gitlab-ci.yml", text)]);
        let pipeline = &found.all[0];
        let waits = |id: &str| {
            let job = pipeline.jobs.iter().find(|job| job.id == id).expect("the job");
            !pipeline.before(job).is_empty()
        };
        assert_eq!([waits("fast"), waits("always"), waits("slow")], [false, false, true]);
    }

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
