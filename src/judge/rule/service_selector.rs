//! The services that a rule is judged in, one by one.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::location::Location;
use crate::model::services::{How, Service, ServiceKind};
use crate::survey::Survey;

use super::question::Words;

/// Which services a rule is judged in. All that is given must hold.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "EachService", extend("minProperties" = 1))]
pub(crate) struct ServiceSelector {
    /// It is of one of these kinds, of those that `equerre facts` names.
    pub kind: Option<Words<ServiceKind>>,
    /// Whether it reaches production: `true` leaves out those that never do, and keeps those of which nothing tells.
    pub production: Option<bool>,
    /// Whether people's browsers show its answers as pages.
    pub browsed: Option<bool>,
}

impl ServiceSelector {
    /// Whether nothing is asked.
    pub(super) fn is_empty(&self) -> bool {
        self.kind.is_none() && self.production.is_none() && self.browsed.is_none()
    }

    fn admits(&self, service: &Service) -> bool {
        self.kind.as_ref().is_none_or(|kinds| kinds.has(&service.kind))
            && self.production.is_none_or(|production| production == (service.production.how != How::None))
            && self.browsed.is_none_or(|browsed| browsed == service.browsed)
    }

    /// The parts that the services stand in, by rank, each with what shows the first of them.
    pub(super) fn parts(&self, survey: &Survey) -> Vec<(usize, Option<Location>)> {
        let mut parts: Vec<(usize, Option<Location>)> = Vec::new();
        for service in survey.services.all.iter().filter(|service| self.admits(service)) {
            let Some(rank) = survey.stack.nearest(&service.component) else { continue };
            if !parts.iter().any(|(known, _)| *known == rank) {
                parts.push((rank, service.served_by.first().cloned()));
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use crate::judge::finding::Outcome;
    use crate::judge::rule::testing::{judged, rules};

    const API: (&str, &str) =
        ("api/package.json", r#"{"scripts": {"start": "node a.js"}, "dependencies": {"express": "4"}}"#);
    const FRONT: (&str, &str) = ("web/package.json", r#"{"dependencies": {"react": "18", "vite": "5"}}"#);
    const LIBRARY: (&str, &str) = ("shared/package.json", r#"{"name": "shared", "version": "1.0.0"}"#);

    #[test]
    fn a_rule_is_judged_in_the_services_that_it_selects_and_said_once() {
        let files = [
            API,
            ("api/a.js", "express().listen(3)"),
            FRONT,
            ("web/index.html", "<div>"),
            LIBRARY,
            ("web/csp.txt", "x"),
        ];
        let body = |kind: &str| format!("each-service: {{ kind: {kind} }}\npasses-when: {{ file: csp.txt }}\n");
        assert_eq!(judged(&body("pages"), &files).outcome, Outcome::Pass);
        let both = judged(&body("[pages, api]"), &files);
        assert_eq!((both.outcome, both.components.as_slice()), (Outcome::Fail, ["api".to_owned()].as_slice()));
        assert_eq!(judged(&body("mobile"), &files).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn what_never_reaches_production_can_be_left_out() {
        let workflow = "on: {push: {branches: [main]}}\njobs:\n  ship:\n    steps:\n      - run: clever deploy\n";
        let files = [API, ("api/a.js", "express().listen(3)"), (".github/workflows/a.yml", workflow)];
        let body = "each-service: { production: true, browsed: false }\npasses-when: { file: nothing }\n";
        assert_eq!(judged(body, &files).outcome, Outcome::Fail);
    }

    #[test]
    fn mistakes_are_told() {
        for (body, word) in [
            ("each-service: {}\nfails-when: { file: a }\n", "`each-service` names no service"),
            ("each-service: { kind: page }\nfails-when: { file: a }\n", "page"),
        ] {
            let error = rules(body).err().unwrap_or_else(|| panic!("accepted: {body}"));
            assert!(error.related()[0].to_string().contains(word), "{}", error.related()[0]);
        }
    }
}
