//! Objects of a repository, loose ones only once they are known to be whole.
//!
//! libgit2 spins for ever on a loose object whose stream is cut off (`git_zstream` makes no progress and no error), which is the
//! commonest damage after a power cut: <https://github.com/libgit2/libgit2/blob/main/src/util/zstream.c>. So a loose object is
//! inflated here first, by a library that says where a stream ends early. Packed objects carry lengths that libgit2 checks.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use flate2::read::ZlibDecoder;
use git2::{Blob, Commit, ObjectType, Oid, Repository, Tag, Tree};
use rayon::prelude::*;

use crate::base::disk::{Entries, Found, Root};
use crate::base::watchdog;

/// The most that a loose object may have on the disk (256 MiB); one that has more is not read.
const LIMIT: u64 = 256 * 1024 * 1024;

/// How many tags may lead from one to the next: git writes tags of tags, which are rare.
pub(crate) const TAGS: usize = 8;

/// The loose objects of a repository, and which of them are whole. All threads share it.
#[derive(Debug, Clone)]
pub(crate) struct Loose(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    root: Option<Root>,
    /// The names in each folder, by the first byte of an object, listed when one of them is first asked for.
    folders: Vec<OnceLock<HashSet<Oid>>>,
    checked: Mutex<HashMap<Oid, Result<(), String>>>,
}

impl Loose {
    /// Those of the repository whose git directory, or whose shared one, is given.
    pub(crate) fn of(repository: &Repository) -> Self {
        let root = Root::open(&repository.commondir().join("objects")).ok();
        let folders = std::iter::repeat_with(OnceLock::new).take(256).collect();
        Self(Arc::new(Shared { root, folders, checked: Mutex::default() }))
    }

    /// Whether an object can be read: it is packed, or whole, or absent, which libgit2 tells.
    ///
    /// # Errors
    /// What is wrong with it, with its name.
    pub(crate) fn check(&self, id: Oid) -> Result<(), git2::Error> {
        if !self.of_folder(id.as_bytes()[0]).contains(&id) {
            return Ok(());
        }
        let shared = &*self.0;
        let mut checked = shared.checked.lock().unwrap_or_else(PoisonError::into_inner);
        let result = checked.entry(id).or_insert_with(|| shared.root.as_ref().map_or(Ok(()), |root| inflate(root, id)));
        result.clone().map_err(|reason| {
            git2::Error::new(
                git2::ErrorCode::Invalid,
                git2::ErrorClass::Odb,
                format!("object {id} is damaged: {reason}"),
            )
        })
    }

    /// Whether every loose object is whole: for what libgit2 then reads by itself, one object after the other.
    ///
    /// # Errors
    /// What is wrong with one of them, with its name.
    pub(crate) fn check_all(&self) -> Result<(), git2::Error> {
        (0..=u8::MAX)
            .into_par_iter()
            .try_for_each(|first| self.of_folder(first).iter().try_for_each(|id| self.check(*id)))
    }

    fn of_folder(&self, first: u8) -> &HashSet<Oid> {
        let list = || self.0.root.as_ref().map(|root| list(root, first)).unwrap_or_default();
        self.0.folders[usize::from(first)].get_or_init(list)
    }
}

/// The objects of a repository, as they may be read.
#[derive(Clone)]
pub(crate) struct Objects<'r> {
    repository: &'r Repository,
    loose: Loose,
}

impl<'r> Objects<'r> {
    /// Those of a repository, whose loose ones are known.
    pub(crate) fn new(repository: &'r Repository, loose: Loose) -> Self {
        Self { repository, loose }
    }

    /// Reads an object by one of libgit2's functions.
    fn read<T>(&self, id: Oid, find: impl FnOnce(&'r Repository) -> Result<T, git2::Error>) -> Result<T, git2::Error> {
        self.loose.check(id)?;
        let _guard = watchdog::guard(|| format!("git object {id}"));
        find(self.repository)
    }

    /// Reads a commit.
    ///
    /// # Errors
    /// That it is damaged or absent.
    pub(crate) fn commit(&self, id: Oid) -> Result<Commit<'r>, git2::Error> {
        self.read(id, |repository| repository.find_commit(id))
    }

    /// Reads a tree.
    ///
    /// # Errors
    /// That it is damaged or absent.
    pub(crate) fn tree(&self, id: Oid) -> Result<Tree<'r>, git2::Error> {
        self.read(id, |repository| repository.find_tree(id))
    }

    /// Reads a blob, unless it has more bytes than a limit: how many, then.
    ///
    /// # Errors
    /// That it is damaged or absent.
    pub(crate) fn blob(&self, id: Oid, limit: u64) -> Result<Result<Blob<'r>, u64>, git2::Error> {
        let size = self.read(id, |repository| repository.odb()?.read_header(id))?.0 as u64;
        if size > limit { Ok(Err(size)) } else { self.read(id, |repository| repository.find_blob(id)).map(Ok) }
    }

    /// The commit that an object leads to, and the annotated tag that leads there, if there is one.
    ///
    /// # Errors
    /// That something on the way is damaged or absent, or leads to no commit.
    pub(crate) fn peel(&self, id: Oid) -> Result<(Commit<'r>, Option<Tag<'r>>), git2::Error> {
        let (mut at, mut first) = (id, None);
        for _ in 0..TAGS {
            let kind = self.read(at, |repository| repository.odb()?.read_header(at))?.1;
            if kind != ObjectType::Tag {
                break;
            }
            let tag = self.read(at, |repository| repository.find_tag(at))?;
            at = tag.target_id();
            first = first.or(Some(tag));
        }
        Ok((self.commit(at)?, first))
    }
}

/// The loose objects that start with a byte: a folder of its two digits, files of the rest.
fn list(root: &Root, first: u8) -> HashSet<Oid> {
    let start = format!("{first:02x}");
    let Entries::Listed(files) = root.entries(Path::new(&start)) else { return HashSet::new() };
    let id = |name: &std::ffi::OsStr| Oid::from_str(&format!("{start}{}", name.to_string_lossy())).ok();
    files.iter().filter_map(|file| id(&file.name)).collect()
}

/// Reads a loose object to its end: `type size NUL content`, deflated (gitformat-loose(5)).
fn inflate(root: &Root, id: Oid) -> Result<(), String> {
    let name = id.to_string();
    let path: PathBuf = [&name[..2], &name[2..]].iter().collect();
    let bytes = match root.read(&path, LIMIT, Vec::new()) {
        Ok(Found::Bytes(bytes)) => bytes,
        Ok(Found::TooLarge(size)) => return Err(format!("it has {size} bytes")),
        Ok(Found::NotRegular) => return Err("it is not a regular file".to_owned()),
        Err(error) => return Err(error.to_string()),
    };
    read_to_its_end(&bytes)
}

/// Reads a loose object of which the deflated bytes are at hand.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read_to_its_end(bytes: &[u8]) -> Result<(), String> {
    let mut decoder = ZlibDecoder::new(bytes);
    let mut header = Vec::new();
    let mut byte = [0];
    while header.len() < 32 && decoder.read(&mut byte).map_err(|error| error.to_string())? == 1 && byte[0] != 0 {
        header.push(byte[0]);
    }
    let header = String::from_utf8_lossy(&header).into_owned();
    let size = header.split_once(' ').and_then(|(_, size)| size.parse::<u64>().ok()).ok_or("its header is not one")?;
    // A bomb says how large it is: no more than that is inflated.
    let read = std::io::copy(&mut decoder.by_ref().take(size.saturating_add(1)), &mut std::io::sink());
    match read.map_err(|error| error.to_string())? {
        read if read == size => Ok(()),
        read => Err(format!("it says {size} bytes and holds {read}")),
    }
}
