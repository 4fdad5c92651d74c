//! The words that a pattern cannot match without: they are looked for in all texts at once, and trigger the pattern.
//!
//! Those of embedded rules are found by the build script, which has this file too.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Shorter words are met everywhere and narrow nothing.
const SHORTEST_WORD: usize = 3;

/// The words of which every match of a pattern holds one, if there are few and they are long enough.
///
/// # Errors
/// The parser's message, when the text is not a pattern.
pub(crate) fn needed_words(pattern: &str) -> Result<Option<Vec<String>>, String> {
    Ok(needed(&structure(pattern).map_err(|error| error.to_string())?))
}

/// The words of a question on syntax.
#[derive(Debug, Default)]
pub(crate) struct CodeWords {
    /// Those of which every file holds one in which it finds something; none where they are not known.
    pub file: Vec<String>,
    /// Those of which every match holds one itself; none where they are not known.
    pub matched: Vec<String>,
}

/// The words that a question on syntax needs: those of its literals, and those that it says by itself in `words`.
pub(crate) fn needed_code_words(question: &serde_json::Value) -> CodeWords {
    use serde_json::Value;
    let of = |reach| match question {
        Value::String(pattern) => code_word(pattern).map(|word| vec![word]),
        other => other.get("rule").and_then(|rule| of_rule(rule, other.get("utils"), reach, 0)),
    };
    let said = question.get("words").and_then(Value::as_array);
    let said = said.map(|words| words.iter().filter_map(Value::as_str).map(str::to_ascii_lowercase).collect());
    CodeWords {
        file: said.or_else(|| of(Reach::File)).unwrap_or_default(),
        matched: of(Reach::Match).unwrap_or_default(),
    }
}

/// Where words must stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Anywhere in the file.
    File,
    /// In the match.
    Match,
}

/// How many utilities lead from a rule object to its words.
const MOST_UTILITIES: usize = 8;

fn of_rule(
    rule: &serde_json::Value,
    utils: Option<&serde_json::Value>,
    reach: Reach,
    depth: usize,
) -> Option<Vec<String>> {
    if depth > MOST_UTILITIES {
        return None;
    }
    let within = |value: &serde_json::Value| of_rule(value, utils, reach, depth + 1);
    let mut found: Vec<Vec<String>> = Vec::new();
    for (key, value) in rule.as_object()? {
        let words = match key.as_str() {
            // What is selected from a context need not hold all its words.
            "pattern" => value.as_str().and_then(code_word).map(|word| vec![word]),
            "regex" => value.as_str().and_then(|regex| needed_words(regex).ok().flatten()),
            "inside" | "precedes" | "follows" if reach == Reach::Match => None,
            "inside" | "has" | "precedes" | "follows" => within(value),
            "matches" => value.as_str().and_then(|name| utils?.get(name)).and_then(within),
            "all" => {
                found.extend(value.as_array()?.iter().filter_map(within));
                None
            }
            "any" => {
                let branches: Option<Vec<Vec<String>>> = value.as_array()?.iter().map(within).collect();
                branches.map(|branches| branches.into_iter().flatten().collect())
            }
            _ => None,
        };
        found.extend(words);
    }
    let shortest = |words: &Vec<String>| words.iter().map(String::len).min().unwrap_or(0);
    let mut words = found.into_iter().filter(|words| words.len() <= MOST_WORDS).max_by_key(shortest)?;
    words.sort();
    words.dedup();
    (shortest(&words) >= SHORTEST_WORD).then_some(words)
}

/// What a pattern of code may hold and that is met everywhere.
const KEYWORDS: &[&str] = &[
    "async", "await", "case", "class", "const", "def", "default", "else", "end", "export", "false", "for", "from",
    "function", "import", "let", "new", "nil", "none", "null", "private", "public", "return", "self", "static",
    "string", "this", "true", "val", "var", "void",
];

/// The longest word of a pattern of code that stands for itself.
fn code_word(pattern: &str) -> Option<String> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
    let words = pattern.split(|letter| !is_letter(letter)).filter(|word| !word.contains('$'));
    let words = words.map(str::to_ascii_lowercase).filter(|word| word.len() >= SHORTEST_WORD);
    words.filter(|word| !KEYWORDS.contains(&word.as_str())).max_by_key(String::len)
}

/// More alternatives than these narrow little.
const MOST_WORDS: usize = 40;

/// The structure of a pattern, as it will be compiled.
///
/// # Errors
/// When the pattern is malformed.
pub(crate) fn structure(pattern: &str) -> Result<Hir, Box<regex_syntax::Error>> {
    let unicode = needs_unicode(pattern);
    regex_syntax::ParserBuilder::new().unicode(unicode).utf8(false).build().parse(pattern).map_err(Box::new)
}

/// Whether a pattern can match more than ASCII: one that does not is matched byte by byte.
pub(crate) fn needs_unicode(pattern: &str) -> bool {
    !pattern.is_ascii() || pattern.contains(r"\p{") || pattern.contains(r"\x{")
}

fn needed(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => needed(&repetition.sub),
        HirKind::Alternation(branches) => {
            let mut words = Vec::new();
            for branch in branches {
                words.extend(needed(branch)?);
            }
            words.sort();
            words.dedup();
            (words.len() <= MOST_WORDS).then_some(words)
        }
        HirKind::Concat(parts) => best_of(parts),
        HirKind::Literal(_) | HirKind::Class(_) => best_of(std::slice::from_ref(hir)),
        _ => None,
    }
}

/// Of what a sequence needs one after the other, the part that narrows most: its shortest word is the longest.
fn best_of(parts: &[Hir]) -> Option<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut run = String::new();
    for part in parts {
        match letters(part) {
            Some(text) => run.push_str(&text),
            None => {
                found.push(vec![std::mem::take(&mut run)]);
                if !matches!(part.kind(), HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) | HirKind::Empty) {
                    found.extend(needed(part));
                }
            }
        }
    }
    found.push(vec![run]);
    let shortest = |words: &Vec<String>| words.iter().map(String::len).min().unwrap_or(0);
    found.into_iter().filter(|words| shortest(words) >= SHORTEST_WORD).max_by_key(shortest)
}

/// The text that a part stands for, in lower case: a literal, or a letter in either case.
fn letters(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(str::to_ascii_lowercase),
        HirKind::Class(Class::Unicode(class)) => {
            let mut chars = class.iter().map(|range| (range.start(), range.end()));
            let (first, end) = chars.next()?;
            let letter = first.to_ascii_lowercase();
            let same =
                first == end && chars.all(|(a, b)| a == b && (a.to_ascii_lowercase() == letter || !a.is_ascii()));
            (same && letter.is_ascii()).then(|| letter.to_string())
        }
        HirKind::Class(Class::Bytes(class)) => {
            let letter = char::from(class.ranges().first()?.start().to_ascii_lowercase());
            let mut ranges = class.ranges().iter();
            let same = ranges.all(|range| {
                range.start() == range.end() && range.start().to_ascii_lowercase() == u8::try_from(letter).unwrap_or(0)
            });
            (same && letter.is_ascii()).then(|| letter.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_a_pattern_needs_are_read_off_it() {
        let words = |pattern: &str| needed_words(pattern).expect("a pattern").unwrap_or_default();
        assert_eq!(words(r"(?i)\bforce_ssl\s*=\s*true"), ["force_ssl"]);
        assert_eq!(words(r"[ \t]*(?:mentions|legal)/x"), ["legal", "mentions"]);
        assert_eq!(words(r"(?m)^FROM\s+\S+:latest"), [":latest"]);
        assert_eq!(words(r"(?i)é?cole"), ["cole"]);
        assert!(words(r"\w+\s*=").is_empty());
        assert!(words(r"(?:password|\d+)").is_empty());
        assert!(words(r"(?:password)?").is_empty());
    }

    #[test]
    fn the_words_that_a_question_on_syntax_needs_are_read_off_it() {
        let words = |question: &str| {
            let question = serde_json::from_str(question).expect("JSON");
            needed_code_words(&question).file.join(" ")
        };
        assert_eq!(words(r#""$APP.use(multer($$$ARGS))""#), "multer");
        assert_eq!(words(r#"{"rule": {"pattern": "new $X()"}}"#), "");
        assert_eq!(
            words(r#"{"rule": {"any": [{"pattern": "FastAPI($$$)"}, {"pattern": "Starlette($$$)"}]}}"#),
            "fastapi starlette"
        );
        assert_eq!(words(r#"{"rule": {"any": [{"pattern": "FastAPI($$$)"}, {"kind": "call"}]}}"#), "");
        assert_eq!(
            words(r#"{"rule": {"kind": "pair", "has": {"field": "key", "regex": "^rejectUnauthorized$"}}}"#),
            "rejectunauthorized"
        );
        assert_eq!(
            words(r#"{"rule": {"all": [{"kind": "call"}, {"matches": "u"}]}, "utils": {"u": {"pattern": "verify"}}}"#),
            "verify"
        );
        assert_eq!(words(r#"{"rule": {"pattern": "ab($A)"}, "words": ["verify"]}"#), "verify");
        assert_eq!(words(r#"{"rule": {"kind": "call", "not": {"pattern": "verify($A)"}}}"#), "");
        assert_eq!(words(r#"{"rule": {"pattern": {"context": "class A { debug = $V }", "selector": "field"}}}"#), "");
    }
}
