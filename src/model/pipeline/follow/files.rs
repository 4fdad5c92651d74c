//! What the scripts of the repository that a command names run.

use super::resolve::{Followed, Resolver};
use crate::base::path::{join, name_of};
use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::shell::Shell;

/// What a file that is run does: shell scripts, and the steps of Rails' `bin/ci`.
pub(super) fn follow(resolver: &Resolver<'_>, meaning: &Meaning, folder: &str) -> Option<Vec<Followed>> {
    let Meaning::File(file, shell) = meaning else { return None };
    let script = script_of(resolver, file, folder);
    let followed = |(text, own): (String, Shell)| Followed::Script(text, folder.to_owned(), shell.unwrap_or(own));
    Some(script.map(followed).into_iter().collect())
}

/// The text that a file runs, and the options that its first line gives its shell.
fn script_of(resolver: &Resolver<'_>, file: &str, folder: &str) -> Option<(String, Shell)> {
    let inventory = resolver.inventory;
    let path = join(folder, file).filter(|path| inventory.has(path)).or_else(|| resolver.below_home(file));
    let text = inventory.text(&path.filter(|path| inventory.has(path))?)?;
    let name = name_of(file);
    let first = text.lines().next().filter(|line| line.starts_with("#!"));
    let is_script = first.is_some();
    let is_shell = name.ends_with(".sh") || name.ends_with(".bash") || first.is_some_and(|line| line.contains("sh"));
    if is_shell {
        Some((text.to_string(), first.map(Shell::started_by).unwrap_or(Shell::LINE)))
    } else if is_script && text.contains("step ") {
        // Rails' `bin/ci` lists its steps in `config/ci.rb`, one quoted command each.
        Some((quoted_steps(&text), Shell::STEPS))
    } else {
        None
    }
}

fn quoted_steps(text: &str) -> String {
    text.lines()
        .filter(|line| line.trim_start().starts_with("step "))
        .filter_map(|line| line.rsplit('"').nth(1))
        .fold(String::new(), |steps, step| steps + step + "\n")
}
