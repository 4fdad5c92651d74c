//! Who is on a product at a day, by role: counts, and until when. Names are kept apart.

use super::{Directory, Member, Mission};

/// The roles that an audit asks about, with the name of their domain in the directory.
pub(crate) const ROLES: &[(&str, &str)] =
    &[("intrapreneur", "Intraprenariat"), ("deployment", "Déploiement"), ("coach", "Coaching")];

/// Who holds a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held {
    /// The directory's members were not given.
    NotGiven,
    /// Nobody ever held it, as far as the directory knows: it is filled by hand.
    NobodyListed,
    /// Somebody does.
    Current {
        /// How many.
        people: usize,
        /// How many of them are public agents.
        agents: usize,
        /// The last day of the mission that lasts longest.
        until: String,
        /// Their names, for those who ask.
        names: Vec<String>,
    },
    /// Somebody did, until a day.
    Ended {
        /// The last day.
        on: String,
    },
}

impl Directory {
    /// Who holds a role on a product at a day, `YYYY-MM-DD`.
    pub(crate) fn held(&self, product: &str, domain: &str, day: &str) -> Held {
        let Some(members) = &self.members else { return Held::NotGiven };
        let on_it =
            |mission: &&Mission| mission.products.iter().any(|id| id == product) && mission.start.as_str() <= day;
        let missions: Vec<(&Member, &Mission)> = members
            .iter()
            .filter(|member| member.domain == domain)
            .flat_map(|member| member.missions.iter().filter(on_it).map(move |mission| (member, mission)))
            .collect();
        let goes_on = |mission: &Mission| mission.end.is_empty() || mission.end.as_str() >= day;
        let mut current: Vec<(&Member, &Mission)> =
            missions.iter().copied().filter(|(_, mission)| goes_on(mission)).collect();
        if current.is_empty() {
            let last = missions.iter().map(|(_, mission)| mission.end.clone()).max();
            return last.map_or(Held::NobodyListed, |on| Held::Ended { on });
        }
        // Somebody may have two missions at once.
        current.sort_by(|a, b| (&a.0.name, &b.1.end).cmp(&(&b.0.name, &a.1.end)));
        current.dedup_by(|a, b| std::ptr::eq(a.0, b.0));
        Held::Current {
            people: current.len(),
            agents: current.iter().filter(|(_, mission)| mission.status == "admin").count(),
            until: current.iter().map(|(_, mission)| mission.end.clone()).max().unwrap_or_default(),
            names: current.iter().map(|(member, _)| member.name.clone()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(missions: &[(&str, &str, &str)]) -> Directory {
        let member = |(start, end, status): &(&str, &str, &str)| Member {
            name: format!("N{start}"),
            domain: "Intraprenariat".to_owned(),
            missions: vec![Mission {
                start: (*start).to_owned(),
                end: (*end).to_owned(),
                status: (*status).to_owned(),
                products: vec!["cantine".to_owned()],
            }],
        };
        Directory { members: Some(missions.iter().map(member).collect()), ..Directory::default() }
    }

    #[test]
    fn a_mission_counts_until_its_last_day() {
        let known = directory(&[("2024-01-01", "2026-06-30", "admin"), ("2027-01-01", "2028-01-01", "admin")]);
        let held = |day: &str| known.held("cantine", "Intraprenariat", day);
        assert!(
            matches!(held("2026-06-30"), Held::Current { people: 1, agents: 1, until, .. } if until == "2026-06-30")
        );
        assert_eq!(held("2026-07-01"), Held::Ended { on: "2026-06-30".to_owned() });
        assert_eq!(held("2023-01-01"), Held::NobodyListed);
        assert_eq!(known.held("other", "Intraprenariat", "2025-01-01"), Held::NobodyListed);
        assert_eq!(Directory::default().held("cantine", "Intraprenariat", "2025-01-01"), Held::NotGiven);
    }
}
