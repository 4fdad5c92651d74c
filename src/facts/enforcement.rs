//! Configured, run, enforced: how far each linter, formatter, type checker and suite of tests goes.
//!
//! The most common failure of real products is a linter that nobody runs.

use super::conventions::{ToolRuns, is_formatter, is_linter, run_of, tools};
use super::shared::{Enforced, Level};
use crate::base::location::Location;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind, PLACES};
use crate::model::pipeline::Activity;
use crate::read::inventory::File;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "enforcement",
        kind: Kind::List,
        question: (
            "How far does each check go: configured, run by a script or hook, run by CI, blocking in CI?",
            "Jusqu'où va chaque contrôle : configuré, lancé par un script ou un hook, lancé par la CI, bloquant dans la CI ?",
        ),
        detect: enforcement,
    },
    Detector {
        id: "linter_level",
        kind: Kind::Text,
        question: (
            "How far does the linter that goes farthest go: configured, run, in-ci, blocking?",
            "Jusqu'où va le linter qui va le plus loin : configured, run, in-ci, blocking ?",
        ),
        detect: |repo| farthest(repo, is_linter),
    },
    Detector {
        id: "formatter_level",
        kind: Kind::Text,
        question: (
            "How far does the formatter that goes farthest go: configured, run, in-ci, blocking?",
            "Jusqu'où va le formateur qui va le plus loin : configured, run, in-ci, blocking ?",
        ),
        detect: |repo| farthest(repo, is_formatter),
    },
    Detector {
        id: "tools_never_run",
        kind: Kind::List,
        question: (
            "Which linters and formatters are configured, but run by nothing in the tree?",
            "Quels linters et formateurs sont configurés, et que rien dans l'arborescence ne lance ?",
        ),
        detect: tools_never_run,
    },
];

fn levels<'r>(repo: &'r Repo<'_>) -> &'r [Enforced] {
    repo.shared.levels.get_or_init(|| all_levels(repo))
}

fn all_levels(repo: &Repo<'_>) -> Vec<Enforced> {
    let of_ci = |tool: &ToolRuns| {
        let mut all = repo.pipelines.actions().filter(|(pipeline, job, action)| {
            pipeline.is_automatic(job) && tool.is_run_by(&action.tool, action.activity)
        });
        let mut best: Option<(Level, Location)> = None;
        all.find(|(_, _, action)| {
            let level = if action.blocking { Level::Blocking } else { Level::InCi };
            if best.as_ref().is_none_or(|(known, _)| level > *known) {
                best = Some((level, action.place.clone()));
            }
            level == Level::Blocking
        });
        best
    };
    tools(repo)
        .into_iter()
        .map(|tool| {
            let (level, place) = of_ci(&tool).unwrap_or_else(|| match started_by(repo, &tool) {
                Some(place) => (Level::Run, place),
                None => (Level::Configured, tool.place.clone()),
            });
            Enforced { name: tool.name, level, place }
        })
        .collect()
}

/// The farthest level of the tools of a sort; nothing where there is none.
fn farthest(repo: &Repo<'_>, wanted: fn(&str) -> bool) -> Fact {
    let best = levels(repo).iter().filter(|tool| wanted(&tool.name)).max_by_key(|tool| tool.level);
    best.map_or_else(Fact::nothing, |tool| Fact::text(tool.level.name()).seen([tool.place.clone()]))
}

fn enforcement(repo: &Repo<'_>) -> Fact {
    let mut found: Vec<(String, Location)> =
        levels(repo).iter().map(|tool| (format!("{}: {}", tool.name, tool.level.name()), tool.place.clone())).collect();
    // Types and tests have many tools and one question each.
    for (name, wanted) in [("types", &[Activity::TypeCheck][..]), ("tests", crate::model::delivery::route::TESTS)] {
        let in_ci = || {
            let mut actions = repo
                .pipelines
                .actions()
                .filter(|(pipeline, job, action)| pipeline.is_automatic(job) && wanted.contains(&action.activity));
            let first = actions.next();
            let blocking = first.iter().copied().chain(actions).find(|(_, _, action)| action.blocking);
            let (_, _, action) = blocking.or(first)?;
            Some((if action.blocking { Level::Blocking } else { Level::InCi }, action.place.clone()))
        };
        let run = || Some((Level::Run, run_of(repo, wanted)?));
        let written = || Some((Level::Configured, written(repo, name)?));
        if let Some((level, place)) = in_ci().or_else(run).or_else(written) {
            found.push((format!("{name}: {}", level.name()), place));
        }
    }
    found.dedup();
    Fact::named(found)
}

/// What shows that types or tests are written.
fn written(repo: &Repo<'_>, name: &str) -> Option<Location> {
    if name == "tests" {
        let tests = [super::tests::unit_tests(repo), super::tests::e2e_tests(repo)];
        return tests.into_iter().find(super::fact::Fact::is_true)?.evidence.into_iter().next();
    }
    let settings = |name: &str| name == "tsconfig.json" || name == "pyrightconfig.json" || name == "mypy.ini";
    repo.inventory.own_files().find(|file| settings(file.name())).map(|file| Location::file(&file.path))
}

/// How far each check goes, as the fact of that name says it.
pub(crate) fn checks(fact: &Fact) -> Vec<(&str, Level, Option<&Location>)> {
    let levels = |text: &str| Level::ALL.into_iter().find(|level| level.name() == text);
    let split = fact.names().iter().enumerate().filter_map(|(at, text)| {
        let (name, level) = text.split_once(": ")?;
        Some((name, levels(level)?, fact.evidence.get(at)))
    });
    split.collect()
}

fn tools_never_run(repo: &Repo<'_>) -> Fact {
    if !repo.pipelines.elsewhere().is_empty() {
        return Fact::unverified(
            "CI calls another repository, which may run them",
            "la CI appelle un autre dépôt, qui les lance peut-être",
        );
    }
    let never = levels(repo).iter().filter(|tool| tool.level == Level::Configured);
    Fact::named(never.map(|tool| (tool.name.clone(), tool.place.clone())).take(PLACES).collect())
}

/// Where something that people or machines start names a tool.
fn started_by(repo: &Repo<'_>, tool: &ToolRuns) -> Option<Location> {
    if let Some(place) = &tool.run {
        return Some(place.clone());
    }
    let built_in = repo.manifests.dependencies(tool.built_in).next();
    if let Some((manifest, dependency)) = built_in {
        return Some(Location::line(&manifest.path, dependency.line));
    }
    let files = repo.inventory.files().iter().filter(|file| is_started(file) || is_manifest_of_scripts(file));
    files.filter_map(|file| Some((file, repo.inventory.text(&file.path)?))).find_map(|(file, text)| {
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with('#'));
        let (at, _) = lines.find(|(_, line)| {
            // A dependency names the tool too: only a command has words after or before it.
            let command = !is_manifest_of_scripts(file) || is_script_line(line);
            command && tool.words.iter().any(|word| names(line, word))
        })?;
        Some(Location::line(&file.path, crate::base::text::to_u32(at + 1)))
    })
}

fn names(line: &str, word: &str) -> bool {
    let bound = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_');
    line.match_indices(word)
        .any(|(at, found)| bound(line[..at].chars().next_back()) && bound(line[at + found.len()..].chars().next()))
}

/// A line of a manifest that holds a command and not a package with its version.
fn is_script_line(line: &str) -> bool {
    let value = line.split_once(':').map_or(line, |(_, value)| value).trim().trim_matches(['"', ',', '[', ']']);
    let version = value.starts_with(['^', '~', '>', '<', '=', '*']) || value.starts_with(|c: char| c.is_ascii_digit());
    !value.is_empty() && !version && !value.starts_with(['{', '"'])
}

fn is_manifest_of_scripts(file: &File) -> bool {
    matches!(file.name(), "package.json" | "composer.json" | "pyproject.toml" | "mix.exs" | "deno.json")
}

/// Files whose lines people, hooks or machines start.
fn is_started(file: &File) -> bool {
    let (path, name) = (file.path.as_str(), file.name());
    let lower = name.to_ascii_lowercase();
    let named = [
        "makefile",
        "justfile",
        ".justfile",
        "rakefile",
        "taskfile.yml",
        "tox.ini",
        "noxfile.py",
        "tasks.py",
        "lefthook.yml",
        ".lefthook.yml",
        ".pre-commit-config.yaml",
        "turbo.json",
        "nx.json",
        "project.json",
        "angular.json",
        "gulpfile.js",
        "gruntfile.js",
        "dangerfile",
        ".overcommit.yml",
        "guardfile",
        "build.sbt",
        "pom.xml",
        "build.gradle",
        "build.gradle.kts",
        "mise.toml",
        ".gitlab-ci.yml",
        ".travis.yml",
        "jenkinsfile",
        "docker-bake.hcl",
        "procfile",
        "commitlint.config.js",
    ];
    named.contains(&lower.as_str())
        || lower.starts_with(".lintstagedrc")
        || lower.starts_with("lint-staged.config")
        || lower.starts_with("dockerfile")
        || ["sh", "bash", "rake", "mk", "just"].iter().any(|extension| lower.ends_with(&format!(".{extension}")))
        || [".husky/", "bin/", "scripts/", "script/", ".github/", ".circleci/", ".githooks/", "hooks/"]
            .iter()
            .any(|folder| path.starts_with(folder) || path.contains(&format!("/{folder}")))
        || lower.contains("compose") && lower.ends_with("ml")
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    const PACKAGE: &str = "{\n\"scripts\": {\"lint\": \"eslint .\"},\n\"devDependencies\": {\"eslint\": \"9\"}\n}";

    #[test]
    fn a_linter_goes_from_written_to_enforced() {
        let level = |more: &[(&str, &str)], package: &str| {
            let files: Vec<(&str, &str)> = [("package.json", package), ("eslint.config.js", "x")]
                .into_iter()
                .chain(more.iter().copied())
                .collect();
            names_of(&files, "enforcement")
        };
        let ci = |step: &str| format!("on: [pull_request]\njobs:\n  a:\n    steps:\n      - run: npm run lint{step}\n");
        let unused = "{\n\"devDependencies\": {\n\"eslint\": \"9\"\n}\n}";
        assert_eq!(level(&[], unused), ["eslint: configured"]);
        assert_eq!(level(&[], PACKAGE), ["eslint: run"]);
        assert_eq!(level(&[(".husky/pre-commit", "npx eslint --fix\n")], unused), ["eslint: run"]);
        let tolerated = ci(" || true");
        assert_eq!(level(&[(".github/workflows/a.yml", &tolerated)], PACKAGE), ["eslint: in-ci"]);
        let strict = ci("");
        assert_eq!(level(&[(".github/workflows/a.yml", &strict)], PACKAGE), ["eslint: blocking"]);
    }

    #[test]
    fn a_tool_that_lints_and_formats_counts_as_both() {
        let ci = "on: [pull_request]\njobs:\n  a:\n    steps:\n      - run: bundle exec rubocop\n";
        let files = [("Gemfile", "gem 'rubocop'\n"), (".rubocop.yml", "x"), (".github/workflows/a.yml", ci)];
        let level = |fact: &str| fact_of(&files, fact).text_value().map(str::to_owned);
        assert_eq!(
            (level("linter_level"), level("formatter_level")),
            (level("formatter_level"), level("linter_level"))
        );
        assert_eq!(level("formatter_level").as_deref(), Some("blocking"));
    }

    #[test]
    fn types_and_tests_go_from_written_to_enforced_too() {
        let test = ("src/a.test.ts", "test('a', () => { expect(1).toBe(1); });\n");
        let package =
            |scripts: &str| format!("{{\"scripts\": {{{scripts}}}, \"devDependencies\": {{\"vitest\": \"3\"}}}}");
        let of = |scripts: &str, more: &[(&str, &str)]| {
            let package = package(scripts);
            let files = [("package.json", package.as_str()), ("tsconfig.json", "{}"), test];
            let files: Vec<(&str, &str)> = files.into_iter().chain(more.iter().copied()).collect();
            names_of(&files, "enforcement")
        };
        assert_eq!(of("", &[]), ["types: configured", "tests: configured"]);
        let scripts = r#""test": "vitest run", "types": "tsc --noEmit""#;
        assert_eq!(of(scripts, &[]), ["types: run", "tests: run"]);
        let ci =
            "on: [pull_request]\njobs:\n  a:\n    steps:\n      - run: npm test\n      - run: npm run types || true\n";
        assert_eq!(of(scripts, &[(".github/workflows/a.yml", ci)]), ["types: in-ci", "tests: blocking"]);
    }

    #[test]
    fn a_package_or_a_plugin_of_the_build_is_told_from_a_command() {
        let files = [
            (
                "package.json",
                "{\n  \"devDependencies\": {\n    \"eslint\": \"9\",\n    \"vite-plugin-eslint\": \"1\"\n  }\n}",
            ),
            ("eslint.config.js", "x"),
        ];
        assert!(names_of(&files, "tools_never_run").is_empty());
        let files =
            [("package.json", "{\n  \"devDependencies\": {\n    \"eslint\": \"9\"\n  }\n}"), ("eslint.config.js", "x")];
        assert_eq!(names_of(&files, "tools_never_run"), ["eslint"]);
    }
}
