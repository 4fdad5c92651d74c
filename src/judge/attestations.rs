//! What people attest of the standards: who says it, since when, until when and why. A machine never writes there what it proves.

pub(crate) mod written;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::config_file::{ConfigFile, Spanned, did_you_mean};
use crate::base::error::Error;
use crate::base::text::{Localized, localized};
use crate::judge::standards::label::same;
use crate::judge::standards::{Criterion, Standards};

/// Where they are kept, below the root of the repository.
pub(crate) const FILE: &str = ".equerre/attestations.yml";

/// An answer to a criterion, as standards-front has it. Yes and not applicable count as conform there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Reply {
    /// It is met.
    #[serde(alias = "true")]
    Yes,
    /// It is not.
    #[serde(alias = "false")]
    No,
    /// It does not apply.
    Na,
}

impl Reply {
    /// Its name, as it is written.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Na => "na",
        }
    }

    /// Whether it counts as conform.
    pub(crate) fn conforms(self) -> bool {
        self != Self::No
    }

    /// The same in words.
    pub(crate) fn words(self) -> Localized {
        match self {
            Self::Yes => localized!("yes", "oui"),
            Self::No => localized!("no", "non"),
            Self::Na => localized!("not applicable", "sans objet"),
        }
    }
}

/// The file as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(title = "Equerre attestations", rename = "Attestations")]
pub(crate) struct RawAttestations {
    /// The version of the standards that the ranks of criteria are those of.
    #[schemars(with = "String")]
    pub(crate) version: Spanned<String>,
    /// What people attest, a criterion each.
    #[serde(default)]
    pub(crate) attestations: Vec<RawAttestation>,
}

/// What people attest of a criterion, as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(rename = "Attestation")]
pub(crate) struct RawAttestation {
    /// The criterion: the name of its standard, `/`, its rank from 0.
    #[schemars(with = "String")]
    pub(crate) criterion: Spanned<String>,
    /// Its label, as published; where it is given, it decides, whatever the rank.
    #[schemars(with = "Option<String>")]
    pub(crate) label: Option<Spanned<String>>,
    /// The answer: yes, no or na. A reader of YAML 1.1 sees a truth in the first two.
    #[schemars(with = "serde_json::Value", extend("enum" = ["yes", "no", "na", true, false]))]
    pub(crate) answer: Reply,
    /// Who says so: a role, not a name.
    #[schemars(with = "String", length(min = 1))]
    pub(crate) who: Spanned<String>,
    /// The day on which it was said, `YYYY-MM-DD`.
    #[schemars(with = "String", extend("format" = "date"))]
    pub(crate) when: Spanned<String>,
    /// The last day on which it holds, `YYYY-MM-DD`.
    #[schemars(with = "String", extend("format" = "date"))]
    pub(crate) until: Spanned<String>,
    /// Why it is so; reports and the evaluation show it.
    #[schemars(with = "String", length(min = 1))]
    pub(crate) why: Spanned<String>,
    /// Where to see it.
    #[schemars(with = "Option<String>", extend("format" = "uri"))]
    pub(crate) link: Option<Spanned<String>>,
}

/// What people attest of a criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Attestation {
    /// The criterion, in the standards in use.
    pub(crate) criterion: String,
    /// The answer.
    pub(crate) answer: Reply,
    /// Who says so.
    pub(crate) who: String,
    /// Since when.
    pub(crate) when: String,
    /// The last day on which it holds.
    pub(crate) until: String,
    /// Why.
    pub(crate) why: String,
    /// Where to see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<String>,
    /// The line where it is written.
    #[serde(skip)]
    pub(crate) line: u64,
}

impl Attestation {
    /// Whether another says the same, wherever it is written.
    pub(crate) fn same_as(&self, other: &Self) -> bool {
        Self { line: 0, ..self.clone() } == Self { line: 0, ..other.clone() }
    }
}

/// What a file attests at a day.
#[derive(Debug, Default)]
pub(crate) struct Attestations {
    /// What holds.
    pub(crate) current: Vec<Attestation>,
    /// What held, and no longer counts.
    pub(crate) expired: Vec<Attestation>,
    /// What is of a criterion that the standards in use do not have.
    pub(crate) unknown: Vec<String>,
}

/// Reads a day, `YYYY-MM-DD`.
pub(crate) fn day(text: &str) -> Option<String> {
    let date = text.parse::<jiff::civil::Date>().ok()?;
    (text.len() == 10).then(|| date.to_string())
}

/// Why a role is not one: reports show it, and it should name nobody.
pub(crate) fn names_somebody(who: &str) -> bool {
    who.contains('@')
}

impl Attestations {
    /// Reads a file, at a day.
    ///
    /// # Errors
    /// The first thing that is wrong in it, with its place and what to write instead.
    pub(crate) fn read(file: &ConfigFile, standards: &Standards, today: &str) -> Result<Self, Error> {
        if file.text.trim().is_empty() {
            return Ok(Self::default());
        }
        let raw: RawAttestations = file.read()?;
        let mut read = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for raw_one in raw.attestations {
            let Some(criterion) = criterion_of(&raw_one, &raw.version.value, standards, file)? else {
                read.unknown.push(raw_one.criterion.value);
                continue;
            };
            let one = checked(raw_one, criterion.id(), file)?;
            if seen.contains(&one.criterion) {
                let id = &one.criterion;
                let help = localized!("keep the later one", "gardez la plus récente");
                let message = localized!("`{id}` is attested twice", "`{id}` est attesté deux fois");
                return Err(file.whole(message, Some(help)));
            }
            seen.push(one.criterion.clone());
            if one.until.as_str() < today { &mut read.expired } else { &mut read.current }.push(one);
        }
        Ok(read)
    }
}

/// The criterion that an attestation is of; none where the standards in use no longer have it.
fn criterion_of<'s>(
    raw: &RawAttestation,
    version: &str,
    standards: &'s Standards,
    file: &ConfigFile,
) -> Result<Option<Criterion<'s>>, Error> {
    let id = raw.criterion.value.as_str();
    let standard = id.rsplit_once('/').map_or(id, |(standard, _)| standard);
    if let Some(label) = &raw.label {
        let found = standards.labelled(standard, &label.value);
        // Of another version, a label may be gone; of this one, it is a mistake.
        if found.is_some() || version != standards.version {
            return Ok(found);
        }
        let help = standards.named(id).map(|known| {
            let own = same(known.label);
            localized!("its label is: {own}", "son texte est : {own}")
        });
        let message = localized!("this is not the label of `{id}`", "ce n'est pas le texte de `{id}`");
        return Err(file.error(label.referenced, message, help));
    }
    if version != standards.version {
        // A rank alone says nothing from one version to the next.
        return Ok(None);
    }
    let unknown = || {
        let names: Vec<String> = standards.criteria().map(|known| known.id()).collect();
        let all = || {
            localized!(
                "`equerre standards` lists them: the name of the standard, `/`, the rank of the criterion from 0",
                "`equerre standards` les liste : le nom du standard, `/`, le rang du critère à partir de 0"
            )
        };
        let help = did_you_mean(id, names.iter().map(String::as_str)).unwrap_or_else(all);
        let version = &standards.version;
        let message = localized!(
            "`{id}` is no criterion of version {version} of the standards",
            "`{id}` n'est pas un critère de la version {version} des standards"
        );
        file.error(raw.criterion.referenced, message, Some(help))
    };
    standards.named(id).map(Some).ok_or_else(unknown)
}

fn checked(raw: RawAttestation, criterion: String, file: &ConfigFile) -> Result<Attestation, Error> {
    let read_day = |given: &Spanned<String>| {
        let help = localized!("write it as 2026-01-31", "écrivez-le 2026-01-31");
        let given_day = &given.value;
        let message = localized!("`{given_day}` is not a day", "`{given_day}` n'est pas un jour");
        day(&given.value).ok_or_else(|| file.error(given.referenced, message, Some(help)))
    };
    let said = |given: &Spanned<String>, key: &str| {
        let message = localized!("`{key}` says nothing", "`{key}` ne dit rien");
        let text = given.value.trim().to_owned();
        if text.is_empty() { Err(file.error(given.referenced, message, None)) } else { Ok(text) }
    };
    let (when, until) = (read_day(&raw.when)?, read_day(&raw.until)?);
    if until < when {
        let message = localized!("it would end before it starts", "elle finirait avant de commencer");
        return Err(file.error(raw.until.referenced, message, None));
    }
    let who = said(&raw.who, "who")?;
    if names_somebody(&who) {
        let help =
            localized!("write a role, such as `product lead`", "écrivez un rôle, par exemple `responsable produit`");
        let message = localized!("`who` names somebody", "`who` désigne une personne");
        return Err(file.error(raw.who.referenced, message, Some(help)));
    }
    if let Some(link) =
        raw.link.as_ref().filter(|link| !link.value.starts_with("https://") && !link.value.starts_with("http://"))
    {
        let help = localized!("write a whole address: `https://…`", "écrivez une adresse entière : `https://…`");
        let message = localized!("`link` is no address of the web", "`link` n'est pas une adresse du web");
        return Err(file.error(link.referenced, message, Some(help)));
    }
    let line = raw.criterion.referenced.line();
    let why = said(&raw.why, "why")?;
    let link = raw.link.map(|link| link.value);
    Ok(Attestation { criterion, answer: raw.answer, who, when, until, why, link, line })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::text::Lang;

    const ID: &str = "des-rituels-d-equipes-reguliers-sont-mis-en-place/0";

    fn read(text: &str) -> Result<Attestations, Error> {
        let standards = Standards::embedded().expect("the standards");
        Attestations::read(&ConfigFile::new("a.yml", text.to_owned()), &standards, "2026-06-01")
    }

    fn entry(criterion: &str, more: &str) -> String {
        format!(
            "version: '2.0'\nattestations:\n- criterion: {criterion}\n  answer: yes\n  who: coach\n  when: 2026-01-01\n  why: x\n{more}"
        )
    }

    #[test]
    fn what_has_expired_is_kept_apart() {
        let held = read(&entry(ID, "  until: 2026-06-01\n")).expect("valid");
        assert_eq!((held.current.len(), held.expired.len()), (1, 0));
        let ended = read(&entry(ID, "  until: 2026-05-31\n")).expect("valid");
        assert_eq!((ended.current.len(), ended.expired.len()), (0, 1));
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        let error = |text: &str| {
            let error = read(text).expect_err("refused");
            format!("{} | {}", error.message(Lang::En), error.help(Lang::En).unwrap_or_default())
        };
        let until = "  until: 2027-01-01\n";
        let misspelt = error(&entry("des-rituels-d-equipe-reguliers-sont-mis-en-place/0", until));
        assert!(misspelt.contains("a.yml:3") && misspelt.contains(&format!("did you mean `{ID}`")), "{misspelt}");
        assert!(error(&entry(ID, "  until: tomorrow\n")).contains("a.yml:8"));
        assert!(error(&entry(ID, "  until: 2025-01-01\n")).contains("end before it starts"));
        assert!(error(&entry(ID, &format!("{until}  label: x\n"))).contains("its label is: L'équipe organise"));
        assert!(error(&entry(ID, until).replace("coach", "a.b@beta.gouv.fr")).contains("names somebody"));
    }

    #[test]
    fn a_label_decides_whatever_the_version_and_a_rank_alone_does_not() {
        let other = |more: &str| entry(ID, more).replace("'2.0'", "'1.3'");
        let label = "  until: 2027-01-01\n  label: L’équipe organise régulièrement des rituels\n";
        assert_eq!(read(&other(label)).expect("valid").current[0].criterion, ID);
        assert_eq!(read(&other("  until: 2027-01-01\n")).expect("valid").unknown, [ID]);
    }
}
