//! Runs a script in mind: which commands run in which order, and whether their failures are felt.

use std::collections::HashMap;

use tree_sitter::Node;

use super::broken;
use super::command::{Command, Shell};
use super::outcome::Outcome;
use super::state::{Fate, Flow, Run, Shared};
use super::text::{Functions, children, fields, parts, words, written};
use crate::read::syntax::{Grammar, Tree};

/// How deep statements, calls of functions and scripts inside scripts are followed.
const DEPTH: u32 = 160;

/// How many scripts are inside each other.
const SCRIPTS: u32 = 4;

/// How many statements of one script are followed: functions that call each other multiply.
const STEPS: u32 = 100_000;

/// The longest script that is read by its syntax.
const LONGEST: usize = 1 << 18;

/// The commands that a script runs.
pub(super) fn commands(script: &str, shell: Shell) -> Vec<Command> {
    let fate = Fate { status: shell.felt, success: false, guarded: false, exits: shell.felt, returns: shell.felt };
    let mut shared = Shared {
        found: Vec::new(),
        shell,
        subshells: Vec::new(),
        opened: 0,
        steps: 0,
        depth: 0,
        scripts: 0,
        swallowed: false,
    };
    run(script, 0, false, fate, &mut shared);
    shared.found
}

/// Runs a script.
fn run(script: &str, line: u32, is_inner: bool, fate: Fate, shared: &mut Shared) -> Flow {
    let script = script.get(..LONGEST).unwrap_or(script);
    if shared.scripts >= SCRIPTS {
        return Flow::Goes;
    }
    let parse = |text: &str| (text.len() <= LONGEST).then(|| Tree::parse(text, Grammar::Bash).ok()).flatten();
    let Some(tree) = parse(script) else {
        broken::lines(script, |offset, text| plain(text, if is_inner { line } else { line + offset }, fate, shared));
        return Flow::Goes;
    };
    let cleaned = tree.has_errors().then(|| broken::without_templates(script)).flatten();
    let reparsed = cleaned.as_deref().and_then(|cleaned| Some((parse(cleaned)?, cleaned)));
    let (tree, text) = match &reparsed {
        Some((tree, text)) => (tree, *text),
        None => (&tree, script),
    };
    let (functions, names) = functions_of(tree.syntax(), text);
    let mut run = Run {
        text,
        line,
        is_inner,
        functions: &functions,
        names: &names,
        called: Vec::new(),
        frames: Vec::new(),
        waits: waits(text),
        calls_any: false,
        shared,
    };
    run.shared.scripts += 1;
    let flow = match tree.syntax().kind() {
        "ERROR" => run.broken(tree.syntax(), fate),
        _ => run.statements(&children(tree.syntax()), fate),
    };
    if run.calls_any {
        run.uncalled(fate);
    }
    run.shared.scripts -= 1;
    flow
}

/// A line that no grammar reads, by its words.
fn plain(text: &str, line: u32, fate: Fate, shared: &mut Shared) {
    for words in broken::plain_commands(text) {
        shared.found.push(Command {
            words,
            line,
            tolerated: !(fate.status || fate.exits) || broken::swallows(text),
            input: None,
            subshells: shared.subshells.clone(),
            shell: shared.shell,
        });
    }
}

/// Whether a script asks how commands in the background ended: `wait $!`, `wait -n`.
fn waits(text: &str) -> bool {
    text.match_indices("wait ").any(|(at, found)| {
        let alone = text[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || ";&|({".contains(c));
        alone && text[at + found.len()..].trim_start_matches(' ').starts_with(['$', '"', '%', '-', '{'])
    })
}

fn functions_of<'t>(root: Node<'t>, text: &'t str) -> (Functions<'t>, Vec<&'t str>) {
    let (mut functions, mut names) = (HashMap::new(), Vec::new());
    if !text.contains("()") && !text.contains("function") && !text.contains("( )") {
        return (functions, names);
    }
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.kind() == "function_definition"
            && let (Some(name), Some(body)) = (node.child_by_field_name("name"), node.child_by_field_name("body"))
        {
            let name = written(text, name);
            functions.insert(name, body);
            names.push(name);
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return (functions, names);
            }
        }
    }
}

/// What a condition always is, where it is written out.
fn constant(text: &str, statements: &[Node<'_>]) -> Option<bool> {
    let [statement] = statements else { return None };
    match statement.kind() {
        "command" => match written(text, *statement) {
            "true" | ":" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        "negated_command" => constant(text, &parts(*statement)).map(|value| !value),
        "list" => {
            let all = children(*statement);
            let [left, operator, right] = all[..] else { return None };
            match (constant(text, &[left]), operator.kind()) {
                (Some(false), "&&") => Some(false),
                (Some(true), "||") => Some(true),
                (Some(_), _) => constant(text, &[right]),
                (None, _) => None,
            }
        }
        _ => None,
    }
}

impl<'t> Run<'_, 't> {
    /// Runs statements one after the other, given with the tokens between them.
    pub(super) fn statements(&mut self, nodes: &[Node<'t>], fate: Fate) -> Flow {
        let mut all: Vec<(Node<'t>, bool)> = Vec::new();
        for node in nodes {
            match node.kind() {
                "&" => {
                    if let Some(last) = all.last_mut() {
                        last.1 = true;
                    }
                }
                _ if node.is_named() => all.push((*node, false)),
                _ => {}
            }
        }
        let last = all.iter().rposition(|(node, _)| node.kind() != "function_definition");
        for (at, (node, background)) in all.iter().enumerate() {
            let own = if Some(at) == last {
                fate
            } else {
                let next = all.get(at + 1).is_some_and(|(next, _)| self.looks_at_status(*next, fate));
                Fate { status: next, success: false, ..fate }
            };
            let flow = if *background {
                let own = Fate { status: self.waits, success: false, exits: self.waits, returns: self.waits, ..own };
                self.subshell(own, |run, own| run.statement(*node, own));
                Flow::Goes
            } else {
                self.statement(*node, own)
            };
            if flow != Flow::Goes {
                return flow;
            }
        }
        Flow::Goes
    }

    /// Whether a statement makes something of the status of the one before it.
    pub(super) fn looks_at_status(&self, next: Node<'t>, fate: Fate) -> bool {
        let raw = written(self.text, next);
        let name = next.child_by_field_name("name").map(|name| written(self.text, name));
        let ends = matches!(name, Some("exit" | "return")) && next.kind() == "command";
        if ends && raw.split_whitespace().count() == 1 {
            return fate.exits || fate.returns;
        }
        if !raw.contains("$?") && !raw.contains("${?") && !raw.contains("PIPESTATUS") {
            return false;
        }
        (fate.exits || fate.returns || fate.status)
            && (ends
                || match next.kind() {
                    "command" => !matches!(name, Some("echo" | "printf")),
                    _ => self.outcomes().of(next) == Outcome::Fails,
                })
    }

    /// Runs what `$(…)` and `<(…)` hold anywhere in a node. Bash does not hand `-e` down to them
    /// (<https://www.gnu.org/software/bash/manual/html_node/Command-Substitution.html>).
    pub(super) fn substitutions(&mut self, node: Node<'t>, felt: bool) {
        let mut cursor = node.walk();
        let mut inside = Vec::new();
        loop {
            let here = cursor.node();
            let is_one = matches!(here.kind(), "command_substitution" | "process_substitution");
            if is_one {
                inside.push(here);
            }
            if !is_one && cursor.goto_first_child() {
                continue;
            }
            let mut out = false;
            loop {
                if cursor.node().id() == node.id() {
                    out = true;
                    break;
                }
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    out = true;
                    break;
                }
            }
            if out {
                break;
            }
        }
        for here in inside {
            let felt = felt && here.kind() == "command_substitution";
            let fate = Fate { status: felt, exits: felt, returns: felt, ..Fate::LOST };
            self.subshell(fate, |run, fate| {
                run.shared.shell.errexit = false;
                run.statements(&children(here), fate)
            });
        }
    }

    pub(super) fn statement(&mut self, node: Node<'t>, fate: Fate) -> Flow {
        self.shared.steps += 1;
        if self.shared.steps > STEPS || self.shared.depth > DEPTH {
            return Flow::Goes;
        }
        self.shared.depth += 1;
        let flow = self.dispatch(node, fate);
        self.shared.depth -= 1;
        flow
    }

    pub(super) fn dispatch(&mut self, node: Node<'t>, fate: Fate) -> Flow {
        match node.kind() {
            "command" => self.command(node, fate),
            "list" => self.list(node, fate),
            "pipeline" => self.pipeline(&parts(node), fate),
            "negated_command" => {
                let negated = Fate { status: fate.success, success: fate.status, guarded: true, ..fate };
                for part in parts(node) {
                    self.statement(part, negated);
                }
                Flow::Goes
            }
            "subshell" => {
                self.subshell(fate, |run, fate| run.statements(&children(node), fate));
                Flow::Goes
            }
            "compound_statement" if written(self.text, node).starts_with('{') => self.statements(&children(node), fate),
            "if_statement" => self.choice(node, fate),
            "while_statement" | "for_statement" | "c_style_for_statement" => self.repetition(node, fate),
            "case_statement" => {
                for part in parts(node) {
                    match part.kind() {
                        "case_item" => {
                            let values = fields(part, "value");
                            let body = children(part).into_iter().filter(|child| !values.contains(child));
                            self.statements(&body.collect::<Vec<_>>(), fate);
                        }
                        _ => self.substitutions(part, false),
                    }
                }
                Flow::Goes
            }
            "redirected_statement" => self.redirected(node, fate),
            "function_definition" | "comment" => Flow::Goes,
            "variable_assignment" | "variable_assignments" => {
                let felt = self.felt(fate);
                self.substitutions(node, felt);
                Flow::Goes
            }
            "test_command" => {
                // The test judges what they print.
                let felt = self.felt(fate) || fate.success;
                self.substitutions(node, felt);
                Flow::Goes
            }
            "ERROR" => self.broken(node, fate),
            _ => {
                self.substitutions(node, false);
                Flow::Goes
            }
        }
    }

    /// `a && b || c`, which the tree nests to the left.
    pub(super) fn list(&mut self, node: Node<'t>, fate: Fate) -> Flow {
        let mut links = Vec::new();
        let mut first = node;
        while first.kind() == "list" {
            let all = children(first);
            let [left, operator, right] = all[..] else {
                // Half a list.
                return self.broken(node, fate);
            };
            links.push((operator.kind(), right));
            first = left;
        }
        // What becomes of each part, from the last one to the first.
        let mut fates = Vec::new();
        let mut whole = fate;
        for (operator, right) in &links {
            fates.push(whole);
            whole = self.before(operator, *right, whole);
        }
        let mut known = constant(self.text, &[first]);
        let mut flow = self.statement(first, whole);
        for ((operator, right), fate) in links.into_iter().zip(fates).rev() {
            if flow != Flow::Goes {
                return flow;
            }
            let skipped = known == Some(operator == "||");
            if skipped {
                continue;
            }
            let own = self.statement(right, fate);
            flow = if known.is_some() { own } else { Flow::Goes };
            known = known.and_then(|_| constant(self.text, &[right]));
        }
        flow
    }

    /// What becomes of what stands before an operator.
    pub(super) fn before(&self, operator: &str, right: Node<'t>, fate: Fate) -> Fate {
        let outcome = self.outcomes().of(right);
        let fails = (fate.exits || fate.returns || fate.status) && outcome == Outcome::Fails;
        if operator == "&&" {
            return Fate { success: fate.success || fails, guarded: true, ..fate };
        }
        let status = match outcome {
            Outcome::Fails => fails,
            Outcome::Succeeds => false,
            Outcome::Unknown => self.felt(fate),
        };
        Fate { status, guarded: true, ..fate }
    }

    pub(super) fn pipeline(&mut self, elements: &[Node<'t>], fate: Fate) -> Flow {
        // The tree takes the `!` before a pipeline for one before its first command.
        let negated = elements.first().is_some_and(|first| first.kind() == "negated_command");
        let fate = match negated {
            true => Fate { status: fate.success, success: fate.status, guarded: true, ..fate },
            false => fate,
        };
        // What `grep` finds in their output is what counts, in `! lint | grep error`.
        let judged = fate.success && elements.last().is_some_and(|last| self.is_search(*last));
        let lost = Fate { status: judged, guarded: fate.guarded, exits: judged, ..Fate::LOST };
        let mut given = None;
        for (at, element) in elements.iter().enumerate() {
            let is_last = at + 1 == elements.len();
            let own = if is_last || self.shared.shell.pipefail { fate } else { lost };
            let inner = if negated && at == 0 { parts(*element) } else { vec![*element] };
            let before = self.shared.found.len();
            self.subshell(own, |run, own| {
                for part in inner {
                    run.statement(part, own);
                }
            });
            self.give(before, given.take());
            given = self.printed(*element, before);
        }
        Flow::Goes
    }

    fn is_search(&self, node: Node<'t>) -> bool {
        let name = node.child_by_field_name("name").map(|name| written(self.text, name));
        matches!(name, Some("grep" | "egrep" | "fgrep" | "rg"))
    }

    /// What `echo` or `cat` prints to the pipe after it.
    pub(super) fn printed(&self, element: Node<'t>, before: usize) -> Option<String> {
        let simple = matches!(element.kind(), "command" | "redirected_statement");
        let last = self.shared.found.last().filter(|_| simple && self.shared.found.len() > before)?;
        match last.words.split_first()? {
            (program, rest) if program == "echo" || program == "printf" => Some(rest.join(" ")),
            (program, []) if program == "cat" || program == "envsubst" => last.input.clone(),
            (program, _) if program == "tee" => last.input.clone(),
            _ => None,
        }
    }

    pub(super) fn choice(&mut self, node: Node<'t>, fate: Fate) -> Flow {
        let mut condition = Vec::new();
        let mut branch = Vec::new();
        let mut others = Vec::new();
        let mut in_branch = false;
        for child in children(node) {
            match child.kind() {
                "if" | "elif" | "fi" => {}
                "then" => in_branch = true,
                "elif_clause" | "else_clause" => others.push(child),
                _ if in_branch => branch.push(child),
                _ => condition.push(child),
            }
        }
        self.branches(&condition, &branch, &others, fate)
    }

    /// Runs a condition and its branches: the one where it holds, and what follows `elif` or `else`.
    pub(super) fn branches(
        &mut self,
        condition: &[Node<'t>],
        branch: &[Node<'t>],
        others: &[Node<'t>],
        fate: Fate,
    ) -> Flow {
        let named = |nodes: &[Node<'t>]| nodes.iter().copied().filter(Node::is_named).collect::<Vec<_>>();
        let known = constant(self.text, &named(condition));
        let outcomes = self.outcomes();
        let can_fail = fate.exits || fate.returns || fate.status;
        let asked = Fate {
            status: can_fail && others.iter().any(|other| outcomes.of(*other) == Outcome::Fails),
            success: can_fail && outcomes.block(&named(branch)) == Outcome::Fails,
            guarded: true,
            ..fate
        };
        let flow = self.statements(condition, asked);
        if flow != Flow::Goes {
            return flow;
        }
        let first = match known {
            Some(false) => Flow::Goes,
            _ => self.statements(branch, fate),
        };
        let second = match (known, others.split_first()) {
            (Some(true), _) | (_, None) => Flow::Goes,
            (_, Some((other, rest))) => self.other(*other, rest, fate),
        };
        match known {
            Some(true) => first,
            Some(false) => second,
            None if first == second => first,
            None => Flow::Goes,
        }
    }

    pub(super) fn other(&mut self, clause: Node<'t>, rest: &[Node<'t>], fate: Fate) -> Flow {
        let all = children(clause);
        match all.iter().position(|child| child.kind() == "then") {
            Some(then) => self.branches(&all[..then], &all[then + 1..], rest, fate),
            None => self.statements(&all, fate),
        }
    }

    pub(super) fn repetition(&mut self, node: Node<'t>, fate: Fate) -> Flow {
        let body = node.child_by_field_name("body");
        let condition = fields(node, "condition");
        let is_while = node.kind() == "while_statement";
        let lost = Fate { status: false, success: false, ..fate };
        if is_while {
            self.statements(&condition, Fate { guarded: true, ..lost });
            let holds = !written(self.text, node).starts_with("until");
            let named: Vec<Node<'t>> = condition.into_iter().filter(Node::is_named).collect();
            if constant(self.text, &named) == Some(!holds) {
                return Flow::Goes;
            }
        } else {
            parts(node).into_iter().filter(|part| Some(*part) != body).for_each(|part| self.substitutions(part, false));
        }
        // The status of a loop is that of its last round: another round follows.
        if let Some(body) = body {
            self.statements(&children(body), lost);
        }
        Flow::Goes
    }

    pub(super) fn redirected(&mut self, node: Node<'t>, fate: Fate) -> Flow {
        let body = node.child_by_field_name("body");
        let before = self.shared.found.len();
        let mut flow = Flow::Goes;
        let mut after: Vec<(&str, Node<'t>)> = Vec::new();
        let mut given = None;
        let mut words_after = Vec::new();
        for redirect in fields(node, "redirect") {
            match redirect.kind() {
                "heredoc_redirect" => {
                    let parts = children(redirect);
                    let text = parts.iter().find(|part| part.kind() == "heredoc_body");
                    given = text.map(|text| written(self.text, *text).to_owned());
                    let mut operator = "";
                    for part in parts {
                        match part.kind() {
                            "&&" | "||" => operator = part.kind(),
                            "pipeline" => after.extend(parts_of(part).map(|part| ("|", part))),
                            _ if !operator.is_empty() && part.is_named() => {
                                after.push((std::mem::take(&mut operator), part));
                            }
                            "heredoc_start" | "heredoc_end" => {}
                            "file_redirect" => words_after.extend(self.beyond(part)),
                            "word" | "string" | "raw_string" | "concatenation" | "simple_expansion" | "number" => {
                                words_after.extend(words(self.text, part, self.arguments()));
                            }
                            _ => self.substitutions(part, false),
                        }
                    }
                }
                "herestring_redirect" => given = self.herestring(redirect),
                _ => {
                    words_after.extend(self.beyond(redirect));
                    self.substitutions(redirect, false);
                }
            }
        }
        let own = after.first().map_or(fate, |(operator, right)| match *operator {
            "|" if self.shared.shell.pipefail => fate,
            "|" => Fate { guarded: fate.guarded, ..Fate::LOST },
            operator => self.before(operator, *right, fate),
        });
        let before_body = self.shared.found.len();
        match body {
            Some(body) => flow = self.statement(body, own),
            // `>log npm test`
            None if !words_after.is_empty() => {
                let command = std::mem::take(&mut words_after);
                self.simple(command, node, own);
            }
            None => {}
        }
        let takes = body.is_some_and(|body| matches!(body.kind(), "command" | "list" | "pipeline" | "negated_command"));
        if takes && self.shared.found.len() > before_body {
            if let Some(last) = self.shared.found.last_mut() {
                last.words.append(&mut words_after);
            }
            self.give(before_body, given);
        }
        for (operator, right) in after {
            let start = self.shared.found.len();
            if operator == "|" {
                let text = body.and_then(|body| self.printed(body, before));
                self.subshell(fate, |run, fate| run.statement(right, fate));
                self.give(start, text);
            } else {
                self.statement(right, fate);
            }
            flow = Flow::Goes;
        }
        flow
    }

    /// Runs a script that a word holds.
    pub(super) fn inner(&mut self, text: &str, line: u32, fate: Fate) -> Flow {
        run(text, line, true, fate, self.shared)
    }

    /// What can be read of a stretch that the grammar could not.
    pub(super) fn broken(&mut self, node: Node<'t>, fate: Fate) -> Flow {
        let generous = Fate { status: fate.status || fate.exits, ..fate };
        let mut at = node.start_byte();
        for part in children(node) {
            let is_statement = matches!(
                part.kind(),
                "command"
                    | "list"
                    | "pipeline"
                    | "negated_command"
                    | "subshell"
                    | "compound_statement"
                    | "if_statement"
                    | "while_statement"
                    | "for_statement"
                    | "c_style_for_statement"
                    | "case_statement"
                    | "redirected_statement"
                    | "function_definition"
                    | "declaration_command"
            );
            if is_statement && node.kind() == "ERROR" && !part.has_error() {
                self.pieces(at, part.start_byte(), generous);
                self.statement(part, generous);
                at = part.end_byte();
            }
        }
        self.pieces(at, node.end_byte(), generous);
        Flow::Goes
    }

    /// Reads a stretch of the text line by line.
    pub(super) fn pieces(&mut self, start: usize, end: usize, fate: Fate) {
        let Some(piece) = self.text.get(start..end).filter(|piece| !piece.trim().is_empty()) else { return };
        let row = u32::try_from(self.text[..start].matches('\n').count()).unwrap_or(u32::MAX);
        let (line, is_inner) = (self.line, self.is_inner);
        let shared = &mut *self.shared;
        broken::lines(piece, |offset, text| {
            let line = if is_inner { line } else { line + row + offset };
            shared.steps += 1;
            if shared.steps > STEPS {
                return;
            }
            let parsed = (shared.scripts < SCRIPTS).then(|| Tree::parse(text, Grammar::Bash).ok()).flatten();
            match parsed {
                Some(tree) if !tree.has_errors() => {
                    run(text, line, true, fate, shared);
                }
                _ => plain(text, line, fate, shared),
            }
        });
    }
}

fn parts_of<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    parts(node).into_iter()
}
