//! Commands that deploy by calling a platform: a push with git, a call of its address.

use crate::model::pipeline::job::Activity;
use crate::model::pipeline::meaning::Meaning;
use crate::model::pipeline::words::command::Words;

/// `curl`, `wget` and their like.
pub(super) fn http(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(call(words.rest).into_iter().collect())
}

/// `git`.
pub(super) fn git(words: &Words<'_>) -> Option<Vec<Meaning>> {
    Some(push(words.rest).into_iter().collect())
}

/// A call of the address that makes a platform deploy: a deploy hook, the webhook of Argo CD. Telling people or a forge
/// of a deployment is none.
fn call(rest: &[&str]) -> Option<Meaning> {
    const TELLS: &[&str] =
        &["slack", "mattermost", "notif", "tchap", "teams", "deployments", "status", "sentry", "matomo"];
    let line = rest.join(" ").to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    let posts = has(&["-x post", "-xpost", "--request post", "--post-data", "--data", "-x put", "post "])
        || rest.iter().any(|word| matches!(*word, "-d" | "-F" | "-f" | "--json"));
    let address = |word: &&&str| word.starts_with("http") || word.starts_with('$') || word.starts_with("EXPRESSION");
    let address = rest.iter().find(address).map(|address| address.to_lowercase()).unwrap_or_default();
    let of_address = |words: &[&str]| words.iter().any(|word| address.contains(word));
    let named = of_address(&["argocd", "argo_cd", "deploy", "build_hooks", "build-hooks"]);
    let hook = of_address(&["hook", "argocd", "argo_cd", "trigger"]);
    let deploys = named && (hook || posts) && !has(TELLS);
    deploys.then(|| Meaning::tool(Activity::Deploy, "deploy hook"))
}

/// A push to another remote than the forge's, or to a branch that a platform watches, is a deployment.
fn push(rest: &[&str]) -> Option<Meaning> {
    let at = rest.iter().position(|word| *word == "push")?;
    let words: Vec<&str> = rest[at + 1..].iter().copied().filter(|word| !word.starts_with('-')).collect();
    let remote = words.first()?;
    let platform = ["scalingo", "heroku", "dokku", "clever", "osc-", "git@ssh", "push-"].iter().any(|mark| remote.contains(mark))
            // `git push $APP HEAD:master`: the remote of an application, not the forge's.
            || remote.starts_with('$') && words.iter().skip(1).any(|refspec| refspec.contains(':'));
    let branch = words.iter().skip(1).any(|refspec| {
        let target = refspec.rsplit(':').next().unwrap_or(refspec);
        let target = target.trim_start_matches("refs/heads/");
        target.starts_with("deploy") || matches!(target, "prod" | "production" | "gh-pages" | "release-production")
    });
    (platform || branch).then(|| Meaning::tool(Activity::Deploy, "git push"))
}
