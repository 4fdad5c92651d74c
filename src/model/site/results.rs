//! The results of the HTTP Observatory in words.

use crate::base::text::Localized;

/// Each result: English, then French.
const MEANINGS: &[(&str, &str, &str)] = &[
    (
        "csp-implemented-with-no-unsafe-default-src-none",
        "CSP: strict, everything forbidden but what is named",
        "CSP : stricte, tout est interdit sauf ce qui est nommé",
    ),
    (
        "csp-implemented-with-no-unsafe",
        "CSP: set without `unsafe-inline` or `unsafe-eval`",
        "CSP : posée sans `unsafe-inline` ni `unsafe-eval`",
    ),
    (
        "csp-implemented-with-unsafe-inline-in-style-src-only",
        "CSP: inline or broad sources for styles alone",
        "CSP : sources en ligne ou trop larges pour les seuls styles",
    ),
    (
        "csp-implemented-with-insecure-scheme-in-passive-content-only",
        "CSP: images or media may be loaded over plain HTTP",
        "CSP : images ou médias peuvent venir en clair",
    ),
    (
        "csp-implemented-with-unsafe-eval",
        "CSP: `unsafe-eval` lets text be run as code",
        "CSP : `unsafe-eval` laisse exécuter du texte comme du code",
    ),
    (
        "csp-implemented-with-unsafe-inline",
        "CSP: scripts written in the page, or from nearly anywhere, are run",
        "CSP : les scripts écrits dans la page, ou venus de presque partout, s'exécutent",
    ),
    (
        "csp-implemented-with-insecure-scheme",
        "CSP: resources may be loaded over plain HTTP",
        "CSP : des ressources peuvent venir en clair",
    ),
    ("csp-header-invalid", "CSP: set, but cannot be read", "CSP : posée, mais illisible"),
    ("csp-not-implemented", "CSP: none", "CSP : absente"),
    (
        "csp-not-implemented-but-reporting-enabled",
        "CSP: only reports, nothing is blocked",
        "CSP : en simple rapport, rien n'est bloqué",
    ),
    (
        "csp-implemented-but-duplicate-directives",
        "CSP: set, with repeated report directives",
        "CSP : posée, avec des directives de rapport répétées",
    ),
    (
        "cookies-secure-with-httponly-sessions-and-samesite",
        "Cookies: all protected (`Secure`, `HttpOnly`, `SameSite`)",
        "Cookies : tous protégés (`Secure`, `HttpOnly`, `SameSite`)",
    ),
    (
        "cookies-secure-with-httponly-sessions",
        "Cookies: protected, some without `SameSite`",
        "Cookies : protégés, certains sans `SameSite`",
    ),
    ("cookies-not-found", "Cookies: none", "Cookies : aucun"),
    (
        "cookies-without-secure-flag-but-protected-by-hsts",
        "Cookies: some without `Secure`, HSTS makes up for it",
        "Cookies : certains sans `Secure`, HSTS y supplée",
    ),
    (
        "cookies-session-without-secure-flag-but-protected-by-hsts",
        "Cookies: session without `Secure`, HSTS makes up for it",
        "Cookies : session sans `Secure`, HSTS y supplée",
    ),
    ("cookies-without-secure-flag", "Cookies: some without `Secure`", "Cookies : certains sans `Secure`"),
    (
        "cookies-samesite-flag-invalid",
        "Cookies: `SameSite` with a value that browsers do not know or accept",
        "Cookies : `SameSite` d'une valeur que les navigateurs ignorent ou refusent",
    ),
    (
        "cookies-anticsrf-without-samesite-flag",
        "Cookies: anti-CSRF token without `SameSite`",
        "Cookies : jeton anti-CSRF sans `SameSite`",
    ),
    (
        "cookies-session-without-httponly-flag",
        "Cookies: session that scripts can read (no `HttpOnly`)",
        "Cookies : session que les scripts peuvent lire (sans `HttpOnly`)",
    ),
    (
        "cookies-session-without-secure-flag",
        "Cookies: session sent unencrypted (no `Secure`)",
        "Cookies : session envoyée en clair (sans `Secure`)",
    ),
    (
        "cross-origin-resource-sharing-not-implemented",
        "CORS: no other origin has access",
        "CORS : aucune autre origine n'a accès",
    ),
    (
        "cross-origin-resource-sharing-implemented-with-public-access",
        "CORS: public content is open to all",
        "CORS : le contenu public est ouvert à tous",
    ),
    (
        "cross-origin-resource-sharing-implemented-with-restricted-access",
        "CORS: some origins have access",
        "CORS : certaines origines ont accès",
    ),
    (
        "cross-origin-resource-sharing-implemented-with-universal-access",
        "CORS: any origin has access with credentials",
        "CORS : toute origine a accès avec les identifiants",
    ),
    ("redirection-to-https", "Redirection: to HTTPS at once", "Redirection : vers HTTPS aussitôt"),
    (
        "redirection-not-needed-no-http",
        "Redirection: not needed, nothing answers over plain HTTP",
        "Redirection : inutile, rien ne répond en clair",
    ),
    (
        "redirection-off-host-from-http",
        "Redirection: to another host first, which HSTS cannot protect",
        "Redirection : d'abord vers un autre hôte, ce que HSTS ne protège pas",
    ),
    (
        "redirection-not-to-https-on-initial-redirection",
        "Redirection: first to another plain-HTTP address",
        "Redirection : d'abord vers une autre adresse en clair",
    ),
    ("redirection-not-to-https", "Redirection: ends on plain HTTP", "Redirection : finit en clair"),
    (
        "redirection-missing",
        "Redirection: none, the site is served over plain HTTP",
        "Redirection : absente, le site est servi en clair",
    ),
    (
        "redirection-invalid-cert",
        "Redirection: to a certificate that is not trusted",
        "Redirection : vers un certificat non reconnu",
    ),
    ("referrer-policy-private", "Referrer: addresses stay private", "Référent : les adresses restent privées"),
    (
        "referrer-policy-not-implemented",
        "Referrer: no policy, browsers apply their own",
        "Référent : pas de politique, les navigateurs appliquent la leur",
    ),
    (
        "referrer-policy-unsafe",
        "Referrer: addresses leak to other sites",
        "Référent : les adresses fuient vers d'autres sites",
    ),
    (
        "referrer-policy-header-invalid",
        "Referrer: a policy that browsers do not know",
        "Référent : politique inconnue des navigateurs",
    ),
    ("hsts-implemented-max-age-at-least-six-months", "HSTS: six months at least", "HSTS : six mois au moins"),
    ("hsts-implemented-max-age-less-than-six-months", "HSTS: less than six months", "HSTS : moins de six mois"),
    ("hsts-not-implemented", "HSTS: none", "HSTS : absent"),
    ("hsts-header-invalid", "HSTS: set, but cannot be read", "HSTS : posé, mais illisible"),
    (
        "hsts-not-implemented-no-https",
        "HSTS: impossible, nothing answers over HTTPS",
        "HSTS : impossible, rien ne répond en HTTPS",
    ),
    (
        "hsts-invalid-cert",
        "HSTS: ignored, the certificate is not trusted",
        "HSTS : ignoré, le certificat n'est pas reconnu",
    ),
    (
        "sri-implemented-and-all-scripts-loaded-securely",
        "Scripts: all have an integrity hash",
        "Scripts : tous portent une empreinte d'intégrité",
    ),
    (
        "sri-implemented-and-external-scripts-loaded-securely",
        "Scripts: those from elsewhere have an integrity hash",
        "Scripts : ceux venus d'ailleurs portent une empreinte d'intégrité",
    ),
    (
        "sri-not-implemented-response-not-html",
        "Scripts: the answer is not a page",
        "Scripts : la réponse n'est pas une page",
    ),
    ("sri-not-implemented-but-no-scripts-loaded", "Scripts: none", "Scripts : aucun"),
    (
        "sri-not-implemented-but-all-scripts-loaded-from-secure-origin",
        "Scripts: all come from the site itself",
        "Scripts : tous viennent du site lui-même",
    ),
    (
        "sri-not-implemented-but-external-scripts-loaded-securely",
        "Scripts: some come from elsewhere without an integrity hash",
        "Scripts : certains viennent d'ailleurs sans empreinte d'intégrité",
    ),
    (
        "sri-implemented-but-external-scripts-not-loaded-securely",
        "Scripts: some are loaded over plain HTTP, with an integrity hash",
        "Scripts : certains viennent en clair, avec une empreinte d'intégrité",
    ),
    (
        "sri-not-implemented-and-external-scripts-not-loaded-securely",
        "Scripts: some are loaded over plain HTTP, or by an address without a scheme, without an integrity hash",
        "Scripts : certains viennent en clair, ou par une adresse sans protocole, sans empreinte d'intégrité",
    ),
    (
        "x-content-type-options-nosniff",
        "Types: browsers do not guess them (`nosniff`)",
        "Types : les navigateurs ne les devinent pas (`nosniff`)",
    ),
    (
        "x-content-type-options-not-implemented",
        "Types: browsers may guess them (no `nosniff`)",
        "Types : les navigateurs peuvent les deviner (pas de `nosniff`)",
    ),
    (
        "x-content-type-options-header-invalid",
        "Types: `X-Content-Type-Options` is not `nosniff`",
        "Types : `X-Content-Type-Options` n'est pas `nosniff`",
    ),
    (
        "x-frame-options-implemented-via-csp",
        "Frames: restricted by the CSP (`frame-ancestors`)",
        "Cadres : limités par la CSP (`frame-ancestors`)",
    ),
    (
        "x-frame-options-sameorigin-or-deny",
        "Frames: other sites cannot frame the page",
        "Cadres : d'autres sites ne peuvent pas encadrer la page",
    ),
    (
        "x-frame-options-allow-from-origin",
        "Frames: `ALLOW-FROM`, which browsers ignore",
        "Cadres : `ALLOW-FROM`, que les navigateurs ignorent",
    ),
    (
        "x-frame-options-not-implemented",
        "Frames: any site can frame the page",
        "Cadres : tout site peut encadrer la page",
    ),
    (
        "x-frame-options-header-invalid",
        "Frames: `X-Frame-Options` cannot be read",
        "Cadres : `X-Frame-Options` est illisible",
    ),
    ("corp-header-invalid", "CORP: a value that browsers do not know", "CORP : valeur inconnue des navigateurs"),
    (
        "corp-implemented-with-cross-origin",
        "CORP: resources may be loaded by all sites",
        "CORP : tout site peut charger les ressources",
    ),
    (
        "corp-implemented-with-same-origin",
        "CORP: resources are for this origin alone",
        "CORP : les ressources sont réservées à cette origine",
    ),
    (
        "corp-implemented-with-same-site",
        "CORP: resources are for this site alone",
        "CORP : les ressources sont réservées à ce site",
    ),
    ("corp-not-implemented", "CORP: none", "CORP : absente"),
];

/// What a result means.
pub(crate) fn meaning(result: &str) -> Localized {
    let known = MEANINGS.iter().find(|(known, _, _)| *known == result);
    known.map_or_else(|| Localized::new(result, result), |(_, en, fr)| Localized::new(*en, *fr))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::site::observatory::SCORES;

    #[test]
    fn every_result_is_said_in_both_languages() {
        for (result, _) in SCORES {
            let text = meaning(result);
            assert!(text.en != *result && text.fr != *result && text.en != text.fr, "{result}");
        }
        assert_eq!(MEANINGS.len(), SCORES.len());
    }
}
