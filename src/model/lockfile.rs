//! What lockfiles resolved: the version of each package, and what the manifests asked for when they were written.

mod entry;
mod listed;
mod npm;

use std::collections::HashMap;

use rayon::prelude::*;

use crate::base::path::{ascending, folder_of};
use crate::base::version::Version;
use crate::model::manifest::{Dependency, Ecosystem, Manifest};
use crate::read::inventory::Inventory;
use crate::read::inventory::role::Role;
pub(crate) use entry::{Lockfile, key};

/// Every lockfile that is read.
#[derive(Debug, Default)]
pub struct Lockfiles {
    /// In path order.
    pub all: Vec<Lockfile>,
    /// Those of each folder, as indices of `all`.
    by_folder: HashMap<String, Vec<usize>>,
}

type Reader = fn(&str, &mut Lockfile);

/// A lockfile by its name.
pub(crate) struct Format {
    /// The name of the file.
    pub name: &'static str,
    /// Whose packages it locks.
    pub ecosystem: Ecosystem,
    /// The package manager that writes it.
    pub manager: &'static str,
    /// What reads it; nothing for a format that is only named.
    reader: Option<Reader>,
}

const fn format(name: &'static str, ecosystem: Ecosystem, manager: &'static str, reader: Option<Reader>) -> Format {
    Format { name, ecosystem, manager, reader }
}

/// Every lockfile that is recognised. A new one is a row.
pub(crate) const FORMATS: &[Format] = &[
    format("package-lock.json", Ecosystem::Npm, "npm", Some(npm::package_lock)),
    format("npm-shrinkwrap.json", Ecosystem::Npm, "npm", Some(npm::package_lock)),
    format("yarn.lock", Ecosystem::Npm, "yarn", Some(npm::yarn)),
    format("pnpm-lock.yaml", Ecosystem::Npm, "pnpm", Some(npm::pnpm)),
    format("bun.lock", Ecosystem::Npm, "bun", Some(npm::bun)),
    // The binary format, before Bun 1.2 (https://bun.com/docs/install/lockfile).
    format("bun.lockb", Ecosystem::Npm, "bun", None),
    format("deno.lock", Ecosystem::Npm, "deno", None),
    format("deno.lock", Ecosystem::Deno, "deno", Some(npm::deno)),
    format("uv.lock", Ecosystem::Python, "uv", Some(listed::toml_packages)),
    format("poetry.lock", Ecosystem::Python, "poetry", Some(listed::toml_packages)),
    format("Pipfile.lock", Ecosystem::Python, "pipenv", Some(listed::pipfile_lock)),
    format("pdm.lock", Ecosystem::Python, "pdm", Some(listed::toml_packages)),
    format("pixi.lock", Ecosystem::Python, "pixi", None),
    format("pylock.toml", Ecosystem::Python, "pylock", Some(listed::toml_packages)),
    format("Gemfile.lock", Ecosystem::Ruby, "bundler", Some(listed::gemfile_lock)),
    format("composer.lock", Ecosystem::Php, "composer", Some(listed::composer_lock)),
    format("mix.lock", Ecosystem::Elixir, "mix", Some(listed::mix_lock)),
    format("Cargo.lock", Ecosystem::Rust, "cargo", Some(listed::toml_packages)),
    format("go.sum", Ecosystem::Go, "go", Some(listed::go_sum)),
    format("gradle.lockfile", Ecosystem::Jvm, "gradle", Some(listed::gradle_lock)),
];

impl Lockfiles {
    /// Reads every lockfile of the product.
    pub fn read(inventory: &Inventory) -> Self {
        let own = inventory.files().iter().filter(|file| file.role != Role::Vendored && file.role != Role::Example);
        let known: Vec<_> = own
            .filter_map(|file| {
                let read = |format: &Format| {
                    Some((file, format.ecosystem, format.reader.filter(|_| format.name == file.name())?))
                };
                FORMATS.iter().find_map(read)
            })
            .collect();
        let all = known.into_par_iter().filter_map(|(file, ecosystem, read)| {
            let text = inventory.text(&file.path)?;
            let mut lockfile = Lockfile { path: file.path.clone(), ecosystem: Some(ecosystem), ..Lockfile::default() };
            read(&text, &mut lockfile);
            // Nothing read means a form that is not known, or a broken file: it says nothing of what is installed.
            (!lockfile.packages.is_empty() || !lockfile.asked.is_empty()).then_some(lockfile)
        });
        let all: Vec<Lockfile> = all.collect();
        let mut by_folder: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, lockfile) in all.iter().enumerate() {
            by_folder.entry(folder_of(&lockfile.path).to_owned()).or_default().push(at);
        }
        Self { all, by_folder }
    }

    /// The lockfile that rules a manifest: the nearest one of its ecosystem, in its folder or above.
    pub fn of(&self, manifest: &Manifest) -> Option<&Lockfile> {
        let serves = |lockfile: &&Lockfile| {
            let mixed = manifest.ecosystem == Ecosystem::Deno && lockfile.ecosystem == Some(Ecosystem::Npm);
            lockfile.ecosystem == Some(manifest.ecosystem) || mixed
        };
        ascending(manifest.folder()).find_map(|folder| self.at(folder).rev().find(serves))
    }

    /// Those that stand in a folder.
    pub fn at(&self, folder: &str) -> impl DoubleEndedIterator<Item = &Lockfile> {
        self.by_folder.get(folder).into_iter().flatten().map(|at| &self.all[*at])
    }

    /// The version of a dependency: that of the lockfile, else the one that the manifest itself settles.
    pub fn version(&self, manifest: &Manifest, dependency: &Dependency) -> Option<Version> {
        let locked = self.of(manifest).and_then(|lockfile| lockfile.version(manifest, dependency));
        locked.or_else(|| Version::required(&dependency.requirement))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::manifest::Manifests;

    fn version(files: &[(&str, &str)], folder: &str, name: &str) -> Option<String> {
        let inventory = Inventory::of(files.iter().copied());
        let manifests = Manifests::read(&inventory);
        let lockfiles = Lockfiles::read(&inventory);
        let manifest = manifests.all.iter().find(|manifest| manifest.folder() == folder).expect("a manifest");
        let dependency = manifest.dependency(name).expect("a dependency");
        lockfiles.version(manifest, dependency).map(|version| version.to_string())
    }

    const NEXT: &str = r#"{"dependencies": {"next": "^14.0.0"}}"#;

    #[test]
    fn lockfiles_of_npm_say_what_is_installed() {
        let npm = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"next": "^14.0.0"}}, "node_modules/next": {"version": "14.2.3"}, "node_modules/x/node_modules/next": {"version": "12.0.0"}}}"#;
        assert_eq!(
            version(&[("package.json", NEXT), ("package-lock.json", npm)], "", "next").as_deref(),
            Some("14.2.3")
        );
        let old = r#"{"lockfileVersion": 1, "dependencies": {"next": {"version": "14.1.0"}}}"#;
        assert_eq!(
            version(&[("package.json", NEXT), ("package-lock.json", old)], "", "next").as_deref(),
            Some("14.1.0")
        );
        let yarn = "# yarn lockfile v1\n\n\"next@^12.0.0\":\n  version \"12.3.4\"\n\nnext@^14.0.0, next@^14.1.0:\n  version \"14.2.1\"\n";
        assert_eq!(version(&[("package.json", NEXT), ("yarn.lock", yarn)], "", "next").as_deref(), Some("14.2.1"));
        let berry = "__metadata:\n  version: 8\n\n\"next@npm:^14.0.0\":\n  version: 14.2.9\n  resolution: \"next@npm:14.2.9\"\n";
        assert_eq!(
            version(&[("web/package.json", NEXT), ("yarn.lock", berry)], "web", "next").as_deref(),
            Some("14.2.9")
        );
        let pnpm = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    devDependencies:\n      jest:\n        specifier: ^29\n        version: 29.1.0\n\n  web:\n    dependencies:\n      next:\n        specifier: 'catalog:'\n        version: 14.2.5(react@18.2.0)\n\npackages:\n\n  next@14.2.5:\n    resolution: {integrity: x}\n";
        let catalog = r#"{"dependencies": {"next": "catalog:"}}"#;
        assert_eq!(
            version(&[("web/package.json", catalog), ("pnpm-lock.yaml", pnpm)], "web", "next").as_deref(),
            Some("14.2.5")
        );
        let deno = r#"{"version": "4", "specifiers": {"npm:express@^4.18.0": "4.21.0"}}"#;
        let imports = r#"{"imports": {"express": "npm:express@^4.18.0"}}"#;
        assert_eq!(version(&[("deno.json", imports), ("deno.lock", deno)], "", "express").as_deref(), Some("4.21.0"));
        let bun = "{\n  \"packages\": {\n    \"next\": [\"next@14.2.2\", \"\", {}],\n  }\n}\n";
        assert_eq!(version(&[("package.json", NEXT), ("bun.lock", bun)], "", "next").as_deref(), Some("14.2.2"));
    }

    #[test]
    fn lockfiles_of_other_languages_say_it_too() {
        let cases = [
            (
                "pyproject.toml",
                "[project]\ndependencies = [\"Django>=4\"]\n",
                "uv.lock",
                "[[package]]\nname = \"django\"\nversion = \"5.2.1\"\n",
                "django",
                "5.2.1",
            ),
            (
                "Pipfile",
                "[packages]\ndjango = \"*\"\n",
                "Pipfile.lock",
                r#"{"default": {"django": {"version": "==4.2.9"}}}"#,
                "django",
                "4.2.9",
            ),
            (
                "Gemfile",
                "gem 'rails', '>= 6'\n",
                "Gemfile.lock",
                "GEM\n  specs:\n    rails (7.1.3)\n      rack (>= 2)\n\nDEPENDENCIES\n  rails (>= 6)\n",
                "rails",
                "7.1.3",
            ),
            (
                "composer.json",
                r#"{"require": {"symfony/framework-bundle": "*"}}"#,
                "composer.lock",
                r#"{"packages": [{"name": "symfony/framework-bundle", "version": "v6.4.1"}]}"#,
                "symfony/framework-bundle",
                "6.4.1",
            ),
            (
                "mix.exs",
                "{:phoenix, \">= 1.7.0\"},\n",
                "mix.lock",
                "%{\n  \"phoenix\": {:hex, :phoenix, \"1.7.10\", \"x\", [:mix], [], \"hexpm\"},\n}\n",
                "phoenix",
                "1.7.10",
            ),
        ];
        for (manifest, text, lock, locked, name, expected) in cases {
            assert_eq!(version(&[(manifest, text), (lock, locked)], "", name).as_deref(), Some(expected), "{lock}");
        }
    }

    #[test]
    fn every_lockfile_counts_as_written_by_a_tool() {
        use crate::read::inventory::role::{Role, role_of};
        for format in FORMATS {
            assert_eq!(role_of(format.name), Role::Generated, "{}", format.name);
        }
    }

    #[test]
    fn a_broken_lockfile_says_nothing() {
        for (name, text) in [("package-lock.json", "{ oops"), ("pnpm-lock.yaml", "{{{{"), ("yarn.lock", "\u{0}\u{1}")] {
            assert_eq!(
                version(&[("package.json", NEXT), (name, text)], "", "next").as_deref(),
                Some("14.0.0"),
                "{name}"
            );
        }
    }
}
