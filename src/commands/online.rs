//! What the audit is told, and the forge that it asks with `--online`.

use std::sync::Arc;

use equerre::audit::{Question, Request, Survey};
use equerre::config::Config;
use equerre::facts::host_of;
use equerre::forge::Forge;
use equerre::forge::address::{Address, Forges};
use equerre::forge::cache::Cache;
use equerre::forge::client::{Client, Limits};
use equerre::history::remotes;
use equerre::inventory::scan::Scanner;
use equerre::said;
use equerre::site::Target;
use equerre::source::Opened;
use equerre::text::{Lang, Localized, printable};
use miette::Report;

use super::{as_of, refuse, talk, tell};
use crate::cli::{OnlineArgs, PortArgs, TargetArgs};

/// What the audit is told, with the forge to ask when that is wanted.
pub(crate) fn request(
    target: &TargetArgs,
    online: &OnlineArgs,
    config: &Config,
    opened: &Opened,
    scanner: Arc<Scanner>,
    lang: Lang,
) -> Result<Request, Report> {
    let mut request = Request::new(scanner, as_of(target));
    request.exclude.clone_from(&config.exclude);
    request.delivery.clone_from(&config.delivery);
    if online.online {
        request.forge = Some(question(online, opened)?);
    }
    request.site = online.url.as_deref().map(|url| target_of(url, &online.ports, lang)).transpose()?;
    Ok(request)
}

/// The site at an address that a person gave.
pub(crate) fn target_of(url: &str, ports: &PortArgs, lang: Lang) -> Result<Target, Report> {
    let example =
        said!("such as `https://mon-cantinier.beta.gouv.fr`", "par exemple `https://mon-cantinier.beta.gouv.fr`");
    Target::of(url, ports.http_port, ports.https_port)
        .map_err(|reason| refuse(Localized::foreign(printable(reason.get(lang)).into_owned()), Some(example)))
}

/// The forge of what is audited, or why it cannot be asked; only a person's own settings can make this fail.
fn question(online: &OnlineArgs, opened: &Opened) -> Result<Question, Report> {
    let env = |name: &str| std::env::var(name).ok();
    let forges = Forges::read(&env).map_err(|error| Report::new(*error))?;
    let silent = |host: &str, reason: &Localized| {
        tell(&reason.to_string());
        Question::Answered(Box::new(Forge::silent(host, host, reason)))
    };
    let url = online.forge.clone().or_else(|| opened.repository.as_ref().and_then(forge_url));
    let Some(url) = url else {
        let reason = Localized::new(
            "this clone has no remote on a forge; `--forge URL` names the page of the repository",
            "ce clone n’a pas de dépôt distant sur une forge\u{202f}; `--forge URL` donne la page du dépôt",
        );
        return Ok(silent("", &reason));
    };
    let address = match Address::of(&url, &forges, &env) {
        Ok(address) => address,
        Err(reason) if online.forge.is_some() => return Err(refuse(reason, None)),
        Err(reason) => return Ok(silent("", &reason)),
    };
    let (host, page) = (address.host.clone(), address.page());
    let explained = address.clone();
    match Client::new(address, Cache::usual(&env), Limits::default()) {
        Ok(client) => Ok(Question::Ask(Box::new(client))),
        Err(refusal) => {
            let reason = refusal.explain(&explained);
            tell(&reason.to_string());
            Ok(Question::Answered(Box::new(Forge::silent(&host, &page, &reason))))
        }
    }
}

/// Says what the forge still grants, for those who ask it often.
pub(crate) fn talk_of_forge(survey: &Survey) {
    if let Some(forge) = &survey.forge
        && let Some(rate) = forge.rate
    {
        let until = rate.reset.and_then(|reset| jiff::Timestamp::from_second(reset).ok());
        let (host, left, all) = (&forge.host, rate.remaining, rate.limit);
        let message = match until {
            Some(time) => said!(
                "equerre: {host} grants {left} more requests of {all} until {time}",
                "equerre\u{a0}: {host} accorde encore {left} requêtes sur {all} jusqu’à {time}"
            ),
            None => said!(
                "equerre: {host} grants {left} more requests of {all}",
                "equerre\u{a0}: {host} accorde encore {left} requêtes sur {all}"
            ),
        };
        talk(&message.to_string());
    }
}

/// The remote that is on a forge, `origin` first.
fn forge_url(repository: &git2::Repository) -> Option<String> {
    remotes(repository).into_iter().map(|remote| remote.url).find(|url| host_of(url).is_some())
}
