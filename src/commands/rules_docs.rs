//! `equerre rules docs`: a page for each rule in both languages, for the site of the documentation.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use super::console::{CommandResult, Console, print};
use super::output::write_file;
use crate::base::disk::{NAMED, read_named_text};
use crate::base::documentation::folder;
use crate::base::edge;
use crate::base::error::Error;
use crate::base::text::{Lang, localized};
use crate::check::rules::rules_here;
use crate::cli::{RulesArgs, SettingsArgs};
use crate::fix::fixable;
use crate::judge::finding::Outcome;
use crate::judge::rule::Rule;
use crate::judge::rule::fixtures::{Case, cases};
use crate::judge::rule::pack::Rules;
use crate::judge::tier::Tier;
use crate::report::format::severity_quality;

/// What the list of pages starts with in `SUMMARY.md`: what stands before is written by people, and kept.
const PAGES: &str = "# Rules\n";

/// Where the cases of our rules can be read.
const CASES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/tree/main/fixtures");

/// Writes the pages, the two lists that lead to them, and the summary of the book.
pub(super) fn run(
    target: &Path,
    fixtures: &Path,
    args: &RulesArgs,
    settings: &SettingsArgs,
    console: &Console,
) -> CommandResult {
    let (rules, _) = rules_here(&args.options(settings))?;
    let mut of_rules: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    let (found, _) = if fixtures.is_dir() { cases(fixtures) } else { Default::default() };
    for case in &found {
        of_rules.entry(&case.rule).or_default().push(case);
    }
    for lang in [Lang::En, Lang::Fr] {
        let pages = target.join(folder(lang));
        std::fs::create_dir_all(&pages).map_err(|error| {
            let name = pages.display();
            let message = localized!("`{name}` cannot be made", "le dossier `{name}` ne peut pas être créé");
            Error::of_system(message, &error)
        })?;
        for rule in &rules.all {
            let cases = of_rules.get(rule.id.as_str()).map(Vec::as_slice).unwrap_or_default();
            write_file(&pages.join(format!("{}.md", rule.id)), page(rule, &rules, cases, lang).as_bytes())?;
        }
        write_file(&pages.join("README.md"), contents(&rules, lang).as_bytes())?;
    }
    let summary = target.join("SUMMARY.md");
    let written = read_named_text(&summary, NAMED).unwrap_or_else(|_| "# Summary\n\n".to_owned());
    let own = written.split(PAGES).next().unwrap_or_default();
    write_file(&summary, format!("{own}{PAGES}{}", listed(&rules)).as_bytes())?;
    let count = rules.all.len();
    let done = match console.lang() {
        Lang::En => format!("{count} rules, two pages each, in {}\n", edge::name(&target.display().to_string())),
        Lang::Fr => format!("{count} règles, deux pages chacune, dans {}\n", edge::name(&target.display().to_string())),
    };
    print(done.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// A text of a rule as Markdown: code stays code, and nothing else acts.
fn prose(rule: &Rule, text: &crate::base::text::Localized, lang: Lang) -> String {
    let shown = rule.shown(text, lang);
    let mut written = String::with_capacity(shown.len());
    for (at, part) in shown.split('`').enumerate() {
        if at > 0 {
            written.push('`');
        }
        match at % 2 {
            1 => written.push_str(part),
            _ => part.chars().for_each(|letter| match letter {
                '<' => written.push_str("&lt;"),
                '*' | '_' | '[' | ']' | '\\' => written.extend(['\\', letter]),
                _ => written.push(letter),
            }),
        }
    }
    written
}

fn pillar_title(rule: &Rule, rules: &Rules, lang: Lang) -> String {
    let found = rules.policy.pillars.iter().find(|pillar| pillar.id == rule.pillar);
    found.map_or_else(String::new, |pillar| edge::text(pillar.title.get(lang)))
}

/// The page of a rule.
fn page(rule: &Rule, rules: &Rules, cases: &[&Case], lang: Lang) -> String {
    let id = &rule.id;
    let mut text = format!("# {}\n\n", prose(rule, &rule.title, lang));
    let (other, in_other) = match lang {
        Lang::En => (folder(Lang::Fr), "En français"),
        Lang::Fr => (folder(Lang::En), "In English"),
    };
    let colon = lang.pick(":", "\u{a0}:");
    let _ = writeln!(
        text,
        "`{id}` · [{in_other}](../{other}/{id}.md) · [{}](README.md)\n",
        lang.pick("All rules", "Toutes les règles")
    );
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(text, "- **{name}**{colon} {value}");
    };
    row(lang.pick("Severity", "Sévérité"), severity_quality(rule.severity, lang));
    row(lang.pick("Pillar", "Pilier"), &pillar_title(rule, rules, lang));
    if rule.tier == Tier::Pedantic {
        let (en, fr) = (
            "pedantic: shown with `--pedantic` alone, holds no question of the grade down",
            "pointilleuse\u{a0}: montrée avec `--pedantic` seulement, ne retient aucune question de la note",
        );
        row(lang.pick("Tier", "Rang"), lang.pick(en, fr));
    } else {
        row(
            lang.pick("Tier", "Rang"),
            lang.pick("regular: it speaks to every team", "ordinaire\u{a0}: elle parle à toute équipe"),
        );
    }
    let stacks = rule.stacks();
    if !stacks.is_empty() {
        let names: Vec<String> = stacks.iter().map(|name| format!("`{}`", edge::name(name))).collect();
        row(lang.pick("For", "Pour"), &names.join(", "));
    }
    if let Some(criterion) = &rule.criterion {
        let (standard, rank) = criterion.rsplit_once('/').unwrap_or((criterion, "0"));
        let rank = rank.parse::<usize>().map_or(1, |rank| rank + 1);
        let value = match lang {
            Lang::En => format!("the {rank}{} of [`{standard}`](https://standards.beta.gouv.fr)", ordinal(rank)),
            Lang::Fr => format!("le nᵒ\u{a0}{rank} de [`{standard}`](https://standards.beta.gouv.fr)"),
        };
        row(lang.pick("Criterion", "Critère"), &value);
    }
    if let Some(followed) = &rule.follows {
        let link = if rules.get(followed).is_some() {
            format!("[`{followed}`]({followed}.md)")
        } else {
            format!("`{followed}`")
        };
        row(lang.pick("Follows the outcome of", "Suit le résultat de"), &link);
    }
    if fixable().any(|known| known == id) {
        row(lang.pick("A machine can write it", "Une machine sait l’écrire"), &format!("`equerre fix {id} --dry-run`"));
    }
    for (heading, body) in [
        (lang.pick("Why it matters", "Pourquoi c’est important"), &rule.why),
        (lang.pick("What to do", "Que faire"), &rule.remediation),
    ] {
        let _ = writeln!(text, "\n## {heading}\n\n{}", prose(rule, body, lang));
    }
    if let Some(doubt) = rule.doubt() {
        let heading = lang.pick("When it cannot be known from the repository", "Quand le dépôt ne peut pas le montrer");
        let _ = writeln!(text, "\n## {heading}\n\n{}.", prose(rule, doubt, lang));
    }
    if !rule.references.is_empty() {
        let _ = writeln!(text, "\n## Sources\n");
        for reference in &rule.references {
            let _ = writeln!(text, "- <{}>", edge::name(reference));
        }
    }
    list_cases(rule, cases, lang, &mut text);
    text
}

fn ordinal(rank: usize) -> &'static str {
    match rank {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    }
}

/// The cases that the rule is tested with, by name: those of ours lead to their files.
fn list_cases(rule: &Rule, cases: &[&Case], lang: Lang, text: &mut String) {
    if cases.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n## {}", lang.pick("Cases that it is tested with", "Les cas qui l’éprouvent"));
    for (outcome, en, fr) in [
        (Outcome::Fail, "It fails", "En échec"),
        (Outcome::Pass, "It passes", "Respectée"),
        (Outcome::NotApplicable, "It does not apply", "Sans objet"),
        (Outcome::Unverified, "It cannot be verified", "Non vérifiée"),
    ] {
        let own: Vec<&&Case> = cases.iter().filter(|case| case.expected == outcome).collect();
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n### {}\n", lang.pick(en, fr));
        for case in own {
            let path = case.name();
            let name = edge::name(path.rsplit('/').next().unwrap_or(&path));
            let _ = match rule.embedded {
                true => writeln!(text, "- [{}]({CASES}/{path})", name.replace('-', " ")),
                false => writeln!(text, "- {}", name.replace('-', " ")),
            };
        }
    }
}

/// Every rule by pillar, with a link to its page.
fn contents(rules: &Rules, lang: Lang) -> String {
    let mut text = format!("# {}\n", lang.pick("Rules", "Règles"));
    for pillar in &rules.policy.pillars {
        let own: Vec<&Rule> = rules.all.iter().filter(|rule| rule.pillar == pillar.id).collect();
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n## {}\n", edge::text(pillar.title.get(lang)));
        for rule in own {
            let severity = severity_quality(rule.severity, lang);
            let title = prose(rule, &rule.title, lang);
            let _ = writeln!(text, "- [`{id}`]({id}.md) ({severity})\u{a0}– {title}", id = rule.id);
        }
    }
    text
}

/// The part of the summary that lists the pages: a book has those alone that its summary names.
fn listed(rules: &Rules) -> String {
    let mut text = String::new();
    for lang in [Lang::En, Lang::Fr] {
        if lang == Lang::Fr {
            text.push_str("\n# Règles\n");
        }
        let _ = writeln!(text, "\n- [{}]({}/README.md)", lang.pick("All rules", "Toutes les règles"), folder(lang));
        for rule in &rules.all {
            let _ = writeln!(text, "  - [{id}]({}/{id}.md)", folder(lang), id = rule.id);
        }
    }
    text
}
