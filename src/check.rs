//! An audit from a path to its report: what the command line does, and what another program can.

pub(crate) mod directory;
pub mod foreign;
pub(crate) mod forge;
mod kept;
mod lowered;
mod options;
pub(crate) mod rules;
pub(crate) mod standards;
pub(crate) mod target;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::config_file::{ConfigFile, did_you_mean};
use crate::base::disk::{NAMED, read_named_text};
use crate::base::error::Error;
use crate::base::progress::Step;
use crate::base::text::{Lang, Localized, localized};
use crate::config::product_file::Repository;
use crate::config::{Config, FILE};
use crate::fix::fixable;
use crate::judge::baseline::{self, Baseline};
use crate::judge::changed::{Before, Changed, ChangedError};
use crate::judge::criteria::judge_on_site;
use crate::judge::finding::{Finding, Standing};
use crate::judge::inline_ignores;
use crate::judge::rule::Rule;
use crate::judge::rule::engine::evaluate;
use crate::judge::rule::pack::{Embedded, Rules};
use crate::judge::rule::renamed;
use crate::model::forge::pages::Pages;
use crate::model::site::client::Limits;
use crate::model::site::{Site, Target};
use crate::read::checkout::shown;
use crate::read::inline_ignores::InlineIgnores;
use crate::read::inventory::globs::Names;
use crate::read::inventory::probe::Probe;
use crate::read::inventory::scan::Scanner;
use crate::read::source::{EntryKind, Listing, Memory, Note, Opened};
use crate::report::product_report::{AuditedRepository, ProductReport};
use crate::report::site_report::SiteReport;
use crate::report::{Parts, Report};
use crate::survey::{ExternalData, Request, Survey, excluded, scanner, survey, survey_memory};

pub(crate) use forge::address;
pub(crate) use kept::Kept;
use kept::Questions;
use lowered::{Bare, Taken};
pub use options::{Options, Settings};
use target::{open_target, settings_file, unread_settings};

/// A report, with what the command line needs beside it.
pub(crate) struct Checked {
    /// The report.
    pub(crate) report: Report,
    /// The settings that were followed.
    pub(crate) config: Config,
    /// The folder that was audited, as seen from the top of the repository.
    pub(crate) below: PathBuf,
    /// Whether the tree is the one that people work in.
    pub(crate) worktree: bool,
    /// Notices to print beside the report.
    pub(crate) notices: Vec<Localized>,
    /// What the rules ask of texts, where they are the embedded ones alone.
    probes: Option<Vec<Probe>>,
    /// What was compiled of it.
    questions: Questions,
}

impl Checked {
    /// What the next audit of the same repository need not do again; the report is given up for it.
    pub(crate) fn keep(self) -> Kept {
        Kept::of(self.report, self.probes, self.questions)
    }
}

/// Audits a repository, or a folder that is none, and reports on it.
///
/// Nothing of what is audited is run, and nothing is asked of the network unless [`Options::online`] or [`Options::url`]
/// says so.
///
/// # Errors
/// When the path, the settings or the rules cannot be read. What cannot be read *inside* of the repository is a note of the
/// report, and leaves rules unverified.
pub fn check(path: &Path, options: &Options) -> Result<Report, Error> {
    check_with_settings(path, options).map(|checked| checked.report)
}

/// The same, with the settings beside the report.
pub(crate) fn check_with_settings(path: &Path, options: &Options) -> Result<Checked, Error> {
    check_again(path, options, Kept::default())
}

/// The same, with what an earlier audit of the repository has left.
pub(crate) fn check_again(path: &Path, options: &Options, kept: Kept) -> Result<Checked, Error> {
    let (opened, config) = open_target(path, options)?;
    // What goes wrong from here on is reported in the language that the settings ask for.
    let lang = options.lang.or(config.lang).unwrap_or(options.fallback_lang);
    judge(opened, config, options, lang, kept).map_err(|error| error.preferring(lang))
}

fn judge(
    mut opened: Opened,
    mut config: Config,
    options: &Options,
    lang: Lang,
    mut kept: Kept,
) -> Result<Checked, Error> {
    let packs = rules::read_packs(&options.rules, &mut opened, &mut config)?;
    let changed = options.changed_since.as_deref().map(|rev| Ok::<_, Error>((rev, changed_since(rev, &opened)?)));
    let changed = changed.transpose()?;
    let baseline = baseline_of(options, &opened, &config)?;
    let listed = opened.listing.take();
    // Rules are read while the tree is listed; only what may concern its files is compiled.
    let source = opened.source.as_ref();
    let alone = packs.is_empty() && options.rules.is_empty();
    let (loaded, listing) = rayon::join(
        || kept.rules(options, packs),
        || {
            let _step = options.progress.during(Step::Listing);
            listed.unwrap_or_else(|| source.list())
        },
    );
    let loaded = loaded?;
    let names = Names::of(listing.entries.iter().map(|entry| entry.path.as_str()));
    let questions = kept.questions(&loaded, &names)?;
    let kept::Loaded { rules, probes } = loaded;
    let left_out = left_out(&listing, &config, options)?;
    opened.listing = Some(listing);
    config.check_names(&rules)?;
    let selection = selection(options, &rules)?;
    let old_names = options.select.iter().chain(&options.ignore).filter_map(|name| renamed::notice(name));
    let (mut request, mut notices) = request(options, &config, &opened, Arc::clone(&questions.scanner), lang)?;
    notices.extend(old_names);
    if options.settings == Settings::OfRepository {
        notices.extend(unread_settings(&opened));
    }
    let own_settings = settings_file(&opened).is_some();
    request.names = Some(names);
    let as_of = request.as_of;
    request.history = kept.history(&opened, as_of);
    let (below, worktree, path) = (opened.below.clone(), opened.worktree, opened.root.clone());
    let survey = survey(opened, request)?;
    notices.extend(forge::remaining_requests(&survey));
    let nothing = is_nothing(&survey);
    let judging = options.progress.during(Step::Judging);
    // A rule that another one follows is evaluated with it, and reported only when asked for.
    let all: Vec<&Rule> = rules.all.iter().collect();
    let mut findings =
        if nothing { all.iter().map(|rule| Finding::not_applicable(rule)).collect() } else { evaluate(&all, &survey) };
    findings.retain(|finding| selection.contains(&finding.rule));
    for finding in &mut findings {
        finding.hidden &= !options.pedantic && !options.select.contains(&finding.rule);
    }
    let mut notes = survey.notes.clone();
    let mut lowered = None;
    if nothing {
        notes.push(nothing_to_audit(survey.history.is_ok()));
    } else {
        let bare = Bare::of(&findings, &rules, &survey);
        let inline = InlineIgnores::read(&survey.inventory);
        let mut taken = Taken { left_out, services: config.services.len(), ..Taken::default() };
        if options.reads_inline_ignores() {
            let applied = inline_ignores::apply(&inline, &mut findings, &rules);
            taken.inline = applied.places;
            notes.extend(applied.notes);
        }
        notes.extend(config.apply(&mut findings, as_of));
        // Comments are the repository's own whatever the settings.
        if options.settings == Settings::OfRepository || taken.inline > 0 {
            lowered = bare.told(&findings, taken, (&rules, &survey), if own_settings { FILE } else { "" });
        }
        if matches!(options.settings, Settings::Policy(_)) {
            notes.extend(left_aside(own_settings, inline.all.len(), survey.inventory.has(".gitattributes")));
        }
    }
    if let Some(baseline) = baseline {
        baseline.apply(&mut findings, &rules, &survey.inventory, Standing::Baselined);
    }
    if let Some((rev, changed)) = changed {
        match before(&path, options, &changed) {
            Some(report) => {
                let before = Before { findings: &report.findings, inventory: &report.survey.inventory };
                changed.apply(&mut findings, &before, &rules, &survey.inventory);
            }
            None => changed.apply_by_file(&mut findings),
        }
        notes.push(files_changed(rev, &changed));
    }
    drop(judging);
    let pages = pages(options.forge.as_deref(), &survey, &below);
    let name = config.product.clone().unwrap_or_else(|| survey.name());
    let mut report = Report::new(Parts { lang, name, findings, notes, lowered, pages, survey, rules });
    if worktree {
        report.fixable = fixable().collect();
    }
    Ok(Checked { report, config, below, worktree, notices, probes: alone.then_some(probes), questions })
}

/// How many files the settings leave out.
fn left_out(listing: &Listing, config: &Config, options: &Options) -> Result<usize, Error> {
    let own = config.exclude.len().saturating_sub(options.exclude.len());
    if own == 0 {
        return Ok(0);
    }
    let globs = excluded(&config.exclude[..own])?;
    Ok(listing.entries.iter().filter(|entry| entry.kind == EntryKind::File && globs.is_match(&entry.path)).count())
}

/// What the survey is asked, and the notices about it.
pub(crate) fn request(
    options: &Options,
    config: &Config,
    opened: &Opened,
    scanner: Arc<Scanner>,
    lang: Lang,
) -> Result<(Request, Vec<Localized>), Error> {
    let mut notices = Vec::new();
    let mut request = Request::new(scanner, options.as_of.unwrap_or_else(now));
    request.exclude.clone_from(&config.exclude);
    request.progress = options.progress.clone();
    request.without_attributes = matches!(options.settings, Settings::Policy(_));
    request.delivery.clone_from(&config.delivery);
    request.services.clone_from(&config.services);
    if options.online {
        let (question, notice) = forge::question(options.forge.as_deref(), opened)?;
        request.forge = Some(question);
        notices.extend(notice);
    }
    request.site = options.url.as_deref().map(|url| target_of(url, options, lang)).transpose()?;
    Ok((request, notices))
}

/// The present time, in seconds since 1970.
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// The site at an address that a person gave.
pub(crate) fn target_of(url: &str, options: &Options, lang: Lang) -> Result<Target, Error> {
    let example =
        localized!("such as `https://mon-cantinier.beta.gouv.fr`", "par exemple `https://mon-cantinier.beta.gouv.fr`");
    // A word alone is a slip of the hand, and would be told at the end of a list of rules that could not be verified.
    let host = url.split(['/', ':', '?', '#']).next().unwrap_or_default();
    if !url.contains("://") && !url.contains(['.', ':', '[']) && host != "localhost" {
        let message = localized!("`{url}` is not an address of a site", "`{url}` n'est pas l'adresse d'un site");
        return Err(Error::new(message, Some(example)));
    }
    Target::of(url, options.http_port, options.https_port)
        .map(|target| Target { allow_private: options.allow_private, ..target })
        .map_err(|reason| Error::new(Localized::foreign(reason.get(lang)), Some(example)))
}

/// Visits a live site once, rates its headers, its TLS and its page, and reads the pages that a public product is expected to
/// have. Of the options, the language and the ports count.
///
/// # Errors
/// When the address is not one of a site, or nothing answers there.
pub fn site(url: &str, options: &Options) -> Result<SiteReport, Error> {
    let lang = options.lang.unwrap_or(options.fallback_lang);
    let target = target_of(url, options, lang)?;
    let as_of = now();
    let step = options.progress.during(Step::Site);
    let visited = Site::visit(&target, Limits::default(), as_of);
    drop(step);
    let visited = visited.map_err(|reason| {
        let help = localized!(
            "check the address; a site that only answers from some networks must be visited from there",
            "vérifiez l’adresse\u{202f}; un site qui ne répond que depuis certains réseaux se visite depuis l’un d’eux"
        );
        Error::new(reason, Some(help))
    })?;
    let rules = Rules::load(&[], Embedded::With)?;
    let external = ExternalData { site: Some(Ok(visited.clone())), ..ExternalData::default() };
    let no_files: [(&str, &str); 0] = [];
    let survey = survey_memory(Box::new(Memory::new(no_files)), external, as_of, scanner(Vec::new())?);
    let of_site: Vec<&Rule> = rules.all.iter().filter(|rule| rule.is_of_site()).collect();
    let findings = evaluate(&of_site, &survey);
    let criteria = judge_on_site(&visited, as_of)?;
    Ok(SiteReport { lang, as_of, findings, target, site: visited, rules, criteria })
}

/// Audits a product of several repositories, each with the folder of this machine that holds it or the reason why none does,
/// and gives it one report.
///
/// What keeps a repository from being audited goes into the report; the others are unaffected.
pub fn product(
    name: Option<String>,
    repositories: Vec<(Repository, Result<PathBuf, Localized>)>,
    options: &Options,
) -> ProductReport {
    let lang = options.lang.unwrap_or(options.fallback_lang);
    let audited: Vec<AuditedRepository> = repositories
        .into_iter()
        .map(|(repository, folder)| {
            let checked = folder.and_then(|folder| check_of_product(&repository, &folder, options));
            let name = repository.name.clone().or_else(|| own_name(&repository, checked.as_ref().ok()?));
            AuditedRepository {
                name: name.unwrap_or_else(|| short_name(&shown(&repository.repository))),
                source: repository.repository,
                url: repository.url,
                report: checked.map(|checked| checked.report),
            }
        })
        .collect();
    let name = name.unwrap_or_else(|| {
        let names: Vec<&str> = audited.iter().map(|audited| audited.name.as_str()).collect();
        names.join(" + ")
    });
    ProductReport::new(name, lang, options.as_of.unwrap_or_else(now), audited)
}

fn check_of_product(repository: &Repository, folder: &Path, options: &Options) -> Result<Checked, Localized> {
    let own = Options {
        ignore_baseline: true,
        rev: repository.rev.clone().filter(|_| !repository.is_remote()),
        url: repository.url.clone(),
        ..options.clone()
    };
    check_with_settings(folder, &own).map_err(|error| error.localized().clone())
}

/// The name that a repository gives itself: that of its settings, else of its remote or folder.
fn own_name(repository: &Repository, checked: &Checked) -> Option<String> {
    let local = || (!repository.is_remote()).then(|| checked.report.survey.name());
    checked.config.product.clone().or_else(local)
}

/// The owner and name that an address ends with.
pub(crate) fn short_name(address: &str) -> String {
    let path = address.trim_end_matches('/').trim_end_matches(".git");
    let mut parts: Vec<&str> = path.rsplit(['/', ':']).take(2).filter(|part| !part.is_empty()).collect();
    parts.reverse();
    parts.join("/")
}

/// Whether there is nothing to audit: what Equerre wrote or reads is not a product.
fn is_nothing(survey: &Survey) -> bool {
    let own = |path: &str| [FILE, baseline::FILE].contains(&path) || path.starts_with(".equerre/");
    survey.inventory.files().iter().all(|file| own(&file.path))
}

/// The names of the rules that are asked for.
fn selection(options: &Options, rules: &Rules) -> Result<Vec<String>, Error> {
    let is_pillar = |name: &str| rules.policy.pillars.iter().any(|pillar| pillar.id == name);
    for name in options.select.iter().chain(&options.ignore) {
        if rules.get(name).is_none() && !is_pillar(name) {
            let known = rules
                .all
                .iter()
                .map(|rule| rule.id.as_str())
                .chain(rules.policy.pillars.iter().map(|pillar| pillar.id.as_str()));
            let all = || localized!("`equerre rules list` lists them", "`equerre rules list` les nomme toutes");
            let message =
                localized!("`{name}` is neither a rule nor a pillar", "`{name}` n’est ni une règle ni un pilier");
            return Err(Error::new(message, Some(did_you_mean(name, known).unwrap_or_else(all))));
        }
    }
    let named = |list: &[String], rule: &Rule| {
        list.iter().any(|name| renamed::current(name) == rule.id || *name == rule.pillar)
    };
    Ok(rules
        .all
        .iter()
        .filter(|rule| (options.select.is_empty() || named(&options.select, rule)) && !named(&options.ignore, rule))
        .map(|rule| rule.id.clone())
        .collect())
}

/// The report on the repository as it was before a change; nothing where it cannot be had, such as of a folder that is new.
fn before(path: &Path, options: &Options, changed: &Changed) -> Option<Report> {
    let then = Options { rev: Some(changed.fork()), online: false, url: None, ..options.clone().every_failure() };
    check(path, &then).ok()
}

fn changed_since(rev: &str, opened: &Opened) -> Result<Changed, ChangedError> {
    let (Some(repository), Some(head)) = (&opened.repository, opened.head) else {
        return Err(ChangedError::NoHistory { rev: rev.to_owned() });
    };
    Changed::since(rev, repository, head, opened.worktree, &opened.below)
}

/// The baseline that the options name, else that of the settings.
fn baseline_of(options: &Options, opened: &Opened, config: &Config) -> Result<Option<Baseline>, Error> {
    let of_settings = config.baseline.as_ref().filter(|_| !options.ignore_baseline);
    let file = match (&options.baseline, of_settings) {
        (Some(path), _) => read_baseline(path)?,
        (None, Some(path)) => {
            let missing = || {
                let help = localized!(
                    "write it with `equerre baseline --output {path}`, or remove `baseline:` from the settings",
                    "écrivez-la avec `equerre baseline --output {path}`, ou retirez `baseline:` des réglages"
                );
                let message = localized!(
                    "the baseline `{path}` named in the settings does not exist",
                    "la référence `{path}` que nomment les réglages n’est pas là"
                );
                Error::new(message, Some(help))
            };
            let bytes = opened.source.root_file(path).ok_or_else(missing)?;
            ConfigFile::new(path, String::from_utf8_lossy(&bytes).into_owned())
        }
        (None, None) => return Ok(None),
    };
    Baseline::read(&file).map(Some)
}

/// The text of a baseline.
pub(crate) fn read_baseline(path: &Path) -> Result<ConfigFile, Error> {
    let text = read_named_text(path, NAMED).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            let help = localized!(
                "`equerre baseline` writes one, to `{}` by default",
                "`equerre baseline` en écrit une, dans `{}` sauf indication contraire",
                baseline::FILE
            );
            Error::new(
                localized!("there is no baseline at `{}`", "il n’y a pas de référence à `{}`", path.display()),
                Some(help),
            )
        }
        _ => {
            let path = path.display();
            let message = localized!(
                "the baseline `{path}` cannot be read: {error}",
                "la référence `{path}` est illisible\u{a0}: {error}"
            );
            Error::new(message, None)
        }
    })?;
    Ok(ConfigFile::new(path.display().to_string(), text))
}

fn nothing_to_audit(has_commits: bool) -> Note {
    let (en, fr) = match has_commits {
        true => ("; `--rev HEAD` audits the last commit", "\u{202f}; `--rev HEAD` audite le dernier commit"),
        false => ("", ""),
    };
    Note::new(
        "",
        format!("there is no file here, or all of them are left out{en}"),
        format!("aucun fichier ici, ou tous sont laissés de côté{fr}"),
    )
}

/// What the repository says of its own audit, and that does not count under a policy.
fn left_aside(settings: bool, inline: usize, attributes: bool) -> Option<Note> {
    let parts = |inline: String| {
        let named =
            [(settings, FILE.to_owned()), (!inline.is_empty(), inline), (attributes, ".gitattributes".to_owned())];
        named.into_iter().filter(|(there, _)| *there).map(|(_, name)| name).collect::<Vec<_>>().join(", ")
    };
    let counted = |one: &str, many: &str| match inline {
        0 => String::new(),
        1 => format!("1 {one}"),
        _ => format!("{inline} {many}"),
    };
    let en = parts(counted("inline ignore", "inline ignores"));
    let fr = parts(counted("exception écrite dans un fichier", "exceptions écrites dans les fichiers"));
    let what = localized!(
        "the audit follows a policy; of the repository, this does not count: {en}",
        "l'audit suit une politique ; du dépôt, ceci ne compte pas : {fr}"
    );
    (!en.is_empty()).then(|| Note { path: String::new(), what })
}

fn files_changed(rev: &str, changed: &Changed) -> Note {
    let count = changed.len();
    match count {
        1 => {
            Note::new("", format!("one file has changed since `{rev}`"), format!("un fichier a changé depuis `{rev}`"))
        }
        _ => Note::new(
            "",
            format!("{count} files have changed since `{rev}`"),
            format!("{count} fichiers ont changé depuis `{rev}`"),
        ),
    }
}

/// The forge's pages of the commit that was audited.
fn pages(forge: Option<&str>, survey: &Survey, below: &Path) -> Option<Pages> {
    let head = survey.history.as_ref().ok()?.head.as_ref()?;
    Some(Pages::new(&address(forge, survey)?, &head.id, &below.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_named_by_the_end_of_its_address() {
        for (address, name) in
            [("https://github.com/o/r.git", "o/r"), ("git@github.com:o/r", "o/r"), ("file:///srv/r/", "srv/r")]
        {
            assert_eq!(short_name(address), name);
        }
    }
}
