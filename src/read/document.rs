//! A structured file (JSON, YAML or TOML) as one tree whose nodes know their place.

use crate::base::text::to_u32;

mod json;
mod toml;
mod yaml;

/// How deep a document may nest: deeper ones are refused, so that no file can exhaust the stack.
const MAX_DEPTH: usize = 100;

/// How many nodes one document may hold once its aliases are expanded.
const MAX_NODES: usize = 500_000;

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DocumentError {
    /// What is wrong, in the parser's words.
    pub message: String,
    /// The line, from 1; 0 where the parser gives none.
    pub line: u32,
}

impl DocumentError {
    fn new(message: impl Into<String>, line: u32) -> Self {
        Self { message: message.into(), line }
    }
}

/// The syntaxes that become a [`Node`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// JSON, with the comments and trailing commas that `tsconfig.json` allows.
    Json,
    /// YAML 1.2.
    Yaml,
    /// TOML 1.
    Toml,
}

impl Syntax {
    /// The syntax that a file name announces.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit('.').next().unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "json" | "jsonc" | "json5" | "webmanifest" => Some(Self::Json),
            "yml" | "yaml" => Some(Self::Yaml),
            "toml" => Some(Self::Toml),
            _ => match name {
                "Pipfile" | "poetry.lock" | "uv.lock" | "Cargo.lock" => Some(Self::Toml),
                ".eslintrc" | ".prettierrc" | ".stylelintrc" | ".babelrc" => Some(Self::Yaml),
                _ => None,
            },
        }
    }
}

/// A value of a document with the place where it starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What stands there.
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
        /// Whether it stood in quotes.
        quoted: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// Keys and values in file order. `key_line` of an entry is where the key stands.
    Map(Vec<Entry>),
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
    /// Reads a document.
    ///
    /// # Errors
    /// The parser's message and line, when the text is not of that syntax, nests too deep or expands too far.
    pub fn parse(text: &str, syntax: Syntax) -> Result<Self, DocumentError> {
        match syntax {
            Syntax::Json => json::parse(text),
            Syntax::Yaml => yaml::parse(text),
            Syntax::Toml => toml::parse(text),
        }
    }

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

    /// Whether nothing stands here.
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    fn new(line: u32, column: u32, value: Value) -> Self {
        Self { line, column, value }
    }
}

/// Turns byte offsets into lines and columns; built once a text.
pub(crate) struct LineIndex<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> LineIndex<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        Self { text, starts }
    }

    /// Line and column, from 1, of a byte offset.
    pub(crate) fn place(&self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let column = self.text.get(self.starts[line]..offset).map_or(0, |before| before.chars().count());
        (to_u32(line + 1), to_u32(column + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_syntax_keeps_the_line_of_a_key() {
        for (syntax, text) in [
            (Syntax::Json, "{\n  // why\n  \"a\": {\n    \"b\": 1,\n  }\n}"),
            (Syntax::Yaml, "# why\n\na:\n  b: 1\n"),
            (Syntax::Toml, "# why\n\n[a]\nb = 1\n"),
        ] {
            let document = Node::parse(text, syntax).expect("well-formed");
            let entry = document.get("a").and_then(|a| a.entry("b")).expect("a.b");
            assert_eq!((entry.line, entry.value.text()), (4, Some("1")), "{syntax:?}");
        }
    }

    #[test]
    fn alias_bomb_is_refused() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let before = format!("*a{}", level - 1);
            let list = vec![before; 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{list}]\n"));
        }
        assert!(Node::parse(&text, Syntax::Yaml).is_err());
    }

    #[test]
    fn depth_is_bounded_in_every_syntax() {
        let deep = "[".repeat(5_000) + &"]".repeat(5_000);
        assert!(Node::parse(&deep, Syntax::Yaml).is_err());
        assert!(Node::parse(&deep, Syntax::Json).is_err());
        assert!(Node::parse(&format!("a = {deep}"), Syntax::Toml).is_err());
    }

    #[test]
    fn yaml_merge_keys_are_merged_and_own_keys_win() {
        let text = "base: &b {image: x, when: always}\njob:\n  <<: *b\n  image: y\n";
        let document = Node::parse(text, Syntax::Yaml).expect("well-formed");
        let job = document.get("job").expect("job");
        assert_eq!(job.text_of("image"), Some("y"));
        assert_eq!(job.text_of("when"), Some("always"));
    }

    #[test]
    fn quoted_truth_is_text() {
        let document = Node::parse("a: true\nb: 'true'\n", Syntax::Yaml).expect("well-formed");
        assert_eq!(document.get("a").and_then(Node::truth), Some(true));
        assert_eq!(document.get("b").and_then(Node::truth), None);
    }
}
