//! The lockfiles of npm, Yarn, pnpm, Bun and Deno.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::base::pattern::lean;
use crate::base::text::to_u32;
use crate::model::lockfile::entry::{Asked, Lockfile};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PackageLock {
    #[serde(default)]
    packages: BTreeMap<String, Package>,
    /// The form of npm 6; version 2 repeats it for older clients, version 3 drops it
    /// (https://docs.npmjs.com/cli/configuring-npm/package-lock-json#lockfileversion).
    #[serde(default)]
    dependencies: BTreeMap<String, Package>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    version: Option<String>,
    #[serde(default)]
    dependencies: serde_json::Value,
    #[serde(default)]
    dev_dependencies: serde_json::Value,
    #[serde(default)]
    optional_dependencies: serde_json::Value,
    #[serde(default)]
    peer_dependencies: serde_json::Value,
}

pub(super) fn package_lock(text: &str, lockfile: &mut Lockfile) {
    let Ok(read) = serde_json::from_str::<PackageLock>(text) else { return };
    for (path, package) in &read.packages {
        match path.rsplit_once("node_modules/") {
            Some((before, name)) => {
                // What is at the top is what most of the tree sees.
                let locked = package.version.as_deref().unwrap_or_default();
                lockfile.push(name, locked, 0);
                if before.is_empty()
                    && let Some(all) = lockfile.packages.get_mut(&name.to_ascii_lowercase())
                {
                    all.rotate_right(1);
                }
            }
            // The empty path is the root, and a path outside `node_modules` is a workspace
            // (https://docs.npmjs.com/cli/configuring-npm/package-lock-json#packages).
            None => {
                let lists = [
                    &package.dependencies,
                    &package.dev_dependencies,
                    &package.optional_dependencies,
                    &package.peer_dependencies,
                ];
                let asked =
                    lists.into_iter().filter_map(serde_json::Value::as_object).flatten().map(|(name, range)| {
                        let requirement = range.as_str().unwrap_or_default().to_owned();
                        (name.to_ascii_lowercase(), Asked { requirement, version: None, line: 0 })
                    });
                let folder = lockfile.asked.entry(path.clone()).or_default();
                // What is needed to run comes first.
                for (name, asked) in asked {
                    folder.entry(name).or_insert(asked);
                }
            }
        }
    }
    for (name, package) in read.dependencies.iter().filter(|_| read.packages.is_empty()) {
        lockfile.push(name, package.version.as_deref().unwrap_or_default(), 0);
    }
}

pub(super) fn yarn(text: &str, lockfile: &mut Lockfile) {
    let mut open: Vec<String> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        if !line.starts_with(' ') {
            let keys = line.trim_end_matches(':').split(',').map(|key| key.trim().trim_matches('"').to_owned());
            open = keys.filter(|key| key.contains('@')).collect();
            continue;
        }
        let Some(version) = line.strip_prefix("  version").filter(|_| !open.is_empty()) else { continue };
        let version = version.trim_start_matches(':').trim().trim_matches('"');
        // Yarn 2 and later list the packages of the workspace, with a version that is not theirs (https://yarnpkg.com/protocol/workspace).
        let own = open[0].contains("@workspace:");
        for key in std::mem::take(&mut open).into_iter().filter(|_| !own) {
            let name = name_of_range(&key);
            if !lockfile.packages.get(name).is_some_and(|all| all.iter().any(|known| known.version == version)) {
                lockfile.push(name, version, to_u32(at));
            }
            lockfile.ranges.insert(key.to_ascii_lowercase(), version.to_owned());
        }
    }
}

/// `@scope/name@^1` is the name before the range.
fn name_of_range(key: &str) -> &str {
    let at = key.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(key.len(), |(at, _)| at);
    &key[..at]
}

/// The part of `pnpm-lock.yaml` that says what each folder asked for and got, by indentation.
pub(super) fn pnpm(text: &str, lockfile: &mut Lockfile) {
    let clean = |text: &str| text.trim().trim_matches(['\'', '"']).to_owned();
    // The keys above the line, with their indentation.
    let mut above: Vec<(usize, String)> = Vec::new();
    let mut importers = false;
    for (at, line) in text.lines().enumerate() {
        let code = line.trim_start();
        if code.is_empty() || code.starts_with('#') {
            continue;
        }
        let indent = line.len() - code.len();
        let (key, value) = match code.split_once(": ") {
            Some((key, value)) => (clean(key), clean(value)),
            None => (clean(code.trim_end_matches(':')), String::new()),
        };
        above.retain(|(outer, _)| *outer < indent);
        if indent == 0 {
            importers |= key == "importers";
            // What follows is about packages, not about what was asked.
            if matches!(key.as_str(), "packages" | "snapshots") {
                break;
            }
        }
        let rest: Vec<&str> = above.iter().map(|(_, key)| key.as_str()).collect();
        let (folder, below) = match rest.as_slice() {
            ["importers", folder, below @ ..] => (if *folder == "." { "" } else { *folder }, below),
            below if !importers => ("", below),
            _ => ("", &[][..]),
        };
        let kinds = ["dependencies", "devDependencies", "optionalDependencies"];
        let place = to_u32(at + 1);
        let mut note = |name: &str, requirement: Option<&str>, version: Option<&str>| {
            let asked = lockfile.asked.entry(folder.to_owned()).or_default();
            let entry = asked.entry(name.to_ascii_lowercase()).or_insert_with(|| Asked {
                requirement: String::new(),
                version: None,
                line: place,
            });
            if let Some(requirement) = requirement {
                requirement.clone_into(&mut entry.requirement);
            }
            if let Some(version) = version.filter(|version| !version.starts_with("link:")) {
                // The peers of a package follow its version: after `_` up to format 5, between parentheses from 6 on
                // (https://github.com/pnpm/spec/tree/master/lockfile).
                let bare = version.split(['(', '_']).next().unwrap_or_default();
                // An alias is resolved as `name@version`.
                entry.version = Some(bare.rsplit('@').next().unwrap_or(bare).to_owned());
            }
        };
        match below {
            ["specifiers"] if !value.is_empty() => note(&key, Some(&value), None),
            [kind] if kinds.contains(kind) && !value.is_empty() => note(&key, None, Some(&value)),
            [kind] if kinds.contains(kind) => note(&key, None, None),
            [kind, name] if kinds.contains(kind) && key == "specifier" => note(name, Some(&value), None),
            [kind, name] if kinds.contains(kind) && key == "version" => note(name, None, Some(&value)),
            _ => {}
        }
        above.push((indent, key));
    }
}

pub(super) fn bun(text: &str, lockfile: &mut Lockfile) {
    static PACKAGE: LazyLock<Regex> =
        LazyLock::new(|| lean(r#"^\s+"((?:@[^"/]+/)?[^"/]+)":\s*\["(?:@[^"/]+/)?[^"@]+@([^"]+)""#));
    for (at, line) in text.lines().enumerate() {
        if let Some(found) = PACKAGE.captures(line) {
            lockfile.push(&found[1], &found[2], to_u32(at + 1));
        }
    }
}

pub(super) fn deno(text: &str, lockfile: &mut Lockfile) {
    static SPECIFIER: LazyLock<Regex> =
        LazyLock::new(|| lean(r#""(?:npm|jsr):((?:@[^"/]+/)?[^"@/]+)@([^"]*)":\s*"(?:(?:npm|jsr):[^"]*@)?([^"@]+)""#));
    for (at, line) in text.lines().enumerate() {
        for found in SPECIFIER.captures_iter(line) {
            lockfile.push(&found[1], &found[3], to_u32(at + 1));
            lockfile.ranges.insert(format!("{}@{}", found[1].to_ascii_lowercase(), &found[2]), found[3].to_owned());
        }
    }
}
