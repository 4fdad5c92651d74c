//! What is wrong in the files that people write for Equerre, as they write them: the settings, a rule, attestations.

use std::path::Path;

use lsp_types::{Diagnostic, DiagnosticSeverity, Range};

use super::places::range_of;
use crate::base::config_file::ConfigFile;
use crate::base::edge;
use crate::base::error::Error;
use crate::base::path::is_yaml;
use crate::base::text::Lang;
use crate::check::Options;
use crate::check::rules::{Edited, rules_with};
use crate::config::FILE;
use crate::judge::attestations::Attestations;
use crate::judge::standards::{PACKS, Standards};

/// What is wrong in a file of Equerre's own; nothing for any other file. `path` is relative to the root.
pub(super) fn diagnostics(
    root: &Path,
    path: &str,
    text: &str,
    options: &Options,
    lang: Lang,
) -> Option<Vec<Diagnostic>> {
    let result = if path == FILE {
        rules_with(root, options, &Edited::Settings(text.to_owned()))
    } else if let Some(standards) = attested_in(path) {
        attested(path, text, &standards)
    } else if is_yaml(path) {
        rules_with(root, options, &Edited::Rule { path: path.to_owned(), text: text.to_owned() })
    } else {
        return None;
    };
    let found = result.err().map(|error| of_error(&error, path, text, lang)).unwrap_or_default();
    Some(found)
}

/// The standards of which a file keeps what people attest.
fn attested_in(path: &str) -> Option<Standards> {
    path.strip_prefix(".equerre/")?;
    let packs = PACKS.iter().filter_map(|name| Standards::pack(name));
    let all = std::iter::once(Standards::embedded()).chain(packs).flatten();
    all.into_iter().find(|standards| standards.attestations_file() == path)
}

fn attested(path: &str, text: &str, standards: &Standards) -> Result<(), Error> {
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    Attestations::read(&ConfigFile::new(path, text.to_owned()), standards, &today).map(drop)
}

/// What an error and those that it sums up say of one file.
pub(super) fn of_error(error: &Error, path: &str, text: &str, lang: Lang) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> =
        error.related().iter().flat_map(|error| of_error(error, path, text, lang)).collect();
    if let Some(excerpt) = error.excerpt().filter(|excerpt| excerpt.name == path) {
        let help = error.help(lang).map(|help| format!("\n{}", edge::text(help))).unwrap_or_default();
        found.push(Diagnostic {
            range: excerpt.span.as_ref().map_or_else(Range::default, |span| range_of(text, span)),
            severity: Some(DiagnosticSeverity::ERROR),
            source: Some("equerre".to_owned()),
            message: format!("{}{help}", edge::text(error.message(lang))),
            ..Diagnostic::default()
        });
    }
    found
}
