//! `equerre attest`: writes what people attest of a criterion, or asks what waits for an answer.

mod asked;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::base::config_file::{ConfigFile, did_you_mean};
use crate::base::date::date;
use crate::base::disk::{NAMED, read_named_text};
use crate::base::error::Error;
use crate::base::text::{Localized, localized};
use crate::check::directory::{Asking, Known, directory};
use crate::check::standards::{judged, remotes, standards};
use crate::check::{Options, check_with_settings, now};
use crate::cli::AttestArgs;
use crate::judge::attestations::{Attestation, Attestations, day, names_somebody, written};
use crate::judge::criteria::judged::Judged;
use crate::judge::standards::{Criterion, Standards};

use super::console::{CommandResult, Console};
use super::output::write_file;
use crate::commands::misspelt::retarget;

/// Writes an attestation, or asks for those that are missing.
pub(super) fn run(args: &AttestArgs, console: &Console) -> CommandResult {
    console.choose_language(args.lang, None);
    let standards = standards(args.directory.standards.as_deref())?;
    let path = args.attestations.clone().unwrap_or_else(|| args.path.join(standards.attestations_file()));
    let today = date(args.as_of.unwrap_or_else(now));
    let book = Book { path, standards: &standards, today };
    match &args.criterion {
        Some(id) => one(args, id, &book, console),
        None => ask(args, &book, console),
    }
}

/// The file of attestations.
struct Book<'s> {
    path: PathBuf,
    standards: &'s Standards,
    today: String,
}

impl Book<'_> {
    fn text(&self) -> Result<String, Error> {
        match read_named_text(&self.path, NAMED) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            Err(error) => {
                let name = self.path.display();
                let message =
                    localized!("the attestations `{name}` cannot be read", "les attestations `{name}` sont illisibles");
                Err(Error::of_system(message, &error))
            }
        }
    }

    fn read(&self, text: &str) -> Result<Attestations, Error> {
        Attestations::read(
            &ConfigFile::new(self.path.display().to_string(), text.to_owned()),
            self.standards,
            &self.today,
        )
    }

    /// Writes an attestation; what is there of the same criterion is only replaced when asked, or when it has expired.
    fn write(&self, criterion: Criterion<'_>, new: &Attestation, replace: bool) -> Result<(), Error> {
        let text = self.text()?;
        let known = self.read(&text)?;
        let same = |list: &[Attestation]| list.iter().find(|one| one.criterion == new.criterion).map(|one| one.line);
        let (current, expired) = (same(&known.current), same(&known.expired));
        if let Some(line) = current.filter(|_| !replace) {
            let (id, name) = (&new.criterion, self.path.display());
            let help = localized!("`--replace` writes over it", "`--replace` la remplace");
            let message =
                localized!("`{id}` is attested already ({name}:{line})", "`{id}` est déjà attesté ({name}:{line})");
            return Err(Error::new(message, Some(help)));
        }
        let whole = written::with(&text, &self.standards.version, criterion.label, new, current.or(expired));
        // What people laid out in their own way may take no more lines: it is left as it is.
        let read = self.read(&whole).ok().filter(|read| read.current.iter().any(|one| one.same_as(new)));
        if read.is_none() {
            let name = self.path.display();
            let lines = written::with("", &self.standards.version, criterion.label, new, None);
            let lines = lines.split_once("attestations:\n").map_or("", |(_, lines)| lines).to_owned();
            let message = localized!(
                "`{name}` is laid out so that nothing can be added to it",
                "`{name}` est écrit de façon que rien ne peut y être ajouté"
            );
            let help = localized!("add these lines yourself:\n{lines}", "ajoutez ces lignes vous-même :\n{lines}");
            return Err(Error::new(message, Some(help)));
        }
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            make_folder(folder)?;
        }
        write_file(&self.path, whole.as_bytes())
    }
}

fn make_folder(folder: &Path) -> Result<(), Error> {
    crate::base::disk::make_named_folder(folder).map_err(|error| {
        let name = folder.display();
        Error::of_system(
            localized!("the folder `{name}` cannot be made", "le dossier `{name}` ne peut pas être créé"),
            &error,
        )
    })
}

fn one(args: &AttestArgs, id: &str, book: &Book<'_>, console: &Console) -> CommandResult {
    let criterion = criterion(id, book.standards)?;
    let missing = |option: &str| {
        let message = localized!(
            "`{option}` is missing: an attestation says what, who, until when and why",
            "`{option}` manque : une attestation dit quoi, qui, jusqu'à quand et pourquoi"
        );
        let help = localized!(
            "equerre attest {id} --answer yes --who \"product lead\" --until 2027-06-30 --why \"…\"",
            "equerre attest {id} --answer yes --who \"responsable produit\" --until 2027-06-30 --why \"…\""
        );
        Error::new(message, Some(help))
    };
    let given = |value: &Option<String>, option: &str| {
        value.clone().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).ok_or_else(|| missing(option))
    };
    let answer = args.answer.ok_or_else(|| missing("--answer"))?;
    let (who, until, why) = (given(&args.who, "--who")?, given(&args.until, "--until")?, given(&args.why, "--why")?);
    let new = Attestation {
        criterion: id.to_owned(),
        answer,
        who: role(&who)?,
        when: book.today.clone(),
        until: last_day(&until, &book.today)?,
        why,
        link: args.link.clone(),
        line: 0,
    };
    book.write(criterion, &new, args.replace)?;
    let (label, name) = (criterion.text(console.lang()), book.path.display());
    console.notice(&localized!("written in `{name}`: {label}", "écrit dans `{name}` : {label}"));
    Ok(ExitCode::SUCCESS)
}

fn criterion<'s>(id: &str, standards: &'s Standards) -> Result<Criterion<'s>, Error> {
    standards.named(id).ok_or_else(|| {
        let names: Vec<String> = standards.criteria().map(|known| known.id()).collect();
        let own: Vec<&String> =
            names.iter().filter(|name| name.rsplit_once('/').is_some_and(|(own, _)| own == id)).collect();
        let version = &standards.version;
        let message = localized!(
            "`{id}` is no criterion of version {version} of the standards",
            "`{id}` n'est pas un critère de la version {version} des standards"
        );
        let help = if own.is_empty() {
            did_you_mean(id, names.iter().map(String::as_str)).unwrap_or_else(|| {
                localized!("`equerre standards --format csv` lists them", "`equerre standards --format csv` les liste")
            })
        } else {
            let own = own.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
            localized!("add the rank of the criterion: {own}", "ajoutez le rang du critère : {own}")
        };
        Error::new(message, Some(help))
    })
}

/// A role, or why it is none.
fn role(who: &str) -> Result<String, Error> {
    if !names_somebody(who) {
        return Ok(who.to_owned());
    }
    let help = localized!("write a role, such as `product lead`", "écrivez un rôle, par exemple `responsable produit`");
    Err(Error::new(localized!("`{who}` names somebody", "`{who}` désigne une personne"), Some(help)))
}

/// A day that is not past, or why it is none.
fn last_day(text: &str, today: &str) -> Result<String, Error> {
    let help = || {
        localized!(
            "write the last day on which it holds, as 2027-06-30",
            "écrivez le dernier jour où cela vaut, comme 2027-06-30"
        )
    };
    let until = day(text)
        .ok_or_else(|| Error::new(localized!("`{text}` is not a day", "`{text}` n'est pas un jour"), Some(help())))?;
    if until.as_str() < today {
        return Err(Error::new(localized!("{until} is past", "le {until} est passé"), Some(help())));
    }
    Ok(until)
}

fn ask(args: &AttestArgs, book: &Book<'_>, console: &Console) -> CommandResult {
    if !std::io::stdin().is_terminal() {
        let help = localized!(
            "run it in a terminal, or name one: equerre attest CRITERION --answer yes --who ROLE --until DATE --why TEXT",
            "lancez-la dans un terminal, ou nommez-en un : equerre attest CRITÈRE --answer yes --who RÔLE --until DATE --why TEXTE"
        );
        let message = localized!(
            "nobody can answer: standard input is no terminal",
            "personne ne peut répondre : l'entrée standard n'est pas un terminal"
        );
        return Err(Error::new(message, Some(help)));
    }
    let options = Options { lang: args.lang, fallback_lang: console.lang(), as_of: args.as_of, ..Options::default() };
    let saved = directory(&args.directory.directory)?;
    let checked = retarget(&args.path, check_with_settings(&args.path, &options))?;
    let lang = console.choose_language(args.lang, checked.config.lang);
    let remotes = remotes(&checked.report);
    let asking = Asking {
        declared: args.directory.beta_id.as_deref().or(checked.config.beta_id.as_deref()),
        site: checked.config.url.as_deref(),
        remotes: &remotes,
        directory_url: None,
        tries_addresses: false,
        allow_private: false,
        as_of: checked.report.as_of,
    };
    let known = Known::of(saved, None, &asking)?;
    let page = known.page(&asking)?;
    let attested = book.read(&book.text()?)?;
    let criteria = judged(&checked.report, book.standards, page, &attested);
    let open: Vec<&Judged> = criteria.iter().filter(|judged| judged.waits()).collect();
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stderr().lock();
    let who = args.who.as_deref().map(role).transpose()?;
    let until = args.until.as_deref().map(|until| last_day(until, &book.today)).transpose()?;
    let mut interview =
        asked::Interview { input: &mut input, output: &mut output, lang, who, until, today: book.today.clone() };
    let mut save = |new: &Attestation| book.write(criterion(&new.criterion, book.standards)?, new, false);
    let ended = interview.run(&open, &mut save)?;
    drop(interview);
    let (answered, left) = (ended.answered, open.len() - ended.answered);
    let name = book.path.display();
    let told: Localized = match answered {
        0 => localized!(
            "nothing was written; {left} criteria wait for an answer",
            "rien n'a été écrit ; {left} critères attendent une réponse"
        ),
        _ => localized!(
            "{answered} written in `{name}`; {left} criteria wait for an answer",
            "{answered} écrits dans `{name}` ; {left} critères attendent une réponse"
        ),
    };
    console.notice(&told);
    Ok(ExitCode::SUCCESS)
}
