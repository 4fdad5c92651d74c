//! The working tree of a git repository: the files git tracks, and the untracked ones it does not ignore.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::folder::Disk;
use super::ignored::{Ignored, What};
use crate::base::disk::{Root, TEMPORARY};
use crate::base::watchdog;
use crate::read::source::disk::{disk_entry, disk_root_file, readable, relative, walk_note};
use crate::read::source::entry::{Entry, EntryKind, Handle, Listing, Note, Reader, Source, follow_links};

/// The mode that git's index gives a submodule.
const SUBMODULE_MODE: u32 = 0o160_000;

/// A working tree, or a folder below its root.
#[derive(Debug)]
pub(crate) struct Worktree {
    git_dir: PathBuf,
    workdir: PathBuf,
    below: PathBuf,
    /// The folder that is audited.
    disk: Root,
}

impl Worktree {
    /// The part of a working tree below a folder; the whole tree when that is empty.
    ///
    /// # Errors
    /// What the system says when the folder cannot be opened.
    pub(crate) fn new(git_dir: &Path, workdir: PathBuf, below: PathBuf) -> std::io::Result<Self> {
        let disk = Root::open(&workdir.join(&below))?;
        Ok(Self { git_dir: git_dir.to_owned(), workdir, below, disk })
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
        let _guard = watchdog::guard(|| "git's index".to_owned());
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

/// How deep a tree is walked before its folders are shared out between threads.
const SHARED_OUT: usize = 2;

/// A walk through what is tracked, or not ignored.
struct Walk<'w> {
    /// Where git's data are, if they can be read.
    git_dir: Option<&'w Path>,
    workdir: &'w Path,
    root: &'w Path,
    tracked: &'w Tracked,
}

/// What a walk met.
#[derive(Default)]
struct Walked {
    entries: Vec<Entry>,
    notes: Vec<Note>,
    /// The folders where it stopped.
    folders: Vec<PathBuf>,
}

impl Walk<'_> {
    /// Walks below a folder, down to a depth. The ignore rules are read when something that is not tracked is met.
    fn below(&self, folder: &Path, depth: usize, ignored: &mut Option<Ignored>, walked: &mut Walked) {
        let mut is_ignored = |path: &Path, what| {
            if ignored.is_none() {
                let repository = self.git_dir.and_then(|git_dir| git2::Repository::open(git_dir).ok());
                *ignored = repository.map(|repository| Ignored::of(&repository, self.workdir));
            }
            ignored.as_mut().is_some_and(|ignored| ignored.has(path, what))
        };
        let wanted = |entry: &DirEntry| {
            let path = relative(entry.path(), self.workdir);
            if !entry.file_type().is_dir() {
                let temporary = entry.file_name().to_string_lossy().starts_with(TEMPORARY);
                return self.tracked.files.contains(&path) || !temporary && !is_ignored(entry.path(), What::File);
            }
            entry.file_name() != ".git"
                && !self.tracked.submodules.contains(&path)
                && (self.tracked.folders.contains(&path)
                    || (!entry.path().join(".git").exists() && !is_ignored(entry.path(), What::Folder)))
        };
        let walk = WalkDir::new(folder).follow_links(false).min_depth(1).max_depth(depth);
        for entry in walk.into_iter().filter_entry(wanted) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() && entry.depth() == depth => {
                    walked.folders.push(entry.into_path());
                }
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => walked.entries.push(disk_entry(entry, self.root)),
                Err(error) => walked.notes.push(walk_note(&error, self.root)),
            }
        }
        walked.notes.extend(ignored.iter_mut().flat_map(|ignored| std::mem::take(&mut ignored.notes)));
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
        let walk = Walk {
            git_dir: repository.as_ref().map(|_| &*self.git_dir),
            workdir: &self.workdir,
            root: &root,
            tracked: &tracked,
        };
        let mut top = Walked::default();
        walk.below(&root, SHARED_OUT, &mut None, &mut top);
        // The folders below are shared out between threads, each with the ignore rules that it has met.
        let folders = std::mem::take(&mut top.folders);
        let below = folders.into_par_iter().map_init(
            || None,
            |ignored, folder| {
                let mut walked = Walked::default();
                walk.below(&folder, usize::MAX, ignored, &mut walked);
                walked
            },
        );
        for walked in std::iter::once(top).chain(below.collect::<Vec<_>>()) {
            listing.entries.extend(walked.entries);
            for note in walked.notes {
                if !listing.notes.contains(&note) {
                    listing.notes.push(note);
                }
            }
        }
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
        Box::new(Disk::new(&self.disk))
    }

    fn root_file(&self, name: &str) -> Option<Vec<u8>> {
        disk_root_file(&self.disk, name)
    }
}
