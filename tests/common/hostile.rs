//! A repository whose names and contents try to act wherever a report is read.

use std::path::Path;

use tempfile::TempDir;

/// A name that tries to end a command, a cell, a tag and a line, to move the cursor and to turn the reading direction.
pub(crate) const HOSTILE: &str =
    "a`b|c<script>alert(1)</script>::error::=cmd() %0A@all [x](javascript:1)\u{202e}\u{1b}[31m,é,.env";

pub(crate) fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
    std::fs::write(path, text).expect("a file");
}

/// A repository whose failures have places with hostile names.
pub(crate) fn hostile() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "README.md", "# Mon Cantinier\n");
    write(folder.path(), "package.json", "{\"dependencies\": {\"left-pad\": \"*\"}}\n");
    write(folder.path(), "Dockerfile", "FROM node:latest\nCOPY . .\nCMD node a.js\n");
    // What it holds makes it a failure of two rules, in a folder whose name is hostile too.
    let name = HOSTILE.replace("</script>", "<script>");
    let secret = format!("API_TOKEN={}_{}\n", "ghp", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6");
    write(folder.path(), &format!("{name}/.env.production"), &secret);
    write(folder.path(), &format!("{name}/line\nbreak.env"), &secret);
    folder
}

/// What no format may hold: escapes of a terminal, marks that turn the reading direction, a secret.
pub(crate) fn is_harmless(text: &str) {
    for forbidden in ['\u{1b}', '\u{202e}', '\u{9b}'] {
        assert!(!text.contains(forbidden), "{forbidden:?}");
    }
    assert!(!text.contains("aB3dE6gH9jK2"), "a secret is printed");
}
