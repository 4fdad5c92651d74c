//! What has changed since a revision, and the failures that the change is responsible for.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use git2::{Delta, DiffOptions, Oid, Repository};

use crate::base::error::Error;
use crate::base::text::{Localized, localized};
use crate::base::watchdog;
use crate::judge::baseline::Baseline;
use crate::judge::finding::{Finding, Outcome, Standing};
use crate::judge::rule::pack::Rules;
use crate::read::inventory::Inventory;
use crate::read::objects::Loose;
use crate::read::source::{readable, why};

/// How long comparing may take: all files of a large working tree are looked at.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why the changes cannot be determined.
#[derive(Debug)]
pub enum ChangedError {
    /// There is no history.
    NoHistory {
        /// The revision that was given.
        rev: String,
    },
    /// The revision is not in this clone.
    Unknown {
        /// The revision that was given.
        rev: String,
        /// What git says.
        reason: String,
    },
    /// Git cannot compare.
    Unreadable {
        /// The revision that was given.
        rev: String,
        /// What git says.
        reason: String,
    },
}

impl From<ChangedError> for Error {
    fn from(error: ChangedError) -> Self {
        Self::new(error.message(), Some(error.help()))
    }
}

impl ChangedError {
    fn message(&self) -> Localized {
        match self {
            Self::NoHistory { rev } => localized!(
                "`--changed-since {rev}` needs a git repository with a commit",
                "`--changed-since {rev}` demande un dépôt git qui a un commit"
            ),
            Self::Unknown { rev, reason } => localized!(
                "`{rev}` is not a revision of this clone{reason}",
                "`{rev}` n'est pas une révision de ce clone{reason}"
            ),
            Self::Unreadable { rev, reason } => localized!(
                "what has changed since `{rev}` cannot be read: {reason}",
                "ce qui a changé depuis `{rev}` est illisible : {reason}"
            ),
        }
    }

    fn help(&self) -> Localized {
        match self {
            Self::NoHistory { .. } => localized!(
                "audit the repository rather than a folder, without `--no-git`",
                "auditez le dépôt plutôt qu'un dossier, sans `--no-git`"
            ),
            Self::Unknown { .. } => localized!(
                "fetch it first, such as `git fetch origin main` for `origin/main`; in GitHub Actions, `fetch-depth: 0` of actions/checkout brings every branch",
                "apportez-la d'abord, par exemple `git fetch origin main` pour `origin/main` ; dans GitHub Actions, `fetch-depth: 0` d'actions/checkout apporte toutes les branches"
            ),
            Self::Unreadable { .. } => {
                localized!("`git fsck` says whether the repository is whole", "`git fsck` dit si le dépôt est entier")
            }
        }
    }
}

/// The files that have changed, by path in the audited tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Changed {
    paths: BTreeSet<String>,
    /// The commit where the history left the revision.
    fork: Oid,
}

impl Changed {
    /// What has changed between where the history left a revision and a commit; or the working tree, untracked files included,
    /// where there is one to audit. `below` is the folder that is audited, relative to the root of the repository.
    ///
    /// # Errors
    /// See [`ChangedError`].
    pub(crate) fn since(
        rev: &str,
        repository: &Repository,
        head: Oid,
        worktree: bool,
        below: &Path,
    ) -> Result<Self, ChangedError> {
        let unknown = |error: git2::Error| ChangedError::Unknown { rev: rev.to_owned(), reason: why(&error) };
        let unreadable =
            |error: git2::Error| ChangedError::Unreadable { rev: rev.to_owned(), reason: error.message().to_owned() };
        // libgit2 reads history, trees and files by itself here.
        Loose::of(repository).check_all().map_err(unreadable)?;
        let _guard = watchdog::guard_for(PATIENCE, || format!("what has changed since {rev}"));
        let since = repository.revparse_single(rev).and_then(|object| object.peel_to_commit()).map_err(unknown)?.id();
        // What others have landed since this branch left is not its doing.
        let fork = repository.merge_base(since, head).unwrap_or(since);
        let tree_of = |commit: Oid| repository.find_commit(commit).and_then(|commit| commit.tree());
        let before = tree_of(fork).map_err(unreadable)?;
        let mut options = DiffOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).ignore_submodules(true);
        let diff = if worktree {
            repository.diff_tree_to_workdir_with_index(Some(&before), Some(&mut options))
        } else {
            let after = tree_of(head).map_err(unreadable)?;
            repository.diff_tree_to_tree(Some(&before), Some(&after), Some(&mut options))
        }
        .map_err(unreadable)?;
        let below = readable(below.as_os_str().as_encoded_bytes());
        let within = |path: String| match below.is_empty() {
            true => Some(path),
            false => path.strip_prefix(&below)?.strip_prefix('/').map(str::to_owned),
        };
        let paths = diff
            .deltas()
            .filter(|delta| delta.status() != Delta::Deleted)
            .filter_map(|delta| within(readable(delta.new_file().path_bytes()?)))
            .collect();
        Ok(Self { paths, fork })
    }

    /// Leaves to each failure what the change has made of it; one that was there before does not count. `before` is what the
    /// rules answered where the history left the revision.
    pub(crate) fn apply(&self, findings: &mut [Finding], before: &Before<'_>, rules: &Rules, inventory: &Inventory) {
        let known = Baseline::of(before.findings, rules, before.inventory);
        known.apply(findings, rules, inventory, Standing::Untouched);
        for finding in findings.iter_mut().filter(|finding| finding.is_failure() && finding.standing.counts()) {
            let earlier = before.findings.iter().find(|earlier| earlier.rule == finding.rule);
            let answered = earlier.is_some_and(|earlier| matches!(earlier.outcome, Outcome::Pass | Outcome::Fail));
            // Of what had no answer then, such as what only the network shows, the change answers for its own files.
            if !answered && !finding.evidence.iter().any(|place| self.paths.contains(&place.path)) {
                finding.standing = Standing::Untouched;
            }
        }
    }

    /// The same where it is not known what the rules answered before: what lies in the files that have changed counts.
    pub(crate) fn apply_by_file(&self, findings: &mut [Finding]) {
        let touched = |path: &str| self.paths.contains(path);
        for finding in findings.iter_mut().filter(|finding| finding.is_failure() && finding.standing.counts()) {
            if finding.evidence.iter().any(|place| touched(&place.path)) {
                finding.keep_places(|place| touched(&place.path));
            } else {
                finding.standing = Standing::Untouched;
            }
        }
    }

    /// The commit where the history left the revision.
    pub(crate) fn fork(&self) -> String {
        self.fork.to_string()
    }

    /// How many files have changed.
    pub(crate) fn len(&self) -> usize {
        self.paths.len()
    }
}

/// What the rules answered before a change.
pub(crate) struct Before<'b> {
    /// Their findings.
    pub(crate) findings: &'b [Finding],
    /// The files.
    pub(crate) inventory: &'b Inventory,
}
