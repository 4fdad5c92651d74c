//! The measures of Mon Service Sécurisé that a repository or a live site evidences, for the file of a homologation.

use serde::Deserialize;

use crate::base::config_file::ConfigFile;
use crate::base::error::Error;
use crate::base::text::Localized;
use crate::judge::criteria::asked::Asked;
use crate::judge::criteria::judged::Evidence;
use crate::judge::criteria::spoken;
use crate::judge::standards::known::Ask;

/// The file, and its text.
const MEASURES: (&str, &str) = ("standards/mss-v2.yml", include_str!("../../standards/mss-v2.yml"));

/// The measures of which something can be seen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Measures {
    /// The version of the list.
    pub(crate) version: String,
    /// Where it is published.
    pub(crate) source: String,
    /// How many measures the list has.
    pub(crate) all: usize,
    /// Those of which something can be seen, in the order of the list.
    pub(crate) measures: Vec<Measure>,
}

/// A measure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Measure {
    /// Its name in the list: `CONFIG.5`.
    pub(crate) id: String,
    /// What it asks, in our own words.
    pub(crate) title: Localized,
    /// What speaks for it.
    #[serde(rename = "for")]
    pub(crate) speaks_for: Vec<Ask>,
    /// What speaks against it.
    #[serde(default, rename = "against")]
    pub(crate) speaks_against: Vec<Ask>,
}

impl Measures {
    /// What is embedded.
    ///
    /// # Errors
    /// Never: a test reads it.
    pub(crate) fn embedded() -> Result<Self, Error> {
        ConfigFile::new(MEASURES.0, MEASURES.1).read()
    }
}

impl Measure {
    /// What is seen of it: it is never whole, since people apply a measure.
    pub(crate) fn evidence(&self, asked: Asked<'_>) -> Vec<Evidence> {
        spoken(asked, &self.speaks_for, &self.speaks_against)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::detector;
    use crate::judge::rule::pack::{Embedded, Rules};

    #[test]
    fn what_is_asked_of_a_measure_exists() {
        let measures = Measures::embedded().expect("the measures");
        let rules = Rules::load(&[], Embedded::With).expect("the rules");
        assert!(measures.all == 122 && measures.measures.len() >= 25, "{}", measures.measures.len());
        for measure in &measures.measures {
            assert!(!measure.speaks_for.is_empty() && measure.title.fr != measure.title.en, "{}", measure.id);
            for ask in measure.speaks_for.iter().chain(&measure.speaks_against) {
                assert!(ask.rule.as_ref().is_none_or(|rule| rules.get(rule).is_some()), "{}: {ask:?}", measure.id);
                assert!(ask.fact.as_ref().is_none_or(|fact| detector(fact).is_some()), "{}: {ask:?}", measure.id);
                for pattern in ask.files.iter().chain(&ask.holds) {
                    assert!(regex::Regex::new(pattern).is_ok(), "{}: {pattern}", measure.id);
                }
            }
        }
    }
}
