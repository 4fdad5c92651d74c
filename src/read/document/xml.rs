//! XML into nodes, through `quick-xml`: an element is an entry of the one that holds it, its attributes are entries named `@…`,
//! and one that holds text alone is that text. Comments and what they hold are left out. Entities are not expanded, but for
//! the five of XML and those of characters.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::base::lines::LineIndex;
use crate::read::document::node::{DocumentError, Entry, MAX_DEPTH, MAX_NODES, Node, Value};

/// An element that is being read.
#[derive(Default)]
struct Open {
    name: String,
    at: usize,
    entries: Vec<Entry>,
    text: String,
}

pub(super) fn parse(text: &str) -> Result<Node, DocumentError> {
    let lines = LineIndex::new(text);
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Open> = vec![Open::default()];
    let mut nodes = 0;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|error| {
            let at = usize::try_from(reader.error_position()).unwrap_or(usize::MAX);
            DocumentError::new(error.to_string(), lines.line(at))
        })?;
        nodes += 1;
        if nodes > MAX_NODES || open.len() > MAX_DEPTH {
            return Err(DocumentError::new("nested too deep or too long", lines.line(at)));
        }
        match event {
            Event::Start(start) => open.push(opened(&start, at, &lines)),
            Event::Empty(start) => {
                let element = opened(&start, at, &lines);
                close(&mut open, element, &lines);
            }
            Event::End(_) if open.len() > 1 => {
                if let Some(element) = open.pop() {
                    close(&mut open, element, &lines);
                }
            }
            Event::Text(content) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&content);
                }
            }
            Event::CData(content) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&content);
                }
            }
            Event::GeneralRef(entity) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&resolved(&entity));
                }
            }
            Event::Eof if open.len() > 1 => {
                return Err(DocumentError::new("an element is not closed", lines.line(at)));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let entries = open.pop().map(|root| root.entries).unwrap_or_default();
    Ok(Node::new(1, 1, Value::map(entries)))
}

fn opened(start: &BytesStart<'_>, at: usize, lines: &LineIndex<'_>) -> Open {
    let (line, column) = lines.place(at);
    let attributes = start.attributes().flatten().map(|attribute| {
        let key = format!("@{}", local(attribute.key.as_ref()));
        let text = attribute.value.into_owned();
        let value = Node::new(line, column, Value::Scalar { text, quoted: true });
        Entry { key, line, column, value }
    });
    Open { name: local(start.name().as_ref()), at, entries: attributes.collect(), text: String::new() }
}

/// A name without its prefix.
fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_owned()
}

fn close(open: &mut [Open], element: Open, lines: &LineIndex<'_>) {
    let (line, column) = lines.place(element.at);
    let text = element.text.trim();
    let value = match (element.entries.is_empty(), text.is_empty()) {
        (true, true) => Value::Null,
        (true, false) => Value::Scalar { text: text.to_owned(), quoted: false },
        (false, true) => Value::map(element.entries),
        (false, false) => {
            let mut entries = element.entries;
            let value = Node::new(line, column, Value::Scalar { text: text.to_owned(), quoted: false });
            entries.push(Entry { key: "#text".to_owned(), line, column, value });
            Value::map(entries)
        }
    };
    if let Some(parent) = open.last_mut() {
        parent.entries.push(Entry { key: element.name, line, column, value: Node::new(line, column, value) });
    }
}

/// What stands for a character.
fn resolved(entity: &str) -> String {
    match entity {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        _ => {
            let number = entity.strip_prefix('#').and_then(|number| match number.strip_prefix('x') {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok(),
                None => number.parse().ok(),
            });
            number.and_then(char::from_u32).map_or_else(|| format!("&{entity};"), String::from)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_repeat_and_comments_hold_nothing() {
        let text = "<?xml version=\"1.0\"?>\n<project xmlns='x'>\n  <!-- <dependency><a>1</a></dependency> -->\n  <dependency scope=\"test\">\n    <a>x &amp; y</a>\n  </dependency>\n  <dependency><a><![CDATA[<b>]]></a></dependency>\n  <empty/>\n</project>\n";
        let document = parse(text).expect("well-formed");
        let project = document.get("project").expect("a root");
        let found: Vec<(u32, Option<&str>)> = project
            .entries()
            .iter()
            .filter(|entry| entry.key == "dependency")
            .map(|entry| (entry.line, entry.value.text_of("a")))
            .collect();
        assert_eq!(found, [(4, Some("x & y")), (7, Some("<b>"))]);
        assert_eq!(project.get("dependency").and_then(|found| found.text_of("@scope")), Some("test"));
        assert!(project.get("empty").is_some_and(Node::is_null));
    }

    #[test]
    fn what_is_no_xml_or_nests_too_deep_is_refused() {
        assert!(parse("<a><b></a>").is_err());
        assert!(parse("<a>").is_err());
        assert!(parse(&"<a>".repeat(100_000)).is_err());
        let bomb = "<!DOCTYPE a [<!ENTITY b \"xxxxxxxx\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>";
        assert_eq!(parse(bomb).expect("read").text_of("a"), Some("&c;"));
    }
}
