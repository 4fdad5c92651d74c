//! Faults while something is written: kills at random moments, a full disk, several at once, damaged git data. Nothing that
//! people wrote is lost or cut, and the next run is fine. `EQUERRE_FAULTS=1000` asks for more rounds than a usual test run has.
#![cfg(unix)]

mod common;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{NOW_TEXT, Sandbox, equerre};

/// Numbers that look random and are the same in each run: xorshift.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

fn rounds(usual: u64) -> u64 {
    std::env::var("EQUERRE_FAULTS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(usual)
}

/// A long file that people wrote, to which `fix` adds lines.
fn ignored() -> String {
    (0..2_000).map(|line| format!("folder-{line}/generated\n")).collect()
}

fn product() -> Sandbox {
    let sandbox = Sandbox::repository(&[
        ("README.md", "# Cantine\n\nUn service.\n"),
        ("package.json", "{ \"name\": \"cantine\", \"dependencies\": { \"express\": \"5.0.0\" } }\n"),
        (".env", "API_TOKEN=q8Zr2LwX9vTf4KpB\nDATABASE_URL=postgres://u:p@db.example-prod.fr/x\n"),
        (".gitignore", &ignored()),
    ]);
    sandbox.git().remote("origin", "https://github.com/example/cantine.git").expect("a remote");
    sandbox
}

const FIX: &[&str] = &["fix", "--licence", "MIT", "--holder", "x", "--contact", "a@example.org", "--as-of", NOW_TEXT];

fn start(sandbox: &Sandbox, args: &[&str]) -> Child {
    let mut command = Command::new(equerre());
    command.current_dir(sandbox.path()).args(args).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("started")
}

/// Nothing half-written: no temporary file, an index that reads, and what people wrote whole.
fn assert_whole(sandbox: &Sandbox, what: &str) {
    let text = std::fs::read_to_string(sandbox.join(".gitignore")).expect("the file of people");
    assert!(text.starts_with(&ignored()), "{what}: .gitignore was cut to {} bytes", text.len());
    assert!(text == ignored() || text == format!("{}/.env\n", ignored()), "{what}: {}", &text[ignored().len()..]);
    sandbox.git().index().unwrap_or_else(|error| panic!("{what}: {error}"));
    for file in ["LICENSE", "SECURITY.md", "CONTRIBUTING.md"] {
        if let Ok(text) = std::fs::read_to_string(sandbox.join(file)) {
            assert!(text.len() > 100 && text.ends_with('\n'), "{what}: {file} has {} bytes", text.len());
        }
    }
}

fn leftovers(sandbox: &Sandbox) -> Vec<String> {
    let names = std::fs::read_dir(sandbox.path())
        .expect("listed")
        .chain(std::fs::read_dir(sandbox.join(".git")).expect("listed"));
    let names = names.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with(".equerre-tmp-") || name == "index.lock").collect()
}

#[test]
fn a_fix_that_is_killed_loses_nothing_and_is_finished_by_the_next() {
    let mut numbers = Numbers(0x5eed);
    // How long one takes here, to kill it at any moment of that.
    let sandbox = product();
    let began = Instant::now();
    start(&sandbox, FIX).wait().expect("ended");
    let whole = u64::try_from(began.elapsed().as_micros()).expect("short");
    for round in 0..rounds(40) {
        let sandbox = product();
        let mut child = start(&sandbox, FIX);
        std::thread::sleep(Duration::from_micros(numbers.next(whole)));
        let _ = child.kill();
        child.wait().expect("ended");
        assert_whole(&sandbox, &format!("round {round}"));
        let next = sandbox.equerre(FIX);
        assert!(next.code < 2, "round {round}: {}", next.stderr);
        assert_whole(&sandbox, &format!("after round {round}"));
        assert_eq!(leftovers(&sandbox), Vec::<String>::new(), "round {round}");
        let text = std::fs::read_to_string(sandbox.join(".gitignore")).expect("read");
        assert!(text.ends_with("/.env\n"), "round {round}: it was not finished");
    }
}

#[test]
fn a_report_or_baseline_that_is_killed_is_the_old_one_or_the_new_one() {
    let mut numbers = Numbers(0xba5e);
    let sandbox = product();
    assert_eq!(sandbox.equerre(&["baseline", "--as-of", NOW_TEXT]).code, 0);
    let known = std::fs::read(sandbox.join(".equerre-baseline.json")).expect("a baseline");
    let old = "{\"old\": true}\n";
    let report = sandbox.equerre(&["--as-of", NOW_TEXT, "--format", "json"]).stdout;
    for round in 0..rounds(40) {
        std::fs::write(sandbox.join("report.json"), old).expect("written");
        let args: &[&str] = match round % 2 {
            0 => &["--as-of", NOW_TEXT, "--format", "json", "--output", "report.json"],
            _ => &["baseline", "--update", "--as-of", NOW_TEXT],
        };
        let mut child = start(&sandbox, args);
        std::thread::sleep(Duration::from_micros(numbers.next(120_000)));
        let _ = child.kill();
        child.wait().expect("ended");
        let text = std::fs::read_to_string(sandbox.join("report.json")).expect("a report");
        let whole = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
        assert!(
            text == old || whole(&text) && text.len() + 2_000 > report.len(),
            "round {round}: {} bytes",
            text.len()
        );
        let baseline = std::fs::read(sandbox.join(".equerre-baseline.json")).expect("a baseline");
        assert_eq!(baseline, known, "round {round}");
    }
}

#[test]
fn a_full_disk_leaves_files_as_they_were() {
    let sandbox = product();
    let size = ignored().len();
    // A file may grow to 16 KiB: what people wrote is longer.
    assert!(size > 32 * 1024);
    let line = format!("trap '' XFSZ; ulimit -f 16; exec {} {}", equerre().display(), FIX.join(" "));
    let run = Command::new("bash").current_dir(sandbox.path()).args(["-c", &line]).output().expect("started");
    assert_ne!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stdout));
    assert_eq!(std::fs::read_to_string(sandbox.join(".gitignore")).expect("read"), ignored());
    let next = sandbox.equerre(FIX);
    assert!(next.code < 2, "{}", next.stderr);
    assert_whole(&sandbox, "after the disk was full");
    assert_eq!(leftovers(&sandbox), Vec::<String>::new());
}

#[test]
fn four_at_once_write_each_file_once() {
    for round in 0..rounds(5).min(50) {
        let sandbox = product();
        let children: Vec<Child> = (0..4).map(|_| start(&sandbox, FIX)).collect();
        for mut child in children {
            child.wait().expect("ended");
        }
        assert_whole(&sandbox, &format!("round {round}"));
        assert_eq!(leftovers(&sandbox), Vec::<String>::new(), "round {round}");
    }
}

/// Files below a folder, in order.
fn files(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("listed").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn damaged_git_data_is_told_in_time() {
    let mut numbers = Numbers(0xdead);
    for round in 0..rounds(60) {
        let sandbox = product();
        sandbox.write("src/a.js", b"console.log(1)\n");
        sandbox.commit("feat: a", 5);
        let mut all = Vec::new();
        files(&sandbox.join(".git"), &mut all);
        let victim = &all[usize::try_from(numbers.next(all.len() as u64)).expect("an index")];
        let mut bytes = std::fs::read(victim).expect("read");
        match numbers.next(3) {
            0 => bytes.truncate(usize::try_from(numbers.next(bytes.len().max(1) as u64)).expect("a length")),
            1 if !bytes.is_empty() => {
                let at = usize::try_from(numbers.next(bytes.len() as u64)).expect("a place");
                bytes[at] ^= 1 << numbers.next(8);
            }
            _ => bytes.extend([0xff; 7]),
        }
        let mode = std::fs::metadata(victim).expect("there").permissions();
        std::fs::remove_file(victim).expect("removed");
        std::fs::write(victim, bytes).expect("written");
        std::fs::set_permissions(victim, mode).expect("as it was");
        for args in [&["--as-of", NOW_TEXT][..], &["--as-of", NOW_TEXT, "--rev", "HEAD"]] {
            let began = Instant::now();
            let run = sandbox.equerre(args);
            let (took, name) =
                (began.elapsed(), victim.strip_prefix(sandbox.path()).expect("below").display().to_string());
            assert!(took < Duration::from_secs(5), "round {round}: {name} {args:?} took {took:?}");
            assert!(matches!(run.code, 0..=2), "round {round}: {name}: {} {}", run.code, run.stderr);
        }
    }
}
