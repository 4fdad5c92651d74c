//! Packs of rules: the one embedded in the binary, and folders of the user's own.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::base::config_file::{ConfigFile, Spanned, did_you_mean, one_of};
use crate::base::disk::{NAMED, read_named_text};
use crate::base::embedded;
use crate::base::error::Error;
use crate::base::path::{below, name_of};
use crate::base::text::{Localized, decode, localized};
use crate::facts::{detector, detectors};
use crate::judge::grade::Policy;
use crate::model::end_of_life;
use crate::read::inventory::probe::Probe;
use crate::read::source::{Content, EntryKind, HUGE, Listing, Source};

use super::checker::Checker;
use super::component_selector::ComponentSelector;
use super::condition::RawCondition;
use super::questions::{self, RawPolicy};
use super::renamed;
use super::{Doubt, RawRule, Rule, Test};

/// The file of a pack folder that holds the policy of grades.
const POLICY: &str = "grade.yml";

/// The files of a pack folder that are not rules.
const DATA: &[&str] = &[end_of_life::FILE, renamed::FILE];

/// Every rule of an audit, with what they ask of texts.
#[derive(Debug, Default)]
pub struct Rules {
    /// In the order of their pillars, then of their names.
    pub all: Vec<Rule>,
    /// What they ask of texts.
    pub probes: Vec<Probe>,
    /// How outcomes become a grade.
    pub(crate) policy: Policy,
    /// The same, packs that the settings name left aside.
    pub(crate) own_policy: Policy,
    /// The names of the rules of packs that the settings name.
    pub(crate) of_settings: BTreeSet<String>,
}

/// Why the files of a folder of rules cannot be read.
fn unreadable(path: &Path, reason: &str) -> Error {
    Error::new(
        localized!(
            "rules of `{}` cannot be read: {reason}",
            "les règles de `{}` sont illisibles : {reason}",
            path.display()
        ),
        Some(localized!(
            "`--rules` takes a folder that holds one YAML file a rule",
            "`--rules` prend un dossier qui contient un fichier YAML par règle"
        )),
    )
}

impl Rules {
    /// The names of the pillars, each with its title, in the order of reports.
    pub fn pillars(&self) -> impl Iterator<Item = (&str, &Localized)> {
        self.policy.pillars.iter().map(|pillar| (pillar.id.as_str(), &pillar.title))
    }

    /// The embedded pack, then those of the given folders.
    ///
    /// # Errors
    /// Everything that is wrong in the files, with places and suggestions.
    pub fn load(folders: &[PathBuf], embedded: Embedded) -> Result<Self, Error> {
        Self::load_with(folders, Vec::new(), embedded)
    }

    /// The same, then packs that have been read, as the settings name them.
    ///
    /// # Errors
    /// Everything that is wrong in the files, with places and suggestions.
    pub fn load_with(folders: &[PathBuf], packs: Vec<Pack>, embedded: Embedded) -> Result<Self, Error> {
        let mut loader = Loader::default();
        let mut files: Vec<(String, ConfigFile)> = Vec::new();
        for (path, text, json) in embedded::FILES {
            if !DATA.contains(path) && (embedded == Embedded::With || *path == POLICY) {
                let file = ConfigFile::new(format!("rules/{path}"), *text).also_as(json);
                files.push(("equerre".to_owned(), file));
            }
        }
        for folder in folders {
            loader.read_folder(folder, &mut files);
        }
        let own = files.len();
        for pack in packs {
            files.extend(pack.files.into_iter().map(|file| (pack.name.clone(), file)));
        }
        loader.read_all(files, own)
    }

    /// The rule of a name, be it an old one.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        let id = renamed::current(id);
        self.all.iter().find(|rule| rule.id == id)
    }
}

/// A pack whose files have been read.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The name of its folder.
    pub name: String,
    /// Its rules as they are written.
    pub files: Vec<ConfigFile>,
}

impl Pack {
    /// Reads the pack that is in a folder of an audited tree.
    ///
    /// # Errors
    /// Why there is none: the folder holds no rule, or one of them is not text.
    pub fn read(source: &dyn Source, listing: &Listing, folder: &str) -> Result<Self, Localized> {
        let mut reader = source.reader();
        let mut files = Vec::new();
        for entry in &listing.entries {
            let inside = below(folder, &entry.path);
            if entry.kind != EntryKind::File || !inside.is_some_and(|inside| is_rule(Path::new(inside))) {
                continue;
            }
            let text = match reader.read(entry, HUGE) {
                Content::Bytes(bytes) => decode(&bytes)
                    .map(Cow::into_owned)
                    .ok_or_else(|| localized!("it is not text", "ce n'est pas du texte")),
                Content::Huge(_) => Err(localized!("it is too large", "il est trop grand")),
                Content::Unreadable(reason) => Err(Localized::foreign(reason)),
            };
            let text = text.map_err(|reason| {
                let (path, Localized { fr, en }) = (&entry.path, reason);
                Localized::new(format!("`{path}` cannot be read: {en}"), format!("`{path}` est illisible : {fr}"))
            })?;
            files.push(ConfigFile::new(&entry.path, text));
        }
        if files.is_empty() {
            return Err(localized!(
                "there is no such folder of YAML files in the tree that is audited",
                "il n'y a pas de tel dossier de fichiers YAML dans l'arborescence auditée"
            ));
        }
        Ok(Self { name: name_of(folder).to_owned(), files })
    }
}

/// Whether a file of a pack is a rule: the cases of its rules may be inside it.
fn is_rule(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml")
        && !path.components().any(|part| part.as_os_str() == "fixtures")
        && path.file_name().is_none_or(|name| !DATA.iter().any(|data| name == *data))
}

/// Whether the embedded rules take part; the embedded policy always does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Embedded {
    /// With the embedded rules.
    With,
    /// The given folders alone.
    Without,
}

/// A rule with what it asks of texts, or what is wrong with its file.
type Validated = Result<(Rule, Vec<Probe>), Error>;

#[derive(Default)]
struct Loader {
    errors: Vec<Error>,
}

impl Loader {
    fn read_folder(&mut self, folder: &Path, files: &mut Vec<(String, ConfigFile)>) {
        let pack = folder.file_name().map_or_else(|| "rules".to_owned(), |name| name.to_string_lossy().into_owned());
        let before = files.len();
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.errors.push(unreadable(
                        folder,
                        &error.io_error().map_or_else(|| error.to_string(), ToString::to_string),
                    ));
                    return;
                }
            };
            let path = entry.path();
            if !entry.file_type().is_file() || !is_rule(path) {
                continue;
            }
            match read_named_text(path, NAMED) {
                Ok(text) => files.push((pack.clone(), ConfigFile::new(path.display().to_string(), text))),
                Err(error) => self.errors.push(unreadable(path, &error.to_string())),
            }
        }
        if files.len() == before && self.errors.is_empty() {
            self.errors.push(unreadable(folder, "it holds no YAML file"));
        }
    }

    fn fail(&mut self, error: Error) {
        self.errors.push(error);
    }

    fn read_all(mut self, files: Vec<(String, ConfigFile)>, own: usize) -> Result<Rules, Error> {
        let mut rules = Rules::default();
        let mut files: Vec<(String, String, ConfigFile)> = files
            .into_iter()
            .map(|(pack, file)| {
                let name = file.name.rsplit(['/', '\\']).next().unwrap_or(&file.name);
                let id = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
                (pack, id, file)
            })
            .collect();
        let is_policy = |file: &ConfigFile| file.name.ends_with(POLICY);
        for (at, (_, id, file)) in files.iter().enumerate() {
            if !is_policy(file) {
                rules.of_settings.extend((at >= own).then(|| id.clone()));
                continue;
            }
            match file.read::<RawPolicy>().and_then(|raw| questions::check(raw, file)) {
                Ok(policy) => {
                    if at < own {
                        rules.own_policy = rules.own_policy.with(policy.clone());
                    }
                    rules.policy = rules.policy.with(policy);
                }
                Err(error) => self.fail(error),
            }
        }
        files.retain(|(_, _, file)| !is_policy(file));
        let names: Vec<String> = files.iter().map(|(_, id, _)| id.clone()).collect();
        let places: Vec<String> =
            files.iter().map(|(pack, _, file)| format!("`{}` of the pack `{pack}`", file.name)).collect();
        let policy = &rules.policy;
        // Rules do not depend on each other, and reading them is most of the cost of a small audit.
        let read: Vec<(String, Validated)> = files
            .into_par_iter()
            .enumerate()
            .map(|(at, (pack, id, file))| {
                let first = names[..at].iter().position(|name| *name == id).map(|first| places[first].as_str());
                let read = read_rule(pack, &id, &file, first, &names, policy);
                (id, read)
            })
            .collect();
        let mut found: BTreeMap<String, Rule> = BTreeMap::new();
        for (id, read) in read {
            match read {
                Ok((rule, mut probes)) => {
                    rules.probes.append(&mut probes);
                    found.insert(id, rule);
                }
                Err(error) => self.fail(error),
            }
        }
        if let Some(cycle) = cycle(&found) {
            let file = ConfigFile::new(cycle.clone(), String::new());
            self.fail(file.whole(
                localized!("rule `{cycle}` follows itself", "la règle `{cycle}` se suit elle-même"),
                Some(localized!("a chain of `follows` must end", "une suite de `follows` doit avoir une fin")),
            ));
        }
        if !self.errors.is_empty() {
            let message = localized!("{} of the rules cannot be used", "règles inutilisables : {}", self.errors.len());
            return Err(Error::new(message, None).with_related(self.errors));
        }
        rules.all = found.into_values().collect();
        let rank = |pillar: &str| rules.policy.pillars.iter().position(|known| known.id == pillar);
        rules.all.sort_by(|a, b| (rank(&a.pillar), &a.id).cmp(&(rank(&b.pillar), &b.id)));
        Ok(rules)
    }
}

/// Reads a rule, and what it asks of texts. `first` is where another one has its name.
fn read_rule(
    pack: String,
    id: &str,
    file: &ConfigFile,
    first: Option<&str>,
    names: &[String],
    policy: &Policy,
) -> Validated {
    let raw = file.read::<RawRule>()?;
    if let Some(first) = first {
        return Err(file.whole(
            localized!("another rule is also named `{id}`", "une deuxième règle s'appelle `{id}`"),
            Some(localized!(
                "rename this file, since the name of a rule is that of its file; the first one is {}",
                "renommez ce fichier, car le nom d'une règle est celui de son fichier ; la première est {}",
                first
            )),
        ));
    }
    let mut probes = Vec::new();
    let rule = validate(pack, id, file, raw, names, policy, &mut probes)?;
    Ok((rule, probes))
}

/// A rule that ends up following itself.
fn cycle(rules: &BTreeMap<String, Rule>) -> Option<String> {
    rules
        .values()
        .find(|rule| {
            let mut next = rule.follows.as_deref();
            for _ in 0..rules.len() {
                match next {
                    Some(id) if id == rule.id => return true,
                    Some(id) => next = rules.get(id).and_then(|rule| rule.follows.as_deref()),
                    None => return false,
                }
            }
            false
        })
        .map(|rule| rule.id.clone())
}

/// Checks that every `{name}` of a message is that of a fact.
fn check_holes(message: &Spanned<Localized>, file: &ConfigFile) -> Result<(), Error> {
    let is_name = |name: &&str| name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(is_of_a_name);
    for text in [&message.value.fr, &message.value.en] {
        let holes = text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).filter(is_name);
        if let Some(unknown) = holes.into_iter().find(|name| detector(name).is_none()) {
            let help = did_you_mean(unknown, detectors().map(|detector| detector.id));
            return Err(file.error(
                message.referenced,
                localized!(
                    "the message names `{{{unknown}}}`, which is not a fact",
                    "le message nomme `{{{unknown}}}`, qui n'est pas un fait"
                ),
                help.or_else(|| {
                    Some(localized!("`equerre facts --list` lists them", "`equerre facts --list` les nomme tous"))
                }),
            ));
        }
    }
    Ok(())
}

/// Checks that a reference is an address that reports may link to.
fn check_reference(reference: &Spanned<String>, file: &ConfigFile) -> Result<(), Error> {
    let address = &reference.value;
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>\\^`{|}".contains(&byte);
    let host = address.strip_prefix("https://").unwrap_or_default();
    if host.starts_with(|first: char| first.is_ascii_alphanumeric()) && address.bytes().all(is_plain) {
        return Ok(());
    }
    Err(file.error(
        reference.referenced,
        localized!(
            "`{address}` is no address that a report may link to",
            "`{address}` n'est pas une adresse vers laquelle un rapport peut mener"
        ),
        Some(localized!(
            "give a page over `https://`, with what is not plain in its address written as `%20` or `%C3%A9`",
            "donnez une page en `https://`, et écrivez `%20` ou `%C3%A9` ce que son adresse a de particulier"
        )),
    ))
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')
}

fn validate(
    pack: String,
    id: &str,
    file: &ConfigFile,
    raw: RawRule,
    names: &[String],
    policy: &Policy,
    probes: &mut Vec<Probe>,
) -> Result<Rule, Error> {
    check_id(id, file)?;
    check_pillar(&raw.pillar, policy, file)?;
    if let Some(follows) = &raw.follows {
        check_follows(id, follows, names, file)?;
    }
    let points_at = raw.points_at.iter().map(|fact| known_fact(id, fact, file)).collect::<Result<_, _>>()?;
    if let Some(message) = &raw.message {
        check_holes(message, file)?;
    }
    raw.references.iter().try_for_each(|reference| check_reference(reference, file))?;
    let each = ComponentSelector::check(raw.each_component, raw.each_service, file)?;
    let mut checker = Checker { file, rule: id, in_part: each.is_some(), probes };
    let applies = raw.applies_when.map(|raw| checker.check(raw)).transpose()?;
    let doubt = match raw.unverified_when {
        Some(doubt) => {
            let condition = checker.check(doubt.condition)?;
            Some(Doubt { condition, reason: doubt.reason })
        }
        None => None,
    };
    let test = check_test(raw.passes_when, raw.fails_when, &mut checker)?;
    Ok(Rule {
        id: id.to_owned(),
        embedded: file.is_embedded(),
        pack,
        severity: raw.severity,
        tier: raw.tier,
        pillar: raw.pillar.value,
        criterion: raw.criterion,
        follows: raw.follows.map(|follows| follows.value),
        title: raw.title,
        message: raw.message.map(|message| message.value),
        each,
        applies,
        test,
        doubt,
        points_at,
        why: raw.why,
        remediation: raw.remediation,
        references: raw.references.into_iter().map(|reference| reference.value).collect(),
    })
}

/// Checks that a name is in kebab case.
fn check_id(id: &str, file: &ConfigFile) -> Result<(), Error> {
    let kebab = !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !kebab {
        return Err(file.whole(
            localized!("`{id}` is not a valid rule name", "`{id}` n'est pas un nom de règle"),
            Some(localized!(
                "use lower-case words joined with `-` that name the problem, such as `missing-lockfile`",
                "prenez des mots en minuscules joints par `-` qui nomment le problème, par exemple `missing-lockfile`"
            )),
        ));
    }
    Ok(())
}

/// Checks that a pillar is one of the policy.
fn check_pillar(pillar: &Spanned<String>, policy: &Policy, file: &ConfigFile) -> Result<(), Error> {
    if !policy.pillars.iter().any(|known| known.id == pillar.value) {
        let known: Vec<&str> = policy.pillars.iter().map(|pillar| pillar.id.as_str()).collect();
        let help = did_you_mean(&pillar.value, known.iter().copied()).unwrap_or_else(|| one_of(&known));
        return Err(file.error(
            pillar.referenced,
            localized!("unknown pillar `{}`", "pilier inconnu : `{}`", pillar.value),
            Some(help),
        ));
    }
    Ok(())
}

/// Checks that a rule follows one that exists.
fn check_follows(id: &str, follows: &Spanned<String>, names: &[String], file: &ConfigFile) -> Result<(), Error> {
    if !names.contains(&follows.value) {
        let help = did_you_mean(&follows.value, names.iter().map(String::as_str));
        return Err(file.error(
            follows.referenced,
            localized!(
                "rule `{id}` follows `{}`, which does not exist",
                "la règle `{id}` suit `{}`, qui n'existe pas",
                follows.value
            ),
            help,
        ));
    }
    Ok(())
}

/// The name of a fact, which must be one that a detector establishes.
fn known_fact(id: &str, fact: &Spanned<String>, file: &ConfigFile) -> Result<&'static str, Error> {
    if let Some(detector) = detector(&fact.value) {
        return Ok(detector.id);
    }
    let help = did_you_mean(&fact.value, detectors().map(|detector| detector.id));
    Err(file.error(
        fact.referenced,
        localized!("unknown fact `{}` in rule `{id}`", "fait inconnu dans la règle `{id}` : `{}`", fact.value),
        help,
    ))
}

/// What decides: exactly one of `passes-when` and `fails-when`.
fn check_test(
    passes_when: Option<RawCondition>,
    fails_when: Option<RawCondition>,
    checker: &mut Checker<'_>,
) -> Result<Test, Error> {
    let (file, id) = (checker.file, checker.rule);
    match (passes_when, fails_when) {
        (Some(raw), None) => Ok(Test::Passes(checker.check(raw)?)),
        (None, Some(raw)) => Ok(Test::Fails(checker.check(raw)?)),
        (None, None) => Err(file.whole(
            localized!("rule `{id}` has no condition", "la règle `{id}` ne décide de rien"),
            Some(localized!("add `passes-when` or `fails-when`", "ajoutez `passes-when` ou `fails-when`")),
        )),
        (Some(_), Some(_)) => Err(file.whole(
            localized!("rule `{id}` has both `passes-when` and `fails-when`", "la règle `{id}` décide deux fois"),
            Some(localized!("keep one of them", "gardez `passes-when` ou `fails-when`")),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::edge;
    use crate::judge::rule::RawRule;
    use crate::judge::tier::Tier;

    #[test]
    fn embedded_rules_are_those_of_their_files() {
        let embedded = Rules::load(&[], Embedded::With).expect("the embedded rules");
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("rules");
        let written = Rules::load(&[folder], Embedded::Without).expect("the rules of the folder");
        assert_eq!(embedded.all.len(), written.all.len());
        for (embedded, mut written) in embedded.all.into_iter().zip(written.all) {
            written.pack.clone_from(&embedded.pack);
            written.embedded = true;
            assert_eq!(format!("{embedded:?}"), format!("{written:?}"));
        }
        assert_eq!(format!("{:?}", embedded.probes), format!("{:?}", written.probes));
    }

    #[test]
    fn what_embedded_rules_say_is_shown_whole() {
        for rule in Rules::load(&[], Embedded::With).expect("the embedded rules").all {
            let texts = [Some(&rule.title), rule.message.as_ref(), Some(&rule.why), Some(&rule.remediation)];
            for text in texts.into_iter().flatten().flat_map(|text| [&text.en, &text.fr]) {
                assert_eq!(edge::text(text), *text, "{}", rule.id);
            }
        }
    }

    #[test]
    fn embedded_rules_are_read_from_json() {
        for (path, _, json) in embedded::FILES.iter().filter(|(path, ..)| *path != POLICY && !DATA.contains(path)) {
            serde_json::from_str::<RawRule>(json).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
    }

    fn embedded() -> Rules {
        Rules::load_with(&[], Vec::new(), Embedded::With).expect("the embedded rules")
    }

    #[test]
    fn each_embedded_rule_that_weighs_belongs_to_one_question() {
        let rules = embedded();
        let questions = &rules.policy.questions;
        for rule in rules.all.iter().filter(|rule| rule.tier == Tier::Regular) {
            assert!(rules.policy.index().question_of(&rule.id, &rule.pillar).is_some(), "{} weighs nowhere", rule.id);
        }
        for question in questions {
            let named = question.levels.iter().filter_map(|level| level.rule.as_ref()).chain(&question.rules);
            for rule in named {
                assert!(rules.all.iter().any(|known| known.id == *rule), "`{}` names `{rule}`", question.id);
            }
        }
        let shown: usize = questions.len();
        assert!((25..=40).contains(&shown), "{shown} questions");
    }

    #[test]
    fn what_boilerplate_files_bring_stays_under_five_points() {
        let policy = embedded().policy;
        let all: f64 = policy.pillars.iter().map(|pillar| f64::from(pillar.weight)).sum();
        let brings = |rule: &str| -> f64 {
            let question = policy
                .questions
                .iter()
                .find(|known| known.levels.iter().any(|level| level.rule.as_deref() == Some(rule)));
            let Some(question) = question else { return 0.0 };
            let gap = f64::from(question.levels[1].score) - f64::from(question.levels[0].score);
            question
                .pillars
                .iter()
                .map(|(pillar, weight)| {
                    let of_pillar = policy.questions.iter().flat_map(|known| &known.pillars);
                    let total: f64 = of_pillar.filter(|(known, _)| known == pillar).map(|(_, weight)| weight).sum();
                    let share = policy
                        .pillars
                        .iter()
                        .find(|known| known.id == *pillar)
                        .map_or(0.0, |known| f64::from(known.weight));
                    gap * weight / total * share / all
                })
                .sum()
        };
        let sum: f64 = ["missing-contributing-guide", "missing-publiccode", "missing-security-policy"]
            .into_iter()
            .map(brings)
            .sum();
        assert!(sum < 5.0, "{sum}");
    }

    #[test]
    fn the_worked_example_of_the_readme_is_what_the_policy_gives() {
        use crate::base::severity::Severity;
        use crate::judge::answer::Answer;
        use crate::judge::finding::{Finding, Outcome};
        use crate::judge::grade::{Judged, grade};

        let rules = embedded();
        let found = |id: &str, outcome| {
            let rule = rules.get(id).expect("an embedded rule");
            Finding { outcome, ..Finding::new(rule) }
        };
        let findings = [
            found("readme-with-dead-commands", Outcome::Fail),
            found("readme-without-purpose", Outcome::Pass),
            found("readme-without-local-setup", Outcome::Fail),
            found("undocumented-architecture", Outcome::Pass),
            found("missing-environment-example", Outcome::Unverified),
        ];
        assert_eq!(findings[0].severity, Severity::Minor);
        let answers: Vec<Answer> = rules
            .policy
            .questions
            .iter()
            .map(|question| Answer {
                applies: Some(true),
                levels: question.levels.iter().map(|level| Some(level.score <= 67)).collect(),
                evidence: vec![Vec::new(); question.levels.len()],
            })
            .collect();
        let graded = grade(&[Judged { findings: &findings, answers: &answers }], &rules.policy);
        let pillar = graded.pillars.iter().find(|pillar| pillar.pillar == "documentation").expect("a pillar");
        assert_eq!(pillar.score.map(|score| score.to_string()), Some("61.9".to_owned()));
        assert!(include_str!("../../../README.md").contains("= 61.9, a D"));
    }
}
