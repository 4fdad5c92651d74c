//! The cases of rules: `fixtures/<rule>/{fails,passes,not-applicable,unverified}/<case-in-words>/…`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Deserialize;

use crate::base::config_file::ConfigFile;
use crate::base::disk::{NAMED, read_named};
use crate::base::error::Error;
use crate::base::text::{Lang, Localized, localized};
use crate::judge::finding::Outcome;
use crate::model::forge::fixture as forge;
use crate::model::site::fixture as site;
use crate::read::history::{History, HistoryFixture, NoHistory};
use crate::read::inventory::scan::Scanner;
use crate::read::source::Memory;
use crate::survey::{ExternalData, scanner, survey_memory};

use super::Rule;
use super::engine::evaluate;
use super::pack::Rules;

/// The file of a case that describes what a folder cannot hold: its history and date.
pub(crate) const CASE: &str = "case.yml";

/// The date of a case that gives none: 2026-01-01T00:00:00Z.
const DATE: &str = "2026-01-01T00:00:00Z";

/// What a folder of cases expects, by its name.
const EXPECTED: &[(&str, Outcome)] = &[
    ("fails", Outcome::Fail),
    ("passes", Outcome::Pass),
    ("not-applicable", Outcome::NotApplicable),
    ("unverified", Outcome::Unverified),
];

/// `case.yml`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct CaseFile {
    /// The history; without it, the case has none.
    git: Option<HistoryFixture>,
    /// What the forge answers; without it, the forge is not asked.
    forge: Option<forge::ForgeFixture>,
    /// What the live site answers; without it, no address was given.
    site: Option<site::SiteFixture>,
    /// The date of the audit, RFC 3339.
    as_of: Option<String>,
    /// Where the failure is expected, as `path` or `path:line`.
    #[serde(default)]
    seen_at: Vec<String>,
}

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// The rule.
    pub rule: String,
    /// What is expected.
    pub expected: Outcome,
    /// Its folder.
    pub folder: PathBuf,
}

impl Case {
    /// Its name in words.
    pub fn name(&self) -> String {
        let case = self.folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        format!(
            "{}/{}/{case}",
            self.rule,
            EXPECTED.iter().find(|(_, outcome)| *outcome == self.expected).map_or("", |(name, _)| name)
        )
    }
}

/// What running a case showed.
#[derive(Debug)]
pub struct CaseResult {
    /// The case.
    pub case: Case,
    /// What went wrong, if anything did.
    pub problem: Option<Localized>,
}

/// The cases below a folder, in order, and the problems of its layout.
pub fn cases(folder: &Path) -> (Vec<Case>, Vec<Localized>) {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    let subfolders = |folder: &Path| -> Vec<PathBuf> {
        let mut list: Vec<PathBuf> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.is_dir())
            .collect();
        list.sort();
        list
    };
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    for rule in subfolders(folder) {
        for kind in subfolders(&rule) {
            let Some((_, expected)) = EXPECTED.iter().find(|(known, _)| *known == name(&kind)) else {
                let message = localized!(
                    "`{}`: cases go in `fails`, `passes`, `not-applicable` or `unverified`",
                    "`{}` : les cas se rangent dans `fails`, `passes`, `not-applicable` ou `unverified`",
                    kind.display()
                );
                problems.push(message);
                continue;
            };
            for case in subfolders(&kind) {
                found.push(Case { rule: name(&rule), expected: *expected, folder: case });
            }
        }
    }
    (found, problems)
}

/// Runs cases, each with the rule that its folder names and those that it follows.
///
/// # Errors
/// When a pattern of a rule is malformed.
pub fn run(cases: &[Case], rules: &Rules) -> Result<Vec<CaseResult>, Error> {
    let scanner = scanner(rules.probes.clone())?;
    let run = |case: &Case| CaseResult { problem: check(case, rules, &scanner).err(), case: case.clone() };
    Ok(cases.par_iter().map(run).collect())
}

fn check(case: &Case, rules: &Rules, scanner: &Arc<Scanner>) -> Result<(), Localized> {
    let rule = rules
        .get(&case.rule)
        .ok_or_else(|| localized!("there is no rule `{}`", "il n'y a pas de règle `{}`", case.rule))?;
    let (files, described) = read(&case.folder)?;
    let date = described.as_of.as_deref().unwrap_or(DATE);
    let as_of = date
        .parse::<jiff::Timestamp>()
        .map_err(|error| {
            localized!("{CASE}: `{date}` is not a date: {error}", "{CASE} : `{date}` n'est pas une date : {error}")
        })?
        .as_second();
    let history: Result<History, NoHistory> =
        described.git.as_ref().map(|git| git.history(as_of)).ok_or(NoHistory::NoGit);
    let forge = described.forge.as_ref().map(|forge| forge.answers(as_of));
    let site = described.site.as_ref().map(|site| site.answers(as_of));
    let external = ExternalData { history, forge, site };
    let survey = survey_memory(Box::new(Memory::new(files)), external, as_of, Arc::clone(scanner));
    let chain = chain(rule, rules);
    let findings = evaluate(&chain, &survey);
    let finding =
        findings.last().ok_or_else(|| localized!("the rule was not evaluated", "la règle n'a pas été évaluée"))?;
    if finding.outcome != case.expected {
        let places: Vec<String> = finding.evidence.iter().map(ToString::to_string).collect();
        let (wanted, got) = (case.expected.name(), finding.outcome.name());
        let detail = |lang| {
            let reasons: Vec<&str> = finding.reasons.iter().map(|reason| reason.get(lang)).collect();
            format!("{} {}", reasons.join("; "), places.join(", ")).trim().to_owned()
        };
        return Err(Localized::new(
            format!("expected {wanted}, got {got} {}", detail(Lang::En)),
            format!("attendu : {wanted}, obtenu : {got} {}", detail(Lang::Fr)),
        ));
    }
    for expected in &described.seen_at {
        let seen = finding.evidence.iter().any(|place| {
            place.to_string() == *expected
                || place.path == *expected
                || place.line.is_some_and(|line| format!("{}:{line}", place.path) == *expected)
        });
        if !seen {
            let places: Vec<String> = finding.evidence.iter().map(ToString::to_string).collect();
            let message = localized!(
                "expected to be seen at {expected}, got {}",
                "attendu à {expected}, obtenu : {}",
                places.join(", ")
            );
            return Err(message);
        }
    }
    Ok(())
}

/// The rules that a rule follows, the first one first, then the rule.
fn chain<'r>(rule: &'r Rule, rules: &'r Rules) -> Vec<&'r Rule> {
    let mut chain = vec![rule];
    while let Some(next) = chain[chain.len() - 1].follows.as_deref().and_then(|id| rules.get(id)) {
        chain.push(next);
    }
    chain.reverse();
    chain
}

type Files = Vec<(String, Vec<u8>)>;

fn read(folder: &Path) -> Result<(Files, CaseFile), Localized> {
    let mut files = Vec::new();
    let mut described = CaseFile::default();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| Localized::foreign(error.to_string()))?;
        if !entry.file_type().is_file() {
            continue;
        }
        let bytes = read_named(entry.path(), NAMED)
            .map_err(|error| Localized::foreign(format!("{}: {error}", entry.path().display())))?;
        let path = crate::read::source::relative(entry.path(), folder);
        if path == CASE {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            described = ConfigFile::new(entry.path().display().to_string(), text)
                .read()
                .map_err(|error: Error| error.localized().clone())?;
        } else if path != ".gitkeep" {
            files.push((path, bytes));
        }
    }
    Ok((files, described))
}
