//! What a machine can write well to fix a failure: a file that is not there, a line that goes, never a file that people wrote.
//!
//! Each fix says what it would change, or why it will not guess. Nothing is written through a link, nothing is overwritten, and a
//! second run changes nothing.

mod actions;
mod bots;
mod editor;
mod environment;
mod guides;
mod licence;
mod pinned;
mod pipeline;
mod plan;
mod publiccode;
mod recipe;
mod runtime;

use std::path::{Path, PathBuf};

use git2::Repository;

use crate::base::disk::{ReplaceError, Root};
use crate::base::error::Error;
use crate::base::text::{Localized, localized};

pub use licence::LICENCES;
pub(crate) use plan::{Answers, FileChange, FixContext, Plan};

/// A fix: the rules that it is for, and what it would change.
struct Fixer {
    rules: &'static [&'static str],
    plan: fn(&FixContext<'_>) -> Plan,
    safety: Safety,
}

/// Whether what a fix writes may change anything but the files of the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Safety {
    /// What runs stays what it is: a file is added, or a version pinned to what it already means.
    Safe,
    /// It may change what runs, or what colleagues have on their disks.
    Unsafe,
}

const fn safe(rules: &'static [&'static str], plan: fn(&FixContext<'_>) -> Plan) -> Fixer {
    Fixer { rules, plan, safety: Safety::Safe }
}

const fn not_safe(rules: &'static [&'static str], plan: fn(&FixContext<'_>) -> Plan) -> Fixer {
    Fixer { rules, plan, safety: Safety::Unsafe }
}

/// Every fix. A new one is a row.
const FIXERS: &[Fixer] = &[
    // Who pulls a file that left the index loses it.
    not_safe(&["secret-in-env-file", "committed-env-file"], environment::untrack),
    safe(&["missing-licence"], licence::plan),
    safe(&["missing-security-policy"], guides::security),
    safe(&["missing-ci-pipeline", "ci-without-tests", "ci-without-linter"], pipeline::plan),
    safe(&["missing-dependency-updates"], bots::plan),
    safe(&["action-on-movable-tag", "action-on-moving-branch"], actions::plan),
    // Platforms read this file too, and may build with another version.
    not_safe(&["unpinned-runtime"], runtime::plan),
    safe(&["missing-contributing-guide"], guides::contributing),
    safe(&["missing-publiccode"], publiccode::plan),
    safe(&["missing-environment-example"], environment::example),
    safe(&["missing-editorconfig"], editor::plan),
];

/// The rules that a machine can fix.
pub fn fixable() -> impl Iterator<Item = &'static str> {
    FIXERS.iter().flat_map(|fix| fix.rules.iter().copied())
}

/// Whether the fix of a rule is one of those that change more than files; nothing for a rule that no machine fixes.
pub(crate) fn safety(rule: &str) -> Option<Safety> {
    FIXERS.iter().find(|fix| fix.rules.contains(&rule)).map(|fix| fix.safety)
}

/// What a fix would change.
#[derive(Debug)]
pub(crate) struct Planned {
    /// The failing rules that it is for.
    pub rules: Vec<&'static str>,
    /// Its changes, or why there are none.
    pub changes: Result<Vec<FileChange>, Localized>,
    /// Whether it may change more than files.
    pub safety: Safety,
}

/// What would be changed for the failing rules that are wanted.
pub(crate) fn plan(context: &FixContext<'_>) -> Vec<Planned> {
    let planned = |fix: &Fixer| {
        let rules: Vec<&str> =
            fix.rules.iter().copied().filter(|rule| context.fixes(rule) && context.fails(rule)).collect();
        (!rules.is_empty()).then(|| Planned { rules, changes: (fix.plan)(context), safety: fix.safety })
    };
    let mut all: Vec<Planned> = FIXERS.iter().filter_map(planned).collect();
    // Two fixes never write one file: the first does.
    let mut taken: Vec<String> = Vec::new();
    for planned in &mut all {
        let Ok(changes) = &planned.changes else { continue };
        if let Some(path) = changes.iter().map(FileChange::path).find(|path| taken.iter().any(|other| other == path)) {
            planned.changes =
                Err(localized!("`{path}` is written for another rule", "`{path}` est écrit pour une autre règle"));
            continue;
        }
        taken.extend(changes.iter().map(|change| change.path().to_owned()));
    }
    all
}

/// Why a change was not made.
#[derive(Debug)]
pub enum FixError {
    /// A file stands there.
    Exists {
        /// Its path.
        path: String,
    },
    /// The file is not what it was when the change was planned.
    Changed {
        /// Its path.
        path: String,
    },
    /// A link stands on the way.
    Link {
        /// The path.
        path: String,
        /// The link.
        link: String,
    },
    /// The file cannot be written.
    Unwritable {
        /// The path.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// The index of git cannot be written.
    Index {
        /// The path.
        path: String,
        /// What git says.
        reason: String,
    },
}

impl From<FixError> for Error {
    fn from(error: FixError) -> Self {
        Self::new(error.message(), Some(error.help()))
    }
}

impl FixError {
    pub(crate) fn message(&self) -> Localized {
        match self {
            Self::Exists { path } => localized!(
                "`{path}` is already there, and nothing is overwritten",
                "`{path}` existe déjà, et rien n'est remplacé"
            ),
            Self::Changed { path } => localized!("`{path}` has changed meanwhile", "`{path}` a changé entre-temps"),
            Self::Link { path, link } => localized!(
                "`{path}` leads through the symbolic link `{link}`, and nothing is written through a link",
                "`{path}` passe par le lien symbolique `{link}`, et rien n'est écrit à travers un lien"
            ),
            Self::Unwritable { path, reason } => {
                localized!("`{path}` cannot be written: {reason}", "`{path}` ne peut pas être écrit : {reason}")
            }
            Self::Index { path, reason } => localized!(
                "git cannot stop following `{path}`: {reason}",
                "git ne peut pas cesser de suivre `{path}` : {reason}"
            ),
        }
    }

    fn help(&self) -> Localized {
        match self {
            Self::Exists { .. } | Self::Link { .. } => localized!(
                "fix it by hand: `equerre explain RULE` says how",
                "corrigez-le à la main : `equerre explain RÈGLE` dit comment"
            ),
            Self::Changed { .. } => localized!("run the command again", "relancez la commande"),
            Self::Unwritable { .. } => localized!("check who may write there", "vérifiez qui peut y écrire"),
            Self::Index { .. } => {
                localized!("`git rm --cached` does the same by hand", "`git rm --cached` fait la même chose à la main")
            }
        }
    }
}

/// Whether all changes of a fix can be made, before any of them is.
///
/// # Errors
/// See [`FixError`].
pub(crate) fn check(changes: &[FileChange], root: &Path) -> Result<(), FixError> {
    // What leaves the index alone may be a link: nothing is written there.
    for change in changes.iter().filter(|change| !matches!(change, FileChange::Untrack { .. })) {
        let target = behind_no_link(root, change.path())?;
        if matches!(change, FileChange::Create { .. }) && target.symlink_metadata().is_ok() {
            return Err(FixError::Exists { path: change.path().to_owned() });
        }
    }
    Ok(())
}

/// Makes a change below a root; `below` is the root as seen from the top of the repository.
///
/// # Errors
/// See [`FixError`]: nothing of the change is made then.
pub(crate) fn apply(
    change: &FileChange,
    root: &Path,
    below: &Path,
    repository: Option<&Repository>,
) -> Result<(), FixError> {
    let unwritable =
        |error: std::io::Error| FixError::Unwritable { path: change.path().to_owned(), reason: error.to_string() };
    match change {
        FileChange::Create { path, text } => {
            behind_no_link(root, path)?;
            let disk = Root::open(root).map_err(unwritable)?;
            disk.create(Path::new(path), text.as_bytes()).map_err(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => FixError::Exists { path: path.clone() },
                _ => unwritable(error),
            })
        }
        FileChange::Edit { path, before, after } => {
            behind_no_link(root, path)?;
            let disk = Root::open(root).map_err(unwritable)?;
            disk.replace(Path::new(path), after.as_bytes(), Some(before.as_bytes())).map_err(|error| match error {
                ReplaceError::Changed => FixError::Changed { path: path.clone() },
                ReplaceError::Io(error) => unwritable(error),
            })
        }
        FileChange::Untrack { path } => {
            let Some(repository) = repository else { return Ok(()) };
            let failed = |reason: String| FixError::Index { path: path.clone(), reason };
            // libgit2 leaves `index.lock` behind when it is killed. What we left is known by our own lock.
            let git = Root::open(repository.path()).map_err(|error| failed(error.to_string()))?;
            let held = git.hold("index").map_err(|error| failed(error.to_string()))?;
            if held.after_a_kill {
                let _ = git.remove(Path::new("index.lock"));
            }
            untrack(repository, &below.join(path)).map_err(|error| failed(error.message().to_owned()))
        }
    }
}

/// Takes a file out of the index, and leaves it on the disk.
fn untrack(repository: &Repository, path: &Path) -> Result<(), git2::Error> {
    let mut index = repository.index()?;
    if index.get_path(path, 0).is_some() {
        index.remove_path(path)?;
        index.write()?;
    }
    Ok(())
}

/// Where a path of the tree is written, once it is sure that no link leads elsewhere.
fn behind_no_link(root: &Path, path: &str) -> Result<PathBuf, FixError> {
    let mut target = root.to_owned();
    for part in path.split('/') {
        target.push(part);
        if target.symlink_metadata().is_ok_and(|entry| entry.is_symlink()) {
            let link = target.strip_prefix(root).unwrap_or(&target).display().to_string();
            return Err(FixError::Link { path: path.to_owned(), link });
        }
    }
    Ok(target)
}
