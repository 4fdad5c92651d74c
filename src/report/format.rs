//! Reports for those who read them: one file a format, all from the same model.

pub(crate) mod badge;
pub(crate) mod csv;
pub(crate) mod deployments;
pub(crate) mod diff;
pub(crate) mod dotenv;
mod excerpt;
pub(crate) mod facts;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod html;
pub(crate) mod junit;
pub(crate) mod lines;
pub(crate) mod markdown;
pub(crate) mod product;
pub(crate) mod sarif;
pub(crate) mod site;
pub(crate) mod standards;
pub(crate) mod terminal;
mod words;

use std::io::{self, Write};

use crate::report::Report;
pub(crate) use words::{labelled, number, place_or_anchor, severity_name, severity_quality};

/// What a report is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Programs: versioned, described by a JSON Schema.
    Json,
    /// Code scanning: SARIF 2.1.0.
    Sarif,
    /// A browser: one page that loads nothing.
    Html,
    /// A merge request, a wiki or a job summary.
    Markdown,
    /// The workflow commands of GitHub, which annotate a pull request.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
    /// The test view of a pipeline: JUnit XML.
    Junit,
    /// A spreadsheet.
    Csv,
    /// The variables of a pipeline.
    Dotenv,
    /// A README: the grade as an SVG picture.
    Badge,
    /// An editor or a problem matcher: `path:line:col: severity [rule] message`.
    Lines,
}

impl Report {
    /// Writes the report in a format.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn render(&self, format: Format, out: &mut impl Write) -> io::Result<()> {
        match format {
            Format::Json => super::json::render(self, super::json::WithFacts::No, out),
            Format::Sarif => sarif::render(self, out),
            Format::Html => html::render(self, &[], out),
            Format::Markdown => markdown::render(self, out),
            Format::Github => github::render(self, out),
            Format::Gitlab => gitlab::render(self, out),
            Format::Junit => junit::render(self, out),
            Format::Csv => csv::render(self, out),
            Format::Dotenv => dotenv::render(self, out),
            Format::Badge => badge::render(self, out),
            Format::Lines => lines::render(self, out),
        }
    }
}
