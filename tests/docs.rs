//! The documentation: every rule has a page in each language, and every link of the site leads somewhere.

mod common;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use common::{Sandbox, run_in};
use equerre::internals::{Embedded, Rules};
use regex::Regex;

/// The site's sources: the guide, and the pages that the command writes beside it.
fn written() -> Sandbox {
    let sandbox = Sandbox::folder(&[]);
    let (mut folders, root) = (vec![PathBuf::from("docs/src")], Path::new("docs/src"));
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let name = entry.strip_prefix(root).expect("below").to_string_lossy().replace('\\', "/");
            sandbox.write(&name, &std::fs::read(&entry).expect("a file"));
        }
    }
    let target = sandbox.path().to_str().expect("UTF-8");
    let run = run_in(Path::new("."), &["rules", "docs", target, "--no-config"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    sandbox
}

/// Every page, by its name from the root of the site.
fn pages(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for folder in ["", "guide", "fr", "rules", "regles"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let name = path.strip_prefix(root).expect("below").to_string_lossy().replace('\\', "/");
                found.insert(name, std::fs::read_to_string(&path).expect("a page"));
            }
        }
    }
    found
}

/// What a heading is linked by, as forges make it.
fn anchor(heading: &str) -> String {
    let kept = heading
        .to_lowercase()
        .chars()
        .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter))
        .collect::<String>();
    kept.replace(' ', "-")
}

/// A link from a page to another one, by the name of that one.
fn resolved(page: &str, link: &str) -> String {
    let mut path = PathBuf::from(page);
    path.pop();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => assert!(path.pop(), "{page}: {link} leads out of the site"),
            part => path.push(part),
        }
    }
    path.to_string_lossy().replace('\\', "/")
}

#[test]
fn every_rule_has_a_page_in_each_language_and_every_link_leads_somewhere() {
    let site = written();
    let pages = pages(site.path());
    let rules = Rules::load(&[], Embedded::With).expect("the embedded rules");
    for rule in &rules.all {
        for (folder, lang) in [("rules", equerre::Lang::En), ("regles", equerre::Lang::Fr)] {
            let page =
                pages.get(&format!("{folder}/{}.md", rule.id)).unwrap_or_else(|| panic!("{} lacks a page", rule.id));
            let start: String =
                rule.remediation.get(lang).split(['`', '<', '*', '_', '[']).next().unwrap_or_default().to_owned();
            assert!(page.contains(&start), "{folder}/{}: {start}", rule.id);
            assert!(page.contains("tree/main/fixtures/"), "{folder}/{} names no case", rule.id);
        }
    }
    let link = Regex::new(r"\]\(([^)\s]+)\)").expect("a pattern");
    let summary = &pages["SUMMARY.md"];
    for (name, text) in &pages {
        for (_, [to]) in link.captures_iter(text).map(|found| found.extract()) {
            if let Some(rest) = to.strip_prefix("https://github.com/betagouv/equerre/blob/main/") {
                let (file, fragment) = rest.split_once('#').unwrap_or((rest, ""));
                let target = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{name}: {to}: {error}"));
                let known =
                    target.lines().filter_map(|line| line.strip_prefix("## ")).any(|own| anchor(own) == fragment);
                assert!(fragment.is_empty() || known, "{name}: {to}");
            } else if let Some(case) = to.strip_prefix("https://github.com/betagouv/equerre/tree/main/") {
                assert!(Path::new(case).is_dir(), "{name}: {to}");
            } else if !to.starts_with("https://") {
                assert!(pages.contains_key(&resolved(name, to)), "{name}: {to} leads nowhere");
            }
        }
        // A book has the pages alone that its summary names.
        assert!(name == "SUMMARY.md" || summary.contains(&format!("]({name})")), "{name} is not in the summary");
    }
}

#[test]
fn the_pages_are_written_again_as_they_are_and_the_summary_keeps_what_people_wrote() {
    let site = written();
    let before = pages(site.path());
    let run = run_in(Path::new("."), &["rules", "docs", site.path().to_str().expect("UTF-8"), "--no-config"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(pages(site.path()), before);
    assert!(before["SUMMARY.md"].starts_with("# Summary\n\n[Equerre](README.md)"));
}

#[test]
fn sarif_and_explain_lead_to_the_page_of_a_rule() {
    let sandbox = Sandbox::folder(&[("index.js", "console.log(1)\n")]);
    for (lang, folder) in [("en", "rules"), ("fr", "regles")] {
        let log = sandbox.equerre(&["--no-git", "--format", "sarif", "--lang", lang]).json();
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
        for rule in rules {
            let page =
                format!("https://betagouv.github.io/equerre/{folder}/{}.html", rule["id"].as_str().expect("an id"));
            assert_eq!(rule["helpUri"], page.as_str());
        }
        let explained = sandbox.equerre(&["explain", "missing-licence", "--lang", lang]).stdout;
        assert!(
            explained.contains(&format!("https://betagouv.github.io/equerre/{folder}/missing-licence.html")),
            "{explained}"
        );
        assert!(explained.contains("equerre fix missing-licence --dry-run"), "{explained}");
        let by_hand = sandbox.equerre(&["explain", "missing-readme", "--lang", lang]).stdout;
        assert!(!by_hand.contains("equerre fix"), "{by_hand}");
    }
}
