//! To whom a rule speaks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// To whom a rule speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// To every team: its failures are shown and weighed.
    #[default]
    Regular,
    /// To those who want all of it: a sensible team may shrug. Its failures are shown with `--pedantic` alone, and hold no
    /// question of the grade down.
    Pedantic,
}
