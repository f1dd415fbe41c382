//! Loads of files that have not come to their end: how far each has got, so that it goes on from there.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::domain::notificacion::Huella;

use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::schema::cargas::{self, dsl};
use super::upsert::{columns, upsert};

/// Which load it is: the hash of the file, and as what it is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carga {
    /// SHA-256 of the file.
    pub huella: Huella,
    /// The kind of file, as the command names it.
    pub clase: &'static str,
}

/// How far a load has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Every line up to this one, counted from 1, was loaded or refused.
    pub linea: u64,
    /// How many were loaded.
    pub cargadas: u64,
    /// How many were refused.
    pub rechazadas: u64,
}

/// How far it has got; nothing where it has not begun, or has come to its end.
pub fn find(conn: &mut Reader, carga: Carga) -> Result<Option<Progress>, StoreError> {
    let found: Option<(i64, i64, i64)> = on_each!(conn, |c| {
        cargas::table
            .find((carga.huella, carga.clase))
            .select((dsl::linea, dsl::cargadas, dsl::rechazadas))
            .first(c)
            .optional()
    })?;
    found
        .map(|(linea, cargadas, rechazadas)| {
            let read = || {
                Some(Progress {
                    linea: linea.try_into().ok()?,
                    cargadas: cargadas.try_into().ok()?,
                    rechazadas: rechazadas.try_into().ok()?,
                })
            };
            read().ok_or_else(|| StoreError::corrupt("cargas", &carga.huella))
        })
        .transpose()
}

/// Records how far it has got, with what was loaded up to there.
pub fn advance(
    conn: &mut Writer,
    carga: Carga,
    progress: Progress,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let row = (
        dsl::huella.eq(carga.huella),
        dsl::clase.eq(carga.clase),
        dsl::linea.eq(count(progress.linea)),
        dsl::cargadas.eq(count(progress.cargadas)),
        dsl::rechazadas.eq(count(progress.rechazadas)),
        dsl::avanzada.eq(Micros::from(at)),
    );
    on_each!(conn, |c| {
        upsert(
            diesel::insert_into(cargas::table).values(row),
            columns![dsl::huella, dsl::clase],
            columns![dsl::linea, dsl::cargadas, dsl::rechazadas, dsl::avanzada],
        )
        .execute(c)
    })?;
    Ok(())
}

/// Forgets it: it has come to its end.
pub fn finish(conn: &mut Writer, carga: Carga) -> Result<(), StoreError> {
    on_each!(conn, |c| diesel::delete(
        cargas::table.find((carga.huella, carga.clase))
    )
    .execute(c))?;
    Ok(())
}

/// Forgets all others of the same kind, since one has come between: what they told may have been told otherwise.
pub fn supersede(conn: &mut Writer, clase: &str, except: Option<Huella>) -> Result<(), StoreError> {
    let others = cargas::table.filter(dsl::clase.eq(clase));
    if let Some(huella) = except {
        let others = others.filter(dsl::huella.ne(huella));
        on_each!(conn, |c| diesel::delete(others).execute(c))?;
    } else {
        // It came from what can be read only once, and has no row itself.
        on_each!(conn, |c| diesel::delete(others).execute(c))?;
    }
    Ok(())
}
