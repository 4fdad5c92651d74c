//! Globs over the paths of a tree, and the names of its files, which rule most of them out before they are compiled.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::name_of;

/// Globs of which one must match, and globs after `!` of which none may. They are compiled when first asked.
#[derive(Debug, Clone)]
pub struct Globs {
    texts: Vec<String>,
    lasts: OnceLock<Vec<Last>>,
    /// The extensions that they ask for, when that is all they ask.
    extensions: OnceLock<Option<Vec<String>>>,
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
        Ok(Self::known(texts))
    }

    /// Globs that have been read before.
    pub(crate) fn known(texts: Vec<String>) -> Self {
        Self { texts, lasts: OnceLock::new(), extensions: OnceLock::new(), compiled: OnceLock::new() }
    }

    /// Whether a file of one sort may be designated: all have an extension, and these are their names.
    pub(super) fn may_match_sort(&self, extension: &str, names: &HashSet<&str>) -> bool {
        self.lasts().iter().any(|last| match last {
            Last::Name(name) => names.contains(name.as_str()),
            Last::Extension(own) => own == extension,
            Last::Any => true,
        })
    }

    fn lasts(&self) -> &[Last] {
        self.lasts.get_or_init(|| lasts(self.texts.iter().map(String::as_str)))
    }

    /// The ranks of the files that may be designated, as far as their names tell; `None` when they are more than `most`.
    pub fn candidates(&self, names: &Names, most: usize) -> Option<Vec<usize>> {
        let of = |last: &Last| match last {
            Last::Name(name) => Some(names.names.get(name).map_or(&[][..], Vec::as_slice)),
            Last::Extension(extension) => Some(names.extensions.get(extension).map_or(&[][..], Vec::as_slice)),
            Last::Any => None,
        };
        let lists: Vec<&[usize]> = self.lasts().iter().map(of).collect::<Option<_>>()?;
        if lists.iter().map(|list| list.len()).sum::<usize>() > most {
            return None;
        }
        let mut ranks = lists.concat();
        if lists.len() > 1 {
            ranks.sort_unstable();
            ranks.dedup();
        }
        Some(ranks)
    }

    /// Whether a path is designated.
    pub fn is_match(&self, path: &str) -> bool {
        let of_extension = self.extensions.get_or_init(|| extensions(&self.texts));
        if let Some(extensions) = of_extension {
            let own = name_of(path).rsplit_once('.').map(|(_, extension)| extension);
            return own.is_some_and(|own| extensions.iter().any(|extension| extension == own));
        }
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

/// The names of the files of a tree, each with the ranks of the files that bear it.
#[derive(Debug, Default)]
pub struct Names {
    names: HashMap<String, Vec<usize>>,
    extensions: HashMap<String, Vec<usize>>,
}

impl Names {
    /// The names of paths.
    pub fn of<'t>(paths: impl Iterator<Item = &'t str>) -> Self {
        let mut all = Self::default();
        for (rank, path) in paths.enumerate() {
            let name = name_of(path);
            if let Some((_, extension)) = name.rsplit_once('.') {
                add(&mut all.extensions, extension, rank);
            }
            add(&mut all.names, name, rank);
        }
        all
    }

    /// Whether one of them may match one of these globs.
    pub(super) fn may_match<'g>(&self, globs: impl Iterator<Item = &'g str>) -> bool {
        lasts(globs).iter().any(|last| self.have(last))
    }

    /// Whether one of them may be what a glob ends with.
    fn have(&self, last: &Last) -> bool {
        match last {
            Last::Name(name) => self.names.contains_key(name),
            Last::Extension(extension) => self.extensions.contains_key(extension),
            Last::Any => true,
        }
    }
}

fn add(ranks: &mut HashMap<String, Vec<usize>>, name: &str, rank: usize) {
    // Most names of extensions are known: only a new one is copied.
    match ranks.get_mut(name) {
        Some(ranks) => ranks.push(rank),
        None => drop(ranks.insert(name.to_owned(), vec![rank])),
    }
}

/// What the last part of a path must be for a glob to match it.
#[derive(Debug, Clone)]
enum Last {
    Name(String),
    Extension(String),
    Any,
}

/// What paths must end with for one of these globs to match.
fn lasts<'g>(globs: impl Iterator<Item = &'g str>) -> Vec<Last> {
    let mut all = Vec::new();
    for glob in globs.filter(|glob| !glob.starts_with('!')) {
        let Some(written_out) = alternatives(glob) else { return vec![Last::Any] };
        for one in written_out {
            let last = name_of(&one);
            let is_open = |text: &str| text.contains(['*', '?', '[', '{', '}', '\\']);
            all.push(match last.rsplit_once('.') {
                _ if !is_open(last) => Last::Name(last.to_owned()),
                Some((_, extension)) if !is_open(extension) => Last::Extension(extension.to_owned()),
                _ => return vec![Last::Any],
            });
        }
    }
    all
}

/// The extensions of globs that are all like `**/*.rb`.
fn extensions(globs: &[String]) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for glob in globs {
        for one in alternatives(glob)? {
            let extension = one.strip_prefix("**/*.")?;
            if extension.contains(['.', '/', '*', '?', '[', '{', '}', '\\', '!']) {
                return None;
            }
            all.push(extension.to_owned());
        }
    }
    Some(all)
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
