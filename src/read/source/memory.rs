//! A tree held in memory, for fixtures and tests.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::read::source::entry::{Content, Entry, EntryKind, Handle, Listing, Reader, Source};

/// Files by path.
#[derive(Debug, Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
    reads: AtomicUsize,
}

impl Memory {
    /// A tree of the given paths and contents.
    pub fn new<P: Into<String>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        Self {
            files: files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect(),
            reads: AtomicUsize::new(0),
        }
    }

    /// How many times a file has been read.
    pub fn reads(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }
}

impl Source for Memory {
    fn list(&self) -> Listing {
        let entry = |path: &String| Entry { path: path.clone(), kind: EntryKind::File, handle: Handle::Name };
        Listing { entries: self.files.keys().map(entry).collect(), notes: Vec::new() }
    }

    fn reader(&self) -> Box<dyn Reader + '_> {
        Box::new(self)
    }

    fn root_file(&self, name: &str) -> Option<Vec<u8>> {
        self.files.get(name).cloned()
    }
}

impl Reader for &Memory {
    fn read(&mut self, entry: &Entry, limit: u64) -> Content {
        self.reads.fetch_add(1, Ordering::Relaxed);
        match self.files.get(&entry.path) {
            Some(bytes) if bytes.len() as u64 > limit => Content::Huge(bytes.len() as u64),
            Some(bytes) => Content::Bytes(bytes.clone()),
            None => Content::Unreadable("no such file".to_owned()),
        }
    }
}
