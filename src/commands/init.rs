//! `equerre init`: a commented `.equerre.yml` that fits the repository.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::base::documentation;
use crate::base::edge;
use crate::base::path::folder_of;
use crate::base::text::{Lang, localized};
use crate::config::FILE;
use crate::model::services::{How, Service, Services};
use crate::read::inventory::role::Role;
use crate::read::source::{Selection, open};
use crate::survey::{Request, scanner, survey};

use super::console::{CommandResult, Console};
use crate::base::disk::Root;
use crate::base::error::Error;
use crate::cli::InitArgs;

/// How many folders are named at most.
const NAMED: usize = 8;

/// Writes the file, unless there is one.
pub(super) fn run(args: &InitArgs, console: &Console) -> CommandResult {
    let opened = open(&args.path, &Selection::default())?;
    let root = opened.root.clone();
    let target = root.join(FILE);
    let lang = console.choose_language(args.lang, None);
    let survey = survey(opened, Request::new(scanner(Vec::new())?, jiff::Timestamp::now().as_second()))?;
    let vendored = vendored_folders(survey.inventory.files().iter().map(|file| (file.path.as_str(), file.role)));
    let name = survey.name();
    let product = name.rsplit('/').next().unwrap_or(&name);
    let text = contents(
        lang,
        product,
        survey.facts.get("languages").map(|fact| fact.names().join(", ")).unwrap_or_default().as_str(),
        &vendored,
        &survey.services,
    );
    let written = Root::open(&root).and_then(|root| root.create(Path::new(FILE), text.as_bytes()));
    written.map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            let help = localized!("edit it, or remove it first", "modifiez-le, ou supprimez-le d’abord");
            Error::new(localized!("`{}` is already there", "`{}` existe déjà", target.display()), Some(help))
        }
        _ => Error::of_system(
            localized!("`{}` cannot be written", "`{}` ne peut pas être écrit", target.display()),
            &error,
        ),
    })?;
    console.log(&format!("{} {}", lang.pick("Written:", "Écrit\u{a0}:"), target.display()));
    Ok(ExitCode::SUCCESS)
}

/// The folders that hold nothing but somebody else's code, each as deep as all of that code allows.
fn vendored_folders<'f>(files: impl Iterator<Item = (&'f str, Role)> + Clone) -> Vec<String> {
    let is_vendored = |(_, role): &(&str, Role)| *role == Role::Vendored;
    let own: BTreeSet<&str> =
        files.clone().filter(|file| !is_vendored(file)).flat_map(|(path, _)| above(path)).collect();
    let mut found: BTreeMap<&str, &str> = BTreeMap::new();
    for (path, _) in files.filter(is_vendored) {
        let Some(widest) = above(path).filter(|folder| !own.contains(folder)).last() else { continue };
        let deepest = found.entry(widest).or_insert_with(|| folder_of(path));
        while !above(path).any(|folder| folder == *deepest) {
            *deepest = folder_of(deepest);
        }
    }
    found.into_values().map(str::to_owned).collect()
}

/// The folders that hold a path, the nearest first.
fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder_of(path)), |folder| Some(folder_of(folder)))
        .take_while(|folder| !folder.is_empty())
}

fn contents(lang: Lang, product: &str, languages: &str, vendored: &[String], services: &Services) -> String {
    let mut text = String::new();
    let mut line = |en: &str, fr: &str| {
        let _ = writeln!(text, "{}", lang.pick(en, fr));
    };
    let schema = format!("# yaml-language-server: $schema={}", documentation::schema("settings"));
    line(&schema, &schema);
    line(
        "# Settings of Equerre. `equerre config schema` describes every key.",
        "# Réglages d’Equerre. `equerre config schema` décrit chaque clé.",
    );
    if !languages.is_empty() {
        let (en, fr) = (format!("# Found here: {languages}."), format!("# Trouvé ici\u{a0}: {languages}."));
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
        "# Chemins à laisser de côté, en plus de ce que git ignore et de ce qui est généré ou vient de tiers.",
    );
    if !vendored.is_empty() {
        let more = if vendored.len() > NAMED { ", …" } else { "" };
        let list = format!("{}{more}", vendored[..vendored.len().min(NAMED)].join(", "));
        let (en, fr) = (
            format!("# Already treated as third-party code: {list}."),
            format!("# Déjà considéré comme du code tiers\u{a0}: {list}."),
        );
        line(&en, &fr);
    }
    line("exclude: []", "exclude: []");
    line("", "");
    if !services.all.is_empty() {
        line(
            "# What was found of what is deployed; uncomment and correct what is wrong: it then replaces what is found in that folder.",
            "# Ce qui a été trouvé de ce qui est déployé\u{a0}; décommentez et corrigez ce qui est faux\u{a0}: cela remplace alors ce qui est trouvé dans ce dossier.",
        );
        line("# services:", "# services:");
        for service in services.all.iter().take(NAMED_SERVICES) {
            let entry = entry_of(service);
            line(&entry, &entry);
        }
        line("", "");
    }
    line(
        "# What makes the command exit with 1, for a pipeline.",
        "# Ce qui fait sortir la commande avec le code 1, pour une CI.",
    );
    line("gates:\n  # min-grade: C\n  fail-on: blocker", "gates:\n  # min-grade: C\n  fail-on: blocker");
    line("", "");
    line(
        "# Another severity for a rule: info, minor, major or blocker.",
        "# Une autre sévérité pour une règle\u{a0}: info, minor, major ou blocker.",
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
        "# Échecs mis de côté, chacun avec une raison et, s’il ne doit pas durer, une fin.",
    );
    line(
        "# ignores:\n#   - rule: missing-end-to-end-tests\n#     reason: being written, see issue 12\n#     until: 2027-06-30",
        "# ignores:\n#   - rule: missing-end-to-end-tests\n#     reason: en cours d’écriture, voir le ticket 12\n#     until: 2027-06-30",
    );
    text
}

/// How many services are written.
const NAMED_SERVICES: usize = 20;

/// A service as the settings write one, commented out. What a name of the tree may hold is kept inside its quotes.
fn entry_of(service: &Service) -> String {
    let quoted = |text: &str| serde_json::Value::from(edge::name(text)).to_string();
    let folder = if service.component.is_empty() { "." } else { &service.component };
    let mut entry = format!("#   - {{ component: {}, kind: {}", quoted(folder), service.kind.name());
    if service.production.how != How::Unknown {
        entry += &format!(", production: {}", service.production.how.name());
    }
    if let Some(gated) = service.production.gated {
        entry += &format!(", after-tests: {gated}");
    }
    entry + " }"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::config_file::ConfigFile;
    use crate::config::Config;
    use crate::model::services;

    #[test]
    fn the_services_that_were_found_are_settings_once_uncommented() {
        let inventory = crate::read::inventory::Inventory::of([
            ("api/package.json", r#"{"scripts": {"start": "node a.js"}, "dependencies": {"express": "4"}}"#),
            ("api/a.js", "express().listen(3)"),
        ]);
        let manifests = crate::model::manifest::Manifests::read(&inventory);
        let lockfiles = crate::model::lockfile::Lockfiles::read(&inventory);
        let stack = crate::model::stack::Stack::read(&inventory, &manifests, &lockfiles);
        let pipelines = crate::model::pipeline::Pipelines::read(&inventory, &manifests);
        let sources =
            services::Sources { inventory: &inventory, manifests: &manifests, stack: &stack, pipelines: &pipelines };
        let found = Services::read(&sources, &[]);
        let text = contents(Lang::En, "a", "javascript", &[], &found);
        let block: Vec<&str> = text.lines().skip_while(|line| *line != "# services:").take(2).collect();
        let uncommented: String = block.iter().map(|line| format!("{}\n", &line[2..])).collect();
        let read = Config::read(ConfigFile::new(FILE, uncommented)).expect("settings");
        assert_eq!(read.services.len(), 1, "{text}");
    }

    #[test]
    fn only_folders_of_nothing_but_vendored_code_are_named() {
        use Role::{Source, Vendored};
        let files = [
            ("app/assets/vendor/lib/a.js", Vendored),
            ("app/assets/vendor/lib/b/c.js", Vendored),
            ("app/models/user.rb", Source),
            ("public/jquery.min.js", Vendored),
            ("public/index.html", Source),
            ("vendor/a/x.js", Vendored),
            ("vendor/b/y.js", Vendored),
            ("root.min.js", Vendored),
        ];
        assert_eq!(vendored_folders(files.into_iter()), ["app/assets/vendor/lib", "vendor"]);
    }
}
