//! What a page of HTML makes a browser load, and what its `<meta>` elements say, without running any script.

use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, driver};
use reqwest::Url;
use scraper::{ElementRef, Html, HtmlTreeSink, Selector};

use crate::base::text::Localized;

/// Something that a page loads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// What it is: `script`, `style`, `image`, `frame`, `media`, `font`.
    pub kind: &'static str,
    /// Where it comes from.
    pub url: Url,
}

/// A script of a page that has a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its source, resolved by the `<base>` of the page where it has one, else as written.
    pub src: String,
    /// The hash that its content must have.
    pub integrity: Option<String>,
}

/// A page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The policies of `<meta http-equiv="Content-Security-Policy">`.
    pub csp: Vec<String>,
    /// The policy of the last `<meta name="referrer">`.
    pub referrer: Option<String>,
    /// What `<meta name="generator">` says.
    pub generator: Option<String>,
    /// How many scripts there are, those of the page itself included.
    pub script_count: usize,
    /// The scripts that have a source.
    pub scripts: Vec<Script>,
    /// All that is loaded, as far as the page itself shows.
    pub resources: Vec<Resource>,
    /// Why it was not read, or not to its end: what is not seen in it may be there all the same.
    pub unread: Option<Localized>,
}

/// How deep elements may be in each other; below, a page is not read: a parser takes the square of the depth.
const DEEPEST: usize = 1_000;

/// Elements without content, and those that the next one of their kind ends.
const NEVER_DEEP: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p", "li",
    "td", "th", "tr", "tbody", "thead", "option", "dt", "dd",
];

/// The elements that load something: selector, attribute, kind.
const LOADING: &[(&str, &str, &str)] = &[
    ("script[src]", "src", "script"),
    ("link[rel~=stylesheet][href]", "href", "style"),
    ("link[rel~=icon][href]", "href", "image"),
    ("link[rel~=preload][as=font][href]", "href", "font"),
    ("img[src]", "src", "image"),
    ("iframe[src]", "src", "frame"),
    ("video[src]", "src", "media"),
    ("audio[src]", "src", "media"),
    ("source[src]", "src", "media"),
    ("object[data]", "data", "media"),
    ("embed[src]", "src", "media"),
];

impl Page {
    /// Reads a page that was found at an address.
    pub fn read(html: &str, url: &Url) -> Self {
        let shallow = shallow(html);
        let document = parsed(shallow);
        let mut page = Self::default();
        if shallow.len() < html.len() {
            page.unread = Some(Localized::new(
                format!("its page nests elements more than {DEEPEST} levels deep"),
                format!("sa page imbrique plus de {DEEPEST} éléments"),
            ));
        }
        for meta in found(&document, "meta") {
            let attribute = |name: &str| meta.attr(name).map(|value| value.trim().to_lowercase());
            let content = meta.attr("content");
            if let (Some(equivalent), Some(content)) = (attribute("http-equiv"), content) {
                if equivalent == "content-security-policy" && !content.is_empty() {
                    page.csp.push(content.to_owned());
                }
                continue;
            }
            let content = content.filter(|content| !content.is_empty()).map(str::to_owned);
            match attribute("name").as_deref() {
                Some("referrer") => page.referrer = content.or(page.referrer.take()),
                Some("generator") => page.generator = content.or(page.generator.take()),
                _ => {}
            }
        }
        let base = found(&document, "base[href]").next().and_then(|base| base.attr("href"));
        // Without a `<base>`, sources stay as they are written: that is how the Observatory sees them.
        let absolute = base.and_then(|base| Url::parse(base).ok());
        for script in found(&document, "script") {
            page.script_count += 1;
            let Some(src) = script.attr("src").filter(|src| !src.is_empty()) else { continue };
            let resolved = match &absolute {
                Some(base) => base.join(src).ok(),
                None => Url::parse(src).ok(),
            };
            page.scripts.push(Script {
                src: resolved.map_or_else(|| src.to_owned(), String::from),
                integrity: script.attr("integrity").filter(|hash| !hash.is_empty()).map(str::to_owned),
            });
        }
        let base = base.and_then(|base| url.join(base).ok()).unwrap_or_else(|| url.clone());
        for (selector, attribute, kind) in LOADING {
            for element in found(&document, selector) {
                let target = element.attr(attribute).and_then(|target| base.join(target.trim()).ok());
                if let Some(target) = target.filter(|target| matches!(target.scheme(), "http" | "https")) {
                    page.resources.push(Resource { kind, url: target });
                }
            }
        }
        page
    }

    /// What comes from hosts of other organisations, seen from an address: kind and host, each once.
    pub fn third_parties(&self, url: &Url) -> Vec<(&'static str, String)> {
        let own = url.host_str().unwrap_or_default();
        let mut found: Vec<(&'static str, String)> = Vec::new();
        for resource in &self.resources {
            let host = resource.url.host_str().unwrap_or_default();
            let foreign = registrable(host) != registrable(own) || registrable(host).is_none() && host != own;
            if foreign && !found.iter().any(|(kind, known)| *kind == resource.kind && known == host) {
                found.push((resource.kind, host.to_owned()));
            }
        }
        found
    }

    /// What a page that came over TLS loads over plain HTTP.
    pub fn mixed(&self, url: &Url) -> Vec<&Resource> {
        let secure = url.scheme() == "https";
        self.resources.iter().filter(|resource| secure && resource.url.scheme() == "http").collect()
    }
}

/// A page as far as it is not too deep to be read.
fn shallow(html: &str) -> &str {
    let mut depth = 0usize;
    for (at, _) in html.match_indices('<') {
        let rest = &html[at + 1..];
        if rest.starts_with('/') {
            depth = depth.saturating_sub(1);
            continue;
        }
        let name = &rest[..rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(rest.len())];
        let deep = !name.is_empty() && !NEVER_DEEP.iter().any(|never| name.eq_ignore_ascii_case(never));
        depth += usize::from(deep);
        if depth > DEEPEST {
            return &html[..at];
        }
    }
    html
}

/// The tree of a page, read with scripts off: the content of `<noscript>` counts.
fn parsed(html: &str) -> Html {
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder, ..ParseOpts::default() };
    driver::parse_document(HtmlTreeSink::new(Html::new_document()), options).one(html)
}

/// The elements of a kind, without those of a `<template>`, which is not part of the page.
fn found<'d>(document: &'d Html, selector: &str) -> impl Iterator<Item = ElementRef<'d>> {
    let selector = Selector::parse(selector).ok();
    let elements: Vec<ElementRef<'d>> = selector.iter().flat_map(|selector| document.select(selector)).collect();
    elements.into_iter().filter(|element| {
        !element.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().name() == "template")
    })
}

/// The registrable domain: `example.fr` of `www.example.fr`. Private suffixes,
/// such as those of a host of pages, are not looked at.
pub(crate) fn registrable(host: &str) -> Option<String> {
    if host.parse::<std::net::IpAddr>().is_ok() || host.starts_with('[') {
        return None;
    }
    let mut suffix = host;
    loop {
        let found = psl::suffix(suffix.as_bytes())?;
        let name = std::str::from_utf8(found.as_bytes()).ok()?;
        if found.typ() != Some(psl::Type::Private) {
            let owner = host.strip_suffix(name)?.strip_suffix('.')?;
            let label = owner.rsplit('.').next().filter(|label| !label.is_empty())?;
            return Some(format!("{label}.{name}"));
        }
        suffix = name.split_once('.')?.1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> Page {
        Page::read(html, &Url::parse("https://www.example.gouv.fr/a/").expect("an address"))
    }

    #[test]
    fn what_a_page_loads_is_found_with_its_host() {
        let page = page(
            "<base href='/b/'><script src=app.js></script><noscript><img src='http://t.example/p.gif'></noscript>\
             <template><script src='https://never.example/'></script></template>\
             <link rel='preload stylesheet' href='//fonts.example.org/x.css'><script>1</script>",
        );
        let url = Url::parse("https://www.example.gouv.fr/a/").expect("an address");
        assert_eq!(page.script_count, 2);
        assert_eq!(page.third_parties(&url), [("style", "fonts.example.org".into()), ("image", "t.example".into())]);
        assert_eq!(page.mixed(&url).len(), 1);
    }

    #[test]
    fn a_page_that_is_too_deep_is_read_as_far_as_it_can_be() {
        let deep = page(&format!("<script src=a.js></script>{}<script src=b.js></script>", "<div>".repeat(200_000)));
        assert_eq!((deep.scripts.len(), deep.unread.is_some()), (1, true));
        let long = page(&"<ul><li>x<img src=a.png><p>y</ul><div>z</div>".repeat(3_000));
        assert!(long.unread.is_none());
    }

    #[test]
    fn metas_speak_for_headers() {
        let page = page(
            "<meta http-equiv=' Content-Security-Policy ' content=\"default-src 'self'\"><meta name=Referrer content=no-referrer>",
        );
        assert_eq!((page.csp.len(), page.referrer.as_deref()), (1, Some("no-referrer")));
    }

    #[test]
    fn the_domain_that_was_registered_is_told() {
        for (host, domain) in [
            ("a.b.example.gouv.fr", Some("example.gouv.fr")),
            ("me.github.io", Some("github.io")),
            ("gouv.fr", None),
            ("127.0.0.1", None),
            ("localhost", None),
        ] {
            assert_eq!(registrable(host).as_deref(), domain, "{host}");
        }
    }
}
