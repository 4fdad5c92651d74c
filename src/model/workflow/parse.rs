//! The documents of workflows and composite actions, read into their types.

use super::expression::values;
use super::parts::{Expression, Forge, Job, Permissions, Place, Script, Step, Uses, Variable, Workflow};
use crate::base::text::to_u32;
use crate::model::image_name::ImageName;
use crate::read::document::{Entry, Node};
use crate::read::inventory::comments::comment_ranges;
use crate::read::inventory::language::Comments;

/// How many expressions of one file are looked at.
const MOST: usize = 5_000;

/// How many variables a script may name, and how many values of one count.
const MOST_KNOWN: usize = 1_000;
const MOST_VALUES: usize = 20;

/// A file as it is read.
struct File<'f> {
    /// Its lines, to place what stands inside of a value.
    lines: Vec<&'f str>,
    /// The variables of the workflow.
    env: Vec<Variable>,
}

pub(super) fn workflow(path: &str, root: &Node, text: &str) -> Option<Workflow> {
    let jobs = root.entry("jobs")?;
    let mut file = File { lines: text.lines().collect(), env: Vec::new() };
    file.env = file.variables(root.get("env"));
    // YAML 1.1 reads the bare key `on` as the truth value `true` (https://yaml.org/type/bool.html).
    let on = root.entry("on").or_else(|| root.entry("true"));
    let own = root.entry("permissions");
    let nobody = jobs.value.entries().iter().all(|job| job.value.entry("permissions").is_none());
    let read = |entry: &Entry| {
        let mut job = file.job(entry);
        job.permissions = match entry.value.entry("permissions").or(own) {
            Some(declared) => (permissions(&declared.value), key_place(declared)),
            None if nobody => (Permissions::Undeclared, key_place(jobs)),
            None => (Permissions::Undeclared, key_place(entry)),
        };
        job
    };
    let jobs = jobs.value.entries().iter().map(read).collect();
    Some(Workflow {
        path: path.to_owned(),
        forge: Forge::of(path),
        is_action: false,
        events: on.map(events).unwrap_or_default(),
        jobs,
        expressions: file.every_expression(root),
        env: file.env,
    })
}

pub(super) fn action(path: &str, root: &Node, text: &str) -> Option<Workflow> {
    let steps = root.at(&["runs", "steps"])?;
    let file = File { lines: text.lines().collect(), env: Vec::new() };
    let steps = steps.items().iter().map(|step| file.step(step, &[])).collect();
    Some(Workflow {
        path: path.to_owned(),
        forge: Forge::of(path),
        is_action: true,
        events: Vec::new(),
        jobs: vec![Job { steps, ..Job::default() }],
        expressions: file.every_expression(root),
        env: Vec::new(),
    })
}

fn key_place(entry: &Entry) -> Place {
    Place { line: entry.line, column: entry.column }
}

fn place(node: &Node) -> Place {
    Place { line: node.line, column: node.column }
}

/// The events of `on`: a name, a list of them, or a map.
fn events(on: &Entry) -> Vec<(String, Place)> {
    let listed = on.value.items_or_self().iter().filter_map(|item| Some((item.text()?.to_owned(), place(item))));
    let mapped = on.value.entries().iter().map(|entry| (entry.key.clone(), key_place(entry)));
    listed.chain(mapped).collect()
}

/// A word, or a right for each scope; a scope that is left out is refused
/// (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions).
fn permissions(node: &Node) -> Permissions {
    match node.text().map(str::trim) {
        Some("write-all") => Permissions::WriteAll,
        Some("read-all") => Permissions::ReadAll,
        _ => Permissions::Scopes(
            node.entries()
                .iter()
                .filter(|entry| entry.value.text() != Some("none"))
                .map(|entry| (entry.key.clone(), entry.value.text() == Some("write")))
                .collect(),
        ),
    }
}

impl File<'_> {
    fn job(&self, entry: &Entry) -> Job {
        let node = &entry.value;
        let env = self.variables(node.get("env"));
        let services = node.get("services").map(Node::entries).unwrap_or_default().iter().map(|entry| &entry.value);
        let images = node.get("container").into_iter().chain(services).filter_map(|node| {
            let image = node.get("image").unwrap_or(node);
            let name = image.text().filter(|name| !name.is_empty())?;
            Some((ImageName::new(name), place(image)))
        });
        Job {
            id: entry.key.clone(),
            place: key_place(entry),
            permissions: (Permissions::Undeclared, key_place(entry)),
            uses: uses(node),
            labels: labels(node),
            images: images.collect(),
            inherits_secrets: node.get("secrets").filter(|given| given.text() == Some("inherit")).map(place),
            needs: node
                .get("needs")
                .map(Node::items_or_self)
                .unwrap_or_default()
                .iter()
                .filter_map(|need| need.text().map(str::to_owned))
                .collect(),
            condition: condition(node),
            has_environment: node.get("environment").is_some_and(|environment| !environment.is_null()),
            steps: node
                .get("steps")
                .map(Node::items)
                .unwrap_or_default()
                .iter()
                .map(|step| self.step(step, &env))
                .collect(),
            env,
        }
    }

    fn step(&self, node: &Node, of_job: &[Variable]) -> Step {
        let env = self.variables(node.get("env"));
        let uses = uses(node);
        let with = self.variables(node.get("with"));
        let known = || env.iter().chain(of_job).chain(&self.env).take(MOST_KNOWN);
        let shell = node.text_of("shell").unwrap_or_default();
        let script = node.entry("run").map(|run| (run, if shell == "node" { Comments::Slash } else { Comments::Hash }));
        let given = uses
            .as_ref()
            .filter(|uses| uses.name() == "actions/github-script")
            .and_then(|_| node.get("with")?.entry("script"))
            .map(|script| (script, Comments::Slash));
        Step {
            place: place(node),
            script: script.or(given).and_then(|(entry, style)| self.script(entry, style, &known)),
            uses,
            with,
            condition: condition(node),
            env,
        }
    }

    fn variables(&self, node: Option<&Node>) -> Vec<Variable> {
        let entries = node.map(Node::entries).unwrap_or_default();
        let read = entries.iter().map(|entry| {
            let value = entry.value.text().unwrap_or_default().to_owned();
            let found = expressions(&value).into_iter().flat_map(values).collect();
            Variable { name: entry.key.clone(), value, place: key_place(entry), values: found }
        });
        read.collect()
    }

    fn script<'k, K: Iterator<Item = &'k Variable>>(
        &self,
        entry: &Entry,
        style: Comments,
        known: &dyn Fn() -> K,
    ) -> Option<Script> {
        let text = entry.value.text()?;
        let mut expressions = self.placed(&entry.value, text);
        for expression in &mut expressions {
            for value in expression.values.clone() {
                let Some(name) = value.strip_prefix("env.") else { continue };
                let given = known().find(|variable| variable.name.eq_ignore_ascii_case(name));
                expression
                    .values
                    .extend(given.into_iter().flat_map(|variable| variable.values.iter().take(MOST_VALUES).cloned()));
            }
        }
        Some(Script { code: code(text, style), lines: self.line_places(entry, text), expressions })
    }

    /// The place of each line of a value that may be a block.
    fn line_places(&self, entry: &Entry, text: &str) -> Vec<Place> {
        let own = place(&entry.value);
        let is_block = own.line > entry.line || text.trim_end().contains('\n') || {
            let line = self.lines.get(own.line as usize - 1).copied().unwrap_or_default();
            let rest: String = line.chars().skip(own.column as usize - 1).collect();
            rest.starts_with(['|', '>'])
        };
        if !is_block {
            let quote =
                self.lines.get(own.line as usize - 1).and_then(|line| line.chars().nth(own.column as usize - 1));
            let quoted = u32::from(matches!(quote, Some('"' | '\'')));
            return vec![Place { column: own.column + quoted, ..own }];
        }
        let mut found = Vec::new();
        for (at, line) in (entry.line as usize..).zip(text.split('\n')) {
            let content = line.trim();
            // A literal block holds the very lines of the file; a folded one does not, and stays at its key.
            let raw = self.lines.get(at).copied().unwrap_or_default();
            let before = if content.is_empty() { Some("") } else { raw.trim_end().strip_suffix(line.trim_end()) };
            found.push(match before {
                Some(before) => Place { line: to_u32(at + 1), column: to_u32(before.chars().count() + 1) },
                None => own,
            });
        }
        found
    }

    /// The expressions of a value, each where the file has it: they stand there in the same order.
    fn placed(&self, node: &Node, text: &str) -> Vec<Expression> {
        let inner = expressions(text);
        let mut found = Vec::with_capacity(inner.len());
        let (mut line, mut from) = (node.line.saturating_sub(1) as usize, 0);
        if let Some(first) = self.lines.get(line) {
            from = first.char_indices().nth(node.column.saturating_sub(1) as usize).map_or(0, |(at, _)| at);
        }
        for expression in inner.into_iter().take(MOST) {
            let mut at = None;
            while let Some(raw) = self.lines.get(line) {
                if let Some(start) = raw.get(from..).and_then(|rest| rest.find("${{")) {
                    let column = raw[..from + start].chars().count() + 1;
                    at = Some(Place { line: to_u32(line + 1), column: to_u32(column) });
                    from += start + 3;
                    break;
                }
                (line, from) = (line + 1, 0);
            }
            found.push(Expression { place: at.unwrap_or_else(|| place(node)), values: values(expression) });
        }
        found
    }

    fn every_expression(&self, root: &Node) -> Vec<Expression> {
        let mut found = Vec::new();
        self.gather(root, &mut found);
        found
    }

    fn gather(&self, node: &Node, found: &mut Vec<Expression>) {
        if found.len() >= MOST {
            return;
        }
        if let Some(text) = node.text().filter(|text| text.contains("${{")) {
            found.extend(self.placed(node, text));
        }
        node.items().iter().for_each(|item| self.gather(item, found));
        node.entries().iter().for_each(|entry| self.gather(&entry.value, found));
    }
}

fn uses(node: &Node) -> Option<Uses> {
    let uses = node.get("uses")?;
    Some(Uses::new(uses.text()?, place(uses)))
}

fn condition(node: &Node) -> Option<(String, Place)> {
    let condition = node.entry("if")?;
    Some((condition.value.text().unwrap_or_default().to_owned(), key_place(condition)))
}

/// What stands between `${{` and `}}`; a quoted brace ends nothing.
fn expressions(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("${{") {
        let mut quoted = false;
        let end = after.char_indices().find(|(at, c)| {
            quoted ^= *c == '\'';
            !quoted && after[*at..].starts_with("}}")
        });
        let Some((end, _)) = end.or_else(|| after.find("}}").map(|at| (at, ' '))) else { break };
        found.push(&after[..end]);
        rest = &after[end + 2..];
    }
    found
}

/// A script without its comments, byte for byte; a continued line ends with a return, which patterns read as a space.
fn code(text: &str, style: Comments) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in comment_ranges(text, style) {
        bytes[range].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }
    for at in 1..bytes.len() {
        if bytes[at] == b'\n' && bytes[at - 1] == b'\\' {
            (bytes[at - 1], bytes[at]) = (b' ', b'\r');
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The labels of a runner, with those of the matrix or of the default of an input in the place of an expression.
fn labels(job: &Node) -> Vec<(String, Place)> {
    let Some(runs_on) = job.get("runs-on") else { return Vec::new() };
    let listed = runs_on.get("labels").unwrap_or(runs_on).items_or_self();
    let mut found = Vec::new();
    for node in listed {
        let Some(text) = node.text() else { continue };
        if !text.contains("${{") {
            found.push((text.trim().to_owned(), place(node)));
            continue;
        }
        for value in expressions(text).into_iter().flat_map(values) {
            let Some(path) = value.strip_prefix("matrix.") else { continue };
            let keys: Vec<&str> = path.split('.').collect();
            found.extend(
                of_matrix(job, &keys).into_iter().filter_map(|node| Some((node.text()?.to_owned(), place(node)))),
            );
        }
        // `cond && 'ubuntu-24.04' || 'macos-15'` names its labels.
        let quoted = expressions(text).into_iter().flat_map(|inner| inner.split('\'').skip(1).step_by(2));
        let alternatives = text.contains("||").then_some(quoted).into_iter().flatten();
        found.extend(alternatives.map(|label| (label.to_owned(), place(node))));
    }
    found
}

/// The values that a matrix has at a chain of keys.
fn of_matrix<'n>(job: &'n Node, keys: &[&str]) -> Vec<&'n Node> {
    let Some((matrix, (first, below))) = job.at(&["strategy", "matrix"]).zip(keys.split_first()) else {
        return Vec::new();
    };
    let named = |node: &'n Node, key: &str| -> Option<&'n Node> {
        node.entries().iter().find(|entry| entry.key.eq_ignore_ascii_case(key)).map(|entry| &entry.value)
    };
    let listed = |key: &str| matrix.get(key).map(Node::items).unwrap_or_default();
    let end = |node: &'n Node| below.iter().try_fold(node, |node, key| named(node, key));
    // What is excluded by this key alone never runs.
    let excluded: Vec<&str> = listed("exclude")
        .iter()
        .filter(|excluded| excluded.entries().len() == 1)
        .filter_map(|excluded| named(excluded, first)?.text())
        .collect();
    let own = named(matrix, first).map(Node::items).unwrap_or_default().iter();
    let own = own.filter(|value| value.text().is_none_or(|text| !excluded.contains(&text)));
    own.chain(listed("include").iter().filter_map(|included| named(included, first))).filter_map(end).collect()
}
