//! Bytes and files, without an opinion: where they come from, which ones there are, what their history is, and how a text
//! becomes a document.

pub(crate) mod checkout;
pub(crate) mod document;
pub(crate) mod history;
pub(crate) mod inline_ignores;
pub(crate) mod inventory;
pub(crate) mod objects;
pub(crate) mod source;
pub(crate) mod syntax;
pub(crate) mod wildmatch;
