//! What the journal says that was decided, to be held against what the tables say now.

use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};

use diesel::prelude::*;
use uuid::Uuid;

use super::detalle;
use super::row::{Contents, Link, Row};
use crate::domain::acuse::Acuse;
use crate::domain::nif::Nif;
use crate::domain::notificacion::{Huella, Sentido};
use crate::store::backend::{Reader, on_each};
use crate::store::columns::{Id, Micros};
use crate::store::error::StoreError;
use crate::store::schema::{auditoria, cadena};

/// What one request decided: a row of the journal that names evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Act {
    /// The codes that it decided, in order.
    pub(in crate::store) codigos: Vec<i32>,
    peticion: Uuid,
    instante: Micros,
    persona: Option<Nif>,
    entidad: Option<Nif>,
    /// Missing also where nobody was named.
    poderdante: Option<Nif>,
    /// Missing in rows that do not say it.
    sentido: Option<Sentido>,
    evidencia: Huella,
}

impl Act {
    /// What a row decided; nothing inside if it decided nothing, and nothing at all if it cannot be read.
    #[expect(
        clippy::option_option,
        reason = "unreadable, not an act and an act are three answers"
    )]
    pub(in crate::store) fn of(row: &Contents) -> Option<Option<Self>> {
        let Some(evidencia) = &row.evidencia else {
            return Some(None);
        };
        let nif = |column: &Option<super::row::Text>| match column {
            None => Some(None),
            Some(text) => text.0.as_deref()?.parse().ok().map(Some),
        };
        let (sentido, codigos) = detalle::read(row.detalle.0.as_deref()?)?;
        Some(Some(Self {
            codigos,
            peticion: row.peticion.0?,
            instante: row.instante,
            persona: nif(&row.persona)?,
            entidad: nif(&row.entidad)?,
            poderdante: nif(&row.poderdante)?,
            sentido,
            evidencia: evidencia.0?,
        }))
    }

    /// The column of `acuses` that is not what this act made it.
    pub(in crate::store) fn difference(&self, acuse: &Acuse) -> Option<&'static str> {
        let differs = [
            ("peticion", self.peticion != acuse.peticion),
            ("instante", self.instante != Micros::from(acuse.instante)),
            ("sentido", self.sentido.is_some_and(|said| said != acuse.sentido)),
            ("persona_nif", self.persona != acuse.firmante.persona()),
            ("entidad_nif", self.entidad != acuse.firmante.entidad()),
            (
                "sujeto_nif",
                self.poderdante.is_some_and(|said| said != acuse.poderdante),
            ),
            ("evidencia_huella", self.evidencia != acuse.evidencia),
        ];
        differs
            .into_iter()
            .find_map(|(column, differs)| differs.then_some(column))
    }
}

/// Confirms that each acuse is what the journal says that was decided, by a row that bears its own hash. Whoever seals an
/// acuse, or gives a document on its word, asks this before: our key must not vouch for a row that somebody altered.
pub fn vouch<'a>(conn: &mut Reader, acuses: impl IntoIterator<Item = &'a Acuse>) -> Result<(), StoreError> {
    let mut known: HashMap<Uuid, Vec<Act>> = HashMap::new();
    for acuse in acuses {
        let acts = match known.entry(acuse.peticion) {
            Occupied(acts) => acts.into_mut(),
            Vacant(place) => place.insert(acts_of(conn, acuse.peticion)?),
        };
        let vouched = acts.iter().any(|act| {
            act.codigos.binary_search(&acuse.codigo.number()).is_ok() && act.difference(acuse).is_none()
        });
        if !vouched {
            return Err(StoreError::Unvouched {
                codigo: acuse.codigo.number(),
            });
        }
    }
    Ok(())
}

/// What a request decided, by rows that are as they were written.
fn acts_of(conn: &mut Reader, peticion: Uuid) -> Result<Vec<Act>, StoreError> {
    let rows: Vec<(Contents, Option<Link>)> = on_each!(conn, |c| {
        auditoria::table
            .left_join(cadena::table)
            .filter(auditoria::peticion.eq(Id(peticion)))
            .filter(auditoria::evidencia.is_not_null())
            .select((Contents::as_select(), Option::<Link>::as_select()))
            .load(c)
    })?;
    Ok(rows
        .into_iter()
        .map(Row::from)
        .filter(Row::is_intact)
        .filter_map(|row| Act::of(&row).flatten())
        .collect())
}
