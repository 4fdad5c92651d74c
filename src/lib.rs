//! Equerre walks a product's repository and grades it against the quality standards of France's *Startups d'État*.
//!
//! ```
//! use std::path::Path;
//!
//! # fn main() -> Result<(), equerre::Error> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path();
//! # std::fs::write(path.join("index.js"), "console.log(1)\n")?;
//! let report = equerre::check(path, &equerre::Options::default())?;
//! println!("{:?} ({:?}/100)", report.grade.letter, report.grade.score);
//! for finding in report.failures() {
//!     println!("{}: {}", finding.rule, report.rule(finding).title.en);
//! }
//! # assert!(report.failures().any(|finding| finding.rule == "missing-licence"));
//! # Ok(())
//! # }
//! ```
//!
//! [`check`] audits a repository, [`product`] several of them together, [`site`] a live site. What they may ask, and in which
//! language they answer, is in [`Options`]; what they found is a [`Report`], whose [`Finding`]s are each the result of a
//! [`Rule`]; [`Report::render`] writes it in any format. The library prints nothing.

// Tests write what they please.
#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod base;
mod check;
mod cli;
mod commands;
mod config;
mod facts;
mod fix;
mod judge;
mod model;
mod read;
mod report;
mod survey;

pub use base::error::Error;
pub use base::location::Location;
pub use base::progress::{Progress, Step as ProgressStep};
pub use base::severity::Severity;
pub use base::text::{Lang, Localized};
pub use check::{Options, Settings, check, product, site};
pub use config::product_file::Repository;
pub use judge::finding::{Finding, Outcome, Standing};
pub use judge::grade::{Grade, Letter, PillarGrade, QuestionGrade};
pub use judge::rule::Rule;
pub use read::source::Note;
pub use report::format::Format;
pub use report::product_report::{AuditedRepository, ProductReport, Step};
pub use report::site_report::SiteReport;
pub use report::{NextStep, Report};

#[doc(hidden)]
pub use commands::run as run_command_line;

/// What our own tests reach beside the public interface. It may change with any release.
#[doc(hidden)]
pub mod internals {
    pub use crate::base::config_file::ConfigFile;
    pub use crate::base::text::{decode, printable};
    pub use crate::base::typography::french;
    pub use crate::check::foreign;
    pub use crate::commands::drawn;
    pub use crate::config::Config;
    pub use crate::facts::{Facts, detectors};
    pub use crate::fix::{LICENCES, fixable};
    pub use crate::judge::rule::engine::evaluate;
    pub use crate::judge::rule::fixtures::{cases, run as run_cases};
    pub use crate::judge::rule::pack::{Embedded, Rules};
    pub use crate::model::lockfile::Lockfiles;
    pub use crate::model::manifest::Manifests;
    pub use crate::model::pipeline::Pipelines;
    pub use crate::model::pipeline::shell::commands as shell_commands;
    pub use crate::model::pipeline::words::meaning as command_meaning;
    pub use crate::read::document::{Node, Syntax};
    pub use crate::read::inline_ignores::inline_ignores;
    pub use crate::read::inventory::comments::{comment_ranges, covers};
    pub use crate::read::inventory::language::LANGUAGES;
    pub use crate::read::inventory::scan::Scanner;
    pub use crate::read::inventory::{Inventory, Options as InventoryOptions};
    pub use crate::read::source::{Listing, Memory, Reader, Source};
    pub use crate::read::syntax::constants_in;
    pub use crate::survey::{ExternalData, Survey, scanner, survey_memory};

    /// The forge and its client.
    pub mod forge {
        pub use crate::model::forge::address::{Address, Forges};
        pub use crate::model::forge::cache::Cache;
        pub use crate::model::forge::client::{Client, Limits, Refusal};
        pub use crate::model::forge::{Conclusion, Forge};
    }

    /// The live site and its client.
    pub mod site {
        pub use crate::model::site::client::Limits;
        pub use crate::model::site::tls::look;
        pub use crate::model::site::{Site, Target};
    }
}
