//! Drills: what the program must stand, done to it under load. `make drill` runs them; see the README beside this file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "a test program, which shares more with the others than it uses"
)]

#[macro_use]
#[path = "../common/mod.rs"]
mod common;
mod accepting;
#[path = "../service/last_second.rs"]
mod crossing;
#[path = "../service/rivals.rs"]
mod crowd;
mod drill;
mod failover;
mod kill;
mod last_second;
mod memory;
mod outage;
mod race;
mod rivals;
#[path = "../service/served.rs"]
mod served;

use std::process::ExitCode;

use drill::Drill;

/// All of them, in the order in which they are run.
const DRILLS: &[Drill] = &[
    kill::DRILL,
    race::DRILL,
    rivals::DRILL,
    outage::STOPPED,
    outage::FROZEN,
    outage::FULL,
    failover::DRILL,
    last_second::DRILL,
    memory::DRILL,
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    // `cargo test` runs every test program: this one waits to be asked.
    if arguments.next().as_deref() != Some("--drill") {
        println!("drills take minutes: make drill");
        return ExitCode::SUCCESS;
    }
    let wanted = arguments.next().unwrap_or_default();
    drill::run(DRILLS.iter().filter(|drill| drill.name.starts_with(&wanted)))
}
