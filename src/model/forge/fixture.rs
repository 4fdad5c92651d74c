//! The answers of a forge written by hand, for the cases of rules: the `forge` of `case.yml`.

use serde::Deserialize;

use crate::base::text::Localized;
use crate::model::forge::answers::{Conclusion, Deployment, Forge, Protection, Release, Repository, Run};
use crate::read::history::DAY;

/// What a forge answers; what is absent is not known.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ForgeFixture {
    /// Whether anyone can read the repository.
    pub public: Option<bool>,
    /// Whether the repository is closed to changes.
    #[serde(default)]
    pub archived: bool,
    /// The deployments.
    pub deployments: Option<Vec<ForgeDeploymentFixture>>,
    /// The releases.
    pub releases: Option<Vec<ForgeEventFixture>>,
    /// The runs of the default branch.
    pub runs: Option<Vec<ForgeEventFixture>>,
    /// How the default branch is protected.
    pub protection: Option<ForgeProtectionFixture>,
}

/// A deployment; `times` repeats it, `every` days apart.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ForgeDeploymentFixture {
    /// Where to.
    pub environment: String,
    /// Age in days at the date of the audit.
    pub days_ago: i64,
    /// How many such deployments.
    #[serde(default = "once")]
    pub times: i64,
    /// How many days apart.
    #[serde(default = "once")]
    pub every: i64,
    /// Whether they failed.
    #[serde(default)]
    pub failed: bool,
    /// What was deployed; `{n}` counts the repetitions.
    #[serde(default)]
    pub commit: String,
}

/// A release or run; `times` repeats it, `every` days apart.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ForgeEventFixture {
    /// Its name; `{n}` counts the repetitions.
    pub name: String,
    /// Age in days at the date of the audit.
    pub days_ago: i64,
    /// How many such events.
    #[serde(default = "once")]
    pub times: i64,
    /// How many days apart.
    #[serde(default = "once")]
    pub every: i64,
    /// Whether they failed.
    #[serde(default)]
    pub failed: bool,
}

/// How the default branch is protected.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct ForgeProtectionFixture {
    /// Whether pushes are restricted.
    pub protected: bool,
    /// The checks that are required.
    pub required: Vec<String>,
    /// How many people must approve.
    pub approvals: Option<u32>,
}

const fn once() -> i64 {
    1
}

impl ForgeFixture {
    /// The answers, at a date.
    pub(crate) fn answers(&self, as_of: i64) -> Forge {
        let hidden = Localized::new("the case does not say", "le cas ne le dit pas");
        let mut forge = Forge::silent("forge.example", "https://forge.example/owner/name", &hidden);
        let time = |days_ago: i64, n: i64, every: i64| as_of - (days_ago + n * every) * DAY;
        if let Some(public) = self.public {
            let default_branch = "main".to_owned();
            forge.repository = Ok(Repository { public, archived: self.archived, default_branch });
        }
        if let Some(written) = &self.deployments {
            let mut all: Vec<Deployment> = Vec::new();
            for found in written {
                for n in 0..found.times {
                    let commit = match found.commit.as_str() {
                        "" => format!("{:040x}", all.len() + 1),
                        commit => commit.replace("{n}", &n.to_string()),
                    };
                    all.push(Deployment {
                        commit,
                        environment: found.environment.clone(),
                        production: None,
                        time: time(found.days_ago, n, found.every),
                        outcome: if found.failed { Conclusion::Failed } else { Conclusion::Succeeded },
                    });
                }
            }
            all.sort_by_key(|found| -found.time);
            forge.deployments = Ok(all);
        }
        let events = |written: &[ForgeEventFixture]| -> Vec<(String, i64, bool)> {
            let mut all: Vec<(String, i64, bool)> = written
                .iter()
                .flat_map(|found| {
                    (0..found.times).map(move |n| {
                        (found.name.replace("{n}", &n.to_string()), time(found.days_ago, n, found.every), found.failed)
                    })
                })
                .collect();
            all.sort_by_key(|found| -found.1);
            all
        };
        if let Some(written) = &self.releases {
            let release = |(tag, time, prerelease)| Release { tag, time, prerelease };
            forge.releases = Ok(events(written).into_iter().map(release).collect());
        }
        if let Some(written) = &self.runs {
            let run = |(name, time, failed): (String, i64, bool)| Run { name, time, passed: Some(!failed) };
            forge.runs = Ok(events(written).into_iter().map(run).collect());
        }
        if let Some(written) = &self.protection {
            forge.protection = Ok(Protection {
                branch: "main".to_owned(),
                protected: written.protected,
                checks: Some(!written.required.is_empty()),
                required: written.required.clone(),
                approvals: written.approvals,
            });
        }
        forge
    }
}
