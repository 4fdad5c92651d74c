//! What a visit of a live site showed, as one page to open, print or send: nothing is loaded from anywhere.

use std::io::{self, Write};

use askama::Template;

use crate::base::date::{date, in_french};
use crate::base::edge;
use crate::base::text::Lang;
use crate::judge::finding::Outcome;
use crate::report::format::words::{Words, severity_name};
use crate::report::site_report::SiteReport;

use super::pages::{JsonCriterion, JsonPage};
use super::{JsonSite, json};

/// The page.
#[derive(Template)]
#[template(path = "site.html")]
struct SitePage {
    t: Words,
    lang: &'static str,
    host: String,
    day: String,
    /// Whether each finding of the Observatory is in order, and what it means.
    tests: Vec<(bool, i32, String)>,
    failures: Vec<(String, &'static str, String)>,
    unverified: Vec<String>,
    rows: Vec<(&'static str, String)>,
    seen: JsonSite,
}

impl SitePage {
    fn pages(&self) -> &[JsonPage] {
        &self.seen.pages
    }

    fn criteria(&self) -> &[JsonCriterion] {
        &self.seen.criteria
    }

    fn told(&self, criterion: &JsonCriterion) -> Vec<String> {
        criterion.told().iter().map(|told| unquoted(told)).collect()
    }
}

/// Prints the page.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render(report: &SiteReport, out: &mut impl Write) -> io::Result<()> {
    let html = page(report).render().map_err(io::Error::other)?;
    out.write_all(html.as_bytes())
}

fn page(report: &SiteReport) -> SitePage {
    let lang = report.lang;
    let seen = json(report);
    let mut failures: Vec<_> =
        seen.findings.iter().filter(|verdict| verdict.follows.is_none() && verdict.outcome == Outcome::Fail).collect();
    failures.sort_by_key(|verdict| std::cmp::Reverse(verdict.severity));
    let failures = failures
        .into_iter()
        .map(|verdict| {
            let what = verdict.message.as_ref().unwrap_or(&verdict.title);
            (unquoted(what), severity_name(verdict.severity, lang), unquoted(&verdict.remediation))
        })
        .collect();
    let unverified = seen
        .findings
        .iter()
        .filter(|verdict| verdict.follows.is_none() && verdict.outcome == Outcome::Unverified)
        .map(|verdict| unquoted(&verdict.title))
        .collect();
    let tests = seen.observatory.tests.iter();
    let tests = tests.map(|test| (test.modifier >= 0, test.modifier, unquoted(&test.meaning))).collect();
    SitePage {
        t: Words(lang),
        lang: lang.pick("en", "fr"),
        host: edge::name(&report.site.exchange.host),
        day: match lang {
            Lang::En => date(report.as_of),
            Lang::Fr => in_french(&date(report.as_of)),
        },
        tests,
        failures,
        unverified,
        rows: rows(&seen, lang),
        seen,
    }
}

/// What is told of the site as a whole: name, value.
fn rows(seen: &JsonSite, lang: Lang) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    let mut row = |name: &'static str, what: String| {
        if !what.is_empty() {
            rows.push((name, edge::text(&what)));
        }
    };
    if let Some(certificate) = &seen.certificate {
        let days = certificate.days_left;
        row(
            lang.pick("Certificate", "Certificat"),
            match lang {
                Lang::En => format!("{days} days left, signed by {}", certificate.issuer),
                Lang::Fr => format!("{days} jours restants, signé par {}", certificate.issuer),
            },
        );
    }
    row("TLS", seen.tls_trouble.clone().unwrap_or_else(|| seen.tls_versions.join(", ")));
    let hosts: Vec<String> = seen.third_parties.iter().map(|(kind, host)| format!("{host} ({kind})")).collect();
    row(lang.pick("Third parties", "Tiers"), hosts.join(", "));
    let names: Vec<&str> = seen.cookies.iter().map(|cookie| cookie.name.as_str()).collect();
    row(lang.pick("Cookies before consent", "Cookies avant consentement"), names.join(", "));
    let tools: Vec<String> = seen
        .audience
        .iter()
        .map(|(tool, settings)| format!("{tool}{} {}", lang.pick(":", "\u{a0}:"), unquoted(settings)))
        .collect();
    row(lang.pick("Audience", "Mesure d’audience"), tools.join(". "));
    row(lang.pick("Design system (DSFR)", "Système de design (DSFR)"), seen.dsfr.clone().unwrap_or_default());
    rows
}

/// A sentence on paper, where code needs no marks.
fn unquoted(text: &str) -> String {
    edge::text(&text.replace('`', ""))
}
