//! The one way to the disk: files are read and written below a folder that is held open, never through a link out of it, never
//! what is not a regular file, never more bytes than the caller allows; and written whole or not at all.
//!
//! `cap-std` resolves each path from the handle of the folder (`openat2` with `RESOLVE_BENEATH` on Linux), so that a link
//! swapped in between a check and an opening leads nowhere: <https://docs.rs/cap-std>.

#![cfg_attr(
    not(test),
    expect(clippy::disallowed_methods, reason = "this is the guarded way that the lint sends everyone else to")
)]

use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Component, Path, PathBuf};

use cap_fs_ext::{DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsSyncExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

/// How the name of a file starts while it is being written. What a kill leaves behind is found by it.
pub(crate) const TEMPORARY: &str = ".equerre-tmp-";

/// The most that a file that the person named may say (64 MiB): settings, rules, reports, tokens.
pub(crate) const NAMED: u64 = 64 * 1024 * 1024;

/// How often a writer takes its turn again after another one was faster.
const TURNS: usize = 1_000;

/// What stands at a path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// More bytes than were allowed: how many.
    TooLarge(u64),
    /// A folder, a pipe, a device or a link.
    NotRegular,
}

/// What is known of a path without opening it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    /// Whether it is a regular file.
    pub(crate) is_file: bool,
    /// Whether it is a symbolic link.
    pub(crate) is_symlink: bool,
    /// How many bytes it says it has.
    pub(crate) size: u64,
}

/// One name in a folder.
#[derive(Debug)]
pub(crate) struct DirEntry {
    /// The name.
    pub(crate) name: OsString,
    /// Whether it is a folder; a link to one is none.
    pub(crate) is_dir: bool,
    /// Whether it is a regular file.
    pub(crate) is_file: bool,
}

/// The names in a folder.
#[derive(Debug)]
pub(crate) enum Entries {
    /// There is no such folder, or it cannot be listed.
    None,
    /// Its names, in no order.
    Listed(Vec<DirEntry>),
}

/// Why a file was not replaced.
#[derive(Debug)]
pub(crate) enum ReplaceError {
    /// It is not what it was when the caller read it.
    Changed,
    /// The system refused.
    Io(io::Error),
}

impl From<io::Error> for ReplaceError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// A folder of the disk that is held open, and what lies below it.
#[derive(Debug)]
pub(crate) struct Root {
    dir: Dir,
    path: PathBuf,
}

impl Root {
    /// The folder at a path that the person named.
    ///
    /// # Errors
    /// What the system says when it cannot be opened.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { dir: Dir::open_ambient_dir(path, ambient_authority())?, path: path.to_owned() })
    }

    /// Reads a regular file into a buffer. The path is relative to the folder, or lies below it.
    ///
    /// # Errors
    /// What the system says; a path that leads out of the folder is refused.
    pub(crate) fn read(&self, path: &Path, limit: u64, buffer: Vec<u8>) -> io::Result<Found> {
        let path = path.strip_prefix(&self.path).unwrap_or(path);
        // Opening a pipe waits for somebody who writes to it, unless told not to wait (open(2), O_NONBLOCK).
        let mut options = OpenOptions::new();
        options.read(true).follow(FollowSymlinks::No).nonblock(true);
        let file = match self.dir.open_with(path, &options) {
            Ok(file) => file.into_std(),
            // A link as the last part: ELOOP on Linux, EMLINK or EFTYPE elsewhere.
            Err(error) if self.dir.symlink_metadata(path).is_ok_and(|meta| meta.is_symlink()) => {
                drop(error);
                return Ok(Found::NotRegular);
            }
            Err(error) => return Err(error),
        };
        read_open(file, limit, buffer)
    }

    /// What stands at a path, without following a link; nothing where nothing does.
    pub(crate) fn look(&self, path: &Path) -> Option<Look> {
        let meta = self.dir.symlink_metadata(path).ok()?;
        Some(Look { is_file: meta.is_file(), is_symlink: meta.is_symlink(), size: meta.len() })
    }

    /// The names in a folder below this one.
    pub(crate) fn entries(&self, path: &Path) -> Entries {
        let Ok(entries) = self.dir.read_dir(path) else { return Entries::None };
        let of = |entry: cap_std::fs::DirEntry| {
            let kind = entry.file_type().ok()?;
            Some(DirEntry { name: entry.file_name(), is_dir: kind.is_dir(), is_file: kind.is_file() })
        };
        Entries::Listed(entries.flatten().filter_map(of).collect())
    }

    /// Writes a file that is not there yet, with the folders above it.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] where something stands at the path, be it a link; else what the system says. Nothing is
    /// written then.
    pub(crate) fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let (folder, name) = self.folder_of(path, Missing::Made)?;
        if folder.symlink_metadata(&name).is_ok() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let temporary = stage(&folder, &name, bytes, None)?;
        // A hard link is made at once and never replaces what is there, which a rename would.
        let linked = match folder.hard_link(&temporary.name, &folder, &name) {
            Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
                write_new(&folder, &name, bytes)
            }
            linked => linked,
        };
        let _ = folder.remove_file(&temporary.name);
        linked.and_then(|()| sync(&folder))
    }

    /// Replaces a regular file, or writes a new one: beside it first, then in its place at once. With `before`, only if the file
    /// still says that.
    ///
    /// # Errors
    /// See [`ReplaceError`]; the file is as it was then.
    pub(crate) fn replace(&self, path: &Path, bytes: &[u8], before: Option<&[u8]>) -> Result<(), ReplaceError> {
        let (folder, name) = self.folder_of(path, Missing::Refused)?;
        let meta = match folder.symlink_metadata(&name) {
            Ok(meta) if !meta.is_file() => {
                let message = "it is a link or not a regular file, and nothing is written through one";
                return Err(io::Error::new(ErrorKind::InvalidInput, message).into());
            }
            meta => meta.ok(),
        };
        let temporary = stage(&folder, &name, bytes, meta.map(|meta| meta.permissions()))?;
        let put = || -> Result<(), ReplaceError> {
            if let Some(before) = before {
                let limit = u64::try_from(before.len()).unwrap_or(u64::MAX);
                match self.read(path, limit, Vec::new())? {
                    Found::Bytes(now) if now == before => {}
                    _ => return Err(ReplaceError::Changed),
                }
            }
            folder.rename(&temporary.name, &folder, &name)?;
            Ok(sync(&folder)?)
        };
        let result = put();
        if result.is_err() {
            let _ = folder.remove_file(&temporary.name);
        }
        result
    }

    /// Takes a lock of this folder for a while, by name, once others are done. A holder that was killed is known by what it
    /// left.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn hold(&self, name: &str) -> io::Result<Held<'_>> {
        let name = format!("{TEMPORARY}{name}");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).follow(FollowSymlinks::No).nonblock(true);
        for _ in 0..TURNS {
            let file = self.dir.open_with(&name, &options)?;
            let own = file.metadata()?;
            let mut file = file.into_std();
            file.lock()?;
            if !self.dir.symlink_metadata(&name).is_ok_and(|there| is_same(&there, &own)) {
                continue;
            }
            let after_a_kill = file.metadata()?.len() > 0;
            file.set_len(0).and_then(|()| file.write_all(b"held\n"))?;
            return Ok(Held { after_a_kill, dir: &self.dir, name, _locked: file });
        }
        Err(io::Error::new(ErrorKind::ResourceBusy, "others keep it locked"))
    }

    /// Removes a file below the folder.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn remove(&self, path: &Path) -> io::Result<()> {
        self.dir.remove_file(path)
    }

    /// Replaces a file, or writes a new one, that its owner alone may read.
    ///
    /// # Errors
    /// What the system says; the file is as it was then.
    pub(crate) fn replace_private(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let (folder, name) = self.folder_of(path, Missing::Refused)?;
        let temporary = stage(&folder, &name, bytes, private())?;
        folder.rename(&temporary.name, &folder, &name)
    }

    /// Opens a file to take a lock on it, and makes it where it is not there yet; never through a link.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn open_to_lock(&self, path: &Path) -> io::Result<std::fs::File> {
        let path = path.strip_prefix(&self.path).unwrap_or(path);
        let mut options = OpenOptions::new();
        options.write(true).create(true).follow(FollowSymlinks::No).nonblock(true);
        let file = self.dir.open_with(path, &options)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "what is in its way is not a regular file"));
        }
        Ok(file.into_std())
    }

    /// The folder that holds a path, and the last part of the path. What a killed run left half-written there is removed.
    fn folder_of(&self, path: &Path, missing: Missing) -> io::Result<(Dir, OsString)> {
        let path = path.strip_prefix(&self.path).unwrap_or(path);
        let outside = || io::Error::new(ErrorKind::InvalidInput, "it leads out of the folder");
        let name = path.file_name().ok_or_else(outside)?.to_owned();
        let mut folder = self.dir.try_clone()?;
        for part in path.parent().into_iter().flat_map(Path::components) {
            let Component::Normal(part) = part else { return Err(outside()) };
            if missing == Missing::Made && folder.symlink_metadata(part).is_err() {
                folder.create_dir(part).or_else(|error| match error.kind() {
                    ErrorKind::AlreadyExists => Ok(()),
                    _ => Err(error),
                })?;
            }
            folder = folder.open_dir_nofollow(part)?;
        }
        sweep(&folder);
        Ok((folder, name))
    }
}

/// What to do about folders that are not there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    Made,
    Refused,
}

/// Reads a file that the person named, wherever it is: a pipe serves too (`<(command)`).
///
/// # Errors
/// What the system says, or that there are more bytes than the limit.
pub(crate) fn read_named(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = std::fs::File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(io::Error::new(ErrorKind::FileTooLarge, format!("it has more than {limit} bytes")));
    }
    Ok(bytes)
}

/// The same, as text.
///
/// # Errors
/// The same, and [`ErrorKind::InvalidData`] where it is not UTF-8.
pub(crate) fn read_named_text(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read_named(path, limit)?).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

/// Writes a file that the person named: whole or not at all, never through a link to a file. A terminal, a pipe or a device
/// (`/dev/stdout`) is written to as it is.
///
/// # Errors
/// What the system says.
pub(crate) fn write_named(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let stream = std::fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir());
    if stream {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or(ErrorKind::IsADirectory)?;
    Root::open(folder)?.replace(Path::new(name), bytes, None).map_err(|error| match error {
        ReplaceError::Io(error) => error,
        ReplaceError::Changed => io::Error::other("it has changed meanwhile"),
    })
}

/// Makes a folder that the person named, with those that hold it.
///
/// # Errors
/// What the system says.
pub(crate) fn make_named_folder(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

/// A file that is being written beside the one it will be. The lock goes with it.
struct Temporary {
    name: OsString,
    _locked: std::fs::File,
}

/// A lock of a folder, until it is dropped.
pub(crate) struct Held<'d> {
    /// Whether the holder before was killed.
    pub(crate) after_a_kill: bool,
    dir: &'d Dir,
    name: String,
    _locked: std::fs::File,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // Where it stays, the next holder takes it for what a kill left, and looks twice.
        let _ = self.dir.remove_file(&self.name);
    }
}

/// Writes and flushes a file beside the one it will be. Another writer of the same file is waited for.
fn stage(
    folder: &Dir,
    name: &OsStr,
    bytes: &[u8],
    permissions: Option<cap_std::fs::Permissions>,
) -> io::Result<Temporary> {
    let mut temporary = OsString::from(TEMPORARY);
    temporary.push(name);
    let mut options = OpenOptions::new();
    options.write(true).create(true).follow(FollowSymlinks::No).nonblock(true);
    for _ in 0..TURNS {
        let file = folder.open_with(&temporary, &options)?;
        let own = file.metadata()?;
        let file = file.into_std();
        if !own.is_file() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "what is in its way is not a regular file"));
        }
        match file.lock() {
            Ok(()) => {}
            // Some network file systems know no locks.
            Err(error) if error.kind() == ErrorKind::Unsupported => {}
            Err(error) => return Err(error),
        }
        // Whoever held the lock has put the file in its place by now: this one is then another's.
        if !folder.symlink_metadata(&temporary).is_ok_and(|there| is_same(&there, &own)) {
            continue;
        }
        let mut file = file;
        let permitted = permissions.map_or(Ok(()), |permissions| folder.set_permissions(&temporary, permissions));
        let written = permitted.and_then(|()| file.set_len(0)).and_then(|()| file.write_all(bytes));
        if let Err(error) = written.and_then(|()| file.sync_all()) {
            let _ = folder.remove_file(&temporary);
            return Err(error);
        }
        return Ok(Temporary { name: temporary, _locked: file });
    }
    Err(io::Error::new(ErrorKind::ResourceBusy, "others keep writing it"))
}

#[cfg(unix)]
fn is_same(one: &cap_std::fs::Metadata, other: &cap_std::fs::Metadata) -> bool {
    use cap_std::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// Windows does not rename a file that is open: what is there is the same.
#[cfg(not(unix))]
fn is_same(_: &cap_std::fs::Metadata, _: &cap_std::fs::Metadata) -> bool {
    true
}

/// The permissions of what its owner alone may read.
#[cfg(unix)]
fn private() -> Option<cap_std::fs::Permissions> {
    use cap_std::fs::PermissionsExt;
    Some(cap_std::fs::Permissions::from_mode(0o600))
}

/// Folders of the person's own keep others out on Windows.
#[cfg(not(unix))]
fn private() -> Option<cap_std::fs::Permissions> {
    None
}

/// Where there are no hard links: in place, whose end a kill may cut off.
fn write_new(folder: &Dir, name: &OsStr, bytes: &[u8]) -> io::Result<()> {
    let mut file = folder.open_with(name, OpenOptions::new().write(true).create_new(true))?;
    file.write_all(bytes).and_then(|()| file.sync_all())
}

/// Removes what a killed run left half-written in a folder: files that nobody holds a lock on.
fn sweep(folder: &Dir) {
    for entry in folder.entries().into_iter().flatten().flatten() {
        let name = entry.file_name();
        if !name.to_string_lossy().starts_with(TEMPORARY) {
            continue;
        }
        let mut options = OpenOptions::new();
        options.write(true).follow(FollowSymlinks::No).nonblock(true);
        let Ok(file) = folder.open_with(&name, &options) else { continue };
        if file.into_std().try_lock().is_ok() {
            let _ = folder.remove_file(&name);
        }
    }
}

/// Makes the disk keep the names of a folder: without it, a rename may be lost with the power (fsync(2)).
fn sync(folder: &Dir) -> io::Result<()> {
    // The handle of a folder that only resolves paths (O_PATH) cannot be flushed: it is opened for reading.
    if cfg!(unix) { folder.open(".")?.sync_all() } else { Ok(()) }
}

fn read_open(file: std::fs::File, limit: u64, mut buffer: Vec<u8>) -> io::Result<Found> {
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Ok(Found::NotRegular);
    }
    if meta.len() > limit {
        return Ok(Found::TooLarge(meta.len()));
    }
    buffer.clear();
    buffer.reserve_exact(usize::try_from(meta.len()).unwrap_or(0));
    // As long as it says it is: a file that grows meanwhile is not followed.
    file.take(meta.len()).read_to_end(&mut buffer)?;
    Ok(Found::Bytes(buffer))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn root() -> (tempfile::TempDir, Root) {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Root::open(folder.path()).expect("opened");
        (folder, root)
    }

    #[test]
    fn nothing_is_read_through_a_link_or_from_what_is_no_file() {
        let (folder, root) = root();
        let outside = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(outside.path(), "secret").expect("written");
        symlink(outside.path(), folder.path().join("link")).expect("a link");
        symlink(outside.path().parent().expect("a folder"), folder.path().join("away")).expect("a link");
        let through = Path::new("away").join(outside.path().file_name().expect("a name"));
        assert_eq!(root.read(Path::new("link"), 100, Vec::new()).expect("looked at"), Found::NotRegular);
        assert!(root.read(&through, 100, Vec::new()).is_err());
        assert!(root.read(Path::new("../x"), 100, Vec::new()).is_err());
        assert_eq!(root.read(Path::new("."), 100, Vec::new()).expect("looked at"), Found::NotRegular);
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
        assert_eq!(root.read(Path::new("pipe"), 100, Vec::new()).expect("looked at"), Found::NotRegular);
        std::fs::write(folder.path().join("file"), "12345").expect("written");
        assert_eq!(root.read(Path::new("file"), 4, Vec::new()).expect("read"), Found::TooLarge(5));
        assert_eq!(
            root.read(&folder.path().join("file"), 5, Vec::new()).expect("read"),
            Found::Bytes(b"12345".to_vec())
        );
    }

    #[test]
    fn nothing_is_written_through_a_link_or_over_a_file() {
        let (folder, root) = root();
        let outside = tempfile::tempdir().expect("a folder");
        symlink(outside.path().join("victim"), folder.path().join("dangling")).expect("a link");
        symlink(outside.path(), folder.path().join("away")).expect("a link");
        std::fs::write(folder.path().join("mine"), "mine").expect("written");
        for path in ["dangling", "mine"] {
            assert_eq!(root.create(Path::new(path), b"x").expect_err("refused").kind(), ErrorKind::AlreadyExists);
        }
        assert!(root.create(Path::new("away/x"), b"x").is_err());
        assert!(root.replace(Path::new("dangling"), b"x", None).is_err());
        assert!(root.replace(Path::new("../x"), b"x", None).is_err());
        assert!(write_named(&folder.path().join("dangling"), b"x").is_err());
        assert!(outside.path().read_dir().expect("listed").next().is_none(), "something was written outside");
        root.create(Path::new("new/folder/file"), b"x").expect("created");
        assert_eq!(std::fs::read(folder.path().join("new/folder/file")).expect("read"), b"x");
    }

    #[test]
    fn a_file_that_has_changed_is_left_as_it_is() {
        let (folder, root) = root();
        let path = folder.path().join("file");
        std::fs::write(&path, "theirs").expect("written");
        let refused = root.replace(Path::new("file"), b"ours", Some(b"before")).expect_err("refused");
        assert!(matches!(refused, ReplaceError::Changed));
        assert_eq!(std::fs::read(&path).expect("read"), b"theirs");
        root.replace(Path::new("file"), b"ours", Some(b"theirs")).expect("replaced");
        assert_eq!(std::fs::read(&path).expect("read"), b"ours");
        assert_eq!(folder.path().read_dir().expect("listed").count(), 1, "a temporary file was left");
    }

    #[test]
    fn what_a_kill_leaves_is_removed_by_the_next_writer() {
        let (folder, root) = root();
        std::fs::write(folder.path().join(".equerre-tmp-other"), "half").expect("written");
        root.create(Path::new("file"), b"x").expect("created");
        let names: Vec<_> =
            folder.path().read_dir().expect("listed").flatten().map(|entry| entry.file_name()).collect();
        assert_eq!(names, ["file"]);
    }

    #[test]
    fn writers_of_one_file_take_turns() {
        let (folder, root) = root();
        std::thread::scope(|scope| {
            for text in ["a".repeat(100_000), "b".repeat(200_000)] {
                let root = &root;
                scope.spawn(move || {
                    for _ in 0..20 {
                        root.replace(Path::new("file"), text.as_bytes(), None).expect("replaced");
                    }
                });
            }
        });
        let text = std::fs::read_to_string(folder.path().join("file")).expect("read");
        assert!(text == "a".repeat(100_000) || text == "b".repeat(200_000), "{} bytes", text.len());
    }
}
