//! What the words of a script stand for: quotes and escapes taken away, expansions left as they are written.

use std::collections::HashMap;

use tree_sitter::Node;

/// The functions of a script, each with its body.
pub(super) type Functions<'t> = HashMap<&'t str, Node<'t>>;

/// The arguments of the function that is running, where they are known.
pub(super) type Arguments = Option<Vec<String>>;

/// The children of a node, without comments.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    node.children(&mut node.walk()).filter(|child| child.kind() != "comment").collect()
}

/// The named children of a node, without comments.
pub(super) fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    node.named_children(&mut node.walk()).filter(|child| child.kind() != "comment").collect()
}

/// The children of a node that have a name of field.
pub(super) fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    node.children_by_field_name(name, &mut node.walk()).collect()
}

/// A node as it is written.
pub(super) fn written<'t>(text: &'t str, node: Node<'_>) -> &'t str {
    text.get(node.byte_range()).unwrap_or_default()
}

/// The words that a literal stands for: one, or as many as `"$@"` has.
pub(super) fn words(text: &str, node: Node<'_>, arguments: &Arguments) -> Vec<String> {
    if let Some(arguments) = arguments
        && matches!(written(text, node).trim_matches('"'), "$@" | "$*" | "${@}" | "${*}")
    {
        return arguments.clone();
    }
    vec![word(text, node, arguments)]
}

/// The word that a literal stands for.
pub(super) fn word(text: &str, node: Node<'_>, arguments: &Arguments) -> String {
    let raw = written(text, node);
    match node.kind() {
        "word" | "number" | "extglob_pattern" => unescaped(raw, |_| true),
        "raw_string" => raw.trim_matches('\'').to_owned(),
        "ansi_c_string" => raw.trim_start_matches('$').trim_matches('\'').replace("\\n", "\n").replace("\\t", "\t"),
        "command_name" | "concatenation" | "translated_string" => {
            node.named_children(&mut node.walk()).map(|child| word(text, child, arguments)).collect()
        }
        "string" => string(text, node, arguments),
        "simple_expansion" | "expansion" => argument(raw, arguments).unwrap_or(raw).to_owned(),
        _ => raw.to_owned(),
    }
}

fn string(text: &str, node: Node<'_>, arguments: &Arguments) -> String {
    let end = (node.end_byte() - 1).max(node.start_byte());
    let mut at = (node.start_byte() + 1).min(end);
    let mut found = String::new();
    let escapes = |c: char| matches!(c, '"' | '\\' | '$' | '`' | '\n');
    for child in parts(node) {
        if child.kind() == "string_content" || child.start_byte() < at {
            continue;
        }
        found.push_str(&unescaped(text.get(at..child.start_byte()).unwrap_or_default(), escapes));
        found.push_str(&word(text, child, arguments));
        at = child.end_byte().min(end);
    }
    found.push_str(&unescaped(text.get(at..end).unwrap_or_default(), escapes));
    found
}

/// The argument that `$1` or `${2}` stands for.
fn argument<'a>(raw: &str, arguments: &'a Arguments) -> Option<&'a str> {
    let name = raw.strip_prefix('$')?.trim_start_matches('{').trim_end_matches('}');
    let at: usize = name.parse().ok()?;
    arguments.as_ref()?.get(at.checked_sub(1)?).map(String::as_str)
}

fn unescaped(raw: &str, escapes: impl Fn(char) -> bool) -> String {
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    let mut found = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(next) if c == '\\' && escapes(*next) => {
                // A line that goes on.
                found.extend(chars.next().filter(|next| *next != '\n'));
            }
            _ => found.push(c),
        }
    }
    found
}
