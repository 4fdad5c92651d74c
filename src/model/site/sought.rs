//! The pages that a public product is expected to have, and how links name them.

use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;

use super::content::Link;
use crate::base::text::{Localized, localized};
use crate::model::directory::plain;

/// A page that is sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sought {
    /// The accessibility statement.
    Accessibility,
    /// The plan of several years for accessibility.
    Plan,
    /// The legal notice.
    LegalNotice,
    /// The privacy policy.
    Privacy,
    /// The terms of use.
    Terms,
    /// The statistics.
    Statistics,
    /// What is said of the impact.
    Impact,
    /// The budget.
    Budget,
    /// The frequent questions, or the help.
    Faq,
    /// How to write to the team.
    Contact,
}

/// How links lead to a page.
struct Name {
    sought: Sought,
    /// What they say, in lower case without accents.
    text: &'static str,
    /// A segment of the path they lead to.
    path: &'static str,
}

/// From the most precise to the widest: a link is of the first that it answers.
const NAMES: &[Name] = &[
    Name {
        sought: Sought::Plan,
        text: r"schema (?:pluri-?annuel|annuel)",
        path: r"schema-?(?:pluri-?)?annuel[a-z0-9-]*",
    },
    Name {
        sought: Sought::Accessibility,
        text: r"^accessibilite(?: numerique)?(?: ?:.*)?$|declaration (?:d')?accessibilite|^accessibility(?: ?:.*| statement)?$|(?:non|partiellement|totalement) conforme",
        path: r"accessibilite[a-z0-9-]*|declaration-?d?-?accessibilite[a-z0-9-]*|accessibility(?:-statement)?|a11y",
    },
    Name {
        sought: Sought::LegalNotice,
        text: r"mentions? legales?|informations legales|^legal(?: notice)?$",
        path: r"mentions?-?legales?|legal(?:-notice)?|informations-legales",
    },
    Name {
        sought: Sought::Privacy,
        text: r"confidentialite|donnees (?:a caractere )?personnel|vie privee|privacy",
        path: r"(?:politique-?(?:de-?)?)?confidentialite|donnees-personnelles|vie-privee|privacy(?:-policy)?|rgpd|politique-de-protection[a-z-]*",
    },
    Name {
        sought: Sought::Terms,
        text: r"conditions (?:generales|d'utilisation)|modalites d'utilisation|\bcgu\b|terms of",
        path: r"cgu|conditions-?(?:generales|d-?utilisation|utilisation)[a-z-]*|modalites-d?-?utilisation|terms(?:-of-(?:use|service))?",
    },
    Name {
        sought: Sought::Statistics,
        text: r"^(?:nos |les |voir les |consulter les )?(?:statistiques?|stats|statistics)\b|statistiques publiques",
        path: r"stats?|statistiques?|statistics",
    },
    Name {
        sought: Sought::Budget,
        text: r"^(?:notre |le )?budget(?: du (?:produit|service))?$|transparence budgetaire",
        path: r"(?:notre-)?budget",
    },
    Name {
        sought: Sought::Impact,
        text: r"^(?:notre |mesure d'|l')?impact$|mesure (?:de l'|d')impact",
        path: r"(?:notre-|mesure-d-?)?impact",
    },
    Name {
        sought: Sought::Faq,
        text: r"\bfaq\b|foire aux questions|questions frequentes|centre d'aide|^aide(?: en ligne| et .*)?$|^besoin d'aide|^help$",
        path: r"faq|foire-aux-questions|questions-frequentes|aide|centre-d?-?aide|help(?:-center)?",
    },
    Name {
        sought: Sought::Contact,
        text: r"^(?:nous )?contact|nous ecrire|ecrivez-nous",
        path: r"contact(?:ez-nous|er|-us)?|nous-contacter|nous-ecrire",
    },
];

static PATTERNS: LazyLock<Vec<(Sought, Regex, Regex)>> = LazyLock::new(|| {
    let compile = |pattern: &str| Regex::new(pattern).expect("our own patterns are well-formed");
    let both = |name: &Name| {
        let path = format!(r"(?:^|/)(?:{})(?:\.html?|\.php|\.pdf)?/?$", name.path);
        (name.sought, compile(name.text), compile(&path))
    };
    NAMES.iter().map(both).collect()
});

impl Sought {
    /// Every page, in the order in which reports show them.
    pub(crate) const ALL: [Self; 10] = [
        Self::Accessibility,
        Self::Plan,
        Self::LegalNotice,
        Self::Privacy,
        Self::Terms,
        Self::Statistics,
        Self::Impact,
        Self::Budget,
        Self::Faq,
        Self::Contact,
    ];

    /// Its name in reports for programs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Accessibility => "accessibility",
            Self::Plan => "plan",
            Self::LegalNotice => "legal-notice",
            Self::Privacy => "privacy",
            Self::Terms => "terms",
            Self::Statistics => "statistics",
            Self::Impact => "impact",
            Self::Budget => "budget",
            Self::Faq => "faq",
            Self::Contact => "contact",
        }
    }

    /// The same in words.
    pub(crate) fn words(self) -> Localized {
        match self {
            Self::Accessibility => localized!("accessibility statement", "déclaration d'accessibilité"),
            Self::Plan => localized!("multi-year accessibility plan", "schéma pluriannuel d'accessibilité"),
            Self::LegalNotice => localized!("legal notice", "mentions légales"),
            Self::Privacy => localized!("privacy policy", "politique de confidentialité"),
            Self::Terms => localized!("terms of use", "conditions d'utilisation"),
            Self::Statistics => localized!("statistics", "statistiques"),
            Self::Impact => localized!("impact", "impact"),
            Self::Budget => localized!("budget", "budget"),
            Self::Faq => localized!("FAQ or help", "FAQ ou aide"),
            Self::Contact => localized!("contact", "contact"),
        }
    }

    /// The words that links to it hold, as they were sought.
    pub(crate) fn sought_words(self) -> &'static str {
        match self {
            Self::Accessibility => {
                "accessibilité, déclaration d'accessibilité, (non/partiellement/totalement) conforme"
            }
            Self::Plan => "schéma pluriannuel, schéma annuel",
            Self::LegalNotice => "mentions légales, informations légales",
            Self::Privacy => "confidentialité, données personnelles, vie privée",
            Self::Terms => "conditions générales, conditions d'utilisation, modalités d'utilisation, CGU",
            Self::Statistics => "statistiques, stats",
            Self::Impact => "impact, mesure d'impact",
            Self::Budget => "budget",
            Self::Faq => "FAQ, foire aux questions, questions fréquentes, aide",
            Self::Contact => "contact, contactez-nous, nous écrire",
        }
    }

    /// Whether a link names a page, be it beside another one.
    pub(crate) fn is_said_by(self, link: &Link) -> bool {
        let text = plain(link.text.trim());
        let is_page = matches!(link.url.scheme(), "http" | "https");
        is_page && PATTERNS.iter().any(|(sought, words, _)| *sought == self && words.is_match(&text))
    }

    /// The page that a link leads to, if it is one of them.
    pub(crate) fn of(link: &Link) -> Option<Self> {
        if !matches!(link.url.scheme(), "http" | "https") {
            return None;
        }
        let text = plain(link.text.trim());
        let path = link.url.path().to_lowercase();
        let by_text = PATTERNS.iter().find(|(_, words, _)| !text.is_empty() && words.is_match(&text));
        let found = by_text.or_else(|| PATTERNS.iter().find(|(_, _, segment)| segment.is_match(&path)));
        found.map(|(sought, ..)| *sought)
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Url;

    use super::*;

    #[test]
    fn a_link_is_known_by_what_it_says_else_by_where_it_leads() {
        let of = |text: &str, path: &str| {
            let url = Url::parse("https://a.fr").and_then(|base| base.join(path)).expect("an address");
            Sought::of(&Link { text: text.to_owned(), url, footer: true })
        };
        for (text, path, sought) in [
            ("Accessibilité : non conforme", "/x", Some(Sought::Accessibility)),
            ("Schéma pluriannuel de mise en accessibilité", "/s.pdf", Some(Sought::Plan)),
            ("Mentions légales", "/x", Some(Sought::LegalNotice)),
            ("Données personnelles et cookies", "/x", Some(Sought::Privacy)),
            ("Conditions d’utilisation", "/x", Some(Sought::Terms)),
            ("Statistiques", "https://metabase.b.fr/", Some(Sought::Statistics)),
            ("", "/stats", Some(Sought::Statistics)),
            ("Lire", "/fr/mentions-legales/", Some(Sought::LegalNotice)),
            ("Foire aux questions", "/x", Some(Sought::Faq)),
            ("L'impact des cantines sur le climat", "/articles/climat", None),
            ("Le budget des communes", "/budget-des-communes", None),
            ("Budget", "/x", Some(Sought::Budget)),
            ("Aide au logement", "/aide-au-logement", None),
            ("Écrire", "mailto:contact@a.fr", None),
        ] {
            assert_eq!(of(text, path), sought, "{text} {path}");
        }
    }
}
