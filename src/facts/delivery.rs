//! What the calendar of deployments and the forge say: the DORA metrics, the runs, the protection of the main branch.

use crate::base::location::Location;
use crate::base::text::{Localized, to_u32};
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind, PLACES};
use crate::model::delivery::{Measure, Signal, WEEKS};
use crate::model::forge::Known;
use crate::read::history::{DAY, WINDOW_WEEKS};

pub(super) const ALL: &[Detector] = &[
    Detector {
        id: "deploys_last_13_weeks",
        kind: Kind::Number,
        question: (
            "How many deployments were there over the last 13 weeks?",
            "Combien y a-t-il eu de mises en production sur les 13 dernières semaines ?",
        ),
        detect: deploys_last_13_weeks,
    },
    Detector {
        id: "deploys_per_week",
        kind: Kind::Number,
        question: (
            "How many deployments a week, over the last 13 weeks?",
            "Combien de mises en production par semaine, sur les 13 dernières semaines ?",
        ),
        detect: |repo| measured(repo, &repo.measures.frequency),
    },
    Detector {
        id: "deploys_trend",
        kind: Kind::Number,
        question: (
            "By how much did deployments of the last 13 weeks change against the year before, in percent?",
            "De combien les mises en production des 13 dernières semaines ont-elles varié par rapport à l'année, en pourcentage ?",
        ),
        detect: |repo| measured(repo, &repo.measures.trend),
    },
    Detector {
        id: "lead_time_days",
        kind: Kind::Number,
        question: (
            "How many days from writing a change to its deployment (median)?",
            "Combien de jours entre l'écriture d'un changement et sa mise en production (médiane) ?",
        ),
        detect: |repo| measured(repo, &repo.measures.lead_time),
    },
    Detector {
        id: "change_failure_rate",
        kind: Kind::Number,
        question: (
            "Which share of deployments failed or needed a fix, in percent?",
            "Quelle part des mises en production a échoué ou dû être réparée, en pourcentage ?",
        ),
        detect: |repo| measured(repo, &repo.measures.change_failure_rate),
    },
    Detector {
        id: "time_to_restore_hours",
        kind: Kind::Number,
        question: (
            "How many hours from a failed deployment to the one that fixes it (median)?",
            "Combien d'heures entre une mise en production ratée et celle qui la répare (médiane) ?",
        ),
        detect: |repo| measured(repo, &repo.measures.time_to_restore),
    },
    Detector {
        id: "days_since_last_deploy",
        kind: Kind::Number,
        question: (
            "How many days ago was the last deployment?",
            "De combien de jours date la dernière mise en production ?",
        ),
        detect: days_since_last_deploy,
    },
    Detector {
        id: "source_published",
        kind: Kind::Bool,
        question: (
            "Can anyone read the source on its forge?",
            "Tout le monde peut-il lire le code source sur sa forge ?",
        ),
        detect: source_published,
    },
    Detector {
        id: "repository_archived",
        kind: Kind::Bool,
        question: ("Is the repository archived on its forge?", "Le dépôt est-il archivé sur sa forge ?"),
        detect: |repo| asked(repo, |forge| &forge.repository, |found| Fact::bool(found.archived)),
    },
    Detector {
        id: "main_branch_protected",
        kind: Kind::Bool,
        question: (
            "Is the main branch protected on the forge?",
            "La branche principale est-elle protégée sur la forge ?",
        ),
        detect: |repo| asked(repo, |forge| &forge.protection, |found| Fact::bool(found.protected)),
    },
    Detector {
        id: "checks_required",
        kind: Kind::Bool,
        question: (
            "Must checks have passed before a merge into the main branch?",
            "Des vérifications doivent-elles avoir réussi avant une fusion dans la branche principale ?",
        ),
        detect: checks_required,
    },
    Detector {
        id: "required_approvals",
        kind: Kind::Number,
        question: (
            "How many people must approve a change before it is merged?",
            "Combien de personnes doivent approuver un changement avant sa fusion ?",
        ),
        detect: required_approvals,
    },
    Detector {
        id: "failed_main_runs",
        kind: Kind::Number,
        question: (
            "Which share of the pipelines of the main branch failed over the last 13 weeks, in percent?",
            "Quelle part des pipelines de la branche principale a échoué sur les 13 dernières semaines, en pourcentage ?",
        ),
        detect: failed_main_runs,
    },
    Detector {
        id: "main_branch_broken",
        kind: Kind::Bool,
        question: (
            "Did the last pipeline of the main branch fail?",
            "Le dernier pipeline de la branche principale a-t-il échoué ?",
        ),
        detect: main_branch_broken,
    },
];

fn measured(repo: &Repo<'_>, measure: &Measure) -> Fact {
    match &measure.value {
        Ok(value) => Fact::number(*value).seen([place(repo, measure.how.clone())]).guessed_unless(measure.sure),
        Err(reason) => Fact::unknown(reason.clone()),
    }
}

/// Where deployments are seen, with a remark.
fn place(repo: &Repo<'_>, remark: Localized) -> Location {
    let source = match repo.delivery.map(|delivery| delivery.signal) {
        Ok(Signal::ForgeDeployments | Signal::ForgeReleases) => {
            repo.forge.map_or_else(|| "forge".to_owned(), |forge| forge.page.clone())
        }
        Ok(Signal::ReleaseTags) => "git tag".to_owned(),
        _ => "git log".to_owned(),
    };
    Location::file(source).noted_in(remark.en, remark.fr)
}

fn deploys_last_13_weeks(repo: &Repo<'_>) -> Fact {
    let delivery = match repo.delivery {
        Ok(delivery) => delivery,
        Err(reason) => return Fact::unknown(reason.clone()),
    };
    if let Err(reason) = &repo.measures.frequency.value {
        return Fact::unknown(reason.clone());
    }
    let named = matches!(delivery.signal, Signal::ReleaseTags | Signal::ForgeReleases);
    let evidence: Vec<Location> = if named {
        let tags = delivery.over(WEEKS).take(PLACES);
        tags.map(|found| Location::file(format!("git tag {}", found.name))).collect()
    } else {
        vec![place(repo, delivery.shown_by.clone())]
    };
    Fact::number(to_u32(delivery.over(WEEKS).count())).seen(evidence).guessed_unless(delivery.sure)
}

fn days_since_last_deploy(repo: &Repo<'_>) -> Fact {
    let delivery = match repo.delivery {
        Ok(delivery) => delivery,
        Err(reason) => return Fact::unknown(reason.clone()),
    };
    match delivery.over(WINDOW_WEEKS).next() {
        Some(last) => {
            let days = usize::try_from((repo.as_of - last.time) / DAY).unwrap_or(0);
            let last = place(repo, Localized::new(&last.name, &last.name));
            Fact::number(to_u32(days)).seen([last]).guessed_unless(delivery.sure)
        }
        None => Fact::unverified(
            "no deployment is seen over the last twelve months",
            "aucune mise en production n'est visible sur les douze derniers mois",
        ),
    }
}

/// An answer of the forge as a fact; without the network, the way to know.
fn asked<T>(
    repo: &Repo<'_>,
    part: impl Fn(&crate::model::forge::Forge) -> &Known<T>,
    fact: impl FnOnce(&T) -> Fact,
) -> Fact {
    let Some(forge) = repo.forge else {
        return Fact::unverified(
            "the forge was not asked; `--online` asks it",
            "la forge n'a pas été interrogée ; `--online` l'interroge",
        );
    };
    match part(forge) {
        Ok(known) => fact(known).seen([Location::file(&forge.page)]),
        Err(reason) => Fact::unknown(reason.clone()),
    }
}

fn source_published(repo: &Repo<'_>) -> Fact {
    asked(repo, |forge| &forge.repository, |found| Fact::bool(found.public))
}

fn checks_required(repo: &Repo<'_>) -> Fact {
    asked(
        repo,
        |forge| &forge.protection,
        |found| match found.checks {
            Some(required) => {
                let note = found.required.join(", ");
                Fact::bool(required).seen((!note.is_empty()).then(|| Location::file(&found.branch).noted(note)))
            }
            None => Fact::unverified(
                "the forge shows it only to those who may change its settings",
                "la forge ne le montre qu'à qui peut changer ses réglages",
            ),
        },
    )
}

fn required_approvals(repo: &Repo<'_>) -> Fact {
    asked(
        repo,
        |forge| &forge.protection,
        |found| match found.approvals {
            Some(count) => Fact::number(count),
            None if !found.protected => Fact::number(0),
            None => Fact::unverified(
                "the forge does not show how many approvals it asks for",
                "la forge ne montre pas combien d'approbations elle demande",
            ),
        },
    )
}

/// Below this many runs a share says nothing.
const FEWEST_RUNS: usize = 10;

fn failed_main_runs(repo: &Repo<'_>) -> Fact {
    asked(
        repo,
        |forge| &forge.runs,
        |runs| {
            let ended: Vec<bool> = runs.iter().filter_map(|run| run.passed).collect();
            if ended.len() < FEWEST_RUNS {
                return Fact::unverified(
                    format!("{} runs are too few for a share", ended.len()),
                    format!("{} exécutions sont trop peu pour un taux", ended.len()),
                );
            }
            let failed = ended.iter().filter(|passed| !**passed).count();
            let share = f64::from(to_u32(failed)) / f64::from(to_u32(ended.len())) * 100.0;
            Fact::number(share.round())
        },
    )
}

fn main_branch_broken(repo: &Repo<'_>) -> Fact {
    asked(
        repo,
        |forge| &forge.runs,
        |runs| {
            // The last run of each pipeline decides.
            let mut seen: Vec<&str> = Vec::new();
            let mut broken: Vec<&str> = Vec::new();
            for run in runs {
                let Some(passed) = run.passed else { continue };
                if seen.contains(&run.name.as_str()) {
                    continue;
                }
                seen.push(&run.name);
                if !passed {
                    broken.push(&run.name);
                }
            }
            if seen.is_empty() {
                return Fact::unverified(
                    "no pipeline of the main branch ended over the last 13 weeks",
                    "aucun pipeline de la branche principale ne s'est terminé sur les 13 dernières semaines",
                );
            }
            Fact::bool(!broken.is_empty())
                .seen(broken.into_iter().map(|name| Location::file(name.to_owned())).take(PLACES))
        },
    )
}
