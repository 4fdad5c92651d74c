//! The deployments of a year, one bar a week, and the metrics that are computed from them.

use super::markup::{Markup, prose};
use crate::base::date::date;
use crate::base::text::{Lang, Localized};
use crate::model::delivery::{Delivery, Measure, Measures, WEEKS};
use crate::model::forge::Conclusion;
use crate::read::history::{WEEK, WINDOW_WEEKS};
use crate::report::format::deployments::figure;

/// The calendar as the page shows it.
pub(super) struct Calendar {
    /// What shows the deployments; or why nothing does.
    pub(super) shown_by: Markup,
    /// Whether there is anything to draw.
    pub(super) drawn: bool,
    /// Whether two careful people would agree.
    pub(super) sure: bool,
    /// The weeks, the oldest first.
    pub(super) weeks: Vec<Week>,
    /// The most deployments of any week.
    pub(super) most: usize,
    /// How many deployments the year saw.
    pub(super) total: usize,
    /// How many of them the last quarter saw.
    pub(super) of_quarter: usize,
    /// Whether any repaired what was deployed before.
    pub(super) has_repairs: bool,
    /// Whether any failed.
    pub(super) has_failures: bool,
    /// The first and the last day.
    pub(super) from: String,
    pub(super) to: String,
    /// The four metrics, and the trend of the first.
    pub(super) keys: Vec<Key>,
}

/// A week of seven days.
pub(super) struct Week {
    /// Its first day.
    pub(super) from: String,
    /// Deployments that succeeded, repairs left out.
    pub(super) plain: usize,
    /// Deployments that brought a repair or put an earlier version back.
    pub(super) repairs: usize,
    /// Deployments that failed.
    pub(super) failed: usize,
    /// Its place in the picture, from the left.
    pub(super) rank: usize,
    /// What is drawn of it.
    pub(super) parts: Vec<Part>,
    /// Whether the source reaches back to it.
    pub(super) visible: bool,
}

/// A part of a bar.
pub(super) struct Part {
    /// What it stands for.
    pub(super) class: &'static str,
    /// Where it starts from above, and how high it is, in percent of the tallest week.
    pub(super) top: String,
    pub(super) height: String,
}

/// A figure.
pub(super) struct Key {
    pub(super) name: Markup,
    pub(super) figure: Markup,
    pub(super) how: Markup,
}

impl Calendar {
    pub(super) fn new(delivery: Result<&Delivery, &Localized>, measures: &Measures, as_of: i64, lang: Lang) -> Self {
        let mut weeks = match delivery {
            Ok(delivery) => (1..=WINDOW_WEEKS).rev().map(|week| week_of(delivery, as_of - week * WEEK)).collect(),
            Err(_) => Vec::new(),
        };
        let most = weeks.iter().map(|week: &Week| week.plain + week.repairs + week.failed).max().unwrap_or(0);
        for (rank, week) in weeks.iter_mut().enumerate() {
            week.rank = rank;
            week.parts = parts(week, most);
        }
        let of = |weeks: &[Week]| weeks.iter().map(|week| week.plain + week.repairs).sum();
        let quarter = weeks.len().saturating_sub(usize::try_from(WEEKS).unwrap_or(0));
        let shown_by = match delivery {
            Ok(delivery) => delivery.shown_by.get(lang),
            Err(reason) => reason.get(lang),
        };
        Self {
            shown_by: prose(shown_by.trim_end_matches('.'), lang),
            drawn: delivery.is_ok(),
            sure: delivery.is_ok_and(|delivery| delivery.sure),
            most,
            total: of(&weeks),
            of_quarter: of(&weeks[quarter..]),
            has_repairs: weeks.iter().any(|week| week.repairs > 0),
            has_failures: weeks.iter().any(|week| week.failed > 0),
            weeks,
            from: date(as_of - WINDOW_WEEKS * WEEK),
            to: date(as_of),
            keys: if delivery.is_ok() { keys(measures, lang) } else { Vec::new() },
        }
    }
}

fn week_of(delivery: &Delivery, from: i64) -> Week {
    let of_week = || delivery.deployments.iter().filter(move |found| found.time > from && found.time <= from + WEEK);
    let failed = of_week().filter(|found| found.outcome == Conclusion::Failed).count();
    let repairs =
        of_week().filter(|found| found.outcome != Conclusion::Failed && (found.repair || found.rollback)).count();
    Week {
        from: date(from),
        plain: of_week().count() - failed - repairs,
        repairs,
        failed,
        rank: 0,
        parts: Vec::new(),
        visible: from >= delivery.since - WEEK,
    }
}

/// The bar of a week: deployments at the bottom, repairs above them, failures on top.
#[expect(clippy::cast_precision_loss, reason = "deployments of one week")]
fn parts(week: &Week, most: usize) -> Vec<Part> {
    let mut below = 0;
    let counts = [("plain", week.plain), ("repair", week.repairs), ("failed", week.failed)];
    let mut parts = Vec::new();
    for (class, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        let percent = |count: usize| count as f64 * 100.0 / most.max(1) as f64;
        below += count;
        let (top, height) = (format!("{:.1}", 100.0 - percent(below)), format!("{:.1}", percent(count)));
        parts.push(Part { class, top, height });
    }
    parts
}

fn keys(measures: &Measures, lang: Lang) -> Vec<Key> {
    let key = |(name, measure): (&str, &Measure)| Key {
        name: prose(name, lang),
        figure: prose(&figure(measure, lang), lang),
        how: if measure.value.is_ok() { prose(measure.how.get(lang), lang) } else { Markup::default() },
    };
    crate::report::format::deployments::named(measures, lang).into_iter().map(key).collect()
}
