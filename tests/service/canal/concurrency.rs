//! Several receivers at once: exactly one wins (D-22).

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use chrono::{DateTime, SubsecRound};
use notess::domain::notificacion::Codigo;
use notess::store::{Durability, StoreError, decisions};

use crate::common::{Backend, TestApp, Titular};

over_both_databases!(
    of_64_decisions_at_once_exactly_one_wins,
    an_acceptance_that_had_to_wait_is_dated_after_the_wait,
);

/// A notification that several holders reach, and they.
fn contested(app: &TestApp) -> (String, i32, Vec<&'static Titular>) {
    let valid: Vec<&Titular> = app
        .scenario()
        .titulares
        .iter()
        .filter(|t| t.estado_certificado == "vigente")
        .collect();
    for titular in &valid {
        for of in &titular.poderdantes {
            let others: Vec<&Titular> = valid
                .iter()
                .copied()
                .filter(|t| t.poderdantes.iter().any(|p| p.nif == of.nif))
                .collect();
            if others.len() < 2 {
                continue;
            }
            let reached: Vec<Vec<i32>> = others.iter().map(|t| app.as_(t).pending(&of.nif, None)).collect();
            let common = reached[0]
                .iter()
                .copied()
                .find(|code| reached.iter().all(|codes| codes.contains(code)));
            if let Some(codigo) = common {
                return (of.nif.clone(), codigo, others);
            }
        }
    }
    panic!("the world has nothing that two holders reach");
}

fn of_64_decisions_at_once_exactly_one_wins(backend: Backend) {
    let app = TestApp::start(backend);
    let (nif, codigo, holders) = contested(&app);
    let start = Barrier::new(64);
    let outcomes: Vec<(usize, bool, String, bool)> = thread::scope(|scope| {
        let all: Vec<_> = (0..64)
            .map(|n| {
                let who = n % holders.len();
                let accepts = n % 3 != 0;
                let (app, nif, start, holder) = (&app, &nif, &start, holders[who]);
                scope.spawn(move || {
                    let caller = app.as_(holder);
                    start.wait();
                    let results = if accepts {
                        caller.accept(nif, &[codigo])
                    } else {
                        caller.reject(nif, &[codigo])
                    };
                    let one = results.unwrap().remove(0);
                    let text = one
                        .acuse
                        .map_or_else(|| one.error.unwrap().codigo, |acuse| acuse.identificador);
                    (who, accepts, text, one.repetida)
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let is_error = |text: &str| text.starts_with("YA_");
    let winners: Vec<_> = outcomes.iter().filter(|o| !is_error(&o.2) && !o.3).collect();
    assert_eq!(winners.len(), 1, "{outcomes:?}");
    let (winner, accepted, acuse, _) = winners[0];
    let loss = if *accepted { "YA_ACEPTADA" } else { "YA_RECHAZADA" };
    for (who, accepts, text, repeated) in &outcomes {
        let same_act = who == winner && accepts == accepted;
        assert_eq!(
            text,
            if same_act { acuse } else { loss },
            "{who} {accepts} {repeated}"
        );
    }
}

/// D-6: what counts is the end.
fn an_acceptance_that_had_to_wait_is_dated_after_the_wait(backend: Backend) {
    let app = TestApp::start(backend);
    let titular = app.scenario().all_roles();
    let of = titular.by_role(1);
    let (poderdante, number) = (of.nif.parse().unwrap(), of.pendientes[0]);
    let held = Barrier::new(2);
    let (over, dated) = thread::scope(|scope| {
        let holder = scope.spawn(|| {
            let occupy = |conn: &mut _| {
                decisions::hold(conn, poderdante, &[Codigo::new(number).unwrap()])?;
                held.wait();
                // Long enough for the acceptance to arrive.
                thread::sleep(Duration::from_millis(500));
                Ok::<_, StoreError>(app.now())
            };
            app.store().write(Durability::Full, occupy).unwrap()
        });
        held.wait();
        let results = app.as_(titular).accept(&of.nif, &[number]).unwrap();
        let fecha = &results[0].acuse.as_ref().unwrap().fecha;
        (
            holder.join().unwrap(),
            DateTime::parse_from_rfc3339(fecha).unwrap(),
        )
    });
    // On the wire it has milliseconds, the rest dropped.
    assert!(dated >= over.trunc_subsecs(3), "{dated} {over}");
}
