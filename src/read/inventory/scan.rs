//! The texts read once for all probes: words of the probes are looked for together, and a word that is found triggers its pattern.

use crate::base::path::name_of;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::comments::{comment_ranges, covers};
use super::globs::Globs;
use super::language::Language;
use super::probe::{Files, Hit, Probe};
use super::role::Role;
use super::search::Search;
use crate::base::pattern::LazyRegex;
use crate::base::text::Localized;
use crate::base::words::needed_words;
use crate::read::document::LineIndex;
use crate::read::syntax::{CodeQuery, Explained};

/// How many hits of one probe are kept for one file.
pub(super) const HITS_PER_FILE: usize = 25;

/// How many times the pattern of one probe is tried around its words in one file.
const ATTEMPTS_PER_FILE: usize = 200;

/// How far before and after a word its pattern may reach, in bytes.
const WINDOW: usize = 400;

/// The patterns of the embedded rules, in order, each with the words that it needs.
static KNOWN: &[(&str, &[&str])] = include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// Files of one sort must be as many as these for a prefilter of their own to pay for itself.
const OWN_SIEVE: usize = 100;

/// All probes, ready to be asked.
#[derive(Default)]
pub struct Scanner {
    probes: Vec<CompiledProbe>,
    numbers: HashMap<Cow<'static, str>, u16>,
}

struct CompiledProbe {
    id: Cow<'static, str>,
    /// One of them triggers the probe; without any, its pattern is tried on every file that it is asked of.
    words: Vec<Cow<'static, str>>,
    pattern: Option<LazyRegex>,
    code: Option<Arc<CodeQuery>>,
    files: Filter,
    in_comments: bool,
    /// Its words were read off its pattern: a word calls for the pattern, which then sees the whole file.
    called: bool,
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
            Self::Globs(globs) => globs.is_match(path),
            _ => self.admits_role(role),
        }
    }

    /// Whether files of a role may be asked, whatever their names.
    fn admits_role(&self, role: Role) -> bool {
        match self {
            Self::All | Self::Globs(_) => true,
            Self::Product => matches!(role, Role::Source | Role::Config),
            Self::Code => role == Role::Source,
            Self::Tests => role == Role::Test,
        }
    }

    /// Whether some file of a sort may be asked.
    fn concerns(&self, sort: &Sort<'_>, names: &HashSet<&str>) -> bool {
        match self {
            Self::Globs(globs) => globs.may_match_sort(sort.1, names),
            _ => self.admits_role(sort.0),
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

impl CompiledProbe {
    fn of(probe: Probe) -> Result<Self, ProbeError> {
        let fail = |reason: String| ProbeError { id: probe.id.to_string(), reason };
        let mut words: Vec<Cow<'static, str>> = probe.words.iter().map(|word| Cow::Borrowed(*word)).collect();
        let called = match (&probe.pattern, words.is_empty()) {
            (Some(pattern), true) => {
                match KNOWN.binary_search_by(|(known, _)| (*known).cmp(pattern)) {
                    Ok(at) => words.extend(KNOWN[at].1.iter().map(|word| Cow::Borrowed(*word))),
                    Err(_) => {
                        let needed = needed_words(pattern).map_err(fail)?;
                        words.extend(needed.into_iter().flatten().map(Cow::Owned));
                    }
                }
                !words.is_empty()
            }
            _ => false,
        };
        words.extend(probe.code.iter().flat_map(|query| query.words()).cloned());
        let files = match &probe.files {
            Files::Product => Filter::Product,
            Files::Code => Filter::Code,
            Files::Tests => Filter::Tests,
            Files::Globs(globs) if globs.iter().any(|glob| glob == "**/*") => Filter::All,
            Files::Globs(globs) => {
                Filter::Globs(Globs::new(globs.iter().map(AsRef::as_ref)).map_err(|error| fail(error.reason.en))?)
            }
        };
        let pattern = probe.pattern.map(LazyRegex::new);
        let called = called || probe.code.is_some();
        Ok(Self { id: probe.id, words, pattern, code: probe.code, files, in_comments: probe.in_comments, called })
    }
}

/// Files of one role and one extension.
type Sort<'s> = (Role, &'s str);

/// What the probes ask of files of one sort, in one search.
pub(super) struct Prefilter {
    /// The probes that may be asked, by number.
    probes: Vec<u16>,
    words: Search,
    /// Which of `probes` each word calls for.
    called: Vec<Vec<u16>>,
    /// Which of `probes` have no word.
    wordless: Vec<u16>,
}

/// The prefilters of a tree: one for each sort of file that is found often, one for all others.
pub(super) struct Prefilters {
    own: HashMap<(Role, String), Prefilter>,
    shared: Prefilter,
}

impl Prefilters {
    pub(super) fn of(&self, path: &str, role: Role) -> &Prefilter {
        // Looked up once a file: avoiding the key is not worth it.
        self.own.get(&(role, extension(path).to_owned())).unwrap_or(&self.shared)
    }
}

/// What is after the last dot of a path's name.
fn extension(path: &str) -> &str {
    name_of(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}

impl Scanner {
    /// Reads probes.
    ///
    /// # Errors
    /// A probe whose glob or pattern does not compile.
    pub fn new(probes: impl IntoIterator<Item = Probe>) -> Result<Self, ProbeError> {
        let probes: Vec<Probe> = probes.into_iter().collect();
        let probes: Vec<CompiledProbe> = probes.into_par_iter().map(CompiledProbe::of).collect::<Result<_, _>>()?;
        let numbers = probes.iter().enumerate().map(|(at, probe)| (probe.id.clone(), small(at))).collect();
        Ok(Self { probes, numbers })
    }

    /// How a probe fares with one text: which of its words are there, by line, and what it finds.
    pub(crate) fn explain(&self, id: &str, path: &str, text: &str) -> Option<ExplainedProbe<'_>> {
        let probe = &self.probes[usize::from(self.number(id)?)];
        let lines = LineIndex::new(text);
        let mut met = Vec::new();
        Search::new(probe.words.iter().map(AsRef::as_ref)).each(text.as_bytes(), |word, at| {
            met.push((probe.words[word].to_string(), lines.line(at.start)));
        });
        let syntax = probe.code.as_ref().map(|query| query.explain(path, text));
        Some(ExplainedProbe { words: &probe.words, met, syntax })
    }

    /// How many probes there are.
    pub(super) fn len(&self) -> usize {
        self.probes.len()
    }

    /// The question on syntax of a probe.
    pub(super) fn code(&self, number: u16) -> Option<&Arc<CodeQuery>> {
        self.probes.get(usize::from(number))?.code.as_ref()
    }

    /// The number of a probe, if it exists.
    pub(super) fn number(&self, id: &str) -> Option<u16> {
        self.numbers.get(id).copied()
    }

    /// The prefilters for files, each with its role.
    pub(super) fn prefilters<'f>(&self, files: impl Iterator<Item = (&'f str, Role)>) -> Prefilters {
        let mut sorts: HashMap<Sort<'f>, (usize, HashSet<&str>)> = HashMap::new();
        for (path, role) in files {
            let (count, names) = sorts.entry((role, extension(path))).or_default();
            *count += 1;
            names.insert(name_of(path));
        }
        let (often, seldom): (Vec<_>, Vec<_>) = sorts.into_iter().partition(|(_, (count, _))| *count >= OWN_SIEVE);
        let own = || {
            often.into_par_iter().map(|(sort, (_, names))| {
                let prefilter = self.prefilter(|files| files.concerns(&sort, &names));
                ((sort.0, sort.1.to_owned()), prefilter)
            })
        };
        let shared = || self.prefilter(|files| seldom.iter().any(|(sort, (_, names))| files.concerns(sort, names)));
        let (own, shared) = rayon::join(|| own().collect(), shared);
        Prefilters { own, shared }
    }

    /// A prefilter of the probes that may be asked of some files.
    fn prefilter(&self, concerned: impl Fn(&Filter) -> bool) -> Prefilter {
        let (mut probes, mut wordless) = (Vec::new(), Vec::new());
        // Many probes share a word.
        let mut words: BTreeMap<String, Vec<u16>> = BTreeMap::new();
        for (number, probe) in self.probes.iter().enumerate().filter(|(_, probe)| concerned(&probe.files)) {
            let own = small(probes.len());
            probes.push(small(number));
            if probe.words.is_empty() {
                wordless.push(own);
            }
            for word in &probe.words {
                words.entry(word.to_ascii_lowercase()).or_default().push(own);
            }
        }
        let called = words.values().cloned().collect();
        Prefilter { probes, words: Search::new(words.keys().map(String::as_str)), called, wordless }
    }

    /// Everything the probes find in a text.
    pub(super) fn scan(
        &self,
        prefilter: &Prefilter,
        path: &str,
        role: Role,
        language: Option<&Language>,
        text: &str,
    ) -> Scanned {
        let probe_of = |own: u16| &self.probes[usize::from(prefilter.probes[usize::from(own)])];
        let mut admitted: Vec<Option<bool>> = vec![None; prefilter.probes.len()];
        let mut admits =
            |own: u16| *admitted[usize::from(own)].get_or_insert_with(|| probe_of(own).files.admits(path, role));
        let mut found: Vec<(u16, usize)> = Vec::new();
        let mut counts = vec![0usize; prefilter.probes.len()];
        let mut comments: Option<Vec<Range<usize>>> = None;
        // Rust keeps its tests at the end of the code that they test.
        let tests_from = if path.ends_with(".rs") { text.find("#[cfg(test)]") } else { None };
        // Whether a probe has all the hits that are kept.
        let mut take = |owner: u16, offset: usize| {
            let number = usize::from(owner);
            let of_code = matches!(probe_of(owner).files, Filter::Product | Filter::Code);
            if of_code && tests_from.is_some_and(|from| offset > from) {
                return counts[number] >= HITS_PER_FILE;
            }
            if counts[number] >= HITS_PER_FILE || found.last() == Some(&(owner, offset)) {
                return counts[number] >= HITS_PER_FILE;
            }
            if !probe_of(owner).in_comments
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
        let mut attempts = vec![0usize; prefilter.probes.len()];
        let mut call = |owner: u16, at: &Range<usize>| {
            let probe = probe_of(owner);
            // A word that is everywhere in a file has been tried enough.
            if attempts[usize::from(owner)] > ATTEMPTS_PER_FILE || !admits(owner) {
                return;
            }
            if probe.called {
                attempts[usize::from(owner)] = usize::MAX;
                whole.push(owner);
                return;
            }
            attempts[usize::from(owner)] += 1;
            let hit = match &probe.pattern {
                None => Some(at.start),
                Some(pattern) => {
                    let (from, around) = window(text, at);
                    let mut all = pattern.regex().into_iter().flat_map(|regex| regex.find_iter(around.as_bytes()));
                    all.find(|hit| from + hit.start() < at.end && from + hit.end() > at.start)
                        .map(|hit| from + hit.start())
                }
            };
            if hit.is_some_and(|hit| take(owner, hit)) {
                attempts[usize::from(owner)] = usize::MAX;
            }
        };
        prefilter.words.each(text.as_bytes(), |word, at| {
            for owner in &prefilter.called[word] {
                call(*owner, &at);
            }
        });
        let mut code: Option<Vec<u8>> = None;
        let wordless: Vec<u16> = prefilter.wordless.iter().copied().filter(|owner| admits(*owner)).collect();
        let mut code_probes = Vec::new();
        for owner in wordless.iter().chain(&whole) {
            let probe = probe_of(*owner);
            if probe.code.is_some() {
                code_probes.push(prefilter.probes[usize::from(*owner)]);
                continue;
            }
            let Some(regex) = probe.pattern.as_ref().and_then(LazyRegex::regex) else { continue };
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
            return Scanned { hits: Vec::new(), code: code_probes };
        }
        let lines = LineIndex::new(text);
        let mut hits: Vec<Hit> = found
            .into_iter()
            .map(|(probe, offset)| {
                let (line, column) = lines.place(offset);
                Hit { probe: prefilter.probes[usize::from(probe)], line, column }
            })
            .collect();
        hits.sort_by_key(|hit| (hit.probe, hit.line, hit.column));
        hits.dedup();
        Scanned { hits, code: code_probes }
    }
}

/// How a probe fares with one text.
pub(crate) struct ExplainedProbe<'s> {
    /// The words of which one must be there; none where every file of its globs is asked.
    pub words: &'s [Cow<'static, str>],
    /// Those that are, with their lines.
    pub met: Vec<(String, u32)>,
    /// For a question on syntax, what it finds: `None` within for a file that no grammar reads.
    pub syntax: Option<Option<Result<Explained, Localized>>>,
}

/// What the probes found in a text.
pub(super) struct Scanned {
    /// What they found.
    pub hits: Vec<Hit>,
    /// The questions on syntax that may be asked of it, by the numbers of their probes.
    pub code: Vec<u16>,
}

/// A number of probes, of which there are a few thousand at most.
fn small(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// The name of the group of a pattern that is where people should look; without one, it is where the match starts.
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
fn window<'t>(text: &'t str, word: &Range<usize>) -> (usize, &'t str) {
    let mut from = word.start.saturating_sub(WINDOW);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut to = (word.end + WINDOW).min(text.len());
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
    use crate::read::inventory::language::language_of;

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
        let role = crate::read::inventory::role::role_of(path);
        let prefilters = scanner.prefilters([(path, role)].into_iter());
        scanner
            .scan(prefilters.of(path, role), path, role, language_of(path), text)
            .hits
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
    fn a_pattern_without_words_is_tried_everywhere() {
        let probe = Probe {
            id: "p".into(),
            words: &[],
            pattern: Some(r"\bfoo\d+".into()),
            code: None,
            files: Files::Globs(vec!["**/*.txt".into()]),
            in_comments: true,
        };
        assert_eq!(scan(probe, "a/b.txt", "é foo1 foo2"), [(1, 3), (1, 8)]);
    }
}
