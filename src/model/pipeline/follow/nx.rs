//! What a target of an Nx workspace runs: executors of `project.json`, plugins of `nx.json`, scripts of packages.

use super::packages;
use super::resolve::{Followed, Resolver};
use crate::base::path::{folder_of, name_of};
use crate::model::pipeline::job::Activity;
use crate::model::pipeline::meaning::{Meaning, Target};
use crate::read::document::Node;

/// Ends of executors' names, and what they do.
const EXECUTORS: &[(&str, Activity, &str)] = &[
    (":jest", Activity::Test, "jest"),
    ("jest:run", Activity::Test, "jest"),
    (":karma", Activity::Test, "karma"),
    ("vite:test", Activity::Test, "vitest"),
    ("vitest:test", Activity::Test, "vitest"),
    (":cypress", Activity::EndToEndTest, "cypress"),
    (":playwright", Activity::EndToEndTest, "playwright"),
    ("eslint:lint", Activity::Lint, "eslint"),
    (":eslint", Activity::Lint, "eslint"),
    ("stylelint:lint", Activity::Lint, "stylelint"),
    (":tsc", Activity::Build, "tsc"),
    (":build", Activity::Build, "nx build"),
    (":webpack", Activity::Build, "webpack"),
    (":esbuild", Activity::Build, "esbuild"),
    (":rollup", Activity::Build, "rollup"),
    (":application", Activity::Build, "nx build"),
    (":container", Activity::Build, "docker"),
];

/// Plugins that give targets to projects by themselves: plugin, option that renames the target, its usual name, what it
/// does, and the start of the names of the files that call for it.
const PLUGINS: &[(&str, &str, &str, Activity, &str, &str)] = &[
    ("@nx/jest", "targetName", "test", Activity::Test, "jest", "jest.config"),
    ("@nx/vite", "testTargetName", "test", Activity::Test, "vitest", "vite"),
    ("@nx/vitest", "testTargetName", "test", Activity::Test, "vitest", "vite"),
    ("@nx/eslint", "targetName", "lint", Activity::Lint, "eslint", "eslint.config"),
    ("@nx/eslint", "targetName", "lint", Activity::Lint, "eslint", ".eslintrc"),
    ("@nx/cypress", "targetName", "e2e", Activity::EndToEndTest, "cypress", "cypress.config"),
    ("@nx/playwright", "targetName", "e2e", Activity::EndToEndTest, "playwright", "playwright.config"),
];

/// How far targets that depend on others are followed.
const DEPTH: usize = 4;

/// What a target runs, in one project or in all.
pub(super) fn follow(resolver: &Resolver<'_>, meaning: &Meaning, folder: &str) -> Option<Vec<Followed>> {
    let Meaning::Nx { target: name, project } = meaning else { return None };
    let mut found = target(resolver, name, project.as_deref());
    let packages = project.clone().map_or(Target::Everywhere, Target::Named);
    found.extend(packages::scripts(resolver, name, &packages, &[], folder));
    Some(found)
}

fn target(resolver: &Resolver<'_>, target: &str, project: Option<&str>) -> Vec<Followed> {
    let mut found = Vec::new();
    for file in resolver.inventory.own_files().filter(|file| file.name() == "project.json") {
        let Some(document) = resolver.inventory.document(&file.path) else { continue };
        let Ok(root) = document.as_ref() else { continue };
        let name = root.text_of("name").unwrap_or(name_of(file.folder()));
        if project.is_none_or(|wanted| wanted == name || wanted == name_of(file.folder())) {
            declared(root, target, file.folder(), 0, &mut found);
        }
    }
    found.extend(inferred(resolver, target));
    found
}

/// The targets of one `project.json`, those that it depends on first.
fn declared(root: &Node, target: &str, folder: &str, depth: usize, found: &mut Vec<Followed>) {
    let Some(node) = root.at(&["targets", target]).filter(|_| depth < DEPTH) else {
        return;
    };
    for other in node.get("dependsOn").map(Node::items).unwrap_or_default().iter().filter_map(Node::text) {
        declared(root, other, folder, depth + 1, found);
    }
    let executor = node.text_of("executor").unwrap_or_default();
    if let Some((_, activity, tool)) = EXECUTORS.iter().find(|(end, ..)| executor.ends_with(end)) {
        found.push(Followed::Tool(*activity, (*tool).to_owned()));
    }
    let options = node.get("options");
    let option = |key: &str| options.and_then(|options| options.get(key));
    let own = option("cwd").and_then(Node::text).map(|cwd| cwd.replace("{projectRoot}", folder));
    // Commands of a project run from the root of the workspace.
    let folder_of_commands = own.unwrap_or_default();
    let commands = option("commands").map(Node::items).unwrap_or_default();
    let texts = node
        .text_of("command")
        .into_iter()
        .chain(option("command").and_then(Node::text))
        .chain(commands.iter().filter_map(|command| command.text().or_else(|| command.text_of("command"))));
    found.extend(texts.map(|text| Followed::script(text.replace("{projectRoot}", folder), folder_of_commands.clone())));
    if let Some(script) = option("script").and_then(Node::text) {
        found.push(Followed::script(format!("npm run {script}"), folder.to_owned()));
    }
}

/// The targets that plugins give to the projects that hold a tool's settings.
fn inferred(resolver: &Resolver<'_>, target: &str) -> Vec<Followed> {
    let Some(document) = resolver.inventory.document("nx.json") else {
        return Vec::new();
    };
    let Ok(root) = document.as_ref() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for plugin in root.get("plugins").map(Node::items).unwrap_or_default() {
        let name = plugin.text().or_else(|| plugin.text_of("plugin")).unwrap_or_default();
        let name = name.trim_end_matches("/plugin");
        for (known, option, usual, activity, tool, file) in PLUGINS {
            let renamed = plugin.at(&["options", option]).and_then(Node::text).unwrap_or(usual);
            let configured = || {
                let named = |path: &str| name_of(path).starts_with(file) && !folder_of(path).contains("node_modules");
                resolver.inventory.own_files().any(|other| named(&other.path))
            };
            if *known == name && renamed == target && configured() {
                found.push(Followed::Tool(*activity, (*tool).to_owned()));
            }
        }
    }
    found
}
