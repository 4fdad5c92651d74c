//! JSON and JSONC into nodes, through `jsonc-parser`.

use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, ast};

use crate::read::document::node::{DocumentError, Entry, LineIndex, MAX_DEPTH, Node, Value};

pub(super) fn parse(text: &str) -> Result<Node, DocumentError> {
    if nests_too_deep(text) {
        return Err(DocumentError::new("nested too deep", 0));
    }
    let collect = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };
    let parsed = jsonc_parser::parse_to_ast(text, &collect, &ParseOptions::default()).map_err(|error| {
        let line = LineIndex::new(text).place(error.range().start).0;
        DocumentError::new(error.kind().to_string(), line)
    })?;
    let lines = LineIndex::new(text);
    match parsed.value {
        Some(value) => Ok(node(&value, &lines)),
        None => Err(DocumentError::new("empty document", 1)),
    }
}

/// The parser recurses, so the depth is bounded before it runs.
fn nests_too_deep(text: &str) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'\n' => quoted = false,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

fn node(value: &ast::Value<'_>, lines: &LineIndex<'_>) -> Node {
    let scalar = |text: &str, quoted| Value::Scalar { text: text.to_owned(), quoted };
    let (line, column) = lines.place(value.range().start);
    let value = match value {
        ast::Value::StringLit(text) => scalar(&text.value, true),
        ast::Value::NumberLit(number) => scalar(number.value, false),
        ast::Value::BooleanLit(truth) => scalar(if truth.value { "true" } else { "false" }, false),
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::Array(array) => Value::List(array.elements.iter().map(|item| node(item, lines)).collect()),
        ast::Value::Object(object) => Value::Map(
            object
                .properties
                .iter()
                .map(|property| {
                    let (line, column) = lines.place(property.range.start);
                    Entry { key: property.name.as_str().to_owned(), line, column, value: node(&property.value, lines) }
                })
                .collect(),
        ),
    };
    Node::new(line, column, value)
}
