//! The version of the language, in the file that local tools read: the one that pipelines and images already use.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::pattern::lean;
use crate::base::text::Localized;
use crate::fix::plan::{FileChange, FixContext, Plan};
use crate::model::manifest::Ecosystem;

/// A language: its packages, the key of its action, its image, the file of its version.
const RUNTIMES: &[(Ecosystem, &str, &str, &str)] = &[
    (Ecosystem::Npm, "node-version", "node", ".nvmrc"),
    (Ecosystem::Python, "python-version", "python", ".python-version"),
    (Ecosystem::Ruby, "ruby-version", "ruby", ".ruby-version"),
];

static KEY: LazyLock<Regex> = LazyLock::new(|| {
    lean(r#"(?m)^\s*(node|python|ruby)-version\s*:\s*["']?v?(\d+(?:\.\d+){0,2})(?:\.x)?["']?\s*(?:#.*)?$"#)
});
static IMAGE: LazyLock<Regex> = LazyLock::new(|| {
    lean(
        r#"(?m)^\s*(?:-\s*)?(?:image\s*:|FROM)\s*["']?(?:docker\.io/(?:library/)?)?(node|python|ruby):v?(\d+(?:\.\d+){0,2})[\w.-]*["']?"#,
    )
});

pub(super) fn plan(context: &FixContext<'_>) -> Plan {
    let inventory = &context.survey.inventory;
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    for file in inventory.own_files() {
        let is_pipeline = file.path.starts_with(".github/") || file.name() == ".gitlab-ci.yml";
        if !is_pipeline && !crate::model::dockerfile::is_dockerfile(file.name()) {
            continue;
        }
        let Some(text) = inventory.text(&file.path) else { continue };
        let says_enough = |name: &str, version: &str| name == "node" || version.contains('.');
        for found in KEY.captures_iter(&text).chain(IMAGE.captures_iter(&text)) {
            if says_enough(&found[1], &found[2]) {
                seen.insert((found[1].to_owned(), found[2].to_owned()));
            }
        }
    }
    let mut changes = Vec::new();
    for (ecosystem, key, _, path) in RUNTIMES {
        if !context.survey.manifests.all.iter().any(|manifest| manifest.ecosystem == *ecosystem) {
            continue;
        }
        let name = key.trim_end_matches("-version");
        let versions: Vec<&str> =
            seen.iter().filter(|(own, _)| own == name).map(|(_, version)| version.as_str()).collect();
        match versions.as_slice() {
            [] => {}
            [one] if !context.has(path) => {
                changes.push(FileChange::Create { path: (*path).to_owned(), text: format!("{one}\n") });
            }
            [_] => {}
            many => {
                let list = many.join(", ");
                return Err(Localized::new(
                    format!(
                        "pipelines and images ask for several versions of {name} ({list}): choose one, and write it in `{path}`"
                    ),
                    format!(
                        "les pipelines et les images demandent plusieurs versions de {name} ({list}) : choisissez-en une et écrivez-la dans `{path}`"
                    ),
                ));
            }
        }
    }
    if changes.is_empty() {
        return Err(Localized::new(
            "nothing here says which version the product runs on: only the team knows it",
            "rien ici ne dit dans quelle version le produit tourne : seule l'équipe le sait",
        ));
    }
    Ok(changes)
}
