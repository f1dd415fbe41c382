//! Sealing acuses: each once, outside of the decision, and kept before anybody is given it (E-30).

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::domain::clock;
use crate::domain::notificacion::{Codigo, Notificacion};
use crate::domain::operation::AcuseServido;
use crate::signature::SealError;
use crate::store::acuses_sellados::{self, Sellado};
use crate::store::journal::{self, Hoja};
use crate::store::{Durability, Reader, Store, StoreError, acuses, hold, notificaciones};

use super::act::Row;
use super::author::Author;
use super::surroundings::HuellaDeAcuse;
use super::{Believe, Clock, Seal, UseCaseError};

/// The operation's name in the journal.
const SELLAR: &str = "sellarAcuses";

/// Gives the sealed document of an acuse, as it is at an instant.
pub type MakeSealed<'a> = &'a dyn Fn(&AcuseServido, DateTime<Utc>) -> Result<Vec<u8>, SealError>;

/// With what acuses are sealed, and what that takes from outside.
pub struct Sealer<'a> {
    /// Official time.
    pub clock: Clock<'a>,
    /// A new identifier each time.
    pub ids: &'a dyn Fn() -> Uuid,
    /// Whether the clock may be believed.
    pub believe: Believe<'a>,
    /// By which a decision stands in the log.
    pub huella_de_acuse: HuellaDeAcuse<'a>,
    /// From when until when its seals hold.
    pub validity: Seal,
    /// Seals one.
    pub make: MakeSealed<'a>,
}

/// What came of some acuses.
#[derive(Debug, Default)]
pub struct Sealed {
    /// How many were sealed.
    pub sealed: usize,
    /// Those that are not what the journal says that was decided, which nobody seals.
    pub refused: Vec<StoreError>,
}

/// Seals those of the acuses of these notifications that are not sealed yet, and keeps them with a row of the journal and a leaf
/// each, in one transaction. They are signed before it, so that nobody waits for that who decides. `to` is the number of the
/// journal up to which all are sealed then.
///
/// Each must be what the journal and the log say that was decided: our key vouches for nothing that somebody altered. By a
/// clock that may not be believed nothing is sealed (D-100), nor by a certificate that is not in force.
pub fn seal(
    store: &Store,
    sealer: &Sealer<'_>,
    codigos: &[Codigo],
    to: Option<i64>,
) -> Result<Sealed, UseCaseError> {
    let (served, refused) = store.read(|conn| vouched(conn, codigos, sealer.huella_de_acuse))?;
    if served.is_empty() {
        return Ok(Sealed { sealed: 0, refused });
    }
    let at = (sealer.clock)();
    sealer.validity.check(at)?;
    let made: Vec<Sellado> = served
        .iter()
        .map(|served| {
            let octets = (sealer.make)(served, at)?;
            Ok(Sellado::new(
                served.acuse.codigo,
                served.acuse.identificador,
                &octets,
            ))
        })
        .collect::<Result<_, SealError>>()
        .map_err(UseCaseError::Unsealable)?;
    Ok(Sealed {
        sealed: keep(store, sealer, &made, to)?,
        refused,
    })
}

/// The acuses that are to be sealed, and why others are not. One that cannot be read keeps none of the others from it.
fn vouched(
    conn: &mut Reader,
    codigos: &[Codigo],
    huella_de_acuse: HuellaDeAcuse<'_>,
) -> Result<(Vec<AcuseServido>, Vec<StoreError>), StoreError> {
    let missing: Vec<Codigo> = acuses_sellados::unsealed(conn, codigos)?
        .into_iter()
        .map(|(codigo, _)| codigo)
        .collect();
    let mut refused = Vec::new();
    if missing.is_empty() {
        return Ok((Vec::new(), refused));
    }
    if let Ok(all) = vouched_all(conn, &missing, huella_de_acuse) {
        return Ok((all, refused));
    }
    let mut served = Vec::with_capacity(missing.len());
    for codigo in missing {
        match vouched_all(conn, &[codigo], huella_de_acuse) {
            Ok(one) => served.extend(one),
            Err(error) if error.trouble().is_none() => refused.push(error),
            Err(error) => return Err(error),
        }
    }
    Ok((served, refused))
}

/// The acuses of notifications, each of which must be what journal and log say that was decided.
fn vouched_all(
    conn: &mut Reader,
    codigos: &[Codigo],
    huella_de_acuse: HuellaDeAcuse<'_>,
) -> Result<Vec<AcuseServido>, StoreError> {
    let mut of: HashMap<Codigo, Notificacion> = notificaciones::of_codes(conn, codigos)?
        .into_iter()
        .map(|notificacion| (notificacion.codigo, notificacion))
        .collect();
    let mut served = Vec::with_capacity(codigos.len());
    for acuse in acuses::of_codes(conn, codigos)? {
        let notificacion = of
            .remove(&acuse.codigo)
            .filter(|notificacion| notificacion.documento.huella == acuse.documento)
            .ok_or(StoreError::Unvouched {
                codigo: acuse.codigo.number(),
            })?;
        served.push(AcuseServido { acuse, notificacion });
    }
    let made = served.iter().map(|served| {
        (
            &served.acuse,
            huella_de_acuse(&served.acuse, &served.notificacion),
        )
    });
    journal::vouch_in_log(conn, made)?;
    Ok(served)
}

/// Keeps those of which none was kept meanwhile; gives how many.
fn keep(
    store: &Store,
    sealer: &Sealer<'_>,
    made: &[Sellado],
    to: Option<i64>,
) -> Result<usize, UseCaseError> {
    let codigos: Vec<Codigo> = made.iter().map(|sellado| sellado.codigo).collect();
    store.write::<_, UseCaseError, _>(Durability::Full, |conn| {
        hold::hold_seals(conn)?;
        if let Some(to) = to {
            acuses_sellados::set_sealed_to(conn, to)?;
        }
        let missing = acuses_sellados::unsealed(conn, &codigos)?;
        let is_missing = |sellado: &&Sellado| missing.contains(&(sellado.codigo, sellado.identificador));
        let new: Vec<&Sellado> = made.iter().filter(is_missing).collect();
        if new.is_empty() {
            return Ok(0);
        }
        let leaves: Vec<Hoja> = new.iter().map(|sellado| sellado.leaf()).collect();
        let codigos: Vec<i32> = new.iter().map(|sellado| sellado.codigo.number()).collect();
        let held = journal::hold(conn)?;
        let at = (sealer.clock)();
        (sealer.believe)(at, held.last())?;
        let row = Row {
            detalle: json!({ "codigos": codigos }),
            ..Row::of(None, "hecho")
        };
        let at = clock::not_before(at, held.last());
        let entry = row.entry(Author::service(), (sealer.ids)(), SELLAR, at);
        let asiento = held.append_with(conn, &entry, &leaves)?;
        acuses_sellados::insert(conn, asiento, &new)?;
        Ok(new.len())
    })
}
