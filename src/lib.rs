//! Equerre walks a product's repository and grades it against the quality standards of France's *Startups d'État*.
//!
//! Data flows one way: [`source`] (bytes) → [`inventory`] (files) → [`facts`] (what is) → [`rule`] (what should be) →
//! [`grade`] (how well) → [`output`] (who reads).

pub mod audit;
pub mod baseline;
pub mod changed;
pub mod checkout;
pub mod config;
pub mod delivery;
pub mod diff;
pub mod dockerfile;
pub mod document;
pub mod facts;
pub mod finding;
pub mod fingerprint;
pub mod fix;
pub mod forge;
pub mod grade;
pub mod history;
pub mod inventory;
pub mod location;
pub mod lockfile;
pub mod manifest;
mod network;
pub mod output;
mod pattern;
pub mod pipeline;
pub mod product;
pub mod report;
pub mod rule;
mod secret;
pub mod security_txt;
pub mod site;
pub mod source;
pub mod stack;
pub mod support;
pub mod text;
pub mod typography;
pub mod version;
pub mod written;
