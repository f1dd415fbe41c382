//! Those whose notifications a caller may receive (D-54).

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::firmante::Firmante;
use crate::domain::materia::Materia;
use crate::domain::nif::Nif;
use crate::domain::operation::PoderdanteEntry;
use crate::domain::reach::Reach;
use crate::domain::rol::Rol;
use crate::store::represented::{self, Represented};
use crate::store::{Reader, Store, personas};

use super::act::{self, Acting};
use super::{Caller, Surroundings, Unanswered, UseCaseError, access};

/// The caller itself and everybody that it represents, by each role, in order of NIF.
pub fn poderdantes(
    store: &Store,
    caller: &Caller<'_>,
    around: &Surroundings<'_>,
) -> Result<Arc<Represented>, Unanswered> {
    act::answer(store, caller, around, None, told)
}

/// What the caller was told before, as long as no title was told since, began or ended (D-31); else all of it anew.
fn told(conn: &mut Reader, acting: &Acting<'_>) -> Result<Arc<Represented>, UseCaseError> {
    let firmante = acting.caller.firmante();
    let key = (firmante.titular(), acting.around.emitidas);
    // Asked for before any title is read: what is told meanwhile makes it another one.
    let generation = represented::generation(conn)?;
    if let Some(known) = represented::known(conn, &key, (generation, acting.at, firmante.denominacion()))? {
        return Ok(known);
    }
    let anew = Arc::new(anew(conn, acting, generation)?);
    represented::keep(conn, key, &anew);
    Ok(anew)
}

fn anew(conn: &mut Reader, acting: &Acting<'_>, generation: i64) -> Result<Represented, UseCaseError> {
    let firmante = acting.caller.firmante();
    let nifs = access::everyone(conn, acting)?;
    let (weighed, until) = access::weigh_until(conn, acting, &nifs)?;
    let known: HashMap<Nif, String> = personas::personas(conn, &nifs)?
        .into_iter()
        .map(|persona| (persona.nif, persona.denominacion))
        .collect();
    let entries = weighed
        .iter()
        .flat_map(|(nif, reach)| {
            let denominacion = known
                .get(nif)
                .map_or_else(|| unrecorded(firmante, nif), String::as_str);
            let roles = reach.listed_roles();
            roles
                .iter()
                .map(|rol| entry(*nif, denominacion.to_owned(), rol, reach))
                .collect::<Vec<_>>()
        })
        .collect();
    Ok(Represented {
        generation,
        at: acting.at,
        until,
        denominacion: firmante.denominacion().to_owned(),
        unrecorded: nifs.into_iter().filter(|nif| !known.contains_key(nif)).collect(),
        entries,
    })
}

/// What somebody is called of whom nothing is on record: the caller as in its certificate, anybody else by the NIF.
/// Publishing puts the addressee on record, so that notifications have no name that is not there.
fn unrecorded<'a>(firmante: &'a Firmante, nif: &'a Nif) -> &'a str {
    if firmante.titular() == *nif {
        firmante.denominacion()
    } else {
        nif.as_str()
    }
}

fn entry(nif: Nif, denominacion: String, rol: Rol, reach: &Reach) -> PoderdanteEntry {
    let (materias, vigente_hasta) = match rol {
        Rol::Propio => (Materia::ALL.to_vec(), reach.own_until()),
        Rol::AutorizadoRed => (
            Materia::ALL.iter().copied().filter(|m| m.within_red()).collect(),
            None,
        ),
        Rol::Apoderado => {
            let covered = |m: &Materia| reach.poderes().iter().any(|poder| poder.alcance.covers(*m));
            let materias = Materia::ALL.iter().copied().filter(covered).collect();
            (materias, reach.poderes().iter().map(|poder| poder.fin).max())
        }
    };
    PoderdanteEntry {
        nif,
        denominacion,
        rol,
        materias,
        vigente_hasta,
    }
}
