//! One command as what it does, once wrappers such as `npx`, `bundle exec` or `docker run` are removed.

mod builders;
mod command;
mod docker;
mod node;
mod nx;
mod php;
mod python;
mod remote;
mod ruby;
mod shells;
mod wrappers;

use super::meaning::Meaning;
use super::shell::Command;
use super::tools::known_tool;
use command::{Words, after_options, interpret};

/// How many wrappers may be around each other.
const DEPTH: usize = 6;

/// What the words of a program mean; `None` where it is a program like any other.
type Program = fn(&Words<'_>) -> Option<Vec<Meaning>>;

/// Programs whose words are read: one more program is one more row.
const PROGRAMS: &[(&[&str], Program)] = &[
    (WRAPPERS, wrapper),
    (wrappers::STANDARD, wrappers::standard),
    (&["command"], wrappers::command),
    (&["find"], wrappers::find),
    (&["su", "runuser"], wrappers::other_user),
    (&["npm", "pnpm", "yarn", "bun", "yarnpkg"], node::package_manager),
    (&["npm-run-all", "npm-run-all2", "run-s", "run-p", "run-z"], node::run_all),
    (&["concurrently"], node::concurrently),
    (&["turbo", "lerna"], node::every_package),
    (&["start-server-and-test", "server-test", "start-test"], node::server_and_test),
    (&["nx"], nx::nx),
    (&["ruby", "deno", "node", "tsx", "ts-node"], interpret),
    (&["php"], php::interpreter),
    (&["composer"], php::composer),
    (&["bundle"], ruby::bundle),
    (&["rake", "rails"], ruby::rake),
    (&["poetry", "uv", "pipenv", "pdm", "hatch", "rye", "pixi"], python::runner),
    (&["poe", "task", "taskipy"], python::task),
    (&["python", "python3"], python::interpreter),
    (&["tox"], python::tox),
    (&["nox"], python::nox),
    (&["bash", "sh", "zsh", "ash", "dash"], shells::shell),
    (&["cd", "pushd"], shells::cd),
    (&["popd"], shells::popd),
    (&["source", "."], shells::source),
    (&["pre-commit", "prek"], shells::pre_commit),
    (&["lefthook"], shells::lefthook),
    (&["docker", "podman"], docker::docker),
    (&["docker-compose"], docker::compose),
    (&["mix"], builders::mix),
    (&["make", "gmake"], builders::make),
    (&["just"], builders::just),
    (&["sbt"], builders::sbt),
    (&["curl", "wget", "http"], remote::http),
    (&["git"], remote::git),
    (&["flake8", "pytest", "npm_config"], tool_alone),
];

/// Programs that run the rest of their words.
const WRAPPERS: &[&str] = &[
    "npx",
    "bunx",
    "pnpx",
    "uvx",
    "pipx",
    "cross-env",
    "cross-env-shell",
    "dotenv",
    "dotenv-cli",
    "dotenvx",
    "env-cmd",
    "with-env",
    "retry",
    "withenv",
    "doppler",
    "unbuffer",
    "parallel",
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

/// What a command does; nothing when it does not concern the audit.
pub fn meaning(command: &Command) -> Vec<Meaning> {
    let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
    of_words(&words, command.input.as_deref(), 0)
}

fn of_words(words: &[&str], input: Option<&str>, depth: usize) -> Vec<Meaning> {
    let Some((program, rest)) = words.split_first() else {
        return Vec::new();
    };
    if depth > DEPTH {
        return Vec::new();
    }
    let name = program.rsplit('/').next().unwrap_or(program);
    let inner = |words: &[&str]| of_words(words, input, depth + 1);
    let words = Words { program, name, rest, input, inner: &inner };
    let known = PROGRAMS.iter().find(|(names, _)| names.contains(&name));
    known.and_then(|(_, program)| program(&words)).unwrap_or_else(|| any_program(&words))
}

/// A program that is none of those whose words are read.
fn any_program(words: &Words<'_>) -> Vec<Meaning> {
    let name = words.name;
    // What a variable stands for is not known: what follows it is run by it, as by any wrapper.
    if name.starts_with("${") || name.starts_with('$') && name.len() > 1 {
        return match words.rest {
            // An interpreter of Python.
            ["-m", module @ ..] => (words.inner)(module),
            rest => (words.inner)(rest),
        };
    }
    match known_tool(name, words.rest) {
        Some(tool) => vec![tool],
        // `vendor/bin/x`, `./node_modules/.bin/x` and `bin/x` are their tool; other paths are scripts to read.
        None if words.program.contains('/') || name.ends_with(".sh") || name.ends_with(".py") => {
            vec![Meaning::File(words.program.to_owned(), None)]
        }
        None => Vec::new(),
    }
}

fn wrapper(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some((words.inner)(after_options(words.rest)))
}

/// A program that is a tool, and never a script to read.
fn tool_alone(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(known_tool(words.name, words.rest).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::super::job::Activity;
    use super::super::meaning::Target;
    use super::super::shell::{Shell, commands};
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
                    Meaning::Script(text, _) => of(&text),
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
    fn programs_that_run_another_one_are_taken_off() {
        for script in [
            "sudo pytest",
            "sudo -u app -E pytest",
            "sudo -E env \"PATH=$PATH\" CI=1 pytest",
            "timeout 5m pytest",
            "timeout -k 5 --signal=KILL 300 pytest",
            "nice -n 10 pytest",
            "time -p pytest",
            "time pytest",
            "exec pytest",
            "command pytest",
            "nohup pytest &",
            "env -u X A=b pytest",
            "find . -name '*.py' -exec pytest {} \\; -print",
            "find . -type d -exec pytest {} +",
            "ls | xargs -n 1 -I {} pytest {}",
            "ls -0 | xargs -0 pytest",
            "stdbuf -o L pytest",
            "xvfb-run -s '-screen 0' pytest",
            "gosu app pytest",
            "runuser -u app -- pytest",
            "flock -w 10 /tmp/x pytest",
            "$PYTHON -m pytest",
            "if time sudo pytest; then echo ok; fi",
        ] {
            assert_eq!(of(script), [tool(Activity::Test, "pytest")], "{script}");
        }
        for script in [
            "command -v pytest",
            "which pytest",
            "echo pytest",
            "ssh host pytest",
            "ssh host <<EOF\npytest\nEOF",
            "cat <<EOF\npytest\nEOF",
            "python3 <<EOF\npytest\nEOF",
            "find . -name pytest",
            "pip install pytest",
            "[ -x pytest ]",
            "export PYTEST=pytest",
            "printf 'pytest\\n' > x",
        ] {
            assert_eq!(of(script), [], "{script}");
        }
    }

    #[test]
    fn shells_run_the_text_that_they_are_given() {
        let text = |script: &str| match of(script).as_slice() {
            [Meaning::Script(text, shell)] => (text.trim().to_owned(), *shell),
            other => panic!("{script}: {other:?}"),
        };
        for (script, shell) in [
            ("bash -c 'pytest; a'", Shell::LINE),
            ("bash -lc 'pytest; a'", Shell::LINE),
            ("sh -ec 'pytest; a'", Shell::STEPS),
            ("bash -e -c 'pytest; a'", Shell::STEPS),
            ("bash -euxo pipefail -c 'pytest; a'", Shell::STRICT),
            ("sudo bash -c 'pytest; a'", Shell::LINE),
            ("su - app -c 'pytest; a'", Shell::LINE),
            ("bash <<EOF\npytest; a\nEOF", Shell::LINE),
            ("bash -se -- x <<'EOF'\npytest; a\nEOF", Shell::STEPS),
            ("sudo -u app sh <<EOF\npytest; a\nEOF", Shell::LINE),
            ("docker exec -i web bash -e <<EOF\npytest; a\nEOF", Shell::STEPS),
            ("bash <<< 'pytest; a'", Shell::LINE),
            ("echo 'pytest; a' | bash", Shell::LINE),
            ("cat <<EOF | bash -\npytest; a\nEOF", Shell::LINE),
        ] {
            assert_eq!(text(script), ("pytest; a".to_owned(), shell), "{script}");
        }
        assert_eq!(of("bash -e ci.sh"), [Meaning::File("ci.sh".to_owned(), Some(Shell::STEPS))]);
        assert_eq!(of("./ci.sh"), [Meaning::File("./ci.sh".to_owned(), None)]);
        assert_eq!(of(". ./ci.sh"), [Meaning::Source("./ci.sh".to_owned())]);
    }

    #[test]
    fn a_formatter_that_writes_checks_nothing() {
        assert_eq!(of("prettier --check ."), [tool(Activity::Format, "prettier")]);
        assert!(of("prettier --write .").is_empty());
        assert!(of("cargo fmt").is_empty());
    }

    #[test]
    fn packages_scripts_are_named() {
        let here = |script: &str| Meaning::package(script, Target::Here);
        assert_eq!(of("npm run lint"), [here("lint")]);
        let args = vec!["--coverage".to_owned()];
        assert_eq!(
            of("npm test -- --coverage"),
            [Meaning::Package { script: "test".to_owned(), target: Target::Here, args }]
        );
        assert_eq!(of("npm ci && npm i -g x"), []);
        assert_eq!(of("pnpm --filter web test"), [Meaning::package("test", Target::Named("web".to_owned()))]);
        assert_eq!(of("yarn workspaces foreach -A run lint"), [Meaning::package("lint", Target::Everywhere)]);
        assert_eq!(of("npm --prefix front run build"), [Meaning::package("build", Target::Folder("front".to_owned()))]);
        assert_eq!(
            of("turbo run lint test"),
            [Meaning::package("lint", Target::Everywhere), Meaning::package("test", Target::Everywhere)]
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
            [Meaning::package("nx", Target::Here), one("ci", Some("e2e"))].map(|meaning| match meaning {
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
