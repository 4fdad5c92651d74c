//! The files of each system of continuous integration as the neutral model: one file a system.

pub(super) mod circle;
pub(super) mod github;
pub(super) mod gitlab;
pub(super) mod travis;
