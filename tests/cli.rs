//! The command line as people meet it: options, exit codes, settings, messages.

mod common;

use common::{NOW_TEXT, Sandbox, run_in};
use serde_json::Value;

/// A product that fails a little of everything.
fn product() -> Sandbox {
    let code = "export const rate = 1;\n".repeat(60);
    Sandbox::repository(&[
        ("README.md", "# Cantine\n\nUn service pour les gestionnaires de cantines scolaires.\n"),
        ("package.json", "{\n  \"dependencies\": { \"express\": \"5.0.0\" }\n}\n"),
        ("src/app.js", code.as_str()),
        ("src/session.js", "// nothing\nconst agent = { rejectUnauthorized: false };\n"),
    ])
}

#[test]
fn alone_it_checks_the_current_folder() {
    let sandbox = product();
    let alone = sandbox.equerre(&["--as-of", NOW_TEXT]);
    assert_eq!(alone.code, 0, "{}", alone.stderr);
    assert_eq!(alone.stdout, sandbox.equerre(&["check", ".", "--as-of", NOW_TEXT]).stdout);
    assert!(alone.stdout.contains("Grade "), "{}", alone.stdout);
    assert!(alone.stderr.is_empty(), "{}", alone.stderr);
}

#[test]
fn a_report_fits_its_screen_and_says_where_why_and_what_to_do() {
    let text = product().equerre(&["--as-of", NOW_TEXT, "--select", "disabled-tls-verification"]).stdout;
    for part in ["src/session.js:2", "rejectUnauthorized: false", "disabled-tls-verification", "Remove this setting"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn one_screen_holds_the_report_of_a_product_that_lacks_everything() {
    let manifest = "{\n  \"dependencies\": { \"express\": \"4.0.0\", \"vue\": \"2.0.0\", \"csurf\": \"1.0.0\" }\n}\n";
    let code = "app.use(csurf());\nconst agent = { rejectUnauthorized: false };\napp.use(cors({ origin: true, credentials: true }));\n";
    let sandbox = Sandbox::repository(&[
        ("web/package.json", manifest),
        ("web/a.js", code),
        ("api/package.json", manifest),
        ("api/a.js", code),
        ("Dockerfile", "FROM node:latest\nRUN curl http://a.example/x | sh\nCMD [\"node\", \"api/a.js\"]\n"),
        ("batch/requirements.txt", "django\n"),
        ("batch/manage.py", "DEBUG = True\n"),
        (".env", "SECRET_KEY=q8Zr2LwX9vTf4KpB\n"),
        (".equerre.yaml", "lang: fr\n"),
        (
            ".github/workflows/ci.yml",
            "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ uses: actions/checkout@main }] } }\n",
        ),
    ]);
    for (lang, columns) in [("en", 80), ("fr", 80), ("fr", 60)] {
        let output = std::process::Command::new(common::equerre())
            .args(["--as-of", NOW_TEXT, "--lang", lang])
            .current_dir(sandbox.path())
            .env_clear()
            .envs([("LANG", "C.UTF-8"), ("COLUMNS", &columns.to_string())])
            .output()
            .expect("the command runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.lines().count() < 40, "{} rows\n{text}", text.lines().count());
        for line in text.lines() {
            assert!(line.chars().count() <= columns, "{}: {line}", line.chars().count());
        }
    }
}

#[test]
fn gates_decide_the_exit_code_and_say_so_beside_the_report() {
    let sandbox = product();
    let run = |args: &[&str]| sandbox.equerre(&[&["--as-of", NOW_TEXT], args].concat());
    assert_eq!(run(&["--min-grade", "F"]).code, 0);
    let below = run(&["--min-grade", "a"]);
    assert_eq!(below.code, 1);
    assert!(below.stderr.contains("the gate asks for A"), "{}", below.stderr);
    let failing = run(&["--fail-on", "major"]);
    assert_eq!(failing.code, 1);
    assert!(failing.stderr.contains("missing-licence"), "{}", failing.stderr);
    assert!(!failing.stderr.contains("ci-without-tests"), "what follows is left out: {}", failing.stderr);
    assert_eq!(run(&["--fail-on", "minor", "--select", "missing-readme"]).code, 0);
    // Nothing graded is not good enough for a gate.
    let nothing = run(&["--min-grade", "F", "--select", "unpublished-source"]);
    assert_eq!(nothing.code, 1);
    assert!(nothing.stderr.contains("nothing could be graded"), "{}", nothing.stderr);
}

#[test]
fn rules_and_pillars_are_selected_by_name() {
    let sandbox = product();
    let rules = |args: &[&str]| -> Vec<String> {
        let report = sandbox.equerre(&[&["--format", "json", "--as-of", NOW_TEXT], args].concat()).json();
        let findings = report["findings"].as_array().expect("findings");
        findings.iter().map(|finding| finding["rule"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(rules(&["--select", "missing-readme"]), ["missing-readme"]);
    assert!(rules(&["--select", "openness"]).contains(&"missing-licence".to_owned()));
    assert!(!rules(&["--ignore", "openness,missing-lockfile"]).contains(&"missing-licence".to_owned()));
    let wrong = sandbox.equerre(&["--select", "missing-licens"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("did you mean `missing-licence`?"), "{}", wrong.stderr);
}

#[test]
fn the_language_is_asked_else_set_else_the_locale() {
    let sandbox = product();
    sandbox.write(".equerre.yml", b"lang: fr\n");
    assert!(sandbox.equerre(&["--quiet"]).stdout.contains("Note "));
    assert!(sandbox.equerre(&["--quiet", "--lang", "en"]).stdout.contains("Grade "));
    assert!(sandbox.equerre(&["--quiet", "--no-config"]).stdout.contains("Grade "));
}

#[test]
fn settings_that_are_wrong_are_refused_with_their_place() {
    for (text, message, help) in [
        ("exclud: []\n", "unknown key `exclud`", "did you mean `exclude`?"),
        ("lang: de\n", "unknown value `de`", "one of: fr, en"),
        (
            "ignores:\n  - { rule: missing-readmi, reason: x }\n",
            "which is not a rule",
            "did you mean `missing-readme`?",
        ),
        ("severities: { missing-readme: big }\n", "unknown value `big`", "info, minor, major, blocker"),
        ("ignores:\n  - { rule: missing-readme }\n", "`reason` is missing", ".equerre.yml:2"),
        ("packs: [../x]\n", "outside of the repository", "--rules DIR"),
        ("gates: [\n", ".equerre.yml", "error"),
        ("lang: fr\nlang: en\n", "duplicate key `lang` (.equerre.yml:2)", "keep one"),
        ("exclude: legacy\n", "a list is expected here (.equerre.yml:1)", "`[one, two]`"),
        ("product: [a]\n", "a single text is expected here", "one value"),
        ("gates: C\n", "keys with their values are expected here", "`key: value`"),
        ("gates: { fail-on: [major] }\n", "a single word is expected here", "without brackets"),
        ("ignores:\n  - rule: a\n    reason:\n", "a value is missing here (.equerre.yml:3)", "leave the key out"),
        ("lang: en\nexclude:\n  - a\n  - '[a'\n", "`[a` is not a glob", ".equerre.yml:4"),
        ("ignores:\n  - { rule: a, reason: b, paths: [c, '[a'] }\n", "`[a` is not a glob", ".equerre.yml:2"),
        ("severities:\n  missing-readmi: minor\n", "which is not a rule", ".equerre.yml:2:3"),
    ] {
        let sandbox = product();
        sandbox.write(".equerre.yml", text.as_bytes());
        let run = sandbox.equerre(&[]);
        assert_eq!(run.code, 2, "{text}{}", run.stdout);
        assert!(run.stderr.contains(message), "{text}{}", run.stderr);
        assert!(run.stderr.contains(help), "{text}{}", run.stderr);
        assert_eq!(sandbox.equerre(&["--no-config", "--quiet"]).code, 0);
    }
}

#[test]
fn settings_change_severities_and_set_failures_aside() {
    let sandbox = product();
    sandbox.write(".equerre.yml", b"gates: { fail-on: blocker }\nseverities: { missing-licence: blocker }\nignores:\n  - { rule: missing-lockfile, reason: built elsewhere }\n");
    let run = sandbox.equerre(&["--format", "json", "--as-of", NOW_TEXT]);
    assert_eq!(run.code, 1, "the gate of the settings holds");
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
    assert_eq!(finding("missing-licence")["severity"], "blocker");
    assert_eq!(finding("missing-lockfile")["ignored"], "built elsewhere");
}

#[test]
fn init_writes_settings_that_work_and_never_overwrites() {
    let sandbox = product();
    for lang in ["en", "fr"] {
        let _ = std::fs::remove_file(sandbox.join(".equerre.yml"));
        assert_eq!(sandbox.equerre(&["init", "--lang", lang]).code, 0);
        let run = sandbox.equerre(&["--quiet"]);
        assert!(
            run.code <= 1 && run.stderr.is_empty()
                || run.stderr.contains("severity")
                || run.stderr.contains("sévérité"),
            "{}",
            run.stderr
        );
    }
    let again = sandbox.equerre(&["init"]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("already there"), "{}", again.stderr);
}

#[test]
fn explain_says_what_why_how_and_from_where() {
    let here = std::path::Path::new(".");
    let english = run_in(here, &["explain", "missing-lockfile"]).stdout;
    for part in ["missing-lockfile", "Why", "What to do", "Sources", "https://", "major"] {
        assert!(english.contains(part), "{part}");
    }
    let french = run_in(here, &["explain", "ci-without-tests", "--lang", "fr"]).stdout;
    for part in [
        "Pourquoi",
        "Que faire",
        "le-code-est-instrumente-par-des-tests-unitaires-et-des-tests-e2e/2",
        "missing-unit-tests",
    ] {
        assert!(french.contains(part), "{part}");
    }
    let unknown = run_in(here, &["explain", "missing-lokfile"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("did you mean `missing-lockfile`?"));
}

#[test]
fn colours_are_only_for_those_who_ask() {
    let sandbox = product();
    assert!(!sandbox.equerre(&[]).stdout.contains('\u{1b}'));
    assert!(sandbox.equerre(&["--color", "always"]).stdout.contains('\u{1b}'));
}

#[test]
fn reports_go_where_they_are_asked_to() {
    let sandbox = product();
    let run = sandbox.equerre(&["--format", "json", "--output", "report.json", "--as-of", NOW_TEXT]);
    assert!(run.stdout.is_empty());
    let text = std::fs::read_to_string(sandbox.join("report.json")).expect("the report");
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    let nowhere = sandbox.equerre(&["--output", "no/such/folder/report.json"]);
    assert_eq!(nowhere.code, 2);
    assert!(nowhere.stderr.contains("no/such/folder/report.json"), "{}", nowhere.stderr);
}

/// What a value breaks of a JSON Schema, as far as ours go: types, required keys, references and alternatives.
fn problems(schema: &Value, root: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        return problems(root.pointer(&name[1..]).expect("a definition"), root, value, at);
    }
    if let Some(kinds) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        let fits = kinds.iter().any(|kind| problems(kind, root, value, at).is_empty());
        return if fits { Vec::new() } else { vec![format!("{at}: {value} fits no alternative")] };
    }
    let mut found = Vec::new();
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is = |wanted: &Value| wanted == kind || kind == "number" && wanted == "integer";
    let wanted = &schema["type"];
    if !(wanted.is_null() || is(wanted) || wanted.as_array().is_some_and(|kinds| kinds.iter().any(is))) {
        found.push(format!("{at}: {value} is no {wanted}"));
    }
    let allowed = schema["enum"].as_array().is_none_or(|values| values.contains(value));
    if !allowed || schema.get("const").is_some_and(|only| only != value) {
        found.push(format!("{at}: {value} is not allowed"));
    }
    for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(required).is_none() {
            found.push(format!("{at}: {required} is required"));
        }
    }
    for (key, below) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(key) {
            Some(schema) => found.extend(problems(schema, root, below, &format!("{at}/{key}"))),
            None if schema["additionalProperties"] == true => {}
            None => found.push(format!("{at}: {key} is not in the schema")),
        }
    }
    for (number, item) in value.as_array().into_iter().flatten().enumerate() {
        found.extend(problems(&schema["items"], root, item, &format!("{at}/{number}")));
    }
    found
}

#[test]
fn reports_validate_against_their_schema() {
    let schema = run_in(std::path::Path::new("."), &["report", "schema"]).json();
    let sandbox = product();
    sandbox.write(".equerre.yml", b"ignores:\n  - { rule: missing-lockfile, reason: built elsewhere }\n");
    for args in [&[][..], &["--with-facts"], &["--select", "missing-readme"], &["--no-git", "--with-facts"]] {
        let report = sandbox.equerre(&[&["--format", "json", "--as-of", NOW_TEXT], args].concat()).json();
        assert_eq!(problems(&schema, &schema, &report, ""), Vec::<String>::new(), "{args:?}");
        assert_eq!(report["as_of"], NOW_TEXT);
        assert_eq!(report.get("facts").is_some(), args.contains(&"--with-facts"));
    }
}

#[test]
fn time_stands_still_when_asked() {
    let sandbox = product();
    let facts = |date: &str| {
        sandbox.equerre(&["facts", "--format", "json", "--as-of", date]).json()["facts"]["days_since_last_commit"]["value"].clone()
    };
    assert_eq!(facts(NOW_TEXT), 10);
    assert_eq!(facts("2026-01-11"), 20);
    assert_eq!(sandbox.equerre(&["--as-of", "soon"]).code, 2);
}

#[test]
fn secrets_never_reach_a_report() {
    let sandbox = product();
    let token = ["gh", "p_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6"].concat();
    let value = ["k8J2mQ9x", "V4bN7wR3tY6u"].concat();
    let secrets = [token.as_str(), value.as_str(), "Vendredi13", "s0leil", "caf3creme", "Jeudi12"];
    sandbox.write("src/forge.js", format!("const t = \"{token}\";\n").as_bytes());
    sandbox.write(".env", b"SMTP_PASSWORD=Vendredi13\nDATABASE_URL=postgres://adm:s0leil@db.interne.fr/x\n");
    sandbox.write("api/.env.production", format!("API_TOKEN={value}\n").as_bytes());
    sandbox.write("src/tls.js", b"connect({ password: \"caf3creme\", rejectUnauthorized: false });\n");
    sandbox.write("src/url.js", b"get(\"https://adm:Jeudi12@db.interne.fr\", { rejectUnauthorized: false });\n");
    sandbox.commit("chore: password=Vendredi13", 5);
    sandbox.git().remote("origin", "https://adm:s0leil@github.com/o/r.git").expect("a remote");
    let all = "committed-secret,secret-in-env-file,committed-env-file,disabled-tls-verification";
    for args in [
        &["--verbose"][..],
        &["--select", all],
        &["--select", "committed-env-file"],
        &["--select", "disabled-tls-verification", "--verbose", "--color", "always"],
        &["--format", "json", "--with-facts"],
        &["facts"],
        &["facts", "--format", "json"],
    ] {
        let run = sandbox.equerre(args);
        let text = run.stdout + &run.stderr;
        for secret in secrets {
            assert!(!text.contains(secret), "{args:?} prints {secret}");
        }
    }
    let report = sandbox.equerre(&["--select", all, "--verbose"]).stdout;
    for part in ["src/forge.js:1", ".env:2", "rejectUnauthorized: false"] {
        assert!(report.contains(part), "{part} is not in\n{report}");
    }
}

#[test]
fn a_command_that_is_misspelt_or_comes_late_is_understood() {
    let sandbox = product();
    let misspelt = sandbox.equerre(&["chek"]);
    assert_eq!(misspelt.code, 2);
    assert!(misspelt.stderr.contains("did you mean `check`?"), "{}", misspelt.stderr);
    let with_word = sandbox.equerre(&["explan", "missing-readme"]);
    assert!(with_word.code == 2 && with_word.stderr.contains("did you mean `explain`?"), "{}", with_word.stderr);
    assert!(!sandbox.equerre(&["../elsewhere"]).stderr.contains("did you mean"));
    let late = sandbox.equerre(&["-q", "--as-of", NOW_TEXT, "check", "."]);
    assert_eq!(late.stdout, sandbox.equerre(&["check", "-q", "--as-of", NOW_TEXT, "."]).stdout);
    assert_eq!((late.code, late.stdout.lines().count()), (0, 2));
    assert_eq!(sandbox.equerre(&["-q", "--as-of", NOW_TEXT, "check"]).stdout, late.stdout);
    let other = sandbox.equerre(&["-q", "facts"]);
    assert_eq!(other.code, 2);
    assert!(other.stderr.contains("'-q'") && other.stderr.contains("equerre facts"), "{}", other.stderr);
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let sandbox = product();
    for (args, message) in [
        (&["--rev", "HEAD", "--no-git"][..], "--no-git"),
        (&["--jobs", "257"], "256"),
        (&["--jobs", "0"], "1 or more"),
        (&["--with-facts"], "--format json"),
    ] {
        let run = sandbox.equerre(args);
        assert_eq!(run.code, 2, "{args:?}");
        assert!(run.stderr.contains(message) && run.stdout.is_empty(), "{}", run.stderr);
    }
}

#[test]
fn the_grade_alone_comes_with_what_was_not_read_and_ignores_in_vain() {
    let sandbox = product();
    sandbox.write(".equerre.yml", b"ignores:\n  - { rule: missing-readme, reason: soon }\n  - { rule: missing-licence, reason: soon, until: 2020-01-01 }\n");
    sandbox.write("src/huge.js", "x = 1;\n".repeat(400_000).as_bytes());
    let run = sandbox.equerre(&["--quiet"]);
    for note in ["src/huge.js: not read", ".equerre.yml:2: the ignore of `missing-readme`", "has expired"] {
        assert!(run.stderr.contains(note), "{note} is not in {}", run.stderr);
    }
    let selected = sandbox.equerre(&["--quiet", "--select", "missing-licence"]);
    assert!(!selected.stderr.contains("missing-readme"), "{}", selected.stderr);
}

#[test]
fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = run_in(std::path::Path::new("."), &["completions", shell]);
        assert!(run.code == 0 && run.stdout.contains("equerre"), "{shell}");
    }
}

#[test]
fn the_calendar_shows_releases_week_by_week_or_says_why_it_cannot() {
    let sandbox = product();
    let why = sandbox.equerre(&["deploys", "--as-of", NOW_TEXT]);
    assert_eq!((why.code, why.stdout.matches("--online").count()), (0, 1), "{}", why.stdout);
    // A release a week for half a year.
    for week in (1..=27).rev() {
        sandbox.write("CHANGELOG.md", format!("week {week}\n").as_bytes());
        let commit = sandbox.commit("feat: one more thing", week * 7 - 3);
        let repository = sandbox.git();
        let object = repository.find_object(commit, None).expect("the commit");
        repository.tag_lightweight(&format!("v1.{}.0", 27 - week), &object, false).expect("a tag");
    }
    let json = sandbox.equerre(&["deploys", "--as-of", NOW_TEXT, "--format", "json"]).json();
    assert_eq!(json["signal"], "release-tags");
    assert_eq!(json["keys"]["deployment_frequency"]["value"], 1.0);
    assert_eq!(json["keys"]["deployment_frequency"]["band"], "high");
    assert_eq!(json["keys"]["trend"]["value"], 0.0);
    let text = sandbox.equerre(&["deploys", "--as-of", NOW_TEXT, "--lang", "fr"]).stdout;
    assert!(text.contains("1 par semaine  [élevé]") && text.contains("v1.26.0"), "{text}");
}
