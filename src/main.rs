//! The command line of Equerre.
#![allow(clippy::print_stdout, reason = "temporary")]
use std::path::PathBuf;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let path = args.last().cloned().unwrap_or_default();
    let as_of = args.iter().position(|a| a == "--as-of").map_or(0, |at| args[at + 1].parse::<jiff::Timestamp>().map_or(0, |t| t.as_second()));
    let t = std::time::Instant::now();
    let survey = equerre::audit::survey(&equerre::audit::Request { path: PathBuf::from(path), as_of, ..Default::default() }, Vec::new()).map_err(|e| e.to_string());
    let survey = match survey { Ok(s) => s, Err(e) => { println!("{e}"); std::process::exit(2) } };
    let mut facts = serde_json::Map::new();
    for (id, fact) in &survey.facts.0 {
        let v = match &fact.answer {
            equerre::facts::Answer::Known(v) => serde_json::json!({"value": v, "evidence": fact.evidence.iter().map(ToString::to_string).collect::<Vec<_>>(), "sure": fact.sure}),
            equerre::facts::Answer::Unverified(w) => serde_json::json!({"unverified": w.en, "evidence": fact.evidence.iter().map(ToString::to_string).collect::<Vec<_>>()}),
        };
        facts.insert((*id).to_owned(), v);
    }
    println!("{}", serde_json::to_string_pretty(&serde_json::json!({"facts": facts, "ms": t.elapsed().as_millis() as u64})).unwrap_or_default());
}
