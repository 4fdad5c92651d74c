//! `equerre baseline`: what fails today, written down so that only new failures count.

use std::path::Path;
use std::process::ExitCode;

use crate::base::text::{Lang, localized};
use crate::judge::baseline::{Baseline, BaselineUpdate, FILE};

use super::console::{CommandResult, Console};
use super::output::{set_jobs, write_file};
use crate::base::error::Error;
use crate::check::{Checked, check_with_settings, read_baseline};
use crate::cli::BaselineArgs;
use crate::commands::misspelt::retarget;

/// Writes or updates the file.
pub(super) fn run(args: &BaselineArgs, console: &Console) -> CommandResult {
    set_jobs(args.judge.target.jobs)?;
    let path = &args.judge.target.path;
    let options = args.judge.options(args.lang, console.lang()).every_failure();
    let checked = console.waiting(&options.progress, || check_with_settings(path, &options));
    let checked = retarget(path, checked)?;
    let usual = checked.config.baseline.as_deref().unwrap_or(FILE);
    if args.output.is_none() && !checked.worktree {
        let help = localized!("`--output FILE` says where to write it", "`--output FICHIER` dit où l'écrire");
        let message = localized!(
            "there is no working tree to write a baseline in",
            "il n'y a pas d'arborescence où écrire une référence"
        );
        return Err(Error::new(message, Some(help)));
    }
    let path = args.output.clone().unwrap_or_else(|| checked.report.survey.root.join(usual));
    if args.update {
        update(&checked, &path, console)?
    } else {
        write(&checked, &path, console)?
    }
    Ok(ExitCode::SUCCESS)
}

fn write(checked: &Checked, path: &Path, console: &Console) -> Result<(), Error> {
    let (name, report) = (path.display(), &checked.report);
    if path.symlink_metadata().is_ok() {
        let help = localized!(
            "`--update` drops failures that are fixed; to record today's failures, remove the file first",
            "`--update` retire ce qui n’échoue plus\u{202f}; pour y mettre les échecs d’aujourd’hui, supprimez d’abord le fichier"
        );
        return Err(Error::new(localized!("`{name}` is already there", "`{name}` existe déjà"), Some(help)));
    }
    let baseline = Baseline::of(&report.findings, &report.rules, &report.survey.inventory);
    write_file(path, baseline.to_text().as_bytes())?;
    let rules = report.findings.iter().filter(|finding| finding.is_failure() && finding.follows.is_none()).count();
    // In French, nothing and one are singular.
    let plural = if rules > 1 { "s" } else { "" };
    console.log(&match report.lang {
        Lang::En => {
            let noun = if rules == 1 { "failing rule" } else { "failing rules" };
            format!("Written: {name}, {rules} {noun}. Only what is not in it counts with `--baseline {name}`.")
        }
        Lang::Fr => format!(
            "Écrit\u{a0}: {name}, {rules} règle{plural} en échec. Avec `--baseline {name}`, seul ce qui n’y est pas compte."
        ),
    });
    Ok(())
}

fn update(checked: &Checked, path: &Path, console: &Console) -> Result<(), Error> {
    let (name, report) = (path.display(), &checked.report);
    let mut baseline = Baseline::read(&read_baseline(path)?)?;
    let change = baseline.update(&report.findings, &report.rules, &report.survey.inventory);
    let lang = report.lang;
    if change == BaselineUpdate::default() {
        console.log(&match lang {
            Lang::En => format!("{name} is up to date."),
            Lang::Fr => format!("{name} est à jour."),
        });
        return Ok(());
    }
    write_file(path, baseline.to_text().as_bytes())?;
    let (rules, parts) = (change.rules, change.parts);
    console.log(&match lang {
        Lang::En => {
            let rules = if rules == 1 {
                "1 rule that no longer fails".to_owned()
            } else {
                format!("{rules} rules that no longer fail")
            };
            let parts = if parts == 1 { "1 place".to_owned() } else { format!("{parts} places") };
            format!("Updated: {name}. Dropped: {rules}, {parts} of others.")
        }
        Lang::Fr => {
            let rules = match rules {
                0 | 1 => format!("{rules} règle qui n’est plus en échec"),
                _ => format!("{rules} règles qui ne sont plus en échec"),
            };
            let parts = if parts > 1 { format!("{parts} emplacements") } else { format!("{parts} emplacement") };
            format!("Mis à jour\u{a0}: {name}. Retirés\u{a0}: {rules}, {parts} d’autres.")
        }
    });
    Ok(())
}
