//! How what runs after a failure ends: whether it makes the script fail, or swallows the failure.

use tree_sitter::Node;

use super::text::{Functions, children, fields, parts, word, written};

/// How far functions and blocks inside each other are looked into.
const DEPTH: u32 = 12;

/// How what runs after a failure ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It fails, or notes the failure where something looks later.
    Fails,
    /// It succeeds.
    Succeeds,
    /// It is a program of which that is not known.
    Unknown,
}

use Outcome::{Fails, Succeeds, Unknown};

/// Tells outcomes in a script.
#[derive(Clone, Copy)]
pub(super) struct Outcomes<'o, 't> {
    pub text: &'t str,
    pub functions: &'o Functions<'t>,
    depth: u32,
}

impl<'o, 't> Outcomes<'o, 't> {
    pub(super) fn new(text: &'t str, functions: &'o Functions<'t>) -> Self {
        Self { text, functions, depth: 0 }
    }

    /// How one statement ends that runs because something failed.
    pub(super) fn of(mut self, node: Node<'t>) -> Outcome {
        self.depth += 1;
        if self.depth > DEPTH {
            return Unknown;
        }
        match node.kind() {
            "command" => self.command(node),
            "variable_assignment" | "variable_assignments" | "declaration_command" => self.assignment(node),
            "list" => self.list(node),
            "pipeline" => parts(node).last().map_or(Unknown, |last| self.of(*last)),
            "redirected_statement" => fields(node, "body").first().map_or(Succeeds, |body| self.of(*body)),
            "compound_statement" | "subshell" | "else_clause" | "do_group" => self.block(&parts(node)),
            "if_statement" | "case_statement" | "while_statement" | "for_statement" | "elif_clause" | "case_item" => {
                if parts(node).into_iter().any(|part| self.of(part) == Fails) {
                    Fails
                } else {
                    Succeeds
                }
            }
            _ => Unknown,
        }
    }

    /// How statements end that run one after the other: a block whose end is not known is taken for one that only tells of
    /// the failure.
    pub(super) fn block(self, statements: &[Node<'t>]) -> Outcome {
        let mut before = None;
        for (at, statement) in statements.iter().enumerate() {
            let own = match self.exit(*statement) {
                // `$?` is the status of the statement before.
                Some(None) => before.unwrap_or(Fails),
                Some(Some(outcome)) => outcome,
                None => self.of(*statement),
            };
            let exits = self.exit(*statement).is_some();
            let ends = matches!(statement.kind(), "if_statement" | "case_statement" | "list" | "variable_assignment")
                || self.is_function(*statement);
            if exits || at + 1 == statements.len() || own == Fails && ends {
                return if own == Unknown { Succeeds } else { own };
            }
            before = Some(own);
        }
        Succeeds
    }

    fn is_function(self, node: Node<'t>) -> bool {
        let name = (node.kind() == "command").then(|| node.child_by_field_name("name")).flatten();
        name.is_some_and(|name| self.functions.contains_key(written(self.text, name)))
    }

    /// For `exit` and `return`, how they end; nothing in it where that is the status of what ran before.
    fn exit(self, node: Node<'t>) -> Option<Option<Outcome>> {
        if node.kind() == "redirected_statement" {
            return self.exit(*fields(node, "body").first()?);
        }
        let name = (node.kind() == "command").then(|| node.child_by_field_name("name")).flatten()?;
        if !matches!(written(self.text, name), "exit" | "return") {
            return None;
        }
        let status = fields(node, "argument").first().map(|status| word(self.text, *status, &None));
        Some(match status.as_deref() {
            None | Some("$?") => None,
            Some("0") => Some(Succeeds),
            Some(_) => Some(Fails),
        })
    }

    fn command(self, node: Node<'t>) -> Outcome {
        if let Some(exit) = self.exit(node) {
            return exit.unwrap_or(Fails);
        }
        let Some(name) = node.child_by_field_name("name") else { return Unknown };
        match written(self.text, name) {
            "false" => Fails,
            "true" | ":" | "echo" | "printf" | "break" | "continue" | "shift" | "set" => Succeeds,
            name => self.functions.get(name).map_or(Unknown, |body| self.of(*body)),
        }
    }

    /// An assignment notes the failure if anything reads the variable.
    fn assignment(self, node: Node<'t>) -> Outcome {
        let names = children(node).into_iter().filter(|child| child.kind() == "variable_assignment");
        let names = names.chain((node.kind() == "variable_assignment").then_some(node));
        let mut read = names.filter_map(|name| name.child_by_field_name("name"));
        if read.any(|name| self.is_read(written(self.text, name))) { Fails } else { Succeeds }
    }

    /// Whether a variable is read anywhere.
    pub(super) fn is_read(self, name: &str) -> bool {
        let after = self.text.match_indices(name).map(|(at, _)| (at, at + name.len()));
        let mut whole = after.filter(|(start, end)| {
            let before = &self.text[..*start];
            let rest = &self.text[*end..];
            (before.ends_with('$') || before.ends_with("${") || before.ends_with("((") || before.ends_with("${#"))
                && !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        });
        whole.next().is_some()
    }

    fn list(self, node: Node<'t>) -> Outcome {
        let [left, operator, right] = children(node)[..] else { return Unknown };
        match (self.of(left), operator.kind()) {
            (Fails, "&&") => Fails,
            (Succeeds, "||") => Succeeds,
            _ => self.of(right),
        }
    }
}
