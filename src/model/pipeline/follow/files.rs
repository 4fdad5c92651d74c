//! What the scripts of the repository that a command names run.

use super::resolve::{Followed, Resolver};
use crate::base::path::{join, name_of};
use crate::model::pipeline::meaning::Meaning;

/// What a file that is run does: shell scripts, and the steps of Rails' `bin/ci`.
pub(super) fn follow(resolver: &Resolver<'_>, meaning: &Meaning, folder: &str) -> Option<Vec<Followed>> {
    let Meaning::File(file) = meaning else { return None };
    Some(script_of(resolver, file, folder).map(|text| Followed::Script(text, folder.to_owned())).into_iter().collect())
}

fn script_of(resolver: &Resolver<'_>, file: &str, folder: &str) -> Option<String> {
    let inventory = resolver.inventory;
    let path = join(folder, file).filter(|path| inventory.has(path)).or_else(|| resolver.below_home(file));
    let text = inventory.text(&path.filter(|path| inventory.has(path))?)?;
    let name = name_of(file);
    let is_script = text.starts_with("#!");
    let is_shell = name.ends_with(".sh")
        || name.ends_with(".bash")
        || is_script && text.lines().next().is_some_and(|line| line.contains("sh"));
    if is_shell {
        Some(text.to_string())
    } else if is_script && text.contains("step ") {
        // Rails' `bin/ci` lists its steps in `config/ci.rb`, one quoted command each.
        Some(quoted_steps(&text))
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
