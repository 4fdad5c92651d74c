//! Globs over the paths of a tree, and the names of its files, which rule most of them out before they are compiled.

use std::collections::HashSet;
use std::sync::OnceLock;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::name_of;

/// Globs of which one must match, and globs after `!` of which none may. They are compiled when first asked.
#[derive(Debug, Clone)]
pub struct Globs {
    texts: Vec<String>,
    compiled: OnceLock<(GlobSet, GlobSet)>,
}

impl Globs {
    /// Globs from their texts.
    ///
    /// # Errors
    /// The first that is no glob.
    pub fn new<'g>(globs: impl IntoIterator<Item = &'g str>) -> Result<Self, globset::Error> {
        let texts: Vec<String> = globs.into_iter().map(str::to_owned).collect();
        for text in &texts {
            parse_glob(text.strip_prefix('!').unwrap_or(text))?;
        }
        Ok(Self { texts, compiled: OnceLock::new() })
    }

    /// Globs that have been read before.
    pub(crate) fn known(texts: Vec<String>) -> Self {
        Self { texts, compiled: OnceLock::new() }
    }

    /// Whether a file of a tree may be designated, as far as its name tells: without one, nothing need be compiled.
    pub fn may_match(&self, names: &Names) -> bool {
        self.texts.iter().any(|glob| !glob.starts_with('!') && names.may_match(glob))
    }

    /// Whether a path is designated.
    pub fn is_match(&self, path: &str) -> bool {
        let (wanted, unwanted) = self.compiled.get_or_init(|| {
            let (unwanted, wanted): (Vec<&String>, Vec<&String>) =
                self.texts.iter().partition(|glob| glob.starts_with('!'));
            // Every glob has been read once, so that a set of them can only be too large.
            let set = |globs: Vec<&String>| {
                glob_set(globs.into_iter().map(|glob| glob.strip_prefix('!').unwrap_or(glob))).unwrap_or_default()
            };
            (set(wanted), set(unwanted))
        });
        wanted.is_match(path) && !unwanted.is_match(path)
    }
}

/// Globs as everything here reads them: `*` stops at `/`, `{a,b}` are alternatives.
pub(crate) fn glob_set<'g>(globs: impl IntoIterator<Item = &'g str>) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(parse_glob(glob)?);
    }
    set.build()
}

/// One glob; see [`glob_set`].
pub(crate) fn parse_glob(glob: &str) -> Result<Glob, globset::Error> {
    globset::GlobBuilder::new(glob).literal_separator(true).build()
}

/// The names of the files of a tree.
#[derive(Debug, Default)]
pub struct Names {
    names: HashSet<String>,
    extensions: HashSet<String>,
}

impl Names {
    /// The names of paths.
    pub fn of<'t>(paths: impl Iterator<Item = &'t str>) -> Self {
        let (mut names, mut extensions) = (HashSet::new(), HashSet::new());
        for path in paths {
            let name = name_of(path);
            if let Some((_, extension)) = name.rsplit_once('.')
                && !extensions.contains(extension)
            {
                extensions.insert(extension.to_owned());
            }
            if !names.contains(name) {
                names.insert(name.to_owned());
            }
        }
        Self { names, extensions }
    }

    /// Whether the last part of a glob may match one of them.
    pub(super) fn may_match(&self, glob: &str) -> bool {
        let Some(last) = alternatives(glob) else { return true };
        last.iter().any(|last| {
            let last = name_of(last);
            let is_open = |text: &str| text.contains(['*', '?', '[', '{', '}', '\\']);
            if !is_open(last) {
                return self.names.contains(last);
            }
            match last.rsplit_once('.') {
                Some((_, extension)) if !is_open(extension) => self.extensions.contains(extension),
                _ => true,
            }
        })
    }
}

/// A glob with its first braces written out; `None` when it has more than one pair, or folders inside of them.
fn alternatives(glob: &str) -> Option<Vec<String>> {
    let Some((before, rest)) = glob.split_once('{') else { return Some(vec![glob.to_owned()]) };
    let (inside, after) = rest.split_once('}')?;
    if inside.contains(['{', '/']) || after.contains('{') {
        return None;
    }
    Some(inside.split(',').map(|one| format!("{before}{one}{after}")).collect())
}
