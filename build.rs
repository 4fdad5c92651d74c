//! Embeds the rules, each beside its JSON form: reading that costs a tenth of reading YAML, at every audit. The words that
//! their patterns need are found here too. Their questions on syntax are put aside, and the JSON form names them by rank: few of
//! them are asked in one audit.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[allow(dead_code, reason = "the build needs a part of it")]
#[path = "src/base/words.rs"]
mod words;

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("rules");
    println!("cargo::rerun-if-changed={}", root.display());
    println!("cargo::rerun-if-changed=src/base/words.rs");
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    let (mut patterns, mut questions) = (BTreeMap::new(), Questions::default());
    for path in files {
        let name = path.strip_prefix(&root)?.components().map(|part| part.as_os_str().to_string_lossy());
        let name = name.collect::<Vec<_>>().join("/");
        let text = std::fs::read_to_string(&path)?;
        // What is no YAML is embedded all the same: the reader tells the place.
        let mut value = serde_yaml::from_str::<serde_json::Value>(&text).ok();
        if let Some(value) = &mut value {
            collect_patterns(value, &mut patterns);
            questions.take(value);
        }
        let json = value.map(|value| value.to_string()).unwrap_or_default();
        writeln!(code, "({name:?}, include_str!({:?}), {json:?}),", path.display().to_string())?;
    }
    code.push(']');
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("rules.rs"), code)?;
    let mut code = String::from("&[\n");
    for (pattern, words) in patterns {
        writeln!(code, "({pattern:?}, &{words:?}),")?;
    }
    code.push(']');
    std::fs::write(out.join("words.rs"), code)?;
    std::fs::write(out.join("questions.rs"), questions.into_code()?)?;
    Ok(())
}

/// The questions on syntax of all rules, each once.
#[derive(Default)]
struct Questions {
    ranks: BTreeMap<String, usize>,
    in_order: Vec<serde_json::Value>,
}

impl Questions {
    /// Puts the questions of a rule aside, and leaves their ranks.
    fn take(&mut self, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(map) => {
                if let Some(question) = map.get_mut("code") {
                    let next = self.in_order.len();
                    let rank = *self.ranks.entry(question.to_string()).or_insert(next);
                    let question = std::mem::replace(question, rank.into());
                    if rank == next {
                        self.in_order.push(question);
                    }
                }
                map.values_mut().for_each(|value| self.take(value));
            }
            serde_json::Value::Array(list) => list.iter_mut().for_each(|value| self.take(value)),
            _ => {}
        }
    }

    /// Each as JSON, with its words.
    fn into_code(self) -> Result<String, std::fmt::Error> {
        let mut code = String::from("&[\n");
        for mut question in self.in_order {
            let words = words::needed_code_words(&question);
            read_as_ascii(&mut question);
            let also: Vec<String> = words.also.iter().map(|words| format!("&{words:?}")).collect();
            let also = also.join(", ");
            writeln!(code, "({:?}, &{:?}, &[{also}], &{:?}),", question.to_string(), words.file, words.matched)?;
        }
        code.push(']');
        Ok(code)
    }
}

/// Has the expressions of a question that are written in ASCII read as such, as those of texts are.
fn read_as_ascii(question: &mut serde_json::Value) {
    match question {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                match value {
                    serde_json::Value::String(regex) if key == "regex" && !words::needs_unicode(regex) => {
                        *regex = words::with_ascii_classes(regex);
                    }
                    other => read_as_ascii(other),
                }
            }
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(read_as_ascii),
        _ => {}
    }
}

/// The patterns that conditions of rules ask of texts, with the words that they need; a malformed one is left to the reader.
fn collect_patterns(value: &serde_json::Value, patterns: &mut BTreeMap<String, Vec<String>>) {
    match value {
        serde_json::Value::Object(map) => {
            if let Some(pattern) = map.get("text").and_then(serde_json::Value::as_str)
                && let Ok(Some(words)) = words::needed_words(pattern)
            {
                patterns.insert(pattern.to_owned(), words);
            }
            map.values().for_each(|value| collect_patterns(value, patterns));
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| collect_patterns(value, patterns)),
        _ => {}
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yml") {
            files.push(path);
        }
    }
    Ok(())
}
