//! What Equerre knows of each criterion: its English text, who can answer it, and what to ask of a repository.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::base::config_file::ConfigFile;
use crate::base::error::Error;
use crate::base::text::{Localized, localized};

use super::label::same;

/// A file that is embedded: its name and its text.
type File = (&'static str, &'static str);

/// What is known of the standards of beta.gouv.fr.
const CRITERIA: File = ("standards/beta-v2.0.criteria.yml", include_str!("../../../standards/beta-v2.0.criteria.yml"));

/// What is known of the grid of the ANCT.
pub(super) const ANCT: File = ("standards/anct.criteria.yml", include_str!("../../../standards/anct.criteria.yml"));

/// What is known of a version of the standards.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Knowledge {
    /// The version.
    pub(crate) version: String,
    /// Where it is published.
    pub(crate) source: String,
    /// The titles of the categories.
    pub(crate) categories: Vec<Category>,
    /// The titles of the standards, in English.
    pub(crate) standards: Vec<EnglishTitle>,
    /// The criteria.
    pub(crate) criteria: Vec<Known>,
    #[serde(skip)]
    ranks: HashMap<(String, String), usize>,
}

/// The title of a category.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Category {
    /// Its name, as published.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: Localized,
}

/// The title of a standard in English.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnglishTitle {
    /// The name of the standard.
    pub(crate) id: String,
    /// Its title.
    pub(crate) en: String,
}

/// How far a machine can answer a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ToldBy {
    /// A repository, a live site or public data prove it.
    Verifiable,
    /// They only give evidence.
    Evidence,
    /// Only people know.
    People,
}

/// What is known of a criterion.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Known {
    /// Its standard and rank in this version.
    pub(crate) id: String,
    /// Its label, as published.
    pub(crate) label: String,
    /// The same in English.
    pub(crate) en: String,
    /// How far a machine can answer it.
    pub(crate) told_by: ToldBy,
    /// The phase that expects it, where the checklists of the community name one.
    #[serde(default)]
    pub(crate) phase: Option<Phase>,
    /// What can answer it.
    pub(crate) from: Vec<Origin>,
    /// The criterion of the standards of beta.gouv.fr of which the same is asked.
    #[serde(default)]
    pub(crate) same_as: Option<String>,
    /// What proves it when it is true, and contradicts it when it is false.
    #[serde(default)]
    pub(crate) decides: Vec<Ask>,
    /// Whether `decides` only proves as a whole: where one of its rules does not apply, what the others find says nothing for it.
    /// Otherwise the rules are those of several languages, and one is enough.
    #[serde(default)]
    pub(crate) together: bool,
    /// What proves it when it is true, and says nothing when it is false.
    #[serde(default)]
    pub(crate) proves: Vec<Ask>,
    /// What contradicts it when it is false, and is evidence when it is true.
    #[serde(default)]
    pub(crate) refutes: Vec<Ask>,
    /// What is evidence for it when it is true.
    #[serde(default, rename = "for")]
    pub(crate) speaks_for: Vec<Ask>,
    /// What is evidence against it: a rule that fails, or anything else that is true.
    #[serde(default, rename = "against")]
    pub(crate) speaks_against: Vec<Ask>,
    /// What the public directory answers.
    #[serde(default)]
    pub(crate) directory: Option<DirectoryQuestion>,
    /// What the pages of the live site answer.
    #[serde(default)]
    pub(crate) site: Option<SiteQuestion>,
    /// Whether a rule that does not apply settles that the criterion does not; otherwise the product may have what it asks about
    /// elsewhere.
    #[serde(default)]
    pub(crate) may_not_apply: bool,
    /// What would prove it; where nothing is said, an answer of the team.
    #[serde(default = "an_answer")]
    pub(crate) proof: Localized,
}

fn an_answer() -> Localized {
    localized!("an answer of the team, with its date", "une réponse de l'équipe, datée")
}

/// The phases of a product, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Phase {
    /// The problem is looked into.
    Investigation,
    /// A first version is built.
    Construction,
    /// The product grows.
    Acceleration,
    /// It becomes lasting.
    Consolidation,
    /// It runs without an incubator.
    Opere,
}

/// Where an answer can come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Origin {
    /// The files and the history.
    Repository,
    /// The forge, with `--online`.
    Forge,
    /// The live site.
    Page,
    /// The public directory of beta.gouv.fr.
    Directory,
    /// People.
    People,
}

/// A question to the survey; one of its keys is given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Ask {
    /// What a rule found.
    pub(crate) rule: Option<String>,
    /// What a fact holds: yes, or something.
    pub(crate) fact: Option<String>,
    /// One of these, with `fact`.
    pub(crate) is: Vec<String>,
    /// Files whose path, in lower case, matches.
    pub(crate) files: Option<String>,
    /// Text that one of them holds, whatever its case.
    pub(crate) holds: Option<String>,
    /// A package that the product declares.
    pub(crate) dependency: Vec<String>,
    /// Whether there is a history.
    pub(crate) history: bool,
}

/// A question to the public directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DirectoryQuestion {
    Page,
    Link,
    Statistics,
    StatisticsEvidence,
    Budget,
    BudgetEvidence,
    BudgetGrist,
    Repository,
    RepositoryEvidence,
    Contact,
    ContactEvidence,
    ContentProblem,
    ContentSolution,
    ContentObjectives,
    ContentStrategy,
    Dashlord,
    MonServiceSecurise,
    RiskAnalysis,
    Impact,
    AccessibilityStatus,
    Committee,
    PublicAgent,
}

/// A question to the pages of the live site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SiteQuestion {
    AccessibilityMention,
    AccessibilityStatement,
    AccessibilityPlan,
    AccessibilityActions,
    AccessibleKit,
    Faq,
    Contact,
    ContactDetails,
    NotDigital,
    LegalDocuments,
    LegalParts,
    LegalChanges,
    StatisticsMatrix,
    StatisticsCurrent,
    Aarri,
    NorthStar,
    Audience,
    Budget,
    BudgetCurrent,
}

impl Knowledge {
    /// What is known of the standards of beta.gouv.fr.
    pub(super) fn embedded() -> Result<Self, Error> {
        Self::read(CRITERIA)
    }

    /// What is known of another pack, which may ask the same as those standards.
    pub(super) fn of_pack(file: File) -> Result<Self, Error> {
        let base = Self::embedded()?;
        let mut read = Self::read(file)?;
        for known in &mut read.criteria {
            let same = known.same_as.as_ref().and_then(|id| base.criteria.iter().find(|other| other.id == *id));
            let Some(same) = same else { continue };
            known.from.clone_from(&same.from);
            known.decides.clone_from(&same.decides);
            known.together = same.together;
            known.proves.clone_from(&same.proves);
            known.refutes.clone_from(&same.refutes);
            known.speaks_for.clone_from(&same.speaks_for);
            known.speaks_against.clone_from(&same.speaks_against);
            known.directory = same.directory;
            known.site = same.site;
            known.may_not_apply = same.may_not_apply;
            known.proof.clone_from(&same.proof);
        }
        Ok(read)
    }

    fn read(file: File) -> Result<Self, Error> {
        let mut read: Self = ConfigFile::new(file.0, file.1).read()?;
        let key = |known: &Known| {
            let standard = known.id.rsplit_once('/').map_or(known.id.as_str(), |(standard, _)| standard);
            (standard.to_owned(), same(&known.label))
        };
        read.ranks = read.criteria.iter().enumerate().map(|(rank, known)| (key(known), rank)).collect();
        Ok(read)
    }

    /// What is known of the criterion of a standard that has a label.
    pub(super) fn of(&self, standard: &str, label: &str) -> Option<&Known> {
        self.ranks.get(&(standard.to_owned(), same(label))).map(|rank| &self.criteria[*rank])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::facts::detector;
    use crate::judge::rule::pack::{Embedded, Rules};

    #[test]
    fn what_is_asked_exists() {
        let knowledge = Knowledge::embedded().expect("the file");
        let anct = Knowledge::of_pack(ANCT).expect("the pack");
        let rules = Rules::load(&[], Embedded::With).expect("the rules");
        let mut named = BTreeSet::new();
        for known in knowledge.criteria.iter().chain(&anct.criteria) {
            let asks = [&known.decides, &known.proves, &known.refutes, &known.speaks_for, &known.speaks_against];
            for ask in asks.into_iter().flatten() {
                if let Some(rule) = &ask.rule {
                    assert!(rules.get(rule).is_some(), "{}: no rule {rule}", known.id);
                    named.insert(rule.clone());
                }
                if let Some(fact) = &ask.fact {
                    assert!(detector(fact).is_some(), "{}: no fact {fact}", known.id);
                }
                for pattern in ask.files.iter().chain(&ask.holds) {
                    assert!(regex::Regex::new(pattern).is_ok(), "{}: {pattern}", known.id);
                }
            }
        }
        for known in &anct.criteria {
            let asked = known.same_as.as_ref();
            assert!(asked.is_none_or(|id| knowledge.criteria.iter().any(|other| other.id == *id)), "{}", known.id);
        }
        // A rule that names a criterion is asked about it, or what it judges is not what the criterion says.
        let elsewhere = [
            "declining-deployments",
            "stale-deployment",
            "releases-by-hand",
            "undocumented-changes",
            "ci-without-format-check",
            "missing-decision-records",
            "end-to-end-tests-not-in-ci",
            "missing-environment-example",
        ];
        for rule in rules.all.iter().filter(|rule| rule.criterion.is_some()) {
            assert!(named.contains(&rule.id) || elsewhere.contains(&rule.id.as_str()), "{} is not asked", rule.id);
        }
    }

    #[test]
    fn each_criterion_is_told_as_the_field_report_says() {
        let knowledge = Knowledge::embedded().expect("the file");
        let count = |told| knowledge.criteria.iter().filter(|known| known.told_by == told).count();
        assert_eq!((count(ToldBy::Verifiable), count(ToldBy::Evidence), count(ToldBy::People)), (37, 35, 10),);
        for known in &knowledge.criteria {
            assert!(known.told_by != ToldBy::People || known.from == [Origin::People], "{}", known.id);
        }
    }
}
