//! One command as what it does, once wrappers such as `npx`, `bundle exec` or `docker run` are taken off.

use super::shell::Command;
use super::tools::TOOLS;
use super::{Activity, docker, nx, python, rake, remote};

/// What a command turns out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// A known tool at work.
    Tool(Activity, String),
    /// Another script text, in the same folder.
    Script(String),
    /// A script of a package manager: its name, and the folder or package that a flag designates.
    Package {
        /// The script's name.
        script: String,
        /// Which packages it is asked of.
        target: Target,
        /// The words that follow it.
        args: Vec<String>,
    },
    /// A target of an Nx workspace, in one project or in all.
    Nx {
        /// Its name.
        target: String,
        /// The project, where one is named.
        project: Option<String>,
    },
    /// A service of a compose file, with the command to run in it; its own, if none is given.
    Service {
        /// Its name.
        name: String,
        /// The command.
        command: Vec<String>,
    },
    /// The build of an image.
    Image {
        /// The Dockerfile, where one is named.
        file: Option<String>,
        /// The stage to stop at.
        stage: Option<String>,
        /// The folder that it is built from.
        context: String,
    },
    /// A target of a Makefile, with the variables that the command line gives.
    Make {
        /// Its name.
        target: String,
        /// Names and values.
        variables: Vec<(String, String)>,
    },
    /// A recipe of a justfile.
    Just(String),
    /// A Composer script.
    Composer(String),
    /// A task of a Rakefile, and what its name stands for where no file defines it.
    Rake {
        /// The task.
        task: String,
        /// What is known under that name.
        known: Option<Activity>,
    },
    /// Environments of tox; all of them, if none is named.
    Tox(Vec<String>),
    /// Sessions of nox; all of them, if none is named.
    Nox(Vec<String>),
    /// The hooks of pre-commit.
    Hooks,
    /// The commands of a hook of Lefthook.
    Lefthook(String),
    /// A file of the repository that is run.
    File(String),
    /// A change of folder for what follows.
    Folder(String),
}

/// Which packages a script is asked of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The package of the current folder.
    Here,
    /// The package of a folder.
    Folder(String),
    /// The package of a name, or every package that matches.
    Named(String),
    /// Every package that has the script.
    Everywhere,
}

/// Programs that run the rest of their words, and how many options' values they may swallow.
const WRAPPERS: &[&str] = &[
    "npx",
    "bunx",
    "pnpx",
    "uvx",
    "pipx",
    "xvfb-run",
    "env",
    "cross-env",
    "cross-env-shell",
    "dotenv",
    "dotenv-cli",
    "nice",
    "timeout",
    "command",
    "dotenvx",
    "env-cmd",
    "nohup",
    "with-env",
    "retry",
    "withenv",
    "doppler",
    "ionice",
    "unbuffer",
    "xargs",
    "parallel",
    "stdbuf",
    "dbus-run-session",
    "wait-for-it",
    "op",
    "aws-vault",
    "infisical",
    "corepack",
    "mise",
    "rtx",
    "volta",
    "per-env",
];

/// What a command does; nothing when it is no concern of the audit.
pub fn meaning(command: &Command) -> Vec<Meaning> {
    let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
    of_words(&words, 0)
}

pub(super) fn of_words(words: &[&str], depth: usize) -> Vec<Meaning> {
    let Some((program, rest)) = words.split_first() else {
        return Vec::new();
    };
    if depth > 6 {
        return Vec::new();
    }
    let inner = |rest: &[&str]| of_words(rest, depth + 1);
    let name = program.rsplit('/').next().unwrap_or(program);
    match name {
        _ if WRAPPERS.contains(&name) => inner(after_options(rest)),
        "npm" | "pnpm" | "yarn" | "bun" | "yarnpkg" => package_manager(name, rest, depth),
        "npm-run-all" | "npm-run-all2" | "run-s" | "run-p" | "run-z" => {
            rest.iter().filter(|word| !word.starts_with('-')).map(|word| package(word, Target::Here)).collect()
        }
        "concurrently" => rest
            .iter()
            .filter(|word| !word.starts_with('-'))
            .map(|word| match word.strip_prefix("npm:") {
                Some(script) => package(script, Target::Here),
                None => Meaning::Script((*word).to_owned()),
            })
            .collect(),
        "turbo" | "lerna" => {
            let tasks: Vec<&&str> = rest
                .iter()
                .take_while(|word| **word != "--")
                .filter(|word| !word.starts_with('-') && **word != "run")
                .collect();
            let known = own_tool(name, rest);
            known.into_iter().chain(tasks.iter().map(|task| package(task, Target::Everywhere))).collect()
        }
        "nx" => nx::words(rest),
        "bundle" if rest.first() == Some(&"exec") => inner(&rest[1..]),
        "bundle" if rest.first() == Some(&"audit") => {
            vec![Meaning::Tool(Activity::SecurityScan, "bundler-audit".to_owned())]
        }
        "poetry" | "uv" | "pipenv" | "pdm" | "hatch" | "rye" | "pixi" if rest.first() == Some(&"run") => {
            let rest = after_options(&rest[1..]);
            let mut found = inner(rest);
            if found.is_empty()
                && let Some(script) = rest.first()
            {
                found.push(package(script, Target::Here));
            }
            found
        }
        "poe" | "task" | "taskipy" => rest
            .iter()
            .find(|word| !word.starts_with('-'))
            .map(|word| package(word, Target::Here))
            .into_iter()
            .collect(),
        "uv" if rest.first() == Some(&"tool") => inner(after_options(rest.get(2..).unwrap_or_default())),
        "python" | "python3" => match rest {
            ["-m", module, args @ ..] => {
                let mut words = vec![*module];
                words.extend(args);
                inner(&words)
            }
            [script, ..] if script.ends_with("manage.py") || !script.starts_with('-') => inner(rest),
            _ => Vec::new(),
        },
        "php" if rest.first().is_some_and(|word| matches!(*word, "-d" | "-c")) => {
            // `php -d memory_limit=1G script`: options with a value come before the script.
            inner(&std::iter::once(*program).chain(rest.iter().skip(2).copied()).collect::<Vec<_>>())
        }
        "php" | "ruby" | "deno" if matches!(rest.first(), Some(&"run")) => inner(after_options(&rest[1..])),
        "php" | "ruby" | "node" | "tsx" | "ts-node" if rest.first().is_some_and(|word| !word.starts_with('-')) => {
            own_tool(name, rest).map_or_else(|| inner(rest), |tool| vec![tool])
        }
        "bash" | "sh" | "zsh" | "ash" | "dash" => shell(rest),
        "docker" | "podman" => docker::run(rest, depth),
        "docker-compose" => {
            let mut words = vec!["compose"];
            words.extend(rest);
            docker::run(&words, depth)
        }
        "mix" if rest.first() == Some(&"cmd") => inner(after_options(&rest[1..])),
        // `mix do a, b` and `mix do a + b` are several tasks.
        "mix" if rest.first() == Some(&"do") => rest[1..]
            .split(|word| *word == "+")
            .flat_map(|tasks| tasks.split_inclusive(|word| word.ends_with(',')))
            .flat_map(|task| {
                let task = task.iter().map(|word| word.trim_end_matches(','));
                inner(&std::iter::once("mix").chain(task).collect::<Vec<_>>())
            })
            .collect(),
        "pre-commit" | "prek" => match rest {
            ["run", ..] => vec![Meaning::Hooks],
            _ => Vec::new(),
        },
        // `start-server-and-test [script] address script`: the scripts are those of the manifest.
        "start-server-and-test" | "server-test" | "start-test" => {
            let is_address = |word: &str| {
                word.starts_with('-')
                    || word.contains("://")
                    || word.starts_with(|c: char| c.is_ascii_digit() || c == ':')
            };
            let scripts = rest.iter().filter(|word| !is_address(word)).flat_map(|word| {
                let words: Vec<&str> = word.split_whitespace().collect();
                if words.len() > 1 { inner(&words) } else { vec![package(word, Target::Here)] }
            });
            own_tool(name, rest).into_iter().chain(scripts).collect()
        }
        "tox" => python::tox_words(rest),
        "nox" => python::nox_words(rest),
        "lefthook" => match rest {
            ["run", hook, ..] => vec![Meaning::Lefthook((*hook).to_owned())],
            _ => Vec::new(),
        },
        "curl" | "wget" | "http" => remote::call(rest).into_iter().collect(),
        "mix" => own_tool(name, rest)
            .into_iter()
            .chain(after_options(rest).first().map(|task| package(task, Target::Here)))
            .collect(),
        "make" | "gmake" => {
            let given = rest.iter().filter_map(|word| word.split_once('='));
            let variables: Vec<(String, String)> =
                given.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            targets(rest)
                .map(|target| Meaning::Make { target: target.to_owned(), variables: variables.clone() })
                .collect()
        }
        // What a variable stands for is not known: what follows it is run by it, as by any wrapper.
        _ if name.starts_with("${") || name.starts_with('$') && name.len() > 1 => inner(rest),
        "just" => rest
            .iter()
            .find(|word| !word.starts_with('-'))
            .map(|recipe| Meaning::Just((*recipe).to_owned()))
            .into_iter()
            .collect(),
        "composer" => {
            let script = match rest {
                ["run" | "run-script" | "exec", args @ ..] => after_options(args).first().copied(),
                [script, ..]
                    if !matches!(
                        *script,
                        "install"
                            | "update"
                            | "require"
                            | "dump-autoload"
                            | "config"
                            | "global"
                            | "self-update"
                            | "validate"
                    ) =>
                {
                    Some(*script)
                }
                _ => None,
            };
            let known = own_tool(name, rest);
            known.into_iter().chain(script.map(|script| Meaning::Composer(script.to_owned()))).collect()
        }
        "cd" | "pushd" => rest.first().map(|folder| Meaning::Folder((*folder).to_owned())).into_iter().collect(),
        "sbt" => sbt(rest),
        "git" => remote::push(rest).into_iter().collect(),
        "flake8" | "pytest" | "npm_config" => own_tool(name, rest).into_iter().collect(),
        "rails" if matches!(rest.first(), Some(&("test" | "spec"))) => own_tool(name, rest).into_iter().collect(),
        "rake" | "rails" => rake::words(rest, own_tool(name, rest)),
        "source" | "." => rest.first().map(|file| Meaning::File((*file).to_owned())).into_iter().collect(),
        _ => match own_tool(name, rest) {
            Some(tool) => vec![tool],
            // `vendor/bin/x`, `./node_modules/.bin/x` and `bin/x` are their tool; other paths are scripts to read.
            None if program.contains('/') || name.ends_with(".sh") || name.ends_with(".py") => {
                vec![Meaning::File((*program).to_owned())]
            }
            None => Vec::new(),
        },
    }
}

/// The known tool that a program with these words is.
pub(super) fn own_tool(name: &str, rest: &[&str]) -> Option<Meaning> {
    let name = name.strip_suffix(".js").or_else(|| name.strip_suffix(".phar")).unwrap_or(name);
    let is_help = rest.iter().any(|word| matches!(*word, "--version" | "--help" | "install" | "init"));
    if is_help && !matches!(name, "mvn" | "mvnw" | "helm") {
        return None;
    }
    let (tool, _, activity) = TOOLS.iter().find(|(tool, needed, _)| {
        *tool == name
            && needed.iter().all(|alternatives| {
                alternatives.split('|').any(|word| {
                    // `rake parallel:spec[…]` carries its arguments; `--flag=value` its value.
                    rest.iter().any(|given| given.split(['[', '=']).next() == Some(word))
                })
            })
    })?;
    let activity = match activity {
        Activity::Lint if is_formatting(tool, rest) => Activity::Format,
        Activity::Test if skips_tests(tool, rest) => Activity::Build,
        activity => *activity,
    };
    Some(Meaning::Tool(activity, (*tool).to_owned()))
}

/// A build of the JVM that is told to leave the tests out.
fn skips_tests(tool: &str, rest: &[&str]) -> bool {
    if !matches!(tool, "mvn" | "mvnw" | "gradle" | "gradlew") {
        return false;
    }
    let left_out = rest.windows(2).any(|words| words[0] == "-x" && words[1].rsplit(':').next() == Some("test"));
    let skipped = |word: &&str| {
        ["-DskipTests", "-Dmaven.test.skip"].iter().any(|flag| word.starts_with(flag)) && !word.ends_with("=false")
    };
    left_out || rest.iter().any(skipped)
}

/// A linter that is only asked to check the format.
fn is_formatting(tool: &str, rest: &[&str]) -> bool {
    tool == "ruff" && rest.first() == Some(&"format")
}

fn package(script: &str, target: Target) -> Meaning {
    Meaning::Package { script: script.to_owned(), target, args: Vec::new() }
}

/// Words after the options and assignments at their start.
fn after_options<'w, 's>(words: &'w [&'s str]) -> &'w [&'s str] {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let takes_value = matches!(
            *word,
            "-p" | "--package"
                | "-f"
                | "-e"
                | "--env-file"
                | "--group"
                | "--extra"
                | "--with"
                | "--from"
                | "-c"
                | "--config"
                | "-s"
                | "--only-group"
                | "--python"
                | "--directory"
                | "--node-options"
        );
        if takes_value && words.get(at + 1).is_some() {
            at += 2;
        } else if word.starts_with('-')
            || word.contains('=') && !word.contains('/')
            || *word == "exec"
            || *word == "run"
            || *word == "--"
            || word.chars().all(|c| c.is_ascii_digit())
        {
            at += 1;
        } else {
            break;
        }
    }
    &words[at..]
}

fn targets<'w>(rest: &'w [&'w str]) -> impl Iterator<Item = &'w str> {
    let mut skip = false;
    rest.iter().copied().filter(move |word| {
        let value = std::mem::replace(&mut skip, matches!(*word, "-C" | "-f" | "-j"));
        !value && !word.starts_with('-') && !word.contains('=')
    })
}

fn package_manager(manager: &str, rest: &[&str], depth: usize) -> Vec<Meaning> {
    let mut target = Target::Here;
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(word) = rest.get(at) {
        let (flag, inline) = word.split_once('=').map_or((*word, None), |(flag, value)| (flag, Some(value)));
        let value = inline.or_else(|| rest.get(at + 1).copied());
        let named = match flag {
            "--prefix" | "-C" | "--dir" | "--cwd" => value.map(|value| Target::Folder(value.to_owned())),
            "--filter" | "-F" | "-w" | "--workspace" if manager != "pnpm" || flag != "-w" => {
                value.map(|value| Target::Named(value.to_owned()))
            }
            "-r" | "--recursive" | "--workspaces" | "-ws" => {
                target = Target::Everywhere;
                at += 1;
                continue;
            }
            _ => None,
        };
        if let Some(named) = named {
            target = named;
            at += if inline.is_some() { 1 } else { 2 };
        } else if words.is_empty() && word.starts_with('-') {
            at += 1;
        } else {
            words.push(*word);
            at += 1;
        }
    }
    let with_args = |script: &str, target, args: &[&str]| Meaning::Package {
        script: script.to_owned(),
        target,
        args: args.iter().skip_while(|word| **word == "--").map(|word| (*word).to_owned()).collect(),
    };
    let script = |words: &[&str], target| {
        let at = words.iter().position(|word| !word.starts_with('-'));
        at.map(|at| with_args(words[at], target, &words[at + 1..])).into_iter().collect()
    };
    match words.as_slice() {
        ["audit", ..] => vec![Meaning::Tool(Activity::SecurityScan, format!("{manager} audit"))],
        ["publish", ..] => vec![Meaning::Tool(Activity::Publish, format!("{manager} publish"))],
        ["workspaces", "foreach", rest @ ..] => {
            let rest: Vec<&str> = rest.iter().copied().skip_while(|word| *word != "run").skip(1).collect();
            script(&rest, Target::Everywhere)
        }
        ["workspaces", "run", rest @ ..] => script(rest, Target::Everywhere),
        ["workspace", name, rest @ ..] => {
            let rest: Vec<&str> = rest.iter().copied().filter(|word| *word != "run").collect();
            script(&rest, Target::Named((*name).to_owned()))
        }
        ["run" | "run-script" | "rum", rest @ ..] => {
            let mut found: Vec<Meaning> = script(rest, target);
            // Yarn and Bun run an installed program where no script has the name.
            if let (Some((name, args)), "yarn" | "bun") = (rest.split_first(), manager) {
                found.extend(own_tool(name, args));
            }
            found
        }
        ["exec" | "dlx" | "x", rest @ ..] => of_words(after_options(rest), depth + 1),
        ["t" | "tst", ..] => vec![package("test", target)],
        [
            "ci" | "install" | "i" | "add" | "config" | "cache" | "set" | "pkg" | "version" | "link" | "remove"
            | "dedupe" | "install-test" | "global" | "outdated" | "up" | "why" | "info" | "login" | "prune" | "rebuild",
            ..,
        ]
        | [] => Vec::new(),
        ["npm", "audit", ..] => vec![Meaning::Tool(Activity::SecurityScan, "yarn audit".to_owned())],
        ["test", ..] if manager == "bun" => vec![Meaning::Tool(Activity::Test, "bun test".to_owned())],
        [name, ..] if manager == "npm" && !matches!(*name, "test" | "start" | "stop" | "restart") => Vec::new(),
        // `yarn eslint .`: a script of that name first, else the installed program.
        [name, ..] => {
            let mut found = vec![with_args(name, target, &words[1..])];
            match *name {
                "nx" | "turbo" | "lerna" => found.extend(of_words(&words, depth + 1)),
                _ => found.extend(own_tool(name, &words[1..])),
            }
            found
        }
    }
}

fn shell(rest: &[&str]) -> Vec<Meaning> {
    let flags = rest.iter().take_while(|word| word.starts_with('-')).count();
    let runs_text = rest[..flags].iter().any(|flag| !flag.starts_with("--") && flag.contains('c'));
    match rest.get(flags) {
        Some(text) if runs_text => vec![Meaning::Script((*text).to_owned())],
        Some(file) => vec![Meaning::File((*file).to_owned())],
        None => Vec::new(),
    }
}

/// sbt takes several commands as words, or one quoted word with `;` between them.
fn sbt(rest: &[&str]) -> Vec<Meaning> {
    let mut found = Vec::new();
    for word in
        rest.iter().flat_map(|word| word.split([';', ' '])).filter(|word| !word.is_empty() && !word.starts_with('-'))
    {
        let task = word.rsplit('/').next().unwrap_or(word).trim_start_matches('+');
        if matches!(task, "test" | "testOnly" | "testQuick" | "it:test" | "coverageReport") {
            found.push(Meaning::Tool(Activity::Test, "sbt".to_owned()));
        } else if let Some(tool) = own_tool("sbt", &[task]) {
            found.push(tool);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::shell::commands;
    use super::*;

    fn of(script: &str) -> Vec<Meaning> {
        commands(script).iter().flat_map(meaning).collect()
    }

    fn tool(activity: Activity, name: &str) -> Meaning {
        Meaning::Tool(activity, name.to_owned())
    }

    #[test]
    fn wrappers_are_taken_off() {
        for script in [
            "eslint .",
            "npx eslint .",
            "npx --no-install eslint src",
            "./node_modules/.bin/eslint .",
            "pnpm exec eslint",
            "docker run --rm -v $PWD:/app image npx eslint .",
            "docker compose run --rm web eslint .",
            "bash -c 'eslint .'",
        ] {
            let found: Vec<Meaning> = of(script)
                .into_iter()
                .flat_map(|meaning| match meaning {
                    Meaning::Script(text) => of(&text),
                    Meaning::Service { command, .. } => of(&command.join(" ")),
                    meaning => vec![meaning],
                })
                .collect();
            assert_eq!(found, [tool(Activity::Lint, "eslint")], "{script}");
        }
        assert_eq!(of("docker run --env-file a --network host img bundle exec rspec"), [tool(Activity::Test, "rspec")]);
        assert_eq!(of("poetry run python manage.py test"), [tool(Activity::Test, "manage.py")]);
        assert_eq!(of("uv run pytest -x"), [tool(Activity::Test, "pytest")]);
    }

    #[test]
    fn a_formatter_that_writes_checks_nothing() {
        assert_eq!(of("prettier --check ."), [tool(Activity::Format, "prettier")]);
        assert!(of("prettier --write .").is_empty());
        assert!(of("cargo fmt").is_empty());
    }

    #[test]
    fn packages_scripts_are_named() {
        let here = |script: &str| package(script, Target::Here);
        assert_eq!(of("npm run lint"), [here("lint")]);
        let args = vec!["--coverage".to_owned()];
        assert_eq!(
            of("npm test -- --coverage"),
            [Meaning::Package { script: "test".to_owned(), target: Target::Here, args }]
        );
        assert_eq!(of("npm ci && npm i -g x"), []);
        assert_eq!(of("pnpm --filter web test"), [package("test", Target::Named("web".to_owned()))]);
        assert_eq!(of("yarn workspaces foreach -A run lint"), [package("lint", Target::Everywhere)]);
        assert_eq!(of("npm --prefix front run build"), [package("build", Target::Folder("front".to_owned()))]);
        assert_eq!(
            of("turbo run lint test"),
            [package("lint", Target::Everywhere), package("test", Target::Everywhere)]
        );
    }

    #[test]
    fn targets_of_nx_are_named() {
        let one = |target: &str, project: Option<&str>| Meaning::Nx {
            target: target.to_owned(),
            project: project.map(str::to_owned),
        };
        assert_eq!(of("npx nx affected -t lint test --parallel=3"), [one("lint", None), one("test", None)]);
        assert_eq!(of("nx run-many --target=test --projects=a,b -- --shard=1/2"), [one("test", None)]);
        assert_eq!(
            of("yarn nx run e2e:ci"),
            [package("nx", Target::Here), one("ci", Some("e2e"))].map(|meaning| match meaning {
                Meaning::Package { script, target, .. } => {
                    Meaning::Package { script, target, args: vec!["run".to_owned(), "e2e:ci".to_owned()] }
                }
                meaning => meaning,
            })
        );
        assert_eq!(of("nx e2e front-e2e"), [one("e2e", Some("front-e2e"))]);
        assert_eq!(of("nx format:check"), [tool(Activity::Format, "nx format")]);
    }

    #[test]
    fn a_service_runs_its_own_command_or_the_one_given() {
        let service = |name: &str, command: &[&str]| Meaning::Service {
            name: name.to_owned(),
            command: command.iter().map(|word| (*word).to_owned()).collect(),
        };
        assert_eq!(of("docker compose -f test.yml run --rm api"), [service("api", &[])]);
        assert_eq!(of("docker-compose run web bin/rspec"), [service("web", &["bin/rspec"])]);
        assert_eq!(of("docker compose up --exit-code-from cypress"), [service("cypress", &[])]);
        assert!(of("docker compose up -d").is_empty());
    }

    #[test]
    fn a_rake_task_carries_its_arguments() {
        let rake = |task: &str, known| Meaning::Rake { task: task.to_owned(), known };
        assert_eq!(
            of(r"bundle exec rake parallel:drop 'parallel:spec[spec/(?!features)]'"),
            [rake("parallel:drop", None), rake("parallel:spec", Some(Activity::Test))]
        );
        assert_eq!(of("rake"), [rake("default", Some(Activity::Test))]);
        assert_eq!(of("bin/rails db:migrate"), [rake("db:migrate", None)]);
    }

    #[test]
    fn a_hook_of_a_platform_deploys_and_a_message_does_not() {
        for script in [
            "curl -X POST $DEPLOY_HOOK_URL",
            "curl -fsS -d '{}' https://api.netlify.com/build_hooks/x",
            "curl -X POST https://argocd.x/api/webhook",
            "curl --data @body $ARGOCD_WEBHOOK",
        ] {
            assert_eq!(of(script), [tool(Activity::Deploy, "deploy hook")], "{script}");
        }
        for script in [
            "curl https://x/deploy.tar.gz",
            "curl -X POST $SLACK_HOOK -d 'deployed'",
            "curl -X POST https://api.github.com/repos/a/b/deployments",
        ] {
            assert!(of(script).is_empty(), "{script}");
        }
    }

    #[test]
    fn deployments_are_pushes_to_platforms() {
        assert_eq!(of("git push scalingo main"), [tool(Activity::Deploy, "git push")]);
        assert_eq!(of("git push origin HEAD:deploy-production"), [tool(Activity::Deploy, "git push")]);
        assert_eq!(of("git push origin main --tags"), []);
    }

    #[test]
    fn a_build_that_leaves_the_tests_out_is_no_test() {
        assert_eq!(of("./mvnw -B verify"), [tool(Activity::Test, "mvnw")]);
        assert_eq!(of("mvn package -DskipTests"), [tool(Activity::Build, "mvn")]);
        assert_eq!(of("mvn package -DskipTests=false"), [tool(Activity::Test, "mvn")]);
        assert_eq!(of("./gradlew build -x test"), [tool(Activity::Build, "gradlew")]);
        assert_eq!(of("pytest -x test"), [tool(Activity::Test, "pytest")]);
    }

    #[test]
    fn sbt_takes_several_tasks() {
        assert_eq!(
            of("sbt scalafmtCheckAll coverage +test"),
            [tool(Activity::Format, "sbt"), tool(Activity::Test, "sbt")]
        );
        assert_eq!(of("sbt \"; clean; test\""), [tool(Activity::Test, "sbt")]);
    }
}
