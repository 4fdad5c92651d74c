//! Where a product stood at an earlier audit, read from its JSON: that of `equerre standards`, or of an audit.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::base::text::{Localized, localized};
use crate::judge::criteria::judged::{Judged, Status};

/// An earlier audit.
#[derive(Debug, Clone)]
pub(crate) struct Earlier {
    /// Its day, `YYYY-MM-DD`.
    pub(crate) day: String,
    /// The letter of its grade.
    pub(crate) grade: Option<String>,
    /// How far the product conformed by what was proved, in percent.
    pub(crate) proved: Option<f64>,
    /// The name of the status of each criterion.
    statuses: BTreeMap<String, String>,
}

/// What became of a criterion since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is met now, as far as machines or people say.
    Met,
    /// It is contradicted now.
    Contradicted,
}

impl Earlier {
    /// Reads a report.
    ///
    /// # Errors
    /// What it is instead, and what to give.
    pub(crate) fn read(text: &str) -> Result<Self, (Localized, Localized)> {
        let help = || {
            localized!(
                "give what `equerre standards --format json` or `equerre --format json` wrote",
                "donnez ce qu'a écrit `equerre standards --format json` ou `equerre --format json`"
            )
        };
        let value: Json = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| (localized!("it is not JSON: {error}", "ce n'est pas du JSON : {error}"), help()))?;
        let (list, proved) = match &value["standards"]["criteria"] {
            Json::Array(list) => (list, &value["standards"]["proved"]),
            _ => match &value["criteria"] {
                Json::Array(list) => (list, &value["conformity"]["proved"]),
                _ => {
                    return Err((localized!("it holds no criteria", "il ne contient pas de critères"), help()));
                }
            },
        };
        let status = |one: &Json| {
            let id = one["id"].as_str().or_else(|| one["criterion"].as_str())?;
            Some((id.to_owned(), one["status"].as_str()?.to_owned()))
        };
        let grade = value["grade"].as_str().or_else(|| value["grade"]["letter"].as_str());
        Ok(Self {
            day: value["as_of"].as_str().unwrap_or_default().chars().take(10).collect(),
            grade: grade.map(str::to_owned),
            proved: proved.as_f64(),
            statuses: list.iter().filter_map(status).collect(),
        })
    }

    /// The criteria that changed since; of one that was not there, nothing is said.
    pub(crate) fn changes<'j>(&self, now: &'j [Judged]) -> Vec<(Change, &'j Judged)> {
        let met = |status: &str| ["proved", "declared", "not-applicable"].contains(&status);
        let change = |judged: &'j Judged| {
            let before = self.statuses.get(&judged.id)?;
            match judged.status {
                Status::Contradicted if before != Status::Contradicted.name() => Some((Change::Contradicted, judged)),
                status if met(status.name()) && !met(before) => Some((Change::Met, judged)),
                _ => None,
            }
        };
        now.iter().filter_map(change).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_of_both_kinds_are_read_and_others_are_refused() {
        let own = r#"{"as_of":"2026-01-01T00:00:00Z","grade":"C","conformity":{"proved":12.5},"criteria":[{"id":"a/0","status":"proved"}]}"#;
        let audit = r#"{"as_of":"2026-01-01T00:00:00Z","grade":{"letter":"C"},"standards":{"proved":12.5,"criteria":[{"criterion":"a/0","status":"proved"}]}}"#;
        for text in [own, audit] {
            let earlier = Earlier::read(text).expect("a report");
            assert_eq!(
                (earlier.day.as_str(), earlier.grade.as_deref(), earlier.proved),
                ("2026-01-01", Some("C"), Some(12.5))
            );
            assert_eq!(earlier.statuses["a/0"], "proved");
        }
        assert!(Earlier::read("{}").is_err() && Earlier::read("<html>").is_err());
    }
}
