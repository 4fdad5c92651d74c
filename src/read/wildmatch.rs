//! Patterns of `.gitignore` and `.gitattributes`, matched as git matches them and with counted work.
//!
//! Nothing is compiled: a file of rules costs its size, whatever it says, and a path what is spent on it. Syntax:
//! <https://git-scm.com/docs/gitignore#_pattern_format>; the corner cases are those of git's `wildmatch.c`.

use std::cell::Cell;

/// How many steps are spent on one path, all patterns together: some tenths of a millisecond. An ordinary pattern takes one or
/// two, so that thousands may weigh on a path.
const STEPS: usize = 50_000;

/// What may still be spent on a path. It depends on the path and its patterns alone, never on what was asked before.
#[derive(Debug)]
pub(crate) struct Work {
    left: Cell<usize>,
}

impl Default for Work {
    fn default() -> Self {
        Self { left: Cell::new(STEPS) }
    }
}

impl Work {
    /// Whether all was spent: no pattern matches any more.
    pub(crate) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    fn step(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 1
    }
}

/// Whether letters of the two cases are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// They are not.
    Counts,
    /// They are, as where `core.ignorecase` is set.
    Ignored,
}

impl Case {
    fn same(self, a: u8, b: u8) -> bool {
        a == b || self == Self::Ignored && a.eq_ignore_ascii_case(&b)
    }
}

/// Whether a path below the folder of a pattern is designated by it: with a slash in it, it speaks of the whole path, else of
/// the last part alone.
pub(crate) fn designates(pattern: &str, path: &[u8], case: Case, work: &Work) -> bool {
    let text = match pattern.contains('/') {
        true => path,
        false => memchr::memrchr(b'/', path).map_or(path, |slash| &path[slash + 1..]),
    };
    let pattern = pattern.strip_prefix('/').unwrap_or(pattern).as_bytes();
    match pattern.split_first() {
        // What most patterns are: a name, or the end of one.
        _ if !is_open(pattern) => work.step() && alike(pattern, text, case),
        Some((b'*', end)) if !is_open(end) && !text.contains(&b'/') => {
            work.step() && text.len() >= end.len() && alike(end, &text[text.len() - end.len()..], case)
        }
        _ => matches(pattern, text, case, work),
    }
}

fn is_open(pattern: &[u8]) -> bool {
    memchr::memchr3(b'*', b'?', b'[', pattern).is_some() || pattern.contains(&b'\\')
}

fn alike(a: &[u8], b: &[u8], case: Case) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| case.same(*a, *b))
}

/// Goes through a text once for each place where the last `*` may end, and of those once for each folder where the last `**/`
/// may end: an earlier one that ended later would leave less to match.
fn matches(pattern: &[u8], text: &[u8], case: Case, work: &Work) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to go on in the pattern, and up to where in the text the stars reach so far.
    let mut star: Option<(usize, usize)> = None;
    let mut folders: Option<(usize, usize)> = None;
    while work.step() {
        let stands = text.get(t).copied();
        let next = match pattern.get(p) {
            None if stands.is_none() => return true,
            None => None,
            Some(b'*') => {
                let end = pattern[p..].iter().position(|byte| *byte != b'*').map_or(pattern.len(), |run| p + run);
                let alone = end - p > 1 && (p == 0 || pattern[p - 1] == b'/');
                match pattern.get(end) {
                    None if alone => return true,
                    Some(b'/') if alone => {
                        (star, folders) = (None, Some((end + 1, t)));
                        p = end + 1;
                    }
                    _ => {
                        star = Some((end, t));
                        p = end;
                    }
                }
                continue;
            }
            Some(b'?') => stands.filter(|byte| *byte != b'/').map(|_| p + 1),
            Some(b'[') => match class(&pattern[p + 1..], stands, case, work) {
                None => return false,
                Some((length, holds)) => holds.then_some(p + 1 + length),
            },
            Some(b'\\') => match pattern.get(p + 1) {
                None => return false,
                Some(byte) => stands.filter(|stands| case.same(*byte, *stands)).map(|_| p + 2),
            },
            Some(byte) => stands.filter(|stands| case.same(*byte, *stands)).map(|_| p + 1),
        };
        if let Some(next) = next {
            (p, t) = (next, t + 1);
            continue;
        }
        match (star, folders) {
            (Some((after, reach)), _) if text.get(reach).is_some_and(|byte| *byte != b'/') => {
                star = Some((after, reach + 1));
                (p, t) = (after, reach + 1);
            }
            (_, Some((after, reach))) => {
                let Some(slash) = memchr::memchr(b'/', &text[reach..]) else { return false };
                let reach = reach + slash + 1;
                (star, folders) = (None, Some((after, reach)));
                (p, t) = (after, reach);
            }
            _ => return false,
        }
    }
    false
}

/// The length of a class after its `[`, and whether it holds a byte; `None` for one without an end, which matches nothing.
fn class(pattern: &[u8], byte: Option<u8>, case: Case, work: &Work) -> Option<(usize, bool)> {
    let negated = matches!(pattern.first(), Some(b'!' | b'^'));
    let start = usize::from(negated);
    let (mut at, mut holds, mut before) = (start, false, None);
    let byte = byte.unwrap_or(b'/');
    let within = |from: u8, to: u8| {
        let any = |byte: u8| (from..=to).contains(&byte);
        any(byte) || case == Case::Ignored && (any(byte.to_ascii_lowercase()) || any(byte.to_ascii_uppercase()))
    };
    while work.step() {
        let first = *pattern.get(at)?;
        at += 1;
        let one = match first {
            b']' if at > start + 1 => return Some((at, holds != negated && byte != b'/')),
            b'[' if pattern.get(at) == Some(&b':') => {
                let length = pattern[at + 1..].windows(2).position(|end| end == b":]")?;
                holds |= is_of(&pattern[at + 1..at + 1 + length], byte)?;
                at += length + 3;
                before = None;
                continue;
            }
            b'-' if before.is_some() && pattern.get(at).is_some_and(|end| *end != b']') => {
                let end = match *pattern.get(at)? {
                    b'\\' => {
                        at += 1;
                        *pattern.get(at)?
                    }
                    end => end,
                };
                at += 1;
                holds |= before.is_some_and(|before| within(before, end));
                before = None;
                continue;
            }
            b'\\' => {
                at += 1;
                *pattern.get(at - 1)?
            }
            one => one,
        };
        holds |= within(one, one);
        before = Some(one);
    }
    None
}

/// Whether a byte is of a class that has a name; `None` for a name that git does not know.
fn is_of(name: &[u8], byte: u8) -> Option<bool> {
    Some(match name {
        b"alnum" => byte.is_ascii_alphanumeric(),
        b"alpha" => byte.is_ascii_alphabetic(),
        b"blank" => matches!(byte, b' ' | b'\t'),
        b"cntrl" => byte.is_ascii_control(),
        b"digit" => byte.is_ascii_digit(),
        b"graph" => byte.is_ascii_graphic(),
        b"lower" => byte.is_ascii_lowercase(),
        b"print" => byte.is_ascii_graphic() || byte == b' ',
        b"punct" => byte.is_ascii_punctuation(),
        b"space" => byte.is_ascii_whitespace() || byte == b'\x0b',
        b"upper" => byte.is_ascii_uppercase(),
        b"xdigit" => byte.is_ascii_hexdigit(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn designated(pattern: &str, path: &str) -> bool {
        designates(pattern, path.as_bytes(), Case::Counts, &Work::default())
    }

    #[test]
    fn patterns_match_as_in_git() {
        for (pattern, path, wanted) in [
            ("*.js", "a/b.js", true),
            ("a/*.js", "a/b.js", true),
            ("a/*.js", "a/b/c.js", false),
            ("*.js", ".js", true),
            ("a/**", "a/b/c", true),
            ("a/**", "a", false),
            ("a/**/z", "a/z", true),
            ("a/**/z", "a/b/c/z", true),
            ("a/**/z/*y", "a/b/z/c/z/xy", true),
            ("**/b/c", "b/c", true),
            ("**/b/c", "a/xb/c", false),
            ("**/*a*b/c*d", "x/xaxb/cd/yab/cxd", true),
            ("a**/b", "ax/b", true),
            ("a**/b", "a/x/b", false),
            ("{a,b}", "{a,b}", true),
            ("{a,b}", "a", false),
            ("[]-]x", "-x", true),
            ("[!a-c]x", "bx", false),
            ("[^a-c]x", "dx", true),
            ("[a-", "a", false),
            ("a[!b]c/d", "a/c/d", false),
            ("[[:upper:][:digit:]_]", "_", true),
            ("[[:odd:]]", "o", false),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("a\\", "a\\", false),
            ("/a", "b/a", false),
            ("?", "/", false),
        ] {
            assert_eq!(designated(pattern, path), wanted, "{pattern} {path}");
        }
        assert!(designates("*.JS", b"a.js", Case::Ignored, &Work::default()));
        assert!(designates("[A-C]?", b"bX", Case::Ignored, &Work::default()));
    }

    #[test]
    fn the_work_on_a_path_is_bounded() {
        let work = Work::default();
        let (pattern, path) = (format!("*{}b*", "a".repeat(1_000)), "a".repeat(4_000));
        assert!(!designates(&pattern, path.as_bytes(), Case::Counts, &work) && work.is_spent());
        assert!(!designates("a", b"a", Case::Counts, &work), "nothing matches when all is spent");
        let work = Work::default();
        assert!((0..10_000).all(|n| !designates(&format!("*name{n}"), b"a/file.txt", Case::Counts, &work)));
        assert!(!work.is_spent());
    }
}
