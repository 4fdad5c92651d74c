//! `equerre check`: the audit, its report and its gates.

use std::process::ExitCode;

use equerre::audit::{scanner, survey};
use equerre::config::Config;
use equerre::finding::Finding;
use equerre::inventory::globs::Names;
use equerre::output::json::WithFacts;
use equerre::output::terminal::{Detail, Style};
use equerre::output::{github, json, markdown, sarif, terminal};
use equerre::report::{Parts, Report};
use equerre::rule::Rule;
use equerre::rule::engine::evaluate;
use equerre::rule::pack::Rules;
use equerre::source::Note;
use equerre::text::{Lang, printable};
use equerre::written::did_you_mean;
use miette::{IntoDiagnostic, WrapErr};

use super::{
    Outcome, as_of, language, load_rules, open_target, print, read_packs, request, set_jobs, speaks_unicode, talk,
    talk_of_forge, uses_color,
};
use crate::cli::{CheckArgs, Format};

/// The width of a report that no terminal shows.
const WIDTH: usize = 100;

/// Runs the audit.
pub(crate) fn run(args: &CheckArgs) -> Outcome {
    let formats = || args.output.iter().filter_map(|file| file.format).chain([args.format]);
    if args.with_facts && formats().all(|format| format != Format::Json) {
        let help = "add `--format json`; `equerre facts` prints the facts for people";
        return Err(miette::miette!(help = help, "`--with-facts` adds to a JSON report alone"));
    }
    set_jobs(&args.target)?;
    let (mut opened, mut config) = open_target(&args.target)?;
    let packs = read_packs(&args.rules, &mut opened, &mut config)?;
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
    let mut request =
        request(&args.target, &args.online, &config, &opened, scanner, language(args.print.lang, config.lang))?;
    request.names = Some(names);
    let survey = survey(opened, request)?;
    talk_of_forge(&survey);
    // A rule that another one follows is evaluated with it, and reported only when asked for.
    let all: Vec<&Rule> = rules.all.iter().collect();
    let nothing = survey.inventory.files().is_empty();
    let mut findings =
        if nothing { all.iter().map(|rule| Finding::not_applicable(rule)).collect() } else { evaluate(&all, &survey) };
    findings.retain(|finding| selection.contains(&finding.rule.as_str()));
    let mut notes = survey.notes.clone();
    if nothing {
        notes.push(nothing_to_audit(survey.history.is_ok()));
    } else {
        notes.extend(config.apply(&mut findings, as_of));
    }
    let report = Report::new(Parts {
        lang: language(args.print.lang, config.lang),
        name: config.product.clone().unwrap_or_else(|| survey.name()),
        head: survey.history.as_ref().ok().and_then(|history| history.head.as_ref()).map(|head| head.id.clone()),
        as_of,
        findings,
        notes,
        facts: &survey.facts,
        inventory: &survey.inventory,
        rules: &rules,
    });
    write(args, &report)?;
    if args.quiet && args.format == Format::Terminal {
        tell_notes(&report);
    }
    let code = if passes_gates(args, &config, &report) { ExitCode::SUCCESS } else { ExitCode::from(1) };
    // The process ends here: giving every text back to the allocator first would only take time.
    std::mem::forget(report);
    std::mem::forget((survey, rules));
    Ok(code)
}

fn nothing_to_audit(has_commits: bool) -> Note {
    let (en, fr) = match has_commits {
        true => ("; `--rev HEAD` audits the last commit", " ; `--rev HEAD` audite le dernier commit"),
        false => ("", ""),
    };
    Note::new(
        "",
        format!("no file stands here, or all of them are left out{en}"),
        format!("aucun fichier ici, ou tous sont laissés de côté{fr}"),
    )
}

/// Says beside a grade printed alone what was not read, and which ignores are over or in vain.
fn tell_notes(report: &Report<'_>) {
    for note in &report.notes {
        let place = if note.path.is_empty() { String::new() } else { format!("{}: ", note.path) };
        let name = report.lang.pick("equerre: note:", "equerre : remarque :");
        talk(&format!("{name} {}", printable(&format!("{place}{}", note.what.get(report.lang)))));
    }
}

/// Whether the gates of the arguments, else of the settings, let the report pass; says why not.
fn passes_gates(args: &CheckArgs, config: &Config, report: &Report<'_>) -> bool {
    let lang = report.lang;
    let min_grade = args.min_grade.or(config.gates.min_grade);
    let below = min_grade.filter(|least| report.grade.letter.is_none_or(|letter| letter > *least));
    if let Some(least) = below {
        talk(&match (report.grade.letter, lang) {
            (Some(letter), Lang::En) => format!("equerre: the grade is {letter}, the gate asks for {least}"),
            (Some(letter), Lang::Fr) => format!("equerre : la note est {letter}, le seuil demande {least}"),
            (None, Lang::En) => format!("equerre: nothing could be graded, the gate asks for {least}"),
            (None, Lang::Fr) => format!("equerre : rien n'a pu être noté, le seuil demande {least}"),
        });
    }
    let fail_on = args.fail_on.or(config.gates.fail_on);
    let failed: Vec<&str> = fail_on.map(|severity| report.fails_at(severity)).unwrap_or_default();
    if let (Some(severity), false) = (fail_on, failed.is_empty()) {
        let severity = severity.name();
        let rules = failed.join(", ");
        talk(&match lang {
            Lang::En => format!("equerre: failing rules of severity {severity} or more: {rules}"),
            Lang::Fr => format!("equerre : règles en échec, de sévérité {severity} ou plus : {rules}"),
        });
    }
    below.is_none() && failed.is_empty()
}

/// The names of the rules that are asked for.
fn selection<'r>(args: &CheckArgs, rules: &'r Rules) -> Result<Vec<&'r str>, miette::Report> {
    let is_pillar = |name: &str| rules.policy.pillars.iter().any(|pillar| pillar.id == name);
    for name in args.select.iter().chain(&args.ignore) {
        if rules.get(name).is_none() && !is_pillar(name) {
            let known = rules
                .all
                .iter()
                .map(|rule| rule.id.as_str())
                .chain(rules.policy.pillars.iter().map(|pillar| pillar.id.as_str()));
            let help = did_you_mean(name, known).unwrap_or_else(|| "`equerre rules list` names them all".to_owned());
            return Err(miette::miette!(help = help, "`{name}` is neither a rule nor a pillar"));
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

/// Writes the report to standard output, or to the file that takes its place, and to the files that have a format of their own.
fn write(args: &CheckArgs, report: &Report<'_>) -> Result<(), miette::Report> {
    let mut elsewhere = false;
    for file in &args.output {
        elsewhere |= file.format.is_none();
        let text = rendered(args, report, file.format.unwrap_or(args.format))?;
        std::fs::write(&file.path, &text)
            .into_diagnostic()
            .wrap_err_with(|| format!("the report cannot be written to `{}`", file.path.display()))?;
    }
    if elsewhere { Ok(()) } else { print(&rendered(args, report, args.format)?) }
}

fn rendered(args: &CheckArgs, report: &Report<'_>, format: Format) -> Result<Vec<u8>, miette::Report> {
    let mut text = Vec::new();
    match format {
        Format::Json => {
            let facts = if args.with_facts { WithFacts::Yes } else { WithFacts::No };
            json::render(report, facts, &mut text)
        }
        Format::Terminal => terminal::render(report, style(args), &mut text),
        Format::Sarif => sarif::render(report, &mut text),
        Format::Github => github::render(report, &mut text),
        Format::Markdown => markdown::render(report, &mut text),
    }
    .into_diagnostic()?;
    Ok(text)
}

fn style(args: &CheckArgs) -> Style {
    let color = args.output.is_empty() && uses_color(args.print.color) || args.print.color == crate::cli::Color::Always;
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let width = columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
    Style {
        width: width.filter(|width| *width > 0).unwrap_or(WIDTH),
        color,
        unicode: speaks_unicode(),
        links: color,
        detail: match (args.quiet, args.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Normal,
        },
    }
}
