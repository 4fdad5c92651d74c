//! The fuzz targets on the stable toolchain: a few cases of each in a usual test run, always the same.
//!
//! `just fuzz 10m` runs them for that long, all together; `just fuzz 100000` that many of each. `EQUERRE_FUZZ_ONLY` names the
//! targets to run, `EQUERRE_FUZZ_RUN` a number for other cases, `EQUERRE_FUZZ_CASE` one case: `json:1234`.
#![cfg(unix)]
#![allow(clippy::print_stderr, reason = "a long run says how it goes")]

#[path = "fuzz/mutate.rs"]
mod mutate;
#[path = "fuzz/numbers.rs"]
mod numbers;
#[path = "fuzz/runner.rs"]
mod runner;
#[allow(dead_code, unreachable_pub, reason = "it is a crate of its own too")]
#[path = "../fuzz/targets.rs"]
mod targets;

use std::path::Path;

use runner::{Length, Runner};
use targets::TARGETS;

#[test]
fn no_foreign_bytes_break_a_promise() {
    let runner = Runner::new(Length::asked());
    let failures = runner.run();
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n"));
}

#[test]
fn every_target_can_be_run_by_cargo_fuzz() {
    let manifest = std::fs::read_to_string("fuzz/Cargo.toml").expect("a manifest");
    for target in TARGETS {
        let path = format!("fuzz_targets/{}.rs", target.name);
        assert!(manifest.contains(&format!("path = \"{path}\"")), "fuzz/Cargo.toml names {path}");
        let text = std::fs::read_to_string(Path::new("fuzz").join(&path)).expect("a target");
        assert!(text.contains(&format!("equerre_fuzz::run(\"{}\"", target.name)), "{path} runs its target");
    }
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len(), "a target is in fuzz/Cargo.toml alone");
}
