//! Text that is markup already: the only way for one to reach the page without being escaped.

use askama::FastWritable;
use askama::filters::HtmlSafe;

use crate::base::edge;
use crate::base::location::Location;
use crate::base::text::Lang;
use crate::base::typography::french;

/// Markup of ours, in which every text of the repository was escaped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Markup(String);

impl Markup {
    /// What a template of ours rendered.
    pub(super) fn of_template(text: String) -> Self {
        Self(text)
    }
}

impl HtmlSafe for Markup {}

impl FastWritable for Markup {
    fn write_into(&self, out: &mut dyn std::fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        out.write_str(&self.0)?;
        Ok(())
    }
}

impl std::fmt::Display for Markup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A sentence of ours as its language is printed, what is between backquotes as code.
pub(super) fn prose(text: &str, lang: Lang) -> Markup {
    let text = match lang {
        Lang::En => edge::text(text),
        Lang::Fr => french(&edge::text(text)),
    };
    let parts: Vec<&str> = text.split('`').collect();
    let closed = parts.len() % 2 == 1;
    let mut markup = String::with_capacity(text.len() + 16);
    for (rank, part) in parts.iter().enumerate() {
        match (rank % 2 == 1, closed) {
            (true, true) => {
                markup.push_str("<code>");
                escape(part, &mut markup);
                markup.push_str("</code>");
            }
            (odd, closed) => {
                if odd && !closed {
                    markup.push('`');
                }
                escape(part, &mut markup);
            }
        }
    }
    Markup(markup)
}

/// A path, which may break after a `/` where it is too long for its line.
pub(super) fn path(text: &str) -> Markup {
    let mut markup = String::new();
    for (rank, part) in edge::name(text).split('/').enumerate() {
        if rank > 0 {
            markup.push_str("/<wbr>");
        }
        escape(part, &mut markup);
    }
    Markup(markup)
}

/// A place as evidence is written: its path is no sentence.
pub(super) fn place(place: &Location, lang: Lang) -> Markup {
    let mut markup = String::new();
    let bare = Location { note: None, note_fr: None, ..place.clone() };
    escape(&edge::place(&bare, lang), &mut markup);
    if let Some(note) = place.note_in(lang) {
        markup.push_str(&format!(" ({})", prose(note, lang)));
    }
    Markup(markup)
}

fn escape(text: &str, markup: &mut String) {
    for letter in text.chars() {
        match letter {
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            '&' => markup.push_str("&amp;"),
            '"' => markup.push_str("&#34;"),
            '\'' => markup.push_str("&#39;"),
            letter => markup.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup_but_its_code() {
        assert_eq!(prose("a <b> `c < d` \"e\"", Lang::En).0, "a &lt;b&gt; <code>c &lt; d</code> &#34;e&#34;");
        assert_eq!(prose("one ` alone", Lang::En).0, "one ` alone");
        assert_eq!(path("a/<b>\u{1b}").0, "a/<wbr>&lt;b&gt;\\u{1b}");
    }
}
