//! A file of code that declares routes: its tree, its constants, and what it imports.

use std::cell::OnceCell;

use tree_sitter::Node;

use super::route::Access;
use crate::base::lines::LineIndex;
use crate::base::path::{ascending, folder_of, join};
use crate::read::inventory::Inventory;
use crate::read::syntax::{Bindings, Import, Tree, imported_file, script_of};

/// How deep code is followed down.
pub(super) const DEEPEST: usize = 200;

/// How many files lead from a name to its text.
const MOST_HOPS: usize = 3;

/// A file whose tree is read.
pub(super) struct Code<'c> {
    pub inventory: &'c Inventory,
    pub path: &'c str,
    tree: &'c Tree,
    lines: LineIndex<'c>,
    bindings: OnceCell<Bindings<'c>>,
}

/// The tree of a file of the inventory; none where no grammar reads it.
pub(super) fn tree_of(inventory: &Inventory, path: &str) -> Option<Tree> {
    let text = inventory.text(path)?;
    let script = script_of(path, &text)?;
    Tree::parse(&script.text, script.grammar).ok()
}

impl<'c> Code<'c> {
    pub(super) fn of(inventory: &'c Inventory, path: &'c str, tree: &'c Tree) -> Self {
        Self { inventory, path, tree, lines: LineIndex::new(tree.text()), bindings: OnceCell::new() }
    }

    pub(super) fn root(&self) -> Node<'c> {
        self.tree.syntax()
    }

    pub(super) fn bindings(&self) -> &Bindings<'c> {
        self.bindings.get_or_init(|| Bindings::of(self.tree.syntax(), self.tree.text()))
    }

    /// A node as it is written.
    pub(super) fn written(&self, node: Node<'_>) -> &'c str {
        self.tree.text().get(node.byte_range()).unwrap_or_default()
    }

    /// The line, from 1, where a node starts.
    pub(super) fn line(&self, node: Node<'_>) -> u32 {
        self.lines.line(node.start_byte())
    }

    /// The text that an expression is, through constants of this file and of those that it imports.
    pub(super) fn string(&self, node: Node<'c>) -> Option<String> {
        self.strings(node).into_iter().next()
    }

    /// The texts that an expression may be.
    pub(super) fn strings(&self, node: Node<'c>) -> Vec<String> {
        if node.kind() == "template_string" && node.named_child_count() > 0 {
            return self.template(node).into_iter().collect();
        }
        let (texts, imports) = self.bindings().texts(node);
        if !texts.is_empty() {
            return texts;
        }
        let imported = imports.iter().find_map(|import| self.exported(import, self.path, MOST_HOPS));
        imported.or_else(|| self.keyed(node)).into_iter().collect()
    }

    /// A template string, its holes as variable parts of a path.
    fn template(&self, node: Node<'c>) -> Option<String> {
        let mut text = String::new();
        for part in node.named_children(&mut node.walk()) {
            match part.kind() {
                "string_fragment" | "escape_sequence" => text.push_str(self.written(part)),
                "template_substitution" => {
                    let held = part.named_child(0).and_then(|inner| self.string(inner));
                    match held {
                        Some(held) => text.push_str(&held),
                        None => text.push_str(":var"),
                    }
                }
                _ => {}
            }
        }
        Some(text)
    }

    fn exported(&self, import: &Import, from: &str, hops: usize) -> Option<String> {
        let left = hops.checked_sub(1)?;
        let path = self.file_of(&import.module, from)?;
        let tree = tree_of(self.inventory, &path)?;
        let bindings = Bindings::of(tree.syntax(), tree.text());
        let (texts, imports) = bindings.exported_texts(import);
        let found = texts.into_iter().next();
        let found = found.or_else(|| imports.iter().find_map(|next| self.exported(next, &path, left)));
        found.or_else(|| keyed_in(tree.syntax(), tree.text(), import.member.as_ref()?))
    }

    /// `paths.public.legal`: what the last key of a chain holds, where the object at its start is written out in this file or
    /// in one that it imports, and has that key once.
    fn keyed(&self, node: Node<'c>) -> Option<String> {
        let key = node.child_by_field_name("property").filter(|_| node.kind() == "member_expression")?;
        let mut object = node;
        while let Some(inner) = object.child_by_field_name("object") {
            object = inner;
        }
        let (key, object) = (self.written(key), self.written(object));
        if let Some(bound) = self.bindings().bound(object)
            && let Some(found) = keyed_in(bound, self.tree.text(), key)
        {
            return Some(found);
        }
        // What a function returns from an imported module: its objects are looked at as a whole.
        let module = self.bindings().module_of(object).map(|(module, _)| module).or_else(|| {
            let called = self.called_for(object)?;
            self.bindings().module_of(called).map(|(module, _)| module)
        })?;
        let path = self.file_of(module, self.path)?;
        let tree = tree_of(self.inventory, &path)?;
        keyed_in(tree.syntax(), tree.text(), key)
    }

    /// The function whose result a name holds: `const { paths } = useSitePaths()`.
    fn called_for(&self, name: &str) -> Option<&'c str> {
        let mut found = None;
        let _ = crate::read::syntax::walk(self.root(), |node, _| {
            if node.kind() == "variable_declarator"
                && let (Some(bound), Some(value)) =
                    (node.child_by_field_name("name"), node.child_by_field_name("value"))
                && bound.kind() == "object_pattern"
                && value.kind() == "call_expression"
                && self.written(bound).split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
            {
                found = value.child_by_field_name("function").map(|function| self.written(function));
                return std::ops::ControlFlow::Break(());
            }
            std::ops::ControlFlow::Continue(())
        });
        found
    }

    /// The file of the product that a module names.
    pub(super) fn file_of(&self, module: &str, from: &str) -> Option<String> {
        let exists = |path: &str| self.inventory.has(path);
        imported_file(module, from, exists).or_else(|| {
            // Aliases and roots of modules: `src/pages/a`, `@pages/a`, `#controllers/a`.
            let plain = module.trim_start_matches(['@', '#', '~', '$']);
            let (first, rest) = plain.split_once('/')?;
            let wanted = [plain.to_owned(), format!("src/{plain}"), format!("app/{plain}"), format!("src/{rest}")];
            ascending(folder_of(from)).take(6).find_map(|folder| {
                wanted.iter().take(if first.is_empty() { 3 } else { 4 }).find_map(|path| {
                    let dotted = format!("./{path}");
                    imported_file(&dotted, &join(folder, "x")?, exists)
                })
            })
        })
    }

    /// The file that a name of this one is imported from, statically or when it is needed.
    pub(super) fn origin(&self, name: &str) -> Option<String> {
        let name = name.split(['.', '(']).next().unwrap_or(name);
        if let Some((module, exported)) = self.bindings().module_of(name) {
            // `from app import views` names a module of a package.
            if self.path.ends_with(".py") {
                let below = format!("{}{}{exported}", module, if module.ends_with('.') { "" } else { "." });
                return self.file_of(&below, self.path).or_else(|| self.file_of(module, self.path));
            }
            return self.file_of(module, self.path);
        }
        // `const A = lazy(() => import('./A'))`
        let bound = self.bindings().bound(name)?;
        self.lazy(bound)
    }

    /// The file of the first `import('…')` in an expression.
    pub(super) fn lazy(&self, node: Node<'_>) -> Option<String> {
        let written = self.written(node);
        let (_, rest) = written.split_once("import(").or_else(|| written.split_once("require("))?;
        let rest = rest.trim_start();
        // Comments of bundlers stand before the name.
        let rest = if rest.starts_with("/*") { rest.split_once("*/")?.1.trim_start() } else { rest };
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
        let module = rest[1..].split(quote).next()?;
        self.file_of(module, self.path)
    }

    /// The arguments of a call, comments left out.
    pub(super) fn arguments(&self, call: Node<'c>) -> Vec<Node<'c>> {
        let Some(list) = call.child_by_field_name("arguments") else { return Vec::new() };
        named(list)
    }

    /// The value of a key, where a node is an object or a list of keywords that is written out.
    pub(super) fn value_of(&self, node: Node<'c>, wanted: &str) -> Option<Node<'c>> {
        named(node).into_iter().find_map(|pair| {
            let field = |name| pair.child_by_field_name(name);
            let key = field("key").or_else(|| field("name")).map(|key| self.written(key))?;
            let key = key.trim_matches(['"', '\'', ':', ' ']);
            if key != wanted {
                return None;
            }
            field("value").or_else(|| pair.named_child(1))
        })
    }
}

/// The named children of a node, comments left out.
pub(super) fn named(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.is_extra()).collect()
}

/// The text of the one pair with a key below a node.
fn keyed_in(root: Node<'_>, text: &str, key: &str) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    let _ = crate::read::syntax::walk(root, |node, _| {
        if node.kind() == "pair"
            && let (Some(name), Some(value)) = (node.child_by_field_name("key"), node.child_by_field_name("value"))
            && text[name.byte_range()].trim_matches(['"', '\'']) == key
        {
            let value = &text[value.byte_range()];
            let is_text = value.starts_with(['"', '\'', '`']) && !value.contains("${");
            if is_text {
                found.push(value.trim_matches(['"', '\'', '`']).to_owned());
            }
        }
        std::ops::ControlFlow::Continue(())
    });
    // A product in several languages says each path once in each.
    found.into_iter().next_back()
}

/// Whether a name of the code speaks of asking who is there, or of letting anyone in.
pub(super) fn access_named(written: &str) -> Access {
    let plain: String = written.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    const OPEN: &[&str] = &[
        "noauth",
        "nonconnect",
        "unauthenticated",
        "notauthenticated",
        "skipauth",
        "allowanonymous",
        "permitall",
        "loginnotrequired",
        "publicroute",
        "publiclayout",
        "ispublic",
        "guest",
        "anonymous",
        "optionalauth",
        "publicaccess",
    ];
    const CLOSED: &[&str] = &[
        "requireauth",
        "requiresauth",
        "requirelogin",
        "loginrequired",
        "requireuser",
        "authenticated",
        "authenticate",
        "privateroute",
        "protectedroute",
        "authguard",
        "isauth",
        "checkauth",
        "withauth",
        "ensureauth",
        "ensurelogged",
        "loggedin",
        "verifiejeton",
        "verificationjeton",
        "verifyjwt",
        "verifytoken",
        "checkjwt",
        "jwtauth",
        "isgranted",
        "authenticationrequired",
        "requireadmin",
        "hasrole",
        "permissionrequired",
        "isconnected",
        "requirelogged",
        "privatelayout",
        "protectedlayout",
        "userpassestest",
        "staffmemberrequired",
        "authrequired",
        "verifieracces",
        "verificationacceptationcgu",
        "sessionrequired",
        "requiresession",
        "adminguard",
        "jwtguard",
        "privatearea",
    ];
    if OPEN.iter().any(|word| plain.contains(word)) {
        return Access::Public;
    }
    // `auth` alone, as Laravel, Adonis and Fastify name it.
    let alone = matches!(
        plain.as_str(),
        "auth" | "authapi" | "authsanctum" | "authweb" | "protect" | "protected" | "jwt" | "private"
    );
    if alone || CLOSED.iter().any(|word| plain.contains(word)) { Access::BehindSignIn } else { Access::Unknown }
}
