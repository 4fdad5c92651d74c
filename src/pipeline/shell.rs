//! Shell text into commands: enough of the grammar to know which programs run with which words.

/// A command: its words, and whether its failure is ignored (`|| true`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Program and arguments, unquoted; assignments before the program are left out.
    pub words: Vec<String>,
    /// The line of the script, from 0.
    pub line: u32,
    /// Whether what follows makes a failure harmless.
    pub tolerated: bool,
}

/// Splits a script into its simple commands.
pub fn commands(script: &str) -> Vec<Command> {
    let mut reader = Reader::default();
    let chars: Vec<char> = script.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let next = chars.get(at + 1).copied();
        match (reader.quote, chars[at]) {
            (None, '\\') if next == Some('\n') => {
                reader.line += 1;
                reader.end_word();
                at += 1;
            }
            (None | Some('"'), '\\') => {
                reader.word.extend(next);
                reader.in_word = true;
                at += 1;
            }
            (Some(open), c) if c == open => reader.quote = None,
            (Some(_), c) => {
                reader.line += u32::from(c == '\n');
                reader.word.push(c);
            }
            (None, quote @ ('\'' | '"')) => {
                reader.quote = Some(quote);
                reader.in_word = true;
            }
            (None, '#') if !reader.in_word => {
                while at + 1 < chars.len() && chars[at + 1] != '\n' {
                    at += 1;
                }
            }
            (None, '\n') => {
                reader.end_command(false);
                reader.line += 1;
            }
            (None, ';' | '(' | ')' | '&' | '|') => {
                let either = chars[at] == '|' && next == Some('|');
                // `2>&1` is a redirection, `${{ a && b }}` has been replaced before.
                if chars[at] == '&' && reader.word.ends_with('>') {
                    reader.word.push('&');
                } else {
                    reader.end_command(either);
                    at += usize::from(next == Some(chars[at]));
                }
            }
            (None, c) if c.is_whitespace() => reader.end_word(),
            (None, c) => {
                reader.word.push(c);
                reader.in_word = true;
            }
        }
        at += 1;
    }
    reader.end_command(false);
    reader.done
}

#[derive(Default)]
struct Reader {
    done: Vec<Command>,
    words: Vec<String>,
    word: String,
    in_word: bool,
    quote: Option<char>,
    line: u32,
    start: u32,
    /// The command that a `||` has just ended.
    doubtful: Option<usize>,
}

impl Reader {
    fn end_word(&mut self) {
        if self.in_word || !self.word.is_empty() {
            if self.words.is_empty() {
                self.start = self.line;
            }
            self.words.push(std::mem::take(&mut self.word));
        }
        self.in_word = false;
    }

    fn end_command(&mut self, either: bool) {
        self.end_word();
        self.quote = None;
        let words = strip(std::mem::take(&mut self.words));
        if let Some(before) = self.doubtful.take()
            && matches!(words.first().map(String::as_str), Some("true" | ":" | "echo" | "exit"))
            && words.get(1).is_none_or(|word| word == "0" || words[0] == "echo")
        {
            self.done[before].tolerated = true;
        }
        if words.is_empty() {
            return;
        }
        self.done.push(Command { words, line: self.start, tolerated: false });
        self.doubtful = either.then(|| self.done.len() - 1);
    }
}

/// Takes away keywords of the shell and assignments before the program.
fn strip(words: Vec<String>) -> Vec<String> {
    const KEYWORDS: &[&str] =
        &["if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "time", "exec", "sudo", "@", "-"];
    let is_assignment = |word: &str| {
        word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !name.starts_with(|c: char| c.is_ascii_digit())
        })
    };
    words.into_iter().skip_while(|word| KEYWORDS.contains(&word.as_str()) || is_assignment(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str) -> Vec<String> {
        commands(script).iter().map(|command| command.words.join(" ")).collect()
    }

    #[test]
    fn lists_and_lines_become_commands() {
        assert_eq!(words("npm ci && CI=1 npm test; echo ok | cat"), ["npm ci", "npm test", "echo ok", "cat"]);
        assert_eq!(
            words("docker run --rm \\\n  image rspec\n# note\nyarn lint"),
            ["docker run --rm image rspec", "yarn lint"]
        );
        assert_eq!(words("bash -c \"a && b\""), ["bash -c a && b"]);
        assert_eq!(words("a 2>&1\nif ! b; then c; fi"), ["a 2>&1", "b", "c", "fi"]);
    }

    #[test]
    fn tolerated_failures_are_marked() {
        let found = commands("eslint . || true\nruff check || exit 1\n");
        assert!(found[0].tolerated);
        assert!(!found[2].tolerated);
        assert_eq!(found[2].line, 1);
    }
}
