//! What happens in a case, as its table says it.

use chrono::{DateTime, TimeDelta, Utc};
use notess::domain::advertencia::Advertencia;
use notess::domain::materia::{Materia, Procedimiento};
use notess::domain::notificacion::{Categoria, Medio, Notificacion, Obligacion, Practica, Sentido};
use notess::domain::operation::DecideRequest;
use notess::domain::poder::{Alcance, EstadoPoder, Poder, PoderDicho, Tramite};
use notess::domain::red::{Asignacion, CambioRed, CuentasRed, UsuarioRed, Voluntad};
use notess::domain::vigencia::Intervalo;
use notess::importar::{ImportSink as _, Progress, StoreSink};
use notess::store::personas::{Persona, PersonaDicha};
use notess::store::red::{self, TitularDicho};
use notess::store::{Store, personas, poderes};

use super::cast::Cast;
use super::successions::succeeds;
use super::terms;
use super::world::{at_desk, decide};
use crate::site::{altered, day, pending, publish, write};

/// Tells something that happened, when it happened.
pub(crate) fn tell(store: &Store, cast: &mut Cast, hecho: &str, at: DateTime<Utc>) {
    let known = if hecho.starts_with("se publica ") {
        published(store, cast, hecho, at)
    } else if hecho.starts_with("se sabe que ") {
        elsewhere(store, cast, hecho, at)
    } else if hecho.starts_with("incidencia ") || hecho.starts_with("se an") {
        terms::tell(store, hecho, at)
    } else if hecho.starts_with("poder ") {
        power(store, cast, hecho, at)
    } else if hecho.contains(" sucede a ") {
        succeeds(store, cast, hecho, at)
    } else if let Some((who, what)) = hecho.split_once(" tiene ") {
        has(store, cast, who, what, at)
    } else if hecho.contains(" usuario de la autorización ") {
        user(store, cast, hecho, at)
    } else if hecho.contains(" gestiona") {
        assigned(store, cast, hecho, at)
    } else {
        acts(store, cast, hecho, at)
    };
    known.unwrap_or_else(|| panic!("not understood: {hecho}"));
}

/// «EMPRESA tiene el CCC A», «… el NAF», «… el CCC A y el NAF»; «GESTORIA tiene la autorización 1».
fn has(store: &Store, cast: &Cast, who: &str, what: &str, at: DateTime<Utc>) -> Option<()> {
    // What is told on the first day holds always.
    let desde = Some(at).filter(|at| *at > day(0));
    if let Some(number) = what.strip_prefix("la autorización ") {
        let dicho = TitularDicho {
            autorizacion: cast.autorizacion(number).parse().ok()?,
            titular: cast.nif(who),
            desde,
        };
        write(store, |conn| red::tell_titulares(conn, &[dicho], at));
        return Some(());
    }
    let mut cuentas = CuentasRed::default();
    for account in what.split(" y ") {
        match account.strip_prefix("el ")? {
            "NAF" => cuentas.naf = cast.cuenta("NAF").parse().ok(),
            ccc => cuentas.ccc_principal = cast.cuenta(ccc.strip_prefix("CCC ")?).parse().ok(),
        }
    }
    let dicha = PersonaDicha {
        persona: Persona {
            nif: cast.nif(who),
            denominacion: who.to_owned(),
            cuentas,
        },
        cuentas_desde: desde,
    };
    write(store, |conn| {
        personas::tell_personas(conn, std::slice::from_ref(&dicha), at)
    });
    Some(())
}

/// «LUIS es usuario de la autorización 1», «LUIS deja de ser usuario de la autorización 1».
fn user(store: &Store, cast: &mut Cast, hecho: &str, at: DateTime<Utc>) -> Option<()> {
    let (who, number) = hecho.split_once(" usuario de la autorización ")?;
    let (who, verb) = who.split_once(' ')?;
    let autorizacion = cast.autorizacion(number).parse().ok()?;
    let usuario = cast.nif(who);
    if verb == "es" {
        cast.usuarios.push(UsuarioRed {
            autorizacion,
            usuario,
            vigencia: Intervalo {
                desde: at,
                hasta: None,
            },
        });
    } else {
        let mut told = cast.usuarios.iter_mut();
        let told = told.find(|one| one.usuario == usuario && one.vigencia.hasta.is_none())?;
        told.vigencia.hasta = Some(at);
    }
    let told: Vec<UsuarioRed> = cast
        .usuarios
        .iter()
        .copied()
        .filter(|one| one.autorizacion == autorizacion)
        .collect();
    write(store, |conn| red::tell_usuarios(conn, &told, at));
    Some(())
}

/// «la autorización 1 gestiona el CCC A de EMPRESA», «la autorización 1 deja de gestionar el CCC A de EMPRESA».
fn assigned(store: &Store, cast: &mut Cast, hecho: &str, at: DateTime<Utc>) -> Option<()> {
    let rest = hecho.strip_prefix("la autorización ")?;
    let (number, rest) = rest.split_once(' ')?;
    let (what, who) = rest.rsplit_once(" de ")?;
    let ends = what.starts_with("deja de gestionar el ");
    let account = what
        .strip_prefix("deja de gestionar el ")
        .or_else(|| what.strip_prefix("gestiona el "))?;
    let cuenta = cast.cuenta(account.strip_prefix("CCC ").unwrap_or(account));
    let new = Asignacion {
        autorizacion: cast.autorizacion(number).parse().ok()?,
        sujeto: cast.nif(who),
        cuenta: cuenta.parse().ok()?,
        desde: at,
        hasta: None,
    };
    let told = if ends {
        let mut standing = cast.asignaciones.iter_mut().rev();
        let same = |one: &&mut Asignacion| one.autorizacion == new.autorizacion && one.cuenta == new.cuenta;
        let ended = standing.find(same)?;
        ended.hasta = Some(at);
        ended.clone()
    } else {
        cast.asignaciones.push(new.clone());
        new
    };
    write(store, |conn| {
        red::tell_asignaciones(conn, std::slice::from_ref(&told), at)
    });
    Some(())
}

/// «poder R1 de EMPRESA a ANA en general hasta el día 50: inscrito», «poder R1: revocado».
fn power(store: &Store, cast: &mut Cast, hecho: &str, at: DateTime<Utc>) -> Option<()> {
    let (head, state) = hecho.strip_prefix("poder ")?.split_once(": ")?;
    let until = |text: &str| Some(day(text.parse().ok()?));
    let dicho = if let Some((name, rest)) = head.split_once(" de ") {
        let (parties, fin) = match rest.split_once(" hasta el día ") {
            Some((parties, fin)) => (parties, until(fin)?),
            None => (rest, day(900)),
        };
        let (poderdante, rest) = parties.split_once(" a ")?;
        let (apoderado, scope) = rest.split_once(" en ")?;
        let poder = Poder {
            referencia: format!("{name}-{}", cast.nif("EMPRESA").as_str()),
            poderdante: cast.nif(poderdante),
            apoderado: cast.nif(apoderado),
            alcance: alcance(scope)?,
            estado: EstadoPoder::from_code(state)?,
            inscrito: at,
            fin,
            baja: None,
        };
        cast.poderes.insert(name.to_owned(), poder.into());
        cast.poderes[name].clone()
    } else {
        let dicho: &mut PoderDicho = cast.poderes.get_mut(head)?;
        if let Some(fin) = state.strip_prefix("prorrogado hasta el día ") {
            dicho.prorrogado = Some(at);
            dicho.poder.fin = until(fin)?;
        } else if let Some(scope) = state.strip_prefix("queda en ") {
            dicho.modificado = Some(at);
            dicho.poder.alcance = alcance(&format!("los trámites {scope}"))?;
        } else {
            dicho.poder.estado = EstadoPoder::from_code(state)?;
            match dicho.poder.estado {
                EstadoPoder::Inscrito => dicho.poder.inscrito = at,
                _ => dicho.poder.baja = Some(at),
            }
        }
        dicho.clone()
    };
    write(store, |conn| {
        poderes::tell_poderes(conn, std::slice::from_ref(&dicho), at)
    });
    Some(())
}

fn alcance(scope: &str) -> Option<Alcance> {
    if scope == "general" {
        return Some(Alcance::General);
    }
    if let Some(codes) = scope.strip_prefix("los trámites ") {
        let tramites: Option<Vec<_>> = codes.split(' ').map(Tramite::from_code).collect();
        return tramites.map(Alcance::Tramites);
    }
    let materias: Option<Vec<_>> = scope.split(' ').map(Materia::from_code).collect();
    materias.map(Alcance::Materias)
}

/// «se publica N1 a EMPRESA: IACR por 4.1.a», «…, con datos especiales».
fn published(store: &Store, cast: &mut Cast, hecho: &str, at: DateTime<Utc>) -> Option<()> {
    let (head, act) = hecho.strip_prefix("se publica ")?.split_once(": ")?;
    let (name, who) = head.split_once(" a ")?;
    let (act, special) = match act.split_once(", con datos especiales") {
        Some((act, _)) => (act, true),
        None => (act, false),
    };
    let (materia, ground) = act.split_once(" por ")?;
    let procedure = match materia {
        "IACR" => "TGSS-RD",
        "IMP" => "TGSS-ALZ",
        "PREST" => "INSS-IT",
        "MAR" => "ISM-EST",
        _ => return None,
    };
    let ground = Obligacion::from_code(ground)?;
    cast.sujetos.insert(name.to_owned(), cast.nif(who));
    let one = cast.notificacion(name);
    let notificacion = altered(pending(one.codigo.number(), one.poderdante, at), |publicada| {
        publicada.procedimiento = Procedimiento::find(procedure).unwrap();
        publicada.obligacion = ground;
        if special {
            publicada.categoria = Categoria::Especial;
        }
    });
    let notificacion = Notificacion {
        caduca: Notificacion::lapse_of(at, ground),
        ..notificacion
    };
    publish(store, &[notificacion]);
    Some(())
}

/// «se sabe que N1 se aceptó en papel el día 3», «se sabe que N1 se rechazó en la DEHú el día 3».
fn elsewhere(store: &Store, cast: &Cast, hecho: &str, at: DateTime<Utc>) -> Option<()> {
    let (name, rest) = hecho.strip_prefix("se sabe que ")?.split_once(" se ")?;
    let (what, days) = rest.split_once(" el día ")?;
    let (sentido, medio) = match what {
        "aceptó en papel" => (Sentido::Aceptacion, Medio::Papel),
        "rechazó en papel" => (Sentido::Rechazo, Medio::Papel),
        "aceptó en la DEHú" => (Sentido::Aceptacion, Medio::Dehu),
        "rechazó en la DEHú" => (Sentido::Rechazo, Medio::Dehu),
        _ => return None,
    };
    let news = Practica {
        codigo: cast.notificacion(name).codigo,
        medio,
        sentido,
        instante: day(days.parse().ok()?) + TimeDelta::hours(2),
        referencia: None,
    };
    at_desk(store, at, |desk| {
        let mut sink = StoreSink {
            desk,
            registrado: at,
            salto_maximo: TimeDelta::days(100_000),
            operacion: "importarPracticadas",
            fichero: None,
            progress: Progress::default(),
            tardias: Vec::new(),
            rehearsal: notess::importar::Rehearsal::No,
        };
        sink.practicadas(std::slice::from_ref(&news)).unwrap();
    });
    Some(())
}

/// «EMPRESA desasigna», «EMPRESA reasigna», «EMPRESA acepta N1», «EMPRESA rechaza N1».
fn acts(store: &Store, cast: &Cast, hecho: &str, at: DateTime<Utc>) -> Option<()> {
    let (who, what) = hecho.split_once(' ')?;
    let voluntad = match what {
        "desasigna" => Voluntad::Desasignar,
        "reasigna" => Voluntad::Reasignar,
        _ => {
            let (verb, name) = what.split_once(' ')?;
            let one = cast.notificacion(name);
            let request = DecideRequest {
                sentido: match verb {
                    "acepta" => Sentido::Aceptacion,
                    "rechaza" => Sentido::Rechazo,
                    _ => return None,
                },
                poderdante: one.poderdante,
                rol: None,
                advertencia: Advertencia::vigente("pruebas", None).codigo,
                codigos: vec![one.codigo],
                motivo: None,
            };
            decide(store, cast, who, &request, at);
            return Some(());
        }
    };
    let cambio = CambioRed {
        sujeto: cast.nif(who),
        voluntad,
        instante: at,
    };
    write(store, |conn| {
        red::insert_cambios(conn, std::slice::from_ref(&cambio), at)
    });
    Some(())
}
