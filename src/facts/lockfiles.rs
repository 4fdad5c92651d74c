//! Whether what is installed is the same everywhere: lockfiles, and the version of the language's runtime.

use crate::base::location::Location;
use crate::base::path::{folder_of, join, name_of};
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::model::lockfile::{FORMATS, Format};
use crate::model::manifest::{Ecosystem, Manifest};
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "lockfiles",
        kind: Kind::List,
        question: ("Which lockfiles are tracked?", "Quels fichiers de verrouillage sont suivis ?"),
        detect: lockfiles,
    },
    Detector {
        id: "lockfile_missing_for",
        kind: Kind::List,
        question: (
            "Which manifests declare dependencies that no lockfile covers?",
            "Quels manifestes déclarent des dépendances qu'aucun fichier de verrouillage ne couvre ?",
        ),
        detect: lockfile_missing_for,
    },
    Detector {
        id: "package_manager_conflicts",
        kind: Kind::List,
        question: (
            "Which folders hold the lockfiles of several package managers?",
            "Quels dossiers contiennent les verrous de plusieurs gestionnaires de paquets ?",
        ),
        detect: package_manager_conflicts,
    },
    Detector {
        id: "runtime_pinned",
        kind: Kind::Bool,
        question: (
            "Is the version of the language's runtime pinned?",
            "La version de l'environnement d'exécution du langage est-elle fixée ?",
        ),
        detect: runtime_pinned,
    },
];

/// The lockfiles that are the product's own.
fn own(repo: &Repo<'_>) -> Vec<String> {
    let mut found: Vec<String> = repo
        .inventory
        .files()
        .iter()
        .filter(|file| file.role == Role::Generated && FORMATS.iter().any(|format| format.name == file.name()))
        .filter(|file| {
            !file
                .path
                .split('/')
                .any(|part| matches!(part, "examples" | "example" | "fixtures" | "demo" | "samples" | "docs"))
        })
        .map(|file| file.path.clone())
        .collect();
    found.extend(repo.manifests.all.iter().filter(|manifest| manifest.pinned).map(|manifest| manifest.path.clone()));
    found.sort();
    found
}

fn lockfiles(repo: &Repo<'_>) -> Fact {
    Fact::named(own(repo).into_iter().map(|path| (path.clone(), Location::file(path))).collect())
}

/// Whether a lockfile of the ecosystem is in the manifest's folder or above it.
fn is_locked(repo: &Repo<'_>, manifest: &Manifest) -> bool {
    if manifest.pinned {
        return true;
    }
    let mut folder = manifest.folder();
    loop {
        let here = FORMATS
            .iter()
            .filter(|format| format.ecosystem == manifest.ecosystem)
            .any(|format| join(folder, format.name).is_some_and(|path| repo.inventory.has(&path)));
        let pinned = repo.manifests.at(folder).any(|other| other.pinned && other.ecosystem == manifest.ecosystem);
        if here || pinned {
            return true;
        }
        if folder.is_empty() {
            return false;
        }
        folder = folder_of(folder);
    }
}

/// A script beside the product needs no more packages than these.
const FEW: usize = 3;

fn lockfile_missing_for(repo: &Repo<'_>) -> Fact {
    let missing = repo.manifests.all.iter().filter(|manifest| {
        // Maven, sbt and plain Gradle have no lockfile: that is normal, not a fault. Deno's imports carry versions.
        let judged = !matches!(manifest.ecosystem, Ecosystem::Jvm | Ecosystem::Deno);
        let declares = manifest.dependencies.iter().any(|dependency| {
            let is_here = ["workspace:", "file:"].iter().any(|start| dependency.requirement.starts_with(start));
            // The names that an import map gives to exact versions, written for editors: nothing installs them.
            let is_alias = dependency.requirement.starts_with("npm:")
                && dependency
                    .requirement
                    .rsplit('@')
                    .next()
                    .is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()));
            !(is_here || is_alias && manifest.scripts.is_empty())
        });
        // A requirements file that another tool's lockfile replaces, or a list for documentation, says nothing more.
        let listed = name_of(&manifest.path).contains("constraints") || manifest.path.starts_with("docs-");
        // Neither does that of a script or a tool beside a product whose own is locked.
        let few = manifest.ecosystem == Ecosystem::Python && manifest.dependencies.len() <= FEW;
        let beside = few
            && !manifest.folder().is_empty()
            && !repo.services.all.iter().any(|service| service.component == manifest.folder());
        let aside = listed
            || beside
                && repo.manifests.all.iter().any(|other| other.dependencies.len() > FEW && is_locked(repo, other));
        judged && declares && !aside && !is_locked(repo, manifest)
    });
    Fact::named(missing.map(|manifest| (manifest.path.clone(), Location::file(&manifest.path))).collect())
}

fn package_manager_conflicts(repo: &Repo<'_>) -> Fact {
    let mut found: Vec<(String, Location)> = Vec::new();
    for path in own(repo) {
        let folder = folder_of(&path);
        let Some(own) = FORMATS.iter().find(|format| format.name == name_of(&path)) else {
            continue;
        };
        let rival = FORMATS.iter().find(|other| {
            // pylock files are made for exchange; a deno.lock may be beside npm's in a folder that both run.
            other.ecosystem == own.ecosystem
                && other.manager != own.manager
                && !matches!(other.manager, "pylock" | "deno")
                && own.manager != "deno"
                && join(folder, other.name).is_some_and(|path| repo.inventory.has(&path))
        });
        if let Some(Format { name, .. }) = rival {
            let folder = if folder.is_empty() { "." } else { folder };
            found.push((
                folder.to_owned(),
                Location::file(&path).noted_in(format!("beside {name}"), format!("à côté de {name}")),
            ));
        }
    }
    Fact::named(found)
}

/// Files that version managers read.
const PINS: &[&str] = &[
    ".nvmrc",
    ".node-version",
    ".ruby-version",
    ".python-version",
    ".php-version",
    ".java-version",
    ".tool-versions",
    "mise.toml",
    ".mise.toml",
    "runtime.txt",
    ".sdkmanrc",
    "system.properties",
    "rust-toolchain.toml",
    "rust-toolchain",
    "flake.nix",
    ".go-version",
    "elixir_buildpack.config",
];

fn runtime_pinned(repo: &Repo<'_>) -> Fact {
    let mut places: Vec<Location> = Vec::new();
    for file in repo.inventory.own_files() {
        if PINS.contains(&file.name()) && file.lines > 0 {
            places.push(Location::line(&file.path, 1));
        }
    }
    for manifest in &repo.manifests.all {
        if let Some(line) = manifest.runtime_line {
            places.push(Location::line(&manifest.path, line));
        }
    }
    places.sort_by_key(|place| place.path.matches('/').count());
    places.truncate(super::fact::PLACES);
    Fact::shown(places)
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    const NEEDS: &str = r#"{"dependencies": {"koa": "2"}}"#;

    #[test]
    fn the_lockfile_of_the_root_covers_its_members() {
        let files = [("package.json", NEEDS), ("yarn.lock", ""), ("web/package.json", NEEDS)];
        assert!(names_of(&files, "lockfile_missing_for").is_empty());
        assert_eq!(names_of(&[("package.json", NEEDS)], "lockfile_missing_for"), ["package.json"]);
    }

    #[test]
    fn manifests_without_dependencies_and_tools_without_lockfiles_are_no_fault() {
        let files = [
            ("package.json", r#"{"scripts": {"a": "b"}}"#),
            ("build.sbt", "\"org\" % \"lib\" % \"1\"\n"),
            ("requirements.txt", "django==5\n"),
        ];
        assert!(names_of(&files, "lockfile_missing_for").is_empty());
        assert_eq!(names_of(&files, "lockfiles"), ["requirements.txt"]);
    }

    #[test]
    fn a_script_beside_a_locked_product_needs_no_lockfile() {
        let product = r#"{"dependencies": {"koa": "2", "pg": "8", "zod": "4", "pino": "9"}}"#;
        let files =
            [("package.json", product), ("yarn.lock", ""), ("ops/alerts/requirements.txt", "requests>=2\nboto3\n")];
        assert!(names_of(&files, "lockfile_missing_for").is_empty());
        assert_eq!(names_of(&files[2..], "lockfile_missing_for"), ["ops/alerts/requirements.txt"]);
    }

    #[test]
    fn two_managers_in_one_folder_conflict() {
        let files =
            [("package.json", NEEDS), ("yarn.lock", ""), ("package-lock.json", "{}"), ("web/pnpm-lock.yaml", "")];
        assert_eq!(names_of(&files, "package_manager_conflicts"), ["."]);
    }

    #[test]
    fn an_empty_pin_pins_nothing() {
        assert!(!fact_of(&[(".nvmrc", "\n")], "runtime_pinned").is_true());
        assert!(fact_of(&[(".nvmrc", "# lts\n22\n")], "runtime_pinned").is_true());
    }
}
