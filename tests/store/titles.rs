//! What says who may receive, with its two times: from when it has effect, and when it was recorded.

use std::sync::mpsc::channel;
use std::time::Duration;

use chrono::{DateTime, Utc};
use notess::domain::contradiccion::Contradiccion;
use notess::domain::nif::Nif;
use notess::domain::poder::{Alcance, EstadoPoder, Poder, PoderDicho, Tramite};
use notess::domain::reach::{Reach, Titles};
use notess::domain::red::{Asignacion, CambioRed, CuentasRed, Emitidas, UsuarioRed, Voluntad};
use notess::domain::rol::Rol;
use notess::domain::vigencia::Intervalo;
use notess::store::personas::{self, Persona, PersonaDicha};
use notess::store::red::{self, TitularDicho};
use notess::store::{Durability, Store, StoreError, Writer, access, as_of, poderes};

use crate::site::{Site, day, nif, pending, write};

on_both!(
    what_was_told_can_be_neither_changed_nor_removed,
    what_was_in_force_then_and_what_was_known_then_are_two_questions,
    what_decisions_read_is_what_was_told,
    a_power_stands_as_it_was_told_and_as_it_was_then,
    what_cannot_follow_of_a_power_is_refused,
    of_two_who_tell_of_a_power_at_once_the_second_sees_what_the_first_told,
    what_says_nothing_new_is_not_told_again,
    a_main_account_is_of_one_addressee_at_a_time,
    a_ccc_has_one_authorisation_at_a_time,
);

pub(crate) const CCC: &str = "28999990168";
const NEW_CCC: &str = "08098765422";
/// The addressee, the holders one after the other, and a user.
pub(crate) const SUJETO: u32 = 40;
const FIRST: u32 = 1;
pub(crate) const SECOND: u32 = 2;
pub(crate) const USER: u32 = 3;

fn sujeto(number: u32, ccc: &str, desde: Option<i64>) -> PersonaDicha {
    PersonaDicha {
        persona: Persona {
            nif: nif(number),
            denominacion: "ALGUIEN".to_owned(),
            cuentas: CuentasRed {
                ccc_principal: Some(ccc.parse().unwrap()),
                naf: None,
            },
        },
        cuentas_desde: desde.map(day),
    }
}

pub(crate) fn held(autorizacion: &str, titular: u32, desde: Option<i64>) -> TitularDicho {
    TitularDicho {
        autorizacion: autorizacion.parse().unwrap(),
        titular: nif(titular),
        desde: desde.map(day),
    }
}

pub(crate) fn assigned(autorizacion: &str, cuenta: &str, desde: i64, hasta: Option<i64>) -> Asignacion {
    Asignacion {
        autorizacion: autorizacion.parse().unwrap(),
        sujeto: nif(SUJETO),
        cuenta: cuenta.parse().unwrap(),
        desde: day(desde),
        hasta: hasta.map(day),
    }
}

pub(crate) fn user(autorizacion: &str, desde: i64, hasta: Option<i64>) -> UsuarioRed {
    UsuarioRed {
        autorizacion: autorizacion.parse().unwrap(),
        usuario: nif(USER),
        vigencia: Intervalo {
            desde: day(desde),
            hasta: hasta.map(day),
        },
    }
}

/// A year in the life of one addressee: each thing is told on the day that the second number says.
pub(crate) fn told(site: &Site) -> Store {
    let store = site.store();
    write(&store, |conn| {
        red::tell_titulares(conn, &[held("7", FIRST, None)], day(0))?;
        personas::tell_personas(conn, &[sujeto(SUJETO, CCC, None)], day(0))?;
        red::tell_asignaciones(conn, &[assigned("7", CCC, 0, None)], day(1))?;
        tell_power(conn, &power(EstadoPoder::Inscrito), 2)?;
        red::tell_usuarios(conn, &[user("7", 2, None)], day(2))
    });
    write(&store, |conn| {
        let out = CambioRed {
            sujeto: nif(SUJETO),
            voluntad: Voluntad::Desasignar,
            instante: day(3),
        };
        let back = CambioRed {
            voluntad: Voluntad::Reasignar,
            instante: day(4),
            ..out.clone()
        };
        red::insert_cambios(conn, &[out, back], day(10))?;
        // The holder changed on day 20, of which nothing was known before day 25.
        red::tell_titulares(conn, &[held("7", SECOND, Some(20))], day(25))?;
        red::tell_usuarios(conn, &[user("7", 2, Some(15))], day(30))?;
        // From day 35 on it has another account, which another authorisation manages.
        personas::tell_personas(conn, &[sujeto(SUJETO, NEW_CCC, Some(35))], day(35))?;
        red::tell_titulares(conn, &[held("8", FIRST, None)], day(36))?;
        red::tell_asignaciones(conn, &[assigned("8", NEW_CCC, 36, None)], day(36))
    });
    store
}

pub(crate) fn power(estado: EstadoPoder) -> PoderDicho {
    Poder {
        referencia: "P1".to_owned(),
        poderdante: nif(SUJETO),
        apoderado: nif(FIRST),
        alcance: Alcance::Tramites(vec![
            Tramite::from_code("NOTIF-IACR").unwrap(),
            Tramite::from_code("NOTIF-IMP").unwrap(),
        ]),
        estado,
        inscrito: day(1),
        fin: day(100),
        baja: None,
    }
    .into()
}

fn tell_power(conn: &mut Writer, dicho: &PoderDicho, registrado: i64) -> Result<(), StoreError> {
    poderes::tell_poderes(conn, std::slice::from_ref(dicho), day(registrado))
}

/// On day 5 it is revoked in part, on day 9 for good; each is known two days later.
fn revoked_by_and_by(store: &Store) {
    let mut part = power(EstadoPoder::Inscrito);
    part.poder.alcance = Alcance::Tramites(vec![Tramite::from_code("NOTIF-IMP").unwrap()]);
    part.modificado = Some(day(5));
    let mut whole = part.clone();
    whole.poder.estado = EstadoPoder::Revocado;
    whole.poder.baja = Some(day(9));
    write(store, |conn| tell_power(conn, &part, 7));
    write(store, |conn| tell_power(conn, &whole, 11));
}

fn a_power_stands_as_it_was_told_and_as_it_was_then(site: &Site) {
    let store = told(site);
    revoked_by_and_by(&store);
    // Of materia IACR and published on day 0.
    let one = pending(1, nif(SUJETO), day(0));
    let reaches = |en, sabido| {
        let titles = store
            .read::<_, StoreError, _>(|conn| {
                as_of::titles(conn, nif(FIRST), nif(SUJETO), (day(en), day(sabido)))
            })
            .unwrap();
        let reach = Reach::weigh(nif(FIRST), nif(SUJETO), titles, Emitidas::Perder, day(en));
        (
            reach.over(&one).contains(Rol::Apoderado),
            reach.roles().contains(Rol::Apoderado),
        )
    };
    for (en, sabido, expected) in [
        (1, 1, (false, false)),
        (0, 2, (false, false)),
        (1, 2, (true, true)),
        (6, 6, (true, true)),
        (6, 7, (false, true)),
        (4, 20, (true, true)),
        (8, 20, (false, true)),
        (9, 10, (false, true)),
        (9, 11, (false, false)),
    ] {
        assert_eq!(
            reaches(en, sabido),
            expected,
            "on day {en}, as known on day {sabido}"
        );
    }
    let current = store
        .read::<_, StoreError, _>(|conn| access::titles(conn, nif(FIRST), &[nif(SUJETO)]))
        .unwrap();
    let poder = &current[&nif(SUJETO)].poderes[0];
    assert_eq!((poder.estado, poder.baja), (EstadoPoder::Revocado, Some(day(9))));
}

fn of_two_who_tell_of_a_power_at_once_the_second_sees_what_the_first_told(site: &Site) {
    let store = told(site);
    let mut whole = power(EstadoPoder::Inscrito);
    write(&store, |conn| tell_power(conn, &whole, 2));
    whole.poder.fin = day(90);
    let mut revoked = power(EstadoPoder::Revocado);
    revoked.poder.baja = Some(day(9));
    std::thread::scope(|scope| {
        let (store, whole) = (&store, &whole);
        let (has_told, first) = channel();
        let second = scope.spawn(move || {
            first.recv().unwrap();
            store.write(Durability::Full, |conn| tell_power(conn, whole, 12))
        });
        write(store, |conn| {
            tell_power(conn, &revoked, 11)?;
            has_told.send(()).unwrap();
            // Time for the other to come to where it waits.
            std::thread::sleep(Duration::from_millis(500));
            Ok(())
        });
        refused(
            &second.join().unwrap(),
            Contradiccion::Resucitado(EstadoPoder::Revocado),
        );
    });
}

fn what_cannot_follow_of_a_power_is_refused(site: &Site) {
    let store = told(site);
    revoked_by_and_by(&store);
    let outcome = store.write(Durability::Full, |conn| {
        tell_power(conn, &power(EstadoPoder::Inscrito), 20)
    });
    refused(&outcome, Contradiccion::Resucitado(EstadoPoder::Revocado));
    // Nothing of a batch is told if something of it cannot be.
    let mut other = power(EstadoPoder::Inscrito);
    "P2".clone_into(&mut other.poder.referencia);
    let outcome = store.write(Durability::Full, |conn| {
        poderes::tell_poderes(conn, &[other.clone(), power(EstadoPoder::Inscrito)], day(20))
    });
    refused(&outcome, Contradiccion::Resucitado(EstadoPoder::Revocado));
    let current = store
        .read::<_, StoreError, _>(|conn| access::titles(conn, nif(FIRST), &[nif(SUJETO)]))
        .unwrap();
    assert_eq!(current[&nif(SUJETO)].poderes.len(), 1);
}

fn known(store: &Store, titular: u32, sabido: i64) -> Titles {
    store
        .read::<_, StoreError, _>(|conn| {
            as_of::titles(conn, nif(titular), nif(SUJETO), (day(0), day(sabido)))
        })
        .unwrap()
}

fn by_red(titles: Titles, titular: Nif, at: DateTime<Utc>) -> bool {
    let reach = Reach::weigh(titular, nif(SUJETO), titles, Emitidas::Perder, at);
    reach.roles().contains(Rol::AutorizadoRed)
}

fn what_was_told_can_be_neither_changed_nor_removed(site: &Site) {
    let _store = told(site);
    for table in [
        "titulares_red",
        "usuarios_red",
        "asignaciones_dichas",
        "cuentas_dichas",
        "cambios_red",
        "poderes_dichos",
    ] {
        for sql in [
            format!("update {table} set registrado = registrado"),
            format!("delete from {table}"),
        ] {
            let refused = site.try_sql(&sql).unwrap_err();
            assert!(refused.contains("append-only"), "{refused}");
        }
    }
}

fn what_was_in_force_then_and_what_was_known_then_are_two_questions(site: &Site) {
    let store = told(site);
    for (who, at, sabido, expected) in [
        (FIRST, 1, 0, false),
        (FIRST, 1, 1, true),
        // Shut out on day 3, which is known on day 10 only.
        (FIRST, 3, 9, true),
        (FIRST, 3, 10, false),
        (FIRST, 5, 10, true),
        // The holder changed on day 20, which is known on day 25 only.
        (FIRST, 22, 24, true),
        (FIRST, 22, 25, false),
        (FIRST, 19, 25, true),
        (SECOND, 22, 24, false),
        (SECOND, 22, 25, true),
        (SECOND, 19, 25, false),
        (USER, 1, 2, false),
        (USER, 2, 2, true),
        (USER, 16, 29, true),
        (USER, 16, 30, false),
        // The designation went with who made it.
        (USER, 22, 29, false),
        (SECOND, 34, 40, true),
        (SECOND, 35, 40, false),
        (SECOND, 35, 34, true),
        (FIRST, 36, 40, true),
        (FIRST, 35, 40, false),
    ] {
        let found = by_red(known(&store, who, sabido), nif(who), day(at));
        assert_eq!(found, expected, "{who} on day {at}, as known on day {sabido}");
    }
}

/// The rows that listings and decisions find by their indices say the same as all that was told.
fn what_decisions_read_is_what_was_told(site: &Site) {
    let store = told(site);
    for who in [FIRST, SECOND, USER, 9] {
        let current = store
            .read::<_, StoreError, _>(|conn| access::titles(conn, nif(who), &[nif(SUJETO)]))
            .unwrap();
        let current = current.get(&nif(SUJETO)).cloned().unwrap_or_default();
        let all = known(&store, who, 1000);
        let sorted = |mut titles: Titles| {
            titles.red.sort_by_key(|one| (one.tenencia, one.asignacion.desde));
            titles.red
        };
        for at in 0..40 {
            for emitidas in [Emitidas::Conservar, Emitidas::Perder] {
                let roles = |titles: &Titles| {
                    Reach::weigh(nif(who), nif(SUJETO), titles.clone(), emitidas, day(at)).roles()
                };
                assert_eq!(roles(&current), roles(&all), "{who} on day {at}");
            }
        }
        assert_eq!(sorted(current), sorted(all));
    }
}

fn what_says_nothing_new_is_not_told_again(site: &Site) {
    let store = told(site);
    let again = || {
        write(&store, |conn| {
            red::tell_titulares(
                conn,
                &[held("7", SECOND, None), held("7", SECOND, Some(22))],
                day(50),
            )?;
            personas::tell_personas(conn, &[sujeto(SUJETO, NEW_CCC, None)], day(50))?;
            red::tell_asignaciones(conn, &[assigned("7", CCC, 0, None)], day(50))?;
            red::tell_usuarios(conn, &[user("7", 2, Some(15))], day(50))
        });
    };
    again();
    for who in [FIRST, SECOND, USER] {
        assert_eq!(known(&store, who, 49).red, known(&store, who, 50).red);
    }
}

#[track_caller]
pub(crate) fn refused(outcome: &Result<(), StoreError>, expected: Contradiccion) {
    assert!(
        matches!(outcome, Err(StoreError::Contradiction(found)) if *found == expected),
        "{outcome:?}"
    );
}

fn a_main_account_is_of_one_addressee_at_a_time(site: &Site) {
    let store = told(site);
    let tell = |dicha: PersonaDicha| {
        store.write(Durability::Full, |conn| {
            personas::tell_personas(conn, std::slice::from_ref(&dicha), day(50))
        })
    };
    for taken in [
        sujeto(41, NEW_CCC, None),
        sujeto(41, NEW_CCC, Some(40)),
        sujeto(41, CCC, Some(34)),
    ] {
        refused(&tell(taken), Contradiccion::CccDeOtro);
    }
    // It had been the addressee's until day 35.
    tell(sujeto(41, CCC, Some(35))).unwrap();
    refused(&tell(sujeto(SUJETO, CCC, Some(60))), Contradiccion::CccDeOtro);
}

fn a_ccc_has_one_authorisation_at_a_time(site: &Site) {
    let store = told(site);
    let tell = |asignacion: Asignacion| {
        store.write(Durability::Full, |conn| {
            red::tell_asignaciones(conn, std::slice::from_ref(&asignacion), day(50))
        })
    };
    let other = |desde| assigned("8", CCC, desde, None);
    refused(&tell(other(30)), Contradiccion::CuentaDeOtraAutorizacion);
    tell(assigned("7", CCC, 0, Some(30))).unwrap();
    refused(&tell(other(29)), Contradiccion::CuentaDeOtraAutorizacion);
    tell(other(30)).unwrap();
    // Reopening the old one would make two again.
    refused(
        &tell(assigned("7", CCC, 0, None)),
        Contradiccion::CuentaDeOtraAutorizacion,
    );
}
