//! How pages are named: in paths, in files, in links, in French and in English.

use crate::base::path::name_of;
use crate::read::inventory::File;
use crate::read::inventory::role::Role;

/// The pages that are asked for, with how each is named.
pub(super) struct Kind {
    /// Its name in reports.
    pub name: &'static str,
    /// The probe for its labels.
    pub probe: &'static str,
    /// Segments of paths, names of files and of routes, without case, accents and separators.
    pub names: &'static [&'static str],
    /// What such a name may start with, when it says more.
    pub starts: &'static [&'static str],
    /// What what answers is called, when its path does not tell.
    pub actions: &'static [&'static str],
    /// What links to it say, in lower case, as texts, keys and properties have it.
    pub labels: &'static [&'static str],
    /// Whether people browse it; the others are asked of any service.
    pub browsed: bool,
    /// Whether its label is said of many other things: it counts in what frames all pages alone.
    pub common: bool,
}

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "legal_notice",
        probe: "page-legal_notice",
        names: &[
            "mentionslegales",
            "mentionlegales",
            "mentionlegale",
            "legal",
            "legalnotice",
            "legales",
            "legalnotices",
            "legalmentions",
            "informationslegales",
            "mentions",
            "imprint",
            "legalinformation",
        ],
        starts: &["mentionslegales", "mentionlegale"],
        actions: &["mentionslegales", "legalnotice"],
        labels: &[
            "mentions légales",
            "mentions l&eacute;gales",
            "mentions legales",
            "informations légales",
            "legal notice",
            "legal mentions",
            "mentions-legales",
            "mentionslegales",
            "mentions_legales",
            "mentionlegale",
            "mentions_l\u{e9}gales",
            "termslinkprops",
            "legal-link",
            "legallink",
            "legalnotice",
            "legal-notice",
            "legal_notice",
            "/legal.pdf",
            "legal_path",
        ],
        browsed: true,
        common: false,
    },
    Kind {
        name: "privacy_policy",
        probe: "page-privacy_policy",
        names: &[
            "confidentialite",
            "politiqueconfidentialite",
            "politiquedeconfidentialite",
            "privacy",
            "privacypolicy",
            "donneespersonnelles",
            "vieprivee",
            "rgpd",
            "gdpr",
            "protectiondesdonnees",
            "donneesacaracterepersonnel",
            "politiquedeprotectiondesdonnees",
            "personaldata",
            "politiquedeprotectiondesdonneespersonnelles",
            "protectiondesdonneespersonnelles",
            "dataprotection",
            "dataprivacy",
            "politiquededonnees",
        ],
        starts: &[
            "politiquedeconfidentialite",
            "donneespersonnelles",
            "politiqueconfidentialite",
            "protectiondesdonnees",
        ],
        actions: &["politiquedeconfidentialite", "privacypolicy", "politiqueconfidentialite", "donneespersonnelles"],
        labels: &[
            "données personnelles",
            "données à caractère personnel",
            "politique de confidentialité",
            "confidentialité",
            "donn&eacute;es personnelles",
            "protection des données",
            "vie privée",
            "personal data",
            "privacy policy",
            "and privacy",
            "privacy notice",
            "politique-de-confidentialite",
            "politique-confidentialite",
            "politiquedeconfidentialite",
            "politiqueconfidentialite",
            "donnees-personnelles",
            "donnees_personnelles",
            "donneespersonnelles",
            "personal-data-link",
            "personaldatalink",
            "privacypolicy",
            "privacy-policy",
            "privacy_policy",
            "vie-privee",
            "/confidentialite",
        ],
        browsed: true,
        common: false,
    },
    Kind {
        name: "terms",
        probe: "page-terms",
        names: &[
            "cgu",
            "terms",
            "termsofuse",
            "termsofservice",
            "conditionsgeneralesutilisation",
            "conditionsgeneralesdutilisation",
            "conditionsutilisation",
            "conditionsdutilisation",
            "conditionsgenerales",
            "modalitesdutilisation",
            "modalitesutilisation",
            "conditions",
            "tos",
            "termsandconditions",
            "cgv",
        ],
        starts: &["conditionsgenerales", "conditionsdutilisation", "modalitesdutilisation"],
        actions: &["conditionsgenerales", "termsofuse", "modalitesdutilisation"],
        labels: &[
            "conditions générales",
            "conditions g&eacute;n&eacute;rales",
            "conditions d'utilisation",
            "conditions d’utilisation",
            "modalités d'utilisation",
            "modalités d’utilisation",
            "terms of use",
            "terms of service",
            "terms and conditions",
            "cgu",
            "conditions-generales",
            "conditions_generales",
            "conditions-utilisation",
            "modalites-utilisation",
            "modalites-d-utilisation",
            "termsofuse",
            "terms-of-use",
            "terms_of_use",
        ],
        browsed: true,
        common: false,
    },
    Kind {
        name: "accessibility",
        probe: "page-accessibility",
        names: &[
            "accessibilite",
            "accessibility",
            "declarationaccessibilite",
            "declarationdaccessibilite",
            "accessibilitestatement",
            "accessibilitystatement",
            "accessibilitypage",
            "accessibilityview",
            "a11y",
            "rgaa",
            "accessibilitenumerique",
            "declarationdeconformite",
        ],
        starts: &["declarationaccessibilite", "declarationdaccessibilite", "accessibilite"],
        actions: &["declarationaccessibilite", "accessibilitystatement", "declarationdaccessibilite"],
        labels: &[
            "accessibilité",
            "accessibilit&eacute;",
            "accessibility:",
            "accessibility statement",
            "/accessibilite",
            "accessibility_path",
            "accessibilite_path",
            "accessibilite_non",
            "accessibilite_partiel",
            "accessibilite_total",
            "accessibilitylinkprops",
            "a11y-compliance-link",
            "a11ycompliancelink",
            "declaration-accessibilite",
            "declaration_accessibilite",
            "'accessibilite'",
            "\"accessibilite\"",
            "/accessibility",
        ],
        browsed: true,
        common: true,
    },
    Kind {
        name: "statistics",
        probe: "page-statistics",
        names: &[
            "stats",
            "stat",
            "statistiques",
            "statistique",
            "statistics",
            "statspage",
            "impact",
            "statsview",
            "nosstatistiques",
            "mesuredimpact",
            "mesurerlimpact",
            "notreimpact",
        ],
        starts: &["statistiquesutilisation", "statistiquesdutilisation", "statistiquespubli", "statistiquesdu"],
        actions: &["statisticspublic", "publicstats"],
        labels: &[
            "statistiques",
            "statistics",
            "mesure d'impact",
            "mesure d’impact",
            "impact",
            "stats_path",
            "\"/stats\"",
            "'/stats'",
            "/stats",
        ],
        browsed: true,
        common: true,
    },
    Kind {
        name: "budget",
        probe: "page-budget",
        names: &["budget", "budgets", "budgetpage", "notrebudget", "transparencebudgetaire"],
        starts: &[],
        actions: &[],
        labels: &["budget"],
        browsed: true,
        common: true,
    },
    Kind {
        name: "health",
        probe: "page-health",
        names: &[
            "health",
            "healthz",
            "healthcheck",
            "healthcheckz",
            "livez",
            "readyz",
            "live",
            "ready",
            "ping",
            "sante",
            "liveness",
            "readiness",
            "lbheartbeat",
            "heartbeat",
            "alive",
            "isalive",
            "healthstatus",
        ],
        starts: &["healthcheck"],
        actions: &[
            "healthcheck",
            "healthcontroller",
            "healthshow",
            "healthcheckview",
            "healthz",
            "pingcontroller",
            "okcomputer",
        ],
        labels: &[],
        browsed: false,
        common: false,
    },
    Kind {
        name: "openapi",
        probe: "page-openapi",
        names: &[
            "openapi",
            "openapijson",
            "openapiyaml",
            "openapiyml",
            "swagger",
            "swaggerjson",
            "swaggeryaml",
            "swaggerdoc",
            "swaggerui",
            "apidocs",
            "apidoc",
            "apidocsjson",
            "apidocsyaml",
            "redoc",
            "apischema",
            "apispec",
            "docsjson",
            "apidocumentation",
            "oas",
        ],
        starts: &["swagger", "openapi"],
        actions: &[
            "spectacularapi",
            "spectacularswagger",
            "spectacularredoc",
            "swagger",
            "openapi",
            "schemaview",
            "redoc",
            "rswag",
            "oasrails",
            "apidocbundle",
            "nelmioapidoc",
        ],
        labels: &[],
        browsed: false,
        common: false,
    },
    Kind {
        name: "sign_in",
        probe: "page-sign_in",
        names: &[
            "login",
            "signin",
            "connexion",
            "seconnecter",
            "sidentifier",
            "identification",
            "authentification",
            "authentication",
            "connect",
            "connection",
            "logon",
            "auth",
            "authenticate",
            "loginpage",
            "connexionpage",
            "proconnect",
            "agentconnect",
            "franceconnect",
            "moncompteconnexion",
        ],
        starts: &["seconnecter"],
        actions: &["loginview", "sessionsnew", "oidcauthenticationrequestview", "loginpage", "signinpage"],
        labels: &[
            "proconnect",
            "agentconnect",
            "franceconnect",
            "se connecter",
            "s'identifier",
            "s’identifier",
            "connectez-vous",
            "identifiez-vous",
            "log in",
            "sign in",
        ],
        browsed: true,
        common: false,
    },
];

/// Lower case, without accents and separators.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            'é' | 'è' | 'ê' | 'ë' => Some('e'),
            'à' | 'â' => Some('a'),
            'î' | 'ï' => Some('i'),
            'ô' => Some('o'),
            'û' | 'ù' => Some('u'),
            'ç' => Some('c'),
            // A combining accent, as some systems write « é ».
            '\u{300}'..='\u{36f}' => None,
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

impl Kind {
    /// Whether a name, already plain, is one of its names.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let bare = name.trim_end_matches("page").trim_end_matches("view").trim_end_matches("html");
        [name, bare]
            .iter()
            .any(|name| self.names.contains(name) || self.starts.iter().any(|start| name.starts_with(start)))
    }
}

/// Endings of files that hold what people read.
const TEMPLATES: &[&str] = &[
    "tsx", "jsx", "vue", "svelte", "html", "erb", "haml", "slim", "pug", "ejs", "twig", "php", "heex", "njk", "hbs",
    "mdx", "md", "astro", "jinja", "j2", "eta", "jade", "eex", "leex", "mustache", "liquid",
];

/// Whether a file may be a template or component, by its name.
pub(crate) fn is_template(path: &str) -> bool {
    let Some((stem, extension)) = path.rsplit_once('.') else { return false };
    // PHP is code, but where a template holds it.
    let is_code = extension == "php"
        && !stem.ends_with(".blade")
        && !path
            .split('/')
            .any(|part| matches!(part, "templates" | "views" | "pages" | "template" | "public" | "themes"));
    TEMPLATES.contains(&extension) && !is_code
}

/// Folders whose files are seen only by administrators, mail readers or developers.
pub(crate) const NOT_PUBLIC: &[&str] = &[
    "admin",
    "mail",
    "mails",
    "mailer",
    "mailers",
    "emails",
    "email",
    "api",
    "docs",
    "(private)",
    "_prive",
    "private",
    "dashboard",
    "node_modules",
    "stories",
    "pdf",
    "icons",
    "test",
    "tests",
    "__tests__",
    "backoffice",
    "bo",
];

/// Whether a folder is one whose files only administrators, mail readers or developers see.
pub(crate) fn is_hidden_folder(folder: &str) -> bool {
    folder.split('/').any(|part| {
        let part = part.to_lowercase();
        NOT_PUBLIC.contains(&part.as_str()) || part.ends_with("_mailer")
    })
}

/// Whether a file may be a page that people see, by its path.
pub(crate) fn is_page(file: &File) -> bool {
    let source = matches!(file.role, Role::Source | Role::Docs) && is_template(&file.path);
    let hidden = is_hidden_folder(file.folder());
    let content = file.path.ends_with(".md")
        && !["pages", "content", "src", "_pages", "legal"]
            .iter()
            .any(|part| file.folder().split('/').any(|folder| folder == *part));
    source && !hidden && !content && !file.name().contains(".stories.")
}

/// The names that a page may have: its file's, and its folder's when the file is an index.
pub(crate) fn page_names(path: &str) -> Vec<String> {
    let name = name_of(path);
    let stem = name.trim_start_matches(['_', '+']).split('.').next().unwrap_or(name);
    let stem = plain(stem);
    let mut parts = path.rsplit('/').skip(1);
    let index = matches!(stem.as_str(), "index" | "page" | "show" | "default" | "main");
    let mut names = vec![stem.trim_end_matches("page").trim_end_matches("view").to_owned(), stem.clone()];
    if index && let Some(folder) = parts.next() {
        names.push(plain(folder));
    }
    names
}
