//! The commands that print what the program knows of itself: JSON Schemas and shell completions.

use std::process::ExitCode;

use clap::CommandFactory;
use schemars::JsonSchema;

use crate::base::error::Error;
use crate::cli::Cli;

use super::console::{CommandResult, print};

/// Prints the JSON Schema of a type.
pub(super) fn print_schema<T: JsonSchema>() -> CommandResult {
    let schema = schemars::schema_for!(T);
    let text = serde_json::to_string_pretty(&schema).map_err(|error| Error::foreign(&error))?;
    print(format!("{text}\n").as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the completions of a shell.
pub(super) fn print_completions(shell: clap_complete::Shell) -> CommandResult {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "equerre", &mut text);
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}
