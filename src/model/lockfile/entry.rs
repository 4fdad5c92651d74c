//! What a lockfile resolved, whatever its format.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::path::{below, folder_of, name_of};
use crate::base::version::Version;
use crate::model::manifest::{Dependency, Ecosystem, Manifest};

/// A package as a lockfile names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// The version that is installed, as written.
    pub version: String,
    /// The line of the lockfile.
    pub line: u32,
}

/// What a manifest asked for when the lockfile was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The range that was asked for; empty where the format does not keep it.
    pub requirement: String,
    /// The version that was chosen, where the format says it here.
    pub version: Option<String>,
    /// The line of the lockfile; 0 where it is not known.
    pub line: u32,
}

/// A lockfile.
#[derive(Debug, Default)]
pub struct Lockfile {
    /// Its path.
    pub path: String,
    /// Its ecosystem; `None` before it is read.
    pub ecosystem: Option<Ecosystem>,
    /// Every package, by name in lower case; the first version is that which most of the tree sees.
    pub packages: BTreeMap<String, Vec<Locked>>,
    /// Packages by name and range, as Yarn and Deno keep them: `name@range`.
    pub ranges: BTreeMap<String, String>,
    /// What the manifest of each folder asked for, where the format keeps it: folder, then name.
    pub asked: BTreeMap<String, BTreeMap<String, Asked>>,
    /// Names that other packages stand for.
    pub replaced: BTreeSet<String>,
}

impl Lockfile {
    pub(super) fn push(&mut self, name: &str, version: &str, line: u32) {
        let name = key(self.ecosystem, name);
        self.packages.entry(name).or_default().push(Locked { version: version.to_owned(), line });
    }

    /// The path of the folder of a manifest, as seen from the lockfile.
    pub(super) fn folder_seen(&self, manifest: &Manifest) -> String {
        below(folder_of(&self.path), manifest.folder()).unwrap_or_default().to_owned()
    }

    /// What a manifest asked for when the lockfile was written, where the format keeps it.
    pub fn asked_by(&self, manifest: &Manifest) -> Option<&BTreeMap<String, Asked>> {
        self.asked.get(&self.folder_seen(manifest))
    }

    /// Whether a package is there under any version.
    pub fn has(&self, name: &str) -> bool {
        let name = key(self.ecosystem, name);
        self.packages.contains_key(&name) || self.replaced.contains(&name)
    }

    pub(crate) fn version(&self, manifest: &Manifest, dependency: &Dependency) -> Option<Version> {
        let name = key(self.ecosystem, &dependency.name);
        let asked = self.asked_by(manifest).and_then(|asked| asked.get(&name)?.version.as_deref());
        let ranged = || {
            let range = format!("{name}@{}", dependency.requirement);
            self.ranges.get(&range).or_else(|| self.ranges.get(&format!("{name}@npm:{}", dependency.requirement)))
        };
        let single = || {
            let found = self.packages.get(&name)?;
            // Several versions of one package: which of them this folder sees is not known.
            let first = found.first()?;
            let same = found.iter().all(|locked| {
                Version::parse(&locked.version).map(|version| version.major())
                    == Version::parse(&first.version).map(|version| version.major())
            });
            (same || name_of(&self.path) == "package-lock.json").then_some(&first.version)
        };
        let text = asked.or_else(|| ranged().map(String::as_str)).or_else(|| single().map(String::as_str))?;
        Version::parse(text)
    }
}

/// The name of a package as every file of its ecosystem would compare it.
pub(crate) fn key(ecosystem: Option<Ecosystem>, name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if ecosystem == Some(Ecosystem::Python) {
        // Python compares names in their normal form (https://peps.python.org/pep-0503/#normalized-names).
        let bare = lower.split('[').next().unwrap_or_default();
        return bare.replace(['_', '.'], "-");
    }
    lower
}
