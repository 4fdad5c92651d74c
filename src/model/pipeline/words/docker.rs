//! `docker` and `docker compose`.

use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::shell::Shell;
use crate::model::pipeline::tools::known_tool;
use crate::model::pipeline::words::command::Words;

/// What a command of Docker or Podman does.
pub(super) fn docker(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(run(words.rest, words.inner))
}

/// `docker-compose` is `docker compose`.
pub(super) fn compose(words: &Words<'_>) -> Option<Vec<Meaning>> {
    let all: Vec<&str> = std::iter::once("compose").chain(words.rest.iter().copied()).collect();
    Some(run(&all, words.inner))
}

fn run(words: &[&str], inner: &dyn Fn(&[&str]) -> Vec<Meaning>) -> Vec<Meaning> {
    container(words, inner).unwrap_or_else(|| image(words))
}

/// `docker run … image command`, `docker compose run service command`, `docker exec container command`.
fn container(words: &[&str], inner: &dyn Fn(&[&str]) -> Vec<Meaning>) -> Option<Vec<Meaning>> {
    const SWITCHES: &[&str] = &[
        "--rm",
        "-t",
        "-i",
        "-it",
        "-ti",
        "-d",
        "--init",
        "--privileged",
        "-T",
        "--no-deps",
        "--quiet-pull",
        "--detach",
        "--tty",
        "--interactive",
        "--build",
        "--service-ports",
    ];
    let compose = words.first() == Some(&"compose");
    if compose && words.contains(&"up") {
        // `up` ends with the status of one service only if asked (https://docs.docker.com/reference/cli/docker/compose/up/).
        let service = words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix("--exit-code-from") {
            Some("") => words.get(at + 1).copied(),
            Some(value) => value.strip_prefix('='),
            None => None,
        });
        return service.map(|name| vec![Meaning::Service { name: name.to_owned(), command: Vec::new() }]);
    }
    let at = words.iter().position(|word| matches!(*word, "run" | "exec"))?;
    if at > 0 && !compose && words[0] != "container" {
        return None;
    }
    let mut rest = &words[at + 1..];
    let mut entry = None;
    while let Some(word) = rest.first().filter(|word| word.starts_with('-')) {
        let alone = SWITCHES.contains(word) || word.contains('=');
        if *word == "--entrypoint" {
            entry = rest.get(1).copied();
        } else if let Some(value) = word.strip_prefix("--entrypoint=") {
            entry = Some(value);
        }
        rest = rest.get(if alone { 1 } else { 2 }..).unwrap_or_default();
    }
    if compose && entry.is_none() {
        let (name, command) = rest.split_first()?;
        let command = command.iter().map(|word| (*word).to_owned()).collect();
        return Some(vec![Meaning::Service { name: (*name).to_owned(), command }]);
    }
    // `--entrypoint ""` takes the image's own away (https://docs.docker.com/reference/cli/docker/container/run/).
    let mut command: Vec<&str> = entry.filter(|entry| !entry.is_empty()).into_iter().collect();
    command.extend(rest.get(1..).unwrap_or_default());
    // One quoted word may hold a whole command line.
    if let [line] = command.as_slice()
        && line.contains(' ')
    {
        return Some(vec![Meaning::Script((*line).to_owned(), Shell::LINE)]);
    }
    Some(inner(&command))
}

/// `docker build`, `docker buildx build`: what it does, and the Dockerfile whose commands it runs.
fn image(words: &[&str]) -> Vec<Meaning> {
    let known = known_tool("docker", words);
    let Some(at) = words.iter().position(|word| *word == "build").filter(|_| words[0] != "compose") else {
        return known.into_iter().collect();
    };
    let (mut file, mut stage, mut context) = (None, None, ".".to_owned());
    let mut at = at + 1;
    while let Some(word) = words.get(at) {
        at += 1;
        let (flag, inline) = word.split_once('=').map_or((*word, None), |(flag, value)| (flag, Some(value.to_owned())));
        if !flag.starts_with('-') {
            context = (*word).to_owned();
            continue;
        }
        if matches!(flag, "--push" | "--load" | "--no-cache" | "--pull" | "-q" | "--quiet" | "--squash" | "--rm") {
            continue;
        }
        let value = inline.or_else(|| {
            at += 1;
            words.get(at - 1).map(|value| (*value).to_owned())
        });
        match flag {
            "-f" | "--file" => file = value,
            "--target" => stage = value,
            _ => {}
        }
    }
    known.into_iter().chain([Meaning::Image { file, stage, context }]).collect()
}
