//! Questions on syntax, asked of the files that their words have let through: only those that somebody needs the answer of,
//! and each file is parsed once for all that are asked together.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::probe::Hit;
use super::role::Role;
use super::scan::CodeProbe;
use super::{File, Inventory};
use crate::base::text::{Localized, localized};
use crate::read::document::LineIndex;
use crate::read::syntax::{CodeQuery, Import, Index, Tree, imported_file, script_of};

/// How many hits of one question are kept for one file.
const HITS_PER_FILE: usize = 25;

/// How many values are looked for in other files.
const MOST_PENDING: usize = 500;

/// What one question found.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// Where, by the rank of the file.
    pub hits: Vec<(usize, Hit)>,
    /// The files in which it could not be asked, and why: it found nothing there, but there may be something.
    pub unread: Vec<(usize, Localized)>,
}

/// The answers to all questions on syntax.
#[derive(Default)]
pub(super) struct Answers {
    /// The files that hold a word of each question, by the number of its probe.
    files: HashMap<u16, Vec<usize>>,
    answers: Vec<OnceLock<Answer>>,
}

impl Answers {
    /// What is to be asked, of the files which each probe may be asked of.
    pub(super) fn new(probes: usize, files: HashMap<u16, Vec<usize>>) -> Self {
        Self { files, answers: std::iter::repeat_with(OnceLock::new).take(probes).collect() }
    }

    fn is_open(&self, probe: u16) -> bool {
        self.answers.get(usize::from(probe)).is_some_and(|answer| answer.get().is_none())
    }

    fn answer(&self, probe: u16, answer: Answer) {
        if let Some(open) = self.answers.get(usize::from(probe)) {
            // Whoever asked at the same time has found the same.
            let _ = open.set(answer);
        }
    }

    pub(super) fn of(&self, probe: u16) -> Option<&Answer> {
        self.answers.get(usize::from(probe))?.get()
    }
}

/// A hit, if another file of the product holds what its question asks for.
struct Pending {
    at: usize,
    hit: Hit,
    query: Arc<CodeQuery>,
    test: usize,
    import: Import,
}

/// What was found in one file.
#[derive(Default)]
struct InFile {
    hits: Vec<(u16, Hit)>,
    unread: Vec<(u16, Localized)>,
    pending: Vec<Pending>,
}

impl Inventory {
    /// Asks questions on syntax, by the names of their probes; those that have an answer, or are no such question, are left.
    pub(crate) fn ask_code<'n>(&self, probes: impl IntoIterator<Item = &'n str>) {
        let numbers = probes.into_iter().filter_map(|probe| self.scanner.number(probe));
        let mut open: Vec<u16> = numbers.filter(|number| self.scanner.code(*number).is_some()).collect();
        open.retain(|number| self.answers.is_open(*number));
        open.sort_unstable();
        open.dedup();
        let mut by_file: BTreeMap<usize, Vec<u16>> = BTreeMap::new();
        for probe in &open {
            for file in self.answers.files.get(probe).into_iter().flatten() {
                by_file.entry(*file).or_default().push(*probe);
            }
        }
        let asked: Vec<(usize, InFile)> =
            by_file.into_par_iter().map(|(at, probes)| (at, self.ask_in(at, &probes))).collect();
        let mut answers: BTreeMap<u16, Answer> = open.iter().map(|probe| (*probe, Answer::default())).collect();
        let mut pending = Vec::new();
        for (at, found) in asked {
            for (probe, hit) in found.hits {
                answers.entry(probe).or_default().hits.push((at, hit));
            }
            for (probe, reason) in found.unread {
                answers.entry(probe).or_default().unread.push((at, reason));
            }
            pending.extend(found.pending);
        }
        for one in pending.into_iter().take(MOST_PENDING) {
            if self.decides(&one) {
                let hits = &mut answers.entry(one.hit.probe).or_default().hits;
                hits.push((one.at, one.hit));
                hits.sort_unstable_by_key(|(at, hit)| (*at, hit.line, hit.column));
                hits.dedup();
            }
        }
        for (probe, answer) in answers {
            self.answers.answer(probe, answer);
        }
    }

    /// Whether a hit stands in code: not in a text, a comment, or a style. A file that no grammar reads is taken for code.
    pub(crate) fn is_code(&self, file: &File, hit: &Hit) -> bool {
        let Some(text) = self.text(&file.path) else { return true };
        let Some(script) = script_of(&file.path, &text) else { return file.language != Some("css") };
        let line: usize = text.split_inclusive('\n').take(hit.line as usize - 1).map(str::len).sum();
        let in_line = text[line..].chars().take(hit.column as usize - 1).map(char::len_utf8).sum::<usize>();
        let tree = Tree::parse(&script.text, script.grammar);
        tree.map_or(true, |tree| tree.is_code_at(line + in_line))
    }

    /// Asks questions of one file.
    fn ask_in(&self, at: usize, probes: &[u16]) -> InFile {
        let file = &self.files[at];
        let mut found = InFile::default();
        let Some(text) = self.text(&file.path) else { return found };
        let Some(script) = script_of(&file.path, &text) else { return found };
        let mut unread =
            |reason: Localized| probes.iter().for_each(|probe| found.unread.push((*probe, reason.clone())));
        let tree = match Tree::parse(&script.text, script.grammar) {
            Ok(tree) => tree,
            Err(reason) => {
                unread(reason);
                return found;
            }
        };
        let index = match Index::of(&tree) {
            Ok(index) => index,
            Err(reason) => {
                unread(reason);
                return found;
            }
        };
        let mut lines: Option<LineIndex<'_>> = None;
        for probe in probes {
            let Some(CodeProbe { query, words }) = self.scanner.code(*probe) else { continue };
            let around: Option<Vec<_>> = words.around(&script.text);
            let matches = index.matches(query, around.as_deref());
            let lines = lines.get_or_insert_with(|| LineIndex::new(&text));
            let hit = |offset: usize| {
                let (line, column) = lines.place(offset);
                Hit { probe: *probe, line, column }
            };
            let nothing = matches.found.is_empty() && matches.pending.is_empty();
            if nothing && tree.has_errors() && words.places(&script.text).iter().any(|word| !index.understood(word)) {
                // Nothing is concluded from not finding anything around a word that the grammar could not read.
                let reason = localized!("a part of it does not parse", "une partie n'en est pas analysable");
                found.unread.push((*probe, reason));
            }
            for place in matches.found.into_iter().take(HITS_PER_FILE) {
                found.hits.push((*probe, hit(place.start)));
            }
            for one in matches.pending.into_iter().take(HITS_PER_FILE) {
                let (test, import) = (one.test, one.import);
                found.pending.push(Pending { at, hit: hit(one.place.start), query: Arc::clone(query), test, import });
            }
        }
        found.hits.sort_by_key(|(probe, hit)| (*probe, hit.line, hit.column));
        found.hits.dedup();
        found
    }

    /// Whether another file makes a hit of what is pending.
    fn decides(&self, pending: &Pending) -> bool {
        let from = &self.files[pending.at].path;
        let Some(path) = imported_file(&pending.import.module, from, |path| self.has(path)) else { return false };
        let Some(text) = self.text(&path) else { return false };
        let tree = script_of(&path, &text).and_then(|script| Tree::parse(&script.text, script.grammar).ok());
        tree.is_some_and(|tree| pending.query.admits(pending.test, &tree, &pending.import))
    }
}

/// Whether questions on syntax are asked of a file: those on what the product ships.
pub(super) fn is_asked(file: &File) -> bool {
    !matches!(file.role, Role::Vendored | Role::Generated | Role::Example | Role::Test)
}
