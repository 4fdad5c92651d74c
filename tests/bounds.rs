//! Small repositories made to cost much: a report comes out, soon and in little memory, and says what was left out.

mod common;

use std::path::Path;
use std::time::{Duration, Instant};

use common::run_in;
use git2::{Oid, Repository, Signature, Time};

/// Writes files below a folder.
fn tree(files: impl IntoIterator<Item = (String, String)>) -> tempfile::TempDir {
    let folder = tempfile::TempDir::new().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
    folder
}

/// Audits a folder; the report.
fn report(folder: &Path, more: &[&str]) -> serde_json::Value {
    let started = Instant::now();
    let ended = run_in(folder, &[&[".", "--format", "json", "--with-facts", "--lang", "en"], more].concat());
    assert!(ended.code == 0, "{} {}", ended.code, ended.stderr);
    // The bound is generous: what these tests are about takes minutes, or never ends.
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
    serde_json::from_str(&ended.stdout).expect("JSON")
}

/// The notes of a report, as `path: what`.
fn notes(report: &serde_json::Value) -> Vec<String> {
    let notes = report["notes"].as_array().cloned().unwrap_or_default();
    let text = |note: &serde_json::Value, key: &str| note[key].as_str().unwrap_or_default().to_owned();
    notes.iter().map(|note| format!("{}: {}", text(note, "path"), text(note, "what"))).collect()
}

#[test]
fn brackets_behind_a_quote_in_a_comment_are_too_deep_and_no_crash() {
    let deep = "[".repeat(200_000);
    let folder = tree([
        ("package.json".to_owned(), format!("/*\"*/{deep}")),
        ("web/package.json".to_owned(), format!("'\"'{deep}")),
        ("api/package.json".to_owned(), format!("//\"\n{deep}")),
    ]);
    report(folder.path(), &["--no-git"]);
}

#[test]
fn patterns_of_git_cost_what_they_weigh() {
    let marks: String = (0..15_000).map(|n| format!("*a*b{n} linguist-vendored\n")).collect();
    let mut files = vec![
        (".gitattributes".to_owned(), format!("{}x{} linguist-vendored\n", "{".repeat(300), "}".repeat(300))),
        ("e/.gitattributes".to_owned(), format!("* {}\n", "linguist-generated ".repeat(50_000))),
        ("f/.gitattributes".to_owned(), "x".repeat(1024 * 1024 + 1)),
    ];
    for folder in ["a", "b", "c"] {
        files.push((format!("{folder}/.gitattributes"), marks.clone()));
        files.extend((0..50).map(|n| (format!("{folder}/banana{n}.js"), "x\n".to_owned())));
    }
    let folder = tree(files);
    let notes = notes(&report(folder.path(), &["--no-git"]));
    let told = |start: &str| notes.iter().filter(|note| note.starts_with(start)).count();
    assert_eq!(told("c/.gitattributes: not applied: its marks are too many"), 1, "{notes:?}");
    assert_eq!(told("f/.gitattributes: not applied: it is too large"), 1, "{notes:?}");
    assert_eq!(told(".gitattributes: not applied to "), 1, "{notes:?}");
}

#[test]
fn aliases_and_merge_keys_do_not_grow() {
    let (items, aliases) = (vec!["x"; 500].join(","), vec!["*a"; 880].join(","));
    let bomb = format!("on: push\na: &a [{items}]\nb: [{aliases}]\njobs: {{}}\n");
    let keys: Vec<String> = (0..40_000).map(|n| format!("k{n:x}: 1")).collect();
    let merged = format!("a: &a {{{}}}\nb: {{<<: *a}}\non: push\njobs: {{}}\n", keys.join(","));
    let mut files = vec![(".github/workflows/merged.yml".to_owned(), merged)];
    files.extend((0..100).map(|n| (format!(".github/workflows/c{n}.yml"), bomb.clone())));
    let report = report(tree(files).path(), &["--no-git"]);
    let broken = report["facts"]["ci_broken_files"].to_string();
    assert!(broken.contains("c7.yml") && !broken.contains("merged.yml"), "{broken}");
}

#[test]
fn components_by_the_thousand_are_looked_up() {
    let manifest = |n: usize| {
        (
            format!("p{n}/package.json"),
            format!("{{\"name\":\"p{n}\",\"dependencies\":{{\"express\":\"*\",\"react\":\"^18\"}}}}"),
        )
    };
    let time = |count: usize| {
        let folder = tree((0..count).map(manifest));
        let started = Instant::now();
        report(folder.path(), &["--no-git"]);
        started.elapsed()
    };
    // Six times as many take about six times as long, not thirty-six; what is the same for all is in both.
    let (few, many) = (time(500), time(3_000));
    assert!(many < few * 16, "{few:?} {many:?}");
}

#[test]
fn routers_that_repeat_or_mount_each_other_end() {
    let manifest = "{\"scripts\": {\"start\": \"node a.js\"}, \"dependencies\": {\"express\": \"5\"}}".to_owned();
    let many: String = (0..100_000).map(|n| format!("app.get('/r{n}', h);\n")).collect();
    let mut files = vec![
        ("many/package.json".to_owned(), manifest.clone()),
        ("many/a.js".to_owned(), format!("const app = require('express')();\n{many}app.listen(3);\n")),
        ("loop/package.json".to_owned(), manifest),
        ("loop/a.js".to_owned(), "const app = require('express')();\napp.use('/p', require('./r0'));\n".to_owned()),
        ("urls/requirements.txt".to_owned(), "django==5.2\n".to_owned()),
        ("urls/manage.py".to_owned(), "import django\n".to_owned()),
    ];
    files.extend((0..300).map(|n| {
        let next = (n + 1) % 300;
        let text = format!(
            "const r = require('express').Router();\nr.get('/x{n}', h);\nr.use('/p{n}', require('./r{next}'));\nr.use(require('./r{n}'));\nmodule.exports = r;\n"
        );
        (format!("loop/r{n}.js"), text)
    }));
    files.extend((0..50).map(|n| {
        let text = format!(
            "from django.urls import include, path\nurlpatterns = [path('a{n}/', include('u{}.urls')), path('b{n}/', include('u{}.urls'))]\n",
            (n + 1) % 50,
            (n + 7) % 50
        );
        (format!("urls/u{n}/urls.py"), text)
    }));
    let folder = tree(files);
    report(folder.path(), &["--no-git"]);
    let ended = run_in(folder.path(), &["facts", ".", "--no-git", "--format", "json"]);
    let facts: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let routes = facts["routes"].as_array().expect("routes").len();
    assert!((300..200_000).contains(&routes), "{routes}: read, and no product of all by all");
}

#[test]
fn compose_files_that_include_each_other_end() {
    let files = (0..5_000).map(|n| {
        let text = format!(
            "include:\n  - ../c{}/compose.yaml\n  - ./compose.yaml\nservices:\n  s{n}:\n    extends: {{ file: ../c{}/compose.yaml, service: s{} }}\n    image: acme/s{n}\n",
            (n + 1) % 5_000,
            (n + 1) % 5_000,
            (n + 1) % 5_000
        );
        (format!("c{n}/compose.yaml"), text)
    });
    let report = report(tree(files).path(), &["--no-git"]);
    assert!(report["findings"].as_array().is_some_and(|findings| !findings.is_empty()));
}

/// A bare repository whose head is a commit of a tree.
fn bare(tree: impl Fn(&Repository) -> Oid) -> (tempfile::TempDir, Repository) {
    let folder = tempfile::TempDir::new().expect("a folder");
    let repository = Repository::init_bare(folder.path()).expect("a repository");
    let id = tree(&repository);
    let author = Signature::new("a", "a@b.fr", &Time::new(1_767_000_000, 0)).expect("a name");
    let found = repository.find_tree(id).expect("a tree");
    let commit = repository.commit(None, &author, &author, "feat: x\n", &found, &[]).expect("a commit");
    drop(found);
    repository.reference("refs/heads/main", commit, true, "x").expect("a branch");
    repository.set_head("refs/heads/main").expect("a head");
    (folder, repository)
}

/// A tree of so many entries a folder, and so many folders deep, of one object a level.
fn repeated(repository: &Repository, width: usize, depth: usize) -> Oid {
    let mut id = repository.blob(b"x\n").expect("a blob");
    for level in 0..=depth {
        let mut tree = repository.treebuilder(None).expect("a tree");
        let mode = if level == 0 { 0o100_644 } else { 0o040_000 };
        (0..width).for_each(|n| drop(tree.insert(format!("n{n}"), id, mode).expect("an entry")));
        id = tree.write().expect("a tree");
    }
    id
}

#[test]
fn a_tree_without_measure_is_cut_and_said_to_be() {
    let (deep, _) = bare(|repository| repeated(repository, 1, 6_000));
    let told = notes(&report(deep.path(), &[]));
    assert!(told.iter().any(|note| note.contains("folders stand too deep in each other")), "{told:?}");
    let (wide, _) = bare(|repository| repeated(repository, 10, 9));
    let told = notes(&report(wide.path(), &[]));
    assert!(told.iter().any(|note| note.contains("its tree holds too much")), "{told:?}");
}

#[test]
fn branches_by_the_ten_thousand_are_read_in_one_go() {
    let (folder, repository) = bare(|repository| repeated(repository, 1, 0));
    let head = repository.refname_to_id("HEAD").expect("a head");
    let mut packed = "# pack-refs with: peeled fully-peeled sorted \n".to_owned();
    (0..15_000).for_each(|n| packed.push_str(&format!("{head} refs/heads/b{n:08}\n")));
    (0..15_000).for_each(|n| packed.push_str(&format!("{head} refs/remotes/origin/c{n:08}\n")));
    std::fs::write(folder.path().join("packed-refs"), packed).expect("references");
    report(folder.path(), &[]);
}

#[test]
fn a_glob_of_the_settings_that_repeats_itself_is_refused() {
    let settings = format!("exclude: ['{}']\n", "!".repeat(40_000));
    let folder = tree([(".equerre.yml".to_owned(), settings), ("a.py".to_owned(), "a = 1\n".to_owned())]);
    let started = Instant::now();
    let ended = run_in(folder.path(), &[".", "--no-git", "--lang", "en"]);
    assert!(ended.code == 2 && ended.stderr.contains("1024"), "{} {}", ended.code, ended.stderr);
    assert!(ended.stderr.len() < 5_000, "{} bytes are printed", ended.stderr.len());
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}
