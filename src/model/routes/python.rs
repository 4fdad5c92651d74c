//! Routers of Python: `urlpatterns` of Django, decorators of Flask, FastAPI and Django Ninja, `add_route` of Pyramid and its like.

use tree_sitter::Node;

use super::code::{Code, DEEPEST, access_named, named};
use super::route::{Access, Declared, Draft, Mount, joined};

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "route", "api_route", "websocket", "head"];

/// Reads the routes that a file declares.
pub(super) fn read(code: &Code<'_>) -> Declared {
    let mut reader = Reader { code, declared: Declared::default() };
    reader.visit(code.root(), "", Access::Unknown, 0);
    reader.declared
}

struct Reader<'r, 'c> {
    code: &'r Code<'c>,
    declared: Declared,
}

impl<'c> Reader<'_, 'c> {
    fn visit(&mut self, node: Node<'c>, prefix: &str, access: Access, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match node.kind() {
            "decorated_definition" => self.decorated(node),
            "call" => {
                if let Some((below, nested)) = self.call(node, prefix, access) {
                    self.visit(nested, &below, access, depth + 1);
                    return;
                }
            }
            // What a function does is no route, unless it makes an application.
            "function_definition"
                if !["@", "path(", "include_router(", "register_blueprint(", ".add_route("]
                    .iter()
                    .any(|word| self.code.written(node).contains(word)) =>
            {
                return;
            }
            // Routes that only answer developers.
            "if_statement"
                if node.child_by_field_name("condition").is_some_and(|condition| {
                    let written = self.code.written(condition);
                    written.contains("DEBUG") && !written.contains("not ")
                }) =>
            {
                return;
            }
            _ => {}
        }
        for child in named(node) {
            self.visit(child, prefix, access, depth + 1);
        }
    }

    /// A call that declares routes; the list that it nests, and the path above it.
    fn call(&mut self, node: Node<'c>, prefix: &str, access: Access) -> Option<(String, Node<'c>)> {
        let function = self.code.written(node.child_by_field_name("function")?);
        let list = node.child_by_field_name("arguments")?;
        let keyword = |key: &str| self.code.value_of(list, key);
        let arguments: Vec<Node<'c>> =
            self.code.arguments(node).into_iter().filter(|argument| argument.kind() != "keyword_argument").collect();
        let text = |node: Option<Node<'c>>| node.and_then(|node| self.code.string(node));
        match function {
            "path" | "re_path" | "url" | "django.urls.path" => {
                let path = raw(&text(arguments.first().copied()).or_else(|| self.raw_text(*arguments.first()?))?);
                let view = arguments.get(1).copied().or_else(|| keyword("view"))?;
                let written = self.code.written(view);
                let below = joined(prefix, &path);
                if written.starts_with("include(") {
                    return self.include(view, below, access);
                }
                // `path("api/", api.urls)` mounts what Ninja answers.
                if let Some(variable) = written.strip_suffix(".urls").filter(|variable| !variable.contains("admin")) {
                    let variable = variable.rsplit('.').next().unwrap_or(variable).to_owned();
                    let file = self.code.origin(&variable);
                    self.declared.mounts.push(Mount { router: String::new(), prefix: below, file, variable, access });
                    return None;
                }
                let name = text(keyword("name"));
                let rendered = template_name(written);
                let guard = access_named(written.split('(').next().unwrap_or_default());
                self.declared.drafts.push(Draft {
                    path: below,
                    method: "ANY".to_owned(),
                    line: self.code.line(node),
                    handler: self.view_file(view),
                    action: rendered.map_or_else(|| view_name(written), str::to_owned),
                    name,
                    access: guard.or(access),
                    external: redirected(written),
                    redirects: written.contains("RedirectView"),
                    ..Draft::default()
                });
                None
            }
            _ if function.ends_with(".add_url_rule") || function.ends_with(".add_api_route") => {
                let path = text(arguments.first().copied())?;
                let router = function.split('.').next().unwrap_or_default().to_owned();
                let (path, line) = (joined("", &path), self.code.line(node));
                self.declared.drafts.push(Draft { router, path, method: "ANY".to_owned(), line, ..Draft::default() });
                None
            }
            _ if function.ends_with(".add_route") => {
                let first = text(arguments.first().copied()).or_else(|| text(keyword("name")))?;
                let second = text(arguments.get(1).copied()).or_else(|| text(keyword("pattern")));
                // A path and what answers (Falcon), a method and a path (aiohttp), or a name and a path (Pyramid).
                let (path, method, name) = match second {
                    _ if first.starts_with('/') => (first, "ANY".to_owned(), None),
                    Some(path)
                        if ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "*"].contains(&&*first) =>
                    {
                        (path, first.replace('*', "ANY"), None)
                    }
                    Some(path) => (path, "ANY".to_owned(), Some(first)),
                    None => return None,
                };
                let handler = Some(self.code.path.to_owned());
                let (path, line) = (joined("", &path), self.code.line(node));
                self.declared.drafts.push(Draft { path, method, line, handler, name, ..Draft::default() });
                None
            }
            _ if function.ends_with(".include_router")
                || function.ends_with(".register_blueprint")
                || function.ends_with(".mount")
                || function.ends_with(".add_router") =>
            {
                let mounts = function.ends_with(".mount") || function.ends_with(".add_router") && arguments.len() > 1;
                let target = if mounts { arguments.get(1) } else { arguments.first() }?;
                let given = text(keyword("prefix")).or_else(|| text(keyword("url_prefix")));
                let given = given.or_else(|| mounts.then(|| text(arguments.first().copied())).flatten());
                let variable = self.code.written(*target).split('.').next().unwrap_or_default().to_owned();
                // Ninja names the router of another module by its path.
                let dotted = text(Some(*target)).and_then(|module| {
                    let module = module.rsplit_once('.').map(|(module, _)| module.to_owned())?;
                    self.code.file_of(&module, self.code.path)
                });
                self.declared.mounts.push(Mount {
                    router: function.split('.').next().unwrap_or_default().to_owned(),
                    prefix: given.unwrap_or_default(),
                    file: dotted.or_else(|| self.code.origin(&variable)),
                    variable,
                    access: keyword("dependencies").map(|given| depends(self.code.written(given))).unwrap_or_default(),
                });
                None
            }
            "FastAPI" | "NinjaAPI" | "NinjaExtraAPI" | "Api"
                if function != "Api" || self.code.written(list).contains("doc=") =>
            {
                self.described(node, list);
                None
            }
            _ => None,
        }
    }

    /// What describes an API by itself: `/openapi.json` and `/docs`, unless they are renamed or switched off.
    fn described(&mut self, node: Node<'c>, list: Node<'c>) {
        let router = assigned_to(node).map(|name| self.code.written(name)).unwrap_or_default();
        let access = self.code.value_of(list, "dependencies").map(|given| depends(self.code.written(given)));
        for (key, usual) in [("openapi_url", "/openapi.json"), ("docs_url", "/docs")] {
            let said = self.code.value_of(list, key);
            if said.is_some_and(|said| self.code.written(said) == "None") {
                continue;
            }
            let path = said.and_then(|said| self.code.string(said)).unwrap_or_else(|| usual.to_owned());
            self.declared.drafts.push(Draft {
                router: router.to_owned(),
                path: joined("", &path),
                method: "GET".to_owned(),
                line: self.code.line(node),
                action: "openapi".to_owned(),
                access: access.unwrap_or_default(),
                ..Draft::default()
            });
        }
    }

    /// `include("app.urls")`, `include(("app.urls", "app"), namespace="app")`, `include([path(…)])`, `include(router.urls)`
    fn include(&mut self, view: Node<'c>, below: String, access: Access) -> Option<(String, Node<'c>)> {
        let mut target = *self.code.arguments(view).first()?;
        if target.kind() == "tuple" {
            target = *named(target).first()?;
        }
        if target.kind() == "list" {
            return Some((below, target));
        }
        let module = self.code.string(target);
        let written = self.code.written(target);
        let file = match &module {
            Some(module) => self.code.file_of(module, self.code.path),
            None => self.code.origin(written),
        };
        let line = self.code.line(view);
        let mut known = |path: &str, action: &str| {
            let path = joined(&below, path);
            let (method, action) = ("ANY".to_owned(), action.to_owned());
            self.declared.drafts.push(Draft { path, method, line, action, access: Access::Public, ..Draft::default() });
        };
        match module.as_deref().unwrap_or(written) {
            "django.contrib.auth.urls" | "wagtailadmin_urls" | "wagtail.admin.urls" => known("login/", "LoginView"),
            "allauth.urls" => known("login/", "LoginView"),
            "mozilla_django_oidc.urls" => known("authenticate/", "OIDCAuthenticationRequestView"),
            "health_check.urls" => known("", "HealthCheckView"),
            _ => self.declared.mounts.push(Mount {
                router: String::new(),
                prefix: below,
                file,
                variable: String::new(),
                access,
            }),
        }
        None
    }

    /// `@app.get("/a")`, `@bp.route("/a")`, with the other decorators of the same function.
    fn decorated(&mut self, node: Node<'c>) {
        let decorators: Vec<Node<'c>> = named(node).into_iter().filter(|child| child.kind() == "decorator").collect();
        let definition = node.child_by_field_name("definition");
        let name = definition
            .and_then(|definition| definition.child_by_field_name("name"))
            .map(|name| self.code.written(name));
        let said = decorators.iter().map(|decorator| self.code.written(*decorator));
        let guard = said
            .filter(|written| !written.contains(".get(") && !written.contains(".route("))
            .map(access_named)
            .find(|access| *access != Access::Unknown)
            .unwrap_or_default();
        for decorator in decorators {
            let Some(call) = decorator.named_child(0).filter(|call| call.kind() == "call") else { continue };
            let Some(function) = call.child_by_field_name("function").map(|function| self.code.written(function))
            else {
                continue;
            };
            if matches!(function, "view_config" | "view.view_config") {
                self.view_of_pyramid(call, name);
                continue;
            }
            let Some((router, method)) = function.rsplit_once('.') else { continue };
            if !METHODS.contains(&method) {
                continue;
            }
            let arguments = self.code.arguments(call);
            let Some(path) = arguments.first().and_then(|path| self.code.string(*path)) else { continue };
            if !path.is_empty()
                && !path.starts_with('/')
                && method != "api_route"
                && !router.contains("api")
                && !router.contains("router")
            {
                continue;
            }
            let path = joined(&self.own_prefix(router), &path);
            let list = call.child_by_field_name("arguments");
            let depends = list
                .and_then(|list| self.code.value_of(list, "dependencies"))
                .map(|given| depends(self.code.written(given)));
            let body = definition.map(|definition| self.code.written(definition)).unwrap_or_default();
            self.declared.drafts.push(Draft {
                router: router.to_owned(),
                path: joined("", &path),
                method: if method.contains("route") { "ANY".to_owned() } else { method.to_uppercase() },
                line: self.code.line(decorator),
                handler: Some(self.code.path.to_owned()),
                action: rendered_in(body).unwrap_or(name.unwrap_or_default()).to_owned(),
                name: name.map(str::to_owned),
                access: guard.or(depends.unwrap_or_default()),
                external: redirected(body),
                redirects: false,
                conditional: false,
            });
        }
    }

    /// `@view_config(name="about", renderer="about.jinja2")`: a page below the root, where its context is the root or any. One
    /// that names a route answers where that is declared (<https://docs.pylonsproject.org/projects/pyramid/en/latest/narr/traversal.html>).
    fn view_of_pyramid(&mut self, call: Node<'c>, function: Option<&'c str>) {
        let Some(list) = call.child_by_field_name("arguments") else { return };
        let given = |key: &str| self.code.value_of(list, key);
        let below_root = given("context").is_none_or(|context| self.code.written(context).ends_with("Root"));
        let Some(name) = given("name").and_then(|name| self.code.string(name)) else { return };
        if given("route_name").is_some() || !below_root || name.is_empty() {
            return;
        }
        let renderer = given("renderer").and_then(|renderer| self.code.string(renderer));
        let permission = given("permission").map(|permission| self.code.written(permission));
        self.declared.drafts.push(Draft {
            path: joined("", &name),
            method: given("request_method").and_then(|method| self.code.string(method)).unwrap_or("ANY".to_owned()),
            line: self.code.line(call),
            handler: Some(self.code.path.to_owned()),
            action: renderer.or_else(|| function.map(str::to_owned)).unwrap_or_default(),
            name: function.map(str::to_owned),
            access: match permission {
                Some(permission) if permission.contains("NO_PERMISSION_REQUIRED") => Access::Public,
                Some(_) => Access::BehindSignIn,
                None => Access::Unknown,
            },
            ..Draft::default()
        });
    }

    /// The path of `router = APIRouter(prefix="/a")`, `Blueprint("a", __name__, url_prefix="/a")`.
    fn own_prefix(&self, router: &str) -> String {
        let bound = self.code.bindings().bound(router).filter(|bound| bound.kind() == "call");
        let list = bound.and_then(|bound| bound.child_by_field_name("arguments"));
        let given =
            list.and_then(|list| self.code.value_of(list, "prefix").or_else(|| self.code.value_of(list, "url_prefix")));
        given.and_then(|given| self.code.string(given)).unwrap_or_default()
    }

    /// The file of a view: the one that the name before it is imported from.
    fn view_file(&self, view: Node<'c>) -> Option<String> {
        let written = self.code.written(view);
        if written.contains("TemplateView.as_view") {
            return None;
        }
        // `login_required(views.legal)`
        let inner = if access_named(written.split('(').next().unwrap_or_default()) == Access::Unknown {
            written
        } else {
            written.split_once('(').map_or(written, |(_, inner)| inner)
        };
        self.code.origin(inner)
    }

    /// `r"^legal/$"`
    fn raw_text(&self, node: Node<'c>) -> Option<String> {
        let written = self.code.written(node);
        let start = written.find(['"', '\''])?;
        Some(written[start..].trim_matches(['"', '\'']).to_owned())
    }
}

/// A pattern of a path without its anchors.
fn raw(path: &str) -> String {
    path.trim_start_matches('^').trim_end_matches('$').replace(r"\.", ".").replace("/?", "/")
}

/// The name that a call is assigned to.
fn assigned_to(call: Node<'_>) -> Option<Node<'_>> {
    call.parent().filter(|parent| parent.kind() == "assignment")?.child_by_field_name("left")
}

/// What `Depends(get_current_user)` asks.
fn depends(written: &str) -> Access {
    let lower = written.to_ascii_lowercase();
    let asks = ["user", "auth", "token", "security(", "login", "permission"].iter().any(|word| lower.contains(word));
    if asks && (lower.contains("depends") || lower.contains("security")) {
        Access::BehindSignIn
    } else {
        Access::Unknown
    }
}

/// `TemplateView.as_view(template_name="legal.html")`
fn template_name(written: &str) -> Option<&str> {
    let (_, rest) = written.split_once("template_name")?;
    let rest = rest.trim_start_matches([' ', '=']);
    rest.strip_prefix(['"', '\''])?.split(['"', '\'']).next()
}

/// The template that a function renders: `render_template("legal.html")`, `templates.TemplateResponse("legal.html", …)`.
fn rendered_in(body: &str) -> Option<&str> {
    let (_, rest) = body.split_once("render_template(").or_else(|| body.split_once("TemplateResponse("))?;
    rest.split(['"', '\'']).nth(1).filter(|name| name.contains('.'))
}

/// `views.Legal.as_view()` is `Legal`.
fn view_name(written: &str) -> String {
    let inner = written.split(".as_view").next().unwrap_or(written);
    let inner = inner.rsplit(['(', '.']).next().unwrap_or(inner);
    inner.trim_end_matches(')').trim().chars().take(80).collect()
}

/// `RedirectView.as_view(url="https://…")`, `redirect("https://…")`
fn redirected(written: &str) -> Option<String> {
    if !written.contains("RedirectView") && !written.contains("redirect(\"http") && !written.contains("redirect('http")
    {
        return None;
    }
    let at = written.find("http")?;
    Some(written[at..].split(['"', '\'', ')']).next()?.to_owned())
}
