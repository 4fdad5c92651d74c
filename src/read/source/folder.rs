//! A folder without git: every file below it, except what package managers and build tools put there.

use std::path::PathBuf;

use walkdir::WalkDir;

use crate::base::disk::{Root, TEMPORARY};
use crate::read::source::disk::{disk_entry, disk_root_file, read_disk, walk_note};
use crate::read::source::entry::{Content, Entry, Handle, Listing, Reader, Source, follow_links};

/// Folders that a clone would not hold: installed packages, environments, caches and the data of version control.
const NOT_SOURCE: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    "node_modules",
    ".venv",
    "venv",
    "__pycache__",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".next",
    ".nuxt",
    ".svelte-kit",
    ".turbo",
    ".gradle",
    "_build",
    ".bundle",
];

/// A plain folder.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    disk: Root,
}

impl Folder {
    /// The folder at a path.
    ///
    /// # Errors
    /// What the system says when it cannot be opened.
    pub(crate) fn new(root: PathBuf) -> std::io::Result<Self> {
        Ok(Self { disk: Root::open(&root)?, root })
    }
}

impl Source for Folder {
    fn list(&self) -> Listing {
        let mut listing = Listing::default();
        let walk = WalkDir::new(&self.root).follow_links(false).min_depth(1).into_iter().filter_entry(|entry| {
            let name = entry.file_name().to_string_lossy();
            let unwanted =
                if entry.file_type().is_dir() { NOT_SOURCE.contains(&&*name) } else { name.starts_with(TEMPORARY) };
            !unwanted
        });
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => listing.entries.push(disk_entry(entry, &self.root)),
                Err(error) => listing.notes.push(walk_note(&error, &self.root)),
            }
        }
        listing.entries.sort_by(|a, b| a.path.cmp(&b.path));
        follow_links(&mut listing.entries);
        listing
    }

    fn reader(&self) -> Box<dyn Reader + '_> {
        Box::new(Disk::new(&self.disk))
    }

    fn root_file(&self, name: &str) -> Option<Vec<u8>> {
        disk_root_file(&self.disk, name)
    }
}

/// Reads paths of the disk, each into the memory of the one before where that was given back.
pub(super) struct Disk<'d> {
    root: &'d Root,
    buffer: Vec<u8>,
}

impl<'d> Disk<'d> {
    /// A reader of what lies below a folder.
    pub(super) fn new(root: &'d Root) -> Self {
        Self { root, buffer: Vec::new() }
    }
}

impl Reader for Disk<'_> {
    fn read(&mut self, entry: &Entry, limit: u64) -> Content {
        match &entry.handle {
            Handle::Path(path) => read_disk(self.root, path, limit, std::mem::take(&mut self.buffer)),
            _ => Content::Unreadable("not a path".to_owned()),
        }
    }

    fn reuse(&mut self, bytes: Vec<u8>) {
        self.buffer = bytes;
    }
}
