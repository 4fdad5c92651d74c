//! What a survey answers to one question of a criterion.

use regex::{Regex, RegexBuilder};

use crate::base::location::Location;
use crate::base::text::{Localized, localized};
use crate::facts::{Answer, Value, detector};
use crate::judge::finding::{Finding, Outcome};
use crate::judge::rule::pack::Rules;
use crate::judge::standards::known::{Ask, Origin};
use crate::survey::Survey;

/// How many files are looked into for a text, and how large each may be.
const LOOKED_INTO: usize = 400;
const LARGEST: usize = 256 * 1024;

/// How many places are kept.
const PLACES: usize = 5;

/// What came of a question.
pub(crate) enum Said {
    /// Yes.
    Yes(Seen),
    /// No.
    No(Seen),
    /// The question does not arise here.
    NotHere(Localized),
    /// It cannot be told from here.
    Unknown(Localized),
}

/// What was seen.
pub(crate) struct Seen {
    /// In words.
    pub(crate) what: Localized,
    /// Where.
    pub(crate) places: Vec<Location>,
    /// What shows it.
    pub(crate) from: Origin,
    /// The rule that found it.
    pub(crate) rule: Option<String>,
}

/// What is asked.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'s> {
    /// What is known of the repository.
    pub(crate) survey: &'s Survey,
    /// What the rules found.
    pub(crate) findings: &'s [Finding],
    /// The rules.
    pub(crate) rules: &'s Rules,
}

impl Asked<'_> {
    /// Answers a question.
    pub(crate) fn answer(&self, ask: &Ask) -> Said {
        if let Some(rule) = &ask.rule {
            return self.rule(rule);
        }
        if let Some(fact) = &ask.fact {
            return self.fact(fact, &ask.is);
        }
        if let Some(files) = &ask.files {
            return self.files(files, ask.holds.as_deref());
        }
        if ask.history {
            return match &self.survey.history {
                Ok(_) => Said::Yes(seen(localized!("a Git history", "un historique Git"), Vec::new())),
                Err(reason) => Said::Unknown(reason.explain()),
            };
        }
        let names: Vec<&str> = ask.dependency.iter().map(String::as_str).collect();
        let found: Vec<(String, Location)> = self
            .survey
            .manifests
            .dependencies(&names)
            .map(|(manifest, found)| (found.name.clone(), Location::line(&manifest.path, found.line)))
            .take(PLACES)
            .collect();
        let Some((name, _)) = found.first() else { return nothing() };
        let what = localized!("it declares `{name}`", "il déclare `{name}`");
        Said::Yes(seen(what, found.into_iter().map(|(_, place)| place).collect()))
    }

    fn rule(&self, id: &str) -> Said {
        let (Some(finding), Some(rule)) = (self.findings.iter().find(|finding| finding.rule == id), self.rules.get(id))
        else {
            return Said::Unknown(localized!("the rule `{id}` was not asked", "la règle `{id}` n'a pas été évaluée"));
        };
        let from = if rule.is_of_site() { Origin::Page } else { Origin::Repository };
        let seen = |what: Localized| Seen {
            what,
            places: finding.evidence.iter().take(PLACES).cloned().collect(),
            from,
            rule: Some(id.to_owned()),
        };
        match finding.outcome {
            Outcome::Pass => {
                let title = &rule.title;
                Said::Yes(seen(Localized::new(
                    format!("flaw ruled out: \"{}\"", title.en),
                    format!("défaut écarté : « {} »", title.fr),
                )))
            }
            Outcome::Fail => {
                let message = finding.message.clone().unwrap_or_else(|| rule.title.clone());
                let what = match &finding.ignored {
                    Some(reason) => Localized::new(
                        format!("{} (set aside by the team: {reason})", message.en),
                        format!("{} (mis de côté par l'équipe : {reason})", message.fr),
                    ),
                    None => message,
                };
                Said::No(seen(what))
            }
            Outcome::NotApplicable => {
                let title = &rule.title;
                Said::NotHere(Localized::new(
                    format!("this repository gives no ground to ask it (\"{}\")", title.en),
                    format!("ce dépôt ne donne pas lieu à la question (« {} »)", title.fr),
                ))
            }
            Outcome::Unverified => Said::Unknown(match finding.reasons.as_slice() {
                [] => localized!("the rule `{id}` could not be verified", "la règle `{id}` n'a pas pu être vérifiée"),
                reasons => {
                    let joined = |pick: fn(&Localized) -> &str| reasons.iter().map(pick).collect::<Vec<_>>().join("; ");
                    Localized::new(joined(|reason| &reason.en), joined(|reason| &reason.fr))
                }
            }),
        }
    }

    fn fact(&self, id: &str, is: &[String]) -> Said {
        let Some(fact) = self.survey.facts.get(id) else { return nothing() };
        let value = match &fact.answer {
            Answer::Known(value) => value,
            Answer::Unverified(reason) => return Said::Unknown(reason.clone()),
        };
        let from = if id.starts_with("site_") { Origin::Page } else { Origin::Repository };
        let (question_en, question_fr) = detector(id).map(|detector| detector.question).unwrap_or_default();
        let told = |what: &str| Localized::new(format!("{question_en} {what}"), format!("{question_fr} {what}"));
        let places: Vec<Location> = fact.evidence.iter().take(PLACES).cloned().collect();
        let seen = |what: Localized| Seen { what, places: places.clone(), from, rule: None };
        let yes = Localized::new(format!("{question_en} Yes"), format!("{question_fr} Oui"));
        let no = Localized::new(format!("{question_en} No"), format!("{question_fr} Non"));
        match value {
            // Two careful people could differ about what is not sure: it is no proof of a no.
            Value::Bool(true) => Said::Yes(seen(yes)),
            Value::Bool(false) if fact.sure => Said::No(seen(no)),
            Value::Text(text) if is.is_empty() || is.contains(text) => Said::Yes(seen(told(text))),
            Value::List(names) => {
                let found: Vec<&str> =
                    names.iter().filter(|name| is.is_empty() || is.contains(name)).map(String::as_str).collect();
                if found.is_empty() { nothing() } else { Said::Yes(seen(told(&found.join(", ")))) }
            }
            _ => nothing(),
        }
    }

    fn files(&self, pattern: &str, holds: Option<&str>) -> Said {
        let Ok(pattern) = Regex::new(pattern) else { return nothing() };
        let named = self
            .survey
            .inventory
            .own_files()
            .filter(|file| pattern.is_match(&file.path.to_lowercase()))
            .filter(|file| !is_aside(&file.path.to_lowercase()) && !is_picture(&file.path.to_lowercase()));
        let Some(holds) = holds else {
            let places: Vec<Location> = named.map(|file| Location::file(&file.path)).take(PLACES).collect();
            if places.is_empty() {
                return nothing();
            }
            return Said::Yes(seen(localized!("a file of this name is there", "un fichier de ce nom est là"), places));
        };
        let Ok(words) = RegexBuilder::new(holds).case_insensitive(true).build() else { return nothing() };
        let mut places = Vec::new();
        let mut first = String::new();
        for file in named.take(LOOKED_INTO) {
            let Some(text) = self.survey.inventory.text(&file.path).filter(|text| text.len() <= LARGEST) else {
                continue;
            };
            if let Some(hit) = words.find(&text) {
                let line = text[..hit.start()].matches('\n').count() + 1;
                places.push(Location::line(&file.path, crate::base::text::to_u32(line)));
                if first.is_empty() {
                    first = hit.as_str().trim_matches(['"', '\'']).chars().take(60).collect();
                }
                if places.len() == PLACES {
                    break;
                }
            }
        }
        if places.is_empty() {
            return nothing();
        }
        Said::Yes(seen(localized!("it says \"{first}\"", "on y lit « {first} »"), places))
    }
}

/// Whether a path in lower case is that of a test, of its data or of a migration: none of them is what the product shows.
fn is_aside(path: &str) -> bool {
    path.split('/').any(|part| {
        matches!(
            part,
            "migrations"
                | "test"
                | "tests"
                | "__tests__"
                | "spec"
                | "specs"
                | "e2e"
                | "cypress"
                | "fixtures"
                | "__mocks__"
                | "__snapshots__"
        ) || part.contains(".test.")
            || part.contains(".spec.")
    })
}

/// Whether a path in lower case is that of a picture or a font: its name says what it draws, and no more.
fn is_picture(path: &str) -> bool {
    const ENDS: &[&str] = &["svg", "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "woff", "woff2", "ttf", "mp4"];
    path.rsplit_once('.').is_some_and(|(_, end)| ENDS.contains(&end))
}

fn seen(what: Localized, places: Vec<Location>) -> Seen {
    Seen { what, places, from: Origin::Repository, rule: None }
}

/// Nothing was seen, which says nothing.
fn nothing() -> Said {
    Said::Unknown(Localized::default())
}
