//! Annotations of Spring and JAX-RS, in Java and Kotlin.

use tree_sitter::Node;

use super::code::{Code, DEEPEST, named};
use super::route::{Access, Declared, Draft, joined};

/// The annotations that give a method a path, and its method of HTTP.
const MAPPINGS: &[(&str, &str)] = &[
    ("GetMapping", "GET"),
    ("PostMapping", "POST"),
    ("PutMapping", "PUT"),
    ("PatchMapping", "PATCH"),
    ("DeleteMapping", "DELETE"),
    ("RequestMapping", "ANY"),
    ("Path", "ANY"),
];

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
        match node.kind() {
            "class_declaration" | "interface_declaration" => {
                let annotations = self.annotations(node);
                let mapped = annotations.iter().find(|(name, _)| matches!(*name, "RequestMapping" | "Path"));
                let path = mapped.and_then(|(_, annotation)| self.paths(*annotation).into_iter().next());
                inner = Some(joined(prefix, &path.unwrap_or_default()));
                guard = secured(&annotations, self.code).or(access);
            }
            "method_declaration" | "function_declaration" => return self.method(node, prefix, access),
            _ => {}
        }
        let prefix = inner.as_deref().unwrap_or(prefix);
        for child in named(node) {
            self.visit(child, prefix, guard, depth + 1);
        }
    }

    fn annotations(&self, node: Node<'c>) -> Vec<(&'c str, Node<'c>)> {
        let modifiers = named(node).into_iter().filter(|child| child.kind() == "modifiers");
        let annotations = modifiers.flat_map(named).filter(|child| child.kind().contains("annotation"));
        annotations
            .map(|annotation| {
                let written = self.code.written(annotation).trim_start_matches('@');
                (written.split(['(', ' ', '\n']).next().unwrap_or(written), annotation)
            })
            .collect()
    }

    /// The texts of an annotation, those of its `value` and `path` where it has keys.
    fn paths(&self, annotation: Node<'c>) -> Vec<String> {
        let mut found = Vec::new();
        let _ = crate::read::syntax::walk(annotation, |node, _| {
            let is_text = matches!(node.kind(), "string_literal" | "line_string_literal");
            if is_text {
                let key =
                    node.parent().filter(|parent| matches!(parent.kind(), "element_value_pair" | "value_argument"));
                let key = key.map(|pair| self.code.written(pair)).filter(|written| written.contains('='));
                let key = key.and_then(|written| written.split('=').next()).map(str::trim);
                if key.is_none_or(|key| matches!(key, "value" | "path") || key.starts_with('"')) {
                    found.push(self.code.written(node).trim_matches('"').to_owned());
                }
            }
            std::ops::ControlFlow::Continue(())
        });
        if found.is_empty() {
            // A constant of the class.
            let list = annotation.child_by_field_name("arguments").map(named).unwrap_or_default();
            found.extend(list.first().and_then(|first| self.code.string(*first)));
        }
        found
    }

    fn method(&mut self, node: Node<'c>, prefix: &str, access: Access) {
        let annotations = self.annotations(node);
        let access = secured(&annotations, self.code).or(access);
        let name = node.child_by_field_name("name").map(|name| self.code.written(name)).unwrap_or_default();
        for (mapping, method) in MAPPINGS {
            for (_, annotation) in annotations.iter().filter(|(name, _)| name == mapping) {
                let mut paths = self.paths(*annotation);
                if paths.is_empty() {
                    paths.push(String::new());
                }
                let body = node.child_by_field_name("body").map(|body| self.code.written(body)).unwrap_or_default();
                let view = body.split_once("return \"").and_then(|(_, rest)| rest.split('"').next());
                let template = view.and_then(|view| self.template(view));
                for path in paths {
                    self.declared.drafts.push(Draft {
                        path: joined(prefix, &path),
                        method: (*method).to_owned(),
                        line: self.code.line(*annotation),
                        handler: template.clone().or_else(|| Some(self.code.path.to_owned())),
                        action: name.to_owned(),
                        access,
                        redirects: view.is_some_and(|view| view.starts_with("redirect:")),
                        ..Draft::default()
                    });
                }
            }
        }
    }

    /// The template of Thymeleaf that a controller names.
    fn template(&self, view: &str) -> Option<String> {
        let root = self.code.path.split_once("src/main/").map_or("", |(root, _)| root);
        let path = format!("{root}src/main/resources/templates/{}.html", view.trim_start_matches('/'));
        self.code.inventory.has(&path).then_some(path)
    }
}

/// What annotations ask of those who come.
fn secured(annotations: &[(&str, Node<'_>)], code: &Code<'_>) -> Access {
    let said = annotations.iter().filter(|(name, _)| {
        matches!(*name, "PreAuthorize" | "Secured" | "RolesAllowed" | "Authenticated" | "PermitAll")
    });
    said.map(|(_, annotation)| code.written(*annotation))
        .map(|written| if written.contains("ermitAll") { Access::Public } else { Access::BehindSignIn })
        .next()
        .unwrap_or_default()
}
