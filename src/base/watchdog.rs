//! A watchdog over calls that may never return: libgit2 spins for ever on some damaged data, and a thread cannot be ended from
//! outside. The command line arms it; what overruns ends the process with a sentence that says what was being read.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long one guarded call may take. Each reads one object or one file, which takes microseconds.
const LIMIT: Duration = Duration::from_secs(4);

/// How often the watchdog looks.
const PAUSE: Duration = Duration::from_millis(200);

/// When each call that runs is to have ended, and its name.
type Watched = BTreeMap<u64, (Instant, String)>;

static RUNNING: Mutex<Watched> = Mutex::new(BTreeMap::new());
static ARMED: AtomicU64 = AtomicU64::new(0);
static NEXT: AtomicU64 = AtomicU64::new(1);

fn running() -> std::sync::MutexGuard<'static, Watched> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A guarded call; it ends where this is dropped.
pub(crate) struct Guard(u64);

impl Drop for Guard {
    fn drop(&mut self) {
        if self.0 != 0 {
            running().remove(&self.0);
        }
    }
}

/// Guards a call until the guard is dropped. The name says what it reads, for the person; it is made only where the watchdog is
/// armed.
pub(crate) fn guard(name: impl FnOnce() -> String) -> Guard {
    guard_for(LIMIT, name)
}

/// The same for a call that reads much more than one object, which may take so long.
pub(crate) fn guard_for(limit: Duration, name: impl FnOnce() -> String) -> Guard {
    if ARMED.load(Ordering::Relaxed) == 0 {
        return Guard(0);
    }
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    running().insert(id, (Instant::now() + limit, name()));
    Guard(id)
}

/// Starts the watchdog: `overrun` is called once with the name of the first call that takes too long, and does not return to it.
pub(crate) fn arm(overrun: impl Fn(&str) + Send + 'static) {
    ARMED.store(1, Ordering::Relaxed);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(PAUSE);
            let now = Instant::now();
            let late = running().values().find(|(end, _)| *end < now).map(|(_, name)| name.clone());
            if let Some(name) = late {
                overrun(&name);
                return;
            }
        }
    });
}
