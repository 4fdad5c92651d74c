//! The `questions` that standards-front stores, with the answers that are proved or attested, and what shows them beside each.
//! The rest is null: a person answers it there.

use std::io::{self, Write};

use serde::Serialize;

use crate::base::edge;
use crate::base::text::Lang;
use crate::judge::attestations::Reply;
use crate::judge::standards::Standard;
use crate::report::standards_report::StandardsReport;

use super::told::justification;

/// The record of an evaluation, as `/api/evaluation` of standards-front gives it, without what the service alone knows.
#[derive(Serialize)]
struct Evaluation<'e> {
    version: &'e str,
    questions: Vec<Question<'e>>,
}

/// A standard with its answers.
#[derive(Serialize)]
struct Question<'e> {
    id: &'e str,
    category: &'e str,
    title: &'e str,
    description: &'e str,
    resources: &'e [String],
    criteria: Vec<Answered<'e>>,
    last_modified_on: Option<&'e str>,
}

/// A criterion with its answer.
#[derive(Serialize)]
struct Answered<'e> {
    label: &'e str,
    answer: Option<Reply>,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<String>,
}

/// Prints the evaluation.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &StandardsReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let commits = report.report.commits();
    let when = crate::base::date::date(report.report.as_of());
    let source = match commits.as_slice() {
        [] => format!("Equerre, {when}"),
        several => format!("Equerre, {when}, commit {}", several.join(", ")),
    };
    let question = |standard: &'_ Standard| {
        let own = report.criteria.iter().filter(|judged| judged.standard == standard.id);
        own.map(|judged| {
            let colon = report.lang().pick(":", "\u{a0}:");
            (judged.answer(), justification(judged, report.lang()).map(|why| format!("{source}{colon} {why}")))
        })
        .collect::<Vec<_>>()
    };
    let questions = report.standards.all.iter().map(|standard| Question {
        id: &standard.id,
        category: &standard.category,
        title: &standard.title,
        description: &standard.description,
        resources: &standard.resources,
        criteria: standard
            .criteria
            .iter()
            .zip(question(standard))
            .map(|(criterion, (answer, justification))| Answered { label: &criterion.label, answer, justification })
            .collect(),
        last_modified_on: standard.last_modified_on.as_deref(),
    });
    let record = Evaluation { version: &report.standards.version, questions: questions.collect() };
    out.write_all(edge::json(&record)?.as_bytes())
}

/// Whether the text is in the language of standards-front, which French people read.
pub(crate) const LANG: Lang = Lang::Fr;
