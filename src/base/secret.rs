//! What secrets look like, and lines of the audited repository with their secrets masked: the one way to quote them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::path::name_of;
use crate::base::pattern::lean;
use crate::base::text::to_u32;

/// What stands in place of a secret.
const MASK: &str = "…";

/// A kind of credential: the words that announce it, and its form.
pub(crate) struct SecretKind {
    pub(crate) name: &'static str,
    pub(crate) pattern: &'static str,
    pub(crate) words: &'static [&'static str],
}

const fn kind(name: &'static str, words: &'static [&'static str], pattern: &'static str) -> SecretKind {
    SecretKind { name, pattern, words }
}

/// Formats that cannot be mistaken: a prefix that the issuer reserves, or a private key with its body.
pub(crate) const KINDS: &[SecretKind] = &[
    kind(
        "github-token",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b",
    ),
    kind("gitlab-token", &["glpat-"], r"\bglpat-[A-Za-z0-9_-]{20,}\b"),
    kind("aws-access-key", &["AKIA", "ASIA"], r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    kind("slack-token", &["xoxb-", "xoxp-", "xoxa-", "xoxs-"], r"\bxox[baps]-[0-9]{10,}-[A-Za-z0-9-]{20,}"),
    kind(
        "slack-webhook",
        &["hooks.slack.com/services/"],
        r"hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,}",
    ),
    kind("discord-webhook", &["discord.com/api/webhooks/"], r"discord\.com/api/webhooks/\d{17,}/[\w-]{60,}"),
    kind("stripe-key", &["sk_live_", "rk_live_"], r"\b[sr]k_live_[A-Za-z0-9]{24,}"),
    kind("sendgrid-key", &["SG."], r"\bSG\.[\w-]{22}\.[\w-]{43}\b"),
    kind("brevo-key", &["xkeysib-", "xsmtpsib-"], r"\bx(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b"),
    kind("npm-token", &["npm_"], r"\bnpm_[A-Za-z0-9]{36}\b"),
    kind("pypi-token", &["pypi-AgEI"], r"\bpypi-AgEI[\w-]{50,}"),
    kind("scalingo-token", &["tk-us-"], r"\btk-us-[\w-]{48}\b"),
    kind("openai-key", &["sk-proj-"], r"\bsk-proj-[\w-]{40,}"),
    kind("anthropic-key", &["sk-ant-api03-"], r"\bsk-ant-api03-[\w-]{93}AA\b"),
    kind("digitalocean-token", &["dop_v1_"], r"\bdop_v1_[a-f0-9]{64}\b"),
    kind("grafana-token", &["glsa_"], r"\bglsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}\b"),
    kind("sentry-token", &["sntryu_"], r"\bsntryu_[a-f0-9]{64}\b"),
    kind("postman-key", &["PMAK-"], r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b"),
    kind("age-key", &["AGE-SECRET-KEY-1"], r"\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b"),
    kind(
        "private-key",
        &["PRIVATE KEY-----"],
        r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY(?: BLOCK)?-----(?:\\n|\s)+(?:[A-Za-z0-9+/=]{40,}(?:\\n|\s)+)",
    ),
    kind(
        "basic-auth-url",
        &["://"],
        r#"\b(?:https?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|rediss?|amqps?|smtps?)://[\w.%+-]{2,}:[^\s:@/'"<>$\{\}*]{6,}@[\w.-]+\.[a-z]{2,}"#,
    ),
];

/// Shannon entropy, in bits a character.
pub(crate) fn entropy(text: &str) -> f64 {
    let total = f64::from(to_u32(text.chars().count()));
    let mut counts = std::collections::BTreeMap::new();
    for c in text.chars() {
        *counts.entry(c).or_insert(0u32) += 1;
    }
    counts.values().map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum()
}

/// What may be shown of a secret: its length and first characters, fewer for short ones.
pub(crate) fn redacted(value: &str) -> String {
    let value = value.trim().trim_matches(['"', '\'']);
    let shown: String = value.chars().take(if value.len() >= 24 { 3 } else { 1 }).collect();
    format!("{shown}… ({} characters)", value.chars().count())
}

/// A line of a file as it may be shown: every value of an environment file is masked, and elsewhere what looks secret.
pub(crate) fn quote(path: &str, line: &str) -> String {
    if is_environment(path) { mask_assignment(line) } else { mask(line) }
}

/// A text with what looks secret masked: known tokens, passwords of addresses, values of keys that name a secret, and
/// long words drawn at random.
pub(crate) fn mask(text: &str) -> String {
    let mut hidden: Vec<Range<usize>> = Vec::new();
    for kind in KINDS.iter().filter(|kind| kind.words.iter().any(|word| text.contains(word))) {
        let whole = kind.name != "basic-auth-url" && kind.name != "private-key";
        hidden.extend(lean(kind.pattern).find_iter(text).filter(|_| whole).map(|found| found.range()));
    }
    hidden.extend(passwords_of_addresses(text));
    hidden.extend(values_of_secret_keys(text));
    hidden.extend(texts_after_a_secret_name(text));
    hidden.extend(passwords_of_commands(text));
    hidden.extend(random_words(text));
    replaced(text, hidden)
}

fn replaced(text: &str, mut hidden: Vec<Range<usize>>) -> String {
    hidden.sort_by_key(|range| (range.start, range.end));
    let (mut shown, mut at) = (String::with_capacity(text.len()), 0);
    for range in hidden.into_iter().filter(|range| !range.is_empty()) {
        if range.start >= at {
            shown.push_str(&text[at..range.start]);
            shown.push_str(MASK);
        }
        at = at.max(range.end);
    }
    shown.push_str(&text[at..]);
    shown
}

/// `.env`, `.env.production`, `production.env`, and files of an `env.d` folder.
fn is_environment(path: &str) -> bool {
    let name = name_of(path);
    name.starts_with(".env") || name.ends_with(".env") || path.split('/').any(|part| part == "env.d")
}

/// A line of an environment file with all that follows the name; what is neither is the rest of a value.
fn mask_assignment(line: &str) -> String {
    match line.split_once('=') {
        Some((name, value)) if value.trim().is_empty() => format!("{name}={value}"),
        Some((name, _)) => format!("{}={MASK}", mask(name)),
        None if line.trim_start().starts_with('#') => mask(line),
        None => MASK.to_owned(),
    }
}

/// What stands between the user and the host of an address; a long word alone there is a token.
fn passwords_of_addresses(text: &str) -> impl Iterator<Item = Range<usize>> {
    static ADDRESS: LazyLock<Regex> =
        LazyLock::new(|| lean(r#"://(?:[^\s:@/"'<>]*:([^\s"'<>]+)|([^\s:@/"'<>]{12,}))@"#));
    let found = text.contains("://").then(|| ADDRESS.captures_iter(text));
    found.into_iter().flatten().filter_map(|found| found.get(1).or(found.get(2))).map(|password| password.range())
}

/// Passwords given to commands whose option does not name them.
fn passwords_of_commands(text: &str) -> impl Iterator<Item = Range<usize>> {
    static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r#"(?:[ \t](?:-u|--user)[ =]?["']?[^\s:"']+:|\b(?:login|sshpass|mysql\w*|mariadb|mongo\w*|redis-cli|ldap\w+)\b.*?[ \t]-[paw][ \t]?)([^\s"']+)"#,
        )
    });
    let found = text.contains(" -").then(|| GIVEN.captures_iter(text));
    found.into_iter().flatten().filter_map(|found| found.get(1)).map(|password| password.range())
}

/// The quoted texts that come after a name that announces a secret, but for keys and names of variables.
fn texts_after_a_secret_name(text: &str) -> Vec<Range<usize>> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| lean(r"[A-Za-z_][\w-]*"));
    static VARIABLE: LazyLock<Regex> = LazyLock::new(|| lean(r"^\$\{?\{?[^{}]*\}?\}?$"));
    let secret =
        NAME.find_iter(text).find(|name| !name.as_str().eq_ignore_ascii_case("key") && is_secret_key(name.as_str()));
    let Some(secret) = secret else { return Vec::new() };
    let is_read = |before: &str| {
        ["ENV[", "environ[", "env(", "fetch(", "get(", "_env("].iter().any(|call| before.ends_with(call))
    };
    let mut found = texts(text);
    found.retain(|inside| {
        let (before, after) = (&text[..inside.start - 1], text.get(inside.end + 1..).unwrap_or_default());
        inside.start > secret.end()
            && !is_key(before, after)
            && !is_read(before)
            && !VARIABLE.is_match(&text[inside.clone()])
    });
    found
}

/// Whether a quoted text is the key of what follows it.
fn is_key(before: &str, after: &str) -> bool {
    let (before, after) = (before.trim_end(), after.trim_start());
    (before.is_empty() || before.ends_with(['{', ',', '(', '-']))
        && after.starts_with([':', '='])
        && !after.starts_with("==")
}

/// What stands between quotes.
fn texts(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(at) = text[from..].find(['"', '\'', '`']) {
        let inside = value_in_quotes(&text[from + at..]);
        found.push(from + at + inside.start..from + at + inside.end);
        from = (from + at + inside.end + 1).min(text.len());
    }
    found
}

/// The values given to keys, options and elements whose name says that they are secret.
fn values_of_secret_keys(text: &str) -> Vec<Range<usize>> {
    static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r#"(?:(?P<option>--[\w-]+)[ \t]+|\b(?:ENV|ARG|SetEnv|setenv|set|fastcgi_param)[ \t]+(?P<declared>[\w.-]+)[ \t]+|["'](?P<argument>[\w.-]+)["'][ \t]*,[ \t]*|(?P<key>[\w.-]+)["'\]\)]*[ \t]*(?::=|=>|=|:)[ \t]*|<(?P<element>[\w:.-]+)(?:\s[^<>]*)?>)"#,
        )
    });
    let mut hidden: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while let Some(found) = GIVEN.captures_at(text, from) {
        let (whole, name) = (
            found.get_match(),
            ["option", "declared", "argument", "key", "element"].iter().find_map(|name| found.name(name)),
        );
        from = whole.end();
        let rest = &text[from..];
        let compared = rest.starts_with('=') || rest.starts_with('~');
        if compared || !name.is_some_and(|name| is_secret_key(name.as_str())) {
            continue;
        }
        let value = match (found.name("element"), found.name("argument")) {
            (Some(_), _) => 0..rest.find('<').unwrap_or(rest.len()),
            (_, Some(_)) if !is_given_text(rest) => continue,
            _ => value_of(rest),
        };
        hidden.push(from + value.start..from + value.end);
        from += value.end;
    }
    hidden
}

/// Whether a quoted text starts here that is no key.
fn is_given_text(rest: &str) -> bool {
    let after = |inside: Range<usize>| rest.get(inside.end + 1..).unwrap_or_default();
    rest.starts_with(['"', '\'', '`']) && !is_key("", after(value_in_quotes(rest)))
}

/// Whether the name of a key, in any of the usual cases, announces a secret.
fn is_secret_key(name: &str) -> bool {
    const ANYWHERE: &[&str] = &[
        "password",
        "passwd",
        "passphrase",
        "motdepasse",
        "secret",
        "token",
        "apikey",
        "credential",
        "privatekey",
        "authorization",
        "basicauth",
    ];
    const WORDS: &[&str] = &["key", "pass", "pwd", "mdp", "dsn", "jwt", "bearer", "salt", "auth", "identified"];
    let flat: String = name.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_lowercase();
    ANYWHERE.iter().any(|word| flat.contains(word)) || words_of(name).any(|word| WORDS.contains(&word.as_str()))
}

/// The words of a name written in camel, snake or kebab case.
fn words_of(name: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for c in name.chars() {
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
        before = c;
    }
    spaced.split_whitespace().map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// The value at the start of a text: between its quotes, else to the end. Nothing where it only names a variable.
fn value_of(text: &str) -> Range<usize> {
    static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r#"^(?:process\.env\.\w+!?|(?:ENV|os\.environ)\[["']\w+["']\]|(?:ENV\.fetch|env|getenv|os\.getenv|os\.environ\.get|System\.get_env)\(["']\w+["']\)|["']?\$\{\{[^{}]*\}\}["']?|["']?\$\{?\w+\}?["']?|true|false|null|nil|none|None)(?:[\s,;)\]}]|$)"#,
        )
    });
    if VARIABLE.is_match(text) {
        return 0..0;
    }
    if text.starts_with(['"', '\'', '`']) { value_in_quotes(text) } else { 0..text.trim_end().len() }
}

/// What stands between the quote at the start of a text and its fellow, or the end.
fn value_in_quotes(text: &str) -> Range<usize> {
    let quote = text.chars().next().unwrap_or('"');
    let mut escaped = false;
    let end = text[1..].char_indices().find(|(_, c)| {
        let ends = *c == quote && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    1..end.map_or(text.len(), |(at, _)| at + 1)
}

/// Long words of letters and digits that no one would type.
fn random_words(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut from) = (Vec::new(), 0);
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '/');
    for word in text.split(|c: char| !is_part(c)) {
        // A path is no word, unless it is drawn at random as a whole.
        let parts: Vec<&str> = if is_random_base64(word) { vec![word] } else { word.split('/').collect() };
        let mut at = from;
        for part in parts {
            if part.len() == word.len() && is_random_base64(part) || is_random(part) {
                found.push(at..at + part.len());
            }
            at += part.len() + 1;
        }
        from += word.len() + text[from + word.len()..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

fn is_random(word: &str) -> bool {
    let count = |test: fn(&char) -> bool| word.chars().filter(test).count();
    word.len() >= 20 && count(char::is_ascii_digit) >= 3 && count(char::is_ascii_alphabetic) >= 3
}

fn is_random_base64(word: &str) -> bool {
    let count = |test: fn(&char) -> bool| word.chars().filter(test).count();
    word.len() >= 32
        && count(char::is_ascii_digit) >= 3
        && count(char::is_ascii_uppercase) >= 3
        && count(char::is_ascii_lowercase) >= 3
        && entropy(word) >= 4.2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_environment_files_are_masked_whatever_they_are() {
        for (line, shown) in [
            ("SMTP_PASSWORD=hunter2", "SMTP_PASSWORD=…"),
            ("export PORT=3000", "export PORT=…"),
            ("# OLD=hunter2", "# OLD=…"),
            ("end of a \"long\" value", "…"),
            ("EMPTY=", "EMPTY="),
            ("# a comment", "# a comment"),
        ] {
            assert_eq!(quote("api/.env.production", line), shown);
        }
        assert_eq!(quote("env.d/db", "A=b"), "A=…");
    }

    #[test]
    fn secrets_beside_what_is_shown_are_masked() {
        let random = ["a1B2c3D4e5F6", "g7H8i9J0"].concat();
        for (line, shown) in [
            ("url: postgres://adm:hunter2@db.local/app", "url: postgres://adm:…@db.local/app"),
            ("redis://:p@ss:word/x@redis:6379", "redis://:…@redis:6379"),
            ("  password: hunter2", "  password: …"),
            ("const apiKey = \"hunter2\"; run()", "const apiKey = \"…\"; run()"),
            ("{ \"clientSecret\": \"a\\\"b\", \"port\": 80 }", "{ \"clientSecret\": \"…\", \"port\": 80 }"),
            (":secret_token => 'x', :name => 'y'", ":secret_token => '…', :name => '…'"),
            ("password ||= 'hunter2'", "password ||= '…'"),
            ("const p = process.env.PASSWORD ?? 'hunter2'", "const p = process.env.PASSWORD ?? '…'"),
            ("os.environ.get('DB_PASS', default='hunter2')", "os.environ.get('DB_PASS', default='…')"),
            ("{\"name\": \"API_TOKEN\", \"value\": \"hunter2\"}", "{\"name\": \"API_TOKEN\", \"value\": \"…\"}"),
            ("if password == 'hunter2':", "if password == '…':"),
            ("setPassword('hunter2')", "setPassword('…')"),
            ("ENV SECRET_KEY hunter2", "ENV SECRET_KEY …"),
            ("curl -u me:hunter2 https://x", "curl -u me:… https://x"),
            ("docker login -p hunter2", "docker login -p …"),
            ("define('DB_PASSWORD', 'hunter2');", "define('DB_PASSWORD', '…');"),
            ("ENV.fetch(\"SECRET_KEY\", \"hunter2\")", "ENV.fetch(\"SECRET_KEY\", \"…\")"),
            ("deploy --token hunter2", "deploy --token …"),
            ("<password>hunter2</password>", "<password>…</password>"),
            ("Authorization: Bearer hunter2", "Authorization: …"),
            ("Server=db;Password=hunter2;", "Server=db;Password=…"),
        ] {
            assert_eq!(mask(line), shown);
        }
        assert_eq!(mask(&format!("x = {random} # y")), "x = … # y");
        assert_eq!(mask(&["AK", "IAABCDEFGHIJKLMNOP!"].concat()), "…!");
        assert_eq!(mask(&["xyz(wJalrXUtnFEMI/K7MDENG", "/bPxRfiCYzEXAM3PLE4)"].concat()), "xyz(…)");
    }

    #[test]
    fn what_is_no_secret_is_shown() {
        for line in [
            "config.content_security_policy do",
            "const agent = { rejectUnauthorized: false };",
            "token: process.env.GITHUB_TOKEN,",
            "GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}",
            "SECRET_KEY = os.environ[\"SECRET_KEY\"]",
            "if (token == other) {",
            "https://www.legifrance.gouv.fr/loda/id/JORFTEXT",
            "app/controllers/administration/instructeurs/dossiers_controller.rb",
            "-----BEGIN PRIVATE KEY-----",
            "keyboard: azerty",
        ] {
            assert_eq!(mask(line), line);
        }
    }
}
