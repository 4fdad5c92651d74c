//! The formats for code scanning, pipelines and comments: what is in them, and that hostile names and contents do no harm there.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// A name that tries to end a command, a cell, a tag and a line, to move the cursor and to turn the reading direction.
const HOSTILE: &str =
    "a`b|c<script>alert(1)</script>::error::=cmd() %0A@all [x](javascript:1)\u{202e}\u{1b}[31m,é,.env";

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
    std::fs::write(path, text).expect("a file");
}

/// A repository whose failures have places with hostile names.
fn hostile() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "README.md", "# Mon Cantinier\n");
    write(folder.path(), "package.json", "{\"dependencies\": {\"left-pad\": \"*\"}}\n");
    write(folder.path(), "Dockerfile", "FROM node:latest\nCOPY . .\nCMD node a.js\n");
    // What it holds makes it a failure of two rules, in a folder whose name is hostile too.
    let name = HOSTILE.replace("</script>", "<script>");
    let secret = format!("API_TOKEN={}_{}\n", "ghp", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6");
    write(folder.path(), &format!("{name}/.env.production"), &secret);
    write(folder.path(), &format!("{name}/line\nbreak.env"), &secret);
    folder
}

fn audit(folder: &Path, format: &str, lang: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_equerre"))
        .args(["--no-git", "--no-config", "--format", format, "--lang", lang, "--as-of", "2026-11-27"])
        .arg(folder)
        .output()
        .expect("equerre runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What no format may hold: escapes of a terminal, marks that turn the reading direction, a secret.
fn is_harmless(text: &str) {
    for forbidden in ['\u{1b}', '\u{202e}', '\u{9b}'] {
        assert!(!text.contains(forbidden), "{forbidden:?}");
    }
    assert!(!text.contains("aB3dE6gH9jK2"), "a secret is printed");
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
    for format in ["sarif", "github", "markdown", "json", "terminal"] {
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
