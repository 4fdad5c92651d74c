//! One report on a product of several repositories, with one grade for all of it.

use std::path::{Component, Path};

use crate::base::edge;
use crate::base::text::{Lang, Localized};
use crate::judge::grade::{Grade, Judged, grade};
use crate::model::services::{Service, ServiceKind};
use crate::read::checkout::shown;
use crate::report::{NextStep, Report, next_steps};

/// A repository that was audited, or why it was not.
pub struct AuditedRepository {
    /// Its name in the report.
    pub name: String,
    /// Its address or folder.
    pub source: String,
    /// The address of what it serves, where it was given.
    pub url: Option<String>,
    /// Its report.
    pub report: Result<Report, Localized>,
}

impl AuditedRepository {
    /// Its address, or the name of its folder: a report is read by people who do not have this disk.
    pub(crate) fn shown_source(&self) -> String {
        let path = Path::new(&self.source);
        let elsewhere = path.is_absolute() || path.components().any(|part| !matches!(part, Component::Normal(_)));
        match path.file_name() {
            Some(name) if elsewhere && !self.source.contains("://") => edge::name(&name.to_string_lossy()),
            None => edge::name(&self.name),
            Some(_) => shown(&self.source),
        }
    }

    /// The letter of the HTTP Observatory for the site beside the repository, where it was seen.
    pub(crate) fn observatory(&self) -> Option<String> {
        self.report.as_ref().ok()?.survey.facts.get("site_observatory_grade")?.text_value().map(str::to_owned)
    }

    /// Why the site beside the repository was not seen.
    pub(crate) fn unseen(&self, lang: Lang) -> Option<String> {
        self.url.as_ref()?;
        match &self.report {
            Ok(report) => match &report.survey.facts.get("site")?.answer {
                crate::facts::Answer::Unverified(reason) => Some(reason.get(lang).to_owned()),
                crate::facts::Answer::Known(_) => None,
            },
            Err(_) => {
                let (en, fr) = ("its repository could not be audited", "son dépôt n’a pas pu être audité");
                Some(lang.pick(en, fr).to_owned())
            }
        }
    }
}

/// A thing to do in a product.
pub struct Step {
    /// The rule, and the grade of the product once no repository fails it.
    pub step: NextStep,
    /// The names of the repositories that fail it, the first with its rank.
    pub repositories: Vec<(usize, String)>,
}

/// What a product deploys, from one of its repositories.
pub(crate) struct ProductService<'p> {
    /// The name of the repository.
    pub repository: &'p str,
    /// The service.
    pub service: &'p Service,
    /// The address at which people meet it, where it was given.
    pub site: Option<&'p str>,
}

/// A product and its grade.
pub struct ProductReport {
    /// The language of the report.
    pub lang: Lang,
    /// Its name.
    pub name: String,
    /// The date of the audit, in seconds since 1970.
    pub as_of: i64,
    /// Its grade: that of all its repositories together, as if their rules were those of one.
    pub grade: Grade,
    /// The most useful things to do next, at most three.
    pub next: Vec<Step>,
    /// Its repositories.
    pub repositories: Vec<AuditedRepository>,
}

impl ProductReport {
    /// Grades a product. Its grade is that of the findings of all its repositories: fixing one never lowers it, and a blocker
    /// anywhere caps it.
    pub fn new(name: String, lang: Lang, as_of: i64, repositories: Vec<AuditedRepository>) -> Self {
        let reports: Vec<&Report> =
            repositories.iter().filter_map(|repository| repository.report.as_ref().ok()).collect();
        let judged: Vec<Judged<'_>> =
            reports.iter().map(|report| Judged { findings: &report.findings, answers: &report.answers }).collect();
        let (whole, next) = match reports.first() {
            Some(first) => {
                let whole = grade(&judged, &first.rules.policy);
                let next = next_steps(&judged, &first.rules.policy, &whole);
                (whole, next)
            }
            None => (grade(&[], &crate::judge::grade::Policy::default()), Vec::new()),
        };
        let fails = |repository: &AuditedRepository, rule: &str| {
            let report = repository.report.as_ref().ok();
            report.is_some_and(|report| report.failures().any(|found| found.rule == rule))
        };
        let next = next
            .into_iter()
            .map(|step| {
                let failing = repositories.iter().enumerate().filter(|(_, repository)| fails(repository, &step.rule));
                let names = failing.map(|(rank, repository)| (rank, repository.name.clone())).collect();
                Step { step, repositories: names }
            })
            .collect();
        Self { lang, name, as_of, grade: whole, next, repositories }
    }

    /// The reports of the repositories that could be audited.
    pub fn reports(&self) -> impl Iterator<Item = (usize, &AuditedRepository, &Report)> {
        let audited = self.repositories.iter().enumerate();
        audited.filter_map(|(rank, repository)| Some((rank, repository, repository.report.as_ref().ok()?)))
    }

    /// What the product deploys, over all its repositories: first what people browse, then what programs ask, then the rest. The
    /// address of a live site goes to the only pages of the repository that it was given with, or else to the only pages
    /// of the product.
    pub(crate) fn services(&self) -> Vec<ProductService<'_>> {
        let mut services: Vec<ProductService<'_>> = self
            .reports()
            .flat_map(|(_, audited, report)| {
                let of_repository =
                    report.survey.services.all.iter().filter(|service| service.kind != ServiceKind::Mock);
                of_repository.map(|service| ProductService { repository: &audited.name, service, site: None })
            })
            .collect();
        services.sort_by_key(|found| match found.service.kind {
            _ if found.service.browsed => 0,
            ServiceKind::Api => 1,
            _ => 2,
        });
        for audited in &self.repositories {
            let Some(url) = &audited.url else { continue };
            let browsed = || (0..services.len()).filter(|rank| services[*rank].service.browsed);
            let own: Vec<usize> = browsed().filter(|rank| services[*rank].repository == audited.name).collect();
            let candidates = if own.is_empty() { browsed().collect() } else { own };
            let is_pages = |rank: &usize| services[*rank].service.kind == ServiceKind::Pages;
            let pages: Vec<usize> = candidates.iter().copied().filter(is_pages).collect();
            // Of several sites, none is known to be that one.
            if let [rank] = if pages.is_empty() { candidates } else { pages }[..] {
                services[rank].site = Some(url);
            }
        }
        services
    }

    /// The name of a pillar.
    pub fn pillar_title(&self, id: &str) -> &str {
        self.reports().next().map_or("", |(_, _, report)| report.pillar_title(id))
    }
}
