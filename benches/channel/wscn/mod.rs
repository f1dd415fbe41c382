//! Contract WSCN: listings, and the acceptance of a notification, which takes two requests.

mod acceptance;
mod cosign;
mod wire;

use notess::xml::write::Canonical;

use crate::crypto::Crypto;
use crate::rounds::{ROUNDS, beside_its_floor};
use crate::served::{Clients, Measured, Served};
use crate::world::LargeClient;
use wire::Answer;

pub use acceptance::returns;
pub use wire::{listing, solicitud as solicitud_of};

/// Listings of the last two or ten notifications of a client, in each round.
const LISTINGS: usize = 200;
/// Listings of a whole page, in each round.
const PAGES: usize = 16;
/// Notifications in a whole page.
const PAGE: usize = 500;

pub fn report(served: &Served, key: &str, crypto: &Crypto) {
    let clients = served.large_clients();
    // The others' notifications are decided through contract canal.
    let client = clients.last().expect("a large client");
    listings(served, client, crypto);
    acceptance::report(served, client, key, crypto);
}

fn listings(served: &Served, client: &LargeClient, crypto: &Crypto) {
    // Programs ask again from the highest code that they hold, so that most of their pages are short.
    for (rows, desde, count) in [
        (2, Some(client.last(2)), LISTINGS),
        (10, Some(client.last(10)), LISTINGS),
        (PAGE, None, PAGES),
    ] {
        let question = wire::listing(client.nif, desde);
        let questions: Vec<_> = (0..=count * ROUNDS).map(|_| served.sign(&question)).collect();
        let what = format!("signed listing of {rows}, asked for again");
        let url = &served.scenario.urls.wscn;
        for answer in beside_its_floor(served, url, &what, Clients::One, &questions, crypto) {
            assert_eq!(Answer::read(&answer).listed(), rows);
        }
    }
}

/// Signs each, then asks all of it, the first before the clock starts. Each must be answered well.
fn measure(served: &Served, payloads: &[Canonical]) -> Measured {
    let url = &served.scenario.urls.wscn;
    let questions: Vec<_> = payloads.iter().map(|payload| served.sign(payload)).collect();
    let (first, rest) = questions.split_at(1);
    let warm = served.measure(url, first, Clients::One);
    let measured = served.measure(url, rest, Clients::One);
    for answer in warm.answers.iter().chain(&measured.answers) {
        Answer::read(answer);
    }
    measured
}

/// Signs each, then asks all of it. Each must be answered well.
pub fn measure_all(served: &Served, payloads: &[Canonical]) -> Measured {
    let questions: Vec<_> = payloads.iter().map(|payload| served.sign(payload)).collect();
    let measured = served.measure(&served.scenario.urls.wscn, &questions, Clients::One);
    for answer in &measured.answers {
        Answer::read(answer);
    }
    measured
}
