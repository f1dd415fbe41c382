//! What the channel costs, beside the bare cost of its cryptography and of its HTTP.
//!
//! A service runs in a process of its own, over SQLite, with a demonstration world; clients sign before the clock
//! starts; what is counted is the CPU time of the service's process alone. Run it with `make bench`, or beside another build
//! of the program with `make bench JUNTO=PATH`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_precision_loss,
    unreachable_pub,
    reason = "a measurement"
)]

mod bare;
mod beside;
mod canal;
mod crypto;
mod engines;
mod gestoria;
mod process;
mod rounds;
mod served;
mod table;
mod world;
mod wscn;

use crypto::Crypto;
use served::Served;

fn main() {
    if let Some(octets) = bare::asked_for() {
        return bare::serve(octets);
    }
    println!("machine: {}", process::machine());
    if let Some(other) = beside::asked_for() {
        return beside::report(&other);
    }
    if std::env::var_os("BENCH_GESTORIA").is_some() {
        println!("\na gestoría of ten thousand poderdantes, the service signs with EC P-256, µs of CPU each");
        return gestoria::report(&Served::start("ec"));
    }
    let crypto = Crypto::measure();
    println!("\nbare cryptography, µs of CPU each");
    for (what, micros) in crypto.rows() {
        table::line(what, micros, "");
    }
    for (key, name) in [("rsa", "RSA-2048"), ("ec", "EC P-256")] {
        let served = Served::start(key);
        println!("\ncontract canal, the service signs with {name}, µs of CPU each");
        canal::report(&served, key, &crypto);
        println!("\ncontract WSCN, the service signs with {name}, µs of CPU each");
        wscn::report(&served, key, &crypto);
        if key == "ec" {
            println!(
                "\na gestoría of ten thousand poderdantes, the service signs with {name}, µs of CPU each"
            );
            gestoria::report(&served);
        }
    }
}
