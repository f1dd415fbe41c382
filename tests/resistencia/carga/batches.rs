//! Acceptances in batches of five hundred, as those ask who keep many addressees' matters: how many a second.

use std::time::{Duration, Instant};

use super::client::{Callers, Questions, ask};
use super::figures::Verdict;
use super::messages::batches;
use super::served::Served;
use super::server;
use super::world::World;

/// Codes in each request.
const BATCH: usize = 500;
/// How many callers ask at once.
const CALLERS: [usize; 3] = [1, 2, 4];

/// Until all that there is has been decided, or the time is over.
pub fn run(world: &World, lasting: Duration) -> Verdict {
    let mut verdict = Verdict::default();
    for callers in CALLERS {
        let served = Served::start(world);
        let all = batches(world, world.gestoria(), BATCH);
        let count = all.len();
        let (cpu, postgres, began) = (served.cpu(), server::cpu(), Instant::now());
        let mut figures = ask(
            served.address,
            &[Callers::new(callers, Questions::each(all))],
            lasting,
        )
        .remove(0);
        figures.lasted = began.elapsed();
        let acts = (figures.served.len() * BATCH).max(1) as f64;
        figures.print(&format!("batches of {BATCH}, {callers} callers"));
        println!(
            "  {:.0} acceptances a second, {:.0} µs of the service's CPU each, {:.0} of the server's; {} of {count} batches",
            figures.rate() * BATCH as f64,
            served.cpu().saturating_sub(cpu).as_secs_f64() * 1e6 / acts,
            server::cpu().saturating_sub(postgres).as_secs_f64() * 1e6 / acts,
            figures.served.len()
        );
        verdict.expect(
            figures.failed == 0,
            format!("{callers} callers: {} failed", figures.failed),
        );
    }
    verdict
}
