//! `equerre deployments`: the calendar behind the frequency of deployments.

use std::process::ExitCode;

use crate::report::format::deployments::Calendar;
use crate::survey::{scanner, survey};

use super::console::{CommandResult, Console, print, supports_unicode};
use super::output::{log_notices, set_jobs};
use crate::check::forge::remaining_requests;
use crate::check::request;
use crate::check::target::open_target;
use crate::cli::{DeploymentsArgs, DeploymentsFormat};
use crate::commands::misspelt::retarget;

/// Prints the calendar.
pub(super) fn run(args: &DeploymentsArgs, console: &Console) -> CommandResult {
    set_jobs(args.target.jobs)?;
    let options = args.online.options(args.target.options(args.lang, console.lang()));
    let (opened, config) = retarget(&args.target.path, open_target(&args.target.path, &options))?;
    let lang = console.choose_language(args.lang, config.lang);
    let (request, notices) = request(&options, &config, &opened, scanner(Vec::new())?, lang)?;
    log_notices(&notices, console);
    let as_of = request.as_of;
    let survey = console.waiting(&options.progress, || survey(opened, request))?;
    log_notices(remaining_requests(&survey).as_slice(), console);
    let name = survey.name();
    let calendar = Calendar {
        name: config.product.as_deref().unwrap_or(&name),
        lang,
        delivery: survey.delivery.as_ref(),
        measures: &survey.measures,
        as_of,
        unicode: supports_unicode(),
    };
    let mut text = Vec::new();
    match args.format {
        DeploymentsFormat::Text => calendar.render_text(&mut text),
        DeploymentsFormat::Json => calendar.render_json(&mut text),
        DeploymentsFormat::Csv => calendar.render_csv(&mut text),
    }?;
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}
