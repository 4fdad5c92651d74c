//! Where a repository lives: which forge, which host, which API, and the token that may be sent there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::config_file::ConfigFile;
use crate::base::disk::{NAMED, read_named_text};
use crate::base::error::Error;
use crate::base::text::Localized;

/// The software that a forge runs, which decides the language of its API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Software {
    /// GitHub, GitHub Enterprise Server.
    GitHub,
    /// GitLab.
    GitLab,
    /// Forgejo and Gitea, which share theirs.
    #[serde(alias = "gitea")]
    Forgejo,
}

impl Software {
    /// Its name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
            Self::Forgejo => "Forgejo",
        }
    }

    /// What a host is known to run: the public forges, those of the French state, and hosts that say so by their name.
    fn of_host(host: &str) -> Option<Self> {
        const KNOWN: &[(&str, Software)] = &[
            ("github.com", Software::GitHub),
            ("gitlab.com", Software::GitLab),
            ("codeberg.org", Software::Forgejo),
            ("forge.apps.education.fr", Software::GitLab),
            ("forgemia.inra.fr", Software::GitLab),
            ("forge.inrae.fr", Software::GitLab),
            ("framagit.org", Software::GitLab),
            ("gitea.com", Software::Forgejo),
        ];
        const MARKS: &[(&str, Software)] = &[
            ("gitlab", Software::GitLab),
            ("forgejo", Software::Forgejo),
            ("gitea", Software::Forgejo),
            ("github", Software::GitHub),
        ];
        let known = KNOWN.iter().find(|(name, _)| *name == host);
        let marked = || MARKS.iter().find(|(mark, _)| host.split('.').any(|label| label.starts_with(mark)));
        known.or_else(marked).map(|(_, software)| *software)
    }
}

/// The forges of a person, in `forges.yml` of their own settings: never read from an audited repository, whose word must
/// not decide where a token goes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(title = "Equerre forges", rename = "Forges")]
pub struct Forges {
    /// By host: `forge.example.fr`, with its port where it has one.
    pub forges: BTreeMap<String, OwnForge>,
}

/// A forge that a person declares.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct OwnForge {
    /// The software that it runs; guessed from its name, if absent.
    pub software: Option<Software>,
    /// The base of its API; the usual one of its software, if absent.
    pub api: Option<String>,
    /// The environment variable that holds the token to send there.
    pub token_env: Option<String>,
    /// The file that holds the token to send there.
    pub token_file: Option<PathBuf>,
}

/// The file of a person's forges, below the folder of their settings.
pub(crate) const FORGES_FILE: &str = "equerre/forges.yml";

impl Forges {
    /// Reads the person's own file, where there is one.
    ///
    /// # Errors
    /// What is wrong in the file, with its place.
    pub fn read(env: &Env) -> Result<Self, Error> {
        let folder = env("XDG_CONFIG_HOME")
            .filter(|folder| !folder.is_empty())
            .map(PathBuf::from)
            .or_else(|| env("HOME").map(|home| PathBuf::from(home).join(".config")));
        let Some(path) = folder.map(|folder| folder.join(FORGES_FILE)) else {
            return Ok(Self::default());
        };
        let Ok(text) = read_named_text(&path, NAMED) else {
            return Ok(Self::default());
        };
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        ConfigFile::new(path.display().to_string(), text).read()
    }
}

/// How environment variables are looked up.
pub(crate) type Env = dyn Fn(&str) -> Option<String>;

/// A secret that is sent to a forge and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    secret: String,
    /// Where it comes from, for messages: `GITHUB_TOKEN`.
    pub origin: String,
}

impl Token {
    /// The secret itself.
    pub(super) fn secret(&self) -> &str {
        &self.secret
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Token from {}", self.origin)
    }
}

/// A repository on a forge.
#[derive(Debug, Clone)]
pub struct Address {
    /// The software of the forge.
    pub software: Software,
    /// Its host, with its port where it has one.
    pub host: String,
    /// The base of its API, without a `/` at the end.
    pub api: String,
    /// The repository there: `owner/name`, with all its groups on GitLab.
    pub path: String,
    /// What to send.
    pub token: Option<Token>,
}

impl Address {
    /// The address that a remote's URL designates.
    ///
    /// # Errors
    /// Why there is none: no forge, or a forge whose software is unknown.
    pub fn of(url: &str, forges: &Forges, env: &Env) -> Result<Self, Localized> {
        let no_forge = || {
            Localized::new(
                format!("`{url}` is not the address of a repository on a forge"),
                format!("`{url}` n'est pas l'adresse d'un dépôt sur une forge"),
            )
        };
        let (host, path) = split(url).ok_or_else(no_forge)?;
        let own = forges.forges.get(&host);
        let software = own.and_then(|own| own.software).or_else(|| Software::of_host(&host)).ok_or_else(|| {
            Localized::new(
                format!("what {host} runs is unknown; declare it in `~/.config/{FORGES_FILE}`"),
                format!("le logiciel de {host} est inconnu ; déclarez-le dans `~/.config/{FORGES_FILE}`"),
            )
        })?;
        let path = match software {
            Software::GitLab => path,
            _ => path.splitn(3, '/').take(2).collect::<Vec<_>>().join("/"),
        };
        let api = own.and_then(|own| own.api.clone()).unwrap_or_else(|| match (software, host.as_str()) {
            (Software::GitHub, "github.com") => "https://api.github.com".to_owned(),
            (Software::GitHub, _) => format!("https://{host}/api/v3"),
            (Software::GitLab, _) => format!("https://{host}/api/v4"),
            (Software::Forgejo, _) => format!("https://{host}/api/v1"),
        });
        let token = token(&host, own, env);
        Ok(Self { software, api: api.trim_end_matches('/').to_owned(), token, path, host })
    }

    /// A public API that is no forge's, and gets no token: its scheme and host, and the path where it is.
    pub(crate) fn of_api(origin: &str, path: &str) -> Self {
        let api = origin.trim_end_matches('/').to_owned();
        let host = api.split_once("://").map_or(api.as_str(), |(_, host)| host).to_lowercase();
        Self { software: Software::GitLab, host, api, path: path.to_owned(), token: None }
    }

    /// The page of the repository.
    pub fn page(&self) -> String {
        format!("https://{}/{}", self.host, self.path)
    }

    /// The variable in which a token for this forge is looked for first.
    pub fn usual_variable(&self) -> &'static str {
        match self.software {
            Software::GitHub => "GITHUB_TOKEN",
            Software::GitLab => "GITLAB_TOKEN",
            Software::Forgejo => "FORGEJO_TOKEN",
        }
    }
}

/// The host, with a port that is not git's, and the path of a remote's URL.
fn split(url: &str) -> Option<(String, String)> {
    let host = host_of(url);
    let (authority, path) = match url.split_once("://") {
        Some(("http" | "https", rest)) => rest.split_once('/')?,
        Some((_, rest)) => (host.as_deref()?, rest.split_once('/')?.1),
        None => (host.as_deref()?, url.split_once(':')?.1),
    };
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_lowercase();
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let safe = path.split('/').all(|part| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '+'))
    });
    (safe && path.contains('/') && !authority.is_empty()).then(|| (authority, path.to_owned()))
}

/// The token for a host: that of the person's own file, else a usual variable, which only its own forge ever gets.
fn token(host: &str, own: Option<&OwnForge>, env: &Env) -> Option<Token> {
    let of_variable = |name: &str| {
        let secret = env(name).map(|secret| secret.trim().to_owned()).filter(|secret| !secret.is_empty())?;
        Some(Token { secret, origin: name.to_owned() })
    };
    if let Some(name) = own.and_then(|own| own.token_env.as_deref()) {
        return of_variable(name);
    }
    if let Some(file) = own.and_then(|own| own.token_file.as_deref()) {
        let secret = read_named_text(std::path::Path::new(&file), NAMED).ok()?.trim().to_owned();
        return (!secret.is_empty()).then(|| Token { secret, origin: file.display().to_string() });
    }
    // Inside a pipeline, the forge that runs it names itself.
    let is_server = |name: &str| env(name).is_some_and(|server| server.split("://").last() == Some(host));
    let variables: &[&str] = match host {
        "github.com" => &["GITHUB_TOKEN", "GH_TOKEN"],
        _ if is_server("GITHUB_SERVER_URL") => &["GITHUB_TOKEN"],
        "gitlab.com" => &["GITLAB_TOKEN"],
        _ if is_server("CI_SERVER_URL") => &["GITLAB_TOKEN"],
        "codeberg.org" => &["FORGEJO_TOKEN"],
        _ => &[],
    };
    variables.iter().find_map(|name| of_variable(name))
}

/// The host of a remote's URL, in lower case: `https://host/…`, `ssh://git@host:22/…` and `git@host:…`.
pub(crate) fn host_of(url: &str) -> Option<String> {
    let rest = match url.split_once("://") {
        Some(("file", _)) => return None,
        Some((_, rest)) => rest.split('/').next()?,
        None => url.split_once(':').filter(|(host, _)| host.contains('.') && !host.contains('/'))?.0,
    };
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.split(':').next().unwrap_or(host).to_lowercase();
    host.contains('.').then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str, variables: &[(&str, &str)]) -> Result<Address, Localized> {
        let variables: Vec<(String, String)> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let env = move |name: &str| variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        Address::of(url, &Forges::default(), &env)
    }

    #[test]
    fn every_form_of_remote_finds_its_api() {
        for (url, api, path) in [
            ("https://github.com/o/r.git", "https://api.github.com", "o/r"),
            ("git@github.com:o/r.git", "https://api.github.com", "o/r"),
            ("https://github.com/o/r/tree/main", "https://api.github.com", "o/r"),
            ("ssh://git@gitlab.example.fr:2222/a/b/c.git", "https://gitlab.example.fr/api/v4", "a/b/c"),
            ("https://u:p@codeberg.org/o/r/", "https://codeberg.org/api/v1", "o/r"),
            ("https://forge.apps.education.fr/a/b", "https://forge.apps.education.fr/api/v4", "a/b"),
        ] {
            let found = address(url, &[]).expect("an address");
            assert_eq!((found.api.as_str(), found.path.as_str()), (api, path), "{url}");
        }
        for url in
            ["/srv/r.git", "file:///srv/r", "https://example.fr/o/r", "https://github.com/o", "git@github.com:../x"]
        {
            assert!(address(url, &[]).is_err(), "{url}");
        }
    }

    #[test]
    fn a_token_goes_to_its_own_forge_only() {
        let variables = [("GITHUB_TOKEN", "a"), ("GITLAB_TOKEN", "b"), ("FORGEJO_TOKEN", "c")];
        let origin = |url: &str, more: &[(&str, &str)]| {
            let all: Vec<(&str, &str)> = variables.iter().chain(more).copied().collect();
            address(url, &all).expect("an address").token.map(|token| token.origin)
        };
        assert_eq!(origin("https://github.com/o/r", &[]).as_deref(), Some("GITHUB_TOKEN"));
        assert_eq!(origin("https://gitlab.com/o/r", &[]).as_deref(), Some("GITLAB_TOKEN"));
        assert_eq!(origin("https://github.evil.example/o/r", &[]), None);
        assert_eq!(origin("https://gitlab.evil.example/o/r", &[]), None);
        let server = [("CI_SERVER_URL", "https://gitlab.example.fr")];
        assert_eq!(origin("https://gitlab.example.fr/o/r", &server).as_deref(), Some("GITLAB_TOKEN"));
        assert_eq!(origin("https://gitlab.other.fr/o/r", &server), None);
    }

    #[test]
    fn a_token_never_shows() {
        let found = address("https://github.com/o/r", &[("GITHUB_TOKEN", "s3cret")]).expect("an address");
        assert!(!format!("{found:?}").contains("s3cret"));
    }
}
