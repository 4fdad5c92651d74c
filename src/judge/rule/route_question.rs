//! What is asked of the addresses that a product answers.

use schemars::JsonSchema;
use serde::Deserialize;

use super::question::{Asks, Pattern, Words};
use crate::model::routes::{Access, Route};

/// What is asked of a route; all keys must hold.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub(crate) struct RouteQuestion {
    /// Its path is one of these, with a variable part as `*`: `/healthz`, `/products/*`.
    pub path: Option<Words<String>>,
    /// A regular expression that its path matches.
    pub matches: Option<Pattern>,
    /// The method that it answers: `GET`, `POST`…
    pub method: Option<Words<String>>,
    /// Who may ask for it.
    pub access: Option<Words<RouteAccess>>,
}

/// Who may ask for a route, as far as the code shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RouteAccess {
    /// Anyone: it is declared public.
    Public,
    /// Those who have signed in.
    BehindSignIn,
    /// Nothing in the tree says.
    Unknown,
}

impl RouteQuestion {
    /// Whether it holds of a route.
    pub(super) fn holds(&self, route: &Route) -> bool {
        let access = match route.access {
            Access::Public => RouteAccess::Public,
            Access::BehindSignIn => RouteAccess::BehindSignIn,
            Access::Unknown => RouteAccess::Unknown,
        };
        let method = |methods: &Words<String>| {
            route.method == "ANY" || methods.iter().any(|method| method.eq_ignore_ascii_case(&route.method))
        };
        self.path.as_ref().is_none_or(|paths| paths.iter().any(|path| is_path(path, &route.path)))
            && self.matches.as_ref().is_none_or(|pattern| pattern.is_in(&route.path))
            && self.method.as_ref().is_none_or(method)
            && self.access.as_ref().is_none_or(|asked| asked.has(&access))
    }
}

impl Asks for RouteQuestion {
    fn patterns(&self) -> Vec<&Pattern> {
        self.matches.patterns()
    }
}

/// Whether a path is the one that is asked for, segment by segment.
fn is_path(asked: &str, path: &str) -> bool {
    let segments = |path: &str| -> Vec<String> {
        path.split('/').filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
    };
    let (asked, path) = (segments(asked), segments(path));
    asked.len() == path.len() && asked.iter().zip(&path).all(|(asked, part)| asked == "*" || asked == part)
}

#[cfg(test)]
mod tests {
    use crate::judge::finding::Outcome;
    use crate::judge::rule::testing::{judged, rules};

    const GEMFILE: (&str, &str) = ("Gemfile", "gem 'rails'\n");
    const ROUTES: (&str, &str) = (
        "config/routes.rb",
        "Rails.application.routes.draw do\n  get '/up', to: 'rails/health#show'\n  get '/cases/:id', to: 'cases#show'\nend\n",
    );

    #[test]
    fn a_rule_asks_for_a_route_by_path_and_method() {
        let of = |question: &str, files: &[(&str, &str)]| {
            let finding = judged(&format!("passes-when: {{ route: {question} }}\n"), files);
            (finding.outcome, finding.evidence.first().map(ToString::to_string))
        };
        let files = [GEMFILE, ROUTES];
        assert_eq!(of("{ path: [/healthz, /up] }", &files), (Outcome::Pass, Some("config/routes.rb:2".to_owned())));
        assert_eq!(of("{ path: '/cases/*', method: get }", &files).0, Outcome::Pass);
        assert_eq!(of("{ matches: '^/cas' }", &files).0, Outcome::Pass);
        assert_eq!(of("{ path: /up, method: POST }", &files).0, Outcome::Fail);
        assert_eq!(of("{ path: /cases }", &files).0, Outcome::Fail);
        assert_eq!(of("{ path: /up }", &[GEMFILE]).0, Outcome::Unverified, "no route is known");
    }

    #[test]
    fn mistakes_are_told() {
        let error = rules("passes-when: { route: { matches: '(' } }\n").expect_err("a malformed expression");
        assert!(error.related()[0].to_string().contains('('), "{}", error.related()[0]);
    }
}
