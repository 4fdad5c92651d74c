//! The tree of a file, read within bounds.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ast_grep_core::tree_sitter::LanguageExt;
use tree_sitter::{ParseOptions, Parser};

use crate::base::text::{Localized, localized};

use super::grammar::Grammar;

/// How long one file may take to parse: the largest real ones take a tenth of it.
const PARSE_TIME: Duration = Duration::from_millis(1_000);

/// How deep a tree may be. People stay below 100; the work on a node grows with its depth.
pub(super) const DEEPEST: usize = 400;

thread_local! {
    /// The parser of a thread: scripts of pipelines are many and short.
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

/// How many nodes a tree may have: a megabyte of ordinary code has half of it.
const MOST_NODES: usize = 1_000_000;

/// How many bars, and how many redirections, a script of Bash may have. The grammar takes a time that grows with the square of
/// the length of a command that never ends, and the parser looks at no clock meanwhile; those of the largest scripts are a
/// tenth of them.
const MOST_BARS: usize = 4_000;

/// How often one mark may follow itself. Scanners of some grammars look to the end of the file from each mark that they do not
/// understand; the rulers of comments are a tenth of it.
const LONGEST_RUN: usize = 1_500;

/// The longest run of one mark, letters and blanks left out.
fn longest_run(text: &str) -> usize {
    let (mut longest, mut run, mut last) = (0, 0, 0);
    for byte in text.bytes() {
        run = if byte == last && byte.is_ascii_punctuation() { run + 1 } else { 1 };
        longest = longest.max(run);
        last = byte;
    }
    longest
}

/// The tree of a file.
pub(crate) struct Tree {
    text: Arc<String>,
    tree: tree_sitter::Tree,
    grammar: Grammar,
}

impl Tree {
    /// Reads a text.
    ///
    /// # Errors
    /// Why it is not read: it would take too long, or is nested too deep.
    pub(crate) fn parse(text: &str, grammar: Grammar) -> Result<Self, Localized> {
        let too_long = || localized!("it takes too long to parse", "il est trop long à analyser");
        let has_many = |mark: u8| text.bytes().filter(|byte| *byte == mark).count() > MOST_BARS;
        if grammar == Grammar::Bash && (has_many(b'|') || has_many(b'<')) {
            return Err(too_long());
        }
        if longest_run(text) > LONGEST_RUN {
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
        if tree.root_node().descendant_count() > MOST_NODES {
            return Err(too_much());
        }
        // Others walk through the whole of a tree once, and look then: see `Index`.
        if matches!(grammar, Grammar::Bash | Grammar::Hcl) && is_deep(&tree) {
            return Err(too_much());
        }
        Ok(Self { text: Arc::new(text.to_owned()), tree, grammar })
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

    /// The grammar that it was read with.
    pub(crate) fn grammar(&self) -> Grammar {
        self.grammar
    }

    /// The tree as tree-sitter knows it.
    pub(crate) fn syntax(&self) -> tree_sitter::Node<'_> {
        self.tree.root_node()
    }

    /// Whether the grammar could not read all of it.
    pub(crate) fn has_errors(&self) -> bool {
        self.syntax().has_error()
    }

    /// Its text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Its text, for a table that holds it too.
    pub(super) fn shared_text(&self) -> Arc<String> {
        Arc::clone(&self.text)
    }
}

/// Why a tree is not looked at.
pub(super) fn too_much() -> Localized {
    localized!("its code is nested too deep or too long", "son code est trop imbriqué ou trop long")
}

/// Visits every node below one and itself, each before what it holds, with its depth, until a visit breaks off.
pub(crate) fn walk<'t>(
    root: tree_sitter::Node<'t>,
    mut visit: impl FnMut(tree_sitter::Node<'t>, usize) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (mut cursor, mut depth) = (root.walk(), 0);
    loop {
        visit(cursor.node(), depth)?;
        if cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return ControlFlow::Continue(());
            }
            depth -= 1;
        }
    }
}

/// Whether a tree is nested too deep for those who follow it down.
fn is_deep(tree: &tree_sitter::Tree) -> bool {
    let within = |_, depth| if depth > DEEPEST { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    walk(tree.root_node(), within).is_break()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_a_grammar_look_again_and_again_is_left_unread() {
        assert!(Tree::parse(&format!("class A {{ {} }}", "<".repeat(2_000)), Grammar::Scala).is_err());
        assert!(Tree::parse(&"<a>".repeat(5_000), Grammar::Bash).is_err());
        assert!(Tree::parse(&format!("// {}\nclass A {{}}", "=".repeat(200)), Grammar::Scala).is_ok());
        assert!(Tree::parse(&format!("val a = \"{}\"", "A".repeat(5_000)), Grammar::Scala).is_ok());
    }
}
