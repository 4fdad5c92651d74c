//! Bundler, Rake and Rails.

use crate::model::pipeline::job::Activity;
use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::tools::known_tool;
use crate::model::pipeline::words::command::Words;

/// `bundle exec rspec`, `bundle audit`.
pub(super) fn bundle(words: &Words<'_>) -> Option<Vec<Meaning>> {
    match words.rest {
        ["exec", rest @ ..] => Some((words.inner)(rest)),
        ["audit", ..] => Some(vec![Meaning::tool(Activity::SecurityScan, "bundler-audit")]),
        _ => None,
    }
}

/// `rake lint`, `rails db:migrate`; `rails test` is a tool of its own.
pub(super) fn rake(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let known = known_tool(words.name, words.rest);
    Some(match words.rest {
        ["test" | "spec", ..] if words.name == "rails" => known.into_iter().collect(),
        _ => tasks(words.rest, known),
    })
}

/// The tasks of a line of rake, which take arguments in brackets: `rake lint parallel:spec[spec/models]`.
fn tasks(rest: &[&str], known: Option<Meaning>) -> Vec<Meaning> {
    let known = match known {
        Some(Meaning::Tool(activity, _)) => Some(activity),
        _ => None,
    };
    let mut tasks: Vec<&str> =
        rest.iter().filter(|word| !word.starts_with('-') && !word.contains('=')).copied().collect();
    if tasks.is_empty() {
        tasks.push("default");
    }
    let name = |task: &str| task.split('[').next().unwrap_or_default().to_owned();
    let of = |task: &str| match known_tool("rake", &[task]) {
        Some(Meaning::Tool(activity, _)) => Some(activity),
        // Without a file that says otherwise, rake runs the tests.
        _ if task == "default" => Some(Activity::Test),
        _ => known.filter(|_| tasks.len() == 1),
    };
    tasks.iter().map(|task| Meaning::Rake { task: name(task), known: of(task) }).collect()
}
