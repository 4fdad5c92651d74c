//! What an audit is asked.

use std::path::PathBuf;

use crate::base::progress::Progress;
use crate::base::text::Lang;

/// Whose settings an audit follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Settings {
    /// Those of the repository: `.equerre.yml` at its root, where there is one.
    #[default]
    OfRepository,
    /// Those of another file.
    File(PathBuf),
    /// Those of a file of the person who audits, which the repository cannot weaken: of the repository's own settings, only
    /// what names the product counts (`product`, `url`, `beta-id`, `lang`); inline ignores and `.gitattributes` do not.
    Policy(PathBuf),
    /// The defaults.
    Defaults,
}

/// What to audit, by which rules, and what may be asked of the network.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The language of the report; that of the settings, else [`Options::fallback_lang`], if absent.
    pub lang: Option<Lang>,
    /// The language where neither the caller nor the settings ask for one.
    pub fallback_lang: Lang,
    /// A branch, tag or commit to read from git objects instead of the working tree.
    pub rev: Option<String>,
    /// Audit this folder alone rather than the repository that holds it.
    pub here: bool,
    /// Take the folder as it is and leave git aside.
    pub no_git: bool,
    /// Open git data that git itself would refuse: owned by somebody else, linked from elsewhere, a bare repository inside of a
    /// working tree. Nothing of it is run in any case.
    pub trust: bool,
    /// The date of the audit, in seconds since 1970; now, if absent.
    pub as_of: Option<i64>,
    /// Globs of paths to leave out, beside those of the settings.
    pub exclude: Vec<String>,
    /// Whose settings to follow.
    pub settings: Settings,
    /// Leave the comments that set failures aside (`equerre: ignore[rule] reason`) out of account; that is so too with
    /// [`Settings::Defaults`] and [`Settings::Policy`].
    pub no_inline_ignores: bool,
    /// Folders of rules of one's own.
    pub rules: Vec<PathBuf>,
    /// Leave the embedded rules out.
    pub no_embedded: bool,
    /// Show the failures of pedantic rules too.
    pub pedantic: bool,
    /// Evaluate only these rules or pillars; all of them, if empty.
    pub select: Vec<String>,
    /// Leave these rules or pillars out.
    pub ignore: Vec<String>,
    /// Only the failures that the changes since this revision have made count for the gates: the repository is audited as it was
    /// then too.
    pub changed_since: Option<String>,
    /// The failures that this file knows count for no gate.
    pub baseline: Option<PathBuf>,
    /// Leave a baseline that the settings name aside: every failure counts.
    pub ignore_baseline: bool,
    /// Ask the forge for deployments, releases, runs and the protection of the main branch.
    pub online: bool,
    /// The page of the repository on its forge, where the clone's remotes do not show it.
    pub forge: Option<String>,
    /// The address of the live product, which is visited once; nothing is visited if absent.
    pub url: Option<String>,
    /// The port on which the live product answers over plain HTTP; 80, if absent.
    pub http_port: Option<u16>,
    /// The port on which it answers over TLS; that of the address, else 443, if absent.
    pub https_port: Option<u16>,
    /// Let a public address of the live product send to those of private networks.
    pub allow_private: bool,
    /// Where the audit says which step it is at, for a person who waits for it.
    pub progress: Progress,
}

impl Options {
    /// Whether comments of the audited files set failures aside.
    pub(crate) fn reads_inline_ignores(&self) -> bool {
        !self.no_inline_ignores && matches!(self.settings, Settings::OfRepository | Settings::File(_))
    }

    /// The same options, where neither a baseline nor a change leaves a failure out.
    #[must_use]
    pub(crate) fn every_failure(self) -> Self {
        Self { changed_since: None, baseline: None, ignore_baseline: true, ..self }
    }
}
