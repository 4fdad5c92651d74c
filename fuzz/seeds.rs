//! The first inputs of each target: the files of the cases of rules, and what is written by hand.

use std::path::{Path, PathBuf};

use super::{Target, trees};

/// Where the first inputs of a target come from.
pub enum Seeds {
    /// The files of cases whose name is one of these, or starts or ends as one of these.
    Named(&'static [&'static str]),
    /// The files of cases below a folder.
    Below(&'static str),
    /// The files of cases that have one of these names, each with the byte that chooses the name before it.
    Chosen(&'static [&'static str]),
    /// These texts.
    Written(&'static [&'static str]),
    /// The rules themselves.
    Rules,
    /// Reports on a few cases.
    Reports,
    /// Objects of git.
    Objects,
    /// Whole cases.
    Trees,
    /// Edits of a git directory.
    Edits,
}

/// How many seeds a target has at most, and bytes one of them.
const MOST: (usize, usize) = (2_000, 100_000);

/// The first inputs of a target. The folder is that of the crate.
pub fn seeds(target: &Target, root: &Path) -> Vec<Vec<u8>> {
    let fixtures = || files(&root.join("fixtures"));
    let mut found: Vec<Vec<u8>> = match &target.seeds {
        Seeds::Named(names) => with(fixtures(), |path| {
            let name = path.rsplit('/').next().unwrap_or(path);
            names.iter().any(|pattern| is_named(pattern, name)).then(Vec::new)
        }),
        Seeds::Below(folder) => with(fixtures(), |path| path.contains(*folder).then(Vec::new)),
        Seeds::Chosen(names) => with(fixtures(), |path| {
            let file = path.rsplit('/').next()?;
            let at = names.iter().position(|name| path.ends_with(&format!("/{name}")) || is_named(name, file))?;
            Some(vec![u8::try_from(at).expect("few names")])
        }),
        Seeds::Written(texts) => texts.iter().map(|text| text.as_bytes().to_vec()).collect(),
        Seeds::Rules => with(files(&root.join("rules")), |path| path.ends_with(".yml").then(Vec::new)),
        Seeds::Reports => cases(root).iter().step_by(97).take(20).map(|case| trees::report_of(case)).collect(),
        Seeds::Objects => super::git::objects(),
        Seeds::Trees => cases(root),
        Seeds::Edits => (0..64).map(|file: u8| vec![file, file.wrapping_mul(37), 0, 40, 3, b'a', b'\n', 0]).collect(),
    };
    found.retain(|seed| seed.len() <= MOST.1);
    // A name without a case starts from nothing but its name.
    if let Seeds::Chosen(names) = &target.seeds {
        found.extend((0..names.len()).map(|at| vec![u8::try_from(at).expect("few names"), b'\n']));
    }
    found.sort();
    found.dedup();
    let step = found.len().div_ceil(MOST.0).max(1);
    found.into_iter().step_by(step).collect()
}

fn is_named(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => name.len() >= pattern.len() - 1 && name.starts_with(start) && name.ends_with(end),
        None => name == pattern,
    }
}

/// The files that a function gives a start, each after its start.
fn with(files: Vec<PathBuf>, start: impl Fn(&str) -> Option<Vec<u8>>) -> Vec<Vec<u8>> {
    let seed = |path: &PathBuf| {
        let mut seed = start(&path.to_string_lossy().replace('\\', "/"))?;
        seed.extend(std::fs::read(path).ok()?);
        Some(seed)
    };
    files.iter().filter_map(seed).collect()
}

/// The trees of the cases of rules: `fixtures/<rule>/<outcome>/<case>/`.
fn cases(root: &Path) -> Vec<Vec<u8>> {
    let below = |folders: Vec<PathBuf>| folders.iter().flat_map(|folder| entries(folder)).collect::<Vec<_>>();
    let mut folders = vec![root.join("fixtures")];
    for _ in 0..3 {
        folders = below(folders).into_iter().filter(|path| path.is_dir()).collect();
    }
    let tree = |folder: &PathBuf| {
        let files = files(folder).into_iter().filter_map(|path| {
            let name = path.strip_prefix(folder).ok()?.to_string_lossy().replace('\\', "/");
            (name != "case.yml").then_some((name, std::fs::read(&path).ok()?))
        });
        trees::encode(&files.collect::<Vec<_>>())
    };
    folders.iter().map(tree).filter(|tree| !tree.is_empty()).collect()
}

/// Every file below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = open.pop() {
        for path in entries(&folder) {
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    found.sort();
    found
}
