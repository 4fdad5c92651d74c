//! The files of `rules/`, embedded by the build script.

/// The files of `rules/`: path, text, and the same as JSON.
pub(crate) static FILES: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// A file of the embedded pack in its JSON form.
pub(crate) fn json(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(path, ..)| *path == name).map(|(.., json)| *json)
}
