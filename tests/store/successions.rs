//! Who succeeds an addressee, with its two times: from the causal event on, and when it was recorded.

use chrono::{DateTime, Utc};
use notess::domain::contradiccion::Contradiccion;
use notess::domain::materia::Entidad;
use notess::domain::reach::Reach;
use notess::domain::red::Emitidas;
use notess::domain::rol::{Rol, Roles};
use notess::domain::sucesion::{ClaseSucesion, Sucesion};
use notess::domain::vigencia::Intervalo;
use notess::store::sucesiones::{
    Declarada, Dicho, SucesionDicha, SucesionesPedidas, annul, declare, list, tell,
};
use notess::store::{Durability, Store, StoreError, access, as_of};

use crate::site::{Site, day, nif, pending, write};

on_both!(
    successions_can_be_neither_changed_nor_removed,
    what_held_then_and_what_was_known_then_are_two_questions,
    what_decisions_read_of_successions_is_what_was_told,
    what_no_succession_can_be_beside_what_is_on_record_is_refused,
    of_two_who_would_succeed_each_other_one_is_refused,
    successions_are_listed_by_party_and_instant,
    what_a_file_tells_of_successions_is_how_they_stand,
);

/// The addressee, and two who succeed.
const SUJETO: u32 = 40;
const FIRST: u32 = 1;
const SECOND: u32 = 2;

fn sucesion(antecesor: u32, sucesor: u32, desde: i64, hasta: Option<i64>) -> Sucesion {
    Sucesion {
        antecesor: nif(antecesor),
        sucesor: nif(sucesor),
        clase: ClaseSucesion::MortisCausa,
        entidad: Entidad::Tgss,
        vigencia: Intervalo {
            desde: day(desde),
            hasta: hasta.map(day),
        },
    }
}

fn dicho(registrado: i64) -> Dicho {
    Dicho {
        motivo: "fallecimiento".to_owned(),
        referencia: "28/2026/7".to_owned(),
        registrado: day(registrado),
    }
}

fn told(store: &Store, sucesion: &Sucesion, registrado: i64) -> Result<i64, StoreError> {
    store.write(Durability::Full, |conn| {
        declare(conn, sucesion, &dicho(registrado))
    })
}

fn taken_back(store: &Store, numero: i64, desde: i64, registrado: i64) -> Result<Declarada, StoreError> {
    store.write(Durability::Full, |conn| {
        annul(conn, numero, day(desde), &dicho(registrado))
    })
}

/// Whether somebody has what was published to the addressee on a day, in his own name, as it was known.
fn own(store: &Store, who: u32, published: i64, (en, sabido): (i64, i64)) -> bool {
    let titles = store
        .read::<_, StoreError, _>(|conn| as_of::titles(conn, nif(who), nif(SUJETO), (day(en), day(sabido))))
        .unwrap();
    over(
        &Reach::weigh(nif(who), nif(SUJETO), titles, Emitidas::Conservar, day(en)),
        published,
    )
}

fn over(reach: &Reach, published: i64) -> bool {
    let over = reach.over(&pending(1, nif(SUJETO), day(published)));
    assert!(over == Roles::NONE || over == Roles::NONE.with(Rol::Propio));
    !over.is_empty()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(outcome: Result<T, StoreError>, expected: Contradiccion) {
    match outcome {
        Err(StoreError::Contradiction(why)) => assert_eq!(why, expected),
        other => panic!("{other:?}"),
    }
}

fn successions_can_be_neither_changed_nor_removed(site: &Site) {
    let store = site.store();
    let numero = told(&store, &sucesion(SUJETO, FIRST, 2, None), 5).unwrap();
    taken_back(&store, numero, 6, 8).unwrap();
    for table in ["sucesiones", "sucesiones_anuladas"] {
        for sql in [
            format!("update {table} set registrado = registrado"),
            format!("delete from {table}"),
        ] {
            let refused = site.try_sql(&sql).unwrap_err();
            assert!(refused.contains("append-only"), "{refused}");
        }
    }
}

fn what_held_then_and_what_was_known_then_are_two_questions(site: &Site) {
    let store = site.store();
    // He died on day 2; the body knew on day 5, and on day 8 that another had inherited since day 6.
    let numero = told(&store, &sucesion(SUJETO, FIRST, 2, None), 5).unwrap();
    taken_back(&store, numero, 6, 8).unwrap();
    told(&store, &sucesion(SUJETO, SECOND, 6, None), 8).unwrap();
    for (who, en, sabido, expected) in [
        (FIRST, 1, 9, false),
        (FIRST, 2, 4, false),
        (FIRST, 2, 5, true),
        (FIRST, 5, 9, true),
        (FIRST, 6, 7, true),
        (FIRST, 7, 7, true),
        (FIRST, 6, 8, false),
        (FIRST, 9, 9, false),
        (SECOND, 6, 7, false),
        (SECOND, 6, 8, true),
        (SECOND, 5, 8, false),
    ] {
        let found = own(&store, who, 1, (en, sabido));
        assert_eq!(found, expected, "{who} on day {en}, as known on day {sabido}");
    }
}

fn what_decisions_read_of_successions_is_what_was_told(site: &Site) {
    let store = site.store();
    told(&store, &sucesion(SUJETO, FIRST, 2, Some(9)), 5).unwrap();
    told(&store, &sucesion(41, FIRST, 2, None), 5).unwrap();
    let numero = told(&store, &sucesion(SUJETO, SECOND, 3, None), 5).unwrap();
    taken_back(&store, numero, 3, 6).unwrap();
    for who in [FIRST, SECOND, 3] {
        for en in [1, 2, 5, 8, 9] {
            let mut titles = store
                .read::<_, StoreError, _>(|conn| access::titles(conn, nif(who), &[nif(SUJETO)]))
                .unwrap();
            assert!(titles.keys().all(|sujeto| *sujeto == nif(SUJETO)));
            let titles = titles.remove(&nif(SUJETO)).unwrap_or_default();
            let reach = Reach::weigh(nif(who), nif(SUJETO), titles, Emitidas::Conservar, day(en));
            assert_eq!(
                over(&reach, 1),
                own(&store, who, 1, (en, 10)),
                "{who} on day {en}"
            );
            assert_eq!(
                over(&reach, 1),
                who == FIRST && (2..9).contains(&en),
                "{who} on day {en}"
            );
        }
        let linked = store
            .read::<_, StoreError, _>(|conn| access::linked_poderdantes(conn, nif(who)))
            .unwrap();
        let expected = match who {
            FIRST => vec![nif(SUJETO), nif(41)],
            SECOND => vec![nif(SUJETO)],
            _ => Vec::new(),
        };
        assert_eq!(linked, expected, "{who}");
    }
}

fn what_no_succession_can_be_beside_what_is_on_record_is_refused(site: &Site) {
    let store = site.store();
    let first = sucesion(SUJETO, FIRST, 2, None);
    let numero = told(&store, &first, 5).unwrap();
    refused(told(&store, &first, 6), Contradiccion::SucesionRepetida);
    refused(
        told(&store, &sucesion(SUJETO, FIRST, 4, Some(5)), 6),
        Contradiccion::SucesionRepetida,
    );
    refused(
        told(&store, &sucesion(SUJETO, SUJETO, 2, None), 6),
        Contradiccion::SucesorDeSiMismo,
    );
    refused(
        told(&store, &sucesion(SUJETO, SECOND, 7, None), 6),
        Contradiccion::Futuro("desde"),
    );
    refused(
        told(&store, &sucesion(SUJETO, SECOND, 4, Some(4)), 6),
        Contradiccion::FinSinComienzo,
    );
    told(&store, &sucesion(FIRST, SECOND, 3, None), 6).unwrap();
    for (antecesor, sucesor) in [(FIRST, SUJETO), (SECOND, SUJETO), (SECOND, FIRST)] {
        refused(
            told(&store, &sucesion(antecesor, sucesor, 4, None), 6),
            Contradiccion::SucesionEnCirculo,
        );
    }
    // What is taken back is so once, from within it on, and not ahead.
    refused(
        taken_back(&store, numero + 90, 6, 6),
        Contradiccion::SucesionDesconocida,
    );
    refused(taken_back(&store, numero, 1, 6), Contradiccion::AnulacionFuera);
    refused(taken_back(&store, numero, 7, 6), Contradiccion::Futuro("desde"));
    taken_back(&store, numero, 4, 6).unwrap();
    refused(taken_back(&store, numero, 5, 6), Contradiccion::SucesionAnulada);
    // Then it may be told anew, and the other way round, of the time that follows.
    refused(
        told(&store, &sucesion(SUJETO, FIRST, 3, None), 7),
        Contradiccion::SucesionRepetida,
    );
    told(&store, &sucesion(FIRST, SUJETO, 4, Some(5)), 7).unwrap();
    told(&store, &sucesion(SUJETO, FIRST, 5, None), 7).unwrap();
}

/// Neither sees what the other tells before one of them is done.
fn of_two_who_would_succeed_each_other_one_is_refused(site: &Site) {
    let store = site.store();
    let told_by = |(antecesor, sucesor)| told(&store, &sucesion(antecesor, sucesor, 2, None), 5).is_ok();
    let pairs = [(FIRST, SECOND), (SECOND, FIRST)];
    let done: Vec<bool> = std::thread::scope(|scope| {
        let telling: Vec<_> = pairs
            .into_iter()
            .map(|pair| scope.spawn(move || told_by(pair)))
            .collect();
        telling.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
}

fn successions_are_listed_by_party_and_instant(site: &Site) {
    let store = site.store();
    let numbers: Vec<i64> = write(&store, |conn| {
        let each = [
            sucesion(SUJETO, FIRST, 2, Some(6)),
            sucesion(SUJETO, SECOND, 3, None),
            sucesion(41, FIRST, 4, None),
        ];
        each.iter().map(|one| declare(conn, one, &dicho(5))).collect()
    });
    taken_back(&store, numbers[1], 5, 7).unwrap();
    let all = SucesionesPedidas {
        nif: None,
        antecesor: None,
        en: None,
    };
    let listed = |pedidas: SucesionesPedidas, pagina| -> (Vec<i64>, bool) {
        let page = store
            .read::<_, StoreError, _>(|conn| list(conn, &pedidas, pagina))
            .unwrap();
        (page.filas.iter().map(|one| one.numero).collect(), page.hay_mas)
    };
    let at = |en: DateTime<Utc>| SucesionesPedidas { en: Some(en), ..all };
    let of = |number: u32| SucesionesPedidas {
        nif: Some(nif(number)),
        ..all
    };
    let by_index = |each: &[usize]| -> Vec<i64> { each.iter().map(|at| numbers[*at]).collect() };
    for (pedidas, expected) in [
        (all, by_index(&[0, 1, 2])),
        (of(FIRST), by_index(&[0, 2])),
        (of(SUJETO), by_index(&[0, 1])),
        (
            SucesionesPedidas {
                antecesor: Some(nif(41)),
                ..all
            },
            by_index(&[2]),
        ),
        (at(day(4)), by_index(&[0, 1, 2])),
        (at(day(5)), by_index(&[0, 2])),
        (at(day(6)), by_index(&[2])),
        (at(day(1)), Vec::new()),
    ] {
        assert_eq!(listed(pedidas, (0, 10)), (expected, false), "{pedidas:?}");
    }
    assert_eq!(listed(all, (1, 1)), (by_index(&[1]), true));
}

/// What a file tells, loaded on a day.
fn load(store: &Store, told: &[Sucesion], registrado: i64) -> Result<(), StoreError> {
    let dichas: Vec<_> = told
        .iter()
        .map(|sucesion| SucesionDicha {
            sucesion: *sucesion,
            motivo: "fallecimiento".to_owned(),
            referencia: "28/2026/7".to_owned(),
        })
        .collect();
    store.write(Durability::Full, |conn| tell(conn, &dichas, day(registrado)))
}

fn what_a_file_tells_of_successions_is_how_they_stand(site: &Site) {
    let store = site.store();
    let all = SucesionesPedidas {
        nif: None,
        antecesor: None,
        en: None,
    };
    let stand = || -> Vec<Sucesion> {
        let page = store
            .read::<_, StoreError, _>(|conn| list(conn, &all, (0, 10)))
            .unwrap();
        page.filas.iter().map(Declarada::vigente).collect()
    };
    let (first, other) = (sucesion(SUJETO, FIRST, 2, None), sucesion(41, SECOND, 3, Some(9)));
    load(&store, &[first, other], 5).unwrap();
    assert_eq!(stand(), [first, other]);
    // The same again is told already.
    load(&store, &[other, first, first], 6).unwrap();
    assert_eq!(stand(), [first, other]);
    // An end that has come takes it back; one that is yet to come, or moves on, does not.
    let ended = sucesion(SUJETO, FIRST, 2, Some(6));
    refused(
        load(&store, &[sucesion(SUJETO, FIRST, 2, Some(8))], 7),
        Contradiccion::Futuro("hasta"),
    );
    refused(
        load(&store, &[sucesion(41, SECOND, 3, Some(12))], 7),
        Contradiccion::SucesionRepetida,
    );
    load(&store, &[ended], 7).unwrap();
    load(&store, &[ended], 8).unwrap();
    assert_eq!(stand(), [ended, other]);
    for (who, en, sabido, expected) in [(FIRST, 6, 6, true), (FIRST, 6, 7, false), (FIRST, 5, 9, true)] {
        assert_eq!(
            own(&store, who, 1, (en, sabido)),
            expected,
            "day {en}, known on {sabido}"
        );
    }
    // A file of before does not bring back what was taken back; one bad line undoes nothing of others that were loaded before.
    refused(load(&store, &[first], 9), Contradiccion::SucesionAnulada);
    refused(
        load(
            &store,
            &[sucesion(41, FIRST, 3, None), sucesion(FIRST, 41, 3, None)],
            9,
        ),
        Contradiccion::SucesionEnCirculo,
    );
    assert_eq!(stand(), [ended, other]);
}
