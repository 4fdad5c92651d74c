//! The roads by which each service reaches production: pipelines that deploy it, else what documents say of the host.

use std::cell::OnceCell;

use super::branches::{branches, is_ignored, rehearses};
use super::by_hand::{of_document, of_makefile, of_script, of_target, of_task};
use super::left_out::Deployed;
use super::said::{Said, of_production};
use super::service::{How, Production, Service, ServiceKind, Sources};
use crate::base::location::Location;
use crate::base::path::name_of;
use crate::model::delivery::route::{Route, is_gate, tests_before};
use crate::model::pipeline::{Action, Activity, Job, Pipeline, Trigger};
use crate::read::document::Node;

/// A way from a change to production.
struct Road<'s> {
    pipeline: &'s Pipeline,
    job: &'s Job,
    place: Location,
    what: What,
    /// Whether a change of the code starts it; a person does otherwise.
    is_automatic: bool,
    is_gated: bool,
    /// The words that tell which service it is for.
    words: String,
}

/// What a road carries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// What runs.
    Application,
    /// A site on the pages of the forge.
    Site,
    /// A package on a registry.
    Package,
    /// An application of phones.
    Mobile,
}

impl What {
    fn carries(self, service: &Service, is_published_site: bool) -> bool {
        match self {
            Self::Site => service.kind == ServiceKind::StaticSite && is_published_site,
            Self::Package => service.kind == ServiceKind::Library,
            Self::Mobile => service.kind == ServiceKind::Mobile,
            Self::Application => {
                !matches!(service.kind, ServiceKind::Library | ServiceKind::Mobile | ServiceKind::Mock)
                    && !is_published_site
            }
        }
    }
}

/// Finds how each service reaches production.
pub(super) fn find(services: &mut [Service], sources: &Sources<'_>) {
    let roads = roads(sources);
    let deployed = Deployed::read(sources);
    // Documents and files of hosts are read once, where a service has no road.
    let by_host: OnceCell<Option<Production>> = OnceCell::new();
    let names: Vec<Vec<String>> = services.iter().map(names_of).collect();
    let is_named = |road: &Road<'_>, at: usize| names[at].iter().any(|name| has_word(&road.words, name));
    let named_at_all: Vec<bool> = roads.iter().map(|road| (0..names.len()).any(|at| is_named(road, at))).collect();
    for (at, service) in services.iter_mut().enumerate() {
        if service.kind == ServiceKind::Mock {
            service.production.how = How::None;
            continue;
        }
        if let Some(place) = deployed.leaves_out(service) {
            service.production.how = How::None;
            service.production.evidence = vec![place.clone()];
            continue;
        }
        let is_published_site = service.kind == ServiceKind::StaticSite && is_of_pages(service, &roads);
        // A road that names some services is theirs alone.
        let is_its = |rank: usize, road: &Road<'_>| !named_at_all[rank] || is_named(road, at);
        let carried = roads.iter().enumerate().filter(|(_, road)| road.what.carries(service, is_published_site));
        let own: Vec<&Road<'_>> = carried.filter(|(rank, road)| is_its(*rank, road)).map(|(_, road)| road).collect();
        let production = match own.as_slice() {
            [] => match service.kind {
                ServiceKind::Library => of_document(&service.component, sources),
                ServiceKind::Mobile => None,
                ServiceKind::StaticSite if is_published_site => Some(of_documentation_host(service)),
                _ => by_host.get_or_init(|| of_host(&of_production(sources), sources)).clone(),
            },
            roads => Some(of_roads(roads, sources)),
        };
        if let Some(production) = production {
            service.production = production;
        }
    }
}

fn is_of_pages(service: &Service, roads: &[Road<'_>]) -> bool {
    let by = |road: &Road<'_>| service.served_by.contains(&road.place);
    roads.iter().any(|road| road.what == What::Site && by(road))
        || service.served_by.iter().any(|place| {
            let name = name_of(&place.path);
            // Pages that a host reads in the tree, where nothing else shows what publishes them.
            let is_read = !service.sure && matches!(name, "_config.yml" | "index.html" | "SUMMARY.md");
            is_read || name.contains("readthedocs") || name.contains("gitbook")
        })
}

/// The words by which pipelines name a service.
fn names_of(service: &Service) -> Vec<String> {
    const COMMON: &[&str] = &["web", "app", "src", "main", "server", "docs", "worker", "packages", "services", "."];
    let mut names = vec![name_of(&service.component).to_lowercase(), service.name.to_lowercase()];
    names.extend(match name_of(&service.component) {
        "frontend" | "client" => vec!["front".to_owned()],
        "backend" | "server" => vec!["back".to_owned(), "api".to_owned()],
        _ => Vec::new(),
    });
    // `airflow-scheduler.Dockerfile`: the file says what the image is.
    let files = service.served_by.iter().map(|place| name_of(&place.path).to_lowercase());
    let files: Vec<String> = files.filter(|name| name.contains("dockerfile")).collect();
    let parts = files.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric()));
    names.extend(parts.filter(|part| *part != "dockerfile").map(str::to_owned));
    for name in &mut names {
        *name = name.replace('_', "-");
    }
    names.retain(|name| name.len() >= 3 && !COMMON.contains(&name.as_str()));
    names.sort();
    names.dedup();
    names
}

fn has_word(text: &str, word: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(word)
        .any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + word.len()..].chars().next()))
}

/// Every road of the pipelines.
fn roads<'s>(sources: &Sources<'s>) -> Vec<Road<'s>> {
    let mut found = Vec::new();
    for (pipeline, job, action) in sources.pipelines.actions() {
        let route = Route { pipeline, job, action };
        let tool = action.tool.to_lowercase();
        let what = match action.activity {
            Activity::Deploy if ["pages", "gh-deploy"].iter().any(|word| tool.contains(word)) => What::Site,
            Activity::Deploy
                if ["eas", "fastlane", "expo", "upload-google-play"].iter().any(|word| tool.contains(word)) =>
            {
                What::Mobile
            }
            Activity::Deploy if !route.is_preview() => What::Application,
            Activity::Publish if is_registry(&tool) => What::Package,
            _ => continue,
        };
        if what == What::Application && route.is_rehearsal() {
            continue;
        }
        let Some(is_automatic) = starts_by_itself(pipeline, job) else { continue };
        if is_broken(pipeline, sources) {
            continue;
        }
        let words = context(pipeline, job, Some(action), sources);
        if what == What::Application && (route.is_upkeep() || is_rehearsal(&words) || rehearses(pipeline, job, sources))
        {
            continue;
        }
        found.push(Road {
            pipeline,
            job,
            place: action.place.clone(),
            what,
            is_automatic,
            // A job that runs whatever became of those before it waits for none of them.
            is_gated: route.is_gated(sources.pipelines) && !job.regardless && !goes_on_without(&words),
            words,
        });
    }
    found.extend(named_for_it(sources));
    // A workflow of another repository that is called for production: what it does there is not seen.
    for pipeline in &sources.pipelines.all {
        for job in pipeline.jobs.iter().filter(|job| !job.elsewhere.is_empty()) {
            let called = job.elsewhere.join(" ").to_lowercase();
            let here = context(pipeline, job, None, sources);
            let deploys =
                ["deploy", "kontinuous", "-ks-", "production", "release"].iter().any(|word| called.contains(word));
            let to_production = is_production_word(&called) || is_production_word(&here);
            if !deploys || !to_production || called.contains("deactivate") || rehearses(pipeline, job, sources) {
                continue;
            }
            let Some(is_automatic) = starts_by_itself(pipeline, job) else { continue };
            found.push(Road {
                pipeline,
                job,
                place: Location::line(&pipeline.path, job.line),
                what: What::Application,
                is_automatic,
                is_gated: tests_before(pipeline, job),
                words: here,
            });
        }
    }
    found
}

/// The words of each deployment of what runs, by which services are told apart.
pub(super) fn deployed_names(sources: &Sources<'_>) -> Vec<String> {
    let deploys = |action: &Action| action.activity == Activity::Deploy;
    let found = sources.pipelines.actions().filter(|(_, _, action)| deploys(action));
    found.map(|(pipeline, job, action)| context(pipeline, job, Some(action), sources)).collect()
}

/// What a job says of what it deploys and where: its names, its environment, what it gives to what it calls, the files that
/// lead to its command; in lower case.
fn context(pipeline: &Pipeline, job: &Job, action: Option<&Action>, sources: &Sources<'_>) -> String {
    /// Longer contexts say nothing more.
    const LONGEST: usize = 2_000;
    let mut words = vec![name_of(&pipeline.path).to_owned(), pipeline.name.clone(), job.id.clone()];
    words.extend(job.environment.clone());
    if let Some(action) = action {
        words.push(sources.inventory.line(&action.place.path, action.place.line.unwrap_or(0)));
        // `scalingo at .github/workflows/deploy-staging.yml:31`: how the job comes to it.
        words.extend(action.place.note.clone());
    }
    if let Some(document) = sources.inventory.document(&pipeline.path)
        && let Ok(root) = document.as_ref()
        && let Some(node) = root.at(&["jobs", &job.id]).or_else(|| root.get(&job.id))
    {
        let named = ["name", "if", "environment", "uses"].into_iter().filter_map(|key| node.text_of(key));
        words.extend(named.map(str::to_owned));
        let given = ["with", "env", "variables"].into_iter().filter_map(|key| node.get(key));
        words.extend(given.flat_map(Node::entries).filter_map(|entry| entry.value.text()).map(str::to_owned));
    }
    let mut words = words.join(" ").to_lowercase().replace('_', "-");
    while words.len() > LONGEST {
        words.pop();
    }
    words
}

/// Whether what a job says names another environment than production, and not production.
fn is_rehearsal(words: &str) -> bool {
    const OTHERS: &[&str] =
        &["preprod", "staging", "recette", "integration", "demo", "sandbox", "dev", "develop", "review"];
    let all: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).collect();
    let production = all.iter().any(|word| matches!(*word, "prod" | "production" | "main" | "master"));
    let named_production = all.iter().any(|word| matches!(*word, "prod" | "production")) && !words.contains("pre-prod");
    let other = all.iter().any(|word| OTHERS.contains(word)) || words.contains("pre-prod");
    other && !named_production && !(production && !words.contains("staging") && !words.contains("prep"))
}

/// The name of the file of this repository whose workflow a job calls.
fn called_file(pipeline: &Pipeline, job: &Job, sources: &Sources<'_>) -> Option<String> {
    let document = sources.inventory.document(&pipeline.path)?;
    let uses = document.as_ref().as_ref().ok()?.at(&["jobs", &job.id, "uses"])?.text()?;
    uses.starts_with("./").then(|| name_of(uses).to_lowercase())
}

/// Whether a job goes on where one that it waits for was skipped: a start by hand skips the gate, say.
fn goes_on_without(words: &str) -> bool {
    let whatever = words.contains("always()") || words.contains("!cancelled()");
    whatever && (words.contains("'skipped'") || words.contains("\"skipped\""))
}

/// Whether a workflow calls one of this repository that is not there: the forge starts none of its jobs.
fn is_broken(pipeline: &Pipeline, sources: &Sources<'_>) -> bool {
    let Some(document) = sources.inventory.document(&pipeline.path) else { return false };
    let Ok(root) = document.as_ref() else { return false };
    let jobs = root.get("jobs").map(Node::entries).unwrap_or_default();
    let mut called = jobs.iter().filter_map(|job| job.value.text_of("uses")?.strip_prefix("./"));
    called.any(|path| path.starts_with(".github/workflows/") && !sources.inventory.has(path))
}

/// The jobs that say that they deploy and whose commands are not known.
fn named_for_it<'s>(sources: &Sources<'s>) -> Vec<Road<'s>> {
    let jobs = sources.pipelines.all.iter().flat_map(|pipeline| pipeline.jobs.iter().map(move |job| (pipeline, job)));
    let named = jobs.filter(|(pipeline, job)| {
        let id = job.id.to_lowercase();
        // An image that it publishes before is no road of its own.
        let is_known = job.actions.iter().any(|action| match action.activity {
            Activity::Deploy => true,
            Activity::Publish => is_registry(&action.tool.to_lowercase()),
            _ => false,
        });
        let says = |text: &str| ["deploy", "deploi", "déploi"].iter().any(|word| text.starts_with(word));
        let calls = called_file(pipeline, job, sources).is_some_and(|name| says(name.trim_start_matches('_')));
        !is_known && !is_broken(pipeline, sources) && (job.runs_commands && says(&id) || calls)
    });
    let roads = named.filter_map(|(pipeline, job)| {
        let words = context(pipeline, job, None, sources);
        let aside = ["doc", "storybook", "preview", "review", "pages"].iter().any(|word| words.contains(word));
        let elsewhere = aside || is_rehearsal(&words) || rehearses(pipeline, job, sources);
        let is_automatic = starts_by_itself(pipeline, job).filter(|_| !elsewhere)?;
        Some(Road {
            pipeline,
            job,
            place: Location::line(&pipeline.path, job.line),
            what: What::Application,
            is_automatic,
            is_gated: tests_before(pipeline, job) && !job.regardless,
            words,
        })
    });
    roads.collect()
}

fn is_registry(tool: &str) -> bool {
    [
        "npm",
        "yarn",
        "pnpm",
        "changeset",
        "lerna",
        "pypi",
        "twine",
        "poetry",
        "hatch",
        "flit",
        "gem",
        "cargo",
        "jsr",
        "uv publish",
    ]
    .iter()
    .any(|word| tool.contains(word))
}

fn is_production_word(text: &str) -> bool {
    let production = ["prod", "production"].iter().any(|word| has_word(text, word));
    production && !text.contains("preprod") && !text.contains("pre-prod")
}

/// Whether a change of the code starts a job, or a person; nothing for one that only others call or a pull request starts.
fn starts_by_itself(pipeline: &Pipeline, job: &Job) -> Option<bool> {
    let triggers = pipeline.triggers_of(job);
    let on = |wanted: &[Trigger]| triggers.iter().any(|trigger| wanted.contains(trigger));
    if on(&[Trigger::Push, Trigger::Tag, Trigger::Release, Trigger::AfterPipeline]) {
        return Some(true);
    }
    on(&[Trigger::Manual]).then_some(false)
}

fn of_roads(roads: &[&Road<'_>], sources: &Sources<'_>) -> Production {
    let is_automatic = roads.iter().any(|road| road.is_automatic);
    let first = roads.iter().find(|road| road.is_automatic == is_automatic).unwrap_or(&roads[0]);
    let mut evidence: Vec<Location> = roads.iter().map(|road| road.place.clone()).collect();
    evidence.dedup();
    Production {
        how: if is_automatic { How::Automatic } else { How::Manual },
        trigger: trigger_of(first.pipeline, first.job, sources, 0),
        road: Some(first.place.clone()),
        gated: Some(roads.iter().all(|road| road.is_gated)),
        evidence,
    }
}

/// What starts a job, in a word or two.
fn trigger_of(pipeline: &Pipeline, job: &Job, sources: &Sources<'_>, depth: usize) -> String {
    let triggers = pipeline.triggers_of(job);
    let on = |trigger: Trigger| triggers.contains(&trigger);
    if on(Trigger::Release) {
        return "release".to_owned();
    }
    if on(Trigger::Push) {
        return match branches(pipeline, job, sources).first() {
            Some(branch) => format!("push {branch}"),
            None if on(Trigger::Tag) => "tag".to_owned(),
            None => "push".to_owned(),
        };
    }
    if on(Trigger::Tag) {
        return "tag".to_owned();
    }
    if on(Trigger::AfterPipeline) {
        let followed = pipeline.follows.iter().find_map(|name| sources.pipelines.named(name));
        let first = followed.and_then(|followed| Some((followed, followed.jobs.first()?)));
        return match first.filter(|_| depth < 3) {
            Some((followed, job)) => trigger_of(followed, job, sources, depth + 1),
            None => "push".to_owned(),
        };
    }
    if on(Trigger::Manual) { "dispatch" } else { "unknown" }.to_owned()
}

/// What documents say of a host that takes the code by itself, or that a person asks.
fn of_host(said: &[Said], sources: &Sources<'_>) -> Option<Production> {
    let Some(first) = said.first() else {
        return of_script(sources)
            .or_else(|| of_task(sources))
            .or_else(|| of_makefile(sources))
            .or_else(|| of_target(sources));
    };
    let evidence = said.iter().filter(|other| other.by_itself == first.by_itself).map(|other| other.place.clone());
    let branch = said.iter().filter(|other| other.by_itself == first.by_itself).find_map(|other| other.branch.clone());
    if !first.by_itself {
        return Some(Production {
            how: How::Manual,
            trigger: "dispatch".to_owned(),
            road: Some(first.place.clone()),
            gated: Some(false),
            evidence: evidence.collect(),
        });
    }
    let host = said.iter().find_map(|other| other.host).or_else(|| host_of_tree(sources));
    let waits = said.iter().any(|other| other.by_itself && other.waits);
    let gated = match host {
        _ if waits => Some(true),
        // Scalingo waits for the checks of the commit, where there are some (https://doc.scalingo.com/platform/deployment/deploy-with-github).
        Some("scalingo") => Some(tests_run_on(branch.as_deref(), sources)),
        Some(_) => Some(false),
        None => None,
    };
    let trigger = branch.map_or_else(|| "platform".to_owned(), |branch| format!("push {branch}"));
    Some(Production {
        how: How::Platform,
        trigger,
        road: Some(first.place.clone()),
        gated,
        evidence: evidence.collect(),
    })
}

/// A host of documentation builds each push by itself, whatever the tests say.
fn of_documentation_host(service: &Service) -> Production {
    Production {
        how: How::Platform,
        trigger: "platform".to_owned(),
        road: service.served_by.first().cloned(),
        gated: Some(false),
        evidence: service.served_by.clone(),
    }
}

/// The host whose files are in the tree.
fn host_of_tree(sources: &Sources<'_>) -> Option<&'static str> {
    let has =
        |names: &[&str]| names.iter().any(|name| sources.inventory.has(name) || sources.inventory.has_folder(name));
    if has(&["clevercloud"]) {
        Some("clever-cloud")
    } else if has(&["scalingo.json", ".buildpacks", ".scalingo", "cron.json"]) {
        Some("scalingo")
    } else {
        None
    }
}

/// Whether the tests run on pushes to a branch, and stop there.
fn tests_run_on(branch: Option<&str>, sources: &Sources<'_>) -> bool {
    let tests = |(pipeline, job, action): (&Pipeline, &Job, &Action)| {
        let on_push = pipeline.triggers_of(job).contains(&Trigger::Push);
        let listed = branches(pipeline, job, sources);
        let covers =
            |name: &str| listed.is_empty() || listed.iter().any(|glob| glob == name || glob == "**" || glob == "*");
        is_gate(action) && on_push && branch.is_none_or(|name| covers(name) && !is_ignored(pipeline, name, sources))
    };
    sources.pipelines.actions().any(tests)
}
