//! Moments as text. They are counted in seconds since 1970 everywhere else.

/// The day of a moment in seconds since 1970, as `YYYY-MM-DD`, in UTC.
pub(crate) fn date(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| String::new(), |time| time.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}

/// A moment as RFC 3339, in UTC.
pub(crate) fn moment(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.to_string())
}

/// A day, `2026-03-01`, as French people write it: `1er mars 2026`; anything else as it is.
pub(crate) fn in_french(day: &str) -> String {
    const MONTHS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let Ok(date) = day.parse::<jiff::civil::Date>() else { return day.to_owned() };
    let month = usize::try_from(date.month()).ok().and_then(|month| MONTHS.get(month - 1)).copied().unwrap_or_default();
    let ordinal = if date.day() == 1 { "er" } else { "" };
    format!("{}{ordinal} {month} {}", date.day(), date.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_its_readers_do() {
        assert_eq!(["2026-03-01", "2025-12-31", "soon"].map(in_french), ["1er mars 2026", "31 décembre 2025", "soon"]);
    }
}
