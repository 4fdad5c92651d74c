//! Repositories brought here by the person's own git, with their own credentials: into a cache, without old contents of files.
//!
//! Nothing of a repository is run: no hook, no submodule, no filter of LFS. Nothing is changed but a clone that was made here, as the
//! cache may lie inside a repository of the person's own.

mod git;

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::base::disk::Root;
use crate::base::text::{Localized, escaped_segment, fnv1a, printable};

use git::Git;
pub(crate) use git::Questions;

/// The file that marks a clone that was made here, in its git directory.
const MARK: &str = "equerre-clone";

/// How long to pause, and how many times, before saying that another audit uses the clone.
const PATIENCE: (Duration, u32) = (Duration::from_millis(100), 15);

/// What happens while a repository is brought here.
pub(crate) enum Event<'e> {
    /// A line of git about its progress.
    Progress(&'e str),
    /// Another audit uses the clone, and this one waits for it.
    Waiting,
}

/// The cache of clones: below `$XDG_CACHE_HOME`, else `~/.cache`; nothing where neither is known.
pub(crate) fn usual_folder(env: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let given = |name: &str| env(name).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let base = given("XDG_CACHE_HOME").or_else(|| given("HOME").map(|home| home.join(".cache")))?;
    Some(base.join("equerre/clones"))
}

/// Clones a repository into the cache, or brings the clone that is there up to date; gives its folder. Audits of one address take
/// turns: a clone belongs to one of them until it is whole.
///
/// # Errors
/// What git says, without the address' credentials.
pub(crate) fn checkout(
    address: &str,
    rev: Option<&str>,
    cache: &Path,
    questions: Questions,
    notify: &mut dyn FnMut(Event<'_>),
) -> Result<PathBuf, Localized> {
    let unusable = |error: io::Error| {
        let reason = error.to_string();
        Localized::new(
            format!("the cache `{}` cannot be used: {reason}", cache.display()),
            format!("le cache `{}` est inutilisable : {reason}", cache.display()),
        )
    };
    let refused = |message: String| failed(address, &message);
    std::fs::create_dir_all(cache).map_err(unusable)?;
    let cache = &std::path::absolute(cache).map_err(unusable)?;
    let name = slug(address, rev);
    let beside = |end: &str| cache.join(format!("{name}.{end}"));
    let folder = cache.join(&name);
    let lock = Root::open(cache)
        .and_then(|cache| hold(&cache, &beside("lock"), &mut || notify(Event::Waiting)))
        .map_err(unusable)?;
    let git = Git { cache, folder: &folder, lock: &lock, questions };
    let mut progress = |line: &str| notify(Event::Progress(line));
    let (new, old) = (beside("new"), beside("old"));
    // What a killed audit left behind.
    discard(&new).and_then(|()| discard(&old)).map_err(unusable)?;
    if is_whole(&git) {
        match update(&git, &mut progress).and_then(|()| switch(&git, rev, &mut progress)) {
            Ok(true) => return Ok(folder),
            Ok(false) => return Err(no_revision(address, rev)),
            // Either the forge does not answer, or the clone is broken in a way that only shows in use: a new clone tells which.
            Err(_) => {}
        }
    }
    git.clone(address, &new, &mut progress).map_err(refused)?;
    let mark = b"Made by `equerre audit`, which may delete it at any time.\n";
    Root::open(&new.join(".git")).and_then(|git| git.create(Path::new(MARK), mark)).map_err(unusable)?;
    replace(&folder, &new, &old).map_err(unusable)?;
    match switch(&git, rev, &mut progress).map_err(refused)? {
        true => Ok(folder),
        false => Err(no_revision(address, rev)),
    }
}

/// Takes the lock of a clone, which lasts as long as the file is open. Where another audit has it for long, says so once and waits.
fn hold(cache: &Root, lock: &Path, waiting: &mut dyn FnMut()) -> io::Result<File> {
    let file = cache.open_to_lock(lock)?;
    let (pause, times) = PATIENCE;
    for _ in 0..times {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(pause),
            Err(TryLockError::Error(error)) => return unless_unsupported(error, file),
        }
    }
    waiting();
    match file.lock() {
        Ok(()) => Ok(file),
        Err(error) => unless_unsupported(error, file),
    }
}

/// A file system without locks is no reason to refuse an audit: only concurrent ones need them.
fn unless_unsupported(error: io::Error, file: File) -> io::Result<File> {
    if error.kind() == ErrorKind::Unsupported { Ok(file) } else { Err(error) }
}

/// Settings that no clone is made with. They lead git elsewhere, and a report is not made of what has them.
const LEADING_ELSEWHERE: &str = r"^(core\.worktree|include\.|includeif\.)";

/// Whether the folder is a clone that was made here, and that no killed git left half written.
fn is_whole(git: &Git<'_>) -> bool {
    // A link may lead to a repository that is not ours.
    let is_folder = |path: &Path| path.symlink_metadata().is_ok_and(|found| found.is_dir());
    let at = git.folder.join(".git");
    is_folder(git.folder)
        && is_folder(&at)
        && at.join(MARK).symlink_metadata().is_ok_and(|found| found.is_file())
        && !at.join("index.lock").exists()
        && git
            .found()
            .and_then(|found| found.canonicalize().ok())
            .is_some_and(|found| at.canonicalize().is_ok_and(|at| at == found))
        && git.answer(&["config", "--local", "--get-regexp", LEADING_ELSEWHERE]).is_none()
}

fn update(git: &Git<'_>, progress: &mut dyn FnMut(&str)) -> Result<(), String> {
    let arguments = ["fetch", "--progress", "--prune", "--tags", "--force", "--no-recurse-submodules", "--", "origin"];
    git.here(&arguments, progress)?;
    // The main branch may have changed its name.
    let _ = git.here(&["remote", "set-head", "origin", "--auto"], progress);
    Ok(())
}

/// Writes the files of a revision; says whether there is one of that name.
fn switch(git: &Git<'_>, rev: Option<&str>, progress: &mut dyn FnMut(&str)) -> Result<bool, String> {
    let wanted = rev.unwrap_or(MAIN);
    // A branch of the remote comes before a tag of the same name.
    let names = [format!("refs/remotes/origin/{wanted}^{{commit}}"), format!("{wanted}^{{commit}}")];
    let commit = names
        .iter()
        .find_map(|name| git.answer(&["rev-parse", "--verify", "--quiet", "--end-of-options", name]))
        .filter(|id| !id.is_empty());
    let Some(commit) = commit else { return Ok(false) };
    let arguments =
        ["checkout", "--progress", "--quiet", "--force", "--detach", "--no-recurse-submodules", &commit, "--"];
    git.here(&arguments, progress)?;
    Ok(true)
}

/// The main branch of what was cloned.
const MAIN: &str = "origin/HEAD";

fn no_revision(address: &str, rev: Option<&str>) -> Localized {
    let (wanted, address) = (printable(rev.unwrap_or(MAIN)).into_owned(), shown(address));
    Localized::new(format!("{address} has no revision `{wanted}`"), format!("{address} n'a pas de révision `{wanted}`"))
}

/// Puts a new clone where an old one may be.
fn replace(folder: &Path, new: &Path, old: &Path) -> io::Result<()> {
    if folder.symlink_metadata().is_ok() {
        std::fs::rename(folder, old)?;
    }
    std::fs::rename(new, folder)?;
    discard(old)
}

/// Throws away a folder, a file or a link, but never what a link leads to.
fn discard(path: &Path) -> io::Result<()> {
    let done = match path.symlink_metadata() {
        Ok(found) if found.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(error) => Err(error),
    };
    match done {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A name in the cache for an address at a revision: readable, and of its own. Two revisions of one address have a folder each: one
/// report may be about both.
fn slug(address: &str, rev: Option<&str>) -> String {
    let readable: String = shown(address)
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' })
        .collect();
    let rev = rev.into_iter().flat_map(|rev| [0].into_iter().chain(rev.bytes()));
    let sum = fnv1a(address.bytes().chain(rev));
    let kept = readable.trim_start_matches(['-', '.']);
    format!("{}-{sum:016x}", escaped_segment(&kept.chars().take(80).collect::<String>()))
}

/// An address without what logs in.
pub(crate) fn shown(address: &str) -> String {
    let (scheme, rest) = address.split_once("://").map_or(("", address), |(scheme, rest)| (scheme, rest));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let text = if scheme.is_empty() { rest.to_owned() } else { format!("{scheme}://{host}/{path}") };
    printable(&text).into_owned()
}

fn failed(address: &str, message: &str) -> Localized {
    let bare = shown(address);
    // Git repeats the address as it was given.
    let message = printable(&message.replace(address, &bare)).into_owned();
    Localized::new(
        format!("git could not clone {bare}: {message}"),
        format!("git n'a pas pu cloner {bare} : {message}"),
    )
}

/// Whether somebody is there to answer git.
pub(crate) fn somebody_answers() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_logs_in() {
        assert_eq!(shown("https://user:s3cret@forge.example/o/r.git"), "https://forge.example/o/r.git");
        assert_eq!(shown("git@github.com:o/r.git"), "git@github.com:o/r.git");
        let error = failed(
            "https://user:s3cret@forge.example/o/r",
            "unable to access 'https://user:s3cret@forge.example/o/r/'",
        );
        assert!(!error.en.contains("s3cret") && !error.fr.contains("s3cret"), "{}", error.en);
    }

    #[test]
    fn two_addresses_never_share_a_folder() {
        assert_ne!(slug("https://a.example/o/r", None), slug("https://a.example/o-r", None));
        assert_ne!(slug("https://a.example/o/r", None), slug("https://a.example/o/r", Some("v1")));
        assert!(!slug("../../../etc", None).contains('/') && !slug("..", None).starts_with('.'));
    }
}
