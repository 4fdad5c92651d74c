//! Whether TypeScript checks types strictly: in the settings that rule each file, with those that they extend in the tree.

use std::collections::{BTreeMap, HashMap};

use crate::base::location::Location;
use crate::base::path::{ascending, folder_of, join, name_of};
use crate::base::version::Version;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::read::document::Node;
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[Detector {
    id: "typescript_strictness",
    kind: Kind::List,
    question: (
        "How does TypeScript check the types of most files: strict, loose?",
        "Comment TypeScript vérifie-t-il les types de la plupart des fichiers : strict, loose ?",
    ),
    detect: strictness,
}];

/// How many settings are followed from one to those that it extends.
const MOST_EXTENDED: usize = 8;

/// What settings say of how types are checked (<https://www.typescriptlang.org/tsconfig#strict>).
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    strict: Option<bool>,
    null_checks: Option<bool>,
    no_implicit_any: Option<bool>,
    /// Whether a package that is not in the tree may say more.
    elsewhere: bool,
}

impl Said {
    /// What these settings say, and where they say nothing, those below them.
    fn over(self, below: Self) -> Self {
        Self {
            strict: self.strict.or(below.strict),
            null_checks: self.null_checks.or(below.null_checks),
            no_implicit_any: self.no_implicit_any.or(below.no_implicit_any),
            elsewhere: self.elsewhere || below.elsewhere,
        }
    }

    /// Whether types are checked strictly; nothing where that is said out of the tree. `by_default` is what the compiler does.
    fn is_strict(self, by_default: impl FnOnce() -> bool) -> Option<bool> {
        // The checks that matter most, asked for one by one, are as good.
        if self.null_checks == Some(true) && self.no_implicit_any == Some(true) {
            return Some(true);
        }
        match self.strict {
            None if self.elsewhere => None,
            said => Some(said.unwrap_or_else(by_default)),
        }
    }
}

fn strictness(repo: &Repo<'_>) -> Fact {
    let folders = settings_by_folder(repo);
    // By component, then by the settings that rule: how many files.
    let mut ruled: BTreeMap<Option<usize>, BTreeMap<&str, usize>> = BTreeMap::new();
    for (at, file) in repo.inventory.files().iter().enumerate() {
        let name = file.name();
        let is_typescript =
            [".ts", ".tsx", ".mts", ".cts"].iter().any(|end| name.ends_with(end)) && !name.ends_with(".d.ts");
        if file.role != Role::Source || !is_typescript {
            continue;
        }
        if let Some(folder) = ascending(file.folder()).find(|folder| folders.contains_key(folder)) {
            *ruled.entry(repo.stack.owner_rank(at)).or_default().entry(folder).or_default() += 1;
        }
    }
    let verdict = |counts: &BTreeMap<&str, usize>| {
        let of = |wanted: bool| {
            let ruled = counts.iter().filter(|(folder, _)| folders[**folder].0 == Some(wanted));
            ruled.map(|(folder, count)| (*count, *folder)).collect::<Vec<_>>()
        };
        let sum = |found: &[(usize, &str)]| found.iter().map(|(count, _)| count).sum::<usize>();
        let (all, strict, loose) = (counts.values().sum::<usize>(), of(true), of(false));
        let (word, found) = match () {
            () if sum(&strict) * 2 >= all => ("strict", strict),
            () if sum(&loose) * 2 > all => ("loose", loose),
            () => return None,
        };
        let (_, folder) = found.into_iter().max_by_key(|(count, _)| *count)?;
        Some((word.to_owned(), folders[folder].1.clone()))
    };
    let found: Vec<(Option<usize>, (String, Location))> =
        ruled.iter().filter_map(|(owner, counts)| Some((*owner, verdict(counts)?))).collect();
    let of_part =
        |rank: usize| found.iter().filter(|(owner, _)| *owner == Some(rank)).map(|(_, said)| said.clone()).collect();
    let parts =
        repo.stack.parts.iter().enumerate().map(|(rank, part)| (part.folder.clone(), Fact::named(of_part(rank))));
    Fact { parts: parts.collect(), ..Fact::named(found.iter().map(|(_, said)| said.clone()).collect()) }
}

/// The folders with settings of TypeScript: what the best of these say, and the place of the first.
fn settings_by_folder<'r>(repo: &'r Repo<'_>) -> HashMap<&'r str, (Option<bool>, Location)> {
    let mut folders: HashMap<&str, (Option<bool>, Location)> = HashMap::new();
    let is_settings = |name: &str| name.starts_with("tsconfig") && name.ends_with(".json");
    for file in repo.inventory.own_files().filter(|file| is_settings(file.name())) {
        if rules_no_file(repo, &file.path) {
            continue;
        }
        let (said, line) = said_by(repo, &file.path, MOST_EXTENDED);
        let says_nothing = said.strict.is_none() && name_of(&file.path) != "tsconfig.json";
        let strict =
            said.is_strict(|| strict_by_default(repo, file.folder())).filter(|strict| *strict || !says_nothing);
        let place = line.map_or_else(|| Location::file(&file.path), |line| Location::line(&file.path, line));
        match folders.get_mut(file.folder()) {
            // Settings of the build, of the tests and of the editor stand side by side: the strictest rules.
            Some(known) if strict == Some(true) && known.0 != strict => *known = (strict, place),
            Some(known) if known.0.is_none() => *known = (strict, place),
            Some(_) => {}
            None => drop(folders.insert(file.folder(), (strict, place))),
        }
    }
    folders
}

/// Whether settings only name others, which rule the files (<https://www.typescriptlang.org/docs/handbook/project-references.html>).
fn rules_no_file(repo: &Repo<'_>, path: &str) -> bool {
    let document = repo.inventory.document(path);
    let Some(Ok(root)) = document.as_deref() else { return false };
    root.get("references").is_some() && root.get("files").is_some_and(|files| files.items().is_empty())
}

/// Packages whose settings are strict (<https://github.com/tsconfig/bases>, <https://github.com/vuejs/tsconfig>).
const STRICT_PACKAGES: &[&str] = &["@tsconfig/", "@vue/tsconfig"];

/// What settings say, with those that they extend; and the line that says how types are checked.
fn said_by(repo: &Repo<'_>, path: &str, left: usize) -> (Said, Option<u32>) {
    let elsewhere = (Said { elsewhere: true, ..Said::default() }, None);
    let Some(left) = left.checked_sub(1) else { return elsewhere };
    let Some(document) = repo.inventory.document(path) else { return elsewhere };
    let Ok(root) = document.as_ref() else { return elsewhere };
    let option = |name: &str| root.at(&["compilerOptions", name]).and_then(Node::truth);
    let own = Said {
        strict: option("strict"),
        null_checks: option("strictNullChecks"),
        no_implicit_any: option("noImplicitAny"),
        elsewhere: false,
    };
    let line = root.at(&["compilerOptions", "strict"]).map(|node| node.line);
    let extended = root.get("extends").map(Node::items_or_self).unwrap_or_default();
    // Of several, the last one rules.
    let said = extended
        .iter()
        .rev()
        .filter_map(Node::text)
        .fold(own, |said, name| said.over(extended_by(repo, path, name, left)));
    (said, line)
}

fn extended_by(repo: &Repo<'_>, path: &str, name: &str, left: usize) -> Said {
    let of_package = Said { elsewhere: true, ..Said::default() };
    if STRICT_PACKAGES.iter().any(|package| name.starts_with(package)) && !name.contains("docusaurus") {
        return Said { strict: Some(true), ..Said::default() };
    }
    if !name.starts_with('.') {
        return of_package;
    }
    let Some(target) = join(folder_of(path), name) else { return of_package };
    let candidates = [target.clone(), format!("{target}.json"), format!("{target}/tsconfig.json")];
    match candidates.iter().find(|candidate| repo.inventory.has(candidate)) {
        Some(target) => said_by(repo, target, left).0,
        // Written when the product is set up: `./.nuxt/tsconfig.json`.
        None => of_package,
    }
}

/// Whether the compiler of a folder is strict unless told otherwise: from version 6.
fn strict_by_default(repo: &Repo<'_>, folder: &str) -> bool {
    let asked = ascending(folder).flat_map(|folder| repo.manifests.at(folder)).find_map(|manifest| {
        let dependency = manifest.dependency("typescript")?;
        let of_workspace = || shared_version(repo, &dependency.requirement);
        repo.lockfiles.version(manifest, dependency).or_else(|| lowest(&dependency.requirement)).or_else(of_workspace)
    });
    asked.zip(Version::parse("6")).is_some_and(|(version, six)| version >= six)
}

/// The version that a workspace of pnpm shares (<https://pnpm.io/catalogs>).
fn shared_version(repo: &Repo<'_>, requirement: &str) -> Option<Version> {
    let name = requirement.strip_prefix("catalog:")?;
    let document = repo.inventory.document("pnpm-workspace.yaml")?;
    let root = document.as_ref().as_ref().ok()?;
    let catalog = if matches!(name, "" | "default") { root.get("catalog") } else { root.at(&["catalogs", name]) };
    lowest(catalog?.text_of("typescript")?)
}

/// The lowest version that a requirement admits.
fn lowest(requirement: &str) -> Option<Version> {
    Version::required(requirement).or_else(|| Version::parse(requirement.trim().strip_prefix(">=")?.trim()))
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    const PACKAGE: (&str, &str) = ("package.json", r#"{"devDependencies": {"typescript": "^5.9.0"}}"#);

    fn said(files: &[(&str, &str)]) -> Vec<String> {
        names_of(
            &[&[PACKAGE, ("src/a.ts", "const a = 1;\n"), ("src/b.ts", "const b = 1;\n")], files].concat(),
            "typescript_strictness",
        )
    }

    #[test]
    fn settings_are_read_with_those_that_they_extend() {
        let extends = |base: &str| {
            let own = r#"{"extends": "./config/base", "compilerOptions": {"outDir": "dist"}}"#;
            said(&[("tsconfig.json", own), ("config/base.json", base)])
        };
        assert_eq!(extends(r#"{"compilerOptions": {"strict": true}}"#), ["strict"]);
        assert_eq!(extends(r#"{"compilerOptions": {"strict": false}}"#), ["loose"]);
        assert_eq!(extends("{}"), ["loose"]);
        assert_eq!(extends(r#"{"extends": "@tsconfig/node22/tsconfig.json"}"#), ["strict"], "a package that is known");
        assert!(extends(r#"{"extends": "@menus/tsconfig"}"#).is_empty(), "a package says it");
        let referring = r#"{"files": [], "references": [{"path": "./tsconfig.app.json"}]}"#;
        let app = r#"{"extends": "@vue/tsconfig/tsconfig.dom.json", "include": ["src"]}"#;
        assert_eq!(said(&[("tsconfig.json", referring), ("tsconfig.app.json", app)]), ["strict"]);
        assert!(extends(r#"{"extends": "./base.json"}"#).is_empty(), "a circle says nothing");
        assert!(said(&[("tsconfig.json", r#"{"extends": "./.nuxt/tsconfig.json"}"#)]).is_empty(), "written at set-up");
        let last = r#"{"extends": ["./loose.json", "./strict.json"]}"#;
        let [strict, loose] = ["true", "false"].map(|value| format!(r#"{{"compilerOptions": {{"strict": {value}}}}}"#));
        assert_eq!(said(&[("tsconfig.json", last), ("loose.json", &loose), ("strict.json", &strict)]), ["strict"]);
    }

    #[test]
    fn most_files_decide() {
        let [strict, loose] = ["true", "false"].map(|value| format!(r#"{{"compilerOptions": {{"strict": {value}}}}}"#));
        let files = [("tsconfig.json", loose.as_str()), ("lib/tsconfig.json", &strict), ("lib/c.ts", "const c = 1;\n")];
        assert_eq!(said(&files), ["loose"], "one file of three is checked strictly");
        let more = [("lib/d.ts", "const d = 1;\n"), ("lib/e.ts", "const e = 1;\n")];
        assert_eq!(said(&[&files[..], &more].concat()), ["strict"]);
        let by_component =
            [PACKAGE, ("web/package.json", "{}"), ("web/tsconfig.json", &loose), ("web/a.ts", "const a = 1;\n")];
        let fact = fact_of(&by_component, "typescript_strictness");
        assert_eq!(fact.of_part("web").names(), ["loose"]);
    }
}
