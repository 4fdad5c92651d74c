//! HCL (Terraform) into nodes, through its tree-sitter grammar: a block is an entry below its type and labels, an attribute is
//! an entry. What is neither a literal, a list nor an object is the text of its expression.

use tree_sitter::Node as Syntax;

use crate::base::lines::LineIndex;
use crate::read::document::node::{DocumentError, Entry, MAX_DEPTH, Node, Value};
use crate::read::syntax::{Grammar, Tree};

pub(super) fn parse(text: &str) -> Result<Node, DocumentError> {
    let tree = Tree::parse(text, Grammar::Hcl).map_err(|reason| DocumentError::new(reason.en, 0))?;
    let lines = LineIndex::new(text);
    let reader = Reader { text, lines: &lines };
    let root = tree.syntax();
    if tree.has_errors() {
        return Err(DocumentError::new("a part of it does not parse", 0));
    }
    let entries = named(root).into_iter().filter(|child| child.kind() == "body");
    let mut all = Vec::new();
    for body in entries {
        all.extend(reader.body(body, 0)?);
    }
    Ok(Node::new(1, 1, Value::map(all)))
}

fn named(node: Syntax<'_>) -> Vec<Syntax<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

struct Reader<'t> {
    text: &'t str,
    lines: &'t LineIndex<'t>,
}

impl Reader<'_> {
    fn written(&self, node: Syntax<'_>) -> &str {
        &self.text[node.byte_range()]
    }

    fn entry(&self, key: &str, at: Syntax<'_>, value: Node) -> Entry {
        let (line, column) = self.lines.place(at.start_byte());
        Entry { key: key.trim_matches('"').to_owned(), line, column, value }
    }

    fn body(&self, body: Syntax<'_>, depth: usize) -> Result<Vec<Entry>, DocumentError> {
        if depth > MAX_DEPTH {
            return Err(DocumentError::new("nested too deep", self.lines.line(body.start_byte())));
        }
        let mut entries = Vec::new();
        for child in named(body) {
            let parts = named(child);
            match child.kind() {
                "attribute" => {
                    if let [name, .., value] = parts.as_slice() {
                        entries.push(self.entry(self.written(*name), *name, self.value(*value, depth + 1)?));
                    }
                }
                "block" => {
                    let labels: Vec<Syntax<'_>> = parts
                        .iter()
                        .copied()
                        .filter(|part| matches!(part.kind(), "identifier" | "string_lit"))
                        .collect();
                    let inner = parts.iter().find(|part| part.kind() == "body");
                    let own = inner.map_or(Ok(Vec::new()), |inner| self.body(*inner, depth + 1))?;
                    let (line, column) = self.lines.place(child.start_byte());
                    let mut value = Node::new(line, column, Value::map(own));
                    for label in labels.iter().skip(1).rev() {
                        let entry = self.entry(self.written(*label), *label, value);
                        value = Node::new(line, column, Value::map(vec![entry]));
                    }
                    if let Some(kind) = labels.first() {
                        entries.push(self.entry(self.written(*kind), *kind, value));
                    }
                }
                _ => {}
            }
        }
        Ok(entries)
    }

    fn value(&self, node: Syntax<'_>, depth: usize) -> Result<Node, DocumentError> {
        let (line, column) = self.lines.place(node.start_byte());
        if depth > MAX_DEPTH {
            return Err(DocumentError::new("nested too deep", line));
        }
        let parts = named(node);
        let value = match node.kind() {
            "expression" | "literal_value" | "collection_value" | "template_expr" if parts.len() == 1 => {
                return self.value(parts[0], depth + 1);
            }
            "tuple" => {
                let items = parts.into_iter().filter(|part| part.kind() == "expression");
                Value::list(items.map(|item| self.value(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            "object" => {
                let mut entries = Vec::new();
                for part in parts.iter().filter(|part| part.kind() == "object_elem") {
                    if let [key, value] = named(*part).as_slice() {
                        entries.push(self.entry(self.written(*key), *key, self.value(*value, depth + 1)?));
                    }
                }
                Value::map(entries)
            }
            "null_lit" => Value::Null,
            "string_lit" | "quoted_template" => {
                Value::Scalar { text: self.written(node).trim_matches('"').to_owned(), quoted: true }
            }
            _ => Value::Scalar { text: self.written(node).to_owned(), quoted: false },
        };
        Ok(Node::new(line, column, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_below_their_type_and_labels() {
        let text = "# note\nresource \"aws_db\" \"main\" {\n  public = true\n  ports = [80, 443]\n  tags = { a = \"b\", \"c\" = var.d }\n  rule {\n    name = \"x-${var.e}\"\n  }\n}\nlocals {\n  f = g(1)\n}\n";
        let document = parse(text).expect("well-formed");
        let main = document.at(&["resource", "aws_db", "main"]).expect("a resource");
        let public = main.entry("public").expect("an attribute");
        assert_eq!((public.line, public.value.text()), (3, Some("true")));
        assert_eq!(main.get("ports").map(|ports| ports.items().len()), Some(2));
        assert_eq!(main.at(&["tags", "a"]).and_then(Node::text), Some("b"));
        assert_eq!(main.at(&["tags", "c"]).and_then(Node::text), Some("var.d"));
        assert_eq!(main.at(&["rule", "name"]).and_then(Node::text), Some("x-${var.e}"));
        assert_eq!(document.at(&["locals", "f"]).and_then(Node::text), Some("g(1)"));
        assert!(parse("resource {{{ \"").is_err());
    }
}
