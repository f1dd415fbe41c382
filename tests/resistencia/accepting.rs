//! Callers who accept all that there is, while something is done to the program, and what they were told held against what is
//! on record.

use std::collections::BTreeMap;
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

    /// Has callers accept all that there is, again and again, while `meanwhile` is done.
    pub fn while_accepting<T>(&self, meanwhile: impl FnOnce() -> T) -> T {
        let all = pending(self.scenario);
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
        let answers = self.answers.lock().unwrap();
        let confirmed = answers.iter().filter_map(|answer| answer.acuse.as_ref());
        let confirmed = confirmed.map(|(codigo, acuse)| (*codigo, acuse.as_str()));
        on_record(database, &pending(self.scenario), confirmed, sheet);
    }
}

/// All that there is to accept for whoever has all roles: whose it is, and its code.
pub fn pending(scenario: &Scenario) -> Vec<(&str, i32)> {
    let titular = scenario.all_roles();
    (1..=3)
        .map(|rol| titular.by_role(rol))
        .flat_map(|of| of.pendientes.iter().map(|codigo| (of.nif.as_str(), *codigo)))
        .collect()
}

/// Of `all`, what was confirmed by these acuses is on record, nothing is twice, and the journal agrees.
pub fn on_record<'a>(
    database: &Database,
    all: &[(&str, i32)],
    confirmed: impl Iterator<Item = (i32, &'a str)>,
    sheet: &mut Sheet,
) {
    let store = Store::open(&database.url().parse().unwrap(), 1).unwrap();
    let mut by_codigo = BTreeMap::<i32, Vec<&str>>::new();
    for (codigo, acuse) in confirmed {
        by_codigo.entry(codigo).or_default().push(acuse);
    }
    let (mut lost, mut doubled) = (0, 0);
    for &(poderdante, codigo) in all {
        let found = store
            .read::<_, StoreError, _>(|conn| acuses::acuses_of(conn, nif(poderdante), &codigos(&[codigo])))
            .unwrap();
        doubled += usize::from(found.len() > 1);
        let found: Vec<String> = found
            .iter()
            .map(|acuse| acuse.identificador.to_string())
            .collect();
        let confirmed = by_codigo.remove(&codigo).unwrap_or_default();
        lost += confirmed
            .iter()
            .filter(|acuse| !found.iter().any(|found| found == *acuse))
            .count();
    }
    sheet.must("confirmed and not on record, or another", lost, lost == 0);
    sheet.must("on record twice", doubled, doubled == 0);
    crate::common::verify_journal(&store);
    sheet.must("the journal agrees with all that is on record", "yes", true);
}
