//! Asking the API of a forge, and reading what it answers.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::base::text::Localized;
use crate::model::forge::answers::{Known, Release};
use crate::model::forge::client::{Client, Pages, Refusal};

/// A refusal as the reason that is reported.
pub(crate) fn explained<T>(client: &Client, asked: Result<T, Refusal>) -> Known<T> {
    asked.map_err(|refusal| refusal.explain(&client.address))
}

/// One typed answer.
pub(crate) fn one<T: DeserializeOwned>(client: &Client, path: &str) -> Known<T> {
    explained(client, client.one(path))
}

/// A typed list as long as its items are not older than a date; what cuts it is noted.
pub(crate) fn list<T: DeserializeOwned>(
    client: &Client,
    path: &str,
    wanted: impl Fn(&T) -> bool,
    cut: &mut Vec<Localized>,
) -> Known<Vec<T>> {
    explained(client, client.list(path, wanted)).map(|Pages { items, cut: refusal }| {
        cut.extend(refusal.map(|refusal| refusal.explain(&client.address)));
        items
    })
}

/// A release as GitHub, Forgejo and Gitea give it.
#[derive(Deserialize)]
pub(crate) struct RawRelease {
    pub(super) tag_name: String,
    #[serde(default)]
    pub(super) draft: bool,
    #[serde(default)]
    pub(super) prerelease: bool,
    pub(super) published_at: Option<String>,
    created_at: Option<String>,
}

/// The releases that are published since a date.
pub(crate) fn published(client: &Client, path: &str, since: i64, cut: &mut Vec<Localized>) -> Known<Vec<Release>> {
    let wanted = |release: &RawRelease| release.created_at.as_deref().is_none_or(|date| not_before(date, since));
    let releases: Vec<RawRelease> = list(client, path, wanted, cut)?;
    let published = releases.into_iter().filter(|release| !release.draft).filter_map(|release| {
        let time = seconds(release.published_at.as_deref()?)?;
        Some(Release { tag: release.tag_name, time, prerelease: release.prerelease })
    });
    Ok(published.filter(|release| release.time >= since).collect())
}

/// A date of an API, in seconds since 1970.
pub(crate) fn seconds(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

/// A date as APIs take it.
pub(crate) fn timestamp(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.to_string())
}

/// Whether a date of an API is not before a time; what is no date is not.
pub(crate) fn not_before(date: &str, since: i64) -> bool {
    seconds(date).is_none_or(|time| time >= since)
}
