//! `equerre audit`: a product, all its repositories and its live site in one report.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use equerre::checkout::{Questions, checkout, shown, somebody_answers, usual_folder};
use equerre::output::json::JsonReport;
use equerre::output::{html, product as output};
use equerre::product::{Audited, Entry, Product, Written};
use equerre::said;
use equerre::text::{Lang, Localized, printable};
use equerre::written::WrittenFile;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use miette::IntoDiagnostic;
use rayon::prelude::*;

use super::diff::read_reports;
use super::end::{compares_in_html, reaches, write_all};
use super::judged::{Judged, Scope, judge};
use super::{Outcome, language, of_system, refuse, talk, tell};
use crate::cli::{AuditArgs, AuditFormat, JudgeArgs};

/// How many repositories are cloned at once.
const AT_ONCE: usize = 4;

/// What became of a repository.
type Ended = Result<Judged, Localized>;

/// Audits a product.
pub(crate) fn run(args: &AuditArgs) -> Outcome {
    let formats = || args.output.iter().filter_map(|file| file.format).chain([args.format]);
    if !args.compare.is_empty() && formats().all(|format| format != AuditFormat::Html) {
        return Err(compares_in_html());
    }
    let written = targets(args)?;
    let lang = language(args.print.lang, written.lang);
    let folders = bring(&written.repositories, lang)?;
    let mut ended: Vec<(Entry, Ended)> = Vec::new();
    for (entry, folder) in written.repositories.into_iter().zip(folders) {
        let judged = match folder {
            Ok(folder) => audit(args, &entry, &folder, lang),
            Err(reason) => Err(reason),
        };
        ended.push((entry, judged));
    }
    let as_of = args.as_of.unwrap_or_else(|| jiff::Timestamp::now().as_second());
    let audited: Vec<Audited<'_>> = ended
        .iter()
        .map(|(entry, judged)| Audited {
            name: name_of(entry, judged),
            source: entry.repository.clone(),
            url: entry.url.clone(),
            report: judged.as_ref().map(Judged::report).map_err(Clone::clone),
        })
        .collect();
    let name = written.product.or_else(|| args.product.clone()).unwrap_or_else(|| {
        let names: Vec<&str> = audited.iter().map(|audited| audited.name.as_str()).collect();
        names.join(" + ")
    });
    let product = Product::new(name, lang, as_of, audited);
    write(args, &product)?;
    let left: Vec<&Audited<'_>> = product.repositories.iter().filter(|audited| audited.report.is_err()).collect();
    for audited in &left {
        if let Err(reason) = &audited.report {
            tell(&printable(reason.get(lang)));
        }
    }
    if !left.is_empty() {
        return Ok(ExitCode::from(2));
    }
    Ok(if passes(args, &product) { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// What the arguments designate: the repositories of a file, or those that are given.
fn targets(args: &AuditArgs) -> Result<Written, miette::Report> {
    let is_file = |target: &str| {
        let yaml = Path::new(target)
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("yml") || end.eq_ignore_ascii_case("yaml"));
        yaml && !equerre::product::is_remote(target)
    };
    let mut written = match args.targets.as_slice() {
        [file] if is_file(file) => {
            let message = said!("the product `{file}` cannot be read", "le produit `{file}` est illisible");
            let text = std::fs::read_to_string(file).map_err(|error| of_system(message, &error))?;
            let mut written =
                Written::read(&WrittenFile::new(file, text)).map_err(|error| miette::Report::new(*error))?;
            // Folders are those beside the file.
            let beside = Path::new(file).parent().unwrap_or(Path::new(""));
            for entry in &mut written.repositories {
                if !entry.is_remote() {
                    entry.repository = beside.join(&entry.repository).display().to_string();
                }
            }
            written
        }
        targets => {
            if let Some(file) = targets.iter().find(|target| is_file(target)) {
                let help = said!(
                    "give the file alone, or the repositories alone",
                    "donnez le fichier seul, ou les dépôts seuls"
                );
                let message = said!("`{file}` describes a whole product", "`{file}` décrit un produit entier");
                return Err(refuse(message, Some(help)));
            }
            let repositories = targets.iter().map(Entry::of).collect();
            Written { product: args.product.clone(), lang: None, repositories }
        }
    };
    if let (Some(url), Some(first)) = (&args.url, written.repositories.first_mut()) {
        first.url = Some(url.clone());
    }
    Ok(written)
}

/// The folder of each repository: its own, or that of its clone.
fn bring(entries: &[Entry], lang: Lang) -> Result<Vec<Result<PathBuf, Localized>>, miette::Report> {
    if !entries.iter().any(Entry::is_remote) {
        return Ok(entries.iter().map(|entry| Ok(PathBuf::from(&entry.repository))).collect());
    }
    let env = |name: &str| std::env::var(name).ok();
    let Some(cache) = usual_folder(&env) else {
        let help = said!(
            "set HOME or XDG_CACHE_HOME, or clone them yourself and give their folders",
            "définissez HOME ou XDG_CACHE_HOME, ou clonez-les vous-même et donnez leurs dossiers"
        );
        let message = said!("there is no place to keep clones", "il n’y a pas d’endroit où garder les clones");
        return Err(refuse(message, Some(help)));
    };
    let bars = MultiProgress::new();
    let style = ProgressStyle::with_template("{prefix:.bold} [{bar:20}] {pos:>3} % {wide_msg}").into_diagnostic()?;
    let clone = |entry: &Entry, questions: Questions| {
        let bar =
            bars.add(ProgressBar::new(100).with_style(style.clone()).with_prefix(short(&shown(&entry.repository))));
        bar.tick();
        let found = checkout(&entry.repository, entry.rev.as_deref(), &cache, questions, &mut |line| {
            if let Some((step, percent)) = progress(line, lang) {
                bar.set_position(percent);
                bar.set_message(step);
            }
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
    let pool = rayon::ThreadPoolBuilder::new().num_threads(AT_ONCE).build().into_diagnostic()?;
    let mut found: Vec<Result<PathBuf, Localized>> = pool.install(|| {
        entries
            .par_iter()
            .map(|entry| match entry.is_remote() {
                true => clone(entry, Questions::Refused),
                false => Ok(PathBuf::from(&entry.repository)),
            })
            .collect()
    });
    // What asks for a password is tried again, one at a time, where somebody answers.
    if somebody_answers() {
        for (entry, ended) in entries.iter().zip(&mut found) {
            if ended.is_err() && entry.is_remote() {
                bars.suspend(|| tell(&shown(&entry.repository)));
                *ended = checkout(&entry.repository, entry.rev.as_deref(), &cache, Questions::Allowed, &mut |_| {});
            }
        }
    }
    // The report says what could not be cloned. Where the terminal went away, there is nothing left to clear.
    let _ = bars.clear();
    Ok(found)
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

/// Audits one repository; what keeps it from being audited is told in the report, as the others stand.
fn audit(args: &AuditArgs, entry: &Entry, folder: &Path, lang: Lang) -> Ended {
    let mut arguments = JudgeArgs::of(folder.to_owned(), args.as_of, args.no_config);
    arguments.target.rev = entry.rev.clone().filter(|_| !entry.is_remote());
    arguments.online.online = args.online;
    arguments.online.url.clone_from(&entry.url);
    arguments.online.ports = args.ports.clone();
    arguments.rules.folders.clone_from(&args.rules);
    // A product is one report, in one language.
    judge(&arguments, Scope::Everything, Some(lang)).map_err(|error| {
        let said = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
        Localized::new(said.clone(), said)
    })
}

/// The name of a repository in the report: as written, else that of its settings, its remote or its folder.
fn name_of(entry: &Entry, judged: &Ended) -> String {
    let settled = |judged: &Judged| {
        let local = || (!entry.is_remote()).then(|| judged.survey.name());
        judged.config.product.clone().or_else(local)
    };
    let own = || judged.as_ref().ok().and_then(settled);
    entry.name.clone().or_else(own).unwrap_or_else(|| short(&shown(&entry.repository)))
}

/// The owner and name that an address ends with.
fn short(address: &str) -> String {
    let path = address.trim_end_matches('/').trim_end_matches(".git");
    let mut parts: Vec<&str> = path.rsplit(['/', ':']).take(2).filter(|part| !part.is_empty()).collect();
    parts.reverse();
    parts.join("/")
}

fn write(args: &AuditArgs, product: &Product<'_>) -> Result<(), miette::Report> {
    let earlier = read_reports(&args.compare)?;
    write_all(&args.output, args.format, |format| rendered(product, &earlier, format))
}

fn rendered(product: &Product<'_>, earlier: &[JsonReport], format: AuditFormat) -> Result<Vec<u8>, miette::Report> {
    let mut text = Vec::new();
    match format {
        AuditFormat::Terminal => output::render_text(product, &mut text),
        AuditFormat::Json => output::render_json(product, &mut text),
        AuditFormat::Html => html::render_product(product, earlier, &mut text),
        AuditFormat::Markdown => output::render_markdown(product, &mut text),
    }
    .into_diagnostic()?;
    Ok(text)
}

/// Whether the gates of the arguments let the product pass; says why not.
fn passes(args: &AuditArgs, product: &Product<'_>) -> bool {
    let lang = product.lang;
    let reached = reaches(product.grade.letter, args.min_grade, lang);
    let mut failed = false;
    if let Some(severity) = args.fail_on {
        for (_, audited, report) in product.reports() {
            let rules = report.fails_at(severity);
            if !rules.is_empty() {
                failed = true;
                let (name, rules) = (printable(&audited.name), rules.join(", "));
                talk(&match lang {
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
        let said = |line| progress(line, Lang::Fr);
        assert_eq!(said("Receiving objects:  24% (3437/14319)"), Some(("réception", 24)));
        assert_eq!(said("remote: Counting objects: 100% (9/9), done."), Some(("comptage", 100)));
        assert_eq!(said("warning: redirecting to 100% of it"), None);
        assert_eq!(said("remote: 50% off: nothing"), None);
    }

    #[test]
    fn a_repository_is_named_by_the_end_of_its_address() {
        for (address, name) in
            [("https://github.com/o/r.git", "o/r"), ("git@github.com:o/r", "o/r"), ("file:///srv/r/", "srv/r")]
        {
            assert_eq!(short(address), name);
        }
    }
}
