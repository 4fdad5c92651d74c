//! `equerre diff`: what has changed between two reports.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use equerre::diff::{self, Diff};
use equerre::output::diff::{render_json, render_markdown, render_text};
use equerre::output::json::JsonReport;
use equerre::rule::pack::{Embedded, Rules};
use equerre::said;
use miette::IntoDiagnostic;

use super::{Outcome, language, of_system, print};
use crate::cli::{DiffArgs, DiffFormat};

/// Prints the comparison.
pub(crate) fn run(args: &DiffArgs) -> Outcome {
    let diff = Diff::between(&read_report(&args.before)?, &read_report(&args.after)?);
    let lang = language(args.lang, None);
    let titles = Rules::load(&[], Embedded::With)?.policy.pillars;
    let mut text = Vec::new();
    match args.format {
        DiffFormat::Text => render_text(&diff, &titles, lang, &mut text),
        DiffFormat::Markdown => render_markdown(&diff, &titles, lang, &mut text),
        DiffFormat::Json => render_json(&diff, &mut text),
    }
    .into_diagnostic()?;
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the JSON reports that are given to compare with.
pub(crate) fn read_reports(paths: &[PathBuf]) -> Result<Vec<JsonReport>, miette::Report> {
    paths.iter().map(|path| read_report(path)).collect()
}

/// Reads a JSON report.
fn read_report(path: &Path) -> Result<JsonReport, miette::Report> {
    let message = said!("the report `{}` cannot be read", "le rapport `{}` est illisible", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| of_system(message, &error))?;
    diff::read_report(&path.display().to_string(), &text).map_err(|error| miette::Report::new(*error))
}
