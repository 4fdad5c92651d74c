//! `equerre explain`: all that is known of a rule.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::base::config_file::did_you_mean;
use crate::base::documentation;
use crate::base::edge;
use crate::base::error::Error;
use crate::base::text::{Lang, localized};
use crate::check::rules::rules_here;
use crate::check::{Options, check};
use crate::cli::ExplainArgs;
use crate::fix::{self, Safety};
use crate::judge::rule::pack::Rules;
use crate::report::format::severity_quality;
use crate::report::format::terminal::{self, Detail};

use super::console::{CommandResult, Console, print, style_of, uses_color};

/// There is no such rule; the name of one that is near.
pub(super) fn unknown_rule(id: &str, rules: &Rules) -> Error {
    let help = did_you_mean(id, rules.all.iter().map(|rule| rule.id.as_str()))
        .unwrap_or_else(|| localized!("`equerre rules list` lists them", "`equerre rules list` les nomme toutes"));
    Error::new(localized!("there is no rule `{id}`", "il n’y a pas de règle `{id}`"), Some(help))
}

/// Says how the grade of a repository comes about.
fn explain_grade(path: &Path, args: &ExplainArgs, console: &Console) -> CommandResult {
    let own = args.rules.options(&args.settings);
    let report = check(path, &Options { lang: args.print.lang, fallback_lang: console.lang(), ..own })?;
    let mut text = Vec::new();
    let style = style_of(uses_color(args.print.color), Detail::Verbose);
    terminal::render_grade(&report, style, &mut text).map_err(|error| Error::foreign(&error))?;
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// Says all that is known of a rule.
pub(super) fn run(args: &ExplainArgs, console: &Console) -> CommandResult {
    let asked = args.rule.as_deref().unwrap_or(".");
    if args.grade {
        return explain_grade(Path::new(asked), args, console);
    }
    let (rules, config) = rules_here(&args.rules.options(&args.settings))?;
    let rule = rules.get(asked).ok_or_else(|| unknown_rule(asked, &rules))?;
    let lang = console.choose_language(args.print.lang, config.lang);
    let color = uses_color(args.print.color);
    let bold = |text: &str| if color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() };
    let pillar = rules
        .policy
        .pillars
        .iter()
        .find(|pillar| pillar.id == rule.pillar)
        .map_or_else(String::new, |pillar| edge::text(pillar.title.get(lang)));
    let pack = edge::name(&rule.pack);
    let points = rules.policy.points.get(&rule.severity).copied().unwrap_or(0);
    let mut text = String::new();
    let _ = writeln!(text, "{}\n{}\n", bold(&rule.id), edge::text(rule.title.get(lang)));
    let _ = match lang {
        Lang::En => writeln!(
            text,
            "Severity: {} ({points} points). Pillar: {pillar}. Pack: {}.",
            severity_quality(rule.severity, lang),
            pack
        ),
        Lang::Fr => writeln!(
            text,
            "Sévérité\u{a0}: {} ({points} points). Pilier\u{a0}: {pillar}. Paquet\u{a0}: {}.",
            severity_quality(rule.severity, lang),
            pack
        ),
    };
    if let Some(criterion) = rule.criterion.as_deref().map(edge::name) {
        let _ =
            writeln!(text, "{} {criterion}", lang.pick("Criterion of the standards:", "Critère des standards\u{a0}:"));
    }
    if let Some(follows) = &rule.follows {
        let _ = writeln!(text, "{} {follows}", lang.pick("Follows the outcome of:", "Suit le résultat de\u{a0}:"));
    }
    for (title, body) in [
        (lang.pick("Why", "Pourquoi"), rule.why.get(lang)),
        (lang.pick("What to do", "Que faire"), rule.remediation.get(lang)),
    ] {
        let _ = writeln!(text, "\n{}\n  {}", bold(title), edge::text(body));
    }
    if !rule.references.is_empty() {
        let _ = writeln!(text, "\n{}", bold(lang.pick("Sources", "Sources")));
        for reference in &rule.references {
            let _ = writeln!(text, "  {}", edge::name(reference));
        }
    }
    if let Some(safety) = fix::safety(&rule.id) {
        let _ = writeln!(
            text,
            "\n{} `equerre fix {} --dry-run`",
            lang.pick("A machine can write it:", "Une machine sait l’écrire\u{a0}:"),
            rule.id
        );
        if safety == Safety::Unsafe {
            let caution = localized!(
                "It may change what runs, or what colleagues have on their disks: read the difference first.",
                "Cela peut changer ce qui tourne, ou ce que des collègues ont sur leur disque : lisez d'abord la différence."
            );
            let _ = writeln!(text, "  {}", caution.get(lang));
        }
    }
    if rule.embedded {
        let page = documentation::rule_page(&rule.id, lang);
        let _ = writeln!(text, "\n{} {page}", lang.pick("Its page, with its cases:", "Sa page, avec ses cas\u{a0}:"));
    }
    print(edge::inert(&text).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
