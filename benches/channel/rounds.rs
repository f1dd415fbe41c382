//! Figures of several rounds, and a listing beside what it cannot do without.
//!
//! What a machine gives changes from one second to the next, so figures of different seconds do not compare. What is to be
//! compared takes turns, a little of each in every round.

use super::bare::Bare;
use super::crypto::Crypto;
use super::served::{Clients, Served};
use super::table::line;

/// How often each has its turn.
pub const ROUNDS: usize = 9;

/// A figure of each round.
#[derive(Default)]
pub struct Rounds(Vec<f64>);

impl Rounds {
    pub fn push(&mut self, figure: f64) {
        self.0.push(figure);
        self.0.sort_by(f64::total_cmp);
    }

    /// The one in the middle.
    pub fn median(&self) -> f64 {
        self.0[self.0.len() / 2]
    }

    /// From the lowest to the highest, with so many decimals.
    pub fn span(&self, decimals: usize) -> String {
        let (low, high) = (self.0[0], self.0[self.0.len() - 1]);
        format!("{low:.decimals$} to {high:.decimals$} in {ROUNDS} rounds")
    }
}

/// Asks the first question before the clock starts, and a part of the others in every round; prints what each costs.
pub fn in_rounds(served: &Served, url: &str, what: &str, clients: Clients, questions: &[Vec<u8>]) {
    let (first, rest) = questions.split_at(1);
    let answer = served.measure(url, first, Clients::One).answer();
    let mut micros = Rounds::default();
    for part in rest.chunks(rest.len() / ROUNDS) {
        micros.push(served.measure(url, part, clients).micros);
    }
    let note = format!("{} KB, {}", answer / 1000, micros.span(0));
    line(&format!("{what}{clients}"), micros.median(), &note);
}

/// Asks the first question before the clock starts, and a part of the others in every round, in which also as many octets
/// are exchanged by a server that does nothing else, and one RSA verification is done. Prints what they cost; gives the
/// answers.
pub fn beside_its_floor(
    served: &Served,
    url: &str,
    what: &str,
    clients: Clients,
    questions: &[Vec<u8>],
    crypto: &Crypto,
) -> Vec<Vec<u8>> {
    let (first, rest) = questions.split_at(1);
    let warm = served.measure(url, first, Clients::One);
    let bare = Bare::start(warm.answer());
    let [mut exchange, mut floor, mut listing, mut times] = <[Rounds; 4]>::default();
    let mut answers = Vec::new();
    for part in rest.chunks(rest.len() / ROUNDS) {
        let measured = served.measure(url, part, clients);
        let bare = bare.exchange(measured.question, part.len(), clients);
        let least = crypto.rsa_verify_again() + bare;
        exchange.push(bare);
        floor.push(least);
        listing.push(measured.micros);
        times.push(measured.micros / least);
        answers.extend(measured.answers);
    }
    line(
        &format!("a bare actix-web exchange of the same octets{clients}"),
        exchange.median(),
        &format!("{} KB, {}", warm.answer() / 1000, exchange.span(1)),
    );
    line(
        &format!("floor: that exchange and one RSA verification{clients}"),
        floor.median(),
        &floor.span(1),
    );
    line(
        &format!("{what}{clients}"),
        listing.median(),
        &format!("{:.1} times, {}", times.median(), times.span(1)),
    );
    answers
}
