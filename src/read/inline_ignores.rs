//! Comments that set a failure aside where it is seen: `equerre: ignore[rule] reason`, in the comment syntax of the file.

use std::ops::RangeInclusive;

use super::inventory::Inventory;
use super::inventory::comments::comment_ranges;
use super::inventory::language::{Comments, language_of};
use super::inventory::probe::{Files, Probe};
use crate::base::path::name_of;
use crate::read::document::LineIndex;

/// The probe that finds the files that hold such comments.
const PROBE: &str = "inline-ignores";

/// The word that opens such a comment.
const WORD: &str = "equerre:";

/// How many comments of a tree are read; people write a handful.
const MOST: usize = 1_000;

/// How many rules one comment may name.
const MOST_RULES: usize = 10;

/// How many characters of a rule's name are kept.
const LONGEST_NAME: usize = 80;

/// How many characters of a reason are kept: a report shows it on a line or two.
const LONGEST_REASON: usize = 300;

/// The question that finds the files that hold such comments, in the one read of all files.
pub(crate) fn probe() -> Probe {
    Probe::words(PROBE, &[WORD]).of(Files::Globs(vec!["**/*".into()])).commented()
}

/// A comment that sets failures aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineIgnore {
    /// The file.
    pub path: String,
    /// The line where it starts, from 1.
    pub line: u32,
    /// The rules that it names, as written; none where it is not written as it must be.
    pub rules: Vec<String>,
    /// Why; empty where it gives no reason.
    pub reason: String,
    /// The lines that it speaks of, from 1.
    covers: RangeInclusive<u32>,
    /// Whether it opens the file, and so speaks of the file as a whole too.
    opens: bool,
}

impl InlineIgnore {
    /// Whether it speaks of a place of its file: a line, or the file as a whole.
    pub(crate) fn covers(&self, path: &str, line: Option<u32>) -> bool {
        self.path == path && line.map_or(self.opens, |line| self.covers.contains(&line))
    }
}

/// The comments of a tree that set failures aside, by path and line.
pub(crate) struct InlineIgnores {
    /// Those that were read.
    pub(crate) all: Vec<InlineIgnore>,
    /// Whether there were more than are read.
    pub(crate) cut: bool,
}

impl InlineIgnores {
    /// Reads them in the files that hold the word that opens one.
    pub(crate) fn read(inventory: &Inventory) -> Self {
        let mut all: Vec<InlineIgnore> = Vec::new();
        let mut last = "";
        for (file, _) in inventory.hits(PROBE) {
            if file.path == last {
                continue;
            }
            last = &file.path;
            if let Some(text) = inventory.text(&file.path) {
                all.extend(inline_ignores(&file.path, &text));
            }
            if all.len() > MOST {
                all.truncate(MOST);
                return Self { all, cut: true };
            }
        }
        Self { all, cut: false }
    }
}

/// The comments of a file that set failures aside, in the order of their lines.
///
/// One that has its line to itself speaks of the next line that is not such a comment; one at the end of a line, of that line.
/// One on the first line of a file, or on the second after `#!`, speaks of the file as a whole too.
pub fn inline_ignores(path: &str, text: &str) -> Vec<InlineIgnore> {
    // What is not known by its name is mostly a settings file.
    let style = language_of(path).map_or(Comments::Hash, |language| language.comments);
    let lines = LineIndex::new(text);
    let first = if text.starts_with("#!") { 2 } else { 1 };
    let mut found: Vec<(InlineIgnore, bool)> = Vec::new();
    for range in comment_ranges(text, style) {
        let Some((rules, reason)) = text.get(range.clone()).and_then(directive) else { continue };
        let from = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let after = text[range.end..].lines().next().unwrap_or_default();
        let blank = |text: &str, bracket: char| text.trim_matches([' ', '\t', '\r', bracket]).is_empty();
        // In JSX, a comment stands in braces.
        let alone = blank(&text[from..range.start], '{') && blank(after, '}');
        let start = lines.line(range.start);
        let end = lines.line(range.end.saturating_sub(1).max(range.start));
        let ignore = InlineIgnore {
            path: path.to_owned(),
            line: start,
            rules,
            reason,
            covers: start..=end,
            opens: start <= first,
        };
        found.push((ignore, alone));
        if found.len() > MOST {
            break;
        }
    }
    // From the last one up: a comment above another one speaks of what the other speaks of.
    let mut below: Option<(u32, u32)> = None;
    for (ignore, alone) in found.iter_mut().rev() {
        if !*alone {
            below = None;
            continue;
        }
        let (start, end) = (*ignore.covers.start(), *ignore.covers.end());
        let spoken_of = below.filter(|(next, _)| *next == end + 1).map_or(end + 1, |(_, spoken_of)| spoken_of);
        ignore.covers = spoken_of..=spoken_of;
        below = Some((start, spoken_of));
    }
    found.into_iter().map(|(ignore, _)| ignore).collect()
}

/// A comment that sets a rule aside on the line below it, as the file writes comments, but for its reason; nothing where the file
/// has none. `line` is that line: a component or a page writes comments in its own way among its markup.
pub(crate) fn written(path: &str, line: &str, rule: &str) -> Option<String> {
    let name = name_of(path);
    let markup = line.trim_start().starts_with('<');
    let style = language_of(path).map_or(Comments::Hash, |language| language.comments);
    // Most readers of JSON take no comments.
    let (open, close) = match style {
        _ if name.ends_with(".json") => return None,
        Comments::Slash if markup && (name.ends_with("x")) => ("{/*", " */}"),
        Comments::Slash | Comments::SlashAndHash if name.ends_with(".css") => ("/*", " */"),
        Comments::Component if !markup => ("//", ""),
        Comments::Slash | Comments::SlashAndHash => ("//", ""),
        Comments::Hash => ("#", ""),
        Comments::Markup | Comments::Component => ("<!--", " -->"),
        Comments::Dash => ("--", ""),
        Comments::Semicolon => (";", ""),
        Comments::Percent => ("%", ""),
        Comments::None => return None,
    };
    let indent = &line[..line.len() - line.trim_start().len()];
    Some(format!("{indent}{open} {WORD} ignore[{rule}] {close}"))
}

/// The rules and the reason of a comment, if it means to set something aside; no rule, where it does not say which.
fn directive(comment: &str) -> Option<(Vec<String>, String)> {
    let inside = ["<!--", "/*", "//", "--"].iter().find_map(|open| comment.strip_prefix(open)).unwrap_or(comment);
    let inside = ["-->", "*/"].iter().find_map(|close| inside.strip_suffix(close)).unwrap_or(inside);
    let said = inside.trim_start_matches(|c: char| c.is_whitespace() || "#;%*/".contains(c)).strip_prefix(WORD)?;
    let rest = said.trim_start().strip_prefix("ignore")?;
    if rest.starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let named = rest.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let Some((names, reason)) = named else { return Some((Vec::new(), String::new())) };
    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    let rules = names.take(MOST_RULES).map(|name| name.chars().take(LONGEST_NAME).collect()).collect();
    Some((rules, shortened(reason)))
}

/// A reason on one line, of a length that people read; empty where no letter is in it.
fn shortened(reason: &str) -> String {
    let words = reason.split_whitespace().filter(|word| *word != "*").take(LONGEST_REASON);
    let reason = words.collect::<Vec<_>>().join(" ");
    let reason = reason.trim_matches([' ', ':', '-', '–', '—']);
    if !reason.chars().any(char::is_alphabetic) {
        return String::new();
    }
    match reason.char_indices().nth(LONGEST_REASON) {
        Some((at, _)) => format!("{}…", reason[..at].trim_end()),
        None => reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Vec<(Vec<String>, String, RangeInclusive<u32>)> {
        inline_ignores(path, text).into_iter().map(|ignore| (ignore.rules, ignore.reason, ignore.covers)).collect()
    }

    fn one(path: &str, text: &str) -> (Vec<String>, String, RangeInclusive<u32>) {
        let mut all = read(path, text);
        assert_eq!(all.len(), 1, "{text}");
        all.remove(0)
    }

    #[test]
    fn each_syntax_of_comments_holds_one() {
        for (path, text) in [
            ("a.py", "x = 1  # equerre: ignore[a-rule] a reason\n"),
            ("a.ts", "x(); // equerre: ignore[a-rule] a reason\n"),
            ("a.ts", "x(/* equerre: ignore[a-rule] a reason */ 1);\n"),
            ("a.css", "a { b: c } /* equerre: ignore[a-rule]\n * a reason */\n"),
            ("a.vue", "<p/> <!-- equerre: ignore[ a-rule ] a reason -->\n"),
            ("a.sql", "select 1; -- equerre: ignore[a-rule]: a reason\n"),
            ("a.clj", "(x) ;; equerre: ignore[a-rule] a reason\n"),
            ("Dockerfile", "FROM x # equerre: ignore[a-rule] a reason"),
            ("nginx.weird", "server {} # equerre: ignore[a-rule] – a reason\r\n"),
        ] {
            let (rules, reason, covers) = one(path, text);
            assert_eq!((rules, reason.as_str()), (vec!["a-rule".to_owned()], "a reason"), "{text}");
            assert_eq!(*covers.start(), 1, "{text}");
        }
    }

    #[test]
    fn a_comment_alone_speaks_of_the_line_below_it_past_others_of_its_kind() {
        let text =
            "# equerre: ignore[a] one\n# equerre: ignore[b, c] two\nx = 1\n\n# equerre: ignore[d] three\n# prose\ny\n";
        let all = read("a.yml", text);
        assert_eq!(all.iter().map(|(.., covers)| *covers.start()).collect::<Vec<_>>(), [3, 3, 6]);
        assert_eq!(all[1].0, ["b", "c"]);
        assert_eq!(one("a.tsx", "<>\n  {/* equerre: ignore[a] why */}\n  <b/>\n</>\n").2, 3..=3);
        assert_eq!(one("a.js", "/*\n * equerre: ignore[a] why\n */\nx()\n").2, 4..=4);
    }

    #[test]
    fn the_first_line_speaks_of_the_file_as_a_whole() {
        let opens = |text: &str| inline_ignores("a.sh", text)[0].covers("a.sh", None);
        assert!(opens("# equerre: ignore[a] why\nx\n") && opens("#!/bin/sh\n# equerre: ignore[a] why\n"));
        assert!(!opens("x\n# equerre: ignore[a] why\n"));
    }

    #[test]
    fn what_is_written_for_a_person_to_complete_is_read() {
        for (path, line) in [
            ("a.py", "    x = 1"),
            ("a.ts", "  x()"),
            ("a.tsx", "  <b/>"),
            ("a.css", "a {}"),
            ("a.vue", "  <p/>"),
            ("a.vue", "  const x = 1"),
            ("a.html", "<p>"),
            ("Dockerfile", "FROM x"),
            (".github/CODEOWNERS", "* @a"),
            ("a.sql", "select"),
        ] {
            let comment = written(path, line, "a-rule").expect("a syntax of comments");
            let (rules, reason, covers) = one(path, &format!("{comment}\n{line}\n"));
            assert_eq!((rules, reason.as_str(), covers), (vec!["a-rule".to_owned()], "", 2..=2), "{comment}");
        }
        assert_eq!(written("package.json", "{", "a-rule"), None);
    }

    #[test]
    fn prose_strings_and_other_words_set_nothing_aside() {
        for (path, text) in [
            ("a.py", "x = '# equerre: ignore[a] why'\n"),
            ("a.py", "# write `# equerre: ignore[a] why`\n"),
            ("a.py", "# equerre: ignored for now\n"),
            ("a.py", "# equerre: see the report\n"),
            ("a.md", "# equerre: ignore[a] why\n"),
            ("a.txt", "# equerre: ignore[a] why\n"),
        ] {
            assert!(read(path, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_missing_shows_and_what_is_endless_is_cut() {
        assert_eq!(one("a.py", "# equerre: ignore\n").0, Vec::<String>::new());
        assert_eq!(one("a.py", "# equerre: ignore[a] …\n").1, "");
        assert_eq!(one("a.py", "# equerre: ignore[a]\n").1, "");
        let long = format!("# equerre: ignore[{}] {}\n", "r,".repeat(9_999), "é".repeat(9_999));
        let (rules, reason, _) = one("a.py", &long);
        assert_eq!((rules.len(), reason.chars().count()), (MOST_RULES, LONGEST_REASON + 1));
        let many = "# equerre: ignore[a] why\n".repeat(50_000);
        assert!(inline_ignores("a.py", &many).len() <= MOST + 1);
    }
}
