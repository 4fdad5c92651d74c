//! Facts of files in memory, for tests.

use std::sync::Arc;

use crate::model::delivery::Measures;
use crate::model::images::Images;
use crate::model::lockfile::Lockfiles;
use crate::model::manifest::Manifests;
use crate::model::pages::Pages;
use crate::model::pipeline::Pipelines;
use crate::model::routes::Routes;
use crate::model::services::{self, Services};
use crate::model::stack::Stack;
use crate::model::workflow::Workflows;
use crate::read::history::NoHistory;
use crate::read::inventory::scan::Scanner;
use crate::read::inventory::{Inventory, Options};
use crate::read::source::Memory;

use super::detector::{Repo, Shared};
use super::fact::Fact;
use super::{detector, probes};

impl Inventory {
    /// An inventory of files in memory, asked every probe that the detectors have.
    pub(crate) fn of<P: Into<String>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let scanner = Scanner::new(probes()).expect("the built-in probes compile");
        Self::take(Box::new(Memory::new(files)), Options { scanner: Arc::new(scanner), ..Default::default() })
    }
}

pub(crate) fn fact_of(files: &[(&str, &str)], id: &str) -> Fact {
    let inventory = Inventory::of(files.iter().map(|(path, text)| (*path, *text)));
    let manifests = Manifests::read(&inventory);
    let pipelines = Pipelines::read(&inventory, &manifests);
    let lockfiles = Lockfiles::read(&inventory);
    let stack = Stack::read(&inventory, &manifests, &lockfiles);
    let services = Services::read(
        &services::Sources { inventory: &inventory, manifests: &manifests, stack: &stack, pipelines: &pipelines },
        &[],
    );
    let routes = Routes::read(&inventory, &stack);
    let no_git = NoHistory::NoGit.explain();
    let repo = Repo {
        inventory: &inventory,
        manifests: &manifests,
        lockfiles: &lockfiles,
        stack: &stack,
        pages: &Pages::read(&inventory, &stack, &manifests, &routes, &services),
        pipelines: &pipelines,
        images: &Images::read(&inventory, &Workflows::read(&inventory)),
        services: &services,
        history: Err(NoHistory::NoGit),
        forge: None,
        site: None,
        delivery: Err(&no_git),
        measures: &Measures::unknown(&no_git),
        as_of: 1_800_000_000,
        shared: Shared::default(),
    };
    let detector = detector(id).expect("the fact exists");
    (detector.detect)(&repo)
}

pub(crate) fn names_of(files: &[(&str, &str)], id: &str) -> Vec<String> {
    fact_of(files, id).names().to_vec()
}
