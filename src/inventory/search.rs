//! Where any of many words stands in a text, in any case, overlapping or not.
//!
//! Of each word, the three letters that are rarest in code and prose are its key. The three letters at each place of a text
//! are looked up in a table that the nearest cache holds; only where they are a key are words compared. An automaton of
//! all words is the usual way: on those of our rules it took three times as long a byte, since each of its steps waits for
//! the one before, and building it at every audit cost more than searching a hundred files.

use std::ops::Range;

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
    /// Which bucket holds the words whose key has a sum.
    bucket: Box<[u16; SUMS]>,
    buckets: Vec<Vec<u32>>,
    words: Vec<Word>,
}

struct Word {
    text: Box<[u8]>,
    /// Where its key starts.
    key: usize,
}

impl Search {
    /// Gets words ready, each of two letters at least; they are known by their rank.
    pub(super) fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut search = Self {
            some: Box::new([0; SUMS / 64]),
            bucket: Box::new([0; SUMS]),
            buckets: vec![Vec::new()],
            words: Vec::new(),
        };
        for (rank, word) in (0..).zip(words) {
            let word = word.as_bytes();
            let at = rarest(word);
            search.words.push(Word { text: word.into(), key: at });
            let key = &word[at..word.len().min(at + KEY)];
            if key.len() == KEY {
                search.insert(sum_of(key), rank);
            } else {
                // Whatever may come after a word of two letters.
                (0..=u8::MAX).for_each(|next| search.insert(sum_of(&[key, &[next]].concat()), rank));
            }
        }
        search
    }

    fn insert(&mut self, sum: u16, rank: u32) {
        let sum = usize::from(sum);
        self.some[sum / 64] |= 1 << (sum % 64);
        if self.bucket[sum] == 0 {
            self.bucket[sum] = u16::try_from(self.buckets.len()).expect("fewer buckets than sums");
            self.buckets.push(Vec::new());
        }
        let bucket = &mut self.buckets[usize::from(self.bucket[sum])];
        if bucket.last() != Some(&rank) {
            bucket.push(rank);
        }
    }

    /// Tells every place where a word stands, with the word's rank.
    pub(super) fn each(&self, text: &[u8], mut found: impl FnMut(u32, Range<usize>)) {
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
            self.compare(sum_of(&text[at..]), text, at, &mut found);
        }
    }

    /// Compares the words whose key has a sum with what stands around a place.
    #[inline(never)]
    fn compare(&self, sum: u16, text: &[u8], at: usize, found: &mut impl FnMut(u32, Range<usize>)) {
        for rank in &self.buckets[usize::from(self.bucket[usize::from(sum)])] {
            let word = &self.words[*rank as usize];
            let Some(start) = at.checked_sub(word.key) else { continue };
            let place = start..start + word.text.len();
            if text.get(place.clone()).is_some_and(|here| here.eq_ignore_ascii_case(&word.text)) {
                found(*rank, place);
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

/// A number for the first letters of a text, the same in either case.
fn sum_of(text: &[u8]) -> u16 {
    let mut letters = [0; 4];
    for (letter, here) in letters.iter_mut().zip(text) {
        *letter = *here;
    }
    sum(u32::from_le_bytes(letters))
}

/// A number for the first three of four letters, the same in either case.
fn sum(letters: u32) -> u16 {
    let folded = (letters & 0x00ff_ffff) | u32::from_le_bytes([CASE, CASE, CASE, 0]);
    // The upper half of a product by 2^32 over the golden ratio depends on every letter.
    (folded.wrapping_mul(0x9E37_79B1) >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(words: &[&str], text: &str) -> Vec<(u32, usize)> {
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
