//! Git directories that somebody else wrote: none hangs, leaves the tree, or passes for another.
#![cfg(unix)]

mod common;

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use common::{NOW_TEXT, Run, Sandbox};

/// The longest that a refusal may take.
const SOON: Duration = Duration::from_secs(8);

fn product() -> Sandbox {
    Sandbox::repository(&[("README.md", "# Cantine\n\nUn service.\n"), ("a.js", "console.log(1)\n")])
}

fn check(sandbox: &Sandbox, args: &[&str]) -> Run {
    let started = Instant::now();
    let run = sandbox.equerre(&[&["--as-of", NOW_TEXT], args].concat());
    assert!(started.elapsed() < SOON, "it took {:?}: {}", started.elapsed(), run.stderr);
    run
}

fn pipe(path: &Path) {
    let _ = std::fs::remove_file(path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

fn append(sandbox: &Sandbox, text: &str) {
    let path = sandbox.join(".git/config");
    let config = std::fs::read_to_string(&path).expect("settings");
    std::fs::write(path, config + text).expect("written");
}

#[test]
fn a_pipe_in_git_is_refused_with_its_name() {
    for name in [
        "info/exclude",
        "index",
        "config",
        "packed-refs",
        "shallow",
        "HEAD",
        "objects/info/alternates",
        "refs/heads/other",
        "objects/ab/cdefabcdefabcdefabcdefabcdefabcdefabcd",
    ] {
        let sandbox = product();
        pipe(&sandbox.join(".git").join(name));
        let run = check(&sandbox, &[]);
        assert_eq!(run.code, 2, "{name}: {}", run.stderr);
        // Long names are wrapped.
        let message: String = run.stderr.split_whitespace().filter(|word| *word != "│").collect();
        assert!(message.contains(name) && message.contains("--no-git"), "{name}: {}", run.stderr);
        assert_eq!(check(&sandbox, &["--no-git"]).code, 0, "{name}");
    }
}

#[test]
fn git_itself_as_a_pipe_a_link_or_nonsense_is_refused() {
    let sandbox = Sandbox::folder(&[("a.js", "1\n")]);
    pipe(&sandbox.join(".git"));
    assert_eq!(check(&sandbox, &[]).code, 2);
    for target in ["/dev/zero", "/nowhere"] {
        let sandbox = Sandbox::folder(&[("a.js", "1\n")]);
        symlink(target, sandbox.join(".git")).expect("a link");
        let run = check(&sandbox, &[]);
        assert_eq!(run.code, 2, "{target}");
        assert!(run.stderr.contains("symbolic link"), "{}", run.stderr);
    }
    let sandbox = Sandbox::folder(&[("a.js", "1\n")]);
    let huge = std::fs::File::create(sandbox.join(".git")).expect("a file");
    huge.set_len(3 << 30).expect("sparse");
    assert_eq!(check(&sandbox, &[]).code, 2);
}

#[test]
fn files_of_git_have_a_size_that_is_read() {
    for name in ["HEAD", "config", "index", "packed-refs"] {
        let sandbox = product();
        let file =
            std::fs::OpenOptions::new().create(true).write(true).truncate(false).open(sandbox.join(".git").join(name));
        file.expect("a file").set_len(5 << 30).expect("sparse");
        let run = check(&sandbox, &[]);
        assert_eq!(run.code, 2, "{name}: {}", run.stderr);
        assert!(run.stderr.contains(name), "{}", run.stderr);
    }
}

#[test]
fn a_working_tree_elsewhere_is_neither_read_nor_written() {
    let outside = Sandbox::folder(&[("package.json", "{}\n"), ("secret.js", "const outside = 1;\n")]);
    let sandbox = product();
    append(&sandbox, &format!("[core]\n\tworktree = {}\n", outside.path().display()));
    let before = std::fs::read_dir(outside.path()).expect("listed").count();
    for args in [&["-v"][..], &["--format", "json", "--with-facts"]] {
        let run = check(&sandbox, args);
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.contains("core.worktree"), "{}", run.stderr);
        assert!(!run.stdout.contains("secret.js"));
    }
    let fixed = sandbox.equerre(&["fix", "--licence", "MIT", "--holder", "x", "--contact", "a@b.fr"]);
    assert_eq!(fixed.code, 2, "{}", fixed.stdout);
    assert_eq!(std::fs::read_dir(outside.path()).expect("listed").count(), before, "something was written outside");
}

#[test]
fn settings_of_git_that_name_pipes_or_devices_are_refused() {
    let folder = Sandbox::folder(&[]);
    pipe(&folder.join("pipe"));
    for target in [folder.join("pipe").display().to_string(), "/dev/zero".to_owned()] {
        for setting in ["[include]\n\tpath", "[core]\n\texcludesFile", "[includeIf \"gitdir:/\"]\n\tpath"] {
            let sandbox = product();
            append(&sandbox, &format!("{setting} = {target}\n"));
            let run = check(&sandbox, &[]);
            assert_eq!(run.code, 2, "{setting} {target}: {}", run.stderr);
        }
    }
}

#[test]
fn objects_borrowed_from_elsewhere_need_trust() {
    let (sandbox, other) = (product(), product());
    let line = format!("{}\n", other.join(".git/objects").display());
    std::fs::create_dir_all(sandbox.join(".git/objects/info")).expect("a folder");
    std::fs::write(sandbox.join(".git/objects/info/alternates"), line).expect("written");
    let run = check(&sandbox, &[]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stderr.contains("--trust"), "{}", run.stderr);
    assert_eq!(check(&sandbox, &["--trust"]).code, 0);
}

/// A bare repository among the files of another one: its own tree would pass every gate.
fn with_embedded() -> Sandbox {
    let sandbox = product();
    let bare = sandbox.join("products/a");
    let inner = git2::Repository::init_bare(&bare).expect("a bare repository");
    let author = git2::Signature::new("Test", "test@example.org", &git2::Time::new(common::NOW, 0)).expect("signed");
    let tree = inner.find_tree(inner.treebuilder(None).expect("a tree").write().expect("a tree")).expect("a tree");
    inner.commit(Some("HEAD"), &author, &author, "feat: nothing", &tree, &[]).expect("a commit");
    sandbox.write("products/a/src/agent.js", b"const agent = { rejectUnauthorized: false };\n");
    sandbox
}

#[test]
fn a_bare_repository_inside_of_a_working_tree_does_not_pass_for_it() {
    let sandbox = with_embedded();
    let run = check(&sandbox, &["products/a", "--fail-on", "blocker"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stderr.contains("bare repository") && run.stderr.contains("--trust"), "{}", run.stderr);
    // Its files are those of the product, wherever one stands.
    let whole = check(&sandbox, &["--format", "json"]).json().to_string();
    assert!(whole.contains("products/a/src/agent.js"));
    assert!(
        check(&sandbox, &["products/a", "--no-git", "--format", "json"]).json().to_string().contains("src/agent.js")
    );
}

#[test]
fn working_trees_submodules_and_bare_mirrors_open_as_ever() {
    let sandbox = product();
    let git = |args: &[&str]| {
        let status = Command::new("git").arg("-C").arg(sandbox.path()).args(args).output().expect("git");
        assert!(status.status.success(), "{args:?}: {}", String::from_utf8_lossy(&status.stderr));
    };
    let elsewhere = Sandbox::folder(&[]);
    let linked = elsewhere.join("linked");
    git(&["worktree", "add", "-q", "-b", "side", linked.to_str().expect("text")]);
    git(&["clone", "-q", "--bare", ".", elsewhere.join("mirror.git").to_str().expect("text")]);
    let head =
        |path: &Path| common::run_in(path, &[".", "--as-of", NOW_TEXT, "--format", "json"]).json()["head"].clone();
    let own = head(sandbox.path());
    assert!(own.is_string());
    assert_eq!(head(&linked), own);
    assert_eq!(head(&elsewhere.join("mirror.git")), own);
    assert_eq!(head(&sandbox.join(".git")), own);
    std::fs::create_dir(sandbox.join("sub")).expect("a folder");
    let separate = elsewhere.join("separate");
    let made = Command::new("git")
        .args(["clone", "-q", "--separate-git-dir"])
        .arg(elsewhere.join("separate.git"))
        .arg(sandbox.path())
        .arg(&separate)
        .status();
    assert!(made.expect("git").success());
    assert_eq!(head(&separate), own);
}

#[test]
fn a_baseline_is_not_written_through_a_link() {
    let outside = Sandbox::folder(&[]);
    let sandbox = product();
    symlink(outside.join("victim"), sandbox.join(".equerre-baseline.json")).expect("a link");
    for args in [&["baseline"][..], &["baseline", "--output", "link.json"], &["--output", "link.json"]] {
        let _ = std::fs::remove_file(sandbox.join("link.json"));
        symlink(outside.join("victim"), sandbox.join("link.json")).expect("a link");
        let run = sandbox.equerre(&[args, &["--as-of", NOW_TEXT]].concat());
        assert_eq!(run.code, 2, "{args:?}: {}", run.stdout);
        assert!(!outside.join("victim").exists(), "{args:?} wrote through a link");
    }
}
