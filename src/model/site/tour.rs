//! The pages that a public product is expected to have, as its live site shows them: those that its home page links, on its own
//! host, a bounded number of them.

use std::sync::Arc;

use regex::Regex;
use reqwest::Url;

use super::client::{Client, Failed, Trust};
use super::content::{Content, Link};
use super::exchange::Reply;
use super::page::Page;
use super::sought::Sought;
use crate::base::text::{Localized, localized};

/// How many pages are visited beside the home page.
const MOST: usize = 12;

/// The pages of a site.
#[derive(Debug, Clone, Default)]
pub struct Tour {
    /// What was found of each page, in the order of [`Sought::ALL`]; a page that no link names is not there.
    pub found: Vec<Found>,
    /// How many pages were visited beside the home page.
    pub visited: usize,
    /// Pages that were linked and left, since enough were visited.
    pub left: Vec<Sought>,
    /// The version of the State's design system, where a file names it.
    pub dsfr: Option<String>,
}

/// A page that a link names.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which one.
    pub sought: Sought,
    /// The link.
    pub link: Link,
    /// What it leads to.
    pub led: Led,
}

/// What a link leads to.
#[derive(Debug, Clone)]
pub enum Led {
    /// A page that people can read.
    Page(Arc<Visited>),
    /// A document that is no page of HTML, such as a PDF: its kind.
    File(String),
    /// Another host, which is not visited.
    Elsewhere(Url),
    /// An answer that is no page: its status.
    Refused(u16),
    /// No answer.
    Failed(Localized),
    /// The home page itself, whatever the link says: one that was never filled in.
    Nowhere,
}

/// A page that was visited.
#[derive(Debug, Clone)]
pub struct Visited {
    /// Its address, where it was found at last.
    pub url: Url,
    /// What it says.
    pub content: Content,
    /// What it embeds from elsewhere: the hosts of its frames.
    pub frames: Vec<String>,
    /// Why it was not read, or not to its end.
    pub unread: Option<Localized>,
}

impl Tour {
    /// Visits the pages that a home page links.
    pub(super) fn of(client: &Client, home: &Page, at: &Url, trust: Trust) -> Self {
        let mut tour = Self { dsfr: dsfr_version(client, home, at, trust), ..Self::default() };
        for sought in Sought::ALL {
            let own = match sought {
                // It is linked where the statement is.
                Sought::Plan => tour.page(Sought::Accessibility).map(|page| page.content.links.clone()),
                _ => None,
            };
            let links: Vec<&Link> = own.as_deref().unwrap_or_default().iter().chain(&home.content.links).collect();
            let mut named: Vec<&Link> = links.iter().copied().filter(|link| Sought::of(link) == Some(sought)).collect();
            if named.is_empty() {
                // One page may be two: « Mentions légales et confidentialité ».
                named = links.into_iter().filter(|link| sought.is_said_by(link)).collect();
            }
            let own_host = named.iter().filter(|link| is_within(at, &link.url));
            let best = own_host.clone().find(|link| link.footer).or_else(|| own_host.clone().next());
            let Some(link) = best.or(named.first()).map(|link| Link::clone(link)) else { continue };
            if let Some(led) = tour.lead(client, &link, (home, at), trust) {
                tour.found.push(Found { sought, link, led });
            } else {
                tour.left.push(sought);
            }
        }
        tour
    }

    /// What is known of a page.
    pub(crate) fn get(&self, sought: Sought) -> Option<&Found> {
        self.found.iter().find(|found| found.sought == sought)
    }

    /// A page that was read.
    pub(crate) fn page(&self, sought: Sought) -> Option<&Visited> {
        match &self.get(sought)?.led {
            Led::Page(page) => Some(page),
            _ => None,
        }
    }

    /// What a link leads to; nothing where enough pages were visited.
    fn lead(&mut self, client: &Client, link: &Link, (home, at): (&Page, &Url), trust: Trust) -> Option<Led> {
        let mut url = link.url.clone();
        url.set_fragment(None);
        if !is_within(at, &url) {
            return Some(Led::Elsewhere(url));
        }
        if is_same_page(at, &url) {
            return Some(match link.url.fragment() {
                None | Some("") => Led::Nowhere,
                Some(route) if route.starts_with(['/', '!']) => Led::Failed(localized!(
                    "the address leads into a page that scripts make, which are not run",
                    "l'adresse mène dans une page que font des scripts, qui ne sont pas lancés"
                )),
                // A part of the home page.
                Some(_) => Led::Page(Arc::new(Visited {
                    url: at.clone(),
                    content: home.content.clone(),
                    frames: Vec::new(),
                    unread: home.unread.clone(),
                })),
            });
        }
        let known = self.found.iter().find(|found| {
            let mut other = found.link.url.clone();
            other.set_fragment(None);
            other == url
        });
        if let Some(known) = known {
            return Some(known.led.clone());
        }
        if self.visited == MOST {
            return None;
        }
        self.visited += 1;
        let reply = match client.within(&url, trust, |to| is_within(at, to)) {
            Ok(Ok(reply)) => reply,
            Ok(Err(elsewhere)) => return Some(Led::Elsewhere(elsewhere)),
            Err(failed) => return Some(Led::Failed(Failed::explain(&failed))),
        };
        Some(led(reply, client))
    }
}

fn led(reply: Reply, client: &Client) -> Led {
    if reply.status != 200 {
        return Led::Refused(reply.status);
    }
    if !reply.is_html() {
        let kind = reply.headers.get("content-type").unwrap_or_default();
        return Led::File(kind.split(';').next().unwrap_or_default().trim().to_owned());
    }
    let mut page = Page::read_until(&reply.body, &reply.url, client.deadline());
    if reply.cut {
        page.unread.get_or_insert_with(|| {
            localized!(
                "the page is truncated, or too long to be read to its end",
                "la page s'interrompt, ou est trop longue pour être lue jusqu'au bout"
            )
        });
    }
    let frames = page.resources.iter().filter(|resource| resource.kind == "frame");
    let mut frames: Vec<String> = frames.filter_map(|frame| frame.url.host_str().map(str::to_owned)).collect();
    frames.dedup();
    Led::Page(Arc::new(Visited { url: reply.url, content: page.content, frames, unread: page.unread }))
}

/// Whether an address is on the host of the site, with or without `www.`.
fn is_within(site: &Url, url: &Url) -> bool {
    let host = |url: &Url| url.host_str().map(|host| host.trim_start_matches("www.").to_lowercase());
    host(site) == host(url) && site.port() == url.port() && matches!(url.scheme(), "http" | "https")
}

/// Whether an address without its fragment is that of the home page.
fn is_same_page(home: &Url, url: &Url) -> bool {
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    path(home) == path(url) && home.query() == url.query()
}

/// The version of the State's design system: as the address of a file names it, else as its style sheet says at its top.
fn dsfr_version(client: &Client, home: &Page, at: &Url, trust: Trust) -> Option<String> {
    let named = Regex::new(r"dsfr(?:@|/|-|\.|/dist/)v?(\d+\.\d+(?:\.\d+)?)").ok()?;
    let said = Regex::new(r"DSFR v(\d+\.\d+(?:\.\d+)?)").ok()?;
    let version = |found: regex::Captures<'_>| found.get(1).map(|version| version.as_str().to_owned());
    let files = || home.resources.iter().filter(|file| file.url.path().to_lowercase().contains("dsfr"));
    let by_name = files().find_map(|file| named.captures(file.url.as_str()).and_then(version));
    by_name.or_else(|| {
        let sheet = files().find(|file| file.kind == "style" && is_within(at, &file.url))?;
        let reply = client.within(&sheet.url, trust, |to| is_within(at, to)).ok()?.ok()?;
        said.captures(&reply.body[..reply.body.floor_char_boundary(4_096)]).and_then(version)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_site_is_one_with_or_without_www() {
        let at = Url::parse("https://www.a.gouv.fr/x").expect("an address");
        for (url, within) in [
            ("https://a.gouv.fr/stats", true),
            ("http://www.a.gouv.fr/", true),
            ("https://b.a.gouv.fr/", false),
            ("https://a.gouv.fr:8443/", false),
            ("https://a.gouv.fr.example.org/", false),
        ] {
            assert_eq!(is_within(&at, &Url::parse(url).expect("an address")), within, "{url}");
        }
    }
}
