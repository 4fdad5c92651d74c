//! French as it is printed: spaces that do not break before high signs and within guillemets, and curved apostrophes.

use crate::text::Lang;

/// A sentence of ours as its language is printed. Nothing changes in English, nor between backquotes, which hold code.
pub(super) fn typeset(text: &str, lang: Lang) -> String {
    if lang == Lang::En {
        return text.to_owned();
    }
    let mut set = String::with_capacity(text.len() + 8);
    for (rank, part) in text.split('`').enumerate() {
        if rank > 0 {
            set.push('`');
        }
        if rank % 2 == 1 {
            set.push_str(part);
        } else {
            french(part, &mut set);
        }
    }
    set
}

/// The space of French before `;`, `!`, `?` and `%` is narrow, that before `:` and within guillemets is not.
fn french(text: &str, set: &mut String) {
    const NARROW: char = '\u{202f}';
    const WIDE: char = '\u{a0}';
    let letters: Vec<char> = text.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1).copied();
        set.push(match (letter, after) {
            (' ', Some(';' | '!' | '?' | '%')) => NARROW,
            (' ', Some(':' | '»')) => WIDE,
            (' ', _) if before == Some('«') => WIDE,
            // A word runs on after it: an apostrophe, and no quotation mark.
            ('\'', Some(after)) if after.is_alphabetic() && before.is_some_and(char::is_alphabetic) => '’',
            (letter, _) => *letter,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_signs_do_not_stand_alone_on_a_line() {
        let set = |text| typeset(text, Lang::Fr);
        assert_eq!(
            set("L'image : « rien » ; 12 % !"),
            "L’image\u{a0}: «\u{a0}rien\u{a0}»\u{202f}; 12\u{202f}%\u{202f}!"
        );
        assert_eq!(set("posez `a : b 'c'` d'abord"), "posez `a : b 'c'` d’abord");
        assert_eq!(typeset("it's : fine", Lang::En), "it's : fine");
    }
}
