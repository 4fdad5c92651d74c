//! What a visit of a live site showed: as text for people, as JSON for programs.

pub(crate) mod html;
mod pages;

use std::fmt::Write as _;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::date::{date, moment};
use crate::base::edge;
use crate::base::severity::Severity;
use crate::base::text::Lang;
use crate::judge::finding::{Finding, Outcome};
use crate::model::site::observatory::ALGORITHM;
use crate::model::site::results::meaning;
use crate::read::history::DAY;
use crate::report::format::words::severity_column;
use crate::report::site_report::SiteReport;

use pages::{JsonCriterion, JsonPage};

/// The version of the JSON format.
pub(crate) const VERSION: u32 = 1;

/// What `equerre site --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Equerre site", rename = "Site")]
pub(crate) struct JsonSite {
    /// The version of this format.
    pub version: u32,
    /// The address that was visited.
    pub url: String,
    /// The date of the visit, RFC 3339.
    pub as_of: String,
    /// What MDN's HTTP Observatory says.
    pub observatory: JsonObservatory,
    /// The addresses from the one over plain HTTP to the answer; absent where nothing answers over plain HTTP.
    pub http_route: Option<Vec<String>>,
    /// The addresses from the one over TLS to the answer; absent where nothing answers over TLS.
    pub https_route: Option<Vec<String>>,
    /// Why it does not answer over TLS, or with a certificate that is not trusted.
    pub tls_trouble: Option<String>,
    /// The certificate.
    pub certificate: Option<JsonCertificate>,
    /// The versions of TLS that are accepted.
    pub tls_versions: Vec<String>,
    /// Whether it has a `robots.txt`; absent where it could not be asked.
    pub robots_txt: Option<bool>,
    /// The headers of the answer: name, value.
    pub headers: Vec<(String, String)>,
    /// The cookies that were set before any consent, without their values.
    pub cookies: Vec<JsonCookie>,
    /// What the page loads from other organisations: kind, host.
    pub third_parties: Vec<(String, String)>,
    /// The results of the rules on live sites.
    pub findings: Vec<JsonVerdict>,
    /// The pages that a public product is expected to have, as the home page links them.
    pub pages: Vec<JsonPage>,
    /// What measures the audience: tool, and what its settings show of consent.
    pub audience: Vec<(String, String)>,
    /// The version of the State's design system, where a file names it.
    pub dsfr: Option<String>,
    /// The criteria of the standards about which these pages are asked, by these pages alone.
    pub criteria: Vec<JsonCriterion>,
}

/// What the HTTP Observatory says.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JsonObservatory {
    /// The version of its scoring.
    pub algorithm: u32,
    /// From A+ to F.
    pub grade: String,
    /// From 0; over 100 with bonuses.
    pub score: i32,
    /// The ten tests.
    pub tests: Vec<JsonTest>,
}

/// One test of the HTTP Observatory.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JsonTest {
    /// Its name.
    pub test: String,
    /// Its result, as the Observatory names it.
    pub result: String,
    /// What it adds to the score.
    pub modifier: i32,
    /// What the result means.
    pub meaning: String,
}

/// A certificate.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JsonCertificate {
    /// Whether browsers trust it.
    pub trusted: bool,
    /// Until when it holds, RFC 3339.
    pub until: String,
    /// In how many days it ends.
    pub days_left: i64,
    /// Who signed it.
    pub issuer: String,
    /// How many certificates the server shows.
    pub chain: usize,
}

/// A cookie.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JsonCookie {
    /// Its name.
    pub name: String,
    /// Whether it is sent over TLS alone.
    pub secure: bool,
    /// Whether scripts cannot read it.
    pub http_only: bool,
    /// `strict`, `lax` or `none`.
    pub same_site: Option<String>,
}

/// The result of a rule.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JsonVerdict {
    /// The rule.
    pub rule: String,
    /// Its severity.
    pub severity: Severity,
    /// Its outcome.
    pub outcome: Outcome,
    /// What is wrong, or would be.
    pub title: String,
    /// What this site shows, where the rule says it.
    pub message: Option<String>,
    /// The rule whose outcome it takes: where that one does not pass, this one is not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
    /// What to do.
    pub remediation: String,
}

/// How many names a line shows, and how many characters of one.
const MOST: usize = 8;
const LONGEST: usize = 60;

/// Names on one line, with how many there are where some are left out.
fn several(mut names: Vec<String>) -> String {
    let count = names.len();
    names.truncate(MOST);
    let more = if count > MOST { format!(", … ({count})") } else { String::new() };
    names.join(", ") + &more
}

/// As JSON.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render_json(report: &SiteReport, out: &mut impl Write) -> io::Result<()> {
    out.write_all(edge::json(&json(report))?.as_bytes())
}

fn json(report: &SiteReport) -> JsonSite {
    let site = &report.site;
    let route = |visit: &Option<crate::model::site::exchange::Visit>| {
        visit.as_ref().map(|visit| visit.route.iter().map(ToString::to_string).collect())
    };
    let best = site.exchange.best();
    let tests = site.observatory.tests.iter().map(|tested| JsonTest {
        test: tested.test.to_owned(),
        result: tested.result.to_owned(),
        modifier: tested.modifier,
        meaning: meaning(tested.result).get(report.lang).to_owned(),
    });
    let certificate = site.tls.as_ref().and_then(|shown| shown.certificate.as_ref());
    let cookies = best.map(|visit| visit.cookies.as_slice()).unwrap_or_default();
    let third = best.map(|visit| site.page.third_parties(&visit.reply.url)).unwrap_or_default();
    JsonSite {
        version: VERSION,
        url: best.map_or(&report.target.https, |visit| &visit.from).to_string(),
        as_of: moment(report.as_of),
        observatory: JsonObservatory {
            algorithm: ALGORITHM,
            grade: site.observatory.grade.to_owned(),
            score: site.observatory.score,
            tests: tests.collect(),
        },
        http_route: route(&site.exchange.http),
        https_route: route(&site.exchange.https),
        tls_trouble: site.tls_trouble.as_ref().map(|trouble| trouble.get(report.lang).to_owned()),
        certificate: certificate.map(|certificate| JsonCertificate {
            trusted: site.exchange.https.as_ref().is_some_and(|visit| visit.verified),
            until: moment(certificate.until),
            days_left: (certificate.until - report.as_of).div_euclid(DAY),
            issuer: certificate.issuer.clone(),
            chain: certificate.chain,
        }),
        tls_versions: site.tls.iter().flat_map(|shown| &shown.versions).map(|version| (*version).to_owned()).collect(),
        robots_txt: site.robots_txt,
        // The value of a cookie may open a session.
        headers: site.headers().all().iter().filter(|(name, _)| name != "set-cookie").cloned().collect(),
        cookies: cookies
            .iter()
            .map(|cookie| JsonCookie {
                name: cookie.name.clone(),
                secure: cookie.secure,
                http_only: cookie.http_only,
                same_site: cookie.same_site.clone(),
            })
            .collect(),
        third_parties: third.into_iter().map(|(kind, host)| (kind.to_owned(), host)).collect(),
        findings: report.findings.iter().filter_map(|finding| verdict(report, finding)).collect(),
        pages: pages::pages(report),
        audience: pages::audience(report),
        dsfr: site.tour.dsfr.clone(),
        criteria: pages::criteria(report),
    }
}

fn verdict(report: &SiteReport, finding: &Finding) -> Option<JsonVerdict> {
    let rule = report.rules.get(&finding.rule)?;
    Some(JsonVerdict {
        rule: finding.rule.clone(),
        severity: finding.severity,
        outcome: finding.outcome,
        title: rule.title.get(report.lang).to_owned(),
        message: finding.message.as_ref().map(|message| message.get(report.lang).to_owned()),
        follows: finding.follows.clone(),
        remediation: rule.remediation.get(report.lang).to_owned(),
    })
}

/// As text.
///
/// # Errors
/// Those of the writer.
pub(crate) fn render_text(report: &SiteReport, unicode: bool, out: &mut impl Write) -> io::Result<()> {
    let lang = report.lang;
    let seen = json(report);
    let mut text = String::new();
    let mut line = |words: &str| {
        let _ = writeln!(text, "{}", edge::text(words).trim_end());
    };
    let (yes, no) = if unicode { ("✓", "✗") } else { ("ok", "--") };
    line(&format!("{}  {}", seen.url, date(report.as_of)));
    line(&format!(
        "{}  {}  {}/100",
        lang.pick("HTTP Observatory", "Observatoire HTTP"),
        seen.observatory.grade,
        seen.observatory.score
    ));
    line("");
    for test in &seen.observatory.tests {
        let sign = if test.modifier < 0 { no } else { yes };
        line(&format!("  {sign} {:>+4}  {}", test.modifier, test.meaning));
    }
    line("");
    let mut row = |name: &str, what: &str| line(&format!("  {name:<16}{what}"));
    match (&seen.certificate, &seen.tls_trouble) {
        (Some(certificate), trouble) => {
            let days = match lang {
                Lang::En => format!("{} days left, signed by {}", certificate.days_left, certificate.issuer),
                Lang::Fr => format!("{} jours restants, signé par {}", certificate.days_left, certificate.issuer),
            };
            row(lang.pick("certificate", "certificat"), &days);
            if let Some(trouble) = trouble {
                row("", trouble);
            }
        }
        (None, Some(trouble)) => row("TLS", trouble),
        (None, None) => {}
    }
    if !seen.tls_versions.is_empty() {
        row("TLS", &seen.tls_versions.join(", "));
    }
    if !seen.third_parties.is_empty() {
        let hosts = seen.third_parties.iter().map(|(kind, host)| format!("{host} ({kind})")).collect();
        row(lang.pick("third parties", "tiers"), &several(hosts));
    }
    if !seen.cookies.is_empty() {
        let names = seen.cookies.iter().map(|cookie| cookie.name.chars().take(LONGEST).collect()).collect();
        row("cookies", &several(names));
    }
    for (tool, settings) in &seen.audience {
        row(lang.pick("audience", "audience"), &format!("{tool}{} {settings}", lang.pick(":", "\u{a0}:")));
    }
    if let Some(version) = &seen.dsfr {
        row("DSFR", version);
    }
    line("");
    line(lang.pick("Expected pages", "Pages attendues"));
    for page in &seen.pages {
        line(&format!(
            "  {} {}{} {}",
            if page.there { yes } else { no },
            page.title,
            lang.pick(":", "\u{a0}:"),
            page.what
        ));
    }
    line("");
    line(lang.pick("Criteria of the standards, by these pages alone", "Critères des standards, par ces seules pages"));
    for criterion in &seen.criteria {
        line(&format!("  [{}] {}", criterion.status_words, criterion.text));
        for told in criterion.told() {
            line(&format!("      {told}"));
        }
    }
    let roots = || seen.findings.iter().filter(|verdict| verdict.follows.is_none());
    let mut failures: Vec<&JsonVerdict> = roots().filter(|verdict| verdict.outcome == Outcome::Fail).collect();
    failures.sort_by_key(|verdict| std::cmp::Reverse(verdict.severity));
    if !failures.is_empty() {
        line("");
    }
    for verdict in failures {
        line(&format!("{} [{}] {}", severity_column(verdict.severity, lang), verdict.rule, verdict.title));
        if let Some(message) = &verdict.message {
            line(&format!("        {message}"));
        }
    }
    let unknown = roots().filter(|verdict| verdict.outcome == Outcome::Unverified);
    let unknown: Vec<&str> = unknown.map(|verdict| verdict.rule.as_str()).collect();
    if !unknown.is_empty() {
        line("");
        line(&format!("{} {}", lang.pick("Unverified:", "Non vérifié\u{a0}:"), unknown.join(", ")));
    }
    line("");
    line(lang.pick(
        "`equerre explain RULE` says why a rule matters and what to do.",
        "`equerre explain RÈGLE` dit pourquoi une règle compte et que faire.",
    ));
    out.write_all(edge::inert(&text).as_bytes())
}
