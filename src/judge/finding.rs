//! The result of one rule on one repository.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::location::Location;
use crate::base::severity::Severity;
use crate::base::text::Localized;
use crate::judge::rule::Rule;
use crate::judge::tier::Tier;

/// What came of a rule. Unverified is never a pass, and never a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// What the rule asks is not there.
    Fail,
    /// It would take the network, a history that is not here, or a person.
    Unverified,
    /// What the rule asks is there.
    Pass,
    /// The question does not arise.
    NotApplicable,
}

impl Outcome {
    /// Its name as reports print it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unverified => "unverified",
            Self::Pass => "pass",
            Self::NotApplicable => "not-applicable",
        }
    }
}

/// Whether a failure counts for the gates of this run. The grade is that of the whole repository all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It counts.
    #[default]
    Counts,
    /// All of it was known when the team wrote its baseline.
    #[serde(alias = "known")]
    Baselined,
    /// The change that is judged has made none of it.
    Untouched,
}

impl Standing {
    /// Whether it counts.
    pub fn counts(&self) -> bool {
        *self == Self::Counts
    }
}

/// A rule's result, with all that a report says of it.
///
/// ```
/// # fn main() -> Result<(), equerre::Error> {
/// # let folder = tempfile::tempdir()?;
/// # std::fs::write(folder.path().join("index.js"), "console.log(1)\n")?;
/// let report = equerre::check(folder.path(), &equerre::Options::default())?;
/// let finding = report.findings.iter().find(|finding| finding.rule == "missing-licence").expect("every rule has one");
/// assert_eq!(finding.outcome, equerre::Outcome::Fail);
/// for place in &finding.evidence {
///     println!("{}", place.to_text(equerre::Lang::En));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// Its pillar.
    pub pillar: String,
    /// How much a failure matters, after the project's own settings.
    pub severity: Severity,
    /// To whom the rule speaks.
    pub tier: Tier,
    /// Whether it is left out of what people read: it speaks to those who want all of it, and nobody asked.
    pub hidden: bool,
    /// What came of it.
    pub outcome: Outcome,
    /// Where it is seen, the most useful place first.
    pub evidence: Vec<Location>,
    /// The folders of the components that decided, for a rule that is judged in components.
    pub components: Vec<String>,
    /// Why it could not be verified.
    pub reasons: Vec<Localized>,
    /// What this repository shows.
    pub message: Option<Localized>,
    /// The rule whose outcome it takes, when that one does not pass.
    pub follows: Option<String>,
    /// The reason for which the project set this failure aside.
    pub ignored: Option<String>,
    /// Whether its failure counts for the gates of this run.
    pub standing: Standing,
}

impl Finding {
    /// A finding of a rule that nothing has decided yet.
    pub fn new(rule: &Rule) -> Self {
        Self {
            rule: rule.id.clone(),
            pillar: rule.pillar.clone(),
            severity: rule.severity,
            tier: rule.tier,
            hidden: rule.tier == Tier::Pedantic,
            outcome: Outcome::Unverified,
            evidence: Vec::new(),
            components: Vec::new(),
            reasons: Vec::new(),
            message: None,
            follows: None,
            ignored: None,
            standing: Standing::Counts,
        }
    }

    /// A finding of a rule where there is nothing to ask it of.
    pub fn not_applicable(rule: &Rule) -> Self {
        Self { outcome: Outcome::NotApplicable, ..Self::new(rule) }
    }

    /// Leaves to it only some of its places, and only the components that one of them lies in.
    pub fn keep_places(&mut self, mut keep: impl FnMut(&Location) -> bool) {
        self.evidence.retain(|place| keep(place));
        let holds = |folder: &str, path: &str| {
            folder == "." || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        // A place belongs to the deepest of the components that hold it.
        let of =
            |path: &str| self.components.iter().filter(|folder| holds(folder, path)).max_by_key(|folder| folder.len());
        let kept: Vec<String> = self.evidence.iter().filter_map(|place| of(&place.path).cloned()).collect();
        if !kept.is_empty() {
            self.components.retain(|folder| kept.contains(folder));
        }
    }

    /// Whether it is a failure that people see: it fails, the project did not set it aside, and it speaks to who reads.
    pub fn is_failure(&self) -> bool {
        self.outcome == Outcome::Fail && self.ignored.is_none() && !self.hidden
    }
}
