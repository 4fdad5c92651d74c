//! A product of several repositories: one report, clones by the person's own git, and a site beside the code.

mod common;
#[allow(dead_code, reason = "no site is served over TLS here")]
#[path = "common/server.rs"]
mod server;

use std::path::Path;
use std::process::Command;

use common::hostile::is_harmless;
use common::{NOW_TEXT, Run, Sandbox, run_in};
use serde_json::Value;
use server::{Answer, Port, Served};
use tempfile::TempDir;

const README: &str = "# Cantine\n\nUn service pour les gestionnaires de cantines scolaires.\n";

fn front() -> Sandbox {
    Sandbox::repository(&[
        ("README.md", README),
        ("package.json", "{\n  \"dependencies\": { \"express\": \"5.0.0\" }\n}\n"),
        ("src/session.js", "const agent = { rejectUnauthorized: false };\n"),
    ])
}

fn api() -> Sandbox {
    Sandbox::repository(&[("README.md", README), ("LICENSE", include_str!("../LICENSE"))])
}

/// Runs the command where its home, and so its cache, is a folder of its own.
fn audit(home: &Path, args: &[&str]) -> Run {
    let done = Command::new(env!("CARGO_BIN_EXE_equerre"))
        .args([&["audit", "--as-of", NOW_TEXT], args].concat())
        .current_dir(home)
        .env_clear()
        .envs(std::env::vars().filter(|(name, _)| name == "PATH"))
        .envs([("LANG", "C.UTF-8"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .env("HOME", home)
        .output()
        .expect("the command runs");
    Run {
        code: done.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&done.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&done.stderr).into_owned(),
    }
}

fn path(sandbox: &Sandbox) -> String {
    sandbox.path().display().to_string()
}

fn url(sandbox: &Sandbox) -> String {
    format!("file://{}", path(sandbox))
}

#[test]
fn several_repositories_give_one_grade_and_one_of_each() {
    let (front, api, home) = (front(), api(), TempDir::new().expect("a folder"));
    let product = format!(
        "product: Mon Cantinier\nrepositories:\n  - {{ repository: {}, name: front }}\n  - {{ repository: {}, name: api }}\n",
        path(&front),
        path(&api)
    );
    std::fs::write(home.path().join("product.yml"), product).expect("a file");
    let run = audit(home.path(), &["product.yml", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    let schema = run_in(Path::new("."), &["report", "schema", "--product"]).json();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let score = |at: usize| report["repositories"][at]["report"]["grade"]["score"].as_f64().expect("a score");
    let whole = report["grade"]["score"].as_f64().expect("a score");
    let (low, high) = (score(0).min(score(1)), score(0).max(score(1)));
    assert!(low <= whole && whole <= high && low < high, "{low} {whole} {high}");
    let alone = front.equerre(&["--as-of", NOW_TEXT, "--format", "json"]).json();
    assert_eq!(alone["grade"], report["repositories"][0]["report"]["grade"], "each has the grade that it has alone");
    let steps = report["next"].as_array().expect("steps");
    let of_front = steps.iter().any(|step| step["repositories"] == serde_json::json!(["front"]));
    assert!(
        !steps.is_empty()
            && (of_front || steps.iter().any(|step| step["repositories"] == serde_json::json!(["front", "api"])))
    );
    let text = audit(home.path(), &["product.yml", "--lang", "fr"]).stdout;
    assert!(text.starts_with("Mon Cantinier  ") && text.contains("front") && text.contains("à corriger"), "{text}");
}

#[test]
fn the_page_of_a_product_can_be_read_by_everyone() {
    let (front, api, home) = (front(), api(), TempDir::new().expect("a folder"));
    for lang in ["fr", "en"] {
        let run = audit(
            home.path(),
            &[&path(&front), &path(&api), "--format", "html", "--lang", lang, "--product", "Mon <b>Cantinier"],
        );
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains("Mon &#60;b&#62;Cantinier") && !run.stdout.contains("<b>"), "the name is text");
        let page = scraper::Html::parse_document(&run.stdout);
        let all =
            |selector: &str| page.select(&scraper::Selector::parse(selector).expect("a selector")).collect::<Vec<_>>();
        let mut ids: Vec<&str> = all("[id]").iter().filter_map(|element| element.attr("id")).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "an id is used twice");
        for link in all("a[href^='#']") {
            let target = link.attr("href").and_then(|href| href.strip_prefix('#')).expect("a target");
            assert!(ids.contains(&target), "{target} is nowhere");
        }
        let mut last = 1;
        for heading in all("h1, h2, h3, h4") {
            let level = heading.value().name()[1..].parse().expect("a level");
            assert!(level <= last + 1, "{} comes after h{last}", heading.html());
            last = level;
        }
        assert!(all("script, link, img").is_empty());
    }
}

#[test]
fn addresses_are_cloned_by_git_and_kept_up_to_date() {
    let (api, home) = (api(), TempDir::new().expect("a folder"));
    // A hook of the person's own template would run at each checkout.
    let hooks = home.path().join("templates/hooks");
    std::fs::create_dir_all(&hooks).expect("folders");
    let hook = hooks.join("post-checkout");
    std::fs::write(&hook, "#!/bin/sh\ntouch \"$HOME/pwned\"\n").expect("a hook");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    }
    let config = format!("[init]\n\ttemplateDir = {}\n", home.path().join("templates").display());
    std::fs::write(home.path().join(".gitconfig"), config).expect("a file");
    let first = audit(home.path(), &[&url(&api), "--format", "json"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let head = |run: &Run| run.json()["repositories"][0]["report"]["head"].as_str().expect("a commit").to_owned();
    let old = api.git().head().expect("a head").target().expect("a commit").to_string();
    assert_eq!(head(&first), old);
    api.write("SECURITY.md", b"# Security\n\nWrite to us.\n");
    let new = api.commit("docs: security", 2).to_string();
    let second = audit(home.path(), &[&url(&api), "--format", "json"]);
    assert_eq!(head(&second), new, "{}", second.stderr);
    let product = format!("repositories:\n  - {{ repository: '{}', rev: {old} }}\n", url(&api));
    std::fs::write(home.path().join("product.yml"), product).expect("a file");
    assert_eq!(head(&audit(home.path(), &["product.yml", "--format", "json"])), old);
    assert_eq!(std::fs::read_dir(home.path().join(".cache/equerre/clones")).expect("a cache").count(), 1);
    assert!(!home.path().join("pwned").exists(), "a hook ran");
}

#[test]
fn a_repository_that_cannot_be_had_leaves_the_others_their_report() {
    let (api, home) = (api(), TempDir::new().expect("a folder"));
    let gone = format!("file://{}/nowhere", home.path().display());
    let run = audit(
        home.path(),
        &[&path(&api), &gone, "https://user:s3cret@127.0.0.1:9/o/r", "/nowhere", "--format", "json"],
    );
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(!run.stdout.contains("s3cret") && !run.stderr.contains("s3cret"), "{}", run.stderr);
    let report = run.json();
    let repositories = report["repositories"].as_array().expect("repositories");
    assert!(repositories[0]["report"].is_object() && report["grade"]["letter"].is_string());
    for gone in &repositories[1..] {
        assert!(gone["report"].is_null() && gone["error"].as_str().is_some_and(|error| error.len() > 10), "{gone}");
    }
    for format in ["terminal", "markdown", "html"] {
        let told =
            audit(home.path(), &[&gone, &path(&api), "--url", "http://127.0.0.1", "--format", format, "--lang", "fr"]);
        assert!(told.code == 2 && told.stdout.contains("nowhere"), "{format}: {}", told.stdout);
        for said in ["1 dépôt sur 2", "127.0.0.1", "non vu"] {
            assert!(told.stdout.contains(said), "{format}: {said} is not in {}", told.stdout);
        }
    }
}

#[test]
fn the_live_site_stands_beside_the_first_repository() {
    let (front, api, home) = (front(), api(), TempDir::new().expect("a folder"));
    let port = Port::open();
    let http = port.number().to_string();
    let page = Answer {
        status: 200,
        headers: vec![("content-type".to_owned(), "text/html".to_owned())],
        body: "<html><title>x</title></html>".to_owned(),
    };
    port.serve(Served { pages: vec![("/".to_owned(), page)], options: Vec::new() }, None);
    let closed = Port::open().number().to_string();
    let args = [path(&front), path(&api)];
    let run = audit(
        home.path(),
        &[
            &args[0],
            &args[1],
            "--url",
            "http://127.0.0.1",
            "--http-port",
            &http,
            "--https-port",
            &closed,
            "--format",
            "json",
        ],
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    assert_eq!(report["repositories"][0]["site"]["url"], "http://127.0.0.1");
    assert_eq!(report["repositories"][0]["site"]["observatory"], "F");
    let outcome = |at: usize, rule: &str| -> Value {
        let findings = report["repositories"][at]["report"]["findings"].as_array().expect("findings");
        findings.iter().find(|found| found["rule"] == rule).expect("a rule")["outcome"].clone()
    };
    assert_eq!(
        (outcome(0, "live-site-over-plain-http"), outcome(1, "live-site-over-plain-http")),
        (Value::from("fail"), Value::from("not-applicable"))
    );
}

#[test]
fn gates_hold_for_a_product() {
    let (front, api, home) = (front(), api(), TempDir::new().expect("a folder"));
    let both = [path(&front), path(&api)];
    let run = |more: &[&str]| audit(home.path(), &[&[both[0].as_str(), both[1].as_str()], more].concat());
    assert_eq!(run(&["--min-grade", "F"]).code, 0);
    assert_eq!(run(&["--min-grade", "A"]).code, 1);
    let failing = run(&["--fail-on", "major"]);
    assert!(failing.code == 1 && failing.stderr.contains("missing-licence"), "{}", failing.stderr);
}

#[test]
fn a_file_that_is_wrong_says_where() {
    let home = TempDir::new().expect("a folder");
    for (text, said) in [
        ("", "empty"),
        ("repositories: []\n", "no repository"),
        ("repositories: [a]\nsite: x\n", "site"),
        ("repositories:\n  - { repo: a }\n", "repo"),
        ("repositories: ['-x']\n", "neither"),
        ("url: no address\nrepositories: [a]\n", "product.yml:1"),
    ] {
        std::fs::write(home.path().join("product.yml"), text).expect("a file");
        let run = audit(home.path(), &["product.yml"]);
        assert!(run.code == 2 && run.stderr.contains(said), "{text}: {}", run.stderr);
    }
    let absent = audit(home.path(), &["absent.yml"]);
    assert!(absent.code == 2 && absent.stderr.contains("absent.yml"), "{}", absent.stderr);
    let mixed = audit(home.path(), &[".", "product.yml"]);
    assert!(mixed.code == 2 && mixed.stderr.contains("alone"), "{}", mixed.stderr);
}

#[test]
fn hostile_names_do_no_harm_in_the_report_of_a_product() {
    let (hostile, home) = (common::hostile::hostile(), TempDir::new().expect("a folder"));
    git2::Repository::init(hostile.path()).expect("a repository");
    let name = "x\u{1b}[31m\u{202e}</script><b>|`@all";
    std::fs::write(
        home.path().join("product.yml"),
        format!(
            "product: {}\nrepositories: [{{ repository: {}, name: {} }}]\n",
            Value::from(name),
            hostile.path().display(),
            Value::from(name)
        ),
    )
    .expect("a file");
    for format in ["terminal", "markdown", "html"] {
        let run = audit(home.path(), &["product.yml", "--format", format]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        is_harmless(&run.stdout);
        assert!(format == "terminal" || !run.stdout.contains("<b>|"), "{format}");
    }
}

#[test]
fn earlier_reports_show_what_became_of_a_product() {
    let (front, api, home) = (front(), api(), TempDir::new().expect("a folder"));
    let both = [path(&front), path(&api)];
    let run = |more: &[&str]| {
        audit(home.path(), &[&[both[0].as_str(), both[1].as_str(), "--product", "Cantine"], more].concat())
    };
    assert_eq!(run(&["--output", "json=old.json"]).code, 0);
    front.write("LICENSE", include_bytes!("../LICENSE"));
    api.write("Dockerfile", b"FROM node:latest\nCMD [\"node\", \"a.js\"]\n");
    let page = run(&["--format", "html", "--compare", "old.json", "--output", "json=new.json"]);
    assert_eq!(page.code, 0, "{}", page.stderr);
    let html = scraper::Html::parse_document(&page.stdout);
    let section = scraper::Selector::parse("section[aria-labelledby='history']").expect("a selector");
    let history: String = html.select(&section).next().expect("a history").text().collect();
    let (fixed, new) = history.split_once("New").expect("both lists");
    assert!(fixed.contains("missing-licence") && new.contains("image-on-latest-tag"), "{history}");
    let diff = run_in(home.path(), &["diff", "old.json", "new.json", "--format", "json"]).json();
    let name = |list: &str, at: usize| diff[list][at]["rule"].as_str().unwrap_or_default().to_owned();
    assert!(name("fixed", 0).ends_with(": missing-licence"), "{diff}");
    assert!(diff["before"]["score"].as_f64() < diff["after"]["score"].as_f64(), "{diff}");
    let text = run_in(home.path(), &["diff", "old.json", "new.json", "--lang", "fr"]).stdout;
    assert!(text.contains("Ouverture") && text.contains("Corrigé (1)"), "{text}");
    let alone = run(&["--compare", "old.json"]);
    assert!(alone.code == 2 && alone.stderr.contains("--output html="), "{}", alone.stderr);
}
