//! Evaluates rules on a survey.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::base::location::Location;
use crate::base::text::Localized;
use crate::facts::{Fact, Value};
use crate::judge::finding::{Finding, Outcome};
use crate::model::stack::Part;
use crate::read::inventory::Scope;
use crate::survey::Survey;

use super::component_selector::{Admitted, ComponentSelector};
use super::condition::{Condition, Reach};
use super::decide::{PLACES, Truth, decide};
use super::view::View;
use super::{Rule, Test};

/// Evaluates rules; the findings are in the order of the rules.
pub fn evaluate(rules: &[&Rule], survey: &Survey) -> Vec<Finding> {
    let scopes = rules.iter().map(|rule| (rule, scope(rule, survey))).filter(|(_, scope)| !scope.is_empty());
    survey.inventory.ask_code(
        scopes
            .flat_map(|(rule, scope)| rule.code_questions().into_iter().map(move |(probe, _)| (probe, scope.clone()))),
    );
    let own: BTreeMap<&str, Finding> = rules.par_iter().map(|rule| (rule.id.as_str(), judge(rule, survey))).collect();
    rules
        .iter()
        .filter_map(|rule| {
            let mut finding = own.get(rule.id.as_str())?.clone();
            // A question that does not arise by itself does not arise because of another rule.
            let arises = finding.outcome != Outcome::NotApplicable;
            if let Some((root, decided)) = unmet(rule, rules, &own).filter(|_| arises) {
                // One defect is one accusation: what follows from it is no second one.
                finding.outcome = match decided.outcome {
                    Outcome::Fail => Outcome::NotApplicable,
                    other => other,
                };
                finding.reasons.clone_from(&decided.reasons);
                finding.evidence = Vec::new();
                finding.follows = Some(root.to_owned());
            }
            Some(finding)
        })
        .collect()
}

/// The files whose syntax a rule asks about, as far as that is known without a look at it.
fn scope(rule: &Rule, survey: &Survey) -> Scope {
    let Some(each) = &rule.each else {
        let view = View::of(survey);
        return match rule.applies.as_ref().is_none_or(|applies| may_hold(applies, &view)) {
            true => Scope::All,
            false => Scope::Files(Arc::default()),
        };
    };
    let parts: Vec<&Part> =
        each.parts(survey).filter(|(_, admitted)| !matches!(admitted, Admitted::No)).map(|(part, _)| part).collect();
    let looks_above = rule.code_questions().iter().any(|(_, within)| within.reach == Reach::OrAbove);
    // Code below no manifest counts where no part is admitted.
    if looks_above && !parts.is_empty() || parts.is_empty() && each.is_by_language() {
        return Scope::All;
    }
    Scope::Files(Arc::new(parts.into_iter().flat_map(|part| part.files.iter().copied()).collect()))
}

/// Whether a condition may hold, whatever the syntax of files says.
fn may_hold(condition: &Condition, view: &View<'_>) -> bool {
    match condition {
        Condition::All(list) => list.iter().all(|one| may_hold(one, view)),
        Condition::Any(list) => list.iter().any(|one| may_hold(one, view)),
        other => !other.code_questions().is_empty() || decide(other, view).truth != Truth::No,
    }
}

/// The first rule up the chain of `follows` that does not pass, and its finding.
fn unmet<'r>(rule: &'r Rule, rules: &[&'r Rule], own: &'r BTreeMap<&str, Finding>) -> Option<(&'r str, &'r Finding)> {
    let followed = rule.follows.as_deref()?;
    let parent = rules.iter().find(|other| other.id == followed)?;
    // The root of a chain decides for all of it.
    if let Some(above) = unmet(parent, rules, own) {
        return Some(above);
    }
    let finding = own.get(followed)?;
    (finding.outcome != Outcome::Pass).then_some((parent.id.as_str(), finding))
}

fn judge(rule: &Rule, survey: &Survey) -> Finding {
    let mut finding = match &rule.each {
        None => judge_in(rule, &View::of(survey), None),
        Some(each) => judge_each(rule, each, survey),
    };
    if let Some(message) = rule.message.as_ref().filter(|_| finding.outcome == Outcome::Fail) {
        finding.message = Some(Localized::new(filled(&message.en, survey), filled(&message.fr, survey)));
    }
    finding
}

/// Judges a rule in each component that it selects, and reports it once: the worst outcome decides, with the components
/// that it comes from.
fn judge_each(rule: &Rule, each: &ComponentSelector, survey: &Survey) -> Finding {
    let mut all: Vec<(&Part, Finding)> = Vec::new();
    let view = View::of(survey);
    for (part, admitted) in each.parts(survey) {
        let finding = match admitted {
            Admitted::No => continue,
            Admitted::Yes(place) => judge_in(rule, &view.at(part), place),
            Admitted::VersionUnknown(name, place) => {
                let reason = Localized::new(
                    format!("no lockfile gives the version of `{name}`"),
                    format!("aucun fichier de verrouillage ne fixe la version de `{name}`"),
                );
                Finding { reasons: vec![reason], evidence: vec![place], ..Finding::new(rule) }
            }
        };
        all.push((part, finding));
    }
    // Code below no manifest belongs to no component, but still counts.
    if all.is_empty() && each.is_by_language() {
        return judge_in(rule, &view, None);
    }
    let order = [Outcome::Fail, Outcome::Unverified, Outcome::Pass];
    let Some(worst) = order.into_iter().find(|outcome| all.iter().any(|(_, finding)| finding.outcome == *outcome))
    else {
        return Finding::not_applicable(rule);
    };
    let mut merged = Finding { outcome: worst, ..Finding::new(rule) };
    for (part, finding) in all.into_iter().filter(|(_, finding)| finding.outcome == worst) {
        merged.components.push(part.name().to_owned());
        merged.evidence.extend(finding.evidence);
        merged.reasons.extend(finding.reasons);
    }
    merged.reasons.dedup();
    merged.evidence.truncate(PLACES);
    merged
}

/// Judges a rule in what is seen of a survey. `shown` is where the question arises: it shows a failure that has no place
/// of its own.
fn judge_in(rule: &Rule, view: &View<'_>, shown: Option<Location>) -> Finding {
    let mut finding = Finding::new(rule);
    if let Some(applies) = &rule.applies {
        let verdict = decide(applies, view);
        match verdict.truth {
            Truth::No => return Finding::not_applicable(rule),
            Truth::Unknown => {
                finding.outcome = Outcome::Unverified;
                finding.reasons = verdict.reasons;
                return finding;
            }
            Truth::Yes => {}
        }
    }
    let verdict = match &rule.test {
        Test::Passes(condition) => decide(condition, view),
        Test::Fails(condition) => decide(condition, view).not(),
    };
    finding.outcome = match verdict.truth {
        Truth::Yes => Outcome::Pass,
        Truth::No => Outcome::Fail,
        Truth::Unknown => Outcome::Unverified,
    };
    finding.evidence = verdict.evidence;
    finding.reasons = verdict.reasons;
    if let (Outcome::Fail, Some(doubt)) = (finding.outcome, &rule.doubt)
        && decide(&doubt.condition, view).truth == Truth::Yes
    {
        finding.outcome = Outcome::Unverified;
        finding.reasons = vec![doubt.reason.clone()];
    }
    let pointed = rule.points_at.iter().filter_map(|fact| view.survey.facts.get(fact));
    if finding.outcome == Outcome::Fail && finding.evidence.is_empty() {
        finding.evidence = pointed.flat_map(|fact| fact.evidence.clone()).collect();
        if finding.evidence.is_empty() {
            finding.evidence.extend(shown);
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    finding.evidence.retain(|place| seen.insert((place.path.clone(), place.line)));
    // A file that says nothing more than one of its lines is not shown beside it.
    finding.evidence.retain(|place| {
        place.line.is_some()
            || place.note.is_some()
            || !seen.iter().any(|(path, line)| line.is_some() && *path == place.path)
    });
    finding.evidence.truncate(PLACES);
    finding
}

/// A message with `{fact}` replaced by the fact's value.
fn filled(message: &str, survey: &Survey) -> String {
    let mut text = message.to_owned();
    if !text.contains('{') {
        return text;
    }
    for (id, fact) in &survey.facts.0 {
        let hole = format!("{{{id}}}");
        if text.contains(&hole) {
            text = text.replace(&hole, &shown(fact));
        }
    }
    text
}

fn shown(fact: &Fact) -> String {
    const MOST: usize = 5;
    match fact.value() {
        Some(Value::Bool(value)) => value.to_string(),
        Some(Value::Number(value)) => value.to_string(),
        Some(Value::Text(value)) => value.clone(),
        Some(Value::List(values)) if values.len() > MOST => {
            format!("{}, … ({})", values[..MOST].join(", "), values.len())
        }
        Some(Value::List(values)) => values.join(", "),
        Some(Value::Nothing) => "–".to_owned(),
        None => "?".to_owned(),
    }
}
