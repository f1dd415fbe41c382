//! What is remembered of whom a caller represents holds until anything is told of titles.

use notess::domain::materia::Entidad;
use notess::domain::poder::EstadoPoder;
use notess::domain::red::{CambioRed, CuentasRed, Voluntad};
use notess::domain::sucesion::{ClaseSucesion, Sucesion};
use notess::domain::vigencia::Intervalo;
use notess::store::personas::{self, Persona};
use notess::store::represented::generation;
use notess::store::sucesiones::{Dicho, SucesionesPedidas, annul, declare, list};
use notess::store::{Durability, StoreError, Writer, poderes, red};

use crate::site::{Site, day, nif, write};
use crate::titles::{CCC, SUJETO, USER, assigned, held, power, user};

/// A way of telling titles.
type Tell<'a> = &'a dyn Fn(&mut Writer) -> Result<(), StoreError>;

on_both!(each_way_of_telling_titles_makes_the_number_grow_and_what_is_undone_does_not,);

fn each_way_of_telling_titles_makes_the_number_grow_and_what_is_undone_does_not(site: &Site) {
    let store = site.store();
    let number = || store.read::<_, StoreError, _>(generation).unwrap();
    let dicho = Dicho {
        motivo: "fallecimiento".to_owned(),
        referencia: "28/2026/7".to_owned(),
        registrado: day(5),
    };
    let persona = Persona {
        nif: nif(SUJETO),
        denominacion: "ALGUIEN".to_owned(),
        cuentas: CuentasRed {
            ccc_principal: Some(CCC.parse().unwrap()),
            naf: None,
        },
    };
    let cambio = CambioRed {
        sujeto: nif(SUJETO),
        voluntad: Voluntad::Desasignar,
        instante: day(3),
    };
    let sucesion = Sucesion {
        antecesor: nif(SUJETO),
        sucesor: nif(USER),
        clase: ClaseSucesion::MortisCausa,
        entidad: Entidad::Tgss,
        vigencia: Intervalo {
            desde: day(2),
            hasta: None,
        },
    };
    let all = SucesionesPedidas {
        nif: None,
        antecesor: None,
        en: None,
    };
    let each: [(&str, Tell<'_>); 8] = [
        ("personas", &|conn| {
            personas::tell_personas(conn, &[persona.clone().into()], day(0))
        }),
        ("titulares", &|conn| {
            red::tell_titulares(conn, &[held("7", 1, None)], day(0))
        }),
        ("usuarios", &|conn| {
            red::tell_usuarios(conn, &[user("7", 1, None)], day(1))
        }),
        ("asignaciones", &|conn| {
            red::tell_asignaciones(conn, &[assigned("7", CCC, 0, None)], day(1))
        }),
        ("cambios", &|conn| {
            red::insert_cambios(conn, std::slice::from_ref(&cambio), day(4))
        }),
        ("poderes", &|conn| {
            poderes::tell_poderes(conn, &[power(EstadoPoder::Inscrito)], day(2))
        }),
        ("sucesiones", &|conn| declare(conn, &sucesion, &dicho).map(drop)),
        ("sucesiones anuladas", &|conn| {
            let last = list(conn, &all, (0, 1))?.filas[0].numero;
            annul(conn, last, day(4), &dicho).map(drop)
        }),
    ];
    for (what, tell) in each {
        let before = number();
        let undone = store.write(Durability::Full, |conn| {
            tell(conn)?;
            Err::<(), _>(StoreError::Conflict)
        });
        assert!(undone.is_err());
        assert_eq!(number(), before, "{what}, undone");
        write(&store, tell);
        assert!(number() > before, "{what}");
    }
}
