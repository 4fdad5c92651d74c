//! The criteria of a product from those of its repositories: what contradicts one anywhere does so for the product, and what
//! proves it in one proves it where nothing speaks against it in the others.

use crate::judge::criteria::judged::{Judged, Status};

/// The criteria of a product, from those of its repositories, all in the same order, each with its name where there are several.
pub(crate) fn merged(repositories: Vec<(Option<&str>, Vec<Judged>)>) -> Vec<Judged> {
    let mut product: Vec<Judged> = Vec::new();
    for (name, all) in repositories {
        for (rank, mut judged) in all.into_iter().enumerate() {
            judged.evidence = judged.evidence.into_iter().map(|evidence| evidence.of(name)).collect();
            match product.get_mut(rank) {
                Some(known) => add(known, judged),
                None => product.push(judged),
            }
        }
    }
    for judged in &mut product {
        judged.evidence.sort_by_key(|evidence| (!evidence.settles, evidence.supports));
        judged.status = match (judged.seen, &judged.attested) {
            (seen @ (Status::Proved | Status::Contradicted | Status::NotApplicable), _) | (seen, None) => seen,
            (_, Some(_)) => Status::Declared,
        };
        if matches!(judged.seen, Status::Proved | Status::Contradicted) {
            judged.open.clear();
        }
    }
    product
}

fn add(known: &mut Judged, other: Judged) {
    known.seen = both(known.seen, other.seen);
    for evidence in other.evidence {
        // What the directory says is said once.
        if !known.evidence.contains(&evidence) {
            known.evidence.push(evidence);
        }
    }
    for reason in other.open {
        if !known.open.contains(&reason) {
            known.open.push(reason);
        }
    }
    known.attested = known.attested.take().or(other.attested);
    known.expired = known.expired.take().or(other.expired);
}

/// What two repositories show together.
fn both(one: Status, other: Status) -> Status {
    use Status::{Contradicted, EvidenceAgainst, EvidenceFor, NotApplicable, Proved, ToAnswer};
    let either = |status| one == status || other == status;
    match () {
        () if either(Contradicted) => Contradicted,
        () if either(EvidenceAgainst) => EvidenceAgainst,
        () if either(Proved) => Proved,
        () if either(EvidenceFor) => EvidenceFor,
        () if one == NotApplicable && other == NotApplicable => NotApplicable,
        () => ToAnswer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_repository_contradicts_the_product_does_not_meet() {
        use Status::{Contradicted, EvidenceAgainst, EvidenceFor, NotApplicable, Proved, ToAnswer};
        for (one, other, together) in [
            (Proved, Contradicted, Contradicted),
            (Proved, ToAnswer, Proved),
            (Proved, EvidenceAgainst, EvidenceAgainst),
            (NotApplicable, Proved, Proved),
            (NotApplicable, ToAnswer, ToAnswer),
            (NotApplicable, NotApplicable, NotApplicable),
            (EvidenceFor, ToAnswer, EvidenceFor),
        ] {
            assert_eq!((both(one, other), both(other, one)), (together, together), "{one:?} {other:?}");
        }
    }
}
