//! `equerre diff`: what has changed between two reports.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::base::disk::{NAMED, read_named_text};
use crate::base::text::localized;
use crate::judge::rule::pack::{Embedded, Rules};
use crate::report::diff::{self, Diff};
use crate::report::format::diff::{render_json, render_markdown, render_text};
use crate::report::json::JsonReport;

use super::console::{CommandResult, Console, print};
use crate::base::error::Error;
use crate::cli::{DiffArgs, DiffFormat};

/// Prints the comparison.
pub(super) fn run(args: &DiffArgs, console: &Console) -> CommandResult {
    let diff = Diff::between(&read_report(&args.before)?, &read_report(&args.after)?);
    let lang = console.choose_language(args.lang, None);
    let titles = Rules::load(&[], Embedded::With)?.policy.pillars;
    let mut text = Vec::new();
    match args.format {
        DiffFormat::Text => render_text(&diff, &titles, lang, &mut text),
        DiffFormat::Markdown => render_markdown(&diff, &titles, lang, &mut text),
        DiffFormat::Json => render_json(&diff, &mut text),
    }?;
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the JSON reports that are given to compare with.
pub(super) fn read_reports(paths: &[PathBuf]) -> Result<Vec<JsonReport>, Error> {
    paths.iter().map(|path| read_report(path)).collect()
}

/// Reads a JSON report.
fn read_report(path: &Path) -> Result<JsonReport, Error> {
    let message = localized!("the report `{}` cannot be read", "le rapport `{}` est illisible", path.display());
    let text = read_named_text(path, NAMED).map_err(|error| Error::of_system(message, &error))?;
    diff::read_report(&path.display().to_string(), &text)
}
