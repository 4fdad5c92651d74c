//! Environment files: which are tracked, what they hold, and what the code expects. No value ever leaves this file.

use super::secrets::HARMLESS;
use super::{Detector, Fact, Kind, Repo};
use crate::document::to_u32;
use crate::inventory::File;
use crate::inventory::probe::{Files, Probe};
use crate::inventory::role::Role;
use crate::location::Location;
use crate::secret::{entropy, redacted};

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
];

pub(super) fn probes() -> Vec<Probe> {
    vec![
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
    ]
}

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
        let line = repo.inventory.line(&file.path, hit.line);
        if !ABOUT_THE_PLACE.iter().any(|name| line.contains(name)) {
            places.push(Location::line(&file.path, hit.line));
        }
        if places.len() == 3 {
            break;
        }
    }
    Fact::shown(places)
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

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
}
