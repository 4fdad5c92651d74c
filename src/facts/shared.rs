//! What several detectors need, each found once.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::location::Location;
use crate::base::version::Version;
use crate::model::pipeline::Activity;
use crate::read::inventory::File;

/// The lines of a file of a programming language that a person writes; what frameworks generate from the models, migrations of
/// the database, counts for none: they weigh more than the product where its pages are made of blocks.
pub(super) fn written_lines(file: &File) -> u32 {
    let generated = ["migrations/", "db/migrate/", "alembic/versions/"]
        .iter()
        .any(|folder| file.path.starts_with(folder) || file.path.contains(&format!("/{folder}")));
    if file.programming && !generated { file.lines } else { 0 }
}

/// A tool that a script, a hook or a pipeline runs.
pub(super) struct ToolRun {
    pub(super) tool: String,
    pub(super) activity: Activity,
    pub(super) place: Location,
}

/// How far a check goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Level {
    /// It is written, and nothing in the tree starts it.
    Configured,
    /// A script or hook runs it.
    Run,
    /// CI runs it, and goes on when it fails.
    InCi,
    /// CI stops when it fails.
    Blocking,
}

impl Level {
    /// Every level, the farthest first.
    pub(crate) const ALL: [Self; 4] = [Self::Blocking, Self::InCi, Self::Run, Self::Configured];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Run => "run",
            Self::InCi => "in-ci",
            Self::Blocking => "blocking",
        }
    }
}

/// A configured linter or formatter, how far it goes, and the place that shows it.
pub(super) struct Enforced {
    pub(super) name: String,
    pub(super) level: Level,
    pub(super) place: Location,
}

/// A version of a language that a file asks for.
pub(super) struct Pin {
    pub(super) runtime: &'static str,
    pub(super) version: Version,
    pub(super) place: Location,
}

/// What the documents of a product hold.
#[derive(Default)]
pub(super) struct Written {
    /// How many lines are not blank.
    pub(super) lines: u32,
    /// The documents on how to watch, restore or handle an incident, each with its place.
    pub(super) operations: Vec<(String, Location)>,
}
