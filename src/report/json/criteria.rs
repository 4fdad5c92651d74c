//! The criteria of the standards in a JSON report: where each stands. `equerre standards --format json` has what shows it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::judge::criteria::judged::{Conformity, Judged};
use crate::report::Report;
use crate::report::criteria::criteria;

/// Where the audited product stands beside the standards of beta.gouv.fr, without the directory.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct JsonStandards {
    /// The version of the standards.
    pub version: String,
    /// How far it conforms by what is proved, in percent, as standards-front computes it.
    pub proved: f64,
    /// The same with what people attest.
    pub declared: f64,
    /// Every criterion, in the published order.
    pub criteria: Vec<JsonCriterion>,
}

/// Where a criterion stands.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct JsonCriterion {
    /// Its standard, and its rank there from 0.
    pub criterion: String,
    /// Its text, in the language of the report.
    pub text: String,
    /// `proved`, `contradicted`, `evidence-for`, `evidence-against`, `declared`, `to-answer` or `not-applicable`.
    pub status: String,
    /// `yes`, `no` or `na`, where it is proved or attested.
    pub answer: Option<String>,
}

impl JsonStandards {
    /// Those of a report; nothing where nothing was audited.
    pub(crate) fn new(report: &Report) -> Option<Self> {
        let (standards, all) = criteria(report)?;
        let whole = Conformity::of(all.iter());
        let one = |judged: &Judged| JsonCriterion {
            criterion: judged.id.clone(),
            text: judged.text.get(report.lang).to_owned(),
            status: judged.status.name().to_owned(),
            answer: judged.answer().map(|answer| answer.name().to_owned()),
        };
        Some(Self {
            version: standards.version.clone(),
            proved: whole.proved,
            declared: whole.declared,
            criteria: all.iter().map(one).collect(),
        })
    }
}
