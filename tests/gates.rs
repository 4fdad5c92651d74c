//! Gates that a team can take up on a bad day: a baseline, a change alone, and what two reports differ by.

mod common;

use common::{NOW_TEXT, Run, Sandbox};
use serde_json::Value;

const ONE: &str = "const agent = { rejectUnauthorized: false };\n";

fn product() -> Sandbox {
    Sandbox::repository(&[
        ("README.md", "# Cantine\n\nUn service pour les gestionnaires de cantines scolaires.\n"),
        ("package.json", "{\n  \"dependencies\": { \"express\": \"5.0.0\" }\n}\n"),
        ("src/session.js", ONE),
    ])
}

fn check(sandbox: &Sandbox, args: &[&str]) -> Run {
    sandbox.equerre(&[&["--as-of", NOW_TEXT], args].concat())
}

fn finding<'r>(report: &'r Value, rule: &str) -> &'r Value {
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().find(|found| found["rule"] == rule).unwrap_or_else(|| panic!("{rule} is absent"))
}

#[test]
fn a_baseline_lets_only_new_failures_count() {
    let sandbox = product();
    assert_eq!(check(&sandbox, &["--fail-on", "minor"]).code, 1);
    let written = sandbox.equerre(&["baseline", "--as-of", NOW_TEXT]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    assert!(written.stderr.contains(".equerre-baseline.json"), "{}", written.stderr);
    let gate = ["--fail-on", "minor", "--baseline", ".equerre-baseline.json"];
    let known = check(&sandbox, &gate);
    assert_eq!(known.code, 0, "{}", known.stderr);
    assert!(
        known.stdout.contains("Nothing new to fix.") && known.stdout.contains("known in the baseline"),
        "{}",
        known.stdout
    );
    // The grade is that of the repository all the same.
    let grade = |args: &[&str]| check(&sandbox, &[args, &["--format", "json"]].concat()).json()["grade"].clone();
    assert_eq!(grade(&gate), grade(&[]));
    // Another line of a rule that is known is new, and lines that move are not.
    sandbox.write(
        "src/session.js",
        format!("// moved\n\n{ONE}const other = {{ rejectUnauthorized: false, keepAlive: true }};\n").as_bytes(),
    );
    let new = check(&sandbox, &[&gate[..], &["--format", "json"]].concat());
    assert_eq!(new.code, 1);
    assert!(
        new.stderr.contains("disabled-tls-verification") && !new.stderr.contains("missing-licence"),
        "{}",
        new.stderr
    );
    let evidence = finding(&new.json(), "disabled-tls-verification")["evidence"].clone();
    assert_eq!((evidence.as_array().map(Vec::len), &evidence[0]["line"]), (Some(1), &Value::from(4)));
}

#[test]
fn a_component_that_lacks_something_is_new_beside_one_that_did() {
    let app = "{\n  \"dependencies\": { \"express\": \"5.0.0\" }\n}\n";
    let server = "import express from 'express';\nconst app = express();\napp.listen(3000);\n";
    let sandbox =
        Sandbox::repository(&[("README.md", "# Cantine\n"), ("one/package.json", app), ("one/server.js", server)]);
    let rule = "express-powered-by-header";
    assert_eq!(finding(&check(&sandbox, &["--format", "json"]).json(), rule)["outcome"], "fail");
    sandbox.equerre(&["baseline", "--as-of", NOW_TEXT, "--output", "known.json"]);
    let again = check(&sandbox, &["--format", "json", "--baseline", "known.json"]).json();
    assert_eq!(finding(&again, rule)["standing"], "baselined");
    sandbox.write("two/package.json", app.as_bytes());
    sandbox.write("two/server.js", server.as_bytes());
    let now = check(&sandbox, &["--format", "json", "--baseline", "known.json"]).json();
    let found = finding(&now, rule);
    assert_eq!((&found["standing"], &found["components"]), (&Value::Null, &serde_json::json!(["two"])));
}

#[test]
fn a_baseline_is_not_overwritten_and_forgets_what_is_mended() {
    let sandbox = product();
    sandbox.equerre(&["baseline", "--as-of", NOW_TEXT]);
    let before = std::fs::read_to_string(sandbox.join(".equerre-baseline.json")).expect("a baseline");
    let again = sandbox.equerre(&["baseline", "--as-of", NOW_TEXT]);
    assert!(again.code == 2 && again.stderr.contains("--update"), "{}", again.stderr);
    sandbox.write("LICENSE", include_bytes!("../LICENSE"));
    sandbox.write("Dockerfile", b"FROM node:latest\nCMD [\"node\", \"a.js\"]\n");
    let updated = sandbox.equerre(&["baseline", "--update", "--as-of", NOW_TEXT]);
    assert_eq!(updated.code, 0, "{}", updated.stderr);
    let after = std::fs::read_to_string(sandbox.join(".equerre-baseline.json")).expect("a baseline");
    assert!(before.contains("missing-licence") && !after.contains("missing-licence"), "what is fixed goes");
    assert!(!after.contains("image-on-latest-tag"), "what is new does not come in");
    let idle = sandbox.equerre(&["baseline", "--update", "--as-of", NOW_TEXT]);
    assert!(idle.stderr.contains("up to date"), "{}", idle.stderr);
    // A rule that was not asked this time stays.
    sandbox.equerre(&["baseline", "--update", "--as-of", NOW_TEXT, "--select", "openness"]);
    assert_eq!(std::fs::read_to_string(sandbox.join(".equerre-baseline.json")).expect("a baseline"), after);
}

#[test]
fn a_mirror_has_no_place_for_a_baseline() {
    let sandbox = product();
    let refused = sandbox.equerre(&["baseline", ".git", "--rev", "HEAD", "--as-of", NOW_TEXT]);
    assert!(refused.code == 2 && refused.stderr.contains("--output FILE"), "{}", refused.stderr);
    assert!(!sandbox.join(".equerre-baseline.json").exists());
    let empty = Sandbox::folder(&[(".equerre-baseline.json", "{\"version\": 1, \"failures\": {}}\n")]);
    assert!(empty.equerre(&["."]).stdout.contains("nothing to audit"), "what Equerre wrote is not a product");
}

#[test]
fn the_settings_may_name_the_baseline() {
    let sandbox = product();
    sandbox.write(".equerre.yml", b"gates: { fail-on: minor }\nbaseline: known.json\n");
    let missing = check(&sandbox, &[]);
    assert!(missing.code == 2 && missing.stderr.contains("known.json"), "{}", missing.stderr);
    sandbox.equerre(&["baseline", "--as-of", NOW_TEXT]);
    assert!(sandbox.join("known.json").exists(), "it is written where the settings say");
    assert_eq!(check(&sandbox, &[]).code, 0);
    sandbox.write(".equerre.yml", b"baseline: ../known.json\n");
    let outside = check(&sandbox, &[]);
    assert!(outside.code == 2 && outside.stderr.contains("at the root"), "{}", outside.stderr);
}

#[test]
fn a_broken_baseline_is_refused_with_its_place() {
    let sandbox = product();
    for (text, said) in [
        ("", "empty"),
        ("{\"version\": 9, \"failures\": {}}", "version 9"),
        ("{\"version\": 1, \"failure\": {}}", "failure"),
        ("not a baseline", ""),
    ] {
        sandbox.write("known.json", text.as_bytes());
        let refused = check(&sandbox, &["--baseline", "known.json"]);
        assert!(refused.code == 2 && refused.stderr.contains(said), "{text}: {}", refused.stderr);
    }
    let absent = check(&sandbox, &["--baseline", "nowhere.json"]);
    assert!(absent.code == 2 && absent.stderr.contains("equerre baseline"), "{}", absent.stderr);
}

#[test]
fn a_change_answers_for_its_own_files() {
    let sandbox = product();
    let git = sandbox.git();
    let base = git.head().expect("a head").peel_to_commit().expect("a commit");
    git.branch("base", &base, false).expect("a branch");
    let gate = ["--fail-on", "info", "--changed-since", "base", "--format", "json"];
    let clean = check(&sandbox, &gate);
    assert_eq!(clean.code, 0, "{}", clean.stderr);
    // Written and not even added, then committed, then read from git: it is the same change.
    sandbox.write("Dockerfile", b"FROM node:latest\nCMD [\"node\", \"a.js\"]\n");
    let untracked = check(&sandbox, &gate);
    assert_eq!(untracked.code, 1);
    assert!(untracked.stderr.contains("image-on-latest-tag"), "{}", untracked.stderr);
    assert!(!untracked.stderr.contains("disabled-tls-verification"), "{}", untracked.stderr);
    sandbox.commit("feat: image", 2);
    assert_eq!(check(&sandbox, &gate).stderr, untracked.stderr);
    let report = check(&sandbox, &[&gate[..], &["--rev", "HEAD"]].concat());
    assert_eq!(report.stderr, untracked.stderr);
    assert_eq!(finding(&report.json(), "disabled-tls-verification")["standing"], "untouched");
    // What the base branch received meanwhile is none of it.
    git.reset(base.as_object(), git2::ResetType::Hard, None).expect("a reset");
    sandbox.write("src/mine.js", b"export const mine = 1;\n");
    sandbox.commit("feat: mine", 1);
    let mine = git.head().expect("a head").peel_to_commit().expect("a commit");
    git.reset(base.as_object(), git2::ResetType::Hard, None).expect("a reset");
    sandbox.write("Dockerfile", b"FROM node:latest\nCMD [\"node\", \"a.js\"]\n");
    let theirs = sandbox.commit("feat: theirs", 1);
    git.branch("base", &git.find_commit(theirs).expect("a commit"), true).ok();
    git.reset(mine.as_object(), git2::ResetType::Hard, None).expect("a reset");
    let mine = check(&sandbox, &gate);
    assert_eq!(mine.code, 0, "{}", mine.stderr);
}

#[test]
fn a_change_answers_for_what_it_makes_fail_and_for_nothing_else() {
    let sandbox = product();
    sandbox.write("LICENSE", include_bytes!("../LICENSE"));
    sandbox.commit("docs: licence", 5);
    let git = sandbox.git();
    let base = git.head().expect("a head").peel_to_commit().expect("a commit");
    git.branch("base", &base, false).expect("a branch");
    let gate = ["--fail-on", "info", "--changed-since", "base", "--format", "json"];
    // A blank line, or one beside, makes no old failure new.
    sandbox.write("src/session.js", format!("// a comment\n\n{ONE}\n").as_bytes());
    let moved = check(&sandbox, &gate);
    assert_eq!(moved.code, 0, "{}", moved.stderr);
    assert_eq!(finding(&moved.json(), "disabled-tls-verification")["standing"], "untouched");
    // The same defect once more is new, and only that place is shown.
    sandbox.write("src/session.js", format!("{ONE}const b = {{ rejectUnauthorized: false, c: 1 }};\n").as_bytes());
    let added = check(&sandbox, &gate);
    let evidence = finding(&added.json(), "disabled-tls-verification")["evidence"].clone();
    assert_eq!((added.code, evidence.as_array().map(Vec::len), &evidence[0]["line"]), (1, Some(1), &Value::from(2)));
    // What is taken away fails where no file has changed.
    sandbox.write("src/session.js", ONE.as_bytes());
    std::fs::remove_file(sandbox.join("LICENSE")).expect("removed");
    let removed = check(&sandbox, &gate);
    assert!(removed.code == 1 && removed.stderr.contains("missing-licence"), "{}", removed.stderr);
    assert!(!removed.stderr.contains("missing-contributing-guide"), "{}", removed.stderr);
}

#[test]
fn a_folder_of_the_repository_has_its_own_changes() {
    let sandbox = product();
    sandbox.write("api/Dockerfile", b"FROM node:latest\nCMD [\"node\", \"a.js\"]\n");
    let here = sandbox.equerre(&[
        "check",
        "api",
        "--here",
        "--as-of",
        NOW_TEXT,
        "--changed-since",
        "HEAD",
        "--format",
        "json",
    ]);
    assert_eq!(here.code, 0, "{}", here.stderr);
    assert_eq!(finding(&here.json(), "image-on-latest-tag")["standing"], Value::Null);
}

#[test]
fn a_revision_that_is_not_there_says_how_to_bring_it() {
    let sandbox = product();
    let unknown = check(&sandbox, &["--changed-since", "origin/main"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("fetch-depth: 0"), "{}", unknown.stderr);
    let plain = check(&sandbox, &["--no-git", "--changed-since", "HEAD"]);
    assert!(plain.code == 2 && plain.stderr.contains("needs a git repository"), "{}", plain.stderr);
}

/// The reports of a product before and after a change.
fn two_reports() -> (Sandbox, Run, Run) {
    let sandbox = product();
    let before = check(&sandbox, &["--format", "json"]);
    sandbox.write("LICENSE", include_bytes!("../LICENSE"));
    sandbox.write(
        "src/session.js",
        format!("{ONE}const other = {{ rejectUnauthorized: false, keepAlive: true }};\n").as_bytes(),
    );
    sandbox.write("Dockerfile", b"FROM node:latest\nCMD [\"node\", \"a.js\"]\n");
    let after = check(&sandbox, &["--format", "json"]);
    sandbox.write("old.json", before.stdout.as_bytes());
    sandbox.write("new.json", after.stdout.as_bytes());
    (sandbox, before, after)
}

#[test]
fn two_reports_differ_by_what_is_mended_new_and_elsewhere() {
    let (sandbox, before, after) = two_reports();
    let diff = sandbox.equerre(&["diff", "old.json", "new.json", "--format", "json"]).json();
    let rules = |list: &str| -> Vec<String> {
        let list = diff[list].as_array().expect("a list").iter();
        list.map(|change| change["rule"].as_str().expect("a rule").to_owned()).collect()
    };
    assert_eq!(rules("fixed"), ["missing-licence"]);
    assert!(rules("new").contains(&"image-on-latest-tag".to_owned()), "{diff}");
    assert!(!rules("new").contains(&"disabled-tls-verification".to_owned()), "{diff}");
    assert_eq!(rules("moved"), ["disabled-tls-verification"]);
    assert_eq!((&diff["moved"][0]["new_places"], &diff["moved"][0]["gone_places"]), (&Value::from(1), &Value::from(0)));
    assert_eq!(diff["before"]["score"], before.json()["grade"]["score"]);
    assert_eq!(diff["after"]["score"], after.json()["grade"]["score"]);
    let text = sandbox.equerre(&["diff", "old.json", "new.json", "--lang", "fr"]).stdout;
    for part in ["Note ", "Corrigé (1)", "missing-licence", "1 nouvel emplacement"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let markdown = sandbox.equerre(&["diff", "old.json", "new.json", "--format", "markdown"]).stdout;
    assert!(markdown.starts_with("## Grade ") && markdown.contains("### Fixed (1)"), "{markdown}");
}

#[test]
fn what_is_lost_from_sight_is_not_mended() {
    let (sandbox, ..) = two_reports();
    let narrow = check(&sandbox, &["--format", "json", "--select", "tests"]);
    sandbox.write("narrow.json", narrow.stdout.as_bytes());
    let diff = sandbox.equerre(&["diff", "old.json", "narrow.json", "--format", "json"]).json();
    assert_eq!(diff["fixed"].as_array().map(Vec::len), Some(0), "{diff}");
    assert!(diff["lost"].as_array().is_some_and(|lost| lost.iter().any(|change| change["rule"] == "missing-licence")));
    let same = sandbox.equerre(&["diff", "old.json", "old.json"]);
    assert!(same.stdout.contains("Nothing has changed."), "{}", same.stdout);
}

#[test]
fn a_hostile_report_does_no_harm_in_a_comparison() {
    let (sandbox, before, _) = two_reports();
    let mut hostile = before.json();
    let bad = "x\u{1b}[31m\u{202e}</script><b>::error::|`@all";
    hostile["repository"] = Value::from(bad);
    hostile["findings"][0]["title"] = Value::from(bad);
    hostile["findings"][0]["rule"] = Value::from(bad);
    hostile["as_of"] = Value::from(bad);
    sandbox.write("hostile.json", hostile.to_string().as_bytes());
    for (one, other) in [("hostile.json", "new.json"), ("old.json", "hostile.json")] {
        for format in ["text", "markdown"] {
            let said = sandbox.equerre(&["diff", one, other, "--format", format]);
            assert_eq!(said.code, 0, "{}", said.stderr);
            common::hostile::is_harmless(&said.stdout);
            assert!(
                format == "text" || !said.stdout.contains("<b>") && !said.stdout.contains("@all"),
                "{}",
                said.stdout
            );
        }
    }
    let page = check(&sandbox, &["--format", "html", "--compare", "hostile.json"]);
    assert!(page.code == 0 && !page.stdout.contains("</script>"), "{}", page.stderr);
    common::hostile::is_harmless(&page.stdout);
}

#[test]
fn the_old_name_of_a_rule_is_understood_with_a_notice() {
    let sandbox = product();
    sandbox.write("package.json", b"{ \"dependencies\": { \"express\": \"5.0.0\" } }\n");
    sandbox.write("src/app.js", b"import express from 'express';\nconst app = express();\napp.listen(3000);\n");
    let fails = |args: &[&str]| {
        let run = check(&sandbox, &[args, &["--format", "json"]].concat());
        let failing = finding(&run.json(), "express-powered-by-header").clone();
        (failing, run)
    };
    // Selected by its old name.
    let (failing, run) = fails(&["--select", "express-announces-itself"]);
    assert_eq!(failing["outcome"], "fail");
    assert!(
        run.stderr.contains("`express-announces-itself` is now called `express-powered-by-header`"),
        "{}",
        run.stderr
    );
    // Set aside by its old name.
    let ignore = "ignores:\n  - rule: express-announces-itself\n    reason: behind a proxy\n";
    sandbox.write(".equerre.yml", ignore.as_bytes());
    let (failing, run) = fails(&[]);
    assert_eq!(failing["ignored"], "behind a proxy");
    assert!(run.json()["notes"].to_string().contains("is now called"), "{}", run.json()["notes"]);
    sandbox.write(".equerre.yml", b"");
    // Known to a baseline by its old name.
    assert_eq!(sandbox.equerre(&["baseline", "--as-of", NOW_TEXT]).code, 0);
    let path = sandbox.join(".equerre-baseline.json");
    let written = std::fs::read_to_string(&path).expect("a baseline");
    assert!(written.contains("express-powered-by-header"), "{written}");
    std::fs::write(&path, written.replace("express-powered-by-header", "express-announces-itself")).expect("written");
    let (failing, _) = fails(&["--baseline", ".equerre-baseline.json"]);
    assert_eq!(failing["standing"], "baselined");
    // Explained by its old name.
    let explained = sandbox.equerre(&["explain", "express-announces-itself"]);
    assert!(explained.stdout.contains("express-powered-by-header"), "{}", explained.stderr);
}
