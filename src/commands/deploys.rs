//! `equerre deploys`: the calendar behind the frequency of deployments.

use std::process::ExitCode;

use equerre::audit::{scanner, survey};
use equerre::output::deploys::Calendar;
use miette::IntoDiagnostic;

use super::{Outcome, language, open_target, print, request, set_jobs, speaks_unicode, talk_of_forge};
use crate::cli::{DeploysArgs, DeploysFormat};

/// Prints the calendar.
pub(crate) fn run(args: &DeploysArgs) -> Outcome {
    set_jobs(&args.target)?;
    let (opened, config) = open_target(&args.target)?;
    let request =
        request(&args.target, &args.online, &config, &opened, scanner(Vec::new())?, language(args.lang, config.lang))?;
    let as_of = request.as_of;
    let survey = survey(opened, request)?;
    talk_of_forge(&survey);
    let name = survey.name();
    let calendar = Calendar {
        name: config.product.as_deref().unwrap_or(&name),
        lang: language(args.lang, config.lang),
        delivery: survey.delivery.as_ref(),
        measures: &survey.measures,
        as_of,
        unicode: speaks_unicode(),
    };
    let mut text = Vec::new();
    match args.format {
        DeploysFormat::Text => calendar.render_text(&mut text),
        DeploysFormat::Json => calendar.render_json(&mut text),
        DeploysFormat::Csv => calendar.render_csv(&mut text),
    }
    .into_diagnostic()?;
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}
