//! What tells a kind of service from another: names of packages, folders, programs and images.

use crate::model::dockerfile::stages;

/// Frameworks whose server writes pages or answers programs, by what it holds.
pub(super) const SERVERS: &[&str] = &[
    "rails", "sinatra", "django", "flask", "pyramid", "fastapi", "laravel", "symfony", "spring", "play", "quarkus",
    "ktor", "phoenix", "gin", "actix", "axum", "express", "koa", "fastify", "hapi", "nestjs", "adonisjs",
];
/// Frameworks whose server or build writes pages.
pub(super) const RENDERERS: &[&str] = &["next", "nuxt", "remix", "sveltekit"];
/// Packages of those that are no framework of the stack.
pub(super) const RENDERER_PACKAGES: &[&str] = &[
    "@sveltejs/kit",
    "@react-router/node",
    "@react-router/serve",
    "@tanstack/start",
    "@tanstack/react-start",
    "@tanstack/solid-start",
    "@angular/ssr",
    "@solidjs/start",
];
/// Generators of sites.
pub(super) const GENERATORS: &[&str] = &["jekyll", "hugo", "gatsby", "eleventy", "docusaurus", "astro"];
/// What makes one of them a server, which writes pages when they are asked for.
pub(super) const SITE_SERVERS: &[&str] = &["@astrojs/node", "@astrojs/deno"];
/// Libraries of applications of one page.
pub(super) const VIEWS: &[&str] = &["react", "vue", "svelte", "angular"];
/// What turns one of these into an application.
pub(super) const BUNDLERS: &[&str] = &[
    "vite",
    "react-scripts",
    "@vue/cli-service",
    "@angular/cli",
    "@angular/build",
    "@angular-devkit/build-angular",
    "parcel",
    "webpack",
    "webpack-cli",
    "@rsbuild/core",
    "ember-cli",
    "snowpack",
    "esbuild",
];
/// Their settings, where a root holds their packages.
pub(super) const BUNDLER_FILES: &[&str] = &[
    "vite.config.js",
    "vite.config.ts",
    "vite.config.mjs",
    "vite.config.mts",
    "webpack.config.js",
    "rsbuild.config.ts",
];
/// What makes of views an application that people install on their machine, or in their browser.
pub(super) const INSTALLED: &[&str] = &[
    "electron",
    "@tauri-apps/api",
    "@tauri-apps/cli",
    "nw",
    "@neutralinojs/neu",
    "wxt",
    "plasmo",
    "@crxjs/vite-plugin",
];
/// What runs pipelines of data.
pub(super) const ORCHESTRATORS: &[&str] = &["apache-airflow", "dagster", "prefect", "meltano"];
/// Folders of what is built beside the product: none of it runs in production.
pub(super) const ASIDE: &[&str] = &[
    "test",
    "tests",
    "e2e",
    "cypress",
    "playwright",
    "example",
    "examples",
    "demo",
    "demos",
    "sandbox",
    "bench",
    "benchmark",
    "benchmarks",
    "lib",
    "libs",
    "libraries",
    "shared",
    "common",
    "script",
    "scripts",
    "tools",
    "tooling",
    "load-test",
    "load-tests",
    "loadtest",
    "quality",
    "stubs",
    "poc",
    "archive",
    "archives",
    "legacy",
    ".github",
    "cli",
    "eslint",
    "config",
    "configs",
    "lint",
];
/// Folders of fronts that only try what is beside them.
pub(super) const TRIALS: &[&str] = &["consumer", "playground", "playgrounds", "showcase"];
/// Words of fronts that show built files where the application does not: while it is down, or before people sign in.
pub(super) const STANDINGS: &[&str] = &["offline", "maintenance", "redirect", "redirections"];
/// Names of what stands for another service.
pub(super) const MOCKS: &[&str] = &["mock", "mocks", "mock-server", "fake", "stub", "stubs", "simulator", "mockoon"];

/// Servers of content that others edit, configured more than written.
pub(super) const CONTENT_SERVERS: &[&str] =
    &["strapi", "@strapi/strapi", "directus", "@keystone-6/core", "@keystonejs/keystone"];
/// Words of folders that hold a tool of others, by which developers and administrators look at what runs.
pub(super) const TOOLS: &[&str] = &[
    "otel",
    "opentelemetry",
    "collector",
    "grafana",
    "prometheus",
    "kibana",
    "pgadmin",
    "adminer",
    "phpmyadmin",
    "graphiql",
    "swagger",
    "redoc",
];
/// The programs of what writes pages, as scripts call them.
const PAGE_PROGRAMS: &[&str] =
    &["next", "nuxt", "nuxi", "remix", "react-router", "svelte-kit", "vite", "vinxi", "ng", "turbo"];
/// Where what writes pages finds them, and its settings.
const PAGE_PLACES: &[&str] = &[
    "app",
    "pages",
    "src/app",
    "src/pages",
    "src/routes",
    "app/routes",
    "client/pages",
    "layers",
    "content",
    "server",
    "app.vue",
    "src/app.vue",
    "next.config.js",
    "next.config.mjs",
    "next.config.ts",
    "nuxt.config.js",
    "nuxt.config.ts",
    "svelte.config.js",
    "svelte.config.ts",
    "vite.config.js",
    "vite.config.ts",
    "vite.config.mts",
    "remix.config.js",
];

/// Folders of images, most of which the machines of developers alone run.
pub(super) const IMAGES: &[&str] = &[".docker", "docker", "compose"];

/// The words of a name, in lower case: `api-mock` and `MockApi` are two each.
pub(super) fn words_of(name: &str) -> impl Iterator<Item = String> {
    let mut words = vec![String::new()];
    let letters: Vec<char> = name.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let follows_lower = at > 0 && letters[at - 1].is_lowercase();
        let starts_word = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if !letter.is_alphanumeric() || letter.is_uppercase() && (follows_lower || starts_word) {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.into_iter().filter(|word| !word.is_empty())
}

/// Whether a script calls a program that writes pages.
pub(super) fn starts_pages(command: &str) -> bool {
    command.split(|c: char| c.is_whitespace() || c == '"' || c == '&').any(|word| PAGE_PROGRAMS.contains(&word))
}

/// Whether a part has a place for pages, by a question on its paths.
pub(super) fn has_pages(has: impl Fn(&str) -> bool) -> bool {
    PAGE_PLACES.iter().any(|place| has(place))
}

/// Whether an image answers by its own server: PHP under Apache, a server of files, a command that listens.
pub(super) fn is_of_server(text: &str) -> bool {
    const BASES: &[&str] = &["apache", "httpd", "nginx", "fpm", "frankenphp", "caddy", "tomcat", "jetty", "openresty"];
    const COMMANDS: &[&str] = &[
        "apache2-foreground",
        "httpd-foreground",
        "php-fpm",
        "frankenphp",
        "nginx",
        "caddy",
        "gunicorn",
        "uvicorn",
        "puma",
    ];
    let stages = stages(text);
    let Some(last) = stages.last() else { return false };
    let mut first = last;
    while let Some(base) = first.base {
        first = &stages[base];
    }
    let words = |text: &str, known: &[&str]| {
        text.to_lowercase().split(|c: char| !c.is_alphanumeric() && c != '-').any(|word| known.contains(&word))
    };
    let bases = first.from.to_lowercase();
    let starts = last.instructions.iter().rfind(|one| matches!(one.name.as_str(), "CMD" | "ENTRYPOINT"));
    bases.split(|c: char| !c.is_alphanumeric()).any(|word| BASES.contains(&word))
        || starts.is_some_and(|one| words(&one.rest, COMMANDS))
}
