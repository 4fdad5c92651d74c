//! What the commands on the standards know of the directory of beta.gouv.fr: saved answers, or what is asked now.

use std::path::{Path, PathBuf};

use crate::base::config_file::did_you_mean;
use crate::base::disk::{NAMED, read_named_text};
use crate::base::error::Error;
use crate::base::reach::Reach;
use crate::base::text::{Localized, escaped_segment, localized};
use crate::judge::criteria::page::OnPage;
use crate::model::directory::find::{Found, How};
use crate::model::directory::{Directory, Product};
use crate::model::forge::address::Address;
use crate::model::forge::cache::Cache;
use crate::model::forge::client::{Client, Limits};
use crate::model::site::links::{self, Answers, Asked};

/// What saved answers hold of the directory; a folder stands for the JSON and YAML files in it.
pub(crate) fn directory(paths: &[PathBuf]) -> Result<Directory, Error> {
    let mut directory = Directory::default();
    for path in paths {
        let unreadable = |path: &Path, error: &std::io::Error| {
            let message = localized!("`{}` cannot be read", "`{}` est illisible", path.display());
            Error::of_system(message, error)
        };
        let files =
            if path.is_dir() { files_in(path).map_err(|error| unreadable(path, &error))? } else { vec![path.clone()] };
        for file in files {
            let text = read_named_text(&file, NAMED).map_err(|error| unreadable(&file, &error))?;
            directory.add(&text).map_err(|refused| {
                let (why, help) = refused.explain();
                let name = file.display();
                let message = Localized::new(
                    format!("`{name}` is not read: {}", why.en),
                    format!("`{name}` n'est pas lu : {}", why.fr),
                );
                Error::new(message, Some(help))
            })?;
        }
    }
    Ok(directory)
}

/// The public directory, asked over the network: one request a file, of which nothing is sent again that has not changed.
pub(crate) struct Online {
    client: Client,
}

impl Online {
    /// What is asked, at an address that the person gave, else at that of beta.gouv.fr.
    ///
    /// # Errors
    /// When the address is none of the web.
    pub(crate) fn at(url: Option<&str>) -> Result<Result<Self, Localized>, Error> {
        let origin = url.unwrap_or("https://beta.gouv.fr");
        if !origin.starts_with("https://") && !origin.starts_with("http://") {
            let help = localized!("such as `https://beta.gouv.fr`", "par exemple `https://beta.gouv.fr`");
            let message = localized!("`{origin}` is no address of the web", "`{origin}` n'est pas une adresse du web");
            return Err(Error::new(message, Some(help)));
        }
        let env = |name: &str| std::env::var(name).ok();
        let address = Address::of_api(origin, "api");
        let client = Client::new(address.clone(), Cache::usual(&env), Limits::default());
        Ok(client.map(|client| Self { client }).map_err(|refusal| not_read(&refusal.explain(&address))))
    }

    /// The products, the members and the incubators; what could not be had is told.
    pub(crate) fn directory(&self) -> (Directory, Vec<Localized>) {
        let mut directory = Directory::default();
        let files = ["/api/v2.7/startups.json", "/api/v2.7/authors.json", "/api/v2.7/incubators.json"];
        let mut notices: Vec<Localized> = files.iter().filter_map(|file| self.add(&mut directory, file)).collect();
        notices.dedup();
        (directory, notices)
    }

    /// Completes a product with what only its own file says.
    pub(crate) fn complete(&self, directory: &mut Directory, id: &str) -> Option<Localized> {
        self.add(directory, &format!("/api/v3/startups/{}.json", escaped_segment(id)))
    }

    fn add(&self, directory: &mut Directory, file: &str) -> Option<Localized> {
        let text = match self.client.text(file) {
            Ok(text) => text,
            Err(refusal) => return Some(not_read(&refusal.explain(&self.client.address))),
        };
        directory.add(&text).err().map(|refused| not_read(&refused.explain().0))
    }
}

fn not_read(why: &Localized) -> Localized {
    Localized::new(
        format!("the directory was not read whole: {}", why.en),
        format!("l'annuaire n'a pas été lu en entier : {}", why.fr),
    )
}

fn files_in(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let is_answer = |path: &PathBuf| {
        path.extension().is_some_and(|end| ["json", "yml", "yaml"].iter().any(|known| end.eq_ignore_ascii_case(known)))
    };
    let root = crate::base::disk::Root::open(folder)?;
    let crate::base::disk::Entries::Listed(entries) = root.entries(Path::new(".")) else { return Ok(Vec::new()) };
    let mut files: Vec<PathBuf> = entries
        .into_iter()
        .filter(|entry| entry.is_file)
        .map(|entry| folder.join(entry.name))
        .filter(is_answer)
        .collect();
    files.sort();
    Ok(files)
}

/// What is asked of the directory, and of the addresses that it names, about a product.
pub(crate) struct Asking<'q> {
    /// The id that was declared.
    pub(crate) declared: Option<&'q str>,
    /// The address of its live site.
    pub(crate) site: Option<&'q str>,
    /// The addresses of its repositories.
    pub(crate) remotes: &'q [String],
    /// The address of the directory that the person gave.
    pub(crate) directory_url: Option<&'q str>,
    /// Whether the addresses that the directory names are tried.
    pub(crate) tries_addresses: bool,
    /// Whether they may be those of a private network.
    pub(crate) allow_private: bool,
    /// The date of the audit, in seconds since 1970.
    pub(crate) as_of: i64,
}

/// The directory as far as it is known, and what the addresses that it names of a product answer.
pub(crate) struct Known {
    directory: Directory,
    answers: Answers,
    /// What could not be had.
    pub(crate) notes: Vec<Localized>,
}

impl Known {
    /// What saved answers hold, or what is asked now.
    ///
    /// # Errors
    /// When the id that was declared is in no answer.
    pub(crate) fn of(
        saved: Directory,
        online: Option<Result<Online, Localized>>,
        asking: &Asking<'_>,
    ) -> Result<Self, Error> {
        let mut known = Self { directory: saved, answers: Answers::new(), notes: Vec::new() };
        match online {
            Some(Ok(online)) => {
                (known.directory, known.notes) = online.directory();
                // What could not be asked is unverified: an id that is not there is no mistake then.
                let found = product(&known.directory, asking).ok().and_then(Result::ok);
                let id = found.map(|(product, _)| product.id.clone());
                known.notes.extend(id.and_then(|id| online.complete(&mut known.directory, &id)));
            }
            Some(Err(reason)) => known.notes.push(reason),
            None => {}
        }
        if let Ok((product, _)) = product(&known.directory, asking)?
            && asking.tries_addresses
        {
            known.answers = answers(product, asking);
        }
        Ok(known)
    }

    /// The page of the product, or why none is decided.
    ///
    /// # Errors
    /// When the id that was declared is in no answer.
    pub(crate) fn page<'k>(&'k self, asking: &'k Asking<'_>) -> Result<Result<OnPage<'k>, Localized>, Error> {
        let (directory, answers) = (&self.directory, &self.answers);
        let (remotes, as_of) = (asking.remotes, asking.as_of);
        let found = product(directory, asking)?;
        Ok(found.map(|(product, how)| OnPage { directory, product, how, remotes, answers, as_of }))
    }
}

/// The product of some repositories in the directory, by the id that was declared, else by their addresses, else by that of the live
/// site; or why none is decided.
///
/// # Errors
/// When the id that was declared is in no answer.
fn product<'d>(directory: &'d Directory, asking: &Asking<'_>) -> Result<Result<(&'d Product, How), Localized>, Error> {
    if directory.products.is_empty() {
        return Ok(Err(localized!(
            "The directory of beta.gouv.fr is not known here: `--online` asks it; or save https://beta.gouv.fr/api/v2.7/startups.json and authors.json, and give them with `--directory`.",
            "L'annuaire de beta.gouv.fr n'est pas connu ici : `--online` l'interroge ; ou enregistrez https://beta.gouv.fr/api/v2.7/startups.json et authors.json, et donnez-les avec `--directory`."
        )));
    }
    let names =
        |products: &[&Product]| products.iter().map(|product| product.id.clone()).collect::<Vec<_>>().join(", ");
    Ok(match directory.find(asking.declared, asking.remotes, asking.site) {
        Found::Product(product, how) => Ok((product, how)),
        Found::Several(products) => {
            let names = names(&products);
            Err(localized!(
                "Several products of the directory have this repository ({names}): say which with `--beta-id`, or with `beta-id:` in `.equerre.yml`.",
                "Plusieurs produits de l'annuaire ont ce dépôt ({names}) : dites lequel avec `--beta-id`, ou `beta-id:` dans `.equerre.yml`."
            ))
        }
        Found::Proposed(products) => {
            let names = names(&products);
            Err(localized!(
                "No product of the directory has this repository; these have its whole organisation: {names}. Say which with `--beta-id`, or with `beta-id:` in `.equerre.yml`.",
                "Aucun produit de l'annuaire n'a ce dépôt ; ceux-ci ont toute son organisation : {names}. Dites lequel avec `--beta-id`, ou `beta-id:` dans `.equerre.yml`."
            ))
        }
        Found::None => Err(localized!(
            "No product of the directory has this repository: give its id with `--beta-id`, or with `beta-id:` in `.equerre.yml`.",
            "Aucun produit de l'annuaire n'a ce dépôt : donnez son identifiant avec `--beta-id`, ou `beta-id:` dans `.equerre.yml`."
        )),
        Found::NoSuchId(id) => {
            let all = || {
                localized!(
                    "an id is the last part of the address of a page: https://beta.gouv.fr/startups/<id>.html",
                    "un identifiant est la fin de l'adresse d'une fiche : https://beta.gouv.fr/startups/<id>.html"
                )
            };
            let help = did_you_mean(&id, directory.products.keys().map(String::as_str)).unwrap_or_else(all);
            let message = localized!(
                "no product of the directory has the id `{id}`",
                "aucun produit de l'annuaire n'a l'identifiant `{id}`"
            );
            return Err(Error::new(message, Some(help)));
        }
    })
}

/// Asks the addresses that the directory names of a product, each once; from a private network, they may be private too.
fn answers(product: &Product, asking: &Asking<'_>) -> Answers {
    let reach = match asking.directory_url.and_then(|url| reqwest::Url::parse(url).ok()) {
        _ if asking.allow_private => Reach::Anywhere,
        Some(url) => Reach::from(&url),
        None => Reach::Public,
    };
    let ask = |url: &Option<String>, read: bool| url.as_ref().map(|url| Asked { url: url.clone(), read });
    let all = [
        ask(&product.link, false),
        ask(&product.stats_url, true),
        ask(&product.impact_url, true),
        ask(&product.budget_url, true),
        ask(&product.repository, false),
        ask(&product.dashlord_url, false),
        ask(&product.risk_analysis_url, false),
    ];
    let all: Vec<Asked> = all.into_iter().flatten().collect();
    links::answers(&all, reach, asking.as_of)
}
