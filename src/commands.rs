//! What each command does: settings in, report out.

pub(crate) mod audit;
pub(crate) mod badge;
pub(crate) mod baseline;
pub(crate) mod check;
pub(crate) mod deploys;
pub(crate) mod diff;
mod end;
pub(crate) mod facts;
pub(crate) mod fix;
pub(crate) mod init;
mod judged;
mod online;
pub(crate) mod rules;
pub(crate) mod site;

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;
use equerre::config::{Config, FILE};
use equerre::rule::pack::{Embedded, Pack, PackError, Rules};
use equerre::said;
use equerre::source::{Opened, Selection, open};
use equerre::text::{Lang, Localized, decode, speak, spoken};
use equerre::written::{WrittenFile, did_you_mean};
use miette::{GraphicalReportHandler, GraphicalTheme, IntoDiagnostic, MietteDiagnostic, Report, WrapErr};
use schemars::JsonSchema;

use crate::cli::{Color, RulesArgs, SettingsArgs, TargetArgs};

pub(crate) use online::{request, talk_of_forge, target_of};

/// What a command ends with: an exit code, or what went wrong.
pub(crate) type Outcome = Result<ExitCode, Report>;

/// Prints what went wrong, with what to do about it, and exits with 2.
pub(crate) fn fail(report: Report) -> ExitCode {
    let terminal = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let theme = match (terminal, speaks_unicode()) {
        (true, true) => GraphicalTheme::unicode(),
        (false, true) => GraphicalTheme::unicode_nocolor(),
        _ => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(100).with_links(false);
    let mut text = String::new();
    if handler.render_report(&mut text, report.as_ref()).is_err() {
        text = format!("{report:?}");
    }
    let head = said!("equerre: error", "equerre\u{a0}: erreur");
    talk(&format!("{head}\n{}", equerre::output::labelled(&text, spoken())));
    ExitCode::from(2)
}

/// An error in the words of its language, with what to do about it.
pub(crate) fn refuse(message: Localized, help: Option<Localized>) -> Report {
    let diagnostic = MietteDiagnostic::new(message.to_string());
    Report::new(match help {
        Some(help) => diagnostic.with_help(help.to_string()),
        None => diagnostic,
    })
}

/// Says something to the person, beside the report.
pub(crate) fn talk(text: &str) {
    // A closed standard error is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Says something of Equerre's own beside the report.
pub(crate) fn tell(text: &str) {
    talk(&format!("{} {text}", said!("equerre:", "equerre :")));
}

/// A message about a file, with what the system says.
pub(crate) fn of_system(message: Localized, error: &std::io::Error) -> Report {
    use std::io::ErrorKind;
    let reason = match error.kind() {
        ErrorKind::NotFound => said!("it is not there", "il n'est pas là"),
        ErrorKind::PermissionDenied => said!("its permissions forbid it", "ses droits l'interdisent"),
        ErrorKind::IsADirectory => said!("it is a folder", "c'est un dossier"),
        ErrorKind::NotADirectory => said!("one of its folders is a file", "l'un de ses dossiers est un fichier"),
        ErrorKind::StorageFull => said!("the disk is full", "le disque est plein"),
        ErrorKind::ReadOnlyFilesystem => said!("the disk is read-only", "le disque est en lecture seule"),
        ErrorKind::InvalidData => said!("it is no text", "ce n'est pas du texte"),
        _ => Localized::foreign(error.to_string()),
    };
    let Localized { fr, en } = message;
    refuse(Localized::new(format!("{en}: {}", reason.en), format!("{fr} : {}", reason.fr)), None)
}

/// Writes to standard output; a reader that went away (`| head`) is no error.
pub(crate) fn print(text: &[u8]) -> Result<(), Report> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result
            .into_diagnostic()
            .wrap_err_with(|| said!("standard output cannot be written", "la sortie standard ne peut pas être écrite")),
    }
}

/// Whether the locale is one that shows more than ASCII.
pub(crate) fn speaks_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Whether standard output gets colours.
pub(crate) fn uses_color(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            std::io::stdout().is_terminal()
                && std::env::var_os("NO_COLOR").is_none()
                && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}

/// The language: asked, else of the settings, else of the locale, else English.
pub(crate) fn language(asked: Option<Lang>, settings: Option<Lang>) -> Lang {
    let locale = || {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    };
    let lang = asked.or(settings).or_else(|| Lang::of_locale(&locale()?)).unwrap_or_default();
    // What goes wrong from here on is told in it too.
    speak(lang);
    lang
}

/// The date asked for, else now, in seconds since 1970.
pub(crate) fn as_of(target: &TargetArgs) -> i64 {
    target.as_of.unwrap_or_else(|| jiff::Timestamp::now().as_second())
}

/// The most threads that an audit may use.
const MOST_JOBS: usize = 256;

/// Uses as many threads as asked.
pub(crate) fn set_jobs(target: &TargetArgs) -> Result<(), Report> {
    match target.jobs {
        Some(0) => Err(refuse(
            said!("`--jobs 0` leaves no thread to work", "`--jobs 0` ne laisse aucun fil pour travailler"),
            Some(said!("give 1 or more", "donnez 1 ou plus")),
        )),
        Some(jobs) if jobs > MOST_JOBS => Err(refuse(
            said!("`--jobs {jobs}` asks for too many threads", "`--jobs {jobs}` demande trop de fils"),
            Some(said!("give {MOST_JOBS} or less", "donnez {MOST_JOBS} ou moins")),
        )),
        Some(jobs) => rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global().into_diagnostic(),
        None => Ok(()),
    }
}

/// Opens what the arguments designate, with its settings.
pub(crate) fn open_target(target: &TargetArgs) -> Result<(Opened, Config), Report> {
    let selection = Selection { rev: target.rev.clone(), here: target.here, no_git: target.no_git };
    let opened =
        open(&target.path, &selection).map_err(|error| misspelt(&target.path).unwrap_or_else(|| Report::new(error)))?;
    let file = match &target.config {
        Some(path) => {
            let message =
                said!("the settings `{}` cannot be read", "les réglages `{}` sont illisibles", path.display());
            let text = std::fs::read_to_string(path).map_err(|error| of_system(message, &error))?;
            Some(WrittenFile::new(path.display().to_string(), text))
        }
        None if target.no_config => None,
        None => settings_of(&opened),
    };
    let mut config = read_settings(file)?;
    config.exclude.extend(target.exclude.iter().cloned());
    Ok((opened, config))
}

/// What to say of a word that is no path, and resembles a command.
pub(crate) fn misspelt(word: &Path) -> Option<Report> {
    let name = word.to_str().filter(|_| !word.exists())?;
    let cli = crate::cli::Cli::command();
    let known = || cli.get_subcommands().map(clap::Command::get_name);
    let help = match known().any(|command| command == name) {
        true => said!(
            "a command comes before its options: `equerre {name} …`",
            "une commande vient avant ses options\u{a0}: `equerre {name} …`"
        ),
        false => did_you_mean(name, known())?,
    };
    Some(refuse(said!("`{name}` is no folder", "`{name}` n’est pas un dossier"), Some(help)))
}

/// The settings that stand at the root of a tree.
fn settings_of(opened: &Opened) -> Option<WrittenFile> {
    let bytes = opened.source.root_file(FILE)?;
    decode(&bytes).map(|text| WrittenFile::new(FILE, text.into_owned()))
}

fn read_settings(file: Option<WrittenFile>) -> Result<Config, Report> {
    file.map_or_else(|| Ok(Config::default()), |file| Config::read(file).map_err(|error| Report::new(*error)))
}

/// The packs that the settings name, but for those that the arguments name too.
pub(crate) fn read_packs(args: &RulesArgs, opened: &mut Opened, config: &mut Config) -> Result<Vec<Pack>, Report> {
    let asked: Vec<_> = args.folders.iter().filter_map(|folder| std::fs::canonicalize(folder).ok()).collect();
    let root = &opened.root;
    config.packs.retain(|(pack, _)| std::fs::canonicalize(root.join(pack)).map_or(true, |pack| !asked.contains(&pack)));
    if config.packs.is_empty() {
        return Ok(Vec::new());
    }
    let listing = opened.listing.get_or_insert_with(|| opened.source.list());
    config.read_packs(opened.source.as_ref(), listing).map_err(|error| Report::new(*error))
}

/// Loads the embedded rules, those of folders, and packs.
pub(crate) fn load_rules(args: &RulesArgs, packs: Vec<Pack>) -> Result<Rules, PackError> {
    let embedded = if args.no_embedded { Embedded::Without } else { Embedded::With };
    Rules::load_with(&args.folders, packs, embedded)
}

/// The rules and settings with which the current folder would be audited.
pub(crate) fn rules_here(args: &RulesArgs, settings: &SettingsArgs) -> Result<(Rules, Config), Report> {
    // Rules are known wherever one stands, be it in no repository or in a broken one.
    let opened = open(Path::new("."), &Selection::default()).ok().filter(|_| !settings.no_config);
    let (config, packs) = match opened {
        Some(mut opened) => {
            let mut config = read_settings(settings_of(&opened))?;
            let packs = read_packs(args, &mut opened, &mut config)?;
            (config, packs)
        }
        None => (Config::default(), Vec::new()),
    };
    Ok((load_rules(args, packs)?, config))
}

/// Prints the JSON Schema of a type.
pub(crate) fn schema<T: JsonSchema>() -> Outcome {
    let schema = schemars::schema_for!(T);
    let text = serde_json::to_string_pretty(&schema).into_diagnostic()?;
    print(format!("{text}\n").as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the completions of a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut crate::cli::Cli::command(), "equerre", &mut text);
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}
