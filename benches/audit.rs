//! What an audit costs, on generated repositories of 100, 5,000 and 50,000 files with history, and on a monorepo of twenty
//! components in six frameworks.
//!
//! `cargo bench` prints, for each size: the wall time of an audit of the working tree (median of several runs, warm cache),
//! the time of reading the same bytes once in one thread, their ratio, the peak memory, and the cost of an audit with none
//! of the rules; then what a history of 28,000 commits adds. No limit is enforced here: figures are read by people, and noted with each release.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use git2::{IndexAddOption, Repository, Signature, Time};

/// Files, components, and how many times each is measured.
const TREES: &[(usize, usize, usize)] = &[(100, 1, 25), (5_000, 1, 25), (5_000, 20, 25), (50_000, 1, 5)];

fn main() {
    println!("start-up (--version): {:.1} ms", millis(median(9, || time(&["--version"], Path::new(".")))));
    println!("rules list: {:.1} ms", millis(median(5, || time(&["rules", "list"], Path::new(".")))));
    println!(
        "{:>7} {:>10} {:>9} {:>9} {:>9} {:>7} {:>9} {:>9}",
        "files", "components", "MiB", "read ms", "audit ms", "ratio", "no rules", "peak MiB"
    );
    for (files, components, runs) in TREES {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let bytes = generate(folder.path(), *files, *components);
        let path = folder.path();
        let [read, audit] = medians(*runs, [&|| read_once(path), &|| time(&["--format", "json", "."], path)]);
        let peak = peak(&["--format", "json", "."], path);
        let pack = path.join(".git/rules");
        std::fs::create_dir_all(&pack).expect("a folder");
        std::fs::write(pack.join("one-rule.yml"), ONE_RULE).expect("a rule");
        let bare = median(*runs, || time(&["--format", "json", "--no-embedded", "--rules", ".git/rules", "."], path));
        let ratio = audit.as_secs_f64() / read.as_secs_f64();
        println!(
            "{files:>7} {components:>10} {:>9.1} {:>9.1} {:>9.1} {ratio:>7.2} {:>9.1} {:>9.1}",
            mib(bytes),
            millis(read),
            millis(audit),
            millis(bare),
            mib(peak)
        );
    }
    history();
}

/// What the history of a product costs: 28,000 commits over five years, a third of them behind merges, and 400 tags.
fn history() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let path = folder.path();
    commits(path, 28_000);
    let [with, without] = medians(
        9,
        [&|| time(&["facts", "--format", "json", "."], path), &|| {
            time(&["facts", "--format", "json", "--no-git", "."], path)
        }],
    );
    println!(
        "history of 28,000 commits: {:.1} ms ({:.1} ms without git)",
        millis(with) - millis(without),
        millis(without)
    );
}

/// Writes commits by `git fast-import`, so that they stand in a pack as in a clone.
fn commits(folder: &Path, count: i64) {
    use std::fmt::Write as _;
    use std::io::Write as _;
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(args).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    assert!(git(&["init", "--quiet", "--initial-branch", "main"]).status().expect("git runs").success());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_secs();
    let now = i64::try_from(now).expect("a date");
    let mut stream = String::new();
    let mut last_main = 0;
    for n in 1..=count {
        // Of three commits, two are on a branch that the third merges.
        let date = now - (count - n) * 5_600;
        let (branch, from) = match n % 3 {
            1 => ("side", last_main),
            2 => ("side", n - 1),
            _ => ("main", last_main),
        };
        let message = format!("feat: change {n} of the product, with a message of usual length\n");
        let _ = write!(
            stream,
            "commit refs/heads/{branch}\nmark :{n}\ncommitter A <a@example.org> {date} +0000\ndata {}\n{message}",
            message.len()
        );
        if from > 0 {
            let _ = writeln!(stream, "from :{from}");
        }
        if n % 3 == 0 {
            let _ = writeln!(stream, "merge :{}", n - 1);
            last_main = n;
        }
        let _ = write!(stream, "M 644 inline README.md\ndata 4\n# {}\n\n", n % 9);
        if n % 70 == 0 {
            let _ = write!(stream, "reset refs/tags/v1.{n}.0\nfrom :{n}\n\n");
        }
    }
    let mut import = git(&["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().expect("git runs");
    import.stdin.take().expect("a pipe").write_all(stream.as_bytes()).expect("commits");
    assert!(import.wait().expect("git ends").success());
    assert!(git(&["reset", "--hard", "--quiet", "main"]).status().expect("git runs").success());
}

const ONE_RULE: &str = "severity: minor\npillar: tests\npasses-when: { fact: readme, is: true }\ntitle: { fr: a, en: b }\nwhy: { fr: a, en: b }\nremediation: { fr: a, en: b }\n";

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}

fn median(runs: usize, run: impl Fn() -> Duration) -> Duration {
    let [time] = medians(runs, [&run]);
    time
}

/// The median time of each of several things, done in turn so that what else the machine does weighs on all alike.
fn medians<const N: usize>(runs: usize, things: [&dyn Fn() -> Duration; N]) -> [Duration; N] {
    let mut times: [Vec<Duration>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..=runs {
        for (times, thing) in times.iter_mut().zip(things) {
            times.push(thing());
        }
    }
    times.map(|mut times| {
        // The first run warms the caches.
        times.remove(0);
        times.sort();
        times[runs / 2]
    })
}

fn command(args: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_equerre"));
    command.args(args).current_dir(folder).stdout(Stdio::null());
    command
}

/// Runs the command; how long it took.
fn time(args: &[&str], folder: &Path) -> Duration {
    let start = Instant::now();
    command(args, folder).status().expect("the command runs");
    start.elapsed()
}

/// Runs the command once more, asking again and again how much memory it has held.
fn peak(args: &[&str], folder: &Path) -> u64 {
    let mut child = command(args, folder).spawn().expect("the command starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("the command runs").is_none() {
        peak = peak.max(high_water(&status));
        std::thread::sleep(Duration::from_millis(1));
    }
    peak
}

/// The high-water mark of a process's memory, in bytes; 0 where the system does not tell.
fn high_water(status: &str) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024
}

fn read_once(folder: &Path) -> Duration {
    let start = Instant::now();
    let mut total = 0;
    for entry in walkdir::WalkDir::new(folder).into_iter().filter_entry(|entry| entry.file_name() != ".git").flatten() {
        if entry.file_type().is_file() {
            total += std::fs::read(entry.path()).expect("a file").len();
        }
    }
    assert!(total > 0);
    start.elapsed()
}

/// What the components of the monorepo are made of, in turn: the manifest's name and text.
const MANIFESTS: &[(&str, &str)] = &[
    (
        "package.json",
        "{\"scripts\": {\"test\": \"vitest run\", \"lint\": \"eslint .\"}, \"dependencies\": {\"express\": \"5\"}, \"devDependencies\": {\"vitest\": \"3\", \"eslint\": \"9\"}}\n",
    ),
    ("package.json", "{\"dependencies\": {\"next\": \"15\", \"react\": \"19\"}}\n"),
    ("pyproject.toml", "[project]\nname = \"api\"\ndependencies = [\"django>=5\"]\n"),
    ("package.json", "{\"dependencies\": {\"vue\": \"3\"}, \"devDependencies\": {\"vite\": \"6\"}}\n"),
    ("pyproject.toml", "[project]\nname = \"api\"\ndependencies = [\"fastapi>=0.115\"]\n"),
    ("package.json", "{\"dependencies\": {\"@nestjs/core\": \"11\", \"@nestjs/common\": \"11\"}}\n"),
];

/// A product in three languages with tests, documents and settings; its size in bytes.
fn generate(folder: &Path, files: usize, components: usize) -> u64 {
    let mut bytes = 0;
    let mut write = |path: String, text: String| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        bytes += text.len() as u64;
        std::fs::write(path, text).expect("a file");
    };
    let place = |component: usize| if components == 1 { String::new() } else { format!("apps/app{component}/") };
    for component in 0..components {
        let (name, text) = MANIFESTS[component % MANIFESTS.len()];
        write(format!("{}{name}", place(component)), text.to_owned());
    }
    write(
        "README.md".to_owned(),
        "# Service\n\nUn service pour les agents qui gèrent les cantines.\n\n```\nnpm ci\nnpm run dev\n```\n"
            .to_owned(),
    );
    write(
        ".github/workflows/ci.yml".to_owned(),
        "on: push\njobs:\n  test:\n    steps:\n      - run: npm test\n".to_owned(),
    );
    for n in 0..files.saturating_sub(components + 2) {
        let group = n / 50;
        let place = place(group % components);
        let body = |line: &str| {
            (0..60).map(|at| line.replace("{n}", &n.to_string()).replace("{at}", &at.to_string())).collect::<String>()
        };
        match n % 10 {
            0..=4 => write(
                format!("{place}src/module{group}/file{n}.ts"),
                body(
                    "export function rate{n}x{at}(menu: Menu): number { return menu.meals * {at} + {n}; } // meals of a day\n",
                ),
            ),
            5 | 6 => write(
                format!("{place}api/module{group}/file{n}.py"),
                body("def rate_{n}_{at}(menu):\n    \"\"\"Meals of a day.\"\"\"\n    return menu.meals * {at} + {n}\n"),
            ),
            7 => write(
                format!("{place}src/module{group}/file{n}.test.ts"),
                body("test(\"adds {n} {at}\", () => { expect(rate({at})).toBe({n}); });\n"),
            ),
            8 => write(
                format!("{place}docs/page{n}.md"),
                body("Une phrase de documentation sur le menu {n} et ses {at} repas.\n"),
            ),
            _ => write(format!("{place}config/module{group}/file{n}.yml"), body("key_{n}_{at}: value {at}\n")),
        }
    }
    let repository = Repository::init(folder).expect("a repository");
    let mut index = repository.index().expect("an index");
    index.add_all(["*"], IndexAddOption::DEFAULT, None).expect("files added");
    index.write().expect("the index is written");
    let tree = repository.find_tree(index.write_tree().expect("a tree")).expect("a tree");
    let now = jiff::Timestamp::now().as_second();
    let mut parent: Option<git2::Oid> = None;
    for n in 0..500_i64 {
        let author =
            Signature::new("Bench", "bench@example.org", &Time::new(now - (500 - n) * 43_200, 0)).expect("a signature");
        let parents: Vec<git2::Commit<'_>> =
            parent.iter().map(|id| repository.find_commit(*id).expect("a parent")).collect();
        let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
        parent = Some(
            repository
                .commit(Some("HEAD"), &author, &author, &format!("feat: step {n}"), &tree, &parents)
                .expect("a commit"),
        );
    }
    bytes
}
