//! Files that people write for Equerre (settings, rules, cases): read strictly, refused with the place and a suggestion.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::DeserializeOwned;
use serde_yaml::Location;

use crate::base::error::{Error, Excerpt};
use crate::base::text::{Localized, localized};

/// A value and the place where it is written.
pub(crate) type Spanned<T> = serde_yaml::Spanned<T>;

/// A file that people write for Equerre, as it is being read.
#[derive(Debug, Clone)]
pub struct ConfigFile {
    /// Its name, for messages.
    pub name: String,
    /// Its text: that of an embedded file is not copied.
    pub text: Cow<'static, str>,
    /// The same as JSON, for a file that is embedded.
    json: Option<&'static str>,
}

impl ConfigFile {
    /// A file from its name and text.
    pub fn new(name: impl Into<String>, text: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), text: text.into(), json: None }
    }

    /// The same file, whose JSON form is at hand: it is read faster, and holds no places.
    #[must_use]
    pub(crate) fn also_as(mut self, json: &'static str) -> Self {
        self.json = Some(json);
        self
    }

    /// Whether it belongs to the embedded pack, which tests have checked pattern by pattern.
    pub(crate) fn is_embedded(&self) -> bool {
        self.json.is_some()
    }

    /// Reads the file as a type that refuses unknown keys.
    ///
    /// # Errors
    /// What the YAML parser or the type refused, with its place and, for a key, the nearest known one.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        // What the JSON form does not show, the text explains.
        if let Some(value) = self.json.and_then(|json| serde_json::from_str(json).ok()) {
            return Ok(value);
        }
        serde_yaml::from_str(&self.text).map_err(|error| {
            let error = error.without_snippet();
            let (message, help) = explained(error);
            self.error_at(error.location(), message, help)
        })
    }

    /// An error at a place of this file.
    pub fn error(&self, place: Location, message: Localized, help: Option<Localized>) -> Error {
        self.error_at(Some(place), message, help)
    }

    /// An error at a word that stands at a place of this file or after it.
    pub(crate) fn error_at_word(
        &self,
        place: Location,
        word: &str,
        message: Localized,
        help: Option<Localized>,
    ) -> Error {
        let mut error = self.error(place, message, help);
        let from = self.word_at(place).start;
        if let Some(at) = self.text.get(from..).and_then(|rest| rest.find(word)).filter(|_| place.line() > 0) {
            let span = Some(from + at..from + at + word.len());
            error = error.in_file(Excerpt { name: self.name.clone(), text: self.text.to_string(), span });
        }
        error
    }

    /// An error about the file as a whole.
    pub fn whole(&self, message: Localized, help: Option<Localized>) -> Error {
        self.error_at(None, message, help)
    }

    fn error_at(&self, place: Option<Location>, message: Localized, help: Option<Localized>) -> Error {
        let place = place.filter(|place| place.line() > 0);
        let span = place.map(|place| self.word_at(place));
        let name = place.map_or_else(|| self.name.clone(), |place| format!("{}:{}", self.name, place.line()));
        let message = Localized { fr: format!("{} ({name})", message.fr), en: format!("{} ({name})", message.en) };
        Error::new(message, help).in_file(Excerpt { name: self.name.clone(), text: self.text.to_string(), span })
    }

    /// The bytes of the word at a place.
    fn word_at(&self, place: Location) -> Range<usize> {
        let line = usize::try_from(place.line()).unwrap_or(1);
        let column = usize::try_from(place.column()).unwrap_or(1);
        let start: usize = self.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        let rest = self.text.get(start..).unwrap_or_default();
        let before: usize = rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
        let word = rest.get(before..).unwrap_or_default();
        let length = word.find([' ', ',', ':', '}', ']', '\n']).unwrap_or(word.len()).max(1);
        start + before..start + before + length.min(word.len())
    }
}

/// What the parser refused, in the terms of the author of the file, and what to write instead.
fn explained(error: &serde_yaml::Error) -> (Localized, Option<Localized>) {
    use serde_yaml::Error;
    let (message, help) = match error {
        Error::SerdeUnknownField { field, expected, .. } => {
            return (localized!("unknown key `{field}`", "clé inconnue : `{field}`"), suggestion(field, expected));
        }
        Error::SerdeUnknownVariant { variant, expected, .. } => {
            return (
                localized!("unknown value `{variant}`", "valeur inconnue : `{variant}`"),
                suggestion(variant, expected),
            );
        }
        Error::SerdeMissingField { field, .. } => {
            return (localized!("`{field}` is missing", "`{field}` manque"), None);
        }
        Error::DuplicateMappingKey { key: Some(key), .. } => (
            localized!("duplicate key `{key}`", "`{key}` est écrit deux fois"),
            localized!("keep one of the two", "gardez l'un des deux"),
        ),
        Error::DuplicateMappingKey { .. } => (
            localized!("duplicate key", "une clé est écrite deux fois"),
            localized!("keep one of the two", "gardez l'une des deux"),
        ),
        Error::Unexpected { expected: "sequence start", .. } => (
            localized!("a list is expected here", "une liste est attendue ici"),
            localized!(
                "write `[one, two]`, or a line `- one` for each; or leave the key out",
                "écrivez `[un, deux]`, ou une ligne `- un` pour chacun ; ou retirez la clé"
            ),
        ),
        Error::Unexpected { expected: "mapping start", .. } => (
            localized!("keys with their values are expected here", "des clés avec leurs valeurs sont attendues ici"),
            localized!(
                "write `key: value`, one a line; or leave the key out",
                "écrivez `clé: valeur`, une par ligne ; ou retirez la clé"
            ),
        ),
        Error::Unexpected { expected: "string scalar", .. } => (
            localized!("a single text is expected here", "un seul texte est attendu ici"),
            localized!(
                "write one value, in quotes if it holds `: ` or ` #`",
                "écrivez une valeur, entre guillemets droits si elle contient `: ` ou ` #`"
            ),
        ),
        Error::NullIntoString { .. } => (
            localized!("a value is missing here", "une valeur manque ici"),
            localized!("write it after the key, or leave the key out", "écrivez-la après la clé, ou retirez la clé"),
        ),
        Error::ExternallyTaggedEnumExpectedScalarOrMapping { .. } => (
            localized!("a single word is expected here", "un seul mot est attendu ici"),
            localized!("write one value, without brackets", "écrivez une valeur, sans crochets"),
        ),
        Error::InvalidBooleanStrict { .. } | Error::InvalidScalar { ty: "bool", .. } => (
            localized!("a yes or no is expected here", "un oui ou un non est attendu ici"),
            localized!("write `true` or `false`", "écrivez `true` ou `false`"),
        ),
        Error::InvalidScalar { .. } => (
            localized!("a number is expected here", "un nombre est attendu ici"),
            localized!("write it in figures, without quotes", "écrivez-le en chiffres, sans guillemets"),
        ),
        error => {
            let full = error.to_string();
            let first = full.lines().next().unwrap_or_default();
            // The location is added separately.
            let first = first.rsplit_once(" at line ").map_or(first, |(message, _)| message);
            return (localized!("this cannot be read: {first}", "illisible : {first}"), None);
        }
    };
    (message, Some(help))
}

/// The nearest of what was expected, else all of it.
fn suggestion(given: &str, expected: &[&str]) -> Option<Localized> {
    did_you_mean(given, expected.iter().copied()).or_else(|| Some(one_of(expected)))
}

/// All that is expected, as advice.
pub(crate) fn one_of(expected: &[&str]) -> Localized {
    let list = expected.join(", ");
    localized!("one of: {list}", "au choix : {list}")
}

/// The nearest of the known names, as advice.
pub(crate) fn did_you_mean<'n>(given: &str, known: impl Iterator<Item = &'n str>) -> Option<Localized> {
    known
        .map(|name| (strsim::jaro_winkler(given, name), name))
        .filter(|(nearness, _)| *nearness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| localized!("did you mean `{name}`?", "vouliez-vous dire `{name}` ?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::Lang;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        severity: Option<String>,
        title: Option<String>,
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_place_and_a_suggestion() {
        let error = ConfigFile::new("a.yml", "title: x\nseverty: major\n").read::<Sample>().expect_err("unknown key");
        assert!(error.message(Lang::En).contains("unknown key `severty`"), "{}", error.message(Lang::En));
        assert!(error.message(Lang::En).contains("a.yml:2"), "{}", error.message(Lang::En));
        assert_eq!(error.help(Lang::En), Some("did you mean `severity`?"));
        let read: Sample = ConfigFile::new("a.yml", "title: x\n").read().expect("valid");
        assert_eq!((read.title.as_deref(), read.severity), (Some("x"), None));
    }
}
