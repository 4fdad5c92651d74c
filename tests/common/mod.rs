//! Repositories made for tests, and the command that is tested.

#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod hostile;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use git2::{Repository, Signature, Time};
use tempfile::TempDir;

/// 2026-01-01T00:00:00Z.
pub(crate) const NOW: i64 = 1_767_225_600;

/// The same date, for the command line.
pub(crate) const NOW_TEXT: &str = "2026-01-01T00:00:00Z";

/// A repository in a temporary folder.
pub(crate) struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    /// A folder with these files, without git.
    pub(crate) fn folder(files: &[(&str, &str)]) -> Self {
        let sandbox = Self { folder: TempDir::new().expect("a temporary folder") };
        for (path, text) in files {
            sandbox.write(path, text.as_bytes());
        }
        sandbox
    }

    /// A repository whose one commit, ten days old, holds these files.
    pub(crate) fn repository(files: &[(&str, &str)]) -> Self {
        let sandbox = Self::folder(files);
        Repository::init(sandbox.path()).expect("a repository");
        sandbox.commit("feat: first version", 10);
        sandbox
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn join(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let target = self.join(path);
        std::fs::create_dir_all(target.parent().expect("a parent")).expect("folders");
        std::fs::write(target, bytes).expect("a file");
    }

    pub(crate) fn git(&self) -> Repository {
        Repository::open(self.path()).expect("a repository")
    }

    /// Commits everything, some days before [`NOW`].
    pub(crate) fn commit(&self, message: &str, days_ago: i64) -> git2::Oid {
        let repository = self.git();
        let mut index = repository.index().expect("an index");
        index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).expect("files added");
        index.write().expect("the index is written");
        let tree = repository.find_tree(index.write_tree().expect("a tree")).expect("a tree");
        let author =
            Signature::new("Test", "test@example.org", &Time::new(NOW - days_ago * 86_400, 0)).expect("a signature");
        let parent = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        repository.commit(Some("HEAD"), &author, &author, message, &tree, &parents).expect("a commit")
    }

    /// Runs the command on this folder.
    pub(crate) fn equerre(&self, args: &[&str]) -> Run {
        run_in(self.path(), args)
    }
}

/// What the command did.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }
}

/// The command that is tested.
pub(crate) fn equerre() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_equerre"))
}

/// Runs the command in a folder, with a bare environment so that the reader's own settings change nothing.
pub(crate) fn run_in(folder: &Path, args: &[&str]) -> Run {
    let Output { status, stdout, stderr } = Command::new(equerre())
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("LANG", "C.UTF-8")
        .env("HOME", folder)
        .output()
        .expect("the command runs");
    Run {
        code: status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    }
}
