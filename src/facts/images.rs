//! As whom the images of production run, from their Dockerfiles.

use std::sync::LazyLock;

use regex::Regex;

use super::{Detector, Fact, Kind, Repo};
use crate::document::to_u32;
use crate::inventory::File;
use crate::location::Location;
use crate::pattern::lean;

pub(super) const ALL: &[Detector] = &[Detector {
    id: "root_images",
    kind: Kind::List,
    question: (
        "Which images of production end as the root account?",
        "Quelles images de production finissent sous le compte root ?",
    ),
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
    /// Another one, or one that only the image's registry tells.
    Other,
}

/// The line that leaves the last stage as root.
fn ends_as_root(text: &str) -> Option<(u32, Why)> {
    static LINE: LazyLock<Regex> =
        LazyLock::new(|| lean(r"(?i)^\s*(FROM|USER|ARG)\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?"));
    let mut stages: Vec<(String, Account)> = Vec::new();
    let mut arguments: Vec<(String, String)> = Vec::new();
    let (mut name, mut account, mut from) = (String::new(), None, 0);
    for (at, line) in text.lines().enumerate() {
        let Some(found) = LINE.captures(line) else { continue };
        let number = to_u32(at + 1);
        match found[1].to_ascii_uppercase().as_str() {
            "ARG" => {
                arguments.extend(found[2].split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())))
            }
            "USER" => {
                let user = found[2].split(':').next().unwrap_or_default();
                let root = matches!(user, "root" | "0");
                account = Some(if root { Account::Root(number, Why::User) } else { Account::Other });
            }
            _ => {
                stages.extend(account.map(|account| (std::mem::take(&mut name), account)));
                from = number;
                name = found.get(3).map_or_else(String::new, |name| name.as_str().to_lowercase());
                let mut image = found[2].to_lowercase();
                for (argument, value) in &arguments {
                    let argument = argument.to_lowercase();
                    image = image.replace(&format!("${{{argument}}}"), value).replace(&format!("${argument}"), value);
                }
                let stage = stages.iter().rev().find(|(known, _)| !known.is_empty() && *known == image);
                account = Some(stage.map_or_else(|| of_image(&image, number), |(_, account)| *account));
            }
        }
    }
    match account {
        Some(Account::Root(_, Why::Nothing)) => Some((from, Why::Nothing)),
        Some(Account::Root(line, why)) => Some((line, why)),
        _ => None,
    }
}

/// The account of an image: that of an official one is root, that of a team's own is not known from here.
fn of_image(image: &str, line: u32) -> Account {
    let bare = ["docker.io/", "public.ecr.aws/docker/", "mirror.gcr.io/", "library/"]
        .iter()
        .fold(image, |image, prefix| image.strip_prefix(prefix).unwrap_or(image));
    let leaves = image.contains("unprivileged") || image.contains("nonroot") || image.contains('$');
    let repository = bare.split([':', '@']).next().unwrap_or(bare);
    let official = !repository.contains('/') && !repository.contains('.')
        || repository.starts_with("gcr.io/distroless/")
        || repository.starts_with("mcr.microsoft.com/");
    if leaves || !official || LEAVE_ROOT.contains(&repository) {
        return Account::Other;
    }
    Account::Root(line, Why::Nothing)
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
