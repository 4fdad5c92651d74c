//! Where the commands of a repository lead: through the scripts of packages, Makefiles, hooks, images and shell files, to the
//! tools that they end up running.

mod builds;
mod containers;
mod files;
pub(crate) mod hooks;
pub(crate) mod make;
mod nx;
mod packages;
mod python;
mod rake;
mod resolve;

use crate::model::manifest::Manifests;
use crate::read::inventory::Inventory;

use resolve::Follower;
pub(crate) use resolve::Resolver;

/// Those who know where a meaning leads: one more way is one more file and one more row.
const FOLLOWERS: &[Follower] = &[
    packages::follow,
    files::follow,
    make::follow,
    containers::follow,
    nx::follow,
    hooks::follow,
    rake::follow,
    python::follow,
    builds::follow,
];

/// A resolver over a repository.
pub(crate) fn resolver<'r>(inventory: &'r Inventory, manifests: &'r Manifests) -> Resolver<'r> {
    Resolver::new(inventory, manifests, FOLLOWERS)
}

#[cfg(test)]
mod tests {
    use crate::model::manifest::Manifests;
    use crate::model::pipeline::job::{Action, Activity};
    use crate::model::pipeline::shell::Shell;
    use crate::read::inventory::Inventory;

    fn tools(files: &[(&str, &str)], script: &str) -> Vec<String> {
        let inventory = Inventory::of(files.iter().map(|(path, text)| (*path, *text)));
        let manifests = Manifests::read(&inventory);
        let resolver = super::resolver(&inventory, &manifests);
        resolver.script(script, "").into_iter().map(|reached| reached.tool).collect()
    }

    #[test]
    fn three_levels_of_scripts_are_followed() {
        let package = r#"{"scripts": {"ci": "npm-run-all lint:*", "lint:js": "yarn lint-it", "lint-it": "eslint ."}}"#;
        assert_eq!(tools(&[("package.json", package)], "npm run ci"), ["eslint"]);
    }

    #[test]
    fn makefiles_justfiles_and_shell_scripts_are_followed() {
        let make = "lint: deps\n\t@ruff check .\n\ndeps:\n\tpip install x\n";
        assert_eq!(tools(&[("Makefile", make)], "make lint"), ["ruff"]);
        let either = "lint/api:\nifndef CI\n\tnpx eslint --fix\nelse\n\truff check\nendif\nother:\n\tjest\n";
        assert_eq!(tools(&[("Makefile", either)], "make lint/api"), ["eslint", "ruff"]);
        assert_eq!(tools(&[("justfile", "test *args:\n    cargo test\n")], "just test"), ["cargo"]);
        assert_eq!(tools(&[("ci/run.sh", "#!/bin/sh\nset -e\npytest\n")], "./ci/run.sh"), ["pytest"]);
    }

    #[test]
    fn variables_of_makefiles_and_justfiles_are_written_out() {
        let make = "PHP = php\nBIN := $(PHP) -d memory_limit=1G\ntest:\n\t${BIN} ./vendor/bin/phpunit\n";
        assert_eq!(tools(&[("Makefile", make)], "make test"), ["phpunit"]);
        let given = "fix:\n\tphp-cs-fixer fix ${ARGS}\n";
        assert_eq!(tools(&[("Makefile", given)], "make fix ARGS=\"--dry-run\""), ["php-cs-fixer"]);
        assert_eq!(tools(&[("Makefile", "test:\n\t${RUN} npx jest\n")], "make test"), ["jest"]);
        let just = "app := \"pnpm exec\"\ntest:\n    {{ app }} vitest run\n";
        assert_eq!(tools(&[("justfile", just)], "just test"), ["vitest"]);
        let open = "run := if env(\"UV\", \"0\") == \"1\" { \"uv run\" } else { \"\" }\nalias t := unit\n[group('tests')]\nunit app=\"a:b\" *rest:\n    {{run}} {{ docker }} python -m pytest {{app}}\n";
        assert_eq!(tools(&[("justfile", open)], "just unit"), ["pytest"]);
        assert_eq!(tools(&[("justfile", open)], "just t"), ["pytest"], "through an alias");
        let composer = r#"{"scripts": {"test": "@php artisan test"}}"#;
        assert_eq!(tools(&[("composer.json", composer)], "composer test"), ["artisan"]);
    }

    #[test]
    fn targets_of_nx_are_followed_to_executors_plugins_and_commands() {
        let project = r#"{"name": "api", "targets": {
            "test": {"executor": "@nx/jest:jest"},
            "lint": {"executor": "nx:run-commands", "options": {"commands": ["ruff check ."], "cwd": "{projectRoot}"}},
            "check": {"dependsOn": ["test"], "command": "tsc --noEmit"}}}"#;
        let files = [
            ("apps/api/project.json", project),
            ("nx.json", r#"{"plugins": [{"plugin": "@nx/playwright/plugin", "options": {"targetName": "browser"}}]}"#),
            ("apps/web/playwright.config.ts", "export default {}"),
        ];
        assert_eq!(tools(&files, "npx nx affected -t test lint"), ["jest", "ruff"]);
        assert_eq!(tools(&files, "nx run api:check"), ["jest", "tsc"]);
        assert_eq!(tools(&files, "yarn nx browser web"), ["playwright"]);
        assert!(tools(&files, "nx run other:test").is_empty());
    }

    #[test]
    fn containers_are_followed_to_their_commands() {
        let files = [
            (
                "docker-compose.test.yml",
                "services:\n  api:\n    build: {context: api}\n  web:\n    image: node\n    command: [npx, playwright, test]\n",
            ),
            ("api/Dockerfile", "FROM node AS check\nRUN npm ci && npm run lint\nFROM node\nCMD [\"npm\", \"test\"]\n"),
            ("api/package.json", r#"{"scripts": {"test": "vitest run", "lint": "eslint ."}}"#),
        ];
        assert_eq!(tools(&files, "docker compose -f docker-compose.test.yml run --rm api"), ["vitest"]);
        assert_eq!(tools(&files, "docker-compose run api npm run lint"), ["eslint"]);
        assert_eq!(tools(&files, "docker compose up --exit-code-from web"), ["playwright"]);
        assert_eq!(tools(&files, "docker build --target check api"), ["docker", "eslint"]);
    }

    #[test]
    fn an_image_runs_its_scripts_where_it_was_copied() {
        let package = r#"{"scripts": {"test": "jest"}}"#;
        let dockerfile = "FROM node AS base\nWORKDIR /app\nCOPY api/package.json .\nRUN npm ci\nCOPY api .\nFROM base AS check\nRUN npm test\nCMD [\"npm\", \"test\"]\n";
        let files = [
            ("docker/api.Dockerfile", dockerfile),
            ("api/package.json", package),
            (
                "compose.yml",
                "services:\n  api:\n    build: {context: ., dockerfile: docker/api.Dockerfile}\n  web:\n    image: node\n    working_dir: /srv\n    volumes: ['./api:/srv']\n    command: npm test\n",
            ),
        ];
        assert_eq!(tools(&files, "docker compose run api"), ["jest"]);
        assert_eq!(tools(&files, "docker compose run api npm test"), ["jest"]);
        assert_eq!(tools(&files, "docker compose run web"), ["jest"]);
        assert_eq!(tools(&files, "docker build -f docker/api.Dockerfile --target check ."), ["docker", "jest"]);
    }

    #[test]
    fn the_build_of_next_lints_and_checks_types_unless_told_otherwise() {
        let activities = |next: &str, config: &str| -> Vec<Activity> {
            let package = format!(r#"{{"scripts": {{"build": "next build"}}, "dependencies": {{"next": "{next}"}}}}"#);
            let files = [
                ("package.json", package.as_str()),
                ("next.config.js", config),
                (".eslintrc", "{}"),
                ("tsconfig.json", "{}"),
            ];
            let inventory = Inventory::of(files);
            let manifests = Manifests::read(&inventory);
            let resolver = super::resolver(&inventory, &manifests);
            resolver.script("npm run build", "").into_iter().map(|reached| reached.activity).collect()
        };
        use Activity::{Build, Lint, TypeCheck};
        assert_eq!(activities("^14.1.0", "{}"), [Build, Lint, TypeCheck]);
        assert_eq!(activities("^16.0.0", "{}"), [Build, TypeCheck]);
        let quiet = "eslint: { ignoreDuringBuilds: true },\ntypescript: { ignoreBuildErrors: true }";
        assert_eq!(activities("^15.0.0", quiet), [Build]);
    }

    #[test]
    fn what_follows_the_name_of_a_script_follows_its_text() {
        let package = r#"{"scripts": {"app": "yarn workspace front", "check": "yarn app lint", "lint": "echo"}}"#;
        let files = [("package.json", package), ("front/package.json", r#"{"scripts": {"lint": "biome check"}}"#)];
        assert_eq!(tools(&files, "yarn check"), ["biome"]);
    }

    #[test]
    fn scripts_that_call_each_other_end_soon() {
        let scripts: Vec<String> = (0..40)
            .map(|n| {
                format!(r#""s{n}": "{}""#, (0..40).map(|m| format!("npm run s{m}")).collect::<Vec<_>>().join(" && "))
            })
            .collect();
        let package = format!(r#"{{"scripts": {{{}, "last": "jest"}}}}"#, scripts.join(", "));
        let files = [("package.json", package.as_str())];
        assert_eq!(tools(&files, "npm run s0; npm run last"), Vec::<String>::new());
        assert_eq!(tools(&files, "npm run last; npm run s0"), ["jest"]);
    }

    #[test]
    fn a_loop_of_scripts_ends() {
        let package = r#"{"scripts": {"a": "npm run b", "b": "npm run a && jest"}}"#;
        assert_eq!(tools(&[("package.json", package)], "npm run a"), ["jest"]);
    }

    /// The tools that a step runs, `~` before those whose failure is not felt.
    fn felt(files: &[(&str, &str)], script: &str) -> String {
        let inventory = Inventory::of(files.iter().map(|(path, text)| (*path, *text)));
        let manifests = Manifests::read(&inventory);
        let reached = super::resolver(&inventory, &manifests).actions(script, "", Shell::STEPS, "ci", 0);
        let show = |action: &Action| format!("{}{}", if action.blocking { "" } else { "~" }, action.tool);
        reached.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn failures_are_felt_as_each_shell_feels_them() {
        let package = r#"{"scripts": {"both": "eslint . ; jest", "all": "eslint . && jest", "piped": "jest | cat"}}"#;
        let make = "check:\n\teslint .\n\t-ruff check\n\t@- mypy .\n\tjest; true\n\tcd web && \\\n\t  pytest; \\\n\t  echo ok\n";
        let files = [
            ("package.json", package),
            ("Makefile", make),
            (
                "strict/Makefile",
                "SHELL := /bin/bash\n.SHELLFLAGS := -eu -o pipefail -c\ncheck:\n\tjest | cat; eslint .\n",
            ),
            ("loose.sh", "#!/bin/bash\nset -u\njest\neslint .\n"),
            ("strict.sh", "#!/bin/bash\nset -euo pipefail\njest | tee log\neslint .\n"),
            ("first-line.sh", "#!/bin/sh -e\njest\neslint .\n"),
            ("env.sh", "#!/usr/bin/env -S bash -e\njest\neslint .\n"),
            (
                "Dockerfile",
                "FROM a AS loose\nRUN jest | cat\nFROM a AS strict\nSHELL [\"/bin/bash\", \"-eo\", \"pipefail\", \"-c\"]\nRUN jest | cat; a\n",
            ),
            ("tox.ini", "[tox]\nenvlist = a\n[testenv]\ncommands =\n  pytest\n  - mypy .\n  ruff check\n"),
        ];
        for (script, expected) in [
            ("npm run both", "~eslint jest"),
            ("npm run all", "eslint jest"),
            ("npm run piped", "~jest"),
            ("npm run all || true", "~eslint ~jest"),
            ("make check", "eslint ~ruff ~mypy ~jest ~pytest"),
            ("cd strict && make check", "jest eslint"),
            ("./loose.sh", "~jest eslint"),
            ("bash loose.sh", "~jest eslint"),
            ("bash -e loose.sh", "jest eslint"),
            ("source loose.sh", "jest eslint"),
            ("set +e; . ./loose.sh; true", "~jest ~eslint"),
            ("./strict.sh", "jest eslint"),
            ("./first-line.sh", "jest eslint"),
            ("bash first-line.sh", "~jest eslint"),
            ("./env.sh", "jest eslint"),
            ("docker build --target loose .", "docker ~jest"),
            ("bash -c 'jest; eslint .'", "~jest eslint"),
            ("bash -ec 'jest; eslint .'", "jest eslint"),
            ("bash <<EOF\njest\neslint .\nEOF", "~jest eslint"),
            ("tox", "pytest ~mypy ruff"),
        ] {
            assert_eq!(felt(&files, script), expected, "{script}");
        }
    }

    #[test]
    fn a_change_of_folder_stays_in_its_shell() {
        let files = [
            ("package.json", r#"{"scripts": {"test": "mocha"}}"#),
            ("web/package.json", r#"{"scripts": {"test": "vitest"}}"#),
            ("web/e2e/package.json", r#"{"scripts": {"test": "cypress run"}}"#),
            ("Makefile", "all:\n\tcd web\n\tnpm test\n\tcd web && npm test\n"),
        ];
        for (script, expected) in [
            ("(cd web && npm test); npm test", "vitest mocha"),
            ("cd web; npm test; (cd e2e; npm test); npm test", "vitest cypress vitest"),
            ("cd web; npm test; cd -; npm test", "vitest mocha"),
            ("pushd web; npm test; popd; npm test", "vitest mocha"),
            ("x=$(cd web && pwd); npm test", "mocha"),
            ("cd web; npm test; cd ..; npm test", "vitest mocha"),
            ("f() { cd web; npm test; }\nf\nnpm test", "vitest vitest"),
            ("f() (cd web; npm test)\nf\nnpm test", "vitest mocha"),
            ("cd web & npm test", "mocha"),
            ("make all", "mocha vitest"),
        ] {
            assert_eq!(tools(&files, script).join(" "), expected, "{script}");
        }
    }

    #[test]
    fn what_other_languages_put_into_a_script_hides_nothing() {
        for script in [
            "npm run << parameters.script >>\njest",
            "x <<pipeline.parameters.x>> && jest",
            "echo $[[ inputs.x ]] && jest",
            "if ${{ a && b || c }}; then jest; fi",
            "cat << EOF >> file\neslint .\nEOF\njest",
        ] {
            assert_eq!(tools(&[], script), ["jest"], "{script}");
        }
    }

    #[test]
    fn the_folder_of_cd_and_of_filters_is_respected() {
        let files = [
            ("package.json", r#"{"workspaces": ["web"], "scripts": {"lint": "echo none"}}"#),
            ("web/package.json", r#"{"scripts": {"lint": "biome check"}}"#),
        ];
        assert_eq!(tools(&files, "cd web && npm run lint"), ["biome"]);
        assert_eq!(tools(&files, "pnpm --filter ./web lint"), ["biome"]);
        assert!(tools(&files, "npm run lint").is_empty());
    }
}
