//! Notifications that another system had published before: how each stood when it was loaded. Rows are never changed nor
//! removed, and each is told by a row of the journal too.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::domain::notificacion::{Codigo, Estado, Notificacion, Situacion};

use super::backend::{Reader, Writer, on_each};
use super::columns::{Id, Micros};
use super::error::StoreError;
use super::insert::insert_rows;
use super::journal::historia::{self, Dicha};
use super::schema::historicas::{self, dsl};
use super::stored::Stored;

#[derive(Insertable)]
#[diesel(table_name = historicas, treat_none_as_default_value = false)]
struct New {
    codigo: Codigo,
    estado: i16,
    instante: Option<Micros>,
    peticion: Id,
}

/// A row as it lies.
#[derive(Queryable, Selectable)]
#[diesel(table_name = historicas)]
pub(super) struct Row {
    pub(super) codigo: i32,
    pub(super) estado: i16,
    pub(super) instante: Option<Micros>,
    peticion: Stored<Uuid>,
}

impl Row {
    /// What it says, as the journal would.
    pub(super) fn dicha(&self) -> Dicha {
        Dicha {
            codigo: self.codigo,
            estado: self.estado,
            instante: self.instante.map(Micros::number),
        }
    }
}

/// Where a notification stands, as what is loaded of before says it.
#[must_use]
pub fn dicha(notificacion: &Notificacion) -> Dicha {
    let (estado, instante): (Estado, Option<DateTime<Utc>>) = match notificacion.situacion {
        Situacion::Pendiente { .. } => (Estado::SinAcuse, None),
        Situacion::Decidida { sentido, instante } => (sentido.estado(), Some(instante)),
        Situacion::Caducada => (Estado::Caducada, notificacion.caduca),
    };
    Dicha {
        codigo: notificacion.codigo.number(),
        estado: estado.number().into(),
        instante: instante.map(|at| Micros::from(at).number()),
    }
}

/// Records how notifications stood when they were loaded, which must be there; the journal says so by this request.
pub fn insert(conn: &mut Writer, loaded: &[&Notificacion], peticion: Uuid) -> Result<(), StoreError> {
    let rows = loaded.iter().map(|notificacion| {
        let dicha = dicha(notificacion);
        New {
            codigo: notificacion.codigo,
            estado: dicha.estado,
            instante: dicha.instante.map(Micros::of_number),
            peticion: Id(peticion),
        }
    });
    insert_rows!(conn, historicas::table, rows)
}

/// Whether a notification stands as it was loaded, by a row of the journal that bears its own hash.
pub fn vouch(conn: &mut Reader, notificacion: &Notificacion) -> Result<bool, StoreError> {
    let row: Option<Row> = on_each!(conn, |c| {
        historicas::table
            .find(notificacion.codigo.number())
            .select(Row::as_select())
            .first(c)
            .optional()
    })?;
    let stands = dicha(notificacion);
    match row {
        Some(Row {
            peticion: Stored(Some(peticion)),
            ..
        }) => historia::vouch(conn, peticion, stands),
        _ => Ok(false),
    }
}

/// Rows behind a code, in order: `limit` at most.
pub(super) fn page_after(conn: &mut Reader, codigo: i32, limit: i64) -> Result<Vec<Row>, StoreError> {
    on_each!(conn, |c| {
        historicas::table
            .filter(dsl::codigo.gt(codigo))
            .order(dsl::codigo)
            .limit(limit)
            .select(Row::as_select())
            .load(c)
    })
}
