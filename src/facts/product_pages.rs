//! What the product shows to its users: legal pages, statistics, accessibility, audience measurement.

use std::sync::LazyLock;

use regex::Regex;

use crate::base::location::Location;
use crate::base::path::name_of;
use crate::base::pattern::lean;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind, PLACES};
use crate::model::pages::Status;
use crate::model::pages::words::{NOT_PUBLIC, is_template, page_names};
use crate::read::inventory::File;
use crate::read::inventory::probe::Probe;
use crate::read::inventory::role::Role;

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "analytics",
        kind: Kind::List,
        question: ("With what is its audience measured?", "Avec quoi son audience est-elle mesurée ?"),
        detect: analytics,
    },
    Detector {
        id: "stats_page",
        kind: Kind::Bool,
        question: ("Is there a public statistics page?", "Y a-t-il une page de statistiques publiques ?"),
        detect: |repo| page(repo, "statistics"),
    },
    Detector {
        id: "accessibility_page",
        kind: Kind::Bool,
        question: ("Is there an accessibility page?", "Y a-t-il une page d'accessibilité ?"),
        detect: |repo| page(repo, "accessibility"),
    },
    Detector {
        id: "accessibility_mention",
        kind: Kind::Bool,
        question: (
            "Do pages carry « Accessibilité : non / partiellement / totalement conforme »?",
            "Les pages portent-elles « Accessibilité : non / partiellement / totalement conforme » ?",
        ),
        detect: |repo| Fact::shown(repo.inventory.places("accessibility-mention", PLACES)),
    },
    Detector {
        id: "page_frames",
        kind: Kind::List,
        question: ("Which files hold the layout of every page?", "Quels fichiers encadrent toutes les pages ?"),
        detect: page_frames,
    },
    Detector {
        id: "legal_notice",
        kind: Kind::Bool,
        question: ("Is there a legal notice (mentions légales)?", "Y a-t-il des mentions légales ?"),
        detect: |repo| page(repo, "legal_notice"),
    },
    Detector {
        id: "privacy_policy",
        kind: Kind::Bool,
        question: ("Is there a privacy policy?", "Y a-t-il une politique de confidentialité ?"),
        detect: |repo| page(repo, "privacy_policy"),
    },
    Detector {
        id: "terms",
        kind: Kind::Bool,
        question: ("Are there terms of use?", "Y a-t-il des conditions générales d'utilisation ?"),
        detect: |repo| page(repo, "terms"),
    },
    Detector {
        id: "budget_page",
        kind: Kind::Bool,
        question: ("Is there a budget page?", "Y a-t-il une page de budget ?"),
        detect: |repo| page(repo, "budget"),
    },
];

pub(super) fn probes() -> Vec<Probe> {
    vec![
        Probe::words("accessibility-mention", &["conforme", "accessibility", "accessibilité", "a11y", "compliant"]).matching(
            r#"(?is)accessibilit(?:é|&eacute;|\\u00e9)\s*(?:&nbsp;|\\u00a0|[\s\x{a0}\x{202f}]|<[^>]*>)*:\s*(?:&nbsp;|[\s\x{a0}\x{202f}"'+]|<[^>]*>|\{\{?)*\s*(?:non|partiellement|totalement|compl)[\s\x{a0}\w-]*conforme|accessibility=\{?\s*["'](?:non|partially|fully) compliant|a11y-?compliance=|accessibility:\s*["'](?:non|partially|fully) compliant|a11yCompliance|accessibilit(?:é|y)\s*:\s*(?:%[({]?\w*[)}]?s?|\{\{?\s*[\w.|: ]+\}\}?|%\{\w+\}|\$\{[^}]*\})\s*(?:conforme|compliant)"#,
        ),
        Probe::words("matomo", &["_paq", "_mtm", "matomo"]).matching(r#"(?i)_paq\b|\b_mtm\.push|matomo\.(?:js|php)|matomo-next|MatomoTracker|vue-?matomo|init(?:ialize)?Matomo|@datapunt/matomo|matomo-tracker|useMatomo|piwik\.js|["']matomo["']\s*:\s*\{|data-matomo|matomo_(?:url|site_id|host)"#),
        Probe::words("plausible", &["plausible"]).matching(r"(?i)plausible\.io/js|plausible-tracker|next-plausible|data-domain=[^>]+plausible|plausible\.init|from ['\x22]plausible|plausibleService|window\.plausible"),
        Probe::words("posthog", &["posthog"]).matching(r"(?i)posthog\.init|posthog-js|posthog-node"),
        Probe::words("ga", &["googletagmanager", "google-analytics", "gtag("]).matching(r"(?i)googletagmanager\.com/(?:gtag|gtm)|google-analytics\.com/analytics|\bgtag\("),
        Probe::words("hotjar", &["hotjar"]).matching(r"(?i)static\.hotjar\.com|@hotjar/browser|_hjSettings"),
        Probe::words("at-internet", &["piano-analytics", "PianoAnalytics", "aticdn", "smarttag"]).matching(r"(?i)piano-analytics|PianoAnalytics|smarttag\.js|tag\.aticdn\.net/[\w/]+\.js"),
        Probe::words("eulerian", &["eulerian"]).matching(r"(?i)@eulerian|EulerianAnalytics|startReactDsfr.*eulerian"),
    ]
}

const ANALYTICS: &[(&str, &[&str])] = &[
    (
        "matomo",
        &[
            "@socialgouv/matomo-next",
            "vue-matomo",
            "@datapunt/matomo-tracker-*",
            "@jonkoops/matomo-tracker*",
            "matomo-tracker",
            "ngx-matomo*",
            "@ngx-matomo/*",
            "nuxt-matomo",
            "django-matomo",
        ],
    ),
    ("plausible", &["plausible-tracker", "next-plausible", "@plausible-analytics/*"]),
    ("posthog", &["posthog-js", "posthog-node", "posthog"]),
    ("ga", &["react-ga", "react-ga4", "vue-gtag"]),
    ("hotjar", &["@hotjar/browser"]),
    ("at-internet", &["piano-analytics-js", "at-internet*"]),
    ("eulerian", &["@eulerian/*"]),
];

fn analytics(repo: &Repo<'_>) -> Fact {
    let mut found: Vec<(String, Location)> = Vec::new();
    for (name, packages) in ANALYTICS {
        let used = repo
            .inventory
            .hits(name)
            .into_iter()
            // A CSP that allows a host, a schema of another application or a content file does not measure anything.
            .filter(|(file, _)| file.programming || is_template(&file.path))
            .filter(|(file, _)| !file.path.starts_with("db/") && !name_of(&file.path).to_lowercase().contains("csp"))
            .filter(|(file, _)| *name != "ga" || !is_dead_analytics(repo, file))
            .map(|(file, hit)| Location::line(&file.path, hit.line))
            .next();
        let declared = repo
            .manifests
            .dependencies(packages)
            .next()
            .map(|(manifest, found)| Location::line(&manifest.path, found.line));
        if let Some(place) = used.or(declared) {
            found.push(((*name).to_owned(), place));
        }
    }
    Fact::named(found)
}

/// Whether a file measures with the former Google Analytics alone, which has counted nothing since July 2024
/// (<https://support.google.com/analytics/answer/11583528>).
fn is_dead_analytics(repo: &Repo<'_>, file: &File) -> bool {
    static OLD: LazyLock<Regex> = LazyLock::new(|| lean(r"\bUA-\d{4,}-\d"));
    static NEW: LazyLock<Regex> = LazyLock::new(|| lean(r"\b(?:G|GTM|AW)-[A-Z0-9]{4,}"));
    repo.inventory.text(&file.path).is_some_and(|text| OLD.is_match(&text) && !NEW.is_match(&text))
}

/// The footers of the product, else its layouts.
fn page_frames(repo: &Repo<'_>) -> Fact {
    const FOOTERS: &[&str] =
        &["footer", "appfooter", "sitefooter", "thefooter", "pagefooter", "layoutfooter", "mainfooter"];
    const LAYOUTS: &[&str] = &["layout", "application", "base", "rootlayout", "mainlayout", "defaultlayout"];
    let named = |names: &[&str]| {
        let files = repo.inventory.own_files().filter(|file| file.role == Role::Source && is_template(&file.path));
        // A form, a dialog or a card has a footer of its own.
        let hidden = |file: &&File| {
            file.folder().to_lowercase().split('/').any(|part| {
                NOT_PUBLIC.contains(&part) || ["form", "modal", "dialog", "card"].iter().any(|word| part.contains(word))
            })
        };
        let mut paths: Vec<&str> = files
            .filter(|file| !hidden(file) && page_names(&file.path).iter().any(|name| names.contains(&name.as_str())))
            .map(|file| file.path.as_str())
            .collect();
        paths.sort_by_key(|path| path.matches('/').count());
        paths.truncate(3);
        paths
    };
    let footers = named(FOOTERS);
    let frames = if footers.is_empty() { named(LAYOUTS) } else { footers };
    Fact::named(frames.into_iter().map(|path| (path.to_owned(), Location::file(path))).collect())
}

/// Whether there is a page, as the model of pages knows it.
///
/// The question is whether there is one at all: a shell, or a page that only those see who have signed in, is one to finish
/// or to open. One whose content is commented out is none yet. A name that leads to a page on something else is one about which
/// people differ.
pub(super) fn page(repo: &Repo<'_>, name: &str) -> Fact {
    let Some(page) = repo.pages.get(name) else { return Fact::bool(false) };
    let places = page.evidence.iter().take(PLACES).cloned();
    match page.status {
        Status::Empty if repo.pages.is_commented_out(name, repo.inventory) => Fact::bool(false).seen(places),
        Status::Yes | Status::External | Status::BehindSignIn | Status::Empty => {
            Fact::bool(true).seen(places).guessed_unless(page.sure)
        }
        Status::No if page.route.is_some() => Fact::bool(true).seen(places).guessed(),
        Status::No | Status::Elsewhere | Status::NotApplicable => Fact::bool(false).seen(places),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{fact_of, names_of};

    #[test]
    fn the_mention_is_found_in_every_spelling() {
        for text in [
            "Accessibilité : non conforme",
            "Accessibilité&nbsp;: partiellement conforme",
            "Accessibilité :\n      <strong>totalement conforme</strong>",
            "<Footer accessibility=\"partially compliant\" />",
            "<Footer accessibility={\"non compliant\"} />",
            "<DsfrFooter a11y-compliance=\"non conforme\" />",
            "Accessibilité: non conforme",
            "Accessibilité : non-conforme",
        ] {
            assert!(fact_of(&[("src/Footer.tsx", text)], "accessibility_mention").is_true(), "{text}");
        }
        assert!(
            !fact_of(&[("src/a.tsx", "le site est conforme au RGAA, accessibilité")], "accessibility_mention")
                .is_true()
        );
    }

    #[test]
    fn pages_are_files_not_links() {
        for path in [
            "src/pages/stats.tsx",
            "src/app/statistiques/page.tsx",
            "app/views/stats/index.html.haml",
            "web/src/views/Statistiques.vue",
            "src/vues/statistiques.pug",
        ] {
            assert!(fact_of(&[(path, "x")], "stats_page").is_true(), "{path}");
        }
        for path in [
            "src/app/admin/stats/page.tsx",
            "src/lib/stats.ts",
            "app/views/stats/_line.html.erb",
            "src/Footer.stories.tsx",
        ] {
            assert!(!fact_of(&[(path, "<a href='/stats'>")], "stats_page").is_true(), "{path}");
        }
        assert!(fact_of(&[("site/pages/Accessibilité.tsx", "x")], "accessibility_page").is_true());
    }

    #[test]
    fn a_page_whose_content_is_commented_out_is_none() {
        let next = ("package.json", r#"{"name": "a", "dependencies": {"next": "15"}}"#);
        let is_there = |page: &str| fact_of(&[next, ("app/stats/page.tsx", page)], "stats_page").is_true();
        assert!(!is_there("export default () => <main><h1>Statistiques</h1>{/* <Charts /> */}</main>"));
        assert!(is_there("export default () => <main><h1>Statistiques</h1><Charts /></main>"));
        // A shell is a page to finish.
        assert!(is_there("export default () => <main><h1>Statistiques</h1>{/* à compléter */}</main>"));
    }

    #[test]
    fn the_frame_of_pages_is_their_footer_else_their_layout() {
        let layout = ("src/app/layout.tsx", "x");
        assert_eq!(names_of(&[layout, ("src/ui/CardForm/Footer.tsx", "x")], "page_frames"), ["src/app/layout.tsx"]);
        assert_eq!(names_of(&[layout, ("src/ui/Footer/index.tsx", "x")], "page_frames"), ["src/ui/Footer/index.tsx"]);
        assert!(names_of(&[("app/views/mailer/layout.html.erb", "x")], "page_frames").is_empty());
    }

    #[test]
    fn a_tag_manager_measures_and_the_former_google_analytics_does_not() {
        assert_eq!(names_of(&[("src/a.ts", "window._mtm.push({})")], "analytics"), ["matomo"]);
        let tag = |id: &str| format!("<script src=\"https://www.googletagmanager.com/gtag/js?id={id}\"></script>");
        assert!(names_of(&[("src/index.html", &tag("UA-12345678-1"))], "analytics").is_empty());
        assert_eq!(names_of(&[("src/index.html", &tag("G-ABCDEF12"))], "analytics"), ["ga"]);
    }

    #[test]
    fn a_policy_that_allows_matomo_does_not_use_it() {
        assert!(names_of(&[("csp.config.js", "img-src matomo.js")], "analytics").is_empty());
        assert_eq!(names_of(&[("src/a.ts", "window._paq.push([])")], "analytics"), ["matomo"]);
    }
}
