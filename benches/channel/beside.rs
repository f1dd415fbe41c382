//! Another build of the program beside this one: the same is asked of both in turns, so that their figures compare.

use std::path::Path;

use notess::contract::canal::request;
use notess::domain::operation::Request;

use super::canal::{accept, listing_of};
use super::rounds::{ROUNDS, Rounds};
use super::served::{Clients, Served, program};
use super::wscn::{self, returns, solicitud_of};

/// The path of the other build.
const VARIABLE: &str = "BENCH_BESIDE";
/// Listings of ten or two in each round.
const LISTINGS: usize = 200;
/// Listings of a whole page in each round.
const PAGES: usize = 16;
/// Acceptances of each contract in each round.
const ACCEPTANCES: usize = 40;

/// The other build, if one is to be measured.
pub fn asked_for() -> Option<std::path::PathBuf> {
    std::env::var_os(VARIABLE).map(Into::into)
}

/// Prints what both cost, and how many times the other this one costs.
pub fn report(other: &Path) {
    let served = [other, &program()].map(|program| Served::start_program(program, "ec"));
    println!("\nthe other build, and this one; the service signs with EC P-256, µs of CPU each");
    listings(&served);
    acceptances(&served);
}

/// What is asked of one of the two in one round.
type Ask<'a> = dyn Fn(&Served, usize) -> f64 + 'a;

fn in_turns(served: &[Served; 2], what: &str, ask: &Ask<'_>) {
    let [mut other, mut this, mut times] = <[Rounds; 3]>::default();
    for round in 0..=ROUNDS {
        let micros = served.each_ref().map(|served| ask(served, round));
        // The first is not counted: both get warm.
        if round > 0 {
            other.push(micros[0]);
            this.push(micros[1]);
            times.push(micros[1] / micros[0]);
        }
    }
    println!(
        "  {what:<50} {:>9.1} {:>9.1}  {:.2} times, {}",
        other.median(),
        this.median(),
        times.median(),
        times.span(2)
    );
}

fn listings(served: &[Served; 2]) {
    for (what, size, count) in [
        ("canal, signed listing of 10", 10, LISTINGS),
        ("canal, listing of 500", 500, PAGES),
    ] {
        in_turns(served, what, &|served, _| {
            let question = request::encode(&listing_of(served.large_clients()[0].nif, size));
            let questions: Vec<_> = (0..count).map(|_| served.sign(&question)).collect();
            let url = &served.scenario.urls.canal;
            served.measure(url, &questions, Clients::One).micros
        });
    }
    for (what, rows) in [("WSCN, listing of 2", 2), ("WSCN, listing of 10", 10)] {
        in_turns(served, what, &|served, _| {
            let clients = served.large_clients();
            let client = clients.last().expect("a large client");
            let question = wscn::listing(client.nif, Some(client.last(rows)));
            let questions: Vec<_> = (0..LISTINGS).map(|_| served.sign(&question)).collect();
            let url = &served.scenario.urls.wscn;
            served.measure(url, &questions, Clients::One).micros
        });
    }
}

fn acceptances(served: &[Served; 2]) {
    let of_round = |round: usize| round * ACCEPTANCES..(round + 1) * ACCEPTANCES;
    in_turns(
        served,
        "canal, acceptance, alone in its request",
        &|served, round| {
            let client = &served.large_clients()[0];
            let codes = &client.pendientes[of_round(round)];
            let questions: Vec<_> = codes
                .iter()
                .map(|code| {
                    served.sign(&request::encode(&Request::Decide(accept(
                        served,
                        client.nif,
                        &[*code],
                    ))))
                })
                .collect();
            let url = &served.scenario.urls.canal;
            served.measure(url, &questions, Clients::One).micros
        },
    );
    in_turns(
        served,
        "WSCN, both requests of an acceptance",
        &|served, round| {
            let clients = served.large_clients();
            let client = clients.last().expect("a large client");
            let codes = client.pendientes[of_round(round)].iter();
            let asked: Vec<_> = codes.map(|code| solicitud_of(client.nif, *code)).collect();
            let given = wscn::measure_all(served, &asked);
            let returned = wscn::measure_all(served, &returns(served, client.nif, &given));
            given.micros + returned.micros
        },
    );
}
