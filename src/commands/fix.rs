//! `equerre fix`: what a machine can write well, shown and written.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::base::config_file::{did_you_mean, one_of};
use crate::base::edge;
use crate::base::text::{Lang, Localized, localized};
use crate::fix::{Answers, FileChange, FixContext, LICENCES, Planned, Safety, apply, check, fixable, plan};
use crate::judge::rule::pack::Rules;
use crate::judge::rule::renamed;
use crate::model::forge::address::{Address, Forges};
use crate::model::forge::cache::Cache;
use crate::model::forge::client::{Client, Limits};
use crate::read::checkout::somebody_answers;
use crate::report::Report;

use super::console::{CommandResult, Console, print, uses_color};
use crate::base::error::Error;
use crate::check::{Checked, Options, Settings, address, check_with_settings};
use crate::cli::FixArgs;

/// Plans, shows, and writes unless it is a dry run.
pub(super) fn run(args: &FixArgs, console: &Console) -> CommandResult {
    let options = options(args, console);
    let checked = console.waiting(&options.progress, || check_with_settings(&args.path, &options))?;
    let report = &checked.report;
    let lang = console.choose_language(Some(report.lang), None);
    check_names(args, &report.rules)?;
    if !checked.worktree {
        return Err(Error::new(
            localized!("`{}` holds no files to fix", "`{}` ne contient aucun fichier à corriger", args.path.display()),
            Some(localized!(
                "run it in a clone that has a working tree",
                "lancez-la dans un clone qui a une arborescence de travail"
            )),
        ));
    }
    check_answers(args)?;
    let wanted = |rule: &str| args.rules.is_empty() || args.rules.iter().any(|asked| renamed::current(asked) == rule);
    let answers = Answers {
        licence: args.licence.clone().or_else(|| ask_licence(report, wanted, console)),
        holder: args.holder.clone(),
        contact: args.contact.clone(),
    };
    let name = &report.name;
    let forge = address(None, &report.survey);
    let resolver = |repository: &str, version: &str| commit_of(repository, version);
    let context = FixContext {
        survey: &report.survey,
        findings: &report.findings,
        name: name.rsplit('/').next().unwrap_or(name),
        lang,
        answers: &answers,
        forge,
        resolve: args.online.then_some(&resolver),
        default_branch: default_branch(report),
        wanted: &args.rules,
    };
    let all = settled(plan(&context), args, &report.survey.root);
    show(&all, args, lang)?;
    let refused = all.iter().any(|planned| planned.changes.is_err()) && !args.rules.is_empty();
    if all.is_empty() {
        let (en, fr) = match args.rules.is_empty() {
            true => ("Nothing that a machine can fix.", "Rien qu’une machine puisse corriger."),
            false => ("These rules do not fail here.", "Ces règles ne sont pas en échec ici."),
        };
        console.log(lang.pick(en, fr));
    }
    if args.dry_run || all.iter().all(|planned| planned.changes.is_err()) {
        return Ok(if refused { ExitCode::from(1) } else { ExitCode::SUCCESS });
    }
    let written = write(&all, &checked, console);
    log_outcome(args, report, &all, console)?;
    written?;
    Ok(if refused { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// The same fixes, those left out that will not be written: the preview shows what the run does.
fn settled(mut all: Vec<Planned>, args: &FixArgs, root: &Path) -> Vec<Planned> {
    for planned in &mut all {
        let Ok(changes) = &planned.changes else { continue };
        // A rule that is named is asked for.
        if planned.safety == Safety::Unsafe && !args.with_unsafe && args.rules.is_empty() {
            planned.changes = Err(localized!(
                "it may change what runs, or what colleagues have on their disks: `--unsafe`, or the name of the rule, writes it",
                "cela peut changer ce qui tourne, ou ce que des collègues ont sur leur disque : `--unsafe`, ou le nom de la règle, l'écrit"
            ));
        } else if let Err(error) = check(changes, root) {
            planned.changes = Err(error.message());
        }
    }
    all
}

fn options(args: &FixArgs, console: &Console) -> Options {
    Options {
        lang: args.print.lang,
        fallback_lang: console.lang(),
        as_of: args.as_of,
        settings: if args.no_config { Settings::Defaults } else { Settings::OfRepository },
        // What a machine can write costs a team nothing to read.
        pedantic: true,
        ..Options::default()
    }
    .every_failure()
}

fn check_names(args: &FixArgs, rules: &Rules) -> Result<(), Error> {
    for rule in &args.rules {
        if fixable().any(|known| known == rule) {
            continue;
        }
        if rules.get(rule).is_some() {
            let help = localized!(
                "`equerre explain {rule}` says how to fix it by hand; these rules can be fixed automatically: {}",
                "`equerre explain {rule}` dit comment une personne la corrige\u{202f}; une machine corrige {}",
                listed()
            );
            let message =
                localized!("`{rule}` cannot be fixed automatically", "`{rule}` ne se corrige pas par une machine");
            return Err(Error::new(message, Some(help)));
        }
        if args.path.join(rule).is_dir() {
            let help = localized!("`--path {rule}` names the repository", "`--path {rule}` désigne le dépôt");
            return Err(Error::new(
                localized!("`{rule}` is a folder, not a rule", "`{rule}` n'est pas une règle, mais un dossier"),
                Some(help),
            ));
        }
        let all = || localized!("these rules can be fixed automatically: {}", "une machine corrige {}", listed());
        let help = did_you_mean(rule, fixable()).unwrap_or_else(all);
        return Err(Error::new(localized!("`{rule}` is not a rule", "`{rule}` n’est pas une règle"), Some(help)));
    }
    Ok(())
}

/// Refuses answers that would be written as they are and serve nobody.
fn check_answers(args: &FixArgs) -> Result<(), Error> {
    let is_mail = |text: &str| {
        let parts =
            text.split_once('@').filter(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'));
        parts.is_some() && text.chars().all(|letter| letter.is_ascii_graphic() && !"<>()[]\"'`,;".contains(letter))
    };
    if let Some(contact) = args.contact.as_deref().filter(|contact| !is_mail(contact)) {
        let help = localized!("such as `security@product.example.org`", "par exemple `securite@produit.example.org`");
        return Err(Error::new(
            localized!("`{contact}` is not an email address", "`{contact}` n'est pas une adresse de courriel"),
            Some(help),
        ));
    }
    let known = |licence: &str| LICENCES.iter().any(|known| known.eq_ignore_ascii_case(licence));
    if let Some(licence) = args.licence.as_deref().filter(|licence| !known(licence)) {
        let message = localized!(
            "`{licence}` is not one of the licences that can be written",
            "le texte de `{licence}` n'est pas ici"
        );
        return Err(Error::new(message, Some(one_of(LICENCES))));
    }
    Ok(())
}

/// The branch that the remote works on, as the clone noted it.
pub(super) fn default_branch(report: &Report) -> Option<String> {
    let repository = git2::Repository::discover(&report.survey.root).ok()?;
    let head = repository.find_reference("refs/remotes/origin/HEAD").ok()?;
    let target = head.symbolic_target().ok().flatten()?;
    target.strip_prefix("refs/remotes/origin/").map(str::to_owned)
}

fn listed() -> String {
    fixable().collect::<Vec<_>>().join(", ")
}

/// Asks which licence to write, where a person is there to answer.
fn ask_licence(report: &Report, wanted: impl Fn(&str) -> bool, console: &Console) -> Option<String> {
    let missing = report.findings.iter().any(|finding| finding.rule == "missing-licence" && finding.is_failure());
    if !missing || !wanted("missing-licence") || !somebody_answers() {
        return None;
    }
    console.log(report.lang.pick(
        "Which licence? (a number, or nothing to skip it)",
        "Quelle licence\u{202f}? (un numéro, ou rien pour passer)",
    ));
    for (at, licence) in LICENCES.iter().enumerate() {
        console.log(&format!("  {}. {licence}", at + 1));
    }
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).ok()?;
    let rank: usize = answer.trim().parse().ok()?;
    LICENCES.get(rank.checked_sub(1)?).map(|licence| (*licence).to_owned())
}

/// The commit that a version of an action of github.com stands for.
fn commit_of(repository: &str, version: &str) -> Result<String, Localized> {
    let env = |name: &str| std::env::var(name).ok();
    let forges = Forges::read(&env).map_err(|error| error.localized().clone())?;
    let address = Address::of(&format!("https://github.com/{repository}"), &forges, &env)?;
    let path = format!("/repos/{}/commits/{version}", address.path);
    let explained = address.clone();
    let client =
        Client::new(address, Cache::usual(&env), Limits::default()).map_err(|refusal| refusal.explain(&explained))?;
    let answer = client.get(&path).map_err(|refusal| refusal.explain(&explained))?;
    Ok(answer["sha"].as_str().unwrap_or_default().to_owned())
}

/// Prints each fix: its rules, and its differences or the reason why there are none.
fn show(all: &[Planned], args: &FixArgs, lang: Lang) -> Result<(), Error> {
    let color = uses_color(args.print.color);
    let paint = |code: &str, text: &str| if color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() };
    let mut text = String::new();
    for planned in all {
        let _ = writeln!(text, "{}", paint("1", &planned.rules.join(", ")));
        match &planned.changes {
            Err(reason) => {
                let _ = writeln!(text, "  {} {}", lang.pick("left:", "non écrit\u{a0}:"), edge::text(reason.get(lang)));
            }
            Ok(changes) => {
                for change in changes {
                    if let FileChange::Untrack { path } = change {
                        let words = lang.pick(
                            "git no longer tracks it; the file stays on disk",
                            "git ne le suit plus, et il reste sur ce disque",
                        );
                        let _ = writeln!(text, "  {}: {words}", edge::name(path));
                    }
                    for line in change.diff().lines() {
                        let line = shown(change.path(), line);
                        let code = match line.as_bytes().first() {
                            Some(b'+') => "32",
                            Some(b'-') => "31",
                            Some(b'@') => "36",
                            _ => "0",
                        };
                        let _ = writeln!(text, "{}", paint(code, &line));
                    }
                }
            }
        }
        let _ = writeln!(text);
    }
    print(edge::inert(&text).as_bytes())
}

/// A line of a change, its secrets masked.
fn shown(path: &str, line: &str) -> String {
    let is_head = ["--- ", "+++ ", "@@ "].iter().any(|head| line.starts_with(head));
    match line.chars().next().filter(|mark| "+- ".contains(*mark) && !is_head) {
        Some(mark) => format!("{mark}{}", edge::line(path, &line[1..], 0).0),
        None => edge::name(line),
    }
}

/// The repository that holds a folder, if one does.
///
/// # Errors
/// That it cannot be opened: its index would stay as it is.
fn repository_of(folder: &Path) -> Result<Option<git2::Repository>, Error> {
    match git2::Repository::discover(folder) {
        Ok(repository) => Ok(Some(repository)),
        Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
        Err(error) => {
            let reason = error.message();
            let message = localized!(
                "git data cannot be opened: {reason}",
                "les données git ne peuvent pas être ouvertes : {reason}"
            );
            Err(Error::new(message, None))
        }
    }
}

fn write(all: &[Planned], checked: &Checked, console: &Console) -> Result<(), Error> {
    let lang = console.lang();
    let root = &checked.report.survey.root;
    let repository = repository_of(root)?;
    for planned in all {
        // A fix is made whole or not at all, and keeps no other from being made.
        let changes = planned.changes.as_deref().unwrap_or_default();
        for change in changes {
            apply(change, root, &checked.below, repository.as_ref())?;
            let path = edge::name(change.path());
            console.log(&match (change, lang) {
                (FileChange::Create { .. }, Lang::En) => format!("written: {path}"),
                (FileChange::Create { .. }, Lang::Fr) => format!("écrit\u{a0}: {path}"),
                (FileChange::Edit { .. }, Lang::En) => format!("completed: {path}"),
                (FileChange::Edit { .. }, Lang::Fr) => format!("complété\u{a0}: {path}"),
                (FileChange::Untrack { .. }, Lang::En) => format!("out of the index: {path}"),
                (FileChange::Untrack { .. }, Lang::Fr) => format!("sorti de l’index\u{a0}: {path}"),
            });
        }
        if planned.rules.contains(&"secret-in-env-file") && planned.changes.is_ok() {
            console.log(lang.pick(
                "equerre: the history still holds these values: revoke each of them where it was issued",
                "equerre\u{a0}: l’historique garde ces valeurs\u{a0}: révoquez chacune d’elles là où elle a été émise",
            ));
        }
    }
    Ok(())
}

/// Audits again, and says what became of the rules and of the grade.
fn log_outcome(args: &FixArgs, before: &Report, all: &[Planned], console: &Console) -> Result<(), Error> {
    let after = check_with_settings(&args.path, &options(args, console))?.report;
    let lang = before.lang;
    for rule in all.iter().filter(|planned| planned.changes.is_ok()).flat_map(|planned| &planned.rules) {
        if after.findings.iter().any(|finding| finding.rule == *rule && finding.is_failure()) {
            console.log(&match lang {
                Lang::En => format!("equerre: `{rule}` fails all the same: `equerre explain {rule}` says what is left"),
                Lang::Fr => {
                    format!("equerre\u{a0}: `{rule}` reste en échec\u{a0}: `equerre explain {rule}` dit ce qui reste")
                }
            });
        }
    }
    let (old, new) = (&before.grade, &after.grade);
    let shown = |grade: &crate::judge::grade::Grade| match grade.letter.zip(grade.score) {
        Some((letter, score)) => format!("{letter} ({})", crate::report::format::number(score, lang)),
        None => "–".to_owned(),
    };
    let name = lang.pick("Grade", "Note");
    console.log(&format!("{name} {} → {}", shown(old), shown(new)));
    Ok(())
}
