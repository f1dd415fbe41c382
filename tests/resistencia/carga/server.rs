//! What the processes of the PostgreSQL server use, which `tests/postgresql.sh` has brought up.

use std::fs;
use std::time::Duration;

/// Names the folder of the server.
const FOLDER: &str = "PRIVATE_POSTGRES_DIR";

/// CPU time that those that there are have used, from the kernel's scheduler statistics; none where there is no such server.
pub fn cpu() -> Duration {
    processes().map_or(Duration::ZERO, |all| {
        let used = all.iter().filter_map(|process| {
            let stat = fs::read_to_string(format!("/proc/{process}/schedstat")).ok()?;
            stat.split(' ').next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(used.sum())
    })
}

fn processes() -> Option<Vec<String>> {
    let folder = std::env::var(FOLDER).ok()?;
    let file = fs::read_to_string(format!("{folder}/data/postmaster.pid")).ok()?;
    let first = file.lines().next()?;
    let children = fs::read_to_string(format!("/proc/{first}/task/{first}/children")).ok()?;
    Some(children.split_whitespace().map(str::to_owned).collect())
}
