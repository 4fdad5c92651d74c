//! A product of several repositories: one report, clones by the person's own git, and a site beside the code.

mod common;
#[allow(dead_code, reason = "no site is served over TLS here")]
#[path = "common/server.rs"]
mod server;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

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
    audit_with(home, args, &[])
}

/// The same, with more in its environment.
fn audit_with(home: &Path, args: &[&str], environment: &[(&str, &str)]) -> Run {
    let done = command(home, args).envs(environment.iter().copied()).output().expect("the command runs");
    Run {
        code: done.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&done.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&done.stderr).into_owned(),
    }
}

fn command(home: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_equerre"));
    command
        .args([&["audit", "--as-of", NOW_TEXT], args].concat())
        .current_dir(home)
        .env_clear()
        .envs(std::env::vars().filter(|(name, _)| name == "PATH"))
        .envs([("LANG", "C.UTF-8"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .env("HOME", home);
    command
}

/// The folders of the clones in the cache of a home.
fn clones(home: &Path) -> Vec<PathBuf> {
    let entries =
        std::fs::read_dir(home.join(".cache/equerre/clones")).expect("a cache").map(|entry| entry.expect("an entry"));
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

/// The commit that the first repository of a report is at.
fn head(run: &Run) -> String {
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.json()["repositories"][0]["report"]["head"].as_str().expect("a commit").to_owned()
}

fn path(sandbox: &Sandbox) -> String {
    sandbox.path().display().to_string()
}

fn url(sandbox: &Sandbox) -> String {
    format!("file://{}", path(sandbox))
}

#[test]
fn what_a_product_deploys_is_one_picture_with_its_site_at_the_only_pages() {
    let server = Sandbox::repository(&[
        (
            "package.json",
            "{\n  \"scripts\": { \"start\": \"node a.js\" }, \"dependencies\": { \"express\": \"5\" }\n}\n",
        ),
        ("a.js", "express().listen(3);\n"),
    ]);
    let pages = || {
        Sandbox::repository(&[
            ("package.json", "{\n  \"dependencies\": { \"react\": \"19\", \"vite\": \"7\" }\n}\n"),
            ("index.html", "<!doctype html>\n<div id=\"root\"></div>\n"),
        ])
    };
    let (first, second, home) = (pages(), pages(), TempDir::new().expect("a folder"));
    // The address goes to the first repository, and nothing answers there.
    let audited = |targets: &[&Sandbox], more: &[&str]| {
        let paths: Vec<String> = targets.iter().map(|sandbox| path(sandbox)).collect();
        let targets: Vec<&str> = paths.iter().map(String::as_str).collect();
        audit(home.path(), &[&targets[..], &["--url", "http://127.0.0.1:9"], more].concat())
    };
    let services = |targets: &[&Sandbox]| -> Vec<(String, bool)> {
        let report = audited(targets, &["--format", "json"]).json();
        let services = report["services"].as_array().expect("services").clone();
        let seen =
            |service: &Value| (service["kind"].as_str().expect("a kind").to_owned(), service["site"].is_string());
        services.iter().map(seen).collect()
    };
    let [met, unmet, api] =
        [("pages", true), ("pages", false), ("api", false)].map(|(kind, met)| (kind.to_owned(), met));
    assert_eq!(services(&[&server, &first]), [met.clone(), api.clone()], "what people browse comes first");
    assert_eq!(services(&[&server, &first, &second]), [unmet.clone(), unmet.clone(), api], "of two, neither is known");
    assert_eq!(services(&[&first, &second]), [met, unmet], "those of the repository that it was given with");
    let text = audited(&[&server, &first], &["--lang", "fr"]).stdout;
    assert!(text.contains("http://127.0.0.1:9, pages, mise en production non visible\n"), "{text}");
    let text = audited(&[&server, &first], &["--format", "markdown"]).stdout;
    assert!(
        text.contains("pages, deployment not shown\n- **") && text.contains("API, deployment not shown\n"),
        "{text}"
    );
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
    let old = api.git().head().expect("a head").target().expect("a commit").to_string();
    assert_eq!(head(&first), old);
    api.write("SECURITY.md", b"# Security\n\nWrite to us.\n");
    let new = api.commit("docs: security", 2).to_string();
    let second = audit(home.path(), &[&url(&api), "--format", "json"]);
    assert_eq!(head(&second), new, "{}", second.stderr);
    assert_eq!(clones(home.path()).len(), 1);
    // One report may tell of two revisions: neither takes the files of the other.
    let product = format!("repositories:\n  - {{ repository: '{0}', rev: {old} }}\n  - '{0}'\n", url(&api));
    std::fs::write(home.path().join("product.yml"), product).expect("a file");
    let both = audit(home.path(), &["product.yml", "--format", "json"]);
    assert_eq!(head(&both), old);
    assert_eq!(both.json()["repositories"][1]["report"]["head"], new.as_str(), "{}", both.stderr);
    assert!(!home.path().join("pwned").exists(), "a hook ran");
}

/// What git says of a repository that is somebody's own: its files, its index, its branches and where it stands.
fn state(folder: &Path) -> String {
    let ask = |args: &[&str]| {
        let done = Command::new("git").args(args).current_dir(folder).env("GIT_OPTIONAL_LOCKS", "0").output();
        String::from_utf8_lossy(&done.expect("git runs").stdout).into_owned()
    };
    let files = ["file", "untracked"].map(|file| std::fs::read_to_string(folder.join(file)).unwrap_or_default());
    let asked = [
        &["status", "--porcelain", "--branch"][..],
        &["show-ref"],
        &["symbolic-ref", "HEAD"],
        &["config", "--list", "--local"],
    ];
    format!("{files:?}\n{}", asked.map(ask).join("\n"))
}

#[test]
#[cfg(unix)]
fn a_repository_around_the_cache_is_left_alone() {
    let api = api();
    let home = Sandbox::repository(&[("file", "committed\n"), (".gitignore", ".cache\n")]);
    let (home, around) = (home.path(), &home);
    let first = audit(home, &[&url(&api), "--format", "json"]);
    let now = head(&first);
    around.write("file", b"not committed\n");
    around.write("untracked", b"not committed\n");
    // Where git would fetch from, had it taken this repository for the clone.
    around.git().remote("origin", &url(&api)).expect("a remote");
    let before = state(home);
    let [clone] = clones(home).try_into().expect("one clone");
    let git = clone.join(".git");
    let remove = |path: &Path| match path.symlink_metadata() {
        Ok(found) if found.is_dir() => std::fs::remove_dir_all(path).expect("removed"),
        Ok(_) => std::fs::remove_file(path).expect("removed"),
        Err(_) => {}
    };
    let link = |to: &Path, at: &Path| std::os::unix::fs::symlink(to, at).expect("a link");
    let folder = |path: &Path| std::fs::create_dir_all(path).expect("folders");
    let write = |path: &Path, text: &str| std::fs::write(path, text).expect("a file");
    type Spoil<'s> = (&'s str, Box<dyn Fn() + 's>);
    let states: Vec<Spoil<'_>> = vec![
        ("whole", Box::new(|| {})),
        ("no folder", Box::new(|| remove(&clone))),
        ("an empty folder", Box::new(|| (remove(&clone), folder(&clone)).1)),
        ("no git directory", Box::new(|| remove(&git))),
        ("an empty git directory", Box::new(|| (remove(&git), folder(&git)).1)),
        (
            "a git directory with its head alone",
            Box::new(|| {
                remove(&git);
                folder(&git);
                write(&git.join("HEAD"), "ref: refs/heads/main\n");
            }),
        ),
        (
            "a git directory with our mark alone",
            Box::new(|| {
                remove(&git);
                folder(&git);
                write(&git.join("equerre-clone"), "");
            }),
        ),
        ("no head", Box::new(|| remove(&git.join("HEAD")))),
        ("no object", Box::new(|| (remove(&git.join("objects")), folder(&git.join("objects"))).1)),
        (
            "no reference",
            Box::new(|| (remove(&git.join("refs")), remove(&git.join("packed-refs")), folder(&git.join("refs"))).2),
        ),
        ("a head of nothing", Box::new(|| write(&git.join("HEAD"), ""))),
        ("a configuration that is none", Box::new(|| write(&git.join("config"), "[core\n"))),
        ("a lock of the index", Box::new(|| write(&git.join("index.lock"), ""))),
        ("a lock of a reference", Box::new(|| write(&git.join("HEAD.lock"), ""))),
        ("an index that is none", Box::new(|| write(&git.join("index"), "nothing"))),
        ("a clone without our mark", Box::new(|| remove(&git.join("equerre-clone")))),
        (
            "a file that points to the repository around",
            Box::new(|| {
                remove(&git);
                write(&git, &format!("gitdir: {}\n", home.join(".git").display()));
            }),
        ),
        ("a link to the git directory around", Box::new(|| (remove(&git), link(&home.join(".git"), &git)).1)),
        ("a link to the repository around", Box::new(|| (remove(&clone), link(home, &clone)).1)),
        (
            "a work tree that is the repository around",
            Box::new(|| {
                let config = std::fs::read_to_string(git.join("config")).expect("a configuration");
                write(&git.join("config"), &format!("{config}[core]\n\tworktree = {}\n", home.display()));
            }),
        ),
        (
            "what was being cloned",
            Box::new(|| {
                let new = PathBuf::from(format!("{}.new", clone.display()));
                std::fs::rename(&clone, &new).expect("renamed");
                remove(&new.join(".git/HEAD"));
            }),
        ),
    ];
    for (name, spoil) in states {
        spoil();
        let run = audit(home, &[&url(&api), "--format", "json"]);
        assert_eq!(run.code, 0, "{name}: {}", run.stderr);
        assert_eq!(head(&run), now, "{name}");
        assert_eq!(state(home), before, "{name}");
        assert!(clone.join("README.md").is_file() && git.join("HEAD").is_file(), "{name}");
    }
    // A hook of the repository around says where it is.
    let own = home.join(".git").display().to_string();
    let index = home.join(".git/index").display().to_string();
    let named = [("GIT_DIR", own.as_str()), ("GIT_WORK_TREE", &path(around)), ("GIT_INDEX_FILE", &index)];
    for fresh in [false, true] {
        if fresh {
            remove(&clone);
        }
        let run = audit_with(home, &[&url(&api), "--format", "json"], &named);
        assert_eq!(head(&run), now);
        assert_eq!(state(home), before, "with what git says to a hook");
    }
}

// On Windows git outlives a killed audit without its lock.
#[test]
#[cfg(unix)]
fn an_audit_that_is_killed_leaves_the_next_one_its_clone() {
    let (api, home) = (api(), TempDir::new().expect("a folder"));
    for file in 0..100 {
        api.write(&format!("docs/{file}.md"), format!("# {file}\n").repeat(200).as_bytes());
    }
    let mut now = api.commit("docs: more", 9).to_string();
    let args = [url(&api), "--format".to_owned(), "json".to_owned()];
    let args = args.each_ref().map(String::as_str);
    let started = Instant::now();
    assert_eq!(head(&audit(home.path(), &args)), now);
    let whole = started.elapsed();
    let kills: u32 = std::env::var("EQUERRE_FAULTS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(50);
    for kill in 0..kills {
        if kill % 2 == 0 {
            std::fs::remove_dir_all(home.path().join(".cache")).expect("removed");
        } else {
            api.write("CHANGELOG.md", format!("# {kill}\n").as_bytes());
            now = api.commit("docs: more", 2).to_string();
        }
        let mut killed =
            command(home.path(), &args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command runs");
        // More of them while git is at work, which is before the rest.
        let share = f64::from(kill) / f64::from(kills);
        std::thread::sleep(whole.mul_f64(share * share));
        killed.kill().and_then(|()| killed.wait()).expect("killed");
        let next = audit(home.path(), &args);
        assert_eq!(next.code, 0, "kill {kill}: {}", next.stderr);
        assert_eq!(head(&next), now, "kill {kill}");
    }
    let [clone] = clones(home.path()).try_into().expect("nothing but the clone is left");
    assert!(clone.join("docs/99.md").is_file());
}

#[test]
fn audits_of_one_address_take_turns() {
    let (api, home) = (api(), TempDir::new().expect("a folder"));
    let args = [url(&api), "--format".to_owned(), "json".to_owned()];
    let args = args.each_ref().map(String::as_str);
    for _ in 0..3 {
        let running: Vec<_> = (0..4)
            .map(|_| {
                command(home.path(), &args)
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .expect("the command runs")
            })
            .collect();
        for one in running {
            let done = one.wait_with_output().expect("it ends");
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        }
        api.write("SECURITY.md", b"# Security\n");
        api.commit("docs: more", 2);
    }
    // Who waits for long says so.
    let [clone] = clones(home.path()).try_into().expect("one clone");
    let lock = std::fs::File::options().write(true).open(format!("{}.lock", clone.display())).expect("a lock");
    lock.lock().expect("held");
    let waits =
        command(home.path(), &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command runs");
    std::thread::sleep(Duration::from_secs(3));
    lock.unlock().expect("let go");
    let done = waits.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && told.contains("another audit is using the clone of"), "{told}");
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
        (outcome(0, "live-site-unreachable-over-tls"), outcome(1, "live-site-unreachable-over-tls")),
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

#[test]
fn a_report_that_is_sent_names_no_folder_of_this_disk() {
    let sandbox = Sandbox::repository(&[("a.js", "a\n")]);
    let folder = sandbox.path().display().to_string();
    for format in ["html", "json", "markdown", "terminal"] {
        let run = sandbox.equerre(&["audit", &folder, "--as-of", NOW_TEXT, "--format", format]);
        assert!(run.code == 0 && !run.stdout.contains(&folder), "{format}: {}", run.stdout);
    }
    let quiet = sandbox.equerre(&["audit", &folder, "--as-of", NOW_TEXT, "-q"]).stdout;
    assert_eq!(quiet.lines().count(), 2, "{quiet}");
}
