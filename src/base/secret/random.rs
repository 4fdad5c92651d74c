//! Words that no one would type: drawn at random.

use std::ops::Range;

use super::values::is_wordlike;

/// Shannon entropy, in bits a character.
pub(crate) fn entropy(text: &str) -> f64 {
    let total = f64::from(crate::base::text::to_u32(text.chars().count()));
    let mut counts = std::collections::BTreeMap::new();
    for c in text.chars() {
        *counts.entry(c).or_insert(0u32) += 1;
    }
    counts.values().map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum()
}

/// Long words of letters and digits that no one would type, but for the sums of what is downloaded.
pub(super) fn random_words(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut from) = (Vec::new(), 0);
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '/');
    for word in text.split(|c: char| !is_part(c)) {
        if word.len() >= 20 && !is_sum(&text[..from], word) {
            // A path is no word, unless it is drawn at random as a whole.
            if is_random_base64(word) && !is_made_of_words(word) {
                found.push(from..from + word.len());
            } else {
                let mut at = from;
                for part in word.split('/') {
                    if is_random(part) {
                        found.push(at..at + part.len());
                    }
                    at += part.len() + 1;
                }
            }
        }
        from += word.len() + text[from + word.len()..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

/// A commit or the sum of a file, which everybody may know.
fn is_sum(before: &str, word: &str) -> bool {
    let is_hex = |word: &str| word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let of_commit = word.len() == 40 && is_hex(word) && before.ends_with('@');
    let named = ["sha1:", "sha256:", "sha384:", "sha512:", "md5:", "commit "].iter().any(|name| before.ends_with(name));
    let integrity = ["sha256-", "sha384-", "sha512-"].iter().any(|name| word.starts_with(name));
    of_commit || named && is_hex(word) || integrity
}

/// A path, whose parts are words or numbers: `2024-frontend/src/AppForm`.
fn is_made_of_words(word: &str) -> bool {
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    word.contains(['/', '-', '_']) && word.split(['/', '-', '_']).all(|part| is_number(part) || is_wordlike(part))
}

fn is_random(word: &str) -> bool {
    let count = |word: &str, test: fn(&char) -> bool| word.chars().filter(test).count();
    let is_mixed = |part: &str| count(part, char::is_ascii_digit) > 0 && count(part, char::is_ascii_alphabetic) > 0;
    // `20260101_create_users` is made of parts that are words, and numbers.
    let mixed: usize = word.split(['_', '-']).filter(|part| is_mixed(part)).map(str::len).sum();
    word.len() >= 20
        && count(word, char::is_ascii_digit) >= 3
        && count(word, char::is_ascii_alphabetic) >= 3
        && mixed >= 10
}

fn is_random_base64(word: &str) -> bool {
    let count = |test: fn(&char) -> bool| word.chars().filter(test).count();
    let drawn = word.len() >= 32
        && count(char::is_ascii_digit) >= 3
        && count(char::is_ascii_uppercase) >= 3
        && count(char::is_ascii_lowercase) >= 3
        && entropy(word) >= 4.2;
    // Without figures, as a line of a key may be, the capitals tell.
    drawn
        || word.len() >= 40
            && !word.contains(['_', '-', '/'])
            && count(char::is_ascii_uppercase) * 4 >= word.len()
            && entropy(word) >= 4.2
}
