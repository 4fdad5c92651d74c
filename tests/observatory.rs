//! Our scan and MDN's HTTP Observatory on the same local servers: the same result for each test, the same score, the same grade.
//!
//! What the Observatory says was recorded in `observatory/expected.json`. Where its npm package is installed (`.ci/run` does so),
//! it is asked again, on the same servers, and must say what was recorded. `EQUERRE_RECORD=1` writes the record anew.

#[allow(dead_code, reason = "each suite uses a part of it")]
#[path = "common/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use server::{Answer, Authority, Port, Served};

/// A site: what its pages in clear and over TLS answer. `{http}` and `{https}` stand for its own addresses.
struct Case {
    name: String,
    http: Option<Served>,
    https: Option<Served>,
    trusted: bool,
}

fn headers(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn page(list: &[(&str, &str)], body: &str) -> Answer {
    let mut all = headers(list);
    if !all.iter().any(|(name, _)| name == "content-type") {
        all.push(("content-type".to_owned(), "text/html; charset=utf-8".to_owned()));
    }
    Answer { status: 200, headers: all, body: body.to_owned() }
}

fn to(location: &str) -> Answer {
    Answer { status: 301, headers: headers(&[("location", location)]), body: String::new() }
}

fn at(path: &str, answer: Answer) -> Served {
    Served { pages: vec![(path.to_owned(), answer)], options: Vec::new() }
}

impl Case {
    /// A site over TLS that sends there from its address in clear.
    fn of(name: &str, answer: Answer) -> Self {
        Self { name: name.to_owned(), http: Some(at("/", to("{https}/"))), https: Some(at("/", answer)), trusted: true }
    }

    fn options(mut self, list: &[(&str, &str)]) -> Self {
        if let Some(served) = &mut self.https {
            served.options = headers(list);
        }
        self
    }
}

const PAGE: &str = "<!doctype html><title>x</title><p>Bonjour</p>";
const HSTS: (&str, &str) = ("strict-transport-security", "max-age=31536000; includeSubDomains");

fn cases() -> Vec<Case> {
    let mut all = vec![Case::of("nothing set", page(&[], PAGE))];
    let good = [
        HSTS,
        ("content-security-policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    all.push(Case::of("all that is asked", page(&good, PAGE)));
    all.push(Case::of(
        "all that is asked in other cases",
        page(
            &[
                ("Strict-Transport-Security", " MAX-AGE=31536000"),
                ("Content-Security-Policy", "DEFAULT-SRC 'SELF'"),
                ("X-Content-Type-Options", "NoSniff"),
                ("X-Frame-Options", "Deny"),
            ],
            PAGE,
        ),
    ));
    for policy in [
        "default-src 'self'",
        "default-src 'self' 'unsafe-inline'",
        "default-src *",
        "script-src 'self'; object-src 'none'",
        "script-src 'self'",
        "default-src 'self'; script-src 'self' 'unsafe-eval'",
        "default-src 'self'; style-src 'self' 'unsafe-inline'",
        "default-src 'self'; img-src http: data:",
        "default-src 'self'; connect-src http://api.example.org",
        "default-src 'self' data:",
        "script-src 'nonce-abc' 'unsafe-inline' 'strict-dynamic' https:; object-src 'none'",
        "script-src 'strict-dynamic'; object-src 'none'",
        "default-src 'none'; script-src 'sha256-abc='; style-src 'nonce-x' 'unsafe-inline'",
        "default-src 'self'; default-src 'none'",
        "default-src 'self'; report-uri /a; report-uri /b",
        "default-src 'self'; report-uri http://reports.example.org/",
        "x",
        "upgrade-insecure-requests",
        "default-src; script-src",
        "frame-ancestors 'self'",
        "default-src 'self' https://*.example.org https://*.example.org/a https://example.org",
        "default-src 'self' https://*",
        "default-src 'none';;; base-uri 'none' ;",
        "default-src 'none', script-src 'self'",
    ] {
        all.push(Case::of(&format!("csp: {policy}"), page(&[HSTS, ("content-security-policy", policy)], PAGE)));
    }
    all.push(Case::of(
        "csp: two headers",
        page(
            &[
                ("content-security-policy", "default-src 'self' https://a.example https://b.example"),
                ("content-security-policy", "default-src https://b.example 'unsafe-inline'"),
            ],
            PAGE,
        ),
    ));
    all.push(Case::of(
        "csp: reports only",
        page(&[("content-security-policy-report-only", "default-src 'self'")], PAGE),
    ));
    all.push(Case::of("csp: empty", page(&[("content-security-policy", "")], PAGE)));
    for meta in [
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'\">",
        "<meta http-equiv=content-security-policy content=\"frame-ancestors 'none'\">",
        "<meta http-equiv=content-security-policy content=\"default-src 'self'; frame-ancestors 'none'\">",
        "<meta name=referrer content=no-referrer>",
        "<meta name=Referrer content=unsafe-url>",
        "<template><meta http-equiv=content-security-policy content=\"default-src 'self'\"></template>",
    ] {
        all.push(Case::of(&format!("meta: {meta}"), page(&[HSTS], &format!("<head>{meta}</head>{PAGE}"))));
    }
    all.push(Case::of(
        "csp: header and meta",
        page(
            &[("content-security-policy", "script-src 'self' https://cdn.example.org; object-src 'none'")],
            "<meta http-equiv=content-security-policy content=\"script-src https://cdn.example.org\">",
        ),
    ));
    for value in [
        "max-age=15552000",
        "max-age=15551999",
        "max-age=0",
        "includeSubDomains",
        "max-age=\"31536000\"",
        "max-age=31536000, max-age=31536000",
        "max-age=31536000abc",
        "max-age=-1",
        "preload; max-age=63072000;includeSubDomains",
    ] {
        all.push(Case::of(&format!("hsts: {value}"), page(&[("strict-transport-security", value)], PAGE)));
    }
    all.push(Case::of("hsts: twice", page(&[HSTS, HSTS], PAGE)));
    for value in ["SAMEORIGIN", "ALLOW-FROM https://a.example", "yes", ""] {
        all.push(Case::of(&format!("frame: {value}"), page(&[("x-frame-options", value)], PAGE)));
    }
    all.push(Case::of("frame: twice", page(&[("x-frame-options", "DENY"), ("x-frame-options", "DENY")], PAGE)));
    for value in ["sniff", " nosniff ", "nosniff, nosniff"] {
        all.push(Case::of(&format!("types: {value}"), page(&[("x-content-type-options", value)], PAGE)));
    }
    for value in ["unsafe-url", "strict-origin, unsafe-url", "unsafe-url, nonsense", "nonsense", "Same-Origin", ""] {
        all.push(Case::of(&format!("referrer: {value}"), page(&[("referrer-policy", value)], PAGE)));
    }
    for value in ["same-site", "cross-origin", "SAME-ORIGIN", "nobody"] {
        all.push(Case::of(&format!("corp: {value}"), page(&[("cross-origin-resource-policy", value)], PAGE)));
    }
    for cookies in [
        &["a=1; Secure; HttpOnly; SameSite=Lax"][..],
        &["a=1; Secure"],
        &["a=1"],
        &["sessionid=1; Secure"],
        &["sessionid=1; HttpOnly"],
        &["PHPSESSID=1"],
        &["csrftoken=1; Secure"],
        &["csrftoken=1; Secure; SameSite=Strict"],
        &["a=1; Secure; SameSite=Maybe"],
        &["a=1; Secure; SameSite"],
        &["a=1; SameSite=None"],
        &["a=1; Secure; SameSite=None", "login=1; Secure; HttpOnly; SameSite=Lax"],
        &["heroku-session-affinity=1"],
        &["novalue", "=x"],
        &["a=1; Domain=example.org"],
        &["__Host-a=1; Secure; Path=/; SameSite=Strict; HttpOnly", "__Host-b=1"],
        &["a=; Max-Age=0"],
        &["a=1; secure", "a=2; httponly"],
    ] {
        for secure in [true, false] {
            let mut list: Vec<(&str, &str)> = cookies.iter().map(|cookie| ("set-cookie", *cookie)).collect();
            list.extend(secure.then_some(HSTS));
            let name = format!("cookies{}: {}", if secure { " with hsts" } else { "" }, cookies.join(" + "));
            all.push(Case::of(&name, page(&list, PAGE)));
        }
    }
    let mut case = Case::of("cookies: on the way", to("/home"));
    case.https.as_mut().expect("pages").pages[0].1.headers.push(("set-cookie".into(), "early=1; Max-Age=0".into()));
    case.https.as_mut().expect("pages").pages.push(("/home".into(), page(&[("set-cookie", "late=1; Secure")], PAGE)));
    all.push(case);
    for script in [
        "<script>1</script>",
        "<script src=/a.js></script>",
        "<script src=\"https://cdn.example.org/a.js\"></script>",
        "<script src=\"https://cdn.example.org/a.js\" integrity=sha384-x crossorigin=anonymous></script>",
        "<script src=\"http://cdn.example.org/a.js\"></script>",
        "<script src=\"http://cdn.example.org/a.js\" integrity=sha384-x></script>",
        "<script src=\"//cdn.example.org/a.js\"></script>",
        "<script src=\"//cdn.example.org/a.js\" integrity=sha384-x></script>",
        "<script src=/a.js integrity=sha384-x></script><script src=/b.js></script>",
        "<base href=\"https://cdn.example.org/\"><script src=a.js></script>",
        "<script src=\"HTTPS://CDN.example.org/a.js\" integrity=\"\"></script>",
        "<script src=\"https://cdn.example.org/a.js\" integrity=x></script><script src=\"//b.example/a.js\"></script>",
        "<noscript><script src=\"http://cdn.example.org/a.js\"></script></noscript>",
        "<template><script src=\"http://cdn.example.org/a.js\"></script></template>",
        "<script src=\"\"></script>",
        "<script src=\"data:text/javascript,1\"></script>",
        "<svg><script href=\"http://cdn.example.org/a.js\"></script></svg>",
        "<script src=\"https://127.0.0.1/a.js\"></script>",
        "<!-- <script src=\"http://cdn.example.org/a.js\"></script> -->",
        "<script src=\"https://me.github.io/a.js\"></script>",
    ] {
        all.push(Case::of(&format!("sri: {script}"), page(&[HSTS], &format!("<!doctype html>{script}"))));
    }
    let text = [("content-type", "text/plain")];
    all.push(Case::of("sri: no page", page(&text, "<script src=\"http://cdn.example.org/a.js\"></script>")));
    let upper = [("content-type", "TEXT/HTML")];
    all.push(Case::of("sri: type in capitals", page(&upper, "<script src=\"http://cdn.example.org/a.js\"></script>")));
    for (name, list) in [
        ("any", &[("access-control-allow-origin", "*")][..]),
        ("one", &[("access-control-allow-origin", "https://a.example")]),
        (
            "mirrored with credentials",
            &[
                ("access-control-allow-origin", "https://http-observatory.security.mozilla.org"),
                ("access-control-allow-credentials", "true"),
            ],
        ),
    ] {
        all.push(Case::of(&format!("cors: {name}"), page(&[HSTS], PAGE)).options(list));
    }
    let redirecting = |name: &str, pages: Vec<(&str, Answer)>| Case {
        http: Some(Served {
            pages: pages.into_iter().map(|(path, answer)| (path.to_owned(), answer)).collect(),
            options: Vec::new(),
        }),
        ..Case::of(&format!("redirection: {name}"), page(&[HSTS], PAGE))
    };
    all.push(redirecting("none", vec![("/", page(&[], PAGE))]));
    all.push(redirecting("in clear first", vec![("/", to("/x")), ("/x", to("{https}/"))]));
    all.push(redirecting("in clear for ever", vec![("/", to("/"))]));
    all.push(redirecting("to another host", vec![("/", to("https://127.0.0.1:{https-port}/"))]));
    all.push(redirecting("to nowhere", vec![("/", to("http://["))]));
    all.push(redirecting("without a place", vec![("/", Answer { status: 302, ..Answer::default() })]));
    all.push(redirecting("to an error", vec![("/", to("{https}/missing"))]));
    all.push(redirecting("status 304", vec![("/", Answer { status: 304, ..Answer::default() })]));
    all.push(Case { http: None, ..Case::of("redirection: nothing in clear", page(&[HSTS], PAGE)) });
    all.push(Case { https: None, http: Some(at("/", page(&[], PAGE))), ..Case::of("in clear alone", page(&[], PAGE)) });
    all.push(Case {
        trusted: false,
        ..Case::of("certificate not trusted", page(&[HSTS, ("set-cookie", "sid=1")], PAGE))
    });
    all.push(Case { http: None, https: None, ..Case::of("nothing answers", page(&[], PAGE)) });
    all.push(Case::of("status 204", Answer { status: 204, ..page(&[HSTS], "") }));
    for status in [401, 403, 404, 500] {
        all.push(Case::of(&format!("status {status}"), Answer { status, ..page(&[HSTS], PAGE) }));
    }
    all
}

/// The package of the Observatory, where it is installed.
fn package() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/observatory");
    let folder = std::env::var_os("EQUERRE_OBSERVATORY").map_or(own, PathBuf::from);
    let package = folder.join("node_modules/@mdn/mdn-http-observatory");
    package.join("src").is_dir().then_some(package)
}

/// A site with its addresses written out.
fn placed(served: &Served, http: u16, https: u16) -> Served {
    let place = |text: &str| {
        text.replace("{https-port}", &https.to_string())
            .replace("{https}", &format!("https://localhost:{https}"))
            .replace("{http}", &format!("http://localhost:{http}"))
    };
    let mut placed = served.clone();
    for (_, answer) in &mut placed.pages {
        answer.headers.iter_mut().for_each(|(_, value)| *value = place(value));
    }
    placed
}

/// What we say of a site.
fn ours(http: u16, https: u16, roots: &Path) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_equerre"))
        .args(["site", "https://localhost", "--format", "json"])
        .args(["--http-port", &http.to_string(), "--https-port", &https.to_string()])
        .env("SSL_CERT_FILE", roots)
        .output()
        .expect("equerre runs");
    if !output.status.success() {
        return json!({ "error": true });
    }
    let seen: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let observatory = &seen["observatory"];
    let tests = observatory["tests"].as_array().expect("tests").iter();
    let tests: BTreeMap<&str, &Value> =
        tests.map(|test| (test["test"].as_str().expect("a name"), &test["result"])).collect();
    json!({ "grade": observatory["grade"], "score": observatory["score"], "tests": tests })
}

#[test]
fn the_observatory_and_we_say_the_same() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let roots = folder.path().join("roots.pem");
    let (known, unknown) = (Authority::new(), Authority::new());
    known.write(&roots);
    let all = cases();
    let mut ports = Vec::new();
    // A port that is given back answers no more.
    let closed = || Port::open().number();
    for case in &all {
        let (http, https) = (Port::open(), Port::open());
        let numbers = (
            if case.http.is_some() { http.number() } else { closed() },
            if case.https.is_some() { https.number() } else { closed() },
        );
        if let Some(served) = &case.http {
            http.serve(placed(served, numbers.0, numbers.1), None);
        }
        if let Some(served) = &case.https {
            https.serve(placed(served, numbers.0, numbers.1), Some(if case.trusted { &known } else { &unknown }));
        }
        ports.push(numbers);
    }
    let record = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/observatory/expected.json");
    let recorded: BTreeMap<String, Value> =
        serde_json::from_str(&std::fs::read_to_string(&record).unwrap_or_else(|_| "{}".to_owned())).expect("a record");
    let theirs: Option<Vec<Value>> = package().map(|package| asked(&package, &ports, &roots));
    if let (Some(theirs), Some(_)) = (&theirs, std::env::var_os("EQUERRE_RECORD")) {
        let anew: BTreeMap<&str, &Value> = all.iter().map(|case| case.name.as_str()).zip(theirs).collect();
        std::fs::write(&record, serde_json::to_string_pretty(&anew).expect("JSON") + "\n").expect("a record");
    }
    let mut differences = Vec::new();
    for (at, case) in all.iter().enumerate() {
        let own = ours(ports[at].0, ports[at].1, &roots);
        let wanted = theirs.as_ref().map(|theirs| &theirs[at]).or(recorded.get(&case.name));
        let Some(wanted) = wanted else {
            differences.push(format!("{}: not recorded", case.name));
            continue;
        };
        if own != *wanted {
            differences.push(format!("{}:\n  ours   {own}\n  theirs {wanted}", case.name));
        }
        if recorded.get(&case.name).is_some_and(|recorded| recorded != wanted)
            && std::env::var_os("EQUERRE_RECORD").is_none()
        {
            differences.push(format!("{}: the record is not what the Observatory says", case.name));
        }
    }
    assert!(all.len() >= 40, "{} cases", all.len());
    assert!(differences.is_empty(), "{} of {}:\n{}", differences.len(), all.len(), differences.join("\n"));
}

/// What the Observatory itself says of sites.
fn asked(package: &Path, ports: &[(u16, u16)], roots: &Path) -> Vec<Value> {
    let mut node = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/observatory/oracle.mjs"))
        .arg(package)
        .env("NODE_EXTRA_CA_CERTS", roots)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let mut input = node.stdin.take().expect("a pipe");
    for (http, https) in ports {
        writeln!(input, "{}", json!({ "host": "localhost", "httpPort": http, "httpsPort": https })).expect("a line");
    }
    drop(input);
    let output = node.wait_with_output().expect("node ends");
    let lines: Vec<Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    assert_eq!(lines.len(), ports.len(), "one answer for each site");
    lines
}
