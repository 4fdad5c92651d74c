//! The failures as lines that editors and problem matchers read: `path:line:col: severity [rule] message`.

use std::io::{self, Write};

use crate::base::edge;
use crate::base::text::printable;
use crate::report::Report;
use crate::report::format::words::place_or_anchor;

/// Prints the report: one line a place. What concerns the repository as a whole stands at the start of its README.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.failures() {
        let rule = report.rule(finding);
        for place in place_or_anchor(report, finding) {
            let (line, column) = (place.line.unwrap_or(1), place.column.unwrap_or(1));
            let mut text = rule.title.get(report.lang).to_owned();
            let message = finding.message.as_ref().map(|message| message.get(report.lang));
            for more in [message, place.note_in(report.lang)].into_iter().flatten() {
                text = format!("{text} – {more}");
            }
            // Severities keep the names that programs know, whatever the language.
            let severity = finding.severity.name();
            let path = edge::name(&place.path);
            // A line that starts with `::` or `##` commands a runner.
            let path = if path.starts_with([':', '#']) { format!("./{path}") } else { path };
            writeln!(out, "{path}:{line}:{column}: {severity} [{}] {}", finding.rule, printable(&edge::text(&text)))?;
        }
    }
    Ok(())
}
