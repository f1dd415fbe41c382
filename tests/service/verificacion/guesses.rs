//! Whoever guesses: how often he may, and what he learns by the time that it takes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use notess::domain::cea::{AZAR, Cea};
use notess::domain::emitido::TipoDocumento;

use super::{Browser, issued};
use crate::common::{Backend, TestApp};

over_both_databases!(
    who_was_wrong_five_times_is_not_told_when_he_is_right_until_an_hour_has_gone_by,
    an_origin_that_was_wrong_thirty_times_is_told_to_come_later,
    many_guesses_at_once_find_nothing,
    what_is_wrong_takes_the_same_time_whatever_it_is,
);

fn who_was_wrong_five_times_is_not_told_when_he_is_right_until_an_hour_has_gone_by(backend: Backend) {
    let app = TestApp::start(backend);
    let [document, other] = [0, 1].map(|which| issued(&app, which));
    let browser = Browser::of(&app);
    for _ in 0..4 {
        assert_eq!(browser.guess(&document.cea).heading(), "No coincide");
    }
    assert_eq!(
        browser.verify(&document.cea).heading(),
        "Documento auténtico",
        "four are not five"
    );
    let wrong = browser.guess(&document.cea);
    let right = browser.verify(&document.cea);
    assert_eq!(right.alike(), wrong.alike());
    assert_eq!(browser.verify(&other.cea).heading(), "Documento auténtico");
    app.move_clock(TimeDelta::minutes(59));
    // What is said meanwhile does not prolong it.
    assert_eq!(browser.verify(&document.cea).alike(), wrong.alike());
    app.move_clock(TimeDelta::minutes(61));
    assert_eq!(browser.verify(&document.cea).heading(), "Documento auténtico");
}

fn an_origin_that_was_wrong_thirty_times_is_told_to_come_later(backend: Backend) {
    let app = TestApp::start(backend);
    let document = issued(&app, 0);
    let browser = Browser::of(&app);
    let nobodys = |n: u8| Cea::new(TipoDocumento::Rechazo, app.now(), &[n; AZAR]);
    for n in 0..30 {
        let wrong = browser.verify(&nobodys(n));
        assert_eq!((wrong.status, wrong.heading()), (200, "No coincide"), "{n}");
    }
    for cea in [&document.cea, &nobodys(31)] {
        let later = browser.verify(cea);
        assert_eq!((later.status, later.heading()), (429, "Demasiados intentos"));
        assert!(later.headers.contains_key("retry-after"));
    }
    app.move_clock(TimeDelta::minutes(61));
    assert_eq!(browser.verify(&document.cea).heading(), "Documento auténtico");
}

/// How many each of eight asks: a hundred thousand in all where `GUESSES` says so.
fn guesses_of_each() -> usize {
    let all = std::env::var("GUESSES").ok().and_then(|text| text.parse().ok());
    all.unwrap_or(800_usize).div_ceil(8)
}

fn many_guesses_at_once_find_nothing(backend: Backend) {
    // From one origin no more than thirty would be judged.
    let app = TestApp::start_with(backend, |settings| settings.cea.fallos_origen = 10_000);
    let document = issued(&app, 0);
    let cea = &document.cea;
    let asked = Browser::of(&app).name(cea.id.as_str(), &cea.fecha_impresa());
    let right = asked.right(cea);
    let found = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for client in 0..8 {
            let (app, found) = (&app, &found);
            scope.spawn(move || {
                let browser = Browser::of(app);
                for n in 0..guesses_of_each() {
                    let asked = browser.name(cea.id.as_str(), &cea.fecha_impresa());
                    // From the tenth on he has guessed one, and then both.
                    let guess = format!("{:05}", client * 10_000 + n);
                    let groups = match n {
                        0..10 => [guess.as_str(), guess.as_str()],
                        10..20 => [right[0], guess.as_str()],
                        _ => right,
                    };
                    let answer = browser.answer(&asked.question, groups);
                    assert!(
                        matches!(answer.heading(), "No coincide" | "Demasiados intentos"),
                        "{}",
                        answer.text()
                    );
                    found.fetch_add(
                        usize::from(answer.heading() == "Documento auténtico"),
                        Ordering::Relaxed,
                    );
                }
            });
        }
    });
    assert_eq!(found.into_inner(), 0);
    // Not one more than five was weighed, however many came at once.
    assert_eq!(
        app.count("select count(*) as n from cea_fallos where documento is not null"),
        5
    );
    let rows = "select count(*) as n from auditoria where operacion = 'verificarCea'";
    assert_eq!(app.count(rows), 0);
}

/// Samples of each kind in a round.
const SAMPLES: usize = 80;
/// Rounds at most. All that was seen so far is compared after each: what really takes longer does so for ever, and what else the
/// machine does comes to be the same for all.
const ROUNDS: usize = 24;

fn what_is_wrong_takes_the_same_time_whatever_it_is(backend: Backend) {
    let app = TestApp::start_with(backend, |settings| {
        settings.cea.fallos_documento = 100;
        settings.cea.fallos_origen = 10_000;
    });
    let browser = Browser::of(&app);
    let mut seen = Vec::new();
    let mut took = [const { Vec::new() }; 3];
    // One for each kind, so that each is known for as many wrong answers as the others.
    let [known, other] = [0, 1].map(|nth| issued(&app, nth).cea);
    for _ in 0..ROUNDS {
        let mut nobodys = [0; AZAR];
        openssl::rand::rand_bytes(&mut nobodys).unwrap();
        let unknown = Cea::new(TipoDocumento::Aceptacion, app.now(), &nobodys);
        let yesterday = (known.fecha - TimeDelta::days(1)).format("%d%m%Y").to_string();
        let day = known.fecha_impresa();
        let kinds = [
            (unknown.id, &day, ["00000"; 2]),
            (known.id, &yesterday, ["00000"; 2]),
            (other.id, &day, ["00000"; 2]),
        ];
        for sample in 0..SAMPLES {
            // In turns, so that whatever else goes on hits all alike.
            for at in 0..kinds.len() {
                let kind = (at + sample) % kinds.len();
                let (id, day, groups) = &kinds[kind];
                let asked = browser.name(id.as_str(), day);
                let began = Instant::now();
                let answer = browser.answer(&asked.question, *groups);
                took[kind].push(began.elapsed());
                assert_eq!(answer.heading(), "No coincide");
            }
            if sample % 40 == 39 {
                app.tamper("cea_fallos", "delete from cea_fallos");
            }
        }
        let usual = took.each_mut().map(|took| quarter(took));
        let (least, most) = (usual.iter().min().unwrap(), usual.iter().max().unwrap());
        if most.as_secs_f64() <= least.as_secs_f64() * 1.05 {
            return;
        }
        seen.push(usual);
    }
    panic!("after no round the same time: unknown, another day, a wrong group: {seen:?}");
}

/// What a quarter of them took at most: of the others some waited for somebody else.
fn quarter(took: &mut [Duration]) -> Duration {
    took.sort_unstable();
    took[took.len() / 4]
}
