//! Code by its syntax: trees of the files that a word has let through, and what rules ask of them.
//!
//! The questions are the rule objects of ast-grep (<https://ast-grep.github.io/reference/rule.html>), so that their authors
//! can try them in its playground; the grammars are those of tree-sitter.

mod explain;
mod grammar;
mod imports;
mod index;
mod query;
mod table;
mod tree;
mod values;

pub(crate) use explain::Explained;
pub(crate) use grammar::{Grammar, grammars_of, script_of};
pub(crate) use imports::imported_file;
pub(crate) use index::Index;
pub use index::constants_in;
pub(crate) use query::{CodeError, CodeQuery};
pub(crate) use tree::{Tree, walk};
pub(crate) use values::{Bindings, Import};
