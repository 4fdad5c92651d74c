//! What is asked of the name of a container image.

use schemars::JsonSchema;
use serde::Deserialize;

use super::question::{Asks, Pattern, Words};
use crate::model::image_name::ImageName;

/// What is asked of the name of an image; all keys must hold. Nothing holds of a name whose variables have no known value.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ImageNameQuestion {
    /// A regular expression that its repository matches, as Docker Hub names it, in lower case: `node`, `ghcr.io/team/app`.
    pub matches: Option<Pattern>,
    /// A regular expression that its repository does not match.
    pub not_matching: Option<Pattern>,
    /// What its tag is.
    pub tag: Option<Words<Tag>>,
    /// A regular expression that its tag matches.
    pub tag_matches: Option<Pattern>,
    /// Whether a digest fixes it.
    pub digest: Option<bool>,
}

/// The tag of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Tag {
    /// The tag `latest`.
    Latest,
    /// None, which stands for `latest`.
    None,
    /// Another one.
    Other,
}

impl ImageNameQuestion {
    /// Whether it holds.
    pub(super) fn holds(&self, name: &ImageName) -> bool {
        let tag = match name.tag.as_deref() {
            None => Tag::None,
            Some("latest") => Tag::Latest,
            Some(_) => Tag::Other,
        };
        !name.is_open
            && self.matches.as_ref().is_none_or(|pattern| pattern.is_in(&name.repository))
            && self.not_matching.as_ref().is_none_or(|pattern| !pattern.is_in(&name.repository))
            && self.tag.as_ref().is_none_or(|tags| tags.has(&tag))
            && self.tag_matches.as_ref().is_none_or(|pattern| name.tag.as_deref().is_some_and(|tag| pattern.is_in(tag)))
            && self.digest.is_none_or(|digest| digest == name.has_digest)
    }
}

impl Asks for ImageNameQuestion {
    fn patterns(&self) -> Vec<&Pattern> {
        [&self.matches, &self.not_matching, &self.tag_matches].into_iter().flat_map(Asks::patterns).collect()
    }
}
