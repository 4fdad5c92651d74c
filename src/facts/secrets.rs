//! Environment files that are tracked, and credentials that look usable. No value ever leaves this file.

use std::sync::LazyLock;

use regex::Regex;

use super::{Detector, Fact, Kind, Repo};
use crate::document::to_u32;
use crate::inventory::probe::{Files, Probe};
use crate::inventory::role::Role;
use crate::inventory::{File, name_of};
use crate::location::Location;
use crate::pattern::lean;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "env_files_committed",
        kind: Kind::List,
        question: ("Which real environment files are tracked?", "Quels vrais fichiers d'environnement sont suivis ?"),
        detect: env_files_committed,
    },
    Detector {
        id: "env_files_with_secrets",
        kind: Kind::List,
        question: (
            "Which of them hold values that look secret?",
            "Lesquels contiennent des valeurs qui semblent secrètes ?",
        ),
        detect: env_files_with_secrets,
    },
    Detector {
        id: "env_example",
        kind: Kind::Bool,
        question: (
            "Is there an example of the environment's variables?",
            "Y a-t-il un exemple des variables d'environnement ?",
        ),
        detect: env_example,
    },
    Detector {
        id: "reads_environment",
        kind: Kind::Bool,
        question: (
            "Does the code read settings from the environment?",
            "Le code lit-il ses réglages dans l'environnement ?",
        ),
        detect: reads_environment,
    },
    Detector {
        id: "likely_live_secrets",
        kind: Kind::List,
        question: (
            "Which committed credentials look usable elsewhere?",
            "Quels identifiants suivis semblent utilisables ailleurs ?",
        ),
        detect: likely_live_secrets,
    },
];

/// Endings of environment files that are made to be shared.
const SHARED: &[&str] = &[
    "example",
    "exemple",
    "sample",
    "dist",
    "template",
    "tpl",
    "model",
    "modele",
    "test",
    "testing",
    "tests",
    "ci",
    "defaults",
    "default",
    "schema",
    "declaration",
    "vault",
    "enc",
    "encrypted",
    "md",
    "ts",
    "js",
    "d",
    "j2",
    "erb",
    "sh",
    "php",
    "py",
    "rb",
    "yml",
    "yaml",
    "json",
    "gpg",
    "age",
    "skeleton",
    "e2e",
    "cypress",
    "playwright",
];

fn is_env_file(file: &File) -> bool {
    let name = file.name();
    let Some(rest) = name.strip_prefix(".env") else {
        return false;
    };
    let suffixes: Vec<&str> = rest.split(['.', '-', '_']).filter(|part| !part.is_empty()).collect();
    let joined_well = rest.is_empty() || rest.starts_with('.');
    joined_well
        && file.lines > 0
        && !suffixes.iter().any(|part| SHARED.contains(&part.to_lowercase().as_str()))
        && !matches!(file.role, Role::Test | Role::Example | Role::Vendored)
}

fn env_files_committed(repo: &Repo<'_>) -> Fact {
    Fact::named(
        repo.inventory
            .files()
            .iter()
            .filter(|file| is_env_file(file))
            .map(|file| (file.path.clone(), Location::file(&file.path)))
            .collect(),
    )
}

fn env_files_with_secrets(repo: &Repo<'_>) -> Fact {
    let mut found = Vec::new();
    for file in repo.inventory.files().iter().filter(|file| is_env_file(file)) {
        let Some(text) = repo.inventory.text(&file.path) else { continue };
        for (at, line) in text.lines().enumerate() {
            let Some((key, value)) = line.trim().trim_start_matches("export ").split_once('=') else {
                continue;
            };
            if !key.starts_with('#') && is_secret_name(key) && is_secret_value(value) {
                found.push((
                    file.path.clone(),
                    Location::line(&file.path, to_u32(at + 1))
                        .noted(format!("{} = {}", key.trim(), redacted(value)))
                        .sensitive(),
                ));
            }
        }
    }
    Fact::named(found)
}

fn is_secret_name(key: &str) -> bool {
    let key = key.trim().to_uppercase();
    let public = [
        "NEXT_PUBLIC_",
        "VITE_",
        "REACT_APP_",
        "NUXT_PUBLIC_",
        "PUBLIC_",
        "EXPO_PUBLIC_",
        "NG_APP_",
        "GATSBY_",
        "VUE_APP_",
    ]
    .iter()
    .any(|start| key.starts_with(start));
    let secret = [
        "SECRET",
        "TOKEN",
        "PASSWORD",
        "PASSWD",
        "PRIVATE_KEY",
        "API_KEY",
        "APIKEY",
        "ACCESS_KEY",
        "CREDENTIAL",
        "ENCRYPTION_KEY",
        "APP_KEY",
        "MASTER_KEY",
    ]
    .iter()
    .any(|word| key.contains(word));
    let about = [
        "_URL",
        "_PATH",
        "_FILE",
        "_NAME",
        "_LENGTH",
        "_TTL",
        "_EXPIR",
        "_ID",
        "_ENABLED",
        "_HEADER",
        "_DURATION",
        "_LIFETIME",
        "_ISSUER",
        "_ALGORITHM",
        "PUBLIC_KEY",
        "_TYPE",
        "_TIMEOUT",
    ]
    .iter()
    .any(|word| key.ends_with(word) || word.len() > 5 && key.contains(word));
    secret && !public && !about
}

/// Words of values that everybody can read as "put yours here" or "for my machine only".
const HARMLESS: &[&str] = &[
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

/// Whether a value looks drawn at random, and is no word that people write in examples.
fn is_secret_value(value: &str) -> bool {
    let value = value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
    let lower = value.to_lowercase();
    let has = |test: fn(char) -> bool| value.chars().any(test);
    let mixed = has(|c| c.is_ascii_digit()) && has(char::is_alphabetic);
    value.len() >= 12
        && mixed
        && !value.contains(' ')
        && !value.starts_with("http")
        && !HARMLESS.iter().any(|word| lower.contains(word))
        && entropy(value) >= 3.2
}

/// Shannon entropy, in bits a character.
fn entropy(text: &str) -> f64 {
    let total = f64::from(to_u32(text.chars().count()));
    let mut counts = std::collections::BTreeMap::new();
    for c in text.chars() {
        *counts.entry(c).or_insert(0u32) += 1;
    }
    counts.values().map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum()
}

/// What may be shown of a secret: its length and first characters, fewer for short ones.
fn redacted(value: &str) -> String {
    let value = value.trim().trim_matches(['"', '\'']);
    let shown: String = value.chars().take(if value.len() >= 24 { 3 } else { 1 }).collect();
    format!("{shown}… ({} characters)", value.chars().count())
}

fn env_example(repo: &Repo<'_>) -> Fact {
    let places = repo.inventory.files().iter().filter(|file| {
        let lower = file.name().to_lowercase();
        let example = ["example", "exemple", "sample", "dist", "template", "model", "declaration"]
            .iter()
            .any(|word| lower.contains(word));
        // `.env.development` is read by the framework itself and often serves as the template.
        (lower.contains("env") && example
            || lower == ".env.development"
            || file.path.contains("env.d/")
            || lower == ".env.docker"
            || lower == ".env.local")
            && file.role != Role::Vendored
    });
    Fact::shown(places.map(|file| Location::file(&file.path)).take(super::PLACES).collect())
}

/// Variables that say where code runs, and need no example.
const ABOUT_THE_PLACE: &[&str] =
    &["NODE_ENV", "RAILS_ENV", "RACK_ENV", "MIX_ENV", "APP_ENV", "env.CI", "\"CI\"", "'CI'", "env.PORT"];

fn reads_environment(repo: &Repo<'_>) -> Fact {
    let mut places: Vec<Location> = Vec::new();
    for (file, hit) in repo.inventory.hits("env-read") {
        let Some(text) = repo.inventory.text(&file.path) else { continue };
        let line = text.lines().nth(hit.line as usize - 1).unwrap_or_default();
        if !ABOUT_THE_PLACE.iter().any(|name| line.contains(name)) {
            places.push(Location::line(&file.path, hit.line));
        }
        if places.len() == 3 {
            break;
        }
    }
    Fact::shown(places)
}

/// A kind of credential: the words that announce it, and its form.
struct SecretKind {
    name: &'static str,
    pattern: &'static str,
    words: &'static [&'static str],
}

const fn kind(name: &'static str, words: &'static [&'static str], pattern: &'static str) -> SecretKind {
    SecretKind { name, pattern, words }
}

/// Formats that cannot be mistaken: a prefix that the issuer reserves, or a private key with its body.
const KINDS: &[SecretKind] = &[
    kind(
        "github-token",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b",
    ),
    kind("gitlab-token", &["glpat-"], r"\bglpat-[A-Za-z0-9_-]{20,}\b"),
    kind("aws-access-key", &["AKIA", "ASIA"], r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    kind("slack-token", &["xoxb-", "xoxp-", "xoxa-", "xoxs-"], r"\bxox[baps]-[0-9]{10,}-[A-Za-z0-9-]{20,}"),
    kind(
        "slack-webhook",
        &["hooks.slack.com/services/"],
        r"hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,}",
    ),
    kind("discord-webhook", &["discord.com/api/webhooks/"], r"discord\.com/api/webhooks/\d{17,}/[\w-]{60,}"),
    kind("stripe-key", &["sk_live_", "rk_live_"], r"\b[sr]k_live_[A-Za-z0-9]{24,}"),
    kind("sendgrid-key", &["SG."], r"\bSG\.[\w-]{22}\.[\w-]{43}\b"),
    kind("brevo-key", &["xkeysib-", "xsmtpsib-"], r"\bx(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b"),
    kind("npm-token", &["npm_"], r"\bnpm_[A-Za-z0-9]{36}\b"),
    kind("pypi-token", &["pypi-AgEI"], r"\bpypi-AgEI[\w-]{50,}"),
    kind("scalingo-token", &["tk-us-"], r"\btk-us-[\w-]{48}\b"),
    kind("openai-key", &["sk-proj-"], r"\bsk-proj-[\w-]{40,}"),
    kind(
        "private-key",
        &["PRIVATE KEY-----"],
        r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY(?: BLOCK)?-----(?:\\n|\s)+(?:[A-Za-z0-9+/=]{40,}(?:\\n|\s)+)",
    ),
    kind(
        "basic-auth-url",
        &["://"],
        r#"\b(?:https?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|rediss?|amqps?|smtps?)://[\w.%+-]{2,}:[^\s:@/'"<>$\{\}*]{6,}@[\w.-]+\.[a-z]{2,}"#,
    ),
];

pub(super) fn probes() -> Vec<Probe> {
    let everywhere = || Files::Globs(vec!["**/*".into()]);
    let mut probes: Vec<Probe> = KINDS
        .iter()
        .map(|kind| Probe::words(kind.name, kind.words).matching(kind.pattern).of(everywhere()).commented())
        .collect();
    probes.push(
        Probe::words(
            "env-read",
            &[
                "process.env",
                "ENV[",
                "ENV.fetch",
                "os.environ",
                "os.getenv",
                "getenv(",
                "env(",
                "System.get_env",
                "std::env",
                "${?",
            ],
        )
        .of(Files::Code),
    );
    probes
}

fn likely_live_secrets(repo: &Repo<'_>) -> Fact {
    let mut found = Vec::new();
    for kind in KINDS {
        for (file, hit) in repo.inventory.hits(kind.name) {
            if matches!(file.role, Role::Test | Role::Example | Role::Vendored | Role::Generated)
                || is_sample(&file.path)
            {
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
            || password.chars().all(char::is_alphabetic);
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
    fn examples_and_empty_files_are_no_environment() {
        let files = [
            (".env.example", "A=1\n"),
            (".env.dist", "A=1\n"),
            (".env.test", "A=1\n"),
            (".env.production", "\n"),
            (".env-sample", "A=1\n"),
            (".env.local", "A=1\n"),
            ("tests/.env", "A=1\n"),
            (".envrc", "use nix\n"),
        ];
        assert_eq!(names_of(&files, "env_files_committed"), [".env.local"]);
    }

    #[test]
    fn values_decide_not_names() {
        let harmless =
            "SECRET_KEY=changeme-in-production\nDB_PASSWORD=postgres\nNEXT_PUBLIC_TOKEN=k8J2mQ9xV4bN7wR3\nAPI_KEY=\n";
        assert!(names_of(&[(".env", harmless)], "env_files_with_secrets").is_empty());
        let secret = format!("API_KEY={}\n", ["k8J2mQ9x", "V4bN7wR3"].concat());
        let fact = fact_of(&[(".env", &secret)], "env_files_with_secrets");
        assert_eq!(fact.names(), [".env"]);
        assert!(!format!("{fact:?}").contains("V4bN7"), "the value is redacted");
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
    fn what_everybody_may_read_is_no_secret() {
        let texts = [
            "postgres://user:pass@localhost:5432/db",
            "https://user:password@example.org",
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
