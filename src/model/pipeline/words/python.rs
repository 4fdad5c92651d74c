//! Interpreters, runners and test automation of Python.

use crate::model::pipeline::meaning::{Meaning, Target};
use crate::model::pipeline::words::command::{Words, after_options};

/// `poetry run pytest`, `uv run lint`: a program, else a script of the manifest; `uv tool run ruff`.
pub(super) fn runner(words: &Words<'_>) -> Option<Vec<Meaning>> {
    match words.rest {
        ["run", rest @ ..] => {
            let rest = after_options(rest);
            let found = (words.inner)(rest);
            let script = || rest.first().map(|script| Meaning::package(script, Target::Here));
            Some(if found.is_empty() { script().into_iter().collect() } else { found })
        }
        ["tool", rest @ ..] if words.name == "uv" => {
            Some((words.inner)(after_options(rest.get(1..).unwrap_or_default())))
        }
        _ => None,
    }
}

/// `poe lint`, `task test`: a script of the manifest.
pub(super) fn task(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(words.arguments().next().map(|word| Meaning::package(word, Target::Here)).into_iter().collect())
}

/// `python -m pytest`, `python manage.py test`.
pub(super) fn interpreter(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(match words.rest {
        ["-m", module @ ..] if !module.is_empty() => (words.inner)(module),
        [script, ..] if script.ends_with("manage.py") || !script.starts_with('-') => (words.inner)(words.rest),
        _ => Vec::new(),
    })
}

/// `tox -e lint`.
pub(super) fn tox(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(vec![Meaning::Tox(named(words.rest, &["-e", "--env"]))])
}

/// `nox -s tests`.
pub(super) fn nox(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(vec![Meaning::Nox(named(words.rest, &["-s", "-e", "--session", "--sessions"]))])
}

/// The values of an option, as one list with commas or as words up to the next option.
fn named(rest: &[&str], options: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = false;
    for word in rest.iter().take_while(|word| **word != "--") {
        let (option, inline) = word.split_once('=').map_or((*word, None), |(option, value)| (option, Some(value)));
        if options.contains(&option) {
            open = inline.is_none();
            found.extend(inline);
        } else if word.starts_with('-') {
            open = false;
        } else if open {
            found.push(*word);
        }
    }
    found.iter().flat_map(|list| list.split(',')).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}
