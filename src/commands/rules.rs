//! `equerre rules`: lists rules and runs their cases.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::base::edge;
use crate::base::text::{Lang, Localized, localized};
use crate::judge::finding::Outcome;
use crate::judge::rule::component_selector::ComponentSelector;
use crate::judge::rule::fixtures::{cases, run};
use crate::judge::rule::pack::Rules;
use crate::report::format::severity_name;
use serde_json::json;

use super::console::{CommandResult, Console, print};
use crate::base::error::Error;
use crate::check::rules::rules_here;
use crate::cli::{RulesArgs, RulesFormat, SettingsArgs};

/// Lists the rules by pillar.
pub(super) fn list(
    args: &RulesArgs,
    settings: &SettingsArgs,
    lang: Option<Lang>,
    format: RulesFormat,
    console: &Console,
) -> CommandResult {
    let (rules, config) = rules_here(&args.options(settings))?;
    let lang = console.choose_language(lang, config.lang);
    let mut text = String::new();
    match format {
        RulesFormat::Json => {
            let list: Vec<_> = rules
                .all
                .iter()
                .map(|rule| json!({ "id": rule.id, "pack": rule.pack, "pillar": rule.pillar, "severity": rule.severity, "criterion": rule.criterion, "follows": rule.follows, "stacks": rule.stacks(), "title": rule.title, "references": rule.references }))
                .collect();
            text = edge::json(&list).map_err(|error| Error::foreign(&error))?;
        }
        RulesFormat::Markdown => text = by_stack(&rules, lang),
        RulesFormat::Text => {
            for pillar in &rules.policy.pillars {
                let of_pillar: Vec<_> = rules.all.iter().filter(|rule| rule.pillar == pillar.id).collect();
                if of_pillar.is_empty() {
                    continue;
                }
                let _ = writeln!(text, "{} ({})", edge::text(pillar.title.get(lang)), of_pillar.len());
                for rule in of_pillar {
                    let severity = severity_name(rule.severity, lang);
                    let _ = writeln!(text, "  {severity:<8} {:<36} {}", rule.id, edge::text(rule.title.get(lang)));
                }
            }
        }
    }
    print(edge::inert(&text).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// A table of the rules by stack, those on every product first, by pillar.
fn by_stack(rules: &Rules, lang: Lang) -> String {
    let mut stacks: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut pillars: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for rule in &rules.all {
        let of_rule = rule.stacks();
        // Package names would make a table of their own.
        let packages = rule.each.as_ref().is_some_and(ComponentSelector::is_by_package);
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
            row(
                &format!("{} – {}", lang.pick("every product", "tout produit"), edge::text(pillar.title.get(lang))),
                ids,
            );
        }
    }
    for (stack, ids) in &stacks {
        row(stack, ids);
    }
    text
}

/// Where cases are.
fn layout() -> Localized {
    localized!(
        "cases go in `DIR/<rule>/{{fails,passes,not-applicable,unverified}}/<case-in-words>/`",
        "les cas se rangent dans `DIR/<règle>/{{fails,passes,not-applicable,unverified}}/<cas-en-quelques-mots>/`"
    )
}

/// A number with its noun.
fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Runs cases, and says which rules lack one.
pub(super) fn test(folder: &Path, args: &RulesArgs, settings: &SettingsArgs, console: &Console) -> CommandResult {
    if !folder.is_dir() {
        let message = localized!("`{}` is not a folder of cases", "`{}` n’est pas un dossier de cas", folder.display());
        return Err(Error::new(message, Some(layout())));
    }
    let (rules, _) = rules_here(&args.options(settings))?;
    let (cases, problems) = cases(folder);
    if cases.is_empty() && problems.is_empty() {
        return Err(Error::new(
            localized!("`{}` holds no case", "`{}` ne contient aucun cas", folder.display()),
            Some(layout()),
        ));
    }
    let lang = console.lang();
    let mut problems: Vec<String> = problems.iter().map(|problem| problem.get(lang).to_owned()).collect();
    let mut text = String::new();
    for result in run(&cases, &rules)? {
        problems.extend(result.problem.map(|problem| format!("{}: {}", result.case.name(), problem.get(lang))));
    }
    // A rule without cases is a promise that nobody checks; the embedded rules have theirs beside them.
    let lacking = rules.all.iter().filter(|rule| {
        let has = |outcome| cases.iter().any(|case| case.rule == rule.id && case.expected == outcome);
        let own = args.no_embedded || rule.pack != "equerre" || cases.iter().any(|case| case.rule == rule.id);
        own && !(has(Outcome::Fail) && has(Outcome::Pass) || has(Outcome::Unverified))
    });
    let needs = |rule: &crate::judge::rule::Rule| {
        let message = localized!(
            "{}: needs a case in `fails` and one in `passes`",
            "{}\u{a0}: il faut un cas dans `fails` et un dans `passes`",
            rule.id
        );
        message.get(lang).to_owned()
    };
    problems.extend(lacking.map(needs));
    for problem in &problems {
        let _ = writeln!(text, "✗ {}", edge::text(problem));
    }
    let (cases, problem) = match lang {
        Lang::En => (counted(cases.len(), "case"), "problem"),
        Lang::Fr => (format!("{} cas", cases.len()), "problème"),
    };
    let _ = writeln!(text, "{cases}, {}", counted(problems.len(), problem));
    print(edge::inert(&text).as_bytes())?;
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
