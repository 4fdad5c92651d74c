//! What is published on its own: packages that others install, sites of documentation, charts.

use super::kinds::is_private;
use super::service::{Service, ServiceKind, Sources};
use crate::base::location::Location;
use crate::base::path::{ascending, folder_of, join, name_of};
use crate::model::manifest::{Ecosystem, Manifest};
use crate::model::pipeline::Activity;
use crate::read::document::Node;
use crate::read::inventory::File;
use crate::read::inventory::role::Role;

/// Adds what is published.
pub(super) fn add(found: &mut Vec<Service>, sources: &Sources<'_>) {
    packages(found, sources);
    sites(found, sources);
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
fn is_named(text: &str, folder: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '-' | '_'));
    !folder.is_empty()
        && [folder, name_of(folder)].into_iter().any(|name| {
            text.match_indices(name)
                .any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + name.len()..].chars().next()))
        })
}

/// Sites of documentation, stories of components, with what publishes each: a pipeline to pages of the forge, or the file of a
/// host of documentation.
fn sites(found: &mut Vec<Service>, sources: &Sources<'_>) {
    let has = |folder: &str, kinds: &[ServiceKind], found: &[Service]| {
        found.iter().any(|service| service.component == folder && kinds.contains(&service.kind))
    };
    let hosts = [".readthedocs.yml", ".readthedocs.yaml", "readthedocs.yml", ".gitbook.yaml"];
    let of_hosts = sources.inventory.files().iter().filter(|file| hosts.contains(&file.name()) && file.is_own());
    let mut sites: Vec<(String, Location)> =
        of_hosts.map(|file| (documentation_folder(file, sources), Location::file(&file.path))).collect();
    for (pipeline, job, action) in sources.pipelines.actions() {
        let tool = action.tool.to_lowercase();
        let to_pages = ["pages", "gh-deploy"].iter().any(|word| tool.contains(word)) || tool == "gh-pages";
        if action.activity != Activity::Deploy || !to_pages {
            continue;
        }
        let names = format!("{} {} {}", pipeline.path, pipeline.name, job.id).to_lowercase();
        let text = sources.inventory.text(&pipeline.path).unwrap_or_default();
        let folder = if names.contains("storybook") || text.contains("storybook") {
            storybook_folder(sources)
        } else {
            published_folder(&text, sources)
        };
        // What the pipeline publishes may be the product itself, where it is a site.
        let product = || {
            let mut all = found.iter().filter(|service| service.kind == ServiceKind::StaticSite);
            all.next().filter(|_| all.next().is_none()).map(|service| service.component.clone())
        };
        if let Some(folder) = folder.or_else(product) {
            sites.push((folder, action.place.clone()));
        }
    }
    for (folder, place) in sites {
        if has(&folder, &[ServiceKind::StaticSite, ServiceKind::Pages], found) {
            let known = found.iter_mut().find(|service| service.component == folder);
            known.into_iter().for_each(|service| service.served_by.push(place.clone()));
        } else {
            found.push(Service::new(ServiceKind::StaticSite, &folder, "docs").shown_by([place]));
        }
    }
}

/// Folders whose name says that they hold a documentation.
const DOCUMENTATION: &[&str] = &["docs", "doc", "documentation", "website", "site"];

/// The folder of what a host of documentation builds.
fn documentation_folder(file: &File, sources: &Sources<'_>) -> String {
    let document = sources.inventory.document(&file.path);
    let named = document.and_then(|document| {
        let root = document.as_ref().as_ref().ok()?;
        let keys = [root.text_of("root"), root.at(&["sphinx", "configuration"]).and_then(|node| node.text())];
        let written = keys.into_iter().flatten().next()?;
        let beside = join(file.folder(), written).filter(|path| sources.inventory.has_folder(path));
        let path = beside.unwrap_or_else(|| written.trim_start_matches("./").trim_end_matches('/').to_owned());
        // `docs/source/conf.py`: the folder that people call the documentation.
        let folders: Vec<&str> = path.split('/').collect();
        let known = folders.iter().position(|name| DOCUMENTATION.contains(name));
        Some(known.map_or(path.clone(), |at| folders[..=at].join("/")))
    });
    // A file that stands with the documentation is read from there.
    let named = named.or_else(|| Some(file.folder().to_owned()).filter(|folder| !folder.is_empty()));
    let fallback =
        || DOCUMENTATION.iter().find(|name| sources.inventory.has_folder(name)).map(|name| (*name).to_owned());
    named.filter(|folder| sources.inventory.has_folder(folder)).or_else(fallback).unwrap_or_default()
}

/// The folder of a site that a pipeline builds: one that it names and that holds the settings of a generator, or a site.
fn published_folder(text: &str, sources: &Sources<'_>) -> Option<String> {
    let settings = [
        "mkdocs.yml",
        "mkdocs.yaml",
        "docusaurus.config.js",
        "docusaurus.config.ts",
        "conf.py",
        "book.toml",
        "_config.yml",
        "config.toml",
        "hugo.toml",
        "_quarto.yml",
        "antora.yml",
        ".vitepress",
        "typedoc.json",
        "_toc.yml",
    ];
    let mut folders: Vec<String> = sources
        .inventory
        .files()
        .iter()
        .filter(|file| !matches!(file.role, Role::Vendored | Role::Example | Role::Test))
        .filter_map(|file| {
            let in_vitepress = name_of(file.folder()) == ".vitepress";
            let folder = if in_vitepress { folder_of(file.folder()) } else { file.folder() };
            (settings.contains(&file.name()) || in_vitepress).then(|| folder.to_owned())
        })
        .collect();
    folders
        .extend(DOCUMENTATION.iter().filter(|name| sources.inventory.has_folder(name)).map(|name| (*name).to_owned()));
    folders.dedup();
    let named = folders.iter().find(|folder| is_named(text, folder));
    let site = named.or_else(|| folders.iter().find(|folder| folder.is_empty()));
    let folder = site.map(|folder| {
        // `docs/source`: the folder that people call the documentation.
        let known = ascending(folder).filter(|above| DOCUMENTATION.contains(&name_of(above))).last();
        known.unwrap_or(folder).to_owned()
    });
    // `mkdocs.yml` at the root reads the folder beside it.
    let root = folder.as_deref() == Some("");
    let beside = DOCUMENTATION.iter().find(|name| sources.inventory.has_folder(name));
    let is_generator = sources.inventory.has("mkdocs.yml") || sources.inventory.has("mkdocs.yaml");
    if root && is_generator { beside.map(|name| (*name).to_owned()).or(folder) } else { folder }
}

/// The folder of the stories of components.
fn storybook_folder(sources: &Sources<'_>) -> Option<String> {
    let is_settings = |file: &&File| name_of(file.folder()) == ".storybook" && file.name().starts_with("main.");
    let file = sources.inventory.files().iter().find(is_settings)?;
    Some(folder_of(file.folder()).to_owned())
}
