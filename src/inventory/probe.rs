//! Questions asked of the text of every file, all in one read.

use std::borrow::Cow;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::bytes::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::sync::OnceLock;

use super::comments::{comment_ranges, covers};
use super::globs::{Globs, Names};
use super::language::Language;
use super::role::Role;
use crate::document::LineIndex;
use crate::pattern::{ascii_or_unicode, structure};

/// How many hits of one probe are kept for one file.
const HITS_PER_FILE: usize = 25;

/// How many times the pattern of one probe is tried around its words in one file.
const ATTEMPTS_PER_FILE: usize = 200;

/// How far before and after a word its pattern may reach, in bytes.
const WINDOW: usize = 400;

/// Which files a probe is asked of.
#[derive(Debug, Clone)]
pub enum Files {
    /// Code of the product and its settings; no test, example, documentation or foreign code.
    Product,
    /// Code of the product alone.
    Code,
    /// Tests alone.
    Tests,
    /// Files that match one of these globs, whatever their role short of vendored and generated.
    Globs(Vec<Cow<'static, str>>),
}

/// A question asked of every file: words that must be there, then a pattern around them.
#[derive(Debug, Clone)]
pub struct Probe {
    /// The name under which its hits are found again.
    pub id: Cow<'static, str>,
    /// Words of which one must stand in the file, in any case; the pattern alone decides when there is none.
    pub words: &'static [&'static str],
    /// A pattern that must match around the word.
    pub pattern: Option<Cow<'static, str>>,
    /// Which files are asked.
    pub files: Files,
    /// Whether a hit in a comment counts.
    pub in_comments: bool,
}

impl Probe {
    /// A probe for words, in the code and settings of the product, outside comments.
    pub fn words(id: &'static str, words: &'static [&'static str]) -> Self {
        Self { id: Cow::Borrowed(id), words, pattern: None, files: Files::Product, in_comments: false }
    }

    /// The same probe, whose pattern must match around the word.
    #[must_use]
    pub fn matching(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(Cow::Borrowed(pattern));
        self
    }

    /// The same probe, asked of other files.
    #[must_use]
    pub fn of(mut self, files: Files) -> Self {
        self.files = files;
        self
    }

    /// Whether some file of a tree may be asked, as far as its name tells: a question on Ruby need not be compiled for a
    /// tree without any.
    pub fn concerns(&self, names: &Names) -> bool {
        match &self.files {
            Files::Globs(globs) => globs.iter().any(|glob| !glob.starts_with('!') && names.may_match(glob)),
            _ => true,
        }
    }

    /// The same probe, for which comments count too.
    #[must_use]
    pub fn commented(mut self) -> Self {
        self.in_comments = true;
        self
    }
}

/// Where a probe found something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub(super) probe: u16,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// All probes compiled together.
#[derive(Default)]
pub struct Scanner {
    probes: Vec<Compiled>,
    /// Which probe each word of the automaton belongs to.
    owners: Vec<u16>,
    words: Option<AhoCorasick>,
    /// Probes whose pattern needs no fixed word: it is tried on every file that they are asked of.
    wordless: Vec<u16>,
}

struct Compiled {
    id: Cow<'static, str>,
    pattern: Option<Pattern>,
    files: Filter,
    in_comments: bool,
    /// Its words were read off its pattern: a word calls for the pattern, which then sees the whole file.
    called: bool,
}

/// A pattern that is compiled the first time one of its words is met: compiling them all would cost more than most audits.
struct Pattern {
    text: Cow<'static, str>,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| ascii_or_unicode(&self.text).ok()).as_ref()
    }
}

/// Shorter words are met everywhere and narrow nothing.
const SHORTEST_WORD: usize = 3;

/// The words of which every match of a pattern holds one, if there are few and they are long enough.
///
/// # Errors
/// The parser's message, when the text is no pattern.
pub(crate) fn needed_words(pattern: &str) -> Result<Option<Vec<String>>, String> {
    Ok(needed(&structure(pattern).map_err(|error| error.to_string())?))
}

/// More alternatives than these narrow little.
const MOST_WORDS: usize = 40;

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

enum Filter {
    All,
    Product,
    Code,
    Tests,
    Globs(Globs),
}

impl Filter {
    fn admits(&self, path: &str, role: Role) -> bool {
        match self {
            Self::All => true,
            Self::Product => matches!(role, Role::Source | Role::Config),
            Self::Code => role == Role::Source,
            Self::Tests => role == Role::Test,
            Self::Globs(globs) => globs.is_match(path),
        }
    }
}

/// A probe that cannot be compiled.
#[derive(Debug, thiserror::Error)]
#[error("probe `{id}`: {reason}")]
pub struct ProbeError {
    /// The probe.
    pub id: String,
    /// What the glob or regex library answered.
    pub reason: String,
}

impl Scanner {
    /// Compiles probes.
    ///
    /// # Errors
    /// A probe whose glob or pattern does not compile.
    pub fn new(probes: impl IntoIterator<Item = Probe>) -> Result<Self, ProbeError> {
        let mut scanner = Self::default();
        let mut words: Vec<Cow<'static, str>> = Vec::new();
        for (at, probe) in probes.into_iter().enumerate() {
            let owner = u16::try_from(at).unwrap_or(u16::MAX);
            let mut called = false;
            let fail = |reason: String| ProbeError { id: probe.id.to_string(), reason };
            let mut own: Vec<Cow<'static, str>> = probe.words.iter().map(|word| Cow::Borrowed(*word)).collect();
            if let (true, Some(pattern)) = (own.is_empty(), &probe.pattern) {
                match needed_words(pattern).map_err(fail)? {
                    Some(first) => {
                        own.extend(first.into_iter().map(Cow::Owned));
                        called = true;
                    }
                    None => scanner.wordless.push(owner),
                }
            }
            scanner.owners.extend(own.iter().map(|_| owner));
            words.append(&mut own);
            let files = match &probe.files {
                Files::Product => Filter::Product,
                Files::Code => Filter::Code,
                Files::Tests => Filter::Tests,
                Files::Globs(globs) if globs.iter().any(|glob| glob == "**/*") => Filter::All,
                Files::Globs(globs) => {
                    Filter::Globs(Globs::new(globs.iter().map(AsRef::as_ref)).map_err(|error| fail(error.to_string()))?)
                }
            };
            scanner.probes.push(Compiled {
                id: probe.id,
                pattern: probe.pattern.map(|text| Pattern { text, regex: OnceLock::new() }),
                files,
                in_comments: probe.in_comments,
                called,
            });
        }
        if !words.is_empty() {
            let automaton = AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                // Twice as fast to search as what the library would choose for hundreds of words.
                .kind(Some(AhoCorasickKind::DFA))
                .build(words.iter().map(AsRef::as_ref))
                .map_err(|error: aho_corasick::BuildError| ProbeError {
                    id: "words".to_owned(),
                    reason: error.to_string(),
                })?;
            scanner.words = Some(automaton);
        }
        Ok(scanner)
    }

    /// How many probes there are.
    pub(super) fn len(&self) -> usize {
        self.probes.len()
    }

    /// The number of a probe, if it exists.
    pub(super) fn number(&self, id: &str) -> Option<u16> {
        let at = self.probes.iter().position(|probe| probe.id == id)?;
        u16::try_from(at).ok()
    }

    /// Everything the probes find in a text.
    pub(super) fn scan(&self, path: &str, role: Role, language: Option<&Language>, text: &str) -> Vec<Hit> {
        let mut admitted: Vec<Option<bool>> = vec![None; self.probes.len()];
        let mut admits = |owner: u16| {
            let number = usize::from(owner);
            *admitted[number].get_or_insert_with(|| self.probes[number].files.admits(path, role))
        };
        let mut found: Vec<(u16, usize)> = Vec::new();
        let mut counts = vec![0usize; self.probes.len()];
        let mut comments: Option<Vec<Range<usize>>> = None;
        // Rust keeps its tests at the end of the code that they test.
        let tests_from = if path.ends_with(".rs") { text.find("#[cfg(test)]") } else { None };
        // Whether a probe has all the hits that are kept.
        let mut take = |owner: u16, offset: usize| {
            let number = usize::from(owner);
            let of_code = matches!(self.probes[number].files, Filter::Product | Filter::Code);
            if of_code && tests_from.is_some_and(|from| offset > from) {
                return counts[number] >= HITS_PER_FILE;
            }
            if counts[number] >= HITS_PER_FILE || found.last() == Some(&(owner, offset)) {
                return counts[number] >= HITS_PER_FILE;
            }
            if !self.probes[number].in_comments
                && let Some(language) = language
            {
                let ranges = comments.get_or_insert_with(|| comment_ranges(text, language.comments));
                if covers(ranges, offset) {
                    return counts[number] >= HITS_PER_FILE;
                }
            }
            counts[number] += 1;
            found.push((owner, offset));
            counts[number] >= HITS_PER_FILE
        };
        let mut whole: Vec<u16> = Vec::new();
        let mut attempts = vec![0usize; self.probes.len()];
        if let Some(words) = &self.words {
            for word in words.find_overlapping_iter(text) {
                let owner = self.owners[word.pattern().as_usize()];
                let probe = &self.probes[usize::from(owner)];
                if !admits(owner) {
                    continue;
                }
                if probe.called {
                    if !whole.contains(&owner) {
                        whole.push(owner);
                    }
                    continue;
                }
                // A word that is everywhere in a file has been tried enough.
                attempts[usize::from(owner)] += 1;
                if attempts[usize::from(owner)] > ATTEMPTS_PER_FILE {
                    continue;
                }
                let Some(pattern) = &probe.pattern else {
                    if take(owner, word.start()) {
                        attempts[usize::from(owner)] = ATTEMPTS_PER_FILE;
                    }
                    continue;
                };
                let (from, around) = window(text, word.start(), word.end());
                let within = pattern
                    .regex()
                    .into_iter()
                    .flat_map(|regex| regex.find_iter(around.as_bytes()))
                    .find(|hit| from + hit.start() < word.end() && from + hit.end() > word.start());
                if let Some(hit) = within
                    && take(owner, from + hit.start())
                {
                    attempts[usize::from(owner)] = ATTEMPTS_PER_FILE;
                }
            }
        }
        let mut code: Option<Vec<u8>> = None;
        let wordless: Vec<u16> = self.wordless.iter().copied().filter(|owner| admits(*owner)).collect();
        for owner in wordless.iter().chain(&whole) {
            let probe = &self.probes[usize::from(*owner)];
            let Some(regex) = probe.pattern.as_ref().and_then(Pattern::regex) else { continue };
            // A match that starts in code must not go on in a comment.
            let read = match language {
                Some(language) if !probe.in_comments => {
                    code.get_or_insert_with(|| without_comments(text, language)).as_slice()
                }
                _ => text.as_bytes(),
            };
            let place = regex.capture_names().flatten().any(|name| name == HERE);
            if place {
                for hit in regex.captures_iter(read).take(HITS_PER_FILE) {
                    let start = hit.name(HERE).or_else(|| hit.get(0)).map_or(0, |found| found.start());
                    take(*owner, start);
                }
            } else {
                for hit in regex.find_iter(read).take(HITS_PER_FILE) {
                    take(*owner, hit.start());
                }
            }
        }
        if found.is_empty() {
            return Vec::new();
        }
        let lines = LineIndex::new(text);
        let mut hits: Vec<Hit> = found
            .into_iter()
            .map(|(probe, offset)| {
                let (line, column) = lines.place(offset);
                Hit { probe, line, column }
            })
            .collect();
        hits.sort_by_key(|hit| (hit.probe, hit.line, hit.column));
        hits.dedup();
        hits
    }
}

/// The name of the group of a pattern that stands where people should look; without one, it is where the match starts.
const HERE: &str = "here";

/// A text whose comments are blank, line for line and byte for byte.
fn without_comments(text: &str, language: &Language) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for range in comment_ranges(text, language.comments) {
        for byte in bytes.get_mut(range).into_iter().flatten().filter(|byte| **byte != b'\n') {
            *byte = b' ';
        }
    }
    bytes
}

/// The text around a word, on character boundaries, and where it starts.
fn window(text: &str, start: usize, end: usize) -> (usize, &str) {
    let mut from = start.saturating_sub(WINDOW);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = (end + WINDOW).min(text.len());
    while !text.is_char_boundary(to) {
        to += 1;
    }
    // From the start of a line, so that patterns anchored with `(?m)^` see whole lines.
    let line = text[..from].rfind('\n').map_or(0, |at| at + 1);
    let from = if from - line <= WINDOW { line } else { from };
    (from, &text[from..to])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::language::language_of;

    #[test]
    fn a_question_concerns_a_tree_by_the_names_of_its_files() {
        let names = Names::of(["src/a.ts", "Gemfile", "config/x.html.erb"].into_iter());
        let concerns =
            |glob: &'static str| Probe::words("p", &["w"]).of(Files::Globs(vec![glob.into()])).concerns(&names);
        for glob in
            ["**/*.ts", "Gemfile", "src/**", "**/*.{js,ts}", "**/a.*", "**/{Gemfile,Rakefile}", "{a,b/c}/*.py", "*"]
        {
            assert!(concerns(glob), "{glob}");
        }
        for glob in ["**/*.py", "Rakefile", "**/next.config.{js,mjs}", "config/*.rb"] {
            assert!(!concerns(glob), "{glob}");
        }
    }

    #[test]
    fn a_match_does_not_go_on_in_a_comment_and_points_where_its_group_says() {
        let of = |pattern: &'static str| {
            let probe = Probe::words("p", &[]).matching(pattern).of(Files::Globs(vec!["*.js".into()]));
            scan(probe, "a.js", "session({\n  // secret: 'x',\n  name: 'y',\n})\n")
        };
        assert!(of(r"session\(\{\s*secret").is_empty());
        assert!(of(r"session\(\{[^}]*secret").is_empty());
        assert_eq!(of(r"session\(\{\s*name"), [(1, 1)]);
        assert_eq!(of(r"session\(\{\s*(?P<here>name)"), [(3, 3)]);
    }

    fn scan(probe: Probe, path: &str, text: &str) -> Vec<(u32, u32)> {
        let scanner = Scanner::new(vec![probe]).expect("a valid probe");
        scanner
            .scan(path, crate::inventory::role::role_of(path), language_of(path), text)
            .iter()
            .map(|hit| (hit.line, hit.column))
            .collect()
    }

    #[test]
    fn a_word_is_found_in_any_case_but_not_in_a_comment() {
        let probe = || Probe::words("p", &["sentry.init"]);
        assert_eq!(scan(probe(), "src/a.ts", "x\n  Sentry.init({})"), [(2, 3)]);
        assert!(scan(probe(), "src/a.ts", "// Sentry.init({})").is_empty());
        assert!(scan(probe(), "src/a.test.ts", "Sentry.init({})").is_empty());
    }

    #[test]
    fn the_pattern_must_match_around_the_word() {
        let probe =
            || Probe::words("p", &["conforme"]).matching(r"(?i)accessibilité\s*:\s*(non|partiellement) conforme");
        assert_eq!(scan(probe(), "src/f.ts", "'Accessibilité :\n  non conforme'"), [(1, 2)]);
        assert!(scan(probe(), "src/f.ts", "conforme").is_empty());
    }

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
    fn a_pattern_without_words_is_tried_everywhere() {
        let probe = Probe {
            id: "p".into(),
            words: &[],
            pattern: Some(r"\bfoo\d+".into()),
            files: Files::Globs(vec!["**/*.txt".into()]),
            in_comments: true,
        };
        assert_eq!(scan(probe, "a/b.txt", "é foo1 foo2"), [(1, 3), (1, 8)]);
    }
}
