//! Promises that the house makes to itself.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::run_in;
use equerre::internals::detectors;

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
    let commands = ["check", "facts", "deploys", "site", "baseline", "diff", "badge", "fix", "audit"];
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
            let of_cargo = ["--release", "--locked", "--path", "--test"].contains(&word);
            assert!(of_cargo || help.contains(word), "{document} speaks of {word}");
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
    for line in policy.lines().filter(|line| line.starts_with("points:") || line.starts_with("letters:")) {
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
    for document in ["README.md", "LISEZMOI.md", "gitlab-ci.yml"] {
        let text = read(document);
        for used in text.match_indices("betagouv/equerre@v").chain(text.match_indices("betagouv/equerre/v")) {
            let rest = &text[used.0 + used.1.len()..];
            assert!(rest.starts_with(version), "{document} names another version than {version}");
        }
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
