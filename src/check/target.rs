//! What is audited, and its settings.

use std::path::Path;

use crate::base::config_file::ConfigFile;
use crate::base::disk::{NAMED, read_named_text};
use crate::base::error::Error;
use crate::base::text::{Localized, decode, localized};
use crate::config::{Config, FILE};
use crate::read::source::{Opened, Selection, Trust, open};

use crate::check::options::{Options, Settings};

/// Opens what a path designates, with its settings.
pub(crate) fn open_target(path: &Path, options: &Options) -> Result<(Opened, Config), Error> {
    let selection =
        Selection { rev: options.rev.clone(), here: options.here, no_git: options.no_git, trust: trust(options) };
    let opened = open(path, &selection)?;
    let file = match &options.settings {
        Settings::File(path) => {
            let message =
                localized!("the settings `{}` cannot be read", "les réglages `{}` sont illisibles", path.display());
            let text = read_named_text(path, NAMED).map_err(|error| Error::of_system(message, &error))?;
            Some(ConfigFile::new(path.display().to_string(), text))
        }
        Settings::Defaults => None,
        Settings::OfRepository => settings_file(&opened),
    };
    let mut config = read_settings(file)?;
    config.exclude.extend(options.exclude.iter().cloned());
    Ok((opened, config))
}

/// The settings that are at the root of a tree.
pub(super) fn settings_file(opened: &Opened) -> Option<ConfigFile> {
    let bytes = opened.source.root_file(FILE)?;
    decode(&bytes).map(|text| ConfigFile::new(FILE, text.into_owned()))
}

/// The names that people give to the settings, and that nothing reads.
const MISNAMED: &[&str] = &[".equerre.yaml", "equerre.yml", "equerre.yaml", ".equerre.json", ".equerre.toml"];

/// That a file is not the settings, where its name says that somebody thought so.
pub(super) fn unread_settings(opened: &Opened) -> impl Iterator<Item = Localized> {
    MISNAMED.iter().filter(|name| opened.source.root_file(name).is_some()).map(|name| {
        localized!(
            "`{name}` is not read: settings are in `{FILE}`",
            "`{name}` n'est pas lu : les réglages sont dans `{FILE}`"
        )
    })
}

/// The settings that a file holds; the defaults, without one.
pub(super) fn read_settings(file: Option<ConfigFile>) -> Result<Config, Error> {
    file.map_or_else(|| Ok(Config::default()), Config::read)
}

/// Whether what git itself refuses is opened.
fn trust(options: &Options) -> Trust {
    if options.trust { Trust::Anyone } else { Trust::AsGit }
}
