//! `equerre rules test --explain-match RULE PATH`: how the questions of a rule fare in one file, for its author.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::base::disk::{NAMED, read_named_text};
use crate::base::edge;
use crate::base::error::Error;
use crate::base::text::{Lang, Localized, localized};
use crate::check::rules::rules_here;
use crate::cli::{RulesArgs, SettingsArgs};
use crate::read::inventory::scan::Scanner;
use crate::read::syntax::Explained;

use super::console::{CommandResult, Console, print};
use super::explain::unknown_rule;

/// How long a line of code may be before it is cut.
const LONGEST: usize = 100;

/// Explains the questions of a rule, one after the other.
pub(super) fn explain(
    id: &str,
    path: &str,
    args: &RulesArgs,
    settings: &SettingsArgs,
    console: &Console,
) -> CommandResult {
    let (rules, _) = rules_here(&args.options(settings))?;
    let rule = rules.get(id).ok_or_else(|| unknown_rule(id, &rules))?;
    let code = read_named_text(Path::new(path), NAMED)
        .map_err(|error| Error::of_system(localized!("`{path}` cannot be read", "`{path}` est illisible"), &error))?;
    let scanner = Scanner::new(rules.probes.clone()).map_err(|error| Error::foreign(&error))?;
    let lang = console.lang();
    let mut text = String::new();
    let questions = rule.probes();
    if questions.is_empty() {
        let nothing = localized!(
            "rule `{}` asks no question of text or syntax",
            "la règle `{}` ne pose pas de question de texte ou de syntaxe",
            rule.id
        );
        let _ = writeln!(text, "{}", nothing.get(lang));
    }
    for (number, (probe, within)) in questions.into_iter().enumerate() {
        let Some(found) = scanner.explain(probe, path, &code) else { continue };
        let _ = writeln!(text, "{} {}", lang.pick("question", "question"), number + 1);
        // Globs are seen from the root of the audit or of a component: any tail of the path may be what they see.
        let tails = path.char_indices().filter(|(_, letter)| *letter == '/').map(|(at, _)| &path[at + 1..]);
        if !std::iter::once(path).chain(tails).any(|tail| within.globs.is_match(tail)) {
            line(&mut text, lang, &localized!("`in` leaves this file out", "`in` laisse ce fichier de côté"));
        }
        let words = found.words.join(", ");
        if found.words.is_empty() {
            let every = localized!(
                "no word is needed: every file of `in` is asked, which is slow",
                "aucun mot n'est nécessaire : chaque fichier de `in` est lu, ce qui est lent"
            );
            line(&mut text, lang, &every);
        } else if found.met.is_empty() {
            let none = localized!("none of its words is there: {words}", "aucun de ses mots n'y est : {words}");
            line(&mut text, lang, &none);
        } else {
            let met: Vec<String> = found.met.iter().take(10).map(|(word, at)| format!("{word}:{at}")).collect();
            let met = met.join(", ");
            line(&mut text, lang, &localized!("words, with their lines: {met}", "mots, avec leurs lignes : {met}"));
        }
        match found.syntax {
            None => {}
            Some(None) => {
                line(&mut text, lang, &localized!("no grammar reads this file", "aucune grammaire ne lit ce fichier"));
            }
            Some(Some(Err(reason))) => line(&mut text, lang, &reason),
            Some(Some(Ok(explained))) => matches(&mut text, lang, &explained),
        }
    }
    print(edge::inert(&text).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn line(text: &mut String, lang: Lang, said: &Localized) {
    let _ = writeln!(text, "  {}", edge::text(said.get(lang)));
}

/// The first line of some code.
fn short(code: &str) -> String {
    let first = code.lines().next().unwrap_or_default();
    let cut: String = first.chars().take(LONGEST).collect();
    let whole = cut.len() == code.len();
    edge::text(&if whole { cut } else { format!("{cut} …") })
}

fn matches(text: &mut String, lang: Lang, explained: &Explained) {
    let grammar = &explained.grammar;
    line(text, lang, &localized!("read as {grammar}", "lu comme du {grammar}"));
    if !explained.unread.is_empty() {
        let lines: Vec<String> = explained.unread.iter().take(10).map(ToString::to_string).collect();
        let lines = lines.join(", ");
        line(
            text,
            lang,
            &localized!("not understood, from line: {lines}", "incompris, à partir de la ligne : {lines}"),
        );
    }
    if explained.matches.is_empty() {
        line(text, lang, &localized!("nothing matches", "rien ne correspond"));
    }
    for found in &explained.matches {
        let (at, column) = found.place;
        let _ = writeln!(text, "  {at}:{column} {} {}", found.kind, short(&found.text));
        for (name, code, values) in &found.variables {
            let values = values.as_ref().map(|values| format!("  = {}", edge::text(values))).unwrap_or_default();
            let _ = writeln!(text, "    ${name}: {}{values}", short(code));
        }
        if !found.admitted {
            line(
                text,
                lang,
                &localized!(
                    "  but its constants are not as asked",
                    "  mais ses constantes ne sont pas celles demandées"
                ),
            );
        }
    }
}
