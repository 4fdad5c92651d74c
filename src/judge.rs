//! What should be true: rules and their findings, the grade, and what a baseline or a change leaves out of the gates.

pub(crate) mod answer;
pub(crate) mod attestations;
pub(crate) mod baseline;
pub(crate) mod changed;
pub(crate) mod criteria;
pub(crate) mod declared;
pub(crate) mod finding;
pub(crate) mod fingerprint;
pub(crate) mod grade;
pub(crate) mod inline_ignores;
pub(crate) mod measures;
pub(crate) mod rule;
pub(crate) mod standards;
pub(crate) mod tier;
