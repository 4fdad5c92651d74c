//! The grade as lines of `name=value`, for the steps of a pipeline that follow. No value comes from the audited repository.

use std::io::{self, Write};

use crate::report::Report;

/// Prints the lines: `grade` and `score` are empty where nothing could be graded.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let grade = &report.grade;
    writeln!(out, "grade={}", grade.letter.map(|letter| letter.to_string()).unwrap_or_default())?;
    writeln!(out, "score={}", grade.score.map(|score| score.to_string()).unwrap_or_default())?;
    writeln!(out, "coverage={}", if grade.letter.is_some() { grade.coverage } else { 0 })?;
    writeln!(out, "failures={}", report.failures().count())
}
