//! One audit from end to end: open the source, take the inventory, establish the facts.

use std::path::{Path, PathBuf};

use crate::facts::{Facts, Repo, probes};
use crate::history::{History, NoHistory};
use crate::inventory::probe::{Probe, ProbeError, Scanner};
use crate::inventory::{Inventory, Options, glob_set};
use crate::manifest::Manifests;
use crate::pipeline::Pipelines;
use crate::source::{Note, Opened, Source};

/// Everything that is known of a repository, before any judgement.
pub struct Survey {
    /// The files.
    pub inventory: Inventory,
    /// The manifests.
    pub manifests: Manifests,
    /// The pipelines.
    pub pipelines: Pipelines,
    /// The history, or why there is none.
    pub history: Result<History, NoHistory>,
    /// The facts.
    pub facts: Facts,
    /// What could not be read.
    pub notes: Vec<Note>,
    /// The folder or git directory that was audited.
    pub root: PathBuf,
    /// The date of the audit, in seconds since 1970.
    pub as_of: i64,
}

/// Why an audit could not be made.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum AuditError {
    /// A pattern to exclude is no glob.
    #[error("`{glob}` is not a valid glob: {reason}")]
    #[diagnostic(help("globs read like those of .gitignore: `*` stops at `/`, `**` does not, `{{a,b}}` is either"))]
    Glob {
        /// The pattern.
        glob: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A pattern of a rule does not compile.
    #[error(transparent)]
    Probe(#[from] ProbeError),
}

/// What to ask of every text: the questions of the facts and those of rules, compiled together.
///
/// # Errors
/// When a pattern of a rule is malformed.
pub fn scanner(rule_probes: Vec<Probe>) -> Result<Scanner, AuditError> {
    Ok(Scanner::new(probes().into_iter().chain(rule_probes))?)
}

/// Surveys what has been opened, with a [`scanner`].
///
/// # Errors
/// When a glob to exclude is malformed. What cannot be read inside the repository is a note.
pub fn survey(opened: Opened, exclude: &[String], as_of: i64, scanner: Scanner) -> Result<Survey, AuditError> {
    let Opened { source, root, repository, head, listing } = opened;
    let exclude = excluded(exclude)?;
    let options = Options { exclude, scanner, listing };
    // The history is read while the files are.
    let (history, inventory) = rayon::join(
        move || match (repository, head) {
            (Some(repository), Some(head)) => Ok(History::read(&repository, Some(head), as_of)),
            (Some(_), None) => Err(NoHistory::Unborn),
            (None, _) => Err(NoHistory::NoGit),
        },
        || Inventory::take(source, options),
    );
    Ok(establish(inventory, history, root, as_of))
}

/// Surveys a tree in memory with a written history.
///
/// # Errors
/// When a pattern of a rule is malformed.
pub fn survey_memory(
    source: Box<dyn Source>,
    history: Result<History, NoHistory>,
    as_of: i64,
    rule_probes: Vec<Probe>,
) -> Result<Survey, AuditError> {
    let options = Options { scanner: scanner(rule_probes)?, ..Options::default() };
    let inventory = Inventory::take(source, options);
    Ok(establish(inventory, history, PathBuf::new(), as_of))
}

fn excluded(globs: &[String]) -> Result<globset::GlobSet, AuditError> {
    for glob in globs {
        if let Err(error) = crate::inventory::parse_glob(glob) {
            return Err(AuditError::Glob { glob: glob.clone(), reason: error.kind().to_string() });
        }
    }
    // A folder named alone stands for all that is below it.
    let with_below: Vec<String> = globs
        .iter()
        .flat_map(|glob| [glob.trim_end_matches('/').to_owned(), format!("{}/**", glob.trim_end_matches('/'))])
        .collect();
    glob_set(with_below.iter().map(String::as_str))
        .map_err(|error| AuditError::Glob { glob: globs.join(", "), reason: error.to_string() })
}

fn establish(inventory: Inventory, history: Result<History, NoHistory>, root: PathBuf, as_of: i64) -> Survey {
    let manifests = Manifests::read(&inventory);
    let pipelines = Pipelines::read(&inventory, &manifests);
    let facts = Facts::collect(&Repo {
        inventory: &inventory,
        manifests: &manifests,
        pipelines: &pipelines,
        history: history.as_ref().map_err(|reason| *reason),
        as_of,
    });
    let mut notes: Vec<Note> = inventory.notes().to_vec();
    notes.extend(history.iter().flat_map(|history| history.notes.clone()));
    for (path, reason) in manifests.unreadable.iter().chain(&pipelines.unread) {
        notes.push(Note::new(path, format!("not read: {reason}"), format!("non lu : {reason}")));
    }
    Survey { inventory, manifests, pipelines, history, facts, notes, root, as_of }
}

impl Survey {
    /// The name of what was audited: that of its remote, else of its folder.
    pub fn name(&self) -> String {
        let remote = self.history.as_ref().ok().and_then(|history| history.remotes.first());
        let from_remote = remote.and_then(|remote| {
            let path = remote.url.split_once("://").map_or(remote.url.as_str(), |(_, rest)| rest);
            let path = path.trim_end_matches('/').trim_end_matches(".git");
            let parts: Vec<&str> = path.rsplit(['/', ':']).take(2).collect();
            let has_host = crate::facts::host_of(&remote.url).is_some();
            (has_host && parts.len() == 2).then(|| format!("{}/{}", parts[1], parts[0]))
        });
        let folder = |path: &Path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            name.filter(|name| name != ".git")
        };
        from_remote.or_else(|| folder(&self.root)).or_else(|| self.root.parent().and_then(folder)).unwrap_or_default()
    }
}
