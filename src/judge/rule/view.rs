//! What a rule sees of a survey.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::base::path::{ascending, below};
use crate::model::manifest::Manifest;
use crate::model::stack::Part;
use crate::read::inventory::File;
use crate::survey::Survey;

use super::condition::{Reach, Within};

/// What a rule sees of a survey: all of it, or one component.
pub(super) struct View<'s> {
    pub survey: &'s Survey,
    pub part: Option<&'s Part>,
    shared: Rc<Shared>,
}

/// What is worked out once for all the components that a rule is judged in.
#[derive(Default)]
struct Shared {
    /// The files that globs may designate, by the condition that asks and by the part that owns them.
    files: RefCell<HashMap<*const Within, Rc<Owned>>>,
    /// The hits of a probe, as ranks among them.
    hits: RefCell<HashMap<String, Rc<Owned>>>,
}

/// Ranks, by the part that owns them.
type Owned = HashMap<Option<usize>, Vec<usize>>;

/// A component of so few files is looked through whole.
const FEW: usize = 64;

impl<'s> View<'s> {
    /// The whole of a survey.
    pub(super) fn of(survey: &'s Survey) -> Self {
        Self { survey, part: None, shared: Rc::default() }
    }

    /// One component of the same survey.
    pub(super) fn at(&self, part: &'s Part) -> Self {
        Self { survey: self.survey, part: Some(part), shared: Rc::clone(&self.shared) }
    }

    /// The files that a condition looks in.
    pub(super) fn files(&self, within: &'s Within) -> Vec<&'s File> {
        let all = self.survey.inventory.files();
        let Some(part) = self.part else {
            let seen = |at: &usize| within.globs.is_match(&all[*at].path);
            let ranks = within.globs.candidates(self.survey.inventory.names(), usize::MAX);
            let ranks = ranks.unwrap_or_else(|| (0..all.len()).collect());
            return ranks.into_iter().filter(seen).map(|at| &all[at]).collect();
        };
        let ranks = match within.reach {
            Reach::Own if part.files.len() <= FEW => part.files.clone(),
            reach => {
                let known = self.shared.files.borrow().get(&std::ptr::from_ref(within)).cloned();
                let owned = known.unwrap_or_else(|| {
                    let ranks = within.globs.candidates(self.survey.inventory.names(), usize::MAX);
                    let owned = Rc::new(self.owned(ranks.unwrap_or_else(|| (0..all.len()).collect()), |rank| rank));
                    self.shared.files.borrow_mut().insert(std::ptr::from_ref(within), Rc::clone(&owned));
                    owned
                });
                self.within_reach(&owned, part, reach)
            }
        };
        ranks.into_iter().filter(|at| self.sees(*at, within)).map(|at| &all[at]).collect()
    }

    /// The hits of a probe that a condition may see, as ranks among them.
    pub(super) fn hits(&self, probe: &str, within: &Within) -> Vec<usize> {
        let found = self.survey.inventory.found(probe);
        let Some(part) = self.part else { return (0..found.len()).collect() };
        let known = self.shared.hits.borrow().get(probe).cloned();
        let owned = known.unwrap_or_else(|| {
            let owned = Rc::new(self.owned((0..found.len()).collect(), |hit| found[hit].0));
            self.shared.hits.borrow_mut().insert(probe.to_owned(), Rc::clone(&owned));
            owned
        });
        self.within_reach(&owned, part, within.reach)
    }

    /// Ranks by the part that owns the file which each leads to.
    fn owned(&self, ranks: Vec<usize>, file: impl Fn(usize) -> usize) -> Owned {
        let mut owned = Owned::new();
        for rank in ranks {
            owned.entry(self.survey.stack.owner_rank(file(rank))).or_default().push(rank);
        }
        owned
    }

    /// Those that a part owns and, where what is above counts, those of the parts that hold it or of none; in order.
    fn within_reach(&self, owned: &Owned, part: &Part, reach: Reach) -> Vec<usize> {
        let holding = self.survey.stack.holding(&part.folder);
        let owners: Vec<Option<usize>> = match reach {
            Reach::Own => holding.take(1).map(Some).collect(),
            Reach::OrAbove => holding.map(Some).chain([None]).collect(),
        };
        let mut ranks: Vec<usize> = owners.iter().filter_map(|owner| owned.get(owner)).flatten().copied().collect();
        ranks.sort_unstable();
        ranks
    }

    /// Whether a condition looks in a file, by its rank in the inventory.
    pub(super) fn sees(&self, file: usize, within: &Within) -> bool {
        let Some(part) = self.part else { return true };
        let owner = self.survey.stack.owner(file);
        let file = &self.survey.inventory.files()[file];
        if owner.is_some_and(|owner| owner.folder == part.folder) {
            return part.relative(&file.path).is_some_and(|path| within.globs.is_match(path));
        }
        // Above: what belongs to no component, or to one that holds this one; seen from each folder on the way up.
        let above = |folder: &str| below(folder, &part.folder).is_some();
        within.reach == Reach::OrAbove
            && owner.is_none_or(|owner| above(&owner.folder))
            && ancestors(&part.folder)
                .any(|folder| below(folder, &file.path).is_some_and(|path| within.globs.is_match(path)))
    }

    /// Whether a condition looks in the file of a path.
    pub(super) fn sees_path(&self, path: &str, within: &Within) -> bool {
        if self.part.is_none() {
            return within.globs.is_match(path);
        }
        self.survey.inventory.rank(path).is_some_and(|rank| self.sees(rank, within))
    }

    /// The manifests whose packages count.
    pub(super) fn manifests(&self, reach: Reach) -> Vec<&'s Manifest> {
        let manifests = &self.survey.manifests;
        let Some(part) = self.part else { return manifests.all.iter().collect() };
        let mut ranks = part.nearby.clone();
        if reach == Reach::OrAbove {
            ranks.extend(ancestors(&part.folder).flat_map(|folder| manifests.ranks_at(folder)));
            ranks.sort_unstable();
            ranks.dedup();
        }
        ranks.into_iter().map(|at| &manifests.all[at]).collect()
    }
}

/// The folders above one, the nearest first; the root is the empty one.
fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    ascending(folder).skip(1)
}
