//! What measures the audience of a page, and whether it is set up so that no consent is needed.
//!
//! Source: CNIL, « Cookies : solutions pour les outils de mesure d'audience » and its guide for each tool.

use crate::base::text::{Localized, localized};

use super::page::Page;

/// A tool.
struct Tool {
    name: &'static str,
    /// What the addresses of its script hold.
    scripts: &'static [&'static str],
    /// What its code in a page holds.
    code: &'static [&'static str],
    /// Whether it needs no cookie by design.
    without_cookies: bool,
    /// Whether its code is free: it can then be hosted where one likes.
    is_open: bool,
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "Matomo",
        scripts: &["matomo.js", "piwik.js", "/matomo/", "matomo.php", "matomo."],
        code: &["_paq", "matomo.js", "piwik.js"],
        without_cookies: false,
        is_open: true,
    },
    Tool {
        name: "Plausible",
        scripts: &["plausible.io", "plausible"],
        code: &[],
        without_cookies: true,
        is_open: true,
    },
    Tool { name: "Umami", scripts: &["umami"], code: &[], without_cookies: true, is_open: true },
    Tool {
        name: "Piano Analytics",
        scripts: &["tag.aticdn.net", "piano-analytics"],
        code: &["pa.sendEvent"],
        without_cookies: false,
        is_open: false,
    },
    Tool {
        name: "Eulerian",
        scripts: &["eulerian", "ea.js"],
        code: &["EA_push", "EA_datalayer"],
        without_cookies: false,
        is_open: false,
    },
    Tool {
        name: "Google Analytics",
        scripts: &["google-analytics.com", "googletagmanager.com/gtag"],
        code: &["gtag('config'", "gtag(\"config\""],
        without_cookies: false,
        is_open: false,
    },
];

/// What measures an audience.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Audience {
    /// The tool.
    pub(crate) name: &'static str,
    /// What its settings show of consent.
    pub(crate) settings: Localized,
    /// Whether its code is free.
    pub(crate) is_open: bool,
}

/// The tools that a page loads or calls.
pub(crate) fn of(page: &Page) -> Vec<Audience> {
    let scripts = &page.content.scripts;
    let loads = |words: &[&str]| {
        let sources = page.resources.iter().filter(|resource| resource.kind == "script");
        sources.map(|source| source.url.as_str()).any(|source| words.iter().any(|word| source.contains(word)))
    };
    TOOLS
        .iter()
        .filter(|tool| loads(tool.scripts) || tool.code.iter().any(|word| scripts.contains(word)))
        .map(|tool| Audience { name: tool.name, settings: settings(tool, scripts), is_open: tool.is_open })
        .collect()
}

fn settings(tool: &Tool, scripts: &str) -> Localized {
    let set = |words: &'static [&'static str]| words.iter().find(|word| scripts.contains(**word));
    if tool.name == "Google Analytics" {
        return localized!(
            "needs a consent before it is loaded: the CNIL exempts none of its settings",
            "exige un consentement avant d'être chargé : la CNIL n'exempte aucun de ses réglages"
        );
    }
    if tool.without_cookies {
        return localized!("measures without a cookie by design", "mesure sans cookie, par conception");
    }
    if tool.name != "Matomo" {
        return localized!(
            "may be exempt from consent when it is set up as its guide of the CNIL says; its settings are not in the page",
            "peut être exempté de consentement s'il est réglé comme le dit son guide de la CNIL ; ses réglages ne sont pas dans la page"
        );
    }
    if let Some(word) = set(&["disableCookies"]) {
        return localized!(
            "without cookies (`{word}`): exempt from consent",
            "sans cookie (`{word}`) : exempté de consentement"
        );
    }
    if let Some(word) = set(&["requireConsent", "requireCookieConsent"]) {
        return localized!("waits for a consent (`{word}`)", "attend un consentement (`{word}`)");
    }
    if let Some(word) = set(&["setVisitorCookieTimeout", "setDoNotTrack", "optUserOut"]) {
        return localized!(
            "with cookies, and a part of the settings of the CNIL's guide (`{word}`); those of its server are not in the page",
            "avec des cookies, et une partie des réglages du guide de la CNIL (`{word}`) ; ceux de son serveur ne sont pas dans la page"
        );
    }
    localized!(
        "with cookies, as far as the page shows: exempt from consent only with the settings of the CNIL's guide (`disableCookies` is the surest)",
        "avec des cookies, pour ce que montre la page : exempté de consentement seulement avec les réglages du guide de la CNIL (`disableCookies` est le plus sûr)"
    )
}

#[cfg(test)]
mod tests {
    use reqwest::Url;

    use super::*;

    fn seen(html: &str) -> Vec<(&'static str, String)> {
        let page = Page::read(html, &Url::parse("https://a.fr/").expect("an address"));
        of(&page).into_iter().map(|audience| (audience.name, audience.settings.en)).collect()
    }

    #[test]
    fn what_measures_is_named_with_what_it_asks_of_people() {
        let matomo = "<script>var _paq=[];_paq.push(['disableCookies']);</script>";
        assert!(matches!(seen(matomo).as_slice(), [("Matomo", how)] if how.contains("without cookies")));
        let kept = seen("<script src='https://stats.b.fr/matomo.js'></script>");
        assert!(matches!(kept.as_slice(), [("Matomo", how)] if how.starts_with("with cookies")), "{kept:?}");
        let other = seen("<script src='https://plausible.io/js/script.js'></script><script src='/app.js'></script>");
        assert!(matches!(other.as_slice(), [("Plausible", how)] if how.contains("by design")));
        assert!(seen("<script src='/app.js'></script>").is_empty());
    }
}
