//! A row of the journal as it lies, which may have been altered.

use diesel::prelude::*;
use uuid::Uuid;

use super::CLOCK_ACCEPTED;
use super::chain::Link;
use crate::domain::notificacion::Huella;
use crate::store::backend::{Reader, on_each};
use crate::store::columns::Micros;
use crate::store::error::StoreError;
use crate::store::schema::auditoria;
use crate::store::stored::{Stored, nullable};

/// A text as it lies.
pub(super) type Text = Stored<String>;

/// A row. What a column cannot hold is nothing inside.
#[derive(Queryable, Selectable)]
#[diesel(table_name = auditoria)]
pub(in crate::store) struct Row {
    pub(in crate::store) secuencia: i64,
    pub(in crate::store) instante: Micros,
    pub(super) peticion: Stored<Uuid>,
    pub(super) operacion: Text,
    pub(super) persona: Option<Text>,
    pub(super) entidad: Option<Text>,
    pub(super) emisor: Text,
    pub(super) serie: Text,
    pub(super) poderdante: Option<Text>,
    pub(super) resultado: Text,
    pub(super) detalle: Text,
    pub(super) evidencia: Option<Stored<Huella>>,
    anterior: Stored<Huella>,
    hash: Stored<Huella>,
}

/// The hashes of a row.
pub(in crate::store) struct Hashes {
    /// Of the row before, as this one bears it.
    pub(in crate::store) before: Huella,
    /// Its own, as it bears it.
    pub(in crate::store) own: Huella,
    /// What its own should be.
    pub(in crate::store) actual: Huella,
}

impl Row {
    /// Its hashes; nothing where a column cannot be read.
    pub(in crate::store) fn hashes(&self) -> Option<Hashes> {
        let before = self.anterior.0?;
        let link = Link {
            anterior: before,
            secuencia: self.secuencia,
            instante: self.instante.number(),
            peticion: self.peticion.0?,
            operacion: self.operacion.0.as_deref()?,
            persona: nullable_text(self.persona.as_ref())?,
            entidad: nullable_text(self.entidad.as_ref())?,
            emisor: self.emisor.0.as_deref()?,
            serie: self.serie.0.as_deref()?,
            poderdante: nullable_text(self.poderdante.as_ref())?,
            resultado: self.resultado.0.as_deref()?,
            detalle: self.detalle.0.as_deref()?,
            evidencia: nullable(self.evidencia.as_ref().map(|stored| Stored(stored.0)))?,
        };
        Some(Hashes {
            before,
            own: self.hash.0?,
            actual: link.hash(),
        })
    }

    /// Whether it says that an operator set time right, which may be a step back.
    pub(in crate::store) fn sets_time(&self) -> bool {
        self.operacion.0.as_deref() == Some(CLOCK_ACCEPTED)
    }

    /// The hash that it bears, whatever it is worth.
    pub(in crate::store) fn borne(&self) -> Option<Huella> {
        self.hash.0
    }
}

/// Rows behind a number, in order: `limit` at most.
pub(in crate::store) fn page_after(
    conn: &mut Reader,
    secuencia: i64,
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
    on_each!(conn, |c| {
        auditoria::table
            .filter(auditoria::secuencia.gt(secuencia))
            .order(auditoria::secuencia)
            .limit(limit)
            .select(Row::as_select())
            .load(c)
    })
}

#[expect(
    clippy::option_option,
    reason = "unreadable, null and a value are three answers"
)]
fn nullable_text(column: Option<&Text>) -> Option<Option<&str>> {
    column.map_or(Some(None), |stored| stored.0.as_deref().map(Some))
}
