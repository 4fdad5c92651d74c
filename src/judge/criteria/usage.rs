//! What a page on statistics, impact or budget answers to a criterion: the words that it names, its figures and its dates.

use crate::base::date::{date, in_french};
use crate::base::text::localized;
use crate::judge::criteria::told::{Told, Weight};
use crate::judge::standards::known::SiteQuestion;
use crate::model::directory::plain;
use crate::model::site::dates::{days, years};
use crate::model::site::parts::figures;
use crate::model::site::sought::Sought;
use crate::model::site::tour::Visited;
use crate::read::history::DAY;

/// How old the last day on a statistics page may be: committees are six months apart at most.
const CURRENT: i64 = 183;

/// How many figures a page shows at least that is more than an empty frame.
const FIGURES: usize = 3;

/// The words of the impact matrix.
const MATRIX: &[&str] = &["utilisable", "utilisé", "utile", "impact", "efficient"];

/// The steps of the AARRI method.
const AARRI: &[&str] = &["acquisition", "activation", "rétention", "recommandation", "impact"];

/// How a north-star metric is named.
const NORTH_STAR: &[&str] = &["north star", "north-star", "northstar", "étoile polaire", "étoile du nord"];

/// The pages that answer a question.
pub(super) fn pages(question: SiteQuestion) -> &'static [Sought] {
    match question {
        SiteQuestion::Budget | SiteQuestion::BudgetCurrent => &[Sought::Budget],
        SiteQuestion::StatisticsCurrent => &[Sought::Statistics],
        SiteQuestion::StatisticsMatrix | SiteQuestion::Aarri | SiteQuestion::NorthStar => {
            &[Sought::Statistics, Sought::Impact]
        }
        _ => &[],
    }
}

/// What a page that was read answers, at a date in seconds since 1970.
pub(super) fn answer(told: &mut Told, question: SiteQuestion, page: &Visited, as_of: i64) {
    match question {
        SiteQuestion::StatisticsMatrix => names(told, page, MATRIX, 3),
        SiteQuestion::Aarri => names(told, page, AARRI, 4),
        SiteQuestion::NorthStar => names(told, page, NORTH_STAR, 1),
        SiteQuestion::StatisticsCurrent => statistics(told, page, as_of),
        SiteQuestion::Budget => {
            let what = localized!("its page answers without a login", "sa page répond sans connexion");
            told.yes(what, page.url.as_str(), Weight::Settles);
        }
        SiteQuestion::BudgetCurrent => budget(told, page, as_of),
        _ => {}
    }
}

fn names(told: &mut Told, page: &Visited, words: &[&str], enough: usize) {
    let text = page.content.plain();
    let found: Vec<&str> = words.iter().filter(|word| text.contains(&plain(word))).copied().collect();
    let place = &page.url;
    if found.len() >= enough {
        let found = found.join(", ");
        let what = localized!("the page names: {found}", "la page nomme : {found}");
        told.yes(what, place.as_str(), Weight::Speaks);
    } else {
        let words = words.join(", ");
        told.open(localized!(
            "the page names too few of the words that were sought: {words} ({place})",
            "la page nomme trop peu des mots cherchés : {words} ({place})"
        ));
    }
}

fn statistics(told: &mut Told, page: &Visited, as_of: i64) {
    let text = page.content.plain();
    let shown = figures(&text);
    let place = &page.url;
    if shown < FIGURES {
        let hosts = page.frames.join(", ");
        return told.open(if hosts.is_empty() {
            localized!(
                "the statistics page answers without figures of its own: scripts may bring them, which are not run ({place})",
                "la page de statistiques répond sans chiffres à elle : des scripts les apportent peut-être, qui ne sont pas lancés ({place})"
            )
        } else {
            localized!(
                "the figures of the statistics page are embedded from {hosts}, which is not visited",
                "les chiffres de la page de statistiques viennent de {hosts}, qui n'est pas visité"
            )
        });
    }
    let today = date(as_of);
    let Some(last) = days(&text).into_iter().map(|(_, day)| day).filter(|day| *day <= today).max() else {
        return told.open(localized!(
            "the statistics page shows figures ({shown}), and no date ({place})",
            "la page de statistiques montre des chiffres ({shown}), et aucune date ({place})"
        ));
    };
    let last_fr = in_french(&last);
    let what = localized!(
        "the statistics page shows figures ({shown}); the last day on it is {last}",
        "la page de statistiques montre des chiffres ({shown}) ; le dernier jour qui y figure est le {last_fr}"
    );
    if last >= date(as_of - CURRENT * DAY) {
        told.yes(what, place.as_str(), Weight::Speaks);
    } else {
        told.no(what, place.as_str(), Weight::Speaks);
    }
}

fn budget(told: &mut Told, page: &Visited, as_of: i64) {
    let year: i16 = date(as_of).get(..4).and_then(|year| year.parse().ok()).unwrap_or_default();
    let last = years(&page.content.plain()).into_iter().filter(|named| *named <= year).max();
    let Some(last) = last else {
        return told.open(localized!("the budget page names no year", "la page du budget ne nomme aucune année"));
    };
    let what = localized!("the last year that it names is {last}", "la dernière année qu'elle nomme est {last}");
    if last >= year - 1 {
        told.yes(what, page.url.as_str(), Weight::Speaks);
    } else {
        told.no(what, page.url.as_str(), Weight::Speaks);
    }
}
