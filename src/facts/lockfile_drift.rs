//! Whether lockfiles match their manifests: what is asked for on one side and not on the other.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::location::Location;
use crate::base::path::{folder_of, join, name_of};
use crate::base::version::Version;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::model::lockfile::{Lockfile, key};
use crate::model::manifest::{Dependency, Ecosystem, Manifest, Scope};

pub(super) const ALL: &[Detector] = &[Detector {
    id: "lockfile_drift",
    kind: Kind::List,
    question: (
        "Which dependencies are in a manifest and not in its lockfile, or the other way round?",
        "Quelles dépendances figurent dans un manifeste et pas dans son fichier de verrouillage, ou l'inverse ?",
    ),
    detect: lockfile_drift,
}];

fn lockfile_drift(repo: &Repo<'_>) -> Fact {
    let mut found = Vec::new();
    // A package of the same repository is linked, not installed.
    let own: BTreeSet<&str> = repo.manifests.all.iter().filter_map(|manifest| manifest.name.as_deref()).collect();
    for manifest in &repo.manifests.all {
        if let Some(lockfile) = judged(repo, manifest) {
            compare(repo, manifest, lockfile, &own, &mut found);
        }
    }
    Fact::named(found)
}

/// The lockfile of a manifest, where the two can be compared.
fn judged<'r>(repo: &Repo<'r>, manifest: &Manifest) -> Option<&'r Lockfile> {
    let names = ["package.json", "pyproject.toml", "Pipfile", "Gemfile", "composer.json", "mix.exs"];
    if !names.contains(&name_of(&manifest.path)) {
        return None;
    }
    let lockfile = repo.lockfiles.of(manifest)?;
    let folder = folder_of(&lockfile.path);
    let rivals = repo.lockfiles.at(folder).filter(|other| other.ecosystem == lockfile.ecosystem);
    // Which of two lockfiles is the living one is not known from here.
    if rivals.count() > 1 {
        return None;
    }
    let own = folder == manifest.folder();
    let member = || {
        let root = repo.manifests.in_folder(folder, manifest.ecosystem);
        root.is_some_and(|root| repo.manifests.is_member(root, manifest))
    };
    let covered = own || lockfile.asked_by(manifest).is_some() || member();
    (covered && !(manifest.ecosystem == Ecosystem::Ruby && is_conditional(repo, manifest))).then_some(lockfile)
}

/// A `Gemfile` is a program: one that decides what to ask for is not compared.
fn is_conditional(repo: &Repo<'_>, manifest: &Manifest) -> bool {
    let text = repo.inventory.text(&manifest.path).unwrap_or_default();
    text.lines().any(|line| {
        let code = line.trim();
        ["if ", "unless ", "case ", "eval_gemfile", "install_if", "platform", "def ", "send"]
            .iter()
            .any(|word| code.starts_with(word))
            || code.starts_with("gem ")
                && (code.contains(" if ") || code.contains(" unless ") || code.contains("platform"))
            || code.contains(".each")
    })
}

/// Whether a dependency must be in the lockfile.
fn is_locked(manifest: &Manifest, dependency: &Dependency) -> bool {
    let local = ["workspace:", "file:", "link:", "portal:", "git", "http", "path", "../", "./"];
    dependency.scope != Scope::Peer
        && !local.iter().any(|start| dependency.requirement.starts_with(start))
        && match manifest.ecosystem {
            Ecosystem::Php => dependency.name.contains('/'),
            Ecosystem::Elixir => dependency.requirement.starts_with(|c: char| "~><=".contains(c) || c.is_ascii_digit()),
            _ => true,
        }
}

/// Whether a requirement of npm allows a version, as far as its usual forms go: `1.2.3`, `^1.2.3`, `~1.2.3`, `>=1.2.3`.
fn allows(requirement: &str, version: &Version) -> bool {
    let requirement = requirement.trim();
    let (kind, number) = requirement.find(|c: char| c.is_ascii_digit()).map_or(("", ""), |at| requirement.split_at(at));
    let Some(least) = Version::parse(number).filter(|_| !number.contains(['|', ' ', '*', 'x'])) else { return false };
    let same = |at: usize| least.number(at) == version.number(at);
    match kind.trim() {
        "" | "=" => *version == least,
        "^" if least.major() > 0 => same(0) && *version >= least,
        "^" | "~" => same(0) && same(1) && *version >= least,
        ">=" => *version >= least,
        _ => false,
    }
}

fn compare(
    repo: &Repo<'_>,
    manifest: &Manifest,
    lockfile: &Lockfile,
    own: &BTreeSet<&str>,
    found: &mut Vec<(String, Location)>,
) {
    let asked = lockfile.asked_by(manifest);
    let rewritten = asked.is_some() && rewrites_ranges(repo, lockfile);
    let place = |line| Location::line(&manifest.path, line);
    // One that is declared twice is compared with neither.
    let mut known: BTreeMap<String, u32> = BTreeMap::new();
    for dependency in &manifest.dependencies {
        *known.entry(key(lockfile.ecosystem, &dependency.name)).or_default() += 1;
    }
    for dependency in &manifest.dependencies {
        let name = key(lockfile.ecosystem, &dependency.name);
        let linked = own.contains(dependency.name.as_str());
        if linked || known[&name] > 1 || !is_locked(manifest, dependency) {
            continue;
        }
        match asked.map(|asked| asked.get(&name)) {
            Some(Some(asked)) => {
                let differs =
                    !asked.requirement.is_empty() && asked.requirement.trim() != dependency.requirement.trim();
                // npm asks whether what is locked is allowed, not whether the words are the same.
                let allowed = name_of(&lockfile.path) == "package-lock.json"
                    && lockfile
                        .version(manifest, dependency)
                        .is_some_and(|version| allows(&dependency.requirement, &version));
                if differs && !rewritten && !allowed {
                    let (now, then) = (&dependency.requirement, &asked.requirement);
                    found.push((
                        dependency.name.clone(),
                        place(dependency.line).noted_in(
                            format!("asks for {now}; {} was written for {then}", lockfile.path),
                            format!("demande {now} ; {} a été écrit pour {then}", lockfile.path),
                        ),
                    ));
                }
            }
            Some(None) if !lockfile.asked.is_empty() => {
                found.push(absent(dependency, lockfile, place(dependency.line)))
            }
            None if !lockfile.has(&name) => found.push(absent(dependency, lockfile, place(dependency.line))),
            _ => {}
        }
    }
    // The other way round, where the format keeps what was asked for and the manifest is all that asks.
    if !matches!(manifest.ecosystem, Ecosystem::Npm) || rewritten {
        return;
    }
    for (name, asked) in asked.into_iter().flatten().filter(|(name, _)| !known.contains_key(*name)) {
        let line = Some(asked.line).filter(|line| *line > 0);
        let at = line.map_or_else(|| Location::file(&lockfile.path), |line| Location::line(&lockfile.path, line));
        found.push((
            name.clone(),
            at.noted_in(
                format!("{} no longer asks for it", manifest.path),
                format!("{} ne le demande plus", manifest.path),
            ),
        ));
    }
}

fn absent(dependency: &Dependency, lockfile: &Lockfile, place: Location) -> (String, Location) {
    let (en, fr) = (format!("absent from {}", lockfile.path), format!("absent de {}", lockfile.path));
    (dependency.name.clone(), place.noted_in(en, fr))
}

/// Whether overrides or hooks of the root change what the lockfile notes.
fn rewrites_ranges(repo: &Repo<'_>, lockfile: &Lockfile) -> bool {
    let folder = folder_of(&lockfile.path);
    let says = |name: &str, word: &str| {
        let text = join(folder, name).and_then(|path| repo.inventory.text(&path));
        text.is_some_and(|text| text.contains(word))
    };
    let hooks = [".pnpmfile.cjs", ".pnpmfile.mjs"]
        .iter()
        .any(|name| join(folder, name).is_some_and(|path| repo.inventory.has(&path)));
    hooks || says("package.json", "overrides") || says("pnpm-workspace.yaml", "overrides")
}

#[cfg(test)]
mod tests {
    use super::super::names_of;

    fn drift(files: &[(&str, &str)]) -> Vec<String> {
        names_of(files, "lockfile_drift")
    }

    #[test]
    fn npm_is_told_what_it_would_refuse() {
        let lock = |deps: &str| {
            format!(
                r#"{{"lockfileVersion": 3, "packages": {{"": {{"dependencies": {deps}}}, "node_modules/koa": {{"version": "3.0.0"}}}}}}"#
            )
        };
        let manifest = r#"{"dependencies": {"koa": "^3.0.0"}, "peerDependencies": {"react": "*"}}"#;
        let with = |deps: &str| drift(&[("package.json", manifest), ("package-lock.json", &lock(deps))]);
        assert!(with(r#"{"koa": "^3.0.0"}"#).is_empty());
        // What is locked is allowed, whatever was written when it was locked.
        assert!(with(r#"{"koa": "^2.0.0"}"#).is_empty());
        let newer = manifest.replace("^3.0.0", "^3.1.0");
        let files = [("package.json", newer.as_str()), ("package-lock.json", &lock(r#"{"koa": "^3.0.0"}"#))];
        assert_eq!(drift(&files), ["koa"]);
        assert_eq!(with(r#"{"koa": "^3.0.0", "left": "1"}"#), ["left"]);
        assert_eq!(with("{}"), ["koa"]);
    }

    #[test]
    fn members_of_a_workspace_are_compared_with_their_own_part() {
        let pnpm = "lockfileVersion: '9.0'\nimporters:\n  .: {}\n  web:\n    dependencies:\n      vue:\n        specifier: ^3.5.0\n        version: 3.5.1\n";
        let files = |web: &'static str| {
            [
                ("package.json", "{}"),
                ("pnpm-workspace.yaml", "packages: [web]\n"),
                ("pnpm-lock.yaml", pnpm),
                ("web/package.json", web),
            ]
        };
        assert!(drift(&files(r#"{"dependencies": {"vue": "^3.5.0"}}"#)).is_empty());
        assert_eq!(drift(&files(r#"{"dependencies": {"vue": "^3.5.0", "pinia": "^3.0.0"}}"#)), ["pinia"]);
        // A folder that no lockfile at the root covers is another matter.
        assert!(
            drift(&[
                ("package.json", "{}"),
                ("yarn.lock", "a@^1:\n  version \"1\"\n"),
                ("tool/package.json", r#"{"dependencies": {"b": "1"}}"#)
            ])
            .is_empty()
        );
    }

    #[test]
    fn names_are_compared_as_their_ecosystem_writes_them() {
        let uv = "[[package]]\nname = \"psycopg-binary\"\nversion = \"3.2\"\n";
        let project = "[project]\nname = \"a\"\ndependencies = [\"Psycopg_Binary>=3\", \"httpx>=0.2\"]\n";
        assert_eq!(drift(&[("pyproject.toml", project), ("uv.lock", uv)]), ["httpx"]);
    }

    #[test]
    fn a_gemfile_that_decides_is_not_compared() {
        let lock = "GEM\n  specs:\n    rails (8.0.1)\n\nDEPENDENCIES\n  rails\n";
        assert_eq!(drift(&[("Gemfile", "gem 'rails'\ngem 'puma'\n"), ("Gemfile.lock", lock)]), ["puma"]);
        assert!(
            drift(&[("Gemfile", "gem 'rails'\nif ENV['X']\n  gem 'puma'\nend\n"), ("Gemfile.lock", lock)]).is_empty()
        );
    }
}
