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
