//! Which linters and formatters are configured for the project.

mod tables;

use tables::{BUILT_IN, BY_COMMAND, FORMATTERS, LINTERS, Tool};

use super::shared::ToolRun;
use crate::base::location::Location;
use crate::base::path::name_of;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::model::pipeline::Activity;
use crate::model::pipeline::follow::hooks::declared;
use crate::model::pipeline::follow::resolver;
use crate::read::document::Node;
use crate::read::inventory::File;
use crate::read::inventory::probe::{Files, Probe};
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "linters",
        kind: Kind::List,
        question: ("Which linters are configured for the project?", "Quels linters sont configurés pour le projet ?"),
        detect: linters,
    },
    Detector {
        id: "formatters",
        kind: Kind::List,
        question: (
            "Which formatters are configured for the project?",
            "Quels formateurs sont configurés pour le projet ?",
        ),
        detect: formatters,
    },
];

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::words("pre-commit-hook", &["id:"])
            .matching(r"(?m)^\s*-?\s*id:\s*[\w-]+")
            .of(Files::Globs(vec![".pre-commit-config.yaml".into()])),
    ]
}

/// Everything that scripts, git hooks, Makefiles and pipelines run.
fn runs<'r>(repo: &'r Repo<'_>) -> &'r [ToolRun] {
    repo.shared.runs.get_or_init(|| all_runs(repo))
}

/// Where something is run that does one of these.
pub(super) fn run_of(repo: &Repo<'_>, wanted: &[Activity]) -> Option<Location> {
    runs(repo).iter().find(|run| wanted.contains(&run.activity)).map(|run| run.place.clone())
}

/// The name of a tool without the owner, version and suffix of the action that runs it.
fn bare(tool: &str) -> &str {
    name_of(tool.trim_end_matches("-action").split('@').next().unwrap_or_default())
}

fn all_runs(repo: &Repo<'_>) -> Vec<ToolRun> {
    let mut found: Vec<ToolRun> = repo
        .pipelines
        .actions()
        .map(|(_, _, action)| ToolRun {
            tool: bare(&action.tool).to_owned(),
            activity: action.activity,
            place: action.place.clone(),
        })
        .collect();
    let resolver = resolver(repo.inventory, repo.manifests);
    for manifest in &repo.manifests.all {
        for script in &manifest.scripts {
            for reached in resolver.script(&script.command, manifest.folder()) {
                found.push(ToolRun {
                    tool: reached.tool,
                    activity: reached.activity,
                    place: Location::line(&manifest.path, script.line),
                });
            }
        }
    }
    found
}

/// A configured linter or formatter, and what would show that something starts it.
pub(super) struct ToolRuns {
    /// Its name.
    pub name: String,
    /// Where it is configured.
    pub place: Location,
    /// The script that runs it.
    pub run: Option<Location>,
    /// Words of commands that start it.
    pub words: Vec<&'static str>,
    /// Packages that run it when the product is built.
    pub built_in: &'static [&'static str],
    runs_as: &'static [&'static str],
}

impl ToolRuns {
    /// Whether what a pipeline runs is this tool.
    pub(super) fn is_run_by(&self, tool: &str, activity: Activity) -> bool {
        let bare = bare(tool);
        let as_command =
            BY_COMMAND.iter().any(|(program, does, name)| *program == bare && *does == activity && *name == self.name);
        as_command || self.runs_as.contains(&bare) || self.name == bare
    }
}

/// Whether a tool looks for defects, rather than at how code is laid out.
pub(super) fn is_linter(name: &str) -> bool {
    LINTERS.iter().any(|tool| tool.name == name)
}

/// Whether a tool looks at how code is laid out. Some do both.
pub(super) fn is_formatter(name: &str) -> bool {
    FORMATTERS.iter().any(|tool| tool.name == name)
}

/// The linters and formatters that are configured.
pub(super) fn tools(repo: &Repo<'_>) -> Vec<ToolRuns> {
    let runs = runs(repo);
    let mut found: Vec<ToolRuns> = Vec::new();
    // A tool that only a service or an editor reads is not run by anything in the repository.
    let aside = ["sonar", "brakeman", "larastan", "hadolint", "knip", "markdownlint", "pyright"];
    for table in [LINTERS, FORMATTERS] {
        for (name, place) in configured(repo, table, runs) {
            let Some(tool) = table.iter().find(|tool| tool.name == name) else { continue };
            // Of the traces of a tool, the first says most.
            if aside.contains(&tool.name) || found.iter().any(|known| known.name == name) {
                continue;
            }
            let run = runs.iter().find(|run| tool.runs_as.contains(&run.tool.as_str()) || run.tool == tool.name);
            let by_command = BY_COMMAND.iter().filter(|(.., known)| *known == tool.name).map(|(program, ..)| *program);
            found.push(ToolRuns {
                place,
                run: run.map(|run| run.place.clone()),
                words: tool
                    .runs_as
                    .iter()
                    .copied()
                    .chain([tool.name])
                    .chain(by_command)
                    .chain(tool.hooks.iter().copied())
                    .collect(),
                built_in: BUILT_IN.iter().find(|(known, _)| *known == tool.name).map_or(&[], |(_, packages)| *packages),
                runs_as: tool.runs_as,
                name,
            });
        }
    }
    found
}

fn linters(repo: &Repo<'_>) -> Fact {
    let runs = runs(repo);
    let mut found = configured(repo, LINTERS, runs);
    found.extend(by_command(runs, Activity::Lint));
    // Cargo's own manifest holds the lints of clippy since 1.74.
    for manifest in repo.manifests.all.iter().filter(|manifest| name_of(&manifest.path) == "Cargo.toml") {
        if let Some(document) = repo.inventory.document(&manifest.path)
            && let Ok(root) = document.as_ref()
            && let Some(lints) = root.at(&["lints", "clippy"]).or_else(|| root.at(&["workspace", "lints", "clippy"]))
        {
            found.push(("clippy".to_owned(), Location::line(&manifest.path, lints.line)));
        }
    }
    Fact::traced(found, repo.stack)
}

fn formatters(repo: &Repo<'_>) -> Fact {
    let runs = runs(repo);
    let mut found = configured(repo, FORMATTERS, runs);
    found.extend(by_command(runs, Activity::Format));
    Fact::traced(found, repo.stack)
}

/// The tools that are a command of another program.
fn by_command(runs: &[ToolRun], activity: Activity) -> impl Iterator<Item = (String, Location)> {
    BY_COMMAND.iter().filter(move |(_, does, _)| *does == activity).flat_map(move |(program, _, name)| {
        let found = runs.iter().filter(move |run| run.tool == *program && run.activity == activity);
        found.map(|run| ((*name).to_owned(), run.place.clone()))
    })
}

/// Every trace of tools that are in place, those of each tool together, its settings first.
fn configured(repo: &Repo<'_>, tools: &[Tool], runs: &[ToolRun]) -> Vec<(String, Location)> {
    let settings: Vec<&File> = repo.inventory.files().iter().filter(|file| file.role == Role::Config).collect();
    let hooks = hooks(repo);
    let mut found = Vec::new();
    for tool in tools {
        let checks = |run: &&ToolRun| {
            matches!(run.activity, Activity::Lint | Activity::Format | Activity::TypeCheck | Activity::SecurityScan)
        };
        let run = runs.iter().filter(checks).filter(|run| tool.runs_as.contains(&run.tool.as_str()));
        let run: Vec<Location> = run.map(|run| run.place.clone()).collect();
        let hook = hooks.iter().filter(|(id, _)| tool.hooks.contains(&id.as_str()));
        let hook: Vec<Location> = hook.map(|(_, place)| place.clone()).collect();
        let declared = repo.manifests.dependencies(tool.packages);
        let packages: Vec<Location> =
            declared.map(|(manifest, found)| Location::line(&manifest.path, found.line)).collect();
        let reachable = tool.packages.is_empty() || !packages.is_empty() || !run.is_empty() || !hook.is_empty();
        let settings = if reachable { configurations(repo, tool, &settings) } else { Vec::new() };
        let alone = if tool.package_suffices { packages } else { Vec::new() };
        let all = settings.into_iter().chain(run).chain(hook).chain(alone);
        found.extend(all.map(|place| (tool.name.to_owned(), place)));
    }
    found
}

/// Every place that sets a tool.
fn configurations(repo: &Repo<'_>, tool: &Tool, settings: &[&File]) -> Vec<Location> {
    let named = |name: &str| {
        tool.files
            .iter()
            .any(|pattern| pattern.strip_suffix('*').map_or(name == *pattern, |start| name.starts_with(start)))
    };
    // `.rubocop.yml` may be in `.config`; brakeman's list of ignored warnings in `config`.
    let files = settings.iter().filter(|file| {
        named(file.name()) && !file.name().contains("ignore")
            || tool.name == "brakeman" && file.name() == "brakeman.ignore"
    });
    let mut places: Vec<Location> = files.map(|file| Location::file(&file.path)).collect();
    for manifest in repo.manifests.all.iter().filter(|manifest| name_of(&manifest.path) == "package.json") {
        if let Some(document) = repo.inventory.document(&manifest.path)
            && let Ok(root) = document.as_ref()
            && let Some(entry) = tool.package_keys.iter().find_map(|key| root.entry(key))
        {
            places.push(Location::line(&manifest.path, entry.line));
        }
    }
    for file in
        repo.inventory.own_files().filter(|file| matches!(file.name(), "pyproject.toml" | "setup.cfg" | "tox.ini"))
    {
        if file.name() == "pyproject.toml" {
            if let Some(document) = repo.inventory.document(&file.path)
                && let Ok(root) = document.as_ref()
            {
                let table = tool.pyproject.iter().find_map(|path| root.at(&path.split('.').collect::<Vec<_>>()));
                // `[tool.ruff]` that holds only `format` configures no linter.
                let only_format =
                    |node: &Node| tool.name == "ruff" && node.entries().iter().all(|entry| entry.key == "format");
                let table = table.filter(|node| !only_format(node));
                places.extend(table.map(|table| Location::line(&file.path, table.line)));
            }
        } else if let Some(text) = repo.inventory.text(&file.path) {
            let section = tool
                .sections
                .iter()
                .find_map(|section| text.lines().position(|line| line.trim() == format!("[{section}]")));
            places.extend(section.map(|line| Location::line(&file.path, crate::base::text::to_u32(line + 1))));
        }
    }
    places
}

/// The hooks of `.pre-commit-config.yaml`.
fn hooks(repo: &Repo<'_>) -> Vec<(String, Location)> {
    let mut found = Vec::new();
    for file in repo
        .inventory
        .own_files()
        .filter(|file| matches!(file.name(), ".pre-commit-config.yaml" | ".pre-commit-config.yml"))
    {
        let Some(document) = repo.inventory.document(&file.path) else { continue };
        let Ok(root) = document.as_ref() else { continue };
        let ids = declared(root).filter_map(|hook| Some((hook.text_of("id")?.to_owned(), hook.line)));
        found.extend(ids.map(|(id, line)| (id, Location::line(&file.path, line))));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::names_of;

    #[test]
    fn a_configuration_that_nothing_installs_is_a_leftover() {
        assert!(names_of(&[(".eslintrc.js", "x"), ("composer.json", "{}")], "linters").is_empty());
        let files = [(".eslintrc.js", "x"), ("package.json", r#"{"devDependencies": {"eslint": "9"}}"#)];
        assert_eq!(names_of(&files, "linters"), ["eslint"]);
    }

    #[test]
    fn a_dependency_without_configuration_or_run_is_no_linter() {
        assert!(
            names_of(&[("package.json", r#"{"devDependencies": {"eslint": "9", "prettier": "3"}}"#)], "linters")
                .is_empty()
        );
        let formatters = names_of(&[("package.json", r#"{"devDependencies": {"prettier": "3"}}"#)], "formatters");
        assert_eq!(formatters, ["prettier"], "it needs no settings");
        let run = r#"{"scripts": {"lint": "eslint ."}, "devDependencies": {"eslint": "9"}}"#;
        assert_eq!(names_of(&[("package.json", run)], "linters"), ["eslint"]);
    }

    #[test]
    fn hooks_and_tables_configure_tools() {
        let hooks = "repos:\n  - repo: x\n    hooks:\n      - id: ruff\n      - id: ruff-format\n";
        let files = [(".pre-commit-config.yaml", hooks), ("pyproject.toml", "[tool.black]\nline-length = 100\n")];
        assert_eq!(names_of(&files, "linters"), ["ruff"]);
        assert_eq!(names_of(&files, "formatters"), ["black", "ruff-format"]);
    }

    #[test]
    fn a_table_with_only_format_is_no_linter() {
        let files = [("pyproject.toml", "[tool.ruff.format]\nquote-style = \"single\"\n")];
        assert!(names_of(&files, "linters").is_empty());
        assert_eq!(names_of(&files, "formatters"), ["ruff-format"]);
    }
}
