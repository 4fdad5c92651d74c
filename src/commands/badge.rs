//! `equerre badge`: the grade as a small picture.

use std::process::ExitCode;

use equerre::output::badge;
use miette::IntoDiagnostic;

use super::end::write_file;
use super::judged::{Scope, judge};
use super::{Outcome, print, set_jobs};
use crate::cli::BadgeArgs;

/// Writes or prints the badge.
pub(crate) fn run(args: &BadgeArgs) -> Outcome {
    set_jobs(&args.judge.target)?;
    let judged = judge(&args.judge, Scope::Everything, args.lang)?;
    let mut text = Vec::new();
    badge::render(&judged.report(), &mut text).into_diagnostic()?;
    match &args.output {
        Some(path) => write_file(path, &text)?,
        None => print(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}
