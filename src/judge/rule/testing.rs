//! One rule of a test, judged on a tree in memory.

use crate::base::config_file::ConfigFile;
use crate::base::error::Error;
use crate::judge::finding::Finding;
use crate::judge::rule::engine::evaluate;
use crate::judge::rule::pack::{Embedded, Pack, Rules};
use crate::read::source::Memory;
use crate::survey::{ExternalData, scanner, survey_memory};

/// A pack of one rule, of which what decides is given.
pub(super) fn rules(body: &str) -> Result<Rules, Error> {
    let text = format!(
        "severity: minor\npillar: conventions\ntitle: {{ fr: t, en: t }}\nwhy: {{ fr: w, en: w }}\nremediation: {{ fr: r, en: r }}\n{body}"
    );
    let pack = Pack { name: "own".to_owned(), files: vec![ConfigFile::new("own/some-rule.yml", text)] };
    Rules::load_with(&[], vec![pack], Embedded::Without)
}

/// What such a rule says of files.
pub(super) fn judged(body: &str, files: &[(&str, &str)]) -> Finding {
    let rules = rules(body).unwrap_or_else(|error| panic!("{:?}", error.related()));
    let scanner = scanner(rules.probes.clone()).expect("valid probes");
    let files = files.iter().map(|(path, text)| (*path, *text));
    let survey = survey_memory(Box::new(Memory::new(files)), ExternalData::default(), 0, scanner);
    let all: Vec<_> = rules.all.iter().collect();
    evaluate(&all, &survey).remove(0)
}
