//! `equerre standards`: the product beside each criterion of the standards.

use std::process::ExitCode;

use crate::base::date::in_french;
use crate::base::disk::{NAMED, read_named_text};
use crate::base::error::Error;
use crate::base::text::{Localized, localized};
use crate::check::directory::{Asking, Known, Online, directory};
use crate::check::standards::{attestations, judged, remotes, standards};
use crate::check::{Checked, Options, check_with_settings};
use crate::cli::{Color, StandardsArgs, StandardsFormat};
use crate::judge::attestations::Attestations;
use crate::judge::declared::Evaluation;
use crate::judge::standards::Standards;
use crate::report::audited::Audited;
use crate::report::earlier::Earlier;
use crate::report::format::standards::terminal::Style;
use crate::report::format::standards::{brief, csv, evaluation, json, markdown, mss, terminal};
use crate::report::standards_report::{PageOf, StandardsReport, factors};

use super::console::{CommandResult, Console, supports_unicode, uses_color};
use super::output::{destinations, log_notices, set_jobs, write_all};
use crate::commands::misspelt::retarget;

/// The width of lines that go to no terminal.
const WIDTH: usize = 100;

/// Prints where the product stands.
pub(super) fn run(args: &StandardsArgs, console: &Console) -> CommandResult {
    set_jobs(args.target.jobs)?;
    let standards = standards(args.beside.directory.standards.as_deref())?;
    let saved = directory(&args.beside.directory.directory)?;
    let asks = args.online.online && args.beside.directory.directory.is_empty();
    let online = asks.then(|| Online::at(args.beside.directory_url.as_deref())).transpose()?;
    let declared = args.beside.compare_declared.as_deref().map(|path| read_declared(path, &standards)).transpose()?;
    let earlier = args.beside.compare.as_deref().map(read_earlier).transpose()?;
    // The sheet of a meeting, the evaluation and the homologation file are read by French people, unless another language is asked for.
    let french =
        matches!(args.beside.format, StandardsFormat::Brief | StandardsFormat::StandardsFront | StandardsFormat::Mss);
    let fallback = if french { evaluation::LANG } else { console.lang() };
    let asked = args.print.lang.or(french.then_some(evaluation::LANG));
    let options: Options = args.online.options(args.target.options(asked, fallback));
    let path = &args.target.path;
    let checked = retarget(path, console.waiting(&options.progress, || check_with_settings(path, &options)))?;
    console.choose_language(args.print.lang, checked.config.lang);
    log_notices(&checked.notices, console);
    let attested = attestations(args.beside.attestations.as_deref(), &checked.report, &standards)?;
    let remotes = remotes(&checked.report);
    let asking = Asking {
        declared: args.beside.directory.beta_id.as_deref().or(checked.config.beta_id.as_deref()),
        site: checked.config.url.as_deref(),
        remotes: &remotes,
        directory_url: args.beside.directory_url.as_deref(),
        tries_addresses: args.online.online,
        allow_private: args.online.ports.allow_private,
        as_of: checked.report.as_of,
    };
    let known = Known::of(saved, online, &asking)?;
    let on_page = known.page(&asking)?;
    let page = on_page.as_ref().map(PageOf::new).map_err(Clone::clone);
    let team = on_page.as_ref().map(|on| factors(on, args.beside.names)).unwrap_or_default();
    let criteria = judged(&checked.report, &standards, on_page, &attested);
    let mut notes = notes(&standards, &attested, declared.as_ref(), &checked);
    notes.extend(known.notes.iter().cloned());
    let report = StandardsReport {
        report: Audited::Repository(&checked.report),
        standards: &standards,
        criteria,
        page,
        factors: team,
        declared,
        earlier,
        notes,
    };
    let files = destinations(&args.beside.output, args.beside.format)?;
    write_all(&files, args.beside.format, |format| rendered(args, &report, format))?;
    Ok(ExitCode::SUCCESS)
}

fn read_declared(path: &std::path::Path, standards: &Standards) -> Result<Evaluation, Error> {
    let name = path.display();
    let message = localized!("the evaluation `{name}` cannot be read", "l'évaluation `{name}` est illisible");
    let text = read_named_text(path, NAMED).map_err(|error| Error::of_system(message, &error))?;
    Evaluation::read(&text, standards).map_err(|(why, help)| {
        let message = Localized::new(
            format!("`{name}` is no evaluation: {}", why.en),
            format!("`{name}` n'est pas une évaluation : {}", why.fr),
        );
        Error::new(message, Some(help))
    })
}

fn read_earlier(path: &std::path::Path) -> Result<Earlier, Error> {
    let name = path.display();
    let message =
        localized!("the earlier report `{name}` cannot be read", "le rapport précédent `{name}` est illisible");
    let text = read_named_text(path, NAMED).map_err(|error| Error::of_system(message, &error))?;
    Earlier::read(&text).map_err(|(why, help)| {
        let message = Localized::new(
            format!("`{name}` is no earlier report: {}", why.en),
            format!("`{name}` n'est pas un rapport précédent : {}", why.fr),
        );
        Error::new(message, Some(help))
    })
}

/// What a reader must know beside the criteria.
fn notes(
    standards: &Standards,
    attested: &Attestations,
    declared: Option<&Evaluation>,
    checked: &Checked,
) -> Vec<Localized> {
    let mut notes = Vec::new();
    let (own, known) = (&standards.version, &standards.knowledge.version);
    let unknown = standards.criteria().filter(|criterion| criterion.known.is_none()).count();
    if unknown > 0 {
        notes.push(localized!(
            "version {own} of the standards has criteria that Equerre does not know, since it knows version {known}: {unknown}; nothing is asked of them",
            "la version {own} des standards a des critères qu'Equerre ne connaît pas, car il connaît la version {known} : {unknown} ; rien ne leur est demandé"
        ));
    }
    for expired in &attested.expired {
        let (criterion, until) = (&expired.criterion, &expired.until);
        let until_fr = in_french(until);
        notes.push(localized!(
            "the attestation of `{criterion}` ended on {until}: it no longer counts",
            "l'attestation de `{criterion}` a pris fin le {until_fr} : elle ne compte plus"
        ));
    }
    for criterion in &attested.unknown {
        notes.push(localized!(
            "the attestation of `{criterion}` is of another version of the standards, and is left aside: give its `label`",
            "l'attestation de `{criterion}` est d'une autre version des standards, et laissée de côté : donnez son `label`"
        ));
    }
    if let Some(declared) = declared {
        if let Some(version) = declared.version.as_ref().filter(|version| *version != own) {
            notes.push(localized!(
                "the evaluation is of version {version} of the standards, compared by label with version {own}",
                "l'évaluation est de la version {version} des standards, comparée par texte avec la version {own}"
            ));
        }
        for (label, near) in &declared.unknown {
            let near_en = near.as_ref().map(|near| format!("; {}", near.en)).unwrap_or_default();
            let near_fr = near.as_ref().map(|near| format!(" ; {}", near.fr)).unwrap_or_default();
            notes.push(Localized::new(
                format!("unknown label in the evaluation, whose answer is left aside: \"{label}\"{near_en}"),
                format!("texte inconnu dans l'évaluation, dont la réponse est laissée de côté : « {label} »{near_fr}"),
            ));
        }
    }
    notes.extend(checked.report.lowered.clone());
    notes
}

fn rendered(args: &StandardsArgs, report: &StandardsReport<'_>, format: StandardsFormat) -> Result<Vec<u8>, Error> {
    let mut text = Vec::new();
    match format {
        StandardsFormat::Terminal => {
            let style = style(args.print.color, args.beside.output.is_empty(), args.beside.verbose);
            terminal::render(report, style, &mut text)
        }
        StandardsFormat::Markdown => markdown::render(report, &mut text),
        StandardsFormat::Csv => csv::render(report, &mut text),
        StandardsFormat::Json => json::render(report, &mut text),
        StandardsFormat::StandardsFront => evaluation::render(report, &mut text),
        StandardsFormat::Brief => brief::render(report, &mut text),
        StandardsFormat::Mss => mss::render(report, &mut text),
    }?;
    Ok(text)
}

/// How the criteria are shown to people: in colours on a terminal, or where they are asked for.
pub(super) fn style(color: Color, on_terminal: bool, verbose: bool) -> Style {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
    Style {
        width: width.filter(|width| *width >= 40).unwrap_or(WIDTH).min(120),
        color: on_terminal && uses_color(color) || color == Color::Always,
        unicode: supports_unicode(),
        verbose,
    }
}
