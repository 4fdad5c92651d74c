//! What git's history says of the pace of work: commits, messages, tags, deployments.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::location::Location;
use crate::base::path::name_of;
use crate::base::pattern::lean;
use crate::base::text::{short_commit, to_u32};
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::model::delivery::{TagKind, tag_kind};
use crate::read::history::{Commit, DAY, History, Tag, WEEK};
use crate::read::inventory::File;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "commit_convention",
        kind: Kind::Bool,
        question: (
            "Do commit messages follow a convention (Conventional Commits, gitmoji)?",
            "Les messages de commit suivent-ils une convention (Conventional Commits, gitmoji) ?",
        ),
        detect: commit_convention,
    },
    Detector {
        id: "vague_commits",
        kind: Kind::Number,
        question: (
            "Which share of the last hundred commit messages says nothing, in percent?",
            "Quelle part des cent derniers messages de commit ne dit rien, en pourcentage ?",
        ),
        detect: |repo| share_of_commits(repo, is_vague),
    },
    Detector {
        id: "unsquashed_commits",
        kind: Kind::Number,
        question: (
            "Which share of the last hundred commits is work in progress, in percent?",
            "Quelle part des cent derniers commits est du travail en cours, en pourcentage ?",
        ),
        detect: |repo| share_of_commits(repo, is_unfinished),
    },
    Detector {
        id: "tags_last_90_days",
        kind: Kind::Number,
        question: (
            "How many tags designate commits of the last 90 days?",
            "Combien de tags désignent des commits des 90 derniers jours ?",
        ),
        detect: |repo| recent_tags(repo, |_| true),
    },
    Detector {
        id: "active_weeks_last_13",
        kind: Kind::Number,
        question: (
            "In how many of the last 13 weeks did the main line move?",
            "Pendant combien des 13 dernières semaines la branche principale a-t-elle bougé ?",
        ),
        detect: active_weeks_last_13,
    },
    Detector {
        id: "days_since_last_commit",
        kind: Kind::Number,
        question: ("How many days ago was the last commit?", "De combien de jours date le dernier commit ?"),
        detect: days_since_last_commit,
    },
    Detector {
        id: "prereleases_last_90_days",
        kind: Kind::Number,
        question: (
            "How many release candidates were tagged over the last 90 days?",
            "Combien de versions candidates ont été étiquetées sur les 90 derniers jours ?",
        ),
        detect: |repo| recent_tags(repo, |kind| kind == TagKind::Prerelease),
    },
    Detector {
        id: "releases_last_90_days",
        kind: Kind::Number,
        question: (
            "How many releases were tagged over the last 90 days?",
            "Combien de versions ont été étiquetées sur les 90 derniers jours ?",
        ),
        detect: |repo| recent_tags(repo, |kind| kind == TagKind::Release),
    },
    Detector {
        id: "dated_releases_last_90_days",
        kind: Kind::Number,
        question: (
            "How many releases named by their date were tagged over the last 90 days?",
            "Combien de versions nommées par leur date ont été étiquetées sur les 90 derniers jours ?",
        ),
        detect: dated_releases,
    },
    Detector {
        id: "stale_branches",
        kind: Kind::Number,
        question: (
            "How many branches have not moved for 90 days?",
            "Combien de branches n'ont pas bougé depuis 90 jours ?",
        ),
        detect: stale_branches,
    },
];

const TOOLS: &[&str] = &[
    "@commitlint/cli",
    "@commitlint/config-conventional",
    "commitizen",
    "semantic-release",
    "git-cz",
    "standard-version",
    "python-semantic-release",
];

/// Hooks that refuse a message: a ticket number that is missing, say.
fn message_hooks(repo: &Repo<'_>) -> Vec<Location> {
    let is_hook = |file: &&File| {
        let folder = name_of(file.folder());
        file.name() == "commit-msg" && matches!(folder, ".husky" | ".githooks" | "hooks" | "githooks" | ".hooks")
    };
    let asks = |file: &&File, words: &[&str]| {
        repo.inventory.text(&file.path).is_some_and(|text| words.iter().any(|word| text.contains(word)))
    };
    let settings: &[(&str, &[&str])] = &[
        ("grumphp.yml", &["git_commit_message"]),
        ("grumphp.yml.dist", &["git_commit_message"]),
        ("captainhook.json", &["commit-msg"]),
        ("lefthook.yml", &["commit-msg"]),
        (".pre-commit-config.yaml", &["commit-msg"]),
    ];
    let is_settings = |file: &&File| settings.iter().any(|(name, words)| file.name() == *name && asks(file, words));
    // A hook that writes into the message asks nothing of it.
    let refuses = |file: &&File| asks(file, &["exit 1", "commitlint", "grep"]);
    let files = repo.inventory.own_files();
    files
        .filter(|file| is_hook(file) && refuses(file) || is_settings(file))
        .map(|file| Location::file(&file.path))
        .collect()
}

fn commit_convention(repo: &Repo<'_>) -> Fact {
    static CONVENTIONAL: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"^(?:build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test|wip|i18n|a11y|deps|hotfix|release|security|tech|content|types)(?:\([^)]*\))?!?: \S",
        )
    });
    // An emoji or its code before the subject; the kind of the change as that of its branch.
    static OTHER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:\p{Extended_Pictographic}|:[a-z0-9_+-]+:)|^(?i:feature|bugfix|hotfix|fix|task|chore)/\S")
            .expect("a pattern")
    });
    let mut places: Vec<Location> = repo
        .inventory
        .own_files()
        .filter(|file| {
            let name = file.name();
            name.starts_with(".commitlintrc")
                || name.starts_with("commitlint.config")
                || name.starts_with(".releaserc")
                || name.starts_with("release.config.")
                || name.starts_with("release-please-config")
                || name == ".czrc"
                || name == ".cz.toml"
        })
        .map(|file| Location::file(&file.path))
        .collect();
    places
        .extend(repo.manifests.dependencies(TOOLS).map(|(manifest, found)| Location::line(&manifest.path, found.line)));
    places.extend(message_hooks(repo));
    if !places.is_empty() {
        return Fact::bool(true).seen(places);
    }
    let history = match repo.history() {
        Ok(history) => history,
        Err(fact) => return fact,
    };
    if history.recent.len() < 10 {
        return too_few(history);
    }
    let following =
        |convention: &Regex| history.recent.iter().filter(|commit| convention.is_match(&commit.subject)).count();
    let conventional = following(&CONVENTIONAL).max(following(&OTHER));
    let place = Location::file("git log").noted_in(
        format!("{conventional} of the last {} non-merge commits", history.recent.len()),
        format!("{conventional} des {} derniers commits hors fusions", history.recent.len()),
    );
    Fact::bool(conventional * 100 > history.recent.len() * 60).seen([place])
}

fn too_few(history: &History) -> Fact {
    let count = history.recent.len();
    if history.shallow {
        Fact::unverified(
            format!("the clone is shallow: it holds {count} commits"),
            format!("le clone est partiel (shallow) : il contient {count} commits"),
        )
    } else {
        Fact::unverified(format!("there are only {count} commits yet"), format!("il n'y a encore que {count} commits"))
    }
}

fn share_of_commits(repo: &Repo<'_>, test: fn(&str) -> bool) -> Fact {
    let history = match repo.history() {
        Ok(history) => history,
        Err(fact) => return fact,
    };
    if history.recent.len() < 10 {
        return too_few(history);
    }
    let found: Vec<&Commit> = history.recent.iter().filter(|commit| test(&commit.subject)).collect();
    let share = f64::from(to_u32(found.len())) / f64::from(to_u32(history.recent.len())) * 100.0;
    let evidence = found
        .iter()
        .take(5)
        .map(|commit| Location::file(format!("commit {}", short_commit(&commit.id))).quoting(&commit.subject));
    Fact::number(share.round()).seen(evidence)
}

/// A message that says neither what nor why.
fn is_vague(subject: &str) -> bool {
    const WORDS: &[&str] = &[
        "fix",
        "wip",
        "update",
        "updates",
        "test",
        "tests",
        "tmp",
        "temp",
        "stuff",
        "misc",
        "clean",
        "cleanup",
        "refacto",
        "refactor",
        "changes",
        "change",
        "commit",
        "maj",
        "correction",
        "corrections",
        "correctif",
        "typo",
        "lint",
        "review",
        "up",
        "ok",
        "bump",
        "save",
        "modif",
        "modifs",
        "oups",
        "oops",
    ];
    let bare = subject.trim().trim_end_matches(['.', '!', '?', '…']).to_lowercase();
    let words: Vec<&str> = bare.split_whitespace().collect();
    match words.as_slice() {
        [] => true,
        [word] => WORDS.contains(word) || word.chars().count() <= 3,
        _ => bare.chars().all(|c| !c.is_alphabetic()),
    }
}

fn is_unfinished(subject: &str) -> bool {
    let lower = subject.trim().to_lowercase();
    lower.starts_with("fixup!")
        || lower.starts_with("squash!")
        || lower.starts_with("amend!")
        || lower == "wip"
        || lower.starts_with("wip ")
        || lower.starts_with("wip:")
        || lower.starts_with("[wip]")
}

/// How many tags of some kinds designate commits of the last 90 days.
fn recent_tags(repo: &Repo<'_>, wanted: impl Fn(TagKind) -> bool) -> Fact {
    recent_tags_named(repo, |name| wanted(tag_kind(name)))
}

/// Releases whose name is a day: `v2026.08.06-01`, `2026-01-14-01`, `20260114`.
fn dated_releases(repo: &Repo<'_>) -> Fact {
    static DAY_NAME: LazyLock<Regex> =
        LazyLock::new(|| lean(r"(?:^|\D)20\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])(?:\D|$)"));
    recent_tags_named(repo, |name| tag_kind(name) == TagKind::Release && DAY_NAME.is_match(name))
}

fn recent_tags_named(repo: &Repo<'_>, wanted: impl Fn(&str) -> bool) -> Fact {
    let history = match repo.history() {
        Ok(history) => history,
        Err(fact) => return fact,
    };
    if history.shallow && history.tags.is_empty() {
        return Fact::unverified(
            "the clone is shallow and holds no tag",
            "le clone est partiel (shallow) et ne contient aucun tag",
        );
    }
    let from = repo.as_of - 90 * DAY;
    let of_time = history.tags.iter().filter(|tag| tag.time <= repo.as_of && tag.time >= from);
    let recent: Vec<&Tag> = of_time.filter(|tag| wanted(&tag.name)).collect();
    let evidence = recent.iter().take(super::fact::PLACES).map(|tag| Location::file(format!("git tag {}", tag.name)));
    Fact::number(to_u32(recent.len())).seen(evidence)
}

/// Branches that live on by design.
const LASTING: &[&str] = &["main", "master", "dev", "develop", "trunk", "staging", "gh-pages", "preprod", "next"];

fn stale_branches(repo: &Repo<'_>) -> Fact {
    let history = match repo.history() {
        Ok(history) => history,
        Err(fact) => return fact,
    };
    if history.branches.len() < 2 {
        return Fact::unverified("this clone holds one branch only", "ce clone ne contient qu'une branche");
    }
    let deployed = history.deploy_line.as_ref().map(|line| line.branch.as_str());
    let stale: Vec<&str> = history
        .branches
        .iter()
        .filter(|branch| branch.time < repo.as_of - 90 * DAY)
        .map(|branch| branch.name.as_str())
        .filter(|name| !LASTING.contains(name) && Some(*name) != deployed && history.branch.as_deref() != Some(*name))
        .collect();
    let evidence = stale.iter().take(super::fact::PLACES).map(|name| Location::file(format!("git branch {name}")));
    Fact::number(to_u32(stale.len())).seen(evidence)
}

/// The weeks, counted back from the date of the audit, in which one of these dates falls.
fn weeks(times: impl Iterator<Item = i64>, as_of: i64, count: i64) -> BTreeSet<i64> {
    times.filter(|time| *time <= as_of).map(|time| (as_of - time) / WEEK).filter(|week| *week < count).collect()
}

fn active_weeks_last_13(repo: &Repo<'_>) -> Fact {
    let history = match repo.history() {
        Ok(history) => history,
        Err(fact) => return fact,
    };
    let active = weeks(history.main_line.iter().map(|commit| commit.time), repo.as_of, 13);
    // A shallow clone may end before the window does.
    let oldest = history.main_line.last().map_or(repo.as_of, |commit| commit.time);
    if history.shallow && oldest > repo.as_of - 13 * WEEK {
        return Fact::unverified(
            "the clone is shallow: it does not reach back 13 weeks",
            "le clone est partiel (shallow) : il ne remonte pas à 13 semaines",
        );
    }
    Fact::number(to_u32(active.len()))
        .seen([Location::file("git log").noted_in("first-parent line of HEAD", "première lignée de HEAD")])
}

fn days_since_last_commit(repo: &Repo<'_>) -> Fact {
    let history = match repo.history() {
        Ok(history) => history,
        Err(fact) => return fact,
    };
    match history.main_line.first().or(history.head.as_ref()) {
        Some(commit) => {
            let place = Location::file(format!("commit {}", short_commit(&commit.id)));
            Fact::number(to_u32(usize::try_from((repo.as_of - commit.time).max(0) / DAY).unwrap_or(0))).seen([place])
        }
        None => Fact::unverified("there is no commit", "il n'y a pas de commit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vague_messages_are_told() {
        for subject in ["fix", "wip", "Update.", "..", ""] {
            assert!(is_vague(subject), "{subject}");
        }
        for subject in ["fix login of agents", "Merge branch", "feat: export"] {
            assert!(!is_vague(subject), "{subject}");
        }
    }

    #[test]
    fn weeks_are_counted_back_from_the_audit() {
        let now = 100 * WEEK;
        assert_eq!(weeks([now, now - 1, now - WEEK, now - 13 * WEEK, now + 5].into_iter(), now, 13).len(), 2);
    }
}
