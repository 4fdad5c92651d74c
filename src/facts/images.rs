//! As which user production images run, from their Dockerfiles.

use crate::base::location::Location;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::model::dockerfile::{Stage, stages};
use crate::read::inventory::File;

pub(super) const ALL: &[Detector] = &[Detector {
    id: "root_images",
    kind: Kind::List,
    question: ("Which production images run as root?", "Quelles images de production finissent sous le compte root ?"),
    detect: root_images,
}];

/// Official images that leave root by themselves once started.
const LEAVE_ROOT: &[&str] =
    &["postgres", "postgis", "redis", "valkey", "mysql", "mariadb", "mongo", "elasticsearch", "rabbitmq"];

/// Folders of another use than production.
const ASIDE: &[&str] = &["dev", "development", "local", "test", "tests", "e2e", "ci", "mock", "mocks"];

fn root_images(repo: &Repo<'_>) -> Fact {
    let is_named = |file: &File| file.name().starts_with("Dockerfile.prod");
    let own = |file: &&File| {
        let folders: Vec<&str> = file.folder().split('/').collect();
        let aside = |part: &&str| {
            ASIDE.contains(part) || part.starts_with("dev-") || part.ends_with("-dev") || part.starts_with('.')
        };
        file.is_own() && (file.name() == "Dockerfile" || is_named(file)) && !folders.iter().any(aside)
    };
    let all: Vec<&File> = repo.inventory.files().iter().filter(own).collect();
    // Beside one that is named for production, a plain Dockerfile is that of development.
    let named = all.iter().any(|file| is_named(file));
    let judged = all.into_iter().filter(|file| !named || is_named(file));
    let found = judged.filter_map(|file| {
        let text = repo.inventory.text(&file.path)?;
        let (line, why) = ends_as_root(&text)?;
        let note = match why {
            Why::User => ("ends as root", "finit sous root"),
            Why::Nothing => ("no USER in the last stage", "aucun USER dans la dernière étape"),
        };
        Some((file.path.clone(), Location::line(&file.path, line).noted_in(note.0, note.1)))
    });
    Fact::named(found.collect())
}

/// Why an image ends as root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    User,
    Nothing,
}

/// What is known of the account of a stage.
#[derive(Debug, Clone, Copy)]
enum Account {
    Root(u32, Why),
    /// Another one, or one that only the image's registry knows.
    Other,
}

/// The line that leaves the last stage as root.
fn ends_as_root(text: &str) -> Option<(u32, Why)> {
    let mut accounts: Vec<(String, Account)> = Vec::new();
    for stage in stages(text) {
        let base = accounts.iter().rev().find(|(known, _)| !known.is_empty() && *known == stage.from);
        let started = match base {
            // The stage that people would fix is the last one.
            Some((_, Account::Root(_, Why::Nothing))) => Account::Root(stage.line, Why::Nothing),
            Some((_, account)) => *account,
            None => of_image(&stage),
        };
        let mut users = stage.instructions.iter().filter(|instruction| instruction.name == "USER");
        let account = users.next_back().map_or(started, |instruction| {
            let user = instruction.rest.split([':', ' ']).next().unwrap_or_default();
            if matches!(user, "root" | "0") { Account::Root(instruction.line, Why::User) } else { Account::Other }
        });
        accounts.push((stage.name, account));
    }
    match accounts.last()?.1 {
        Account::Root(line, why) => Some((line, why)),
        Account::Other => None,
    }
}

/// The account of an image: that of an official one is root, that of a team's own is not known from here.
fn of_image(stage: &Stage) -> Account {
    let leaves = ["unprivileged", "nonroot", "$"].iter().any(|mark| stage.from.contains(mark));
    let repository = stage.image().split([':', '@']).next().unwrap_or_default();
    let official = !repository.contains(['/', '.'])
        || repository.starts_with("gcr.io/distroless/")
        || repository.starts_with("mcr.microsoft.com/");
    if leaves || !official || LEAVE_ROOT.contains(&repository) {
        return Account::Other;
    }
    Account::Root(stage.line, Why::Nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_stage_decides() {
        for (text, expected) in [
            ("FROM node:22\nCMD a\n", Some((1, Why::Nothing))),
            ("FROM node:22 AS base\nUSER node\nFROM base\n", None),
            ("FROM node:22 AS base\nFROM base AS run\nCMD a\n", Some((2, Why::Nothing))),
            ("FROM node:22\nUSER node\nUSER root\n", Some((3, Why::User))),
            ("ARG V=1\nFROM nginx:${V}\n", Some((2, Why::Nothing))),
            ("ARG IMAGE\nFROM ${IMAGE}\n", None),
            ("FROM nginxinc/nginx-unprivileged:1\n", None),
            ("FROM registry.example.org/team/base:1\n", None),
            ("FROM docker.io/library/postgres:17\n", None),
            ("FROM node:22\nUSER ${APP_USER}\n", None),
        ] {
            assert_eq!(ends_as_root(text), expected, "{text}");
        }
    }
}
