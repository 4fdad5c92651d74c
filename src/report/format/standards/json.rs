//! The criteria for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::base::date::moment;
use crate::base::edge;
use crate::base::location::Location;
use crate::base::text::Localized;
use crate::judge::attestations::{Attestation, Reply};
use crate::judge::criteria::judged::{Conformity, Status};
use crate::judge::declared::Gap;
use crate::judge::finding::Outcome;
use crate::judge::standards::known::{Origin, Phase, ToldBy};
use crate::report::standards_report::StandardsReport;

/// The version of this format.
const VERSION: u32 = 1;

/// The report of `equerre standards --format json`.
#[derive(Serialize)]
struct JsonStandards<'r> {
    version: u32,
    product: &'r str,
    commit: Option<&'r str>,
    as_of: String,
    standards: JsonVersion<'r>,
    grade: Option<String>,
    conformity: Conformity,
    statuses: BTreeMap<&'static str, usize>,
    categories: Vec<JsonCategory>,
    directory: Option<JsonPage<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    directory_unknown: Option<&'r Localized>,
    team: Vec<JsonFactor<'r>>,
    criteria: Vec<JsonCriterion<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    declared: Option<JsonDeclared<'r>>,
    notes: &'r [Localized],
}

#[derive(Serialize)]
struct JsonVersion<'r> {
    version: &'r str,
    source: &'r str,
}

#[derive(Serialize)]
struct JsonCategory {
    id: String,
    title: String,
    conformity: Conformity,
}

#[derive(Serialize)]
struct JsonPage<'r> {
    id: &'r str,
    name: &'r str,
    url: &'r str,
    phase: Option<&'r str>,
    since: Option<&'r str>,
    incubators: &'r [String],
}

#[derive(Serialize)]
struct JsonFactor<'r> {
    role: &'r str,
    outcome: Outcome,
    what: &'r Localized,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    names: &'r [String],
}

#[derive(Serialize)]
struct JsonCriterion<'r> {
    id: &'r str,
    category: &'r str,
    label: &'r str,
    text: &'r Localized,
    told_by: Option<ToldBy>,
    phase: Option<Phase>,
    expected: bool,
    next: bool,
    status: Status,
    seen: Status,
    answer: Option<Reply>,
    evidence: Vec<JsonEvidence<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attested: Option<&'r Attestation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired: Option<&'r Attestation>,
    disagrees: bool,
    open: &'r [Localized],
    proof: Option<&'r Localized>,
}

#[derive(Serialize)]
struct JsonEvidence<'r> {
    supports: bool,
    settles: bool,
    from: Origin,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'r str>,
    what: &'r Localized,
    places: &'r [Location],
}

#[derive(Serialize)]
struct JsonDeclared<'r> {
    version: Option<&'r str>,
    answered: usize,
    gaps: Vec<JsonGap<'r>>,
    unknown_labels: Vec<&'r str>,
}

#[derive(Serialize)]
struct JsonGap<'r> {
    criterion: &'r str,
    gap: &'static str,
    declared: Option<Reply>,
    seen: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'r str>,
}

/// Prints the criteria.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &StandardsReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let lang = report.lang();
    let categories = report.standards.categories().into_iter().map(|id| JsonCategory {
        id: id.to_owned(),
        title: report.standards.category_title(id, lang),
        conformity: Conformity::of(report.of_category(id)),
    });
    let page = report.page.as_ref().ok().map(|page| JsonPage {
        id: &page.id,
        name: &page.name,
        url: &page.address,
        phase: page.phase.as_ref().map(|(name, _)| name.as_str()),
        since: page.phase.as_ref().map(|(_, since)| since.as_str()),
        incubators: &page.incubators,
    });
    let team = report.factors.iter().map(|factor| JsonFactor {
        role: factor.role,
        outcome: factor.outcome,
        what: &factor.what,
        names: &factor.names,
    });
    let criteria = report.criteria.iter().map(|judged| JsonCriterion {
        id: &judged.id,
        category: &judged.category,
        label: &judged.label,
        text: &judged.text,
        told_by: judged.told_by,
        phase: judged.phase,
        expected: report.is_expected(judged),
        next: report.is_next(judged),
        status: judged.status,
        seen: judged.seen,
        answer: judged.answer(),
        evidence: judged.evidence.iter().map(json_evidence).collect(),
        attested: judged.attested.as_ref(),
        expired: judged.expired.as_ref(),
        disagrees: judged.disagrees(),
        open: &judged.open,
        proof: judged.proof.as_ref(),
    });
    let declared = report.declared.as_ref().map(|evaluation| JsonDeclared {
        version: evaluation.version.as_deref(),
        answered: evaluation.answers.iter().filter(|declared| declared.answer.is_some()).count(),
        gaps: evaluation
            .gaps(&report.criteria)
            .into_iter()
            .map(|(gap, declared, seen)| JsonGap {
                criterion: &declared.criterion,
                gap: gap_name(gap),
                declared: declared.answer,
                seen: seen.seen,
                justification: declared.justification.as_deref(),
            })
            .collect(),
        unknown_labels: evaluation.unknown.iter().map(|(label, _)| label.as_str()).collect(),
    });
    let all = JsonStandards {
        version: VERSION,
        product: report.report.name(),
        commit: report.report.head(),
        as_of: moment(report.report.as_of()),
        standards: JsonVersion { version: &report.standards.version, source: &report.standards.knowledge.source },
        grade: report.report.grade().letter.map(|letter| letter.to_string()),
        conformity: report.conformity(),
        statuses: Status::ALL.iter().map(|status| (status.name(), report.count(*status))).collect(),
        categories: categories.collect(),
        directory: page,
        directory_unknown: report.page.as_ref().err(),
        team: team.collect(),
        criteria: criteria.collect(),
        declared,
        notes: &report.notes,
    };
    out.write_all(edge::json(&all)?.as_bytes())
}

fn json_evidence(found: &crate::judge::criteria::judged::Evidence) -> JsonEvidence<'_> {
    JsonEvidence {
        supports: found.supports,
        settles: found.settles,
        from: found.from,
        rule: found.rule.as_deref(),
        what: &found.what,
        places: &found.places,
    }
}

fn gap_name(gap: Gap) -> &'static str {
    match gap {
        Gap::SaysYes => "says-yes-seen-no",
        Gap::SaysYesDoubtful => "says-yes-evidence-against",
        Gap::SaysNo => "says-no-seen-yes",
        Gap::SaysNoDoubtful => "says-no-evidence-for",
        Gap::Unanswered => "unanswered-but-proved",
    }
}
