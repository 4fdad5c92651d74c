//! YAML into nodes, from the event stream of the parser that `serde_yaml` is built on.
//!
//! Events rather than a typed read, because workflows and compose files found in practice carry custom tags, anchors and
//! merge keys that must be followed without letting an alias bomb grow.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput};

use crate::base::text::to_u32;
use crate::read::document::node::{DocumentError, Entry, MAX_DEPTH, MAX_NODES, Node, Value};

/// Reads the first document of a stream; the others (Kubernetes lists) do not matter to any question asked today.
pub(super) fn parse(text: &str) -> Result<Node, DocumentError> {
    let mut reader = Reader { parser: Parser::new_from_str(text), anchors: HashMap::new(), nodes: 0 };
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(..) => {}
            Event::StreamEnd | Event::DocumentEnd => {
                return Ok(Node::new(1, 1, Value::Null));
            }
            event => return reader.node(event, span, 0),
        }
    }
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), DocumentError> {
        loop {
            match self.parser.next_event() {
                Some(Ok((Event::Comment(..), _))) => {}
                Some(Ok(event)) => return Ok(event),
                Some(Err(error)) => {
                    let line = to_u32(error.marker().line());
                    return Err(DocumentError::new(error.info().to_string(), line));
                }
                None => return Err(DocumentError::new("the document ends too early", 0)),
            }
        }
    }

    fn count(&mut self, nodes: usize, span: &Span) -> Result<(), DocumentError> {
        self.nodes += nodes;
        if self.nodes > MAX_NODES {
            let line = to_u32(span.start.line());
            return Err(DocumentError::new("aliases expand too far", line));
        }
        Ok(())
    }

    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Node, DocumentError> {
        let line = to_u32(span.start.line());
        let column = to_u32(span.start.col() + 1);
        if depth > MAX_DEPTH {
            return Err(DocumentError::new("nested too deep", line));
        }
        self.count(1, &span)?;
        let before = self.nodes;
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, _) => {
                let quoted = style != ScalarStyle::Plain;
                let value = if !quoted && matches!(&*text, "" | "~" | "null" | "Null" | "NULL") {
                    Value::Null
                } else {
                    Value::Scalar { text: text.into_owned(), quoted }
                };
                (value, anchor)
            }
            Event::SequenceStart(_, anchor, _) => (self.list(depth)?, anchor),
            Event::MappingStart(_, anchor, _) => (self.map(depth)?, anchor),
            Event::Alias(id) => {
                let (mut node, size) = self
                    .anchors
                    .get(&id)
                    .cloned()
                    .ok_or_else(|| DocumentError::new("an alias refers to itself", line))?;
                self.count(size, &span)?;
                (node.line, node.column) = (line, column);
                return Ok(node);
            }
            _ => return Err(DocumentError::new("unexpected token", line)),
        };
        let node = Node::new(line, column, value);
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), self.nodes - before + 1));
        }
        Ok(node)
    }

    fn list(&mut self, depth: usize) -> Result<Value, DocumentError> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(Value::List(items));
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, DocumentError> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut merged: Vec<Entry> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let key = self.node(event, span, depth + 1)?;
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            let name = match &key.value {
                Value::Scalar { text, .. } => text.clone(),
                _ => String::new(),
            };
            if name == "<<" {
                for source in value.items_or_self() {
                    merged.extend(source.entries().iter().cloned());
                }
            } else {
                entries.push(Entry { key: name, line: key.line, column: key.column, value });
            }
        }
        for entry in merged {
            if !entries.iter().any(|own| own.key == entry.key) {
                self.nodes += 1;
                entries.push(entry);
            }
        }
        Ok(Value::Map(entries))
    }
}
