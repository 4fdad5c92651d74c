//! `equerre rules` and `equerre explain`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use equerre::finding::Outcome as Came;
use equerre::output::severity_name;
use equerre::rule::each::Each;
use equerre::rule::fixtures::{cases, run};
use equerre::rule::pack::Rules;
use equerre::said;
use equerre::text::{Lang, Localized, spoken};
use equerre::written::did_you_mean;
use miette::IntoDiagnostic;
use serde_json::json;

use super::{Outcome, language, print, refuse, rules_here, uses_color};
use crate::cli::{ExplainArgs, RulesArgs, RulesFormat, SettingsArgs};

/// Lists the rules by pillar.
pub(crate) fn list(args: &RulesArgs, settings: &SettingsArgs, lang: Option<Lang>, format: RulesFormat) -> Outcome {
    let (rules, config) = rules_here(args, settings)?;
    let lang = language(lang, config.lang);
    let mut text = String::new();
    match format {
        RulesFormat::Json => {
            let list: Vec<_> = rules
                .all
                .iter()
                .map(|rule| json!({ "id": rule.id, "pack": rule.pack, "pillar": rule.pillar, "severity": rule.severity, "criterion": rule.criterion, "follows": rule.follows, "stacks": rule.stacks(), "title": rule.title, "references": rule.references }))
                .collect();
            text = serde_json::to_string_pretty(&list).into_diagnostic()? + "\n";
        }
        RulesFormat::Markdown => text = by_stack(&rules, lang),
        RulesFormat::Text => {
            for pillar in &rules.policy.pillars {
                let of_pillar: Vec<_> = rules.all.iter().filter(|rule| rule.pillar == pillar.id).collect();
                if of_pillar.is_empty() {
                    continue;
                }
                let _ = writeln!(text, "{} ({})", pillar.title.get(lang), of_pillar.len());
                for rule in of_pillar {
                    let severity = severity_name(rule.severity, lang);
                    let _ = writeln!(text, "  {severity:<8} {:<36} {}", rule.id, rule.title.get(lang));
                }
            }
        }
    }
    print(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// A table of the rules by stack, those on every product first, by pillar.
fn by_stack(rules: &Rules, lang: Lang) -> String {
    let mut stacks: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut pillars: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for rule in &rules.all {
        let of_rule = rule.stacks();
        // Package names would make a table of their own.
        let packages = rule.each.as_ref().is_some_and(Each::is_by_package);
        let rows =
            if packages { vec![lang.pick("chosen by a package", "choisies par un paquet")] } else { of_rule.clone() };
        for stack in rows {
            stacks.entry(stack.to_owned()).or_default().push(&rule.id);
        }
        if of_rule.is_empty() {
            pillars.entry(&rule.pillar).or_default().push(&rule.id);
        }
    }
    let mut text = format!("| {} | |\n|---|---|\n", lang.pick("stack", "technologie"));
    let mut row = |name: &str, ids: &[&str]| {
        let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
        let _ = writeln!(text, "| {name} ({}) | {} |", ids.len(), ids.join(", "));
    };
    for pillar in &rules.policy.pillars {
        if let Some(ids) = pillars.get(pillar.id.as_str()) {
            row(&format!("{} – {}", lang.pick("every product", "tout produit"), pillar.title.get(lang)), ids);
        }
    }
    for (stack, ids) in &stacks {
        row(stack, ids);
    }
    text
}

/// Says all that is known of a rule.
pub(crate) fn explain(args: &ExplainArgs) -> Outcome {
    let (rules, config) = rules_here(&args.rules, &args.settings)?;
    let Some(rule) = rules.get(&args.rule) else {
        let help = did_you_mean(&args.rule, rules.all.iter().map(|rule| rule.id.as_str()))
            .unwrap_or_else(|| said!("`equerre rules list` names them all", "`equerre rules list` les nomme toutes"));
        return Err(refuse(said!("there is no rule `{}`", "il n’y a pas de règle `{}`", args.rule), Some(help)));
    };
    let lang = language(args.print.lang, config.lang);
    let color = uses_color(args.print.color);
    let bold = |text: &str| if color { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() };
    let pillar =
        rules.policy.pillars.iter().find(|pillar| pillar.id == rule.pillar).map_or("", |pillar| pillar.title.get(lang));
    let points = rules.policy.points.get(&rule.severity).copied().unwrap_or(0);
    let mut text = String::new();
    let _ = writeln!(text, "{}\n{}\n", bold(&rule.id), rule.title.get(lang));
    let _ = match lang {
        Lang::En => writeln!(
            text,
            "Severity: {} ({points} points). Pillar: {pillar}. Pack: {}.",
            severity_name(rule.severity, lang),
            rule.pack
        ),
        Lang::Fr => writeln!(
            text,
            "Sévérité\u{a0}: {} ({points} points). Pilier\u{a0}: {pillar}. Paquet\u{a0}: {}.",
            severity_name(rule.severity, lang),
            rule.pack
        ),
    };
    if let Some(criterion) = &rule.criterion {
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
        let _ = writeln!(text, "\n{}\n  {body}", bold(title));
    }
    if !rule.references.is_empty() {
        let _ = writeln!(text, "\n{}", bold(lang.pick("Sources", "Sources")));
        for reference in &rule.references {
            let _ = writeln!(text, "  {reference}");
        }
    }
    print(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Where cases stand.
fn layout() -> Localized {
    said!(
        "cases stand in `DIR/<rule>/{{fails,passes,not-applicable,unverified}}/<case-in-words>/`",
        "les cas se rangent dans `DIR/<règle>/{{fails,passes,not-applicable,unverified}}/<cas-en-quelques-mots>/`"
    )
}

/// A number with its noun.
fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Runs cases, and says which rules lack one.
pub(crate) fn test(folder: &Path, args: &RulesArgs, settings: &SettingsArgs) -> Outcome {
    if !folder.is_dir() {
        let message = said!("`{}` is not a folder of cases", "`{}` n’est pas un dossier de cas", folder.display());
        return Err(refuse(message, Some(layout())));
    }
    let (rules, _) = rules_here(args, settings)?;
    let (cases, mut problems) = cases(folder);
    if cases.is_empty() && problems.is_empty() {
        return Err(refuse(
            said!("`{}` holds no case", "`{}` ne contient aucun cas", folder.display()),
            Some(layout()),
        ));
    }
    let mut text = String::new();
    for result in run(&cases, &rules)? {
        problems.extend(result.problem.map(|problem| format!("{}: {problem}", result.case.name())));
    }
    // A rule without cases is a promise that nobody checks; the embedded rules have theirs beside them.
    let lacking = rules.all.iter().filter(|rule| {
        let has = |outcome| cases.iter().any(|case| case.rule == rule.id && case.expected == outcome);
        let own = args.no_embedded || rule.pack != "equerre" || cases.iter().any(|case| case.rule == rule.id);
        own && !(has(Came::Fail) && has(Came::Pass) || has(Came::Unverified))
    });
    let needs = |rule: &equerre::rule::Rule| {
        let message = said!(
            "{}: needs a case in `fails` and one in `passes`",
            "{}\u{a0}: il faut un cas dans `fails` et un dans `passes`",
            rule.id
        );
        message.to_string()
    };
    problems.extend(lacking.map(needs));
    for problem in &problems {
        let _ = writeln!(text, "✗ {problem}");
    }
    let (cases, problem) = match spoken() {
        Lang::En => (counted(cases.len(), "case"), "problem"),
        Lang::Fr => (format!("{} cas", cases.len()), "problème"),
    };
    let _ = writeln!(text, "{cases}, {}", counted(problems.len(), problem));
    print(text.as_bytes())?;
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
