//! Failures that a comment sets aside where they are seen, and the policy of a person that no repository can weaken.

mod common;

use common::{NOW_TEXT, Run, Sandbox};
use serde_json::Value;

const RULE: &str = "disabled-tls-verification";
const OPEN: &str = "const agent = { rejectUnauthorized: false };\n";

fn product(session: &str) -> Sandbox {
    Sandbox::repository(&[
        ("README.md", "# Cantine\n\nUn service pour les gestionnaires de cantines scolaires.\n"),
        ("package.json", "{\n  \"dependencies\": { \"express\": \"5.0.0\" }\n}\n"),
        ("src/session.js", session),
    ])
}

fn check(sandbox: &Sandbox, args: &[&str]) -> Run {
    sandbox.equerre(&[&["--as-of", NOW_TEXT], args].concat())
}

fn report(sandbox: &Sandbox, args: &[&str]) -> Value {
    check(sandbox, &[args, &["--format", "json"]].concat()).json()
}

fn finding<'r>(report: &'r Value, rule: &str) -> &'r Value {
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().find(|found| found["rule"] == rule).unwrap_or_else(|| panic!("{rule} is absent"))
}

/// The notes of a report as `path: what`, one a line.
fn notes(report: &Value) -> String {
    let notes = report["notes"].as_array().expect("notes").iter();
    notes.map(|note| format!("{}: {}\n", note["path"].as_str().unwrap_or(""), note["what"])).collect()
}

#[test]
fn a_comment_counts_as_an_ignore_of_the_settings_does() {
    let sandbox = product(OPEN);
    let open = report(&sandbox, &[]);
    assert_eq!(finding(&open, RULE)["outcome"], "fail");
    sandbox.write(".equerre.yml", format!("ignores: [{{ rule: {RULE}, reason: proxy of the ministry }}]\n").as_bytes());
    let by_settings = report(&sandbox, &[]);
    std::fs::remove_file(sandbox.join(".equerre.yml")).expect("removed");
    for session in [
        format!("// equerre: ignore[{RULE}] proxy of the ministry\n{OPEN}"),
        format!("{} /* equerre: ignore[{RULE}] proxy of the ministry */\n", OPEN.trim_end()),
    ] {
        sandbox.write("src/session.js", session.as_bytes());
        let inline = report(&sandbox, &[]);
        assert_eq!(finding(&inline, RULE)["ignored"], finding(&by_settings, RULE)["ignored"]);
        assert_eq!(finding(&inline, RULE)["ignored"], "proxy of the ministry");
        assert_eq!(inline["grade"]["score"], by_settings["grade"]["score"]);
        assert!(notes(&inline).contains("1 place set aside in a comment"), "{}", notes(&inline));
        assert_eq!(check(&sandbox, &["--fail-on", "major", "--select", RULE]).code, 0);
    }
    // What it hides is shown again from outside.
    for args in [&["--no-inline-ignores"][..], &["--no-config"]] {
        let outside = report(&sandbox, args);
        assert_eq!(finding(&outside, RULE)["ignored"], Value::Null, "{args:?}");
        assert_eq!(outside["grade"]["score"], open["grade"]["score"]);
    }
}

#[test]
fn the_other_places_of_a_failure_still_count() {
    let sandbox = product(&format!("// equerre: ignore[{RULE}] proxy of the ministry\n{OPEN}\n{OPEN}"));
    let report = report(&sandbox, &[]);
    let found = finding(&report, RULE);
    assert_eq!((&found["ignored"], found["evidence"].as_array().map(Vec::len)), (&Value::Null, Some(1)));
    assert_eq!(found["evidence"][0]["line"], 4);
}

#[test]
fn a_comment_in_vain_is_told_with_what_to_write() {
    let comments = [
        format!("// equerre: ignore[{RULE}]\n{OPEN}"),
        "// equerre: ignore[disabled-tls-verifications] slip\n".to_owned(),
        "// equerre: ignore\n".to_owned(),
        "// equerre: ignore[action-on-latest-tag, image-on-latest-tag] gone\n".to_owned(),
        "// equerre: ignore[zzz] invented\n".to_owned(),
    ];
    let sandbox = product(&comments.concat());
    let report = report(&sandbox, &[]);
    assert_eq!(finding(&report, RULE)["ignored"], Value::Null, "without a reason it does not count");
    let notes = notes(&report);
    for said in [
        "src/session.js:1: \"the inline ignore of `disabled-tls-verification` gives no reason",
        "src/session.js:3: \"the inline ignore of `disabled-tls-verifications`, which is not a rule, does not count: did you mean `disabled-tls-verification`?",
        "src/session.js:4: \"this inline ignore names no rule",
        "src/session.js:6: \"the inline ignore of `zzz`, which is not a rule, does not count\"",
    ] {
        assert!(notes.contains(said), "{said}\nis not in\n{notes}");
    }
    // Nothing is said of a rule that was not asked.
    assert!(!check(&sandbox, &["--select", "missing-licence", "--quiet"]).stderr.contains("can be removed"));
    sandbox
        .write("src/session.js", format!("// equerre: ignore[{RULE}] fixed since\nconst agent = {{}};\n").as_bytes());
    let fixed = check(&sandbox, &["--quiet", "--lang", "fr"]).stderr;
    assert!(fixed.contains("src/session.js:1") && fixed.contains("elle peut être retirée"), "{fixed}");
}

#[test]
fn a_failure_in_more_places_than_are_shown_is_not_set_aside_one_by_one() {
    let one = format!("{} // equerre: ignore[{RULE}] all of them\n", OPEN.trim_end());
    let files: Vec<(String, String)> =
        (0..12).map(|at| (format!("src/s{at}.js"), one.replace("agent", "a").repeat(6))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let sandbox = Sandbox::repository(&files);
    let report = report(&sandbox, &[]);
    let found = finding(&report, RULE);
    assert_eq!((&found["outcome"], &found["ignored"]), (&Value::from("fail"), &Value::Null));
    assert!(notes(&report).contains("fails in more places than are shown"), "{}", notes(&report));
}

#[test]
fn a_hostile_repository_fills_no_report() {
    let long = format!("// equerre: ignore[{RULE}] {}\u{1b}[31m\u{202e}\n{OPEN}", "é".repeat(100_000));
    let many = "// equerre: ignore[missing-everything] because\n".repeat(5_000);
    let sandbox = product(&format!("{long}{many}"));
    let report = report(&sandbox, &[]);
    let reason = finding(&report, RULE)["ignored"].as_str().expect("a reason").to_owned();
    assert!(reason.chars().count() < 400, "{}", reason.chars().count());
    let notes = report["notes"].as_array().expect("notes").len();
    assert!(notes < 40, "{notes}");
}

#[test]
fn a_policy_is_not_weakened_by_the_repository() {
    let sandbox = product(&format!("// equerre: ignore[{RULE}] proxy\n{OPEN}"));
    sandbox.write(
        ".equerre.yml",
        b"product: Mon Cantinier\nlang: fr\nexclude: ['src/**']\nbaseline: known.json\npacks: [nowhere]\n\
          gates: { min-grade: A }\nseverities: { missing-licence: info }\n\
          ignores: [{ rule: missing-readme, reason: no }, { rule: missing-licence, reason: later }]\n",
    );
    sandbox.write(".gitattributes", b"src/** linguist-vendored\n");
    let beside =
        Sandbox::folder(&[("policy.yml", "gates: { fail-on: major }\nseverities: { missing-licence: blocker }\n")]);
    let policy = beside.join("policy.yml").display().to_string();
    let run = check(&sandbox, &["--policy", &policy, "--format", "json"]);
    assert_eq!(run.code, 1, "the gates are those of the policy: {}", run.stderr);
    let judged = run.json();
    assert!(run.stdout.contains("Mon Cantinier"), "what names the product counts");
    assert_eq!(finding(&judged, RULE)["outcome"], "fail");
    assert_eq!(finding(&judged, RULE)["ignored"], Value::Null);
    assert_eq!(finding(&judged, "missing-licence")["severity"], "blocker");
    assert_eq!(finding(&judged, "missing-licence")["ignored"], Value::Null);
    let told = notes(&judged);
    assert!(told.contains(".equerre.yml, ") && told.contains(", .gitattributes"), "{told}");
    assert!(!told.contains(&policy), "a report that is sent names no file of this machine");
    // Settings that cannot be read keep nobody from being audited.
    sandbox.write(".equerre.yml", b"exclud: [broken\n");
    assert_eq!(check(&sandbox, &["--policy", &policy]).code, 1);
    for (text, said) in [("packs: [rules]\n", "--rules DIR"), ("baseline: a.json\n", "--baseline FILE")] {
        beside.write("policy.yml", text.as_bytes());
        let refused = check(&sandbox, &["--policy", &policy]);
        assert!(refused.code == 2 && refused.stderr.contains(said), "{}", refused.stderr);
    }
}
