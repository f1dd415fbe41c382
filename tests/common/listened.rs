//! What stores ask of PostgreSQL, listened to: the statements of each connection that a store made, without their values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, Once};

use diesel::connection::{InstrumentationEvent, set_default_instrumentation};

use super::shards::Shards;

/// The database that is listened to, by its URL, and the statements asked of it. Other tests have theirs at the same time.
static ASKED: Mutex<Option<(String, Vec<String>)>> = Mutex::new(None);

/// Statements that go to several shards and are on no list, by the URL of the database that was asked.
static CROSSING: Mutex<BTreeMap<String, BTreeSet<String>>> = Mutex::new(BTreeMap::new());

/// Has the connections that are made from here on tell what they ask.
pub fn begin() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let listening = set_default_instrumentation(|| {
            let mut of = None;
            Some(Box::new(move |event: InstrumentationEvent<'_>| match event {
                // What a store adds to the URL says how long it waits; tests that look into a database add nothing.
                InstrumentationEvent::StartEstablishConnection { url, .. } => {
                    let by_store = url.split_once('?').map(|(of, _)| of);
                    of = by_store
                        .filter(|of| of.starts_with("postgres"))
                        .map(str::to_owned);
                }
                InstrumentationEvent::StartQuery { query, .. } => {
                    if let Some(of) = &of {
                        let text = query.to_string();
                        hear(of, text.split(" -- binds").next().unwrap_or_default());
                    }
                }
                _ => {}
            }))
        });
        listening.unwrap();
    });
}

fn hear(of: &str, text: &str) {
    if let Some((wanted, asked)) = ASKED.lock().unwrap().as_mut()
        && wanted == of
    {
        asked.push(text.to_owned());
    }
    if !Shards::documented().allow(text) {
        let mut crossing = CROSSING.lock().unwrap();
        crossing.entry(of.to_owned()).or_default().insert(text.to_owned());
    }
}

/// What stores ask of a database while something is done.
pub fn asked(of: &str, act: impl FnOnce()) -> Vec<String> {
    *ASKED.lock().unwrap() = Some((of.to_owned(), Vec::new()));
    act();
    ASKED.lock().unwrap().take().unwrap().1
}

/// What was asked of a database that goes to several shards and is on no list.
pub fn crossing(of: &str) -> BTreeSet<String> {
    CROSSING.lock().unwrap().remove(of).unwrap_or_default()
}
