//! `equerre check`: the audit, its report and its gates.

use std::process::ExitCode;

use crate::base::edge;
use crate::base::text::{Lang, localized};
use crate::config::Config;
use crate::report::Report;
use crate::report::format::terminal::{self, Detail, Style};
use crate::report::format::{badge, csv, dotenv, github, gitlab, html, junit, lines, markdown, sarif};
use crate::report::json::{self, JsonReport, WithFacts};

use super::console::{CommandResult, Console, style_of, uses_color};
use super::diff::read_reports;
use super::output::{Destination, compares_in_html, destinations, log_notices, meets_min_grade, set_jobs, write_all};
use super::watch;
use crate::base::error::Error;
use crate::check::{Checked, Options, check_with_settings};
use crate::cli::{CheckArgs, Format};
use crate::commands::misspelt::retarget;

/// Runs the audit.
pub(super) fn run(args: &CheckArgs, console: &Console) -> CommandResult {
    let files = destinations(&args.output, args.format)?;
    let formats = || files.iter().map(|file| file.format).chain([args.format]);
    if args.with_facts && formats().all(|format| format != Format::Json) {
        let help = localized!(
            "add `--format json`; `equerre facts` prints the facts for people",
            "ajoutez `--format json`\u{202f}; `equerre facts` affiche les faits pour des personnes"
        );
        let message =
            localized!("`--with-facts` only applies to a JSON report", "`--with-facts` ne complète qu’un rapport JSON");
        return Err(Error::new(message, Some(help)));
    }
    if !args.compare.is_empty() && formats().all(|format| format != Format::Html) {
        return Err(compares_in_html());
    }
    set_jobs(args.judge.target.jobs)?;
    let path = &args.judge.target.path;
    let options = Options {
        changed_since: args.scope.changed_since.clone(),
        baseline: args.scope.baseline.clone(),
        ..args.judge.options(args.print.lang, console.lang())
    };
    // A path that is not there is told at once.
    if args.watch && path.is_dir() {
        return watch::run(path, &options, console, |checked| rendered(args, checked, &[], Format::Terminal));
    }
    let checked = console.waiting(&options.progress, || check_with_settings(path, &options));
    let checked = retarget(path, checked)?;
    let report = &checked.report;
    console.choose_language(Some(report.lang), None);
    log_notices(&checked.notices, console);
    write(args, &files, &checked)?;
    if args.quiet && args.format == Format::Terminal {
        log_notes(report, console);
    }
    let code = if passes_gates(args, &checked.config, report, console) { ExitCode::SUCCESS } else { ExitCode::from(1) };
    // The process ends here: giving every text back to the allocator first would only take time.
    std::mem::forget(checked);
    Ok(code)
}

/// Says beside a grade printed alone what was not read, and which ignores have ended or match nothing.
fn log_notes(report: &Report, console: &Console) {
    for note in &report.notes {
        let place = if note.path.is_empty() { String::new() } else { format!("{}: ", edge::name(&note.path)) };
        let name = report.lang.pick("equerre: note:", "equerre\u{a0}: remarque\u{a0}:");
        console.log(&format!("{name} {place}{}", edge::text(note.what.get(report.lang))));
    }
}

/// Whether the gates of the arguments, else of the settings, let the report pass; says why not.
fn passes_gates(args: &CheckArgs, config: &Config, report: &Report, console: &Console) -> bool {
    let lang = report.lang;
    let reached = meets_min_grade(report.grade.letter, args.min_grade.or(config.gates.min_grade), console);
    let fail_on = args.fail_on.or(config.gates.fail_on);
    let failed: Vec<&str> = fail_on.map(|severity| report.fails_at(severity)).unwrap_or_default();
    if let (Some(severity), false) = (fail_on, failed.is_empty()) {
        let severity = severity.name();
        let rules = failed.join(", ");
        console.log(&match lang {
            Lang::En => format!("equerre: failing rules of severity {severity} or more: {rules}"),
            Lang::Fr => format!("equerre\u{a0}: règles en échec, de sévérité {severity} ou plus\u{a0}: {rules}"),
        });
    }
    reached && failed.is_empty()
}

/// Writes the report, beside earlier ones, wherever it is asked for.
fn write(args: &CheckArgs, files: &[Destination<Format>], checked: &Checked) -> Result<(), Error> {
    let earlier = read_reports(&args.compare)?;
    write_all(files, args.format, |format| rendered(args, checked, &earlier, format))
}

fn rendered(args: &CheckArgs, checked: &Checked, earlier: &[JsonReport], format: Format) -> Result<Vec<u8>, Error> {
    let report = &checked.report;
    let mut text = Vec::new();
    match format {
        Format::Json => {
            let facts = if args.with_facts { WithFacts::Yes } else { WithFacts::No };
            json::render(report, facts, &mut text)
        }
        Format::Terminal => terminal::render(report, style(args), &mut text),
        Format::Lines => lines::render(report, &mut text),
        Format::Sarif => sarif::render(report, &mut text),
        Format::Html => html::render(report, earlier, &mut text),
        Format::Github => github::render(report, &mut text),
        Format::Gitlab => gitlab::render(report, &mut text),
        Format::Junit => junit::render(report, &mut text),
        Format::Csv => csv::render(report, &mut text),
        Format::Dotenv => dotenv::render(report, &mut text),
        Format::Badge => badge::render(report, &mut text),
        Format::Markdown => markdown::render(report, &mut text),
    }?;
    Ok(text)
}

fn style(args: &CheckArgs) -> Style {
    let color = args.output.is_empty() && uses_color(args.print.color) || args.print.color == crate::cli::Color::Always;
    let detail = match (args.quiet, args.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Normal,
    };
    style_of(color, detail)
}
