//! What the standards are judged from: one repository, or the repositories of a product together.

use crate::base::edge;
use crate::base::severity::Severity;
use crate::base::text::{Lang, short_commit};
use crate::judge::grade::{Grade, Letter};
use crate::report::Report;
use crate::report::product_report::ProductReport;

/// How many failures are named as risks.
const RISKS: usize = 3;

/// What was audited.
#[derive(Clone, Copy)]
pub(crate) enum Audited<'r> {
    /// One repository.
    Repository(&'r Report),
    /// A product of several.
    Product(&'r ProductReport),
}

/// A failure that weighs most.
pub(crate) struct Risk {
    /// What is wrong.
    pub(crate) title: String,
    /// How much.
    pub(crate) severity: Severity,
    /// Where it is first seen.
    pub(crate) place: String,
}

impl<'r> Audited<'r> {
    /// The language of texts.
    pub(crate) fn lang(self) -> Lang {
        match self {
            Self::Repository(report) => report.lang,
            Self::Product(product) => product.lang,
        }
    }

    /// Its name.
    pub(crate) fn name(self) -> &'r str {
        match self {
            Self::Repository(report) => &report.name,
            Self::Product(product) => &product.name,
        }
    }

    /// The commit, where there is one alone.
    pub(crate) fn head(self) -> Option<&'r str> {
        match self {
            Self::Repository(report) => report.head.as_deref(),
            Self::Product(_) => None,
        }
    }

    /// The commits in short: that of each repository of a product with its name.
    pub(crate) fn commits(self) -> Vec<String> {
        let of = |report: &Report| report.head.as_deref().map(|head| short_commit(head).to_owned());
        match self {
            Self::Repository(report) => of(report).into_iter().collect(),
            Self::Product(product) => product
                .reports()
                .filter_map(|(_, audited, report)| Some(format!("{} {}", edge::name(&audited.name), of(report)?)))
                .collect(),
        }
    }

    /// The date of the audit, in seconds since 1970.
    pub(crate) fn as_of(self) -> i64 {
        match self {
            Self::Repository(report) => report.as_of,
            Self::Product(product) => product.as_of,
        }
    }

    /// Its grade.
    pub(crate) fn grade(self) -> &'r Grade {
        match self {
            Self::Repository(report) => &report.grade,
            Self::Product(product) => &product.grade,
        }
    }

    /// The reports of its repositories, each with its name where there are several.
    pub(crate) fn reports(self) -> Vec<(Option<&'r str>, &'r Report)> {
        match self {
            Self::Repository(report) => vec![(None, report)],
            Self::Product(product) => {
                let all: Vec<_> = product.reports().collect();
                let named = all.len() > 1;
                all.into_iter().map(|(_, audited, report)| (named.then_some(audited.name.as_str()), report)).collect()
            }
        }
    }

    /// The failures that weigh most, each rule once.
    pub(crate) fn risks(self) -> Vec<Risk> {
        let lang = self.lang();
        let mut all = Vec::new();
        for (name, report) in self.reports() {
            all.extend(report.failures().map(|finding| (name, report, finding)));
        }
        all.sort_by_key(|(.., finding)| std::cmp::Reverse(finding.severity));
        let mut rules: Vec<&str> = Vec::new();
        all.retain(|(.., finding)| {
            let is_new = !rules.contains(&finding.rule.as_str());
            rules.push(&finding.rule);
            is_new
        });
        all.into_iter()
            .take(RISKS)
            .map(|(name, report, finding)| {
                let rule = report.rule(finding);
                let place = finding.evidence.first().map(|place| edge::place(place, lang));
                let name = name.map(edge::name);
                let place: Vec<String> = name.into_iter().chain(place).collect();
                Risk {
                    title: rule.shown(&rule.title, lang).into_owned(),
                    severity: finding.severity,
                    place: place.join(lang.pick(": ", "\u{a0}: ")),
                }
            })
            .collect()
    }

    /// What helps most, with the grade that it would give.
    pub(crate) fn steps(self) -> Vec<(String, Option<Letter>)> {
        let lang = self.lang();
        let told = |report: &Report, rule: &str, after: Option<Letter>| {
            let finding = report.findings.iter().find(|finding| finding.rule == rule)?;
            let rule = report.rule(finding);
            Some((rule.shown(&rule.remediation, lang).into_owned(), after))
        };
        match self {
            Self::Repository(report) => {
                report.next.iter().filter_map(|step| told(report, &step.rule, step.after.letter)).collect()
            }
            Self::Product(product) => product
                .next
                .iter()
                .filter_map(|step| {
                    let (rank, _) = step.repositories.first()?;
                    let report = product.repositories.get(*rank)?.report.as_ref().ok()?;
                    told(report, &step.step.rule, step.step.after.letter)
                })
                .collect(),
        }
    }
}
