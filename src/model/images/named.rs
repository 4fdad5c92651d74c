//! The images that compose files and pipelines name without building them.

use super::purpose::{Purpose, purpose_of};
use crate::model::dockerfile::{filled, is_compose};
use crate::model::image_name::ImageName;
use crate::model::workflow::{Place, Step, Target, Workflows};
use crate::read::document::Node;
use crate::read::inventory::Inventory;

/// An image that a file names.
#[derive(Debug)]
pub(crate) struct NamedImage {
    /// The file.
    pub path: String,
    /// Line and column.
    pub place: Place,
    /// Its name.
    pub name: ImageName,
    /// What names it.
    pub system: System,
    /// What the file is for, by the words of its path.
    pub purpose: Purpose,
}

/// What names an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    /// A compose file.
    Compose,
    /// A workflow: a container, a service or a step.
    Workflow,
    /// GitLab CI: the image or a service of a job.
    GitLab,
}

pub(super) fn all(inventory: &Inventory, workflows: &Workflows) -> Vec<NamedImage> {
    let mut found = Vec::new();
    for file in inventory.own_files() {
        let is_gitlab = matches!(file.path.as_str(), ".gitlab-ci.yml" | ".gitlab-ci.yaml");
        if !is_gitlab && !is_compose(file.name()) {
            continue;
        }
        let Some(document) = inventory.document(&file.path) else { continue };
        let Ok(root) = document.as_ref() else { continue };
        let (system, nodes) =
            if is_gitlab { (System::GitLab, of_gitlab(root)) } else { (System::Compose, of_compose(root)) };
        found.extend(nodes.into_iter().filter_map(|node| {
            let text = node.text()?;
            Some(NamedImage {
                path: file.path.clone(),
                place: Place { line: node.line, column: node.column },
                // `${TAG:-latest}` is `latest` unless somebody says otherwise.
                name: ImageName::new(&filled(text, &[]).0),
                system,
                purpose: purpose_of(&file.path),
            })
        }));
    }
    for workflow in &workflows.all {
        let of_step = |step: &Step| match step.uses.as_ref().map(|uses| (&uses.target, uses.place)) {
            Some((Target::Docker(name), place)) => Some((name.clone(), place)),
            _ => None,
        };
        let of_jobs = workflow.jobs.iter().flat_map(|job| {
            let own = job.images.iter().cloned();
            own.chain(job.steps.iter().filter_map(of_step)).collect::<Vec<_>>()
        });
        found.extend(of_jobs.map(|(name, place)| NamedImage {
            path: workflow.path.clone(),
            place,
            name,
            system: System::Workflow,
            purpose: Purpose::Test,
        }));
    }
    found
}

/// The image of each service that the file does not build.
fn of_compose(root: &Node) -> Vec<&Node> {
    let services = root.get("services").map(Node::entries).unwrap_or_default().iter();
    services
        .filter(|service| service.value.get("build").is_none())
        .filter_map(|service| service.value.get("image"))
        .collect()
}

/// `image` and `services`, of the whole file and of each job (https://docs.gitlab.com/ci/yaml/#image).
fn of_gitlab(root: &Node) -> Vec<&Node> {
    let mut found = Vec::new();
    for owner in std::iter::once(root).chain(root.entries().iter().map(|entry| &entry.value)) {
        let services = owner.get("services").map(Node::items).unwrap_or_default();
        for image in owner.get("image").into_iter().chain(services) {
            found.push(image.get("name").unwrap_or(image));
        }
    }
    found.retain(|node| node.text().is_some());
    found
}
