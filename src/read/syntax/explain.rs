//! How a question on syntax fares in one file, for its author.

use ast_grep_core::meta_var::MetaVariable;

use super::grammar::script_of;
use super::index::{Index, MOST_MATCHES};
use super::query::CodeQuery;
use super::tree::Tree;
use crate::base::lines::LineIndex;
use crate::base::text::Localized;

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
        let Some(question) = self.question() else { return Err(Localized::foreign("the question is not understood")) };
        let rule = question.compile(tree.grammar()).map_err(Localized::foreign)?;
        let lines = LineIndex::new(tree.text());
        let index = Index::of(tree)?;
        let mut matches = Vec::new();
        for hit in index.root().find_all(&rule).take(MOST_MATCHES) {
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
                let values = question.tests().iter().find(|(of, _)| *of == name).map(|(_, test)| {
                    let values = index.bindings().values(index.syntax(node));
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
        let unread = index.unread.iter().map(|range| lines.line(range.start)).collect();
        Ok(Explained { grammar: format!("{:?}", tree.grammar()), unread, matches })
    }
}
