//! Values beside a name that announces a secret: of keys, options, headers, elements, parameters, and in a sentence.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::{Captures, Regex};

use super::names::{Strength, is_secret_header, is_secret_parameter, strength};
use super::values::{
    Medium, between_quotes, is_made_up, is_reference, is_secret_value, is_version, is_wordlike, quoted_texts, value_at,
};
use crate::base::pattern::lean;

/// Where a line of code is written in words: its strings and its comment.
pub(super) struct Words {
    strings: Vec<Range<usize>>,
    comment: usize,
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        static COMMENT: LazyLock<Regex> = LazyLock::new(|| lean(r"(?:^|[\s;{}])(?://|#|/\*|--|<!--)|^[ \t]*\*"));
        let strings = quoted_texts(text, &['"', '\'', '`']);
        let is_inside = |at: usize| strings.iter().any(|string| string.contains(&at));
        let comment = COMMENT.find_iter(text).find(|mark| !is_inside(mark.end().saturating_sub(1)));
        Self { comment: comment.map_or(text.len(), |mark| mark.start()), strings }
    }

    fn holds(&self, at: usize) -> bool {
        let after = self.strings.partition_point(|string| string.start <= at);
        at >= self.comment || after > 0 && self.strings[after - 1].end > at
    }
}

/// The values given to keys, options, headers and elements whose name says that they are secret.
pub(super) fn values_of_names(text: &str, medium: Medium) -> Vec<Range<usize>> {
    static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r#"(?x)
            (?P<option>--?[A-Za-z][\wéèÉ-]*)[\ \t]+
            | \b(?:ENV|ARG|SetEnv|setenv|fastcgi_param|requirepass|masterauth)[\ \t]+(?P<declared>[\wéèÉ.-]+)[\ \t]+
            | \b(?:set|config|param|add|put)[\ \t]+(?:set[\ \t]+)?(?P<setting>[\w./:@-]+)[\ \t]+
            | ["'](?P<argument>[\w.-]+)["'][\ \t]*,[\ \t]*
            | \bname["']?[\ \t]*:[\ \t]*["']?(?P<named>[\wéèÉ.-]+)["']?[\ \t]*,[\ \t]*["']?value["']?[\ \t]*:[\ \t]*
            | (?P<key>[\wéèÉ.$-]+)[\\"'\]\)?!]*[\ \t]*(?::=|=>|\|\|=|\?\?=|=|:)[\ \t]*
            | <(?P<element>[\wéèÉ:.-]+)(?:[\ \t][^<>]*)?>
            "#,
        )
    });
    let words =
        if medium == Medium::Code { Words::of(text) } else { Words { strings: Vec::new(), comment: text.len() } };
    let mut hidden: Vec<Range<usize>> = Vec::new();
    let (mut from, mut quotes, mut counted) = (0, 0, 0);
    while let Some(found) = GIVEN.captures_at(text, from) {
        let whole = found.get_match();
        from = whole.end();
        quotes += text[counted..from].matches('"').count();
        counted = from;
        let rest = &text[from..];
        let Some((form, name)) = named(&found) else { continue };
        let Some(strength) = strength(name.rsplit(['/', ':']).next().unwrap_or(name)) else { continue };
        let compared = form == "key" && (rest.starts_with('=') || rest.starts_with('~') || rest.starts_with('>'));
        if compared {
            continue;
        }
        let medium = match medium {
            Medium::Code if words.holds(whole.start()) => Medium::Prose,
            other => other,
        };
        let spaced = whole.as_str().ends_with([' ', '\t']) && !whole.as_str().contains('=');
        let asked = Asked { form, name, strength, medium, spaced, in_quotes: quotes % 2 == 1 };
        let values = asked.values(rest);
        let Some(last) = values.last().map(|value| value.end) else { continue };
        hidden.extend(values.into_iter().map(|value| from + value.start..from + value.end));
        from += last;
    }
    hidden
}

fn named<'t>(found: &Captures<'t>) -> Option<(&'static str, &'t str)> {
    const FORMS: [&str; 7] = ["option", "declared", "setting", "argument", "named", "key", "element"];
    FORMS.into_iter().find_map(|form| Some((form, found.name(form)?.as_str())))
}

/// A name, and how what follows it is to be read.
struct Asked<'t> {
    form: &'static str,
    name: &'t str,
    strength: Strength,
    medium: Medium,
    /// Whether a space stands between the two.
    spaced: bool,
    in_quotes: bool,
}

impl Asked<'_> {
    /// What is to be hidden in the text that follows.
    fn values(&self, rest: &str) -> Vec<Range<usize>> {
        let none = Vec::new;
        if self.form == "element" {
            let end = rest.find('<').unwrap_or(rest.len());
            let hides = end > 0 && is_secret_value(&rest[..end], self.strength);
            return if hides { std::iter::once(0..end).collect() } else { none() };
        }
        let given = value_at(rest, self.in_quotes);
        let value = &rest[given.range.clone()];
        if self.form == "argument" && !(given.quoted && is_text(rest)) {
            return none();
        }
        if given.quoted {
            let hides = is_secret_value(value, self.strength_of_quoted());
            return if hides { vec![given.range] } else { none() };
        }
        if let Some(opens) = value.chars().next().filter(|c| "[{(".contains(*c)) {
            // A list of secrets, or an object of them.
            return if self.strength == Strength::Strong && self.medium != Medium::Code && opens != '(' {
                listed(value)
            } else if self.strength == Strength::Weak && opens == '[' {
                listed(value).into_iter().filter(|text| !is_wordlike(&value[text.clone()])).collect()
            } else {
                none()
            };
        }
        let first = value.split([' ', '\t']).next().unwrap_or_default();
        let hides = match self.medium {
            // The number of a line.
            _ if !self.spaced && is_number(first.trim_end_matches(['(', ')', ',', ':'])) && self.name.contains('.') => {
                false
            }
            Medium::Code => {
                let first = first.trim_end_matches([',', ';', ')', '}']);
                first.len() >= 4 && is_number(first) && self.holds_numbers()
            }
            // A header says how it is to be read before what it says.
            _ if is_secret_header(self.name) && value.contains(['=', ' ']) => {
                let told = value.strip_prefix("Bearer ").or(value.strip_prefix("Basic ")).unwrap_or(value);
                !is_reference(value) && (!is_wordlike(told) || told.contains('=') || told.len() < value.len())
            }
            Medium::Data if self.form == "setting" => is_made_up(first) || is_secret_value(first, Strength::Weak),
            Medium::Data => is_secret_value(value, self.strength) && !is_reference(first),
            Medium::Prose if self.spaced && !self.is_constant() => is_made_up(first),
            Medium::Prose => is_secret_value(first, self.strength),
        };
        if !hides {
            return none();
        }
        // A sentence goes on after its value.
        let end = if self.medium == Medium::Prose && !is_secret_header(self.name) { first.len() } else { value.len() };
        std::iter::once(given.range.start..given.range.start + end).collect()
    }

    /// Bare keys are those of lists and translations: `key: "title-1"`.
    fn strength_of_quoted(&self) -> Strength {
        self.strength
    }

    fn is_constant(&self) -> bool {
        self.name.bytes().any(|byte| byte.is_ascii_uppercase())
            && !self.name.bytes().any(|byte| byte.is_ascii_lowercase())
    }

    fn holds_numbers(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        ["pin", "password", "passcode", "pwd", "mdp", "motdepasse", "mot_de_passe", "otp"]
            .iter()
            .any(|end| name.ends_with(end))
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a quoted text starts here that is no key.
fn is_text(rest: &str) -> bool {
    let after = |inside: Range<usize>| rest.get(inside.end + 1..).unwrap_or_default();
    rest.starts_with(['"', '\'', '`']) && !is_key("", after(between_quotes(rest)))
}

/// Whether a quoted text is the key of what follows it.
fn is_key(before: &str, after: &str) -> bool {
    let (before, after) = (before.trim_end(), after.trim_start());
    (before.is_empty() || before.ends_with(['{', ',', '(', '-', '[']))
        && after.starts_with([':', '='])
        && !after.starts_with("==")
}

/// The texts of a list or of an object, but its keys.
fn listed(value: &str) -> Vec<Range<usize>> {
    let end = value.find([']', '}']).unwrap_or(value.len());
    let inside = &value[..end];
    let mut found = quoted_texts(inside, &['"', '\'']);
    found.retain(|text| {
        let (before, after) = (&inside[..text.start - 1], inside.get(text.end + 1..).unwrap_or_default());
        !is_key(before, after) && !is_reference(&inside[text.clone()])
    });
    found
}

/// The quoted texts that come after a name that announces a secret, but for keys, names of variables, paths and words of code.
pub(super) fn texts_after_a_name(text: &str, medium: Medium) -> Vec<Range<usize>> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| lean(r"[A-Za-zéÉ_][\wéèÉ-]*"));
    let quotes: &[char] = if medium == Medium::Prose { &['"'] } else { &['"', '\'', '`'] };
    let mut found = quoted_texts(text, quotes);
    if found.is_empty() {
        return found;
    }
    let first = |wanted: Strength| {
        NAME.find_iter(text)
            .find(|name| !name.as_str().eq_ignore_ascii_case("key") && strength(name.as_str()) == Some(wanted))
            .map_or(text.len(), |name| name.end())
    };
    let (strong, weak) = (first(Strength::Strong), first(Strength::Weak));
    let is_read = |before: &str| {
        ["ENV[", "environ[", "env(", "env[", "fetch(", "get(", "getenv(", "_env(", "require(", "import ", "from "]
            .iter()
            .any(|call| before.ends_with(call))
    };
    found.retain(|inside| {
        let (before, after) = (&text[..inside.start - 1], text.get(inside.end + 1..).unwrap_or_default());
        let value = &text[inside.clone()];
        let strong = inside.start > strong;
        // A text that is given to the name may be made of words; one that is further may be anything.
        let is_of_code = is_wordlike(value)
            && (!strong || value.contains(['.', '/', '-', '_', ' ', ':', '=']) || medium == Medium::Prose)
            && !is_given_to_a_name(before);
        (strong || inside.start > weak)
            && !is_key(before, after)
            && !is_read(before)
            && !is_reference(value)
            && !is_version(value)
            && !is_of_code
    });
    found
}

/// Whether what follows is set, called or fallen back on beside a name that announces a secret: `new Secret(`, `secret ||`.
fn is_given_to_a_name(before: &str) -> bool {
    let before = before.trim_end_matches(|c: char| " \t([{=>:|?!~".contains(c));
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let name = before.rsplit(|c: char| !is_of_name(c)).next().unwrap_or_default();
    strength(name) == Some(Strength::Strong) || matches!(name, "default" | "fallback")
}

/// What stands between the user and the host of an address; a long word alone there is a token.
pub(super) fn passwords_of_addresses(text: &str) -> Vec<Range<usize>> {
    static ADDRESS: LazyLock<Regex> =
        LazyLock::new(|| lean(r#"://(?:[^\s:@/"'<>]*:([^\s"'<>]+)|([^\s:@/"'<>]{12,}))@"#));
    if !text.contains("://") || !text.contains('@') {
        return Vec::new();
    }
    let found = ADDRESS.captures_iter(text);
    let given = found.filter_map(|found| found.get(1).or(found.get(2))).map(|password| password.range());
    // After a host it is a port, and what follows a path.
    let is_port =
        |word: &str| word.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('/') && !word.starts_with('/');
    given.filter(|range| !is_reference(&text[range.clone()]) && !is_port(&text[range.clone()])).collect()
}

/// The parameters of an address or of a form that give access.
pub(super) fn parameters(text: &str) -> Vec<Range<usize>> {
    static PARAMETER: LazyLock<Regex> = LazyLock::new(|| lean(r#"[?&;]([\w.\[\]-]+)=([^\s&;"'`<>#)]+)"#));
    if !text.contains('=') || !text.contains(['?', '&', ';']) {
        return Vec::new();
    }
    let found = PARAMETER.captures_iter(text).filter_map(|found| Some((found.get(1)?, found.get(2)?)));
    found
        .filter(|(name, value)| {
            is_secret_parameter(name.as_str()) && !is_reference(value.as_str()) && !is_wordlike(value.as_str())
                || strength(name.as_str()) == Some(Strength::Strong) && !is_reference(value.as_str())
        })
        .map(|(_, value)| value.range())
        .collect()
}

/// Secrets told in a sentence or a comment: `password x`, `le mot de passe est x`.
pub(super) fn told_in_words(text: &str) -> Vec<Range<usize>> {
    static TOLD: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r#"(?ix)\b
            (?:passwords?|passwd|passphrase|passcode|pwd|pw|mdp|mots?\ de\ passe|secrets?|tokens?|jetons?|api[\ _-]?keys?
                |cl[eé](?:\ d['’]?api|\ secr[eè]te)?|credentials?|creds|identifiants?|code(?:\ pin|\ secret)?|pin(?:\ code)?
                |identified\ by|machine\ [^\ \t]+\ login\ [^\ \t]+)
            (?:
                (?:[\ \t]+(?:de|pour|for|of)\ [a-zéèà]+)?[\ \t]*(?:=>|->|=|:|→)
                |(?:[\ \t]+(?:de|pour|for|of)\ [a-zéèà]+)?[\ \t]+(?:is|est|was|vaut|password)
                |[\ \t]
            )
            [\ \t"'`«“(]*([^\ \t\r\n"'`»”)]{4,})"#,
        )
    });
    // Most sentences say nothing of the kind, and the pattern takes a while to compile.
    static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let starts = [
            "pass", "pwd", "pw", "mdp", "mot", "secret", "token", "jeton", "api", "cl", "cred", "identifi", "code",
            "pin", "machine",
        ];
        AhoCorasick::builder().ascii_case_insensitive(true).build(starts).expect("our own words are few and short")
    });
    if !WORDS.is_match(text) {
        return Vec::new();
    }
    let found = TOLD.captures_iter(text).filter_map(|found| Some((found.get(0)?, found.get(1)?)));
    found
        .filter(|(whole, value)| {
            let noun = whole.as_str().to_lowercase();
            let digits = is_number(value.as_str())
                && ["pin", "mdp", "mot", "passw", "code secret"].iter().any(|start| noun.starts_with(start));
            digits
                || is_made_up(value.as_str())
                    && (!noun.starts_with("code") || noun.contains(['"', '=']) || noun.starts_with("code "))
        })
        .map(|(_, value)| value.range())
        .collect()
}
