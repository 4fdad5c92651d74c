//! What a page says to people as it is served, and where it leads.

use reqwest::Url;
use scraper::{ElementRef, Html, Node};

use crate::model::directory::plain;

/// How much text of a page is kept, in bytes: more than any legal page holds.
const TEXT: usize = 1024 * 1024;

/// How much of the scripts that stand in a page is kept, in bytes.
const SCRIPTS: usize = 256 * 1024;

/// How many links are kept.
const LINKS: usize = 4_000;

/// How long the text of a link or of a heading may be, in bytes: what is longer is none.
const LABEL: usize = 300;

/// How many nodes of a link or of a heading are looked at.
const MOST_NODES: usize = 2_000;

/// Elements that start a line of their own.
const BLOCKS: &[&str] = &[
    "address", "article", "br", "dd", "div", "dt", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "li", "main", "nav", "ol", "p", "section", "table", "td", "th", "tr", "ul",
];

/// Elements whose text nobody reads.
const UNSEEN: &[&str] = &["script", "style", "template", "svg", "head"];

/// What a page says, and where it leads.
#[derive(Debug, Clone, Default)]
pub struct Content {
    /// Its title.
    pub title: String,
    /// Its text, with one space between words.
    pub text: String,
    /// Its headings, in their order.
    pub headings: Vec<String>,
    /// Its links, in their order.
    pub links: Vec<Link>,
    /// The scripts that stand in it.
    pub scripts: String,
    /// Whether it has a form in which people write more than a line.
    pub writes: bool,
    /// Whether it shows the header or the footer of the State's design system.
    pub dsfr: bool,
    /// Whether more of it was left out than kept.
    pub cut: bool,
}

/// A link of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it says, to those who hear the page too.
    pub text: String,
    /// Where it leads: an address of the web, of a mail box or a phone.
    pub url: Url,
    /// Whether it stands in the footer.
    pub footer: bool,
}

impl Content {
    /// Reads a parsed page whose links start from an address.
    pub(super) fn of(document: &Html, base: &Url) -> Self {
        let mut content = Self::default();
        let (mut unseen, mut footers) = (0usize, 0usize);
        let mut node = document.tree.root();
        'tree: loop {
            match node.value() {
                Node::Element(element) => {
                    unseen += usize::from(UNSEEN.contains(&element.name()));
                    footers += usize::from(is_footer(element));
                    content.space_around(element.name());
                    if let Some(element) = ElementRef::wrap(node) {
                        content.element(element, base, unseen > 0, footers > 0);
                    }
                }
                Node::Text(text) if unseen == 0 => content.add(text),
                _ => {}
            }
            if let Some(child) = node.first_child() {
                node = child;
                continue;
            }
            loop {
                if let Node::Element(element) = node.value() {
                    unseen -= usize::from(UNSEEN.contains(&element.name()));
                    footers -= usize::from(is_footer(element));
                    content.space_around(element.name());
                }
                if let Some(next) = node.next_sibling() {
                    node = next;
                    break;
                }
                let Some(above) = node.parent() else { break 'tree };
                node = above;
            }
        }
        content.text.truncate(content.text.trim_end().len());
        content
    }

    fn element(&mut self, element: ElementRef<'_>, base: &Url, unseen: bool, footer: bool) {
        let value = element.value();
        match value.name() {
            "title" if self.title.is_empty() => self.title = label(element),
            "script" if value.attr("src").is_none() => {
                for text in element.text() {
                    let left = SCRIPTS.saturating_sub(self.scripts.len());
                    self.scripts.push_str(&text[..text.floor_char_boundary(left)]);
                    self.cut |= text.len() > left;
                }
                self.scripts.push('\n');
            }
            "textarea" if !unseen => self.writes = true,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if !unseen => {
                let heading = label(element);
                if !heading.is_empty() && self.headings.len() < LINKS {
                    self.headings.push(heading);
                }
            }
            "a" | "area" if !unseen => self.link(element, base, footer),
            _ => {}
        }
        let of_dsfr = |class: &str| class.starts_with("fr-header") || class.starts_with("fr-footer");
        self.dsfr |= value.classes().any(of_dsfr);
    }

    fn link(&mut self, element: ElementRef<'_>, base: &Url, footer: bool) {
        let Some(url) = element.attr("href").and_then(|target| base.join(target.trim()).ok()) else { return };
        if !matches!(url.scheme(), "http" | "https" | "mailto" | "tel") {
            return;
        }
        if self.links.len() == LINKS {
            self.cut = true;
            return;
        }
        let said = [Some(label(element)), element.attr("aria-label").map(str::to_owned)];
        let mut text = said.into_iter().flatten().find(|text| !text.trim().is_empty()).unwrap_or_default();
        if text.is_empty() {
            text = element.attr("title").unwrap_or_default().to_owned();
        }
        self.links.push(Link { text, url, footer });
    }

    fn add(&mut self, text: &str) {
        for (rank, word) in text.split_whitespace().enumerate() {
            if rank > 0 || text.starts_with(char::is_whitespace) {
                self.space();
            }
            if self.text.len() + word.len() > TEXT {
                self.cut = true;
                return;
            }
            self.text.push_str(word);
        }
        if text.ends_with(char::is_whitespace) {
            self.space();
        }
    }

    fn space_around(&mut self, name: &str) {
        if BLOCKS.contains(&name) {
            self.space();
        }
    }

    fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    /// Its text in lower case, without the accents of French.
    pub(crate) fn plain(&self) -> String {
        plain(&self.text)
    }

    /// Whether it says so little that scripts must make the rest, which are not run.
    pub(crate) fn is_shell(&self) -> bool {
        self.text.chars().count() < 200 && self.links.iter().filter(|link| link.url.scheme() != "mailto").count() < 3
    }
}

fn is_footer(element: &scraper::node::Element) -> bool {
    let named = |name: &str| element.attr(name).is_some_and(|value| value.to_lowercase().contains("footer"));
    element.name() == "footer" || element.attr("role") == Some("contentinfo") || named("id") || named("class")
}

/// The text of an element on one line, with the alternatives of its images; nothing where it is too long to be a label.
fn label(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    for node in element.descendants().take(MOST_NODES) {
        let part = match node.value() {
            Node::Text(part) => &**part,
            Node::Element(image) if image.name() == "img" => image.attr("alt").unwrap_or_default(),
            _ => continue,
        };
        text.push_str(part);
        if text.len() > 4 * LABEL {
            return String::new();
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.len() > LABEL { String::new() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::site::page::Page;

    fn content(html: &str) -> Content {
        Page::read(html, &Url::parse("https://example.gouv.fr/a/").expect("an address")).content
    }

    #[test]
    fn a_page_says_what_people_read_and_leads_where_they_may_go() {
        let content = content(
            "<title> Ma  cantine </title><style>x{}</style><h1>Bonjour</h1><p>Des<b>repas</b>\nbons</p><p>ici</p>\
             <script>var hidden = 1;</script><template><a href=/no>non</a></template>\
             <div class='site-Footer'><a href='../mentions'>Mentions <i>légales</i></a><a href='mailto:a@b.fr'><img alt='Écrire' src=x></a></div>\
             <a href='javascript:void(0)'>rien</a><header class='fr-header'></header><a href='/b' aria-label='Aide'></a>",
        );
        assert_eq!(
            (content.title.as_str(), content.text.as_str()),
            ("Ma cantine", "Bonjour Desrepas bons ici Mentions légales rien")
        );
        let links: Vec<(&str, &str, bool)> =
            content.links.iter().map(|link| (link.text.as_str(), link.url.as_str(), link.footer)).collect();
        assert_eq!(
            links,
            [
                ("Mentions légales", "https://example.gouv.fr/mentions", true),
                ("Écrire", "mailto:a@b.fr", true),
                ("Aide", "https://example.gouv.fr/b", false)
            ]
        );
        assert!(
            content.dsfr && content.scripts.contains("hidden") && content.headings == ["Bonjour"] && content.is_shell()
        );
    }

    #[test]
    fn what_is_endless_is_cut_and_told() {
        let long = format!("<a>{}</a>{}", "x ".repeat(400_000), "<a href=/y>y</a>".repeat(5_000));
        let content = content(&long);
        assert!(content.text.len() <= TEXT && content.links.len() == LINKS && content.cut);
    }
}
