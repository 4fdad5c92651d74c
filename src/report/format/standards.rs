//! The standards criterion by criterion: for people, spreadsheets, programs, standards-front, the meeting with the coach, and Mon
//! Service Sécurisé.

pub(crate) mod brief;
pub(crate) mod csv;
pub(crate) mod evaluation;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod mss;
pub(crate) mod terminal;
pub(crate) mod told;
