//! Opening what a path designates: the working tree of the repository that holds it, a revision of it, or the folder.

use std::path::{Path, PathBuf};

use crate::base::text::{Localized, localized};
use crate::read::source::entry::{Listing, Source};
use crate::read::source::folder::Folder;
use crate::read::source::revision::Revision;
use crate::read::source::worktree::Worktree;

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

impl SourceError {
    pub(super) fn message(&self) -> Localized {
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

    pub(super) fn help(&self) -> Localized {
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

pub(crate) fn plain(path: PathBuf) -> Opened {
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

pub(crate) fn canonical(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Finds the repository that holds a folder. Ownership is not checked: nothing of the repository is ever run, and a CI
/// container often runs as another user than the one that cloned.
pub(crate) fn discover(path: &Path) -> Result<Option<git2::Repository>, SourceError> {
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
pub(crate) fn head_of(repository: &git2::Repository, path: &Path) -> Result<Option<git2::Oid>, SourceError> {
    match repository.head().and_then(|head| head.peel_to_commit()) {
        Ok(commit) => Ok(Some(commit.id())),
        Err(error) if error.code() == git2::ErrorCode::UnbornBranch => Ok(None),
        Err(error) => Err(broken(path, &error)),
    }
}

pub(crate) fn broken(path: &Path, error: &git2::Error) -> SourceError {
    let reason = what_is_missing(&path.join(".git")).unwrap_or_else(|| error.message().to_owned());
    SourceError::Broken { path: path.to_owned(), reason }
}

/// What keeps a `.git` from being a repository, where it is that simple.
pub(crate) fn what_is_missing(git: &Path) -> Option<String> {
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
pub(crate) fn trust_reading() {
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

pub(crate) fn revision(repository: git2::Repository, rev: &str, below: &Path) -> Result<Opened, SourceError> {
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
