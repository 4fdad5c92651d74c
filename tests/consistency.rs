//! Promises that the house makes to itself.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use common::run_in;
use equerre::internals::detectors;
use regex::Regex;

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of facts that SCHEMA.md of the corpus lists.
const SCHEMA: &[&str] = &[
    "license_spdx",
    "license_declared",
    "readme",
    "readme_purpose",
    "readme_local_setup",
    "languages",
    "frameworks",
    "components",
    "unit_tests",
    "unit_test_frameworks",
    "e2e_tests",
    "e2e_frameworks",
    "ci_systems",
    "ci_on_pull_request",
    "ci_runs_tests",
    "ci_runs_linter",
    "deploy_automated",
    "deploy_gated_by_tests",
    "linters",
    "formatters",
    "lockfiles",
    "lockfile_missing_for",
    "runtime_pinned",
    "dependency_bot",
    "error_tracking",
    "security_headers",
    "env_files_committed",
    "likely_live_secrets",
    "security_policy",
    "analytics",
    "stats_page",
    "accessibility_page",
    "accessibility_mention",
    "legal_notice",
    "privacy_policy",
    "terms",
    "budget_page",
    "dsfr",
    "openapi",
    "publiccode",
    "containerized",
    "changelog",
    "contributing",
    "commit_convention",
    "tags_last_90_days",
    "active_weeks_last_13",
    "deploys_signal",
];

#[test]
fn every_fact_of_the_corpus_is_established_once() {
    let ids: Vec<&str> = detectors().map(|detector| detector.id).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "a name is used twice");
    for fact in SCHEMA {
        assert!(unique.contains(fact), "{fact} is absent");
    }
}

#[test]
fn questions_are_asked_in_both_languages() {
    for detector in detectors() {
        let (en, fr) = detector.question;
        assert!(en.ends_with('?') && fr.ends_with('?') && en != fr, "{}", detector.id);
    }
}

#[test]
fn the_readme_names_only_options_that_exist() {
    let commands = [
        "check",
        "explain",
        "facts",
        "deploys",
        "site",
        "baseline",
        "diff",
        "badge",
        "fix",
        "audit",
        "standards",
        "attest",
    ];
    let help: String = commands
        .iter()
        .map(|command| run_in(Path::new("."), &[*command, "--help"]).stdout)
        .collect::<Vec<_>>()
        .join("\n");
    for document in ["README.md", "LISEZMOI.md"] {
        let text = read(document);
        for word in text
            .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
            .filter(|word| word.starts_with("--") && word.chars().any(char::is_alphabetic))
        {
            let of_others = ["--release", "--locked", "--path", "--test", "--rm", "--network"].contains(&word);
            assert!(of_others || help.contains(word), "{document} speaks of {word}");
        }
    }
}

#[test]
fn the_files_that_contributing_names_exist() {
    let text = read("CONTRIBUTING.md");
    for path in text.split('`').skip(1).step_by(2).filter(|path| path.contains('/') && !path.contains(['<', ' ', '…']))
    {
        assert!(Path::new(path).exists(), "{path} is named in CONTRIBUTING.md");
    }
}

#[test]
fn the_table_of_the_readme_is_that_of_the_rules() {
    let readme = read("README.md");
    let table = readme.split("<!-- rules -->").nth(1).and_then(|rest| rest.split("<!-- /rules -->").next());
    let written = run_in(Path::new("."), &["rules", "list", "--format", "markdown", "--lang", "en"]).stdout;
    let again = "write it again: `equerre rules list --format markdown --lang en`";
    assert_eq!(table.map(str::trim), Some(written.trim()), "{again}");
}

#[test]
fn the_formula_of_the_readme_is_the_policy() {
    let readme = read("README.md");
    let policy = read("rules/grade.yml");
    for line in policy.lines().filter(|line| line.starts_with("held:") || line.starts_with("letters:")) {
        for pair in line.split(['{', '}']).nth(1).unwrap_or_default().split(',') {
            let (name, value) = pair.trim().split_once(": ").expect("a pair");
            assert!(readme.contains(&format!("| {name} | {value} |")), "{name} = {value} is not in README.md");
        }
    }
}

#[test]
fn the_readme_names_every_input_of_the_action() {
    let action: serde_json::Value = serde_yaml::from_str(&read("action.yml")).expect("YAML");
    let readme = read("README.md");
    for part in ["inputs", "outputs"] {
        for name in action[part].as_object().expect("names").keys() {
            assert!(readme.contains(&format!("`{name}`")), "{name} of {part} is not in README.md");
        }
    }
}

#[test]
fn versions_agree() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(read("publiccode.yml").contains(&format!("softwareVersion: {version}")));
    assert!(read("gitlab-ci.yml").contains(&format!("EQUERRE_VERSION: \"{version}\"")));
    for lock in ["Cargo.lock", "fuzz/Cargo.lock"] {
        assert!(read(lock).contains(&format!("name = \"equerre\"\nversion = \"{version}\"")), "{lock}");
    }
    let written = "`.ci/version` writes the version everywhere";
    for document in ["README.md", "LISEZMOI.md", "gitlab-ci.yml"] {
        let text = read(document);
        for before in ["betagouv/equerre@v", "betagouv/equerre/v", "rev: v"] {
            for (at, used) in text.match_indices(before) {
                let rest = &text[at + used.len()..];
                assert!(rest.starts_with(version), "{document} names another version than {version}: {written}");
            }
        }
    }
}

/// A crate of ten thousand files is one that nobody can publish, and that everybody downloads.
#[test]
fn the_crate_holds_what_a_build_needs_and_no_more() {
    let list = std::process::Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline", "--quiet"])
        .output()
        .expect("cargo runs");
    let listed = String::from_utf8_lossy(&list.stdout).replace('\\', "/");
    let files: BTreeSet<&str> = listed.lines().collect();
    assert!(files.len() < 800, "{} files are packaged", files.len());
    for needed in [
        "build.rs",
        "src/main.rs",
        "rules/grade.yml",
        "standards/beta-v2.0.yml",
        "templates/report.html",
        "README.md",
        "LICENSE",
    ] {
        assert!(files.contains(needed), "{needed} is not packaged: {}", String::from_utf8_lossy(&list.stderr));
    }
}

#[test]
fn code_holds_no_unfinished_mark() {
    for entry in walkdir::WalkDir::new("src") {
        let entry = entry.expect("a file");
        if entry.file_type().is_file() {
            let text = read(&entry.path().display().to_string());
            for mark in ["unimplemented!(", "#[ignore", "FIXME", "XXX"] {
                assert!(!text.contains(mark), "{} holds {mark}", entry.path().display());
            }
        }
    }
}

/// The wings of `src/`, from the ground up: each knows only those before it.
const WINGS: &[&str] =
    &["base", "read", "model", "facts", "survey", "judge", "report", "fix", "config", "check", "cli", "commands"];

/// A file of `src/` as a module, what it imports with the line, and where it stands.
struct Module {
    path: String,
    imports: Vec<(usize, String)>,
}

/// The modules of `src/` by name (`read::source::disk`), each with the modules that it imports. Tests at the end of a file and
/// those of `#[cfg(test)]` modules may look up: they see the whole house.
fn modules() -> BTreeMap<String, Module> {
    let mut paths = Vec::new();
    rust_files(Path::new("src"), &mut paths);
    let name = |path: &Path| {
        let below = path.strip_prefix("src").expect("below src").with_extension("");
        below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("::")
    };
    let known: BTreeSet<String> = paths.iter().map(|path| name(path)).collect();
    let of_tests = ["facts::testing", "lib", "main"];
    let mut found = BTreeMap::new();
    for path in paths.iter().filter(|path| !of_tests.contains(&name(path).as_str())) {
        let text = std::fs::read_to_string(path).expect("text");
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let own = name(path);
        let imports = imported(text, &own, &known).into_iter().filter(|(_, other)| *other != own).collect();
        found.insert(own, Module { path: path.display().to_string(), imports });
    }
    found
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    for path in entries {
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

/// The modules that a text names by a path from the crate, from its parent, or from itself, with the line of each.
fn imported(text: &str, own: &str, known: &BTreeSet<String>) -> Vec<(usize, String)> {
    let path = Regex::new(r"\b(crate|super|self|[a-z_]+)((?:::[a-z_]+)*)(?:::\{([^;]*?)\}\s*;)?").expect("a pattern");
    let children: BTreeSet<&str> = known
        .iter()
        .filter_map(|name| name.strip_prefix(own)?.strip_prefix("::"))
        .filter(|rest| !rest.contains(':'))
        .collect();
    let visibility = Regex::new(r"pub\((?:in )?[^)]*\)|//[^\n]*").expect("a pattern");
    let text = visibility.replace_all(text, "");
    let resolve =
        |parts: &[&str]| (1..=parts.len()).rev().map(|end| parts[..end].join("::")).find(|name| known.contains(name));
    let mut found = Vec::new();
    for hit in path.captures_iter(&text) {
        let at = hit.get(0).expect("the whole").start();
        let follows_path = text[..at].ends_with("::") || text[..at].ends_with('.');
        // `facts::license::ALL` goes on with the name of an item.
        let goes_on = hit.get(3).is_some() || text[hit.get(0).expect("the whole").end()..].starts_with("::");
        let mut parts: Vec<&str> = hit[0].split("::{").next().unwrap_or_default().split("::").collect();
        let base: Vec<&str> = match parts[0] {
            _ if follows_path || parts.len() + usize::from(goes_on) < 2 => continue,
            "crate" => Vec::new(),
            "super" => {
                let up = parts.iter().take_while(|part| **part == "super").count();
                parts.drain(1..up);
                let own: Vec<&str> = own.split("::").collect();
                own[..own.len().saturating_sub(up)].to_vec()
            }
            "self" => own.split("::").collect(),
            child if children.contains(child) => {
                parts.insert(0, "self");
                own.split("::").collect()
            }
            _ => continue,
        };
        let line = text[..at].matches('\n').count() + 1;
        let whole: Vec<&str> = base.iter().copied().chain(parts[1..].iter().copied()).collect();
        let inside = hit.get(3).map_or("", |inside| inside.as_str());
        // `use crate::read::{source, history}` names modules; `use super::{Fact, Kind}` names what the parent holds.
        let listed = inside.split(',').map(|item| item.trim().split("::").next().unwrap_or_default());
        let mut named: Vec<String> = listed
            .filter(|item| !item.is_empty())
            .filter_map(|item| resolve(&[&whole[..], &[item]].concat()))
            .collect();
        if inside.is_empty() {
            named.extend(resolve(&whole));
        }
        found.extend(named.into_iter().map(|name| (line, name)));
    }
    found
}

#[test]
fn each_wing_knows_only_those_below_it() {
    let rank = |module: &str| {
        let wing = module.split("::").next().unwrap_or_default();
        WINGS.iter().position(|known| *known == wing).unwrap_or_else(|| panic!("`{wing}` is in no wing of {WINGS:?}"))
    };
    let mut climbing = Vec::new();
    for (name, module) in modules() {
        for (line, other) in &module.imports {
            if rank(other) > rank(&name) {
                climbing.push(format!("{}:{line} imports {other}", module.path));
            }
        }
    }
    assert!(climbing.is_empty(), "these imports climb:\n{}", climbing.join("\n"));
}

#[test]
fn no_file_imports_what_imports_it() {
    let modules = modules();
    let imports = |name: &str| modules.get(name).map(|module| module.imports.as_slice()).unwrap_or_default();
    let mut circles = BTreeSet::new();
    for start in modules.keys() {
        let mut seen = BTreeSet::new();
        let mut open: Vec<(&str, Vec<&str>)> = vec![(start, vec![start])];
        while let Some((name, way)) = open.pop() {
            for (_, next) in imports(name) {
                if next == start {
                    let mut around = way.clone();
                    around.sort_unstable();
                    circles.insert(around.join(", "));
                } else if seen.insert(next) {
                    open.push((next, [&way[..], &[next.as_str()]].concat()));
                }
            }
        }
    }
    assert!(
        circles.is_empty(),
        "these files import each other:\n{}",
        circles.into_iter().collect::<Vec<_>>().join("\n")
    );
    // The reading of imports sees something, and sees what is there.
    let known = |from: &str, to: &str| imports(from).iter().any(|(_, name)| name == to);
    assert!(known("check", "survey") && known("facts::license", "facts::fact") && known("facts", "facts::license"));
}

#[test]
fn the_top_of_src_tells_the_story() {
    let names: BTreeSet<String> = std::fs::read_dir("src")
        .expect("src")
        .map(|entry| entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    assert!(names.len() <= 14, "{names:?}");
}
