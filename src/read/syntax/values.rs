//! The constants that an expression may stand for: one step of data flow inside a file, enough for secrets, switches,
//! origins and policies.
//!
//! A literal stands for itself; a name that is bound once in the file, for what it is bound to; `a || "x"`, a default of a
//! reader of the environment and the branches of a choice, for each of what they may give; a list, for its elements.

use std::collections::HashMap;
use std::ops::ControlFlow;

use tree_sitter::Node;

use super::tree::walk;

/// How many steps lead from an expression to a constant.
const MOST_STEPS: usize = 6;

/// How many constants of one expression are looked at.
const MOST_VALUES: usize = 64;

/// A constant as it is written, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Constant {
    /// Its text, without quotes; `true`, `false` and `null` however the language writes them.
    pub text: String,
    /// Whether it is a text of the code.
    pub is_text: bool,
}

/// What an expression may stand for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Values {
    /// Each constant that it may be, or hold.
    pub constants: Vec<Constant>,
    /// Whether it may be something else too.
    pub open: bool,
    /// What other files of the product may say that it is.
    pub imports: Vec<Import>,
}

/// A value that another file of the product holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    /// The file, as the code names it.
    pub module: String,
    /// The name that it has there: `default` for the one that has none, `*` for all that the file holds.
    pub name: String,
    /// The key of it that is asked for.
    pub member: Option<String>,
}

impl std::fmt::Display for Values {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown =
            self.constants.iter().map(|one| if one.is_text { format!("{:?}", one.text) } else { one.text.clone() });
        let shown: Vec<String> = shown.chain(self.open.then(|| "?".to_owned())).collect();
        formatter.write_str(&shown.join(" | "))
    }
}

impl Values {
    fn unknown() -> Self {
        Self { open: true, ..Self::default() }
    }

    fn one(text: impl Into<String>, is_text: bool) -> Self {
        Self { constants: vec![Constant { text: text.into(), is_text }], ..Self::default() }
    }

    fn with(mut self, other: Self) -> Self {
        self.constants.extend(other.constants);
        self.constants.truncate(MOST_VALUES);
        self.open |= other.open;
        self.imports.extend(other.imports);
        self
    }

    fn imported(import: Import) -> Self {
        Self { open: true, imports: vec![import], ..Self::default() }
    }
}

/// What the names of a file are bound to.
pub(crate) struct Bindings<'t> {
    text: &'t str,
    /// Each binding of a name; nothing for one whose value is not written, such as a parameter.
    names: HashMap<&'t str, Vec<Option<Node<'t>>>>,
    /// The names that stand for what another file holds.
    imports: HashMap<&'t str, (&'t str, &'t str)>,
}

impl<'t> Bindings<'t> {
    /// Reads the bindings of a tree.
    pub(crate) fn of(root: Node<'t>, text: &'t str) -> Self {
        let mut bindings = Self { text, names: HashMap::new(), imports: HashMap::new() };
        let _ = walk(root, |node, _| {
            bindings.read(node);
            ControlFlow::Continue(())
        });
        bindings
    }

    fn bind(&mut self, name: Option<Node<'t>>, value: Option<Node<'t>>) {
        if let Some(name) = name.filter(|name| is_name(name.kind())) {
            self.names.entry(&self.text[name.byte_range()]).or_default().push(value);
        }
    }

    fn read(&mut self, node: Node<'t>) {
        let field = |name| node.child_by_field_name(name);
        match node.kind() {
            "variable_declarator" | "const_spec" => {
                self.bind(field("name"), field("value").map(single));
                self.require(field("name"), field("value"));
            }
            "import_statement" => self.import(node),
            "import_from_statement" => self.import_from(node),
            "export_statement" => {
                if let Some(value) = field("value") {
                    self.names.entry("default").or_default().push(Some(value));
                }
            }
            "assignment_expression"
                if field("left").is_some_and(|left| &self.text[left.byte_range()] == "module.exports") =>
            {
                self.names.entry("default").or_default().push(field("right"));
            }
            "assignment" | "assignment_expression" | "short_var_declaration" => {
                self.bind(field("left").map(single), field("right").map(single));
            }
            "const_element" => self.bind(node.named_child(0), node.named_child(1)),
            "val_definition" | "var_definition" => self.bind(field("pattern"), field("value")),
            "property_declaration" => self.bind_kotlin(node),
            "variable_assignment" => self.bind(field("name"), field("value")),
            "binary_operator" if field("operator").is_some_and(|operator| operator.kind() == "=") => {
                self.bind(field("left"), field("right"));
            }
            // `@secret "x"` of Elixir.
            "unary_operator" if self.text[node.byte_range()].starts_with('@') => {
                let call = field("operand").filter(|operand| operand.kind() == "call");
                let value = call.and_then(|call| call.named_child(1)).map(single);
                if let Some(value) = value {
                    self.bind(call.and_then(|call| call.child_by_field_name("target")), Some(value));
                }
            }
            "required_parameter" | "optional_parameter" => self.bind(field("pattern"), None),
            "formal_parameter" | "simple_parameter" => self.bind(field("name"), None),
            "parameters" | "lambda_parameters" | "block_parameters" | "method_parameters" => {
                for parameter in node.named_children(&mut node.walk()) {
                    self.bind(Some(parameter), None);
                }
            }
            _ => {}
        }
    }

    /// `import a, { b as c } from './d'`
    fn import(&mut self, node: Node<'t>) {
        let Some(module) = node.child_by_field_name("source").map(|source| self.unquoted(source)) else { return };
        let mut cursor = node.walk();
        let Some(clause) = node.named_children(&mut cursor).find(|child| child.kind() == "import_clause") else {
            return;
        };
        for part in clause.named_children(&mut clause.walk()) {
            match part.kind() {
                "identifier" => drop(self.imports.insert(self.written(part), (module, "default"))),
                "namespace_import" => {
                    if let Some(name) = part.named_child(0) {
                        self.imports.insert(self.written(name), (module, "*"));
                    }
                }
                "named_imports" => {
                    for one in part.named_children(&mut part.walk()) {
                        let Some(name) = one.child_by_field_name("name") else { continue };
                        let alias = one.child_by_field_name("alias").unwrap_or(name);
                        self.imports.insert(self.written(alias), (module, self.written(name)));
                    }
                }
                _ => {}
            }
        }
    }

    /// `from .a import b as c`
    fn import_from(&mut self, node: Node<'t>) {
        let Some(module) = node.child_by_field_name("module_name").map(|module| self.written(module)) else { return };
        for one in node.children_by_field_name("name", &mut node.walk()) {
            let name = one.child_by_field_name("name").unwrap_or(one);
            let alias = one.child_by_field_name("alias").unwrap_or(name);
            self.imports.insert(self.written(alias), (module, self.written(name)));
        }
    }

    /// `const { a, b: c } = require('./d')`, `const e = require('./f')`
    fn require(&mut self, bound: Option<Node<'t>>, value: Option<Node<'t>>) {
        let called = value.filter(|value| value.kind() == "call_expression");
        let Some(called) = called.filter(|called| self.written(*called).starts_with("require(")) else { return };
        let module = called.child_by_field_name("arguments").and_then(|arguments| arguments.named_child(0));
        let (Some(module), Some(bound)) = (module.map(|module| self.unquoted(module)), bound) else { return };
        if bound.kind() == "identifier" {
            self.names.remove(self.written(bound));
            self.imports.insert(self.written(bound), (module, "default"));
        }
        for part in bound.named_children(&mut bound.walk()) {
            let name = part.child_by_field_name("key").unwrap_or(part);
            let alias = part.child_by_field_name("value").unwrap_or(part);
            if bound.kind() == "object_pattern" {
                self.imports.insert(self.written(alias), (module, self.written(name)));
            }
        }
    }

    fn unquoted(&self, node: Node<'t>) -> &'t str {
        self.written(node).trim_matches(['"', '\'', '`'])
    }

    /// The texts that an expression may be, and what other files may say that it is.
    pub(crate) fn texts(&self, node: Node<'t>) -> (Vec<String>, Vec<Import>) {
        texts_of(self.values(node))
    }

    /// The texts that this file holds under a name that another one imports, and where else they may be.
    pub(crate) fn exported_texts(&self, import: &Import) -> (Vec<String>, Vec<Import>) {
        texts_of(self.exported(import))
    }

    /// The module that a name is imported from, and the name that it has there.
    pub(crate) fn module_of(&self, name: &str) -> Option<(&'t str, &'t str)> {
        self.imports.get(name).copied()
    }

    /// What a name is bound to, where it is bound once.
    pub(crate) fn bound(&self, name: &str) -> Option<Node<'t>> {
        match self.names.get(name).map(Vec::as_slice) {
            Some([Some(value)]) => Some(*value),
            _ => None,
        }
    }

    /// What this file holds under a name that another one imports.
    pub(super) fn exported(&self, import: &Import) -> Values {
        let bound = |name: &str| match self.names.get(name).map(Vec::as_slice) {
            Some([Some(value)]) => Some(*value),
            _ => None,
        };
        let of_default = |key: &str| bound("default").and_then(|object| self.entry_of(object, key));
        let held = match (import.name.as_str(), &import.member) {
            ("*", Some(member)) => bound(member).or_else(|| of_default(member)),
            ("default", Some(member)) => of_default(member).or_else(|| bound(member)),
            (name, None) => bound(name).or_else(|| of_default(name)),
            (name, Some(member)) => {
                bound(name).or_else(|| of_default(name)).and_then(|object| self.entry_of(object, member))
            }
        };
        held.map_or_else(Values::unknown, |held| self.values(held))
    }

    /// `val name = value`, and the property of a class with a default.
    fn bind_kotlin(&mut self, node: Node<'t>) {
        let mut cursor = node.walk();
        let children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
        let declared = children.iter().find(|child| child.kind() == "variable_declaration");
        let name = declared.and_then(|declared| declared.named_child(0));
        let value = children.last().copied().filter(|last| last.kind() != "variable_declaration");
        self.bind(name, value);
    }

    /// What an expression may stand for.
    pub(super) fn values(&self, node: Node<'t>) -> Values {
        self.step(node, MOST_STEPS)
    }

    fn written(&self, node: Node<'t>) -> &'t str {
        &self.text[node.byte_range()]
    }

    fn step(&self, node: Node<'t>, left: usize) -> Values {
        if left == 0 {
            return Values::unknown();
        }
        let field = |name| node.child_by_field_name(name);
        let into = |inner: Option<Node<'t>>| inner.map_or_else(Values::unknown, |inner| self.step(inner, left - 1));
        let kind = node.kind();
        match kind {
            "true" | "false" | "boolean" | "boolean_literal" | "null" | "none" | "nil" | "null_literal"
            | "undefined" => self.word(node),
            "identifier" | "variable_name" | "constant" | "simple_identifier" | "name" | "unary_operator" => {
                match self.word(node) {
                    Values { open: true, .. } => self.named(node, left - 1),
                    known => known,
                }
            }
            "parenthesized_expression"
            | "as_expression"
            | "satisfies_expression"
            | "non_null_expression"
            | "await_expression"
            | "await"
            | "keyword_argument"
            | "expression_list"
            | "parenthesized_statements"
            | "type_cast_expression"
            | "argument"
            | "default_value"
            | "begin_block"
            | "splat_argument" => into(field("value").or_else(|| first_of(node))),
            "binary_expression" | "boolean_operator" | "binary" | "binary_operator" | "elvis_expression" => {
                let operator = field("operator").map_or("?:", |operator| self.written(operator));
                let sides = (field("left").or(node.named_child(0)), field("right").or(node.named_child(1)));
                match operator {
                    "||" | "??" | "or" | "?:" => into(sides.0).with(into(sides.1)),
                    "+" | "." | "<>" | "&" => self.joined(sides.0, sides.1, left - 1),
                    _ => Values::unknown(),
                }
            }
            "ternary_expression" | "conditional_expression" | "conditional" => {
                let last = node.named_child_count().saturating_sub(1);
                let taken = match kind {
                    // Python says the value first, then the condition; `a ?: b` of PHP gives its condition.
                    "conditional_expression" if field("body").is_none() => node.named_child(0),
                    _ => field("consequence").or_else(|| field("body")).or_else(|| node.named_child(1)),
                };
                into(taken).with(into(u32::try_from(last).ok().and_then(|last| node.named_child(last))))
            }
            "array"
            | "list"
            | "tuple"
            | "set"
            | "array_creation_expression"
            | "string_array"
            | "symbol_array"
            | "array_initializer" => {
                let mut cursor = node.walk();
                let items: Vec<Node<'t>> = node.named_children(&mut cursor).take(MOST_VALUES).collect();
                items.into_iter().fold(Values::default(), |all, item| all.with(self.step(item, left - 1)))
            }
            "array_element_initializer" | "bare_string" if node.named_child_count() > 0 && kind != "bare_string" => {
                into(node.named_child(node.named_child_count().saturating_sub(1).try_into().unwrap_or(0)))
            }
            "call"
            | "call_expression"
            | "function_call_expression"
            | "member_call_expression"
            | "method_invocation"
            | "scoped_call_expression" => self.call(node, left - 1),
            "member_expression" | "attribute" | "member_access_expression" | "field_access" => {
                self.member(node, left - 1)
            }
            _ if kind.contains("string") || kind == "simple_symbol" || kind == "string_content" => self.literal(node),
            _ if kind.contains("integer") || kind.contains("float") || kind.contains("number") => {
                Values::one(self.written(node), false)
            }
            _ => Values::unknown(),
        }
    }

    /// `true`, `false` and `null`, which some grammars take for names.
    fn word(&self, node: Node<'t>) -> Values {
        match self.written(node).to_ascii_lowercase().as_str() {
            word @ ("true" | "false") => Values::one(word, false),
            "null" | "none" | "nil" | "undefined" => Values::one("null", false),
            _ => Values::unknown(),
        }
    }

    fn named(&self, node: Node<'t>, left: usize) -> Values {
        let name = self.written(node).trim_start_matches('@');
        match self.names.get(name).map(Vec::as_slice) {
            Some([Some(value)]) if value.id() != node.id() => self.step(*value, left),
            Some(_) => Values::unknown(),
            None => self.imported(name, None),
        }
    }

    fn imported(&self, name: &str, member: Option<&str>) -> Values {
        let Some((module, exported)) = self.imports.get(name) else { return Values::unknown() };
        let (module, name) = ((*module).to_owned(), (*exported).to_owned());
        Values::imported(Import { module, name, member: member.map(str::to_owned) })
    }

    /// A text between its quotes; one with holes is not known.
    fn literal(&self, node: Node<'t>) -> Values {
        let mut cursor = node.walk();
        let mut children: Vec<Node<'t>> = node.named_children(&mut cursor).collect();
        let hole = |child: &Node<'t>| {
            let kind = child.kind();
            kind.contains("interpol") || kind.contains("substitution") || kind.contains("expansion") || is_name(kind)
        };
        if children.iter().any(hole) {
            return Values::unknown();
        }
        // Several texts one after the other make one.
        if matches!(node.kind(), "concatenated_string" | "chained_string") {
            let parts = children.drain(..).map(|child| self.literal(child));
            let text: String = parts.flat_map(|part| part.constants).map(|part| part.text).collect();
            return Values::one(text, true);
        }
        let written = self.written(node);
        let quoted = written.find(['"', '\'', '`']).filter(|at| *at <= 2).map_or(written, |at| &written[at..]);
        let text = match quoted.chars().next() {
            Some(quote @ ('"' | '\'' | '`')) => quoted.trim_matches(quote),
            _ => quoted.trim_start_matches(':'),
        };
        Values::one(text, true)
    }

    /// Two texts joined, where both are known.
    fn joined(&self, before: Option<Node<'t>>, after: Option<Node<'t>>, left: usize) -> Values {
        let known = |side: Option<Node<'t>>| {
            let values = self.step(side?, left);
            let [one] = values.constants.as_slice() else { return None };
            (!values.open && one.is_text).then(|| one.text.clone())
        };
        match (known(before), known(after)) {
            (Some(before), Some(after)) => Values::one(before + &after, true),
            _ => Values::unknown(),
        }
    }

    /// `config.secret`, where `config` is bound once to an object that is written out.
    fn member(&self, node: Node<'t>, left: usize) -> Values {
        let field = |names: [&str; 3]| names.iter().find_map(|name| node.child_by_field_name(name));
        let (Some(object), Some(wanted)) =
            (field(["object", "value", "scope"]), field(["property", "attribute", "field"]))
        else {
            return Values::unknown();
        };
        let (object, wanted) = (self.written(object), self.written(wanted));
        let Some([Some(bound)]) = self.names.get(object).map(Vec::as_slice) else {
            return self.imported(object, Some(wanted));
        };
        self.entry_of(*bound, wanted).map_or_else(Values::unknown, |value| self.step(value, left))
    }

    /// The value of a key, where an expression is an object that is written out.
    fn entry_of(&self, object: Node<'t>, wanted: &str) -> Option<Node<'t>> {
        let mut object = object;
        while matches!(object.kind(), "as_expression" | "satisfies_expression" | "parenthesized_expression") {
            object = object.named_child(0)?;
        }
        let mut cursor = object.walk();
        let mut pairs = object.named_children(&mut cursor).filter(|child| child.kind() == "pair");
        let same = |pair: &Node<'t>| {
            let key = pair.child_by_field_name("key").map(|key| self.unquoted(key));
            key == Some(wanted)
        };
        pairs.find(same).and_then(|pair| pair.child_by_field_name("value"))
    }

    /// A reader of the environment gives its default, where it has one; a conversion, what it is given.
    fn call(&self, node: Node<'t>, left: usize) -> Values {
        let field = |names: &[&str]| names.iter().find_map(|name| node.child_by_field_name(name));
        let given = field(&["arguments"]).or_else(|| {
            let mut cursor = node.walk();
            node.named_children(&mut cursor)
                .find(|child| matches!(child.kind(), "arguments" | "call_suffix" | "value_arguments"))
        });
        let Some(given) = given else { return Values::unknown() };
        // `get<string>(…)`
        let named = match field(&["type_arguments"]) {
            Some(types) => &self.text[node.start_byte()..types.start_byte()],
            None => &self.text[node.start_byte()..given.start_byte()],
        };
        let named = named.trim_end_matches(['(', ' ', '\n', '?', '.']).trim_start_matches("await ");
        let mut cursor = given.walk();
        let arguments: Vec<Node<'t>> = given.named_children(&mut cursor).filter(|node| !node.is_extra()).collect();
        if is_conversion(named) && arguments.len() == 1 {
            return self.step(arguments[0], left);
        }
        if named.ends_with(".default") || named.ends_with(".catch") {
            let default = arguments.first().map_or_else(Values::unknown, |first| self.step(*first, left));
            return default.with(Values::unknown());
        }
        if !reads_environment(named) {
            return Values::unknown();
        }
        let keyword = arguments.iter().find(|argument| {
            let written = self.written(**argument);
            written.strip_prefix("default").is_some_and(|rest| rest.trim_start().starts_with(['=', ':']))
        });
        let positional = || arguments.get(1).filter(|second| !is_keyword(second.kind()));
        // `ENV.fetch("X") { "default" }`
        let block = || field(&["block"]).and_then(|block| block.named_child(0)).map(last_of);
        let default = match keyword {
            Some(keyword) => keyword.child_by_field_name("value").or_else(|| keyword.named_child(1)),
            None => positional().copied().or_else(block),
        };
        default.map_or_else(Values::unknown, |default| self.step(default, left)).with(Values::unknown())
    }
}

fn texts_of(values: Values) -> (Vec<String>, Vec<Import>) {
    let texts = values.constants.into_iter().filter(|constant| constant.is_text).map(|constant| constant.text);
    (texts.collect(), values.imports)
}

/// The first expression in a node, comments left out.
fn first_of(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).find(|child| !child.is_extra())
}

/// The last expression of a block.
fn last_of(block: Node<'_>) -> Node<'_> {
    let last = block.named_child_count().checked_sub(1).and_then(|last| u32::try_from(last).ok());
    last.and_then(|last| block.named_child(last)).unwrap_or(block)
}

/// What a list of one expression holds.
fn single(node: Node<'_>) -> Node<'_> {
    match node.kind() {
        "expression_list" | "arguments" if node.named_child_count() == 1 => node.named_child(0).unwrap_or(node),
        _ => node,
    }
}

fn is_name(kind: &str) -> bool {
    matches!(kind, "identifier" | "variable_name" | "constant" | "simple_identifier" | "name")
}

fn is_keyword(kind: &str) -> bool {
    matches!(kind, "keyword_argument" | "pair" | "keywords")
}

fn is_conversion(called: &str) -> bool {
    matches!(called, "String" | "Boolean" | "Number" | "str" | "bool" | "int" | "list" | "tuple" | "Array" | "strval")
}

/// Whether a function reads the environment, as far as its name shows: the first argument is a variable, the second or the
/// one named `default` what stands for it when it is missing.
fn reads_environment(called: &str) -> bool {
    let last = called.rsplit(['.', ':', '>']).next().unwrap_or(called);
    let before = called[..called.len() - last.len()].trim_end_matches(['.', ':', '>', '-']);
    let of_environment = |name: &str| {
        let name = name.rsplit(['.', ':', '>']).next().unwrap_or(name);
        matches!(
            name.to_ascii_lowercase().as_str(),
            "environ" | "env" | "envs" | "environment" | "config" | "configservice"
        )
    };
    match last {
        "getenv" | "get_env" | "getEnv" | "fetch_env" | "env" | "config" | "env_or_default" | "getEnvOrDefault" => true,
        "get" | "fetch" | "str" | "bool" | "int" | "list" | "float" | "json" | "url" | "string" | "boolean"
        | "getOrDefault" | "getOrElse" => of_environment(before),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use ast_grep_core::tree_sitter::LanguageExt;

    use super::*;
    use crate::read::syntax::Grammar;

    /// What the last expression bound to `wanted` may stand for; `?` where it may be something else too.
    fn values(grammar: Grammar, text: &str) -> String {
        let root = grammar.language().ast_grep(text);
        let root = root.root();
        let bindings = Bindings::of(root.get_inner_node(), text);
        let wanted = bindings.names.get("wanted").or_else(|| bindings.names.get("$wanted"));
        let node = wanted.and_then(|bound| bound[0]).unwrap_or_else(|| panic!("{text}: {:?}", bindings.names.keys()));
        let values = bindings.values(node);
        let mut texts: Vec<String> = values.constants.into_iter().map(|constant| constant.text).collect();
        texts.extend(values.open.then(|| "?".to_owned()));
        texts.join(" ")
    }

    #[test]
    fn a_constant_is_followed_through_names_defaults_and_choices() {
        let js = |text: &str| values(Grammar::Tsx, text);
        assert_eq!(js("const wanted = 'a'"), "a");
        assert_eq!(js("const S = `x`; const wanted = process.env.S || S"), "x ?");
        assert_eq!(js("const wanted = process.env.S ?? ('a' + \"b\")"), "ab ?");
        assert_eq!(js("let wanted = prod ? true : 'x' as string"), "true x");
        assert_eq!(js("const wanted = `a${b}`"), "?");
        assert_eq!(js("const c = { 'k': 1, s: 'x' } as const; const wanted = c.s"), "x");
        assert_eq!(js("const wanted = [ \"default-src 'self'\", a, 'b'].join(';')"), "?");
        assert_eq!(js("const wanted = [ \"default-src 'self'\", 'b']"), "default-src 'self' b");
        assert_eq!(js("const wanted = configService.get<string>('K', 'dev')"), "dev ?");
        assert_eq!(js("const wanted = z.string().default('dev')"), "dev ?");
        assert_eq!(js("function f(s) { return s }; const s = 'a'; const wanted = s"), "?");
        let py = |text: &str| values(Grammar::Python, text);
        assert_eq!(py("wanted = os.getenv('X', 'a')\n"), "a ?");
        assert_eq!(py("wanted: Final = True\n"), "true");
        assert_eq!(
            py("K = 'k'\nwanted = os.environ.get('X') or K\n"),
            "? k".split(' ').rev().collect::<Vec<_>>().join(" ")
        );
        assert_eq!(py("wanted = env.bool('X', default=True)\n"), "true ?");
        assert_eq!(py("wanted = 'a' 'b'\n"), "ab");
        assert_eq!(py("wanted = (\n  # note\n  'a' 'b'\n)\n"), "ab");
        assert_eq!(py("wanted = f'a{b}'\n"), "?");
        assert_eq!(py("wanted = 'x' if a else 3\n"), "x 3");
        assert_eq!(py("wanted = ('*', \"a\")\n"), "* a");
        assert_eq!(py("def f(wanted2):\n  pass\nwanted = f(1)\n"), "?");
    }

    #[test]
    fn each_language_writes_them_its_own_way() {
        let rb = |text: &str| values(Grammar::Ruby, text);
        assert_eq!(rb("wanted = ENV.fetch('X', 'a')\n"), "a ?");
        assert_eq!(rb("wanted = ENV.fetch('X') { 'a' }\n"), "a ?");
        assert_eq!(rb("KEY = 'a'\nwanted = ENV['X'] || KEY\n"), "a ?");
        assert_eq!(rb("wanted = %w[a b]\n"), "a b");
        let php = |text: &str| values(Grammar::Php, text);
        assert_eq!(php("$wanted = env('X', 'a');"), "a ?");
        assert_eq!(php("$k = 'a'; $wanted = getenv('X') ?: $k;"), "a ?");
        assert_eq!(php("$wanted = ['a', \"b\"];"), "a b");
        assert_eq!(values(Grammar::Java, "class A { static final String K = \"k\"; String wanted = K; }"), "k");
        assert_eq!(values(Grammar::Kotlin, "val k = \"k\"\nval wanted = System.getenv(\"X\") ?: k\n"), "k ?");
        assert_eq!(values(Grammar::Scala, "val k = \"k\"\nval wanted = k\n"), "k");
        assert_eq!(values(Grammar::Elixir, "wanted = System.get_env(\"X\", \"a\")\n"), "a ?");
        assert_eq!(values(Grammar::Elixir, "wanted = System.get_env(\"X\") || \"a\"\n"), "a ?");
        assert_eq!(values(Grammar::Go, "package a\nfunc f() { wanted := \"a\" }\n"), "a");
    }
}
