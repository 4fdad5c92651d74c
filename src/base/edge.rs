//! The edge of every output: whatever the audited repository, its settings, its rules, its history or its live site say leaves
//! by here, with its secrets masked, and nothing in it that acts where it is read.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value as Json;

use crate::base::location::Location;
use crate::base::secret::Masked;
use crate::base::text::{Lang, acts_unseen, printable};

/// Sentences, as they may be shown.
pub(crate) fn text(text: &str) -> String {
    printable(&masked(text)).into_owned()
}

/// A name, a path or an address, as it may be shown.
pub(crate) fn name(name: &str) -> String {
    printable(&masked_name(name)).into_owned()
}

/// Sentences with their secrets masked, for a format that escapes the rest in its own way.
pub(crate) fn masked(text: &str) -> String {
    Masked::prose(text).shown()
}

/// A name, a path or an address with its secrets masked, for a format that escapes the rest in its own way.
pub(crate) fn masked_name(name: &str) -> String {
    Masked::name(name).shown()
}

/// A place with its secrets masked, for a format that escapes the rest in its own way.
pub(crate) fn masked_place(place: &Location) -> Location {
    Location {
        path: masked_name(&place.path),
        note: place.note.as_deref().map(masked),
        note_fr: place.note_fr.as_deref().map(masked),
        ..place.clone()
    }
}

/// A place as evidence is written, in a language.
pub(crate) fn place(place: &Location, lang: Lang) -> String {
    printable(&masked_place(place).to_text(lang)).into_owned()
}

/// A line of a file, and where one of its characters, counted in bytes, then stands.
pub(crate) fn line(path: &str, line: &str, at: usize) -> (String, usize) {
    let (masked, at) = Masked::quote(path, line).shown_with(at);
    let before = printable(masked.get(..at).unwrap_or_default()).len();
    (printable(&masked).into_owned(), before)
}

/// An address of the web as it may be a link; nothing for what a browser would run, or that holds a secret.
pub(crate) fn link(address: &str) -> Option<String> {
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    (is_web && masked_name(address) == address).then(|| printable(address).replace(' ', "%20"))
}

/// Lines of which none is a command of the runner that shows them: GitHub obeys a line that starts with `::`, spaces left out.
pub(crate) fn inert(text: &str) -> Cow<'_, str> {
    inert_with(text, "\\u{3a}")
}

/// The same for a text in which a character is escaped in another way.
pub(crate) fn inert_with<'t>(text: &'t str, colon: &str) -> Cow<'t, str> {
    let start = |line: &str| line.len() - after_colours(line).len();
    let obeyed = |line: &str| after_colours(line).starts_with("::");
    if !text.contains("::") || !text.lines().any(obeyed) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        if obeyed(line) {
            let at = start(line);
            clean.push_str(&line[..at]);
            clean.push_str(colon);
            clean.push_str(&line[at + 1..]);
        } else {
            clean.push_str(line);
        }
    }
    Cow::Owned(clean)
}

/// A line from its first character that is neither a space nor a colour of a terminal.
fn after_colours(line: &str) -> &str {
    let mut rest = line.trim_start();
    while let Some(code) = rest.strip_prefix("\u{1b}[") {
        rest = code.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        rest = rest.strip_prefix('m').unwrap_or(rest).trim_start();
    }
    rest
}

/// Anything as JSON, the one way in which it is written: every text has its known secrets masked, and what acts unseen is
/// escaped.
///
/// # Errors
/// When a value has no form in JSON.
pub(crate) fn json(value: &impl Serialize) -> serde_json::Result<String> {
    let mut value = serde_json::to_value(value)?;
    mask_texts(&mut value);
    let text = serde_json::to_string_pretty(&value)?;
    if !text.chars().any(acts_unseen) && !text.contains("##[") {
        return Ok(text + "\n");
    }
    let mut clean = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        // Line ends and spaces of JSON's own are left as they are.
        if c != '\n' && acts_unseen(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                clean.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            clean.push(c);
        }
    }
    Ok(clean.replace("##[", "##\\u005b") + "\n")
}

fn mask_texts(value: &mut Json) {
    match value {
        Json::String(text) => {
            let masked = masked_name(text);
            if masked != *text {
                *text = masked;
            }
        }
        Json::Array(list) => list.iter_mut().for_each(mask_texts),
        Json::Object(map) => {
            if map.keys().any(|key| masked_name(key) != *key) {
                let entries = std::mem::take(map).into_iter();
                *map = entries.map(|(key, value)| (masked_name(&key), value)).collect();
            }
            map.values_mut().for_each(mask_texts);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command_of_a_runner() {
        assert_eq!(inert("a\n  ::error::x\n"), "a\n  \\u{3a}:error::x\n");
        assert_eq!(inert("\u{1b}[2m\u{a0}::error::x"), "\u{1b}[2m\u{a0}\\u{3a}:error::x");
        assert_eq!(inert("a ::error::x\nb"), "a ::error::x\nb");
        assert_eq!(inert_with("::x", "&#58;"), "&#58;:x");
        assert_eq!(text("a ##[error]b"), "a ##\\u{5b}error]b");
    }

    #[test]
    fn json_says_what_it_is_given_and_shows_what_acts() {
        let given = "a\u{202e}b\u{9b}c\u{e0041}d\u{7f}##[error] é\n\u{1b}";
        let text = json(&serde_json::json!({ "a": given })).expect("JSON");
        assert_eq!(text, "{\n  \"a\": \"a\\u202eb\\u009bc\\udb40\\udc41d\\u007f##\\u005berror] é\\n\\u001b\"\n}\n");
        assert_eq!(serde_json::from_str::<Json>(&text).expect("JSON")["a"], given);
        let token = ["ghp", "_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6"].concat();
        let text = json(&serde_json::json!({ &token: [&token] })).expect("JSON");
        assert_eq!(text, "{\n  \"…\": [\n    \"…\"\n  ]\n}\n");
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert_eq!(link("https://a.fr/b c").as_deref(), Some("https://a.fr/b%20c"));
        assert_eq!(link("javascript:alert(1)"), None);
        assert_eq!(link("https://u:hunter2@a.fr/"), None);
    }

    #[test]
    fn a_line_is_shown_with_the_place_that_matters() {
        let (shown, at) = line("a.yml", "password: hunter2", 10);
        assert_eq!((shown.as_str(), at), ("password: …", 10));
        let (shown, at) = line("a.js", "f(\u{1b}x)", 3);
        assert_eq!((shown.as_str(), &shown[at..]), ("f(\\u{1b}x)", "x)"));
    }
}
