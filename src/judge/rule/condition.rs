//! The small closed language of conditions: questions on facts and on the tree, composed with `all`, `any`, `none`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::config_file::Spanned;
use crate::model::pipeline::{Activity, Trigger};
use crate::read::inventory::globs::Globs;

use super::comparison::{Comparison, Scalar};
use super::image_question::ImageQuestion;
use super::key::KeyQuestion;
use super::route_question::RouteQuestion;
use super::workflow_question::WorkflowQuestion;

/// What a condition may hold, with its place. Most conditions hold two of these, and there are thousands of conditions.
pub(super) type Written<T> = Option<Box<Spanned<T>>>;

/// A condition as it is written: exactly one of the questions, with the operators that belong to it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Condition", extend("oneOf" = [
    {"required": ["all"]}, {"required": ["any"]}, {"required": ["none"]}, {"required": ["fact"]}, {"required": ["file"]},
    {"required": ["text"]}, {"required": ["key"]}, {"required": ["dependency"]}, {"required": ["pipeline"]}, {"required": ["header"]}, {"required": ["code"]}, {"required": ["workflow"]}, {"required": ["image"]}, {"required": ["route"]}, {"required": ["since"]}
]))]
pub(crate) struct RawCondition {
    /// Every one of these holds.
    #[schemars(with = "Option<Vec<RawCondition>>", extend("minItems" = 1))]
    pub all: Written<Vec<RawCondition>>,
    /// At least one of these holds.
    #[schemars(with = "Option<Vec<RawCondition>>", extend("minItems" = 1))]
    pub any: Written<Vec<RawCondition>>,
    /// None of these holds.
    #[schemars(with = "Option<Vec<RawCondition>>", extend("minItems" = 1))]
    pub none: Written<Vec<RawCondition>>,
    /// A fact, of those that `equerre facts` prints. With `is`, `is-not`, `one-of`, `contains`, `contains-any`,
    /// `at-least`, `at-most` or `empty`.
    #[schemars(with = "Option<String>")]
    pub fact: Written<String>,
    /// A file of the product matches one of these globs (`*` stops at `/`, `**` does not).
    #[schemars(with = "Option<OneOrMore>")]
    pub file: Written<OneOrMore>,
    /// A regular expression matches in a file of `in`, outside comments and outside tests.
    #[schemars(with = "Option<String>")]
    pub text: Written<String>,
    /// The syntax of a file of `in` holds this, outside tests: a pattern of ast-grep, or an object with `rule` and, as in one
    /// of its rules, `constraints` and `utils`; with `values`, what the constants that a metavariable may stand for are asked
    /// (`is`, `matches`, `not-matching`, `text`, `always`, `never`, `open`), `at`, the metavariable where people should look, and
    /// `words`, where those that every match needs cannot be read off it.
    #[schemars(with = "Option<serde_json::Value>")]
    pub code: Written<serde_json::Value>,
    /// A path of keys leads to a value in a JSON, YAML, TOML, XML, HCL, INI, `.properties` or `.env` file of `in`: names joined by
    /// dots, of which `*` is any, `[*]` each item of a list, `[0]` the first one, `**` any number of keys, and which quotes keep
    /// as they are. With an operator (`is`, `is-not`, `one-of`, `matches`, `at-least`…), the value decides.
    #[schemars(with = "Option<String>")]
    pub key: Written<String>,
    /// How many of the values that `key` leads to must be so: `any` (one, as when it is left out), `every`, `none`, or a number
    /// of them at least.
    #[schemars(with = "Option<QuantifierSchema>")]
    pub quantifier: Written<Scalar>,
    /// The value of `key` is that of this other path of the same document.
    #[schemars(with = "Option<String>")]
    pub same_as: Written<String>,
    /// The value of `key` is none of those of this other path.
    #[schemars(with = "Option<String>")]
    pub differs_from: Written<String>,
    /// Questions with `key` that each value must answer in turn, from itself: `key: services.*`, `with: [{ key: image, matches: … }]`.
    #[schemars(with = "Option<Vec<RawCondition>>")]
    pub with: Written<Vec<RawCondition>>,
    /// The same, of which none may hold.
    #[schemars(with = "Option<Vec<RawCondition>>")]
    pub without: Written<Vec<RawCondition>>,
    /// A manifest declares one of these packages; a name may end with `*`.
    pub dependency: Option<OneOrMore>,
    /// A pipeline does something.
    pub pipeline: Option<PipelineQuestion>,
    /// A GitHub workflow or composite action is or does this.
    pub workflow: Option<Box<WorkflowQuestion>>,
    /// A container image, built by the repository or named in it, is or does this.
    pub image: Option<Box<ImageQuestion>>,
    /// The product answers an address that is this.
    pub route: Option<Box<RouteQuestion>>,
    /// The audit is as of this day, `2025-01-31`, or a later one: what was announced from then on was no defect before.
    #[schemars(with = "Option<String>")]
    pub since: Written<String>,
    /// The repository sets this security header: csp, hsts, x-frame-options, x-content-type-options, referrer-policy, permissions-policy.
    pub header: Option<String>,
    /// Globs of the files that `text`, `code` and `key` are asked of; one after `!` takes files out. With `workflow` and
    /// `image` it may be left out.
    #[serde(rename = "in")]
    #[schemars(with = "Option<OneOrMore>")]
    pub within: Written<OneOrMore>,
    /// Whether the folders above the component count too: for settings, lockfiles and tools of a workspace. With `file`,
    /// `text`, `code`, `key`, `dependency`, `workflow` and `image` of a rule that has `each-component`.
    #[schemars(with = "Option<bool>")]
    pub or_above: Written<bool>,
    /// Whether `text` may match in comments.
    pub in_comments: Option<bool>,
    /// The value is this one; `none` stands for "there is none".
    #[schemars(with = "Option<Scalar>")]
    pub is: Written<Scalar>,
    /// The value is known, and is not this one.
    #[schemars(with = "Option<Scalar>")]
    pub is_not: Written<Scalar>,
    /// The value is one of these.
    #[schemars(with = "Option<Vec<Scalar>>")]
    pub one_of: Written<Vec<Scalar>>,
    /// The list holds this name.
    #[schemars(with = "Option<String>")]
    pub contains: Written<String>,
    /// The list holds one of these names.
    #[schemars(with = "Option<Vec<String>>")]
    pub contains_any: Written<Vec<String>>,
    /// The number, or the length of the list, is this or more.
    #[schemars(with = "Option<f64>")]
    pub at_least: Written<f64>,
    /// The number, or the length of the list, is this or less.
    #[schemars(with = "Option<f64>")]
    pub at_most: Written<f64>,
    /// Whether the list has no name in it.
    #[schemars(with = "Option<bool>")]
    pub empty: Written<bool>,
    /// A regular expression that the value of `key` matches.
    #[schemars(with = "Option<String>")]
    pub matches: Written<String>,
}

/// How the schema shows a quantifier.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, reason = "the schema alone is wanted")]
enum QuantifierSchema {
    Named(QuantifierName),
    Number(u32),
}

/// The quantifiers that have a name.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[allow(dead_code, reason = "the schema alone is wanted")]
enum QuantifierName {
    Any,
    Every,
    None,
}

/// One text or several.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a text or a list of texts is expected here")]
pub(crate) enum OneOrMore {
    /// One.
    One(String),
    /// Several.
    More(Vec<String>),
}

impl OneOrMore {
    pub(super) fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::More(more) => more,
        }
    }
}

/// What a pipeline is asked.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct PipelineQuestion {
    /// What one of its steps does.
    pub runs: OneOrMoreActivities,
    /// When it starts.
    pub on: Option<Trigger>,
    /// Whether a failure of the step fails the pipeline.
    pub blocking: Option<bool>,
}

/// One activity or several, of which one is enough.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "the name of an activity, or a list of them, is expected here")]
pub(crate) enum OneOrMoreActivities {
    /// One.
    One(Activity),
    /// Several.
    More(Vec<Activity>),
}

impl OneOrMoreActivities {
    /// Whether it names an activity.
    pub(crate) fn has(&self, activity: Activity) -> bool {
        match self {
            Self::One(one) => *one == activity,
            Self::More(more) => more.contains(&activity),
        }
    }
}

/// A condition that has been checked.
#[derive(Debug)]
pub(crate) enum Condition {
    /// Every one holds.
    All(Vec<Condition>),
    /// One holds at least.
    Any(Vec<Condition>),
    /// None holds.
    None(Vec<Condition>),
    /// A fact compares so.
    Fact(&'static str, Comparison),
    /// A file matches.
    File(Within),
    /// A probe of this name has hits.
    Text(String, Within),
    /// A question on syntax, under the name of its probe, has hits.
    Code(String, Within),
    /// A question on the keys of a file.
    Key(KeyQuestion, Within),
    /// A package is declared.
    Dependency(Vec<String>, Reach),
    /// A pipeline does it.
    Pipeline(PipelineQuestion),
    /// A workflow of GitHub does.
    Workflow(Box<WorkflowQuestion>, Within),
    /// An image does.
    Image(Box<ImageQuestion>, Within),
    /// A route is.
    Route(Box<RouteQuestion>),
    /// The audit is as of this moment or a later one, in seconds since 1970.
    Since(i64),
}

impl Condition {
    /// Whether it asks about a fact, at some depth.
    pub(crate) fn asks(&self, fact: &str) -> bool {
        match self {
            Self::All(list) | Self::Any(list) | Self::None(list) => list.iter().any(|part| part.asks(fact)),
            Self::Fact(own, _) => *own == fact,
            _ => false,
        }
    }
}

impl Condition {
    /// Its questions on syntax: the name of the probe of each, and where it looks.
    pub(crate) fn code_questions(&self) -> Vec<(&str, &Within)> {
        match self {
            Self::All(list) | Self::Any(list) | Self::None(list) => {
                list.iter().flat_map(Self::code_questions).collect()
            }
            Self::Code(probe, within) => vec![(probe, within)],
            _ => Vec::new(),
        }
    }

    /// Every question that it asks of the text or syntax of files, with the name of its probe and where it looks.
    pub(crate) fn probes(&self) -> Vec<(&str, &Within)> {
        match self {
            Self::All(list) | Self::Any(list) | Self::None(list) => list.iter().flat_map(Self::probes).collect(),
            Self::Text(probe, within) | Self::Code(probe, within) => vec![(probe, within)],
            _ => Vec::new(),
        }
    }
}

/// How far from a component a condition looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// What belongs to it.
    Own,
    /// The folders above it too.
    OrAbove,
}

/// Files that a condition looks in.
#[derive(Debug)]
pub(crate) struct Within {
    /// Which of them; seen from the folder of a component where the rule is judged in components.
    pub globs: Globs,
    /// How far from the component.
    pub reach: Reach,
}
