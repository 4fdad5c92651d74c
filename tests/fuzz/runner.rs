//! Runs cases on every core, and watches over them: no panic, no case that takes long, no case that takes much memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::mutate;
use super::numbers::Numbers;
use super::targets::{TARGETS, Target, seeds};

/// How long one case may take. Code that is not optimised takes ten times longer.
const SLOW: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });

/// What the process may take at its peak.
const MEMORY: u64 = 500 * 1024 * 1024;

/// Threads of the product have stacks of this size; frames of code that is not optimised are several times larger.
const STACK: usize = if cfg!(debug_assertions) { 16 } else { 2 } * 1024 * 1024;

/// How often the memory and the time of what runs are looked at.
const PAUSE: Duration = Duration::from_millis(100);

/// How long a failing case is made smaller.
const SMALLER: Duration = Duration::from_secs(20);

/// The cases of a target in a usual test run, by how much one costs.
const USUAL: &[(&str, u64)] =
    &[("tree", 8), ("git_directory", 20), ("report", 40), ("forge", 40), ("pack", 60), ("xml", 100)];
const USUAL_OF_OTHERS: u64 = 150;

/// How much is run.
#[derive(Clone, Copy)]
pub(crate) enum Length {
    /// What a usual test run has time for.
    Usual,
    /// So many cases of each target.
    Cases(u64),
    /// This long, all targets together.
    Time(Duration),
}

impl Length {
    /// What `EQUERRE_FUZZ` asks for: `10m`, `90s`, `2h`, or a number of cases.
    pub(crate) fn asked() -> Self {
        let Ok(asked) = std::env::var("EQUERRE_FUZZ") else { return Self::Usual };
        let digits = asked.trim_end_matches(char::is_alphabetic);
        let number: u64 = digits.parse().expect("EQUERRE_FUZZ is a number of cases, or a duration such as 10m");
        match &asked[digits.len()..] {
            "" => Self::Cases(number),
            "s" => Self::Time(Duration::from_secs(number)),
            "m" => Self::Time(Duration::from_secs(number * 60)),
            "h" => Self::Time(Duration::from_secs(number * 3_600)),
            unit => panic!("EQUERRE_FUZZ is in s, m or h, not in {unit}"),
        }
    }
}

/// A target with its seeds.
struct Prepared {
    target: &'static Target,
    seeds: Vec<Vec<u8>>,
}

/// A case that runs.
#[derive(Clone, Copy)]
struct Running {
    since: Instant,
    target: usize,
    case: u64,
}

/// What was done of a target.
#[derive(Default, Clone, Copy)]
struct Done {
    cases: u64,
    time: Duration,
    slowest: Duration,
}

/// A run over all targets.
pub(crate) struct Runner {
    length: Length,
    /// Another number gives other cases.
    run: u64,
    targets: Vec<Prepared>,
    /// What each worker runs now.
    running: Vec<Mutex<Option<Running>>>,
    failures: Mutex<BTreeMap<String, String>>,
    done: Mutex<BTreeMap<&'static str, Done>>,
    folder: PathBuf,
}

/// The place and message of the last panic of the process: those of a thread pool arrive without their place.
static LAST: Mutex<String> = Mutex::new(String::new());

fn own<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Runner {
    pub(crate) fn new(length: Length) -> Self {
        let only = std::env::var("EQUERRE_FUZZ_ONLY").ok();
        let case = std::env::var("EQUERRE_FUZZ_CASE").ok();
        let named = |target: &&Target| match (&only, &case) {
            (_, Some(case)) => case.split(':').next() == Some(target.name),
            (Some(only), None) => only.split(',').any(|name| name == target.name),
            (None, None) => true,
        };
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let targets: Vec<Prepared> =
            TARGETS.iter().filter(named).map(|target| Prepared { target, seeds: seeds(target, root) }).collect();
        assert!(!targets.is_empty(), "no target has this name");
        let workers = std::thread::available_parallelism().map_or(1, |number| number.get());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("fuzz-failures");
        std::fs::create_dir_all(&folder).expect("a folder for what fails");
        Self {
            length,
            run: std::env::var("EQUERRE_FUZZ_RUN").ok().and_then(|run| run.parse().ok()).unwrap_or(0),
            targets,
            running: (0..workers).map(|_| Mutex::new(None)).collect(),
            failures: Mutex::default(),
            done: Mutex::default(),
            folder,
        }
    }

    /// Runs, and says what failed and how to run it again.
    pub(crate) fn run(&self) -> Vec<String> {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|panic| *own(&LAST) = panic.to_string().replace('\n', " ")));
        let (ended, next) = (AtomicBool::new(false), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..self.running.len())
                .map(|worker| {
                    scope.spawn({
                        let next = &next;
                        move || self.work(worker, next)
                    })
                })
                .collect();
            scope.spawn(|| self.watch(&ended));
            for worker in workers {
                if worker.join().is_err() {
                    own(&self.failures).insert("runner".to_owned(), format!("the runner itself: {}", own(&LAST)));
                }
            }
            ended.store(true, Ordering::Relaxed);
        });
        std::panic::set_hook(hook);
        if !matches!(self.length, Length::Usual) {
            self.tell();
        }
        own(&self.failures).values().cloned().collect()
    }

    /// Takes target after target, in a pool of one thread: what a target does in parallel stays on it.
    fn work(&self, worker: usize, next: &AtomicUsize) {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).stack_size(STACK).build().expect("a thread");
        let share = match self.length {
            Length::Time(time) => {
                let workers = u32::try_from(self.running.len()).unwrap_or(1);
                Some(time * workers / u32::try_from(self.targets.len()).unwrap_or(1))
            }
            _ => None,
        };
        pool.install(|| {
            while let Some(prepared) = self.targets.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.run_target(worker, prepared, share);
            }
        });
    }

    fn run_target(&self, worker: usize, prepared: &Prepared, share: Option<Duration>) {
        let name = prepared.target.name;
        let at = self.targets.iter().position(|other| std::ptr::eq(other, prepared)).expect("one of them");
        let usual = || USUAL.iter().find(|(own, _)| *own == name).map_or(USUAL_OF_OTHERS, |(_, cases)| *cases);
        let mut cases = match self.length {
            Length::Usual => 0..usual(),
            Length::Cases(cases) => 0..cases,
            Length::Time(_) => 0..u64::MAX,
        };
        let one = std::env::var("EQUERRE_FUZZ_CASE").ok();
        let alone = one.is_some();
        if let Some(one) = one {
            let number = one.split(':').nth(1).and_then(|number| number.parse().ok()).expect("a case is `json:1234`");
            cases = number..number + 1;
        }
        // What ends the process, such as a stack that is full, leaves its case here.
        let marker = self.folder.join(format!("ended-the-process-{name}"));
        let mut marked = File::create(&marker).expect("a file");
        let (began, mut done) = (Instant::now(), Done::default());
        for case in cases.take_while(|_| share.is_none_or(|share| began.elapsed() < share)) {
            let bytes = self.case(prepared, case);
            if alone {
                std::fs::write(self.folder.join(format!("{name}-{case}")), &bytes).expect("written");
            }
            marked.rewind().and_then(|()| writeln!(marked, "EQUERRE_FUZZ_CASE={name}:{case:<12}")).expect("written");
            *own(&self.running[worker]) = Some(Running { since: Instant::now(), target: at, case });
            let (failure, took) = tried(prepared.target, &bytes);
            *own(&self.running[worker]) = None;
            done.cases += 1;
            done.slowest = done.slowest.max(took);
            if let Some(failure) = failure.or_else(|| is_slow(prepared.target, &bytes, took)) {
                self.fail(prepared.target, case, &bytes, &failure);
            }
        }
        done.time = began.elapsed();
        own(&self.done).insert(name, done);
        let _ = std::fs::remove_file(marker);
    }

    fn case(&self, prepared: &Prepared, case: u64) -> Vec<u8> {
        mutate::case(&mut Numbers::of(self.run, prepared.target.name, case), &prepared.seeds)
    }

    /// Writes the smallest input that still fails so, once for each failure.
    fn fail(&self, target: &Target, case: u64, bytes: &[u8], failure: &str) {
        let key = format!("{} {}", target.name, kind(failure));
        if own(&self.failures).contains_key(&key) {
            return;
        }
        let small = smaller(target, bytes, failure);
        let told = self.write(target.name, case, &small, failure);
        eprintln!("{told}");
        own(&self.failures).insert(key, told);
    }

    fn write(&self, name: &str, case: u64, bytes: &[u8], failure: &str) -> String {
        let path = self.folder.join(format!("{name}-{case}"));
        std::fs::write(&path, bytes).expect("written");
        let run = if self.run == 0 { String::new() } else { format!("EQUERRE_FUZZ_RUN={} ", self.run) };
        let shown: String = failure.chars().take(600).collect();
        format!(
            "{name}, case {case}: {shown}\n    input: {} ({} bytes)\n    again: {run}EQUERRE_FUZZ_CASE={name}:{case} cargo test --release --test fuzz",
            path.display(),
            bytes.len()
        )
    }

    /// Ends the process where a case never ends or the memory is full: no thread can be ended from outside.
    fn watch(&self, ended: &AtomicBool) {
        let mut said = Instant::now();
        while !ended.load(Ordering::Relaxed) {
            std::thread::sleep(PAUSE);
            let peak = peak();
            let running: Vec<Running> = self.running.iter().filter_map(|running| *own(running)).collect();
            for Running { since, target, case } in running {
                let failure = match (peak > MEMORY, since.elapsed() > SLOW * 5) {
                    (true, _) => format!("the process took {} MiB", peak >> 20),
                    (_, true) => format!("it ran for {:?} and had not ended", since.elapsed()),
                    _ => continue,
                };
                let prepared = &self.targets[target];
                eprintln!("{}", self.write(prepared.target.name, case, &self.case(prepared, case), &failure));
                if peak <= MEMORY {
                    std::process::exit(1);
                }
            }
            if peak > MEMORY {
                std::process::exit(1);
            }
            if said.elapsed() > Duration::from_secs(60) {
                said = Instant::now();
                let done = own(&self.done);
                let cases: u64 = done.values().map(|done| done.cases).sum();
                eprintln!(
                    "{} of {} targets done, {cases} cases, peak {} MiB",
                    done.len(),
                    self.targets.len(),
                    peak >> 20
                );
            }
        }
    }

    fn tell(&self) {
        let done = own(&self.done);
        eprintln!("{:<18} {:>10} {:>9} {:>12} {:>7}", "target", "cases", "s", "slowest ms", "seeds");
        for prepared in &self.targets {
            let name = prepared.target.name;
            let Done { cases, time, slowest } = done.get(name).copied().unwrap_or_default();
            let (seconds, slowest, seeds) = (time.as_secs(), slowest.as_millis(), prepared.seeds.len());
            eprintln!("{name:<18} {cases:>10} {seconds:>9} {slowest:>12} {seeds:>7}");
        }
        let cases: u64 = done.values().map(|done| done.cases).sum();
        eprintln!("{cases} cases in all, peak {} MiB", peak() >> 20);
    }
}

/// Runs a target on bytes: what it says when it panics, and how long it took.
fn tried(target: &Target, bytes: &[u8]) -> (Option<String>, Duration) {
    let began = Instant::now();
    let panicked = catch_unwind(AssertUnwindSafe(|| (target.run)(bytes))).is_err();
    (panicked.then(|| own(&LAST).clone()), began.elapsed())
}

/// A case that took long is run again: the machine may have had something else to do.
fn is_slow(target: &Target, bytes: &[u8], took: Duration) -> Option<String> {
    let again = (took > SLOW).then(|| tried(target, bytes).1)?;
    (again > SLOW).then(|| format!("slow: it took {took:?}, then {again:?}"))
}

/// What tells one failure from another: where it is, for a panic.
fn kind(failure: &str) -> &str {
    failure.split(": ").next().unwrap_or(failure)
}

/// As small an input as is found in a while that fails in the same way.
fn smaller(target: &Target, bytes: &[u8], failure: &str) -> Vec<u8> {
    let began = Instant::now();
    let fails = |bytes: &[u8]| match tried(target, bytes) {
        (Some(other), _) => kind(&other) == kind(failure),
        (None, took) => took > SLOW && failure.starts_with("slow"),
    };
    let mut small = bytes.to_vec();
    let mut chunk = small.len() / 2;
    while chunk > 0 && began.elapsed() < SMALLER {
        let mut at = 0;
        while at < small.len() && began.elapsed() < SMALLER {
            let mut without = small.clone();
            without.drain(at..(at + chunk).min(small.len()));
            if fails(&without) { small = without } else { at += chunk }
        }
        chunk /= 2;
    }
    small
}

/// The most memory that the process has had, where the system says it.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}
