//! What a manifest declares, whatever its ecosystem.

use std::sync::OnceLock;

use globset::GlobSet;

use crate::base::path::{folder_of, name_of};
use crate::read::document::Node;

/// A family of package managers that share a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ecosystem {
    /// npm, Yarn, pnpm, Bun.
    Npm,
    /// Deno.
    Deno,
    /// pip, uv, Poetry, Pipenv, PDM.
    Python,
    /// Bundler.
    Ruby,
    /// Composer.
    Php,
    /// Maven, Gradle, sbt.
    Jvm,
    /// Mix.
    Elixir,
    /// Go modules.
    Go,
    /// Cargo.
    Rust,
}

impl Ecosystem {
    /// Every one.
    pub const ALL: &[Self] =
        &[Self::Npm, Self::Deno, Self::Python, Self::Ruby, Self::Php, Self::Jvm, Self::Elixir, Self::Go, Self::Rust];

    /// The name that rules use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Deno => "deno",
            Self::Python => "python",
            Self::Ruby => "ruby",
            Self::Php => "php",
            Self::Jvm => "jvm",
            Self::Elixir => "elixir",
            Self::Go => "go",
            Self::Rust => "rust",
        }
    }
}

/// What a dependency is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Needed to run.
    Runtime,
    /// Needed to develop, test or build.
    Development,
    /// To be provided by the project that installs the package.
    Peer,
}

/// A package that a manifest asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// Its name, in lower case.
    pub name: String,
    /// The version asked for, as written; empty when there is none.
    pub requirement: String,
    /// What it is for.
    pub scope: Scope,
    /// The line of the manifest that names it.
    pub line: u32,
}

/// A named command of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its name.
    pub name: String,
    /// What it runs.
    pub command: String,
    /// Its line.
    pub line: u32,
}

/// A manifest: what one folder declares to one package manager.
#[derive(Debug)]
pub struct Manifest {
    /// Its path.
    pub path: String,
    /// Its package managers.
    pub ecosystem: Ecosystem,
    /// The name that it gives its package.
    pub name: Option<String>,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
    /// Its scripts.
    pub scripts: Vec<Script>,
    /// The licences it declares, with their lines.
    pub licenses: Vec<(String, u32)>,
    /// The line that constrains the version of the language's runtime.
    pub runtime_line: Option<u32>,
    /// Whether it names other packages of the repository as members.
    pub workspace: Vec<String>,
    /// Whether it is a list of requirements whose every line is pinned, which serves as a lockfile.
    pub pinned: bool,
    /// The folders of its members, worked out when first asked.
    pub(super) members: OnceLock<GlobSet>,
}

impl Manifest {
    pub(super) fn new(path: &str, ecosystem: Ecosystem) -> Self {
        Self {
            path: path.to_owned(),
            ecosystem,
            name: None,
            dependencies: Vec::new(),
            scripts: Vec::new(),
            licenses: Vec::new(),
            runtime_line: None,
            workspace: Vec::new(),
            pinned: false,
            members: OnceLock::new(),
        }
    }

    /// The folder that it rules; empty at the root.
    pub fn folder(&self) -> &str {
        let folder = folder_of(&self.path);
        // `requirements/prod.txt` belongs to the folder above it.
        match name_of(folder) {
            "requirements" if self.ecosystem == Ecosystem::Python => folder_of(folder),
            "project" if self.ecosystem == Ecosystem::Jvm => folder_of(folder),
            _ => folder,
        }
    }

    /// The dependency of a name, which may end with `*`.
    pub fn dependency(&self, name: &str) -> Option<&Dependency> {
        self.dependencies.iter().find(|dependency| match name.strip_suffix('*') {
            Some(start) => dependency.name.starts_with(start),
            None => dependency.name == name,
        })
    }

    pub(super) fn push(&mut self, name: &str, requirement: &str, scope: Scope, line: u32) {
        if !name.is_empty() {
            self.dependencies.push(Dependency {
                name: name.to_ascii_lowercase(),
                requirement: requirement.to_owned(),
                scope,
                line,
            });
        }
    }

    pub(super) fn push_map(&mut self, map: Option<&Node>, scope: Scope) {
        for entry in map.map(Node::entries).unwrap_or_default() {
            let requirement = entry.value.text().or_else(|| entry.value.text_of("version"));
            self.push(&entry.key, requirement.unwrap_or_default(), scope, entry.line);
        }
    }
}
