//! Which product of the directory a repository belongs to. An organisation alone is proposed, never decided.

use super::{Directory, Product};

/// What shows which product it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Somebody said so.
    Declared,
    /// The directory names the repository.
    Repository,
    /// A DashLord names both.
    Dashlord,
    /// The product's site is that of the settings.
    Link,
}

/// The product of a repository.
#[derive(Debug)]
pub(crate) enum Found<'d> {
    /// This one.
    Product(&'d Product, How),
    /// One of these: they share the repository.
    Several(Vec<&'d Product>),
    /// None is named; these name its organisation.
    Proposed(Vec<&'d Product>),
    /// None has the id that was declared.
    NoSuchId(String),
    /// None.
    None,
}

impl Directory {
    /// Finds the product that was declared, else the one of a repository's addresses, else the one of a live site.
    pub(crate) fn find(&self, declared: Option<&str>, remotes: &[String], site: Option<&str>) -> Found<'_> {
        if let Some(id) = declared {
            let found = self.products.get(id.trim_matches('/'));
            return found
                .map_or_else(|| Found::NoSuchId(id.to_owned()), |product| Found::Product(product, How::Declared));
        }
        let own: Vec<String> = remotes.iter().filter_map(|remote| repository(remote)).collect();
        let is_own = |address: &str| repository(address).is_some_and(|address| own.contains(&address));
        let same: Vec<&Product> =
            self.products.values().filter(|product| product.repository.as_deref().is_some_and(is_own)).collect();
        match same.as_slice() {
            [one] => return Found::Product(one, How::Repository),
            [] => {}
            _ => return Found::Several(same),
        }
        let watched = self.watched.iter().flatten().filter(|site| site.repositories.iter().any(|name| is_own(name)));
        let mut ids: Vec<&str> = watched.filter_map(|site| site.beta_id.as_deref()).collect();
        ids.sort_unstable();
        ids.dedup();
        let mapped: Vec<&Product> = ids.iter().filter_map(|id| self.products.get(*id)).collect();
        match mapped.as_slice() {
            [one] => return Found::Product(one, How::Dashlord),
            [] => {}
            _ => return Found::Several(mapped),
        }
        if let Some(site) = site.and_then(page) {
            let linked: Vec<&Product> = self
                .products
                .values()
                .filter(|product| product.link.as_deref().and_then(page).is_some_and(|link| link == site))
                .collect();
            if let [one] = linked.as_slice() {
                return Found::Product(one, How::Link);
            }
        }
        let owners: Vec<&str> =
            own.iter().filter_map(|address| address.rsplit_once('/').map(|(owner, _)| owner)).collect();
        let of_owner = |product: &&Product| {
            let address = product.repository.as_deref().map(normal).unwrap_or_default();
            // Where a whole organisation is given, it stands for each of its repositories.
            address.matches('/').count() == 1 && owners.contains(&address.as_str())
        };
        let proposed: Vec<&Product> = self.products.values().filter(of_owner).collect();
        if proposed.is_empty() { Found::None } else { Found::Proposed(proposed) }
    }
}

/// The address of a repository as it is compared: host, owner and name in lower case. `owner/name` alone is on GitHub.
pub(crate) fn repository(address: &str) -> Option<String> {
    let normal = normal(address);
    let normal = match normal.split_once('/') {
        Some((first, rest)) if !first.contains('.') && !rest.contains('/') => format!("github.com/{normal}"),
        _ => normal,
    };
    let parts: Vec<&str> = normal.split('/').collect();
    // GitHub has no groups: what follows the name is a page of the repository.
    let kept = if parts.first() == Some(&"github.com") { &parts[..parts.len().min(3)] } else { &parts[..] };
    // A folder of this machine has no host.
    let has_host = kept[0].contains('.') && kept[0].starts_with(|c: char| c.is_ascii_alphanumeric());
    (has_host && kept.len() >= 3).then(|| kept.join("/"))
}

/// An address without what does not tell repositories apart.
fn normal(address: &str) -> String {
    let address = address.trim().to_lowercase();
    let rest = match address.split_once("://") {
        Some((_, rest)) => rest.to_owned(),
        // `git@host:owner/name`.
        None if address.contains('@') => address.replacen(':', "/", 1),
        None => address,
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let cut = ["/tree/", "/-/", "/blob/"].iter().filter_map(|mark| rest.find(mark)).min().unwrap_or(rest.len());
    rest[..cut].trim_end_matches('/').trim_end_matches(".git").trim_end_matches('/').to_owned()
}

/// The host and the path of a page as they are compared.
fn page(address: &str) -> Option<String> {
    let normal = normal(address);
    (normal.contains('.')).then_some(normal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::directory::Watched;

    fn directory(products: &[(&str, &str)]) -> Directory {
        let product = |(id, address): &(&str, &str)| {
            let own = Product { id: (*id).to_owned(), repository: Some((*address).to_owned()), ..Product::default() };
            ((*id).to_owned(), own)
        };
        Directory { products: products.iter().map(product).collect(), ..Directory::default() }
    }

    #[test]
    fn a_repository_is_known_however_its_address_is_written() {
        for address in [
            "https://github.com/betagouv/Cantine.git",
            "git@github.com:betagouv/cantine.git",
            "betagouv/cantine",
            "https://www.github.com/betagouv/cantine/tree/main/app",
            "ssh://git@github.com/betagouv/cantine/",
        ] {
            assert_eq!(repository(address).as_deref(), Some("github.com/betagouv/cantine"), "{address}");
        }
        assert_eq!(repository("https://gitlab.com/a/b/c/-/tree/main").as_deref(), Some("gitlab.com/a/b/c"));
        for none in ["https://github.com/betagouv", "/srv/git/cantine/repo", "../../a/b/c", ""] {
            assert_eq!(repository(none), None, "{none}");
        }
    }

    #[test]
    fn an_organisation_is_proposed_and_never_decided() {
        let known = directory(&[
            ("a", "https://github.com/o/a"),
            ("b", "https://github.com/o"),
            ("c", "https://github.com/o/a/"),
        ]);
        let find = |remote: &str| known.find(None, &[remote.to_owned()], None);
        assert!(matches!(find("https://github.com/o/a.git"), Found::Several(two) if two.len() == 2));
        assert!(matches!(find("https://github.com/o/z"), Found::Proposed(one) if one[0].id == "b"));
        assert!(matches!(find("https://github.com/other/z"), Found::None));
        assert!(
            matches!(known.find(Some("b"), &[], None), Found::Product(product, How::Declared) if product.id == "b")
        );
        assert!(matches!(known.find(Some("nobody"), &[], None), Found::NoSuchId(_)));
    }

    #[test]
    fn a_dashlord_leads_from_a_repository_to_its_product() {
        let mut known = directory(&[("a", "https://github.com/o")]);
        let site =
            Watched { beta_id: Some("a".to_owned()), repositories: vec!["O/Back".to_owned()], ..Watched::default() };
        known.watched = Some(vec![site]);
        assert!(matches!(
            known.find(None, &["git@github.com:o/back.git".to_owned()], None),
            Found::Product(_, How::Dashlord)
        ));
    }
}
