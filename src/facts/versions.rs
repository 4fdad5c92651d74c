//! Which versions of languages and frameworks the product runs on, whether they agree, and whether they are still supported.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::shared::Pin;
use crate::base::location::Location;
use crate::base::path::{folder_of, name_of};
use crate::base::pattern::lean;
use crate::base::text::to_u32;
use crate::base::version::Version;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::model::dockerfile::{Stage, is_dockerfile, stages};
use crate::model::end_of_life::{Product, Support, product, tool};
use crate::model::manifest::{Ecosystem, Scope};
use crate::read::inventory::File;
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "ended_frameworks",
        kind: Kind::List,
        question: (
            "Which frameworks run in a version that is no longer supported?",
            "Quels frameworks tournent dans une version que plus personne ne corrige ?",
        ),
        detect: ended_frameworks,
    },
    Detector {
        id: "ended_runtimes",
        kind: Kind::List,
        question: (
            "Which languages run in a version that is no longer supported?",
            "Quels langages tournent dans une version que plus personne ne corrige ?",
        ),
        detect: ended_runtimes,
    },
    Detector {
        id: "ended_tools",
        kind: Kind::List,
        question: (
            "Which tools and libraries are used in a version that their makers no longer fix?",
            "Quels outils et bibliothèques sont utilisés dans une version que leurs auteurs ne corrigent plus ?",
        ),
        detect: ended_tools,
    },
    Detector {
        id: "runtime_conflicts",
        kind: Kind::List,
        question: (
            "Which languages are asked for in versions that contradict each other?",
            "Quels langages sont demandés dans des versions qui se contredisent ?",
        ),
        detect: runtime_conflicts,
    },
];

/// The names of one finding: `Rails 6.1 (2024-10-01)`, with its place.
pub(super) fn ended(product: &Product, version: &Version, as_of: i64, place: &Location) -> Option<(String, Location)> {
    let Support::EndOfLife(since) = product.support(version, as_of) else { return None };
    let shown = format!("{} {version}", product.title);
    let (en, fr) = match since {
        Some(date) => {
            (format!("{shown}: end of life since {date}"), format!("{shown} : plus de correctif depuis le {date}"))
        }
        None => (format!("{shown}: end of life for years"), format!("{shown} : plus de correctif depuis des années")),
    };
    Some((shown, place.clone().noted_in(en, fr)))
}

fn ended_frameworks(repo: &Repo<'_>) -> Fact {
    let mut found = Vec::new();
    for used in repo.stack.parts.iter().flat_map(|part| &part.frameworks) {
        // A framework that wraps another one is the one to raise: Nuxt brings its own Vue.
        let wrapped = used.name == "vue"
            && repo.stack.parts.iter().flat_map(|part| &part.frameworks).any(|other| other.name == "nuxt");
        // Fixes that are bought once the project gives none.
        let line = repo.inventory.line(&used.place.path, used.place.line.unwrap_or_default());
        let bought = line.contains("neverendingsupport") || line.contains("herodevs");
        if let Some(version) = used.version.as_ref().filter(|_| !wrapped && !bought) {
            found.extend(product(used.name).and_then(|product| ended(product, version, repo.as_of, &used.place)));
        }
    }
    Fact::named(found)
}

/// Each tool once, in the oldest version of those that are asked for directly.
fn ended_tools(repo: &Repo<'_>) -> Fact {
    let mut oldest: BTreeMap<&str, (Version, &Product, Location)> = BTreeMap::new();
    for manifest in &repo.manifests.all {
        for dependency in manifest.dependencies.iter().filter(|dependency| dependency.scope != Scope::Peer) {
            let Some(product) = tool(manifest.ecosystem, &dependency.name) else { continue };
            let Some(version) = repo.lockfiles.version(manifest, dependency) else { continue };
            let known = oldest.get(product.title.as_str()).is_some_and(|(known, ..)| *known <= version);
            if !known {
                let place = Location::line(&manifest.path, dependency.line);
                oldest.insert(&product.title, (version, product, place));
            }
        }
    }
    let found = oldest.into_values();
    Fact::named(found.filter_map(|(version, product, place)| ended(product, &version, repo.as_of, &place)).collect())
}

/// Files of one version each.
const FILES: &[(&str, &str)] = &[
    (".nvmrc", "node"),
    (".node-version", "node"),
    (".python-version", "python"),
    (".ruby-version", "ruby"),
    (".php-version", "php"),
    (".java-version", "java"),
    // Heroku and Scalingo read it for Python alone.
    ("runtime.txt", "python"),
];

/// Official images, and what they run.
const IMAGES: &[(&str, &str)] = &[
    ("node", "node"),
    ("python", "python"),
    ("ruby", "ruby"),
    ("php", "php"),
    ("eclipse-temurin", "java"),
    ("openjdk", "java"),
    ("amazoncorretto", "java"),
];

/// Names of a language in files of several.
const TOOLS: &[(&str, &str)] =
    &[("nodejs", "node"), ("node", "node"), ("python", "python"), ("ruby", "ruby"), ("php", "php")];

fn pins<'r>(repo: &'r Repo<'_>) -> &'r [Pin] {
    repo.shared.pins.get_or_init(|| all_pins(repo))
}

fn all_pins(repo: &Repo<'_>) -> Vec<Pin> {
    let mut found = Vec::new();
    for file in repo.inventory.own_files() {
        // File names are filtered first: few files pin anything.
        let runtime = FILES.iter().find(|(known, _)| *known == file.name()).map(|(_, runtime)| *runtime);
        let several = file.name() == ".tool-versions";
        if (runtime.is_none() && !several && !is_dockerfile(file.name())) || !is_of_the_product(file) {
            continue;
        }
        match runtime {
            Some(runtime) => found.extend(first_version(repo, file, runtime)),
            None if several => found.extend(tool_versions(repo, file)),
            None => found.extend(images(repo, file)),
        }
    }
    found.extend(manifests(repo));
    found
}

/// Whether a file is about what runs in production, not of a test, an example or a development container.
fn is_of_the_product(file: &File) -> bool {
    let aside = |part: &str| {
        let lower = part.to_ascii_lowercase();
        [
            ".devcontainer",
            ".gitpod",
            ".circleci",
            ".github",
            "e2e",
            "test",
            "dev",
            "local",
            "mock",
            "example",
            "docs",
            "storybook",
            "scripts",
        ]
        .iter()
        .any(|word| lower.split(['.', '-', '_']).any(|part| part == word.trim_start_matches('.')))
    };
    file.role != Role::Test && !file.path.split('/').any(aside)
}

/// The first line that is a version; `lts/jod` and `stable` move by themselves.
fn first_version(repo: &Repo<'_>, file: &File, runtime: &'static str) -> Option<Pin> {
    let text = repo.inventory.text(&file.path)?;
    let mut lines = text.lines().enumerate().map(|(at, line)| (at, line.split('#').next().unwrap_or_default().trim()));
    let (at, line) = lines.find(|(_, line)| !line.is_empty())?;
    let bare = line.trim_start_matches(runtime).trim_start_matches('-');
    let version = Version::parse(bare)?;
    Some(Pin { runtime, version, place: Location::line(&file.path, to_u32(at + 1)) })
}

fn tool_versions(repo: &Repo<'_>, file: &File) -> Vec<Pin> {
    let text = repo.inventory.text(&file.path).unwrap_or_default();
    let of_line = |(at, line): (usize, &str)| {
        let mut words = line.split_whitespace();
        let name = words.next()?;
        let (_, runtime) = TOOLS.iter().find(|(known, _)| *known == name)?;
        let version = Version::parse(words.next()?)?;
        Some(Pin { runtime, version, place: Location::line(&file.path, to_u32(at + 1)) })
    };
    text.lines().enumerate().filter_map(of_line).collect()
}

/// The official images that the stages of a Dockerfile start from.
fn images(repo: &Repo<'_>, file: &File) -> Vec<Pin> {
    let text = repo.inventory.text(&file.path).unwrap_or_default();
    let of_stage = |stage: Stage| {
        let image = stage.image();
        let (image, tag) = image.split_once(':')?;
        let (_, runtime) = IMAGES.iter().find(|(known, _)| *known == image)?;
        Some(Pin { runtime, version: Version::parse(tag)?, place: Location::line(&file.path, stage.line) })
    };
    stages(&text).into_iter().filter_map(of_stage).collect()
}

/// The language version that manifests require, where it allows a single release line.
fn manifests(repo: &Repo<'_>) -> Vec<Pin> {
    static RUBY: LazyLock<Regex> = LazyLock::new(|| lean(r#"^\s*ruby[\s(]+["'](?:~>\s*)?(\d+\.\d+[\d.]*)["']"#));
    static EXACT: LazyLock<Regex> = LazyLock::new(|| lean(r#"["'](?:==|~=?|~)?\s*(\d+\.\d+)(?:\.\d+|\.\*)?["']"#));
    static NODE: LazyLock<Regex> = LazyLock::new(|| lean(r#""node"\s*:\s*"[\^~=v]?(\d+)(?:\.[\dx*]+){0,2}""#));
    static JAVA: LazyLock<Regex> =
        LazyLock::new(|| lean(r"<(?:java\.version|maven\.compiler\.release)>(?:1\.)?(\d+)<"));
    let mut found = Vec::new();
    for manifest in &repo.manifests.all {
        let Some(number) = manifest.runtime_line else { continue };
        if !repo.inventory.file(&manifest.path).is_some_and(is_of_the_product) {
            continue;
        }
        let line = repo.inventory.line(&manifest.path, number);
        let (runtime, pattern): (&'static str, &Regex) = match (manifest.ecosystem, name_of(&manifest.path)) {
            (Ecosystem::Npm, _) => ("node", &NODE),
            (Ecosystem::Ruby, _) => ("ruby", &RUBY),
            (Ecosystem::Jvm, "pom.xml") => ("java", &JAVA),
            (Ecosystem::Python, _) => ("python", &EXACT),
            _ => continue,
        };
        if let Some(version) = pattern.captures(&line).and_then(|found| Version::parse(&found[1])) {
            found.push(Pin { runtime, version, place: Location::line(&manifest.path, number) });
        }
    }
    found.extend(volta(repo));
    found
}

/// What Volta installs for a package (<https://docs.volta.sh/guide/understanding#managing-your-project>).
fn volta<'r>(repo: &'r Repo<'_>) -> impl Iterator<Item = Pin> + 'r {
    repo.manifests.all.iter().filter(|manifest| manifest.ecosystem == Ecosystem::Npm).filter_map(|manifest| {
        let document = repo.inventory.document(&manifest.path)?;
        let node = document.as_ref().as_ref().ok()?.at(&["volta", "node"])?;
        let place = Location::line(&manifest.path, node.line);
        Some(Pin { runtime: "node", version: Version::parse(node.text()?)?, place })
    })
}

fn ended_runtimes(repo: &Repo<'_>) -> Fact {
    let found = pins(repo).iter().filter_map(|pin| ended(product(pin.runtime)?, &pin.version, repo.as_of, &pin.place));
    Fact::named(found.collect())
}

/// How many numbers of a version distinguish two release lines of a language.
fn line_of(runtime: &str, version: &Version) -> String {
    match runtime {
        "node" | "java" => version.major().to_string(),
        _ => format!("{}.{}", version.major(), version.number(1)),
    }
}

/// What version managers read, for the folder of the file and all below it.
const MANAGED: &[&str] =
    &[".tool-versions", ".nvmrc", ".node-version", "mise.toml", ".mise.toml", ".python-version", ".ruby-version"];

fn runtime_conflicts(repo: &Repo<'_>) -> Fact {
    let pins = pins(repo);
    let mut found: Vec<(String, Location)> = Vec::new();
    for (at, pin) in pins.iter().enumerate() {
        // Two folders may hold two services, and so may the Dockerfiles of one folder that have names of their own.
        let is_single = |pin: &Pin| {
            let name = name_of(&pin.place.path);
            !is_dockerfile(name) || name == "Dockerfile"
        };
        let other = pins[at + 1..].iter().find(|other| {
            other.runtime == pin.runtime
                && folder_of(&other.place.path) == folder_of(&pin.place.path)
                && is_single(other)
                && is_single(pin)
                && line_of(other.runtime, &other.version) != line_of(pin.runtime, &pin.version)
        });
        // What the root gives to everybody contradicts the only other version that the tree asks for.
        let managed = |pin: &Pin| MANAGED.contains(&name_of(&pin.place.path));
        let elsewhere = || {
            let others = pins.iter().filter(|other| other.runtime == pin.runtime && other.place.path != pin.place.path);
            let others: Vec<&Pin> = others.collect();
            let lines: BTreeSet<String> = others.iter().map(|other| line_of(other.runtime, &other.version)).collect();
            let agree = lines.len() == 1 && !lines.contains(&line_of(pin.runtime, &pin.version));
            let alone =
                folder_of(&pin.place.path).is_empty() && managed(pin) && !others.iter().any(|other| managed(other));
            others.into_iter().next().filter(|_| agree && alone)
        };
        let Some(other) = other.or_else(elsewhere) else { continue };
        let title = product(pin.runtime).map_or(pin.runtime, |product| &product.title);
        let name =
            format!("{title} {} ≠ {}", line_of(pin.runtime, &pin.version), line_of(other.runtime, &other.version));
        found.push((name.clone(), pin.place.clone().noted(pin.version.to_string())));
        found.push((name, other.place.clone().noted(other.version.to_string())));
    }
    Fact::named(found)
}

#[cfg(test)]
mod tests {
    use super::super::names_of;

    #[test]
    fn a_framework_is_judged_by_what_the_lockfile_installed() {
        let files = [
            ("Gemfile", "gem 'rails', '>= 6'\n"),
            ("Gemfile.lock", "GEM\n  specs:\n    rails (6.1.7)\n\nDEPENDENCIES\n  rails (>= 6)\n"),
        ];
        assert_eq!(names_of(&files, "ended_frameworks"), ["Ruby on Rails 6.1.7"]);
        assert!(names_of(&files[..1], "ended_frameworks").is_empty());
    }

    #[test]
    fn tools_are_judged_by_the_oldest_version_that_is_asked_for() {
        let of = |front: &str, back: &str| {
            let manifest = |version: &str| format!(r#"{{"devDependencies": {{"eslint": "{version}"}}}}"#);
            let [front, back] = [front, back].map(manifest);
            names_of(&[("front/package.json", &front), ("back/package.json", &back)], "ended_tools")
        };
        assert_eq!(of("^9.1.0", "^8.57.0"), ["ESLint 8.57.0"]);
        assert_eq!(of("5.1.0", "^8.57.0"), ["ESLint 5.1.0"], "older than all that is known");
        assert!(of("^10.0.0", "^99.0.0").is_empty(), "newer than all that is known");
        assert!(of("*", "workspace:*").is_empty(), "no version is known");
        let dead = r#"{"dependencies": {"request": "^2.88.0", "@sentry/react": "^6.19.7", "@sentry/node": "^7.1.0"}}"#;
        assert_eq!(names_of(&[("package.json", dead)], "ended_tools"), ["Sentry SDK 6.19.7", "request 2.88.0"]);
        assert!(names_of(&[("requirements.txt", "request==2.0\n")], "ended_tools").is_empty(), "of another manager");
    }

    #[test]
    fn a_range_that_admits_what_is_mended_is_no_fault() {
        for engines in [">=16", "^16 || ^24", "*"] {
            let manifest = format!(r#"{{"engines": {{"node": "{engines}"}}, "dependencies": {{"koa": "3"}}}}"#);
            assert!(names_of(&[("package.json", &manifest)], "ended_runtimes").is_empty(), "{engines}");
        }
        let manifest = "{\n \"engines\": {\n  \"node\": \"16.x\"\n }, \"dependencies\": {\"koa\": \"3\"}}";
        assert_eq!(names_of(&[("package.json", manifest)], "ended_runtimes"), ["Node.js 16"]);
        assert!(
            names_of(&[("pyproject.toml", "[project]\nrequires-python = \">=3.8\"\n")], "ended_runtimes").is_empty()
        );
    }

    #[test]
    fn images_of_production_are_read_and_those_of_development_are_not() {
        let files = [
            ("Dockerfile", "ARG V=3.8\nFROM python:${V}-slim AS base\nFROM base\n"),
            ("Dockerfile.dev", "FROM node:14\n"),
        ];
        assert_eq!(names_of(&files, "ended_runtimes"), ["Python 3.8"]);
        assert!(names_of(&[("Dockerfile", "FROM node:lts\nFROM nginx:1.10\n")], "ended_runtimes").is_empty());
    }

    #[test]
    fn versions_that_contradict_each_other_are_told_within_a_component() {
        let pins = [(".nvmrc", "# for all\nv22.1\n"), ("Dockerfile", "FROM node:20-alpine\n")];
        assert_eq!(names_of(&pins, "runtime_conflicts"), ["Node.js 22 ≠ 20"]);
        let same = [(".nvmrc", "22\n"), ("Dockerfile", "FROM node:22.3-alpine\n")];
        assert!(names_of(&same, "runtime_conflicts").is_empty());
        let koa = r#"{"dependencies": {"koa": "3"}}"#;
        let apart = [("a/package.json", koa), ("a/.nvmrc", "22\n"), ("b/package.json", koa), ("b/.nvmrc", "20\n")];
        assert!(names_of(&apart, "runtime_conflicts").is_empty());
    }
}
