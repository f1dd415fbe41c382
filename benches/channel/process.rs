//! CPU time of processes, from the kernel's scheduler statistics.

use std::fs;
use std::time::Duration;

/// CPU time that a process has used, all its threads together; threads that ended are left out.
pub fn cpu_of(process: &str) -> Duration {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("the kernel tells of processes");
    let nanos = tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("schedstat")).ok())
        .filter_map(|stat| stat.split(' ').next()?.parse::<u64>().ok())
        .sum();
    Duration::from_nanos(nanos)
}

pub fn cpu_of_this() -> Duration {
    cpu_of("self")
}

/// Processor and cores, in the machine's own words.
pub fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("{}, {cores} cores", model.trim_start_matches([' ', '\t', ':']))
}
