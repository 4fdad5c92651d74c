//! What a page of HTML makes a browser load, and what its `<meta>` elements say, without running any script.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, driver};
use reqwest::Url;
use scraper::{ElementRef, Html, HtmlTreeSink, Selector};

use super::content::Content;
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
    /// What it says to people, and where it leads.
    pub content: Content,
    /// Why it was not read, or not to its end: what is not seen in it may be there all the same.
    pub unread: Option<Localized>,
}

/// How deep elements may be in each other; below, a page is not read: a parser takes the square of the depth.
const DEEPEST: usize = 1_000;

/// How many nodes a page may be made of: its text, and what the rules of HTML make of it, which may be a thousand elements for
/// one (<https://html.spec.whatwg.org/multipage/parsing.html#reconstruct-the-active-formatting-elements>).
const NODES: usize = 300_000;

/// How long a tag may be that has many attributes: a parser takes the square of their number.
const LONGEST_TAG: usize = 64 * 1024;

/// How many attributes the tag of an element may have that is as long as that.
const MOST_ATTRIBUTES: usize = 1_000;

/// How much of a page is parsed at a time, between two looks at the clock.
const CHUNK: usize = 512;

/// For how long a page is read that has no deadline.
const PATIENCE: Duration = Duration::from_secs(60);

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
        Self::read_until(html, url, Instant::now() + PATIENCE)
    }

    /// The same, as far as that takes no longer than allowed.
    pub fn read_until(html: &str, url: &Url, deadline: Instant) -> Self {
        let (readable, mut unread) = readable(html);
        let mut page = Self::default();
        let document = match parsed(readable, deadline) {
            (_, Some(Cut::Slow)) => {
                page.unread = Some(Cut::Slow.explain());
                return page;
            }
            (document, cut) => {
                unread = cut.or(unread);
                document
            }
        };
        page.unread = unread.map(Cut::explain);
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
        page.content = Content::of(&document, &base);
        page.unread = page.unread.or_else(|| page.content.cut.then(|| Cut::Large.explain()));
        page
    }

    /// What comes from hosts of other organisations, seen from an address: kind and host, each once.
    pub fn third_parties(&self, url: &Url) -> Vec<(&'static str, String)> {
        let own = url.host_str().unwrap_or_default();
        let domain = registrable(own);
        let mut seen: HashSet<(&str, &str)> = HashSet::new();
        let mut foreign: HashMap<&str, bool> = HashMap::new();
        let mut found: Vec<(&'static str, String)> = Vec::new();
        for resource in &self.resources {
            let host = resource.url.host_str().unwrap_or_default();
            let is_foreign = *foreign.entry(host).or_insert_with(|| {
                let theirs = registrable(host);
                theirs != domain || theirs.is_none() && host != own
            });
            if is_foreign && seen.insert((resource.kind, host)) {
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

/// Why a page is not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// Elements stand too deep in each other.
    Deep,
    /// It holds too much.
    Large,
    /// A tag has no end, or one too far away.
    LongTag,
    /// There is no time left.
    Slow,
}

impl Cut {
    fn explain(self) -> Localized {
        match self {
            Self::Deep => Localized::new(
                format!("its page holds elements more than {DEEPEST} deep"),
                format!("sa page imbrique plus de {DEEPEST} éléments"),
            ),
            Self::Large => Localized::new(
                format!("its page holds more than {NODES} elements and texts"),
                format!("sa page contient plus de {NODES} éléments et textes"),
            ),
            Self::LongTag => Localized::new(
                format!("its page holds a tag of more than {} KiB", LONGEST_TAG / 1024),
                format!("sa page contient une balise de plus de {} Kio", LONGEST_TAG / 1024),
            ),
            Self::Slow => Localized::new("its page takes too long to be read", "sa page est trop longue à lire"),
        }
    }
}

/// A page as far as it can be read, and why not to its end. It is told roughly, so that the parser meets nothing that it is
/// known to be slow on; the clock bounds the rest.
fn readable(html: &str) -> (&str, Option<Cut>) {
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', &html.as_bytes()[at..]) {
        let tag = at + found;
        let rest = &html[tag + 1..];
        at = tag + 1;
        if rest.starts_with('/') {
            depth = depth.saturating_sub(1);
            continue;
        }
        let name = &rest[..rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(rest.len())];
        if name.is_empty() {
            continue;
        }
        let length = memchr::memchr(b'>', rest.as_bytes()).unwrap_or(rest.len());
        if length > LONGEST_TAG && attributes(&rest[..length]) > MOST_ATTRIBUTES {
            return (&html[..tag], Some(Cut::LongTag));
        }
        let deep = !NEVER_DEEP.iter().any(|never| name.eq_ignore_ascii_case(never));
        depth += usize::from(deep);
        if depth > DEEPEST {
            return (&html[..tag], Some(Cut::Deep));
        }
    }
    (html, None)
}

/// How many words stand in a tag outside of quotes: as many as it may have attributes.
fn attributes(tag: &str) -> usize {
    let (mut quote, mut count, mut inside) = (None, 0, false);
    for byte in tag.bytes() {
        match (byte, quote) {
            (byte, Some(open)) if byte == open => quote = None,
            (_, Some(_)) => {}
            (b'"' | b'\'', None) => quote = Some(byte),
            (b' ' | b'\t' | b'\n' | b'\r' | 0x0c | b'/', None) => inside = false,
            (_, None) => {
                count += usize::from(!inside);
                inside = true;
            }
        }
    }
    count
}

/// The tree of a page, read with scripts off, as far as it is no larger than allowed and read in time: the content of
/// `<noscript>` counts.
fn parsed(html: &str, deadline: Instant) -> (Html, Option<Cut>) {
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let options = ParseOpts { tree_builder, ..ParseOpts::default() };
    let mut parser = driver::parse_document(HtmlTreeSink::new(Html::new_document()), options);
    let (mut rest, mut cut) = (html, None);
    while !rest.is_empty() && cut.is_none() {
        let (chunk, after) = rest.split_at(rest.ceil_char_boundary(CHUNK));
        parser.process(StrTendril::from_slice(chunk));
        rest = after;
        let nodes = parser.tokenizer.sink.sink.0.borrow().tree.values().len();
        cut = match (nodes > NODES, Instant::now() > deadline) {
            (true, _) => Some(Cut::Large),
            (_, true) => Some(Cut::Slow),
            _ => None,
        };
    }
    (parser.finish(), cut)
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
    fn a_page_made_to_be_slow_is_read_as_far_as_it_can_be() {
        let started = Instant::now();
        let tag: String = (0..200_000).map(|n| format!(" a{n}")).collect();
        let long = page(&format!("<script src=a.js></script><div{tag}><script src=b.js></script>"));
        assert_eq!((long.scripts.len(), long.unread), (1, Some(Cut::LongTag.explain())));
        // Each text makes the parser open all that the first paragraph left open, once more.
        let open: String = (0..900).map(|n| format!("<b x={n}>")).collect();
        let grown = page(&format!("<script src=a.js></script><p>{open}</p>{}", "<p>x</p>".repeat(100_000)));
        assert_eq!((grown.scripts.len(), grown.unread), (1, Some(Cut::Large.explain())));
        let many: String = (0..20_000).map(|n| format!("<script src=//h{n}.fr></script>")).collect();
        let loading = page(&many);
        assert_eq!(
            loading.third_parties(&Url::parse("https://www.example.gouv.fr/").expect("an address")).len(),
            20_000
        );
        assert!(started.elapsed() < Duration::from_secs(40), "{:?}", started.elapsed());
        let late = Page::read_until(&many, &Url::parse("https://a.fr/").expect("an address"), Instant::now());
        assert_eq!((late.scripts.len(), late.unread), (0, Some(Cut::Slow.explain())));
    }

    #[test]
    fn a_long_address_in_a_tag_is_read() {
        let image = format!("<img src='data:image/png;base64,{}'><script src=b.js></script>", "A".repeat(200_000));
        let page = page(&image);
        assert_eq!((page.scripts.len(), page.unread), (1, None));
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
