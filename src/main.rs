//! The command line of Equerre.

use std::process::ExitCode;

fn main() -> ExitCode {
    equerre::run_command_line()
}
