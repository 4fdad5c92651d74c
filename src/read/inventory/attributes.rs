//! The marks that `.gitattributes` puts on paths for linguist.

use globset::{GlobBuilder, GlobMatcher};

use super::role::Role;

/// One pattern of a `.gitattributes` file and the role that it gives or takes away.
#[derive(Debug)]
struct Mark {
    matcher: GlobMatcher,
    role: Role,
    set: bool,
}

/// The linguist marks of a repository: the last one that matches a path wins, as in git.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    marks: Vec<Mark>,
}

impl Attributes {
    /// Reads a `.gitattributes` file that is in `folder` (empty for the root).
    pub(super) fn add(&mut self, folder: &str, text: &str) {
        for line in text.lines() {
            let mut words = line.split_whitespace();
            let Some(pattern) = words.next().filter(|pattern| !pattern.starts_with('#')) else {
                continue;
            };
            let Some(matcher) = glob(folder, pattern) else {
                continue;
            };
            for word in words {
                let (name, set) = match word.strip_prefix('-') {
                    Some(name) => (name, false),
                    None => {
                        let (name, value) = word.split_once('=').unwrap_or((word, "true"));
                        (name, value != "false")
                    }
                };
                let role = match name {
                    "linguist-vendored" => Role::Vendored,
                    "linguist-generated" => Role::Generated,
                    "linguist-documentation" => Role::Docs,
                    _ => continue,
                };
                self.marks.push(Mark { matcher: matcher.clone(), role, set });
            }
        }
    }

    /// The role of a path, given the one that its name suggests.
    pub(super) fn role(&self, path: &str, guess: Role) -> Role {
        let mut role = guess;
        for mark in &self.marks {
            if mark.matcher.is_match(path) {
                if mark.set {
                    role = mark.role;
                } else if role == mark.role {
                    role = Role::Source;
                }
            }
        }
        role
    }
}

/// A gitattributes pattern as a glob from the root: without a slash it matches at any depth.
fn glob(folder: &str, pattern: &str) -> Option<GlobMatcher> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let pattern = match pattern.strip_prefix('/') {
        Some(rooted) => format!("{prefix}{rooted}"),
        None if pattern.trim_end_matches('/').contains('/') => format!("{prefix}{pattern}"),
        None => format!("{prefix}**/{pattern}"),
    };
    GlobBuilder::new(&pattern).literal_separator(true).build().ok().map(|glob| glob.compile_matcher())
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
        assert_eq!(attributes.role("static/a.js", Role::Source), Role::Vendored);
        assert_eq!(attributes.role("static/own/a.js", Role::Source), Role::Source);
        assert_eq!(attributes.role("src/x.gen.ts", Role::Source), Role::Generated);
        assert_eq!(attributes.role("src/x.ts", Role::Source), Role::Source);
    }
}
