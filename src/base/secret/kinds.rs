//! Credentials whose form cannot be mistaken, whatever stands beside them.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::base::pattern::lean;

/// A kind of credential: the words that announce it, and its form.
pub(crate) struct SecretKind {
    pub(crate) name: &'static str,
    pub(crate) pattern: &'static str,
    pub(crate) words: &'static [&'static str],
}

const fn kind(name: &'static str, words: &'static [&'static str], pattern: &'static str) -> SecretKind {
    SecretKind { name, pattern, words }
}

/// Formats that cannot be mistaken: a prefix that the issuer reserves, or a private key with its body.
pub(crate) const KINDS: &[SecretKind] = &[
    kind(
        "github-token",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b",
    ),
    kind("gitlab-token", &["glpat-"], r"\bglpat-[A-Za-z0-9_-]{20,}\b"),
    kind("aws-access-key", &["AKIA", "ASIA"], r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    kind("slack-token", &["xoxb-", "xoxp-", "xoxa-", "xoxs-"], r"\bxox[baps]-[0-9]{10,}-[A-Za-z0-9-]{20,}"),
    kind(
        "slack-webhook",
        &["hooks.slack.com/services/"],
        r"hooks\.slack\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/[A-Za-z0-9]{20,}",
    ),
    kind("discord-webhook", &["discord.com/api/webhooks/"], r"discord\.com/api/webhooks/\d{17,}/[\w-]{60,}"),
    kind("stripe-key", &["sk_live_", "rk_live_"], r"\b[sr]k_live_[A-Za-z0-9]{24,}"),
    kind("sendgrid-key", &["SG."], r"\bSG\.[\w-]{22}\.[\w-]{43}\b"),
    kind("brevo-key", &["xkeysib-", "xsmtpsib-"], r"\bx(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b"),
    kind("npm-token", &["npm_"], r"\bnpm_[A-Za-z0-9]{36}\b"),
    kind("pypi-token", &["pypi-AgEI"], r"\bpypi-AgEI[\w-]{50,}"),
    kind("scalingo-token", &["tk-us-"], r"\btk-us-[\w-]{48}\b"),
    kind("openai-key", &["sk-proj-"], r"\bsk-proj-[\w-]{40,}"),
    kind("anthropic-key", &["sk-ant-api03-"], r"\bsk-ant-api03-[\w-]{93}AA\b"),
    kind("digitalocean-token", &["dop_v1_"], r"\bdop_v1_[a-f0-9]{64}\b"),
    kind("grafana-token", &["glsa_"], r"\bglsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}\b"),
    kind("sentry-token", &["sntryu_"], r"\bsntryu_[a-f0-9]{64}\b"),
    kind("postman-key", &["PMAK-"], r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b"),
    kind("age-key", &["AGE-SECRET-KEY-1"], r"\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b"),
    kind(
        "private-key",
        &["PRIVATE KEY-----"],
        r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY(?: BLOCK)?-----(?:\\n|\s)+(?:[A-Za-z0-9+/=]{40,}(?:\\n|\s)+)",
    ),
    kind(
        "basic-auth-url",
        &["://"],
        r#"\b(?:https?|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|rediss?|amqps?|smtps?)://[\w.%+-]{2,}:[^\s:@/'"<>$\{\}*]{6,}@[\w.-]+\.[a-z]{2,}"#,
    ),
];

/// Forms that are masked and are no finding: one may be an example, expired or harmless, and nobody needs to read it.
const ALSO_MASKED: &[SecretKind] = &[
    kind("jwt", &["eyJ"], r"\beyJ[\w-]{6,}(?:\.[\w-]*){1,4}"),
    kind("telegram-bot", &[":"], r"\d{8,10}:[A-Za-z0-9_-]{30,}"),
    kind("vault-token", &["hvs.", "hvb.", "hvr."], r"\bhv[sbr]\.[\w-]{12,}"),
    kind("google-key", &["AIza"], r"\bAIza[\w-]{30,}"),
    kind("google-token", &["ya29."], r"\bya29\.[\w-]{20,}"),
    kind("stripe-test-key", &["k_test_", "whsec_"], r"\b(?:[sr]k_test|whsec)_[\w-]{16,}"),
    kind("openai-key", &["sk-"], r"\bsk-[A-Za-z0-9_-]{32,}"),
    kind("slack-app-token", &["xapp-", "xoxe"], r"\b(?:xapp|xoxe(?:\.xox[bp])?)-[\w-]{20,}"),
    kind("gitlab-token", &["gl"], r"\bgl(?:ptt|dt|rt|oas|soat|ft|imt|agent|cbt)-[\w-]{20,}"),
    kind("github-token", &["gh", "github_pat_"], r"\b(?:gh[pousr]|github_pat)_\w{30,}"),
    kind("docker-token", &["dckr_pat_"], r"\bdckr_pat_[\w-]{20,}"),
    kind("shopify-token", &["shp"], r"\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}"),
    kind("hugging-face-token", &["hf_"], r"\bhf_[A-Za-z0-9]{30,}"),
    kind("atlassian-token", &["ATATT3x"], r"\bATATT3x[\w=-]{20,}"),
    kind("rubygems-key", &["rubygems_"], r"\brubygems_[a-f0-9]{32,}"),
    kind("pypi-token", &["pypi-"], r"\bpypi-[\w-]{50,}"),
];

/// The kinds that are searched for, all their words in one automaton, and each pattern compiled when a word of it is first met:
/// compiling them all takes longer than most audits.
struct Searched {
    words: AhoCorasick,
    /// The kind of each word.
    kind_of: Vec<usize>,
    patterns: Vec<(&'static str, OnceLock<Regex>)>,
}

impl Searched {
    fn new() -> Self {
        // Of an address and of a key on several lines, what is secret is a part.
        let kinds =
            KINDS.iter().filter(|kind| !["basic-auth-url", "private-key"].contains(&kind.name)).chain(ALSO_MASKED);
        let mut words: Vec<&str> = Vec::new();
        let (mut kind_of, mut patterns) = (Vec::new(), Vec::new());
        for (rank, kind) in kinds.enumerate() {
            words.extend(kind.words);
            kind_of.extend(std::iter::repeat_n(rank, kind.words.len()));
            patterns.push((kind.pattern, OnceLock::new()));
        }
        let words = AhoCorasick::new(words).expect("our own words are few and short");
        Self { words, kind_of, patterns }
    }
}

/// Where a text holds credentials of a known form.
pub(super) fn known_tokens(text: &str) -> Vec<Range<usize>> {
    static SEARCHED: LazyLock<Searched> = LazyLock::new(Searched::new);
    let searched = &*SEARCHED;
    let mut kinds: Vec<usize> =
        searched.words.find_overlapping_iter(text).map(|word| searched.kind_of[word.pattern().as_usize()]).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut found = Vec::new();
    for kind in kinds {
        let (pattern, compiled) = &searched.patterns[kind];
        let pattern = compiled.get_or_init(|| lean(pattern));
        found.extend(pattern.find_iter(text).map(|token| token.range()));
    }
    found.extend(bodies_of_keys(text));
    found
}

/// What stands between the head and the foot of a private key.
fn bodies_of_keys(text: &str) -> Vec<Range<usize>> {
    const HEAD: &str = "PRIVATE KEY-----";
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(at) = text[from..].find(HEAD) {
        let start = from + at + HEAD.len();
        let end = text[start..].find("-----END").map_or(text.len(), |at| start + at);
        let is_body = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
        if text[start..end].chars().filter(|c| is_body(*c)).count() >= 16 {
            found.push(start..end);
        }
        from = end;
    }
    found
}
