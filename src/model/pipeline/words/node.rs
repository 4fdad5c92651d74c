//! Package managers and runners of JavaScript.

use crate::model::pipeline::job::Activity;
use crate::model::pipeline::meaning::{Meaning, Target};
use crate::model::pipeline::shell::Shell;
use crate::model::pipeline::tools::known_tool;
use crate::model::pipeline::words::command::{Words, after_options};

/// `npm run x`, `pnpm --filter y x`, `yarn workspace y x`: scripts of manifests, or installed programs.
pub(super) fn package_manager(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let (manager, rest) = (words.name, words.rest);
    let mut target = Target::Here;
    let mut given = Vec::new();
    let mut at = 0;
    while let Some(word) = rest.get(at) {
        let (flag, inline) = word.split_once('=').map_or((*word, None), |(flag, value)| (flag, Some(value)));
        let value = inline.or_else(|| rest.get(at + 1).copied());
        let named = match flag {
            "--prefix" | "-C" | "--dir" | "--cwd" => value.map(|value| Target::Folder(value.to_owned())),
            "--filter" | "-F" | "-w" | "--workspace" if manager != "pnpm" || flag != "-w" => {
                value.map(|value| Target::Named(value.to_owned()))
            }
            "-r" | "--recursive" | "--workspaces" | "-ws" => {
                target = Target::Everywhere;
                at += 1;
                continue;
            }
            _ => None,
        };
        if let Some(named) = named {
            target = named;
            at += if inline.is_some() { 1 } else { 2 };
        } else if given.is_empty() && word.starts_with('-') {
            at += 1;
        } else {
            given.push(*word);
            at += 1;
        }
    }
    let with_args = |script: &str, target, args: &[&str]| Meaning::Package {
        script: script.to_owned(),
        target,
        args: args.iter().skip_while(|word| **word == "--").map(|word| (*word).to_owned()).collect(),
    };
    let script = |words: &[&str], target| {
        let at = words.iter().position(|word| !word.starts_with('-'));
        at.map(|at| with_args(words[at], target, &words[at + 1..])).into_iter().collect()
    };
    Some(match given.as_slice() {
        ["audit", ..] => vec![Meaning::tool(Activity::SecurityScan, format!("{manager} audit"))],
        ["publish", ..] => vec![Meaning::tool(Activity::Publish, format!("{manager} publish"))],
        ["workspaces", "foreach", rest @ ..] => {
            let rest: Vec<&str> = rest.iter().copied().skip_while(|word| *word != "run").skip(1).collect();
            script(&rest, Target::Everywhere)
        }
        ["workspaces", "run", rest @ ..] => script(rest, Target::Everywhere),
        ["workspace", name, rest @ ..] => {
            let rest: Vec<&str> = rest.iter().copied().filter(|word| *word != "run").collect();
            script(&rest, Target::Named((*name).to_owned()))
        }
        ["run" | "run-script" | "rum", rest @ ..] => {
            let mut found: Vec<Meaning> = script(rest, target);
            // Yarn and Bun run an installed program where no script has the name (https://yarnpkg.com/cli/run).
            if let (Some((name, args)), "yarn" | "bun") = (rest.split_first(), manager) {
                found.extend(known_tool(name, args));
            }
            found
        }
        ["exec" | "dlx" | "x", rest @ ..] => (words.inner)(after_options(rest)),
        ["t" | "tst", ..] => vec![Meaning::package("test", target)],
        [
            "ci" | "install" | "i" | "add" | "config" | "cache" | "set" | "pkg" | "version" | "link" | "remove"
            | "dedupe" | "install-test" | "global" | "outdated" | "up" | "why" | "info" | "login" | "prune" | "rebuild",
            ..,
        ]
        | [] => Vec::new(),
        ["npm", "audit", ..] => vec![Meaning::tool(Activity::SecurityScan, "yarn audit")],
        ["test", ..] if manager == "bun" => vec![Meaning::tool(Activity::Test, "bun test")],
        // npm runs only these scripts without `run` (https://docs.npmjs.com/cli/using-npm/scripts).
        [name, ..] if manager == "npm" && !matches!(*name, "test" | "start" | "stop" | "restart") => Vec::new(),
        // `yarn eslint .`: a script of that name first, else the installed program.
        [name, ..] => {
            let mut found = vec![with_args(name, target, &given[1..])];
            match *name {
                "nx" | "turbo" | "lerna" => found.extend((words.inner)(&given)),
                _ => found.extend(known_tool(name, &given[1..])),
            }
            found
        }
    })
}

/// `npm-run-all lint:* test`: scripts of the manifest, one after the other or together.
pub(super) fn run_all(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(words.arguments().map(|word| Meaning::package(word, Target::Here)).collect())
}

/// `concurrently "npm:lint" "tsc --watch"`.
pub(super) fn concurrently(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let of = |word: &str| match word.strip_prefix("npm:") {
        Some(script) => Meaning::package(script, Target::Here),
        None => Meaning::Script(word.to_owned(), Shell::LINE),
    };
    Some(words.arguments().map(of).collect())
}

/// `turbo run lint test`: the scripts of every package that has them.
pub(super) fn every_package(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let tasks = words.rest.iter().take_while(|word| **word != "--");
    let tasks = tasks.filter(|word| !word.starts_with('-') && **word != "run");
    let scripts = tasks.map(|task| Meaning::package(task, Target::Everywhere));
    Some(known_tool(words.name, words.rest).into_iter().chain(scripts).collect())
}

/// `start-server-and-test [script] address script`: the scripts are those of the manifest.
pub(super) fn server_and_test(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let is_address = |word: &str| {
        word.starts_with('-') || word.contains("://") || word.starts_with(|c: char| c.is_ascii_digit() || c == ':')
    };
    let scripts = words.rest.iter().filter(|word| !is_address(word)).flat_map(|word| {
        let line: Vec<&str> = word.split_whitespace().collect();
        if line.len() > 1 { (words.inner)(&line) } else { vec![Meaning::package(word, Target::Here)] }
    });
    Some(known_tool(words.name, words.rest).into_iter().chain(scripts).collect())
}
