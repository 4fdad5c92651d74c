//! Routers of JavaScript and TypeScript: calls (Express, Koa, Fastify, Hono, AdonisJS), decorators (Nest), elements (React
//! Router), and objects with a path (Vue Router, React Router, Angular, Fastify, hapi, type-route).

use tree_sitter::Node;

use super::code::{Code, DEEPEST, access_named, named};
use super::route::{Access, Declared, Draft, Mount, joined};

/// The methods of HTTP, as routers name them.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "del", "all", "any", "options", "head"];

/// What stands around a route.
#[derive(Clone, Default)]
struct Scope {
    /// The path below which it answers, within the file.
    prefix: String,
    access: Access,
}

/// Reads the routes that a file declares.
pub(super) fn read(code: &Code<'_>) -> Declared {
    let mut reader =
        Reader { code, declared: Declared::default(), conditional: false, answers: false, guarded: Vec::new() };
    reader.visit(code.root(), &Scope::default(), 0);
    reader.declared
}

struct Reader<'r, 'c> {
    code: &'r Code<'c>,
    declared: Declared,
    /// Whether the call that was just read declares a route: its arguments are what answers it.
    answers: bool,
    /// Whether what is visited answers only where a switch is on.
    conditional: bool,
    /// The routers from whose `use` on only those who have signed in are let through.
    guarded: Vec<String>,
}

impl<'c> Reader<'_, 'c> {
    fn visit(&mut self, node: Node<'c>, scope: &Scope, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let inner = match node.kind() {
            "jsx_element" | "jsx_self_closing_element" => self.element(node, scope),
            "object" => self.object(node, scope),
            "call_expression" => self.call(node, scope),
            "class_declaration" | "class" => self.class(node, scope),
            _ => None,
        };
        let switched = node.kind() == "if_statement" && self.is_switch(node);
        let mut conditional = self.conditional;
        let scope = inner.as_ref().unwrap_or(scope);
        // What answers a route declares none.
        let answers = std::mem::take(&mut self.answers);
        for child in named(node).into_iter().filter(|child| !answers || child.kind() != "arguments") {
            self.conditional = conditional || switched;
            self.visit(child, scope, depth + 1);
            // What follows `if (!enabled) return` answers only where it is on.
            conditional |= child.kind() == "if_statement" && self.is_switch(child) && self.returns(child);
        }
        self.conditional = conditional && node.kind() != "statement_block" && node.kind() != "program" && !switched;
    }

    /// Whether a condition is a switch of the environment, or that of development.
    fn is_switch(&self, node: Node<'c>) -> bool {
        let Some(condition) = node.child_by_field_name("condition").map(|condition| self.code.written(condition))
        else {
            return false;
        };
        let lower = condition.to_ascii_lowercase();
        let production = lower.contains("production") && !lower.contains("!=");
        !production
            && ["enabled", "enable_", "node_env", "isdev", "development", "debug", "__dev__", "swagger"]
                .iter()
                .any(|word| lower.contains(word))
    }

    fn returns(&self, node: Node<'c>) -> bool {
        let taken = node.child_by_field_name("consequence").map(named).unwrap_or_default();
        taken.iter().any(|statement| statement.kind() == "return_statement")
    }

    /// `<Route path="a" element={<A />}>`, and elements around routes that ask who is there.
    fn element(&mut self, node: Node<'c>, scope: &Scope) -> Option<Scope> {
        let tag = node.child_by_field_name("open_tag").unwrap_or(node);
        let name = tag.child_by_field_name("name").map(|name| self.code.written(name))?;
        if !name.ends_with("Route") {
            let access = access_named(name);
            return (access != Access::Unknown).then(|| Scope { access, ..scope.clone() });
        }
        let attribute = |wanted: &[&str]| {
            named(tag).into_iter().filter(|child| child.kind() == "jsx_attribute").find_map(|attribute| {
                let key = attribute.named_child(0).map(|key| self.code.written(key))?;
                wanted.contains(&key).then(|| attribute.named_child(1))?
            })
        };
        let plain = |value: Node<'c>| match value.kind() {
            "jsx_expression" => value.named_child(0).unwrap_or(value),
            _ => value,
        };
        let path = attribute(&["path"]).map(plain);
        let shown = attribute(&["element", "component", "Component", "render", "lazy"]).map(plain);
        let action = shown.map(|shown| self.code.written(shown)).unwrap_or_default();
        let access = access_named(name).or(access_of_element(action)).or(scope.access);
        let (component, handler) = self.component(shown);
        let text = path.map(|path| self.path(path));
        let whole = joined(&scope.prefix, text.as_deref().unwrap_or_default());
        let index = named(tag).into_iter().any(|child| self.code.written(child) == "index");
        if path.is_some() || index {
            self.declared.drafts.push(Draft {
                path: whole.clone(),
                method: "GET".to_owned(),
                line: self.code.line(path.unwrap_or(tag)),
                handler,
                action: component,
                name: path.and_then(|path| self.last_key(path)),
                access,
                redirects: action.contains("<Navigate") || action.contains("<Redirect"),
                ..Draft::default()
            });
        }
        Some(Scope { prefix: whole, access })
    }

    /// `{ path: 'a', component: A, children: […] }`
    fn object(&mut self, node: Node<'c>, scope: &Scope) -> Option<Scope> {
        let get = |key: &str| self.code.value_of(node, key);
        let path = get("path").or_else(|| get("url"))?;
        let shown = [
            "component",
            "element",
            "Component",
            "loadComponent",
            "lazy",
            "components",
            "loadChildren",
            "handler",
            "view",
        ]
        .iter()
        .find_map(|key| get(key));
        let redirect = get("redirect").or_else(|| get("redirectTo"));
        let children = get("children").or_else(|| get("routes"));
        let name = get("name").and_then(|name| self.code.string(name));
        // `{ path, component }` may leave the value out.
        let short = named(node).iter().any(|child| {
            child.kind().starts_with("shorthand_property")
                && matches!(self.code.written(*child), "component" | "element" | "handler")
        });
        let method = get("method").and_then(|method| self.code.string(method));
        if shown.is_none() && redirect.is_none() && children.is_none() && !short {
            return None;
        }
        // A breadcrumb or an entry of a menu has a label, and no component.
        if shown.is_none() && redirect.is_none() && !short && (get("label").is_some() || get("text").is_some()) {
            return None;
        }
        let action = shown.map(|shown| self.code.written(shown)).unwrap_or_default();
        let guard = [
            "meta",
            "canActivate",
            "canMatch",
            "beforeEnter",
            "beforeHandler",
            "preHandler",
            "onRequest",
            "loader",
            "middleware",
        ]
        .iter()
        .filter_map(|key| get(key))
        .map(|value| self.guard(value))
        .find(|access| *access != Access::Unknown)
        .unwrap_or_default();
        let access = guard.or(access_of_element(action)).or(scope.access);
        let (component, handler) = self.component(shown);
        let whole = joined(&scope.prefix, &self.path(path));
        let lazy = get("loadChildren").and_then(|children| self.code.lazy(children));
        if let Some(file) = lazy {
            self.declared.mounts.push(Mount {
                router: String::new(),
                prefix: whole.clone(),
                file: Some(file),
                variable: String::new(),
                access,
            });
        } else {
            let leads = redirect.and_then(|redirect| self.code.string(redirect));
            self.declared.drafts.push(Draft {
                path: whole.clone(),
                method: method.unwrap_or_else(|| "GET".to_owned()).to_uppercase(),
                line: self.code.line(path),
                handler,
                action: component,
                name: name.or_else(|| self.last_key(path)),
                access,
                external: leads.filter(|leads| leads.starts_with("http")),
                redirects: redirect.is_some() || action.contains("<Navigate") || action.contains("<Redirect"),
                ..Draft::default()
            });
        }
        Some(Scope { prefix: whole, access })
    }

    /// What `meta: { requiresAuth: true }`, `canActivate: [AuthGuard]` or `beforeEnter: requireLogin` ask.
    fn guard(&self, value: Node<'c>) -> Access {
        if value.kind() == "object" {
            return named(value)
                .into_iter()
                .filter_map(|pair| {
                    let key = self.code.written(pair.child_by_field_name("key")?).trim_matches(['"', '\'']);
                    let said = self.code.written(pair.child_by_field_name("value")?);
                    let access = match key.to_ascii_lowercase().as_str() {
                        "public" | "ispublic" | "anonymous" => Access::Public,
                        "auth" | "private" | "protected" => Access::BehindSignIn,
                        _ => access_named(key),
                    };
                    Some(match (access, said) {
                        (Access::BehindSignIn, "false") => Access::Public,
                        (Access::Public, "false") => Access::BehindSignIn,
                        (access, _) => access,
                    })
                })
                .find(|access| *access != Access::Unknown)
                .unwrap_or_default();
        }
        // The body of a function says much; the names of its calls alone are looked at.
        let written = self.code.written(value);
        if written.len() > 400 { Access::Unknown } else { access_named(written) }
    }

    /// `router.get('/a', handler)`, `app.use('/a', router)`, `defineRoute('/a')`…
    fn call(&mut self, node: Node<'c>, scope: &Scope) -> Option<Scope> {
        let function = node.child_by_field_name("function")?;
        let arguments = self.code.arguments(node);
        if function.kind() == "identifier" {
            if matches!(self.code.written(function), "defineRoute" | "createFileRoute" | "createRoute") {
                self.defined(node, &arguments);
            }
            return None;
        }
        let property = function.child_by_field_name("property").map(|name| self.code.written(name))?;
        let object = function.child_by_field_name("object")?;
        let method = property.to_ascii_lowercase();
        if METHODS.contains(&method.as_str()) || method == "route" {
            return self.declare(node, object, &method, &arguments, scope);
        }
        match property {
            "use" => self.used(object, &arguments, scope),
            "register" => {
                let prefix = arguments.get(1).and_then(|options| self.code.value_of(*options, "prefix"));
                let prefix = prefix.and_then(|prefix| self.code.string(prefix)).unwrap_or_default();
                self.mount(object, &prefix, *arguments.first()?, scope.access);
            }
            "group" => return self.group(node, scope),
            // `SwaggerModule.setup('api', app, document)` of Nest.
            "setup" if self.code.written(object) == "SwaggerModule" => {
                let path = arguments.first().map(|path| self.path(*path)).unwrap_or_default();
                let (path, line) = (joined(&scope.prefix, &path), self.code.line(node));
                let (method, action) = ("GET".to_owned(), "openapi".to_owned());
                let conditional = self.conditional;
                self.declared.drafts.push(Draft { path, method, line, action, conditional, ..Draft::default() });
            }
            _ => {}
        }
        None
    }

    /// A method of HTTP called on a router.
    fn declare(
        &mut self,
        node: Node<'c>,
        object: Node<'c>,
        method: &str,
        arguments: &[Node<'c>],
        scope: &Scope,
    ) -> Option<Scope> {
        let router = self.router(object);
        // `router.route('/a').get(handler)`
        if object.kind() == "call_expression"
            && let Some(function) = object.child_by_field_name("function")
            && function.child_by_field_name("property").is_some_and(|name| self.code.written(name) == "route")
            && let Some(path) = self.code.arguments(object).first()
            && !arguments.is_empty()
        {
            let path = self.code.string(*path)?;
            self.push_call(node, &router, &path, method, arguments, scope);
            return None;
        }
        let first = *arguments.first()?;
        if method == "route" {
            // Hono mounts a router so; Express waits for the method.
            if arguments.len() == 2 {
                let prefix = self.code.string(first)?;
                self.mount(object, &prefix, arguments[1], scope.access);
            }
            return None;
        }
        if !self.is_router(object) || arguments.len() < 2 {
            return None;
        }
        for path in self.code.strings(first) {
            if !path.contains(' ')
                && (path.is_empty() || path.starts_with(['/', '*', ':']) || self.names_adonis(object))
            {
                self.push_call(node, &router, &path, method, &arguments[1..], scope);
            }
        }
        None
    }

    fn push_call(&mut self, node: Node<'c>, router: &str, path: &str, method: &str, rest: &[Node<'c>], scope: &Scope) {
        let (guards, last) = rest.split_at(rest.len().saturating_sub(1));
        let named = |node: &Node<'c>| match node.kind() {
            "arrow_function" | "function_expression" | "function" => Access::Unknown,
            _ => access_named(self.code.written(*node)),
        };
        let guard = guards.iter().map(named).find(|access| *access != Access::Unknown).unwrap_or_default();
        let chained = self.chained(node);
        let by_use =
            if self.guarded.iter().any(|guarded| guarded == router) { Access::BehindSignIn } else { Access::Unknown };
        let handler = last.first().copied();
        let action = handler.map(|handler| self.code.written(handler)).unwrap_or_default();
        let (component, file) = self.component(handler);
        let rendered = template_of(action);
        let leads = action.split_once("redirect(").and_then(|(_, target)| {
            let quoted = target.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | ' '));
            quoted.strip_prefix(['"', '\'', '`'])?.split(['"', '\'', '`']).next().map(str::to_owned)
        });
        self.answers = node.kind() == "call_expression";
        self.declared.drafts.push(Draft {
            router: router.to_owned(),
            path: joined(&scope.prefix, path),
            method: match method {
                "all" | "any" => "ANY".to_owned(),
                "del" => "DELETE".to_owned(),
                method => method.to_uppercase(),
            },
            line: self.code.line(
                node.child_by_field_name("function")
                    .and_then(|function| function.child_by_field_name("property"))
                    .unwrap_or(node),
            ),
            handler: file,
            action: rendered.map_or(component, str::to_owned),
            name: chained.0,
            access: guard.or(chained.1).or(by_use).or(scope.access),
            external: leads.filter(|leads| leads.starts_with("http")),
            conditional: self.conditional,
            redirects: action.len() < 200 && action.contains("redirect("),
        });
    }

    /// What is chained behind a route of AdonisJS: `.as('legal').middleware('auth')`.
    fn chained(&self, call: Node<'c>) -> (Option<String>, Access) {
        let (mut name, mut access) = (None, Access::Unknown);
        let mut at = call;
        while let Some(member) = at.parent().filter(|parent| parent.kind() == "member_expression") {
            let Some(outer) = member.parent().filter(|parent| parent.kind() == "call_expression") else { break };
            let property = member.child_by_field_name("property").map(|property| self.code.written(property));
            let arguments = self.code.arguments(outer);
            match property {
                Some("as") => name = arguments.first().and_then(|name| self.code.string(*name)),
                Some("middleware" | "use") => {
                    let written = arguments.iter().map(|argument| self.code.written(*argument));
                    access =
                        access.or(written.map(access_named).find(|one| *one != Access::Unknown).unwrap_or_default());
                }
                _ => {}
            }
            at = outer;
        }
        (name, access)
    }

    /// `Route.group(() => { … }).prefix('/api').middleware('auth')`
    fn group(&mut self, call: Node<'c>, scope: &Scope) -> Option<Scope> {
        let mut scope = scope.clone();
        let (_, access) = self.chained(call);
        scope.access = access.or(scope.access);
        let mut at = call;
        while let Some(outer) =
            at.parent().and_then(|member| member.parent()).filter(|outer| outer.kind() == "call_expression")
        {
            let property =
                outer.child_by_field_name("function").and_then(|function| function.child_by_field_name("property"));
            if property.is_some_and(|property| self.code.written(property) == "prefix") {
                let prefix = self.code.arguments(outer).first().and_then(|prefix| self.code.string(*prefix));
                scope.prefix = joined(&prefix.unwrap_or_default(), &scope.prefix);
            }
            at = outer;
        }
        Some(scope)
    }

    /// `app.use('/a', guard, router)` mounts; `router.use(guard)` guards; `app.use('/a', handler)` answers.
    fn used(&mut self, object: Node<'c>, arguments: &[Node<'c>], scope: &Scope) {
        let router = self.router(object);
        let Some(first) = arguments.first() else { return };
        let path = matches!(first.kind(), "string" | "template_string" | "member_expression" | "identifier")
            .then(|| self.code.string(*first))
            .flatten();
        let rest = if path.is_some() { &arguments[1..] } else { arguments };
        let access = rest
            .iter()
            .filter(|node| !node.kind().contains("function"))
            .map(|node| access_named(self.code.written(*node)));
        let access = access.into_iter().find(|access| *access != Access::Unknown).unwrap_or_default();
        if path.is_none() && access == Access::BehindSignIn && rest.len() == 1 {
            self.guarded.push(router);
            return;
        }
        let Some(last) = rest.last() else { return };
        let by_use = if self.guarded.contains(&router) { Access::BehindSignIn } else { Access::Unknown };
        if last.kind().contains("function") {
            if let Some(path) = path {
                self.push_call(*last, &router, &path, "all", rest, scope);
            }
            return;
        }
        // `helmet()`, `cors()` and `express.json()` are mounted too, and hold no route.
        self.mount(object, path.as_deref().unwrap_or_default(), *last, access.or(by_use).or(scope.access));
        if let Some(path) = path.filter(|path| names_document(path) || names_document(self.code.written(*last))) {
            self.push_call(*last, &router, &path, "all", rest, scope);
        }
    }

    fn mount(&mut self, object: Node<'c>, prefix: &str, target: Node<'c>, access: Access) {
        let whole = target;
        let mut target = target;
        let mut field = None;
        // `routes()`, `router.routes()`, `require('./routes')(app)`
        while let Some(inner) = match target.kind() {
            "call_expression" => target.child_by_field_name("function"),
            "member_expression" => target.child_by_field_name("object"),
            _ => None,
        } {
            field = self.field(target, inner);
            target = inner;
        }
        let variable = field.unwrap_or_else(|| self.code.written(target)).to_owned();
        let of_module = || self.code.lazy(if variable == "require" { whole } else { target });
        let file = self.code.origin(&variable).or_else(of_module);
        self.declared.mounts.push(Mount {
            router: self.router(object),
            prefix: prefix.to_owned(),
            file,
            variable,
            access,
        });
    }

    /// `legal: defineRoute('/legal')` of type-route, `createFileRoute('/legal')`.
    fn defined(&mut self, node: Node<'c>, arguments: &[Node<'c>]) {
        let path = arguments.iter().find_map(|argument| match argument.kind() {
            "arrow_function" => {
                let body = argument.child_by_field_name("body")?;
                self.code.string(body)
            }
            "array" => named(*argument).first().map(|first| self.path(*first)),
            "object" => None,
            _ => Some(self.path(*argument)),
        });
        let pair = node.parent().filter(|parent| parent.kind() == "pair");
        let name = pair.and_then(|pair| pair.child_by_field_name("key")).map(|key| self.code.written(key).to_owned());
        if let Some(path) = path {
            let line = self.code.line(node);
            let action = name.clone().unwrap_or_default();
            let path = joined("", &path);
            self.declared.drafts.push(Draft { path, method: "GET".to_owned(), line, action, name, ..Draft::default() });
        }
    }

    /// `@Controller('a') class A { @Get('b') b() {} }`
    fn class(&mut self, node: Node<'c>, scope: &Scope) -> Option<Scope> {
        let mut decorators = decorators_of(node);
        if let Some(parent) = node.parent().filter(|parent| parent.kind() == "export_statement") {
            decorators.extend(decorators_of(parent));
        }
        let controller =
            decorators.iter().find_map(|decorator| self.decorated(*decorator, &["Controller", "JsonController"]))?;
        let access = |decorators: &[Node<'c>]| {
            let said = decorators.iter().map(|decorator| self.code.written(*decorator)).filter(|written| {
                ["Guard", "Auth", "Public", "Anonymous", "Roles"].iter().any(|word| written.contains(word))
            });
            said.map(|written| {
                if ["@Public", "@SkipAuth", "@AllowAnonymous"].iter().any(|word| written.starts_with(word)) {
                    Access::Public
                } else if written.contains("Auth") || written.contains("Jwt") || written.starts_with("@Roles") {
                    Access::BehindSignIn
                } else {
                    Access::Unknown
                }
            })
            .find(|access| *access != Access::Unknown)
            .unwrap_or_default()
        };
        let own = access(&decorators).or(scope.access);
        let prefix = controller.unwrap_or_default();
        let class = node.child_by_field_name("name").map(|name| self.code.written(name)).unwrap_or_default();
        let mut pending: Vec<Node<'c>> = Vec::new();
        for member in node.child_by_field_name("body").map(named).unwrap_or_default() {
            match member.kind() {
                "decorator" => pending.push(member),
                "method_definition" => {
                    pending.extend(decorators_of(member));
                    let action =
                        member.child_by_field_name("name").map(|name| self.code.written(name)).unwrap_or_default();
                    for method in METHODS {
                        let capital = format!("{}{}", method[..1].to_uppercase(), &method[1..]);
                        for decorator in &pending {
                            let Some(path) = self.decorated(*decorator, &[&capital]) else { continue };
                            self.declared.drafts.push(Draft {
                                path: joined(&prefix, &path.unwrap_or_default()),
                                method: if *method == "all" { "ANY".to_owned() } else { method.to_uppercase() },
                                line: self.code.line(*decorator),
                                handler: Some(self.code.path.to_owned()),
                                action: format!("{class}.{action}"),
                                access: access(&pending).or(own),
                                ..Draft::default()
                            });
                        }
                    }
                    pending.clear();
                }
                _ => pending.clear(),
            }
        }
        None
    }

    /// The path of a decorator that has one of these names: its first text, or its key `path`.
    fn decorated(&self, decorator: Node<'c>, names: &[&str]) -> Option<Option<String>> {
        let call = decorator.named_child(0)?;
        let name = call.child_by_field_name("function").unwrap_or(call);
        if !names.contains(&self.code.written(name)) {
            return None;
        }
        let first = self.code.arguments(call).into_iter().next();
        Some(first.and_then(|first| match first.kind() {
            "object" => self.code.value_of(first, "path").and_then(|path| self.code.string(path)),
            _ => self.code.string(first),
        }))
    }

    /// A path, with what is not known of it as a variable part.
    fn path(&self, node: Node<'c>) -> String {
        let known = self.code.string(node);
        let joined = || {
            let (left, right) = (node.child_by_field_name("left")?, node.child_by_field_name("right")?);
            let before = self.code.string(left).unwrap_or_default();
            Some(before + &self.code.string(right)?)
        };
        // `paths.legal` of a constant that is nowhere written.
        let by_key = || self.last_key(node).map(|key| format!("/{key}"));
        known.or_else(joined).or_else(by_key).unwrap_or_else(|| "/:unknown".to_owned())
    }

    /// The last key of `paths.public.legal`.
    fn last_key(&self, node: Node<'c>) -> Option<String> {
        let key = node.child_by_field_name("property").filter(|_| node.kind() == "member_expression")?;
        Some(self.code.written(key).to_owned())
    }

    /// What answers, by its name and file: `<A />`, `A`, `() => import('./A')`, `[AController, 'show']`, `'A.show'`.
    fn component(&self, node: Option<Node<'c>>) -> (String, Option<String>) {
        let Some(node) = node else { return (String::new(), None) };
        if let Some(file) = self.code.lazy(node) {
            return (String::new(), Some(file));
        }
        let written = self.code.written(node);
        let inline = written.contains("=>") || written.contains("function");
        if inline && !written.contains('<') {
            return (String::new(), Some(self.code.path.to_owned()));
        }
        let trimmed = written.trim_start_matches(['(', '[', '<', ' ', '\n', '"', '\'']);
        // Of nested elements, the innermost is the page; what is around frames or guards it.
        let innermost = written
            .rmatch_indices('<')
            .map(|(at, _)| &written[at + 1..])
            .find(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
        let name: String = innermost
            .unwrap_or(trimmed)
            .chars()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '$'))
            .collect();
        // `composant={Page}` hands the page to what frames it.
        let inner = written.split(['{', '}']).skip(1).step_by(2).find(|inner| {
            !inner.is_empty()
                && inner.chars().all(char::is_alphanumeric)
                && inner.starts_with(|c: char| c.is_uppercase())
        });
        let name = inner.filter(|_| innermost.is_some()).map_or(name, str::to_owned);
        let file = self.code.origin(&name);
        (name, file)
    }

    /// The variable of the router that a call is made on: the first of a chain.
    fn router(&self, object: Node<'c>) -> String {
        let mut at = object;
        while let Some(inner) = match at.kind() {
            "call_expression" => at.child_by_field_name("function"),
            "member_expression" => at.child_by_field_name("object"),
            "parenthesized_expression" => at.named_child(0),
            _ => None,
        } {
            if let Some(field) = self.field(at, inner) {
                return field.to_owned();
            }
            at = inner;
        }
        let name = self.code.written(at);
        // `const app = express().use(…).get(…)`
        if matches!(name, "express" | "new" | "Router" | "fastify" | "Fastify") || at.kind() == "new_expression" {
            let mut above = object.parent();
            while let Some(node) = above {
                if node.kind() == "variable_declarator" {
                    return node
                        .child_by_field_name("name")
                        .map(|name| self.code.written(name))
                        .unwrap_or(name)
                        .to_owned();
                }
                above = node.parent().filter(|_| !node.kind().ends_with("statement"));
            }
        }
        name.to_owned()
    }

    /// The field of `this.app`: a server that is a class keeps its router so.
    fn field(&self, member: Node<'c>, object: Node<'c>) -> Option<&'c str> {
        let property = member.child_by_field_name("property").filter(|_| object.kind() == "this")?;
        Some(self.code.written(property))
    }

    fn is_router(&self, object: Node<'c>) -> bool {
        let name = self.router(object);
        if self.code.written(object).starts_with("this.") {
            // A client keeps what it asks so too: `this.api.get('/a', options)`.
            let lower = name.to_ascii_lowercase();
            return ["app", "server", "fastify", "express"].contains(&lower.as_str()) || lower.ends_with("router");
        }
        if let Some(bound) = self.code.bindings().bound(&name) {
            let written = self.code.written(bound);
            let head = written.get(..written.len().min(160)).unwrap_or(written);
            // `require('express')()` calls what the module exports.
            const MODULES: &[&str] = &["express", "fastify", "koa", "polka", "restana"];
            let ends_with_module = |text: &str| {
                let name = text.strip_suffix(['\'', '"', '`']);
                name.is_some_and(|name| MODULES.iter().any(|module| name.ends_with(module)))
            };
            let calls_module = head.match_indices(")(").any(|(at, _)| ends_with_module(&head[..at]));
            const MAKERS: &[&str] = &[
                "Router(",
                "express(",
                "Hono(",
                "Hono<",
                "astify(",
                "Koa(",
                "OpenAPIHono",
                "Elysia(",
                "polka(",
                "restana(",
                "outeur(",
            ];
            return calls_module || MAKERS.iter().any(|made| head.contains(made));
        }
        let lower = name.to_ascii_lowercase();
        ["app", "router", "route", "routes", "server", "fastify", "api", "instance", "serveur"].iter().any(|usual| {
            lower == *usual || lower.ends_with("router") || lower.ends_with("routes") || lower.ends_with("routeur")
        }) && object.kind() != "this"
    }

    fn names_adonis(&self, object: Node<'c>) -> bool {
        matches!(self.code.written(object), "Route" | "router")
    }
}

/// Whether a path or what answers it is the description of an API or its page.
fn names_document(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["swagger", "openapi", "api-doc", "redoc", "scalar"].iter().any(|word| lower.contains(word))
}

/// The template that a handler renders: `res.render('legal')`.
fn template_of(handler: &str) -> Option<&str> {
    let (_, rest) = handler.split_once(".render(").or_else(|| handler.split_once(".view("))?;
    let rest = rest.trim_start().strip_prefix(['"', '\'', '`'])?;
    rest.split(['"', '\'', '`']).next()
}

/// What the element of a route asks of those who come: `<RequireAuth><A /></RequireAuth>`.
fn access_of_element(written: &str) -> Access {
    let names = written
        .match_indices('<')
        .map(|(at, _)| &written[at + 1..])
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default());
    names.map(access_named).find(|access| *access != Access::Unknown).unwrap_or_default()
}

fn decorators_of(node: Node<'_>) -> Vec<Node<'_>> {
    named(node).into_iter().filter(|child| child.kind() == "decorator").collect()
}
