//! French as it is printed: spaces that do not break before high signs and within guillemets, and curved apostrophes.
//!
//! Sentences are written with plain spaces and apostrophes, which every keyboard has, and set here once. Source: *Lexique des règles
//! typographiques en usage à l'Imprimerie nationale*.

/// A French sentence as it is printed. Nothing changes between backquotes, which hold code, and what is set stays as it is.
pub fn french(text: &str) -> String {
    const NARROW: char = '\u{202f}';
    const WIDE: char = '\u{a0}';
    let mut set = String::with_capacity(text.len() + 16);
    let mut code = false;
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        code ^= letter == '`';
        let after = letters.peek().copied();
        set.push(match (letter, after) {
            (letter, _) if code => letter,
            (' ', Some(';' | '!' | '?' | '%')) => NARROW,
            (' ', Some(':' | '»')) => WIDE,
            (' ', _) if before == Some('«') => WIDE,
            // A word runs on after it, or code does: an apostrophe, and no quotation mark.
            ('\'', Some(after))
                if (after.is_alphanumeric() || after == '`') && before.is_some_and(char::is_alphabetic) =>
            {
                '’'
            }
            (letter, _) => letter,
        });
        before = Some(letter);
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_signs_do_not_stand_alone_on_a_line() {
        assert_eq!(
            french("L'image : « rien » ; 12 % !"),
            "L’image\u{a0}: «\u{a0}rien\u{a0}»\u{202f}; 12\u{202f}%\u{202f}!"
        );
        assert_eq!(french("posez `a : b 'c'` d'abord, n'`a`"), "posez `a : b 'c'` d’abord, n’`a`");
        assert_eq!(french(&french("L'un : deux")), french("L'un : deux"));
    }
}
