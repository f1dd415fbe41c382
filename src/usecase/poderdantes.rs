//! Those whose notifications a caller may receive (D-54).

use crate::domain::materia::Materia;
use crate::domain::nif::Nif;
use crate::domain::operation::PoderdanteEntry;
use crate::domain::reach::Reach;
use crate::domain::rol::Rol;
use crate::store::personas::Persona;
use crate::store::{Reader, Store, access, personas};

use super::{Caller, Surroundings, UseCaseError};

/// The caller itself and everybody that it represents, by each role, in order of NIF.
pub fn poderdantes(
    store: &Store,
    caller: &Caller<'_>,
    around: &Surroundings<'_>,
) -> Result<Vec<PoderdanteEntry>, UseCaseError> {
    caller.take_reading(store)?;
    store.read(|conn| entries(conn, caller, around))
}

fn entries(
    conn: &mut Reader,
    caller: &Caller<'_>,
    around: &Surroundings<'_>,
) -> Result<Vec<PoderdanteEntry>, UseCaseError> {
    let at = (around.clock)();
    let firmante = caller.firmante();
    let mut nifs = access::linked_poderdantes(conn, firmante.titular())?;
    nifs.push(firmante.titular());
    nifs.sort_unstable();
    nifs.dedup();
    let mut titles = access::titles(conn, firmante.titular(), &nifs)?;
    let known = personas::personas(conn, &nifs)?;
    let name_of = |nif: Nif| {
        let found = known.iter().find(|persona: &&Persona| persona.nif == nif);
        found.map_or_else(
            || firmante.denominacion().to_owned(),
            |persona| persona.denominacion.clone(),
        )
    };
    Ok(nifs
        .iter()
        .flat_map(|&nif| {
            let reach = Reach::weigh(
                firmante,
                nif,
                titles.remove(&nif).unwrap_or_default(),
                around.emitidas,
                at,
            );
            let denominacion = name_of(nif);
            reach
                .roles()
                .iter()
                .map(|rol| entry(nif, denominacion.clone(), rol, &reach))
                .collect::<Vec<_>>()
        })
        .collect())
}

fn entry(nif: Nif, denominacion: String, rol: Rol, reach: &Reach) -> PoderdanteEntry {
    let (materias, vigente_hasta) = match rol {
        Rol::Propio => (Materia::ALL.to_vec(), None),
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
