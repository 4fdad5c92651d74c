//! Which grammar reads a file, and the scripts inside files of another sort.

use std::borrow::Cow;
use std::sync::LazyLock;

use ast_grep_language::SupportLang;
use regex::Regex;

use crate::base::path::name_of;
use crate::base::pattern::lean;

/// A grammar. JavaScript is read as TSX, which holds all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grammar {
    /// JavaScript, and TypeScript with JSX.
    Tsx,
    /// TypeScript without JSX, where `<T>value` is a cast.
    TypeScript,
    /// Python.
    Python,
    /// Ruby.
    Ruby,
    /// PHP, without the text around it.
    Php,
    /// Java.
    Java,
    /// Kotlin.
    Kotlin,
    /// Scala.
    Scala,
    /// Elixir.
    Elixir,
    /// Go.
    Go,
    /// Bash, and what other shells have in common with it.
    Bash,
    /// HCL, the language of Terraform.
    Hcl,
}

impl Grammar {
    /// Every grammar.
    pub(crate) const ALL: [Self; 12] = [
        Self::Tsx,
        Self::TypeScript,
        Self::Python,
        Self::Ruby,
        Self::Php,
        Self::Java,
        Self::Kotlin,
        Self::Scala,
        Self::Elixir,
        Self::Go,
        Self::Bash,
        Self::Hcl,
    ];

    /// The grammar as the library knows it.
    pub(crate) fn language(self) -> SupportLang {
        match self {
            Self::Tsx => SupportLang::Tsx,
            Self::TypeScript => SupportLang::TypeScript,
            Self::Python => SupportLang::Python,
            Self::Ruby => SupportLang::Ruby,
            Self::Php => SupportLang::Php,
            Self::Java => SupportLang::Java,
            Self::Kotlin => SupportLang::Kotlin,
            Self::Scala => SupportLang::Scala,
            Self::Elixir => SupportLang::Elixir,
            Self::Go => SupportLang::Go,
            Self::Bash => SupportLang::Bash,
            Self::Hcl => SupportLang::Hcl,
        }
    }

    /// The grammar of a file that is written in one language from end to end.
    fn of(path: &str) -> Option<Self> {
        let name = name_of(path);
        if matches!(name, "Gemfile" | "Rakefile" | "Guardfile" | "Capfile" | "Fastfile") {
            return Some(Self::Ruby);
        }
        let (_, extension) = name.rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "js" | "jsx" | "mjs" | "cjs" | "tsx" => Self::Tsx,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "py" | "pyi" => Self::Python,
            "rb" | "rake" | "gemspec" | "ru" => Self::Ruby,
            "java" => Self::Java,
            "kt" | "kts" => Self::Kotlin,
            "scala" | "sbt" | "sc" => Self::Scala,
            "ex" | "exs" => Self::Elixir,
            "go" => Self::Go,
            "sh" | "bash" => Self::Bash,
            "tf" | "hcl" => Self::Hcl,
            _ => return None,
        })
    }
}

/// What of a file is code, and in which grammar: byte for byte and line for line as in the file, with blanks elsewhere.
pub(crate) struct Script<'t> {
    /// The grammar that reads it.
    pub grammar: Grammar,
    /// The code.
    pub text: Cow<'t, str>,
}

/// The code of a file, if it has any that a grammar reads.
pub(crate) fn script_of<'t>(path: &str, text: &'t str) -> Option<Script<'t>> {
    if let Some(grammar) = Grammar::of(path) {
        return Some(Script { grammar, text: Cow::Borrowed(text) });
    }
    let (_, extension) = name_of(path).rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "vue" | "svelte" | "html" | "htm" | "astro" => scripts(text),
        "php" => Some(Script { grammar: Grammar::Php, text: Cow::Owned(php(path, text)) }),
        "erb" => Some(Script { grammar: Grammar::Ruby, text: Cow::Owned(between(text, ERB_MARKS, ERB)) }),
        _ => None,
    }
}

/// The grammars of the files that globs may name, by their extensions; all of them where a glob gives none.
pub(crate) fn grammars_of<'g>(globs: impl Iterator<Item = &'g str>) -> Vec<Grammar> {
    let mut found = Vec::new();
    for glob in globs.filter(|glob| !glob.starts_with('!')) {
        let endings: Vec<&str> = match glob.rsplit_once('.') {
            Some((_, ending)) if !ending.contains(['/', '*']) => {
                ending.trim_matches(['{', '}']).split(',').map(str::trim).collect()
            }
            _ => return Grammar::ALL.to_vec(),
        };
        for ending in endings {
            let ending = ending.trim_end_matches('}');
            match ending {
                "vue" | "svelte" | "html" | "astro" => found.extend([Grammar::Tsx, Grammar::TypeScript]),
                "php" => found.push(Grammar::Php),
                "erb" => found.push(Grammar::Ruby),
                _ => found.extend(Grammar::of(&format!("a.{ending}"))),
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What `script` elements hold.
fn scripts(text: &str) -> Option<Script<'_>> {
    static OPEN: LazyLock<Regex> = LazyLock::new(|| lean(r"(?i)<script\b[^>]*>"));
    static TYPED: LazyLock<Regex> = LazyLock::new(|| lean(r#"(?i)\blang\s*=\s*["']?(?:ts|typescript)\b"#));
    // An Astro page starts with its code, between two lines of dashes.
    let mut kept = Vec::new();
    let mut grammar = Grammar::Tsx;
    if let Some(rest) = text.strip_prefix("---") {
        grammar = Grammar::TypeScript;
        kept.extend(rest.find("\n---").map(|end| 3..3 + end));
    }
    let mut from = 0;
    while let Some(open) = OPEN.find_at(text, from) {
        let end = text[open.end()..].find("</script").map_or(text.len(), |at| open.end() + at);
        if TYPED.is_match(open.as_str()) {
            grammar = Grammar::TypeScript;
        }
        kept.push(open.end()..end);
        from = end;
    }
    if kept.is_empty() {
        return None;
    }
    let mut bytes = blank(text);
    for range in kept {
        bytes[range.clone()].copy_from_slice(&text.as_bytes()[range]);
    }
    Some(Script { grammar, text: Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()) })
}

/// A text of blanks, as long and with the same lines.
fn blank(text: &str) -> Vec<u8> {
    text.bytes().map(|byte| if byte == b'\n' { byte } else { b' ' }).collect()
}

/// What stands right after the opening of a piece of code and does not belong to it.
const ERB: &[&str] = &["==", "=", "-"];

/// How a piece of code opens and closes.
type Marks = &'static [(&'static str, &'static str)];

const ERB_MARKS: Marks = &[("<%", "%>")];
const PHP_MARKS: Marks = &[("<?php", "?>"), ("<?=", "?>")];
const BLADE_MARKS: Marks = &[("{{", "}}"), ("{!!", "!!}"), ("@php", "@endphp"), ("<?php", "?>"), ("<?=", "?>")];

/// The code of a PHP file: what its tags hold and, in a Blade template, what its braces and directives hold.
fn php(path: &str, text: &str) -> String {
    if path.ends_with(".blade.php") {
        let mut bytes = between(text, BLADE_MARKS, &[]).into_bytes();
        directives(text, &mut bytes);
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    // A piece of code without the tag that starts it.
    if !text.contains("<?") {
        return text.to_owned();
    }
    between(text, PHP_MARKS, &[])
}

/// What stands between the parentheses of directives of Blade: `@if (…)`.
fn directives(text: &str, bytes: &mut [u8]) {
    static DIRECTIVE: LazyLock<Regex> = LazyLock::new(|| lean(r"(?m)(?:^|[^\w@])@\w+[ \t]*\("));
    let source = text.as_bytes();
    for open in DIRECTIVE.find_iter(text) {
        let start = open.end() - 1;
        // What is code already stays as it is.
        if bytes[start] != b' ' {
            continue;
        }
        let end = closing(&text[start + 1..], ")").map_or(text.len(), |at| start + 2 + at);
        bytes[start..end].copy_from_slice(&source[start..end]);
        if let Some(after) = bytes.get_mut(end).filter(|after| **after == b' ' || **after == b'\n') {
            // A line that ends here ends its statement all the same: blanks do not.
            if *after == b' ' {
                *after = b';';
            }
        }
    }
}

/// Where a mark closes some code: one within a text or a comment does not, and a parenthesis closes the one that is open.
fn closing(code: &str, mark: &str) -> Option<usize> {
    let bytes = code.as_bytes();
    let (mut at, mut depth) = (0, 0usize);
    while at < bytes.len() {
        if depth == 0 && code.as_bytes()[at..].starts_with(mark.as_bytes()) {
            return Some(at);
        }
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = memchr::memmem::find(&bytes[at + 2..], b"*/").map_or(bytes.len(), |end| at + 2 + end + 1);
            }
            // A comment to the end of the line ends where the code does, too.
            b'#' | b'/'
                if bytes[at] == b'#' && bytes.get(at + 1) != Some(&b'[') || bytes.get(at + 1) == Some(&b'/') =>
            {
                let line = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
                let closed = memchr::memmem::find(&bytes[at..line], mark.as_bytes()).filter(|_| mark != ")");
                if let Some(closed) = closed {
                    return Some(at + closed);
                }
                at = line;
            }
            b'(' if mark == ")" => depth += 1,
            b')' if mark == ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// What of a text is between marks, each piece ended by `;`, and blanks elsewhere. What follows the last opening counts to
/// the end of the text, be it not closed.
fn between(text: &str, marks: Marks, after: &[&str]) -> String {
    let source = text.as_bytes();
    let mut bytes = blank(text);
    let mut from = 0;
    loop {
        let opened = marks.iter().filter_map(|(open, close)| Some((text[from..].find(open)?, *open, *close)));
        let Some((at, open, close)) = opened.min_by_key(|(at, open, _)| (*at, std::cmp::Reverse(open.len()))) else {
            break;
        };
        let mut start = from + at + open.len();
        if let Some(mark) = after.iter().find(|mark| text[start..].starts_with(**mark)) {
            start += mark.len();
        }
        // A comment of ERB or Blade.
        let is_comment = text[start..].starts_with('#') || open == "{{" && text[start..].starts_with("--");
        let end = match close {
            _ if is_comment => text[start..].find(close),
            "?>" => closing(&text[start..], close),
            _ => text[start..].find(close),
        };
        let end = end.map_or(text.len(), |at| start + at);
        if !is_comment {
            bytes[start..end].copy_from_slice(&source[start..end]);
            if end < text.len() {
                bytes[end] = b';';
                // `-%>` trims the white space that follows.
                if bytes[end - 1] == b'-' {
                    bytes[end - 1] = b' ';
                }
            }
        }
        from = (end + close.len()).min(text.len());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(path: &str, text: &str) -> String {
        let script = script_of(path, text).expect("code");
        assert_eq!(script.text.len(), text.len(), "byte for byte");
        assert_eq!(script.text.lines().count(), text.lines().count(), "line for line");
        script.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn scripts_inside_other_files_keep_their_places() {
        assert_eq!(code("a.vue", "<template>é</template>\n<script>\nlet a = 1\n</script>\n"), "let a = 1");
        assert_eq!(code("a.html.erb", "<p>\n<%= f(1) %>é<%# no %>\n<%- if a -%>\n"), "f(1) ; if a ;");
        assert_eq!(code("a.php", "<?php\necho 1;\n?>\n<p><?= $a ?></p>"), "echo 1; ; $a ;");
        assert_eq!(
            code("a.blade.php", "@if (f(')')) {{ env('A') }} {{-- no --}} {!! $b !!} a@b.fr"),
            "(f(')')); env('A') ; $b ;"
        );
        let marks = "<?php $a = '<?xml?>'; # it's ?><p> ?><?php /* ?> */ b(\"?>\\\"?>\"); // c\nd();";
        assert_eq!(code("a.php", marks), "$a = '<?xml?>'; # it's ; /* ?> */ b(\"?>\\\"?>\"); // c d();");
        assert!(script_of("a.html", "<p>").is_none());
        assert!(script_of("a.md", "text").is_none());
    }
}
