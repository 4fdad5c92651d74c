//! Whether addresses that the public directory names answer, asked once each: a `HEAD`, then a `GET` where that is refused or where
//! the page is to be read.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use super::client::{Client, Limits, Trust};
use super::page::Page;
use super::tour::Visited;
use crate::base::reach::Reach;
use crate::base::text::{Localized, localized};

/// How many addresses of one product are asked.
const MOST: usize = 10;

/// Statuses to a `HEAD` that say nothing of a page: many servers know no such method.
const REFUSES_HEAD: &[u16] = &[400, 403, 404, 405, 406, 500, 501, 503];

/// The addresses that were asked, and what came of each.
pub(crate) type Answers = BTreeMap<String, Answered>;

/// What an address answers.
#[derive(Debug, Clone)]
pub(crate) enum Answered {
    /// It answers anybody; the page, where it was read.
    Openly(Option<Arc<Visited>>),
    /// There is nothing there: its status.
    Gone(u16),
    /// It asks for a login.
    Login,
    /// It does not serve us, or not now: its status.
    Refused(u16),
    /// Nothing answers.
    Failed(Localized),
}

/// An address to ask, with whether its page is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The address, as it is written.
    pub(crate) url: String,
    /// Whether the page is to be read.
    pub(crate) read: bool,
}

/// Asks addresses, each once, all at the same time.
pub(crate) fn answers(asked: &[Asked], reach: Reach, now: i64) -> Answers {
    let limits = Limits { answer: Duration::from_secs(10), all: Duration::from_secs(30), bytes: 1024 * 1024 };
    let client = match Client::new(limits, reach, now) {
        Ok(client) => client,
        Err(_) => return Answers::new(),
    };
    let mut each: Vec<&Asked> = Vec::new();
    for one in asked {
        if each.len() < MOST && !each.iter().any(|known| known.url == one.url) {
            each.push(one);
        }
    }
    std::thread::scope(|scope| {
        let running: Vec<_> =
            each.iter().map(|one| (one.url.clone(), scope.spawn(|| answer(&client, one, reach)))).collect();
        running.into_iter().filter_map(|(url, asking)| Some((url, asking.join().ok()?))).collect()
    })
}

fn answer(client: &Client, asked: &Asked, reach: Reach) -> Answered {
    let url = match Url::parse(asked.url.trim()) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && reach.includes(&url) => url,
        _ => {
            return Answered::Failed(localized!(
                "it is no public address of the web",
                "ce n'est pas une adresse publique du web"
            ));
        }
    };
    let head = client.head(&url, Trust::Checked);
    let asks_again = asked.read || head.as_ref().map_or(true, |reply| REFUSES_HEAD.contains(&reply.status));
    let reply = if asks_again { client.visit(&url).map(|(visit, _)| visit.reply) } else { head };
    let reply = match reply {
        Ok(reply) => reply,
        Err(failed) => return Answered::Failed(failed.explain()),
    };
    match reply.status {
        404 | 410 => Answered::Gone(reply.status),
        401 => Answered::Login,
        200..=299 if reply.url != url && asks_to_log_in(&reply.url) => Answered::Login,
        200..=299 => Answered::Openly((asked.read && reply.is_html()).then(|| {
            let page = Page::read_until(&reply.body, &reply.url, client.deadline());
            let frames = page.resources.iter().filter(|resource| resource.kind == "frame");
            let frames = frames.filter_map(|frame| frame.url.host_str().map(str::to_owned)).collect();
            Arc::new(Visited { url: reply.url, content: page.content, frames, unread: page.unread })
        })),
        status => Answered::Refused(status),
    }
}

/// Whether a page to which one was sent is one to log in.
fn asks_to_log_in(url: &Url) -> bool {
    const NAMES: &[&str] =
        &["login", "log-in", "signin", "sign-in", "sign_in", "connexion", "authorize", "sso", "auth"];
    url.path().to_lowercase().split('/').any(|segment| NAMES.contains(&segment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_public_address_is_not_asked() {
        let asked = |url: &str| Asked { url: url.to_owned(), read: false };
        let all = ["ftp://a.fr", "javascript:alert(1)", "http://127.0.0.1:1/", "http://localhost/", "x"].map(asked);
        let answers = answers(&all, Reach::Public, 0);
        assert_eq!(answers.len(), 5);
        for (url, answer) in &answers {
            assert!(matches!(answer, Answered::Failed(why) if why.en.contains("no public address")), "{url}");
        }
    }

    #[test]
    fn a_page_to_log_in_is_known_by_its_path() {
        let asks = |url: &str| asks_to_log_in(&Url::parse(url).expect("an address"));
        assert!(asks("https://a.fr/users/sign_in") && asks("https://id.b.fr/oauth2/authorize?x"));
        assert!(!asks("https://a.fr/authors") && !asks("https://a.fr/budget"));
    }
}
