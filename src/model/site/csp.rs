//! A Content Security Policy read as the HTTP Observatory reads it: several policies are intersected, and a directive that
//! is repeated is an error, so that people notice it.
//!
//! Source: `@mdn/mdn-http-observatory` 1.4.8 (MPL-2.0), whose verdicts a test compares with ours; CSP Level 3.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap, HashSet};

/// How much is read of all policies together: bytes, and policies. No browser has a use for more, as Chromium takes headers of
/// 256 KiB in all: <https://source.chromium.org/chromium/chromium/src/+/main:net/http/http_stream_parser.h>.
const MOST: (usize, usize) = (128 * 1024, 64);

/// The shortest policy that is one.
const SHORTEST: usize = 6;

/// Directives that count in a header alone.
const NOT_IN_META: &[&str] = &["frame-ancestors", "report-uri", "sandbox"];

/// Directives that may be repeated.
const MAY_REPEAT: &[&str] = &["report-uri", "report-to"];

/// Sources that allow nearly everything.
pub(crate) const BROAD: &[&str] =
    &["ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"];

/// Sources that let scripts of the page itself in.
pub(crate) const INLINE: &[&str] = &["'unsafe-inline'", "data:"];

/// A policy that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invalid;

/// What is allowed, by directive, in the order in which directives are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    directives: Vec<(String, Vec<String>)>,
    /// Whether a directive that may be repeated was.
    pub repeats: bool,
}

/// A source, with the policy that it comes from.
struct Source {
    text: String,
    policy: usize,
    keep: bool,
}

impl Policy {
    /// The policy that several make together.
    ///
    /// # Errors
    /// A policy that is too short to be one, or repeats a directive; policies that are too long or too many.
    pub(crate) fn parse<'p>(policies: impl IntoIterator<Item = &'p str>) -> Result<Self, Invalid> {
        let (mut bytes, mut count) = (0, 0);
        let few = |policy: &&'p str| {
            (bytes, count) = (bytes + policy.len(), count + 1);
            bytes <= MOST.0 && count <= MOST.1
        };
        let given: Vec<&'p str> = policies.into_iter().take_while(few).collect();
        if count > given.len() {
            return Err(Invalid);
        }
        let policies: Vec<String> =
            given.into_iter().map(|policy| policy.replace(['\r', '\n'], "").trim().to_owned()).collect();
        if policies.iter().any(|policy| policy.encode_utf16().count() < SHORTEST) {
            return Err(Invalid);
        }
        let mut all: Vec<(String, Vec<Source>)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut repeats = false;
        for (number, policy) in policies.iter().enumerate() {
            let mut seen = BTreeSet::new();
            for entry in policy.split(';') {
                let mut words = entry.split_whitespace();
                let Some(name) = words.next().map(str::to_lowercase) else { continue };
                if !seen.insert(name.clone()) {
                    if !MAY_REPEAT.contains(&name.as_str()) {
                        return Err(Invalid);
                    }
                    repeats = true;
                }
                let mut texts: Vec<String> = words.map(str::to_lowercase).collect();
                if texts.is_empty() && name.ends_with("-src") {
                    texts.push("'none'".to_owned());
                }
                let place = *places.entry(name.clone()).or_insert(all.len());
                if place == all.len() {
                    all.push((name, Vec::new()));
                }
                let own = texts.into_iter().map(|text| Source { text, policy: number, keep: number == 0 });
                let mut sources: Vec<Source> = match number {
                    0 => own.collect(),
                    _ => std::mem::take(&mut all[place].1).into_iter().chain(own).collect(),
                };
                intersect(&mut sources)?;
                sources.retain(|source| source.keep);
                if number == 0 && policies.len() > 1 {
                    sources.iter_mut().for_each(|source| source.keep = false);
                }
                all[place].1 = sources;
            }
        }
        let directives = all.into_iter().map(|(name, sources)| {
            let mut known = HashSet::new();
            let unique = sources.into_iter().filter(|source| known.insert(source.text.clone()));
            let mut texts: Vec<String> = unique.map(|source| source.text).collect();
            if texts.is_empty() {
                texts.push("'none'".to_owned());
            }
            (name, texts)
        });
        Ok(Self { directives: directives.collect(), repeats })
    }

    /// The same, without what counts in a header alone.
    #[must_use]
    pub(crate) fn of_meta(mut self) -> Self {
        self.directives.retain(|(name, _)| !NOT_IN_META.contains(&name.as_str()));
        self
    }

    /// Whether the policy is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.directives.is_empty() && !self.repeats
    }

    /// The sources of a directive.
    pub(crate) fn get(&self, name: &str) -> Option<&[String]> {
        self.directives.iter().find(|(known, _)| known == name).map(|(_, sources)| sources.as_slice())
    }

    /// The sources of a directive, to be changed.
    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Vec<String>> {
        self.directives.iter_mut().find(|(known, _)| known == name).map(|(_, sources)| sources)
    }

    /// The directive that rules on something: its own, else `default-src`.
    pub(super) fn ruling(&self, name: &'static str) -> Option<&'static str> {
        [name, "default-src"].into_iter().find(|name| self.get(name).is_some())
    }

    /// Each directive with its sources.
    pub(crate) fn directives(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.directives.iter().map(|(name, sources)| (name.as_str(), sources.as_slice()))
    }
}

/// Marks the sources that stay: of one policy, the shorter of two that begin alike; of several, those that all allow.
fn intersect(sources: &mut [Source]) -> Result<(), Invalid> {
    sources.sort_by(|a, b| collated(&a.text, &b.text));
    for at in 1..sources.len() {
        let (before, from) = sources.split_at_mut(at);
        let (before, source) = (&before[at - 1], &mut from[0]);
        if source.policy == before.policy && source.text.starts_with(&before.text) {
            source.keep = false;
        }
        if source.policy != before.policy && covers(&before.text, &source.text)? {
            source.keep = true;
        }
    }
    Ok(())
}

/// Whether a path, or an address read as one, covers another.
fn covers(a: &str, b: &str) -> Result<bool, Invalid> {
    if a.is_empty() || a == "/" && b.is_empty() {
        return Ok(true);
    }
    let exact = !a.ends_with('/');
    let (mut parts, others): (Vec<&str>, Vec<&str>) = (a.split('/').collect(), b.split('/').collect());
    if parts.len() > others.len() || exact && parts.len() != others.len() {
        return Ok(false);
    }
    if !exact {
        parts.pop();
    }
    for (part, other) in parts.iter().zip(&others) {
        if decoded(part)? != decoded(other)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A text with its escapes resolved.
fn decoded(text: &str) -> Result<String, Invalid> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()).ok_or(Invalid)?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| Invalid)?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).map_err(|_| Invalid)
}

/// The order of texts in English (CLDR's root collation, of what sources are made of, in lower case).
fn collated(a: &str, b: &str) -> Ordering {
    const ORDER: &[u8] = b"_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz";
    const WEIGHTS: [u8; 128] = {
        let (mut weights, mut at) = ([ORDER.len() as u8; 128], 0);
        while at < ORDER.len() {
            weights[ORDER[at] as usize] = at as u8;
            at += 1;
        }
        weights
    };
    let weight = |letter: char| (WEIGHTS.get(letter as usize).copied().unwrap_or(ORDER.len() as u8), letter);
    a.chars().map(weight).cmp(b.chars().map(weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_policies_allow_what_all_of_them_allow() {
        let policy = Policy::parse(["script-src a.example b.example", "script-src b.example c.example"]);
        assert_eq!(policy.expect("two policies").get("script-src"), Some(&["b.example".to_owned()][..]));
        let policy = Policy::parse(["script-src a.example", "script-src b.example"]).expect("two policies");
        assert_eq!(policy.get("script-src"), Some(&["'none'".to_owned()][..]));
    }

    #[test]
    fn a_repeated_directive_and_a_policy_too_short_are_errors() {
        assert_eq!(Policy::parse(["img-src a; img-src b"]), Err(Invalid));
        assert_eq!(Policy::parse(["x"]), Err(Invalid));
        assert_eq!(Policy::parse(["img-src %zz/", "img-src a/"]), Err(Invalid));
        assert!(Policy::parse(["default-src 'self'; report-uri a; report-uri b"]).expect("a policy").repeats);
    }

    #[test]
    fn policies_without_end_are_refused_and_long_ones_read_at_once() {
        let sources: Vec<String> = (0..12_000).map(|n| format!("h{n}.fr")).collect();
        let long = format!("default-src {}", sources.join(" "));
        let started = std::time::Instant::now();
        let policy = Policy::parse([long.as_str(), "default-src h7.fr h8.fr"]).expect("two policies");
        assert_eq!(policy.get("default-src").map(<[String]>::len), Some(2));
        assert_eq!(Policy::parse([long.as_str(); 2]), Err(Invalid));
        assert_eq!(Policy::parse(["img-src a"; 65]), Err(Invalid));
        let many: String = (0..20_000).map(|n| format!("d{n};")).collect();
        assert_eq!(Policy::parse([many.as_str()]).map(|policy| policy.directives().count()), Ok(20_000));
        assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    }

    #[test]
    fn of_two_sources_that_begin_alike_the_shorter_stays() {
        let policy = Policy::parse(["img-src https://a.example/b https://a.example"]).expect("a policy");
        assert_eq!(policy.get("img-src"), Some(&["https://a.example".to_owned()][..]));
    }
}
