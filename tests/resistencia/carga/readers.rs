//! Readers beside writers: whoever lists does not wait for the disk of those who accept.

use std::time::Duration;

use super::client::{Callers, Questions, ask};
use super::figures::Verdict;
use super::messages::{acceptances, listing};
use super::served::Served;
use super::world::World;

const READERS: usize = 16;
const ACCEPTORS: usize = 64;
/// Acceptances a second for which messages are signed.
const MOST: usize = 900;
/// What listings may fall to when others write, who take their part of the processor.
const LEAST: f64 = 0.3;

pub fn run(world: &World, lasting: Duration) -> Verdict {
    let served = Served::start(world);
    let readers = Callers::new(READERS, Questions::again(listing(world.gestoria())));
    let count = MOST * usize::try_from(lasting.as_secs()).unwrap();
    let acceptors = Callers::new(
        ACCEPTORS,
        Questions::each(acceptances(world, world.gestoria(), 0, count)),
    );
    let warm = ask(
        served.address,
        std::slice::from_ref(&readers),
        Duration::from_secs(1),
    );
    drop(warm);
    let before = (served.cpu(), served.switches());
    let alone = ask(served.address, std::slice::from_ref(&readers), lasting);
    let after = (served.cpu(), served.switches());
    alone[0].print(&format!("listings, {READERS} readers alone"));
    let count = alone[0].served.len().max(1);
    println!(
        "  CPU {:.0} µs and {:.1} sleeps a listing; {} KiB held",
        after.0.saturating_sub(before.0).as_secs_f64() * 1e6 / count as f64,
        (after.1 - before.1) as f64 / count as f64,
        served.memory()
    );
    let both = ask(served.address, &[readers, acceptors], lasting);
    both[0].print(&format!("listings, beside {ACCEPTORS} acceptors"));
    both[1].print(&format!("acceptances, {ACCEPTORS} acceptors"));
    let mut verdict = Verdict::default();
    let kept = both[0].rate() / alone[0].rate();
    verdict.expect(
        kept > LEAST,
        format!(
            "beside writers readers keep {:.0} % of their listings",
            kept * 100.0
        ),
    );
    verdict.expect(both[1].rate() > 20.0, "writers do not get on".to_owned());
    verdict
}
