//! Places as the protocol writes them: addresses of files, lines from 0, columns in units of UTF-16.

use std::ops::Range as Bytes;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::{Position, Range, Uri};

use crate::base::text::{escaped_path, to_u32};

/// The address of a file.
pub(super) fn uri_of(path: &Path) -> Option<Uri> {
    let path = path.to_str()?.replace('\\', "/");
    let rooted = if path.starts_with('/') { path } else { format!("/{path}") };
    Uri::from_str(&format!("file://{}", escaped_path(&rooted))).ok()
}

/// The file at an address; none for a document that lives elsewhere than on this disk.
pub(super) fn path_of(uri: &str) -> Option<PathBuf> {
    let path = unescaped(uri.strip_prefix("file://")?)?;
    // `file:///c:/folder` is how Windows writes `c:\folder`.
    let drive = path.get(1..3).is_some_and(|drive| drive.ends_with(':') && drive.as_bytes()[0].is_ascii_alphabetic());
    let path = PathBuf::from(if cfg!(windows) && drive { path[1..].to_owned() } else { path });
    // Audits know a folder by where its links lead.
    Some(std::fs::canonicalize(&path).unwrap_or(path))
}

/// A text without the escapes of addresses; nothing where they hold no text.
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// From a place of a line, which counts from 1 as its column does in characters, to the end of what the line says.
pub(super) fn rest_of_line(text: &str, line: u32, column: Option<u32>) -> Range {
    let said = text.trim_end();
    let first = said.len() - said.trim_start().len();
    let start = match column {
        Some(column) => said.chars().take(column.saturating_sub(1) as usize).map(char::len_utf8).sum(),
        None => first,
    };
    let row = line.saturating_sub(1);
    Range { start: Position::new(row, units(&said[..start])), end: Position::new(row, units(said)) }
}

/// The place of some bytes of a text.
pub(super) fn range_of(text: &str, bytes: &Bytes<usize>) -> Range {
    Range { start: position_of(text, bytes.start), end: position_of(text, bytes.end) }
}

fn position_of(text: &str, at: usize) -> Position {
    let before = &text[..text.floor_char_boundary(at.min(text.len()))];
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    Position::new(to_u32(before.matches('\n').count()), units(&before[line..]))
}

/// How many units of UTF-16 a text takes.
fn units(text: &str) -> u32 {
    to_u32(text.chars().map(char::len_utf16).sum())
}

/// The word of a rule's name around a position of a text.
pub(super) fn name_at(text: &str, position: Position) -> Option<&str> {
    let line = text.lines().nth(position.line as usize)?;
    let mut seen = 0;
    let at = line
        .char_indices()
        .find(|(_, letter)| {
            seen += to_u32(letter.len_utf16());
            seen > position.character
        })
        .map_or(line.len(), |(at, _)| at);
    let of_a_name = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    let start = line[..at]
        .rfind(|letter| !of_a_name(letter))
        .map_or(0, |before| before + line[before..].chars().next().map_or(1, char::len_utf8));
    let end = line[at..].find(|letter| !of_a_name(letter)).map_or(line.len(), |after| at + after);
    line.get(start..end).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_paths_and_back() {
        let path = Path::new("/srv/Mon Cantinier/é#1.yml");
        let uri = uri_of(path).expect("an address");
        assert_eq!(uri.as_str(), "file:///srv/Mon%20Cantinier/%C3%A9%231.yml");
        assert_eq!(path_of(uri.as_str()).as_deref(), Some(path));
        assert_eq!(path_of("untitled:Untitled-1"), None);
        assert_eq!(path_of("file:///a%zz"), None);
    }

    #[test]
    fn columns_count_units_of_utf16() {
        let range = rest_of_line("  é😀x = 1  ", 3, Some(5));
        assert_eq!((range.start, range.end), (Position::new(2, 5), Position::new(2, 10)));
        assert_eq!(rest_of_line("  x", 1, None).start, Position::new(0, 2));
        assert_eq!(rest_of_line("", 1, Some(9)).end, Position::new(0, 0));
        assert_eq!(range_of("a\né😀b\n", &(8..9)).start, Position::new(1, 3));
    }

    #[test]
    fn the_name_of_a_rule_is_found_around_the_cursor() {
        let text = "ignores:\n  - { rule: missing-licence, reason: é }\n";
        for column in [12, 20, 26] {
            assert_eq!(name_at(text, Position::new(1, column)), Some("missing-licence"), "{column}");
        }
        assert_eq!(name_at(text, Position::new(9, 0)), None);
        assert_eq!(name_at("é", Position::new(0, 1)), None);
    }
}
