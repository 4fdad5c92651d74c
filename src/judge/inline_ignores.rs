//! What comments of the audited files set aside: the places that they speak of, and the failure once none is left.

use std::collections::BTreeMap;

use crate::base::config_file::did_you_mean;
use crate::base::location::Location;
use crate::base::text::{Localized, localized};
use crate::judge::finding::{Finding, Outcome};
use crate::judge::rule::pack::Rules;
use crate::judge::rule::renamed;
use crate::read::inline_ignores::{InlineIgnore, InlineIgnores};
use crate::read::source::Note;

/// How many places a finding has at most: there may be others behind as many.
const MOST_PLACES: usize = 50;

/// How many notes are made; the others are counted.
const MOST_NOTES: usize = 20;

/// What became of the comments.
pub(crate) struct Applied {
    /// Those that count for nothing, each with the reason.
    pub(crate) notes: Vec<Note>,
    /// How many places were set aside.
    pub(crate) places: usize,
}

/// Sets aside the places that comments speak of. A failure without any other place is set aside with the reason of the comment
/// on its first place.
pub(crate) fn apply(ignores: &InlineIgnores, findings: &mut [Finding], rules: &Rules) -> Applied {
    let mut notes = Vec::new();
    // Which comments have set something aside, by comment and name.
    let mut used: Vec<Vec<bool>> = ignores.all.iter().map(|ignore| vec![false; ignore.rules.len()]).collect();
    let mut places = 0;
    let named = naming(&ignores.all);
    for finding in findings.iter_mut().filter(|finding| finding.outcome == Outcome::Fail) {
        let Some(named) = named.get(finding.rule.as_str()) else { continue };
        let speaks =
            |place: &Location| named.iter().copied().find(|(at, _)| ignores.all[*at].covers(&place.path, place.line));
        let aside: Vec<(usize, usize)> = finding.evidence.iter().filter_map(speaks).collect();
        for (at, name) in &aside {
            used[*at][*name] = true;
        }
        match (aside.first(), aside.len() == finding.evidence.len()) {
            (None, _) => {}
            (Some((at, _)), true) if aside.len() >= MOST_PLACES => {
                let ignore = &ignores.all[*at];
                notes.push(note(
                    ignore,
                    localized!(
                        "`{}` fails in more places than are shown: set it aside in the settings, by path",
                        "`{}` échoue en plus d'endroits qu'il n'en est montré : écartez-la dans les réglages, par chemin",
                        finding.rule
                    ),
                ));
            }
            (Some((at, _)), true) => {
                places += aside.len();
                finding.ignored = Some(ignores.all[*at].reason.clone());
            }
            (Some(_), false) => {
                places += aside.len();
                finding.keep_places(|place| speaks(place).is_none());
            }
        }
    }
    for (ignore, used) in ignores.all.iter().zip(&used) {
        let told = notes.len() < MOST_NOTES;
        notes.extend(without_effect(ignore, used, findings, rules, told));
    }
    if ignores.cut {
        let read = ignores.all.len();
        let what = localized!(
            "only the first {read} inline ignores of the repository are read",
            "seules les {read} premières exceptions écrites dans les fichiers sont lues"
        );
        notes.push(Note { path: String::new(), what });
    }
    if let Some(others) = notes.len().checked_sub(MOST_NOTES).filter(|others| *others > 1) {
        notes.truncate(MOST_NOTES);
        let what = localized!(
            "{others} other inline ignores have something to correct",
            "{others} autres exceptions écrites dans les fichiers sont à corriger"
        );
        notes.push(Note { path: String::new(), what });
    }
    Applied { notes, places }
}

/// The comments that say why, by the rule that they name, each with the rank of the name.
fn naming(all: &[InlineIgnore]) -> BTreeMap<&str, Vec<(usize, usize)>> {
    let mut named: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (at, ignore) in all.iter().enumerate().filter(|(_, ignore)| !ignore.reason.is_empty()) {
        for (rank, name) in ignore.rules.iter().enumerate() {
            named.entry(renamed::current(name)).or_default().push((at, rank));
        }
    }
    named
}

fn note(ignore: &InlineIgnore, what: Localized) -> Note {
    Note { path: format!("{}:{}", ignore.path, ignore.line), what }
}

/// That a name is not that of a rule, with the nearest one.
fn unknown(name: &str, nearest: Option<Localized>) -> Localized {
    let (en, fr) =
        nearest.map(|nearest| (format!(": {}", nearest.en), format!(" : {}", nearest.fr))).unwrap_or_default();
    localized!(
        "the inline ignore of `{name}`, which is not a rule, does not count{en}",
        "l'exception à `{name}`, qui n'est pas une règle, ne compte pas{fr}"
    )
}

/// What a comment says in vain. Where its note would not be shown, no nearest name is looked for.
fn without_effect(
    ignore: &InlineIgnore,
    used: &[bool],
    findings: &[Finding],
    rules: &Rules,
    suggest: bool,
) -> Vec<Note> {
    if ignore.rules.is_empty() {
        let what = localized!(
            "this inline ignore names no rule and does not count: write `equerre: ignore[rule] reason`",
            "cette exception ne nomme aucune règle et ne compte pas : écrivez `equerre: ignore[règle] raison`"
        );
        return vec![note(ignore, what)];
    }
    let mut notes = Vec::new();
    for (name, used) in ignore.rules.iter().zip(used) {
        let what = match rules.get(name) {
            None => {
                let known = rules.all.iter().map(|rule| rule.id.as_str());
                unknown(name, did_you_mean(name, known.filter(|_| suggest)))
            }
            Some(_) if ignore.reason.is_empty() => localized!(
                "the inline ignore of `{name}` gives no reason and does not count: say why after the bracket",
                "l'exception à `{name}` ne donne pas de raison et ne compte pas : dites pourquoi après le crochet"
            ),
            Some(rule) if !used && is_in_vain(&rule.id, findings) => localized!(
                "the inline ignore of `{name}` matches nothing and can be removed",
                "l'exception à `{name}` ne correspond à rien : elle peut être retirée"
            ),
            Some(_) => match renamed::notice(name) {
                Some(notice) => notice,
                None => continue,
            },
        };
        notes.push(note(ignore, what));
    }
    notes
}

/// Whether a rule was asked, and answered: of what could not be verified, it is not known whether it needs to be set aside.
fn is_in_vain(rule: &str, findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.rule == rule && finding.outcome != Outcome::Unverified)
}
