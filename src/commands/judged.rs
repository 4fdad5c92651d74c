//! What every command that judges goes through: settings, rules, the survey, the findings.

use std::path::Path;

use equerre::audit::{Survey, scanner, survey};
use equerre::baseline::{self, Baseline};
use equerre::changed::{Changed, ChangedError};
use equerre::config::Config;
use equerre::finding::Finding;
use equerre::forge::address::{Address, Forges};
use equerre::forge::pages::Pages;
use equerre::inventory::globs::Names;
use equerre::report::{Parts, Report};
use equerre::rule::Rule;
use equerre::rule::engine::evaluate;
use equerre::rule::pack::Rules;
use equerre::said;
use equerre::source::{Note, Opened};
use equerre::text::Lang;
use equerre::written::{WrittenFile, did_you_mean};

use super::{as_of, language, load_rules, open_target, read_packs, refuse, request, talk_of_forge};
use crate::cli::{JudgeArgs, ScopeArgs};

/// A repository whose rules were evaluated.
pub(crate) struct Judged {
    /// The rules.
    pub(crate) rules: Rules,
    /// The settings.
    pub(crate) config: Config,
    /// What is known of the repository.
    pub(crate) survey: Survey,
    /// Every result that was asked for, severities and ignores of the settings applied.
    pub(crate) findings: Vec<Finding>,
    /// What is worth telling.
    pub(crate) notes: Vec<Note>,
    /// The language.
    pub(crate) lang: Lang,
    /// The forge's pages of the commit.
    pages: Option<Pages>,
    as_of: i64,
    /// The folder that was audited, as seen from the top of the repository.
    pub(crate) below: std::path::PathBuf,
    /// Whether the tree is the one that people work in.
    pub(crate) worktree: bool,
}

/// Which failures count for the gates.
#[derive(Clone, Copy)]
pub(crate) enum Scope<'s> {
    /// All of them.
    Everything,
    /// Those that the arguments and the settings leave.
    Of(&'s ScopeArgs),
}

/// Audits what the arguments designate.
pub(crate) fn judge(args: &JudgeArgs, scope: Scope<'_>, lang: Option<Lang>) -> Result<Judged, miette::Report> {
    let (mut opened, mut config) = open_target(&args.target)?;
    let packs = read_packs(&args.rules, &mut opened, &mut config)?;
    let (changed, baseline) = match scope {
        Scope::Everything => (None, None),
        Scope::Of(scope) => {
            let since = |rev: &String| Ok::<_, ChangedError>((rev.clone(), changed_since(rev, &opened)?));
            (scope.changed_since.as_ref().map(since).transpose()?, baseline(scope, &opened, &config)?)
        }
    };
    let listed = opened.listing.take();
    // Rules are read while the tree is listed; only what may concern its files is compiled.
    let source = opened.source.as_ref();
    let (rules, listing) = rayon::join(|| load_rules(&args.rules, packs), || listed.unwrap_or_else(|| source.list()));
    let mut rules = rules?;
    let names = Names::of(listing.entries.iter().map(|entry| entry.path.as_str()));
    let probes = std::mem::take(&mut rules.probes).into_iter().filter(|probe| probe.concerns(&names));
    let scanner = scanner(probes.collect())?;
    opened.listing = Some(listing);
    config.check_names(&rules).map_err(|error| miette::Report::new(*error))?;
    let selection = selection(args, &rules)?;
    let as_of = as_of(&args.target);
    let lang = language(lang, config.lang);
    let mut request = request(&args.target, &args.online, &config, &opened, scanner, lang)?;
    request.names = Some(names);
    let (folder, worktree) = (opened.below.clone(), opened.worktree);
    let below = folder.to_string_lossy().into_owned();
    let survey = survey(opened, request)?;
    talk_of_forge(&survey);
    // A rule that another one follows is evaluated with it, and reported only when asked for.
    let all: Vec<&Rule> = rules.all.iter().collect();
    // What Equerre wrote or reads is no product.
    let own = [equerre::config::FILE, baseline::FILE];
    let nothing = survey.inventory.files().iter().all(|file| own.contains(&file.path.as_str()));
    let mut findings =
        if nothing { all.iter().map(|rule| Finding::not_applicable(rule)).collect() } else { evaluate(&all, &survey) };
    findings.retain(|finding| selection.contains(&finding.rule.as_str()));
    let mut notes = survey.notes.clone();
    if nothing {
        notes.push(nothing_to_audit(survey.history.is_ok()));
    } else {
        notes.extend(config.apply(&mut findings, as_of));
    }
    if let Some(baseline) = baseline {
        baseline.apply(&mut findings, &rules, &survey.inventory);
    }
    if let Some((rev, changed)) = changed {
        changed.apply(&mut findings);
        notes.push(files_changed(&rev, &changed));
    }
    let pages = pages(args, &survey, &below);
    Ok(Judged { rules, config, survey, findings, notes, lang, pages, as_of, below: folder, worktree })
}

impl Judged {
    /// The report on it.
    pub(crate) fn report(&self) -> Report<'_> {
        let head = self.survey.history.as_ref().ok().and_then(|history| history.head.as_ref());
        Report::new(Parts {
            lang: self.lang,
            name: self.config.product.clone().unwrap_or_else(|| self.survey.name()),
            head: head.map(|head| head.id.clone()),
            as_of: self.as_of,
            findings: self.findings.clone(),
            notes: self.notes.clone(),
            facts: &self.survey.facts,
            inventory: &self.survey.inventory,
            delivery: self.survey.delivery.as_ref(),
            measures: &self.survey.measures,
            pages: self.pages.clone(),
            rules: &self.rules,
        })
    }
}

/// The names of the rules that are asked for.
fn selection<'r>(args: &JudgeArgs, rules: &'r Rules) -> Result<Vec<&'r str>, miette::Report> {
    let is_pillar = |name: &str| rules.policy.pillars.iter().any(|pillar| pillar.id == name);
    for name in args.select.iter().chain(&args.ignore) {
        if rules.get(name).is_none() && !is_pillar(name) {
            let known = rules
                .all
                .iter()
                .map(|rule| rule.id.as_str())
                .chain(rules.policy.pillars.iter().map(|pillar| pillar.id.as_str()));
            let all = || said!("`equerre rules list` names them all", "`equerre rules list` les nomme toutes");
            let message = said!("`{name}` is neither a rule nor a pillar", "`{name}` n’est ni une règle ni un pilier");
            return Err(refuse(message, Some(did_you_mean(name, known).unwrap_or_else(all))));
        }
    }
    let named = |list: &[String], rule: &Rule| list.iter().any(|name| *name == rule.id || *name == rule.pillar);
    Ok(rules
        .all
        .iter()
        .filter(|rule| (args.select.is_empty() || named(&args.select, rule)) && !named(&args.ignore, rule))
        .map(|rule| rule.id.as_str())
        .collect())
}

fn changed_since(rev: &str, opened: &Opened) -> Result<Changed, ChangedError> {
    let (Some(repository), Some(head)) = (&opened.repository, opened.head) else {
        return Err(ChangedError::NoHistory { rev: rev.to_owned() });
    };
    Changed::since(rev, repository, head, opened.worktree, &opened.below)
}

/// The baseline that the arguments name, else that of the settings.
fn baseline(args: &ScopeArgs, opened: &Opened, config: &Config) -> Result<Option<Baseline>, miette::Report> {
    let file = match (&args.baseline, &config.baseline) {
        (Some(path), _) => read_baseline(path)?,
        (None, Some(path)) => {
            let missing = || {
                let help = said!(
                    "write it with `equerre baseline --output {path}`, or remove `baseline:` from the settings",
                    "écrivez-la avec `equerre baseline --output {path}`, ou retirez `baseline:` des réglages"
                );
                let message = said!(
                    "the baseline `{path}` that the settings name is not there",
                    "la référence `{path}` que nomment les réglages n’est pas là"
                );
                refuse(message, Some(help))
            };
            let bytes = opened.source.root_file(path).ok_or_else(missing)?;
            WrittenFile::new(path, String::from_utf8_lossy(&bytes).into_owned())
        }
        (None, None) => return Ok(None),
    };
    Baseline::read(&file).map(Some).map_err(|error| miette::Report::new(*error))
}

/// The text of a baseline.
pub(crate) fn read_baseline(path: &Path) -> Result<WrittenFile, miette::Report> {
    let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            let help = said!(
                "`equerre baseline` writes one, at `{}` unless told otherwise",
                "`equerre baseline` en écrit une, dans `{}` sauf indication contraire",
                baseline::FILE
            );
            refuse(
                said!("there is no baseline at `{}`", "il n’y a pas de référence à `{}`", path.display()),
                Some(help),
            )
        }
        _ => {
            let path = path.display();
            let message = said!(
                "the baseline `{path}` cannot be read: {error}",
                "la référence `{path}` est illisible\u{a0}: {error}"
            );
            refuse(message, None)
        }
    })?;
    Ok(WrittenFile::new(path.display().to_string(), text))
}

fn nothing_to_audit(has_commits: bool) -> Note {
    let (en, fr) = match has_commits {
        true => ("; `--rev HEAD` audits the last commit", "\u{202f}; `--rev HEAD` audite le dernier commit"),
        false => ("", ""),
    };
    Note::new(
        "",
        format!("no file stands here, or all of them are left out{en}"),
        format!("aucun fichier ici, ou tous sont laissés de côté{fr}"),
    )
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

/// Where the repository lives: nothing is asked of the forge.
pub(crate) fn address(forge: Option<&str>, survey: &Survey) -> Option<Address> {
    let history = survey.history.as_ref().ok()?;
    let env = |name: &str| std::env::var(name).ok();
    let forges = Forges::read(&env).ok()?;
    let remotes = history.remotes.iter().map(|remote| remote.url.as_str());
    let mut urls = forge.into_iter().chain(remotes);
    urls.find_map(|url| Address::of(url, &forges, &env).ok())
}

/// The forge's pages of the commit that was audited.
fn pages(args: &JudgeArgs, survey: &Survey, below: &str) -> Option<Pages> {
    let head = survey.history.as_ref().ok()?.head.as_ref()?;
    Some(Pages::new(&address(args.online.forge.as_deref(), survey)?, &head.id, below))
}
