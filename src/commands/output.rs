//! What commands that report share: threads, what is written where, and the gate on the grade.

use std::path::Path;

use crate::base::text::{Lang, Localized, localized};
use crate::judge::grade::Letter;

use super::console::{Console, print};
use crate::base::disk::write_named;
use crate::base::error::Error;
use crate::cli::OutputFile;

/// Writes a file, or says why it cannot be.
pub(super) fn write_file(path: &Path, text: &[u8]) -> Result<(), Error> {
    let message = localized!("`{}` cannot be written", "`{}` ne peut pas être écrit", path.display());
    write_named(path, text).map_err(|error| Error::of_system(message, &error))
}

/// Writes a report to standard output, or to the file that takes its place, and to the files that have a format of their own.
pub(super) fn write_all<F: Copy>(
    files: &[OutputFile<F>],
    usual: F,
    rendered: impl Fn(F) -> Result<Vec<u8>, Error>,
) -> Result<(), Error> {
    for file in files {
        write_file(&file.path, &rendered(file.format.unwrap_or(usual))?)?;
    }
    if files.iter().any(|file| file.format.is_none()) { Ok(()) } else { print(&rendered(usual)?) }
}

/// Why earlier reports serve no format but the page.
pub(super) fn compares_in_html() -> Error {
    let help = localized!(
        "add `--output html=report.html`; `equerre diff OLD NEW` compares two JSON reports elsewhere",
        "ajoutez `--output html=rapport.html` ; `equerre diff ANCIEN NOUVEAU` compare ailleurs deux rapports JSON"
    );
    Error::new(
        localized!("`--compare` only applies to an HTML report", "`--compare` ne complète qu'un rapport HTML"),
        Some(help),
    )
}

/// Whether a grade reaches what the gate asks for, if it asks for any; says why not.
pub(super) fn meets_min_grade(letter: Option<Letter>, least: Option<Letter>, console: &Console) -> bool {
    let Some(least) = least.filter(|least| letter.is_none_or(|letter| letter > *least)) else { return true };
    console.log(&match (letter, console.lang()) {
        (Some(letter), Lang::En) => format!("equerre: the grade is {letter}, the gate asks for {least}"),
        (Some(letter), Lang::Fr) => format!("equerre\u{a0}: la note est {letter}, le seuil demande {least}"),
        (None, Lang::En) => format!("equerre: nothing could be graded, the gate asks for {least}"),
        (None, Lang::Fr) => format!("equerre\u{a0}: rien n’a pu être noté, le seuil demande {least}"),
    });
    false
}

/// The most threads that an audit may use.
const MOST_JOBS: usize = 256;

/// Uses as many threads as asked.
pub(super) fn set_jobs(jobs: Option<usize>) -> Result<(), Error> {
    match jobs {
        Some(0) => Err(Error::new(
            localized!("`--jobs 0` leaves no thread to work", "`--jobs 0` ne laisse aucun fil pour travailler"),
            Some(localized!("give 1 or more", "donnez 1 ou plus")),
        )),
        Some(jobs) if jobs > MOST_JOBS => Err(Error::new(
            localized!("`--jobs {jobs}` asks for too many threads", "`--jobs {jobs}` demande trop de fils"),
            Some(localized!("give {MOST_JOBS} or less", "donnez {MOST_JOBS} ou moins")),
        )),
        Some(jobs) => {
            rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global().map_err(|error| Error::foreign(&error))
        }
        None => Ok(()),
    }
}

/// Prints notices beside a report.
pub(super) fn log_notices(notices: &[Localized], console: &Console) {
    for notice in notices {
        console.notice(notice);
    }
}
