//! Continuous integration as one neutral model, whatever the system that runs it: triggers, jobs and what their steps do.

pub(crate) mod follow;
mod job;
pub(crate) mod meaning;
mod parse;
pub(crate) mod shell;
mod tools;
pub(crate) mod words;

use crate::base::location::Location;
use crate::base::path::{is_yaml, name_of};
use crate::base::text::Localized;
use crate::model::manifest::Manifests;
use crate::model::workflow::is_workflow;
use crate::read::document::Node;
use crate::read::inventory::Inventory;
use crate::read::inventory::role::Role;

use follow::{Resolver, resolver};
pub(crate) use job::{Action, Activity, Job, Pipeline, Trigger};
use parse::{circle, github, gitlab, travis};

/// Every pipeline of a repository.
#[derive(Debug, Default)]
pub struct Pipelines {
    /// Those that could be read.
    pub all: Vec<Pipeline>,
    /// Systems found, with the file that shows each.
    pub systems: Vec<(&'static str, Location)>,
    /// Systems whose language is not read, and files that could not be read: path and reason.
    pub unread: Vec<(String, Localized)>,
    /// Of those, the files that their own system could not read either.
    pub broken: Vec<Location>,
}

/// Files of systems that are named but not read.
const UNREAD_SYSTEMS: &[(&str, &str)] = &[
    ("Jenkinsfile", "jenkins"),
    ("azure-pipelines.yml", "azure-pipelines"),
    (".drone.yml", "drone"),
    (".woodpecker.yml", "woodpecker"),
    (".woodpecker.yaml", "woodpecker"),
];

/// Whether a file is one that the pipeline of a GitLab repository includes: `.gitlab/tests.yml`, `api/.gitlab-ci.yml`.
fn is_gitlab_part(path: &str) -> bool {
    let of_gitlab = name_of(path).starts_with(".gitlab-c")
        || path.starts_with(".gitlab-ci/")
        || path.starts_with(".gitlab/") && !path.contains("_templates/");
    of_gitlab && is_yaml(path)
}

impl Pipelines {
    /// Reads every pipeline.
    pub fn read(inventory: &Inventory, manifests: &Manifests) -> Self {
        let resolver = resolver(inventory, manifests);
        let mut pipelines = Self::default();
        for file in inventory.files() {
            if matches!(file.role, Role::Vendored | Role::Example) {
                continue;
            }
            let path = file.path.as_str();
            let read: fn(&Resolver<'_>, &str, &Node) -> Vec<Pipeline> = match path {
                _ if is_workflow(path) => github::read,
                ".gitlab-ci.yml" | ".gitlab-ci.yaml" => gitlab::read,
                ".circleci/config.yml" | ".circleci/config.yaml" => circle::read,
                ".travis.yml" => travis::read,
                _ => {
                    let unread = UNREAD_SYSTEMS.iter().find(|(name, _)| {
                        path == *name || path.strip_prefix(".woodpecker/").is_some() && *name == ".woodpecker.yml"
                    });
                    if let Some((_, system)) = unread {
                        pipelines.found(system, Location::file(path));
                        pipelines.unread.push((
                            path.to_owned(),
                            Localized::new(
                                format!("{system} files are not read yet"),
                                format!("les fichiers de {system} ne sont pas encore lus"),
                            ),
                        ));
                    }
                    continue;
                }
            };
            let Some(document) = inventory.document(path) else {
                continue;
            };
            match document.as_ref() {
                Ok(root) => {
                    for pipeline in read(&resolver, path, root) {
                        pipelines.found(pipeline.system, Location::file(path));
                        pipelines.all.push(pipeline);
                    }
                }
                Err(error) => {
                    // There is a pipeline, even if it cannot be read.
                    let system = match path {
                        _ if path.starts_with(".github/") => "github-actions",
                        _ if is_workflow(path) => "forgejo-actions",
                        ".travis.yml" => "travis",
                        _ if path.starts_with(".circleci/") => "circleci",
                        _ => "gitlab-ci",
                    };
                    pipelines.found(system, Location::line(path, error.line));
                    pipelines.broken.push(Location::line(path, error.line).noted(error.message.clone()));
                    pipelines.unread.push((path.to_owned(), Localized::foreign(error.message.clone())));
                }
            }
        }
        if pipelines.systems.is_empty()
            && let Some(file) = inventory.own_files().find(|file| is_gitlab_part(&file.path))
        {
            let reason = Localized::new(
                "it is a part of a GitLab pipeline, and the file that joins the parts is not published",
                "c'est un morceau d'un pipeline GitLab, et le fichier qui les réunit n'est pas publié",
            );
            pipelines.unread.push((file.path.clone(), reason));
        }
        pipelines
    }

    fn found(&mut self, system: &'static str, place: Location) {
        if !self.systems.iter().any(|(known, _)| *known == system) {
            self.systems.push((system, place));
        }
    }

    /// Every action of every job, with its pipeline and job.
    pub fn actions(&self) -> impl Iterator<Item = (&Pipeline, &Job, &Action)> {
        self.all.iter().flat_map(|pipeline| {
            pipeline.jobs.iter().flat_map(move |job| job.actions.iter().map(move |action| (pipeline, job, action)))
        })
    }

    /// The pipeline of a name or file name, as `workflow_run` designates it.
    pub fn named(&self, name: &str) -> Option<&Pipeline> {
        self.all
            .iter()
            .find(|pipeline| pipeline.name == name)
            .or_else(|| self.all.iter().find(|pipeline| name_of(&pipeline.path) == name))
    }

    /// What pipelines call that cannot be followed from here: the workflows of other repositories.
    pub fn elsewhere(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .all
            .iter()
            .flat_map(|pipeline| &pipeline.jobs)
            .flat_map(|job| job.elsewhere.iter().map(String::as_str))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
