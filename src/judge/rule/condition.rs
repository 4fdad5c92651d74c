//! The small closed language of conditions: questions on facts and on the tree, composed with `all`, `any`, `none`.

use regex::bytes::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::config_file::{ConfigFile, Spanned, did_you_mean};
use crate::base::error::Error;
use crate::base::pattern::ascii_or_unicode;
use crate::base::text::{Localized, localized};
use crate::base::words::structure;
use crate::facts::{Detector, Kind, detector, detectors};
use crate::model::pipeline::{Activity, Trigger};
use crate::read::inventory::globs::Globs;
use crate::read::inventory::probe::{Files, Probe};

/// A condition as it is written: exactly one of the questions, with the operators that belong to it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Condition", extend("oneOf" = [
    {"required": ["all"]}, {"required": ["any"]}, {"required": ["none"]}, {"required": ["fact"]}, {"required": ["file"]},
    {"required": ["text"]}, {"required": ["key"]}, {"required": ["dependency"]}, {"required": ["pipeline"]}, {"required": ["header"]}
]))]
pub(crate) struct RawCondition {
    /// Every one of these holds.
    #[schemars(with = "Option<Vec<RawCondition>>", extend("minItems" = 1))]
    pub all: Option<Spanned<Vec<RawCondition>>>,
    /// At least one of these holds.
    #[schemars(with = "Option<Vec<RawCondition>>", extend("minItems" = 1))]
    pub any: Option<Spanned<Vec<RawCondition>>>,
    /// None of these holds.
    #[schemars(with = "Option<Vec<RawCondition>>", extend("minItems" = 1))]
    pub none: Option<Spanned<Vec<RawCondition>>>,
    /// A fact, of those that `equerre facts` prints. With `is`, `is-not`, `one-of`, `contains`, `contains-any`,
    /// `at-least`, `at-most` or `empty`.
    #[schemars(with = "Option<String>")]
    pub fact: Option<Spanned<String>>,
    /// A file of the product matches one of these globs (`*` stops at `/`, `**` does not).
    #[schemars(with = "Option<OneOrMore>")]
    pub file: Option<Spanned<OneOrMore>>,
    /// A regular expression matches in a file of `in`, outside comments and outside tests.
    #[schemars(with = "Option<String>")]
    pub text: Option<Spanned<String>>,
    /// A dotted path of keys exists in a JSON, YAML or TOML file of `in`; with `is`, `is-not`, `one-of` or `matches`, its value decides.
    #[schemars(with = "Option<String>")]
    pub key: Option<Spanned<String>>,
    /// A manifest declares one of these packages; a name may end with `*`.
    pub dependency: Option<OneOrMore>,
    /// A pipeline does something.
    pub pipeline: Option<PipelineQuestion>,
    /// The repository sets this security header: csp, hsts, x-frame-options, x-content-type-options, referrer-policy, permissions-policy.
    pub header: Option<String>,
    /// Globs of the files that `text` and `key` are asked of; one after `!` takes files out.
    #[serde(rename = "in")]
    #[schemars(with = "Option<OneOrMore>")]
    pub within: Option<Spanned<OneOrMore>>,
    /// Whether the folders above the component count too: for settings, lockfiles and tools of a workspace. With `file`,
    /// `text`, `key` and `dependency` of a rule that has `each-component`.
    #[schemars(with = "Option<bool>")]
    pub or_above: Option<Spanned<bool>>,
    /// Whether `text` may match in comments.
    pub in_comments: Option<bool>,
    /// The value is this one; `none` stands for "there is none".
    #[schemars(with = "Option<Scalar>")]
    pub is: Option<Spanned<Scalar>>,
    /// The value is known, and is not this one.
    #[schemars(with = "Option<Scalar>")]
    pub is_not: Option<Spanned<Scalar>>,
    /// The value is one of these.
    #[schemars(with = "Option<Vec<Scalar>>")]
    pub one_of: Option<Spanned<Vec<Scalar>>>,
    /// The list holds this name.
    #[schemars(with = "Option<String>")]
    pub contains: Option<Spanned<String>>,
    /// The list holds one of these names.
    #[schemars(with = "Option<Vec<String>>")]
    pub contains_any: Option<Spanned<Vec<String>>>,
    /// The number, or the length of the list, is this or more.
    #[schemars(with = "Option<f64>")]
    pub at_least: Option<Spanned<f64>>,
    /// The number, or the length of the list, is this or less.
    #[schemars(with = "Option<f64>")]
    pub at_most: Option<Spanned<f64>>,
    /// Whether the list has no name in it.
    #[schemars(with = "Option<bool>")]
    pub empty: Option<Spanned<bool>>,
    /// A regular expression that the value of `key` matches.
    #[schemars(with = "Option<String>")]
    pub matches: Option<Spanned<String>>,
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

/// A value that a condition compares with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a text, a number, `true` or `false` is expected here")]
pub(crate) enum Scalar {
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A name.
    Text(String),
}

impl Scalar {
    /// The value as text, to compare with the values of files.
    pub(crate) fn to_text(&self) -> String {
        match self {
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Text(value) => value.clone(),
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

/// How a value is compared.
#[derive(Debug)]
pub(crate) enum Comparison {
    /// It is this one.
    Is(Scalar),
    /// There is none.
    IsNone,
    /// It is known and another.
    IsNot(Scalar),
    /// It is one of these.
    OneOf(Vec<Scalar>),
    /// The list holds one of these.
    ContainsAny(Vec<String>),
    /// The number or length is this or more.
    AtLeast(f64),
    /// The number or length is this or less.
    AtMost(f64),
    /// The list is empty, or is not.
    Empty(bool),
    /// The text matches.
    Matches(Regex),
    /// It is there.
    Exists,
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
    /// A key of a file compares so.
    Key(Vec<String>, Within, Comparison),
    /// A package is declared.
    Dependency(Vec<String>, Reach),
    /// A pipeline does it.
    Pipeline(PipelineQuestion),
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

/// What checking a condition needs and gathers.
pub(super) struct Checker<'c> {
    pub(super) file: &'c ConfigFile,
    pub(super) rule: &'c str,
    /// Whether the rule is judged in components.
    pub(super) in_part: bool,
    pub(super) probes: &'c mut Vec<Probe>,
}

impl Checker<'_> {
    pub(super) fn check(&mut self, raw: RawCondition) -> Result<Condition, Error> {
        self.check_one_question(&raw)?;
        self.check_within(&raw)?;
        let reach = self.reach(&raw)?;
        if let Some(list) = raw.all {
            return Ok(Condition::All(self.check_all(list)?));
        }
        if let Some(list) = raw.any {
            return Ok(Condition::Any(self.check_all(list)?));
        }
        if let Some(list) = raw.none {
            return Ok(Condition::None(self.check_all(list)?));
        }
        if let Some(header) = raw.header {
            return Ok(Condition::Fact("security_headers", Comparison::ContainsAny(vec![header])));
        }
        if let Some(names) = raw.dependency {
            let names = names.into_vec().into_iter().map(|name| name.to_lowercase()).collect();
            return Ok(Condition::Dependency(names, reach));
        }
        if let Some(question) = raw.pipeline {
            return Ok(Condition::Pipeline(question));
        }
        if let Some(globs) = raw.file {
            return Ok(Condition::File(Within { globs: self.globs(globs)?, reach }));
        }
        if let Some(pattern) = raw.text {
            return self.text(pattern, raw.within, raw.in_comments.unwrap_or(false), reach);
        }
        if let Some(key) = raw.key.clone() {
            return self.key(&key, raw, reach);
        }
        match raw.fact.clone() {
            Some(fact) => self.fact(&fact, raw),
            None => Err(self.file.whole(localized!("an empty condition", "une condition vide"), None)),
        }
    }

    fn check_one_question(&self, raw: &RawCondition) -> Result<(), Error> {
        let questions = [
            raw.all.is_some(),
            raw.any.is_some(),
            raw.none.is_some(),
            raw.fact.is_some(),
            raw.file.is_some(),
            raw.text.is_some(),
            raw.key.is_some(),
            raw.dependency.is_some(),
            raw.pipeline.is_some(),
            raw.header.is_some(),
        ];
        let count = questions.iter().filter(|asked| **asked).count();
        if count == 1 {
            return Ok(());
        }
        Err(self.file.whole(
                localized!("a condition of rule `{}` asks {} questions", "une condition de la règle `{}` pose {} questions", self.rule, count),
                Some(localized!("a condition asks exactly one of: all, any, none, fact, file, text, key, dependency, pipeline, header; combine several with `all` or `any`", "une condition pose une seule question : all, any, none, fact, file, text, key, dependency, pipeline ou header ; combinez-en plusieurs avec `all` ou `any`")),
            ))
    }

    fn check_within(&self, raw: &RawCondition) -> Result<(), Error> {
        let needs_within = raw.text.is_some() || raw.key.is_some();
        if let Some(within) = raw.within.as_ref().filter(|_| !needs_within) {
            return Err(self.file.error(
                within.referenced,
                localized!("`in` only applies to `text` or `key`", "`in` va avec `text` ou `key`"),
                None,
            ));
        }
        Ok(())
    }

    fn key(&self, key: &Spanned<String>, raw: RawCondition, reach: Reach) -> Result<Condition, Error> {
        let path = key.value.split('.').map(str::to_owned).collect();
        let Some(within) = raw.within.clone() else {
            return Err(self.file.error(
                key.referenced,
                localized!("`key` needs `in`: the files to look in", "`key` demande `in` : les fichiers où chercher"),
                Some(localized!("for instance `in: package.json`", "par exemple `in: package.json`")),
            ));
        };
        let globs = self.globs(within)?;
        let comparison = self.comparison(raw)?.unwrap_or(Comparison::Exists);
        Ok(Condition::Key(path, Within { globs, reach }, comparison))
    }

    fn fact(&self, fact: &Spanned<String>, raw: RawCondition) -> Result<Condition, Error> {
        let Some(detector) = detector(&fact.value) else {
            let help = did_you_mean(&fact.value, detectors().map(|detector| detector.id));
            return Err(self.file.error(
                fact.referenced,
                localized!(
                    "unknown fact `{}` in rule `{}`",
                    "fait inconnu : `{}`, dans la règle `{}`",
                    fact.value,
                    self.rule
                ),
                help.or_else(|| {
                    Some(localized!("`equerre facts --list` lists them", "`equerre facts --list` les nomme tous"))
                }),
            ));
        };
        let place = fact.referenced;
        let Some(comparison) = self.comparison(raw)? else {
            return Err(self.file.error(
                place,
                localized!("fact `{}` has no comparison", "le fait `{}` n'est comparé à rien", detector.id),
                Some({
                    let (en, fr) = operators(detector);
                    Localized::new(format!("add {en}"), format!("ajoutez {fr}"))
                }),
            ));
        };
        if !is_well_typed(detector, &comparison) {
            return Err(self.file.error(
                place,
                {
                    let (id, (en, fr)) = (detector.id, kind_name(detector.kind));
                    Localized::new(
                        format!("fact `{id}` is {en}, which cannot be compared like this"),
                        format!("le fait `{id}` est {fr}, ce que cette comparaison n'admet pas"),
                    )
                },
                Some({
                    let (en, fr) = operators(detector);
                    Localized::new(format!("use {en}"), format!("prenez {fr}"))
                }),
            ));
        }
        Ok(Condition::Fact(detector.id, comparison))
    }

    fn check_all(&mut self, list: Spanned<Vec<RawCondition>>) -> Result<Vec<Condition>, Error> {
        if list.value.is_empty() {
            return Err(self.file.error(
                list.referenced,
                localized!(
                    "a list of conditions of rule `{}` is empty",
                    "une liste de conditions de la règle `{}` est vide",
                    self.rule
                ),
                Some(localized!(
                    "write at least one condition, or leave the list out",
                    "écrivez au moins une condition, ou retirez la liste"
                )),
            ));
        }
        list.value.into_iter().map(|raw| self.check(raw)).collect()
    }

    fn reach(&self, raw: &RawCondition) -> Result<Reach, Error> {
        let Some(or_above) = &raw.or_above else { return Ok(Reach::Own) };
        let looks = raw.file.is_some() || raw.text.is_some() || raw.key.is_some() || raw.dependency.is_some();
        if !self.in_part || !looks {
            return Err(self.file.error(
                or_above.referenced,
                localized!(
                    "`or-above` only applies to `file`, `text`, `key` or `dependency` in a rule that has `each-component`",
                    "`or-above` va avec `file`, `text`, `key` ou `dependency`, dans une règle qui a `each-component`"
                ),
                None,
            ));
        }
        Ok(if or_above.value { Reach::OrAbove } else { Reach::Own })
    }

    fn globs(&self, globs: Spanned<OneOrMore>) -> Result<Globs, Error> {
        let place = globs.referenced;
        let globs = globs.value.into_vec();
        if self.file.is_embedded() {
            return Ok(Globs::known(globs));
        }
        Globs::new(globs.iter().map(String::as_str))
            .map_err(|error| self.file.error(place, error.told(&globs.join(", ")), None))
    }

    fn text(
        &mut self,
        pattern: Spanned<String>,
        within: Option<Spanned<OneOrMore>>,
        in_comments: bool,
        reach: Reach,
    ) -> Result<Condition, Error> {
        let Some(within) = within else {
            return Err(self.file.error(
                pattern.referenced,
                localized!("`text` needs `in`: the files to look in", "`text` demande `in` : les fichiers où chercher"),
                Some(localized!("for instance `in: '**/*.rb'`", "par exemple `in: '**/*.rb'`")),
            ));
        };
        if !self.file.is_embedded()
            && let Err(error) = structure(&pattern.value)
        {
            let reason = error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            return Err(self.file.error(
                pattern.referenced,
                localized!(
                    "`{}` is not a regular expression: {reason}",
                    "`{}` n'est pas une expression rationnelle : {reason}",
                    pattern.value
                ),
                None,
            ));
        }
        let globs = self.globs(within.clone())?;
        let mut texts = within.value.into_vec();
        if self.in_part {
            // The scan sees whole paths: it is asked of every folder, and the component decides afterwards.
            texts.retain(|glob| !glob.starts_with('!') || glob.starts_with("!**/"));
            for glob in &mut texts {
                if !glob.starts_with("**/") && !glob.starts_with('!') {
                    glob.insert_str(0, "**/");
                }
            }
        }
        let id = format!("{}#{}", self.rule, self.probes.len());
        self.probes.push(Probe {
            id: id.clone().into(),
            words: &[],
            pattern: Some(pattern.value.into()),
            files: Files::Globs(texts.into_iter().map(Into::into).collect()),
            in_comments,
        });
        Ok(Condition::Text(id, Within { globs, reach }))
    }

    /// The operator of a condition, if it has one; it has at most one.
    fn comparison(&self, raw: RawCondition) -> Result<Option<Comparison>, Error> {
        let mut found: Vec<(serde_yaml::Location, Comparison)> = Vec::new();
        if let Some(value) = raw.is {
            let none = value.value == Scalar::Text("none".to_owned());
            found.push((value.referenced, if none { Comparison::IsNone } else { Comparison::Is(value.value) }));
        }
        if let Some(value) = raw.is_not {
            found.push((value.referenced, Comparison::IsNot(value.value)));
        }
        if let Some(values) = raw.one_of {
            found.push((values.referenced, Comparison::OneOf(values.value)));
        }
        if let Some(value) = raw.contains {
            found.push((value.referenced, Comparison::ContainsAny(vec![value.value])));
        }
        if let Some(values) = raw.contains_any {
            found.push((values.referenced, Comparison::ContainsAny(values.value)));
        }
        if let Some(value) = raw.at_least {
            found.push((value.referenced, Comparison::AtLeast(value.value)));
        }
        if let Some(value) = raw.at_most {
            found.push((value.referenced, Comparison::AtMost(value.value)));
        }
        if let Some(value) = raw.empty {
            found.push((value.referenced, Comparison::Empty(value.value)));
        }
        if let Some(value) = raw.matches {
            let regex = ascii_or_unicode(&value.value).map_err(|error| {
                self.file.error(
                    value.referenced,
                    localized!(
                        "`{}` is not a regular expression: {error}",
                        "`{}` n'est pas une expression rationnelle : {error}",
                        value.value
                    ),
                    None,
                )
            })?;
            found.push((value.referenced, Comparison::Matches(regex)));
        }
        if found.len() > 1 {
            return Err(self.file.error(
                found[1].0,
                localized!("a condition makes one comparison", "une condition ne compare qu'une fois"),
                Some(localized!("combine two comparisons with `all`", "combinez deux comparaisons avec `all`")),
            ));
        }
        Ok(found.pop().map(|(_, comparison)| comparison))
    }
}

fn kind_name(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Bool => ("a yes or no", "un oui ou un non"),
        Kind::Number => ("a number", "un nombre"),
        Kind::Text => ("a name", "un nom"),
        Kind::List => ("a list", "une liste"),
    }
}

fn operators(detector: &Detector) -> (&'static str, &'static str) {
    match detector.kind {
        Kind::Bool => ("`is: true`, `is: false` or `is: none`", "`is: true`, `is: false` ou `is: none`"),
        Kind::Number => ("`at-least`, `at-most` or `is` with a number", "`at-least`, `at-most` ou `is` avec un nombre"),
        Kind::Text => (
            "`is`, `is-not` or `one-of` with names, or `is: none`",
            "`is`, `is-not` ou `one-of` avec des noms, ou `is: none`",
        ),
        Kind::List => (
            "`contains`, `contains-any`, `empty`, `at-least` or `at-most`",
            "`contains`, `contains-any`, `empty`, `at-least` ou `at-most`",
        ),
    }
}

fn is_well_typed(detector: &Detector, comparison: &Comparison) -> bool {
    match (detector.kind, comparison) {
        (Kind::Bool, Comparison::Is(Scalar::Bool(_)) | Comparison::IsNone | Comparison::IsNot(Scalar::Bool(_))) => true,
        (Kind::Number, Comparison::Is(Scalar::Number(_)) | Comparison::AtLeast(_) | Comparison::AtMost(_)) => true,
        (
            Kind::Text,
            Comparison::Is(Scalar::Text(_))
            | Comparison::IsNone
            | Comparison::IsNot(Scalar::Text(_))
            | Comparison::Matches(_),
        ) => true,
        (Kind::Text, Comparison::OneOf(values)) => values.iter().all(|value| matches!(value, Scalar::Text(_))),
        (
            Kind::List,
            Comparison::ContainsAny(_) | Comparison::Empty(_) | Comparison::AtLeast(_) | Comparison::AtMost(_),
        ) => true,
        _ => false,
    }
}
