//! The commands that print what the program knows of itself: JSON Schemas and shell completions.

use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command, CommandFactory};
use schemars::JsonSchema;

use crate::base::error::Error;
use crate::base::text::Lang;
use crate::cli::{Cli, french};
use crate::fix::fixable;
use crate::judge::rule::pack::{Embedded, Rules};

use super::console::{CommandResult, print};

/// Prints the JSON Schema of a type.
pub(super) fn print_schema<T: JsonSchema>() -> CommandResult {
    let schema = schemars::schema_for!(T);
    let text = serde_json::to_string_pretty(&schema).map_err(|error| Error::foreign(&error))?;
    print(format!("{text}\n").as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the completions of a shell, in a language, with the names of rules where they are asked for.
pub(super) fn print_completions(shell: clap_complete::Shell, lang: Lang) -> CommandResult {
    let rules = Rules::load(&[], Embedded::With)?;
    let names: Vec<&'static str> = rules.all.iter().map(|rule| known(&rule.id)).collect();
    let pillars: Vec<&'static str> = rules.pillars().map(|(id, _)| known(id)).collect();
    let rule = |argument: Arg| argument.value_parser(PossibleValuesParser::new(names.clone()));
    let selection = |argument: Arg| {
        argument.value_parser(PossibleValuesParser::new(pillars.iter().chain(&names).copied().collect::<Vec<_>>()))
    };
    let selected = |command: Command| command.mut_arg("select", selection).mut_arg("ignore", selection);
    let mut command = match lang {
        Lang::En => Cli::command(),
        Lang::Fr => french::localized(Cli::command()),
    };
    command = selected(command).mut_subcommand("explain", |explain| explain.mut_arg("rule", rule)).mut_subcommand(
        "fix",
        |fix| {
            let fixable: Vec<&'static str> = fixable().collect();
            fix.mut_arg("rules", |argument| argument.value_parser(PossibleValuesParser::new(fixable)))
        },
    );
    for name in ["check", "baseline", "badge"] {
        command = command.mut_subcommand(name, selected);
    }
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command, "equerre", &mut text);
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// A name that lives as long as the process, which ends here.
fn known(name: &str) -> &'static str {
    Box::leak(name.to_owned().into_boxed_str())
}
