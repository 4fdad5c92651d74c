//! Which linters and formatters are configured for the project.

use std::sync::OnceLock;

use super::{Detector, Fact, Kind, Repo};
use crate::document::Node;
use crate::inventory::probe::{Files, Probe};
use crate::inventory::role::Role;
use crate::inventory::{File, name_of};
use crate::location::Location;
use crate::pipeline::{Activity, Resolver};

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

/// A tool, and what shows that a project has it configured.
struct Tool {
    name: &'static str,
    /// Names of configuration files; `*` at the end matches the rest.
    files: &'static [&'static str],
    /// Keys of `package.json`.
    package_keys: &'static [&'static str],
    /// Tables of `pyproject.toml`, as dotted paths.
    pyproject: &'static [&'static str],
    /// Sections of `setup.cfg` or `tox.ini`.
    sections: &'static [&'static str],
    /// Ids of pre-commit hooks.
    hooks: &'static [&'static str],
    /// Packages that bring it. When the tool has packages, its configuration counts only if one is installed or the
    /// tool runs somewhere: a configuration that nothing installs is a leftover.
    packages: &'static [&'static str],
    /// Whether the package alone shows it: the tool needs no configuration and has no other use.
    package_suffices: bool,
    /// Names under which [`crate::pipeline`] sees it run.
    runs_as: &'static [&'static str],
}

const TOOL: Tool = Tool {
    name: "",
    files: &[],
    package_keys: &[],
    pyproject: &[],
    sections: &[],
    hooks: &[],
    packages: &[],
    package_suffices: false,
    runs_as: &[],
};

/// Every linter that is told apart. A new one is a row.
const LINTERS: &[Tool] = &[
    Tool {
        name: "eslint",
        files: &["eslint.config.*", ".eslintrc*"],
        package_keys: &["eslintConfig"],
        hooks: &["eslint"],
        packages: &[
            "eslint",
            "eslint-config-*",
            "@eslint/*",
            "gts",
            "xo",
            "standard",
            "react-scripts",
            "@nuxt/eslint*",
            "@antfu/eslint-config",
            "@vue/eslint-config-*",
        ],
        runs_as: &["eslint", "next", "xo", "standard", "gts"],
        ..TOOL
    },
    Tool { name: "tslint", files: &["tslint.json"], packages: &["tslint"], runs_as: &["tslint"], ..TOOL },
    Tool {
        name: "biome",
        files: &["biome.json", "biome.jsonc"],
        packages: &["@biomejs/biome"],
        runs_as: &["biome"],
        ..TOOL
    },
    Tool {
        name: "oxlint",
        files: &[".oxlintrc.json", "oxlint.json", "oxlint.config.*"],
        packages: &["oxlint"],
        runs_as: &["oxlint"],
        ..TOOL
    },
    Tool {
        name: "stylelint",
        files: &[".stylelintrc*", "stylelint.config.*"],
        package_keys: &["stylelint"],
        packages: &["stylelint"],
        runs_as: &["stylelint"],
        ..TOOL
    },
    Tool {
        name: "knip",
        files: &["knip.json", "knip.jsonc", "knip.ts", "knip.config.*"],
        package_keys: &["knip"],
        packages: &["knip"],
        runs_as: &["knip"],
        ..TOOL
    },
    Tool {
        name: "markdownlint",
        files: &[".markdownlint*"],
        hooks: &["markdownlint", "markdownlint-cli2"],
        runs_as: &["markdownlint", "markdownlint-cli2"],
        ..TOOL
    },
    Tool {
        name: "rubocop",
        files: &[".rubocop.yml", ".rubocop.yaml"],
        packages: &["rubocop", "rubocop-*", "standard", "gc_ruboconfig", "govuk-*"],
        runs_as: &["rubocop"],
        ..TOOL
    },
    Tool { name: "standardrb", files: &[".standard.yml"], packages: &["standard"], runs_as: &["standardrb"], ..TOOL },
    Tool { name: "reek", files: &[".reek.yml", ".reek"], packages: &["reek"], runs_as: &["reek"], ..TOOL },
    Tool {
        name: "brakeman",
        files: &["brakeman.ignore", "brakeman.yml"],
        packages: &["brakeman"],
        package_suffices: true,
        runs_as: &["brakeman"],
        ..TOOL
    },
    Tool {
        name: "haml-lint",
        files: &[".haml-lint.yml"],
        packages: &["haml_lint", "haml-lint"],
        runs_as: &["haml-lint"],
        ..TOOL
    },
    Tool {
        name: "erb-lint",
        files: &[".erb-lint.yml", ".erb_lint.yml"],
        packages: &["erb_lint"],
        runs_as: &["erb_lint", "erblint"],
        ..TOOL
    },
    Tool { name: "slim-lint", files: &[".slim-lint.yml"], packages: &["slim_lint"], runs_as: &["slim-lint"], ..TOOL },
    Tool {
        name: "ruff",
        files: &["ruff.toml", ".ruff.toml"],
        pyproject: &["tool.ruff"],
        hooks: &["ruff", "ruff-check"],
        runs_as: &["ruff"],
        ..TOOL
    },
    Tool {
        name: "flake8",
        files: &[".flake8"],
        pyproject: &["tool.flake8"],
        sections: &["flake8"],
        hooks: &["flake8"],
        runs_as: &["flake8"],
        ..TOOL
    },
    Tool {
        name: "pylint",
        files: &[".pylintrc", "pylintrc"],
        pyproject: &["tool.pylint"],
        hooks: &["pylint"],
        runs_as: &["pylint"],
        ..TOOL
    },
    Tool {
        name: "bandit",
        files: &[".bandit", "bandit.yaml"],
        pyproject: &["tool.bandit"],
        hooks: &["bandit"],
        runs_as: &["bandit"],
        ..TOOL
    },
    Tool {
        name: "mypy",
        files: &["mypy.ini", ".mypy.ini"],
        pyproject: &["tool.mypy"],
        sections: &["mypy"],
        hooks: &["mypy"],
        runs_as: &["mypy"],
        ..TOOL
    },
    Tool {
        name: "pyright",
        files: &["pyrightconfig.json"],
        pyproject: &["tool.pyright", "tool.basedpyright"],
        hooks: &["pyright"],
        runs_as: &["pyright", "basedpyright"],
        ..TOOL
    },
    Tool {
        name: "djlint",
        files: &[".djlintrc"],
        pyproject: &["tool.djlint"],
        hooks: &["djlint-django", "djlint", "djlint-reformat-django"],
        packages: &["djlint"],
        runs_as: &["djlint"],
        ..TOOL
    },
    Tool {
        name: "phpcs",
        files: &["phpcs.xml", "phpcs.xml.dist", ".phpcs.xml"],
        packages: &["squizlabs/php_codesniffer", "slevomat/coding-standard", "escapestudios/symfony2-coding-standard"],
        runs_as: &["phpcs"],
        ..TOOL
    },
    Tool {
        name: "phpstan",
        files: &["phpstan.neon", "phpstan.neon.dist", "phpstan.dist.neon"],
        packages: &["phpstan/phpstan", "phpstan/*"],
        runs_as: &["phpstan"],
        ..TOOL
    },
    Tool {
        name: "larastan",
        packages: &["nunomaduro/larastan", "larastan/larastan"],
        package_suffices: true,
        runs_as: &["larastan"],
        ..TOOL
    },
    Tool {
        name: "psalm",
        files: &["psalm.xml", "psalm.xml.dist"],
        packages: &["vimeo/psalm"],
        runs_as: &["psalm"],
        ..TOOL
    },
    Tool {
        name: "php-cs-fixer",
        files: &[".php-cs-fixer.php", ".php-cs-fixer.dist.php", ".php_cs", ".php_cs.dist"],
        packages: &["friendsofphp/php-cs-fixer", "php-cs-fixer/shim"],
        runs_as: &["php-cs-fixer"],
        ..TOOL
    },
    Tool { name: "pint", files: &["pint.json"], packages: &["laravel/pint"], runs_as: &["pint"], ..TOOL },
    Tool {
        name: "detekt",
        files: &["detekt.yml", "detekt-config.yml"],
        packages: &["io.gitlab.arturbosch.detekt"],
        package_suffices: true,
        runs_as: &["detekt"],
        ..TOOL
    },
    Tool {
        name: "ktlint",
        packages: &["org.jlleitschuh.gradle.ktlint", "com.pinterest.ktlint"],
        package_suffices: true,
        runs_as: &["ktlint"],
        ..TOOL
    },
    Tool {
        name: "checkstyle",
        files: &["checkstyle.xml"],
        packages: &["maven-checkstyle-plugin", "checkstyle"],
        package_suffices: true,
        runs_as: &["checkstyle"],
        ..TOOL
    },
    Tool {
        name: "spotbugs",
        packages: &["spotbugs-maven-plugin", "com.github.spotbugs"],
        package_suffices: true,
        ..TOOL
    },
    Tool { name: "scalafix", files: &[".scalafix.conf"], packages: &["sbt-scalafix"], ..TOOL },
    Tool { name: "scalastyle", files: &["scalastyle-config.xml"], packages: &["scalastyle-sbt-plugin"], ..TOOL },
    Tool { name: "wartremover", packages: &["sbt-wartremover"], package_suffices: true, ..TOOL },
    Tool { name: "credo", files: &[".credo.exs"], packages: &["credo"], package_suffices: true, ..TOOL },
    Tool { name: "sobelow", files: &[".sobelow-conf"], packages: &["sobelow"], package_suffices: true, ..TOOL },
    Tool { name: "clippy", files: &["clippy.toml", ".clippy.toml"], ..TOOL },
    Tool { name: "golangci-lint", files: &[".golangci.*"], runs_as: &["golangci-lint"], ..TOOL },
    Tool {
        name: "hadolint",
        files: &[".hadolint.yaml", ".hadolint.yml"],
        hooks: &["hadolint", "hadolint-docker"],
        runs_as: &["hadolint"],
        ..TOOL
    },
    Tool { name: "sonar", files: &["sonar-project.properties"], ..TOOL },
];

/// Every formatter that is told apart.
const FORMATTERS: &[Tool] = &[
    Tool {
        name: "prettier",
        files: &[".prettierrc*", "prettier.config.*"],
        package_keys: &["prettier"],
        hooks: &["prettier"],
        packages: &["prettier", "gts", "@*/prettier-config*", "prettier-*", "eslint-plugin-prettier"],
        runs_as: &["prettier"],
        ..TOOL
    },
    Tool {
        name: "biome",
        files: &["biome.json", "biome.jsonc"],
        packages: &["@biomejs/biome"],
        runs_as: &["biome"],
        ..TOOL
    },
    Tool { name: "dprint", files: &["dprint.json", ".dprint.json"], runs_as: &["dprint"], ..TOOL },
    Tool { name: "black", pyproject: &["tool.black"], hooks: &["black"], runs_as: &["black"], ..TOOL },
    Tool { name: "ruff-format", pyproject: &["tool.ruff.format"], hooks: &["ruff-format"], ..TOOL },
    Tool {
        name: "isort",
        files: &[".isort.cfg"],
        pyproject: &["tool.isort"],
        sections: &["isort"],
        hooks: &["isort"],
        runs_as: &["isort"],
        ..TOOL
    },
    Tool { name: "rubocop", files: &[".rubocop.yml"], packages: &["rubocop", "rubocop-*"], ..TOOL },
    Tool { name: "standardrb", files: &[".standard.yml"], packages: &["standard"], ..TOOL },
    Tool { name: "pint", files: &["pint.json"], packages: &["laravel/pint"], ..TOOL },
    Tool {
        name: "php-cs-fixer",
        files: &[".php-cs-fixer.php", ".php-cs-fixer.dist.php", ".php_cs", ".php_cs.dist"],
        packages: &["friendsofphp/php-cs-fixer", "php-cs-fixer/shim"],
        ..TOOL
    },
    Tool {
        name: "scalafmt",
        files: &[".scalafmt.conf"],
        hooks: &["scalafmtOnCompile", "scalafmtAll", "scalafmtCheck", "scalafmtCheckAll"],
        ..TOOL
    },
    Tool { name: "ktlint", packages: &["org.jlleitschuh.gradle.ktlint"], package_suffices: true, ..TOOL },
    Tool {
        name: "spotless",
        packages: &["com.diffplug.spotless", "spotless-maven-plugin"],
        package_suffices: true,
        ..TOOL
    },
    Tool { name: "mix-format", files: &[".formatter.exs"], ..TOOL },
    Tool { name: "rustfmt", files: &["rustfmt.toml", ".rustfmt.toml"], ..TOOL },
];

/// Tools that a command runs with a sub-command of their language's own tool.
const BY_COMMAND: &[(&str, Activity, &str)] = &[
    ("cargo", Activity::Lint, "clippy"),
    ("mix", Activity::Format, "mix-format"),
    ("cargo", Activity::Format, "rustfmt"),
    ("gofmt", Activity::Format, "gofmt"),
    ("ruff", Activity::Format, "ruff-format"),
];

/// A tool that a script, a hook or a pipeline runs.
struct Run {
    tool: String,
    activity: Activity,
    place: Location,
}

/// Everything that scripts and pipelines run, found when first asked.
#[derive(Default)]
pub struct Runs(OnceLock<Vec<Run>>);

/// Everything that scripts, git hooks, Makefiles and pipelines run.
fn runs<'r>(repo: &'r Repo<'_>) -> &'r [Run] {
    repo.runs.0.get_or_init(|| all_runs(repo))
}

fn all_runs(repo: &Repo<'_>) -> Vec<Run> {
    let mut found: Vec<Run> = repo
        .pipelines
        .actions()
        .map(|(_, _, action)| Run {
            tool: name_of(action.tool.trim_end_matches("-action").split('@').next().unwrap_or_default()).to_owned(),
            activity: action.activity,
            place: action.place.clone(),
        })
        .collect();
    let resolver = Resolver::new(repo.inventory, repo.manifests);
    for manifest in &repo.manifests.all {
        for script in &manifest.scripts {
            for reached in resolver.script(&script.command, manifest.folder()) {
                found.push(Run {
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
        let bare = name_of(tool.trim_end_matches("-action").split('@').next().unwrap_or_default());
        let as_command =
            BY_COMMAND.iter().any(|(program, does, name)| *program == bare && *does == activity && *name == self.name);
        as_command || self.runs_as.contains(&bare) || self.name == bare
    }
}

/// Packages that run a linter when the product is built.
const BUILT_IN: &[(&str, &[&str])] = &[
    (
        "eslint",
        &[
            "vite-plugin-eslint",
            "@nabla/vite-plugin-eslint",
            "eslint-webpack-plugin",
            "eslint-loader",
            "vite-plugin-checker",
            "react-scripts",
            "@vue/cli-plugin-eslint",
            "gulp-eslint",
            "rollup-plugin-eslint",
            "@nuxtjs/eslint-module",
            "@angular-eslint/*",
            "angular-eslint",
        ],
    ),
    ("stylelint", &["stylelint-webpack-plugin", "vite-plugin-stylelint", "@nuxtjs/stylelint-module"]),
    ("prettier", &["eslint-plugin-prettier", "pretty-quick"]),
];

/// The linters and formatters that are configured.
pub(super) fn tools(repo: &Repo<'_>) -> Vec<ToolRuns> {
    let runs = runs(repo);
    let mut found: Vec<ToolRuns> = Vec::new();
    // A tool that only a service or an editor reads is started by nobody here.
    let aside = ["sonar", "brakeman", "larastan", "hadolint", "knip", "markdownlint", "pyright"];
    for table in [LINTERS, FORMATTERS] {
        for (name, place) in configured(repo, table, runs) {
            let Some(tool) = table.iter().find(|tool| tool.name == name) else { continue };
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
    for (program, activity, name) in BY_COMMAND.iter().filter(|(_, activity, _)| *activity == Activity::Lint) {
        if let Some(run) = runs.iter().find(|run| run.tool == *program && run.activity == *activity) {
            found.push(((*name).to_owned(), run.place.clone()));
        }
    }
    // Cargo's own manifest holds the lints of clippy since 1.74.
    for manifest in repo.manifests.all.iter().filter(|manifest| name_of(&manifest.path) == "Cargo.toml") {
        if let Some(document) = repo.inventory.document(&manifest.path)
            && let Ok(root) = document.as_ref()
            && let Some(lints) = root.at(&["lints", "clippy"]).or_else(|| root.at(&["workspace", "lints", "clippy"]))
        {
            found.push(("clippy".to_owned(), Location::line(&manifest.path, lints.line)));
        }
    }
    Fact::named(found)
}

fn formatters(repo: &Repo<'_>) -> Fact {
    let runs = runs(repo);
    let mut found = configured(repo, FORMATTERS, runs);
    for (program, activity, name) in BY_COMMAND.iter().filter(|(_, activity, _)| *activity == Activity::Format) {
        if let Some(run) = runs.iter().find(|run| run.tool == *program && run.activity == *activity) {
            found.push(((*name).to_owned(), run.place.clone()));
        }
    }
    Fact::named(found)
}

fn configured(repo: &Repo<'_>, tools: &[Tool], runs: &[Run]) -> Vec<(String, Location)> {
    let settings: Vec<&File> = repo.inventory.files().iter().filter(|file| file.role == Role::Config).collect();
    let hooks = hooks(repo);
    let mut found = Vec::new();
    for tool in tools {
        let checks = |run: &&Run| {
            matches!(run.activity, Activity::Lint | Activity::Format | Activity::TypeCheck | Activity::SecurityScan)
        };
        let run = runs
            .iter()
            .filter(checks)
            .find(|run| tool.runs_as.contains(&run.tool.as_str()))
            .map(|run| run.place.clone());
        let hook = hooks.iter().find(|(id, _)| tool.hooks.contains(&id.as_str())).map(|(_, place)| place.clone());
        let package = repo
            .manifests
            .dependencies(tool.packages)
            .next()
            .map(|(manifest, found)| Location::line(&manifest.path, found.line));
        let reachable = tool.packages.is_empty() || package.is_some() || run.is_some() || hook.is_some();
        let configuration = configuration(repo, tool, &settings).filter(|_| reachable);
        let alone = package.filter(|_| tool.package_suffices);
        if let Some(place) = configuration.or(run).or(hook).or(alone) {
            found.push((tool.name.to_owned(), place));
        }
    }
    found
}

fn configuration(repo: &Repo<'_>, tool: &Tool, settings: &[&File]) -> Option<Location> {
    let named = |name: &str| {
        tool.files
            .iter()
            .any(|pattern| pattern.strip_suffix('*').map_or(name == *pattern, |start| name.starts_with(start)))
    };
    let file = settings.iter().find(|file| {
        named(file.name()) && !file.name().contains("ignore")
            || tool.name == "brakeman" && file.name() == "brakeman.ignore"
    });
    if let Some(file) = file {
        return Some(Location::file(&file.path));
    }
    // `.rubocop.yml` may stand in `.config`; brakeman's list of ignored warnings in `config`.
    for manifest in &repo.manifests.all {
        let name = name_of(&manifest.path);
        if name != "package.json" {
            continue;
        }
        if let Some(document) = repo.inventory.document(&manifest.path)
            && let Ok(root) = document.as_ref()
            && let Some(entry) = tool.package_keys.iter().find_map(|key| root.entry(key))
        {
            return Some(Location::line(&manifest.path, entry.line));
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
                if let Some(table) = table.filter(|node| !only_format(node)) {
                    return Some(Location::line(&file.path, table.line));
                }
            }
        } else if let Some(text) = repo.inventory.text(&file.path) {
            let section = tool
                .sections
                .iter()
                .find_map(|section| text.lines().position(|line| line.trim() == format!("[{section}]")));
            if let Some(line) = section {
                return Some(Location::line(&file.path, crate::document::to_u32(line + 1)));
            }
        }
    }
    None
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
        for source in root.get("repos").map(Node::items).unwrap_or_default() {
            for hook in source.get("hooks").map(Node::items).unwrap_or_default() {
                if let Some(id) = hook.get("id").and_then(Node::text) {
                    found.push((id.to_owned(), Location::line(&file.path, hook.line)));
                }
            }
        }
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
        assert!(
            names_of(&[("package.json", r#"{"devDependencies": {"eslint": "9", "prettier": "3"}}"#)], "formatters")
                .is_empty()
        );
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
