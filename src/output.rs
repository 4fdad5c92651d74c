//! Reports for those who read them: one file a format, all from the same model.

pub mod deploys;
pub mod facts;
pub mod github;
pub mod json;
pub mod markdown;
pub mod sarif;
pub mod site;
pub mod terminal;

use crate::rule::Severity;
use crate::text::Lang;

/// A severity as a column of text, as wide as the widest.
pub(crate) fn severity_column(severity: Severity, lang: Lang) -> &'static str {
    let (en, fr) = match severity {
        Severity::Info => ("info   ", "info    "),
        Severity::Minor => ("minor  ", "mineur  "),
        Severity::Major => ("major  ", "majeur  "),
        Severity::Blocker => ("blocker", "bloquant"),
    };
    lang.pick(en, fr)
}

/// The end of a report's date, as `YYYY-MM-DD`, in UTC.
pub(crate) fn date(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| String::new(), |time| time.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}

/// A moment as RFC 3339, in UTC.
pub(crate) fn moment(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.to_string())
}
