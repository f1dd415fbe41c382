//! Recording a time stamp: the token, the row of the journal that tells of it, and its leaf, in one transaction (E-23).

use openssl::sha::sha256;
use serde_json::json;

use crate::domain::clock;
use crate::domain::notificacion::Huella;
use crate::store::journal::{self, Clase, Hoja};
use crate::store::sellos::{self, Sello};
use crate::store::{Durability, Store};

use super::act::Row;
use super::author::Author;
use super::{Surroundings, UseCaseError};

/// Keeps a stamp. Nothing is written by a clock that may not be believed (D-100): who asks again is given another one.
pub fn record(store: &Store, around: &Surroundings<'_>, sello: &Sello) -> Result<(), UseCaseError> {
    store.write::<_, UseCaseError, _>(Durability::Full, |conn| {
        sellos::keep(conn, sello)?;
        let at = (around.clock)();
        let held = journal::hold(conn)?;
        (around.believe)(at, held.last())?;
        let row = Row {
            detalle: json!({
                "tamano": sello.punto.tamano,
                "documento": Huella(sha256(&sello.punto.documento)).to_string(),
                "sellado": sello.instante.to_rfc3339(),
                "tsa": sello.tsa,
            }),
            ..Row::of(None, "hecho")
        };
        let at = clock::not_before(at, held.last());
        let entry = row.entry(Author::service(), (around.ids)(), "sellar", at);
        let leaf = Hoja {
            clase: Clase::Sello,
            referencia: sello.punto.tamano.to_string(),
            huella: Huella(sha256(&sello.token)),
        };
        held.append_with(conn, &entry, &[leaf])?;
        Ok(())
    })
}
