//! Standard programs that run the rest of their words: `sudo`, `timeout`, `xargs`, `find -exec`.

use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::shell::Shell;
use crate::model::pipeline::words::command::Words;

/// The names of those that [`standard`] reads.
pub(super) const STANDARD: &[&str] = &[
    "sudo", "doas", "env", "nice", "ionice", "timeout", "time", "exec", "builtin", "nohup", "setsid", "stdbuf",
    "xargs", "xvfb-run", "chronic", "gosu", "su-exec", "setpriv", "flock", "watch", "faketime",
];

/// Options that take the next word, and how many words come before the program.
fn shape(name: &str) -> (&'static [&'static str], usize) {
    match name {
        "sudo" | "doas" => (
            &[
                "-u", "--user", "-g", "--group", "-h", "--host", "-p", "--prompt", "-C", "-D", "-R", "-r", "-t", "-T",
                "-U",
            ],
            0,
        ),
        "env" => (&["-u", "--unset", "-C", "--chdir"], 0),
        "nice" => (&["-n", "--adjustment"], 0),
        "ionice" => (&["-c", "--class", "-n", "--classdata"], 0),
        "timeout" => (&["-s", "--signal", "-k", "--kill-after"], 1),
        "time" => (&["-f", "--format", "-o", "--output"], 0),
        "exec" => (&["-a"], 0),
        "stdbuf" => (&["-i", "-o", "-e"], 0),
        "xargs" => (&["-I", "-n", "-P", "-L", "-d", "-a", "-E", "-s", "--max-args", "--max-procs", "--delimiter"], 0),
        "xvfb-run" => (&["-s", "--server-args", "-n", "--server-num", "-e", "--error-file", "-f", "-w", "-p"], 0),
        "watch" => (&["-n", "--interval"], 0),
        "flock" => (&["-w", "--timeout", "-E"], 1),
        "gosu" | "su-exec" | "faketime" => (&[], 1),
        _ => (&[], 0),
    }
}

/// Any of the standard ones.
pub(super) fn standard(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let (with_value, mut operands) = shape(words.name);
    let mut at = 0;
    while let Some(word) = words.rest.get(at) {
        if *word == "--" {
            at += 1;
            break;
        } else if with_value.contains(word) {
            at += 2;
        } else if word.starts_with('-') || is_assignment(word) {
            at += 1;
        } else if operands > 0 {
            operands -= 1;
            at += 1;
        } else {
            break;
        }
    }
    Some((words.inner)(words.rest.get(at..).unwrap_or_default()))
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && !name.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
}

/// `command npm test`; `command -v npm` only asks where it is.
pub(super) fn command(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(match words.rest {
        ["-v" | "-V", ..] => Vec::new(),
        ["-p" | "--", rest @ ..] | rest => (words.inner)(rest),
    })
}

/// `find . -exec shellcheck {} ;`, once or more.
pub(super) fn find(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let starts =
        words.rest.iter().enumerate().filter(|(_, word)| matches!(**word, "-exec" | "-execdir" | "-ok" | "-okdir"));
    let commands = starts.map(|(at, _)| {
        let rest = &words.rest[at + 1..];
        &rest[..rest.iter().position(|word| matches!(*word, ";" | "+")).unwrap_or(rest.len())]
    });
    Some(commands.flat_map(|command| (words.inner)(command)).collect())
}

/// `su - user -c "…"`, `runuser -u user -- npm test`.
pub(super) fn other_user(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let script = |text: &str| vec![Meaning::Script(text.to_owned(), Shell::LINE)];
    Some(match words.rest {
        [.., "-c" | "--command", text] => script(text),
        [.., "-c", text, _] => script(text),
        ["-u" | "--user", _, "--", rest @ ..] | ["-u" | "--user", _, rest @ ..] => (words.inner)(rest),
        _ => words.input.map(script).unwrap_or_default(),
    })
}
