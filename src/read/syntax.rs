//! Code by its syntax: trees of the files that a word has let through, and what rules ask of them.
//!
//! The questions are the rule objects of ast-grep (<https://ast-grep.github.io/reference/rule.html>), so that their authors
//! can try them in its playground; the grammars are those of tree-sitter.

mod grammar;
mod query;
mod values;

use std::cell::RefCell;
use std::ops::{ControlFlow, Range};
use std::time::{Duration, Instant};

use ast_grep_core::Node;
use ast_grep_core::tree_sitter::{LanguageExt, StrDoc};
use ast_grep_language::SupportLang;
use tree_sitter::{ParseOptions, Parser};

use crate::base::text::{Localized, localized};

pub(crate) use grammar::{Grammar, grammars_of, script_of};
pub(crate) use query::{CodeError, CodeQuery};

/// How long one file may take to parse: the largest real ones take a tenth of it.
const PARSE_TIME: Duration = Duration::from_millis(1_000);

/// How deep a tree may be. People stay below 100; the work on a node grows with its depth.
const DEEPEST: usize = 400;

thread_local! {
    /// The parser of a thread: scripts of pipelines are many and short.
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

/// How many nodes a tree may have: a megabyte of ordinary code has half of it.
const MOST_NODES: usize = 1_000_000;

/// How many bars a script of Bash may have. The grammar takes a time that grows with the square of the length of a pipeline
/// that never ends, and the parser looks at no clock meanwhile; those of the largest scripts are a tenth of them.
const MOST_BARS: usize = 4_000;

type Root = ast_grep_core::AstGrep<StrDoc<SupportLang>>;
type CodeNode<'t> = Node<'t, StrDoc<SupportLang>>;

/// The tree of a file.
pub(crate) struct Tree {
    root: Root,
    grammar: Grammar,
    /// What the grammar could not read.
    errors: Vec<Range<usize>>,
}

impl Tree {
    /// Reads a text.
    ///
    /// # Errors
    /// Why it is not read: it would take too long, or is nested too deep.
    pub(crate) fn parse(text: &str, grammar: Grammar) -> Result<Self, Localized> {
        let too_long = || localized!("it takes too long to parse", "il est trop long à analyser");
        if grammar == Grammar::Bash && text.bytes().filter(|byte| *byte == b'|').count() > MOST_BARS {
            return Err(too_long());
        }
        let started = Instant::now();
        let mut on_time = |_: &tree_sitter::ParseState| match started.elapsed() > PARSE_TIME {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let language = grammar.language();
        let parsed = PARSER.with_borrow_mut(|parser| {
            parser.reset();
            parser.set_language(&language.get_ts_language()).ok()?;
            let bytes = text.as_bytes();
            let mut chunk = |at: usize, _| bytes.get(at..).unwrap_or_default();
            parser.parse_with_options(&mut chunk, None, Some(ParseOptions::new().progress_callback(&mut on_time)))
        });
        let Some(tree) = parsed else {
            return Err(too_long());
        };
        let errors = walk(&tree)?;
        let root = Root::doc(StrDoc { src: text.to_owned(), lang: language, tree });
        Ok(Self { root, grammar, errors })
    }

    /// Whether what is in a range was read, as far as the grammar shows.
    pub(crate) fn understood(&self, range: &Range<usize>) -> bool {
        !self.errors.iter().any(|error| error.start < range.end && range.start < error.end)
    }

    /// Where a question finds something: the bytes of each place where people should look.
    pub(crate) fn matches(&self, query: &CodeQuery) -> Vec<Range<usize>> {
        query.matches(self)
    }

    /// The grammar that it was read with.
    pub(crate) fn grammar(&self) -> Grammar {
        self.grammar
    }

    /// The tree as tree-sitter knows it.
    pub(crate) fn syntax(&self) -> tree_sitter::Node<'_> {
        self.root().get_inner_node()
    }

    /// Whether the grammar could not read all of it.
    pub(crate) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    fn root(&self) -> CodeNode<'_> {
        self.root.root()
    }
}

/// Checks the size of a tree, node by node; where its errors are.
fn walk(tree: &tree_sitter::Tree) -> Result<Vec<Range<usize>>, Localized> {
    let mut errors = Vec::new();
    let has_errors = tree.root_node().has_error();
    let (mut depth, mut nodes) = (0, 0);
    let mut cursor = tree.walk();
    loop {
        nodes += 1;
        if depth > DEEPEST || nodes > MOST_NODES {
            return Err(localized!(
                "its code is nested too deep or too long",
                "son code est trop imbriqué ou trop long"
            ));
        }
        if has_errors {
            let node = cursor.node();
            if node.is_error() && depth > 0 {
                errors.push(node.byte_range());
            } else if node.is_missing() {
                // What is missing may be anywhere on its line.
                errors.push(node.start_byte().saturating_sub(1)..node.end_byte() + 1);
            } else if node.is_error() {
                // Nothing of the file was read.
                errors.push(node.byte_range());
            }
        }
        if cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        loop {
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return Ok(errors);
            }
            depth -= 1;
        }
    }
}
