//! The result of one rule on one repository.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::location::Location;
use crate::rule::{Rule, Severity};
use crate::text::Localized;

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

/// A rule's result, with all that a report says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// Its pillar.
    pub pillar: String,
    /// How much a failure matters, after the project's own settings.
    pub severity: Severity,
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
}

impl Finding {
    /// A finding of a rule that nothing has decided yet.
    pub fn new(rule: &Rule) -> Self {
        Self {
            rule: rule.id.clone(),
            pillar: rule.pillar.clone(),
            severity: rule.severity,
            outcome: Outcome::Unverified,
            evidence: Vec::new(),
            components: Vec::new(),
            reasons: Vec::new(),
            message: None,
            follows: None,
            ignored: None,
        }
    }

    /// A finding of a rule where there is nothing to ask it of.
    pub fn not_applicable(rule: &Rule) -> Self {
        Self { outcome: Outcome::NotApplicable, ..Self::new(rule) }
    }

    /// Whether it counts as a failure: it fails, and the project did not set it aside.
    pub fn is_failure(&self) -> bool {
        self.outcome == Outcome::Fail && self.ignored.is_none()
    }
}
