//! The clocks of this machine.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use uuid::Uuid;

use crate::channel::Clocks;

/// How long the machine has been running, in seconds and hundredths, sleep included (proc(5)). It is asked of the file and not
/// of the C library, so that what deceives a process about the date does not deceive it about this too.
const UPTIME: &str = "/proc/uptime";
/// Room for what it says: two numbers, each of as many figures as any count of seconds.
const LONGEST: usize = 64;
/// Another one after each boot (random(4)).
const BOOT: &str = "/proc/sys/kernel/random/boot_id";

/// By how many microseconds official time is ahead of the machine's clock, which it is in demonstrations alone.
static AHEAD: AtomicI64 = AtomicI64::new(0);

/// By how much official time is ahead of the machine's clock.
pub(super) fn ahead() -> TimeDelta {
    TimeDelta::microseconds(AHEAD.load(Ordering::Relaxed))
}

/// Has it be ahead by so much from now on.
pub(super) fn set_ahead(by: TimeDelta) {
    // No more than a century: see `shifted`.
    AHEAD.store(by.num_microseconds().unwrap_or_default(), Ordering::Relaxed);
}

/// The machine's clocks. Where the kernel does not tell how long it has been running, the process counts by itself, and its
/// next start knows nothing of it.
pub(super) fn of_machine() -> Clocks {
    let began = Instant::now();
    let by_itself = move || TimeDelta::from_std(began.elapsed()).unwrap_or(TimeDelta::MAX);
    let boot = fs::read_to_string(BOOT).ok().filter(|_| uptime().is_some());
    let told = boot.is_some();
    Clocks {
        system: Arc::new(official_time),
        since_boot: Arc::new(move || uptime().filter(|_| told).unwrap_or_else(by_itself)),
        boot: boot.map_or_else(|| Uuid::now_v7().to_string(), |boot| boot.trim_ascii().to_owned()),
        of_callers: None,
    }
}

/// The clocks of a demonstration whose time is, or may come to be, another than the machine's: those who call it go by the
/// machine's all the same.
pub(super) fn of_demonstration() -> Clocks {
    Clocks {
        of_callers: Some(Arc::new(machine_time)),
        ..of_machine()
    }
}

/// Those by which settings have a service go.
pub(super) fn followed() -> Clocks {
    if ahead().is_zero() {
        of_machine()
    } else {
        of_demonstration()
    }
}

/// The machine's clock, to the microsecond, which is what every store keeps.
pub(super) fn machine_time() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// Official time: what the machine's clock says, but for a demonstration that is told another time.
pub(super) fn official_time() -> DateTime<Utc> {
    let now = machine_time();
    now.checked_add_signed(ahead()).unwrap_or(now)
}

/// Each decision asks: the file is opened once, and told anew each time that it is read from its beginning.
fn uptime() -> Option<TimeDelta> {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    let file = FILE.get_or_init(|| File::open(UPTIME).ok()).as_ref()?;
    let mut octets = [0; LONGEST];
    let length = file.read_at(&mut octets, 0).ok()?;
    let text = std::str::from_utf8(octets.get(..length)?).ok()?;
    let (seconds, hundredths) = text.split_once(' ')?.0.split_once('.')?;
    let milliseconds = seconds
        .parse::<i64>()
        .ok()?
        .checked_mul(1000)?
        .checked_add(hundredths.parse::<i64>().ok()?.checked_mul(10)?)?;
    TimeDelta::try_milliseconds(milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_counts_the_time_that_goes_by() {
        let clocks = of_machine();
        let before = (clocks.since_boot)();
        std::thread::sleep(std::time::Duration::from_millis(60));
        let passed = (clocks.since_boot)() - before;
        assert!((50..5000).contains(&passed.num_milliseconds()), "{passed}");
        assert_eq!(clocks.boot, of_machine().boot);
    }
}
