//! Checks conditions as they are written: what is wrong is told with its place and what to write instead.

use std::sync::Arc;

use crate::base::config_file::{ConfigFile, Spanned, did_you_mean, one_of};
use crate::base::error::Error;
use crate::base::pattern::LazyRegex;
use crate::base::text::{Localized, localized};
use crate::base::words::structure;
use crate::facts::{Detector, Kind, detector, detectors};
use crate::read::inventory::globs::Globs;
use crate::read::inventory::probe::{Files, Probe};
use crate::read::syntax::{CodeError, CodeQuery, grammars_of};

use super::comparison::{Comparison, Scalar};
use super::condition::{Condition, OneOrMore, RawCondition, Reach, Within, Written};
use super::key::{KeyPath, KeyQuestion, Quantifier};
use super::question::{Asks, Words};
use super::workflow_question::EVENTS;

/// What checking a condition needs and gathers.
pub(super) struct Checker<'c> {
    pub(super) file: &'c ConfigFile,
    pub(super) rule: &'c str,
    /// Whether the rule is judged in components.
    pub(super) in_part: bool,
    pub(super) probes: &'c mut Vec<Probe>,
}

impl Checker<'_> {
    pub(super) fn check(&mut self, raw: RawCondition) -> Result<Condition, Error> {
        self.check_one_question(&raw)?;
        self.check_within(&raw)?;
        let reach = self.reach(&raw)?;
        if let Some(list) = raw.all {
            return Ok(Condition::All(self.check_all(*list)?));
        }
        if let Some(list) = raw.any {
            return Ok(Condition::Any(self.check_all(*list)?));
        }
        if let Some(list) = raw.none {
            return Ok(Condition::None(self.check_all(*list)?));
        }
        if let Some(header) = raw.header {
            return Ok(Condition::Fact("security_headers", Comparison::ContainsAny(vec![header])));
        }
        if let Some(names) = raw.dependency {
            let names = names.into_vec().into_iter().map(|name| name.to_lowercase()).collect();
            return Ok(Condition::Dependency(names, reach));
        }
        if let Some(question) = raw.pipeline {
            return Ok(Condition::Pipeline(question));
        }
        if let Some(question) = raw.workflow {
            if let Some(on) = &question.on {
                self.check_events(&on.0)?;
            }
            self.check_patterns(question.as_ref())?;
            return Ok(Condition::Workflow(question, self.within(raw.within, reach)?));
        }
        if let Some(question) = raw.image {
            if let Some(named) = question.named.as_ref().filter(|_| question.is_mixed()) {
                return Err(self.file.error(
                    named.0.referenced,
                    localized!(
                        "`named` asks of an image that is not built here, and only goes with `purpose`",
                        "`named` porte sur une image qui n'est pas construite ici, et ne va qu'avec `purpose`"
                    ),
                    Some(localized!("ask of each with its own `image`", "interrogez chacune avec son propre `image`")),
                ));
            }
            self.check_patterns(question.as_ref())?;
            return Ok(Condition::Image(question, self.within(raw.within, reach)?));
        }
        if let Some(question) = raw.route {
            self.check_patterns(question.as_ref())?;
            return Ok(Condition::Route(question));
        }
        if let Some(since) = raw.since {
            return self.since(&since);
        }
        if let Some(globs) = raw.file {
            return Ok(Condition::File(Within { globs: self.globs(*globs)?, reach }));
        }
        if let Some(pattern) = raw.text {
            return self.text(*pattern, raw.within, raw.in_comments.unwrap_or(false), reach);
        }
        if let Some(code) = raw.code {
            return self.code(&code, raw.within, reach);
        }
        if let Some(key) = raw.key.clone() {
            return self.key(&key, raw, reach);
        }
        match raw.fact.clone() {
            Some(fact) => self.fact(&fact, raw),
            None => Err(self.file.whole(localized!("an empty condition", "une condition vide"), None)),
        }
    }

    fn check_one_question(&self, raw: &RawCondition) -> Result<(), Error> {
        let questions = [
            raw.all.is_some(),
            raw.any.is_some(),
            raw.none.is_some(),
            raw.fact.is_some(),
            raw.file.is_some(),
            raw.text.is_some(),
            raw.key.is_some(),
            raw.dependency.is_some(),
            raw.pipeline.is_some(),
            raw.header.is_some(),
            raw.code.is_some(),
            raw.workflow.is_some(),
            raw.image.is_some(),
            raw.route.is_some(),
            raw.since.is_some(),
        ];
        let count = questions.iter().filter(|asked| **asked).count();
        if count == 1 {
            return Ok(());
        }
        Err(self.file.whole(
                localized!("a condition of rule `{}` asks {} questions", "une condition de la règle `{}` pose {} questions", self.rule, count),
                Some(localized!("a condition asks exactly one of: all, any, none, fact, file, text, code, key, dependency, pipeline, workflow, image, route, header, since; combine several with `all` or `any`", "une condition pose une seule question : all, any, none, fact, file, text, code, key, dependency, pipeline, workflow, image, route, header ou since ; combinez-en plusieurs avec `all` ou `any`")),
            ))
    }

    fn since(&self, day: &Spanned<String>) -> Result<Condition, Error> {
        let written = &day.value;
        let start = written.parse::<jiff::civil::Date>().ok().filter(|_| written.len() == "2026-01-31".len());
        match start.and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok()) {
            Some(start) => Ok(Condition::Since(start.timestamp().as_second())),
            None => Err(self.file.error(
                day.referenced,
                localized!("`{written}` is no day", "`{written}` n'est pas un jour"),
                Some(localized!("write it as `2026-01-31`", "écrivez-le comme `2026-01-31`")),
            )),
        }
    }

    fn check_within(&self, raw: &RawCondition) -> Result<(), Error> {
        let takes_within = raw.text.is_some()
            || raw.code.is_some()
            || raw.key.is_some()
            || raw.workflow.is_some()
            || raw.image.is_some();
        let of_key = [
            raw.quantifier.as_ref().map(|one| one.referenced),
            raw.same_as.as_ref().map(|one| one.referenced),
            raw.differs_from.as_ref().map(|one| one.referenced),
            raw.with.as_ref().map(|one| one.referenced),
            raw.without.as_ref().map(|one| one.referenced),
        ];
        if let Some(place) = of_key.into_iter().flatten().next().filter(|_| raw.key.is_none()) {
            return Err(self.file.error(
                place,
                localized!(
                    "`quantifier`, `same-as`, `differs-from`, `with` and `without` only apply to `key`",
                    "`quantifier`, `same-as`, `differs-from`, `with` et `without` vont avec `key`"
                ),
                None,
            ));
        }
        if let Some(within) = raw.within.as_ref().filter(|_| !takes_within) {
            return Err(self.file.error(
                within.referenced,
                localized!(
                    "`in` only applies to `text`, `code`, `key`, `workflow` or `image`",
                    "`in` va avec `text`, `code`, `key`, `workflow` ou `image`"
                ),
                None,
            ));
        }
        Ok(())
    }

    fn key(&self, key: &Spanned<String>, raw: RawCondition, reach: Reach) -> Result<Condition, Error> {
        let Some(within) = raw.within.clone() else {
            return Err(self.file.error(
                key.referenced,
                localized!("`key` needs `in`: the files to look in", "`key` demande `in` : les fichiers où chercher"),
                Some(localized!("for instance `in: package.json`", "par exemple `in: package.json`")),
            ));
        };
        let globs = self.globs(*within)?;
        Ok(Condition::Key(self.key_question(key, raw)?, Within { globs, reach }))
    }

    fn key_question(&self, key: &Spanned<String>, mut raw: RawCondition) -> Result<KeyQuestion, Error> {
        let path = self.key_path(key)?;
        let quantifier = self.quantifier(raw.quantifier.take())?;
        let same_as = match (raw.same_as.take(), raw.differs_from.take()) {
            (Some(other), _) => Some((self.key_path(&other)?, true)),
            (None, Some(other)) => Some((self.key_path(&other)?, false)),
            (None, None) => None,
        };
        let with = self.nested(raw.with.take())?;
        let without = self.nested(raw.without.take())?;
        let comparison = self.comparison(raw)?.unwrap_or(Comparison::Exists);
        Ok(KeyQuestion { path, comparison, same_as, quantifier, with, without })
    }

    fn key_path(&self, key: &Spanned<String>) -> Result<KeyPath, Error> {
        KeyPath::read(&key.value).map_err(|(word, reason)| {
            let message = Localized::new(
                format!("`{}` is no path of keys: {}", key.value, reason.en),
                format!("`{}` n'est pas un chemin de clés : {}", key.value, reason.fr),
            );
            self.file.error_at_word(key.referenced, &word, message, None)
        })
    }

    fn quantifier(&self, quantifier: Written<Scalar>) -> Result<Quantifier, Error> {
        let Some(quantifier) = quantifier else { return Ok(Quantifier::Any) };
        match &quantifier.value {
            Scalar::Text(text) if text == "any" => Ok(Quantifier::Any),
            Scalar::Text(text) if text == "every" => Ok(Quantifier::Every),
            Scalar::Text(text) if text == "none" => Ok(Quantifier::None),
            Scalar::Number(number) if *number >= 1.0 && number.fract() == 0.0 && *number < 1e6 => {
                Ok(Quantifier::AtLeast(*number))
            }
            other => Err(self.file.error(
                quantifier.referenced,
                localized!("`{}` is no quantifier", "`{}` n'est pas un quantificateur", other.to_text()),
                Some(localized!("`any`, `every`, `none` or a number", "`any`, `every`, `none` ou un nombre")),
            )),
        }
    }

    /// The questions that each value of a key is asked in turn.
    fn nested(&self, list: Written<Vec<RawCondition>>) -> Result<Vec<KeyQuestion>, Error> {
        let Some(list) = list else { return Ok(Vec::new()) };
        let place = list.referenced;
        let one = |raw: RawCondition| {
            self.check_one_question(&raw)?;
            match raw.key.clone().filter(|_| raw.within.is_none()) {
                Some(key) => self.key_question(&key, raw),
                None => Err(self.file.error(
                    place,
                    localized!(
                        "`with` and `without` hold questions with `key`, and no `in`",
                        "`with` et `without` contiennent des questions avec `key`, sans `in`"
                    ),
                    None,
                )),
            }
        };
        list.value.into_iter().map(one).collect()
    }

    fn fact(&self, fact: &Spanned<String>, raw: RawCondition) -> Result<Condition, Error> {
        let Some(detector) = detector(&fact.value) else {
            let help = did_you_mean(&fact.value, detectors().map(|detector| detector.id));
            return Err(self.file.error(
                fact.referenced,
                localized!(
                    "unknown fact `{}` in rule `{}`",
                    "fait inconnu : `{}`, dans la règle `{}`",
                    fact.value,
                    self.rule
                ),
                help.or_else(|| {
                    Some(localized!("`equerre facts --list` lists them", "`equerre facts --list` les nomme tous"))
                }),
            ));
        };
        let place = fact.referenced;
        let Some(comparison) = self.comparison(raw)? else {
            return Err(self.file.error(
                place,
                localized!("fact `{}` has no comparison", "le fait `{}` n'est comparé à rien", detector.id),
                Some({
                    let (en, fr) = operators(detector);
                    Localized::new(format!("add {en}"), format!("ajoutez {fr}"))
                }),
            ));
        };
        if !is_well_typed(detector, &comparison) {
            return Err(self.file.error(
                place,
                {
                    let (id, (en, fr)) = (detector.id, kind_name(detector.kind));
                    Localized::new(
                        format!("fact `{id}` is {en}, which cannot be compared like this"),
                        format!("le fait `{id}` est {fr}, ce que cette comparaison n'admet pas"),
                    )
                },
                Some({
                    let (en, fr) = operators(detector);
                    Localized::new(format!("use {en}"), format!("prenez {fr}"))
                }),
            ));
        }
        Ok(Condition::Fact(detector.id, comparison))
    }

    fn check_all(&mut self, list: Spanned<Vec<RawCondition>>) -> Result<Vec<Condition>, Error> {
        if list.value.is_empty() {
            return Err(self.file.error(
                list.referenced,
                localized!(
                    "a list of conditions of rule `{}` is empty",
                    "une liste de conditions de la règle `{}` est vide",
                    self.rule
                ),
                Some(localized!(
                    "write at least one condition, or leave the list out",
                    "écrivez au moins une condition, ou retirez la liste"
                )),
            ));
        }
        list.value.into_iter().map(|raw| self.check(raw)).collect()
    }

    fn reach(&self, raw: &RawCondition) -> Result<Reach, Error> {
        let Some(or_above) = &raw.or_above else { return Ok(Reach::Own) };
        let looks = raw.file.is_some()
            || raw.text.is_some()
            || raw.code.is_some()
            || raw.key.is_some()
            || raw.dependency.is_some()
            || raw.workflow.is_some()
            || raw.image.is_some();
        if !self.in_part || !looks {
            return Err(self.file.error(
                or_above.referenced,
                localized!(
                    "`or-above` only applies to `file`, `text`, `code`, `key`, `dependency`, `workflow` or `image` in a rule that has `each-component`",
                    "`or-above` va avec `file`, `text`, `code`, `key`, `dependency`, `workflow` ou `image`, dans une règle qui a `each-component`"
                ),
                None,
            ));
        }
        Ok(if or_above.value { Reach::OrAbove } else { Reach::Own })
    }

    fn globs(&self, globs: Spanned<OneOrMore>) -> Result<Globs, Error> {
        let place = globs.referenced;
        let globs = globs.value.into_vec();
        if self.file.is_embedded() {
            return Ok(Globs::known(globs));
        }
        Globs::new(globs.iter().map(String::as_str))
            .map_err(|error| self.file.error(place, error.told(&globs.join(", ")), None))
    }

    fn text(
        &mut self,
        pattern: Spanned<String>,
        within: Written<OneOrMore>,
        in_comments: bool,
        reach: Reach,
    ) -> Result<Condition, Error> {
        let Some(within) = within else {
            return Err(self.file.error(
                pattern.referenced,
                localized!("`text` needs `in`: the files to look in", "`text` demande `in` : les fichiers où chercher"),
                Some(localized!("for instance `in: '**/*.rb'`", "par exemple `in: '**/*.rb'`")),
            ));
        };
        if !self.file.is_embedded()
            && let Err(error) = structure(&pattern.value)
        {
            let reason = error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            return Err(self.file.error(
                pattern.referenced,
                localized!(
                    "`{}` is not a regular expression: {reason}",
                    "`{}` n'est pas une expression rationnelle : {reason}",
                    pattern.value
                ),
                None,
            ));
        }
        let globs = self.globs(*within.clone())?;
        let probe = Probe { pattern: Some(pattern.value.into()), in_comments, ..self.probe(within.value) };
        let id = probe.id.to_string();
        self.probes.push(probe);
        Ok(Condition::Text(id, Within { globs, reach }))
    }

    fn code(
        &mut self,
        code: &Spanned<serde_json::Value>,
        within: Written<OneOrMore>,
        reach: Reach,
    ) -> Result<Condition, Error> {
        let Some(within) = within else {
            return Err(self.file.error(
                code.referenced,
                localized!("`code` needs `in`: the files to look in", "`code` demande `in` : les fichiers où chercher"),
                Some(localized!("for instance `in: '**/*.rb'`", "par exemple `in: '**/*.rb'`")),
            ));
        };
        let written = &code.value;
        let query = match written.as_u64().and_then(CodeQuery::embedded).filter(|_| self.file.is_embedded()) {
            Some(query) => query,
            None => {
                let globs = within.value.clone().into_vec();
                let query = CodeQuery::read(written, &grammars_of(globs.iter().map(String::as_str)));
                query.map_err(|error| self.code_error(code.referenced, &error))?
            }
        };
        let globs = self.globs(*within.clone())?;
        let probe = Probe { code: Some(Arc::new(query)), ..self.probe(within.value) };
        let id = probe.id.to_string();
        self.probes.push(probe);
        Ok(Condition::Code(id, Within { globs, reach }))
    }

    /// What is wrong in a question on syntax, at the word that it is about.
    fn code_error(&self, place: serde_yaml::Location, error: &CodeError) -> Error {
        let message = localized!(
            "the question on syntax is not understood: {}",
            "la question de syntaxe n'est pas comprise : {}",
            error.message
        );
        let nearest = error.word.as_ref().and_then(|word| did_you_mean(word, error.known.iter().map(String::as_str)));
        let help = nearest.unwrap_or_else(|| {
            localized!(
                "a rule object is written as in https://ast-grep.github.io/reference/rule.html",
                "l'objet s'écrit comme dans https://ast-grep.github.io/reference/rule.html"
            )
        });
        match &error.word {
            Some(word) => self.file.error_at_word(place, word, message, Some(help)),
            None => self.file.error(place, message, Some(help)),
        }
    }

    /// The files that a typed question is asked of: all, where it names none.
    fn within(&self, within: Written<OneOrMore>, reach: Reach) -> Result<Within, Error> {
        let globs = match within {
            Some(within) => self.globs(*within)?,
            None => Globs::known(vec!["**".to_owned()]),
        };
        Ok(Within { globs, reach })
    }

    fn no_pattern(&self, place: serde_yaml::Location, pattern: &str, error: &regex::Error) -> Error {
        self.file.error(
            place,
            localized!(
                "`{pattern}` is not a regular expression: {error}",
                "`{pattern}` n'est pas une expression rationnelle : {error}"
            ),
            None,
        )
    }

    fn check_patterns(&self, question: &impl Asks) -> Result<(), Error> {
        if self.file.is_embedded() {
            return Ok(());
        }
        for pattern in question.patterns() {
            if let Some(error) = pattern.problem() {
                return Err(self.no_pattern(pattern.place, pattern.regex.text(), &error));
            }
        }
        Ok(())
    }

    fn check_events(&self, on: &Spanned<Words<String>>) -> Result<(), Error> {
        let Some(unknown) = on.value.iter().find(|event| !EVENTS.contains(&event.as_str())) else { return Ok(()) };
        let help = did_you_mean(unknown, EVENTS.iter().copied()).unwrap_or_else(|| one_of(EVENTS));
        let message = localized!("GitHub knows no event `{unknown}`", "GitHub ne connaît pas l'événement `{unknown}`");
        Err(self.file.error_at_word(on.referenced, unknown, message, Some(help)))
    }

    /// A probe of the files that globs name, which asks nothing yet.
    fn probe(&self, within: OneOrMore) -> Probe {
        let mut texts = within.into_vec();
        if self.in_part {
            // The scan sees whole paths: it is asked of every folder, and the component decides afterwards.
            texts.retain(|glob| !glob.starts_with('!') || glob.starts_with("!**/"));
            for glob in &mut texts {
                if !glob.starts_with("**/") && !glob.starts_with('!') {
                    glob.insert_str(0, "**/");
                }
            }
        }
        Probe {
            id: format!("{}#{}", self.rule, self.probes.len()).into(),
            words: &[],
            pattern: None,
            code: None,
            files: Files::Globs(texts.into_iter().map(Into::into).collect()),
            in_comments: false,
        }
    }

    /// The operator of a condition, if it has one; it has at most one.
    fn comparison(&self, raw: RawCondition) -> Result<Option<Comparison>, Error> {
        let mut found: Vec<(serde_yaml::Location, Comparison)> = Vec::new();
        if let Some(value) = raw.is {
            let none = value.value == Scalar::Text("none".to_owned());
            found.push((value.referenced, if none { Comparison::IsNone } else { Comparison::Is(value.value) }));
        }
        if let Some(value) = raw.is_not {
            found.push((value.referenced, Comparison::IsNot(value.value)));
        }
        if let Some(values) = raw.one_of {
            found.push((values.referenced, Comparison::OneOf(values.value)));
        }
        if let Some(value) = raw.contains {
            found.push((value.referenced, Comparison::ContainsAny(vec![value.value])));
        }
        if let Some(values) = raw.contains_any {
            found.push((values.referenced, Comparison::ContainsAny(values.value)));
        }
        if let Some(value) = raw.at_least {
            found.push((value.referenced, Comparison::AtLeast(value.value)));
        }
        if let Some(value) = raw.at_most {
            found.push((value.referenced, Comparison::AtMost(value.value)));
        }
        if let Some(value) = raw.empty {
            found.push((value.referenced, Comparison::Empty(value.value)));
        }
        if let Some(value) = raw.matches {
            let (place, pattern) = (value.referenced, value.value);
            let regex = match self.file.is_embedded() {
                true => LazyRegex::new(pattern),
                false => {
                    LazyRegex::checked(pattern.clone()).map_err(|error| self.no_pattern(place, &pattern, &error))?
                }
            };
            found.push((place, Comparison::Matches(regex)));
        }
        if found.len() > 1 {
            return Err(self.file.error(
                found[1].0,
                localized!("a condition makes one comparison", "une condition ne compare qu'une fois"),
                Some(localized!("combine two comparisons with `all`", "combinez deux comparaisons avec `all`")),
            ));
        }
        Ok(found.pop().map(|(_, comparison)| comparison))
    }
}

fn kind_name(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Bool => ("a yes or no", "un oui ou un non"),
        Kind::Number => ("a number", "un nombre"),
        Kind::Text => ("a name", "un nom"),
        Kind::List => ("a list", "une liste"),
    }
}

fn operators(detector: &Detector) -> (&'static str, &'static str) {
    match detector.kind {
        Kind::Bool => ("`is: true`, `is: false` or `is: none`", "`is: true`, `is: false` ou `is: none`"),
        Kind::Number => ("`at-least`, `at-most` or `is` with a number", "`at-least`, `at-most` ou `is` avec un nombre"),
        Kind::Text => (
            "`is`, `is-not` or `one-of` with names, or `is: none`",
            "`is`, `is-not` ou `one-of` avec des noms, ou `is: none`",
        ),
        Kind::List => (
            "`contains`, `contains-any`, `empty`, `at-least` or `at-most`",
            "`contains`, `contains-any`, `empty`, `at-least` ou `at-most`",
        ),
    }
}

fn is_well_typed(detector: &Detector, comparison: &Comparison) -> bool {
    match (detector.kind, comparison) {
        (Kind::Bool, Comparison::Is(Scalar::Bool(_)) | Comparison::IsNone | Comparison::IsNot(Scalar::Bool(_))) => true,
        (Kind::Number, Comparison::Is(Scalar::Number(_)) | Comparison::AtLeast(_) | Comparison::AtMost(_)) => true,
        (
            Kind::Text,
            Comparison::Is(Scalar::Text(_))
            | Comparison::IsNone
            | Comparison::IsNot(Scalar::Text(_))
            | Comparison::Matches(_),
        ) => true,
        (Kind::Text, Comparison::OneOf(values)) => values.iter().all(|value| matches!(value, Scalar::Text(_))),
        (
            Kind::List,
            Comparison::ContainsAny(_) | Comparison::Empty(_) | Comparison::AtLeast(_) | Comparison::AtMost(_),
        ) => true,
        _ => false,
    }
}
