//! Which parts of a text are comments: generated files ship their settings commented out, and a comment proves nothing.

use std::ops::Range;

use super::language::Comments;

/// The byte ranges of the comments of a text.
///
/// Strings are followed so that a URL is not a comment; a string that is not closed ends with its line, so that a stray
/// quote costs one line at most.
pub fn comment_ranges(text: &str, style: Comments) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut quote: Option<u8> = None;
    let telling = telling(style);
    while at < bytes.len() {
        if !telling[usize::from(bytes[at])] {
            at += 1;
            continue;
        }
        let rest = &bytes[at..];
        if let Some(open) = quote {
            match bytes[at] {
                b'\\' => at += 1,
                b'\n' if open != b'`' => quote = None,
                byte if byte == open => quote = None,
                _ => {}
            }
            at += 1;
            continue;
        }
        let opened = opening(rest, style, at == 0 || bytes[at - 1].is_ascii_whitespace());
        match opened {
            Some((skip, close)) => {
                let start = at;
                let from = at + skip;
                at = bytes
                    .get(from..)
                    .and_then(|rest| memchr::memmem::find(rest, close))
                    .map_or(bytes.len(), |end| from + end + usize::from(close != b"\n") * close.len());
                ranges.push(start..at);
            }
            None => {
                let byte = bytes[at];
                let apostrophe_in_prose = byte == b'\'' && at > 0 && bytes[at - 1].is_ascii_alphanumeric();
                if quotes(style).contains(&byte) && !apostrophe_in_prose {
                    quote = Some(byte);
                }
                at += 1;
            }
        }
    }
    ranges
}

/// Whether an offset lies in one of the ranges, which are sorted.
pub fn covers(ranges: &[Range<usize>], offset: usize) -> bool {
    let after = ranges.partition_point(|range| range.start <= offset);
    after > 0 && ranges[after - 1].contains(&offset)
}

/// The comment that opens here: how many bytes open it, and what closes it.
fn opening(rest: &[u8], style: Comments, spaced: bool) -> Option<(usize, &'static [u8])> {
    let slash = || match rest {
        [b'/', b'/', ..] => Some((2, &b"\n"[..])),
        [b'/', b'*', ..] => Some((2, &b"*/"[..])),
        _ => None,
    };
    let markup = || rest.starts_with(b"<!--").then_some((4, &b"-->"[..]));
    let hash = || (rest[0] == b'#' && spaced).then_some((1, &b"\n"[..]));
    match style {
        Comments::Slash => slash(),
        Comments::Hash => hash(),
        Comments::Markup => markup(),
        Comments::Component => slash().or_else(markup),
        Comments::SlashAndHash => {
            let attribute = rest.starts_with(b"#[");
            slash().or_else(|| if attribute { None } else { hash() })
        }
        Comments::Dash => rest.starts_with(b"--").then_some((2, &b"\n"[..])),
        Comments::Semicolon => (rest[0] == b';').then_some((1, &b"\n"[..])),
        Comments::Percent => (rest[0] == b'%').then_some((1, &b"\n"[..])),
        Comments::None => None,
    }
}

/// The bytes that can open or close a comment or a string; all others are passed over.
fn telling(style: Comments) -> [bool; 256] {
    let mut telling = [false; 256];
    for byte in b"/<#-;%\\\n\"'`" {
        telling[usize::from(*byte)] = style != Comments::None;
    }
    telling
}

fn quotes(style: Comments) -> &'static [u8] {
    match style {
        Comments::Markup | Comments::None => b"",
        Comments::Slash | Comments::Component => b"\"'`",
        _ => b"\"'",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commented(text: &str, style: Comments, word: &str) -> bool {
        let at = text.find(word).expect("the word is there");
        covers(&comment_ranges(text, style), at)
    }

    #[test]
    fn line_and_block_comments_are_found() {
        assert!(commented("a = 1 # force_ssl\n", Comments::Hash, "force_ssl"));
        assert!(!commented("# x\nforce_ssl = 1\n", Comments::Hash, "force_ssl"));
        assert!(commented("/* helmet */ x", Comments::Slash, "helmet"));
        assert!(commented("<p/><!-- sentry -->", Comments::Markup, "sentry"));
        assert!(!commented("<!-- a --><b>sentry</b>", Comments::Markup, "sentry"));
    }

    #[test]
    fn a_url_in_a_string_opens_no_comment() {
        let text = "x = \"https://host\"; helmet()\n";
        assert!(!commented(text, Comments::Slash, "helmet"));
        assert!(!commented("c = '#fff'; d", Comments::Hash, "d"));
        assert!(!commented("a#b{c}", Comments::Hash, "b"));
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        assert!(commented("it's\n// helmet\n", Comments::Slash, "helmet"));
        assert!(commented("x = '\n# helmet\n", Comments::Hash, "helmet"));
    }
}
