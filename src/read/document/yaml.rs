//! YAML into nodes, from the event stream of the parser that `serde_yaml` is built on.
//!
//! Events rather than a typed read, because workflows and compose files found in practice carry custom tags, anchors and
//! merge keys that must be followed without letting an alias bomb grow.

use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput};

use crate::base::text::to_u32;
use crate::read::document::node::{
    DocumentError, Entry, MAX_DEPTH, MAX_NODES, MAX_REPEATED, Node, TOO_DEEP, TOO_FAR, Value,
};

/// Reads the first document of a stream.
pub(super) fn parse(text: &str) -> Result<Node, DocumentError> {
    let mut documents = documents(text, 1)?;
    Ok(documents.pop().unwrap_or_else(|| Node::new(1, 1, Value::Null)))
}

/// Reads every document of a stream: those of Kubernetes, the profiles of Spring.
pub(super) fn parse_all(text: &str) -> Result<Vec<Node>, DocumentError> {
    documents(text, MAX_NODES)
}

fn documents(text: &str, most: usize) -> Result<Vec<Node>, DocumentError> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchors: HashMap::new(),
        nodes: 0,
        repeated: 0,
        most_repeated: MAX_REPEATED.0 + MAX_REPEATED.1 * text.len(),
        deepest: 0,
    };
    let mut found = Vec::new();
    while found.len() < most {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
            Event::StreamEnd => break,
            event => found.push(reader.node(event, span, 0)?),
        }
    }
    Ok(found)
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    anchors: HashMap<usize, Anchored>,
    /// How many nodes were read, those behind aliases included.
    nodes: usize,
    /// How many of them are there by an alias.
    repeated: usize,
    most_repeated: usize,
    /// The depth of the deepest node since this was last set.
    deepest: usize,
}

/// What an alias stands for.
#[derive(Clone)]
struct Anchored {
    node: Node,
    /// How many nodes it is made of, itself included.
    size: usize,
    /// How deep it goes below itself.
    height: usize,
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

    fn count(&mut self, nodes: usize, repeated: usize, line: u32) -> Result<(), DocumentError> {
        self.nodes = self.nodes.saturating_add(nodes);
        self.repeated = self.repeated.saturating_add(repeated);
        if self.nodes > MAX_NODES || self.repeated > self.most_repeated {
            return Err(DocumentError::new(TOO_FAR, line));
        }
        Ok(())
    }

    /// Goes down to a depth.
    fn reach(&mut self, depth: usize, line: u32) -> Result<(), DocumentError> {
        self.deepest = self.deepest.max(depth);
        if depth > MAX_DEPTH { Err(DocumentError::new(TOO_DEEP, line)) } else { Ok(()) }
    }

    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Node, DocumentError> {
        let line = to_u32(span.start.line());
        let column = to_u32(span.start.col() + 1);
        let above = std::mem::replace(&mut self.deepest, depth);
        let node = self.placed(event, line, column, depth);
        self.deepest = self.deepest.max(above);
        node
    }

    fn placed(&mut self, event: Event<'t>, line: u32, column: u32, depth: usize) -> Result<Node, DocumentError> {
        self.reach(depth, line)?;
        self.count(1, 0, line)?;
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
                let Anchored { mut node, size, height } = self
                    .anchors
                    .get(&id)
                    .cloned()
                    .ok_or_else(|| DocumentError::new("an alias refers to itself", line))?;
                self.count(size, size, line)?;
                self.reach(depth + height, line)?;
                (node.line, node.column) = (line, column);
                return Ok(node);
            }
            _ => return Err(DocumentError::new("unexpected token", line)),
        };
        let node = Node::new(line, column, value);
        if anchor != 0 {
            let (size, height) = (self.nodes - before + 1, self.deepest - depth);
            self.anchors.insert(anchor, Anchored { node: node.clone(), size, height });
        }
        Ok(node)
    }

    fn list(&mut self, depth: usize) -> Result<Value, DocumentError> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(Value::list(items));
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
                    // Keys that are merged are there once more, unlike what stands behind an alias.
                    self.count(0, source.entries().len(), value.line)?;
                    merged.extend(source.entries().iter().cloned());
                }
            } else {
                entries.push(Entry { key: name, line: key.line, column: key.column, value });
            }
        }
        if !merged.is_empty() {
            let mut known: HashSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
            entries.extend(merged.into_iter().filter(|entry| known.insert(entry.key.clone())));
        }
        Ok(Value::map(entries))
    }
}
