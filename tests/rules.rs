//! Every rule does what its cases say, and packs that are wrong are refused with help.

mod common;

use std::path::Path;

use common::{NOW_TEXT, Sandbox, run_in};
use equerre::Outcome;
use equerre::internals::{Embedded, Rules};
use equerre::internals::{cases, run_cases as run};

fn embedded() -> Rules {
    Rules::load(&[], Embedded::With).unwrap_or_else(|error| panic!("{:?}", error.related()))
}

#[test]
fn every_case_has_the_outcome_that_its_folder_says() {
    let rules = embedded();
    let (cases, problems) = cases(Path::new("fixtures"));
    assert!(problems.is_empty(), "{problems:?}");
    assert!(cases.len() > 100, "only {} cases were found", cases.len());
    let wrong: Vec<String> = run(&cases, &rules)
        .expect("patterns")
        .into_iter()
        .filter_map(|result| Some(format!("{}: {}", result.case.name(), result.problem?.en)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_failing_and_a_passing_case() {
    let rules = embedded();
    let (cases, _) = cases(Path::new("fixtures"));
    for rule in &rules.all {
        let has = |outcome| cases.iter().any(|case| case.rule == rule.id && case.expected == outcome);
        // What takes the network can only be unverified from files.
        let offline = rule.id == "unpublished-source";
        assert!(
            offline && has(Outcome::Unverified) || has(Outcome::Fail) && has(Outcome::Pass),
            "{} lacks cases",
            rule.id
        );
        if rule.is_conditional() || rule.follows.is_some() {
            assert!(has(Outcome::NotApplicable) || rule.follows.is_some(), "{} has no not-applicable case", rule.id);
        }
    }
}

#[test]
fn no_case_is_about_a_rule_that_is_gone() {
    let rules = embedded();
    let (cases, _) = cases(Path::new("fixtures"));
    let gone: Vec<&str> =
        cases.iter().map(|case| case.rule.as_str()).filter(|rule| rules.get(rule).is_none()).collect();
    assert!(gone.is_empty(), "{gone:?}");
}

#[test]
fn rules_say_everything_in_both_languages() {
    for rule in &embedded().all {
        for text in [&rule.title, &rule.why, &rule.remediation] {
            assert!(!text.fr.trim().is_empty() && !text.en.trim().is_empty(), "{}", rule.id);
            assert_ne!(text.fr, text.en, "{} is not translated", rule.id);
        }
        assert!(
            !rule.title.en.ends_with('.') && !rule.title.fr.ends_with('.'),
            "{}: a title is not a sentence",
            rule.id
        );
        assert!(!rule.references.is_empty(), "{} names no source", rule.id);
        assert!(rule.references.iter().all(|reference| reference.starts_with("https://")), "{}", rule.id);
    }
}

#[test]
fn a_pack_alone_teaches_a_framework_that_nobody_knows() {
    let rule = format!(
        "severity: major\npillar: security\n{TEXTS}each-component: {{ depends-on: tidewater, from: '2.0' }}\nfails-when: {{ key: debug, in: config/production.yml, is: true }}\n"
    );
    let manifest = "{\"dependencies\": {\"tidewater\": \"^2.4.0\"}}\n";
    let old = "{\"dependencies\": {\"tidewater\": \"^1.9.0\"}}\n";
    let sandbox = Sandbox::folder(&[
        ("quality/rules/tidewater-debug.yml", &rule),
        ("quality/fixtures/tidewater-debug/fails/left-on/package.json", manifest),
        ("quality/fixtures/tidewater-debug/fails/left-on/config/production.yml", "debug: true\n"),
        ("quality/fixtures/tidewater-debug/passes/off/package.json", manifest),
        ("quality/fixtures/tidewater-debug/passes/off/config/production.yml", "debug: false\n"),
        ("quality/fixtures/tidewater-debug/not-applicable/older/package.json", old),
        ("product/apps/one/package.json", manifest),
        ("product/apps/one/config/production.yml", "name: x\ndebug: true\n"),
        ("product/apps/two/package.json", manifest),
        ("product/apps/two/config/production.yml", "debug: false\n"),
    ]);
    let cases =
        run_in(sandbox.path(), &["rules", "test", "--no-embedded", "--rules", "quality/rules", "quality/fixtures"]);
    assert_eq!((cases.code, cases.stdout.contains("3 cases, 0 problems")), (0, true), "{}", cases.stdout);
    let args = ["check", "product", "--no-embedded", "--rules", "quality/rules", "--format", "json"];
    let report: serde_json::Value = serde_json::from_str(&run_in(sandbox.path(), &args).stdout).expect("a report");
    let finding = &report["findings"][0];
    assert_eq!(finding["outcome"], "fail");
    assert_eq!(finding["components"], serde_json::json!(["apps/one"]));
    assert_eq!(finding["evidence"][0]["path"], "apps/one/config/production.yml");
    assert_eq!(finding["evidence"][0]["line"], 2);
}

#[test]
fn there_are_rules_for_every_pillar() {
    let rules = embedded();
    assert!(rules.all.len() >= 150, "{}", rules.all.len());
    for (pillar, _) in rules.pillars() {
        assert!(rules.all.iter().any(|rule| rule.pillar == pillar), "{pillar} has no rule");
    }
}

/// A pack with one rule file.
fn pack(text: &str) -> Sandbox {
    Sandbox::folder(&[("rules/house-rule.yml", text), ("README.md", "# x\n")])
}

const TEXTS: &str = "title: {fr: a, en: b}\nwhy: {fr: a, en: b}\nremediation: {fr: a, en: b}\n";

#[test]
fn errors_of_a_pack_name_the_place_and_the_nearest_word() {
    for (body, message, help) in [
        (
            "severity: major\npillar: tests\npasses-when: { fact: ci_run_tests, is: true }\n",
            "unknown fact `ci_run_tests`",
            "did you mean `ci_runs_tests`",
        ),
        ("severity: huge\npillar: tests\npasses-when: { fact: readme, is: true }\n", "unknown value `huge`", "blocker"),
        (
            "severity: major\npillar: test\npasses-when: { fact: readme, is: true }\n",
            "unknown pillar `test`",
            "did you mean `tests`",
        ),
        (
            "severity: major\npillar: tests\npass-when: { fact: readme, is: true }\n",
            "unknown key `pass-when`",
            "did you mean `passes-when`",
        ),
        (
            "severity: major\npillar: tests\npasses-when: { fact: readme, at-least: 3 }\n",
            "is a yes or no",
            "`is: true`",
        ),
        (
            "severity: major\npillar: tests\npasses-when: { text: 'a(', in: x }\n",
            "not a regular expression",
            "house-rule.yml:3",
        ),
        (
            "severity: major\npillar: tests\npasses-when: { fact: readme, is: true, file: x }\n",
            "asks 2 questions",
            "exactly one of",
        ),
        ("severity: major\npillar: tests\n", "has no condition", "passes-when"),
        (
            "severity: major\npillar: tests\npasses-when: { all: [] }\n",
            "is empty (rules/house-rule.yml:3)",
            "at least one",
        ),
        (
            "severity: major\npillar: tests\nmessage: { fr: a, en: 'in {readmi}' }\npasses-when: { fact: readme, is: true }\n",
            "names `{readmi}`, which is not a fact (rules/house-rule.yml:3)",
            "did you mean `readme`",
        ),
        (
            "severity: major\npillar: tests\npasses-when: { file: { a: b } }\n",
            "a text or a list of texts",
            "house-rule.yml:3",
        ),
        (
            "severity: major\npillar: tests\nfollows: missing-unit-test\npasses-when: { fact: readme, is: true }\n",
            "which does not exist",
            "did you mean `missing-unit-tests`",
        ),
        (
            "severity: major\npillar: tests\nfails-when:\n  workflow: { job: { permision: undeclared } }\n",
            "unknown key `permision`",
            "did you mean `permissions`",
        ),
        (
            "severity: major\npillar: tests\nfails-when:\n  workflow: { job: { permissions: write-al } }\n",
            "unknown value `write-al`",
            "did you mean `write-all`",
        ),
        (
            "severity: major\npillar: tests\nfails-when:\n  workflow: { step: { uses: { ref: [branch, tag] } } }\n",
            "unknown value `tag`",
            "movable-tag",
        ),
        (
            "severity: major\npillar: tests\nfails-when:\n  workflow: { on: pull_request_targets }\n",
            "knows no event `pull_request_targets`",
            "did you mean `pull_request_target`",
        ),
        (
            "severity: major\npillar: tests\nfails-when:\n  workflow:\n    step:\n      run: { matches: 'a(' }\n",
            "not a regular expression",
            "house-rule.yml:6",
        ),
        (
            "severity: major\npillar: tests\nfails-when:\n  image: { instruction: { name: RUNS } }\n",
            "unknown value `RUNS`",
            "did you mean `RUN`",
        ),
        (
            "severity: major\npillar: tests\nfails-when:\n  image: { user: root, named: { by: compose } }\n",
            "only goes with `purpose`",
            "house-rule.yml:4",
        ),
    ] {
        let sandbox = pack(&format!("{body}{TEXTS}"));
        let run = sandbox.equerre(&["check", "--rules", "rules", "."]);
        assert_eq!(run.code, 2, "{body}");
        assert!(run.stderr.contains(message), "{body}\n{}", run.stderr);
        assert!(run.stderr.contains(help), "{body}\n{}", run.stderr);
        assert!(run.stdout.is_empty());
    }
}

#[test]
fn a_pack_of_ones_own_needs_no_rust() {
    let rule =
        format!("severity: blocker\npillar: tests\nfails-when: {{ text: 'console\\.log', in: '**/*.js' }}\n{TEXTS}");
    let files = [
        ("rules/house-rule.yml", rule.as_str()),
        ("src/a.js", "// console.log\nconsole.log(1)\n"),
        ("src/a.test.js", "console.log(2)\n"),
    ];
    let run = Sandbox::repository(&files).equerre(&[
        "--rules",
        "rules",
        "--select",
        "house-rule",
        "--format",
        "json",
        "--as-of",
        NOW_TEXT,
    ]);
    let report = run.json();
    assert_eq!(report["findings"][0]["outcome"], "fail");
    assert_eq!(report["findings"][0]["evidence"][0]["line"], 2);
    assert_eq!(report["findings"][0]["evidence"].as_array().map(Vec::len), Some(1), "comments and tests are left out");
}

#[test]
fn a_pack_may_be_named_by_the_settings() {
    let rule = format!("severity: minor\npillar: tests\npasses-when: {{ file: '*.lock' }}\n{TEXTS}");
    let files = [("quality/house-rule.yml", rule.as_str()), (".equerre.yml", "packs: [quality]\n")];
    let run = Sandbox::repository(&files).equerre(&["--select", "house-rule", "--format", "json"]);
    assert_eq!(run.json()["findings"][0]["outcome"], "fail", "{}", run.stderr);
}

#[test]
fn a_pack_of_the_settings_is_read_from_what_is_audited() {
    let rule = |glob: &str| format!("severity: minor\npillar: tests\npasses-when: {{ file: '{glob}' }}\n{TEXTS}");
    let then = rule("*.lock");
    let sandbox =
        Sandbox::repository(&[("quality/house-rule.yml", then.as_str()), (".equerre.yml", "packs: [quality]\n")]);
    let outcome = |run: &common::Run| {
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.json()["findings"][0]["outcome"].clone()
    };
    sandbox.write("quality/house-rule.yml", rule("quality/*.yml").as_bytes());
    let args = ["--select", "house-rule", "--format", "json"];
    assert_eq!(outcome(&sandbox.equerre(&args)), "pass", "the working tree has its own rules");
    assert_eq!(outcome(&sandbox.equerre(&[&args[..], &["--rev", "HEAD"]].concat())), "fail");
    let mirror = tempfile::TempDir::new().expect("a folder");
    git2::build::RepoBuilder::new()
        .bare(true)
        .clone(sandbox.path().to_str().expect("a path"), mirror.path())
        .expect("a mirror");
    assert_eq!(outcome(&run_in(mirror.path(), &args)), "fail");
    for settings in ["lang: en\npacks: [qualite]\n", "lang: en\npacks:\n  - ./qualite\n"] {
        sandbox.write(".equerre.yml", settings.as_bytes());
        let run = sandbox.equerre(&[]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("`qualite`") && run.stderr.contains(".equerre.yml:"), "{}", run.stderr);
        assert_eq!(sandbox.equerre(&["--no-config", "--quiet"]).code, 0);
    }
}

#[test]
fn every_command_on_rules_knows_the_packs_of_the_settings() {
    let rule = format!("severity: minor\npillar: tests\npasses-when: {{ file: '*.lock' }}\n{TEXTS}");
    let sandbox = Sandbox::repository(&[
        ("quality/house-rule.yml", rule.as_str()),
        (".equerre.yml", "packs: [quality]\n"),
        ("fixtures/house-rule/fails/bare/a.txt", "x"),
        ("fixtures/house-rule/passes/locked/a.lock", "x"),
    ]);
    assert!(sandbox.equerre(&["explain", "house-rule"]).stdout.contains("Pack: quality."));
    assert_eq!(sandbox.equerre(&["explain", "house-rule", "--no-config"]).code, 2);
    assert!(sandbox.equerre(&["rules", "list"]).stdout.contains("house-rule"));
    assert!(!sandbox.equerre(&["rules", "list", "--no-config"]).stdout.contains("house-rule"));
    for args in [&["rules", "test"][..], &["rules", "test", "--rules", "quality"]] {
        let run = sandbox.equerre(args);
        assert_eq!((run.code, run.stdout.as_str()), (0, "2 cases, 0 problems\n"), "{}", run.stderr);
    }
}

#[test]
fn a_name_taken_twice_is_blamed_on_the_second_file() {
    let rule = format!("severity: minor\npillar: tests\npasses-when: {{ file: '*.lock' }}\n{TEXTS}");
    let run = Sandbox::folder(&[("p/missing-lockfile.yml", rule.as_str())]).equerre(&["rules", "list", "--rules", "p"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stderr.matches("another rule is also named").count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("p/missing-lockfile.yml") && run.stderr.contains("pack `equerre`"), "{}", run.stderr);
}

#[test]
fn a_folder_without_cases_is_refused() {
    let sandbox = Sandbox::folder(&[("notes/a.txt", "x")]);
    for folder in ["notes", "absent"] {
        let run = sandbox.equerre(&["rules", "test", folder]);
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.contains("<rule>/{fails,passes,"), "{}", run.stderr);
    }
}

#[test]
fn the_cases_of_a_pack_are_run_by_the_command() {
    let rule = format!("severity: minor\npillar: tests\npasses-when: {{ file: '*.lock' }}\n{TEXTS}");
    let good = [
        ("p/house-rule.yml", rule.as_str()),
        ("cases/house-rule/fails/bare/a.txt", "x"),
        ("cases/house-rule/passes/locked/a.lock", "x"),
    ];
    let run = Sandbox::folder(&good).equerre(&["rules", "test", "cases", "--rules", "p"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "2 cases, 0 problems\n"));
    let bad = [("p/house-rule.yml", rule.as_str()), ("cases/house-rule/fails/locked/a.lock", "x")];
    let run = Sandbox::folder(&bad).equerre(&["rules", "test", "cases", "--rules", "p"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("house-rule/fails/locked: expected fail, got pass"), "{}", run.stdout);
    assert!(run.stdout.contains("house-rule: needs a case"), "{}", run.stdout);
    assert!(run.stdout.ends_with("1 case, 2 problems\n"), "{}", run.stdout);
}

#[test]
fn what_follows_from_a_failure_is_no_second_one() {
    let code = "x = 1\n".repeat(80);
    let run =
        Sandbox::repository(&[("app/main.py", code.as_str())]).equerre(&["--format", "json", "--as-of", NOW_TEXT]);
    let report = run.json();
    let finding = |rule: &str| {
        report["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .find(|finding| finding["rule"] == rule)
            .cloned()
            .expect("the finding")
    };
    assert_eq!(finding("missing-unit-tests")["outcome"], "fail");
    assert_eq!(finding("ci-without-tests")["outcome"], "not-applicable", "one defect is one accusation");
    assert_eq!(finding("ci-without-tests")["follows"], "missing-unit-tests");
}

#[test]
fn schemas_are_json_schemas_that_name_the_keys() {
    let here = Path::new(".");
    for (args, key) in
        [(["rules", "schema"], "passes-when"), (["config", "schema"], "ignores"), (["report", "schema"], "findings")]
    {
        let schema = run_in(here, &args).json();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert!(schema["properties"].get(key).is_some(), "{key}");
        assert!(schema["description"].is_string());
    }
}
