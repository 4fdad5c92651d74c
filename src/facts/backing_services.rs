//! The databases and queues that the code depends on, and what starts them on a laptop.

use crate::base::location::Location;
use crate::base::path::name_of;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::model::dockerfile::is_called_compose;
use crate::read::inventory::probe::{Files, Probe};

pub(super) const ALL: &[Detector] = &[Detector {
    id: "undescribed_services",
    kind: Kind::List,
    question: (
        "Which databases and queues does the code depend on that nothing starts?",
        "De quelles bases et files d'attente le code dépend-il sans que rien ne les démarre ?",
    ),
    detect: undescribed_services,
}];

/// A service that runs beside the code.
struct Backing {
    name: &'static str,
    /// Packages that are of no use without it.
    clients: &'static [&'static str],
    /// Words of its images, packages and commands, in lower case.
    words: &'static [&'static str],
}

const KNOWN: &[Backing] = &[
    Backing {
        name: "PostgreSQL",
        clients: &[
            "pg",
            "postgres",
            "psycopg",
            "psycopg2",
            "psycopg2-binary",
            "psycopg-binary",
            "asyncpg",
            "postgrex",
            "postgresql",
        ],
        words: &["postgres", "postgis", "pgvector", "timescale", "createdb", "pg_ctl", "supabase"],
    },
    Backing {
        name: "MySQL",
        clients: &["mysql", "mysql2", "mysqlclient", "pymysql", "mysql-connector-j"],
        words: &["mysql", "mariadb", "percona"],
    },
    Backing {
        name: "MongoDB",
        clients: &["mongoose", "mongodb", "pymongo", "mongoid", "mongodb_driver"],
        words: &["mongo"],
    },
    Backing {
        name: "Redis",
        clients: &["ioredis", "redis", "bullmq", "bull", "sidekiq", "redix", "predis/predis", "connect-redis"],
        words: &["redis", "valkey", "keydb", "dragonfly"],
    },
    Backing {
        name: "Elasticsearch",
        clients: &["@elastic/elasticsearch", "@opensearch-project/opensearch", "elasticsearch", "elasticsearch-dsl"],
        words: &["elastic", "opensearch"],
    },
];

/// Files and folders that make the whole environment, whatever they hold.
const WHOLE: &[&str] = &[
    "Vagrantfile",
    "flake.nix",
    "devenv.nix",
    "shell.nix",
    "Tiltfile",
    "skaffold.yaml",
    "process-compose.yaml",
    ".lando.yml",
    "Chart.yaml",
    "devcontainer.json",
    ".devcontainer.json",
];

pub(super) fn probes() -> Vec<Probe> {
    vec![
        // Written out in the documentation, or started by a script.
        Probe::words("service-started", &["docker", "podman", "brew", "createdb", "systemctl", "service ", "sail up", "apt", "pg_ctl"])
            .matching(r"(?i)\b(?:(?:docker|podman)[ -](?:run|compose)|brew (?:install|services)|apt(?:-get)? install|(?:service|systemctl) (?:start |restart )?\w|sail up|createdb|pg_ctl)\b[^\n]*")
            .of(Files::Globs(
                ["**/*.md", "**/*.mdx", "**/*.adoc", "**/*.rst", "**/Makefile", "**/justfile", "**/package.json", "bin/**", "script/**", "scripts/**", "**/Procfile*"]
                    .map(Into::into)
                    .to_vec(),
            ))
            .commented(),
    ]
}

/// What is described in part leaves a doubt: the rest may be of production alone, or be optional.
fn undescribed_services(repo: &Repo<'_>) -> Fact {
    let needed: Vec<(&Backing, Location)> = KNOWN
        .iter()
        .filter_map(|service| {
            let (manifest, declared) = repo.manifests.dependencies(service.clients).next()?;
            Some((service, Location::line(&manifest.path, declared.line)))
        })
        .collect();
    let whole =
        |path: &str| WHOLE.contains(&name_of(path)) || path.starts_with(".devcontainer/") || path.contains(".ddev/");
    if needed.is_empty() || repo.inventory.files().iter().any(|file| whole(&file.path)) {
        return Fact::list::<String>([]);
    }
    let mut texts: Vec<String> = Vec::new();
    for file in repo.inventory.files().iter().filter(|file| is_called_compose(file.name())) {
        texts.extend(repo.inventory.text(&file.path).map(|text| text.to_lowercase()));
    }
    let commands = repo.inventory.hits("service-started").into_iter();
    texts.extend(commands.map(|(file, hit)| repo.inventory.line(&file.path, hit.line).to_lowercase()));
    // `docker compose up` starts what the file says; Laravel's sail starts what its own holds.
    let all = texts.iter().any(|text| text.contains("sail up"));
    let is_described =
        |service: &Backing| all || texts.iter().any(|text| service.words.iter().any(|word| text.contains(word)));
    let (described, missing): (Vec<_>, Vec<_>) = needed.into_iter().partition(|(service, _)| is_described(service));
    let missing: Vec<(String, Location)> =
        missing.into_iter().map(|(service, place)| (service.name.to_owned(), place)).collect();
    if missing.is_empty() || described.is_empty() {
        return Fact::named(missing);
    }
    let names = missing.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    Fact::unverified(
        format!("nothing starts {names}, which the code may do without on a laptop"),
        format!("rien ne démarre {names}, dont le code se passe peut-être sur un poste"),
    )
    .seen(missing.into_iter().map(|(_, place)| place))
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    const NEEDS: &str = r#"{"dependencies": {"pg": "8", "ioredis": "5"}}"#;

    #[test]
    fn each_service_is_looked_for_by_its_name() {
        assert_eq!(names_of(&[("package.json", NEEDS)], "undescribed_services"), ["PostgreSQL", "Redis"]);
        let other = ("README.md", "```sh\npodman run quay.io/minio/minio\n```\nPostgreSQL must be installed.\n");
        assert_eq!(names_of(&[("package.json", NEEDS), other], "undescribed_services"), ["PostgreSQL", "Redis"]);
        let both = ("compose.yaml", "services:\n  db: {image: postgis/postgis:16}\n  queue: {image: valkey/valkey}\n");
        assert!(names_of(&[("package.json", NEEDS), both], "undescribed_services").is_empty());
        let shell = ("README.md", "```sh\nbrew services start redis\ncreatedb menus\n```\n");
        assert!(names_of(&[("package.json", NEEDS), shell], "undescribed_services").is_empty());
    }

    #[test]
    fn what_is_described_in_part_leaves_a_doubt() {
        let one = ("compose.yaml", "services:\n  db: {image: postgres:16}\n");
        assert!(fact_of(&[("package.json", NEEDS), one], "undescribed_services").value().is_none());
    }
}
