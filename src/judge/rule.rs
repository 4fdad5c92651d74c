//! A rule: one judgement on facts, as validated from its YAML file.

mod checker;
mod comparison;
pub(crate) mod component_selector;
pub(crate) mod condition;
mod decide;
pub(crate) mod engine;
pub(crate) mod fixtures;
pub(crate) mod image_name_question;
pub(crate) mod image_question;
mod key;
pub(crate) mod pack;
pub(crate) mod question;
pub(crate) mod questions;
pub(crate) mod renamed;
pub(crate) mod route_question;
pub(crate) mod service_selector;
#[cfg(test)]
mod testing;
mod view;
pub(crate) mod workflow_question;

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::config_file::Spanned;
use crate::base::edge;
use crate::base::severity::Severity;
use crate::base::text::{Lang, Localized};

use component_selector::{ComponentSelector, RawComponentSelector};
use condition::{Condition, RawCondition};
use service_selector::ServiceSelector;

use crate::judge::tier::Tier;

/// A rule file as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(title = "Equerre rule", rename = "Rule")]
pub(crate) struct RawRule {
    /// How much a failure matters.
    pub severity: Severity,
    /// The pillar that it counts for; those of `rules/grade.yml`.
    #[schemars(with = "String")]
    pub pillar: Spanned<String>,
    /// The criterion of the standards of beta.gouv.fr: the standard's slug, `/`, the criterion's rank from 0.
    pub criterion: Option<String>,
    /// The rule whose failure makes this one's unavoidable: while that one does not pass, this one takes its outcome and
    /// is folded under it.
    #[schemars(with = "Option<String>")]
    pub follows: Option<Spanned<String>>,
    /// To whom it speaks; to every team, if absent.
    #[serde(default)]
    pub tier: Tier,
    /// The defect, in a few words.
    pub title: Localized,
    /// What this repository shows; `{fact}` stands for the value of a fact.
    #[schemars(with = "Option<Localized>")]
    pub message: Option<Spanned<Localized>>,
    /// The components that the rule is judged in, one by one: globs are then seen from the component's folder, and only
    /// its own files and packages count. Without it, the repository is judged as a whole.
    pub each_component: Option<RawComponentSelector>,
    /// The services that the rule is judged in, one by one: what `each-component` says holds of the component that each stands in.
    pub each_service: Option<ServiceSelector>,
    /// When the question arises; always, if absent.
    pub applies_when: Option<RawCondition>,
    /// What must hold. Either this or `fails-when`.
    pub passes_when: Option<RawCondition>,
    /// What must not hold; its evidence is that of the failure.
    pub fails_when: Option<RawCondition>,
    /// When a failure proves nothing, because what is asked may be outside of the repository.
    pub unverified_when: Option<RawDoubt>,
    /// Facts whose evidence shows where to look when the failure has none of its own.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub points_at: Vec<Spanned<String>>,
    /// Why it matters.
    pub why: Localized,
    /// What to do, starting with a verb.
    pub remediation: Localized,
    /// The address of the norm or guide.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub references: Vec<Spanned<String>>,
}

/// When a failure proves nothing, as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Doubt")]
pub(crate) struct RawDoubt {
    /// What must hold for the doubt.
    pub condition: RawCondition,
    /// Why it cannot be known from here.
    pub reason: Localized,
}

/// When a failure proves nothing.
#[derive(Debug)]
pub(crate) struct Doubt {
    /// What must hold for the doubt.
    pub condition: Condition,
    /// Why it cannot be known from here.
    pub reason: Localized,
}

/// What decides the outcome of a rule.
#[derive(Debug)]
pub(crate) enum Test {
    /// The rule passes when this holds.
    Passes(Condition),
    /// The rule fails when this holds.
    Fails(Condition),
}

impl Rule {
    /// The stacks that it is about, by the names of frameworks, packages, languages or ecosystems; none for a rule on
    /// every product.
    pub fn stacks(&self) -> Vec<&str> {
        if let Some(each) = &self.each {
            return each.stacks().iter().map(String::as_str).collect();
        }
        let mut found = Vec::new();
        if let Some(applies) = &self.applies {
            named_stacks(applies, &mut found);
        }
        found
    }
}

/// The frameworks or languages without which a condition does not hold.
fn named_stacks<'c>(condition: &'c Condition, found: &mut Vec<&'c str>) {
    use comparison::Comparison;
    match condition {
        Condition::All(list) => list.iter().for_each(|part| named_stacks(part, found)),
        Condition::Fact("frameworks" | "languages", Comparison::ContainsAny(names)) if names.len() < 4 => {
            found.extend(names.iter().map(String::as_str));
        }
        _ => {}
    }
}

/// A rule that is ready to be evaluated.
///
/// ```
/// # fn main() -> Result<(), equerre::Error> {
/// # let folder = tempfile::tempdir()?;
/// # std::fs::write(folder.path().join("index.js"), "console.log(1)\n")?;
/// let report = equerre::check(folder.path(), &equerre::Options::default())?;
/// let finding = report.failures().next().expect("something to fix");
/// let rule = report.rule(finding);
/// println!("{}: {}", rule.id, rule.remediation.get(equerre::Lang::Fr));
/// assert_eq!(rule.id, finding.rule);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Rule {
    /// Its name: that of its file.
    pub id: String,
    /// The pack that it comes from.
    pub pack: String,
    /// Whether it is one of ours, whatever the name of its pack: its texts are then no foreign text.
    pub(crate) embedded: bool,
    /// How much a failure matters.
    pub severity: Severity,
    /// The pillar that it counts for.
    pub pillar: String,
    /// The criterion of the standards.
    pub criterion: Option<String>,
    /// The rule that it follows.
    pub follows: Option<String>,
    /// The defect.
    pub title: Localized,
    /// What this repository shows.
    pub message: Option<Localized>,
    /// To whom it speaks.
    pub tier: Tier,
    /// The components that it is judged in; `None` for the repository as a whole.
    pub(crate) each: Option<ComponentSelector>,
    /// When the question arises.
    pub(crate) applies: Option<Condition>,
    /// What decides.
    pub(crate) test: Test,
    /// When a failure proves nothing.
    pub(crate) doubt: Option<Doubt>,
    /// Facts that show where to look.
    pub(crate) points_at: Vec<&'static str>,
    /// Why it matters.
    pub why: Localized,
    /// What to do.
    pub remediation: Localized,
    /// The address of the norm or guide.
    pub references: Vec<String>,
}

impl Rule {
    /// One of its texts as it may be shown. Those of a pack pass the edge; ours hold no secret, and there are hundreds of them.
    pub(crate) fn shown<'r>(&self, text: &'r Localized, lang: Lang) -> Cow<'r, str> {
        let text = text.get(lang);
        if self.embedded { Cow::Borrowed(text) } else { Cow::Owned(edge::text(text)) }
    }

    /// Every question that it asks of the text or syntax of files, with the name of its probe and where it looks.
    pub(crate) fn probes(&self) -> Vec<(&str, &condition::Within)> {
        self.conditions().flat_map(Condition::probes).collect()
    }

    /// Its questions on syntax: the name of the probe of each, and where it looks.
    pub(crate) fn code_questions(&self) -> Vec<(&str, &condition::Within)> {
        self.conditions().flat_map(Condition::code_questions).collect()
    }

    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let (Test::Passes(test) | Test::Fails(test)) = &self.test;
        self.applies.iter().chain([test]).chain(self.doubt.as_ref().map(|doubt| &doubt.condition))
    }

    /// Whether there are products on which the question does not arise.
    pub fn is_conditional(&self) -> bool {
        self.applies.is_some()
    }

    /// Why a failure may prove nothing, for a rule that says when that is.
    pub fn doubt(&self) -> Option<&Localized> {
        self.doubt.as_ref().map(|doubt| &doubt.reason)
    }

    /// Whether it is about the live site, and so arises only where its address was given.
    pub fn is_of_site(&self) -> bool {
        self.applies.as_ref().is_some_and(|applies| applies.asks("site"))
    }
}
