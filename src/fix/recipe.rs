//! How a part of the product is installed, checked and tested: the commands found in its own files.

use crate::base::path::{below, folder_of, join};
use crate::fix::plan::FixContext;
use crate::model::manifest::{Ecosystem, Manifest};
use crate::model::stack::Part;

/// What a part of the product needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recipe {
    /// Its folder; empty at the root.
    pub(super) folder: String,
    /// Its packages.
    pub(super) ecosystem: Ecosystem,
    /// Its package manager.
    pub(super) manager: &'static str,
    /// The folder in which packages are installed: that of the lockfile.
    pub(super) installed_in: String,
    /// What installs its packages.
    pub(super) install: Vec<String>,
    /// What checks its code.
    pub(super) lint: Vec<String>,
    /// What tests it.
    pub(super) test: Vec<String>,
}

/// The recipes of every part that has something to check or to test.
pub(super) fn recipes(context: &FixContext<'_>) -> Vec<Recipe> {
    let survey = context.survey;
    let mut found: Vec<Recipe> = Vec::new();
    // A name that no line can hold, or that a runner would evaluate, is left to people.
    let tellable = |part: &&Part| !part.folder.contains(char::is_control) && !part.folder.contains("${{");
    // The root of a workspace may hold next to no code, and the commands of all its members.
    let is_part = |folder: &str| survey.stack.parts.iter().any(|part| part.folder == folder);
    let roots: Vec<Part> = survey
        .manifests
        .all
        .iter()
        .enumerate()
        .filter(|(_, manifest)| !manifest.workspace.is_empty() && !is_part(manifest.folder()))
        .map(|(at, manifest)| Part { folder: manifest.folder().to_owned(), manifests: vec![at], ..Part::default() })
        .collect();
    for part in roots.iter().chain(&survey.stack.parts).filter(tellable) {
        let mut seen = Vec::new();
        for manifest in part.manifests.iter().filter_map(|at| survey.manifests.all.get(*at)) {
            if seen.contains(&manifest.ecosystem) {
                continue;
            }
            seen.push(manifest.ecosystem);
            if let Some(recipe) = recipe(context, part, manifest) {
                found.push(recipe);
            }
        }
    }
    // What a workspace runs at its root, it runs for its members.
    let above: Vec<Recipe> = found.iter().filter(|recipe| recipe.folder == recipe.installed_in).cloned().collect();
    for recipe in &mut found {
        let root = above.iter().find(|root| {
            root.folder != recipe.folder && root.ecosystem == recipe.ecosystem && root.folder == recipe.installed_in
        });
        if let Some(root) = root {
            if !root.test.is_empty() {
                recipe.test.clear();
            }
            if !root.lint.is_empty() {
                recipe.lint.clear();
            }
        }
    }
    found.retain(|recipe| !(recipe.lint.is_empty() && recipe.test.is_empty()));
    found
}

fn recipe(context: &FixContext<'_>, part: &Part, manifest: &Manifest) -> Option<Recipe> {
    let mut recipe = Recipe {
        folder: part.folder.clone(),
        ecosystem: manifest.ecosystem,
        manager: "",
        installed_in: part.folder.clone(),
        install: Vec::new(),
        lint: Vec::new(),
        test: Vec::new(),
    };
    match manifest.ecosystem {
        Ecosystem::Npm => npm(context, part, manifest, &mut recipe),
        Ecosystem::Python => python(context, part, manifest, &mut recipe),
        Ecosystem::Ruby => ruby(context, part, manifest, &mut recipe),
        Ecosystem::Php => php(context, manifest, &mut recipe),
        Ecosystem::Elixir => elixir(manifest, &mut recipe),
        Ecosystem::Go => {
            recipe.manager = "go";
            recipe.install.push("go mod download".to_owned());
            recipe.lint.push("go vet ./...".to_owned());
            recipe.test.push("go test ./...".to_owned());
        }
        Ecosystem::Rust => {
            recipe.manager = "cargo";
            recipe.lint.push("cargo clippy --all-targets -- -D warnings".to_owned());
            recipe.test.push("cargo test".to_owned());
        }
        Ecosystem::Jvm => jvm(context, part, manifest, &mut recipe)?,
        Ecosystem::Deno => {
            recipe.manager = "deno";
            recipe.lint.push("deno lint".to_owned());
            recipe.test.push("deno test".to_owned());
        }
    }
    Some(recipe)
}

/// The nearest folder, from one upwards, that holds one of these files; with the file.
fn nearest<'n>(context: &FixContext<'_>, folder: &str, names: &[&'n str]) -> Option<(String, &'n str)> {
    let mut folder = folder;
    loop {
        let here = names.iter().find(|name| join(folder, name).is_some_and(|path| context.has(&path)));
        if let Some(name) = here {
            return Some((folder.to_owned(), name));
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder_of(folder);
    }
}

/// Whether a lockfile of a folder is that of a manifest: it is beside it, or at the root of its workspace.
fn serves(context: &FixContext<'_>, folder: &str, manifest: &Manifest) -> bool {
    let manifests = &context.survey.manifests;
    let is_member = |root: &Manifest| manifests.is_member(root, manifest);
    folder == manifest.folder() || manifests.in_folder(folder, manifest.ecosystem).is_some_and(is_member)
}

fn npm(context: &FixContext<'_>, part: &Part, manifest: &Manifest, recipe: &mut Recipe) {
    const LOCKS: &[&str] =
        &["pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb", "package-lock.json", "npm-shrinkwrap.json"];
    let lock = nearest(context, &part.folder, LOCKS).filter(|(folder, _)| serves(context, folder, manifest));
    let (folder, name) = lock.clone().unwrap_or_else(|| (part.folder.clone(), ""));
    let berry = join(&folder, ".yarnrc.yml").is_some_and(|path| context.has(&path));
    let (manager, install, run) = match name {
        "pnpm-lock.yaml" => ("pnpm", "pnpm install --frozen-lockfile", "pnpm run"),
        "yarn.lock" if berry => ("yarn", "yarn install --immutable", "yarn run"),
        "yarn.lock" => ("yarn", "yarn install --frozen-lockfile", "yarn run"),
        "bun.lock" | "bun.lockb" => ("bun", "bun install --frozen-lockfile", "bun run"),
        "" => ("npm", "npm install", "npm run"),
        _ => ("npm", "npm ci", "npm run"),
    };
    recipe.manager = manager;
    recipe.installed_in = folder;
    recipe.install.push(install.to_owned());
    let script = |names: &[&str], refused: &[&str]| {
        let fits = |name: &&str| {
            manifest
                .scripts
                .iter()
                .any(|script| script.name == **name && !refused.iter().any(|word| script.command.contains(word)))
        };
        names.iter().find(|name| fits(name)).map(|name| match *name {
            "test" if manager != "bun" => format!("{manager} test"),
            name => format!("{run} {name}"),
        })
    };
    let tool = |package: &str, command: &str| manifest.dependency(package).map(|_| format!("npx {command}"));
    let watches: &[&str] = &["no test specified", "--watch"];
    recipe.test.extend(
        script(&["test", "test:ci", "test:unit", "tests"], watches)
            .or_else(|| tool("vitest", "vitest run"))
            .or_else(|| tool("jest", "jest"))
            .or_else(|| tool("mocha", "mocha")),
    );
    // A linter that rewrites files in CI hides what it should report.
    let rewrites: &[&str] = &["--fix", "--write", "--apply"];
    recipe.lint.extend(
        script(&["lint:ci", "lint:check", "lint", "eslint"], rewrites)
            .or_else(|| tool("eslint", "eslint ."))
            .or_else(|| tool("@biomejs/biome", "biome ci")),
    );
}

fn python(context: &FixContext<'_>, part: &Part, manifest: &Manifest, recipe: &mut Recipe) {
    let here = |name: &str| join(&part.folder, name).is_some_and(|path| context.has(&path));
    let lock = nearest(context, &part.folder, &["uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"])
        .filter(|(folder, _)| serves(context, folder, manifest));
    let (manager, install, run) = match lock.as_ref().map(|(_, name)| *name) {
        Some("uv.lock") => ("uv", vec!["pipx install uv", "uv sync --locked"], "uv run "),
        Some("poetry.lock") => ("poetry", vec!["pipx install poetry", "poetry install"], "poetry run "),
        Some("pdm.lock") => ("pdm", vec!["pipx install pdm", "pdm sync"], "pdm run "),
        Some(_) => ("pipenv", vec!["pipx install pipenv", "pipenv sync --dev"], "pipenv run "),
        None if here("requirements.txt") => ("pip", vec!["pip install -r requirements.txt"], ""),
        None if here("requirements/dev.txt") => ("pip", vec!["pip install -r requirements/dev.txt"], ""),
        None if here("requirements/test.txt") => ("pip", vec!["pip install -r requirements/test.txt"], ""),
        None => ("pip", Vec::new(), ""),
    };
    if let Some((folder, _)) = lock {
        recipe.installed_in = folder;
    }
    recipe.manager = manager;
    if manager == "pip" && install.is_empty() {
        recipe.install.push(format!("pip install {}", extras(context, &manifest.path)));
    }
    recipe.install.extend(install.into_iter().map(str::to_owned));
    if manager == "pip" {
        let more = [
            "requirements-dev.txt",
            "requirements.dev.txt",
            "dev-requirements.txt",
            "requirements-test.txt",
            "requirements_dev.txt",
        ];
        recipe.install.extend(more.into_iter().find(|name| here(name)).map(|name| format!("pip install -r {name}")));
    }
    // Several lists of requirements make up one part.
    let declares = |package: &str| {
        let all = part.manifests.iter().filter_map(|at| context.survey.manifests.all.get(*at));
        all.chain([manifest]).any(|manifest| manifest.dependency(package).is_some())
    };
    let is_django = part.frameworks.iter().any(|used| used.name == "django");
    // What CI runs already is how the team tests.
    let run_by_ci = |tool: &str| context.survey.pipelines.actions().any(|(_, _, action)| action.tool == tool);
    if is_django && here("manage.py") && run_by_ci("manage.py") && !run_by_ci("pytest") {
        recipe.test.push(format!("{run}python manage.py test"));
    } else if declares("pytest") || declares("pytest-django") {
        recipe.test.push(format!("{run}pytest"));
    } else if is_django && here("manage.py") {
        recipe.test.push(format!("{run}python manage.py test"));
    } else if has_tests(context, &part.folder, "python") {
        recipe.test.push(format!("{run}python -m unittest"));
    }
    for (name, command) in [("ruff", "ruff check ."), ("flake8", "flake8 .")] {
        if declares(name) {
            recipe.lint.push(format!("{run}{command}"));
        } else if context.fact_names("linters").iter().any(|linter| linter == name) {
            recipe.lint.push(format!("pipx run {command}"));
        }
    }
    recipe.lint.truncate(1);
}

/// What pip installs of a project: with what it keeps for its tests, where it says so.
fn extras(context: &FixContext<'_>, path: &str) -> String {
    const NAMES: &[&str] = &["dev", "test", "tests", "testing", "development"];
    let document = context.survey.inventory.document(path);
    let Some(Ok(root)) = document.as_deref() else { return ".".to_owned() };
    let named = |keys: &[&str]| {
        let entries = root.at(keys).map(crate::read::document::Node::entries).unwrap_or_default();
        entries.iter().map(|entry| entry.key.clone()).find(|key| NAMES.contains(&key.as_str()))
    };
    let extra = named(&["project", "optional-dependencies"]).map(|name| format!("'.[{name}]'"));
    let group = named(&["dependency-groups"]).map(|name| format!(". --group {name}"));
    extra.or(group).unwrap_or_else(|| ".".to_owned())
}

/// Whether tests of a language are below a folder.
fn has_tests(context: &FixContext<'_>, folder: &str, language: &str) -> bool {
    let is_test = |file: &&crate::read::inventory::File| file.role == crate::read::inventory::role::Role::Test;
    context.survey.inventory.own_files().filter(is_test).any(|file| {
        below(folder, &file.path).is_some() && file.language.is_some_and(|own| own.eq_ignore_ascii_case(language))
    })
}

fn ruby(context: &FixContext<'_>, part: &Part, manifest: &Manifest, recipe: &mut Recipe) {
    recipe.manager = "bundler";
    recipe.install.push("bundle install".to_owned());
    let declares = |names: &[&str]| names.iter().any(|name| manifest.dependency(name).is_some());
    let here = |name: &str| join(&part.folder, name).is_some_and(|path| context.has(&path));
    if declares(&["rspec", "rspec-rails"]) {
        recipe.test.push("bundle exec rspec".to_owned());
    } else if part.frameworks.iter().any(|used| used.name == "rails") && here("bin/rails") {
        recipe.test.push("bin/rails test".to_owned());
    } else if declares(&["minitest", "test-unit"]) && here("Rakefile") {
        recipe.test.push("bundle exec rake test".to_owned());
    }
    if declares(&["rubocop", "rubocop-*"]) {
        recipe.lint.push("bundle exec rubocop".to_owned());
    } else if declares(&["standard"]) {
        recipe.lint.push("bundle exec standardrb".to_owned());
    }
}

fn php(context: &FixContext<'_>, manifest: &Manifest, recipe: &mut Recipe) {
    recipe.manager = "composer";
    recipe.install.push("composer install --no-interaction --prefer-dist".to_owned());
    let has = |name: &str| manifest.dependency(name).is_some();
    if has("pestphp/pest") {
        recipe.test.push("vendor/bin/pest".to_owned());
    } else if has("phpunit/phpunit") {
        recipe.test.push("vendor/bin/phpunit".to_owned());
    } else if has("symfony/phpunit-bridge") {
        recipe.test.push("vendor/bin/simple-phpunit".to_owned());
    }
    let configured = |name: &str| context.fact_names("linters").iter().any(|linter| linter == name);
    for (package, linter, command) in [
        ("phpstan/phpstan", "phpstan", "vendor/bin/phpstan analyse --no-progress"),
        ("squizlabs/php_codesniffer", "phpcs", "vendor/bin/phpcs"),
        ("vimeo/psalm", "psalm", "vendor/bin/psalm --no-progress"),
    ] {
        if has(package) && configured(linter) {
            recipe.lint.push(command.to_owned());
        }
    }
    recipe.lint.truncate(1);
}

fn elixir(manifest: &Manifest, recipe: &mut Recipe) {
    recipe.manager = "mix";
    recipe.install.push("mix deps.get --check-locked".to_owned());
    recipe.test.push("mix test".to_owned());
    if manifest.dependency("credo").is_some() {
        recipe.lint.push("mix credo".to_owned());
    }
}

fn jvm(context: &FixContext<'_>, part: &Part, manifest: &Manifest, recipe: &mut Recipe) -> Option<()> {
    let file = crate::base::path::name_of(&manifest.path);
    let wrapper = |name: &'static str| nearest(context, &part.folder, &[name]).map(|(folder, _)| folder);
    let (manager, own, bare, goal, name) = match file {
        "pom.xml" => ("maven", "./mvnw -B", "mvn -B", "verify", "mvnw"),
        "build.gradle" | "build.gradle.kts" => ("gradle", "./gradlew", "gradle", "check", "gradlew"),
        _ => {
            recipe.manager = "sbt";
            recipe.test.push("sbt test".to_owned());
            return Some(());
        }
    };
    recipe.manager = manager;
    // Modules are built by the build above them.
    let folder = wrapper(name);
    if folder.as_ref().is_some_and(|folder| *folder != part.folder) {
        return None;
    }
    let command = if folder.is_some() { own } else { bare };
    recipe.test.push(format!("{command} {goal}"));
    Some(())
}
