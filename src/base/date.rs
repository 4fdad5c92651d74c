//! Moments as text. They are counted in seconds since 1970 everywhere else.

use crate::base::text::Lang;

/// The day of a moment in seconds since 1970, as `YYYY-MM-DD`, in UTC.
pub(crate) fn date(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| String::new(), |time| time.to_zoned(jiff::tz::TimeZone::UTC).date().to_string())
}

/// A moment as RFC 3339, in UTC.
pub(crate) fn moment(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.to_string())
}

/// A day, `2026-03-01`, as people write it: `1 March 2026`, `1er mars 2026`; anything else as it is.
pub(crate) fn in_words(day: &str, lang: Lang) -> String {
    const MONTHS: [(&str, &str); 12] = [
        ("January", "janvier"),
        ("February", "février"),
        ("March", "mars"),
        ("April", "avril"),
        ("May", "mai"),
        ("June", "juin"),
        ("July", "juillet"),
        ("August", "août"),
        ("September", "septembre"),
        ("October", "octobre"),
        ("November", "novembre"),
        ("December", "décembre"),
    ];
    let Ok(date) = day.parse::<jiff::civil::Date>() else { return day.to_owned() };
    let month = usize::try_from(date.month()).ok().and_then(|month| MONTHS.get(month - 1)).copied().unwrap_or_default();
    let ordinal = if lang == Lang::Fr && date.day() == 1 { "er" } else { "" };
    format!("{}{ordinal} {} {}", date.day(), lang.pick(month.0, month.1), date.year())
}

/// The same in French.
pub(crate) fn in_french(day: &str) -> String {
    in_words(day, Lang::Fr)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_its_readers_do() {
        assert_eq!(["2026-03-01", "2025-12-31", "soon"].map(in_french), ["1er mars 2026", "31 décembre 2025", "soon"]);
        let in_english = |day| in_words(day, Lang::En);
        assert_eq!(["2026-03-01", "2025-12-31", "soon"].map(in_english), ["1 March 2026", "31 December 2025", "soon"]);
    }
}
