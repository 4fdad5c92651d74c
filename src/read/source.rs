//! Where the bytes of an audit come from: a working tree, a git revision, a plain folder or memory.

mod disk;
mod entry;
mod folder;
mod git_dir;
mod ignored;
mod memory;
mod open;
mod revision;
mod worktree;

use crate::base::error::Error;

pub(crate) use disk::{readable, relative};
pub(crate) use entry::HUGE;
pub(crate) use entry::{Content, Entry, EntryKind};
pub use entry::{Listing, Note, Reader, Source};
pub(crate) use git_dir::Trust;
pub use memory::Memory;
pub(crate) use open::{Opened, Selection, SourceError, open, why};

impl From<SourceError> for Error {
    fn from(error: SourceError) -> Self {
        Self::new(error.message(), Some(error.help()))
    }
}
