//! Which languages, frameworks and components a product is made of.

use std::collections::BTreeMap;

use crate::base::location::Location;
use crate::base::path::{ascending, folder_of, name_of};
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind, PLACES};
use crate::facts::front::{PAGE_FRAMEWORKS, front_elsewhere};
use crate::facts::shared::written_lines;
use crate::model::manifest::Ecosystem;
use crate::model::services::ServiceKind;
use crate::model::stack::{FRAMEWORKS, SHARE};
use crate::read::inventory::probe::Probe;
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "languages",
        kind: Kind::List,
        question: (
            "Which languages is it written in (5 % of the code or more)?",
            "Dans quels langages est-il écrit (5 % du code ou plus) ?",
        ),
        detect: languages,
    },
    Detector {
        id: "frameworks",
        kind: Kind::List,
        question: (
            "Which frameworks does the product's code use?",
            "Quels frameworks le code du produit utilise-t-il ?",
        ),
        detect: frameworks,
    },
    Detector {
        id: "components",
        kind: Kind::List,
        question: (
            "Which folders have a manifest and code of their own?",
            "Quels dossiers ont un manifeste et du code à eux ?",
        ),
        detect: components,
    },
    Detector {
        id: "dsfr",
        kind: Kind::Bool,
        question: (
            "Does it use the State's design system (DSFR)?",
            "Utilise-t-il le système de design de l'État (DSFR) ?",
        ),
        detect: dsfr,
    },
    Detector {
        id: "serves_pages",
        kind: Kind::Bool,
        question: (
            "Does the repository hold pages that people see?",
            "Le dépôt contient-il des pages que des personnes voient ?",
        ),
        detect: serves_pages,
    },
    Detector {
        id: "code_lines",
        kind: Kind::Number,
        question: (
            "How many lines of code are its own, tests included?",
            "Combien de lignes de code lui sont propres, tests compris ?",
        ),
        detect: code_lines,
    },
];

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::words("dsfr", &["fr-btn", "dsfr.min", "@gouvfr/dsfr", "dsfr.module", "dsfr-header", "dsfr-footer", "dsfr_", "codegouvfr/react-dsfr"])
            .matching(r#"(?i)@gouvfr/dsfr|dsfr(?:\.module)?\.min|class(?:Name)?=["'][^"']*fr-btn|<dsfr-(?:header|footer|button)|load dsfr_tags|dsfr_(?:css|js|header|button|link)|@?codegouvfr/react-dsfr"#),
    ]
}

fn languages(repo: &Repo<'_>) -> Fact {
    let mut lines: BTreeMap<&str, (u32, &str, u32)> = BTreeMap::new();
    for file in repo.inventory.own_files().filter(|file| file.programming) {
        let Some(language) = file.language else { continue };
        let (total, largest, most) = lines.entry(language).or_insert((0, &file.path, 0));
        *total += file.lines;
        if file.lines > *most {
            (*largest, *most) = (&file.path, file.lines);
        }
    }
    // SQL and shell are written everywhere; they are a product's language only where they weigh as much as one.
    let all: u32 = lines.values().map(|(total, ..)| total).sum();
    let mut found: Vec<_> = lines
        .into_iter()
        .filter(|(language, (total, ..))| {
            let floor = if matches!(*language, "sql" | "shell") { 0.15 } else { SHARE };
            f64::from(*total) >= f64::from(all) * floor && *total > 0
        })
        .collect();
    found.sort_by(|a, b| b.1.0.cmp(&a.1.0).then(a.0.cmp(b.0)));
    let total = f64::from(all.max(1));
    Fact::named(
        found
            .into_iter()
            .map(|(language, (lines, largest, _))| {
                let share = (f64::from(lines) / total * 100.0).round();
                (
                    language.to_owned(),
                    Location::file(largest)
                        .noted_in(format!("{share} % of {all} lines"), format!("{share} % de {all} lignes")),
                )
            })
            .collect(),
    )
}

fn code_lines(repo: &Repo<'_>) -> Fact {
    Fact::number(repo.inventory.own_files().map(written_lines).sum::<u32>())
}

fn frameworks(repo: &Repo<'_>) -> Fact {
    let used = |name: &str| {
        let mut all = repo.stack.parts.iter().flat_map(|part| &part.frameworks);
        all.find(|used| used.name == name).map(|used| used.place.clone())
    };
    let mut names: Vec<&str> = FRAMEWORKS.iter().map(|framework| framework.name).chain(["hugo", "flutter"]).collect();
    names.dedup();
    Fact::named(names.into_iter().filter_map(|name| Some((name.to_owned(), used(name)?))).collect())
}

fn components(repo: &Repo<'_>) -> Fact {
    let found = repo.manifests.components.iter().map(|component| {
        let folder = if component.folder.is_empty() { "." } else { &component.folder };
        let manifest = &repo.manifests.all[component.manifests[0]];
        (folder.to_owned(), Location::file(&manifest.path))
    });
    Fact::named(found.collect())
}

fn dsfr(repo: &Repo<'_>) -> Fact {
    const PACKAGES: &[&str] = &[
        "@gouvfr/dsfr",
        "@codegouvfr/react-dsfr",
        "@gouvminint/vue-dsfr",
        "@gouvfr-lasuite/*",
        "@lab-anssi/ui-kit",
        "@dataesr/react-dsfr",
        "@gouvfr/dsfr-chart",
        "django-dsfr",
        "dsfr-view-components",
        "dsfr-assets",
        "dsfr-form_builder",
        "@edugouvfr/ngx-dsfr*",
        "vue-dsfr",
        "sites-faciles",
        "@betagouv/dsfr*",
        "dsfr_phx",
    ];
    let declared =
        repo.manifests.dependencies(PACKAGES).map(|(manifest, found)| Location::line(&manifest.path, found.line));
    let mut places: Vec<Location> = declared.collect();
    places.extend(repo.inventory.places("dsfr", 3));
    places.truncate(PLACES);
    Fact::shown(places)
}

fn serves_pages(repo: &Repo<'_>) -> Fact {
    let services = &repo.services.all;
    // The site of a documentation, beside what answers programs, is not the product's.
    let answers = services.iter().any(|service| service.kind == ServiceKind::Api);
    let is_browsed = |kind: ServiceKind| kind == ServiceKind::Pages || kind.is_browsed() && !answers;
    let browsed = services.iter().find(|service| is_browsed(service.kind));
    // What an API shows beside a front that is another repository is a greeting, its documentation, and for administrators.
    if front_elsewhere(repo).is_true() && (browsed.is_none() || !holds_controls(repo)) {
        return Fact::bool(false);
    }
    let frameworks = frameworks(repo);
    let front = frameworks.names().iter().position(|name| PAGE_FRAMEWORKS.contains(&name.as_str()));
    // A library of views in what answers programs alone writes its mails.
    if let Some(at) = front.filter(|_| services.is_empty() || browsed.is_some()) {
        return Fact::bool(true).seen([frameworks.evidence[at].clone()]);
    }
    // A server framework serves pages when it has a page layout, beyond its mails and errors. Laravel's skeleton
    // brings a layout to products that only offer an API.
    let templates: Vec<&str> = page_templates(repo).collect();
    let frame = templates.iter().find(|path| {
        ["footer", "layout", "base.html"].iter().any(|word| path.contains(word)) || name_of(path).starts_with("index.")
    });
    let place = frame.map(|path| Location::file(*path));
    match (place, browsed) {
        (place, Some(service)) => Fact::bool(true).seen(place.or_else(|| service.served_by.first().cloned())),
        (Some(place), None) if !place.path.ends_with("layouts/app.blade.php") || templates.len() > 3 => {
            Fact::bool(true).seen([place])
        }
        _ => Fact::bool(false),
    }
}

fn page_templates<'r>(repo: &'r Repo<'_>) -> impl Iterator<Item = &'r str> {
    let files = repo.inventory.files().iter();
    let own = files.filter(|file| file.role == Role::Source && is_page_template(&file.path));
    own.map(|file| file.path.as_str()).filter(|path| !is_of_a_tool(repo, path))
}

/// Whether a template has what people use in a browser and no mail or printed page does.
fn holds_controls(repo: &Repo<'_>) -> bool {
    const CONTROLS: &[&str] =
        &["<form", "<script", "<nav", "<button", "<input", "form_with", "form_for", "%form", "<.form"];
    page_templates(repo).any(|path| {
        let text = repo.inventory.text(path);
        text.is_some_and(|text| CONTROLS.iter().any(|mark| text.contains(mark)))
    })
}

/// Whether a template belongs to a program that serves nothing: a tool that writes reports. In Rust, a server declares its framework.
fn is_of_a_tool(repo: &Repo<'_>, path: &str) -> bool {
    const SERVERS: &[&str] = &[
        "axum*",
        "actix-web*",
        "rocket*",
        "warp",
        "poem*",
        "salvo*",
        "tide",
        "hyper",
        "tower-http",
        "leptos*",
        "yew",
        "dioxus*",
        "loco-rs",
        "gotham",
        "viz",
        "ntex",
        "trillium*",
        "tiny_http",
        "iron",
        "nickel",
    ];
    let nearest = ascending(folder_of(path)).find_map(|folder| repo.manifests.at(folder).last());
    nearest.is_some_and(|manifest| {
        manifest.ecosystem == Ecosystem::Rust && !SERVERS.iter().any(|name| manifest.dependency(name).is_some())
    })
}

fn is_page_template(path: &str) -> bool {
    const ENDINGS: &[&str] = &[
        ".erb",
        ".haml",
        ".slim",
        ".pug",
        ".ejs",
        ".twig",
        ".blade.php",
        ".heex",
        ".eex",
        ".njk",
        ".scala.html",
        ".html",
        ".jinja",
        ".hbs",
    ];
    let lower = path.to_lowercase();
    let aside = ["mail", "pdf", "error", "admin", "/vendor/", "swagger", "widget", "docs/"]
        .iter()
        .any(|word| lower.contains(word));
    ENDINGS.iter().any(|end| lower.ends_with(end)) && !aside
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    #[test]
    fn examples_and_tests_lend_no_framework() {
        let files = [
            ("package.json", r#"{"dependencies": {"express": "4"}}"#),
            ("examples/a/package.json", r#"{"dependencies": {"vue": "3"}}"#),
            ("e2e/package.json", r#"{"dependencies": {"react": "19"}}"#),
        ];
        assert_eq!(names_of(&files, "frameworks"), ["express"]);
    }

    #[test]
    fn react_helmet_is_not_react() {
        assert!(names_of(&[("package.json", r#"{"dependencies": {"react-helmet": "6"}}"#)], "frameworks").is_empty());
    }

    #[test]
    fn a_language_needs_a_share() {
        let long = "x = 1\n".repeat(100);
        let files = [("a.py", long.as_str()), ("b.rb", "y\n"), ("c.sh", "z\nz\nz\nz\nz\nz\nz\n")];
        assert_eq!(names_of(&files, "languages"), ["python"]);
    }

    #[test]
    fn a_root_of_scripts_is_no_component() {
        let code = "const a = 1;\n".repeat(60);
        let files = [
            ("package.json", r#"{"workspaces": ["web"], "scripts": {"a": "b"}}"#),
            ("web/package.json", r#"{"dependencies": {"vue": "3"}}"#),
            ("web/src/a.js", code.as_str()),
        ];
        assert_eq!(names_of(&files, "components"), ["web"]);
    }

    #[test]
    fn an_api_with_mail_templates_serves_no_pages() {
        assert!(!fact_of(&[("app/views/mails/layout.scala.html", "x")], "serves_pages").is_true());
        assert!(
            !fact_of(
                &[("resources/views/layouts/app.blade.php", "x"), ("resources/views/flux.blade.php", "x")],
                "serves_pages"
            )
            .is_true()
        );
        let cargo = |package: &str| format!("[package]\nname = \"a\"\n\n[dependencies]\n{package} = \"1\"\n");
        for (package, serves) in [("askama", false), ("axum", true)] {
            let files = [("Cargo.toml", cargo(package)), ("templates/layout.html", "<main>x</main>".to_owned())];
            let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
            assert_eq!(fact_of(&files, "serves_pages").is_true(), serves, "{package}");
        }
        assert!(fact_of(&[("app/views/home/index.html.erb", "x")], "serves_pages").is_true());
        assert!(fact_of(&[("app/views/shared/_footer.html.erb", "x")], "serves_pages").is_true());
    }
}
