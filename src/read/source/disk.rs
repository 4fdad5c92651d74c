//! Files of the disk below a root: their names as text, their bytes, what walking meets.

use std::path::Path;

use crate::base::disk::{Found, Root};
use crate::read::source::entry::{Content, Entry, EntryKind, HUGE, Handle, Note};

/// A path as text: what is no UTF-8 reads `\xNN`, so that two names never become one.
pub(crate) fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02X}"));
        }
    }
    text
}

/// A path below a root as text.
pub(crate) fn relative(path: &Path, root: &Path) -> String {
    // Most paths of a walk start with its root, letter for letter; comparing them part by part takes ten times as long.
    let letters = path.as_os_str().as_encoded_bytes();
    let rest = letters.strip_prefix(root.as_os_str().as_encoded_bytes()).and_then(|rest| rest.strip_prefix(b"/"));
    if let (std::path::MAIN_SEPARATOR, Some(Ok(rest))) = ('/', rest.map(std::str::from_utf8)) {
        return rest.to_owned();
    }
    let below = path.strip_prefix(root).unwrap_or(path);
    if let (std::path::MAIN_SEPARATOR, Some(text)) = ('/', below.to_str()) {
        return text.to_owned();
    }
    let parts: Vec<String> = below.components().map(|part| readable(part.as_os_str().as_encoded_bytes())).collect();
    parts.join("/")
}

/// Reads a file below a folder into a buffer.
pub(crate) fn read_disk(root: &Root, path: &Path, limit: u64, buffer: Vec<u8>) -> Content {
    match root.read(path, limit, buffer) {
        Ok(Found::Bytes(bytes)) => Content::Bytes(bytes),
        Ok(Found::TooLarge(size)) => Content::Huge(size),
        Ok(Found::NotRegular) => Content::Unreadable("not a regular file".to_owned()),
        Err(error) => Content::Unreadable(error.to_string()),
    }
}

/// The bytes of a regular file right below a folder, never through a link.
pub(crate) fn disk_root_file(root: &Root, name: &str) -> Option<Vec<u8>> {
    match root.read(Path::new(name), HUGE, Vec::new()) {
        Ok(Found::Bytes(bytes)) => Some(bytes),
        _ => None,
    }
}

/// An entry of the disk below a root.
pub(crate) fn disk_entry(entry: walkdir::DirEntry, root: &Path) -> Entry {
    let (path, kind) = (relative(entry.path(), root), kind_of(entry.file_type()));
    let target = (kind == EntryKind::Link).then(|| std::fs::read_link(entry.path()).ok()).flatten();
    let handle = match target {
        Some(target) => Handle::Target(readable(target.as_os_str().as_encoded_bytes())),
        None => Handle::Path(entry.into_path()),
    };
    Entry { path, kind, handle }
}

pub(crate) fn kind_of(kind: std::fs::FileType) -> EntryKind {
    if kind.is_symlink() {
        EntryKind::Link
    } else if kind.is_file() {
        EntryKind::File
    } else {
        EntryKind::Special
    }
}

/// The note of a folder or file that walking could not open.
pub(crate) fn walk_note(error: &walkdir::Error, root: &Path) -> Note {
    let path = error.path().map(|path| relative(path, root)).unwrap_or_default();
    let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Note::new(path, format!("not read: {reason}"), format!("non lu : {reason}"))
}
