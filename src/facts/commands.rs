//! Whether the commands that the documentation gives still exist.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::location::Location;
use crate::base::pattern::lean;
use crate::base::text::to_u32;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::model::pipeline::follow::make;

pub(super) const ALL: &[Detector] = &[Detector {
    id: "dead_commands",
    kind: Kind::List,
    question: (
        "Which commands do the README and the contribution guide give that no longer exist?",
        "Quelles commandes le README et le guide de contribution donnent-ils alors qu'elles n'existent plus ?",
    ),
    detect: dead_commands,
}];

fn dead_commands(repo: &Repo<'_>) -> Fact {
    static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"(?:^|[\s`$&(])((?:npm|pnpm|yarn|bun)\s+run(?:-script)?|make|just|composer\s+run(?:-script)?)\s+([A-Za-z][\w:.-]*)(?:[\s`;&|)]|$)",
        )
    });
    static CLEAN_INSTALL: LazyLock<Regex> =
        LazyLock::new(|| lean(r"(?:^|[\s$&(])npm\s+(?:ci|clean-install)(?:[\s`;&|)]|$)"));
    static COMPOSE_FILE: LazyLock<Regex> =
        LazyLock::new(|| lean(r"docker[ -]compose\s+(?:--[\w-]+[ =]\S+\s+)*(?:-f|--file)[ =](\S+)"));
    let npm_locked =
        repo.inventory.files().iter().any(|file| matches!(file.name(), "package-lock.json" | "npm-shrinkwrap.json"))
            || !repo
                .inventory
                .files()
                .iter()
                .any(|file| matches!(file.name(), "pnpm-lock.yaml" | "yarn.lock" | "bun.lock"));
    let scripts: BTreeSet<&str> =
        repo.manifests.all.iter().flat_map(|manifest| &manifest.scripts).map(|script| script.name.as_str()).collect();
    let makefile = make::targets(repo.inventory, make::MAKEFILES);
    let justfile = make::targets(repo.inventory, make::JUSTFILES);
    let mut found: Vec<(String, Location)> = Vec::new();
    let documents = repo.inventory.files().iter().filter(|file| {
        let lower = file.path.to_lowercase();
        file.is_own()
            && matches!(
                lower.as_str(),
                "readme.md" | "readme" | "contributing.md" | "docs/readme.md" | ".github/contributing.md"
            )
    });
    for file in documents {
        let Some(text) = repo.inventory.text(&file.path) else { continue };
        let mut fenced = false;
        for (at, line) in text.lines().enumerate() {
            let code = line.trim_start();
            if code.starts_with("```") || code.starts_with("~~~") {
                fenced = !fenced;
                continue;
            }
            // Prose that mentions a command gives none; neither does a comment in a block.
            if fenced && code.starts_with('#') {
                continue;
            }
            for given in COMMAND.captures_iter(line) {
                let start = given.get(1).map_or(0, |command| command.start());
                let quoted = line[..start].matches('`').count() % 2 == 1;
                if !fenced && !quoted {
                    continue;
                }
                let (program, name) =
                    (given[1].split_whitespace().next().unwrap_or_default(), given[2].trim_end_matches('.'));
                let known = match program {
                    "make" => makefile.as_ref().is_none_or(|targets| targets.contains(name)),
                    "just" => justfile.as_ref().is_none_or(|recipes| recipes.contains(name)),
                    _ => scripts.is_empty() || scripts.contains(name),
                };
                let elsewhere = line[..start].contains("cd ") || line.contains("../");
                // `make command` stands for any.
                let placeholder = matches!(
                    name,
                    "command" | "commande" | "target" | "recipe" | "script" | "task" | "name" | "foo" | "xxx"
                );
                if !known && !elsewhere && !placeholder {
                    found.push((format!("{} {name}", &given[1]), Location::line(&file.path, to_u32(at + 1))));
                }
            }
            // npm refuses `ci` without its own lockfile (https://docs.npmjs.com/cli/commands/npm-ci).
            let at_line = || Location::line(&file.path, to_u32(at + 1));
            if fenced && !npm_locked && CLEAN_INSTALL.is_match(line) {
                found.push(("npm ci".to_owned(), at_line()));
            }
            for given in COMPOSE_FILE.captures_iter(line).filter(|_| fenced) {
                let path = given[1].trim_start_matches("./");
                let plain = path.ends_with("yml") || path.ends_with("yaml");
                // From the folder of the document or another one: a file of that name anywhere will do.
                let below = format!("/{path}");
                let known = repo.inventory.files().iter().any(|file| file.path == path || file.path.ends_with(&below));
                if plain
                    && !known
                    && !path.contains(['$', '{', '<', '*'])
                    && !path.starts_with("..")
                    && !path.starts_with('/')
                {
                    found.push((format!("docker compose -f {path}"), at_line()));
                }
            }
        }
    }
    Fact::named(found)
}

#[cfg(test)]
mod tests {
    use super::super::names_of;

    const PACKAGE: &str = r#"{"scripts": {"dev": "vite", "test:unit": "vitest"}}"#;

    #[test]
    fn installations_and_files_that_cannot_be_are_told() {
        let readme = "```sh\nnpm ci\ndocker compose -f test/compose.yml up\ndocker compose -f compose.dev.yml up\n```\nNever `npm ci`.\n";
        let files = [("README.md", readme), ("pnpm-lock.yaml", "x"), ("compose.dev.yml", "services: {}\n")];
        assert_eq!(names_of(&files, "dead_commands"), ["npm ci", "docker compose -f test/compose.yml"]);
        let npm =
            [("README.md", readme), ("web/package-lock.json", "{}"), ("test/compose.yml", ""), ("compose.dev.yml", "")];
        assert!(names_of(&npm, "dead_commands").is_empty());
    }

    #[test]
    fn a_recipe_with_parameters_exists() {
        let just =
            "set shell := ['bash']\nunit app=\"\":\n    pytest {{app}}\n@lint +files:\n    ruff check {{files}}\n";
        let readme = "```sh\njust unit\njust lint src\njust shell\n```\n";
        assert_eq!(names_of(&[("README.md", readme), ("justfile", just)], "dead_commands"), ["just shell"]);
    }

    #[test]
    fn commands_that_exist_no_more_are_told() {
        let readme = "# X\n\n```sh\nnpm run dev\nnpm run start:local && make up\n# npm run old\n```\nUse `yarn run test:unit`, not make do.\n";
        let files = [
            ("README.md", readme),
            ("package.json", PACKAGE),
            ("Makefile", "up down: deps\n\tdocker compose up\ndeps:\n"),
        ];
        assert_eq!(names_of(&files, "dead_commands"), ["npm run start:local"]);
    }

    #[test]
    fn what_may_be_defined_elsewhere_is_not_told() {
        let readme = "```sh\nmake anything\njust anything\ncd ../api && npm run anything\n```\n";
        let files = [("README.md", readme), ("package.json", PACKAGE), ("Makefile", "include common.mk\n")];
        assert!(names_of(&files, "dead_commands").is_empty());
    }
}
