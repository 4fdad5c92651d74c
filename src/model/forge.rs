//! What the forge knows and git does not: deployments, releases, runs, protection. Asked only with `--online`.

pub(crate) mod address;
pub(crate) mod cache;
pub(crate) mod client;
mod forgejo;
mod github;
mod gitlab;
pub(crate) mod pages;
pub(crate) mod written;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::base::text::Localized;
use crate::read::history::{WEEK, WINDOW_WEEKS};

use address::Software;
use client::{Client, Pages, Rate, Refusal};

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
    /// Its deployments over the last [`WINDOW_WEEKS`] weeks, newest first.
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
pub enum Outcome {
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
    pub outcome: Outcome,
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

    fn of(client: &Client) -> Self {
        let unasked = Localized::new("it was not asked", "cela n'a pas été demandé");
        Self::silent(&client.address.host, &client.address.page(), &unasked)
    }

    /// Whether the repository is archived, as far as is known.
    pub fn is_archived(&self) -> bool {
        self.repository.as_ref().is_ok_and(|repository| repository.archived)
    }
}

/// A refusal as the reason that is reported.
fn explained<T>(client: &Client, asked: Result<T, Refusal>) -> Known<T> {
    asked.map_err(|refusal| refusal.explain(&client.address))
}

/// One typed answer.
fn one<T: DeserializeOwned>(client: &Client, path: &str) -> Known<T> {
    explained(client, client.get(path).and_then(typed))
}

/// A typed list as long as its items are not older than a date; what cuts it is noted.
fn list<T: DeserializeOwned>(
    client: &Client,
    path: &str,
    wanted: impl Fn(&Value) -> bool,
    cut: &mut Vec<Localized>,
) -> Known<Vec<T>> {
    explained(client, client.list(path, wanted)).and_then(|Pages { items, cut: refusal }| {
        if let Some(refusal) = refusal {
            cut.push(refusal.explain(&client.address));
        }
        explained(client, items.into_iter().map(typed).collect())
    })
}

fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_json::from_value(value).map_err(|error| Refusal::Malformed(error.to_string()))
}

/// A release as GitHub, Forgejo and Gitea give it.
#[derive(Deserialize)]
struct RawRelease {
    tag_name: String,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    prerelease: bool,
    published_at: Option<String>,
}

/// The releases that are published since a date.
fn published(client: &Client, path: &str, since: i64, cut: &mut Vec<Localized>) -> Known<Vec<Release>> {
    let releases: Vec<RawRelease> = list(client, path, not_before("created_at", since), cut)?;
    let published = releases.into_iter().filter(|release| !release.draft).filter_map(|release| {
        let time = seconds(release.published_at.as_deref()?)?;
        Some(Release { tag: release.tag_name, time, prerelease: release.prerelease })
    });
    Ok(published.filter(|release| release.time >= since).collect())
}

/// A date of an API, in seconds since 1970.
fn seconds(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

/// A date as APIs take it.
fn timestamp(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.to_string())
}

/// Whether the date under a key of an item is not before a time.
fn not_before(key: &'static str, since: i64) -> impl Fn(&Value) -> bool {
    move |item| item.get(key).and_then(Value::as_str).and_then(seconds).is_none_or(|time| time >= since)
}
