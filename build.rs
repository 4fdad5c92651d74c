//! Embeds the rules, each beside its JSON form: reading that costs a tenth of reading YAML, at every audit. The words that
//! their patterns need are found here too.

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
    let mut patterns = BTreeMap::new();
    for path in files {
        let name = path.strip_prefix(&root)?.components().map(|part| part.as_os_str().to_string_lossy());
        let name = name.collect::<Vec<_>>().join("/");
        let text = std::fs::read_to_string(&path)?;
        // What is no YAML is embedded all the same: the reader tells the place.
        let value = serde_yaml::from_str::<serde_json::Value>(&text).ok();
        if let Some(value) = &value {
            collect_patterns(value, &mut patterns);
        }
        let json = value.map(|value| value.to_string()).unwrap_or_default();
        writeln!(code, "({name:?}, include_str!({:?}), {json:?}),", path.display().to_string())?;
    }
    code.push(']');
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("rules.rs"), code)?;
    let mut code = String::from("&[\n");
    for (pattern, (words, matched)) in patterns {
        writeln!(code, "({pattern:?}, &{words:?}, &{matched:?}),")?;
    }
    code.push(']');
    std::fs::write(out.join("words.rs"), code)?;
    Ok(())
}

/// The patterns that conditions of rules ask of texts, with the words that they need; a malformed one is left to the reader.
fn collect_patterns(value: &serde_json::Value, patterns: &mut BTreeMap<String, (Vec<String>, Vec<String>)>) {
    match value {
        serde_json::Value::Object(map) => {
            if let Some(pattern) = map.get("text").and_then(serde_json::Value::as_str)
                && let Ok(Some(words)) = words::needed_words(pattern)
            {
                patterns.insert(pattern.to_owned(), (words, Vec::new()));
            }
            if let Some(question) = map.get("code") {
                let words = words::needed_code_words(question);
                patterns.insert(question.to_string(), (words.file, words.matched));
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
