//! What secrets look like, and lines of the audited repository with their secrets masked: the one way to quote them.

mod commands;
mod kinds;
mod names;
mod pairs;
mod random;
mod values;

use std::ops::Range;

use crate::base::path::name_of;
use commands::passwords_of_commands;
pub(crate) use kinds::KINDS;
use kinds::known_tokens;
pub(crate) use random::entropy;
use random::random_words;
use values::{Medium, is_reference};

/// What stands in place of a secret.
const MASK: &str = "…";

/// How many bytes of a text are looked at; the rest is not shown. Nobody reads more of one line in a report.
const LOOKED_AT: usize = 16 * 1024;

/// What may be shown of a secret: its first characters, fewer for short ones, and how many it has, which reads alike in any language.
pub(crate) fn redacted(value: &str) -> String {
    let value = value.trim().trim_matches(['"', '\'']);
    let shown: String = value.chars().take(if value.len() >= 24 { 3 } else { 1 }).collect();
    format!("{shown}… ({})", value.chars().count())
}

/// A text of which some is hidden.
pub(crate) struct Masked<'t> {
    text: &'t str,
    hidden: Vec<Range<usize>>,
}

impl<'t> Masked<'t> {
    /// A line of a file: every value of an environment file is hidden, and elsewhere what looks secret.
    pub(crate) fn quote(path: &str, line: &'t str) -> Self {
        if is_environment(path) { Self::of_environment(line) } else { Self::new(line, medium_of(path)) }
    }

    /// Sentences, with what they quote: names and values of the repository may stand in them.
    pub(crate) fn prose(text: &'t str) -> Self {
        Self::new(text, Medium::Prose)
    }

    /// A name, a path or an address: its credentials of a known form are hidden.
    pub(crate) fn name(text: &'t str) -> Self {
        let text = start_of(text);
        let mut hidden = known_tokens(text);
        hidden.extend(pairs::passwords_of_addresses(text));
        Self { text, hidden: sorted(hidden) }
    }

    fn new(whole: &'t str, medium: Medium) -> Self {
        let text = start_of(whole);
        let mut hidden = known_tokens(text);
        hidden.extend(pairs::passwords_of_addresses(text));
        hidden.extend(pairs::parameters(text));
        hidden.extend(pairs::values_of_names(text, medium));
        hidden.extend(pairs::texts_after_a_name(text, medium));
        hidden.extend(pairs::told_in_words(text));
        hidden.extend(passwords_of_commands(text));
        hidden.extend(random_words(text));
        Self { text, hidden: sorted(hidden) }
    }

    /// A line of an environment file with all that follows the name; what is neither is the rest of a value.
    fn of_environment(line: &'t str) -> Self {
        let text = start_of(line);
        let in_comment = text.trim_start().starts_with('#');
        match text.split_once('=') {
            Some((_, value)) if is_reference(value.trim()) && !value.trim().is_empty() => Self::new(text, Medium::Data),
            Some((name, value)) => {
                let mut masked = Self::new(name, Medium::Data);
                masked.text = text;
                masked.hidden.extend((!value.trim().is_empty()).then(|| name.len() + 1..text.len()));
                masked
            }
            None if in_comment => Self::new(text, Medium::Data),
            None => Self { text, hidden: sorted(std::iter::once(0..text.len()).collect()) },
        }
    }

    /// What may be shown.
    pub(crate) fn shown(&self) -> String {
        self.shown_with(0).0
    }

    /// What may be shown, and where a byte of the text stands in it.
    pub(crate) fn shown_with(&self, at: usize) -> (String, usize) {
        let (mut shown, mut from, mut found) = (String::with_capacity(self.text.len()), 0, None);
        for range in &self.hidden {
            if at < range.start {
                found = found.or_else(|| at.checked_sub(from).map(|after| shown.len() + after));
            }
            shown.push_str(&self.text[from..range.start]);
            if at < range.end {
                found = found.or(Some(shown.len()));
            }
            shown.push_str(MASK);
            from = range.end;
        }
        let found = found.unwrap_or(shown.len() + at.saturating_sub(from).min(self.text.len() - from));
        shown.push_str(&self.text[from..]);
        (shown, found)
    }
}

/// A text with what looks secret masked: known tokens, passwords of addresses, values of keys that name a secret, and
/// long words drawn at random.
pub(crate) fn mask(text: &str) -> String {
    Masked::new(text, Medium::Data).shown()
}

/// The ranges in order, without those that are empty, those that overlap as one.
fn sorted(mut hidden: Vec<Range<usize>>) -> Vec<Range<usize>> {
    hidden.retain(|range| !range.is_empty());
    hidden.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(hidden.len());
    for range in hidden {
        match joined.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => joined.push(range),
        }
    }
    joined
}

/// As much of a text as is looked at.
fn start_of(text: &str) -> &str {
    &text[..text.floor_char_boundary(LOOKED_AT)]
}

/// `.env`, `.env.production`, `production.env`, and files of an `env.d` folder.
fn is_environment(path: &str) -> bool {
    let name = name_of(path);
    name.starts_with(".env") || name.ends_with(".env") || path.split('/').any(|part| part == "env.d")
}

/// What a file is written in.
fn medium_of(path: &str) -> Medium {
    const CODE: &[&str] = &[
        "js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts", "vue", "svelte", "astro", "py", "rb", "erb", "rake",
        "php", "java", "kt", "kts", "scala", "groovy", "gradle", "go", "rs", "cs", "ex", "exs", "clj", "swift", "c",
        "h", "cpp", "dart", "lua", "css", "scss", "sql", "gemspec",
    ];
    const PROSE: &[&str] = &["md", "mdx", "rst", "adoc", "txt", "html", "htm"];
    let name = name_of(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        extension if CODE.contains(&extension) => Medium::Code,
        extension if PROSE.contains(&extension) => Medium::Prose,
        _ => Medium::Data,
    }
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
            assert_eq!(Masked::quote("api/.env.production", line).shown(), shown);
        }
        assert_eq!(Masked::quote("env.d/db", "A=b").shown(), "A=…");
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
            ("DB_PW=hunter2 ./x", "DB_PW=…"),
            ("  JETON: abc", "  JETON: …"),
            ("PASSWORD=${PASSWORD:-hunter2}", "PASSWORD=…"),
            ("{\\\"password\\\":\\\"hunter2\\\"}", "{\\\"password\\\":\\\"…\\\"}"),
            ("echo hunter2 | sudo -S id", "echo … | sudo -S id"),
            ("echo aHVudGVyMg== | base64 -d", "echo … | base64 -d"),
            ("# le mot de passe est hunter2", "# le mot de passe est …"),
            ("curl https://x.fr/a?code=h3nter2&b=c", "curl https://x.fr/a?code=…"),
            ("sshpass -p\"hunter2\" ssh a", "sshpass -p\"…\" ssh a"),
            ("Cookie: lang=fr; sid=abc", "Cookie: …"),
            ("Authorization: Bearer ${TOKEN}", "Authorization: Bearer ${TOKEN}"),
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
            "\"@adonisjs/session\": \"^7.5.1\",",
            "\"jsonwebtoken\": \"9.0.0\",",
            "uses: CleverCloud/clever-cloud-review-app@v1.1.1",
            "uses: actions/checkout@8e8c483db84b4bee98b60c0593521ed34d9990e8",
            "db/migrate/20210101120000_create_users.rb",
            "secrets: inherit",
            "key: 'Strict-Transport-Security', value: \"max-age=63072000\"",
            "SESSION_COOKIE_AGE = 1209600",
            "POSTGRES_PASSWORD_FILE: /run/secrets/db",
            "docker run -u 1000:1000 -p 8080:80 a",
            "redis-cli -p 6379 ping",
            "https://registry.npmjs.org:443/npm/@angular/core",
        ] {
            assert_eq!(mask(line), line);
        }
        for line in [
            "const session = await getServerSession(authOptions);",
            "function login(password: string, token?: string) {}",
            "keyValue = System.getenv(ENV_KEY_NAME);",
            "await auth.use('web').login(motDePasse)",
            "import { token } from './token'",
            "AUTH_PASSWORD_VALIDATORS = []",
            "if (token == other) {",
            "maxTokens: 4096,",
        ] {
            assert_eq!(Masked::quote("a.ts", line).shown(), line);
        }
        for line in [
            "the token: the forge was not asked",
            "no password policy; the session is kept 30 days",
            "OAuth2 token and a secret of base64",
            "git remote origin (https://github.com/o/r)",
            "2024-frontend/src/components/AppFormSendInquiry.vue:7",
        ] {
            assert_eq!(Masked::prose(line).shown(), line);
        }
    }

    #[test]
    fn a_long_text_is_masked_in_no_time_and_not_shown_to_its_end() {
        for piece in
            ["login ", "password=", "\"", "://a:", "echo a | ", "PRIVATE KEY-----", "\\\"token\\\":", "a&code=", "é"]
        {
            let text = piece.repeat(1_000_000 / piece.len());
            assert!(mask(&text).len() <= LOOKED_AT * 3, "{piece}");
        }
    }
}
