//! The command line of Equerre.

mod cli;
mod commands;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use cli::{Cli, Command, ConfigCommand, ReportCommand, RulesCommand};

fn main() -> ExitCode {
    let cli = parse();
    let result = match cli.command {
        None => commands::check::run(&cli.check),
        Some(Command::Check(args)) => commands::check::run(&args),
        Some(Command::Facts(args)) => commands::facts::run(&args),
        Some(Command::Explain(args)) => commands::rules::explain(&args),
        Some(Command::Rules(RulesCommand::List { rules, settings, lang, format })) => {
            commands::rules::list(&rules, &settings, lang, format)
        }
        Some(Command::Rules(RulesCommand::Test { cases, rules, settings })) => {
            commands::rules::test(&cases, &rules, &settings)
        }
        Some(Command::Rules(RulesCommand::Schema)) => commands::schema::<equerre::rule::RawRule>(),
        Some(Command::Config(ConfigCommand::Schema)) => commands::schema::<equerre::config::RawConfig>(),
        Some(Command::Report(ReportCommand::Schema)) => commands::schema::<equerre::output::json::JsonReport>(),
        Some(Command::Init(args)) => commands::init::run(&args),
        Some(Command::Completions { shell }) => commands::completions(shell),
    };
    match result {
        Ok(code) => code,
        Err(report) => commands::fail(report),
    }
}

/// Reads the arguments; options may stand before `check`, which then adds nothing.
fn parse() -> Cli {
    let given: Vec<OsString> = std::env::args_os().collect();
    let error = match Cli::try_parse_from(&given) {
        Ok(cli) => return cli,
        Err(error) => error,
    };
    let check = given.iter().position(|word| word == "check");
    if let (ErrorKind::ArgumentConflict, Some(at)) = (error.kind(), check) {
        let mut without = given;
        without.remove(at);
        return Cli::parse_from(without);
    }
    error.exit()
}
