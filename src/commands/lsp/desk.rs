//! What the thread that answers the editor and the one that audits share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lsp_types::Uri;

use super::snapshot::{Snapshot, relative};

/// A document of the editor.
pub(super) struct Document {
    /// Its address, as the editor writes it.
    pub(super) uri: Uri,
    /// What it says, saved or not.
    pub(super) text: String,
}

/// What the editor and the audits share.
#[derive(Default)]
pub(super) struct Shared {
    /// The open documents, by path.
    pub(super) documents: BTreeMap<PathBuf, Document>,
    /// What the last audit of each folder says, by the folder as the editor names it.
    pub(super) snapshots: BTreeMap<PathBuf, Arc<Snapshot>>,
}

/// What is shared, as each thread holds it.
pub(super) type Desk = Arc<Mutex<Shared>>;

/// What is shared, whatever became of the thread that held it.
pub(super) fn hold(desk: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// The audit that a file belongs to, and its path there.
    pub(super) fn audit_of(&self, path: &Path) -> Option<(&Snapshot, String)> {
        // Of two folders, one in the other, the inner one.
        let of = |snapshot: &Arc<Snapshot>| relative(&snapshot.root, path).is_some();
        let snapshot = self
            .snapshots
            .values()
            .filter(|snapshot| of(snapshot))
            .max_by_key(|snapshot| snapshot.root.as_os_str().len())?;
        Some((snapshot, relative(&snapshot.root, path)?))
    }
}
