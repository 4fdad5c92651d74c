//! What the typed questions of conditions are written with: patterns with their places, one word or several.

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::SeqAccessDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::base::config_file::Spanned;
use crate::base::pattern::{LazyRegex, ascii_or_unicode};

/// A value and the place where it is written, which does not take part in what it is.
pub(crate) struct Placed<T>(pub(super) Spanned<T>);

impl<T: fmt::Debug> fmt::Debug for Placed<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.value.fmt(formatter)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Placed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self)
    }
}

impl<T: JsonSchema> JsonSchema for Placed<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A regular expression, and the place where it is written. It is compiled when it is first asked.
pub(crate) struct Pattern {
    /// Where it is written.
    pub(super) place: serde_yaml::Location,
    /// As it is written.
    pub(super) regex: LazyRegex,
}

impl Pattern {
    /// Why it is no regular expression.
    pub(super) fn problem(&self) -> Option<regex::Error> {
        ascii_or_unicode(self.regex.text()).err()
    }

    /// Whether it matches somewhere.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Where it first matches: at its group `here`, where it has one.
    pub(super) fn find(&self, text: &str) -> Option<usize> {
        let found = self.regex.regex()?.captures(text.as_bytes())?;
        found.name("here").or(found.get(0)).map(|found| found.start())
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.regex.text().fmt(formatter)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Spanned::<String>::deserialize(deserializer)?;
        Ok(Self { place: written.referenced, regex: LazyRegex::new(written.value) })
    }
}

impl JsonSchema for Pattern {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Pattern".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "regex" })
    }
}

/// One word or several, of which one is enough.
#[derive(Debug)]
pub(crate) struct Words<T>(Vec<T>);

impl<T> Words<T> {
    /// Each of them.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }
}

impl<T: PartialEq> Words<T> {
    /// Whether it is one of them.
    pub(super) fn has(&self, word: &T) -> bool {
        self.0.contains(word)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Words<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore<T>(PhantomData<T>);
        impl<'de, T: DeserializeOwned> Visitor<'de> for OneOrMore<T> {
            type Value = Words<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a word or a list of words")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Self::Value, E> {
                T::deserialize(word.into_deserializer()).map(|one| Words(vec![one]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, words: A) -> Result<Self::Value, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(words)).map(Words)
            }
        }
        deserializer.deserialize_any(OneOrMore(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Words<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("OneOrMore_{}", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

/// A question that holds patterns.
pub(super) trait Asks {
    /// Every pattern of it, at any depth.
    fn patterns(&self) -> Vec<&Pattern>;
}

impl<T: Asks> Asks for Option<T> {
    fn patterns(&self) -> Vec<&Pattern> {
        self.as_ref().map(Asks::patterns).unwrap_or_default()
    }
}

impl<T: Asks> Asks for Box<T> {
    fn patterns(&self) -> Vec<&Pattern> {
        self.as_ref().patterns()
    }
}

impl Asks for Pattern {
    fn patterns(&self) -> Vec<&Pattern> {
        vec![self]
    }
}
