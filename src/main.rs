//! The command line of Equerre.

mod cli;
mod commands;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command, ConfigCommand, ReportCommand, RulesCommand};

fn main() -> ExitCode {
    let cli = Cli::parse();
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
