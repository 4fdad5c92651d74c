//! The containers that production starts beside the code: tools of others in compose files and values of charts, and what
//! charts run at fixed times.

use std::sync::LazyLock;

use regex::Regex;

use super::service::{Service, ServiceKind, Sources};
use crate::base::location::Location;
use crate::base::path::{folder_of, is_yaml, join, name_of};
use crate::model::dockerfile::is_called_compose;
use crate::read::document::Node;
use crate::read::inventory::File;

/// Images of others that people use in production beside the product, by a word of their names.
const KNOWN: &[(&str, ServiceKind)] = &[
    ("metabase", ServiceKind::Data),
    ("superset", ServiceKind::Data),
    ("redash", ServiceKind::Data),
    ("flower", ServiceKind::Tool),
    ("grafana", ServiceKind::Tool),
    ("kibana", ServiceKind::Tool),
    ("prefect", ServiceKind::Tool),
];
/// Words of what takes jobs or waits for its time.
pub(super) const JOBS: &[&str] = &["cron", "cronjob", "worker", "workers", "queue", "celery", "scheduler"];

/// Adds the containers.
pub(super) fn add(found: &mut Vec<Service>, sources: &Sources<'_>) {
    let servers: Vec<String> = found
        .iter()
        .filter(|service| matches!(service.kind, ServiceKind::Api | ServiceKind::Pages))
        .map(|service| service.component.clone())
        .collect();
    let files = || sources.inventory.files().iter().filter(|file| file.is_shipped());
    for file in files().filter(|file| is_called_compose(file.name())) {
        compose(file, found, sources);
    }
    for file in files().filter(|file| is_values(file)) {
        values(file, &servers, found, sources);
    }
    let is_template = |file: &&File| name_of(file.folder()) == "templates" && is_yaml(file.name());
    for file in files().filter(|file| is_template(file) && is_of_production(file)) {
        template(file, &servers, found, sources);
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
}

/// The image of a container, through the file that it extends.
fn image_of(container: &Node, folder: &str, sources: &Sources<'_>, depth: usize) -> Option<String> {
    if let Some(image) = container.text_of("image") {
        return Some(image.to_lowercase());
    }
    let extends = container.get("extends").filter(|_| depth < 3)?;
    let path = join(folder, extends.text_of("file")?)?;
    let document = sources.inventory.document(&path)?;
    let other = document.as_ref().as_ref().ok()?.at(&["services", extends.text_of("service")?])?;
    image_of(other, folder_of(&path), sources, depth + 1)
}

/// The tools of others that a compose file of production starts, or one in a folder named for the tool.
fn compose(file: &File, found: &mut Vec<Service>, sources: &Sources<'_>) {
    let is_production = file.name().to_lowercase().contains("prod") && !file.name().contains("preprod");
    let is_local = file.folder().split('/').any(|name| matches!(name, "local" | "dev" | "docs" | "documentation"));
    let folder = name_of(file.folder()).to_lowercase();
    let is_named = |word: &str| words(&folder).any(|name| name == word);
    if is_local || !is_production && !KNOWN.iter().any(|(word, _)| is_named(word)) {
        return;
    }
    let Some(document) = sources.inventory.document(&file.path) else { return };
    let Ok(root) = document.as_ref() else { return };
    for entry in root.get("services").map(Node::entries).unwrap_or_default() {
        let Some(image) = image_of(&entry.value, file.folder(), sources, 0) else { continue };
        let name = name_of(&image).split([':', '@']).next().unwrap_or_default();
        let known = KNOWN.iter().find(|(word, _)| words(name).any(|part| part == *word));
        let Some((word, kind)) = known.filter(|(word, _)| is_production || is_named(word)) else { continue };
        let place = Location::line(&file.path, entry.line);
        let service = Service { name: (*word).to_owned(), ..Service::new(*kind, file.folder(), word) };
        found.push(service.unsure().shown_by([place]));
    }
}

/// Whether a file holds the values that a chart takes in production: its own, or those of this environment.
fn is_values(file: &File) -> bool {
    let name = file.name();
    let is_named = name.starts_with("values") && is_yaml(name);
    let folders: Vec<&str> = file.folder().split('/').collect();
    let holds = folders.iter().any(|name| matches!(*name, ".kontinuous" | "helm" | "chart" | "charts" | "helm-charts"));
    is_named && holds && is_of_production(file)
}

/// Whether a file of a chart holds for every environment, or for production.
pub(super) fn is_of_production(file: &File) -> bool {
    let folders: Vec<&str> = file.folder().split('/').collect();
    let environment = folders.iter().position(|name| matches!(*name, "env" | "envs" | "environments" | "env.d"));
    environment.is_none_or(|at| folders.get(at + 1).is_none_or(|name| matches!(*name, "prod" | "production")))
}

/// What the values of a chart start: the tools of others, and workers that share the image of a server.
fn values(file: &File, servers: &[String], found: &mut Vec<Service>, sources: &Sources<'_>) {
    let Some(document) = sources.inventory.document(&file.path) else { return };
    let Ok(root) = document.as_ref() else { return };
    let folder = match file.folder().find("/env") {
        Some(at) => &file.folder()[..at],
        None => file.folder(),
    };
    for entry in root.entries() {
        let place = Location::line(&file.path, entry.line);
        let is_off = entry.value.get("enabled").and_then(Node::truth) == Some(false);
        if is_off || entry.value.entries().is_empty() {
            continue;
        }
        let key = entry.key.to_lowercase();
        if let Some((word, kind)) = KNOWN.iter().find(|(word, _)| key == *word) {
            let service = Service { name: (*word).to_owned(), ..Service::new(*kind, folder, word) };
            found.push(service.unsure().shown_by([place]));
        } else if words(&key).any(|word| JOBS.contains(&word))
            && let Some(image) = entry.value.text_of("imagePackage")
            && let Some(component) = servers.iter().find(|component| name_of(component) == image)
        {
            push_worker(&entry.key, component, place, found);
        }
    }
}

fn push_worker(name: &str, component: &str, place: Location, found: &mut Vec<Service>) {
    let worker = Service::new(ServiceKind::Worker, component, "worker");
    found.push(Service { name: name.to_owned(), ..worker }.unsure().shown_by([place]));
}

/// What a template of a chart runs at fixed times, or beside what answers, with the image of a server.
fn template(file: &File, servers: &[String], found: &mut Vec<Service>, sources: &Sources<'_>) {
    let Some(text) = sources.inventory.text(&file.path) else { return };
    let name = file.name().to_lowercase();
    let is_worker = text.contains("kind: Deployment") && words(&name).any(|word| JOBS.contains(&word));
    // A list that values fill may be empty.
    let is_cron = text.contains("kind: CronJob") && !text.trim_start().starts_with("{{- range");
    if !is_worker && (!is_cron || name.contains("list")) {
        return;
    }
    let lines =
        (1..).zip(text.lines()).filter(|(_, line)| line.trim_start().trim_start_matches("- ").starts_with("image:"));
    let named = lines.filter_map(|(at, line)| Some((at, component_of(line, file, servers, sources)?)));
    let Some((line, component)) = named.last() else { return };
    let stem = file.name().split('.').next().unwrap_or_default();
    push_worker(stem, &component, Location::line(&file.path, line), found);
}

/// The server whose image a line names, by itself or by the values that it reads.
fn component_of(line: &str, file: &File, servers: &[String], sources: &Sources<'_>) -> Option<String> {
    static READ: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\.Values\.(\w+)\.image\b").expect("a pattern"));
    static WRITTEN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"/([\w-]+)(?::|"|$)"#).expect("a pattern"));
    let of_values = || {
        let key = READ.captures(line)?.get(1)?.as_str();
        let path = join(folder_of(file.folder()), "values.yaml")?;
        let document = sources.inventory.document(&path)?;
        let repository = document.as_ref().as_ref().ok()?.at(&[key, "image", "repository"])?.text()?.to_owned();
        Some(name_of(&repository).to_owned())
    };
    let written = || Some(WRITTEN.captures(line)?.get(1)?.as_str().to_owned());
    let image = of_values().or_else(written)?;
    let is_image = |component: &&String| {
        let name = name_of(component);
        !name.is_empty() && (image == name || image.strip_suffix(name).is_some_and(|rest| rest.ends_with('-')))
    };
    servers.iter().find(is_image).cloned()
}
