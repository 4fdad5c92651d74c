//! Objects of a repository, loose ones only once they are known to be whole.
//!
//! libgit2 spins for ever on a loose object whose stream is cut off (`git_zstream` makes no progress and no error), which is the
//! commonest damage after a power cut: https://github.com/libgit2/libgit2/blob/main/src/util/zstream.c. So a loose object is
//! inflated here first, by a library that says where a stream ends early. Packed objects carry lengths that libgit2 checks.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::ZlibDecoder;
use git2::{Blob, Commit, Oid, Repository, Tag, Tree};

use crate::base::disk::{Entries, Found, Root};
use crate::base::watchdog::{self, Guard};

/// The most that a loose object may have on the disk (256 MiB); one that has more is not read.
const LIMIT: u64 = 256 * 1024 * 1024;

/// The loose objects of a repository, and which of them are whole. All threads share it.
#[derive(Debug, Clone)]
pub(crate) struct Loose(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    root: Option<Root>,
    ids: HashSet<Oid>,
    checked: Mutex<HashMap<Oid, Result<(), String>>>,
}

impl Loose {
    /// Those of the repository whose git directory, or whose shared one, is given.
    pub(crate) fn of(repository: &Repository) -> Self {
        let root = Root::open(&repository.commondir().join("objects")).ok();
        let ids = root.as_ref().map(list).unwrap_or_default();
        Self(Arc::new(Shared { root, ids, checked: Mutex::default() }))
    }

    /// Whether an object can be read: it is packed, or whole, or absent, which libgit2 tells.
    ///
    /// # Errors
    /// What is wrong with it, with its name.
    pub(crate) fn check(&self, id: Oid) -> Result<(), git2::Error> {
        let shared = &*self.0;
        if !shared.ids.contains(&id) {
            return Ok(());
        }
        let mut checked = shared.checked.lock().unwrap_or_else(PoisonError::into_inner);
        let result = checked.entry(id).or_insert_with(|| shared.root.as_ref().map_or(Ok(()), |root| inflate(root, id)));
        result.as_ref().map(|()| ()).map_err(|reason| {
            git2::Error::new(
                git2::ErrorCode::Invalid,
                git2::ErrorClass::Odb,
                format!("object {id} is damaged: {reason}"),
            )
        })
    }
}

fn guard(id: Oid) -> Guard {
    watchdog::guard(|| format!("git object {id}"))
}

/// Reads a commit.
///
/// # Errors
/// That it is damaged or absent.
pub(crate) fn commit<'r>(repository: &'r Repository, loose: &Loose, id: Oid) -> Result<Commit<'r>, git2::Error> {
    loose.check(id)?;
    let _guard = guard(id);
    repository.find_commit(id)
}

/// Reads an annotated tag.
///
/// # Errors
/// That it is damaged or absent, or is none.
pub(crate) fn tag<'r>(repository: &'r Repository, loose: &Loose, id: Oid) -> Result<Tag<'r>, git2::Error> {
    loose.check(id)?;
    let _guard = guard(id);
    repository.find_tag(id)
}

/// Reads a tree.
///
/// # Errors
/// That it is damaged or absent.
pub(crate) fn tree<'r>(repository: &'r Repository, loose: &Loose, id: Oid) -> Result<Tree<'r>, git2::Error> {
    loose.check(id)?;
    let _guard = guard(id);
    repository.find_tree(id)
}

/// Reads a blob.
///
/// # Errors
/// That it is damaged or absent.
pub(crate) fn blob<'r>(repository: &'r Repository, loose: &Loose, id: Oid) -> Result<Blob<'r>, git2::Error> {
    loose.check(id)?;
    let _guard = guard(id);
    repository.find_blob(id)
}

/// The size of a blob, from its header.
///
/// # Errors
/// That it is damaged or absent.
pub(crate) fn size(repository: &Repository, loose: &Loose, id: Oid) -> Result<u64, git2::Error> {
    loose.check(id)?;
    let _guard = guard(id);
    let (size, _) = repository.odb()?.read_header(id)?;
    Ok(size as u64)
}

/// The commit that an object leads to: itself, or what an annotated tag names.
///
/// # Errors
/// That something on the way is damaged or absent, or leads to no commit.
pub(crate) fn peel<'r>(repository: &'r Repository, loose: &Loose, id: Oid) -> Result<Commit<'r>, git2::Error> {
    // Tags of tags are rare, and git itself follows no circle.
    let mut id = id;
    for _ in 0..8 {
        match tag(repository, loose, id) {
            Ok(tag) => id = tag.target_id(),
            Err(_) => break,
        }
    }
    commit(repository, loose, id)
}

/// The names of all loose objects: folders of two digits, files of the rest.
fn list(root: &Root) -> HashSet<Oid> {
    let mut found = HashSet::new();
    let Entries::Listed(folders) = root.entries(Path::new(".")) else { return found };
    for folder in folders.into_iter().filter(|folder| folder.is_dir && folder.name.len() == 2) {
        let Entries::Listed(files) = root.entries(Path::new(&folder.name)) else { continue };
        let start = folder.name.to_string_lossy().into_owned();
        found.extend(
            files.iter().filter_map(|file| Oid::from_str(&format!("{start}{}", file.name.to_string_lossy())).ok()),
        );
    }
    found
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
    let mut decoder = ZlibDecoder::new(bytes.as_slice());
    let mut header = Vec::new();
    for byte in decoder.by_ref().bytes().take(32) {
        match byte.map_err(|error| error.to_string())? {
            0 => break,
            byte => header.push(byte),
        }
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
