//! Where any of many words stands in a text, in any case, overlapping or not.
//!
//! Of each word, the three letters that are rarest in code and prose are its key. The three letters at each place of a text
//! are looked up in a table that the nearest cache holds; only where they are a key are words compared. An automaton of
//! all words is the usual way: on those of our rules it took three times as long a byte, since each of its steps waits for
//! the one before, and building it at every audit cost more than searching a hundred files.

use std::ops::Range;

use crate::document::to_u32;

/// How many letters the key of a word has.
const KEY: usize = 3;

/// The bit that tells a letter from its capital.
const CASE: u8 = 0x20;

/// How many sums of letters there are: one bit each.
const SUMS: usize = 1 << 16;

/// Words, ready to be looked for.
pub(super) struct Search {
    /// Whether letters of a sum are a key.
    some: Box<[u64; SUMS / 64]>,
    /// Where in `keys` the first key of a sum stands, plus one; 0 for none.
    first: Vec<u32>,
    keys: Vec<Key>,
    words: Vec<Box<[u8]>>,
}

/// A key, with what tells most of the places where its word does not stand.
struct Key {
    word: u32,
    /// How far into the word the key starts.
    at: u32,
    /// The first four letters of the word, folded, and which bits of them it has.
    head: u32,
    mask: u32,
    /// The next key of the same sum, as in `first`.
    next: u32,
}

impl Search {
    /// Gets words ready, each of two letters at least; they are known by their rank.
    pub(super) fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut search = Self {
            some: Box::new([0; SUMS / 64]),
            first: vec![0; SUMS],
            keys: Vec::new(),
            words: words.into_iter().map(|word| word.as_bytes().into()).collect(),
        };
        for word in 0..search.words.len() {
            let text = search.words[word].clone();
            let at = rarest(&text);
            let key = &text[at..text.len().min(at + KEY)];
            if key.len() == KEY {
                search.insert(sum(four(key)), word, at);
            } else {
                // Whatever may come after a word of two letters.
                (0..=u8::MAX).for_each(|next| search.insert(sum(four(&[key, &[next]].concat())), word, at));
            }
        }
        search
    }

    fn insert(&mut self, sum: u16, word: usize, at: usize) {
        let (sum, text) = (usize::from(sum), &self.words[word]);
        // Two letters that may follow a short word may have one sum.
        let first = (self.first[sum] as usize).checked_sub(1).map(|rank| &self.keys[rank]);
        if first.is_some_and(|first| first.word as usize == word) {
            return;
        }
        self.some[sum / 64] |= 1 << (sum % 64);
        let mask = four(&[0xff; 4][..text.len().min(4)]);
        self.keys.push(Key {
            word: to_u32(word),
            at: to_u32(at),
            head: folded(four(text)) & mask,
            mask,
            next: self.first[sum],
        });
        self.first[sum] = to_u32(self.keys.len());
    }

    /// Tells every place where a word stands, with the word's rank.
    pub(super) fn each(&self, text: &[u8], mut found: impl FnMut(usize, Range<usize>)) {
        let some: &[u64; SUMS / 64] = &self.some;
        let is_key = |sum: u16| some[usize::from(sum) / 64] & (1 << (sum % 64)) != 0;
        // One more than a key has: the processor takes four at a time.
        for (at, letters) in text.windows(KEY + 1).enumerate() {
            let sum = sum(u32::from_le_bytes([letters[0], letters[1], letters[2], letters[3]]));
            if is_key(sum) {
                self.compare(sum, text, at, &mut found);
            }
        }
        for at in text.len().saturating_sub(KEY)..text.len() {
            self.compare(sum(four(&text[at..])), text, at, &mut found);
        }
    }

    /// Compares the words whose key has a sum with what stands around a place.
    #[inline(never)]
    fn compare(&self, sum: u16, text: &[u8], at: usize, found: &mut impl FnMut(usize, Range<usize>)) {
        let mut next = self.first[usize::from(sum)];
        while let Some(key) = (next as usize).checked_sub(1).and_then(|rank| self.keys.get(rank)) {
            next = key.next;
            let Some(start) = at.checked_sub(key.at as usize) else { continue };
            let head = match text.get(start..start + 4) {
                Some(head) => u32::from_le_bytes([head[0], head[1], head[2], head[3]]),
                None => four(&text[start..]),
            };
            if folded(head) & key.mask != key.head {
                continue;
            }
            let word = &self.words[key.word as usize];
            let place = start..start + word.len();
            if text.get(place.clone()).is_some_and(|here| here.eq_ignore_ascii_case(word)) {
                found(key.word as usize, place);
            }
        }
    }
}

/// Where the rarest letters of a word start, as many as a key has; the first of them where several are.
fn rarest(word: &[u8]) -> usize {
    // From the most frequent in code and prose; what is not here is rarer.
    const FREQUENT: &[u8] = b" etaonirslcdupmfghbv.yw-/_";
    let common = |letter: &u8| {
        let rank = FREQUENT.iter().position(|frequent| *frequent == letter.to_ascii_lowercase());
        FREQUENT.len() - rank.unwrap_or(FREQUENT.len())
    };
    let keys = word.windows(KEY).map(|letters| letters.iter().map(common).sum::<usize>()).enumerate();
    keys.min_by_key(|(_, common)| *common).map_or(0, |(at, _)| at)
}

/// The first four letters of a text, zeros after its end.
fn four(text: &[u8]) -> u32 {
    let mut letters = [0; 4];
    for (letter, here) in letters.iter_mut().zip(text) {
        *letter = *here;
    }
    u32::from_le_bytes(letters)
}

/// Four letters, the same in either case.
fn folded(letters: u32) -> u32 {
    letters | u32::from_le_bytes([CASE; 4])
}

/// A number for the first three of four letters, the same in either case.
fn sum(letters: u32) -> u16 {
    // The upper half of a product by 2^32 over the golden ratio depends on every letter.
    ((folded(letters) & 0x00ff_ffff).wrapping_mul(0x9E37_79B1) >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(words: &[&str], text: &str) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        Search::new(words.iter().copied()).each(text.as_bytes(), |rank, place| found.push((rank, place.start)));
        found.sort_unstable();
        found
    }

    #[test]
    fn words_are_found_in_any_case_at_both_ends_and_one_in_another() {
        assert_eq!(found(&["secret", "ret", "Secret_key"], "SECRET_KEY_ret"), [(0, 0), (1, 3), (1, 11), (2, 0)]);
        assert_eq!(found(&["é:"], "accessibilité:"), [(0, 12)]);
        assert_eq!(found(&["aa"], "aaa"), [(0, 0), (0, 1)]);
        assert!(found(&["[ab"], "{ab").is_empty());
    }

    proptest! {
        #[test]
        fn a_word_is_found_wherever_it_stands(
            words in proptest::collection::vec("[a-cA-C._é]{2,6}", 1..8),
            text in "[a-cA-C._é]{0,60}",
        ) {
            let mut wanted = Vec::new();
            for (rank, word) in (0..).zip(&words) {
                for at in 0..text.len() {
                    let here = text.as_bytes().get(at..at + word.len());
                    if here.is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes())) {
                        wanted.push((rank, at));
                    }
                }
            }
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            prop_assert_eq!(found(&words, &text), wanted);
        }
    }
}
