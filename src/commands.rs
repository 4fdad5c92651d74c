//! The commands: reads the arguments, does what they ask, and says how it ended. One file a command.

mod attest;
mod audit;
mod badge;
mod baseline;
mod check;
mod console;
mod deployments;
mod diff;
mod explain;
mod explain_match;
mod facts;
mod fix;
mod init;
mod lsp;
mod misspelt;
mod output;
mod rules;
mod rules_docs;
mod schema;
mod site;
mod standards;
mod watch;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use crate::base::error::Error;
use crate::base::text::{Lang, localized};
use crate::base::watchdog;
use crate::cli::{Cli, Command, ConfigCommand, ReportCommand, RulesCommand, french};
pub use console::drawn;
use console::{CommandResult, Console};
use misspelt::misspelt_command;

/// Reads the arguments, does what they ask, and says how it ended.
pub fn run() -> ExitCode {
    let given: Vec<OsString> = std::env::args_os().collect();
    let console = Console::new(asked_language(&given));
    let cli = match parse(given, &console) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    watch(console.lang());
    match dispatch(cli, &console) {
        Ok(code) => code,
        Err(error) => {
            console.error(&error);
            ExitCode::from(2)
        }
    }
}

/// Ends the process where a call into libgit2 does not come back.
fn watch(lang: Lang) {
    watchdog::arm(move |name| {
        let console = Console::new(Some(lang));
        console.error(&Error::new(
            localized!(
                "{name} cannot be read: it takes too long, and is probably damaged",
                "illisible : {name} ; la lecture ne finit pas, les données sont sans doute abîmées"
            ),
            Some(localized!(
                "`git fsck` tells more; `--no-git` audits the folder without its history",
                "`git fsck` en dit plus ; `--no-git` audite le dossier sans son historique"
            )),
        ));
        std::process::exit(2);
    });
}

fn dispatch(cli: Cli, console: &Console) -> CommandResult {
    match cli.command {
        None => check::run(&cli.check, console),
        Some(Command::Check(args)) => check::run(&args, console),
        Some(Command::Audit(args)) => audit::run(&args, console),
        Some(Command::Facts(args)) => facts::run(&args, console),
        Some(Command::Deployments(args)) => deployments::run(&args, console),
        Some(Command::Standards(args)) => standards::run(&args, console),
        Some(Command::Attest(args)) => attest::run(&args, console),
        Some(Command::Site(args)) => site::run(&args, console),
        Some(Command::Baseline(args)) => baseline::run(&args, console),
        Some(Command::Badge(args)) => badge::run(&args, console),
        Some(Command::Fix(args)) => fix::run(&args, console),
        Some(Command::Diff(args)) => diff::run(&args, console),
        Some(Command::Explain(args)) => explain::run(&args, console),
        Some(Command::Rules(RulesCommand::List { rules, settings, lang, format })) => {
            rules::list(&rules, &settings, lang, format, console)
        }
        Some(Command::Rules(RulesCommand::Test { cases, explain_match, rules, settings })) => {
            match explain_match.as_deref() {
                Some([rule, path]) => explain_match::explain(rule, path, &rules, &settings, console),
                _ => rules::test(&cases, &rules, &settings, console),
            }
        }
        Some(Command::Rules(RulesCommand::Docs { folder, cases, rules, settings })) => {
            rules_docs::run(&folder, &cases, &rules, &settings, console)
        }
        Some(Command::Rules(RulesCommand::Schema)) => schema::print_schema::<crate::judge::rule::RawRule>(),
        Some(Command::Config(ConfigCommand::Schema { attestations: true, .. })) => {
            schema::print_schema::<crate::judge::attestations::RawAttestations>()
        }
        Some(Command::Config(ConfigCommand::Schema { product: false, .. })) => {
            schema::print_schema::<crate::config::RawConfig>()
        }
        Some(Command::Config(ConfigCommand::Schema { product: true, .. })) => {
            schema::print_schema::<crate::config::product_file::RawProduct>()
        }
        Some(Command::Report(ReportCommand::Schema { product: false })) => {
            schema::print_schema::<crate::report::json::JsonReport>()
        }
        Some(Command::Report(ReportCommand::Schema { product: true })) => {
            schema::print_schema::<crate::report::json::product::JsonProduct>()
        }
        Some(Command::Lsp(args)) => lsp::run(&args, console),
        Some(Command::Init(args)) => init::run(&args, console),
        Some(Command::Completions { shell, lang }) => {
            schema::print_completions(shell, console.choose_language(lang, None))
        }
    }
}

/// Reads the arguments; options may be before the command, and are then read as if they came after it.
fn parse(given: Vec<OsString>, console: &Console) -> Result<Cli, ExitCode> {
    let is_command = |word: &OsString| {
        let (cli, word) = (Cli::command(), word.to_str());
        cli.get_subcommands().any(|command| {
            word.is_some_and(|word| command.get_name() == word || command.get_all_aliases().any(|alias| alias == word))
        })
    };
    let parsed = read(&given, console.lang());
    let late = match &parsed {
        Ok(cli) => {
            let path = &cli.check.judge.target.path;
            cli.command.is_none() && is_command(&path.clone().into_os_string()) && !path.exists()
        }
        Err(error) => error.use_stderr() && !given.get(1).is_some_and(is_command),
    };
    if late {
        // A word may be the value of an option: the first with which everything is understood is the command.
        let mut refused = None;
        for at in (2..given.len()).filter(|at| given.get(*at).is_some_and(is_command)) {
            // What stood before it comes after all the rest, but for what follows `--`.
            let mut moved = given.clone();
            let end = given[at..].iter().position(|word| word == "--").map_or(given.len(), |place| at + place);
            moved[1..end].rotate_left(at - 1);
            match read(&moved, console.lang()) {
                Ok(cli) => return Ok(cli),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        if let Some(error) = refused {
            return Err(explain_usage(&error, console));
        }
    }
    let first = given.get(1).filter(|word| !is_command(word));
    parsed.map_err(|error| match first.and_then(|word| misspelt_command(Path::new(word))) {
        Some(misspelt) if error.kind() == ErrorKind::ArgumentConflict => {
            console.error(&misspelt);
            ExitCode::from(2)
        }
        _ => explain_usage(&error, console),
    })
}

/// The language that `--lang` asks for, before anything else is read: what goes wrong there is reported in it too.
fn asked_language(given: &[OsString]) -> Option<Lang> {
    let words: Vec<&str> = given.iter().filter_map(|word| word.to_str()).collect();
    let named = words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix("--lang") {
        Some("") => words.get(at + 1).copied(),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    });
    named.and_then(Lang::from_name)
}

fn read(given: &[OsString], lang: Lang) -> Result<Cli, clap::Error> {
    let command = match lang {
        Lang::En => Cli::command(),
        Lang::Fr => french::localized(Cli::command()),
    };
    let mut matches = command.try_get_matches_from(given)?;
    Cli::from_arg_matches_mut(&mut matches)
}

/// Says what is wrong with the arguments, or prints the help that was asked for.
fn explain_usage(error: &clap::Error, console: &Console) -> ExitCode {
    match french::explained(error).filter(|_| console.lang() == Lang::Fr) {
        Some(text) => console.log(text.trim_end()),
        None => {
            // A closed terminal is no reason to fail.
            let _ = error.print();
        }
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
