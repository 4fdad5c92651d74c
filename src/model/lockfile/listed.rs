//! Lockfiles that list their packages one after the other: those of Python, Ruby, PHP, Elixir, Go, Rust and Gradle.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::base::pattern::lean;
use crate::base::text::to_u32;
use crate::model::lockfile::entry::{Asked, Lockfile, key};

/// `[[package]]` tables with a name and a version, as uv, Poetry, PDM, pylock and Cargo write them.
pub(super) fn toml_packages(text: &str, lockfile: &mut Lockfile) {
    // In pylock.toml the table is `[[packages]]`, and its version is optional (https://peps.python.org/pep-0751/).
    let mut open: Option<(&str, u32)> = None;
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            inside = matches!(line.trim_end(), "[[package]]" | "[[packages]]");
            if inside && let Some((name, line)) = open.take() {
                lockfile.push(name, "", line);
            }
            continue;
        }
        let value = |name: &str| {
            let rest = line.strip_prefix(name)?.trim_start().strip_prefix('=')?.trim();
            Some(rest.trim_matches('"'))
        };
        if !inside {
            continue;
        }
        if let Some(name) = value("name") {
            open = Some((name, to_u32(at + 1)));
        } else if let Some(version) = value("version")
            && let Some((name, line)) = open.take()
        {
            lockfile.push(name, version, line);
        }
    }
    if let Some((name, line)) = open {
        lockfile.push(name, "", line);
    }
}

#[derive(Deserialize)]
struct PipfileLock {
    #[serde(default)]
    default: BTreeMap<String, PipPackage>,
    #[serde(default)]
    develop: BTreeMap<String, PipPackage>,
}

#[derive(Deserialize)]
struct PipPackage {
    version: Option<String>,
}

pub(super) fn pipfile_lock(text: &str, lockfile: &mut Lockfile) {
    let Ok(read) = serde_json::from_str::<PipfileLock>(text) else { return };
    for (name, package) in read.default.into_iter().chain(read.develop) {
        lockfile.push(&name, package.version.as_deref().unwrap_or_default().trim_start_matches('='), 0);
    }
}

pub(super) fn gemfile_lock(text: &str, lockfile: &mut Lockfile) {
    let mut section = "";
    for (at, line) in text.lines().enumerate() {
        if !line.starts_with(' ') {
            section = line.trim();
            continue;
        }
        let code = line.trim();
        let (name, rest) = code.split_once(' ').unwrap_or((code, ""));
        let number = to_u32(at + 1);
        if section == "DEPENDENCIES" {
            let asked = Asked { requirement: String::new(), version: None, line: number };
            let name = key(lockfile.ecosystem, name.trim_end_matches('!'));
            lockfile.asked.entry(String::new()).or_default().insert(name, asked);
        } else if line.starts_with("    ") && !line.starts_with("     ") && rest.starts_with('(') {
            lockfile.push(name, rest.trim_matches(['(', ')']), number);
        }
    }
}

#[derive(Deserialize)]
struct ComposerLock {
    #[serde(default)]
    packages: Vec<ComposerPackage>,
    #[serde(default, rename = "packages-dev")]
    packages_dev: Vec<ComposerPackage>,
}

#[derive(Deserialize)]
struct ComposerPackage {
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    replace: serde_json::Value,
    #[serde(default)]
    provide: serde_json::Value,
}

pub(super) fn composer_lock(text: &str, lockfile: &mut Lockfile) {
    let Ok(read) = serde_json::from_str::<ComposerLock>(text) else { return };
    for package in read.packages.into_iter().chain(read.packages_dev) {
        lockfile.push(&package.name, package.version.trim_start_matches('v'), 0);
        // A package may stand for others, which are then not installed (https://getcomposer.org/doc/04-schema.md#replace).
        for names in [&package.replace, &package.provide] {
            lockfile
                .replaced
                .extend(names.as_object().into_iter().flatten().map(|(name, _)| name.to_ascii_lowercase()));
        }
    }
}

pub(super) fn mix_lock(text: &str, lockfile: &mut Lockfile) {
    static PACKAGE: LazyLock<Regex> =
        LazyLock::new(|| lean(r#"^\s*"([^"]+)":\s*\{:(?:hex,\s*:\w+,\s*"([^"]+)"|(\w+))"#));
    for (at, line) in text.lines().enumerate() {
        if let Some(found) = PACKAGE.captures(line) {
            lockfile.push(&found[1], found.get(2).map_or("", |version| version.as_str()), to_u32(at + 1));
        }
    }
}

pub(super) fn go_sum(text: &str, lockfile: &mut Lockfile) {
    for (at, line) in text.lines().enumerate() {
        let mut words = line.split_whitespace();
        // One line a version is that of its go.mod alone, read but not built (https://go.dev/ref/mod#go-sum-files).
        if let (Some(name), Some(version)) = (words.next(), words.next())
            && !version.ends_with("/go.mod")
        {
            lockfile.push(name, version, to_u32(at + 1));
        }
    }
}

pub(super) fn gradle_lock(text: &str, lockfile: &mut Lockfile) {
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        // `group:artifact:version=configurations` (https://docs.gradle.org/current/userguide/dependency_locking.html).
        let mut parts = line.split('=').next().unwrap_or_default().split(':');
        if let (Some(_), Some(artifact), Some(version)) = (parts.next(), parts.next(), parts.next()) {
            lockfile.push(artifact, version, to_u32(at + 1));
        }
    }
}
