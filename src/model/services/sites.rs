//! Sites of built files beside the product: documentations, stories of components, with what publishes each.

use super::marks::has_pages;
use super::published::is_named;
use super::service::{Service, ServiceKind, Sources};
use crate::base::location::Location;
use crate::base::path::{ascending, folder_of, join, name_of};
use crate::model::pipeline::Activity;
use crate::read::inventory::File;
use crate::read::inventory::role::Role;

/// Adds them.
pub(super) fn add(found: &mut Vec<Service>, sources: &Sources<'_>) {
    sites(found, sources);
    unpublished(found, sources);
    stories(found, sources);
    copied(found, sources);
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

/// Whether a site or an application is known at a folder, or a documentation above or below it.
fn is_known(folder: &str, found: &[Service]) -> bool {
    found.iter().any(|service| {
        let is_site = matches!(service.kind, ServiceKind::StaticSite | ServiceKind::Pages);
        is_site && service.component == folder
    })
}

fn push(folder: &str, place: Location, found: &mut Vec<Service>) {
    if !is_known(folder, found) {
        found.push(Service::new(ServiceKind::StaticSite, folder, "docs").unsure().shown_by([place]));
    }
}

/// Folders that the pages of the forge or a host of documentation show without a pipeline, and those of which a host has
/// settings of their own.
fn unpublished(found: &mut Vec<Service>, sources: &Sources<'_>) {
    for file in sources.inventory.files().iter().filter(|file| !matches!(file.role, Role::Vendored | Role::Test)) {
        let folder = file.folder();
        let name = name_of(folder).to_lowercase();
        let is_top = !folder.is_empty() && !folder.contains('/');
        let is_documentation =
            DOCUMENTATION.contains(&name.as_str()) || name.starts_with("doc_") || name.starts_with("docs-");
        let shows = match file.name() {
            // The pages of the forge read a branch's `docs/`.
            "_config.yml" | "index.html" => is_top && matches!(name.as_str(), "docs" | "doc"),
            "SUMMARY.md" => is_top && is_documentation,
            "netlify.toml" => !folder.is_empty() && !found.iter().any(|service| service.component == folder),
            _ => false,
        };
        if shows {
            push(folder, Location::file(&file.path), found);
        }
    }
}

/// Stories of components that a host shows: a file of its own, or settings and pipelines that place them in a site.
fn stories(found: &mut Vec<Service>, sources: &Sources<'_>) {
    let Some(folder) = storybook_folder(sources) else { return };
    let is_host = |file: &&File| {
        let name = file.name();
        name == "Procfile.storybook" || name.starts_with("netlify") && name.ends_with(".toml")
    };
    let says = |file: &&File| sources.inventory.text(&file.path).is_some_and(|text| text.contains("storybook"));
    let hosts = sources.inventory.files().iter().filter(|file| is_host(file) && file.is_own());
    let by_host = hosts.into_iter().find(says).map(|file| Location::file(&file.path));
    let Some(place) = by_host.or_else(|| published_stories(sources)) else { return };
    // A package that is no service itself shows nothing but its stories: it is the site.
    let has = |path: &str| {
        join(&folder, path).is_some_and(|path| sources.inventory.has(&path) || sources.inventory.has_folder(&path))
    };
    let is_service = || found.iter().any(|service| service.component == folder);
    let is_package = || sources.manifests.at(&folder).next().is_some() && !is_service();
    let shows_nothing_else = || !folder.is_empty() && !has_pages(has) && !has("index.html");
    if name_of(&folder) == "storybook" || is_package() && shows_nothing_else() {
        push(&folder, place, found);
        return;
    }
    // Beside an application, or the code of one, they are a site of their own.
    let folder = if folder.is_empty() { ".storybook".to_owned() } else { format!("{folder}/.storybook") };
    push(&folder, place, found);
}

/// Where a pipeline publishes the stories on their own host (<https://www.chromatic.com/docs/ci>).
fn published_stories(sources: &Sources<'_>) -> Option<Location> {
    let publishes = |line: &str| {
        let words = line.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '@'));
        !line.trim_start().starts_with('#')
            && (["run:", "command:", "uses:"].iter().any(|key| line.contains(key)) || !line.contains(':'))
            && words.into_iter().any(|word| matches!(word, "chromatic" | "chromaui/action"))
    };
    sources.pipelines.all.iter().find_map(|pipeline| {
        let text = sources.inventory.text(&pipeline.path)?;
        let (at, _) = (1..).zip(text.lines()).find(|(_, line)| publishes(line))?;
        Some(Location::line(&pipeline.path, at))
    })
}

/// Folders of pages as they are, which a pipeline copies elsewhere when they change.
fn copied(found: &mut Vec<Service>, sources: &Sources<'_>) {
    for pipeline in &sources.pipelines.all {
        let Some(text) = sources.inventory.text(&pipeline.path) else { continue };
        let commands = text.lines().filter(|line| ["rsync ", "aws s3 ", "scp "].iter().any(|verb| line.contains(verb)));
        for word in commands.flat_map(str::split_whitespace).filter(|word| word.ends_with('/')) {
            let folder = word.trim_start_matches("./").trim_end_matches('/');
            let has_page = join(folder, "index.html").is_some_and(|path| sources.inventory.has(&path));
            if !folder.is_empty() && has_page && sources.manifests.at(folder).next().is_none() {
                push(folder, Location::file(&pipeline.path), found);
            }
        }
    }
}
