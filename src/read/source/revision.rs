//! A tree read straight from git objects, without a checkout.

use std::path::{Path, PathBuf};

use git2::{ObjectType, Oid, Repository};

use crate::read::source::disk::readable;
use crate::read::source::entry::{Content, Entry, EntryKind, Handle, Listing, Note, Reader, Source, follow_links};

/// Modes of git's tree entries.
const LINK_MODE: i32 = 0o120_000;
const SUBMODULE_MODE: i32 = 0o160_000;

/// The longest path that a link may hold, in bytes.
const LONGEST_TARGET: usize = 4096;

/// The tree of a commit, or of a folder in it.
#[derive(Debug)]
pub(crate) struct Revision {
    git_dir: PathBuf,
    tree: Oid,
}

impl Revision {
    /// A tree of the repository whose git directory is given.
    pub(crate) fn new(git_dir: &Path, tree: Oid) -> Self {
        Self { git_dir: git_dir.to_owned(), tree }
    }
}

fn unreadable(path: &str, reason: &str) -> Note {
    Note::new(path, format!("not read from git: {reason}"), format!("illisible dans git : {reason}"))
}

impl Source for Revision {
    fn list(&self) -> Listing {
        let mut listing = Listing::default();
        match Repository::open(&self.git_dir) {
            Ok(repository) => walk(&repository, self.tree, "", &mut listing),
            Err(error) => listing.notes.push(unreadable("", error.message())),
        }
        listing.entries.sort_by(|a, b| a.path.cmp(&b.path));
        follow_links(&mut listing.entries);
        listing
    }

    fn reader(&self) -> Box<dyn Reader + '_> {
        Box::new(Objects { repository: Repository::open(&self.git_dir).map_err(|error| error.message().to_owned()) })
    }

    fn root_file(&self, name: &str) -> Option<Vec<u8>> {
        let repository = Repository::open(&self.git_dir).ok()?;
        let tree = repository.find_tree(self.tree).ok()?;
        let entry = tree.get_name(name).filter(|entry| entry.filemode() != LINK_MODE)?;
        let blob = repository.find_blob(entry.id()).ok()?;
        Some(blob.content().to_owned())
    }
}

fn walk(repository: &Repository, tree: Oid, folder: &str, listing: &mut Listing) {
    let tree = match repository.find_tree(tree) {
        Ok(tree) => tree,
        Err(error) => {
            listing.notes.push(unreadable(folder, error.message()));
            return;
        }
    };
    for entry in &tree {
        let name = readable(entry.name_bytes());
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let kind = match (entry.kind(), entry.filemode()) {
            (Some(ObjectType::Tree), _) => {
                walk(repository, entry.id(), &path, listing);
                continue;
            }
            (_, SUBMODULE_MODE) => EntryKind::Submodule,
            (_, LINK_MODE) => EntryKind::Link,
            _ => EntryKind::File,
        };
        let target = if kind == EntryKind::Link { link_target(repository, entry.id()) } else { None };
        let handle = target.map_or(Handle::Object(entry.id()), Handle::Target);
        listing.entries.push(Entry { path, kind, handle });
    }
}

/// What a link holds; nothing where that is too long for a path.
fn link_target(repository: &Repository, id: Oid) -> Option<String> {
    let blob = repository.find_blob(id).ok()?;
    (blob.size() <= LONGEST_TARGET).then(|| readable(blob.content()))
}

/// Reads blobs; each thread has its own handle on the repository.
struct Objects {
    repository: Result<Repository, String>,
}

impl Reader for Objects {
    fn read(&mut self, entry: &Entry, limit: u64) -> Content {
        let (Ok(repository), Handle::Object(id)) = (&self.repository, &entry.handle) else {
            return Content::Unreadable("the repository cannot be opened".to_owned());
        };
        let read = || -> Result<Content, git2::Error> {
            let (size, _) = repository.odb()?.read_header(*id)?;
            if size as u64 > limit {
                return Ok(Content::Huge(size as u64));
            }
            Ok(Content::Bytes(repository.find_blob(*id)?.content().to_owned()))
        };
        read().unwrap_or_else(|error| Content::Unreadable(error.message().to_owned()))
    }
}
