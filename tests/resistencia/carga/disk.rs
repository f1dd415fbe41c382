//! A disk that is far away: how many acceptances a second there are if each flush takes longer, by callers at once.

use std::time::Duration;

use super::client::{Callers, Questions, ask};
use super::figures::Verdict;
use super::messages::acceptances;
use super::served::Served;
use super::server;
use super::slow_flush::SlowFlush;
use super::world::World;

/// Milliseconds that each flush takes longer.
pub const LONGER: [u64; 3] = [0, 2, 10];
/// How many callers ask at once.
const CALLERS: [usize; 3] = [1, 8, 64];
/// Acceptances a second for which messages are signed.
const MOST: usize = 2500;
/// How many times as much many do as one, where a flush takes longest: what is left of the processors decides the rest.
const SHARED: f64 = 4.0;

pub fn run(world: &World, lasting: Duration) -> Verdict {
    let mut verdict = Verdict::default();
    let Some(slow) = SlowFlush::prepared() else {
        println!("not measured: nothing makes flushes take longer here (make load does)");
        return verdict;
    };
    let seconds = usize::try_from(lasting.as_secs()).unwrap();
    for longer in LONGER {
        let mut one = 0.0_f64;
        for callers in CALLERS {
            let served = Served::start(world);
            let count = seconds * MOST.min(callers * 900);
            let questions = Questions::each(acceptances(world, world.gestoria(), 0, count));
            slow.set(Duration::from_millis(longer));
            let postgres = server::cpu();
            let before = (served.cpu(), served.commits());
            let figures = &ask(served.address, &[Callers::new(callers, questions)], lasting)[0];
            let after = (served.cpu(), served.commits());
            let postgres = server::cpu().saturating_sub(postgres);
            slow.set(Duration::ZERO);
            figures.print(&format!("+{longer} ms a flush, {callers} callers"));
            let acts = figures.served.len().max(1) as f64;
            println!(
                "  CPU {:.0} µs an acceptance, the server's {:.0}; {:.1} of them a commit; {} KiB held",
                after.0.saturating_sub(before.0).as_secs_f64() * 1e6 / acts,
                postgres.as_secs_f64() * 1e6 / acts,
                acts / (after.1 - before.1).max(1) as f64,
                served.memory()
            );
            if callers == 1 {
                one = figures.rate();
            } else if longer == 10 && callers == 64 {
                let times = figures.rate() / one;
                verdict.expect(
                    times > SHARED,
                    format!("{callers} callers do {times:.1} times what one does"),
                );
            }
        }
    }
    verdict
}
