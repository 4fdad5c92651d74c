//! Documents that a public repository is expected to have.

use crate::base::location::Location;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind, PLACES};
use crate::model::security_txt::SecurityTxt;
use crate::read::document::Node;
use crate::read::inventory::probe::{Files, Probe};
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "security_policy",
        kind: Kind::Bool,
        question: ("Is there a SECURITY.md or a security.txt?", "Y a-t-il un SECURITY.md ou un security.txt ?"),
        detect: security_policy,
    },
    Detector {
        id: "security_txt_expired",
        kind: Kind::Bool,
        question: ("Has the security.txt file expired?", "Le fichier security.txt a-t-il expiré ?"),
        detect: security_txt_expired,
    },
    Detector {
        id: "security_txt_incomplete",
        kind: Kind::Bool,
        question: (
            "Does the security.txt file lack a contact or an end?",
            "Manque-t-il un contact ou une échéance au fichier security.txt ?",
        ),
        detect: security_txt_incomplete,
    },
    Detector {
        id: "publiccode",
        kind: Kind::Bool,
        question: ("Is there a publiccode.yml at the root?", "Y a-t-il un publiccode.yml à la racine ?"),
        detect: |repo| Fact::shown(publiccode(repo).map(Location::file).into_iter().collect()),
    },
    Detector {
        id: "publiccode_errors",
        kind: Kind::List,
        question: ("What does publiccode.yml lack?", "Que manque-t-il à publiccode.yml ?"),
        detect: publiccode_errors,
    },
    Detector {
        id: "changelog",
        kind: Kind::Bool,
        question: (
            "Are changes documented: a changelog, or automated releases?",
            "Les changements sont-ils documentés : un changelog, ou des versions automatisées ?",
        ),
        detect: changelog,
    },
    Detector {
        id: "contributing",
        kind: Kind::Bool,
        question: ("Is there a contribution guide?", "Y a-t-il un guide de contribution ?"),
        detect: contributing,
    },
];

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::words("security-txt", &["security.txt"]).matching(r#"["'`/](?:\.well-known/)?security\.txt["'`]"#),
        // What frames every page offers to report one.
        Probe::words("flaw-contact", &["sécurité", "securite", "security", "vulnérabilité", "vulnerability", "faille"])
            .matching(r"(?i)\b(?:signale\w*|déclare\w*|report)\b[^\n<]{0,30}(?:failles?|vulnérabilités?|problèmes? de sécurité|vulnerabilit(?:y|ies)|security (?:issues?|flaws?|problems?))")
            .of(Files::Globs(vec!["**/*{footer,Footer,layout,Layout}*".into()])),
        Probe::words("contributing-heading", &["contribu", "pull request", "merge request", "workflow", "branche"])
            .matching(r"(?mi)^#{1,4}\s*(?:\S+\s+)?(?:(?:comment\s+|how to\s+|governance and\s+)?contribu\w*|(?:pull|merge) requests?|workflow git|git workflow|git flow|gitflow|(?:nommage des\s+)?branches)\b")
            .of(Files::Globs(vec!["**/README*".into(), "**/readme*".into(), "**/LISEZMOI*".into()]))
            .commented(),
    ]
}

fn security_policy(repo: &Repo<'_>) -> Fact {
    let mut places: Vec<Location> = repo
        .inventory
        .own_files()
        .filter(|file| {
            let lower = file.path.to_lowercase();
            matches!(
                lower.as_str(),
                "security.md"
                    | ".github/security.md"
                    | "docs/security.md"
                    | ".gitlab/security.md"
                    | "security"
                    | "security.rst"
                    | "security.txt"
            ) || lower.ends_with(".well-known/security.txt")
                || lower.ends_with("public/security.txt")
                || is_route_of_security_txt(&lower) && file.role == Role::Source
        })
        .map(|file| Location::file(&file.path))
        .collect();
    places.extend(repo.inventory.places("security-txt", 2));
    places.extend(repo.inventory.places("flaw-contact", 2));
    Fact::shown(places)
}

/// Whether a file answers for `/.well-known/security.txt`, as routers by files name it: `security.txt/+server.ts`,
/// `security.txt/route.ts`, `security[.]txt.ts`.
fn is_route_of_security_txt(path: &str) -> bool {
    let names = |part: &str| {
        let part = part.replace("[.]", ".");
        part == "security.txt" || part.strip_prefix("security.txt.").is_some_and(|rest| !rest.contains('.'))
    };
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    names(file) || names(folder.rsplit('/').next().unwrap_or_default())
}

/// The `security.txt` of the tree, and its path.
fn security_txt<'r>(repo: &Repo<'r>) -> Option<(&'r str, SecurityTxt)> {
    let mut files = repo.inventory.own_files();
    let file = files.find(|file| file.path.ends_with("security.txt") && file.role != Role::Test)?;
    Some((&file.path, SecurityTxt::read(&repo.inventory.text(&file.path)?)))
}

fn security_txt_incomplete(repo: &Repo<'_>) -> Fact {
    let Some((path, read)) = security_txt(repo) else { return Fact::nothing() };
    // Another rule reports an expiry date that has passed.
    let problem = read.problem(i64::MIN);
    Fact::bool(problem.is_some()).seen([Location::file(path)])
}

fn security_txt_expired(repo: &Repo<'_>) -> Fact {
    let Some((path, read)) = security_txt(repo) else { return Fact::nothing() };
    match read.expires {
        Some((line, Some(end))) => Fact::bool(end < repo.as_of).seen([Location::line(path, line)]),
        Some((line, None)) => {
            Fact::unverified("its `Expires` is not an RFC 3339 date", "son `Expires` n'est pas une date RFC 3339")
                .seen([Location::line(path, line)])
        }
        None => Fact::bool(false).seen([Location::file(path)]),
    }
}

fn publiccode<'r>(repo: &'r Repo<'_>) -> Option<&'r str> {
    ["publiccode.yml", "publiccode.yaml"].into_iter().find(|path| repo.inventory.has(path))
}

/// Keys that the standard (yml.publiccode.tools, version 0.4) makes mandatory.
const PUBLICCODE_KEYS: &[&str] = &[
    "publiccodeYmlVersion",
    "name",
    "url",
    "platforms",
    "developmentStatus",
    "softwareType",
    "description",
    "legal.license",
    "maintenance.type",
    "localisation.localisationReady",
    "localisation.availableLanguages",
];

fn publiccode_errors(repo: &Repo<'_>) -> Fact {
    let Some(path) = publiccode(repo) else {
        return Fact::nothing();
    };
    let Some(document) = repo.inventory.document(path) else {
        return Fact::unverified("the file cannot be read", "le fichier est illisible");
    };
    let root = match document.as_ref() {
        Ok(root) => root,
        Err(error) => return Fact::list([format!("YAML: {}", error.message)]).seen([Location::line(path, error.line)]),
    };
    let mut found: Vec<(String, Location)> = PUBLICCODE_KEYS
        .iter()
        .filter(|key| root.at(&key.split('.').collect::<Vec<_>>()).is_none_or(Node::is_null))
        .map(|key| {
            ((*key).to_owned(), Location::file(path).noted_in(format!("{key} is missing"), format!("{key} manque")))
        })
        .collect();
    let status = root.get("developmentStatus");
    if let Some(node) = status
        && !matches!(node.text(), Some("concept" | "development" | "beta" | "stable" | "obsolete"))
    {
        found.push((
            "developmentStatus".to_owned(),
            Location::line(path, node.line).noted_in(
                "not one of concept, development, beta, stable, obsolete",
                "aucun de concept, development, beta, stable, obsolete",
            ),
        ));
    }
    let maintenance = root.at(&["maintenance", "type"]);
    if let Some(node) = maintenance {
        match node.text() {
            Some("internal" | "community") if root.at(&["maintenance", "contacts"]).is_none() => found.push((
                "maintenance.contacts".to_owned(),
                Location::line(path, node.line)
                    .noted_in("required with this maintenance type", "requis avec ce type de maintenance"),
            )),
            Some("contract") if root.at(&["maintenance", "contractors"]).is_none() => found.push((
                "maintenance.contractors".to_owned(),
                Location::line(path, node.line)
                    .noted_in("required with this maintenance type", "requis avec ce type de maintenance"),
            )),
            Some("internal" | "community" | "contract" | "none") => {}
            _ => found.push((
                "maintenance.type".to_owned(),
                Location::line(path, node.line).noted_in(
                    "not one of internal, contract, community, none",
                    "aucun de internal, contract, community, none",
                ),
            )),
        }
    }
    Fact::named(found)
}

/// Tools that cut releases and write their notes.
const RELEASERS: &[&str] = &[
    "semantic-release",
    "release-it",
    "standard-version",
    "release-please",
    "commit-and-tag-version",
    "@changesets/cli",
    "auto",
    "auto-changelog",
    "conventional-changelog-cli",
    "python-semantic-release",
    "git-cliff",
];

fn changelog(repo: &Repo<'_>) -> Fact {
    let mut places: Vec<Location> = Vec::new();
    for file in repo.inventory.own_files() {
        let lower = file.name().to_lowercase();
        let (stem, extension) = lower.rsplit_once('.').unwrap_or((&lower, "md"));
        let log = matches!(stem, "changelog" | "changes" | "history" | "releases" | "journal")
            && (matches!(extension, "md" | "rst" | "txt" | "mdx")
                // One that the product itself shows.
                || stem == "changelog" && matches!(extension, "yml" | "yaml" | "json" | "toml"));
        let settings = lower.starts_with(".releaserc")
            || lower.starts_with("release.config.")
            || lower.starts_with("release-please-config")
            || lower.starts_with(".versionrc")
            || lower.starts_with(".release-it")
            || lower == "cliff.toml"
            // The forge writes the notes of each release by these categories.
            || matches!(
                file.path.as_str(),
                ".github/release.yml"
                    | ".github/release.yaml"
                    | ".github/release-drafter.yml"
                    | ".github/release-drafter.yaml"
            )
            || file.path.starts_with(".changeset/config");
        let is_near = file.path.matches('/').count() <= if stem == "changelog" { 4 } else { 2 };
        if log && file.lines > 3 && file.role != Role::Test && is_near || settings {
            places.push(Location::file(&file.path));
        }
    }
    places.sort_by_key(|place| place.path.matches('/').count());
    places.extend(
        repo.manifests.dependencies(RELEASERS).map(|(manifest, found)| Location::line(&manifest.path, found.line)),
    );
    let releases =
        repo.pipelines.actions().filter(|(_, _, action)| action.activity == crate::model::pipeline::Activity::Release);
    places.extend(releases.map(|(_, _, action)| action.place.clone()));
    places.truncate(PLACES);
    Fact::shown(places)
}

fn contributing(repo: &Repo<'_>) -> Fact {
    let mut places: Vec<Location> = repo
        .inventory
        .files()
        .iter()
        .filter(|file| {
            let lower = file.path.to_lowercase();
            let stem = lower.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
            matches!(stem, "contributing" | "contribuer" | "contribution" | "contributions")
                && matches!(file.folder(), "" | ".github" | "docs" | ".gitlab" | "doc")
        })
        .map(|file| Location::file(&file.path))
        .collect();
    places.extend(
        repo.inventory
            .hits("contributing-heading")
            .into_iter()
            // That of a part of the product speaks of the part where most changes are made.
            .filter(|(file, _)| file.path.matches('/').count() <= 2 && file.is_own() && !file.path.starts_with("doc"))
            .map(|(file, hit)| Location::line(&file.path, hit.line)),
    );
    Fact::shown(places)
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    #[test]
    fn a_valid_publiccode_lacks_nothing() {
        let text = "publiccodeYmlVersion: '0.4'\nname: X\nurl: https://x\nplatforms: [web]\ndevelopmentStatus: stable\nsoftwareType: standalone/web\ndescription: {fr: {}}\nlegal: {license: MIT}\nmaintenance: {type: internal, contacts: [{name: A}]}\nlocalisation: {localisationReady: true, availableLanguages: [fr]}\n";
        assert!(names_of(&[("publiccode.yml", text)], "publiccode_errors").is_empty());
        let broken = text.replace("stable\n", "done\n").replace("name: X\n", "");
        assert_eq!(names_of(&[("publiccode.yml", &broken)], "publiccode_errors"), ["name", "developmentStatus"]);
    }

    #[test]
    fn an_expired_security_txt_is_told() {
        let file = |date: &str| format!("Contact: mailto:a@b.fr\nExpires: {date}\n");
        let old = file("2020-01-01T00:00:00z");
        assert!(fact_of(&[("public/.well-known/security.txt", old.as_str())], "security_txt_expired").is_true());
        let new = file("2099-01-01T00:00:00Z");
        assert!(!fact_of(&[("public/.well-known/security.txt", new.as_str())], "security_txt_expired").is_true());
    }

    #[test]
    fn a_contributing_section_counts() {
        for title in ["Contribuer", "Pull Requests", "Workflow Git ⚙️"] {
            let readme = format!("# A\n\n## {title}\n\nOui.\n");
            assert!(fact_of(&[("README.md", &readme)], "contributing").is_true(), "{title}");
        }
        assert!(!fact_of(&[("README.md", "# A\n\nMerci aux contributeurs.\n")], "contributing").is_true());
    }
}
