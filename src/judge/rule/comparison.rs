//! How a condition compares the values that it looks at.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::pattern::LazyRegex;

/// A value that a condition compares with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a text, a number, `true` or `false` is expected here")]
pub(crate) enum Scalar {
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A name.
    Text(String),
}

impl Scalar {
    /// The value as text, to compare with the values of files.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Text(value) => value.clone(),
        }
    }
}

/// How a value is compared.
#[derive(Debug)]
pub(crate) enum Comparison {
    /// It is this one.
    Is(Scalar),
    /// There is none.
    IsNone,
    /// It is known and another.
    IsNot(Scalar),
    /// It is one of these.
    OneOf(Vec<Scalar>),
    /// The list holds one of these.
    ContainsAny(Vec<String>),
    /// The number or length is this or more.
    AtLeast(f64),
    /// The number or length is this or less.
    AtMost(f64),
    /// The list is empty, or is not.
    Empty(bool),
    /// The text matches.
    Matches(LazyRegex),
    /// It is there.
    Exists,
}
