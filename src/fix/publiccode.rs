//! `publiccode.yml` (yml.publiccode.tools, version 0.4), filled from what the repository shows.

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

use crate::base::pattern::lean;
use crate::base::text::Localized;
use crate::fix::plan::{FileChange, FixContext, Plan};
use crate::model::delivery::TagKind;

/// What the standard asks of `longDescription`, in characters.
const LEAST: usize = 150;
/// What it allows `shortDescription`, in characters.
const SHORT: usize = 150;
/// Enough of a README to say what the product is.
const MOST: usize = 1_000;

pub(super) fn plan(context: &FixContext<'_>) -> Plan {
    let Some(address) = &context.forge else {
        return Err(Localized::new(
            "the address of the repository is part of it, and this clone has no remote on a forge",
            "l'adresse du dépôt en fait partie, et ce clone n'a pas de dépôt distant sur une forge",
        ));
    };
    let licence = context
        .fact_text("license_spdx")
        .or_else(|| context.answers.licence.clone().filter(|_| context.fails("missing-licence")));
    let Some(licence) = licence else {
        return Err(Localized::new(
            "the licence is part of it: add a licence first",
            "la licence en fait partie : ajoutez d'abord une licence",
        ));
    };
    let readme = context.survey.inventory.root_file(|name| name.starts_with("readme") || name.starts_with("lisezmoi"));
    let text = readme.and_then(|file| context.survey.inventory.text(&file.path)).unwrap_or_else(|| "".into());
    let description = prose(&text);
    if description.chars().count() < LEAST {
        return Err(Localized::new(
            format!(
                "the standard asks for a description of {LEAST} characters, and the README says too little of what the product is for"
            ),
            format!(
                "le standard demande une description de {LEAST} caractères, et le README dit trop peu à quoi sert le produit"
            ),
        ));
    }
    let history = context.survey.history.as_ref().ok();
    let release = history.and_then(|history| {
        let mut tags: Vec<_> =
            history.tags.iter().filter(|tag| crate::model::delivery::tag_kind(&tag.name) == TagKind::Release).collect();
        tags.sort_by_key(|tag| tag.time);
        tags.last().map(|tag| (tag.name.trim_start_matches('v').to_owned(), tag.time))
    });
    let date = release.as_ref().map(|(_, time)| *time);
    let stable = release.as_ref().is_some_and(|(name, _)| !name.starts_with("0."));
    let fact = |id: &str| context.survey.facts.get(id).is_some_and(|fact| fact.is_true());
    // A server without pages of its own is reached over the web all the same.
    let serves = fact("serves_pages")
        || fact("serves_api")
        || context.survey.stack.parts.iter().any(|part| !part.frameworks.is_empty());
    let title = text.lines().find_map(|line| line.strip_prefix("# ")).map(plain);
    let named =
        title.filter(|title| (2..50).contains(&title.trim().chars().count()) && !title.contains(['<', '!', '(', ':']));
    let name = named.as_deref().map_or(context.name, str::trim);
    let one_line = |text: &str| serde_json::Value::from(text).to_string();
    let mut file = context
        .tr(
            "# What catalogues of public software read, https://yml.publiccode.tools. Written by `equerre fix` from what the repository shows:\n# read it again, and complete `features` and `contacts`.\n",
            "# Ce que lisent les catalogues de logiciels publics, https://yml.publiccode.tools. Écrit par `equerre fix` d'après ce que montre le\n# dépôt : relisez-le, et complétez `features` et `contacts`.\n",
        );
    let _ =
        write!(file, "publiccodeYmlVersion: \"0.4\"\nname: {}\nurl: {}\n", one_line(name), one_line(&address.page()));
    if let Some((version, _)) = &release {
        let _ = writeln!(file, "softwareVersion: {}", one_line(version));
    }
    if let Some(date) = date {
        let _ = writeln!(file, "releaseDate: {}", crate::base::date::date(date));
    }
    let (status, kind) =
        (if stable { "stable" } else { "beta" }, if serves { "standalone/web" } else { "standalone/other" });
    let platform = if serves { "web" } else { "linux" };
    let _ = write!(file, "platforms:\n  - {platform}\ndevelopmentStatus: {status}\nsoftwareType: {kind}\n");
    let language = if is_french(&text) { "fr" } else { "en" };
    let _ = write!(
        file,
        "description:\n  {language}:\n    shortDescription: {}\n    longDescription: |-\n",
        one_line(&cut(description.lines().next().unwrap_or_default(), SHORT))
    );
    for line in cut(&description, MOST).lines() {
        let _ = writeln!(file, "{}", if line.trim().is_empty() { String::new() } else { format!("      {line}") });
    }
    let feature = if language == "fr" {
        "À compléter : une chose que le produit permet de faire"
    } else {
        "To complete: something that people can do with it"
    };
    let _ = write!(file, "    features:\n      - {}\nlegal:\n  license: {licence}\n", one_line(feature));
    let team = match context.lang {
        crate::base::text::Lang::En => format!("Team of {name}"),
        crate::base::text::Lang::Fr => format!("Équipe {name}"),
    };
    let _ = write!(file, "maintenance:\n  type: internal\n  contacts:\n    - name: {}\n", one_line(&team));
    if let Some(mail) = &context.answers.contact {
        let _ = writeln!(file, "      email: {}", one_line(mail));
    }
    let _ = write!(file, "localisation:\n  localisationReady: false\n  availableLanguages:\n    - {language}\n");
    Ok(vec![FileChange::Create { path: "publiccode.yml".to_owned(), text: file }])
}

/// Headings below which a README says what the product is for.
static PURPOSE: LazyLock<Regex> = LazyLock::new(|| {
    lean(
        r"(?i)présentation|à propos|about|contexte|context|overview|introduction|description|objectif|purpose|what|why|pourquoi|quoi|c'est|le (?:produit|service|projet)|the (?:product|service|project)",
    )
});

/// The first paragraphs of a README that say what the product is for: those before its sections, then those of a section on it.
/// Badges, quotations, lists, tables and code are left out.
fn prose(text: &str) -> String {
    let mut paragraphs: Vec<String> = Vec::new();
    let (mut fenced, mut open, mut describes) = (false, false, true);
    for line in text.lines().map(str::trim) {
        if line.starts_with("```") || line.starts_with("~~~") {
            fenced = !fenced;
            open = false;
            continue;
        }
        if !fenced && line.starts_with("##") {
            describes = PURPOSE.is_match(line);
            open = false;
            continue;
        }
        let starts_prose = line
            .chars()
            .next()
            .is_some_and(|first| first.is_alphabetic() || matches!(first, '*' | '_' | '[' | '«' | '"'));
        let listed = line.starts_with("* ") || line.starts_with("- ");
        let badge = line.starts_with("[![") || line.starts_with("![");
        if fenced || !describes || !starts_prose || listed || badge {
            open = false;
            continue;
        }
        match paragraphs.last_mut().filter(|_| open) {
            Some(last) => {
                last.push(' ');
                last.push_str(line);
            }
            None => paragraphs.push(line.to_owned()),
        }
        open = true;
    }
    let mut description = String::new();
    for paragraph in paragraphs.iter().map(|paragraph| plain(paragraph)) {
        // What ends with a colon announces something that is not here.
        if paragraph.split_whitespace().count() < 5 || paragraph.ends_with(':') {
            continue;
        }
        if description.chars().count() >= LEAST * 2 {
            break;
        }
        if !description.is_empty() {
            description.push_str("\n\n");
        }
        description.push_str(&paragraph);
    }
    description
}

/// A paragraph without its marks: `[text](address)` reads `text`.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('[') {
        text.push_str(before);
        match after.split_once("](").and_then(|(name, end)| Some((name, end.split_once(')')?.1))) {
            Some((name, after)) => {
                text.push_str(name);
                rest = after;
            }
            None => {
                text.push('[');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text.replace("**", "").replace("__", "").replace('`', "")
}

/// A text cut at the end of a sentence or of a word.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    let sentence = kept.rfind(". ").map(|at| at + 1).filter(|at| *at * 2 > kept.len());
    match sentence.or_else(|| kept.rfind(char::is_whitespace)) {
        Some(at) if sentence.is_some() => kept[..at].trim_end().to_owned(),
        Some(at) => format!("{}…", kept[..at].trim_end()),
        None => kept,
    }
}

/// Whether a text is written in French, by its commonest words.
fn is_french(text: &str) -> bool {
    let count = |words: &[&str]| {
        text.split(|letter: char| !letter.is_alphabetic())
            .filter(|word| words.contains(&word.to_lowercase().as_str()))
            .count()
    };
    count(&["le", "la", "les", "des", "est", "une", "et", "pour", "du"])
        > count(&["the", "of", "and", "is", "to", "for", "an"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_readme_says_is_told_without_its_marks() {
        let text = "# Cantine\n\n[![ci](a)](b)\n\nUn **service** pour [les\ncantines](https://x), qui tient\nses comptes.\n\n## Installer\n\nIl faut installer beaucoup de choses ici.\n\n- une liste\n\n```sh\nnpm start maintenant ou jamais\n```\n";
        assert_eq!(prose(text), "Un service pour les cantines, qui tient ses comptes.");
        assert!(is_french(text) && !is_french("The purpose of the service is to help."));
        assert_eq!(cut("Une phrase. Une autre qui est longue.", 16), "Une phrase.");
        assert_eq!(cut("Un mot puis un autre mot encore", 14), "Un mot puis…");
    }
}
