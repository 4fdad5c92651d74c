//! Composer, Mix, Go modules and Cargo.

use std::sync::LazyLock;

use regex::Regex;

use super::{Ecosystem, Manifest, Scope, node};
use crate::document::{Node, to_u32};
use crate::pattern::lean;

pub(super) fn composer(path: &str, root: &Node) -> Manifest {
    let mut manifest = Manifest::new(path, Ecosystem::Php);
    manifest.push_map(root.get("require"), Scope::Runtime);
    manifest.push_map(root.get("require-dev"), Scope::Development);
    let php = manifest.dependency("php").filter(|php| php.requirement != "*").map(|php| php.line);
    manifest.runtime_line = php.or_else(|| root.at(&["config", "platform", "php"]).map(|node| node.line));
    manifest.dependencies.retain(|dependency| dependency.name != "php" && !dependency.name.starts_with("ext-"));
    node::scripts(&mut manifest, root.get("scripts"));
    node::licenses(&mut manifest, root.get("license"));
    manifest
}

pub(super) fn mix(path: &str, text: &str) -> Manifest {
    static DEPENDENCY: LazyLock<Regex> = LazyLock::new(|| lean(r#"\{:(\w+),\s*(?:"([^"]*)")?([^}]*)\}"#));
    static ALIAS: LazyLock<Regex> = LazyLock::new(|| lean(r#"^\s*"?([\w.]+)"?:\s*\[(.*)\],?$"#));
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
        } else if let Some(found) = ALIAS.captures(code)
            && found[2].contains('"')
        {
            let steps: Vec<String> = found[2].split(',').map(|step| step.trim().trim_matches('"').to_owned()).collect();
            manifest.scripts.push(super::Script {
                name: found[1].to_owned(),
                command: steps.iter().map(|step| format!("mix {step}")).collect::<Vec<_>>().join(" && "),
                line: number,
            });
        }
    }
    manifest
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
        let text = "  def project do\n    [elixir: \"~> 1.15\",\n  elixir: \"~> 1.15\",\n  {:phoenix, \"~> 1.7\"},\n  {:credo, \"~> 1.7\", only: [:dev, :test]},\n  \"lint\": [\"format --check\", \"credo\"],\n";
        let read = mix("mix.exs", text);
        assert_eq!(read.dependencies.len(), 2);
        assert_eq!(read.dependencies[1].scope, Scope::Development);
        assert_eq!(read.scripts[0].command, "mix format --check && mix credo");
    }

    #[test]
    fn go_blocks_are_read() {
        let read = go_mod("go.mod", "module x\n\ngo 1.22\n\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.1\n)\n");
        assert_eq!(read.dependencies[0].name, "github.com/gin-gonic/gin");
        assert_eq!(read.runtime_line, Some(3));
    }
}
