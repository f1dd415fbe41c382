//! Outages that an operator declared, and which of them were declared in error: only added to, each with when it was recorded
//! (D-11).

use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

use crate::domain::computo::Incidencia;

use super::backend::{Reader, Writer, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::schema::{incidencias, incidencias_anuladas};

/// An outage as it was declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declarada {
    /// Its number, by which an operator withdraws it.
    pub numero: i64,
    /// From when until when.
    pub incidencia: Incidencia,
    /// Why it is said that the service was out, for whoever reads it later.
    pub motivo: String,
    /// When it was declared.
    pub registrada: DateTime<Utc>,
    /// Why it was annulled, and when, if it was.
    pub anulada: Option<(String, DateTime<Utc>)>,
}

type Row = (i64, Micros, Micros, String, Micros);
type Annulled = Option<(String, Micros)>;

/// All that were declared, in that order.
pub fn list(conn: &mut Reader) -> Result<Vec<Declarada>, StoreError> {
    let rows: Vec<(Row, Annulled)> = on_each!(conn, |c| {
        incidencias::table
            .left_join(incidencias_anuladas::table)
            .order(incidencias::secuencia)
            .select((
                incidencias::all_columns,
                (incidencias_anuladas::motivo, incidencias_anuladas::registrado).nullable(),
            ))
            .load(c)
    })?;
    rows.into_iter().map(read).collect()
}

fn read(
    ((numero, desde, hasta, motivo, registrada), annulled): (Row, Annulled),
) -> Result<Declarada, StoreError> {
    let read = || {
        let anulada = match annulled {
            None => None,
            Some((motivo, at)) => Some((motivo, at.instant()?)),
        };
        Some(Declarada {
            numero,
            incidencia: Incidencia {
                desde: desde.instant()?,
                hasta: hasta.instant()?,
            },
            motivo,
            registrada: registrada.instant()?,
            anulada,
        })
    };
    read().ok_or_else(|| StoreError::corrupt("incidencias", &numero))
}

/// Those by which terms are counted.
pub(super) fn in_force(conn: &mut Reader) -> Result<Vec<Incidencia>, StoreError> {
    let all = list(conn)?;
    Ok(all
        .into_iter()
        .filter(|one| one.anulada.is_none())
        .map(|one| one.incidencia)
        .collect())
}

/// Declares one, and gives its number. That terms are counted otherwise by it must have been told before, to
/// [`plazos::change`](super::plazos::change): whoever publishes or declares waits since then.
pub fn declare(
    conn: &mut Writer,
    incidencia: Incidencia,
    motivo: &str,
    registrada: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let row = (
        incidencias::desde.eq(Micros::from(incidencia.desde)),
        incidencias::hasta.eq(Micros::from(incidencia.hasta)),
        incidencias::motivo.eq(motivo),
        incidencias::registrado.eq(Micros::from(registrada)),
    );
    on_each!(conn, |c| diesel::insert_into(incidencias::table)
        .values(row)
        .execute(c))?;
    let last: Option<i64> = on_each!(conn, |c| incidencias::table
        .select(max(incidencias::secuencia))
        .first(c))?;
    last.ok_or_else(|| StoreError::corrupt("incidencias", &0))
}

/// Annuls one, told before as a declaration is. That there is none of this number is [`StoreError::Dangling`]; that it is annulled
/// already, [`StoreError::Duplicate`].
pub fn annul(
    conn: &mut Writer,
    numero: i64,
    motivo: &str,
    registrada: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = (
        incidencias_anuladas::incidencia.eq(numero),
        incidencias_anuladas::motivo.eq(motivo),
        incidencias_anuladas::registrado.eq(Micros::from(registrada)),
    );
    on_each!(conn, |c| diesel::insert_into(incidencias_anuladas::table)
        .values(row)
        .execute(c))?;
    Ok(())
}
