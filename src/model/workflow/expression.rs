//! The expressions of GitHub: what they let into a text, and whom a condition keeps out.

/// How deep an expression may nest.
const DEEPEST: usize = 40;

/// An expression as a tree. Names are in lower case, for GitHub reads them in any, and an index is written as a property:
/// `github['Event'].x` is `github.event.x`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tree {
    Literal(String),
    Path(String),
    Call(String, Vec<Tree>),
    Not(Box<Tree>),
    Compare(bool, Box<Tree>, Box<Tree>),
    And(Vec<Tree>),
    Or(Vec<Tree>),
}

/// The values that an expression lets through, each in lower case and in one spelling: `github.event.issue.title`,
/// `tojson(secrets)`. A comparison or a test lets nothing through but a truth value. What is not understood is one value.
pub(super) fn values(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    match parse(text) {
        Some(tree) => let_through(&tree, &mut found),
        None => found.push(text.to_lowercase().split_whitespace().collect()),
    }
    found
}

fn let_through(tree: &Tree, found: &mut Vec<String>) {
    match tree {
        Tree::Literal(_) | Tree::Not(_) | Tree::Compare(..) => {}
        Tree::Path(path) => found.push(path.clone()),
        // The left of `&&` comes out only where it is false or empty.
        Tree::And(parts) => parts.last().into_iter().for_each(|part| let_through(part, found)),
        Tree::Or(parts) => parts.iter().for_each(|part| let_through(part, found)),
        Tree::Call(name, arguments) => {
            if !is_test(name) {
                found.push(spelt(tree));
                arguments.iter().for_each(|argument| let_through(argument, found));
            }
        }
    }
}

/// Functions that answer yes or no, or a digest.
fn is_test(name: &str) -> bool {
    matches!(
        name,
        "contains" | "startswith" | "endswith" | "hashfiles" | "always" | "success" | "failure" | "cancelled"
    )
}

fn spelt(tree: &Tree) -> String {
    match tree {
        Tree::Literal(text) => format!("'{text}'"),
        Tree::Path(path) => path.clone(),
        Tree::Call(name, arguments) => {
            format!("{name}({})", arguments.iter().map(spelt).collect::<Vec<_>>().join(","))
        }
        Tree::Not(_) | Tree::Compare(..) | Tree::And(_) | Tree::Or(_) => "_".to_owned(),
    }
}

/// Whom a condition lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gate {
    /// Nobody: it is false on that event.
    Closed,
    /// Perhaps only people or code of the team.
    Kept,
    /// Whoever starts the workflow.
    Open,
}

impl Gate {
    fn not(self) -> Self {
        match self {
            Self::Closed => Self::Open,
            Self::Kept => Self::Kept,
            Self::Open => Self::Closed,
        }
    }
}

/// Whom the condition of a job or step lets in when an event starts the workflow.
pub(super) fn gate(condition: &str, event: &str) -> Gate {
    let bare = condition.trim();
    // With or without its braces a condition is an expression
    // (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idif).
    let inner = bare.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).filter(|rest| !rest.contains("${{"));
    parse(inner.unwrap_or(bare)).map_or(Gate::Kept, |tree| admits(&tree, event))
}

fn admits(tree: &Tree, event: &str) -> Gate {
    match tree {
        Tree::Literal(text) => {
            if matches!(text.as_str(), "false" | "" | "0" | "null") {
                Gate::Closed
            } else {
                Gate::Open
            }
        }
        Tree::Path(path) => open_to_strangers(path),
        Tree::Call(name, arguments) => match name.as_str() {
            "always" | "success" | "failure" => Gate::Open,
            // Cancelled by a person, never by a stranger.
            "cancelled" => Gate::Closed,
            "contains" | "startswith" | "endswith" => {
                if let [Tree::Path(path), Tree::Literal(_)] = arguments.as_slice() {
                    open_to_strangers(path)
                } else {
                    Gate::Kept
                }
            }
            _ => Gate::Kept,
        },
        Tree::Not(inner) => match inner.as_ref() {
            // What a stranger chooses can be chosen either way.
            Tree::Path(_) | Tree::Call(..) if admits(inner, event) == Gate::Open && !is_status(inner) => Gate::Open,
            inner => admits(inner, event).not(),
        },
        Tree::Compare(equal, left, right) => match (left.as_ref(), right.as_ref()) {
            (Tree::Path(path), Tree::Literal(value)) | (Tree::Literal(value), Tree::Path(path)) => {
                compared(*equal, path, value, event)
            }
            (Tree::Literal(left), Tree::Literal(right)) => {
                if left.eq_ignore_ascii_case(right) == *equal {
                    Gate::Open
                } else {
                    Gate::Closed
                }
            }
            _ => Gate::Kept,
        },
        Tree::And(parts) => parts.iter().map(|part| admits(part, event)).min().unwrap_or(Gate::Open),
        Tree::Or(parts) => parts.iter().map(|part| admits(part, event)).max().unwrap_or(Gate::Open),
    }
}

fn is_status(tree: &Tree) -> bool {
    matches!(tree, Tree::Call(name, _) if matches!(name.as_str(), "always" | "success" | "failure"))
}

fn compared(equal: bool, path: &str, value: &str, event: &str) -> Gate {
    match path {
        "github.event_name" => {
            if value.eq_ignore_ascii_case(event) == equal {
                Gate::Open
            } else {
                Gate::Closed
            }
        }
        // Everyone but one account.
        _ if !equal && (path.contains("actor") || path.ends_with(".login")) => Gate::Open,
        "github.event.workflow_run.event" if value == "pull_request" => {
            if equal {
                Gate::Open
            } else {
                Gate::Kept
            }
        }
        _ => open_to_strangers(path),
    }
}

/// Whether a stranger decides of a value, or everyone meets the same one.
fn open_to_strangers(path: &str) -> Gate {
    const OPEN: &[&str] = &[
        "github.repository",
        "github.repository_owner",
        "github.head_ref",
        "github.event.action",
        "github.event.workflow_run.conclusion",
        "github.event.issue.pull_request",
    ];
    let texts = ["comment", "review", "issue", "discussion", "pull_request"];
    let chosen = path
        .strip_prefix("github.event.")
        .and_then(|rest| rest.split_once('.'))
        .is_some_and(|(of, what)| texts.contains(&of) && matches!(what, "body" | "title" | "draft" | "head.ref"));
    if chosen || OPEN.contains(&path) { Gate::Open } else { Gate::Kept }
}

fn parse(text: &str) -> Option<Tree> {
    let mut reader = Reader { rest: text };
    let tree = reader.any(0)?;
    reader.skip();
    reader.rest.is_empty().then_some(tree)
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, word: &str) -> bool {
        self.skip();
        let after = self.rest.strip_prefix(word);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn any(&mut self, depth: usize) -> Option<Tree> {
        let mut parts = vec![self.all(depth)?];
        while self.eat("||") {
            parts.push(self.all(depth)?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Tree::Or(parts) })
    }

    fn all(&mut self, depth: usize) -> Option<Tree> {
        let mut parts = vec![self.comparison(depth)?];
        while self.eat("&&") {
            parts.push(self.comparison(depth)?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Tree::And(parts) })
    }

    fn comparison(&mut self, depth: usize) -> Option<Tree> {
        let mut left = self.unary(depth)?;
        loop {
            let equal = if self.eat("==") || self.eat("<=") || self.eat(">=") || self.eat("<") || self.eat(">") {
                true
            } else if self.eat("!=") {
                false
            } else {
                return Some(left);
            };
            let right = self.unary(depth)?;
            left = Tree::Compare(equal, Box::new(left), Box::new(right));
        }
    }

    fn unary(&mut self, depth: usize) -> Option<Tree> {
        if depth > DEEPEST {
            return None;
        }
        self.skip();
        if self.rest.starts_with('!') && !self.rest.starts_with("!=") {
            self.rest = &self.rest[1..];
            return Some(Tree::Not(Box::new(self.unary(depth + 1)?)));
        }
        if self.eat("(") {
            let inner = self.any(depth + 1)?;
            return self.eat(")").then_some(inner);
        }
        if self.rest.starts_with('\'') {
            return self.quoted().map(Tree::Literal);
        }
        let name = self.name()?;
        if name.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+') {
            return Some(Tree::Literal(name.to_owned()));
        }
        let name = name.to_lowercase();
        if matches!(name.as_str(), "true" | "false" | "null") {
            return Some(Tree::Literal(name));
        }
        if self.eat("(") {
            let mut arguments = Vec::new();
            while !self.eat(")") {
                arguments.push(self.any(depth + 1)?);
                if !self.eat(",") && !self.rest.trim_start().starts_with(')') {
                    return None;
                }
            }
            let call = Tree::Call(name, arguments);
            // A property of what a function answers is taken for the whole answer.
            let mut property = String::new();
            self.properties(&mut property, depth)?;
            return Some(call);
        }
        let mut path = name;
        self.properties(&mut path, depth)?;
        Some(Tree::Path(path))
    }

    fn properties(&mut self, path: &mut String, depth: usize) -> Option<()> {
        loop {
            self.skip();
            if let Some(after) = self.rest.strip_prefix('.') {
                self.rest = after;
                self.skip();
                if self.eat("*") {
                    path.push_str(".*");
                } else {
                    let name = self.name()?.to_lowercase();
                    path.push('.');
                    path.push_str(&name);
                }
            } else if self.eat("[") {
                let index = self.any(depth + 1)?;
                path.push('.');
                match index {
                    Tree::Literal(text) if !text.starts_with(|c: char| c.is_ascii_digit()) => {
                        path.push_str(&text.to_lowercase());
                    }
                    _ => path.push('*'),
                }
                if !self.eat("]") && !self.eat("*]") {
                    return None;
                }
            } else {
                return Some(());
            }
        }
    }

    fn name(&mut self) -> Option<&'t str> {
        self.skip();
        let stop = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'));
        let mut end = self.rest.find(stop).unwrap_or(self.rest.len());
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) && self.rest[end..].starts_with('.') {
            end = self.rest[end + 1..].find(stop).map_or(self.rest.len(), |more| end + 1 + more);
        }
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!name.is_empty()).then_some(name)
    }

    fn quoted(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut rest = self.rest.strip_prefix('\'')?;
        loop {
            let (before, after) = rest.split_once('\'')?;
            text.push_str(before);
            match after.strip_prefix('\'') {
                Some(more) => {
                    text.push('\'');
                    rest = more;
                }
                None => {
                    self.rest = after;
                    return Some(text);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_expression_lets_through_is_in_one_spelling() {
        for (text, expected) in [
            (" github.event.issue.title ", &["github.event.issue.title"][..]),
            ("GitHub['event'].Issue['title']", &["github.event.issue.title"]),
            ("github.event_name == 'x' && github.head_ref || github.ref_name", &["github.head_ref", "github.ref_name"]),
            ("contains(github.event.comment.body, '/deploy')", &[]),
            ("github.event.issue.title == 'x'", &[]),
            ("!github.head_ref", &[]),
            ("toJSON( secrets )", &["tojson(secrets)", "secrets"]),
            ("format('{0} l''été', github.head_ref)", &["format('{0} l'été',github.head_ref)", "github.head_ref"]),
            ("github.event.commits[0].message", &["github.event.commits.*.message"]),
            ("github.event.commits.*.author.name", &["github.event.commits.*.author.name"]),
            ("a b", &["ab"]),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
    }

    #[test]
    fn a_condition_keeps_strangers_out_or_not() {
        for (condition, expected) in [
            ("github.event.comment.author_association == 'MEMBER'", Gate::Kept),
            ("${{ contains(github.event.pull_request.labels.*.name, 'safe') }}", Gate::Kept),
            ("github.event.pull_request.head.repo.full_name == github.repository", Gate::Kept),
            ("contains(github.event.comment.body, '/deploy')", Gate::Open),
            ("always() && github.repository == 'a/b'", Gate::Open),
            ("github.actor != 'dependabot[bot]'", Gate::Open),
            ("!cancelled()", Gate::Open),
            ("!github.event.pull_request.draft", Gate::Open),
            ("github.event_name == 'push'", Gate::Closed),
            ("github.event_name != 'push' || false", Gate::Open),
            ("false", Gate::Closed),
            ("${{ false }}", Gate::Closed),
            ("needs.check.outputs.ok == 'true'", Gate::Kept),
            ("(unreadable", Gate::Kept),
        ] {
            assert_eq!(gate(condition, "pull_request_target"), expected, "{condition}");
        }
    }

    #[test]
    fn deep_expressions_are_left_alone() {
        let deep = format!("{}x{}", "(".repeat(5_000), ")".repeat(5_000));
        assert_eq!(gate(&deep, "push"), Gate::Kept);
        assert_eq!(gate(&"!".repeat(100_000), "push"), Gate::Kept);
    }
}
