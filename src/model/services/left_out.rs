//! What the values of a chart leave out of production: a service that is commented out of them, or that another environment
//! alone has (<https://socialgouv.github.io/kontinuous/>).

use std::collections::BTreeSet;

use super::containers::is_of_production;
use super::service::{Service, ServiceKind, Sources};
use crate::base::location::Location;
use crate::base::path::{is_yaml, name_of};
use crate::read::document::Node;
use crate::read::inventory::File;

/// What the values of all environments say of services, by the names of their keys and of their images.
pub(super) struct Deployed {
    /// Those of production.
    production: BTreeSet<String>,
    /// Those of other environments, and those that are commented out, with where.
    left_out: Vec<(String, Location)>,
}

impl Deployed {
    /// Reads the values of every environment.
    pub(super) fn read(sources: &Sources<'_>) -> Self {
        let mut found = Self { production: BTreeSet::new(), left_out: Vec::new() };
        for file in sources.inventory.files().iter().filter(|file| is_values(file)) {
            let of_production = is_of_production(file);
            if let Some(document) = sources.inventory.document(&file.path)
                && let Ok(root) = document.as_ref()
            {
                for entry in root.entries() {
                    let image = entry.value.get("imagePackage").and_then(Node::text).unwrap_or_default();
                    for name in [entry.key.as_str(), image].into_iter().filter(|name| !name.is_empty()) {
                        if of_production {
                            found.production.insert(name.to_lowercase());
                        } else {
                            let place = Location::line(&file.path, entry.line);
                            found.left_out.push((name.to_lowercase(), place));
                        }
                    }
                }
            }
            let text = sources.inventory.text(&file.path).filter(|_| of_production).unwrap_or_default();
            // `# strapi:` at the start of a line was a key.
            let commented = (1..).zip(text.lines()).filter_map(|(at, line)| {
                let name = line.strip_prefix('#')?.trim_end().strip_suffix(':')?;
                let name = name.strip_prefix(' ').unwrap_or(name);
                name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).then_some((at, name))
            });
            found.left_out.extend(commented.map(|(at, name)| (name.to_lowercase(), Location::line(&file.path, at))));
        }
        found
    }

    /// Where the values show that production has no such service; none where they have one, or do not know it.
    pub(super) fn leaves_out(&self, service: &Service) -> Option<&Location> {
        // A worker may run from the image of the server beside it.
        let is_told =
            matches!(service.kind, ServiceKind::Library | ServiceKind::Mobile) || service.component.is_empty();
        let name = name_of(&service.component).to_lowercase();
        let is_there = self.production.contains(&name);
        let (_, place) = self.left_out.iter().find(|(known, _)| *known == name).filter(|_| !is_told && !is_there)?;
        Some(place)
    }

    /// Whether some environment has a service of this name.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.production.contains(name) || self.left_out.iter().any(|(known, _)| known == name)
    }
}

fn is_values(file: &File) -> bool {
    file.name().starts_with("values") && is_yaml(file.name()) && file.path.split('/').any(|part| part == ".kontinuous")
}
