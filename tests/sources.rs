//! The same tree gives the same facts wherever its bytes come from, and no repository is too strange to report on.

mod common;

use std::path::Path;

use common::{NOW, NOW_TEXT, Sandbox};
use serde_json::Value;

const FILES: &[(&str, &str)] = &[
    (
        "README.md",
        "# Cantine\n\nUn service pour les gestionnaires de cantines scolaires.\n\n```\nnpm install\nnpm run dev\n```\n",
    ),
    (
        "package.json",
        "{\n  \"license\": \"MIT\",\n  \"scripts\": {\"test\": \"vitest run\", \"lint\": \"eslint .\"},\n  \"dependencies\": {\"express\": \"5\", \"@sentry/node\": \"10\"},\n  \"devDependencies\": {\"vitest\": \"3\", \"eslint\": \"9\"}\n}\n",
    ),
    ("package-lock.json", "{}\n"),
    (".nvmrc", "22\n"),
    ("eslint.config.js", "export default [];\n"),
    (
        "src/app.js",
        "import express from \"express\";\nimport helmet from \"helmet\";\nconst app = express();\napp.disable(\"x-powered-by\");\nexport default app;\n",
    ),
    (
        "src/app.test.js",
        "import { expect, test } from \"vitest\";\ntest(\"adds\", () => { expect(1 + 2).toBe(3); });\n",
    ),
    (
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n      - run: npm run lint\n",
    ),
    ("vendor/lib.js", "Sentry.init({})\n"),
    ("été/données.py", "import os\n"),
];

fn facts(sandbox: &Sandbox, args: &[&str]) -> Value {
    let mut all = vec!["facts", "--format", "json", "--as-of", NOW_TEXT];
    all.extend(args);
    sandbox.equerre(&all).json()["facts"].clone()
}

#[test]
fn the_working_tree_and_its_commit_give_the_same_facts() {
    let sandbox = Sandbox::repository(FILES);
    assert_eq!(facts(&sandbox, &[]), facts(&sandbox, &["--rev", "HEAD"]));
}

#[test]
fn a_bare_mirror_gives_the_same_facts_as_its_clone() {
    let sandbox = Sandbox::repository(FILES);
    let mirror = tempfile::TempDir::new().expect("a folder");
    git2::build::RepoBuilder::new()
        .bare(true)
        .clone(sandbox.path().to_str().expect("a path"), mirror.path())
        .expect("a mirror");
    let of_mirror =
        common::run_in(mirror.path(), &["facts", "--format", "json", "--as-of", NOW_TEXT]).json()["facts"].clone();
    let of_tree = facts(&sandbox, &[]);
    for (name, fact) in of_tree.as_object().expect("facts") {
        assert_eq!(fact, &of_mirror[name], "{name}");
    }
}

#[test]
fn the_git_directory_stands_for_what_git_holds() {
    let sandbox = Sandbox::repository(FILES);
    let of_git =
        common::run_in(sandbox.path(), &["facts", "--format", "json", "--as-of", NOW_TEXT, ".git"]).json()["facts"]
            .clone();
    assert_eq!(of_git, facts(&sandbox, &["--rev", "HEAD"]));
}

#[test]
fn the_grade_does_not_depend_on_threads() {
    let sandbox = Sandbox::repository(FILES);
    let with =
        |jobs: &str| sandbox.equerre(&["--format", "json", "--with-facts", "--as-of", NOW_TEXT, "--jobs", jobs]).stdout;
    assert_eq!(with("1"), with("2"));
    assert_eq!(with("2"), with("7"));
}

#[test]
fn a_folder_without_git_is_audited_and_its_history_is_unverified() {
    let sandbox = Sandbox::folder(FILES);
    let found = facts(&sandbox, &[]);
    assert_eq!(found["unit_tests"]["value"], true);
    assert!(found["active_weeks_last_13"]["unverified"].is_string());
    assert_eq!(facts(&Sandbox::repository(FILES), &["--no-git"])["unit_tests"], found["unit_tests"]);
}

#[test]
fn untracked_files_count_unless_git_ignores_them() {
    let sandbox = Sandbox::repository(&[(".gitignore", "out/\n*.local\n"), ("a.py", "x = 1\n")]);
    sandbox.write("Dockerfile", b"FROM python:3.13\n");
    sandbox.write("out/README.md", b"# x\n");
    sandbox.write("b.local/.env", b"A=1\n");
    let found = facts(&sandbox, &[]);
    assert_eq!(found["containerized"]["value"], true);
    assert_eq!(found["env_files_committed"]["value"], serde_json::json!([]));
    assert_eq!(facts(&sandbox, &["--rev", "HEAD"])["containerized"]["value"], false);
}

#[test]
fn what_git_ignores_is_told_by_every_list_that_git_reads() {
    let sandbox =
        Sandbox::repository(&[(".gitignore", "*.env\nbuild/\n"), ("build/kept.py", "x = 1\n"), ("a.py", "x = 1\n")]);
    let track = |path: &str| {
        let repository = sandbox.git();
        let mut index = repository.index().expect("an index");
        index.add_path(Path::new(path)).expect("added");
        index.write().expect("written");
    };
    track("build/kept.py");
    sandbox.write("api/.gitignore", b"!.env\n");
    for path in [".env", "api/.env", "build/.env.local", "mine/.env.local", "ours/.env.local", "seen/.env.local"] {
        sandbox.write(path, b"A=1\n");
    }
    sandbox.write(".git/info/exclude", b"/ours\n");
    sandbox.write("list", b"mine\n");
    let list = sandbox.join("list");
    sandbox
        .git()
        .config()
        .and_then(|mut config| config.set_str("core.excludesfile", list.to_str().expect("a path")))
        .expect("set");
    assert_eq!(
        facts(&sandbox, &[])["env_files_committed"]["value"],
        serde_json::json!(["api/.env", "seen/.env.local"])
    );
}

#[test]
fn untracked_folders_nested_without_end_take_no_time() {
    let sandbox = Sandbox::repository(&[(".gitignore", "*.log\nout/\n"), ("a.py", "x = 1\n")]);
    let mut folder = sandbox.path().to_owned();
    for _ in 0..1_500 {
        folder.push("d");
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join("f.py"), "x = 1\n").expect("a file");
    }
    let start = std::time::Instant::now();
    assert_eq!(survives(sandbox.path(), &["--select", "missing-readme"]).code, 0);
    assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn a_sub_folder_stands_for_its_repository_unless_restricted() {
    let sandbox = Sandbox::repository(&[
        (
            "LICENSE",
            "MIT License\nPermission is hereby granted, free of charge, to any person obtaining a copy\nThe above copyright notice and this permission notice\nTHE SOFTWARE IS PROVIDED \"AS IS\"\n",
        ),
        ("api/a.py", "x = 1\n"),
    ]);
    let api = sandbox.join("api");
    let run = |args: &[&str]| common::run_in(&api, args).json()["facts"]["license_spdx"]["value"].clone();
    assert_eq!(run(&["facts", "--format", "json"]), "MIT");
    assert_eq!(run(&["facts", "--format", "json", "--here"]), Value::Null);
    assert_eq!(run(&["facts", "--format", "json", "--here", "--rev", "HEAD"]), Value::Null);
}

/// A report or a clear refusal: never a crash, never silence.
fn survives(path: &Path, args: &[&str]) -> common::Run {
    let mut all = vec!["--format", "json", "--as-of", NOW_TEXT];
    all.extend(args);
    let run = common::run_in(path, &all);
    match run.code {
        0 => assert!(run.json()["grade"].is_object()),
        2 => assert!(run.stderr.contains("help") || run.stderr.contains("error"), "{}", run.stderr),
        code => panic!("exit {code}: {}", run.stderr),
    }
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

#[test]
fn an_empty_folder_and_an_unborn_repository_are_reported_on() {
    let folder = Sandbox::folder(&[]);
    assert_eq!(survives(folder.path(), &[]).code, 0);
    git2::Repository::init(folder.path()).expect("a repository");
    assert_eq!(survives(folder.path(), &[]).code, 0);
    assert_eq!(survives(folder.path(), &["--rev", "HEAD"]).code, 2);
}

#[test]
fn where_there_is_nothing_to_audit_nobody_is_graded_nor_accused() {
    let folder = Sandbox::folder(&[]);
    let full = Sandbox::repository(FILES);
    full.write(".equerre.yml", b"ignores:\n  - { rule: missing-readme, reason: soon }\n");
    let nothing = |sandbox: &Sandbox, args: &[&str]| {
        let report = survives(sandbox.path(), args).json();
        assert_eq!(report["grade"]["letter"], Value::Null);
        let accused = |finding: &Value| finding["outcome"] != "not-applicable";
        assert!(!report["findings"].as_array().expect("findings").iter().any(accused));
        assert_eq!(report["notes"].as_array().map(Vec::len), Some(1), "{}", report["notes"]);
        let shown = sandbox.equerre(args);
        assert_eq!(shown.code, 0);
        assert!(shown.stdout.contains("nothing to audit") && shown.stdout.lines().count() <= 4, "{}", shown.stdout);
        assert_eq!(sandbox.equerre(&[args, &["--min-grade", "F"]].concat()).code, 1);
    };
    nothing(&folder, &[]);
    git2::Repository::init(folder.path()).expect("a repository");
    nothing(&folder, &[]);
    nothing(&full, &["--exclude", "**"]);
}

/// What spoils a repository.
type Break<'b> = &'b dyn Fn(&Sandbox);

#[test]
fn a_broken_repository_is_refused_with_the_reason() {
    let breaks: [(Break<'_>, &str); 4] = [
        (&|sandbox| sandbox.write(".git/HEAD", b"garbage\n"), "HEAD"),
        (
            &|sandbox| std::fs::remove_dir_all(sandbox.join(".git/objects")).expect("removed"),
            "`.git/objects` is missing",
        ),
        (
            &|sandbox| {
                std::fs::remove_dir_all(sandbox.join(".git")).expect("removed");
                sandbox.write(".git", b"gitdir: ../nope\n");
            },
            "points to `../nope`",
        ),
        (&|sandbox| sandbox.write(".git/HEAD", format!("{}\n", "1".repeat(40)).as_bytes()), "HEAD"),
    ];
    for (spoil, reason) in breaks {
        let sandbox = Sandbox::repository(FILES);
        spoil(&sandbox);
        for folder in [sandbox.path().to_owned(), sandbox.join("src")] {
            let run = survives(&folder, &[]);
            assert_eq!(run.code, 2, "{reason}: {}", run.stdout);
            assert!(run.stderr.contains(reason) && run.stderr.contains("`--no-git`"), "{reason}: {}", run.stderr);
        }
        assert_eq!(survives(sandbox.path(), &["--no-git"]).code, 0);
        std::fs::remove_dir_all(sandbox.join(".git"))
            .or_else(|_| std::fs::remove_file(sandbox.join(".git")))
            .expect("removed");
        assert_eq!(survives(sandbox.path(), &[]).code, 0, "without `.git` it is a plain folder");
    }
}

#[test]
fn a_broken_repository_does_not_stand_for_the_one_around_it() {
    let sandbox = Sandbox::repository(FILES);
    sandbox.write("vendor/tool/.git/HEAD", b"ref: refs/heads/main\n");
    assert_eq!(survives(&sandbox.join("vendor/tool"), &[]).code, 2);
    assert_eq!(survives(sandbox.path(), &[]).code, 0);
}

#[test]
fn a_bare_repository_without_commits_is_refused() {
    let folder = Sandbox::folder(&[]);
    git2::Repository::init_bare(folder.path()).expect("a repository");
    let run = survives(folder.path(), &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("has no commit"), "{}", run.stderr);
}

#[test]
fn a_shallow_clone_leaves_history_unverified() {
    let sandbox = Sandbox::repository(FILES);
    for day in (1..9).rev() {
        sandbox.write("note.txt", day.to_string().as_bytes());
        sandbox.commit(&format!("docs: day {day}"), day);
    }
    let head = sandbox.git().head().and_then(|head| head.peel_to_commit()).expect("a head").id();
    std::fs::write(sandbox.join(".git/shallow"), format!("{head}\n")).expect("a shallow mark");
    let found = facts(&sandbox, &[]);
    assert!(
        found["active_weeks_last_13"]["unverified"].as_str().is_some_and(|reason| reason.contains("shallow")),
        "{found}"
    );
    assert_eq!(survives(sandbox.path(), &[]).code, 0);
}

#[test]
fn a_worktree_and_a_submodule_are_repositories() {
    let sandbox = Sandbox::repository(FILES);
    let place = tempfile::TempDir::new().expect("a folder");
    let tree = place.path().join("tree");
    sandbox.git().worktree("tree", &tree, None).expect("a worktree");
    let run = survives(&tree, &[]);
    assert_eq!(run.code, 0);
    assert!(run.json()["head"].is_string());
    // A submodule: its `.git` is a file that points into its parent's.
    let inner = sandbox.join("standards");
    std::fs::create_dir_all(&inner).expect("a folder");
    std::fs::rename(sandbox.join(".git"), sandbox.join("real")).expect("moved");
    std::fs::write(sandbox.join(".git"), "gitdir: real\n").expect("a pointer");
    assert_eq!(survives(sandbox.path(), &[]).code, 0);
}

#[test]
fn missing_objects_are_told_and_the_rest_is_reported() {
    let sandbox = Sandbox::repository(FILES);
    let blob = sandbox.git().revparse_single("HEAD:README.md").expect("a blob").id().to_string();
    let object = sandbox.join(&format!(".git/objects/{}/{}", &blob[..2], &blob[2..]));
    let mut permissions = std::fs::metadata(&object).expect("the object").permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "a temporary file of the test")]
    permissions.set_readonly(false);
    std::fs::set_permissions(&object, permissions).expect("writable");
    std::fs::remove_file(&object).expect("removed");
    let run = survives(sandbox.path(), &["--rev", "HEAD"]);
    assert_eq!(run.code, 0);
    assert!(run.json()["notes"].to_string().contains("README.md"), "{}", run.json()["notes"]);
}

#[test]
fn a_corrupt_index_or_config_does_not_lose_the_report() {
    let sandbox = Sandbox::repository(FILES);
    sandbox.write(".git/index", b"DIRC garbage");
    let run = survives(sandbox.path(), &[]);
    assert!(run.code == 2 || run.json()["notes"].to_string().contains("index"));
    sandbox.write(".git/config", b"[core\nbroken");
    let run = survives(sandbox.path(), &[]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stderr.contains("--no-git"), "{}", run.stderr);
    assert_eq!(survives(sandbox.path(), &["--no-git"]).code, 0);
}

#[test]
fn paths_that_cannot_be_audited_are_refused_with_help() {
    let sandbox = Sandbox::repository(&[("a.txt", "x")]);
    for (args, message) in [
        (&["no-such-folder"][..], "does not exist"),
        (&["a.txt"], "is not a folder"),
        (&["--rev", "v9"], "revision `v9` not found"),
        (&["--no-git", "--rev", "HEAD"], "cannot be used with"),
        (&["--exclude", "a{"], "not a valid glob"),
        (&["--jobs", "0"], "leaves no thread"),
    ] {
        let run = sandbox.equerre(args);
        assert_eq!(run.code, 2, "{args:?}");
        assert!(run.stderr.contains(message), "{args:?}: {}", run.stderr);
        assert!(run.stderr.contains("help"), "{args:?}: {}", run.stderr);
    }
    let run = Sandbox::folder(&[("a.txt", "x")]).equerre(&["--rev", "HEAD"]);
    assert!(run.code == 2 && run.stderr.contains("needs a git repository"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn links_pipes_and_odd_names_are_harmless() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let outside = Sandbox::folder(&[
        (
            "LICENSE",
            "Permission is hereby granted, free of charge, to any person obtaining a copy\nThe above copyright notice and this permission notice\nTHE SOFTWARE IS PROVIDED \"AS IS\"\n",
        ),
        ("deep/.env", "A=1\n"),
    ]);
    let sandbox = Sandbox::repository(FILES);
    std::os::unix::fs::symlink(outside.join("LICENSE"), sandbox.join("LICENSE")).expect("a link");
    std::os::unix::fs::symlink(outside.join("deep"), sandbox.join("deep")).expect("a link");
    std::os::unix::fs::symlink(".", sandbox.join("loop")).expect("a link");
    std::fs::write(sandbox.path().join(OsStr::from_bytes(b"bad\xff\x1b[31m.py")), "x = 1\n").expect("a file");
    let status = std::process::Command::new("mkfifo").arg(sandbox.join("pipe.py")).status();
    let run = survives(sandbox.path(), &["--with-facts"]);
    assert_eq!(run.code, 0);
    let report = run.json();
    assert_eq!(report["facts"]["license_spdx"]["value"], Value::Null, "a link out of the tree was followed");
    assert_eq!(report["facts"]["env_files_committed"]["value"], serde_json::json!([]));
    if status.is_ok_and(|status| status.success()) {
        assert!(report["notes"].to_string().contains("pipe.py"), "{}", report["notes"]);
    }
    let text = sandbox.equerre(&["--verbose", "--color", "never", "--as-of", NOW_TEXT]).stdout;
    assert!(!text.contains('\u{1b}'), "an escape of a file name reached the terminal");
}

#[cfg(unix)]
#[test]
fn links_to_files_of_the_tree_are_read_as_those_files() {
    use std::os::unix::fs::symlink;
    let licence = "MIT License\nPermission is hereby granted, free of charge, to any person obtaining a copy\nThe above copyright notice and this permission notice\nTHE SOFTWARE IS PROVIDED \"AS IS\"\n";
    let outside =
        Sandbox::folder(&[(".env", "A=1\n"), ("SECURITY.md", "# Security\n\nWrite to security@example.org.\n")]);
    let sandbox = Sandbox::repository(&[("docs/lic", licence), ("docs/intro.md", FILES[0].1), ("api/a.py", "x = 1\n")]);
    for (target, link) in [
        ("docs/lic", "LICENSE"),
        ("first.md", "README.md"),
        ("./api/../docs/intro.md", "first.md"),
        ("../docs/intro.md", "api/README.md"),
        ("one", "two"),
        ("two", "one"),
        ("self", "self"),
        ("docs", "folder"),
        ("gone.md", "CHANGELOG.md"),
    ] {
        symlink(target, sandbox.join(link)).expect("a link");
    }
    // Ways out of the tree: an absolute path, a way up, a link behind a link, and git's own folder.
    symlink(outside.join(".env"), sandbox.join(".env")).expect("a link");
    let up = format!("../{}/.env", outside.path().file_name().and_then(|name| name.to_str()).expect("a name"));
    symlink(&up, sandbox.join(".env.local")).expect("a link");
    symlink("out/.env", sandbox.join(".env.production")).expect("a link");
    symlink(outside.path(), sandbox.join("out")).expect("a link");
    symlink("out/SECURITY.md", sandbox.join("SECURITY.md")).expect("a link");
    symlink(".git/config", sandbox.join(".env.git")).expect("a link");
    sandbox.commit("docs: links", 3);
    let found = facts(&sandbox, &[]);
    assert_eq!(found["license_spdx"]["value"], "MIT");
    assert_eq!(found["license_spdx"]["evidence"][0], "LICENSE:1");
    assert_eq!(found["readme_purpose"]["value"], true, "{}", found["readme_purpose"]);
    assert_eq!(found["env_files_committed"]["value"], serde_json::json!([]));
    assert_eq!(found["security_policy"]["value"], false);
    assert_eq!(found["changelog"]["value"], false);
    assert_eq!(found, facts(&sandbox, &["--rev", "HEAD"]));
}

#[cfg(unix)]
#[test]
fn an_unreadable_folder_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::repository(FILES);
    std::fs::set_permissions(sandbox.join("src"), std::fs::Permissions::from_mode(0o000)).expect("closed");
    let run = survives(sandbox.path(), &[]);
    std::fs::set_permissions(sandbox.join("src"), std::fs::Permissions::from_mode(0o755)).expect("opened");
    // The administrator reads everything, so there may be nothing to tell.
    let all_seen = std::fs::read_dir("/root").is_ok();
    assert!(all_seen || run.json()["notes"].to_string().contains("src"), "{}", run.json()["notes"]);
}

#[test]
fn encodings_line_ends_and_large_files_are_read_as_they_should() {
    let sandbox = Sandbox::repository(&[]);
    sandbox.write("README.md", b"\xef\xbb\xbf# Titre\r\n\r\nUn service pour les agents des mairies de France.\r\n");
    let utf16: Vec<u8> = "\u{feff}Sentry.init({})\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    sandbox.write("src/a.ts", &utf16);
    sandbox.write("src/huge.js", "x = 1;\n".repeat(400_000).as_bytes());
    sandbox.write("src/binary.js", b"\x00\x01Sentry.init");
    sandbox.write("latin.py", b"# caf\xe9\nimport os\n");
    let notes = survives(sandbox.path(), &[]).json()["notes"].to_string();
    assert!(notes.contains("src/huge.js") && notes.contains("2735 KiB"), "{notes}");
    let found = facts(&sandbox, &[]);
    assert_eq!(found["readme_purpose"]["evidence"], serde_json::json!(["README.md:3"]));
    assert_eq!(found["error_tracking"]["evidence"], serde_json::json!(["src/a.ts:1"]));
}

#[test]
fn each_file_is_read_at_most_once_for_all_rules_together() {
    use equerre::internals::{Inventory, InventoryOptions as Options};
    use equerre::internals::{Memory, Source};
    use std::sync::Arc;

    /// A source that others may count.
    struct Counted(Arc<Memory>);
    impl Source for Counted {
        fn list(&self) -> equerre::internals::Listing {
            self.0.list()
        }
        fn reader(&self) -> Box<dyn equerre::internals::Reader + '_> {
            self.0.reader()
        }
        fn root_file(&self, name: &str) -> Option<Vec<u8>> {
            self.0.root_file(name)
        }
    }
    let memory = Arc::new(Memory::new(FILES.iter().map(|(path, text)| (*path, *text))));
    let rules = equerre::internals::Rules::load(&[], equerre::internals::Embedded::With).expect("rules");
    let survey = equerre::internals::survey_memory(
        Box::new(Counted(Arc::clone(&memory))),
        equerre::internals::ExternalData::default(),
        NOW,
        equerre::internals::scanner(rules.probes).expect("patterns"),
    );
    assert!(memory.reads() <= FILES.len(), "{} reads of {} files", memory.reads(), FILES.len());
    assert!(survey.facts.get("unit_tests").is_some());
    let _ = Inventory::take(Box::new(Memory::new([("a", "b")])), Options::default());
}
