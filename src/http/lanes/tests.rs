//! What lanes promise to those who ask for work.

use super::*;
use crate::http::fair::Names;
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{ThreadId, current, yield_now};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

fn outside() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap()
}

fn lanes(reading: usize, writing: usize, places: usize, patience: Duration) -> Arc<Lanes> {
    let turns = |count| NonZeroUsize::new(count).unwrap();
    let widths = Widths {
        reading: turns(reading),
        writing: turns(writing),
        waiting: places,
        patience,
        lost: LONG,
    };
    Arc::new(Lanes::start(&widths).unwrap())
}

const LONG: Duration = Duration::from_mins(1);

/// Asks for work, of the first caller.
fn asked<T: Send + 'static>(
    outer: &Runtime,
    lanes: &Arc<Lanes>,
    lane: Lane,
    work: impl FnOnce() -> Step<T> + Send + 'static,
) -> JoinHandle<Result<T, WorkError>> {
    of(outer, lanes, lane, Whose::default(), HungUp::default(), work)
}

fn of<T: Send + 'static>(
    outer: &Runtime,
    lanes: &Arc<Lanes>,
    lane: Lane,
    whose: Whose,
    hung_up: HungUp,
    work: impl FnOnce() -> Step<T> + Send + 'static,
) -> JoinHandle<Result<T, WorkError>> {
    let lanes = Arc::clone(lanes);
    outer.spawn(async move { lanes.run(lane, || whose, hung_up, Box::new(drop), work).await })
}

/// Work that goes on until it is told to end.
fn held() -> (Sender<()>, impl FnOnce() -> Step<bool>) {
    let (release, released) = channel();
    (release, move || until(&released))
}

fn until(released: &Receiver<()>) -> Step<bool> {
    Step::Done(released.recv().is_ok())
}

/// Waits until so many have turns in a lane, and so many wait for one.
fn awaits(lanes: &Lanes, lane: Lane, taken: usize, waiting: usize) {
    while lanes.0.seen(lane) != (taken, waiting) {
        yield_now();
    }
}

#[test]
fn work_beyond_the_queue_is_turned_away_and_the_rest_is_done() {
    let (outer, lanes) = (outside(), lanes(1, 1, 1, LONG));
    let (release, work) = held();
    let first = asked(&outer, &lanes, Lane::Reading, work);
    awaits(&lanes, Lane::Reading, 1, 0);
    let second = asked(&outer, &lanes, Lane::Reading, || Step::Done(true));
    awaits(&lanes, Lane::Reading, 1, 1);
    let third = asked(&outer, &lanes, Lane::Reading, || Step::Done(true));
    assert_eq!(outer.block_on(third).unwrap(), Err(WorkError::Full));
    release.send(()).unwrap();
    assert_eq!(outer.block_on(first).unwrap(), Ok(true));
    assert_eq!(outer.block_on(second).unwrap(), Ok(true));
}

#[test]
fn who_reads_does_not_wait_for_those_who_write() {
    let (outer, lanes) = (outside(), lanes(2, 1, 8, LONG));
    let (release, held) = held();
    let writes = |rest: Rest<bool>| Step::Writes {
        whose: Whose::default(),
        rest,
    };
    let first = asked(&outer, &lanes, Lane::Reading, move || {
        writes(Box::new(|| matches!(held(), Step::Done(true))))
    });
    awaits(&lanes, Lane::Writing, 1, 0);
    let others: Vec<_> = (0..4)
        .map(|_| asked(&outer, &lanes, Lane::Reading, move || writes(Box::new(|| true))))
        .collect();
    awaits(&lanes, Lane::Writing, 1, 4);
    for _ in 0..4 {
        let one = asked(&outer, &lanes, Lane::Reading, || Step::Done(true));
        assert_eq!(outer.block_on(one).unwrap(), Ok(true));
    }
    release.send(()).unwrap();
    for one in std::iter::once(first).chain(others) {
        assert_eq!(outer.block_on(one).unwrap(), Ok(true));
    }
}

#[test]
fn what_must_write_goes_on_on_the_same_thread_if_there_is_a_turn() {
    let (outer, lanes) = (outside(), lanes(2, 2, 8, LONG));
    let one: JoinHandle<Result<(ThreadId, ThreadId), WorkError>> =
        asked(&outer, &lanes, Lane::Reading, || {
            let before = current().id();
            Step::Writes {
                whose: Whose::default(),
                rest: Box::new(move || (before, current().id())),
            }
        });
    let (before, after) = outer.block_on(one).unwrap().unwrap();
    assert_eq!(before, after);
    awaits(&lanes, Lane::Reading, 0, 0);
    awaits(&lanes, Lane::Writing, 0, 0);
}

#[test]
fn what_nobody_waits_for_any_more_is_not_begun_and_makes_no_room_before() {
    let (outer, lanes) = (outside(), lanes(1, 1, 2, LONG));
    let (release, work) = held();
    let first = asked(&outer, &lanes, Lane::Reading, work);
    awaits(&lanes, Lane::Reading, 1, 0);
    let (done, told) = channel();
    let (done, again) = (done.clone(), done);
    let (gone, hung_up) = (HungUp::default(), HungUp::default());
    let impatient = of(&outer, &lanes, Lane::Reading, Whose::default(), gone, move || {
        Step::Done(done.send(()).is_ok())
    });
    let ended = Arc::clone(&hung_up);
    let silent = of(
        &outer,
        &lanes,
        Lane::Reading,
        Whose::default(),
        hung_up,
        move || Step::Done(again.send(()).is_ok()),
    );
    awaits(&lanes, Lane::Reading, 1, 2);
    impatient.abort();
    assert!(outer.block_on(impatient).unwrap_err().is_cancelled());
    ended.store(true, Ordering::Relaxed);
    assert_eq!(lanes.0.seen(Lane::Reading), (1, 2));
    lanes.sweep();
    assert_eq!(lanes.0.seen(Lane::Reading), (1, 0));
    assert_eq!(outer.block_on(silent).unwrap(), Err(WorkError::Full));
    release.send(()).unwrap();
    assert_eq!(outer.block_on(first).unwrap(), Ok(true));
    assert!(told.recv().is_err());
}

#[test]
fn who_says_that_nothing_more_will_come_is_served_if_he_need_not_wait() {
    let (outer, lanes) = (outside(), lanes(1, 1, 2, LONG));
    let half_open = HungUp::default();
    half_open.store(true, Ordering::Relaxed);
    let one = of(&outer, &lanes, Lane::Reading, Whose::default(), half_open, || {
        Step::Done(true)
    });
    assert_eq!(outer.block_on(one).unwrap(), Ok(true));
}

#[test]
fn who_has_waited_too_long_is_told_so_though_no_turn_comes() {
    let (outer, lanes) = (outside(), lanes(1, 1, 2, Duration::from_millis(20)));
    let (release, work) = held();
    let first = asked(&outer, &lanes, Lane::Reading, work);
    awaits(&lanes, Lane::Reading, 1, 0);
    let late = asked(&outer, &lanes, Lane::Reading, || Step::Done(true));
    awaits(&lanes, Lane::Reading, 1, 1);
    std::thread::sleep(Duration::from_millis(30));
    lanes.sweep();
    assert_eq!(outer.block_on(late).unwrap(), Err(WorkError::Full));
    release.send(()).unwrap();
    assert_eq!(outer.block_on(first).unwrap(), Ok(true));
}

#[test]
fn who_would_wait_too_long_is_turned_away_at_once_and_who_would_not_may_wait() {
    let (outer, lanes) = (outside(), lanes(1, 1, 1000, Duration::from_millis(500)));
    let names = Names::default();
    let (many, one) = (names.of(1, 1), names.of(2, 1));
    // So that it is known how long one takes.
    for _ in 0..8 {
        let slow = asked(&outer, &lanes, Lane::Reading, || {
            std::thread::sleep(Duration::from_millis(100));
            Step::Done(true)
        });
        assert_eq!(outer.block_on(slow).unwrap(), Ok(true));
    }
    // Who was waited for is told before his turn is given up.
    awaits(&lanes, Lane::Reading, 0, 0);
    let (release, work) = held();
    let first = asked(&outer, &lanes, Lane::Reading, work);
    awaits(&lanes, Lane::Reading, 1, 0);
    let of = |whose| {
        of(&outer, &lanes, Lane::Reading, whose, HungUp::default(), || {
            Step::Done(true)
        })
    };
    let mut refused = 0;
    while refused < 3 {
        let before = lanes.0.seen(Lane::Reading).1;
        let one = of(many);
        while lanes.0.seen(Lane::Reading).1 == before && !one.is_finished() {
            yield_now();
        }
        refused += usize::from(one.is_finished());
    }
    let waiting = lanes.0.seen(Lane::Reading).1;
    assert!((1..=9).contains(&waiting), "{waiting}");
    assert!(lanes.is_crowded(Lane::Reading, many, 0));
    assert!(!lanes.is_crowded(Lane::Reading, one, 0));
    // Also behind what has not got there yet.
    assert!(lanes.is_crowded(Lane::Reading, one, 20));
    drop(of(one));
    awaits(&lanes, Lane::Reading, 1, waiting + 1);
    release.send(()).unwrap();
    assert_eq!(outer.block_on(first).unwrap(), Ok(true));
}

#[test]
fn work_that_panics_is_told_and_its_thread_goes_on() {
    let (outer, lanes) = (outside(), lanes(1, 1, 1, LONG));
    let panicked: JoinHandle<Result<(), _>> =
        asked(&outer, &lanes, Lane::Reading, || panic!("of the test's own"));
    assert_eq!(outer.block_on(panicked).unwrap(), Err(WorkError::Failed));
    let next = asked(&outer, &lanes, Lane::Reading, || Step::Done(1));
    assert_eq!(outer.block_on(next).unwrap(), Ok(1));
}

#[test]
fn work_that_follows_other_work_is_done_on_the_same_thread() {
    let (outer, lanes) = (outside(), lanes(4, 1, 1, LONG));
    let mut seen = Vec::new();
    for _ in 0..8 {
        while lanes.0.resting() < 5 {
            yield_now();
        }
        let one = asked(&outer, &lanes, Lane::Reading, || Step::Done(current().id()));
        seen.push(outer.block_on(one).unwrap().unwrap());
    }
    seen.dedup();
    assert_eq!(seen.len(), 1);
}

#[test]
fn what_was_lined_up_is_done_though_the_lanes_are_dropped() {
    let (outer, lanes) = (outside(), lanes(1, 1, 1, LONG));
    let (release, work) = held();
    let (first, second) = (
        asked(&outer, &lanes, Lane::Reading, work),
        asked(&outer, &lanes, Lane::Writing, || Step::Done(true)),
    );
    awaits(&lanes, Lane::Reading, 1, 0);
    lanes.0.close();
    release.send(()).unwrap();
    assert_eq!(outer.block_on(first).unwrap(), Ok(true));
    assert_eq!(outer.block_on(second).unwrap(), Ok(true));
}

/// A thread that is woken for work of one lane may find work of the other: then another must come for the first.
#[test]
fn of_much_work_for_both_lanes_none_is_left_behind() {
    let (outer, lanes) = (outside(), lanes(2, 2, 10_000, LONG));
    let names = Names::default();
    for round in 0..200_u32 {
        let works = (0..25_u32).map(|nth| {
            let whose = names.of(nth % 3, ());
            let lane = if nth % 5 == 0 {
                Lane::Writing
            } else {
                Lane::Reading
            };
            of(&outer, &lanes, lane, whose, HungUp::default(), move || {
                let done = move || nth;
                if nth % 2 == 0 {
                    return Step::Done(done());
                }
                Step::Writes {
                    whose,
                    rest: Box::new(done),
                }
            })
        });
        let works: Vec<_> = works.collect();
        for (nth, work) in (0..).zip(works) {
            let done = outer.block_on(async { tokio::time::timeout(LONG, work).await });
            assert_eq!(done.unwrap().unwrap(), Ok(nth), "round {round}");
        }
    }
    // All rest, and nobody is thought to be on his way.
    while lanes.0.resting() < 4 {
        yield_now();
    }
    assert_eq!(lanes.0.on_their_way(), 0);
}

#[test]
fn what_came_of_work_that_nobody_waits_for_is_not_lost() {
    let (outer, lanes) = (outside(), lanes(1, 1, 10, LONG));
    let (release, released) = channel();
    let (start, started) = channel();
    let (hear, heard) = channel();
    let impatient = {
        let lanes = Arc::clone(&lanes);
        outer.spawn(async move {
            let unheard = Box::new(move |done: u32| hear.send(done).unwrap());
            let work = move || {
                start.send(()).unwrap();
                released.recv().unwrap();
                let whose = Whose::default();
                let rest: Rest<u32> = Box::new(|| 7);
                Step::Writes { whose, rest }
            };
            let hung_up = HungUp::default();
            lanes
                .run(Lane::Reading, Whose::default, hung_up, unheard, work)
                .await
        })
    };
    started.recv().unwrap();
    impatient.abort();
    assert!(outer.block_on(impatient).unwrap_err().is_cancelled());
    release.send(()).unwrap();
    assert_eq!(heard.recv_timeout(LONG), Ok(7));
}

#[test]
fn work_that_does_not_come_back_loses_its_turn_to_others_and_its_thread_ends_once_it_does() {
    let (outer, lanes) = (outside(), lanes(1, 1, 8, LONG * 10));
    let (release, work) = held();
    let stuck = asked(&outer, &lanes, Lane::Reading, work);
    awaits(&lanes, Lane::Reading, 1, 0);
    let behind = asked(&outer, &lanes, Lane::Reading, || Step::Done(true));
    awaits(&lanes, Lane::Reading, 1, 1);
    // Nobody who has waited for less than that is thought lost.
    assert!(lanes.0.sweep(Instant::now()).is_empty());
    lanes.sweep_at(Instant::now() + LONG * 2);
    assert_eq!(outer.block_on(behind).unwrap(), Ok(true));
    release.send(()).unwrap();
    assert_eq!(outer.block_on(stuck).unwrap(), Ok(true));
    for lane in [Lane::Reading, Lane::Writing] {
        let one = asked(&outer, &lanes, lane, || Step::Done(true));
        assert_eq!(outer.block_on(one).unwrap(), Ok(true));
        awaits(&lanes, lane, 0, 0);
    }
    // As many rest as there were.
    while lanes.0.resting() != 2 {
        yield_now();
    }
}
