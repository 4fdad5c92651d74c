//! The facts alone: as JSON, in the shape that `corpus/score.py` reads, and as text.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use crate::base::edge;
use crate::base::location::Location;
use crate::base::text::{Lang, printable};
use crate::facts::{Answer, Fact, Facts, Value, detectors};
use crate::model::pages::{Page, Pages};
use crate::model::routes::{Route, Routes};
use crate::model::services::Service;
use crate::model::stack::folder_name;
use crate::report::format::words;
use crate::survey::Survey;

/// The facts as a JSON object by name.
pub(crate) fn to_json(facts: &Facts) -> Map<String, Json> {
    facts.0.iter().map(|(id, fact)| ((*id).to_owned(), fact_to_json(fact))).collect()
}

fn fact_to_json(fact: &Fact) -> Json {
    let evidence: Vec<String> = fact.evidence.iter().map(|place| edge::masked_place(place).to_string()).collect();
    let mut json = match &fact.answer {
        Answer::Known(value) => json!({ "value": whole(value), "evidence": evidence, "sure": fact.sure }),
        Answer::Unverified(reason) => {
            json!({ "unverified": edge::masked(&reason.en), "unverified_fr": edge::masked(&reason.fr), "evidence": evidence })
        }
    };
    if fact.parts.len() > 1 {
        let parts = fact.parts.iter().map(|(folder, fact)| (folder_name(folder).to_owned(), fact_to_json(fact)));
        json["components"] = parts.collect::<Map<_, _>>().into();
    }
    json
}

/// A place without its note: `path:line`.
fn place_to_text(place: &Location) -> String {
    edge::masked_place(&Location { note: None, ..place.clone() }).to_string()
}

/// A service, in the shape of the field's labels: its component is `.` at the root.
fn service_to_json(service: &Service) -> Json {
    let places = |places: &[Location]| -> Vec<String> { places.iter().map(place_to_text).collect() };
    let production = &service.production;
    json!({
        "name": edge::masked_name(&service.name),
        "kind": service.kind.name(),
        "component": edge::masked_name(folder_name(&service.component)),
        "browsed": service.browsed,
        "sure": service.sure,
        "served_by": places(&service.served_by),
        "production": {
            "how": production.how.name(),
            "trigger": edge::masked(&production.trigger),
            "road": production.road.as_ref().map(place_to_text),
            "gated": production.gated,
            "evidence": places(&production.evidence),
        },
    })
}

/// Counts print without a decimal point.
fn whole(value: &Value) -> Json {
    match value {
        Value::Nothing => Json::Null,
        Value::Bool(value) => json!(value),
        #[expect(clippy::cast_possible_truncation, reason = "checked to be a small whole number")]
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => json!(*number as i64),
        Value::Number(number) => json!(number),
        Value::Text(value) => json!(masked(value)),
        Value::List(value) => json!(value.iter().map(|value| masked(value)).collect::<Vec<_>>()),
    }
}

/// A value with its secrets masked: a name, or words with names in them.
fn masked(value: &str) -> String {
    if value.contains([' ', '=']) { edge::masked(value) } else { edge::masked_name(value) }
}

/// The pages as a JSON object by name.
fn pages_to_json(pages: &Pages) -> Map<String, Json> {
    let page = |page: &Page| {
        let evidence: Vec<String> = page.evidence.iter().map(|place| edge::masked_place(place).to_string()).collect();
        let route = page.route.as_deref().map(masked);
        json!({ "status": page.status.name(), "route": route, "evidence": evidence, "sure": page.sure })
    };
    pages.0.iter().map(|(name, found)| ((*name).to_owned(), page(found))).collect()
}

/// The routes as a JSON list.
fn routes_to_json(routes: &Routes) -> Json {
    let route = |route: &Route| {
        json!({
            "path": masked(&route.path),
            "method": route.method,
            "handler": route.handler,
            "access": route.access.name(),
            "component": folder_name(&route.component),
            "place": edge::masked_place(&route.place).to_string(),
        })
    };
    routes.all.iter().map(route).collect()
}

/// Prints facts as one JSON object.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render_json(survey: &Survey, out: &mut dyn Write) -> io::Result<()> {
    let head = survey.history.as_ref().ok().and_then(|history| history.head.as_ref()).map(|head| head.id.as_str());
    let document = json!({
        "repo": survey.name(),
        "head": head,
        "as_of": crate::base::date::moment(survey.as_of),
        "services": survey.services.all.iter().map(service_to_json).collect::<Vec<_>>(),
        "facts": to_json(&survey.facts),
        "pages": pages_to_json(&survey.pages),
        "routes": routes_to_json(&survey.routes),
    });
    out.write_all(edge::json(&document)?.as_bytes())
}

/// Prints facts as text: the question, the answer, the evidence; then the pages, one a line.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render_text(survey: &Survey, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "services  {}",
        lang.pick("What is deployed, and how?", "Qu'est-ce qui est déployé, et comment\u{a0}?")
    );
    for service in &survey.services.all {
        let doubt = if service.sure { "" } else { lang.pick("  (to be confirmed)", "  (à confirmer)") };
        let line = format!("{}: {}", words::service_name(service), words::service(service, lang));
        let _ = writeln!(text, "  → {}{doubt}", printable(&line));
        for place in service.served_by.iter().chain(&service.production.evidence) {
            let _ = writeln!(text, "      {}", printable(&place_to_text(place)));
        }
    }
    for detector in detectors() {
        let Some(fact) = survey.facts.get(detector.id) else { continue };
        let question = detector.asks(lang);
        let _ = writeln!(text, "{}  {}", detector.id, question);
        let answer = match &fact.answer {
            Answer::Known(Value::Nothing) => lang.pick("nothing", "rien").to_owned(),
            Answer::Known(Value::Bool(true)) => lang.pick("yes", "oui").to_owned(),
            Answer::Known(Value::Bool(false)) => lang.pick("no", "non").to_owned(),
            Answer::Known(Value::List(list)) if list.is_empty() => lang.pick("none", "aucun").to_owned(),
            Answer::Known(Value::List(list)) => list.iter().map(|value| masked(value)).collect::<Vec<_>>().join(", "),
            Answer::Known(Value::Number(number)) => number.to_string(),
            Answer::Known(Value::Text(text)) => masked(text),
            Answer::Unverified(reason) => {
                format!("{}: {}", lang.pick("unverified", "non vérifié"), edge::masked(reason.get(lang)))
            }
        };
        let doubt = if fact.sure { "" } else { lang.pick("  (to be confirmed)", "  (à confirmer)") };
        let _ = writeln!(text, "  → {}{doubt}", printable(&answer));
        for place in fact.evidence.iter().take(3) {
            let _ = writeln!(text, "    {}", edge::place(place, lang));
        }
    }
    let _ = writeln!(text, "pages  {}", lang.pick("The pages of a public product", "Les pages d'un produit public"));
    for (name, page) in &survey.pages.0 {
        let route = page.route.as_deref().map(|route| format!("  {}", masked(route))).unwrap_or_default();
        let place = page.evidence.first().map(|place| format!("  ({})", edge::place(place, lang))).unwrap_or_default();
        let doubt = if page.sure { "" } else { lang.pick("  (to be confirmed)", "  (à confirmer)") };
        let line = format!("{name}: {}{route}{place}{doubt}", page.status.name());
        let _ = writeln!(text, "  {}", printable(&line));
    }
    out.write_all(edge::inert(&text).as_bytes())
}
