//! The JSON type of a report on a product.

use crate::base::date::moment;
use crate::base::edge;
use crate::judge::grade::Grade;
use crate::model::stack::folder_name;
use crate::report::json::{JsonFinding, JsonReport, JsonStep, VERSION, WithFacts};
use crate::report::product_report::{AuditedRepository, ProductReport, ProductService};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A report of Equerre on a product.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Equerre product report", rename = "ProductReport")]
pub(crate) struct JsonProduct {
    /// The version of this format.
    pub version: u32,
    /// The version of Equerre that wrote it.
    pub equerre: String,
    /// The name of the product.
    pub product: String,
    /// The date of the audit, RFC 3339.
    pub as_of: String,
    /// The grade of all its repositories together.
    pub grade: Grade,
    /// The most useful things to do next, in all repositories that need it.
    pub next: Vec<JsonProductStep>,
    /// What it deploys, over all its repositories: first what people browse.
    #[serde(default)]
    pub services: Vec<JsonService>,
    /// Its repositories, in the order in which they were given.
    pub repositories: Vec<JsonAudited>,
}

/// Something that a product deploys. `equerre facts` says more of it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct JsonService {
    /// The repository that holds it, by name.
    pub repository: String,
    /// Its name.
    pub name: String,
    /// What it is: `pages`, `static-site`, `api`, `worker`, `mobile`, `data`, `tool` or `library`.
    pub kind: String,
    /// The folder of its code, `.` for the root.
    pub component: String,
    /// Whether people's browsers receive its answers as pages.
    pub browsed: bool,
    /// How it reaches production: `automatic`, `manual`, `platform`, `none` or `unknown`.
    pub production: String,
    /// Whether every road to production waits for its tests; nothing where that cannot be told.
    pub gated: Option<bool>,
    /// The address at which people meet it, where it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
}

impl JsonService {
    fn new(found: &ProductService<'_>) -> Self {
        let ProductService { repository, service, site } = found;
        Self {
            repository: edge::masked_name(repository),
            name: edge::masked_name(&service.name),
            kind: service.kind.name().to_owned(),
            component: edge::masked_name(folder_name(&service.component)),
            browsed: service.browsed,
            production: service.production.how.name().to_owned(),
            gated: service.production.gated,
            site: site.map(str::to_owned),
        }
    }
}

/// A thing to do in a product.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct JsonProductStep {
    /// The rule, and what the grade of the product would become.
    #[serde(flatten)]
    pub step: JsonStep,
    /// The repositories that fail it, by name.
    pub repositories: Vec<String>,
}

/// A repository of a product.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct JsonAudited {
    /// Its name.
    pub name: String,
    /// Where it was found.
    pub source: String,
    /// The live site that was visited beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<JsonSite>,
    /// Its report.
    pub report: Option<JsonReport>,
    /// Why it could not be audited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A live site.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct JsonSite {
    /// Its address.
    pub url: String,
    /// The grade of the HTTP Observatory, where the site was seen.
    pub observatory: Option<String>,
}

impl JsonProduct {
    /// The report in this format.
    pub(crate) fn new(product: &ProductReport) -> Self {
        let step = |step: &crate::report::product_report::Step| JsonProductStep {
            step: JsonStep {
                rule: step.step.rule.clone(),
                score: step.step.after.score,
                letter: step.step.after.letter,
            },
            repositories: step.repositories.iter().map(|(_, name)| name.clone()).collect(),
        };
        let audited = |audited: &AuditedRepository| JsonAudited {
            name: edge::masked_name(&audited.name),
            source: audited.shown_source(),
            site: audited.url.clone().map(|url| JsonSite { url, observatory: audited.observatory() }),
            report: audited.report.as_ref().ok().map(|report| JsonReport::new(report, WithFacts::No)),
            error: audited.report.as_ref().err().map(|reason| edge::masked(reason.get(product.lang))),
        };
        Self {
            version: VERSION,
            equerre: env!("CARGO_PKG_VERSION").to_owned(),
            product: product.name.clone(),
            as_of: moment(product.as_of),
            grade: product.grade.clone(),
            next: product.next.iter().map(step).collect(),
            services: product.services().iter().map(JsonService::new).collect(),
            repositories: product.repositories.iter().map(audited).collect(),
        }
    }
}

impl JsonProduct {
    /// The product as one report, whose rules are prefixed with the name of their repository: what two of them differ by is then shown as for one
    /// repository.
    pub(crate) fn flattened(&self) -> JsonReport {
        let findings = self.repositories.iter().flat_map(|audited| {
            let findings = audited.report.iter().flat_map(|report| report.findings.iter().cloned());
            findings.map(|finding| JsonFinding {
                rule: format!("{}: {}", audited.name, finding.rule),
                title: format!("{} – {}", audited.name, finding.title),
                follows: finding.follows.as_ref().map(|root| format!("{}: {root}", audited.name)),
                ..finding
            })
        });
        JsonReport {
            version: self.version,
            equerre: self.equerre.clone(),
            repository: self.product.clone(),
            head: None,
            as_of: self.as_of.clone(),
            grade: self.grade.clone(),
            checks: Vec::new(),
            next: Vec::new(),
            findings: findings.collect(),
            notes: Vec::new(),
            standards: None,
            facts: None,
        }
    }
}
