//! JSON and JSONC into nodes, through `jsonc-parser`.

use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, ast};

use crate::base::lines::LineIndex;
use crate::read::document::node::{DocumentError, Entry, MAX_DEPTH, Node, TOO_DEEP, Value};

pub(super) fn parse(text: &str) -> Result<Node, DocumentError> {
    if nests_too_deep(text) {
        return Err(DocumentError::new(TOO_DEEP, 0));
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

/// The parser recurses, so the depth is bounded before it runs. What follows an error of the parser does not matter, as it
/// goes no further; up to there, strings and comments begin and end here where they do for its scanner: strings in quotes
/// of either kind and over several lines, comments of both kinds.
fn nests_too_deep(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0usize);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' => at = end_of_string(bytes, at, *byte),
            b'/' => match bytes.get(at) {
                Some(b'/') => at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end),
                Some(b'*') => {
                    at = memchr::memmem::find(&bytes[at + 1..], b"*/").map_or(bytes.len(), |end| at + end + 3);
                }
                _ => {}
            },
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

/// Where a string ends whose opening quote stands before `at`.
fn end_of_string(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memchr2(quote, b'\\', rest)) {
        at += found + 1;
        if bytes[at - 1] == quote {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

fn node(value: &ast::Value<'_>, lines: &LineIndex<'_>) -> Node {
    let scalar = |text: &str, quoted| Value::Scalar { text: text.to_owned(), quoted };
    let (line, column) = lines.place(value.range().start);
    let value = match value {
        ast::Value::StringLit(text) => scalar(&text.value, true),
        ast::Value::NumberLit(number) => scalar(number.value, false),
        ast::Value::BooleanLit(truth) => scalar(if truth.value { "true" } else { "false" }, false),
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::Array(array) => Value::list(array.elements.iter().map(|item| node(item, lines)).collect()),
        ast::Value::Object(object) => Value::map(
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

#[cfg(test)]
mod tests {
    use jsonc_parser::Scanner;
    use jsonc_parser::tokens::Token;
    use proptest::prelude::*;

    use super::*;

    /// How deep the brackets go that the scanner of the parser sees before its first error.
    fn depth_for_the_parser(text: &str) -> usize {
        let (mut scanner, mut depth, mut deepest) = (Scanner::new(text), 0usize, 0);
        while let Ok(Some(token)) = scanner.scan() {
            match token {
                Token::OpenBrace | Token::OpenBracket => depth += 1,
                Token::CloseBrace | Token::CloseBracket => depth = depth.saturating_sub(1),
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        deepest
    }

    #[test]
    fn no_quote_or_comment_hides_brackets_from_the_guard() {
        let deep = "[".repeat(200_000);
        for start in ["/*\"*/", "//\"\n", "'\"'", "\"'\"", "\"\n\"", "'\\'\"'", "\"\\\\\"", "/*/\"*/", "//*\n", "{'\":"]
        {
            assert!(parse(&format!("{start}{deep}")).is_err(), "{start}");
        }
        for (start, end) in [("\"", "\""), ("'", "'"), ("/*", "*/1"), ("//", "\n1"), ("\"\\\"", "\"")] {
            assert!(parse(&format!("{start}{deep}{end}")).is_ok(), "{start}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_guard_sees_no_less_than_the_parser(pieces in proptest::collection::vec(
            prop_oneof![
                Just("\""), Just("'"), Just("\\"), Just("/"), Just("*"), Just("/*"), Just("*/"), Just("//"), Just("\n"),
                Just("\r\n"), Just("a"), Just(" "), Just("é"), Just("["), Just("{"), Just("]"), Just("}"), Just(":"),
                Just("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["), Just("1"), Just(","),
            ], 0..24)) {
            let text = pieces.concat();
            prop_assert!(depth_for_the_parser(&text) <= MAX_DEPTH || nests_too_deep(&text), "{text:?}");
        }
    }
}
