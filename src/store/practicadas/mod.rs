//! News that notifications were practised elsewhere, and how each stood when it came. Rows are never changed nor removed, and each
//! is told by a row of the journal too. Of all practices the earliest counts (D-18, D-19).

mod tell;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;

use crate::domain::notificacion::{Codigo, Estado, Medio, Notificacion, Sentido, Situacion};

pub use self::tell::{Contada, NotTold, deed, tell, tell_again};
use super::among::among;
use super::backend::{Reader, on_each};
use super::columns::Micros;
use super::error::StoreError;
use super::journal::practica::{self, Dicha};
use super::schema::practicadas::{self, dsl};
use super::stored::{Stored, nullable_instant};

/// A row as it lies.
#[derive(Queryable, Selectable)]
#[diesel(table_name = practicadas)]
pub(super) struct Row {
    pub(super) secuencia: i64,
    pub(super) codigo: i32,
    medio: Stored<Medio>,
    estado: i16,
    instante: Micros,
    rige: bool,
    antes_estado: i16,
    antes_instante: Option<Micros>,
    registrado: Micros,
    peticion: Stored<Uuid>,
}

impl Row {
    /// What it says, as the journal would, and by which request; nothing where it cannot be read.
    pub(super) fn dicha(&self) -> Option<(Uuid, Dicha)> {
        let dicha = Dicha {
            codigo: self.codigo,
            estado: self.estado,
            instante: self.instante.number(),
            medio: self.medio.0?,
            rige: self.rige,
        };
        Some((self.peticion.0?, dicha))
    }

    /// Whether a notification stands by it.
    fn is_of(&self, situacion: Situacion) -> bool {
        matches!(situacion, Situacion::Decidida { sentido, instante }
            if self.rige && self.estado == number(sentido.estado()) && self.instante == Micros::from(instante))
    }
}

fn number(estado: Estado) -> i16 {
    estado.number().into()
}

/// By which way each of these was practised elsewhere, of those that were and stand by that.
pub fn medios<'a>(
    conn: &mut Reader,
    notificaciones: impl Iterator<Item = &'a Notificacion>,
) -> Result<HashMap<Codigo, Medio>, StoreError> {
    let decided: HashMap<Codigo, Situacion> = notificaciones
        .filter(|one| matches!(one.situacion, Situacion::Decidida { .. }))
        .map(|one| (one.codigo, one.situacion))
        .collect();
    if decided.is_empty() {
        return Ok(HashMap::new());
    }
    let codigos: Vec<Codigo> = decided.keys().copied().collect();
    let mut medios = HashMap::new();
    for row in of_codes(conn, &codigos)? {
        let corrupt = || StoreError::corrupt("practicadas", &row.secuencia);
        let codigo = Codigo::new(row.codigo).ok_or_else(corrupt)?;
        if decided.get(&codigo).is_some_and(|stands| row.is_of(*stands)) {
            // Of two at one instant the first that was told.
            medios.entry(codigo).or_insert(row.medio.0.ok_or_else(corrupt)?);
        }
    }
    Ok(medios)
}

fn of_codes(conn: &mut Reader, codigos: &[Codigo]) -> Result<Vec<Row>, StoreError> {
    on_each!(conn, |c| {
        practicadas::table
            .filter(among(dsl::codigo, codigos))
            .order(dsl::secuencia)
            .select(Row::as_select())
            .load(c)
    })
}

/// By which way a notification was practised elsewhere, if it stands as a row of the journal says that bears its own hash.
pub fn vouch(conn: &mut Reader, notificacion: &Notificacion) -> Result<Option<Medio>, StoreError> {
    for row in of_codes(conn, &[notificacion.codigo])? {
        if row.is_of(notificacion.situacion)
            && let Some((peticion, dicha)) = row.dicha()
            && practica::vouch(conn, peticion, dicha)?
        {
            return Ok(Some(dicha.medio));
        }
    }
    Ok(None)
}

/// The notification as it stood by what was known at an instant: what was told after that was not.
pub fn as_known(
    conn: &mut Reader,
    notificacion: Notificacion,
    sabido: DateTime<Utc>,
) -> Result<Notificacion, StoreError> {
    let rows = of_codes(conn, &[notificacion.codigo])?;
    let later = rows
        .into_iter()
        .find(|row| row.rige && row.registrado > Micros::from(sabido));
    let Some(row) = later else {
        return Ok(notificacion);
    };
    let corrupt = || StoreError::corrupt("practicadas", &row.secuencia);
    let instante = nullable_instant(row.antes_instante).ok_or_else(corrupt)?;
    let estado = Estado::from_number(row.antes_estado.into()).ok_or_else(corrupt)?;
    let situacion = match (Sentido::of(estado), instante) {
        (Some(sentido), Some(instante)) => Situacion::Decidida { sentido, instante },
        // Whether its term was over is told by its end.
        _ => Situacion::Pendiente {
            acuse_solicitado: estado == Estado::AcuseSolicitado,
        },
    };
    Ok(Notificacion {
        situacion,
        ..notificacion
    })
}

/// That news counted, and came after somebody had decided or the term had ended: spelt as in the index that serves it, which a
/// bound value would hide.
const LATE: &str = "rige and antes_estado > 1";

/// How much news came late, and when the last of it.
pub fn late(conn: &mut Reader) -> Result<(i64, Option<DateTime<Utc>>), StoreError> {
    let count: i64 = on_each!(conn, |c| {
        practicadas::table
            .filter(sql::<Bool>(LATE))
            .select(count_star())
            .first(c)
    })?;
    let last: Option<Micros> = on_each!(conn, |c| {
        practicadas::table
            .filter(sql::<Bool>(LATE))
            .order(dsl::registrado.desc())
            .select(dsl::registrado)
            .first(c)
            .optional()
    })?;
    let last = nullable_instant(last).ok_or_else(|| StoreError::corrupt("practicadas", &0))?;
    Ok((count, last))
}

/// Rows behind a number, in order: `limit` at most.
pub(super) fn page_after(conn: &mut Reader, secuencia: i64, limit: i64) -> Result<Vec<Row>, StoreError> {
    on_each!(conn, |c| {
        practicadas::table
            .filter(dsl::secuencia.gt(secuencia))
            .order(dsl::secuencia)
            .limit(limit)
            .select(Row::as_select())
            .load(c)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::plan_of;

    /// Whoever watches whether the service is ready asks each second, however much was practised elsewhere in time.
    #[test]
    fn news_that_came_late_is_counted_by_its_index() {
        for asked in [
            "count(*) from practicadas where",
            "registrado from practicadas where",
        ] {
            let plan = plan_of(&format!("select {asked} {LATE} order by registrado desc limit 1"));
            assert!(
                matches!(plan.as_slice(), [one] if one.contains("INDEX practicadas_tarde")),
                "{plan:?}"
            );
        }
    }
}
