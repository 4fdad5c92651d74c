//! `equerre audit`: a product, all its repositories and its live site in one report.

mod standards;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::base::config_file::ConfigFile;
use crate::base::disk::{NAMED, read_named_text};
use crate::base::text::{Lang, Localized, localized};
use crate::read::checkout::{Event, Questions, checkout, shown, somebody_answers, usual_folder};
use crate::report::format::{html, product as output};
use crate::report::json::JsonReport;
use crate::report::product_report::{AuditedRepository, ProductReport};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::console::{CommandResult, Console};
use super::diff::read_reports;
use super::output::{Destination, compares_in_html, destinations, meets_min_grade, write_all};
use crate::base::error::Error;
use crate::check::{Options, Settings, product, short_name};
use crate::cli::{AuditArgs, AuditFormat};
use crate::config::product_file::{ProductFile, Repository, is_remote};

/// How many repositories are cloned at once.
const AT_ONCE: usize = 4;

/// Audits a product.
pub(super) fn run(args: &AuditArgs, console: &Console) -> CommandResult {
    let files = destinations(&args.output, args.format)?;
    let formats = || files.iter().map(|file| file.format).chain([args.format]);
    if !args.compare.is_empty() && formats().all(|format| format != AuditFormat::Html) {
        return Err(compares_in_html());
    }
    let written = targets(args)?;
    // A product is one report, in one language.
    // The sheet of a meeting is read by French people, unless another language is asked for.
    let french = (args.format == AuditFormat::Brief && written.lang.is_none()).then_some(Lang::Fr);
    let lang = console.choose_language(args.print.lang.or(french), written.lang);
    let folders = fetch(&written.repositories, console)?;
    let options = Options {
        lang: Some(lang),
        as_of: args.as_of,
        settings: match (&args.policy, args.no_config) {
            (Some(path), _) => Settings::Policy(path.clone()),
            (None, true) => Settings::Defaults,
            (None, false) => Settings::OfRepository,
        },
        no_inline_ignores: args.no_inline_ignores,
        rules: args.rules.clone(),
        online: args.online,
        ..args.ports.options(Options::default())
    };
    let repositories = written.repositories.into_iter().zip(folders).collect();
    let name = written.product.or_else(|| args.product.clone());
    let product = console.waiting(&options.progress, || product(name, repositories, &options));
    write(args, &files, &product)?;
    let left: Vec<&AuditedRepository> = product.repositories.iter().filter(|audited| audited.report.is_err()).collect();
    for audited in &left {
        if let Err(reason) = &audited.report {
            console.notice(&Localized::foreign(reason.get(lang)));
        }
    }
    if !left.is_empty() {
        return Ok(ExitCode::from(2));
    }
    Ok(if passes_gates(args, &product, console) { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// What the arguments designate: the repositories of a file, or those that are given.
fn targets(args: &AuditArgs) -> Result<ProductFile, Error> {
    let is_file = |target: &str| {
        let yaml = Path::new(target)
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("yml") || end.eq_ignore_ascii_case("yaml"));
        yaml && !is_remote(target)
    };
    let mut written = match args.targets.as_slice() {
        [file] if is_file(file) => {
            let message = localized!("the product `{file}` cannot be read", "le produit `{file}` est illisible");
            let text = read_named_text(Path::new(file), NAMED).map_err(|error| Error::of_system(message, &error))?;
            let mut written = ProductFile::read(&ConfigFile::new(file, text))?;
            // Folders are those beside the file.
            let beside = Path::new(file).parent().unwrap_or(Path::new(""));
            for repository in &mut written.repositories {
                if !repository.is_remote() {
                    repository.repository = beside.join(&repository.repository).display().to_string();
                }
            }
            written
        }
        targets => {
            if let Some(file) = targets.iter().find(|target| is_file(target)) {
                let help = localized!(
                    "give the file alone, or the repositories alone",
                    "donnez le fichier seul, ou les dépôts seuls"
                );
                let message = localized!("`{file}` describes a whole product", "`{file}` décrit un produit entier");
                return Err(Error::new(message, Some(help)));
            }
            let repositories = targets.iter().map(Repository::of).collect();
            ProductFile { product: args.product.clone(), lang: None, repositories }
        }
    };
    if let (Some(url), Some(first)) = (&args.url, written.repositories.first_mut()) {
        first.url = Some(url.clone());
    }
    Ok(written)
}

/// The folder of each repository: its own, or that of its clone.
fn fetch(repositories: &[Repository], console: &Console) -> Result<Vec<Result<PathBuf, Localized>>, Error> {
    if !repositories.iter().any(Repository::is_remote) {
        return Ok(repositories.iter().map(|repository| Ok(PathBuf::from(&repository.repository))).collect());
    }
    let env = |name: &str| std::env::var(name).ok();
    let Some(cache) = usual_folder(&env) else {
        let help = localized!(
            "set HOME or XDG_CACHE_HOME, or clone them yourself and give their folders",
            "définissez HOME ou XDG_CACHE_HOME, ou clonez-les vous-même et donnez leurs dossiers"
        );
        let message =
            localized!("there is no cache folder to keep clones in", "il n’y a pas d’endroit où garder les clones");
        return Err(Error::new(message, Some(help)));
    };
    let lang = console.lang();
    let bars = MultiProgress::new();
    let style = ProgressStyle::with_template("{prefix:.bold} [{bar:20}] {pos:>3} % {wide_msg}")
        .map_err(|error| Error::foreign(&error))?;
    let clone = |repository: &Repository, questions: Questions| {
        let bar = bars.add(
            ProgressBar::new(100).with_style(style.clone()).with_prefix(short_name(&shown(&repository.repository))),
        );
        bar.tick();
        let found =
            checkout(&repository.repository, repository.rev.as_deref(), &cache, questions, &mut |event| match event {
                Event::Progress(line) => {
                    if let Some((step, percent)) = progress(line, lang) {
                        bar.set_position(percent);
                        bar.set_message(step);
                    }
                }
                Event::Waiting => bars.suspend(|| Console::new(Some(lang)).notice(&waiting(&repository.repository))),
            });
        match &found {
            Ok(_) => {
                bar.set_position(100);
                bar.finish_with_message(lang.pick("here", "prêt"));
            }
            Err(_) => bar.abandon_with_message(lang.pick("refused", "refusé")),
        }
        found
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(AT_ONCE).build().map_err(|error| Error::foreign(&error))?;
    let mut found: Vec<Result<PathBuf, Localized>> = pool.install(|| {
        repositories
            .par_iter()
            .map(|repository| match repository.is_remote() {
                true => clone(repository, Questions::Refused),
                false => Ok(PathBuf::from(&repository.repository)),
            })
            .collect()
    });
    // What asks for a password is tried again, one at a time, where somebody answers.
    if somebody_answers() {
        for (repository, ended) in repositories.iter().zip(&mut found) {
            if ended.is_err() && repository.is_remote() {
                bars.suspend(|| console.notice(&Localized::foreign(shown(&repository.repository))));
                *ended = checkout(
                    &repository.repository,
                    repository.rev.as_deref(),
                    &cache,
                    Questions::Allowed,
                    &mut |event| {
                        if let Event::Waiting = event {
                            bars.suspend(|| console.notice(&waiting(&repository.repository)));
                        }
                    },
                );
            }
        }
    }
    // The report says what could not be cloned. Where the terminal went away, there is nothing left to clear.
    let _ = bars.clear();
    Ok(found)
}

fn waiting(address: &str) -> Localized {
    let address = shown(address);
    localized!(
        "another audit is using the clone of {address}: waiting for it",
        "un autre audit utilise le clone de {address} : attente"
    )
}

/// How far git is, as it says: the step in a language, and percents of it.
fn progress(line: &str, lang: Lang) -> Option<(&'static str, u64)> {
    const STEPS: &[(&str, &str, &str)] = &[
        ("Counting objects", "counting", "comptage"),
        ("Compressing objects", "compressing", "compression"),
        ("Receiving objects", "receiving", "réception"),
        ("Resolving deltas", "resolving", "reconstitution"),
        ("Updating files", "writing", "écriture"),
    ];
    let (step, rest) = line.trim_start_matches("remote: ").split_once(':')?;
    let percent = rest.split('%').next()?.trim().parse().ok()?;
    let (_, en, fr) = STEPS.iter().find(|(name, ..)| *name == step)?;
    Some((lang.pick(en, fr), percent))
}

fn write(args: &AuditArgs, files: &[Destination<AuditFormat>], product: &ProductReport) -> Result<(), Error> {
    let earlier = read_reports(&args.compare)?;
    write_all(files, args.format, |format| rendered(args, product, &earlier, format))
}

fn rendered(
    args: &AuditArgs,
    product: &ProductReport,
    earlier: &[JsonReport],
    format: AuditFormat,
) -> Result<Vec<u8>, Error> {
    let mut text = Vec::new();
    match format {
        AuditFormat::Terminal => output::render_text(product, args.quiet, &mut text),
        AuditFormat::Json => output::render_json(product, &mut text),
        AuditFormat::Html => html::render_product(product, earlier, &mut text),
        AuditFormat::Markdown => output::render_markdown(product, &mut text),
        AuditFormat::Standards | AuditFormat::Brief => return standards::rendered(args, product, format),
    }?;
    Ok(text)
}

/// Whether the gates of the arguments let the product pass; says why not.
fn passes_gates(args: &AuditArgs, product: &ProductReport, console: &Console) -> bool {
    let lang = product.lang;
    let reached = meets_min_grade(product.grade.letter, args.min_grade, console);
    let mut failed = false;
    if let Some(severity) = args.fail_on {
        for (_, audited, report) in product.reports() {
            let rules = report.fails_at(severity);
            if !rules.is_empty() {
                failed = true;
                let (name, rules) = (&audited.name, rules.join(", "));
                console.log(&match lang {
                    Lang::En => format!("equerre: failing rules in {name}: {rules}"),
                    Lang::Fr => format!("equerre\u{a0}: règles en échec dans {name}\u{a0}: {rules}"),
                });
            }
        }
    }
    reached && !failed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_progress_of_git_is_read() {
        let step = |line| progress(line, Lang::Fr);
        assert_eq!(step("Receiving objects:  24% (3437/14319)"), Some(("réception", 24)));
        assert_eq!(step("remote: Counting objects: 100% (9/9), done."), Some(("comptage", 100)));
        assert_eq!(step("warning: redirecting to 100% of it"), None);
        assert_eq!(step("remote: 50% off: nothing"), None);
    }
}
