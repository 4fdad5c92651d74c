//! What somebody meets in the first hour: names of files, options in any order, words that are no address, French that agrees.

mod common;

use common::{NOW_TEXT, Sandbox};
use regex::Regex;

fn product() -> Sandbox {
    Sandbox::repository(&[("README.md", "# Produit\n"), ("index.js", "console.log(1)\n")])
}

fn read(sandbox: &Sandbox, name: &str) -> String {
    std::fs::read_to_string(sandbox.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_extension_of_a_file_says_its_format() {
    let sandbox = product();
    for (name, start) in [
        ("report.html", "<!doctype html>"),
        ("report.JSON", "{"),
        ("report.sarif", "{\n  \"$schema\""),
        ("report.sarif.json", "{\n  \"$schema\""),
        ("report.xml", "<?xml"),
        ("report.csv", "rule,"),
        ("badge.svg", "<svg"),
        ("grade.env", "grade="),
    ] {
        let run = sandbox.equerre(&["--output", name, "--as-of", NOW_TEXT]);
        assert!(run.code == 0 && run.stdout.is_empty(), "{name}: {}{}", run.stdout, run.stderr);
        let text = read(&sandbox, name);
        assert!(text.to_lowercase().starts_with(&start.to_lowercase()), "{name}: {}", &text[..text.len().min(80)]);
    }
    // `--format` chooses among what an extension may hold.
    for (format, name) in
        [("sarif", "scan.json"), ("gitlab", "quality.json"), ("json", "report"), ("lines", "found.txt")]
    {
        let run = sandbox.equerre(&["--format", format, "--output", name, "--as-of", NOW_TEXT]);
        assert_eq!(run.code, 0, "{format} {name}: {}", run.stderr);
    }
    assert!(read(&sandbox, "scan.json").contains("sarif-schema"));
    let audit = sandbox.equerre(&["audit", ".", "--as-of", NOW_TEXT, "--output", "product.html"]);
    assert!(audit.stdout.is_empty() && read(&sandbox, "product.html").starts_with("<!"), "{}", audit.stderr);
}

#[test]
fn a_name_that_says_no_format_is_refused() {
    let sandbox = product();
    for (args, en, fr) in [
        (&["--output", "report.pdf"][..], "does not say which format", "ne dit pas quel format"),
        (&["--output", "html"], "names a format", "le nom d’un format"),
        (&["--format", "json", "--output", "report.html"], "say two things", "se contredisent"),
        (&["audit", ".", "--output", "report.csv"], "does not say which format", "ne dit pas quel format"),
    ] {
        for (lang, said) in [("en", en), ("fr", fr)] {
            let run = sandbox.equerre(&[args, &["--lang", lang]].concat());
            assert!(run.code == 2 && run.stderr.contains(said), "{args:?}: {}", run.stderr);
        }
    }
    let names: Vec<String> = std::fs::read_dir(sandbox.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert!(!names.iter().any(|name| name.starts_with("report") || name == "html"), "{names:?}");
}

#[test]
fn what_a_file_lacks_is_its_folder() {
    let sandbox = product();
    let run = sandbox.equerre(&["--output", "no/report.json", "--lang", "fr"]);
    assert!(run.code == 2 && run.stderr.contains("son dossier n’existe pas"), "{}", run.stderr);
}

#[test]
fn settings_under_a_wrong_name_are_told() {
    let sandbox = product();
    sandbox.write(".equerre.yaml", b"ignores: []\n");
    let english = sandbox.equerre(&["--quiet"]);
    assert!(english.stderr.contains("`.equerre.yaml` is not read"), "{}", english.stderr);
    let french = sandbox.equerre(&["--quiet", "--lang", "fr"]);
    assert!(french.stderr.contains("`.equerre.yaml` n’est pas lu"), "{}", french.stderr);
    let from_outside = sandbox.equerre(&["--quiet", "--no-config"]);
    assert!(!from_outside.stderr.contains(".equerre.yaml"), "{}", from_outside.stderr);
}

#[test]
fn a_word_that_is_no_address_is_refused() {
    let sandbox = product();
    for args in [&["--url", "notaurl"][..], &["--url", "notaurl/page"], &["site", "notaurl"]] {
        let run = sandbox.equerre(args);
        assert!(run.code == 2 && run.stderr.contains("is not an address of a site"), "{args:?}: {}", run.stderr);
    }
    let french = sandbox.equerre(&["--url", "notaurl", "--lang", "fr"]);
    assert!(french.stderr.contains("n’est pas l’adresse d’un site"), "{}", french.stderr);
}

#[test]
fn lines_are_those_that_editors_read() {
    let sandbox = product();
    let run = sandbox.equerre(&["--format", "lines", "--as-of", NOW_TEXT]);
    let line = Regex::new(r"^[^:]+:\d+:\d+: (info|minor|major|blocker) \[[a-z0-9-]+\] \S.*$").expect("a pattern");
    assert!(run.stdout.lines().count() > 2, "{}", run.stdout);
    for found in run.stdout.lines() {
        assert!(line.is_match(found), "{found}");
    }
    assert!(run.stdout.contains("[missing-licence]"), "{}", run.stdout);
    let french = sandbox.equerre(&["--format", "lines", "--lang", "fr", "--as-of", NOW_TEXT]).stdout;
    assert!(french.lines().all(|found| line.is_match(found)) && french != run.stdout, "{french}");
}

#[test]
fn options_may_come_before_a_command() {
    let sandbox = product();
    let expected = sandbox.equerre(&["explain", "missing-licence", "--lang", "fr"]);
    assert_eq!(sandbox.equerre(&["--lang", "fr", "explain", "missing-licence"]).stdout, expected.stdout);
    assert_eq!(sandbox.equerre(&["--lang=fr", "explain", "missing-licence"]).stdout, expected.stdout);
    let list = sandbox.equerre(&["--lang", "fr", "rules", "list"]);
    assert!(list.code == 0 && list.stdout.contains("Ouverture"), "{}", list.stderr);
    let quiet = sandbox.equerre(&["--quiet", "check", "--as-of", NOW_TEXT]);
    assert!(quiet.code == 0 && quiet.stdout.contains("Grade"), "{}", quiet.stderr);
    // The value of an option is no command.
    let facts = sandbox.equerre(&["--exclude", "site", "facts", "--as-of", NOW_TEXT]);
    assert!(facts.code == 0 && facts.stdout.contains("license_spdx"), "{}", facts.stderr);
    let wrong = sandbox.equerre(&["--min-grade", "C", "explain", "missing-licence"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("--min-grade"), "{}", wrong.stderr);
}

#[test]
fn a_report_says_what_a_machine_can_mend() {
    let sandbox = product();
    for (lang, said) in [("en", "A machine can fix"), ("fr", "Une machine en corrige")] {
        let shown = sandbox.equerre(&["--as-of", NOW_TEXT, "--lang", lang]).stdout;
        assert!(shown.contains(said) && shown.contains("`equerre fix --dry-run`"), "{shown}");
        let grade = sandbox.equerre(&["--as-of", NOW_TEXT, "--lang", lang, "--quiet"]).stdout;
        assert!(!grade.contains("equerre fix"), "{grade}");
    }
    // Nothing can be written to a commit.
    let past = sandbox.equerre(&["--rev", "HEAD", "--as-of", NOW_TEXT]).stdout;
    assert!(!past.contains("equerre fix"), "{past}");
}

#[test]
fn french_agrees() {
    let sandbox = product();
    let explained = sandbox.equerre(&["explain", "missing-licence", "--lang", "fr"]).stdout;
    assert!(explained.contains("Sévérité\u{a0}: majeure"), "{explained}");
    sandbox.write(".equerre.yml", b"lang: fr\n");
    let written = sandbox.equerre(&["baseline", "--as-of", NOW_TEXT, "--select", "missing-licence"]).stderr;
    assert!(written.contains("1 règle en échec"), "{written}");
    sandbox.write("LICENSE", include_str!("../templates/licences/MIT.txt").as_bytes());
    let updated = sandbox.equerre(&["baseline", "--update", "--as-of", NOW_TEXT, "--select", "missing-licence"]).stderr;
    assert!(updated.contains("1 règle qui n’est plus en échec, 0 emplacement d’autres"), "{updated}");
}

#[test]
fn watching_needs_a_terminal() {
    let sandbox = Sandbox::folder(&[("a.js", "a\n")]);
    let refused = sandbox.equerre(&["--watch"]);
    assert!(refused.code == 2 && refused.stderr.contains("needs a terminal"), "{}", refused.stderr);
    assert_eq!(refused.stdout, "");
    assert_eq!(sandbox.equerre(&["--watch", "--format", "json"]).code, 2);
}

#[test]
fn editors_and_shells_know_the_names_of_rules() {
    let sandbox = product();
    assert_eq!(sandbox.equerre(&["init"]).code, 0);
    let written = read(&sandbox, ".equerre.yml");
    let address = written.lines().next().and_then(|line| line.strip_prefix("# yaml-language-server: $schema="));
    let name =
        address.and_then(|address| address.strip_prefix("https://betagouv.github.io/equerre/")).expect("an address");
    let published = std::fs::read_to_string(".ci/docs").expect("what publishes the site");
    assert!(published.contains(&format!("$target/src/{name}\"")), "{name} is not published");
    let schema = sandbox.equerre(&["config", "schema"]).json();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for (valid, settings) in [
        (true, serde_json::json!({ "ignores": [{ "rule": "missing-licence", "reason": "a" }] })),
        (true, serde_json::json!({ "ignores": [{ "rule": "a-rule-of-a-pack", "reason": "a" }] })),
        (true, serde_json::json!({ "severities": { "missing-licence": "info" } })),
        (false, serde_json::json!({ "severities": { "missing-licence": "high" } })),
        (false, serde_json::json!({ "ignores": [{ "rule": "Missing licence", "reason": "a" }] })),
    ] {
        assert_eq!(validator.is_valid(&settings), valid, "{settings}");
    }
    let names = schema["$defs"]["RawIgnore"]["properties"]["rule"]["anyOf"][0]["enum"].as_array().expect("names");
    assert!(names.len() > 200 && names.contains(&"missing-licence".into()), "{names:?}");
    for shell in ["bash", "zsh", "fish"] {
        let completions = sandbox.equerre(&["completions", shell]).stdout;
        assert!(completions.contains("missing-licence"), "{shell}");
        let french = sandbox.equerre(&["--lang", "fr", "completions", shell]);
        assert!(shell == "bash" || french.stdout.contains("Audite un dépôt"), "{shell}: {}", french.stderr);
    }
}
