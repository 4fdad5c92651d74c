//! How commands that report end: what is written where, and whether the gate lets it pass.

use std::path::Path;

use equerre::grade::Letter;
use equerre::said;
use equerre::text::Lang;

use super::{of_system, print, refuse, talk};
use crate::cli::OutputFile;

/// Writes a file, or says why it cannot be.
pub(crate) fn write_file(path: &Path, text: &[u8]) -> Result<(), miette::Report> {
    let message = said!("`{}` cannot be written", "`{}` ne peut pas être écrit", path.display());
    std::fs::write(path, text).map_err(|error| of_system(message, &error))
}

/// Writes a report to standard output, or to the file that takes its place, and to the files that have a format of their own.
pub(crate) fn write_all<F: Copy>(
    files: &[OutputFile<F>],
    usual: F,
    rendered: impl Fn(F) -> Result<Vec<u8>, miette::Report>,
) -> Result<(), miette::Report> {
    for file in files {
        write_file(&file.path, &rendered(file.format.unwrap_or(usual))?)?;
    }
    if files.iter().any(|file| file.format.is_none()) { Ok(()) } else { print(&rendered(usual)?) }
}

/// Why earlier reports serve no format but the page.
pub(crate) fn compares_in_html() -> miette::Report {
    let help = said!(
        "add `--output html=report.html`; `equerre diff OLD NEW` compares two JSON reports elsewhere",
        "ajoutez `--output html=rapport.html` ; `equerre diff ANCIEN NOUVEAU` compare ailleurs deux rapports JSON"
    );
    refuse(said!("`--compare` adds to an HTML report alone", "`--compare` ne complète qu'un rapport HTML"), Some(help))
}

/// Whether a grade reaches what the gate asks for, if it asks for any; says why not.
pub(crate) fn reaches(letter: Option<Letter>, least: Option<Letter>, lang: Lang) -> bool {
    let Some(least) = least.filter(|least| letter.is_none_or(|letter| letter > *least)) else { return true };
    talk(&match (letter, lang) {
        (Some(letter), Lang::En) => format!("equerre: the grade is {letter}, the gate asks for {least}"),
        (Some(letter), Lang::Fr) => format!("equerre\u{a0}: la note est {letter}, le seuil demande {least}"),
        (None, Lang::En) => format!("equerre: nothing could be graded, the gate asks for {least}"),
        (None, Lang::Fr) => format!("equerre\u{a0}: rien n’a pu être noté, le seuil demande {least}"),
    });
    false
}
