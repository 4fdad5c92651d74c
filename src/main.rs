//! The command line of Equerre.

mod cli;
mod commands;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, ValueEnum};

use cli::{Cli, Command, ConfigCommand, ReportCommand, RulesCommand, french};
use equerre::text::{Lang, spoken};

fn main() -> ExitCode {
    let cli = match parse() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let result = match cli.command {
        None => commands::check::run(&cli.check),
        Some(Command::Check(args)) => commands::check::run(&args),
        Some(Command::Audit(args)) => commands::audit::run(&args),
        Some(Command::Facts(args)) => commands::facts::run(&args),
        Some(Command::Deploys(args)) => commands::deploys::run(&args),
        Some(Command::Site(args)) => commands::site::run(&args),
        Some(Command::Baseline(args)) => commands::baseline::run(&args),
        Some(Command::Badge(args)) => commands::badge::run(&args),
        Some(Command::Fix(args)) => commands::fix::run(&args),
        Some(Command::Diff(args)) => commands::diff::run(&args),
        Some(Command::Explain(args)) => commands::rules::explain(&args),
        Some(Command::Rules(RulesCommand::List { rules, settings, lang, format })) => {
            commands::rules::list(&rules, &settings, lang, format)
        }
        Some(Command::Rules(RulesCommand::Test { cases, rules, settings })) => {
            commands::rules::test(&cases, &rules, &settings)
        }
        Some(Command::Rules(RulesCommand::Schema)) => commands::schema::<equerre::rule::RawRule>(),
        Some(Command::Config(ConfigCommand::Schema { product: false })) => {
            commands::schema::<equerre::config::RawConfig>()
        }
        Some(Command::Config(ConfigCommand::Schema { product: true })) => {
            commands::schema::<equerre::product::RawProduct>()
        }
        Some(Command::Report(ReportCommand::Schema { product: false })) => {
            commands::schema::<equerre::output::json::JsonReport>()
        }
        Some(Command::Report(ReportCommand::Schema { product: true })) => {
            commands::schema::<equerre::output::product::JsonProduct>()
        }
        Some(Command::Init(args)) => commands::init::run(&args),
        Some(Command::Completions { shell }) => commands::completions(shell),
    };
    match result {
        Ok(code) => code,
        Err(report) => commands::fail(report),
    }
}

/// Reads the arguments; options may stand before `check`, which then adds nothing.
fn parse() -> Result<Cli, ExitCode> {
    let given: Vec<OsString> = std::env::args_os().collect();
    commands::language(asked_language(&given), None);
    let parsed = read(&given);
    let late = match &parsed {
        Ok(cli) => {
            cli.command.is_none() && cli.check.judge.target.path == Path::new("check") && !Path::new("check").exists()
        }
        Err(error) => error.kind() == ErrorKind::ArgumentConflict,
    };
    if let (true, Some(at)) = (late, given.iter().position(|word| word == "check")) {
        let mut without = given;
        without.remove(at);
        return read(&without).map_err(|error| end(&error));
    }
    parsed.map_err(|error| match given.get(1).and_then(|word| commands::misspelt(Path::new(word))) {
        Some(report) if error.kind() == ErrorKind::ArgumentConflict => commands::fail(report),
        _ => end(&error),
    })
}

/// The language that `--lang` asks for, before anything else is read: what goes wrong there is told in it too.
fn asked_language(given: &[OsString]) -> Option<Lang> {
    let words: Vec<&str> = given.iter().filter_map(|word| word.to_str()).collect();
    let named = words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix("--lang") {
        Some("") => words.get(at + 1).copied(),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    });
    named.and_then(|name| Lang::from_str(name, true).ok())
}

fn read(given: &[OsString]) -> Result<Cli, clap::Error> {
    let command = match spoken() {
        Lang::En => Cli::command(),
        Lang::Fr => french::localized(Cli::command()),
    };
    let mut matches = command.try_get_matches_from(given)?;
    Cli::from_arg_matches_mut(&mut matches)
}

/// Says what is wrong with the arguments, or prints the help that was asked for.
fn end(error: &clap::Error) -> ExitCode {
    match french::explained(error).filter(|_| spoken() == Lang::Fr) {
        Some(text) => commands::talk(text.trim_end()),
        None => {
            let _ = error.print();
        }
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}
