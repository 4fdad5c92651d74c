//! Build tools: make, just, mix, sbt.

use crate::model::pipeline::job::Activity;
use crate::model::pipeline::meaning::{Meaning, Target};
use crate::model::pipeline::tools::known_tool;
use crate::model::pipeline::words::command::{Words, after_options};

/// `make lint ARGS=x`: targets of a Makefile, with the variables that the command line gives.
pub(super) fn make(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let given = words.rest.iter().filter_map(|word| word.split_once('='));
    let variables: Vec<(String, String)> = given.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let of = |target: &str| Meaning::Make { target: target.to_owned(), variables: variables.clone() };
    Some(targets(words.rest).map(of).collect())
}

/// `just lint`.
pub(super) fn just(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(words.arguments().next().map(|recipe| Meaning::Just(recipe.to_owned())).into_iter().collect())
}

/// `mix test`, `mix cmd npm test`, `mix do a, b`: tasks or aliases of the manifest, beside known tools.
pub(super) fn mix(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(match words.rest {
        ["cmd", rest @ ..] => (words.inner)(after_options(rest)),
        // `mix do a, b` and `mix do a + b` are several tasks.
        ["do", rest @ ..] => rest
            .split(|word| *word == "+")
            .flat_map(|tasks| tasks.split_inclusive(|word| word.ends_with(',')))
            .flat_map(|task| {
                let task = task.iter().map(|word| word.trim_end_matches(','));
                (words.inner)(&std::iter::once("mix").chain(task).collect::<Vec<_>>())
            })
            .collect(),
        rest => {
            let alias = after_options(rest).first().map(|task| Meaning::package(task, Target::Here));
            known_tool(words.name, rest).into_iter().chain(alias).collect()
        }
    })
}

/// sbt takes several commands as words, or one quoted word with `;` between them.
pub(super) fn sbt(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let mut found = Vec::new();
    for word in words
        .rest
        .iter()
        .flat_map(|word| word.split([';', ' ']))
        .filter(|word| !word.is_empty() && !word.starts_with('-'))
    {
        let task = word.rsplit('/').next().unwrap_or(word).trim_start_matches('+');
        if matches!(task, "test" | "testOnly" | "testQuick" | "it:test" | "coverageReport") {
            found.push(Meaning::tool(Activity::Test, "sbt"));
        } else if let Some(tool) = known_tool("sbt", &[task]) {
            found.push(tool);
        }
    }
    Some(found)
}

fn targets<'w>(rest: &'w [&'w str]) -> impl Iterator<Item = &'w str> {
    let mut skip = false;
    rest.iter().copied().filter(move |word| {
        let value = std::mem::replace(&mut skip, matches!(*word, "-C" | "-f" | "-j"));
        !value && !word.starts_with('-') && !word.contains('=')
    })
}
