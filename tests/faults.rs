//! Faults while something is written: kills at random moments, a full disk, several at once, damaged git data. Nothing that
//! people wrote is lost or cut, and the next run is fine. `EQUERRE_FAULTS=1000` asks for more rounds than a usual test run has.
#![cfg(unix)]

mod common;
#[allow(dead_code, reason = "nothing is served over TLS here")]
#[path = "common/server.rs"]
mod server;

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{NOW_TEXT, Sandbox, equerre};
use server::Port;

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

const FIX: &[&str] =
    &["fix", "--unsafe", "--licence", "MIT", "--holder", "x", "--contact", "a@example.org", "--as-of", NOW_TEXT];

fn start(sandbox: &Sandbox, args: &[&str]) -> Child {
    let mut command = Command::new(equerre());
    command.current_dir(sandbox.path()).args(args).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("started")
}

/// Moments to kill at, spread over as long as a run takes here, which is learnt on the way.
struct Moments {
    numbers: Numbers,
    longest: u64,
}

impl Moments {
    fn new(seed: u64) -> Self {
        Self { numbers: Numbers(seed), longest: 100_000 }
    }

    /// Kills a child at a moment.
    fn kill(&mut self, mut child: Child) {
        std::thread::sleep(Duration::from_micros(self.numbers.next(self.longest)));
        let had_ended = child.try_wait().expect("asked").is_some();
        self.longest = if had_ended { self.longest * 9 / 10 } else { self.longest * 10 / 9 };
        let _ = child.kill();
        child.wait().expect("ended");
    }
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
    let mut moments = Moments::new(0x5eed);
    for round in 0..rounds(40) {
        let sandbox = product();
        moments.kill(start(&sandbox, FIX));
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
    let mut moments = Moments::new(0xba5e);
    let sandbox = product();
    assert_eq!(sandbox.equerre(&["baseline", "--as-of", NOW_TEXT]).code, 0);
    let file = sandbox.join(".equerre-baseline.json");
    let updated = std::fs::read_to_string(&file).expect("a baseline");
    // What no longer fails, which an update drops.
    let known = updated.replacen("\"failures\": {", "\"failures\": {\n    \"committed-build-output\": [],", 1);
    assert_ne!(known, updated);
    let old = "{\"old\": true}\n";
    let report = sandbox.equerre(&["--as-of", NOW_TEXT, "--format", "json"]).stdout;
    let mut ended = [0, 0];
    for round in 0..rounds(40) {
        std::fs::write(sandbox.join("report.json"), old).expect("written");
        std::fs::write(&file, &known).expect("written");
        let args: &[&str] = match round % 2 {
            0 => &["--as-of", NOW_TEXT, "--format", "json", "--output", "report.json"],
            _ => &["baseline", "--update", "--as-of", NOW_TEXT],
        };
        moments.kill(start(&sandbox, args));
        let text = std::fs::read_to_string(sandbox.join("report.json")).expect("a report");
        let whole = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
        assert!(
            text == old || whole(&text) && text.len() + 2_000 > report.len(),
            "round {round}: {} bytes",
            text.len()
        );
        let baseline = std::fs::read_to_string(&file).expect("a baseline");
        assert!(baseline == known || baseline == updated, "round {round}: {baseline}");
        ended[usize::from(text != old || baseline == updated)] += 1;
    }
    assert!(ended.iter().all(|rounds| *rounds > 0), "all were killed too early, or too late: {ended:?}");
}

/// A forge that answers every question in the same way; its port.
fn forge() -> u16 {
    let port = Port::open();
    let number = port.number();
    port.each(|mut stream| {
        if server::request(&mut stream).is_some() {
            let body = format!("[{{\"id\": 1, \"tag_name\": \"{}\"}}]", "x".repeat(40_000));
            let reply = format!(
                "HTTP/1.1 200 x\r\netag: \"a\"\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(reply.as_bytes());
        }
    });
    number
}

#[test]
fn answers_of_a_forge_that_are_kept_while_it_is_killed_are_whole_or_absent() {
    let mut moments = Moments::new(0xf0e);
    let port = forge();
    let sandbox = product();
    let home = tempfile::TempDir::new().expect("a folder");
    std::fs::create_dir_all(home.path().join("equerre")).expect("a folder");
    let settings = format!("forges:\n  127.0.0.1:{port}:\n    software: github\n    api: http://127.0.0.1:{port}\n");
    std::fs::write(home.path().join("equerre/forges.yml"), settings).expect("settings");
    let url = format!("http://127.0.0.1:{port}/o/r");
    let command = || {
        let mut command = Command::new(equerre());
        command.current_dir(sandbox.path()).args(["--online", "--forge", &url, "--as-of", NOW_TEXT]);
        command.env("XDG_CONFIG_HOME", home.path()).env("EQUERRE_CACHE_DIR", home.path().join("cache"));
        command
    };
    let mut kept = 0;
    for round in 0..rounds(30) {
        moments.kill(command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started"));
        let mut all = Vec::new();
        files(&home.path().join("cache"), &mut all);
        for file in all.iter().filter(|file| file.extension().is_some_and(|extension| extension == "json")) {
            let is_staged = file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".equerre-tmp-"));
            let text = std::fs::read_to_string(file).expect("read");
            assert!(is_staged || serde_json::from_str::<serde_json::Value>(&text).is_ok(), "round {round}: {text:.80}");
            kept += usize::from(!is_staged);
        }
        if round % 2 == 0 {
            let _ = std::fs::remove_dir_all(home.path().join("cache"));
        }
    }
    assert!(kept > 0, "nothing was kept before a kill");
    let next = command().output().expect("started");
    assert!(next.status.success(), "{}", String::from_utf8_lossy(&next.stderr));
}

/// The files that a run of each writer may touch, and what is true of them however it ends.
fn assert_untouched(sandbox: &Sandbox, known: &str, what: &str) {
    assert_whole(sandbox, what);
    let report = std::fs::read_to_string(sandbox.join("report.json")).expect("a report");
    assert!(
        serde_json::from_str::<serde_json::Value>(&report).is_ok(),
        "{what}: the report has {} bytes",
        report.len()
    );
    let baseline = std::fs::read_to_string(sandbox.join(".equerre-baseline.json")).expect("a baseline");
    assert!(serde_json::from_str::<serde_json::Value>(&baseline).is_ok(), "{what}: {baseline:.80}");
    assert!(baseline.len() + 2_000 > known.len(), "{what}: the baseline was cut");
}

/// Every command that writes into the folder where it is run.
const WRITERS: &[&[&str]] = &[
    FIX,
    &["baseline", "--update", "--as-of", NOW_TEXT],
    &["--as-of", NOW_TEXT, "--format", "json", "--output", "report.json"],
];

/// Runs a writer where something fails, as a shell says it before the command; then the next run, where nothing does.
fn where_it_fails(writer: &[&str], before: &str) {
    let sandbox = product();
    assert_eq!(sandbox.equerre(&["baseline", "--as-of", NOW_TEXT]).code, 0);
    let known = std::fs::read_to_string(sandbox.join(".equerre-baseline.json")).expect("a baseline");
    sandbox.write("report.json", b"{\"old\": true}\n");
    let line = format!("{before} {} {}", equerre().display(), writer.join(" "));
    let run = Command::new("bash").current_dir(sandbox.path()).args(["-c", &line]).output().expect("started");
    let what = format!("{line}: {}", String::from_utf8_lossy(&run.stderr));
    assert!(run.status.code().is_some_and(|code| code < 3), "{what}");
    assert_untouched(&sandbox, &known, &what);
    let next = sandbox.equerre(writer);
    assert!(next.code < 2, "after {what}: {}", next.stderr);
    assert_untouched(&sandbox, &known, &format!("after {what}"));
    assert_eq!(leftovers(&sandbox), Vec::<String>::new(), "after {what}");
}

#[test]
fn a_write_that_fails_at_any_length_loses_nothing() {
    let mut numbers = Numbers(0xf511);
    for writer in WRITERS.iter().cycle().take(usize::try_from(rounds(6)).expect("few")) {
        where_it_fails(writer, &format!("trap '' XFSZ; ulimit -f {}; exec", numbers.next(80)));
    }
}

#[test]
fn a_call_that_fails_whichever_it_is_loses_nothing() {
    // `strace` makes the n-th call fail; without it, only the lengths above are tried.
    if !Command::new("strace").arg("--version").output().is_ok_and(|run| run.status.success()) {
        return;
    }
    let calls = [
        ("write", "ENOSPC"),
        ("fsync", "EIO"),
        ("ftruncate", "EIO"),
        ("/^rename", "EIO"),
        ("/^link", "EMLINK"),
        ("/^unlink", "EACCES"),
        ("/^fchmod", "EPERM"),
        ("flock", "EINTR"),
        ("/^open", "EMFILE"),
    ];
    let mut numbers = Numbers(0x57ace);
    for writer in WRITERS.iter().cycle().take(usize::try_from(rounds(6)).expect("few")) {
        let (call, error) = calls[usize::try_from(numbers.next(calls.len() as u64)).expect("an index")];
        let when = 1 + numbers.next(if call == "/^open" { 120 } else { 12 });
        where_it_fails(
            writer,
            &format!("exec strace -f -qq -o /dev/null -e trace={call} -e inject={call}:error={error}:when={when}"),
        );
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

/// Files below a folder, in order; none where there is no folder.
fn files(folder: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("an entry").path()).collect();
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
        let since = ["--as-of", NOW_TEXT, "--changed-since", "HEAD~1"];
        for args in [&["--as-of", NOW_TEXT][..], &["--as-of", NOW_TEXT, "--rev", "HEAD"], &since] {
            let began = Instant::now();
            let run = sandbox.equerre(args);
            let (took, name) =
                (began.elapsed(), victim.strip_prefix(sandbox.path()).expect("below").display().to_string());
            assert!(took < Duration::from_secs(5), "round {round}: {name} {args:?} took {took:?}");
            assert!(matches!(run.code, 0..=2), "round {round}: {name}: {} {}", run.code, run.stderr);
        }
    }
}
