//! Callers who accept all that there is, while something is done to the program, and what they were told held against what is
//! on record.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use notess::store::{Store, StoreError, acuses};

use crate::common::caller::{codigos, nif};
use crate::common::{Database, Scenario};
use crate::drill::Sheet;
use crate::served::Served;

const CALLERS: usize = 16;

/// An answer, or that there was none.
pub struct Answer {
    pub asked: Instant,
    pub took: Duration,
    /// The acuse of what was decided.
    pub acuse: Option<(i32, String)>,
}

/// What is asked, and of whom.
pub struct Load<'a> {
    served: &'a Served,
    scenario: &'a Scenario,
    stop: AtomicBool,
    pub answers: Mutex<Vec<Answer>>,
}

impl<'a> Load<'a> {
    pub fn new(served: &'a Served, scenario: &'a Scenario) -> Self {
        Self {
            served,
            scenario,
            stop: AtomicBool::new(false),
            answers: Mutex::default(),
        }
    }

    fn all(&self) -> Vec<(&'a str, i32)> {
        let titular = self.scenario.all_roles();
        (1..=3)
            .map(|rol| titular.by_role(rol))
            .flat_map(|of| of.pendientes.iter().map(|codigo| (of.nif.as_str(), *codigo)))
            .collect()
    }

    /// Has callers accept all that there is, again and again, while `meanwhile` is done.
    pub fn while_accepting<T>(&self, meanwhile: impl FnOnce() -> T) -> T {
        let all = self.all();
        thread::scope(|scope| {
            for nth in 0..CALLERS {
                let (caller, all) = (self.served.caller(self.scenario), &all);
                scope.spawn(move || {
                    for (poderdante, codigo) in all.iter().cycle().skip(nth * all.len() / CALLERS) {
                        if self.stop.load(Ordering::Relaxed) {
                            break;
                        }
                        let asked = Instant::now();
                        let answered = caller.accept(poderdante, &[*codigo]);
                        let acuse = answered.ok().and_then(|mut all| all.remove(0).acuse);
                        self.answers.lock().unwrap().push(Answer {
                            asked,
                            took: asked.elapsed(),
                            acuse: acuse.map(|acuse| (*codigo, acuse.identificador)),
                        });
                        thread::sleep(Duration::from_millis(30));
                    }
                });
            }
            let done = meanwhile();
            self.stop.store(true, Ordering::Relaxed);
            done
        })
    }

    /// What was confirmed is on record, and nothing twice.
    pub fn hold_against(&self, database: &Database, sheet: &mut Sheet) {
        let store = Store::open(&database.url().parse().unwrap(), 1).unwrap();
        let answers = self.answers.lock().unwrap();
        let (mut lost, mut doubled) = (0, 0);
        for (poderdante, codigo) in self.all() {
            let found = store
                .read::<_, StoreError, _>(|conn| {
                    acuses::acuses_of(conn, nif(poderdante), &codigos(&[codigo]))
                })
                .unwrap();
            doubled += usize::from(found.len() > 1);
            let confirmed = answers.iter().filter_map(|answer| answer.acuse.as_ref());
            for (_, acuse) in confirmed.filter(|(one, _)| *one == codigo) {
                lost += usize::from(
                    !found
                        .iter()
                        .any(|found| found.identificador.to_string() == *acuse),
                );
            }
        }
        sheet.must("confirmed and not on record, or another", lost, lost == 0);
        sheet.must("on record twice", doubled, doubled == 0);
        crate::common::verify_journal(&store);
    }
}
