//! `key`: a path through a structured file, with wildcards, and what the values at its end are asked.

use crate::base::location::Location;
use crate::base::text::{Localized, localized, to_u32};
use crate::read::document::Node;

use super::comparison::Comparison;

/// How many values one path may lead to in one document.
const MOST_VALUES: usize = 10_000;

/// How deep `**` goes.
const DEEPEST: usize = 60;

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// The entry of this name.
    Name(String),
    /// Each entry whose name starts and ends so; both empty for any.
    Names(String, String),
    /// Each item of a list; a lone value stands for a list of one.
    Items,
    /// The item of this rank, from 0.
    Item(usize),
    /// Anything at or below.
    Below,
}

/// A path of keys, as it is written: `jobs.*.steps[*].uses`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyPath(Vec<Step>);

impl KeyPath {
    /// Reads a path.
    ///
    /// # Errors
    /// The part that is not understood, and why.
    pub(super) fn read(written: &str) -> Result<Self, (String, Localized)> {
        let mut steps = Vec::new();
        let mut rest = written;
        let mut first = true;
        while !rest.is_empty() {
            if let Some(inside) = rest.strip_prefix('[') {
                let wrong = || {
                    let message = localized!(
                        "in brackets, a path has `*` for each item of a list, or the rank of one, from 0",
                        "entre crochets, un chemin a `*` pour chaque élément d'une liste, ou le rang d'un élément, à partir de 0"
                    );
                    (rest.to_owned(), message)
                };
                let (inside, after) = inside.split_once(']').ok_or_else(wrong)?;
                steps.push(match inside {
                    "*" => Step::Items,
                    number => Step::Item(number.parse().map_err(|_| wrong())?),
                });
                rest = after;
                first = false;
                continue;
            }
            if !first {
                rest = rest.strip_prefix('.').unwrap_or(rest);
            }
            first = false;
            let (name, after, quoted) = name(rest)?;
            steps.push(step(name, quoted)?);
            rest = after;
        }
        if steps.is_empty() {
            return Err((written.to_owned(), localized!("the path is empty", "le chemin est vide")));
        }
        Ok(Self(steps))
    }

    /// Whether the path may lead somewhere in a document, by its text: the longest name of the path stands there, unless
    /// something may be written another way.
    fn may_lead_in(&self, text: &str) -> bool {
        let fixed = self.0.iter().flat_map(|step| match step {
            Step::Name(name) => [name.as_str(), ""],
            Step::Names(before, after) => [before.as_str(), after.as_str()],
            Step::Items | Step::Item(_) | Step::Below => ["", ""],
        });
        let longest = fixed.max_by_key(|name| name.len()).unwrap_or_default();
        text.contains(longest) || text.contains('\\') || text.contains("&#")
    }

    /// The values at the end of the path, in file order.
    pub(super) fn values<'n>(&self, root: &'n Node) -> Vec<&'n Node> {
        let mut found = Vec::new();
        follow(root, &self.0, &mut found, 0);
        // `**` may lead to one place in several ways.
        let mut seen = std::collections::HashSet::new();
        found.retain(|node| seen.insert(std::ptr::from_ref::<Node>(*node)));
        found
    }
}

/// The first name of a path, what follows it, and whether it is in quotes.
fn name(rest: &str) -> Result<(&str, &str, bool), (String, Localized)> {
    if let Some(quote) = rest.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        let inside = &rest[1..];
        let end = inside
            .find(quote)
            .ok_or_else(|| (rest.to_owned(), localized!("the quote is not closed", "le guillemet n'est pas fermé")))?;
        return Ok((&inside[..end], &inside[end + 1..], true));
    }
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    if end == 0 {
        let message = localized!("a name is missing between two dots", "il manque un nom entre deux points");
        return Err((rest.to_owned(), message));
    }
    Ok((&rest[..end], &rest[end..], false))
}

fn step(name: &str, quoted: bool) -> Result<Step, (String, Localized)> {
    if quoted {
        return Ok(Step::Name(name.to_owned()));
    }
    if name == "**" {
        return Ok(Step::Below);
    }
    match name.split_once('*') {
        None if !name.contains(['?', '{', '}', ']']) => Ok(Step::Name(name.to_owned())),
        Some((before, after)) if !after.contains(['*', '?', '{', '}', ']']) => {
            Ok(Step::Names(before.to_owned(), after.to_owned()))
        }
        _ => {
            let message = localized!(
                "a name holds one `*` at most, for any letters; `**` is any number of keys, and quotes keep a name as it is",
                "un nom contient au plus un `*`, pour des lettres quelconques ; `**` vaut autant de clés qu'on veut, et des guillemets gardent un nom tel quel"
            );
            Err((name.to_owned(), message))
        }
    }
}

fn follow<'n>(node: &'n Node, steps: &[Step], found: &mut Vec<&'n Node>, depth: usize) {
    if found.len() >= MOST_VALUES || depth > DEEPEST {
        return;
    }
    let Some((step, rest)) = steps.split_first() else {
        found.push(node);
        return;
    };
    let below = |node: &'n Node, rest: &[Step], found: &mut Vec<&'n Node>| follow(node, rest, found, depth + 1);
    match step {
        Step::Name(_) => {
            // A key may be written with its dots: `spring.jpa: …`.
            for entry in node.entries() {
                let mut name = String::new();
                for (at, step) in steps.iter().enumerate() {
                    let Step::Name(part) = step else { break };
                    if at > 0 {
                        name.push('.');
                    }
                    name.push_str(part);
                    if entry.key == name {
                        below(&entry.value, &steps[at + 1..], found);
                    } else if !entry.key.starts_with(&name) {
                        break;
                    }
                }
            }
        }
        Step::Names(before, after) => {
            for entry in node.entries() {
                let long = entry.key.len() >= before.len() + after.len();
                if long && entry.key.starts_with(before) && entry.key.ends_with(after) {
                    below(&entry.value, rest, found);
                }
            }
        }
        Step::Items => node.items_or_self().iter().for_each(|item| below(item, rest, found)),
        Step::Item(rank) => node.items().get(*rank).into_iter().for_each(|item| below(item, rest, found)),
        Step::Below => {
            follow(node, rest, found, depth + 1);
            node.entries().iter().for_each(|entry| below(&entry.value, steps, found));
            node.items().iter().for_each(|item| below(item, steps, found));
        }
    }
}

/// How many of the values at the end of a path must compare so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Quantifier {
    /// One of them.
    Any,
    /// Every one, of which there is one at least.
    Every,
    /// None of them.
    None,
    /// This many or more.
    AtLeast(f64),
}

/// A question on one node: the values that a path leads to from it.
#[derive(Debug)]
pub(crate) struct KeyQuestion {
    pub path: KeyPath,
    pub comparison: Comparison,
    /// Another path of the same document, with whose values they are compared.
    pub same_as: Option<(KeyPath, bool)>,
    pub quantifier: Quantifier,
    /// What each value is asked in turn, from itself.
    pub with: Vec<KeyQuestion>,
    /// The same, of which none may hold.
    pub without: Vec<KeyQuestion>,
}

/// What a question found in a document.
pub(super) struct Answered {
    /// Whether it holds.
    pub holds: bool,
    /// The values that it holds of.
    pub found: Vec<Location>,
    /// Every value that the path leads to.
    pub seen: Vec<Location>,
}

impl KeyQuestion {
    /// Whether it may hold of a document, by its text.
    pub(super) fn may_hold_in(&self, text: &str) -> bool {
        match self.quantifier {
            Quantifier::Any | Quantifier::Every => self.path.may_lead_in(text),
            Quantifier::None => true,
            Quantifier::AtLeast(least) => least <= 0.0 || self.path.may_lead_in(text),
        }
    }

    /// Asks the question of a document.
    pub(super) fn ask(&self, path: &str, root: &Node) -> Answered {
        let values = self.path.values(root);
        let place = |node: &Node| Location::at(path, node.line, node.column);
        let found: Vec<&&Node> = values.iter().filter(|node| self.admits(node, root)).collect();
        let holds = match self.quantifier {
            Quantifier::Any => !found.is_empty(),
            Quantifier::Every => !values.is_empty() && found.len() == values.len(),
            Quantifier::None => found.is_empty(),
            Quantifier::AtLeast(least) => f64::from(to_u32(found.len())) >= least,
        };
        Answered {
            holds,
            found: found.into_iter().map(|node| place(node)).collect(),
            seen: values.iter().map(|node| place(node)).collect(),
        }
    }

    fn admits(&self, node: &Node, root: &Node) -> bool {
        let holds = |question: &KeyQuestion| question.ask("", node).holds;
        let compared = || match &self.same_as {
            None => true,
            Some((other, same)) => {
                let equal =
                    other.values(root).into_iter().any(|other| other.text().is_some() && other.text() == node.text());
                equal == *same
            }
        };
        compare_node(node, &self.comparison)
            && compared()
            && self.with.iter().all(holds)
            && !self.without.iter().any(holds)
    }
}

/// Whether a value compares so.
pub(super) fn compare_node(node: &Node, comparison: &Comparison) -> bool {
    let text = node.text().unwrap_or_default();
    match comparison {
        Comparison::Exists => true,
        Comparison::Is(value) => text == value.to_text(),
        Comparison::IsNot(value) => text != value.to_text(),
        Comparison::OneOf(values) => values.iter().any(|value| text == value.to_text()),
        Comparison::Matches(regex) => node.text().is_some() && regex.is_match(text),
        Comparison::IsNone => node.is_null(),
        Comparison::ContainsAny(names) => {
            node.items().iter().any(|item| item.text().is_some_and(|text| names.iter().any(|name| name == text)))
        }
        Comparison::AtLeast(least) => text.parse::<f64>().is_ok_and(|number| number >= *least),
        Comparison::AtMost(most) => text.parse::<f64>().is_ok_and(|number| number <= *most),
        Comparison::Empty(empty) => (node.items().is_empty() && node.entries().is_empty()) == *empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::document::Syntax;

    fn values(path: &str, text: &str) -> Vec<String> {
        let root = Node::parse(text, Syntax::Yaml).expect("YAML");
        let path = KeyPath::read(path).expect("a path");
        path.values(&root).into_iter().map(|node| node.text().unwrap_or("…").to_owned()).collect()
    }

    #[test]
    fn wildcards_lead_to_every_value() {
        let text = "jobs:\n  a:\n    steps: [{uses: x}, {run: y}, {uses: z}]\n  b:\n    steps: {uses: w}\nspring.jpa:\n  ddl: up\n'a.b': {c: 1}\n";
        assert_eq!(values("jobs.*.steps[*].uses", text), ["x", "z", "w"]);
        assert_eq!(values("jobs.a.steps[2].uses", text), ["z"]);
        assert_eq!(values("**.uses", text), ["x", "z", "w"]);
        assert_eq!(values("spring.jpa.ddl", text), ["up"]);
        assert_eq!(values("\"a.b\".c", text), ["1"]);
        assert_eq!(values("s*a.ddl", text), ["up"]);
        assert_eq!(values("jobs[*].a", text), ["…"]);
        assert!(values("jobs.c", text).is_empty());
    }

    #[test]
    fn what_is_not_understood_is_refused_with_its_place() {
        for (path, wrong) in [
            ("jobs[a].b", "[a].b"),
            ("a.b?", "b?"),
            ("a..b", ".b"),
            ("a.{b,c}", "{b,c}"),
            ("'a", "'a"),
            ("*a*.b", "*a*"),
            ("a[", "["),
        ] {
            assert_eq!(KeyPath::read(path).map_err(|(word, _)| word), Err(wrong.to_owned()), "{path}");
        }
        assert!(KeyPath::read("").is_err());
    }

    #[test]
    fn a_path_that_leads_everywhere_ends() {
        let text = format!("{}x{}", "{a: ".repeat(80), "}".repeat(80));
        assert!(values("**.**.**", &text).len() <= MOST_VALUES);
        let wide: String = (0..20_000).map(|n| format!("k{n}: 1\n")).collect();
        assert_eq!(values("*", &wide).len(), MOST_VALUES);
    }
}
