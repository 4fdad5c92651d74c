//! What every client of the network needs: the cryptography that it uses, and the reason of a failure in words.

use std::error::Error;

/// Has TLS use `ring`. A second call finds the first one's choice in place, which is the same.
pub(crate) fn use_ring() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// An error and what caused it, one after the other.
pub(crate) fn causes(error: &reqwest::Error) -> impl Iterator<Item = &dyn Error> {
    let mut next: Option<&dyn Error> = Some(error);
    std::iter::from_fn(move || {
        let this = next?;
        next = this.source();
        Some(this)
    })
}

/// What went wrong, from the error that started it, without the address, which may hold a name.
pub(crate) fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    causes(error).last().map_or_else(String::new, ToString::to_string)
}
