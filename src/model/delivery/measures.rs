//! The four DORA metrics over a calendar of deployments, each with how it was computed and how sure it is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::text::Localized;
use crate::model::delivery::deployment::{Delivery, Deployment, Signal, WEEKS};
use crate::model::forge::Conclusion;
use crate::read::history::{DAY, MergedChange, WEEK};

/// A level of the *Accelerate State of DevOps* reports (dora.dev, levels of 2023).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Band {
    /// The best.
    Elite,
    /// Good.
    High,
    /// Middling.
    Medium,
    /// To be worked on.
    Low,
}

impl Band {
    /// Its name in English and in French.
    pub fn name(self) -> Localized {
        match self {
            Self::Elite => Localized::new("elite", "élite"),
            Self::High => Localized::new("high", "élevé"),
            Self::Medium => Localized::new("medium", "moyen"),
            Self::Low => Localized::new("low", "faible"),
        }
    }
}

/// The unit of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Deployments a week.
    PerWeek,
    /// Days.
    Days,
    /// Hours.
    Hours,
    /// Percent.
    Percent,
}

/// A figure, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// The figure.
    pub value: Result<f64, Localized>,
    /// Its unit.
    pub unit: Unit,
    /// How it was computed.
    pub how: Localized,
    /// Whether two careful people would agree.
    pub sure: bool,
    /// Its level, for a key of DORA.
    pub band: Option<Band>,
}

impl Measure {
    fn unknown(unit: Unit, en: impl Into<String>, fr: impl Into<String>) -> Self {
        Self { value: Err(Localized::new(en, fr)), unit, how: Localized::default(), sure: true, band: None }
    }

    fn known(value: f64, unit: Unit, sure: bool, how: Localized) -> Self {
        Self { value: Ok((value * 100.0).round() / 100.0), unit, how, sure, band: None }
    }

    /// The same, with the level whose bound it does not pass: elite, high, medium.
    fn banded(mut self, reaches: impl Fn(f64, f64) -> bool, bounds: [f64; 3]) -> Self {
        if let Ok(value) = self.value {
            let bands = [Band::Elite, Band::High, Band::Medium];
            let reached = bands.into_iter().zip(bounds).find(|(_, bound)| reaches(value, *bound));
            self.band = Some(reached.map_or(Band::Low, |(band, _)| band));
        }
        self
    }
}

/// The four metrics, and the trend of the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Measures {
    /// Deployments a week over the last 13 weeks.
    pub frequency: Measure,
    /// The last 13 weeks against the mean of the quarters of the year before them, in percent.
    pub trend: Measure,
    /// From authorship to deployment, the median over the last 13 weeks, in days.
    pub lead_time: Measure,
    /// The share of deployments that failed or had to be repaired, in percent.
    pub change_failure_rate: Measure,
    /// From a failure to the deployment that repaired it, the median, in hours.
    pub time_to_restore: Measure,
}

impl Measures {
    /// Computes them.
    pub fn of(delivery: &Delivery, changes: &[MergedChange]) -> Self {
        Self {
            frequency: frequency(delivery),
            trend: trend(delivery),
            lead_time: lead_time(delivery, changes),
            change_failure_rate: change_failure_rate(delivery),
            time_to_restore: time_to_restore(delivery),
        }
    }

    /// All of them unknown for one reason.
    pub fn unknown(reason: &Localized) -> Self {
        let none = |unit| Measure::unknown(unit, reason.en.clone(), reason.fr.clone());
        Self {
            frequency: none(Unit::PerWeek),
            trend: none(Unit::Percent),
            lead_time: none(Unit::Days),
            change_failure_rate: none(Unit::Percent),
            time_to_restore: none(Unit::Hours),
        }
    }
}

/// Counts fit a `u32` by far.
fn float(count: usize) -> f64 {
    f64::from(crate::base::text::to_u32(count))
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a year fit the 52 bits of a float")]
fn span(seconds: i64, unit: i64) -> f64 {
    seconds as f64 / unit as f64
}

fn too_young(unit: Unit, delivery: &Delivery, weeks: i64) -> Measure {
    let age = (delivery.as_of - delivery.since).max(0) / WEEK;
    Measure::unknown(
        unit,
        format!("the history is {age} weeks long; {weeks} are needed to judge"),
        format!("l'historique a {age} semaines ; il en faut {weeks} pour juger"),
    )
}

fn frequency(delivery: &Delivery) -> Measure {
    if !delivery.reaches(WEEKS) {
        return too_young(Unit::PerWeek, delivery, WEEKS);
    }
    let count = delivery.over(WEEKS).count();
    let how = Localized::new(
        format!("{count} deployments over {WEEKS} weeks, counted on {}", delivery.shown_by.en),
        format!("{} sur {WEEKS} semaines, comptées sur {}", deployments_fr(count), delivery.shown_by.fr),
    );
    let per_week = float(count) / span(WEEKS, 1);
    // Several a day, at least one a week, at least one a month.
    Measure::known(per_week, Unit::PerWeek, delivery.sure, how).banded(|value, bound| value >= bound, [7.0, 1.0, 0.23])
}

fn trend(delivery: &Delivery) -> Measure {
    if !delivery.reaches(2 * WEEKS) {
        return too_young(Unit::Percent, delivery, 2 * WEEKS);
    }
    let quarters = i64::min(4, (delivery.as_of - delivery.since) / (WEEKS * WEEK));
    let last = delivery.over(WEEKS).count();
    let before = delivery.over(quarters * WEEKS).count() - last;
    if before == 0 {
        return Measure::unknown(
            Unit::Percent,
            "there was no deployment before to compare with",
            "il n'y avait pas de mise en production auparavant",
        );
    }
    let mean = float(before) / span(quarters - 1, 1);
    let how = Localized::new(
        format!("{last} deployments over the last {WEEKS} weeks against {mean:.1} a quarter before"),
        format!(
            "{} sur les {WEEKS} dernières semaines contre {} par trimestre auparavant",
            deployments_fr(last),
            format!("{}", (mean * 10.0).round() / 10.0).replace('.', ",")
        ),
    );
    Measure::known((float(last) / mean - 1.0) * 100.0, Unit::Percent, delivery.sure, how)
}

/// Changes whose author and landing dates are this close were squashed or pushed straight, in seconds.
const AT_ONCE: i64 = 120;

fn lead_time(delivery: &Delivery, changes: &[MergedChange]) -> Measure {
    let from = delivery.as_of - WEEKS * WEEK;
    let mut oldest_first: Vec<&Deployment> =
        delivery.deployments.iter().filter(|found| found.outcome != Conclusion::Failed && !found.rollback).collect();
    oldest_first.reverse();
    // A change is deployed by the first deployment whose commit is not older than its landing.
    let mut contents: Vec<i64> = oldest_first.iter().map(|found| found.content).collect();
    // A later deployment holds what an earlier one holds.
    for at in 1..contents.len() {
        contents[at] = contents[at].max(contents[at - 1]);
    }
    let mut spans: Vec<i64> = Vec::new();
    let mut at_once = 0;
    for change in changes {
        let at = contents.partition_point(|content| *content < change.landed);
        let Some(deployment) = oldest_first.get(at).filter(|found| found.time > from && found.time <= delivery.as_of)
        else {
            continue;
        };
        at_once += usize::from((change.landed - change.authored).abs() <= AT_ONCE);
        spans.push((deployment.time - change.authored).max(0));
    }
    if spans.len() < 5 {
        let count = spans.len();
        let (en, fr) = match count {
            0 => ("no change was deployed".to_owned(), "aucun changement n'a été mis en production".to_owned()),
            1 => ("a single change was deployed".to_owned(), "un seul changement a été mis en production".to_owned()),
            _ => (
                format!("only {count} changes were deployed"),
                format!("seuls {count} changements ont été mis en production"),
            ),
        };
        return Measure::unknown(Unit::Days, format!("{en} over {WEEKS} weeks"), format!("{fr} sur {WEEKS} semaines"));
    }
    let squashed = at_once * 2 > spans.len();
    if squashed && delivery.signal == Signal::MainLine {
        return Measure::unknown(
            Unit::Days,
            "most changes are squashed when merged: git keeps no date of when they were written",
            "la plupart des changements sont regroupés (squash) à la fusion : git ne garde pas la date de leur écriture",
        );
    }
    let count = spans.len();
    let days = span(median(&mut spans), DAY);
    let how = Localized::new(
        format!(
            "median over {count} changes, from authorship to deployment{}",
            if squashed { "; squashed merges hide the time before the merge" } else { "" }
        ),
        format!(
            "médiane de {count} changements, de l'écriture à la mise en production{}",
            if squashed { " ; les fusions regroupées (squash) cachent le temps avant la fusion" } else { "" }
        ),
    );
    Measure::known(days, Unit::Days, delivery.sure && !squashed, how)
        .banded(|value, bound| value <= bound, [1.0, 7.0, 30.0])
}

/// A number of deployments in French, which counts from two on.
fn deployments_fr(count: usize) -> String {
    format!("{count} {}", if count < 2 { "mise en production" } else { "mises en production" })
}

fn median(values: &mut [i64]) -> i64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

/// Deployments that failed, with the one that repaired each: oldest first.
fn failures(delivery: &Delivery) -> Vec<(&Deployment, Option<&Deployment>)> {
    let from = delivery.as_of - WEEKS * WEEK;
    let oldest_first: Vec<&Deployment> = delivery.deployments.iter().rev().filter(|found| found.time > from).collect();
    let mut failures: Vec<(&Deployment, Option<&Deployment>)> = Vec::new();
    for (at, found) in oldest_first.iter().enumerate() {
        let next = oldest_first.get(at + 1);
        if found.outcome == Conclusion::Failed {
            let repaired = oldest_first[at + 1..].iter().find(|later| later.outcome != Conclusion::Failed);
            failures.push((found, repaired.copied()));
        } else if let Some(next) =
            next.filter(|next| (next.rollback || next.repair) && next.outcome != Conclusion::Failed)
        {
            failures.push((found, Some(next)));
        }
    }
    failures
}

/// Below this many deployments a share says nothing.
const FEWEST: usize = 5;

fn change_failure_rate(delivery: &Delivery) -> Measure {
    let from = delivery.as_of - WEEKS * WEEK;
    let all = delivery.deployments.iter().filter(|found| found.time > from).count();
    if all < FEWEST {
        return Measure::unknown(
            Unit::Percent,
            format!("deployments over {WEEKS} weeks: {all}, too few for a share"),
            format!("mises en production sur {WEEKS} semaines : {all}, trop peu pour un taux"),
        );
    }
    let failed = failures(delivery).len();
    let recorded = delivery.signal == Signal::ForgeDeployments;
    if !recorded && failed == 0 {
        return Measure::unknown(
            Unit::Percent,
            "the main line shows no hotfix and no revert, and does not know of incidents; the deployments of the forge would (`--online`)",
            "la branche principale ne montre ni correctif urgent ni retour arrière, et ne connaît pas les incidents ; les déploiements de la forge les montreraient (`--online`)",
        );
    }
    let how = if recorded {
        Localized::new(
            format!("{failed} of {all} deployments failed, were rolled back, or were followed by a hotfix or a revert"),
            format!(
                "{failed} mises en production sur {all} ont échoué, ont été annulées, ou suivies d'un correctif urgent ou d'un retour arrière"
            ),
        )
    } else {
        Localized::new(
            format!(
                "{failed} of {all} deployments were followed by a hotfix or a revert in git; incidents are not known"
            ),
            format!(
                "{failed} mises en production sur {all} ont été suivies d'un correctif urgent ou d'un retour arrière dans git ; les incidents ne sont pas connus"
            ),
        )
    };
    Measure::known(float(failed) / float(all) * 100.0, Unit::Percent, recorded, how)
        .banded(|value, bound| value <= bound, [5.0, 10.0, 15.0])
}

fn time_to_restore(delivery: &Delivery) -> Measure {
    let mut spans: Vec<i64> =
        failures(delivery).into_iter().filter_map(|(failed, repaired)| Some(repaired?.time - failed.time)).collect();
    if spans.is_empty() {
        return Measure::unknown(
            Unit::Hours,
            format!("no failure followed by a fix over {WEEKS} weeks"),
            format!("aucune panne suivie de sa réparation n'est visible sur {WEEKS} semaines"),
        );
    }
    let count = spans.len();
    if count < FEWEST {
        return Measure::unknown(
            Unit::Hours,
            format!("fewer than {FEWEST} failures over {WEEKS} weeks make no median: {count}"),
            format!("moins de {FEWEST} pannes sur {WEEKS} semaines ne font pas une médiane\u{a0}: {count}"),
        );
    }
    let hours = span(median(&mut spans), 3_600);
    let recorded = delivery.signal == Signal::ForgeDeployments;
    let how = Localized::new(
        format!("median over {count} failures, from the deployment to the one that fixed it"),
        format!("médiane de {count} pannes, de la mise en production à celle qui la répare"),
    );
    Measure::known(hours, Unit::Hours, recorded, how).banded(|value, bound| value < bound, [1.0, 24.0, 168.0])
}
