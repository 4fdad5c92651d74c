//! Whole git directories, damaged: files cut, changed, swapped, removed.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use equerre::{Options, check};
use git2::{IndexAddOption, Oid, Repository, Signature, Time};
use tempfile::TempDir;

/// The date of every audit: 2026-01-01T00:00:00Z.
const NOW: i64 = 1_767_225_600;

/// How many edits one case makes, at most.
const EDITS: usize = 6;

/// A repository, and the files of its git directory as they were.
struct Copy {
    folder: TempDir,
    files: Vec<(PathBuf, Vec<u8>)>,
    /// Those that were edited.
    edited: Vec<usize>,
}

thread_local! {
    static COPY: RefCell<Option<Copy>> = const { RefCell::new(None) };
}

/// Edits a git directory as the bytes say, and audits its working tree, then its last commit.
pub(super) fn run(bytes: &[u8]) {
    let mut copy = COPY.take().unwrap_or_else(Copy::make);
    copy.restore();
    copy.edit(bytes);
    let path = copy.folder.path().to_owned();
    // It is put back first: a panic leaves it there to be restored.
    COPY.set(Some(copy));
    let options = || Options { as_of: Some(NOW), no_embedded: true, ..Options::default() };
    let _ = check(&path, &options());
    let _ = check(&path, &Options { rev: Some("HEAD".to_owned()), ..options() });
    let _ = check(&path, &Options { changed_since: Some("v1".to_owned()), ..options() });
}

/// The loose objects of the repository, as they stand on the disk.
pub(super) fn objects() -> Vec<Vec<u8>> {
    let copy = Copy::make();
    let is_loose = |path: &Path| path.parent().and_then(Path::file_name).is_some_and(|name| name.len() == 2);
    copy.files.into_iter().filter(|(path, _)| is_loose(path)).map(|(_, bytes)| bytes).collect()
}

impl Copy {
    fn make() -> Self {
        let folder = TempDir::new().expect("a folder");
        make(folder.path()).expect("a repository");
        let mut files = Vec::new();
        read_below(&folder.path().join(".git"), &mut files);
        files.sort();
        Self { folder, files, edited: Vec::new() }
    }

    fn restore(&mut self) {
        for at in self.edited.drain(..) {
            let (path, bytes) = &self.files[at];
            put(path, Some(bytes));
        }
    }

    /// Each edit is a file, what is done, where, how many bytes, and the bytes.
    fn edit(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        for _ in 0..EDITS {
            let [file, what, high, low, length, after @ ..] = rest else { return };
            let (given, next) = after.split_at(after.len().min(usize::from(*length)));
            rest = next;
            let at = usize::from(*file) % self.files.len();
            let mut contents = self.files[at].1.clone();
            let place = usize::from(u16::from_be_bytes([*high, *low])) % (contents.len() + 1);
            let edited = match what % 8 {
                0 => contents.drain(place..).next().is_some(),
                1 if place < contents.len() => {
                    contents[place] ^= 1 << (length % 8);
                    true
                }
                2 => {
                    let end = (place + given.len()).min(contents.len());
                    contents.splice(place..end, given.iter().copied());
                    true
                }
                3 => {
                    contents.splice(place..place, given.iter().copied());
                    true
                }
                4 => {
                    contents = given.to_vec();
                    true
                }
                5 => {
                    contents = self.files[usize::from(*low) % self.files.len()].1.clone();
                    true
                }
                6 => {
                    contents.extend(std::iter::repeat_n(0xff, usize::from(*length) + 1));
                    true
                }
                _ => false,
            };
            put(&self.files[at].0, edited.then_some(contents.as_slice()));
            self.edited.push(at);
        }
    }
}

/// Puts bytes at a path, or nothing. Git's files are read-only.
fn put(path: &Path, bytes: Option<&[u8]>) {
    let _ = std::fs::remove_file(path);
    if let Some(bytes) = bytes {
        std::fs::write(path, bytes).expect("a file");
    }
}

fn read_below(folder: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        match path.is_dir() {
            true if path.ends_with(".git/hooks") => {}
            true => read_below(&path, found),
            false => found.push((path.clone(), std::fs::read(&path).expect("a file"))),
        }
    }
}

/// A repository with a merge, branches, tags of both kinds, a remote, loose objects and packed ones. It is the same each time.
fn make(path: &Path) -> Result<(), git2::Error> {
    let repository = Repository::init(path)?;
    repository.remote("origin", "https://github.com/o/r.git")?;
    let commit = |n: i64, parents: &[Oid]| -> Result<Oid, git2::Error> {
        let files = [("README.md", "# a\n"), ("src/a.js", "console.log(1)\n"), (".gitignore", "*.log\n/dist\n")];
        for (name, text) in files {
            std::fs::create_dir_all(path.join(name).parent().expect("a folder")).expect("folders");
            std::fs::write(path.join(name), format!("{text}{}", "x".repeat(usize::try_from(n).expect("small"))))
                .expect("a file");
        }
        let mut index = repository.index()?;
        index.add_all(["*"], IndexAddOption::DEFAULT, None)?;
        index.write()?;
        let tree = repository.find_tree(index.write_tree()?)?;
        let author = Signature::new("a", "a@example.org", &Time::new(NOW - (40 - n) * 86_400, 60))?;
        let parents = parents.iter().map(|id| repository.find_commit(*id)).collect::<Result<Vec<_>, _>>()?;
        let message = format!("feat: {n}\n\nCo-authored-by: b <b@example.org>\n");
        repository.commit(None, &author, &author, &message, &tree, &parents.iter().collect::<Vec<_>>())
    };
    let first = commit(1, &[])?;
    let (left, right) = (commit(2, &[first])?, commit(3, &[first])?);
    let mut pack = repository.packbuilder()?;
    [first, left].into_iter().try_for_each(|id| pack.insert_commit(id))?;
    pack.write(Path::new(""), 0)?;
    let merge = commit(4, &[left, right])?;
    let last = commit(5, &[merge])?;
    repository.reference("refs/heads/main", last, true, "made")?;
    repository.reference("refs/heads/other", right, true, "made")?;
    repository.reference("refs/remotes/origin/main", merge, true, "made")?;
    repository.set_head("refs/heads/main")?;
    let author = Signature::new("a", "a@example.org", &Time::new(NOW - 86_400, 0))?;
    repository.tag("v1", repository.find_commit(first)?.as_object(), &author, "one", false)?;
    repository.tag_lightweight("v2", repository.find_commit(last)?.as_object(), false)?;
    let packed = format!("# pack-refs with: peeled fully-peeled sorted \n{left} refs/heads/packed\n");
    std::fs::write(path.join(".git/packed-refs"), packed).expect("a file");
    // Objects that are packed are read from the pack.
    for id in [first, left].map(|id| id.to_string()) {
        let _ = std::fs::remove_file(path.join(".git/objects").join(&id[..2]).join(&id[2..]));
    }
    Ok(())
}
