//! What a page must say, by law or by the form that the law gives it, and the words that show it.
//!
//! Sources: accessibility statement, RGAA 4.1, « Obligations » (law 2005-102, article 47; decree 2019-768; order of 20 September
//! 2019); legal notice, law 2004-575, article 1-1; personal data, GDPR, articles 13 and 14; terms, the models of DINUM.

use std::sync::LazyLock;

use regex::Regex;

use super::dates::days;
use super::sought::Sought;
use crate::base::text::Localized;

/// A part of a page.
#[derive(Debug)]
pub(crate) struct Part {
    page: Sought,
    en: &'static str,
    fr: &'static str,
    /// The words that show it, as people are told them.
    said: &'static str,
    /// The same as they are sought, in lower case without accents.
    words: &'static str,
    /// Whether a statement that says "non compliant" may do without it: no audit was made then.
    audited: bool,
}

impl Part {
    /// Its name.
    pub(crate) fn title(&self) -> Localized {
        Localized::new(self.en, self.fr)
    }

    /// The words that were sought, for people.
    pub(crate) fn said(&self) -> &'static str {
        self.said
    }
}

const fn part(page: Sought, en: &'static str, fr: &'static str, said: &'static str, words: &'static str) -> Part {
    Part { page, en, fr, said, words, audited: false }
}

const fn of_audit(en: &'static str, fr: &'static str, said: &'static str, words: &'static str) -> Part {
    Part { page: Sought::Accessibility, en, fr, said, words, audited: true }
}

const PARTS: &[Part] = &[
    part(Sought::Accessibility, "the law", "la loi", "loi n° 2005-102, article 47", r"2005-102|article 47"),
    part(
        Sought::Accessibility,
        "the state of compliance",
        "l'état de conformité",
        "non, partiellement ou totalement conforme",
        r"(?:non|partiellement|totalement)[ -]conforme|conformite (?:totale|partielle)|non-?conformite",
    ),
    of_audit(
        "the results of the tests",
        "les résultats des tests",
        "résultats des tests, audit de conformité",
        r"resultats? des tests|audit de conformite|\d ?%",
    ),
    of_audit(
        "the content that is not accessible",
        "les contenus non accessibles",
        "contenus non accessibles, non-conformités, dérogations",
        r"contenus? non accessibles?|non[- ]conformites?|derogation",
    ),
    part(
        Sought::Accessibility,
        "when it was established",
        "la date d'établissement",
        "établie le, mise à jour le",
        r"etablie? le|etablissement de cette declaration|mise a jour le|declaration a ete (?:etablie|revue|actualisee)",
    ),
    of_audit(
        "the technologies",
        "les technologies",
        "technologies utilisées",
        r"technologies utilisees|technologies pour la realisation|technologies",
    ),
    of_audit(
        "the environment of the tests",
        "l'environnement de test",
        "environnement de test, technologies d'assistance",
        r"environnements? de tests?|technologies d'assistance|agents? utilisateurs?",
    ),
    of_audit(
        "the pages that were checked",
        "les pages vérifiées",
        "pages ayant fait l'objet de la vérification, échantillon",
        r"pages? (?:du site )?(?:ayant fait l'objet|verifiees?|auditees?)|echantillon",
    ),
    part(
        Sought::Accessibility,
        "how to tell a problem",
        "le contact",
        "retour d'information, contacter, formulaire",
        r"retour d'information|contacter|nous ecrire|formulaire|@",
    ),
    part(
        Sought::Accessibility,
        "the ways of redress",
        "les voies de recours",
        "Défenseur des droits",
        r"defenseur des droits",
    ),
    part(
        Sought::LegalNotice,
        "the publisher",
        "l'éditeur",
        "éditeur, édité par",
        r"edite(?:ur|e|s)? |editeur|edition du site",
    ),
    part(
        Sought::LegalNotice,
        "the director of publication",
        "la direction de la publication",
        "directeur, directrice ou responsable de la publication",
        r"(?:direct(?:eur|rice|ion)|responsable) de (?:la )?publication",
    ),
    part(
        Sought::LegalNotice,
        "the host",
        "l'hébergeur",
        "hébergeur, hébergement, hébergé",
        r"heberge(?:ur|ment|e|es)?\b",
    ),
    part(
        Sought::LegalNotice,
        "the address or phone of the host",
        "l'adresse ou le téléphone de l'hébergeur",
        "un code postal ou un téléphone après l'hébergeur",
        r"heberge.{0,600}(?:\b\d{5}\b|\b(?:0|\+33 ?)\d(?:[ .]?\d\d){4}\b|cedex)",
    ),
    part(
        Sought::Privacy,
        "who is responsible",
        "le responsable de traitement",
        "responsable de traitement",
        r"responsables? (?:de |du )?traitements?",
    ),
    part(
        Sought::Privacy,
        "the purposes",
        "les finalités",
        "finalités, objectifs du traitement",
        r"finalite|objectifs? du traitement|pourquoi .{0,40}donnees",
    ),
    part(
        Sought::Privacy,
        "the legal basis",
        "la base légale",
        "base légale, mission d'intérêt public",
        r"bases? (?:legale|juridique)s?|fondement|mission d'interet public|interet legitime|obligation legale",
    ),
    part(
        Sought::Privacy,
        "how long data are kept",
        "les durées de conservation",
        "durées de conservation",
        r"durees? de conservation|conserve",
    ),
    part(
        Sought::Privacy,
        "who receives data",
        "les destinataires",
        "destinataires, sous-traitants",
        r"destinataires?|sous-traitants?|acces aux donnees|transmises? a",
    ),
    part(
        Sought::Privacy,
        "the rights",
        "les droits",
        "droit d'accès, exercer vos droits",
        r"droit d'acces|droits? (?:d'acces|de rectification|a l'effacement|d'opposition)|exercer (?:vos|ces|leurs) droits",
    ),
    part(
        Sought::Privacy,
        "the data protection officer",
        "le délégué à la protection des données",
        "délégué à la protection des données, DPO",
        r"delegue.{0,20}protection des donnees|\bdpo\b|\bdpd\b",
    ),
    part(
        Sought::Privacy,
        "how to complain",
        "la réclamation auprès de la CNIL",
        "CNIL",
        r"\bcnil\b|commission nationale de l'informatique",
    ),
    part(
        Sought::Privacy,
        "the cookies and trackers",
        "les cookies et traceurs",
        "cookies, traceurs",
        r"cookies?|traceurs?",
    ),
    part(
        Sought::Terms,
        "the purpose",
        "l'objet",
        "objet, champ d'application",
        r"\bobjet\b|champ d'application|presentes conditions|service propose",
    ),
    part(
        Sought::Terms,
        "the responsibilities",
        "les responsabilités",
        "responsabilité, engagements, obligations",
        r"responsabilite|engagements? (?:de|et)|obligations? de l'utilisat",
    ),
    part(
        Sought::Terms,
        "how they change",
        "leur évolution",
        "mise à jour, modification, évolution des conditions",
        r"mises? a jour des|modifi(?:er|cation)|evolution des? (?:presentes )?(?:cgu|conditions|modalites)|amende",
    ),
];

static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    PARTS.iter().map(|part| Regex::new(part.words).expect("our own patterns are well-formed")).collect()
});

/// The parts of a page whose text is in lower case without accents: each with whether it is there.
pub(crate) fn parts(page: Sought, plain: &str) -> Vec<(&'static Part, bool)> {
    let unaudited = page == Sought::Accessibility && state(plain) == Some(Compliance::Non);
    PARTS
        .iter()
        .zip(PATTERNS.iter())
        .filter(|(part, _)| part.page == page && !(part.audited && unaudited))
        .map(|(part, pattern)| (part, pattern.is_match(plain)))
        .collect()
}

/// How far a site says that it is accessible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compliance {
    /// Not.
    Non,
    /// Partially: half of the criteria at least.
    Partial,
    /// Totally.
    Total,
}

impl Compliance {
    fn named(word: &str) -> Self {
        match word {
            "non" => Self::Non,
            "partiellement" | "partielle" => Self::Partial,
            _ => Self::Total,
        }
    }

    /// As the mention has it.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Non => "non conforme",
            Self::Partial => "partiellement conforme",
            Self::Total => "totalement conforme",
        }
    }
}

/// What a home page mentions, in its text in lower case without accents.
pub(crate) fn mention(plain: &str) -> Option<Compliance> {
    static MENTION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"accessibilite(?: numerique)? ?[:(–—-]? ?(non|partiellement|totalement)[ -]conforme")
            .expect("our own patterns are well-formed")
    });
    MENTION.captures(plain).map(|found| Compliance::named(&found[1]))
}

/// What a statement says.
pub(crate) fn state(plain: &str) -> Option<Compliance> {
    static STATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"\b(?:est|en) (?:en )?(non|partiellement|totalement)[ -]conform(?:e|ite)|conformite (totale|partielle)|(non|partiellement|totalement)[ -]conforme",
        )
        .expect("our own patterns are well-formed")
    });
    let found = STATE.captures(plain)?;
    (1..=3).find_map(|rank| found.get(rank)).map(|word| Compliance::named(word.as_str()))
}

/// The last day, up to a given one, on which a statement was established or brought up to date.
pub(crate) fn established(plain: &str, today: &str) -> Option<String> {
    const WORDS: &[&str] = &["etabli", "mise a jour", "mis a jour", "actualis", "revue", "declaration", "publie"];
    let near = |at: usize| {
        let before = &plain[plain.floor_char_boundary(at.saturating_sub(120))..at];
        WORDS.iter().any(|word| before.contains(word))
    };
    days(plain).into_iter().filter(|(at, day)| day.as_str() <= today && near(*at)).map(|(_, day)| day).max()
}

/// How many figures a text shows that are no date: the numbers of two digits and more, and percentages.
pub(crate) fn figures(plain: &str) -> usize {
    static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\b\d{1,3}(?:[ \u{a0}\u{202f}.]\d{3})+\b|\b\d+(?:[.,]\d+)? ?%|\b\d{2,}\b")
            .expect("our own patterns are well-formed")
    });
    let is_year = |text: &str| text.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    FIGURE.find_iter(plain).filter(|found| !is_year(found.as_str())).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::directory::plain;

    /// A statement in the form that the RGAA gives, with made-up content.
    const STATEMENT: &str = "Déclaration d’accessibilité. L’agence s’engage à rendre ses sites accessibles, conformément à l’article 47 de la loi n° 2005-102. \
        État de conformité : le site est partiellement conforme avec le RGAA. Résultats des tests : l’audit de conformité révèle que 71 % des critères sont respectés. \
        Contenus non accessibles : des images. Établissement de cette déclaration d’accessibilité. Cette déclaration a été établie le 12 mars 2025. Elle a été mise à jour le 3 janvier 2026. \
        Technologies utilisées : HTML. Environnement de test : NVDA. Pages du site ayant fait l’objet de la vérification : accueil. \
        Retour d’information et contact : a@b.fr. Voies de recours : Défenseur des droits.";

    #[test]
    fn a_statement_has_its_parts_its_state_and_its_day() {
        let text = plain(STATEMENT);
        let missing: Vec<&str> = parts(Sought::Accessibility, &text)
            .into_iter()
            .filter(|(_, there)| !there)
            .map(|(part, _)| part.en)
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert_eq!(
            (state(&text), established(&text, "2026-06-01")),
            (Some(Compliance::Partial), Some("2026-01-03".into()))
        );
        assert_eq!(established(&text, "2025-12-31").as_deref(), Some("2025-03-12"));
    }

    #[test]
    fn a_statement_without_an_audit_needs_no_results() {
        let text = plain("Accessibilité : non conforme. Le site n’est pas encore conforme, loi 2005-102.");
        let names: Vec<&str> = parts(Sought::Accessibility, &text).iter().map(|(part, _)| part.en).collect();
        assert!(!names.contains(&"the technologies") && names.contains(&"the ways of redress"), "{names:?}");
    }

    #[test]
    fn a_mention_is_told_from_a_word_about_accessibility() {
        for (text, seen) in [
            ("Accessibilité : non conforme", Some(Compliance::Non)),
            ("Accessibilité: partiellement conforme", Some(Compliance::Partial)),
            ("Accessibilité (totalement conforme)", Some(Compliance::Total)),
            ("Accessibilité", None),
            ("L’accessibilité est notre affaire. Produit non conforme", None),
        ] {
            assert_eq!(mention(&plain(text)), seen, "{text}");
        }
    }

    #[test]
    fn a_legal_notice_needs_where_its_host_is() {
        let missing = |text: &str| {
            let checked = parts(Sought::LegalNotice, &plain(text));
            checked.into_iter().filter(|(_, there)| !there).map(|(part, _)| part.en).collect::<Vec<_>>()
        };
        let whole =
            "Éditeur : Agence. Directrice de la publication : A B. Hébergeur : Nuage SAS, 1 rue X, 67000 Strasbourg";
        assert!(missing(whole).is_empty(), "{:?}", missing(whole));
        assert_eq!(
            missing("Édité par l’agence, hébergé par Nuage."),
            ["the director of publication", "the address or phone of the host"]
        );
    }

    #[test]
    fn dates_are_no_figures() {
        assert_eq!(figures("1 234 usagers en 2026, 45 % satisfaits, 12 cantines, 7 jours"), 3);
    }
}
