//! Names that announce a secret: of keys, variables, options, headers and parameters, in English and in French.

/// How sure a name is to announce a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// It does, or is an ordinary word of code: only a value that no one would take for a word is masked.
    Weak,
    /// It does.
    Strong,
}

/// Words that announce a secret wherever they stand in a name.
const STRONG: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pass",
    "pwd",
    "pw",
    "mdp",
    "motdepasse",
    "passe",
    "secret",
    "token",
    "jeton",
    "apikey",
    "privatekey",
    "credential",
    "cred",
    "creds",
    "dsn",
    "salt",
    "authtoken",
    "requirepass",
    "masterauth",
    "storepass",
    "keypass",
];

/// Words that a name written without capitals may end with.
const ENDINGS: &[&str] =
    &["password", "passwd", "passphrase", "motdepasse", "secret", "token", "apikey", "privatekey", "secretkey"];

/// Words that announce a secret, and other things as often.
const WEAK: &[&str] = &[
    "key",
    "keys",
    "cle",
    "cles",
    "jwt",
    "bearer",
    "auth",
    "authorization",
    "identified",
    "basicauth",
    "cookie",
    "cookies",
    "session",
    "sid",
    "sig",
    "signature",
    "sas",
    "pin",
    "otp",
    "totp",
    "cvv",
    "passwords",
    "secrets",
    "tokens",
    "jetons",
    "credentials",
    "sessid",
    "sessionid",
    "phpsessid",
    "jsessionid",
];

/// Words beside `key` that leave no doubt.
const OF_KEYS: &[&str] = &[
    "api",
    "access",
    "secret",
    "private",
    "encryption",
    "encrypt",
    "signing",
    "master",
    "shared",
    "hmac",
    "chiffrement",
    "secrete",
    "privee",
];

/// What a name ends with that speaks of a secret without giving it.
const ABOUT: &[&str] = &[
    "length",
    "timeout",
    "expiry",
    "expires",
    "expire",
    "expiration",
    "ttl",
    "name",
    "names",
    "url",
    "uri",
    "endpoint",
    "host",
    "path",
    "file",
    "dir",
    "folder",
    "type",
    "version",
    "count",
    "max",
    "min",
    "size",
    "limit",
    "algorithm",
    "algo",
    "alg",
    "enabled",
    "disabled",
    "required",
    "policy",
    "field",
    "fields",
    "input",
    "label",
    "reset",
    "link",
    "regex",
    "pattern",
    "validator",
    "validators",
    "lifetime",
    "duration",
    "age",
    "header",
    "headers",
    "prefix",
    "secure",
    "domain",
    "samesite",
    "httponly",
    "store",
    "provider",
    "manager",
    "middleware",
    "handler",
    "controller",
    "component",
    "form",
    "page",
    "view",
    "route",
    "router",
    "error",
    "errors",
    "message",
    "placeholder",
    "hint",
    "title",
    "text",
    "description",
    "status",
    "strategy",
    "mode",
    "format",
    "issuer",
    "audience",
    "scope",
    "scopes",
    "rotation",
    "days",
    "minutes",
    "hours",
    "seconds",
    "attempts",
    "nom",
    "longueur",
    "duree",
    "fichier",
    "oublie",
    "class",
    "module",
    "service",
    "options",
    "settings",
    "config",
    "engine",
    "backend",
    "serializer",
    "adapter",
    "at",
    "date",
    "jar",
    "parser",
    "generator",
    "encoder",
    "hasher",
    "hashers",
    "reuse",
    "usage",
    "column",
    "table",
];

/// What a name starts with that asks something of a secret.
const ASKS: &[&str] = &[
    "is", "has", "show", "hide", "max", "min", "require", "requires", "validate", "check", "toggle", "handle", "on",
    "num", "nb", "can", "should", "forgot", "confirm", "reset", "est", "afficher",
];

/// Whether a name announces a secret, and how surely.
pub(super) fn strength(name: &str) -> Option<Strength> {
    let words = words_of(name);
    let last = words.last()?;
    let is_about = ABOUT.contains(&last.as_str()) && words.len() > 1;
    let asks = words.len() > 1 && ASKS.contains(&words[0].as_str());
    if is_about || asks {
        return None;
    }
    let flat = words.concat();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let ends = || words.iter().any(|word| ENDINGS.iter().any(|end| word.ends_with(end)));
    let keys = has(&["key", "keys", "cle", "cles"]) && has(OF_KEYS);
    let joined = flat.contains("motdepasse") || flat.contains("apikey");
    let plural = last.ends_with('s') && WEAK.contains(&last.as_str());
    // The identifier of a secret is none, unless it is drawn at random.
    let identifies = words.len() > 1 && matches!(last.as_str(), "id" | "ids");
    if has(STRONG) || ends() || keys || joined {
        return Some(if plural || identifies { Strength::Weak } else { Strength::Strong });
    }
    has(WEAK).then_some(Strength::Weak)
}

/// Whether a parameter of an address gives access.
pub(super) fn is_secret_parameter(name: &str) -> bool {
    strength(name).is_some()
        || matches!(name.to_ascii_lowercase().as_str(), "code" | "ticket" | "access" | "otp" | "hash")
}

/// Whether a name is that of headers whose values identify somebody.
pub(super) fn is_secret_header(name: &str) -> bool {
    ["cookie", "set-cookie", "authorization", "proxy-authorization"].contains(&name.to_ascii_lowercase().as_str())
}

/// The words of a name written in camel, snake or kebab case, without capitals, accents and numbers at their ends.
fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut before) = (String::new(), ' ');
    let mut end = |word: &mut String| {
        let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
        if !bare.is_empty() {
            words.push(bare.to_owned());
        }
        word.clear();
    };
    for c in name.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            end(&mut word);
        }
        match c {
            'é' | 'è' | 'ê' | 'É' => word.push('e'),
            c if c.is_alphanumeric() => word.extend(c.to_lowercase()),
            _ => end(&mut word),
        }
        before = c;
    }
    end(&mut word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_told_from_names_about_them() {
        for name in [
            "DB_PASSWORD",
            "dbPassword",
            "DB_PW",
            "CREDS",
            "JETON",
            "CLE_API",
            "clé_api",
            "motDePasse",
            "mdp",
            "MOT_DE_PASSE",
            "apiKey",
            "secret_key_base",
            "password1",
            "accesstoken",
            "_authToken",
            "SA_PW",
            "clientSecret",
            "secret_id2x",
        ] {
            assert_eq!(strength(name), Some(Strength::Strong), "{name}");
        }
        for name in
            ["key", "X-Auth", "session", "cookie", "sid", "PIN", "sig", "secrets", "foreign_key", "credentialsId"]
        {
            assert_eq!(strength(name), Some(Strength::Weak), "{name}");
        }
        for name in [
            "tokenizer",
            "secretariat",
            "password_length",
            "SESSION_COOKIE_AGE",
            "hasPassword",
            "keyboard",
            "code",
            "author",
            "POSTGRES_PASSWORD_FILE",
            "cookieName",
            "monkey",
            "passenger",
            "compass",
            "",
        ] {
            assert_eq!(strength(name), None, "{name}");
        }
    }
}
