//! What git ignores: the rules of each folder, of the repository and of the person, each file read once.

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::base::disk::{Root, read_named};
use crate::base::text::decode;
use crate::read::source::disk::{read_disk, relative};
use crate::read::source::entry::{Content, HUGE, Note};
use crate::read::wildmatch::{Case, Work, designates};

/// The file of a folder that holds its rules.
const FILE: &str = ".gitignore";

/// How many files of rules may weigh on one path; past it they are left out, and a note says so.
const DEEPEST: usize = 64;

/// How many bytes of rules may weigh on one path, all files together (1 MiB).
const HEAVIEST: usize = 1024 * 1024;

/// The rules that weigh on the folder where a walk stands.
pub(super) struct Ignored {
    workdir: PathBuf,
    disk: Option<Root>,
    case: Case,
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
    /// Whether a note says that a path below it asked for too much.
    told: bool,
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
            case: if any_case { Case::Ignored } else { Case::Counts },
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
        let found =
            self.disk.as_ref().filter(|_| !ignored).map(|disk| read_disk(disk, &folder.join(FILE), HUGE, Vec::new()));
        if let Some(Content::Huge(_)) = found {
            self.note(folder, "it is too large", "il est trop gros");
        }
        let bytes = match found {
            Some(Content::Bytes(bytes)) => Some(bytes),
            _ => None,
        };
        let rules = bytes.and_then(|bytes| self.rules(&bytes, folder));
        self.levels.push(Level { folder: folder.to_owned(), rules, ignored, told: false });
    }

    fn rules(&mut self, bytes: &[u8], folder: &Path) -> Option<Rules> {
        let above = self.levels.iter().filter_map(|level| level.rules.as_ref()).chain(&self.everywhere);
        let (files, weight) = above.fold((0, 0), |(files, weight), rules| (files + 1, weight + rules.text.len()));
        if files >= DEEPEST {
            self.note(folder, "too many ignore files above it", "trop de fichiers d'exclusion au-dessus");
            return None;
        }
        let text = decode(bytes)?;
        if weight + text.len() > HEAVIEST {
            self.note(folder, "its ignore rules are too many", "ses règles d'exclusion sont trop nombreuses");
            return None;
        }
        Some(Rules::read(&text, folder)).filter(|rules| !rules.all.is_empty())
    }

    fn note(&mut self, folder: &Path, en: &str, fr: &str) {
        let path = relative(&folder.join(FILE), &self.workdir);
        self.notes.push(Note::new(path, format!("not applied: {en}"), format!("non appliqué : {fr}")));
    }

    /// Whether the nearest rule that matches says so. A path that asks for too much work is audited, and a note says so.
    fn matches(&mut self, path: &Path, what: What) -> bool {
        let work = Work::default();
        let nearest = self.levels.iter().rev().filter_map(|level| level.rules.as_ref());
        let decided = nearest
            .chain(&self.everywhere)
            .find_map(|rules| rules.decide(path, what, self.case, &work))
            .unwrap_or(false);
        if !work.is_spent() {
            return decided;
        }
        let nearest = self.levels.iter_mut().rev().find(|level| level.rules.is_some());
        if let Some(level) = nearest.filter(|level| !level.told) {
            level.told = true;
            let folder = level.folder.clone();
            self.note(
                &folder,
                "its ignore rules ask for too much work",
                "ses règles d'exclusion demandent trop de travail",
            );
        }
        false
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
    text: String,
    all: Vec<Rule>,
}

/// Where a rule stands in the text, and what it says of the paths that it matches.
struct Rule {
    pattern: Range<usize>,
    ignores: bool,
    folders_only: bool,
}

impl Rules {
    fn read(text: &str, folder: &Path) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1));
        let all = starts.filter_map(|start| rule(text, start)).collect();
        Self { folder: folder.to_owned(), text: text.to_owned(), all }
    }

    /// What the last rule that matches says.
    fn decide(&self, path: &Path, what: What, case: Case, work: &Work) -> Option<bool> {
        let below = relative_bytes(path.strip_prefix(&self.folder).ok()?);
        let rules = self.all.iter().rev().take_while(|_| !work.is_spent());
        let rules = rules.filter(|rule| what == What::Folder || !rule.folders_only);
        let mut matching = rules.filter(|rule| designates(&self.text[rule.pattern.clone()], &below, case, work));
        matching.next().map(|rule| rule.ignores)
    }
}

/// The bytes of a path, with `/` between folders.
fn relative_bytes(path: &Path) -> Cow<'_, [u8]> {
    let bytes = path.as_os_str().as_encoded_bytes();
    match std::path::MAIN_SEPARATOR {
        '/' => Cow::Borrowed(bytes),
        _ => Cow::Owned(bytes.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect()),
    }
}

/// The rule of the line that starts at an offset of a text.
fn rule(text: &str, start: usize) -> Option<Rule> {
    let line = text[start..].split('\n').next().unwrap_or_default();
    let line = without_trailing_spaces(line.trim_end_matches('\r'));
    if line.starts_with('#') {
        return None;
    }
    let (line, ignores) = line.strip_prefix('!').map_or((line, true), |rest| (rest, false));
    let start = start + usize::from(!ignores);
    let (line, folders_only) = line.strip_suffix('/').map_or((line, false), |rest| (rest, true));
    (!line.is_empty()).then(|| Rule { pattern: start..start + line.len(), ignores, folders_only })
}

/// A space counts at the end of a line when a backslash stands before it.
fn without_trailing_spaces(line: &str) -> &str {
    let bare = line.trim_end_matches(' ');
    let escapes = bare.len() - bare.trim_end_matches('\\').len();
    if escapes % 2 == 1 && bare.len() < line.len() { &line[..=bare.len()] } else { bare }
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

    #[test]
    fn rules_by_the_hundred_thousand_cost_what_they_weigh() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let root = std::fs::canonicalize(folder.path()).expect("a path");
        let repository = git2::Repository::init(&root).expect("a repository");
        let many = |to: usize| (0..to).map(|n| format!("*a*{n}?b\n")).collect::<String>();
        for (name, rules) in [("a", many(80_000)), ("a/b", many(80_000)), ("c", many(200_000))] {
            std::fs::create_dir_all(root.join(name)).expect("a folder");
            std::fs::write(root.join(name).join(FILE), rules).expect("rules");
        }
        let mut ignored = Ignored::of(&repository, &root);
        let started = std::time::Instant::now();
        for below in ["a/x", "a/b/x", "c/x"] {
            for n in 0..10 {
                assert!(!ignored.has(&root.join(format!("{below}{n}.js")), What::File));
            }
        }
        assert!(started.elapsed().as_secs() < 20);
        let notes: Vec<String> = ignored.notes.iter().map(|note| format!("{} {}", note.path, note.what.en)).collect();
        assert_eq!(
            notes,
            [
                "a/.gitignore not applied: its ignore rules ask for too much work",
                "a/b/.gitignore not applied: its ignore rules are too many",
                "c/.gitignore not applied: it is too large",
            ]
        );
    }
}
