//! TOML into nodes, through the `toml` crate's spanned values.

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use crate::base::lines::LineIndex;
use crate::read::document::node::{DocumentError, Entry, MAX_DEPTH, Node, Value};

pub(super) fn parse(text: &str) -> Result<Node, DocumentError> {
    if nests_too_deep(text) {
        return Err(DocumentError::new("nested too deep", 0));
    }
    let lines = LineIndex::new(text);
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(0, |span| lines.place(span.start).0);
        DocumentError::new(error.message(), line)
    })?;
    Ok(Node::new(1, 1, map(table.get_ref(), &lines)))
}

/// The parser recurses, and its own bound counts a bracket that closes nothing as a level less, so that what is broken in the right
/// way has no bound. Here, as in its recursion, a bracket closes only its like.
fn nests_too_deep(text: &str) -> bool {
    let mut open = Vec::new();
    for token in Source::new(text).lex() {
        match token.kind() {
            opening @ (TokenKind::LeftCurlyBracket | TokenKind::LeftSquareBracket) => open.push(opening),
            TokenKind::RightCurlyBracket => drop(open.pop_if(|last| *last == TokenKind::LeftCurlyBracket)),
            TokenKind::RightSquareBracket => drop(open.pop_if(|last| *last == TokenKind::LeftSquareBracket)),
            _ => {}
        }
        if open.len() > MAX_DEPTH {
            return true;
        }
    }
    false
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_that_close_nothing_do_not_hide_how_deep_the_others_are() {
        for text in ["a = {b = \"\n[c]\n", "a = {b = ] ", "a = [}", "a = {b = [}]", "a = {b = {c = ]}, "] {
            let _ = parse(&text.repeat(20_000));
        }
        let nested = |levels| format!("a = {}1{}\n", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(&nested(70)).is_ok());
        assert_eq!(parse(&nested(200)).map_err(|error| error.message), Err("nested too deep".to_owned()));
        let tables: String = (0..500).map(|n| format!("[a{n}]\n[[b]]\nc = [{{d = 1}}]\n")).collect();
        assert!(parse(&tables).is_ok());
    }
}
