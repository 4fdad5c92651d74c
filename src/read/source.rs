//! Where the bytes of an audit come from: a working tree, a git revision, a plain folder or memory.

mod folder;
mod ignored;
mod memory;
mod revision;
mod worktree;

use std::path::{Path, PathBuf};

use crate::base::error::Error;
use crate::base::path::{folder_of, join};
use crate::base::text::{Localized, localized};

pub(crate) use folder::Folder;
pub use memory::Memory;
pub(crate) use revision::Revision;
pub(crate) use worktree::Worktree;

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
const LINKS: usize = 8;

/// Makes every link that leads to a regular file of the tree read as that file. Where it leads is worked out on the paths
/// of the tree alone, so that nothing outside is ever opened.
fn follow_links(entries: &mut [Entry]) {
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
fn led_to<'e>(link: &'e Entry, entries: &'e [Entry]) -> Option<&'e Entry> {
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

/// Why an audit cannot begin.
#[derive(Debug)]
pub enum SourceError {
    /// The path is not there.
    Missing(PathBuf),
    /// The path is no folder.
    NotAFolder(PathBuf),
    /// The folder cannot be opened.
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system answered.
        reason: String,
    },
    /// A revision was asked for where there is no git repository.
    NoRepository {
        /// The revision asked for.
        rev: String,
        /// The folder.
        path: PathBuf,
    },
    /// The revision is unknown.
    NoRevision {
        /// The revision asked for.
        rev: String,
        /// The repository.
        path: PathBuf,
        /// What git answered.
        reason: String,
    },
    /// There is a repository, but git data cannot be used.
    Broken {
        /// The repository.
        path: PathBuf,
        /// What git answered.
        reason: String,
    },
    /// A bare repository that has no commit.
    EmptyBare(PathBuf),
}

impl From<SourceError> for Error {
    fn from(error: SourceError) -> Self {
        Self::new(error.message(), Some(error.help()))
    }
}

impl SourceError {
    fn message(&self) -> Localized {
        match self {
            Self::Missing(path) => localized!("`{}` does not exist", "`{}` n'existe pas", path.display()),
            Self::NotAFolder(path) => localized!("`{}` is not a folder", "`{}` n'est pas un dossier", path.display()),
            Self::Unreadable { path, reason } => {
                localized!("`{}` cannot be read: {reason}", "`{}` est illisible : {reason}", path.display())
            }
            Self::NoRepository { rev, path } => localized!(
                "`--rev {rev}` needs a git repository, and `{}` is not in one",
                "`--rev {rev}` demande un dépôt git, et `{}` n'en fait pas partie",
                path.display()
            ),
            Self::NoRevision { rev, path, reason } => localized!(
                "revision `{rev}` not found in `{}`{reason}",
                "révision `{rev}` introuvable dans `{}`{reason}",
                path.display()
            ),
            Self::Broken { path, reason } => localized!(
                "the git repository at `{}` cannot be read: {reason}",
                "le dépôt git de `{}` est illisible : {reason}",
                path.display()
            ),
            Self::EmptyBare(path) => localized!(
                "the bare repository `{}` has no commit to audit",
                "le dépôt nu `{}` n'a aucun commit à auditer",
                path.display()
            ),
        }
    }

    fn help(&self) -> Localized {
        match self {
            Self::Missing(_) => localized!(
                "give the path of a folder or of a git repository",
                "donnez le chemin d'un dossier ou d'un dépôt git"
            ),
            Self::NotAFolder(_) => localized!(
                "equerre audits whole repositories: give the folder that holds the file",
                "equerre audite des dépôts entiers : donnez le dossier qui contient le fichier"
            ),
            Self::Unreadable { .. } => {
                localized!("check the permissions of the folder", "vérifiez les droits du dossier")
            }
            Self::NoRepository { .. } => localized!(
                "leave `--rev` out to audit the folder as it is",
                "retirez `--rev` pour auditer le dossier tel qu'il est"
            ),
            Self::NoRevision { .. } => localized!(
                "give a branch, a tag or a commit that this clone holds; `git fetch --tags` may bring it",
                "donnez une branche, un tag ou un commit que ce clone contient ; `git fetch --tags` peut l'apporter"
            ),
            Self::Broken { .. } => localized!(
                "`git fsck` tells more; `--no-git` audits the folder without its history",
                "`git fsck` en dit plus ; `--no-git` audite le dossier sans son historique"
            ),
            Self::EmptyBare(_) => localized!(
                "push a first commit to it, or name one with `--rev`",
                "poussez-y un premier commit, ou nommez-en un avec `--rev`"
            ),
        }
    }
}

/// Which tree of a path to audit.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    /// A revision to read from git objects instead of the working tree.
    pub rev: Option<String>,
    /// Audit this folder alone rather than the repository that holds it.
    pub here: bool,
    /// Take the folder as it is and leave git aside.
    pub no_git: bool,
}

/// A source that is ready, and the git repository beside it.
pub(crate) struct Opened {
    /// The tree.
    pub source: Box<dyn Source>,
    /// The folder, or the git directory of a bare repository, that the audit is about.
    pub root: PathBuf,
    /// The git repository whose history belongs to the tree.
    pub repository: Option<git2::Repository>,
    /// The commit that the tree or the history starts from, where there is one.
    pub head: Option<git2::Oid>,
    /// The folder that is audited, relative to the root of the repository; empty for all of it.
    pub below: PathBuf,
    /// Whether the tree is the one that people work in, rather than that of a commit.
    pub worktree: bool,
    /// The tree as already listed, by a caller that had something else to do meanwhile.
    pub listing: Option<Listing>,
}

/// Opens what a path designates: the working tree of the repository that holds it, a revision of it, or the folder.
///
/// # Errors
/// See [`SourceError`]: each says what, where and what to do.
pub(crate) fn open(path: &Path, selection: &Selection) -> Result<Opened, SourceError> {
    let path = std::fs::canonicalize(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => SourceError::Missing(path.to_owned()),
        _ => SourceError::Unreadable { path: path.to_owned(), reason: error.to_string() },
    })?;
    if !path.is_dir() {
        return Err(SourceError::NotAFolder(path));
    }
    std::fs::read_dir(&path)
        .map_err(|error| SourceError::Unreadable { path: path.clone(), reason: error.to_string() })?;
    let repository = if selection.no_git { None } else { discover(&path)? };
    let Some(repository) = repository else {
        return match &selection.rev {
            Some(rev) => Err(SourceError::NoRepository { rev: rev.clone(), path }),
            None => Ok(plain(path)),
        };
    };
    // A path inside the git directory (a mirror, or `.git` itself) designates what git holds, not a checkout.
    let inside = path.starts_with(canonical(repository.path()));
    let workdir = repository.workdir().filter(|_| !inside).map(Path::to_owned);
    let below = match (&workdir, selection.here) {
        (Some(workdir), true) => path.strip_prefix(canonical(workdir)).ok().map(Path::to_owned),
        _ => None,
    }
    .unwrap_or_default();
    if let Some(rev) = &selection.rev {
        return revision(repository, rev, &below);
    }
    let head = head_of(&repository, &path)?;
    match workdir {
        Some(workdir) => {
            let root = workdir.join(&below);
            Ok(Opened {
                source: Box::new(Worktree::new(repository.path(), workdir, below.clone())),
                root,
                repository: Some(repository),
                head,
                below,
                worktree: true,
                listing: None,
            })
        }
        None if head.is_none() => Err(SourceError::EmptyBare(path)),
        None => revision(repository, "HEAD", &below),
    }
}

fn plain(path: PathBuf) -> Opened {
    Opened {
        source: Box::new(Folder::new(path.clone())),
        root: path,
        repository: None,
        head: None,
        below: PathBuf::new(),
        worktree: true,
        listing: None,
    }
}

fn canonical(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Finds the repository that holds a folder. Ownership is not checked: nothing of the repository is ever run, and a CI
/// container often runs as another user than the one that cloned.
fn discover(path: &Path) -> Result<Option<git2::Repository>, SourceError> {
    trust_reading();
    let found = match git2::Repository::discover(path) {
        Ok(repository) => Some(repository),
        Err(error) if error.code() == git2::ErrorCode::NotFound => None,
        Err(error) => return Err(broken(path, &error)),
    };
    // git looks past a `.git` that it cannot use, into the folders above.
    let marked = path.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok());
    let Some(marked) = marked else { return Ok(found) };
    let workdir = found.as_ref().and_then(git2::Repository::workdir).map(canonical);
    let passed_over = match &found {
        Some(_) => workdir.is_some_and(|workdir| marked != workdir && marked.starts_with(workdir)),
        None => true,
    };
    if !passed_over {
        return Ok(found);
    }
    git2::Repository::open(marked).map(Some).map_err(|error| broken(marked, &error))
}

/// The commit that is checked out; none while the repository has no commit yet.
fn head_of(repository: &git2::Repository, path: &Path) -> Result<Option<git2::Oid>, SourceError> {
    match repository.head().and_then(|head| head.peel_to_commit()) {
        Ok(commit) => Ok(Some(commit.id())),
        Err(error) if error.code() == git2::ErrorCode::UnbornBranch => Ok(None),
        Err(error) => Err(broken(path, &error)),
    }
}

fn broken(path: &Path, error: &git2::Error) -> SourceError {
    let reason = what_is_missing(&path.join(".git")).unwrap_or_else(|| error.message().to_owned());
    SourceError::Broken { path: path.to_owned(), reason }
}

/// What keeps a `.git` from being a repository, where it is that simple.
fn what_is_missing(git: &Path) -> Option<String> {
    if git.is_dir() {
        let missing = ["HEAD", "objects", "refs"].into_iter().find(|part| !git.join(part).exists())?;
        return Some(format!("`.git/{missing}` is missing"));
    }
    let text = std::fs::read_to_string(git).ok()?;
    let target = text.trim().strip_prefix("gitdir:")?.trim();
    let absent = !git.parent()?.join(target).exists();
    absent.then(|| format!("`.git` points to `{target}`, which does not exist"))
}

#[expect(unsafe_code, reason = "libgit2 keeps its options in process globals; set once, before any repository opens")]
fn trust_reading() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // SAFETY: `Once` makes this the only call, and it happens before the first repository is opened.
        unsafe {
            let _ = git2::opts::set_verify_owner_validation(false);
            let _ = git2::opts::set_extensions(&[
                "partialclone",
                "worktreeconfig",
                "preciousobjects",
                "noop",
                "relativeworktrees",
            ]);
        }
    });
}

fn revision(repository: git2::Repository, rev: &str, below: &Path) -> Result<Opened, SourceError> {
    let not_found = |error: git2::Error| SourceError::NoRevision {
        rev: rev.to_owned(),
        path: repository.path().to_owned(),
        reason: why(&error),
    };
    let commit = repository.revparse_single(rev).and_then(|object| object.peel_to_commit()).map_err(not_found)?;
    let tree = if below.as_os_str().is_empty() {
        commit.tree_id()
    } else {
        commit.tree().and_then(|tree| tree.get_path(below)).map_err(not_found)?.id()
    };
    let head = commit.id();
    drop(commit);
    let root = repository.workdir().unwrap_or_else(|| repository.path()).join(below);
    Ok(Opened {
        source: Box::new(Revision::new(repository.path(), tree)),
        root,
        repository: Some(repository),
        head: Some(head),
        below: below.to_owned(),
        worktree: false,
        listing: None,
    })
}

/// What git adds to "not found": nothing, where it says no more than that.
pub(crate) fn why(error: &git2::Error) -> String {
    if error.code() == git2::ErrorCode::NotFound { String::new() } else { format!(" ({})", error.message()) }
}

/// A path as text: what is no UTF-8 reads `\xNN`, so that two names never become one.
pub(crate) fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02X}"));
        }
    }
    text
}

/// A path below a root as text.
pub(crate) fn relative(path: &Path, root: &Path) -> String {
    // Most paths of a walk start with its root, letter for letter; comparing them part by part takes ten times as long.
    let letters = path.as_os_str().as_encoded_bytes();
    let rest = letters.strip_prefix(root.as_os_str().as_encoded_bytes()).and_then(|rest| rest.strip_prefix(b"/"));
    if let (std::path::MAIN_SEPARATOR, Some(Ok(rest))) = ('/', rest.map(std::str::from_utf8)) {
        return rest.to_owned();
    }
    let below = path.strip_prefix(root).unwrap_or(path);
    if let (std::path::MAIN_SEPARATOR, Some(text)) = ('/', below.to_str()) {
        return text.to_owned();
    }
    let parts: Vec<String> = below.components().map(|part| readable(part.as_os_str().as_encoded_bytes())).collect();
    parts.join("/")
}

/// Reads a file of the disk into a buffer, as long as it says it is.
pub(crate) fn read_disk(path: &Path, limit: u64, mut bytes: Vec<u8>) -> Content {
    use std::io::Read;
    let read = || -> std::io::Result<Content> {
        let file = std::fs::File::open(path)?;
        let meta = file.metadata()?;
        if !meta.is_file() {
            return Ok(Content::Unreadable("not a regular file".to_owned()));
        }
        if meta.len() > limit {
            return Ok(Content::Huge(meta.len()));
        }
        bytes.clear();
        bytes.reserve_exact(usize::try_from(meta.len()).unwrap_or(0));
        file.take(meta.len()).read_to_end(&mut bytes)?;
        Ok(Content::Bytes(bytes))
    };
    read().unwrap_or_else(|error| Content::Unreadable(error.to_string()))
}

/// The bytes of a regular file right below a folder of the disk, never through a link.
pub(crate) fn disk_root_file(root: &Path, name: &str) -> Option<Vec<u8>> {
    let path = root.join(name);
    let is_file = std::fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file());
    match is_file.then(|| read_disk(&path, crate::read::source::HUGE, Vec::new()))? {
        Content::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

/// An entry of the disk below a root.
fn disk_entry(entry: walkdir::DirEntry, root: &Path) -> Entry {
    let (path, kind) = (relative(entry.path(), root), kind_of(entry.file_type()));
    let target = (kind == EntryKind::Link).then(|| std::fs::read_link(entry.path()).ok()).flatten();
    let handle = match target {
        Some(target) => Handle::Target(readable(target.as_os_str().as_encoded_bytes())),
        None => Handle::Path(entry.into_path()),
    };
    Entry { path, kind, handle }
}

fn kind_of(kind: std::fs::FileType) -> EntryKind {
    if kind.is_symlink() {
        EntryKind::Link
    } else if kind.is_file() {
        EntryKind::File
    } else {
        EntryKind::Special
    }
}

/// The note of a folder or file that walking could not open.
pub(crate) fn walk_note(error: &walkdir::Error, root: &Path) -> Note {
    let path = error.path().map(|path| relative(path, root)).unwrap_or_default();
    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Note::new(path, format!("not read: {reason}"), format!("non lu : {reason}"))
}
