//! Code by its syntax: trees of the files that a word has let through, and what rules ask of them.
//!
//! The questions are the rule objects of ast-grep (<https://ast-grep.github.io/reference/rule.html>), so that their authors
//! can try them in its playground; the grammars are those of tree-sitter.

mod grammar;
mod imports;
mod query;
mod values;

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use ast_grep_core::Node;
use ast_grep_core::tree_sitter::{LanguageExt, StrDoc};
use ast_grep_language::SupportLang;
use tree_sitter::{ParseOptions, Parser};

use crate::base::text::{Localized, localized};

pub(crate) use grammar::{Grammar, grammars_of, script_of};
pub(crate) use imports::imported_file;
pub use query::constants_in;
pub(crate) use query::{CodeError, CodeQuery, Explained, Index};
pub(crate) use values::Import;

/// How long one file may take to parse: the largest real ones take a tenth of it.
const PARSE_TIME: Duration = Duration::from_millis(1_000);

/// How deep a tree may be. People stay below 100; the work on a node grows with its depth.
const DEEPEST: usize = 400;

/// How many nodes a tree may have: a megabyte of ordinary code has half of it.
const MOST_NODES: usize = 1_000_000;

type Root = ast_grep_core::AstGrep<StrDoc<SupportLang>>;
type CodeNode<'t> = Node<'t, StrDoc<SupportLang>>;

/// The tree of a file.
pub(crate) struct Tree {
    root: Root,
    grammar: Grammar,
}

impl Tree {
    /// Reads a text.
    ///
    /// # Errors
    /// Why it is not read: it would take too long, or is nested too deep.
    pub(crate) fn parse(text: &str, grammar: Grammar) -> Result<Self, Localized> {
        let started = Instant::now();
        let mut on_time = |_: &tree_sitter::ParseState| match started.elapsed() > PARSE_TIME {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let language = grammar.language();
        let mut parser = Parser::new();
        let parsed = parser.set_language(&language.get_ts_language()).ok().and_then(|()| {
            let bytes = text.as_bytes();
            let mut chunk = |at: usize, _| bytes.get(at..).unwrap_or_default();
            parser.parse_with_options(&mut chunk, None, Some(ParseOptions::new().progress_callback(&mut on_time)))
        });
        let Some(tree) = parsed else {
            return Err(localized!("it takes too long to parse", "il est trop long à analyser"));
        };
        // The whole of a tree is walked through once, by whoever looks at it: see `Index`.
        if tree.root_node().descendant_count() > MOST_NODES {
            return Err(too_much());
        }
        let root = Root::doc(StrDoc { src: text.to_owned(), lang: language, tree });
        Ok(Self { root, grammar })
    }

    /// Whether what stands at a byte is code: not a text, a comment, or a blank between scripts.
    pub(crate) fn is_code_at(&self, at: usize) -> bool {
        let found = self.syntax().descendant_for_byte_range(at, at + 1);
        let is_text = |node: &tree_sitter::Node<'_>| {
            let kind = node.kind();
            (kind.contains("string") || kind.contains("comment") || kind.contains("heredoc"))
                && !kind.contains("interpolation")
        };
        let blank = self.text().as_bytes().get(at).is_none_or(u8::is_ascii_whitespace);
        !blank && found.is_some_and(|node| !is_text(&node) && !node.parent().is_some_and(|parent| is_text(&parent)))
    }

    /// Whether what this file exports passes a test of a question, by the test's rank.
    pub(crate) fn exports(&self, query: &CodeQuery, test: usize, import: &Import) -> bool {
        query.admits(test, self, import)
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
        self.syntax().has_error()
    }

    /// Its text.
    fn text(&self) -> &str {
        self.root().get_doc().src.as_str()
    }

    fn root(&self) -> CodeNode<'_> {
        self.root.root()
    }
}

fn too_much() -> Localized {
    localized!("its code is nested too deep or too long", "son code est trop imbriqué ou trop long")
}
