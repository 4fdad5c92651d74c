//! What an audit leaves to the next one of the same repository: for an editor, that audits at each save.

use std::sync::Arc;

use crate::base::error::Error;
use crate::judge::rule::pack::{Embedded, Pack, Rules};
use crate::read::history::History;
use crate::read::inventory::globs::Names;
use crate::read::inventory::probe::Probe;
use crate::read::inventory::scan::Scanner;
use crate::read::source::Opened;
use crate::report::Report;
use crate::survey::scanner;

use super::options::Options;

/// How long a history stays true while no commit is made, in seconds: branches and tags come and go beside it.
const HISTORY: i64 = 3600;

/// What an audit leaves to the next one of the same repository. It is only a matter of time: without it the result is the same.
#[derive(Default)]
pub(crate) struct Kept {
    /// The embedded rules, where no other took part, with what they ask of texts.
    rules: Option<Loaded>,
    /// What was compiled of it.
    questions: Option<Questions>,
    /// The history, and when it was read, in seconds since 1970.
    history: Option<(History, i64)>,
}

/// Rules, apart from what they ask of texts.
pub(super) struct Loaded {
    /// The rules.
    pub(super) rules: Rules,
    /// What they ask of texts.
    pub(super) probes: Vec<Probe>,
}

/// The questions that may concern the files of a tree, compiled.
#[derive(Clone)]
pub(super) struct Questions {
    /// Which of all probes they are.
    concerned: Vec<bool>,
    /// Compiled.
    pub(super) scanner: Arc<Scanner>,
}

impl Kept {
    /// What the next audit of the same repository need not do again; the report is given up for it. `probes` is what the rules of
    /// the report ask of texts, where they are the embedded ones alone.
    pub(super) fn of(report: Report, probes: Option<Vec<Probe>>, questions: Questions) -> Self {
        let as_of = report.as_of;
        let history = report.survey.history.ok().map(|history| (history, as_of));
        let Some(probes) = probes else { return Self { history, ..Self::default() } };
        Self { rules: Some(Loaded { rules: report.rules, probes }), questions: Some(questions), history }
    }

    /// The rules of an audit, read unless they are known.
    ///
    /// # Errors
    /// Everything that is wrong in their files.
    pub(super) fn rules(&mut self, options: &Options, packs: Vec<Pack>) -> Result<Loaded, Error> {
        if let Some(known) = self.rules.take().filter(|_| packs.is_empty() && options.rules.is_empty()) {
            return Ok(known);
        }
        self.questions = None;
        let embedded = if options.no_embedded { Embedded::Without } else { Embedded::With };
        let mut rules = Rules::load_with(&options.rules, packs, embedded)?;
        let probes = std::mem::take(&mut rules.probes);
        Ok(Loaded { rules, probes })
    }

    /// The questions of rules that may concern the files of a tree, compiled unless they are known.
    ///
    /// # Errors
    /// When a pattern of a rule is malformed.
    pub(super) fn questions(&mut self, loaded: &Loaded, names: &Names) -> Result<Questions, Error> {
        let concerned: Vec<bool> = loaded.probes.iter().map(|probe| probe.concerns(names)).collect();
        if let Some(known) = self.questions.take().filter(|known| known.concerned == concerned) {
            return Ok(known);
        }
        let asked = loaded.probes.iter().zip(&concerned).filter(|(_, concerned)| **concerned);
        let scanner = scanner(asked.map(|(probe, _)| probe.clone()).collect())?;
        Ok(Questions { concerned, scanner })
    }

    /// The history of what is opened, where it is known and no commit was made since.
    pub(super) fn history(&mut self, opened: &Opened, as_of: i64) -> Option<History> {
        let (history, read) = self.history.take()?;
        let head = opened.head?.to_string();
        let same = history.head.as_ref().is_some_and(|known| known.id == head);
        (same && (0..HISTORY).contains(&(as_of - read))).then_some(history)
    }
}
