//! What a forge answers, whatever its software.

use crate::base::text::Localized;
use crate::model::forge::client::{Client, Rate};

/// An answer, or why there is none.
pub(crate) type Known<T> = Result<T, Localized>;

/// Everything that was asked of a forge.
#[derive(Debug, Clone)]
pub struct Forge {
    /// Its host.
    pub host: String,
    /// The page of the repository.
    pub page: String,
    /// The repository itself.
    pub repository: Known<Repository>,
    /// Its deployments over a year (53 weeks), newest first.
    pub deployments: Known<Vec<Deployment>>,
    /// Its releases over the same time, newest first; drafts left out.
    pub releases: Known<Vec<Release>>,
    /// The runs of its pipelines on the default branch over the last 13 weeks, newest first.
    pub runs: Known<Vec<Run>>,
    /// How its default branch is protected.
    pub protection: Known<Protection>,
    /// Lists that stop before their end, and why.
    pub cut: Vec<Localized>,
    /// What is left of the requests that the forge grants.
    pub rate: Option<Rate>,
}

/// The repository as its forge shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Whether anyone can read it.
    pub public: bool,
    /// Whether it is closed to changes.
    pub archived: bool,
    /// The branch that a visitor sees.
    pub default_branch: String,
}

/// How a deployment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// It succeeded.
    Succeeded,
    /// It failed.
    Failed,
    /// It is under way, was cancelled, or nothing says how it ended.
    Unknown,
}

/// A deployment that the forge recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deployment {
    /// The commit that was deployed, in full.
    pub commit: String,
    /// Where to: `production`, `staging`.
    pub environment: String,
    /// Whether the forge itself says that it is production.
    pub production: Option<bool>,
    /// When it ended, else when it began, in seconds since 1970.
    pub time: i64,
    /// How it ended.
    pub outcome: Conclusion,
}

/// A release that the forge shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its tag.
    pub tag: String,
    /// When it was published, in seconds since 1970.
    pub time: i64,
    /// Whether it is announced as not final.
    pub prerelease: bool,
}

/// A run of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The name of the pipeline.
    pub name: String,
    /// When it began, in seconds since 1970.
    pub time: i64,
    /// Whether it passed; nothing for a run that was cancelled or is under way.
    pub passed: Option<bool>,
}

/// How a branch is protected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Protection {
    /// The branch.
    pub branch: String,
    /// Whether pushes to it are restricted at all.
    pub protected: bool,
    /// Whether checks must have passed before a merge; nothing where the forge does not show it.
    pub checks: Option<bool>,
    /// The checks that are required, where the forge names them.
    pub required: Vec<String>,
    /// How many people must approve before a merge; nothing where the forge does not show it.
    pub approvals: Option<u32>,
}

impl Forge {
    /// A forge that answers nothing, for one reason.
    pub fn silent(host: &str, page: &str, reason: &Localized) -> Self {
        let no = || reason.clone();
        Self {
            host: host.to_owned(),
            page: page.to_owned(),
            repository: Err(no()),
            deployments: Err(no()),
            releases: Err(no()),
            runs: Err(no()),
            protection: Err(no()),
            cut: Vec::new(),
            rate: None,
        }
    }

    pub(super) fn of(client: &Client) -> Self {
        let unasked = Localized::new("it was not asked", "cela n'a pas été demandé");
        Self::silent(&client.address.host, &client.address.page(), &unasked)
    }

    /// Whether the repository is archived, as far as is known.
    pub fn is_archived(&self) -> bool {
        self.repository.as_ref().is_ok_and(|repository| repository.archived)
    }
}
