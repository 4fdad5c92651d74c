//! Which builds a repository's pipelines and compose files start, of which Dockerfile and up to which stage.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::purpose::{PRODUCTION, Purpose, has_word, purpose_of};
use crate::base::path::{folder_of, join};
use crate::base::pattern::lean;
use crate::model::dockerfile::is_compose;
use crate::model::image_name::ImageName;
use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::shell::commands;
use crate::model::pipeline::words::meaning;
use crate::model::workflow::is_workflow;
use crate::read::document::Node;
use crate::read::inventory::Inventory;

/// What is known of the builds of one Dockerfile.
#[derive(Debug, Clone, Default)]
pub(super) struct OfFile {
    /// The stages that builds stop at, in lower case.
    pub(super) targets: BTreeSet<String>,
    /// Whether a build goes to the end.
    pub(super) is_whole: bool,
    /// The folders that it is built from.
    pub(super) contexts: BTreeSet<String>,
    /// The arguments that builds give.
    pub(super) arguments: BTreeSet<String>,
    /// What starts its builds.
    pub(super) builders: BTreeSet<Builder>,
}

/// What starts a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Builder {
    /// A pipeline, or a compose file of production.
    Production,
    /// A pipeline that shows a pull request to its reviewers.
    Preview,
    /// A compose file that says nothing of production: that of a laptop as often as not.
    Compose,
}

/// The builds of a repository, by the path of their Dockerfile.
#[derive(Debug, Default)]
pub(super) struct Builds {
    by_path: BTreeMap<String, OfFile>,
    /// The arguments that command lines give, to whichever image.
    arguments: BTreeSet<String>,
    /// The repositories of the images that they make.
    pub(super) names: BTreeSet<String>,
    /// The paths that pipelines give to their actions: one of another repository may build from there.
    paths: BTreeMap<String, BTreeSet<Builder>>,
}

/// A longer text of a pipeline is no path.
const LONGEST_PATH: usize = 200;

impl Builds {
    pub(super) fn find(inventory: &Inventory) -> Self {
        let mut builds = Self::default();
        let previews = previews(inventory);
        for file in inventory.own_files() {
            let path = file.path.as_str();
            let is_pipeline = is_workflow(path)
                || matches!(file.name(), "action.yml" | "action.yaml")
                || matches!(path, ".gitlab-ci.yml" | ".gitlab-ci.yaml" | ".circleci/config.yml");
            if !is_pipeline && !is_compose(file.name()) {
                continue;
            }
            let Some(document) = inventory.document(path) else { continue };
            let Ok(root) = document.as_ref() else { continue };
            if is_pipeline {
                let by = if previews.contains(path) { Builder::Preview } else { Builder::Production };
                builds.in_pipeline(root, by);
            } else {
                builds.in_compose(path, root);
            }
        }
        builds
    }

    pub(super) fn of(&self, path: &str) -> OfFile {
        let mut found = self.by_path.get(path).cloned().unwrap_or_default();
        found.arguments.extend(self.arguments.iter().cloned());
        let named = [path, folder_of(path)].into_iter().filter(|name| !name.is_empty());
        found.builders.extend(named.filter_map(|name| self.paths.get(name)).flatten());
        found
    }

    /// Whether a pipeline builds some image for production.
    pub(super) fn has_production(&self) -> bool {
        self.by_path.values().any(|file| file.builders.contains(&Builder::Production))
    }

    fn add(
        &mut self,
        folder: &str,
        context: &str,
        file: Option<String>,
        target: Option<&str>,
        by: Builder,
    ) -> Option<&mut OfFile> {
        let context = join(folder, context)?;
        let path = file.or_else(|| join(&context, "Dockerfile"))?;
        let found = self.by_path.entry(path).or_default();
        found.contexts.insert(context);
        found.builders.insert(by);
        match target.filter(|target| !target.is_empty() && !target.contains('$')) {
            Some(target) => drop(found.targets.insert(target.to_lowercase())),
            None => found.is_whole = true,
        }
        Some(found)
    }

    fn in_compose(&mut self, path: &str, root: &Node) {
        let folder = folder_of(path);
        let by = if has_word(path, PRODUCTION) { Builder::Production } else { Builder::Compose };
        for service in root.get("services").map(Node::entries).unwrap_or_default() {
            let Some(build) = service.value.get("build") else { continue };
            self.names.extend(service.value.text_of("image").map(|name| ImageName::new(name).repository));
            let context = build.text().or_else(|| build.text_of("context")).unwrap_or(".");
            let file = join(folder, context).and_then(|context| join(&context, build.text_of("dockerfile")?));
            let Some(found) = self.add(folder, context, file, build.text_of("target"), by) else { continue };
            let arguments = build.get("args");
            let listed = arguments.map(Node::items).unwrap_or_default().iter().filter_map(Node::text);
            let mapped = arguments.map(Node::entries).unwrap_or_default().iter().map(|entry| entry.key.as_str());
            let names = listed.map(|argument| argument.split('=').next().unwrap_or_default()).chain(mapped);
            // What a laptop gives its own build says nothing of the others.
            if purpose_of(path) == Purpose::Production {
                found.arguments.extend(names.map(str::to_owned));
            }
        }
    }

    fn in_pipeline(&mut self, node: &Node, by: Builder) {
        let builds =
            node.text_of("uses").is_some_and(|uses| uses.to_lowercase().starts_with("docker/build-push-action@"));
        if let Some(with) = node.get("with").filter(|_| builds) {
            let context = with.text_of("context").filter(|context| !context.contains("${{")).unwrap_or(".");
            let file = with.text_of("file").and_then(|file| join("", file));
            let arguments = with.text_of("build-args").unwrap_or_default().lines();
            let names: Vec<String> =
                arguments.filter_map(|line| Some(line.split_once('=')?.0.trim().to_owned())).collect();
            if let Some(found) = self.add("", context, file, with.text_of("target"), by) {
                found.arguments.extend(names);
            }
        }
        if let Some(text) = node.text().filter(|text| text.contains("build")) {
            self.in_script(text, by);
        }
        // A folder in which tests run is not built: the keys of actions that build say from where.
        let given = ["context", "file", "dockerfile", "docker-file", "build-context"].into_iter();
        let given = given.filter_map(|key| node.text_of(key)).filter(|text| text.len() < LONGEST_PATH);
        for path in given.filter_map(|text| join("", text.trim())).collect::<Vec<_>>() {
            self.paths.entry(path).or_default().insert(by);
        }
        node.items().iter().for_each(|item| self.in_pipeline(item, by));
        node.entries().iter().for_each(|entry| self.in_pipeline(&entry.value, by));
    }

    fn in_script(&mut self, script: &str, by: Builder) {
        static GIVEN: LazyLock<Regex> = LazyLock::new(|| lean(r#"--build-arg[= \t]+["']?(\w+)="#));
        static NAMED: LazyLock<Regex> = LazyLock::new(|| {
            lean(r#"\b(?:docker|podman|buildah)\b[^\n;&]*\bbuild\b[^\n;&]*[ \t](?:-t|--tag)[= \t]*["']?([\w./:-]+)"#)
        });
        self.names.extend(NAMED.captures_iter(script).map(|found| ImageName::new(&found[1]).repository));
        self.arguments.extend(GIVEN.captures_iter(script).map(|found| found[1].to_owned()));
        for command in commands(script) {
            for meaning in meaning(&command) {
                if let Meaning::Image { file, stage, context } = meaning {
                    let file = file.and_then(|file| join("", &file));
                    self.add("", &context, file, stage.as_deref(), by);
                }
            }
        }
    }
}

/// The workflows that only show pull requests to their reviewers: those that are called so, and those that these alone call.
fn previews(inventory: &Inventory) -> BTreeSet<String> {
    let says = |path: &str| has_word(path, &["preview", "previews", "review"]);
    let workflows = || inventory.own_files().filter(|file| is_workflow(&file.path));
    let mut callers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for file in workflows() {
        let Some(document) = inventory.document(&file.path) else { continue };
        let Ok(root) = document.as_ref() else { continue };
        let jobs = root.get("jobs").map(Node::entries).unwrap_or_default();
        for called in jobs.iter().filter_map(|job| join("", job.value.text_of("uses")?)) {
            callers.entry(called).or_default().push(&file.path);
        }
    }
    let shows = |path: &str| {
        let by = callers.get(path).map(Vec::as_slice).unwrap_or_default();
        says(path) || !by.is_empty() && by.iter().all(|caller| says(caller))
    };
    workflows().filter(|file| shows(&file.path)).map(|file| file.path.clone()).collect()
}
