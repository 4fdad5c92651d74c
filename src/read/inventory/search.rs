//! Where any of many words is in a text, in any case, overlapping or not.
//!
//! Of each word, the four letters that are rarest in code and prose are its key. The four letters at each place of a text
//! are looked up in a table that the nearest cache holds; only where they are a key are words compared. An automaton of
//! all words is the usual way: on those of our rules it took three times as long a byte, since each of its steps waits for
//! the one before, and building it at every audit cost more than searching a hundred files.

use std::ops::Range;

use crate::base::text::to_u32;

/// How many letters the key of a word has.
const KEY: usize = 4;

/// The bit that distinguishes a letter from its capital.
const CASE: u8 = 0x20;

/// How many letters are taken from a text at once, and how many keys they hold.
const TAKEN: usize = 8;
const KEYS_TAKEN: usize = TAKEN - KEY + 1;

/// How many bits a sum of letters has, and how many sums there are: one bit each, 32 KiB together.
const SUM_BITS: u32 = 18;
const SUMS: usize = 1 << SUM_BITS;

/// Words, ready to be looked for.
pub(super) struct Search {
    /// Whether letters of a sum are a key.
    some: Box<[u64; SUMS / 64]>,
    /// How many sums that are a key are before each of `some`.
    before: Vec<u32>,
    /// Where the keys of each sum start, for those that are one; then how many keys there are.
    starts: Vec<u32>,
    /// By their sums.
    keys: Vec<Key>,
    words: Vec<Box<[u8]>>,
}

/// A key, with what rules out most of the places where its word is not.
struct Key {
    word: u32,
    /// How far into the word the key starts.
    at: u32,
    /// The first four letters of the word, folded, and which bits of them it has.
    head: u32,
    mask: u32,
}

impl Search {
    /// Gets words ready, each of two letters at least; they are known by their rank.
    pub(super) fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let words: Vec<Box<[u8]>> = words.into_iter().map(|word| word.as_bytes().into()).collect();
        let mut placed: Vec<(usize, usize, usize)> = Vec::new();
        for (word, text) in words.iter().enumerate() {
            let at = rarest(text);
            placed.extend(keys(&text[at..text.len().min(at + KEY)]).into_iter().map(|key| (sum(key), word, at)));
        }
        placed.sort_unstable();
        // Letters that may follow a short word may have one sum.
        placed.dedup();
        let mut some = Box::new([0; SUMS / 64]);
        let (mut starts, mut keys) = (Vec::new(), Vec::with_capacity(placed.len()));
        for (at, (sum, word, from)) in placed.iter().enumerate() {
            if at == 0 || placed[at - 1].0 != *sum {
                some[sum / 64] |= 1 << (sum % 64);
                starts.push(to_u32(at));
            }
            let text = &words[*word];
            let mask = four(&[0xff; KEY][..text.len().min(KEY)]);
            keys.push(Key { word: to_u32(*word), at: to_u32(*from), head: folded(four(text)) & mask, mask });
        }
        starts.push(to_u32(keys.len()));
        let before = some.iter().scan(0, |count, bits: &u64| {
            let before = *count;
            *count += bits.count_ones();
            Some(before)
        });
        let before = before.collect();
        Self { some, before, starts, keys, words }
    }

    /// Reports every place where a word is, with the word's rank.
    pub(super) fn each(&self, text: &[u8], mut found: impl FnMut(usize, Range<usize>)) {
        let some: &[u64; SUMS / 64] = &self.some;
        let is_key = |sum: usize| some[sum / 64] & (1 << (sum % 64)) != 0;
        let mut from = 0;
        while let Some(letters) = text.get(from..).and_then(|rest| rest.first_chunk::<TAKEN>()) {
            let letters = u64::from_le_bytes(*letters);
            for at in 0..KEYS_TAKEN {
                // The lower half alone is wanted.
                let sum = sum((letters >> (8 * at)) as u32);
                if is_key(sum) {
                    self.compare(sum, text, from + at, &mut found);
                }
            }
            from += KEYS_TAKEN;
        }
        for at in from..text.len() {
            self.compare(sum(four(&text[at..])), text, at, &mut found);
        }
    }

    /// Compares the words whose key has a sum with what surrounds a place.
    #[inline(never)]
    fn compare(&self, sum: usize, text: &[u8], at: usize, found: &mut impl FnMut(usize, Range<usize>)) {
        let (word, bit) = (sum / 64, 1 << (sum % 64));
        if self.some[word] & bit == 0 {
            return;
        }
        let rank = (self.before[word] + (self.some[word] & (bit - 1)).count_ones()) as usize;
        for key in &self.keys[self.starts[rank] as usize..self.starts[rank + 1] as usize] {
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

/// A number for four letters, the same in either case.
fn sum(letters: u32) -> usize {
    // The upper bits of a product by 2^32 over the golden ratio depend on every letter.
    (folded(letters).wrapping_mul(0x9E37_79B1) >> (u32::BITS - SUM_BITS)) as usize
}

/// What may be where some letters do: themselves, followed by anything where they are fewer than a key has.
fn keys(letters: &[u8]) -> Vec<u32> {
    let missing = KEY.saturating_sub(letters.len());
    // The bit that folds a letter is set in all.
    let next = || (0..=u8::MAX).filter(|next| next & CASE != 0).map(u32::from);
    (0..missing).fold(vec![four(letters)], |keys, missing| {
        let place = 8 * (letters.len() + missing);
        keys.into_iter().flat_map(|key| next().map(move |next| key | next << place)).collect()
    })
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
