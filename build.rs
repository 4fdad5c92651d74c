//! Embeds the rules, each beside its JSON form: reading that costs a tenth of reading YAML, at every audit.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("rules");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    for path in files {
        let name = path.strip_prefix(&root)?.components().map(|part| part.as_os_str().to_string_lossy());
        let name = name.collect::<Vec<_>>().join("/");
        let text = std::fs::read_to_string(&path)?;
        // What is no YAML is embedded all the same: the reader tells the place.
        let json = serde_yaml::from_str::<serde_json::Value>(&text).map(|value| value.to_string()).unwrap_or_default();
        writeln!(code, "({name:?}, include_str!({:?}), {json:?}),", path.display().to_string())?;
    }
    code.push(']');
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("rules.rs"), code)?;
    Ok(())
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
