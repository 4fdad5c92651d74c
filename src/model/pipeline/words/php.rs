//! The interpreter of PHP, and Composer.

use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::tools::known_tool;
use crate::model::pipeline::words::command::{Words, after_options, interpret};

/// `php artisan test`; `php -d memory_limit=1G script`: options with a value come before the script.
pub(super) fn interpreter(words: &Words<'_>) -> Option<Vec<Meaning>> {
    match words.rest {
        ["-d" | "-c", ..] => {
            let rest = words.rest.iter().skip(2).copied();
            Some((words.inner)(&std::iter::once(words.program).chain(rest).collect::<Vec<_>>()))
        }
        _ => interpret(words),
    }
}

/// `composer test`, `composer run lint`: a script of the manifest, beside what Composer itself does.
pub(super) fn composer(words: &Words<'_>) -> Option<Vec<Meaning>> {
    const OWN: &[&str] =
        &["install", "update", "require", "dump-autoload", "config", "global", "self-update", "validate"];
    let script = match words.rest {
        ["run" | "run-script" | "exec", args @ ..] => after_options(args).first().copied(),
        [script, ..] if !OWN.contains(script) => Some(*script),
        _ => None,
    };
    let script = script.map(|script| Meaning::Composer(script.to_owned()));
    Some(known_tool(words.name, words.rest).into_iter().chain(script).collect())
}
