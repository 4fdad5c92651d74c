//! What continuous integration runs, and when.

use crate::base::location::Location;
use crate::base::text::Localized;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind, PLACES};
use crate::model::delivery::route::TESTS;
use crate::model::pipeline::{Activity, Job, Pipeline, Trigger};

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "ci_systems",
        kind: Kind::List,
        question: (
            "Which continuous-integration systems are configured?",
            "Quels systèmes d'intégration continue sont configurés ?",
        ),
        detect: ci_systems,
    },
    Detector {
        id: "ci_on_pull_request",
        kind: Kind::Bool,
        question: (
            "Does CI run on pull requests, or on pushes to every branch?",
            "La CI tourne-t-elle sur les demandes de fusion, ou sur les push de toutes les branches ?",
        ),
        detect: ci_on_pull_request,
    },
    Detector {
        id: "ci_runs_tests",
        kind: Kind::Bool,
        question: ("Does a CI job run the test suite?", "Un job de CI lance-t-il les tests ?"),
        detect: |repo| runs(repo, TESTS, None),
    },
    Detector {
        id: "ci_runs_linter",
        kind: Kind::Bool,
        question: (
            "Does a CI job run a linter or a format check?",
            "Un job de CI lance-t-il un linter ou une vérification de format ?",
        ),
        detect: |repo| runs(repo, LINTS, None),
    },
    Detector {
        id: "ci_tests_pull_requests",
        kind: Kind::Bool,
        question: (
            "Do the tests run on pull requests, and does their failure fail CI?",
            "Les tests tournent-ils sur les demandes de fusion, avec un échec bloquant ?",
        ),
        detect: |repo| runs(repo, TESTS, Some(Trigger::PullRequest)),
    },
    Detector {
        id: "ci_tolerated_failures",
        kind: Kind::List,
        question: (
            "Which tests or linters may fail without CI failing?",
            "Quels tests ou linters peuvent échouer sans que la CI échoue ?",
        ),
        detect: ci_tolerated_failures,
    },
    Detector {
        id: "ci_dead_tests",
        kind: Kind::List,
        question: (
            "Which checks are only started by hand?",
            "Quelles vérifications ne sont lancées que par une personne ?",
        ),
        detect: ci_dead_tests,
    },
    Detector {
        id: "ci_checks",
        kind: Kind::List,
        question: ("What does CI check without anyone starting it?", "Que vérifie la CI d'elle-même ?"),
        detect: |repo| checks(repo, None),
    },
    Detector {
        id: "ci_checks_on_pull_request",
        kind: Kind::List,
        question: (
            "Which checks run on pull requests and fail CI when they fail?",
            "Que vérifie la CI sur les demandes de fusion, avec un échec bloquant ?",
        ),
        detect: |repo| checks(repo, Some(&[Trigger::PullRequest])),
    },
    Detector {
        id: "ci_checks_after_merge",
        kind: Kind::List,
        question: (
            "What does CI check on the main line, after the merge?",
            "Que vérifie la CI sur la branche principale, après la fusion ?",
        ),
        detect: |repo| checks(repo, Some(&[Trigger::Push, Trigger::AfterPipeline])),
    },
    Detector {
        id: "ci_broken_files",
        kind: Kind::List,
        question: (
            "Which pipeline files cannot be read, by their own system either?",
            "Quels fichiers de pipeline sont illisibles, pour leur propre système aussi ?",
        ),
        detect: |repo| {
            Fact::named(repo.pipelines.broken.iter().map(|place| (place.path.clone(), place.clone())).collect())
        },
    },
    Detector {
        id: "ci_elsewhere",
        kind: Kind::List,
        question: (
            "What does CI call that is in another repository?",
            "Qu'appelle la CI qui est dans un autre dépôt ?",
        ),
        detect: ci_elsewhere,
    },
];

const LINTS: &[Activity] = &[Activity::Lint, Activity::Format];
const CHECKS: &[Activity] = &[
    Activity::Test,
    Activity::EndToEndTest,
    Activity::Lint,
    Activity::Format,
    Activity::TypeCheck,
    Activity::Build,
    Activity::SecurityScan,
];

fn ci_systems(repo: &Repo<'_>) -> Fact {
    if repo.pipelines.systems.is_empty()
        && let Some(fact) = unknown(repo)
    {
        return fact;
    }
    Fact::named(repo.pipelines.systems.iter().map(|(name, place)| ((*name).to_owned(), place.clone())).collect())
}

/// Why what CI does is not known, where it is not.
fn unknown(repo: &Repo<'_>) -> Option<Fact> {
    let elsewhere = repo.pipelines.elsewhere();
    if !elsewhere.is_empty() {
        let names = elsewhere.join(", ");
        return Some(Fact::unverified(
            format!("CI calls what is in another repository: {names}"),
            format!("la CI appelle ce qui est dans un autre dépôt : {names}"),
        ));
    }
    repo.pipelines.unread.first().map(not_read)
}

/// What a file that was not read may hold is not known.
fn not_read((path, reason): &(String, Localized)) -> Fact {
    Fact::unverified(
        format!("`{path}` was not read: {}", reason.en),
        format!("`{path}` n'a pas été lu : {}", reason.fr),
    )
    .seen([Location::file(path)])
}

fn starts_alone(pipeline: &Pipeline, job: &Job) -> bool {
    let triggers = pipeline.triggers_of(job);
    let only = |wanted: &[Trigger]| !triggers.is_empty() && triggers.iter().all(|trigger| wanted.contains(trigger));
    !only(&[Trigger::Manual, Trigger::Other]) && !only(&[Trigger::Manual]) && !only(&[Trigger::Called])
}

/// Whether a called workflow has a caller that starts alone is decided by the caller's own actions.
fn runs(repo: &Repo<'_>, activities: &[Activity], on: Option<Trigger>) -> Fact {
    let mut places: Vec<Location> = Vec::new();
    for (pipeline, job, action) in repo.pipelines.actions() {
        let wanted = activities.contains(&action.activity) && starts_alone(pipeline, job);
        let felt = on.is_none_or(|on| pipeline.triggers_of(job).contains(&on) && action.blocking);
        if wanted
            && felt
            && !places.iter().any(|place| place.path == action.place.path && place.line == action.place.line)
        {
            let note = action.place.note.clone().unwrap_or_else(|| action.tool.clone());
            places.push(action.place.clone().noted(note));
        }
    }
    places.truncate(PLACES);
    if places.is_empty()
        && let Some(fact) = unknown(repo)
    {
        return fact;
    }
    Fact::shown(places)
}

/// The kinds of checks that start by themselves, on some triggers where they are given; a failure must then be felt.
fn checks(repo: &Repo<'_>, on: Option<&[Trigger]>) -> Fact {
    let mut found: Vec<(String, Location)> = Vec::new();
    for (pipeline, job, action) in repo.pipelines.actions() {
        let triggers = pipeline.triggers_of(job);
        let felt = on.is_none_or(|on| action.blocking && on.iter().any(|trigger| triggers.contains(trigger)));
        if !CHECKS.contains(&action.activity) || !starts_alone(pipeline, job) || !felt {
            continue;
        }
        // Linters of security are both.
        let both = ["brakeman", "bandit", "sobelow"].contains(&action.tool.as_str());
        let names = [Some(action.activity.name()), both.then_some(Activity::SecurityScan.name())];
        for name in names.into_iter().flatten() {
            if !found.iter().any(|(known, _)| known == name) {
                found.push((name.to_owned(), action.place.clone().noted(action.tool.clone())));
            }
        }
    }
    if found.is_empty()
        && let Some(fact) = unknown(repo)
    {
        return fact;
    }
    Fact::named(found)
}

fn ci_elsewhere(repo: &Repo<'_>) -> Fact {
    let called = repo.pipelines.all.iter().flat_map(|pipeline| {
        pipeline.jobs.iter().flat_map(move |job| {
            job.elsewhere.iter().map(move |name| (name.clone(), Location::line(&pipeline.path, job.line)))
        })
    });
    Fact::named(called.collect())
}

fn ci_on_pull_request(repo: &Repo<'_>) -> Fact {
    let mut places: Vec<(bool, Location)> = Vec::new();
    for pipeline in &repo.pipelines.all {
        for job in &pipeline.jobs {
            if !pipeline.triggers_of(job).contains(&Trigger::PullRequest) {
                continue;
            }
            let checks = job.actions.iter().any(|action| CHECKS.contains(&action.activity));
            if checks || job.runs_commands || !job.elsewhere.is_empty() {
                places.push((!checks, Location::line(&pipeline.path, job.line)));
            }
        }
    }
    places.sort();
    // A labeller runs no command; jobs that check something come first.
    let sure = places.first().is_some_and(|(unsure, _)| !unsure);
    if places.is_empty()
        && let Some(file) = repo.pipelines.unread.first()
    {
        return not_read(file);
    }
    let fact = Fact::shown(places.into_iter().map(|(_, place)| place).take(PLACES).collect());
    if sure || !fact.is_true() { fact } else { fact.guessed() }
}

fn ci_tolerated_failures(repo: &Repo<'_>) -> Fact {
    let mut found: Vec<(String, Location)> = Vec::new();
    for (_, _, action) in repo.pipelines.actions() {
        let checked = TESTS.contains(&action.activity)
            || LINTS.contains(&action.activity)
            || action.activity == Activity::TypeCheck;
        let elsewhere = repo.pipelines.actions().any(|(_, _, other)| other.tool == action.tool && other.blocking);
        if checked && !action.blocking && !elsewhere {
            found.push((action.tool.clone(), action.place.clone().noted(action.tool.clone())));
        }
    }
    Fact::named(found)
}

fn ci_dead_tests(repo: &Repo<'_>) -> Fact {
    let alive = |tool: &str| {
        repo.pipelines.actions().any(|(pipeline, job, action)| action.tool == tool && starts_alone(pipeline, job))
    };
    let dead = repo.pipelines.actions().filter(|(pipeline, job, action)| {
        let by_hand = pipeline.triggers_of(job).iter().all(|trigger| *trigger == Trigger::Manual);
        TESTS.contains(&action.activity) && by_hand && !alive(&action.tool)
    });
    Fact::named(dead.map(|(_, _, action)| (action.tool.clone(), action.place.clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::super::{Answer, fact_of};

    const PACKAGE: (&str, &str) = (
        "package.json",
        r#"{"scripts": {"test": "vitest run", "lint": "next lint"}, "devDependencies": {"vitest": "3"}}"#,
    );

    fn ci(on: &str, run: &str) -> String {
        format!(
            "on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: {run}\n"
        )
    }

    #[test]
    fn scripts_are_followed_to_the_tests() {
        let workflow = ci("[push]", "npm test");
        let files = [PACKAGE, (".github/workflows/ci.yml", workflow.as_str())];
        assert_eq!(fact_of(&files, "ci_runs_tests").evidence[0].to_string(), ".github/workflows/ci.yml:7 (vitest)");
        assert!(!fact_of(&files, "ci_runs_linter").is_true());
        assert!(fact_of(&files, "ci_tests_pull_requests").is_true());
    }

    #[test]
    fn tests_that_only_a_person_starts_do_not_run() {
        let workflow = ci("workflow_dispatch", "npm test");
        assert!(!fact_of(&[PACKAGE, (".github/workflows/ci.yml", workflow.as_str())], "ci_runs_tests").is_true());
    }

    #[test]
    fn a_tolerated_failure_gates_nothing() {
        let workflow = ci("pull_request", "npm test || true");
        let files = [PACKAGE, (".github/workflows/ci.yml", workflow.as_str())];
        assert!(fact_of(&files, "ci_runs_tests").is_true());
        assert!(!fact_of(&files, "ci_tests_pull_requests").is_true());
        assert_eq!(fact_of(&files, "ci_tolerated_failures").names(), ["vitest"]);
    }

    #[test]
    fn a_workflow_that_cannot_be_read_is_still_a_pipeline() {
        let files = [(".github/workflows/ci.yml", "on: [push\njobs: {}\n")];
        assert_eq!(fact_of(&files, "ci_systems").names(), ["github-actions"]);
        assert!(matches!(fact_of(&files, "ci_runs_tests").answer, Answer::Unverified(_)));
    }

    #[test]
    fn what_another_repository_runs_is_unverified() {
        let files = [(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  a:\n    uses: org/shared/.github/workflows/test.yml@v1\n",
        )];
        assert!(matches!(fact_of(&files, "ci_runs_tests").answer, Answer::Unverified(_)));
    }
}
