//! What the README says to a newcomer.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::base::location::Location;
use crate::base::path::{folder_of, join};
use crate::base::pattern::{ascii_or_unicode, lean};
use crate::base::text::to_u32;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "readme",
        kind: Kind::Bool,
        question: ("Is there a README with more than a title?", "Y a-t-il un README avec plus qu'un titre ?"),
        detect: readme,
    },
    Detector {
        id: "readme_purpose",
        kind: Kind::Bool,
        question: (
            "Does the README say what the product does, for whom?",
            "Le README dit-il à quoi sert le produit, et à qui ?",
        ),
        detect: readme_purpose,
    },
    Detector {
        id: "readme_local_setup",
        kind: Kind::Bool,
        question: (
            "Does the README, or a page it links, give the commands that run the product locally?",
            "Le README, ou une page qu'il cite, donne-t-il les commandes pour lancer le produit en local ?",
        ),
        detect: readme_local_setup,
    },
    Detector {
        id: "architecture_documented",
        kind: Kind::Bool,
        question: (
            "Are the stack and the architecture described?",
            "La pile technique et l'architecture sont-elles décrites ?",
        ),
        detect: architecture_documented,
    },
];

/// First words of a README that a framework's generator wrote.
const BOILERPLATE: &[&str] = &[
    "This is a [Next.js](https://nextjs.org",
    "This project was bootstrapped with [Create React App]",
    "This project was generated with [Angular CLI]",
    "This template should help get you started developing with Vue",
    "This template provides a minimal setup to get React working in Vite",
    "# Nuxt Minimal Starter",
    "Everything you need to build a Svelte project",
    "This README would normally document whatever steps are necessary",
    "To start your Phoenix server",
    "A progressive [Node.js](http://nodejs.org) framework for building efficient",
    "Laravel is a web application framework with expressive, elegant syntax",
    "# React + TypeScript + Vite",
    "# create-svelte",
];

struct Readme {
    path: String,
    text: Arc<str>,
}

fn find(repo: &Repo<'_>) -> Option<Readme> {
    // `LISEZMOI` is a French team's README; the usual name comes first.
    let names = |lower: &str| -> Option<u8> {
        let stem = lower.split('.').next().unwrap_or(lower);
        match stem {
            "readme"
                if matches!(
                    lower,
                    "readme.md"
                        | "readme"
                        | "readme.rst"
                        | "readme.adoc"
                        | "readme.txt"
                        | "readme.org"
                        | "readme.markdown"
                ) =>
            {
                Some(0)
            }
            "readme" => Some(1),
            "lisezmoi" | "lisez-moi" => Some(2),
            _ => None,
        }
    };
    let in_folder = |folder: &'static str| {
        repo.inventory
            .files()
            .iter()
            .filter(move |file| file.folder() == folder)
            .filter_map(|file| names(&file.name().to_lowercase()).map(|rank| (rank, file)))
            .min_by_key(|(rank, file)| (*rank, file.path.clone()))
            .map(|(_, file)| file.path.clone())
    };
    let path = in_folder("").or_else(|| in_folder(".github")).or_else(|| in_folder("docs"))?;
    let text = repo.inventory.text(&path)?;
    Some(Readme { path, text })
}

/// The path and the text of the README.
pub(super) fn text(repo: &Repo<'_>) -> Option<(String, Arc<str>)> {
    find(repo).map(|readme| (readme.path, readme.text))
}

fn readme(repo: &Repo<'_>) -> Fact {
    let Some(readme) = find(repo) else {
        return Fact::bool(false);
    };
    let words: usize = prose(&readme.text).iter().map(|(_, line)| line.split_whitespace().count()).sum();
    let commands = readme.text.matches("```").count() / 2;
    Fact::bool(words >= 5 || commands > 0 && words >= 3).seen([Location::file(&readme.path)])
}

/// Lines of prose with their numbers: no code, heading, table, badge, HTML or list of links.
fn prose(text: &str) -> Vec<(u32, &str)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (at, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
            continue;
        }
        let underline = !trimmed.is_empty() && trimmed.chars().all(|c| matches!(c, '=' | '-' | '~' | '*' | '_'));
        let skipped = fenced
            || underline
            || trimmed.starts_with(['#', '|', '<', '!', '$'])
            || trimmed.starts_with("[!")
            || line.starts_with("    ");
        if !skipped && !trimmed.is_empty() {
            found.push((to_u32(at + 1), trimmed));
        }
    }
    found
}

/// Headings with their numbers.
fn headings(text: &str) -> Vec<(u32, String)> {
    let mut fenced = false;
    text.lines()
        .enumerate()
        .filter_map(|(at, line)| {
            fenced ^= line.trim_start().starts_with("```");
            let heading = line.trim_start().strip_prefix('#').filter(|_| !fenced)?;
            // Badges beside a title are no words of it.
            Some((to_u32(at + 1), BADGE.replace_all(heading.trim_start_matches('#').trim(), "").to_lowercase()))
        })
        .collect()
}

/// A drawing, linked or not.
static BADGE: LazyLock<Regex> = LazyLock::new(|| lean(r"\[!\[[^\]]*\]\([^)]*\)\]\([^)]*\)|!\[[^\]]*\]\([^)]*\)"));

const SETUP_WORDS: &[&str] = &[
    "architecture",
    "production",
    "démo",
    "environnement",
    "environment",
    "install",
    "démarr",
    "lanc",
    "setup",
    "set up",
    "getting started",
    "développe",
    "develop",
    "prérequis",
    "pré-requis",
    "prerequisite",
    "requirement",
    "usage",
    "local",
    "docker",
    "scalingo",
    "déploie",
    "deploy",
    "quick start",
    "quickstart",
    "configuration",
    "commande",
    "run",
    "build",
    "test",
    "contribu",
    "licen",
];

/// Headings above this line open the README.
const INTRODUCTION: u32 = 12;

/// Words of the headings below which a README says what its product is for.
const PURPOSE_WORDS: &[&str] = &[
    "présent",
    "present",
    "context",
    "objectif",
    "objective",
    "goal",
    "propos",
    "about",
    "descri",
    "projet",
    "project",
    "introduc",
    "c'est quoi",
    "c’est quoi",
    "qu'est",
    "qu’est",
    "what",
    "why",
    "pourquoi",
    "mission",
    "produit",
    "product",
    "overview",
    "purpose",
    "fonctionnalit",
    "feature",
    "service",
    "vision",
    "problem",
    "problèm",
    "solution",
    "besoin",
    "enjeu",
    "pour qui",
    "ambition",
    "résumé",
    "summary",
    "motivation",
    "utilisateur",
    "user",
];

/// A notice that the repository is one no more.
static ARCHIVED: LazyLock<Regex> = LazyLock::new(|| {
    lean(
        r"(?i)\b(?:est|is|was|a été|has been)\s+(?:une\s+|an\s+|now\s+|désormais\s+)?archiv|(?:nouveau|new)\s+(?:dépôt|depot|repo)|(?:moved|déplacé|transféré)\s+(?:to|vers|sur|à)\b|no longer maintained|n'est plus maintenu",
    )
});

/// Where the README says that the repository is one no more, before it describes anything.
pub(super) fn archive_notice(repo: &Repo<'_>) -> Option<Location> {
    let readme = find(repo)?;
    let lines = readme.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).take(NOTICE_LINES);
    let mut said = lines.filter(|(_, line)| ARCHIVED.is_match(line));
    said.next().map(|(at, _)| Location::line(&readme.path, crate::base::text::to_u32(at + 1)))
}

/// How far into a README such a notice is looked for, in lines that are not blank.
const NOTICE_LINES: usize = 12;

fn readme_purpose(repo: &Repo<'_>) -> Fact {
    let Some(readme) = find(repo) else {
        return Fact::bool(false);
    };
    if BOILERPLATE.iter().any(|start| readme.text.contains(start)) {
        return Fact::bool(false)
            .seen([Location::line(&readme.path, 1).noted_in("the framework's own README", "le README du framework")]);
    }
    let headings = headings(&readme.text);
    let is_setup = |line: u32| {
        let heading = headings.iter().rev().find(|(at, _)| *at < line).filter(|(at, _)| *at > 1);
        heading.is_some_and(|(at, title)| {
            let is_title = headings.first().is_some_and(|(first, _)| first == at);
            // A README whose first words are how to set up has no title.
            let is_title = is_title && !SETUP_WORDS.iter().any(|word| title.trim() == *word);
            !is_title && SETUP_WORDS.iter().any(|word| title.contains(word))
        })
    };
    // Sections on something else than the product: a tool of it, a hint on its database.
    let is_aside = |line: u32| {
        let heading = headings.iter().rev().find(|(at, _)| *at < line);
        heading.is_some_and(|(at, title)| {
            let is_title = headings.first().is_some_and(|(first, _)| first == at)
                || readme.text.lines().nth(*at as usize - 1).is_some_and(|line| line.starts_with("# "));
            !is_title && *at > INTRODUCTION && !PURPOSE_WORDS.iter().any(|word| title.contains(word))
        })
    };
    // A sentence of prose that is not in a section on how to install, run or deploy.
    let sentence = prose(&readme.text).into_iter().take(60).find(|(line, text)| {
        let words = without_links(text).split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
        let instruction = text.ends_with(':') || text.starts_with(['`', '>']);
        words >= 6 && !instruction && !is_setup(*line) && !is_aside(*line) && !ARCHIVED.is_match(text)
    });
    if let Some((line, _)) = sentence {
        return Fact::bool(true).seen([Location::line(&readme.path, line)]);
    }
    // « L'espace membre de l'incubateur »: a short line right under the title says it too.
    let subtitle = prose(&readme.text)
        .into_iter()
        .find(|(line, text)| *line <= 6 && words_beside_links(text) >= 4 && !is_setup(*line));
    match subtitle {
        Some((line, _)) => Fact::bool(true).seen([Location::line(&readme.path, line)]).guessed(),
        None => Fact::bool(false).seen([Location::file(&readme.path)]),
    }
}

/// A link with its text, or a bare address.
static LINK: LazyLock<Regex> = LazyLock::new(|| lean(r"!?\[([^\]]*)\]\([^)]*\)|<?https?://\S+"));

fn without_links(text: &str) -> String {
    LINK.replace_all(text, "$1").into_owned()
}

/// How many words stand beside the links of a line: one that is a link alone sends elsewhere.
fn words_beside_links(text: &str) -> usize {
    LINK.replace_all(text, " ").split_whitespace().count()
}

/// Commands that start a product on a local machine, or install what it needs.
static RUNS: LazyLock<regex::bytes::Regex> = LazyLock::new(|| {
    ascii_or_unicode(
        r"(?mi)(?:^|[\s`$&])(?:(?:npm|pnpm|bun)\s+(?:run\s+)?(?:start|dev|serve|ci|i\b|install)|yarn(?:\s+(?:dev|start|install|serve)|\s*$|\s+#)|make\s+(?:up|start|run|dev|install|serve|bootstrap|setup)|just\s+\w+|docker[ -]compose\s+(?:-f \S+ )?(?:up|build|run)|docker\s+run|bin/(?:dev|setup|rails)|(?:bundle\s+exec\s+)?rails\s+(?:s|server)\b|bundle\s+install|foreman\s+start|overmind|python3?\s+(?:\S*manage\.py|-m)\s+\w+|uv\s+(?:sync|run)|poetry\s+(?:install|run)|pip\s+install|flask\s+run|uvicorn|fastapi\s+dev|streamlit\s+run|php\s+artisan\s+serve|composer\s+install|symfony\s+(?:serve|server)|mvn\s|\./mvnw|gradle\w*\s+(?:bootRun|run)|\./gradlew|sbt\s+(?:run|~run)|sbt\s*$|mix\s+(?:phx\.server|setup|deps)|go\s+run|cargo\s+(?:run|install|build)|deno\s+(?:task|run)|jekyll\s+serve|hugo\s+server|ng\s+serve|turbo\s+(?:run\s+)?dev|nix\s+(?:develop|run)|helm\s+(?:install|upgrade)|kubectl\s+(?:apply|create)|vagrant\s+up|\./\S+\.sh)",
    )
    .expect("a valid pattern")
});

fn readme_local_setup(repo: &Repo<'_>) -> Fact {
    let Some(readme) = find(repo) else {
        return Fact::bool(false);
    };
    if let Some(place) = runs_at(&readme.path, &readme.text) {
        return Fact::bool(true).seen([place]);
    }
    // One link away, then two: READMEs of monorepos point at CONTRIBUTING, which points at each part.
    let first = links(repo, &readme.path, &readme.text);
    for (path, text) in &first {
        if let Some(place) = runs_at(path, text) {
            return Fact::bool(true).seen([place]);
        }
    }
    for (path, text) in &first {
        for (path, text) in links(repo, path, text) {
            if let Some(place) = runs_at(&path, &text) {
                return Fact::bool(true).seen([place]).guessed();
            }
        }
    }
    if let Some(place) = documentation_elsewhere(&readme) {
        return Fact::unverified(
            "the documentation is published outside of the files that the README links",
            "la documentation est publiée hors des fichiers que le README cite",
        )
        .seen([place]);
    }
    Fact::bool(false).seen([Location::file(&readme.path)])
}

/// A link to a published documentation of the product.
fn documentation_elsewhere(readme: &Readme) -> Option<Location> {
    static SITE: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"(?i)https?://(?:[\w.-]*readthedocs\.io|[\w.-]*\.github\.io|[\w.-]*gitbook\.io|docs?\.[\w.-]+|documentation\.[\w.-]+|[\w./-]+/(?:docs|documentation)/|[\w.-]*notion\.(?:so|site)|outline\.[\w.-]+)",
        )
    });
    let line = readme.text.lines().position(|line| SITE.is_match(line))?;
    Some(Location::line(&readme.path, to_u32(line + 1)))
}

/// Where a document gives a command: in a block of code, or between backticks. Prose that mentions one gives none.
fn runs_at(path: &str, text: &str) -> Option<Location> {
    let mut fenced = false;
    for (at, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            fenced = !fenced;
            continue;
        }
        let block = fenced || line.starts_with("    ") || line.starts_with('\t') || line.trim_start().starts_with("$ ");
        let quoted = || line.split('`').skip(1).step_by(2).any(|code| RUNS.is_match(code.as_bytes()));
        if block && RUNS.is_match(line.as_bytes()) || !block && quoted() {
            return Some(Location::line(path, to_u32(at + 1)));
        }
    }
    None
}

/// The documents of the repository that a Markdown text links.
fn links(repo: &Repo<'_>, from: &str, text: &str) -> Vec<(String, Arc<str>)> {
    static TARGET: LazyLock<Regex> = LazyLock::new(|| lean(r"\]\(<?([^)\s#>]+)"));
    static FORGE: LazyLock<Regex> =
        LazyLock::new(|| lean(r"^https://[\w.-]+/[\w.-]+/[\w.-]+/(?:-/)?(?:blob|tree)/[^/]+/([^?#]+)"));
    let mut found: Vec<(String, Arc<str>)> = Vec::new();
    for target in TARGET.captures_iter(text) {
        // A link to a file on the forge is a link to the file, when the repository has it.
        let own = FORGE.captures(&target[1]).map(|found| format!("/{}", &found[1]));
        let target = own.as_deref().unwrap_or(&target[1]);
        if target.contains("://") {
            continue;
        }
        let folder = if target.starts_with('/') { "" } else { folder_of(from) };
        let Some(path) = join(folder, target) else { continue };
        let candidates = [path.clone(), format!("{path}.md"), format!("{path}/README.md")];
        for path in candidates {
            let is_document =
                path.ends_with(".md") || path.ends_with(".mdx") || path.ends_with(".rst") || path.ends_with("Makefile");
            if is_document
                && !found.iter().any(|(known, _)| *known == path)
                && let Some(text) = repo.inventory.text(&path)
            {
                found.push((path, text));
                break;
            }
        }
    }
    found
}

fn architecture_documented(repo: &Repo<'_>) -> Fact {
    const TITLES: &[&str] = &[
        "architecture",
        "pile technique",
        "stack",
        "technolog",
        "aspects techniques",
        "organisation du code",
        "code organization",
        "structure du",
        "project structure",
        "composants",
        "arborescence",
        "how it works",
        "fonctionnement",
        "conception technique",
        "vue d'ensemble",
        "vue d’ensemble",
        "infrastructure",
        "structure du dépôt",
        "repository structure",
        "diagramme",
        "diagram",
    ];
    // « Infrastructure » is no « structure »: a title is compared from the start of its words.
    let speaks_of = |title: &str| {
        TITLES.iter().any(|word| title.match_indices(word).any(|(at, _)| !title[..at].ends_with(char::is_alphabetic)))
    };
    let mut places = Vec::new();
    if let Some(readme) = find(repo) {
        for (line, title) in headings(&readme.text) {
            // The packages of a monorepo are its components.
            if speaks_of(&title) || matches!(title.as_str(), "packages" | "structure" | "composants" | "services") {
                places.push(Location::line(&readme.path, line));
            }
        }
        let drawing = readme.text.lines().position(|line| line.trim_start().starts_with("```mermaid"));
        places.extend(drawing.map(|at| Location::line(&readme.path, to_u32(at + 1))));
    }
    for file in repo.inventory.own_files() {
        let lower = file.path.to_lowercase();
        let in_docs = lower.contains("architecture")
            || lower.contains("adr/")
            || lower.contains("/decisions/")
            || lower.starts_with("docs/dat");
        if in_docs
            && (lower.ends_with(".md")
                || lower.ends_with(".mdx")
                || lower.ends_with(".rst")
                || lower.ends_with(".puml")
                || lower.ends_with(".dsl"))
        {
            places.push(Location::file(&file.path));
        }
    }
    places.truncate(super::fact::PLACES);
    Fact::shown(places)
}

#[cfg(test)]
mod tests {
    use super::super::fact_of;

    #[test]
    fn boilerplate_says_nothing_of_the_product() {
        let text = "This is a [Next.js](https://nextjs.org/) project bootstrapped with create-next-app.\n\n```\nnpm run dev\n```\n";
        assert!(!fact_of(&[("README.md", text)], "readme_purpose").is_true());
        assert!(fact_of(&[("README.md", text)], "readme_local_setup").is_true());
    }

    #[test]
    fn a_title_is_no_readme() {
        assert!(!fact_of(&[("README.md", "# Product\n")], "readme").is_true());
        assert!(!fact_of(&[("app/README.md", "# Product\n")], "readme").is_true());
    }

    #[test]
    fn a_deployment_guide_does_not_say_what_the_product_is_for() {
        let text = "# Réserve\n\n## Scalingo Setup\n\n* Create the application\n\nIn this file you will find each and every command.\n";
        assert!(!fact_of(&[("README.md", text)], "readme_purpose").is_true());
    }

    #[test]
    fn a_link_to_the_forge_is_a_link_to_the_file() {
        let text = "# P\n\nVoir [le guide](https://github.com/example/p/blob/main/CONTRIBUTING.md).\n";
        let files = [("README.md", text), ("CONTRIBUTING.md", "```\nmake up\n```\n")];
        assert!(fact_of(&files, "readme_local_setup").is_true());
    }

    #[test]
    fn prose_that_names_a_command_gives_none_and_a_published_documentation_cannot_be_read() {
        assert!(
            !fact_of(&[("README.md", "# P\n\nPour la suite, voyez npm install.\n")], "readme_local_setup").is_true()
        );
        let elsewhere =
            fact_of(&[("README.md", "# P\n\nVoir https://p.readthedocs.io/en/latest/\n")], "readme_local_setup");
        assert!(elsewhere.value().is_none());
    }

    #[test]
    fn a_drawing_in_the_readme_presents_the_architecture() {
        let drawn = "# P\n\n## Flux\n\n```mermaid\ngraph LR\nApp-->ProConnect\n```\n";
        assert!(fact_of(&[("README.md", drawn)], "architecture_documented").is_true());
        let list = "# P\n\n## Packages\n\n| web | Next |\n| moteur | publicodes |\n";
        assert!(fact_of(&[("README.md", list)], "architecture_documented").is_true());
        let other = "# P\n\n## Packages à installer\n\n```\napt install gdal\n```\n";
        assert!(!fact_of(&[("README.md", other)], "architecture_documented").is_true());
    }

    #[test]
    fn commands_may_be_one_link_away() {
        let files = [
            (
                "README.md",
                "# P\n\nUn service pour aider les agents publics à décider.\n\nVoir [l'installation](./docs/dev.md#local).\n",
            ),
            ("docs/dev.md", "# Dev\n\n```\ndocker compose up\n```\n"),
        ];
        let fact = fact_of(&files, "readme_local_setup");
        assert!(fact.is_true());
        assert_eq!(fact.evidence[0].to_string(), "docs/dev.md:4");
    }
}
