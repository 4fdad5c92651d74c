//! The calendar of deployments and the four DORA metrics: as text, JSON and CSV.

use std::fmt::Write as _;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::csv::cell;
use crate::base::date::{date, moment};
use crate::base::edge;
use crate::base::text::{Lang, Localized};
use crate::model::delivery::{Band, Delivery, Measure, Measures, Signal, Unit, WEEKS};
use crate::model::forge::Conclusion;
use crate::read::history::{WEEK, WINDOW_WEEKS};

/// What is printed.
pub(crate) struct Calendar<'c> {
    /// The name of the repository.
    pub name: &'c str,
    /// The language.
    pub lang: Lang,
    /// The deployments, or why nothing shows them.
    pub delivery: Result<&'c Delivery, &'c Localized>,
    /// The keys.
    pub measures: &'c Measures,
    /// The date of the audit, in seconds since 1970.
    pub as_of: i64,
    /// Whether more than ASCII may be printed.
    pub unicode: bool,
}

/// The version of the JSON format.
pub(crate) const VERSION: u32 = 1;

/// The calendar of `equerre deployments --format json`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "Equerre deployments", rename = "Deploys")]
pub(crate) struct JsonDeploys {
    /// The version of this format.
    pub version: u32,
    /// Owner and name of the repository, else its folder.
    pub repository: String,
    /// The date of the audit, RFC 3339.
    pub as_of: String,
    /// What shows the deployments; absent where nothing does.
    pub signal: Option<Signal>,
    /// In words: which environment, branch or tags; or why nothing shows them.
    pub shown_by: String,
    /// Whether two careful people would agree that these are the deployments.
    pub sure: bool,
    /// Deployments a week, the latest week first.
    pub weeks: Vec<JsonWeek>,
    /// Every deployment of the last 53 weeks, the latest first.
    pub deployments: Vec<JsonDeployment>,
    /// The DORA metrics and the trend of the first.
    pub keys: JsonKeys,
}

/// A week of seven days, counted back from the date of the audit.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JsonWeek {
    /// Its first moment, RFC 3339.
    pub from: String,
    /// Deployments that did not fail.
    pub deployments: u32,
}

/// A deployment.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JsonDeployment {
    /// When, RFC 3339.
    pub time: String,
    /// A tag, or a short commit id.
    pub name: String,
    /// The commit, in full, where it is known.
    pub commit: Option<String>,
    /// `succeeded`, `failed`, or `unknown`.
    pub outcome: &'static str,
    /// Whether it put an earlier version back.
    pub rollback: bool,
    /// Whether it brings a hotfix or a revert.
    pub repair: bool,
}

/// The DORA metrics.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JsonKeys {
    /// Deployments a week over the last 13 weeks.
    pub deployment_frequency: JsonMeasure,
    /// The last 13 weeks against the rest of the year, in percent.
    pub trend: JsonMeasure,
    /// From authorship to deployment, the median, in days.
    pub lead_time_for_changes: JsonMeasure,
    /// The share of deployments that failed or were repaired, in percent.
    pub change_failure_rate: JsonMeasure,
    /// From a failure to its repair, the median, in hours.
    pub time_to_restore_service: JsonMeasure,
}

/// A figure, or why there is none.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JsonMeasure {
    /// The figure.
    pub value: Option<f64>,
    /// Why there is none.
    pub unverified: Option<String>,
    /// The unit of the figure.
    pub unit: Unit,
    /// How it was computed.
    pub how: Option<String>,
    /// Whether two careful people would agree.
    pub sure: bool,
    /// Its level in the report of DORA, for a key.
    pub band: Option<Band>,
}

fn outcome(outcome: Conclusion) -> &'static str {
    match outcome {
        Conclusion::Succeeded => "succeeded",
        Conclusion::Failed => "failed",
        Conclusion::Unknown => "unknown",
    }
}

impl Calendar<'_> {
    fn weeks(&self) -> Vec<JsonWeek> {
        let counts = self.delivery.map(Delivery::weeks).unwrap_or_default();
        (1..)
            .zip(counts)
            .map(|(week, deployments)| JsonWeek { from: moment(self.as_of - week * WEEK), deployments })
            .collect()
    }

    fn json(&self) -> JsonDeploys {
        let all = self.delivery.map(|delivery| delivery.deployments.as_slice()).unwrap_or_default();
        let deployments = all.iter().map(|found| JsonDeployment {
            time: moment(found.time),
            name: edge::masked_name(&found.name),
            commit: found.commit.clone(),
            outcome: outcome(found.outcome),
            rollback: found.rollback,
            repair: found.repair,
        });
        let measure = |measure: &Measure| JsonMeasure {
            value: measure.value.as_ref().ok().copied(),
            unverified: measure.value.as_ref().err().map(|reason| edge::masked(reason.get(self.lang))),
            unit: measure.unit,
            how: measure.value.is_ok().then(|| edge::masked(measure.how.get(self.lang))),
            sure: measure.sure,
            band: measure.band,
        };
        let keys = self.measures;
        JsonDeploys {
            version: VERSION,
            repository: edge::masked_name(self.name),
            as_of: moment(self.as_of),
            signal: self.delivery.ok().map(|delivery| delivery.signal),
            shown_by: edge::masked(self.shown_by()),
            sure: self.delivery.is_ok_and(|delivery| delivery.sure),
            weeks: self.weeks(),
            deployments: deployments.collect(),
            keys: JsonKeys {
                deployment_frequency: measure(&keys.frequency),
                trend: measure(&keys.trend),
                lead_time_for_changes: measure(&keys.lead_time),
                change_failure_rate: measure(&keys.change_failure_rate),
                time_to_restore_service: measure(&keys.time_to_restore),
            },
        }
    }

    fn shown_by(&self) -> &str {
        match self.delivery {
            Ok(delivery) => delivery.shown_by.get(self.lang),
            Err(reason) => reason.get(self.lang),
        }
    }

    /// Prints the calendar as one JSON object.
    ///
    /// # Errors
    /// Those of the writer.
    pub(crate) fn render_json(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(edge::json(&self.json())?.as_bytes())
    }

    /// Prints one line a deployment, the latest first (RFC 4180).
    ///
    /// # Errors
    /// Those of the writer.
    pub(crate) fn render_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "time,name,commit,outcome,rollback,repair\r\n")?;
        for found in self.json().deployments {
            let name = cell(&found.name);
            let commit = found.commit.unwrap_or_default();
            write!(out, "{},{name},{commit},{},{},{}\r\n", found.time, found.outcome, found.rollback, found.repair)?;
        }
        Ok(())
    }

    /// Prints the calendar for people.
    ///
    /// # Errors
    /// Those of the writer.
    pub(crate) fn render_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let lang = self.lang;
        let title = lang.pick("Deployments of", "Mises en production de");
        writeln!(out, "{title} {}  {}", edge::name(self.name), date(self.as_of))?;
        match self.delivery {
            Ok(delivery) => {
                let doubt = if delivery.sure { "" } else { lang.pick("  (to be confirmed)", "  (à confirmer)") };
                let shown = lang.pick("Shown by", "Montrées par");
                writeln!(out, "{shown} {}{doubt}\n", edge::text(delivery.shown_by.get(lang)))?;
                self.render_year(delivery, out)?;
                self.render_quarter(delivery, out)?;
            }
            // Without deployments there is nothing to compute.
            Err(reason) => return writeln!(out, "{}", edge::text(reason.get(lang))),
        }
        let title = lang.pick("Four DORA metrics, over 13 weeks", "Les quatre métriques DORA, sur 13 semaines");
        writeln!(out, "{title}")?;
        for (name, measure) in named(self.measures, lang) {
            writeln!(out, "  {name:<32}{}", figure(measure, lang))?;
            if measure.value.is_ok() {
                writeln!(out, "  {:<32}{}", "", edge::text(measure.how.get(lang)))?;
            }
        }
        Ok(())
    }

    /// One mark a week over the year, the latest at the right.
    fn render_year(&self, delivery: &Delivery, out: &mut dyn Write) -> io::Result<()> {
        const BARS: &[char] = &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        const ASCII: &[char] = &['.', ':', '-', '=', '+', '*', '#', '@'];
        let bars = if self.unicode { BARS } else { ASCII };
        let none = if self.unicode { '·' } else { ' ' };
        let weeks = delivery.weeks();
        let most = weeks.iter().copied().max().unwrap_or(0).max(1) as usize;
        let line: String = weeks
            .iter()
            .rev()
            .map(|count| match *count as usize {
                0 => none,
                count => bars[(count * bars.len()).div_ceil(most) - 1],
            })
            .collect();
        writeln!(out, "  {line}")?;
        let from = date(self.as_of - WINDOW_WEEKS * WEEK);
        let to = date(self.as_of);
        let gap = line.chars().count().saturating_sub(from.len() + to.len());
        writeln!(out, "  {from}{}{to}\n", " ".repeat(gap))
    }

    /// The last 13 weeks, one line each, with what was deployed.
    fn render_quarter(&self, delivery: &Delivery, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "  {}", self.lang.pick("Week of      Deployments", "Semaine du   Mises en production"))?;
        for week in 1..=WEEKS {
            let from = self.as_of - week * WEEK;
            if from < delivery.since - WEEK {
                break;
            }
            let of_week: Vec<&crate::model::delivery::Deployment> =
                delivery.deployments.iter().filter(|found| found.time > from && found.time <= from + WEEK).collect();
            let mut names = String::new();
            for found in of_week.iter().take(5) {
                let mark = match (found.outcome, found.rollback, found.repair) {
                    (Conclusion::Failed, ..) => self.lang.pick(" (failed)", " (échec)"),
                    (_, true, _) => self.lang.pick(" (rollback)", " (retour arrière)"),
                    (_, _, true) => self.lang.pick(" (repair)", " (correctif)"),
                    _ => "",
                };
                let comma = if names.is_empty() { "" } else { ", " };
                let _ = write!(names, "{comma}{}{mark}", edge::name(&found.name));
            }
            if of_week.len() > 5 {
                names.push_str(if self.unicode { ", …" } else { ", ..." });
            }
            writeln!(out, "  {:<12}{:>4}  {names}", date(from), of_week.len())?;
        }
        writeln!(out)
    }
}

/// The keys and the trend of the first, each with its name.
pub(crate) fn named(keys: &Measures, lang: Lang) -> [(&'static str, &Measure); 5] {
    [
        (lang.pick("Deployment frequency", "Fréquence de mise en production"), &keys.frequency),
        (lang.pick("Trend over the year", "Tendance sur l’année"), &keys.trend),
        (lang.pick("Lead time for changes", "Délai de mise en production"), &keys.lead_time),
        (lang.pick("Change failure rate", "Taux d’échec des changements"), &keys.change_failure_rate),
        (lang.pick("Time to restore service", "Temps de rétablissement"), &keys.time_to_restore),
    ]
}

/// The unit in which a figure is shown.
enum Shown {
    PerWeek,
    Days,
    Hours,
    Minutes,
    Percent,
}

/// A figure with its unit and its level, or why there is none.
pub(crate) fn figure(measure: &Measure, lang: Lang) -> String {
    let value = match &measure.value {
        Ok(value) => *value,
        Err(reason) => {
            let name = lang.pick("unverified:", "non vérifié\u{a0}:");
            return format!("{name} {}", edge::text(reason.get(lang)));
        }
    };
    // Less than a day reads in hours, less than an hour in minutes.
    let (value, unit) = match measure.unit {
        Unit::Days if value < 1.0 && value * 24.0 >= 1.0 => (value * 24.0, Shown::Hours),
        Unit::Days if value < 1.0 => (value * 24.0 * 60.0, Shown::Minutes),
        Unit::Hours if value < 1.0 => (value * 60.0, Shown::Minutes),
        Unit::Days => (value, Shown::Days),
        Unit::Hours => (value, Shown::Hours),
        Unit::PerWeek => (value, Shown::PerWeek),
        Unit::Percent => (value, Shown::Percent),
    };
    let rounded = (value * 10.0).round() / 10.0;
    let number = crate::report::format::words::number(rounded.abs(), lang);
    let sign = match measure.band {
        None if rounded > 0.0 => "+",
        _ if rounded < 0.0 => "−",
        _ => "",
    };
    // French counts from two on.
    let few = rounded.abs() < 2.0;
    let unit = match unit {
        Shown::PerWeek => lang.pick("a week", "par semaine"),
        Shown::Days => lang.pick("days", if few { "jour" } else { "jours" }),
        Shown::Hours => lang.pick("hours", if few { "heure" } else { "heures" }),
        Shown::Minutes => lang.pick("minutes", if few { "minute" } else { "minutes" }),
        Shown::Percent => "%",
    };
    let mut text = format!("{sign}{number} {unit}");
    if let Some(band) = measure.band {
        let _ = write!(text, "  [{}]", band.name().get(lang));
    }
    if !measure.sure {
        text.push_str(lang.pick("  (to be confirmed)", "  (à confirmer)"));
    }
    text
}
