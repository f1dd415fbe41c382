//! What the journal says that was taken back of lapses, against what is on record of it, and the reverse.

use std::collections::HashSet;

use super::chain::of_journal;
use super::{Fault, Finding, PAGE, Sink};
use crate::store::backend::Reader;
use crate::store::caducidades;
use crate::store::error::StoreError;
use crate::store::journal::Contents;
use crate::store::journal::anulacion::{self, Dicha};

/// What the journal says, as it is gone through.
#[derive(Default)]
pub(super) struct Caducidades {
    said: HashSet<Dicha>,
}

impl Caducidades {
    /// Notes what a row says.
    pub(super) fn take(&mut self, row: &Contents, found: Sink<'_>) {
        match anulacion::of(row) {
            Some(dichas) => self.said.extend(dichas),
            None => found(of_journal(row.id(), Fault::Unreadable)),
        }
    }

    /// Once all were noted, holds them against what is on record.
    pub(super) fn compare(&mut self, conn: &mut Reader, found: Sink<'_>) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let page = caducidades::page_after(conn, after, PAGE)?;
            for row in &page {
                if !row.dicha().is_some_and(|dicha| self.said.remove(&dicha)) {
                    found(of_lapse(row.codigo, Fault::NotInJournal));
                }
            }
            match page.last() {
                Some(last) => after = last.codigo,
                None => break,
            }
        }
        let mut missing: Vec<i32> = std::mem::take(&mut self.said)
            .into_iter()
            .map(|dicha| dicha.codigo)
            .collect();
        missing.sort_unstable();
        for codigo in missing {
            found(of_lapse(codigo, Fault::NotLoaded));
        }
        Ok(())
    }
}

fn of_lapse(codigo: i32, fault: Fault) -> Finding {
    Finding {
        table: "caducidades_anuladas",
        key: codigo.to_string(),
        column: None,
        fault,
    }
}
