//! The report as one page that a team opens, prints or sends: nothing is loaded from anywhere, and no script runs.
//!
//! Made to be read by everyone (RGAA 4.1, level AA, as far as a machine can check): headings in order, tables with captions,
//! pictures with their figures in words, colours that say nothing alone.

mod calendar;
mod criteria;
mod history;
mod markup;
mod parts;
mod product;
mod sections;

use std::io::{self, Write};

use askama::Template;

use crate::judge::finding::Outcome;
use crate::report::Report;
use crate::report::json::{JsonReport, WithFacts};
use history::History;
use markup::Markup;
use sections::Sections;

use parts::{First, Link, Voice, write};
pub(crate) use product::render as render_product;

/// Prints the report, beside earlier reports on the same product.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &Report, earlier: &[JsonReport], out: &mut dyn Write) -> io::Result<()> {
    let now = JsonReport::new(report, WithFacts::No);
    let sections = Sections::new(
        report,
        {
            let anchor_of = |rule: &str| report.failures().any(|finding| finding.rule == rule).then(|| rule.to_owned());
            History::new(earlier, &now, report.lang, anchor_of)
        },
        None,
        2,
    );
    let page = Page {
        t: Voice(report.lang),
        first: First::new(report),
        nav: sections.nav(),
        sections: sections.markup()?,
        not_applicable: Some(report.with(Outcome::NotApplicable).count()),
    };
    write(&page, out)
}

/// The page of one repository.
#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    t: Voice,
    first: First,
    nav: Vec<Link>,
    sections: Markup,
    not_applicable: Option<usize>,
}
