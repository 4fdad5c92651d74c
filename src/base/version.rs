//! Versions as every package manager writes them, compared number by number.

use std::cmp::Ordering;
use std::fmt;

/// A version: its numbers, without what follows them (`-rc.1`, `+build`).
#[derive(Debug, Clone, Default)]
pub struct Version(Vec<u64>);

/// More numbers than these say nothing more.
const MOST_NUMBERS: usize = 4;

impl Version {
    /// The version that a text starts with, after `v` or `=`: `v18.2`, `7.1.3.4`, `3.12-slim`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches(['v', 'V', '=']).trim_start();
        let mut numbers = Vec::new();
        let mut rest = text;
        while numbers.len() < MOST_NUMBERS {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let Ok(number) = rest[..end].parse() else { break };
            numbers.push(number);
            match rest[end..].strip_prefix('.') {
                Some(next) => rest = next,
                None => break,
            }
        }
        (!numbers.is_empty()).then_some(Self(numbers))
    }

    /// The version that a requirement settles, where it bounds it on both sides: `^7.1`, `~> 7.1.2`, `==4.2.*`,
    /// `>=3.2,<4`, `20.x`. Its lowest one, since nothing older can be installed; `None` for `>=3` or `*`.
    pub fn required(requirement: &str) -> Option<Self> {
        let text = requirement.trim();
        let text =
            text.strip_prefix("npm:").and_then(|alias| alias.rsplit_once('@')).map_or(text, |(_, version)| version);
        let alternatives: Vec<&str> = text.split("||").map(str::trim).collect();
        let (last, others) = alternatives.split_last()?;
        // Of several alternatives only what they share is known.
        let lowest = Self::bounded(last)?;
        match others.iter().map(|other| Self::bounded(other)).collect::<Option<Vec<Self>>>() {
            Some(others) if others.iter().all(|other| other.0.first() == lowest.0.first()) => {
                others.into_iter().chain([lowest]).min()
            }
            _ => None,
        }
    }

    fn bounded(requirement: &str) -> Option<Self> {
        // `1.2 - 1.4` is npm's range between two versions.
        if let Some((low, _)) = requirement.split_once(" - ") {
            return Self::parse(low);
        }
        let (mut low, mut exact, mut capped) = (None, None, false);
        let parts = requirement.replace(" ", ",").replace(",,", ",");
        let mut operator = "";
        for part in parts.split(',').filter(|part| !part.is_empty()) {
            let at = part.find(|c: char| !"<>=~^!".contains(c)).unwrap_or(part.len());
            let (sign, version) = part.split_at(at);
            // A sign may be apart from its version: `~> 7.1`.
            if version.is_empty() {
                operator = sign;
                continue;
            }
            let sign = if sign.is_empty() { std::mem::take(&mut operator) } else { sign };
            let version = Self::parse(version)?;
            match sign {
                "<" | "<=" => capped = true,
                ">" | ">=" => low = Some(version),
                "!=" => {}
                _ => exact = Some(version),
            }
        }
        exact.or(low.filter(|_| capped))
    }

    /// Its first number.
    pub fn major(&self) -> u64 {
        self.number(0)
    }

    /// A number of it; what is not written is 0.
    pub fn number(&self, at: usize) -> u64 {
        self.0.get(at).copied().unwrap_or(0)
    }

    /// Whether it belongs to a release line: `18.2.1` to `18` and to `18.2`.
    pub fn is_of(&self, line: &Self) -> bool {
        line.0.iter().enumerate().all(|(at, number)| self.number(at) == *number)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        (0..MOST_NUMBERS)
            .map(|at| self.number(at).cmp(&other.number(at)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u64::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_without_what_follows_it() {
        for (text, expected) in
            [("v18.2", "18.2"), ("7.1.3.4", "7.1.3.4"), ("3.12-slim", "3.12"), ("1.0.0-rc.1+b", "1.0.0")]
        {
            assert_eq!(Version::parse(text).map(|version| version.to_string()).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(Version::parse("latest"), None);
    }

    #[test]
    fn a_requirement_settles_a_version_when_it_bounds_it() {
        for (requirement, expected) in [
            ("^7.1.2", Some("7.1.2")),
            ("~> 7.1", Some("7.1")),
            ("~> 7.1, >= 7.1.3", Some("7.1")),
            ("==4.2.*", Some("4.2")),
            (">=3.2,<4", Some("3.2")),
            (">= 3.2", None),
            ("20.x", Some("20")),
            ("^13 || ^14", None),
            ("^14.1 || ^14.2", Some("14.1")),
            ("npm:next@15.1.0", Some("15.1.0")),
            ("*", None),
            ("latest", None),
            ("workspace:*", None),
            ("1.2 - 1.4", Some("1.2")),
        ] {
            let version = Version::required(requirement).map(|version| version.to_string());
            assert_eq!(version.as_deref(), expected, "{requirement}");
        }
    }

    #[test]
    fn what_is_not_written_is_zero() {
        let version = |text| Version::parse(text).expect("a version");
        assert_eq!(version("18"), version("18.0.0"));
        assert!(version("7.10") > version("7.9.9"));
        assert!(version("18.2.1").is_of(&version("18.2")) && !version("18.2.1").is_of(&version("18.3")));
    }
}
