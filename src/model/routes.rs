//! The addresses that a product answers: one model for routers that go by files and for routers in code.

mod code;
mod elixir;
mod files;
mod guards;
mod jvm;
mod php;
mod plain;
mod python;
mod route;
mod ruby;
mod script;

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use crate::base::location::Location;
use crate::base::path::{folder_of, name_of};
use crate::model::stack::Stack;
use crate::read::inventory::probe::Probe;
use crate::read::inventory::role::Role;
use crate::read::inventory::{File, Inventory};

use code::{Code, tree_of};
use guards::Guards;
use route::{Declared, Draft, Mount};

pub(crate) use route::joined;
pub(crate) use route::{Access, Route};

/// How many routes are kept; the largest products have a tenth of them.
const MOST_ROUTES: usize = 20_000;

/// How many files of code are parsed for their routes.
const MOST_FILES: usize = 2_000;

/// How many routers are followed from a route to the one at the top.
const MOST_MOUNTS: usize = 8;

/// The probes whose hits tell which files hold the words of a router.
const PROBES: &[&str] = &["route-element", "route-object", "route-url", "route-call", "route-word", "route-listed"];

/// What tells the files that may declare routes.
pub(crate) fn probes() -> Vec<Probe> {
    vec![
        Probe::words(PROBES[0], &["<route", "route path", "privateroute", "protectedroute", "sentryroute", "authroute"])
            .matching(r"<\w*Route\s[^>]*\b(?:path|element|index|component)\b"),
        Probe::words(PROBES[1], &["path:"]).matching(
            r"\bpath:\s*[^,\n]{1,120},[\s\S]{0,300}?\b(?:component|components|element|Component|children|redirect|redirectTo|loadChildren|loadComponent|lazy|handler)\b",
        ),
        Probe::words(PROBES[2], &["url:"]).matching(r#"\burl:\s*['"`]/[\s\S]{0,200}?\bhandler\b"#),
        Probe::words(
            PROBES[3],
            &[".get(", ".post(", ".put(", ".delete(", ".all(", ".any(", ".use(", ".route(", ".group(", ".register(", "express(", "'express')", "\"express\")"],
        )
        .matching(
            r#"\b(?:app|[Rr]oute|server|serveur|fastify|instance|api|\w*[Rr]outer|\w*[Rr]outes|\w*[Rr]outeur)\s*\.(?:get|post|put|patch|delete|all|any|use|route|register|group)\(|\bexpress\(\)|\bexpress(?:['\"]\))?\.Router\(|['\"]express['\"]\)\(\)"#,
        ),
        Probe::words(
            PROBES[4],
            &[
                "defineroute(", "createfileroute(", "@controller(", "urlpatterns", "fastapi(", "apirouter(", "blueprint(",
                "ninjaapi(", "@router.", "@app.", "@bp.", "@api.", "include_router(", "register_blueprint(", "add_url_rule(", ".add_route(", "@view_config(",
                "#[route", "route::", "$router->", "@requestmapping", "@getmapping", "@path(",
            ],
        ),
        Probe::words(PROBES[5], &[".md"])
            .matching(r#"(?m)^[\s\-{"']*(?:url|file|src|source|content|markdown|path)["']?\s*:\s*["']?[\w./-]+\.mdx?["']?,?\s*$"#),
    ]
}

/// Every route of a product, in the order of their places.
#[derive(Debug, Default)]
pub struct Routes {
    /// The routes, each once.
    pub all: Vec<Route>,
}

impl Routes {
    /// Reads the routes of a tree.
    pub fn read(inventory: &Inventory, stack: &Stack) -> Self {
        let declared: Vec<(&File, Declared)> = candidates(inventory)
            .into_par_iter()
            .map(|file| (file, declared_in(inventory, file)))
            .filter(|(_, declared)| !declared.drafts.is_empty() || !declared.mounts.is_empty())
            .collect();
        let mounted = Mounted::of(&declared);
        let component = |file: &File| {
            let owner = inventory.rank(&file.path).and_then(|rank| stack.owner(rank));
            owner.map(|part| part.folder.clone()).unwrap_or_default()
        };
        let mut all: Vec<Route> = Vec::new();
        for (at, file) in inventory.files().iter().enumerate() {
            let Some(part) = stack.owner(at) else { continue };
            if let Some(draft) = files::route_of(part, file) {
                all.push(finished(draft, &file.path, part.folder.clone(), (String::new(), Access::Unknown)));
            }
        }
        for (file, declared) in &declared {
            let component = component(file);
            for draft in &declared.drafts {
                let around = mounted.above(&file.path, &draft.router, MOST_MOUNTS);
                all.push(finished(draft.clone(), &file.path, component.clone(), around));
            }
        }
        all.sort_by(|a, b| (&a.place, &a.path, &a.method).cmp(&(&b.place, &b.path, &b.method)));
        all.dedup_by(|a, b| (&a.place, &a.path, &a.method) == (&b.place, &b.path, &b.method));
        all.truncate(MOST_ROUTES);
        Guards::read(inventory, stack).apply(&mut all);
        Self { all }
    }

    /// The route that a link leads to, by its path.
    pub(crate) fn at(&self, path: &str) -> Option<&Route> {
        let plain = path.split(['?', '#']).next().unwrap_or(path).trim_end_matches('/');
        self.all
            .iter()
            .find(|route| route.path.trim_end_matches('/').eq_ignore_ascii_case(plain) && reads(&route.method))
    }

    /// The route that a link calls by its name.
    pub(crate) fn named(&self, name: &str) -> Option<&Route> {
        self.all.iter().find(|route| route.name.as_deref() == Some(name))
    }
}

/// Whether a file frames the pages of those who have signed in, by its path: `(private)/…`, `PrivateLayout.tsx`.
pub(crate) fn frames_the_signed_in(path: &str) -> bool {
    let stem = name_of(path).split('.').next().unwrap_or_default();
    let lower = stem.to_lowercase();
    let frames = ["layout", "header", "menu", "nav", "sidebar"].iter().any(|word| lower.contains(word));
    files::access_of(path) == Access::BehindSignIn || frames && code::access_named(stem) == Access::BehindSignIn
}

/// Whether a method gives a page to people who follow a link.
pub(crate) fn reads(method: &str) -> bool {
    matches!(method, "GET" | "ANY")
}

fn finished(draft: Draft, path: &str, component: String, around: (String, Access)) -> Route {
    let (prefix, access) = around;
    Route {
        path: joined(&prefix, &draft.path),
        method: draft.method,
        place: Location::line(path, draft.line),
        handler: draft.handler,
        action: draft.action,
        name: draft.name,
        component,
        access: draft.access.or(access),
        external: draft.external,
        redirects: draft.redirects,
        conditional: draft.conditional,
    }
}

/// The files that may declare routes.
fn candidates(inventory: &Inventory) -> Vec<&File> {
    let hits = PROBES.iter().flat_map(|probe| inventory.found(probe)).map(|(at, _)| *at);
    let named = inventory.files().iter().enumerate().filter(|(_, file)| is_router(&file.path)).map(|(at, _)| at);
    let ranks: BTreeSet<usize> = hits.chain(named).collect();
    let files = ranks.into_iter().map(|at| &inventory.files()[at]);
    let aside = |path: &str| path.contains("/stories/") || path.contains(".stories.") || path.contains("migrations/");
    files
        .filter(|file| matches!(file.role, Role::Source | Role::Config) && !aside(&file.path))
        .take(MOST_FILES)
        .collect()
}

/// Whether a file is a router by its name.
fn is_router(path: &str) -> bool {
    let (folder, name) = (folder_of(path), name_of(path));
    let below = |wanted: &str| folder == wanted || folder.ends_with(&format!("/{wanted}"));
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "rb" => name == "routes.rb" && below("config") || below("config/routes"),
        "routes" => below("conf"),
        "" => name == "routes" && below("conf"),
        "yaml" | "yml" => below("config/routes") || below("config") && name.starts_with("routes."),
        "ex" => name == "router.ex",
        "php" => below("routes"),
        _ => false,
    }
}

fn declared_in(inventory: &Inventory, file: &File) -> Declared {
    let path = file.path.as_str();
    let (_, extension) = name_of(path).rsplit_once('.').unwrap_or(("", ""));
    match extension {
        "yaml" | "yml" if is_router(path) => return plain::symfony(path, inventory),
        "" | "routes" if is_router(path) => {
            return inventory.text(path).map(|text| plain::play(path, &text, inventory)).unwrap_or_default();
        }
        "yaml" | "yml" | "json" => return plain::listed(path, inventory),
        _ => {}
    }
    let reader = match extension {
        "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "cts" => script::read,
        "py" => python::read,
        "rb" if is_router(path) => ruby::read,
        "php" => php::read,
        "java" | "kt" => jvm::read,
        "ex" => elixir::read,
        _ => return Declared::default(),
    };
    let Some(tree) = tree_of(inventory, path) else { return Declared::default() };
    reader(&Code::of(inventory, path, &tree))
}

/// Which router answers below which path of which other one.
struct Mounted<'m> {
    /// By the file and the variable of a router that is mounted in its own file.
    local: HashMap<(&'m str, &'m str), &'m Mount>,
    /// By the file of a router that another file mounts, with that file.
    across: HashMap<&'m str, (&'m str, &'m Mount)>,
}

impl<'m> Mounted<'m> {
    fn of(declared: &'m [(&File, Declared)]) -> Self {
        let (mut local, mut across) = (HashMap::new(), HashMap::new());
        for (file, declared) in declared {
            for mount in &declared.mounts {
                match &mount.file {
                    Some(target) if *target != file.path => {
                        across.entry(target.as_str()).or_insert((file.path.as_str(), mount));
                    }
                    _ if mount.variable != mount.router => {
                        local.entry((file.path.as_str(), mount.variable.as_str())).or_insert(mount);
                    }
                    _ => {}
                }
            }
        }
        Self { local, across }
    }

    /// The path above a router, and who is let through to it.
    fn above(&self, file: &str, router: &str, left: usize) -> (String, Access) {
        let Some(left) = left.checked_sub(1) else { return (String::new(), Access::Unknown) };
        let local = self.local.get(&(file, router)).map(|mount| (file, *mount));
        let Some((from, mount)) = local.or_else(|| self.across.get(file).copied()) else {
            return (String::new(), Access::Unknown);
        };
        let (prefix, access) = self.above(from, &mount.router, left);
        (joined(&prefix, &mount.prefix), mount.access.or(access))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lockfile::Lockfiles;
    use crate::model::manifest::Manifests;

    fn read(files: &[(&str, &str)]) -> Routes {
        let inventory = Inventory::of(files.iter().map(|(path, text)| (*path, *text)));
        let manifests = Manifests::read(&inventory);
        Routes::read(&inventory, &Stack::read(&inventory, &manifests, &Lockfiles::read(&inventory)))
    }

    /// The routes as `GET /a`, with a mark for those behind a sign-in.
    fn shown(files: &[(&str, &str)]) -> Vec<String> {
        let mark = |route: &Route| if route.access == Access::BehindSignIn { " (signed in)" } else { "" };
        let mut shown: Vec<String> =
            read(files).all.iter().map(|route| format!("{} {}{}", route.method, route.path, mark(route))).collect();
        shown.sort();
        shown
    }

    fn npm(package: &str) -> String {
        format!("{{\"name\": \"a\", \"dependencies\": {{\"{package}\": \"1.0.0\"}}}}")
    }

    #[test]
    fn files_are_routes_where_a_framework_says_so() {
        for (package, path, wanted) in [
            ("next", "src/app/(public)/legal/page.tsx", "GET /legal"),
            ("next", "app/(private)/legal/page.tsx", "GET /legal (signed in)"),
            ("next", "app/api/health/route.ts", "ANY /api/health"),
            ("next", "pages/legal/index.tsx", "GET /legal"),
            ("next", "pages/index.tsx", "GET /"),
            ("nuxt", "pages/mentions-legales.vue", "GET /mentions-legales"),
            ("nuxt", "server/api/health.get.ts", "ANY /api/health"),
            ("svelte", "src/routes/(site)/legal/+page.svelte", "GET /legal"),
            ("svelte", "src/routes/health/+server.ts", "ANY /health"),
            ("@remix-run/react", "app/routes/_public.legal.tsx", "GET /legal"),
            ("astro", "src/pages/legal.astro", "GET /legal"),
            ("gatsby", "src/pages/legal.js", "GET /legal"),
        ] {
            let manifest = npm(package);
            assert_eq!(shown(&[("package.json", &manifest), (path, "x")]), [wanted], "{package} {path}");
        }
        let manifest = npm("next");
        for path in [
            "pages/_app.tsx",
            "app/legal/layout.tsx",
            "app/_parts/page.tsx",
            "src/app/a/page.test.tsx",
            "lib/pages/a.tsx",
        ] {
            assert!(shown(&[("package.json", &manifest), (path, "x")]).is_empty(), "{path}");
        }
    }

    #[test]
    fn settings_list_pages_with_the_texts_that_they_show() {
        let manifest = npm("vue");
        let settings = "router:\n  pages:\n    - title: Terms\n      route: /terms\n      url: /site/pages/terms.md\n    - title: Old\n      route: /old\n      url: /site/pages/old.md\n";
        let files = [
            ("package.json", manifest.as_str()),
            ("configs/site.yaml", settings),
            ("public/site/pages/terms.md", "# Terms\n"),
        ];
        assert_eq!(shown(&files), ["GET /terms"]);
        assert_eq!(read(&files).all[0].handler.as_deref(), Some("public/site/pages/terms.md"));
    }

    #[test]
    fn a_page_that_its_file_hands_out_through_a_guard_is_behind_a_sign_in() {
        let manifest = npm("next");
        for (text, wanted) in [
            ("export default withAuthentication(Page, ADMIN)\n", "GET /a (signed in)"),
            ("export default withLayout(withAuth(Page))\n", "GET /a (signed in)"),
            ("export const getServerSideProps = requireAuth(async () => ({}))\n", "GET /a (signed in)"),
            ("export default withAuthentication(Page, null, { redirect: false })\n", "GET /a"),
            ("export default withTranslation(Page)\n", "GET /a"),
            ("export default function withAuthExplained() {}\n", "GET /a"),
        ] {
            assert_eq!(shown(&[("package.json", &manifest), ("pages/a.js", text)]), [wanted], "{text}");
        }
    }

    #[test]
    fn a_server_that_is_a_class_keeps_its_router_in_a_field() {
        let server = "export class Server {\n  app = express()\n  private router = Router()\n  start() {\n    this.app.get('/health', check([]))\n    this.router.get('/users', list)\n    this.app.use('/v1', this.router)\n  }\n}\n";
        let manifest = npm("express");
        let files = |text| [("package.json", manifest.as_str()), ("src/server.ts", text)];
        assert_eq!(shown(&files(server)), ["GET /health", "GET /v1/users"]);
        // A client that asks another server answers nothing.
        let client = "class Client {\n  api = axios.create()\n  all() { return this.api.get('/users', { params: {} }) }\n}\nconst app = express()\n";
        assert!(shown(&files(client)).is_empty());
    }

    #[test]
    fn express_and_its_like_mount_routers_below_each_other() {
        let manifest = npm("express");
        let app = "import express from 'express'\nimport { router } from './routes/pages.js'\nimport { requireAuth } from './auth'\n\
                   const app = express()\napp.get('/healthz', (req, res) => res.send('ok'))\n// app.get('/old', old)\n\
                   app.use('/site', router)\napp.get('/account', requireAuth, account)\nconst value = cache.get('/no', 1)\n";
        let pages = "import { Router } from 'express'\nexport const router = Router()\nconst LEGAL = '/mentions-legales'\n\
                     router.get(LEGAL, (req, res) => res.render('legal'))\nrouter.route('/stats').get(stats)\n";
        assert_eq!(
            shown(&[("package.json", &manifest), ("src/app.ts", app), ("src/routes/pages.ts", pages)]),
            ["GET /account (signed in)", "GET /healthz", "GET /site/mentions-legales", "GET /site/stats"]
        );
        let required = "const app = require('express')()\napp.get('/healthz', h)\n";
        assert_eq!(shown(&[("package.json", &manifest), ("app.js", required)]), ["GET /healthz"]);
        let mounting = "const web = require('express')()\nweb.use('/p', require('./pages'))\n";
        let mounted = "const pages = require('express').Router()\npages.get('/legal', h)\nmodule.exports = pages\n";
        let both = [("package.json", manifest.as_str()), ("web.js", mounting), ("pages.js", mounted)];
        assert_eq!(shown(&both), ["GET /p/legal"]);
        let hono = "import { Hono } from 'hono'\nconst app = new Hono()\nconst api = new Hono()\napi.get('/health', (c) => c.text('ok'))\napp.route('/api', api)\n";
        assert_eq!(shown(&[("package.json", &npm("hono")), ("src/app.ts", hono)]), ["GET /api/health"]);
        let fastify = "fastify.get('/health', async () => 'ok')\nfastify.route({ method: 'GET', url: '/legal', handler: legal })\n";
        assert_eq!(shown(&[("package.json", &npm("fastify")), ("src/app.ts", fastify)]), ["GET /health", "GET /legal"]);
        let koa = "const Router = require('@koa/router')\nconst router = new Router()\nrouter.get('/legal', legal)\napp.use(router.routes())\n";
        assert_eq!(shown(&[("package.json", &npm("koa")), ("src/app.js", koa)]), ["GET /legal"]);
        let adonis = "import Route from '@ioc:Adonis/Core/Route'\nRoute.group(() => {\n  Route.get('/me', 'UsersController.me')\n}).prefix('/api').middleware('auth')\nRoute.get('/legal', 'PagesController.legal').as('legal')\n";
        assert_eq!(
            shown(&[("package.json", &npm("@adonisjs/core")), ("start/routes.ts", adonis)]),
            ["GET /api/me (signed in)", "GET /legal"]
        );
        let nest = "@Controller('health')\nexport class HealthController {\n  @Get()\n  check() {}\n  @UseGuards(JwtAuthGuard)\n  @Get('detail')\n  detail() {}\n}\n";
        assert_eq!(
            shown(&[("package.json", &npm("@nestjs/core")), ("src/health.controller.ts", nest)]),
            ["GET /health", "GET /health/detail (signed in)"]
        );
    }

    #[test]
    fn a_route_that_answers_where_a_switch_is_on_is_told() {
        let app = "export function docs(app) {\n  if (!config.swagger.enabled) {\n    return\n  }\n  app.get('/api-docs', (req, res) => res.send(doc))\n}\nexport function health(app) {\n  app.get('/health', (req, res) => res.send('ok'))\n}\n";
        let routes = read(&[("package.json", &npm("express")), ("src/app.ts", app)]);
        let conditional: Vec<(&str, bool)> =
            routes.all.iter().map(|route| (route.path.as_str(), route.conditional)).collect();
        assert_eq!(conditional, [("/api-docs", true), ("/health", false)]);
    }

    #[test]
    fn routers_of_browsers_are_elements_or_objects() {
        let react = "export const App = () => (\n  <Routes>\n    <Route path=\"/\" element={<Layout />}>\n      <Route path=\"legal\" element={<Legal />} />\n      {/* <Route path=\"old\" element={<Old />} /> */}\n      <Route element={<RequireAuth />}>\n        <Route path=\"account\" element={<Account />} />\n      </Route>\n    </Route>\n  </Routes>\n)\n";
        assert_eq!(
            shown(&[("package.json", &npm("react")), ("src/App.tsx", react)]),
            ["GET /", "GET /account (signed in)", "GET /legal"]
        );
        let vue = "import Legal from '@/views/Legal.vue'\nexport const routes = [\n  { path: '/mentions-legales', name: 'legal', component: Legal },\n  // { path: '/old', component: Old },\n  { path: '/compte', component: () => import('@/views/Account.vue'), meta: { requiresAuth: true } },\n  { path: '/a', redirect: '/mentions-legales' },\n]\n";
        let files = [
            ("package.json", npm("vue")),
            ("src/router.js", vue.to_owned()),
            ("src/views/Legal.vue", "<template>a</template>".to_owned()),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        assert_eq!(shown(&files), ["GET /a", "GET /compte (signed in)", "GET /mentions-legales"]);
        let routes = read(&files);
        let legal = routes.named("legal").expect("the route has a name");
        assert_eq!(legal.handler.as_deref(), Some("src/views/Legal.vue"));
        let angular = "const routes: Routes = [\n  { path: 'legal', component: LegalComponent },\n  { path: 'account', component: AccountComponent, canActivate: [AuthGuard] },\n]\n";
        assert_eq!(
            shown(&[("package.json", &npm("@angular/core")), ("src/app/app.routes.ts", angular)]),
            ["GET /account (signed in)", "GET /legal"]
        );
        let typed = "export const { routes } = createRouter({\n  legal: defineRoute('/mentions-legales'),\n})\n";
        assert_eq!(shown(&[("package.json", &npm("type-route")), ("src/router.ts", typed)]), ["GET /mentions-legales"]);
    }

    #[test]
    fn the_router_of_rails_is_read_with_what_its_controllers_ask() {
        let routes = "Rails.application.routes.draw do\n  root 'home#index'\n  get '/mentions-legales', to: 'home#legal', as: :legal\n  # get '/old', to: 'home#old'\n  get 'up' => 'rails/health#show'\n  namespace :admin do\n    resources :users, only: [:index]\n  end\n  resources :stats, only: :index\n  scope controller: :pages do\n    get 'accessibilite'\n  end\n  draw(:api)\nend\n";
        let files = [
            ("Gemfile", "gem 'rails'\n"),
            ("config/routes.rb", routes),
            ("config/routes/api.rb", "namespace :api do\n  get :ping\nend\n"),
            (
                "app/controllers/application_controller.rb",
                "class ApplicationController < ActionController::Base\n  before_action :authenticate_user!\nend\n",
            ),
            (
                "app/controllers/home_controller.rb",
                "class HomeController < ApplicationController\n  skip_before_action :authenticate_user!, only: %i[index legal]\nend\n",
            ),
            (
                "app/controllers/admin/users_controller.rb",
                "class Admin::UsersController < ApplicationController\nend\n",
            ),
            (
                "app/controllers/pages_controller.rb",
                "class PagesController < ApplicationController\n  # before_action :x\n  skip_before_action :authenticate_user!\nend\n",
            ),
            ("app/controllers/stats_controller.rb", "class StatsController < ApplicationController\nend\n"),
        ];
        assert_eq!(
            shown(&files),
            [
                "GET /",
                "GET /accessibilite",
                "GET /admin/users (signed in)",
                "GET /api/ping",
                "GET /mentions-legales",
                "GET /stats (signed in)",
                "GET /up"
            ]
        );
    }

    #[test]
    fn routers_of_python_include_each_other() {
        let files = [
            ("requirements.txt", "django==5.0\n"),
            (
                "config/settings.py",
                "ROOT_URLCONF = 'config.urls'\nMIDDLEWARE = [\n    'core.middleware.LoginRequiredMiddleware',\n]\n",
            ),
            ("core/middleware.py", "class LoginRequiredMiddleware:\n    public_routes = ['legal']\n"),
            (
                "config/urls.py",
                "from django.urls import include, path\nurlpatterns = [\n    path('core/', include('core.urls')),\n    path('login/', LoginView.as_view(), name='login'),\n]\n",
            ),
            (
                "core/urls.py",
                "from django.urls import path\nfrom core import views\nurlpatterns = [\n    path('mentions-legales/', views.legal, name='legal'),\n    # path('old/', views.old),\n    path('stats/', views.stats, name='stats'),\n]\n",
            ),
            ("core/views.py", "def legal(request):\n    return render(request, 'legal.html')\n"),
        ];
        assert_eq!(shown(&files), ["ANY /core/mentions-legales/", "ANY /core/stats/ (signed in)", "ANY /login/"]);
        let api = "from fastapi import APIRouter, Depends, FastAPI\nfrom .routers import items\napp = FastAPI(docs_url=None)\napp.include_router(items.router, prefix='/api')\n@app.get('/health')\ndef health():\n    return {}\n";
        let items = "from fastapi import APIRouter\nrouter = APIRouter(prefix='/items')\n@router.get('/{id}')\ndef item(id):\n    return id\n";
        assert_eq!(
            shown(&[
                ("requirements.txt", "fastapi\n"),
                ("app/main.py", api),
                ("app/routers/__init__.py", ""),
                ("app/routers/items.py", items)
            ]),
            ["GET /api/items/{id}", "GET /health", "GET /openapi.json"]
        );
        let flask = "from flask import Flask, render_template\napp = Flask(__name__)\n@app.route('/mentions-legales')\ndef legal():\n    return render_template('legal.html')\n@app.route('/compte')\n@login_required\ndef account():\n    return ''\n";
        assert_eq!(
            shown(&[("requirements.txt", "flask\n"), ("app.py", flask)]),
            ["ANY /compte (signed in)", "ANY /mentions-legales"]
        );
    }

    #[test]
    fn pyramid_names_its_routes_and_views_below_its_root() {
        let auth = "def includeme(config):\n    config.add_route('login', '/identification')\n    config.add_route('help', pattern='/aide/{page}')\n";
        let views = "from pyramid.view import view_config\n@view_config(context=Root, name='mentions-legales', renderer='legal.html')\ndef legal(request):\n    return {}\n\
                     @view_config(name='compte', permission='view')\ndef account(request):\n    return {}\n\
                     @view_config(context=Item, name='journal')\ndef journal(request):\n    return {}\n@view_config(route_name='login')\ndef login(request):\n    return {}\n";
        let files = [("requirements.txt", "pyramid\n"), ("site/auth.py", auth), ("site/views.py", views)];
        assert_eq!(
            shown(&files),
            ["ANY /aide/{page}", "ANY /compte (signed in)", "ANY /identification", "ANY /mentions-legales"]
        );
        assert_eq!(read(&files).named("login").map(|route| route.path.as_str()), Some("/identification"));
        // Others write the path first, or the method.
        let others = "app.add_route('/healthz', Health())\napp.router.add_route('GET', '/legal', legal)\n";
        let files = [("requirements.txt", "aiohttp\n"), ("app.py", others)];
        assert_eq!(shown(&files), ["ANY /healthz", "GET /legal"]);
    }

    #[test]
    fn routers_of_php_are_attributes_or_calls() {
        let controller = "<?php\n#[Route('/site', name: 'site_')]\nclass PageController {\n    #[Route('/mentions-legales', name: 'legal')]\n    public function legal() { return $this->render('legal.html.twig'); }\n    #[Route('/cgu')]\n    public function terms() { return $this->redirect($this->siteUrl.'cgu'); }\n    // #[Route('/old')]\n    public function old() {}\n}\n";
        let security = "security:\n    access_control:\n        - { path: ^/site/cgu, roles: ROLE_USER }\n";
        let files = [
            ("composer.json", "{\"require\": {\"symfony/framework-bundle\": \"7.0\"}}"),
            ("src/Controller/PageController.php", controller),
            ("config/packages/security.yaml", security),
        ];
        assert_eq!(shown(&files), ["ANY /site/cgu (signed in)", "ANY /site/mentions-legales"]);
        let routes = read(&files);
        assert_eq!(routes.named("site_legal").map(|route| route.path.as_str()), Some("/site/mentions-legales"));
        let web = "<?php\nRoute::view('/mentions-legales', 'legal')->name('legal');\nRoute::middleware('auth')->prefix('compte')->group(function () {\n    Route::get('/profil', [ProfileController::class, 'show']);\n});\n// Route::get('/old', fn () => 1);\n";
        assert_eq!(
            shown(&[("composer.json", "{\"require\": {\"laravel/framework\": \"11\"}}"), ("routes/web.php", web)]),
            ["GET /compte/profil (signed in)", "GET /mentions-legales"]
        );
    }

    #[test]
    fn routers_of_the_jvm_and_of_phoenix_are_read() {
        let spring = "@Controller\n@RequestMapping(\"/site\")\npublic class PageController {\n    @GetMapping(\"/mentions-legales\")\n    public String legal() { return \"legal\"; }\n    @PreAuthorize(\"isAuthenticated()\")\n    @GetMapping(value = \"/compte\", produces = \"text/html\")\n    public String account() { return \"account\"; }\n    // @GetMapping(\"/old\")\n}\n";
        assert_eq!(
            shown(&[("src/main/java/a/PageController.java", spring)]),
            ["GET /site/compte (signed in)", "GET /site/mentions-legales"]
        );
        let kotlin = "@RestController\n@RequestMapping(\"/api\")\nclass HealthController {\n    @GetMapping(\"/health\")\n    fun health() = \"ok\"\n}\n";
        assert_eq!(shown(&[("src/main/kotlin/a/HealthController.kt", kotlin)]), ["GET /api/health"]);
        let play = "# Routes\nGET  /health  controllers.HealthController.health()\n# GET /old controllers.Old.index\n-> /admin admin.Routes\n";
        assert_eq!(
            shown(&[("conf/routes", play), ("conf/admin.routes", "GET /users controllers.Users.index\n")]),
            ["GET /admin/users", "GET /health"]
        );
        let phoenix = "defmodule SiteWeb.Router do\n  scope \"/\", SiteWeb do\n    pipe_through :browser\n    get \"/mentions-legales\", PageController, :legal\n    # get \"/old\", PageController, :old\n  end\n  scope \"/compte\", SiteWeb do\n    pipe_through [:browser, :require_authenticated_user]\n    live \"/profil\", ProfileLive\n  end\nend\n";
        assert_eq!(
            shown(&[("lib/site_web/router.ex", phoenix)]),
            ["GET /compte/profil (signed in)", "GET /mentions-legales"]
        );
    }

    #[test]
    fn the_middleware_of_next_lets_through_what_it_names() {
        let middleware = "export async function middleware(req) {\n  const token = await getToken(req)\n  if (!token) return NextResponse.redirect(new URL('/login', req.url))\n}\nexport const config = { matcher: ['/((?!accessibilite|_next).*)'] }\n";
        let manifest = npm("next");
        assert_eq!(
            shown(&[
                ("package.json", &manifest),
                ("src/middleware.ts", middleware),
                ("src/app/accessibilite/page.tsx", "x"),
                ("src/app/stats/page.tsx", "x"),
                ("src/app/login/page.tsx", "x")
            ]),
            ["GET /accessibilite", "GET /login", "GET /stats (signed in)"]
        );
        let locale = middleware
            .replace("const token = await getToken(req)", "const locale = pick(req)")
            .replace("'/login'", "'/fr'");
        assert_eq!(
            shown(&[("package.json", &manifest), ("src/middleware.ts", &locale), ("src/app/stats/page.tsx", "x")]),
            ["GET /stats"]
        );
    }

    #[test]
    fn routers_that_mount_each_other_end() {
        let a = "import b from './b'\nconst router = express.Router()\nrouter.use('/a', b)\nrouter.get('/x', x)\nexport default router\n";
        let b = "import a from './a'\nconst router = express.Router()\nrouter.use('/b', a)\nexport default router\n";
        let found = shown(&[("package.json", &npm("express")), ("a.js", a), ("b.js", b)]);
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
