//! Thousands of connections that accept: what can be done is done, in time, and the rest is told at once to come again.

use std::time::Duration;

use super::client::{Callers, Manners, Questions, ask};
use super::figures::Verdict;
use super::messages::acceptances;
use super::served::Served;
use super::world::World;

/// As many as use the service well.
const FEW: usize = 32;
const MANY: usize = 2000;
/// Acceptances a second for which messages are signed.
const MOST: usize = 2500;
/// How much of the best throughput must be left.
const KEPT: f64 = 0.8;
/// How long what is served may take.
const SERVED: Duration = Duration::from_secs(2);
/// How long it may take to be turned away, on a machine that clients and service share.
const REFUSED: Duration = Duration::from_secs(1);

pub fn run(world: &World, lasting: Duration) -> Verdict {
    let count = MOST * usize::try_from(lasting.as_secs()).unwrap();
    let mut verdict = Verdict::default();
    let mut best = 0.0_f64;
    for (connections, manners, what) in [
        (FEW, Manners::Polite, "acceptances"),
        (
            MANY,
            Manners::Polite,
            "acceptances, come again when they are told to",
        ),
        (MANY, Manners::Rude, "acceptances, come again at once"),
    ] {
        let served = Served::start(world);
        let questions = Questions::each(acceptances(world, world.gestoria(), 0, count.max(MANY + 1000)));
        let callers = Callers {
            manners,
            ..Callers::new(connections, questions)
        };
        let figures = &ask(served.address, &[callers], lasting)[0];
        figures.print(&format!("{connections} {what}"));
        println!("  {} KiB held", served.memory());
        if connections == FEW {
            best = figures.rate();
            continue;
        }
        let kept = figures.rate() / best;
        verdict.expect(
            kept > KEPT,
            format!("{what}: {:.0} % of the best throughput is left", kept * 100.0),
        );
        let took = figures.served_within(99);
        verdict.expect(took < SERVED, format!("{what}: served within {took:.1?}"));
        let took = figures.refused_within(50);
        verdict.expect(took < REFUSED, format!("{what}: refused within {took:.1?}"));
        verdict.expect(figures.failed == 0, format!("{what}: {} failed", figures.failed));
    }
    verdict
}
