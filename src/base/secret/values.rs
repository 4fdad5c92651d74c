//! Values: which ones only refer to a secret, or are ordinary words, and where one ends.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::names::Strength;
use crate::base::pattern::lean;

/// What a text is written in, which says what a bare word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Medium {
    /// Sentences, with values in them.
    Prose,
    /// Settings and commands: a bare word is a value.
    Data,
    /// A programming language: a bare word is a name.
    Code,
}

/// A value: where it stands, and whether it is between quotes.
pub(super) struct Given {
    pub(super) range: Range<usize>,
    pub(super) quoted: bool,
}

/// The value at the start of a text: between its quotes, which may be escaped, else to the end of the line or of the
/// quotes around it.
pub(super) fn value_at(text: &str, in_quotes: bool) -> Given {
    let prefix = text.bytes().take_while(|byte| b"bBrRfFuU@$".contains(byte)).count().min(2);
    let open = |at: usize| text.as_bytes().get(at).is_some_and(|byte| b"\"'`".contains(byte));
    let start = if prefix > 0 && open(prefix) { prefix } else { 0 };
    let escapes = text[start..].bytes().take_while(|byte| *byte == b'\\').count();
    if escapes > 0 && open(start + escapes) {
        let quote = &text[start..=start + escapes];
        let inside = start + quote.len();
        let end = text[inside..].find(quote).map_or(text.len(), |at| inside + at);
        return Given { range: inside..end, quoted: true };
    }
    if open(start) {
        let inside = between_quotes(&text[start..]);
        return Given { range: start + inside.start..start + inside.end, quoted: true };
    }
    let end = if in_quotes { text.find('"').unwrap_or(text.len()) } else { text.len() };
    Given { range: 0..text[..end].trim_end().len(), quoted: false }
}

/// What stands between the quote at the start of a text and its fellow, or the end.
pub(super) fn between_quotes(text: &str) -> Range<usize> {
    let quote = text.chars().next().unwrap_or('"');
    let mut escaped = false;
    let end = text[1..].char_indices().find(|(_, c)| {
        let ends = *c == quote && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    1..end.map_or(text.len(), |(at, _)| at + 1)
}

/// What stands between quotes, in their order.
pub(super) fn quoted_texts(text: &str, quotes: &[char]) -> Vec<Range<usize>> {
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(at) = text[from..].find(quotes) {
        let inside = between_quotes(&text[from + at..]);
        found.push(from + at + inside.start..from + at + inside.end);
        from = (from + at + inside.end + 1).min(text.len());
    }
    found
}

/// Whether a value that a name announces must not be shown.
pub(super) fn is_secret_value(value: &str, strength: Strength) -> bool {
    let value = value.trim();
    if is_reference(value) || is_path(value) || is_a_sentence(value) || is_version(value) {
        return false;
    }
    match strength {
        Strength::Strong => true,
        Strength::Weak => !is_wordlike(value) && !is_short_number(value),
    }
}

/// Whether a value only names what holds a secret, holds its place, or is a yes or no.
pub(super) fn is_reference(value: &str) -> bool {
    static READ: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r#"^(?:process\.env\.\w+|import\.meta\.env\.\w+|(?:ENV|os\.environ|process\.env)\[["']\w+["']\]|(?:ENV\.fetch|env|getenv|os\.getenv|os\.environ\.get|System\.get_env|config|env\.str)\(["']\w+["']\))!?(?:[\s,;)\]}`.]|$)"#,
        )
    });
    static HELD: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r#"\$\{\{[^{}'"]*\}\}|\$\{\??[\w.]+(?:\([^(){}'"]*\)|:?[?][^{}]*|:?-)?\}|\{\{[^{}'"]*\}\}|[#%]\{[^{}'"]*\}|\$\([^()'"]*\)|<%=?[^<>'"]*%>|<[A-Za-z][\w .:/-]*>|\$[A-Za-z_]\w*|%\w+%|%[sdvr]|\{[A-Za-z_][\w.]*\}|…"#,
        )
    });
    const NOTHING: &[&str] = &[
        "true",
        "false",
        "null",
        "nil",
        "none",
        "undefined",
        "yes",
        "no",
        "on",
        "off",
        "|",
        ">",
        "|-",
        ">-",
        "{",
        "[",
        "(",
        "{}",
        "[]",
        "()",
        "~",
        "inherit",
        "changeme",
        "change-me",
        "change_me",
        "replaceme",
        "replace-me",
        "todo",
        "tbd",
        "placeholder",
        "oui",
        "non",
    ];
    let bare = value.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | ')' | '}' | ']' | '\\')
    });
    let lower = || bare.to_ascii_lowercase();
    let is_filler = |c: char| matches!(c, '*' | '.' | 'x' | 'X' | '?' | '_' | '-' | '…' | '•');
    let is_filled = bare.chars().all(is_filler) && bare.len() >= 3;
    if bare.is_empty() || is_filled || NOTHING.contains(&lower().as_str()) || READ.is_match(value) {
        return true;
    }
    let named = |mark: &str| value.strip_prefix(mark).is_some_and(|name| !name.is_empty() && is_identifier(name));
    if [":", "@", "&", "*", "!", "!Ref ", "!secret "].iter().any(|mark| named(mark)) {
        return true;
    }
    // What is already masked may show how it starts.
    let is_masked = || value.split(' ').next().is_some_and(|first| first.ends_with('…') && first.chars().count() <= 4);
    if !HELD.is_match(value) || value.contains("$(echo") {
        return is_masked();
    }
    // What is left beside the references is the scheme of a header, or nothing.
    let left = HELD.replace_all(value, "");
    let left = left.trim();
    let is_scheme =
        ["bearer", "basic", "token", "jwt", "apikey", "digest"].contains(&left.to_ascii_lowercase().as_str());
    // A bare `$` may be a sign of the secret itself.
    let is_template = ["${", "{{", "#{", "%{", "$(", "<%"].iter().any(|start| value.contains(start));
    let is_left_over = left.chars().all(|c| !c.is_alphanumeric()) || is_scheme;
    is_masked() || is_left_over || is_template && is_wordlike(left) && left.len() <= 24
}

fn is_identifier(text: &str) -> bool {
    text.chars().all(|c| c.is_alphabetic() || c == '_') && is_wordlike(text)
}

/// Where a file stands.
fn is_path(value: &str) -> bool {
    ["/", "./", "../", "~/", "@/"].iter().any(|start| value.starts_with(start))
        && is_wordlike(&value.replace(['@', '~'], ""))
}

/// A sentence about secrets, as translations and forms hold.
fn is_a_sentence(value: &str) -> bool {
    static ABOUT: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"(?i)\b(?:passwords?|mots? de passe|secrets?|tokens?|jetons?|keys?|cl[ée]s?|code|session|connexion|is|must|est|doit|invalide?|requis|required|votre|your|the|une?|le|la)\b",
        )
    });
    value.contains(' ') && is_wordlike(value) && ABOUT.is_match(value)
}

/// What a manifest asks of a package: `"cookie": "^1.2.0"`.
pub(super) fn is_version(value: &str) -> bool {
    static VERSION: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r"^[~^<>=v ]*\d{1,4}(?:\.(?:\d{1,6}|[x*])){1,3}(?:[-+.]?(?:alpha|beta|rc|pre|dev|canary|next)[\w.-]{0,12})?$",
        )
    });
    VERSION.is_match(value) || ["latest", "next", "catalog:"].contains(&value) || value.starts_with("workspace:")
}

fn is_short_number(value: &str) -> bool {
    value.len() <= 3 && value.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is made of words that people write: no figures, and no capitals inside of them but those of camel case.
pub(super) fn is_wordlike(text: &str) -> bool {
    let (mut humps, mut letters, mut run, mut vowels, mut before) = (0, 0, 0, 0, ' ');
    for c in text.chars() {
        if c.is_alphabetic() {
            letters += 1;
            run += 1;
            humps += usize::from(c.is_uppercase() && before.is_lowercase());
            vowels += usize::from("aeiouyAEIOUYéèêàùôîâû".contains(c));
        } else if c.is_whitespace() || "_-./:,'’!?()&;=<>[]{}|*+#@\"`~«»…→".contains(c) {
            if !is_pronounced(run, vowels) {
                return false;
            }
            (run, vowels) = (0, 0);
        } else {
            return false;
        }
        before = c;
    }
    is_pronounced(run, vowels) && (letters < 6 || humps * 3 <= letters)
}

/// Whether a run of letters can be a word.
fn is_pronounced(letters: usize, vowels: usize) -> bool {
    letters < 16 || vowels * 5 >= letters
}

/// Whether a word in the middle of a sentence is one that only a machine or a careful person would make up.
pub(super) fn is_made_up(word: &str) -> bool {
    const TERMS: &[&str] = &[
        "oauth2",
        "oauth2.0",
        "base64",
        "base64url",
        "base32",
        "ed25519",
        "argon2id",
        "argon2",
        "pkcs12",
        "pkcs8",
        "x509",
        "pbkdf2",
        "http2",
        "utf8",
        "rs256",
        "es256",
        "hs256",
        "hs512",
        "sha256",
        "sha512",
        "sha384",
        "aes256",
        "aes128",
    ];
    let word = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
    let lower = word.to_ascii_lowercase();
    let starts = ["/", "./", "../", "--", "-", "$", "<", "@", "#", "{", "[", "&", "*", "%"];
    if word.chars().count() < 6
        || starts.iter().any(|start| word.starts_with(start))
        || word.contains("://")
        || word.contains(['(', '{', '[', '<', '|', '\\', '…'])
        || TERMS.contains(&lower.as_str())
        || is_reference(word)
    {
        return false;
    }
    let is_mixed = |part: &str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
        digits > 0 && letters > 0 && part.len() >= 6 && !TERMS.contains(&part.to_ascii_lowercase().as_str())
    };
    let is_odd = |part: &str| part.len() >= 12 && !is_wordlike(part) && part.bytes().all(|b| b.is_ascii_alphabetic());
    let parts = || word.split(['_', '-', '.', '/', ':', '=', ',']);
    parts().any(|part| is_mixed(part) || is_odd(part))
        || word.contains(['!', '$', '^', '&', '@', '%']) && !is_wordlike(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_placeholders_are_no_secrets() {
        for value in [
            "${X}",
            "$X",
            "${{ secrets.X }}",
            "Bearer ${TOKEN}",
            "process.env.X",
            "ENV['X']",
            "true",
            "null",
            "",
            "***",
            "xxxx",
            "<your-token>",
            "changeme",
            "…",
            "%s",
            "Bearer …",
            "env('X')",
            "{{ x }}",
            ":password",
            "$(cat f)",
            "${?APPLICATION_SECRET}` in the settings",
            "${X:?it is missing}",
            "Q8a… (128)",
            "Q8a… (128 characters)",
            "os.environ[\"X\"]` in the settings",
        ] {
            assert!(is_reference(value), "{value}");
        }
        for value in [
            "hunter2",
            "p@ss",
            "$ecret!1",
            "a-b",
            "Bearer abc",
            "pa$word",
            "a%b%c",
            "${X:-hunter2}",
            "${X:hunter2}",
            "${{ a || 'hunter2' }}",
            "$(echo hunter2)",
            "correct horse",
        ] {
            assert!(!is_reference(value), "{value}");
        }
    }

    #[test]
    fn words_are_told_from_what_is_made_up() {
        for word in ["user", "userName", "getUserById", "mot de passe", "MAX_AGE", "include", "a.b.c"] {
            assert!(is_wordlike(word), "{word}");
        }
        for word in ["hunter2", "zXcVbNmAsDfGhJkLqWeRtYuIoP", "p4ss", "qwrtplkjhgfdszxcvb"] {
            assert!(!is_wordlike(word), "{word}");
        }
        assert!(is_made_up("hunter2XYZQ") && is_made_up("Tr0ub4dor&3"));
        for word in ["reset", "OAuth2", "sha256", "v2", "my_token_2", "2026-01-01", "src/a1.js", "expires:"] {
            assert!(!is_made_up(word), "{word}");
        }
    }
}
