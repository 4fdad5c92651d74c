//! Where each criterion of the standards stands: what is proved, what is only likely, what people declare, and what waits.
//!
//! What machines see and what people attest are never mixed: an attestation answers what nothing settles, and hides no
//! contradiction.

pub(crate) mod asked;
pub(crate) mod judged;
mod legal;
mod live;
pub(crate) mod merged;
pub(crate) mod page;
mod told;
mod usage;

use crate::base::error::Error;
use crate::base::text::{Lang, Localized, localized};
use crate::judge::attestations::Attestations;
use crate::judge::standards::known::{Ask, Known, Origin, SiteQuestion};
use crate::judge::standards::{Criterion, Standards};
use crate::model::site::Site;

use asked::{Asked, Said, Seen};
use judged::{Evidence, Judged, Status};
use live::OnSite;
use page::OnPage;
use told::Told;

/// What criteria are judged from.
pub(crate) struct Inputs<'i> {
    /// The standards.
    pub(crate) standards: &'i Standards,
    /// What is known of the repository; nothing where there is no file to look at.
    pub(crate) asked: Option<Asked<'i>>,
    /// The product's page in the directory, or why there is none.
    pub(crate) page: Result<OnPage<'i>, Localized>,
    /// The live site, where it was visited, or why it was not seen.
    pub(crate) site: Option<Result<&'i Site, Localized>>,
    /// The date of the audit, in seconds since 1970.
    pub(crate) as_of: i64,
    /// What people attest.
    pub(crate) attestations: &'i Attestations,
}

/// Judges every criterion, in the published order.
pub(crate) fn judge(inputs: &Inputs<'_>) -> Vec<Judged> {
    inputs.standards.criteria().map(|criterion| judge_one(criterion, inputs)).collect()
}

/// Judges the criteria about which the pages of a live site are asked, by these pages alone.
///
/// # Errors
/// Never: tests read the standards that are embedded.
pub(crate) fn judge_on_site(site: &Site, as_of: i64) -> Result<Vec<Judged>, Error> {
    let standards = Standards::embedded()?;
    let attestations = Attestations::default();
    let page = Err(Localized::default());
    let inputs =
        Inputs { standards: &standards, asked: None, page, site: Some(Ok(site)), as_of, attestations: &attestations };
    let ask = |criterion: Criterion<'_>| {
        let question = criterion.known.and_then(|known| known.site)?;
        let mut gathered = Gathered::default();
        gathered.ask_site(question, &inputs);
        gathered.sort();
        Some(judged(criterion, gathered, &inputs))
    };
    Ok(standards.criteria().filter_map(ask).collect())
}

/// What speaks for something and against it, what speaks against first.
pub(crate) fn spoken(asked: Asked<'_>, speaks_for: &[Ask], speaks_against: &[Ask]) -> Vec<Evidence> {
    let mut gathered = Gathered::default();
    gathered.speak(asked, speaks_for, speaks_against);
    gathered.sort();
    gathered.evidence
}

fn judge_one(criterion: Criterion<'_>, inputs: &Inputs<'_>) -> Judged {
    let mut gathered = Gathered::default();
    match criterion.known {
        Some(known) => gathered.gather(known, inputs),
        None => {
            let version = &inputs.standards.knowledge.version;
            gathered.open.push(localized!(
                "Equerre knows version {version} of the standards, which has no such criterion: nothing is asked of it",
                "Equerre connaît la version {version} des standards, qui n'a pas ce critère : rien ne lui est demandé"
            ));
        }
    }
    judged(criterion, gathered, inputs)
}

/// A criterion with what was gathered of it.
fn judged(criterion: Criterion<'_>, gathered: Gathered, inputs: &Inputs<'_>) -> Judged {
    let id = criterion.id();
    let found = |list: &[crate::judge::attestations::Attestation]| list.iter().find(|one| one.criterion == id).cloned();
    let seen = gathered.status();
    let attested = found(&inputs.attestations.current);
    let status = match (seen, &attested) {
        (Status::Proved | Status::Contradicted | Status::NotApplicable, _) | (_, None) => seen,
        (_, Some(_)) => Status::Declared,
    };
    Judged {
        standard: criterion.standard.id.clone(),
        category: criterion.standard.category.clone(),
        label: criterion.label.to_owned(),
        text: Localized::new(criterion.text(Lang::En), criterion.text(Lang::Fr)),
        told_by: criterion.known.map(|known| known.told_by),
        phase: criterion.known.and_then(|known| known.phase),
        status,
        seen,
        evidence: gathered.evidence,
        attested,
        expired: found(&inputs.attestations.expired),
        open: if matches!(seen, Status::Proved | Status::Contradicted) { Vec::new() } else { gathered.open },
        proof: criterion.known.map(|known| known.proof.clone()),
        id,
    }
}

/// What is gathered of a criterion.
#[derive(Default)]
struct Gathered {
    evidence: Vec<Evidence>,
    open: Vec<Localized>,
    not_here: bool,
}

impl Gathered {
    fn gather(&mut self, known: &Known, inputs: &Inputs<'_>) {
        if let Some(asked) = inputs.asked {
            self.ask_repository(known, asked);
        } else if known.from.contains(&Origin::Repository) {
            self.open(localized!("there is no file to look at", "il n'y a aucun fichier à regarder"));
        }
        if let Some(question) = known.directory {
            match &inputs.page {
                Ok(page) => match page.answer(question) {
                    Ok(evidence) => self.evidence.push(evidence),
                    Err(reason) => self.open(reason),
                },
                // The head of the report says why.
                Err(_) => self.open(localized!(
                    "its page in the directory is not known here",
                    "sa fiche dans l'annuaire n'est pas connue ici"
                )),
            }
        }
        if let Some(question) = known.site {
            self.ask_site(question, inputs);
        }
        self.sort();
    }

    /// What settles comes first, then what speaks against.
    fn sort(&mut self) {
        self.evidence.sort_by_key(|evidence| (!evidence.settles, evidence.supports));
    }

    fn ask_site(&mut self, question: SiteQuestion, inputs: &Inputs<'_>) {
        let named = inputs.page.as_ref().map(OnPage::read).unwrap_or_default();
        let told = match &inputs.site {
            Some(Ok(site)) => OnSite { site, named: &named, as_of: inputs.as_of }.answer(question),
            // The head of the report says why.
            Some(Err(_)) => {
                return self.open(localized!("the live site was not seen", "le site en ligne n'a pas été vu"));
            }
            None => {
                let mut told = Told::default();
                for (_, page) in named.iter().filter(|(sought, _)| usage::pages(question).contains(sought)) {
                    usage::answer(&mut told, question, page, inputs.as_of);
                }
                if told.evidence.is_empty() && told.open.is_empty() {
                    told.open(localized!(
                        "the live site was not visited: `--url` does it",
                        "le site en ligne n'a pas été visité : `--url` le fait"
                    ));
                }
                told
            }
        };
        // The product is what people are served: what the code seems to lack is there all the same.
        if told.evidence.iter().any(|found| found.settles && found.supports) {
            let of_code = |found: &&mut Evidence| found.from == Origin::Repository && !found.supports;
            self.evidence.iter_mut().filter(of_code).for_each(|found| found.settles = false);
        }
        self.evidence.extend(told.evidence);
        told.open.into_iter().for_each(|reason| self.open(reason));
    }

    fn ask_repository(&mut self, known: &Known, asked: Asked<'_>) {
        let mut answers: Vec<Said> = known.decides.iter().map(|ask| asked.answer(ask)).collect();
        let of_rules = |said: &Said| matches!(said, Said::NotHere(_));
        let rules = known.decides.iter().filter(|ask| ask.rule.is_some()).count();
        let none_here = rules > 0 && answers.iter().filter(|said| of_rules(said)).count() == rules;
        if none_here {
            // A repository that serves no page has no legal notice: what else is asked of it proves nothing either.
            for said in answers.drain(..).filter(of_rules) {
                if let Said::NotHere(reason) = said {
                    self.open(reason);
                }
            }
            self.not_here = known.may_not_apply;
        }
        let partly = known.together && answers.iter().any(of_rules);
        // All of them must be met; one that is not settles it, and one that cannot be told leaves only evidence.
        let whole = !answers.is_empty() && !answers.iter().any(|said| matches!(said, Said::Unknown(_)));
        for said in answers {
            match said {
                Said::Yes(_) if partly => {}
                Said::Yes(seen) => self.push(seen, true, whole),
                Said::No(seen) => self.push(seen, false, true),
                Said::Unknown(reason) => self.open(reason),
                Said::NotHere(reason) if partly => self.open(reason),
                Said::NotHere(_) => {}
            }
        }
        let mut each = |asks: &[Ask], take: fn(&mut Self, Said)| self.each(asked, asks, take);
        each(&known.proves, |own, said| match said {
            Said::Yes(seen) => own.push(seen, true, true),
            Said::Unknown(reason) | Said::NotHere(reason) => own.open(reason),
            Said::No(_) => {}
        });
        each(&known.refutes, |own, said| match said {
            Said::Yes(seen) => own.push(seen, true, false),
            Said::No(seen) => own.push(seen, false, true),
            Said::Unknown(reason) | Said::NotHere(reason) => own.open(reason),
        });
        self.speak(asked, &known.speaks_for, &known.speaks_against);
    }

    fn each(&mut self, asked: Asked<'_>, asks: &[Ask], take: fn(&mut Self, Said)) {
        for ask in asks {
            take(self, asked.answer(ask));
        }
    }

    /// Gathers what only speaks.
    fn speak(&mut self, asked: Asked<'_>, speaks_for: &[Ask], speaks_against: &[Ask]) {
        self.each(asked, speaks_for, |own, said| {
            if let Said::Yes(seen) = said {
                own.push(seen, true, false);
            }
        });
        self.each(asked, speaks_against, |own, said| match said {
            // A rule says what should be: its failure is what speaks against.
            Said::No(seen) if seen.rule.is_some() => own.push(seen, false, false),
            Said::Yes(seen) if seen.rule.is_none() => own.push(seen, false, false),
            _ => {}
        });
    }

    fn push(&mut self, seen: Seen, supports: bool, settles: bool) {
        let Seen { what, places, from, rule } = seen;
        let same =
            |evidence: &Evidence| evidence.rule.is_some() && evidence.rule == rule && evidence.supports == supports;
        if !self.evidence.iter().any(same) {
            self.evidence.push(Evidence { supports, settles, what, places, from, rule });
        }
    }

    fn open(&mut self, reason: Localized) {
        if !reason.en.is_empty() && !self.open.contains(&reason) {
            self.open.push(reason);
        }
    }

    fn status(&self) -> Status {
        let any = |supports: bool, settles: bool| {
            self.evidence.iter().any(|evidence| evidence.supports == supports && evidence.settles == settles)
        };
        match () {
            () if any(false, true) => Status::Contradicted,
            () if any(true, true) => Status::Proved,
            () if self.not_here => Status::NotApplicable,
            () if any(false, false) => Status::EvidenceAgainst,
            () if any(true, false) => Status::EvidenceFor,
            () => Status::ToAnswer,
        }
    }
}
