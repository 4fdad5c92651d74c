//! The nodes of a tree as one table in the order of the text, which the matchers of ast-grep walk: going down, up and along is
//! an addition there, where a cursor of tree-sitter looks up what each node is. Rules ask of most of a file several times.

use std::borrow::Cow;
use std::iter::successors;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

use ast_grep_core::source::{Edit, SgNode};
use ast_grep_core::tree_sitter::LanguageExt;
use ast_grep_core::{Doc, Position};
use ast_grep_language::SupportLang;

use super::tree::{DEEPEST, Tree, too_much};
use crate::base::text::Localized;

/// The parent of the root.
const NONE: u32 = u32::MAX;

/// A node of the table.
#[derive(Clone)]
struct Entry {
    start: u32,
    end: u32,
    parent: u32,
    /// The rank of the first node that stands behind all that it holds.
    after: u32,
    children: u32,
    kind: u16,
    /// Its field in its parent; 0 for none.
    field: u16,
    is_named: bool,
    holds_named: bool,
    is_missing: bool,
    is_error: bool,
    is_extra: bool,
}

/// A text with the table of its tree.
#[derive(Clone)]
pub(super) struct Table {
    text: Arc<String>,
    language: SupportLang,
    grammar: tree_sitter::Language,
    entries: Vec<Entry>,
}

impl Table {
    /// The table of a tree, with its nodes as tree-sitter knows them, in the same order.
    ///
    /// # Errors
    /// When it is nested too deep: the work on a node grows with its depth.
    pub(super) fn of(tree: &Tree) -> Result<(Self, Vec<tree_sitter::Node<'_>>), Localized> {
        let root = tree.syntax();
        let count = root.descendant_count();
        let mut table = Self {
            text: tree.shared_text(),
            language: tree.grammar().language(),
            grammar: tree.grammar().language().get_ts_language(),
            entries: Vec::with_capacity(count),
        };
        let mut nodes = Vec::with_capacity(count);
        match table.fill(&mut root.walk(), &mut nodes) {
            ControlFlow::Continue(()) => Ok((table, nodes)),
            ControlFlow::Break(()) => Err(too_much()),
        }
    }

    fn fill<'t>(
        &mut self,
        cursor: &mut tree_sitter::TreeCursor<'t>,
        nodes: &mut Vec<tree_sitter::Node<'t>>,
    ) -> ControlFlow<()> {
        // The ranks of the nodes that hold the one at the cursor.
        let mut above: Vec<u32> = Vec::new();
        loop {
            let at = rank(self.entries.len());
            self.push(cursor, above.last().copied());
            nodes.push(cursor.node());
            if cursor.goto_first_child() {
                above.push(at);
                if above.len() > DEEPEST {
                    return ControlFlow::Break(());
                }
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return ControlFlow::Continue(());
                }
                let after = rank(self.entries.len());
                if let Some(closed) = above.pop() {
                    self.entries[closed as usize].after = after;
                }
            }
        }
    }

    fn push(&mut self, cursor: &tree_sitter::TreeCursor<'_>, parent: Option<u32>) {
        let node = cursor.node();
        if let Some(parent) = parent {
            let parent = &mut self.entries[parent as usize];
            parent.children += 1;
            parent.holds_named |= node.is_named();
        }
        self.entries.push(Entry {
            start: rank(node.start_byte()),
            end: rank(node.end_byte()),
            parent: parent.unwrap_or(NONE),
            after: rank(self.entries.len() + 1),
            children: 0,
            kind: node.kind_id(),
            field: cursor.field_id().map_or(0, std::num::NonZero::get),
            is_named: node.is_named(),
            holds_named: false,
            is_missing: node.is_missing(),
            is_error: node.is_error(),
            is_extra: node.is_extra(),
        });
    }

    /// The node of a rank.
    pub(super) fn node(&self, rank: u32) -> TableNode<'_> {
        TableNode { table: self, rank }
    }
}

/// Sizes of texts and trees are bounded far below.
fn rank(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(NONE)
}

impl Doc for Table {
    type Source = String;
    type Lang = SupportLang;
    type Node<'r> = TableNode<'r>;

    fn get_lang(&self) -> &SupportLang {
        &self.language
    }

    fn get_source(&self) -> &String {
        &self.text
    }

    fn do_edit(&mut self, _: &Edit<String>) -> Result<(), String> {
        Err("a table is read alone".to_owned())
    }

    fn root_node(&self) -> TableNode<'_> {
        self.node(0)
    }

    fn get_node_text<'a>(&'a self, node: &TableNode<'a>) -> Cow<'a, str> {
        Cow::Borrowed(self.text.get(node.range()).unwrap_or_default())
    }
}

/// A node of a table.
#[derive(Clone, Copy)]
pub(super) struct TableNode<'r> {
    table: &'r Table,
    rank: u32,
}

impl<'r> TableNode<'r> {
    /// Its rank in the order of the text.
    pub(super) fn rank(&self) -> usize {
        self.rank as usize
    }

    fn entry(&self) -> &'r Entry {
        &self.table.entries[self.rank as usize]
    }

    fn at(&self, rank: u32) -> Self {
        Self { table: self.table, rank }
    }

    fn position(&self, byte: usize) -> Position {
        let before = self.table.text.as_bytes().get(..byte).unwrap_or_default();
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let line = before.iter().filter(|byte| **byte == b'\n').count();
        Position::new(line, byte - line_start, byte)
    }
}

/// The nodes that a node holds, one after the other.
struct Children<'r> {
    next: TableNode<'r>,
    left: usize,
}

impl<'r> Iterator for Children<'r> {
    type Item = TableNode<'r>;

    fn next(&mut self) -> Option<TableNode<'r>> {
        self.left = self.left.checked_sub(1)?;
        let node = self.next;
        self.next = node.at(node.entry().after);
        Some(node)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Children<'_> {}

impl<'r> SgNode<'r> for TableNode<'r> {
    fn parent(&self) -> Option<Self> {
        Some(self.entry().parent).filter(|parent| *parent != NONE).map(|parent| self.at(parent))
    }

    fn children(&self) -> impl ExactSizeIterator<Item = Self> {
        Children { next: self.at(self.rank + 1), left: self.entry().children as usize }
    }

    fn kind(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.table.grammar.node_kind_for_id(self.entry().kind).unwrap_or_default())
    }

    fn kind_id(&self) -> u16 {
        self.entry().kind
    }

    fn node_id(&self) -> usize {
        self.rank as usize
    }

    fn range(&self) -> Range<usize> {
        self.entry().start as usize..self.entry().end as usize
    }

    fn start_pos(&self) -> Position {
        self.position(self.range().start)
    }

    fn end_pos(&self) -> Position {
        self.position(self.range().end)
    }

    fn ancestors(&self, _root: Self) -> impl Iterator<Item = Self> {
        successors(self.parent(), Self::parent)
    }

    fn dfs(&self) -> impl Iterator<Item = Self> {
        let node = *self;
        (self.rank..self.entry().after).map(move |rank| node.at(rank))
    }

    fn next(&self) -> Option<Self> {
        let after = self.entry().after;
        let is_sibling = self.parent().is_some_and(|parent| after < parent.entry().after);
        is_sibling.then(|| self.at(after))
    }

    fn prev(&self) -> Option<Self> {
        self.prev_all().next()
    }

    fn next_all(&self) -> impl Iterator<Item = Self> {
        successors(self.next(), SgNode::next)
    }

    fn prev_all(&self) -> impl Iterator<Item = Self> {
        let mut before: Vec<Self> = Vec::new();
        if let Some(parent) = self.parent() {
            before.extend(parent.children().take_while(|node| node.rank != self.rank));
        }
        before.into_iter().rev()
    }

    fn is_named(&self) -> bool {
        self.entry().is_named
    }

    fn is_named_leaf(&self) -> bool {
        !self.entry().holds_named
    }

    fn is_leaf(&self) -> bool {
        self.entry().children == 0
    }

    fn is_missing(&self) -> bool {
        self.entry().is_missing
    }

    fn is_error(&self) -> bool {
        self.entry().is_error
    }

    fn is_extra(&self) -> bool {
        self.entry().is_extra
    }

    fn field(&self, name: &str) -> Option<Self> {
        self.child_by_field_id(self.table.grammar.field_id_for_name(name)?.get())
    }

    fn field_children(&self, field_id: Option<u16>) -> impl Iterator<Item = Self> {
        self.children().filter(move |child| field_id.is_some_and(|field| field != 0 && child.entry().field == field))
    }

    fn child_by_field_id(&self, field_id: u16) -> Option<Self> {
        self.children().find(|child| field_id != 0 && child.entry().field == field_id)
    }
}
