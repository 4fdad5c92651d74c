//! Visits of servers that are slow, endless, broken or hostile: a clear reason or a finding, within the time given, never a crash.

#[allow(dead_code, reason = "each suite uses a part of it")]
#[path = "common/server.rs"]
mod server;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use equerre::internals::site::Limits;
use equerre::internals::site::{Site, Target};
use server::{Answer, Authority, Port, Served, request};

const NOW: i64 = 1_790_000_000;

fn limits() -> Limits {
    Limits { answer: Duration::from_secs(2), all: Duration::from_secs(4), bytes: 64 * 1024 }
}

/// A visit of a server over plain HTTP; it must end in time.
fn visit(answer: impl Fn(TcpStream) + Send + Sync + 'static) -> Result<Site, String> {
    let port = Port::open();
    let target = Target::of("http://127.0.0.1", Some(port.number()), Some(Port::open().number())).expect("an address");
    port.each(answer);
    let started = Instant::now();
    let site = Site::visit(&target, limits(), NOW).map_err(|reason| reason.en);
    assert!(started.elapsed() < Duration::from_secs(12), "{:?}", started.elapsed());
    site
}

/// Reads the request, then writes.
fn after_request(write: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> impl Fn(TcpStream) + Send + Sync + 'static {
    move |mut stream| {
        if request(&mut stream).is_some() {
            write(&mut stream);
        }
    }
}

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n";

#[test]
fn a_server_that_never_answers_is_left() {
    let reason = visit(after_request(|stream| {
        let _ = stream.read(&mut [0]);
    }));
    let reason = reason.expect_err("no site");
    assert!(reason.contains("did not answer in time") && reason.contains("cannot be reached"), "{reason}");
}

#[test]
fn headers_without_end_are_refused() {
    let seen = visit(after_request(|stream| {
        let _ = stream.write_all(HEAD);
        for n in 0..2_000_000 {
            if stream.write_all(format!("x-{n}: {}\r\n", "y".repeat(100)).as_bytes()).is_err() {
                break;
            }
        }
    }));
    assert!(seen.is_err());
}

#[test]
fn a_page_without_end_is_read_as_far_as_it_is_allowed() {
    let site = visit(after_request(|stream| {
        let _ = stream.write_all(&[HEAD, b"x-frame-options: DENY\r\n\r\n"].concat());
        while stream.write_all(b"<p>bonjour</p>").is_ok() {}
    }));
    let site = site.expect("a site");
    let reply = &site.exchange.best().expect("an answer").reply;
    assert!(reply.cut && reply.body.len() <= 64 * 1024);
    assert_eq!(site.observatory.result("x-frame-options"), Some("x-frame-options-sameorigin-or-deny"));
}

#[test]
fn a_page_that_comes_drop_by_drop_is_left_in_time() {
    let site = visit(after_request(|stream| {
        let _ = stream.write_all(&[HEAD, b"\r\n"].concat());
        while stream.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(300));
        }
    }));
    assert!(site.expect("a site").exchange.best().expect("an answer").reply.cut);
}

#[test]
fn a_page_that_breaks_off_counts_as_far_as_it_came() {
    let site = visit(after_request(|stream| {
        let _ = stream.write_all(&[HEAD, b"content-length: 1000\r\n\r\n<script src=/a.js></script>"].concat());
    }));
    let site = site.expect("a site");
    assert_eq!((site.page.script_count, site.exchange.best().expect("an answer").reply.cut), (1, true));
}

#[test]
fn redirections_for_ever_end() {
    let site = visit(after_request(|stream| {
        let _ =
            stream.write_all(b"HTTP/1.1 302 x\r\nlocation: /again\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    }));
    let site = site.expect("a site");
    assert_eq!(site.exchange.http.as_ref().map(|visit| visit.route.len()), Some(11));
    assert_eq!(site.observatory.result("redirection"), Some("redirection-not-to-https"));
}

#[test]
fn redirections_out_of_the_web_are_not_followed() {
    for place in ["file:///etc/passwd", "javascript:alert(1)", "http://["] {
        let answer = format!("HTTP/1.1 302 x\r\nlocation: {place}\r\ncontent-length: 0\r\n\r\n");
        let seen = visit(after_request(move |stream| {
            let _ = stream.write_all(answer.as_bytes());
        }));
        assert!(seen.is_err(), "{place}");
    }
}

#[test]
fn bytes_that_are_no_text_do_no_harm() {
    let site = visit(after_request(|stream| {
        let _ = stream.write_all(
            &[HEAD, b"server: \xff\xfe\x1b[31m7.2\r\nset-cookie: \xff=\xfe\r\n\r\n<p>\xff\xfe\x00</p>"].concat(),
        );
    }));
    let server = site.map(|site| site.headers().get("server"));
    assert!(server.is_err() || server.is_ok_and(|server| server.is_some()));
}

#[test]
fn what_is_no_http_is_told() {
    let seen = visit(|mut stream| {
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n");
    });
    assert!(seen.is_err());
}

#[test]
fn a_server_that_breaks_tls_off_is_told_apart_from_one_in_clear() {
    let (http, https) = (Port::open(), Port::open());
    let target = Target::of("localhost", Some(http.number()), Some(https.number())).expect("an address");
    https.each(drop);
    let answer =
        Answer { status: 200, headers: vec![("content-type".into(), "text/html".into())], body: String::new() };
    http.serve(Served { pages: vec![("/".into(), answer)], options: Vec::new() }, None);
    let site = Site::visit(&target, limits(), NOW).expect("a site over plain HTTP");
    assert!(site.exchange.https.is_none() && site.tls_trouble.is_some());
    assert_eq!(site.observatory.result("strict-transport-security"), Some("hsts-not-implemented-no-https"));
}

#[test]
fn an_untrusted_certificate_is_told_and_what_stands_behind_is_read() {
    let (authority, https) = (Authority::new(), Port::open());
    let target = Target::of("localhost", Some(Port::open().number()), Some(https.number())).expect("an address");
    let headers = vec![("content-type".into(), "text/html".into()), ("x-frame-options".into(), "DENY".into())];
    let answer = Answer { status: 200, headers, body: String::new() };
    https.serve(Served { pages: vec![("/".into(), answer)], options: Vec::new() }, Some(&authority));
    let site = Site::visit(&target, limits(), NOW).expect("a site");
    assert!(site.tls_trouble.is_some_and(|trouble| trouble.en.contains("its issuer is unknown")));
    let shown = site.tls.expect("a connection");
    assert_eq!((shown.versions, shown.certificate.is_some()), (vec!["1.2", "1.3"], true));
    assert_eq!(site.observatory.result("x-frame-options"), Some("x-frame-options-sameorigin-or-deny"));
}

#[test]
fn an_old_version_of_tls_is_seen() {
    let https = Port::open();
    let target = Target::of("localhost", Some(Port::open().number()), Some(https.number())).expect("an address");
    // It answers any greeting of TLS 1.0 in that version, as an old server would, and nothing else.
    https.each(|mut stream| {
        let mut greeting = [0; 11];
        if stream.read_exact(&mut greeting).is_ok() && greeting[9..] == [3, 1] {
            let _ = stream.write_all(&[22, 3, 1, 0, 74, 2, 0, 0, 70, 3, 1]);
        }
    });
    // It is not a site, so that the versions are asked for directly.
    assert_eq!(equerre::internals::site::look(target.host(), target.https.port().expect("a port")).versions, ["1.0"]);
}

fn equerre(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_equerre")).args(args).output().expect("equerre runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn an_audit_with_a_dead_site_says_so_and_is_otherwise_whole() {
    let folder = tempfile::TempDir::new().expect("a folder");
    std::fs::write(folder.path().join("README.md"), "# Mon Cantinier\n").expect("a file");
    let path = folder.path().to_str().expect("a path");
    let port = Port::open().number().to_string();
    let (code, out, _) = equerre(&[
        path,
        "--format",
        "json",
        "--with-facts",
        "--url",
        "http://127.0.0.1",
        "--http-port",
        &port,
        "--https-port",
        &port,
    ]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("a report");
    assert_eq!(code, Some(0));
    let finding = |rule: &str| report["findings"].as_array()?.iter().find(|finding| finding["rule"] == rule).cloned();
    assert_eq!(finding("live-site-without-csp").expect("a finding")["outcome"], "unverified");
    assert_eq!(finding("missing-licence").expect("a finding")["outcome"], "fail");
    assert!(report["notes"][0]["what"].as_str().expect("a note").contains("the live site was not seen"), "{out}");
    let facts = report["facts"]["site"]["unverified"].as_str().expect("a reason");
    assert!(facts.contains("cannot be reached"), "{facts}");
}

#[test]
fn a_visit_prints_no_escape_and_no_value_of_a_cookie() {
    let port = Port::open();
    let number = port.number().to_string();
    port.each(after_request(|stream| {
        let page = b"<meta name=generator content='Evil\x1b[2J 1.0'><script src='https://www.googletagmanager.com/x'></script>";
        let _ = stream.write_all(&[HEAD, b"set-cookie: sid=very-secret\r\n\r\n", page].concat());
    }));
    let closed = Port::open().number().to_string();
    for format in ["terminal", "json"] {
        let (code, out, err) = equerre(&[
            "site",
            "http://127.0.0.1",
            "--http-port",
            &number,
            "--https-port",
            &closed,
            "--format",
            format,
            "--lang",
            "fr",
        ]);
        assert_eq!(code, Some(0), "{err}");
        assert!(!out.contains('\u{1b}') && !out.contains("very-secret"), "{out}");
        assert!(out.contains("live-site-with-trackers") && out.contains("Google Tag Manager"), "{out}");
    }
}

#[test]
fn an_address_that_is_none_is_told() {
    for wrong in ["ftp://example.org", "https://", "https://user:pass@example.org", "ht tp://x"] {
        let (code, out, err) = equerre(&["site", wrong]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{wrong}: {err}");
        assert!(!err.contains("pass@"), "{err}");
    }
}

#[test]
fn a_page_that_is_too_deep_or_compressed_is_not_taken_for_a_clean_one() {
    let outcome = |head: &'static [u8], page: &'static str| {
        let port = Port::open();
        let number = port.number().to_string();
        port.each(after_request(move |stream| {
            let _ = stream.write_all(&[HEAD, head, b"\r\n", page.repeat(100_000).as_bytes()].concat());
        }));
        let closed = Port::open().number().to_string();
        let started = Instant::now();
        let (_, out, _) =
            equerre(&["site", "http://127.0.0.1", "--http-port", &number, "--https-port", &closed, "--format", "json"]);
        assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
        let seen: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        let findings = seen["findings"].as_array().expect("findings").clone();
        let of =
            |rule: &str| findings.iter().find(|finding| finding["rule"] == rule).expect("a finding")["outcome"].clone();
        of("live-site-with-trackers")
    };
    assert_eq!(outcome(b"", "<div>"), "unverified");
    assert_eq!(outcome(b"content-encoding: gzip\r\n", "x"), "unverified");
    assert_eq!(outcome(b"", "<p>"), "pass");
}

#[test]
fn a_root_cause_is_told_and_not_what_follows_from_it() {
    let port = Port::open();
    let number = port.number().to_string();
    port.each(after_request(|stream| {
        let _ = stream.write_all(&[HEAD, b"content-length: 0\r\n\r\n"].concat());
    }));
    let closed = Port::open().number().to_string();
    let (_, out, _) = equerre(&["site", "http://127.0.0.1", "--http-port", &number, "--https-port", &closed]);
    assert!(out.contains("[live-site-unreachable-over-tls]") && out.contains("[live-site-without-csp]"), "{out}");
    for follower in ["live-site-certificate-ends-soon", "live-site-obsolete-tls", "live-site-with-permissive-csp"] {
        assert!(!out.contains(follower), "{follower}: {out}");
    }
}

#[test]
fn what_sends_to_no_address_is_quoted_without_its_escapes() {
    let port = Port::open();
    let number = port.number().to_string();
    port.each(after_request(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 301 x\r\nlocation: http://[\xc2\x9b31m\r\ncontent-length: 0\r\n\r\n");
    }));
    let (code, _, err) = equerre(&["site", "http://127.0.0.1", "--http-port", &number, "--https-port", &number]);
    assert_eq!(code, Some(2));
    assert!(err.contains("not a web address") && !err.contains('\u{9b}'), "{err:?}");
}
