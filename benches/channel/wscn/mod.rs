//! Contract WSCN: listings, and the acceptance of a notification, which takes two requests.

mod acceptance;
mod cosign;
mod wire;

use notess::xml::write::Canonical;

use crate::bare;
use crate::crypto::Crypto;
use crate::served::{Measured, Served, post_all};
use crate::table::{line, times};
use crate::world::LargeClient;
use wire::Answer;

/// Listings of the last ten notifications of a client.
const LISTINGS: usize = 600;
/// Listings of a whole page.
const PAGES: usize = 150;
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
    for (rows, desde, count) in [(10, Some(client.last(10)), LISTINGS), (PAGE, None, PAGES)] {
        let question = wire::listing(client.nif, desde);
        let page = measure(served, &vec![question; count + 1]);
        for answer in &page.answers {
            assert_eq!(Answer::read(answer).listed(), rows);
        }
        let bare = bare::exchange(page.question, page.answer(), count);
        let floor = crypto.rsa_verify + bare;
        let answer = page.answer() as f64 / 1000.0;
        line(
            &format!("floor: one RSA verification, bare exchange of {answer:.0} KB"),
            floor,
            "",
        );
        line(
            &format!("signed listing of {rows}, asked for again"),
            page.micros,
            &times(page.micros, floor),
        );
    }
}

/// Signs each, then asks all of it, the first before the clock starts. Each must be answered well.
fn measure(served: &Served, payloads: &[Canonical]) -> Measured {
    let url = &served.scenario.urls.wscn;
    let questions: Vec<_> = payloads.iter().map(|payload| served.sign(payload)).collect();
    let (first, rest) = questions.split_at(1);
    let warm = post_all(&served.agent, url, first);
    let measured = served.measure(url, rest);
    for answer in warm.iter().chain(&measured.answers) {
        Answer::read(answer);
    }
    measured
}
