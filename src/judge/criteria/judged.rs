//! A criterion with its status, and how far a product conforms.

use serde::Serialize;

use crate::base::location::Location;
use crate::base::text::{Localized, localized};
use crate::judge::attestations::{Attestation, Reply};
use crate::judge::standards::known::{Origin, Phase, ToldBy};

/// Where a criterion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Status {
    /// What is seen shows that it is not met.
    Contradicted,
    /// What is seen speaks against it, and proves nothing.
    EvidenceAgainst,
    /// Only people can say, and nobody has.
    ToAnswer,
    /// What is seen speaks for it, and proves nothing.
    EvidenceFor,
    /// People attest an answer.
    Declared,
    /// What is seen shows that the question does not arise.
    NotApplicable,
    /// What is seen shows that it is met.
    Proved,
}

impl Status {
    /// Every status, from what needs most attention.
    pub(crate) const ALL: [Self; 7] = [
        Self::Contradicted,
        Self::EvidenceAgainst,
        Self::ToAnswer,
        Self::EvidenceFor,
        Self::Declared,
        Self::NotApplicable,
        Self::Proved,
    ];

    /// Its name in reports for programs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Contradicted => "contradicted",
            Self::EvidenceAgainst => "evidence-against",
            Self::ToAnswer => "to-answer",
            Self::EvidenceFor => "evidence-for",
            Self::Declared => "declared",
            Self::NotApplicable => "not-applicable",
            Self::Proved => "proved",
        }
    }

    /// The same in words.
    pub(crate) fn words(self) -> Localized {
        match self {
            Self::Contradicted => localized!("contradicted", "contredit"),
            Self::EvidenceAgainst => localized!("evidence against", "indices contraires"),
            Self::ToAnswer => localized!("to answer", "à répondre"),
            Self::EvidenceFor => localized!("evidence for", "indices favorables"),
            Self::Declared => localized!("declared", "déclaré"),
            Self::NotApplicable => localized!("not applicable", "sans objet"),
            Self::Proved => localized!("proved", "prouvé"),
        }
    }
}

/// What speaks for a criterion, or against it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evidence {
    /// Whether it speaks for a yes.
    pub(crate) supports: bool,
    /// Whether it settles the question.
    pub(crate) settles: bool,
    /// What is seen.
    pub(crate) what: Localized,
    /// Where, the most useful place first.
    pub(crate) places: Vec<Location>,
    /// What shows it.
    pub(crate) from: Origin,
    /// The rule that found it.
    pub(crate) rule: Option<String>,
}

impl Evidence {
    /// The same, told of a repository by its name, where what shows it is a part of it.
    #[must_use]
    pub(crate) fn of(mut self, repository: Option<&str>) -> Self {
        if let Some(name) = repository.filter(|_| self.from != Origin::Directory) {
            self.what = Localized::new(format!("{name}: {}", self.what.en), format!("{name} : {}", self.what.fr));
        }
        self
    }
}

/// A criterion, judged.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    /// Its standard and its rank.
    pub(crate) id: String,
    /// Its standard.
    pub(crate) standard: String,
    /// Its category.
    pub(crate) category: String,
    /// Its label, as published.
    pub(crate) label: String,
    /// Its text for people.
    pub(crate) text: Localized,
    /// How far a machine can answer it; nothing of one that Equerre does not know.
    pub(crate) told_by: Option<ToldBy>,
    /// The phase that expects it.
    pub(crate) phase: Option<Phase>,
    /// Where it stands.
    pub(crate) status: Status,
    /// The same, as far as machines see.
    pub(crate) seen: Status,
    /// What speaks for it and against it.
    pub(crate) evidence: Vec<Evidence>,
    /// What people attest.
    pub(crate) attested: Option<Attestation>,
    /// What people attested, which no longer counts.
    pub(crate) expired: Option<Attestation>,
    /// Why nothing more can be said from here.
    pub(crate) open: Vec<Localized>,
    /// What would prove it.
    pub(crate) proof: Option<Localized>,
}

impl Judged {
    /// The answer that is proved.
    pub(crate) fn proved(&self) -> Option<Reply> {
        match self.seen {
            Status::Proved => Some(Reply::Yes),
            Status::Contradicted => Some(Reply::No),
            Status::NotApplicable => Some(Reply::Na),
            _ => None,
        }
    }

    /// The answer that is proved, else the one that people attest.
    pub(crate) fn answer(&self) -> Option<Reply> {
        self.proved().or_else(|| self.attested.as_ref().map(|attested| attested.answer))
    }

    /// Whether people attest what machines contradict, or what they see speaks against.
    pub(crate) fn disagrees(&self) -> bool {
        let Some(attested) = &self.attested else { return false };
        match self.seen {
            Status::Contradicted | Status::EvidenceAgainst => attested.answer.conforms(),
            Status::Proved | Status::EvidenceFor => attested.answer == Reply::No,
            _ => false,
        }
    }

    /// Whether people have something to answer: nothing settles it, and nobody attests anything.
    pub(crate) fn waits(&self) -> bool {
        self.answer().is_none()
    }
}

/// How far a product conforms, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Conformity {
    /// By what is proved alone.
    pub(crate) proved: f64,
    /// By what is proved and what people declare.
    pub(crate) declared: f64,
    /// How many criteria have an answer, of either kind.
    pub(crate) answered: usize,
    /// How many there are.
    pub(crate) all: usize,
}

impl Conformity {
    /// That of some criteria, as standards-front computes it: the mean, over standards, of the share of their criteria whose answer
    /// is yes or not applicable (`app/presenters/evaluation_presenter.rb` and `question_presenter.rb`).
    pub(crate) fn of<'j>(criteria: impl Iterator<Item = &'j Judged>) -> Self {
        let mut standards: Vec<(&str, [usize; 3])> = Vec::new();
        let (mut answered, mut all) = (0, 0);
        for judged in criteria {
            let conforms = |answer: Option<Reply>| usize::from(answer.is_some_and(Reply::conforms));
            let counts = [1, conforms(judged.proved()), conforms(judged.answer())];
            answered += usize::from(judged.answer().is_some());
            all += 1;
            match standards.last_mut().filter(|(standard, _)| *standard == judged.standard) {
                Some((_, sums)) => sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count),
                None => standards.push((&judged.standard, counts)),
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "there are some eighty criteria")]
        let mean = |which: usize| {
            let shares = standards.iter().map(|(_, sums)| sums[which] as f64 / sums[0] as f64 * 100.0);
            if standards.is_empty() { 0.0 } else { shares.sum::<f64>() / standards.len() as f64 }
        };
        Self { proved: mean(1), declared: mean(2), answered, all }
    }
}
