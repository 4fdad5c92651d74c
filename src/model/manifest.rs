//! What the manifests of every package manager declare, read once into one model.

mod entry;
mod jvm;
mod node;
mod other;
mod python;
mod ruby;

use std::collections::HashMap;

use crate::base::path::{ascending, below, folder_of, join, name_of};
use crate::read::document::Node;
use crate::read::inventory::role::Role;
use crate::read::inventory::{Inventory, glob_set};
pub(crate) use entry::{Dependency, Ecosystem, Manifest, Scope};

/// A folder with a manifest and code of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its folder; empty at the root.
    pub folder: String,
    /// Lines of its own code, tests included.
    pub lines: u32,
    /// Its manifests, as indices of [`Manifests::all`].
    pub manifests: Vec<usize>,
}

/// Every manifest of a repository.
#[derive(Debug, Default)]
pub struct Manifests {
    /// In path order.
    pub all: Vec<Manifest>,
    /// Manifests that could not be read: path and reason.
    pub unreadable: Vec<(String, String)>,
    /// The folders with code of their own.
    pub components: Vec<Component>,
    /// The manifests of each folder, as indices of `all`.
    by_folder: HashMap<String, Vec<usize>>,
}

impl Manifests {
    /// Reads every manifest that is neither vendored nor an example.
    pub fn read(inventory: &Inventory) -> Self {
        let mut manifests = Self::default();
        for file in inventory.files() {
            if matches!(file.role, Role::Vendored | Role::Generated | Role::Example) || file.path.starts_with("docs/") {
                continue;
            }
            match read(inventory, &file.path) {
                Some(Ok(manifest)) => {
                    manifests.by_folder.entry(manifest.folder().to_owned()).or_default().push(manifests.all.len());
                    manifests.all.push(manifest);
                }
                Some(Err(reason)) => manifests.unreadable.push((file.path.clone(), reason)),
                None => {}
            }
        }
        manifests.components = components(inventory, &manifests.all);
        manifests
    }

    /// Every declaration of a dependency, in any of the given names; a name may end with `*`.
    pub fn dependencies<'m>(&'m self, names: &'m [&'m str]) -> impl Iterator<Item = (&'m Manifest, &'m Dependency)> {
        self.all.iter().flat_map(move |manifest| {
            names.iter().filter_map(move |name| manifest.dependency(name).map(|found| (manifest, found)))
        })
    }

    /// Whether some manifest of the product depends on one of the names.
    pub fn depends_on(&self, names: &[&str]) -> bool {
        self.dependencies(names).next().is_some()
    }

    /// The manifest of an ecosystem that is in a folder.
    pub fn in_folder(&self, folder: &str, ecosystem: Ecosystem) -> Option<&Manifest> {
        self.at(folder).find(|manifest| manifest.ecosystem == ecosystem)
    }

    /// The manifests that stand in a folder.
    pub fn at(&self, folder: &str) -> impl Iterator<Item = &Manifest> {
        self.ranks_at(folder).map(|at| &self.all[at])
    }

    /// The same, as indices of [`Manifests::all`].
    pub fn ranks_at(&self, folder: &str) -> impl Iterator<Item = usize> {
        self.by_folder.get(folder).into_iter().flatten().copied()
    }

    /// Whether a manifest is that of a member of a workspace root.
    pub fn is_member(&self, root: &Manifest, manifest: &Manifest) -> bool {
        if manifest.ecosystem != root.ecosystem || manifest.path == root.path {
            return false;
        }
        let outside = || root.workspace.iter().any(|glob| glob.contains(".."));
        if below(root.folder(), manifest.folder()).is_none() && !outside() {
            return false;
        }
        root.members
            .get_or_init(|| {
                let globs: Vec<String> = root
                    .workspace
                    .iter()
                    .filter(|glob| !glob.starts_with('!'))
                    .filter_map(|glob| join(root.folder(), glob.trim_end_matches('/')))
                    .collect();
                glob_set(globs.iter().map(String::as_str)).unwrap_or_default()
            })
            .is_match(manifest.folder())
    }
}

/// Reads one manifest, if the path is one.
fn read(inventory: &Inventory, path: &str) -> Option<Result<Manifest, String>> {
    let document = || -> Result<_, String> {
        let document = inventory.document(path).ok_or("no text")?;
        match document.as_ref() {
            Ok(_) => Ok(document),
            Err(error) => Err(match error.line {
                0 => error.message.clone(),
                line => format!("line {line}: {}", error.message),
            }),
        }
    };
    let node = |read: fn(&str, &Node) -> Manifest| {
        document().map(|document| match document.as_ref() {
            Ok(node) => read(path, node),
            Err(_) => Manifest::new(path, Ecosystem::Npm),
        })
    };
    let text = |read: fn(&str, &str) -> Manifest| {
        inventory.text(path).map(|text| read(path, &text)).ok_or_else(|| "no text".to_owned())
    };
    let name = name_of(path);
    let lower = name.to_ascii_lowercase();
    let is_requirements = lower.ends_with(".txt")
        && (lower.starts_with("requirements")
            || lower.ends_with("requirements.txt")
            || name_of(folder_of(path)) == "requirements");
    Some(match name {
        "package.json" => node(node::package_json).map(|mut manifest| {
            if manifest.workspace.is_empty() {
                manifest.workspace = node::pnpm_members(inventory, folder_of(path));
            }
            manifest
        }),
        "deno.json" | "deno.jsonc" => node(node::deno_json),
        "pyproject.toml" => match node(python::pyproject) {
            Ok(manifest) if python::only_tools(&manifest) => return None,
            read => read,
        },
        "Pipfile" => node(python::pipfile),
        "setup.py" | "setup.cfg" => match text(python::setup) {
            Ok(manifest) if manifest.dependencies.is_empty() => return None,
            read => read,
        },
        _ if is_requirements => text(python::requirements),
        "Gemfile" => text(ruby::gemfile),
        "composer.json" => node(other::composer),
        "pom.xml" => node(jvm::pom),
        "build.gradle" | "build.gradle.kts" => text(jvm::gradle),
        "build.sbt" => text(jvm::sbt),
        _ if name_of(folder_of(path)) == "project" && (lower.ends_with(".scala") || lower.ends_with(".sbt")) => {
            text(jvm::sbt)
        }
        "mix.exs" => text(other::mix),
        "go.mod" => text(other::go_mod),
        "Cargo.toml" => node(other::cargo),
        _ => return None,
    })
}

/// Lines of own code below which a manifest's folder is not a component: a stub, a build wrapper.
const LITTLE_CODE: u32 = 20;

fn components(inventory: &Inventory, manifests: &[Manifest]) -> Vec<Component> {
    let mut found: Vec<Component> = Vec::new();
    let mut by_folder: HashMap<&str, usize> = HashMap::new();
    for (at, manifest) in manifests.iter().enumerate() {
        let component = *by_folder.entry(manifest.folder()).or_insert(found.len());
        if component == found.len() {
            found.push(Component { folder: manifest.folder().to_owned(), lines: 0, manifests: Vec::new() });
        }
        found[component].manifests.push(at);
    }
    let mut total = 0;
    for file in inventory.own_files().filter(|file| file.programming || file.name().ends_with(".publicodes")) {
        total += file.lines;
        // The component whose folder is the nearest one above.
        if let Some(at) = ascending(file.folder()).find_map(|folder| by_folder.get(folder)) {
            found[*at].lines += file.lines;
        }
    }
    let several = found.iter().filter(|component| component.lines >= LITTLE_CODE).count() > 1;
    found.retain(|component| {
        let workspace = component.manifests.iter().any(|at| !manifests[*at].workspace.is_empty());
        // A workspace root that holds a few helper scripts is not a component of its own.
        let little = if workspace && several { LITTLE_CODE.max(total / 10) } else { LITTLE_CODE };
        let declares = component.manifests.iter().any(|at| !manifests[*at].dependencies.is_empty());
        component.lines >= little && (declares || component.lines >= LITTLE_CODE)
    });
    found.sort_by(|a, b| a.folder.cmp(&b.folder));
    found
}
