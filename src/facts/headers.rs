//! Security headers that the repository itself sets or configures.

use std::collections::BTreeSet;

use crate::base::location::Location;
use crate::base::path::name_of;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind, PLACES};
use crate::read::inventory::File;
use crate::read::inventory::probe::{Files, Probe};
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "security_headers",
        kind: Kind::List,
        question: (
            "Which security headers does the repository set?",
            "Quels en-têtes de sécurité le dépôt pose-t-il ?",
        ),
        detect: |repo| security_headers(repo).clone(),
    },
    Detector {
        id: "isolation_headers",
        kind: Kind::List,
        question: (
            "Which headers that isolate the product from other origins (COOP, COEP, CORP) does the repository set?",
            "Quels en-têtes isolant le produit des autres origines (COOP, COEP, CORP) le dépôt pose-t-il ?",
        ),
        detect: isolation_headers,
    },
    Detector {
        id: "weak_hsts",
        kind: Kind::List,
        question: ("Where is HSTS set for less than six months?", "Où HSTS est-il posé pour moins de six mois ?"),
        detect: weak_hsts,
    },
    Detector {
        id: "headers_set_elsewhere",
        kind: Kind::Bool,
        question: (
            "Does a comment or a document say that a server outside the tree sets headers, or stands in front?",
            "Un commentaire ou un document dit-il qu'un serveur hors du dépôt pose les en-têtes, ou se tient devant ?",
        ),
        detect: |repo| {
            let mut places = repo.inventory.places("headers-elsewhere", PLACES);
            places.extend(repo.inventory.places("proxy-described", PLACES));
            places.truncate(PLACES);
            Fact::shown(places)
        },
    },
    Detector {
        id: "header_places",
        kind: Kind::List,
        question: (
            "Which files would a security header be added to?",
            "À quels fichiers ajouterait-on un en-tête de sécurité ?",
        ),
        detect: header_places,
    },
];

const CSP: &str = "csp";
const HSTS: &str = "hsts";
const FRAME: &str = "x-frame-options";
const NOSNIFF: &str = "x-content-type-options";
const REFERRER: &str = "referrer-policy";
const PERMISSIONS: &str = "permissions-policy";

/// What `helmet()` sends by default (helmetjs.github.io).
const HELMET: &[&str] = &[CSP, HSTS, FRAME, NOSNIFF, REFERRER];

/// What it sent before version 4 (its CHANGELOG).
const OLD_HELMET: &[&str] = &[HSTS, FRAME, NOSNIFF];

/// The packages that are helmet, or bring it to another server.
const HELMETS: &[&str] = &["helmet", "koa-helmet", "@fastify/helmet", "fastify-helmet"];

/// A mechanism that sets headers: the probe that finds it, and which headers it sets.
const MECHANISMS: &[(&str, &[&str])] = &[
    ("header-csp", &[CSP]),
    ("header-hsts", &[HSTS]),
    ("header-frame", &[FRAME]),
    ("header-nosniff", &[NOSNIFF]),
    ("header-referrer", &[REFERRER]),
    ("header-permissions", &[PERMISSIONS]),
    ("header-rails-ssl", &[HSTS]),
    ("header-rails-csp", &[CSP]),
    ("header-django-security", &[NOSNIFF, REFERRER]),
    ("header-django-frame", &[FRAME]),
    ("header-django-hsts", &[HSTS]),
    ("header-django-csp", &[CSP]),
    ("header-talisman", &[CSP, HSTS, FRAME, NOSNIFF, REFERRER]),
    ("header-nelmio", &[]),
    ("header-phoenix", &[FRAME, NOSNIFF, REFERRER]),
    ("header-play", &[FRAME, NOSNIFF, REFERRER]),
    ("header-hono", &[HSTS, FRAME, NOSNIFF, REFERRER]),
    ("header-spring-csp", &[CSP]),
    ("header-spring-hsts", &[HSTS]),
    ("header-spring-frame", &[FRAME]),
    ("header-spring-nosniff", &[NOSNIFF]),
    ("header-spring-referrer", &[REFERRER]),
    ("header-spring-permissions", &[PERMISSIONS]),
    ("header-traefik-hsts", &[HSTS]),
    ("header-traefik-frame", &[FRAME]),
    ("header-traefik-nosniff", &[NOSNIFF]),
    ("header-kit-csp", &[CSP]),
];

/// A header's name where a value follows it: a key of an object, an argument, a directive of a server.
macro_rules! set {
    ($name:literal) => {
        concat!(
            r#"(?im)(?:["'`\s(\[{]|^)"#,
            $name,
            r#"["'`]?\s*\]?\s*(?:[:=,]|\s["'(]|["'`]\s+["'`]|["'`]\s+content)|"#,
            r#"(?:add_header|header(?:\s+always)?(?:\s+(?:set|append|merge))?)\s+"#,
            $name,
            r#"\s+[\w"']|^[ \t]*"#,
            $name,
            r#"[ \t]+[\w"']"#
        )
    };
}

pub(super) fn probes() -> Vec<Probe> {
    let python = || {
        Files::Globs(vec![
            "**/settings*.py".into(),
            "**/settings/**/*.py".into(),
            "**/config/**/*.py".into(),
            "**/conf/**/*.py".into(),
        ])
    };
    let jvm = || Files::Globs(vec!["**/*.java".into(), "**/*.kt".into(), "**/*.scala".into(), "**/*.groovy".into()]);
    let rails = |glob: &'static str| {
        Files::Globs(vec![glob.into(), "config/application.rb".into(), "**/config/application.rb".into()])
    };
    vec![
        Probe::words("header-csp", &["content-security-policy", "ContentSecurityPolicy"])
            .matching(concat!(r#"(?im)http-?equiv=\{?["']Content-Security-Policy|"#, set!("content-security-policy"))),
        Probe::words("header-hsts", &["strict-transport-security"]).matching(set!("strict-transport-security")),
        Probe::words("header-frame", &["x-frame-options"]).matching(set!("x-frame-options")),
        Probe::words("header-nosniff", &["x-content-type-options"]).matching(set!("x-content-type-options")),
        Probe::words("header-referrer", &["referrer-policy", "name=\"referrer\""])
            .matching(concat!(r#"(?im)<meta\s+name=["']referrer["']|"#, set!("referrer-policy"))),
        Probe::words("header-permissions", &["permissions-policy"]).matching(set!("permissions-policy")),
        Probe::words("header-coop", &["cross-origin-opener-policy", "SECURE_CROSS_ORIGIN_OPENER_POLICY"]).matching(concat!(r"(?im)\bSECURE_CROSS_ORIGIN_OPENER_POLICY\s*=\s*['\x22]|", set!("cross-origin-opener-policy"))),
        Probe::words("header-coep", &["cross-origin-embedder-policy"]).matching(set!("cross-origin-embedder-policy")),
        Probe::words("header-corp", &["cross-origin-resource-policy"]).matching(set!("cross-origin-resource-policy")),
        Probe::words("header-helmet", &["helmet"]).matching(r"(?i)(?:\bhelmet|fastifyHelmet|koaHelmet|secureHeaders)\(\s*\)|(?:\bhelmet|koaHelmet)\(\s*(?:\{|[\w.]+\s*\))|register\(\s*(?:fastify)?helmet"),
        Probe::words("header-rails-ssl", &["force_ssl"]).matching(r"config\.force_ssl\s*=\s*true").of(rails("**/config/environments/production.rb")),
        Probe::words("header-rails-csp", &["content_security_policy"]).matching(r"content_security_policy\s*(?:do|\{)").of(Files::Globs(vec!["**/config/initializers/*.rb".into(), "**/config/application.rb".into()])),
        Probe::words("header-django-security", &["django.middleware.security.SecurityMiddleware"]).of(python()),
        Probe::words("header-django-frame", &["XFrameOptionsMiddleware"]).of(python()),
        Probe::words("header-django-hsts", &["SECURE_HSTS_SECONDS"]).matching(r"SECURE_HSTS_SECONDS\s*(?::\s*\w+\s*)?=\s*(?:[1-9]|[a-zA-Z(])").of(python()),
        // That of django-csp, that of Django 6, or one of the product's own that is named for what it extends.
        Probe::words("header-django-csp", &["CSPMiddleware", "ContentSecurityPolicyMiddleware"]).matching(r#"["'][\w.]*(?:CSP|ContentSecurityPolicy)Middleware["']"#).of(python()),
        Probe::words("django-middleware", &["MIDDLEWARE"]).matching(r"(?m)^[ \t]*MIDDLEWARE\w*\s*(?::[^\n=]*)?\+?=").of(python()),
        Probe::words("django-csp-4", &["CONTENT_SECURITY_POLICY", "SECURE_CSP"]).matching(r"\b(?:CONTENT_SECURITY_POLICY|SECURE_CSP)\w*\s*(?::[^\n=]*)?=").of(python()),
        Probe::words("header-talisman", &["Talisman("]),
        Probe::words("header-nelmio", &["nelmio_security:"]),
        Probe::words("header-phoenix", &["put_secure_browser_headers"]),
        Probe::words("header-phoenix-ssl", &["force_ssl:", "Plug.SSL"]).matching(r"force_ssl:\s*\[|plug[ (]+Plug\.SSL\b").of(Files::Globs(vec!["**/*.ex".into(), "**/config/*.exs".into()])),
        Probe::words("server-made", &["express()", "Koa()", "fastify(", "Fastify(", "NestFactory.create", "Flask(", "FastAPI("]).matching(r"=\s*express\(\)|new Koa\(\)|=\s*[fF]astify\(|NestFactory\.create\b|=\s*(?:Flask|FastAPI)\(").of(Files::Code),
        Probe::words("header-play", &["securityHeadersFilter"]).matching(r"\bsecurityHeadersFilter\b"),
        Probe::words("header-hono", &["secureHeaders("]).matching(r"\bsecureHeaders\("),
        Probe::words("header-spring-csp", &["contentSecurityPolicy(", "contentSecurityPolicy {", "policyDirectives"]).matching(r"contentSecurityPolicy\s*[({]|policyDirectives\s*\("),
        // The DSL of Spring Security, and that of a chain of calls (docs.spring.io/spring-security, Security HTTP Response Headers).
        Probe::words("header-spring-hsts", &["httpStrictTransportSecurity"]).matching(r"\bhttpStrictTransportSecurity\s*[({]").of(jvm()),
        Probe::words("header-spring-frame", &["frameOptions"]).matching(r"\bframeOptions\s*[({]").of(jvm()),
        Probe::words("header-spring-nosniff", &["contentTypeOptions"]).matching(r"\bcontentTypeOptions\s*[({]").of(jvm()),
        Probe::words("header-spring-referrer", &["referrerPolicy"]).matching(r"\breferrerPolicy\s*[({]").of(jvm()),
        Probe::words("header-spring-permissions", &["permissionsPolicy"]).matching(r"\bpermissionsPolicy(?:Header)?\s*[({]").of(jvm()),
        Probe::words("header-traefik-hsts", &["stsSeconds"]).matching(r"(?i)headers\.stsSeconds|^\s*stsSeconds:"),
        Probe::words("header-traefik-frame", &["frameDeny", "customFrameOptionsValue"]).matching(r"(?i)headers\.(?:frameDeny|customFrameOptionsValue)|frameDeny:\s*true"),
        Probe::words("header-traefik-nosniff", &["contentTypeNosniff"]).matching(r"(?i)contentTypeNosniff\s*[=:]\s*true"),
        Probe::words("header-kit-csp", &["csp"]).matching(r"csp\s*:\s*\{").of(Files::Globs(vec!["**/svelte.config.*".into()])),
        // Said in a comment of the code.
        Probe::words("headers-elsewhere", &["nginx", "apache", "traefik", "haproxy", "proxy", "ingress", "load balancer"])
            .matching(r"(?i)(?://|#|\*|<!--)[^\n]{0,120}\b(?:headers?|en-t[êe]tes?|CSP|HSTS)\b[^\n]{0,80}\b(?:nginx|apache|traefik|haproxy|reverse[ -]?proxy|ingress|load[ -]balancer)\b|(?://|#|\*|<!--)[^\n]{0,120}\b(?:nginx|apache|traefik|haproxy|reverse[ -]?proxy|ingress|load[ -]balancer)\b[^\n]{0,80}\b(?:headers?|en-t[êe]tes?|CSP|HSTS)\b")
            .of(Files::Code)
            .commented(),
        // Drawn or told in a document on how production is made.
        Probe::words("proxy-described", &["reverse proxy", "reverse-proxy"])
            .of(Files::Globs(vec![
                "**/*{architecture,ARCHITECTURE,infra,INFRA,hosting,deploy,DEPLOY,production}*.{md,rst,adoc}".into(),
                "**/{infra,infrastructure,architecture}/**/*.{md,rst,adoc}".into(),
            ]))
            .commented(),
        Probe::words("weak-hsts", &["max-age", "SECURE_HSTS_SECONDS", "stsSeconds"]).matching(r#"(?i)strict-transport-security[^\n]{0,40}max-age=\d{1,7}\b|SECURE_HSTS_SECONDS\s*=\s*\d{1,7}\b|stsSeconds["']?\s*[:=]\s*["']?\d{1,7}\b"#),
    ]
}

/// Files that hold header names as data: exports of an identity server, dumps, locales, API descriptions.
fn is_data(file: &File) -> bool {
    let lower = file.path.to_lowercase();
    let name = name_of(&lower);
    let known =
        ["vercel.json", "static.json", "firebase.json", "staticwebapp.config.json", "serve.json"].contains(&name);
    (lower.ends_with(".json") && !known)
        || lower.ends_with(".sql")
        || lower.contains("realm")
        || lower.ends_with(".po")
        || name.starts_with("openapi")
        || lower.starts_with(".github/")
        || lower.ends_with(".md")
        || lower.ends_with(".lock")
}

/// A line that takes a header away, allows it across origins, or only reads it.
fn is_other_use(repo: &Repo<'_>, file: &File, line: u32) -> bool {
    let text = repo.inventory.line(&file.path, line).to_lowercase();
    [
        "unset",
        "removeheader",
        "remove_header",
        "delete",
        "except!",
        "allow-headers",
        "allowheaders",
        "allowedheaders",
        "expose",
        "headers.get(",
        "getheader",
        "proxy_hide_header",
        "header -",
        "hide_header",
        "report-only",
        "assert",
        "expect",
        // Spring's `frameOptions { disable() }`.
        "disable()",
        "::disable",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// The headers that are set, found once for all that ask.
pub(super) fn security_headers<'r>(repo: &'r Repo<'_>) -> &'r Fact {
    repo.shared.headers.get_or_init(|| all_headers(repo))
}

fn all_headers(repo: &Repo<'_>) -> Fact {
    let mut found: Vec<(String, Location)> = Vec::new();
    let idle = idle_mechanisms(repo);
    for (probe, headers) in MECHANISMS.iter().filter(|(probe, _)| !idle.contains(probe)) {
        for (file, hit) in repo.inventory.hits(probe) {
            if is_data(file) || is_other_use(repo, file, hit.line) {
                continue;
            }
            for header in *headers {
                found.push(((*header).to_owned(), Location::line(&file.path, hit.line)));
            }
        }
    }
    let installed = repo.manifests.depends_on(HELMETS);
    let sent = if has_majors(repo, "helmet", |major| major < 4) { OLD_HELMET } else { HELMET };
    for (file, hit) in repo.inventory.hits("header-helmet").into_iter().filter(|_| installed) {
        let off = switched_off(repo, file, hit.line);
        for header in sent.iter().filter(|header| !off.contains(**header)) {
            found.push(((*header).to_owned(), Location::line(&file.path, hit.line)));
        }
    }
    // Each application that takes it sends them.
    for (manifest, declared) in repo.manifests.dependencies(&["nuxt-security"]) {
        let place = Location::line(&manifest.path, declared.line);
        found.extend(HELMET.iter().chain(&[PERMISSIONS]).map(|header| ((*header).to_owned(), place.clone())));
    }
    found.extend(nelmio(repo));
    found.extend(phoenix_ssl(repo).map(|place| (HSTS.to_owned(), place)));
    // What an API sends says nothing of the pages that another service sends.
    let all = found.clone();
    found.retain(|(header, _)| {
        let same = all.iter().filter(|(other, _)| other == header);
        repo.services.cover_what_is_browsed(same.map(|(_, place)| place.path.as_str()))
    });
    // One line of evidence a header and file is enough.
    let mut seen = BTreeSet::new();
    found.retain(|(header, place)| seen.insert((header.clone(), place.path.clone())));
    found.sort_by_key(|(header, _)| {
        [CSP, HSTS, FRAME, NOSNIFF, REFERRER, PERMISSIONS].iter().position(|known| known == header)
    });
    Fact::named(found)
}

/// Headers that keep other origins apart: set by name, or by helmet from version 5 on (its CHANGELOG).
fn isolation_headers(repo: &Repo<'_>) -> Fact {
    const BY_NAME: &[(&str, &str)] = &[
        ("header-coop", "cross-origin-opener-policy"),
        ("header-coep", "cross-origin-embedder-policy"),
        ("header-corp", "cross-origin-resource-policy"),
    ];
    let mut found: Vec<(String, Location)> = Vec::new();
    for (probe, header) in BY_NAME {
        let hits = repo.inventory.hits(probe).into_iter();
        let set = hits.filter(|(file, hit)| !is_data(file) && !is_other_use(repo, file, hit.line));
        found.extend(set.map(|(file, hit)| ((*header).to_owned(), Location::line(&file.path, hit.line))));
    }
    if repo.manifests.depends_on(&["helmet"]) && has_majors(repo, "helmet", |major| major >= 5) {
        for (file, hit) in repo.inventory.hits("header-helmet") {
            let place = Location::line(&file.path, hit.line);
            found.extend(
                ["cross-origin-opener-policy", "cross-origin-resource-policy"]
                    .map(|header| (header.to_owned(), place.clone())),
            );
        }
    }
    Fact::named(found)
}

/// Mechanisms whose settings are written and do nothing.
fn idle_mechanisms(repo: &Repo<'_>) -> Vec<&'static str> {
    let mut idle = Vec::new();
    // Django's middleware reads the settings of HSTS: without it they are words.
    let lists_middleware = !repo.inventory.found("django-middleware").is_empty();
    if lists_middleware && repo.inventory.found("header-django-security").is_empty() {
        idle.push("header-django-hsts");
    }
    // django-csp reads `CONTENT_SECURITY_POLICY` since version 4, and no `CSP_…` any more.
    let renamed = has_majors(repo, "django-csp", |major| major >= 4);
    if renamed && repo.inventory.found("django-csp-4").is_empty() {
        idle.push("header-django-csp");
    }
    idle
}

/// Whether the manifests that ask for a package all settle on major versions of a kind.
fn has_majors(repo: &Repo<'_>, package: &str, kind: impl Fn(u64) -> bool) -> bool {
    let names = [package];
    let versions = repo.manifests.dependencies(&names).map(|(manifest, found)| repo.lockfiles.version(manifest, found));
    let versions: Vec<_> = versions.collect();
    !versions.is_empty() && versions.iter().all(|version| version.as_ref().is_some_and(|version| kind(version.major())))
}

/// Headers that a call of helmet switches off.
fn switched_off(repo: &Repo<'_>, file: &File, line: u32) -> BTreeSet<&'static str> {
    const SWITCHES: &[(&str, &[&str])] = &[
        (CSP, &["contentSecurityPolicy: false", "contentSecurityPolicy:false"]),
        (HSTS, &["hsts: false", "strictTransportSecurity: false"]),
        (FRAME, &["frameguard: false", "xFrameOptions: false"]),
        (NOSNIFF, &["noSniff: false", "xContentTypeOptions: false"]),
        (REFERRER, &["referrerPolicy: false"]),
    ];
    let Some(text) = repo.inventory.text(&file.path) else {
        return BTreeSet::new();
    };
    const CALL: usize = 40;
    let from = |at: usize| text.lines().skip(at).take(CALL).collect::<Vec<_>>().join("\n");
    let mut call = from(line as usize - 1);
    // Options kept under a name of the same file.
    let options = call.split_once("elmet(").and_then(|(_, rest)| rest.split_once(')'));
    let name = options.map(|(name, _)| name.trim().to_owned()).filter(|name| !name.is_empty());
    let is_set = |line: &str| {
        name.as_deref().is_some_and(|name| {
            line.split_once(name).is_some_and(|(_, rest)| rest.trim_start().starts_with(['=', ':']))
        })
    };
    if let Some(at) = text.lines().position(is_set) {
        call.push_str(&from(at));
    }
    SWITCHES
        .iter()
        .filter(|(_, switches)| switches.iter().any(|switch| call.contains(switch)))
        .map(|(header, _)| *header)
        .collect()
}

/// Where `Plug.SSL` is on, which sends HSTS by default (hexdocs.pm/plug/Plug.SSL.html).
fn phoenix_ssl<'r>(repo: &'r Repo<'_>) -> impl Iterator<Item = Location> + 'r {
    const OPTIONS: usize = 6;
    repo.inventory.hits("header-phoenix-ssl").into_iter().filter_map(|(file, hit)| {
        let text = repo.inventory.text(&file.path)?;
        let mut options = text.lines().skip(hit.line as usize - 1).take(OPTIONS);
        let live = !matches!(file.name(), "dev.exs" | "test.exs") && file.role != Role::Test;
        (live && !options.any(|line| line.contains("hsts: false"))).then(|| Location::line(&file.path, hit.line))
    })
}

/// Settings files in which frameworks take headers.
const SETTINGS: &[&str] =
    &["**/config/packages/nelmio_security.yaml", "**/next.config.*", "**/nuxt.config.*", "**/svelte.config.*"];

/// The initializer that Rails makes for it and the lines that set other headers; else the settings of a framework; else
/// the lines that start a server.
fn header_places(repo: &Repo<'_>) -> Fact {
    let made_for = |globs: &[&str]| -> Vec<Location> {
        let globs = crate::read::inventory::glob_set(globs.iter().copied()).unwrap_or_default();
        let files = repo.inventory.own_files().filter(|file| globs.is_match(&file.path) && file.role != Role::Test);
        files.map(|file| Location::file(&file.path)).collect()
    };
    let mut places = made_for(&["**/config/initializers/content_security_policy.rb"]);
    // The settings of Rails have room for one header each.
    let general = MECHANISMS.iter().map(|(probe, _)| *probe).filter(|probe| !probe.starts_with("header-rails"));
    for probe in general.chain(["header-helmet"]) {
        for (file, hit) in repo.inventory.hits(probe) {
            let known = places.iter().any(|place| place.path == file.path);
            if !known && !is_data(file) && !is_other_use(repo, file, hit.line) {
                places.push(Location::line(&file.path, hit.line));
            }
        }
    }
    if places.is_empty() {
        places = made_for(SETTINGS);
    }
    if places.is_empty() {
        places = repo.inventory.places("server-made", PLACES);
    }
    places.truncate(PLACES);
    Fact::named(places.into_iter().map(|place| (place.path.clone(), place)).collect())
}

/// The headers of Symfony's Nelmio bundle.
fn nelmio(repo: &Repo<'_>) -> Vec<(String, Location)> {
    let mut found = Vec::new();
    for (file, _) in repo.inventory.hits("header-nelmio") {
        let Some(document) = repo.inventory.document(&file.path) else { continue };
        let Ok(root) = document.as_ref() else { continue };
        // Those of every environment, then those of production alone.
        let sections = [root.get("nelmio_security"), root.at(&["when@prod", "nelmio_security"])];
        for (key, header) in [
            ("csp", CSP),
            ("forced_ssl", HSTS),
            ("clickjacking", FRAME),
            ("content_type", NOSNIFF),
            ("referrer_policy", REFERRER),
            ("permissions_policy", PERMISSIONS),
        ] {
            let entries = sections.iter().flatten().filter_map(|settings| settings.entry(key));
            found.extend(entries.map(|entry| (header.to_owned(), Location::line(&file.path, entry.line))));
        }
    }
    found
}

/// Six months in seconds, the bar of Mozilla's HTTP Observatory.
const SIX_MONTHS: u64 = 15_552_000;

fn weak_hsts(repo: &Repo<'_>) -> Fact {
    let mut found = Vec::new();
    for (file, hit) in repo.inventory.hits("weak-hsts") {
        let line = repo.inventory.line(&file.path, hit.line);
        let seconds = line
            .split(|c: char| !c.is_ascii_digit())
            .filter(|digits| !digits.is_empty())
            .find_map(|digits| digits.parse::<u64>().ok());
        // Zero switches HSTS off on purpose, in development for instance.
        if let Some(seconds) = seconds.filter(|seconds| *seconds > 0 && *seconds < SIX_MONTHS && !is_data(file)) {
            found.push((file.path.clone(), Location::line(&file.path, hit.line).noted(format!("{seconds} s"))));
        }
    }
    Fact::named(found)
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    #[test]
    fn headers_that_isolate_are_set_by_name_or_by_helmet() {
        let nginx = "add_header Cross-Origin-Embedder-Policy \"require-corp\" always;\n";
        assert_eq!(names_of(&[("nginx.conf", nginx)], "isolation_headers"), ["cross-origin-embedder-policy"]);
        let helmet = [
            ("package.json", "{\"dependencies\": {\"helmet\": \"8.0.0\"}}"),
            ("src/a.js", "const helmet = require('helmet')\napp.use(helmet())\n"),
        ];
        assert_eq!(names_of(&helmet, "isolation_headers").len(), 2);
        assert!(
            names_of(&[("a.js", "const policy = headers.get('cross-origin-opener-policy')\n")], "isolation_headers")
                .is_empty()
        );
    }

    #[test]
    fn rails_settings_count_only_when_live() {
        let live = [("config/environments/production.rb", "  config.force_ssl = true\n")];
        assert_eq!(names_of(&live, "security_headers"), ["hsts"]);
        let commented = [
            ("config/environments/production.rb", "  # config.force_ssl = true\n"),
            (
                "config/initializers/content_security_policy.rb",
                "# Rails.application.configure do\n#   config.content_security_policy do |policy|\n",
            ),
        ];
        assert!(names_of(&commented, "security_headers").is_empty());
    }

    #[test]
    fn helmet_sends_five_unless_told_otherwise() {
        let package = ("package.json", r#"{"dependencies": {"helmet": "8"}}"#);
        assert_eq!(names_of(&[package, ("src/app.js", "app.use(helmet())")], "security_headers").len(), 5);
        let some = names_of(
            &[package, ("src/app.js", "app.use(helmet({\n  contentSecurityPolicy: false,\n}))")],
            "security_headers",
        );
        assert!(!some.contains(&"csp".to_owned()));
        assert!(
            names_of(
                &[package, ("src/app.js", "const d = helmet.contentSecurityPolicy.getDefaultDirectives()")],
                "security_headers"
            )
            .is_empty()
        );
        assert!(names_of(&[("src/a.tsx", "<Helmet>{x}</Helmet>")], "security_headers").is_empty());
        let elsewhere = [package, ("src/app.js", "addMiddlewares([helmet(cspConfig), auth])")];
        assert_eq!(names_of(&elsewhere, "security_headers").len(), 5);
        let named = [package, ("src/app.js", "const settings = {\n  hsts: false,\n}\napp.use(helmet(settings))")];
        assert!(!names_of(&named, "security_headers").contains(&"hsts".to_owned()));
    }

    #[test]
    fn the_version_of_helmet_decides_its_defaults() {
        let of = |version: &str| {
            let package = format!("{{\"dependencies\": {{\"helmet\": \"{version}\"}}}}");
            names_of(&[("package.json", package.as_str()), ("src/app.js", "app.use(helmet())")], "security_headers")
        };
        assert_eq!(of("^3.23.3"), ["hsts", "x-frame-options", "x-content-type-options"]);
        assert_eq!(of("^4.6.0").len(), 5);
        assert_eq!(of("*").len(), 5);
    }

    #[test]
    fn settings_of_django_that_nothing_reads_send_nothing() {
        let of = |middleware: &str, packages: &str, settings: &str| {
            let settings = format!("MIDDLEWARE = [\n{middleware}\n]\n{settings}\n");
            let files = [("requirements.txt", packages), ("menus/settings.py", settings.as_str())];
            names_of(&files, "security_headers")
        };
        let hsts = "SECURE_HSTS_SECONDS = 31536000";
        let live = "  'django.middleware.security.SecurityMiddleware',";
        assert!(of(live, "django==5.2.1", hsts).contains(&"hsts".to_owned()));
        assert!(of("  # 'django.middleware.security.SecurityMiddleware',", "django==5.2.1", hsts).is_empty());
        let csp = "  'csp.middleware.CSPMiddleware',";
        assert_eq!(of(csp, "django-csp==3.8", "CSP_DEFAULT_SRC = [\"'self'\"]"), ["csp"]);
        assert!(of(csp, "django-csp==4.0", "CSP_DEFAULT_SRC = [\"'self'\"]").is_empty());
        assert_eq!(of(csp, "django-csp==4.0", "CONTENT_SECURITY_POLICY = {'DIRECTIVES': {}}"), ["csp"]);
    }

    #[test]
    fn the_chain_of_spring_sets_what_it_names_and_does_not_disable() {
        let kotlin = "http.headers { headers ->\n  headers.frameOptions { it.deny() }\n  headers.contentTypeOptions { }\n  headers.referrerPolicy { it.policy(X) }\n  headers.httpStrictTransportSecurity { it.disable() }\n}\n";
        let of = |text: &str| names_of(&[("src/main/kotlin/Security.kt", text)], "security_headers");
        assert_eq!(of(kotlin), ["x-frame-options", "x-content-type-options", "referrer-policy"]);
        assert!(of("http.headers(h -> h.frameOptions(FrameOptionsConfig::disable))\n").is_empty());
    }

    #[test]
    fn names_in_any_case_and_form_are_found() {
        for text in [
            "reponse.set({ 'x-frame-options': 'deny' })",
            "res.setHeader(\"X-Frame-Options\", \"DENY\")",
            "headers['X-Frame-Options'] = 'DENY'",
            "{ key: 'X-Frame-Options', value: 'DENY' }",
        ] {
            assert_eq!(names_of(&[("src/a.ts", text)], "security_headers"), ["x-frame-options"], "{text}");
        }
        assert_eq!(
            names_of(&[("nginx.conf", "add_header X-Frame-Options \"DENY\" always;\n")], "security_headers"),
            ["x-frame-options"]
        );
        for (path, text) in [
            ("nginx.conf", "add_header X-Frame-Options DENY;\n"),
            ("Caddyfile", "header {\n  X-Frame-Options DENY\n}\n"),
            (".htaccess", "Header always set X-Frame-Options DENY\n"),
        ] {
            assert_eq!(names_of(&[(path, text)], "security_headers"), ["x-frame-options"], "{path}");
        }
        for text in ["res.removeHeader('X-Frame-Options', x)", "// 'X-Frame-Options': 'DENY'"] {
            assert!(names_of(&[("src/a.ts", text)], "security_headers").is_empty(), "{text}");
        }
        assert!(
            names_of(
                &[("keycloak/realm.json", "{\"xFrameOptions\": \"x\", \"X-Frame-Options\": \"y\"}")],
                "security_headers"
            )
            .is_empty()
        );
    }

    #[test]
    fn phoenix_sends_hsts_with_ssl_unless_told_otherwise() {
        let runtime = |options: &str| format!("config :menus, Menus.Endpoint,\n  force_ssl: [{options}]\n");
        let on = runtime("rewrite_on: [:x_forwarded_proto]");
        assert_eq!(names_of(&[("config/runtime.exs", on.as_str())], "security_headers"), ["hsts"]);
        let off = runtime("rewrite_on: [:x_forwarded_proto], hsts: false");
        for files in [("config/runtime.exs", off.as_str()), ("config/dev.exs", on.as_str())] {
            assert!(names_of(&[files], "security_headers").is_empty(), "{files:?}");
        }
    }

    #[test]
    fn headers_go_where_others_stand() {
        let rails = [
            ("config/environments/production.rb", "  config.force_ssl = true\n"),
            ("config/initializers/content_security_policy.rb", "# Rails.application.configure do\n"),
        ];
        let places = |files: &[(&str, &str)]| {
            fact_of(files, "header_places").evidence.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(places(&rails), ["config/initializers/content_security_policy.rb"]);
        let next = ("next.config.js", "const x = {\n  'X-Frame-Options': 'DENY',\n}\n");
        assert_eq!(places(&[next, ("src/server.js", "const app = express()\n")]), ["next.config.js:2"]);
        assert_eq!(places(&[("src/server.js", "const app = express()\n")]), ["src/server.js:1"]);
    }

    #[test]
    fn short_hsts_is_weak() {
        let files = [
            ("nginx.conf", "add_header Strict-Transport-Security \"max-age=60\";\n"),
            ("app/settings.py", "SECURE_HSTS_SECONDS = 31536000\n"),
        ];
        assert_eq!(names_of(&files, "weak_hsts"), ["nginx.conf"]);
    }
}
