//! `equerre baseline`: what fails today, written down so that only new failures count.

use std::path::Path;
use std::process::ExitCode;

use equerre::baseline::{Baseline, Change, FILE};
use equerre::said;
use equerre::text::Lang;

use super::end::write_file;
use super::judged::{Judged, Scope, judge, read_baseline};
use super::{Outcome, refuse, set_jobs, talk};
use crate::cli::BaselineArgs;

/// Writes or updates the file.
pub(crate) fn run(args: &BaselineArgs) -> Outcome {
    set_jobs(&args.judge.target)?;
    let judged = judge(&args.judge, Scope::Everything, args.lang)?;
    let usual = judged.config.baseline.as_deref().unwrap_or(FILE);
    if args.output.is_none() && !judged.worktree {
        let help = said!("`--output FILE` says where to write it", "`--output FICHIER` dit où l'écrire");
        let message = said!(
            "there is no working tree to write a baseline in",
            "il n'y a pas d'arborescence où écrire une référence"
        );
        return Err(refuse(message, Some(help)));
    }
    let path = args.output.clone().unwrap_or_else(|| judged.survey.root.join(usual));
    if args.update {
        update(&judged, &path)?
    } else {
        write(&judged, &path)?
    }
    Ok(ExitCode::SUCCESS)
}

fn write(judged: &Judged, path: &Path) -> Result<(), miette::Report> {
    let name = path.display();
    if path.exists() {
        let help = said!(
            "`--update` drops what fails no more; to take today's failures in, remove the file first",
            "`--update` retire ce qui n’échoue plus\u{202f}; pour y mettre les échecs d’aujourd’hui, supprimez d’abord le fichier"
        );
        return Err(refuse(said!("`{name}` is already there", "`{name}` existe déjà"), Some(help)));
    }
    let baseline = Baseline::of(&judged.findings, &judged.rules, &judged.survey.inventory);
    write_file(path, baseline.to_text().as_bytes())?;
    let rules = judged.findings.iter().filter(|finding| finding.is_failure() && finding.follows.is_none()).count();
    talk(&match judged.lang {
        Lang::En => {
            format!("Written: {name}, {rules} failing rules. Only what is not in it counts with `--baseline {name}`.")
        }
        Lang::Fr => format!(
            "Écrit\u{a0}: {name}, {rules} règles en échec. Avec `--baseline {name}`, seul ce qui n’y est pas compte."
        ),
    });
    Ok(())
}

fn update(judged: &Judged, path: &Path) -> Result<(), miette::Report> {
    let name = path.display();
    let mut baseline = Baseline::read(&read_baseline(path)?).map_err(|error| miette::Report::new(*error))?;
    let change = baseline.update(&judged.findings, &judged.rules, &judged.survey.inventory);
    let lang = judged.lang;
    if change == Change::default() {
        talk(&match lang {
            Lang::En => format!("{name} is up to date."),
            Lang::Fr => format!("{name} est à jour."),
        });
        return Ok(());
    }
    write_file(path, baseline.to_text().as_bytes())?;
    let (rules, parts) = (change.rules, change.parts);
    talk(&match lang {
        Lang::En => format!("Updated: {name}. Dropped: {rules} rules that fail no more, {parts} places of others."),
        Lang::Fr => format!(
            "Mis à jour\u{a0}: {name}. Retirés\u{a0}: {rules} règles qui ne sont plus en échec, {parts} emplacements d’autres."
        ),
    });
    Ok(())
}
