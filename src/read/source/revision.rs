//! A tree read straight from git objects, without a checkout.

use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;

use git2::{ObjectType, Oid, Repository};

use crate::read::objects::{Loose, Objects};
use crate::read::source::disk::readable;
use crate::read::source::entry::{
    Content, Entry, EntryKind, HUGE, Handle, Listing, Note, Reader, Source, follow_links,
};

/// Modes of git's tree entries.
const LINK_MODE: i32 = 0o120_000;
const SUBMODULE_MODE: i32 = 0o160_000;

/// The longest path that a link may hold, in bytes.
const LONGEST_TARGET: u64 = 4096;

/// How much of a tree is listed. A few objects can stand for more entries than any machine holds, as each may be the
/// content of several folders: <https://kate.io/blog/git-bomb/>.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// How deep folders may stand in each other: as git has it by default,
    /// <https://git-scm.com/docs/git-config#Documentation/git-config.txt-coremaxTreeDepth>.
    depth: usize,
    /// Files and folders.
    entries: usize,
    /// Those of folders whose very content stands elsewhere too.
    repeated: usize,
    /// Bytes of paths, and of what links hold.
    bytes: usize,
}

const BOUNDS: Bounds = Bounds { depth: 2048, entries: 1_000_000, repeated: 100_000, bytes: 256 * 1024 * 1024 };

/// The tree of a commit, or of a folder in it.
#[derive(Debug)]
pub(crate) struct Revision {
    git_dir: PathBuf,
    tree: Oid,
    loose: Loose,
}

impl Revision {
    /// A tree of the repository whose git directory is given.
    pub(crate) fn new(repository: &Repository, tree: Oid, loose: Loose) -> Self {
        Self { git_dir: repository.path().to_owned(), tree, loose }
    }

    /// A handle on the repository: libgit2's are not shared between threads.
    fn open(&self) -> Result<Repository, git2::Error> {
        let flags = git2::RepositoryOpenFlags::NO_SEARCH;
        let no_ceiling: [&std::ffi::OsStr; 0] = [];
        Repository::open_ext(&self.git_dir, flags, no_ceiling)
    }
}

fn unreadable(path: &str, reason: &str) -> Note {
    Note::new(path, format!("not read from git: {reason}"), format!("illisible dans git : {reason}"))
}

impl Source for Revision {
    fn list(&self) -> Listing {
        let mut listing = Listing::default();
        match self.open() {
            Ok(repository) => walk(&Objects::new(&repository, self.loose.clone()), self.tree, BOUNDS, &mut listing),
            Err(error) => listing.notes.push(unreadable("", error.message())),
        }
        listing.entries.sort_by(|a, b| a.path.cmp(&b.path));
        follow_links(&mut listing.entries);
        listing
    }

    fn reader(&self) -> Box<dyn Reader + '_> {
        Box::new(Blobs { repository: self.open().map_err(|error| error.message().to_owned()), loose: &self.loose })
    }

    fn root_file(&self, name: &str) -> Option<Vec<u8>> {
        let repository = self.open().ok()?;
        let objects = Objects::new(&repository, self.loose.clone());
        let tree = objects.tree(self.tree).ok()?;
        let entry = tree.get_name(name).filter(|entry| entry.filemode() != LINK_MODE)?;
        bytes_of(&objects, entry.id(), HUGE)
    }
}

/// Lists a tree folder by folder, those nearest to the root first, so that what is cut is what lies deepest.
fn walk(objects: &Objects<'_>, root: Oid, bounds: Bounds, listing: &mut Listing) {
    let (mut folders, mut seen) = (VecDeque::from([(root, String::new(), 0)]), HashSet::new());
    let (mut entries, mut repeated, mut bytes) = (0, 0, 0);
    let mut too_deep = false;
    while let Some((id, folder, depth)) = folders.pop_front() {
        let tree = match objects.tree(id) {
            Ok(tree) => tree,
            Err(error) => {
                listing.notes.push(unreadable(&folder, error.message()));
                continue;
            }
        };
        let again = !seen.insert(id);
        for entry in &tree {
            entries += 1;
            repeated += usize::from(again);
            let name = readable(entry.name_bytes());
            bytes += folder.len() + name.len() + 1;
            if entries > bounds.entries || repeated > bounds.repeated || bytes > bounds.bytes {
                listing.notes.push(cut(&folder, "its tree holds too much", "son arbre contient trop de choses"));
                return;
            }
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let kind = match (entry.kind(), entry.filemode()) {
                (Some(ObjectType::Tree), _) if depth == bounds.depth => {
                    too_deep = true;
                    continue;
                }
                (Some(ObjectType::Tree), _) => {
                    folders.push_back((entry.id(), path, depth + 1));
                    continue;
                }
                (_, SUBMODULE_MODE) => EntryKind::Submodule,
                (_, LINK_MODE) => EntryKind::Link,
                _ => EntryKind::File,
            };
            let target = if kind == EntryKind::Link { link_target(objects, entry.id()) } else { None };
            bytes += target.as_ref().map_or(0, String::len);
            let handle = target.map_or(Handle::Object(entry.id()), Handle::Target);
            listing.entries.push(Entry { path, kind, handle });
        }
    }
    if too_deep {
        let (en, fr) = ("folders stand too deep in each other", "des dossiers sont trop imbriqués");
        listing.notes.push(cut("", en, fr));
    }
}

/// The note of a tree that is not listed to its end.
fn cut(folder: &str, en: &str, fr: &str) -> Note {
    Note::new(folder, format!("not listed to its end: {en}"), format!("liste incomplète : {fr}"))
}

/// The bytes of a blob, unless they are more than a limit.
fn bytes_of(objects: &Objects<'_>, id: Oid, limit: u64) -> Option<Vec<u8>> {
    objects.blob(id, limit).ok()?.ok().map(|blob| blob.content().to_owned())
}

/// What a link holds; nothing where that is too long for a path.
fn link_target(objects: &Objects<'_>, id: Oid) -> Option<String> {
    bytes_of(objects, id, LONGEST_TARGET).map(|bytes| readable(&bytes))
}

/// Reads blobs; each thread has its own handle on the repository.
struct Blobs<'r> {
    repository: Result<Repository, String>,
    loose: &'r Loose,
}

impl Reader for Blobs<'_> {
    fn read(&mut self, entry: &Entry, limit: u64) -> Content {
        let (Ok(repository), Handle::Object(id)) = (&self.repository, &entry.handle) else {
            return Content::Unreadable("the repository cannot be opened".to_owned());
        };
        match Objects::new(repository, self.loose.clone()).blob(*id, limit) {
            Ok(Ok(blob)) => Content::Bytes(blob.content().to_owned()),
            Ok(Err(size)) => Content::Huge(size),
            Err(error) => Content::Unreadable(error.message().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repository, and its tree: `width` folders or files below each of `depth` folders, of one tree object a level.
    fn bomb(width: usize, depth: usize) -> (tempfile::TempDir, Repository, Oid) {
        let folder = tempfile::TempDir::new().expect("a folder");
        let repository = Repository::init_bare(folder.path()).expect("a repository");
        let mut id = repository.blob(b"x\n").expect("a blob");
        for level in 0..=depth {
            let mut tree = repository.treebuilder(None).expect("a tree");
            let mode = if level == 0 { 0o100_644 } else { 0o040_000 };
            for n in 0..width {
                tree.insert(format!("n{n}"), id, mode).expect("an entry");
            }
            id = tree.write().expect("a tree");
        }
        (folder, repository, id)
    }

    fn listed(repository: &Repository, tree: Oid, bounds: Bounds) -> (usize, Vec<String>) {
        let mut listing = Listing::default();
        walk(&Objects::new(repository, Loose::of(repository)), tree, bounds, &mut listing);
        (listing.entries.len(), listing.notes.into_iter().map(|note| note.what.en).collect())
    }

    #[test]
    fn a_tree_is_listed_as_deep_as_git_has_it_and_no_deeper() {
        let (_folder, repository, tree) = bomb(1, 6);
        assert_eq!(listed(&repository, tree, Bounds { depth: 6, ..BOUNDS }), (1, Vec::new()));
        let cut = "not listed to its end: folders stand too deep in each other".to_owned();
        assert_eq!(listed(&repository, tree, Bounds { depth: 5, ..BOUNDS }), (0, vec![cut.clone()]));
        let (_folder, repository, tree) = bomb(1, 4_000);
        assert_eq!(listed(&repository, tree, BOUNDS), (0, vec![cut]));
    }

    #[test]
    fn few_objects_that_stand_for_many_entries_are_cut() {
        let (_folder, repository, tree) = bomb(10, 9);
        let (entries, notes) = listed(&repository, tree, Bounds { repeated: 1_000, ..BOUNDS });
        assert!(entries <= 1_010, "{entries}");
        assert_eq!(notes, ["not listed to its end: its tree holds too much"]);
        for bounds in [Bounds { entries: 500, ..BOUNDS }, Bounds { bytes: 5_000, ..BOUNDS }] {
            assert_eq!(listed(&repository, tree, bounds).1.len(), 1);
        }
    }
}
