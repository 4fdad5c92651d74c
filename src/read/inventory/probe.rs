//! Questions asked of the text of every file, all in one read.

use std::borrow::Cow;
use std::sync::Arc;

use super::globs::Names;
use crate::read::syntax::CodeQuery;

/// Which files a probe is asked of.
#[derive(Debug, Clone)]
pub enum Files {
    /// Code of the product and its settings; no test, example, documentation or foreign code.
    Product,
    /// Code of the product alone.
    Code,
    /// Tests alone.
    Tests,
    /// Files that match one of these globs, whatever their role short of vendored and generated.
    Globs(Vec<Cow<'static, str>>),
}

/// A question asked of every file: words that must be there, then a pattern around them.
#[derive(Debug, Clone)]
pub struct Probe {
    /// The name under which its hits are found again.
    pub id: Cow<'static, str>,
    /// Words of which one must be in the file, in any case; the pattern alone decides when there is none.
    pub words: &'static [&'static str],
    /// A pattern that must match around the word.
    pub pattern: Option<Cow<'static, str>>,
    /// What must be found in the syntax of the file, in place of a pattern.
    pub code: Option<Arc<CodeQuery>>,
    /// Which files are asked.
    pub files: Files,
    /// Whether a hit in a comment counts.
    pub in_comments: bool,
}

impl Probe {
    /// A probe for words, in the code and settings of the product, outside comments.
    pub fn words(id: &'static str, words: &'static [&'static str]) -> Self {
        Self { id: Cow::Borrowed(id), words, pattern: None, code: None, files: Files::Product, in_comments: false }
    }

    /// The same probe, whose pattern must match around the word.
    #[must_use]
    pub fn matching(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(Cow::Borrowed(pattern));
        self
    }

    /// The same probe, asked of other files.
    #[must_use]
    pub fn of(mut self, files: Files) -> Self {
        self.files = files;
        self
    }

    /// Whether some file of a tree may be asked, as far as its name shows: a question on Ruby need not be compiled for a
    /// tree without any.
    pub fn concerns(&self, names: &Names) -> bool {
        match &self.files {
            Files::Globs(globs) => names.may_match(globs.iter().map(AsRef::as_ref)),
            _ => true,
        }
    }

    /// The same probe, for which comments count too.
    #[must_use]
    pub fn commented(mut self) -> Self {
        self.in_comments = true;
        self
    }
}

/// Where a probe found something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub(super) probe: u16,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_concerns_a_tree_by_the_names_of_its_files() {
        let names = Names::of(["src/a.ts", "Gemfile", "config/x.html.erb"].into_iter());
        let concerns =
            |glob: &'static str| Probe::words("p", &["w"]).of(Files::Globs(vec![glob.into()])).concerns(&names);
        for glob in
            ["**/*.ts", "Gemfile", "src/**", "**/*.{js,ts}", "**/a.*", "**/{Gemfile,Rakefile}", "{a,b/c}/*.py", "*"]
        {
            assert!(concerns(glob), "{glob}");
        }
        for glob in ["**/*.py", "Rakefile", "**/next.config.{js,mjs}", "config/*.rb"] {
            assert!(!concerns(glob), "{glob}");
        }
    }
}
