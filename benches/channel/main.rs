//! What the channel costs, beside the bare cost of its cryptography and of its HTTP.
//!
//! A service runs in a process of its own, over SQLite, with a demonstration world; questions are signed before the
//! clock starts; what is counted is the CPU time of the service's process alone. Run it with `make bench`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_precision_loss,
    unreachable_pub,
    reason = "a measurement"
)]

mod bare;
mod crypto;
mod process;
mod served;

use std::time::Duration;

use crypto::Crypto;
use notess::domain::notificacion::{Estado, Sentido};
use notess::domain::operation::{DecideRequest, ListRequest, PageSize, Request};
use notess::domain::rol::Roles;
use served::{Measured, Served};

/// Listings in each measurement.
const LISTINGS: usize = 600;
/// Acceptances one by one.
const SINGLES: usize = 400;
/// Requests of five hundred acceptances.
const BATCHES: usize = 12;
/// Codes in each of those.
const BATCH: usize = 500;

fn main() {
    if let Some(octets) = bare::asked_for() {
        return bare::serve(octets);
    }
    let crypto = Crypto::measure();
    println!("machine: {}", process::machine());
    println!("\nbare cryptography, µs of CPU each");
    for (what, micros) in crypto.rows() {
        line(what, micros, "");
    }
    for key in ["rsa", "ec"] {
        report(key, &crypto);
    }
}

fn report(key: &str, crypto: &Crypto) {
    println!(
        "\nthe service signs with {}, µs of CPU each",
        if key == "rsa" { "RSA-2048" } else { "EC P-256" }
    );
    let served = Served::start(key);

    let ten = served.measure(&served.sign_each(&listing(&served, 10), LISTINGS));
    let bare = bare::exchange(ten.question, ten.answer, LISTINGS);
    let floor = crypto.rsa_verify + bare;
    line("a bare actix-web exchange of the same octets", bare, "");
    line("floor: one RSA verification and that exchange", floor, "");
    line("signed listing of 10", ten.micros, &times(ten.micros, floor));
    let page = served.measure(&served.sign_each(&listing(&served, 500), LISTINGS / 4));
    line(
        "signed listing of 500",
        page.micros,
        &format!("{} KB", page.answer / 1000),
    );

    let (singles, batches) = decisions(&served);
    let single = served.measure(&singles);
    // The raw cost of an acceptance: its signature verified, the answer's made, its evidence and acuse digested.
    let raw = crypto.rsa_verify + crypto.sign(key) + 4.0 * crypto.sha256_4k;
    line("raw cryptography of a request", raw, "");
    line(
        "acceptance, alone in its request",
        single.micros,
        &times(single.micros, raw),
    );
    rate(&single, 1);
    let batch = served.measure(&batches);
    let each = batch.micros / BATCH as f64;
    line("acceptance, of 500 in a request", each, &times(batch.micros, raw));
    rate(&batch, BATCH);
}

/// A page of pending notifications of one poderdante.
fn listing(served: &Served, size: u16) -> Request {
    Request::List(ListRequest {
        poderdantes: vec![served.large_clients()[0].0],
        roles: Roles::ALL,
        estados: vec![Estado::SinAcuse, Estado::AcuseSolicitado],
        entidades: Vec::new(),
        desde: None,
        hasta: None,
        fin_antes_de: None,
        cursor: None,
        limite: PageSize::new(size).unwrap_or_default(),
    })
}

/// Acceptances of what is pending, each code once: some one by one, the others in batches.
fn decisions(served: &Served) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let accept = |poderdante, codigos: &[_]| {
        served.sign(&Request::Decide(DecideRequest {
            sentido: Sentido::Aceptacion,
            poderdante,
            rol: None,
            advertencia: served.advertencia().to_owned(),
            codigos: codigos.to_vec(),
            motivo: None,
        }))
    };
    let clients = served.large_clients();
    let (poderdante, codes) = &clients[0];
    let singles = codes
        .iter()
        .take(SINGLES)
        .map(|code| accept(*poderdante, &[*code]))
        .collect();
    let batches = clients[1..]
        .iter()
        .flat_map(|(poderdante, codes)| codes.chunks_exact(BATCH).map(|codes| accept(*poderdante, codes)))
        .take(BATCHES)
        .collect();
    (singles, batches)
}

fn line(what: &str, micros: f64, note: &str) {
    println!("  {what:<48} {micros:>9.1}  {note}");
}

fn times(micros: f64, of: f64) -> String {
    format!("{:.1} times", micros / of)
}

fn rate(measured: &Measured, each: usize) {
    let done = (measured.count * each) as f64;
    let a_second = done / measured.wall.max(Duration::from_nanos(1)).as_secs_f64();
    println!(
        "  {:<48} {a_second:>9.0}  a second, each durable before its answer",
        ""
    );
}
