//! `key = value`, line by line: Java properties, `.env` files and INI with its sections, into nodes.
//!
//! Keys with dots are kept whole: whoever looks for `a.b` finds the entry `a.b` as well as an entry `b` below `a`.

use crate::base::text::to_u32;
use crate::read::document::node::{Entry, MAX_NODES, Node, Value};

/// Reads lines of `key=value` or `key: value`, below `[section]` where there is one.
pub(super) fn parse(text: &str) -> Node {
    let mut sections: Vec<(Option<Entry>, Vec<Entry>)> = vec![(None, Vec::new())];
    let mut lines = text.lines().enumerate().take(MAX_NODES).peekable();
    while let Some((at, first)) = lines.next() {
        let line = to_u32(at + 1);
        let trimmed = first.trim_start();
        let column = to_u32(first.len() - trimmed.len() + 1);
        if trimmed.is_empty() || trimmed.starts_with(['#', '!', ';']) {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(name, _)| name.trim())
        {
            let value = Node::new(line, column, Value::Null);
            sections.push((Some(Entry { key: name.to_owned(), line, column, value }), Vec::new()));
            continue;
        }
        // A line that ends with a lone `\` goes on in the next one.
        let mut whole = trimmed.trim_end().to_owned();
        while whole.ends_with('\\') && !whole.ends_with("\\\\") {
            whole.pop();
            match lines.next() {
                Some((_, next)) => whole.push_str(next.trim()),
                None => break,
            }
        }
        let whole = whole.strip_prefix("export ").unwrap_or(&whole);
        let Some(end) = whole.find(['=', ':']) else { continue };
        let key = whole[..end].trim();
        let value = scalar(whole[end + 1..].trim(), line, column);
        if let Some((_, entries)) = sections.last_mut().filter(|_| !key.is_empty()) {
            entries.push(Entry { key: key.to_owned(), line, column, value });
        }
    }
    let mut entries = Vec::new();
    for (section, own) in sections {
        match section {
            None => entries.extend(own),
            Some(mut section) => {
                section.value.value = Value::map(own);
                entries.push(section);
            }
        }
    }
    Node::new(1, 1, Value::map(entries))
}

/// A value, without the quotes around it or the comment after it.
fn scalar(text: &str, line: u32, column: u32) -> Node {
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    let inner = quote.and_then(|quote| text[1..].find(quote).map(|end| &text[1..=end]));
    let value = match inner {
        Some(inner) => Value::Scalar { text: inner.to_owned(), quoted: true },
        None => {
            let text = text.split_once(" #").map_or(text, |(before, _)| before.trim_end());
            if text.is_empty() { Value::Null } else { Value::Scalar { text: text.to_owned(), quoted: false } }
        }
    };
    Node::new(line, column, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sections_comments_and_lines_that_go_on() {
        let text = "# note\nspring.jpa.hibernate.ddl-auto = update\nexport A=\"b # c\" # d\nlist: a,\\\n  b\n! e\n\n[flake8]\nmax = 3\nEMPTY=\n";
        let document = parse(text);
        assert_eq!(document.text_of("spring.jpa.hibernate.ddl-auto"), Some("update"));
        assert_eq!(document.text_of("A"), Some("b # c"));
        assert_eq!(document.text_of("list"), Some("a,b"));
        let section = document.entry("flake8").expect("a section");
        assert_eq!((section.line, section.value.text_of("max")), (8, Some("3")));
        assert!(section.value.get("EMPTY").is_some_and(Node::is_null));
    }
}
