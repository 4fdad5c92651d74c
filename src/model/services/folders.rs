//! Folders that run on their own and hold no code of a framework: an image, the line of a host, the settings of a tool.

use super::left_out::Deployed;
use super::marks::{CONTENT_SERVERS, IMAGES, TOOLS, words_of};
use super::processes::HOST_FOLDERS;
use super::service::{Service, ServiceKind, Sources};
use crate::base::location::Location;
use crate::base::path::{ascending, join, name_of};
use crate::model::dockerfile::{is_called_compose, is_dockerfile};
use crate::model::manifest::Manifest;
use crate::read::inventory::File;
use crate::read::inventory::role::Role;

/// What words of folders and of their images say.
const DATA: &[&str] = &["metabase", "superset", "redash", "notebook", "notebooks", "jupyter"];
const TIMED: &[&str] = &["job", "jobs", "backup", "backups", "cron", "cronjob"];
const MOCKS: &[&str] = &["mock", "mocks", "mailpit", "maildev", "mailhog", "mailcatcher", "mockoon", "wiremock"];

/// Adds them.
pub(super) fn add(found: &mut Vec<Service>, sources: &Sources<'_>) {
    let mut more: Vec<Service> = Vec::new();
    let deployed = Deployed::read(sources);
    for file in sources.inventory.files() {
        let folder = file.folder();
        let is_known = |service: &Service| service.component == folder;
        if folder.is_empty() || HOST_FOLDERS.contains(&name_of(folder)) || is_local(folder) {
            continue;
        }
        if file.name() == "Procfile" && !matches!(file.role, Role::Test | Role::Vendored) {
            if !found.iter().any(is_known) {
                more.extend(of_procfile(file, sources));
            }
        } else if is_dockerfile(file.name()) && file.is_shipped() {
            if !found.iter().any(is_known) {
                more.extend(of_image(file, &deployed, sources));
            }
        } else if is_called_compose(file.name()) && file.is_own() {
            more.extend(of_mock(file, sources));
        } else if file.name() == "config.yml" && file.is_own() {
            more.extend(of_editor(file, sources));
        } else if file.name() == "dbt_project.yml" && file.is_shipped() {
            let runs = ["cron.json", "Procfile"].iter().find_map(|name| join(folder, name));
            let runs = runs.filter(|path| sources.inventory.has(path) && !found.iter().any(is_known));
            more.extend(runs.map(|path| service(ServiceKind::Data, folder, Location::file(path))));
        }
    }
    more.extend(sources.manifests.all.iter().filter_map(|manifest| of_manifest(manifest, found, sources)));
    found.extend(more);
}

fn service(kind: ServiceKind, folder: &str, place: Location) -> Service {
    Service::new(kind, folder, kind.name()).unsure().shown_by([place])
}

/// Whether a folder is for the machines of developers.
fn is_local(folder: &str) -> bool {
    folder.split('/').any(|name| matches!(name, "local" | "dev" | "test" | "tests" | "e2e" | "example" | "examples"))
}

fn says(text: &str, known: &[&str]) -> bool {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| known.contains(&word))
}

/// What a host starts from a folder without code of one's own.
fn of_procfile(file: &File, sources: &Sources<'_>) -> Option<Service> {
    let text = sources.inventory.text(&file.path)?;
    let name = name_of(file.folder());
    let kind = if says(name, DATA) {
        ServiceKind::Data
    } else if says(name, MOCKS) {
        ServiceKind::Mock
    } else if says(name, TOOLS) || says(&text, &["otelcol"]) {
        ServiceKind::Tool
    } else if says(name, TIMED) {
        ServiceKind::Worker
    } else if text.contains(" -jar ") {
        // A program that was built elsewhere.
        ServiceKind::Api
    } else {
        return None;
    };
    Some(service(kind, file.folder(), Location::line(&file.path, 1)))
}

/// What an image of a folder without code of one's own is for, by their names.
fn of_image(file: &File, deployed: &Deployed, sources: &Sources<'_>) -> Option<Service> {
    let name = name_of(file.folder());
    let is_aside = says(file.name(), &["dev", "test", "ci", "local"]);
    // Folders of images for developers hold few that production runs.
    let first = file.folder().split('/').next().unwrap_or_default();
    let of_images = IMAGES.contains(&first);
    let is_alone = || !holds_manifest(file.folder(), sources) && is_built(file.folder(), sources);
    let kind = if says(name, TIMED) {
        ServiceKind::Worker
    } else if !of_images && words_of(name).any(|word| MOCKS.contains(&word.as_str())) {
        ServiceKind::Mock
    } else if !of_images && (says(name, DATA) || name == "database") {
        ServiceKind::Data
    } else if !of_images && (says(name, TOOLS) && deployed.knows(name) || is_alone()) {
        ServiceKind::Tool
    } else {
        return None;
    };
    (!is_aside).then(|| service(kind, file.folder(), Location::file(&file.path)))
}

fn holds_manifest(folder: &str, sources: &Sources<'_>) -> bool {
    sources.manifests.at(folder).next().is_some()
}

/// Whether a pipeline builds the image of a folder to publish it.
fn is_built(folder: &str, sources: &Sources<'_>) -> bool {
    let is_context = |line: &str| {
        let value = line.trim().strip_prefix("context:").map(|value| value.trim().trim_matches(['"', '\'']));
        value.is_some_and(|value| value.trim_start_matches("./").trim_end_matches('/') == folder)
    };
    sources.pipelines.all.iter().any(|pipeline| {
        let text = sources.inventory.text(&pipeline.path).unwrap_or_default();
        text.lines().any(is_context) && text.contains("push: true")
    })
}

/// What stands for another service in containers of its own folder.
fn of_mock(file: &File, sources: &Sources<'_>) -> Option<Service> {
    let folder = ascending(file.folder()).filter(|folder| says(name_of(folder), MOCKS)).last()?;
    let text = sources.inventory.text(&file.path)?;
    ["mockoon/", "wiremock/", "mockserver/"]
        .iter()
        .any(|image| text.contains(image))
        .then(|| service(ServiceKind::Mock, folder, Location::file(&file.path)))
}

/// The pages by which people write in the repository: Decap CMS (<https://decapcms.org/docs/configuration-options/>).
fn of_editor(file: &File, sources: &Sources<'_>) -> Option<Service> {
    let is_served = file.folder().split('/').any(|name| matches!(name, "public" | "static" | "assets"));
    let has_page = join(file.folder(), "index.html").is_some_and(|path| sources.inventory.has(&path));
    let document = sources.inventory.document(&file.path).filter(|_| has_page && !is_served)?;
    let root = document.as_ref().as_ref().ok()?;
    let is_editor = root.at(&["backend", "name"]).is_some() && root.get("collections").is_some();
    is_editor.then(|| service(ServiceKind::Tool, file.folder(), Location::file(&file.path)))
}

/// What packages run that are no part of the product's own code: the content that others edit, a site that shows it.
fn of_manifest(manifest: &Manifest, found: &[Service], sources: &Sources<'_>) -> Option<Service> {
    let file = sources.inventory.file(&manifest.path).filter(|file| file.is_shipped())?;
    let folder = manifest.folder();
    if folder.is_empty() || is_local(folder) || found.iter().any(|service| service.component == folder) {
        return None;
    }
    let starts = manifest.scripts.iter().any(|script| script.name == "start");
    let has_image = || join(folder, "Dockerfile").is_some_and(|path| sources.inventory.has(&path));
    let writes_pages = || ["next", "nuxt", "gatsby", "astro"].iter().any(|name| manifest.dependency(name).is_some());
    let kind = if starts && CONTENT_SERVERS.iter().any(|name| manifest.dependency(name).is_some()) {
        ServiceKind::Api
    } else if name_of(folder) == "website" && writes_pages() && has_image() {
        ServiceKind::StaticSite
    } else {
        return None;
    };
    Some(service(kind, folder, Location::file(&file.path)))
}
