//! Forges as their documentation describes them, served on this machine: pages, limits, refusals, broken answers.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use equerre::internals::forge::Cache;
use equerre::internals::forge::{Address, Forges};
use equerre::internals::forge::{Client, Limits, Refusal};
use equerre::internals::forge::{Conclusion, Forge};
use serde_json::{Value, json};

use common::{NOW, NOW_TEXT, Sandbox};

/// A request as the server saw it.
#[derive(Debug, Clone)]
struct Asked {
    path: String,
    headers: String,
}

/// An answer to give.
struct Given {
    status: u16,
    headers: Vec<String>,
    body: Vec<u8>,
    /// How long to wait first.
    after: Duration,
    /// Whether to promise more bytes than are given.
    breaks_off: bool,
}

impl Given {
    fn json(body: &Value) -> Self {
        Self::status(200, body.to_string())
    }

    fn status(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), after: Duration::ZERO, breaks_off: false }
    }

    fn with(mut self, header: impl Into<String>) -> Self {
        self.headers.push(header.into());
        self
    }
}

/// A server on this machine.
struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers each request by a function of it and of the number of requests before it.
    fn start(answer: impl Fn(&Asked, usize) -> Given + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let seen = Arc::clone(&asked);
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                std::thread::spawn(move || {
                    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
                    let mut first = String::new();
                    let _ = reader.read_line(&mut first);
                    let mut headers = String::new();
                    while reader.read_line(&mut headers).is_ok_and(|read| read > 2) {}
                    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
                    let request = Asked { path, headers: headers.to_lowercase() };
                    let number = seen.lock().map(|mut seen| {
                        seen.push(request.clone());
                        seen.len() - 1
                    });
                    let given = answer(&request, number.unwrap_or(0));
                    std::thread::sleep(given.after);
                    let length = given.body.len() + if given.breaks_off { 50 } else { 0 };
                    let mut head =
                        format!("HTTP/1.1 {} X\r\nContent-Length: {length}\r\nConnection: close\r\n", given.status);
                    for header in &given.headers {
                        head.push_str(&format!("{header}\r\n"));
                    }
                    let mut stream = stream;
                    let _ = stream.write_all(format!("{head}\r\n").as_bytes());
                    let _ = stream.write_all(&given.body);
                });
            }
        });
        Self { port, asked }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// A person's settings that declare the server as a forge.
fn settings(port: u16, software: &str) -> String {
    format!(
        "forges:\n  127.0.0.1:{port}:\n    software: {software}\n    api: http://127.0.0.1:{port}\n    token-env: TEST_FORGE_TOKEN\n"
    )
}

fn client_with(port: u16, software: &str, token: Option<&str>, limits: Limits, cache: Option<Cache>) -> Client {
    let folder = tempfile::TempDir::new().expect("a folder");
    std::fs::create_dir_all(folder.path().join("equerre")).expect("a folder");
    std::fs::write(folder.path().join("equerre/forges.yml"), settings(port, software)).expect("settings");
    let (home, token) = (folder.path().display().to_string(), token.map(str::to_owned));
    let env = move |name: &str| match name {
        "XDG_CONFIG_HOME" => Some(home.clone()),
        "TEST_FORGE_TOKEN" => token.clone(),
        _ => None,
    };
    let forges = Forges::read(&env).expect("the settings are well-formed");
    let address = Address::of(&format!("http://127.0.0.1:{port}/owner/name"), &forges, &env).expect("an address");
    Client::new(address, cache, limits).expect("a client")
}

fn quick() -> Limits {
    Limits {
        answer: Duration::from_millis(400),
        all: Duration::from_secs(8),
        pause: Duration::from_millis(5),
        bytes: 4096,
        pages: 3,
    }
}

fn client(server: &Server) -> Client {
    client_with(server.port, "github", None, quick(), None)
}

#[test]
fn pages_are_followed_to_their_end_or_to_the_limit() {
    let server = Server::start(|asked, _| {
        let page: u32 = asked.path.split("page=").nth(1).and_then(|page| page.parse().ok()).unwrap_or(1);
        let given = Given::json(&json!([{ "n": page }]));
        given.with(format!("Link: <http://{}/list?page={}>; rel=\"next\"", host_of(asked), page + 1))
    });
    let pages = client(&server).list("/list", |item: &serde_json::Value| item["n"] != json!(2)).expect("pages");
    assert_eq!(pages.items, [json!({ "n": 1 }), json!({ "n": 2 })]);
    assert!(pages.cut.is_none());
    let pages = client(&server).list("/list", |_: &serde_json::Value| true).expect("pages");
    assert_eq!((pages.items.len(), pages.cut), (3, Some(Refusal::TooLarge)));
}

#[test]
fn what_a_forge_may_say_is_bounded_in_all() {
    let server = Server::start(|asked, number| {
        let given = Given::json(&json!([{ "n": "x".repeat(3_900) }]));
        given.with(format!("Link: <http://{}/list?page={number}>; rel=\"next\"", host_of(asked)))
    });
    let client = client_with(server.port, "github", None, Limits { pages: 100, ..quick() }, None);
    let pages = client.list("/list", |_: &serde_json::Value| true).expect("pages");
    assert_eq!((pages.items.len(), pages.cut), (8, Some(Refusal::TooLarge)));
    let many = Server::start(|_, _| Given::json(&json!(vec![1; 1_001])));
    let refused = self::client(&many).list("/list", |_: &u8| true).map(|pages| pages.items.len());
    assert!(matches!(refused, Err(Refusal::Malformed(_))), "{refused:?}");
}

fn host_of(asked: &Asked) -> String {
    let host = asked.headers.lines().find_map(|line| line.strip_prefix("host: "));
    host.unwrap_or_default().trim().to_owned()
}

#[test]
fn a_next_page_or_redirect_elsewhere_is_not_followed_and_gets_no_token() {
    let thief = Server::start(|_, _| Given::json(&json!([])));
    let to = thief.url();
    let server = Server::start(move |asked, _| match asked.path.as_str() {
        "/moved" => Given::status(302, "").with(format!("Location: {to}/list")),
        "/renamed" => Given::status(301, "").with("Location: /list"),
        _ => Given::json(&json!([1])).with(format!("Link: <{to}/list?page=2>; rel=\"next\"")),
    });
    let client = client_with(server.port, "github", Some("s3cret"), quick(), None);
    let pages = client.list("/list", |_: &serde_json::Value| true).expect("the first page");
    assert!(matches!(pages.cut, Some(Refusal::Elsewhere(_))));
    assert!(matches!(client.get("/moved"), Err(Refusal::Elsewhere(_))));
    assert_eq!(client.get("/renamed"), Ok(json!([1])));
    assert!(thief.asked().is_empty());
    assert!(server.asked().iter().all(|asked| asked.headers.contains("authorization: bearer s3cret")));
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let server = Server::start(|asked, _| {
        if asked.headers.contains("if-none-match: \"v1\"") {
            return Given::status(304, "");
        }
        Given::json(&json!({ "name": "x" })).with("ETag: \"v1\"")
    });
    let folder = tempfile::TempDir::new().expect("a folder");
    let cache = || Some(Cache::new(folder.path().join("cache")));
    for _ in 0..2 {
        let client = client_with(server.port, "github", None, quick(), cache());
        assert_eq!(client.get("/thing"), Ok(json!({ "name": "x" })));
    }
    assert!(server.asked()[1].headers.contains("if-none-match"));
    // What one token may see is not offered to another.
    let client = client_with(server.port, "github", Some("t"), quick(), cache());
    assert!(client.get("/thing").is_ok());
    assert!(!server.asked()[2].headers.contains("if-none-match"));
    // A cache that is spoilt is only forgotten.
    for entry in std::fs::read_dir(folder.path().join("cache")).expect("the cache").flatten() {
        std::fs::write(entry.path(), "{").expect("a file");
    }
    let client = client_with(server.port, "github", None, quick(), cache());
    assert!(client.get("/thing").is_ok());
}

#[test]
fn only_failures_of_the_server_are_tried_again() {
    let server = Server::start(|asked, number| match asked.path.as_str() {
        "/shaky" if number < 2 => Given::status(502, "bad gateway"),
        "/shaky" => Given::json(&json!(1)),
        "/down" => Given::status(503, ""),
        _ => Given::status(404, "{}"),
    });
    let client = client(&server);
    assert_eq!(client.get("/shaky"), Ok(json!(1)));
    assert_eq!(client.get("/none"), Err(Refusal::NotFound));
    assert_eq!(server.asked().len(), 4);
    assert_eq!(client.get("/down"), Err(Refusal::Server(503)));
    assert_eq!(server.asked().len(), 7);
}

#[test]
fn limits_of_requests_are_respected_and_shown() {
    let limited = Server::start(|_, _| {
        Given::status(403, "{}")
            .with("X-RateLimit-Limit: 60")
            .with("X-RateLimit-Remaining: 0")
            .with(format!("X-RateLimit-Reset: {NOW}"))
    });
    let client = client(&limited);
    assert_eq!(client.get("/a"), Err(Refusal::RateLimited(Some(NOW))));
    // Nothing more is asked of a forge that has had enough.
    assert_eq!(client.get("/b"), Err(Refusal::RateLimited(Some(NOW))));
    assert_eq!(limited.asked().len(), 1);
    assert_eq!(client.rate().map(|rate| (rate.remaining, rate.limit)), Some((0, 60)));
    let said = Refusal::RateLimited(Some(NOW)).explain(&client.address).en;
    assert!(said.contains("2026-01-01") && said.contains("GITHUB_TOKEN"), "{said}");
    // A short wait that the forge asks for is kept.
    let hurried = Server::start(|_, number| match number {
        0 => Given::status(429, "").with("Retry-After: 0"),
        _ => Given::json(&json!(1)),
    });
    assert_eq!(self::client(&hurried).get("/a"), Ok(json!(1)));
}

#[test]
fn slow_broken_and_foreign_answers_are_told_apart() {
    let server = Server::start(|asked, _| match asked.path.as_str() {
        "/html" => Given::status(200, "<html>"),
        "/huge" => Given::status(200, vec![b' '; 10_000]),
        "/short" => Given { breaks_off: true, ..Given::json(&json!([])) },
        "/teapot" => Given::status(418, ""),
        "/secret" => Given::status(403, ""),
        _ => Given { after: Duration::from_secs(2), ..Given::json(&json!([])) },
    });
    let ask = |path: &str| client(&server).get(path);
    assert!(matches!(ask("/html"), Err(Refusal::Malformed(_))));
    assert_eq!(ask("/huge"), Err(Refusal::TooLarge));
    assert!(matches!(ask("/short"), Err(Refusal::Network(_))));
    assert_eq!(ask("/teapot"), Err(Refusal::Unexpected(418)));
    assert_eq!(ask("/secret"), Err(Refusal::Forbidden));
    assert!(matches!(ask("/slow"), Err(Refusal::Network(reason)) if reason.contains("in time")));
}

/// GitHub with three deployments to production: one that failed, one good, and the one before put back.
fn github(asked: &Asked) -> Given {
    let deployment = |id: u32, sha: &str, days: i64| json!({ "id": id, "sha": sha, "environment": "production", "created_at": days_ago(days), "production_environment": true });
    let path = asked.path.split('?').next().unwrap_or_default();
    Given::json(&match path {
        "/repos/owner/name" => json!({ "private": false, "archived": false, "default_branch": "main" }),
        "/repos/owner/name/deployments" => json!([
            deployment(4, "aaa", 1),
            deployment(3, "bbb", 2),
            deployment(2, "ccc", 9),
            deployment(1, "aaa", 20),
            { "id": 9, "sha": "ddd", "environment": "review-12", "created_at": days_ago(1) },
        ]),
        "/repos/owner/name/deployments/2/statuses" => json!([{ "state": "failure", "created_at": days_ago(9) }]),
        path if path.ends_with("/statuses") => {
            let days = if path.contains("/4/") {
                1
            } else if path.contains("/3/") {
                2
            } else {
                20
            };
            json!([
                { "state": "inactive", "created_at": days_ago(0) },
                { "state": "success", "created_at": days_ago(days) },
            ])
        }
        "/repos/owner/name/releases" => json!([
            { "tag_name": "v2", "draft": true, "created_at": days_ago(1), "published_at": null },
            { "tag_name": "v1", "created_at": days_ago(3), "published_at": days_ago(3) },
        ]),
        "/repos/owner/name/actions/runs" => json!({ "total_count": 2, "workflow_runs": [
            { "name": "CI", "created_at": days_ago(1), "conclusion": "failure" },
            { "name": "CI", "created_at": days_ago(2), "conclusion": "success" },
        ] }),
        "/repos/owner/name/branches/main" => json!({ "protected": true, "protection": {
            "required_status_checks": { "enforcement_level": "non_admins", "contexts": ["tests"] } } }),
        "/repos/owner/name/rules/branches/main" => json!([
            { "type": "pull_request", "parameters": { "required_approving_review_count": 2 } },
        ]),
        _ => return Given::status(404, "{}"),
    })
}

fn days_ago(days: i64) -> String {
    jiff::Timestamp::from_second(NOW - days * 86_400 - 3_600).expect("a date").to_string()
}

#[test]
fn github_tells_deployments_releases_runs_and_protection() {
    let server = Server::start(|asked, _| github(asked));
    let limits = Limits { bytes: 1 << 20, ..quick() };
    let forge = Forge::ask(&client_with(server.port, "github", None, limits, None), NOW);
    let deployments = forge.deployments.expect("deployments");
    assert_eq!(deployments.len(), 5);
    let failed: Vec<&str> = deployments
        .iter()
        .filter(|found| found.outcome == Conclusion::Failed)
        .map(|found| found.commit.as_str())
        .collect();
    assert_eq!(failed, ["ccc"]);
    assert_eq!(forge.releases.expect("releases").len(), 1);
    assert_eq!(forge.runs.expect("runs").iter().map(|run| run.passed).collect::<Vec<_>>(), [Some(false), Some(true)]);
    let protection = forge.protection.expect("protection");
    assert_eq!(
        (protection.protected, protection.required, protection.approvals),
        (true, vec!["tests".to_owned()], Some(2))
    );
}

#[test]
fn gitlab_and_forgejo_speak_their_own_api() {
    let gitlab = Server::start(|asked, _| {
        let path = asked.path.split('?').next().unwrap_or_default();
        Given::json(&match path {
            "/projects/owner%2Fname" => {
                json!({ "visibility": "public", "default_branch": "main", "only_allow_merge_if_pipeline_succeeds": true })
            }
            "/projects/owner%2Fname/deployments" => json!([
                { "sha": "aaa", "status": "success", "created_at": days_ago(3), "updated_at": days_ago(2),
                  "environment": { "name": "live-site", "tier": "production" } },
            ]),
            "/projects/owner%2Fname/releases" => json!([{ "tag_name": "v1", "released_at": days_ago(3) }]),
            "/projects/owner%2Fname/pipelines" => json!([{ "status": "failed", "created_at": days_ago(1) }]),
            "/projects/owner%2Fname/repository/branches/main" => json!({ "protected": true }),
            _ => return Given::status(404, "{}"),
        })
    });
    let forge = Forge::ask(&client_with(gitlab.port, "gitlab", Some("t"), quick(), None), NOW);
    assert_eq!(forge.deployments.expect("deployments")[0].production, Some(true));
    assert_eq!(forge.protection.expect("protection").checks, Some(true));
    assert_eq!(forge.runs.expect("runs")[0].passed, Some(false));

    let forgejo = Server::start(|asked, _| {
        let path = asked.path.split('?').next().unwrap_or_default();
        Given::json(&match path {
            "/repos/owner/name" => json!({ "private": false, "default_branch": "main" }),
            "/repos/owner/name/releases" => json!([{ "tag_name": "v1", "published_at": days_ago(3) }]),
            "/repos/owner/name/actions/tasks" => json!({ "workflow_runs": [
                { "name": "ci", "status": "success", "head_branch": "main", "created_at": days_ago(1) },
                { "name": "ci", "status": "failure", "head_branch": "wip", "created_at": days_ago(1) },
            ], "total_count": 2 }),
            "/repos/owner/name/branches/main" => {
                json!({ "protected": true, "enable_status_check": false, "required_approvals": 1 })
            }
            _ => return Given::status(404, "{}"),
        })
    });
    let forge = Forge::ask(&client_with(forgejo.port, "forgejo", Some("t"), quick(), None), NOW);
    assert!(forge.deployments.is_err());
    assert_eq!(forge.runs.expect("runs").len(), 1);
    assert_eq!(forge.protection.expect("protection").checks, Some(false));
    assert!(forgejo.asked().iter().all(|asked| asked.headers.contains("authorization: token t")));
}

/// A repository whose settings declare a server as its forge; its home is a folder of its own.
struct OnForge {
    sandbox: Sandbox,
    home: tempfile::TempDir,
}

impl OnForge {
    fn new(port: u16) -> Self {
        let sandbox = Sandbox::repository(&[("README.md", "# Cantines\n\nA product for canteens.\n")]);
        let url = format!("http://127.0.0.1:{port}/owner/name.git");
        sandbox.git().remote("origin", &url).expect("a remote");
        let home = tempfile::TempDir::new().expect("a folder");
        std::fs::create_dir_all(home.path().join("equerre")).expect("a folder");
        std::fs::write(home.path().join("equerre/forges.yml"), settings(port, "github")).expect("settings");
        Self { sandbox, home }
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_equerre"))
            .args(args)
            .args(["--as-of", NOW_TEXT])
            .current_dir(self.sandbox.path())
            .env("XDG_CONFIG_HOME", self.home.path())
            .env("XDG_CACHE_HOME", self.home.path().join("cache"))
            .env("TEST_FORGE_TOKEN", "s3cret-token")
            .env_remove("EQUERRE_CACHE_DIR")
            .env("LANG", "C.UTF-8")
            .output()
            .expect("the command runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
    }
}

#[test]
fn deployments_of_the_forge_make_the_calendar() {
    let server =
        Server::start(|asked, _| github(asked).with("X-RateLimit-Limit: 5000").with("X-RateLimit-Remaining: 4990"));
    let product = OnForge::new(server.port);
    let (code, out, err) = product.run(&["deploys", "--online", "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let report: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(report["signal"], "forge-deployments");
    let outcomes: Vec<(&str, bool)> = report["deployments"]
        .as_array()
        .expect("deployments")
        .iter()
        .map(|found| (found["outcome"].as_str().unwrap_or_default(), found["rollback"] == json!(true)))
        .collect();
    assert_eq!(outcomes, [("succeeded", true), ("succeeded", false), ("failed", false), ("succeeded", false)]);
    assert!(err.contains("4990 more of 5000 requests"), "{err}");
    let (_, csv, _) = product.run(&["deploys", "--online", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 5);
    assert!(!format!("{out}{err}{csv}").contains("s3cret"));
}

#[test]
fn without_online_no_socket_is_opened() {
    let server = Server::start(|asked, _| github(asked));
    let product = OnForge::new(server.port);
    let (code, out, _) = product.run(&["check", "--format", "json", "--with-facts"]);
    assert_eq!(code, 0);
    assert!(server.asked().is_empty());
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let reason = report["facts"]["source_published"]["unverified"].as_str().unwrap_or_default();
    assert!(reason.contains("--online"), "{reason}");
    product.run(&["check", "--online", "--format", "json"]);
    assert!(!server.asked().is_empty());
}

#[test]
fn a_dead_network_loses_nothing_else() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let product = OnForge::new(port);
    let (_, offline, _) = product.run(&["facts", "--format", "json"]);
    let (code, online, err) = product.run(&["facts", "--format", "json", "--online"]);
    assert_eq!(code, 0, "{err}");
    let (offline, online): (Value, Value) =
        (serde_json::from_str(&offline).expect("JSON"), serde_json::from_str(&online).expect("JSON"));
    for (name, fact) in offline["facts"].as_object().expect("facts") {
        if fact.get("value").is_some() {
            assert_eq!(&online["facts"][name], fact, "{name}");
        }
    }
    let reason = online["facts"]["source_published"]["unverified"].as_str().unwrap_or_default();
    assert!(reason.contains("cannot be reached"), "{reason}");
}

#[test]
fn a_repository_cannot_send_a_token_where_it_wants() {
    let thief = Server::start(|_, _| Given::json(&json!({})));
    let sandbox = Sandbox::repository(&[("README.md", "# x\n")]);
    sandbox.git().remote("origin", &format!("{}/owner/name", thief.url())).expect("a remote");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_equerre"))
        .args(["facts", "--online"])
        .current_dir(sandbox.path())
        .env("XDG_CONFIG_HOME", sandbox.path())
        .env("GITHUB_TOKEN", "s3cret")
        .env("GITLAB_TOKEN", "s3cret")
        .output()
        .expect("the command runs");
    assert!(output.status.success());
    assert!(thief.asked().is_empty(), "a host that nobody declared was asked");
    assert!(String::from_utf8_lossy(&output.stderr).contains("forges.yml"));
}
