//! The facts alone: as JSON, in the shape that `corpus/score.py` reads, and as text.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use crate::base::text::{Lang, printable};
use crate::facts::{Answer, Fact, Facts, Value, detectors};
use crate::model::stack::folder_name;

/// The facts as a JSON object by name.
pub(crate) fn to_json(facts: &Facts) -> Map<String, Json> {
    facts.0.iter().map(|(id, fact)| ((*id).to_owned(), fact_to_json(fact))).collect()
}

fn fact_to_json(fact: &Fact) -> Json {
    let evidence: Vec<String> = fact.evidence.iter().map(ToString::to_string).collect();
    let mut json = match &fact.answer {
        Answer::Known(value) => json!({ "value": whole(value), "evidence": evidence, "sure": fact.sure }),
        Answer::Unverified(reason) => {
            json!({ "unverified": reason.en, "unverified_fr": reason.fr, "evidence": evidence })
        }
    };
    if fact.parts.len() > 1 {
        let parts = fact.parts.iter().map(|(folder, fact)| (folder_name(folder).to_owned(), fact_to_json(fact)));
        json["components"] = parts.collect::<Map<_, _>>().into();
    }
    json
}

/// Counts print without a decimal point.
fn whole(value: &Value) -> Json {
    match value {
        Value::Nothing => Json::Null,
        Value::Bool(value) => json!(value),
        #[expect(clippy::cast_possible_truncation, reason = "checked to be a small whole number")]
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => json!(*number as i64),
        Value::Number(number) => json!(number),
        Value::Text(value) => json!(value),
        Value::List(value) => json!(value),
    }
}

/// Prints facts as one JSON object.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render_json(
    name: &str,
    head: Option<&str>,
    as_of: i64,
    facts: &Facts,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document =
        json!({ "repo": name, "head": head, "as_of": crate::base::date::moment(as_of), "facts": to_json(facts) });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Prints facts as text: the question, the answer, the evidence.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render_text(facts: &Facts, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    for detector in detectors() {
        let Some(fact) = facts.get(detector.id) else { continue };
        let question = detector.asks(lang);
        writeln!(out, "{}  {}", detector.id, question)?;
        let answer = match &fact.answer {
            Answer::Known(Value::Nothing) => lang.pick("nothing", "rien").to_owned(),
            Answer::Known(Value::Bool(true)) => lang.pick("yes", "oui").to_owned(),
            Answer::Known(Value::Bool(false)) => lang.pick("no", "non").to_owned(),
            Answer::Known(Value::List(list)) if list.is_empty() => lang.pick("none", "aucun").to_owned(),
            Answer::Known(Value::List(list)) => list.join(", "),
            Answer::Known(Value::Number(number)) => number.to_string(),
            Answer::Known(Value::Text(text)) => text.clone(),
            Answer::Unverified(reason) => format!("{}: {}", lang.pick("unverified", "non vérifié"), reason.get(lang)),
        };
        let doubt = if fact.sure { "" } else { lang.pick("  (to be confirmed)", "  (à confirmer)") };
        writeln!(out, "  → {}{doubt}", printable(&answer))?;
        for place in fact.evidence.iter().take(3) {
            writeln!(out, "    {}", printable(&place.to_text(lang)))?;
        }
    }
    Ok(())
}
