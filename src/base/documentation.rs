//! Where the documentation is published: a page for each of our rules, in each language.

use crate::base::text::Lang;

/// The site that `.github/workflows/docs.yml` publishes. It moves in this one place.
pub(crate) const SITE: &str = "https://betagouv.github.io/equerre";

/// The folder of the site that holds the pages of rules in a language.
pub(crate) fn folder(lang: Lang) -> &'static str {
    lang.pick("rules", "regles")
}

/// The page of one of our rules. Its name is that of the rule, which never comes to mean another one.
pub(crate) fn rule_page(id: &str, lang: Lang) -> String {
    format!("{SITE}/{}/{id}.html", folder(lang))
}

/// The JSON Schema of a file that people write, by the name that `.ci/docs` publishes it under: `settings`, `rule`, `product`,
/// `attestations`.
pub(crate) fn schema(name: &str) -> String {
    format!("{SITE}/schemas/{name}.json")
}
