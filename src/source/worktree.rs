//! The working tree of a git repository: the files git tracks, and the untracked ones it does not ignore.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::folder::Disk;
use super::ignored::{Ignored, What};
use super::{
    Entry, EntryKind, Handle, Listing, Note, Reader, Source, disk_entry, disk_root_file, follow_links, readable,
    relative, walk_note,
};

/// The mode that git's index gives a submodule.
const SUBMODULE_MODE: u32 = 0o160_000;

/// A working tree, or a folder below its root.
#[derive(Debug)]
pub struct Worktree {
    git_dir: PathBuf,
    workdir: PathBuf,
    below: PathBuf,
}

impl Worktree {
    /// The part of a working tree below a folder; the whole tree when that is empty.
    pub fn new(git_dir: &Path, workdir: PathBuf, below: PathBuf) -> Self {
        Self { git_dir: git_dir.to_owned(), workdir, below }
    }
}

/// What git's index says.
#[derive(Default)]
struct Tracked {
    files: HashSet<String>,
    folders: HashSet<String>,
    submodules: HashSet<String>,
}

impl Tracked {
    fn read(repository: &git2::Repository) -> Result<Self, git2::Error> {
        let mut tracked = Self::default();
        for entry in repository.index()?.iter() {
            let path = readable(&entry.path);
            let mut folder = path.as_str();
            while let Some((parent, _)) = folder.rsplit_once('/') {
                if !tracked.folders.insert(parent.to_owned()) {
                    break;
                }
                folder = parent;
            }
            if entry.mode == SUBMODULE_MODE {
                tracked.submodules.insert(path);
            } else {
                tracked.files.insert(path);
            }
        }
        Ok(tracked)
    }
}

impl Source for Worktree {
    fn list(&self) -> Listing {
        let mut listing = Listing::default();
        let repository = git2::Repository::open(&self.git_dir).ok();
        let tracked = repository.as_ref().map_or_else(|| Ok(Tracked::default()), Tracked::read);
        let tracked = tracked.unwrap_or_else(|error| {
            let reason = error.message();
            listing.notes.push(Note::new(
                "",
                format!("git's index cannot be read ({reason}): every file that is not ignored is audited"),
                format!("l'index de git est illisible ({reason}) : tout fichier non ignoré est audité"),
            ));
            Tracked::default()
        });
        let root = self.workdir.join(&self.below);
        let prefix = relative(&root, &self.workdir);
        // Where all is tracked, no rule is read.
        let mut ignored: Option<Ignored> = None;
        let mut is_ignored = |path: &Path, what| {
            let Some(repository) = &repository else { return false };
            ignored.get_or_insert_with(|| Ignored::of(repository, &self.workdir)).has(path, what)
        };
        let wanted = |entry: &DirEntry| {
            let path = relative(entry.path(), &self.workdir);
            if !entry.file_type().is_dir() {
                return tracked.files.contains(&path) || !is_ignored(entry.path(), What::File);
            }
            entry.file_name() != ".git"
                && !tracked.submodules.contains(&path)
                && (tracked.folders.contains(&path)
                    || (!entry.path().join(".git").exists() && !is_ignored(entry.path(), What::Folder)))
        };
        for entry in WalkDir::new(&root).follow_links(false).min_depth(1).into_iter().filter_entry(wanted) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => listing.entries.push(disk_entry(entry, &root)),
                Err(error) => listing.notes.push(walk_note(&error, &root)),
            }
        }
        listing.notes.extend(ignored.into_iter().flat_map(|ignored| ignored.notes));
        let strip = |path: &String| match prefix.as_str() {
            "" => Some(path.clone()),
            prefix => path.strip_prefix(prefix)?.strip_prefix('/').map(str::to_owned),
        };
        let mut submodules: Vec<String> = tracked.submodules.iter().filter_map(strip).collect();
        submodules.sort();
        listing.entries.extend(submodules.into_iter().map(|path| Entry {
            path,
            kind: EntryKind::Submodule,
            handle: Handle::Name,
        }));
        listing.entries.sort_by(|a, b| a.path.cmp(&b.path));
        follow_links(&mut listing.entries);
        listing
    }

    fn reader(&self) -> Box<dyn Reader + '_> {
        Box::<Disk>::default()
    }

    fn root_file(&self, name: &str) -> Option<Vec<u8>> {
        disk_root_file(&self.workdir.join(&self.below), name)
    }
}
