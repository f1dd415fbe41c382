//! Callers who ask and hang up: what nobody waits for any more is not begun, and takes no turn of those who wait.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use tokio::io::AsyncWriteExt;

use super::client::{Callers, Questions, ask, connect, runtime};
use super::figures::Verdict;
use super::messages::{Posted, acceptances};
use super::served::Served;
use super::world::World;

/// How many ask and hang up.
const GONE: usize = 1500;
const MOST: usize = 900;
/// How long the next acceptance may take: less than those would, one after another.
const WAIT: Duration = Duration::from_secs(1);

pub fn run(world: &World, lasting: Duration) -> Verdict {
    let mut verdict = Verdict::default();
    let served = Served::start(world);
    let count = MOST * usize::try_from(lasting.as_secs()).unwrap();
    let questions = acceptances(world, world.gestoria(), GONE, count);
    let gone = acceptances(world, world.gestoria(), 0, GONE);
    ask(
        served.address,
        &[Callers::new(1, Questions::each(questions[..50].to_vec()))],
        Duration::from_secs(1),
    );
    runtime().block_on(hang_up(served.address, gone));
    let began = Instant::now();
    let next = Callers::new(1, Questions::each(questions[50..].to_vec()));
    let figures = &ask(served.address, &[next], lasting)[0];
    figures.print(&format!("acceptances after {GONE} who hung up"));
    let first = figures.served.first().copied().unwrap_or(began.elapsed());
    println!("  the first after {first:.1?}, {} KiB held", served.memory());
    verdict.expect(first < WAIT, format!("who waits is served after {first:.1?}"));
    verdict
}

/// Asks each on a connection of its own, and ends it at once.
async fn hang_up(address: SocketAddr, questions: Vec<Posted>) {
    let from = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let all = questions.into_iter().map(|question| {
        tokio::spawn(async move {
            let mut stream = connect(address, from).await?;
            stream.write_all(&question).await
        })
    });
    for one in all.collect::<Vec<_>>() {
        drop(one.await);
    }
}
