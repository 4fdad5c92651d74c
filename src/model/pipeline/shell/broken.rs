//! What can be read of text that is no shell as it stands: leftovers of templates, other shells, halves of statements.

use std::sync::LazyLock;

use regex::Regex;

use crate::base::pattern::lean;

/// How much of a text is read line by line.
const LONGEST: usize = 1 << 18;

/// How many words of a line are read.
const WORDS: usize = 2_000;

/// A text without the marks of templates, `{% if x %}` and `{{ x }}`, line for line; nothing where it has none.
pub(super) fn without_templates(text: &str) -> Option<String> {
    static MARK: LazyLock<Regex> = LazyLock::new(|| lean(r"\{%[^%]*%\}|<%[^%]*%>|\{\{[^{}]*\}\}"));
    let cleaned = MARK.replace_all(text, |found: &regex::Captures<'_>| {
        let lines: String = found[0].chars().filter(|c| *c == '\n').collect();
        let name = if found[0].starts_with("{{") { "TEMPLATE" } else { "" };
        format!("{name}{lines}")
    });
    matches!(cleaned, std::borrow::Cow::Owned(_)).then(|| cleaned.into_owned())
}

/// Each line of a text with its number, those that go on joined; what only opens or closes a block taken away.
pub(super) fn lines(text: &str, mut each: impl FnMut(u32, &str)) {
    const KEYWORDS: &[&str] = &[
        "if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "(", ")", "fi", "done", "esac", ";;", ";",
        "&&", "||", "|", "in", "time",
    ];
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut whole = String::new();
    let mut first = 0;
    for (number, line) in (0..).zip(text[..end].split('\n')) {
        if whole.is_empty() {
            first = number;
        }
        match line.trim_end().strip_suffix('\\') {
            Some(start) => {
                whole.push_str(start);
                whole.push(' ');
                continue;
            }
            None => whole.push_str(line),
        }
        let mut rest = whole.trim();
        while let Some(word) = rest.split_whitespace().next().filter(|word| KEYWORDS.contains(word)) {
            rest = rest[word.len()..].trim_start();
        }
        if !rest.is_empty() && !rest.starts_with('#') {
            each(first, rest);
        }
        whole.clear();
    }
    if !whole.trim().is_empty() {
        each(first, whole.trim());
    }
}

/// The commands of a line, split at operators and blanks: quotes hold words together where they are closed.
pub(super) fn plain_commands(line: &str) -> Vec<Vec<String>> {
    let mut found = vec![Vec::new()];
    let mut word = String::new();
    let mut quote = None;
    let mut taken = 0;
    let mut end_word = |word: &mut String, found: &mut Vec<Vec<String>>| {
        taken += 1;
        if !word.is_empty() && taken < WORDS {
            found.last_mut().expect("there is always one").push(std::mem::take(word));
        }
        word.clear();
    };
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') if line[at + 1..].contains(c) => quote = Some(c),
            (None, ';' | '|' | '&' | '(' | ')' | '`') => {
                end_word(&mut word, &mut found);
                if found.last().is_some_and(|last| !last.is_empty()) {
                    found.push(Vec::new());
                }
            }
            (None, c) if c.is_whitespace() => end_word(&mut word, &mut found),
            (_, c) => word.push(c),
        }
    }
    end_word(&mut word, &mut found);
    found.retain(|words| !words.is_empty());
    found
}

/// Whether a line says at its end that a failure does not matter.
pub(super) fn swallows(line: &str) -> bool {
    let after = line.rsplit_once("||").map_or("", |(_, after)| after.trim());
    matches!(after.split_whitespace().next(), Some("true" | ":" | "echo"))
}
