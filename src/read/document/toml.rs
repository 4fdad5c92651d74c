//! TOML into nodes, through the `toml` crate's spanned values.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::read::document::node::{DocumentError, Entry, LineIndex, Node, Value};

pub(super) fn parse(text: &str) -> Result<Node, DocumentError> {
    let lines = LineIndex::new(text);
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(0, |span| lines.place(span.start).0);
        DocumentError::new(error.message(), line)
    })?;
    Ok(Node::new(1, 1, map(table.get_ref(), &lines)))
}

fn map(table: &DeTable<'_>, lines: &LineIndex<'_>) -> Value {
    let mut entries: Vec<(usize, Entry)> = table
        .iter()
        .map(|(key, value)| {
            let (line, column) = lines.place(key.span().start);
            let entry = Entry { key: key.get_ref().to_string(), line, column, value: node(value, lines) };
            (key.span().start, entry)
        })
        .collect();
    entries.sort_by_key(|(offset, _)| *offset);
    Value::map(entries.into_iter().map(|(_, entry)| entry).collect())
}

fn node(value: &Spanned<DeValue<'_>>, lines: &LineIndex<'_>) -> Node {
    let scalar = |text: &str, quoted| Value::Scalar { text: text.to_owned(), quoted };
    let (line, column) = lines.place(value.span().start);
    let value = match value.get_ref() {
        DeValue::String(text) => scalar(text, true),
        DeValue::Integer(number) => scalar(number.as_str(), false),
        DeValue::Float(number) => scalar(number.as_str(), false),
        DeValue::Boolean(truth) => scalar(if *truth { "true" } else { "false" }, false),
        DeValue::Datetime(time) => scalar(&time.to_string(), false),
        DeValue::Array(array) => Value::list(array.iter().map(|item| node(item, lines)).collect()),
        DeValue::Table(table) => map(table, lines),
    };
    Node::new(line, column, value)
}
