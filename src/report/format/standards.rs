//! The standards criterion by criterion: for people, spreadsheets, programs, standards-front, and the meeting with the coach.

pub(crate) mod brief;
pub(crate) mod csv;
pub(crate) mod evaluation;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod terminal;
mod told;
