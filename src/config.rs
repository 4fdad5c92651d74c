//! The settings of a project: `.equerre.yml` as it is written, and as it is resolved. The one home of defaults.

pub(crate) mod product_file;

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobSet;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::base::config_file::{ConfigFile, Spanned, did_you_mean};
use crate::base::error::Error;
use crate::base::path::join;
use crate::base::severity::Severity;
use crate::base::text::{Lang, Localized, localized};
use crate::judge::finding::{Finding, Outcome};
use crate::judge::grade::Letter;
use crate::judge::rule::pack::{Embedded, Pack, Rules};
use crate::judge::rule::renamed;
use crate::model::delivery;
use crate::model::services::ServiceSettings;
use crate::read::inventory::{glob_set, parse_glob};
use crate::read::source::{Listing, Note, Source};
use crate::survey::how_globs_read;

/// The name of the file.
pub(crate) const FILE: &str = ".equerre.yml";

/// The file as it is written.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(title = "Equerre settings", rename = "Settings")]
pub(crate) struct RawConfig {
    /// The name of the product, for reports.
    pub product: Option<String>,
    /// The address of the live product. It is not visited unless asked.
    pub url: Option<String>,
    /// The id of the product in the directory of beta.gouv.fr: the last part of the address of its page.
    pub beta_id: Option<String>,
    /// The language of reports.
    pub lang: Option<Lang>,
    /// Globs of paths to leave out of the audit.
    #[schemars(with = "Vec<String>")]
    pub exclude: Vec<Spanned<String>>,
    /// How the product is deployed, where the repository does not show it.
    pub delivery: delivery::Settings,
    /// What runs from some folders, where the repository does not show it: it replaces what was found there.
    pub services: Vec<ServiceSettings>,
    /// What makes the command exit with 1.
    pub gates: RawGates,
    /// The name of a file at the root: the failures that it knows count for no gate. `equerre baseline` writes it.
    #[schemars(with = "Option<String>")]
    pub baseline: Option<Spanned<String>>,
    /// Another severity for some rules, by name.
    #[serde(deserialize_with = "placed_keys")]
    #[schemars(schema_with = "severities_by_rule")]
    pub severities: Vec<(Spanned<String>, Severity)>,
    /// Folders of rules of the project's own, relative to the root.
    #[schemars(with = "Vec<String>")]
    pub packs: Vec<Spanned<String>>,
    /// Failures that the project sets aside.
    pub ignores: Vec<RawIgnore>,
}

/// The name of a rule: an editor offers those of the embedded ones, and accepts those of packs.
fn rule_name(_: &mut SchemaGenerator) -> Schema {
    let rules = Rules::load(&[], Embedded::With).unwrap_or_default();
    let names: Vec<&str> = rules.all.iter().map(|rule| rule.id.as_str()).collect();
    json_schema!({ "anyOf": [{ "enum": names }, { "type": "string", "pattern": "^[a-z0-9-]+$" }] })
}

/// Severities by the name of a rule.
fn severities_by_rule(generator: &mut SchemaGenerator) -> Schema {
    let (name, severity) = (rule_name(generator), generator.subschema_for::<Severity>());
    json_schema!({ "type": "object", "propertyNames": name, "additionalProperties": severity, "default": {} })
}

/// A map whose keys know where they are written.
fn placed_keys<'de, D, V>(deserializer: D) -> Result<Vec<(Spanned<String>, V)>, D::Error>
where
    D: serde::Deserializer<'de>,
    V: Deserialize<'de>,
{
    struct Entries<V>(std::marker::PhantomData<V>);
    impl<'de, V: Deserialize<'de>> serde::de::Visitor<'de> for Entries<V> {
        type Value = Vec<(Spanned<String>, V)>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("keys with their values")
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = Vec::new();
            while let Some(entry) = map.next_entry()? {
                entries.push(entry);
            }
            Ok(entries)
        }
    }
    deserializer.deserialize_map(Entries(std::marker::PhantomData))
}

/// The gates as they are written.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RawGates {
    /// The lowest letter that passes.
    pub min_grade: Option<Letter>,
    /// The lowest severity of a failure that does not pass.
    pub fail_on: Option<Severity>,
}

/// A failure set aside, as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RawIgnore {
    /// The rule.
    #[schemars(schema_with = "rule_name")]
    pub rule: Spanned<String>,
    /// Only in these paths; everywhere, if absent.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub paths: Vec<Spanned<String>>,
    /// Why; reports show it.
    #[schemars(with = "String", length(min = 1))]
    pub reason: Spanned<String>,
    /// The last day on which it holds, `YYYY-MM-DD`.
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub until: Option<Spanned<String>>,
}

/// A failure set aside.
#[derive(Debug)]
pub struct Ignore {
    rule: String,
    paths: Option<GlobSet>,
    reason: String,
    /// The end of its last day, in seconds since 1970.
    until: Option<i64>,
    line: u32,
}

/// The settings, resolved.
#[derive(Debug, Default)]
pub struct Config {
    /// The name of the product.
    pub product: Option<String>,
    /// The address of the live product.
    pub url: Option<String>,
    /// The id of the product in the directory of beta.gouv.fr.
    pub beta_id: Option<String>,
    /// The language of reports.
    pub lang: Option<Lang>,
    /// Globs of paths to leave out.
    pub exclude: Vec<String>,
    /// How the product is deployed.
    pub delivery: delivery::Settings,
    /// What runs from some folders.
    pub services: Vec<ServiceSettings>,
    /// What makes the command exit with 1.
    pub gates: RawGates,
    /// The name of the baseline, at the root.
    pub baseline: Option<String>,
    /// Other severities, by rule.
    pub severities: BTreeMap<String, Severity>,
    /// Folders of rules, relative to the root, and where they are named.
    pub packs: Vec<(String, serde_yaml::Location)>,
    /// Failures set aside.
    pub ignores: Vec<Ignore>,
    /// Names of rules that the file gives: in which section, and where.
    names: Vec<(&'static str, String, serde_yaml::Location)>,
    file: Option<ConfigFile>,
}

impl Config {
    /// Reads settings.
    ///
    /// # Errors
    /// The first thing that is wrong in the file, with its place and a suggestion.
    pub fn read(file: ConfigFile) -> Result<Self, Error> {
        let raw: RawConfig = if file.text.trim().is_empty() { RawConfig::default() } else { file.read()? };
        let mut config = Self {
            product: raw.product,
            url: raw.url,
            beta_id: raw.beta_id,
            lang: raw.lang,
            delivery: raw.delivery,
            services: raw.services,
            gates: raw.gates,
            ..Self::default()
        };
        config.baseline = raw.baseline.map(|baseline| read_baseline(baseline, &file)).transpose()?;
        for pack in raw.packs {
            config.packs.push(read_pack(&pack, &file)?);
        }
        for glob in raw.exclude {
            check_glob(&file, &glob)?;
            config.exclude.push(glob.value);
        }
        for (rule, severity) in raw.severities {
            config.names.push(("severities", rule.value.clone(), rule.referenced));
            config.severities.insert(renamed::current(&rule.value).to_owned(), severity);
        }
        for ignore in raw.ignores {
            config.names.push(("ignores", ignore.rule.value.clone(), ignore.rule.referenced));
            config.ignores.push(read_ignore(ignore, &file)?);
        }
        config.file = Some(file);
        Ok(config)
    }

    /// Reads the packs that the settings name from the tree that is audited.
    ///
    /// # Errors
    /// The first pack that is not there, with the line that names it.
    pub fn read_packs(&self, source: &dyn Source, listing: &Listing) -> Result<Vec<Pack>, Error> {
        let Some(file) = &self.file else {
            return Ok(Vec::new());
        };
        let read = |(folder, place): &(String, serde_yaml::Location)| {
            Pack::read(source, listing, folder).map_err(|reason| {
                let help = localized!(
                    "commit the folder, or fix its path, which is relative to the root",
                    "enregistrez le dossier dans git, ou corrigez son chemin, relatif à la racine"
                );
                file.error(
                    *place,
                    Localized::new(
                        format!("pack `{folder}`: {}", reason.en),
                        format!("paquet de règles `{folder}` : {}", reason.fr),
                    ),
                    Some(help.to_owned()),
                )
            })
        };
        self.packs.iter().map(read).collect()
    }

    /// Checks the names of rules that the settings give.
    ///
    /// # Errors
    /// The first name that is not that of a rule.
    pub fn check_names(&self, rules: &Rules) -> Result<(), Error> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        for (section, name, place) in &self.names {
            if rules.get(name).is_none() {
                let help = did_you_mean(name, rules.all.iter().map(|rule| rule.id.as_str()));
                return Err(file.error(
                    *place,
                    localized!(
                        "`{section}` names `{name}`, which is not a rule",
                        "`{section}` nomme `{name}`, qui n'est pas une règle"
                    ),
                    help.or_else(|| {
                        Some(localized!("`equerre rules list` lists them", "`equerre rules list` les nomme toutes"))
                    }),
                ));
            }
        }
        Ok(())
    }

    /// What to say of the old names of rules that the settings give.
    fn renamed<'c>(&'c self, file: &'c str) -> impl Iterator<Item = Note> + 'c {
        self.names.iter().filter_map(move |(_, name, place)| {
            Some(Note { path: format!("{file}:{}", place.line()), what: renamed::notice(name)? })
        })
    }

    /// Applies severities and ignores to findings. It returns notices: ignores that have expired or match nothing.
    pub fn apply(&self, findings: &mut [Finding], as_of: i64) -> Vec<Note> {
        let name = self.file.as_ref().map_or(FILE, |file| file.name.as_str());
        for finding in findings.iter_mut() {
            if let Some(severity) = self.severities.get(&finding.rule) {
                finding.severity = *severity;
            }
        }
        let mut notes: Vec<Note> = self.renamed(name).collect();
        let evaluated: BTreeSet<String> = findings.iter().map(|finding| finding.rule.clone()).collect();
        for ignore in self.ignores.iter().filter(|ignore| evaluated.contains(&ignore.rule)) {
            let place = format!("{name}:{}", ignore.line);
            if ignore.until.is_some_and(|until| until < as_of) {
                notes.push(Note::new(
                    place,
                    format!("the ignore of `{}` has expired: the rule counts again", ignore.rule),
                    format!("l'exception à `{}` a expiré : la règle compte de nouveau", ignore.rule),
                ));
                continue;
            }
            // Of what could not be verified, it is not known whether it needs to be ignored.
            let mut matched =
                findings.iter().any(|finding| finding.rule == ignore.rule && finding.outcome == Outcome::Unverified);
            for finding in
                findings.iter_mut().filter(|finding| finding.rule == ignore.rule && finding.outcome == Outcome::Fail)
            {
                match &ignore.paths {
                    None => {
                        finding.ignored = Some(ignore.reason.clone());
                        matched = true;
                    }
                    Some(paths) => {
                        let before = finding.evidence.len();
                        let kept: Vec<_> =
                            finding.evidence.iter().filter(|place| !paths.is_match(&place.path)).cloned().collect();
                        matched |= kept.len() < before;
                        if kept.is_empty() && before > 0 {
                            finding.ignored = Some(ignore.reason.clone());
                        } else {
                            finding.evidence = kept;
                        }
                    }
                }
            }
            if !matched {
                notes.push(Note::new(
                    place,
                    format!("the ignore of `{}` matches nothing and can be removed", ignore.rule),
                    format!("l'exception à `{}` ne correspond à rien : elle peut être retirée", ignore.rule),
                ));
            }
        }
        // What follows a failure that is set aside is set aside with it.
        let aside: Vec<(String, String)> =
            findings.iter().filter_map(|finding| Some((finding.rule.clone(), finding.ignored.clone()?))).collect();
        for finding in findings.iter_mut().filter(|finding| finding.ignored.is_none()) {
            let root = finding.follows.as_ref().and_then(|root| aside.iter().find(|(rule, _)| rule == root));
            finding.ignored = root.map(|(_, reason)| reason.clone());
        }
        notes
    }
}

/// The name of the baseline: that of a file at the root.
fn read_baseline(baseline: Spanned<String>, file: &ConfigFile) -> Result<String, Error> {
    if baseline.value.is_empty() || baseline.value.contains(['/', '\\']) {
        let help = localized!(
            "give the name of a file at the root, such as `{}`",
            "donnez le nom d'un fichier à la racine, par exemple `{}`",
            crate::judge::baseline::FILE
        );
        let message = localized!(
            "`{}` is not a file at the root of the repository",
            "`{}` n'est pas un fichier à la racine du dépôt",
            baseline.value
        );
        return Err(file.error(baseline.referenced, message, Some(help)));
    }
    Ok(baseline.value)
}

/// The folder of a pack, which stays inside the repository, and where it is named.
fn read_pack(pack: &Spanned<String>, file: &ConfigFile) -> Result<(String, serde_yaml::Location), Error> {
    if let Some(path) = join("", &pack.value).filter(|_| !pack.value.starts_with('/')) {
        return Ok((path, pack.referenced));
    }
    let help = localized!(
        "give a folder of the repository, relative to its root; `--rules DIR` takes any folder",
        "donnez un dossier du dépôt, relatif à sa racine ; `--rules DIR` prend n'importe quel dossier"
    );
    Err(file.error(
        pack.referenced,
        localized!("pack `{}` is outside of the repository", "le paquet de règles `{}` est hors du dépôt", pack.value),
        Some(help.to_owned()),
    ))
}

fn read_ignore(ignore: RawIgnore, file: &ConfigFile) -> Result<Ignore, Error> {
    if ignore.reason.value.trim().is_empty() {
        return Err(file.error(
            ignore.reason.referenced,
            localized!(
                "the ignore of `{}` gives no reason",
                "l'exception à `{}` ne donne pas de raison",
                ignore.rule.value
            ),
            Some(localized!("say why; the report shows the reason", "dites pourquoi, pour qui lira le rapport")),
        ));
    }
    let until = ignore
        .until
        .map(|until| {
            end_of_day(&until.value).ok_or_else(|| {
                file.error(
                    until.referenced,
                    localized!("`{}` is not a date", "`{}` n'est pas une date", until.value),
                    Some(localized!("write it as YYYY-MM-DD", "écrivez-la AAAA-MM-JJ")),
                )
            })
        })
        .transpose()?;
    let paths = match ignore.paths.as_slice() {
        [] => None,
        paths => {
            for path in paths {
                check_glob(file, path)?;
            }
            let set = glob_set(paths.iter().map(|path| path.value.as_str()));
            Some(set.map_err(|error| {
                let Localized { en, fr } = error.reason;
                let message = Localized::new(format!("too many globs: {en}"), format!("trop de motifs : {fr}"));
                file.error(paths[0].referenced, message, None)
            })?)
        }
    };
    Ok(Ignore {
        line: u32::try_from(ignore.rule.referenced.line()).unwrap_or(0),
        rule: renamed::current(&ignore.rule.value).to_owned(),
        paths,
        reason: ignore.reason.value,
        until,
    })
}

fn check_glob(file: &ConfigFile, glob: &Spanned<String>) -> Result<(), Error> {
    let Err(error) = parse_glob(&glob.value) else { return Ok(()) };
    let help = how_globs_read();
    Err(file.error(glob.referenced, error.told(&glob.value), Some(help.to_owned())))
}

/// The last second of a day written `YYYY-MM-DD`, in seconds since 1970.
pub(crate) fn end_of_day(date: &str) -> Option<i64> {
    let date: jiff::civil::Date = date.parse().ok()?;
    let end = date.at(23, 59, 59, 0).to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(end.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::location::Location;

    fn failing(rule: &str, paths: &[&str]) -> Finding {
        Finding {
            rule: rule.to_owned(),
            pillar: "tests".to_owned(),
            severity: Severity::Major,
            tier: crate::judge::tier::Tier::Regular,
            hidden: false,
            outcome: Outcome::Fail,
            evidence: paths.iter().map(|path| Location::file(*path)).collect(),
            components: Vec::new(),
            reasons: Vec::new(),
            message: None,
            follows: None,
            ignored: None,
            standing: crate::judge::finding::Standing::Counts,
        }
    }

    fn config(text: &str) -> Config {
        Config::read(ConfigFile::new(FILE, text.to_owned())).expect("valid settings")
    }

    #[test]
    fn an_ignore_needs_a_reason_and_a_true_date() {
        for text in [
            "ignores:\n  - rule: a\n",
            "ignores:\n  - { rule: a, reason: '' }\n",
            "ignores:\n  - { rule: a, reason: b, until: soon }\n",
        ] {
            assert!(Config::read(ConfigFile::new(FILE, text.to_owned())).is_err(), "{text}");
        }
    }

    #[test]
    fn ignores_set_failures_aside_until_their_day() {
        let settings = config("ignores:\n  - { rule: a, reason: known, until: 2026-01-10 }\n");
        let mut findings = [failing("a", &[])];
        assert!(settings.apply(&mut findings, end_of_day("2026-01-10").expect("a date")).is_empty());
        assert_eq!(findings[0].ignored.as_deref(), Some("known"));
        let mut findings = [failing("a", &[])];
        let notes = settings.apply(&mut findings, end_of_day("2026-01-11").expect("a date"));
        assert!(notes[0].what.en.contains("expired") && findings[0].is_failure());
    }

    #[test]
    fn ignores_of_paths_leave_the_other_places() {
        let settings = config("ignores:\n  - { rule: a, reason: old, paths: ['legacy/**'] }\n");
        let mut findings = [failing("a", &["legacy/x.js", "src/x.js"])];
        settings.apply(&mut findings, 0);
        assert!(findings[0].is_failure());
        assert_eq!(findings[0].evidence.len(), 1);
        let mut findings = [failing("a", &["legacy/x.js"])];
        settings.apply(&mut findings, 0);
        assert!(!findings[0].is_failure());
    }

    #[test]
    fn an_ignore_in_vain_is_told_unless_its_rule_was_not_asked() {
        let settings = config("ignores:\n  - { rule: b, reason: gone }\n");
        let passing = Finding { outcome: Outcome::Pass, ..failing("b", &[]) };
        let notes = settings.apply(&mut [failing("a", &[]), passing.clone()], 0);
        assert_eq!(notes[0].path, ".equerre.yml:2");
        assert!(settings.apply(&mut [failing("a", &[])], 0).is_empty());
        assert!(settings.apply(&mut [Finding { outcome: Outcome::Unverified, ..passing }], 0).is_empty());
    }

    #[test]
    fn packs_stay_in_the_repository() {
        for pack in ["/etc", "../other", "a/../../b"] {
            assert!(Config::read(ConfigFile::new(FILE, format!("packs: ['{pack}']\n"))).is_err(), "{pack}");
        }
        assert_eq!(config("packs: [quality/rules/]\n").packs[0].0, "quality/rules");
    }
}
