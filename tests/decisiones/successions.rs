//! Who succeeds whom in a case, as its table says it.

use chrono::{DateTime, Utc};
use notess::domain::materia::Entidad;
use notess::domain::sucesion::{ClaseSucesion, Sucesion};
use notess::domain::vigencia::Intervalo;
use notess::store::Store;
use notess::store::sucesiones::{self, Dicho};

use super::cast::Cast;
use crate::site::{day, write};

/// «OTRAEMPRESA sucede a EMPRESA ante la TGSS desde el día 4», «ANA sucede a LUIS por causa de muerte ante el INSS desde el día 2
/// hasta el día 6», «OTRAEMPRESA ya no sucede a EMPRESA ante la TGSS».
pub(super) fn succeeds(store: &Store, cast: &mut Cast, hecho: &str, at: DateTime<Utc>) -> Option<()> {
    let (parties, what) = hecho.split_once(" ante ")?;
    let (who, whom) = parties.split_once(" sucede a ")?;
    let dicho = Dicho {
        motivo: "prueba".to_owned(),
        referencia: "E-1".to_owned(),
        registrado: at,
    };
    if let Some(who) = who.strip_suffix(" ya no") {
        let numero = *cast.sucesiones.get(&format!("{who} a {whom} ante {what}"))?;
        write(store, |conn| sucesiones::annul(conn, numero, at, &dicho));
        return Some(());
    }
    let (body, dates) = what.split_once(" desde el día ")?;
    let (desde, hasta) = match dates.split_once(" hasta el día ") {
        Some((desde, hasta)) => (desde, Some(day(hasta.parse().ok()?))),
        None => (dates, None),
    };
    let (whom, clase) = match whom.strip_suffix(" por causa de muerte") {
        Some(whom) => (whom, ClaseSucesion::MortisCausa),
        None => (whom, ClaseSucesion::InterVivos),
    };
    let sucesion = Sucesion {
        antecesor: cast.nif(whom),
        sucesor: cast.nif(who),
        clase,
        entidad: Entidad::from_code(body.rsplit(' ').next()?)?,
        vigencia: Intervalo {
            desde: day(desde.parse().ok()?),
            hasta,
        },
    };
    let numero = write(store, |conn| sucesiones::declare(conn, &sucesion, &dicho));
    cast.sucesiones
        .insert(format!("{who} a {whom} ante {body}"), numero);
    Some(())
}
