//! Words and figures that several formats share.

use crate::base::edge;
use crate::base::location::Location;
use crate::base::severity::Severity;
use crate::base::text::Lang;
use crate::facts::Level;
use crate::judge::finding::Finding;
use crate::judge::grade::{Grade, Letter};
use crate::model::services::{How, Service, ServiceKind};
use crate::report::Report;
use crate::report::product_report::ProductReport;

/// A severity in a language.
pub(crate) fn severity_name(severity: Severity, lang: Lang) -> &'static str {
    severity_column(severity, lang).trim_end()
}

/// A severity as what a severity is, which is feminine in French: « Sévérité : majeure ».
pub(crate) fn severity_quality(severity: Severity, lang: Lang) -> &'static str {
    match (severity, lang) {
        (Severity::Info, Lang::Fr) => "information",
        (Severity::Minor, Lang::Fr) => "mineure",
        (Severity::Major, Lang::Fr) => "majeure",
        (Severity::Blocker, Lang::Fr) => "bloquante",
        _ => severity_name(severity, lang),
    }
}

/// A severity as a column of text, as wide as the widest.
pub(crate) fn severity_column(severity: Severity, lang: Lang) -> &'static str {
    let (en, fr) = match severity {
        Severity::Info => ("info   ", "info    "),
        Severity::Minor => ("minor  ", "mineur  "),
        Severity::Major => ("major  ", "majeur  "),
        Severity::Blocker => ("blocker", "bloquant"),
    };
    lang.pick(en, fr)
}

/// The places of a failure; for one of the repository as a whole, a file that stands for it, as readers of some formats want one.
pub(crate) fn place_or_anchor(report: &Report, finding: &Finding) -> Vec<Location> {
    if finding.evidence.is_empty() { vec![anchor(report)] } else { finding.evidence.clone() }
}

/// The file that stands for the repository as a whole.
pub(crate) fn anchor(report: &Report) -> Location {
    let readme = report.survey.inventory.root_file(|name| name.starts_with("readme"));
    let first = || report.survey.inventory.files().iter().find(|file| file.folder().is_empty());
    Location::file(readme.or_else(first).map_or("README.md", |file| &file.path))
}

/// How far a check goes, in words.
pub(crate) fn level(level: Level, lang: Lang) -> &'static str {
    let (en, fr) = match level {
        Level::Blocking => ("Blocking in CI", "Bloque la CI"),
        Level::InCi => ("In CI, tolerated", "En CI, toléré"),
        Level::Run => ("Script or hook", "Script ou hook"),
        Level::Configured => ("Never run", "Jamais lancé"),
    };
    lang.pick(en, fr)
}

/// The failures that do not count this time, in a sentence; nothing where all of them count.
pub(crate) fn left_out(known: usize, untouched: usize, lang: Lang) -> Option<String> {
    let known = (known > 0).then(|| match lang {
        Lang::En => format!("{known} known in the baseline"),
        Lang::Fr => format!("{known} déjà dans la référence"),
    });
    let untouched = (untouched > 0).then(|| match lang {
        Lang::En => format!("{untouched} from before this change"),
        Lang::Fr => format!("{untouched} d’avant ce changement"),
    });
    let parts: Vec<String> = known.into_iter().chain(untouched).collect();
    if parts.is_empty() {
        return None;
    }
    let head = lang.pick("Failures that do not count here:", "Échecs qui ne comptent pas ici\u{a0}:");
    Some(format!("{head} {}.", parts.join(", ")))
}

/// A drawing of miette with its label in a language: it knows English alone.
pub(crate) fn labelled(drawing: &str, lang: Lang) -> String {
    match lang {
        Lang::En => drawing.to_owned(),
        // As wide as what it stands for, so that the lines below stay where they are.
        Lang::Fr => drawing.replacen("  help: ", " aide\u{a0}: ", 1),
    }
}

/// The fixed words of a page, in its language.
#[derive(Clone, Copy)]
pub(super) struct Words(pub(super) Lang);

impl Words {
    /// One of two wordings.
    pub(super) fn pick<'t>(&self, en: &'t str, fr: &'t str) -> &'t str {
        self.0.pick(en, fr)
    }
}

/// How many services the head of a report names.
const MOST_SERVICES: usize = 6;

/// How many that of a product of several repositories names.
const MOST_SERVICES_OF_PRODUCT: usize = 2 * MOST_SERVICES;

/// What a service is and how it reaches production: `API, deployed on push main, the tests not required`.
pub(crate) fn service(service: &Service, lang: Lang) -> String {
    let (en, fr) = match service.kind {
        ServiceKind::Pages => ("pages", "pages"),
        ServiceKind::StaticSite => ("static site", "site statique"),
        ServiceKind::Api => ("API", "API"),
        ServiceKind::Worker => ("worker", "traitements"),
        ServiceKind::Mobile => ("mobile app", "application mobile"),
        ServiceKind::Data => ("data", "données"),
        ServiceKind::Tool => ("tool", "outil"),
        ServiceKind::Library => ("library", "bibliothèque"),
        ServiceKind::Mock => ("mock", "bouchon"),
    };
    let mut parts = vec![lang.pick(en, fr).to_owned()];
    let production = &service.production;
    let trigger = edge::text(&production.trigger);
    match production.how {
        How::Automatic if lang == Lang::En => parts.push(format!("deployed on {trigger}")),
        How::Automatic => parts.push(format!("mis en production sur {trigger}")),
        How::Manual => parts.push(lang.pick("deployed by hand", "mis en production à la main").to_owned()),
        How::Platform => {
            let host = lang.pick("taken by its host", "pris par son hébergeur");
            let branch = trigger.strip_prefix("push ").map(|branch| match lang {
                Lang::En => format!(" from `{branch}`"),
                Lang::Fr => format!(" depuis `{branch}`"),
            });
            parts.push(format!("{host}{}", branch.unwrap_or_default()));
        }
        How::None => {}
        How::Unknown => parts.push(lang.pick("deployment not shown", "mise en production non visible").to_owned()),
    }
    match production.gated {
        Some(true) => parts.push(lang.pick("after the tests", "après les tests").to_owned()),
        Some(false) => parts.push(lang.pick("without waiting for the tests", "sans attendre les tests").to_owned()),
        None => {}
    }
    parts.join(", ")
}

/// The services that the head of a report names, the first ones of those that run.
pub(crate) fn named_services(report: &Report) -> impl Iterator<Item = &Service> {
    let services = report.survey.services.all.iter();
    services.filter(|service| service.kind != ServiceKind::Mock).take(MOST_SERVICES)
}

/// What a product deploys, as pairs of a name and what it is; the first ones, and how many more there are.
pub(crate) fn product_services(product: &ProductReport) -> (Vec<(String, String)>, usize) {
    let all = product.services();
    let shown = all.iter().take(MOST_SERVICES_OF_PRODUCT).map(|found| {
        let name = format!("{}: {}", edge::name(found.repository), service_name(found.service));
        let site = found.site.map(|site| format!("{}, ", edge::name(site))).unwrap_or_default();
        (name, format!("{site}{}", service(found.service, product.lang)))
    });
    (shown.collect(), all.len().saturating_sub(MOST_SERVICES_OF_PRODUCT))
}

/// How many services a list leaves out, and what shows them.
pub(crate) fn more_services(count: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!("and {count} more: `equerre facts`"),
        Lang::Fr if count == 1 => "et 1 autre\u{a0}: `equerre facts`".to_owned(),
        Lang::Fr => format!("et {count} autres\u{a0}: `equerre facts`"),
    }
}

/// The folder of a service as reports name it, with its own name where another one shares it.
pub(crate) fn service_name(service: &Service) -> String {
    match service.component.is_empty() {
        true => edge::name(&service.name),
        false => edge::name(&service.component),
    }
}

/// A score as its language writes it, with one decimal where it has one.
pub(crate) fn number(score: f64, lang: Lang) -> String {
    let text = format!("{score}");
    if lang == Lang::Fr { text.replace('.', ",") } else { text }
}

/// A letter, or the dash of what was not graded.
pub(crate) fn letter_or_dash(letter: Option<Letter>) -> String {
    letter.map_or_else(|| "–".to_owned(), |letter| letter.to_string())
}

/// A score as its language writes it, or the dash of what was not graded.
pub(crate) fn score_or_dash(score: Option<f64>, lang: Lang) -> String {
    score.map_or_else(|| "–".to_owned(), |score| number(score, lang))
}

/// How much of the weight of the rules was verified.
pub(crate) fn verified(grade: &Grade, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{} % of the weight verified", grade.coverage),
        Lang::Fr => format!("{}\u{202f}% du poids vérifié", grade.coverage),
    }
}

/// What fixing a rule would bring, in a sentence; with the names of the repositories that fail it, for a product.
pub(crate) fn would_give(rule: &str, names: Option<&str>, letter: &str, score: &str, lang: Lang) -> String {
    let names = names.map(|names| format!(" ({names})")).unwrap_or_default();
    match lang {
        Lang::En => format!("Fixing `{rule}`{names} would give {letter} ({score}/100)."),
        Lang::Fr => format!("Corriger `{rule}`{names} donnerait {letter} ({score}/100)."),
    }
}
