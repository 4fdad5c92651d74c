//! Dockerfiles as instructions and stages.

use crate::base::text::to_u32;

/// An instruction, with its continued lines joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instruction {
    /// Its name in capitals: `FROM`, `RUN`.
    pub name: String,
    /// What follows its name.
    pub rest: String,
    /// Its first line, from 1.
    pub line: u32,
}

/// A stage of the build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stage {
    /// Its name in lower case; empty for a stage without one.
    pub name: String,
    /// What it starts from, in lower case: an image or the name of an earlier stage. An `ARG` is replaced by its default.
    pub from: String,
    /// The line of its `FROM`.
    pub line: u32,
    /// Its other instructions.
    pub instructions: Vec<Instruction>,
}

/// Registries and namespaces that serve the official images under another name.
const MIRRORS: &[&str] = &["docker.io/", "public.ecr.aws/docker/", "mirror.gcr.io/", "library/"];

impl Stage {
    /// The image that it starts from, as Docker Hub names it: `node:22`.
    pub(crate) fn image(&self) -> &str {
        MIRRORS.iter().fold(&self.from, |image, mirror| image.strip_prefix(mirror).unwrap_or(image))
    }
}

/// The stages of a Dockerfile, in order.
pub(crate) fn stages(text: &str) -> Vec<Stage> {
    let mut arguments: Vec<(String, String)> = Vec::new();
    let mut found: Vec<Stage> = Vec::new();
    for instruction in instructions(text) {
        let words = || instruction.rest.split_whitespace().filter(|word| !word.starts_with("--"));
        if instruction.name == "FROM" {
            let mut from = words().next().unwrap_or_default().to_owned();
            for (name, value) in &arguments {
                from = from.replace(&format!("${{{name}}}"), value).replace(&format!("${name}"), value);
            }
            let named = words().nth(1).filter(|word| word.eq_ignore_ascii_case("as")).and_then(|_| words().nth(2));
            found.push(Stage {
                name: named.unwrap_or_default().to_lowercase(),
                from: from.to_lowercase(),
                line: instruction.line,
                instructions: Vec::new(),
            });
            continue;
        }
        if instruction.name == "ARG"
            && let Some((name, value)) = words().next().and_then(|word| word.split_once('='))
        {
            arguments.push((name.to_owned(), value.trim_matches(['"', '\'']).to_owned()));
        }
        if let Some(stage) = found.last_mut() {
            stage.instructions.push(instruction);
        }
    }
    found
}

fn instructions(text: &str) -> Vec<Instruction> {
    let mut found: Vec<Instruction> = Vec::new();
    let mut open = false;
    for (at, line) in text.lines().enumerate().map(|(at, line)| (at, line.trim())) {
        if line.starts_with('#') {
            continue;
        }
        let ends = !line.ends_with('\\');
        let content = line.trim_end_matches('\\').trim();
        if open {
            if let Some(last) = found.last_mut() {
                last.rest.push(' ');
                last.rest.push_str(content);
            }
        } else if let Some((name, rest)) = content.split_once(char::is_whitespace) {
            let (name, rest) = (name.to_ascii_uppercase(), rest.trim().to_owned());
            found.push(Instruction { name, rest, line: to_u32(at + 1) });
        }
        open = !ends;
    }
    found
}

/// Whether a file is a Dockerfile by its name: `Dockerfile`, `Dockerfile.web`, `web.dockerfile`.
pub(crate) fn is_dockerfile(name: &str) -> bool {
    const NAME: &str = "dockerfile";
    let is_name = |part: Option<&str>| part.is_some_and(|part| part.eq_ignore_ascii_case(NAME));
    let rest = name.get(NAME.len()..).filter(|_| is_name(name.get(..NAME.len())));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        || is_name(name.rsplit_once('.').map(|(_, end)| end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continued_lines_are_joined_and_comments_left_out() {
        let text = "FROM node AS base\nRUN --mount=type=cache,target=/x npm ci && \\\n  # why\n  npm test\nCMD [\"npm\", \"run\", \"x y\"]\n";
        let read = stages(text);
        assert_eq!(read[0].instructions[0].rest, "--mount=type=cache,target=/x npm ci && npm test");
        assert_eq!((read[0].instructions[1].name.as_str(), read[0].instructions[1].line), ("CMD", 5));
    }

    #[test]
    fn stages_have_names_and_images_with_their_arguments() {
        let read =
            stages("ARG V=\"22\"\nFROM --platform=x docker.io/library/Node:${V} AS Base\nUSER node\nfrom base\n");
        assert_eq!((read[0].name.as_str(), read[0].image(), read[0].line), ("base", "node:22", 2));
        assert_eq!((read[1].from.as_str(), read[1].name.as_str()), ("base", ""));
    }

    #[test]
    fn dockerfiles_are_known_by_their_names() {
        for name in ["Dockerfile", "dockerfile", "Dockerfile.web", "web.Dockerfile"] {
            assert!(is_dockerfile(name), "{name}");
        }
        for name in ["Dockerfiles", "docker-compose.yml", "dockerfile-notes.md"] {
            assert!(!is_dockerfile(name), "{name}");
        }
    }
}
