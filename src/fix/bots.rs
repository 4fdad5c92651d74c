//! A bot that proposes updates, and watches every part of the product.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::path::{folder_of, join, name_of};
use crate::base::text::Localized;
use crate::fix::plan::{FileChange, FixContext, Plan};

pub(super) fn plan(context: &FixContext<'_>) -> Plan {
    let on_github = context.forge.as_ref().map_or_else(
        || !context.is_on_gitlab(),
        |address| address.software == crate::model::forge::address::Software::GitHub,
    );
    let there = ["renovate.json", ".github/dependabot.yml", ".github/dependabot.yaml"];
    if let Some(path) = there.into_iter().find(|path| context.has(path)) {
        return Err(Localized::new(
            format!("`{path}` exists, but enables no updates: fix it by hand"),
            format!("`{path}` est là, et ne demande rien à aucun robot : corrigez-le à la main"),
        ));
    }
    if !on_github {
        // Renovate finds every manifest by itself.
        let text = "{\n  \"$schema\": \"https://docs.renovatebot.com/renovate-schema.json\",\n  \"extends\": [\"config:recommended\"],\n  \"minimumReleaseAge\": \"7 days\"\n}\n";
        return Ok(vec![FileChange::Create { path: "renovate.json".to_owned(), text: text.to_owned() }]);
    }
    let watched = watched(context);
    if watched.is_empty() {
        return Err(Localized::new(
            "Dependabot knows none of the manifests here",
            "Dependabot ne connaît aucun des manifestes d'ici",
        ));
    }
    let mut text = context.tr(
        "# Updates of every part of the product, each week. Written by `equerre fix`: yours from now on.\n",
        "# Les mises à jour de chaque partie du produit, chaque semaine. Écrit par `equerre fix` : à vous désormais.\n",
    );
    text.push_str("version: 2\nupdates:\n");
    for (ecosystem, folders) in watched {
        let _ = writeln!(text, "  - package-ecosystem: {ecosystem}");
        match folders.as_slice() {
            [one] => {
                let _ = writeln!(text, "    directory: {}", quoted(one));
            }
            many => {
                text.push_str("    directories:\n");
                for folder in many {
                    let _ = writeln!(text, "      - {}", quoted(folder));
                }
            }
        }
        text.push_str("    schedule:\n      interval: weekly\n");
        // What was published an hour ago may be an attack.
        text.push_str("    cooldown:\n      default-days: 7\n");
        text.push_str("    groups:\n      minor-and-patch:\n        update-types: [minor, patch]\n");
    }
    Ok(vec![FileChange::Create { path: ".github/dependabot.yml".to_owned(), text }])
}

/// A folder as YAML takes it, whatever it holds.
fn quoted(folder: &str) -> String {
    serde_json::Value::from(folder).to_string()
}

/// The ecosystems of Dependabot, each with its folders.
fn watched(context: &FixContext<'_>) -> Vec<(&'static str, Vec<String>)> {
    let inventory = &context.survey.inventory;
    let mut found: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut add = |ecosystem: &'static str, folder: &str| {
        let folder = format!("/{folder}");
        let folders = found.entry(ecosystem).or_default();
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    };
    for manifest in &context.survey.manifests.all {
        let folder = folder_of(&manifest.path);
        let beside = |name: &str| join(folder, name).is_some_and(|path| inventory.has(&path));
        let ecosystem = match name_of(&manifest.path) {
            "package.json" if beside("bun.lock") => "bun",
            "package.json" => "npm",
            "Gemfile" => "bundler",
            "composer.json" => "composer",
            "pyproject.toml" if beside("uv.lock") => "uv",
            "pyproject.toml" | "Pipfile" | "setup.py" | "requirements.txt" => "pip",
            "mix.exs" => "mix",
            "go.mod" => "gomod",
            "Cargo.toml" => "cargo",
            "pom.xml" => "maven",
            "build.gradle" | "build.gradle.kts" => "gradle",
            _ => continue,
        };
        if !manifest.dependencies.is_empty() {
            add(ecosystem, folder);
        }
    }
    for file in inventory.own_files() {
        if crate::model::dockerfile::is_dockerfile(file.name()) {
            add("docker", file.folder());
        }
        if file.path.starts_with(".github/workflows/") {
            add("github-actions", "");
        }
    }
    // A workflow that is being written counts too.
    if context.fails("missing-ci-pipeline") {
        add("github-actions", "");
    }
    found.into_iter().collect()
}
