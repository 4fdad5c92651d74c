//! The rules that an audit follows: the embedded ones, those of folders, and the packs that the settings name.

use std::path::{Path, PathBuf};

use crate::base::config_file::ConfigFile;
use crate::base::error::Error;
use crate::base::path::below;
use crate::config::{Config, FILE};
use crate::judge::rule::pack::{Embedded, Pack, Rules};
use crate::read::source::{Opened, Selection, open};

use super::target::{read_settings, settings_file};
use crate::check::options::{Options, Settings};

/// The packs that the settings name, but for those that are asked for by folder too.
pub(super) fn read_packs(folders: &[PathBuf], opened: &mut Opened, config: &mut Config) -> Result<Vec<Pack>, Error> {
    let asked: Vec<_> = folders.iter().filter_map(|folder| std::fs::canonicalize(folder).ok()).collect();
    let root = &opened.root;
    config.packs.retain(|(pack, _)| std::fs::canonicalize(root.join(pack)).map_or(true, |pack| !asked.contains(&pack)));
    if config.packs.is_empty() {
        return Ok(Vec::new());
    }
    let listing = opened.listing.get_or_insert_with(|| opened.source.list());
    config.read_packs(opened.source.as_ref(), listing)
}

/// Whether the rules and settings of a repository would be read with other settings, or with another text of one of its rules.
///
/// # Errors
/// What is wrong in the settings, or in one of the rules. A file of no pack is not looked at.
pub(crate) fn rules_with(root: &Path, options: &Options, edited: &Edited) -> Result<(), Error> {
    let mut opened = open(root, &Selection::default())?;
    let file = match edited {
        Edited::Settings(text) => Some(ConfigFile::new(FILE, text.clone())),
        Edited::Rule { .. } => settings_file(&opened),
    };
    let mut config = read_settings(file)?;
    if let Edited::Rule { path, .. } = edited
        && !config.packs.iter().any(|(folder, _)| below(folder, path).is_some())
    {
        return Ok(());
    }
    let mut packs = read_packs(&options.rules, &mut opened, &mut config)?;
    if let Edited::Rule { path, text } = edited {
        let files = packs.iter_mut().flat_map(|pack| &mut pack.files);
        for file in files.filter(|file| file.name == *path) {
            *file = ConfigFile::new(path.clone(), text.clone());
        }
    }
    let embedded = if options.no_embedded { Embedded::Without } else { Embedded::With };
    config.check_names(&Rules::load_with(&options.rules, packs, embedded)?)
}

/// A file as it is in an editor, not saved yet.
pub(crate) enum Edited {
    /// The settings of the repository.
    Settings(String),
    /// A rule of one of its packs.
    Rule {
        /// Its path.
        path: String,
        /// Its text.
        text: String,
    },
}

/// The rules and settings with which the current folder would be audited.
pub(crate) fn rules_here(options: &Options) -> Result<(Rules, Config), Error> {
    // The rules are available anywhere, even outside a repository or in a broken one.
    let wanted = options.settings != Settings::Defaults;
    let opened = open(Path::new("."), &Selection::default()).ok().filter(|_| wanted);
    let (config, packs) = match opened {
        Some(mut opened) => {
            let mut config = read_settings(settings_file(&opened))?;
            let packs = read_packs(&options.rules, &mut opened, &mut config)?;
            (config, packs)
        }
        None => (Config::default(), Vec::new()),
    };
    let embedded = if options.no_embedded { Embedded::Without } else { Embedded::With };
    Ok((Rules::load_with(&options.rules, packs, embedded)?, config))
}
