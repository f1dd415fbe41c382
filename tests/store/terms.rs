//! Terms: calendars, outages that suspend them, and counting those of what is pending anew while decisions go on.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use notess::domain::calendario::{Ambito, Calendario};
use notess::domain::computo::{Incidencia, Prorroga};
use notess::domain::notificacion::{Estado, Notificacion, Sentido};
use notess::store::{Store, StoreError, Writer, calendarios, decisions, incidencias, notificaciones, plazos};

use crate::site::{Site, codigo, codigos, copy, day, decide, nif, pending, publish, write};

on_both!(
    the_first_edition_of_the_calendars_is_that_of_the_fixtures,
    of_a_year_and_a_part_of_spain_the_calendar_that_was_loaded_last_counts,
    calendars_and_outages_are_only_added_to,
    an_outage_moves_the_terms_of_what_is_pending_and_revives_nothing,
    an_annulled_outage_gives_terms_back_but_ends_none,
    what_lapsed_between_two_changes_is_counted_by_the_first_alone,
    an_outage_is_annulled_once_and_only_one_that_there_is,
    terms_go_on_to_a_working_day_when_the_operator_says_so,
    thousands_of_terms_are_counted_anew_in_pieces_while_decisions_go_on,
);

/// Whose they are.
const SUJETO: u32 = 40;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The outage of 5 June 2026 from 08:00 to 21:00 in Madrid.
fn outage() -> Incidencia {
    Incidencia {
        desde: at("2026-06-05T06:00:00Z"),
        hasta: at("2026-06-05T19:00:00Z"),
    }
}

fn change(conn: &mut Writer, now: DateTime<Utc>) -> Result<(), StoreError> {
    plazos::change(conn, |_| Ok(now)).map(drop)
}

fn declare(store: &Store, incidencia: Incidencia, now: DateTime<Utc>) -> i64 {
    write(store, |conn| {
        change(conn, now)?;
        incidencias::declare(conn, incidencia, "corte eléctrico", now)
    })
}

/// Counts all anew; gives how many times something was counted.
fn recount(store: &Store, now: DateTime<Utc>, limit: usize) -> usize {
    let mut times = 0;
    while let Some(counted) = write(store, |conn| plazos::recount(conn, now, limit)) {
        times += 1;
        if counted.terminado {
            break;
        }
    }
    assert_eq!(store.read::<_, StoreError, _>(plazos::pendiente).unwrap(), None);
    times
}

fn of(store: &Store, number: i32) -> Notificacion {
    store
        .read::<_, StoreError, _>(|conn| notificaciones::find(conn, nif(SUJETO), &[codigo(number)]))
        .unwrap()
        .pop()
        .unwrap()
}

fn the_first_edition_of_the_calendars_is_that_of_the_fixtures(site: &Site) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/calendarios");
    let mut lines = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        lines.extend(text.lines().skip(1).map(str::to_owned));
    }
    let loaded = site.store().read::<_, StoreError, _>(calendarios::list).unwrap();
    let told: BTreeSet<String> = loaded
        .iter()
        .flat_map(|one| one.calendario.dias.iter().map(move |dia| (dia, &one.calendario)))
        .map(|(dia, of)| format!("{dia};{};{}", of.ambito.code(), of.fuente))
        .collect();
    assert_eq!(told, lines);
}

fn calendar(dias: &[&str], ambito: Ambito) -> Calendario {
    Calendario {
        anyo: 2026,
        ambito,
        dias: dias.iter().map(|dia| dia.parse().unwrap()).collect(),
        fuente: "BOE".to_owned(),
    }
}

fn of_a_year_and_a_part_of_spain_the_calendar_that_was_loaded_last_counts(site: &Site) {
    let store = site.store();
    let new = [
        calendar(&["2026-01-01"], Ambito::Nacional),
        calendar(&["2026-05-04"], Ambito::Madrid),
    ];
    let load = |now| write(&store, |conn| calendarios::insert(conn, &new, now));
    assert_eq!(load(day(1)), 2);
    assert_eq!(load(day(2)), 0, "what says the same is not added again");
    let national = store.read::<_, StoreError, _>(calendarios::national).unwrap();
    for (dia, inhabil) in [("2026-01-01", true), ("2026-01-06", false), ("2026-05-04", false)] {
        assert_eq!(national.is_inhabil(dia.parse().unwrap()), Ok(inhabil), "{dia}");
    }
    let listed = store.read::<_, StoreError, _>(calendarios::list).unwrap();
    let of_2026 = listed.iter().filter(|one| one.calendario.anyo == 2026);
    assert!(of_2026.map(|one| &one.calendario).eq(&new));
}

fn calendars_and_outages_are_only_added_to(site: &Site) {
    let store = site.store();
    let numero = declare(&store, outage(), day(1));
    write(&store, |conn| incidencias::annul(conn, numero, "otra", day(2)));
    for table in ["calendarios", "incidencias", "incidencias_anuladas"] {
        for sql in [
            format!("update {table} set registrado = registrado"),
            format!("delete from {table}"),
        ] {
            let refused = site.try_sql(&sql).unwrap_err();
            assert!(refused.contains("append-only"), "{sql}: {refused}");
        }
    }
}

fn an_outage_moves_the_terms_of_what_is_pending_and_revives_nothing(site: &Site) {
    let store = site.store();
    let published = at("2026-06-02T08:00:00Z");
    let lapsed = pending(1, nif(SUJETO), at("2026-05-25T08:00:00Z"));
    let lapsed_end = lapsed.caduca;
    let rows = [
        lapsed,
        pending(2, nif(SUJETO), published),
        pending(3, nif(SUJETO), published),
        copy(pending(4, nif(SUJETO), published)),
    ];
    publish(&store, &rows);
    let now = at("2026-06-07T08:00:00Z");
    write(&store, |conn| {
        decide(conn, nif(SUJETO), &[codigo(3)], Sentido::Rechazo, now)
    });
    declare(&store, outage(), now);
    assert_eq!(
        recount(&store, now, 1),
        3,
        "one, the same where it is now, and none"
    );
    assert_eq!(of(&store, 2).caduca, Some(at("2026-06-14T22:00:00Z")));
    assert_eq!(of(&store, 1).caduca, lapsed_end);
    assert_eq!(of(&store, 1).estado_at(now), Estado::Caducada);
    assert_eq!(of(&store, 3).caduca, rows[2].caduca);
    assert_eq!(of(&store, 4).caduca, None);
    // In the days that it has won, and not after them.
    let late = at("2026-06-14T21:59:59Z");
    let decided = write(&store, |conn| {
        decide(conn, nif(SUJETO), &[codigo(2)], Sentido::Aceptacion, late)
    });
    assert_eq!(decided, 1);
}

fn an_annulled_outage_gives_terms_back_but_ends_none(site: &Site) {
    let store = site.store();
    let [near, far] = ["2026-06-02T08:00:00Z", "2026-06-04T08:00:00Z"].map(at);
    let rows = [pending(1, nif(SUJETO), near), pending(2, nif(SUJETO), far)];
    publish(&store, &rows);
    let now = at("2026-06-07T08:00:00Z");
    let numero = declare(&store, outage(), now);
    recount(&store, now, 100);
    // By now the first would be over without the outage.
    let later = at("2026-06-13T08:00:00Z");
    write(&store, |conn| {
        change(conn, later)?;
        incidencias::annul(conn, numero, "no la hubo", later)
    });
    recount(&store, later, 100);
    assert_eq!(of(&store, 1).caduca, Some(at("2026-06-14T22:00:00Z")));
    assert_eq!(of(&store, 2).caduca, rows[1].caduca);
    let all = store.read::<_, StoreError, _>(incidencias::list).unwrap();
    let [one] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(
        (one.incidencia, one.registrada, one.anulada.clone()),
        (outage(), now, Some(("no la hubo".to_owned(), later)))
    );
}

fn what_lapsed_between_two_changes_is_counted_by_the_first_alone(site: &Site) {
    let store = site.store();
    let early = Incidencia {
        desde: at("2026-05-30T06:00:00Z"),
        hasta: at("2026-05-30T19:00:00Z"),
    };
    // The first ends on 5 June, and by either outage on the 7th, by both on the 9th; the other was published after the early one.
    let rows = [
        pending(1, nif(SUJETO), at("2026-05-26T08:00:00Z")),
        pending(2, nif(SUJETO), at("2026-05-31T08:00:00Z")),
    ];
    publish(&store, &rows);
    // Nobody comes to count between one and the other.
    declare(&store, early, at("2026-06-05T12:00:00Z"));
    let second = at("2026-06-08T12:00:00Z");
    declare(&store, outage(), second);
    recount(&store, second, 100);
    assert_eq!(of(&store, 1).caduca, Some(at("2026-06-07T22:00:00Z")));
    assert_eq!(of(&store, 1).estado_at(second), Estado::Caducada);
    assert_eq!(of(&store, 2).caduca, Some(at("2026-06-12T22:00:00Z")));
}

fn an_outage_is_annulled_once_and_only_one_that_there_is(site: &Site) {
    let store = site.store();
    let numero = declare(&store, outage(), day(1));
    let annul = |numero| {
        store.write::<_, StoreError, _>(notess::store::Durability::Full, |conn| {
            incidencias::annul(conn, numero, "no la hubo", day(2))
        })
    };
    annul(numero).unwrap();
    assert!(matches!(annul(numero), Err(StoreError::Duplicate(_))));
    assert!(matches!(annul(numero + 1), Err(StoreError::Dangling(_))));
}

fn terms_go_on_to_a_working_day_when_the_operator_says_so(site: &Site) {
    let store = site.store();
    // Of the vectors: the last day is a Saturday; and one of a year without a calendar.
    let rows = [
        pending(1, nif(SUJETO), at("2026-03-25T11:00:00Z")),
        pending(2, nif(SUJETO), at("2027-12-26T11:00:00Z")),
    ];
    publish(&store, &rows);
    let now = at("2026-03-26T08:00:00Z");
    let choose = |prorroga| {
        write(&store, |conn| {
            change(conn, now)?;
            plazos::set_prorroga(conn, prorroga)
        });
        write(&store, |conn| plazos::recount(conn, now, 100)).unwrap()
    };
    let counted = choose(Prorroga::HastaHabil);
    assert_eq!(
        counted.sin_calendario.map(|(count, missing)| (count, missing.0)),
        Some((1, 2028))
    );
    assert_eq!(of(&store, 1).caduca, Some(at("2026-04-06T22:00:00Z")));
    assert_eq!(of(&store, 2).caduca, rows[1].caduca);
    choose(Prorroga::No);
    assert_eq!(of(&store, 1).caduca, Some(at("2026-04-04T22:00:00Z")));
}

/// So many are pending.
const MANY: i32 = 4000;

fn thousands_of_terms_are_counted_anew_in_pieces_while_decisions_go_on(site: &Site) {
    let store = site.store();
    let first = at("2026-05-31T08:00:00Z");
    let rows: Vec<_> = (1..=MANY)
        .map(|number| {
            let published = first + TimeDelta::hours(i64::from(number % 96));
            pending(number, nif(SUJETO), published)
        })
        .collect();
    publish(&store, &rows);
    let now = at("2026-06-07T08:00:00Z");
    declare(&store, outage(), now);
    let begun = write(&store, |conn| plazos::recount(conn, now, 300)).unwrap();
    assert!(begun.contados == 300 && !begun.terminado);
    // What is left is known to whoever comes to it next, in another process.
    let other = site.store();
    let left = other
        .read::<_, StoreError, _>(|conn| {
            let pending = plazos::pendiente(conn)?.unwrap();
            plazos::left(conn, &pending)
        })
        .unwrap();
    assert!(left >= i64::from(MANY) - 300, "{left}");
    std::thread::scope(|scope| {
        let deciding = scope.spawn(|| {
            let mut decided = 0;
            for number in (1..=MANY).step_by(40) {
                let codes = codigos([number, number + 7, number + 3]);
                decided += write(&store, |conn| {
                    decide(conn, nif(SUJETO), &codes, Sentido::Aceptacion, now)
                });
            }
            decided
        });
        let counting = [&store, &other].map(|store| scope.spawn(move || recount(store, now, 300)));
        assert_eq!(
            deciding.join().unwrap(),
            3 * usize::try_from(MANY).unwrap().div_ceil(40)
        );
        for one in counting {
            one.join().unwrap();
        }
    });
    let found = store
        .read::<_, StoreError, _>(|conn| notificaciones::find(conn, nif(SUJETO), &codigos(1..=MANY)))
        .unwrap();
    let computo = store.read::<_, StoreError, _>(plazos::computo).unwrap();
    let mut moved = 0;
    for (one, row) in found
        .iter()
        .zip(&rows)
        .filter(|(one, _)| one.open_at(now).is_ok())
    {
        let expected = computo.end(one.puesta_a_disposicion).unwrap();
        assert_eq!(one.caduca, Some(expected), "{}", one.codigo);
        moved += usize::from(Some(expected) != row.caduca);
    }
    assert_eq!(moved, usize::try_from(MANY).unwrap() - 3 * 100);
    // Everything is as if nothing had been decided meanwhile, but for what was.
    let lapsed = write(&store, |conn| {
        decisions::lapse_due(conn, at("2026-07-01T00:00:00Z"), 10_000)
    });
    assert_eq!(lapsed.len(), moved);
}
