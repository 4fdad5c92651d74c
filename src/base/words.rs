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
}
