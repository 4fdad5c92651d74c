//! The REST API of GitLab (docs.gitlab.com/api), version 4.

use serde::Deserialize;

use super::client::Client;
use crate::base::text::{Localized, escaped_segment};
use crate::model::forge::answers::{Conclusion, Deployment, Forge, Known, Protection, Release, Repository, Run};
use crate::model::forge::asking::{list, not_before, one, seconds, timestamp};
use crate::read::history::WEEK;

#[derive(Deserialize)]
struct RawProject {
    visibility: Option<String>,
    #[serde(default)]
    archived: bool,
    default_branch: Option<String>,
    only_allow_merge_if_pipeline_succeeds: Option<bool>,
    approvals_before_merge: Option<u32>,
}

#[derive(Deserialize)]
struct RawDeployment {
    sha: String,
    status: String,
    created_at: String,
    updated_at: Option<String>,
    environment: RawEnvironment,
}

#[derive(Deserialize)]
struct RawEnvironment {
    name: String,
    tier: Option<String>,
}

#[derive(Deserialize)]
struct RawRelease {
    tag_name: String,
    released_at: String,
    #[serde(default)]
    upcoming_release: bool,
}

#[derive(Deserialize)]
struct RawPipeline {
    status: String,
    created_at: String,
    source: Option<String>,
}

#[derive(Deserialize)]
struct RawBranch {
    protected: bool,
}

pub(super) fn ask(client: &Client, since: i64, as_of: i64) -> Forge {
    let base = format!("/projects/{}", escaped_segment(&client.address.path));
    let mut forge = Forge::of(client);
    let project: Known<RawProject> = one(client, &base);
    forge.repository = match &project {
        Ok(raw) => raw.default_branch.clone().map_or_else(
            || Err(Localized::new("the project has no branch", "le projet n'a pas de branche")),
            |default_branch| {
                // Without a token, what can be read at all is public.
                let public = raw.visibility.as_deref().is_none_or(|visibility| visibility == "public");
                Ok(Repository { public, archived: raw.archived, default_branch })
            },
        ),
        Err(reason) => Err(reason.clone()),
    };
    let deployments: Known<Vec<RawDeployment>> = list(
        client,
        &format!("{base}/deployments?order_by=created_at&sort=desc&per_page=100"),
        |raw: &RawDeployment| not_before(&raw.created_at, since),
        &mut forge.cut,
    );
    forge.deployments = deployments
        .map(|all| all.into_iter().filter_map(deployment).filter(|deployment| deployment.time >= since).collect());
    let wanted = |raw: &RawRelease| not_before(&raw.released_at, since);
    let releases: Known<Vec<RawRelease>> =
        list(client, &format!("{base}/releases?per_page=100"), wanted, &mut forge.cut);
    forge.releases = releases.map(|releases| {
        releases
            .into_iter()
            .filter(|release| !release.upcoming_release)
            .filter_map(|release| {
                Some(Release { time: seconds(&release.released_at)?, tag: release.tag_name, prerelease: false })
            })
            .filter(|release| release.time >= since)
            .collect()
    });
    match &forge.repository {
        Ok(repository) => {
            let branch = repository.default_branch.clone();
            let path = format!(
                "{base}/pipelines?ref={}&updated_after={}&per_page=100",
                escaped_segment(&branch),
                escaped_segment(&timestamp(as_of - 13 * WEEK))
            );
            let runs: Known<Vec<RawPipeline>> = list(client, &path, |_: &RawPipeline| true, &mut forge.cut);
            forge.runs = runs.map(|runs| runs.into_iter().filter_map(run).collect());
            let found: Known<RawBranch> =
                one(client, &format!("{base}/repository/branches/{}", escaped_segment(&branch)));
            let settings = project.ok();
            forge.protection = found.map(|found| Protection {
                branch,
                protected: found.protected,
                checks: settings.as_ref().and_then(|project| project.only_allow_merge_if_pipeline_succeeds),
                required: Vec::new(),
                approvals: settings.as_ref().and_then(|project| project.approvals_before_merge),
            });
        }
        Err(reason) => {
            forge.runs = Err(reason.clone());
            forge.protection = Err(reason.clone());
        }
    }
    forge
}

fn deployment(raw: RawDeployment) -> Option<Deployment> {
    let outcome = match raw.status.as_str() {
        "success" => Conclusion::Succeeded,
        "failed" => Conclusion::Failed,
        _ => Conclusion::Unknown,
    };
    let ended = raw.updated_at.as_deref().filter(|_| outcome != Conclusion::Unknown).and_then(seconds);
    Some(Deployment {
        commit: raw.sha,
        production: raw.environment.tier.map(|tier| tier == "production"),
        environment: raw.environment.name,
        time: ended.or_else(|| seconds(&raw.created_at))?,
        outcome,
    })
}

fn run(raw: RawPipeline) -> Option<Run> {
    let passed = match raw.status.as_str() {
        "success" => Some(true),
        "failed" => Some(false),
        _ => None,
    };
    Some(Run { name: raw.source.unwrap_or_default(), time: seconds(&raw.created_at)?, passed })
}
