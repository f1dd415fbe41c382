//! One caller beside another who has two hundred connections: each has its share.

use std::time::Duration;

use super::client::{Callers, Questions, ask};
use super::figures::{Figures, Verdict};
use super::messages::{acceptances, listing};
use super::served::Served;
use super::world::World;

const MANY: usize = 200;
const MOST: usize = 900;
/// How long the one who asks one thing at a time waits at most, in ninety of a hundred cases.
const WAIT: Duration = Duration::from_millis(250);

pub fn run(world: &World, lasting: Duration) -> Verdict {
    let mut verdict = Verdict::default();
    let (many, one) = (world.gestoria(), world.other());
    let count = MOST * usize::try_from(lasting.as_secs()).unwrap();
    let served = Served::start(world);
    let lists = |connections, of| Callers::new(connections, Questions::again(listing(of)));
    let accepts = |connections, of, skip, count| {
        Callers::new(connections, Questions::each(acceptances(world, of, skip, count)))
    };
    ask(served.address, &[lists(1, one)], Duration::from_secs(1));
    let alone = &ask(served.address, &[lists(1, one)], lasting / 2)[0];
    alone.print("listings of one caller alone");
    for (what, callers) in [
        ("listings", [lists(MANY, many), lists(1, one)]),
        (
            "acceptances",
            [accepts(MANY, many, 0, count), accepts(1, one, 0, count)],
        ),
        (
            "listings beside acceptances",
            [accepts(MANY, many, count, count), lists(1, one)],
        ),
    ] {
        let both: Vec<Figures> = ask(served.address, &callers, lasting);
        both[0].print(&format!("{what}: a caller with {MANY} connections"));
        both[1].print(&format!("{what}: another with one"));
        let took = both[1].served_within(90);
        let none = both[1].served.is_empty();
        verdict.expect(
            !none && took < WAIT,
            format!("{what}: one waits {took:.1?} beside {MANY}"),
        );
    }
    verdict
}
