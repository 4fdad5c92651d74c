//! Fingerprints by which a place of a failure is recognised after lines have moved.

use crate::base::location::Location;
use crate::base::text::fnv1a;
use crate::judge::finding::Finding;
use crate::judge::rule::renamed::original;
use crate::judge::rule::{Rule, Test};
use crate::read::inventory::Inventory;

/// A number for a few texts.
fn hash(parts: &[&str]) -> u64 {
    fnv1a(parts.iter().flat_map(|part| part.bytes().chain([0])))
}

/// A mark for each place of a rule's failure, in their order: the rule, the file, what the line says, and which of several
/// alike it is. A line that holds a secret is known by its rank alone, as its mark travels with reports.
pub(crate) fn of_places(rule: &str, places: &[Location], inventory: &Inventory) -> Vec<String> {
    // A mark outlives a new name of the rule.
    let rule = original(rule);
    let mut seen: Vec<u64> = Vec::new();
    let mark = |place: &Location| {
        let line = place.line.filter(|_| !place.sensitive).map(|line| inventory.line(&place.path, line));
        let same = hash(&[rule, &place.path, line.unwrap_or_default().trim()]);
        let nth = seen.iter().filter(|known| **known == same).count();
        seen.push(same);
        format!("{same:016x}:{nth}")
    };
    places.iter().map(mark).collect()
}

/// A part of a failure, by which a later audit recognises what is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Where: a file, or the folder of a component.
    pub path: String,
    /// Its mark.
    pub mark: String,
}

/// The parts of a failure: its places where each of them is a defect, its components where something is absent from them,
/// nothing where it is absent from the repository.
pub(crate) fn parts(rule: &Rule, finding: &Finding, inventory: &Inventory) -> Vec<Part> {
    if places_are_defects(rule) && !finding.evidence.is_empty() {
        let marks = of_places(&rule.id, &finding.evidence, inventory);
        let paths = finding.evidence.iter().map(|place| place.path.clone());
        return paths.zip(marks).map(|(path, mark)| Part { path, mark }).collect();
    }
    let component = |folder: &String| Part {
        path: folder.clone(),
        mark: format!("{:016x}:0", hash(&[original(&rule.id), folder])),
    };
    finding.components.iter().map(component).collect()
}

/// Whether each place of a failure is a defect of its own. Where a rule asks for something that is absent, places only show
/// where to look, and change without the failure changing.
pub(crate) fn places_are_defects(rule: &Rule) -> bool {
    matches!(rule.test, Test::Fails(_))
}
