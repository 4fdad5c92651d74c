//! Maven, Gradle and sbt, as far as their files are declarations: they are programs, and only plain forms are read.

use std::sync::LazyLock;

use regex::Regex;

use crate::base::pattern::lean;
use crate::model::manifest::entry::{Ecosystem, Manifest, Scope};
use crate::read::document::LineIndex;

pub(super) fn pom(path: &str, text: &str) -> Manifest {
    static BLOCK: LazyLock<Regex> =
        LazyLock::new(|| lean(r"(?s)<(dependency|plugin|parent)>(.*?)</(?:dependency|plugin|parent)>"));
    static TAG: LazyLock<Regex> = LazyLock::new(|| lean(r"<(groupId|artifactId|version|scope)>\s*([^<]*?)\s*<"));
    static LICENSE: LazyLock<Regex> = LazyLock::new(|| lean(r"(?s)<license>.*?<name>\s*([^<]*?)\s*<"));
    static RUNTIME: LazyLock<Regex> =
        LazyLock::new(|| lean(r"<(java\.version|maven\.compiler\.(?:release|source|target)|release)>"));
    let mut manifest = Manifest::new(path, Ecosystem::Jvm);
    let lines = LineIndex::new(text);
    for block in BLOCK.captures_iter(text) {
        let (mut artifact, mut version, mut scope) = ("", "", Scope::Runtime);
        let body = block.get(2).map_or("", |m| m.as_str());
        let head = body.split("<exclusions>").next().unwrap_or(body).split("<configuration>").next().unwrap_or(body);
        for tag in TAG.captures_iter(head) {
            let value = tag.get(2).map_or("", |m| m.as_str());
            match &tag[1] {
                "artifactId" if artifact.is_empty() => artifact = value,
                "version" => version = value,
                "scope" if value == "test" => scope = Scope::Development,
                _ => {}
            }
        }
        let line = block.get(0).map_or(0, |m| lines.line(m.start()));
        manifest.push(artifact, version, scope, line);
    }
    for license in LICENSE.captures_iter(text) {
        let line = license.get(0).map_or(0, |m| lines.line(m.start()));
        manifest.licenses.push((license[1].to_owned(), line));
    }
    manifest.runtime_line = RUNTIME.find(text).map(|found| lines.line(found.start()));
    manifest
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
