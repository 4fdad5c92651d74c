//! Every sentence that a person can meet is in French and in English, and the French is set as French is printed.

mod common;

use std::path::Path;
use std::process::Command;

use common::{NOW_TEXT, Sandbox};
use equerre::Lang;
use equerre::internals::detectors;
use equerre::internals::french;
use equerre::internals::{Embedded, Rules};

/// A text without its code and its options, which are not language.
fn prose(text: &str) -> String {
    let words = text.split('`').step_by(2).collect::<Vec<_>>().join("…");
    let kept = words.split(' ').filter(|word| !word.trim_start_matches(['(', '[']).starts_with("--"));
    kept.collect::<Vec<_>>().join(" ")
}

/// What gives English away.
fn english_words(text: &str) -> Vec<String> {
    const WORDS: &[&str] = &[
        "the", "is", "are", "not", "and", "of", "with", "cannot", "this", "which", "would", "what", "from", "there",
        "has", "have",
    ];
    let words = prose(text).to_lowercase();
    let found = words.split(|letter: char| !letter.is_alphanumeric()).filter(|word| WORDS.contains(word));
    found.map(str::to_owned).collect()
}

/// What French typography forbids: a plain space before a high sign or within guillemets, a straight apostrophe.
fn misprints(text: &str) -> Vec<String> {
    let prose = prose(text);
    let letters: Vec<char> = prose.chars().collect();
    let wrong = |at: usize| {
        let (before, letter) = (letters[at - 1], letters[at]);
        let after = letters.get(at + 1).copied().unwrap_or(' ');
        (before == ' ' && matches!(letter, ';' | ':' | '!' | '?' | '»') && !after.is_alphanumeric())
            || (before == '«' && letter == ' ')
            || (letter == '\'' && before.is_alphabetic() && after.is_alphabetic())
    };
    let around = |at: usize| letters[at.saturating_sub(12)..(at + 12).min(letters.len())].iter().collect();
    (1..letters.len()).filter(|at| wrong(*at)).map(around).collect()
}

#[test]
fn the_tests_of_language_can_fail() {
    assert_eq!(english_words("le fichier cannot be read `the code`"), ["cannot"]);
    assert_eq!(misprints("l'image : « rien »").len(), 4);
    assert!(misprints(&french("l'image : « rien » ; `a : b` et `c'est`")).is_empty());
}

#[test]
fn texts_of_rules_are_in_both_languages_and_set() {
    let rules = Rules::load(&[], Embedded::With).expect("the embedded rules");
    for rule in &rules.all {
        let optional = rule.message.iter().chain(rule.doubt());
        for text in [&rule.title, &rule.why, &rule.remediation].into_iter().chain(optional) {
            let id = &rule.id;
            assert!(!text.fr.trim().is_empty() && !text.en.trim().is_empty(), "{id}: a text is empty");
            assert!(misprints(&text.fr).is_empty(), "{id}: {:?}", misprints(&text.fr));
            let words = english_words(&text.fr);
            // A name may hold one of them: « Design of Experiments ».
            assert!(words.len() < 2, "{id}: {words:?} in {}", text.fr);
            assert!(text.fr != text.en || text.fr.split_whitespace().count() < 3, "{id}: {}", text.en);
        }
    }
}

#[test]
fn questions_of_facts_are_set() {
    for detector in detectors() {
        let question = detector.asks(Lang::Fr);
        assert!(misprints(&question).is_empty() && english_words(&question).is_empty(), "{question}");
        assert_ne!(question, detector.asks(Lang::En), "{}", detector.id);
    }
}

/// What the command says to a person whose system is in French.
fn in_french(folder: &Path, args: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_equerre"))
        .args(args)
        .current_dir(folder)
        .env_clear()
        .envs(std::env::vars().filter(|(name, _)| name == "PATH"))
        .env("LANG", "fr_FR.UTF-8")
        .env("HOME", folder)
        .output()
        .expect("the command runs");
    String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned()
}

#[test]
fn the_help_is_in_french_where_the_person_is() {
    let folder = Sandbox::folder(&[]);
    let commands = [
        "",
        "check",
        "audit",
        "facts",
        "deploys",
        "site",
        "baseline",
        "badge",
        "fix",
        "diff",
        "explain",
        "init",
        "completions",
    ];
    let mut asked: Vec<Vec<&str>> = commands.iter().map(|command| vec![*command]).collect();
    asked.extend([
        vec!["rules"],
        vec!["rules", "list"],
        vec!["rules", "test"],
        vec!["config", "schema"],
        vec!["report", "schema"],
    ]);
    for command in asked {
        for flag in ["--help", "-h"] {
            let words: Vec<&str> = command.iter().copied().filter(|word| !word.is_empty()).chain([flag]).collect();
            let help = in_french(folder.path(), &words);
            assert!(help.contains("Utilisation\u{a0}:") && !help.contains("Usage:"), "{words:?}: {help}");
            assert!(english_words(&help).is_empty(), "{words:?}: {:?}", english_words(&help));
            assert!(misprints(&help).is_empty(), "{words:?}: {:?}", misprints(&help));
        }
    }
    let english = common::run_in(folder.path(), &["--help"]).stdout;
    assert!(english.contains("Usage:") && english.contains("Audits a repository"), "{english}");
    let asked = common::run_in(folder.path(), &["--help", "--lang", "fr"]).stdout;
    assert!(asked.contains("Utilisation\u{a0}:"), "`--lang` decides: {asked}");
}

#[test]
fn what_goes_wrong_is_told_in_french() {
    let sandbox = Sandbox::repository(&[
        ("README.md", "# Cantine\n"),
        ("bad-rules/one-rule.yml", "severity: majeur\n"),
        (
            "two-rules/one-rule.yml",
            "severity: major\npillar: testing\ntitle: { fr: a, en: a }\nwhy: { fr: a, en: a }\nremediation: { fr: a, en: a }\n",
        ),
        (
            "three/one-rule.yml",
            "severity: major\npillar: tests\npasses-when: { fact: readm, is: true }\ntitle: { fr: a, en: a }\nwhy: { fr: a, en: a }\nremediation: { fr: a, en: a }\n",
        ),
        (
            "four/one-rule.yml",
            "severity: major\npillar: tests\npasses-when: { fact: readme, at-least: 3 }\ntitle: { fr: a, en: a }\nwhy: { fr: a, en: a }\nremediation: { fr: a, en: a }\n",
        ),
        ("known.json", "{}"),
        ("product.yml", "repositories: []\n"),
    ]);
    let settings = |text: &str| sandbox.write(".equerre.yml", text.as_bytes());
    let told = |args: &[&str], said: &str| {
        let text = in_french(sandbox.path(), args);
        assert!(text.contains(said), "{args:?}: {said} is not in {text}");
        // The line that is shown belongs to the file.
        let own: String =
            text.lines().filter(|line| !line.contains('│') && !line.contains("╭─[")).collect::<Vec<_>>().join("\n");
        assert!(english_words(&own).is_empty(), "{args:?}: {:?} in {own}", english_words(&own));
        assert!(misprints(&own).is_empty(), "{args:?}: {:?}", misprints(&own));
    };
    told(&["--nope"], "n’existe pas");
    told(&["chekc"], "vouliez-vous dire");
    told(&["--min-grade", "Z"], "ne convient pas");
    told(&["--jobs", "x"], "ce n’est pas un nombre");
    told(&["--jobs", "0"], "aucun fil");
    told(&["--as-of", "demain"], "écrivez-la");
    told(&["--output"], "il manque une valeur");
    told(&["explain"], "il manque");
    told(&["check", "--rev", "a", "--no-git"], "ne va pas avec");
    told(&["check", "/nowhere"], "n’existe pas");
    told(&["check", "README.md"], "n’est pas un dossier");
    told(&["check", "--no-git", "--changed-since", "HEAD"], "demande un dépôt git");
    told(&["explain", "missing-license"], "vouliez-vous dire");
    told(&["--select", "nothing-of-ours"], "ni une règle ni un pilier");
    told(&["--exclude", "a[", "."], "motif de chemins");
    told(&["--with-facts"], "ne complète qu’un rapport JSON");
    told(&["--compare", "known.json"], "ne complète qu’un rapport HTML");
    told(&["diff", "known.json", "known.json"], "pas un rapport d’Equerre");
    told(&["--baseline", "nowhere.json"], "pas de référence");
    told(&["--baseline", "known.json"], "manque");
    told(&["audit", "product.yml"], "pas de dépôt");
    told(&["audit", "product.yml", "."], "décrit un produit entier");
    told(&["fix", "missing-unit-tests"], "ne se corrige pas par une machine");
    told(&["fix", "missing-licence"], "revient à l’équipe");
    told(&["site", "pas une adresse"], "par exemple");
    told(&["--online", "--forge", "https://nowhere.example/x"], "forge");
    told(&["--rules", "/nowhere"], "illisibles");
    told(&["--rules", "bad-rules"], "valeur inconnue");
    told(&["--rules", "two-rules"], "pilier inconnu");
    told(&["--rules", "three"], "fait inconnu");
    told(&["--rules", "four"], "que cette comparaison n’admet pas");
    told(&["rules", "test", "nowhere"], "dossier de cas");
    for (text, said) in [
        ("excludes: []\n", "clé inconnue"),
        ("exclude: yes\n", "une liste est attendue"),
        ("gates: { fail-on: hard }\n", "valeur inconnue"),
        ("ignores: [{ rule: missing-licence }]\n", "manque"),
        ("ignores: [{ rule: missing-licence, reason: '' }]\n", "ne donne pas de raison"),
        ("ignores: [{ rule: missing-license, reason: a }]\n", "n’est pas une règle"),
        ("ignores: [{ rule: missing-licence, reason: a, until: soon }]\n", "n’est pas une date"),
        ("packs: [../x]\n", "hors du dépôt"),
        ("packs: [nowhere]\n", "paquet de règles"),
        ("baseline: a/b\n", "à la racine"),
        ("lang: fr\nlang: en\n", "deux fois"),
    ] {
        settings(text);
        told(&["."], said);
    }
}

#[test]
fn reports_in_french_are_in_french() {
    let sandbox = Sandbox::repository(&[
        ("README.md", "# Cantine\n"),
        ("package.json", "{\n  \"dependencies\": { \"express\": \"5.0.0\" }\n}\n"),
    ]);
    for args in [
        &["--as-of", NOW_TEXT][..],
        &["--as-of", NOW_TEXT, "--verbose"],
        &["--as-of", NOW_TEXT, "--format", "markdown"],
        &["deploys", "--as-of", NOW_TEXT],
        &["facts", "--list"],
        &["explain", "missing-licence"],
        &["fix", "--dry-run", "--as-of", NOW_TEXT, "missing-contributing-guide", "missing-editorconfig"],
        &["baseline", "--as-of", NOW_TEXT, "--output", "known.json"],
    ] {
        let text = in_french(sandbox.path(), args);
        // Names of rules and files are not language; the line that is shown belongs to the file.
        let own: Vec<&str> = text.lines().filter(|line| !line.contains('│') && !line.contains("http")).collect();
        for line in own {
            assert!(misprints(line).is_empty(), "{args:?}: {:?}", misprints(line));
            assert!(english_words(line).len() < 2, "{args:?}: {line}");
        }
    }
}

#[test]
fn no_message_is_written_in_one_language() {
    for entry in walkdir::WalkDir::new("src") {
        let entry = entry.expect("a file");
        if !entry.file_type().is_file() {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).expect("a file");
        let own = text.split("#[cfg(test)]").next().unwrap_or_default();
        let path = entry.path().display();
        assert!(!own.contains("miette!("), "{path}: `refuse` takes a message in both languages");
        for line in own.lines().map(str::trim) {
            let foreign = line.starts_with("#[error(\"")
                && line.contains(' ')
                && !line.starts_with("#[error(\"{")
                && !line.contains("probe `");
            assert!(!foreign, "{path}: {line}");
            assert!(
                !line.starts_with("#[diagnostic(help(\"") || line.starts_with("#[diagnostic(help(\"{}\""),
                "{path}: {line}"
            );
            let context = line.contains("wrap_err(\"") || line.contains("wrap_err_with(|| format!(");
            assert!(!context, "{path}: {line}");
        }
    }
}
