//! Persons, powers and RED: what the domain weighs is what was told.

use std::sync::Barrier;
use std::time::Duration;

use chrono::TimeDelta;
use notess::domain::cuenta::{AutorizacionRed, Cuenta};
use notess::domain::materia::Materia;
use notess::domain::nif::Nif;
use notess::domain::poder::{Alcance, EstadoPoder, Poder, PoderDicho};
use notess::domain::red::{Asignacion, CambioRed, CuentasDesde, CuentasRed, Voluntad};
use notess::domain::vigencia::SIEMPRE;
use notess::store::personas::{self, Persona};
use notess::store::red::TitularDicho;
use notess::store::{Durability, StoreError, Writer, access, poderes, red};

use crate::site::{Site, day, nif, write};

on_both!(
    persons_read_back_and_are_replaced_by_what_is_told_later,
    a_person_told_by_name_only_keeps_what_is_on_record,
    a_person_told_by_name_only_keeps_what_is_recorded_meanwhile,
    titles_are_those_of_the_caller_over_each_poderdante,
    everyone_who_ever_gave_a_title_is_linked_once,
    a_power_told_anew_replaces_the_old_one,
    of_what_is_told_twice_at_once_the_last_holds,
    a_declaration_is_never_overwritten,
);

fn persons_read_back_and_are_replaced_by_what_is_told_later(site: &Site) {
    let store = site.store();
    let ana = Persona {
        nif: nif(2),
        denominacion: "ANA «LA ÑOÑA» RUIZ".to_owned(),
        cuentas: CuentasRed {
            ccc_principal: None,
            naf: "289999990119".parse().ok(),
        },
    };
    let sl = hornos();
    write(&store, |conn| {
        personas::tell_personas(conn, &[sl.clone().into(), ana.clone().into()], day(0))
    });
    let asked = [sl.nif, nif(3), ana.nif];
    let found = store.read(|conn| personas::personas(conn, &asked)).unwrap();
    assert_eq!(found, [ana.clone(), sl.clone()]);

    let moved = Persona {
        denominacion: "HORNOS DEL NORTE SL".to_owned(),
        cuentas: CuentasRed::default(),
        ..sl
    };
    write(&store, |conn| {
        personas::tell_personas(conn, &[moved.clone().into()], day(1))
    });
    let found = store.read(|conn| personas::personas(conn, &[moved.nif])).unwrap();
    assert_eq!(found, [moved]);
    assert_eq!(store.read(|conn| personas::personas(conn, &[])).unwrap(), []);
}

fn hornos() -> Persona {
    Persona {
        nif: "B99999120".parse().unwrap(),
        denominacion: "HORNOS DEL SUR SL".to_owned(),
        cuentas: CuentasRed {
            ccc_principal: "28999990168".parse().ok(),
            naf: None,
        },
    }
}

/// As a notification or an authorisation tells of somebody.
fn by_name(nif: Nif) -> Persona {
    Persona {
        nif,
        denominacion: "HORNOS".to_owned(),
        cuentas: CuentasRed::default(),
    }
}

fn a_person_told_by_name_only_keeps_what_is_on_record(site: &Site) {
    let store = site.store();
    write(&store, |conn| {
        personas::tell_personas(conn, &[hornos().into()], day(0))
    });
    let told = [by_name(hornos().nif), by_name(nif(3)), by_name(nif(3))];
    write(&store, |conn| personas::insert_unknown(conn, &told));
    let found = store.read(|conn| personas::personas(conn, &[hornos().nif, nif(3)]));
    assert_eq!(found.unwrap(), [by_name(nif(3)), hornos()]);
}

fn a_person_told_by_name_only_keeps_what_is_recorded_meanwhile(site: &Site) {
    let store = site.store();
    let recorded = Barrier::new(2);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            write(&store, |conn| {
                personas::tell_personas(conn, &[hornos().into()], day(0))?;
                recorded.wait();
                // Long enough for the other one to come to the same row.
                std::thread::sleep(Duration::from_millis(300));
                Ok(())
            });
        });
        recorded.wait();
        write(&store, |conn| {
            personas::insert_unknown(conn, &[by_name(hornos().nif)])
        });
    });
    let found = store.read(|conn| personas::personas(conn, &[hornos().nif]));
    assert_eq!(found.unwrap(), [hornos()]);
}

fn poder(referencia: &str, poderdante: u32, apoderado: u32) -> Poder {
    Poder {
        referencia: referencia.to_owned(),
        poderdante: nif(poderdante),
        apoderado: nif(apoderado),
        alcance: Alcance::General,
        estado: EstadoPoder::Inscrito,
        inscrito: day(0),
        fin: day(1000),
        baja: None,
    }
}

fn tell(conn: &mut Writer, poderes: &[Poder], at: i64) -> Result<(), StoreError> {
    let dichos: Vec<PoderDicho> = poderes.iter().cloned().map(PoderDicho::from).collect();
    poderes::tell_poderes(conn, &dichos, day(at))
}

fn asignacion(autorizacion: i32, sujeto: u32) -> Asignacion {
    Asignacion {
        autorizacion: AutorizacionRed::try_from(autorizacion).unwrap(),
        sujeto: nif(sujeto),
        cuenta: Cuenta::Ccc("28999990168".parse().unwrap()),
        desde: day(0),
        hasta: None,
    }
}

fn held(autorizacion: i32, titular: u32) -> TitularDicho {
    TitularDicho {
        autorizacion: AutorizacionRed::try_from(autorizacion).unwrap(),
        titular: nif(titular),
        desde: None,
    }
}

fn titles_are_those_of_the_caller_over_each_poderdante(site: &Site) {
    let store = site.store();
    let mut powers: Vec<_> = EstadoPoder::ALL
        .iter()
        .map(|estado| Poder {
            estado: *estado,
            ..poder(estado.code(), 10, 1)
        })
        .collect();
    powers.sort_by(|a, b| a.referencia.cmp(&b.referencia));
    let limited = Poder {
        alcance: Alcance::Materias(vec![Materia::Iacr, Materia::Prestaciones]),
        ..poder("limited", 11, 1)
    };
    let nothing = Poder {
        alcance: Alcance::Materias(Vec::new()),
        ..poder("nothing", 11, 1)
    };
    let foreign = poder("foreign", 10, 2);
    let ended = Asignacion {
        hasta: Some(day(9)),
        ..asignacion(77, 12)
    };
    let by_naf = Asignacion {
        cuenta: "289999990119".parse().unwrap(),
        ..asignacion(78, 12)
    };
    let cambio = |voluntad, at| CambioRed {
        sujeto: nif(12),
        voluntad,
        instante: day(at),
    };
    let cambios = [cambio(Voluntad::Desasignar, 3), cambio(Voluntad::Reasignar, 5)];
    let cuentas = CuentasRed {
        ccc_principal: "28999990168".parse().ok(),
        naf: "289999990119".parse().ok(),
    };
    let persona = |number| Persona {
        nif: nif(number),
        denominacion: "ALGUIEN".to_owned(),
        cuentas: cuentas.clone(),
    };
    write(&store, |conn| {
        // Once the end of the one that time has ended has come.
        tell(conn, &powers, 1000)?;
        tell(conn, &[limited.clone(), nothing.clone(), foreign.clone()], 0)?;
        red::tell_titulares(conn, &[held(77, 1), held(78, 1), held(79, 2)], day(0))?;
        let later = Asignacion {
            desde: day(9),
            ..asignacion(79, 12)
        };
        red::tell_asignaciones(conn, &[by_naf.clone(), ended.clone(), later], day(0))?;
        red::insert_cambios(conn, &[cambios[1].clone(), cambios[0].clone()], day(5))?;
        personas::tell_personas(conn, &[persona(12).into()], day(0))
    });
    let asked = [nif(10), nif(11), nif(12), nif(13)];
    let mut titles = store.read(|conn| access::titles(conn, nif(1), &asked)).unwrap();

    let ten = titles.remove(&nif(10)).unwrap();
    assert_eq!(ten.poderes, powers);
    assert_eq!(ten.cuentas, []);
    let eleven = titles.remove(&nif(11)).unwrap();
    assert_eq!(eleven.poderes, [limited, nothing]);
    let twelve = titles.remove(&nif(12)).unwrap();
    assert_eq!(twelve.poderes, []);
    let told: Vec<_> = twelve
        .red
        .iter()
        .map(|titulo| titulo.asignacion.clone())
        .collect();
    assert_eq!(told, [ended, by_naf]);
    let always = CuentasDesde {
        desde: SIEMPRE,
        cuentas,
    };
    assert_eq!(twelve.cuentas, [always]);
    assert_eq!(twelve.cambios, cambios);
    assert!(titles.is_empty());
}

fn everyone_who_ever_gave_a_title_is_linked_once(site: &Site) {
    let store = site.store();
    write(&store, |conn| {
        let powers = [
            poder("a", 30, 1),
            poder("b", 20, 1),
            poder("c", 20, 1),
            poder("d", 40, 2),
        ];
        tell(conn, &powers, 0)?;
        red::tell_titulares(conn, &[held(5, 1)], day(0))?;
        red::tell_asignaciones(conn, &[asignacion(5, 25), asignacion(5, 20)], day(0))
    });
    let linked = store
        .read(|conn| access::linked_poderdantes(conn, nif(1)))
        .unwrap();
    assert_eq!(linked, [nif(20), nif(25), nif(30)]);
}

fn a_power_told_anew_replaces_the_old_one(site: &Site) {
    let store = site.store();
    let revoked = Poder {
        estado: EstadoPoder::Revocado,
        baja: Some(day(1)),
        ..poder("a", 30, 1)
    };
    write(&store, |conn| tell(conn, &[poder("a", 30, 1)], 0));
    write(&store, |conn| tell(conn, std::slice::from_ref(&revoked), 1));
    let titles = store
        .read(|conn| access::titles(conn, nif(1), &[nif(30)]))
        .unwrap();
    assert_eq!(titles[&nif(30)].poderes, [revoked]);
}

fn of_what_is_told_twice_at_once_the_last_holds(site: &Site) {
    let store = site.store();
    let revoked = Poder {
        estado: EstadoPoder::Revocado,
        baja: Some(day(0)),
        ..poder("a", 30, 1)
    };
    let ended = Asignacion {
        hasta: Some(day(9)),
        ..asignacion(7, 31)
    };
    // What is finer than the store keeps makes no other assignment.
    let begun = Asignacion {
        desde: day(0) + TimeDelta::nanoseconds(1),
        ..asignacion(7, 31)
    };
    let persona = |denominacion: &str, ccc: Option<&str>| Persona {
        nif: nif(31),
        denominacion: denominacion.to_owned(),
        cuentas: CuentasRed {
            ccc_principal: ccc.and_then(|ccc| ccc.parse().ok()),
            naf: None,
        },
    };
    let moved = persona("LUIS", None);
    write(&store, |conn| {
        tell(conn, &[poder("a", 30, 1), poder("b", 30, 1), revoked.clone()], 0)?;
        red::tell_titulares(conn, &[held(7, 2), held(7, 1)], day(1))?;
        red::tell_asignaciones(conn, &[begun.clone(), ended.clone()], day(1))?;
        let luisa = persona("LUISA", Some("28999990168"));
        personas::tell_personas(conn, &[luisa.into(), moved.clone().into()], day(1))
    });
    let titles = store
        .read(|conn| access::titles(conn, nif(1), &[nif(30), nif(31)]))
        .unwrap();
    assert_eq!(titles[&nif(30)].poderes, [revoked, poder("b", 30, 1)]);
    let told: Vec<_> = titles[&nif(31)]
        .red
        .iter()
        .map(|titulo| &titulo.asignacion)
        .collect();
    assert_eq!(told, [&ended]);
    let found = store.read(|conn| personas::personas(conn, &[nif(31)])).unwrap();
    assert_eq!(found, [moved]);
}

fn a_declaration_is_never_overwritten(site: &Site) {
    let store = site.store();
    let declare = |voluntad| {
        let cambio = CambioRed {
            sujeto: nif(1),
            voluntad,
            instante: day(0),
        };
        store.write(Durability::Full, |conn| {
            red::insert_cambios(conn, std::slice::from_ref(&cambio), day(0))
        })
    };
    declare(Voluntad::Desasignar).unwrap();
    let refused = declare(Voluntad::Reasignar);
    assert!(matches!(refused, Err(StoreError::Duplicate(_))), "{refused:?}");
}
