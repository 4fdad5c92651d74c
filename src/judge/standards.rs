//! The standards of beta.gouv.fr as they are published, and what Equerre knows of each of their criteria.

pub(crate) mod known;
pub(crate) mod label;

use serde::{Deserialize, Serialize};

use crate::base::config_file::ConfigFile;
use crate::base::error::Error;
use crate::base::text::{Lang, Localized, localized};
use crate::base::typography::french;

use known::{Knowledge, Known};
use label::{plain, same};

/// Version 2.0 as published: <https://github.com/betagouv/standards/releases/tag/2.0>.
const PUBLISHED: (&str, &str) = ("standards/beta-v2.0.yml", include_str!("../../standards/beta-v2.0.yml"));

/// The validated questions of the grid of the ANCT, in our own words: <https://github.com/incubateur-agriculture/standards>.
const ANCT: (&str, &str) = ("standards/anct.yml", include_str!("../../standards/anct.yml"));

/// Where what people attest of the standards of beta.gouv.fr is kept.
const ATTESTATIONS: &str = ".equerre/attestations.yml";

/// The names of the packs that are embedded beside the standards of beta.gouv.fr.
pub(crate) const PACKS: &[&str] = &["anct"];

/// A version of the standards, as `make export` of betagouv/standards writes it.
#[derive(Debug, Deserialize)]
struct Published {
    version: String,
    standards: Vec<Standard>,
}

/// A standard. What a later version adds to it is left aside.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Standard {
    /// Its name: that of its file.
    pub(crate) id: String,
    /// Its category, as published.
    pub(crate) category: String,
    /// Its title.
    pub(crate) title: String,
    /// Its text, in Markdown.
    #[serde(default)]
    pub(crate) description: String,
    /// Where to read more, in Markdown.
    #[serde(default)]
    pub(crate) resources: Vec<String>,
    /// Its criteria, by rank.
    pub(crate) criteria: Vec<Label>,
    /// When it was last changed.
    #[serde(default)]
    pub(crate) last_modified_on: Option<String>,
}

/// A criterion as published: a label, and no name.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Label {
    /// Its text.
    pub(crate) label: String,
}

/// The standards in use.
#[derive(Debug)]
pub(crate) struct Standards {
    /// Their version.
    pub(crate) version: String,
    /// Their parts, in the published order.
    pub(crate) all: Vec<Standard>,
    /// What Equerre knows of the version that it embeds.
    pub(crate) knowledge: Knowledge,
    /// The pack that they are, where they are not the standards of beta.gouv.fr.
    pub(crate) pack: Option<&'static str>,
}

/// A criterion of the standards in use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Criterion<'s> {
    /// Its standard.
    pub(crate) standard: &'s Standard,
    /// Its rank there, from 0.
    pub(crate) rank: usize,
    /// Its text, as published.
    pub(crate) label: &'s str,
    /// What Equerre knows of it; nothing of a criterion that its version does not have.
    pub(crate) known: Option<&'s Known>,
}

impl Criterion<'_> {
    /// Its standard and its rank: `le-code-source-est-uniforme/0`.
    pub(crate) fn id(&self) -> String {
        format!("{}/{}", self.standard.id, self.rank)
    }

    /// Its text for people: as published in French, in our words in English where we have them.
    pub(crate) fn text(&self, lang: Lang) -> String {
        match (lang, self.known) {
            (Lang::En, Some(known)) => known.en.clone(),
            _ => french(&capitalised(&plain(self.label))),
        }
    }
}

/// A text that begins with a capital, as most published labels do.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

impl Standards {
    /// The version that is embedded.
    ///
    /// # Errors
    /// Never: tests read it.
    pub(crate) fn embedded() -> Result<Self, Error> {
        Self::read(&ConfigFile::new(PUBLISHED.0, PUBLISHED.1))
    }

    /// A pack that is embedded, by its name.
    pub(crate) fn pack(name: &str) -> Option<Result<Self, Error>> {
        let pack = PACKS.iter().find(|pack| **pack == name)?;
        let read = || {
            let Published { version, standards } = ConfigFile::new(ANCT.0, ANCT.1).read()?;
            let knowledge = Knowledge::of_pack(known::ANCT)?;
            Ok(Self { version, all: standards, knowledge, pack: Some(pack) })
        };
        Some(read())
    }

    /// Their name for people, without their version.
    pub(crate) fn name(&self) -> Localized {
        match self.pack {
            None => localized!("standards of beta.gouv.fr", "standards de beta.gouv.fr"),
            Some(_) => localized!("audit grid of the ANCT", "grille d'audit de l'ANCT"),
        }
    }

    /// Where what people attest of them is kept, below the root of the repository.
    pub(crate) fn attestations_file(&self) -> String {
        match self.pack {
            None => ATTESTATIONS.to_owned(),
            Some(pack) => format!(".equerre/attestations-{pack}.yml"),
        }
    }

    /// Reads an export of the standards. A criterion is known by its standard and its label: its rank may have moved.
    ///
    /// # Errors
    /// What is wrong in the file, with its place.
    pub(crate) fn read(file: &ConfigFile) -> Result<Self, Error> {
        let Published { version, standards } = file.read()?;
        if standards.is_empty() {
            let help = localized!(
                "give `standards-beta-vX.Y.yml`, which is attached to each release of betagouv/standards",
                "donnez `standards-beta-vX.Y.yml`, joint à chaque version de betagouv/standards"
            );
            return Err(file.whole(localized!("there is no standard here", "aucun standard ici"), Some(help)));
        }
        Ok(Self { version, all: standards, knowledge: Knowledge::embedded()?, pack: None })
    }

    /// Every criterion, in the published order.
    pub(crate) fn criteria(&self) -> impl Iterator<Item = Criterion<'_>> {
        self.all.iter().flat_map(move |standard| {
            standard.criteria.iter().enumerate().map(move |(rank, criterion)| Criterion {
                standard,
                rank,
                label: &criterion.label,
                known: self.knowledge.of(&standard.id, &criterion.label),
            })
        })
    }

    /// The criterion that a standard and a label designate.
    pub(crate) fn labelled(&self, standard: &str, label: &str) -> Option<Criterion<'_>> {
        let wanted = same(label);
        self.criteria().find(|known| known.standard.id == standard && same(known.label) == wanted)
    }

    /// The criterion that a name designates: `le-code-source-est-uniforme/0`.
    pub(crate) fn named(&self, id: &str) -> Option<Criterion<'_>> {
        self.criteria().find(|known| known.id() == id)
    }

    /// The categories, in the published order.
    pub(crate) fn categories(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for standard in &self.all {
            if !found.contains(&standard.category.as_str()) {
                found.push(&standard.category);
            }
        }
        found
    }

    /// The title of a category, for people.
    pub(crate) fn category_title(&self, id: &str, lang: Lang) -> String {
        let known = self.knowledge.categories.iter().find(|category| category.id == id);
        known.map_or_else(|| id.to_owned(), |category| category.title.get(lang).to_owned())
    }

    /// The title of a standard, for people.
    pub(crate) fn title(&self, standard: &Standard, lang: Lang) -> String {
        let english = self.knowledge.standards.iter().find(|known| known.id == standard.id);
        match (lang, english) {
            (Lang::En, Some(known)) => known.en.clone(),
            _ => french(&standard.title),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_version_has_its_82_criteria_and_each_is_known() {
        let standards = Standards::embedded().expect("the standards");
        assert_eq!((standards.version.as_str(), standards.all.len(), standards.criteria().count()), ("2.0", 30, 82));
        assert_eq!(standards.categories().len(), 9);
        for criterion in standards.criteria() {
            let known = criterion.known.unwrap_or_else(|| panic!("{} is not known", criterion.id()));
            assert_eq!(known.id, criterion.id());
            assert!(!known.proof.fr.is_empty() && known.proof.fr != known.proof.en, "{}", known.id);
        }
        for standard in &standards.all {
            assert_ne!(standards.title(standard, Lang::En), standards.title(standard, Lang::Fr));
        }
    }

    #[test]
    fn the_pack_of_the_anct_has_its_97_questions_and_each_is_known() {
        let pack = Standards::pack("anct").expect("a pack").expect("it is read");
        assert_eq!((pack.criteria().count(), pack.all.len()), (97, 11));
        for criterion in pack.criteria() {
            let known = criterion.known.unwrap_or_else(|| panic!("{} is not known", criterion.id()));
            assert_eq!(known.id, criterion.id());
            assert_ne!(criterion.text(Lang::En), criterion.text(Lang::Fr));
        }
        assert!(Standards::pack("ancte").is_none());
    }

    #[test]
    fn a_criterion_that_moved_is_known_by_its_label() {
        let text = "version: '9.9'\nstandards:\n- id: le-code-source-est-uniforme\n  title: t\n  category: c\n  new: x\n  criteria:\n  - label: Un formateur est en place.\n  - label: Un linter  est en place sur le projet.\n";
        let standards = Standards::read(&ConfigFile::new("a.yml", text)).expect("standards");
        let known: Vec<Option<&str>> =
            standards.criteria().map(|criterion| criterion.known.map(|known| known.id.as_str())).collect();
        assert_eq!(known, [None, Some("le-code-source-est-uniforme/0")]);
        let error = Standards::read(&ConfigFile::new("a.yml", "version: '1'\nstandards: []\n")).expect_err("empty");
        assert!(error.help(Lang::En).is_some_and(|help| help.contains("standards-beta")), "{error:?}");
    }
}
