//! What containers run: the services of compose files, the commands of Dockerfiles.

use super::resolve::{Followed, Resolver};
use crate::document::Node;
use crate::inventory::{File, join};

/// Whether a file is a compose file, by its name.
fn is_compose(file: &File) -> bool {
    let name = file.name();
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    is_yaml && (name.starts_with("docker-compose") || name.starts_with("compose"))
}

/// What a service runs: the command given, else its own, else that of the image that it builds. Several compose files may
/// know the service; each is followed.
pub(super) fn service(resolver: &Resolver<'_>, name: &str, command: &[String], folder: &str) -> Vec<Followed> {
    let given = command_line(command);
    let mut found = Vec::new();
    for file in resolver.inventory.own_files().filter(|file| is_compose(file)) {
        let Some(document) = resolver.inventory.document(&file.path) else { continue };
        let Ok(root) = document.as_ref() else { continue };
        let Some(service) = root.at(&["services", name]) else { continue };
        let build = service.get("build");
        let context = build.and_then(|build| build.text().or_else(|| build.text_of("context")));
        let inside = context.and_then(|context| join(file.folder(), context));
        if let Some(given) = &given {
            // The image holds the folder that it is built from.
            found.push(Followed::Script(given.clone(), inside.unwrap_or_else(|| file.folder().to_owned())));
            continue;
        }
        let own = service.get("command").or_else(|| service.get("entrypoint")).and_then(words);
        match (own, inside) {
            (Some(own), inside) => {
                found.push(Followed::Script(own, inside.unwrap_or_else(|| file.folder().to_owned())));
            }
            (None, Some(context)) => {
                let dockerfile = build.and_then(|build| build.text_of("dockerfile"));
                let path = join(&context, dockerfile.unwrap_or("Dockerfile")).unwrap_or_default();
                if let Some(text) = resolver.inventory.text(&path)
                    && let Some(own) = started(&text)
                {
                    found.push(Followed::Script(own, context));
                }
            }
            (None, None) => {}
        }
    }
    if found.is_empty()
        && let Some(given) = given
    {
        found.push(Followed::Script(given, folder.to_owned()));
    }
    found.dedup();
    found
}

/// What the build of an image runs: the `RUN` lines, up to the stage that is asked for.
pub(super) fn image(
    resolver: &Resolver<'_>,
    file: Option<&str>,
    stage: Option<&str>,
    context: &str,
    folder: &str,
) -> Vec<Followed> {
    let Some(context) = join(folder, context) else {
        return Vec::new();
    };
    let path = file.map_or_else(|| join(&context, "Dockerfile"), |file| join(folder, file));
    let Some(text) = path.and_then(|path| resolver.inventory.text(&path)) else {
        return Vec::new();
    };
    let mut script = String::new();
    let mut reached = false;
    for (instruction, rest) in instructions(&text) {
        match instruction.as_str() {
            "FROM" if reached => break,
            "FROM" => {
                let name = rest.split_whitespace().last().unwrap_or_default();
                reached = stage.is_some_and(|stage| stage.eq_ignore_ascii_case(name));
            }
            "RUN" => {
                let command = rest.split_whitespace().skip_while(|word| word.starts_with("--")).collect::<Vec<_>>();
                script.push_str(&command.join(" "));
                script.push('\n');
            }
            _ => {}
        }
    }
    if script.is_empty() { Vec::new() } else { vec![Followed::Script(script, context)] }
}

/// The command that a container of an image starts with.
fn started(dockerfile: &str) -> Option<String> {
    let mut found = None;
    for (instruction, rest) in instructions(dockerfile) {
        if instruction == "CMD" || instruction == "ENTRYPOINT" && found.is_none() {
            let list: Option<Vec<String>> = serde_json::from_str(&rest).ok();
            found = list.map_or(Some(rest), |list| command_line(&list));
        }
    }
    found
}

/// The instructions of a Dockerfile, with their lines joined.
fn instructions(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let ends = !line.ends_with('\\');
        let content = line.trim_end_matches('\\').trim();
        if open {
            if let Some((_, rest)) = found.last_mut() {
                rest.push(' ');
                rest.push_str(content);
            }
        } else if let Some((instruction, rest)) = content.split_once(char::is_whitespace) {
            found.push((instruction.to_ascii_uppercase(), rest.trim().to_owned()));
        }
        open = !ends;
    }
    found
}

fn words(node: &Node) -> Option<String> {
    match node.text() {
        Some(text) => Some(text.to_owned()),
        None => command_line(&node.items().iter().filter_map(Node::text).map(str::to_owned).collect::<Vec<_>>()),
    }
}

/// Words as a shell would take them; a single one may hold a whole line.
fn command_line(words: &[String]) -> Option<String> {
    match words {
        [] => None,
        [line] => Some(line.clone()),
        words => Some(words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")),
    }
}

fn quoted(word: &str) -> String {
    let plain = word.chars().all(|c| c.is_alphanumeric() || "-_./:=@,+%".contains(c));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dockerfile_is_read_over_continued_lines() {
        let text = "FROM node AS base\nRUN --mount=type=cache,target=/x npm ci && \\\n  # why\n  npm test\nCMD [\"npm\", \"run\", \"x y\"]\n";
        assert_eq!(instructions(text)[1].1, "--mount=type=cache,target=/x npm ci && npm test");
        assert_eq!(started(text).as_deref(), Some("npm run 'x y'"));
    }
}
