//! The marks that `.gitattributes` puts on paths for linguist.

use std::collections::HashMap;

use crate::base::path::join;
use crate::read::source::Note;
use crate::read::wildmatch::{Case, Work, designates};

use super::role::Role;

/// The name of such a file.
pub(super) const FILE: &str = ".gitattributes";

/// How many bytes of marks are kept, all files together (1 MiB): one that goes past it is left out, and a note says so.
const HEAVIEST: usize = 1024 * 1024;

/// The roles that a mark gives or takes away.
const MARKS: &[(&str, Role)] = &[
    ("linguist-vendored", Role::Vendored),
    ("linguist-generated", Role::Generated),
    ("linguist-documentation", Role::Docs),
];

/// One pattern of a `.gitattributes` file and what it says of each of [`MARKS`].
#[derive(Debug)]
struct Mark {
    pattern: Box<str>,
    said: [Option<bool>; MARKS.len()],
}

/// The linguist marks of a repository, by folder: the last one that matches a path wins, and the nearest file, as in git.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    folders: HashMap<String, Vec<Mark>>,
    weight: usize,
    /// The files that are left out.
    pub(super) notes: Vec<Note>,
}

impl Attributes {
    /// Reads a `.gitattributes` file that is in `folder` (empty for the root).
    pub(super) fn add(&mut self, folder: &str, text: &str) {
        let mut marks = Vec::new();
        let mut weight = 0;
        for line in text.lines() {
            let mut words = line.split_whitespace();
            let Some(pattern) = words.next().filter(|pattern| !pattern.starts_with('#')) else {
                continue;
            };
            let mut said = [None; MARKS.len()];
            for word in words {
                let (name, set) = match word.strip_prefix('-') {
                    Some(name) => (name, false),
                    None => {
                        let (name, value) = word.split_once('=').unwrap_or((word, "true"));
                        (name, value != "false")
                    }
                };
                if let Some(at) = MARKS.iter().position(|(known, _)| *known == name) {
                    said[at] = Some(set);
                }
            }
            if said.iter().any(Option::is_some) {
                weight += size_of::<Mark>() + pattern.len();
                marks.push(Mark { pattern: pattern.into(), said });
            }
        }
        if self.weight + weight > HEAVIEST {
            return self.left_out(
                &join(folder, FILE).unwrap_or_default(),
                "its marks are too many",
                "ses marques sont trop nombreuses",
            );
        }
        if !marks.is_empty() {
            self.weight += weight;
            self.folders.entry(folder.to_owned()).or_default().extend(marks);
        }
    }

    /// Says that the marks of a file do not count.
    pub(super) fn left_out(&mut self, path: &str, en: &str, fr: &str) {
        self.notes.push(Note::new(path, format!("not applied: {en}"), format!("non appliqué : {fr}")));
    }

    /// The role of a path, given the one that its name suggests; `None` when the marks ask for too much work to tell.
    pub(super) fn role(&self, path: &str, guess: Role) -> Option<Role> {
        let mut role = guess;
        if self.folders.is_empty() {
            return Some(role);
        }
        let work = Work::default();
        let folders = std::iter::once("").chain(path.match_indices('/').map(|(slash, _)| &path[..slash]));
        for folder in folders {
            let below = if folder.is_empty() { path } else { &path[folder.len() + 1..] };
            let marks = self.folders.get(folder).into_iter().flatten();
            for mark in marks.take_while(|_| !work.is_spent()) {
                if !designates(&mark.pattern, below.as_bytes(), Case::Counts, &work) {
                    continue;
                }
                for (said, (_, marked)) in mark.said.iter().zip(MARKS) {
                    match said {
                        Some(true) => role = *marked,
                        Some(false) if role == *marked => role = Role::Source,
                        _ => {}
                    }
                }
            }
        }
        (!work.is_spent()).then_some(role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_matching_mark_wins() {
        let mut attributes = Attributes::default();
        attributes.add(
            "",
            "static/** linguist-vendored\nstatic/own/** -linguist-vendored\n*.gen.ts linguist-generated=true\n# c\n",
        );
        for (path, role) in [
            ("static/a.js", Role::Vendored),
            ("static/own/a.js", Role::Source),
            ("src/x.gen.ts", Role::Generated),
            ("src/x.ts", Role::Source),
        ] {
            assert_eq!(attributes.role(path, Role::Source), Some(role), "{path}");
        }
    }

    #[test]
    fn the_nearest_file_wins_and_braces_are_letters() {
        let mut attributes = Attributes::default();
        attributes.add(".a", "*.js -linguist-vendored\n");
        attributes.add("", "*.js linguist-vendored\n{a,b} linguist-generated\n");
        assert_eq!(attributes.role(".a/x.js", Role::Source), Some(Role::Source));
        assert_eq!(attributes.role("b/x.js", Role::Source), Some(Role::Vendored));
        assert_eq!(attributes.role("{a,b}", Role::Source), Some(Role::Generated));
        assert_eq!(attributes.role("a", Role::Source), Some(Role::Source));
    }

    #[test]
    fn marks_are_bounded_in_size_and_work() {
        let many: String = (0..12_000).map(|n| format!("*a*b{n} linguist-vendored\n")).collect();
        let mut attributes = Attributes::default();
        for folder in ["a", "b", "c"] {
            attributes.add(folder, &many);
        }
        attributes.add("d", &format!("* {}", "linguist-generated ".repeat(54_000)));
        attributes.add("e", &format!("{}x{} linguist-vendored", "{".repeat(300), "}".repeat(300)));
        assert_eq!(attributes.notes.iter().map(|note| note.path.as_str()).collect::<Vec<_>>(), ["c/.gitattributes"]);
        assert_eq!(attributes.role("a/banana-b", Role::Source), None);
        assert_eq!(attributes.role("c/banana-b", Role::Source), Some(Role::Source));
        assert_eq!(attributes.role("d/x", Role::Source), Some(Role::Generated));
    }
}
