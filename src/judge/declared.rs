//! What a team declared on standards-front, beside what is seen: `GET /api/evaluation?startup_id=…` of
//! betagouv/standards-front, or what `--format standards-front` wrote.

use serde_json::Value as Json;

use crate::base::config_file::did_you_mean;
use crate::base::text::{Localized, localized};
use crate::judge::attestations::Reply;
use crate::judge::criteria::judged::{Judged, Status};
use crate::judge::standards::Standards;

/// An answer that a team declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    /// The criterion, in the standards in use.
    pub(crate) criterion: String,
    /// The answer; nothing where the team gave none.
    pub(crate) answer: Option<Reply>,
    /// What was written beside it.
    pub(crate) justification: Option<String>,
}

/// The answers of an evaluation.
#[derive(Debug, Default)]
pub(crate) struct Evaluation {
    /// Its version.
    pub(crate) version: Option<String>,
    /// The answers, in the order of the file.
    pub(crate) answers: Vec<Declared>,
    /// Labels that the standards in use do not have, each with what they may have become.
    pub(crate) unknown: Vec<(String, Option<Localized>)>,
}

/// How an answer stands beside what is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    /// The team says yes, or not applicable; the contrary is proved.
    SaysYes,
    /// The team says yes, or not applicable; what is seen speaks against it.
    SaysYesDoubtful,
    /// The team says no; the contrary is proved.
    SaysNo,
    /// The team says no; what is seen speaks for a yes.
    SaysNoDoubtful,
    /// The team has not answered; the answer is proved.
    Unanswered,
}

impl Evaluation {
    /// Reads answers: the record of an evaluation, or its `questions` alone.
    ///
    /// # Errors
    /// What it is instead, and what to give.
    pub(crate) fn read(text: &str, standards: &Standards) -> Result<Self, (Localized, Localized)> {
        let help = || {
            localized!(
                "give what `/api/evaluation?startup_id=…` of standards-front answers, or what `equerre standards --format standards-front` wrote",
                "donnez la réponse de `/api/evaluation?startup_id=…` de standards-front, ou ce qu'a écrit `equerre standards --format standards-front`"
            )
        };
        let value: Json = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| (localized!("it is not JSON: {error}", "ce n'est pas du JSON : {error}"), help()))?;
        let questions = value.as_array().or_else(|| value["questions"].as_array());
        let is_question = |item: &Json| item["id"].is_string() && item["criteria"].is_array();
        let Some(questions) = questions.filter(|list| list.iter().all(is_question)) else {
            return Err((localized!("it holds no `questions`", "il ne contient pas de `questions`"), help()));
        };
        let mut read = Self { version: value["version"].as_str().map(str::to_owned), ..Self::default() };
        for question in questions {
            let id = question["id"].as_str().unwrap_or_default();
            for criterion in question["criteria"].as_array().into_iter().flatten() {
                let label = criterion["label"].as_str().unwrap_or_default();
                let answer = match criterion["answer"].as_str() {
                    Some("yes") => Some(Reply::Yes),
                    Some("no") => Some(Reply::No),
                    Some("na") => Some(Reply::Na),
                    Some("") | None => None,
                    Some(other) => {
                        return Err((
                            localized!("`{other}` is no answer: {id}", "`{other}` n'est pas une réponse : {id}"),
                            localized!("an answer is yes, no, na or null", "une réponse est yes, no, na ou null"),
                        ));
                    }
                };
                let justification = criterion["justification"].as_str().map(str::to_owned);
                match standards.labelled(id, label) {
                    Some(known) => read.answers.push(Declared { criterion: known.id(), answer, justification }),
                    None => {
                        let near =
                            standards.criteria().filter(|known| known.standard.id == id).map(|known| known.label);
                        let near = near.collect::<Vec<_>>();
                        read.unknown.push((label.to_owned(), did_you_mean(label, near.into_iter())));
                    }
                }
            }
        }
        Ok(read)
    }

    /// Where the answers and what is seen differ.
    pub(crate) fn gaps<'j>(&'j self, judged: &'j [Judged]) -> Vec<(Gap, &'j Declared, &'j Judged)> {
        let gap = |declared: &'j Declared| {
            let seen = judged.iter().find(|judged| judged.id == declared.criterion)?;
            let gap = match (declared.answer, seen.seen) {
                (Some(Reply::Yes | Reply::Na), Status::Contradicted) => Gap::SaysYes,
                (Some(Reply::Yes | Reply::Na), Status::EvidenceAgainst) => Gap::SaysYesDoubtful,
                (Some(Reply::No), Status::Proved) => Gap::SaysNo,
                (Some(Reply::No), Status::EvidenceFor) => Gap::SaysNoDoubtful,
                (None, Status::Proved | Status::Contradicted) => Gap::Unanswered,
                _ => return None,
            };
            Some((gap, declared, seen))
        };
        self.answers.iter().filter_map(gap).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_decide_and_unknown_ones_are_kept() {
        let standards = Standards::embedded().expect("the standards");
        let text = r#"{"version":"2.0","questions":[{"id":"le-code-source-est-uniforme","criteria":[
            {"label":"L'intégration (CI/CD) intègre le linter.","answer":"na"},
            {"label":"Un linter est en place sur le projet","answer":"yes"}]}]}"#;
        let read = Evaluation::read(text, &standards).expect("an evaluation");
        assert_eq!(read.answers.len(), 1);
        assert_eq!(
            (read.answers[0].criterion.as_str(), read.answers[0].answer),
            ("le-code-source-est-uniforme/1", Some(Reply::Na))
        );
        assert!(
            read.unknown[0].1.as_ref().is_some_and(|near| near.en.contains("Un linter est en place sur le projet."))
        );
        assert!(Evaluation::read("{\"error\":\"not_found\"}", &standards).is_err());
        assert!(Evaluation::read("<html>", &standards).is_err());
    }
}
