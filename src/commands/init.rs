//! `equerre init`: a commented `.equerre.yml` that fits the repository.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use equerre::audit::{Request, scanner, survey};
use equerre::config::FILE;
use equerre::inventory::role::Role;
use equerre::source::{Selection, open};
use equerre::text::Lang;
use miette::{IntoDiagnostic, WrapErr};

use super::{Outcome, language, talk};
use crate::cli::InitArgs;

/// Writes the file, unless there is one.
pub(crate) fn run(args: &InitArgs) -> Outcome {
    let opened = open(&args.path, &Selection::default())?;
    let target = opened.root.join(FILE);
    let lang = language(args.lang, None);
    let survey = survey(opened, Request::new(scanner(Vec::new())?, jiff::Timestamp::now().as_second()))?;
    let mut vendored: Vec<String> = survey
        .inventory
        .files()
        .iter()
        .filter(|file| file.role == Role::Vendored)
        .filter_map(|file| file.path.split_once('/').map(|(top, _)| top.to_owned()))
        .collect();
    vendored.dedup();
    let name = survey.name();
    let product = name.rsplit('/').next().unwrap_or(&name);
    let text = contents(
        lang,
        product,
        survey.facts.get("languages").map(|fact| fact.names().join(", ")).unwrap_or_default().as_str(),
        &vendored,
    );
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).open(&target).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                miette::miette!(help = "edit it, or remove it first", "`{}` is already there", target.display())
            }
            _ => miette::miette!("`{}` cannot be written: {error}", target.display()),
        })?;
    file.write_all(text.as_bytes())
        .into_diagnostic()
        .wrap_err_with(|| format!("`{}` cannot be written", target.display()))?;
    talk(&format!("{} {}", lang.pick("Written:", "Écrit :"), target.display()));
    Ok(ExitCode::SUCCESS)
}

fn contents(lang: Lang, product: &str, languages: &str, vendored: &[String]) -> String {
    let mut text = String::new();
    let mut line = |en: &str, fr: &str| {
        let _ = writeln!(text, "{}", lang.pick(en, fr));
    };
    line(
        "# Settings of Equerre. `equerre config schema` describes every key.",
        "# Réglages d'Equerre. `equerre config schema` décrit chaque clé.",
    );
    if !languages.is_empty() {
        let (en, fr) = (format!("# Found here: {languages}."), format!("# Trouvé ici : {languages}."));
        line(&en, &fr);
    }
    line("", "");
    let product = serde_json::Value::from(product);
    let product = format!("product: {product}");
    line(&product, &product);
    line("# url: https://product.beta.gouv.fr", "# url: https://produit.beta.gouv.fr");
    line("lang: en", "lang: fr");
    line("", "");
    line(
        "# Paths to leave out, beyond what git ignores and what is vendored or generated.",
        "# Chemins à laisser de côté, en plus de ce que git ignore et de ce qui est vendu ou généré.",
    );
    if !vendored.is_empty() {
        let list = vendored.join(", ");
        let (en, fr) = (
            format!("# Already taken for somebody else's code: {list}."),
            format!("# Déjà considéré comme du code tiers : {list}."),
        );
        line(&en, &fr);
    }
    line("exclude: []", "exclude: []");
    line("", "");
    line(
        "# What makes the command exit with 1, for a pipeline.",
        "# Ce qui fait sortir la commande avec le code 1, pour une CI.",
    );
    line("gates:\n  # min-grade: C\n  fail-on: blocker", "gates:\n  # min-grade: C\n  fail-on: blocker");
    line("", "");
    line(
        "# Another severity for a rule: info, minor, major or blocker.",
        "# Une autre sévérité pour une règle : info, minor, major ou blocker.",
    );
    line("# severities:\n#   missing-publiccode: info", "# severities:\n#   missing-publiccode: info");
    line("", "");
    line(
        "# Folders of your own rules, relative to this file.",
        "# Dossiers de vos propres règles, relatifs à ce fichier.",
    );
    line("# packs: [quality/rules]", "# packs: [qualite/regles]");
    line("", "");
    line(
        "# Failures set aside, each with a reason and, if it should not last, an end.",
        "# Échecs mis de côté, chacun avec une raison et, s'il ne doit pas durer, une fin.",
    );
    line(
        "# ignores:\n#   - rule: missing-end-to-end-tests\n#     reason: being written, see issue 12\n#     until: 2027-06-30",
        "# ignores:\n#   - rule: missing-end-to-end-tests\n#     reason: en cours d'écriture, voir le ticket 12\n#     until: 2027-06-30",
    );
    text
}
