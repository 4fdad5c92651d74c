//! Globs over the paths of a tree, and the names of its files, which rule most of them out before they are compiled.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::OnceLock;

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::base::path::{folder_of, name_of};
use crate::base::text::{Localized, localized};

/// The longest glob: a path of Linux has at most four times as many bytes. Compiling one that repeats itself costs the square of
/// its length (`aho-corasick` builds an automaton of globs like `a/**`).
const LONGEST: usize = 1024;

/// How many bytes the globs of one set may have.
const HEAVIEST: usize = 64 * 1024;

/// Why a text is not a glob, or a list of them not a set.
#[derive(Debug)]
pub(crate) struct GlobError {
    /// The reason, for people.
    pub(crate) reason: Localized,
}

impl GlobError {
    /// What is said of a text that is no glob. One that is too long is not quoted: the reason would be lost behind it.
    pub(crate) fn told(&self, glob: &str) -> Localized {
        let Localized { en, fr } = &self.reason;
        if glob.len() > LONGEST {
            return Localized::new(
                format!("a glob cannot be used: {en}"),
                format!("un motif de chemins est inutilisable : {fr}"),
            );
        }
        Localized::new(
            format!("`{glob}` is not a glob: {en}"),
            format!("`{glob}` n'est pas un motif de chemins : {fr}"),
        )
    }
}

impl From<globset::Error> for GlobError {
    fn from(error: globset::Error) -> Self {
        Self { reason: Localized::foreign(error.kind().to_string()) }
    }
}

/// Globs of which one must match, and globs after `!` of which none may. They are compiled when first asked.
#[derive(Debug, Clone)]
pub(crate) struct Globs {
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
    /// The first that is not a glob.
    pub(crate) fn new<'g>(globs: impl IntoIterator<Item = &'g str>) -> Result<Self, GlobError> {
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
            Last::Within(_) | Last::Below(_) | Last::BelowWithin(_) | Last::Any => true,
        })
    }

    fn lasts(&self) -> &[Last] {
        self.lasts.get_or_init(|| lasts(self.texts.iter().map(String::as_str)))
    }

    /// The ranks of the files that may be designated, as far as their names show; `None` when they are more than `most`.
    pub(crate) fn candidates(&self, names: &Names, most: usize) -> Option<Vec<usize>> {
        let mut ranks = Vec::new();
        for last in self.lasts() {
            names.add_ranks(last, &mut ranks)?;
            if ranks.len() > most {
                return None;
            }
        }
        ranks.sort_unstable();
        ranks.dedup();
        Some(ranks)
    }

    /// Whether a path is designated.
    pub(crate) fn is_match(&self, path: &str) -> bool {
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
///
/// # Errors
/// The first that is not a glob, or that they are too many.
pub(crate) fn glob_set<'g>(globs: impl IntoIterator<Item = &'g str>) -> Result<GlobSet, GlobError> {
    let (mut set, mut weight) = (GlobSetBuilder::new(), 0);
    for glob in globs {
        set.add(parse_glob(glob)?);
        weight += glob.len();
        if weight > HEAVIEST {
            let reason =
                localized!("all of them have more than {HEAVIEST} bytes", "ils ont ensemble plus de {HEAVIEST} octets");
            return Err(GlobError { reason });
        }
    }
    Ok(set.build()?)
}

/// One glob; see [`glob_set`].
///
/// # Errors
/// Why it is none.
pub(crate) fn parse_glob(glob: &str) -> Result<Glob, GlobError> {
    if glob.len() > LONGEST {
        let reason = localized!("it has more than {LONGEST} bytes", "il a plus de {LONGEST} octets");
        return Err(GlobError { reason });
    }
    Ok(globset::GlobBuilder::new(glob).literal_separator(true).build()?)
}

/// The names of the files and folders of a tree, each with the ranks of the files that have it or are below it.
#[derive(Debug, Default)]
pub struct Names {
    names: HashMap<String, Vec<usize>>,
    extensions: HashMap<String, Vec<usize>>,
    /// In which of `runs` the files are below a folder of this name.
    folders: HashMap<String, Vec<usize>>,
    /// The rank of the first file of each run of files that follow each other in one folder.
    runs: Vec<usize>,
    count: usize,
}

impl Names {
    /// The names of paths.
    pub fn of<'t>(paths: impl Iterator<Item = &'t str>) -> Self {
        let mut all = Self::default();
        let mut stands = None;
        for (rank, path) in paths.enumerate() {
            let name = name_of(path);
            if let Some((_, extension)) = name.rsplit_once('.') {
                add(&mut all.extensions, extension, rank);
            }
            add(&mut all.names, name, rank);
            let folder = folder_of(path);
            if stands != Some(folder) {
                stands = Some(folder);
                for part in folder.split('/') {
                    add(&mut all.folders, part, all.runs.len());
                }
                all.runs.push(rank);
            }
            all.count = rank + 1;
        }
        all
    }

    /// How many paths there were.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The files of a run.
    fn run(&self, run: usize) -> Range<usize> {
        self.runs[run]..self.runs.get(run + 1).copied().unwrap_or(self.count)
    }

    /// Adds the ranks of the files that a last part may mean; `None` when all may be meant.
    fn add_ranks(&self, last: &Last, ranks: &mut Vec<usize>) -> Option<()> {
        match last {
            Last::Name(name) => ranks.extend(self.names.get(name).into_iter().flatten()),
            Last::Extension(extension) => ranks.extend(self.extensions.get(extension).into_iter().flatten()),
            Last::Below(folder) => {
                let runs = self.folders.get(folder).into_iter().flatten();
                ranks.extend(runs.flat_map(|run| self.run(*run)));
            }
            Last::BelowWithin(text) => {
                let named = self.folders.iter().filter(|(name, _)| name.contains(text.as_str()));
                ranks.extend(named.flat_map(|(_, runs)| runs).flat_map(|run| self.run(*run)));
            }
            Last::Within(text) => {
                let finder = memchr::memmem::Finder::new(text);
                let named = self.names.iter().filter(|(name, _)| finder.find(name.as_bytes()).is_some());
                ranks.extend(named.flat_map(|(_, ranks)| ranks));
            }
            Last::Any => return None,
        }
        Some(())
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
            Last::Below(folder) => self.folders.contains_key(folder),
            // Looking through all names would cost more than it saves.
            Last::Within(_) | Last::BelowWithin(_) | Last::Any => true,
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

/// What a path must have for a glob to match it, as far as its names show; mostly of its last part.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Last {
    /// The name of the file.
    Name(String),
    /// Its extension.
    Extension(String),
    /// A part of its name.
    Within(String),
    /// The name of a folder above it.
    Below(String),
    /// A part of such a name.
    BelowWithin(String),
    /// Nothing that can be known.
    Any,
}

impl Last {
    /// Of a glob whose braces are written out.
    fn of(glob: &str) -> Self {
        let is_open = |text: &str| text.contains(['*', '?', '[', '{', '}', '\\']);
        let last = name_of(glob);
        match last.rsplit_once('.') {
            _ if !is_open(last) => return Self::Name(last.to_owned()),
            Some((_, extension)) if !is_open(extension) => return Self::Extension(extension.to_owned()),
            _ => {}
        }
        let folders = || folder_of(glob).split('/');
        if let Some(folder) = folders().find(|part| !part.is_empty() && !is_open(part)) {
            return Self::Below(folder.to_owned());
        }
        match (literal(last), folders().map(literal).max_by_key(|text| text.len())) {
            (text, _) if !text.is_empty() => Self::Within(text.to_owned()),
            (_, Some(text)) if !text.is_empty() => Self::BelowWithin(text.to_owned()),
            _ => Self::Any,
        }
    }
}

/// The longest text of a part of a glob that is there letter for letter.
fn literal(part: &str) -> &str {
    let (mut longest, mut rest) = ("", part);
    while !rest.is_empty() && !rest.contains(['\\', '{', '}']) {
        let to = rest.find(['*', '?', '[']).unwrap_or(rest.len());
        if to > longest.len() {
            longest = &rest[..to];
        }
        rest = match rest[to..].strip_prefix('[') {
            // A bracket that comes first, or after `!`, is one of the letters of the class.
            Some(class) => {
                let first = class.strip_prefix('!').unwrap_or(class);
                let end = first.char_indices().skip(1).find(|(_, letter)| *letter == ']');
                end.map_or("", |(end, _)| &first[end + 1..])
            }
            None => rest.get(to + 1..).unwrap_or(""),
        };
    }
    longest
}

/// What paths must have for one of these globs to match.
fn lasts<'g>(globs: impl Iterator<Item = &'g str>) -> Vec<Last> {
    let mut all = Vec::new();
    for glob in globs.filter(|glob| !glob.starts_with('!')) {
        let Some(written_out) = alternatives(glob) else { return vec![Last::Any] };
        for one in written_out {
            match Last::of(&one) {
                Last::Any => return vec![Last::Any],
                last => all.push(last),
            }
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

/// A glob with its braces written out; `None` when they are nested, hold folders or say too much.
fn alternatives(glob: &str) -> Option<Vec<String>> {
    const MOST: usize = 64;
    let Some((before, rest)) = glob.split_once('{') else { return Some(vec![glob.to_owned()]) };
    let (inside, after) = rest.split_once('}')?;
    if inside.contains(['{', '/']) {
        return None;
    }
    let after = alternatives(after)?;
    let all = inside.split(',').flat_map(|one| after.iter().map(move |after| format!("{before}{one}{after}")));
    Some(all.collect()).filter(|all: &Vec<String>| all.len() <= MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_without_measure_is_refused() {
        // The second filled the stack, the third took fifteen seconds.
        for glob in ["{".repeat(20_000), format!("{}x{}", "{".repeat(8_000), "}".repeat(8_000)), "!".repeat(40_000)] {
            assert!(parse_glob(&glob).is_err(), "{}", &glob[..8]);
        }
        let nested = format!("{}x{}", "{".repeat(511), "}".repeat(511));
        assert!(glob_set([nested.as_str()]).is_err() || Globs::new([nested.as_str()]).is_ok());
        let many: Vec<String> = (0..65).map(|n| format!("{n:0>1024}")).collect();
        assert!(glob_set(many.iter().map(String::as_str)).is_err());
        assert!(glob_set(many[..60].iter().map(String::as_str)).is_ok());
    }

    #[test]
    fn candidates_leave_out_no_file_that_a_glob_designates() {
        let paths = [
            ".github/workflows/ci.yml",
            ".scalingo/run",
            "Dockerfile",
            "Dockerfile.prod",
            "a/[slug]/page.tsx",
            "a/[slug]x.tsx",
            "apps/web/Dockerfile.prod-eu",
            "charts/web/values.yaml",
            "deploy/eu/compose.yaml",
            "deploy/eu/docker-compose.yml",
            "docker-compose.prod.yml",
            "helm/a/b.txt",
            "helm/c.txt",
            "x/helm",
            "x/helm-notes.md",
            "x/y/helm/z",
        ];
        let names = Names::of(paths.into_iter());
        for (glob, most) in [
            ("**/helm/**", 3),
            ("**/.scalingo/**", 1),
            ("**/Dockerfile.prod*", 2),
            ("**/{deploy,deployment}/**/*compose.{yml,yaml}", 5),
            ("**/*compose*prod*.{yml,yaml}", 5),
            ("**/charts/**/*", 1),
            ("**/[[]slug[]]*/**", 1),
            ("**/[[]slug[]]*", 1),
            ("**/[!x]elm-*", 1),
            ("**", 16),
            ("**/*", 16),
            ("x/*", 3),
            ("{a,{b,c}}/x", 16),
            ("**/nowhere/**", 0),
        ] {
            let globs = Globs::new([glob]).expect("a glob");
            let wanted: Vec<usize> = (0..paths.len()).filter(|at| globs.is_match(paths[*at])).collect();
            let told = globs.candidates(&names, paths.len()).unwrap_or_else(|| (0..paths.len()).collect());
            assert!(wanted.iter().all(|at| told.contains(at)), "{glob}: {wanted:?} of {told:?}");
            assert_eq!(told.len(), most, "{glob}: {told:?}");
        }
    }
}
