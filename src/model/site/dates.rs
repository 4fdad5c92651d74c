//! Days as French and English pages write them.

use std::sync::LazyLock;

use regex::Regex;

/// The months, without accents, in the two languages.
const MONTHS: &[&[&str]] = &[
    &["janvier", "january"],
    &["fevrier", "february"],
    &["mars", "march"],
    &["avril", "april"],
    &["mai", "may"],
    &["juin", "june"],
    &["juillet", "july"],
    &["aout", "august"],
    &["septembre", "september"],
    &["octobre", "october"],
    &["novembre", "november"],
    &["decembre", "december"],
];

/// `12 mars 2026`, `1er mars 2026`, `12/03/2026`, `12.03.2026`, `2026-03-12`, `mars 2026`, `March 12, 2026`.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    let months = MONTHS.iter().flat_map(|names| names.iter().copied()).collect::<Vec<_>>().join("|");
    Regex::new(&format!(
        r"\b(?:(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d{{1,2}})[/.](?P<m2>\d{{1,2}})[/.](?P<y2>20\d\d)|(?:(?P<d3>\d{{1,2}})(?:er)? )?(?P<m3>{months})(?: (?P<d4>\d{{1,2}}),)? (?P<y3>20\d\d))\b"
    ))
    .expect("our own patterns are well-formed")
});

/// The days of a text in lower case without accents: where each is written, and what it is, `YYYY-MM-DD`. Of a month, the first day.
pub(crate) fn days(plain: &str) -> Vec<(usize, String)> {
    let number = |captures: &regex::Captures<'_>, names: &[&str]| {
        names.iter().find_map(|name| captures.name(name)).and_then(|found| found.as_str().parse::<i16>().ok())
    };
    let read = |captures: regex::Captures<'_>| {
        let year = number(&captures, &["y", "y2", "y3"])?;
        let month = match captures.name("m3") {
            Some(name) => MONTHS.iter().position(|names| names.contains(&name.as_str())).map(|rank| rank + 1)?,
            None => usize::try_from(number(&captures, &["m", "m2"])?).ok()?,
        };
        let day = number(&captures, &["d", "d2", "d3", "d4"]).unwrap_or(1);
        let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        Some((captures.get(0)?.start(), date.to_string()))
    };
    DAY.captures_iter(plain).filter_map(read).collect()
}

/// The years of a text, `2024` or `2024-2026`, in their order.
pub(crate) fn years(plain: &str) -> Vec<i16> {
    static YEAR: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?:^|[^\d])(20[1-4]\d)(?:$|[^\d])").expect("our own patterns are well-formed"));
    let mut found = Vec::new();
    let mut at = 0;
    // What stands between two years ends the one and begins the other.
    while let Some(year) = YEAR.captures_at(plain, at).and_then(|captures| captures.get(1)) {
        found.extend(year.as_str().parse::<i16>());
        at = year.end();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let text = "etablie le 1er mars 2025, revue le 02/04/2025, puis 2025-06-30, en aout 2025, on march 3, 2026; le 45/13/2025";
        let found: Vec<String> = days(text).into_iter().map(|(_, day)| day).collect();
        assert_eq!(found, ["2025-03-01", "2025-04-02", "2025-06-30", "2025-08-01", "2026-03-03"]);
        assert_eq!(years("schema 2024-2026 (loi n° 2005-102), 20251"), [2024, 2026]);
    }
}
