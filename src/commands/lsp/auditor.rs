//! The thread that audits for an editor: the last thing that was asked is what is done, with what the last audit has left.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use lsp_server::{Message, Notification};
use lsp_types::{Diagnostic, PublishDiagnosticsParams};

use super::desk::{Desk, hold};
use super::own_files::{diagnostics, of_error};
use super::places::uri_of;
use super::snapshot::{Snapshot, relative};

use crate::base::edge;
use crate::base::error::Error;
use crate::check::{Kept, Options, check_again};

/// What the editor asks for.
pub(super) enum Work {
    /// An audit of every folder; afresh, where what was kept may be wrong.
    Audit {
        /// Whether nothing that was kept counts.
        afresh: bool,
    },
    /// A document was opened.
    Opened(PathBuf),
    /// A document has changed, and is not saved.
    Edited(PathBuf),
    /// A document was closed, saved or not.
    Closed(PathBuf),
}

/// The thread that audits.
pub(super) struct Auditor {
    asked: Sender<Work>,
    thread: JoinHandle<()>,
}

impl Auditor {
    /// Starts it for some folders.
    pub(super) fn start<S>(folders: Vec<PathBuf>, options: Options, related: bool, desk: Desk, editor: S) -> Self
    where
        S: Editor + 'static,
    {
        let (asked, work) = channel();
        let mut desk = Audits {
            folders,
            options,
            related,
            desk,
            editor,
            kept: BTreeMap::new(),
            audited: BTreeMap::new(),
            own: BTreeMap::new(),
        };
        Self { asked, thread: std::thread::spawn(move || desk.work(&work)) }
    }

    /// Asks for something to be done after what was asked before.
    pub(super) fn ask(&self, work: Work) {
        // It ends with the process alone.
        let _ = self.asked.send(work);
    }

    /// Ends it, once it has done what it is doing.
    pub(super) fn stop(self) {
        drop(self.asked);
        let _ = self.thread.join();
    }
}

/// Who diagnostics go to.
pub(super) trait Editor: Send {
    /// Sends a message; an editor that has gone away is no reason to fail.
    fn tell(&self, message: Message);
}

impl<F: Fn(Message) + Send> Editor for F {
    fn tell(&self, message: Message) {
        self(message);
    }
}

struct Audits<S> {
    folders: Vec<PathBuf>,
    options: Options,
    related: bool,
    desk: Desk,
    editor: S,
    /// What the last audit of a folder has left.
    kept: BTreeMap<PathBuf, Kept>,
    /// What the last audits say, by file.
    audited: BTreeMap<PathBuf, Vec<Diagnostic>>,
    /// What is wrong in open files of Equerre's own, as they stand in the editor.
    own: BTreeMap<PathBuf, Vec<Diagnostic>>,
}

impl<S: Editor> Audits<S> {
    fn work(&mut self, asked: &Receiver<Work>) {
        let mut waiting: Vec<Work> = Vec::new();
        loop {
            match asked.recv() {
                Ok(work) => waiting.push(work),
                Err(_) => return,
            }
            // What came meanwhile is done at once: of two saves the first says nothing any more.
            while !waiting.is_empty() {
                waiting.extend(asked.try_iter());
                let (mut audit, mut edited) = (None, BTreeSet::new());
                for work in waiting.drain(..) {
                    match work {
                        Work::Audit { afresh } => audit = Some(afresh || audit == Some(true)),
                        // It may have changed on the disk since the last audit.
                        Work::Opened(path) => {
                            audit = audit.or(Some(false));
                            edited.insert(path);
                        }
                        Work::Edited(path) | Work::Closed(path) => {
                            edited.insert(path);
                        }
                    }
                }
                for path in edited {
                    self.look_at(&path);
                }
                if let Some(afresh) = audit {
                    self.audit(afresh, || {
                        waiting.extend(asked.try_iter());
                        waiting.iter().any(|work| matches!(work, Work::Audit { .. }))
                    });
                }
            }
        }
    }

    /// Audits every folder, and shows what it says unless a later save has overtaken it.
    fn audit(&mut self, afresh: bool, mut overtaken: impl FnMut() -> bool) {
        let mut found: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
        for folder in self.folders.clone() {
            let kept = self.kept.remove(&folder).filter(|_| !afresh).unwrap_or_default();
            match check_again(&folder, &self.options, kept) {
                Ok(checked) => {
                    let snapshot = Arc::new(Snapshot::of(&checked, self.related));
                    self.kept.insert(folder.clone(), checked.keep());
                    for (path, diagnostics) in &snapshot.diagnostics {
                        found.entry(snapshot.root.join(path)).or_default().extend(diagnostics.iter().cloned());
                    }
                    hold(&self.desk).snapshots.insert(folder, snapshot);
                }
                Err(error) => {
                    // What the last audit said is still the best that is known.
                    let of_folder = self.audited.iter().filter(|(path, _)| path.starts_with(&folder));
                    found.extend(of_folder.map(|(path, diagnostics)| (path.clone(), diagnostics.clone())));
                    self.explain(&folder, &error, &mut found);
                }
            }
            if overtaken() {
                return;
            }
        }
        let before = std::mem::replace(&mut self.audited, found);
        let paths: BTreeSet<PathBuf> = before.keys().chain(self.audited.keys()).cloned().collect();
        for path in paths {
            // Most files have nothing new.
            if before.get(&path) != self.audited.get(&path) {
                self.publish(&path);
            }
        }
    }

    /// Says why a folder could not be audited: in the file that is wrong, else in the log of the editor.
    fn explain(&self, folder: &Path, error: &Error, found: &mut BTreeMap<PathBuf, Vec<Diagnostic>>) {
        let lang = self.lang();
        let mut told = false;
        for error in std::iter::once(error).chain(error.related()) {
            let Some(excerpt) = error.excerpt() else { continue };
            let path = folder.join(&excerpt.name);
            let shown = of_error(error, &excerpt.name, &excerpt.text, lang);
            told |= !shown.is_empty();
            // An open file of ours is looked at as it stands in the editor.
            if !self.own.contains_key(&path) {
                found.entry(path).or_default().extend(shown);
            }
        }
        if !told {
            let text = edge::text(error.message(error.preferred_lang().unwrap_or(lang)));
            let params = serde_json::json!({ "type": 1, "message": format!("equerre: {text}") });
            self.tell("window/showMessage", params);
        }
    }

    /// Looks at a file of Equerre's own as it stands in the editor.
    fn look_at(&mut self, path: &Path) {
        let text = hold(&self.desk).documents.get(path).map(|document| document.text.clone());
        let found = text.and_then(|text| {
            let folder = self
                .folders
                .iter()
                .filter(|folder| path.starts_with(folder))
                .max_by_key(|folder| folder.as_os_str().len())?;
            // Settings stand at the root of the repository that holds the folder.
            let root =
                hold(&self.desk).snapshots.get(folder).map_or_else(|| folder.clone(), |known| known.root.clone());
            diagnostics(&root, &relative(&root, path)?, &text, &self.options, self.lang())
        });
        let changed = match found {
            Some(found) => {
                self.own.insert(path.to_owned(), found).is_none_or(|before| self.own.get(path) != Some(&before))
            }
            None => self.own.remove(path).is_some(),
        };
        if changed {
            self.publish(path);
        }
    }

    /// The language of what is said.
    fn lang(&self) -> crate::base::text::Lang {
        let known = hold(&self.desk).snapshots.values().next().map(|snapshot| snapshot.lang);
        self.options.lang.or(known).unwrap_or(self.options.fallback_lang)
    }

    /// Shows all that is known of a file.
    fn publish(&self, path: &Path) {
        let open = hold(&self.desk).documents.get(path).map(|document| document.uri.clone());
        let Some(uri) = open.or_else(|| uri_of(path)) else { return };
        let of = |known: &BTreeMap<PathBuf, Vec<Diagnostic>>| known.get(path).cloned().unwrap_or_default();
        let diagnostics = [of(&self.audited), of(&self.own)].concat();
        let params = PublishDiagnosticsParams { uri, diagnostics, version: None };
        self.tell("textDocument/publishDiagnostics", serde_json::to_value(params).unwrap_or_default());
    }

    fn tell(&self, method: &str, params: serde_json::Value) {
        self.editor.tell(Message::Notification(Notification { method: method.to_owned(), params }));
    }
}
