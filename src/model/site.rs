//! The live product, visited once and politely: what it sends, over which TLS, and what its page loads from where.
//!
//! Only the address that the user gives is visited, with what it redirects to, its `robots.txt` and `security.txt`, its
//! twin with or without `www.`, and on its own host the dozen pages that a public product is expected to have.

pub(crate) mod audience;
pub(crate) mod client;
pub(crate) mod content;
pub(crate) mod cookies;
pub(crate) mod csp;
pub(crate) mod dates;
pub(crate) mod exchange;
pub(crate) mod fixture;
pub(crate) mod links;
pub(crate) mod observatory;
pub(crate) mod page;
pub(crate) mod parts;
pub(crate) mod results;
pub(crate) mod sought;
pub(crate) mod tls;
pub(crate) mod tour;
pub(crate) mod trackers;

use reqwest::Url;

use crate::base::reach::Reach;
use crate::base::text::Localized;
use crate::model::security_txt::SecurityTxt;

use client::{Client, Failed, Limits, Trouble, Trust};
use exchange::{Exchange, Headers, Visit};
use observatory::Observatory;
use page::{Page, registrable};
use tls::Shown;
use tour::Tour;

/// Where the product is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its address over plain HTTP.
    pub http: Url,
    /// Its address over TLS.
    pub https: Url,
    /// Whether a public address may send to those of private networks.
    pub allow_private: bool,
}

impl Target {
    /// The addresses of a product from the one that the user gives; without a scheme, it is a host.
    ///
    /// # Errors
    /// When it is not an address of the web; says why.
    pub fn of(given: &str, http_port: Option<u16>, https_port: Option<u16>) -> Result<Self, Localized> {
        let text = if given.contains("://") { given.to_owned() } else { format!("https://{given}") };
        let no = |why: &str| {
            Localized::new(
                format!("`{given}` is not an address of a site: {why}"),
                format!("« {given} » n'est pas l'adresse d'un site : {why}"),
            )
        };
        let url = Url::parse(&text).map_err(|error| no(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(Localized::new(
                format!("`{given}` is not an address of a site: only `http://` and `https://` are visited"),
                format!("« {given} » n'est pas l'adresse d'un site : seuls `http://` et `https://` se visitent"),
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Localized::new(
                "the address of a site is given without a name or password",
                "l'adresse d'un site se donne sans nom ni mot de passe",
            ));
        }
        let as_scheme = |scheme: &str, port: Option<u16>| {
            let mut own = url.clone();
            own.set_fragment(None);
            let known = if url.scheme() == scheme { url.port() } else { None };
            own.set_scheme(scheme).and_then(|()| own.set_port(port.or(known))).map_err(|()| no("http(s)://…"))?;
            Ok::<Url, Localized>(own)
        };
        let (http, https) = (as_scheme("http", http_port)?, as_scheme("https", https_port)?);
        Ok(Self { http, https, allow_private: false })
    }

    /// The name of its host.
    pub fn host(&self) -> &str {
        self.https.host_str().unwrap_or_default()
    }
}

/// What a visit showed.
#[derive(Debug, Clone)]
pub struct Site {
    /// What was asked and answered.
    pub exchange: Exchange,
    /// Why it does not answer over TLS, or with a certificate that is not trusted.
    pub tls_trouble: Option<Localized>,
    /// Its page.
    pub page: Page,
    /// What the HTTP Observatory would say.
    pub observatory: Observatory,
    /// Its certificate and the versions of TLS that it accepts; nothing for a site over plain HTTP.
    pub tls: Option<Shown>,
    /// Its `security.txt`: absent, or what it says; an error where it could not be asked.
    pub security_txt: Result<Option<SecurityTxt>, Localized>,
    /// Whether it has a `robots.txt`.
    pub robots_txt: Option<bool>,
    /// Its twin, with `www.` or without, where that serves pages of its own rather than sending here.
    pub twin: Option<String>,
    /// Its other pages.
    pub tour: Tour,
}

impl Site {
    /// Visits a site, once.
    ///
    /// # Errors
    /// When nothing answers, or with a status that is not a page.
    pub fn visit(target: &Target, limits: Limits, now: i64) -> Result<Self, Localized> {
        let reach = if target.allow_private { Reach::Anywhere } else { Reach::from(&target.https) };
        let client = Client::new(limits, reach, now).map_err(|trouble| trouble.explain(&target.https))?;
        // In clear and over TLS at the same time.
        let (http, https) = std::thread::scope(|scope| {
            let http = scope.spawn(|| client.visit(&target.http));
            let https = client.visit(&target.https);
            let lost = |_| Err(Failed { trouble: Trouble::OutOfTime, url: target.http.clone() });
            (http.join().unwrap_or_else(lost), https)
        });
        let tls_trouble = match &https {
            Ok((_, trouble)) => trouble.as_ref(),
            Err(trouble) => Some(trouble),
        };
        let tls_trouble = tls_trouble.map(Failed::explain);
        let troubles = [http.as_ref().err().map(Failed::explain), tls_trouble.clone()];
        let (http, https) = (http.ok().map(|(visit, _)| visit), https.ok().map(|(visit, _)| visit));
        let mut exchange = Exchange { host: target.host().to_owned(), http, https, cors: None };
        let Some(best) = exchange.best() else {
            let all = |of: fn(&Localized) -> &str, between: &str| {
                troubles.iter().flatten().map(of).collect::<Vec<_>>().join(between)
            };
            return Err(Localized::new(all(|reason| &reason.en, "; "), all(|reason| &reason.fr, " ; ")));
        };
        let status = best.reply.status;
        if !(200..400).contains(&status) && !matches!(status, 401 | 403) {
            let url = &best.reply.url;
            return Err(Localized::new(
                format!("{url} answers with status {status}, which is not a page"),
                format!("{url} répond par le statut {status}, qui n'est pas une page"),
            ));
        }
        let trust = if best.verified { Trust::Checked } else { Trust::Any };
        let (last, from) = (best.reply.url.clone(), best.from.clone());
        let mut page = match best.reply.is_html() {
            true => Page::read_until(&best.reply.body, &last, client.deadline()),
            false => Page::default(),
        };
        page.unread = page.unread.or_else(|| unread(best));
        exchange.cors = client.preflight(&last, trust).ok();
        let port = target.https.port_or_known_default().unwrap_or(443);
        let tls = exchange.https.is_some().then(|| tls::look_within(target.host(), port, reach));
        let observatory = Observatory::of(&exchange, &page);
        let security_txt = security_txt(&client, &from, trust);
        let robots = from.join("/robots.txt").ok().and_then(|url| client.text(&url, trust).ok());
        let twin = twin(&client, &from, trust);
        // It comes last, with the time that is left.
        let tour = Tour::of(&client, &page, &last, trust);
        Ok(Self {
            tls_trouble,
            page,
            observatory,
            tls,
            security_txt,
            robots_txt: robots.map(|reply| reply.status == 200),
            twin,
            tour,
            exchange,
        })
    }

    /// The headers of the best answer.
    pub fn headers(&self) -> Headers {
        self.exchange.best().map(|visit| visit.reply.headers.clone()).unwrap_or_default()
    }
}

/// Why a page cannot be read to its end.
fn unread(visit: &Visit) -> Option<Localized> {
    let coding = visit.reply.headers.get("content-encoding").filter(|coding| !coding.eq_ignore_ascii_case("identity"));
    match coding {
        Some(coding) => Some(Localized::new(
            format!("its page is compressed although compression was not requested ({coding})"),
            format!("sa page arrive compressée sans qu'on le demande ({coding})"),
        )),
        None if visit.reply.cut => Some(Localized::new(
            "its page is truncated, or too long to be read to its end",
            "sa page s'interrompt, ou est trop longue pour être lue jusqu'au bout",
        )),
        None => None,
    }
}

/// What is at the place that RFC 9116 gives.
fn security_txt(client: &Client, from: &Url, trust: Trust) -> Result<Option<SecurityTxt>, Localized> {
    let Ok(url) = from.join("/.well-known/security.txt") else { return Ok(None) };
    let reply = client.text(&url, trust).map_err(|failed| failed.explain())?;
    // Many sites answer any address with their page.
    Ok((reply.status == 200 && !reply.is_html()).then(|| SecurityTxt::read(&reply.body)))
}

/// The twin of a registered domain, where it serves pages of its own.
fn twin(client: &Client, from: &Url, trust: Trust) -> Option<String> {
    let host = from.host_str()?;
    let domain = registrable(host)?;
    let other = match host.strip_prefix("www.") {
        Some(bare) if bare == domain => bare.to_owned(),
        None if host == domain => format!("www.{host}"),
        _ => return None,
    };
    let mut url = from.clone();
    url.set_host(Some(&other)).ok()?;
    let reply = client.once(&url, trust).ok()?;
    (reply.status == 200).then_some(other)
}
