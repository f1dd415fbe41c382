//! The process is killed under load: whatever a client saw confirmed is there afterwards, and nothing twice.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::accepting::{on_record, pending};
use crate::common::Backend;
use crate::common::slow_flush::SlowFlush;
use crate::drill::{BOTH, Drill, Sheet};
use crate::served::Served;

pub const DRILL: Drill = Drill {
    name: "matar",
    what: "the process is killed 24 times while 32 callers accept, on a disk whose flushes take 10 ms longer",
    over: BOTH,
    run,
};

const KILLS: usize = 24;
const CALLERS: usize = 32;
/// What each flush takes longer than the disk does: so that they share some on SQLite.
const LONGER: Duration = Duration::from_millis(10);

fn run(backend: Backend, sheet: &mut Sheet) {
    let (world, database) = (backend.world(), backend.fresh_database());
    let all = pending(&world.scenario);
    let confirmed: Mutex<BTreeMap<i32, String>> = Mutex::default();
    let (mut answered, mut left) = (0, all.as_slice());
    let slow = SlowFlush::by(LONGER);
    let (mut acts, mut commits) = (0, 0);
    for kill in 0..KILLS {
        let served = Served::start_slowly(world.folder(), &database, &slow);
        let stop = AtomicBool::new(false);
        // What is left is asked for again and again: also what may have been done without being confirmed.
        let share = left.len().div_ceil(KILLS - kill);
        let (now, later) = left.split_at(share);
        thread::scope(|scope| {
            for nth in 0..CALLERS {
                let caller = served.caller(&world.scenario);
                let (confirmed, stop) = (&confirmed, &stop);
                scope.spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        for (poderdante, codigo) in now.iter().skip(nth % now.len().max(1)) {
                            let Ok(results) = caller.accept(poderdante, &[*codigo]) else {
                                break;
                            };
                            if let Some(acuse) = &results[0].acuse {
                                let acuse = acuse.identificador.clone();
                                confirmed.lock().unwrap().entry(*codigo).or_insert(acuse);
                            }
                        }
                    }
                });
            }
            thread::sleep(Duration::from_millis(150 + 35 * kill as u64));
            let seen = served.flushes();
            (acts, commits) = (acts + seen.0, commits + seen.1);
            served.kill();
            stop.store(true, Ordering::Relaxed);
        });
        answered = confirmed.lock().unwrap().len();
        left = later;
    }
    let confirmed = confirmed.into_inner().unwrap();
    sheet.must("decisions confirmed between kills", answered, answered > 0);
    let shared = format!("{acts} acts, {commits} commits");
    match backend {
        Backend::Sqlite => sheet.must("some shared a flush", shared, commits < acts),
        Backend::Postgresql => sheet.figure("acts and commits", shared),
    }

    let confirmed = confirmed.iter().map(|(codigo, acuse)| (*codigo, acuse.as_str()));
    on_record(&database, &all, confirmed, sheet);
}
