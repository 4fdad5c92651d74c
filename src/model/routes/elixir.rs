//! The router of Phoenix.

use tree_sitter::Node;

use super::code::{Code, DEEPEST, access_named, named};
use super::route::{Access, Declared, Draft, joined};

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
        let (mut inner, mut guard) = (None, access);
        if node.kind() == "call" {
            let name = node.child_by_field_name("target").map(|target| self.code.written(target)).unwrap_or_default();
            let arguments =
                named(node).into_iter().find(|child| child.kind() == "arguments").map(named).unwrap_or_default();
            let text = |at: usize| {
                arguments.get(at).filter(|node| node.kind() == "string").and_then(|node| self.code.string(*node))
            };
            match name {
                "scope" => {
                    inner = Some(joined(prefix, &text(0).unwrap_or_default()));
                    guard = self.piped(node).or(access);
                }
                "live_session" => guard = self.piped(node).or(access_of_session(self.code.written(node))).or(access),
                "get" | "post" | "put" | "patch" | "delete" | "live" | "forward" | "resources" => {
                    if let Some(path) = text(0) {
                        self.declare(node, name, &path, &arguments, prefix, access);
                    }
                }
                _ => {}
            }
        }
        let prefix = inner.as_deref().unwrap_or(prefix);
        for child in named(node) {
            self.visit(child, prefix, guard, depth + 1);
        }
    }

    fn declare(
        &mut self,
        node: Node<'c>,
        verb: &str,
        path: &str,
        arguments: &[Node<'c>],
        prefix: &str,
        access: Access,
    ) {
        let written = |at: usize| arguments.get(at).map(|node| self.code.written(*node)).unwrap_or_default();
        let (controller, action) = (written(1), written(2).trim_start_matches(':'));
        let last = arguments.last().map(|last| self.code.written(*last)).unwrap_or_default();
        let leads = last.contains("external:").then(|| last.split('"').nth(1)).flatten();
        self.declared.drafts.push(Draft {
            path: joined(prefix, path),
            method: match verb {
                "live" => "GET".to_owned(),
                "forward" | "resources" => "ANY".to_owned(),
                verb => verb.to_uppercase(),
            },
            line: self.code.line(node),
            handler: self.template(controller, action),
            action: format!("{controller}.{action}"),
            access,
            external: leads.filter(|leads| leads.starts_with("http")).map(str::to_owned),
            ..Draft::default()
        });
    }

    /// `page/legal.html.heex` or `page_html/legal.html.heex` beside the controllers.
    fn template(&self, controller: &str, action: &str) -> Option<String> {
        let stem = controller.rsplit('.').next()?.strip_suffix("Controller")?.to_lowercase();
        let root = self.code.path.rsplit_once('/').map_or("", |(root, _)| root);
        let folders = [format!("{root}/templates/{stem}"), format!("{root}/controllers/{stem}_html")];
        folders.iter().find_map(|folder| {
            let mut files = self.code.inventory.in_folder(folder);
            files.find(|file| file.name().split('.').next() == Some(action)).map(|file| file.path.clone())
        })
    }

    /// What the pipelines ask that the routes of a scope go through.
    fn piped(&self, scope: Node<'c>) -> Access {
        let block = named(scope).into_iter().find(|child| child.kind() == "do_block");
        let piped = block.map(named).unwrap_or_default().into_iter().filter(|call| {
            call.child_by_field_name("target").is_some_and(|target| self.code.written(target) == "pipe_through")
        });
        let asked = piped.flat_map(|call| self.code.written(call).split([':', ',', '[', ']', ' ']).map(access_named));
        asked.into_iter().find(|access| *access == Access::BehindSignIn).unwrap_or_default()
    }
}

/// `live_session :default, on_mount: {UserAuth, :ensure_authenticated}`
fn access_of_session(written: &str) -> Access {
    let head = written.split(" do").next().unwrap_or_default();
    if head.contains("ensure_auth") || head.contains("require_") { Access::BehindSignIn } else { Access::Unknown }
}
