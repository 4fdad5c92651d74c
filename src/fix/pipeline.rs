//! A pipeline that runs the tests and the linters that the repository has.

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

use super::pinned::{BEAM, CHECKOUT, GO, JAVA, NODE, PHP, PYTHON, RUBY};
use super::recipe::{Recipe, recipes};
use crate::base::path::{folder_of, join};
use crate::base::pattern::lean;
use crate::base::text::Localized;
use crate::fix::plan::{FileChange, FixContext, Plan};
use crate::model::manifest::Ecosystem;

/// What a pipeline is written for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Everything,
    Tests,
    Linter,
}

pub(super) fn plan(context: &FixContext<'_>) -> Plan {
    let none = context.fact_names("ci_systems").is_empty();
    let on_github = !context.is_on_gitlab()
        && (none || context.fact_names("ci_systems").iter().any(|system| system == "github-actions"));
    let wanted = match (none, context.fails("ci-without-tests"), context.fails("ci-without-linter")) {
        (true, ..) | (false, true, true) => Wanted::Everything,
        (false, true, false) => Wanted::Tests,
        (false, false, _) => Wanted::Linter,
    };
    let mut found = recipes(context);
    for recipe in &mut found {
        match wanted {
            Wanted::Everything => {}
            Wanted::Tests => recipe.lint.clear(),
            Wanted::Linter => recipe.test.clear(),
        }
    }
    found.retain(|recipe| !(recipe.lint.is_empty() && recipe.test.is_empty()));
    if found.is_empty() {
        return Err(Localized::new(
            "no command of this repository that tests or checks it is known: write one first (a `test` or `lint` script, pytest, rspec…)",
            "aucune commande de ce dépôt qui le teste ou le contrôle n'est connue : écrivez-en une d'abord (un script `test` ou `lint`, pytest, rspec…)",
        ));
    }
    if !none && !on_github {
        return Err(Localized::new(
            "a pipeline already exists, and it is the team's own: add these commands to it",
            "le pipeline en place est celui de l'équipe : ajoutez-y ces commandes",
        ));
    }
    let (path, text) = if on_github {
        let name = match (none, wanted) {
            (true, _) => "ci",
            (false, Wanted::Everything) => "checks",
            (false, Wanted::Tests) => "tests",
            (false, Wanted::Linter) => "lint",
        };
        (format!(".github/workflows/{name}.yml"), workflow(context, name, &found)?)
    } else {
        (".gitlab-ci.yml".to_owned(), gitlab(context, &found))
    };
    Ok(vec![FileChange::Create { path, text }])
}

fn header(context: &FixContext<'_>) -> String {
    context.tr(
        "# The tests and linters of this repository, on each change. Written by `equerre fix`: yours from now on.\n# If the tests need a database, add it under `services:`.\n",
        "# Les tests et les linters de ce dépôt, à chaque changement. Écrit par `equerre fix` : à vous désormais.\n# Si les tests ont besoin d'une base de données, ajoutez-la sous `services:`.\n",
    )
}

/// The packages of a part and its folder, in the letters that the name of a job may have.
fn job_name(recipe: &Recipe) -> String {
    let name = recipe.ecosystem.name();
    let folder: String =
        recipe.folder.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    if folder.is_empty() { name.to_owned() } else { format!("{name}-{folder}") }
}

/// The name of a job: that of its packages, and of its folder where there are several.
fn job(recipe: &Recipe, all: &[Recipe]) -> String {
    if all.len() == 1 {
        return "checks".to_owned();
    }
    let own = job_name(recipe);
    // Two folders may read alike once their signs are gone.
    let rank = all.iter().position(|other| std::ptr::eq(other, recipe)).unwrap_or(0);
    let alike = all[..rank].iter().filter(|other| job_name(other) == own).count();
    if alike == 0 { own } else { format!("{own}-{}", alike + 1) }
}

/// A text as YAML takes it, whatever it holds: JSON is YAML.
fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '-' | '_' | '.');
    let is_plain =
        !text.is_empty() && text.chars().all(plain) && text.starts_with(|letter: char| letter.is_ascii_alphabetic());
    if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

fn workflow(context: &FixContext<'_>, name: &str, all: &[Recipe]) -> Result<String, Localized> {
    let branch = quoted(context.branch());
    let title = match name {
        "ci" => "CI",
        "tests" => "Tests",
        "lint" => "Lint",
        _ => "Checks",
    };
    let mut text = format!(
        "{}\nname: {title}\n\non:\n  push:\n    branches: [{branch}]\n  pull_request:\n\npermissions:\n  contents: read\n\nconcurrency:\n  group: ${{{{ github.workflow }}}}-${{{{ github.ref }}}}\n  cancel-in-progress: ${{{{ github.event_name == 'pull_request' }}}}\n\njobs:\n",
        header(context)
    );
    for recipe in all {
        let _ = write!(text, "  {}:\n    runs-on: ubuntu-latest\n    timeout-minutes: 30\n", job(recipe, all));
        if !recipe.folder.is_empty() {
            let _ = write!(text, "    defaults:\n      run:\n        working-directory: {}\n", quoted(&recipe.folder));
        }
        let _ =
            write!(text, "    steps:\n      - uses: {CHECKOUT}\n        with:\n          persist-credentials: false\n");
        text.push_str(&setup(context, recipe)?);
        if recipe.ecosystem != Ecosystem::Ruby {
            for command in &recipe.install {
                let _ = writeln!(text, "      - run: {command}");
                if recipe.installed_in != recipe.folder && !command.starts_with("pipx") {
                    let _ = writeln!(text, "        working-directory: {}", folder_or_dot(&recipe.installed_in));
                }
            }
        }
        for command in recipe.lint.iter().chain(&recipe.test) {
            let _ = writeln!(text, "      - run: {command}");
        }
        text.push('\n');
    }
    Ok(format!("{}\n", text.trim_end()))
}

fn folder_or_dot(folder: &str) -> String {
    if folder.is_empty() { ".".to_owned() } else { quoted(folder) }
}

/// The steps that bring the language.
fn setup(context: &FixContext<'_>, recipe: &Recipe) -> Result<String, Localized> {
    let version = |files: &[&str]| version_file(context, recipe, files).map(|path| quoted(&path));
    let with = |action: String, lines: Vec<String>| {
        let lines: String = lines.iter().map(|line| format!("          {line}\n")).collect();
        format!("      - uses: {action}\n        with:\n{lines}")
    };
    let lock = |names: &[&str]| {
        let found = names.iter().find_map(|name| join(&recipe.installed_in, name).filter(|path| context.has(path)));
        found.map(|path| quoted(&path))
    };
    Ok(match recipe.ecosystem {
        Ecosystem::Npm => {
            let manifest = join(&recipe.folder, "package.json").unwrap_or_default();
            let engines = context
                .survey
                .manifests
                .all
                .iter()
                .any(|own| own.path == manifest && own.runtime_line.is_some())
                .then(|| quoted(&manifest));
            let file = version(&[".nvmrc", ".node-version", ".tool-versions"]).or(engines);
            let mut lines =
                vec![file.map_or("node-version: lts/*".to_owned(), |file| format!("node-version-file: {file}"))];
            let lock = lock(&["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"]);
            let corepack = matches!(recipe.manager, "pnpm" | "yarn");
            if let (Some(lock), false) = (lock, corepack) {
                lines.extend(["cache: npm".to_owned(), format!("cache-dependency-path: {lock}")]);
            }
            let mut text = with(NODE.to_string(), lines);
            if corepack {
                text.push_str("      - run: npm install --global corepack@0.34.0 && corepack enable\n");
            }
            if recipe.manager == "bun" {
                text.push_str("      - run: npm install --global bun@1\n");
            }
            text
        }
        Ecosystem::Python => {
            let file = version(&[".python-version", ".tool-versions"]);
            let line = file.map_or("python-version: 3.x".to_owned(), |file| format!("python-version-file: {file}"));
            with(PYTHON.to_string(), vec![line])
        }
        Ecosystem::Ruby => {
            let mut lines = Vec::new();
            if version(&[".ruby-version", ".tool-versions"]).is_none() {
                let version = gemfile_ruby(context, recipe);
                lines.push(
                    version.map_or("ruby-version: ruby".to_owned(), |version| format!("ruby-version: \"{version}\"")),
                );
            }
            lines.push("bundler-cache: true".to_owned());
            if !recipe.folder.is_empty() {
                lines.push(format!("working-directory: {}", quoted(&recipe.folder)));
            }
            with(RUBY.to_string(), lines)
        }
        Ecosystem::Php => {
            let file = version(&[".php-version"]);
            let line = file.map_or("php-version: \"8.4\"".to_owned(), |file| format!("php-version-file: {file}"));
            with(PHP.to_string(), vec![line, "coverage: none".to_owned()])
        }
        Ecosystem::Go => {
            let file = join(&recipe.folder, "go.mod").unwrap_or_default();
            with(GO.to_string(), vec![format!("go-version-file: {}", quoted(&file))])
        }
        Ecosystem::Jvm => {
            let file = version(&[".java-version", ".tool-versions", ".sdkmanrc"]);
            let line = file.map_or("java-version: \"21\"".to_owned(), |file| format!("java-version-file: {file}"));
            with(JAVA.to_string(), vec!["distribution: temurin".to_owned(), line])
        }
        Ecosystem::Elixir => match version(&[".tool-versions"]) {
            Some(file) => {
                with(BEAM.to_string(), vec![format!("version-file: {file}"), "version-type: strict".to_owned()])
            }
            None => {
                return Err(Localized::new(
                    "no file says which versions of Erlang and Elixir to test with: put them in `.tool-versions` first",
                    "les versions d'Erlang et d'Elixir à utiliser ne sont pas écrites : mettez-les d'abord dans `.tool-versions`",
                ));
            }
        },
        Ecosystem::Deno => "      - run: npm install --global deno@2\n".to_owned(),
        // Runners have it.
        Ecosystem::Rust => String::new(),
    })
}

/// The nearest file that gives the version of a language, from a part upwards.
fn version_file(context: &FixContext<'_>, recipe: &Recipe, names: &[&str]) -> Option<String> {
    let mut folder = recipe.folder.as_str();
    loop {
        let here = names
            .iter()
            .filter_map(|name| join(folder, name))
            .find(|path| context.survey.inventory.file(path).is_some_and(|file| file.lines > 0));
        if here.is_some() || folder.is_empty() {
            return here;
        }
        folder = folder_of(folder);
    }
}

/// The version of Ruby that a Gemfile asks for: Bundler refuses any other.
fn gemfile_ruby(context: &FixContext<'_>, recipe: &Recipe) -> Option<String> {
    static ASKED: LazyLock<Regex> =
        LazyLock::new(|| lean(r#"(?m)^\s*ruby\s*\(?\s*["'](?:~>\s*)?(\d+(?:\.\d+){1,2})["']"#));
    let text = context.survey.inventory.text(&join(&recipe.folder, "Gemfile")?)?;
    Some(ASKED.captures(&text)?[1].to_owned())
}

fn gitlab(context: &FixContext<'_>, all: &[Recipe]) -> String {
    let mut text = header(context);
    for recipe in all {
        let version = |names: &[&str]| {
            let path = version_file(context, recipe, names)?;
            let line = context.survey.inventory.line(&path, 1);
            let digits: String =
                line.trim().trim_start_matches('v').chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            (!digits.is_empty()).then(|| digits.trim_end_matches('.').to_owned())
        };
        let image =
            |name: &str, found: Option<String>, usual: &str| format!("{name}:{}", found.as_deref().unwrap_or(usual));
        let image = match recipe.ecosystem {
            Ecosystem::Npm => image("node", version(&[".nvmrc", ".node-version"]), "lts"),
            Ecosystem::Python => image("python", version(&[".python-version"]), "3.13"),
            Ecosystem::Ruby => {
                image("ruby", version(&[".ruby-version"]).or_else(|| gemfile_ruby(context, recipe)), "3.4")
            }
            Ecosystem::Php => "composer:2".to_owned(),
            Ecosystem::Go => "golang:1".to_owned(),
            Ecosystem::Rust => "rust:1".to_owned(),
            Ecosystem::Elixir => "elixir:1".to_owned(),
            Ecosystem::Deno => "denoland/deno:2".to_owned(),
            Ecosystem::Jvm if recipe.manager == "gradle" => "gradle:8-jdk21".to_owned(),
            Ecosystem::Jvm => "maven:3-eclipse-temurin-21".to_owned(),
        };
        let _ = write!(text, "\n{}:\n  stage: test\n  image: {image}\n  script:\n", job(recipe, all));
        let enter = |folder: &str| (!folder.is_empty()).then(|| format!("cd {}", shell(folder)));
        let mut commands: Vec<String> = Vec::new();
        if matches!(recipe.manager, "pnpm" | "yarn") {
            commands.push("npm install --global corepack@0.34.0 && corepack enable".to_owned());
        }
        if recipe.installed_in == recipe.folder {
            commands.extend(enter(&recipe.folder));
            commands.extend(recipe.install.iter().map(|command| command.replace("pipx install", "pip install")));
        } else {
            let install = recipe.install.iter().map(|command| command.replace("pipx install", "pip install"));
            let folder = if recipe.installed_in.is_empty() { ".".to_owned() } else { shell(&recipe.installed_in) };
            commands.extend(install.map(|command| format!("(cd {folder} && {command})")));
            commands.extend(enter(&recipe.folder));
        }
        let checks = recipe.lint.iter().chain(&recipe.test).map(|command| command.replace("pipx run ", "uvx "));
        if recipe.lint.iter().any(|command| command.starts_with("pipx run")) {
            commands.push("pip install uv".to_owned());
        }
        commands.extend(checks);
        for command in commands {
            let _ = writeln!(
                text,
                "    - {}",
                if command.contains([':', '"', '\'', '#']) { quoted(&command) } else { command }
            );
        }
    }
    text
}

/// A folder as one word of a shell, whatever its name holds.
fn shell(folder: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '/' | '-' | '_' | '.');
    // What starts with a dash is not an option.
    let folder = if folder.starts_with('-') { format!("./{folder}") } else { folder.to_owned() };
    if folder.chars().all(plain) { folder } else { format!("'{}'", folder.replace('\'', "'\\''")) }
}
