//! Patterns of our own, compiled for ASCII: an audit uses dozens of them once.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use regex::{Regex, bytes};

use crate::base::words::{needs_unicode, with_ascii_classes};

/// Compiles one of our own patterns with `\w`, `\d`, `\s` and `\b` read as ASCII.
///
/// # Panics
/// When the pattern is malformed, which a test of its module would show.
pub(crate) fn lean(pattern: &str) -> Regex {
    let ascii = with_ascii_classes(pattern);
    Regex::new(&ascii).expect("our own patterns are well-formed")
}

/// Compiles a pattern of a probe or rule: one written in ASCII alone is matched byte by byte.
///
/// # Errors
/// When the pattern is malformed.
pub(crate) fn ascii_or_unicode(pattern: &str) -> Result<bytes::Regex, regex::Error> {
    bytes::RegexBuilder::new(pattern).unicode(needs_unicode(pattern)).build()
}

/// A pattern of a probe or rule that is compiled when it is first asked: compiling all of them would cost more than most audits.
pub(crate) struct LazyRegex {
    text: Cow<'static, str>,
    regex: OnceLock<Option<bytes::Regex>>,
}

/// As it is written: whether it is compiled yet is no part of what it is.
impl fmt::Debug for LazyRegex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(formatter)
    }
}

impl LazyRegex {
    /// One that is known to be well-formed; one that is not matches nothing.
    pub(crate) fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into(), regex: OnceLock::new() }
    }

    /// One that is compiled at once.
    ///
    /// # Errors
    /// When it is malformed.
    pub(crate) fn checked(text: String) -> Result<Self, regex::Error> {
        let regex = ascii_or_unicode(&text)?;
        Ok(Self { text: text.into(), regex: OnceLock::from(Some(regex)) })
    }

    /// As it is written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The pattern, compiled.
    pub(crate) fn regex(&self) -> Option<&bytes::Regex> {
        self.regex.get_or_init(|| ascii_or_unicode(&self.text).ok()).as_ref()
    }

    /// Whether it matches somewhere in a text.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_classes_keep_their_meaning() {
        assert!(lean(r"^[\w.-]+\s\d$").is_match("a_b.c-d 1"));
        assert!(!lean(r"^\w+$").is_match("é"));
        assert!(lean(r"\bfoo\b").is_match("a foo b"));
    }
}
