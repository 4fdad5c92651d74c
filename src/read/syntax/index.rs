//! What questions find in one tree.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::{ControlFlow, Range};

use ast_grep_core::Matcher;
use ast_grep_core::matcher::MatcherExt;

use super::grammar::script_of;
use super::query::CodeQuery;
use super::tree::{CodeNode, DEEPEST, Tree, too_much, walk};
use super::values::{Bindings, Import};
use crate::base::text::Localized;

/// How many matches of one question are looked at in one file.
pub(super) const MOST_MATCHES: usize = 200;

/// A tree whose nodes are at hand by their kinds, for many questions.
pub(crate) struct Index<'t> {
    tree: &'t Tree,
    /// The nodes of each kind, in the order of the text.
    kinds: HashMap<u16, Vec<tree_sitter::Node<'t>>>,
    /// What the grammar could not read.
    pub(super) unread: Vec<Range<usize>>,
    bindings: OnceCell<Bindings<'t>>,
}

impl<'t> Index<'t> {
    /// Walks through a tree.
    ///
    /// # Errors
    /// When it is nested too deep: the work on a node grows with its depth.
    pub(crate) fn of(tree: &'t Tree) -> Result<Self, Localized> {
        let mut kinds: HashMap<u16, Vec<tree_sitter::Node<'t>>> = HashMap::new();
        let mut unread = Vec::new();
        let root = tree.syntax();
        let has_errors = root.has_error();
        let whole = walk(root, |node, depth| {
            if depth > DEEPEST {
                return ControlFlow::Break(());
            }
            if has_errors && node.is_error() {
                unread.push(node.byte_range());
            } else if has_errors && node.is_missing() {
                // What is missing may be anywhere around.
                unread.push(node.start_byte().saturating_sub(1)..node.end_byte() + 1);
            }
            kinds.entry(node.kind_id()).or_default().push(node);
            ControlFlow::Continue(())
        });
        match whole {
            ControlFlow::Continue(()) => Ok(Self { tree, kinds, unread, bindings: OnceCell::new() }),
            ControlFlow::Break(()) => Err(too_much()),
        }
    }

    /// Whether what is in a range was read, as far as the grammar shows.
    pub(crate) fn understood(&self, range: &Range<usize>) -> bool {
        !self.unread.iter().any(|unread| unread.start < range.end && range.start < unread.end)
    }

    /// Where a question finds something.
    pub(crate) fn matches(&self, query: &CodeQuery) -> Matches {
        let mut matches = Matches::default();
        let Some(question) = query.question() else { return matches };
        let Some(rule) = question.rule(self.tree.grammar()) else { return matches };
        let around = query.around(self.tree.text());
        let holds = |node: &tree_sitter::Node<'_>| {
            around.as_ref().is_none_or(|places| {
                let first = places.partition_point(|place| place.start < node.start_byte());
                places.get(first).is_some_and(|place| place.end <= node.end_byte())
            })
        };
        let wanted: Vec<&Vec<tree_sitter::Node<'t>>> = match rule.potential_kinds() {
            Some(kinds) => kinds.iter().filter_map(|kind| self.kinds.get(&u16::try_from(kind).ok()?)).collect(),
            None => self.kinds.values().collect(),
        };
        let mut nodes: Vec<tree_sitter::Node<'t>> = wanted.into_iter().flatten().copied().filter(holds).collect();
        nodes.sort_by_key(|node| (node.start_byte(), std::cmp::Reverse(node.end_byte())));
        let hits = nodes.into_iter().filter_map(|node| rule.match_node(self.tree.root.adopt(node)));
        for hit in hits.take(MOST_MATCHES) {
            let mut refused = Vec::new();
            for (at, (name, test)) in question.tests().iter().enumerate() {
                let values = hit.get_env().get_match(name).map(|node| {
                    let bindings = self.bindings.get_or_init(|| Bindings::of(self.tree.syntax(), self.tree.text()));
                    bindings.values(node.get_inner_node())
                });
                match values {
                    Some(values) if test.admits(&values) => {}
                    values => refused.push((at, values.map(|values| values.imports).unwrap_or_default())),
                }
            }
            let named = question.at().and_then(|name| hit.get_env().get_match(name));
            let place = named.map_or_else(|| hit.range(), CodeNode::range);
            match refused.as_slice() {
                [] => matches.found.push(place),
                // One value alone is not known here, and one other file may say what it is.
                [(test, imports)] => {
                    let pending = imports.iter().map(|import| Pending {
                        place: place.clone(),
                        test: *test,
                        import: import.clone(),
                    });
                    matches.pending.extend(pending);
                }
                _ => {}
            }
        }
        matches
    }
}

/// How many constants the expressions of some code may stand for, whatever a grammar makes of it; nothing for what is not read.
pub fn constants_in(path: &str, text: &str) -> usize {
    let Some(script) = script_of(path, text) else { return 0 };
    let Ok(tree) = Tree::parse(&script.text, script.grammar) else { return 0 };
    let Ok(index) = Index::of(&tree) else { return 0 };
    let bindings = Bindings::of(tree.syntax(), tree.text());
    let values = index.kinds.values().flatten().map(|node| bindings.values(*node).constants.len());
    values.sum()
}

/// What a question finds in a tree.
#[derive(Default)]
pub(crate) struct Matches {
    /// The bytes of each place where people should look.
    pub found: Vec<Range<usize>>,
    /// What another file decides.
    pub pending: Vec<Pending>,
}

/// A match whose value another file holds.
pub(crate) struct Pending {
    /// Where people should look.
    pub place: Range<usize>,
    /// Which test the value must pass, by its rank.
    pub test: usize,
    /// What is asked of the other file.
    pub import: Import,
}
