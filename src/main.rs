//! The command line of Equerre.

use std::process::ExitCode;

/// Rules and trees are read by several threads, which the allocator of the system makes wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    equerre::run_command_line()
}
