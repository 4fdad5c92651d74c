//! What a file is for, inferred from its path: code of the product, a test, an example, third-party code…

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a file is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Code of the product.
    Source,
    /// A test, or what tests need.
    Test,
    /// Settings, manifests, pipelines.
    Config,
    /// Documentation.
    Docs,
    /// Somebody else's code kept in the tree.
    Vendored,
    /// Written by a tool: lockfiles, minified or built files.
    Generated,
    /// Examples, demonstrations, fixtures and samples.
    Example,
}

const VENDORED: &[&str] = &[
    "node_modules",
    "vendor",
    "vendors",
    "third_party",
    "third-party",
    "thirdparty",
    "bower_components",
    ".yarn",
    "site-packages",
    "pdfjs-dist",
    "pdfjs",
    "tinymce",
    "ckeditor",
    "external",
];
const EXAMPLES: &[&str] = &[
    "example",
    "examples",
    "demo",
    "demos",
    "sample",
    "samples",
    "fixture",
    "fixtures",
    "__fixtures__",
    "mock",
    "mocks",
    "__mocks__",
    "stories",
    ".storybook",
    "sandbox",
    "deployment-examples",
    "deploy-examples",
    "dummy",
];
const TESTS: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "spec",
    "specs",
    "e2e",
    "cypress",
    "features",
    "testing",
    "__snapshots__",
    "integration-tests",
    "e2e-tests",
    "test-e2e",
    "androidTest",
];
const DOCS: &[&str] = &["doc", "docs", "documentation", "adr", "adrs"];
const GENERATED: &[&str] = &["dist", "build", ".next", "coverage", "storybook-static", "__generated__", "generated"];

/// Files that package managers write.
const LOCKFILES: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "bun.lockb",
    "deno.lock",
    "Gemfile.lock",
    "poetry.lock",
    "uv.lock",
    "Pipfile.lock",
    "pdm.lock",
    "pixi.lock",
    "pylock.toml",
    "composer.lock",
    "mix.lock",
    "Cargo.lock",
    "go.sum",
    "gradle.lockfile",
    "Podfile.lock",
    "pubspec.lock",
    "flake.lock",
];

const CONFIG_EXTENSIONS: &[&str] = &[
    "json",
    "jsonc",
    "json5",
    "yml",
    "yaml",
    "toml",
    "ini",
    "cfg",
    "conf",
    "properties",
    "env",
    "lock",
    "xml",
    "neon",
    "editorconfig",
    "tf",
    "hcl",
    "service",
];

/// The role that a path gives a file; `.gitattributes` may overrule it.
pub(crate) fn role_of(path: &str) -> Role {
    let (folders, name) = path.rsplit_once('/').map_or(("", path), |(folders, name)| (folders, name));
    let parts: Vec<&str> = if folders.is_empty() { Vec::new() } else { folders.split('/').collect() };
    let below = |names: &[&str]| parts.iter().any(|part| names.contains(part));
    let lower = name.to_ascii_lowercase();
    let extension = lower.rsplit_once('.').map_or("", |(_, extension)| extension);
    if below(VENDORED) {
        // `lib/vendor` of a Rails or Jekyll tree is vendored; a product's own `app/…/vendor(s)` page is not.
        let own = parts
            .iter()
            .take_while(|part| !VENDORED.contains(part))
            .any(|part| matches!(*part, "controllers" | "views" | "models" | "pages" | "components" | "routes"));
        if !own {
            return Role::Vendored;
        }
    }
    if is_copied(&parts, &lower) {
        return Role::Vendored;
    }
    // What is kept for Equerre says nothing of the product: an evaluation quotes all the words that rules look for.
    if LOCKFILES.contains(&name) || is_built(&lower) || parts.first() == Some(&".equerre") {
        return Role::Generated;
    }
    // The name of a package in reverse, `fr/example/app`, says nothing of what its code is for.
    let packages = parts
        .windows(3)
        .position(|at| at[0] == "src" && at[1] == "main" && matches!(at[2], "java" | "kotlin" | "scala" | "groovy"));
    let outside = packages.map_or(parts.as_slice(), |at| &parts[..at]);
    if outside.iter().any(|part| EXAMPLES.contains(part)) {
        return if below(TESTS) && !below(&["example", "examples", "demo", "demos"]) {
            fixture_or_test(&lower)
        } else {
            Role::Example
        };
    }
    if is_test_name(&lower) || is_test_folder(&parts, extension) {
        return Role::Test;
    }
    // Build output is committed at the top of a component, `src/build/` is code.
    if parts.first().is_some_and(|part| GENERATED.contains(part))
        || below(&["__generated__", "storybook-static", "coverage"])
    {
        return Role::Generated;
    }
    if is_docs(&parts, &lower, extension) {
        return Role::Docs;
    }
    if CONFIG_EXTENSIONS.contains(&extension) || name.starts_with('.') || is_config_name(&lower) {
        return Role::Config;
    }
    Role::Source
}

/// Libraries that products copy among their static files.
const COPIED: &[&str] = &[
    "jquery",
    "bootstrap",
    "d3",
    "leaflet",
    "moment",
    "lodash",
    "underscore",
    "dropzone",
    "select2",
    "htmx",
    "alpine",
    "chart",
    "popper",
    "tarteaucitron",
    "swagger-ui",
    "redoc",
    "codemirror",
    "tinymce",
    "ckeditor",
    "dsfr",
    "maplibre",
    "mapbox",
    "handsontable",
    "highlight",
    "modernizr",
    "html5shiv",
    "fullcalendar",
    "sortable",
    "flatpickr",
    "axe",
    "matomo",
    "piwik",
];

/// A copy of a known library below a folder of static files: `static/dropzonejs/dropzone-amd-module.js`.
fn is_copied(parts: &[&str], lower: &str) -> bool {
    let asset = parts
        .iter()
        .any(|part| matches!(*part, "static" | "public" | "assets" | "staticfiles" | "lib" | "libs" | "javascripts"));
    let script = lower.ends_with(".js") || lower.ends_with(".css") || lower.ends_with(".mjs");
    let named = |name: &str| {
        COPIED.iter().any(|known| {
            name.strip_prefix(known)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '@', '/']) || rest == "js")
        })
    };
    asset && script && (named(lower) || parts.iter().any(|part| named(&part.to_lowercase())))
}

fn fixture_or_test(lower: &str) -> Role {
    if is_test_name(lower) { Role::Test } else { Role::Example }
}

fn is_built(lower: &str) -> bool {
    [".min.js", ".min.css", ".min.mjs", ".bundle.js", "-min.js", ".snap", ".map", ".pb.go", "_pb2.py", ".g.dart"]
        .iter()
        .any(|end| lower.ends_with(end))
}

/// Names that are tests wherever they are.
fn is_test_name(lower: &str) -> bool {
    let stem = lower.split_once('.').map_or(lower, |(stem, _)| stem);
    [".test.", ".spec.", ".cy.", ".e2e.", ".tests.", ".stories.test."].iter().any(|mark| lower.contains(mark))
        || lower.ends_with(".feature")
        || lower.ends_with("_test.go")
        || lower.ends_with("_test.exs")
        || lower.ends_with("_test.py")
        || lower.ends_with("_spec.rb")
        || lower.ends_with("_test.rb")
        || ((lower.starts_with("test_") || lower == "tests.py" || stem == "conftest") && lower.ends_with(".py"))
        || (lower.starts_with("test-") && [".ts", ".js", ".mjs"].iter().any(|end| lower.ends_with(end)))
        || [".java", ".kt", ".scala", ".php"].iter().any(|end| {
            lower.strip_suffix(end).is_some_and(|stem| {
                (stem.ends_with("test") || stem.ends_with("spec") || stem.ends_with("tests")) && stem.len() > 4
            })
        })
}

/// Folders of tests; a route or page of the product may have the same name below `app/` or `pages/`.
fn is_test_folder(parts: &[&str], extension: &str) -> bool {
    let Some(at) = parts.iter().position(|part| {
        TESTS.contains(part)
            || part.starts_with("test_")
            || part.starts_with("test-")
            || part.starts_with("tests-")
            || part.starts_with("e2e-")
    }) else {
        return false;
    };
    if parts[at] == "features" {
        // Cucumber's folder, not the feature folders of a front end.
        return at + 1 == parts.len() && extension == "feature"
            || matches!(parts.get(at + 1), Some(&"support" | &"step_definitions" | &"steps"));
    }
    !parts[..at].iter().any(|part| matches!(*part, "pages" | "routes" | "views" | "controllers"))
}

fn is_docs(parts: &[&str], lower: &str, extension: &str) -> bool {
    parts.first().is_some_and(|part| DOCS.contains(part) || *part == ".github" && extension == "md")
        || parts.iter().any(|part| matches!(*part, "adr" | "adrs"))
        || (parts.is_empty()
            && matches!(extension, "md" | "rst" | "adoc" | "txt")
            && !lower.starts_with("requirements"))
        || [
            "readme",
            "changelog",
            "contributing",
            "license",
            "licence",
            "copying",
            "authors",
            "code_of_conduct",
            "security.md",
        ]
        .iter()
        .any(|start| {
            lower.starts_with(start)
                && !lower.ends_with(".rb")
                && !lower.ends_with(".ts")
                && !lower.ends_with(".tsx")
                && !lower.ends_with(".js")
                && !lower.ends_with(".vue")
                && !lower.ends_with(".py")
        })
}

fn is_config_name(lower: &str) -> bool {
    lower.starts_with("dockerfile")
        || lower.ends_with("dockerfile")
        || lower.starts_with("requirements")
        || lower.contains(".config.")
        || [
            "makefile",
            "justfile",
            "rakefile",
            "gemfile",
            "procfile",
            "aptfile",
            "pipfile",
            "caddyfile",
            "jenkinsfile",
            "vagrantfile",
            "brewfile",
            "go.mod",
            "build.sbt",
            "mix.exs",
            "setup.py",
            "codeowners",
            "runtime.txt",
            "build.gradle",
            "settings.gradle",
            "build.gradle.kts",
            "settings.gradle.kts",
            "gradlew",
            "mvnw",
            "_headers",
            "_redirects",
        ]
        .contains(&lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_follow_paths() {
        for (path, role) in [
            ("src/index.ts", Role::Source),
            ("src/index.test.ts", Role::Test),
            ("api/tests/test_views.py", Role::Test),
            ("spec/models/user_spec.rb", Role::Test),
            ("spec/fixtures/files/user.yml", Role::Example),
            ("test/config/setup.ts", Role::Test),
            ("features/login.feature", Role::Test),
            ("features/support/env.rb", Role::Test),
            ("src/features/cart/index.tsx", Role::Source),
            ("app/views/tests/index.html.erb", Role::Source),
            ("node_modules/x/index.js", Role::Vendored),
            ("public/lib.min.js", Role::Generated),
            ("yarn.lock", Role::Generated),
            (".equerre/evaluation.json", Role::Generated),
            ("examples/app/package.json", Role::Example),
            ("api/src/main/java/fr/example/App.java", Role::Source),
            ("samples/src/main/java/App.java", Role::Example),
            ("docs/setup.md", Role::Docs),
            ("README.md", Role::Docs),
            ("package.json", Role::Config),
            ("src/build/index.ts", Role::Source),
            ("static/dropzonejs/dropzone-amd-module.js", Role::Vendored),
            ("public/js/app.js", Role::Source),
            ("src/chart.js", Role::Source),
            ("dist/index.js", Role::Generated),
            ("test/controllers/WebsiteControllerSpec.scala", Role::Test),
            ("__tests__/test-startups.ts", Role::Test),
            ("site/pages/tests/index.tsx", Role::Source),
        ] {
            assert_eq!(role_of(path), role, "{path}");
        }
    }
}
