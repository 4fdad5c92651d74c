//! What git ignores: the rules of each folder, of the repository and of the person, each file read once.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::base::disk::{Root, read_named};
use crate::base::text::decode;
use crate::read::source::disk::{read_disk, relative};
use crate::read::source::entry::{Content, HUGE, Note};

/// The file of a folder that holds its rules.
const FILE: &str = ".gitignore";

/// How many files of rules may weigh on one path; past it they are left out, and a note says so.
const DEEPEST: usize = 64;

/// Classes of characters that have a name in the patterns of git.
const CLASSES: &[(&str, &str)] = &[
    ("[:alnum:]", "A-Za-z0-9"),
    ("[:alpha:]", "A-Za-z"),
    ("[:digit:]", "0-9"),
    ("[:lower:]", "a-z"),
    ("[:upper:]", "A-Z"),
    ("[:xdigit:]", "0-9A-Fa-f"),
    ("[:space:]", " \t"),
];

/// The rules that weigh on the folder where a walk stands.
pub(super) struct Ignored {
    workdir: PathBuf,
    disk: Option<Root>,
    any_case: bool,
    /// Of the repository, then of the person.
    everywhere: Vec<Rules>,
    /// From the root of the working tree to the folder where the walk stands.
    levels: Vec<Level>,
    /// What could not be used.
    pub(super) notes: Vec<Note>,
}

/// A folder that the walk is in.
struct Level {
    folder: PathBuf,
    rules: Option<Rules>,
    ignored: bool,
}

/// What stands at a path that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A folder.
    Folder,
    /// Anything else.
    File,
}

impl Ignored {
    /// The rules of a repository and of its working tree.
    pub(super) fn of(repository: &git2::Repository, workdir: &Path) -> Self {
        let config = repository.config().and_then(|mut config| config.snapshot());
        let any_case = config.as_ref().is_ok_and(|config| config.get_bool("core.ignorecase").unwrap_or(false));
        let own = config.as_ref().ok().and_then(|config| config.get_path("core.excludesfile").ok());
        let mut ignored = Self {
            disk: Root::open(workdir).ok(),
            workdir: workdir.to_owned(),
            any_case,
            everywhere: Vec::new(),
            levels: Vec::new(),
            notes: Vec::new(),
        };
        let files = [Some(repository.commondir().join("info/exclude")), own.or_else(default_list)];
        for file in files.into_iter().flatten() {
            // The person's own list may be a link; what a repository names was looked at before it was opened.
            if let Ok(bytes) = read_named(&workdir.join(file), HUGE) {
                let rules = ignored.rules(&bytes, workdir);
                ignored.everywhere.extend(rules);
            }
        }
        ignored.push(workdir);
        ignored
    }

    /// Whether git ignores a path below the working tree. A walk in depth makes it read every file of rules once.
    pub(super) fn has(&mut self, path: &Path, what: What) -> bool {
        path.parent().is_some_and(|folder| self.enter(folder)) || self.matches(path, what)
    }

    /// Stands in a folder; whether that folder is ignored.
    fn enter(&mut self, folder: &Path) -> bool {
        while self.levels.len() > 1 && self.levels.last().is_some_and(|level| !folder.starts_with(&level.folder)) {
            self.levels.pop();
        }
        let stands = self.levels.last().map_or(Path::new(""), |level| &level.folder);
        let missing: Vec<&Path> = folder.ancestors().take_while(|above| *above != stands).collect();
        for folder in missing.into_iter().rev() {
            self.push(folder);
        }
        self.levels.last().is_some_and(|level| level.ignored)
    }

    fn push(&mut self, folder: &Path) {
        let root = self.levels.is_empty();
        let above = self.levels.last().is_some_and(|level| level.ignored);
        let ignored = above || !root && self.matches(folder, What::Folder);
        let bytes = if ignored { None } else { self.disk.as_ref().and_then(|disk| rules_of(disk, folder)) };
        let rules = bytes.and_then(|bytes| self.rules(&bytes, folder));
        self.levels.push(Level { folder: folder.to_owned(), rules, ignored });
    }

    fn rules(&mut self, bytes: &[u8], folder: &Path) -> Option<Rules> {
        if self.levels.iter().filter(|level| level.rules.is_some()).count() >= DEEPEST {
            self.note(folder, "too many ignore files above it", "trop de fichiers d'exclusion au-dessus");
            return None;
        }
        let text = decode(bytes)?;
        let rules = Rules::read(&text, folder, self.any_case);
        if rules.is_none() {
            self.note(folder, "its ignore rules are too many", "ses règles d'exclusion sont trop nombreuses");
        }
        rules.filter(|rules| !rules.kinds.is_empty())
    }

    fn note(&mut self, folder: &Path, en: &str, fr: &str) {
        let path = relative(&folder.join(FILE), &self.workdir);
        self.notes.push(Note::new(path, format!("not applied: {en}"), format!("non appliqué : {fr}")));
    }

    /// Whether the nearest rule that matches says so.
    fn matches(&self, path: &Path, what: What) -> bool {
        let nearest = self.levels.iter().rev().filter_map(|level| level.rules.as_ref());
        nearest.chain(&self.everywhere).find_map(|rules| rules.decide(path, what)).unwrap_or(false)
    }
}

/// The list that git reads when the settings name none.
fn default_list() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let config = set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")));
    Some(config?.join("git/ignore"))
}

/// The rules of one file, which count from its folder down.
struct Rules {
    folder: PathBuf,
    set: GlobSet,
    kinds: Vec<Kind>,
}

/// What a rule says of the paths that it matches.
struct Kind {
    ignores: bool,
    folders_only: bool,
}

impl Rules {
    /// Reads rules; `None` when they are too many.
    fn read(text: &str, folder: &Path, any_case: bool) -> Option<Self> {
        let mut set = GlobSetBuilder::new();
        let mut kinds = Vec::new();
        for (pattern, kind) in text.lines().filter_map(rule) {
            let glob = GlobBuilder::new(&pattern)
                .literal_separator(true)
                .backslash_escape(true)
                .case_insensitive(any_case)
                .build();
            // A pattern that is none matches nothing.
            if let Ok(glob) = glob {
                set.add(glob);
                kinds.push(kind);
            }
        }
        Some(Self { folder: folder.to_owned(), set: set.build().ok()?, kinds })
    }

    /// What the last rule that matches says.
    fn decide(&self, path: &Path, what: What) -> Option<bool> {
        let below = path.strip_prefix(&self.folder).ok()?;
        let matched = self.set.matches(below);
        let kinds = matched.into_iter().rev().map(|at| &self.kinds[at]);
        kinds.into_iter().find(|kind| what == What::Folder || !kind.folders_only).map(|kind| kind.ignores)
    }
}

/// The file of rules of a folder, never through a link.
fn rules_of(disk: &Root, folder: &Path) -> Option<Vec<u8>> {
    match read_disk(disk, &folder.join(FILE), HUGE, Vec::new()) {
        Content::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

/// A line of rules as a glob below its folder.
fn rule(line: &str) -> Option<(String, Kind)> {
    let line = without_trailing_spaces(line.trim_end_matches('\r'));
    if line.starts_with('#') {
        return None;
    }
    let (line, ignores) = line.strip_prefix('!').map_or((line, true), |rest| (rest, false));
    let (line, folders_only) = line.strip_suffix('/').map_or((line, false), |rest| (rest, true));
    let anchored = line.contains('/');
    let line = line.strip_prefix('/').unwrap_or(line);
    if line.is_empty() {
        return None;
    }
    let glob = glob_of(line);
    Some((if anchored { glob } else { format!("**/{glob}") }, Kind { ignores, folders_only }))
}

/// A space counts at the end of a line when a backslash stands before it.
fn without_trailing_spaces(line: &str) -> &str {
    let bare = line.trim_end_matches(' ');
    let escapes = bare.len() - bare.trim_end_matches('\\').len();
    if escapes % 2 == 1 && bare.len() < line.len() { &line[..=bare.len()] } else { bare }
}

/// A pattern of git as a glob of ours, in which braces mean something unless escaped.
fn glob_of(pattern: &str) -> String {
    let mut named = pattern.to_owned();
    for (name, characters) in CLASSES.iter().filter(|(name, _)| pattern.contains(name)) {
        named = named.replace(name, characters);
    }
    let (mut glob, mut in_class, mut escaped) = (String::with_capacity(named.len() + 4), false, false);
    for c in named.chars() {
        if matches!(c, '{' | '}') && !in_class && !escaped {
            glob.push('\\');
        }
        in_class = !escaped && (c == '[' || in_class && c != ']');
        escaped = c == '\\' && !escaped;
        glob.push(c);
    }
    glob
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "\u{feff}# comment\n*.log\n!keep.log\n/only-here\nbuild/\ndoc/*.txt\na/**/z\n**/deep\nall/**\n\
        {x,y}.js\n\\!odd\n\\#odd\nspace\\ \nspaces   \n[0-9].c\n[[:digit:]]d\n[broken\nw?\nq[!a]\n\n/\ncr\r\nfoo**bar\n*/mid\n";

    const PATHS: &[&str] = &[
        "x.log",
        "keep.log",
        "n/x.log",
        "n/keep.log",
        "only-here",
        "n/only-here",
        "build",
        "n/build",
        "doc/a.txt",
        "n/doc/a.txt",
        "doc/n/a.txt",
        "a/z",
        "a/b/z",
        "a/b/c/z",
        "deep",
        "n/m/deep",
        "all",
        "all/x",
        "n/all/x",
        "x.js",
        "{x,y}.js",
        "!odd",
        "#odd",
        "space ",
        "space",
        "spaces",
        "1.c",
        "x.c",
        "1d",
        "xd",
        "[broken",
        "wa",
        "wab",
        "qb",
        "qa",
        "cr",
        "fooxbar",
        "foo/bar",
        "n/mid",
        "mid",
        "n/m/mid",
        "été.log",
        ".log",
        "n/sub/un.md",
        "n/un.md",
        "private.key",
        "n/private.key",
    ];

    #[test]
    fn paths_are_ignored_as_git_ignores_them() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let root = std::fs::canonicalize(folder.path()).expect("a path");
        let repository = git2::Repository::init(&root).expect("a repository");
        for below in ["n/m", "n/sub", "n/doc", "n/all"] {
            std::fs::create_dir_all(root.join(below)).expect("folders");
        }
        std::fs::write(root.join(".gitignore"), RULES).expect("rules");
        std::fs::write(root.join("n/sub/.gitignore"), "!over.log\n*.md\n").expect("rules");
        std::fs::write(root.join(".git/info/exclude"), "*.key\n/n/un.md\n").expect("rules");
        let mut ignored = Ignored::of(&repository, &root);
        for path in PATHS {
            let folder = if *path == "build" || *path == "n/build" { "/" } else { "" };
            let what = if folder.is_empty() { What::File } else { What::Folder };
            let git = repository.is_path_ignored(format!("{path}{folder}")).expect("an answer");
            assert_eq!(ignored.has(&root.join(path), what), git, "{path}");
        }
        // libgit2 forgets a `!` that undoes a rule of a folder above; git does not.
        assert!(!ignored.has(&root.join("n/sub/over.log"), What::File));
        assert!(!ignored.has(&root.join("build"), What::File) && ignored.has(&root.join("build/x"), What::File));
    }
}
