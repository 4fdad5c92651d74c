//! Which fronts a server sends itself: both are one service.

use std::collections::{BTreeMap, BTreeSet};

use super::kinds::{PartView, images, names_folder};
use super::marks::{SERVERS, VIEWS};
use super::roads::deployed_names;
use super::service::{Service, ServiceKind, Sources};
use crate::base::path::{below, join, name_of};
use crate::model::dockerfile::stages;

/// A server that sends the files of a front serves its pages: both are one service, the front's when it stands alone.
pub(super) fn absorb(found: &mut Vec<Service>, parts: &[PartView<'_>], sources: &Sources<'_>) {
    let mut texts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let files = sources.inventory.files();
    let mut sending: Vec<usize> = sources.inventory.found("service-serves-files").iter().map(|(at, _)| *at).collect();
    sending.dedup();
    for at in &sending {
        let file = &files[*at];
        let Some(owner) = sources.stack.owner(*at).filter(|_| file.is_shipped()) else { continue };
        let known = texts.entry(owner.folder.as_str()).or_default();
        if known.len() < 200 {
            known.extend(sources.inventory.text(&file.path).map(|text| text.to_string()));
        }
    }
    let servers: BTreeSet<&str> =
        parts.iter().filter(|view| view.uses(SERVERS)).map(|view| view.part.folder.as_str()).collect();
    let fronts: Vec<String> = parts
        .iter()
        .filter(|view| view.uses(VIEWS) && !view.uses(SERVERS) && !view.renders())
        .map(|view| view.part.folder.clone())
        .collect();
    // Pipelines and images are asked where there is a front to absorb.
    let (deployed, together): (Vec<String>, Vec<BTreeSet<String>>) = match fronts.is_empty() {
        true => Default::default(),
        false => (deployed_names(sources), images(sources).flat_map(|text| folders_of_images(&text)).collect()),
    };
    let mut absorbed: BTreeSet<String> = BTreeSet::new();
    for service in found.iter_mut().filter(|service| servers.contains(service.component.as_str())) {
        let own = texts.get(service.component.as_str()).map(Vec::as_slice).unwrap_or_default();
        for front in fronts.iter().filter(|front| **front != service.component) {
            let is_inside = below(&service.component, front).is_some();
            let name = name_of(front);
            let is_alone = parts.iter().any(|view| view.part.folder == *front && !view.served_by().is_empty());
            let is_deployed = deployed.iter().any(|words| is_deployed_as(words, name));
            let is_named = own.iter().any(|text| names_folder(text, name, false));
            let is_built =
                is_built_into(front, &service.component, sources) || is_moved_into(front, &service.component, sources);
            let server = name_of(&service.component);
            let in_one_image = together.iter().any(|folders| folders.contains(name) && folders.contains(server));
            let is_sent = is_named || !is_alone && is_inside && !own.is_empty();
            if is_built || in_one_image || !is_deployed && is_sent {
                absorbed.insert(front.clone());
                if matches!(service.kind, ServiceKind::Api | ServiceKind::Pages) {
                    service.kind = ServiceKind::Pages;
                    service.browsed = true;
                }
            }
        }
        // A front in the folders of the server itself: `resources/js`, `assets/`, with views that hold it.
        let own_front = parts.iter().any(|view| {
            view.part.folder == service.component && view.uses(VIEWS) && view.uses(SERVERS) && !own.is_empty()
        });
        if own_front && service.kind == ServiceKind::Api {
            service.kind = ServiceKind::Pages;
            service.browsed = true;
        }
    }
    found.retain(|service| service.kind != ServiceKind::Pages || !absorbed.contains(&service.component));
    apis_beside_fronts(found, parts);
}

/// A framework for APIs in a server whose front stands on its own: what it renders is mails and pages of administrators.
fn apis_beside_fronts(found: &mut [Service], parts: &[PartView<'_>]) {
    const FOR_APIS: &[&str] =
        &["djangorestframework", "django-ninja", "drf-spectacular", "api-platform/core", "@nestjs/swagger"];
    let is_front = |component: &str| {
        parts
            .iter()
            .any(|view| view.part.folder == component && !view.uses(SERVERS) && (view.uses(VIEWS) || view.renders()))
    };
    if !found.iter().any(|service| service.kind == ServiceKind::Pages && is_front(&service.component)) {
        return;
    }
    for service in found.iter_mut().filter(|service| service.kind == ServiceKind::Pages) {
        let view = parts.iter().find(|view| view.part.folder == service.component && view.uses(SERVERS));
        if view.is_some_and(|view| view.depends_on(FOR_APIS)) {
            service.kind = ServiceKind::Api;
            service.browsed = false;
        }
    }
}

/// Whether a deployment is that of a front, by its words.
fn is_deployed_as(words: &str, front: &str) -> bool {
    let front = front.to_lowercase();
    words.split(|c: char| !c.is_alphanumeric()).any(|word| {
        word == front
            || matches!(word, "front" | "frontend") && front.starts_with("front") && front.len() <= "frontend".len()
    })
}

/// Whether a script of the root moves what a front builds into the folder of a server.
fn is_moved_into(front: &str, server: &str, sources: &Sources<'_>) -> bool {
    if front.is_empty() || server.is_empty() {
        return false;
    }
    let names = |command: &str, folder: &str| {
        command.split(|c: char| c.is_whitespace() || c == '/' || c == ';').any(|word| word == folder)
    };
    let scripts = sources.manifests.at("").flat_map(|manifest| &manifest.scripts);
    scripts.into_iter().any(|script| {
        let moves = ["mv ", "cp ", "rsync ", "copyfiles "].iter().any(|verb| script.command.contains(verb));
        moves && names(&script.command, name_of(front)) && names(&script.command, name_of(server))
    })
}

/// The names of the folders whose content each final stage of an image holds, through the stages that it copies from; a
/// stage that another one takes files of only builds.
fn folders_of_images(text: &str) -> Vec<BTreeSet<String>> {
    let stages = stages(text);
    let mut held: Vec<BTreeSet<String>> = Vec::new();
    let mut is_before = vec![false; stages.len()];
    for stage in &stages {
        let mut own: BTreeSet<String> = stage.base.map(|base| held[base].clone()).unwrap_or_default();
        if let Some(base) = stage.base {
            is_before[base] = true;
        }
        for copied in stage.instructions.iter().filter_map(|instruction| instruction.copied()) {
            let from = copied.from.map(str::to_lowercase);
            match from.map(|from| stages[..held.len()].iter().rposition(|stage| stage.name == from)) {
                Some(Some(before)) => {
                    own.extend(taken(&held[before], &copied.sources));
                    is_before[before] = true;
                }
                Some(None) => {}
                None => {
                    // A workspace copies the manifests of all its members to install what one of them needs.
                    let is_manifest = |source: &&String| {
                        [".json", ".yaml", ".yml", ".lock", ".toml", ".xml", ".txt", ".js", ".mjs", ".ts", ".kts"]
                            .iter()
                            .any(|ending| source.ends_with(ending))
                    };
                    let first = copied.sources.iter().filter(|source| !is_manifest(source)).filter_map(|source| {
                        source.trim_start_matches("./").split('/').find(|part| !part.is_empty() && !part.contains('*'))
                    });
                    own.extend(first.map(str::to_owned));
                }
            }
        }
        held.push(own);
    }
    held.into_iter().zip(is_before).filter(|(_, is_before)| !is_before).map(|(folders, _)| folders).collect()
}

/// The folders that a copy takes of those of a stage: the ones that its sources name, else all.
fn taken(held: &BTreeSet<String>, sources: &[String]) -> BTreeSet<String> {
    let is_named = |folder: &&String| sources.iter().any(|source| source.split('/').any(|part| part == *folder));
    let named: BTreeSet<String> = held.iter().filter(is_named).cloned().collect();
    if named.is_empty() { held.clone() } else { named }
}

/// Whether the build of a front writes into the folder of a server.
fn is_built_into(front: &str, server: &str, sources: &Sources<'_>) -> bool {
    let settings = [
        "vite.config.js",
        "vite.config.ts",
        "vite.config.mjs",
        "vite.config.mts",
        "vue.config.js",
        "angular.json",
        "webpack.config.js",
    ];
    settings.iter().filter_map(|name| join(front, name)).any(|path| {
        let Some(text) = sources.inventory.text(&path) else { return false };
        let outside = text.split(['"', '\'', '`']).filter(|word| word.starts_with("../"));
        outside.into_iter().filter_map(|word| join(front, word)).any(|target| {
            target != server
                && below(server, &target).is_some()
                && below(front, &target).is_none()
                && !server.is_empty()
        })
    })
}
