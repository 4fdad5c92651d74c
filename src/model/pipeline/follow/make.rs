//! Makefiles and justfiles: the commands of their targets and recipes, and which there are.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::path::join;
use crate::base::pattern::lean;
use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::shell::Shell;
use crate::read::inventory::Inventory;

use super::resolve::{Followed, Resolver};

/// The names under which make looks for its file (https://www.gnu.org/software/make/manual/html_node/Makefile-Names.html).
pub(crate) const MAKEFILES: &[&str] = &["Makefile", "makefile", "GNUmakefile"];

/// The names under which just looks for its file.
pub(crate) const JUSTFILES: &[&str] = &["justfile", "Justfile", ".justfile"];

/// The head of a recipe: its name, its parameters, each with a default or none; an `=` after it makes it a variable
/// (<https://just.systems/man/en/recipe-parameters.html>).
static RECIPE: LazyLock<Regex> = LazyLock::new(|| {
    lean(
        r#"(?m)^@?([A-Za-z_][\w-]*)(?:[ \t]+[+*$]*[A-Za-z_][\w-]*(?:[ \t]*=[ \t]*(?:"[^"\n]*"|'[^'\n]*'|[^\s:]+))?)*[ \t]*:(=?)"#,
    )
});

/// What a target of a Makefile or a recipe of a justfile runs.
pub(super) fn follow(resolver: &Resolver<'_>, meaning: &Meaning, folder: &str) -> Option<Vec<Followed>> {
    let recipe = match meaning {
        Meaning::Make { target, variables } => commands(resolver.inventory, folder, MAKEFILES, target, variables),
        Meaning::Just(recipe) => commands(resolver.inventory, folder, JUSTFILES, recipe, &[]),
        _ => return None,
    };
    let lines = recipe.into_iter().flatten();
    Some(lines.map(|(line, shell)| Followed::Script(line, folder.to_owned(), shell)).collect())
}

/// The commands of a target or recipe of a folder, its dependencies first; `given` are the variables of the command line.
fn commands(
    inventory: &Inventory,
    folder: &str,
    names: &[&str],
    target: &str,
    given: &[(String, String)],
) -> Option<Vec<(String, Shell)>> {
    let path = names.iter().filter_map(|name| join(folder, name)).find(|path| inventory.has(path))?;
    let text = inventory.text(&path)?;
    let program = if path.to_lowercase().ends_with("makefile") { "make" } else { "just" };
    recipe_of(&with_variables(&text, given, program), target, program)
}

/// The targets of the files of a name anywhere in the tree; nothing where there is none at the root, or where they include
/// others or make names up.
pub(crate) fn targets(inventory: &Inventory, names: &[&str]) -> Option<BTreeSet<String>> {
    static TARGET: LazyLock<Regex> = LazyLock::new(|| lean(r"(?m)^@?([A-Za-z0-9_][^:=#\n]*?):(?:[^=]|$)"));
    static OPEN: LazyLock<Regex> =
        LazyLock::new(|| lean(r"(?m)^-?s?include\b|^import\b|^mod\b|^[^#\n\t]*%[^:\n]*:|\$\(eval|\$\(foreach"));
    names.iter().find(|name| inventory.has(name))?;
    let mut found = BTreeSet::new();
    for file in inventory.own_files().filter(|file| names.contains(&file.name())) {
        let text = inventory.text(&file.path)?;
        if OPEN.is_match(&text) {
            return None;
        }
        if names == JUSTFILES {
            found.extend(
                RECIPE.captures_iter(&text).filter(|recipe| recipe[2].is_empty()).map(|recipe| recipe[1].to_owned()),
            );
        } else {
            let heads = TARGET.captures_iter(&text);
            found.extend(heads.flat_map(|head| head[1].split_whitespace().map(str::to_owned).collect::<Vec<_>>()));
        }
        // Aliases of just: `alias t := test`.
        let aliases = text.lines().filter_map(|line| line.strip_prefix("alias "));
        found.extend(aliases.filter_map(|alias| alias.split_whitespace().next()).map(str::to_owned));
    }
    Some(found)
}

/// A Makefile or justfile with its plain variables written out: `BIN = php`, `app := "pnpm exec"`. What is given on the
/// command line comes first.
fn with_variables(text: &str, given: &[(String, String)], program: &str) -> String {
    static MAKE: LazyLock<Regex> =
        LazyLock::new(|| lean(r"(?m)^(?:export\s+)?([A-Za-z_]\w*)[ \t]*(?::|\?)?=[ \t]*([^\n#]*)"));
    static JUST: LazyLock<Regex> =
        LazyLock::new(|| lean(r#"(?m)^(?:export\s+)?([A-Za-z_][\w-]*)[ \t]*:=[ \t]*["']([^"'\n]*)["']"#));
    static OPEN: LazyLock<Regex> = LazyLock::new(|| lean(r"\{\{[^{}\n]*\}\}"));
    /// Variables that name each other are written out this often.
    const ROUNDS: usize = 3;
    /// A Makefile that doubles itself stops here.
    const LONGEST: usize = 1 << 20;
    let pattern = if program == "make" { &MAKE } else { &JUST };
    let written = pattern.captures_iter(text).map(|found| (found[1].to_owned(), found[2].trim().to_owned()));
    let own = (program == "make").then(|| ("MAKE".to_owned(), "make".to_owned()));
    let variables: Vec<(String, String)> = given.iter().cloned().chain(written).chain(own).collect();
    let mut written = text.to_owned();
    for _ in 0..ROUNDS {
        for (name, value) in &variables {
            let forms = match program {
                "make" => [format!("$({name})"), format!("${{{name}}}")],
                _ => [format!("{{{{ {name} }}}}"), format!("{{{{{name}}}}}")],
            };
            for form in forms {
                if written.len() < LONGEST && !value.contains(&form) {
                    written = written.replace(&form, value);
                }
            }
        }
    }
    // What only a run can tell, such as a parameter or a condition, is a variable of the shell: it may well be empty.
    if program == "just" { OPEN.replace_all(&written, "$${just}").into_owned() } else { written }
}

/// The recipe that an alias of a justfile names: `alias t := test`.
fn alias_of<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().filter_map(|line| line.strip_prefix("alias ")?.split_once(":=")).find_map(|(alias, recipe)| {
        let recipe = recipe.split('#').next().unwrap_or_default().trim();
        (alias.trim() == name).then_some(recipe)
    })
}

/// The lines of a target or recipe, each with the options of its shell: a shell runs one line, and the next one starts if it
/// succeeded (<https://www.gnu.org/software/make/manual/html_node/Execution.html>).
fn recipe_of(text: &str, target: &str, program: &str) -> Option<Vec<(String, Shell)>> {
    static FLAGS: LazyLock<Regex> =
        LazyLock::new(|| lean(r"(?m)^(?:\.?SHELL(?:FLAGS)?|set shell)[ \t]*[:?]?=[ \t]*([^\n#]*)"));
    let mut lines = text.lines();
    let is_just = program == "just";
    let alias = is_just.then(|| alias_of(text, target)).flatten();
    let target = alias.unwrap_or(target);
    let after = lines.by_ref().find_map(|line| {
        if is_just {
            let recipe = RECIPE.captures(line)?;
            return (&recipe[1] == target && recipe[2].is_empty()).then(|| &line[recipe[0].len()..]);
        }
        let (names, after) = line.split_once(':')?;
        let is_head =
            !line.starts_with([' ', '\t', '#', '.', '@']) && names.split_whitespace().any(|name| name == target);
        is_head.then(|| after.trim_start_matches([':', '=']))
    })?;
    let mut shell = Shell::LINE;
    for flags in FLAGS.captures_iter(text) {
        let words = flags.get(1).map_or("", |flags| flags.as_str()).split(['[', ']', '"', '\'', ',', ' ']);
        shell.set(words.filter(|word| word.starts_with('-') || matches!(*word, "pipefail" | "errexit")));
    }
    let mut recipe: Vec<(String, Shell)> = after
        .split('#')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .filter(|word| word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .map(|word| (format!("{program} {word}"), shell))
        .collect();
    let dependencies = recipe.len();
    let mut goes_on = false;
    for line in lines {
        // Conditionals of make start at the margin; either branch may be taken.
        let first = line.split([' ', '\t', '(']).next().unwrap_or_default();
        if matches!(first, "ifdef" | "ifndef" | "ifeq" | "ifneq" | "else" | "endif") {
            continue;
        }
        if !line.starts_with([' ', '\t']) && !line.trim().is_empty() && !goes_on {
            break;
        }
        match recipe.last_mut().filter(|_| goes_on) {
            Some((last, _)) => {
                last.push('\n');
                last.push_str(line);
            }
            None => {
                // `@` does not echo a line, `-` ignores its failure (https://www.gnu.org/software/make/manual/html_node/Errors.html).
                let start = line.trim_start();
                let command = start.trim_start_matches(['@', '-', '+', ' ']);
                let felt = !start[..start.len() - command.len()].contains('-');
                recipe.push((command.to_owned(), Shell { felt, ..shell }));
            }
        }
        goes_on = line.ends_with('\\');
    }
    let whole = text.lines().any(|line| line.trim_end() == ".ONESHELL:");
    let is_script = is_just && recipe.get(dependencies).is_some_and(|(line, _)| line.starts_with("#!"));
    if (whole || is_script) && recipe.len() > dependencies {
        let own: Vec<String> = recipe.drain(dependencies..).map(|(line, _)| line).collect();
        let shell = if is_script { Shell::started_by(&own[0]) } else { shell };
        recipe.push((own.join("\n"), shell));
    }
    if program == "make" {
        // `$$` is a `$` of the shell.
        recipe.iter_mut().for_each(|(line, _)| *line = line.replace("$$", "$"));
    }
    Some(recipe)
}
