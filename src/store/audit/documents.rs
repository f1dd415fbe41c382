//! The documents of leaves, made again from their rows: what is in the log is what is on record.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::{Fault, Finding, PAGE, Sink};
use crate::domain::acuse::Acuse;
use crate::domain::notificacion::{Codigo, Huella, Notificacion};
use crate::store::among::among;
use crate::store::backend::{Reader, on_each};
use crate::store::error::StoreError;
use crate::store::journal::Clase;
use crate::store::schema::{acuses_solicitados, hojas};
use crate::store::stored::Stored;
use crate::store::{acuses, notificaciones};

/// SHA-256 of an acuse, made from its rows.
pub type Made<'a> = &'a dyn Fn(&Acuse, &Notificacion) -> Huella;

/// A leaf as it lies.
#[derive(Queryable, Selectable)]
#[diesel(table_name = hojas)]
struct Leaf {
    asiento: i64,
    orden: i32,
    referencia: Stored<String>,
    huella: Stored<Huella>,
}

impl Leaf {
    fn codigo(&self) -> Option<Codigo> {
        Codigo::new(self.referencia.0.as_deref()?.parse().ok()?)
    }
}

/// Makes the acuse of each decision again, and holds it against its leaf; those of which something is told already are left out,
/// since they cannot be the same. Gives how many leaves there were.
pub(super) fn decisions(
    conn: &mut Reader,
    made: Made<'_>,
    told: &BTreeSet<i32>,
    mut progress: impl FnMut(u64),
    found: Sink<'_>,
) -> Result<u64, StoreError> {
    let mut seen = 0;
    let mut after = (0, 0);
    loop {
        let page = page_after(conn, after)?;
        let Some(last) = page.last() else {
            return Ok(seen);
        };
        after = (last.asiento, last.orden);
        seen += page.len() as u64;
        compare(conn, made, told, &page, found)?;
        progress(seen);
    }
}

/// The leaves of decisions behind another, in order.
fn page_after(conn: &mut Reader, (asiento, orden): (i64, i32)) -> Result<Vec<Leaf>, StoreError> {
    let behind = hojas::asiento
        .gt(asiento)
        .or(hojas::asiento.eq(asiento).and(hojas::orden.gt(orden)));
    on_each!(conn, |c| {
        hojas::table
            .filter(hojas::asiento.ge(asiento))
            .filter(behind)
            .filter(hojas::clase.eq(i16::from(Clase::Decision.number())))
            .order((hojas::asiento, hojas::orden))
            .limit(PAGE)
            .select(Leaf::as_select())
            .load(c)
    })
}

fn compare(
    conn: &mut Reader,
    made: Made<'_>,
    told: &BTreeSet<i32>,
    leaves: &[Leaf],
    found: Sink<'_>,
) -> Result<(), StoreError> {
    let mut codigos: Vec<Codigo> = leaves.iter().filter_map(Leaf::codigo).collect();
    codigos.sort_unstable();
    codigos.dedup();
    let acuses: HashMap<i32, Option<Acuse>> = acuses::each(conn, &codigos)?.into_iter().collect();
    let of: HashMap<i32, Option<Notificacion>> = notificaciones::each_as_it_lies(conn, &codigos)?
        .into_iter()
        .collect();
    let mut unlike = Vec::new();
    for leaf in leaves {
        let (Some(codigo), Some(huella)) = (leaf.codigo(), leaf.huella.0) else {
            found(of_leaf(leaf));
            continue;
        };
        let read = |from: Option<&Option<Acuse>>| from.and_then(Option::as_ref).cloned();
        let acuse = read(acuses.get(&codigo.number()));
        let notificacion = of.get(&codigo.number()).and_then(Option::as_ref);
        if told.contains(&codigo.number()) {
            continue;
        }
        match acuse.zip(notificacion) {
            // Were it that of the row's own, the journal would have told it.
            None => found(of_leaf(leaf)),
            Some((acuse, notificacion)) if made(&acuse, notificacion) != huella => {
                unlike.push((codigo, huella));
            }
            Some(_) => {}
        }
    }
    signed(conn, &unlike, found)
}

fn of_leaf(leaf: &Leaf) -> Finding {
    Finding {
        table: "hojas",
        key: format!("{}/{}", leaf.asiento, leaf.orden),
        column: Some("referencia"),
        fault: Fault::Dangling,
    }
}

/// Of decisions that are not in the log by the acuse that is made of their rows: they are by the one that was given out to be
/// signed, or are not as they were.
fn signed(conn: &mut Reader, unlike: &[(Codigo, Huella)], found: Sink<'_>) -> Result<(), StoreError> {
    if unlike.is_empty() {
        return Ok(());
    }
    let codigos: Vec<Codigo> = unlike.iter().map(|(codigo, _)| *codigo).collect();
    let given: Vec<(i32, Stored<Huella>)> = on_each!(conn, |c| {
        acuses_solicitados::table
            .filter(among(acuses_solicitados::codigo, &codigos))
            .select((acuses_solicitados::codigo, acuses_solicitados::datos_huella))
            .load(c)
    })?;
    for (codigo, huella) in unlike {
        let was_given = given
            .iter()
            .any(|(of, datos)| *of == codigo.number() && datos.0 == Some(*huella));
        if !was_given {
            found(Finding {
                table: "acuses",
                key: codigo.number().to_string(),
                column: None,
                fault: Fault::UnlikeLeaf,
            });
        }
    }
    Ok(())
}
