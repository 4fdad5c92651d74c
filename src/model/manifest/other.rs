//! Composer, Mix, Go modules and Cargo.

use std::sync::LazyLock;

use regex::Regex;

use super::node;
use crate::base::pattern::lean;
use crate::base::text::to_u32;
use crate::model::manifest::entry::{Ecosystem, Manifest, Scope, Script};
use crate::read::document::{LineIndex, Node};

pub(super) fn composer(path: &str, root: &Node) -> Manifest {
    let mut manifest = Manifest::new(path, Ecosystem::Php);
    manifest.push_map(root.get("require"), Scope::Runtime);
    manifest.push_map(root.get("require-dev"), Scope::Development);
    let php = manifest.dependency("php").filter(|php| php.requirement != "*").map(|php| php.line);
    manifest.runtime_line = php.or_else(|| root.at(&["config", "platform", "php"]).map(|node| node.line));
    // Platform packages name the interpreter and its extensions
    // (https://getcomposer.org/doc/01-basic-usage.md#platform-packages).
    manifest.dependencies.retain(|dependency| dependency.name != "php" && !dependency.name.starts_with("ext-"));
    node::scripts(&mut manifest, root.get("scripts"));
    node::licenses(&mut manifest, root.get("license"));
    manifest
}

pub(super) fn mix(path: &str, text: &str) -> Manifest {
    static DEPENDENCY: LazyLock<Regex> = LazyLock::new(|| lean(r#"\{:(\w+),\s*(?:"([^"]*)")?([^}]*)\}"#));
    let mut manifest = Manifest::new(path, Ecosystem::Elixir);
    for (at, line) in text.lines().enumerate() {
        let number = to_u32(at + 1);
        let code = line.trim();
        if code.starts_with('#') {
            continue;
        }
        for found in DEPENDENCY.captures_iter(code) {
            let development = found[3].contains(":dev") || found[3].contains(":test");
            let scope = if development && !found[3].contains(":prod") { Scope::Development } else { Scope::Runtime };
            manifest.push(&found[1], found.get(2).map_or("", |m| m.as_str()), scope, number);
        }
        if code.starts_with("elixir:") {
            manifest.runtime_line = Some(number);
        } else if code.starts_with("apps_path:") {
            manifest.workspace.push("apps/*".to_owned());
        }
    }
    manifest.scripts = aliases(text);
    manifest
}

/// The aliases of a `mix.exs`: a list of tasks or a single one under each name, on one line or on several.
fn aliases(text: &str) -> Vec<Script> {
    static START: LazyLock<Regex> = LazyLock::new(|| lean(r"(?m)^\s*(?:defp?\s+aliases\b.*\bdo\b|aliases:\s*\[)"));
    static ALIAS: LazyLock<Regex> =
        LazyLock::new(|| lean(r#"(?:"([\w.]+)"|\b([\w.]+))\s*:\s*(?:\[([^\]]*)\]|"([^"]*)")"#));
    static TASK: LazyLock<Regex> = LazyLock::new(|| lean(r#""([^"]*)""#));
    // Comments would be taken for tasks; the lines stay.
    let code: Vec<&str> = text.lines().map(|line| if line.trim_start().starts_with('#') { "" } else { line }).collect();
    let code = code.join("\n");
    let lines = LineIndex::new(&code);
    let (mut found, mut read) = (Vec::new(), 0);
    for start in START.find_iter(&code) {
        // A list that never closes holds the starts of all others.
        if start.start() < read {
            continue;
        }
        let rest = &code[start.end()..];
        let end = if start.as_str().trim_end().ends_with('[') { closing(rest) } else { rest.find("\n  end") };
        let end = end.unwrap_or(rest.len());
        read = start.end() + end;
        for alias in ALIAS.captures_iter(&rest[..end]) {
            let (Some(whole), Some(name)) = (alias.get(0), alias.get(1).or(alias.get(2))) else { continue };
            let tasks: Vec<&str> = match (alias.get(3), alias.get(4)) {
                (Some(list), _) => {
                    TASK.captures_iter(list.as_str()).filter_map(|task| Some(task.get(1)?.as_str())).collect()
                }
                (None, Some(task)) => vec![task.as_str()],
                (None, None) => Vec::new(),
            };
            if !tasks.is_empty() {
                found.push(Script {
                    name: name.as_str().to_owned(),
                    command: tasks.iter().map(|task| format!("mix {task}")).collect::<Vec<_>>().join(" && "),
                    line: lines.line(start.end() + whole.start()),
                });
            }
        }
    }
    found
}

/// Where the bracket that is open at the start of a text closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1;
    text.char_indices().find_map(|(at, c)| {
        depth += match c {
            '[' => 1,
            ']' => -1,
            _ => 0,
        };
        (depth == 0).then_some(at)
    })
}

pub(super) fn go_mod(path: &str, text: &str) -> Manifest {
    let mut manifest = Manifest::new(path, Ecosystem::Go);
    let mut block = false;
    for (at, line) in text.lines().enumerate() {
        let number = to_u32(at + 1);
        let code = line.split("//").next().unwrap_or_default().trim();
        if code.starts_with("go ") {
            manifest.runtime_line = Some(number);
        }
        if code.starts_with("require (") {
            block = true;
        } else if code == ")" {
            block = false;
        } else if let Some(requirement) = code.strip_prefix("require ").or(block.then_some(code)) {
            let (name, version) = requirement.split_once(' ').unwrap_or((requirement, ""));
            manifest.push(name, version, Scope::Runtime, number);
        }
    }
    manifest
}

pub(super) fn cargo(path: &str, root: &Node) -> Manifest {
    let mut manifest = Manifest::new(path, Ecosystem::Rust);
    manifest.push_map(root.get("dependencies"), Scope::Runtime);
    manifest.push_map(root.at(&["workspace", "dependencies"]), Scope::Runtime);
    manifest.push_map(root.get("dev-dependencies"), Scope::Development);
    manifest.push_map(root.get("build-dependencies"), Scope::Development);
    let package = root.get("package");
    node::licenses(
        &mut manifest,
        package.and_then(|package| package.get("license")).filter(|node| node.text().is_some()),
    );
    manifest.runtime_line = package.and_then(|package| package.get("rust-version")).map(|node| node.line);
    manifest.workspace = node::texts(root.at(&["workspace", "members"]));
    manifest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mix_reads_dependencies_and_aliases() {
        let text = "  def project do\n    [elixir: \"~> 1.15\",\n  elixir: \"~> 1.15\",\n  {:phoenix, \"~> 1.7\"},\n  {:credo, \"~> 1.7\", only: [:dev, :test]},\n  defp aliases do\n    [\n      \"lint\": [\n        \"format --check\",\n        # \"sobelow\",\n        \"credo\"\n      ], test: \"test --cover\"\n    ]\n  end\n";
        let read = mix("mix.exs", text);
        assert_eq!(read.dependencies.len(), 2);
        assert_eq!(read.dependencies[1].scope, Scope::Development);
        assert_eq!(read.scripts[0].command, "mix format --check && mix credo");
        assert_eq!((read.scripts[0].name.as_str(), read.scripts[0].line), ("lint", 8));
        assert_eq!(read.scripts[1].command, "mix test --cover");
        let short = mix("mix.exs", "    aliases: [ci: [\"credo\", \"test\"], setup: [\"deps.get\"]],\n");
        assert_eq!(short.scripts[0].command, "mix credo && mix test");
    }

    #[test]
    fn lists_of_aliases_that_never_close_are_read_once() {
        let text = "    aliases: [check: [\"format\", \n".repeat(20_000);
        assert!(mix("mix.exs", &text).scripts.len() <= 20_000);
        let text = "    aliases: [check: [\"format\"], \n".repeat(20_000);
        assert_eq!(mix("mix.exs", &text).scripts.len(), 20_000);
    }

    #[test]
    fn go_blocks_are_read() {
        let read = go_mod("go.mod", "module x\n\ngo 1.22\n\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.1\n)\n");
        assert_eq!(read.dependencies[0].name, "github.com/gin-gonic/gin");
        assert_eq!(read.runtime_line, Some(3));
    }
}
