//! The person's own git, with their own credentials, held to one clone: it looks for no other repository and starts nothing of it.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whether git may ask the person for a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Questions {
    /// It may, on the terminal.
    Allowed,
    /// What is not known already is refused.
    Refused,
}

/// Settings that the person's own must not change here. A hook, a file monitor and `ext::` are programs that would run; maintenance in
/// the background would go on after the lock is released.
const SETTINGS: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "protocol.ext.allow=never",
    "safe.bareRepository=explicit",
    "submodule.recurse=false",
    "advice.detachedHead=false",
    "gc.autoDetach=false",
    "maintenance.autoDetach=false",
];

/// The variables that tell a hook or an alias which repository it is in
/// (<https://git-scm.com/docs/git-rev-parse#Documentation/git-rev-parse.txt---local-env-vars>). Those that carry settings stay: pipelines
/// log in with them.
const OF_A_REPOSITORY: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_ATTR_SOURCE",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_TEMPLATE_DIR",
    "GIT_WORK_TREE",
];

/// Git for one clone of the cache.
pub(super) struct Git<'c> {
    /// The cache: git never looks for a repository from there upwards.
    pub cache: &'c Path,
    /// The folder of the clone.
    pub folder: &'c Path,
    /// What keeps other audits away from the clone.
    pub lock: &'c File,
    pub questions: Questions,
}

impl Git<'_> {
    /// Clones an address into a folder that is not there yet.
    ///
    /// # Errors
    /// The last message of git.
    pub(super) fn clone(&self, address: &str, into: &Path, progress: &mut dyn FnMut(&str)) -> Result<(), String> {
        let mut command = self.command();
        command
            .current_dir(self.cache)
            .args(["clone", "--progress", "--filter=blob:none", "--no-checkout", "--no-recurse-submodules"])
            // Neither a name of the person's own for what is cloned, nor files that they put into each new repository.
            .args(["--origin=origin", "--template=", "--", address])
            .arg(into);
        self.run(command, progress)
    }

    /// Runs git in the clone.
    ///
    /// # Errors
    /// The last message of git.
    pub(super) fn here(&self, arguments: &[&str], progress: &mut dyn FnMut(&str)) -> Result<(), String> {
        let mut command = self.within();
        command.args(arguments);
        self.run(command, progress)
    }

    /// What git prints in the clone; nothing where it fails.
    pub(super) fn answer(&self, arguments: &[&str]) -> Option<String> {
        output(self.within().args(arguments))
    }

    /// The git directory that git itself finds in the folder of the clone. Git accepts what it finds only where the person owns it,
    /// as its settings can name programs, and checks no owner where `--git-dir` names it
    /// (<https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory>).
    pub(super) fn found(&self) -> Option<PathBuf> {
        output(self.command().current_dir(self.folder).args(["rev-parse", "--absolute-git-dir"])).map(PathBuf::from)
    }

    fn within(&self) -> Command {
        let option = |name: &str, path: &Path| {
            let mut option = OsString::from(name);
            option.push(path);
            option
        };
        let mut command = self.command();
        command
            .current_dir(self.folder)
            .arg(option("--git-dir=", &self.folder.join(".git")))
            .arg(option("--work-tree=", self.folder));
        command
    }

    fn command(&self) -> Command {
        let mut command = Command::new("git");
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        for name in OF_A_REPOSITORY {
            command.env_remove(name);
        }
        command.env("GIT_CEILING_DIRECTORIES", self.cache).env("GIT_LFS_SKIP_SMUDGE", "1").env("LC_ALL", "C");
        if self.questions == Questions::Refused {
            command.env("GIT_TERMINAL_PROMPT", "0").stdin(Stdio::null());
            if std::env::var_os("GIT_SSH_COMMAND").is_none() {
                command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
            }
        }
        command
    }

    /// Runs git; the error is its last message.
    fn run(&self, mut command: Command, progress: &mut dyn FnMut(&str)) -> Result<(), String> {
        let mut child = command
            .stdout(self.held())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("git cannot be started ({error}): is it installed?"))?;
        // This closes our own copy of what the child was given: the lock ends with the child.
        drop(command);
        let mut messages: Vec<String> = Vec::new();
        if let Some(stderr) = child.stderr.take() {
            // Progress ends with a carriage return, messages with a line end.
            let mut line = Vec::new();
            for byte in BufReader::new(stderr).bytes() {
                let Ok(byte) = byte else { break };
                if byte != b'\r' && byte != b'\n' {
                    line.push(byte);
                    continue;
                }
                let text = String::from_utf8_lossy(&line).trim().to_owned();
                line.clear();
                if text.contains('%') {
                    progress(&text);
                } else if !text.is_empty() {
                    messages.push(text);
                }
            }
            messages.extend(Some(String::from_utf8_lossy(&line).trim().to_owned()).filter(|text| !text.is_empty()));
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        if status.success() {
            return Ok(());
        }
        // The first complaint is the cause; where it only says that the other side hung up, the line before it is.
        let complains = |line: &String| line.starts_with("fatal:") || line.starts_with("error:");
        let at = messages.iter().position(complains).map(|at| {
            match messages[at].contains("Could not read from remote repository") {
                true => at.saturating_sub(1),
                false => at,
            }
        });
        let message =
            at.and_then(|at| messages.get(at)).or(messages.last()).cloned().unwrap_or_else(|| status.to_string());
        Err(message.trim_start_matches("fatal: ").to_owned())
    }

    /// The lock as the standard output of git, which prints nothing there: git outlives an audit that is killed, and then still holds
    /// the lock, as `flock` locks what is open rather than who opened it (<https://man7.org/linux/man-pages/man2/flock.2.html>).
    #[cfg(unix)]
    fn held(&self) -> Stdio {
        self.lock.try_clone().map_or_else(|_| Stdio::null(), Stdio::from)
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "on Windows a lock belongs to the process that took it")]
    fn held(&self) -> Stdio {
        Stdio::null()
    }
}

fn output(command: &mut Command) -> Option<String> {
    let done = command.stderr(Stdio::null()).output().ok()?;
    done.status.success().then(|| String::from_utf8_lossy(&done.stdout).trim().to_owned())
}
