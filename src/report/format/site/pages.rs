//! The pages of a live site and the criteria that they answer, as every format shows them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::edge;
use crate::base::text::{Lang, Localized};
use crate::base::typography::french;
use crate::model::site::audience;
use crate::model::site::sought::Sought;
use crate::model::site::tour::Led;
use crate::report::site_report::SiteReport;

/// A page that a public product is expected to have.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JsonPage {
    /// Its name: `accessibility`, `plan`, `legal-notice`, `privacy`, `terms`, `statistics`, `impact`, `budget`, `faq`, `contact`.
    pub page: String,
    /// The same in words.
    pub title: String,
    /// The words that links to it hold, as they were sought.
    pub words: String,
    /// The address that the link leads to.
    pub url: Option<String>,
    /// Whether it can be read there.
    pub there: bool,
    /// What was found.
    pub what: String,
}

/// A criterion of the standards, as the pages answer it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JsonCriterion {
    /// Its standard and its rank.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Where it stands: `proved`, `contradicted`, `evidence-for`, `evidence-against`, `to-answer`.
    pub status: String,
    /// The same in words.
    pub status_words: String,
    /// What was seen.
    pub evidence: Vec<JsonSeen>,
    /// Why no more can be said.
    pub open: Vec<String>,
}

/// What was seen on a page.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JsonSeen {
    /// Whether it speaks for the criterion.
    pub supports: bool,
    /// Whether it settles it.
    pub settles: bool,
    /// What.
    pub what: String,
    /// The page.
    pub url: String,
}

impl JsonCriterion {
    /// What is told below it: what was seen, else why nothing was.
    pub(super) fn told(&self) -> Vec<String> {
        if self.evidence.is_empty() {
            return self.open.iter().take(1).cloned().collect();
        }
        let sign = |seen: &JsonSeen| if seen.supports { "+" } else { "−" };
        self.evidence.iter().map(|seen| format!("{} {} – {}", sign(seen), seen.what, seen.url)).collect()
    }
}

/// Every page that is sought, in the order in which reports show them.
pub(super) fn pages(report: &SiteReport) -> Vec<JsonPage> {
    let lang = report.lang;
    let tour = &report.site.tour;
    let page = |sought: Sought| {
        let found = tour.get(sought);
        let (there, what) = match found.map(|found| &found.led) {
            Some(Led::Page(page)) => match &page.unread {
                None => (true, page.url.to_string()),
                Some(reason) => (true, format!("{} ({})", page.url, reason.get(lang))),
            },
            Some(Led::File(kind)) => (true, kind.clone()),
            Some(Led::Elsewhere(url)) => (true, elsewhere(url.as_str(), lang)),
            Some(Led::Refused(status)) => (false, refused(*status, lang)),
            Some(Led::Failed(reason)) => (false, reason.get(lang).to_owned()),
            Some(Led::Nowhere) => (
                false,
                lang.pick("the link leads back to the home page", "le lien ramène à la page d’accueil").to_owned(),
            ),
            None if tour.left.contains(&sought) => (
                false,
                lang.pick("enough pages were visited before", "assez de pages ont été visitées avant").to_owned(),
            ),
            None => (false, not_linked(sought, lang)),
        };
        JsonPage {
            page: sought.name().to_owned(),
            title: sought.words().get(lang).to_owned(),
            words: french(sought.sought_words()),
            url: found.map(|found| found.link.url.to_string()),
            there,
            what: edge::text(&what),
        }
    };
    Sought::ALL.into_iter().map(page).collect()
}

fn elsewhere(url: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{url}, another host, which is not visited"),
        Lang::Fr => format!("{url}, un autre hôte, qui n’est pas visité"),
    }
}

fn refused(status: u16, lang: Lang) -> String {
    match lang {
        Lang::En => format!("the link leads to status {status}"),
        Lang::Fr => format!("le lien mène au statut {status}"),
    }
}

fn not_linked(sought: Sought, lang: Lang) -> String {
    let words = french(sought.sought_words());
    match lang {
        Lang::En => format!("no link says: {words}"),
        Lang::Fr => format!("aucun lien ne dit\u{a0}: {words}"),
    }
}

/// What measures the audience: tool, and what its settings show of consent.
pub(super) fn audience(report: &SiteReport) -> Vec<(String, String)> {
    let tools = audience::of(&report.site.page).into_iter();
    tools.map(|tool| (tool.name.to_owned(), tool.settings.get(report.lang).to_owned())).collect()
}

/// The criteria, in the published order.
pub(super) fn criteria(report: &SiteReport) -> Vec<JsonCriterion> {
    let lang = report.lang;
    let told = |text: &Localized| edge::text(text.get(lang));
    let one = |judged: &crate::judge::criteria::judged::Judged| JsonCriterion {
        id: judged.id.clone(),
        text: told(&judged.text),
        status: judged.seen.name().to_owned(),
        status_words: told(&judged.seen.words()),
        evidence: judged
            .evidence
            .iter()
            .map(|seen| JsonSeen {
                supports: seen.supports,
                settles: seen.settles,
                what: told(&seen.what),
                url: seen.places.first().map(|place| edge::place(place, lang)).unwrap_or_default(),
            })
            .collect(),
        open: judged.open.iter().map(told).collect(),
    };
    report.criteria.iter().map(one).collect()
}
