//! Leaves by their index.

use std::ops::Range;

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, SmallInt};

use crate::domain::notificacion::Codigo;
use crate::store::backend::{Reader, on_each};
use crate::store::error::StoreError;
use crate::store::schema::auditoria_cabeza::{self, dsl};
use crate::tlog::{Clase, Entry};

/// How many leaves have an index.
pub fn size(conn: &mut Reader) -> Result<u64, StoreError> {
    let leaves: Option<i64> = on_each!(conn, |c| auditoria_cabeza::table
        .filter(dsl::unica.eq(1))
        .select(dsl::hojas)
        .first(c)
        .optional())?;
    let leaves = leaves.ok_or_else(|| StoreError::corrupt("auditoria_cabeza", &1))?;
    u64::try_from(leaves).map_err(|_| StoreError::corrupt("auditoria_cabeza", &leaves))
}

/// A row's own leaf, or one of those beside it.
#[derive(QueryableByName)]
struct Leaf {
    /// How many leaves there are up to the row and with it.
    #[diesel(sql_type = BigInt)]
    upto: i64,
    /// How many the row has beside its own.
    #[diesel(sql_type = Integer)]
    hojas: i32,
    #[diesel(sql_type = Binary)]
    hash: Vec<u8>,
    #[diesel(sql_type = Nullable<Integer>)]
    orden: Option<i32>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    clase: Option<i16>,
    #[diesel(sql_type = Nullable<Binary>)]
    huella: Option<Vec<u8>>,
}

/// The entries of the leaves with these indices, from the first on; fewer where there are no more. Where one between is missing, or
/// there is one too many, the journal was altered.
pub fn leaves(conn: &mut Reader, wanted: Range<u64>) -> Result<Vec<Entry>, StoreError> {
    let corrupt = || StoreError::corrupt("cadena", &wanted.start);
    let bound = |index: u64| i64::try_from(index).map_err(|_| corrupt());
    let (from, to) = (bound(wanted.start)?, bound(wanted.end)?);
    if from >= to {
        return Ok(Vec::new());
    }
    // The rows that have leaves between: up to the first that has the last one.
    let question = format!(
        "select c.hojas as upto, a.hojas, a.hash, h.orden, h.clase, h.huella from cadena c \
         join auditoria a on a.id = c.asiento left join hojas h on h.asiento = c.asiento \
         where c.hojas > {from} and c.hojas <= coalesce((select min(hojas) from cadena where hojas >= {to}), {to}) \
         order by c.hojas, h.orden"
    );
    let rows: Vec<Leaf> = on_each!(conn, |c| diesel::sql_query(&question).load(c))?;
    let mut entries = Vec::new();
    for row in rows {
        let own = row.upto - 1 - i64::from(row.hojas);
        let is_first_of_row = row.orden.is_none_or(|orden| orden == 1);
        if is_first_of_row {
            let huella = row.hash.try_into().map_err(|_| corrupt())?;
            put(&mut entries, from..to, own, || {
                Some(Entry::new(Clase::Asiento.number(), &huella))
            })
            .ok_or_else(corrupt)?;
        }
        if let Some(orden) = row.orden {
            put(&mut entries, from..to, own + i64::from(orden), || {
                let class = u8::try_from(row.clase?).ok()?;
                Some(Entry::new(class, &row.huella?.try_into().ok()?))
            })
            .ok_or_else(corrupt)?;
        }
    }
    Ok(entries)
}

/// Puts a leaf behind those before, if it is wanted; none may have the place of another.
fn put(
    entries: &mut Vec<Entry>,
    wanted: Range<i64>,
    index: i64,
    entry: impl FnOnce() -> Option<Entry>,
) -> Option<()> {
    if wanted.contains(&index) {
        let place = usize::try_from(index - wanted.start).ok()?;
        if place != entries.len() {
            return None;
        }
        entries.push(entry()?);
    }
    Some(())
}

/// A leaf that has a notification's code, as it is counted.
#[derive(QueryableByName)]
struct OfCode {
    #[diesel(sql_type = BigInt)]
    indice: i64,
}

/// The leaves whose documents are found by a notification's code, the first one first. All leaves are looked at.
pub fn of_codigo(conn: &mut Reader, codigo: Codigo) -> Result<Vec<u64>, StoreError> {
    // Only of these classes is what a leaf refers to the code of a notification.
    let classes = [
        Clase::Publicacion,
        Clase::Decision,
        Clase::Caducidad,
        Clase::Sellado,
    ];
    let classes = classes.map(|class| class.number().to_string()).join(", ");
    let question = format!(
        "select c.hojas - 1 - a.hojas + h.orden as indice from hojas h \
         join cadena c on c.asiento = h.asiento join auditoria a on a.id = h.asiento \
         where h.referencia = '{}' and h.clase in ({classes}) order by 1",
        codigo.number()
    );
    let found: Vec<OfCode> = on_each!(conn, |c| diesel::sql_query(&question).load(c))?;
    let corrupt = || StoreError::corrupt("hojas", &codigo.number());
    found
        .into_iter()
        .map(|OfCode { indice }| u64::try_from(indice).map_err(|_| corrupt()))
        .collect()
}
