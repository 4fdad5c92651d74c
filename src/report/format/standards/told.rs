//! What the formats of the standards say alike.

use crate::base::date::in_french;
use crate::base::edge;
use crate::base::text::Lang;
use crate::judge::attestations::Attestation;
use crate::judge::criteria::judged::{Conformity, Evidence, Judged};
use crate::judge::declared::Gap;
use crate::report::format::words::number;

/// How many places of one piece of evidence are shown.
const PLACES: usize = 3;

/// A percentage, in a language.
pub(crate) fn percent(share: f64, lang: Lang) -> String {
    format!("{}{}%", number(share.round(), lang), lang.pick("", "\u{a0}"))
}

/// How far something conforms: `41 % proved, 45 % with declarations`.
pub(crate) fn conformity(conformity: Conformity, lang: Lang) -> String {
    let (proved, declared) = (percent(conformity.proved, lang), percent(conformity.declared, lang));
    match lang {
        Lang::En => format!("{proved} proved, {declared} with declarations"),
        Lang::Fr => format!("{proved} prouvés, {declared} avec les déclarations"),
    }
}

/// How many criteria have an answer.
pub(crate) fn answered(conformity: Conformity, lang: Lang) -> String {
    let Conformity { answered, all, .. } = conformity;
    match lang {
        Lang::En => format!("{answered} of {all} criteria have an answer"),
        Lang::Fr => format!("{answered} critères sur {all} ont une réponse"),
    }
}

/// A piece of evidence with its places.
pub(crate) fn evidence(evidence: &Evidence, lang: Lang) -> String {
    let places: Vec<String> = evidence.places.iter().take(PLACES).map(|place| edge::place(place, lang)).collect();
    let what = edge::text(evidence.what.get(lang));
    if places.is_empty() { what } else { format!("{what} – {}", places.join(", ")) }
}

/// What people attest, with who says it and until when.
pub(crate) fn attested(attested: &Attestation, lang: Lang) -> String {
    let Attestation { who, when, until, why, link, .. } = attested;
    let answer = attested.answer.words();
    let answer = answer.get(lang);
    let link = link.as_deref().map(|link| format!(" ({link})")).unwrap_or_default();
    edge::text(&match lang {
        Lang::En => format!("{answer}, says {who} on {when}, until {until}: {why}{link}"),
        Lang::Fr => {
            let (when, until) = (in_french(when), in_french(until));
            format!("{answer}, selon {who} le {when}, jusqu’au {until}\u{a0}: {why}{link}")
        }
    })
}

/// Why the answer of a criterion is what it is; nothing where it has none.
pub(crate) fn justification(judged: &Judged, lang: Lang) -> Option<String> {
    judged.answer()?;
    let settling: Vec<String> =
        judged.evidence.iter().filter(|found| found.settles).map(|found| evidence(found, lang)).collect();
    let mut parts = Vec::new();
    if !settling.is_empty() {
        parts.push(settling.join(lang.pick("; ", "\u{a0}; ")));
    }
    if judged.proved().is_some() && settling.is_empty() {
        parts.extend(judged.open.iter().map(|reason| edge::text(reason.get(lang))));
    }
    if let Some(said) = &judged.attested {
        parts.push(format!("{} {}", lang.pick("Declared:", "Déclaré\u{a0}:"), attested(said, lang)));
    }
    Some(parts.join(". "))
}

/// How an answer that the team declared stands beside what is seen.
pub(crate) fn gap(gap: Gap, lang: Lang) -> &'static str {
    let (en, fr) = match gap {
        Gap::SaysYes => ("the team says yes, the contrary is seen", "l’équipe dit oui, le contraire est constaté"),
        Gap::SaysYesDoubtful => {
            ("the team says yes, some evidence says no", "l’équipe dit oui, des indices disent non")
        }
        Gap::SaysNo => ("the team says no, a yes is proved", "l’équipe dit non, un oui est prouvé"),
        Gap::SaysNoDoubtful => ("the team says no, some evidence says yes", "l’équipe dit non, des indices disent oui"),
        Gap::Unanswered => {
            ("the team has not answered, the answer is proved", "l’équipe n’a pas répondu, la réponse est prouvée")
        }
    };
    lang.pick(en, fr)
}
