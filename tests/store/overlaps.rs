//! Titles through RED that overlap, and users of whom much is told.

use notess::domain::contradiccion::Contradiccion;
use notess::domain::red::{Asignacion, UsuarioRed};
use notess::store::{Durability, StoreError, access, red};

use crate::site::{Site, day, nif, write};
use crate::titles::{CCC, SECOND, SUJETO, USER, assigned, held, refused, told, user};

on_both!(
    an_overlap_that_is_on_record_can_be_ended,
    users_told_one_by_one_are_those_told_at_once,
);

/// Such as an earlier version took: what is told of one to make it shorter takes nothing from the other.
fn an_overlap_that_is_on_record_can_be_ended(site: &Site) {
    let store = told(site);
    let since = if site.is_sqlite() {
        day(10).timestamp_micros().to_string()
    } else {
        format!("'{}'", day(10).to_rfc3339())
    };
    site.sql(&format!(
        "insert into asignaciones_red (sujeto_nif, autorizacion, cuenta, desde, hasta) \
         values ('{}', 8, '{CCC}', {since}, null)",
        nif(SUJETO).as_str()
    ));
    let tell = |asignacion: Asignacion| {
        store.write(Durability::Full, |conn| {
            red::tell_asignaciones(conn, std::slice::from_ref(&asignacion), day(50))
        })
    };
    // A new one is refused as ever, and so is a longer one.
    refused(
        &tell(assigned("8", CCC, 20, None)),
        Contradiccion::CuentaDeOtraAutorizacion,
    );
    tell(assigned("8", CCC, 10, Some(40))).unwrap();
    refused(
        &tell(assigned("8", CCC, 10, Some(41))),
        Contradiccion::CuentaDeOtraAutorizacion,
    );
    tell(assigned("8", CCC, 10, Some(30))).unwrap();
    tell(assigned("7", CCC, 0, Some(30))).unwrap();
    tell(assigned("8", CCC, 30, None)).unwrap();
}

/// Whoever is told of leaves the others as they were; what overlaps is one.
fn users_told_one_by_one_are_those_told_at_once(site: &Site) {
    let store = told(site);
    let of = |number, autorizacion: &str, desde, hasta| UsuarioRed {
        usuario: nif(number),
        ..user(autorizacion, desde, hasta)
    };
    let usuarios = [
        of(60, "7", 1, Some(9)),
        of(61, "7", 2, None),
        of(60, "8", 3, None),
        of(60, "7", 5, Some(12)),
        of(61, "7", 2, Some(30)),
        of(62, "7", 22, None),
    ];
    let through = || {
        store
            .read::<_, StoreError, _>(|conn| {
                let titles =
                    [60, 61, 62, USER].map(|who| access::titles(conn, nif(who), &[nif(SUJETO)]).unwrap());
                Ok(titles.map(|titles| titles.get(&nif(SUJETO)).cloned().unwrap_or_default().red))
            })
            .unwrap()
    };
    for one in usuarios {
        write(&store, |conn| red::tell_usuarios(conn, &[one], day(50)));
    }
    let one_by_one = through();
    let stretches: Vec<_> = one_by_one
        .iter()
        .map(|of_user| {
            let mut found: Vec<_> = of_user.iter().map(|one| one.tenencia.vigencia).collect();
            found.sort_unstable();
            found.dedup();
            found.len()
        })
        .collect();
    assert_eq!(stretches, [2, 1, 1, 1]);
    write(&store, |conn| {
        red::tell_titulares(conn, &[held("7", SECOND, Some(21))], day(51))?;
        red::tell_titulares(conn, &[held("7", SECOND, Some(20))], day(52))
    });
    assert_eq!(through(), one_by_one);
}
