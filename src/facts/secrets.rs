//! Credentials that look usable. No value ever leaves this file, nor `secret.rs`, which knows their forms.

use std::sync::LazyLock;

use regex::Regex;

use crate::base::location::Location;
use crate::base::path::name_of;
use crate::base::pattern::lean;
use crate::base::secret::{KINDS, entropy, redacted};
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::read::inventory::File;
use crate::read::inventory::probe::{Files, Probe};
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[Detector {
    id: "likely_live_secrets",
    kind: Kind::List,
    question: (
        "Which committed credentials look usable elsewhere?",
        "Quels identifiants suivis semblent utilisables ailleurs ?",
    ),
    detect: likely_live_secrets,
}];

/// Words of values that everybody can read as "put yours here" or "for my machine only".
pub(super) const HARMLESS: &[&str] = &[
    "changeme",
    "change-me",
    "change_me",
    "changeit",
    "example",
    "exemple",
    "placeholder",
    "dummy",
    "fake",
    "test",
    "dev",
    "local",
    "secret",
    "password",
    "passwd",
    "motdepasse",
    "postgres",
    "minio",
    "redis",
    "admin",
    "xxx",
    "***",
    "...",
    "your",
    "votre",
    "todo",
    "tobe",
    "replace",
    "insert",
    "sample",
    "foobar",
    "azerty",
    "qwerty",
    "12345",
    "abcde",
    "00000",
    "aaaa",
    "none",
    "null",
    "undefined",
    "true",
    "false",
    "default",
    "not-so",
    "notso",
    "insecure",
    "unsafe",
    "random",
    "generate",
    "mysql",
    "docker",
    "keycloak",
    "demo",
    "lorem",
    "toto",
    "hello",
    "some",
    "<",
    "${",
    "$(",
    "{{",
    "%(",
    "[",
];

pub(super) fn probes() -> Vec<Probe> {
    let everywhere = || Files::Globs(vec!["**/*".into()]);
    let probes: Vec<Probe> = KINDS
        .iter()
        .map(|kind| Probe::words(kind.name, kind.words).matching(kind.pattern).of(everywhere()).commented())
        .collect();
    probes
}

fn likely_live_secrets(repo: &Repo<'_>) -> Fact {
    let mut found = Vec::new();
    for kind in KINDS {
        for (file, hit) in repo.inventory.hits(kind.name) {
            if !file.is_shipped() || is_sample(&file.path) {
                continue;
            }
            let Some(text) = repo.inventory.text(&file.path) else { continue };
            let from = text.lines().take(hit.line as usize - 1).map(|line| line.len() + 1).sum::<usize>();
            let Some(secret) =
                text.get(from..).and_then(|rest| lean(kind.pattern).find(rest).map(|found| found.as_str().to_owned()))
            else {
                continue;
            };
            if is_harmless(kind.name, &secret) || kind.name == "private-key" && is_own_authority(repo, file) {
                continue;
            }
            let place = Location::line(&file.path, hit.line);
            found.push((
                format!("{}:{} {}", file.path, hit.line, kind.name),
                place.noted(format!("{}, {}", kind.name, redacted(&secret))).sensitive(),
            ));
        }
    }
    found.extend(framework_keys(repo));
    Fact::named(found)
}

/// Files whose values are made up: examples, documentation of an API, CI samples.
fn is_sample(path: &str) -> bool {
    let name = name_of(path).to_lowercase();
    // The certificate that a developer's own browser is told to accept; the fingerprints that a scanner is told to leave.
    let of_scanner = ["gitleaks", ".secrets.baseline", "talismanrc", "trufflehog", "ggshield", "gitguardian"];
    if name.contains("localhost") || of_scanner.iter().any(|word| name.contains(word)) {
        return true;
    }
    let example =
        ["example", "exemple", "sample", ".dist", "template", ".test", "schema", "swagger", "openapi", "realm"]
            .iter()
            .any(|word| name.contains(word));
    example
        || path
            .split('/')
            .any(|part| matches!(part, "test" | "tests" | "spec" | "seeds" | "seed" | "mock" | "mocks" | "stubs"))
}

fn is_harmless(kind: &str, secret: &str) -> bool {
    let lower = secret.to_lowercase();
    if kind == "private-key" {
        return false;
    }
    if kind == "basic-auth-url" {
        let (_, rest) = lower.split_once("://").unwrap_or(("", &lower));
        let (credentials, host) = rest.rsplit_once('@').unwrap_or((rest, ""));
        let password = credentials.split_once(':').map_or("", |(_, password)| password);
        let near = [
            "localhost",
            "example",
            "127.",
            ".local",
            ".test",
            ".internal",
            "host.docker",
            "my.",
            "your",
            "domain",
            ".svc",
        ]
        .iter()
        .any(|word| host.contains(word));
        return near
            || HARMLESS.iter().any(|word| password.contains(word))
            || password.contains("pass")
            || password.contains("token")
            || password.contains('%') && password.len() < 8
            || password.chars().all(|c| c.is_alphabetic() || c == '-' || c == '_');
    }
    lower.contains("example") || lower.contains("xxxx") || lower.contains("1234567890") || entropy(secret) < 3.0
}

/// A key beside the requests and serial numbers of a home-made authority opens nothing that the public can reach.
fn is_own_authority(repo: &Repo<'_>, file: &File) -> bool {
    repo.inventory
        .in_folder(file.folder())
        .any(|sibling| sibling.name().ends_with(".csr") || sibling.name().ends_with(".srl"))
}

/// Keys that decrypt or sign everything an application holds.
fn framework_keys(repo: &Repo<'_>) -> Vec<(String, Location)> {
    static HEX: LazyLock<Regex> = LazyLock::new(|| lean(r"^[0-9a-f]{32}\s*$"));
    let mut found = Vec::new();
    for file in repo.inventory.files() {
        let rails =
            file.path.ends_with("config/master.key") || file.path.ends_with("config/credentials/production.key");
        if rails
            && !matches!(file.role, Role::Example | Role::Vendored | Role::Test)
            && !file.path.contains("spec/dummy")
            && repo.inventory.text(&file.path).is_some_and(|text| HEX.is_match(&text))
        {
            found.push((
                format!("{}:1 rails-master-key", file.path),
                Location::line(&file.path, 1).noted("rails-master-key").sensitive(),
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    /// Made of parts, so that no scanner takes this file for a leak.
    fn token() -> String {
        format!("{}{}", "gh", "p_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6")
    }

    #[test]
    fn reserved_prefixes_are_secrets_even_in_comments() {
        let text = format!("// token: {}\n", token());
        let fact = fact_of(&[("src/a.js", &text)], "likely_live_secrets");
        assert_eq!(fact.names(), ["src/a.js:1 github-token"]);
        assert!(!format!("{fact:?}").contains("aB3dE6"), "the value is redacted");
        assert!(names_of(&[("src/a.test.js", &text)], "likely_live_secrets").is_empty());
    }

    #[test]
    fn every_reserved_prefix_is_known() {
        let digits = |count: usize| "3f9a0c71e5d84b26".chars().cycle().take(count).collect::<String>();
        let letters = |count: usize| "Kq7ZpVw2Xr9TbL5mYd8NsG3h".chars().cycle().take(count).collect::<String>();
        let age: String = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".chars().cycle().take(58).collect();
        for (kind, token) in [
            ("gitlab-token", format!("{}-{}", "glpat", letters(20))),
            ("stripe-key", format!("{}_{}", "sk_live", letters(24))),
            ("npm-token", format!("{}_{}", "npm", letters(36))),
            ("brevo-key", format!("{}-{}-{}", "xkeysib", digits(64), letters(16))),
            ("anthropic-key", format!("{}-{}AA", "sk-ant-api03", letters(93))),
            ("digitalocean-token", format!("{}_{}", "dop_v1", digits(64))),
            ("grafana-token", format!("{}_{}_{}", "glsa", letters(32), digits(8))),
            ("sentry-token", format!("{}_{}", "sntryu", digits(64))),
            ("postman-key", format!("{}-{}-{}", "PMAK", digits(24), digits(34))),
            ("age-key", format!("{}-{}1{age}", "AGE-SECRET", "KEY-")),
        ] {
            let fact = fact_of(&[("src/a.js", &format!("const k = '{token}'\n"))], "likely_live_secrets");
            assert_eq!(fact.names(), [format!("src/a.js:1 {kind}")]);
            assert!(!format!("{fact:?}").contains(&token[8..]), "the value is redacted");
        }
    }

    #[test]
    fn a_key_of_a_home_made_authority_opens_nothing() {
        let key = format!("-----BEGIN {} KEY-----\n{}\n", "PRIVATE", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw".repeat(2));
        assert_eq!(names_of(&[("infra/kafka.key", &key)], "likely_live_secrets"), ["infra/kafka.key:1 private-key"]);
        let files = [("infra/kafka.key", key.as_str()), ("infra/kafka.csr", "x")];
        assert!(names_of(&files, "likely_live_secrets").is_empty());
    }

    #[test]
    fn what_everybody_may_read_is_no_secret() {
        let texts = [
            "postgres://user:pass@localhost:5432/db",
            "https://user:password@example.org",
            "https://mon-adresse%40mairie.tld:jeton-cartes@api.cantinier.fr/menus",
            "-----BEGIN PRIVATE KEY-----\nYOUR KEY\n",
            "-----BEGIN PGP PUBLIC KEY BLOCK-----",
            "https://0123456789abcdef@sentry.incubateur.net/12",
            "redis://:p4ssw0rd@redis:6379",
        ];
        for text in texts {
            assert!(names_of(&[("src/a.js", text)], "likely_live_secrets").is_empty(), "{text}");
        }
    }
}
