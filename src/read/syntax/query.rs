//! A question on syntax: the rule object of ast-grep, with the constants that a metavariable may stand for.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::OnceLock;

use ast_grep_config::{DeserializeEnv, RuleCore, SerializableRule, SerializableRuleCore};
use ast_grep_core::Matcher;
use ast_grep_core::matcher::{MatcherExt, Pattern};
use ast_grep_core::meta_var::MetaVariable;
use ast_grep_core::tree_sitter::LanguageExt;
use regex::bytes::Regex;
use serde::Deserialize;
use serde_json::Value;

use super::grammar::{Grammar, script_of};
use super::tree::{CodeNode, DEEPEST, Tree, too_much};
use super::values::{Bindings, Import, Values};
use crate::base::lines::LineIndex;
use crate::base::pattern::ascii_or_unicode;
use crate::base::text::Localized;

/// How many matches of one question are looked at in one file.
const MOST_MATCHES: usize = 200;

/// A question on syntax, compiled for a grammar when a file of it is first asked.
pub struct CodeQuery {
    raw: RawQuery,
    tests: Vec<(String, ValueTest)>,
    compiled: [OnceLock<Option<RuleCore>>; Grammar::ALL.len()],
}

impl std::fmt::Debug for CodeQuery {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CodeQuery").field("at", &self.raw.at).finish_non_exhaustive()
    }
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
struct ValueTest {
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

    fn admits(&self, values: &Values) -> bool {
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
    ///
    /// # Errors
    /// What of it is not understood.
    pub(crate) fn new(written: &Value) -> Result<Self, CodeError> {
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

    fn compile(&self, grammar: Grammar) -> Result<RuleCore, String> {
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
    pub(crate) fn check(&self, written: &Value, grammars: &[Grammar]) -> Result<(), CodeError> {
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

    /// What another file says of the value of a metavariable that is imported from it.
    pub(crate) fn admits(&self, test: usize, tree: &Tree, import: &Import) -> bool {
        let root = tree.root();
        let bindings = Bindings::of(root.get_inner_node(), root.get_doc().src.as_str());
        self.tests.get(test).is_some_and(|(_, test)| test.admits(&bindings.exported(import)))
    }

    fn rule(&self, grammar: Grammar) -> Option<&RuleCore> {
        let at = Grammar::ALL.iter().position(|known| *known == grammar)?;
        self.compiled[at].get_or_init(|| self.compile(grammar).ok()).as_ref()
    }
}

/// A tree whose nodes are at hand by their kinds, for many questions.
pub(crate) struct Index<'t> {
    tree: &'t Tree,
    /// The nodes of each kind, in the order of the text.
    kinds: HashMap<u16, Vec<tree_sitter::Node<'t>>>,
    /// What the grammar could not read.
    unread: Vec<Range<usize>>,
    bindings: OnceCell<Bindings<'t>>,
}

impl<'t> Index<'t> {
    /// Walks through a tree.
    ///
    /// # Errors
    /// When it is nested too deep: the work on a node grows with its depth.
    pub(crate) fn of(tree: &'t Tree) -> Result<Self, Localized> {
        let mut kinds: HashMap<u16, Vec<tree_sitter::Node<'t>>> = HashMap::new();
        let mut unread = Vec::new();
        let root = tree.syntax();
        let has_errors = root.has_error();
        let (mut cursor, mut depth) = (root.walk(), 0);
        loop {
            let node = cursor.node();
            if has_errors && node.is_error() {
                unread.push(node.byte_range());
            } else if has_errors && node.is_missing() {
                // What is missing may be anywhere around.
                unread.push(node.start_byte().saturating_sub(1)..node.end_byte() + 1);
            }
            kinds.entry(node.kind_id()).or_default().push(node);
            if cursor.goto_first_child() {
                depth += 1;
                if depth > DEEPEST {
                    return Err(too_much());
                }
                continue;
            }
            loop {
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    return Ok(Self { tree, kinds, unread, bindings: OnceCell::new() });
                }
                depth -= 1;
            }
        }
    }

    /// Whether what is in a range was read, as far as the grammar shows.
    pub(crate) fn understood(&self, range: &Range<usize>) -> bool {
        !self.unread.iter().any(|unread| unread.start < range.end && range.start < unread.end)
    }

    /// Where a question finds something. `around` are places of which every match holds one.
    pub(crate) fn matches(&self, query: &CodeQuery, around: Option<&[Range<usize>]>) -> Matches {
        let mut matches = Matches::default();
        let Some(rule) = query.rule(self.tree.grammar()) else { return matches };
        let holds = |node: &tree_sitter::Node<'_>| {
            around.is_none_or(|places| {
                let first = places.partition_point(|place| place.start < node.start_byte());
                places.get(first).is_some_and(|place| place.end <= node.end_byte())
            })
        };
        let wanted: Vec<&Vec<tree_sitter::Node<'t>>> = match rule.potential_kinds() {
            Some(kinds) => kinds.iter().filter_map(|kind| self.kinds.get(&u16::try_from(kind).ok()?)).collect(),
            None => self.kinds.values().collect(),
        };
        let mut nodes: Vec<tree_sitter::Node<'t>> = wanted.into_iter().flatten().copied().filter(holds).collect();
        nodes.sort_by_key(|node| (node.start_byte(), std::cmp::Reverse(node.end_byte())));
        let hits = nodes.into_iter().filter_map(|node| rule.match_node(self.tree.root.adopt(node)));
        for hit in hits.take(MOST_MATCHES) {
            let mut refused = Vec::new();
            for (at, (name, test)) in query.tests.iter().enumerate() {
                let values = hit.get_env().get_match(name).map(|node| {
                    let bindings = self.bindings.get_or_init(|| Bindings::of(self.tree.syntax(), self.tree.text()));
                    bindings.values(node.get_inner_node())
                });
                match values {
                    Some(values) if test.admits(&values) => {}
                    values => refused.push((at, values.map(|values| values.imports).unwrap_or_default())),
                }
            }
            let named = query.raw.at.as_deref().and_then(|name| hit.get_env().get_match(name));
            let place = named.map_or_else(|| hit.range(), CodeNode::range);
            match refused.as_slice() {
                [] => matches.found.push(place),
                // One value alone is not known here, and one other file may say what it is.
                [(test, imports)] => {
                    let pending = imports.iter().map(|import| Pending {
                        place: place.clone(),
                        test: *test,
                        import: import.clone(),
                    });
                    matches.pending.extend(pending);
                }
                _ => {}
            }
        }
        matches
    }
}

/// How many constants the expressions of some code may stand for, whatever a grammar makes of it; nothing for what is not read.
pub fn constants_in(path: &str, text: &str) -> usize {
    let Some(script) = script_of(path, text) else { return 0 };
    let Ok(tree) = Tree::parse(&script.text, script.grammar) else { return 0 };
    let Ok(index) = Index::of(&tree) else { return 0 };
    let bindings = Bindings::of(tree.syntax(), tree.text());
    let values = index.kinds.values().flatten().map(|node| bindings.values(*node).constants.len());
    values.sum()
}

/// What a question finds in a tree.
#[derive(Default)]
pub(crate) struct Matches {
    /// The bytes of each place where people should look.
    pub found: Vec<Range<usize>>,
    /// What another file decides.
    pub pending: Vec<Pending>,
}

/// A match whose value another file holds.
pub(crate) struct Pending {
    /// Where people should look.
    pub place: Range<usize>,
    /// Which test the value must pass, by its rank.
    pub test: usize,
    /// What is asked of the other file.
    pub import: Import,
}

/// How a question on syntax fares in one file, for its author.
#[derive(Debug)]
pub(crate) struct Explained {
    /// The grammar that reads the file.
    pub grammar: String,
    /// The lines of what it could not read.
    pub unread: Vec<u32>,
    /// What the rule object matches.
    pub matches: Vec<ExplainedMatch>,
}

/// A match of a rule object.
#[derive(Debug)]
pub(crate) struct ExplainedMatch {
    /// Line and column, from 1.
    pub place: (u32, u32),
    /// The kind of its node.
    pub kind: String,
    /// Its text.
    pub text: String,
    /// What each metavariable holds, and the constants that it may stand for where they are asked.
    pub variables: Vec<(String, String, Option<String>)>,
    /// Whether the constants are as asked.
    pub admitted: bool,
}

impl CodeQuery {
    /// Explains how the question fares in a file; `None` for a file that no grammar reads.
    ///
    /// # Errors
    /// Why the file is not read, or the question cannot be asked of its grammar.
    pub(crate) fn explain(&self, path: &str, text: &str) -> Option<Result<Explained, Localized>> {
        let script = script_of(path, text)?;
        Some(Tree::parse(&script.text, script.grammar).and_then(|tree| self.explain_tree(&tree)))
    }

    fn explain_tree(&self, tree: &Tree) -> Result<Explained, Localized> {
        let rule = self.compile(tree.grammar()).map_err(Localized::foreign)?;
        let root = tree.root();
        let text = root.get_doc().src.as_str();
        let lines = LineIndex::new(text);
        let bindings = Bindings::of(root.get_inner_node(), text);
        let mut matches = Vec::new();
        for hit in root.find_all(&rule).take(MOST_MATCHES) {
            let mut names: Vec<String> = hit
                .get_env()
                .get_matched_variables()
                .filter_map(|name| match name {
                    MetaVariable::Capture(name, _) => Some(name),
                    _ => None,
                })
                .collect();
            names.sort();
            let mut admitted = true;
            let variables = names.into_iter().filter_map(|name| {
                let node = hit.get_env().get_match(&name)?;
                let values = self.tests.iter().find(|(of, _)| *of == name).map(|(_, test)| {
                    let values = bindings.values(node.get_inner_node());
                    admitted &= test.admits(&values);
                    values.to_string()
                });
                Some((name, node.text().into_owned(), values))
            });
            let variables = variables.collect();
            let place = lines.place(hit.range().start);
            let (kind, text) = (hit.kind().into_owned(), hit.text().into_owned());
            matches.push(ExplainedMatch { place, kind, text, variables, admitted });
        }
        let unread = Index::of(tree)?.unread.iter().map(|range| lines.line(range.start)).collect();
        Ok(Explained { grammar: format!("{:?}", tree.grammar()), unread, matches })
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
