//! Many decide on one notification at once: exactly one wins.

use std::sync::Barrier;
use std::thread;

use crate::common::Backend;
use crate::drill::{BOTH, Drill, Sheet};
use crate::served::Served;

pub const DRILL: Drill = Drill {
    name: "carrera",
    what: "64 callers decide on one notification at once, twenty times",
    over: BOTH,
    run,
};

const RUNNERS: usize = 64;
const RACES: usize = 20;

fn run(backend: Backend, sheet: &mut Sheet) {
    let (world, database) = (backend.world(), backend.fresh_database());
    let served = Served::start(world.folder(), &database);
    let titular = world.scenario.all_roles();
    let of = titular.by_role(1);
    let (mut winners, mut unanswered, mut races) = (Vec::new(), 0, 0);
    for &codigo in of.pendientes.iter().take(RACES) {
        races += 1;
        let start = Barrier::new(RUNNERS);
        let won: usize = thread::scope(|scope| {
            let runners: Vec<_> = (0..RUNNERS)
                .map(|nth| {
                    let (caller, start) = (served.caller(&world.scenario), &start);
                    scope.spawn(move || {
                        start.wait();
                        let answered = if nth % 2 == 0 {
                            caller.accept(&of.nif, &[codigo])
                        } else {
                            caller.reject(&of.nif, &[codigo])
                        };
                        answered.map(|results| results[0].acuse.is_some() && !results[0].repetida)
                    })
                })
                .collect();
            let answers: Vec<_> = runners.into_iter().map(|runner| runner.join().unwrap()).collect();
            unanswered += answers.iter().filter(|answer| answer.is_err()).count();
            answers.iter().filter(|answer| matches!(answer, Ok(true))).count()
        });
        winners.push(won);
    }
    sheet.figure("races", races);
    sheet.figure("callers who were refused", unanswered);
    sheet.must(
        "winners of each",
        format_args!("{winners:?}"),
        races > 0 && winners.iter().all(|won| *won == 1),
    );
    drop(served);
    let store = notess::store::Store::open(&database.url().parse().unwrap(), 1).unwrap();
    crate::common::verify_journal(&store);
    sheet.must("the journal agrees with all that is on record", "yes", true);
}
