//! Sealed acuses against their leaves in the log, and what they say against the rows that they were made of (E-81).

use diesel::prelude::*;
use openssl::sha::sha256;

use super::{Fault, Finding, Sink};
use crate::domain::acuse::Acuse;
use crate::domain::notificacion::{Codigo, Huella, Notificacion};
use crate::store::among::among;
use crate::store::backend::{Reader, on_each};
use crate::store::deflated::inflate;
use crate::store::error::StoreError;
use crate::store::journal::Clase;
use crate::store::schema::acuses_sellados::{self, dsl};
use crate::store::schema::{auditoria, hojas};
use crate::store::stored::Stored;
use crate::store::{acuses, notificaciones};

/// Acuses that are read at a time.
const PAGE: i64 = 500;

/// A table and a column of it.
pub type Place = (&'static str, &'static str);

/// What of an acuse's rows is not what its sealed document says; nothing at all where that is not one of it.
pub type Unlike<'a> = &'a dyn Fn(&Acuse, &Notificacion, &[u8]) -> Option<Vec<Place>>;

/// A sealed acuse as it lies, and its leaf.
type Row = (
    i32,
    i64,
    i32,
    Stored<Huella>,
    Vec<u8>,
    Option<i16>,
    Option<Stored<String>>,
    Option<Stored<Huella>>,
);

/// A leaf as it lies.
type Leaf = (i64, i32, Stored<String>);

/// Goes through all of them; gives how many there were.
pub(super) fn check(
    conn: &mut Reader,
    unlike: Unlike<'_>,
    mut progress: impl FnMut(u64),
    found: Sink<'_>,
) -> Result<u64, StoreError> {
    let mut seen = 0;
    let mut after = i32::MIN;
    let mut right = 0;
    loop {
        let page = page_after(conn, after)?;
        let Some(last) = page.last() else { break };
        after = last.0;
        seen += page.len() as u64;
        let mut good = Vec::new();
        for row in page {
            if let Some(octets) = octets_of(conn, &row, found)? {
                good.push((row.0, octets));
            }
        }
        right += good.len() as u64;
        compare(conn, unlike, &good, found)?;
        progress(seen);
    }
    // What is missing need only be looked for where there are more leaves than rows that have theirs.
    if leaves(conn)? != right {
        missing(conn, found)?;
    }
    Ok(seen)
}

fn page_after(conn: &mut Reader, codigo: i32) -> Result<Vec<Row>, StoreError> {
    let its_leaf = hojas::asiento.eq(dsl::asiento).and(hojas::orden.eq(dsl::orden));
    on_each!(conn, |c| acuses_sellados::table
        .left_join(hojas::table.on(its_leaf))
        .filter(dsl::codigo.gt(codigo))
        .order(dsl::codigo)
        .limit(PAGE)
        .select((
            dsl::codigo,
            dsl::asiento,
            dsl::orden,
            dsl::huella,
            dsl::octetos,
            hojas::clase.nullable(),
            hojas::referencia.nullable(),
            hojas::huella.nullable(),
        ))
        .load(c))
}

/// The octets of a sealed acuse that is what its leaf says; tells what of it is not.
fn octets_of(
    conn: &mut Reader,
    (codigo, asiento, orden, huella, deflated, clase, referencia, leaf): &Row,
    found: Sink<'_>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let mut wrong = |column, fault| found(of_sealed(*codigo, Some(column), fault));
    let octets = inflate(deflated);
    let made = octets.as_deref().map(|octets| Huella(sha256(octets)));
    let (Some(clase), Some(referencia), Some(leaf)) = (clase, referencia, leaf) else {
        // Where the row of the journal had that leaf, it is the leaf that is gone, which is told of it.
        if !is_bound(conn, *asiento, *orden)? {
            wrong(place(conn, *asiento, huella.0)?, Fault::Dangling);
        }
        return Ok(None);
    };
    if *clase != i16::from(Clase::Sellado.number()) {
        wrong(place(conn, *asiento, huella.0)?, Fault::Dangling);
        return Ok(None);
    }
    if referencia.0.as_deref() != Some(codigo.to_string().as_str()) {
        if leaf.0 == huella.0 {
            wrong("codigo", Fault::Dangling);
        } else {
            wrong(place(conn, *asiento, huella.0)?, Fault::Dangling);
        }
        return Ok(None);
    }
    if made.is_none() || (made != leaf.0 && made != huella.0) {
        wrong("octetos", Fault::WrongHash);
        return Ok(None);
    }
    if made != huella.0 {
        wrong("huella", Fault::UnlikeOwnLeaf);
    } else if made != leaf.0 && is_told(conn, *asiento)? {
        // The leaf is not what its row binds, which is told of it.
        return Ok(None);
    } else if made != leaf.0 {
        wrong("octetos", Fault::UnlikeOwnLeaf);
        return Ok(None);
    }
    Ok(octets)
}

/// Whether a row of the journal says that it has so many leaves.
fn is_bound(conn: &mut Reader, asiento: i64, orden: i32) -> Result<bool, StoreError> {
    let hojas: Option<i32> = on_each!(conn, |c| auditoria::table
        .filter(auditoria::id.eq(asiento))
        .filter(auditoria::operacion.eq("sellarAcuses"))
        .select(auditoria::hojas)
        .first(c)
        .optional())?;
    Ok(hojas.is_some_and(|hojas| (1..=hojas).contains(&orden)))
}

/// Whether the leaves of a row are not what it binds.
fn is_told(conn: &mut Reader, asiento: i64) -> Result<bool, StoreError> {
    super::leaves::are_unbound(conn, asiento)
}

/// Which column leads to no leaf: the one by which its own would be found if it were another.
fn place(conn: &mut Reader, asiento: i64, huella: Option<Huella>) -> Result<&'static str, StoreError> {
    let Some(huella) = huella else { return Ok("orden") };
    let there: Option<i32> = on_each!(conn, |c| hojas::table
        .filter(hojas::asiento.eq(asiento))
        .filter(hojas::clase.eq(i16::from(Clase::Sellado.number())))
        .filter(hojas::huella.eq(huella))
        .select(hojas::orden)
        .first(c)
        .optional())?;
    Ok(if there.is_some() { "orden" } else { "asiento" })
}

/// Holds what the documents say against the rows that they were made of.
fn compare(
    conn: &mut Reader,
    unlike: Unlike<'_>,
    good: &[(i32, Vec<u8>)],
    found: Sink<'_>,
) -> Result<(), StoreError> {
    let codigos: Vec<Codigo> = good
        .iter()
        .filter_map(|(codigo, _)| Codigo::new(*codigo))
        .collect();
    let acuses = acuses::each(conn, &codigos)?;
    let of = notificaciones::each_as_it_lies(conn, &codigos)?;
    for (codigo, octets) in good {
        let acuse = acuses.binary_search_by_key(codigo, |(codigo, _)| *codigo);
        let Some((_, acuse)) = acuse.ok().and_then(|at| acuses.get(at)) else {
            found(of_sealed(*codigo, Some("codigo"), Fault::Dangling));
            continue;
        };
        let notificacion = of.binary_search_by_key(codigo, |(codigo, _)| *codigo);
        let notificacion = notificacion.ok().and_then(|at| of.get(at));
        // What cannot be read is told of its row.
        let (Some(acuse), Some((_, Some(notificacion)))) = (acuse, notificacion) else {
            continue;
        };
        match unlike(acuse, notificacion, octets) {
            None => found(of_sealed(*codigo, Some("octetos"), Fault::Unreadable)),
            Some(places) => {
                for (table, column) in places {
                    found(Finding {
                        table,
                        key: codigo.to_string(),
                        column: Some(column),
                        fault: Fault::UnlikeSealed,
                    });
                }
            }
        }
    }
    Ok(())
}

/// How many leaves of sealed acuses there are.
fn leaves(conn: &mut Reader) -> Result<u64, StoreError> {
    let count: i64 = on_each!(conn, |c| hojas::table
        .filter(hojas::clase.eq(i16::from(Clase::Sellado.number())))
        .count()
        .get_result(c))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Leaves whose acuse is not kept.
fn missing(conn: &mut Reader, found: Sink<'_>) -> Result<(), StoreError> {
    let mut after = (0, 0);
    loop {
        let page: Vec<Leaf> = leaves_after(conn, after)?;
        let Some((asiento, orden, _)) = page.last() else {
            return Ok(());
        };
        after = (*asiento, *orden);
        let codigo = |referencia: &Stored<String>| referencia.0.as_deref()?.parse::<i32>().ok();
        let codigos: Vec<i32> = page
            .iter()
            .filter_map(|(_, _, referencia)| codigo(referencia))
            .collect();
        let kept: Vec<i32> = on_each!(conn, |c| acuses_sellados::table
            .filter(among(dsl::codigo, &codigos))
            .select(dsl::codigo)
            .load(c))?;
        for codigo in codigos.iter().filter(|codigo| !kept.contains(codigo)) {
            found(of_sealed(*codigo, None, Fault::Missing));
        }
    }
}

fn leaves_after(conn: &mut Reader, (asiento, orden): (i64, i32)) -> Result<Vec<Leaf>, StoreError> {
    let behind = hojas::asiento
        .gt(asiento)
        .or(hojas::asiento.eq(asiento).and(hojas::orden.gt(orden)));
    on_each!(conn, |c| hojas::table
        .filter(hojas::asiento.ge(asiento))
        .filter(behind)
        .filter(hojas::clase.eq(i16::from(Clase::Sellado.number())))
        .order((hojas::asiento, hojas::orden))
        .limit(PAGE)
        .select((hojas::asiento, hojas::orden, hojas::referencia))
        .load(c))
}

fn of_sealed(codigo: i32, column: Option<&'static str>, fault: Fault) -> Finding {
    Finding {
        table: "acuses_sellados",
        key: codigo.to_string(),
        column,
        fault,
    }
}
