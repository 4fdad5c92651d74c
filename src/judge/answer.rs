//! What a survey answers to one question of the grade.

use crate::base::location::Location;

/// What a survey answers to one question: `None` is "not known".
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    /// Whether the question arises.
    pub applies: Option<bool>,
    /// Whether what each level asks for is there, the worst level first; true where a level asks for nothing.
    pub levels: Vec<Option<bool>>,
    /// Where that is seen, level by level.
    pub evidence: Vec<Vec<Location>>,
}
