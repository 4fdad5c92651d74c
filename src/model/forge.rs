//! What the forge knows and git does not: deployments, releases, runs, protection. Asked only with `--online`.

pub(crate) mod address;
mod answers;
mod asking;
pub(crate) mod cache;
pub(crate) mod client;
pub(crate) mod fixture;
mod forgejo;
mod github;
mod gitlab;
mod list_page;
pub(crate) mod pages;

use crate::read::history::{WEEK, WINDOW_WEEKS};

use address::Software;
pub(crate) use answers::Deployment;
pub(crate) use answers::Known;
pub use answers::{Conclusion, Forge};
use client::Client;

impl Forge {
    /// Asks a forge everything that the audit can use. What it refuses is an answer of its own.
    pub fn ask(client: &Client, as_of: i64) -> Self {
        let since = as_of - WINDOW_WEEKS * WEEK;
        let asked = match client.address.software {
            Software::GitHub => github::ask(client, since, as_of),
            Software::GitLab => gitlab::ask(client, since, as_of),
            Software::Forgejo => forgejo::ask(client, since, as_of),
        };
        Self { rate: client.rate(), ..asked }
    }
}
