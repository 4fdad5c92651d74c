//! Routers that are written in a format of their own: `conf/routes` of Play, routes of Symfony in YAML.

use super::route::{Declared, Draft, Mount, joined};
use crate::base::path::folder_of;
use crate::base::text::to_u32;
use crate::read::document::Node;
use crate::read::inventory::Inventory;

/// The lines of `conf/routes`: `GET /path controllers.Home.index`.
pub(super) fn play(path: &str, text: &str, inventory: &Inventory) -> Declared {
    let mut declared = Declared::default();
    for (at, line) in text.lines().enumerate() {
        let mut words = line.split_whitespace();
        let (Some(method), Some(route)) = (words.next(), words.next()) else { continue };
        let action = words.next().unwrap_or_default();
        if method == "->" {
            // `-> /admin admin.Routes` is `conf/admin.routes`.
            let name = action.trim_end_matches(".Routes");
            let file = format!("{}/{name}.routes", folder_of(path));
            let file = inventory.has(&file).then_some(file);
            declared.mounts.push(Mount {
                router: String::new(),
                prefix: route.to_owned(),
                file,
                variable: String::new(),
                access: super::route::Access::Unknown,
            });
            continue;
        }
        let is_method = matches!(method, "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS" | "*" | "WS");
        if !is_method || !route.starts_with('/') {
            continue;
        }
        let class = action.split('(').next().unwrap_or_default().trim_start_matches('@');
        let class = class.rsplit_once('.').map_or(class, |(class, _)| class).replace('.', "/");
        let root = path.split_once("conf/").map_or("", |(root, _)| root);
        let handler = [
            format!("{root}app/{class}.scala"),
            format!("{root}app/{class}.java"),
            format!("{root}app/controllers/{class}.java"),
        ];
        declared.drafts.push(Draft {
            path: joined("", route),
            method: if method == "*" { "ANY".to_owned() } else { method.to_owned() },
            line: to_u32(at + 1),
            handler: handler.into_iter().find(|path| inventory.has(path)),
            action: action.split('(').next().unwrap_or_default().to_owned(),
            ..Draft::default()
        });
    }
    declared
}

/// How deep the settings of a site are followed down.
const DEEPEST: usize = 16;

/// The pages that settings list, each with its address and the text that it shows: `{ route: /terms, url: pages/terms.md }`.
pub(super) fn listed(path: &str, inventory: &Inventory) -> Declared {
    let mut declared = Declared::default();
    if let Some(document) = inventory.document(path)
        && let Ok(root) = document.as_ref()
    {
        pages_in(root, inventory, DEEPEST, &mut declared);
    }
    declared
}

fn pages_in(node: &Node, inventory: &Inventory, left: usize, declared: &mut Declared) {
    let Some(left) = left.checked_sub(1) else { return };
    let address = ["route", "path", "slug", "to", "href"].iter().find_map(|key| {
        let entry = node.entry(key)?;
        Some((entry.value.text().filter(|text| text.starts_with('/') && !is_text(text))?, entry.line))
    });
    let file =
        || node.entries().iter().filter_map(|entry| entry.value.text()).find_map(|text| text_file(text, inventory));
    if let Some((address, line)) = address
        && let Some(file) = file()
    {
        declared.drafts.push(Draft {
            path: joined("", address),
            method: "GET".to_owned(),
            line,
            handler: Some(file),
            name: node.text_of("title").or_else(|| node.text_of("name")).map(str::to_owned),
            ..Draft::default()
        });
    }
    for inner in node.entries().iter().map(|entry| &entry.value).chain(node.items()) {
        pages_in(inner, inventory, left, declared);
    }
}

fn is_text(path: &str) -> bool {
    path.ends_with(".md") || path.ends_with(".mdx")
}

/// The file of a text that settings name, wherever the folder is that a host sends.
fn text_file(written: &str, inventory: &Inventory) -> Option<String> {
    let name = written.trim_start_matches('.').trim_start_matches('/');
    if !is_text(name) || name.contains("://") {
        return None;
    }
    let sent = ["", "public/", "static/", "src/", "content/"].iter().map(|folder| format!("{folder}{name}"));
    let below = format!("/{name}");
    sent.into_iter().find(|path| inventory.has(path)).or_else(|| {
        let found = inventory.files().iter().find(|file| file.path.ends_with(&below) && file.is_own());
        found.map(|file| file.path.clone())
    })
}

/// The routes of a YAML file of Symfony: `name: { path: /a, controller: … }`.
pub(super) fn symfony(path: &str, inventory: &Inventory) -> Declared {
    let mut declared = Declared::default();
    let Some(document) = inventory.document(path) else { return declared };
    let Ok(root) = document.as_ref() else { return declared };
    let conditional = root.entries().iter().filter(|entry| !entry.key.starts_with("when@"));
    for entry in conditional {
        let Some(route) = entry.value.text_of("path") else { continue };
        let action = entry.value.text_of("controller").or_else(|| entry.value.at(&["defaults", "_controller"])?.text());
        declared.drafts.push(Draft {
            path: joined("", route),
            method: "ANY".to_owned(),
            line: entry.value.get("path").map_or(entry.line, |path| path.line),
            action: action.unwrap_or_default().to_owned(),
            name: Some(entry.key.clone()),
            ..Draft::default()
        });
    }
    declared
}
