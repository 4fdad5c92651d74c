//! `Gemfile`.

use std::sync::LazyLock;

use regex::Regex;

use crate::base::pattern::lean;
use crate::base::text::to_u32;
use crate::model::manifest::entry::{Ecosystem, Manifest, Scope};

pub(super) fn gemfile(path: &str, text: &str) -> Manifest {
    static GEM: LazyLock<Regex> =
        LazyLock::new(|| lean(r#"^\s*gem[\s(]+["']([^"']+)["'](?:\s*,\s*["']([^"']+)["'])?(.*)"#));
    let mut manifest = Manifest::new(path, Ecosystem::Ruby);
    let mut blocks: Vec<bool> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let code = line.trim();
        if code.starts_with('#') {
            continue;
        }
        let number = to_u32(at + 1);
        let development = code.contains(":development") || code.contains(":test") || code.contains("\"test\"");
        if let Some(found) = GEM.captures(line) {
            let in_group = blocks.iter().any(|block| *block);
            let own = found[3].contains("group") && development;
            let scope = if in_group || own { Scope::Development } else { Scope::Runtime };
            manifest.push(&found[1], found.get(2).map_or("", |m| m.as_str()), scope, number);
        } else if code.starts_with("ruby ") || code.starts_with("ruby(") {
            manifest.runtime_line = Some(number);
        }
        if code.ends_with(" do") || code.contains(" do |") || code.starts_with("if ") {
            blocks.push(code.starts_with("group") && development && !code.contains(":production"));
        } else if code == "end" {
            blocks.pop();
        }
    }
    manifest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_give_the_scope() {
        let read = gemfile(
            "Gemfile",
            "ruby \"3.4.1\"\ngem \"rails\", \"~> 8.0\"\n# gem \"old\"\ngroup :development, :test do\n  gem 'rspec-rails'\nend\ngem \"puma\"\ngem \"byebug\", group: :test\n",
        );
        let names: Vec<_> = read.dependencies.iter().map(|gem| (gem.name.as_str(), gem.scope)).collect();
        assert_eq!(
            names,
            [
                ("rails", Scope::Runtime),
                ("rspec-rails", Scope::Development),
                ("puma", Scope::Runtime),
                ("byebug", Scope::Development)
            ]
        );
        assert_eq!(read.runtime_line, Some(1));
    }
}
