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
    let mut config = match &options.settings {
        Settings::File(path) => Config::read(named_settings(path)?)?,
        Settings::Policy(path) => policy(path, &opened)?,
        Settings::Defaults => Config::default(),
        Settings::OfRepository => read_settings(settings_file(&opened))?,
    };
    config.exclude.extend(options.exclude.iter().cloned());
    Ok((opened, config))
}

/// A file of settings that a person names.
fn named_settings(path: &Path) -> Result<ConfigFile, Error> {
    let message = localized!("the settings `{}` cannot be read", "les réglages `{}` sont illisibles", path.display());
    let text = read_named_text(path, NAMED).map_err(|error| Error::of_system(message, &error))?;
    Ok(ConfigFile::new(path.display().to_string(), text))
}

/// The settings of a policy, with what the repository's own say of the product's name.
fn policy(path: &Path, opened: &Opened) -> Result<Config, Error> {
    let file = named_settings(path)?;
    let mut config = Config::read(file.clone())?;
    // Both would be read from the tree that is audited.
    let misplaced = match (&config.baseline, config.packs.first()) {
        (Some(_), _) => Some(("baseline", "--baseline FILE", "--baseline FICHIER")),
        (None, Some(_)) => Some(("packs", "--rules DIR", "--rules DOSSIER")),
        (None, None) => None,
    };
    if let Some((key, option, french_option)) = misplaced {
        let message = localized!(
            "`{key}` in a policy would name files of the repository that is audited",
            "`{key}` dans une politique nommerait des fichiers du dépôt audité"
        );
        let help = localized!("leave it out, and give `{option}`", "retirez-la, et donnez `{french_option}`");
        return Err(file.whole(message, Some(help)));
    }
    // What the repository says cannot keep it from being audited.
    if let Some(own) = settings_file(opened).and_then(|file| Config::read(file).ok()) {
        config.product = config.product.or(own.product);
        config.url = config.url.or(own.url);
        config.beta_id = config.beta_id.or(own.beta_id);
        config.lang = config.lang.or(own.lang);
    }
    Ok(config)
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
