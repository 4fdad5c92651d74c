//! Simple commands: their words, the functions that they call, and what the shell itself does.

use tree_sitter::Node;

use super::command::Command;
use super::state::{Fate, Flow, Run};
use super::text::{Arguments, children, fields, parts, word, words, written};

/// How many functions call each other.
const CALLS: usize = 8;

impl<'t> Run<'_, 't> {
    pub(super) fn command(&mut self, node: Node<'t>, fate: Fate) -> Flow {
        let mut command = Vec::new();
        let mut input = None;
        let mut inner = None;
        let felt = self.felt(fate);
        for part in children(node) {
            match part.kind() {
                "variable_assignment" => self.substitutions(part, false),
                "file_redirect" => {
                    self.substitutions(part, false);
                    command.extend(self.beyond(part));
                }
                "herestring_redirect" => input = self.herestring(part),
                "subshell" => inner = Some(part),
                "ERROR" if written(self.text, part).contains('\n') => return self.broken(node, fate),
                "ERROR" => {
                    self.substitutions(part, false);
                    command.extend(written(self.text, part).split_whitespace().map(str::to_owned));
                }
                kind => {
                    self.substitutions(part, kind == "command_name" && felt);
                    command.extend(words(self.text, part, self.arguments()));
                }
            }
        }
        let before = self.shared.found.len();
        let place = node.child_by_field_name("name").unwrap_or(node);
        let flow = self.simple(command, place, fate);
        self.give(before, input);
        match inner {
            // `time (a; b)`
            Some(inner) => self.statement(inner, fate),
            None => flow,
        }
    }

    /// Runs a command of some words.
    pub(super) fn simple(&mut self, mut command: Vec<String>, place: Node<'t>, fate: Fate) -> Flow {
        // Keywords that the tree does not know where they stand, and what make reads at the start of a line.
        const KEYWORDS: &[&str] = &[
            "time", "-p", "{", "}", "!", "@", "-", "if", "then", "else", "elif", "do", "fi", "done", "while", "until",
        ];
        let start = command.iter().position(|word| !KEYWORDS.contains(&word.as_str())).unwrap_or(command.len());
        command.drain(..start);
        let Some((name, rest)) = command.split_first() else {
            return Flow::Goes;
        };
        let line = self.line_of(place);
        let mut flow = Flow::Goes;
        match name.as_str() {
            "set" => {
                self.shared.shell.set(rest.iter().map(String::as_str));
            }
            "exit" => flow = Flow::Exits,
            "return" => flow = Flow::Returns,
            "break" | "continue" => flow = Flow::Breaks,
            // `exec 2>&1` alone changes where the shell writes.
            "exec" if !rest.is_empty() => flow = Flow::Exits,
            "shift" => {
                let count = rest.first().and_then(|count| count.parse().ok()).unwrap_or(1_usize);
                if let Some((_, Some(arguments))) = self.frames.last_mut() {
                    arguments.drain(..count.min(arguments.len()));
                }
            }
            // What a substitution prints is not known.
            "eval" if !rest.first().is_some_and(|word| word.starts_with('$')) => {
                let text = rest.join(" ");
                if let Some(flow) = self.called_by(&text, fate) {
                    return flow;
                }
                return self.inner(&text, line, fate);
            }
            "trap" => self.trap(rest.to_vec(), line),
            _ => {
                if let Some((name, _)) = self.functions.get_key_value(name.as_str()) {
                    let arguments = rest.to_vec();
                    if !self.frames.iter().any(|(running, _)| running == name) {
                        return self.call(name, Some(arguments), fate);
                    }
                }
                self.calls_any |= self.may_call_any(name);
            }
        }
        // Its status is what fails the script, unless it says that all is well.
        let tolerated = !self.felt(if flow == Flow::Exits { Fate { status: fate.exits, ..fate } } else { fate });
        self.shared.found.push(Command {
            words: command,
            line,
            tolerated: tolerated || self.shared.swallowed,
            input: None,
            subshells: self.shared.subshells.clone(),
            shell: self.shared.shell,
        });
        flow
    }

    /// The words after the file of a redirection, which the tree counts among its files.
    pub(super) fn beyond(&self, redirect: Node<'t>) -> Vec<String> {
        let files = fields(redirect, "destination");
        files.into_iter().skip(1).flat_map(|file| words(self.text, file, self.arguments())).collect()
    }

    pub(super) fn herestring(&mut self, redirect: Node<'t>) -> Option<String> {
        self.substitutions(redirect, false);
        Some(word(self.text, *parts(redirect).last()?, self.arguments()))
    }

    /// Whether a word stands for the name of any function: `"$@"`, `"cmd_$1"`, `$task` after `task=$1`.
    pub(super) fn may_call_any(&self, word: &str) -> bool {
        let Some((start, rest)) = word.split_once('$') else { return false };
        let name = rest.trim_start_matches('{');
        let name = &name[..name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len())];
        let given = name.is_empty() && rest.trim_start_matches('{').starts_with(['@', '*']) || name == "1";
        let taken = |quote: &str| self.text.contains(&format!("{name}={quote}${{1"));
        let taken = given
            || self.text.contains(&format!("{name}=$1"))
            || self.text.contains(&format!("{name}=\"$1"))
            || taken("")
            || taken("\"");
        if start.is_empty() { taken } else { self.names.iter().any(|name| name.starts_with(start)) }
    }

    /// The call of a function that is all that a text holds.
    pub(super) fn called_by(&mut self, text: &str, fate: Fate) -> Option<Flow> {
        let mut words = text.split_whitespace();
        let (name, _) = self.functions.get_key_value(words.next()?)?;
        let running = self.frames.iter().any(|(running, _)| running == name);
        (!running).then(|| self.call(name, Some(words.map(str::to_owned).collect()), fate))
    }

    pub(super) fn call(&mut self, name: &'t str, arguments: Arguments, fate: Fate) -> Flow {
        let Some(body) = self.functions.get(name).copied().filter(|_| self.frames.len() < CALLS) else {
            return Flow::Goes;
        };
        if !self.called.contains(&name) {
            self.called.push(name);
        }
        self.frames.push((name, arguments));
        let flow = self.statement(body, Fate { returns: self.felt(fate), ..fate });
        self.frames.pop();
        if flow == Flow::Exits { flow } else { Flow::Goes }
    }

    /// Runs what is left to call where a name that is not known may call it.
    pub(super) fn uncalled(&mut self, fate: Fate) {
        for name in self.names {
            if !self.called.contains(name) {
                self.call(name, None, fate);
            }
        }
    }

    /// `trap 'rm -rf x' EXIT`: what it runs changes no status, unless it exits.
    pub(super) fn trap(&mut self, mut words: Vec<String>, line: u32) {
        words.retain(|word| word != "--");
        let Some((action, signals)) = words.split_first().filter(|(_, signals)| !signals.is_empty()) else {
            return;
        };
        if matches!(action.as_str(), "" | "-") || action.starts_with('-') {
            return;
        }
        let at_the_end = signals.iter().any(|signal| matches!(signal.as_str(), "EXIT" | "ERR" | "0"));
        if self.called_by(action, Fate::LOST).is_none() {
            self.inner(action, line, Fate::LOST);
        }
        self.shared.swallowed |= at_the_end && action.split([';', '\n']).any(|part| part.trim() == "exit 0");
    }
}
