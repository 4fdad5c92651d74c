//! The ten tests and the grade of MDN's HTTP Observatory, whose verdicts public teams are shown elsewhere: ours must be the
//! same, and a test compares them on the same servers.
//!
//! Source: `@mdn/mdn-http-observatory` 1.4.8 (MPL-2.0), scoring algorithm 4. One difference: the list of hosts that browsers
//! preload for HSTS is not embedded, so that a preloaded host is judged by its header.

use super::csp::{BROAD, INLINE, Invalid, Policy};
use super::exchange::Exchange;
use super::page::{Page, registrable};

/// The version of the scoring.
pub(crate) const ALGORITHM: u32 = 4;

/// Under this many points, bonuses do not count.
const EXTRA_CREDIT_FROM: i32 = 90;

/// Six months as many sites write them, in seconds.
const SIX_MONTHS: f64 = 15_552_000.0;

/// The result of each test, and what it adds to a score that starts at 100.
pub(super) const SCORES: &[(&str, i32)] = &[
    ("csp-implemented-with-no-unsafe-default-src-none", 10),
    ("csp-implemented-with-no-unsafe", 5),
    ("csp-implemented-with-unsafe-inline-in-style-src-only", 0),
    ("csp-implemented-with-insecure-scheme-in-passive-content-only", -10),
    ("csp-implemented-with-unsafe-eval", -10),
    ("csp-implemented-with-unsafe-inline", -20),
    ("csp-implemented-with-insecure-scheme", -20),
    ("csp-header-invalid", -25),
    ("csp-not-implemented", -25),
    ("csp-not-implemented-but-reporting-enabled", -25),
    ("csp-implemented-but-duplicate-directives", 0),
    ("cookies-secure-with-httponly-sessions-and-samesite", 5),
    ("cookies-secure-with-httponly-sessions", 0),
    ("cookies-not-found", 0),
    ("cookies-without-secure-flag-but-protected-by-hsts", -5),
    ("cookies-session-without-secure-flag-but-protected-by-hsts", -10),
    ("cookies-without-secure-flag", -20),
    ("cookies-samesite-flag-invalid", -20),
    ("cookies-anticsrf-without-samesite-flag", -20),
    ("cookies-session-without-httponly-flag", -30),
    ("cookies-session-without-secure-flag", -40),
    ("cross-origin-resource-sharing-not-implemented", 0),
    ("cross-origin-resource-sharing-implemented-with-public-access", 0),
    ("cross-origin-resource-sharing-implemented-with-restricted-access", 0),
    ("cross-origin-resource-sharing-implemented-with-universal-access", -50),
    ("redirection-to-https", 0),
    ("redirection-not-needed-no-http", 0),
    ("redirection-off-host-from-http", -5),
    ("redirection-not-to-https-on-initial-redirection", -10),
    ("redirection-not-to-https", -20),
    ("redirection-missing", -20),
    ("redirection-invalid-cert", -20),
    ("referrer-policy-private", 5),
    ("referrer-policy-not-implemented", 0),
    ("referrer-policy-unsafe", -5),
    ("referrer-policy-header-invalid", -5),
    ("hsts-implemented-max-age-at-least-six-months", 0),
    ("hsts-implemented-max-age-less-than-six-months", -10),
    ("hsts-not-implemented", -20),
    ("hsts-header-invalid", -20),
    ("hsts-not-implemented-no-https", -20),
    ("hsts-invalid-cert", -20),
    ("sri-implemented-and-all-scripts-loaded-securely", 5),
    ("sri-implemented-and-external-scripts-loaded-securely", 5),
    ("sri-not-implemented-response-not-html", 0),
    ("sri-not-implemented-but-no-scripts-loaded", 0),
    ("sri-not-implemented-but-all-scripts-loaded-from-secure-origin", 0),
    ("sri-not-implemented-but-external-scripts-loaded-securely", -5),
    ("sri-implemented-but-external-scripts-not-loaded-securely", -20),
    ("sri-not-implemented-and-external-scripts-not-loaded-securely", -50),
    ("x-content-type-options-nosniff", 0),
    ("x-content-type-options-not-implemented", -5),
    ("x-content-type-options-header-invalid", -5),
    ("x-frame-options-implemented-via-csp", 5),
    ("x-frame-options-sameorigin-or-deny", 0),
    ("x-frame-options-allow-from-origin", 0),
    ("x-frame-options-not-implemented", -20),
    ("x-frame-options-header-invalid", -20),
    ("corp-header-invalid", -5),
    ("corp-implemented-with-cross-origin", 0),
    ("corp-implemented-with-same-origin", 10),
    ("corp-implemented-with-same-site", 10),
    ("corp-not-implemented", 0),
];

/// The letters, each from a score on.
const GRADES: &[(i32, &str)] = &[
    (100, "A+"),
    (90, "A"),
    (85, "A-"),
    (80, "B+"),
    (70, "B"),
    (65, "B-"),
    (60, "C+"),
    (50, "C"),
    (45, "C-"),
    (40, "D+"),
    (30, "D"),
    (25, "D-"),
    (0, "F"),
];

/// The result of one test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tested {
    /// The test: `content-security-policy`.
    pub test: &'static str,
    /// Its result: `csp-not-implemented`.
    pub result: &'static str,
    /// What it adds to the score.
    pub modifier: i32,
}

/// What the Observatory says of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observatory {
    /// The score: 100 and what the tests add to it, 0 at least.
    pub score: i32,
    /// The letter, from A+ to F.
    pub grade: &'static str,
    /// The ten tests.
    pub tests: Vec<Tested>,
}

impl Observatory {
    /// Judges a site; `page` is what its best answer shows.
    pub fn of(exchange: &Exchange, page: &Page) -> Self {
        let csp = csp(exchange, page);
        let hsts = hsts(exchange);
        let results = [
            ("content-security-policy", csp.result),
            ("cookies", cookies(exchange, hsts == "hsts-implemented-max-age-at-least-six-months")),
            ("cross-origin-resource-sharing", cors(exchange)),
            ("redirection", redirection(exchange)),
            ("referrer-policy", referrer(exchange, page)),
            ("strict-transport-security", hsts),
            ("subresource-integrity", integrity(exchange, page)),
            ("x-content-type-options", nosniff(exchange)),
            ("x-frame-options", frame(exchange, csp.frames)),
            ("cross-origin-resource-policy", resource_policy(exchange)),
        ];
        let modifier = |result| SCORES.iter().find(|(known, _)| *known == result).map_or(0, |(_, modifier)| *modifier);
        let tests = results.map(|(test, result)| Tested { test, result, modifier: modifier(result) });
        let lost: i32 = tests.iter().map(|tested| tested.modifier.min(0)).sum();
        let all: i32 = tests.iter().map(|tested| tested.modifier).sum();
        let score = if 100 + lost >= EXTRA_CREDIT_FROM { 100 + all } else { 100 + lost }.max(0);
        let grade = GRADES.iter().find(|(from, _)| score - score % 5 >= *from).map_or("F", |(_, grade)| *grade);
        Self { score, grade, tests: tests.to_vec() }
    }

    /// The result of a test.
    pub fn result(&self, test: &str) -> Option<&'static str> {
        self.tests.iter().find(|tested| tested.test == test).map(|tested| tested.result)
    }
}

/// A header of the best answer.
fn header(exchange: &Exchange, name: &str) -> Option<String> {
    exchange.best()?.reply.headers.get(name)
}

/// A header that says something.
fn nonempty(exchange: &Exchange, name: &str) -> Option<String> {
    header(exchange, name).filter(|value| !value.is_empty())
}

/// A header that says something, without white space around it, in lower case.
fn plain(exchange: &Exchange, name: &str) -> Option<String> {
    nonempty(exchange, name).map(|value| value.trim().to_lowercase())
}

/// The result on the policy, and whether it says who may frame the page.
struct Csp {
    result: &'static str,
    frames: bool,
}

impl Csp {
    fn early(result: &'static str) -> Self {
        Self { result, frames: false }
    }
}

fn csp(exchange: &Exchange, page: &Page) -> Csp {
    let Some(visit) = exchange.best() else { return Csp::early("csp-not-implemented") };
    let of_header: Vec<String> = header(exchange, "content-security-policy").into_iter().collect();
    let metas: &[String] = if visit.reply.is_html() { &page.csp } else { &[] };
    let of_header = || of_header.iter().map(String::as_str);
    let metas = || metas.iter().map(String::as_str);
    let Ok(mut csp) = Policy::parse(of_header().chain(metas())) else { return Csp::early("csp-header-invalid") };
    let alone = |policy: Result<Policy, Invalid>| policy.unwrap_or_default();
    if alone(Policy::parse(of_header())).is_empty() && alone(Policy::parse(metas())).of_meta().is_empty() {
        return Csp::early(match nonempty(exchange, "content-security-policy-report-only") {
            Some(_) => "csp-not-implemented-but-reporting-enabled",
            None => "csp-not-implemented",
        });
    }
    let result = judged(&mut csp, visit.from.scheme() == "https");
    let passes = matches!(
        result,
        "csp-implemented-with-no-unsafe"
            | "csp-implemented-with-no-unsafe-default-src-none"
            | "csp-implemented-with-unsafe-inline-in-style-src-only"
            | "csp-implemented-with-insecure-scheme-in-passive-content-only"
    );
    let result = if passes && csp.repeats { "csp-implemented-but-duplicate-directives" } else { result };
    Csp { result, frames: csp.get("frame-ancestors").is_some() }
}

/// Whether a source is a nonce or a hash.
fn is_nonce_or_hash(source: &str) -> bool {
    ["'sha256-", "'sha384-", "'sha512-", "'nonce-"].iter().any(|start| source.starts_with(start))
}

fn judged(csp: &mut Policy, secure: bool) -> &'static str {
    let any = || vec!["*".to_owned()];
    let ruled =
        |csp: &Policy, name| csp.ruling(name).and_then(|name| csp.get(name)).map_or_else(any, <[String]>::to_vec);
    // Inline code is not allowed where a nonce or a hash is required.
    for name in ["script-src", "style-src"] {
        if let Some(sources) = csp.ruling(name).and_then(|name| csp.get_mut(name))
            && sources.iter().any(|source| is_nonce_or_hash(source))
        {
            sources.retain(|source| source != "'unsafe-inline'");
        }
    }
    let mut result = None;
    let scripts = ruled(csp, "script-src");
    if scripts.iter().any(|source| source == "'strict-dynamic'") {
        if !scripts.iter().any(|source| is_nonce_or_hash(source)) {
            result = Some("csp-header-invalid");
        } else if let Some(sources) = csp.ruling("script-src").and_then(|name| csp.get_mut(name)) {
            sources.retain(|source| {
                !BROAD.iter().any(|broad| source.starts_with(broad))
                    && !matches!(source.as_str(), "'self'" | "'unsafe-inline'")
            });
        }
    }
    let (scripts, styles, objects) = (ruled(csp, "script-src"), ruled(csp, "style-src"), ruled(csp, "object-src"));
    let broad = |source: &String| BROAD.contains(&source.as_str());
    let inline = |source: &String| broad(source) || INLINE.contains(&source.as_str());
    let in_clear = |source: &String| source.starts_with("http:") || source.starts_with("ftp:");
    let passive = ["img-src", "media-src"];
    let mut active = csp.directives().filter(|(name, _)| !passive.contains(name) && *name != "script-src");
    let active_in_clear = active.any(|(_, sources)| sources.iter().any(in_clear)) || scripts.iter().any(in_clear);
    let passive_in_clear = passive
        .iter()
        .filter_map(|name| csp.ruling(name).and_then(|name| csp.get(name)))
        .any(|sources| sources.iter().any(in_clear));
    let evaluates = scripts.iter().chain(&styles).any(|source| source == "'unsafe-eval'");
    let judgements = [
        (scripts.iter().any(inline) || objects.iter().any(broad), "csp-implemented-with-unsafe-inline"),
        (secure && active_in_clear, "csp-implemented-with-insecure-scheme"),
        (evaluates, "csp-implemented-with-unsafe-eval"),
        (secure && passive_in_clear, "csp-implemented-with-insecure-scheme-in-passive-content-only"),
        (styles.iter().any(inline), "csp-implemented-with-unsafe-inline-in-style-src-only"),
        (
            csp.get("default-src").is_some_and(|sources| sources == ["'none'"]),
            "csp-implemented-with-no-unsafe-default-src-none",
        ),
    ];
    let first = judgements.into_iter().find(|(holds, _)| *holds).map(|(_, result)| result);
    result.or(first).unwrap_or("csp-implemented-with-no-unsafe")
}

/// The worse of two results, in an order from best to worst; one that is not in the order never replaces another.
fn worse(order: &[&'static str], known: Option<&'static str>, new: &'static str) -> Option<&'static str> {
    let rank = |result: &str| order.iter().position(|known| *known == result);
    Some(known.filter(|known| rank(new) <= rank(known)).unwrap_or(new))
}

fn cookies(exchange: &Exchange, hsts: bool) -> &'static str {
    const ORDER: &[&str] = &[
        "cookies-without-secure-flag-but-protected-by-hsts",
        "cookies-without-secure-flag",
        "cookies-session-without-secure-flag-but-protected-by-hsts",
        "cookies-samesite-flag-invalid",
        "cookies-anticsrf-without-samesite-flag",
        "cookies-session-without-httponly-flag",
        "cookies-session-without-secure-flag",
    ];
    let Some(visit) = exchange.best() else { return "cookies-not-found" };
    // A cookie of the platform, which the product does not choose.
    let all: Vec<_> = visit.cookies.iter().filter(|cookie| cookie.name != "heroku-session-affinity").collect();
    if all.is_empty() {
        return "cookies-not-found";
    }
    let mut result = None;
    let mut note = |new| result = worse(ORDER, result, new);
    if visit.reply.headers.each("set-cookie").any(has_invalid_same_site) {
        note("cookies-samesite-flag-invalid");
    }
    for cookie in &all {
        let name = cookie.name.to_lowercase();
        let session = ["login", "sess"].iter().any(|part| name.contains(part));
        if !cookie.secure && cookie.same_site.as_deref() == Some("none") {
            note("cookies-samesite-flag-invalid");
        }
        if !cookie.secure {
            note(match hsts {
                true => "cookies-without-secure-flag-but-protected-by-hsts",
                false => "cookies-without-secure-flag",
            });
        }
        if name.contains("csrf") && cookie.same_site.is_none() {
            note("cookies-anticsrf-without-samesite-flag");
        }
        if session && !cookie.secure {
            note(match hsts {
                true => "cookies-session-without-secure-flag-but-protected-by-hsts",
                false => "cookies-session-without-secure-flag",
            });
        }
        if session && !cookie.http_only {
            note("cookies-session-without-httponly-flag");
        }
    }
    result.unwrap_or(match all.iter().all(|cookie| cookie.same_site.is_some()) {
        true => "cookies-secure-with-httponly-sessions-and-samesite",
        false => "cookies-secure-with-httponly-sessions",
    })
}

fn has_invalid_same_site(cookie: &str) -> bool {
    cookie.trim().split(';').any(|part| {
        let mut pieces = part.trim().split('=');
        let key = pieces.next().unwrap_or_default().trim().to_lowercase();
        let value = pieces.next().unwrap_or_default();
        key == "samesite"
            && (value.is_empty() || !["lax", "strict", "none"].contains(&value.trim().to_lowercase().as_str()))
    })
}

fn cors(exchange: &Exchange) -> &'static str {
    let allowed = exchange.cors.as_ref().and_then(|headers| headers.get("access-control-allow-origin"));
    match allowed.filter(|origin| !origin.is_empty()) {
        None => "cross-origin-resource-sharing-not-implemented",
        Some(origin) if origin.trim() == "*" => "cross-origin-resource-sharing-implemented-with-public-access",
        Some(_) => "cross-origin-resource-sharing-implemented-with-restricted-access",
    }
}

fn redirection(exchange: &Exchange) -> &'static str {
    let Some(visit) = &exchange.http else { return "redirection-not-needed-no-http" };
    if !visit.verified {
        return "redirection-invalid-cert";
    }
    let route = &visit.route;
    let (Some(first), Some(last)) = (route.first(), route.last()) else { return "redirection-missing" };
    match route.get(1) {
        None => "redirection-missing",
        Some(_) if last.scheme() != "https" => "redirection-not-to-https",
        Some(second) if second.scheme() == "http" => "redirection-not-to-https-on-initial-redirection",
        Some(second) if first.host_str() != second.host_str() => "redirection-off-host-from-http",
        Some(_) => "redirection-to-https",
    }
}

fn referrer(exchange: &Exchange, page: &Page) -> &'static str {
    const PRIVATE: &[&str] = &["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"];
    const UNSAFE: &[&str] = &["origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"];
    let html = exchange.best().is_some_and(|visit| visit.reply.is_html());
    let meta = page.referrer.clone().filter(|_| html);
    let policies: Vec<String> = header(exchange, "referrer-policy").into_iter().chain(meta).collect();
    if policies.is_empty() {
        return "referrer-policy-not-implemented";
    }
    let all = policies.join(", ").to_lowercase();
    // Of several, the last that is known counts.
    let known = all.split(',').map(str::trim).rfind(|policy| PRIVATE.contains(policy) || UNSAFE.contains(policy));
    match known {
        Some(policy) if PRIVATE.contains(&policy) => "referrer-policy-private",
        Some(_) => "referrer-policy-unsafe",
        None => "referrer-policy-header-invalid",
    }
}

fn hsts(exchange: &Exchange) -> &'static str {
    let Some(visit) = &exchange.https else { return "hsts-not-implemented-no-https" };
    if !visit.verified {
        return "hsts-invalid-cert";
    }
    let Some(value) = visit.reply.headers.get("strict-transport-security") else { return "hsts-not-implemented" };
    let value: String = value.chars().take(1024).collect();
    match max_age(&value) {
        _ if value.contains(',') => "hsts-header-invalid",
        None => "hsts-header-invalid",
        // What is not a number is not less than six months: the Observatory lets it pass.
        Some(Some(age)) if age < SIX_MONTHS => "hsts-implemented-max-age-less-than-six-months",
        Some(_) => "hsts-implemented-max-age-at-least-six-months",
    }
}

/// The `max-age` of a header: absent, no number, or a number of seconds.
pub(crate) fn max_age(header: &str) -> Option<Option<f64>> {
    let header = header.to_lowercase();
    let text = header.split(';').filter_map(|part| part.trim().strip_prefix("max-age=")).next_back()?;
    let text = text.trim_start();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
    Some(text[..text.len() - digits.len() + end].parse().ok())
}

fn integrity(exchange: &Exchange, page: &Page) -> &'static str {
    const ORDER: &[&str] = &[
        "sri-implemented-and-all-scripts-loaded-securely",
        "sri-implemented-and-external-scripts-loaded-securely",
        "sri-implemented-but-external-scripts-not-loaded-securely",
        "sri-not-implemented-but-external-scripts-loaded-securely",
        "sri-not-implemented-and-external-scripts-not-loaded-securely",
        "sri-not-implemented-response-not-html",
    ];
    let Some(visit) = exchange.best() else { return "sri-not-implemented-but-no-scripts-loaded" };
    if !visit.reply.is_html() {
        return "sri-not-implemented-response-not-html";
    }
    if page.script_count == 0 {
        return "sri-not-implemented-but-no-scripts-loaded";
    }
    let (mut result, mut foreign) = (None, false);
    for script in &page.scripts {
        let src = script.src.as_str();
        let relative_scheme = src.starts_with("//") && src.len() > 2 && !src[2..].starts_with('/');
        let full = src.starts_with("http://") || src.starts_with("https://");
        let host = || reqwest::Url::parse(src).ok().and_then(|url| url.host_str().and_then(registrable));
        let own = !relative_scheme && (!full || host() == registrable(&exchange.host));
        let secure =
            if full { src.starts_with("https://") } else { !relative_scheme && visit.from.scheme() == "https" };
        let has = script.integrity.is_some();
        if own {
            if has && secure && result.is_none() {
                result = Some("sri-implemented-and-all-scripts-loaded-securely");
            }
            continue;
        }
        foreign = true;
        let new = match (has, secure) {
            (true, true) => continue,
            (true, false) => "sri-implemented-but-external-scripts-not-loaded-securely",
            (false, true) => "sri-not-implemented-but-external-scripts-loaded-securely",
            (false, false) => "sri-not-implemented-and-external-scripts-not-loaded-securely",
        };
        result = worse(ORDER, result, new);
    }
    result.unwrap_or(match foreign {
        true => "sri-implemented-and-external-scripts-loaded-securely",
        false => "sri-not-implemented-but-all-scripts-loaded-from-secure-origin",
    })
}

fn nosniff(exchange: &Exchange) -> &'static str {
    match plain(exchange, "x-content-type-options").as_deref() {
        Some("nosniff") => "x-content-type-options-nosniff",
        Some(_) => "x-content-type-options-header-invalid",
        None => "x-content-type-options-not-implemented",
    }
}

fn frame(exchange: &Exchange, by_csp: bool) -> &'static str {
    match plain(exchange, "x-frame-options").as_deref() {
        _ if by_csp => "x-frame-options-implemented-via-csp",
        Some("deny" | "sameorigin") => "x-frame-options-sameorigin-or-deny",
        Some(value) if value.starts_with("allow-from") => "x-frame-options-allow-from-origin",
        Some(_) => "x-frame-options-header-invalid",
        None => "x-frame-options-not-implemented",
    }
}

fn resource_policy(exchange: &Exchange) -> &'static str {
    match plain(exchange, "cross-origin-resource-policy").filter(|policy| !policy.is_empty()).as_deref() {
        Some("same-site") => "corp-implemented-with-same-site",
        Some("same-origin") => "corp-implemented-with-same-origin",
        Some("cross-origin") => "corp-implemented-with-cross-origin",
        Some(_) => "corp-header-invalid",
        None => "corp-not-implemented",
    }
}
