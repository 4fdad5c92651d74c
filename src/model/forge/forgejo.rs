//! The API of Forgejo and Gitea (`/api/v1`), which has no deployments.

use serde::Deserialize;

use super::client::Client;
use crate::base::text::{Localized, escaped_segment};
use crate::model::forge::answers::{Forge, Known, Protection, Repository, Run};
use crate::model::forge::asking::{list, not_before, one, published, seconds};
use crate::read::history::WEEK;

#[derive(Deserialize)]
struct RawRepository {
    private: bool,
    #[serde(default)]
    internal: bool,
    #[serde(default)]
    archived: bool,
    default_branch: String,
}

#[derive(Deserialize)]
struct RawTask {
    name: String,
    status: String,
    head_branch: Option<String>,
    created_at: String,
}

#[derive(Deserialize)]
struct RawBranch {
    protected: bool,
    enable_status_check: Option<bool>,
    #[serde(default)]
    status_check_contexts: Option<Vec<String>>,
    required_approvals: Option<u32>,
}

pub(super) fn ask(client: &Client, since: i64, as_of: i64) -> Forge {
    let base = format!("/repos/{}", client.address.path);
    let mut forge = Forge::of(client);
    forge.repository = one::<RawRepository>(client, &base).map(|raw| Repository {
        public: !raw.private && !raw.internal,
        archived: raw.archived,
        default_branch: raw.default_branch,
    });
    forge.deployments = Err(Localized::new(
        format!("{} runs Forgejo, which records no deployments", forge.host),
        format!("{} utilise Forgejo, qui n'enregistre pas les déploiements", forge.host),
    ));
    forge.releases = published(client, &format!("{base}/releases?limit=50&draft=false"), since, &mut forge.cut);
    match &forge.repository {
        Ok(repository) => {
            let branch = repository.default_branch.clone();
            let recent = as_of - 13 * WEEK;
            let tasks: Known<Vec<RawTask>> = list(
                client,
                &format!("{base}/actions/tasks?limit=50"),
                |raw: &RawTask| not_before(&raw.created_at, recent),
                &mut forge.cut,
            );
            forge.runs = tasks.map(|tasks| {
                let of_branch = tasks.into_iter().filter(|task| task.head_branch.as_deref() == Some(branch.as_str()));
                of_branch.filter_map(run).filter(|run| run.time >= recent).collect()
            });
            let found: Known<RawBranch> = one(client, &format!("{base}/branches/{}", escaped_segment(&branch)));
            forge.protection = found.map(|found| Protection {
                branch,
                protected: found.protected,
                checks: found.enable_status_check,
                required: found.status_check_contexts.unwrap_or_default(),
                approvals: found.required_approvals,
            });
        }
        Err(reason) => {
            forge.runs = Err(reason.clone());
            forge.protection = Err(reason.clone());
        }
    }
    forge
}

fn run(raw: RawTask) -> Option<Run> {
    let passed = match raw.status.as_str() {
        "success" => Some(true),
        "failure" => Some(false),
        _ => None,
    };
    Some(Run { name: raw.name, time: seconds(&raw.created_at)?, passed })
}
