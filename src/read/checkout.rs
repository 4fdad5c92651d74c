//! Repositories cloned by the user's own git, with their own credentials: into a cache, without old contents of files.
//!
//! Nothing of a repository is run: no hook, no submodule, no filter of LFS.

use std::io::{BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::base::text::{Localized, escaped_segment, fnv1a, printable};

/// Whether git may ask the person for a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Questions {
    /// It may, on the terminal.
    Allowed,
    /// What is not known already is refused.
    Refused,
}

/// The cache of clones: below `$XDG_CACHE_HOME`, else `~/.cache`; nothing where neither is known.
pub(crate) fn usual_folder(env: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let given = |name: &str| env(name).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let base = given("XDG_CACHE_HOME").or_else(|| given("HOME").map(|home| home.join(".cache")))?;
    Some(base.join("equerre/clones"))
}

/// Clones a repository into the cache, or brings the clone that is there up to date; gives its folder. What git says of its progress
/// is handed on, line by line.
///
/// # Errors
/// What git says, without the address' credentials.
pub(crate) fn checkout(
    address: &str,
    rev: Option<&str>,
    cache: &Path,
    questions: Questions,
    progress: &mut dyn FnMut(&str),
) -> Result<PathBuf, Localized> {
    let folder = cache.join(slug(address));
    let io = |error: std::io::Error| {
        let reason = error.to_string();
        Localized::new(
            format!("the cache `{}` cannot be used: {reason}", cache.display()),
            format!("le cache `{}` est inutilisable : {reason}", cache.display()),
        )
    };
    std::fs::create_dir_all(cache).map_err(io)?;
    let mut git = |arguments: &[&str], at: &Path| {
        run(arguments, at, questions, progress).map_err(|message| failed(address, &message))
    };
    if folder.join(".git").exists() {
        git(&["fetch", "--progress", "--prune", "--tags", "--force", "--no-recurse-submodules", "origin"], &folder)?;
        // The main branch may have changed its name.
        let _ = git(&["remote", "set-head", "origin", "--auto"], &folder);
    } else {
        // What was broken off is not a clone.
        let _ = std::fs::remove_dir_all(&folder);
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let arguments = [
            "clone",
            "--progress",
            "--filter=blob:none",
            "--no-checkout",
            "--no-recurse-submodules",
            "--",
            address,
            &name,
        ];
        git(&arguments, cache)?;
    }
    let wanted = match rev {
        None => "origin/HEAD".to_owned(),
        Some(rev) => rev.to_owned(),
    };
    // A branch of the remote comes before a tag of the same name.
    let remote = format!("refs/remotes/origin/{wanted}^{{commit}}");
    let plain = format!("{wanted}^{{commit}}");
    let found = [remote.as_str(), plain.as_str()].into_iter().find_map(|name| {
        let shown = output(&["rev-parse", "--verify", "--quiet", "--end-of-options", name], &folder)?;
        Some(shown.trim().to_owned()).filter(|id| !id.is_empty())
    });
    let Some(commit) = found else {
        let (wanted, address) = (printable(&wanted).into_owned(), shown(address));
        return Err(Localized::new(
            format!("{address} has no revision `{wanted}`"),
            format!("{address} n'a pas de révision `{wanted}`"),
        ));
    };
    git(&["checkout", "--progress", "--quiet", "--force", "--detach", &commit], &folder)?;
    Ok(folder)
}

/// A folder of the cache for an address: readable, and of its own.
fn slug(address: &str) -> String {
    let readable: String = shown(address)
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || letter == '.' { letter } else { '-' })
        .collect();
    let sum = fnv1a(address.bytes());
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

/// Git as it is run here: no hook, no filter, no question unless it is allowed.
fn command(at: &Path, questions: Questions) -> Command {
    let mut command = Command::new("git");
    command
        .args([
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "protocol.ext.allow=never",
            "-c",
            "core.fsmonitor=false",
            "-c",
            "advice.detachedHead=false",
        ])
        .current_dir(at)
        .env("GIT_LFS_SKIP_SMUDGE", "1")
        .env("LC_ALL", "C");
    if questions == Questions::Refused {
        command.env("GIT_TERMINAL_PROMPT", "0").stdin(Stdio::null());
        if std::env::var_os("GIT_SSH_COMMAND").is_none() {
            command.env("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
        }
    }
    command
}

fn output(arguments: &[&str], at: &Path) -> Option<String> {
    let done = command(at, Questions::Refused).args(arguments).stderr(Stdio::null()).output().ok()?;
    done.status.success().then(|| String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Runs git; the error is its last message.
fn run(arguments: &[&str], at: &Path, questions: Questions, progress: &mut dyn FnMut(&str)) -> Result<(), String> {
    let mut child = command(at, questions)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("git cannot be started ({error}): is it installed?"))?;
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
    let message = at.and_then(|at| messages.get(at)).or(messages.last()).cloned().unwrap_or_else(|| status.to_string());
    Err(message.trim_start_matches("fatal: ").to_owned())
}

/// Whether a user can answer the questions of git.
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
        assert_ne!(slug("https://a.example/o/r"), slug("https://a.example/o-r"));
        assert!(!slug("../../../etc").contains('/') && !slug("..").starts_with('.'));
    }
}
