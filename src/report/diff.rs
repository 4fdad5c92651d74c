//! What has changed between two reports: fixed, new, better or worse.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::config_file::ConfigFile;
use crate::base::error::Error;
use crate::base::severity::Severity;
use crate::base::text::{Localized, localized};
use crate::judge::finding::Outcome;
use crate::judge::grade::Letter;
use crate::judge::rule::renamed;
use crate::judge::tier::Tier;
use crate::report::json::product::JsonProduct;
use crate::report::json::{JsonFinding, JsonReport, VERSION};

/// What has changed from an earlier report to a later one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "Equerre diff")]
pub(crate) struct Diff {
    /// The earlier report.
    pub before: Side,
    /// The later report.
    pub after: Side,
    /// The pillars whose score changed.
    pub pillars: Vec<PillarChange>,
    /// Rules that fail and did not, the most important first.
    pub new: Vec<RuleChange>,
    /// Rules that failed and pass, or no longer apply.
    pub fixed: Vec<RuleChange>,
    /// Rules that fail in both, in other places.
    pub moved: Vec<RuleChange>,
    /// Rules that failed and that the project has set aside since.
    pub set_aside: Vec<RuleChange>,
    /// Rules that failed and could not be verified, or were not asked, the second time: it is not known whether they are fixed.
    pub lost: Vec<RuleChange>,
}

/// One of the two reports.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Side {
    /// What was audited.
    pub repository: String,
    /// The commit.
    pub head: Option<String>,
    /// The date of the audit, RFC 3339.
    pub as_of: String,
    /// The version of Equerre.
    pub equerre: String,
    /// The score.
    pub score: Option<f64>,
    /// The letter.
    pub letter: Option<Letter>,
}

/// A pillar whose score changed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct PillarChange {
    /// The pillar.
    pub pillar: String,
    /// Its score before.
    pub before: Option<f64>,
    /// Its score after.
    pub after: Option<f64>,
}

/// A rule that changed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(crate) struct RuleChange {
    /// The rule.
    pub rule: String,
    /// How much its failure matters.
    pub severity: Severity,
    /// The defect.
    pub title: String,
    /// What came of it before; absent where it was not asked.
    pub before: Option<Outcome>,
    /// What came of it after; absent where it was not asked.
    pub after: Option<Outcome>,
    /// Places of its failure that were not there.
    pub new_places: usize,
    /// Places of its failure that are gone.
    pub gone_places: usize,
}

impl Diff {
    /// Compares two reports.
    pub(crate) fn between(before: &JsonReport, after: &JsonReport) -> Self {
        let mut diff = Self {
            before: Side::of(before),
            after: Side::of(after),
            pillars: pillars(before, after),
            new: Vec::new(),
            fixed: Vec::new(),
            moved: Vec::new(),
            set_aside: Vec::new(),
            lost: Vec::new(),
        };
        let find = |report: &'_ JsonReport, rule: &str| report.findings.iter().position(|found| found.rule == rule);
        for now in after.findings.iter().filter(|found| fails(found)) {
            let was = find(before, &now.rule).map(|at| &before.findings[at]);
            match was.filter(|was| fails(was)) {
                // What follows a failure is fixed, or appears, with it.
                None if now.follows.is_none() => diff.new.push(RuleChange::of(was, Some(now))),
                Some(was) => {
                    let change = RuleChange::of(Some(was), Some(now));
                    if change.new_places + change.gone_places > 0 {
                        diff.moved.push(change);
                    }
                }
                None => {}
            }
        }
        for was in before.findings.iter().filter(|found| fails(found) && found.follows.is_none()) {
            let now = find(after, &was.rule).map(|at| &after.findings[at]);
            let change = || RuleChange::of(Some(was), now);
            match now {
                Some(now) if fails(now) => {}
                Some(now) if now.outcome == Outcome::Fail => diff.set_aside.push(change()),
                Some(now) if now.outcome != Outcome::Unverified => diff.fixed.push(change()),
                _ => diff.lost.push(change()),
            }
        }
        diff
    }

    /// Whether the two are of different repositories.
    pub(crate) fn is_of_two_repositories(&self) -> bool {
        self.before.repository != self.after.repository
    }

    /// Whether other rules may explain what changed.
    pub(crate) fn is_of_two_versions(&self) -> bool {
        self.before.equerre != self.after.equerre
    }

    /// Whether nothing at all has changed.
    pub(crate) fn is_empty(&self) -> bool {
        let lists = [&self.new, &self.fixed, &self.moved, &self.set_aside, &self.lost];
        lists.iter().all(|list| list.is_empty()) && self.pillars.is_empty() && self.before.score == self.after.score
    }
}

impl Side {
    fn of(report: &JsonReport) -> Self {
        Self {
            repository: report.repository.clone(),
            head: report.head.clone(),
            as_of: report.as_of.clone(),
            equerre: report.equerre.clone(),
            score: report.grade.score,
            letter: report.grade.letter,
        }
    }

    /// The day of the audit.
    pub(crate) fn day(&self) -> &str {
        self.as_of.get(..10).unwrap_or(&self.as_of)
    }
}

impl RuleChange {
    /// A change between two results of a rule, one of which may be missing.
    fn of(before: Option<&JsonFinding>, after: Option<&JsonFinding>) -> Self {
        let shown = after.or(before);
        let marks = |found: Option<&JsonFinding>| -> Vec<String> {
            found.filter(|found| fails(found)).map(marks_of).unwrap_or_default()
        };
        let (was, now) = (marks(before), marks(after));
        let missing_from = |list: &[String], other: &[String]| list.iter().filter(|mark| !other.contains(mark)).count();
        Self {
            rule: shown.map(|found| found.rule.clone()).unwrap_or_default(),
            severity: shown.map_or(Severity::Info, |found| found.severity),
            title: shown.map(|found| found.title.clone()).unwrap_or_default(),
            before: before.map(|found| found.outcome),
            after: after.map(|found| found.outcome),
            new_places: missing_from(&now, &was),
            gone_places: missing_from(&was, &now),
        }
    }
}

fn fails(found: &JsonFinding) -> bool {
    found.outcome == Outcome::Fail && found.ignored.is_none() && found.tier == Tier::Regular
}

/// What the places of a failure are known by: their fingerprints, else the components that lack something.
fn marks_of(found: &JsonFinding) -> Vec<String> {
    if found.fingerprints.is_empty() { found.components.clone() } else { found.fingerprints.clone() }
}

fn pillars(before: &JsonReport, after: &JsonReport) -> Vec<PillarChange> {
    let score = |report: &JsonReport, pillar: &str| {
        report.grade.pillars.iter().find(|found| found.pillar == pillar).and_then(|found| found.score)
    };
    let known = before
        .grade
        .pillars
        .iter()
        .filter(|found| after.grade.pillars.iter().all(|other| other.pillar != found.pillar));
    let all = after.grade.pillars.iter().chain(known).map(|found| found.pillar.as_str());
    all.map(|pillar| PillarChange {
        pillar: pillar.to_owned(),
        before: score(before, pillar),
        after: score(after, pillar),
    })
    .filter(|change| change.before != change.after)
    .collect()
}

/// Reads a report that `--format json` wrote, on a repository or on a product.
///
/// # Errors
/// What is wrong with it, with what to do.
pub(crate) fn read_report(name: &str, text: &str) -> Result<JsonReport, Error> {
    let file = ConfigFile::new(name, text.to_owned());
    let refused = |message: Localized, help: Localized| file.whole(message, Some(help));
    let write_one = || {
        localized!(
            "give a report that `equerre --format json --output FILE` wrote",
            "donnez un rapport écrit par `equerre --format json --output FICHIER`"
        )
    };
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
        refused(localized!("this is not a JSON report: {error}", "ce n'est pas un rapport JSON : {error}"), write_one())
    })?;
    let version = value.get("version").and_then(serde_json::Value::as_u64);
    match version {
        Some(version) if version > u64::from(VERSION) => {
            let message = localized!(
                "this report has version {version}, and this Equerre reads version {VERSION}",
                "ce rapport est en version {version}, et cet Equerre lit la version {VERSION}"
            );
            return Err(refused(
                message,
                localized!(
                    "a newer Equerre wrote it: update this one",
                    "un Equerre plus récent l'a écrit : mettez celui-ci à jour"
                ),
            ));
        }
        None => {
            return Err(refused(
                localized!("this JSON is not a report of Equerre", "ce JSON n'est pas un rapport d'Equerre"),
                write_one(),
            ));
        }
        Some(_) => {}
    }
    let refused = |error: serde_json::Error| {
        refused(
            localized!("this is not a report of Equerre: {error}", "ce n'est pas un rapport d'Equerre : {error}"),
            write_one(),
        )
    };
    // A product of several repositories is compared as one.
    if value.get("repositories").is_some() {
        let product = serde_json::from_value::<JsonProduct>(value).map_err(refused)?;
        return Ok(with_current_names(product.flattened()));
    }
    serde_json::from_value(value).map(with_current_names).map_err(refused)
}

/// A report of an earlier version may give rules the names that they had.
fn with_current_names(mut report: JsonReport) -> JsonReport {
    for finding in &mut report.findings {
        renamed::current(&finding.rule).to_owned().clone_into(&mut finding.rule);
    }
    report
}
