//! A document as a tree of nodes, whatever its syntax, each of which knows its place.

use std::sync::Arc;

/// How deep a document may nest: deeper ones are refused, so that no file can exhaust the stack.
pub(crate) const MAX_DEPTH: usize = 100;

/// How many nodes one document may hold once its aliases are expanded.
pub(crate) const MAX_NODES: usize = 500_000;

/// How many of them may be there by an alias, whatever the size of the document, and for each of its bytes. Aliases cost no
/// memory, but whoever looks at a document walks through all that they stand for.
pub(crate) const MAX_REPEATED: (usize, usize) = (50_000, 5);

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DocumentError {
    /// What is wrong, in the parser's words.
    pub message: String,
    /// The line, from 1; 0 where the parser gives none.
    pub line: u32,
}

/// What is said of a document that nests too deep.
pub(super) const TOO_DEEP: &str = "nested too deep";

/// What is said of a document whose aliases stand for too much.
pub(super) const TOO_FAR: &str = "aliases expand too far";

impl DocumentError {
    /// Whether the document may be well-formed, and is only over the bounds that are set here.
    pub(crate) fn is_of_bounds(&self) -> bool {
        matches!(self.message.as_str(), TOO_DEEP | TOO_FAR)
    }

    pub(super) fn new(message: impl Into<String>, line: u32) -> Self {
        Self { message: message.into(), line }
    }
}

/// A value of a document with the place where it starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is there.
    pub value: Value,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing: `null`, `~` or an empty YAML value.
    Null,
    /// A text, number or truth value; `quoted` tells the text `"true"` from the truth `true`.
    Scalar {
        /// The text as it reads once unquoted.
        text: String,
        /// Whether it was in quotes.
        quoted: bool,
    },
    /// A list. Where YAML repeats it by its anchor, it is the same one.
    List(Arc<Vec<Node>>),
    /// Keys and values in file order. `key_line` of an entry is where the key stands.
    Map(Arc<Vec<Entry>>),
}

impl Value {
    pub(super) fn list(items: Vec<Node>) -> Self {
        Self::List(Arc::new(items))
    }

    pub(super) fn map(entries: Vec<Entry>) -> Self {
        Self::Map(Arc::new(entries))
    }
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key as text.
    pub key: String,
    /// Line of the key, from 1.
    pub line: u32,
    /// Column of the key, from 1.
    pub column: u32,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value of a key, where this node is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The key and value, where this node is a map that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value at the end of a chain of keys.
    pub fn at(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entries of a map; none for any other node.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for any other node.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The items of a list, or the node itself where a lone value stands for a list of one.
    pub fn items_or_self(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            Value::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The truth value of an unquoted `true` or `false`.
    pub fn truth(&self) -> Option<bool> {
        match &self.value {
            Value::Scalar { text, quoted: false } => match text.as_str() {
                "true" | "True" | "TRUE" => Some(true),
                "false" | "False" | "FALSE" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The text of a scalar child.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// Whether nothing is here.
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// How many nodes it is made of, itself included.
    pub(crate) fn size(&self) -> usize {
        let below: usize = match &self.value {
            Value::List(items) => items.iter().map(Self::size).sum(),
            Value::Map(entries) => entries.iter().map(|entry| entry.value.size()).sum(),
            Value::Null | Value::Scalar { .. } => 0,
        };
        below + 1
    }

    pub(super) fn new(line: u32, column: u32, value: Value) -> Self {
        Self { line, column, value }
    }
}
