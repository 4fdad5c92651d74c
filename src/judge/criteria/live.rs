//! What the live site answers to a criterion: the page that was read, the words that were sought, and what is missing there.

use crate::base::date::date;
use crate::base::text::{Localized, localized};
use crate::judge::criteria::told::{Told, Weight};
use crate::judge::criteria::usage;
use crate::judge::standards::known::SiteQuestion;
use crate::model::directory::plain;
use crate::model::site::content::Content;
use crate::model::site::sought::Sought;
use crate::model::site::tour::{Led, Visited};
use crate::model::site::{Site, audience};

/// The live site, asked at a date.
#[derive(Debug, Clone, Copy)]
pub(super) struct OnSite<'s> {
    /// What was visited.
    pub(super) site: &'s Site,
    /// The pages that the directory names and that were read, for those that the site does not have on its own host.
    pub(super) named: &'s [(Sought, &'s Visited)],
    /// The date of the audit, in seconds since 1970.
    pub(super) as_of: i64,
}

impl<'s> OnSite<'s> {
    /// What the pages answer.
    pub(super) fn answer(self, question: SiteQuestion) -> Told {
        use SiteQuestion as Ask;
        let mut told = Told::default();
        match question {
            Ask::AccessibilityMention => self.mention(&mut told),
            Ask::AccessibilityStatement => self.statement(&mut told),
            Ask::AccessibilityPlan => self.plan(&mut told),
            Ask::AccessibilityActions => self.actions(&mut told),
            Ask::LegalDocuments => self.documents(&mut told),
            Ask::LegalParts => self.legal_parts(&mut told),
            Ask::LegalChanges => self.changes(&mut told),
            Ask::AccessibleKit => self.kit(&mut told),
            Ask::Faq => self.faq(&mut told),
            Ask::Contact => self.contact(&mut told),
            Ask::ContactDetails => self.details(&mut told),
            Ask::NotDigital => self.not_digital(&mut told),
            Ask::Audience => self.audience(&mut told),
            Ask::StatisticsMatrix
            | Ask::StatisticsCurrent
            | Ask::Aarri
            | Ask::NorthStar
            | Ask::Budget
            | Ask::BudgetCurrent => self.usage(&mut told, question),
        }
        told
    }

    /// The day of the audit.
    pub(super) fn today(self) -> String {
        date(self.as_of)
    }

    pub(super) fn year(self) -> i16 {
        self.today().get(..4).and_then(|year| year.parse().ok()).unwrap_or_default()
    }

    /// The address of the home page.
    pub(super) fn home(self) -> String {
        self.site.exchange.best().map(|visit| visit.reply.url.to_string()).unwrap_or_default()
    }

    pub(super) fn content(self) -> &'s Content {
        &self.site.page.content
    }

    /// Why nothing follows from what the home page does not show.
    pub(super) fn unseen(self) -> Option<Localized> {
        let refused = self.site.exchange.best().map(|visit| visit.reply.status).filter(|status| *status >= 400);
        match (&self.site.page.unread, refused) {
            (Some(reason), _) => Some(reason.clone()),
            (None, Some(status)) => Some(localized!(
                "its home page asks for a login (status {status})",
                "sa page d'accueil demande de se connecter (statut {status})"
            )),
            (None, None) if self.content().is_shell() => Some(localized!(
                "its home page is made by scripts, which are not run",
                "sa page d'accueil est faite par des scripts, qui ne sont pas lancés"
            )),
            _ => None,
        }
    }

    /// A page that can be read, else tells what there is instead: nothing that is linked weighs as given.
    pub(super) fn read(self, told: &mut Told, sought: Sought, absent: Weight) -> Option<&'s Visited> {
        let name = sought.words();
        let own = self.site.tour.page(sought).is_some();
        if let Some((_, page)) = self.named.iter().find(|(named, _)| !own && *named == sought) {
            return Some(page);
        }
        let Some(found) = self.site.tour.get(sought) else {
            if let Some(reason) = self.unseen() {
                told.open(reason);
            } else if self.site.tour.left.contains(&sought) {
                told.open(Localized::new(
                    format!("{}: enough pages were visited before", name.en),
                    format!("{} : assez de pages ont été visitées avant", name.fr),
                ));
            } else {
                let words = sought.sought_words();
                told.no(
                    Localized::new(
                        format!("{}: no link of the home page says: {words}", name.en),
                        format!("{} : aucun lien de la page d'accueil ne dit : {words}", name.fr),
                    ),
                    &self.home(),
                    absent,
                );
            }
            return None;
        };
        let place = found.link.url.as_str();
        match &found.led {
            Led::Page(page) => match &page.unread {
                None if page.content.is_shell() && page.frames.is_empty() => told.open(Localized::new(
                    format!("{}: the page is made by scripts, which are not run ({place})", name.en),
                    format!("{} : la page est faite par des scripts, qui ne sont pas lancés ({place})", name.fr),
                )),
                Some(reason) => told.open(reason.clone()),
                None => return Some(page),
            },
            Led::File(kind) => told.open(Localized::new(
                format!("{}: {kind}, which is not read ({place})", name.en),
                format!("{} : {kind}, qui n'est pas lu ({place})", name.fr),
            )),
            Led::Elsewhere(url) => told.open(Localized::new(
                format!("{}: it is on another host, which is not visited ({url})", name.en),
                format!("{} : la page est sur un autre hôte, qui n'est pas visité ({url})", name.fr),
            )),
            Led::Refused(status) => {
                let gone = if matches!(status, 404 | 410) { Weight::Settles } else { Weight::Speaks };
                told.no(
                    Localized::new(
                        format!("{}: the link leads to an answer with status {status}", name.en),
                        format!("{} : le lien mène à une réponse de statut {status}", name.fr),
                    ),
                    place,
                    gone,
                );
            }
            Led::Failed(reason) => told.open(reason.clone()),
            Led::Nowhere => told.no(
                Localized::new(
                    format!("{}: the link leads back to the home page", name.en),
                    format!("{} : le lien ramène à la page d'accueil", name.fr),
                ),
                &self.home(),
                Weight::Settles,
            ),
        }
        None
    }

    fn kit(self, told: &mut Told) {
        if !self.content().dsfr {
            return;
        }
        let what = match &self.site.tour.dsfr {
            Some(version) => localized!(
                "its pages use the State's design system (DSFR), version {version}",
                "ses pages emploient le système de design de l'État (DSFR), version {version}"
            ),
            None => localized!(
                "its pages use the State's design system (DSFR); no file names its version",
                "ses pages emploient le système de design de l'État (DSFR) ; aucun fichier n'en dit la version"
            ),
        };
        told.yes(what, &self.home(), Weight::Speaks);
    }

    fn faq(self, told: &mut Told) {
        let Some(page) = self.read(told, Sought::Faq, Weight::Speaks) else {
            if let Some(Led::Elsewhere(url)) = self.site.tour.get(Sought::Faq).map(|found| &found.led) {
                let what = localized!("the home page links its help", "la page d'accueil renvoie vers son aide");
                told.yes(what, url.as_str(), Weight::Speaks);
            }
            return;
        };
        let asked = page.content.headings.iter().filter(|heading| heading.trim_end().ends_with('?')).count();
        let asked = asked.max(page.content.text.matches('?').count().min(200));
        let what = localized!(
            "the home page links it, and it answers; questions that it holds: {asked}",
            "la page d'accueil y mène, et elle répond ; questions qu'elle contient : {asked}"
        );
        // A page of help that asks nothing may be a form.
        let weight = if asked > 0 { Weight::Settles } else { Weight::Speaks };
        told.yes(what, page.url.as_str(), weight);
    }

    /// The pages that were read, the home page first: address and content.
    fn pages(self) -> Vec<(String, &'s Content)> {
        let mut pages = vec![(self.home(), self.content())];
        for found in &self.site.tour.found {
            let Led::Page(page) = &found.led else { continue };
            let address = page.url.to_string();
            if page.unread.is_none() && !page.content.is_shell() && !pages.iter().any(|(known, _)| *known == address) {
                pages.push((address, &page.content));
            }
        }
        pages
    }

    fn contact(self, told: &mut Told) {
        if let Some(reason) = self.unseen() {
            return told.open(reason);
        }
        let pages = self.pages();
        let (with, without): (Vec<_>, Vec<_>) = pages.iter().partition(|(_, content)| !means(content).is_empty());
        if without.is_empty() {
            let (count, means) = (pages.len(), means(self.content()).join(", "));
            let what = localized!(
                "each of the {count} pages that were read has a way to write to the team ({means})",
                "chacune des {count} pages lues offre un moyen d'écrire à l'équipe ({means})"
            );
            return told.yes(what, &self.home(), if count > 1 { Weight::Settles } else { Weight::Speaks });
        }
        let (have, all) = (with.len(), pages.len());
        for (address, _) in without.into_iter().take(3) {
            let what = localized!(
                "no way to write to the team is seen on this page (mail, phone, form, link that says \"contact\"); {have} of {all} pages have one",
                "aucun moyen d'écrire à l'équipe n'est vu sur cette page (courriel, téléphone, formulaire, lien « contact ») ; {have} pages sur {all} en ont un"
            );
            told.no(what, address, Weight::Speaks);
        }
    }

    fn details(self, told: &mut Told) {
        for sought in [Sought::Contact, Sought::LegalNotice] {
            let Some(page) = self.site.tour.page(sought) else { continue };
            let direct: Vec<&str> = page
                .content
                .links
                .iter()
                .filter(|link| matches!(link.url.scheme(), "mailto" | "tel"))
                .map(|link| link.url.scheme())
                .collect();
            if let Some(kind) = direct.first() {
                let what = localized!(
                    "contact details are there (`{kind}:`); whether somebody answers is not tried",
                    "des coordonnées y sont (`{kind}:`) ; que quelqu'un réponde n'est pas essayé"
                );
                told.yes(what, page.url.as_str(), Weight::Speaks);
                return;
            }
        }
    }

    fn not_digital(self, told: &mut Told) {
        const WORDS: &[&str] = &["par téléphone", "par courrier", "guichet", "en agence", "sur place", "permanence"];
        for (address, content) in self.pages() {
            let phone = content.links.iter().find(|link| link.url.scheme() == "tel").map(|link| link.text.clone());
            let text = content.plain();
            let word = WORDS.iter().find(|word| text.contains(&plain(word))).map(|word| (*word).to_owned());
            if let Some(seen) = phone.filter(|phone| !phone.is_empty()).or(word) {
                let what = localized!("the page says: {seen}", "la page dit : {seen}");
                return told.yes(what, &address, Weight::Speaks);
            }
        }
        let words = WORDS.join(", ");
        told.open(localized!(
            "no page shows a phone number, nor says: {words}",
            "aucune page ne montre un numéro de téléphone, ni ne dit : {words}"
        ));
    }

    /// What the pages on statistics, impact and budget say.
    fn usage(self, told: &mut Told, question: SiteQuestion) {
        for sought in usage::pages(question) {
            let mut aside = Told::default();
            match self.read(&mut aside, *sought, Weight::Speaks) {
                Some(page) => usage::answer(told, question, page, self.as_of),
                // A page may be named by the directory alone: that the home page does not link it is no flaw.
                None => told.reasons_of(aside),
            }
        }
    }

    fn audience(self, told: &mut Told) {
        for tool in audience::of(&self.site.page) {
            let what = Localized::new(
                format!("{}: {}", tool.name, tool.settings.en),
                format!("{} : {}", tool.name, tool.settings.fr),
            );
            if tool.is_open {
                told.yes(what, &self.home(), Weight::Speaks);
            } else {
                told.no(what, &self.home(), Weight::Speaks);
            }
        }
    }
}

/// The ways to write to the team that a page shows.
fn means(content: &Content) -> Vec<&'static str> {
    let mut found = Vec::new();
    let mut add = |name: &'static str, seen: bool| {
        if seen {
            found.push(name);
        }
    };
    let link = |test: &dyn Fn(&crate::model::site::content::Link) -> bool| content.links.iter().any(test);
    add("mailto:", link(&|link| link.url.scheme() == "mailto"));
    add("tel:", link(&|link| link.url.scheme() == "tel"));
    add("contact", link(&|link| Sought::of(link) == Some(Sought::Contact)));
    add(
        "Je donne mon avis",
        link(&|link| {
            let host = link.url.host_str().unwrap_or_default();
            host.contains("jedonnemonavis") || plain(&link.text).contains("donne mon avis")
        }),
    );
    add("Crisp", content.scripts.contains("$crisp") || content.scripts.contains("CRISP_WEBSITE_ID"));
    add("form", content.writes);
    found
}
