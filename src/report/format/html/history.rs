//! The grade over time, from earlier reports, and what has changed since the latest of them.

use super::markup::{Markup, prose};
use crate::base::edge;
use crate::base::text::{Lang, short_commit};
use crate::report::diff::{Diff, RuleChange};
use crate::report::format::diff;
use crate::report::format::html::parts::{class_of, width};
use crate::report::format::words::{letter_or_dash, number};
use crate::report::json::JsonReport;

/// What earlier reports show.
pub(super) struct History {
    /// Every audit, the oldest first; this one is the last.
    pub(super) audits: Vec<Audit>,
    /// What changed since the latest earlier report.
    pub(super) lists: Vec<List>,
    /// The day of that report.
    pub(super) since: String,
    /// What makes the comparison less than certain.
    pub(super) doubts: Vec<Markup>,
}

pub(super) struct Audit {
    pub(super) day: String,
    pub(super) commit: String,
    pub(super) letter: String,
    pub(super) letter_class: String,
    pub(super) score: Option<String>,
    pub(super) width: String,
}

pub(super) struct List {
    pub(super) title: &'static str,
    pub(super) rows: Vec<ListRow>,
}

pub(super) struct ListRow {
    pub(super) rule: String,
    pub(super) title: Markup,
    pub(super) detail: Markup,
    /// Where the failure is described further down this page.
    pub(super) anchor: Option<String>,
}

impl History {
    /// What earlier reports show; nothing where there are none.
    pub(super) fn new(
        earlier: &[JsonReport],
        now: &JsonReport,
        lang: Lang,
        anchor: impl Fn(&str) -> Option<String>,
    ) -> Option<Self> {
        let mut all: Vec<&JsonReport> = earlier.iter().collect();
        all.sort_by(|a, b| a.as_of.cmp(&b.as_of));
        let latest = *all.last()?;
        let changes = Diff::between(latest, now);
        all.push(now);
        let list = |(title, changes): (&'static str, &[RuleChange])| List {
            title,
            rows: changes
                .iter()
                .map(|change| ListRow {
                    rule: edge::name(&change.rule),
                    title: prose(&change.title, lang),
                    detail: prose(&diff::places(change, lang), lang),
                    anchor: anchor(&change.rule),
                })
                .collect(),
        };
        // A page is opened together: what was done comes first.
        let [new, fixed, moved, set_aside, lost] = diff::lists(&changes, lang);
        let lists = [fixed, new, moved, set_aside, lost].map(list);
        Some(Self {
            audits: all.iter().map(|report| Audit::of(report, lang)).collect(),
            lists: lists.into_iter().filter(|list| !list.rows.is_empty()).collect(),
            since: edge::name(changes.before.day()),
            doubts: diff::doubts(&changes, lang).iter().map(|doubt| prose(doubt, lang)).collect(),
        })
    }
}

impl Audit {
    fn of(report: &JsonReport, lang: Lang) -> Self {
        let commit = report.head.as_deref().map(short_commit).unwrap_or_default();
        Self {
            day: edge::name(report.as_of.get(..10).unwrap_or(&report.as_of)),
            commit: edge::name(commit),
            letter: letter_or_dash(report.grade.letter),
            letter_class: class_of(report.grade.letter),
            score: report.grade.score.map(|score| number(score, lang)),
            width: width(report.grade.score),
        }
    }
}
