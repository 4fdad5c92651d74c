//! What the documents of a repository say of its way to production, where no pipeline takes it there: the host takes a branch
//! by itself, or a person clicks.

use std::sync::LazyLock;

use regex::Regex;

use super::service::Sources;
use crate::base::location::Location;
use crate::base::path::name_of;
use crate::read::inventory::File;
use crate::read::inventory::role::Role;

/// What a document says of production.
pub(super) struct Said {
    /// Where.
    pub place: Location,
    /// The branch that it names.
    pub branch: Option<String>,
    /// Whether the host deploys without anybody asking.
    pub by_itself: bool,
    /// The host that it names, in lower case.
    pub host: Option<&'static str>,
    /// Whether it says that the host waits for the checks.
    pub waits: bool,
}

/// Documents are read up to this many lines each.
const MOST_LINES: usize = 5_000;
/// And this many documents.
const MOST_DOCUMENTS: usize = 200;

const HOSTS: &[(&str, &str)] = &[
    ("scalingo", "scalingo"),
    ("clever cloud", "clever-cloud"),
    ("clever-cloud", "clever-cloud"),
    ("clevercloud", "clever-cloud"),
    ("netlify", "netlify"),
    ("heroku", "heroku"),
    ("vercel", "vercel"),
    ("coolify", "coolify"),
    ("koyeb", "koyeb"),
    ("render.com", "render"),
];

/// The sentences on production of all documents, the surest first: those that name production, then those of a README.
pub(super) fn of_production(sources: &Sources<'_>) -> Vec<Said> {
    let is_document = |file: &&File| {
        let name = file.name().to_lowercase();
        let written = [".md", ".mdx", ".rst", ".adoc", ".txt"].iter().any(|ending| name.ends_with(ending));
        let is_readme = name.starts_with("readme");
        (written || is_readme)
            && (file.role == Role::Docs || is_readme || name.starts_with("contributing") || name.starts_with("deploy"))
            && !name.starts_with("changelog")
            && file.is_own()
    };
    let mut found: Vec<Said> = Vec::new();
    for file in sources.inventory.files().iter().filter(is_document).take(MOST_DOCUMENTS) {
        let Some(text) = sources.inventory.text(&file.path) else { continue };
        if text.contains("éploi") || text.contains("eploy") || text.contains("en prod") {
            read(&file.path, &text, &mut found);
        }
    }
    let weight =
        |said: &Said| (!said.by_itself, said.host.is_none(), name_of(&said.place.path).to_lowercase() != "readme.md");
    found.sort_by_key(weight);
    found
}

fn read(path: &str, text: &str, found: &mut Vec<Said>) {
    static DEPLOYS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)d[ée]plo(?:i|y|ie)|mises?\s+en\s+prod|\bMEP\b|branch[ée]e?s?\s+sur|\blivr").expect("a pattern")
    });
    static BY_ITSELF: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)automati|auto-deploy|autodeploy|continu|branch[ée]e?s?\s+sur|(?:push|merge|fusion)\w*[^.]{0,80}(?:d[ée]clench|trigger|deploy)|(?:d[ée]clench|trigger)|d[èe]s\s+qu|[àa]\s+chaque\s+(?:push|merge|commit|mise)|on\s+(?:each|every)\s+(?:push|merge|commit)|à jour de la branche").expect("a pattern")
    });
    static NOT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\bpas\s+(?:encore\s+)?automati|non\s+automati|not\s+(?:yet\s+)?automati|review[ -]?apps?|preview|par\s+pull\s+request|par\s+PR\b|depend(?:abot|enc)|d[ée]pendance").expect("a pattern")
    });
    static PRODUCTION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\bprod(?:uction)?\b|\bMEP\b|`(?:main|master|prod|production)`").expect("a pattern")
    });
    static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:staging|recette|pr[ée]-?prod\w*|d[ée]mo|dev|d[ée]veloppement|int[ée]gration|sandbox|bac [àa] sable)\b").expect("a pattern")
    });
    static BRANCH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)branche?\s+(?:de\s+production\s+)?[`«\x22*_\[]+\s*([\w./-]+)|[`\x22*]+([\w./-]+)[`\x22*]+\s+branch|\b(?:sur|dans|into|to|on|vers)\s+(?:la\s+branche\s+)?[`*]+([\w./-]+)[`*]+").expect("a pattern")
    });
    static BY_HAND: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:d[ée]ployer|deploy)\b[^.\n]{0,80}\b(?:depuis|from|via|dans|in|on)\b[^.\n]{0,40}(?:scalingo|clever|dashboard|interface|console)|manual(?:ly)?\s+deploy|d[ée]ploiement\s+manuel|deploy(?:ed)?\s+manually|d[ée]ploy\w+\s+manuellement").expect("a pattern")
    });
    static WAITS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:CI|tests?|checks?|int[ée]gration continue)\s+(?:passe|pass|r[ée]ussi|succ|est\s+verte|is\s+green|ont\s+r[ée]ussi)").expect("a pattern")
    });
    // What a merge puts in production, a host takes: where the document names it.
    static MERGED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)mises?\s+en\s+prod\w*[^.\n]{0,60}(?:merge|fusionn)[^.\n]{0,60}\b(?:dans|sur|vers)\b")
            .expect("a pattern")
    });
    let of_text = || {
        let lower = text.to_lowercase();
        HOSTS.iter().find(|(word, _)| lower.contains(word)).map(|(_, host)| *host)
    };
    let mut heading = String::new();
    let lines: Vec<&str> = text.lines().take(MOST_LINES).collect();
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with('#') {
            heading = (*line).to_owned();
        }
        if !DEPLOYS.is_match(line) || line.len() > 2_000 {
            continue;
        }
        let from = at.saturating_sub(6);
        let around = lines[from..(at + 7).min(lines.len())].join("\n");
        let names_production = PRODUCTION.is_match(line) || PRODUCTION.is_match(&heading);
        let names_another = OTHERS.is_match(line) && !PRODUCTION.is_match(line);
        if names_another || NOT.is_match(line) || !names_production {
            continue;
        }
        let by_merge = MERGED.is_match(line).then(of_text).flatten();
        let by_itself = BY_ITSELF.is_match(line) || by_merge.is_some();
        let by_hand = BY_HAND.is_match(line);
        if !by_itself && !by_hand {
            continue;
        }
        let lower = around.to_lowercase();
        let branches = BRANCH.captures_iter(line).filter_map(|found| found.iter().skip(1).flatten().next());
        let branches: Vec<&str> = branches.map(|found| found.as_str()).collect();
        let known = ["prod", "production", "main", "master", "release"];
        let branch = branches.iter().rev().find(|name| known.contains(name)).or(branches.last());
        found.push(Said {
            place: Location::line(path, u32::try_from(at + 1).unwrap_or(0)),
            branch: branch.map(|name| (*name).to_owned()),
            by_itself: by_itself && !by_hand,
            host: HOSTS.iter().find(|(word, _)| lower.contains(word)).map(|(_, host)| *host).or(by_merge),
            waits: WAITS.is_match(line),
        });
    }
}
