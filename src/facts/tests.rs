//! Whether there are tests with real assertions, unit and end-to-end, and with what they are written.

use std::collections::{BTreeSet, HashSet};

use crate::base::location::Location;
use crate::base::path::name_of;
use crate::base::text::to_u32;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind, PLACES};
use crate::facts::shared::written_lines;
use crate::read::inventory::File;
use crate::read::inventory::probe::{Files, Hit, Probe};
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "unit_tests",
        kind: Kind::Bool,
        question: (
            "Are there unit or functional tests with real assertions?",
            "Y a-t-il des tests unitaires ou fonctionnels avec de vraies assertions ?",
        ),
        detect: unit_tests,
    },
    Detector {
        id: "unit_test_frameworks",
        kind: Kind::List,
        question: ("With what are they written?", "Avec quoi sont-ils écrits ?"),
        detect: unit_test_frameworks,
    },
    Detector {
        id: "e2e_tests",
        kind: Kind::Bool,
        question: ("Are there browser or end-to-end tests?", "Y a-t-il des tests de navigateur ou de bout en bout ?"),
        detect: e2e_tests,
    },
    Detector {
        id: "e2e_frameworks",
        kind: Kind::List,
        question: ("With what are they written?", "Avec quoi sont-ils écrits ?"),
        detect: e2e_frameworks,
    },
    Detector {
        id: "test_share",
        kind: Kind::Number,
        question: (
            "Which share of the code is tests, in percent of its lines?",
            "Quelle part du code est faite de tests, en pourcentage des lignes ?",
        ),
        detect: test_share,
    },
    Detector {
        id: "scaffold_tests",
        kind: Kind::List,
        question: (
            "Which test files assert nothing of the product?",
            "Quels fichiers de test n'affirment rien du produit ?",
        ),
        detect: scaffold_tests,
    },
];

/// Assertions, whatever the language.
const ASSERTION: &[&str] = &[
    "expect(",
    "expect {",
    "assert",
    "should",
    "must_",
    "refute",
    "must_equal",
    "t.is(",
    "t.true(",
    "t.deep",
    "verify(",
    "mustbe",
    "musteq",
    "===",
    "is_expected",
    "to_be",
    "self.fail",
    "t.error",
    "t.fatal",
    "require.",
];

pub(super) fn probes() -> Vec<Probe> {
    let tests = |id, words| Probe::words(id, words).of(Files::Tests);
    vec![
        tests("assertion", ASSERTION),
        tests("scaffold-assertion", &["expect(true)", "assert_true(true)", "asserttrue(true)", "assert true", "asserttrue(true)", "should be defined", "tobetruthy", "should create", "\"works\"", "assertequals(true, true)", "1 + 1", "expect(1)"])
            .matching(r"(?i)expect\(true\)\.to(Be|Equal)\(true\)|expect\(true\)\.toBeTruthy|assertTrue\(\s*true\s*\)|assert\s*\(?True\)?\s*$|assertEquals\(true,\s*true\)|(?:assertEqual|assertEquals|assert_equal)\(?\s*1 \+ 1,\s*2|expect\(1 \+ 1\)|expect\((?:component|service|app|controller|fixture\.componentInstance)\)\.toBe(?:Truthy|Defined)\(\)"),
        tests("test-playwright", &["@playwright/test", "playwright.sync_api", "playwright.async_api", "from playwright import"]),
        tests("test-cypress", &["cy.visit", "cy.get"]),
        tests("test-puppeteer", &["puppeteer"]),
        tests("test-selenium", &["selenium", "StaticLiveServerTestCase"]).matching(r"(?i)(?:from|import|require\(?)\s*['\x22]?(?:org\.)?(?:openqa\.)?selenium|selenium_chrome|StaticLiveServerTestCase"),
        tests("test-capybara", &["capybara", "visit ", "visit("]).matching(r#"(?m)capybara/|Capybara\.|^\s*visit[ (]['"\w]"#),
        tests("test-node", &["node:test"]),
        tests("test-japa", &["@japa/runner"]),
        tests("test-pytest", &["import pytest", "@pytest", "def test_"]).matching(r"(?m)^\s*import pytest|^\s*from pytest|@pytest\.|^(?:async )?def test_\w+"),
        tests("test-unittest", &["unittest"]).matching(r"(?m)unittest\.TestCase|from unittest import[^\n]*TestCase"),
        tests("test-django", &["django.test", "rest_framework.test"]).matching(r"from (?:django|rest_framework)\.test import"),
        tests("test-phpunit", &["testcase"]).matching(r"extends\s+\w*TestCase"),
        Probe::words("test-pest", &["it(", "test("])
            .matching(r#"(?m)^(?:it|test)\(\s*['"]"#)
            .of(Files::Globs(vec!["**/*.php".into()])),
        Probe::words("test-rust", &["#[test]", "#[tokio::test]", "#[rstest]"]).of(Files::Globs(vec!["**/*.rs".into()])),
    ]
}

/// Whether a test is a browser's, from its folder and name.
fn is_browser_test(path: &str) -> bool {
    let lower = path.to_lowercase();
    let parts: Vec<&str> = lower.split('/').collect();
    parts.iter().any(|part| {
        matches!(*part, "cypress" | "playwright" | "e2e-tests" | "tests-playwright")
            || *part == "e2e"
            || part.starts_with("e2e-")
    }) || lower.ends_with(".feature")
        || lower.contains(".cy.")
        || parts.windows(2).any(|pair| pair[0] == "spec" && matches!(pair[1], "system" | "features"))
        || parts.windows(2).any(|pair| pair[0] == "test" && pair[1] == "system")
}

/// Whether a test drives the application on a phone: Detox gives its files no folder of their own.
fn is_device_test(repo: &Repo<'_>, file: &File) -> bool {
    file.name().contains(".e2e.") && repo.manifests.depends_on(&["detox"])
}

/// Test files with an assertion that is not the one of a scaffold.
fn real_tests<'r>(repo: &'r Repo<'_>) -> Vec<(&'r File, Location)> {
    let scaffold: BTreeSet<(&str, u32)> =
        repo.inventory.hits("scaffold-assertion").iter().map(|(file, hit)| (file.path.as_str(), hit.line)).collect();
    let mut found: Vec<(&File, Location)> = Vec::new();
    for (file, hit) in repo.inventory.hits("assertion") {
        let known = found.last().is_some_and(|(last, _)| last.path == file.path);
        if !known && is_title(repo, file, hit) {
            continue;
        }
        if file.programming && !known && !scaffold.contains(&(file.path.as_str(), hit.line)) && is_test_file(file) {
            found.push((file, Location::line(&file.path, hit.line)));
        }
    }
    let mut known: HashSet<&str> = found.iter().map(|(file, _)| file.path.as_str()).collect();
    for (file, hit) in repo.inventory.hits("test-rust") {
        if !matches!(file.role, Role::Example | Role::Vendored) && known.insert(&file.path) {
            found.push((file, Location::line(&file.path, hit.line)));
        }
    }
    found
}

/// « it should create » is a title, not an assertion.
fn is_title(repo: &Repo<'_>, file: &File, hit: Hit) -> bool {
    let line = repo.inventory.line(&file.path, hit.line);
    let from: String = line.chars().skip(hit.column as usize - 1).take(6).collect();
    let start = line.trim_start();
    let opens = ["it(", "it ", "test(", "test ", "describe", "context", "specify", "scenario", "xit(", "fit("];
    from.eq_ignore_ascii_case("should") && opens.iter().any(|open| start.starts_with(open))
}

/// A file that a runner collects: helpers and settings beside the tests are not.
fn is_test_file(file: &File) -> bool {
    let lower = file.name().to_lowercase();
    let helper = lower.starts_with("conftest")
        || lower.contains("helper")
        || lower.contains("setup")
        || lower.contains("testcase.php")
        || lower == "env.rb"
        || lower.contains(".config.");
    let definitions = file.path.contains("step_definitions") || file.path.contains("/support/");
    !helper && !definitions
}

pub(super) fn unit_tests(repo: &Repo<'_>) -> Fact {
    let places: Vec<Location> = real_tests(repo)
        .into_iter()
        .filter(|(file, _)| !is_browser_test(&file.path) || file.path.contains("test-e2e"))
        .filter(|(file, _)| !is_device_test(repo, file))
        .map(|(_, place)| place)
        .take(PLACES)
        .collect();
    Fact::shown(places)
}

fn scaffold_tests(repo: &Repo<'_>) -> Fact {
    let real: BTreeSet<&str> = real_tests(repo).iter().map(|(file, _)| file.path.as_str()).collect();
    let mut found = Vec::new();
    for (file, hit) in repo.inventory.hits("scaffold-assertion") {
        if !real.contains(file.path.as_str()) {
            found.push((file.path.clone(), Location::line(&file.path, hit.line)));
        }
    }
    found.dedup_by(|a, b| a.0 == b.0);
    Fact::named(found)
}

/// A test framework: the packages, probes or names of test files that show it.
struct Runner {
    name: &'static str,
    packages: &'static [&'static str],
    probe: Option<&'static str>,
    /// Endings of test files that are its own.
    endings: &'static [&'static str],
}

const fn runner(
    name: &'static str,
    packages: &'static [&'static str],
    probe: Option<&'static str>,
    endings: &'static [&'static str],
) -> Runner {
    Runner { name, packages, probe, endings }
}

/// Runners that a declared package shows, provided that test files of their language exist.
const RUNNERS: &[Runner] = &[
    runner(
        "jest",
        &["jest", "ts-jest", "@jest/core", "jest-cli", "@nestjs/testing-jest"],
        None,
        &[".js", ".ts", ".tsx", ".jsx", ".mjs"],
    ),
    runner("vitest", &["vitest"], None, &[".js", ".ts", ".tsx", ".jsx", ".mjs", ".mts"]),
    runner("mocha", &["mocha", "ts-mocha"], None, &[".js", ".ts", ".mjs"]),
    runner("ava", &["ava"], None, &[".js", ".ts", ".mjs"]),
    runner("tape", &["tape"], None, &[".js", ".ts"]),
    runner("karma", &["karma"], None, &[".spec.ts", ".spec.js"]),
    runner("rspec", &["rspec", "rspec-rails", "rspec-core"], None, &["_spec.rb"]),
    runner("minitest", &["minitest", "minitest-*"], None, &["_test.rb"]),
    runner(
        "cucumber",
        &["cucumber", "cucumber-rails", "@cucumber/cucumber", "behave", "behat/behat"],
        None,
        &[".feature"],
    ),
    runner("phpunit", &["phpunit/phpunit", "symfony/phpunit-bridge"], Some("test-phpunit"), &[".php"]),
    runner("pest", &["pestphp/pest"], Some("test-pest"), &[".php"]),
    runner(
        "junit",
        &["junit", "junit-jupiter*", "spring-boot-starter-test", "junit-bom", "kotlin-test*"],
        None,
        &[".java", ".kt"],
    ),
    runner("kotest", &["kotest-*"], None, &[".kt"]),
    runner("scalatest", &["scalatest*"], None, &[".scala"]),
    runner("specs2", &["specs2*", "specs2-*", "play-specs2"], None, &[".scala"]),
];

fn unit_test_frameworks(repo: &Repo<'_>) -> Fact {
    let tests = real_tests(repo);
    let features = repo.inventory.own_files().any(|file| file.name().ends_with(".feature"));
    let any_ending = |endings: &[&str]| {
        tests.iter().any(|(file, _)| {
            endings.iter().any(|ending| file.path.ends_with(ending))
                && (!is_browser_test(&file.path) || file.path.contains("test-e2e"))
        }) || features && endings.contains(&".feature")
    };
    let mut found: Vec<(String, Location)> = Vec::new();
    for runner in RUNNERS {
        let Some((manifest, dependency)) = repo.manifests.dependencies(runner.packages).next() else {
            continue;
        };
        if !any_ending(runner.endings) {
            continue;
        }
        if let Some(probe) = runner.probe
            && repo.inventory.hits(probe).iter().all(|(file, _)| tests.iter().all(|(test, _)| test.path != file.path))
        {
            continue;
        }
        found.push((runner.name.to_owned(), Location::line(&manifest.path, dependency.line)));
    }
    let shown = |probe: &str| {
        repo.inventory
            .hits(probe)
            .into_iter()
            .find(|(file, _)| tests.iter().any(|(test, _)| test.path == file.path))
            .map(|(file, hit)| Location::line(&file.path, hit.line))
    };
    let mut add = |name: &str, place: Option<Location>| {
        if let Some(place) = place {
            found.push((name.to_owned(), place));
        }
    };
    add("node-test", shown("test-node"));
    add("django-test", shown("test-django"));
    let has_pytest = repo.manifests.depends_on(&["pytest", "pytest-django"]);
    let pytest = shown("test-pytest").filter(|place| place.path.ends_with(".py"));
    let has_django = shown("test-django").is_some();
    if has_pytest || !has_django {
        add("pytest", pytest);
    }
    if !has_pytest {
        add("unittest", shown("test-unittest").filter(|_| !has_django));
    }
    let ending =
        |ending: &str| tests.iter().find(|(file, _)| file.path.ends_with(ending)).map(|(_, place)| place.clone());
    add("exunit", ending("_test.exs"));
    add("go-test", ending("_test.go"));
    add("cargo-test", shown("test-rust"));
    if !repo.manifests.depends_on(&["rspec", "rspec-rails"])
        && !found.iter().any(|(name, _)| name == "minitest")
        && let Some(place) = ending("_test.rb")
    {
        found.push(("minitest".to_owned(), place));
    }
    Fact::named(found)
}

/// End-to-end suites: what shows them. Each needs a sign that its tests are written, not only that a package is there.
fn browser_suites(repo: &Repo<'_>) -> Vec<(String, Location)> {
    let place = |probe: &str| repo.inventory.places(probe, 1).into_iter().next();
    let config = |starts: &[&str]| {
        repo.inventory
            .own_files()
            .find(|file| starts.iter().any(|start| name_of(&file.path).starts_with(start)))
            .map(|file| Location::file(&file.path))
    };
    let mut found: Vec<(String, Location)> = Vec::new();
    let mut add = |name: &str, place: Option<Location>| {
        if let Some(place) = place {
            found.push((name.to_owned(), place));
        }
    };
    let playwright =
        repo.manifests.depends_on(&["@playwright/test", "playwright", "playwright-core", "pytest-playwright"]);
    let specs = repo.inventory.own_files().find(|file| {
        file.role == Role::Test
            && file.programming
            && (file.path.contains("e2e") || file.path.contains("playwright") || file.path.contains("accessibilite"))
    });
    add(
        "playwright",
        place("test-playwright")
            .or_else(|| config(&["playwright.config"]).filter(|_| specs.is_some()))
            .filter(|_| playwright),
    );
    let cypress = repo.manifests.depends_on(&["cypress"]);
    add("cypress", config(&["cypress.config", "cypress.json"]).or_else(|| place("test-cypress")).filter(|_| cypress));
    let features = repo
        .inventory
        .own_files()
        .find(|file| file.name().ends_with(".feature"))
        .map(|file| Location::file(&file.path));
    let capybara = repo.manifests.depends_on(&["capybara"]);
    let browser = place("test-capybara").filter(|_| {
        capybara && (features.is_some() || repo.inventory.own_files().any(|file| is_browser_test(&file.path)))
    });
    if features.is_some()
        && (browser.is_some()
            || repo.manifests.depends_on(&["@cucumber/cucumber"])
                && (playwright || repo.manifests.depends_on(&["puppeteer"])))
    {
        add("cucumber", features);
    }
    add("capybara", browser);
    add("puppeteer", place("test-puppeteer").filter(|_| repo.manifests.depends_on(&["puppeteer", "puppeteer-core"])));
    add(
        "selenium",
        place("test-selenium")
            .filter(|_| repo.manifests.depends_on(&["selenium", "selenium-webdriver", "selenium-java"])),
    );
    for (name, package) in
        [("dusk", "laravel/dusk"), ("panther", "symfony/panther"), ("wallaby", "wallaby"), ("codecept", "codeceptjs")]
    {
        let declared = repo
            .manifests
            .dependencies(std::slice::from_ref(&package))
            .next()
            .map(|(manifest, found)| Location::line(&manifest.path, found.line));
        add(name, declared);
    }
    found
}

pub(super) fn e2e_tests(repo: &Repo<'_>) -> Fact {
    Fact::shown(browser_suites(repo).into_iter().map(|(_, place)| place).collect())
}

fn e2e_frameworks(repo: &Repo<'_>) -> Fact {
    Fact::named(browser_suites(repo))
}

/// The files of Rust that hold their own tests, each with how many lines those have: what is below the first test module.
pub(super) fn inline_tests<'r>(repo: &'r Repo<'_>) -> impl Iterator<Item = (&'r str, u32)> {
    let sources = repo.inventory.own_files().filter(|file| file.role != Role::Test && file.path.ends_with(".rs"));
    sources.filter_map(|file| {
        let text = repo.inventory.text(&file.path)?;
        let at = text.find("#[cfg(test)]").filter(|at| text[*at..].contains("mod "))?;
        Some((file.path.as_str(), to_u32(text[at..].lines().count())))
    })
}

fn test_share(repo: &Repo<'_>) -> Fact {
    let lines = |role: Option<Role>| -> u32 {
        repo.inventory
            .own_files()
            .filter(|file| role.is_none_or(|role| file.role == role))
            .map(|file| if file.name().ends_with(".feature") { file.lines } else { written_lines(file) })
            .sum()
    };
    let (tests, all) = (lines(Some(Role::Test)) + inline_tests(repo).map(|(_, lines)| lines).sum::<u32>(), lines(None));
    if all == 0 {
        return Fact::unverified("there is no code to measure", "il n'y a pas de code à mesurer");
    }
    Fact::number((f64::from(tests) / f64::from(all) * 100.0).round())
}

#[cfg(test)]
mod unit {
    use super::super::{fact_of, names_of};

    #[test]
    fn a_scaffold_is_no_suite() {
        let jest = r#"{"devDependencies": {"jest": "29"}}"#;
        for text in
            ["it('works', () => { expect(true).toBe(true) })", "it('a', () => {\n  expect(component).toBeTruthy();\n})"]
        {
            let files = [("package.json", jest), ("src/app.spec.ts", text)];
            assert!(!fact_of(&files, "unit_tests").is_true(), "{text}");
            assert_eq!(names_of(&files, "scaffold_tests"), ["src/app.spec.ts"]);
        }
        assert!(
            fact_of(&[("package.json", jest), ("src/app.spec.ts", "expect(sum(1, 2)).toBe(3)")], "unit_tests")
                .is_true()
        );
    }

    #[test]
    fn migrations_that_a_framework_writes_do_not_drown_the_tests() {
        let files = [
            ("shop/models.py", "name = 1\nother = 2\nthird = 3\n"),
            ("shop/tests/test_models.py", "def test_a():\n    assert name == 1\n"),
            ("shop/migrations/0001_initial.py", &"operations = []\n".repeat(200)),
        ];
        for fact in ["test_share", "code_lines"] {
            assert_eq!(fact_of(&files, fact), fact_of(&files[..2], fact), "{fact}");
        }
    }

    #[test]
    fn a_commented_test_does_not_count() {
        assert!(!fact_of(&[("src/a.test.js", "// expect(sum(1)).toBe(1)\n")], "unit_tests").is_true());
    }

    #[test]
    fn a_package_without_tests_is_no_browser_suite() {
        let package = r#"{"devDependencies": {"puppeteer": "1", "@playwright/test": "1"}}"#;
        assert!(names_of(&[("package.json", package)], "e2e_frameworks").is_empty());
        let files = [("package.json", package), ("e2e/a.spec.ts", "import { test } from '@playwright/test';\n")];
        assert_eq!(names_of(&files, "e2e_frameworks"), ["playwright"]);
    }

    #[test]
    fn rust_tests_stand_in_the_code() {
        let files = [
            ("Cargo.toml", "[package]\nname = \"a\"\n"),
            ("src/lib.rs", "#[cfg(test)]\nmod tests {\n  #[test]\n  fn a() { assert!(b()); }\n}\n"),
        ];
        assert!(fact_of(&files, "unit_tests").is_true());
        assert_eq!(names_of(&files, "unit_test_frameworks"), ["cargo-test"]);
    }
}
