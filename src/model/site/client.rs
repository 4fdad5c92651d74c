//! Visits to one site: bounded in size, time and number, whatever the server does.

use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::blocking::{Client as Http, Response};
use reqwest::header::{ACCEPT, COOKIE, HeaderMap, ORIGIN};
use reqwest::{Method, Url};

use super::cookies::Jar;
use super::exchange::{Headers, Reply, Visit};
use crate::base::network::{causes, reason, use_ring};
use crate::base::reach::{Reach, Resolver};
use crate::base::text::{Localized, printable};

/// The statuses that send elsewhere.
const REDIRECTIONS: &[u16] = &[301, 302, 303, 307, 308];

/// How many times a visit is sent elsewhere; the answer that does it once more is the last.
const MOST_REDIRECTIONS: usize = 10;

/// What a visit for a page accepts.
const PAGES: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// The origin in whose name cross-origin access is asked for, as the HTTP Observatory does.
const OTHER_ORIGIN: &str = "https://http-observatory.security.mozilla.org";

/// How patient a visit is.
#[derive(Debug, Clone)]
pub struct Limits {
    /// For one answer, from the connection to its headers.
    pub answer: Duration,
    /// For all of a scan together.
    pub all: Duration,
    /// Bytes of a page that are read; what follows is left.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { answer: Duration::from_secs(10), all: Duration::from_secs(40), bytes: 4 * 1024 * 1024 }
    }
}

/// Why a visit came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// No connection.
    Unreachable(String),
    /// An answer that is not HTTP, or breaks off before its page.
    Unreadable(String),
    /// The certificate is not trusted.
    Certificate(String),
    /// It sends to something that is not an address.
    Nowhere(String),
    /// It sends to an address of a private network.
    Private(String),
    /// No answer in time.
    Slow,
    /// All the time for the scan is spent.
    OutOfTime,
}

impl Trouble {
    /// What happened.
    pub(crate) fn explain(&self, url: &Url) -> Localized {
        let host = url.origin().ascii_serialization();
        match self {
            Self::Unreachable(reason) => Localized::new(
                format!("{host} cannot be reached: {reason}"),
                format!("{host} est injoignable : {}", in_french(reason)),
            ),
            Self::Unreadable(reason) => Localized::new(
                format!("{host} sent a response that cannot be read: {reason}"),
                format!("{host} a donné une réponse illisible : {reason}"),
            ),
            Self::Certificate(reason) => {
                let (en, fr) = in_words(reason);
                Localized::new(
                    format!("the certificate of {host} is not trusted: {en}"),
                    format!("le certificat de {host} n'est pas reconnu : {fr}"),
                )
            }
            Self::Nowhere(to) => Localized::new(
                format!("{host} redirects to `{}`, which is not a web address", printable(to)),
                format!("{host} renvoie vers « {} », qui n'est pas une adresse du web", printable(to)),
            ),
            Self::Private(to) => Localized::new(
                format!(
                    "{host} sends to {}, in a private network, where equerre goes with `--allow-private` alone",
                    printable(to)
                ),
                format!(
                    "{host} renvoie vers {}, dans un réseau privé, où equerre ne va qu'avec `--allow-private`",
                    printable(to)
                ),
            ),
            Self::Slow => {
                Localized::new(format!("{host} did not answer in time"), format!("{host} n'a pas répondu à temps"))
            }
            Self::OutOfTime => Localized::new(
                format!("{host} is too slow: the time limit of the scan is reached"),
                format!("{host} est trop lent : le temps donné à l'analyse est écoulé"),
            ),
        }
    }
}

/// A visit that came to nothing, and at which address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failed {
    /// Why.
    pub trouble: Trouble,
    /// The address, which may be one that the first one sent to.
    pub url: Url,
}

impl Failed {
    /// What happened.
    pub(crate) fn explain(&self) -> Localized {
        self.trouble.explain(&self.url)
    }
}

/// The reason of a failed connection, as the system or the libraries name it, in French where it is a usual one.
fn in_french(reason: &str) -> &str {
    const USUAL: &[(&str, &str)] = &[
        ("Connection refused", "connexion refusée"),
        ("failed to lookup address", "nom d'hôte introuvable"),
        ("Connection reset", "connexion coupée"),
        ("Network is unreachable", "réseau inaccessible"),
        ("no answer in time", "pas de réponse à temps"),
        ("no address outside of private networks", "aucune adresse hors des réseaux privés"),
    ];
    USUAL.iter().find(|(known, _)| reason.contains(known)).map_or(reason, |(_, french)| french)
}

/// What is wrong with a certificate, as rustls names it, in words.
fn in_words(reason: &str) -> (&str, &str) {
    const WORDS: &[(&str, &str, &str)] = &[
        ("expired", "it has expired", "il a expiré"),
        ("notvalidyet", "it is not valid yet", "il n'est pas encore valable"),
        ("name", "it was made for another name", "il a été émis pour un autre nom"),
        ("unknownissuer", "its issuer is unknown", "aucune autorité connue ne l'a signé"),
        ("causedasendentity", "it is signed by itself", "il est signé par lui-même"),
        ("revoked", "it was revoked", "il a été révoqué"),
    ];
    let plain: String = reason.to_lowercase().split_whitespace().collect();
    let known = WORDS.iter().find(|(word, _, _)| plain.contains(word));
    known.map_or((reason, reason), |(_, en, fr)| (*en, *fr))
}

/// Whether certificates are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// As a browser does.
    Checked,
    /// Not at all: what such a site answers is of interest all the same.
    Any,
}

/// A client for one scan.
pub(super) struct Client {
    checked: Http,
    any: Http,
    limits: Limits,
    started: Instant,
    /// Where it may be sent.
    reach: Reach,
    /// The date of the scan, in seconds since 1970.
    now: i64,
}

impl Client {
    pub(super) fn new(limits: Limits, reach: Reach, now: i64) -> Result<Self, Trouble> {
        use_ring();
        let http = |trust| {
            Http::builder()
                .user_agent(concat!("equerre/", env!("CARGO_PKG_VERSION"), " (+", env!("CARGO_PKG_REPOSITORY"), ")"))
                .timeout(limits.answer)
                .connect_timeout(limits.answer.min(Duration::from_secs(5)))
                .redirect(reqwest::redirect::Policy::none())
                .tls_danger_accept_invalid_certs(trust == Trust::Any)
                .dns_resolver(Arc::new(Resolver::new(reach)))
                .build()
                .map_err(|error| Trouble::Unreachable(reason(&error)))
        };
        let (checked, any) = (http(Trust::Checked)?, http(Trust::Any)?);
        Ok(Self { checked, any, limits, started: Instant::now(), reach, now })
    }

    /// Visits an address as a browser would; where the certificate is not trusted, says so and visits all the same.
    pub(super) fn visit(&self, from: &Url) -> Result<(Visit, Option<Failed>), Failed> {
        match self.walk(from, Trust::Checked, PAGES) {
            Err(failed @ Failed { trouble: Trouble::Certificate(_), .. }) => {
                self.walk(from, Trust::Any, PAGES).map(|visit| (visit, Some(failed)))
            }
            walked => walked.map(|visit| (visit, None)),
        }
    }

    /// A plain text of the site.
    pub(super) fn text(&self, url: &Url, trust: Trust) -> Result<Reply, Failed> {
        self.walk(url, trust, "text/plain,*/*;q=0.8").map(|visit| visit.reply)
    }

    /// One answer, wherever it sends.
    pub(super) fn once(&self, url: &Url, trust: Trust) -> Result<Reply, Failed> {
        self.ask(Method::GET, url, trust, &[(ACCEPT.as_str(), PAGES)])
    }

    /// What an address answers to `HEAD`, through redirections.
    pub(super) fn head(&self, from: &Url, trust: Trust) -> Result<Reply, Failed> {
        let mut url = from.clone();
        for _ in 0..MOST_REDIRECTIONS {
            let reply = self.ask(Method::HEAD, &url, trust, &[(ACCEPT.as_str(), PAGES)])?;
            match reply.headers.get("location").filter(|_| REDIRECTIONS.contains(&reply.status)) {
                Some(location) => url = self.sent(&url, &location)?,
                None => return Ok(reply),
            }
        }
        Err(Failed { trouble: Trouble::Nowhere(url.to_string()), url })
    }

    /// A page, through redirections as long as they stay where they may; else the address that it sends to, which is not visited.
    pub(super) fn within(
        &self,
        from: &Url,
        trust: Trust,
        may: impl Fn(&Url) -> bool,
    ) -> Result<Result<Reply, Url>, Failed> {
        let mut url = from.clone();
        for _ in 0..MOST_REDIRECTIONS {
            let reply = self.once(&url, trust)?;
            let Some(location) = reply.headers.get("location").filter(|_| REDIRECTIONS.contains(&reply.status)) else {
                return Ok(Ok(reply));
            };
            url = self.sent(&url, &location)?;
            if !may(&url) {
                return Ok(Err(url));
            }
        }
        Err(Failed { trouble: Trouble::Nowhere(url.to_string()), url })
    }

    /// What the site says to a page of another origin that asks for access (a CORS preflight).
    pub(super) fn preflight(&self, url: &Url, trust: Trust) -> Result<Headers, Failed> {
        let asked = [(ORIGIN.as_str(), OTHER_ORIGIN), ("access-control-request-method", "GET")];
        let mut url = url.clone();
        for _ in 0..MOST_REDIRECTIONS {
            let reply = self.ask(Method::OPTIONS, &url, trust, &asked)?;
            match reply.headers.get("location").filter(|_| REDIRECTIONS.contains(&reply.status)) {
                Some(location) => url = self.sent(&url, &location)?,
                None => return Ok(reply.headers),
            }
        }
        Err(Failed { trouble: Trouble::Nowhere(url.to_string()), url })
    }

    fn walk(&self, from: &Url, trust: Trust, accept: &str) -> Result<Visit, Failed> {
        let mut jar = Jar::default();
        let (mut url, mut route) = (from.clone(), Vec::new());
        loop {
            let cookies = jar.sent_to(&url, self.now);
            let mut headers = vec![(ACCEPT.as_str(), accept)];
            headers.extend(cookies.as_deref().map(|cookies| (COOKIE.as_str(), cookies)));
            let reply = self.ask(Method::GET, &url, trust, &headers)?;
            for cookie in reply.headers.each("set-cookie") {
                jar.set(cookie, &url, self.now);
            }
            route.push(url.clone());
            if !REDIRECTIONS.contains(&reply.status) || route.len() > MOST_REDIRECTIONS {
                let verified = trust == Trust::Checked;
                return Ok(Visit { from: from.clone(), route, reply, verified, cookies: jar.cookies });
            }
            // Without a place to go to, a browser stays; the Observatory goes to a page called `undefined`.
            let location = reply.headers.get("location").unwrap_or_else(|| "undefined".to_owned());
            url = self.sent(&url, &location)?;
        }
    }

    fn left(&self) -> Duration {
        self.limits.all.saturating_sub(self.started.elapsed())
    }

    /// When all the time for the scan is spent.
    pub(super) fn deadline(&self) -> Instant {
        self.started + self.limits.all
    }

    /// Where an answer sends to.
    fn sent(&self, base: &Url, location: &str) -> Result<Url, Failed> {
        let url = joined(base, location)?;
        if self.reach.includes(&url) {
            return Ok(url);
        }
        Err(Failed { trouble: Trouble::Private(url.origin().ascii_serialization()), url: base.clone() })
    }

    fn ask(&self, method: Method, url: &Url, trust: Trust, headers: &[(&str, &str)]) -> Result<Reply, Failed> {
        let failed = |trouble| Failed { trouble, url: url.clone() };
        let left = self.left();
        if left.is_zero() {
            return Err(failed(Trouble::OutOfTime));
        }
        let http = if trust == Trust::Checked { &self.checked } else { &self.any };
        let mut request = http.request(method, url.clone()).timeout(left.min(self.limits.answer));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().map_err(|error| failed(trouble(&error)))?;
        let (status, headers) = (response.status().as_u16(), headers_of(response.headers()));
        let (body, cut) = self.read(response).map_err(failed)?;
        Ok(Reply { url: url.clone(), status, headers, body, cut })
    }

    /// Reads a body as long as size and time allow; what was read of one that breaks off counts.
    fn read(&self, response: Response) -> Result<(String, bool), Trouble> {
        let mut bytes = Vec::new();
        let mut body = response.take(self.limits.bytes);
        let mut chunk = [0; 16 * 1024];
        let started = Instant::now();
        let cut = loop {
            match body.read(&mut chunk) {
                Ok(0) => break bytes.len() as u64 >= self.limits.bytes,
                Ok(count) => bytes.extend_from_slice(&chunk[..count]),
                Err(error) if bytes.is_empty() && error.kind() == std::io::ErrorKind::TimedOut => {
                    return Err(Trouble::Slow);
                }
                Err(error) if bytes.is_empty() => return Err(Trouble::Unreadable(error.to_string())),
                Err(_) => break true,
            }
            if self.left().is_zero() || started.elapsed() > self.limits.answer {
                break true;
            }
        };
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes)).into_owned();
        Ok((text, cut))
    }
}

/// Headers as they came; bytes that are no ASCII are those of ISO 8859-1.
fn headers_of(headers: &HeaderMap) -> Headers {
    let text = |value: &[u8]| value.iter().map(|byte| char::from(*byte)).collect::<String>();
    Headers::new(headers.iter().map(|(name, value)| (name.as_str(), text(value.as_bytes()))))
}

fn joined(base: &Url, location: &str) -> Result<Url, Failed> {
    let url = base.join(location).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| Failed { trouble: Trouble::Nowhere(location.to_owned()), url: base.clone() })
}

fn trouble(error: &reqwest::Error) -> Trouble {
    if let Some(reason) = certificate_problem(error) {
        return Trouble::Certificate(reason);
    }
    match (error.is_timeout(), error.is_connect()) {
        (true, _) => Trouble::Slow,
        (_, true) => Trouble::Unreachable(reason(error)),
        _ => Trouble::Unreadable(reason(error)),
    }
}

/// What TLS says of a certificate that it refuses.
fn certificate_problem(error: &reqwest::Error) -> Option<String> {
    let texts = causes(error).map(ToString::to_string);
    texts.filter_map(|text| Some(text.split_once("invalid peer certificate: ")?.1.to_owned())).last()
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_public_site_sends_to_no_private_address() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = Url::parse(&format!("http://{}/", listener.local_addr().expect("an address"))).expect("an address");
        let places =
            ["http://127.0.0.2/", "http://[::ffff:127.0.0.1]/", "http://localhost:1/", "//169.254.169.254/latest"];
        std::thread::spawn(move || {
            for (stream, place) in listener.incoming().zip(places.into_iter().chain(places)) {
                let mut stream = stream.expect("a connection");
                let _ = stream.read(&mut [0; 4096]);
                let _ = write!(
                    stream,
                    "HTTP/1.1 302 F\r\nlocation: {place}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
            }
        });
        let client = Client::new(Limits::default(), Reach::Public, 0).expect("a client");
        for _ in 0..places.len() {
            let failed = client.visit(&url).expect_err("no visit");
            assert!(matches!(failed.trouble, Trouble::Private(_)), "{failed:?}");
        }
        for _ in 0..places.len() {
            let failed = client.preflight(&url, Trust::Checked).expect_err("no visit");
            assert!(failed.explain().en.contains("in a private network"), "{failed:?}");
        }
        // A name counts for what it stands for.
        let named = Url::parse("http://localhost:1/").expect("an address");
        let failed = client.once(&named, Trust::Checked).expect_err("no visit");
        assert!(failed.explain().en.contains("no address outside of private networks"), "{failed:?}");
    }
}
