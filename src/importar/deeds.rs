//! What the journal says of each batch that was loaded: how many lines, of which file, and whom they are about (D-115).

use crate::domain::notificacion::{Codigo, Practica};
use crate::domain::poder::PoderDicho;
use crate::domain::procedimientos::ProcedimientoDicho;
use crate::store::Deed;
use crate::store::journal::historia::{self, Dicha, HISTORICAS, HISTORY_LOADED};
use crate::store::sucesiones::SucesionDicha;

use super::run::{ImportError, Summary};
use super::sink::{Publicacion, RegistroRed};

/// Of notifications that were published; of those that RED is kept from (D-56) a row of their own.
pub(super) fn publicadas(deed: Deed, batch: &[Publicacion]) -> Deed {
    let codes = |kept: fn(&Publicacion) -> bool| -> Vec<Codigo> {
        let kept = batch.iter().filter(|one| kept(one));
        kept.map(|one| one.publicada.codigo).collect()
    };
    let without_red = codes(|one| one.publicada.leaves_red_out());
    let kept_from_red = (!without_red.is_empty()).then(|| Deed::of("publicarSinRed").codes(without_red));
    deed.count(batch.len())
        .codes(codes(|_| true))
        .persons(batch.iter().map(|one| one.publicada.sujeto))
        .and(kept_from_red)
}

/// Of what another system had published before, and how each of it stood.
pub(super) fn historia(dichas: &[Dicha]) -> Deed {
    Deed::of(HISTORY_LOADED).with(HISTORICAS, historia::detalle(dichas))
}

/// Of notifications that were practised elsewhere; what each piece of news did has a row of its own, by which the service answers.
pub(super) fn practicadas(deed: Deed, batch: &[Practica], told: Option<Deed>) -> Deed {
    deed.count(batch.len())
        .codes(batch.iter().map(|one| one.codigo))
        .and(told)
}

/// Of procedures, by their codes.
pub(super) fn procedimientos(deed: Deed, batch: &[ProcedimientoDicho]) -> Deed {
    let codes: Vec<&str> = batch.iter().map(|one| one.procedimiento.codigo).collect();
    deed.count(batch.len()).with("procedimientos", codes)
}

/// Of powers: both parties of each.
pub(super) fn poderes(deed: Deed, batch: &[PoderDicho]) -> Deed {
    let parties = batch
        .iter()
        .flat_map(|one| [one.poder.poderdante, one.poder.apoderado]);
    deed.count(batch.len()).persons(parties)
}

/// Of what was told of RED.
pub(super) fn red(deed: Deed, batch: &[RegistroRed]) -> Deed {
    let named = batch.iter().map(|one| match one {
        RegistroRed::Autorizacion { titular, .. } => *titular,
        RegistroRed::Usuario(usuario) => usuario.usuario,
        RegistroRed::Cuentas { nif, .. } => *nif,
        RegistroRed::Asignacion(asignacion) => asignacion.sujeto,
        RegistroRed::Cambio(cambio) => cambio.sujeto,
    });
    deed.count(batch.len()).persons(named)
}

/// Of successions: both parties of each.
pub(super) fn sucesiones(deed: Deed, batch: &[SucesionDicha]) -> Deed {
    let parties = batch
        .iter()
        .flat_map(|one| [one.sucesion.antecesor, one.sucesion.sucesor]);
    deed.count(batch.len()).persons(parties)
}

/// Of a file as a whole, after its batches.
pub(super) fn ended(deed: Deed, outcome: &Result<Summary, ImportError>) -> Deed {
    match outcome {
        Ok(Summary { cargadas, rechazadas }) => deed
            .ended("terminado")
            .with("cargadas", *cargadas)
            .with("rechazadas", *rechazadas),
        Err(error) => deed.ended("interrumpido").with("cargadas", error.loaded()),
    }
}
