//! Whether deployment is automatic, and whether the tests run before it.

use crate::base::location::Location;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind, PLACES};
use crate::model::delivery::releases;
use crate::model::delivery::route::{Route, routes};
use crate::model::pipeline::{Activity, Trigger};
use crate::model::services::{How, Service, ServiceKind};

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "deploy_automated",
        kind: Kind::Bool,
        question: (
            "Does the repository hold automation that deploys?",
            "Le dépôt contient-il une automatisation qui déploie ?",
        ),
        detect: deploy_automated,
    },
    Detector {
        id: "deploy_gated_by_tests",
        kind: Kind::Bool,
        question: (
            "Does the automatic deployment wait for the tests?",
            "Le déploiement automatique attend-il les tests ?",
        ),
        detect: deploy_gated_by_tests,
    },
    Detector {
        id: "deployment_automatic",
        kind: Kind::Bool,
        question: (
            "Does a change reach production without a person deploying it?",
            "Un changement arrive-t-il en production sans que personne ne le déploie ?",
        ),
        detect: deployment_automatic,
    },
    Detector {
        id: "deploy_platforms",
        kind: Kind::List,
        question: (
            "Which hosting platforms does the tree name?",
            "Quelles plateformes d'hébergement l'arborescence nomme-t-elle ?",
        ),
        detect: deploy_platforms,
    },
    Detector {
        id: "deploys_signal",
        kind: Kind::Text,
        question: ("What shows how the product is deployed?", "Qu'est-ce qui montre comment le produit est déployé ?"),
        detect: deploys_signal,
    },
    Detector {
        id: "deploy_paths_without_tests",
        kind: Kind::List,
        question: (
            "By which paths can a deployment happen without the tests having passed?",
            "Par quels chemins un déploiement peut-il avoir lieu sans que les tests aient réussi ?",
        ),
        detect: deploy_paths_without_tests,
    },
    Detector {
        id: "deploys_despite_failure",
        kind: Kind::List,
        question: (
            "Which jobs deploy even when a job that they wait for failed?",
            "Quels jobs déploient même quand un job qu'ils attendent a échoué ?",
        ),
        detect: deploys_despite_failure,
    },
    Detector {
        id: "deploys_may_overlap",
        kind: Kind::Bool,
        question: (
            "Can two deployments run at the same time?",
            "Deux déploiements peuvent-ils avoir lieu en même temps ?",
        ),
        detect: deploys_may_overlap,
    },
    Detector {
        id: "deploy_environments",
        kind: Kind::List,
        question: (
            "Which environments do pipelines declare to the forge?",
            "Quels environnements les pipelines déclarent-ils à la forge ?",
        ),
        detect: deploy_environments,
    },
    Detector {
        id: "review_apps",
        kind: Kind::Bool,
        question: (
            "Is each pull request deployed for review?",
            "Chaque demande de fusion est-elle déployée pour relecture ?",
        ),
        detect: review_apps,
    },
    Detector {
        id: "releases_automated",
        kind: Kind::Bool,
        question: ("Does a pipeline make the releases?", "Un pipeline publie-t-il les versions ?"),
        detect: |repo| {
            let releases = repo.pipelines.actions().filter(|(_, _, action)| action.activity == Activity::Release);
            Fact::shown(
                releases.map(|(_, _, action)| action.place.clone().noted(action.tool.clone())).take(PLACES).collect(),
            )
        },
    },
];

/// Files of platforms that deploy by themselves when a branch moves.
const PLATFORMS: &[(&str, &str)] = &[
    ("scalingo.json", "scalingo"),
    ("Procfile", "procfile"),
    ("app.json", "heroku"),
    ("clevercloud", "clever-cloud"),
    ("netlify.toml", "netlify"),
    ("vercel.json", "vercel"),
    ("fly.toml", "fly"),
    ("render.yaml", "render"),
    ("static.json", "scalingo"),
    ("wrangler.toml", "cloudflare"),
    ("CNAME", "github-pages"),
    ("captain-definition", "caprover"),
    (".kontinuous", "kontinuous"),
    ("dokku.json", "dokku"),
];

fn deploy_automated(repo: &Repo<'_>) -> Fact {
    let mut places: Vec<Location> = Vec::new();
    for found in routes(repo.pipelines) {
        let place = found.action.place.clone();
        let note = place.note.clone().unwrap_or_else(|| found.action.tool.clone());
        if !places.iter().any(|known| known.path == place.path && known.line == place.line) {
            places.push(place.noted(note));
        }
    }
    places.truncate(PLACES);
    if !places.is_empty() {
        return Fact::bool(true).seen(places);
    }
    let elsewhere = repo.pipelines.elsewhere();
    let deploys = |called: &&&str| {
        ["deploy", "prod", "release", "kontinuous", "-ks-", "argocd", "/cd"]
            .iter()
            .any(|word| called.to_lowercase().contains(word))
    };
    if let Some(called) = elsewhere.iter().find(deploys) {
        return Fact::unverified(
            format!("CI calls `{called}`, which is in another repository"),
            format!("la CI appelle `{called}`, qui est dans un autre dépôt"),
        );
    }
    let platforms = deploy_platforms(repo);
    if platforms.names().is_empty() {
        return Fact::bool(false);
    }
    // A Procfile is a platform, not proof of automation: the platform may deploy each push by itself, or wait for a click.
    Fact::bool(false).seen(platforms.evidence).guessed()
}

/// Unlike [`deploy_automated`], which says what the tree holds, this one says what is true of the product: where nothing
/// deploys in the tree, a platform may deploy each push by itself.
fn deployment_automatic(repo: &Repo<'_>) -> Fact {
    let automated = deploy_automated(repo);
    if automated.is_true() || automated.value().is_none() {
        return automated;
    }
    let by_hand: Vec<Location> = repo
        .pipelines
        .actions()
        .filter(|(pipeline, job, action)| {
            action.activity == Activity::Deploy
                && pipeline.triggers_of(job).iter().all(|trigger| *trigger == Trigger::Manual)
                && !Route { pipeline, job, action }.is_preview()
        })
        .map(|(_, _, action)| action.place.clone())
        .collect();
    if !by_hand.is_empty() {
        return Fact::bool(false).seen(by_hand);
    }
    let platforms = deploy_platforms(repo);
    let (en, fr) = match platforms.names() {
        [] => (
            "nothing in the repository deploys; the platform may do it by itself".to_owned(),
            "rien dans le dépôt ne déploie ; la plateforme le fait peut-être d'elle-même".to_owned(),
        ),
        names => (
            format!("{} may deploy each push by itself, or wait for a click", names.join(", ")),
            format!("{} déploie peut-être chaque push, ou attend un clic", names.join(", ")),
        ),
    };
    Fact::unverified(en, fr).seen(platforms.evidence)
}

/// A fact about what deploys, where nothing here does: it is not known when another repository may.
fn unless_elsewhere(repo: &Repo<'_>, fact: Fact) -> Fact {
    match deploy_automated(repo).value() {
        None => Fact::unverified("what deploys is in another repository", "ce qui déploie est dans un autre dépôt"),
        Some(_) => fact,
    }
}

fn deploy_gated_by_tests(repo: &Repo<'_>) -> Fact {
    let all = routes(repo.pipelines);
    if all.is_empty() {
        return unless_elsewhere(repo, Fact::nothing());
    }
    // The usual way to production decides; a release event or a daily rebuild is a way beside it.
    let usual = |found: &&Route<'_>| found.starts_on(&[Trigger::Push, Trigger::AfterPipeline]);
    let main: Vec<&Route<'_>> = all.iter().filter(usual).collect();
    let judged: Vec<&Route<'_>> = if main.is_empty() { all.iter().collect() } else { main };
    let ungated: Vec<Location> = judged
        .iter()
        .filter(|found| !found.is_gated(repo.pipelines))
        .map(|found| {
            found.action.place.clone().noted_in(
                format!("no test on the way: {}", found.path()),
                format!("aucun test sur le chemin : {}", found.path()),
            )
        })
        .collect();
    if ungated.len() == judged.len()
        || ungated.iter().any(|place| judged.iter().all(|found| found.action.place.path == place.path))
    {
        return Fact::bool(false).seen(ungated.into_iter().take(PLACES));
    }
    // The gated road of one service, a data stack say, does not acquit that of the pages or of the API.
    let is_main = |service: &&Service| matches!(service.kind, ServiceKind::Pages | ServiceKind::Api) && service.sure;
    let open = repo.services.all.iter().filter(is_main).filter(|service| {
        let production = &service.production;
        let is_judged = |place: &Location| judged.iter().any(|found| found.action.place == *place);
        production.how == How::Automatic
            && production.gated == Some(false)
            && production.evidence.iter().any(is_judged)
            && !judged
                .iter()
                .any(|found| found.is_gated(repo.pipelines) && production.evidence.contains(&found.action.place))
    });
    let open: Vec<Location> = open.filter_map(|service| service.production.road.clone()).take(PLACES).collect();
    if !open.is_empty() {
        return Fact::bool(false).seen(open);
    }
    let gated = judged.iter().filter(|found| found.is_gated(repo.pipelines)).map(|found| found.action.place.clone());
    let fact = Fact::bool(true).seen(gated.take(PLACES));
    if ungated.is_empty() { fact } else { fact.guessed() }
}

fn deploy_paths_without_tests(repo: &Repo<'_>) -> Fact {
    let ungated = routes(repo.pipelines).into_iter().filter(|route| !route.is_gated(repo.pipelines));
    Fact::named(ungated.map(|route| (route.path(), route.action.place.clone())).collect())
}

fn deploys_despite_failure(repo: &Repo<'_>) -> Fact {
    let regardless =
        routes(repo.pipelines).into_iter().filter(|route| route.job.regardless && !route.job.needs.is_empty());
    Fact::named(
        regardless.map(|route| (route.job.id.clone(), Location::line(&route.pipeline.path, route.job.line))).collect(),
    )
}

fn deploys_may_overlap(repo: &Repo<'_>) -> Fact {
    // Systems other than these have no such setting, or queue by themselves.
    let judged: Vec<Route<'_>> = routes(repo.pipelines)
        .into_iter()
        .filter(|route| route.action.activity == Activity::Deploy)
        .filter(|route| matches!(route.pipeline.system, "github-actions" | "forgejo-actions" | "gitlab-ci"))
        .collect();
    if judged.is_empty() {
        return unless_elsewhere(repo, Fact::nothing());
    }
    let loose = judged.into_iter().filter(|route| !route.job.serialized);
    let mut places: Vec<Location> =
        loose.map(|route| Location::line(&route.pipeline.path, route.job.line).noted(route.job.id.clone())).collect();
    places.dedup();
    Fact::shown(places)
}

fn deploy_environments(repo: &Repo<'_>) -> Fact {
    let named = repo.pipelines.all.iter().flat_map(|pipeline| {
        pipeline
            .jobs
            .iter()
            .filter_map(move |job| Some((job.environment.clone()?, Location::line(&pipeline.path, job.line))))
    });
    Fact::named(named.collect())
}

fn review_apps(repo: &Repo<'_>) -> Fact {
    let is_review = |text: &str| {
        let lower = text.to_lowercase();
        ["review", "preview", "pr-", "pull-request", "netlify", "vercel"].iter().any(|word| lower.contains(word))
    };
    let places: Vec<Location> = repo
        .pipelines
        .actions()
        .filter(|(pipeline, job, action)| {
            let names = format!("{} {} {}", pipeline.path, job.id, job.environment.as_deref().unwrap_or_default());
            action.activity == Activity::Deploy
                && pipeline.triggers_of(job).contains(&Trigger::PullRequest)
                && (is_review(&names) || is_review(&action.tool))
        })
        .map(|(_, _, action)| action.place.clone().noted(action.tool.clone()))
        .take(PLACES)
        .collect();
    if !places.is_empty() {
        return Fact::bool(true).seen(places);
    }
    // Platforms make them by themselves when asked in their own console.
    let platforms = deploy_platforms(repo);
    let able = ["scalingo", "heroku", "netlify", "vercel", "clever-cloud", "render", "procfile"];
    match platforms.names().iter().find(|name| able.contains(&name.as_str())) {
        Some(name) => Fact::unverified(
            format!("{name} can deploy each pull request by itself; its settings are not in the repository"),
            format!(
                "{name} peut déployer chaque demande de fusion de lui-même ; ses réglages ne sont pas dans le dépôt"
            ),
        ),
        None => unless_elsewhere(repo, Fact::bool(false)),
    }
}

fn deploy_platforms(repo: &Repo<'_>) -> Fact {
    let mut found: Vec<(String, Location)> = Vec::new();
    for (path, platform) in PLATFORMS {
        if repo.inventory.has(path) {
            found.push(((*platform).to_owned(), Location::file(*path)));
        } else if repo.inventory.has_folder(path) {
            found.push(((*platform).to_owned(), Location::file(format!("{path}/"))));
        }
    }
    // A Procfile alone does not say whose platform it is; `app.json` is Expo's as often as Heroku's.
    let known = found.iter().any(|(name, _)| matches!(name.as_str(), "scalingo" | "clever-cloud" | "heroku"));
    found.retain(|(name, _)| name != "procfile" || !known);
    if repo.manifests.depends_on(&["expo"]) {
        found.retain(|(name, _)| name != "heroku");
    }
    Fact::named(found)
}

fn deploys_signal(repo: &Repo<'_>) -> Fact {
    let automated = routes(repo.pipelines);
    let on = |wanted: &[Trigger]| automated.iter().any(|found| found.starts_on(wanted));
    if on(&[Trigger::Push, Trigger::AfterPipeline]) {
        return Fact::text("continuous")
            .seen(automated.iter().map(|found| found.action.place.clone()).take(3))
            .guessed();
    }
    let release = repo.pipelines.actions().find(|(_, _, action)| action.activity == Activity::Release);
    if let Some((_, _, action)) = release {
        return Fact::text("releases-automated").seen([action.place.clone()]).guessed();
    }
    if on(&[Trigger::Tag, Trigger::Release]) {
        return Fact::text("tags").seen(automated.iter().map(|found| found.action.place.clone()).take(3)).guessed();
    }
    if let Ok(history) = repo.history
        && releases(history, repo.as_of, 90).len() > 1
    {
        return Fact::text("tags").guessed();
    }
    let manual = repo.pipelines.actions().find(|(pipeline, job, action)| {
        action.activity == Activity::Deploy && pipeline.triggers_of(job).contains(&Trigger::Manual)
    });
    match manual {
        Some((_, _, action)) => Fact::text("manual").seen([action.place.clone()]).guessed(),
        None => Fact::text("unknown").guessed(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Value, fact_of};

    fn deploy(on: &str, jobs: &str) -> String {
        format!("name: Deploy\non: {on}\njobs:\n{jobs}")
    }

    const SHIP: &str = "  ship:\n    steps:\n      - run: clever deploy\n";

    #[test]
    fn a_button_is_no_automation() {
        let text = deploy("workflow_dispatch", SHIP);
        assert!(!fact_of(&[(".github/workflows/d.yml", text.as_str())], "deploy_automated").is_true());
    }

    #[test]
    fn the_needs_chain_gates() {
        let gated = deploy(
            "{push: {branches: [main]}}",
            "  unit:\n    steps:\n      - run: npx jest\n  build:\n    needs: unit\n    steps: []\n  ship:\n    needs: [build]\n    steps:\n      - run: clever deploy\n",
        );
        let file = ".github/workflows/d.yml";
        assert!(fact_of(&[(file, gated.as_str())], "deploy_gated_by_tests").is_true());
        let bare = deploy("{push: {branches: [main]}}", SHIP);
        assert_eq!(fact_of(&[(file, bare.as_str())], "deploy_gated_by_tests").value(), Some(&Value::Bool(false)));
        assert_eq!(fact_of(&[], "deploy_gated_by_tests").value(), Some(&Value::Nothing));
    }

    #[test]
    fn a_job_that_runs_whatever_happened_is_not_gated_by_what_it_needs() {
        let with = |condition: &str| {
            deploy(
                "{push: {branches: [main]}}",
                &format!(
                    "  unit:\n    steps:\n      - run: npx jest\n  ship:\n    needs: unit\n    if: {condition}\n    steps:\n      - run: clever deploy\n"
                ),
            )
        };
        let gated = |condition: &str| {
            let text = with(condition);
            fact_of(&[(".github/workflows/d.yml", text.as_str())], "deploy_gated_by_tests").is_true()
        };
        assert!(!gated("always()"));
        assert!(!gated("\"!cancelled()\""));
        assert!(gated("always() && needs.unit.result == 'success'"));
        assert!(gated("github.ref == 'refs/heads/main'"));
        let text = with("always()");
        let files = [(".github/workflows/d.yml", text.as_str())];
        assert_eq!(fact_of(&files, "deploys_despite_failure").names(), ["ship"]);
        assert_eq!(fact_of(&files, "deploy_paths_without_tests").names(), ["push → d.yml → unit → ship"]);
    }

    #[test]
    fn a_workflow_that_follows_another_by_name_is_gated_by_its_success() {
        let ship = "name: Deploy\non:\n  workflow_run: {workflows: [Tests], types: [completed]}\njobs:\n  ship:\n    if: github.event.workflow_run.conclusion == 'success'\n    steps:\n      - run: clever deploy\n";
        let tests = "name: Tests\non: push\njobs:\n  t:\n    steps:\n      - run: npx jest\n";
        let files = [(".github/workflows/d.yml", ship), (".github/workflows/t.yml", tests)];
        assert!(fact_of(&files, "deploy_gated_by_tests").is_true());
    }

    #[test]
    fn a_procfile_is_a_platform_not_a_proof() {
        let fact = fact_of(&[("Procfile", "web: x\n"), ("scalingo.json", "{}")], "deploy_automated");
        assert_eq!(fact.value(), Some(&Value::Bool(false)));
        assert!(!fact.sure);
    }
}
