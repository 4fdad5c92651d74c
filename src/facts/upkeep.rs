//! How alive a product is, how far it is documented, and how it is watched: what tells one that is kept from one that is not.

use std::sync::LazyLock;

use regex::Regex;

use super::readme;
use super::tests::inline_tests;
use crate::base::location::Location;
use crate::base::pattern::lean;
use crate::base::text::to_u32;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind, PLACES};
use crate::facts::shared::Written;
use crate::model::services::{How, ServiceKind};
use crate::read::history::DAY;
use crate::read::inventory::File;
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "changes_last_90_days",
        kind: Kind::Number,
        question: (
            "How many changes made by people reached the main line over the last 90 days?",
            "Combien de changements faits par des personnes ont rejoint la branche principale en 90 jours ?",
        ),
        detect: changes_last_90_days,
    },
    Detector {
        id: "archive_notice",
        kind: Kind::Bool,
        question: (
            "Does the README say that the product is archived, or lives in another repository?",
            "Le README dit-il que le produit est archivé, ou qu'il vit dans un autre dépôt ?",
        ),
        detect: |repo| Fact::shown(readme::archive_notice(repo).into_iter().collect()),
    },
    Detector {
        id: "documentation_lines",
        kind: Kind::Number,
        question: (
            "How many lines do its documents have, changes and licences left aside?",
            "Combien de lignes comptent ses documents, hors journal des changements et licences ?",
        ),
        detect: documentation_lines,
    },
    Detector {
        id: "test_files",
        kind: Kind::Number,
        question: ("How many files of tests does it have?", "Combien de fichiers de tests a-t-il ?"),
        detect: |repo| {
            let is_test = |file: &&File| file.role == Role::Test && file.programming;
            let apart = repo.inventory.files().iter().filter(is_test).count();
            Fact::number(to_u32(apart + inline_tests(repo).count()))
        },
    },
    Detector {
        id: "operations_documented",
        kind: Kind::List,
        question: (
            "Which documents say how to watch, restore, roll back or handle an incident?",
            "Quels documents disent comment superviser, restaurer, revenir en arrière ou traiter un incident ?",
        ),
        detect: operations_documented,
    },
    Detector {
        id: "observability",
        kind: Kind::List,
        question: (
            "Which libraries write structured logs, or measure performance?",
            "Quelles bibliothèques écrivent des journaux structurés, ou mesurent les performances ?",
        ),
        detect: observability,
    },
    Detector {
        id: "deployment_mode",
        kind: Kind::Text,
        question: (
            "How does what people use reach production: automatic, platform, manual, none?",
            "Comment ce qu'on utilise arrive-t-il en production : automatic, platform, manual, none ?",
        ),
        detect: deployment_mode,
    },
    Detector {
        id: "delivery_rhythm",
        kind: Kind::Number,
        question: (
            "How many times a week is it delivered, by its deployments or else by its tags?",
            "Combien de fois par semaine est-il livré, d'après ses déploiements ou à défaut ses étiquettes ?",
        ),
        detect: delivery_rhythm,
    },
];

/// How many days are looked at.
const DAYS: i64 = 90;

fn changes_last_90_days(repo: &Repo<'_>) -> Fact {
    let history = match repo.history() {
        Ok(history) => history,
        Err(unknown) => return unknown,
    };
    let since = repo.as_of - DAYS * DAY;
    let recent = history.main_line.iter().filter(|commit| commit.time >= since);
    let by_people = recent.filter(|commit| !commit.by_update_bot && !is_update(&commit.subject));
    Fact::number(to_u32(by_people.count()))
}

/// Whether the subject of a commit is that of a bot that updates dependencies, whoever merged it.
fn is_update(subject: &str) -> bool {
    static UPDATE: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"(?i)^(?:chore|build|fix|ci)\(deps|^bump \S+ from |^update dependency |/(?:dependabot|renovate|snyk-\w+)/",
        )
    });
    UPDATE.is_match(subject)
}

/// The documents that a team writes: prose, wherever it stands, but what lists changes or rights, or speaks to assistants.
fn documents<'r>(repo: &'r Repo<'_>) -> impl Iterator<Item = &'r File> {
    static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"(?i)changelog|licen[cs]e|code[_-]of[_-]conduct|(?:^|/)(?:content|contents|_posts|locales?|fixtures)/|agents\.md|claude\.md",
        )
    });
    let is_document = |file: &&File| {
        let lower = file.name().to_ascii_lowercase();
        [".md", ".rst", ".adoc"].iter().any(|ending| lower.ends_with(ending))
            && file.is_own()
            && !matches!(file.role, Role::Test)
            && !ASIDE.is_match(&file.path)
    };
    repo.inventory.files().iter().filter(is_document)
}

/// How many documents are read.
const MOST_DOCUMENTS: usize = 400;

fn documentation_lines(repo: &Repo<'_>) -> Fact {
    Fact::number(written(repo).lines)
}

fn operations_documented(repo: &Repo<'_>) -> Fact {
    Fact::named(written(repo).operations.clone())
}

/// What the documents hold, read once for all that ask.
fn written<'r>(repo: &'r Repo<'_>) -> &'r Written {
    repo.shared.documents.get_or_init(|| {
        static NAME: LazyLock<Regex> = LazyLock::new(|| {
            lean(
                r"(?i)runbook|incident|post-?mortem|backup|sauvegarde|restor|restaur|rollback|exploitation|astreinte|monitoring|supervision|disaster",
            )
        });
        static HEADING: LazyLock<Regex> = LazyLock::new(|| {
            lean(
                r"(?i)\b(?:incidents?|roll-?back|sauvegardes?|backups?|restaur\w+|restor\w+|supervision|monitoring|post-?mortem|astreinte|retour arri[eè]re)\b",
            )
        });
        let mut found = Written::default();
        for file in documents(repo).take(MOST_DOCUMENTS) {
            let Some(text) = repo.inventory.text(&file.path) else { continue };
            let by_name = NAME.is_match(&file.path);
            let mut place = by_name.then(|| Location::file(&file.path));
            for (at, line) in text.lines().enumerate() {
                found.lines += u32::from(!line.trim().is_empty());
                if place.is_none() && line.starts_with(['#', '=']) && HEADING.is_match(line) {
                    place = Some(Location::line(&file.path, to_u32(at + 1)));
                }
            }
            if let Some(place) = place.filter(|_| found.operations.len() < PLACES) {
                found.operations.push((file.path.clone(), place));
            }
        }
        found
    })
}

/// Packages that write structured logs or measure performance, with the name by which people know each.
const OBSERVING: &[(&str, &str)] = &[
    ("winston", "winston"),
    ("pino", "pino"),
    ("nestjs-pino", "pino"),
    ("bunyan", "bunyan"),
    ("log4js", "log4js"),
    ("lograge", "lograge"),
    ("rails_semantic_logger", "semantic-logger"),
    ("semantic_logger", "semantic-logger"),
    ("structlog", "structlog"),
    ("django-structlog", "structlog"),
    ("django-datadog-logger", "datadog"),
    ("python-json-logger", "python-json-logger"),
    ("loguru", "loguru"),
    ("symfony/monolog-bundle", "monolog"),
    ("monolog/monolog", "monolog"),
    ("logstash-logback-encoder", "logstash"),
    ("net.logstash.logback*", "logstash"),
    ("logger_json", "logger-json"),
    ("@opentelemetry/*", "opentelemetry"),
    ("opentelemetry*", "opentelemetry"),
    ("prom-client", "prometheus"),
    ("express-prom-bundle", "prometheus"),
    ("prometheus*", "prometheus"),
    ("django-prometheus", "prometheus"),
    ("micrometer*", "micrometer"),
    ("yabeda*", "yabeda"),
    ("skylight", "skylight"),
    ("appsignal", "appsignal"),
    ("@appsignal/*", "appsignal"),
    ("newrelic", "newrelic"),
    ("newrelic_rpm", "newrelic"),
    ("dd-trace", "datadog"),
    ("ddtrace", "datadog"),
    ("elastic-apm*", "elastic-apm"),
    ("scout_apm", "scout"),
    ("rack-mini-profiler", "rack-mini-profiler"),
    ("telemetry*", "telemetry"),
];

fn observability(repo: &Repo<'_>) -> Fact {
    let mut found: Vec<(String, Location)> = Vec::new();
    for (package, name) in OBSERVING {
        let packages = [*package];
        if found.iter().all(|(known, _)| known != name)
            && let Some((manifest, dependency)) = repo.manifests.dependencies(&packages).next()
        {
            found.push(((*name).to_owned(), Location::line(&manifest.path, dependency.line)));
        }
    }
    Fact::named(found)
}

fn deployment_mode(repo: &Repo<'_>) -> Fact {
    let runs = |kind: ServiceKind| {
        matches!(kind, ServiceKind::Pages | ServiceKind::Api | ServiceKind::StaticSite | ServiceKind::Worker)
    };
    let order = [How::Automatic, How::Platform, How::Manual, How::None];
    let running = || repo.services.all.iter().filter(|service| runs(service.kind));
    let best = order.into_iter().find_map(|how| running().find(|service| service.production.how == how));
    match best {
        Some(service) => {
            Fact::text(service.production.how.name()).seen(service.production.evidence.iter().take(1).cloned())
        }
        None => Fact::unverified(
            "nothing in the tree says how it reaches production",
            "rien dans l'arborescence ne dit comment il arrive en production",
        ),
    }
}

fn delivery_rhythm(repo: &Repo<'_>) -> Fact {
    if let Ok(rate) = repo.measures.frequency.value {
        return Fact::number(rate);
    }
    let Ok(history) = repo.history() else {
        return Fact::unverified("there is no history to count", "il n'y a pas d'historique à compter");
    };
    let since = repo.as_of - DAYS * DAY;
    let tags = history.tags.iter().filter(|tag| tag.time >= since).count();
    if tags == 0 {
        return Fact::unverified(
            "neither deployments nor tags show it",
            "ni déploiements ni étiquettes ne le montrent",
        );
    }
    let rate = f64::from(to_u32(tags)) / (f64::from(u16::try_from(DAYS).unwrap_or(1)) / 7.0);
    Fact::number((rate * 100.0).round() / 100.0)
}

#[cfg(test)]
mod tests {
    use crate::facts::{fact_of, names_of};

    #[test]
    fn documents_are_measured_without_what_lists_changes_or_rights() {
        let files = [
            ("README.md", "# A\n\nText\n"),
            ("docs/guide.md", "one\ntwo\n"),
            ("CHANGELOG.md", "1\n2\n3\n"),
            ("LICENSE.md", "1\n2\n"),
            ("AGENTS.md", "1\n2\n"),
        ];
        assert_eq!(fact_of(&files, "documentation_lines").value(), Some(&crate::facts::Value::Number(4.0)));
    }

    #[test]
    fn a_runbook_is_told_by_its_name_or_a_heading() {
        let files = [
            ("docs/incident.md", "x\n"),
            ("docs/ops.md", "# Ops\n\n## Restaurer la base\n"),
            ("docs/guide.md", "On restaure la base.\n"),
        ];
        assert_eq!(names_of(&files, "operations_documented"), ["docs/incident.md", "docs/ops.md"]);
    }

    #[test]
    fn libraries_that_watch_are_named_once() {
        let files = [("package.json", r#"{"dependencies": {"pino": "9", "nestjs-pino": "4", "prom-client": "15"}}"#)];
        assert_eq!(names_of(&files, "observability"), ["pino", "prometheus"]);
    }

    #[test]
    fn the_way_to_production_is_that_of_what_runs() {
        let app = [
            ("package.json", r#"{"scripts": {"start": "node a.js"}, "dependencies": {"express": "4"}}"#),
            ("a.js", "express().listen(3)"),
        ];
        let workflow = "on: {push: {branches: [main]}}\njobs:\n  ship:\n    steps:\n      - run: clever deploy\n";
        let with = [app[0], app[1], (".github/workflows/a.yml", workflow)];
        assert_eq!(fact_of(&with, "deployment_mode").text_value(), Some("automatic"));
        assert!(fact_of(&app, "deployment_mode").value().is_none());
    }
}
