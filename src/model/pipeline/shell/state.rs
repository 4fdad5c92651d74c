//! A script that runs: where it is, what its shell is set to, and what becomes of the status of each statement.

use tree_sitter::Node;

use super::command::{Command, Shell};
use super::outcome::Outcomes;
use super::text::{Arguments, Functions};

/// What becomes of the status of a statement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate {
    /// A failure is felt, by its status alone.
    pub(super) status: bool,
    /// A success is felt as a failure, as under `!`.
    pub(super) success: bool,
    /// `-e` does nothing here: in conditions, before `&&` and `||`, under `!`.
    pub(super) guarded: bool,
    /// It is felt when the shell exits with a failure.
    pub(super) exits: bool,
    /// It is felt when the function returns one.
    pub(super) returns: bool,
}

impl Fate {
    /// Nothing of it is felt.
    pub(super) const LOST: Self = Self { status: false, success: false, guarded: false, exits: false, returns: false };
}

/// Where the control goes after a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// On.
    Goes,
    /// Out of the loop.
    Breaks,
    /// Out of the function.
    Returns,
    /// Out of the shell.
    Exits,
}

/// What scripts inside each other share.
pub(super) struct Shared {
    pub(super) found: Vec<Command>,
    pub(super) shell: Shell,
    pub(super) subshells: Vec<u32>,
    pub(super) opened: u32,
    pub(super) steps: u32,
    pub(super) depth: u32,
    pub(super) scripts: u32,
    /// A trap makes every failure a success.
    pub(super) swallowed: bool,
}

/// A script that runs.
pub(super) struct Run<'s, 't> {
    pub(super) text: &'t str,
    /// The line where it starts; of a script inside a word, the line of that word.
    pub(super) line: u32,
    pub(super) is_inner: bool,
    pub(super) functions: &'s Functions<'t>,
    /// In the order in which they are written.
    pub(super) names: &'s [&'t str],
    pub(super) called: Vec<&'t str>,
    /// The functions that are running, with their arguments.
    pub(super) frames: Vec<(&'t str, Arguments)>,
    /// Something asks how commands in the background ended.
    pub(super) waits: bool,
    /// A name that is only known when the script runs may call any function.
    pub(super) calls_any: bool,
    pub(super) shared: &'s mut Shared,
}

impl<'s, 't> Run<'s, 't> {
    pub(super) fn outcomes(&self) -> Outcomes<'s, 't> {
        Outcomes::new(self.text, self.functions)
    }

    /// Whether anything feels that a statement fails.
    pub(super) fn felt(&self, fate: Fate) -> bool {
        fate.status || self.shared.shell.errexit && !fate.guarded && fate.exits
    }

    /// Runs something in a shell of its own.
    pub(super) fn subshell<T>(&mut self, fate: Fate, body: impl FnOnce(&mut Self, Fate) -> T) -> T {
        let felt = self.felt(fate);
        let before = self.shared.shell;
        self.shared.opened += 1;
        self.shared.subshells.push(self.shared.opened);
        let found = body(self, Fate { status: felt, exits: felt, returns: felt, ..fate });
        self.shared.subshells.pop();
        self.shared.shell = before;
        found
    }

    /// The arguments of the function that runs.
    pub(super) fn arguments(&self) -> &Arguments {
        self.frames.last().map_or(&None, |(_, arguments)| arguments)
    }

    pub(super) fn line_of(&self, node: Node<'t>) -> u32 {
        let row = u32::try_from(node.start_position().row).unwrap_or(u32::MAX);
        if self.is_inner { self.line } else { self.line + row }
    }

    /// Gives a text to the last command found since.
    pub(super) fn give(&mut self, before: usize, text: Option<String>) {
        if let Some(text) = text
            && self.shared.found.len() > before
            && let Some(last) = self.shared.found.last_mut()
            && last.input.is_none()
        {
            last.input = Some(text);
        }
    }
}
