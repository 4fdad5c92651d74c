//! What went wrong, in both languages, with what to do about it.

use std::ops::Range;

use crate::base::text::{Lang, Localized, localized};

/// Why something could not be done: what, where and what to do about it, in French and in English.
///
/// `Display` speaks English, as errors of Rust libraries do; [`Error::message`] and [`Error::help`] speak either language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Details>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Details {
    message: Localized,
    help: Option<Localized>,
    excerpt: Option<Excerpt>,
    related: Vec<Error>,
    lang: Option<Lang>,
}

/// The file that an error is about, and the words in question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The name of the file, for people.
    pub(crate) name: String,
    /// All of its text.
    pub(crate) text: String,
    /// The bytes in question; none where it is about the file as a whole.
    pub(crate) span: Option<Range<usize>>,
}

impl Error {
    /// An error and, where there is something to do about it, advice.
    pub(crate) fn new(message: Localized, help: Option<Localized>) -> Self {
        Self(Box::new(Details { message, help, excerpt: None, related: Vec::new(), lang: None }))
    }

    /// An error of a library, whose words are in English alone.
    pub(crate) fn foreign(error: &dyn std::error::Error) -> Self {
        Self::new(Localized::foreign(error.to_string()), None)
    }

    /// A message about a file, with what the operating system says.
    pub(crate) fn of_system(message: Localized, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let reason = match error.kind() {
            ErrorKind::NotFound => localized!("it is not there", "il n'est pas là"),
            ErrorKind::PermissionDenied => localized!("its permissions forbid it", "ses droits l'interdisent"),
            ErrorKind::IsADirectory => localized!("it is a folder", "c'est un dossier"),
            ErrorKind::NotADirectory => {
                localized!("one of its folders is a file", "l'un de ses dossiers est un fichier")
            }
            ErrorKind::StorageFull => localized!("the disk is full", "le disque est plein"),
            ErrorKind::ReadOnlyFilesystem => localized!("the disk is read-only", "le disque est en lecture seule"),
            ErrorKind::InvalidData => localized!("it is not text", "ce n'est pas du texte"),
            _ => Localized::foreign(error.to_string()),
        };
        let Localized { fr, en } = message;
        Self::new(Localized::new(format!("{en}: {}", reason.en), format!("{fr} : {}", reason.fr)), None)
    }

    /// The same error, with the place of a file that it is about.
    #[must_use]
    pub(crate) fn in_file(mut self, excerpt: Excerpt) -> Self {
        self.0.excerpt = Some(excerpt);
        self
    }

    /// The same error, with the errors that it sums up.
    #[must_use]
    pub(crate) fn with_related(mut self, related: Vec<Self>) -> Self {
        self.0.related = related;
        self
    }

    /// The same error, shown in a language unless the reader asks for another.
    #[must_use]
    pub(crate) fn preferring(mut self, lang: Lang) -> Self {
        self.0.lang = Some(lang);
        self
    }

    /// The language that the settings of what was read ask for, where they were known when it went wrong.
    pub(crate) fn preferred_lang(&self) -> Option<Lang> {
        self.0.lang
    }

    /// What went wrong, in a language.
    pub fn message(&self, lang: Lang) -> &str {
        self.0.message.get(lang)
    }

    /// What to do about it, in a language.
    pub fn help(&self, lang: Lang) -> Option<&str> {
        self.0.help.as_ref().map(|help| help.get(lang))
    }

    /// The errors that this one sums up; none for most.
    pub fn related(&self) -> &[Self] {
        &self.0.related
    }

    /// What went wrong, in both languages.
    pub(crate) fn localized(&self) -> &Localized {
        &self.0.message
    }

    /// Where in a file it went wrong.
    pub(crate) fn excerpt(&self) -> Option<&Excerpt> {
        self.0.excerpt.as_ref()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message(Lang::En))
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::foreign(&error)
    }
}
