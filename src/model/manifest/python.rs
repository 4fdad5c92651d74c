//! `pyproject.toml`, requirements files, `Pipfile`, `setup.py` and `setup.cfg`.

use std::sync::LazyLock;

use regex::Regex;

use super::node;
use crate::base::pattern::lean;
use crate::base::text::to_u32;
use crate::model::manifest::entry::{Ecosystem, Manifest, Scope, Script};
use crate::read::document::{LineIndex, Node};

pub(super) fn pyproject(path: &str, root: &Node) -> Manifest {
    let mut manifest = Manifest::new(path, Ecosystem::Python);
    let name = root.at(&["project", "name"]).or_else(|| root.at(&["tool", "poetry", "name"]));
    manifest.name = name.and_then(Node::text).map(str::to_ascii_lowercase);
    if let Some(project) = root.get("project") {
        push_list(&mut manifest, project.get("dependencies"), Scope::Runtime);
        for group in project.get("optional-dependencies").map(Node::entries).unwrap_or_default() {
            let scope = if is_development(&group.key) { Scope::Development } else { Scope::Runtime };
            push_list(&mut manifest, Some(&group.value), scope);
        }
        node::licenses(&mut manifest, project.get("license"));
        manifest.runtime_line = project.get("requires-python").map(|node| node.line);
    }
    // Groups are never published with the package (https://peps.python.org/pep-0735/).
    for group in root.get("dependency-groups").map(Node::entries).unwrap_or_default() {
        push_list(&mut manifest, Some(&group.value), Scope::Development);
    }
    if let Some(poetry) = root.at(&["tool", "poetry"]) {
        manifest.push_map(poetry.get("dependencies"), Scope::Runtime);
        manifest.push_map(poetry.get("dev-dependencies"), Scope::Development);
        for group in poetry.get("group").map(Node::entries).unwrap_or_default() {
            manifest.push_map(group.value.get("dependencies"), Scope::Development);
        }
        node::licenses(&mut manifest, poetry.get("license"));
        manifest.runtime_line =
            manifest.runtime_line.or_else(|| poetry.at(&["dependencies", "python"]).map(|node| node.line));
        // Poetry writes the interpreter among the dependencies (https://python-poetry.org/docs/pyproject/).
        manifest.dependencies.retain(|dependency| dependency.name != "python");
    }
    push_list(&mut manifest, root.at(&["tool", "uv", "dev-dependencies"]), Scope::Development);
    for group in root.at(&["tool", "pdm", "dev-dependencies"]).map(Node::entries).unwrap_or_default() {
        push_list(&mut manifest, Some(&group.value), Scope::Development);
    }
    for tasks in [
        &["tool", "poe", "tasks"][..],
        &["tool", "pdm", "scripts"],
        &["tool", "taskipy", "tasks"],
        &["tool", "hatch", "envs", "default", "scripts"],
    ] {
        for entry in root.at(tasks).map(Node::entries).unwrap_or_default() {
            if let Some(command) =
                entry.value.text().or_else(|| entry.value.text_of("cmd")).or_else(|| entry.value.text_of("shell"))
            {
                manifest.scripts.push(Script {
                    name: entry.key.clone(),
                    command: command.to_owned(),
                    line: entry.line,
                });
            }
        }
    }
    manifest.workspace = node::texts(root.at(&["tool", "uv", "workspace", "members"]));
    manifest
}

/// A `pyproject.toml` that only configures tools declares no package.
pub(super) fn only_tools(manifest: &Manifest) -> bool {
    manifest.dependencies.is_empty()
        && manifest.runtime_line.is_none()
        && manifest.licenses.is_empty()
        && manifest.workspace.is_empty()
}

pub(super) fn pipfile(path: &str, root: &Node) -> Manifest {
    let mut manifest = Manifest::new(path, Ecosystem::Python);
    manifest.push_map(root.get("packages"), Scope::Runtime);
    manifest.push_map(root.get("dev-packages"), Scope::Development);
    node::scripts(&mut manifest, root.get("scripts"));
    let requires = root.get("requires");
    manifest.runtime_line = requires.and_then(|node| node.entries().first()).map(|entry| entry.line);
    manifest
}

pub(super) fn requirements(path: &str, text: &str) -> Manifest {
    let mut manifest = Manifest::new(path, Ecosystem::Python);
    let scope = if is_development(path) { Scope::Development } else { Scope::Runtime };
    let mut loose = 0;
    for (at, line) in text.lines().enumerate() {
        let line = line.split(" #").next().unwrap_or_default().trim().trim_end_matches('\\').trim();
        if line.is_empty() || line.starts_with('#') || line.starts_with('-') {
            continue;
        }
        let Some((name, requirement)) = requirement(line) else {
            continue;
        };
        let exact = requirement.starts_with("==") && !requirement.contains('*') || requirement.starts_with('@');
        loose += usize::from(!exact);
        manifest.push(&name, &requirement, scope, to_u32(at + 1));
    }
    manifest.pinned = loose == 0 && !manifest.dependencies.is_empty();
    manifest
}

/// `setup.py` and `setup.cfg`: the names that their lists of requirements quote.
pub(super) fn setup(path: &str, text: &str) -> Manifest {
    static LIST: LazyLock<Regex> =
        LazyLock::new(|| lean(r"(?s)install_requires\s*=\s*(?:\[(?P<list>.*?)\]|(?P<lines>(?:\n[ \t]+\S[^\n]*)+))"));
    let mut manifest = Manifest::new(path, Ecosystem::Python);
    let lines = LineIndex::new(text);
    for found in LIST.captures_iter(text) {
        let Some(body) = found.name("list").or_else(|| found.name("lines")) else {
            continue;
        };
        let first = lines.line(body.start());
        for (at, line) in body.as_str().lines().enumerate() {
            for item in line.split("\",").flat_map(|item| item.split("',")) {
                let item = item.trim().trim_matches(|c| matches!(c, '"' | '\'' | ','));
                if let Some((name, requirement)) = requirement(item) {
                    manifest.push(&name, &requirement, Scope::Runtime, first + to_u32(at));
                }
            }
        }
    }
    manifest
}

fn is_development(name: &str) -> bool {
    ["dev", "test", "lint", "doc", "ci"].iter().any(|word| name.contains(word))
}

fn push_list(manifest: &mut Manifest, list: Option<&Node>, scope: Scope) {
    for item in list.map(Node::items).unwrap_or_default() {
        if let Some((name, requirement)) = item.text().and_then(requirement) {
            manifest.push(&name, &requirement, scope, item.line);
        }
    }
}

/// A requirement of PEP 508 (https://peps.python.org/pep-0508/): the name, in its normal form, and what follows it without extras and markers.
fn requirement(text: &str) -> Option<(String, String)> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| lean(r"^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*([^;]*)"));
    let found = NAME.captures(text.trim())?;
    let name = found[1].to_ascii_lowercase().replace(['_', '.'], "-");
    Some((name, found[2].split(" --").next().unwrap_or_default().trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_pinned_when_every_line_is() {
        let pinned = requirements(
            "requirements.txt",
            "# c\nDjango[argon2]==5.2.1 ; python_version > '3' \\\n    --hash=sha256:aa\n-r base.txt\n",
        );
        assert!(pinned.pinned);
        assert_eq!(pinned.dependencies[0].name, "django");
        assert!(!requirements("requirements.txt", "django==5.2\nrequests>=2\n").pinned);
        assert!(!requirements("requirements.txt", "\n").pinned);
    }

    #[test]
    fn setup_lists_are_read() {
        let found = setup("setup.py", "setup(\n  install_requires=[\n    'flask>=2',\n    \"x_y\",\n  ],\n)");
        let names: Vec<_> =
            found.dependencies.iter().map(|dependency| (dependency.name.as_str(), dependency.line)).collect();
        assert_eq!(names, [("flask", 3), ("x-y", 4)]);
    }
}
