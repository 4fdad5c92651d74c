//! Questions on syntax, asked of the files that their words have let through: only those that somebody needs the answer of,
//! and each file is parsed once for all that are asked together.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::probe::Hit;
use super::scan::{HITS_PER_FILE, Scanner};
use crate::base::lines::LineIndex;
use crate::base::text::{Localized, localized};
use crate::read::syntax::{CodeQuery, Import, Index, Tree, imported_file, script_of};

/// How many values are looked for in other files.
pub(super) const MOST_PENDING: usize = 500;

/// The files that a question is asked of.
#[derive(Debug, Clone)]
pub(crate) enum Scope {
    /// All that its globs designate.
    All,
    /// Those of them with these ranks.
    Files(Arc<HashSet<usize>>),
}

impl Scope {
    /// Whether it holds the file of a rank.
    pub(super) fn holds(&self, file: usize) -> bool {
        match self {
            Self::All => true,
            Self::Files(files) => files.contains(&file),
        }
    }

    /// Whether it holds no file.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Files(files) if files.is_empty())
    }
}

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

    /// The files that hold a word of a question.
    pub(super) fn files(&self, probe: u16) -> &[usize] {
        self.files.get(&probe).map_or(&[], Vec::as_slice)
    }

    /// Whether a question was not asked yet.
    pub(super) fn is_open(&self, probe: u16) -> bool {
        self.answers.get(usize::from(probe)).is_some_and(|answer| answer.get().is_none())
    }

    /// Keeps the answer to a question.
    pub(super) fn answer(&self, probe: u16, answer: Answer) {
        if let Some(open) = self.answers.get(usize::from(probe)) {
            // Whoever asked at the same time has found the same.
            let _ = open.set(answer);
        }
    }

    /// The answer to a question that was asked.
    pub(super) fn of(&self, probe: u16) -> Option<&Answer> {
        self.answers.get(usize::from(probe))?.get()
    }
}

/// A hit, if another file of the product holds what its question asks for.
pub(super) struct Pending {
    /// The file of the hit, by its rank.
    pub at: usize,
    /// The hit.
    pub hit: Hit,
    query: Arc<CodeQuery>,
    test: usize,
    import: Import,
}

/// What was found in one file.
#[derive(Default)]
pub(super) struct InFile {
    /// Where, by the number of the probe.
    pub hits: Vec<(u16, Hit)>,
    /// The probes that could not be asked, and why.
    pub unread: Vec<(u16, Localized)>,
    /// What other files decide.
    pub pending: Vec<Pending>,
}

/// Asks questions of one file.
pub(super) fn ask_in(scanner: &Scanner, at: usize, path: &str, text: &str, probes: &[u16]) -> InFile {
    let mut found = InFile::default();
    let asked = probes.iter().filter_map(|probe| Some((*probe, scanner.code(*probe)?)));
    let asked: Vec<_> = asked.filter(|(_, query)| query.may_match(text)).collect();
    let Some(script) = Some(path).filter(|_| !asked.is_empty()).and_then(|path| script_of(path, text)) else {
        return found;
    };
    let mut unread =
        |reason: Localized| asked.iter().for_each(|(probe, _)| found.unread.push((*probe, reason.clone())));
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
    for (probe, query) in &asked {
        let matches = index.matches(query);
        let lines = lines.get_or_insert_with(|| LineIndex::new(text));
        let hit = |offset: usize| {
            let (line, column) = lines.place(offset);
            Hit { probe: *probe, line, column }
        };
        let nothing = matches.found.is_empty() && matches.pending.is_empty();
        if nothing && tree.has_errors() && query.places(&script.text).iter().any(|word| !index.understood(word)) {
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

impl Pending {
    /// The file that decides, seen from the one of the hit.
    pub(super) fn decided_by(&self, from: &str, exists: impl Fn(&str) -> bool) -> Option<String> {
        imported_file(&self.import.module, from, exists)
    }

    /// Whether it is a hit, by that file.
    pub(super) fn is_hit(&self, path: &str, text: &str) -> bool {
        let tree = script_of(path, text).and_then(|script| Tree::parse(&script.text, script.grammar).ok());
        tree.is_some_and(|tree| self.query.admits(self.test, &tree, &self.import))
    }
}

/// Whether a place stands in code: not in a text, a comment, or a style. A file that no grammar reads is taken for code.
pub(super) fn is_code(path: &str, is_style: bool, text: &str, hit: &Hit) -> bool {
    let is_markup = [".vue", ".svelte", ".html"].iter().any(|ending| path.ends_with(ending));
    let Some(script) = script_of(path, text) else { return !is_style && !is_markup };
    let line: usize = text.split_inclusive('\n').take(hit.line as usize - 1).map(str::len).sum();
    let in_line: usize = text[line..].chars().take(hit.column as usize - 1).map(char::len_utf8).sum();
    // A pattern may match the blank before the word that it is about.
    let blanks = text[line + in_line..].bytes().take_while(u8::is_ascii_whitespace).count();
    let tree = Tree::parse(&script.text, script.grammar);
    tree.map_or(true, |tree| tree.is_code_at(line + in_line + blanks))
}
