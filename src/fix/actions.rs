//! Actions of GitHub pinned to the commit that their version stands for today, as the forge says.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::path::is_yaml;
use crate::base::pattern::lean;
use crate::base::text::Localized;
use crate::fix::plan::{FileChange, FixContext, Plan};

static USES: LazyLock<Regex> = LazyLock::new(|| {
    lean(
        r#"(?m)^([ \t]*(?:-[ \t]+)?uses:[ \t]*)(["']?)([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+)((?:/[A-Za-z0-9_.-]+)*)@([A-Za-z0-9_./-]+)(["']?)([ \t]*)$"#,
    )
});

pub(super) fn plan(context: &FixContext<'_>) -> Plan {
    let Some(resolve) = context.resolve else {
        return Err(Localized::new(
            "the forge knows which commit a version stands for: `--online` asks it",
            "la forge sait quel commit une version désigne : `--online` l'interroge",
        ));
    };
    let inventory = &context.survey.inventory;
    let mut known: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut changes = Vec::new();
    for file in inventory.own_files() {
        let yaml = is_yaml(&file.path);
        if !yaml || !(file.path.starts_with(".github/workflows/") || file.path.starts_with(".github/actions/")) {
            continue;
        }
        let Some(before) = inventory.text(&file.path) else { continue };
        for found in USES.captures_iter(&before) {
            let (repository, version) = (found[3].to_owned(), found[5].to_owned());
            let is_commit = version.len() == 40 && version.chars().all(|letter| letter.is_ascii_hexdigit());
            if is_commit || known.contains_key(&(repository.clone(), version.clone())) {
                continue;
            }
            let commit = resolve(&repository, &version)?;
            if commit.len() != 40 || !commit.chars().all(|letter| letter.is_ascii_hexdigit()) {
                return Err(Localized::new(
                    format!("the forge gave no commit for {repository}@{version}"),
                    format!("la forge n'a pas donné de commit pour {repository}@{version}"),
                ));
            }
            known.insert((repository, version), commit);
        }
        let after = USES.replace_all(&before, |found: &regex::Captures<'_>| {
            let version = &found[5];
            match known.get(&(found[3].to_owned(), version.to_owned())) {
                Some(commit) => {
                    format!("{}{}{}{}@{commit}{} # {version}", &found[1], &found[2], &found[3], &found[4], &found[6])
                }
                None => found[0].to_owned(),
            }
        });
        if after != *before {
            changes.push(FileChange::Edit {
                path: file.path.clone(),
                before: before.to_string(),
                after: after.into_owned(),
            });
        }
    }
    if changes.is_empty() {
        return Err(Localized::new(
            "no line could be pinned as it is written",
            "aucune ligne ne peut être fixée telle qu'elle est écrite",
        ));
    }
    Ok(changes)
}
