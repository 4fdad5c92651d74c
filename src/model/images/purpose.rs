//! What a file is for, by the words of its path.

/// What an image is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To run the product.
    Production,
    /// To work on it.
    Development,
    /// To check it.
    Test,
}

/// Words of paths that tell an image of development, and of tests.
const DEVELOPMENT: &[&str] = &[
    "dev",
    "devel",
    "develop",
    "development",
    "devcontainer",
    "local",
    "localhost",
    "debug",
    "gitpod",
    "vscode",
    "maildev",
    "mailhog",
    "mailpit",
    "mailcatcher",
];
const TEST: &[&str] = &[
    "test",
    "tests",
    "testing",
    "e2e",
    "ci",
    "mock",
    "mocks",
    "cypress",
    "playwright",
    "spec",
    "github",
    "gitlab",
    "circleci",
];

/// Words of names that tell what runs in production.
pub(super) const PRODUCTION: &[&str] = &["prod", "production"];

/// The words of a path or a name, in lower case.
fn words(path: &str) -> impl Iterator<Item = String> {
    path.split(['/', '.', '-', '_']).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Whether a path or a name holds one of some words.
pub(super) fn has_word(path: &str, known: &[&str]) -> bool {
    words(path).any(|word| known.contains(&word.as_str()))
}

/// What a file is for, by the words of its path.
pub(crate) fn purpose_of(path: &str) -> Purpose {
    if has_word(path, DEVELOPMENT) {
        Purpose::Development
    } else if has_word(path, TEST) {
        Purpose::Test
    } else {
        Purpose::Production
    }
}
