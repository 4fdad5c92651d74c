//! Arbitrary bytes in every file that is parsed: a report comes out, and nothing crashes.

use equerre::Location;
use equerre::internals::Config;
use equerre::internals::ConfigFile;
use equerre::internals::LANGUAGES;
use equerre::internals::Memory;
use equerre::internals::evaluate;
use equerre::internals::{Embedded, Rules};
use equerre::internals::{ExternalData, scanner, survey_memory};
use equerre::internals::{Node, Syntax};
use equerre::internals::{command_meaning, shell_commands};
use equerre::internals::{comment_ranges, covers};
use equerre::internals::{decode, printable};
use proptest::prelude::*;

/// Names of files that some parser reads.
const PARSED: &[&str] = &[
    "package.json",
    "pnpm-workspace.yaml",
    "deno.json",
    "composer.json",
    "pyproject.toml",
    "requirements.txt",
    "Pipfile",
    "setup.py",
    "setup.cfg",
    "Gemfile",
    "pom.xml",
    "build.gradle",
    "build.sbt",
    "project/Dependencies.scala",
    "mix.exs",
    "go.mod",
    "Cargo.toml",
    ".github/workflows/ci.yml",
    ".github/dependabot.yml",
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    ".travis.yml",
    ".pre-commit-config.yaml",
    "Makefile",
    "justfile",
    "Dockerfile",
    "docker-compose.yml",
    "README.md",
    "LICENSE",
    "publiccode.yml",
    ".env",
    ".gitattributes",
    "public/.well-known/security.txt",
    "config/master.key",
    "src/settings.py",
    "config/environments/production.rb",
    "nginx.conf",
    "src/a.ts",
    "src/b.vue",
    "src/a.test.ts",
    "config/packages/nelmio_security.yaml",
];

/// Pieces that make parsers go further than noise does.
const PIECES: &[&str] = &[
    "on: push\n",
    "jobs:\n",
    "  a:\n",
    "    steps:\n",
    "      - run: |\n",
    "          npm test\n",
    "\"scripts\": {",
    "\"test\": \"npm run test\"",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "'",
    "`",
    "${{ ",
    " }}",
    "<<: *a\n",
    "&a ",
    "*a",
    "- ",
    "\n",
    "\t",
    "  ",
    "#",
    "//",
    "/*",
    "*/",
    "<!--",
    "-->",
    "gem 'a'",
    "{:a, \"~> 1\"}",
    "require (",
    "extends: .a\n",
    ".a:\n",
    "include:\n",
    "local: .gitlab-ci.yml\n",
    "uses: ./.github/workflows/ci.yml\n",
    "make a\n",
    "a: a\n",
    "é",
    "\u{202e}",
    "\u{0}",
    "\u{feff}",
    "<dependency><artifactId>",
    "</dependency>",
    "SECURE_HSTS_SECONDS = 9",
    "max-age=",
    "://a:b@c.fr",
    "-----BEGIN PRIVATE KEY-----\n",
    "Expires: ",
    "helmet(",
    "accessibilité : non conforme",
    "==1.0",
    "&&",
    "||",
    ";",
    "$(",
    "docker run ",
    "bash -c ",
    "\\",
];

fn any_text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => (0..PIECES.len()).prop_map(|at| PIECES[at].as_bytes().to_vec()),
        2 => proptest::collection::vec(any::<u8>(), 0..12),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_tree_is_reported_on(texts in proptest::collection::vec((0..PARSED.len(), any_text()), 1..10)) {
        let rules = Rules::load(&[], Embedded::With).expect("the embedded rules load");
        let files: Vec<(&str, Vec<u8>)> = texts.into_iter().map(|(at, bytes)| (PARSED[at], bytes)).collect();
        let survey = survey_memory(Box::new(Memory::new(files)), ExternalData::default(), 1_767_225_600, scanner(rules.probes.clone()).expect("patterns"));
        let all: Vec<_> = rules.all.iter().collect();
        prop_assert_eq!(evaluate(&all, &survey).len(), rules.all.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn documents_never_panic_and_know_their_lines(bytes in any_text()) {
        if let Some(text) = decode(&bytes) {
            let lines = text.matches('\n').count() + 2;
            for syntax in [Syntax::Json, Syntax::Yaml, Syntax::Toml] {
                if let Ok(node) = Node::parse(&text, syntax) {
                    prop_assert!(node.line as usize <= lines);
                }
            }
        }
    }

    #[test]
    fn comments_stay_inside_their_text(bytes in any_text()) {
        if let Some(text) = decode(&bytes) {
            for language in LANGUAGES {
                let ranges = comment_ranges(&text, language.comments);
                prop_assert!(ranges.iter().all(|range| range.start < range.end && range.end <= text.len()));
                prop_assert!(ranges.is_sorted_by_key(|range| range.start));
                prop_assert!(!covers(&ranges, text.len() + 1));
            }
        }
    }

    #[test]
    fn scripts_are_split_without_losing_their_lines(bytes in any_text()) {
        if let Some(text) = decode(&bytes) {
            for found in shell_commands(&text) {
                prop_assert!(!found.words.is_empty());
                prop_assert!((found.line as usize) <= text.matches('\n').count());
                let _ = command_meaning(&found);
            }
        }
    }

    #[test]
    fn settings_are_read_or_refused(bytes in any_text()) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let _ = Config::read(ConfigFile::new(".equerre.yml", text));
    }

    #[test]
    fn any_text_is_quoted(text in "[a-zé='\"` :,<>{}$\\\\(/@-]{0,30}(token|--password|ENV key|://)[a-zé='\"` :,<>{}$\\\\(/@-]{0,30}") {
        let _ = Location::file("a").quoting(&text);
    }

    #[test]
    fn what_is_printed_holds_no_control(text in any::<String>()) {
        prop_assert!(!printable(&text).chars().any(char::is_control));
    }
}

/// Facts of a tree in memory.
fn facts_of(files: Vec<(&str, String)>) -> equerre::internals::Facts {
    let files = files.into_iter().map(|(path, text)| (path, text.into_bytes()));
    let memory = Box::new(Memory::new(files));
    survey_memory(memory, ExternalData::default(), 1_767_225_600, scanner(Vec::new()).expect("patterns")).facts
}

#[test]
fn pipelines_made_to_never_end_do() {
    let jobs: String = (0..400)
        .map(|n| {
            format!(
                "  j{n}:\n    needs: [j{}, j{}]\n    steps:\n      - run: clever deploy\n",
                (n + 1) % 400,
                (n + 7) % 400
            )
        })
        .collect();
    let calls: String = (0..20)
        .map(|n| format!("  c{n}:\n    uses: ./.github/workflows/loop.yml\n  d{n}:\n    steps:\n      - uses: ./.github/actions/loop\n"))
        .collect();
    let action = "runs:\n  using: composite\n  steps:\n    - uses: ./.github/actions/loop\n    - uses: ./.github/actions/loop\n    - run: npx jest\n";
    let facts = facts_of(vec![
        (".github/workflows/needs.yml", format!("on: {{push: {{branches: [main]}}}}\njobs:\n{jobs}")),
        (".github/workflows/loop.yml", format!("on: [push, workflow_call]\njobs:\n{calls}")),
        (".github/actions/loop/action.yml", action.to_owned()),
    ]);
    assert!(facts.get("deploy_automated").is_some_and(|fact| fact.is_true()));
    assert!(facts.get("ci_runs_tests").is_some_and(|fact| fact.is_true()));
}

#[test]
fn expressions_and_conditions_of_a_megabyte_are_read() {
    let long = "a && ".repeat(180_000);
    let condition =
        format!("on: push\njobs:\n  t:\n    if: ${{{{ {long} true }}}}\n    steps:\n      - run: npx jest\n");
    let script = format!(
        "on: push\njobs:\n  t:\n    steps:\n      - run: |\n          echo ${{{{ {long} }}}}\n          npx jest\n"
    );
    let quotes = format!(
        "on: push\njobs:\n  t:\n    steps:\n      - run: \"{}\"\n",
        "bash -c 'x; ".repeat(60_000).replace('\'', "")
    );
    let facts = facts_of(vec![
        (".github/workflows/a.yml", condition),
        (".github/workflows/b.yml", script),
        (".github/workflows/c.yml", quotes),
        (".gitlab-ci.yml", format!("t:\n  rules:\n    - if: '{long}'\n  script: jest\n")),
    ]);
    assert!(facts.get("ci_runs_tests").is_some_and(|fact| fact.is_true()));
}

#[test]
fn anchors_that_multiply_are_refused_and_told() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..20 {
        let list = vec![format!("*a{}", n - 1); 9].join(", ");
        bomb.push_str(&format!("a{n}: &a{n} [{list}]\n"));
    }
    bomb.push_str("job:\n  script: *a19\n");
    let facts = facts_of(vec![(".gitlab-ci.yml", bomb)]);
    assert_eq!(facts.get("ci_systems").map(|fact| fact.names().to_vec()), Some(vec!["gitlab-ci".to_owned()]));
    assert_eq!(facts.get("ci_broken_files").map(|fact| fact.names().to_vec()), Some(vec![".gitlab-ci.yml".to_owned()]));
}
