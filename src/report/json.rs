//! The report as JSON: types of its own, versioned, so that renaming a field inside is not a breaking release.

pub(crate) mod criteria;
pub(crate) mod product;

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::base::edge;
use crate::base::location::Location;
use crate::base::severity::Severity;
use crate::facts::Level;
use crate::judge::finding::{Finding, Outcome, Standing};
use crate::judge::fingerprint::{of_places, places_are_defects};
use crate::judge::grade::{Grade, Letter};
use crate::judge::tier::Tier;
use crate::report::Report;

use criteria::JsonStandards;

/// The version of this format. It grows when a field changes its meaning or goes away.
pub(crate) const VERSION: u32 = 1;

/// A report of Equerre.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Equerre report", rename = "Report")]
pub(crate) struct JsonReport {
    /// The version of this format.
    pub version: u32,
    /// The version of Equerre that wrote it.
    pub equerre: String,
    /// The name of what was audited: owner and name of its remote, else its folder.
    pub repository: String,
    /// Full object id of the commit that was audited.
    pub head: Option<String>,
    /// The date of the audit, RFC 3339.
    pub as_of: String,
    /// The grade, overall and by pillar.
    pub grade: Grade,
    /// How far each linter, formatter, type checker and suite of tests goes.
    pub checks: Vec<JsonCheck>,
    /// The most useful things to do next.
    pub next: Vec<JsonStep>,
    /// Every rule's result, the failures first, by importance.
    pub findings: Vec<JsonFinding>,
    /// What could not be read, and unused ignores.
    pub notes: Vec<JsonNote>,
    /// Where it stands beside the standards of beta.gouv.fr, in the report of one repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standards: Option<JsonStandards>,
    /// The facts by name, when asked: value, evidence, and whether two careful people would agree; or why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Map<String, Json>>,
}

/// How far a check goes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct JsonCheck {
    /// The tool; `types` and `tests` stand for all type checkers and suites of tests.
    pub check: String,
    /// How far it goes.
    pub level: Level,
    /// What shows it.
    pub place: Option<Location>,
}

/// What fixing one failure would bring.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct JsonStep {
    /// The rule to fix.
    pub rule: String,
    /// The score once it is fixed.
    pub score: Option<f64>,
    /// The letter once it is fixed.
    pub letter: Option<Letter>,
}

/// A rule's result.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct JsonFinding {
    /// The rule.
    pub rule: String,
    /// What came of it.
    pub outcome: Outcome,
    /// How much a failure matters here.
    pub severity: Severity,
    /// To whom the rule speaks: what is pedantic is shown with `--pedantic` alone, and holds no question of the grade down.
    #[serde(default)]
    pub tier: Tier,
    /// The pillar that it counts for.
    pub pillar: String,
    /// The criterion of the standards of beta.gouv.fr.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criterion: Option<String>,
    /// The defect that the rule is about.
    pub title: String,
    /// What this repository shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Where it is seen, the most useful place first.
    pub evidence: Vec<Location>,
    /// For each of these places, what it is known by when lines move; for a failure whose places are defects, one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fingerprints: Vec<String>,
    /// The folders of the components that decided, for a rule that is judged in components.
    pub components: Vec<String>,
    /// Why it could not be verified.
    pub reasons: Vec<String>,
    /// The rule whose outcome it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
    /// The reason for which the project set this failure aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ignored: Option<String>,
    /// Whether its failure counts for the gates of this run; it does where this is absent.
    #[serde(default, skip_serializing_if = "Standing::counts")]
    pub standing: Standing,
    /// What to do.
    pub remediation: String,
    /// The address of the norm or guide.
    pub references: Vec<String>,
}

/// A notice.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct JsonNote {
    /// The path it is about; empty for the repository as a whole.
    pub path: String,
    /// What happened.
    pub what: String,
}

/// Whether the facts are part of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WithFacts {
    /// They are.
    Yes,
    /// They are not.
    No,
}

impl JsonReport {
    /// The report in this format.
    pub(crate) fn new(report: &Report, facts: WithFacts) -> Self {
        let lang = report.lang;
        Self {
            version: VERSION,
            equerre: env!("CARGO_PKG_VERSION").to_owned(),
            repository: edge::masked_name(&report.name),
            head: report.head.clone(),
            as_of: crate::base::date::moment(report.as_of),
            grade: report.grade.clone(),
            checks: report
                .checks()
                .into_iter()
                .map(|(check, level, place)| JsonCheck {
                    check: check.to_owned(),
                    level,
                    place: place.map(edge::masked_place),
                })
                .collect(),
            next: report
                .next
                .iter()
                .map(|step| JsonStep { rule: step.rule.clone(), score: step.after.score, letter: step.after.letter })
                .collect(),
            findings: report.findings.iter().map(|finding| json_finding(report, finding)).collect(),
            notes: report
                .notes
                .iter()
                .map(|note| JsonNote { path: edge::masked_name(&note.path), what: edge::masked(note.what.get(lang)) })
                .collect(),
            standards: None,
            facts: (facts == WithFacts::Yes).then(|| crate::report::format::facts::to_json(&report.survey.facts)),
        }
    }
}

fn json_finding(report: &Report, finding: &Finding) -> JsonFinding {
    let (rule, lang) = (report.rule(finding), report.lang);
    JsonFinding {
        rule: finding.rule.clone(),
        outcome: finding.outcome,
        severity: finding.severity,
        tier: finding.tier,
        pillar: finding.pillar.clone(),
        criterion: rule.criterion.clone(),
        title: rule.shown(&rule.title, lang).into_owned(),
        message: finding.message.as_ref().map(|message| edge::masked(message.get(lang))),
        evidence: finding.evidence.iter().map(edge::masked_place).collect(),
        fingerprints: if finding.outcome == Outcome::Fail && places_are_defects(rule) {
            of_places(&finding.rule, &finding.evidence, &report.survey.inventory)
        } else {
            Vec::new()
        },
        components: finding.components.iter().map(|folder| edge::masked_name(folder)).collect(),
        reasons: finding.reasons.iter().map(|reason| edge::masked(reason.get(lang))).collect(),
        follows: finding.follows.clone(),
        ignored: finding.ignored.as_deref().map(edge::masked),
        standing: finding.standing,
        remediation: rule.shown(&rule.remediation, lang).into_owned(),
        references: rule.references.clone(),
    }
}

/// Prints the report.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &Report, facts: WithFacts, out: &mut dyn Write) -> io::Result<()> {
    let whole = JsonReport { standards: JsonStandards::new(report), ..JsonReport::new(report, facts) };
    out.write_all(edge::json(&whole)?.as_bytes())
}
