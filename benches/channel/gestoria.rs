//! A gestoría of ten thousand poderdantes: what it costs to tell which they are, and to list what all of them have, in pages.

use std::fmt::Write as _;
use std::fs;

use notess::contract::canal::request;
use notess::domain::nif::Nif;
use notess::domain::operation::{MAX_BATCH, Request};

use super::canal::{listing_of, listing_of_all};
use super::rounds::{ROUNDS, Rounds};
use super::served::{Clients, Served};
use super::table::line;

/// Those who are added to the world, each with one notification.
const PODERDANTES: u32 = 10_000;
/// The authorisation of the gestoría of every world.
const AUTORIZACION: u32 = 123_456;
/// The first code: higher than those of the world.
const FIRST_CODE: u32 = 5_000_001;
/// Of how many the titles are told by powers instead of RED: one in so many.
const BY_POWER: u32 = 5;

/// Prints what it costs, in microseconds of CPU.
pub fn report(served: &Served) {
    let nifs = load(served);
    let entries = told(served);
    let url = &served.scenario.urls.canal;
    let question = request::encode(&Request::Poderdantes);
    let (mut whole, mut thousand) = (Rounds::default(), Rounds::default());
    let mut octets = 0;
    for round in 0..=ROUNDS {
        let questions: Vec<_> = (0..4).map(|_| served.sign(&question)).collect();
        let measured = served.measure(url, &questions, Clients::One);
        octets = measured.answer();
        // The first is not counted.
        if round > 0 {
            whole.push(measured.micros);
            thousand.push(measured.micros * 1000.0 / entries as f64);
        }
    }
    let note = format!("{entries}, {} KB, {}", octets / 1000, whole.span(0));
    line("consultarPoderdantes of a gestoría", whole.median(), &note);
    line("each thousand of them", thousand.median(), &thousand.span(0));
    listings(served, url, &nifs);
}

/// A listing of all of them, which may name a thousand each time; and of one alone, which a gestoría asks for as often.
fn listings(served: &Served, url: &str, nifs: &[Nif]) {
    let pages: Vec<_> = nifs
        .chunks(MAX_BATCH)
        .map(|some| request::encode(&listing_of_all(some, 1000)))
        .collect();
    let one = request::encode(&listing_of(nifs[0], 10));
    let [mut page, mut alone] = <[Rounds; 2]>::default();
    let mut octets = 0;
    for round in 0..=ROUNDS {
        let questions: Vec<_> = pages.iter().map(|page| served.sign(page)).collect();
        let measured = served.measure(url, &questions, Clients::One);
        octets = measured.answer();
        let questions: Vec<_> = (0..100).map(|_| served.sign(&one)).collect();
        let single = served.measure(url, &questions, Clients::One).micros;
        if round > 0 {
            page.push(measured.micros);
            alone.push(single);
        }
    }
    let note = format!("{} KB, {}", octets / 1000, page.span(0));
    line("listing of all, a page of 1000 of 1000", page.median(), &note);
    line("signed listing of one of them", alone.median(), &alone.span(0));
}

/// How many poderdantes the service tells, each once for each role.
fn told(served: &Served) -> usize {
    let question = served.sign(&request::encode(&Request::Poderdantes));
    let answers = served
        .measure(&served.scenario.urls.canal, &[question], Clients::One)
        .answers;
    String::from_utf8_lossy(&answers[0])
        .matches("denominacion>")
        .count()
        / 2
}

/// Loads them into the world: accounts and assignments or powers, and a notification of each.
fn load(served: &Served) -> Vec<Nif> {
    let nifs: Vec<String> = (0..PODERDANTES).map(entity).collect();
    let mut red = "registro;autorizacion;nif;denominacion;ccc_principal;cuenta;desde\n".to_owned();
    let mut poderes = "referencia;poderdante;apoderado;tipo;materias;estado;inscrito;fin\n".to_owned();
    let mut notificaciones = "codigo;nif;denominacion;procedimiento;asunto;obligacion;documento\n".to_owned();
    let titular = served.titular_of_gestoria();
    for (number, nif) in (0..).zip(&nifs) {
        let ccc = ccc(3_000_000 + number);
        let _ = writeln!(red, "cuentas;;{nif};CLIENTE {number} SL;{ccc};;");
        if number % BY_POWER == 0 {
            let _ = writeln!(
                poderes,
                "BENCH-{number};{nif};{titular};general;;inscrito;2026-01-01;2030-12-31"
            );
        } else {
            let _ = writeln!(red, "asignacion;{AUTORIZACION};{nif};;;{ccc};2024-01-01");
        }
        let codigo = FIRST_CODE + number;
        let _ = writeln!(
            notificaciones,
            "{codigo};{nif};CLIENTE {number} SL;TGSS-RD;Reclamación;4.1.a;a.pdf"
        );
    }
    served.import("autorizados-red", &red);
    served.import("poderes", &poderes);
    fs::write(served.folder().join("a.pdf"), b"%PDF-1.7\n%%EOF\n").expect("a document");
    served.import("notificaciones", &notificaciones);
    nifs.iter().map(|nif| nif.parse().expect("a NIF")).collect()
}

/// NIF of a company (Order EHA/451/2008): its control digit is by the figures in odd places doubled.
fn entity(number: u32) -> String {
    let digits = format!("{:07}", 1_000_000 + number);
    let sum: u32 = digits
        .bytes()
        .map(|digit| u32::from(digit - b'0'))
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => 2 * digit / 10 + 2 * digit % 10,
            _ => digit,
        })
        .sum();
    format!("B{digits}{}", (10 - sum % 10) % 10)
}

/// Account of an employer of Madrid: its last two figures are the rest by 97.
fn ccc(number: u32) -> String {
    let whole = 28 * 10_000_000 + number;
    format!("28{number:07}{:02}", whole % 97)
}
