//! The formats for code scanning, pipelines and comments: what is in them, and that hostile names and contents do no harm there.

mod common;

use std::path::Path;
use std::process::Command;

use common::hostile::{hostile, is_harmless, write};
use serde_json::Value;
use tempfile::TempDir;

fn audit(folder: &Path, format: &str, lang: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_equerre"))
        .args(["--no-git", "--no-config", "--format", format, "--lang", lang, "--as-of", "2026-11-27"])
        .arg(folder)
        .output()
        .expect("equerre runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn sarif_has_every_rule_and_one_result_a_place() {
    let folder = hostile();
    let text = audit(folder.path(), "sarif", "en");
    is_harmless(&text);
    let log: Value = serde_json::from_str(&text).expect("JSON");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert!(rules.len() > 150 && rules.iter().all(|rule| rule["help"]["markdown"].is_string()));
    let results = run["results"].as_array().expect("results");
    for result in results {
        let at = usize::try_from(result["ruleIndex"].as_u64().expect("a rank")).expect("a rank");
        assert_eq!(rules[at]["id"], result["ruleId"]);
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().expect("a file");
        assert!(uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>`|[]\"".contains(&byte)), "{uri}");
    }
    let secret = results.iter().find(|result| result["ruleId"] == "committed-secret").expect("the secret is told");
    assert_eq!(secret["level"], "error");
    assert_eq!(secret["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
    let prints: Vec<&Value> = results.iter().map(|result| &result["partialFingerprints"]).collect();
    assert!(prints.iter().enumerate().all(|(at, print)| !prints[..at].contains(print)), "fingerprints are unique");
}

#[test]
fn fingerprints_of_sarif_stay_when_lines_move() {
    let folder = TempDir::new().expect("a folder");
    let prints = |dockerfile: &str| {
        write(folder.path(), "Dockerfile", dockerfile);
        let log: Value = serde_json::from_str(&audit(folder.path(), "sarif", "en")).expect("JSON");
        let results = log["runs"][0]["results"].as_array().expect("results").clone();
        let of_image = results.into_iter().filter(|result| result["ruleId"] == "image-on-latest-tag");
        of_image.map(|result| result["partialFingerprints"].clone()).collect::<Vec<_>>()
    };
    let before = prints("FROM node:latest\nCMD [\"node\", \"a.js\"]\n");
    assert!(!before.is_empty());
    assert_eq!(prints("# Our image\n\nFROM node:latest\nCMD [\"node\", \"a.js\"]\n"), before);
}

#[test]
fn a_failure_that_is_set_aside_is_suppressed_in_sarif() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "README.md", "# Mon Cantinier\n");
    write(folder.path(), ".equerre.yml", "ignores:\n  - rule: missing-licence\n    reason: being chosen\n");
    let output = Command::new(env!("CARGO_BIN_EXE_equerre"))
        .args(["--no-git", "--format", "sarif"])
        .arg(folder.path())
        .output()
        .expect("equerre runs");
    let log: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    let licence = results.iter().find(|result| result["ruleId"] == "missing-licence").expect("a result");
    assert_eq!(licence["suppressions"][0]["justification"], "being chosen");
}

#[test]
fn annotations_are_one_command_a_line_and_ten_of_a_sort_at_most() {
    let folder = hostile();
    let text = audit(folder.path(), "github", "en");
    is_harmless(&text);
    for sort in ["error", "warning", "notice"] {
        let count = text.lines().filter(|line| line.starts_with(&format!("::{sort} "))).count();
        assert!(count <= 10, "{count} of {sort}");
    }
    for line in text.lines() {
        let rest = line.strip_prefix("::").unwrap_or_else(|| panic!("no command: {line}"));
        let (head, _) = rest.split_once("::").expect("a message");
        // A file named with `::error::` must not end its property, nor start another one.
        assert!(!head.contains('<') || head.contains("file="), "{head}");
        assert!(head.split(',').all(|property| property.split_once('=').is_some()), "{head}");
    }
    assert!(text.starts_with("::error ") && text.contains("[committed-secret]"), "the most important comes first");
}

#[test]
fn markdown_shows_hostile_names_as_text() {
    let folder = hostile();
    for lang in ["en", "fr"] {
        let text = audit(folder.path(), "markdown", lang);
        is_harmless(&text);
        for line in text.lines() {
            // What stands between fences of two is code that holds one; else between fences of one.
            let fence = if line.contains("``") { "``" } else { "`" };
            let outside: String = line.split(fence).step_by(2).collect();
            assert!(!outside.contains("[x](") && !outside.contains("@all"), "{line}");
            for tag in outside.split('<').skip(1) {
                let own = [
                    "details", "/details", "summary", "/summary", "b>", "/b>", "code>", "/code>", "https://", "http://",
                ];
                assert!(own.iter().any(|own| tag.starts_with(own)), "{line}");
            }
        }
        let grade = if lang == "en" { "## Grade " } else { "## Note " };
        assert!(text.starts_with(grade) && text.contains("`missing-licence`"), "{text}");
    }
}

#[test]
fn an_empty_folder_is_reported_in_every_format() {
    let folder = TempDir::new().expect("a folder");
    for format in ["sarif", "github", "gitlab", "junit", "csv", "badge", "markdown", "html", "json", "terminal"] {
        let text = audit(folder.path(), format, "fr");
        assert!(format == "github" || !text.is_empty(), "{format}");
    }
}

#[test]
fn one_run_writes_several_formats() {
    let folder = hostile();
    let (sarif, markdown) = (folder.path().join("out=1.sarif"), folder.path().join("summary.md"));
    let output = Command::new(env!("CARGO_BIN_EXE_equerre"))
        .args(["--no-git", "--quiet", "--output", &format!("sarif={}", sarif.display())])
        .args(["--output", &format!("Markdown={}", markdown.display())])
        .arg(folder.path())
        .output()
        .expect("equerre runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("/100"), "the terminal has its report too");
    let log: Value = serde_json::from_slice(&std::fs::read(sarif).expect("a file")).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    assert!(std::fs::read_to_string(markdown).expect("a file").starts_with("## "));
}

/// Checks a JSON text against a schema.
fn holds(schema: &Value, text: &str) {
    let validator = jsonschema::validator_for(schema).expect("a schema");
    let value: Value = serde_json::from_str(text).expect("JSON");
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn sarif_holds_to_the_schema_of_oasis() {
    let schema = std::fs::read_to_string("tests/schemas/sarif-2.1.0.json").expect("the schema");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    for lang in ["en", "fr"] {
        holds(&schema, &audit(hostile().path(), "sarif", lang));
    }
    let broken = jsonschema::validator_for(&schema).expect("a schema");
    assert!(!broken.is_valid(&serde_json::json!({"version": "2.1.0", "runs": [{}]})), "a run needs a tool");
}

#[test]
fn the_json_report_holds_to_its_own_schema() {
    let schema = common::run_in(Path::new("."), &["report", "schema"]).json();
    let folder = hostile();
    let text = audit(folder.path(), "json", "en");
    is_harmless(&text.replace("\\u001b", "").replace(['\u{202e}'], ""));
    holds(&schema, &text);
}

#[test]
fn code_quality_has_one_issue_a_place_with_a_mark_of_its_own() {
    let folder = hostile();
    let text = audit(folder.path(), "gitlab", "en");
    is_harmless(&text);
    let issues: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let mut marks: Vec<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().expect("a mark")).collect();
    let all = marks.len();
    marks.sort_unstable();
    marks.dedup();
    assert!(all > 3 && marks.len() == all, "fingerprints are unique");
    for issue in &issues {
        assert!(issue["description"].as_str().is_some_and(|text| !text.is_empty()));
        assert!(issue["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0));
        let path = issue["location"]["path"].as_str().expect("a path");
        assert!(!path.starts_with('/') && !path.contains("://"), "{path}");
        assert!(["blocker", "major", "minor", "info"].contains(&issue["severity"].as_str().expect("a severity")));
    }
    assert!(issues.iter().any(|issue| issue["check_name"] == "committed-secret" && issue["severity"] == "blocker"));
}

#[test]
fn junit_holds_to_the_schema_that_pipelines_share() {
    let folder = hostile();
    for lang in ["en", "fr"] {
        let text = audit(folder.path(), "junit", lang);
        is_harmless(&text);
        assert!(!text.contains("<script>"), "{text}");
        let count = |what: &str| text.matches(what).count();
        let said = |name: &str| -> usize {
            text.split(&format!("{name}=\""))
                .skip(1)
                .filter_map(|rest| rest.split('"').next()?.parse::<usize>().ok())
                .sum()
        };
        assert_eq!((said("tests"), said("failures")), (count("<testcase "), count("<failure ")), "{text}");
        assert_eq!(said("skipped"), count("<skipped "));
        assert!(count("<failure ") > 3 && count("<skipped ") > 0);
        let file = folder.path().join("junit.xml");
        std::fs::write(&file, &text).expect("a file");
        // `.ci/run` installs it; a machine without it still has the counts above.
        let checked =
            Command::new("xmllint").args(["--noout", "--schema", "tests/schemas/junit-10.xsd"]).arg(&file).output();
        if let Ok(checked) = checked {
            assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
        }
    }
}

/// The cells of a CSV text (RFC 4180).
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, quoted) {
            ('"', true) if letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            ('"', _) => quoted = !quoted,
            (',', false) => line.push(std::mem::take(&mut cell)),
            ('\r', false) => {
                assert_eq!(letters.next(), Some('\n'));
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            (letter, _) => cell.push(letter),
        }
    }
    lines
}

#[test]
fn csv_is_a_table_without_formulas() {
    let folder = hostile();
    write(folder.path(), "=cmd()/Dockerfile", "FROM node:latest\nCMD node a.js\n");
    let text = audit(folder.path(), "csv", "fr");
    is_harmless(&text);
    let lines = cells(&text);
    let columns = lines[0].len();
    assert!(lines.len() > 20 && lines.iter().all(|line| line.len() == columns), "{text}");
    assert!(lines.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '-', '@'])), "{text}");
    assert!(lines.iter().any(|line| line.contains(&"'=cmd()/Dockerfile".to_owned())), "{text}");
}

#[test]
fn a_badge_says_its_grade_aloud() {
    let folder = hostile();
    let text = audit(folder.path(), "badge", "fr");
    let alone = common::run_in(folder.path(), &["badge", ".", "--no-git", "--no-config", "--lang", "fr"]);
    assert_eq!((alone.code, &alone.stdout), (0, &text), "{}", alone.stderr);
    let svg = scraper::Html::parse_document(&text);
    let picture = scraper::Selector::parse("svg[role=img][aria-label*='note ']").expect("a selector");
    assert_eq!(svg.select(&picture).count(), 1, "{text}");
    assert!(!text.contains("href") && !text.contains("<script"), "{text}");
}

#[test]
fn a_comment_holds_the_most_important_and_says_what_it_leaves_out() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "README.md", "# Mon Cantinier\n");
    // Names near the longest that a file system takes, in failures with several places.
    for rank in 0..40 {
        let name = format!("{}{rank}", "très-".repeat(30));
        write(
            folder.path(),
            &format!("{name}/{name}/Dockerfile"),
            "FROM node:latest\nADD https://example.org/a /a\nCMD node a.js\n",
        );
        write(folder.path(), &format!("{name}/{name}/.env"), "SECRET_KEY=1\n");
    }
    let text = audit(folder.path(), "markdown", "en");
    assert!(text.chars().count() < 65_536, "{} characters", text.chars().count());
}

#[test]
fn what_only_follows_another_failure_is_told_once_everywhere() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "README.md", "# Mon Cantinier\n");
    let count = |format: &str, mark: &str| audit(folder.path(), format, "en").matches(mark).count();
    assert_eq!(count("sarif", "\"ruleId\": \"licence-not-for-software\""), 0);
    assert_eq!(count("csv", "licence-not-for-software,fail"), 0);
    let issues: Vec<Value> = serde_json::from_str(&audit(folder.path(), "gitlab", "en")).expect("JSON");
    let log: Value = serde_json::from_str(&audit(folder.path(), "sarif", "en")).expect("JSON");
    let failures =
        audit(folder.path(), "dotenv", "en").lines().find_map(|line| line.strip_prefix("failures=")?.parse().ok());
    assert_eq!(
        (issues.len(), log["runs"][0]["results"].as_array().map(Vec::len)),
        (failures.expect("a count"), failures)
    );
}

#[test]
fn a_format_that_is_nearly_one_is_no_name_of_a_file() {
    let folder = TempDir::new().expect("a folder");
    for (output, said) in
        [("sraif=x.out", "did you mean `sarif`?"), ("json=-", "standard output"), ("html=", "no file")]
    {
        let run = common::run_in(folder.path(), &["--no-git", "--output", output]);
        assert!(run.code == 2 && run.stderr.contains(said), "{output}: {}", run.stderr);
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}
