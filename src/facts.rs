//! What is true of a repository, each with its evidence. Facts judge nothing.

mod activity;
mod backing_services;
mod bots;
mod ci;
mod commands;
mod conventions;
mod delivery;
mod deploy;
mod detector;
mod docs;
mod ended_images;
mod enforcement;
mod environment;
mod fact;
mod forge;
mod front;
mod headers;
mod license;
mod live_site;
mod lockfile_drift;
mod lockfiles;
mod operations;
mod policies;
mod product_pages;
mod readme;
mod secrets;
mod shared;
mod stack;
#[cfg(test)]
mod testing;
mod tests;
mod tls;
mod typescript;
mod upkeep;
mod versions;

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::model::{pages, routes, services};
use crate::read::inventory::probe::Probe;

pub(crate) use detector::{Detector, Repo, Shared};
pub(crate) use enforcement::checks;
pub(crate) use fact::{Answer, Fact, Kind, Value};
pub(crate) use shared::Level;
#[cfg(test)]
pub(crate) use testing::{fact_of, names_of};

/// Every detector.
pub fn detectors() -> impl Iterator<Item = &'static Detector> {
    [
        license::ALL,
        readme::ALL,
        commands::ALL,
        stack::ALL,
        front::ALL,
        tests::ALL,
        ci::ALL,
        deploy::ALL,
        delivery::ALL,
        conventions::ALL,
        enforcement::ALL,
        lockfiles::ALL,
        typescript::ALL,
        versions::ALL,
        ended_images::ALL,
        lockfile_drift::ALL,
        bots::ALL,
        operations::ALL,
        headers::ALL,
        policies::ALL,
        environment::ALL,
        backing_services::ALL,
        secrets::ALL,
        tls::ALL,
        docs::ALL,
        product_pages::ALL,
        activity::ALL,
        upkeep::ALL,
        forge::ALL,
        live_site::ALL,
    ]
    .into_iter()
    .flatten()
}

/// The detector of a name.
pub(crate) fn detector(id: &str) -> Option<&'static Detector> {
    detectors().find(|detector| detector.id == id)
}

/// What the detectors ask of every text.
pub(crate) fn probes() -> Vec<Probe> {
    [
        conventions::probes(),
        docs::probes(),
        environment::probes(),
        backing_services::probes(),
        headers::probes(),
        policies::probes(),
        operations::probes(),
        product_pages::probes(),
        secrets::probes(),
        stack::probes(),
        tests::probes(),
        tls::probes(),
        pages::probes(),
        routes::probes(),
        services::probes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every fact of a repository, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts(pub BTreeMap<&'static str, Fact>);

impl Facts {
    /// Asks every detector.
    pub fn collect(repo: &Repo<'_>) -> Self {
        let all: Vec<&Detector> = detectors().collect();
        Self(all.into_par_iter().map(|detector| (detector.id, (detector.detect)(repo))).collect())
    }

    /// The fact of a name.
    pub fn get(&self, id: &str) -> Option<&Fact> {
        self.0.get(id)
    }
}
