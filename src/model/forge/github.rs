//! The REST API of GitHub (docs.github.com/rest, version 2022-11-28).

use crate::base::text::escaped_segment;
use serde::Deserialize;

use super::client::Client;
use crate::model::forge::answers::{Conclusion, Deployment, Forge, Known, Protection, Repository, Run};
use crate::model::forge::asking::{list, not_before, one, published, seconds, timestamp};
use crate::read::history::WEEK;

/// How many deployments are asked how they ended: each costs a request.
const STATUSES: usize = 120;

#[derive(Deserialize)]
struct RawRepository {
    private: bool,
    #[serde(default)]
    archived: bool,
    default_branch: String,
}

#[derive(Deserialize)]
struct RawDeployment {
    id: u64,
    sha: String,
    environment: String,
    created_at: String,
    #[serde(default)]
    production_environment: bool,
}

#[derive(Deserialize)]
struct RawStatus {
    state: String,
    created_at: String,
}

#[derive(Deserialize)]
struct RawRun {
    name: Option<String>,
    created_at: String,
    conclusion: Option<String>,
}

#[derive(Deserialize)]
struct RawBranch {
    protected: bool,
    protection: Option<RawProtection>,
}

#[derive(Deserialize)]
struct RawProtection {
    required_status_checks: Option<RawChecks>,
}

#[derive(Deserialize)]
struct RawChecks {
    #[serde(default)]
    contexts: Vec<String>,
    enforcement_level: Option<String>,
}

#[derive(Deserialize)]
struct RawRule {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: serde_json::Value,
}

pub(super) fn ask(client: &Client, since: i64, as_of: i64) -> Forge {
    let base = format!("/repos/{}", client.address.path);
    let mut forge = Forge::of(client);
    forge.repository = one::<RawRepository>(client, &base).map(|raw| Repository {
        public: !raw.private,
        archived: raw.archived,
        default_branch: raw.default_branch,
    });
    forge.deployments = deployments(client, &base, since, as_of, &mut forge.cut);
    forge.releases = published(client, &format!("{base}/releases?per_page=100"), since, &mut forge.cut);
    match &forge.repository {
        Ok(repository) => {
            let branch = repository.default_branch.clone();
            let path = format!(
                "{base}/actions/runs?branch={}&created=%3E%3D{}&per_page=100",
                escaped_segment(&branch),
                escaped_segment(&timestamp(as_of - 13 * WEEK))
            );
            let runs: Known<Vec<RawRun>> = list(client, &path, |_: &RawRun| true, &mut forge.cut);
            forge.runs = runs.map(|runs| runs.into_iter().filter_map(run).collect());
            forge.protection = protection(client, &base, &branch);
        }
        Err(reason) => {
            forge.runs = Err(reason.clone());
            forge.protection = Err(reason.clone());
        }
    }
    forge
}

fn deployments(
    client: &Client,
    base: &str,
    since: i64,
    as_of: i64,
    cut: &mut Vec<crate::base::text::Localized>,
) -> Known<Vec<Deployment>> {
    let wanted = |raw: &RawDeployment| not_before(&raw.created_at, since);
    let raw: Vec<RawDeployment> = list(client, &format!("{base}/deployments?per_page=100"), wanted, cut)?;
    let known: Vec<(RawDeployment, i64)> = raw
        .into_iter()
        .filter_map(|raw| seconds(&raw.created_at).filter(|time| *time >= since).map(|time| (raw, time)))
        .collect();
    // How each ended is asked of the last 13 weeks: that is where failures are counted.
    let asked = known.iter().take(STATUSES).take_while(|(_, created)| *created >= as_of - 13 * WEEK).count();
    let ends = ends(client, base, known.iter().take(asked).map(|(raw, _)| raw.id).collect());
    let ends = ends.into_iter().chain(std::iter::repeat((Conclusion::Unknown, None)));
    let deployment =
        |((raw, created), (outcome, ended)): ((RawDeployment, i64), (Conclusion, Option<i64>))| Deployment {
            commit: raw.sha,
            production: raw.production_environment.then_some(true),
            environment: raw.environment,
            time: ended.unwrap_or(created),
            outcome,
        };
    Ok(known.into_iter().zip(ends).map(deployment).collect())
}

/// How many deployments are asked at once how they ended.
const AT_ONCE: usize = 4;

/// How deployments ended, in their order. Threads of their own wait for the forge: those of the pool read the files.
fn ends(client: &Client, base: &str, ids: Vec<u64>) -> Vec<(Conclusion, Option<i64>)> {
    let end = |id: &u64| statuses(client, base, *id).map_or((Conclusion::Unknown, None), |statuses| ended(&statuses));
    let share = ids.len().div_ceil(AT_ONCE).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            ids.chunks(share).map(|ids| scope.spawn(move || ids.iter().map(end).collect::<Vec<_>>())).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn statuses(client: &Client, base: &str, id: u64) -> Known<Vec<RawStatus>> {
    let path = format!("{base}/deployments/{id}/statuses?per_page=30");
    one(client, &path)
}

/// How a deployment ended, and when: a success counts even when it is later marked inactive.
fn ended(statuses: &[RawStatus]) -> (Conclusion, Option<i64>) {
    let last = |states: &[&str]| statuses.iter().find(|status| states.contains(&status.state.as_str()));
    if let Some(status) = last(&["success"]) {
        return (Conclusion::Succeeded, seconds(&status.created_at));
    }
    if let Some(status) = last(&["failure", "error"]) {
        return (Conclusion::Failed, seconds(&status.created_at));
    }
    // Replaced by a later one: it had been there.
    match last(&["inactive"]) {
        Some(_) => (Conclusion::Succeeded, None),
        None => (Conclusion::Unknown, None),
    }
}

fn run(raw: RawRun) -> Option<Run> {
    let passed = match raw.conclusion.as_deref() {
        Some("success" | "neutral") => Some(true),
        Some("failure" | "timed_out" | "startup_failure") => Some(false),
        _ => None,
    };
    Some(Run { name: raw.name.unwrap_or_default(), time: seconds(&raw.created_at)?, passed })
}

/// Classic protection as every reader sees it, and the rulesets, which are public.
fn protection(client: &Client, base: &str, branch: &str) -> Known<Protection> {
    let name = escaped_segment(branch);
    let classic: RawBranch = one(client, &format!("{base}/branches/{name}"))?;
    let rules: Vec<RawRule> = one(client, &format!("{base}/rules/branches/{name}")).unwrap_or_default();
    let classic_checks = classic
        .protection
        .and_then(|protection| protection.required_status_checks)
        .filter(|checks| checks.enforcement_level.as_deref() != Some("off"));
    let mut required = classic_checks.map(|checks| checks.contexts).unwrap_or_default();
    let mut approvals = None;
    for rule in &rules {
        if rule.kind == "required_status_checks" {
            let checks = rule.parameters.get("required_status_checks").and_then(|checks| checks.as_array());
            let contexts = checks.into_iter().flatten().filter_map(|check| check.get("context")?.as_str());
            required.extend(contexts.map(str::to_owned));
        }
        if rule.kind == "pull_request" {
            let count = rule.parameters.get("required_approving_review_count").and_then(serde_json::Value::as_u64);
            approvals = approvals.max(count.and_then(|count| u32::try_from(count).ok()));
        }
    }
    required.sort();
    required.dedup();
    Ok(Protection {
        branch: branch.to_owned(),
        protected: classic.protected || !rules.is_empty(),
        checks: Some(!required.is_empty()),
        required,
        approvals,
    })
}
