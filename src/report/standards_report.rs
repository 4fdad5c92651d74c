//! A product beside the standards of beta.gouv.fr, from which every format of `equerre standards` is written.

use crate::base::date::{date, in_french};
use crate::base::text::{Lang, Localized, localized};
use crate::judge::criteria::judged::{Conformity, Judged, Status};
use crate::judge::criteria::page::OnPage;
use crate::judge::declared::Evaluation;
use crate::judge::finding::Outcome;
use crate::judge::standards::Standards;
use crate::judge::standards::known::Phase;
use crate::model::directory::find::How;
use crate::model::directory::team::{Held, ROLES};
use crate::report::audited::Audited;
use crate::report::earlier::Earlier;

/// How long before its end a mission is worth a word, in days.
const SOON: i64 = 60;

/// The result of `equerre standards`.
pub(crate) struct StandardsReport<'r> {
    /// The audit that it rests on.
    pub(crate) report: Audited<'r>,
    /// The standards.
    pub(crate) standards: &'r Standards,
    /// Every criterion, in the published order.
    pub(crate) criteria: Vec<Judged>,
    /// The product's page in the directory, or why there is none.
    pub(crate) page: Result<PageOf, Localized>,
    /// Who leads it and deploys it, as far as the directory knows.
    pub(crate) factors: Vec<Factor>,
    /// What the team declared, where it was given.
    pub(crate) declared: Option<Evaluation>,
    /// An earlier audit, where one was given.
    pub(crate) earlier: Option<Earlier>,
    /// What a reader must know beside.
    pub(crate) notes: Vec<Localized>,
}

/// A product's page in the directory.
#[derive(Debug, Clone)]
pub(crate) struct PageOf {
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its address.
    pub(crate) address: String,
    /// Its phase, as the directory writes it, and since when.
    pub(crate) phase: Option<(String, String)>,
    /// Its incubators.
    pub(crate) incubators: Vec<String>,
    /// What shows that it is this one.
    pub(crate) how: How,
}

impl PageOf {
    /// The page of a product, at the day of the audit.
    pub(crate) fn new(on: &OnPage<'_>) -> Self {
        let OnPage { directory, product, how, as_of, .. } = *on;
        let address = on.address();
        let title = |id: &String| directory.incubators.get(id).cloned().unwrap_or_else(|| id.clone());
        let phase = product.phase(&date(as_of)).map(|phase| (phase.name.clone(), phase.start.clone()));
        let incubators = product.incubators.iter().map(title).collect();
        Self { id: product.id.clone(), name: product.name.clone(), address, phase, incubators, how }
    }

    /// The phase among those that expect something, where it is one of them.
    pub(crate) fn known_phase(&self) -> Option<Phase> {
        match self.phase.as_ref()?.0.as_str() {
            "investigation" => Some(Phase::Investigation),
            "construction" => Some(Phase::Construction),
            "acceleration" => Some(Phase::Acceleration),
            "consolidation" => Some(Phase::Consolidation),
            "opere" => Some(Phase::Opere),
            _ => None,
        }
    }

    /// The phase in words.
    pub(crate) fn phase_words(&self, lang: Lang) -> Option<String> {
        let (name, since) = self.phase.as_ref()?;
        let words = self.known_phase().map_or_else(|| name.clone(), |phase| phase_words(phase).get(lang).to_owned());
        Some(match lang {
            _ if since.is_empty() => words,
            Lang::En => format!("{words} since {since}"),
            Lang::Fr => format!("{words} depuis le {}", in_french(since)),
        })
    }

    /// What shows that it is this page, in words.
    pub(crate) fn how_words(&self) -> Localized {
        match self.how {
            How::Declared => localized!("as declared", "comme déclaré"),
            How::Repository => localized!("by the address of the repository", "par l'adresse du dépôt"),
            How::Dashlord => localized!("by a DashLord", "par un DashLord"),
            How::Link => localized!("by the address of the site", "par l'adresse du site"),
        }
    }
}

/// A phase in words.
pub(crate) fn phase_words(phase: Phase) -> Localized {
    match phase {
        Phase::Investigation => localized!("investigation", "investigation"),
        Phase::Construction => localized!("construction", "construction"),
        Phase::Acceleration => localized!("acceleration", "accélération"),
        Phase::Consolidation => localized!("consolidation", "consolidation"),
        Phase::Opere => localized!("run by its administration", "opéré"),
    }
}

/// The phase that comes after another one, among those whose checklists name criteria.
const fn next_phase(phase: Phase) -> Option<Phase> {
    match phase {
        Phase::Investigation => Some(Phase::Construction),
        Phase::Construction => Some(Phase::Acceleration),
        Phase::Acceleration | Phase::Consolidation | Phase::Opere => None,
    }
}

/// A role that the success of a product rests on. It stands beside the standards, which do not have all of them.
#[derive(Debug, Clone)]
pub(crate) struct Factor {
    /// Its name for programs.
    pub(crate) role: &'static str,
    /// Its name for people.
    pub(crate) title: Localized,
    /// What came of it: nobody listed is unverified, since the directory is filled by hand.
    pub(crate) outcome: Outcome,
    /// In words.
    pub(crate) what: Localized,
    /// Who, where names were asked for.
    pub(crate) names: Vec<String>,
}

/// The factors of a product, at the day of the audit.
pub(crate) fn factors(on: &OnPage<'_>, with_names: bool) -> Vec<Factor> {
    let OnPage { directory, product, as_of, .. } = *on;
    let factor = |(role, domain): &(&'static str, &str)| {
        let held = directory.held(&product.id, domain, &date(as_of));
        let names = match &held {
            Held::Current { names, .. } if with_names => names.clone(),
            _ => Vec::new(),
        };
        let (outcome, what) = said(&held, *role == "intrapreneur", as_of);
        let title = match *role {
            "intrapreneur" => localized!("intrapreneur", "intrapreneuriat"),
            "deployment" => localized!("deployment officer", "responsable du déploiement"),
            _ => localized!("coach", "coach"),
        };
        Factor { role, title, outcome, what, names }
    };
    ROLES.iter().map(factor).collect()
}

/// What is said of a role; that a public agent holds it matters for the one who leads.
fn said(held: &Held, leads: bool, as_of: i64) -> (Outcome, Localized) {
    match held {
        Held::NotGiven => {
            (Outcome::Unverified, localized!("`authors.json` was not given", "`authors.json` n'a pas été donné"))
        }
        Held::NobodyListed => (
            Outcome::Unverified,
            localized!("nobody is listed, which proves nothing", "personne n'est cité, ce qui ne prouve rien"),
        ),
        Held::Ended { on } => {
            let on_fr = in_french(on);
            (Outcome::Fail, localized!("the last mission ended on {on}", "la dernière mission a pris fin le {on_fr}"))
        }
        Held::Current { people, agents, until, .. } => {
            let soon = *until <= date(as_of + SOON * 86_400);
            let (soon_en, soon_fr) = if soon { (", soon", ", bientôt") } else { ("", "") };
            let (en, fr) = match people {
                1 => ("person", "personne"),
                _ => ("people", "personnes"),
            };
            let of_them = match (*agents, *people) {
                _ if !leads => Localized::default(),
                (0, _) => localized!(", no public agent", ", aucun agent public"),
                (all, people) if all == people => localized!(", public agent", ", agent public"),
                (1, _) => localized!(", one of them a public agent", ", dont un agent public"),
                (some, _) => localized!(", {some} of them public agents", ", dont {some} agents publics"),
            };
            let what = Localized::new(
                format!("{people} {en}{}, until {until}{soon_en}", of_them.en),
                format!("{people} {fr}{}, jusqu'au {}{soon_fr}", of_them.fr, in_french(until)),
            );
            (Outcome::Pass, what)
        }
    }
}

impl StandardsReport<'_> {
    /// The language of texts.
    pub(crate) fn lang(&self) -> Lang {
        self.report.lang()
    }

    /// The name of the product: that of its page, else of what was audited.
    pub(crate) fn title(&self) -> &str {
        let page = self.page.as_ref().ok().map(|page| page.name.as_str());
        page.filter(|name| !name.is_empty()).unwrap_or(self.report.name())
    }

    /// How far the whole conforms: the mean of its standards.
    pub(crate) fn conformity(&self) -> Conformity {
        Conformity::of(self.criteria.iter())
    }

    /// The criteria of a category.
    pub(crate) fn of_category<'s>(&'s self, category: &'s str) -> impl Iterator<Item = &'s Judged> + Clone {
        self.criteria.iter().filter(move |judged| judged.category == category)
    }

    /// How many criteria have a status.
    pub(crate) fn count(&self, status: Status) -> usize {
        self.criteria.iter().filter(|judged| judged.status == status).count()
    }

    /// The criteria that wait for an answer: those that the phase expects first.
    pub(crate) fn waiting(&self) -> Vec<&Judged> {
        let mut waiting: Vec<&Judged> = self.criteria.iter().filter(|judged| judged.waits()).collect();
        waiting.sort_by_key(|judged| !self.is_expected(judged));
        waiting
    }

    /// Whether the phase of the product expects a criterion by now.
    pub(crate) fn is_expected(&self, judged: &Judged) -> bool {
        let now = self.page.as_ref().ok().and_then(PageOf::known_phase);
        matches!((judged.phase, now), (Some(asked), Some(now)) if asked <= now)
    }

    /// Whether the phase after that of the product expects a criterion, and none before does.
    pub(crate) fn is_next(&self, judged: &Judged) -> bool {
        let next = self.page.as_ref().ok().and_then(PageOf::known_phase).and_then(next_phase);
        judged.phase.is_some() && judged.phase == next
    }

    /// The title of the standard of a criterion.
    pub(crate) fn standard_title(&self, judged: &Judged) -> String {
        let standard = self.standards.all.iter().find(|standard| standard.id == judged.standard);
        standard.map(|standard| self.standards.title(standard, self.lang())).unwrap_or_default()
    }
}
