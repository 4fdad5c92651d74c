//! Polite requests to the API of one forge: bounded, cached, honest about what it refuses.

use std::io::Read;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use reqwest::blocking::{Client as Http, Response};
use reqwest::header::{ACCEPT, AUTHORIZATION, ETAG, HeaderMap, IF_NONE_MATCH, LINK, LOCATION, RETRY_AFTER};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::address::{Address, Software};
use super::cache::{Cache, Kept};
use super::list_page::Page;
use crate::base::network::{reason, use_ring};
use crate::base::text::Localized;

/// How patient a client is.
#[derive(Debug, Clone)]
pub struct Limits {
    /// For one answer.
    pub answer: Duration,
    /// For all of them together.
    pub all: Duration,
    /// Before the first new try after a failure of the server; it doubles.
    pub pause: Duration,
    /// Bytes of one answer.
    pub bytes: u64,
    /// Pages of one list.
    pub pages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(15),
            all: Duration::from_secs(60),
            pause: Duration::from_millis(500),
            bytes: 16 * 1024 * 1024,
            pages: 20,
        }
    }
}

/// Bytes of an answer that is no page of a list (2 MiB).
const ONE: u64 = 2 * 1024 * 1024;

/// How many answers of the largest size are read, all requests together.
const LARGEST: u64 = 8;

/// How many times a request is made when the server fails.
const TRIES: u32 = 3;

/// A wait that the forge asks for and that is still short enough to be kept.
const SHORT_WAIT: Duration = Duration::from_secs(5);

/// What is left of the requests that a forge grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests left.
    pub remaining: u64,
    /// Requests granted in all.
    pub limit: u64,
    /// When they are granted anew, in seconds since 1970.
    pub reset: Option<i64>,
}

/// Why a question got no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// 401: the token is not accepted.
    Unauthorized,
    /// 403: the token, or its absence, gives no right to it.
    Forbidden,
    /// 404: it does not exist, or is hidden from those who may not see it.
    NotFound,
    /// Too many requests; when they are granted anew, in seconds since 1970.
    RateLimited(Option<i64>),
    /// The server failed again and again.
    Server(u16),
    /// An answer of no known meaning.
    Unexpected(u16),
    /// It sends elsewhere, where neither the question nor the token goes.
    Elsewhere(String),
    /// No connection, or no answer in time.
    Network(String),
    /// The answer is larger than what is read.
    TooLarge,
    /// The answer is not what the API documents.
    Malformed(String),
    /// All the time for this forge is spent.
    OutOfTime,
}

impl Refusal {
    /// What happened and what to do about it.
    pub fn explain(&self, address: &Address) -> Localized {
        let host = &address.host;
        let variable = address.usual_variable();
        match (self, &address.token) {
            (Self::Unauthorized, Some(token)) => Localized::new(
                format!("{host} does not accept the token of {} (401): it is wrong or has expired", token.origin),
                format!("{host} n'accepte pas le jeton de {} (401) : il est faux ou a expiré", token.origin),
            ),
            (Self::Unauthorized, None) => Localized::new(
                format!("{host} requires a token (401); set {variable}"),
                format!("{host} demande un jeton (401) ; définissez {variable}"),
            ),
            (Self::Forbidden, Some(token)) => Localized::new(
                format!("the token in {} lacks that permission on {host} (403)", token.origin),
                format!("le jeton de {} n'y donne pas droit sur {host} (403)", token.origin),
            ),
            (Self::Forbidden, None) => Localized::new(
                format!("{host} requires a token with that permission (403); set {variable}"),
                format!("{host} ne le montre qu'avec un jeton qui y donne droit (403) ; définissez {variable}"),
            ),
            (Self::NotFound, _) => Localized::new(
                format!("{} does not have it, or hides it from those without permission (404)", address.page()),
                format!("{} ne l'a pas, ou le cache à qui n'y a pas droit (404)", address.page()),
            ),
            (Self::RateLimited(reset), token) => {
                let until = reset.and_then(|reset| jiff::Timestamp::from_second(reset).ok());
                let (en, fr) = until.map_or((String::new(), String::new()), |time| {
                    (format!(", until {time}"), format!(", jusqu'à {time}"))
                });
                let more = token.is_none();
                Localized::new(
                    format!(
                        "{host} accepts no more requests for now (429){en}{}",
                        if more { format!("; with a token in {variable} it answers many more") } else { String::new() }
                    ),
                    format!(
                        "{host} ne répond plus pour l'instant (429){fr}{}",
                        if more {
                            format!(" ; avec un jeton dans {variable}, il répond bien plus")
                        } else {
                            String::new()
                        }
                    ),
                )
            }
            (Self::Server(status), _) => Localized::new(
                format!("{host} failed {TRIES} times ({status}); try again later"),
                format!("{host} a échoué {TRIES} fois ({status}) ; réessayez plus tard"),
            ),
            (Self::Unexpected(status), _) => Localized::new(
                format!("{host} sent an unexpected response ({status})"),
                format!("{host} a donné une réponse que son API ne documente pas ({status})"),
            ),
            (Self::Elsewhere(to), _) => Localized::new(
                format!("{host} redirects to {to}, which equerre does not follow"),
                format!("{host} renvoie vers {to}, où equerre ne va pas"),
            ),
            (Self::Network(reason), _) => Localized::new(
                format!("{host} cannot be reached: {reason}"),
                format!("{host} est injoignable : {reason}"),
            ),
            (Self::TooLarge, _) => Localized::new(
                format!("a response of {host} is too large to be read"),
                format!("une réponse de {host} est trop grosse pour être lue"),
            ),
            (Self::Malformed(reason), _) => Localized::new(
                format!("a response of {host} is not what its API documents: {reason}"),
                format!("une réponse de {host} n'est pas ce que son API documente : {reason}"),
            ),
            (Self::OutOfTime, _) => Localized::new(
                format!("{host} is too slow: the time limit is reached"),
                format!("{host} est trop lent : le temps qui lui est donné est écoulé"),
            ),
        }
    }
}

/// A client of one forge.
pub struct Client {
    /// Where it asks.
    pub address: Address,
    http: Http,
    cache: Option<Cache>,
    limits: Limits,
    started: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Why nothing more is asked.
    stopped: Option<Refusal>,
    rate: Option<Rate>,
    /// Bytes that were read so far.
    bytes: u64,
}

/// One answer, which is JSON.
#[derive(Debug)]
struct Answer {
    body: Vec<u8>,
    next: Option<String>,
}

/// A list, and why it stops before its end where it does.
#[derive(Debug)]
pub struct Pages<T> {
    /// What was given.
    pub items: Vec<T>,
    /// Why there may be more.
    pub cut: Option<Refusal>,
}

impl Client {
    /// A client; `cache` is the folder of what was answered before.
    ///
    /// # Errors
    /// When the certificates or the proxy of this machine cannot be used.
    pub fn new(address: Address, cache: Option<Cache>, limits: Limits) -> Result<Self, Refusal> {
        use_ring();
        let http = Http::builder()
            .user_agent(concat!("equerre/", env!("CARGO_PKG_VERSION")))
            .timeout(limits.answer)
            .connect_timeout(limits.answer.min(Duration::from_secs(5)))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| Refusal::Network(reason(&error)))?;
        Ok(Self { address, http, cache, limits, started: Instant::now(), state: Mutex::default() })
    }

    /// What the forge last said about its request quota.
    pub fn rate(&self) -> Option<Rate> {
        self.state.lock().ok()?.rate
    }

    /// One answer, as JSON.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn get(&self, path: &str) -> Result<Value, Refusal> {
        self.one(path)
    }

    /// One answer of a known form; what it holds beside is left.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub fn one<T: DeserializeOwned>(&self, path: &str) -> Result<T, Refusal> {
        let answer = self.ask(&format!("{}{path}", self.address.api), ONE)?;
        typed(&answer.body)
    }

    /// One answer as it is, which may be as large as a page of a list: that of a host that is no forge.
    ///
    /// # Errors
    /// See [`Refusal`].
    pub(crate) fn text(&self, path: &str) -> Result<String, Refusal> {
        let answer = self.ask(&format!("{}{path}", self.address.api), u64::MAX)?;
        String::from_utf8(answer.body).map_err(|error| Refusal::Malformed(error.to_string()))
    }

    /// A list, page after page, as long as `wanted` holds for the last item of each. Of a page, only its items in the form
    /// that is asked for outlive it.
    ///
    /// # Errors
    /// When the first page is refused; a later refusal cuts the list.
    pub fn list<T: DeserializeOwned>(&self, path: &str, wanted: impl Fn(&T) -> bool) -> Result<Pages<T>, Refusal> {
        let mut items = Vec::new();
        let mut next = Some(format!("{}{path}", self.address.api));
        let mut pages = 0;
        while let Some(url) = next.take() {
            if pages == self.limits.pages {
                return Ok(Pages { items, cut: Some(Refusal::TooLarge) });
            }
            let answer = match self.ask(&url, u64::MAX) {
                Ok(answer) => answer,
                Err(refusal) if pages > 0 => return Ok(Pages { items, cut: Some(refusal) }),
                Err(refusal) => return Err(refusal),
            };
            pages += 1;
            let Page(page) = typed(&answer.body)?;
            let more = page.last().is_some_and(&wanted);
            items.extend(page);
            next = answer.next.filter(|_| more);
        }
        Ok(Pages { items, cut: None })
    }

    /// Asks, unless all is said; `most` is the size of an answer where that is less than usual.
    fn ask(&self, url: &str, most: u64) -> Result<Answer, Refusal> {
        if let Some(refusal) = self.state.lock().ok().and_then(|state| state.stopped.clone()) {
            return Err(refusal);
        }
        let asked = self.try_again(url, most.min(self.limits.bytes));
        // A forge that cannot be reached, or has had enough, is not asked anything more.
        if let Err(
            refusal @ (Refusal::Network(_) | Refusal::RateLimited(_) | Refusal::OutOfTime | Refusal::Unauthorized),
        ) = &asked
            && let Ok(mut state) = self.state.lock()
        {
            state.stopped = Some(refusal.clone());
        }
        asked
    }

    /// Makes the request, and makes it again when the server fails or asks for a short wait.
    fn try_again(&self, url: &str, most: u64) -> Result<Answer, Refusal> {
        let mut pause = self.limits.pause;
        for attempt in 1.. {
            let (refusal, wait) = match self.once(url, most) {
                Ok(answer) => return Ok(answer),
                Err(Failure { refusal: refusal @ Refusal::Server(_), wait }) => (refusal, wait.unwrap_or(pause)),
                Err(Failure { refusal: refusal @ Refusal::RateLimited(_), wait: Some(wait) }) => (refusal, wait),
                Err(Failure { refusal, .. }) => return Err(refusal),
            };
            if attempt == TRIES || wait > SHORT_WAIT {
                return Err(refusal);
            }
            std::thread::sleep(wait.min(self.left()));
            pause *= 2;
        }
        Err(Refusal::OutOfTime)
    }

    fn left(&self) -> Duration {
        self.limits.all.saturating_sub(self.started.elapsed())
    }

    fn once(&self, url: &str, most: u64) -> Result<Answer, Failure> {
        let mut url = url.to_owned();
        for _ in 0..5 {
            if !same_origin(&url, &self.address.api) {
                return Err(Refusal::Elsewhere(origin(&url)).into());
            }
            let kept = self.cache.as_ref().and_then(|cache| cache.find(&url, self.address.token.as_ref()));
            let response = self.send(&url, kept.as_ref())?;
            if let Some(rate) = rate(response.headers())
                && let Ok(mut state) = self.state.lock()
            {
                state.rate = Some(rate);
            }
            let status = response.status();
            if let (StatusCode::NOT_MODIFIED, Some(kept)) = (status, kept) {
                return Ok(Answer { body: kept.body.into_bytes(), next: kept.next });
            }
            if status.is_redirection() {
                let target = response.headers().get(LOCATION).and_then(|target| target.to_str().ok());
                let base = reqwest::Url::parse(&url).map_err(|error| Refusal::Malformed(error.to_string()))?;
                let target = target.and_then(|target| base.join(target).ok());
                url = target.ok_or(Refusal::Unexpected(status.as_u16()))?.to_string();
                continue;
            }
            if status != StatusCode::OK {
                return Err(refused(status, response.headers()));
            }
            return Ok(self.read(&url, response, most)?);
        }
        Err(Refusal::Elsewhere(origin(&url)).into())
    }

    fn send(&self, url: &str, kept: Option<&Kept>) -> Result<Response, Refusal> {
        let left = self.left();
        if left.is_zero() {
            return Err(Refusal::OutOfTime);
        }
        let accept = match self.address.software {
            Software::GitHub => "application/vnd.github+json",
            _ => "application/json",
        };
        let mut request = self.http.get(url).header(ACCEPT, accept).timeout(left.min(self.limits.answer));
        if let Some(token) = &self.address.token {
            let scheme = if self.address.software == Software::Forgejo { "token" } else { "Bearer" };
            request = request.header(AUTHORIZATION, format!("{scheme} {}", token.secret()));
        }
        if let Some(kept) = kept {
            request = request.header(IF_NONE_MATCH, &kept.etag);
        }
        request.send().map_err(|error| Refusal::Network(reason(&error)))
    }

    fn read(&self, url: &str, response: Response, most: u64) -> Result<Answer, Refusal> {
        let next = response.headers().get(LINK).and_then(|link| link.to_str().ok()).and_then(next_page);
        let etag = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        response
            .take(most + 1)
            .read_to_end(&mut body)
            .map_err(|error| Refusal::Network(format!("the answer breaks off: {error}")))?;
        let size = body.len() as u64;
        let all = self.state.lock().map_or(u64::MAX, |mut state| {
            state.bytes = state.bytes.saturating_add(size);
            state.bytes
        });
        if size > most || all > self.limits.bytes.saturating_mul(LARGEST) {
            return Err(Refusal::TooLarge);
        }
        let _: IgnoredAny = typed(&body)?;
        if let (Some(cache), Some(etag)) = (&self.cache, etag)
            && let Ok(body) = String::from_utf8(body.clone())
        {
            cache.keep(url, self.address.token.as_ref(), &Kept { etag, next: next.clone(), body });
        }
        Ok(Answer { body, next })
    }
}

/// What an answer says, in a form that is asked for.
fn typed<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::Malformed(error.to_string()))
}

/// A refusal, and the wait that the forge asks for before another try.
struct Failure {
    refusal: Refusal,
    wait: Option<Duration>,
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, wait: None }
    }
}

fn refused(status: StatusCode, headers: &HeaderMap) -> Failure {
    let wait = number(headers, RETRY_AFTER.as_str()).map(Duration::from_secs);
    let spent = rate(headers).filter(|rate| rate.remaining == 0);
    let refusal = match status {
        StatusCode::TOO_MANY_REQUESTS => Refusal::RateLimited(spent.and_then(|rate| rate.reset)),
        // GitHub says 403 for this too.
        StatusCode::FORBIDDEN if spent.is_some() || wait.is_some() => {
            Refusal::RateLimited(spent.and_then(|rate| rate.reset))
        }
        StatusCode::UNAUTHORIZED => Refusal::Unauthorized,
        StatusCode::FORBIDDEN => Refusal::Forbidden,
        StatusCode::NOT_FOUND | StatusCode::GONE => Refusal::NotFound,
        status if status.is_server_error() => Refusal::Server(status.as_u16()),
        status => Refusal::Unexpected(status.as_u16()),
    };
    Failure { refusal, wait }
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// `X-RateLimit-…` of GitHub and Forgejo, `RateLimit-…` of GitLab.
fn rate(headers: &HeaderMap) -> Option<Rate> {
    let either = |name: &str| number(headers, &format!("x-{name}")).or_else(|| number(headers, name));
    Some(Rate {
        remaining: either("ratelimit-remaining")?,
        limit: either("ratelimit-limit")?,
        reset: either("ratelimit-reset").and_then(|reset| i64::try_from(reset).ok()),
    })
}

/// The address of the next page in a `Link` header (RFC 8288).
fn next_page(link: &str) -> Option<String> {
    link.split(',').find_map(|part| {
        let (target, parameters) = part.split_once(';')?;
        let is_next = parameters.split(';').any(|parameter| {
            parameter
                .trim()
                .split_once('=')
                .is_some_and(|(name, value)| name == "rel" && value.trim_matches('"') == "next")
        });
        is_next.then(|| target.trim().trim_start_matches('<').trim_end_matches('>').to_owned())
    })
}

fn origin(url: &str) -> String {
    reqwest::Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.origin().ascii_serialization())
}

fn same_origin(a: &str, b: &str) -> bool {
    match (reqwest::Url::parse(a), reqwest::Url::parse(b)) {
        (Ok(a), Ok(b)) => a.origin() == b.origin(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_read_from_its_header() {
        let link =
            r#"<https://a/x?page=1>; rel="prev", <https://a/x?page=3>; rel="next", <https://a/x?page=9>; rel="last""#;
        assert_eq!(next_page(link).as_deref(), Some("https://a/x?page=3"));
        assert_eq!(next_page(r#"<https://a/x>; rel="last""#), None);
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        assert!(same_origin("https://a/x", "https://a:443/y"));
        for other in ["http://a/x", "https://b/x", "https://a:8443/x", "https://a.b/x"] {
            assert!(!same_origin(other, "https://a"), "{other}");
        }
    }
}
