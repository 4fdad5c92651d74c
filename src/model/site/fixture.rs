//! The answers of a site written by hand, for the cases of rules: the `site` of `case.yml`.

use std::collections::BTreeMap;

use reqwest::Url;
use serde::Deserialize;

use super::cookies::Jar;
use super::exchange::{Exchange, Headers, Reply, Visit};
use super::observatory::Observatory;
use super::page::Page;
use super::tls::{Certificate, Shown};
use super::tour::Tour;
use super::{Site, Target};
use crate::base::text::Localized;
use crate::model::security_txt::SecurityTxt;
use crate::read::history::DAY;

/// What a site answers. Over TLS it does so with a certificate that is trusted, over plain HTTP it redirects there, unless the case says otherwise.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct SiteFixture {
    /// Why it does not answer at all.
    pub dead: Option<String>,
    /// Its headers.
    pub headers: BTreeMap<String, String>,
    /// The cookies that it sets.
    pub cookies: Vec<String>,
    /// Its page.
    pub html: String,
    /// Whether it answers over TLS.
    pub tls: bool,
    /// The versions of TLS that it accepts.
    pub tls_versions: Vec<String>,
    /// Whether its certificate is trusted.
    pub trusted: bool,
    /// In how many days its certificate ends.
    pub certificate_days: i64,
    /// Where it sends from its plain-HTTP address, step by step; nothing where it answers there.
    pub redirects: Vec<String>,
    /// Its `security.txt`.
    pub security_txt: Option<String>,
    /// The name under which it is served a second time.
    pub twin: Option<String>,
}

impl Default for SiteFixture {
    fn default() -> Self {
        Self {
            dead: None,
            headers: BTreeMap::new(),
            cookies: Vec::new(),
            html: "<!doctype html><title>x</title>".to_owned(),
            tls: true,
            tls_versions: vec!["1.2".to_owned(), "1.3".to_owned()],
            trusted: true,
            certificate_days: 60,
            redirects: vec!["https://example.gouv.fr/".to_owned()],
            security_txt: None,
            twin: None,
        }
    }
}

impl SiteFixture {
    /// What is seen of it at a date, in seconds since 1970.
    ///
    /// # Errors
    /// When an address is not valid, or the site is declared dead.
    pub(crate) fn answers(&self, as_of: i64) -> Result<Site, Localized> {
        if let Some(reason) = &self.dead {
            return Err(Localized::new(reason.clone(), reason.clone()));
        }
        let target = Target::of("example.gouv.fr", None, None)?;
        let mut headers: Vec<(String, String)> = vec![("content-type".to_owned(), "text/html".to_owned())];
        headers.extend(self.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        headers.extend(self.cookies.iter().map(|cookie| ("set-cookie".to_owned(), cookie.clone())));
        let visit = |from: &Url, others: &[String]| {
            let mut route = vec![from.clone()];
            for other in others {
                let url = Url::parse(other).map_err(|error| Localized::new(error.to_string(), error.to_string()))?;
                route.push(url);
            }
            let url = route.last().unwrap_or(from).clone();
            let mut jar = Jar::default();
            self.cookies.iter().for_each(|cookie| jar.set(cookie, &url, as_of));
            let reply =
                Reply { url, status: 200, headers: Headers::new(headers.clone()), body: self.html.clone(), cut: false };
            Ok::<Visit, Localized>(Visit {
                from: from.clone(),
                route,
                reply,
                verified: self.trusted,
                cookies: jar.cookies,
            })
        };
        let http = Visit { verified: true, ..visit(&target.http, &self.redirects)? };
        let https = if self.tls { Some(visit(&target.https, &[])?) } else { None };
        let cors = Some(Headers::new(headers.clone()));
        let exchange = Exchange { host: target.host().to_owned(), http: Some(http), https, cors };
        let page = exchange.best().map(|best| Page::read(&best.reply.body, &best.reply.url)).unwrap_or_default();
        const KNOWN: &[&str] = &["1.0", "1.1", "1.2", "1.3"];
        let shown = Shown {
            certificate: Some(Certificate {
                from: as_of - 30 * DAY,
                until: as_of + self.certificate_days * DAY,
                issuer: "CN=Example".to_owned(),
                chain: 2,
            }),
            versions: KNOWN.iter().copied().filter(|known| self.tls_versions.iter().any(|own| own == known)).collect(),
        };
        let untrusted = || Localized::new("UnknownIssuer", "UnknownIssuer");
        Ok(Site {
            tls_trouble: (!self.trusted || !self.tls).then(untrusted),
            observatory: Observatory::of(&exchange, &page),
            page,
            tls: self.tls.then_some(shown),
            security_txt: Ok(self.security_txt.as_deref().map(SecurityTxt::read)),
            robots_txt: Some(false),
            twin: self.twin.clone(),
            tour: Tour::default(),
            exchange,
        })
    }
}
