//! `package.json`, `pnpm-workspace.yaml` and `deno.json`.

use crate::model::manifest::entry::{Ecosystem, Manifest, Scope, Script};
use crate::read::document::Node;
use crate::read::inventory::Inventory;

pub(super) fn package_json(path: &str, root: &Node) -> Manifest {
    let mut manifest = Manifest::new(path, Ecosystem::Npm);
    manifest.name = root.text_of("name").map(str::to_ascii_lowercase);
    manifest.push_map(root.get("dependencies"), Scope::Runtime);
    manifest.push_map(root.get("optionalDependencies"), Scope::Runtime);
    manifest.push_map(root.get("devDependencies"), Scope::Development);
    manifest.push_map(root.get("peerDependencies"), Scope::Peer);
    scripts(&mut manifest, root.get("scripts"));
    licenses(&mut manifest, root.entry("license").map(|entry| &entry.value));
    // A list of objects, deprecated by npm and still found (https://docs.npmjs.com/cli/configuring-npm/package-json#license).
    for license in root.get("licenses").map(Node::items).unwrap_or_default() {
        licenses(&mut manifest, license.get("type"));
    }
    let engine = root.at(&["engines", "node"]);
    let pin = engine.or_else(|| root.at(&["volta", "node"])).or_else(|| root.at(&["devEngines", "runtime"]));
    manifest.runtime_line = pin.map(|node| node.line);
    // Yarn 1 also takes an object, for `nohoist` (https://classic.yarnpkg.com/blog/2018/02/15/nohoist/).
    let workspaces = root.get("workspaces").map(|node| node.get("packages").unwrap_or(node));
    manifest.workspace = texts(workspaces);
    manifest
}

/// The members that `pnpm-workspace.yaml` or `lerna.json` name.
pub(super) fn pnpm_members(inventory: &Inventory, folder: &str) -> Vec<String> {
    // pnpm does not read `workspaces` of package.json (https://pnpm.io/workspaces).
    for name in ["pnpm-workspace.yaml", "lerna.json"] {
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        if !inventory.has(&path) {
            continue;
        }
        if let Some(document) = inventory.document(&path)
            && let Ok(root) = document.as_ref()
        {
            return texts(root.get("packages"));
        }
    }
    Vec::new()
}

pub(super) fn deno_json(path: &str, root: &Node) -> Manifest {
    let mut manifest = Manifest::new(path, Ecosystem::Deno);
    for entry in root.get("imports").map(Node::entries).unwrap_or_default() {
        let target = entry.value.text().unwrap_or_default();
        let name = target.trim_start_matches("npm:").trim_start_matches("jsr:").trim_end_matches('/');
        // `npm:@scope/name@^1` keeps the name alone.
        let end = name.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(name.len(), |(at, _)| at);
        manifest.push(&name[..end], &name[end..], Scope::Runtime, entry.line);
    }
    scripts(&mut manifest, root.get("tasks"));
    licenses(&mut manifest, root.get("license"));
    manifest
}

pub(super) fn scripts(manifest: &mut Manifest, map: Option<&Node>) {
    for entry in map.map(Node::entries).unwrap_or_default() {
        let parts: Vec<&str> = match entry.value.text() {
            Some(text) => vec![text],
            None => entry.value.items().iter().filter_map(Node::text).collect(),
        };
        manifest.scripts.push(Script { name: entry.key.clone(), command: parts.join(" && "), line: entry.line });
    }
}

pub(super) fn licenses(manifest: &mut Manifest, node: Option<&Node>) {
    for license in node.map(Node::items_or_self).unwrap_or_default() {
        if let Some(text) = license.text().or_else(|| license.text_of("type")).or_else(|| license.text_of("text")) {
            manifest.licenses.push((text.trim().to_owned(), license.line));
        }
    }
}

pub(super) fn texts(node: Option<&Node>) -> Vec<String> {
    node.map(Node::items).unwrap_or_default().iter().filter_map(Node::text).map(str::to_owned).collect()
}
