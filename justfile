# What CI runs: format, lints, tests, documentation, our own grade.
check:
    bash .ci/run

# The tests alone.
test:
    cargo test --locked

# One area of the tests: `just area sources`.
area name:
    cargo test --locked --test {{name}}

# The lints alone.
lint:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings

# Times on generated trees of 100, 5,000 and 50,000 files.
bench:
    cargo bench --locked --bench audit

# Every fuzz target on the stable toolchain: `just fuzz 10m` for so long, `just fuzz 100000` for so many cases of each.
fuzz length="10m":
    EQUERRE_FUZZ={{length}} cargo test --locked --release --test fuzz -- --nocapture no_foreign_bytes_break_a_promise

# The site of the documentation, in target/docs/book.
docs:
    bash .ci/docs
