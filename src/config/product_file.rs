//! The file that describes a product of several repositories and a live site, for `equerre audit`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::config_file::{ConfigFile, Spanned};
use crate::base::error::Error;
use crate::base::text::{Lang, localized};
use crate::model::site::Target;

/// A product as a coach writes it down.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(title = "Equerre product", rename = "Product")]
pub(crate) struct RawProduct {
    /// Its name, for the report.
    pub product: Option<String>,
    /// The address of the live product, which is visited once. It is beside the first repository.
    #[schemars(with = "Option<String>")]
    pub url: Option<Spanned<String>>,
    /// The language of the report.
    pub lang: Option<Lang>,
    /// Its repositories.
    #[schemars(with = "Vec<RawRepository>", length(min = 1))]
    pub repositories: Vec<Spanned<RawRepository>>,
}

/// A repository: where it is, or more.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub(crate) enum RawRepository {
    /// The address to clone, or a folder of this machine, from the folder of the file.
    Where(String),
    /// More of it.
    More(RawEntry),
}

impl<'de> Deserialize<'de> for RawRepository {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> serde::de::Visitor<'de> for Either {
            type Value = RawRepository;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an address, a folder, or `repository:` with more")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(RawRepository::Where(text.to_owned()))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                RawEntry::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(RawRepository::More)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A repository, with its options.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Repository")]
pub(crate) struct RawEntry {
    /// The address to clone, or a folder of this machine, from the folder of the file.
    pub repository: String,
    /// Its name in the report.
    pub name: Option<String>,
    /// The address of what it serves, which is visited once.
    pub url: Option<String>,
    /// The branch, tag or commit to audit.
    pub rev: Option<String>,
}

/// A repository of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// The address to clone, or a folder.
    pub repository: String,
    /// Its name in the report; that of its remote, if absent.
    pub name: Option<String>,
    /// The address of what it serves.
    pub url: Option<String>,
    /// The branch, tag or commit to audit.
    pub rev: Option<String>,
}

impl Repository {
    /// A repository without options.
    pub fn of(repository: impl Into<String>) -> Self {
        Self { repository: repository.into(), name: None, url: None, rev: None }
    }

    /// Whether it is to be cloned, rather than a folder of this machine.
    pub fn is_remote(&self) -> bool {
        is_remote(&self.repository)
    }
}

/// Whether a text is the address of a repository, as git writes them: `https://…`, `ssh://…`, `git@host:path`.
pub(crate) fn is_remote(text: &str) -> bool {
    let schemes = ["https://", "http://", "ssh://", "git://", "file://"];
    let by_scheme = schemes.iter().any(|scheme| text.starts_with(scheme));
    let by_ssh = text.split_once(':').is_some_and(|(host, path)| {
        let named = host.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
        named && !path.is_empty() && !host.contains('/') && !host.starts_with('-')
    });
    (by_scheme || by_ssh) && !text.contains(char::is_whitespace) && !text.contains(char::is_control)
}

/// What a file says of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProductFile {
    /// Its name.
    pub product: Option<String>,
    /// The language of the report.
    pub lang: Option<Lang>,
    /// Its repositories, the first of which is beside the live product.
    pub repositories: Vec<Repository>,
}

impl ProductFile {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with it, with its place.
    pub(crate) fn read(file: &ConfigFile) -> Result<Self, Error> {
        let help = localized!(
            "write it as `repositories: [https://github.com/example/front, https://github.com/example/api]`",
            "écrivez-le `repositories: [https://github.com/exemple/front, https://github.com/exemple/api]`"
        );
        if file.text.trim().is_empty() {
            return Err(file.whole(localized!("the product is empty", "le produit est vide"), Some(help.to_owned())));
        }
        let raw: RawProduct = file.read()?;
        let url_of = |text: &str, place| match Target::of(text, None, None) {
            Ok(_) => Ok(()),
            Err(reason) => {
                let help =
                    localized!("such as `https://product.beta.gouv.fr`", "par exemple `https://produit.beta.gouv.fr`");
                Err(file.error(place, reason, Some(help)))
            }
        };
        if let Some(url) = &raw.url {
            url_of(&url.value, url.referenced)?;
        }
        let mut repositories = Vec::new();
        for placed in raw.repositories {
            let entry = match placed.value {
                RawRepository::Where(repository) => Repository::of(repository),
                RawRepository::More(entry) => {
                    Repository { repository: entry.repository, name: entry.name, url: entry.url, rev: entry.rev }
                }
            };
            if let Some(url) = &entry.url {
                url_of(url, placed.referenced)?;
            }
            if entry.repository.trim().is_empty() || entry.repository.starts_with('-') {
                let message = localized!(
                    "`{}` is neither an address nor a folder",
                    "`{}` n'est ni une adresse ni un dossier",
                    entry.repository
                );
                return Err(file.error(placed.referenced, message, Some(help.to_owned())));
            }
            repositories.push(entry);
        }
        let Some(first) = repositories.first_mut() else {
            return Err(file.whole(
                localized!("the product has no repository", "le produit n'a pas de dépôt"),
                Some(help.to_owned()),
            ));
        };
        first.url = first.url.take().or(raw.url.map(|url| url.value));
        Ok(Self { product: raw.product, lang: raw.lang, repositories })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_folders() {
        for address in ["https://github.com/o/r", "git@github.com:o/r.git", "ssh://git@host:2222/o/r", "file:///srv/r"]
        {
            assert!(is_remote(address), "{address}");
        }
        for folder in [".", "../api", "/srv/r", "C:\\r", "api:v2", "ext::sh -c touch", "-oProxyCommand=x@y.z:p"] {
            assert!(!is_remote(folder), "{folder}");
        }
    }

    #[test]
    fn the_live_product_stands_beside_the_first_repository() {
        let file = ConfigFile::new(
            "product.yml",
            "product: Cantine\nurl: https://cantine.example\nrepositories:\n  - ../front\n  - { repository: ../api, name: API, url: https://api.example }\n",
        );
        let written = ProductFile::read(&file).expect("a product");
        assert_eq!(written.repositories[0].url.as_deref(), Some("https://cantine.example"));
        assert_eq!(written.repositories[1].url.as_deref(), Some("https://api.example"));
        for text in ["", "repositories: []\n", "repositories: ['']\n", "product: X\n", "repositories: [a]\nsite: b\n"] {
            assert!(ProductFile::read(&ConfigFile::new("product.yml", text)).is_err(), "{text}");
        }
    }
}
