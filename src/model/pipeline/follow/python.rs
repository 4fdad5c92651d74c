//! What environments of tox and sessions of nox run.

use std::sync::LazyLock;

use regex::Regex;

use super::resolve::{Followed, Resolver};
use crate::base::path::join;
use crate::base::pattern::lean;
use crate::model::pipeline::job::Activity;
use crate::model::pipeline::meaning::Meaning;

/// What tox or nox runs.
pub(super) fn follow(resolver: &Resolver<'_>, meaning: &Meaning, folder: &str) -> Option<Vec<Followed>> {
    match meaning {
        Meaning::Tox(names) => Some(tox(resolver, names, folder)),
        Meaning::Nox(names) => Some(nox(resolver, names, folder)),
        _ => None,
    }
}

/// What environments of tox do. Without a `tox.ini` that says so, tox runs the tests.
fn tox(resolver: &Resolver<'_>, names: &[String], folder: &str) -> Vec<Followed> {
    let text = join(folder, "tox.ini").and_then(|path| resolver.inventory.text(&path));
    let Some(text) = text else { return vec![Followed::Tool(Activity::Test, "tox".to_owned())] };
    let sections = sections(&text);
    let commands = |name: &str| {
        let found = sections.iter().find(|(section, _)| section == name)?;
        let written = value(&found.1, "commands")?;
        // `{[testenv]commands}` stands for those of the section it names.
        let base =
            sections.iter().find(|(section, _)| section == "testenv").and_then(|(_, body)| value(body, "commands"));
        Some(written.replace("{[testenv]commands}", &base.unwrap_or_default()))
    };
    let listed = || {
        let tox = sections.iter().find(|(section, _)| section == "tox")?;
        value(&tox.1, "envlist").or_else(|| value(&tox.1, "env_list"))
    };
    let all: Vec<String> = match names {
        [] => listed().unwrap_or_default().split([',', '\n']).map(|name| name.trim().to_owned()).collect(),
        names => names.to_vec(),
    };
    let mut found = Vec::new();
    for name in all.iter().filter(|name| !name.is_empty()) {
        let own = commands(&format!("testenv:{name}")).or_else(|| commands("testenv"));
        // A `-` before a command makes its failure harmless; `{posargs:x}` stands for `x`.
        let lines = own.unwrap_or_default().lines().map(tox_command).collect::<Vec<_>>().join("\n");
        found.push(Followed::steps(lines, folder.to_owned()));
    }
    found.dedup();
    found
}

fn tox_command(line: &str) -> String {
    static PLACE: LazyLock<Regex> = LazyLock::new(|| lean(r"\{[^{}]*?(?::([^{}]*))?\}"));
    let (line, tolerated) = match line.trim().strip_prefix('-') {
        Some(rest) => (rest.trim(), " || true"),
        None => (line.trim(), ""),
    };
    format!("{}{tolerated}", PLACE.replace_all(line, "$1"))
}

/// The sections of an INI file, each with its lines.
fn sections(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with(['#', ';'])) {
        match line.trim_end().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(name) => found.push((name.to_owned(), String::new())),
            None => {
                if let Some((_, body)) = found.last_mut() {
                    body.push_str(line);
                    body.push('\n');
                }
            }
        }
    }
    found
}

/// The value of a key of a section, with the indented lines that go on with it.
fn value(body: &str, key: &str) -> Option<String> {
    let mut lines = body.lines();
    let first = lines.by_ref().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key && !line.starts_with([' ', '\t'])).then(|| value.trim().to_owned())
    })?;
    let rest = lines.take_while(|line| line.starts_with([' ', '\t']) || line.trim().is_empty()).map(str::trim);
    Some(std::iter::once(first.as_str()).chain(rest).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"))
}

/// What sessions of nox do. Without a `noxfile.py` that says so, nox runs the tests.
fn nox(resolver: &Resolver<'_>, names: &[String], folder: &str) -> Vec<Followed> {
    static SESSION: LazyLock<Regex> = LazyLock::new(|| {
        lean(r#"(?ms)^@(?:nox\.)?session\b([^\n]*)\n(?:@[^\n]*\n)*def\s+(\w+)[^\n]*\n((?:[ \t]+[^\n]*\n?|\n)*)"#)
    });
    static NAME: LazyLock<Regex> = LazyLock::new(|| lean(r#"\bname\s*=\s*["']([^"']+)["']"#));
    static RUN: LazyLock<Regex> = LazyLock::new(|| lean(r"(?s)\bsession\.run(?:_always|_install)?\(([^)]*)\)"));
    static WORD: LazyLock<Regex> = LazyLock::new(|| lean(r#"["']([^"']*)["']"#));
    let text = join(folder, "noxfile.py").and_then(|path| resolver.inventory.text(&path));
    let Some(text) = text else { return vec![Followed::Tool(Activity::Test, "nox".to_owned())] };
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with('#')).map(|line| format!("{line}\n")).collect();
    let mut found = Vec::new();
    for session in SESSION.captures_iter(&code) {
        let name = NAME.captures(&session[1]).map_or_else(|| session[2].to_owned(), |name| name[1].to_owned());
        // A session of several versions of Python is asked for as `tests-3.13`.
        let asked = |wanted: &String| {
            *wanted == name || wanted.strip_prefix(&name).is_some_and(|rest| rest.starts_with(['-', '(']))
        };
        if !names.is_empty() && !names.iter().any(asked) {
            continue;
        }
        for run in RUN.captures_iter(&session[3]) {
            let words: Vec<&str> = WORD.captures_iter(&run[1]).filter_map(|word| Some(word.get(1)?.as_str())).collect();
            found.push(Followed::script(words.join(" "), folder.to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::resolver;
    use crate::model::manifest::Manifests;
    use crate::read::inventory::Inventory;

    fn tools(files: &[(&str, &str)], script: &str) -> Vec<String> {
        let inventory = Inventory::of(files.iter().copied());
        let manifests = Manifests::read(&inventory);
        resolver(&inventory, &manifests).script(script, "").into_iter().map(|reached| reached.tool).collect()
    }

    #[test]
    fn environments_of_tox_run_their_commands() {
        let ini = "[tox]\nenvlist = py313, lint\n\n[testenv]\ncommands =\n    pytest {posargs:tests}\n\n[testenv:lint]\ndeps = ruff\ncommands =\n    # black .\n    ruff check .\n";
        let of = |script: &str| tools(&[("tox.ini", ini)], script);
        assert_eq!(of("tox -e lint"), ["ruff"]);
        assert_eq!(of("tox run -e py313"), ["pytest"]);
        assert_eq!(of("uv run tox"), ["pytest", "ruff"]);
        assert_eq!(tools(&[], "tox"), ["tox"]);
    }

    #[test]
    fn sessions_of_nox_run_their_commands() {
        let file = "import nox\n\n@nox.session(python=[\"3.13\"])\ndef tests(session):\n    session.install(\"pytest\")\n    session.run(\"pytest\", \"-x\")\n\n@nox.session(name=\"style\")\ndef lint(session):\n    # session.run(\"black\", \"--check\", \".\")\n    session.run(\n        \"ruff\", \"check\",\n    )\n";
        let of = |script: &str| tools(&[("noxfile.py", file)], script);
        assert_eq!(of("nox -s style"), ["ruff"]);
        assert_eq!(of("nox --session=tests-3.13"), ["pytest"]);
        assert_eq!(of("nox"), ["pytest", "ruff"]);
        assert_eq!(tools(&[], "nox"), ["nox"]);
    }
}
