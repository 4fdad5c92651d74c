//! What commands that report share: threads, what is written where, and the gate on the grade.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::base::text::{Lang, Localized, localized};
use crate::judge::grade::Letter;

use super::console::{Console, print};
use crate::base::disk::write_named;
use crate::base::error::Error;
use crate::cli::OutputFile;

/// Writes a file, or says why it cannot be.
pub(super) fn write_file(path: &Path, text: &[u8]) -> Result<(), Error> {
    let message = localized!("`{}` cannot be written", "`{}` ne peut pas être écrit", path.display());
    write_named(path, text).map_err(|error| match error.kind() {
        // It is the folder that is not there: the file was still to be written.
        std::io::ErrorKind::NotFound => Error::new(
            localized!(
                "`{}` cannot be written: its folder does not exist",
                "`{}` ne peut pas être écrit : son dossier n'existe pas",
                path.display()
            ),
            None,
        ),
        _ => Error::of_system(message, &error),
    })
}

/// Where a report is written, beside standard output or instead of it.
pub(super) struct Destination<F> {
    /// Its format.
    pub(super) format: F,
    path: PathBuf,
    /// Whether standard output has a report all the same.
    beside: bool,
}

/// What an extension says of the format: the first one where nothing else does, the others where `--format` asks for them.
const EXTENSIONS: &[(&str, &[&str])] = &[
    ("html", &["html", "brief"]),
    ("htm", &["html"]),
    ("json", &["json", "sarif", "gitlab", "standards-front"]),
    ("sarif", &["sarif"]),
    ("xml", &["junit"]),
    ("csv", &["csv"]),
    ("md", &["markdown"]),
    ("markdown", &["markdown"]),
    ("svg", &["badge"]),
    ("env", &["dotenv"]),
    ("txt", &["terminal", "lines", "github", "markdown", "csv", "dotenv"]),
    ("log", &["terminal", "lines", "github"]),
];

/// The files that the arguments name, each with its format: that before its name, else that of its extension, else the usual one.
///
/// # Errors
/// Where that is unclear: nobody wants the text of a terminal in `report.pdf`, or JSON in `report.html`.
pub(super) fn destinations<F: ValueEnum + PartialEq + Copy>(
    files: &[OutputFile<F>],
    usual: F,
) -> Result<Vec<Destination<F>>, Error> {
    let settled = |file: &OutputFile<F>| {
        let format = file.format.map_or_else(|| format_of(&file.path, usual), Ok)?;
        Ok(Destination { format, path: file.path.clone(), beside: file.format.is_some() })
    };
    files.iter().map(settled).collect()
}

fn format_of<F: ValueEnum + PartialEq + Copy>(path: &Path, usual: F) -> Result<F, Error> {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let usual_name = usual.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    // What `--format` does not say is the format of terminals.
    let asked = usual_name != "terminal";
    let refused = |message: Localized, format: &str| {
        let shown = path.display();
        let help = localized!(
            "put the format before the name: `--output {format}={shown}`",
            "mettez le format devant le nom : `--output {format}={shown}`"
        );
        Err(Error::new(message, Some(help)))
    };
    let shown = path.display();
    let Some((_, extension)) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) else {
        // A name alone may be a pipe or a device; that of a format is one that somebody meant.
        return match F::from_str(&name, true) {
            Ok(_) if !asked => Err(Error::new(
                localized!(
                    "`{shown}` names a format, not a file",
                    "`{shown}` est le nom d'un format, pas d'un fichier"
                ),
                Some(localized!(
                    "`--format {shown}` prints it, `--output {shown}=FILE` writes it to a file",
                    "`--format {shown}` l'affiche, `--output {shown}=FICHIER` l'écrit dans un fichier"
                )),
            )),
            _ => Ok(usual),
        };
    };
    let extension = if name.ends_with(".sarif.json") { "sarif" } else { extension };
    let known = EXTENSIONS.iter().find(|(own, _)| *own == extension).map_or(&[][..], |(_, names)| names);
    let formats: Vec<F> = known.iter().filter_map(|name| F::from_str(name, true).ok()).collect();
    match formats.first() {
        _ if formats.contains(&usual) => Ok(usual),
        Some(format) if !asked => Ok(*format),
        Some(_) => refused(
            localized!(
                "`--format {usual_name}` and the extension of `{shown}` say two things",
                "`--format {usual_name}` et l'extension de `{shown}` se contredisent"
            ),
            &usual_name,
        ),
        None if asked && known.is_empty() => Ok(usual),
        None => refused(
            localized!(
                "the extension of `{shown}` does not say which format to write",
                "l'extension de `{shown}` ne dit pas quel format écrire"
            ),
            "html",
        ),
    }
}

/// Writes a report to standard output, or to the file that takes its place, and to the files that have a format of their own.
pub(super) fn write_all<F: Copy>(
    files: &[Destination<F>],
    usual: F,
    rendered: impl Fn(F) -> Result<Vec<u8>, Error>,
) -> Result<(), Error> {
    for file in files {
        write_file(&file.path, &rendered(file.format)?)?;
    }
    if files.iter().any(|file| !file.beside) { Ok(()) } else { print(&rendered(usual)?) }
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
