//! `equerre facts`: what is true of a repository.

use std::process::ExitCode;

use equerre::audit::{scanner, survey};
use equerre::facts::detectors;
use equerre::output::facts::{render_json, render_text};
use miette::IntoDiagnostic;

use super::{Outcome, language, open_target, print, request, set_jobs};
use crate::cli::{FactsArgs, FactsFormat};

/// Prints the facts.
pub(crate) fn run(args: &FactsArgs) -> Outcome {
    if args.list {
        return list(args);
    }
    set_jobs(&args.target)?;
    let (opened, config) = open_target(&args.target)?;
    let request =
        request(&args.target, &args.online, &config, &opened, scanner(Vec::new())?, language(args.lang, config.lang))?;
    let as_of = request.as_of;
    let survey = survey(opened, request)?;
    let mut text = Vec::new();
    match args.format {
        FactsFormat::Json => {
            let head =
                survey.history.as_ref().ok().and_then(|history| history.head.as_ref()).map(|head| head.id.as_str());
            render_json(&survey.name(), head, as_of, &survey.facts, &mut text).into_diagnostic()?;
        }
        FactsFormat::Text => {
            render_text(&survey.facts, language(args.lang, config.lang), &mut text).into_diagnostic()?
        }
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn list(args: &FactsArgs) -> Outcome {
    let lang = language(args.lang, None);
    let lines: Vec<String> =
        detectors().map(|detector| format!("{}  {}\n", detector.id, detector.asks(lang))).collect();
    print(lines.concat().as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
