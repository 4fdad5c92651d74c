//! How often and how well the product is deployed: the calendar, and the four DORA metrics computed from it.
//!
//! Sources, the most reliable first: the deployments that the forge records, a pipeline that deploys each push, a branch that is
//! deployed, the releases. Each figure says how it was computed and how sure it is.

mod deployment;
mod measures;
pub(crate) mod route;

use crate::base::path::name_of;
use crate::base::pattern::lean;
use crate::base::text::{Localized, short_commit};
use crate::model::forge::Conclusion;
use crate::model::pipeline::{Activity, Pipelines, Trigger};
use crate::read::history::{Commit, History, NoHistory, Tag, WINDOW_WEEKS};

pub(crate) use deployment::{Delivery, Deployment, Settings, Signal, Sources, WEEKS, is_production};
pub(crate) use measures::{Band, Measure, Measures, Unit};

impl Delivery {
    /// The deployments, as the surest source shows them.
    ///
    /// # Errors
    /// Why nothing shows them.
    pub fn find(sources: &Sources<'_>) -> Result<Self, Localized> {
        if let Some(found) = of_forge(sources)? {
            return Ok(found.with_repairs(sources));
        }
        let history = sources.history.map_err(NoHistory::explain)?;
        if history.shallow {
            return Err(Localized::new(
                "the clone is shallow: deployments cannot be counted; `git fetch --unshallow` brings the rest",
                "le clone est partiel (shallow) : les mises en production ne peuvent pas être comptées ; `git fetch --unshallow` apporte le reste",
            ));
        }
        of_main_line(sources, history)
            .or_else(|| of_cut_releases(sources, history))
            .or_else(|| of_branch(sources, history))
            .or_else(|| of_releases(sources))
            .or_else(|| of_tags(sources, history))
            .map(|found| found.with_repairs(sources))
            .ok_or_else(|| {
                Localized::new(
                    "nothing shows the deployments: no deployment on push, no deployment branch, not enough release tags; the platform may deploy by itself, which `--online` or `delivery:` in `.equerre.yml` can show",
                    "rien ne montre les mises en production : pas de déploiement à chaque push, pas de branche de déploiement, pas assez de tags de version ; la plateforme déploie peut-être d'elle-même, ce que `--online` ou `delivery:` dans `.equerre.yml` peuvent dire",
                )
            })
    }

    /// Marks the deployments that bring a hotfix or a revert of the main line.
    fn with_repairs(mut self, sources: &Sources<'_>) -> Self {
        let repairs: Vec<i64> = sources
            .history
            .iter()
            .flat_map(|history| &history.main_line)
            .filter(|commit| is_repair(&commit.subject))
            .map(|commit| commit.time)
            .collect();
        let contents: Vec<i64> = self.deployments.iter().skip(1).map(|found| found.content).chain([i64::MIN]).collect();
        for (found, before) in self.deployments.iter_mut().zip(contents) {
            found.repair |=
                is_repair(&found.name) || repairs.iter().any(|time| *time > before && *time <= found.content);
        }
        self
    }
}

/// Whether a message or tag says that it repairs what was deployed: `Revert "…"`, `hotfix/…`.
fn is_repair(subject: &str) -> bool {
    let lower = subject.to_lowercase();
    lower.starts_with("revert \"")
        || lower.starts_with("revert:")
        || lower.starts_with("revert(")
        || lower.contains("hotfix")
        || lower.contains("hot-fix")
}

/// The deployments that the forge records; an error where a team names an environment that the forge does not know.
fn of_forge(sources: &Sources<'_>) -> Result<Option<Delivery>, Localized> {
    let Some(Ok(all)) = sources.forge.map(|forge| forge.deployments.as_ref()) else {
        return Ok(None);
    };
    let host = sources.forge.map_or("", |forge| forge.host.as_str());
    let chosen: Vec<&crate::model::forge::Deployment> = match &sources.settings.environment {
        Some(name) => all.iter().filter(|found| found.environment == *name).collect(),
        None => {
            all.iter().filter(|found| found.production.unwrap_or(false) || is_production(&found.environment)).collect()
        }
    };
    if chosen.is_empty() {
        if let Some(name) = &sources.settings.environment
            && !all.is_empty()
        {
            let known = environments(all);
            return Err(Localized::new(
                format!("{host} has no environment `{name}`; it has {known}"),
                format!("{host} ne connaît pas d'environnement `{name}` ; il connaît {known}"),
            ));
        }
        return Ok(None);
    }
    let dates = sources.history.ok().map(commit_dates).unwrap_or_default();
    let mut oldest_first: Vec<Deployment> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let mut chosen = chosen;
    chosen.sort_by_key(|found| found.time);
    for found in chosen {
        if !names.contains(&found.environment.as_str()) {
            names.push(&found.environment);
        }
        // The same version deployed again after another one puts it back.
        let last = oldest_first.iter().rposition(|other| other.commit.as_deref() == Some(found.commit.as_str()));
        let rollback =
            last.is_some_and(|at| oldest_first[at + 1..].iter().any(|other| other.outcome != Conclusion::Failed));
        oldest_first.push(Deployment {
            time: found.time,
            name: short_commit(&found.commit).to_owned(),
            content: dates.get(found.commit.as_str()).copied().unwrap_or(found.time),
            commit: Some(found.commit.clone()),
            outcome: found.outcome,
            rollback,
            repair: false,
        });
    }
    let names = names.join(", ");
    let shown = Localized::new(
        format!("the deployments that {host} records to {names}"),
        format!("les déploiements que {host} enregistre vers {names}"),
    );
    Ok(Some(Delivery::new(sources, Signal::ForgeDeployments, shown, oldest_first)))
}

fn environments(all: &[crate::model::forge::Deployment]) -> String {
    let mut names: Vec<&str> = all.iter().map(|found| found.environment.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.truncate(6);
    names.join(", ")
}

fn commit_dates(history: &History) -> std::collections::HashMap<&str, i64> {
    let lines = history.main_line.iter().chain(history.deploy_line.iter().flat_map(|line| &line.commits));
    lines.map(|commit| (commit.id.as_str(), commit.time)).collect()
}

fn of_commits(commits: &[Commit]) -> Vec<Deployment> {
    commits
        .iter()
        .map(|commit| Deployment {
            time: commit.time,
            name: short_commit(&commit.id).to_owned(),
            commit: Some(commit.id.clone()),
            content: commit.time,
            outcome: Conclusion::Unknown,
            rollback: false,
            repair: is_repair(&commit.subject),
        })
        .collect()
}

/// Commits that reach a line within these seconds came in one push, or one deployment overtook the other.
const ONE_PUSH: i64 = 600;

/// Deployments of the moves of a line, newest first: a push of several commits is deployed once.
fn of_pushes(commits: &[Commit]) -> Vec<Deployment> {
    let mut found: Vec<Deployment> = Vec::new();
    for deployment in of_commits(commits) {
        match found.last_mut() {
            Some(later) if later.time - deployment.time < ONE_PUSH => later.repair |= deployment.repair,
            _ => found.push(deployment),
        }
    }
    found
}

/// Whether a pipeline deploys each push to the main line, rather than a tag or a release.
pub(crate) fn deploys_each_push(pipelines: &Pipelines) -> bool {
    let pushed = |route: &route::Route<'_>| route.starts_on(&[Trigger::Push, Trigger::AfterPipeline]);
    route::routes(pipelines).iter().any(|route| pushed(route) && !route.is_rehearsal() && !route.action.on_release)
}

fn of_main_line(sources: &Sources<'_>, history: &History) -> Option<Delivery> {
    if sources.settings.branch.is_some() || !deploys_each_push(sources.pipelines) {
        return None;
    }
    let shown = Localized::new(
        "every move of the main line, which a pipeline deploys",
        "chaque avancée de la branche principale, qu'un pipeline déploie",
    );
    // An image that is published is deployed by something that the tree does not show, when that sees fit.
    let deployed = route::routes(sources.pipelines).iter().any(|route| route.action.activity == Activity::Deploy);
    deployed.then(|| Delivery::new(sources, Signal::MainLine, shown, of_pushes(&history.main_line)))
}

/// The tags of a pipeline that deploys once it has cut a release, whatever moves a branch in between.
fn of_cut_releases(sources: &Sources<'_>, history: &History) -> Option<Delivery> {
    let waits = |route: &route::Route<'_>| route.action.on_release && !route.is_rehearsal();
    let all = route::routes(sources.pipelines);
    let deploys = sources.settings.branch.is_none() && !all.is_empty() && all.iter().all(waits);
    if deploys { of_tags(sources, history) } else { None }
}

fn of_branch(sources: &Sources<'_>, history: &History) -> Option<Delivery> {
    let line = history.deploy_line.as_ref()?;
    let shown = Localized::new(
        format!("every move of the branch `{}`", line.branch),
        format!("chaque avancée de la branche `{}`", line.branch),
    );
    let found = Delivery::new(sources, Signal::DeployBranch, shown, of_pushes(&line.commits));
    // A branch that a team names is one; one that has stood still for a year shows nothing.
    let named = sources.settings.branch.is_some();
    (named || !found.deployments.is_empty()).then(|| if named { found } else { found.guessed() })
}

fn of_releases(sources: &Sources<'_>) -> Option<Delivery> {
    let forge = sources.forge?;
    let releases = forge.releases.as_ref().ok()?;
    let found: Vec<Deployment> = releases
        .iter()
        .filter(|release| !release.prerelease && is_release(&release.tag))
        .map(|release| {
            let tag = sources.history.ok().and_then(|history| history.tags.iter().find(|tag| tag.name == release.tag));
            Deployment {
                time: release.time,
                name: release.tag.clone(),
                commit: tag.map(|tag| tag.commit.clone()),
                content: tag.map_or(release.time, |tag| tag.time),
                outcome: Conclusion::Unknown,
                rollback: false,
                repair: false,
            }
        })
        .collect();
    let shown =
        Localized::new(format!("the releases of {}", forge.host), format!("les versions publiées sur {}", forge.host));
    let delivery = Delivery::new(sources, Signal::ForgeReleases, shown, found).guessed();
    shows_deployments(sources, &delivery).then_some(delivery)
}

fn of_tags(sources: &Sources<'_>, history: &History) -> Option<Delivery> {
    let found = releases(history, sources.as_of, WINDOW_WEEKS * 7)
        .into_iter()
        .map(|tag| Deployment {
            time: tag.set.min(sources.as_of).max(tag.time),
            name: tag.name.clone(),
            commit: Some(tag.commit.clone()),
            content: tag.time,
            outcome: Conclusion::Unknown,
            rollback: false,
            repair: false,
        })
        .collect();
    let shown = Localized::new("the release tags", "les tags de version");
    let delivery = Delivery::new(sources, Signal::ReleaseTags, shown, found).guessed();
    shows_deployments(sources, &delivery).then_some(delivery)
}

/// Releases count deployments when nothing else could deploy between two of them.
fn shows_deployments(sources: &Sources<'_>, delivery: &Delivery) -> bool {
    let recent = i64::try_from(delivery.over(WEEKS).count()).unwrap_or(i64::MAX);
    let automated = !route::routes(sources.pipelines).is_empty();
    recent >= WEEKS || recent >= 2 && automated
}

/// What kind of tag a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TagKind {
    /// A release of the product.
    Release,
    /// A release candidate, or the twin of a release for another environment.
    Prerelease,
    /// A mark of another kind.
    Technical,
}

/// What a tag is, from its name: `v1.2.3`, `release-42`, `prod-2024-05-01`, `package@1.2.3` are releases.
pub(crate) fn tag_kind(name: &str) -> TagKind {
    static RELEASE: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
        // After the name of a package: `@` or `/` and any number, `-` and one that looks like a version.
        lean(
            r"(?i)^(?:(?:[\w./-]*?[@/])?(?:v|version|release|hotfix|prod|production)?[-_./]?\d+(?:[._-]\d+)*|[\w./-]+?-(?:(?:v|version|release|hotfix|prod|production)[-_./]?\d+|\d+\.\d+)(?:[._-]\d+)*)$",
        )
    });
    static PRERELEASE: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
        lean(
            r"(?i)(?:alpha|beta|rc|pre|dev|staging|preprod|recette|test|debug|snapshot|canary|next|nightly|demo|integration)",
        )
    });
    let numbered = name.chars().any(|c| c.is_ascii_digit());
    match (RELEASE.is_match(name), PRERELEASE.is_match(name_of(name))) {
        (true, false) => TagKind::Release,
        (_, true) if numbered && name.contains('.') => TagKind::Prerelease,
        _ => TagKind::Technical,
    }
}

fn is_release(name: &str) -> bool {
    tag_kind(name) == TagKind::Release
}

/// The releases tagged over a number of days, one a commit, newest first.
pub(crate) fn releases(history: &History, as_of: i64, days: i64) -> Vec<&Tag> {
    let from = as_of - days * crate::read::history::DAY;
    let mut found: Vec<&Tag> =
        history.tags.iter().filter(|tag| tag.time <= as_of && tag.time >= from && is_release(&tag.name)).collect();
    found.dedup_by(|a, b| a.commit == b.commit);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::manifest::Manifests;
    use crate::read::inventory::Inventory;

    #[test]
    fn tags_are_classified() {
        for name in [
            "v1.2.3",
            "1.2",
            "release-42",
            "api@1.4.0",
            "web/v2.0.1",
            "prod-2024-05-01",
            "v2024.12.03-1",
            "front-1.2",
            "api-v42",
        ] {
            assert_eq!(tag_kind(name), TagKind::Release, "{name}");
        }
        for name in ["v1.2.3-rc.1", "v1.2.3-preprod", "1.0.0-beta.2"] {
            assert_eq!(tag_kind(name), TagKind::Prerelease, "{name}");
        }
        for name in ["debug-1", "test-1", "SIGN_VERIFIED", "SIGN_VERIFIED-12", "latest"] {
            assert_eq!(tag_kind(name), TagKind::Technical, "{name}");
        }
    }

    #[test]
    fn a_deployment_that_waits_for_a_release_is_none_of_each_push() {
        let each_push = |of_job: &str, of_step: &str| {
            let workflow = format!(
                "on: {{push: {{branches: [main]}}}}\njobs:\n  ship:\n    if: {of_job}\n    steps:\n      - if: {of_step}\n        run: clever deploy\n"
            );
            let inventory = Inventory::of([(".github/workflows/ship.yml", workflow.as_str())]);
            deploys_each_push(&Pipelines::read(&inventory, &Manifests::read(&inventory)))
        };
        assert!(each_push("true", "success()"));
        assert!(!each_push("true", "${{ steps.release.outputs.release_created }}"));
        assert!(!each_push("needs.release.outputs.releases_created == 'true'", "true"));
        assert!(each_push("true", "${{ !steps.release.outputs.release_created }}"), "where none was cut");
    }

    #[test]
    fn production_is_told_from_what_only_sounds_like_it() {
        for name in ["production", "prod", "Production – web", "app-prod", "PROD"] {
            assert!(is_production(name), "{name}");
        }
        for name in ["preprod", "pre-production", "staging", "review-12", "github-pages", "pr-12-preview-prod"] {
            assert!(!is_production(name), "{name}");
        }
    }
}
