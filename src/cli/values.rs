//! How the values of options are read: the words that our types know, dates, and the files that reports go to.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use crate::base::config_file::did_you_mean;
use crate::base::error::Error;
use crate::base::severity::Severity;
use crate::base::text::{Lang, Localized, localized};
use crate::judge::attestations::Reply;
use crate::judge::grade::Letter;

/// Reads one of a few words as the value that it names.
fn one_of<T: Copy + Send + Sync + 'static>(
    values: &'static [(&'static str, &'static str, T)],
) -> impl TypedValueParser<Value = T> {
    let known = values.iter().map(|(name, help, _)| PossibleValue::new(*name).help(*help));
    PossibleValuesParser::new(known).try_map(move |given| {
        let found = values.iter().find(|(name, ..)| name.eq_ignore_ascii_case(&given));
        found.map(|(.., value)| *value).ok_or("not one of the possible values")
    })
}

/// A language of reports.
pub(super) fn lang() -> impl TypedValueParser<Value = Lang> {
    one_of(&[("fr", "French", Lang::Fr), ("en", "English", Lang::En)])
}

/// An answer to a criterion.
pub(super) fn reply() -> impl TypedValueParser<Value = Reply> {
    one_of(&[
        ("yes", "It is met", Reply::Yes),
        ("no", "It is not met", Reply::No),
        ("na", "It does not apply", Reply::Na),
    ])
}

/// A severity.
pub(super) fn severity() -> impl TypedValueParser<Value = Severity> {
    one_of(&[
        ("info", "Shown, not graded", Severity::Info),
        ("minor", "Worth fixing when one is there", Severity::Minor),
        ("major", "Stands in the way of a standard", Severity::Major),
        ("blocker", "Must be fixed before anything else; it caps the letter", Severity::Blocker),
    ])
}

/// A letter of the grade.
pub(super) fn letter() -> impl TypedValueParser<Value = Letter> {
    one_of(&[
        ("A", "The best", Letter::A),
        ("B", "Good", Letter::B),
        ("C", "Fair", Letter::C),
        ("D", "Poor", Letter::D),
        ("E", "Bad", Letter::E),
        ("F", "The worst", Letter::F),
    ])
}

/// Reads `sarif=report.sarif`, or a name alone; a name may hold `=` after something that is not a format.
pub(super) fn output<F: ValueEnum>(text: &str) -> Result<OutputFile<F>, Error> {
    let given = text.split_once('=').and_then(|(name, path)| Some((F::from_str(name, true).ok()?, path)));
    match given {
        Some((_, "-")) => Err(Error::new(
            localized!(
                "a file name follows the format; `--format` alone prints to standard output",
                "un fichier suit le format ; `--format` seul écrit sur la sortie standard"
            ),
            None,
        )),
        Some((_, "")) => Err(Error::new(
            localized!("no file name follows the format", "aucun fichier n'est nommé après le format"),
            None,
        )),
        Some((format, path)) => Ok(OutputFile { format: Some(format), path: path.into() }),
        None => match text.split_once('=').and_then(|(name, _)| nearest::<F>(name)) {
            Some(advice) => Err(Error::new(advice, None)),
            None => Ok(OutputFile { format: None, path: text.into() }),
        },
    }
}

/// The format that a word before `=` nearly is.
fn nearest<F: ValueEnum>(word: &str) -> Option<Localized> {
    let values: Vec<_> = F::value_variants().iter().filter_map(F::to_possible_value).collect();
    did_you_mean(word, values.iter().map(PossibleValue::get_name))
}

/// A day or a moment, in seconds since 1970.
pub(super) fn date(text: &str) -> Result<i64, Error> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Ok(time.as_second());
    }
    let how = || {
        localized!("write it as 2026-01-31 or 2026-01-31T12:00:00Z", "écrivez-la 2026-01-31 ou 2026-01-31T12:00:00Z")
    };
    crate::config::end_of_day(text).ok_or_else(|| Error::new(how(), None))
}

/// A file that a report is written to.
#[derive(Debug, Clone)]
pub(crate) struct OutputFile<F> {
    /// Its format; that of the report, where none is given.
    pub(crate) format: Option<F>,
    /// Where it is written.
    pub(crate) path: PathBuf,
}
