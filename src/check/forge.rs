//! The forge that an audit asks, where that is wanted.

use crate::base::error::Error;
use crate::base::text::{Localized, localized};
use crate::model::forge::Forge;
use crate::model::forge::address::{Address, Forges, host_of};
use crate::model::forge::cache::Cache;
use crate::model::forge::client::{Client, Limits};
use crate::read::history::remotes;
use crate::read::source::Opened;
use crate::survey::{Question, Survey};

/// The forge of what is audited, or why it cannot be asked; only a person's own settings can make this fail.
pub(super) fn question(named: Option<&str>, opened: &Opened) -> Result<(Question, Option<Localized>), Error> {
    let env = |name: &str| std::env::var(name).ok();
    let forges = Forges::read(&env)?;
    let silent = |host: &str, page: &str, reason: Localized| {
        let forge = Forge::silent(host, page, &reason);
        Ok((Question::Answered(Box::new(forge)), Some(reason)))
    };
    let url = named.map(str::to_owned).or_else(|| opened.repository.as_ref().and_then(forge_url));
    let Some(url) = url else {
        let reason = Localized::new(
            "this clone has no remote on a forge; `--forge URL` names the page of the repository",
            "ce clone n’a pas de dépôt distant sur une forge\u{202f}; `--forge URL` donne la page du dépôt",
        );
        return silent("", "", reason);
    };
    let address = match Address::of(&url, &forges, &env) {
        Ok(address) => address,
        Err(reason) if named.is_some() => return Err(Error::new(reason, None)),
        Err(reason) => return silent("", "", reason),
    };
    let explained = address.clone();
    match Client::new(address, Cache::usual(&env), Limits::default()) {
        Ok(client) => Ok((Question::Ask(Box::new(client)), None)),
        Err(refusal) => silent(&explained.host, &explained.page(), refusal.explain(&explained)),
    }
}

/// What the forge still grants, for those who ask it often.
pub(crate) fn remaining_requests(survey: &Survey) -> Option<Localized> {
    let forge = survey.forge.as_ref()?;
    let rate = forge.rate?;
    let until = rate.reset.and_then(|reset| jiff::Timestamp::from_second(reset).ok());
    let (host, left, all) = (&forge.host, rate.remaining, rate.limit);
    Some(match until {
        Some(time) => localized!(
            "{host} allows {left} more of {all} requests until {time}",
            "{host} accorde encore {left} requêtes sur {all} jusqu’à {time}"
        ),
        None => {
            localized!("{host} allows {left} more of {all} requests", "{host} accorde encore {left} requêtes sur {all}")
        }
    })
}

/// Where the repository lives: nothing is asked of the forge.
pub(crate) fn address(forge: Option<&str>, survey: &Survey) -> Option<Address> {
    let history = survey.history.as_ref().ok()?;
    let env = |name: &str| std::env::var(name).ok();
    let forges = Forges::read(&env).ok()?;
    let remotes = history.remotes.iter().map(|remote| remote.url.as_str());
    let mut urls = forge.into_iter().chain(remotes);
    urls.find_map(|url| Address::of(url, &forges, &env).ok())
}

/// The remote that is on a forge, `origin` first.
fn forge_url(repository: &git2::Repository) -> Option<String> {
    remotes(repository).into_iter().map(|remote| remote.url).find(|url| host_of(url).is_some())
}
