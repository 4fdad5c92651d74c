//! `equerre facts`: what is true of a repository.

use std::process::ExitCode;

use crate::facts::detectors;
use crate::report::format::facts::{render_json, render_text};
use crate::survey::{scanner, survey};

use super::console::{CommandResult, Console, print};
use super::output::{log_notices, set_jobs};
use crate::check::request;
use crate::check::target::open_target;
use crate::cli::{FactsArgs, FactsFormat};
use crate::commands::misspelt::retarget;

/// Prints the facts.
pub(super) fn run(args: &FactsArgs, console: &Console) -> CommandResult {
    if args.list {
        return list(args, console);
    }
    set_jobs(args.target.jobs)?;
    let options = args.online.options(args.target.options(args.lang, console.lang()));
    let (opened, config) = retarget(&args.target.path, open_target(&args.target.path, &options))?;
    let lang = console.choose_language(args.lang, config.lang);
    let (request, notices) = request(&options, &config, &opened, scanner(Vec::new())?, lang)?;
    log_notices(&notices, console);
    let survey = console.waiting(&options.progress, || survey(opened, request))?;
    let mut text = Vec::new();
    match args.format {
        FactsFormat::Json => render_json(&survey, &mut text)?,
        FactsFormat::Text => render_text(&survey, lang, &mut text)?,
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn list(args: &FactsArgs, console: &Console) -> CommandResult {
    let lang = console.choose_language(args.lang, None);
    let lines: Vec<String> =
        detectors().map(|detector| format!("{}  {}\n", detector.id, detector.asks(lang))).collect();
    print(lines.concat().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
