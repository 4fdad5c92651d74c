//! `equerre --watch`: audits again when a file of the tree has changed, on a terminal.
//!
//! The tree is looked at again and again rather than subscribed to: what counts is what git does not ignore, on any system, and a
//! look takes a few hundredths of a second on thousands of files.

use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant, UNIX_EPOCH};

use super::console::{CommandResult, Console, print};
use crate::base::edge;
use crate::base::error::Error;
use crate::base::text::{fnv1a, localized};
use crate::check::target::open_target;
use crate::check::{Checked, Kept, Options, check_again};

/// How long to wait between two looks, at least.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a tree must stay the same before it is audited: an editor or git writes many files at once.
const SETTLED: Duration = Duration::from_millis(200);

/// The part of its time that looking may take, as a divisor.
const SHARE: u32 = 20;

/// Clears the screen and what scrolled out of it.
const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

/// Audits a path, then again at each change, until the person ends it.
pub(super) fn run(
    path: &Path,
    options: &Options,
    console: &Console,
    rendered: impl Fn(&Checked) -> Result<Vec<u8>, Error>,
) -> CommandResult {
    if !std::io::stdout().is_terminal() {
        let help = localized!(
            "leave it out: without a terminal, one report is written once",
            "retirez-la : sans terminal, un rapport s'écrit une fois"
        );
        return Err(Error::new(
            localized!("`--watch` needs a terminal to draw on", "`--watch` demande un terminal où dessiner"),
            Some(help),
        ));
    }
    let mut kept = Kept::default();
    loop {
        let seen = look(path, options);
        let mut text = CLEAR.as_bytes().to_vec();
        match check_again(path, options, std::mem::take(&mut kept)) {
            Ok(checked) => {
                console.choose_language(Some(checked.report.lang), None);
                text.extend(rendered(&checked)?);
                kept = checked.keep();
                print(&text)?;
            }
            Err(error) => {
                print(&text)?;
                console.error(&error);
            }
        }
        let waiting = localized!(
            "Watching `{}`; Ctrl-C ends it.",
            "Surveillance de `{}` ; Ctrl-C y met fin.",
            edge::name(&path.display().to_string())
        );
        console.log(&format!("\n{}", waiting.get(console.lang())));
        wait_for_change(seen, || look(path, options), std::thread::sleep);
    }
}

/// Waits until a tree is no longer what it was, and has stopped changing.
fn wait_for_change(seen: u64, mut look: impl FnMut() -> u64, mut sleep: impl FnMut(Duration)) {
    loop {
        let before = Instant::now();
        let mut now = look();
        if now != seen {
            loop {
                sleep(SETTLED);
                let then = look();
                if then == now {
                    return;
                }
                now = then;
            }
        }
        sleep(PAUSE.max(before.elapsed() * SHARE));
    }
}

/// A number for the files of a tree that count, their sizes and when they were written, and for the commit that is checked out.
fn look(path: &Path, options: &Options) -> u64 {
    let Ok((opened, _)) = open_target(path, options) else { return 0 };
    let listing = opened.source.list();
    let head = opened.head.map(|head| head.to_string()).unwrap_or_default();
    let files = listing.entries.iter().map(|entry| {
        let known = std::fs::symlink_metadata(opened.root.join(&entry.path)).ok();
        let written = known.as_ref().and_then(|known| known.modified().ok()?.duration_since(UNIX_EPOCH).ok());
        let size = known.map_or(0, |known| known.len());
        fnv1a(entry.path.bytes().chain(size.to_le_bytes()).chain(written.unwrap_or_default().as_nanos().to_le_bytes()))
    });
    fnv1a(head.bytes().chain(files.flat_map(u64::to_le_bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_once_the_tree_has_settled() {
        let mut looks = [7, 7, 8, 9, 9, 1].into_iter();
        let mut pauses = Vec::new();
        wait_for_change(7, || looks.next().expect("a look"), |pause| pauses.push(pause.min(PAUSE)));
        assert_eq!(looks.next(), Some(1), "it looked no further");
        assert_eq!(pauses, [PAUSE, PAUSE, SETTLED, SETTLED]);
    }

    #[test]
    fn what_git_ignores_is_not_a_change() {
        let folder = tempfile::tempdir().expect("a folder");
        git2::Repository::init(folder.path()).expect("a repository");
        let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).expect("a file");
        write(".gitignore", "*.log\n");
        write("a.js", "a");
        let look = || look(folder.path(), &Options::default());
        let seen = look();
        write("b.log", "noise");
        assert_eq!(look(), seen);
        write("a.js", "ab");
        let changed = look();
        assert_ne!(changed, seen);
        write("c.js", "");
        assert_ne!(look(), changed);
    }
}
