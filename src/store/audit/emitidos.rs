//! Issued documents against the journal, which says all of each but its octets, and against the leaf that it has by the row.

use std::collections::HashMap;

use diesel::prelude::*;
use openssl::sha::sha256;

use super::chain::of_journal;
use super::{Fault, Finding, Sink};
use crate::domain::notificacion::Huella;
use crate::store::backend::{Reader, on_each};
use crate::store::documentos_emitidos::{Row, each, octets_after};
use crate::store::error::StoreError;
use crate::store::journal::emision::Emision;
use crate::store::journal::{Clase, Contents};
use crate::store::schema::hojas;
use crate::store::stored::Stored;

/// Documents that are read at a time with their octets.
const PAGE: i64 = 50;
/// The same without them.
const BATCH: usize = 1000;

/// What the journal says that was issued, as it is gone through.
#[derive(Default)]
pub(super) struct Emitidos {
    /// Of the page of rows at hand, each with its row.
    pending: Vec<(i64, Emision)>,
    /// The number of every document so far.
    said: Vec<i64>,
}

/// A leaf as it lies.
#[derive(Queryable, Selectable)]
#[diesel(table_name = hojas)]
struct Leaf {
    asiento: i64,
    orden: i32,
    referencia: Stored<String>,
    huella: Stored<Huella>,
}

impl Emitidos {
    /// Notes what a row says.
    pub(super) fn take(&mut self, row: &Contents, found: Sink<'_>) {
        match Emision::of(row) {
            Some(None) => (),
            Some(Some(issued)) => self.pending.push((row.id(), issued)),
            None => found(of_journal(row.id(), Fault::Unreadable)),
        }
    }

    /// Holds what was noted of a page against what is on record.
    pub(super) fn page(&mut self, conn: &mut Reader, found: Sink<'_>) -> Result<(), StoreError> {
        let pending = std::mem::take(&mut self.pending);
        for batch in pending.chunks(BATCH) {
            let ids: Vec<i64> = batch.iter().map(|(_, issued)| issued.dicho.id).collect();
            let rows = each(conn, &ids)?;
            let mut lie: HashMap<i64, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
            for (_, issued) in batch {
                let id = issued.dicho.id;
                let of = |column, fault| of_document(id, column, fault);
                match lie.remove(&id).map(Row::emision) {
                    None => found(of(None, Fault::NotKept)),
                    Some(None) => found(of(None, Fault::Unreadable)),
                    Some(Some(lies)) => {
                        if let Some(column) = issued.difference(&lies) {
                            found(of(Some(column), Fault::DiffersFromJournal));
                        }
                    }
                }
            }
            leaves(conn, batch, found)?;
            self.said.extend(ids);
        }
        Ok(())
    }

    /// Once all pages were: the journal tells of every document, and each has its hash.
    pub(super) fn compare(&mut self, conn: &mut Reader, found: Sink<'_>) -> Result<(), StoreError> {
        self.said.sort_unstable();
        let mut after = 0;
        loop {
            let page = octets_after(conn, after, PAGE)?;
            let Some((last, ..)) = page.last() else {
                return Ok(());
            };
            after = *last;
            for (id, huella, octets) in page {
                if self.said.binary_search(&id).is_err() {
                    found(of_document(id, None, Fault::NotIssued));
                }
                if huella.as_slice() != sha256(&octets) {
                    found(of_document(id, Some("octetos"), Fault::WrongHash));
                }
            }
        }
    }
}

/// Each row that tells of a document has the document's leaf, and no other of that kind.
fn leaves(conn: &mut Reader, batch: &[(i64, Emision)], found: Sink<'_>) -> Result<(), StoreError> {
    let rows: Vec<i64> = batch.iter().map(|(row, _)| *row).collect();
    let leaves: Vec<Leaf> = on_each!(conn, |c| hojas::table
        .filter(hojas::asiento.eq_any(&rows))
        .filter(hojas::clase.eq(i16::from(Clase::Documento.number())))
        .order((hojas::asiento, hojas::orden))
        .select(Leaf::as_select())
        .load(c))?;
    let mut of_each: HashMap<i64, Vec<Leaf>> = HashMap::new();
    for leaf in leaves {
        of_each.entry(leaf.asiento).or_default().push(leaf);
    }
    for (row, issued) in batch {
        let its = of_each.remove(row).unwrap_or_default();
        if its.is_empty() {
            found(of_document(issued.dicho.id, None, Fault::NoLeaf));
        }
        for leaf in its {
            let is_its = leaf.referencia.0.as_deref() == Some(issued.dicho.id.to_string().as_str());
            let is_same =
                leaf.huella.0.map(|huella| huella.to_string()).as_ref() == Some(&issued.dicho.huella);
            for (right, column, fault) in [
                (is_its, "referencia", Fault::Dangling),
                (is_same, "huella", Fault::DiffersFromJournal),
            ] {
                if !right {
                    found(Finding {
                        table: "hojas",
                        key: format!("{}/{}", leaf.asiento, leaf.orden),
                        column: Some(column),
                        fault,
                    });
                }
            }
        }
    }
    Ok(())
}

fn of_document(id: i64, column: Option<&'static str>, fault: Fault) -> Finding {
    Finding {
        table: "documentos_emitidos",
        key: id.to_string(),
        column,
        fault,
    }
}
