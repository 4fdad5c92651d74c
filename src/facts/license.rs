//! The licence of the project: what its text is, and what its manifests declare.

use std::sync::OnceLock;

use spdx::detection::scan::Scanner;
use spdx::detection::{Store, TextData};

use crate::base::location::Location;
use crate::base::path::name_of;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::read::inventory::role::Role;
use crate::read::inventory::{File, Inventory};

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "license_spdx",
        kind: Kind::Text,
        question: ("Which licence text is at the root?", "Quel texte de licence se trouve à la racine ?"),
        detect: license_spdx,
    },
    Detector {
        id: "license_declared",
        kind: Kind::List,
        question: ("Which licences do the manifests declare?", "Quelles licences les manifestes déclarent-ils ?"),
        detect: license_declared,
    },
    Detector {
        id: "license_conflicts",
        kind: Kind::List,
        question: (
            "Which declared licences contradict the licence text?",
            "Quelles licences déclarées contredisent le texte de la licence ?",
        ),
        detect: license_conflicts,
    },
];

/// Names of files that hold the licence of a whole project, in lower case and without extension.
const NAMES: &[&str] = &[
    "license",
    "licence",
    "licenses",
    "licences",
    "copying",
    "copyright",
    "unlicense",
    "license-mit",
    "license-apache",
    "licence-mit",
];

/// Texts that say where one licence begins and that no other holds, after [`squeeze`]. The State's own list first, so
/// that the store of all SPDX texts (a quarter of a second) is loaded for the others only. Of two rows that match, the
/// first decides: a Lesser licence quotes the General one.
const TEXTS: &[(&str, &[&str])] = &[
    ("AGPL-3.0-only", &["gnu affero general public license version 3 19 november 2007"]),
    ("LGPL-3.0-only", &["gnu lesser general public license version 3 29 june 2007"]),
    ("LGPL-2.1-only", &["gnu lesser general public license version 2 1 february 1999"]),
    ("GPL-3.0-only", &["gnu general public license version 3 29 june 2007"]),
    ("GPL-2.0-only", &["gnu general public license version 2 june 1991"]),
    (
        "Apache-2.0",
        &["apache license version 2 0 january 2004", "terms and conditions for use reproduction and distribution"],
    ),
    ("MPL-2.0", &["mozilla public license version 2 0", "covered software"]),
    ("EUPL-1.2", &["european union public licence v 1 2"]),
    ("EUPL-1.2", &["licence publique de l union européenne v 1 2"]),
    ("EPL-2.0", &["eclipse public license v 2 0"]),
    ("CECILL-B", &["cecill b free software license agreement"]),
    ("CECILL-B", &["contrat de licence de logiciel libre cecill b"]),
    ("CECILL-C", &["cecill c free software license agreement"]),
    ("CECILL-C", &["contrat de licence de logiciel libre cecill c"]),
    ("CECILL-2.1", &["cecill free software license agreement", "version 2 1 dated 2013 06 21"]),
    ("CECILL-2.1", &["contrat de licence de logiciel libre cecill", "version 2 1 du 2013 06 21"]),
    (
        "MIT",
        &[
            "permission is hereby granted free of charge to any person obtaining a copy",
            "the software is provided as is",
            "the above copyright notice and this permission notice",
        ],
    ),
    (
        "BSD-3-Clause",
        &["redistribution and use in source and binary forms", "neither the name of", "this software is provided by"],
    ),
    (
        "BSD-2-Clause",
        &[
            "redistribution and use in source and binary forms",
            "this software is provided by",
            "redistributions in binary form must reproduce",
        ],
    ),
    (
        "ISC",
        &[
            "permission to use copy modify and or distribute this software for any purpose with or without fee is hereby granted",
        ],
    ),
    ("etalab-2.0", &["licence ouverte", "version 2 0", "réutilisateur"]),
    ("etalab-2.0", &["open licence 2 0", "re use"]),
    ("CC0-1.0", &["creative commons", "cc0 1 0 universal"]),
    ("Unlicense", &["this is free and unencumbered software released into the public domain"]),
];

/// Notices that name a licence without holding its text.
const NOTICES: &[(&str, &str)] = &[
    ("Apache-2.0", "licensed under the apache license version 2 0"),
    (
        "AGPL-3.0-or-later",
        "gnu affero general public license as published by the free software foundation either version 3",
    ),
    (
        "LGPL-3.0-or-later",
        "gnu lesser general public license as published by the free software foundation either version 3",
    ),
    ("GPL-3.0-or-later", "gnu general public license as published by the free software foundation either version 3"),
    ("GPL-2.0-or-later", "gnu general public license as published by the free software foundation either version 2"),
    ("EUPL-1.2", "licensed under the eupl"),
    ("EUPL-1.2", "licensed under the european union public licence"),
    ("MPL-2.0", "this source code form is subject to the terms of the mozilla public license v 2 0"),
    ("MIT", "licensed under the mit license"),
    ("MIT", "sous licence mit"),
    ("MIT", "released under the mit license"),
    ("AGPL-3.0-only", "sous licence agpl"),
    ("Apache-2.0", "sous licence apache 2 0"),
];

/// Lower case, words only, one space between them.
fn squeeze(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        squeezed.push_str(&word.to_lowercase());
        squeezed.push(' ');
    }
    squeezed
}

/// The licence that a text is.
fn identify(text: &str) -> Option<&'static str> {
    let squeezed = squeeze(text);
    let found = TEXTS.iter().find(|(_, marks)| marks.iter().all(|mark| squeezed.contains(mark)));
    found.map(|(id, _)| *id)
}

/// What the SPDX list knows a text as; it takes a quarter of a second the first time.
fn identify_any(text: &str) -> Option<String> {
    static STORE: OnceLock<Option<Store>> = OnceLock::new();
    let store = STORE.get_or_init(|| Store::load_inline().ok()).as_ref()?;
    let scanner = Scanner::new(store).confidence_threshold(0.9).optimize(true).max_passes(1);
    let result = scanner.scan(&TextData::new(text));
    let name = result.license.map(|license| license.name.to_owned());
    name.or_else(|| result.containing.first().map(|contained| contained.license.name.to_owned()))
}

fn is_license_name(lower: &str) -> bool {
    let stem = lower.split('.').next().unwrap_or(lower);
    let is_text = lower
        .rsplit_once('.')
        .is_none_or(|(_, extension)| !matches!(extension, "js" | "ts" | "json" | "rb" | "py" | "html" | "yml"));
    is_text
        && (NAMES.contains(&stem)
            || stem.starts_with("license-")
            || stem.starts_with("licence-")
            || stem.starts_with("copying"))
}

fn license_spdx(repo: &Repo<'_>) -> Fact {
    let candidates: Vec<&File> = repo
        .inventory
        .files()
        .iter()
        .filter(|file| !file.path.contains('/') && is_license_name(&file.path.to_lowercase()))
        .collect();
    for file in &candidates {
        let Some(text) = repo.inventory.text(&file.path) else { continue };
        if let Some(id) = identify(&text) {
            return Fact::text(id).seen([Location::line(&file.path, 1)]);
        }
    }
    for file in &candidates {
        let Some(text) = repo.inventory.text(&file.path) else { continue };
        let squeezed = squeeze(&text);
        if let Some((id, _)) = NOTICES.iter().find(|(_, notice)| squeezed.contains(notice)) {
            let place = Location::line(&file.path, 1).noted_in("a notice, not the text", "une mention, pas le texte");
            return Fact::text(*id).seen([place]).guessed();
        }
        if let Some(id) = identify_any(&text) {
            return Fact::text(id).seen([Location::line(&file.path, 1)]);
        }
    }
    if let Some(fact) = reuse_license(repo.inventory) {
        return fact;
    }
    match candidates.first() {
        Some(file) => Fact::unverified(
            format!("`{}` matches no licence of the SPDX list", file.path),
            format!("`{}` ne correspond à aucune licence de la liste SPDX", file.path),
        )
        .seen([Location::line(&file.path, 1)]),
        None => Fact::nothing(),
    }
}

/// The REUSE layout keeps texts under `LICENSES/`: the code's licence is the one that is not for content.
fn reuse_license(inventory: &Inventory) -> Option<Fact> {
    const CONTENT: &[&str] = &["CC-", "CC0", "etalab", "Etalab", "ODbL", "OFL"];
    let texts: Vec<&File> = inventory.in_folder("LICENSES").collect();
    let ids: Vec<(&str, &File)> = texts
        .iter()
        .map(|file| (file.name().rsplit_once('.').map_or(file.name(), |(stem, _)| stem), *file))
        .filter(|(id, _)| !CONTENT.iter().any(|content| id.starts_with(content)))
        .collect();
    match ids.as_slice() {
        // Texts for content alone: the licence is named, and a rule says that code needs another.
        [] => texts.iter().find(|file| CONTENT.iter().any(|content| file.name().starts_with(content))).map(|file| {
            let stem = file.name().rsplit_once('.').map_or(file.name(), |(stem, _)| stem);
            Fact::text(stem).seen([Location::file(&file.path)]).guessed()
        }),
        [(id, file)] => Some(Fact::text(*id).seen([Location::file(&file.path)]).guessed()),
        several => {
            let names: Vec<&str> = several.iter().map(|(id, _)| *id).collect();
            let names = names.join(", ");
            Some(
                Fact::unverified(
                    format!("`LICENSES/` holds several licences for code ({names})"),
                    format!("`LICENSES/` contient plusieurs licences de code ({names})"),
                )
                .seen(several.iter().map(|(_, file)| Location::file(&file.path))),
            )
        }
    }
}

/// The manifests at the root and in the main workspaces; a library or a script deep in the tree only concerns itself.
fn declared(repo: &Repo<'_>) -> Vec<(String, Location)> {
    let mut found: Vec<(String, Location)> = Vec::new();
    for manifest in &repo.manifests.all {
        if manifest.folder().split('/').count() > 2
            || repo.inventory.file(&manifest.path).is_some_and(|file| file.role == Role::Test)
        {
            continue;
        }
        for (license, line) in &manifest.licenses {
            if license.eq_ignore_ascii_case("UNLICENSED")
                || license.starts_with("SEE LICENSE")
                || license.starts_with("file:")
            {
                continue;
            }
            found.push((normal(license), Location::line(&manifest.path, *line)));
        }
    }
    if let Some(document) = repo.inventory.document("publiccode.yml")
        && let Ok(root) = document.as_ref()
        && let Some(license) = root.at(&["legal", "license"])
        && let Some(text) = license.text()
    {
        found.push((normal(text), Location::line("publiccode.yml", license.line)));
    }
    found
}

/// The SPDX id behind a usual spelling (`Apache 2.0`, `MIT License`, `AGPLv3`).
fn normal(license: &str) -> String {
    if let Ok(expression) = spdx::Expression::parse(license) {
        return expression.to_string();
    }
    let words = squeeze(license);
    if let Some(known) = spdx::identifiers::LICENSES.iter().find(|known| squeeze(known.full_name) == words) {
        return known.name.to_owned();
    }
    match spdx::Expression::canonicalize(license) {
        Ok(Some(canonical)) => canonical,
        _ => spdx::imprecise_license_id(license).map_or_else(|| license.to_owned(), |(id, _)| id.name.to_owned()),
    }
}

fn license_declared(repo: &Repo<'_>) -> Fact {
    Fact::named(declared(repo))
}

/// Licences without the suffix (`-only`, `-or-later`) that a bare GNU text does not decide, for comparison.
fn family(id: &str) -> String {
    id.trim_end_matches("-only").trim_end_matches("-or-later").trim_end_matches('+').to_ascii_lowercase()
}

fn license_conflicts(repo: &Repo<'_>) -> Fact {
    let text = license_spdx(repo);
    let Some(id) = text.text_value() else {
        return Fact::list::<String>([]);
    };
    let conflicts = declared(repo)
        .into_iter()
        .filter(|(declared, _)| !declared.split([' ', '(', ')']).any(|part| family(part) == family(id)))
        .map(|(declared, place)| {
            let note =
                format!("{declared}, {} says {id}", text.evidence.first().map_or("", |place| name_of(&place.path)));
            (declared, place.noted(note))
        });
    Fact::named(conflicts.collect())
}

#[cfg(test)]
mod tests {
    use super::super::{Value, fact_of, names_of};
    use super::*;

    const MIT: &str = "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this…\nThe above copyright notice and this permission notice shall be included.\nTHE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY";

    #[test]
    fn the_text_decides_not_the_name() {
        assert_eq!(fact_of(&[("LICENCE.md", MIT)], "license_spdx").value(), Some(&Value::Text("MIT".to_owned())));
        let bare = fact_of(&[("LICENSE", "Copyright 2024 Example Agency\n")], "license_spdx");
        assert!(bare.value().is_none());
        assert_eq!(fact_of(&[("src/LICENSE", MIT)], "license_spdx").value(), Some(&Value::Nothing));
    }

    #[test]
    fn gnu_licences_are_told_apart() {
        for (title, id) in [
            ("GNU AFFERO GENERAL PUBLIC LICENSE\n Version 3, 19 November 2007", "AGPL-3.0-only"),
            (
                "GNU LESSER GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007 … GNU General Public License, version 3, 29 June 2007",
                "LGPL-3.0-only",
            ),
            ("GNU GENERAL PUBLIC LICENSE\n Version 2, June 1991", "GPL-2.0-only"),
        ] {
            assert_eq!(identify(title), Some(id));
        }
    }

    #[test]
    fn reuse_layout_names_the_licence_of_code() {
        let fact = fact_of(&[("LICENSES/MIT.txt", MIT), ("LICENSES/CC-BY-4.0.txt", "cc")], "license_spdx");
        assert_eq!(fact.value(), Some(&Value::Text("MIT".to_owned())));
    }

    #[test]
    fn usual_spellings_become_spdx_ids() {
        let package = |license: &str| format!("{{\"license\": \"{license}\"}}");
        for (written, id) in [
            ("MIT", "MIT"),
            ("Apache 2.0", "Apache-2.0"),
            ("AGPL-3.0", "AGPL-3.0"),
            ("GNU Affero General Public License v3.0", "AGPL-3.0"),
        ] {
            assert_eq!(
                names_of(&[("package.json", &package(written))], "license_declared")[0].trim_end_matches("-only"),
                id
            );
        }
    }

    #[test]
    fn a_manifest_that_contradicts_the_text_is_a_conflict() {
        let files = [
            ("LICENSE", MIT),
            ("package.json", r#"{"license": "ISC"}"#),
            ("web/package.json", r#"{"license": "(MIT OR Apache-2.0)"}"#),
        ];
        assert_eq!(names_of(&files, "license_conflicts"), ["ISC"]);
    }
}
