//! What a server answered, as it was asked, before anyone judges it.

use reqwest::Url;

use super::cookies::Cookie;

/// Headers of which the first counts alone; of any other, all are read as one list, as Node's client has them.
const SINGLE: &[&str] = &[
    "age",
    "authorization",
    "content-length",
    "content-type",
    "etag",
    "expires",
    "from",
    "host",
    "if-modified-since",
    "if-unmodified-since",
    "last-modified",
    "location",
    "max-forwards",
    "proxy-authorization",
    "referer",
    "retry-after",
    "server",
    "user-agent",
];

/// The headers of one answer, in their order, names in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Headers from their names and values.
    pub fn new<N: Into<String>, V: Into<String>>(headers: impl IntoIterator<Item = (N, V)>) -> Self {
        Self(headers.into_iter().map(|(name, value)| (name.into().to_lowercase(), value.into())).collect())
    }

    /// Each value of a header.
    pub fn each<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value of a header, several being one list.
    pub fn get(&self, name: &str) -> Option<String> {
        let mut values = self.each(name);
        let first = values.next()?;
        if SINGLE.contains(&name) {
            return Some(first.to_owned());
        }
        Some(values.fold(first.to_owned(), |list, value| format!("{list}, {value}")))
    }

    /// All of them.
    pub fn all(&self) -> &[(String, String)] {
        &self.0
    }
}

/// One answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Where it comes from.
    pub url: Url,
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: Headers,
    /// Its text, as far as it was read.
    pub body: String,
    /// Whether the text goes on after what was read.
    pub cut: bool,
}

impl Reply {
    /// Whether it is a page.
    pub fn is_html(&self) -> bool {
        let kind = self.headers.get("content-type").unwrap_or_default();
        matches!(kind.split(';').next(), Some("text/html" | "application/xhtml+xml"))
    }
}

/// One visit: from an address through its redirections to an answer.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The address that was asked first.
    pub from: Url,
    /// Each address that answered, the last one with the answer.
    pub route: Vec<Url>,
    /// The last answer.
    pub reply: Reply,
    /// Whether the certificates of all that answered are trusted.
    pub verified: bool,
    /// The cookies that were set on the way and not taken back.
    pub cookies: Vec<Cookie>,
}

/// What one site answered over plain HTTP and over TLS.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The name of the host.
    pub host: String,
    /// In clear, if it answers so.
    pub http: Option<Visit>,
    /// Over TLS, if it answers so.
    pub https: Option<Visit>,
    /// The headers of the answer to a request from another origin (a CORS preflight).
    pub cors: Option<Headers>,
}

impl Exchange {
    /// The visit that a browser would make today: over TLS, else over plain HTTP.
    pub fn best(&self) -> Option<&Visit> {
        self.https.as_ref().or(self.http.as_ref())
    }
}
