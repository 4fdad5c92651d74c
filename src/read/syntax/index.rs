//! What questions find in one tree.

use std::cell::OnceCell;
use std::ops::Range;

use ast_grep_core::matcher::MatcherExt;
use ast_grep_core::{AstGrep, Matcher, Node};

use super::grammar::script_of;
use super::query::CodeQuery;
use super::table::Table;
use super::tree::Tree;
use super::values::{Bindings, Import};
use crate::base::text::Localized;

/// How many matches of one question are looked at in one file.
pub(super) const MOST_MATCHES: usize = 200;

/// A node, as ast-grep knows it.
pub(super) type CodeNode<'t> = Node<'t, Table>;

/// A tree whose nodes are at hand by their kinds, for many questions.
pub(crate) struct Index<'t> {
    tree: &'t Tree,
    /// The table that ast-grep walks.
    root: AstGrep<Table>,
    /// The nodes as tree-sitter knows them, in the order of the text.
    nodes: Vec<tree_sitter::Node<'t>>,
    /// The ranks of the nodes of each kind, in order; those of the grammar alone.
    kinds: Vec<Vec<u32>>,
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
        let (table, nodes) = Table::of(tree)?;
        let mut kinds: Vec<Vec<u32>> = Vec::new();
        let mut unread = Vec::new();
        let has_errors = tree.has_errors();
        for (rank, node) in (0..).zip(&nodes) {
            if has_errors && node.is_error() {
                unread.push(node.byte_range());
            } else if has_errors && node.is_missing() {
                // What is missing may be anywhere around.
                unread.push(node.start_byte().saturating_sub(1)..node.end_byte() + 1);
            }
            let kind = usize::from(node.kind_id());
            if kind >= kinds.len() {
                kinds.resize_with(kind + 1, Vec::new);
            }
            kinds[kind].push(rank);
        }
        Ok(Self { tree, root: AstGrep::doc(table), nodes, kinds, unread, bindings: OnceCell::new() })
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
        let holds = |rank: &u32| {
            around.as_ref().is_none_or(|places| {
                let node = &self.nodes[*rank as usize];
                let first = places.partition_point(|place| place.start < node.start_byte());
                places.get(first).is_some_and(|place| place.end <= node.end_byte())
            })
        };
        let mut ranks: Vec<u32> = match rule.potential_kinds() {
            Some(kinds) => {
                let of_kinds = kinds.iter().filter_map(|kind| self.kinds.get(kind)).flatten();
                of_kinds.copied().filter(holds).collect()
            }
            None => (0..).take(self.nodes.len()).filter(holds).collect(),
        };
        ranks.sort_unstable();
        let table = self.root.root().get_doc();
        let hits = ranks.into_iter().filter_map(|rank| rule.match_node(self.root.adopt(table.node(rank))));
        for hit in hits.take(MOST_MATCHES) {
            let mut refused = Vec::new();
            for (at, (name, test)) in question.tests().iter().enumerate() {
                let values = hit.get_env().get_match(name).map(|node| self.bindings().values(self.syntax(node)));
                match values {
                    Some(values) if test.admits(&values) => {}
                    values => refused.push((at, values.map(|values| values.imports).unwrap_or_default())),
                }
            }
            let named = question.at().and_then(|name| hit.get_env().get_match(name));
            let place = named.map_or_else(|| hit.range(), |node| node.range());
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

    /// What names are bound to in the file.
    pub(super) fn bindings(&self) -> &Bindings<'t> {
        self.bindings.get_or_init(|| Bindings::of(self.tree.syntax(), self.tree.text()))
    }

    /// The whole of it, as ast-grep knows it.
    pub(super) fn root(&self) -> CodeNode<'_> {
        self.root.root()
    }

    /// A node as tree-sitter knows it.
    pub(super) fn syntax(&self, node: &CodeNode<'_>) -> tree_sitter::Node<'t> {
        self.nodes[node.get_inner_node().rank()]
    }
}

/// How many constants the expressions of some code may stand for, whatever a grammar makes of it; nothing for what is not read.
pub fn constants_in(path: &str, text: &str) -> usize {
    let Some(script) = script_of(path, text) else { return 0 };
    let Ok(tree) = Tree::parse(&script.text, script.grammar) else { return 0 };
    let Ok(index) = Index::of(&tree) else { return 0 };
    let values = index.nodes.iter().map(|node| index.bindings().values(*node).constants.len());
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
