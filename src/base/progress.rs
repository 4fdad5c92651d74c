//! What an audit is doing, for a person who waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::base::text::{Localized, localized};

/// A step of an audit. Several go on at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The site is visited.
    Site = 1,
    /// The forge is asked.
    Forge = 2,
    /// The history is walked.
    History = 4,
    /// The files are listed.
    Listing = 8,
    /// The files are read.
    Reading = 16,
    /// The rules are asked.
    Judging = 32,
}

impl Step {
    /// The steps, those that take longest first.
    const ALL: [Self; 6] = [Self::Site, Self::Forge, Self::History, Self::Listing, Self::Reading, Self::Judging];

    /// What is going on, in a few words.
    pub(crate) fn said(self) -> Localized {
        match self {
            Self::Site => localized!("visiting the site", "visite du site"),
            Self::Forge => localized!("asking the forge", "questions à la forge"),
            Self::History => localized!("walking the history", "parcours de l'historique"),
            Self::Listing => localized!("listing the files", "liste des fichiers"),
            Self::Reading => localized!("reading the files", "lecture des fichiers"),
            Self::Judging => localized!("asking the rules", "questions aux règles"),
        }
    }
}

/// Where an audit says which steps it is at. A clone is the same place.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<AtomicU8>);

impl Progress {
    /// Says that a step goes on until what is returned is dropped.
    pub(crate) fn during(&self, step: Step) -> During<'_> {
        self.0.fetch_or(step as u8, Ordering::Relaxed);
        During { progress: self, step }
    }

    /// The step that goes on, of several the one that takes longest.
    pub fn step(&self) -> Option<Step> {
        let steps = self.0.load(Ordering::Relaxed);
        Step::ALL.into_iter().find(|step| steps & *step as u8 != 0)
    }
}

/// A step that goes on.
pub(crate) struct During<'p> {
    progress: &'p Progress,
    step: Step,
}

impl Drop for During<'_> {
    fn drop(&mut self) {
        self.progress.0.fetch_and(!(self.step as u8), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_step_that_goes_on_is_told() {
        let progress = Progress::default();
        assert_eq!(progress.step(), None);
        let reading = progress.during(Step::Reading);
        let history = progress.during(Step::History);
        assert_eq!(progress.clone().step(), Some(Step::History));
        drop(history);
        assert_eq!(progress.step(), Some(Step::Reading));
        drop(reading);
        assert_eq!(progress.step(), None);
    }
}
