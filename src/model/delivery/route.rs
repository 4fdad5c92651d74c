//! The paths by which a pipeline deploys to production, and which checks each of them waits for.

use crate::base::path::name_of;
use crate::model::pipeline::{Action, Activity, Job, Pipeline, Pipelines, Trigger};

/// Activities that are tests.
pub(crate) const TESTS: &[Activity] = &[Activity::Test, Activity::EndToEndTest];

/// A deployment that a pipeline makes by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route<'p> {
    /// The pipeline.
    pub pipeline: &'p Pipeline,
    /// The job.
    pub job: &'p Job,
    /// What deploys.
    pub action: &'p Action,
}

/// Deployments that start by themselves on a change of the code; an image that is published counts where nothing else
/// deploys. A preview of a pull request alone is not a deployment.
pub(crate) fn routes(pipelines: &Pipelines) -> Vec<Route<'_>> {
    let of = |activity: Activity| -> Vec<Route<'_>> {
        pipelines
            .actions()
            .map(|(pipeline, job, action)| Route { pipeline, job, action })
            .filter(|route| route.action.activity == activity && route.changes_production() && !route.is_preview())
            .collect()
    };
    let mut found = of(Activity::Deploy);
    // What a timer starts is a deployment when a change of the code starts the same one; else it is a backup, an analysis…
    let on_change: Vec<Route<'_>> = found.iter().filter(|route| route.follows_change()).copied().collect();
    let same = |route: &Route<'_>| on_change.iter().any(|other| other.action.tool == route.action.tool);
    found.retain(|route| route.follows_change() || same(route) && !route.is_upkeep());
    if found.is_empty() {
        // A package on a registry is not a deployment; an image is what a platform then runs.
        let images = of(Activity::Publish).into_iter();
        return images.filter(|route| is_image(&route.action.tool) && route.follows_change()).collect();
    }
    found
}

fn is_image(tool: &str) -> bool {
    ["docker", "build-push", "kaniko", "buildah", "skopeo", "helm"].iter().any(|name| tool.contains(name))
}

/// Whether an action is a test whose failure stops its job.
pub(crate) fn is_gate(action: &Action) -> bool {
    TESTS.contains(&action.activity) && action.blocking
}

/// Whether a job that must have succeeded before another one runs the tests.
pub(crate) fn tests_before(pipeline: &Pipeline, job: &Job) -> bool {
    pipeline.before(job).into_iter().any(|before| before.actions.iter().any(is_gate))
}

impl Route<'_> {
    /// Whether it starts on one of these.
    pub(crate) fn starts_on(&self, wanted: &[Trigger]) -> bool {
        self.pipeline.triggers_of(self.job).iter().any(|trigger| wanted.contains(trigger))
    }

    /// Whether a change of the code starts it.
    fn follows_change(&self) -> bool {
        self.starts_on(&[Trigger::Push, Trigger::Tag, Trigger::Release, Trigger::AfterPipeline])
    }

    /// Whether its names say that it moves data, not code.
    pub(crate) fn is_upkeep(&self) -> bool {
        const UPKEEP: &[&str] =
            &["backup", "sync", "dump", "restore", "import", "export", "scrap", "cron", "analy", "clean"];
        let lower = format!("{} {}", name_of(&self.pipeline.path), self.job.id).to_lowercase();
        UPKEEP.iter().any(|word| lower.contains(word))
    }

    fn changes_production(&self) -> bool {
        self.follows_change() || self.starts_on(&[Trigger::Schedule])
    }

    /// Whether it deploys something else than the product: a preview, a documentation.
    pub(crate) fn is_preview(&self) -> bool {
        let lower = format!("{} {} {}", name_of(&self.pipeline.path), self.job.id, self.action.tool).to_lowercase();
        let words = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "doc");
        let docs = words(&lower) || ["storybook", "documentation", "docs"].iter().any(|word| lower.contains(word));
        let preview = ["review", "preview", "cleanup", "deactivate", "delete"].iter().any(|word| lower.contains(word));
        docs || preview
    }

    /// Whether its names say that it deploys to another environment than production.
    pub(crate) fn is_rehearsal(&self) -> bool {
        const OTHERS: &[&str] = &["preprod", "pre-prod", "staging", "recette", "integration", "demo", "sandbox", "dev"];
        if let Some(environment) = &self.job.environment {
            let lower = environment.to_lowercase();
            return !super::deployment::is_production(environment) && OTHERS.iter().any(|word| lower.contains(word));
        }
        let names = format!("{} {}", name_of(&self.pipeline.path), self.job.id).to_lowercase();
        let words: Vec<&str> = names.split(|c: char| !c.is_alphanumeric()).collect();
        let production = words.iter().any(|word| matches!(*word, "prod" | "production"));
        names.contains("pre-prod") || !production && words.iter().any(|word| OTHERS.contains(word))
    }

    /// Whether the tests must have passed on the way.
    pub(crate) fn is_gated(&self, pipelines: &Pipelines) -> bool {
        let own = self.job.actions.iter().take_while(|action| !std::ptr::eq(*action, self.action)).any(is_gate);
        let before = tests_before(self.pipeline, self.job);
        let followed = self.pipeline.follows_success
            && self
                .pipeline
                .follows
                .iter()
                .filter_map(|name| pipelines.named(name))
                .any(|pipeline| pipeline.jobs.iter().any(|job| job.actions.iter().any(is_gate)));
        own || before || followed
    }

    /// The way to it, from what starts it to the job that deploys: `push → deploy.yml → build → ship`.
    pub(crate) fn path(&self) -> String {
        let mut steps = vec![self.job.id.as_str()];
        let mut at = self.job;
        while let Some(before) = at.needs.iter().find_map(|id| self.pipeline.jobs.iter().find(|job| job.id == *id)) {
            if steps.contains(&before.id.as_str()) {
                break;
            }
            steps.push(&before.id);
            at = before;
        }
        steps.push(name_of(&self.pipeline.path));
        let followed = self.pipeline.follows.join(", ");
        let triggers = self.pipeline.triggers_of(self.job);
        let starts = [
            (Trigger::Push, "push"),
            (Trigger::Tag, "tag"),
            (Trigger::Release, "release"),
            (Trigger::AfterPipeline, followed.as_str()),
            (Trigger::Schedule, "schedule"),
        ];
        let start: Vec<&str> = starts
            .into_iter()
            .filter(|(trigger, name)| triggers.contains(trigger) && !name.is_empty())
            .map(|(_, name)| name)
            .collect();
        let start = start.join(" | ");
        steps.push(&start);
        steps.reverse();
        steps.join(" → ")
    }
}
