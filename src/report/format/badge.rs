//! The grade as a badge: a small picture for a README.

use std::io::{self, Write};

use crate::judge::grade::Letter;
use crate::report::Report;

/// How wide a letter of the badge's size is, about, in pixels.
const ADVANCE: usize = 7;

/// Prints the badge as SVG: nothing is loaded, and its words are read aloud.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let grade = &report.grade;
    let name = "equerre";
    let mark = match grade.letter.zip(grade.score) {
        // Rounding down: 89.6 is no 90, and its letter says so.
        Some((letter, score)) => format!("{letter} {:.0}/100", score.floor()),
        None => report.lang.pick("no grade", "sans note").to_owned(),
    };
    let width = |text: &str| text.chars().count() * ADVANCE + 12;
    let (left, right) = (width(name), width(&mark));
    let total = left + right;
    let color = color(grade.letter);
    let label = format!("{} {mark}", report.lang.pick("Equerre: grade", "Equerre\u{a0}: note"));
    let (middle_left, middle_right) = (left / 2, left + right / 2);
    writeln!(
        out,
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="20" role="img" aria-label="{label}">
<title>{label}</title>
<rect width="{left}" height="20" fill="#1d2530"/>
<rect x="{left}" width="{right}" height="20" fill="{color}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
<text x="{middle_left}" y="14">{name}</text>
<text x="{middle_right}" y="14" font-weight="bold">{mark}</text>
</g>
</svg>"##
    )
}

/// The colour of a letter, on which white is read (WCAG 2.1, contrast of 4.5).
fn color(letter: Option<Letter>) -> &'static str {
    match letter {
        Some(Letter::A) => "#176a3a",
        Some(Letter::B) => "#4b6712",
        Some(Letter::C) => "#865700",
        Some(Letter::D) => "#a3480c",
        Some(Letter::E) => "#a62a1c",
        Some(Letter::F) => "#7d1128",
        None => "#535d6d",
    }
}
