//! Environment files out of git, and an example of them without any value.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::path::{folder_of, join, name_of};
use crate::base::pattern::lean;
use crate::base::text::Localized;
use crate::fix::plan::{FileChange, FixContext, Plan};

/// The example at the root.
const EXAMPLE: &str = ".env.example";

/// Takes the files that hold secrets or the settings of one machine out of the index, keeps them out, and leaves an example.
pub(super) fn untrack(context: &FixContext<'_>) -> Plan {
    let mut files: BTreeSet<String> = BTreeSet::new();
    for (rule, fact) in [("secret-in-env-file", "env_files_with_secrets"), ("committed-env-file", "env_files_personal")]
    {
        if context.fails(rule) {
            files.extend(context.fact_names(fact).iter().cloned());
        }
    }
    if files.is_empty() {
        return Err(Localized::new("no such file was named", "aucun fichier de ce genre n'a été nommé"));
    }
    if files.iter().any(|path| path.contains(char::is_control)) {
        return Err(Localized::new(
            "a name among them cannot be written in `.gitignore`",
            "l'un des noms ne peut pas s'écrire dans `.gitignore`",
        ));
    }
    let mut changes: Vec<FileChange> = files.iter().map(|path| FileChange::Untrack { path: path.clone() }).collect();
    let before = context.survey.inventory.text(".gitignore").map(|text| text.to_string());
    let mut after = before.clone().unwrap_or_default();
    if !after.is_empty() && !after.ends_with('\n') {
        after.push('\n');
    }
    // A run that was cut short may have written some of them.
    let known: BTreeSet<&str> = before.iter().flat_map(|text| text.lines()).collect();
    let lines: Vec<String> = files.iter().map(|path| format!("/{}", escaped(path))).collect();
    let missing: Vec<&String> = lines.iter().filter(|line| !known.contains(line.as_str())).collect();
    after.extend(missing.iter().flat_map(|line| [line.as_str(), "\n"]));
    match before.clone() {
        _ if missing.is_empty() => {}
        Some(before) => changes.push(FileChange::Edit { path: ".gitignore".to_owned(), before, after }),
        None => changes.push(FileChange::Create { path: ".gitignore".to_owned(), text: after }),
    }
    for path in &files {
        let example = format!("{path}.example");
        if context.has(&example)
            || has_example(context, folder_of(path))
            || changes.iter().any(|change| change.path() == example)
        {
            continue;
        }
        // The fix of a missing example names what the code reads besides.
        let other = context.fixes("missing-environment-example") && context.fails("missing-environment-example");
        if example == EXAMPLE && other && self::example(context).is_ok() {
            continue;
        }
        let names = names_in(context, path);
        if !names.is_empty() && name_of(path) == ".env" {
            changes.push(FileChange::Create {
                path: example,
                text: listed(context, names.iter().map(String::as_str), []),
            });
        }
    }
    Ok(changes)
}

/// The variables that an environment file gives, without their values.
fn names_in(context: &FixContext<'_>, path: &str) -> Vec<String> {
    let text = context.survey.inventory.text(path).unwrap_or_else(|| "".into());
    let lines = text.lines().filter_map(|line| line.trim().trim_start_matches("export ").split_once('='));
    lines.map(|(name, _)| name.trim()).filter(|name| is_name(name)).map(str::to_owned).collect()
}

/// A path as a line of `.gitignore` that means it and nothing else.
fn escaped(path: &str) -> String {
    let mut line = String::new();
    for letter in path.chars() {
        if matches!(letter, '*' | '?' | '[' | ']' | '\\' | '!' | '#' | ' ') {
            line.push('\\');
        }
        line.push(letter);
    }
    line
}

fn has_example(context: &FixContext<'_>, folder: &str) -> bool {
    let names = [".env.example", ".env.sample", ".env.dist", ".env.template", "env.example", "env.sample"];
    names.iter().any(|name| join(folder, name).is_some_and(|path| context.has(&path)))
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !name.starts_with(|letter: char| letter.is_ascii_digit())
}

/// The text of an example: the variables that need a value, then those that the code has a default for, commented out: an empty
/// value would take the place of the default.
fn listed<'n>(
    context: &FixContext<'_>,
    needed: impl IntoIterator<Item = &'n str>,
    optional: impl IntoIterator<Item = &'n str>,
) -> String {
    let mut text = context.tr(
        "# Copy this file to `.env`, keep that one out of git, and give each variable its value.\n",
        "# Copiez ce fichier en `.env`, gardez celui-là hors de git, et donnez sa valeur à chaque variable.\n",
    );
    for name in needed {
        let _ = writeln!(text, "{name}=");
    }
    let mut optional = optional.into_iter().peekable();
    if optional.peek().is_some() {
        text += &context.tr(
            "\n# The code has a default for these: uncomment those that need another value.\n",
            "\n# Le code a une valeur par défaut pour celles-ci : décommentez celles qui en demandent une autre.\n",
        );
    }
    for name in optional {
        let _ = writeln!(text, "# {name}=");
    }
    text
}

/// Whether the code that follows the name of a variable says what to do without it: `ENV.fetch("A", 2)`, `process.env.A ?? 2`,
/// `ENV.fetch("A") { 2 }`, `getenv("A") ?: 2`.
fn has_default(after: &str) -> bool {
    let after = after.strip_prefix(['"', '\'']).unwrap_or(after).trim_start();
    if let Some(second) = after.strip_prefix(',') {
        return !second.trim_start().starts_with(')');
    }
    let after = after.strip_prefix([')', ']']).unwrap_or(after).trim_start_matches([' ', '\t']);
    ["||", "??", "?:", "{", "do ", "or "].iter().any(|default| after.starts_with(default))
}

static READS: LazyLock<Regex> = LazyLock::new(|| {
    lean(
        r#"(?:process\.env\.|import\.meta\.env\.|process\.env\[["']|ENV\[["']|ENV\.fetch\(["']|os\.environ\[["']|os\.environ\.get\(["']|os\.getenv\(["']|\bgetenv\(["']|\benv\(["']|System\.(?:get|fetch)_env!?\(["'])([A-Z][A-Z0-9_]{1,80})\b"#,
    )
});

/// Variables that a machine or a framework sets by itself.
const OWN: &[&str] = &[
    "NODE_ENV",
    "RAILS_ENV",
    "RACK_ENV",
    "APP_ENV",
    "MIX_ENV",
    "FLASK_ENV",
    "ENV",
    "CI",
    "PATH",
    "HOME",
    "PWD",
    "USER",
    "LANG",
    "TZ",
    "TERM",
    "SHELL",
    "TMPDIR",
    "DEV",
    "PROD",
    "MODE",
    "SSR",
    "BASE_URL",
];

/// Lists the variables that the code reads.
pub(super) fn example(context: &FixContext<'_>) -> Plan {
    let inventory = &context.survey.inventory;
    let mut needed: BTreeSet<String> = BTreeSet::new();
    let mut optional: BTreeSet<String> = BTreeSet::new();
    let mut files: Vec<&str> = Vec::new();
    for (file, _) in inventory.hits("env-read") {
        if file.is_shipped() && !files.contains(&file.path.as_str()) {
            files.push(&file.path);
        }
    }
    for path in files {
        let Some(text) = inventory.text(path) else { continue };
        for found in READS.captures_iter(&text) {
            let Some(name) = found.get(1) else { continue };
            let kind = if has_default(&text[name.end()..]) { &mut optional } else { &mut needed };
            kind.insert(name.as_str().to_owned());
        }
    }
    needed.extend(names_in(context, ".env"));
    for names in [&mut needed, &mut optional] {
        names.retain(|name| !OWN.contains(&name.as_str()));
    }
    // One place without a default is enough to need a value.
    optional.retain(|name| !needed.contains(name));
    if needed.is_empty() && optional.is_empty() {
        return Err(Localized::new(
            "the code reads its variables in a way that does not show their names",
            "le code lit ses variables d'une façon qui n'en montre pas les noms",
        ));
    }
    let text = listed(context, needed.iter().map(String::as_str), optional.iter().map(String::as_str));
    Ok(vec![FileChange::Create { path: EXAMPLE.to_owned(), text }])
}
