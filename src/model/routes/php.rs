//! Routers of PHP: attributes of Symfony, calls of Laravel.

use tree_sitter::Node;

use super::code::{Code, DEEPEST, access_named, named};
use super::route::{Access, Declared, Draft, joined};

const METHODS: &[&str] =
    &["get", "post", "put", "patch", "delete", "any", "match", "view", "redirect", "permanentRedirect", "livewire"];

/// Reads the routes that a file declares.
pub(super) fn read(code: &Code<'_>) -> Declared {
    let mut reader = Reader { code, declared: Declared::default() };
    // `routes/api.php` answers below `/api`, unless it is told otherwise.
    let prefix = if code.path.ends_with("routes/api.php") { "/api" } else { "" };
    reader.visit(code.root(), &Scope { prefix: prefix.to_owned(), ..Scope::default() }, 0);
    reader.declared
}

/// What stands around a route.
#[derive(Clone, Default)]
struct Scope {
    prefix: String,
    name: String,
    access: Access,
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
        let inner = match node.kind() {
            "class_declaration" => Some(self.class(node, scope)),
            "method_declaration" => {
                self.method(node, scope);
                // A body declares routes where it calls the router alone.
                if !self.code.written(node).contains("Route::") {
                    return;
                }
                None
            }
            "scoped_call_expression" | "member_call_expression" => self.call(node, scope),
            _ => None,
        };
        let scope = inner.as_ref().unwrap_or(scope);
        for child in named(node) {
            self.visit(child, scope, depth + 1);
        }
    }

    /// The attributes of a class or method, each with its name.
    fn attributes(&self, node: Node<'c>) -> Vec<(&'c str, Node<'c>)> {
        let lists = named(node).into_iter().filter(|child| child.kind() == "attribute_list");
        let attributes = lists.flat_map(named).flat_map(named).filter(|attribute| attribute.kind() == "attribute");
        attributes
            .filter_map(|attribute| {
                let name = self.code.written(attribute.named_child(0)?);
                Some((name.rsplit('\\').next().unwrap_or(name), attribute))
            })
            .collect()
    }

    /// A named argument, or the first that has no name.
    fn argument(&self, call: Node<'c>, wanted: &str) -> Option<Node<'c>> {
        let list = call.child_by_field_name("parameters").or_else(|| call.child_by_field_name("arguments"))?;
        let arguments = named(list);
        let by_name = arguments.iter().find(|argument| {
            argument.child_by_field_name("name").is_some_and(|name| self.code.written(name) == wanted)
        });
        let first = arguments.first().filter(|first| wanted == "path" && first.child_by_field_name("name").is_none());
        let argument = by_name.or(first)?;
        let count = u32::try_from(argument.named_child_count()).ok()?;
        argument.named_child(count.checked_sub(1)?)
    }

    fn class(&self, node: Node<'c>, scope: &Scope) -> Scope {
        let mut inner = scope.clone();
        for (name, attribute) in self.attributes(node) {
            match name {
                "Route" => {
                    let path = self.argument(attribute, "path").and_then(|path| self.code.string(path));
                    inner.prefix = joined(&scope.prefix, &path.unwrap_or_default());
                    let name = self.argument(attribute, "name").and_then(|name| self.code.string(name));
                    inner.name = format!("{}{}", scope.name, name.unwrap_or_default());
                }
                "IsGranted" | "Security" => inner.access = granted(self.code.written(attribute)),
                _ => {}
            }
        }
        inner
    }

    fn method(&mut self, node: Node<'c>, scope: &Scope) {
        let attributes = self.attributes(node);
        let granted = attributes.iter().find(|(name, _)| matches!(*name, "IsGranted" | "Security"));
        let mut access = granted
            .map(|(_, attribute)| granted_by(self.code.written(*attribute)))
            .unwrap_or_default()
            .or(scope.access);
        let body = node.child_by_field_name("body").map(|body| self.code.written(body)).unwrap_or_default();
        if access == Access::Unknown && body.contains("denyAccessUnlessGranted(") {
            access = Access::BehindSignIn;
        }
        for (_, attribute) in attributes.iter().filter(|(name, _)| matches!(*name, "Route" | "Get" | "Post")) {
            let Some(path) = self.argument(*attribute, "path") else { continue };
            // `['fr' => '/mentions-legales', 'en' => '/legal']`
            let paths = self.code.strings(path);
            let name = self.argument(*attribute, "name").and_then(|name| self.code.string(name));
            let methods =
                self.argument(*attribute, "methods").map(|methods| self.code.strings(methods)).unwrap_or_default();
            let action = node.child_by_field_name("name").map(|name| self.code.written(name)).unwrap_or_default();
            for path in paths
                .into_iter()
                .filter(|path| path.is_empty() || path.starts_with('/') || path.contains('/') || !path.contains(' '))
            {
                let rendered = rendered(body);
                self.declared.drafts.push(Draft {
                    path: joined(&scope.prefix, &path),
                    method: methods.first().cloned().unwrap_or_else(|| "ANY".to_owned()),
                    line: self.code.line(*attribute),
                    handler: self.template(rendered).or_else(|| Some(self.code.path.to_owned())),
                    action: action.to_owned(),
                    name: name.as_ref().map(|name| format!("{}{name}", scope.name)),
                    access,
                    external: redirected(body),
                    redirects: rendered.is_none()
                        && (body.contains("redirectToRoute(") || body.contains("->redirect("))
                        && body.len() < 200,
                    ..Draft::default()
                });
            }
        }
    }

    fn template(&self, name: Option<&str>) -> Option<String> {
        let path = format!("templates/{}", name?);
        self.code.inventory.has(&path).then_some(path)
    }

    /// `Route::get('/a', …)`, `Route::middleware('auth')->prefix('a')->group(function () { … })`
    fn call(&mut self, node: Node<'c>, scope: &Scope) -> Option<Scope> {
        let name = node.child_by_field_name("name").map(|name| self.code.written(name))?;
        let chain = self.chain(node)?;
        if name == "group" {
            let mut inner = scope.clone();
            for (name, call) in &chain {
                let text = || self.first(*call).and_then(|first| self.code.string(first)).unwrap_or_default();
                match *name {
                    "prefix" => inner.prefix = joined(&inner.prefix, &text()),
                    "name" | "as" => inner.name.push_str(&text()),
                    "middleware" => inner.access = self.guards(*call).or(inner.access),
                    // `Route::group(['prefix' => 'a', 'middleware' => 'auth'], …)`
                    "group" => {
                        for element in self
                            .first(*call)
                            .filter(|first| first.kind() == "array_creation_expression")
                            .map(named)
                            .unwrap_or_default()
                        {
                            let (Some(key), Some(value)) = (element.named_child(0), element.named_child(1)) else {
                                continue;
                            };
                            match self.code.string(key).as_deref() {
                                Some("prefix") => {
                                    inner.prefix = joined(&inner.prefix, &self.code.string(value).unwrap_or_default())
                                }
                                Some("middleware") => {
                                    let said = self.code.strings(value);
                                    inner.access = said
                                        .iter()
                                        .map(|said| access_named(said))
                                        .find(|access| *access != Access::Unknown)
                                        .unwrap_or(inner.access);
                                }
                                _ => {}
                            }
                        }
                    }
                    _ => {}
                }
            }
            return Some(inner);
        }
        // The verb stands at the start of a chain or after what guards it; what follows it is read from here.
        if !METHODS.contains(&name) {
            return None;
        }
        let arguments = self.code.arguments(node);
        let position = usize::from(name == "match");
        let path = arguments
            .get(position)
            .and_then(|argument| argument.named_child(0))
            .and_then(|path| self.code.string(path))?;
        let handler = arguments.get(position + 1).and_then(|argument| argument.named_child(0));
        let mut access = chain
            .iter()
            .filter(|(name, _)| *name == "middleware")
            .map(|(_, call)| self.guards(*call))
            .fold(Access::Unknown, Access::or);
        let mut prefix = scope.prefix.clone();
        for (_, call) in chain.iter().filter(|(name, _)| *name == "prefix") {
            prefix = joined(&prefix, &self.first(*call).and_then(|first| self.code.string(first)).unwrap_or_default());
        }
        let mut called = None;
        let mut at = node;
        while let Some(outer) = at.parent().filter(|outer| outer.kind() == "member_call_expression") {
            match outer.child_by_field_name("name").map(|name| self.code.written(name)) {
                Some("name") => called = self.first(outer).and_then(|first| self.code.string(first)),
                Some("middleware") => access = access.or(self.guards(outer)),
                Some("withoutMiddleware") => access = Access::Public,
                _ => {}
            }
            at = outer;
        }
        let written = handler.map(|handler| self.code.written(handler)).unwrap_or_default();
        let text = handler.and_then(|handler| self.code.string(handler));
        let view = if name == "view" { text.clone() } else { viewed(written).map(str::to_owned) };
        let leads = text.filter(|text| name.to_lowercase().contains("redirect") && text.starts_with("http"));
        let template = view.as_ref().and_then(|view| {
            let root = self.code.path.split_once("routes/").map_or("", |(root, _)| root);
            let path = format!("{root}resources/views/{}.blade.php", view.replace('.', "/"));
            self.code.inventory.has(&path).then_some(path)
        });
        self.declared.drafts.push(Draft {
            path: joined(&prefix, &path),
            method: match name {
                "any" | "match" | "redirect" | "permanentRedirect" => "ANY".to_owned(),
                "view" | "livewire" => "GET".to_owned(),
                verb => verb.to_uppercase(),
            },
            line: self.code.line(node),
            handler: template,
            action: view.unwrap_or_else(|| written.chars().take(120).collect()),
            name: called.map(|called| format!("{}{called}", scope.name)),
            access: access.or(scope.access),
            external: leads,
            redirects: name.to_lowercase().contains("redirect"),
            ..Draft::default()
        });
        None
    }

    /// The calls of a chain that starts with `Route::`, from its end to its start.
    fn chain(&self, node: Node<'c>) -> Option<Vec<(&'c str, Node<'c>)>> {
        let mut calls = Vec::new();
        let mut at = node;
        for _ in 0..12 {
            let name = at.child_by_field_name("name").map(|name| self.code.written(name))?;
            calls.push((name, at));
            if at.kind() == "scoped_call_expression" {
                let scope = at.child_by_field_name("scope").map(|scope| self.code.written(scope))?;
                return (scope.rsplit('\\').next() == Some("Route")).then_some(calls);
            }
            let object = at.child_by_field_name("object")?;
            if object.kind() == "variable_name" {
                return matches!(self.code.written(object), "$router" | "$app" | "$api" | "$routes" | "$group")
                    .then_some(calls);
            }
            at = object;
        }
        None
    }

    fn first(&self, call: Node<'c>) -> Option<Node<'c>> {
        self.code.arguments(call).first().and_then(|argument| argument.named_child(0))
    }

    fn guards(&self, call: Node<'c>) -> Access {
        let arguments = self.code.arguments(call);
        let said =
            arguments.iter().filter_map(|argument| argument.named_child(0)).flat_map(|value| self.code.strings(value));
        let access = said.map(|said| {
            if said.starts_with("auth") || said.starts_with("can:") || said.starts_with("role:") {
                Access::BehindSignIn
            } else {
                access_named(&said)
            }
        });
        access.into_iter().find(|access| *access != Access::Unknown).unwrap_or_default()
    }
}

fn granted(written: &str) -> Access {
    granted_by(written)
}

/// What `#[IsGranted('ROLE_USER')]` asks.
fn granted_by(written: &str) -> Access {
    if written.contains("PUBLIC_ACCESS") || written.contains("IS_AUTHENTICATED_ANONYMOUSLY") {
        Access::Public
    } else {
        Access::BehindSignIn
    }
}

/// The template that a method renders.
fn rendered(body: &str) -> Option<&str> {
    let (_, rest) = body.split_once("render(").or_else(|| body.split_once("renderView("))?;
    rest.trim_start().strip_prefix(['"', '\''])?.split(['"', '\'']).next()
}

/// The view that a function returns.
fn viewed(body: &str) -> Option<&str> {
    let (_, rest) = body.split_once("view(").or_else(|| body.split_once("Inertia::render("))?;
    rest.trim_start().strip_prefix(['"', '\''])?.split(['"', '\'']).next()
}

/// Where a method only sends people: an address, or a setting that holds one.
fn redirected(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("->redirect(").or_else(|| body.split_once("RedirectResponse("))?;
    let target = rest.split([')', ',']).next()?.trim();
    let address = target.trim_matches(['"', '\'']);
    let held = target.starts_with("$this->") && target.to_lowercase().contains("url") && !target.contains("generate");
    (address.starts_with("http") || held).then(|| address.to_owned())
}
