//! What the journal says that was practised elsewhere, against what is on record of it, and the reverse.

use std::collections::HashMap;

use uuid::Uuid;

use super::chain::of_journal;
use super::{Fault, Finding, PAGE, Sink};
use crate::store::backend::Reader;
use crate::store::error::StoreError;
use crate::store::journal::Contents;
use crate::store::journal::practica::{self, Dicha};
use crate::store::practicadas;

/// What the journal says, as it is gone through: how often each thing.
#[derive(Default)]
pub(super) struct Practicas {
    said: HashMap<(Uuid, Dicha), usize>,
}

impl Practicas {
    /// Notes what a row says.
    pub(super) fn take(&mut self, row: &Contents, found: Sink<'_>) {
        match practica::of(row) {
            Some((peticion, dichas)) => {
                for dicha in dichas {
                    *self.said.entry((peticion, dicha)).or_default() += 1;
                }
            }
            None => found(of_journal(row.id(), Fault::Unreadable)),
        }
    }

    /// Once all were noted, holds them against what is on record.
    pub(super) fn compare(&mut self, conn: &mut Reader, found: Sink<'_>) -> Result<(), StoreError> {
        let mut after = 0;
        loop {
            let page = practicadas::page_after(conn, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.secuencia;
            for row in &page {
                let said = row.dicha().and_then(|dicha| self.said.get_mut(&dicha));
                match said.filter(|left| **left > 0) {
                    Some(left) => *left -= 1,
                    None => found(of_practica(row.codigo, Fault::NotInJournal)),
                }
            }
        }
        let said = std::mem::take(&mut self.said);
        let mut missing: Vec<i32> = said
            .into_iter()
            .filter(|(_, left)| *left > 0)
            .map(|((_, dicha), _)| dicha.codigo)
            .collect();
        missing.sort_unstable();
        for codigo in missing {
            found(of_practica(codigo, Fault::NotLoaded));
        }
        Ok(())
    }
}

fn of_practica(codigo: i32, fault: Fault) -> Finding {
    Finding {
        table: "practicadas",
        key: codigo.to_string(),
        column: None,
        fault,
    }
}
