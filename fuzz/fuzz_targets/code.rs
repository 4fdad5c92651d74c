#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| equerre_fuzz::run("code", bytes));
