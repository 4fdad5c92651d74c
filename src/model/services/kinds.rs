//! Which of the parts of a product run on their own, and as what.

use super::marks::{
    ASIDE, BUNDLER_FILES, BUNDLERS, CONTENT_SERVERS, GENERATORS, IMAGES, INSTALLED, MOCKS, ORCHESTRATORS,
    RENDERER_PACKAGES, RENDERERS, SERVERS, SITE_SERVERS, STANDINGS, TOOLS, TRIALS, VIEWS, has_pages, is_of_server,
    starts_pages, words_of,
};
use super::processes::HOST_FOLDERS;
use super::service::{PLACES, Service, ServiceKind, Sources};
use crate::base::location::Location;
use crate::base::path::{below, folder_of, join, name_of};
use crate::model::dockerfile::is_dockerfile;
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
        Probe::words(
            "service-asks-who-is-there",
            &[
                "ProConnectButton",
                "AgentConnectButton",
                "FranceConnectButton",
                "next-auth/react",
                "oidc-client",
                "keycloak-js",
                "react-oidc-context",
                "AuthProvider",
            ],
        ),
        // Pages of Gatsby that its server writes when they are asked for.
        Probe::words("service-renders-later", &["defer:", "getServerData"])
            .matching(r"\bdefer:\s*[\w!(]|\bexport\s+(?:async\s+)?(?:function|const)\s+getServerData\b"),
        Probe::words("service-views", &["render("]).matching(r"\b(?:res|reply|ctx|response|reponse|view)\.render\("),
    ]
}

/// The parts of the product, with what their files show.
pub(super) fn parts<'p>(sources: &'p Sources<'p>) -> Vec<PartView<'p>> {
    sources.stack.parts.iter().map(|part| PartView::new(part, sources)).collect()
}

/// The services that parts of the product are.
pub(super) fn of_parts(parts: &[PartView<'_>]) -> Vec<Service> {
    parts.iter().filter_map(PartView::service).collect()
}

/// A part with what its files show.
pub(super) struct PartView<'p> {
    pub part: &'p Part,
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

    pub(super) fn uses(&self, names: &[&str]) -> bool {
        self.part.frameworks.iter().any(|used| names.contains(&used.name))
    }

    pub(super) fn depends_on(&self, names: &[&str]) -> bool {
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
    pub(super) fn served_by(&self) -> Vec<Location> {
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
        let name = name_of(&self.part.folder);
        let lower = name.to_lowercase();
        MOCKS.iter().any(|mock| lower == *mock || lower.starts_with(&format!("{mock}-")))
            || words_of(name).any(|word| matches!(word.as_str(), "mock" | "mocks"))
    }

    /// Whether it stands among the images for the machines of developers, and no pipeline names it.
    fn is_for_developers(&self) -> bool {
        let folder = self.part.folder.as_str();
        let texts =
            self.sources.pipelines.all.iter().filter_map(|pipeline| self.sources.inventory.text(&pipeline.path));
        IMAGES.contains(&folder.split('/').next().unwrap_or_default())
            && !texts.into_iter().any(|text| names_folder(&text, folder, true))
    }

    fn service(&self) -> Option<Service> {
        let folder = &self.part.folder;
        let new = |kind| Service::new(kind, folder, "web").shown_by(self.served_by()).shown_by(self.place());
        if self.is_mock() {
            let runs = self.uses(SERVERS) || self.uses(RENDERERS) || !self.served_by().is_empty();
            return runs.then(|| new(ServiceKind::Mock).unsure());
        }
        let is_tool = words_of(name_of(folder)).any(|word| TOOLS.contains(&word.as_str()));
        if is_tool && !self.uses(SERVERS) && !self.served_by().is_empty() {
            return Some(new(ServiceKind::Tool).unsure());
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
        // What a host serves of it too is a site.
        if self.depends_on(INSTALLED) && !self.uses(SERVERS) && self.served_by().is_empty() {
            return Some(new(ServiceKind::Tool).unsure());
        }
        if self.uses(&["streamlit"]) {
            return Some(new(ServiceKind::Data).unsure());
        }
        if (self.renders() || self.uses(VIEWS) && !self.uses(SERVERS)) && (self.is_used_inside() || self.is_trial()) {
            return None;
        }
        let stands = words_of(name_of(folder)).any(|word| STANDINGS.contains(&word.as_str()));
        if stands && (self.renders() || self.uses(VIEWS) && self.is_application()) {
            return Some(new(ServiceKind::StaticSite).unsure());
        }
        if self.renders() && self.is_library_of_views() {
            return None;
        }
        if self.renders() {
            // Where people sign in, the files that a build exports are an application.
            let exports =
                self.uses(&["next"]) && self.has("service-static-export") && !self.has("service-asks-who-is-there");
            return Some(new(if exports && self.is_no_application() {
                ServiceKind::StaticSite
            } else {
                ServiceKind::Pages
            }));
        }
        if self.uses(GENERATORS) {
            // A site of one's own beside a product is its documentation: what publishes it tells.
            let answers = self.has("service-renders-later") || self.depends_on(SITE_SERVERS);
            return self.is_main().then(|| new(if answers { ServiceKind::Pages } else { ServiceKind::StaticSite }));
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
        let runs = !folder.is_empty()
            && self.served_by().iter().any(is_image)
            && !self.uses(VIEWS)
            && !self.is_for_developers();
        let has_code = self.part.languages.iter().any(|language| !matches!(*language, "shell" | "sql" | "hcl"));
        let serves = |place: &Location| {
            is_image(place) && self.sources.inventory.text(&place.path).is_some_and(|text| is_of_server(&text))
        };
        let answers =
            self.depends_on(&["gunicorn", "uvicorn", "hypercorn", "waitress", "puma", "hono", "@hono/node-server"])
                || self.depends_on(CONTENT_SERVERS)
                || self.served_by().iter().any(serves);
        // What prepares the database runs once, before the others.
        let prepares = ["migrations", "migration", "migrate", "seeds"].contains(&name_of(folder));
        let kind = match answers {
            true => ServiceKind::Api,
            false if prepares => ServiceKind::Tool,
            false => ServiceKind::Worker,
        };
        (runs && has_code).then(|| new(kind).unsure())
    }

    /// Whether the files that a build exports are a site: beside a server and no other front, they are its application of
    /// one page.
    fn is_no_application(&self) -> bool {
        let parts = || self.sources.stack.parts.iter();
        let has_server = parts().any(|part| part.frameworks.iter().any(|used| SERVERS.contains(&used.name)));
        let is_front = |part: &&Part| {
            let view = PartView::new(part, self.sources);
            let renders = view.renders() || view.uses(VIEWS) && view.is_application();
            part.folder != self.part.folder && !view.is_aside() && !view.is_mock() && renders
        };
        !has_server || !self.part.folder.is_empty() && parts().any(|part| is_front(&part))
    }

    /// Whether another member of the workspace depends on it by its name, and nothing starts or serves it.
    fn is_used_inside(&self) -> bool {
        let name = self.manifests().find_map(|manifest| manifest.name.as_deref());
        let starts = || self.script(&["start", "start:prod", "serve", "dev", "preview"]).is_some();
        let is_used = |name: &str| {
            let others = self.sources.manifests.all.iter().filter(|other| other.folder() != self.part.folder);
            others.into_iter().any(|other| other.dependency(name).is_some())
        };
        name.is_some_and(is_used) && self.served_by().is_empty() && !starts() && !self.has_file("index.html")
    }

    /// Whether a package with the framework of the pages beside it only holds what these show: components that are written for
    /// it, which nothing starts.
    fn is_library_of_views(&self) -> bool {
        let inventory = self.sources.inventory;
        let has = |path: &str| {
            join(&self.part.folder, path).is_some_and(|path| inventory.has(&path) || inventory.has_folder(&path))
        };
        let starts =
            || self.manifests().any(|manifest| manifest.scripts.iter().any(|script| starts_pages(&script.command)));
        let is_named = || self.script(&["start", "start:prod", "serve", "preview"]).is_some();
        !self.part.folder.is_empty() && self.served_by().is_empty() && !has_pages(has) && !is_named() && !starts()
    }

    /// Whether it is a front that only tries the library beside it.
    fn is_trial(&self) -> bool {
        self.part.folder.split('/').any(|name| TRIALS.contains(&name)) && self.served_by().is_empty()
    }

    pub(super) fn renders(&self) -> bool {
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
        // Dependencies of development are in what a bundler builds of a server.
        let is_bundled = !self.uses(VIEWS)
            && self.depends_on(BUNDLERS)
            && self.has("service-listens")
            && self.script(&["start", "start:prod"]).is_some();
        let starts = self.script(&["start", "start:prod", "serve", "dev", "start:dev", "server"]).is_some();
        is_bundled || declared && (starts || !self.served_by().is_empty() || self.has("service-listens"))
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

/// The texts of the images that are built.
pub(super) fn images<'s>(sources: &'s Sources<'_>) -> impl Iterator<Item = std::sync::Arc<str>> + 's {
    let files = sources.inventory.files().iter();
    let files = files.filter(|file| is_dockerfile(file.name()) && file.is_own() && file.role != Role::Test);
    files.filter_map(|file| sources.inventory.text(&file.path))
}

/// Whether a text names a folder: between quotes or slashes, not as part of a word; between blanks too where it is a list
/// of commands.
pub(super) fn names_folder(text: &str, name: &str, in_commands: bool) -> bool {
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
