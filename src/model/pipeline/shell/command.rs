//! What is known of one command of a script, and of the shell that runs it.

/// A command: its words, and whether its failure is ignored: `|| true`, `| tee log`, `&` with a bare `wait`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Program and arguments, unquoted; assignments before the program are left out.
    pub words: Vec<String>,
    /// The line of the script, from 0.
    pub line: u32,
    /// Whether nothing fails when it does.
    pub tolerated: bool,
    /// The text that a heredoc, a `<<<` or an `echo` before a pipe gives it.
    pub input: Option<String>,
    /// The subshells that it runs in, outermost first: a change of folder stays in the last of them.
    pub subshells: Vec<u32>,
    /// The options of the shell where it runs.
    pub shell: Shell,
}

/// The options that a shell was started with, as far as they say which failures it feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shell {
    /// `-e`: it ends at the first command that fails.
    pub errexit: bool,
    /// `-o pipefail`: a pipeline fails with any of its commands.
    pub pipefail: bool,
    /// Whether anything feels how the shell ends.
    pub felt: bool,
}

impl Shell {
    /// A line given to `sh -c`, or a script that says nothing of its options.
    pub const LINE: Self = Self { errexit: false, pipefail: false, felt: true };

    /// Commands of which each must succeed before the next.
    pub const STEPS: Self = Self { errexit: true, pipefail: false, felt: true };

    /// Bash with `-eo pipefail`.
    pub const STRICT: Self = Self { errexit: true, pipefail: true, felt: true };

    /// Sets what options say, written as for `bash` or `set`: `-euo pipefail`, `+e`. Gives the number of words that they take.
    pub(in crate::model::pipeline) fn set<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) -> usize {
        let mut taken = 0;
        let mut named = None;
        for word in words {
            let on = word.starts_with('-');
            if let Some(on) = named.take() {
                self.option(word, on);
            } else if let Some(name) = word.strip_prefix("--") {
                if name.is_empty() {
                    return taken + 1;
                }
            } else if word.len() > 1 && word.starts_with(['-', '+']) {
                if word[1..].contains('e') {
                    self.errexit = on;
                }
                named = word.ends_with(['o', 'O']).then_some(on);
            } else {
                break;
            }
            taken += 1;
        }
        taken
    }

    fn option(&mut self, name: &str, on: bool) {
        match name {
            "errexit" => self.errexit = on,
            "pipefail" => self.pipefail = on,
            _ => {}
        }
    }

    /// The options of a command line that starts a shell, `bash -eo pipefail {0}` or `#!/bin/sh -e`.
    pub(in crate::model::pipeline) fn started_by(line: &str) -> Self {
        let mut shell = Self::LINE;
        let is_shell =
            |word: &&str| !word.trim_start_matches("#!").rsplit('/').next().is_some_and(|name| name.ends_with("sh"));
        shell.set(line.split_whitespace().skip_while(is_shell).skip(1));
        shell
    }
}
