//! Contract canal: listings, and acceptances alone and in batches.

use notess::contract::canal::request;
use notess::domain::nif::Nif;
use notess::domain::notificacion::{Codigo, Estado, Sentido};
use notess::domain::operation::{DecideRequest, ListRequest, PageSize, Request};
use notess::domain::rol::Roles;

use super::crypto::Crypto;
use super::engines;
use super::rounds::{ROUNDS, beside_its_floor, in_rounds};
use super::served::{Clients, Measured, Served};
use super::table::{line, rate, times};

/// Listings in each round: so many that whose turn it is has long been warm.
const LISTINGS: usize = 300;
/// Whole pages in each round.
const PAGES: usize = 24;
/// Acceptances one by one.
const SINGLES: usize = 400;
/// Requests of five hundred acceptances.
const BATCHES: usize = 12;
/// Codes in each of those.
const BATCH: usize = 500;
/// Octets digested for an acceptance, roughly: its message, its evidence, its acuse, its answer.
const DIGESTED: usize = 16 << 10;

pub fn report(served: &Served, key: &str, crypto: &Crypto) {
    let first_pages = measure(served, &first_pages(served));
    let url = &served.scenario.urls.canal;
    let size = |page: &Measured| format!("{} KB", page.answer() / 1000);
    engines::report(&sign(served, &listing(served, 10)), crypto.rsa_verify);
    for clients in [Clients::One, Clients::Several] {
        let questions = well_answered(served, &listing(served, 10), 1 + LISTINGS * ROUNDS);
        beside_its_floor(served, url, "signed listing of 10", clients, &questions, crypto);
    }
    line(
        "signed listing of 500 that nobody asked for before",
        first_pages.micros,
        &size(&first_pages),
    );
    for clients in [Clients::One, Clients::Several] {
        let questions = well_answered(served, &listing(served, 500), 1 + PAGES * ROUNDS);
        let what = "signed listing of 500, asked for again";
        in_rounds(served, url, what, clients, &questions);
    }

    let (singles, batches) = decisions(served);
    let single = measure(served, &singles);
    // The raw cost of an acceptance: its signature verified, the answer's made, its evidence and acuse digested.
    let raw = crypto.rsa_verify + crypto.sign(key) + crypto.digest(DIGESTED);
    line("raw cryptography: verify; sign; digest 16 KB", raw, "");
    line(
        "acceptance, alone in its request",
        single.micros,
        &times(single.micros, raw),
    );
    rate(single.count(), single.wall);
    let batch = measure(served, &batches);
    let each = batch.micros / BATCH as f64;
    line("acceptance, of 500 in a request", each, &times(batch.micros, raw));
    rate(batch.count() * BATCH, batch.wall);
}

/// Asks all of it; the answer to the first question, before the clock starts, is verified.
fn measure(served: &Served, questions: &[Vec<u8>]) -> Measured {
    verify_answer(served, &questions[0]);
    served.measure(&served.scenario.urls.canal, &questions[1..], Clients::One)
}

fn sign(served: &Served, request: &Request) -> Vec<u8> {
    served.sign(&request::encode(request))
}

/// Asks, and verifies the answer.
fn verify_answer(served: &Served, question: &[u8]) {
    let answer = served.connection.send(question);
    let answer = answer.map(|_| ()).map_err(|error| error.to_string());
    assert_eq!(answer, Ok(()), "the question is answered well");
}

/// The same question, signed so many times, after the answer to one more was verified.
fn well_answered(served: &Served, request: &Request, count: usize) -> Vec<Vec<u8>> {
    verify_answer(served, &sign(served, request));
    (0..count).map(|_| sign(served, request)).collect()
}

/// A page of pending notifications of the first large client.
fn listing(served: &Served, size: u16) -> Request {
    listing_of(served.large_clients()[0].nif, size)
}

/// A page of each large client, none of which was asked for before.
fn first_pages(served: &Served) -> Vec<Vec<u8>> {
    let clients = served.large_clients();
    let pages = clients.iter().map(|client| listing_of(client.nif, 500));
    pages.map(|page| sign(served, &page)).collect()
}

pub fn listing_of(poderdante: Nif, size: u16) -> Request {
    listing_of_all(&[poderdante], size)
}

pub fn listing_of_all(poderdantes: &[Nif], size: u16) -> Request {
    Request::List(ListRequest {
        poderdantes: poderdantes.iter().copied().collect(),
        roles: Roles::ALL,
        estados: vec![Estado::SinAcuse, Estado::AcuseSolicitado],
        entidades: Vec::new(),
        desde: None,
        hasta: None,
        fin_antes_de: None,
        cursor: None,
        limite: PageSize::new(size).unwrap_or_default(),
        practicada: false,
    })
}

/// The acceptance of some codes, by whatever role reaches them.
pub fn accept(served: &Served, poderdante: Nif, codigos: &[Codigo]) -> DecideRequest {
    DecideRequest {
        sentido: Sentido::Aceptacion,
        poderdante,
        rol: None,
        advertencia: served.scenario.advertencia.clone(),
        codigos: codigos.to_vec(),
        motivo: None,
    }
}

/// Acceptances of what is pending, each code once: some one by one, the others in batches.
fn decisions(served: &Served) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let accept = |poderdante, codigos: &[_]| {
        let request = Request::Decide(accept(served, poderdante, codigos));
        sign(served, &request)
    };
    let clients = served.large_clients();
    let (first, others) = clients.split_first().expect("some large clients");
    let singles = first
        .pendientes
        .iter()
        .take(SINGLES)
        .map(|code| accept(first.nif, &[*code]))
        .collect();
    let batches = others
        .iter()
        .flat_map(|client| {
            let batches = client.pendientes.chunks_exact(BATCH);
            batches.map(|codes| accept(client.nif, codes))
        })
        .take(BATCHES)
        .collect();
    (singles, batches)
}
