//! The addresses that a product answers: one model for routers that go by files and for routers in code.

mod code;
mod elixir;
mod files;
mod guards;
mod jvm;
mod php;
mod plain;
mod python;
mod route;
mod ruby;
mod script;

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use crate::base::location::Location;
use crate::base::path::{folder_of, name_of};
use crate::model::stack::Stack;
use crate::read::inventory::probe::Probe;
use crate::read::inventory::role::Role;
use crate::read::inventory::{File, Inventory};

use code::{Code, tree_of};
use guards::Guards;
use route::{Declared, Draft, Mount};

pub(crate) use route::joined;
pub(crate) use route::{Access, Route};

/// How many routes are kept; the largest products have a tenth of them.
const MOST_ROUTES: usize = 20_000;

/// How many files of code are parsed for their routes.
const MOST_FILES: usize = 2_000;

/// How many routers are followed from a route to the one at the top.
const MOST_MOUNTS: usize = 8;

/// The probes whose hits tell which files hold the words of a router.
const PROBES: &[&str] = &["route-element", "route-object", "route-url", "route-call", "route-word"];

/// What tells the files that may declare routes.
pub(crate) fn probes() -> Vec<Probe> {
    vec![
        Probe::words(PROBES[0], &["<route", "route path", "privateroute", "protectedroute", "sentryroute", "authroute"])
            .matching(r"<\w*Route\s[^>]*\b(?:path|element|index|component)\b"),
        Probe::words(PROBES[1], &["path:"]).matching(
            r"\bpath:\s*[^,\n]{1,120},[\s\S]{0,300}?\b(?:component|components|element|Component|children|redirect|redirectTo|loadChildren|loadComponent|lazy|handler)\b",
        ),
        Probe::words(PROBES[2], &["url:"]).matching(r#"\burl:\s*['"`]/[\s\S]{0,200}?\bhandler\b"#),
        Probe::words(
            PROBES[3],
            &[".get(", ".post(", ".put(", ".delete(", ".all(", ".any(", ".use(", ".route(", ".group(", ".register(", "express("],
        )
        .matching(
            r"\b(?:app|[Rr]oute|server|serveur|fastify|instance|api|\w*[Rr]outer|\w*[Rr]outes|\w*[Rr]outeur)\s*\.(?:get|post|put|patch|delete|all|any|use|route|register|group)\(|\bexpress\(\)",
        ),
        Probe::words(
            PROBES[4],
            &[
                "defineroute(", "createfileroute(", "@controller(", "urlpatterns", "fastapi(", "apirouter(", "blueprint(",
                "ninjaapi(", "@router.", "@app.", "@bp.", "@api.", "include_router(", "register_blueprint(", "add_url_rule(",
                "#[route", "route::", "$router->", "@requestmapping", "@getmapping", "@path(",
            ],
        ),
    ]
}

/// Every route of a product, in the order of their places.
#[derive(Debug, Default)]
pub struct Routes {
    /// The routes, each once.
    pub all: Vec<Route>,
}

impl Routes {
    /// Reads the routes of a tree.
    pub fn read(inventory: &Inventory, stack: &Stack) -> Self {
        let declared: Vec<(&File, Declared)> = candidates(inventory)
            .into_par_iter()
            .map(|file| (file, declared_in(inventory, file)))
            .filter(|(_, declared)| !declared.drafts.is_empty() || !declared.mounts.is_empty())
            .collect();
        let mounted = Mounted::of(&declared);
        let component = |file: &File| {
            let owner = inventory.rank(&file.path).and_then(|rank| stack.owner(rank));
            owner.map(|part| part.folder.clone()).unwrap_or_default()
        };
        let mut all: Vec<Route> = Vec::new();
        for (at, file) in inventory.files().iter().enumerate() {
            let Some(part) = stack.owner(at) else { continue };
            if let Some(draft) = files::route_of(part, file) {
                all.push(finished(draft, &file.path, part.folder.clone(), (String::new(), Access::Unknown)));
            }
        }
        for (file, declared) in &declared {
            let component = component(file);
            for draft in &declared.drafts {
                let around = mounted.above(&file.path, &draft.router, MOST_MOUNTS);
                all.push(finished(draft.clone(), &file.path, component.clone(), around));
            }
        }
        all.sort_by(|a, b| (&a.place, &a.path, &a.method).cmp(&(&b.place, &b.path, &b.method)));
        all.dedup_by(|a, b| (&a.place, &a.path, &a.method) == (&b.place, &b.path, &b.method));
        all.truncate(MOST_ROUTES);
        Guards::read(inventory, stack).apply(&mut all);
        Self { all }
    }

    /// The route that a link leads to, by its path.
    pub(crate) fn at(&self, path: &str) -> Option<&Route> {
        let plain = path.split(['?', '#']).next().unwrap_or(path).trim_end_matches('/');
        self.all
            .iter()
            .find(|route| route.path.trim_end_matches('/').eq_ignore_ascii_case(plain) && reads(&route.method))
    }

    /// The route that a link calls by its name.
    pub(crate) fn named(&self, name: &str) -> Option<&Route> {
        self.all.iter().find(|route| route.name.as_deref() == Some(name))
    }
}

/// Whether a method gives a page to people who follow a link.
pub(crate) fn reads(method: &str) -> bool {
    matches!(method, "GET" | "ANY")
}

fn finished(draft: Draft, path: &str, component: String, around: (String, Access)) -> Route {
    let (prefix, access) = around;
    Route {
        path: joined(&prefix, &draft.path),
        method: draft.method,
        place: Location::line(path, draft.line),
        handler: draft.handler,
        action: draft.action,
        name: draft.name,
        component,
        access: draft.access.or(access),
        external: draft.external,
        redirects: draft.redirects,
        conditional: draft.conditional,
    }
}

/// The files that may declare routes.
fn candidates(inventory: &Inventory) -> Vec<&File> {
    let hits = PROBES.iter().flat_map(|probe| inventory.found(probe)).map(|(at, _)| *at);
    let named = inventory.files().iter().enumerate().filter(|(_, file)| is_router(&file.path)).map(|(at, _)| at);
    let ranks: BTreeSet<usize> = hits.chain(named).collect();
    let files = ranks.into_iter().map(|at| &inventory.files()[at]);
    let aside = |path: &str| path.contains("/stories/") || path.contains(".stories.") || path.contains("migrations/");
    files
        .filter(|file| matches!(file.role, Role::Source | Role::Config) && !aside(&file.path))
        .take(MOST_FILES)
        .collect()
}

/// Whether a file is a router by its name.
fn is_router(path: &str) -> bool {
    let (folder, name) = (folder_of(path), name_of(path));
    let below = |wanted: &str| folder == wanted || folder.ends_with(&format!("/{wanted}"));
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "rb" => name == "routes.rb" && below("config") || below("config/routes"),
        "routes" => below("conf"),
        "" => name == "routes" && below("conf"),
        "yaml" | "yml" => below("config/routes") || below("config") && name.starts_with("routes."),
        "ex" => name == "router.ex",
        "php" => below("routes"),
        _ => false,
    }
}

fn declared_in(inventory: &Inventory, file: &File) -> Declared {
    let path = file.path.as_str();
    let (_, extension) = name_of(path).rsplit_once('.').unwrap_or(("", ""));
    match extension {
        "yaml" | "yml" if is_router(path) => return plain::symfony(path, inventory),
        "" | "routes" if is_router(path) => {
            return inventory.text(path).map(|text| plain::play(path, &text, inventory)).unwrap_or_default();
        }
        _ => {}
    }
    let reader = match extension {
        "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "cts" => script::read,
        "py" => python::read,
        "rb" if is_router(path) => ruby::read,
        "php" => php::read,
        "java" | "kt" => jvm::read,
        "ex" => elixir::read,
        _ => return Declared::default(),
    };
    let Some(tree) = tree_of(inventory, path) else { return Declared::default() };
    reader(&Code::of(inventory, path, &tree))
}

/// Which router answers below which path of which other one.
struct Mounted<'m> {
    /// By the file and the variable of a router that is mounted in its own file.
    local: HashMap<(&'m str, &'m str), &'m Mount>,
    /// By the file of a router that another file mounts, with that file.
    across: HashMap<&'m str, (&'m str, &'m Mount)>,
}

impl<'m> Mounted<'m> {
    fn of(declared: &'m [(&File, Declared)]) -> Self {
        let (mut local, mut across) = (HashMap::new(), HashMap::new());
        for (file, declared) in declared {
            for mount in &declared.mounts {
                match &mount.file {
                    Some(target) if *target != file.path => {
                        across.entry(target.as_str()).or_insert((file.path.as_str(), mount));
                    }
                    _ if mount.variable != mount.router => {
                        local.entry((file.path.as_str(), mount.variable.as_str())).or_insert(mount);
                    }
                    _ => {}
                }
            }
        }
        Self { local, across }
    }

    /// The path above a router, and who is let through to it.
    fn above(&self, file: &str, router: &str, left: usize) -> (String, Access) {
        let Some(left) = left.checked_sub(1) else { return (String::new(), Access::Unknown) };
        let local = self.local.get(&(file, router)).map(|mount| (file, *mount));
        let Some((from, mount)) = local.or_else(|| self.across.get(file).copied()) else {
            return (String::new(), Access::Unknown);
        };
        let (prefix, access) = self.above(from, &mount.router, left);
        (joined(&prefix, &mount.prefix), mount.access.or(access))
    }
}
