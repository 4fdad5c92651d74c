//! Where a forge shows a commit and the lines of its files.

use super::address::{Address, Software};
use crate::base::location::Location;
use crate::base::text::{escaped_path, escaped_segment};

/// The pages of one commit.
#[derive(Debug, Clone)]
pub(crate) struct Pages {
    software: Software,
    /// The page of the repository.
    pub home: String,
    commit: String,
    /// The folder that is audited, relative to the root of the repository.
    below: String,
}

impl Pages {
    /// The pages of a commit, whose paths are seen from a folder of the repository.
    pub(crate) fn new(address: &Address, commit: &str, below: &str) -> Self {
        Self { software: address.software, home: address.page(), commit: commit.to_owned(), below: below.to_owned() }
    }

    /// The page of the commit.
    pub(crate) fn commit(&self) -> String {
        match self.software {
            Software::GitLab => format!("{}/-/commit/{}", self.home, self.commit),
            Software::GitHub | Software::Forgejo => format!("{}/commit/{}", self.home, self.commit),
        }
    }

    /// The page of a file at this commit, at its line where one is known.
    pub(crate) fn of(&self, place: &Location) -> String {
        let path = match self.below.as_str() {
            "" => escaped_path(&place.path),
            below => format!("{}/{}", escaped_path(below), escaped_path(&place.path)),
        };
        let commit = escaped_segment(&self.commit);
        let folder = match self.software {
            Software::GitHub => "blob",
            Software::GitLab => "-/blob",
            Software::Forgejo => "src/commit",
        };
        // A rendered document has no lines.
        let rendered = [".md", ".markdown", ".rst", ".adoc", ".org"];
        let is_rendered = rendered.iter().any(|end| path.to_lowercase().ends_with(end));
        let source = match (self.software, place.line) {
            (Software::GitHub | Software::GitLab, Some(_)) if is_rendered => "?plain=1",
            (Software::Forgejo, Some(_)) if is_rendered => "?display=source",
            _ => "",
        };
        let line = place.line.map(|line| format!("#L{line}")).unwrap_or_default();
        format!("{}/{folder}/{commit}/{path}{source}{line}", self.home)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::forge::address::Forges;

    fn page(url: &str, below: &str, place: &Location) -> String {
        let address = Address::of(url, &Forges::default(), &|_| None).expect("an address");
        Pages::new(&address, "abc123", below).of(place)
    }

    #[test]
    fn each_forge_has_its_own_pages() {
        let place = Location::line("src/été #1.js", 7);
        assert_eq!(
            page("git@github.com:o/r.git", "", &place),
            "https://github.com/o/r/blob/abc123/src/%C3%A9t%C3%A9%20%231.js#L7"
        );
        assert_eq!(
            page("https://gitlab.com/g/s/r.git", "api", &place),
            "https://gitlab.com/g/s/r/-/blob/abc123/api/src/%C3%A9t%C3%A9%20%231.js#L7"
        );
        assert_eq!(
            page("https://codeberg.org/o/r", "", &Location::file("README.md")),
            "https://codeberg.org/o/r/src/commit/abc123/README.md"
        );
        assert!(page("https://github.com/o/r", "", &Location::line("README.md", 2)).ends_with("README.md?plain=1#L2"));
    }
}
