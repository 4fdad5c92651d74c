//! Shell text into commands: enough of the grammar to know which programs run with which words.

/// A command: its words, and whether its failure is ignored: `|| true`, `|| { echo failed; }`, `&` with a bare `wait`.
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
                // `2>&1` and `&>file` are redirections, `${{ a && b }}` has been replaced before.
                if chars[at] == '&' && (reader.word.ends_with('>') || next == Some('>')) {
                    reader.word.push('&');
                    reader.in_word = true;
                } else {
                    let before = reader.done.len();
                    reader.end_command(either);
                    if chars[at] == '&' && next != Some('&') {
                        reader.background.extend(before..reader.done.len());
                    }
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
    // Nobody asks how a command in the background ended, unless something waits for it by name.
    for at in reader.background {
        reader.done[at].tolerated = true;
    }
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
    /// The command before `|| {`, and whether the block fails.
    rescue: Option<(usize, bool)>,
    /// Commands that a single `&` has put in the background.
    background: Vec<usize>,
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
        let all = std::mem::take(&mut self.words);
        let before = self.doubtful.take();
        if let (Some(before), Some("{")) = (before, all.first().map(String::as_str)) {
            self.rescue = Some((before, false));
        }
        let closes = all.first().is_some_and(|word| word == "}");
        let words = strip(all);
        if let Some((_, fails)) = &mut self.rescue {
            *fails |= match words.first().map(String::as_str) {
                Some("exit" | "return") => words.get(1).is_none_or(|status| status != "0"),
                Some("false") => true,
                _ => false,
            };
        }
        if closes && let Some((before, false)) = self.rescue.take() {
            self.done[before].tolerated = true;
        }
        if words.first().is_some_and(|word| word == "wait") && words.len() > 1 {
            self.background.clear();
        }
        if let Some(before) = before.filter(|_| self.rescue.is_none())
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

    #[test]
    fn a_block_that_only_tells_of_a_failure_swallows_it() {
        assert!(commands("./deploy.sh || { echo failed; notify; }\n")[0].tolerated);
        assert!(commands("./deploy.sh || {\n  echo failed\n}\n")[0].tolerated);
        assert!(!commands("./deploy.sh || { echo failed; exit 1; }\n")[0].tolerated);
        assert!(!commands("./deploy.sh || {\n  echo failed\n  exit $?\n}\n")[0].tolerated);
    }

    #[test]
    fn a_failure_in_the_background_is_felt_by_those_who_wait_for_it() {
        let tolerated =
            |script: &str| -> Vec<bool> { commands(script).iter().map(|command| command.tolerated).collect() };
        assert_eq!(tolerated("jest & eslint . &\nwait\n"), [true, true, false]);
        assert_eq!(tolerated("jest &\nwait $!\n"), [false, false]);
        assert_eq!(tolerated("jest &> log && eslint . 2>&1\n"), [false, false]);
    }
}
