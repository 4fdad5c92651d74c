//! The failures that were there when a team adopted Equerre: they stay in the report, and only new ones count for the gates.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::config_file::ConfigFile;
use crate::base::edge;
use crate::base::error::Error;
use crate::base::text::localized;
use crate::judge::finding::{Finding, Outcome, Standing};
use crate::judge::fingerprint::{Part, parts, places_are_defects};
use crate::judge::rule::Rule;
use crate::judge::rule::pack::Rules;
use crate::judge::rule::renamed;
use crate::read::inventory::Inventory;

/// The usual name of the file, at the root of the repository.
pub(crate) const FILE: &str = ".equerre-baseline.json";

/// The version of the format. It grows when a field changes its meaning or goes away.
const VERSION: u32 = 1;

/// The file as it is written: by `equerre baseline`, for programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Equerre baseline", rename = "Baseline")]
pub(crate) struct Baseline {
    /// The version of this format.
    pub version: u32,
    /// The rules that failed, each with the parts of its failure; none for what the repository as a whole lacks.
    pub failures: BTreeMap<String, Vec<Known>>,
}

/// A part of a failure that was there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Known {
    /// The file, or the folder of the component.
    pub path: String,
    /// What it is known by, whatever its line.
    pub mark: String,
}

/// What has changed since a baseline was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct BaselineUpdate {
    /// Rules that failed and no longer fail.
    pub rules: usize,
    /// Parts of failures that are gone, those of these rules left out.
    pub parts: usize,
}

impl Baseline {
    /// Everything that fails now.
    pub(crate) fn of(findings: &[Finding], rules: &Rules, inventory: &Inventory) -> Self {
        let mut failures = BTreeMap::new();
        for (rule, finding) in failing(findings, rules) {
            let mut known: Vec<Known> =
                parts(rule, finding, inventory).into_iter().map(|Part { path, mark }| Known { path, mark }).collect();
            known.sort();
            failures.insert(rule.id.clone(), known);
        }
        Self { version: VERSION, failures }
    }

    /// Reads the file.
    ///
    /// # Errors
    /// What is wrong with it, with its place.
    pub(crate) fn read(file: &ConfigFile) -> Result<Self, Error> {
        let again = localized!("write a new one with `equerre baseline`", "réécrivez-la : `equerre baseline`");
        if file.text.trim().is_empty() {
            return Err(
                file.whole(localized!("the baseline is empty", "la référence est vide"), Some(again.to_owned()))
            );
        }
        let mut read: Self = file.read()?;
        if read.version != VERSION {
            let message = localized!(
                "this baseline has version {}; this Equerre reads version {VERSION}",
                "cette référence est en version {}, et la version {VERSION} est lue",
                read.version
            );
            return Err(file.whole(message, Some(again.to_owned())));
        }
        let current = |(rule, known): (String, Vec<Known>)| (renamed::current(&rule).to_owned(), known);
        read.failures = read.failures.into_iter().map(current).collect();
        Ok(read)
    }

    /// The file.
    pub(crate) fn to_text(&self) -> String {
        edge::json(self).unwrap_or_default()
    }

    /// Gives the failures that were there their standing, and leaves to the others only what is new in them.
    pub(crate) fn apply(&self, findings: &mut [Finding], rules: &Rules, inventory: &Inventory, standing: Standing) {
        for finding in findings.iter_mut().filter(|finding| finding.is_failure() && finding.standing.counts()) {
            let (Some(known), Some(rule)) = (self.failures.get(&finding.rule), rules.get(&finding.rule)) else {
                continue;
            };
            let is_known = |part: &Part| known.iter().any(|known| known.mark == part.mark);
            let parts = parts(rule, finding, inventory);
            if parts.iter().all(is_known) {
                finding.standing = standing;
            } else if places_are_defects(rule) && !finding.evidence.is_empty() {
                let mut parts = parts.iter();
                finding.keep_places(|_| parts.next().is_some_and(|part| !is_known(part)));
            } else {
                let mut parts = parts.iter();
                finding.components.retain(|_| parts.next().is_some_and(|part| !is_known(part)));
            }
        }
    }

    /// Drops what no longer fails. What could not be verified this time, or was not asked, stays.
    pub(crate) fn update(&mut self, findings: &[Finding], rules: &Rules, inventory: &Inventory) -> BaselineUpdate {
        let mut change = BaselineUpdate::default();
        self.failures.retain(|rule, known| {
            // A rule that no longer exists is dropped too.
            let finding = findings.iter().find(|finding| finding.rule == *rule);
            let (Some(finding), Some(rule)) = (finding, rules.get(rule)) else {
                let gone = rules.get(rule).is_none();
                change.rules += usize::from(gone);
                return !gone;
            };
            match finding.outcome {
                Outcome::Unverified => true,
                Outcome::Fail if finding.ignored.is_none() => {
                    let now = parts(rule, finding, inventory);
                    let before = known.len();
                    known.retain(|known| now.iter().any(|part| part.mark == known.mark));
                    change.parts += before - known.len();
                    // A failure none of whose parts was there is a new one.
                    before == 0 || !known.is_empty()
                }
                _ => {
                    change.rules += 1;
                    false
                }
            }
        });
        change
    }
}

fn failing<'f>(findings: &'f [Finding], rules: &'f Rules) -> impl Iterator<Item = (&'f Rule, &'f Finding)> {
    findings
        .iter()
        .filter(|finding| finding.is_failure())
        .filter_map(|finding| Some((rules.get(&finding.rule)?, finding)))
}
