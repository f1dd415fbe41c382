//! Lapses that were written down and that an operator has taken back.

use chrono::{DateTime, TimeDelta, Utc};
use notess::domain::acuse_solicitado::{AcuseSolicitado, Destino};
use notess::domain::computo::{Computo, Incidencia, Prorroga};
use notess::domain::notificacion::{Efecto, Estado, Huella, Medio, Notificacion, Practica, Sentido};
use notess::domain::rol::Rol;
use notess::store::audit::{self, Fault};
use notess::store::{
    Store, StoreError, acuses_solicitados, caducidades, calendarios, hold, incidencias, notificaciones,
    plazos, practicadas,
};
use notess::usecase::lapse::record_lapsed;
use notess::usecase::recount::AtDesk;
use notess::usecase::unlapse::{Anulacion, Orden};
use uuid::Uuid;

use crate::decisiones::world::{at_desk, surroundings};
use crate::site::{Site, codigo, codigos, copy, day, decide, nif, pending, publish, write};

on_both!(
    what_is_taken_back_has_the_end_that_the_outage_gives_it,
    an_order_that_is_given_again_takes_nothing_back_twice,
    what_was_written_down_at_another_time_stays,
    what_a_wrong_clock_had_written_down_is_taken_back_once_time_is_right,
    news_that_came_after_the_former_end_counts_by_the_one_that_there_is_now,
    what_is_altered_of_what_was_taken_back_is_found,
    what_was_taken_back_can_be_neither_changed_nor_removed,
    whatever_was_published_and_declared_ends_as_terms_are_counted,
);

/// Whose they are.
const SUJETO: u32 = 41;
const MOTIVO: &str = "corte declarado tarde";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Writes down what has lapsed at an instant, as the service does.
fn lapse(store: &Store, now: DateTime<Utc>) -> usize {
    surroundings(now, |around| record_lapsed(store, around).unwrap())
}

/// Declares an outage of so many hours, and has what is pending counted anew.
fn declare(store: &Store, desde: DateTime<Utc>, hours: i64, now: DateTime<Utc>) {
    let incidencia = Incidencia {
        desde,
        hasta: desde + TimeDelta::hours(hours),
    };
    write(store, |conn| {
        plazos::change::<StoreError>(conn, |_| Ok(now))?;
        incidencias::declare(conn, incidencia, "corte", now)?;
        plazos::recount(conn, now, 1000).map(drop)
    });
}

/// Orders what was written down from one instant to another to be taken back.
fn order(store: &Store, (desde, hasta): (DateTime<Utc>, DateTime<Utc>), now: DateTime<Utc>) -> Anulacion {
    let orden = Orden {
        desde,
        hasta,
        motivo: MOTIVO,
    };
    let (foreseen, done) = at_desk(store, now, |desk| {
        let operator = AtDesk {
            desk,
            salto_maximo: TimeDelta::days(100_000),
        };
        let foreseen = operator.weigh_taking_back(orden).unwrap();
        (foreseen, operator.take_back(orden, |_| ()).unwrap())
    });
    let without_news = Anulacion {
        practicadas: 0,
        ..done
    };
    assert_eq!(foreseen, without_news);
    done
}

fn of(store: &Store, number: i32) -> Notificacion {
    let mut found = store
        .read::<_, StoreError, _>(|conn| notificaciones::find(conn, nif(SUJETO), &[codigo(number)]))
        .unwrap();
    found.pop().unwrap()
}

/// Gives out an acuse of one, which does not come back.
fn ask_for_acuse(store: &Store, number: i32) {
    let acuse = AcuseSolicitado {
        identificador: Uuid::now_v7(),
        codigo: codigo(number),
        poderdante: nif(SUJETO),
        sentido: Sentido::Aceptacion,
        rol: Rol::Propio,
        destino: Destino {
            persona: Some(nif(SUJETO)),
            entidad: None,
        },
        advertencia: "A1".to_owned(),
        emitido: day(0),
        peticion: Uuid::now_v7(),
        datos: Huella([7; 32]),
        mensaje: None,
        certificado: None,
    };
    write(store, |conn| acuses_solicitados::keep(conn, &acuse));
}

/// The day on which the outage begins that is declared late, and the one on which it is.
const OUTAGE: &str = "2026-06-05T06:00:00Z";
const LATE: &str = "2026-06-13T08:00:00Z";

/// Of what lapsed until the outage was declared: the first would end on 15 June, the second on the 14th, the third on the 11th, which
/// is past; the fourth ended before the outage, the fifth was decided, and the sixth never lapses.
fn late_outage(store: &Store) {
    let rows = [
        ("2026-06-02T08:00:00Z", 1),
        ("2026-06-01T08:00:00Z", 2),
        ("2026-05-29T08:00:00Z", 3),
        ("2026-05-20T08:00:00Z", 4),
        ("2026-06-02T08:00:00Z", 5),
        ("2026-06-02T08:00:00Z", 6),
    ]
    .map(|(published, number)| pending(number, nif(SUJETO), at(published)));
    let [first, second, third, fourth, fifth, sixth] = rows;
    publish(store, &[first, second, third, fourth, fifth, copy(sixth)]);
    ask_for_acuse(store, 2);
    write(store, |conn| {
        let in_time = at("2026-06-03T08:00:00Z");
        decide(conn, nif(SUJETO), &codigos([5]), Sentido::Rechazo, in_time)
    });
    assert_eq!(lapse(store, at("2026-06-11T22:00:00Z")), 3);
    assert_eq!(lapse(store, at("2026-06-12T22:00:01Z")), 1);
    declare(store, at(OUTAGE), 13, at(LATE));
    assert_eq!(
        of(store, 1).estado_at(at(LATE)),
        Estado::Caducada,
        "what has lapsed stays so"
    );
}

fn what_is_taken_back_has_the_end_that_the_outage_gives_it(site: &Site) {
    let store = site.store();
    late_outage(&store);
    let ends = |number| of(&store, number).caduca;
    let (fourth, fifth) = (ends(4), of(&store, 5));
    let done = order(&store, (at("2026-06-01T00:00:00Z"), at(LATE)), at(LATE));
    let expected = Anulacion {
        anuladas: 3,
        de_nuevo: 1,
        firmes: 1,
        ..Anulacion::default()
    };
    assert_eq!(done, expected);
    let now = at(LATE);
    let stands = |number| of(&store, number).estado_at(now);
    assert_eq!(
        (stands(1), ends(1)),
        (Estado::SinAcuse, Some(at("2026-06-14T22:00:00Z")))
    );
    assert_eq!(
        (stands(2), ends(2)),
        (Estado::AcuseSolicitado, Some(at("2026-06-13T22:00:00Z")))
    );
    // By the end that the outage gives it, which is past.
    assert_eq!(
        (stands(3), ends(3)),
        (Estado::Caducada, Some(at("2026-06-10T22:00:00Z")))
    );
    assert_eq!((stands(4), ends(4)), (Estado::Caducada, fourth));
    assert_eq!(of(&store, 5), fifth);
    // In the days that it has won, and not after them.
    let late = at("2026-06-14T21:59:59Z");
    let decided = write(&store, |conn| {
        decide(conn, nif(SUJETO), &codigos([1]), Sentido::Aceptacion, late)
    });
    assert_eq!(decided, 1);
    assert_eq!(lapse(&store, at("2026-06-14T22:00:00Z")), 1);
    // What was known before is told so.
    let taken_back = store
        .read::<_, StoreError, _>(|conn| caducidades::of(conn, codigo(1)))
        .unwrap();
    assert_eq!((taken_back.len(), taken_back[0].anulada), (1, now));
    let before = caducidades::as_known(of(&store, 1), &taken_back, at("2026-06-12T23:00:00Z"));
    assert_eq!(before.estado_at(at("2026-06-12T23:00:00Z")), Estado::Caducada);
    assert_eq!(before.estado_at(at("2026-06-12T21:59:59Z")), Estado::SinAcuse);
}

fn an_order_that_is_given_again_takes_nothing_back_twice(site: &Site) {
    let store = site.store();
    late_outage(&store);
    let interval = (at("2026-06-01T00:00:00Z"), at("2026-07-01T00:00:00Z"));
    let first = order(&store, interval, at(LATE));
    assert_eq!((first.anuladas, first.de_nuevo), (3, 1));
    // Among what was written down in the interval there is now what lapsed again.
    let again = order(&store, interval, at(LATE));
    assert_eq!((again.anuladas, again.firmes), (0, 2));
    // What lapses at its new end is a lapse of its own, which another outage may move.
    let later = at("2026-06-20T08:00:00Z");
    assert_eq!(lapse(&store, later), 2);
    declare(&store, at("2026-06-14T06:00:00Z"), 200, later);
    let moved = order(&store, interval, later);
    assert_eq!((moved.anuladas, moved.de_nuevo), (1, 0));
    assert_eq!(of(&store, 1).estado_at(later), Estado::SinAcuse);
}

fn what_was_written_down_at_another_time_stays(site: &Site) {
    let store = site.store();
    late_outage(&store);
    // The first alone was written down from then on.
    let done = order(
        &store,
        (at("2026-06-12T22:00:01Z"), at("2026-06-12T22:00:02Z")),
        at(LATE),
    );
    assert_eq!((done.anuladas, done.firmes), (1, 0));
    assert_eq!(of(&store, 1).estado_at(at(LATE)), Estado::SinAcuse);
    assert_eq!(of(&store, 2).estado_at(at(LATE)), Estado::Caducada);
}

fn what_a_wrong_clock_had_written_down_is_taken_back_once_time_is_right(site: &Site) {
    let store = site.store();
    let now = at("2026-06-03T08:00:00Z");
    publish(&store, &[pending(1, nif(SUJETO), at("2026-06-02T08:00:00Z"))]);
    let wrong = now + TimeDelta::days(20);
    assert_eq!(lapse(&store, wrong), 1);
    let interval = (wrong, wrong + TimeDelta::seconds(1));
    let while_wrong = order(&store, interval, now);
    assert_eq!((while_wrong.anuladas, while_wrong.firmes), (0, 1));
    assert!(at_desk(&store, now, |desk| desk.accept_clock().is_ok()));
    let done = order(&store, interval, now);
    assert_eq!((done.anuladas, done.de_nuevo, done.firmes), (1, 0, 0));
    let one = of(&store, 1);
    assert_eq!(
        (one.estado_at(now), one.caduca),
        (Estado::SinAcuse, Some(at("2026-06-12T22:00:00Z")))
    );
}

/// Both had lapsed when it was told that they were accepted on paper; of one that is within the term that the outage gives it.
fn news_that_came_after_the_former_end_counts_by_the_one_that_there_is_now(site: &Site) {
    let store = site.store();
    late_outage(&store);
    let on_paper = at("2026-06-13T06:00:00Z");
    let news = [1, 3].map(|number| Practica {
        codigo: codigo(number),
        medio: Medio::Papel,
        sentido: Sentido::Aceptacion,
        instante: on_paper,
        referencia: Some("RR 1".to_owned()),
    });
    let told = write(&store, |conn| {
        hold::hold_rows(conn, &codigos([1, 3]))?;
        Ok(practicadas::tell(conn, &news, Uuid::now_v7(), at(LATE)).unwrap())
    });
    assert!(told.iter().all(|one| one.efecto == Efecto::Ninguno), "{told:?}");
    let done = order(&store, (at("2026-06-01T00:00:00Z"), at(LATE)), at(LATE));
    assert_eq!((done.anuladas, done.de_nuevo, done.practicadas), (3, 1, 1));
    let one = of(&store, 1);
    assert_eq!(
        (one.estado_at(at(LATE)), one.practised_at(at(LATE))),
        (Estado::Aceptada, Some(on_paper))
    );
    assert_eq!(of(&store, 3).estado_at(at(LATE)), Estado::Caducada);
}

fn what_is_altered_of_what_was_taken_back_is_found(site: &Site) {
    let store = site.store();
    late_outage(&store);
    order(&store, (at("2026-06-01T00:00:00Z"), at(LATE)), at(LATE));
    let found = || {
        let mut found = Vec::new();
        store
            .read::<_, StoreError, _>(|conn| audit::verify(conn, None, |_| {}, |one| found.push(one)))
            .unwrap();
        found.retain(|one| one.table == "caducidades_anuladas");
        found
            .into_iter()
            .map(|one| (one.key, one.fault))
            .collect::<Vec<_>>()
    };
    assert_eq!(found(), []);
    site.tamper(
        "caducidades_anuladas",
        "delete from caducidades_anuladas where codigo = 2",
    );
    assert_eq!(found(), [("2".to_owned(), Fault::NotLoaded)]);
    site.tamper(
        "caducidades_anuladas",
        "update caducidades_anuladas set codigo = 5 where codigo = 3",
    );
    assert_eq!(
        found(),
        [
            ("5".to_owned(), Fault::NotInJournal),
            ("2".to_owned(), Fault::NotLoaded),
            ("3".to_owned(), Fault::NotLoaded)
        ]
    );
}

fn what_was_taken_back_can_be_neither_changed_nor_removed(site: &Site) {
    let store = site.store();
    late_outage(&store);
    order(&store, (at("2026-06-01T00:00:00Z"), at(LATE)), at(LATE));
    for sql in [
        "update caducidades_anuladas set caduca = registrado",
        "delete from caducidades_anuladas",
    ] {
        let refused = site.try_sql(sql).unwrap_err();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
}

/// The obvious model: whatever it was that lapsed, it is pending afterwards if the end that all outages give it is to come.
fn whatever_was_published_and_declared_ends_as_terms_are_counted(site: &Site) {
    const MANY: i32 = 400;
    let store = site.store();
    let first = at("2026-06-01T00:00:00Z");
    let rows: Vec<_> = (1..=MANY)
        .map(|number| pending(number, nif(SUJETO), first + TimeDelta::hours(i64::from(number))))
        .collect();
    publish(&store, &rows);
    let outages = [(3, 13), (12, 12), (14, 25)].map(|(day, hours)| Incidencia {
        desde: first + TimeDelta::days(day),
        hasta: first + TimeDelta::days(day) + TimeDelta::hours(hours),
    });
    let now = first + TimeDelta::days(17);
    let mut lapsed = 0;
    for days in 10..=17 {
        lapsed += lapse(&store, first + TimeDelta::days(days));
    }
    assert!(lapsed > 100, "{lapsed}");
    for one in outages {
        declare(&store, one.desde, (one.hasta - one.desde).num_hours(), now);
    }
    let done = order(&store, (first, now + TimeDelta::days(1)), now);
    assert_eq!(done.anuladas + done.firmes, lapsed);
    let national = store.read::<_, StoreError, _>(calendarios::national).unwrap();
    let computo = Computo::new(outages.to_vec(), Prorroga::No, national);
    let mut reopened = 0;
    for row in &rows {
        let end = computo.end(row.puesta_a_disposicion).unwrap();
        let found = of(&store, row.codigo.number());
        let expected = if end > now {
            Estado::SinAcuse
        } else {
            Estado::Caducada
        };
        assert_eq!(
            (found.estado_at(now), found.caduca),
            (expected, Some(end)),
            "{}",
            row.codigo
        );
        reopened += usize::from(end > now && row.caduca.unwrap() <= now);
    }
    assert_eq!(reopened, done.anuladas - done.de_nuevo);
    assert!(reopened > 40 && done.de_nuevo > 40, "{done:?}");
}
