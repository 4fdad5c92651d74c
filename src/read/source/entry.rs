//! What stands in a tree, how it is listed and read: the traits that every source implements.

use std::path::PathBuf;

use crate::base::path::{folder_of, join};
use crate::base::text::Localized;

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A symbolic link that leads to no file of the tree; it is not followed.
    Link,
    /// A git submodule, whose files belong to another repository.
    Submodule,
    /// A pipe, socket or device; it is never opened.
    Special,
}

/// How a source finds an entry again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Handle {
    Path(PathBuf),
    Object(git2::Oid),
    Name,
    /// What a link holds.
    Target(String),
}

/// One path of the tree.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Path relative to the root, `/` between folders; bytes that are no UTF-8 read `\xNN`.
    pub path: String,
    /// What stands there.
    pub kind: EntryKind,
    pub(crate) handle: Handle,
}

/// Larger files are not read as text (1 MiB).
pub(crate) const HUGE: u64 = 1024 * 1024;

/// How many links may lead from one to the next.
pub(crate) const LINKS: usize = 8;

/// Makes every link that leads to a regular file of the tree read as that file. Where it leads is worked out on the paths
/// of the tree alone, so that nothing outside is ever opened.
pub(crate) fn follow_links(entries: &mut [Entry]) {
    let followed: Vec<(usize, Handle)> = entries
        .iter()
        .enumerate()
        .filter_map(|(at, entry)| Some((at, led_to(entry, entries)?.handle.clone())))
        .collect();
    for (at, handle) in followed {
        entries[at].kind = EntryKind::File;
        entries[at].handle = handle;
    }
}

/// The file that a link leads to, if it is one of these entries, which are sorted.
pub(crate) fn led_to<'e>(link: &'e Entry, entries: &'e [Entry]) -> Option<&'e Entry> {
    let mut entry = link;
    for _ in 0..LINKS {
        let Handle::Target(target) = &entry.handle else { break };
        if target.starts_with('/') {
            return None;
        }
        let path = join(folder_of(&entry.path), target)?;
        entry = &entries[entries.binary_search_by(|other| other.path.cmp(&path)).ok()?];
    }
    (link.kind == EntryKind::Link && entry.kind == EntryKind::File).then_some(entry)
}

/// Something that the audit could not look at; the report says so and goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The path it is about; empty for the repository as a whole.
    pub path: String,
    /// What happened.
    pub what: Localized,
}

impl Note {
    /// A note about a path; an empty path stands for the repository as a whole.
    pub fn new(path: impl Into<String>, en: impl Into<String>, fr: impl Into<String>) -> Self {
        Self { path: path.into(), what: Localized::new(en, fr) }
    }
}

/// The tree as listed.
#[derive(Debug, Default)]
pub struct Listing {
    /// Every path, sorted.
    pub entries: Vec<Entry>,
    /// What could not be listed.
    pub notes: Vec<Note>,
}

/// The bytes of a file, or why there are none.
#[derive(Debug)]
pub enum Content {
    /// All of it.
    Bytes(Vec<u8>),
    /// More than the limit; the size in bytes.
    Huge(u64),
    /// It could not be read; the reason.
    Unreadable(String),
}

/// Where bytes come from. Nothing later in the audit knows which kind it reads.
pub trait Source: Send + Sync {
    /// Lists the tree.
    fn list(&self) -> Listing;

    /// A reader for one thread.
    fn reader(&self) -> Box<dyn Reader + '_>;

    /// The bytes of a regular file at the root, looked up without listing the tree.
    fn root_file(&self, name: &str) -> Option<Vec<u8>>;
}

/// Reads files for one thread.
pub trait Reader {
    /// The bytes of a regular file, unless they are more than `limit`.
    fn read(&mut self, entry: &Entry, limit: u64) -> Content;

    /// Gives the memory of a file that has been read back, for the next one.
    fn reuse(&mut self, _bytes: Vec<u8>) {}
}
