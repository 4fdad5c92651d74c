//! Environment files: which are tracked, what they hold, and what the code expects. No value ever leaves this file.

use std::collections::BTreeSet;

use super::secrets::HARMLESS;
use crate::base::location::Location;
use crate::base::secret::{entropy, redacted};
use crate::base::text::to_u32;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::read::inventory::File;
use crate::read::inventory::probe::{Files, Probe};
use crate::read::inventory::role::Role;

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
        id: "env_files_personal",
        kind: Kind::List,
        question: (
            "Which of them hold settings of one machine or person?",
            "Lesquels contiennent les réglages d'une machine ou d'une personne ?",
        ),
        detect: env_files_personal,
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
        id: "environment_documented",
        kind: Kind::Bool,
        question: (
            "Does a document list the environment's variables?",
            "Un document liste-t-il les variables d'environnement ?",
        ),
        detect: environment_documented,
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
                "System.fetch_env",
                "std::env",
                "${?",
            ],
        )
        // `Application.get_env` of Elixir reads the settings of the application.
        .matching(r"(?m)process\.env|\bENV\[|\bENV\.fetch|os\.environ|\bgetenv\(|\bEnv\(|loadEnv\(|(?:^|[^\w.:>-])env\(|System\.(?:get|fetch)_env|std::env|\$\{\?")
        .of(Files::Code),
        Probe::words("env-documented", &["environnement", "environment variable"])
            .matching(r"(?im)^(?:#{1,5}|=+)[^\n]*(?:variables? d['’ ]?environnement|environment variables?)|^[^\n#|]*\b(?:variables? d['’ ]?environnement|environment variables?)[^\n]{0,40}:[ \t]*$")
            .of(Files::Globs(vec!["**/*.md".into(), "**/*.mdx".into(), "**/*.adoc".into()]))
            .commented(),
    ]
}

/// Endings of environment files that are made to be shared.
const SHARED: &[&str] = &[
    "example",
    "exemple",
    "sample",
    "dummy",
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

/// Beginnings of variables that the front end shows to everybody.
const PUBLIC: &[&str] = &[
    "NEXT_PUBLIC_",
    "VITE_",
    "REACT_APP_",
    "NUXT_PUBLIC_",
    "PUBLIC_",
    "EXPO_PUBLIC_",
    "NG_APP_",
    "GATSBY_",
    "VUE_APP_",
];

fn is_public_name(key: &str) -> bool {
    PUBLIC.iter().any(|start| key.trim().to_uppercase().starts_with(start))
}

/// `.env`, `.env.local` and `.env.*.local`: frameworks keep them for one machine. Defaults that serve everybody, as
/// those that Next documents or that compose reads, are not settings of one person.
fn env_files_personal(repo: &Repo<'_>) -> Fact {
    let mut found = Vec::new();
    let personal = |file: &&File| is_env_file(file) && (file.name() == ".env" || file.name().ends_with(".local"));
    for file in repo.inventory.files().iter().filter(personal) {
        let Some(text) = repo.inventory.text(&file.path) else { continue };
        for (at, line) in text.lines().enumerate() {
            let assignment = line.trim().trim_start_matches("export ");
            let Some((key, value)) = assignment.split_once('=').filter(|_| !assignment.starts_with('#')) else {
                continue;
            };
            if let Some((en, fr)) = what_is_personal(key, value) {
                let place = Location::line(&file.path, to_u32(at + 1));
                found.push((file.path.clone(), place.noted_in(en, fr).sensitive()));
                break;
            }
        }
    }
    Fact::named(found)
}

/// What makes a setting that of one machine, one person or one server, in English and in French.
fn what_is_personal(key: &str, value: &str) -> Option<(&'static str, &'static str)> {
    let value = value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
    if is_public_name(key) || value.is_empty() {
        return None;
    }
    if is_secret_name(key) && is_secret_value(value) {
        return Some(("a value that looks secret", "une valeur qui semble secrète"));
    }
    if ["/home/", "/Users/", "C:\\Users\\"].iter().any(|home| value.starts_with(home)) {
        return Some(("somebody's home folder", "le dossier personnel de quelqu'un"));
    }
    let named = ["HOST", "SERVER", "DOMAIN"].iter().any(|word| key.to_uppercase().contains(word));
    let host = match value.split_once("://") {
        Some((_, rest)) => Some(rest),
        None => named.then_some(value),
    }?;
    let host = host.split(['/', '?', ',']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    is_remote(host).then_some(("a host of the network", "un hôte du réseau"))
}

/// Whether a host is neither the developer's machine nor one of its containers.
fn is_remote(host: &str) -> bool {
    const RESERVED: &[&str] = &[".local", ".localhost", ".test", ".internal", ".lan", ".example"];
    const OWN: &[&str] = &["0.", "127.", "10.", "192.168.", "172."];
    let host = host.to_lowercase();
    let numbers = host.chars().all(|c| c.is_ascii_digit() || c == '.');
    let local =
        RESERVED.iter().any(|end| host.ends_with(end)) || numbers && OWN.iter().any(|start| host.starts_with(start));
    let example = host.contains("example.") || host.contains(['$', '<']);
    host.contains('.') && !local && !example
}

fn is_secret_name(key: &str) -> bool {
    let public = is_public_name(key);
    let key = key.trim().to_uppercase();
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

/// Whether a value looks drawn at random, and is not a word that people write in examples.
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
            || lower == ".env.dev"
            || file.path.contains("env.d/")
            || lower == ".env.docker"
            || lower == ".env.local")
            && file.role != Role::Vendored
    });
    let mut found: Vec<Location> = places.map(|file| Location::file(&file.path)).take(super::fact::PLACES).collect();
    if found.is_empty() {
        // One that is tracked on purpose, with nothing to hide, gives every variable its value.
        let unfit = [env_files_with_secrets(repo), env_files_personal(repo)];
        let hides = |path: &str| unfit.iter().any(|fact| fact.names().iter().any(|name| name == path));
        let plain = repo.inventory.own_files().filter(|file| file.name() == ".env" && !hides(&file.path));
        found = plain.map(|file| Location::file(&file.path)).take(super::fact::PLACES).collect();
    }
    Fact::shown(found)
}

/// Variables that say where code runs, and need no example.
const ABOUT_THE_PLACE: &[&str] =
    &["NODE_ENV", "RAILS_ENV", "RACK_ENV", "MIX_ENV", "APP_ENV", "env.CI", "\"CI\"", "'CI'", "env.PORT"];

fn reads_environment(repo: &Repo<'_>) -> Fact {
    let mut places: Vec<Location> = Vec::new();
    for (file, hit) in repo.inventory.hits("env-read") {
        let line = repo.inventory.line(&file.path, hit.line);
        let asks = !is_written(&line) && !ABOUT_THE_PLACE.iter().any(|name| line.contains(name));
        // A style has an `env()` of its own, and a text may speak of it.
        if asks && repo.inventory.is_code(file, &hit) {
            places.push(Location::line(&file.path, hit.line));
        }
        if places.len() == 3 {
            break;
        }
    }
    Fact::shown(places)
}

/// Whether a line gives a variable its value: `os.environ["DEBUG"] = "true"`, `os.environ.setdefault(…)`.
fn is_written(line: &str) -> bool {
    let Some((_, rest)) = line.split_once("os.environ").or_else(|| line.split_once("process.env")) else {
        return false;
    };
    let given = rest.split_once(']').map_or(rest, |(_, after)| after).trim_start();
    rest.starts_with(".setdefault(") || rest.starts_with('[') && given.starts_with('=') && !given.starts_with("==")
}

/// Names of variables that a document needs to give before it is a list of them.
const LISTED: usize = 3;

fn environment_documented(repo: &Repo<'_>) -> Fact {
    let mut places: Vec<Location> = Vec::new();
    for (file, hit) in repo.inventory.hits("env-documented") {
        let Some(text) = repo.inventory.text(&file.path).filter(|_| file.is_own()) else { continue };
        if variables(&section(&text, hit.line as usize)).len() >= LISTED
            && places.last().is_none_or(|last| last.path != file.path)
        {
            places.push(Location::line(&file.path, hit.line));
        }
    }
    places.truncate(super::fact::PLACES);
    Fact::shown(places)
}

/// What is under a heading, or after a sentence that announces a list, given by its line from 1, up to the next heading that is
/// not part of it.
fn section(text: &str, heading: usize) -> String {
    let level = |line: &str| line.len() - line.trim_start_matches(['#', '=']).len();
    let own = text.lines().nth(heading - 1).map_or(0, level);
    let mut fenced = false;
    let lines = text.lines().skip(heading).take_while(|line| {
        fenced ^= line.trim_start().starts_with("```");
        // A list that a sentence announces ends with its section.
        fenced || level(line) == 0 || own > 0 && level(line) > own
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The names that look like those of variables: capitals with an underscore, or before an equals sign.
fn variables(text: &str) -> BTreeSet<&str> {
    let ends_name = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
    let names = text.split_inclusive(ends_name).filter_map(|piece| {
        let name = piece.trim_end_matches(ends_name);
        let capitals =
            name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains(|c: char| c.is_ascii_lowercase());
        (name.len() > 3 && capitals && (name.contains('_') || piece.ends_with('='))).then_some(name)
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    #[test]
    fn defaults_for_everybody_are_not_personal() {
        let shared = [
            "NEXT_PUBLIC_API=https://api.menus.fr\nNEXT_PUBLIC_KEY=k8J2mQ9xV4bN7wR3\nPORT=\n",
            "DATABASE_URL=postgresql://postgres:dummy@db:5433\nURL=http://localhost:3000 # ici\nHOST=0.0.0.0\n",
            "# API=https://api.menus.fr\nCLIENT_SECRET=client secret\nWORKERS=2\nCALLBACK=https://example.org\n",
        ];
        for text in shared {
            assert!(names_of(&[(".env.local", text)], "env_files_personal").is_empty(), "{text}");
        }
        let personal = ["A=1\nCACHE=/home/jeanne/cache\n", "API=https://api.menus.fr\n", "SMTP_HOST=smtp.menus.fr\n"];
        for text in personal {
            assert_eq!(names_of(&[(".env", text)], "env_files_personal"), [".env"], "{text}");
        }
        assert!(names_of(&[(".env.development", personal[1])], "env_files_personal").is_empty());
    }

    #[test]
    fn the_settings_of_an_application_are_not_its_environment() {
        let elixir = "Application.get_env(:menus, :url)\n";
        assert!(!fact_of(&[("lib/menus.ex", elixir)], "reads_environment").is_true());
        for (path, text) in [
            ("lib/menus.ex", "System.get_env(\"URL\")\n"),
            ("config/app.php", "'url' => env('URL'),\n"),
            ("src/a.ts", "process.env.URL\n"),
        ] {
            assert!(fact_of(&[(path, text)], "reads_environment").is_true(), "{path}");
        }
        let writes = "os.environ[\"MENUS_DEBUG\"] = \"true\"\nos.environ.setdefault(\"MENUS\", \"menus.settings\")\n";
        assert!(!fact_of(&[("manage.py", writes)], "reads_environment").is_true());
        for (path, text) in [
            ("src/a.vue", "<template><p/></template>\n<style>p { padding: env(safe-area-inset-left); }</style>\n"),
            ("src/a.ts", "const css = 'padding: env(safe-area-inset-left)'\n"),
            ("src/a.py", "\"\"\"Reads os.environ[\"A\"].\"\"\"\n"),
        ] {
            assert!(!fact_of(&[(path, text)], "reads_environment").is_true(), "{path}");
        }
    }

    #[test]
    fn a_document_lists_variables_when_it_names_several() {
        let list = "# Variables d’environnement\n\n## Base\n\n- `DB_URL`\n- `SMTP_HOST`\n\n```\n# ici\nexport PGHOST=localhost\n```\n";
        assert!(fact_of(&[("docs/environment.md", list)], "environment_documented").is_true());
        let prose =
            "## Environment variables\n\nSee `DB_URL`. The GDPR applies.\n\n## Notes\n\n`A_B` `C_D` `E_F` `G_H_I`\n";
        assert!(!fact_of(&[("README.md", prose)], "environment_documented").is_true());
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
}
