//! The words of one command, and what several programs read of them.

use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::tools::known_tool;

/// The words of one command.
pub(crate) struct Words<'w> {
    /// The program as it is written.
    pub(super) program: &'w str,
    /// The program without its folder.
    pub(super) name: &'w str,
    /// What follows it.
    pub(super) rest: &'w [&'w str],
    /// The text that it is given to read.
    pub(super) input: Option<&'w str>,
    /// What other words mean, for a program that runs a command.
    pub(super) inner: &'w dyn Fn(&[&str]) -> Vec<Meaning>,
}

impl<'w> Words<'w> {
    /// What follows the program, without its options.
    pub(super) fn arguments(&self) -> impl Iterator<Item = &'w str> {
        self.rest.iter().copied().filter(|word| !word.starts_with('-'))
    }
}

/// `node script.js`, `deno run script.ts`: a known tool, else what the script's own words mean.
pub(crate) fn interpret(words: &Words<'_>) -> Option<Vec<Meaning>> {
    match words.rest {
        ["run", rest @ ..] if matches!(words.name, "php" | "ruby" | "deno") => Some((words.inner)(after_options(rest))),
        [first, ..] if !first.starts_with('-') && words.name != "deno" => {
            Some(known_tool(words.name, words.rest).map_or_else(|| (words.inner)(words.rest), |tool| vec![tool]))
        }
        _ => None,
    }
}

/// Words after the options and assignments at their start.
pub(crate) fn after_options<'w, 's>(words: &'w [&'s str]) -> &'w [&'s str] {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let takes_value = matches!(
            *word,
            "-p" | "--package"
                | "-f"
                | "-e"
                | "--env-file"
                | "--group"
                | "--extra"
                | "--with"
                | "--from"
                | "-c"
                | "--config"
                | "-s"
                | "--only-group"
                | "--python"
                | "--directory"
                | "--node-options"
        );
        if takes_value && words.get(at + 1).is_some() {
            at += 2;
        } else if word.starts_with('-')
            || word.contains('=') && !word.contains('/')
            || *word == "exec"
            || *word == "run"
            || *word == "--"
            || word.chars().all(|c| c.is_ascii_digit())
        {
            at += 1;
        } else {
            break;
        }
    }
    &words[at..]
}
