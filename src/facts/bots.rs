//! Who watches the dependencies.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobSet;

use crate::base::location::Location;
use crate::base::path::{folder_of, join, name_of};
use crate::base::text::to_u32;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::model::manifest::Manifest;
use crate::read::document::Node;
use crate::read::inventory::{glob_set, parse_glob};

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "dependency_bot",
        kind: Kind::List,
        question: (
            "Which bots propose updates of dependencies?",
            "Quels robots proposent les mises à jour des dépendances ?",
        ),
        detect: dependency_bot,
    },
    Detector {
        id: "dependency_bot_gaps",
        kind: Kind::List,
        question: ("Which manifests does Dependabot not watch?", "Quels manifestes Dependabot ne surveille-t-il pas ?"),
        detect: dependency_bot_gaps,
    },
    Detector {
        id: "dependency_bot_commits",
        kind: Kind::Number,
        question: (
            "How many of its recent commits come from such a bot?",
            "Combien de ses commits récents viennent d'un tel robot ?",
        ),
        detect: dependency_bot_commits,
    },
];

const RENOVATE: &[&str] = &[
    "renovate.json",
    "renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    ".github/renovate.json",
    ".github/renovate.json5",
    ".gitlab/renovate.json",
    "default.json",
];

fn dependabot(repo: &Repo<'_>) -> Option<&'static str> {
    [".github/dependabot.yml", ".github/dependabot.yaml"].into_iter().find(|path| repo.inventory.has(path))
}

fn dependency_bot(repo: &Repo<'_>) -> Fact {
    let mut found = Vec::new();
    if let Some(path) = dependabot(repo) {
        let open = |update: &&Node| update.text_of("open-pull-requests-limit") != Some("0");
        let document = repo.inventory.document(path);
        let active = document.as_deref().and_then(|read| read.as_ref().ok()).is_none_or(|root| {
            root.get("updates").map(Node::items).unwrap_or_default().iter().any(|update| open(&update))
        });
        if active {
            found.push(("dependabot".to_owned(), Location::file(path)));
        }
    }
    if let Some(path) = RENOVATE.iter().find(|path| **path != "default.json" && repo.inventory.has(path)) {
        found.push(("renovate".to_owned(), Location::file(*path)));
    }
    Fact::named(found)
}

/// The forge's own settings start Dependabot for flaws, with no file: its requests are seen in the history.
fn dependency_bot_commits(repo: &Repo<'_>) -> Fact {
    let history = match repo.history() {
        Ok(history) => history,
        Err(fact) => return fact,
    };
    let bumps = |subject: &str| {
        let lower = subject.to_lowercase();
        let from = lower.find("bump ").and_then(|at| lower[at..].split_once(" from "));
        let dependency = from.is_some_and(|(name, versions)| !name.contains("version") && versions.contains(" to "));
        dependency
            || ["/dependabot/", "/renovate/", "/snyk-fix-", "/snyk-upgrade-"].iter().any(|mark| lower.contains(mark))
    };
    let recent: BTreeSet<&str> = history
        .main_line
        .iter()
        .chain(&history.recent)
        .filter(|commit| commit.by_update_bot || bumps(&commit.subject))
        .map(|commit| commit.id.as_str())
        .collect();
    // What it wrote on branches of its own is merged under the name of a person.
    let merged = history.changes.iter().filter(|change| change.by_update_bot).count();
    // What it proposes stands on branches of its own until somebody looks.
    let is_own = |name: &str| {
        ["dependabot/", "renovate/", "snyk-fix-", "snyk-upgrade-", "depfu/"].iter().any(|mark| name.contains(mark))
    };
    let proposed = history.branches.iter().filter(|branch| is_own(&branch.name)).count();
    Fact::number(to_u32(recent.len().max(merged).max(proposed)))
}

/// The ecosystems of Dependabot by the name of our manifests.
fn ecosystem(manifest: &str) -> Option<&'static [&'static str]> {
    Some(match name_of(manifest) {
        "package.json" => &["npm", "bun"],
        "Gemfile" => &["bundler"],
        "composer.json" => &["composer"],
        "pyproject.toml" | "Pipfile" | "requirements.txt" | "setup.py" => &["pip", "uv"],
        "mix.exs" => &["mix"],
        "go.mod" => &["gomod"],
        "Cargo.toml" => &["cargo"],
        "pom.xml" => &["maven"],
        "build.gradle" | "build.gradle.kts" => &["gradle"],
        _ => return None,
    })
}

/// The folders that Dependabot watches for one package manager.
#[derive(Default)]
struct Watched {
    folders: BTreeSet<String>,
    globs: GlobSet,
}

impl Watched {
    fn compile(&mut self) {
        let globs = self.folders.iter().filter(|folder| folder.contains('*') && parse_glob(folder).is_ok());
        self.globs = glob_set(globs.map(String::as_str)).unwrap_or_default();
    }

    fn has(&self, folder: &str) -> bool {
        let all = ["**/*", "**"].iter().any(|all| self.folders.contains(*all));
        all || self.folders.contains(folder) || self.globs.is_match(folder)
    }
}

fn dependency_bot_gaps(repo: &Repo<'_>) -> Fact {
    let nothing = Fact::list::<String>([]);
    let Some(path) = dependabot(repo) else {
        return nothing;
    };
    if dependency_bot(repo).names().iter().any(|name| name == "renovate") {
        return nothing;
    }
    let Some(document) = repo.inventory.document(path) else {
        return nothing;
    };
    let Ok(root) = document.as_ref() else {
        return Fact::unverified(format!("`{path}` cannot be read"), format!("`{path}` est illisible"))
            .seen([Location::file(path)]);
    };
    let mut watched: BTreeMap<String, Watched> = BTreeMap::new();
    for update in root.get("updates").map(Node::items).unwrap_or_default() {
        let kind = update.text_of("package-ecosystem").unwrap_or_default();
        let folders = update.get("directories").or_else(|| update.get("directory"));
        for folder in folders.map(Node::items_or_self).unwrap_or_default().iter().filter_map(Node::text) {
            let folder = folder.trim_start_matches("./").trim_matches('/').to_owned();
            watched.entry(kind.to_owned()).or_default().folders.insert(folder);
        }
    }
    for watched in watched.values_mut() {
        watched.compile();
    }
    let is_watched = |kinds: &[&str], manifest: &Manifest| {
        kinds.iter().any(|kind| watched.get(*kind).is_some_and(|watched| watched.has(folder_of(&manifest.path))))
    };
    let gaps = repo.manifests.all.iter().filter(|manifest| {
        let Some(kinds) = ecosystem(&manifest.path).filter(|_| !manifest.dependencies.is_empty()) else {
            return false;
        };
        // A workspace member follows the lockfile above it, which its root's entry watches.
        let locked_here = [
            "package-lock.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "bun.lock",
            "Gemfile.lock",
            "uv.lock",
            "poetry.lock",
            "Cargo.lock",
            "composer.lock",
            "Pipfile.lock",
        ]
        .iter()
        .any(|lock| join(folder_of(&manifest.path), lock).is_some_and(|path| repo.inventory.has(&path)));
        locked_here && !is_watched(kinds, manifest)
    });
    // A workspace has one lockfile, at its root; neither of the two says which one is installed.
    let roots: Vec<&Manifest> = repo
        .manifests
        .all
        .iter()
        .filter(|root| !root.workspace.is_empty())
        .filter(|root| ecosystem(&root.path).is_some_and(|kinds| is_watched(kinds, root)))
        .collect();
    let follows_a_root = |member: &Manifest| roots.iter().any(|root| repo.manifests.is_member(root, member));
    let (doubtful, sure): (Vec<&Manifest>, Vec<&Manifest>) = gaps.partition(|manifest| follows_a_root(manifest));
    let places = |list: &[&Manifest]| list.iter().map(|manifest| Location::file(&manifest.path)).collect::<Vec<_>>();
    match doubtful.first() {
        Some(member) if sure.is_empty() => Fact::unverified(
            format!(
                "`{}` belongs to a workspace that Dependabot watches at its root, and has a lockfile of its own; \
                 which of the two is installed is not known",
                member.path
            ),
            format!(
                "`{}` appartient à un espace de travail que Dependabot surveille à sa racine, et a son propre \
                 lockfile ; on ne peut savoir lequel des deux est installé",
                member.path
            ),
        )
        .seen(places(&doubtful)),
        _ => Fact::list(sure.iter().map(|manifest| manifest.path.clone())).seen(places(&sure)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    #[test]
    fn a_bot_with_no_request_allowed_is_no_bot() {
        let off = "updates:\n  - package-ecosystem: npm\n    directory: /\n    open-pull-requests-limit: 0\n";
        assert!(names_of(&[(".github/dependabot.yml", off)], "dependency_bot").is_empty());
    }

    #[test]
    fn folders_that_nobody_watches_are_gaps() {
        let bot = "updates:\n  - package-ecosystem: npm\n    directories: [/, ./web]\n";
        let needs = r#"{"dependencies": {"koa": "2"}}"#;
        let files = [
            (".github/dependabot.yml", bot),
            ("package.json", needs),
            ("yarn.lock", ""),
            ("web/package.json", needs),
            ("web/yarn.lock", ""),
            ("api/package.json", needs),
            ("api/yarn.lock", ""),
        ];
        assert_eq!(names_of(&files, "dependency_bot_gaps"), ["api/package.json"]);
    }

    #[test]
    fn a_second_lockfile_in_a_watched_workspace_proves_no_gap() {
        let files = [
            (".github/dependabot.yml", "updates:\n  - package-ecosystem: uv\n    directory: /\n"),
            ("pyproject.toml", "[tool.uv.workspace]\nmembers = [\"api\"]\n"),
            ("uv.lock", ""),
            ("api/pyproject.toml", "[project]\nname = \"api\"\ndependencies = [\"django\"]\n"),
            ("api/uv.lock", ""),
        ];
        assert!(fact_of(&files, "dependency_bot_gaps").value().is_none());
    }
}
