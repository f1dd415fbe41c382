//! Notifications that were practised elsewhere, beside those who decide here.

use chrono::{DateTime, TimeDelta, Utc};
use indicatif::ProgressBar;
use notess::domain::notificacion::{Efecto, Estado, Medio, NoPractica, Notificacion, Practica, Sentido};
use notess::importar::{
    Encoding, Format, ImportSink as _, Options, Progress, StoreSink, Summary, import_practicadas,
};
use notess::store::audit::{self, Fault};
use notess::store::practicadas::{self, Contada, NotTold};
use notess::store::{Durability, Store, StoreError, decisions, hold, notificaciones, plazos};
use uuid::Uuid;

use crate::decisiones::world::at_desk;
use crate::site::{Site, codigo, codigos, copy, day, decide, nif, pending, publish, write};

on_both!(
    the_earliest_practice_counts_with_its_sense_and_the_same_again_is_told_once,
    what_was_practised_elsewhere_is_decided_and_lapses_here_no_more,
    what_was_told_of_practices_can_be_neither_changed_nor_removed,
    a_state_that_only_news_without_effect_would_explain_is_found,
    what_was_known_then_is_told_so,
    a_file_is_loaded_line_by_line_and_again_without_effect,
    while_terms_are_counted_anew_no_news_is_taken,
    of_many_who_decide_and_tell_at_once_the_earliest_stands,
);

/// Whose they are.
const SUJETO: u32 = 42;

fn practica(number: i32, medio: Medio, sentido: Sentido, instante: DateTime<Utc>) -> Practica {
    Practica {
        codigo: codigo(number),
        medio,
        sentido,
        instante,
        referencia: None,
    }
}

fn tell(store: &Store, news: &[Practica], now: DateTime<Utc>) -> Result<Vec<Contada>, NotTold> {
    let codes: Vec<_> = codigos(1..100);
    store.write(Durability::Full, |conn| {
        hold::hold_rows(conn, &codes)?;
        practicadas::tell(conn, news, Uuid::now_v7(), now)
    })
}

fn effects(told: &Result<Vec<Contada>, NotTold>) -> Vec<Efecto> {
    told.as_ref().unwrap().iter().map(|one| one.efecto).collect()
}

fn of(store: &Store, number: i32) -> Notificacion {
    let mut found = store
        .read::<_, StoreError, _>(|conn| notificaciones::find(conn, nif(SUJETO), &[codigo(number)]))
        .unwrap();
    found.pop().unwrap()
}

/// Some that were published on the first day.
fn published(store: &Store, numbers: std::ops::RangeInclusive<i32>) {
    let rows: Vec<_> = numbers
        .map(|number| pending(number, nif(SUJETO), day(1)))
        .collect();
    publish(store, &rows);
}

fn the_earliest_practice_counts_with_its_sense_and_the_same_again_is_told_once(site: &Site) {
    use Efecto::{Ninguno, Practica as Practises, Sustituye};
    let store = site.store();
    published(&store, 1..=3);
    publish(&store, &[copy(pending(4, nif(SUJETO), day(1)))]);
    // Told more finely than it is kept.
    let finer = day(5) + TimeDelta::nanoseconds(900);
    let paper = practica(1, Medio::Papel, Sentido::Rechazo, finer);
    assert_eq!(
        effects(&tell(&store, std::slice::from_ref(&paper), day(6))),
        [Practises]
    );
    assert_eq!(of(&store, 1).estado_at(day(6)), Estado::Rechazada);
    // The same again is nothing new, and what was later changes nothing.
    let later = practica(
        1,
        Medio::Dehu,
        Sentido::Aceptacion,
        day(5) + TimeDelta::seconds(1),
    );
    let told = tell(&store, &[paper.clone(), later], day(7));
    assert_eq!(effects(&told), [Ninguno]);
    let medio_of = |number| {
        let one = of(&store, number);
        let medios = store.read::<_, StoreError, _>(|conn| practicadas::medios(conn, [&one].into_iter()));
        medios.unwrap().remove(&codigo(number))
    };
    assert_eq!(medio_of(1), Some(Medio::Papel));
    // Of earlier it does, in both its date and its sense.
    let earlier = practica(1, Medio::Dehu, Sentido::Aceptacion, day(4));
    assert_eq!(effects(&tell(&store, &[earlier], day(8))), [Sustituye]);
    let one = of(&store, 1);
    assert_eq!(
        (one.estado_at(day(8)), one.practised_at(day(8))),
        (Estado::Aceptada, Some(day(4)))
    );
    assert_eq!(medio_of(1), Some(Medio::Dehu));

    // What was decided here, and what has lapsed.
    write(&store, |conn| {
        decide(conn, nif(SUJETO), &codigos([2]), Sentido::Aceptacion, day(6))
    });
    let news = [
        practica(2, Medio::Papel, Sentido::Rechazo, day(7)),
        practica(3, Medio::Papel, Sentido::Aceptacion, day(20)),
    ];
    assert_eq!(effects(&tell(&store, &news, day(30))), [Ninguno, Ninguno]);
    assert_eq!(of(&store, 2).practised_at(day(30)), Some(day(6)));
    assert_eq!(medio_of(2), None);
    assert_eq!(of(&store, 3).estado_at(day(30)), Estado::Caducada);
    let news = [
        practica(2, Medio::Papel, Sentido::Rechazo, day(5)),
        practica(3, Medio::Dehu, Sentido::Aceptacion, day(10)),
        practica(4, Medio::Papel, Sentido::Aceptacion, day(29)),
    ];
    let told = tell(&store, &news, day(31));
    assert_eq!(effects(&told), [Sustituye, Sustituye, Practises]);
    let stand = |number| {
        (
            of(&store, number).estado_at(day(31)),
            of(&store, number).practised_at(day(31)),
        )
    };
    assert_eq!(stand(2), (Estado::Rechazada, Some(day(5))));
    assert_eq!(stand(3), (Estado::Aceptada, Some(day(10))));
    assert_eq!(stand(4), (Estado::Aceptada, Some(day(29))));
    let (late, last) = store.read::<_, StoreError, _>(practicadas::late).unwrap();
    assert_eq!((late, last), (3, Some(day(31))));

    // What cannot have been is not recorded, nor anything that came with it.
    let before = NoPractica::BeforePublication(day(1));
    let news = [
        practica(1, Medio::Papel, Sentido::Rechazo, day(3)),
        practica(2, Medio::Papel, Sentido::Rechazo, day(0)),
    ];
    assert!(matches!(tell(&store, &news, day(32)), Err(NotTold::Impossible(why)) if why == before));
    let unknown = practica(99, Medio::Papel, Sentido::Rechazo, day(3));
    assert!(matches!(
        tell(&store, &[unknown], day(32)),
        Err(NotTold::Unknown(_))
    ));
    assert_eq!(of(&store, 1).practised_at(day(32)), Some(day(4)));
}

fn what_was_practised_elsewhere_is_decided_and_lapses_here_no_more(site: &Site) {
    let store = site.store();
    published(&store, 1..=2);
    tell(
        &store,
        &[practica(1, Medio::Papel, Sentido::Aceptacion, day(2))],
        day(3),
    )
    .unwrap();
    let decided = write(&store, |conn| {
        decide(conn, nif(SUJETO), &codigos([1, 2]), Sentido::Rechazo, day(4))
    });
    assert_eq!(decided, 1);
    let lapsed = write(&store, |conn| decisions::lapse_due(conn, day(40), 10));
    assert_eq!(lapsed, []);
    assert_eq!(of(&store, 1).estado_at(day(40)), Estado::Aceptada);
}

fn what_was_told_of_practices_can_be_neither_changed_nor_removed(site: &Site) {
    let store = site.store();
    published(&store, 1..=1);
    tell(
        &store,
        &[practica(1, Medio::Papel, Sentido::Aceptacion, day(2))],
        day(3),
    )
    .unwrap();
    for sql in [
        "update practicadas set instante = registrado",
        "delete from practicadas",
    ] {
        let refused = site.try_sql(sql).unwrap_err();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
}

/// It had lapsed when it was practised on paper.
fn a_state_that_only_news_without_effect_would_explain_is_found(site: &Site) {
    let store = site.store();
    published(&store, 1..=1);
    let late = practica(1, Medio::Papel, Sentido::Aceptacion, day(20));
    assert_eq!(effects(&tell(&store, &[late], day(21))), [Efecto::Ninguno]);
    site.tamper(
        "notificaciones",
        "update notificaciones set estado = 2, decidida = (select instante from practicadas)",
    );
    let mut found = Vec::new();
    store
        .read::<_, StoreError, _>(|conn| audit::verify(conn, None, |_| {}, |one| found.push(one)))
        .unwrap();
    found.retain(|one| one.table == "notificaciones" && one.column == Some("estado"));
    assert_eq!(
        found.iter().map(|one| one.fault).collect::<Vec<_>>(),
        [Fault::NoAcuse]
    );
}

fn what_was_known_then_is_told_so(site: &Site) {
    let store = site.store();
    published(&store, 1..=2);
    write(&store, |conn| {
        decide(conn, nif(SUJETO), &codigos([1]), Sentido::Rechazo, day(6))
    });
    let news = [1, 2].map(|number| practica(number, Medio::Papel, Sentido::Aceptacion, day(3)));
    tell(&store, &news, day(20)).unwrap();
    let known = |number, sabido| {
        let one = of(&store, number);
        let known = store.read::<_, StoreError, _>(|conn| practicadas::as_known(conn, one.clone(), sabido));
        known.unwrap().estado_at(sabido)
    };
    assert_eq!(
        [known(1, day(19)), known(1, day(20))],
        [Estado::Rechazada, Estado::Aceptada]
    );
    assert_eq!(
        [known(2, day(5)), known(2, day(19)), known(2, day(20))],
        [Estado::SinAcuse, Estado::Caducada, Estado::Aceptada]
    );
}

/// Lends what an operator loads files into.
fn at_sink<T>(store: &Store, now: DateTime<Utc>, run: impl FnOnce(&mut StoreSink<'_>) -> T) -> T {
    at_desk(store, now, |desk| {
        run(&mut StoreSink {
            desk,
            registrado: now,
            salto_maximo: TimeDelta::days(100_000),
            operacion: "importarPracticadas",
            fichero: None,
            progress: Progress::default(),
            tardias: Vec::new(),
            rehearsal: notess::importar::Rehearsal::No,
        })
    })
}

/// Loads a file of news, and gives what came of it, the lines refused with their reasons, and what came late.
fn load(store: &Store, text: &str, now: DateTime<Utc>) -> (Summary, Vec<String>, Vec<i32>) {
    let mut refused = Vec::new();
    let how = Options {
        format: Format::Csv,
        encoding: Encoding::Utf8,
        now,
        desde: Progress::default(),
        advance: &mut |_| {},
        bar: &ProgressBar::hidden(),
        report: &mut |one| {
            let reasons: Vec<String> = one.reasons.iter().map(ToString::to_string).collect();
            refused.push(format!("{}: {}", one.linea, reasons.join("; ")));
        },
        notice: &mut |_, _| {},
    };
    let (summary, late) = at_sink(store, now, |sink| {
        let summary = import_practicadas(&mut text.as_bytes(), how, sink).unwrap();
        (
            summary,
            sink.tardias.iter().map(|codigo| codigo.number()).collect(),
        )
    });
    (summary, refused, late)
}

const FILE: &str = "codigo;medio;instante;sentido;referencia\n\
                    1;papel;2026-03-04T12:00:00Z;aceptacion;RR 1\n\
                    9;papel;2026-03-04T12:00:00Z;aceptacion;RR 2\n\
                    2;dehu;2026-03-01T12:00:00Z;rechazo;\n\
                    3;dehu;2026-03-05T12:00:00Z;rechazo;\n";

fn a_file_is_loaded_line_by_line_and_again_without_effect(site: &Site) {
    let store = site.store();
    published(&store, 1..=3);
    write(&store, |conn| {
        decide(conn, nif(SUJETO), &codigos([3]), Sentido::Aceptacion, day(6))
    });
    let (summary, refused, late) = load(&store, FILE, day(8));
    assert_eq!((summary.cargadas, summary.rechazadas), (2, 2));
    assert!(refused[0].starts_with("3: codigo: "), "{refused:?}");
    assert!(refused[1].starts_with("4: instante: "), "{refused:?}");
    assert_eq!(late, [3]);
    let stands = || [1, 2, 3].map(|number| of(&store, number));
    let before = stands();
    assert_eq!(
        before.each_ref().map(|one| one.estado_at(day(8))),
        [Estado::Aceptada, Estado::SinAcuse, Estado::Rechazada]
    );
    let (again, _, late) = load(&store, FILE, day(9));
    assert_eq!((again, late), (summary, vec![]));
    assert_eq!(stands(), before);
}

fn while_terms_are_counted_anew_no_news_is_taken(site: &Site) {
    let store = site.store();
    published(&store, 1..=1);
    write(&store, |conn| {
        plazos::change::<StoreError>(conn, |_| Ok(day(3))).map(drop)
    });
    let news = [practica(1, Medio::Papel, Sentido::Aceptacion, day(3))];
    let refused = at_sink(&store, day(4), |sink| sink.practicadas(&news)).unwrap_err();
    assert!(refused.to_string().contains("counted anew"), "{refused}");
    assert_eq!(of(&store, 1).estado_at(day(4)), Estado::SinAcuse);
}

/// Whoever decides here and whoever tells of elsewhere hold what they decide on: each is decided once here at most, and stands by
/// the earliest of all.
fn of_many_who_decide_and_tell_at_once_the_earliest_stands(site: &Site) {
    const MANY: i32 = 60;
    let store = site.store();
    published(&store, 1..=MANY);
    std::thread::scope(|scope| {
        let decider = scope.spawn(|| {
            (1..=MANY)
                .map(|number| {
                    write(&store, |conn| {
                        decide(conn, nif(SUJETO), &codigos([number]), Sentido::Aceptacion, day(5))
                    })
                })
                .sum::<usize>()
        });
        for (medio, instante) in [(Medio::Papel, day(4)), (Medio::Dehu, day(6))] {
            let store = &store;
            scope.spawn(move || {
                for number in (1..=MANY).rev() {
                    tell(
                        store,
                        &[practica(number, medio, Sentido::Rechazo, instante)],
                        day(7),
                    )
                    .unwrap();
                }
            });
        }
        decider.join().unwrap();
    });
    for number in 1..=MANY {
        let one = of(&store, number);
        assert_eq!(
            (one.estado_at(day(7)), one.practised_at(day(7))),
            (Estado::Rechazada, Some(day(4))),
            "{number}"
        );
    }
}
