//! How the product is run and watched: errors, containers, APIs, health.

use crate::base::location::Location;
use crate::base::path::{is_yaml, name_of};
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind, PLACES};
use crate::model::pages::Status;
use crate::read::inventory::File;
use crate::read::inventory::probe::{Files, Probe};
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "error_tracking",
        kind: Kind::List,
        question: ("Which services are its errors sent to?", "À quels services ses erreurs sont-elles envoyées ?"),
        detect: error_tracking,
    },
    Detector {
        id: "containerized",
        kind: Kind::Bool,
        question: (
            "Is there a container image or compose file for the product?",
            "Y a-t-il une image de conteneur ou un fichier compose pour le produit ?",
        ),
        detect: containerized,
    },
    Detector {
        id: "openapi",
        kind: Kind::Bool,
        question: ("Is its API described with OpenAPI?", "Son API est-elle décrite avec OpenAPI ?"),
        detect: openapi,
    },
    Detector {
        id: "serves_api",
        kind: Kind::Bool,
        question: ("Does it offer an API to others?", "Offre-t-il une API à d'autres ?"),
        detect: serves_api,
    },
    Detector {
        id: "health_check",
        kind: Kind::Bool,
        question: ("Is there a health check?", "Y a-t-il une vérification de bon fonctionnement (health check) ?"),
        detect: health_check,
    },
];

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::words("sentry", &["sentry.init", "sentry_sdk", "sentryhandler", "sentry.start", "withsentry", "sentry-raven", "sentryappender", "getsentry", "sentry_dsn", "io.sentry", "@sentry/", "sentry-"])
            .matching(r"(?i)sentry\.(?:init|start)|sentry_sdk\.init|import sentry_sdk|SentryAppender|withSentry|@sentry/\w+|Sentry\.configure|io\.sentry|sentry-(?:ruby|rails|laravel|symfony|logback|spring\w*)|Sentry\\|use sentry::"),
        Probe::words("flare", &["Flare::", "flare"]).matching(r"Flare::|'flare'\s*=>"),
        Probe::words("openapi-served", &["openapi", "swagger", "drf_spectacular", "drf-spectacular", "apispec", "nelmio_api_doc", "springdoc", "l5-swagger", "add_swagger_documentation", "tsoa"])
            .matching(r"(?i)SpectacularAPIView|add_swagger_documentation|SwaggerModule\.(?:setup|createDocument)|swagger-?ui-?express|swaggerUi\.(?:serve|setup)|fastify-swagger|@fastify/swagger|nelmio_api_doc|springdoc|OpenApiGeneratorV3|OpenApiSpex|grape-swagger|rswag|zod-openapi|openapi\.(?:json|ya?ml)|swagger\.(?:json|ya?ml)|get_schema_view|@koa/swagger"),
        Probe::words("health", &["health", "sante", "livez", "readyz", "/ping", "/up", "livenessProbe", "readinessProbe", "heartbeat", "actuator", "dockerflow"]).matching(
            r#"(?im)["'`]/(?:api/)?(?:_?health(?:z|check|-check|_check|/\w+)?|livez|readyz|ping|up)/?["'`]|rails/health|^\s*HEALTHCHECK\s|\w*health_?check(?:er|\.|["\x27])|["\x27`]/sante["\x27`]|spring-boot-starter-actuator|livenessProbe|readinessProbe|path\(["']health|healthCheckPath|dockerflow\.(?:django|flask|fastapi|sanic)|["'`/]__(?:lb)?heartbeat__|\bHealth(?:Check|Status)?(?:Controller|View)\b"#,
        ),
        Probe::words("api-routes", &["APIRouter", "@RestController", "namespace :api", "rest_framework", "apiResource", "FastAPI("])
            .matching(r"(?i)APIRouter\(|@RestController|namespace :api|rest_framework\.(?:views|viewsets|generics)|FastAPI\(|Route::apiResource")
            .of(Files::Globs(["py", "rb", "php", "java", "kt", "ts"].map(|extension| format!("**/*.{extension}").into()).to_vec())),
    ]
}

/// Packages of services that collect errors.
const TRACKERS: &[(&str, &[&str])] = &[
    (
        "sentry",
        &[
            "@sentry/*",
            "sentry-sdk",
            "sentry-ruby",
            "sentry-rails",
            "sentry-raven",
            "sentry/sentry*",
            "sentry-logback",
            "sentry-spring*",
            "sentry",
            "sentry-python",
            "raven",
            "raven-js",
            "io.sentry*",
        ],
    ),
    ("rollbar", &["rollbar", "rollbar/*"]),
    ("bugsnag", &["@bugsnag/*", "bugsnag", "bugsnag/*"]),
    ("appsignal", &["appsignal", "@appsignal/*"]),
    ("elastic-apm", &["elastic-apm-node", "elastic-apm", "@elastic/apm-rum*"]),
    ("datadog", &["dd-trace", "ddtrace", "datadog", "@datadog/*"]),
    ("newrelic", &["newrelic", "newrelic_rpm"]),
    ("honeybadger", &["honeybadger", "@honeybadger-io/*"]),
    ("glitchtip", &["glitchtip"]),
];

fn error_tracking(repo: &Repo<'_>) -> Fact {
    let mut found: Vec<(String, Location)> = Vec::new();
    for (name, packages) in TRACKERS {
        let declared = repo
            .manifests
            .dependencies(packages)
            .find(|(manifest, _)| repo.inventory.file(&manifest.path).is_some_and(|file| file.role != Role::Test))
            .map(|(manifest, found)| Location::line(&manifest.path, found.line));
        // Content that mentions Sentry is not evidence: a package, or code that starts it.
        let used = (*name == "sentry").then(|| sentry_in_code(repo)).flatten();
        if let Some(place) = used.or(declared) {
            found.push(((*name).to_owned(), place));
        }
    }
    if repo.manifests.depends_on(&["spatie/laravel-ignition", "facade/ignition", "spatie/laravel-flare"])
        && let Some(place) = repo.inventory.places("flare", 1).into_iter().next()
    {
        found.push(("flare".to_owned(), place));
    }
    Fact::named(found)
}

fn sentry_in_code(repo: &Repo<'_>) -> Option<Location> {
    repo.inventory
        .hits("sentry")
        .into_iter()
        .filter(|(file, _)| {
            file.programming
                || file.name().ends_with(".xml")
                || file.name().ends_with(".html")
                || file.name() == "build.sbt"
        })
        .map(|(file, hit)| Location::line(&file.path, hit.line))
        .next()
}

fn containerized(repo: &Repo<'_>) -> Fact {
    let mut places = Vec::new();
    for file in repo.inventory.own_files() {
        let lower = file.name().to_lowercase();
        let image = (lower.starts_with("dockerfile")
            || lower.ends_with(".dockerfile")
            || lower.ends_with("_dockerfile")
            || lower == "containerfile")
            && !lower.ends_with(".dockerignore");
        let compose = (lower.starts_with("docker-compose") || lower.starts_with("compose."))
            && is_yaml(&lower)
            && file.folder().is_empty();
        if !image && !compose {
            continue;
        }
        let folders = file.folder().to_lowercase();
        let aside = folders.split('/').any(|part| {
            matches!(
                part,
                ".devcontainer"
                    | ".gitpod"
                    | "local"
                    | "dev"
                    | "test"
                    | "tests"
                    | "e2e"
                    | "mock"
                    | "scripts"
                    | ".github"
                    | "tools"
            )
        });
        let development = lower.contains("dev") || lower.contains("test") || lower.contains("mock");
        if aside || development {
            continue;
        }
        if image || runs_the_product(repo, &file.path) {
            places.push(Location::file(&file.path));
        }
    }
    places.sort_by_key(|place| place.path.matches('/').count());
    places.truncate(PLACES);
    Fact::shown(places)
}

/// A compose file that only starts a database is a tool of development.
fn runs_the_product(repo: &Repo<'_>, path: &str) -> bool {
    const BACKING: &[&str] = &[
        "postgres",
        "postgis",
        "mysql",
        "mariadb",
        "mongo",
        "redis",
        "valkey",
        "minio",
        "mailhog",
        "maildev",
        "mailpit",
        "mailcatcher",
        "elasticsearch",
        "opensearch",
        "adminer",
        "pgadmin",
        "keycloak",
        "rabbitmq",
        "localstack",
        "clamav",
        "metabase",
        "smtp4dev",
    ];
    let Some(document) = repo.inventory.document(path) else {
        return true;
    };
    let Ok(root) = document.as_ref() else {
        return true;
    };
    let services = root.get("services").map(crate::read::document::Node::entries).unwrap_or_default();
    services.iter().any(|service| {
        let image = service.value.text_of("image").unwrap_or_default();
        service.value.get("build").is_some() || (!image.is_empty() && !BACKING.iter().any(|name| image.contains(name)))
    })
}

fn openapi(repo: &Repo<'_>) -> Fact {
    let mut places: Vec<Location> = Vec::new();
    for file in repo.inventory.own_files() {
        let lower = name_of(&file.path).to_lowercase();
        let described = (lower.starts_with("openapi") || lower.starts_with("swagger"))
            && [".json", ".yml", ".yaml", ".ts", ".js"].iter().any(|end| lower.ends_with(end));
        let another = file
            .path
            .to_lowercase()
            .split('/')
            .any(|part| matches!(part, "clients" | "client" | "external" | "generated" | "node_modules"));
        if described && !another && file.role != Role::Test {
            places.push(Location::file(&file.path));
        }
    }
    const PACKAGES: &[&str] = &[
        "drf-spectacular",
        "drf-yasg",
        "@nestjs/swagger",
        "swagger-ui-express",
        "swagger-jsdoc",
        "@fastify/swagger",
        "fastify-swagger",
        "grape-swagger",
        "rswag*",
        "rswag-api",
        "nelmio/api-doc-bundle",
        "zircote/swagger-php",
        "darkaonline/l5-swagger",
        "api-platform/core",
        "springdoc-openapi*",
        "open_api_spex",
        "apispec",
        "flask-restx",
        "flask-smorest",
        "tsoa",
        "utoipa",
        "@asteasolutions/zod-to-openapi",
        "@hono/zod-openapi",
        "next-swagger-doc",
        "fastapi",
        "oas_rails",
        "django-ninja",
        "koa2-swagger-ui",
        "express-openapi-validator",
        "dedoc/scramble",
        "knuckleswtf/scribe",
        "zod-openapi",
    ];
    places.extend(
        repo.manifests.dependencies(PACKAGES).map(|(manifest, found)| Location::line(&manifest.path, found.line)),
    );
    // What answers an address describes itself, whatever it is made with.
    places.extend(served(repo, "openapi"));
    places.truncate(PLACES);
    Fact::shown(places)
}

/// The places that show a page which programs ask for.
fn served<'r>(repo: &'r Repo<'_>, name: &str) -> impl Iterator<Item = Location> + 'r {
    let page = repo.pages.get(name).filter(|page| page.status >= Status::BehindSignIn);
    page.into_iter().flat_map(|page| page.evidence.iter().cloned())
}

fn serves_api(repo: &Repo<'_>) -> Fact {
    let hits = repo.inventory.hits("api-routes").into_iter().filter(|(file, _)| file.role == Role::Source);
    let places: Vec<Location> = hits.map(|(file, hit)| Location::line(&file.path, hit.line)).take(PLACES).collect();
    if places.is_empty() {
        return Fact::bool(false).guessed();
    }
    Fact::bool(true).seen(places).guessed()
}

fn health_check(repo: &Repo<'_>) -> Fact {
    let mut places: Vec<Location> = served(repo, "health").collect();
    // Rails leaves the requests to an address out of its log, whether a route answers there or not.
    let is_silenced =
        |file: &File, line: u32| repo.inventory.line(&file.path, line).contains("silence_healthcheck_path");
    let hits = repo.inventory.hits("health").into_iter().filter(|(file, hit)| !is_silenced(file, hit.line));
    places.extend(hits.map(|(file, hit)| Location::line(&file.path, hit.line)).take(PLACES));
    places.truncate(PLACES);
    Fact::shown(places)
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    #[test]
    fn content_that_speaks_of_sentry_is_no_evidence() {
        assert!(names_of(&[("config/standards.yml", "- Sentry.init est en place\n")], "error_tracking").is_empty());
        assert_eq!(
            names_of(&[("src/a.ts", "import * as Sentry from '@sentry/node'\nSentry.init({})\n")], "error_tracking"),
            ["sentry"]
        );
    }

    #[test]
    fn the_health_of_a_database_is_not_that_of_the_product() {
        let compose = "services:\n  db:\n    image: postgres\n    healthcheck:\n      test: pg_isready\n";
        assert!(
            !fact_of(&[("docker-compose.yml", compose), ("src/a.ts", "const x = ['health', 'food'];")], "health_check")
                .is_true()
        );
        assert!(fact_of(&[("src/a.ts", "app.get('/healthz', ok)")], "health_check").is_true());
        let chart = "spec:\n  containers:\n    - livenessProbe:\n        httpGet: { path: / }\n";
        assert!(fact_of(&[("helm/templates/deployment.yaml", chart)], "health_check").is_true());
        let play = "GET    /    controllers.HealthController.health\n";
        assert!(fact_of(&[("conf/routes", play)], "health_check").is_true());
    }

    #[test]
    fn a_database_for_development_is_no_container_of_the_product() {
        assert!(
            !fact_of(&[("docker-compose.yml", "services:\n  db:\n    image: postgres:16\n")], "containerized")
                .is_true()
        );
        assert!(fact_of(&[("docker-compose.yml", "services:\n  web:\n    build: .\n")], "containerized").is_true());
        assert!(fact_of(&[("Dockerfile.api", "FROM node:22\n")], "containerized").is_true());
    }
}
