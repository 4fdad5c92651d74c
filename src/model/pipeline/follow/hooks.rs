//! What hooks of commits run, for a CI that runs them all: pre-commit and Lefthook.

use super::resolve::{Followed, Resolver};
use crate::base::path::join;
use crate::model::pipeline::job::Activity;
use crate::model::pipeline::meaning::Meaning;
use crate::read::document::Node;

/// Hooks whose name says nothing of the words that they run: the hook, then the command.
const COMMANDS: &[(&str, &str)] = &[
    ("ruff", "ruff check"),
    ("ruff-check", "ruff check"),
    ("ruff-format", "ruff format --check"),
    ("black", "black --check"),
    ("black-jupyter", "black --check"),
    ("isort", "isort --check"),
    ("prettier", "prettier --check"),
    ("cargo-check", "cargo check"),
    ("fmt", "cargo fmt --check"),
    ("clippy", "cargo clippy"),
    ("terraform_fmt", "terraform fmt -check"),
    ("hadolint-docker", "hadolint"),
    ("djlint-django", "djlint"),
    ("djlint-reformat-django", "djlint --check"),
    ("biome-check", "biome check"),
    ("biome-lint", "biome lint"),
    ("biome-ci", "biome ci"),
    ("credo", "mix credo"),
    ("mix-format", "mix format --check-formatted"),
];

/// Hooks that look for secrets under names of their own.
const SECRETS: &[&str] =
    &["detect-private-key", "detect-secrets", "gitleaks", "gitleaks-docker", "trufflehog", "talisman-commit"];

/// What the hooks of pre-commit or Lefthook run.
pub(super) fn follow(resolver: &Resolver<'_>, meaning: &Meaning, folder: &str) -> Option<Vec<Followed>> {
    match meaning {
        Meaning::Hooks => Some(pre_commit(resolver, folder)),
        Meaning::Lefthook(hook) => Some(lefthook(resolver, hook, folder)),
        _ => None,
    }
}

/// What `pre-commit run` does: each hook of its first stage.
fn pre_commit(resolver: &Resolver<'_>, folder: &str) -> Vec<Followed> {
    let paths = [join(folder, ".pre-commit-config.yaml"), Some(".pre-commit-config.yaml".to_owned())];
    let Some(document) = paths.into_iter().flatten().find_map(|path| resolver.inventory.document(&path)) else {
        return Vec::new();
    };
    let Ok(root) = document.as_ref() else { return Vec::new() };
    let stages = root.get("default_stages").map(names).unwrap_or_default();
    let runs = |hook: &&Node| {
        let own = hook.get("stages").map(names).filter(|own| !own.is_empty());
        let stages = own.as_ref().unwrap_or(&stages);
        stages.is_empty() || stages.iter().any(|stage| matches!(*stage, "commit" | "pre-commit"))
    };
    declared(root).filter(runs).filter_map(|hook| of_hook(hook, folder)).collect()
}

/// The hooks of a `.pre-commit-config.yaml`.
pub(crate) fn declared(root: &Node) -> impl Iterator<Item = &Node> {
    let repositories = root.get("repos").map(Node::items).unwrap_or_default();
    repositories.iter().flat_map(|repository| repository.get("hooks").map(Node::items).unwrap_or_default())
}

fn names(list: &Node) -> Vec<&str> {
    list.items_or_self().iter().filter_map(Node::text).collect()
}

fn of_hook(hook: &Node, folder: &str) -> Option<Followed> {
    let id = hook.text_of("id")?;
    if SECRETS.contains(&id) {
        return Some(Followed::Tool(Activity::SecurityScan, id.to_owned()));
    }
    let command = match (hook.text_of("entry"), COMMANDS.iter().find(|(name, _)| *name == id)) {
        (Some(entry), _) => entry,
        (None, Some((_, command))) => command,
        (None, None) => id,
    };
    // A hook that rewrites a file fails: what formats checks, too.
    let args = hook.get("args").map(names).unwrap_or_default();
    let words = std::iter::once(command).chain(args);
    Some(Followed::script(words.collect::<Vec<_>>().join(" "), folder.to_owned()))
}

/// What a hook of Lefthook runs.
fn lefthook(resolver: &Resolver<'_>, hook: &str, folder: &str) -> Vec<Followed> {
    let names = ["lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".config/lefthook.yml"];
    let paths = names.into_iter().filter_map(|name| join(folder, name));
    let Some(document) = paths.into_iter().find_map(|path| resolver.inventory.document(&path)) else {
        return Vec::new();
    };
    let Ok(root) = document.as_ref() else { return Vec::new() };
    let commands = root.at(&[hook, "commands"]).map(Node::entries).unwrap_or_default().iter().map(|entry| &entry.value);
    let jobs = root.at(&[hook, "jobs"]).map(Node::items).unwrap_or_default();
    let run = |node: &Node| {
        let inside = node.text_of("root").and_then(|root| join(folder, root)).unwrap_or_else(|| folder.to_owned());
        Some(Followed::script(node.text_of("run")?.to_owned(), inside))
    };
    commands.chain(jobs).filter_map(run).collect()
}

#[cfg(test)]
mod tests {
    use super::super::resolver;
    use crate::model::manifest::Manifests;
    use crate::model::pipeline::job::Activity;
    use crate::read::inventory::Inventory;

    fn activities(files: &[(&str, &str)], script: &str) -> Vec<Activity> {
        let inventory = Inventory::of(files.iter().copied());
        let manifests = Manifests::read(&inventory);
        resolver(&inventory, &manifests).script(script, "").into_iter().map(|reached| reached.activity).collect()
    }

    #[test]
    fn pre_commit_runs_its_hooks_and_nothing_else() {
        let config = |hooks: &str| format!("repos:\n  - repo: x\n    hooks:\n{hooks}");
        let of = |hooks: &str| activities(&[(".pre-commit-config.yaml", &config(hooks))], "pre-commit run --all-files");
        assert_eq!(of("      - id: trailing-whitespace\n      - id: check-yaml\n"), []);
        assert_eq!(
            of("      - id: ruff\n        args: [--fix]\n      - id: ruff-format\n"),
            [Activity::Lint, Activity::Format]
        );
        assert_eq!(of("      - id: own\n        entry: npx eslint .\n"), [Activity::Lint]);
        assert_eq!(of("      - id: mypy\n        stages: [manual]\n"), []);
        assert_eq!(activities(&[], "pre-commit run"), []);
    }

    #[test]
    fn lefthook_runs_the_commands_of_a_hook() {
        let files = [(
            "lefthook.yml",
            "pre-push:\n  commands:\n    lint:\n      run: npx eslint .\npre-commit:\n  jobs:\n    - run: jest\n",
        )];
        assert_eq!(activities(&files, "lefthook run pre-push"), [Activity::Lint]);
        assert_eq!(activities(&files, "npx lefthook run pre-commit"), [Activity::Test]);
    }
}
