//! What a product is made of: its parts, each with its frameworks and their versions.
//!
//! A product is rarely one language. Conventions are judged part by part: the folder of a manifest with the files that
//! are nearer to it than to any other.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::base::location::Location;
use crate::base::path::{ascending, below};
use crate::base::version::Version;
use crate::model::lockfile::Lockfiles;
use crate::model::manifest::{Ecosystem, Manifest, Manifests};
use crate::read::inventory::role::Role;
use crate::read::inventory::{File, Inventory};

/// A framework and the packages that show it.
#[derive(Debug)]
pub(crate) struct Framework {
    /// The name that rules use.
    pub name: &'static str,
    ecosystem: Ecosystem,
    packages: &'static [&'static str],
}

const fn by(name: &'static str, ecosystem: Ecosystem, packages: &'static [&'static str]) -> Framework {
    Framework { name, ecosystem, packages }
}

/// Every framework that is recognised. A new one is a row.
pub(crate) const FRAMEWORKS: &[Framework] = &[
    by("rails", Ecosystem::Ruby, &["rails", "railties"]),
    by("sinatra", Ecosystem::Ruby, &["sinatra"]),
    by("jekyll", Ecosystem::Ruby, &["jekyll", "github-pages"]),
    by("django", Ecosystem::Python, &["django", "wagtail"]),
    by("flask", Ecosystem::Python, &["flask"]),
    by("pyramid", Ecosystem::Python, &["pyramid"]),
    by("fastapi", Ecosystem::Python, &["fastapi"]),
    by("streamlit", Ecosystem::Python, &["streamlit"]),
    by("laravel", Ecosystem::Php, &["laravel/framework"]),
    by("symfony", Ecosystem::Php, &["symfony/framework-bundle"]),
    by("spring", Ecosystem::Jvm, &["spring-boot-starter*", "org.springframework.boot", "spring-boot"]),
    by("play", Ecosystem::Jvm, &["playscala", "playjava", "playservice"]),
    by("quarkus", Ecosystem::Jvm, &["quarkus-*", "io.quarkus"]),
    by("ktor", Ecosystem::Jvm, &["ktor-server*", "io.ktor.plugin"]),
    by("phoenix", Ecosystem::Elixir, &["phoenix"]),
    by("gin", Ecosystem::Go, &["github.com/gin-gonic/gin"]),
    by("actix", Ecosystem::Rust, &["actix-web"]),
    by("axum", Ecosystem::Rust, &["axum"]),
    by("express", Ecosystem::Npm, &["express"]),
    by("koa", Ecosystem::Npm, &["koa", "koa-smart"]),
    by("fastify", Ecosystem::Npm, &["fastify"]),
    by("hapi", Ecosystem::Npm, &["@hapi/hapi"]),
    by("nestjs", Ecosystem::Npm, &["@nestjs/core"]),
    by("adonisjs", Ecosystem::Npm, &["@adonisjs/core"]),
    by("next", Ecosystem::Npm, &["next"]),
    by("nuxt", Ecosystem::Npm, &["nuxt", "nuxt3"]),
    by("remix", Ecosystem::Npm, &["@remix-run/react", "@remix-run/node"]),
    by("gatsby", Ecosystem::Npm, &["gatsby"]),
    by("eleventy", Ecosystem::Npm, &["@11ty/eleventy"]),
    by("docusaurus", Ecosystem::Npm, &["@docusaurus/core"]),
    by("react", Ecosystem::Npm, &["react"]),
    by("vue", Ecosystem::Npm, &["vue"]),
    by("svelte", Ecosystem::Npm, &["svelte"]),
    by("angular", Ecosystem::Npm, &["@angular/core"]),
    by("electron", Ecosystem::Npm, &["electron"]),
    by("react-native", Ecosystem::Npm, &["react-native"]),
    by("expo", Ecosystem::Npm, &["expo"]),
    by("express", Ecosystem::Deno, &["express"]),
    by("react", Ecosystem::Deno, &["react"]),
];

/// Site generators that need no manifest: the files and folders that show each one together.
const GENERATORS: &[(&str, &[&str])] = &[
    ("hugo", &["hugo.toml"]),
    ("hugo", &["hugo.yaml"]),
    ("hugo", &["hugo.yml"]),
    ("hugo", &["config.toml", "archetypes/"]),
    ("flutter", &["pubspec.yaml", "lib/"]),
    ("jekyll", &["_config.yml", "_layouts/"]),
];

/// A framework that a part uses.
#[derive(Debug, Clone)]
pub struct Used {
    /// Its name.
    pub name: &'static str,
    /// Its version, where a lockfile or the manifest settles it.
    pub version: Option<Version>,
    /// What shows it.
    pub place: Location,
}

/// A part of the product: a folder with a manifest, and what is nearer to it than to another part.
#[derive(Debug, Default)]
pub struct Part {
    /// Its folder; empty at the root.
    pub folder: String,
    /// Its manifests, as indices of [`Manifests::all`].
    pub manifests: Vec<usize>,
    /// Its files, as indices of [`Inventory::files`].
    pub files: Vec<usize>,
    /// The manifests that stand nearer to it than to any other part, as indices of [`Manifests::all`].
    pub nearby: Vec<usize>,
    /// The languages of 5 % of its code or more, tests left out.
    pub languages: Vec<&'static str>,
    /// The frameworks that it uses.
    pub frameworks: Vec<Used>,
}

impl Part {
    /// The folder as reports name it.
    pub fn name(&self) -> &str {
        folder_name(&self.folder)
    }

    /// A path as seen from its folder; `None` when it is elsewhere.
    pub fn relative<'p>(&self, path: &'p str) -> Option<&'p str> {
        below(&self.folder, path)
    }
}

/// A folder as reports name it.
pub(crate) fn folder_name(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}

/// What a product is made of.
#[derive(Debug, Default)]
pub struct Stack {
    /// In the order of their folders.
    pub parts: Vec<Part>,
    /// Which part each file of the inventory belongs to.
    owners: Vec<Option<usize>>,
    /// The part of each folder that has one.
    by_folder: HashMap<String, usize>,
}

/// A language counts from this share of the code.
pub(crate) const SHARE: f64 = 0.05;

impl Stack {
    /// Reads the parts off the manifests and files.
    pub fn read(inventory: &Inventory, manifests: &Manifests, lockfiles: &Lockfiles) -> Self {
        let mut parts = Parts::default();
        for (at, manifest) in manifests.all.iter().enumerate() {
            if !is_product(inventory, manifest) {
                continue;
            }
            let part = parts.at(manifest.folder());
            part.manifests.push(at);
            part.frameworks.extend(frameworks_of(manifest, lockfiles));
        }
        for (name, signs) in GENERATORS {
            let shown = signs.iter().all(|sign| match sign.strip_suffix('/') {
                Some(folder) => inventory.has_folder(folder),
                None => inventory.has(sign),
            });
            let known = parts.all.iter().any(|part| part.frameworks.iter().any(|used| used.name == *name));
            if shown && !known {
                let used = Used { name, version: None, place: Location::file(signs[0]) };
                parts.at("").frameworks.push(used);
            }
        }
        // A root that only lists its members, or a wrapper for a tool, is not part of the product.
        let mut parts = parts.all;
        let components: HashSet<&str> =
            manifests.components.iter().map(|component| component.folder.as_str()).collect();
        if !manifests.components.is_empty() {
            parts.retain(|part| !part.frameworks.is_empty() || components.contains(part.folder.as_str()));
        }
        // Two manifests of one folder may name the same framework; the first one shows it.
        for part in &mut parts {
            let mut seen = BTreeSet::new();
            part.frameworks.retain(|used| seen.insert(used.name));
        }
        parts.sort_by(|a, b| a.folder.cmp(&b.folder));
        let by_folder = parts.iter().enumerate().map(|(at, part)| (part.folder.clone(), at)).collect();
        let owners = Vec::with_capacity(inventory.files().len());
        let mut stack = Self { parts, owners, by_folder };
        for (at, manifest) in manifests.all.iter().enumerate() {
            if let Some(owner) = stack.nearest(manifest.folder()) {
                stack.parts[owner].nearby.push(at);
            }
        }
        for (at, file) in inventory.files().iter().enumerate() {
            let owner = stack.nearest(file.folder());
            if let Some(owner) = owner {
                stack.parts[owner].files.push(at);
            }
            stack.owners.push(owner);
        }
        for part in &mut stack.parts {
            part.languages = languages(part.files.iter().map(|at| &inventory.files()[*at]));
        }
        stack
    }

    /// The part that a file of the inventory belongs to, by its rank.
    pub fn owner(&self, file: usize) -> Option<&Part> {
        self.owner_rank(file).map(|at| &self.parts[at])
    }

    /// The same, as its rank.
    pub fn owner_rank(&self, file: usize) -> Option<usize> {
        self.owners.get(file).copied().flatten()
    }

    /// The ranks of the parts that hold a folder, the nearest first.
    pub fn holding<'s>(&'s self, folder: &'s str) -> impl Iterator<Item = usize> + 's {
        ascending(folder).filter_map(|folder| self.by_folder.get(folder).copied())
    }

    /// The part whose folder is the nearest one above a folder.
    pub fn nearest(&self, folder: &str) -> Option<usize> {
        self.holding(folder).next()
    }
}

/// Parts as they are found, one a folder.
#[derive(Default)]
struct Parts {
    all: Vec<Part>,
    by_folder: HashMap<String, usize>,
}

impl Parts {
    fn at(&mut self, folder: &str) -> &mut Part {
        let at = *self.by_folder.entry(folder.to_owned()).or_insert(self.all.len());
        if at == self.all.len() {
            self.all.push(Part { folder: folder.to_owned(), ..Part::default() });
        }
        &mut self.all[at]
    }
}

fn languages<'f>(files: impl Iterator<Item = &'f File>) -> Vec<&'static str> {
    let mut lines: BTreeMap<&'static str, u32> = BTreeMap::new();
    // What only tests or documents a product is not what a part is made of.
    for file in files.filter(|file| file.programming && file.role == Role::Source) {
        if let Some(language) = file.language {
            *lines.entry(language).or_default() += file.lines;
        }
    }
    let all: u32 = lines.values().sum();
    let counts = |lines: u32| lines > 0 && f64::from(lines) >= f64::from(all) * SHARE;
    lines.into_iter().filter(|(_, lines)| counts(*lines)).map(|(language, _)| language).collect()
}

/// Whether a manifest represents the product: not for its tests, its documentation or a tool beside it.
fn is_product(inventory: &Inventory, manifest: &Manifest) -> bool {
    let role = inventory.file(&manifest.path).map(|file| file.role);
    let aside = manifest.folder().split('/').any(|part| {
        matches!(
            part,
            "docs"
                | "doc"
                | "documentation"
                | "scripts"
                | "tools"
                | "tooling"
                | ".github"
                | "infra"
                | "e2e"
                | "end2end"
                | "storybook"
                | "website"
                | "notebooks"
        )
    });
    !matches!(role, Some(Role::Test | Role::Docs)) && !aside
}

/// Packages whose version is that of a framework, where the package that shows it has none of its own.
const VERSIONED_BY: &[(&str, &[&str])] = &[
    ("spring", &["spring-boot-starter-parent", "org.springframework.boot", "spring-boot-dependencies"]),
    ("play", &["sbt-plugin"]),
];

fn frameworks_of(manifest: &Manifest, lockfiles: &Lockfiles) -> Vec<Used> {
    let here = FRAMEWORKS.iter().filter(|framework| framework.ecosystem == manifest.ecosystem);
    here.filter(|framework| !is_side_dependency(framework.name, manifest))
        .filter_map(|framework| {
            let dependency = framework.packages.iter().find_map(|package| manifest.dependency(package))?;
            let place = Location::line(&manifest.path, dependency.line);
            let version = lockfiles.version(manifest, dependency).or_else(|| {
                let (_, packages) = VERSIONED_BY.iter().find(|(name, _)| *name == framework.name)?;
                packages.iter().find_map(|name| Version::required(&manifest.dependency(name)?.requirement))
            });
            Some(Used { name: framework.name, version, place })
        })
        .collect()
}

/// A package that another framework brings: `react` under React Native or Docusaurus, `express` under Nest.
fn is_side_dependency(framework: &str, manifest: &Manifest) -> bool {
    match framework {
        "express" | "fastify" => {
            manifest.dependency("@nestjs/core").is_some() || manifest.dependency("@angular/ssr").is_some()
        }
        "react" => manifest.dependency("react-native").is_some() || manifest.dependency("@docusaurus/core").is_some(),
        _ => false,
    }
}
