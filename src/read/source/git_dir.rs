//! Git's data at arm's length: which repository holds a folder, and what must be true of its files before libgit2 opens them.
//!
//! libgit2 reads whole files into memory, follows links, waits for pipes, and obeys `core.worktree` and `include.path` of
//! whoever wrote the repository. So the files are looked at first; what git itself refuses is refused here.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use crate::base::disk::{Entries, Found, Root};
use crate::base::text::{Localized, localized};

/// The name of git's folder in a working tree.
const DOT_GIT: &str = ".git";

/// The most that `.git` may say where it is a file, and `HEAD` and its like: a path.
const POINTER: u64 = 8 * 1024;

/// The files of a git directory that are read whole, and how many bytes they may have.
const BOUNDED: &[(&str, u64)] = &[
    ("HEAD", POINTER),
    ("commondir", POINTER),
    ("gitdir", POINTER),
    ("config", CONFIG),
    ("config.worktree", CONFIG),
    ("info/exclude", CONFIG),
    ("info/attributes", CONFIG),
    ("info/grafts", CONFIG),
    ("objects/info/alternates", CONFIG),
    ("shallow", 64 * MEBIBYTE),
    ("packed-refs", 256 * MEBIBYTE),
    ("FETCH_HEAD", 64 * MEBIBYTE),
    ("index", 512 * MEBIBYTE),
    ("objects/info/packs", 64 * MEBIBYTE),
    ("objects/info/commit-graph", 512 * MEBIBYTE),
];

/// The most that a file of settings may say (1 MiB).
const CONFIG: u64 = MEBIBYTE;

const MEBIBYTE: u64 = 1024 * 1024;

/// How deep references and included settings may nest.
const DEEPEST: usize = 64;

/// How many files a git directory may hold where each is looked at.
const MOST_FILES: usize = 2_000_000;

/// Whether the person has said that what git refuses may be opened (`--trust`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Trust {
    /// As git: nobody else's, no link, nothing out of the repository.
    #[default]
    AsGit,
    /// All that cannot hang.
    Anyone,
}

/// A git directory that may be opened.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct GitDir {
    /// Where it is.
    pub(super) path: PathBuf,
    /// The working tree that it belongs to; none for a bare one, or where the git directory itself is audited.
    pub(super) workdir: Option<PathBuf>,
}

/// Why a git directory is not opened.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Something is missing, or is not what git writes.
    Broken(Localized),
    /// Git itself would refuse it.
    Untrusted(Localized),
}

fn broken<T>(reason: Localized) -> Result<T, Refusal> {
    Err(Refusal::Broken(reason))
}

fn untrusted<T>(reason: Localized) -> Result<T, Refusal> {
    Err(Refusal::Untrusted(reason))
}

/// The git directory that holds a folder, which is canonical; none where the folder is in no repository.
///
/// # Errors
/// The path that is concerned, and why it is not opened.
pub(super) fn find(path: &Path, trust: Trust) -> Result<Option<GitDir>, (PathBuf, Refusal)> {
    let at = |place: &Path| {
        let place = place.to_owned();
        move |refusal| (place, refusal)
    };
    // The git directory of a checkout, or a part of it, designates what git holds.
    let inside = path.ancestors().find(|folder| folder.file_name().is_some_and(|name| name == DOT_GIT));
    if let Some(git) = inside.filter(|folder| is_git_dir(folder)) {
        check(git, None, trust).map_err(at(git))?;
        return Ok(Some(GitDir { path: git.to_owned(), workdir: None }));
    }
    let holder = path.ancestors().find(|folder| folder.join(DOT_GIT).symlink_metadata().is_ok());
    // As with `safe.bareRepository=explicit` (git-config(1)): one that came with somebody's files is none.
    if is_git_dir(path) && holder != Some(path) {
        if let (Some(holder), Trust::AsGit) = (holder, trust) {
            let (it, around) = (path.display(), holder.display());
            let reason = localized!(
                "`{it}` is a bare repository inside of the working tree `{around}`",
                "`{it}` est un dépôt nu à l'intérieur de l'arborescence `{around}`"
            );
            return Err((path.to_owned(), Refusal::Untrusted(reason)));
        }
        check(path, None, trust).map_err(at(path))?;
        return Ok(Some(GitDir { path: path.to_owned(), workdir: None }));
    }
    let Some(holder) = holder else { return bare_around(path, trust) };
    let git = git_of(holder, trust).map_err(at(holder))?;
    check(&git, Some(holder), trust).map_err(at(holder))?;
    Ok(Some(GitDir { path: git, workdir: Some(holder.to_owned()) }))
}

/// The bare repository of which a folder is a part.
fn bare_around(path: &Path, trust: Trust) -> Result<Option<GitDir>, (PathBuf, Refusal)> {
    let Some(bare) = path.ancestors().skip(1).find(|folder| is_git_dir(folder)) else { return Ok(None) };
    check(bare, None, trust).map_err(|refusal| (bare.to_owned(), refusal))?;
    Ok(Some(GitDir { path: bare.to_owned(), workdir: None }))
}

/// What git takes for a repository: `setup.c`, `is_git_directory`.
fn is_git_dir(path: &Path) -> bool {
    let is_file = path.join("HEAD").symlink_metadata().is_ok_and(|meta| !meta.is_dir());
    is_file && path.join("objects").is_dir() && path.join("refs").is_dir()
}

/// The git directory of a working tree: `.git` itself, or where that file says.
fn git_of(workdir: &Path, trust: Trust) -> Result<PathBuf, Refusal> {
    let dot_git = workdir.join(DOT_GIT);
    let Ok(meta) = dot_git.symlink_metadata() else {
        return broken(localized!("`.git` cannot be read", "`.git` est illisible"));
    };
    if meta.is_symlink() && trust == Trust::AsGit {
        return untrusted(localized!("`.git` is a symbolic link", "`.git` est un lien symbolique"));
    }
    if dot_git.is_dir() {
        let missing =
            ["HEAD", "objects", "refs"].into_iter().find(|part| dot_git.join(part).symlink_metadata().is_err());
        return match missing {
            Some(part) if !dot_git.join("commondir").exists() => {
                broken(localized!("`.git/{part}` is missing", "`.git/{part}` manque"))
            }
            _ => Ok(dot_git),
        };
    }
    let root = open(workdir)?;
    let text = match root.read(Path::new(DOT_GIT), POINTER, Vec::new()) {
        Ok(Found::Bytes(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
        Ok(_) => {
            return broken(localized!(
                "`.git` is neither a folder nor a file that points to one",
                "`.git` n'est ni un dossier ni un fichier qui en désigne un"
            ));
        }
        Err(error) => return broken(Localized::foreign(error.to_string())),
    };
    let Some(target) = text.trim_end().strip_prefix("gitdir:").map(str::trim) else {
        return broken(localized!("`.git` is a file without `gitdir:`", "`.git` est un fichier sans `gitdir:`"));
    };
    let git = workdir.join(target);
    let Ok(git) = git.canonicalize() else {
        return broken(localized!(
            "`.git` points to `{target}`, which does not exist",
            "`.git` désigne `{target}`, qui n'existe pas"
        ));
    };
    if trust == Trust::AsGit && !points_back(&git, workdir) {
        return untrusted(localized!(
            "`.git` points to `{target}`, which does not point back here",
            "`.git` désigne `{target}`, qui ne désigne pas ce dossier en retour"
        ));
    }
    Ok(git)
}

/// Whether git would have put a git directory there for a working tree: that of `git worktree add`, whose `gitdir` names the
/// tree's `.git` (gitrepository-layout(5)), or that of a submodule or `--separate-git-dir`, whose settings name the tree.
fn points_back(git: &Path, workdir: &Path) -> bool {
    let Ok(root) = Root::open(git) else { return false };
    let same = |path: &Path| path.canonicalize().is_ok_and(|path| path == workdir);
    if let Ok(Found::Bytes(bytes)) = root.read(Path::new("gitdir"), POINTER, Vec::new()) {
        let named = git.join(String::from_utf8_lossy(&bytes).trim());
        return named.parent().is_some_and(same);
    }
    let Ok(Found::Bytes(bytes)) = root.read(Path::new("config"), CONFIG, Vec::new()) else { return false };
    let settings = settings(&String::from_utf8_lossy(&bytes));
    let named = settings.iter().rev().find(|(name, _)| name == "core.worktree").map(|(_, value)| git.join(value));
    // `git init --separate-git-dir` writes no `core.worktree`: a git directory beside or below the tree is nobody else's.
    named.map_or_else(|| git.parent() == workdir.parent() || git.starts_with(workdir), |named| same(&named))
}

fn open(path: &Path) -> Result<Root, Refusal> {
    Root::open(path).or_else(|error| broken(Localized::foreign(error.to_string())))
}

/// Checks all that libgit2 will read of a git directory, and of the one that it shares with others.
fn check(git: &Path, workdir: Option<&Path>, trust: Trust) -> Result<(), Refusal> {
    let root = open(git)?;
    if trust == Trust::AsGit {
        check_owner(git, workdir)?;
    }
    check_files(&root, git, workdir, trust)?;
    let Ok(Found::Bytes(common)) = root.read(Path::new("commondir"), POINTER, Vec::new()) else { return Ok(()) };
    let common = git.join(String::from_utf8_lossy(&common).trim());
    let Ok(common) = common.canonicalize() else {
        return broken(localized!("`commondir` points to nothing", "`commondir` ne désigne rien"));
    };
    // A linked working tree stands in `worktrees/` of the repository that it shares.
    if trust == Trust::AsGit && !git.canonicalize().is_ok_and(|git| git.starts_with(common.join("worktrees"))) {
        return untrusted(localized!("`commondir` leads out of the repository", "`commondir` mène hors du dépôt"));
    }
    check_files(&open(&common)?, &common, None, trust)
}

fn check_files(root: &Root, git: &Path, workdir: Option<&Path>, trust: Trust) -> Result<(), Refusal> {
    for (name, limit) in BOUNDED {
        let Some(meta) = root.look(Path::new(name)) else { continue };
        if meta.is_symlink && trust == Trust::Anyone {
            continue;
        }
        if !meta.is_file {
            return broken(localized!("`{name}` is not a regular file", "`{name}` n'est pas un fichier ordinaire"));
        }
        if meta.size > *limit {
            let (size, limit) = (meta.size / MEBIBYTE, limit.div_ceil(MEBIBYTE));
            return broken(localized!(
                "`{name}` has {size} MiB, and no more than {limit} are read",
                "`{name}` fait {size} Mio, et pas plus de {limit} ne sont lus"
            ));
        }
    }
    for name in ["config", "config.worktree"] {
        check_settings(root, git, workdir, Path::new(name), trust, 0)?;
    }
    if let Ok(Found::Bytes(bytes)) = root.read(Path::new("objects/info/alternates"), CONFIG, Vec::new())
        && trust == Trust::AsGit
        && let Some(other) = String::from_utf8_lossy(&bytes).lines().find(|line| leads_out(line))
    {
        return untrusted(localized!(
            "its objects are borrowed from `{other}`, out of the repository",
            "ses objets sont empruntés à `{other}`, hors du dépôt"
        ));
    }
    let mut left = MOST_FILES;
    for name in ["refs", "objects"] {
        check_tree(root, Path::new(name), 0, &mut left)?;
    }
    Ok(())
}

/// Whether a path leaves the folder that it is seen from.
fn leads_out(path: &str) -> bool {
    let path = Path::new(path.trim());
    path.is_absolute() || path.components().any(|part| part == Component::ParentDir)
}

/// Checks that a folder holds nothing but folders and regular files: opening a pipe waits for ever.
fn check_tree(root: &Root, folder: &Path, depth: usize, left: &mut usize) -> Result<(), Refusal> {
    let Entries::Listed(entries) = root.entries(folder) else { return Ok(()) };
    for entry in entries {
        let path = folder.join(&entry.name);
        *left = left.saturating_sub(1);
        if *left == 0 || depth > DEEPEST {
            return broken(localized!(
                "`{}` holds too many files or folders",
                "`{}` contient trop de fichiers ou de dossiers",
                folder.display()
            ));
        }
        if entry.is_dir {
            check_tree(root, &path, depth + 1, left)?;
        } else if !entry.is_file {
            return broken(localized!(
                "`{}` is not a regular file",
                "`{}` n'est pas un fichier ordinaire",
                path.display()
            ));
        }
    }
    Ok(())
}

/// Checks settings of a repository, and those that they include: no working tree elsewhere, no file that cannot be read.
fn check_settings(
    root: &Root,
    git: &Path,
    workdir: Option<&Path>,
    file: &Path,
    trust: Trust,
    depth: usize,
) -> Result<(), Refusal> {
    let bytes = match root.read(file, CONFIG, Vec::new()) {
        Ok(Found::Bytes(bytes)) => bytes,
        _ => return Ok(()),
    };
    for (name, value) in settings(&String::from_utf8_lossy(&bytes)) {
        match name.as_str() {
            "core.worktree" if trust == Trust::AsGit => {
                let there = git.join(&value).canonicalize();
                if !workdir.is_some_and(|workdir| there.is_ok_and(|there| there == workdir)) {
                    return untrusted(localized!(
                        "its settings put the working tree at `{value}` (`core.worktree`)",
                        "ses réglages placent l'arborescence dans `{value}` (`core.worktree`)"
                    ));
                }
            }
            "core.excludesfile" | "core.attributesfile" => check_named(&name, &git.join(home(&value)))?,
            _ if name == "include.path" || name.starts_with("includeif.") && name.ends_with(".path") => {
                let folder = git.join(file).parent().unwrap_or(git).to_owned();
                let included = folder.join(home(&value));
                check_named(&name, &included)?;
                if depth >= DEEPEST {
                    return broken(localized!(
                        "its settings include each other",
                        "ses réglages s'incluent les uns les autres"
                    ));
                }
                let (Some(folder), Some(name)) = (included.parent(), included.file_name()) else { continue };
                if let Ok(root) = Root::open(folder) {
                    check_settings(&root, git, workdir, Path::new(name), trust, depth + 1)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Checks that what a setting names is a regular file of a sensible size, or nothing.
fn check_named(setting: &str, path: &Path) -> Result<(), Refusal> {
    match path.metadata() {
        Ok(meta) if !meta.is_file() || meta.len() > CONFIG => broken(localized!(
            "its setting `{setting}` names `{}`, which is not a file of settings",
            "son réglage `{setting}` désigne `{}`, qui n'est pas un fichier de réglages",
            path.display()
        )),
        _ => Ok(()),
    }
}

fn home(value: &str) -> PathBuf {
    match (value.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(value),
    }
}

/// The settings of a file of git in their order, `section.subsection.name` in lower case but for the subsection
/// (git-config(1), "Syntax").
fn settings(text: &str) -> Vec<(String, String)> {
    let joined = text.replace("\\\r\n", "").replace("\\\n", "");
    let (mut section, mut found) = (String::new(), Vec::new());
    for line in joined.lines() {
        let mut line = line.trim();
        if let Some(rest) = line.strip_prefix('[') {
            let (header, after) = rest.split_once(']').unwrap_or((rest, ""));
            section = match header.split_once('"') {
                Some((name, sub)) => {
                    format!("{}.{}", name.trim().to_lowercase(), sub.trim_end().trim_end_matches('"'))
                }
                None => header.trim().to_lowercase(),
            };
            // A setting may stand on the line of its section.
            line = after.trim();
        }
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let (name, value) = line.split_once('=').unwrap_or((line, "true"));
        found.push((format!("{section}.{}", name.trim().to_lowercase()), unquoted(value)));
    }
    found
}

/// A value without its quotes and the comment after it.
fn unquoted(value: &str) -> String {
    let (mut text, mut quoted, mut escaped) = (String::new(), false, false);
    for letter in value.trim().chars() {
        match letter {
            _ if escaped => {
                escaped = false;
                text.push(letter);
            }
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '#' | ';' if !quoted => break,
            letter => text.push(letter),
        }
    }
    text.trim_end().to_owned()
}

/// Refuses what somebody else owns, as git does since CVE-2022-24765, unless `safe.directory` of the person's own settings
/// names it.
#[cfg(unix)]
fn check_owner(git: &Path, workdir: Option<&Path>) -> Result<(), Refusal> {
    use std::os::unix::fs::MetadataExt;
    let mut own = HashSet::from([rustix::process::geteuid().as_raw()]);
    // As git: whoever used sudo is trusted by what runs as root.
    if own.contains(&0) {
        own.extend(std::env::var("SUDO_UID").ok().and_then(|id| id.parse::<u32>().ok()));
    }
    let dot_git = workdir.map(|workdir| workdir.join(DOT_GIT));
    let stranger = [Some(git), workdir, dot_git.as_deref()]
        .into_iter()
        .flatten()
        .find(|path| path.symlink_metadata().is_ok_and(|meta| !own.contains(&meta.uid())));
    let named = workdir.unwrap_or(git);
    match stranger {
        Some(stranger) if !is_safe(named) => untrusted(localized!(
            "`{}` belongs to somebody else",
            "`{}` appartient à quelqu'un d'autre",
            stranger.display()
        )),
        _ => Ok(()),
    }
}

/// Files of Windows have no owner that a program may be compared with so simply; git checks it there by its own means.
#[cfg(not(unix))]
fn check_owner(_: &Path, _: Option<&Path>) -> Result<(), Refusal> {
    Ok(())
}

/// Whether the person's own settings call a folder safe (git-config(1), `safe.directory`).
#[cfg(unix)]
fn is_safe(folder: &Path) -> bool {
    let Ok(config) = git2::Config::open_default() else { return false };
    let Ok(entries) = config.multivar("safe.directory", None) else { return false };
    let mut safe = false;
    let _ = entries.for_each(|entry| match entry.value() {
        // An empty value takes back those before it.
        Ok("") => safe = false,
        Ok("*") => safe = true,
        Ok(named) => match named.strip_suffix("/*") {
            Some(above) => safe |= folder.starts_with(home(above)),
            None => safe |= home(named).canonicalize().is_ok_and(|named| named == folder),
        },
        Err(_) => {}
    });
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_git_reads_them() {
        let text = "[core] worktree = \"/a b\" ; no\n\tbare=false\n[remote \"Ori.gin\"]\n\turl = x#y\n[includeIf \"gitdir:~/w/\"]\npath = \\\n  z\n";
        let found = settings(text);
        let get = |name: &str| found.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(get("core.worktree"), Some("/a b"));
        assert_eq!(get("core.bare"), Some("false"));
        assert_eq!(get("remote.Ori.gin.url"), Some("x"));
        assert_eq!(get("includeif.gitdir:~/w/.path"), Some("z"));
    }

    #[test]
    fn a_path_that_leaves_its_folder_is_known() {
        assert!(leads_out("/objects") && leads_out("../../other/objects"));
        assert!(leads_out("info/../x") && !leads_out("pack"));
    }
}
