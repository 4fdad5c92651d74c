//! The parts of the product that a rule is judged in, one by one.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::config_file::{ConfigFile, Spanned, did_you_mean, one_of};
use crate::base::error::Error;
use crate::base::location::Location;
use crate::base::text::{Localized, localized};
use crate::base::version::Version;
use crate::model::manifest::{Dependency, Ecosystem};
use crate::model::stack::{FRAMEWORKS, Part};
use crate::survey::Survey;

use super::condition::OneOrMore;
use super::service_selector::ServiceSelector;

/// Which parts a rule is judged in, as it is written. All that is given must hold.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "EachComponent", extend("minProperties" = 1))]
pub(crate) struct RawComponentSelector {
    /// It uses one of these frameworks, of those that `equerre facts` names.
    #[schemars(with = "Option<OneOrMore>")]
    pub uses: Option<Spanned<OneOrMore>>,
    /// A manifest of it declares one of these packages; a name may end with `*`. For what `uses` does not know.
    #[schemars(with = "Option<OneOrMore>")]
    pub depends_on: Option<Spanned<OneOrMore>>,
    /// One of these languages makes up 5 % of its code or more. Alone, and where no component holds the language, the rule is
    /// judged in the whole repository.
    #[schemars(with = "Option<OneOrMore>")]
    pub language: Option<Spanned<OneOrMore>>,
    /// It has a manifest of one of these: npm, deno, python, ruby, php, jvm, elixir, go, rust.
    #[schemars(with = "Option<OneOrMore>")]
    pub ecosystem: Option<Spanned<OneOrMore>>,
    /// The version of the framework or package from which the rule holds, in quotes. Where the version is not settled, the rule is unverified.
    #[schemars(with = "Option<String>")]
    pub from: Option<Spanned<String>>,
    /// The version from which the rule no longer holds, in quotes.
    #[schemars(with = "Option<String>")]
    pub before: Option<Spanned<String>>,
}

/// Which parts a rule is judged in.
#[derive(Debug, Default)]
pub(crate) struct ComponentSelector {
    uses: Vec<String>,
    depends_on: Vec<String>,
    languages: Vec<String>,
    ecosystems: Vec<String>,
    from: Option<Version>,
    before: Option<Version>,
    service: Option<ServiceSelector>,
}

/// Why a part is judged.
pub(super) enum Admitted {
    /// It is what the rule selects, as this place shows.
    Yes(Option<Location>),
    /// It may be: the version of what is named here is not settled.
    VersionUnknown(String, Location),
    /// It is not.
    No,
}

impl ComponentSelector {
    /// What a rule says of its components and services; nothing where it is judged in the repository as a whole.
    pub(super) fn check(
        components: Option<RawComponentSelector>,
        service: Option<ServiceSelector>,
        file: &ConfigFile,
    ) -> Result<Option<Self>, Error> {
        if service.as_ref().is_some_and(ServiceSelector::is_empty) {
            return Err(file.whole(
                localized!("`each-service` names no service", "`each-service` ne nomme aucun service"),
                Some(localized!("add `kind`, `production` or `browsed`", "ajoutez `kind`, `production` ou `browsed`")),
            ));
        }
        let selector = components.map(|raw| Self::of_components(raw, file)).transpose()?;
        Ok(match (selector, service) {
            (None, None) => None,
            (selector, service) => Some(Self { service, ..selector.unwrap_or_default() }),
        })
    }

    fn of_components(raw: RawComponentSelector, file: &ConfigFile) -> Result<Self, Error> {
        let nothing =
            raw.uses.is_none() && raw.depends_on.is_none() && raw.language.is_none() && raw.ecosystem.is_none();
        if nothing {
            return Err(file.whole(
                localized!("`each-component` names no component", "`each-component` ne nomme aucun composant"),
                Some(localized!(
                    "add `uses`, `depends-on`, `language` or `ecosystem`",
                    "ajoutez `uses`, `depends-on`, `language` ou `ecosystem`"
                )),
            ));
        }
        let ranged = raw.from.as_ref().or(raw.before.as_ref());
        if let Some(version) = ranged.filter(|_| raw.uses.is_none() && raw.depends_on.is_none()) {
            return Err(file.error(
                version.referenced,
                localized!(
                    "`from` and `before` need `uses` or `depends-on`",
                    "la version de rien : `from` et `before` vont avec `uses` ou `depends-on`"
                ),
                None,
            ));
        }
        let version = |version: Option<Spanned<String>>| match version {
            None => Ok(None),
            Some(text) => Version::parse(&text.value).map(Some).ok_or_else(|| {
                file.error(
                    text.referenced,
                    localized!("`{}` is not a version", "`{}` n'est pas une version", text.value),
                    Some(localized!("such as `'7.1'`", "par exemple `'7.1'`")),
                )
            }),
        };
        Ok(Self {
            uses: names(raw.uses, file, ("framework", "framework"), || {
                FRAMEWORKS.iter().map(|framework| framework.name).collect()
            })?,
            depends_on: names(raw.depends_on, file, ("package", "paquet"), Vec::new)?,
            languages: names(raw.language, file, ("language", "langage"), Vec::new)?,
            ecosystems: names(raw.ecosystem, file, ("ecosystem", "écosystème"), || {
                Ecosystem::ALL.iter().map(|one| one.name()).collect()
            })?,
            from: version(raw.from)?,
            before: version(raw.before)?,
            service: None,
        })
    }

    /// The stacks that it is about: frameworks, else packages, languages or ecosystems.
    pub(crate) fn stacks(&self) -> &[String] {
        let lists = [&self.uses, &self.depends_on, &self.languages, &self.ecosystems];
        lists.into_iter().find(|list| !list.is_empty()).map_or(&[], Vec::as_slice)
    }

    /// Whether it is packages that select the components, and nothing else.
    pub(crate) fn is_by_package(&self) -> bool {
        self.uses.is_empty() && !self.depends_on.is_empty()
    }

    /// Whether it is their languages that select the components, and nothing else.
    pub(super) fn is_by_language(&self) -> bool {
        self.uses.is_empty() && self.depends_on.is_empty() && self.ecosystems.is_empty() && self.service.is_none()
    }

    /// The parts that may be judged.
    pub(super) fn parts<'s>(&self, survey: &'s Survey) -> impl Iterator<Item = (&'s Part, Admitted)> {
        let served = self.service.as_ref().map(|service| service.parts(survey));
        survey.stack.parts.iter().enumerate().map(move |(rank, part)| {
            let Some(served) = &served else { return (part, self.admits(part, survey)) };
            let Some((_, shown)) = served.iter().find(|(known, _)| *known == rank) else { return (part, Admitted::No) };
            let admitted = match self.admits(part, survey) {
                Admitted::Yes(place) => Admitted::Yes(shown.clone().or(place)),
                other => other,
            };
            (part, admitted)
        })
    }

    fn admits(&self, part: &Part, survey: &Survey) -> Admitted {
        let manifests = &survey.manifests;
        let one_of = |list: &[String], name: &str| list.iter().any(|known| known == name);
        if !self.languages.is_empty() && !part.languages.iter().any(|language| one_of(&self.languages, language)) {
            return Admitted::No;
        }
        let own = || part.manifests.iter().map(|at| &manifests.all[*at]);
        let mut place = own().next().map(|manifest| Location::file(&manifest.path));
        if !self.ecosystems.is_empty() {
            match own().find(|manifest| one_of(&self.ecosystems, manifest.ecosystem.name())) {
                Some(manifest) => place = Some(Location::file(&manifest.path)),
                None => return Admitted::No,
            }
        }
        if !self.uses.is_empty() {
            let Some(used) = part.frameworks.iter().find(|used| one_of(&self.uses, used.name)) else {
                return Admitted::No;
            };
            match self.in_range(used.version.as_ref()) {
                Some(true) => place = Some(used.place.clone()),
                Some(false) => return Admitted::No,
                None => return Admitted::VersionUnknown(used.name.to_owned(), used.place.clone()),
            }
        }
        if !self.depends_on.is_empty() {
            let found = own().find_map(|manifest| {
                let dependency: &Dependency = self.depends_on.iter().find_map(|name| manifest.dependency(name))?;
                let version = survey.lockfiles.version(manifest, dependency);
                Some((dependency, version, Location::line(&manifest.path, dependency.line)))
            });
            let Some((dependency, version, shown)) = found else { return Admitted::No };
            match self.in_range(version.as_ref()) {
                Some(true) => place = Some(shown),
                Some(false) => return Admitted::No,
                None => return Admitted::VersionUnknown(dependency.name.clone(), shown),
            }
        }
        Admitted::Yes(place)
    }

    /// Whether the rule holds for a version; `None` when that takes a version that is not known.
    fn in_range(&self, version: Option<&Version>) -> Option<bool> {
        if self.from.is_none() && self.before.is_none() {
            return Some(true);
        }
        let version = version?;
        let after = self.from.as_ref().is_none_or(|from| version >= from);
        Some(after && self.before.as_ref().is_none_or(|before| version < before))
    }
}

/// Names of a list, each of which must be known where that can be checked.
fn names(
    list: Option<Spanned<OneOrMore>>,
    file: &ConfigFile,
    what: (&str, &str),
    known: impl Fn() -> Vec<&'static str>,
) -> Result<Vec<String>, Error> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let (place, known) = (list.referenced, known());
    let names: Vec<String> = list.value.into_vec().into_iter().map(|name| name.to_lowercase()).collect();
    match names.iter().find(|name| !known.is_empty() && !known.contains(&name.as_str())) {
        Some(unknown) => {
            let help = did_you_mean(unknown, known.iter().copied());
            Err(file.error(
                place,
                Localized::new(
                    format!("unknown {} `{unknown}`", what.0),
                    format!("{} : `{unknown}` est inconnu", what.1),
                ),
                help.or_else(|| Some(one_of(&known))),
            ))
        }
        None => Ok(names),
    }
}

#[cfg(test)]
mod tests {
    use crate::judge::finding::Outcome;
    use crate::judge::rule::testing::{judged, rules};

    const RAILS: &str = "gem 'rails', '~> 7.1'\n";

    #[test]
    fn each_component_is_judged_by_its_own_files_and_said_once() {
        let body = "each-component: { uses: rails }\npasses-when: { text: 'force_ssl', in: 'config/*.rb' }\n";
        let files = [
            ("Gemfile", RAILS),
            ("config/a.rb", "config.force_ssl\n"),
            ("api/Gemfile", RAILS),
            ("api/config/a.rb", "nothing\n"),
            ("back/Gemfile", RAILS),
            ("web/package.json", r#"{"dependencies": {"vue": "3"}}"#),
        ];
        let finding = judged(body, &files);
        assert_eq!(finding.outcome, Outcome::Fail);
        assert_eq!(finding.components, ["api", "back"]);
        assert_eq!(finding.evidence[0].to_string(), "api/Gemfile:1");
    }

    #[test]
    fn a_rule_that_speaks_of_no_component_does_not_apply() {
        let body = "each-component: { uses: django }\npasses-when: { file: manage.py }\n";
        assert_eq!(judged(body, &[("Gemfile", RAILS)]).outcome, Outcome::NotApplicable);
    }

    #[test]
    fn settings_above_count_when_asked_and_those_of_a_sibling_never_do() {
        let files = [
            ("web/package.json", r#"{"dependencies": {"vue": "3"}}"#),
            ("api/package.json", r#"{"dependencies": {"koa": "3", "lint": "1"}}"#),
            ("api/lint.yml", "a: 1\n"),
        ];
        let body = |more: &str| {
            format!(
                "each-component: {{ uses: vue }}\npasses-when: {{ any: [{{ file: lint.yml{more} }}, {{ dependency: lint{more} }}] }}\n"
            )
        };
        assert_eq!(judged(&body(", or-above: true"), &files).outcome, Outcome::Fail);
        let above = [files[0], files[1], ("lint.yml", "a: 1\n")];
        assert_eq!(judged(&body(""), &above).outcome, Outcome::Fail);
        assert_eq!(judged(&body(", or-above: true"), &above).outcome, Outcome::Pass);
    }

    #[test]
    fn a_rule_holds_from_a_version_and_an_unsettled_one_is_unverified() {
        let body = "each-component: { uses: rails, from: '7.2' }\nfails-when: { file: Gemfile }\n";
        assert_eq!(judged(body, &[("Gemfile", RAILS)]).outcome, Outcome::NotApplicable);
        assert_eq!(judged(body, &[("Gemfile", "gem 'rails', '~> 8.0'\n")]).outcome, Outcome::Fail);
        assert_eq!(judged(body, &[("Gemfile", "gem 'rails'\n")]).outcome, Outcome::Unverified);
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        for (body, word) in [
            ("each-component: {}\nfails-when: { file: a }\n", "names no component"),
            ("each-component: { uses: rayls }\nfails-when: { file: a }\n", "unknown framework `rayls`"),
            ("each-component: { language: ruby, from: '3' }\nfails-when: { file: a }\n", "need `uses` or `depends-on`"),
            ("each-component: { uses: rails, from: new }\nfails-when: { file: a }\n", "is not a version"),
            ("fails-when: { file: a, or-above: true }\n", "`or-above` only applies"),
        ] {
            let error = rules(body).err().unwrap_or_else(|| panic!("accepted: {body}"));
            assert!(error.related()[0].to_string().contains(word), "{}", error.related()[0]);
        }
    }
}
