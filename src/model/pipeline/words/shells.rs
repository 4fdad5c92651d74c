//! Shells, changes of folder, and git hooks run by hand.

use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::shell::Shell;
use crate::model::pipeline::words::command::Words;

/// `bash script.sh`, `sh -ec "…"`, and a text that is given to a shell to read.
pub(super) fn shell(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let rest = words.rest;
    let mut shell = Shell::LINE;
    let flags = shell.set(rest.iter().copied());
    let short = |letter: char| {
        rest[..flags].iter().any(|flag| flag.starts_with('-') && !flag.starts_with("--") && flag.contains(letter))
    };
    let read = || words.input.map(|text| Meaning::Script(text.to_owned(), shell));
    let found = match rest.get(flags) {
        Some(text) if short('c') => Some(Meaning::Script((*text).to_owned(), shell)),
        Some(&"-" | &"/dev/stdin") | None => read(),
        Some(_) if short('s') => read(),
        Some(file) => Some(Meaning::File((*file).to_owned(), Some(shell))),
    };
    Some(found.into_iter().collect())
}

/// `cd folder`.
pub(super) fn cd(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let folder = words.rest.iter().find(|word| **word != "--" && (!word.starts_with('-') || **word == "-"));
    let change = |folder: &&str| match *folder {
        "-" => Meaning::Back,
        folder => Meaning::Folder(folder.to_owned()),
    };
    Some(folder.map(change).into_iter().collect())
}

/// `popd`.
#[expect(clippy::unnecessary_wraps, reason = "every program is read by a function of this type")]
pub(super) fn popd(_: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(vec![Meaning::Back])
}

/// `source script.sh`.
pub(super) fn source(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(words.rest.first().map(|file| Meaning::Source((*file).to_owned())).into_iter().collect())
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
