//! Opening what a path designates: the working tree of the repository that holds it, a revision of it, or the folder.

use std::path::{Path, PathBuf};

use crate::base::text::{Localized, localized};
use crate::base::watchdog;
use crate::read::objects::{Loose, Objects};
use crate::read::source::entry::{Listing, Source};
use crate::read::source::folder::Folder;
use crate::read::source::git_dir::{self, GitDir, Refusal, Trust};
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
        reason: Localized,
    },
    /// A bare repository that has no commit.
    EmptyBare(PathBuf),
    /// There is a repository that git itself would not open.
    Untrusted {
        /// The repository.
        path: PathBuf,
        /// What git would refuse.
        reason: Localized,
    },
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
            Self::Broken { path, reason } => Localized::new(
                format!("the git repository at `{}` cannot be read: {}", path.display(), reason.en),
                format!("le dépôt git de `{}` est illisible : {}", path.display(), reason.fr),
            ),
            Self::Untrusted { path, reason } => Localized::new(
                format!("the git repository at `{}` is not to be trusted: {}", path.display(), reason.en),
                format!("le dépôt git de `{}` n'est pas digne de confiance : {}", path.display(), reason.fr),
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
            Self::Untrusted { .. } => localized!(
                "`--trust` opens it all the same, `git config --global --add safe.directory PATH` for good where it is only \
                 somebody else's; `--no-git` audits the folder without its history",
                "`--trust` l'ouvre malgré tout, `git config --global --add safe.directory CHEMIN` pour de bon s'il appartient \
                 seulement à quelqu'un d'autre ; `--no-git` audite le dossier sans son historique"
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
    /// Whether what git itself refuses is opened.
    pub trust: Trust,
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
    let repository = if selection.no_git { None } else { discover(&path, selection.trust)? };
    let Some(repository) = repository else {
        return match &selection.rev {
            Some(rev) => Err(SourceError::NoRepository { rev: rev.clone(), path }),
            None => plain(path),
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
            let unreadable =
                |error: std::io::Error| SourceError::Unreadable { path: root.clone(), reason: error.to_string() };
            let source = Worktree::new(repository.path(), workdir, below.clone()).map_err(unreadable)?;
            Ok(Opened {
                source: Box::new(source),
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

fn plain(path: PathBuf) -> Result<Opened, SourceError> {
    let unreadable = |error: std::io::Error| SourceError::Unreadable { path: path.clone(), reason: error.to_string() };
    Ok(Opened {
        source: Box::new(Folder::new(path.clone()).map_err(unreadable)?),
        root: path,
        repository: None,
        head: None,
        below: PathBuf::new(),
        worktree: true,
        listing: None,
    })
}

fn canonical(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Opens the repository that holds a folder, once its files have been looked at.
fn discover(path: &Path, trust: Trust) -> Result<Option<git2::Repository>, SourceError> {
    read_as_data();
    let found = git_dir::find(path, trust).map_err(|(path, refusal)| match refusal {
        Refusal::Broken(reason) => SourceError::Broken { path, reason },
        Refusal::Untrusted(reason) => SourceError::Untrusted { path, reason },
    })?;
    let Some(GitDir { path: git, workdir }) = found else { return Ok(None) };
    // The working tree is opened rather than its git directory, so that libgit2 knows the one from the other.
    let at = workdir.as_deref().unwrap_or(&git);
    let _guard = watchdog::guard(|| format!("git's data in `{}`", git.display()));
    let flags = git2::RepositoryOpenFlags::NO_SEARCH;
    let no_ceiling: [&std::ffi::OsStr; 0] = [];
    git2::Repository::open_ext(at, flags, no_ceiling).map(Some).map_err(|error| broken(at, &error))
}

/// The commit that is checked out; none while the repository has no commit yet.
fn head_of(repository: &git2::Repository, path: &Path) -> Result<Option<git2::Oid>, SourceError> {
    let _guard = watchdog::guard(|| format!("the commit that is checked out in `{}`", path.display()));
    let objects = Objects::new(repository, Loose::of(repository));
    let target =
        |head: git2::Reference<'_>| head.resolve()?.target().ok_or_else(|| git2::Error::from_str("HEAD names nothing"));
    match repository.head().and_then(target).and_then(|id| objects.peel(id)) {
        Ok((commit, _)) => Ok(Some(commit.id())),
        Err(error) if error.code() == git2::ErrorCode::UnbornBranch => Ok(None),
        Err(error) => {
            let reason = localized!("`HEAD` cannot be followed: {}", "`HEAD` ne mène à rien : {}", error.message());
            Err(SourceError::Broken { path: path.to_owned(), reason })
        }
    }
}

fn broken(path: &Path, error: &git2::Error) -> SourceError {
    SourceError::Broken { path: path.to_owned(), reason: Localized::foreign(error.message()) }
}

#[expect(unsafe_code, reason = "libgit2 keeps its options in process globals; set once, before any repository opens")]
fn read_as_data() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // SAFETY: `Once` makes this the only call, and it happens before the first repository is opened.
        unsafe {
            // Owners are checked by `git_dir`, which knows `--trust`.
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
    let loose = Loose::of(&repository);
    let objects = Objects::new(&repository, loose.clone());
    let named = || -> Result<git2::Oid, git2::Error> {
        // What a name or a number stands for is known without reading it; other expressions read on their way.
        match repository.resolve_reference_from_short_name(rev).and_then(|found| found.resolve()) {
            Ok(found) => found.target().ok_or_else(|| git2::Error::from_str("it names nothing")),
            Err(_) => {
                let _guard = watchdog::guard(|| format!("revision `{rev}`"));
                repository.revparse_single(rev).map(|object| object.id())
            }
        }
    };
    let (commit, _) = named().and_then(|id| objects.peel(id)).map_err(not_found)?;
    let mut tree = commit.tree_id();
    for part in below.components() {
        let entry =
            objects.tree(tree).and_then(|tree| tree.get_path(Path::new(part.as_os_str()))).map_err(not_found)?;
        tree = entry.id();
    }
    let head = commit.id();
    drop(commit);
    let root = repository.workdir().unwrap_or_else(|| repository.path()).join(below);
    Ok(Opened {
        source: Box::new(Revision::new(&repository, tree, loose)),
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
