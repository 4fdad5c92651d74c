//! The description of an API: which document is one whatever its name, and which route that is called after documents is none.

use super::page::{Page, Status};
use crate::base::location::Location;
use crate::base::path::name_of;
use crate::model::routes::{Access, Routes, reads};
use crate::read::inventory::probe::Probe;
use crate::read::inventory::role::Role;
use crate::read::inventory::{File, Inventory};

/// The probe for what a description of an API starts with (<https://spec.openapis.org/oas/latest.html#openapi-object>).
const PROBE: &str = "openapi-document";

pub(super) fn probe() -> Probe {
    Probe::words(PROBE, &["swagger", "openapi"])
        .matching(r#"(?m)^(?:\{?\s{0,4}["'])?(?:swagger|openapi)["']?[ \t]*:[ \t]*["']?[23]\.\d"#)
}

/// The descriptions that a route answers by the name of their file, or that stand among the files that a host sends as they are.
pub(super) fn pages(inventory: &Inventory, routes: &Routes) -> Vec<Page> {
    let is_data = |file: &File| [".yml", ".yaml", ".json"].iter().any(|ending| file.name().ends_with(ending));
    let hits = inventory.hits(PROBE).into_iter().filter(|(file, _)| is_data(file) && file.role != Role::Test);
    let mut found = Vec::new();
    for (file, hit) in hits {
        let place = Location::line(&file.path, hit.line);
        let answered = routes.all.iter().filter(|route| reads(&route.method) && name_of(&route.path) == file.name());
        let before = found.len();
        found.extend(answered.map(|route| Page {
            status: if route.access == Access::BehindSignIn { Status::BehindSignIn } else { Status::Yes },
            route: Some(route.path.clone()),
            evidence: vec![route.place.clone(), place.clone()],
            sure: true,
        }));
        if found.len() == before
            && let Some(path) = sent_as(&file.path)
        {
            found.push(Page { status: Status::Yes, route: Some(path), evidence: vec![place], sure: false });
        }
    }
    found
}

/// The path by which a host sends a file as it is: below `public/` or `static/`.
fn sent_as(path: &str) -> Option<String> {
    let rest = ["public/", "static/"].iter().find_map(|folder| match path.strip_prefix(folder) {
        Some(rest) => Some(rest),
        None => path.split_once(&format!("/{folder}")).map(|(_, rest)| rest),
    })?;
    Some(format!("/{rest}"))
}

/// Whether a page that is called after documents gives others than descriptions of the API: what answers `/api/docs` speaks
/// of none.
pub(super) fn is_of_documents(page: &Page, inventory: &Inventory) -> bool {
    const TELLING: &[&str] =
        &["swagger", "openapi", "redoc", "scalar", "rapidoc", "stoplight", "apidoc", "api-doc", "spectacular", "spec"];
    let is_weak = page.route.as_deref().is_some_and(|route| route.trim_end_matches('/').ends_with("/api/docs"));
    let mut texts = page.evidence.iter().filter_map(|place| inventory.text(&place.path)).peekable();
    is_weak
        && texts.peek().is_some()
        && !texts.any(|text| {
            let lower = text.to_lowercase();
            TELLING.iter().any(|word| lower.contains(word))
        })
}
