//! What frames all pages: footers, layouts and menus, by the path of a file or by the keys of a file of data.

use super::translations;
use super::words::is_template;
use crate::base::path::name_of;
use crate::read::document::Node;
use crate::read::inventory::role::Role;
use crate::read::inventory::{File, Inventory};

/// What a place of a file frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// It stands below all pages.
    Footer,
    /// It stands around them: a layout, a menu.
    Around,
    /// It is no frame.
    None,
}

/// What a place frames, by line and column.
pub(super) fn frame_at(inventory: &Inventory, file: &File, place: (u32, u32)) -> Frame {
    let lower = file.path.to_ascii_lowercase();
    // `default.json` frames nothing by its name alone.
    if !is_data(&lower) || is_menu(&lower) {
        return match (is_footer(&file.path), is_frame(&file.path)) {
            (true, _) => Frame::Footer,
            (_, true) => Frame::Around,
            _ => Frame::None,
        };
    }
    let Some(document) = inventory.document(&file.path) else { return Frame::None };
    let Ok(root) = document.as_ref() else { return Frame::None };
    let keys = keys_above(root, place);
    let says = |words: &[&str]| keys.iter().any(|key| words.iter().any(|word| key.contains(word)));
    if says(&["footer", "pied_de_page", "pieddepage", "pied-de-page"]) {
        Frame::Footer
    } else if says(&["menu", "navbar", "navigation"]) {
        Frame::Around
    } else {
        Frame::None
    }
}

fn is_data(lower: &str) -> bool {
    [".yml", ".yaml", ".json", ".toml"].iter().any(|ending| lower.ends_with(ending))
}

/// The keys that hold a place of a document, in lower case.
fn keys_above(root: &Node, place: (u32, u32)) -> Vec<String> {
    let mut found = Vec::new();
    let mut node = Some(root);
    while let Some(here) = node {
        // In the order of the file: a long list is searched by halves.
        let (entries, items) = (here.entries(), here.items());
        let entry = entries[..entries.partition_point(|entry| (entry.line, entry.column) <= place)].last();
        found.extend(entry.map(|entry| entry.key.to_lowercase()));
        let item = items[..items.partition_point(|item| (item.line, item.column) <= place)].last();
        node = entry.map(|entry| &entry.value).or(item);
    }
    // The last key is that of the place itself: a label, an address.
    found.pop();
    found
}

/// Whether a file may hold links that people see.
///
/// A menu or a footer that is kept as data is one by the path of its file, or by a key of it.
pub(super) fn may_link(file: &File, frame: Frame) -> bool {
    let lower = file.path.to_ascii_lowercase();
    let code = [".js", ".ts", ".mjs", ".py", ".rb", ".php"].iter().any(|ending| lower.ends_with(ending));
    let aside = lower.split('/').any(|part| {
        matches!(
            part,
            "mail"
                | "mails"
                | "mailer"
                | "mailers"
                | "emails"
                | "email"
                | "stories"
                | "node_modules"
                | "migrations"
                | "admin"
                | "fixtures"
                | "seeds"
        )
    });
    let data = is_data(&lower) && (is_menu(&lower) || frame != Frame::None) || name_of(&lower) == "application.conf";
    // The public layout of a product may be in a folder that is called after its dashboard.
    matches!(file.role, Role::Source | Role::Config | Role::Docs)
        && ((is_template(&file.path) || code) && file.role != Role::Docs || data)
        && !aside
        && !lower.contains(".stories.")
        && !translations::is_translation(&file.path)
}

/// Whether a file of data holds the links of a menu, by its path in lower case.
fn is_menu(path: &str) -> bool {
    path.split('/').any(|part| part == "_data")
        || is_footer(path)
        || ["menu", "nav", "links", "liens"].iter().any(|word| name_of(path).contains(word))
}

/// Whether a file is what stands below all pages, by its path.
pub(super) fn is_footer(path: &str) -> bool {
    let plain_path = path.to_ascii_lowercase().replace(['-', '_'], "");
    ["footer", "pied", "layout"].iter().any(|word| plain_path.contains(word))
}

/// Whether a file frames all pages, by its path: a footer, a layout, a menu, a list of links.
pub(super) fn is_frame(path: &str) -> bool {
    const FRAMES: &[&str] = &[
        "footer",
        "pied",
        "layout",
        "menu",
        "navbar",
        "navigation",
        "header",
        "sitemap",
        "plandusite",
        "topbar",
        "sidebar",
    ];
    const NAMES: &[&str] =
        &["base", "application", "app", "_app", "root", "shell", "links", "liens", "default", "__layout", "plan"];
    let lower = path.to_ascii_lowercase();
    let stem = name_of(&lower).split('.').next().unwrap_or_default().to_owned();
    let plain_path = lower.replace(['-', '_'], "");
    // The home page: an index of any other folder is a component.
    let folder = lower.rsplit_once('/').map_or("", |(folder, _)| name_of(folder));
    let is_home = stem == "index"
        && matches!(folder, "" | "pages" | "src" | "public" | "templates" | "views" | "home" | "accueil" | "app");
    is_home
        || lower.split('/').any(|part| part == "_data")
        || FRAMES.iter().any(|word| plain_path.contains(word))
        || NAMES.contains(&stem.as_str())
        || stem.contains("liens")
        || stem.contains("links")
}
