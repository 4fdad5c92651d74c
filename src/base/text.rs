//! Bytes of a file as text, whatever their encoding, and texts that exist in French and in English.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::typography::french;

/// How many bytes are looked at to tell a binary file, as git does.
const SNIFFED: usize = 8_000;

/// The languages of reports and rule texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// French.
    Fr,
    /// English.
    #[default]
    En,
}

impl Lang {
    /// The one of two wordings that is in this language.
    pub fn pick<'t>(self, en: &'t str, fr: &'t str) -> &'t str {
        match self {
            Self::En => en,
            Self::Fr => fr,
        }
    }

    /// The language of a name (`fr`, `en`), in any case.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [("fr", Self::Fr), ("en", Self::En)]
            .into_iter()
            .find_map(|(own, lang)| own.eq_ignore_ascii_case(name).then_some(lang))
    }

    /// The language that a POSIX locale (`fr_FR.UTF-8`) names, if it is one of ours.
    pub fn of_locale(locale: &str) -> Option<Self> {
        match locale.get(..2)? {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// A message in both languages, each of which is a format; what they share stands after them.
macro_rules! localized {
    ($en:literal, $fr:literal $(, $value:expr)* $(,)?) => {
        $crate::base::text::Localized::new(format!($en $(, $value)*), format!($fr $(, $value)*))
    };
}
pub(crate) use localized;

/// One text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// In French.
    #[serde(deserialize_with = "set_french")]
    #[schemars(with = "String")]
    pub fr: String,
    /// In English.
    pub en: String,
}

impl Localized {
    /// A text from its two wordings.
    pub fn new(en: impl Into<String>, fr: impl Into<String>) -> Self {
        Self { fr: french(&fr.into()), en: en.into() }
    }

    /// A text that is not ours, the same in both.
    pub fn foreign(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { fr: text.clone(), en: text }
    }

    /// The wording in a language.
    pub fn get(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.fr)
    }
}

fn set_french<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer).map(|text| french(&text))
}

/// Decodes a file: UTF-8 with or without a byte-order mark, UTF-16 with one, and windows-1252 for what is neither.
/// `None` for a binary file.
pub fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let (encoding, mark) = Encoding::for_bom(bytes).unwrap_or((UTF_8, 0));
    if encoding == UTF_16LE || encoding == UTF_16BE {
        return Some(encoding.decode_without_bom_handling(&bytes[mark..]).0);
    }
    let bytes = &bytes[mark..];
    if bytes[..bytes.len().min(SNIFFED)].contains(&0) {
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(_) => Some(WINDOWS_1252.decode_without_bom_handling(bytes).0),
    }
}

/// What GitHub's runner obeys wherever it stands in a line.
const RUNNER_COMMAND: &str = "##[";

/// Takes what could act on a terminal or a runner out of a text of the audited repository: control characters and the marks
/// that reorder a line become visible escapes. Line ends and tabs become spaces.
pub fn printable(text: &str) -> Cow<'_, str> {
    let is_command = |text: &str| text.contains(RUNNER_COMMAND);
    if !text.chars().any(acts_unseen) && !is_command(text) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' => clean.push(' '),
            c if !acts_unseen(c) => clean.push(c),
            c => clean.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
    }
    if is_command(&clean) {
        clean = clean.replace(RUNNER_COMMAND, "##\\u{5b}");
    }
    Cow::Owned(clean)
}

/// Whether a character acts on what shows it, or stands there unseen.
pub(crate) fn acts_unseen(c: char) -> bool {
    // Nearly all letters are plain ones.
    if c.is_ascii() { c.is_ascii_control() } else { c.is_control() || is_invisible(c) }
}

/// A number for a few bytes: FNV-1a, 64 bits. It tells texts apart, and keeps nothing secret.
pub(crate) fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A count that a report can hold; what is beyond four thousand million is as good as that.
pub(crate) fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The first eight digits of a commit, as people name it.
pub(crate) fn short_commit(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

/// A segment of an address, with what is not a plain character escaped (RFC 3986).
pub(crate) fn escaped_segment(segment: &str) -> String {
    segment
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// A path as the relative address of a file, each of its parts escaped.
pub(crate) fn escaped_path(path: &str) -> String {
    path.split('/').map(escaped_segment).collect::<Vec<_>>().join("/")
}

/// Zero-width and bidirectional controls, fillers, separators of lines and tags, which can make a path read as another one.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_encodings_are_read() {
        assert_eq!(decode(b"\xef\xbb\xbfabc").as_deref(), Some("abc"));
        assert_eq!(decode(b"\xff\xfea\0b\0").as_deref(), Some("ab"));
        assert_eq!(decode(b"\xfe\xff\0a\0b").as_deref(), Some("ab"));
        assert_eq!(decode(b"caf\xe9").as_deref(), Some("café"));
        assert_eq!(decode(b"PNG\0\x01").as_deref(), None);
        assert_eq!(decode(b"").as_deref(), Some(""));
    }

    #[test]
    fn terminal_escapes_become_visible() {
        assert_eq!(printable("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        for c in ["\u{202e}", "\u{61c}", "\u{2028}", "\u{ad}", "\u{180e}", "\u{e0041}", "\u{9b}", "\u{200b}"] {
            assert!(!printable(c).contains(c), "{c:?}");
        }
        assert_eq!(printable("é — ok"), "é — ok");
    }
}
