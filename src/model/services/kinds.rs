//! Which of the parts of a product run on their own, and as what.

use std::collections::{BTreeMap, BTreeSet};

use super::processes::HOST_FOLDERS;
use super::roads::deployed_names;
use super::service::{PLACES, Service, ServiceKind, Sources};
use crate::base::location::Location;
use crate::base::path::{below, folder_of, join, name_of};
use crate::model::dockerfile::{is_dockerfile, stages};
use crate::model::manifest::{Ecosystem, Manifest, Scope};
use crate::model::stack::Part;
use crate::read::inventory::File;
use crate::read::inventory::probe::Probe;
use crate::read::inventory::role::Role;

/// What parts are asked to tell one kind from another.
pub(super) fn probes() -> Vec<Probe> {
    vec![
        // A module of Spring that starts, among those that others use.
        Probe::words("service-main-class", &["SpringBootApplication", "QuarkusMain", "embeddedServer(", "EngineMain"]),
        Probe::words("service-controller", &["@RestController", "@Controller", "@RepositoryRestResource", "@Path("]),
        // A server that sends the built files of a front.
        Probe::words(
            "service-serves-files",
            &[
                "express.static(",
                "servestatic",
                "serve-static",
                "koa-static",
                "@fastify/static",
                "sendfile(",
                "staticfiles(",
                "webpack_loader",
                "django_vite",
                "vite_ruby",
                "webpack_encore",
                "laravel-vite",
                "addresourcehandlers",
            ],
        ),
        Probe::words("service-listens", &[".listen(", "createServer(", "bootstrapServer", "uvicorn.run(", "app.run("]),
        Probe::words("service-static-export", &["output"]).matching(r#"\boutput\s*:\s*["']export["']"#),
        Probe::words("service-views", &["render("]).matching(r"\b(?:res|reply|ctx|response|reponse|view)\.render\("),
    ]
}

/// Frameworks whose server writes pages or answers programs, by what it holds.
const SERVERS: &[&str] = &[
    "rails", "sinatra", "django", "flask", "fastapi", "laravel", "symfony", "spring", "play", "quarkus", "ktor",
    "phoenix", "gin", "actix", "axum", "express", "koa", "fastify", "hapi", "nestjs", "adonisjs",
];
/// Frameworks whose server or build writes pages.
const RENDERERS: &[&str] = &["next", "nuxt", "remix", "sveltekit"];
/// Packages of those that are no framework of the stack.
const RENDERER_PACKAGES: &[&str] = &[
    "@sveltejs/kit",
    "@react-router/node",
    "@react-router/serve",
    "@tanstack/start",
    "@angular/ssr",
    "@solidjs/start",
];
/// Generators of sites.
const GENERATORS: &[&str] = &["jekyll", "hugo", "gatsby", "eleventy", "docusaurus", "astro"];
/// Libraries of applications of one page.
const VIEWS: &[&str] = &["react", "vue", "svelte", "angular"];
/// What turns one of these into an application.
const BUNDLERS: &[&str] = &[
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
const BUNDLER_FILES: &[&str] = &[
    "vite.config.js",
    "vite.config.ts",
    "vite.config.mjs",
    "vite.config.mts",
    "webpack.config.js",
    "rsbuild.config.ts",
];
/// What runs pipelines of data.
const ORCHESTRATORS: &[&str] = &["apache-airflow", "dagster", "prefect", "meltano"];
/// Folders of what is built beside the product: none of it runs in production.
const ASIDE: &[&str] = &[
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
/// Names of what stands for another service.
const MOCKS: &[&str] = &["mock", "mocks", "mock-server", "fake", "stub", "stubs", "simulator", "mockoon"];

/// The services that parts of the product are.
pub(super) fn of_parts(sources: &Sources<'_>) -> Vec<Service> {
    let parts: Vec<PartView<'_>> = sources.stack.parts.iter().map(|part| PartView::new(part, sources)).collect();
    let mut found: Vec<Service> = Vec::new();
    for view in &parts {
        found.extend(view.service());
    }
    absorb_fronts(&mut found, &parts, sources);
    found
}

/// A part with what its files show.
struct PartView<'p> {
    part: &'p Part,
    sources: &'p Sources<'p>,
}

impl<'p> PartView<'p> {
    fn new(part: &'p Part, sources: &'p Sources<'p>) -> Self {
        Self { part, sources }
    }

    fn manifests(&self) -> impl Iterator<Item = &'p Manifest> {
        self.part.manifests.iter().map(|at| &self.sources.manifests.all[*at])
    }

    fn files(&self) -> impl Iterator<Item = &'p File> {
        self.part.files.iter().map(|at| &self.sources.inventory.files()[*at]).filter(|file| file.is_shipped())
    }

    fn uses(&self, names: &[&str]) -> bool {
        self.part.frameworks.iter().any(|used| names.contains(&used.name))
    }

    fn depends_on(&self, names: &[&str]) -> bool {
        self.manifests().any(|manifest| names.iter().any(|name| manifest.dependency(name).is_some()))
    }

    fn place(&self) -> Vec<Location> {
        let first = self.part.frameworks.first().map(|used| used.place.clone());
        first.or_else(|| self.manifests().next().map(|manifest| Location::file(&manifest.path))).into_iter().collect()
    }

    fn has(&self, probe: &str) -> bool {
        let files = self.sources.inventory.files();
        let found = self.sources.inventory.found(probe);
        found.iter().any(|(at, _)| {
            files[*at].is_shipped()
                && self.sources.stack.owner(*at).is_some_and(|owner| owner.folder == self.part.folder)
        })
    }

    fn has_file(&self, path: &str) -> bool {
        join(&self.part.folder, path).is_some_and(|path| self.sources.inventory.has(&path))
    }

    /// Files that run it in production, as far as their names tell.
    fn served_by(&self) -> Vec<Location> {
        let inventory = self.sources.inventory;
        let beside = HOST_FOLDERS.iter().filter_map(|name| join(&self.part.folder, name));
        let beside: Vec<&File> = beside.flat_map(|folder| inventory.in_folder(&folder).collect::<Vec<_>>()).collect();
        let here = inventory.in_folder(&self.part.folder).chain(beside).filter(|file| file.is_own());
        let marks = here.filter(|file| {
            is_dockerfile(file.name()) && !file.name().to_lowercase().contains("dev")
                || matches!(
                    file.name(),
                    "Procfile"
                        | "nginx.conf"
                        | "nginx.conf.erb"
                        | "servers.conf.erb"
                        | "static.json"
                        | "netlify.toml"
                        | "ecosystem.config.js"
                        | "serve.json"
                        | "system.properties"
                        | ".buildpacks"
                        | "Caddyfile"
                )
        });
        marks.map(|file| Location::file(&file.path)).take(PLACES).collect()
    }

    /// A script of this name, or of one that starts with it and `:`.
    fn script(&self, names: &[&str]) -> Option<(&'p Manifest, u32)> {
        self.manifests().find_map(|manifest| {
            let script = manifest.scripts.iter().find(|script| names.contains(&script.name.as_str()))?;
            Some((manifest, script.line))
        })
    }

    fn is_aside(&self) -> bool {
        self.part.folder.split('/').any(|name| ASIDE.contains(&name))
    }

    fn is_mock(&self) -> bool {
        let name = name_of(&self.part.folder).to_lowercase();
        MOCKS.iter().any(|mock| name == *mock || name.starts_with(&format!("{mock}-")))
    }

    fn service(&self) -> Option<Service> {
        let folder = &self.part.folder;
        let new = |kind| Service::new(kind, folder, "web").shown_by(self.served_by()).shown_by(self.place());
        if self.is_mock() {
            let runs = self.uses(SERVERS) || self.uses(RENDERERS) || !self.served_by().is_empty();
            return runs.then(|| new(ServiceKind::Mock).unsure());
        }
        // The root of a workspace of Nx holds the packages of all its applications.
        if self.is_aside()
            || self.part.folder.is_empty() && self.has_file("nx.json") && self.sources.inventory.has_folder("apps")
        {
            return None;
        }
        if self.uses(&["expo", "react-native", "flutter"]) {
            return Some(new(ServiceKind::Mobile));
        }
        if self.uses(&["streamlit"]) {
            return Some(new(ServiceKind::Data).unsure());
        }
        if self.renders() {
            let exports = self.uses(&["next"]) && self.has("service-static-export");
            // Beside a server of the same product, built files are its application of one page.
            let is_alone = self
                .sources
                .stack
                .parts
                .iter()
                .all(|part| part.frameworks.iter().all(|used| !SERVERS.contains(&used.name)));
            return Some(new(if exports && is_alone { ServiceKind::StaticSite } else { ServiceKind::Pages }));
        }
        if self.uses(GENERATORS) {
            // A site of one's own beside a product is its documentation: what publishes it tells.
            return self.is_main().then(|| new(ServiceKind::StaticSite));
        }
        if self.uses(SERVERS) {
            return self.server().map(new);
        }
        if self.depends_on(ORCHESTRATORS) {
            // Its code is loaded by the orchestrator of a part that an image or a host runs.
            let inside = self.sources.stack.parts.iter().any(|part| {
                part.folder != *folder
                    && below(&part.folder, folder).is_some()
                    && PartView::new(part, self.sources).depends_on(ORCHESTRATORS)
            });
            let name = name_of(folder);
            let is_built = || images(self.sources).any(|text| !name.is_empty() && names_folder(&text, name, true));
            return (!inside && (!self.served_by().is_empty() || is_built())).then(|| new(ServiceKind::Worker));
        }
        if !(self.uses(VIEWS) && self.is_application()) && self.takes_jobs() {
            return Some(new(ServiceKind::Worker));
        }
        if self.uses(VIEWS) && self.is_application() {
            return Some(new(ServiceKind::Pages));
        }
        // Code with an image of its own for production and nothing that answers.
        let is_image = |place: &Location| {
            let name = name_of(&place.path).to_lowercase();
            is_dockerfile(name_of(&place.path))
                && !["dev", "test", "ci", "local"].iter().any(|word| name.contains(word))
        };
        let runs = !folder.is_empty() && self.served_by().iter().any(is_image) && !self.uses(VIEWS);
        let has_code = self.part.languages.iter().any(|language| !matches!(*language, "shell" | "sql" | "hcl"));
        let answers =
            self.depends_on(&["gunicorn", "uvicorn", "hypercorn", "waitress", "puma", "hono", "@hono/node-server"]);
        let kind = if answers { ServiceKind::Api } else { ServiceKind::Worker };
        (runs && has_code).then(|| new(kind).unsure())
    }

    fn renders(&self) -> bool {
        self.uses(RENDERERS) || self.depends_on(RENDERER_PACKAGES) && !self.uses(SERVERS)
    }

    /// Whether a package of Node takes jobs off a queue, and answers nothing.
    fn takes_jobs(&self) -> bool {
        const QUEUES: &[&str] = &[
            "bullmq",
            "bull",
            "bee-queue",
            "pg-boss",
            "agenda",
            "graphile-worker",
            "amqplib",
            "kafkajs",
            "bree",
            "@google-cloud/pubsub",
            "@aws-sdk/client-sqs",
            "node-cron",
            "croner",
        ];
        self.depends_on(QUEUES) && self.script(&["start", "start:prod", "worker", "serve"]).is_some()
    }

    /// Whether it is most of the product's code.
    fn is_main(&self) -> bool {
        let is_site = |name: &str| GENERATORS.contains(&name) || VIEWS.contains(&name);
        self.part.frameworks.iter().all(|used| is_site(used.name))
            && (self.sources.stack.parts.len() == 1 || self.part.folder.is_empty())
            && self.files().any(|file| file.programming || file.name().ends_with(".md"))
    }

    /// Whether a part with a library of views is an application: what a bundler starts from is there.
    fn is_application(&self) -> bool {
        let starts = ["index.html", "public/index.html", "src/index.html", "app/index.html", "angular.json"];
        let bundles = self.depends_on(BUNDLERS) || BUNDLER_FILES.iter().any(|path| self.has_file(path));
        starts.iter().any(|path| self.has_file(path)) && bundles
            || self.depends_on(&["react-scripts", "@vue/cli-service", "@angular/cli"])
                && self.script(&["build", "start", "serve", "dev"]).is_some()
    }

    /// What a part with a framework of servers is; nothing for a module that others use.
    fn server(&self) -> Option<ServiceKind> {
        let on_jvm = self.uses(&["spring", "quarkus", "ktor"]);
        if on_jvm && !self.has("service-main-class") {
            return None;
        }
        let is_node = self.uses(&["express", "koa", "fastify", "hapi", "nestjs", "adonisjs"]);
        if is_node && !self.node_server_starts() {
            return None;
        }
        if on_jvm && !self.has("service-controller") {
            return Some(ServiceKind::Worker);
        }
        Some(if self.templates() >= FEW_TEMPLATES { ServiceKind::Pages } else { ServiceKind::Api })
    }

    /// Whether a package of Node with a framework of servers starts one, and does not only use or test with it.
    fn node_server_starts(&self) -> bool {
        let declared = self.manifests().any(|manifest| {
            let names = ["express", "koa", "koa-smart", "fastify", "@hapi/hapi", "@nestjs/core", "@adonisjs/core"];
            names.iter().any(|name| manifest.dependency(name).is_some_and(|found| found.scope == Scope::Runtime))
        });
        let starts = self.script(&["start", "start:prod", "serve", "dev", "start:dev", "server"]).is_some();
        declared && (starts || !self.served_by().is_empty() || self.has("service-listens"))
    }

    /// How many templates of pages it holds; those of mails, layouts and administrators are none.
    fn templates(&self) -> usize {
        let is_template = |file: &&File| {
            let path = file.path.to_lowercase();
            let inside = below(&self.part.folder, &path).unwrap_or(&path);
            let folders = folder_of(inside);
            let aside = folders.split('/').any(|name| {
                [
                    "mail",
                    "layout",
                    "admin",
                    "pdf",
                    "export",
                    "partial",
                    "fragment",
                    "error",
                    "node_modules",
                    "rest_framework",
                ]
                .iter()
                .any(|word| name.contains(word))
            });
            let name = file.name().to_lowercase();
            let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
            let server = ends(&[
                ".html.erb",
                ".html.haml",
                ".html.slim",
                ".html.twig",
                ".blade.php",
                ".html.heex",
                ".html.eex",
                ".scala.html",
                ".pug",
                ".ejs",
                ".njk",
                ".hbs",
                ".edge",
                ".eta",
                ".jinja",
                ".jinja2",
                ".html.j2",
            ]);
            let html = ends(&[".html"]) && folders.split('/').any(|name| name == "templates" || name == "jinja2");
            let views = ends(&[".heex", ".leex"]) || self.uses(&["phoenix"]) && name.ends_with("_live.ex");
            let is_mail = name.contains("mail") || name.contains(".mjml");
            !aside && !is_mail && (server || html || views) && !name.starts_with('_') && file.role != Role::Docs
        };
        self.files().filter(is_template).count()
    }
}

/// An API has a page or two: a greeting, a sign-in of administrators.
const FEW_TEMPLATES: usize = 3;

/// A server that sends the files of a front serves its pages: both are one service, the front's when it stands alone.
fn absorb_fronts(found: &mut Vec<Service>, parts: &[PartView<'_>], sources: &Sources<'_>) {
    let mut texts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let files = sources.inventory.files();
    let mut sending: Vec<usize> = sources.inventory.found("service-serves-files").iter().map(|(at, _)| *at).collect();
    sending.dedup();
    for at in &sending {
        let file = &files[*at];
        let Some(owner) = sources.stack.owner(*at).filter(|_| file.is_shipped()) else { continue };
        let known = texts.entry(owner.folder.as_str()).or_default();
        if known.len() < 200 {
            known.extend(sources.inventory.text(&file.path).map(|text| text.to_string()));
        }
    }
    let servers: BTreeSet<&str> =
        parts.iter().filter(|view| view.uses(SERVERS)).map(|view| view.part.folder.as_str()).collect();
    let fronts: Vec<String> = parts
        .iter()
        .filter(|view| view.uses(VIEWS) && !view.uses(SERVERS) && !view.renders())
        .map(|view| view.part.folder.clone())
        .collect();
    // Pipelines and images are asked where there is a front to absorb.
    let (deployed, together): (Vec<String>, Vec<BTreeSet<String>>) = match fronts.is_empty() {
        true => Default::default(),
        false => (deployed_names(sources), images(sources).flat_map(|text| folders_of_images(&text)).collect()),
    };
    let mut absorbed: BTreeSet<String> = BTreeSet::new();
    for service in found.iter_mut().filter(|service| servers.contains(service.component.as_str())) {
        let own = texts.get(service.component.as_str()).map(Vec::as_slice).unwrap_or_default();
        for front in fronts.iter().filter(|front| **front != service.component) {
            let is_inside = below(&service.component, front).is_some();
            let name = name_of(front);
            let is_alone = parts.iter().any(|view| view.part.folder == *front && !view.served_by().is_empty());
            let is_deployed = deployed.iter().any(|words| is_deployed_as(words, name));
            let is_named = own.iter().any(|text| names_folder(text, name, false));
            let is_built =
                is_built_into(front, &service.component, sources) || is_moved_into(front, &service.component, sources);
            let server = name_of(&service.component);
            let in_one_image = together.iter().any(|folders| folders.contains(name) && folders.contains(server));
            let is_sent = is_named || !is_alone && is_inside && !own.is_empty();
            if is_built || in_one_image || !is_deployed && is_sent {
                absorbed.insert(front.clone());
                if matches!(service.kind, ServiceKind::Api | ServiceKind::Pages) {
                    service.kind = ServiceKind::Pages;
                    service.browsed = true;
                }
            }
        }
        // A front in the folders of the server itself: `resources/js`, `assets/`, with views that hold it.
        let own_front = parts.iter().any(|view| {
            view.part.folder == service.component && view.uses(VIEWS) && view.uses(SERVERS) && !own.is_empty()
        });
        if own_front && service.kind == ServiceKind::Api {
            service.kind = ServiceKind::Pages;
            service.browsed = true;
        }
    }
    found.retain(|service| service.kind != ServiceKind::Pages || !absorbed.contains(&service.component));
    apis_beside_fronts(found, parts);
}

/// A framework for APIs in a server whose front stands on its own: what it renders is mails and pages of administrators.
fn apis_beside_fronts(found: &mut [Service], parts: &[PartView<'_>]) {
    const FOR_APIS: &[&str] =
        &["djangorestframework", "django-ninja", "drf-spectacular", "api-platform/core", "@nestjs/swagger"];
    let is_front = |component: &str| {
        parts
            .iter()
            .any(|view| view.part.folder == component && !view.uses(SERVERS) && (view.uses(VIEWS) || view.renders()))
    };
    if !found.iter().any(|service| service.kind == ServiceKind::Pages && is_front(&service.component)) {
        return;
    }
    for service in found.iter_mut().filter(|service| service.kind == ServiceKind::Pages) {
        let view = parts.iter().find(|view| view.part.folder == service.component && view.uses(SERVERS));
        if view.is_some_and(|view| view.depends_on(FOR_APIS)) {
            service.kind = ServiceKind::Api;
            service.browsed = false;
        }
    }
}

/// Whether a deployment is that of a front, by its words.
fn is_deployed_as(words: &str, front: &str) -> bool {
    let front = front.to_lowercase();
    words.split(|c: char| !c.is_alphanumeric()).any(|word| {
        word == front
            || matches!(word, "front" | "frontend") && front.starts_with("front") && front.len() <= "frontend".len()
    })
}

/// Whether a script of the root moves what a front builds into the folder of a server.
fn is_moved_into(front: &str, server: &str, sources: &Sources<'_>) -> bool {
    if front.is_empty() || server.is_empty() {
        return false;
    }
    let names = |command: &str, folder: &str| {
        command.split(|c: char| c.is_whitespace() || c == '/' || c == ';').any(|word| word == folder)
    };
    let scripts = sources.manifests.at("").flat_map(|manifest| &manifest.scripts);
    scripts.into_iter().any(|script| {
        let moves = ["mv ", "cp ", "rsync ", "copyfiles "].iter().any(|verb| script.command.contains(verb));
        moves && names(&script.command, name_of(front)) && names(&script.command, name_of(server))
    })
}

/// The texts of the images that are built.
fn images<'s>(sources: &'s Sources<'_>) -> impl Iterator<Item = std::sync::Arc<str>> + 's {
    let files = sources.inventory.files().iter();
    let files = files.filter(|file| is_dockerfile(file.name()) && file.is_own() && file.role != Role::Test);
    files.filter_map(|file| sources.inventory.text(&file.path))
}

/// The names of the folders whose content each final stage of an image holds, through the stages that it copies from.
fn folders_of_images(text: &str) -> Vec<BTreeSet<String>> {
    let stages = stages(text);
    let mut held: Vec<BTreeSet<String>> = Vec::new();
    let mut is_base = vec![false; stages.len()];
    for stage in &stages {
        let mut own: BTreeSet<String> = stage.base.map(|base| held[base].clone()).unwrap_or_default();
        if let Some(base) = stage.base {
            is_base[base] = true;
        }
        for copied in stage.instructions.iter().filter_map(|instruction| instruction.copied()) {
            let from = copied.from.map(str::to_lowercase);
            match from.map(|from| stages[..held.len()].iter().rposition(|stage| stage.name == from)) {
                Some(Some(before)) => own.extend(held[before].clone()),
                Some(None) => {}
                None => {
                    // A workspace copies the manifests of all its members to install what one of them needs.
                    let is_manifest = |source: &&String| {
                        [".json", ".yaml", ".yml", ".lock", ".toml", ".xml", ".txt", ".js", ".mjs", ".ts", ".kts"]
                            .iter()
                            .any(|ending| source.ends_with(ending))
                    };
                    let first = copied.sources.iter().filter(|source| !is_manifest(source)).filter_map(|source| {
                        source.trim_start_matches("./").split('/').find(|part| !part.is_empty() && !part.contains('*'))
                    });
                    own.extend(first.map(str::to_owned));
                }
            }
        }
        held.push(own);
    }
    held.into_iter().zip(is_base).filter(|(_, is_base)| !is_base).map(|(folders, _)| folders).collect()
}

/// Whether a text names a folder: between quotes or slashes, not as part of a word; between blanks too where it is a list
/// of commands.
fn names_folder(text: &str, name: &str, in_commands: bool) -> bool {
    let edge = |byte: Option<u8>| {
        byte.is_none_or(|byte| {
            matches!(byte, b'"' | b'\'' | b'/' | b'`' | b'\\' | b'.') || in_commands && byte.is_ascii_whitespace()
        })
    };
    text.match_indices(name).any(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at).copied());
        edge(before) && edge(text.as_bytes().get(at + name.len()).copied())
    })
}

/// Whether the build of a front writes into the folder of a server.
fn is_built_into(front: &str, server: &str, sources: &Sources<'_>) -> bool {
    let settings = [
        "vite.config.js",
        "vite.config.ts",
        "vite.config.mjs",
        "vite.config.mts",
        "vue.config.js",
        "angular.json",
        "webpack.config.js",
    ];
    settings.iter().filter_map(|name| join(front, name)).any(|path| {
        let Some(text) = sources.inventory.text(&path) else { return false };
        let outside = text.split(['"', '\'', '`']).filter(|word| word.starts_with("../"));
        outside.into_iter().filter_map(|word| join(front, word)).any(|target| {
            target != server
                && below(server, &target).is_some()
                && below(front, &target).is_none()
                && !server.is_empty()
        })
    })
}

/// The ecosystem of the packages of a part, for those who publish them.
pub(super) fn is_private(manifest: &Manifest, sources: &Sources<'_>) -> bool {
    if manifest.ecosystem != Ecosystem::Npm {
        return false;
    }
    let document = sources.inventory.document(&manifest.path);
    document.is_some_and(|document| {
        document.as_ref().as_ref().is_ok_and(|root| root.text_of("private").is_some_and(|value| value == "true"))
    })
}
