//! What the live site shows, where its address was given with `--url`.

use super::headers::security_headers;
use crate::base::location::Location;
use crate::base::text::Localized;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::model::security_txt::Problem;
use crate::model::site::parts::mention;
use crate::model::site::tour::Led;
use crate::model::site::trackers::{of_cookie, of_host};
use crate::model::site::{Site, audience};
use crate::read::history::DAY;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "site",
        kind: Kind::Text,
        question: ("Which live site was visited?", "Quel site en ligne a été visité ?"),
        detect: |repo| seen(repo, |site| Fact::text(site.exchange.host.clone())),
    },
    Detector {
        id: "site_observatory_grade",
        kind: Kind::Text,
        question: (
            "Which grade does the HTTP Observatory give the live site?",
            "Quelle note l'Observatoire HTTP donne-t-il au site en ligne ?",
        ),
        detect: |repo| seen(repo, |site| Fact::text(site.observatory.grade)),
    },
    Detector {
        id: "site_observatory_score",
        kind: Kind::Number,
        question: (
            "Which score does the HTTP Observatory give the live site?",
            "Quel score l'Observatoire HTTP donne-t-il au site en ligne ?",
        ),
        detect: |repo| seen(repo, |site| Fact::number(site.observatory.score)),
    },
    Detector {
        id: "site_observatory_results",
        kind: Kind::List,
        question: (
            "What do the ten tests of the HTTP Observatory say of the live site?",
            "Que disent du site en ligne les dix tests de l'Observatoire HTTP ?",
        ),
        detect: |repo| seen(repo, |site| Fact::list(site.observatory.tests.iter().map(|tested| tested.result))),
    },
    Detector {
        id: "site_headers",
        kind: Kind::List,
        question: (
            "Which security headers does the live site send?",
            "Quels en-têtes de sécurité le site en ligne envoie-t-il ?",
        ),
        detect: |repo| seen(repo, |site| Fact::list(sent(site))),
    },
    Detector {
        id: "site_headers_lost",
        kind: Kind::List,
        question: (
            "Which security headers does the code set that the live site does not send?",
            "Quels en-têtes de sécurité posés par le code le site en ligne n'envoie-t-il pas ?",
        ),
        detect: lost,
    },
    Detector {
        id: "site_over_tls",
        kind: Kind::Bool,
        question: ("Does the live site answer over TLS?", "Le site en ligne répond-il en TLS ?"),
        detect: |repo| seen(repo, |site| Fact::bool(site.exchange.https.is_some())),
    },
    Detector {
        id: "site_certificate_trusted",
        kind: Kind::Bool,
        question: ("Is the certificate of the live site trusted?", "Le certificat du site en ligne est-il reconnu ?"),
        detect: |repo| {
            seen(repo, |site| match &site.exchange.https {
                Some(visit) => Fact::bool(visit.verified),
                None => Fact::nothing(),
            })
        },
    },
    Detector {
        id: "site_certificate_days",
        kind: Kind::Number,
        question: (
            "In how many days does the certificate of the live site end?",
            "Dans combien de jours le certificat du site en ligne prend-il fin ?",
        ),
        detect: certificate_days,
    },
    Detector {
        id: "site_tls_versions",
        kind: Kind::List,
        question: (
            "Which versions of TLS does the live site accept?",
            "Quelles versions de TLS le site en ligne accepte-t-il ?",
        ),
        detect: |repo| seen(repo, |site| Fact::list(site.tls.iter().flat_map(|shown| shown.versions.clone()))),
    },
    Detector {
        id: "site_third_parties",
        kind: Kind::List,
        question: (
            "From which other organisations' hosts does the page of the live site load something?",
            "Depuis quels hôtes d'autres organisations la page du site en ligne charge-t-elle quelque chose ?",
        ),
        detect: |repo| in_page(repo, |site| Fact::list(third_parties(site).into_iter().map(|(_, host)| host))),
    },
    Detector {
        id: "site_trackers",
        kind: Kind::List,
        question: (
            "Which trackers does the live site load or set before any consent?",
            "Quels traceurs le site en ligne charge-t-il ou dépose-t-il avant tout consentement ?",
        ),
        detect: |repo| in_page(repo, |site| Fact::list(trackers(site))),
    },
    Detector {
        id: "site_mixed_content",
        kind: Kind::List,
        question: (
            "What does the page of the live site load over plain HTTP?",
            "Que charge en clair la page du site en ligne ?",
        ),
        detect: |repo| {
            in_page(repo, |site| {
                let url = site.exchange.best().map(|visit| visit.reply.url.clone());
                let mixed = url.iter().flat_map(|url| site.page.mixed(url));
                Fact::list(mixed.map(|resource| resource.url.to_string()))
            })
        },
    },
    Detector {
        id: "site_disclosed_versions",
        kind: Kind::List,
        question: (
            "Which software versions does the live site disclose?",
            "Quelles versions de logiciels le site en ligne annonce-t-il ?",
        ),
        detect: |repo| seen(repo, |site| Fact::list(versions(site))),
    },
    Detector {
        id: "site_security_txt",
        kind: Kind::Text,
        question: (
            "What is the state of the live site's `security.txt`: valid, missing, expired or incomplete?",
            "Que vaut le `security.txt` du site en ligne : valid, missing, expired ou incomplete ?",
        ),
        detect: security_txt,
    },
    Detector {
        id: "site_twin",
        kind: Kind::Text,
        question: (
            "Under which second name, with `www.` or without, is the live site served?",
            "Sous quel second nom, avec ou sans `www.`, le site en ligne est-il servi ?",
        ),
        detect: |repo| {
            seen(repo, |site| match &site.twin {
                Some(twin) => Fact::text(twin.clone()),
                None => Fact::nothing(),
            })
        },
    },
    Detector {
        id: "site_pages",
        kind: Kind::List,
        question: (
            "Which of the pages that a public product is expected to have does the live site link, and answer?",
            "Quelles pages attendues d'un produit public le site en ligne cite-t-il, et sert-il ?",
        ),
        detect: |repo| in_page(repo, |site| Fact::list(answering(site))),
    },
    Detector {
        id: "site_accessibility_mention",
        kind: Kind::Text,
        question: (
            "How far does the home page of the live site say that it is accessible?",
            "Jusqu'où la page d'accueil du site en ligne se dit-elle accessible ?",
        ),
        detect: |repo| {
            seen(repo, |site| match (mention(&site.page.content.plain()), &site.page.unread) {
                (Some(said), _) => Fact::text(said.words()),
                (None, Some(reason)) => Fact::unknown(reason.clone()),
                (None, None) => Fact::nothing(),
            })
        },
    },
    Detector {
        id: "site_dsfr",
        kind: Kind::Text,
        question: (
            "Which version of the State's design system (DSFR) does the live site use, as far as a file names it?",
            "Quelle version du système de design de l'État (DSFR) le site en ligne emploie-t-il, si un fichier la nomme ?",
        ),
        detect: |repo| seen(repo, |site| site.tour.dsfr.clone().map_or_else(Fact::nothing, Fact::text)),
    },
    Detector {
        id: "site_audience",
        kind: Kind::List,
        question: (
            "With what does the page of the live site measure its audience?",
            "Avec quoi la page du site en ligne mesure-t-elle son audience ?",
        ),
        detect: |repo| in_page(repo, |site| Fact::list(audience::of(&site.page).into_iter().map(|tool| tool.name))),
    },
];

/// The expected pages that a link names and that can be read, here or on another host.
fn answering(site: &Site) -> Vec<&'static str> {
    let answers = |led: &Led| matches!(led, Led::Page(_) | Led::File(_) | Led::Elsewhere(_));
    site.tour.found.iter().filter(|found| answers(&found.led)).map(|found| found.sought.name()).collect()
}

/// What a site shows; nothing where no address was given.
fn seen(repo: &Repo<'_>, show: impl Fn(&Site) -> Fact) -> Fact {
    match repo.site {
        None => Fact::nothing(),
        Some(Err(reason)) => Fact::unknown(reason.clone()),
        Some(Ok(site)) => {
            let place = site.exchange.best().map(|visit| Location::file(visit.reply.url.as_str()));
            show(site).seen(place)
        }
    }
}

/// What the page of a site shows: what is seen in it counts, and where it was not read to its end, nothing seen is not an answer.
fn in_page(repo: &Repo<'_>, show: impl Fn(&Site) -> Fact) -> Fact {
    seen(repo, |site| match (show(site), &site.page.unread) {
        (fact, Some(reason)) if fact.names().is_empty() => Fact::unknown(reason.clone()),
        (fact, _) => fact,
    })
}

/// The security headers that a site sends, named as those of the code; a policy of the page counts for what it can say.
fn sent(site: &Site) -> Vec<&'static str> {
    let headers = site.headers();
    let says = |name: &str| headers.get(name).is_some_and(|value| !value.trim().is_empty());
    let policy = headers.get("content-security-policy").unwrap_or_default().to_lowercase();
    let over_tls = site.exchange.https.as_ref();
    [
        ("csp", says("content-security-policy") || !site.page.csp.is_empty()),
        ("hsts", over_tls.is_some_and(|visit| visit.reply.headers.get("strict-transport-security").is_some())),
        ("x-frame-options", says("x-frame-options") || policy.contains("frame-ancestors")),
        ("x-content-type-options", says("x-content-type-options")),
        ("referrer-policy", says("referrer-policy") || site.page.referrer.is_some()),
        ("permissions-policy", says("permissions-policy")),
        ("cross-origin-opener-policy", says("cross-origin-opener-policy")),
        ("cross-origin-embedder-policy", says("cross-origin-embedder-policy")),
        ("cross-origin-resource-policy", says("cross-origin-resource-policy")),
    ]
    .into_iter()
    .filter_map(|(name, sends)| sends.then_some(name))
    .collect()
}

fn lost(repo: &Repo<'_>) -> Fact {
    let Some(Ok(site)) = repo.site else { return seen(repo, |_| Fact::nothing()) };
    let set = security_headers(repo);
    let sent = sent(site);
    let names: Vec<String> = set.names().iter().filter(|name| !sent.contains(&name.as_str())).cloned().collect();
    if names.is_empty() { Fact::list(names) } else { Fact::list(names).seen(set.evidence.clone()) }
}

fn certificate_days(repo: &Repo<'_>) -> Fact {
    seen(repo, |site| match site.tls.as_ref().and_then(|shown| shown.certificate.as_ref()) {
        Some(certificate) => {
            let days = (certificate.until - repo.as_of).div_euclid(DAY);
            Fact::number(i32::try_from(days).unwrap_or(i32::MAX))
        }
        None => Fact::unknown(site.tls_trouble.clone().unwrap_or_else(|| {
            Localized::new("its certificate could not be read", "son certificat n'a pas pu être lu")
        })),
    })
}

fn third_parties(site: &Site) -> Vec<(&'static str, String)> {
    site.exchange.best().map(|visit| site.page.third_parties(&visit.reply.url)).unwrap_or_default()
}

/// Trackers that come with the page as it is served, by their hosts and cookies.
fn trackers(site: &Site) -> Vec<&'static str> {
    let loaded = third_parties(site);
    let loaded = loaded.iter().filter(|(kind, _)| *kind != "style").filter_map(|(_, host)| of_host(host));
    let cookies = site.exchange.best().map(|visit| visit.cookies.as_slice()).unwrap_or_default();
    loaded.chain(cookies.iter().filter_map(|cookie| of_cookie(&cookie.name))).map(|tracker| tracker.name).collect()
}

/// Headers and elements that name a software with the number of its version.
fn versions(site: &Site) -> Vec<String> {
    const DISCLOSING: &[&str] = &["server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator"];
    let headers = site.headers();
    let values = DISCLOSING.iter().filter_map(|name| headers.get(name)).chain(site.page.generator.clone());
    values
        .filter(|value| value.contains(|letter: char| letter.is_ascii_digit()))
        .map(|value| value.chars().take(80).collect())
        .collect()
}

fn security_txt(repo: &Repo<'_>) -> Fact {
    seen(repo, |site| match &site.security_txt {
        Err(reason) => Fact::unknown(reason.clone()),
        Ok(None) => Fact::text("missing"),
        Ok(Some(read)) => Fact::text(match read.problem(repo.as_of) {
            None => "valid",
            Some(Problem::Expired) => "expired",
            Some(_) => "incomplete",
        }),
    })
}
