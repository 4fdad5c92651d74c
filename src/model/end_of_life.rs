//! Until when the release lines of languages, frameworks and tools are supported, from `rules/end-of-life.yml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::base::embedded;
use crate::base::version::Version;
use crate::model::manifest::Ecosystem;

/// The file of the embedded pack that holds the dates.
pub(crate) const FILE: &str = "end-of-life.yml";

#[derive(Debug, Default, Deserialize)]
struct Table {
    products: Vec<Product>,
    tools: Vec<Product>,
}

/// A language, a framework or a tool.
#[derive(Debug, Deserialize)]
pub(crate) struct Product {
    /// Its name, as facts give it; that of its package, for a tool.
    pub name: String,
    /// Its name as people write it.
    pub title: String,
    /// Where its maintainers publish the dates.
    #[cfg_attr(not(test), expect(dead_code, reason = "people read it in the file, and a test holds that it is there"))]
    pub source: String,
    /// The package manager of a tool.
    #[serde(default)]
    ecosystem: Option<String>,
    /// Other packages of the same releases.
    #[serde(default)]
    also: Vec<String>,
    /// Its release lines, newest first.
    cycles: Vec<Cycle>,
}

#[derive(Debug, Deserialize)]
struct Cycle {
    line: String,
    /// `2026-04-30`.
    ends: Option<String>,
}

/// What is known of the support of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Support {
    /// It is supported, or its end of support is not announced.
    Supported,
    /// It has not been fixed since this date; none for what is older than all that is known.
    EndOfLife(Option<Date>),
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| embedded::json(FILE).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default());

/// A language or framework, where its dates are known.
pub(crate) fn product(name: &str) -> Option<&'static Product> {
    TABLE.products.iter().find(|product| product.name == name)
}

/// The tools, by package manager and package.
static TOOLS: LazyLock<HashMap<(&str, &str), &Product>> = LazyLock::new(|| {
    let packages = |tool: &'static Product| std::iter::once(&tool.name).chain(&tool.also).map(move |name| (name, tool));
    let named = TABLE.tools.iter().flat_map(packages);
    named.map(|(name, tool)| ((tool.ecosystem.as_deref().unwrap_or_default(), name.as_str()), tool)).collect()
});

/// A tool or library, where its dates are known.
pub(crate) fn tool(ecosystem: Ecosystem, package: &str) -> Option<&'static Product> {
    TOOLS.get(&(ecosystem.name(), package)).copied()
}

impl Product {
    /// The newest release line of a major version.
    pub(crate) fn newest_of(&self, major: u64) -> Option<Version> {
        self.cycles.iter().filter_map(|cycle| Version::parse(&cycle.line)).find(|line| line.major() == major)
    }

    /// Whether a version is still fixed at a moment, in seconds since 1970. A version newer than all that is known is.
    pub(crate) fn support(&self, version: &Version, as_of: i64) -> Support {
        let lines = || self.cycles.iter().filter_map(|cycle| Some((Version::parse(&cycle.line)?, cycle)));
        let day = jiff::Timestamp::from_second(as_of).unwrap_or_default().to_zoned(jiff::tz::TimeZone::UTC).date();
        match lines().find(|(line, _)| version.is_of(line)) {
            Some((_, cycle)) => match cycle.ends.as_ref().and_then(|ends| ends.parse::<Date>().ok()) {
                Some(ends) if ends < day => Support::EndOfLife(Some(ends)),
                _ => Support::Supported,
            },
            None if lines().all(|(line, _)| *version < line) => Support::EndOfLife(None),
            None => Support::Supported,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_date_of_the_file_is_read() {
        assert!(TABLE.products.len() >= 20 && TABLE.tools.len() >= 50);
        for tool in &TABLE.tools {
            let known = |name: &str| Ecosystem::ALL.iter().any(|ecosystem| ecosystem.name() == name);
            assert!(tool.ecosystem.as_deref().is_some_and(known), "{}", tool.name);
        }
        for product in TABLE.products.iter().chain(&TABLE.tools) {
            assert!(product.source.starts_with("https://"), "{}", product.name);
            for cycle in &product.cycles {
                assert!(Version::parse(&cycle.line).is_some(), "{} {}", product.name, cycle.line);
                let read = cycle.ends.as_ref().is_none_or(|ends| ends.parse::<Date>().is_ok());
                assert!(read, "{} {}", product.name, cycle.line);
            }
        }
    }

    #[test]
    fn a_version_is_judged_by_its_line_at_a_date() {
        let node = product("node").expect("Node.js");
        let at = |date: &str| date.parse::<jiff::Timestamp>().expect("a date").as_second();
        let of = |version: &str, date: &str| node.support(&Version::parse(version).expect("a version"), at(date));
        assert_eq!(of("18.20.1", "2025-04-01T00:00:00Z"), Support::Supported);
        assert!(matches!(of("18.20.1", "2025-05-01T00:00:00Z"), Support::EndOfLife(Some(_))));
        assert_eq!(of("0.12", "2026-01-01T00:00:00Z"), Support::EndOfLife(None));
        assert_eq!(of("99", "2026-01-01T00:00:00Z"), Support::Supported);
    }
}
