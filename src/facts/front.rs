//! Whether the pages of the product are kept in another repository, as this one says.

use std::sync::LazyLock;

use regex::Regex;

use crate::base::location::Location;
use crate::base::pattern::lean;
use crate::base::text::to_u32;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};

pub(super) const ALL: &[Detector] = &[Detector {
    id: "front_elsewhere",
    kind: Kind::Bool,
    question: (
        "Does the README say that the pages of the product are in another repository?",
        "Le README dit-il que les pages du produit sont dans un autre dépôt ?",
    ),
    detect: front_elsewhere,
}];

/// Frameworks whose repositories are whole sites or applications with pages.
pub(super) const PAGE_FRAMEWORKS: &[&str] = &[
    "next",
    "nuxt",
    "react",
    "vue",
    "svelte",
    "angular",
    "remix",
    "gatsby",
    "eleventy",
    "jekyll",
    "hugo",
    "docusaurus",
];

/// A repository on a forge, its name alone: a page, a file or a badge of one is no link to it.
static REPOSITORY: LazyLock<Regex> = LazyLock::new(|| {
    lean(
        r"\[([^\]\n]*)\]\(https://(?:github\.com|gitlab\.[\w.-]+|[\w-]+\.gitlab\.[\w.-]+|codeberg\.org)/(?:[\w.-]+/)+?([\w.-]+?)(?:\.git)?/?(?:#[^)\s]*)?\)",
    )
});
/// Words for what people see.
static FRONT: LazyLock<Regex> = LazyLock::new(|| {
    lean(
        r"(?i)\bfront(?:-?ends?)?\b|\bsite (?:internet|web|public|vitrine)\b|\b(?:web ?site|web ?app|client|interface|user interface|IHM)\b|\bapplication web\b",
    )
});
/// Words for what answers them, by which a repository presents itself.
static BACK: LazyLock<Regex> = LazyLock::new(|| lean(r"(?i)\bback(?:-?ends?)?\b|\bAPIs?\b|\bserveur\b|\bserver\b"));
/// A link that says no more than where the code is.
static HERE: LazyLock<Regex> = LazyLock::new(|| {
    lean(r"(?i)^(?:.*\b(?:ici|here|repo|repository|dépôt|depot|code source|source code)\b.*|[\w.-]+/[\w.-]+)$")
});
/// The name of a repository of pages.
static NAMED: LazyLock<Regex> =
    LazyLock::new(|| lean(r"(?i)(?:^|[-_.])(?:front(?:-?end)?|site|website|web|webapp|ui|client|portail)(?:[-_.]|$)"));

/// A README presents itself in its first lines.
const PRESENTATION: usize = 25;

pub(super) fn front_elsewhere(repo: &Repo<'_>) -> Fact {
    let used = repo.stack.parts.iter().flat_map(|part| &part.frameworks);
    if used.into_iter().any(|used| PAGE_FRAMEWORKS.contains(&used.name)) {
        return Fact::bool(false);
    }
    let Some((path, text)) = super::readme::text(repo) else { return Fact::bool(false) };
    let opening: String = text.lines().take(PRESENTATION).collect::<Vec<_>>().join("\n");
    if !BACK.is_match(&opening) {
        return Fact::bool(false);
    }
    let lines: Vec<&str> = text.lines().collect();
    let found = lines.iter().position(|line| {
        REPOSITORY.captures_iter(line).any(|link| {
            let is_named = NAMED.is_match(&link[2]);
            // The list that such a sentence opens belongs to it.
            (is_named || HERE.is_match(link[1].trim())) && FRONT.is_match(&paragraph(&lines, line))
        })
    });
    match found {
        Some(at) => Fact::bool(true).seen([Location::line(path, to_u32(at + 1))]),
        None => Fact::bool(false),
    }
}

/// A line, and the list below it where it ends with a colon.
fn paragraph(lines: &[&str], line: &str) -> String {
    let at = lines.iter().position(|other| std::ptr::eq(*other, line)).unwrap_or_default();
    let mut found = line.to_owned();
    if line.trim_end().ends_with(':') {
        let list = lines[at + 1..].iter().skip_while(|line| line.trim().is_empty());
        for item in list.take_while(|line| line.trim_start().starts_with(['-', '*', '+'])) {
            found.push('\n');
            found.push_str(item);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::fact_of;

    fn is_elsewhere(readme: &str) -> bool {
        fact_of(&[("README.md", readme)], "front_elsewhere").is_true()
    }

    #[test]
    fn a_back_end_names_the_repository_of_its_pages() {
        assert!(is_elsewhere(
            "# Phare, serveur\n\nThe front-end code is in [this repository](https://github.com/acme/phare-x).\n"
        ));
        assert!(is_elsewhere(
            "# API Phare\n\nVoir [ici](https://github.com/acme/phare) pour :\n\n* l'architecture\n* installer le front\n"
        ));
        assert!(is_elsewhere(
            "# Phare\n\nLe back-end de Phare. Le [site internet](https://phare.example) est [là](https://github.com/acme/phare-site).\n"
        ));
    }

    #[test]
    fn a_library_of_the_front_and_the_repository_of_an_api_are_none() {
        assert!(!is_elsewhere("# API Phare\n\nLe front utilise le [DSFR](https://github.com/acme/dsfr).\n"));
        assert!(!is_elsewhere("# Phare\n\nLe front seul. Voir [ici](https://github.com/acme/phare-front).\n"));
        let files = [
            ("README.md", "# API Phare\n\nThe front is [here](https://github.com/acme/phare-front).\n"),
            ("package.json", r#"{"dependencies": {"react": "19"}}"#),
        ];
        assert!(!fact_of(&files, "front_elsewhere").is_true());
    }
}
