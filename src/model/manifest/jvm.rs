//! Maven, Gradle and sbt, as far as their files are declarations: they are programs, and only plain forms are read.

use std::sync::LazyLock;

use regex::Regex;

use crate::base::pattern::lean;
use crate::model::manifest::entry::{Ecosystem, Manifest, Scope};
use crate::read::document::{LineIndex, Node};

pub(super) fn pom(path: &str, root: &Node) -> Manifest {
    let mut manifest = Manifest::new(path, Ecosystem::Jvm);
    let Some(project) = root.get("project") else { return manifest };
    pom_parts(project, project, &mut manifest);
    let of_properties = project.get("properties").into_iter().flat_map(Node::entries);
    manifest.runtime_line = of_properties
        .filter(|entry| {
            let release = entry.key.strip_prefix("maven.compiler.");
            entry.key == "java.version" || release.is_some_and(|what| matches!(what, "release" | "source" | "target"))
        })
        .map(|entry| entry.line)
        .next()
        .or_else(|| release_of(project));
    manifest
}

/// Where a plug-in says for which version of Java it compiles.
fn release_of(node: &Node) -> Option<u32> {
    node.entries().iter().find_map(|entry| match entry.value.text() {
        Some(_) if entry.key == "release" => Some(entry.line),
        _ => release_of(&entry.value),
    })
}

/// What the elements of a POM declare, at whatever depth.
fn pom_parts(node: &Node, project: &Node, manifest: &mut Manifest) {
    for entry in node.entries() {
        match entry.key.as_str() {
            "dependency" | "plugin" | "parent" => {
                let text = |key: &str| entry.value.text_of(key).unwrap_or_default();
                let scope = if text("scope") == "test" { Scope::Development } else { Scope::Runtime };
                let version = resolved(text("version"), project);
                manifest.push(text("artifactId"), version, scope, entry.line);
                // A plug-in may hold dependencies of its own.
                if entry.key == "plugin" {
                    pom_parts(&entry.value, project, manifest);
                }
            }
            "license" => {
                if let Some(name) = entry.value.text_of("name") {
                    manifest.licenses.push((name.to_owned(), entry.line));
                }
            }
            "exclusions" | "configuration" => {}
            _ => pom_parts(&entry.value, project, manifest),
        }
    }
}

/// A version, of which `${name}` stands for a property of the same file.
fn resolved<'n>(version: &'n str, project: &'n Node) -> &'n str {
    let name = version.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let property = name.and_then(|name| project.get("properties")?.text_of(name));
    property.unwrap_or(version)
}

pub(super) fn gradle(path: &str, text: &str) -> Manifest {
    static DEPENDENCY: LazyLock<Regex> = LazyLock::new(|| {
        lean(
            r#"(?m)^\s*(\w*[iI]mplementation|api|compileOnly|runtimeOnly|\w*[pP]rocessor|kapt|classpath|test\w*)\s*\(?\s*(?:platform\()?["']([^"':]+):([^"':]+)(?::([^"']+))?["']"#,
        )
    });
    static PLUGIN: LazyLock<Regex> = LazyLock::new(|| {
        lean(r#"(?m)^\s*(?:id[\s(]+["']([^"']+)["']|kotlin\("([^"]+)"\))\)?(?:\s+version\s+["']([^"']+)["'])?"#)
    });
    static RUNTIME: LazyLock<Regex> =
        LazyLock::new(|| lean(r"languageVersion|sourceCompatibility|jvmToolchain|jvmTarget"));
    let mut manifest = Manifest::new(path, Ecosystem::Jvm);
    let lines = LineIndex::new(text);
    for found in DEPENDENCY.captures_iter(text) {
        let scope = if found[1].to_lowercase().starts_with("test") { Scope::Development } else { Scope::Runtime };
        let line = found.get(2).map_or(0, |m| lines.line(m.start()));
        manifest.push(&found[3], found.get(4).map_or("", |m| m.as_str()), scope, line);
    }
    for found in PLUGIN.captures_iter(text) {
        let name = found.get(1).map_or_else(|| format!("kotlin-{}", &found[2]), |id| id.as_str().to_owned());
        let line = found.get(0).map_or(0, |m| lines.line(m.end()));
        manifest.push(&name, found.get(3).map_or("", |m| m.as_str()), Scope::Development, line);
    }
    manifest.runtime_line = RUNTIME.find(text).map(|found| lines.line(found.start()));
    manifest
}

pub(super) fn sbt(path: &str, text: &str) -> Manifest {
    // `%%` adds the version of Scala to the name of the artifact (https://www.scala-sbt.org/1.x/docs/Library-Dependencies.html).
    static MODULE: LazyLock<Regex> =
        LazyLock::new(|| lean(r#""([^"\s]+)"\s*%%?%?\s*"([^"\s]+)"\s*%\s*("[^"]+"|[\w.]+)([^\n,]*)"#));
    static RUNTIME: LazyLock<Regex> = LazyLock::new(|| lean(r"scalaVersion\s*:="));
    static ENABLED: LazyLock<Regex> = LazyLock::new(|| lean(r"\b(PlayScala|PlayJava|PlayService|ScalafmtPlugin)\b"));
    let mut manifest = Manifest::new(path, Ecosystem::Jvm);
    let lines = LineIndex::new(text);
    for found in MODULE.captures_iter(text) {
        let scope =
            if found[4].contains("Test") || found[4].contains("test") { Scope::Development } else { Scope::Runtime };
        let line = found.get(0).map_or(0, |m| lines.line(m.start()));
        manifest.push(&found[2], found[3].trim_matches('"'), scope, line);
    }
    for found in ENABLED.captures_iter(text) {
        let line = found.get(0).map_or(0, |m| lines.line(m.start()));
        manifest.push(&found[1], "", Scope::Runtime, line);
    }
    manifest.runtime_line = RUNTIME.find(text).map(|found| lines.line(found.start()));
    manifest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::document::Syntax;

    #[test]
    fn a_pom_declares_what_is_not_in_its_comments() {
        let text = "<project>\n<parent><artifactId>spring-boot-starter-parent</artifactId><version>3.3.1</version></parent>\n<properties><java.version>21</java.version><pg.version>42.7</pg.version></properties>\n<dependencies>\n<!-- <dependency><artifactId>h2</artifactId></dependency> -->\n<dependency><artifactId>postgresql</artifactId><version>${pg.version}</version>\n<exclusions><exclusion><artifactId>log4j</artifactId></exclusion></exclusions></dependency>\n<dependency><artifactId>junit</artifactId><scope>test</scope></dependency>\n</dependencies>\n<licenses><license><name>MIT</name></license></licenses>\n</project>\n";
        let manifest = pom("pom.xml", &Node::parse(text, Syntax::Xml).expect("XML"));
        let found = |name: &str| manifest.dependency(name).map(|found| (found.line, found.requirement.as_str()));
        assert_eq!(found("spring-boot-starter-parent"), Some((2, "3.3.1")));
        assert_eq!(found("postgresql"), Some((6, "42.7")));
        assert_eq!(found("junit"), Some((8, "")));
        assert_eq!((found("h2"), found("log4j")), (None, None));
        assert_eq!((manifest.runtime_line, manifest.licenses.len()), (Some(3), 1));
    }
}
