//! The words that a pattern cannot match without: they are looked for in all texts at once, and trigger the pattern.
//!
//! Those of embedded rules are found by the build script, which has this file too.

use std::cell::Cell;

use regex_syntax::hir::{Class, Hir, HirKind};

/// Shorter words are met everywhere and narrow nothing.
const SHORTEST_WORD: usize = 3;

/// The words of which every match of a pattern holds one, if there are few and they are long enough.
///
/// # Errors
/// The parser's message, when the text is not a pattern.
pub(crate) fn needed_words(pattern: &str) -> Result<Option<Vec<String>>, String> {
    Ok(needed(&structure(pattern).map_err(|error| error.to_string())?).map(shortened))
}

/// Words without those that hold another of them, in order.
fn shortened(mut words: Vec<String>) -> Vec<String> {
    words.sort();
    words.dedup();
    let holds_another = |word: &String| words.iter().any(|other| other != word && word.contains(other.as_str()));
    words.iter().filter(|word| !holds_another(word)).cloned().collect()
}

/// The words of a question on syntax.
#[derive(Debug, Default)]
pub(crate) struct CodeWords {
    /// Those of which every file holds one in which it finds something; none where they are not known.
    pub file: Vec<String>,
    /// More sets of words, of each of which such a file holds one.
    pub also: Vec<Vec<String>>,
    /// Those of which every match holds one itself; none where they are not known.
    pub matched: Vec<String>,
}

/// The words that a question on syntax needs: those of its literals, and those that it says by itself in `words`.
pub(crate) fn needed_code_words(question: &serde_json::Value) -> CodeWords {
    use serde_json::Value;
    let rule = question.get("rule");
    let needs = |reach| Needs { utils: question.get("utils"), reach, left: Cell::new(MOST_PARTS) };
    let of = |reach| match question {
        Value::String(pattern) => code_word(pattern).map(|word| vec![word]),
        _ => rule.and_then(|rule| needs(reach).best(rule, 0)),
    };
    let every = rule.map(|rule| needs(Reach::File).all(rule, 0)).unwrap_or_default();
    let said = question.get("words").and_then(Value::as_array);
    let said = said.map(|words| words.iter().filter_map(Value::as_str).map(str::to_ascii_lowercase).collect());
    let file: Vec<String> = said.or_else(|| of(Reach::File)).unwrap_or_default();
    let mut also: Vec<Vec<String>> = every.into_iter().filter(|words| narrows(words) && *words != file).collect();
    // The fewer words, the more files are left out.
    also.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    also.dedup();
    also.truncate(MOST_SETS);
    CodeWords { file, also, matched: of(Reach::Match).unwrap_or_default() }
}

/// Where words must stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Anywhere in the file.
    File,
    /// In the match.
    Match,
}

/// How deep a rule object is followed, through its utilities too.
const DEEPEST: usize = 48;

/// How many of its parts are looked at.
const MOST_PARTS: usize = 5_000;

/// More sets of words than these are not looked for.
const MOST_SETS: usize = 3;

/// What reads the words off a rule object.
struct Needs<'q> {
    utils: Option<&'q serde_json::Value>,
    reach: Reach,
    /// How many parts may still be looked at: utilities may lead to each other.
    left: Cell<usize>,
}

impl<'q> Needs<'q> {
    /// Of the sets of words of a rule object, the one that narrows most.
    fn best(&self, rule: &'q serde_json::Value, depth: usize) -> Option<Vec<String>> {
        let found = self.all(rule, depth);
        let words = found.into_iter().filter(|words| words.len() <= MOST_WORDS).max_by_key(|words| shortest(words))?;
        narrows(&words).then_some(words)
    }

    /// The sets of words of each of which a rule object needs one, each in order and without doubles.
    fn all(&self, rule: &'q serde_json::Value, depth: usize) -> Vec<Vec<String>> {
        let mut found: Vec<Vec<String>> = Vec::new();
        let Some(rule) = rule.as_object().filter(|_| depth <= DEEPEST) else { return found };
        let Some(left) = self.left.get().checked_sub(1) else { return found };
        self.left.set(left);
        let within = |value: &'q serde_json::Value| self.all(value, depth + 1);
        for (key, value) in rule {
            match key.as_str() {
                // What is selected from a context need not hold all its words.
                "pattern" => found.extend(value.as_str().and_then(code_word).map(|word| vec![word])),
                "regex" => found.extend(value.as_str().and_then(|regex| needed_words(regex).ok().flatten())),
                "inside" | "precedes" | "follows" if self.reach == Reach::Match => {}
                "inside" | "has" | "precedes" | "follows" => found.extend(within(value)),
                "matches" => {
                    let utility = value.as_str().and_then(|name| self.utils?.get(name));
                    found.extend(utility.map(within).unwrap_or_default());
                }
                "all" => found.extend(value.as_array().into_iter().flatten().flat_map(within)),
                "any" => {
                    let branches = value.as_array().into_iter().flatten();
                    let best: Option<Vec<_>> = branches.map(|branch| self.best(branch, depth + 1)).collect();
                    found.extend(best.map(|branches| branches.into_iter().flatten().collect::<Vec<_>>()));
                }
                _ => {}
            }
        }
        found.into_iter().map(shortened).collect()
    }
}

/// Whether a set of words leaves out more than a few files.
fn narrows(words: &[String]) -> bool {
    words.len() <= MOST_WORDS && shortest(words) >= SHORTEST_WORD
}

fn shortest(words: &[String]) -> usize {
    words.iter().map(String::len).min().unwrap_or(0)
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

/// A pattern with `\w`, `\d`, `\s`, their opposites and `\b` read as ASCII: a `\w` that knows every script takes a millisecond to
/// compile, and a `\b` that does makes the search of a text with accents many times slower.
pub(crate) fn with_ascii_classes(pattern: &str) -> String {
    let mut ascii = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        let length = 1 + escape[1..].chars().next().map_or(0, char::len_utf8);
        let (escape, after) = escape.split_at(length);
        ascii.push_str(before);
        ascii.push_str(match escape {
            r"\w" => "[0-9A-Za-z_]",
            r"\W" => "[^0-9A-Za-z_]",
            r"\d" => "[0-9]",
            r"\D" => "[^0-9]",
            r"\s" => r"[\t\n\r ]",
            r"\S" => r"[^\t\n\r ]",
            r"\b" => r"(?-u:\b)",
            other => other,
        });
        rest = after;
    }
    ascii + rest
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
    let mut run = vec![String::new()];
    for part in parts {
        let texts = texts(part);
        match texts.as_ref().and_then(|texts| joined(&run, texts)) {
            Some(longer) => run = longer,
            None => {
                found.push(std::mem::replace(&mut run, texts.unwrap_or_else(|| vec![String::new()])));
                found.extend(Some(part).filter(|part| !matches!(part.kind(), HirKind::Class(_))).and_then(needed));
            }
        }
    }
    found.push(run);
    found.into_iter().filter(|words| shortest(words) >= SHORTEST_WORD).max_by_key(|words| shortest(words))
}

/// More texts than these are not told apart.
const MOST_TEXTS: usize = 12;

/// Each text of one set before each of another, where they are few.
fn joined(before: &[String], after: &[String]) -> Option<Vec<String>> {
    let few = before.len() * after.len() <= MOST_TEXTS;
    few.then(|| before.iter().flat_map(|a| after.iter().map(move |b| format!("{a}{b}"))).collect())
}

/// The texts that a part stands for, in lower case, where they are few.
fn texts(hir: &Hir) -> Option<Vec<String>> {
    let mut texts = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Capture(capture) => texts(&capture.sub)?,
        HirKind::Repetition(repetition) if (repetition.min, repetition.max) == (0, Some(1)) => {
            let mut texts = texts(&repetition.sub)?;
            texts.push(String::new());
            texts
        }
        HirKind::Concat(parts) => {
            let mut run = vec![String::new()];
            for part in parts {
                run = joined(&run, &texts(part)?)?;
            }
            run
        }
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(texts(branch)?);
            }
            all
        }
        HirKind::Literal(literal) => vec![std::str::from_utf8(&literal.0).ok()?.to_ascii_lowercase()],
        HirKind::Class(class) => characters(class)?,
        HirKind::Repetition(_) => return None,
    };
    texts.sort();
    texts.dedup();
    (texts.len() <= MOST_TEXTS).then_some(texts)
}

/// The characters of a class, in lower case, where they are few and of ASCII.
fn characters(class: &Class) -> Option<Vec<String>> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
        Class::Bytes(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
    };
    // The letters that Unicode folds to `k` and `s` are no words of programs.
    let folded = |(start, end): &(u32, u32)| start == end && matches!(start, 0x17f | 0x212a);
    let ranges: Vec<_> = ranges.into_iter().filter(|range| !folded(range)).collect();
    if ranges.len() > MOST_TEXTS || ranges.iter().any(|(start, end)| *end > 0x7f || end - start > 3) {
        return None;
    }
    let characters = ranges.into_iter().flat_map(|(start, end)| start..=end);
    Some(characters.filter_map(char::from_u32).map(|char| char.to_ascii_lowercase().to_string()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_a_pattern_needs_are_read_off_it() {
        let words = |pattern: &str| needed_words(pattern).expect("a pattern").unwrap_or_default();
        assert_eq!(words(r"(?i)\bforce_ssl\s*=\s*true"), ["force_ssl"]);
        assert_eq!(words(r"[ \t]*(?:mentions|legal)/x"), ["legal/x", "mentions/x"]);
        assert_eq!(words(r"(?m)^FROM\s+\S+:latest"), [":latest"]);
        assert_eq!(words(r"(?i)é?cole"), ["cole"]);
        assert_eq!(words(r"^(?:req|ctx\.request)\.body$"), ["ctx.request.body", "req.body"]);
        assert_eq!(words(r#"require\(["']koa["']\)"#).len(), 4);
        assert_eq!(words(r#"["']?secret\w*["']?\s*:"#), ["secret"]);
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
        let also = |question: &str| needed_code_words(&serde_json::from_str(question).expect("JSON")).also;
        assert_eq!(
            also(
                r#"{"rule": {"pattern": "multer($O)", "inside": {"any": [{"regex": "^router"}, {"regex": "^app\\.use"}]}}}"#
            ),
            [["multer"]]
        );
        assert_eq!(words(r#"{"rule": {"pattern": {"context": "class A { debug = $V }", "selector": "field"}}}"#), "");
    }
}
