//! What asks who is there before routes answer, away from where they are declared: middleware of Next and Django, callbacks of
//! Rails, `access_control` of Symfony, the filter chain of Spring.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::code::access_named;
use super::route::{Access, Route};
use crate::base::path::{below, folder_of};
use crate::base::pattern::lean;
use crate::model::stack::Stack;
use crate::read::inventory::Inventory;
use crate::read::inventory::role::Role;

/// What a file says of the paths below a folder.
struct Guard {
    folder: String,
    rules: Vec<(Matching, Access)>,
}

/// Which routes a rule is about.
enum Matching {
    /// The paths that a pattern matches.
    Pattern(Regex),
    /// The paths that start so.
    Below(String),
    /// The routes of this name, or at this path.
    Named(String),
    All,
}

impl Matching {
    fn holds(&self, route: &Route) -> bool {
        match self {
            Self::Pattern(pattern) => pattern.is_match(&route.path),
            Self::Below(path) => {
                let rest = route.path.strip_prefix(path.trim_end_matches('/'));
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || path.ends_with('/'))
            }
            Self::Named(name) => {
                route.name.as_deref() == Some(name.rsplit(':').next().unwrap_or(name))
                    || name.len() > 1 && route.path.trim_end_matches('/') == name.trim_end_matches('/')
            }
            Self::All => true,
        }
    }
}

/// What asks who is there in a product.
pub(super) struct Guards<'g> {
    inventory: &'g Inventory,
    guards: Vec<Guard>,
}

impl<'g> Guards<'g> {
    pub(super) fn read(inventory: &'g Inventory, stack: &Stack) -> Self {
        let uses = |name: &str| stack.parts.iter().any(|part| part.frameworks.iter().any(|used| used.name == name));
        // Asked once: there may be as many parts as files.
        let [on_next, on_django, on_spring] = ["next", "django", "spring"].map(uses);
        let mut guards = Vec::new();
        for file in inventory.files().iter().filter(|file| matches!(file.role, Role::Source | Role::Config)) {
            let (name, folder) = (file.name(), file.folder());
            let text = || inventory.text(&file.path);
            let guard = match name {
                "middleware.ts" | "middleware.js" | "proxy.ts" | "proxy.js" if on_next => text()
                    .and_then(|text| next(&text))
                    .map(|rules| (folder.trim_end_matches("src").trim_end_matches('/'), rules)),
                "security.yaml" | "security.yml" if folder.ends_with("config/packages") => {
                    let root = folder.strip_suffix("config/packages").unwrap_or_default().trim_end_matches('/');
                    symfony(inventory, &file.path).map(|rules| (root, rules))
                }
                _ if on_django
                    && name.ends_with(".py")
                    && (name.starts_with("settings") || folder.ends_with("settings")) =>
                {
                    text()
                        .and_then(|text| django(inventory, &file.path, &text))
                        .map(|rules| (root_of_settings(&file.path), rules))
                }
                _ if on_spring && (name.ends_with(".java") || name.ends_with(".kt")) && name.contains("onfig") => {
                    let root = file.path.split_once("src/main/").map_or("", |(root, _)| root).trim_end_matches('/');
                    text().and_then(|text| spring(&text)).map(|rules| (root, rules))
                }
                _ => None,
            };
            if let Some((folder, rules)) = guard {
                guards.push(Guard { folder: folder.to_owned(), rules });
            }
        }
        Self { inventory, guards }
    }

    /// Says of the routes of which nothing is said where they stand who may ask for them.
    pub(super) fn apply(&self, routes: &mut [Route]) {
        let mut controllers: HashMap<String, Vec<Callback>> = HashMap::new();
        for route in routes.iter_mut().filter(|route| route.access == Access::Unknown) {
            let by_path = self.guards.iter().filter(|guard| below(&guard.folder, &route.place.path).is_some());
            let by_path = by_path.flat_map(|guard| &guard.rules).find(|(matching, _)| matching.holds(route));
            if let Some((_, access)) = by_path {
                route.access = *access;
            }
            if route.access == Access::Unknown && route.action.contains('#') {
                route.access = self.rails(route, &mut controllers);
            }
            if let Some(path) = route.handler.as_deref().filter(|path| is_script(path)) {
                match self.inventory.text(path).map(|text| access_of_wrappers(&text)) {
                    None | Some(Access::Unknown) => {}
                    Some(said) => route.access = said,
                }
            }
            if route.handler.as_deref().is_some_and(|path| path.ends_with(".py")) {
                // What a view says of itself comes before what a middleware asks of all.
                match self.view(route) {
                    Access::Unknown => {}
                    said => route.access = said,
                }
            }
        }
    }

    /// What the callbacks of a controller of Rails, and of those that it inherits from, ask before an action.
    fn rails(&self, route: &Route, known: &mut HashMap<String, Vec<Callback>>) -> Access {
        let Some((controller, action)) = route.action.trim_start_matches('/').split_once('#') else {
            return Access::Unknown;
        };
        let root = route.place.path.split_once("config/routes").map_or("", |(root, _)| root);
        let callbacks = known.entry(format!("{root}{controller}")).or_insert_with(|| {
            let mut callbacks = Vec::new();
            callbacks_of(self.inventory, root, controller, &mut callbacks, 4);
            callbacks
        });
        let mut asked: Vec<&str> = Vec::new();
        for callback in callbacks.iter().filter(|callback| callback.concerns(action)) {
            if callback.skips {
                asked.retain(|name| *name != callback.name);
            } else {
                asked.push(&callback.name);
            }
        }
        if asked.is_empty() { Access::Unknown } else { Access::BehindSignIn }
    }

    /// What a view of Django or Flask asks: a mixin of its class, a decorator of its function.
    fn view(&self, route: &Route) -> Access {
        let Some(text) = route.handler.as_ref().and_then(|path| self.inventory.text(path)) else {
            return Access::Unknown;
        };
        let class = format!("class {}(", route.action);
        if let Some(at) = text.find(&class) {
            let bases = text[at..].split(':').next().unwrap_or_default();
            let asks = ["LoginRequired", "PermissionRequired", "UserPassesTest", "StaffRequired", "AdminRequired"];
            let before = decorators_before(&text, at);
            return if bases.contains("LoginNotRequired") || before.contains("login_not_required") {
                Access::Public
            } else if asks.iter().any(|word| bases.contains(word)) {
                Access::BehindSignIn
            } else {
                access_named(before)
            };
        }
        let function = text.find(&format!("def {}(", route.action));
        function.map_or(Access::Unknown, |at| match decorators_before(&text, at) {
            before if before.contains("login_not_required") => Access::Public,
            before => access_named(before),
        })
    }
}

fn is_script(path: &str) -> bool {
    [".js", ".jsx", ".ts", ".tsx", ".mjs"].iter().any(|ending| path.ends_with(ending))
}

/// What the functions around a page ask that its file hands out: `export default withAuthentication(Page)`.
fn access_of_wrappers(text: &str) -> Access {
    static HANDED: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"(?m)^(?:export\s+default|module\.exports\s*=|export\s+const\s+getServerSideProps\s*(?::[^=\n]+)?=)\s*((?:[\w.]+\()+)([^\n]*)",
        )
    });
    // Asked for who is there, and shown to all.
    const OPTIONAL: &[&str] = &["redirect: false", "required: false", "optional: true"];
    let asks = |handed: regex::Captures<'_>| {
        let is_optional = OPTIONAL.iter().any(|option| handed[2].contains(option));
        let mut names = handed[1].split('(').filter(|name| !name.is_empty() && !name.starts_with("withAuthUser"));
        names.find_map(|name| match access_named(name) {
            Access::BehindSignIn if !is_optional => Some(Access::BehindSignIn),
            _ => None,
        })
    };
    HANDED.captures_iter(text).find_map(asks).unwrap_or_default()
}

/// The decorators of a definition of Python.
fn decorators_before(text: &str, at: usize) -> &str {
    let before = &text[..at];
    let mut start = at;
    for line in before.rsplit('\n').skip(usize::from(before.ends_with('\n'))).take(6) {
        if !line.trim_start().starts_with(['@', ')']) && !line.trim().is_empty() {
            break;
        }
        start = start.saturating_sub(line.len() + 1);
    }
    let said = text.get(start..at).unwrap_or_default();
    if said.contains('@') { said } else { "" }
}

/// A callback of a controller that asks who is there, or leaves that out.
struct Callback {
    name: String,
    skips: bool,
    only: Vec<String>,
    except: Vec<String>,
}

impl Callback {
    fn concerns(&self, action: &str) -> bool {
        (self.only.is_empty() || self.only.iter().any(|one| one == action))
            && !self.except.iter().any(|one| one == action)
    }
}

/// The callbacks of a controller after those of the class that it inherits from.
fn callbacks_of(inventory: &Inventory, root: &str, controller: &str, found: &mut Vec<Callback>, left: usize) {
    static CALLBACK: LazyLock<Regex> = LazyLock::new(|| {
        lean(r"(?m)^[ \t]*(skip_)?(?:prepend_)?before_action[ (]+:?(\w+[!?]?)([^\n]*(?:,\s*\n[^\n]*)*)")
    });
    static OPTION: LazyLock<Regex> = LazyLock::new(|| lean(r"(only|except):\s*(?:(?:%i)?\[([^\]]*)\]|:(\w+))"));
    static BASE: LazyLock<Regex> =
        LazyLock::new(|| lean(r"(?m)^[ \t]*class\s+[\w:]+\s*<\s*(?:::)?([\w:]+)Controller\b"));
    let Some(left) = left.checked_sub(1) else { return };
    let Some(text) = inventory.text(&format!("{root}app/controllers/{controller}_controller.rb")) else { return };
    if let Some(base) = BASE.captures(&text).and_then(|base| base.get(1)) {
        let base = underscored(base.as_str());
        if base != controller {
            // A base that is named within the same module.
            let near = controller.rsplit_once('/').map(|(module, _)| format!("{module}/{base}"));
            let exists = |name: &String| inventory.has(&format!("{root}app/controllers/{name}_controller.rb"));
            let base = near.filter(exists).unwrap_or(base);
            callbacks_of(inventory, root, &base, found, left);
        }
    }
    for callback in CALLBACK.captures_iter(&text) {
        let (name, rest) = (&callback[2], callback.get(3).map_or("", |rest| rest.as_str()));
        let lower = name.to_lowercase();
        let asks = [
            "authenticat",
            "require_login",
            "require_user",
            "logged_in",
            "login_required",
            "require_auth",
            "signed_in",
        ]
        .iter()
        .any(|word| lower.contains(word));
        // A password on a rehearsal asks nobody who they are.
        let rehearses = ["staging", "basic", "http_", "review"].iter().any(|word| lower.contains(word))
            || rest.contains("Rails.env") && rest.contains("if:");
        if !asks || rehearses {
            continue;
        }
        let listed = |wanted: &str| {
            let options = OPTION.captures_iter(rest).filter(|option| &option[1] == wanted);
            let names = options.filter_map(|option| option.get(2).or_else(|| option.get(3)));
            names
                .flat_map(|names| {
                    names.as_str().split([' ', ',', ':', '\n']).filter(|name| !name.is_empty()).map(str::to_owned)
                })
                .collect()
        };
        let (only, except) = (listed("only"), listed("except"));
        found.push(Callback { name: name.to_owned(), skips: callback.get(1).is_some(), only, except });
    }
}

/// `Admin::Application` is `admin/application`.
fn underscored(name: &str) -> String {
    let mut path = String::new();
    for (at, letter) in name.replace("::", "/").chars().enumerate() {
        if letter.is_uppercase() && at > 0 && !path.ends_with('/') {
            path.push('_');
        }
        path.extend(letter.to_lowercase());
    }
    path
}

/// The middleware of Next, where it sends people away who have not signed in.
fn next(text: &str) -> Option<Vec<(Matching, Access)>> {
    static MATCHER: LazyLock<Regex> =
        LazyLock::new(|| lean(r#"matcher\s*:\s*(\[[\s\S]*?\]\s*[,}]|["'`][^"'`\n]*["'`])"#));
    static QUOTED: LazyLock<Regex> = LazyLock::new(|| lean(r#"(?m)^[^/\n]*?["'`](/[^"'`\n]*)["'`]"#));
    static LIST: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"(?i)\b(?:const|let)\s+(\w*(?:public|protected|private|open|unauth)\w*)\s*(?::[^=]*)?=\s*(?:new Set\()?\[([\s\S]*?)\]",
        )
    });
    let asks = [
        "verifyAuth",
        "getToken",
        "getSession",
        "getServerSession",
        "auth(",
        "withAuth",
        "isAuthenticated",
        "session",
        "jwt",
        "token",
    ]
    .iter()
    .any(|word| text.contains(word));
    let lower = text.to_lowercase();
    let sends = lower.contains("redirect(")
        && ["login", "signin", "sign-in", "connexion"].iter().any(|word| lower.contains(word));
    if !asks || !(sends || text.contains("withAuth")) {
        return None;
    }
    let mut rules = Vec::new();
    let mut listed = None;
    for list in LIST.captures_iter(text) {
        let name = list[1].to_lowercase();
        let access = if name.contains("public") || name.contains("open") || name.contains("unauth") {
            Access::Public
        } else {
            Access::BehindSignIn
        };
        listed = Some(access);
        let paths = list[2].split(['"', '\'', '`']).filter(|path| path.starts_with('/'));
        rules.extend(paths.map(|path| {
            let path = path.split([':', '*', '(']).next().unwrap_or(path);
            (if path == "/" { Matching::Named(path.to_owned()) } else { Matching::Below(path.to_owned()) }, access)
        }));
    }
    let matchers = MATCHER.captures(text).map(|found| found[1].to_owned()).unwrap_or_default();
    for matcher in QUOTED.captures_iter(&matchers).map(|found| found[1].to_owned()) {
        if let Some((_, rest)) = matcher.split_once("(?!") {
            // All paths but those that start so.
            let (left_out, _) = rest.split_once(')').unwrap_or((rest, ""));
            for start in left_out.split('|') {
                let start = start.trim_end_matches(['$', '/']).replace(r"\.", ".");
                rules.push((Matching::Below(format!("/{start}")), Access::Public));
            }
            if listed.is_none_or(|access| access == Access::Public) {
                rules.push((Matching::All, Access::BehindSignIn));
            }
        } else if listed.is_none() {
            let start = matcher.split([':', '*', '(']).next().unwrap_or(&matcher);
            if start.len() > 1 {
                rules.push((Matching::Below(start.to_owned()), Access::BehindSignIn));
            }
        }
    }
    // A page on which people sign in cannot ask for it.
    let sign_in = ["login", "signin", "sign-in", "connexion", "auth"]
        .map(|word| (Matching::Below(format!("/{word}")), Access::Public));
    Some(sign_in.into_iter().chain(rules).collect())
}

/// `access_control` of the security settings of Symfony: the first entry that matches decides.
fn symfony(inventory: &Inventory, path: &str) -> Option<Vec<(Matching, Access)>> {
    let rule = |pattern: &str, roles: &str| {
        let open = roles.contains("PUBLIC_ACCESS") || roles.contains("IS_AUTHENTICATED_ANONYMOUSLY");
        let access = if open { Access::Public } else { Access::BehindSignIn };
        Regex::new(pattern).ok().map(|pattern| (Matching::Pattern(pattern), access))
    };
    let document = inventory.document(path)?;
    let Ok(root) = document.as_ref() else {
        // Symfony allows brackets in a path that stands between braces, which YAML does not.
        static ENTRY: LazyLock<Regex> =
            LazyLock::new(|| lean(r#"(?m)^\s*-\s*\{\s*path:\s*['"]?([^\s'",]+)['"]?\s*,[^\n]*\broles?:\s*([^\n}]+)"#));
        let text = inventory.text(path)?;
        return Some(ENTRY.captures_iter(&text).filter_map(|entry| rule(&entry[1], &entry[2])).collect());
    };
    let entries = root.at(&["security", "access_control"])?.items();
    let rules = entries.iter().filter_map(|entry| {
        let roles = entry.get("roles").or_else(|| entry.get("role"))?.items_or_self();
        let roles: Vec<&str> = roles.iter().filter_map(|role| role.text()).collect();
        rule(entry.text_of("path")?, &roles.join(" "))
    });
    Some(rules.collect())
}

/// The folder that the settings of a project of Django are about: the one above their package.
fn root_of_settings(path: &str) -> &str {
    let package = folder_of(path);
    let package = package.strip_suffix("/settings").unwrap_or(package);
    folder_of(package)
}

/// A middleware of Django that lets nobody through who has not signed in, but to the routes that it names.
fn django(inventory: &Inventory, path: &str, text: &str) -> Option<Vec<(Matching, Access)>> {
    static MIDDLEWARE: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r#"(?m)^[^#\n]*["']([\w.]*\.)(\w*Login\w*Required\w*Middleware|\w*Require\w*Login\w*Middleware|\w*AuthRequired\w*Middleware)["']"#,
        )
    });
    static EXEMPT: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"(?i)\b\w*(?:exempt|ignore|public|authorized|allowed|open|whitelist|login_not)\w*\s*=\s*[\[(]([\s\S]*?)[\])]",
        )
    });
    let found = MIDDLEWARE.captures(text)?;
    let mut rules = vec![(Matching::Named("login".to_owned()), Access::Public)];
    let module = found[1].trim_end_matches('.').replace('.', "/");
    let root = root_of_settings(path);
    let file = [format!("{root}/{module}.py"), format!("{module}.py"), format!("{root}/{module}/__init__.py")];
    let held = file.iter().find_map(|path| inventory.text(path.trim_start_matches('/')));
    for source in [held.as_deref(), Some(text)].into_iter().flatten() {
        for list in EXEMPT.captures_iter(source) {
            let names = list[1].split(['"', '\'']).skip(1).step_by(2);
            rules.extend(names.map(|name| (Matching::Named(name.to_owned()), Access::Public)));
        }
    }
    rules.push((Matching::All, Access::BehindSignIn));
    Some(rules)
}

/// The filter chain of Spring: `.requestMatchers("/a/**").permitAll()`, `.anyRequest().authenticated()`.
fn spring(text: &str) -> Option<Vec<(Matching, Access)>> {
    static RULE: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"(?s)\.?(requestMatchers|antMatchers|mvcMatchers|anyRequest)\(([^)]*)\)\s*\.\s*(permitAll|authenticated|hasRole|hasAnyRole|hasAuthority|hasAnyAuthority|denyAll|access|fullyAuthenticated)",
        )
    });
    if !text.contains("anyRequest") && !text.contains("requestMatchers") {
        return None;
    }
    let plain: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut rules = Vec::new();
    for rule in RULE.captures_iter(&plain) {
        let access = if &rule[3] == "permitAll" { Access::Public } else { Access::BehindSignIn };
        if &rule[1] == "anyRequest" {
            rules.push((Matching::All, access));
            continue;
        }
        for path in rule[2].split('"').skip(1).step_by(2) {
            let matching = match path.split_once('*') {
                Some(("/", _)) => Matching::All,
                Some((start, _)) => Matching::Below(start.trim_end_matches('/').to_owned()),
                None => Matching::Named(path.to_owned()),
            };
            rules.push((matching, access));
        }
    }
    Some(rules)
}
