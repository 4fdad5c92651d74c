//! `equerre badge`: the grade as a small picture.

use std::process::ExitCode;

use crate::check::check;
use crate::report::format::badge;

use super::console::{CommandResult, Console, print};
use super::output::{set_jobs, write_file};
use crate::cli::BadgeArgs;
use crate::commands::misspelt::retarget;

/// Writes or prints the badge.
pub(super) fn run(args: &BadgeArgs, console: &Console) -> CommandResult {
    set_jobs(args.judge.target.jobs)?;
    let path = &args.judge.target.path;
    let options = args.judge.options(args.lang, console.lang()).every_failure();
    let report = retarget(path, console.waiting(&options.progress, || check(path, &options)))?;
    let mut text = Vec::new();
    badge::render(&report, &mut text)?;
    match &args.output {
        Some(path) => write_file(path, &text)?,
        None => print(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}
