//! The public directory of beta.gouv.fr, as saved answers of its API: products, who works on them, incubators; and the DashLord
//! of an incubator. Nothing is fetched here.
//!
//! <https://beta.gouv.fr/api/v2.7/startups.json>, `authors.json`, `incubators.json`; `api/v3/startups/<id>.json`.

pub(crate) mod find;
pub(crate) mod shapes;
pub(crate) mod team;

use std::collections::BTreeMap;

/// A product of the directory. A field that is empty there is none here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Product {
    /// Its name in addresses: `ma-cantine-egalim`.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// The address of the service.
    pub(crate) link: Option<String>,
    /// Its statistics.
    pub(crate) stats_url: Option<String>,
    /// Its budget.
    pub(crate) budget_url: Option<String>,
    /// Its impact.
    pub(crate) impact_url: Option<String>,
    /// Its source.
    pub(crate) repository: Option<String>,
    /// Where to write.
    pub(crate) contact: Option<String>,
    /// Its dashboard on DashLord.
    pub(crate) dashlord_url: Option<String>,
    /// What it says of its accessibility.
    pub(crate) accessibility_status: Option<String>,
    /// Whether it is on Mon Service Sécurisé; nothing where the answer does not hold the field.
    pub(crate) mon_service_securise: Option<bool>,
    /// Whether a risk analysis was made.
    pub(crate) risk_analysis: bool,
    /// Where it is.
    pub(crate) risk_analysis_url: Option<String>,
    /// Its description, in Markdown.
    pub(crate) content: Option<String>,
    /// Its phases.
    pub(crate) phases: Vec<Dated>,
    /// What happened to it.
    pub(crate) events: Vec<Dated>,
    /// Its incubators.
    pub(crate) incubators: Vec<String>,
}

/// Something with the day on which it starts, `YYYY-MM-DD`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dated {
    /// What.
    pub(crate) name: String,
    /// When.
    pub(crate) start: String,
}

/// Somebody of the directory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Member {
    /// Their name, which reports show only when asked.
    pub(crate) name: String,
    /// What they do: `Intraprenariat`, `Déploiement`…
    pub(crate) domain: String,
    /// Their missions.
    pub(crate) missions: Vec<Mission>,
}

/// A mission.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mission {
    /// Its first day.
    pub(crate) start: String,
    /// Its last day.
    pub(crate) end: String,
    /// `admin` for a public agent, `independent`, `service`.
    pub(crate) status: String,
    /// The products that it serves.
    pub(crate) products: Vec<String>,
}

/// A site that a DashLord watches.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watched {
    /// Its address.
    pub(crate) url: String,
    /// Its product in the directory.
    pub(crate) beta_id: Option<String>,
    /// Its repositories: `owner/name`, or whole addresses.
    pub(crate) repositories: Vec<String>,
}

/// What was saved of the directory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Directory {
    /// The products, by id.
    pub(crate) products: BTreeMap<String, Product>,
    /// The members; nothing where no such answer was given.
    pub(crate) members: Option<Vec<Member>>,
    /// The names of the incubators, by id.
    pub(crate) incubators: BTreeMap<String, String>,
    /// The sites of a DashLord; nothing where none was given.
    pub(crate) watched: Option<Vec<Watched>>,
}

impl Product {
    /// The phase that it is in at a day: the last that has started.
    pub(crate) fn phase(&self, day: &str) -> Option<&Dated> {
        let started = |phase: &&Dated| phase.start.is_empty() || phase.start.as_str() <= day;
        self.phases.iter().filter(started).max_by(|a, b| a.start.cmp(&b.start))
    }

    /// The last committee that took place at a day.
    pub(crate) fn last_committee(&self, day: &str) -> Option<&Dated> {
        let held = |event: &&Dated| event.name == "committee" && !event.start.is_empty() && event.start.as_str() <= day;
        self.events.iter().filter(held).max_by(|a, b| a.start.cmp(&b.start))
    }

    /// The headings of its description that hold one of some words, without case or accents.
    pub(crate) fn headings(&self, words: &[&str]) -> Vec<String> {
        let content = self.content.as_deref().unwrap_or_default();
        let mut found = Vec::new();
        let mut lines = content.lines().peekable();
        while let Some(line) = lines.next() {
            let line = line.trim();
            let bold = line.strip_prefix("**").and_then(|rest| rest.split_once("**")).map(|(name, _)| name);
            let heading = line.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim()).or(bold);
            let Some(heading) = heading.filter(|heading| !heading.is_empty()) else { continue };
            let plain = plain(heading);
            if words.iter().any(|word| plain.contains(word)) {
                // A heading with nothing below it is none.
                let text = bold.is_some() && line.len() > heading.len() + 8;
                if text
                    || lines
                        .clone()
                        .take_while(|next| !next.trim_start().starts_with('#'))
                        .any(|next| !next.trim().is_empty())
                {
                    found.push(heading.trim_matches(['*', ':', ' ']).to_owned());
                }
            }
        }
        found
    }
}

/// A text in lower case, without the accents of French.
pub(crate) fn plain(text: &str) -> String {
    let folded = |c: char| match c {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'û' | 'ù' | 'ü' => 'u',
        'ç' => 'c',
        '’' => '\'',
        c => c,
    };
    text.to_lowercase().chars().map(folded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_the_description_are_found_where_they_hold_text() {
        let content = "## Contexte et enjeux\n\nDes cantines.\n\n## Stratégie\n\n## Objectifs à 6 mois\n- a\n\n**Problème** : des files d'attente.\n";
        let product = Product { content: Some(content.to_owned()), ..Product::default() };
        assert_eq!(product.headings(&["contexte", "probleme"]), ["Contexte et enjeux", "Problème"]);
        assert_eq!(product.headings(&["objectif"]), ["Objectifs à 6 mois"]);
        assert!(product.headings(&["strategie"]).is_empty());
    }

    #[test]
    fn the_phase_is_the_last_that_has_started() {
        let phase = |name: &str, start: &str| Dated { name: name.to_owned(), start: start.to_owned() };
        let phases = vec![
            phase("acceleration", "2022-01-01"),
            phase("construction", "2020-01-01"),
            phase("opere", "2030-01-01"),
        ];
        let product = Product { phases, ..Product::default() };
        assert_eq!(product.phase("2026-01-01").map(|phase| phase.name.as_str()), Some("acceleration"));
    }
}
