//! What the service does when more is asked of it than it can do: readers beside writers, thousands of connections, one
//! caller beside many connections of another, bodies that do not end, callers that hang up, batches, a disk that is far away,
//! instances that share a database.
//!
//! The program itself runs in a process of its own; clients sign before the clock starts. `make drill` runs it over both
//! databases. Arguments choose scenarios by name and the seconds of each phase: `carga lectores equidad 10`.
//! `CARGA_PROGRAMA` names another build of the program to hold this one against.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_precision_loss,
    unreachable_pub,
    reason = "a measurement"
)]

mod batches;
mod bodies;
mod client;
mod disk;
mod fairness;
mod figures;
mod hangups;
mod instances;
mod messages;
mod overload;
mod readers;
mod served;
mod server;
mod slow_flush;
mod world;

use std::time::Duration;

use figures::Verdict;
use world::World;

/// Seconds of a phase, if nobody says it.
const SECONDS: u64 = 8;

/// A scenario, by the name that chooses it.
type Scenario = (&'static str, fn(&World, Duration) -> Verdict);

const SCENARIOS: [Scenario; 8] = [
    ("lectores", readers::run),
    ("sobrecarga", overload::run),
    ("equidad", fairness::run),
    ("cuerpos", bodies::run),
    ("colgados", hangups::run),
    ("lotes", batches::run),
    ("disco", disk::run),
    ("instancias", instances::run),
];

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|one| !one.starts_with('-'))
        .collect();
    let seconds = arguments
        .iter()
        .find_map(|one| one.parse().ok())
        .unwrap_or(SECONDS);
    let chosen = |name: &str| {
        let names = arguments.iter().filter(|one| one.parse::<u64>().is_err());
        names.clone().next().is_none() || names.clone().any(|one| one == name)
    };
    let known = |name: &String| name.parse::<u64>().is_ok() || SCENARIOS.iter().any(|(one, _)| one == name);
    if let Some(unknown) = arguments.iter().find(|name| !known(name)) {
        println!("there is no scenario {unknown}");
        std::process::exit(2);
    }
    let mut bad = Vec::new();
    for world in World::all() {
        println!("\n# {}", world.database());
        for (name, run) in SCENARIOS {
            if chosen(name) {
                println!("\n## {name}");
                bad.extend(run(&world, Duration::from_secs(seconds)).bad(&world, name));
            }
        }
    }
    if !bad.is_empty() {
        println!("\nNOT AS IT SHOULD BE:\n{}", bad.join("\n"));
        std::process::exit(1);
    }
}
