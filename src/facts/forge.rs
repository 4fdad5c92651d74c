//! Where the code is published.

use crate::base::location::Location;
use crate::facts::detector::{Detector, Repo};
use crate::facts::fact::{Fact, Kind};
use crate::model::forge::address::host_of;

pub(super) const ALL: &[Detector] = &[Detector {
    id: "forge",
    kind: Kind::Text,
    question: ("Which forge does the repository come from?", "De quelle forge vient le dépôt ?"),
    detect: forge,
}];

fn forge(repo: &Repo<'_>) -> Fact {
    let history = match repo.history() {
        Ok(history) => history,
        Err(fact) => return fact,
    };
    let found = history.remotes.iter().find_map(|remote| host_of(&remote.url).map(|host| (host, remote)));
    match found {
        Some((host, remote)) => {
            Fact::text(host).seen([Location::file(format!("git remote {}", remote.name)).quoting(&remote.url)])
        }
        None => Fact::nothing(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_from_every_form_of_remote() {
        for (url, host) in [
            ("https://github.com/o/r.git", Some("github.com")),
            ("git@gitlab.com:o/r.git", Some("gitlab.com")),
            ("ssh://git@forge.example.fr:2222/o/r", Some("forge.example.fr")),
            ("/srv/git/r.git", None),
            ("file:///srv/r.git", None),
        ] {
            assert_eq!(host_of(url).as_deref(), host, "{url}");
        }
    }
}
