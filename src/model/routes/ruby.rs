//! The router of Rails, and the ones of Sinatra and Grape as far as they say it in one line.

use tree_sitter::Node;

use super::code::{Code, DEEPEST, access_named, named};
use super::route::{Access, Declared, Draft, Mount, joined};

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "match"];

/// What stands around a route.
#[derive(Clone, Default)]
struct Scope {
    prefix: String,
    /// What is put before the name of a controller: `admin/`.
    module: String,
    /// What is put before the name of a route: `admin_`.
    name: String,
    controller: Option<String>,
    /// Whether routes are those of a list of resources, or of one.
    resource: bool,
    access: Access,
}

/// Reads the routes that a file declares.
pub(super) fn read(code: &Code<'_>) -> Declared {
    let mut reader = Reader { code, declared: Declared::default() };
    reader.visit(code.root(), &Scope::default(), 0);
    reader.declared
}

struct Reader<'r, 'c> {
    code: &'r Code<'c>,
    declared: Declared,
}

impl<'c> Reader<'_, 'c> {
    fn visit(&mut self, node: Node<'c>, scope: &Scope, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let inner = if node.kind() == "call" { self.call(node, scope) } else { None };
        // Routes that only answer developers.
        let aside = matches!(node.kind(), "if" | "if_modifier")
            && node.child_by_field_name("condition").is_some_and(|condition| {
                let written = self.code.written(condition);
                written.contains("Rails.env.development?")
                    || written.contains("Rails.env.test?")
                    || written.contains("Rails.env.local?")
            });
        if aside {
            return;
        }
        let scope = inner.as_ref().unwrap_or(scope);
        for child in named(node) {
            self.visit(child, scope, depth + 1);
        }
    }

    fn option(&self, arguments: &[Node<'c>], wanted: &str) -> Option<Node<'c>> {
        arguments.iter().filter(|argument| argument.kind() == "pair").find_map(|pair| {
            let key = self.code.written(pair.child_by_field_name("key")?);
            (key.trim_matches([':', '"', '\'']) == wanted).then(|| pair.child_by_field_name("value"))?
        })
    }

    fn text(&self, node: Option<Node<'c>>) -> Option<String> {
        let node = node?;
        match node.kind() {
            "simple_symbol" => Some(self.code.written(node).trim_start_matches(':').to_owned()),
            "string" | "identifier" | "constant" => self.code.string(node),
            _ => None,
        }
    }

    fn call(&mut self, node: Node<'c>, scope: &Scope) -> Option<Scope> {
        let method = self.code.written(node.child_by_field_name("method")?);
        if node.child_by_field_name("receiver").is_some() {
            return None;
        }
        let arguments = self.code.arguments(node);
        let option = |name: &str| self.text(self.option(&arguments, name));
        let first = self.text(arguments.first().copied());
        match method {
            _ if METHODS.contains(&method) => {
                self.declare(node, method, &arguments, scope);
                None
            }
            "root" => {
                let to = option("to")
                    .or(first)
                    .or_else(|| Some(format!("{}#{}", scope.controller.as_ref()?, option("action")?)));
                self.push(node, "/", "GET", to, Some("root".to_owned()), scope);
                None
            }
            "namespace" => {
                let name = first?;
                let path = option("path").unwrap_or_else(|| name.clone());
                let module = option("module").unwrap_or_else(|| name.clone());
                Some(Scope {
                    prefix: joined(&scope.prefix, &path),
                    module: format!("{}{module}/", scope.module),
                    name: format!("{}{name}_", scope.name),
                    controller: None,
                    ..scope.clone()
                })
            }
            "scope" | "constraints" | "controller" | "defaults" => {
                let path = first.filter(|_| method == "scope").or_else(|| option("path")).unwrap_or_default();
                let module = option("module").map(|module| format!("{module}/")).unwrap_or_default();
                let name = option("as").map(|name| format!("{name}_")).unwrap_or_default();
                let controller =
                    if method == "controller" { self.text(arguments.first().copied()) } else { option("controller") };
                Some(Scope {
                    prefix: joined(&scope.prefix, &path),
                    module: format!("{}{module}", scope.module),
                    name: format!("{}{name}", scope.name),
                    controller: controller.or_else(|| scope.controller.clone()),
                    ..scope.clone()
                })
            }
            "authenticate" | "authenticated" => Some(Scope { access: Access::BehindSignIn, ..scope.clone() }),
            "resources" | "resource" => self.resources(node, method == "resource", &arguments, scope),
            "member" => Some(Scope { prefix: joined(&scope.prefix, ":id"), ..scope.clone() }),
            "devise_for" => {
                let name = option("path").or(first).unwrap_or_else(|| "users".to_owned());
                let to = Some("devise/sessions#new".to_owned());
                self.push(node, &format!("{name}/sign_in"), "GET", to, None, scope);
                None
            }
            "mount" => {
                self.mounted(node, &arguments, scope);
                None
            }
            "draw" => {
                let name = self.text(arguments.first().copied())?;
                let folder = self.code.path.rsplit_once("/routes").map_or(self.code.path, |(folder, _)| folder);
                let file = format!("{folder}/routes/{name}.rb");
                let file = self.code.inventory.has(&file).then_some(file);
                let prefix = scope.prefix.clone();
                self.declared.mounts.push(Mount {
                    router: String::new(),
                    prefix,
                    file,
                    variable: String::new(),
                    access: scope.access,
                });
                None
            }
            _ => None,
        }
    }

    /// `get "a", to: "b#c"`, `get "a" => "b#c"`, `get :a`, `get "a", controller: "b", action: "c"`
    fn declare(&mut self, node: Node<'c>, method: &str, arguments: &[Node<'c>], scope: &Scope) {
        let mut paths: Vec<(String, Option<String>)> = Vec::new();
        for argument in arguments {
            match argument.kind() {
                "string" | "simple_symbol" | "identifier" => {
                    paths.extend(self.text(Some(*argument)).map(|path| (path, None)))
                }
                "string_array" | "symbol_array" => {
                    paths.extend(self.code.strings(*argument).into_iter().map(|path| (path, None)));
                }
                "pair" if argument.child_by_field_name("key").is_some_and(|key| key.kind() == "string") => {
                    let key = argument.child_by_field_name("key").and_then(|key| self.code.string(key));
                    paths.extend(key.map(|key| (key, self.text(argument.child_by_field_name("value")))));
                    // `get "/a" => redirect("https://…")`
                }
                _ => {}
            }
        }
        let to = self.option(arguments, "to").or_else(|| {
            arguments
                .iter()
                .find(|argument| {
                    argument.kind() == "pair"
                        && argument.child_by_field_name("key").is_some_and(|key| key.kind() == "string")
                })
                .and_then(|pair| pair.child_by_field_name("value"))
        });
        let redirect = to.filter(|to| to.kind() == "call" && self.code.written(*to).starts_with("redirect"));
        let leads =
            redirect.and_then(|call| self.code.arguments(call).first().and_then(|first| self.code.string(*first)));
        let controller = self.text(self.option(arguments, "controller")).or_else(|| scope.controller.clone());
        let action = self.text(self.option(arguments, "action"));
        let to = self.text(to);
        let name = self.text(self.option(arguments, "as"));
        let on_member = self.text(self.option(arguments, "on")).as_deref() == Some("member");
        for (path, own) in paths {
            let plain = path.trim_matches('/').split("(.").next().unwrap_or_default();
            let to = own.or_else(|| to.clone()).map(|to| match to.contains('#') {
                true => to,
                // `to: :action` of the controller around.
                false => format!("{}#{to}", controller.as_deref().unwrap_or_default()),
            });
            let last = plain.rsplit('/').next().unwrap_or_default().replace('-', "_");
            let to = to.or_else(|| match (&controller, &action) {
                (Some(controller), action) => Some(format!("{controller}#{}", action.as_deref().unwrap_or(&last))),
                (None, Some(action)) => Some(format!("#{action}")),
                // `get "pages/legal"` is `pages#legal`.
                (None, None) => plain
                    .rsplit_once('/')
                    .map(|(controller, action)| format!("{controller}#{}", action.replace('-', "_"))),
            });
            let path = if scope.resource && on_member { joined(":id", plain) } else { plain.to_owned() };
            let name = name.clone().unwrap_or_else(|| plain.replace(['/', '-'], "_"));
            let method = if method == "match" { "ANY".to_owned() } else { method.to_uppercase() };
            self.push(node, &path, &method, to, Some(name), scope);
            if let Some(draft) = self.declared.drafts.last_mut() {
                draft.redirects = redirect.is_some();
                draft.external = leads.clone().filter(|leads| leads.starts_with("http"));
            }
        }
    }

    fn push(
        &mut self,
        node: Node<'c>,
        path: &str,
        method: &str,
        to: Option<String>,
        name: Option<String>,
        scope: &Scope,
    ) {
        let action = to.map(|to| format!("{}{to}", scope.module)).unwrap_or_default();
        self.declared.drafts.push(Draft {
            path: joined(&scope.prefix, path),
            method: method.to_owned(),
            line: self.code.line(node),
            handler: self.handler(&action),
            action,
            name: name.map(|name| format!("{}{name}", scope.name)),
            access: scope.access,
            ..Draft::default()
        });
    }

    /// The template of an action, else its controller.
    fn handler(&self, action: &str) -> Option<String> {
        let (controller, action) = action.trim_start_matches('/').split_once('#')?;
        // `config/routes.rb` of an application or engine, wherever it stands.
        let root = self.code.path.split_once("config/routes").map_or("", |(root, _)| root);
        let views = format!("{root}app/views/{controller}");
        let mut templates = self.code.inventory.in_folder(&views);
        let template = templates.find(|file| file.name().split('.').next() == Some(action));
        if let Some(template) = template {
            return Some(template.path.clone());
        }
        let controller = format!("{root}app/controllers/{controller}_controller.rb");
        self.code.inventory.has(&controller).then_some(controller)
    }

    /// The pages of resources that people look at.
    fn resources(&mut self, node: Node<'c>, single: bool, arguments: &[Node<'c>], scope: &Scope) -> Option<Scope> {
        let given_path = self.text(self.option(arguments, "path"));
        let given_controller = self.text(self.option(arguments, "controller"));
        let only = self.option(arguments, "only").map(|only| self.code.strings(only));
        let except = self.option(arguments, "except").map(|except| self.code.strings(except)).unwrap_or_default();
        let allowed = |action: &str| {
            only.as_ref().is_none_or(|only| only.iter().any(|one| one == action))
                && !except.iter().any(|one| one == action)
        };
        let mut last = None;
        for argument in arguments.iter().filter(|argument| matches!(argument.kind(), "simple_symbol" | "string")) {
            let Some(name) = self.text(Some(*argument)) else { continue };
            let path = given_path.clone().unwrap_or_else(|| name.clone());
            let plural = if single && !name.ends_with('s') { format!("{name}s") } else { name.clone() };
            let controller = given_controller.clone().unwrap_or(plural);
            let above = if scope.resource { joined(&scope.prefix, ":parent_id") } else { scope.prefix.clone() };
            let within = Scope { prefix: joined(&above, &path), controller: None, resource: false, ..scope.clone() };
            let shown: &[(&str, &str)] = if single {
                &[("show", ""), ("new", "new")]
            } else {
                &[("index", ""), ("show", ":id"), ("new", "new")]
            };
            for (action, path) in shown.iter().filter(|(action, _)| allowed(action)) {
                let named = Some(if *action == "new" { format!("new_{name}") } else { name.clone() });
                self.push(node, path, "GET", Some(format!("{controller}#{action}")), named, &within);
            }
            for (action, path) in [("create", ""), ("destroy", ":id")].iter().filter(|(action, _)| allowed(action)) {
                let method = if *action == "create" { "POST" } else { "DELETE" };
                self.push(node, path, method, Some(format!("{controller}#{action}")), None, &within);
            }
            last = Some(Scope { controller: Some(controller), resource: !single, ..within });
        }
        last
    }

    /// `mount Engine => "/a"`, `mount Engine, at: "/a"`
    fn mounted(&mut self, node: Node<'c>, arguments: &[Node<'c>], scope: &Scope) {
        let first = arguments.first().copied();
        let (engine, path) = match first.filter(|first| first.kind() == "pair") {
            Some(pair) => (pair.child_by_field_name("key"), self.text(pair.child_by_field_name("value"))),
            None => (first, self.text(self.option(arguments, "at"))),
        };
        let engine = engine.map(|engine| self.code.written(engine)).unwrap_or_default();
        let path = path.unwrap_or_default();
        self.push(node, &path, "ANY", None, None, scope);
        if let Some(draft) = self.declared.drafts.last_mut() {
            draft.action = engine.to_owned();
            draft.access = access_named(engine).or(draft.access);
        }
        // An API of Grape describes itself below its own prefix.
        let file = engine.contains("::").then(|| snake(engine)).and_then(|name| {
            ["app/api/", "app/", "lib/"]
                .iter()
                .map(|folder| format!("{folder}{name}.rb"))
                .find(|path| self.code.inventory.has(path))
        });
        if let Some(text) = file.as_ref().and_then(|file| self.code.inventory.text(file))
            && let Some(at) = text.lines().position(|line| line.trim_start().starts_with("add_swagger_documentation"))
        {
            let line = crate::base::text::to_u32(at + 1);
            let path = joined(&joined(&scope.prefix, &path), "swagger_doc");
            self.declared.drafts.push(Draft {
                path,
                method: "GET".to_owned(),
                line,
                handler: file,
                action: "openapi".to_owned(),
                ..Draft::default()
            });
        }
    }
}

/// `Evaluations::API` is `evaluations/api`.
fn snake(name: &str) -> String {
    let parts = name.split("::").map(|part| {
        let mut snake = String::new();
        let letters: Vec<char> = part.chars().collect();
        for (at, letter) in letters.iter().enumerate() {
            let after_small = at > 0 && letters[at - 1].is_lowercase();
            if letter.is_uppercase() && after_small {
                snake.push('_');
            }
            snake.extend(letter.to_lowercase());
        }
        snake
    });
    parts.collect::<Vec<_>>().join("/")
}
