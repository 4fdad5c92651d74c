//! Passwords given to commands whose options do not name them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::values::is_reference;
use crate::base::pattern::lean;

/// What an option holds of its value that is secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    /// What follows this mark: `user:password`.
    After(char),
}

/// Commands, by what their name starts with, and the options that give them a password: with a space before the value, and
/// without.
struct Taking {
    commands: &'static [&'static str],
    apart: &'static [&'static str],
    joined: &'static [&'static str],
    part: Part,
}

const TAKING: &[Taking] = &[
    taking(&["sshpass"], &["-p"], &["-p"], Part::All),
    taking(&["mysql", "mariadb", "mongo"], &["-p"], &["-p"], Part::All),
    taking(&["login"], &["-p", "-P"], &["-p"], Part::All),
    taking(&["redis-cli", "valkey-cli", "keydb-cli"], &["-a"], &["-a"], Part::All),
    taking(&["ldap"], &["-w"], &["-w"], Part::All),
    taking(&["sqlcmd", "bcp", "isql", "tsql", "zip", "unzip", "ipmitool"], &["-P"], &["-P"], Part::All),
    taking(&["7z", "unrar", "rar", "ncftp"], &[], &["-p", "-hp"], Part::All),
    taking(&["openssl"], &["-k", "-K", "-pass", "-passin", "-passout"], &[], Part::All),
    taking(&["plink", "pscp", "psftp", "putty"], &["-pw"], &[], Part::All),
    taking(&["lftp"], &["-u"], &["-u"], Part::After(',')),
    taking(&["smbclient", "rpcclient", "smbmap", "winexe"], &["-U"], &["-U"], Part::After('%')),
    taking(&["curl", "wget", "http"], &["-u", "-U", "--proxy-user", "-a"], &["-u", "-U"], Part::After(':')),
    taking(&["xfreerdp", "rdesktop"], &["-p"], &["/p:", "-p"], Part::All),
    taking(&["gh", "glab"], &["-b", "--body", "-v"], &[], Part::All),
    taking(&["keyvault"], &["--value"], &[], Part::All),
    taking(&["kubectl", "oc"], &[], &["--from-literal="], Part::After('=')),
];

const fn taking(
    commands: &'static [&'static str],
    apart: &'static [&'static str],
    joined: &'static [&'static str],
    part: Part,
) -> Taking {
    Taking { commands, apart, joined, part }
}

/// A word of a command line, with the number of the command of a pipeline that it belongs to.
struct Word<'t> {
    text: &'t str,
    start: usize,
    command: usize,
}

/// What a text gives as passwords to the commands that it holds.
pub(super) fn passwords_of_commands(text: &str) -> Vec<Range<usize>> {
    static USER: LazyLock<Regex> =
        LazyLock::new(|| lean(r#"[ \t"'](?:-u|--user|--proxy-user)[ =]?["']?[^\s:"'$]+:([^\s"']+)"#));
    // A command is more than one word.
    if !text.contains([' ', ',']) {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    if text.contains("-u") || text.contains("--proxy-user") {
        found.extend(USER.captures_iter(text).filter_map(|found| found.get(1)).map(|password| password.range()));
    }
    let words = words(text);
    let mut at = 0;
    while at < words.len() {
        let end = at + words[at..].iter().take_while(|word| word.command == words[at].command).count();
        found.extend(of_options(text, &words[at..end]));
        found.extend(of_places(text, &words[at..end]));
        found.extend(piped(text, &words[at..end], &words[end..]));
        at = end;
    }
    // Numbers of a user and of its group are no password.
    let is_plain =
        |range: &Range<usize>| text[range.clone()].bytes().all(|byte| byte.is_ascii_digit()) && range.len() < 6;
    let of_numbers = |range: &Range<usize>| {
        is_plain(range)
            && text[..range.start].ends_with(':')
            && text[..range.start - 1].ends_with(|c: char| c.is_ascii_digit())
    };
    found.retain(|range| !range.is_empty() && !is_reference(&text[range.clone()]) && !of_numbers(range));
    found
}

/// What separates words, so that the words of a list of strings are found too.
fn words(text: &str) -> Vec<Word<'_>> {
    let is_mark = |c: char| c.is_whitespace() || "\"'`,()[]{}<>;|\\".contains(c);
    let (mut words, mut start, mut command) = (Vec::new(), None, 0);
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if is_mark(c) {
            if let Some(start) = start.take() {
                let word = &text[start..at];
                if word == "&&" || word == "&" {
                    command += 1;
                } else {
                    words.push(Word { text: word, start, command });
                }
            }
            command += usize::from(matches!(c, ';' | '|' | '\n'));
        } else if start.is_none() {
            start = Some(at);
        }
    }
    words
}

/// The name of a command without its folder.
fn program<'t>(word: &Word<'t>) -> &'t str {
    word.text.rsplit('/').next().unwrap_or(word.text).trim_start_matches(['-', '@', '+'])
}

fn is_one_of(program: &str, commands: &[&str]) -> bool {
    commands.iter().any(|command| {
        // Families of tools share a beginning: mysqldump, mongosh, ldapsearch.
        let family = ["mysql", "mariadb", "mongo", "ldap", "7z"].contains(command);
        program == *command || family && program.starts_with(command)
    })
}

fn of_options(text: &str, words: &[Word<'_>]) -> Vec<Range<usize>> {
    let (mut found, mut current): (Vec<Range<usize>>, Option<&Taking>) = (Vec::new(), None);
    for (at, word) in words.iter().enumerate() {
        if let Some(taking) = TAKING.iter().find(|taking| is_one_of(program(word), taking.commands)) {
            current = Some(taking);
            continue;
        }
        let Some(taking) = current else { continue };
        let value = if taking.apart.contains(&word.text) {
            words.get(at + 1).filter(|next| !next.text.starts_with('-')).map(|next| next.start)
        } else {
            let option =
                taking.joined.iter().find(|option| word.text.len() > option.len() && word.text.starts_with(**option));
            option.map(|option| word.start + option.len() + usize::from(word.text[option.len()..].starts_with('=')))
        };
        if let Some(start) = value {
            let range = start..end_of_value(text, start);
            match taking.part {
                Part::All => found.push(range),
                Part::After(mark) => {
                    found
                        .extend(text[range.clone()].find(mark).map(|at| range.start + at + mark.len_utf8()..range.end));
                }
            }
        }
    }
    found
}

/// Where a value that starts here ends: with its quotes, else with its word.
fn end_of_value(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    let ends: &[char] = match text[..start].chars().next_back() {
        Some(quote @ ('"' | '\'')) => {
            return rest.find(quote).map_or(text.len(), |at| start + at - usize::from(rest[..at].ends_with('\\')));
        }
        _ => &[' ', '\t', '\n', '"', '\'', '`', ';', '|', ')'],
    };
    start + rest.find(ends).unwrap_or(rest.len())
}

/// Passwords that a command takes at a place among its words.
fn of_places(text: &str, words: &[Word<'_>]) -> Vec<Range<usize>> {
    let Some(last) = words.last() else { return Vec::new() };
    let at = |name: &str| words.iter().position(|word| program(word) == name);
    let has = |name: &str, after: usize| words[after..].iter().any(|word| word.text == name);
    let whole = |word: &Word<'_>| word.start..end_of_value(text, word.start);
    let after = |word: &Word<'_>, mark: char| {
        let range = whole(word);
        text[range.clone()].find(mark).map(|at| range.start + at + 1..range.end)
    };
    let mut found = Vec::new();
    if let Some(at) = at("htpasswd") {
        let in_batch = words[at..]
            .iter()
            .any(|word| word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains('b'));
        found.extend(in_batch.then(|| whole(last)));
    }
    if at("wpa_passphrase").is_some_and(|at| words.len() > at + 2) {
        found.push(whole(last));
    }
    if at("composer").is_some_and(|at| has("config", at))
        && words.iter().any(|word| word.text.starts_with("http-basic."))
    {
        found.push(whole(last));
    }
    if at("bundle").is_some_and(|at| has("config", at)) {
        found.extend(after(last, ':').filter(|_| !last.text.contains("//")));
    }
    if let Some(at) = at("vault").filter(|at| words.len() > at + 2) {
        if words[at + 1].text == "login" && !last.text.starts_with('-') {
            found.push(whole(last));
        }
        let writes = ["kv", "write"].contains(&words[at + 1].text);
        found.extend(
            words[at..].iter().filter(|word| writes && !word.text.starts_with('-')).filter_map(|word| after(word, '=')),
        );
    }
    let sets_secrets = |word: &Word<'_>| ["config:set", "env-set", "secrets"].contains(&word.text);
    let of_host = ["heroku", "scalingo", "fly", "flyctl", "clever"].iter().find_map(|name| at(name));
    if of_host.is_some_and(|at| words[at..].iter().any(sets_secrets)) {
        found.extend(words.iter().filter(|word| !word.text.starts_with('-')).filter_map(|word| after(word, '=')));
    }
    // Text for a command that reads a password, or decodes it: `base64 -d <<< x`.
    if let (true, Some(at)) = (takes_from_input(words), text[words[0].start..last.start].find("<<<")) {
        let start = words[0].start + at + 3;
        found.extend(words.iter().find(|word| word.start >= start).map(whole));
    }
    found
}

/// Whether a command reads a password, or something encoded, from its input.
fn takes_from_input(words: &[Word<'_>]) -> bool {
    let has = |options: &[&str]| words.iter().any(|word| options.contains(&word.text));
    words.iter().any(|word| match program(word) {
        "sudo" => words
            .iter()
            .any(|word| word.text.starts_with('-') && !word.text.starts_with("--") && word.text.contains('S')),
        "base64" => has(&["-d", "-D", "--decode", "-di"]),
        "chpasswd" | "kinit" => true,
        "passwd" => has(&["--stdin"]),
        _ => false,
    }) || has(&["--password-stdin", "--with-token", "--pass-stdin", "--passphrase-fd"])
}

/// What `echo` says to such a command.
fn piped(text: &str, words: &[Word<'_>], next: &[Word<'_>]) -> Option<Range<usize>> {
    let following = next.first()?.command;
    let next = &next[..next.iter().take_while(|word| word.command == following).count()];
    let echo = words.iter().position(|word| ["echo", "printf"].contains(&program(word)))?;
    let said = words[echo + 1..].iter().find(|word| !["-n", "-e", "-ne", "%s", "%s\\n"].contains(&word.text))?;
    let last = words.last()?;
    let by_pipe = text[last.start + last.text.len()..next[0].start].contains('|');
    (by_pipe && takes_from_input(next)).then(|| said.start..last.start + last.text.len())
}
