//! The command line in French: every sentence of its help, and what goes wrong when it is read.

mod sentences;

use crate::base::error::Error;
use crate::base::text::Lang;
use crate::base::typography::french;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};
use sentences::SENTENCES;

/// A sentence of the help in French; as it is, where there is none.
fn sentence(text: &str) -> String {
    let found = SENTENCES.iter().find(|(english, _)| *english == text);
    found.map_or_else(|| text.to_owned(), |(_, own)| french(own))
}

/// Every heading of the help, with the space that comes before its colon.
const HEADINGS: &[(&str, &str)] = &[
    ("Arguments", "Arguments\u{a0}"),
    ("Commands", "Commandes\u{a0}"),
    ("How to judge", "Comment juger\u{a0}"),
    ("How to print", "Comment afficher\u{a0}"),
    ("Network", "Réseau\u{a0}"),
    ("Options", "Options\u{a0}"),
    ("What only you know", "Ce que l’équipe est seule à savoir\u{a0}"),
    ("What else is known", "Ce que l’on sait d’autre\u{a0}"),
    ("What to audit", "Quoi auditer\u{a0}"),
];

/// What stands for a value, in English and in French; the others are the same in both.
const VALUES: &[(&str, &str)] = &[
    ("CRITERION", "CRITÈRE"),
    ("ANSWER", "RÉPONSE"),
    ("ROLE", "RÔLE"),
    ("TEXT", "TEXTE"),
    ("DIR", "DOSSIER"),
    ("FILE", "FICHIER"),
    ("GLOB", "MOTIF"),
    ("LANG", "LANGUE"),
    ("LETTER", "LETTRE"),
    ("MAIL", "COURRIEL"),
    ("NAME", "NOM"),
    ("NEW", "NOUVEAU"),
    ("OLD", "ANCIEN"),
    ("PATH", "CHEMIN"),
    ("PRODUCT.yml|URL|PATH", "PRODUIT.yml|URL|CHEMIN"),
    ("REV", "RÉVISION"),
    ("RULE", "RÈGLE"),
    ("RULE|PILLAR", "RÈGLE|PILIER"),
    ("SEVERITY", "SÉVÉRITÉ"),
    ("SHELL", "INTERPRÉTEUR"),
    ("WHEN", "QUAND"),
    ("[FORMAT=]FILE", "[FORMAT=]FICHIER"),
];

/// A heading in French.
fn heading(text: &str) -> &'static str {
    HEADINGS.iter().find(|(english, _)| *english == text).map_or("Options\u{a0}", |(_, own)| own)
}

/// The same command, whose help is in French.
pub(crate) fn localized(command: Command) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    let arguments: Vec<String> = command.get_arguments().map(|argument| argument.get_id().to_string()).collect();
    let about = command.get_about().map(|about| sentence(&about.to_string()));
    let after = command.get_after_help().map(|after| sentence(&after.to_string()));
    let is_root = command.get_name() == "equerre";
    let mut command = command
        .help_template("{about-with-newline}\nUtilisation\u{a0}: {usage}\n\n{all-args}{after-help}")
        .subcommand_help_heading(heading("Commands"))
        .subcommand_value_name("COMMANDE")
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true);
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    for name in arguments {
        command = command.mut_arg(name, argument);
    }
    for name in names {
        command = command.mut_subcommand(name, localized);
    }
    let options = heading("Options");
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    command = command.arg(help.help(french("Affiche l'aide (plus courte avec `-h`)")).help_heading(options));
    if is_root {
        let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
        command = command.arg(version.help("Affiche la version").help_heading(options));
    }
    command
}

fn argument(argument: Arg) -> Arg {
    let mut help = argument.get_help().map(|help| sentence(&help.to_string())).unwrap_or_default();
    let values: Vec<(String, Option<String>)> = argument
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| (value.get_name().to_owned(), value.get_help().map(|help| sentence(&help.to_string()))))
        .collect();
    let takes_values = argument.get_action().takes_values();
    let defaults: Vec<String> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    let mut long = help.clone();
    if takes_values && !defaults.is_empty() {
        let text = format!(" [par défaut\u{a0}: {}]", defaults.join(", "));
        help.push_str(&text);
        long.push_str(&text);
    }
    if takes_values && !values.is_empty() {
        let names: Vec<&str> = values.iter().map(|(name, _)| name.as_str()).collect();
        help.push_str(&format!(" [valeurs\u{a0}: {}]", names.join(", ")));
        long.push_str("\n\nValeurs\u{a0}:");
        for (name, description) in &values {
            let description =
                description.as_ref().map(|description| format!("\u{a0}: {description}")).unwrap_or_default();
            long.push_str(&format!("\n- {name}{description}"));
        }
    }
    let named = argument.get_value_names().and_then(<[_]>::first).map(ToString::to_string);
    // Without a name of its own, an argument has that of its field.
    let named = named.unwrap_or_else(|| argument.get_id().to_string().to_uppercase());
    let value = VALUES.iter().find(|(english, _)| *english == named).map(|(_, own)| *own);
    let own = argument.get_help_heading().map(heading);
    let usual = if argument.is_positional() { "Arguments" } else { "Options" };
    let argument = argument.help(help).long_help(long).help_heading(own.unwrap_or_else(|| heading(usual)));
    let argument = match value.filter(|_| takes_values) {
        Some(value) => argument.value_name(value),
        None => argument,
    };
    if takes_values { argument.hide_default_value(true).hide_possible_values(true) } else { argument }
}

/// What is wrong with the arguments, in French; nothing for what is not an error.
pub(crate) fn explained(error: &clap::Error) -> Option<String> {
    let get = |kind: ContextKind| error.get(kind).map(text_of);
    let (argument, value) =
        (get(ContextKind::InvalidArg).unwrap_or_default(), get(ContextKind::InvalidValue).unwrap_or_default());
    let what = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return None;
        }
        ErrorKind::UnknownArgument => format!("l'option `{argument}` n'existe pas"),
        ErrorKind::InvalidSubcommand => {
            format!("la commande `{}` n'existe pas", get(ContextKind::InvalidSubcommand).unwrap_or_default())
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("il manque une valeur à `{argument}`"),
        ErrorKind::InvalidValue => format!("`{value}` ne convient pas à `{argument}`"),
        ErrorKind::ValueValidation => {
            let reason = std::error::Error::source(error).map(|source| match source.downcast_ref::<Error>() {
                Some(own) => own.message(Lang::Fr).to_owned(),
                None => of_library(&source.to_string()).to_owned(),
            });
            let reason = reason.map(|reason| format!(" : {reason}"));
            format!("`{value}` ne convient pas à `{argument}`{}", reason.unwrap_or_default())
        }
        ErrorKind::ArgumentConflict => {
            let prior = get(ContextKind::PriorArg).unwrap_or_default();
            match (argument.is_empty(), prior.is_empty()) {
                (false, false) if argument == prior => format!("`{argument}` est donnée deux fois"),
                (false, false) => format!("`{argument}` ne va pas avec `{prior}`"),
                _ => "ces options ne vont pas avec une commande".to_owned(),
            }
        }
        ErrorKind::MissingRequiredArgument => format!("il manque `{argument}`"),
        ErrorKind::MissingSubcommand => "il manque une commande".to_owned(),
        ErrorKind::NoEquals => format!("`{argument}` attend sa valeur après `=`"),
        ErrorKind::TooManyValues => format!("`{value}` est de trop pour `{argument}`"),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => format!("`{argument}` attend d'autres valeurs"),
        ErrorKind::InvalidUtf8 => "l'un des arguments n'est pas en UTF-8".to_owned(),
        _ => "les arguments ne peuvent pas être lus".to_owned(),
    };
    let mut text = format!("equerre : erreur : {what}\n");
    let valid = get(ContextKind::ValidValue).filter(|valid| !valid.is_empty());
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    if let Some(near) = near.into_iter().find_map(get) {
        text.push_str(&format!("\n  vouliez-vous dire `{near}` ?\n"));
    } else if let Some(valid) = valid {
        text.push_str(&format!("\n  au choix : {valid}\n"));
    }
    if let Some(usage) = get(ContextKind::Usage) {
        text.push_str(&format!("\n{}\n", usage.replacen("Usage:", "Utilisation :", 1)));
    }
    text.push_str("\nPour en savoir plus : `--help`.\n");
    Some(french(&text))
}

/// Why a value is refused, from what a library says in English.
fn of_library(message: &str) -> &str {
    if message.contains("invalid digit") || message.contains("empty string") {
        "ce n'est pas un nombre"
    } else if message.contains("is not in") || message.contains("too large") || message.contains("too small") {
        "ce nombre est hors limites"
    } else {
        message
    }
}

fn text_of(value: &ContextValue) -> String {
    match value {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        ContextValue::StyledStr(text) => text.to_string(),
        ContextValue::StyledStrs(texts) => texts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        ContextValue::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;

    fn sentences(command: &Command, found: &mut BTreeSet<String>) {
        let mut add = |text: Option<String>| found.extend(text.filter(|text| !text.is_empty()));
        add(command.get_about().map(ToString::to_string));
        add(command.get_after_help().map(ToString::to_string));
        for argument in command.get_arguments() {
            add(argument.get_help().map(ToString::to_string));
            if let Some(heading) = argument.get_help_heading() {
                assert!(HEADINGS.iter().any(|(english, _)| *english == heading), "{heading} has no French");
            }
            for value in argument.get_possible_values() {
                add(value.get_help().map(ToString::to_string));
            }
        }
        for sub in command.get_subcommands() {
            sentences(sub, found);
        }
    }

    #[test]
    fn every_sentence_of_the_help_exists_in_french() {
        let mut found = BTreeSet::new();
        sentences(&crate::cli::Cli::command(), &mut found);
        let known: BTreeSet<String> = SENTENCES.iter().map(|(english, _)| (*english).to_owned()).collect();
        let missing: Vec<&String> = found.difference(&known).collect();
        assert!(missing.is_empty(), "without French: {missing:#?}");
        let dead: Vec<&String> = known.difference(&found).collect();
        assert!(dead.is_empty(), "of no use any more: {dead:#?}");
        localized(crate::cli::Cli::command()).debug_assert();
    }
}
