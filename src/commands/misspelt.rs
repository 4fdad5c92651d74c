//! A word that is not a path, and resembles a command.

use std::path::Path;

use clap::CommandFactory;

use crate::base::config_file::did_you_mean;
use crate::base::error::Error;
use crate::base::text::localized;
use crate::cli::Cli;

/// What to say of a word that is not a path, and resembles a command.
pub(crate) fn misspelt_command(word: &Path) -> Option<Error> {
    let name = word.to_str().filter(|_| !word.exists())?;
    let cli = Cli::command();
    let known = || cli.get_subcommands().map(clap::Command::get_name);
    let help = match known().any(|command| command == name) {
        true => localized!(
            "a command comes before its options: `equerre {name} …`",
            "une commande vient avant ses options\u{a0}: `equerre {name} …`"
        ),
        false => did_you_mean(name, known())?,
    };
    Some(Error::new(localized!("`{name}` is not a folder", "`{name}` n’est pas un dossier"), Some(help)))
}

/// The same result; where a path is not there and resembles a command, the error says so instead.
pub(crate) fn retarget<T>(path: &Path, result: Result<T, Error>) -> Result<T, Error> {
    result.map_err(|error| misspelt_command(path).unwrap_or(error))
}
