//! Follows a command through the scripts of the repository to the tools that it ends up running.

use super::command::{Meaning, Target, meaning};
use super::{Action, Activity, containers, hooks, nx, python, rake, recipes, shell};
use crate::base::location::Location;
use crate::base::path::{join, name_of};
use crate::base::version::Version;
use crate::model::manifest::{Ecosystem, Manifest, Manifests};
use crate::read::inventory::Inventory;

/// How many indirections are followed.
const DEPTH: usize = 8;

/// How many scripts are followed for one step: scripts that call each other in a large workspace multiply.
const BUDGET: u32 = 2_000;

/// Where one indirection leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Followed {
    /// To a tool.
    Tool(Activity, String),
    /// To another script, in a folder.
    Script(String, String),
}

/// Follows commands.
pub(crate) struct Resolver<'r> {
    /// The files.
    pub inventory: &'r Inventory,
    /// The manifests, for their scripts.
    pub manifests: &'r Manifests,
}

/// The indirections that lead to a script, and how many scripts were followed in all.
#[derive(Default)]
struct Trail {
    steps: Vec<String>,
    followed: u32,
}

/// A tool at the end of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reached {
    /// What it does.
    pub activity: Activity,
    /// Its name.
    pub tool: String,
    /// The line of the script where the way began, from 0.
    pub line: u32,
    /// Whether its failure is felt.
    pub blocking: bool,
}

impl<'r> Resolver<'r> {
    /// A resolver over a repository.
    pub(crate) fn new(inventory: &'r Inventory, manifests: &'r Manifests) -> Self {
        Self { inventory, manifests }
    }

    /// What a script run in a folder does.
    pub(crate) fn script(&self, script: &str, folder: &str) -> Vec<Reached> {
        let mut found = Vec::new();
        self.follow(script, folder, &mut Trail::default(), &mut found);
        found
    }

    /// The same, as actions of a pipeline whose script starts at a line of a file.
    pub(crate) fn actions(&self, script: &str, folder: &str, path: &str, first_line: u32) -> Vec<Action> {
        self.script(script, folder)
            .into_iter()
            .map(|reached| Action {
                activity: reached.activity,
                tool: reached.tool,
                place: Location::line(path, first_line + reached.line),
                blocking: reached.blocking,
            })
            .collect()
    }

    fn follow(&self, script: &str, folder: &str, trail: &mut Trail, found: &mut Vec<Reached>) {
        trail.followed += 1;
        if trail.steps.len() >= DEPTH || trail.followed > BUDGET {
            return;
        }
        let mut folder = folder.to_owned();
        for command in shell::commands(&without_expressions(script)) {
            let mut reached = Vec::new();
            for meaning in meaning(&command) {
                match meaning {
                    Meaning::Tool(activity, tool) => {
                        let besides = self.besides(activity, &tool, &folder);
                        let all = std::iter::once((activity, tool)).chain(besides);
                        reached.extend(all.map(|(activity, tool)| Reached {
                            activity,
                            tool,
                            line: command.line,
                            blocking: true,
                        }));
                    }
                    Meaning::Folder(below) => folder = join(&folder, &below).unwrap_or(folder),
                    meaning => self.follow_meaning(&meaning, &folder, trail, &mut reached),
                }
            }
            for mut tool in reached {
                tool.line = command.line;
                tool.blocking &= !command.tolerated;
                found.push(tool);
            }
        }
    }

    /// What the build of a framework checks besides: that of Next lints before version 16, and checks types, unless told
    /// otherwise; those of Angular and Nest check types.
    fn besides(&self, activity: Activity, tool: &str, folder: &str) -> Vec<(Activity, String)> {
        let typed = || join(folder, "tsconfig.json").is_some_and(|path| self.inventory.has(&path));
        match (activity, tool) {
            (Activity::Build, "ng" | "nest") => vec![(Activity::TypeCheck, "tsc".to_owned())],
            (Activity::Build, "next") => {
                let manifest = self.manifests.in_folder(folder, Ecosystem::Npm);
                let recent = manifest
                    .and_then(|manifest| Version::required(&manifest.dependency("next")?.requirement))
                    .is_some_and(|version| version.major() >= 16);
                let configured = self
                    .inventory
                    .in_folder(folder)
                    .any(|file| file.name().starts_with(".eslintrc") || file.name().starts_with("eslint.config."))
                    || manifest.is_some_and(|manifest| manifest.dependency("eslint-config-next").is_some());
                let settings = self
                    .inventory
                    .in_folder(folder)
                    .filter(|file| file.name().starts_with("next.config."))
                    .filter_map(|file| self.inventory.text(&file.path));
                let settings: String = settings.map(|text| text.split_whitespace().collect::<String>()).collect();
                let lints = configured && !recent && !settings.contains("ignoreDuringBuilds:true");
                let types = typed() && !settings.contains("ignoreBuildErrors:true");
                let lint = lints.then(|| (Activity::Lint, "next".to_owned()));
                lint.into_iter().chain(types.then(|| (Activity::TypeCheck, "tsc".to_owned()))).collect()
            }
            _ => Vec::new(),
        }
    }

    fn follow_meaning(&self, meaning: &Meaning, folder: &str, trail: &mut Trail, found: &mut Vec<Reached>) {
        let step = format!("{meaning:?} in {folder}");
        if trail.steps.contains(&step) {
            return;
        }
        trail.steps.push(step);
        match meaning {
            Meaning::Script(text) => self.follow(text, folder, trail, found),
            Meaning::Package { script, target, args } => {
                for (text, folder) in self.package_scripts(script, target, args, folder) {
                    self.follow(&text, &folder, trail, found);
                }
            }
            Meaning::Nx { target, project } => {
                self.all(nx::target(self, target, project.as_deref()), trail, found);
                let packages = project.clone().map_or(Target::Everywhere, Target::Named);
                for (text, folder) in self.package_scripts(target, &packages, &[], folder) {
                    self.follow(&text, &folder, trail, found);
                }
            }
            Meaning::Service { name, command } => {
                self.all(containers::service(self, name, command, folder), trail, found);
            }
            Meaning::Image { file, stage, context } => {
                let followed = containers::image(self, file.as_deref(), stage.as_deref(), context, folder);
                self.all(followed, trail, found);
            }
            Meaning::Composer(script) => {
                let manifest = self.manifests.in_folder(folder, Ecosystem::Php);
                for text in manifest.iter().flat_map(|manifest| scripts_named(manifest, script)) {
                    // `@php` is the interpreter, `@name` another script.
                    let text =
                        text.replace("@php ", "php ").replace("@composer ", "composer ").replace('@', "composer ");
                    self.follow(&text, folder, trail, found);
                }
            }
            Meaning::Make { target, variables } => {
                if let Some(recipe) = recipes::commands(self.inventory, folder, recipes::MAKEFILES, target, variables) {
                    self.follow(&recipe, folder, trail, found);
                }
            }
            Meaning::Just(recipe) => {
                if let Some(recipe) = recipes::commands(self.inventory, folder, recipes::JUSTFILES, recipe, &[]) {
                    self.follow(&recipe, folder, trail, found);
                }
            }
            Meaning::Rake { task, known } => self.all(rake::task(self, task, *known, folder), trail, found),
            Meaning::Tox(names) => self.all(python::tox(self, names, folder), trail, found),
            Meaning::Nox(names) => self.all(python::nox(self, names, folder), trail, found),
            Meaning::Hooks => self.all(hooks::pre_commit(self, folder), trail, found),
            Meaning::Lefthook(hook) => self.all(hooks::lefthook(self, hook, folder), trail, found),
            Meaning::File(file) => self.file(file, folder, trail, found),
            Meaning::Tool(..) | Meaning::Folder(_) => {}
        }
        trail.steps.pop();
    }

    fn all(&self, followed: Vec<Followed>, trail: &mut Trail, found: &mut Vec<Reached>) {
        for step in followed {
            match step {
                Followed::Tool(activity, tool) => found.push(Reached { activity, tool, line: 0, blocking: true }),
                Followed::Script(text, folder) => self.follow(&text, &folder, trail, found),
            }
        }
    }

    fn file(&self, file: &str, folder: &str, trail: &mut Trail, found: &mut Vec<Reached>) {
        let name = name_of(file);
        let path = join(folder, file).filter(|path| self.inventory.has(path)).or_else(|| self.below_home(file));
        let Some(path) = path.filter(|path| self.inventory.has(path)) else {
            return;
        };
        let Some(text) = self.inventory.text(&path) else {
            return;
        };
        let is_shell = name.ends_with(".sh")
            || name.ends_with(".bash")
            || text.starts_with("#!") && text.lines().next().is_some_and(|line| line.contains("sh"));
        if is_shell {
            self.follow(&text, folder, trail, found);
        } else if text.starts_with("#!") && text.contains("step ") {
            // Rails' `bin/ci` lists its steps in `config/ci.rb`, one quoted command each.
            self.follow(&quoted_steps(&text), folder, trail, found);
        }
    }

    /// A path of a checkout in the home folder, `~/product/api`, as a path of the repository.
    pub(super) fn below_home(&self, path: &str) -> Option<String> {
        match path.strip_prefix("~/") {
            Some(home) => join("", home.split_once('/')?.1),
            None => join("", path),
        }
    }

    /// The texts of a package script, with the folder that each runs in: `pre` and `post` scripts run around it.
    fn package_scripts(&self, script: &str, target: &Target, args: &[String], folder: &str) -> Vec<(String, String)> {
        let packages = || self.manifests.all.iter().filter(|manifest| !manifest.scripts.is_empty());
        let has = |manifest: &&Manifest| !scripts_named(manifest, script).is_empty();
        let here = |folder: &str| -> Vec<&Manifest> {
            packages().filter(|manifest| manifest.folder() == folder).filter(has).collect()
        };
        let chosen: Vec<&Manifest> = match target {
            Target::Here => here(folder),
            Target::Folder(below) => join(folder, below).map(|folder| here(&folder)).unwrap_or_default(),
            Target::Named(name) => {
                let name = name.trim_matches(['.', '*', '!', '{', '}', '^', '/']);
                let last = name.rsplit('/').next().unwrap_or(name);
                let exact: Vec<&Manifest> =
                    packages().filter(|manifest| name_of(manifest.folder()) == last).filter(has).collect();
                if exact.is_empty() { packages().filter(has).collect() } else { exact }
            }
            Target::Everywhere => {
                let members: Vec<&Manifest> =
                    packages().filter(|manifest| manifest.folder() != folder).filter(has).collect();
                if members.is_empty() { packages().filter(has).collect() } else { members }
            }
        };
        let mut texts = Vec::new();
        for manifest in chosen {
            for name in [format!("pre{script}"), script.to_owned(), format!("post{script}")] {
                for text in scripts_named(manifest, &name) {
                    // What follows the name of a script follows its text.
                    let args = if name == script { args } else { &[] };
                    let words = std::iter::once(text).chain(args.iter().map(String::as_str));
                    texts.push((words.collect::<Vec<_>>().join(" "), manifest.folder().to_owned()));
                }
            }
        }
        texts
    }
}

fn scripts_named<'m>(manifest: &'m Manifest, name: &str) -> Vec<&'m str> {
    // `run-p lint:*` names a family.
    let family = name.strip_suffix('*');
    manifest
        .scripts
        .iter()
        .filter(|script| match family {
            Some(start) => script.name.starts_with(start),
            None => script.name == name,
        })
        .map(|script| script.command.as_str())
        .collect()
}

fn quoted_steps(text: &str) -> String {
    text.lines()
        .filter(|line| line.trim_start().starts_with("step "))
        .filter_map(|line| line.rsplit('"').nth(1))
        .fold(String::new(), |steps, step| steps + step + "\n")
}

/// `${{ … }}` of GitHub holds operators that are not the shell's.
fn without_expressions(script: &str) -> String {
    let mut clean = String::with_capacity(script.len());
    let mut rest = script;
    while let Some((before, after)) = rest.split_once("${{") {
        clean.push_str(before);
        let (inside, tail) = after.split_once("}}").unwrap_or((after, ""));
        // The name of a secret says what an address is for.
        let name = inside.trim();
        clean.push_str("EXPRESSION");
        if let Some(name) = name.strip_prefix("secrets.").or_else(|| name.strip_prefix("vars.")) {
            clean.extend(name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_'));
        }
        clean.extend(inside.chars().filter(|c| *c == '\n'));
        rest = tail;
    }
    clean.push_str(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tools(files: &[(&str, &str)], script: &str) -> Vec<String> {
        let inventory = Inventory::of(files.iter().map(|(path, text)| (*path, *text)));
        let manifests = Manifests::read(&inventory);
        let resolver = Resolver::new(&inventory, &manifests);
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
            let resolver = Resolver::new(&inventory, &manifests);
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
