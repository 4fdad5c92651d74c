//! Labels that stand in files of translations, by the keys under which templates ask for them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::words::Kind;
use crate::base::path::name_of;
use crate::base::pattern::lean;
use crate::read::inventory::Inventory;

/// How many labels are followed from files of translations.
const MOST: usize = 200;

/// How many keys are above a label.
const DEEPEST: usize = 8;

/// Whether a file holds translations, by its path.
pub(super) fn is_translation(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let told = folder.split('/').any(|part| {
        matches!(
            part,
            "locale"
                | "locales"
                | "lang"
                | "langs"
                | "i18n"
                | "translations"
                | "translation"
                | "messages"
                | "dictionaries"
        )
    });
    let named = ["fr", "fr-fr", "fr_fr", "en", "messages", "messages.fr", "messages+intl-icu.fr", "translations"]
        .iter()
        .any(|stem| name.rsplit_once('.').is_some_and(|(known, _)| known == *stem));
    matches!(ending, "po" | "xlf" | "xliff")
        || matches!(ending, "json" | "yml" | "yaml" | "ts" | "js" | "php" | "properties" | "tsx") && (told || named)
        || name.starts_with("messages.") && !name.ends_with(".html")
}

/// The keys, each as its parts from the top, whose translation is a label of a page.
pub(super) fn keys(inventory: &Inventory, kind: &Kind) -> BTreeSet<Vec<String>> {
    let mut keys = BTreeSet::new();
    for (file, hit) in inventory.hits(kind.probe).into_iter().filter(|(file, _)| is_translation(&file.path)).take(MOST)
    {
        let Some(text) = inventory.text(&file.path) else { continue };
        let ending = name_of(&file.path).rsplit_once('.').map_or("", |(_, ending)| ending);
        let key = match ending {
            "po" => message_id(&text, hit.line).map(|id| vec![id]),
            "xlf" | "xliff" => source(&text, hit.line).map(|id| vec![id]),
            _ => key_path(&text, hit.line),
        };
        // A sentence that mentions the page is no label.
        keys.extend(key.filter(|key| !key.is_empty()));
    }
    keys
}

/// The places of a text where a key is asked for.
pub(super) fn uses(text: &str, key: &[String]) -> Vec<usize> {
    let Some(last) = key.last() else { return Vec::new() };
    let whole = key.join(".");
    text.match_indices(last.as_str())
        .filter(|(at, found)| {
            let before = &text[..*at];
            let after = text[at + found.len()..].chars().next();
            let Some(quote) = after.filter(|c| matches!(c, '"' | '\'' | '`')) else { return false };
            let start = before.rfind(quote).map_or(0, |start| start + 1);
            let asked = &text[start..at + found.len()];
            if asked.contains('\n') {
                return false;
            }
            // `ns:footer.legal`, `.legal` of the template itself, `footer.legal`
            let asked = asked.rsplit(':').next().unwrap_or(asked).trim_start_matches('.');
            asked == whole
                || whole.ends_with(&format!(".{asked}")) && (asked.contains('.') || asked.len() > 4 || key.len() <= 2)
        })
        .map(|(at, _)| at)
        .take(10)
        .collect()
}

/// The keys above a label, by how far its lines are indented; nothing where its line is no key with a short text.
fn key_path(text: &str, line: u32) -> Option<Vec<String>> {
    static ENTRY: LazyLock<Regex> = LazyLock::new(|| lean(r#"^(\s*)["'`]?([^"'`:=]+?)["'`]?\s*(?::|=>|=)\s*(.*)$"#));
    let lines: Vec<&str> = text.lines().take(line as usize).collect();
    let entry = ENTRY.captures(lines.last()?)?;
    // A label is short; a sentence is content.
    let value = entry[3].trim().trim_matches(['"', '\'', ',', '`']);
    if value.chars().count() > 60 || value.is_empty() {
        return None;
    }
    let mut keys = vec![entry[2].trim().to_owned()];
    let mut depth = entry[1].len();
    for line in lines.iter().rev().skip(1) {
        if keys.len() >= DEEPEST || depth == 0 {
            break;
        }
        let indent = line.len() - line.trim_start().len();
        if indent < depth
            && !line.trim().is_empty()
            && let Some(above) = ENTRY.captures(line)
        {
            depth = indent;
            let key = above[2].trim();
            let is_locale = depth == 0
                && (key.len() == 2
                    || key.starts_with("export")
                    || key.starts_with("return")
                    || key.starts_with("const"));
            if !is_locale {
                keys.insert(0, key.to_owned());
            }
        }
    }
    Some(keys)
}

/// The `msgid` before a `msgstr` of gettext.
fn message_id(text: &str, line: u32) -> Option<String> {
    let lines: Vec<&str> = text.lines().take(line as usize).collect();
    let found = lines.iter().rev().take(4).find_map(|line| line.trim().strip_prefix("msgid "))?;
    Some(found.trim_matches('"').to_owned()).filter(|id| !id.is_empty())
}

/// The `source` before a `target` of XLIFF.
fn source(text: &str, line: u32) -> Option<String> {
    let lines: Vec<&str> = text.lines().take(line as usize).collect();
    let found = lines.iter().rev().take(4).find_map(|line| line.trim().strip_prefix("<source>"))?;
    Some(found.split("</").next()?.to_owned())
}
