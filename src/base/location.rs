//! A place in the audited tree.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::secret::mask;
use crate::base::text::Lang;
use crate::base::typography::french;

/// A file of the audited tree, and where in it; lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    /// Path relative to the root of the audit, with `/` between folders.
    pub path: String,
    /// Line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in characters, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// What is to be seen there, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The same words in French, where they are words.
    #[serde(skip)]
    #[schemars(skip)]
    pub note_fr: Option<String>,
    /// Whether the line holds a secret, and must not be quoted.
    #[serde(skip)]
    #[schemars(skip)]
    pub sensitive: bool,
}

impl Location {
    /// The file as a whole.
    pub fn file(path: impl Into<String>) -> Self {
        Self { path: path.into(), line: None, column: None, note: None, note_fr: None, sensitive: false }
    }

    /// A line of a file; line 0 stands for "the file as a whole".
    pub fn line(path: impl Into<String>, line: u32) -> Self {
        Self { line: (line > 0).then_some(line), ..Self::file(path) }
    }

    /// A line and a column of a file.
    pub fn at(path: impl Into<String>, line: u32, column: u32) -> Self {
        Self { column: (line > 0 && column > 0).then_some(column), ..Self::line(path, line) }
    }

    /// Whether it is a page of the live site, and no file.
    pub fn is_address(&self) -> bool {
        self.path.contains("://")
    }

    /// The same place, with a few words in both languages.
    #[must_use]
    pub fn noted_in(mut self, en: impl Into<String>, fr: impl Into<String>) -> Self {
        self.note = Some(en.into());
        self.note_fr = Some(french(&fr.into()));
        self
    }

    /// What is to be seen there, in a language.
    pub fn note_in(&self, lang: Lang) -> Option<&str> {
        let french = self.note_fr.as_deref().filter(|_| lang == Lang::Fr);
        french.or(self.note.as_deref())
    }

    /// The place as evidence is written, in a language.
    pub fn to_text(&self, lang: Lang) -> String {
        Self { note: self.note_in(lang).map(str::to_owned), ..self.clone() }.to_string()
    }

    /// The same place, whose line must not be quoted.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The same place, with what the repository says there, its secrets masked.
    #[must_use]
    pub fn quoting(self, text: &str) -> Self {
        self.noted(mask(text))
    }

    /// The same place, with a few words on what is to be seen there.
    #[must_use]
    pub fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

/// `path:line`, then the note after ` (`, as `corpus/SCHEMA.md` writes evidence.
impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(note) = &self.note {
            write!(f, " ({note})")?;
        }
        Ok(())
    }
}
