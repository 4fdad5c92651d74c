//! The line of code that a place shows, safe to print.

use crate::base::edge;
use crate::base::location::Location;
use crate::report::Report;

/// Longer lines are cut, to keep the report readable.
const LONGEST: usize = 160;

/// A line of a file, its secrets masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// What it says.
    pub(super) text: String,
    /// Its number, from 1.
    pub(super) number: usize,
    /// The byte at which what matters starts.
    pub(super) from: usize,
}

impl Excerpt {
    /// The line of a place; none for a file as a whole, an empty line, or one that holds a secret.
    pub(super) fn of(report: &Report, place: &Location) -> Option<Self> {
        let number = place.line? as usize;
        if place.sensitive {
            return None;
        }
        let text = report.survey.inventory.text(&place.path)?;
        let line = text.lines().nth(number - 1)?.trim_end();
        if line.trim().is_empty() {
            return None;
        }
        let start = place.column.map_or(0, |column| column as usize - 1);
        let start = line.char_indices().nth(start).map_or(0, |(at, _)| at);
        let (safe, from) = edge::line(&place.path, line, start);
        let safe: String = safe.chars().take(LONGEST).collect();
        let indent = safe.len() - safe.trim_start().len();
        let from = if from < safe.len() { from.max(indent) } else { indent };
        Some(Self { from: from.min(safe.len().saturating_sub(1)), text: safe, number })
    }
}
