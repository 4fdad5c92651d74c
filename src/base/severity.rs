//! How much a failure matters.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much a failure matters. The points of each are in `rules/grade.yml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Shown, not graded.
    Info,
    /// Worth fixing when one is there.
    Minor,
    /// Stands in the way of a standard.
    Major,
    /// Must be fixed before anything else; it caps the letter.
    Blocker,
}

impl Severity {
    /// Its name as rules write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Blocker => "blocker",
        }
    }
}
