//! An `.editorconfig` that says what the code already does.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::fix::plan::{FileChange, FixContext, Plan};

/// How many lines are looked at in each sort of file.
const LOOKED_AT: usize = 20_000;

/// How lines of one sort of file are indented.
#[derive(Default)]
struct Habit {
    lines: usize,
    tabs: usize,
    /// Lines by the step from the one before them, in spaces.
    steps: BTreeMap<usize, usize>,
}

impl Habit {
    fn see(&mut self, text: &str) {
        let mut last = 0;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            if self.lines > LOOKED_AT {
                return;
            }
            self.lines += 1;
            if line.starts_with('\t') {
                self.tabs += 1;
                continue;
            }
            let depth = line.len() - line.trim_start_matches(' ').len();
            if depth > last {
                *self.steps.entry(depth - last).or_default() += 1;
            }
            last = depth;
        }
    }

    /// `tab`, or a number of spaces; nothing where too little is seen.
    fn style(&self) -> Option<Indent> {
        let indented: usize = self.steps.values().sum();
        if self.tabs > indented {
            return Some(Indent::Tab);
        }
        let usual = self.steps.iter().filter(|(step, _)| matches!(step, 2 | 4 | 8)).max_by_key(|(_, count)| **count)?;
        (*usual.1 >= 3).then_some(Indent::Spaces(*usual.0))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Indent {
    Tab,
    Spaces(usize),
}

pub(super) fn plan(context: &FixContext<'_>) -> Plan {
    let inventory = &context.survey.inventory;
    let mut habits: BTreeMap<String, Habit> = BTreeMap::new();
    let (mut lf, mut crlf) = (0, 0);
    for file in inventory.own_files() {
        let Some((_, extension)) = file.name().rsplit_once('.') else { continue };
        let known = file.programming
            || matches!(extension, "html" | "css" | "scss" | "json" | "yml" | "yaml" | "vue" | "svelte");
        if !known || !extension.chars().all(|letter| letter.is_ascii_alphanumeric()) {
            continue;
        }
        let Some(text) = inventory.text(&file.path) else { continue };
        if text.contains("\r\n") {
            crlf += 1
        } else {
            lf += 1
        }
        habits.entry(extension.to_owned()).or_default().see(&text);
    }
    let mut weights: BTreeMap<Indent, usize> = BTreeMap::new();
    for habit in habits.values() {
        if let Some(style) = habit.style() {
            *weights.entry(style).or_default() += habit.lines;
        }
    }
    let usual = weights.into_iter().max_by_key(|(_, lines)| *lines).map_or(Indent::Spaces(2), |(style, _)| style);
    let mut text = context.tr(
        "# What the code of this repository does already. Written by `equerre fix`; see https://editorconfig.org.\n",
        "# Ce que fait déjà le code de ce dépôt. Écrit par `equerre fix` ; voir https://editorconfig.org.\n",
    );
    let end = if crlf > lf { "crlf" } else { "lf" };
    let _ = write!(
        text,
        "root = true\n\n[*]\ncharset = utf-8\nend_of_line = {end}\ninsert_final_newline = true\ntrim_trailing_whitespace = true\n{}",
        lines(usual)
    );
    let mut others: BTreeMap<Indent, Vec<&str>> = BTreeMap::new();
    for (extension, habit) in &habits {
        if let Some(style) = habit.style().filter(|style| *style != usual) {
            others.entry(style).or_default().push(extension);
        }
    }
    for (style, extensions) in others {
        let glob = match extensions.as_slice() {
            [one] => format!("*.{one}"),
            many => format!("*.{{{}}}", many.join(",")),
        };
        let own = match (style, usual) {
            // The style is that of all files already.
            (Indent::Spaces(count), Indent::Spaces(_)) => format!("indent_size = {count}\n"),
            _ => lines(style),
        };
        let _ = write!(text, "\n[{glob}]\n{own}");
    }
    if usual != Indent::Tab {
        text.push_str("\n[{Makefile,*.mk}]\nindent_style = tab\n");
    }
    // Two spaces at the end of a line are a line break there.
    text.push_str("\n[*.md]\ntrim_trailing_whitespace = false\n");
    Ok(vec![FileChange::Create { path: ".editorconfig".to_owned(), text }])
}

fn lines(style: Indent) -> String {
    match style {
        Indent::Tab => "indent_style = tab\n".to_owned(),
        Indent::Spaces(count) => format!("indent_style = space\nindent_size = {count}\n"),
    }
}
