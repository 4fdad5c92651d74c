//! Which databases, brokers and base systems are asked for, by the tags of images, in a version that is no longer supported.

use std::sync::LazyLock;

use regex::Regex;

use super::versions::ended;
use crate::base::location::Location;
use crate::base::pattern::lean;
use crate::base::version::Version;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::model::end_of_life::{Product, product};
use crate::model::image_name::ImageName;
use crate::model::images::{Part, Purpose};

pub(super) const ALL: &[Detector] = &[Detector {
    id: "ended_images",
    kind: Kind::List,
    question: (
        "Which databases, brokers and systems do images bring in a version that is no longer supported?",
        "Quelles bases de données, quels courtiers et quels systèmes les images apportent-elles dans une version que plus personne ne corrige ?",
    ),
    detect: ended_images,
}];

/// Images whose tag is the version of a product, and that product.
const IMAGES: &[(&str, &str)] = &[
    ("postgres", "postgresql"),
    ("postgis/postgis", "postgresql"),
    ("pgvector/pgvector", "postgresql"),
    ("cimg/postgres", "postgresql"),
    ("circleci/postgres", "postgresql"),
    ("mysql", "mysql"),
    ("cimg/mysql", "mysql"),
    ("mariadb", "mariadb"),
    ("mongo", "mongodb"),
    ("redis", "redis"),
    ("cimg/redis", "redis"),
    ("elasticsearch", "elasticsearch"),
    ("docker.elastic.co/elasticsearch/elasticsearch", "elasticsearch"),
    ("rabbitmq", "rabbitmq"),
    ("debian", "debian"),
    ("ubuntu", "ubuntu"),
    ("alpine", "alpine"),
    ("centos", "centos"),
];

/// The names that systems give their releases.
const CODENAMES: &[(&str, &str, &str)] = &[
    ("jessie", "debian", "8"),
    ("stretch", "debian", "9"),
    ("buster", "debian", "10"),
    ("bullseye", "debian", "11"),
    ("bookworm", "debian", "12"),
    ("trusty", "ubuntu", "14.04"),
    ("xenial", "ubuntu", "16.04"),
    ("bionic", "ubuntu", "18.04"),
    ("focal", "ubuntu", "20.04"),
    ("jammy", "ubuntu", "22.04"),
];

/// What a tag says of the product of its image, and of the system below: `12-alpine3.16` says both.
fn brought(name: &ImageName) -> Vec<(&'static Product, Version)> {
    static ALPINE: LazyLock<Regex> = LazyLock::new(|| lean(r"-alpine(3\.\d+)(?:$|[.-])"));
    let Some(tag) = name.tag.as_deref().filter(|_| !name.is_open) else { return Vec::new() };
    let own = IMAGES.iter().find(|(image, _)| *image == name.repository).and_then(|(_, product_name)| {
        let product = product(product_name)?;
        // `pg16` is how pgvector writes 16.
        Some((product, version_of(product, tag.strip_prefix("pg").unwrap_or(tag))?))
    });
    let alpine = ALPINE.captures(tag).and_then(|found| Some((product("alpine")?, Version::parse(&found[1])?)));
    let named = tag.split('-').find_map(|word| {
        let (_, system, version) = CODENAMES.iter().find(|(codename, ..)| *codename == word)?;
        Some((product(system)?, Version::parse(version)?))
    });
    [own, alpine, named].into_iter().flatten().collect()
}

/// The version of a tag. One of a single number moves with the newest line of it: `mysql:8` is 8.4, and no more 8.0.
fn version_of(product: &Product, tag: &str) -> Option<Version> {
    let version = Version::parse(tag)?;
    let numbers = tag.split(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or_default();
    if numbers.contains('.') { Some(version) } else { product.newest_of(version.major()).or(Some(version)) }
}

fn ended_images(repo: &Repo<'_>) -> Fact {
    let named = repo
        .images
        .named
        .iter()
        .map(|named| (&named.name, Location::at(&named.path, named.place.line, named.place.column)));
    let mut found: Vec<(String, Location)> = Vec::new();
    let mut tell = |name: &ImageName, place: &Location| {
        for (product, version) in brought(name) {
            found.extend(ended(product, &version, repo.as_of, place));
        }
    };
    for (name, place) in named {
        tell(name, &place);
    }
    for image in repo.images.built.iter().filter(|image| image.purpose == Purpose::Production) {
        for (stage, _) in image.stages.iter().filter(|(_, part)| *part != Part::Aside) {
            if let Some(name) = image.base(stage) {
                tell(&name, &Location::line(&image.path, stage.line));
            }
        }
    }
    Fact::named(found)
}

#[cfg(test)]
mod tests {
    use super::super::names_of;

    #[test]
    fn images_of_databases_and_systems_are_judged_by_their_tags() {
        let compose = "services:\n  db: { image: 'postgres:12-alpine3.16' }\n  cache: { image: 'redis:6' }\n  sql: { image: 'mysql:8' }\n  other: { image: 'postgres:${PG:-9.6}' }\n";
        let files = [
            ("compose.yml", compose),
            ("Dockerfile", "FROM python:3.13-buster AS build\nRUN true\nFROM debian:13\nCOPY --from=build /a /a\n"),
            ("Dockerfile.dev", "FROM ubuntu:18.04\n"),
        ];
        assert_eq!(
            names_of(&files, "ended_images"),
            ["PostgreSQL 12", "Alpine Linux 3.16", "PostgreSQL 9.6", "Debian 10"]
        );
        let kept =
            [("compose.yml", "services:\n  db: { image: 'mariadb:10' }\n  v: { image: 'pgvector/pgvector:pg17' }\n")];
        assert!(names_of(&kept, "ended_images").is_empty());
    }
}
