//! How to report a vulnerability, how to contribute: short texts that say what the repository shows.

use std::fmt::Write as _;

use super::recipe::recipes;
use crate::base::path::folder_of;
use crate::base::text::{Lang, Localized, printable};
use crate::fix::plan::{FileChange, FixContext, Plan};
use crate::model::forge::address::Software;

pub(super) fn security(context: &FixContext<'_>) -> Plan {
    let forge = context.forge.as_ref().and_then(|address| match address.software {
        Software::GitHub => Some(format!("{}/security/advisories/new", address.page())),
        Software::GitLab => Some(format!("{}/-/issues/new?issue[confidential]=true", address.page())),
        // Forgejo has no private report.
        Software::Forgejo => None,
    });
    let mail = context.answers.contact.as_deref();
    if forge.is_none() && mail.is_none() {
        return Err(Localized::new(
            "the private contact address is the team's choice: `--contact security@example.gouv.fr`",
            "l'adresse à laquelle écrire en privé revient à l'équipe : `--contact securite@exemple.gouv.fr`",
        ));
    }
    let mut ways = String::new();
    let private = context.forge.as_ref().is_some_and(|address| address.software == Software::GitHub);
    if let Some(page) = forge {
        let _ = match (context.lang, private) {
            (Lang::En, true) => writeln!(ways, "- [a private report]({page}), which only the team reads;"),
            (Lang::Fr, true) => writeln!(ways, "- [un signalement privé]({page}), que l'équipe est seule à lire ;"),
            (Lang::En, false) => writeln!(ways, "- [a confidential issue]({page}), which only the team reads;"),
            (Lang::Fr, false) => writeln!(ways, "- [un ticket confidentiel]({page}), que l'équipe est seule à lire ;"),
        };
    }
    if let Some(mail) = mail {
        let _ = match context.lang {
            Lang::En => writeln!(ways, "- a mail to <{mail}>;"),
            Lang::Fr => writeln!(ways, "- un courriel à <{mail}> ;"),
        };
    }
    let ways = ways.trim_end().trim_end_matches(';').trim_end().to_owned() + ".";
    let text = match context.lang {
        Lang::En => format!(
            "# Security\n\n## Reporting a flaw\n\nDo not open a public issue. Write to us in private:\n\n{ways}\n\nSay what you saw, where, and how to see it again.\n"
        ),
        Lang::Fr => format!(
            "# Sécurité\n\n## Signaler une faille\n\nN'ouvrez pas de ticket public. Écrivez-nous en privé :\n\n{ways}\n\nDites ce que vous avez vu, où, et comment le revoir.\n"
        ),
    };
    Ok(vec![FileChange::Create { path: "SECURITY.md".to_owned(), text: context.set(text) }])
}

pub(super) fn contributing(context: &FixContext<'_>) -> Plan {
    let lang = context.lang;
    let page = context.forge.as_ref().map(|address| match address.software {
        Software::GitLab => format!("{}/-/issues", address.page()),
        _ => format!("{}/issues", address.page()),
    });
    let issues = match (page, lang) {
        (Some(page), Lang::En) => format!("[an issue]({page})"),
        (Some(page), Lang::Fr) => format!("[un ticket]({page})"),
        (None, Lang::En) => "an issue".to_owned(),
        (None, Lang::Fr) => "un ticket".to_owned(),
    };
    let mut commands = String::new();
    for recipe in recipes(context) {
        // Each block starts at the root: what comes before it changed no folder.
        let place = match (recipe.folder.as_str(), lang) {
            ("", _) => String::new(),
            (folder, Lang::En) => format!("\nIn `{}`:\n", printable(folder).replace('`', "'")),
            (folder, Lang::Fr) => format!("\nDans `{}` :\n", printable(folder).replace('`', "'")),
        };
        let own = [recipe.install, recipe.lint, recipe.test].concat();
        // What CI installs for itself, people have.
        let own: Vec<String> = own.into_iter().filter(|command| !command.starts_with("pipx install")).collect();
        let _ = write!(commands, "{place}\n```sh\n{}\n```\n", own.join("\n"));
    }
    let checks = match (commands.is_empty(), lang) {
        (true, Lang::En) => "The README says how to start the product on your machine.\n".to_owned(),
        (true, Lang::Fr) => "Le README dit comment lancer le produit sur votre poste.\n".to_owned(),
        (false, Lang::En) => format!("Before you propose a change, these pass:\n{commands}"),
        (false, Lang::Fr) => format!("Avant de proposer une modification, ces commandes passent :\n{commands}"),
    };
    let request = match (context.is_on_gitlab(), lang) {
        (true, Lang::En) => "merge request",
        (false, Lang::En) => "pull request",
        (_, Lang::Fr) => "demande de fusion",
    };
    let has_policy = context.survey.inventory.files().iter().any(|file| {
        file.name().eq_ignore_ascii_case("security.md") && matches!(folder_of(&file.path), "" | ".github" | "docs")
    }) || context.fails("missing-security-policy")
        && context.fixes("missing-security-policy")
        && security(context).is_ok();
    let policy = match (has_policy, lang) {
        (false, _) => "",
        (true, Lang::En) => " A flaw is reported in private: see [SECURITY.md](SECURITY.md).",
        (true, Lang::Fr) => " Une faille se signale en privé : voir [SECURITY.md](SECURITY.md).",
    };
    let (branch, name) = (context.branch(), context.name);
    let text = match lang {
        Lang::En => format!(
            "# Contributing\n\nThank you for contributing to {name}.\n\n## Reporting a defect, asking for something\n\nOpen {issues}: what you did, what you expected, what happened.{policy}\n\n## Proposing a change\n\n1. Start a branch from `{branch}`.\n2. Make one thing of it, with its tests.\n3. Open a {request} that says what changes, and why.\n\n## Installing and checking\n\n{checks}"
        ),
        Lang::Fr => format!(
            "# Contribuer\n\nMerci de contribuer à {name}.\n\n## Signaler un défaut, demander une évolution\n\nOuvrez {issues} : ce que vous avez fait, ce que vous attendiez, ce qui s'est passé.{policy}\n\n## Proposer une modification\n\n1. Partez de `{branch}` sur une nouvelle branche.\n2. Faites-y une seule chose, avec ses tests.\n3. Ouvrez une {request} qui dit ce qui change, et pourquoi.\n\n## Installer et vérifier\n\n{checks}"
        ),
    };
    Ok(vec![FileChange::Create { path: "CONTRIBUTING.md".to_owned(), text: context.set(text) }])
}
