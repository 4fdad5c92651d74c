//! What the pages of a live site tell of a criterion.

use crate::base::location::Location;
use crate::base::text::Localized;
use crate::judge::criteria::judged::Evidence;
use crate::judge::standards::known::Origin;

/// What is told of a criterion.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// What speaks for it, or against it.
    pub(super) evidence: Vec<Evidence>,
    /// Why no more can be said.
    pub(super) open: Vec<Localized>,
}

/// How much a piece of evidence weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// It settles the question.
    Settles,
    /// It only speaks.
    Speaks,
}

impl Told {
    pub(super) fn yes(&mut self, what: Localized, place: &str, weight: Weight) {
        self.push(true, what, place, weight);
    }

    pub(super) fn no(&mut self, what: Localized, place: &str, weight: Weight) {
        self.push(false, what, place, weight);
    }

    fn push(&mut self, supports: bool, what: Localized, place: &str, weight: Weight) {
        let settles = weight == Weight::Settles;
        let places = vec![Location::file(place)];
        self.evidence.push(Evidence { supports, settles, what, places, from: Origin::Page, rule: None });
    }

    pub(super) fn open(&mut self, why: Localized) {
        self.open.push(why);
    }

    /// Takes what was told of a page that may be missing without a flaw: it only says why nothing was read.
    pub(super) fn reasons_of(&mut self, other: Self) {
        self.open.extend(other.open);
        self.open.extend(other.evidence.into_iter().map(|evidence| evidence.what));
    }
}
