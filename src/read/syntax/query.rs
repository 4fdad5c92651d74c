//! A question on syntax: the rule object of ast-grep, with the constants that a metavariable may stand for.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use ast_grep_config::{DeserializeEnv, RuleCore, SerializableRule, SerializableRuleCore};
use ast_grep_core::matcher::Pattern;
use ast_grep_core::tree_sitter::LanguageExt;
use regex::bytes::Regex;
use serde::Deserialize;
use serde_json::Value;

use super::grammar::Grammar;
use super::tree::Tree;
use super::values::{Bindings, Import, Values};
use crate::base::pattern::ascii_or_unicode;
use crate::base::words::{CodeWords, needed_code_words};

/// A question of an embedded rule, with its words as [`CodeWords`] tells them apart.
type Embedded = (&'static str, &'static [&'static str], &'static [&'static [&'static str]], &'static [&'static str]);

/// The questions of the embedded rules.
static EMBEDDED: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/questions.rs"));

/// Words of which one is enough.
type Words = Vec<Cow<'static, str>>;

/// A question on syntax with its words. One of an embedded rule is read when a file is first asked: most are not in an audit.
pub struct CodeQuery {
    /// The text of an embedded one.
    embedded: &'static str,
    question: OnceLock<Option<Question>>,
    /// Those of which a file holds one.
    words: Words,
    search: OnceLock<Option<AhoCorasick>>,
    /// More sets, of each of which a file holds one.
    also: Vec<Words>,
    search_also: OnceLock<Vec<AhoCorasick>>,
    /// Those of which every match holds one, where they are known.
    matched: Words,
    search_matched: OnceLock<Option<AhoCorasick>>,
}

impl std::fmt::Debug for CodeQuery {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CodeQuery").field("words", &self.words).finish_non_exhaustive()
    }
}

/// A question that was read, compiled for a grammar when a file of it is first asked.
pub(super) struct Question {
    raw: RawQuery,
    tests: Vec<(String, ValueTest)>,
    compiled: [OnceLock<Option<RuleCore>>; Grammar::ALL.len()],
}

/// A question as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuery {
    rule: SerializableRule,
    constraints: Option<HashMap<String, SerializableRule>>,
    utils: Option<HashMap<String, SerializableRule>>,
    #[serde(default)]
    values: BTreeMap<String, RawValueTest>,
    at: Option<String>,
    /// Read by [`crate::base::words::needed_code_words`].
    #[serde(rename = "words")]
    _words: Option<Vec<String>>,
}

/// What the value of a metavariable is asked, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawValueTest {
    is: Option<Value>,
    matches: Option<String>,
    not_matching: Option<String>,
    text: Option<bool>,
    always: Option<bool>,
    never: Option<bool>,
    open: Option<bool>,
}

/// What the value of a metavariable is asked.
pub(super) struct ValueTest {
    is: Option<String>,
    matches: Option<Regex>,
    not_matching: Option<Regex>,
    text: Option<bool>,
    /// Whether nothing else is possible.
    always: bool,
    /// Whether it must not be so, as far as it is known.
    never: bool,
    /// Whether what is not known may be it too.
    open: Option<bool>,
}

impl ValueTest {
    fn of(raw: &RawValueTest) -> Result<Self, CodeError> {
        let regex = |pattern: &Option<String>| {
            let compiled = pattern.as_ref().map(|pattern| {
                ascii_or_unicode(pattern).map_err(|error| CodeError::new(error.to_string(), Some(pattern.clone())))
            });
            compiled.transpose()
        };
        let is = raw.is.as_ref().map(|value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        Ok(Self {
            is,
            matches: regex(&raw.matches)?,
            not_matching: regex(&raw.not_matching)?,
            text: raw.text,
            always: raw.always.unwrap_or(false),
            never: raw.never.unwrap_or(false),
            open: raw.open,
        })
    }

    /// Whether values are as asked.
    pub(super) fn admits(&self, values: &Values) -> bool {
        if self.open.is_some_and(|open| open != values.open) || self.always && values.open {
            return false;
        }
        let asks = self.is.is_some() || self.matches.is_some() || self.not_matching.is_some() || self.text.is_some();
        if !asks {
            return true;
        }
        let mut each = values.constants.iter().map(|constant| {
            self.text.is_none_or(|text| text == constant.is_text)
                && self.is.as_ref().is_none_or(|wanted| *wanted == constant.text)
                && self.matches.as_ref().is_none_or(|regex| regex.is_match(constant.text.as_bytes()))
                && self.not_matching.as_ref().is_none_or(|regex| !regex.is_match(constant.text.as_bytes()))
        });
        if self.never {
            return !each.any(|holds| holds);
        }
        if self.always { !values.constants.is_empty() && each.all(|holds| holds) } else { each.any(|holds| holds) }
    }
}

/// Why a question cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CodeError {
    /// What is wrong.
    pub message: String,
    /// The word of the question that it is about.
    pub word: Option<String>,
    /// The names that may have been meant.
    pub known: Vec<String>,
}

impl CodeError {
    fn new(message: String, word: Option<String>) -> Self {
        Self { message, word, known: Vec::new() }
    }
}

impl CodeQuery {
    /// Reads a question: a pattern, or an object with `rule` and, as in a rule of ast-grep, `constraints` and `utils`; with
    /// `values`, what the constants of a metavariable are asked, and `at`, the metavariable where people should look.
    /// It is checked against the grammars of the files that it is asked of.
    ///
    /// # Errors
    /// What of it is not understood.
    pub(crate) fn read(written: &Value, grammars: &[Grammar]) -> Result<Self, CodeError> {
        let question = Question::read(written)?;
        question.check(written, grammars)?;
        let CodeWords { file, also, matched } = needed_code_words(written);
        let owned = |words: Vec<String>| words.into_iter().map(Cow::Owned).collect();
        let also = also.into_iter().map(owned).collect();
        Ok(Self::new("", OnceLock::from(Some(question)), owned(file), also, owned(matched)))
    }

    /// The question of an embedded rule, by its rank.
    pub(crate) fn embedded(rank: u64) -> Option<Self> {
        let (text, words, also, matched) = EMBEDDED.get(usize::try_from(rank).ok()?)?;
        let known = |words: &'static [&'static str]| words.iter().map(|word| Cow::Borrowed(*word)).collect();
        let also = also.iter().map(|words| known(words)).collect();
        Some(Self::new(text, OnceLock::new(), known(words), also, known(matched)))
    }

    fn new(
        embedded: &'static str,
        question: OnceLock<Option<Question>>,
        words: Words,
        also: Vec<Words>,
        matched: Words,
    ) -> Self {
        let (search, search_also, search_matched) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { embedded, question, words, search, also, search_also, matched, search_matched }
    }

    pub(super) fn question(&self) -> Option<&Question> {
        let read = || Question::read(&serde_json::from_str(self.embedded).ok()?).ok();
        self.question.get_or_init(read).as_ref()
    }

    /// The words of which a file holds one in which the question finds something; none where they are not known.
    pub(crate) fn words(&self) -> &[Cow<'static, str>] {
        &self.words
    }

    /// Whether a file that holds one of these words may hold a match: every match needs more of them.
    pub(crate) fn may_match(&self, text: &str) -> bool {
        let searches = || self.also.iter().filter_map(|words| search(words)).collect();
        self.search_also.get_or_init(searches).iter().all(|search| search.is_match(text))
    }

    /// Where these words stand in a text.
    pub(crate) fn places(&self, text: &str) -> Vec<Range<usize>> {
        places(self.search.get_or_init(|| search(&self.words)), text).unwrap_or_default()
    }

    /// Where the words stand of which every match holds one, in order; `None` where they are not known.
    pub(super) fn around(&self, text: &str) -> Option<Vec<Range<usize>>> {
        places(self.search_matched.get_or_init(|| search(&self.matched)), text)
    }

    /// What another file says of the value of a metavariable that is imported from it.
    pub(crate) fn admits(&self, test: usize, tree: &Tree, import: &Import) -> bool {
        let bindings = Bindings::of(tree.syntax(), tree.text());
        let test = self.question().and_then(|question| question.tests.get(test));
        test.is_some_and(|(_, test)| test.admits(&bindings.exported(import)))
    }
}

fn search(words: &[Cow<'static, str>]) -> Option<AhoCorasick> {
    let words = Some(words).filter(|words| !words.is_empty())?;
    AhoCorasick::builder().ascii_case_insensitive(true).build(words.iter().map(|word| word.as_bytes())).ok()
}

/// Where words stand in a text, overlapping or not, in order.
fn places(search: &Option<AhoCorasick>, text: &str) -> Option<Vec<Range<usize>>> {
    let mut places: Vec<Range<usize>> =
        search.as_ref()?.find_overlapping_iter(text).map(|found| found.range()).collect();
    places.sort_unstable_by_key(|place| (place.start, place.end));
    Some(places)
}

impl Question {
    fn read(written: &Value) -> Result<Self, CodeError> {
        let object = match written {
            Value::String(pattern) => serde_json::json!({ "rule": { "pattern": pattern } }),
            other => other.clone(),
        };
        let raw: RawQuery = serde_json::from_value(object).map_err(|error| {
            let message = error.to_string();
            let word = message.split('`').nth(1).map(str::to_owned);
            CodeError::new(message, word)
        })?;
        let tests = raw.values.iter().map(|(name, test)| Ok((name.clone(), ValueTest::of(test)?)));
        let tests = tests.collect::<Result<_, CodeError>>()?;
        Ok(Self { raw, tests, compiled: [const { OnceLock::new() }; Grammar::ALL.len()] })
    }

    /// Compiles the rule object for a grammar.
    ///
    /// # Errors
    /// Why it cannot be asked there.
    pub(super) fn compile(&self, grammar: Grammar) -> Result<RuleCore, String> {
        let core = SerializableRuleCore {
            rule: self.raw.rule.clone(),
            constraints: self.raw.constraints.clone(),
            utils: self.raw.utils.clone(),
            transform: None,
        };
        core.get_matcher(DeserializeEnv::new(grammar.language())).map_err(|error| {
            let mut reasons = vec![error.to_string()];
            let mut next: Option<&dyn std::error::Error> = std::error::Error::source(&error);
            while let Some(reason) = next {
                reasons.push(reason.to_string());
                next = reason.source();
            }
            reasons.join(": ")
        })
    }

    /// Checks the question against the grammars of the files that it is asked of.
    ///
    /// # Errors
    /// Why none of them can be asked: a kind of node that they do not have, a pattern that is no code.
    fn check(&self, written: &Value, grammars: &[Grammar]) -> Result<(), CodeError> {
        let failed: Vec<String> = grammars.iter().filter_map(|grammar| self.compile(*grammar).err()).collect();
        if failed.len() < grammars.len() || grammars.is_empty() {
            return Ok(());
        }
        let mut words = Vec::new();
        words_of(written, &mut words);
        let languages: Vec<_> = grammars.iter().map(|grammar| grammar.language()).collect();
        for (key, word) in &words {
            if *key == "kind" && languages.iter().all(|language| !has_kind(*language, word)) {
                let mut error = CodeError::new(
                    format!("no node of {} is of the kind `{word}`", names(grammars)),
                    Some(word.clone()),
                );
                error.known = languages.iter().flat_map(|language| kinds(*language)).collect();
                return Err(error);
            }
            if *key == "pattern"
                && let Some(Err(reason)) = languages.first().map(|language| Pattern::try_new(word, *language))
            {
                return Err(CodeError::new(reason.to_string(), Some(word.clone())));
            }
        }
        Err(CodeError::new(failed.into_iter().next().unwrap_or_default(), None))
    }

    /// What the values of its metavariables are asked, in order.
    pub(super) fn tests(&self) -> &[(String, ValueTest)] {
        &self.tests
    }

    /// The metavariable where people should look.
    pub(super) fn at(&self) -> Option<&str> {
        self.raw.at.as_deref()
    }

    /// The rule object, compiled for a grammar; `None` where it asks for what the grammar does not have.
    pub(super) fn rule(&self, grammar: Grammar) -> Option<&RuleCore> {
        self.compiled[grammar as usize].get_or_init(|| self.compile(grammar).ok()).as_ref()
    }
}

/// The texts of a question that a grammar must know, each with its key.
fn words_of<'w>(value: &'w Value, words: &mut Vec<(&'w str, String)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) => words.push((key, text.clone())),
                    other => words_of(other, words),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| words_of(value, words)),
        Value::String(text) => words.push(("pattern", text.clone())),
        _ => {}
    }
}

fn has_kind(language: ast_grep_language::SupportLang, kind: &str) -> bool {
    language.get_ts_language().id_for_node_kind(kind, true) != 0
}

fn kinds(language: ast_grep_language::SupportLang) -> Vec<String> {
    let language = language.get_ts_language();
    let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
    let named = (0..count).filter(|id| language.node_kind_is_named(*id));
    named.filter_map(|id| language.node_kind_for_id(id).map(str::to_owned)).collect()
}

fn names(grammars: &[Grammar]) -> String {
    let names: Vec<String> = grammars.iter().map(|grammar| format!("{grammar:?}")).collect();
    names.join(", ")
}
