//! Shells, changes of folder, and git hooks run by hand.

use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::words::command::Words;

/// `bash script.sh`, `sh -c "…"`.
pub(super) fn shell(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let rest = words.rest;
    let flags = rest.iter().take_while(|word| word.starts_with('-')).count();
    let runs_text = rest[..flags].iter().any(|flag| !flag.starts_with("--") && flag.contains('c'));
    Some(match rest.get(flags) {
        Some(text) if runs_text => vec![Meaning::Script((*text).to_owned())],
        Some(file) => vec![Meaning::File((*file).to_owned())],
        None => Vec::new(),
    })
}

/// `cd folder`.
pub(super) fn cd(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(words.rest.first().map(|folder| Meaning::Folder((*folder).to_owned())).into_iter().collect())
}

/// `source script.sh`.
pub(super) fn source(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(words.rest.first().map(|file| Meaning::File((*file).to_owned())).into_iter().collect())
}

/// `pre-commit run`.
pub(super) fn pre_commit(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(if words.rest.first() == Some(&"run") { vec![Meaning::Hooks] } else { Vec::new() })
}

/// `lefthook run pre-push`.
pub(super) fn lefthook(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(match words.rest {
        ["run", hook, ..] => vec![Meaning::Lefthook((*hook).to_owned())],
        _ => Vec::new(),
    })
}
