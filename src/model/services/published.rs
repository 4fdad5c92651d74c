//! What is published on its own: packages that others install, charts.

use super::kinds::is_private;
use super::service::{Service, ServiceKind, Sources};
use crate::base::location::Location;
use crate::base::path::{folder_of, join, name_of};
use crate::model::manifest::{Ecosystem, Manifest};
use crate::model::pipeline::Activity;
use crate::read::document::Node;

/// Adds what is published.
pub(super) fn add(found: &mut Vec<Service>, sources: &Sources<'_>) {
    packages(found, sources);
    offered(found, sources);
    charts(found, sources);
}

/// Packages that a pipeline publishes on a registry.
fn packages(found: &mut Vec<Service>, sources: &Sources<'_>) {
    let published = sources.pipelines.actions().filter(|(_, _, action)| action.activity == Activity::Publish);
    for (pipeline, _, action) in published {
        let tool = action.tool.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| tool.contains(word));
        let ecosystem = if says(&["pypi", "twine", "poetry", "uv", "hatch", "flit"]) {
            Ecosystem::Python
        } else if says(&["npm", "yarn", "pnpm", "changeset", "lerna", "semantic-release", "jsr"]) {
            Ecosystem::Npm
        } else if says(&["gem"]) {
            Ecosystem::Ruby
        } else if says(&["cargo"]) {
            Ecosystem::Rust
        } else {
            continue;
        };
        let text = sources.inventory.text(&pipeline.path).unwrap_or_default();
        let can = |manifest: &&Manifest| {
            manifest.ecosystem == ecosystem
                && manifest.name.is_some()
                && manifest.workspace.is_empty()
                && !is_private(manifest, sources)
                && name_of(&manifest.path) != "requirements.txt"
        };
        let candidates: Vec<&Manifest> = sources.manifests.all.iter().filter(can).collect();
        let named: Vec<&&Manifest> = candidates.iter().filter(|manifest| is_named(&text, manifest.folder())).collect();
        // What publishes every member of a workspace names none.
        let publishes_all = says(&["changeset", "lerna"])
            || ["lerna publish", "changeset publish", "-r publish", "--recursive publish", "workspaces foreach"]
                .iter()
                .any(|command| text.contains(command));
        let is_package = |manifest: &&&Manifest| has_entry(manifest, sources);
        let members: Vec<&&Manifest> = candidates.iter().filter(is_package).collect();
        let named = if named.is_empty() && publishes_all { members } else { named };
        let chosen: Vec<&Manifest> = match (named.as_slice(), candidates.as_slice()) {
            ([], [only]) => vec![only],
            (named, _) => named.iter().map(|manifest| **manifest).collect(),
        };
        for manifest in chosen {
            let is_service =
                |service: &Service| service.component == manifest.folder() && service.kind != ServiceKind::Library;
            // An image of a package that is published is what builds it.
            found.retain(|service| service.sure || service.kind != ServiceKind::Worker || !is_service(service));
            if !found.iter().any(is_service) {
                let library = Service::new(ServiceKind::Library, manifest.folder(), "package");
                found.push(library.shown_by([Location::file(&manifest.path)]));
            }
        }
    }
}

/// Whether a package says what others import of it.
fn has_entry(manifest: &Manifest, sources: &Sources<'_>) -> bool {
    let document = sources.inventory.document(&manifest.path);
    let says = |root: &Node| {
        ["main", "module", "exports", "bin", "files", "publishConfig", "types"]
            .iter()
            .any(|key| root.get(key).is_some())
    };
    document.is_some_and(|document| document.as_ref().as_ref().is_ok_and(says))
}

/// Whether the text of a pipeline names a folder.
pub(super) fn is_named(text: &str, folder: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_'));
    !folder.is_empty()
        && [folder, name_of(folder)].into_iter().any(|name| {
            text.match_indices(name)
                .any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + name.len()..].chars().next()))
        })
}

/// Packages that say that others install them, and whose publication is not in the tree.
fn offered(found: &mut Vec<Service>, sources: &Sources<'_>) {
    let has = |root: &Node, keys: &[&str]| keys.iter().any(|key| root.get(key).is_some());
    for manifest in sources.manifests.all.iter().filter(|manifest| manifest.ecosystem == Ecosystem::Npm) {
        let folder = manifest.folder();
        let is_own = sources.inventory.file(&manifest.path).is_some_and(|file| file.is_shipped());
        if folder.is_empty() || !is_own || found.iter().any(|service| service.component == folder) {
            continue;
        }
        let Some(name) = manifest.name.as_deref() else { continue };
        let Some(document) = sources.inventory.document(&manifest.path) else { continue };
        let Ok(root) = document.as_ref() else { continue };
        let is_versioned = has(root, &["version"]) && has(root, &["main", "module", "exports", "bin"]);
        let has_page = join(folder, "index.html").is_some_and(|path| sources.inventory.has(&path));
        let starts = manifest.scripts.iter().any(|script| matches!(script.name.as_str(), "start" | "serve"));
        // A member that others depend on by its name is code of theirs.
        let is_used = || {
            let mut others = sources.manifests.all.iter().filter(|other| other.path != manifest.path);
            others.any(|other| other.dependency(name).is_some())
        };
        // A package that people find on a registry tells them what it is.
        let tells = || {
            has(root, &["publishConfig"])
                || has(root, &["repository", "homepage", "keywords"]) && is_written(folder, sources)
        };
        if is_versioned && !is_private(manifest, sources) && !has_page && !starts && tells() && !is_used() {
            let library = Service::new(ServiceKind::Library, folder, "package").unsure();
            found.push(library.shown_by([Location::file(&manifest.path)]));
        }
    }
}

/// Whether a folder has a word for those who use it.
fn is_written(folder: &str, sources: &Sources<'_>) -> bool {
    join(folder, "README.md").is_some_and(|path| sources.inventory.has(&path))
}

/// Charts of Helm that a pipeline publishes.
fn charts(found: &mut Vec<Service>, sources: &Sources<'_>) {
    const PUBLISH: &[&str] =
        &["chart-releaser", "helm push", "helm package", "helm-gh-pages", "charts_dir:", "helm-publish", "cr upload"];
    let texts = sources.pipelines.all.iter().filter_map(|pipeline| sources.inventory.text(&pipeline.path));
    let publishing: Vec<_> = texts.filter(|text| PUBLISH.iter().any(|word| text.contains(word))).collect();
    let charts = sources.inventory.files().iter().filter(|file| file.name() == "Chart.yaml" && file.is_shipped());
    for file in charts.filter(|file| !file.folder().is_empty()) {
        let folder = file.folder();
        let has_templates = join(folder, "templates").is_some_and(|path| sources.inventory.has_folder(&path));
        // What a pipeline takes away before is not published.
        let is_removed = |text: &str| {
            text.lines().filter(|line| line.contains("rm -")).any(|line| {
                line.split_whitespace().any(|word| word.trim_start_matches("./").trim_end_matches('/') == folder)
            })
        };
        let is_published = publishing
            .iter()
            .any(|text| !is_removed(text) && (is_named(text, folder) || is_named(text, folder_of(folder))));
        if has_templates && is_published {
            let library = Service::new(ServiceKind::Library, folder, "chart").unsure();
            found.push(library.shown_by([Location::file(&file.path)]));
        }
    }
}
