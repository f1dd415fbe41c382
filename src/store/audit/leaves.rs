//! The leaves of the log that rows of the journal have beside their own, against what each row binds (E-4).

use std::collections::{BTreeSet, HashMap};

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

use super::{Fault, Finding, Sink, TOLD};
use crate::domain::notificacion::Huella;
use crate::store::backend::{Reader, on_each};
use crate::store::error::StoreError;
use crate::store::journal::{Contents, entradas, entry};
use crate::store::schema::auditoria;
use crate::store::schema::hojas::{self, dsl};
use crate::store::stored::Stored;

/// Leaves that are read at a time, but for a row that has more.
const BATCH: i64 = 5000;

/// A leaf as it lies.
#[derive(Queryable, Selectable)]
#[diesel(table_name = hojas)]
struct Leaf {
    asiento: i64,
    orden: i32,
    clase: i16,
    huella: Stored<Huella>,
}

/// Holds the leaves of rows, each of which bears its own hash, against what they say of them.
pub(super) fn check(conn: &mut Reader, rows: &[&Contents], found: Sink<'_>) -> Result<(), StoreError> {
    let mut rest = rows;
    while !rest.is_empty() {
        let mut count = 0;
        let fitting = rest.iter().take_while(|row| {
            count += i64::from(row.hojas());
            count <= BATCH
        });
        let (some, more) = rest.split_at(fitting.count().max(1));
        check_some(conn, some, found)?;
        rest = more;
    }
    Ok(())
}

fn check_some(conn: &mut Reader, rows: &[&Contents], found: Sink<'_>) -> Result<(), StoreError> {
    let ids = || rows.iter().map(|row| row.id());
    let (Some(first), Some(last)) = (ids().min(), ids().max()) else {
        return Ok(());
    };
    let leaves: Vec<Leaf> = on_each!(conn, |c| {
        hojas::table
            .filter(dsl::asiento.between(first, last))
            .order((dsl::asiento, dsl::orden))
            .select(Leaf::as_select())
            .load(c)
    })?;
    let mut of_each: HashMap<i64, Vec<Leaf>> = HashMap::new();
    for leaf in leaves {
        of_each.entry(leaf.asiento).or_default().push(leaf);
    }
    for row in rows {
        compare(row, &of_each.remove(&row.id()).unwrap_or_default(), found);
    }
    Ok(())
}

/// The leaves of a row must be those that it binds, numbered without gaps.
fn compare(row: &Contents, leaves: &[Leaf], found: Sink<'_>) {
    let id = row.id();
    let bound = 1..=row.hojas();
    let there: BTreeSet<i32> = leaves.iter().map(|leaf| leaf.orden).collect();
    let missing = bound.clone().filter(|orden| !there.contains(orden)).take(TOLD);
    let unbound = there.iter().copied().filter(|orden| !bound.contains(orden));
    let gaps: Vec<(i32, Fault)> = missing
        .map(|orden| (orden, Fault::Missing))
        .chain(unbound.map(|orden| (orden, Fault::Unbound)))
        .collect();
    for (orden, fault) in &gaps {
        found(of_leaf(id, *orden, *fault));
    }
    let entries: Option<Vec<[u8; 33]>> = leaves
        .iter()
        .map(|leaf| Some(entry(u8::try_from(leaf.clase).ok()?, leaf.huella.0?)))
        .collect();
    if gaps.is_empty() && entries.map(entradas) != row.entradas() {
        // Which of them it is, their documents say.
        found(of_leaf(id, 1, Fault::Unbound));
    }
}

/// Whether the leaves of a row are not what it binds, or the row is not what its own hash is of.
pub(super) fn are_unbound(conn: &mut Reader, asiento: i64) -> Result<bool, StoreError> {
    let row: Option<Contents> = on_each!(conn, |c| auditoria::table
        .filter(auditoria::id.eq(asiento))
        .select(Contents::as_select())
        .first(c)
        .optional())?;
    let Some(row) = row else { return Ok(true) };
    let mut any = row.actual(None).is_none_or(|actual| row.borne() != Some(actual));
    check_some(conn, &[&row], &mut |_| any = true)?;
    Ok(any)
}

#[derive(QueryableByName)]
struct Loose {
    #[diesel(sql_type = BigInt)]
    asiento: i64,
    #[diesel(sql_type = Integer)]
    orden: i32,
}

/// Leaves of which there is no row, nor ever was as far as the chain knows.
pub(super) fn of_no_row(conn: &mut Reader, found: Sink<'_>) -> Result<(), StoreError> {
    const QUESTION: &str = "select h.asiento, h.orden from hojas h where not exists \
         (select 1 from auditoria a where a.id = h.asiento) and not exists \
         (select 1 from cadena c where c.asiento = h.asiento) order by h.asiento, h.orden";
    let loose: Vec<Loose> = on_each!(conn, |c| diesel::sql_query(QUESTION).load(c))?;
    for Loose { asiento, orden } in loose {
        found(of_leaf(asiento, orden, Fault::Dangling));
    }
    Ok(())
}

fn of_leaf(asiento: i64, orden: i32, fault: Fault) -> Finding {
    Finding {
        table: "hojas",
        key: format!("{asiento}/{orden}"),
        column: None,
        fault,
    }
}
