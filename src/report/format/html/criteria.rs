//! The criteria of the standards as a part of the page: each in its own words, with its state and what shows it.

use super::markup::{Markup, place, prose};
use crate::base::text::Lang;
use crate::judge::criteria::judged::{Conformity, Evidence, Judged, Status};
use crate::report::Report;
use crate::report::criteria::criteria;
use crate::report::format::standards::told::{answered, conformity};

/// The part of the page.
pub(super) struct Criteria {
    pub(super) lead: Markup,
    pub(super) categories: Vec<Category>,
}

/// A category of the standards.
pub(super) struct Category {
    pub(super) title: Markup,
    pub(super) conformity: Markup,
    pub(super) rows: Vec<Row>,
}

/// A criterion.
pub(super) struct Row {
    pub(super) text: Markup,
    pub(super) status: Markup,
    pub(super) class: &'static str,
    /// What shows it, with the first place where it is seen; else what would prove it.
    pub(super) shown: Vec<(Markup, Markup)>,
}

impl Criteria {
    /// The criteria of an audit; nothing where nothing was audited.
    pub(super) fn new(report: &Report) -> Option<Self> {
        let lang = report.lang;
        let (standards, all) = criteria(report)?;
        let whole = Conformity::of(all.iter());
        let lead = format!("{}. {}.", conformity(whole, lang), answered(whole, lang));
        let category = |id: &str| {
            let own = all.iter().filter(|judged| judged.category == id);
            Category {
                title: prose(&standards.category_title(id, lang), lang),
                conformity: prose(&conformity(Conformity::of(own.clone()), lang), lang),
                rows: own.map(|judged| Row::new(judged, lang)).collect(),
            }
        };
        Some(Self { lead: prose(&lead, lang), categories: standards.categories().into_iter().map(category).collect() })
    }
}

impl Row {
    fn new(judged: &Judged, lang: Lang) -> Self {
        let shown = |found: &Evidence| {
            let seen = found.places.first().map(|seen| place(seen, lang)).unwrap_or_default();
            (prose(found.what.get(lang), lang), seen)
        };
        let mut rows: Vec<(Markup, Markup)> = Vec::new();
        if let Some(said) = &judged.attested {
            rows.push((prose(&super::super::standards::told::attested(said, lang), lang), Markup::default()));
        }
        rows.extend(judged.evidence.iter().take(3).map(shown));
        if let Some(proof) = judged.proof.as_ref().filter(|_| rows.is_empty()) {
            let head = lang.pick("Would prove it:", "Ce qui le prouverait :");
            rows.push((prose(&format!("{head} {}", proof.get(lang)), lang), Markup::default()));
        }
        Self {
            text: prose(judged.text.get(lang), lang),
            status: prose(judged.status.words().get(lang), lang),
            class: match judged.status {
                Status::Contradicted => "no",
                Status::Proved | Status::NotApplicable => "yes",
                _ => "open",
            },
            shown: rows,
        }
    }
}
