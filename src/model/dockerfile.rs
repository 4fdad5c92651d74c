//! Dockerfiles as instructions and stages.

use crate::base::path::is_yaml;
use crate::base::text::to_u32;
use crate::model::image_name::ImageName;
use crate::read::inventory::comments::{comment_ranges, covers};
use crate::read::inventory::language::Comments;

/// An instruction, with its continued lines joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Instruction {
    /// Its name in capitals: `FROM`, `RUN`.
    pub name: String,
    /// What follows its name. The lines of a script that `RUN <<EOF` is given stand each on its own.
    pub rest: String,
    /// Its first line, from 1.
    pub line: u32,
    /// Whether it runs in the images that are built from this one, after `ONBUILD`.
    pub deferred: bool,
    /// Where parts of `rest` stand: byte, line and column.
    parts: Vec<(usize, u32, u32)>,
}

/// A stage of the build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stage {
    /// Its name in lower case; empty for a stage without one.
    pub name: String,
    /// What it starts from, in lower case: an image or the name of an earlier stage. An `ARG` is replaced by its default.
    pub from: String,
    /// The arguments whose defaults stand in `from`.
    pub arguments: Vec<String>,
    /// The rank of the earlier stage that it starts from.
    pub base: Option<usize>,
    /// The line of its `FROM`.
    pub line: u32,
    /// Its other instructions.
    pub instructions: Vec<Instruction>,
}

/// What `COPY` and `ADD` are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copied<'i> {
    /// The stage or image that it comes from.
    pub from: Option<&'i str>,
    /// What is copied.
    pub sources: Vec<String>,
    /// Whether a digest is checked.
    pub is_verified: bool,
}

impl Instruction {
    /// The line and column of a byte of `rest`.
    pub(crate) fn place(&self, offset: usize) -> (u32, u32) {
        let known = self.parts.partition_point(|(start, ..)| *start <= offset);
        let Some((start, line, column)) = known.checked_sub(1).map(|at| self.parts[at]) else { return (self.line, 1) };
        let before = self.rest.get(start..offset).unwrap_or_default().chars().count();
        (line, column + to_u32(before))
    }

    /// `rest` with the comments of its script blanked and its continued lines joined, byte for byte.
    pub(crate) fn code(&self) -> String {
        if self.name != "RUN" || !self.rest.contains(['#', '\n']) {
            return self.rest.clone();
        }
        let ranges = comment_ranges(&self.rest, Comments::Hash);
        let blank = |(at, c): (usize, char)| {
            if c != '\n' && covers(&ranges, at) { " ".repeat(c.len_utf8()) } else { c.to_string() }
        };
        self.rest.char_indices().map(blank).collect::<String>().replace("\\\n", "  ")
    }

    /// What follows its flags: the command of `RUN`, line by line where it is a script.
    pub(crate) fn command(&self) -> &str {
        let mut rest = self.rest.trim_start();
        while rest.starts_with("--") {
            rest = rest.split_once(char::is_whitespace).map_or("", |(_, after)| after.trim_start());
        }
        match rest.split_once('\n') {
            Some((first, script)) if heredoc_of_a_shell(first) => script,
            _ => rest,
        }
    }

    /// The words of its JSON form; `None` for the form of a shell.
    pub(crate) fn list(&self) -> Option<Vec<String>> {
        let command = self.command();
        command.starts_with('[').then(|| serde_json::from_str(command).ok()).flatten()
    }

    /// The names and values that `ENV` or `ARG` sets, each with its byte in `rest`; an argument without a default has none.
    pub(crate) fn variables(&self) -> Vec<(String, Option<String>, usize)> {
        let words = words(&self.rest);
        let old = self.name == "ENV" && words.first().is_some_and(|(word, _)| !word.contains('='));
        if old {
            // `ENV NAME the whole rest`.
            let Some((name, at)) = words.first() else { return Vec::new() };
            let value = self.rest.get(at + name.len()..).unwrap_or_default().trim();
            return vec![(name.clone(), Some(value.trim_matches(['"', '\'']).to_owned()), *at)];
        }
        let split = |(word, at): (String, usize)| match word.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned()), at),
            None => (word, None, at),
        };
        words.into_iter().map(split).collect()
    }

    /// What `COPY` or `ADD` takes.
    pub(crate) fn copied(&self) -> Option<Copied<'_>> {
        if !matches!(self.name.as_str(), "COPY" | "ADD") {
            return None;
        }
        let flags = self.rest.split_whitespace().take_while(|word| word.starts_with("--"));
        let flag = |name: &str| flags.clone().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        let mut sources =
            self.list().unwrap_or_else(|| words(self.command()).into_iter().map(|(word, _)| word).collect());
        sources.pop();
        Some(Copied { from: flag("--from"), sources, is_verified: flag("--checksum").is_some() })
    }
}

impl Stage {
    /// The image that it starts from, as Docker Hub names it: `node:22`.
    pub(crate) fn image(&self) -> String {
        let name = ImageName::new(&self.from);
        let digest = self.from.split_once('@').map(|(_, digest)| format!("@{digest}")).unwrap_or_default();
        let tag = name.tag.map(|tag| format!(":{tag}")).unwrap_or_default();
        format!("{}{tag}{digest}", name.repository)
    }
}

/// How many stages, and arguments before them, one file may have; those past it are left alone.
const MOST: usize = 500;

/// How long a text may grow as its variables are replaced.
const LONGEST: usize = 4_096;

/// The words of a line, unquoted, each with the byte where it starts.
fn words(line: &str) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    let (mut quote, mut open) = (None, false);
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if quote.is_none() && c.is_whitespace() {
            open = false;
            continue;
        }
        if !open {
            found.push((String::new(), at));
            open = true;
        }
        let Some((word, _)) = found.last_mut() else { continue };
        match (quote, c) {
            (Some(closing), c) if c == closing => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None | Some('"'), '\\') => word.extend(chars.next().map(|(_, c)| c)),
            _ => word.push(c),
        }
    }
    found
}

/// The stages of a Dockerfile, in order.
pub(crate) fn stages(text: &str) -> Vec<Stage> {
    // Those before the first stage alone are known to `FROM` (https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact).
    let mut arguments: Vec<(String, String)> = Vec::new();
    let mut found: Vec<Stage> = Vec::new();
    for instruction in instructions(text) {
        if instruction.name == "FROM" {
            if found.len() == MOST {
                break;
            }
            let words: Vec<String> = words(&instruction.rest)
                .into_iter()
                .map(|(word, _)| word)
                .filter(|word| !word.starts_with("--"))
                .collect();
            let (from, used) = filled(words.first().map_or("", String::as_str), &arguments);
            let named = words.get(2).filter(|_| words.get(1).is_some_and(|word| word.eq_ignore_ascii_case("as")));
            let from = from.to_lowercase();
            found.push(Stage {
                name: named.map(|name| name.to_lowercase()).unwrap_or_default(),
                base: found.iter().rposition(|stage| !stage.name.is_empty() && stage.name == from),
                from,
                arguments: used,
                line: instruction.line,
                instructions: Vec::new(),
            });
            continue;
        }
        match found.last_mut() {
            Some(stage) => stage.instructions.push(instruction),
            None if instruction.name == "ARG" && arguments.len() < MOST => {
                for (name, value, _) in instruction.variables() {
                    arguments.extend(value.map(|value| (name, filled(&value, &arguments).0)));
                }
            }
            None => {}
        }
    }
    found
}

/// A text whose variables are replaced by their known values: `$NAME`, `${NAME}`, `${NAME:-other}`. The names of those that were.
pub(crate) fn filled(text: &str, known: &[(String, String)]) -> (String, Vec<String>) {
    let (mut filled, mut used) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        filled.push_str(before);
        if filled.len() > LONGEST {
            filled.push('$');
            rest = "";
            break;
        }
        let braced = after.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let (inner, next) = braced.unwrap_or_else(|| {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            after.split_at(end)
        });
        let (name, other) = inner.split_once(":-").map_or((inner, None), |(name, other)| (name, Some(other)));
        match known.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value.as_str()).or(other) {
            Some(value) => {
                filled.push_str(value);
                used.push(name.to_owned());
            }
            None => {
                filled.push('$');
                filled.push_str(if braced.is_some() { &after[..inner.len() + 2] } else { inner });
            }
        }
        rest = next;
    }
    filled.push_str(rest);
    (filled, used)
}

fn instructions(text: &str) -> Vec<Instruction> {
    let mut found: Vec<Instruction> = Vec::new();
    let mut escape = '\\';
    let mut open = false;
    let mut lines = text.lines().enumerate();
    let mut directives = true;
    while let Some((at, raw)) = lines.next() {
        let line = raw.trim();
        if let Some(comment) = line.strip_prefix('#') {
            // https://docs.docker.com/reference/dockerfile/#escape
            let chosen = comment.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("escape"));
            if let Some((_, value)) = chosen.filter(|_| directives) {
                escape = value.trim().chars().next().unwrap_or(escape);
            }
            directives &= comment.contains('=');
            continue;
        }
        directives = false;
        if line.is_empty() {
            continue;
        }
        let ends = !line.ends_with(escape);
        let content = line.trim_end_matches(escape).trim_end();
        let column = to_u32(raw.chars().take_while(|c| c.is_whitespace()).count() + 1);
        if open {
            if let Some(last) = found.last_mut() {
                last.rest.push(' ');
                last.parts.push((last.rest.len(), to_u32(at + 1), column));
                last.rest.push_str(content);
            }
        } else {
            let (name, rest) = content.split_once(char::is_whitespace).unwrap_or((content, ""));
            let (deferred, name, rest) = match rest.trim_start().split_once(char::is_whitespace) {
                Some((inner, rest)) if name.eq_ignore_ascii_case("ONBUILD") => (true, inner, rest),
                _ => (false, name, rest),
            };
            let rest = rest.trim();
            let before = content.strip_suffix(rest).unwrap_or(content).chars().count();
            found.push(Instruction {
                name: name.to_ascii_uppercase(),
                rest: rest.to_owned(),
                line: to_u32(at + 1),
                deferred,
                parts: vec![(0, to_u32(at + 1), column + to_u32(before))],
            });
        }
        open = !ends;
        if let Some(last) = found.last_mut().filter(|last| ends && matches!(last.name.as_str(), "RUN" | "COPY" | "ADD"))
        {
            let script = last.name == "RUN" && heredoc_of_a_shell(last.command());
            for (end, is_indented) in heredocs(&last.rest) {
                for (at, raw) in lines.by_ref() {
                    let closes = if is_indented { raw.trim_start_matches('\t') == end } else { raw.trim_end() == end };
                    if closes {
                        break;
                    }
                    if script {
                        last.rest.push('\n');
                        let column = to_u32(raw.chars().take_while(|c| c.is_whitespace()).count() + 1);
                        last.parts.push((last.rest.len(), to_u32(at + 1), column));
                        last.rest.push_str(raw.trim());
                    }
                }
            }
        }
    }
    // What has no argument is no instruction.
    found.retain(|instruction| !instruction.rest.is_empty());
    found
}

/// The words that close the documents which an instruction opens, and whether they may be indented.
fn heredocs(line: &str) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("<<") {
        rest = after;
        // `<<<` gives a word, and `$((1 << 2))` is a sum.
        if after.starts_with('<') || before.ends_with('<') {
            rest = after.trim_start_matches('<');
            continue;
        }
        let (is_indented, word) = after.strip_prefix('-').map_or((false, after), |word| (true, word));
        let word: String = word
            .chars()
            .skip_while(|c| matches!(c, '"' | '\''))
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if word.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            found.push((word, is_indented));
        }
    }
    found
}

/// Whether a command hands the document that it opens to a shell.
fn heredoc_of_a_shell(command: &str) -> bool {
    let Some((before, _)) = command.split_once("<<") else { return false };
    let program = before.split_whitespace().next().unwrap_or("sh");
    matches!(program.rsplit('/').next(), Some("sh" | "bash" | "ash" | "dash" | "zsh"))
        && !before.contains([';', '|', '&'])
}

/// Whether a file is a compose file by the names that Compose looks for, and what follows them: `compose.prod.yaml`.
pub(crate) fn is_compose(name: &str) -> bool {
    is_yaml(name) && (name.starts_with("docker-compose") || name.starts_with("compose"))
}

/// Whether a file calls itself one, wherever the word stands in its name: `dev-compose.yml`.
pub(crate) fn is_called_compose(name: &str) -> bool {
    is_yaml(name) && name.to_lowercase().contains("compose")
}

/// Whether a file is a Dockerfile by its name: `Dockerfile`, `Dockerfile.web`, `web.dockerfile`, `Containerfile`.
pub(crate) fn is_dockerfile(name: &str) -> bool {
    const NAMES: &[&str] = &["dockerfile", "containerfile"];
    let is_name = |part: &str| NAMES.iter().any(|known| part.eq_ignore_ascii_case(known));
    let first = name.split(['.', '-', '_']).next().unwrap_or(name);
    // Beside it stands what its context leaves out, and notes on it.
    let aside = [".dockerignore", ".md", ".txt", ".yml", ".yaml", ".json", ".sh"].iter().any(|end| name.ends_with(end));
    let separated = name.get(first.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    !aside && (is_name(first) && separated || name.rsplit_once('.').is_some_and(|(_, end)| is_name(end)))
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
        assert_eq!((read[0].name.as_str(), read[0].image().as_str(), read[0].line), ("base", "node:22", 2));
        assert_eq!((read[1].from.as_str(), read[1].name.as_str()), ("base", ""));
    }

    #[test]
    fn documents_are_read_to_their_end() {
        let text = "FROM a\nRUN <<-EOF\n\tset -e\n\t# no\n\tnpm ci\n\tEOF\nCOPY <<A <<'B' /x/\nRUN one\nA\nUSER root\nB\nRUN cat <<EOF > y\nUSER root\nEOF\nUSER node\n";
        let read = stages(text).remove(0).instructions;
        let names: Vec<&str> = read.iter().map(|instruction| instruction.name.as_str()).collect();
        assert_eq!(names, ["RUN", "COPY", "RUN", "USER"]);
        assert_eq!(read[0].command(), "set -e\n# no\nnpm ci");
        assert!(!read[0].code().contains("no\n"));
        assert_eq!(read[0].place(read[0].rest.find("npm").expect("npm")), (5, 2));
        assert_eq!(read[1].copied().expect("copied").sources, ["<<A", "<<B"]);
    }

    #[test]
    fn another_character_may_continue_lines() {
        let text = "# syntax=x\n# escape=`\nFROM a\nRUN dir C:\\ `\n\n  # why\n  && b\nONBUILD RUN c\n";
        let read = stages(text).remove(0).instructions;
        assert_eq!((read[0].rest.as_str(), read[0].line), ("dir C:\\ && b", 4));
        assert_eq!(read[0].place(read[0].rest.find("&&").expect("&&")), (7, 3));
        assert_eq!((read[1].name.as_str(), read[1].deferred, read[1].place(0)), ("RUN", true, (8, 13)));
    }

    #[test]
    fn variables_have_values_and_names() {
        let instruction = |line: &str| stages(&format!("FROM a\n{line}\n")).remove(0).instructions.remove(0);
        let read = |line: &str| instruction(line).variables();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            read("ENV A=1 B=\"x y\" C='z'"),
            [("A".into(), text("1"), 0), ("B".into(), text("x y"), 4), ("C".into(), text("z"), 12)]
        );
        assert_eq!(read("ENV A the rest"), [("A".into(), text("the rest"), 0)]);
        assert_eq!(read("ARG A B=1"), [("A".into(), None, 0), ("B".into(), text("1"), 2)]);
        let known = [("A".to_owned(), "1".to_owned())];
        assert_eq!(filled("x:$A-${A}-${B:-2}-${C}$D", &known).0, "x:1-1-2-${C}$D");
        let copy = instruction("COPY --from=build --chown=a [\"x y\", \"/z\"]");
        assert_eq!(
            copy.copied(),
            Some(Copied { from: Some("build"), sources: vec!["x y".into()], is_verified: false })
        );
    }

    #[test]
    fn arguments_that_multiply_do_not_grow() {
        let mut text = "ARG A0=xxxxxxxx\n".to_owned();
        (1..200).for_each(|n| text.push_str(&format!("ARG A{n}=$A{0}$A{0}$A{0}\n", n - 1)));
        assert!(stages(&format!("{text}FROM $A199\n"))[0].from.len() < 4 * LONGEST);
        assert_eq!(stages(&"FROM a\n".repeat(100_000)).len(), MOST);
    }

    #[test]
    fn dockerfiles_are_known_by_their_names() {
        for name in ["Dockerfile", "dockerfile", "Dockerfile.web", "web.Dockerfile", "Containerfile", "Containerfile.x"]
        {
            assert!(is_dockerfile(name), "{name}");
        }
        for name in ["Dockerfiles", "docker-compose.yml", "dockerfile-notes.md", "Dockerfile.dockerignore"] {
            assert!(!is_dockerfile(name), "{name}");
        }
    }
}
