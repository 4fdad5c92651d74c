//! What the live site answers on accessibility and on legal documents: the parts that the law names, and their dates.

use crate::base::date::{date, in_french};
use crate::base::text::{Localized, localized};
use crate::judge::criteria::live::OnSite;
use crate::judge::criteria::told::{Told, Weight};
use crate::model::directory::plain;
use crate::model::site::dates::years;
use crate::model::site::parts::{established, mention, parts, state};
use crate::model::site::sought::Sought;
use crate::model::site::tour::{Led, Visited};
use crate::read::history::DAY;

/// How long an accessibility statement is valid, in days: three years.
const VALID: i64 = 3 * 365 + 1;

impl OnSite<'_> {
    pub(super) fn mention(self, told: &mut Told) {
        let seen = mention(&self.content().plain());
        let Some(seen) = seen else {
            return match self.unseen() {
                Some(reason) => told.open(reason),
                None => told.no(
                    localized!(
                        "the home page says neither \"Accessibilité : non conforme\", nor \"partiellement\", nor \"totalement conforme\"",
                        "la page d'accueil ne dit ni « Accessibilité : non conforme », ni « partiellement », ni « totalement conforme »"
                    ),
                    &self.home(),
                    Weight::Settles,
                ),
            };
        };
        let words = seen.words();
        told.yes(
            localized!(
                "the home page says \"Accessibilité : {words}\"",
                "la page d'accueil dit « Accessibilité : {words} »"
            ),
            &self.home(),
            Weight::Settles,
        );
        let statement = self.site.tour.page(Sought::Accessibility);
        let said = statement.and_then(|page| Some((page, state(&page.content.plain())?)));
        if let Some((page, other)) = said.filter(|(_, other)| *other != seen) {
            let other = other.words();
            let what =
                localized!("the statement says something else: {other}", "la déclaration dit autre chose : {other}");
            told.no(what, page.url.as_str(), Weight::Speaks);
        }
    }

    pub(super) fn statement(self, told: &mut Told) {
        let mentioned = mention(&self.content().plain()).is_some();
        // Where the mention is there without a link, the statement may be reached in another way.
        let absent = if mentioned { Weight::Speaks } else { Weight::Settles };
        let Some(page) = self.read(told, Sought::Accessibility, absent) else { return };
        let text = page.content.plain();
        let all = parts(Sought::Accessibility, &text);
        let missing = missing(&all);
        let day = established(&text, &self.today());
        let oldest = date(self.as_of - VALID * DAY);
        let day_fr = day.as_deref().map(in_french).unwrap_or_default();
        if let Some(day) = day.as_ref().filter(|day| **day < oldest) {
            let what = localized!(
                "the statement is of {day}: it holds for three years",
                "la déclaration est du {day_fr} : elle vaut trois ans"
            );
            return told.no(what, page.url.as_str(), Weight::Settles);
        }
        let count = all.len();
        match (day, missing) {
            (Some(day), None) => told.yes(
                localized!(
                    "the statement is of {day} and has its {count} parts",
                    "la déclaration est du {day_fr} et a ses {count} parties"
                ),
                page.url.as_str(),
                Weight::Settles,
            ),
            (None, None) => {
                told.yes(
                    localized!("the statement has its {count} parts", "la déclaration a ses {count} parties"),
                    page.url.as_str(),
                    Weight::Speaks,
                );
                told.open(localized!(
                    "no date is read in the statement: it holds for three years",
                    "aucune date n'est lue dans la déclaration : elle vaut trois ans"
                ));
            }
            (_, Some(missing)) => told.no(missing, page.url.as_str(), Weight::Speaks),
        }
    }

    pub(super) fn plan(self, told: &mut Told) {
        let Some(page) = self.read(told, Sought::Accessibility, Weight::Speaks) else { return };
        let Some(found) = self.site.tour.get(Sought::Plan) else {
            let named = page.content.plain().contains("schema pluri");
            let what = if named {
                localized!(
                    "the accessibility page names a multi-year plan, and links none",
                    "la page d'accessibilité nomme un schéma pluriannuel, et n'y renvoie pas"
                )
            } else {
                localized!(
                    "no link of the accessibility page says: {}",
                    "aucun lien de la page d'accessibilité ne dit : {}",
                    Sought::Plan.sought_words()
                )
            };
            return told.no(what, page.url.as_str(), Weight::Settles);
        };
        let place = found.link.url.as_str();
        if let Led::Refused(status @ (404 | 410)) = found.led {
            let what = localized!(
                "the link to the multi-year plan leads to status {status}",
                "le lien vers le schéma pluriannuel mène au statut {status}"
            );
            return told.no(what, place, Weight::Settles);
        }
        if matches!(found.led, Led::Nowhere) {
            let what = localized!(
                "the link to the multi-year plan leads nowhere",
                "le lien vers le schéma pluriannuel ne mène nulle part"
            );
            return told.no(what, page.url.as_str(), Weight::Settles);
        }
        let mut text = format!("{} {place}", plain(&found.link.text));
        if let Led::Page(plan) = &found.led {
            text = format!("{text} {} {}", plain(&plan.content.title), plain(&plan.content.headings.join(" ")));
        }
        let year = self.year();
        match years(&text).into_iter().max() {
            Some(last) if last < year => told.no(
                localized!(
                    "the last year of the multi-year plan is {last}",
                    "la dernière année du schéma pluriannuel est {last}"
                ),
                place,
                Weight::Settles,
            ),
            Some(last) => told.yes(
                localized!("a multi-year plan until {last} is linked", "un schéma pluriannuel jusqu'en {last} est lié"),
                place,
                Weight::Settles,
            ),
            None => {
                told.yes(
                    localized!("a multi-year plan is linked", "un schéma pluriannuel est lié"),
                    place,
                    Weight::Speaks,
                );
                told.open(localized!(
                    "neither the link nor its page says which years it covers",
                    "ni le lien ni sa page ne disent quelles années il couvre"
                ));
            }
        }
    }

    pub(super) fn actions(self, told: &mut Told) {
        let Some(page) = self.read(told, Sought::Accessibility, Weight::Speaks) else { return };
        let is_plan = |text: &str| {
            let text = plain(text);
            text.contains("plan d'action") || text.contains("plan annuel") || text.contains("plans d'action")
        };
        let of_link = page.content.links.iter().find(|link| is_plan(&link.text));
        let of_heading = page.content.headings.iter().find(|heading| is_plan(heading));
        let Some(label) = of_link.map(|link| &link.text).or(of_heading) else {
            if is_plan(&page.content.text) {
                let what = localized!(
                    "the accessibility page names an action plan",
                    "la page d'accessibilité nomme un plan d'action"
                );
                return told.yes(what, page.url.as_str(), Weight::Speaks);
            }
            let what = localized!(
                "the accessibility page says neither \"plan d'action\" nor \"plan annuel\"",
                "la page d'accessibilité ne dit ni « plan d'action » ni « plan annuel »"
            );
            return told.no(what, page.url.as_str(), Weight::Settles);
        };
        told.yes(
            localized!("the accessibility page has \"{label}\"", "la page d'accessibilité a « {label} »"),
            page.url.as_str(),
            Weight::Settles,
        );
        if let Some(last) = years(&plain(label)).into_iter().max().filter(|last| *last < self.year()) {
            let what = localized!("the year that it names is {last}", "l'année qu'il nomme est {last}");
            told.no(what, page.url.as_str(), Weight::Speaks);
        }
    }

    pub(super) fn documents(self, told: &mut Told) {
        let mut all = true;
        for sought in [Sought::LegalNotice, Sought::Privacy, Sought::Terms] {
            let linked = self.site.tour.get(sought).map(|found| &found.led);
            match linked {
                // A document of another host is reached from the footer all the same.
                Some(Led::Page(_) | Led::File(_) | Led::Elsewhere(_)) => {}
                _ => {
                    self.read(told, sought, Weight::Settles);
                    all = false;
                }
            }
        }
        if all {
            let what = localized!(
                "the home page links its legal notice, its privacy policy and its terms, which answer",
                "la page d'accueil renvoie à ses mentions légales, à sa politique de confidentialité et à ses conditions d'utilisation, qui répondent"
            );
            told.yes(what, &self.home(), Weight::Settles);
        }
    }

    pub(super) fn legal_parts(self, told: &mut Told) {
        let mut whole = 0;
        let mut texts: Vec<&Visited> = Vec::new();
        for sought in [Sought::LegalNotice, Sought::Privacy, Sought::Terms] {
            texts.extend(self.read(told, sought, Weight::Speaks));
        }
        for sought in [Sought::LegalNotice, Sought::Privacy, Sought::Terms] {
            let Some(page) = self.site.tour.page(sought).filter(|page| texts.iter().any(|read| read.url == page.url))
            else {
                continue;
            };
            match missing(&parts(sought, &page.content.plain())) {
                Some(missing) => {
                    let name = sought.words();
                    let what =
                        Localized::new(format!("{}: {}", name.en, missing.en), format!("{} : {}", name.fr, missing.fr));
                    told.no(what, page.url.as_str(), Weight::Speaks);
                }
                None => whole += 1,
            }
        }
        if whole == 3 {
            let what = localized!(
                "the words of every compulsory part are there, in the three documents; whether they are right is for people to say",
                "les mots de chaque partie obligatoire sont là, dans les trois documents ; qu'ils soient exacts, des personnes le disent"
            );
            told.yes(what, &self.home(), Weight::Speaks);
        }
    }

    pub(super) fn changes(self, told: &mut Told) {
        let mut aside = Told::default();
        let Some(page) = self.read(&mut aside, Sought::Terms, Weight::Speaks) else { return told.reasons_of(aside) };
        let text = page.content.plain();
        let how =
            parts(Sought::Terms, &text).into_iter().any(|(part, there)| there && part.title().en == "how they change");
        let day = established(&text, &self.today());
        if let Some(day) = &day {
            let day_fr = in_french(day);
            let what = localized!("the terms are dated {day}", "les conditions sont datées du {day_fr}");
            told.yes(what, page.url.as_str(), Weight::Speaks);
        }
        if how {
            let what = localized!("the terms say how they change", "les conditions disent comment elles évoluent");
            told.yes(what, page.url.as_str(), Weight::Speaks);
        }
    }
}

/// The parts that were not found, with the words that were sought.
fn missing(all: &[(&'static crate::model::site::parts::Part, bool)]) -> Option<Localized> {
    let absent: Vec<_> = all.iter().filter(|(_, there)| !there).map(|(part, _)| (part.title(), part.said())).collect();
    if absent.is_empty() {
        return None;
    }
    let join = |pick: fn(&Localized) -> &str| {
        absent.iter().map(|(title, words)| format!("{} ({words})", pick(title))).collect::<Vec<_>>().join(", ")
    };
    let (en, fr) = (join(|title| &title.en), join(|title| &title.fr));
    Some(Localized::new(
        format!("parts not found (words sought): {en}"),
        format!("parties introuvables (mots cherchés) : {fr}"),
    ))
}
