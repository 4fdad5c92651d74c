//! What every wing may use and that knows none of them: paths, places, text and its language, dates, versions, patterns,
//! the masking of secrets, and the edge that every output passes.

pub(crate) mod config_file;
pub(crate) mod date;
pub(crate) mod disk;
pub(crate) mod documentation;
pub(crate) mod edge;
pub(crate) mod embedded;
pub(crate) mod error;
pub(crate) mod lines;
pub(crate) mod location;
pub(crate) mod network;
pub(crate) mod path;
pub(crate) mod pattern;
pub(crate) mod progress;
pub(crate) mod reach;
pub(crate) mod secret;
pub(crate) mod severity;
pub(crate) mod text;
pub(crate) mod typography;
pub(crate) mod version;
pub(crate) mod watchdog;
pub(crate) mod words;
