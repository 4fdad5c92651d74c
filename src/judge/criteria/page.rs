//! What the product's page in the public directory answers to a criterion.

use crate::base::date::{date, in_french};
use crate::base::location::Location;
use crate::base::text::{Localized, localized};
use crate::judge::criteria::judged::Evidence;
use crate::judge::standards::known::{DirectoryQuestion, Origin};
use crate::model::directory::find::{How, repository};
use crate::model::directory::team::{Held, ROLES};
use crate::model::directory::{Directory, Product};
use crate::model::site::links::{Answered, Answers};
use crate::model::site::sought::Sought;
use crate::model::site::tour::Visited;

/// A committee at least every six months.
const BETWEEN_COMMITTEES: i64 = 183;

/// The product of a repository, as the directory has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OnPage<'d> {
    /// The directory.
    pub(crate) directory: &'d Directory,
    /// The product.
    pub(crate) product: &'d Product,
    /// What shows that it is this one.
    pub(crate) how: How,
    /// The addresses of the repository.
    pub(crate) remotes: &'d [String],
    /// What the addresses that the page names answer, where they were asked.
    pub(crate) answers: &'d Answers,
    /// The date of the audit, in seconds since 1970.
    pub(crate) as_of: i64,
}

impl<'d> OnPage<'d> {
    /// The pages that the directory names and that were read.
    pub(crate) fn read(&self) -> Vec<(Sought, &'d Visited)> {
        let named = [
            (Sought::Statistics, &self.product.stats_url),
            (Sought::Impact, &self.product.impact_url),
            (Sought::Budget, &self.product.budget_url),
        ];
        let read = |(sought, url): (Sought, &'d Option<String>)| match self.answers.get(url.as_deref()?)? {
            Answered::Openly(Some(page)) => Some((sought, &**page)),
            _ => None,
        };
        named.into_iter().filter_map(read).collect()
    }
}

impl OnPage<'_> {
    /// The page, for people.
    pub(crate) fn address(&self) -> String {
        format!("https://beta.gouv.fr/startups/{}.html", self.product.id)
    }

    /// What the page answers, or why it says nothing.
    pub(crate) fn answer(&self, question: DirectoryQuestion) -> Result<Evidence, Localized> {
        use DirectoryQuestion as Ask;
        let product = self.product;
        match question {
            Ask::Page => {
                let id = &product.id;
                Ok(self.proof(localized!("the directory has the page `{id}`", "l'annuaire a la fiche `{id}`")))
            }
            Ask::Link => Ok(self.field("link", product.link.as_deref())),
            Ask::Statistics => Ok(self.field("stats_url", product.stats_url.as_deref())),
            Ask::Budget => Ok(self.field("budget_url", product.budget_url.as_deref())),
            Ask::Contact => {
                Ok(self.field("contact", product.contact.as_deref().filter(|contact| contact.contains('@'))))
            }
            Ask::StatisticsEvidence => self.evidence("stats_url", product.stats_url.as_deref()),
            Ask::BudgetEvidence => match product.budget_url.as_deref() {
                Some(url) => self.public("budget_url", url),
                None => {
                    Ok(self.against(localized!("the page has no `budget_url`", "la fiche n'a pas de `budget_url`")))
                }
            },
            Ask::ContactEvidence => self.evidence("contact", product.contact.as_deref()),
            // That there is such a page says nothing of what it follows.
            Ask::Impact => Err(match product.impact_url.as_deref() {
                Some(url) => localized!(
                    "the page links what it says of its impact: {url}",
                    "la fiche renvoie à ce qu'elle dit de son impact : {url}"
                ),
                None => localized!("the page has no `impact_url`", "la fiche n'a pas de `impact_url`"),
            }),
            Ask::RepositoryEvidence => self.evidence("repository", product.repository.as_deref()),
            Ask::Repository => Ok(self.source()),
            Ask::BudgetGrist => {
                let grist = product.budget_url.as_deref().filter(|url| url.contains("grist.numerique.gouv.fr"));
                self.evidence("budget_url", grist)
            }
            Ask::AccessibilityStatus => self.evidence("accessibility_status", product.accessibility_status.as_deref()),
            Ask::ContentProblem => self.section(&["contexte", "probleme", "constat", "enjeu"]),
            Ask::ContentSolution => self.section(&["solution", "impact"]),
            Ask::ContentObjectives => self.section(&["objectif"]),
            Ask::ContentStrategy => self.section(&["strategie", "deploiement", "prochaine", "feuille de route"]),
            Ask::Dashlord => self.dashlord(),
            Ask::MonServiceSecurise => match product.mon_service_securise {
                Some(true) => {
                    Ok(self.proof(localized!("the team says so on the page", "l'équipe l'indique sur la fiche")))
                }
                Some(false) => Ok(Evidence {
                    settles: true,
                    ..self.against(localized!(
                        "the team says no on the page",
                        "l'équipe indique le contraire sur la fiche"
                    ))
                }),
                None => Err(localized!(
                    "this answer of the directory does not hold `mon_service_securise`: `api/v3/startups/<id>.json` does",
                    "cette réponse de l'annuaire n'a pas `mon_service_securise` : `api/v3/startups/<id>.json` l'a"
                )),
            },
            Ask::RiskAnalysis => match (&product.risk_analysis_url, product.risk_analysis) {
                (Some(url), _) => self.evidence("analyse_risques_url", Some(url)),
                (None, true) => {
                    Ok(self.support(localized!("the page says that it was made", "la fiche dit qu'elle a été faite")))
                }
                (None, false) => {
                    Err(localized!("the page names no risk analysis", "la fiche ne nomme pas d'analyse de risques"))
                }
            },
            Ask::Committee => self.committee(),
            Ask::PublicAgent => self.public_agent(),
        }
    }

    fn support(&self, what: Localized) -> Evidence {
        let place = Location::file(self.address());
        Evidence { supports: true, settles: false, what, places: vec![place], from: Origin::Directory, rule: None }
    }

    fn proof(&self, what: Localized) -> Evidence {
        Evidence { settles: true, ..self.support(what) }
    }

    fn against(&self, what: Localized) -> Evidence {
        Evidence { supports: false, ..self.support(what) }
    }

    /// A field that is filled in, which settles it either way; an address where nothing is fills nothing in.
    fn field(&self, name: &str, value: Option<&str>) -> Evidence {
        match value {
            Some(value) => match self.answers.get(value) {
                Some(Answered::Gone(status)) => Evidence {
                    settles: true,
                    ..self.against(localized!(
                        "`{name}`: {value}, which answers with status {status}",
                        "`{name}` : {value}, qui répond par le statut {status}"
                    ))
                },
                Some(answer) => self.proof(answered(name, value, answer)),
                None => self.proof(localized!("`{name}`: {value}", "`{name}` : {value}")),
            },
            None => Evidence {
                settles: true,
                ..self.against(localized!("the page has no `{name}`", "la fiche n'a pas de `{name}`"))
            },
        }
    }

    /// An address that anybody should be able to open.
    fn public(&self, name: &str, url: &str) -> Result<Evidence, Localized> {
        let Some(answer) = self.answers.get(url) else { return self.evidence(name, Some(url)) };
        let what = answered(name, url, answer);
        Ok(match answer {
            Answered::Openly(_) => self.proof(what),
            Answered::Gone(_) | Answered::Login => Evidence { settles: true, ..self.against(what) },
            Answered::Refused(_) | Answered::Failed(_) => self.against(what),
        })
    }

    /// A field that is filled in, as evidence.
    fn evidence(&self, name: &str, value: Option<&str>) -> Result<Evidence, Localized> {
        let absent = || localized!("the page does not have such a `{name}`", "la fiche n'a pas un tel `{name}`");
        let value = value.ok_or_else(absent)?;
        Ok(self.support(localized!("`{name}`: {value}", "`{name}` : {value}")))
    }

    /// The link to the source, which should be the one that is audited.
    fn source(&self) -> Evidence {
        let Some(address) = self.product.repository.as_deref() else { return self.field("repository", None) };
        let own: Vec<String> = self.remotes.iter().filter_map(|remote| repository(remote)).collect();
        let named = repository(address);
        if named.is_some() && !own.is_empty() && !own.iter().any(|own| Some(own) == named.as_ref()) {
            return self.proof(localized!(
                "`repository`: {address}, which is another one than the one audited",
                "`repository` : {address}, qui n'est pas le dépôt audité"
            ));
        }
        self.field("repository", Some(address))
    }

    fn section(&self, words: &[&str]) -> Result<Evidence, Localized> {
        if self.product.content.is_none() {
            return Err(localized!("this answer holds no description", "cette réponse n'a pas la description"));
        }
        let found = self.product.headings(words);
        if found.is_empty() {
            let words = words.join(", ");
            return Err(localized!(
                "the page has no section with text whose title holds: {words}",
                "la fiche n'a pas de section remplie dont le titre contient : {words}"
            ));
        }
        let titles = found.join(", ");
        Ok(self.support(localized!("sections: {titles}", "sections : {titles}")))
    }

    fn dashlord(&self) -> Result<Evidence, Localized> {
        let site = |url: &str| url.trim_end_matches('/').split("://").last().unwrap_or_default().to_lowercase();
        let link = self.product.link.as_deref().map(site);
        let watched = self.directory.watched.iter().flatten().find(|watched| {
            watched.beta_id.as_deref() == Some(self.product.id.as_str())
                || link.as_deref() == Some(site(&watched.url).as_str())
        });
        match (watched, &self.product.dashlord_url) {
            (Some(watched), _) => {
                let url = &watched.url;
                Ok(self.proof(localized!("a DashLord watches {url}", "un DashLord surveille {url}")))
            }
            (None, Some(_)) => Ok(self.field("dashlord_url", self.product.dashlord_url.as_deref())),
            (None, None) => Ok(self.against(localized!(
                "the page has no `dashlord_url`; the `dashlord.yml` of the incubator tells more",
                "la fiche n'a pas de `dashlord_url` ; le `dashlord.yml` de l'incubateur en dit plus"
            ))),
        }
    }

    fn committee(&self) -> Result<Evidence, Localized> {
        let last = self.product.last_committee(&date(self.as_of)).ok_or_else(|| {
            localized!(
                "the page tells no committee, which proves nothing: few products enter theirs",
                "la fiche ne dit aucun comité, ce qui ne prouve rien : peu de produits les saisissent"
            )
        })?;
        let day = &last.start;
        let day_fr = in_french(day);
        if *day >= date(self.as_of - BETWEEN_COMMITTEES * 86_400) {
            return Ok(self.support(localized!("a committee on {day}", "un comité le {day_fr}")));
        }
        Ok(self.against(localized!(
            "the last committee that is told was on {day}",
            "le dernier comité indiqué date du {day_fr}"
        )))
    }

    fn public_agent(&self) -> Result<Evidence, Localized> {
        let domain = ROLES.iter().find(|(role, _)| *role == "intrapreneur").map_or("", |(_, domain)| domain);
        match self.directory.held(&self.product.id, domain, &date(self.as_of)) {
            Held::NotGiven => Err(localized!(
                "`authors.json` of the directory was not given",
                "`authors.json` de l'annuaire n'a pas été donné"
            )),
            Held::NobodyListed => Err(localized!(
                "the directory lists no intrapreneur, which proves nothing: it is filled by hand",
                "l'annuaire ne cite pas d'intrapreneur, ce qui ne prouve rien : il est rempli à la main"
            )),
            Held::Ended { on } => Ok(Evidence {
                settles: true,
                ..self.against(Localized::new(
                    format!("the mission of the last intrapreneur ended on {on}"),
                    format!("la dernière mission d'intrapreneuriat a pris fin le {}", in_french(&on)),
                ))
            }),
            Held::Current { people, agents, until, .. } if agents > 0 => Ok(self.support(Localized::new(
                format!("intrapreneurs: {people}, of whom public agents: {agents}, until {until}"),
                format!("intrapreneurs : {people}, dont agents publics : {agents}, jusqu'au {}", in_french(&until)),
            ))),
            Held::Current { people, until, .. } => Ok(self.against(Localized::new(
                format!("intrapreneurs: {people}, none of them said to be a public agent, until {until}"),
                format!(
                    "intrapreneurs : {people}, dont aucun n'est indiqué comme agent public, jusqu'au {}",
                    in_french(&until)
                ),
            ))),
        }
    }
}

/// An address of the page, with what it answers.
fn answered(name: &str, url: &str, answer: &Answered) -> Localized {
    match answer {
        Answered::Openly(_) => localized!("`{name}`: {url}, which answers", "`{name}` : {url}, qui répond"),
        Answered::Gone(status) | Answered::Refused(status) => localized!(
            "`{name}`: {url}, which answers with status {status}",
            "`{name}` : {url}, qui répond par le statut {status}"
        ),
        Answered::Login => {
            localized!("`{name}`: {url}, which asks for a login", "`{name}` : {url}, qui demande de se connecter")
        }
        Answered::Failed(why) => Localized::new(
            format!("`{name}`: {url}, which did not answer when asked ({})", why.en),
            format!("`{name}` : {url}, qui n'a pas répondu ({})", why.fr),
        ),
    }
}
